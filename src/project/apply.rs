//! Settles an edit against the project: the one door for screen, command line and undo alike.
//!
//! Settling looks up labels, makes ids, fills in author and time, and refuses what makes no sense.
//! It changes nothing itself: it makes a [`Plan`] of edits that mean the same in every copy of the
//! project, with the edits that take them back. One function an arm, in the files below.

mod codebook;
mod entry;
mod event;
mod investigator;
mod mark;
mod note;
mod people;
mod report;

use serde_json::Value;
use thiserror::Error;

use super::cell::{Cells, Entity, Kind, field};
use super::document::Author;
use super::edit::{Edit, Set};
use super::model::{MessageCopy, Project};
use crate::base::id::{MessageId, Target, TargetKind};
use crate::base::text::{Raw, cut};
use crate::base::time::{Instant, Micros, duration_short, parse_duration};

/// Why an edit was refused. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EditError {
    /// The target has not the form of an id.
    #[error("`{0}` is no id; write platform/channel/message as `search --json` prints it, or event/…")]
    NoTarget(String),
    /// An id of ours that the project does not know.
    #[error("this project has no {what} `{id}`")]
    Unknown {
        /// What was looked for.
        what: &'static str,
        /// By which id.
        id: String,
    },
    /// A field that is needed is missing.
    #[error("{what} needs {needs}")]
    Missing {
        /// What was to be made.
        what: &'static str,
        /// What it needs.
        needs: &'static str,
    },
    /// A field holds something it cannot hold.
    #[error("{what} cannot be `{value}`; write {write}")]
    Wrong {
        /// Which field.
        what: String,
        /// What it was given.
        value: String,
        /// What it takes.
        write: &'static str,
    },
    /// A hot letter that is another tag's.
    #[error("the letter `{key}` belongs to {label}; take another or free that one first")]
    KeyTaken {
        /// The letter.
        key: char,
        /// Whose it is.
        label: String,
    },
    /// A hot letter that is never given.
    #[error("`{0}` cannot be a hot letter: letters and digits but j k q t u G J K U")]
    KeyReserved(char),
    /// Something would be joined to itself.
    #[error("{0} cannot be joined to itself")]
    Circle(String),
    /// There is no order key left between two entries.
    #[error("there is no room between these two entries; move another one")]
    NoRoom,
}

/// What an edit is settled against.
pub(super) struct Context<'a> {
    pub(super) cells: &'a Cells,
    pub(super) project: &'a Project,
    pub(super) author: &'a Author,
    pub(super) now: Instant,
}

/// What is to be done, and how it is taken back.
pub(super) struct Plan {
    pub(super) main: Edit,
    pub(super) edits: Vec<Edit>,
    pub(super) inverse: Vec<Edit>,
    pub(super) label: String,
    pub(super) made: Option<String>,
}

impl Plan {
    fn new(edit: Edit, inverse: Edit, label: String) -> Self {
        Self { main: edit.clone(), edits: vec![edit], inverse: vec![inverse], label, made: None }
    }

    fn making(mut self, id: &impl ToString) -> Self {
        self.made = Some(id.to_string());
        self
    }

    /// Does `edit` before the rest, and takes it back after the rest was taken back.
    fn first(mut self, edit: Edit, inverse: Edit) -> Self {
        self.edits.insert(0, edit);
        self.inverse.push(inverse);
        self
    }

    /// Does `edit` after the rest, and takes it back before the rest.
    fn then(mut self, edit: Edit, inverse: Edit) -> Self {
        self.edits.push(edit);
        self.inverse.insert(0, inverse);
        self
    }
}

/// Settles an edit.
pub(super) fn plan(context: &Context<'_>, edit: Edit) -> Result<Plan, EditError> {
    match edit {
        Edit::Tag { target, tag, on, copy } => mark::tag(context, &target, &tag, on, copy),
        Edit::OffRecord { target, on, copy } => mark::off_record(context, target, on, copy),
        Edit::Copy { target, copy } => mark::copy(context, target, copy),
        Edit::Note { .. } => note::note(context, edit),
        Edit::Event { .. } => event::event(context, edit),
        Edit::Timeline { target, on, copy } => entry::timeline(context, target, on, copy),
        Edit::Entry { .. } => entry::entry(context, edit),
        Edit::Beat { id, members } => entry::beat(context, id, members),
        Edit::Phase { id, title, at } => entry::phase(context, id, title, at),
        Edit::Milestone { name, at } => entry::milestone(context, name, at),
        Edit::Section { section, text, status, copies } => report::section(context, section, text, status, copies),
        Edit::Waive { section, lint, reason } => report::waive(context, section, lint, reason),
        Edit::Fact { name, value } => report::fact(context, name, value),
        Edit::Person { person, fields } => people::person(context, person, fields),
        Edit::SamePerson { person, same_as } => people::same_person(context, person, same_as),
        Edit::Shift { .. } => people::shift(context, edit),
        Edit::Filter { name, query, key } => codebook::filter(context, name, query, key),
        Edit::DefineTag { .. } => codebook::define_tag(context, edit),
        Edit::MergeTag { tag, into } => codebook::merge_tag(context, &tag, into),
        Edit::Source { id, source, reading, on } => investigator::source(context, id, *source, *reading, on),
        Edit::Read { channel, from, to, by } => investigator::read(context, channel, from, to, by),
        Edit::Minutes { investigator, add } => Ok(investigator::minutes(&investigator, add)),
        Edit::Investigator { investigator, name, initials } => {
            Ok(investigator::investigator(context, investigator, name, initials))
        }
    }
}

