//! What people think about the evidence, as typed maps keyed by id.
//!
//! Everybody may read; only `super::apply` writes, so fields are private outside `project`. No map
//! says an order: the timeline's is its rank keys, the report's is its template's.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::base::id::{InvestigatorId, MessageId, NoteId, PersonId, PhaseId, TagId, Target, TargetKind};
use crate::base::reading::ReadAs;
use crate::base::shared_map::SharedMap;
use crate::base::text::Raw;
use crate::base::time::{Instant, Zone};

/// The six moments of which each timeline has at most one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Milestone {
    /// The first effect.
    Start,
    /// Somebody or something noticed.
    Detected,
    /// People began to work on it.
    ResponseBegan,
    /// The cause was understood.
    CauseUnderstood,
    /// The effect was lessened.
    Mitigated,
    /// It was over.
    End,
}

impl Milestone {
    /// All six, in their usual order.
    pub const ALL: [Self; 6] =
        [Self::Start, Self::Detected, Self::ResponseBegan, Self::CauseUnderstood, Self::Mitigated, Self::End];

    /// The word in files and scripts: `response-began`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Detected => "detected",
            Self::ResponseBegan => "response-began",
            Self::CauseUnderstood => "cause-understood",
            Self::Mitigated => "mitigated",
            Self::End => "end",
        }
    }

    /// The words on the timeline: `response began`.
    pub fn label(self) -> String {
        self.key().replace('-', " ")
    }

    /// Reads a [`Milestone::key`].
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|milestone| milestone.key() == key)
    }
}

/// A source as the project remembers it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Source {
    /// Where it lay: relative to the project file when it is below it, else absolute.
    pub path: String,
    /// The name of its format: `slack-export`.
    pub format: String,
    /// A hash of what was read, to tell a newer export.
    pub fingerprint: String,
    /// How it is to be read, as somebody said; an edit changes it by fields of its own.
    #[serde(skip)]
    pub read_as: ReadAs,
    /// Its first dated message.
    pub first: Option<Instant>,
    /// Its last dated message.
    pub last: Option<Instant>,
    /// How many messages it held.
    pub messages: u64,
    /// Its channels.
    pub channels: Vec<SourceChannel>,
    /// What it does not hold, in words.
    pub missing: Vec<String>,
    /// When it was added.
    pub added_at: Option<Instant>,
}

/// A channel of a source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct SourceChannel {
    /// `slack/C04INC`.
    pub id: String,
    /// Its name without `#`.
    pub name: String,
    /// Whether it leaves in an export only when named.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub private: bool,
}

/// A time on call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Shift {
    /// Its beginning.
    pub start: Instant,
    /// Its end, not included.
    pub end: Instant,
    /// The schedule's name.
    pub rota: String,
}

/// What is known of somebody beside what exports tell at each load.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PersonCard {
    /// Full name.
    pub name: Option<String>,
    /// Short names, first the one shown.
    pub handles: BTreeSet<String>,
    /// Job title.
    pub title: Option<String>,
    /// Team.
    pub team: Option<String>,
    /// Where they work.
    pub location: Option<String>,
    /// Their zone.
    pub zone: Option<Zone>,
    /// First day with the company, `2016-07-11`.
    pub started_on: Option<String>,
    /// What they did in the incident.
    pub role: Option<String>,
    /// Who manages them.
    pub manager: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// On call by hand: said by somebody, without a schedule.
    pub on_call: Option<bool>,
    /// State of the interview: planned, asked, done, declined.
    pub interview: Option<String>,
    /// Times on call.
    pub shifts: BTreeSet<Shift>,
    /// The person this one is the same as.
    pub same_as: Option<PersonId>,
    /// What the sources showed, kept for the day they are gone.
    pub presence: Option<Presence>,
}

/// Somebody's trace in the sources.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Presence {
    /// First word.
    pub first: Instant,
    /// Last word.
    pub last: Instant,
    /// Messages written.
    pub messages: u64,
    /// Whether any of them fell into a shift; `None` where no shifts are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_call: Option<bool>,
    /// What of it fell into the incident; `None` where nobody looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<Stay>,
}

/// Somebody's part of an incident, an hour of slack on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Stay {
    /// Messages written; none for somebody who was only annotated.
    pub messages: u64,
    /// The first of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Instant>,
    /// Whether any of them fell into a shift; `None` where no shifts are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_call: Option<bool>,
}

/// A tag of the project.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Tag {
    /// Its group: `Detection`; `None` for a bare tag.
    pub group: Option<String>,
    /// Its own name: `Weak Signals`.
    pub name: String,
    /// What it means, in one line.
    pub definition: Option<String>,
    /// Its hot letter.
    pub key: Option<char>,
    /// The section it feeds.
    pub section: Option<String>,
    /// The tag it was merged into.
    pub merged_into: Option<TagId>,
}

