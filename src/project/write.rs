//! From a resolved edit to the cells it writes.
//!
//! Pure: the same edit always means the same writes, whatever the project holds, so that everybody
//! who replays a journal comes to the same cells. What depends on the project (ids made, labels
//! looked up, defaults) was settled before, in [`super::apply`].

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::cell::{Change, Json, Kind, Write, field};
use super::edit::{Edit, ReadAsEdit, Set};
use super::model::{MessageCopy, SectionStatus, Shift, Source};
use crate::base::id::{TagId, TargetKind, slug};

/// Facts that are lists of names: two people who add to one both count.
pub(super) const LIST_FACTS: [&str; 4] = ["impact", "services", "technologies", "attendees"];

/// What an edit writes.
pub(super) fn writes(edit: &Edit) -> Vec<Write> {
    let mut pen = Pen::default();
    pen.edit(edit);
    pen.0
}

#[derive(Default)]
struct Pen(Vec<Write>);

/// One entity under the pen.
struct Page<'a> {
    pen: &'a mut Pen,
    kind: Kind,
    id: Box<str>,
}

impl Pen {
    fn on(&mut self, kind: Kind, id: impl AsRef<str>) -> Page<'_> {
        Page { pen: self, kind, id: id.as_ref().into() }
    }

    fn edit(&mut self, edit: &Edit) {
        match edit {
            Edit::Tag { .. } | Edit::OffRecord { .. } | Edit::Copy { .. } => self.mark(edit),
            Edit::Note { .. } => self.note(edit),
            Edit::Timeline { .. } | Edit::Entry { .. } => self.entry(edit),
            Edit::Event { .. } => self.event(edit),
            Edit::Beat { .. } | Edit::Phase { .. } | Edit::Milestone { .. } => self.structure(edit),
            Edit::Section { .. } | Edit::Waive { .. } => self.report(edit),
            Edit::Fact { name, value } => self.fact(name, value),
            Edit::Person { .. } | Edit::SamePerson { .. } | Edit::Shift { .. } => self.people(edit),
            Edit::Filter { .. } | Edit::DefineTag { .. } | Edit::MergeTag { .. } => self.codebook(edit),
            Edit::Source { id, source, reading, on } => {
                self.source(id.as_deref().unwrap_or_default(), source, reading, *on);
            }
            Edit::Read { .. } | Edit::Minutes { .. } | Edit::Investigator { .. } => self.investigators(edit),
        }
    }

    fn copy(&mut self, id: &str, copy: Option<&MessageCopy>) {
        if let Some(copy) = copy {
            self.on(Kind::Messages, id).put(field::COPY, &bare_copy(copy));
        }
    }

    fn mark(&mut self, edit: &Edit) {
        match edit {
            Edit::Tag { target, tag, on, copy } => {
                self.copy(target.as_str(), copy.as_deref());
                let kind = if target.kind() == TargetKind::Event { Kind::Events } else { Kind::Messages };
                self.on(kind, target.as_str()).element(field::TAGS, tag, on.then_some(&true));
            }
            Edit::Copy { target, copy } => self.copy(target.as_str(), copy.as_deref()),
            Edit::OffRecord { target, on, copy } => {
                self.copy(target, copy.as_deref());
                let kind = match target.split_once('/') {
                    Some(("event", _)) => Kind::Events,
                    Some(("note", _)) => Kind::Notes,
                    _ => Kind::Messages,
                };
                self.on(kind, target).flag(field::OFF_RECORD, Some(*on));
            }
            _ => {}
        }
    }

    fn note(&mut self, edit: &Edit) {
        let Edit::Note { target, note, text, question, off_record, by, at, copy } = edit else { return };
        let Some(id) = note else { return };
        if let Some(target) = target {
            self.copy(target.as_str(), copy.as_deref());
        }
        let mut page = self.on(Kind::Notes, id.as_str());
        if matches!(text, Set::Remove) {
            page.delete();
            return;
        }
        page.given(field::ON, target.as_ref());
        page.set(field::TEXT, text);
        page.set(field::QUESTION, question);
        page.flag(field::OFF_RECORD, *off_record);
        page.given(field::BY, by.as_ref());
        page.given(field::AT, at.as_ref());
    }

    fn entry(&mut self, edit: &Edit) {
        match edit {
            Edit::Timeline { target, on, copy } => {
                self.copy(target.as_str(), copy.as_deref());
                let mut page = self.on(Kind::Timeline, target.as_str());
                if *on {
                    page.put(field::HERE, &true);
                } else {
                    page.delete();
                }
            }
            Edit::Entry { target, headline, text, occurred_at, plus_minus, phase, after: _, order, copy } => {
                self.copy(target.as_str(), copy.as_deref());
                let mut page = self.on(Kind::Timeline, target.as_str());
                page.put(field::HERE, &true);
                page.set(field::HEADLINE, headline);
                page.set(field::TEXT, text);
                page.set(field::OCCURRED_AT, occurred_at);
                page.set(field::PLUS_MINUS, plus_minus);
                page.set(field::PHASE, phase);
                match order.as_deref() {
                    Some(key) if crate::base::rank::is_time_key(key) => page.drop(field::ORDER),
                    order => page.given(field::ORDER, order),
                }
            }
            _ => {}
        }
    }

    fn event(&mut self, edit: &Edit) {
        let Edit::Event { id, at, until, plus_minus, text, channel, source, off_record, by } = edit else { return };
        let Some(id) = id else { return };
        let mut page = self.on(Kind::Events, id.as_str());
        if matches!(text, Set::Remove) {
            page.delete();
            return;
        }
        page.given(field::AT, at.as_ref());
        page.set(field::UNTIL, until);
        page.set(field::PLUS_MINUS, plus_minus);
        page.set(field::TEXT, text);
        page.set(field::CHANNEL, channel);
        page.set(field::SOURCE, source);
        page.flag(field::OFF_RECORD, *off_record);
        page.given(field::BY, by.as_ref());
    }

    fn structure(&mut self, edit: &Edit) {
        match edit {
            Edit::Beat { id: Some(id), members } if members.is_empty() => self.on(Kind::Beats, id.as_str()).delete(),
            Edit::Beat { id: Some(id), members } => self.on(Kind::Beats, id.as_str()).assign(field::MEMBERS, members),
            Edit::Phase { id: Some(id), title: Set::Remove, .. } => self.on(Kind::Phases, id.as_str()).delete(),
            Edit::Phase { id: Some(id), title, at } => {
                let mut page = self.on(Kind::Phases, id.as_str());
                page.set(field::TITLE, title);
                page.given(field::AT, at.as_ref());
            }
            Edit::Milestone { name, at } => self.on(Kind::Milestones, name).set(field::AT, at),
            _ => {}
        }
    }

    fn report(&mut self, edit: &Edit) {
        match edit {
            Edit::Section { section, text, status, copies } => {
                for (id, copy) in copies {
                    self.copy(id, Some(copy));
                }
                let mut page = self.on(Kind::Report, section);
                page.set(field::TEXT, text);
                match status {
                    Some(SectionStatus::Empty) => page.drop(field::STATUS),
                    status => page.given(field::STATUS, status.as_ref()),
                }
            }
            Edit::Waive { section, lint, reason } => {
                self.on(Kind::Report, section).element(field::WAIVED, lint, reason.as_ref());
            }
            _ => {}
        }
    }

    fn fact(&mut self, name: &str, value: &Value) {
        let mut page = self.on(Kind::Facts, name);
        let items = value.as_array().filter(|_| LIST_FACTS.contains(&name)).map(Vec::as_slice);
        page.assign(field::ITEMS, items.unwrap_or_default());
        if items.is_some() || value.is_null() {
            page.drop(field::VALUE);
        } else {
            page.put(field::VALUE, value);
        }
    }

    fn people(&mut self, edit: &Edit) {
        match edit {
            Edit::Person { person, fields } => {
                let mut page = self.on(Kind::People, person.as_str());
                for (name, value) in fields {
                    match value {
                        Value::Array(handles) if name == field::HANDLES => page.assign(field::HANDLES, handles),
                        Value::Null if name == field::HANDLES => page.assign::<Value>(field::HANDLES, &[]),
                        Value::Null => page.drop(name),
                        value => page.put(name, value),
                    }
                }
            }
            Edit::SamePerson { person, same_as } => self.on(Kind::People, person.as_str()).set(field::SAME_AS, same_as),
            Edit::Shift { person, start, end, rota, on } => {
                let shift = Shift { start: *start, end: *end, rota: rota.clone() };
                self.on(Kind::People, person.as_str()).element(field::SHIFTS, &shift, on.then_some(&true));
            }
            _ => {}
        }
    }

    fn codebook(&mut self, edit: &Edit) {
        match edit {
            Edit::Filter { name, query: Set::Remove, .. } => self.on(Kind::Filters, slug(name)).delete(),
            Edit::Filter { name, query, key } => {
                let mut page = self.on(Kind::Filters, slug(name));
                page.put(field::NAME, name);
                page.set(field::QUERY, query);
                page.set(field::KEY, key);
            }
            Edit::DefineTag { tag, on: false, .. } => self.on(Kind::Tags, tag).delete(),
            Edit::DefineTag { tag, key, definition, section, label, on: true } => {
                let mut page = self.on(Kind::Tags, tag);
                if let Some(label) = label {
                    let (group, name) = split_label(label);
                    page.given(field::NAME, Some(name));
                    match group {
                        Some(group) => page.put(field::GROUP, group),
                        None => page.drop(field::GROUP),
                    }
                }
                page.set(field::KEY, key);
                page.set(field::DEFINITION, definition);
                page.set(field::SECTION, section);
            }
            Edit::MergeTag { tag, into } => self.on(Kind::Tags, tag).set(field::MERGED_INTO, into),
            _ => {}
        }
    }

    fn source(&mut self, id: &str, source: &Source, reading: &ReadAsEdit, on: bool) {
        let mut page = self.on(Kind::Sources, id);
        if !on {
            page.delete();
            return;
        }
        let plain = Source::default();
        page.differing(field::PATH, &source.path, &plain.path);
        page.differing(field::FORMAT, &source.format, &plain.format);
        page.differing(field::FINGERPRINT, &source.fingerprint, &plain.fingerprint);
        page.set(field::READ_AS, &reading.read_as);
        page.set(field::ZONE, &reading.zone);
        page.set(field::SKEW, &reading.skew);
        page.set(field::DAY, &reading.day);
        page.set(field::DAY_ORDER, &reading.day_order);
        page.set(field::PATTERN, &reading.pattern);
        page.set(field::COLUMNS, &reading.columns);
        page.differing(field::FIRST, &source.first, &plain.first);
        page.differing(field::LAST, &source.last, &plain.last);
        page.differing(field::MESSAGES, &source.messages, &plain.messages);
        page.differing(field::CHANNELS, &source.channels, &plain.channels);
        page.differing(field::MISSING, &source.missing, &plain.missing);
        page.differing(field::ADDED_AT, &source.added_at, &plain.added_at);
    }

    fn investigators(&mut self, edit: &Edit) {
        match edit {
            Edit::Read { channel, from, to, by: Some(by) } => {
                let id = format!("{by} {channel}");
                self.on(Kind::Coverage, id).change(Change::Cover(*from, *to));
            }
            Edit::Minutes { investigator, add } => {
                let change = Change::Add(field::ACTIVE_MINUTES.into(), *add);
                self.on(Kind::Investigators, investigator.as_str()).change(change);
            }
            Edit::Investigator { investigator, name, initials } => {
                let mut page = self.on(Kind::Investigators, investigator.as_str());
                page.differing(field::NAME, name, &String::new());
                page.differing(field::INITIALS, initials, &String::new());
            }
            _ => {}
        }
    }
}

