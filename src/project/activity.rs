//! Who changed what and when, over all runs: what a list of activity shows.

use super::document::{Document, JournalEntry};
use super::edit::Edit;
use crate::base::id::{InvestigatorId, NoteId, PersonId, Target};
use crate::base::time::{Instant, MINUTE};

/// A clock that is further ahead of ours than this is wrong, and is not shown.
const AHEAD: i64 = 10 * MINUTE;

/// What an edit is about: where a list jumps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// A message, event or beat.
    Target(Target),
    /// A note.
    Note(NoteId),
    /// A section of the report.
    Section(String),
    /// Somebody's card.
    Person(PersonId),
    /// A tag of the codebook.
    Tag(String),
    /// The project as a whole.
    Project,
}

impl Edit {
    /// What it is about.
    pub fn about(&self) -> About {
        match self {
            Self::Tag { target, .. }
            | Self::Copy { target, .. }
            | Self::Timeline { target, .. }
            | Self::Entry { target, .. }
            | Self::Note { target: Some(target), .. }
            | Self::Event { id: Some(target), .. } => About::Target(target.clone()),
            Self::Beat { members, id } => {
                members.first().or(id.as_ref()).map_or(About::Project, |target| About::Target(target.clone()))
            }
            Self::OffRecord { target, .. } => About::Target(Target::from_text(target.as_str())),
            Self::Note { note: Some(note), .. } => About::Note(note.clone()),
            Self::Section { section, .. } | Self::Waive { section, .. } => About::Section(section.clone()),
            Self::Person { person, .. } | Self::SamePerson { person, .. } | Self::Shift { person, .. } => {
                About::Person(person.clone())
            }
            Self::DefineTag { tag, .. } | Self::MergeTag { tag, .. } => About::Tag(tag.clone()),
            _ => About::Project,
        }
    }

    /// Whether a person did it on purpose, and the program did not only count.
    pub const fn is_an_act(&self) -> bool {
        !matches!(self, Self::Read { .. } | Self::Minutes { .. } | Self::Investigator { .. } | Self::Copy { .. })
    }

    /// What kind of edit it is, where there are no better words.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Tag { .. } => "tag",
            Self::Note { .. } => "note",
            Self::Copy { .. } => "copy",
            Self::Timeline { .. } => "timeline",
            Self::Event { .. } => "event",
            Self::Entry { .. } => "entry",
            Self::Beat { .. } => "beat",
            Self::Phase { .. } => "phase",
            Self::Milestone { .. } => "milestone",
            Self::Section { .. } => "section",
            Self::Waive { .. } => "waived finding",
            Self::Fact { .. } => "fact",
            Self::Person { .. } | Self::SamePerson { .. } => "person",
            Self::Shift { .. } => "shift",
            Self::Filter { .. } => "filter",
            Self::DefineTag { .. } | Self::MergeTag { .. } => "tag of the codebook",
            Self::OffRecord { .. } => "off the record",
            Self::Source { .. } => "source",
            Self::Read { .. } => "read",
            Self::Minutes { .. } => "minutes",
            Self::Investigator { .. } => "investigator",
        }
    }
}

/// Something that somebody did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// When.
    pub at: Instant,
    /// Who.
    pub by: InvestigatorId,
    /// What, in words that are safe to print.
    pub words: String,
    /// What it is about.
    pub about: About,
}

impl Deed {
    /// What an edit did, told in a project that holds it.
    pub fn of(entry: &JournalEntry, document: &Document, now: Instant) -> Self {
        let at = entry.hlc.instant();
        let is_wrong = at.since(now).is_some_and(|ahead| ahead > AHEAD);
        Self {
            at: if is_wrong { now } else { at },
            by: entry.by.clone(),
            words: document.words(entry),
            about: entry.edit.about(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{apply_all, at, author};
    use super::*;

    #[test]
    fn a_deed_says_who_did_what_to_what_and_no_wrong_clock_is_shown() {
        let mut document = super::super::taxonomy::new_document();
        let line = r#"{"edit":"tag","target":"slack/C1/1","tag":"Impact","on":true}"#;
        let entries = apply_all(&mut document, &author(3), &[serde_json::from_str(line).unwrap()]);
        let deed = Deed::of(entries.last().unwrap(), &document, at(100));
        assert_eq!((deed.by.as_str(), deed.at), ("p3", at(0)));
        assert!(deed.words.contains("Impact"), "{}", deed.words);
        assert_eq!(deed.about, About::Target(Target::from_text("slack/C1/1")));
        let day_before = at(-86_400);
        assert_eq!(Deed::of(&entries[0], &document, day_before).at, day_before);
    }
}
