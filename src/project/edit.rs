//! The whole vocabulary in which a project changes.
//!
//! Every edit is absolute ("set", never "toggle") and is JSON, so one type serves the screen, the
//! journal, `meanwhile edit`, undo and merging. A field that is left out stays; `null` removes.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::model::{MessageCopy, Question, SectionStatus, Source};
use crate::base::id::{InvestigatorId, NoteId, PersonId, PhaseId, Target};
use crate::base::reading::{Day, DayOrder, ReadAs};
use crate::base::time::{Instant, Micros, Zone};

/// A field of an edit: left out, set, or removed by `null`.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Set<T> {
    /// It stays as it is.
    #[default]
    Keep,
    /// It is removed.
    Remove,
    /// It becomes this.
    To(T),
}

impl<T> Set<T> {
    /// Whether it stays.
    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// What holds after this was done to `old`.
    pub fn over(self, old: Option<T>) -> Option<T> {
        match self {
            Self::Keep => old,
            Self::Remove => None,
            Self::To(value) => Some(value),
        }
    }

    /// From a value that may be missing: missing removes.
    pub fn from_option(value: Option<T>) -> Self {
        value.map_or(Self::Remove, Self::To)
    }
}

impl<T: Serialize> Serialize for Set<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Keep | Self::Remove => serializer.serialize_none(),
            Self::To(value) => value.serialize(serializer),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Set<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::from_option(Option::deserialize(deserializer)?))
    }
}

/// What changes of how a source is read.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ReadAsEdit {
    /// The format asked for, by its key; else it is found by content.
    #[serde(skip_serializing_if = "Set::is_keep")]
    pub read_as: Set<String>,
    /// The zone of its clocks, when it says none itself.
    #[serde(skip_serializing_if = "Set::is_keep")]
    pub zone: Set<Zone>,
    /// Microseconds by which its clock is ahead.
    #[serde(skip_serializing_if = "Set::is_keep")]
    pub skew: Set<Micros>,
    /// The day of its first clock, where it tells none.
    #[serde(skip_serializing_if = "Set::is_keep")]
    pub day: Set<Day>,
    /// Which of two numbers of a date is the day.
    #[serde(skip_serializing_if = "Set::is_keep")]
    pub day_order: Set<DayOrder>,
    /// The shape of its records, for text of no known format.
    #[serde(skip_serializing_if = "Set::is_keep")]
    pub pattern: Set<String>,
    /// Which column of a table or key of a record holds what.
    #[serde(skip_serializing_if = "Set::is_keep")]
    pub columns: Set<BTreeMap<String, String>>,
}

impl ReadAsEdit {
    /// Sets everything as it stands there; what is not said there is removed.
    pub fn all_of(read_as: &ReadAs) -> Self {
        let ReadAs { format, zone, skew, day, day_order, pattern, columns } = read_as.clone();
        Self {
            read_as: Set::from_option(format),
            zone: Set::from_option(zone),
            skew: Set::from_option(Some(skew).filter(|skew| *skew != 0)),
            day: Set::from_option(day.map(Day)),
            day_order: Set::from_option(day_order),
            pattern: Set::from_option(pattern),
            columns: Set::from_option(Some(columns).filter(|columns| !columns.is_empty())),
        }
    }

    /// What it changes, in words.
    pub fn changed(&self) -> Vec<&'static str> {
        let fields = [
            (self.read_as.is_keep(), "format"),
            (self.zone.is_keep(), "zone"),
            (self.skew.is_keep(), "clock"),
            (self.day.is_keep(), "day"),
            (self.day_order.is_keep(), "order of days"),
            (self.pattern.is_keep(), "pattern"),
            (self.columns.is_keep(), "columns"),
        ];
        fields.into_iter().filter(|(stays, _)| !stays).map(|(_, words)| words).collect()
    }

    /// What holds after this edit.
    #[must_use]
    pub fn after(self, old: &ReadAs) -> ReadAs {
        ReadAs {
            format: self.read_as.over(old.format.clone()),
            zone: self.zone.over(old.zone),
            skew: self.skew.over(Some(old.skew)).unwrap_or_default(),
            day: self.day.over(old.day.map(Day)).map(|day| day.0),
            day_order: self.day_order.over(old.day_order),
            pattern: self.pattern.over(old.pattern.clone()),
            columns: self.columns.over(Some(old.columns.clone())).unwrap_or_default(),
        }
    }
}