impl Context<'_> {
    fn by(&self) -> crate::base::id::InvestigatorId {
        self.author.investigator.clone()
    }

    /// The cells of an entity that is not deleted.
    fn alive(&self, kind: Kind, id: &str) -> Option<&Entity> {
        self.cells.entity(kind, id).filter(|entity| !entity.is_deleted())
    }

    /// Refuses a target that is nothing anybody could annotate.
    fn check(&self, target: &Target) -> Result<(), EditError> {
        let unknown = |what| Err(EditError::Unknown { what, id: target.to_string() });
        match target.kind() {
            TargetKind::Message if is_message_id(target.as_str()) => Ok(()),
            TargetKind::Message => Err(EditError::NoTarget(target.to_string())),
            TargetKind::Event if self.project.events.contains_key(target) => Ok(()),
            TargetKind::Event => unknown("event"),
            TargetKind::Beat if self.project.beats.contains_key(target) => Ok(()),
            TargetKind::Beat => unknown("beat"),
        }
    }

    /// The copy to keep of a message: kept when there was none, or when the export says something
    /// else by now. A copy is evidence, so taking back the edit that brought it leaves it.
    fn copy(&self, id: &str, given: Option<Box<MessageCopy>>) -> Option<Box<MessageCopy>> {
        let kept = self.cells.entity(Kind::Messages, id).and_then(|entity| entity.read::<MessageCopy>(field::COPY));
        given.filter(|fresh| is_message_id(id) && kept.is_none_or(|kept| kept.hash != fresh.hash))
    }

    /// What a target is, in a few words that are safe to print.
    fn words(&self, target: &Target, copy: Option<&MessageCopy>) -> String {
        let text = match target.kind() {
            TargetKind::Message if copy.is_some() => copy.map(|copy| copy.text.clone()),
            TargetKind::Message => target.message().and_then(|id| self.message_text(&id)),
            TargetKind::Event => self.project.events.get(target).map(|event| event.text.clone()),
            TargetKind::Beat => {
                self.project.beats.get(target).map(|members| format!("{} messages together", members.len()))
            }
        };
        excerpt(&text.filter(|text| !text.is_empty()).unwrap_or_else(|| target.to_string()))
    }

    fn message_text(&self, id: &MessageId) -> Option<String> {
        let copy = self.cells.entity(Kind::Messages, id.as_str())?.read::<MessageCopy>(field::COPY)?;
        Some(copy.text)
    }
}

/// `platform/channel/message`, nothing empty, nothing that prints badly.
fn is_message_id(id: &str) -> bool {
    id.split('/').count() >= 3
        && id.split('/').all(|segment| !segment.is_empty())
        && !id.chars().any(|c| c.is_whitespace() || c.is_control() || crate::base::text::is_hidden(c))
}

/// The beginning of a text in one printable line between quotes.
fn excerpt(text: &str) -> String {
    format!("\"{}\"", cut(&Raw::new(text.trim()).tty_line(), 40))
}

/// Foreign words in one printable line.
fn plain(text: &str) -> String {
    Raw::new(text).tty_line().into_owned()
}

/// Reads an uncertainty, so that the file holds it in one form.
fn plus_minus(given: Set<String>) -> Result<Set<String>, EditError> {
    let Set::To(text) = given else { return Ok(given) };
    match parse_duration(&text).filter(|length| *length > 0) {
        Some(length) => Ok(Set::To(duration_short(length))),
        None => Err(EditError::Wrong { what: "plus_minus".to_owned(), value: plain(&text), write: "5m, 90s or 2h" }),
    }
}

fn plus_minus_before(length: Option<Micros>) -> Set<String> {
    Set::from_option(length.map(duration_short))
}

/// The value to set again when a field is changed: nothing when it stays.
fn before<T, U>(given: &Set<U>, old: Option<T>) -> Set<T> {
    if given.is_keep() { Set::Keep } else { Set::from_option(old) }
}

fn wrong(what: impl Into<String>, value: &Value, write: &'static str) -> EditError {
    let value = value.as_str().map_or_else(|| plain(&value.to_string()), plain);
    EditError::Wrong { what: what.into(), value, write }
}