impl Page<'_> {
    fn change(&mut self, change: Change) {
        self.pen.0.push(Write { kind: self.kind, id: self.id.clone(), change });
    }

    fn put<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) {
        self.change(Change::Put(field::interned(name), None, Json::of(value)));
    }

    fn drop(&mut self, name: &str) {
        self.change(Change::Drop(field::interned(name), None));
    }

    fn delete(&mut self) {
        self.change(Change::Delete);
    }

    /// A field that stays when nothing is given.
    fn given<T: Serialize + ?Sized>(&mut self, name: &str, value: Option<&T>) {
        if let Some(value) = value {
            self.put(name, value);
        }
    }

    fn set<T: Serialize>(&mut self, name: &str, value: &Set<T>) {
        match value {
            Set::Keep => {}
            Set::Remove => self.drop(name),
            Set::To(value) => self.put(name, value),
        }
    }

    /// A mark is there or it is not: off leaves nothing behind.
    fn flag(&mut self, name: &str, on: Option<bool>) {
        match on {
            Some(true) => self.put(name, &true),
            Some(false) => self.drop(name),
            None => {}
        }
    }

    /// A field that is absent where it holds what an absent one means.
    fn differing<T: Serialize + PartialEq>(&mut self, name: &str, value: &T, plain: &T) {
        if value == plain {
            self.drop(name);
        } else {
            self.put(name, value);
        }
    }

    fn element<T: Serialize + ?Sized, V: Serialize>(&mut self, name: &str, element: &T, value: Option<&V>) {
        let element = Some(Json::of(element).as_str().into());
        let name = field::interned(name);
        self.change(match value {
            Some(value) => Change::Put(name, element, Json::of(value)),
            None => Change::Drop(name, element),
        });
    }

    fn assign<T: Serialize>(&mut self, name: &str, elements: &[T]) {
        let elements: BTreeSet<Box<str>> = elements.iter().map(|element| Json::of(element).as_str().into()).collect();
        self.change(Change::Assign(field::interned(name), elements));
    }
}

/// The copy as it is kept: tags and marks are cells of their own.
pub(super) fn bare_copy(copy: &MessageCopy) -> Value {
    let bare = MessageCopy { tags: BTreeSet::new(), off_record: false, ..copy.clone() };
    let mut value = serde_json::to_value(bare).unwrap_or(Value::Null);
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|_, value| !is_default(value));
    }
    value
}

/// Whether a value says what its absence would say.
fn is_default(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        _ => false,
    }
}

/// The group and the name of a label.
///
/// ```text
/// "Detection - Weak Signals"  Some("Detection"), "Weak Signals"
/// "vendor"                    None, "vendor"
/// ```
pub(super) fn split_label(label: &str) -> (Option<&str>, &str) {
    match label.split_once(" - ") {
        Some((group, name)) if !group.trim().is_empty() && !name.trim().is_empty() => (Some(group.trim()), name.trim()),
        _ => (None, label.trim()),
    }
}

/// The id that a label gets when its tag is made.
pub(super) fn tag_id(label: &str) -> TagId {
    let (group, name) = split_label(label);
    TagId::from_label(&group.map_or_else(|| name.to_owned(), |group| format!("{group} - {name}")))
}