impl Tag {
    /// `Group - Name`, or the name alone.
    pub fn label(&self) -> String {
        self.group.as_ref().map_or_else(|| self.name.clone(), |group| format!("{group} - {}", self.name))
    }
}

/// A saved filter.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Its name.
    pub name: String,
    /// The query.
    pub query: String,
    /// Its letter on the filter sheet.
    pub key: Option<char>,
}

/// The copy of a message that somebody touched or cited: evidence for the day the export is gone.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MessageCopy {
    /// `#sev-search` as it was called; foreign.
    pub channel: String,
    /// Name of who wrote it; foreign.
    pub author: String,
    /// Who wrote it, by id, when somebody is named.
    pub author_id: Option<PersonId>,
    /// When it was posted.
    pub time: Option<Instant>,
    /// Whether the time was told without a zone: it is the clock as written, as if it were UTC.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub zone_unknown: bool,
    /// The word of its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its text; foreign.
    pub text: String,
    /// blake3 of the text, to see drift.
    pub hash: String,
    /// How many answers stood below it; `None` where nobody counted.
    pub replies: Option<u32>,
    /// Whether it came from a private or direct channel.
    pub private: bool,
    /// Its tags.
    pub tags: BTreeSet<TagId>,
    /// Whether it stays out of every export.
    pub off_record: bool,
}

impl MessageCopy {
    /// The text as foreign text.
    pub fn raw_text(&self) -> Raw<'_> {
        Raw::new(&self.text)
    }
}

/// An event that no channel recorded.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Event {
    /// When it happened.
    pub at: Option<Instant>,
    /// When it ended, for one that lasted.
    pub until: Option<Instant>,
    /// Uncertainty in microseconds.
    pub plus_minus: Option<i64>,
    /// What happened.
    pub text: String,
    /// The channel beside which it is drawn.
    pub channel: Option<String>,
    /// Who or what says so.
    pub source: Option<String>,
    /// Who wrote it.
    pub by: Option<InvestigatorId>,
    /// Its tags.
    pub tags: BTreeSet<TagId>,
    /// Whether it stays out of every export.
    pub off_record: bool,
}

/// With what the source of an event begins that was told in an interview.
pub const INTERVIEW: &str = "interview with ";

/// The interview in which an event was told, by its source: it is a source of its own, and cited as such.
pub fn interview_of(source: Option<&str>) -> Option<&str> {
    source.filter(|source| source.starts_with(INTERVIEW))
}

/// What may carry a note.
pub type NoteTarget = Target;

/// State of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QuestionState {
    /// Nobody was asked yet.
    #[default]
    Open,
    /// Somebody was asked.
    Asked,
    /// It was answered.
    Answered,
}

/// What makes a note a question.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Question {
    /// Whom to ask.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<PersonId>,
    /// Whether it was asked and answered.
    pub state: QuestionState,
    /// The kind of utterance it is about, which decides the probes; guessed from words unless somebody
    /// said it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

/// A note on a message, event or beat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Note {
    /// What it stands on.
    pub on: NoteTarget,
    /// What it says.
    pub text: String,
    /// Who wrote it.
    pub by: Option<InvestigatorId>,
    /// When it was written.
    pub at: Option<Instant>,
    /// Set when it is a question.
    pub question: Option<Question>,
    /// Whether it stays out of every export.
    #[serde(default)]
    pub off_record: bool,
}

/// One row of the timeline.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Entry {
    /// Its headline; without one, the first sentence of what it points at.
    pub headline: Option<String>,
    /// A description below it.
    pub text: Option<String>,
    /// When it happened, where that is not when it was posted.
    pub occurred_at: Option<Instant>,
    /// Uncertainty in microseconds.
    pub plus_minus: Option<i64>,
    /// The phase it was put in by hand.
    pub phase: Option<PhaseId>,
    /// Its rank key: see `base::rank`.
    pub order: String,
}

/// A stretch of the timeline with a title; it lasts until the next one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Phase {
    /// Its title.
    pub title: String,
    /// When it begins.
    pub at: Instant,
}

/// How far a section is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SectionStatus {
    /// Nothing is written.
    #[default]
    Empty,
    /// Something is.
    Draft,
    /// Its writer is content.
    Done,
}

/// One section of the report.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Section {
    /// Markdown; cites as `[@ID]`.
    pub text: String,
    /// How far it is.
    pub status: SectionStatus,
    /// Findings waved through: lint id to reason.
    pub waived: BTreeMap<String, String>,
}