/// One change of a project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "edit", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Edit {
    /// Puts a tag on a target or takes it off; makes the tag when it is new.
    Tag {
        /// What is tagged.
        target: Target,
        /// `Group - Name`, a bare name, or the id of a known tag.
        tag: String,
        /// On or off.
        on: bool,
        /// The message as it stands in the export; filled in by the program.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        copy: Option<Box<MessageCopy>>,
    },
    /// Adds a note to a target, or changes or removes the note named.
    Note {
        /// What the new note stands on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        target: Option<Target>,
        /// The note that changes; for a new one, the id it gets.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<NoteId>,
        /// What it says; `null` removes the note.
        #[serde(default, skip_serializing_if = "Set::is_keep")]
        text: Set<String>,
        /// Makes it a question, or `null` a plain note again.
        #[serde(default, skip_serializing_if = "Set::is_keep")]
        question: Set<Question>,
        /// Keeps it out of every export.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        off_record: Option<bool>,
        /// Who wrote it; filled in by the program.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<InvestigatorId>,
        /// When it was written; filled in by the program.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<Instant>,
        /// The message as it stands in the export; filled in by the program.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        copy: Option<Box<MessageCopy>>,
    },
    /// Takes what the export says of a message by now as the copy that is kept of it.
    Copy {
        /// Which message.
        target: Target,
        /// The message as it stands in the export; filled in by the program.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        copy: Option<Box<MessageCopy>>,
    },
    /// Puts a target on the timeline or takes it off; headline and text are kept for the next time.
    Timeline {
        /// What it points at.
        target: Target,
        /// On or off.
        on: bool,
        /// The message as it stands in the export; filled in by the program.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        copy: Option<Box<MessageCopy>>,
    },
    /// Adds a supplemental event, or changes or removes the one named.
    Event {
        /// The event that changes; for a new one, the id it gets.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<Target>,
        /// When it happened.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<Instant>,
        /// When it ended.
        #[serde(default, skip_serializing_if = "Set::is_keep")]
        until: Set<Instant>,
        /// Uncertainty: `5m`.
        #[serde(default, skip_serializing_if = "Set::is_keep")]
        plus_minus: Set<String>,
        /// What happened; `null` removes the event.
        #[serde(default, skip_serializing_if = "Set::is_keep")]
        text: Set<String>,
        /// The channel beside which it is drawn.
        #[serde(default, skip_serializing_if = "Set::is_keep")]
        channel: Set<String>,
        /// Who or what says so.
        #[serde(default, skip_serializing_if = "Set::is_keep")]
        source: Set<String>,
        /// Keeps it out of every export.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        off_record: Option<bool>,
        /// Who wrote it; filled in by the program.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<InvestigatorId>,
    },
    /// Changes an entry of the timeline; puts the target there when it is not.
    Entry {
        /// What it points at.
        target: Target,
        /// Its headline.
        #[serde(default, skip_serializing_if = "Set::is_keep")]
        headline: Set<String>,
        /// Its description.
        #[serde(default, skip_serializing_if = "Set::is_keep")]
        text: Set<String>,
        /// When it happened.
        #[serde(default, skip_serializing_if = "Set::is_keep")]
        occurred_at: Set<Instant>,
        /// Uncertainty: `5m`.
        #[serde(default, skip_serializing_if = "Set::is_keep")]
        plus_minus: Set<String>,
        /// Its phase, by id or title.
        #[serde(default, skip_serializing_if = "Set::is_keep")]
        phase: Set<String>,
        /// The entry it is moved behind; `null` moves it to the front of its equals.
        #[serde(default, skip_serializing_if = "Set::is_keep")]
        after: Set<Target>,
        /// Its rank key; filled in by the program.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order: Option<String>,
        /// The message as it stands in the export; filled in by the program.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        copy: Option<Box<MessageCopy>>,
    },
    /// Joins several messages into one beat, or changes its members; none dissolves it.
    Beat {
        /// The beat that changes; for a new one, the id it gets.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<Target>,
        /// What it is made of.
        members: Vec<Target>,
    },
    /// Adds a phase line, or changes or removes the one named.
    Phase {
        /// The phase that changes; for a new one, the id it gets.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<PhaseId>,
        /// Its title; `null` removes it.
        #[serde(default, skip_serializing_if = "Set::is_keep")]
        title: Set<String>,
        /// When it begins.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<Instant>,
    },
    /// Sets a milestone, or removes it with `null`.
    Milestone {
        /// Its key: `response-began`.
        name: String,
        /// Its moment.
        at: Set<Instant>,
    },
    /// Writes a section of the report.
    Section {
        /// Its key.
        section: String,
        /// Markdown; cites as `[@ID]`.
        #[serde(default, skip_serializing_if = "Set::is_keep")]
        text: Set<String>,
        /// How far it is; draft by itself once there is text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<SectionStatus>,
        /// Copies of the messages it cites; filled in by the program.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        copies: BTreeMap<String, MessageCopy>,
    },
    /// Waves a finding of the lint through; a `null` reason takes that back.
    Waive {
        /// The section's key.
        section: String,
        /// The finding's id.
        lint: String,
        /// Why it may stand.
        reason: Option<String>,
    },
    /// Sets a fact of the project; `null` removes it.
    Fact {
        /// Its name; `started_at` and `ended_at` are the milestones start and end.
        name: String,
        /// Any JSON.
        value: Value,
    },
    /// Sets fields of somebody's card; `null` removes a field.
    Person {
        /// Whose card.
        person: PersonId,
        /// `name`, `title`, `team`, `location`, `zone`, `started_on`, `role`, `manager`, `email`,
        /// `on_call`, `interview`, `handles` (a list), `presence`.
        #[serde(flatten, deserialize_with = "person_fields")]
        fields: BTreeMap<String, Value>,
    },
    /// Says that two identities are one person; `null` parts them.
    SamePerson {
        /// The identity that goes.
        person: PersonId,
        /// The one that stays.
        #[serde(rename = "as")]
        same_as: Set<PersonId>,
    },
    /// Adds a time on call, or takes it off with `"on": false`.
    Shift {
        /// Who was on call.
        person: PersonId,
        /// Its beginning.
        start: Instant,
        /// Its end.
        end: Instant,
        /// The schedule's name.
        rota: String,
        /// On or off.
        #[serde(default = "yes", skip_serializing_if = "is_yes")]
        on: bool,
    },
    /// Saves a filter; a `null` query removes it.
    Filter {
        /// Its name.
        name: String,
        /// The query.
        query: Set<String>,
        /// Its letter on the sheet.
        #[serde(default, skip_serializing_if = "Set::is_keep")]
        key: Set<char>,
    },
    /// Makes a tag or changes what is said of it.
    DefineTag {
        /// `Group - Name`, a bare name, or the id of a known tag.
        tag: String,
        /// Its hot letter.
        #[serde(default, skip_serializing_if = "Set::is_keep")]
        key: Set<char>,
        /// What it means.
        #[serde(default, skip_serializing_if = "Set::is_keep")]
        definition: Set<String>,
        /// The section it feeds.
        #[serde(default, skip_serializing_if = "Set::is_keep")]
        section: Set<String>,
        /// Its new label; uses keep their id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<String>,
        /// `"on": false` removes the tag from the codebook; uses stay in the file.
        #[serde(default = "yes", skip_serializing_if = "is_yes")]
        on: bool,
    },
    /// Merges a tag into another; `null` parts them again.
    MergeTag {
        /// The tag that goes.
        tag: String,
        /// The one that stays.
        into: Set<String>,
    },
    /// Keeps a target out of every export.
    OffRecord {
        /// A message, event or note.
        target: String,
        /// On or off.
        on: bool,
        /// The message as it stands in the export; filled in by the program.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        copy: Option<Box<MessageCopy>>,
    },
    /// Adds a source or changes what is known of it; `"on": false` removes it.
    Source {
        /// Its uuid; a new one is made for a new path.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// What is known of it.
        #[serde(flatten)]
        source: Box<Source>,
        /// What changes of how it is read.
        #[serde(flatten)]
        reading: Box<ReadAsEdit>,
        /// On or off.
        #[serde(default = "yes", skip_serializing_if = "is_yes")]
        on: bool,
    },
    /// Marks a span of a channel as read by an investigator.
    Read {
        /// The channel's id.
        channel: String,
        /// The span's beginning.
        from: Instant,
        /// The span's end.
        to: Instant,
        /// Who read it; filled in by the program.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<InvestigatorId>,
    },
    /// Adds active minutes of an investigator.
    Minutes {
        /// Who worked.
        investigator: InvestigatorId,
        /// How many minutes more.
        add: i64,
    },
    /// Introduces an investigator.
    Investigator {
        /// The slug of the name.
        investigator: InvestigatorId,
        /// Full name.
        name: String,
        /// What stands beside their notes.
        initials: String,
    },
}