/// An investigator.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Investigator {
    /// Full name.
    pub name: String,
    /// What stands beside their notes.
    pub initials: String,
    /// Minutes at work, idle left out.
    pub active_minutes: u64,
}

/// Spans read, by investigator and channel id.
pub type Coverage = BTreeMap<InvestigatorId, BTreeMap<String, BTreeSet<(Instant, Instant)>>>;

/// Everything people think about the evidence.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Project {
    pub(super) id: String,
    pub(super) facts: BTreeMap<String, Value>,
    pub(super) milestones: BTreeMap<Milestone, Instant>,
    pub(super) investigators: BTreeMap<InvestigatorId, Investigator>,
    pub(super) sources: BTreeMap<String, Source>,
    pub(super) people: BTreeMap<PersonId, PersonCard>,
    pub(super) tags: BTreeMap<TagId, Tag>,
    pub(super) filters: BTreeMap<String, Filter>,
    /// Most of a project, as the timeline may be: a copy of the project copies neither.
    pub(super) messages: SharedMap<MessageId, MessageCopy>,
    pub(super) events: BTreeMap<Target, Event>,
    pub(super) notes: BTreeMap<NoteId, Note>,
    pub(super) beats: BTreeMap<Target, BTreeSet<Target>>,
    pub(super) timeline: SharedMap<Target, Entry>,
    pub(super) phases: BTreeMap<PhaseId, Phase>,
    pub(super) report: BTreeMap<String, Section>,
    pub(super) coverage: Coverage,
    /// Notes by what they stand on; derived.
    pub(super) notes_on: BTreeMap<Target, BTreeSet<NoteId>>,
}

impl Project {
    /// Its uuid.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// A fact by name.
    pub fn fact(&self, name: &str) -> Option<&Value> {
        self.facts.get(name)
    }

    /// A fact that is text.
    pub fn fact_text(&self, name: &str) -> Option<&str> {
        self.facts.get(name).and_then(Value::as_str)
    }

    /// All facts by name.
    pub const fn facts(&self) -> &BTreeMap<String, Value> {
        &self.facts
    }

    /// The title, or `untitled`.
    pub fn title(&self) -> &str {
        self.fact_text("title").filter(|title| !title.is_empty()).unwrap_or("untitled")
    }

    /// The name of the report's template; `howie` unless set.
    pub fn template(&self) -> &str {
        self.fact_text("template").unwrap_or("howie")
    }

    /// The zone of the project; UTC unless set.
    pub fn zone(&self) -> Zone {
        self.fact_text("zone").and_then(Zone::parse).unwrap_or(Zone::UTC)
    }

    /// The moment of a milestone.
    pub fn milestone(&self, milestone: Milestone) -> Option<Instant> {
        self.milestones.get(&milestone).copied()
    }

    /// All milestones that are set.
    pub const fn milestones(&self) -> &BTreeMap<Milestone, Instant> {
        &self.milestones
    }

    /// All investigators.
    pub const fn investigators(&self) -> &BTreeMap<InvestigatorId, Investigator> {
        &self.investigators
    }

    /// All sources by their uuid.
    pub const fn sources(&self) -> &BTreeMap<String, Source> {
        &self.sources
    }

    /// All cards of people.
    pub const fn people(&self) -> &BTreeMap<PersonId, PersonCard> {
        &self.people
    }

    /// Somebody's card, joined identities followed.
    pub fn person(&self, id: &PersonId) -> Option<&PersonCard> {
        self.people.get(self.same_person(id))
    }

    /// The id that stands for somebody after joining identities.
    pub fn same_person<'a>(&'a self, id: &'a PersonId) -> &'a PersonId {
        let mut current = id;
        // A chain of joins is short; the bound guards against a circle made by hand.
        for _ in 0..16 {
            match self.people.get(current).and_then(|card| card.same_as.as_ref()) {
                Some(next) => current = next,
                None => break,
            }
        }
        current
    }

    /// All tags, merged ones too.
    pub const fn tags(&self) -> &BTreeMap<TagId, Tag> {
        &self.tags
    }

    /// The id and tag that a use of `id` shows, merges followed.
    pub fn tag<'a>(&'a self, id: &'a TagId) -> Option<(&'a TagId, &'a Tag)> {
        let mut current = id;
        for _ in 0..16 {
            let tag = self.tags.get(current)?;
            match &tag.merged_into {
                Some(next) => current = next,
                None => return Some((current, tag)),
            }
        }
        None
    }

    /// The tag with a hot letter.
    pub fn tag_by_key(&self, key: char) -> Option<&TagId> {
        self.tags.iter().find(|(_, tag)| tag.key == Some(key) && tag.merged_into.is_none()).map(|(id, _)| id)
    }

    /// All saved filters by slug.
    pub const fn filters(&self) -> &BTreeMap<String, Filter> {
        &self.filters
    }

    /// Copies of all messages that somebody touched or cited.
    pub const fn messages(&self) -> &SharedMap<MessageId, MessageCopy> {
        &self.messages
    }

    /// The copy of a message.
    pub fn message(&self, id: &MessageId) -> Option<&MessageCopy> {
        self.messages.get(id)
    }

    /// All supplemental events.
    pub const fn events(&self) -> &BTreeMap<Target, Event> {
        &self.events
    }

    /// All notes.
    pub const fn notes(&self) -> &BTreeMap<NoteId, Note> {
        &self.notes
    }

    /// The notes on a target, oldest first.
    pub fn notes_on(&self, target: &Target) -> Vec<(&NoteId, &Note)> {
        let mut notes: Vec<_> =
            self.notes_on.get(target).into_iter().flatten().filter_map(|id| self.notes.get_key_value(id)).collect();
        notes.sort_by_key(|(id, note)| (note.at, *id));
        notes
    }

    /// All beats: several messages joined into one entry.
    pub const fn beats(&self) -> &BTreeMap<Target, BTreeSet<Target>> {
        &self.beats
    }

    /// All entries of the timeline, by what they point at.
    pub const fn timeline(&self) -> &SharedMap<Target, Entry> {
        &self.timeline
    }

    /// The entry of a target; `None` when it is not on the timeline.
    pub fn entry(&self, target: &Target) -> Option<&Entry> {
        self.timeline.get(target)
    }

    /// All phases.
    pub const fn phases(&self) -> &BTreeMap<PhaseId, Phase> {
        &self.phases
    }

    /// A section by its key.
    pub fn section(&self, key: &str) -> Option<&Section> {
        self.report.get(key)
    }

    /// All sections with text, by key.
    pub const fn report(&self) -> &BTreeMap<String, Section> {
        &self.report
    }

    /// Spans read, by investigator and channel.
    pub const fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// The tags on a target, merges followed.
    pub fn tags_of(&self, target: &Target) -> BTreeSet<TagId> {
        if target.kind() == TargetKind::Beat {
            return self.parts_of(target).flat_map(|member| self.own_tags(member)).cloned().collect();
        }
        self.own_tags(target).cloned().collect()
    }

    /// Whether a target has a tag, merges followed; a beat has those of its members.
    pub fn has_tag(&self, target: &Target, tag: &str) -> bool {
        if target.kind() == TargetKind::Beat {
            return self.parts_of(target).any(|member| self.own_tags(member).any(|id| id.as_str() == tag));
        }
        self.own_tags(target).any(|id| id.as_str() == tag)
    }

    /// The members of a beat. A beat within a beat is made by hand only, and following it could go
    /// round in a circle.
    fn parts_of(&self, beat: &Target) -> impl Iterator<Item = &Target> {
        self.beats.get(beat).into_iter().flatten().filter(|member| member.kind() != TargetKind::Beat)
    }

    fn own_tags(&self, target: &Target) -> impl Iterator<Item = &TagId> {
        let uses: Option<&BTreeSet<TagId>> = match target.kind() {
            TargetKind::Event => self.events.get(target).map(|event| &event.tags),
            TargetKind::Message => self.messages.get(target.as_str()).map(|copy| &copy.tags),
            TargetKind::Beat => None,
        };
        uses.into_iter().flat_map(|uses| self.shown_tags(uses))
    }

    /// The tags that uses show, merges followed; two uses may show the same.
    pub fn shown_tags<'a>(&'a self, uses: &'a BTreeSet<TagId>) -> impl Iterator<Item = &'a TagId> {
        uses.iter().filter_map(|id| self.tag(id)).map(|(id, _)| id)
    }

    /// Whether a target or the tag `Investigation - Off the record` keeps it out of exports.
    pub fn is_off_record(&self, target: &Target) -> bool {
        self.events.get(target).is_some_and(|event| event.off_record)
            || self.messages.get(target.as_str()).is_some_and(|copy| copy.off_record)
    }

    /// Everything somebody annotated: tagged, noted or on the timeline, each once.
    pub fn annotated(&self) -> BTreeSet<Target> {
        let tagged = self.messages.iter().filter(|(_, copy)| !copy.tags.is_empty()).map(|(id, _)| id.target());
        let events = self.events.keys().cloned();
        tagged
            .chain(events)
            .chain(self.notes.values().map(|note| note.on.clone()))
            .chain(self.timeline.keys().cloned())
            .collect()
    }
}