/// Names the fields of a card, because serde cannot tell an unknown field from one of a flattened
/// map.
fn person_fields<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, Value>, D::Error> {
    fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
        Value::deserialize(deserializer).map(Some)
    }
    macro_rules! fields {
        ($($name:ident)*) => {{
            #[derive(Deserialize)]
            struct Fields {
                $(#[serde(default, deserialize_with = "given")] $name: Option<Value>,)*
            }
            let fields = Fields::deserialize(deserializer)?;
            let named = [$((stringify!($name), fields.$name)),*];
            Ok(named.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect())
        }};
    }
    fields!(name title team location zone started_on role manager email on_call interview handles presence)
}

const fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn is_yes(on: &bool) -> bool {
    *on
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_edit_of_the_manual_is_read_and_written() {
        for line in [
            r#"{"edit":"person","person":"slack/U1","name":"Ada","handles":["ada"]}"#,
            r#"{"edit":"source","path":"x","format":"slack-export"}"#,
            r#"{"edit":"source","path":"x","zone":"Europe/Dublin","skew":null,"day_order":"day-first"}"#,
            r#"{"edit":"source","path":"x","day":"2024-12-06","columns":{"time":"created"},"read_as":"table"}"#,
            r#"{"edit":"same-person","person":"slack/U1","as":null}"#,
            r#"{"edit":"note","note":"note/1","text":null}"#,
            r#"{"edit":"milestone","name":"start","at":null}"#,
            r#"{"edit":"waive","section":"s","lint":"l","reason":null}"#,
            r#"{"edit":"filter","name":"n","query":null}"#,
            r#"{"edit":"merge-tag","tag":"n","into":null}"#,
            r#"{"edit":"fact","name":"n","value":null}"#,
        ] {
            let edit: Edit = serde_json::from_str(line).unwrap_or_else(|e| panic!("{line}: {e}"));
            let text = serde_json::to_string(&edit).unwrap();
            assert_eq!(serde_json::from_str::<Edit>(&text).unwrap(), edit, "{text}");
        }
        for bad in [
            r#"{"edit":"person","person":"slack/U1","shoe_size":4}"#,
            r#"{"edit":"tag","target":"a","tag":"b","on":true,"x":1}"#,
            r#"{"edit":"source","path":"x","foo":1}"#,
            r#"{"edit":"source","path":"x","zone":"Mars/Base"}"#,
            r#"{"edit":"source","path":"x","day":"tomorrow"}"#,
        ] {
            assert!(serde_json::from_str::<Edit>(bad).is_err(), "{bad}");
        }
    }
}
