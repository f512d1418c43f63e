//! Makes the rows of the timeline from entries, and finds what any target says.
//!
//! The archive is asked first, the project's copies second; a target that neither knows still gives
//! a row, marked as missing, so that nothing leaves the timeline by itself.

use std::collections::{BTreeMap, BTreeSet};

use crate::archive::Archive;
use crate::base::id::{InvestigatorId, NoteId, PersonId, PhaseId, TagId, Target, TargetKind};
use crate::base::rank::time_key;
use crate::base::shares::map_in_shares;
use crate::base::text::RawString;
use crate::base::time::{Instant, Micros};
use crate::project::Project;
use crate::project::model::{Entry, MessageCopy, Milestone, interview_of};

use super::copy::{is_copy_off_record, is_off_record, to_show};
use super::told_zone::ToldZone;

/// What a row points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// A message of an export.
    Message,
    /// A supplemental event.
    Event,
    /// Several messages joined.
    Beat,
}

impl RowKind {
    /// The word in exports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Event => "event",
            Self::Beat => "beat",
        }
    }

    const fn of(target: TargetKind) -> Self {
        match target {
            TargetKind::Message => Self::Message,
            TargetKind::Event => Self::Event,
            TargetKind::Beat => Self::Beat,
        }
    }
}

/// Where the words of a target were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// In an export that is open.
    Archive,
    /// In the project: a copy, or an event of ours.
    Project,
}

/// What a target says and who said it.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Which target.
    pub target: Target,
    /// Message, event or beat.
    pub kind: RowKind,
    /// When it was posted, or when the event happened.
    pub at: Instant,
    /// Whether the zone of that time is known.
    pub told_zone: ToldZone,
    /// When an event that lasted ended.
    pub until: Option<Instant>,
    /// Uncertainty of an event's time.
    pub plus_minus: Option<Micros>,
    /// The channel as people write it; foreign, may be empty.
    pub channel: RawString,
    /// The full name of who wrote it; foreign, empty for events.
    pub author: RawString,
    /// Who wrote it, by id.
    pub author_id: Option<PersonId>,
    /// Which investigator wrote it, for events.
    pub by: Option<InvestigatorId>,
    /// Who or what says so, for events.
    pub source: Option<String>,
    /// The word of the message's type; `event` and `beat` for ours.
    pub type_word: String,
    /// The text; foreign.
    pub text: RawString,
    /// Whether it comes from a private or direct channel.
    pub private: bool,
    /// Whether it stays out of every export.
    pub off_record: bool,
    /// Where the words were found.
    pub origin: Origin,
}

impl Evidence {
    /// Whether the zone of `at` is known, which an investigator may have set in place of its own.
    pub fn told_zone_at(&self, at: Instant) -> ToldZone {
        if at == self.at { self.told_zone } else { ToldZone::Known }
    }

    /// The first word of the author's name, `event` for events and `interview` for what was told in one:
    /// who a citation names. Foreign.
    pub fn short_who(&self) -> RawString {
        if self.kind == RowKind::Event {
            return RawString::from(if interview_of(self.source.as_deref()).is_some() { "interview" } else { "event" });
        }
        let name = self.author.unsanitised();
        RawString::from(name.split_whitespace().next().unwrap_or("?"))
    }

    /// The first sentence of the text; foreign.
    pub fn headline(&self) -> RawString {
        RawString::from(first_sentence(self.text.unsanitised()))
    }
}

/// Finds what a target says; `None` when neither archive nor project knows it.
pub fn evidence_of(project: &Project, archive: &Archive, target: &Target) -> Option<Evidence> {
    match target.kind() {
        TargetKind::Message => message_evidence(project, archive, target, kept_of(project, target)),
        TargetKind::Event => event_evidence(project, target),
        TargetKind::Beat => beat_evidence(project, archive, target),
    }
}

/// When a target was posted or happened, as its evidence tells, without the rest of it.
pub fn time_of(project: &Project, archive: &Archive, target: &Target) -> Option<Instant> {
    let Some(id) = target.message() else { return evidence_of(project, archive, target).map(|evidence| evidence.at) };
    let posted = archive.find(&id).and_then(|ix| archive.message(ix)).map(|message| message.time());
    posted.or_else(|| Some(project.message(&id)?.time.unwrap_or(Instant::UNDATED)))
}

/// Who wrote a message, as its evidence tells, without the rest of it.
pub fn author_of(project: &Project, archive: &Archive, target: &Target) -> Option<PersonId> {
    let id = target.message()?;
    match archive.find(&id).and_then(|ix| archive.message(ix)) {
        Some(message) => message.author().map(|person| person.id.clone()),
        None => project.message(&id)?.author_id.clone(),
    }
}

/// The copy that the project keeps of a message.
fn kept_of<'a>(project: &'a Project, target: &Target) -> Option<&'a MessageCopy> {
    project.messages().get(target.as_str())
}

fn message_evidence(
    project: &Project,
    archive: &Archive,
    target: &Target,
    kept: Option<&MessageCopy>,
) -> Option<Evidence> {
    let id = target.message()?;
    let fresh = archive.find(&id).and_then(|ix| archive.message(ix)).map(|message| to_show(&message));
    let origin = if fresh.is_some() { Origin::Archive } else { Origin::Project };
    let copy = fresh.or_else(|| kept.cloned())?;
    let card = copy.author_id.as_ref().and_then(|person| project.person(person));
    let told_zone = ToldZone::of(&copy);
    let author = card.and_then(|card| card.name.clone()).unwrap_or(copy.author);
    Some(Evidence {
        target: target.clone(),
        kind: RowKind::Message,
        at: copy.time.unwrap_or(Instant::UNDATED),
        told_zone,
        until: None,
        plus_minus: None,
        channel: RawString::from(copy.channel),
        author: RawString::from(author),
        author_id: copy.author_id,
        by: None,
        source: None,
        type_word: copy.kind,
        text: RawString::from(copy.text),
        private: copy.private || kept.is_some_and(|kept| kept.private),
        off_record: kept.is_some_and(|kept| is_copy_off_record(project, kept)),
        origin,
    })
}

fn event_evidence(project: &Project, target: &Target) -> Option<Evidence> {
    let event = project.events().get(target)?;
    Some(Evidence {
        target: target.clone(),
        kind: RowKind::Event,
        at: event.at.unwrap_or(Instant::UNDATED),
        told_zone: ToldZone::Known,
        until: event.until,
        plus_minus: event.plus_minus,
        channel: RawString::from(event.channel.clone().unwrap_or_default()),
        author: RawString::default(),
        author_id: None,
        by: event.by.clone(),
        source: event.source.clone(),
        type_word: "event".to_owned(),
        text: RawString::from(event.text.clone()),
        private: event.channel.as_deref().is_some_and(|channel| is_private_channel(project, channel)),
        off_record: is_off_record(project, target),
        origin: Origin::Project,
    })
}

/// Whether a channel, as people write it, is a private one of the project's sources.
pub fn is_private_channel(project: &Project, channel: &str) -> bool {
    let name = channel.trim_start_matches('#');
    let mut channels = project.sources().values().flat_map(|source| &source.channels);
    channels.any(|known| known.private && known.name == name)
}

fn beat_evidence(project: &Project, archive: &Archive, target: &Target) -> Option<Evidence> {
    let members = beat_members(project, archive, target);
    let first = members.first()?;
    let last = members.last()?;
    let text: Vec<&str> = members.iter().map(|member| member.text.unsanitised()).collect();
    Some(Evidence {
        target: target.clone(),
        kind: RowKind::Beat,
        until: (last.at > first.at && last.at.is_dated()).then_some(last.at),
        text: RawString::from(text.join("\n")),
        type_word: "beat".to_owned(),
        private: members.iter().any(|member| member.private),
        off_record: is_off_record(project, target),
        ..first.clone()
    })
}

/// What the members of a beat say, in time order.
pub fn beat_members(project: &Project, archive: &Archive, beat: &Target) -> Vec<Evidence> {
    let members = project.beats().get(beat).into_iter().flatten();
    // A beat of beats would be made by hand only; following it could go round in a circle.
    let mut found: Vec<_> = members
        .filter(|member| member.kind() != TargetKind::Beat)
        .filter_map(|member| evidence_of(project, archive, member))
        .collect();
    found.sort_by(|a, b| (a.at, &a.target).cmp(&(b.at, &b.target)));
    found
}

/// One row of the timeline.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What it points at.
    pub target: Target,
    /// When it happened: as said by an investigator, else when it was posted.
    pub at: Instant,
    /// When it ended, for events that lasted and for beats.
    pub until: Option<Instant>,
    /// When it was posted; `None` for events, which nobody posted.
    pub posted_at: Option<Instant>,
    /// Whether the zone of that time is known.
    pub told_zone: ToldZone,
    /// Uncertainty in microseconds.
    pub plus_minus: Option<Micros>,
    /// Message, event or beat.
    pub kind: RowKind,
    /// The channel as people write it; foreign, may be empty.
    pub channel: RawString,
    /// The full name of who wrote it; foreign, empty for events.
    pub author: RawString,
    /// Who wrote it, by id.
    pub author_id: Option<PersonId>,
    /// Which investigator wrote the event.
    pub by: Option<InvestigatorId>,
    /// The headline given, else the first sentence; foreign.
    pub headline: RawString,
    /// The description given by an investigator.
    pub description: Option<String>,
    /// What was said; foreign.
    pub text: RawString,
    /// Its tags, merges followed, by id.
    pub tags: Vec<TagId>,
    /// Its notes, oldest first.
    pub notes: Vec<NoteId>,
    /// The phase it stands in.
    pub phase: Option<PhaseId>,
    /// Whether it stays out of every export.
    pub off_record: bool,
    /// Whether it comes from a private or direct channel.
    pub private: bool,
    /// Whether neither project nor archive knows what it points at.
    pub missing: bool,
}

impl Row {
    /// A row of which nobody knows what it points at.
    pub(super) fn missing(target: Target, kind: RowKind, off_record: bool) -> Self {
        Self {
            target,
            at: Instant::UNDATED,
            until: None,
            posted_at: None,
            told_zone: ToldZone::Known,
            plus_minus: None,
            kind,
            channel: RawString::default(),
            author: RawString::default(),
            author_id: None,
            by: None,
            headline: RawString::default(),
            description: None,
            text: RawString::default(),
            tags: Vec::new(),
            notes: Vec::new(),
            phase: None,
            off_record,
            private: false,
            missing: true,
        }
    }

    /// The description when there is one, else what was said; foreign.
    pub fn told(&self) -> &str {
        self.description.as_deref().unwrap_or_else(|| self.text.unsanitised())
    }

    /// Whether the zone of the time at which it stands is known; one that was given always has it.
    pub fn zone_of_time(&self) -> ToldZone {
        if self.is_moved() { ToldZone::Known } else { self.told_zone }
    }

    /// Whether an investigator gave it another time than that of its post.
    pub fn is_moved(&self) -> bool {
        self.posted_at.is_some_and(|posted| posted != self.at)
    }
}

/// A phase and where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhaseLine {
    /// Its id.
    pub id: PhaseId,
    /// Its title.
    pub title: String,
    /// Where it begins.
    pub at: Instant,
}

/// The whole timeline.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Timeline {
    /// Rows in their order.
    pub rows: Vec<Row>,
    /// Phases in time order.
    pub phases: Vec<PhaseLine>,
    /// Milestones in time order.
    pub milestones: Vec<(Milestone, Instant)>,
}

impl Timeline {
    /// The place of a target's row.
    pub fn find(&self, target: &Target) -> Option<usize> {
        self.rows.iter().position(|row| row.target == *target)
    }

    /// The phase with an id.
    pub fn phase(&self, id: &PhaseId) -> Option<&PhaseLine> {
        self.phases.iter().find(|phase| phase.id == *id)
    }

    /// The first and last dated instants of the rows.
    pub fn span(&self) -> Option<(Instant, Instant)> {
        self.ends().map(|(first, last)| (first.at, last.at))
    }

    /// The first and the last of the dated rows.
    pub fn ends(&self) -> Option<(&Row, &Row)> {
        let dated = || self.rows.iter().filter(|row| row.at.is_dated());
        Some((dated().min_by_key(|row| row.at)?, dated().max_by_key(|row| row.at)?))
    }

    /// How many rows come from each channel, by the channel as people write it.
    pub fn rows_by_channel(&self) -> BTreeMap<RawString, usize> {
        let mut counts = BTreeMap::new();
        for row in &self.rows {
            *counts.entry(row.channel.clone()).or_default() += 1;
        }
        counts
    }
}

/// Makes the timeline of a project; `archive` may be empty.
pub fn assemble(project: &Project, archive: &Archive) -> Timeline {
    let phases = phase_lines(project);
    let entries: Vec<(&Target, &Entry)> = project.timeline().iter().collect();
    let mut keyed: Vec<(String, Row)> = map_in_shares(&entries, |(target, entry)| {
        let row = row_of(project, archive, &phases, target, entry);
        let order = if entry.order.is_empty() { time_key(row.at) } else { entry.order.clone() };
        (order, row)
    });
    keyed.sort_by(|(a_key, a), (b_key, b)| (a_key, &a.target).cmp(&(b_key, &b.target)));
    let mut milestones: Vec<_> = project.milestones().iter().map(|(name, at)| (*name, *at)).collect();
    milestones.sort_by_key(|(name, at)| (*at, *name));
    Timeline { rows: keyed.into_iter().map(|(_, row)| row).collect(), phases, milestones }
}

fn phase_lines(project: &Project) -> Vec<PhaseLine> {
    let mut phases: Vec<_> = project
        .phases()
        .iter()
        .map(|(id, phase)| PhaseLine { id: id.clone(), title: phase.title.clone(), at: phase.at })
        .collect();
    phases.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    phases
}

fn row_of(project: &Project, archive: &Archive, phases: &[PhaseLine], target: &Target, entry: &Entry) -> Row {
    let kind = RowKind::of(target.kind());
    let (evidence, tags) = if kind == RowKind::Message {
        let kept = kept_of(project, target);
        let shown: BTreeSet<&TagId> = kept.into_iter().flat_map(|kept| project.shown_tags(&kept.tags)).collect();
        (message_evidence(project, archive, target, kept), shown.into_iter().cloned().collect())
    } else {
        (evidence_of(project, archive, target), project.tags_of(target).into_iter().collect())
    };
    let mut row = match evidence {
        Some(evidence) => row_from(evidence),
        None => Row::missing(target.clone(), kind, is_off_record(project, target)),
    };
    row.tags = tags;
    row.at = entry.occurred_at.unwrap_or(row.at);
    row.plus_minus = entry.plus_minus.or(row.plus_minus);
    if let Some(headline) = entry.headline.as_deref().filter(|headline| !headline.trim().is_empty()) {
        row.headline = RawString::from(headline);
    }
    row.description = entry.text.clone().filter(|text| !text.trim().is_empty());
    row.notes = project.notes_on(target).into_iter().map(|(id, _)| id.clone()).collect();
    let by_hand = entry.phase.as_ref().filter(|id| phases.iter().any(|phase| phase.id == **id));
    let by_time = || phases.iter().rev().find(|phase| phase.at <= row.at).map(|phase| &phase.id);
    row.phase = by_hand.or_else(by_time).cloned();
    row
}

/// A row as the evidence alone tells it.
fn row_from(evidence: Evidence) -> Row {
    Row {
        headline: evidence.headline(),
        at: evidence.at,
        until: evidence.until,
        posted_at: (evidence.kind != RowKind::Event).then_some(evidence.at),
        told_zone: evidence.told_zone,
        plus_minus: evidence.plus_minus,
        kind: evidence.kind,
        channel: evidence.channel,
        author: evidence.author,
        author_id: evidence.author_id,
        by: evidence.by,
        text: evidence.text,
        off_record: evidence.off_record,
        private: evidence.private,
        missing: false,
        ..Row::missing(evidence.target, evidence.kind, evidence.off_record)
    }
}

/// Longest default headline, in characters.
const HEADLINE_CHARS: usize = 120;

/// The first sentence of a text: up to a mark that ends it before a space, or the first line.
pub fn first_sentence(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("");
    let closes = |(at, mark): &(usize, &str)| {
        let next = line.get(at + mark.len()..).and_then(|rest| rest.chars().next());
        *at >= 12 && next.is_none_or(char::is_whitespace)
    };
    let close = line.match_indices(['.', '!', '?', '。', '！', '？']).find(closes);
    let end = close.map_or(line.len(), |(at, mark)| at + if mark == "." { 0 } else { mark.len() });
    let sentence = line.get(..end).unwrap_or(line).trim_end();
    let cut = if sentence.len() > HEADLINE_CHARS { sentence.char_indices().nth(HEADLINE_CHARS) } else { None };
    match cut {
        Some((cut, _)) => format!("{}…", sentence.get(..cut).unwrap_or(sentence).trim_end()),
        None => sentence.to_owned(),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::archive::builder::{LogBuilder, Record};
    use crate::archive::log::Provenance;
    use crate::archive::{ChannelMeta, Flags, MessageType, People, Person};

    /// Two people, a public channel `#sev` with three messages and a join.
    pub(crate) fn archive() -> Archive {
        let mut people = People::default();
        let bako = people.insert(Person::unlisted(PersonId::new("slack", "U1"), "Bako Lind".into()));
        let ines = people.insert(Person::unlisted(PersonId::new("slack", "U2"), "Ines Ostavia".into()));
        let meta = ChannelMeta::named("slack", "C1", "sev");
        let mut log = LogBuilder::new(meta);
        for (seconds, author, kind, text) in [
            (90, ines, MessageType::Join, "joined #sev"),
            (100, bako, MessageType::Message, "Nine pages were empty. Why?"),
            (160, ines, MessageType::Message, "The alias names yesterday's products\nand not today's"),
            (1000, bako, MessageType::Message, "alias fixed by hand"),
        ] {
            log.push(Record {
                native_id: format!("{seconds}.000000"),
                time: Instant::from_seconds(seconds),
                author: Some(author),
                kind,
                flags: Flags::default(),
                text: text.to_owned(),
                thread: None,
                declared_replies: None,
                quality: crate::archive::Quality::EXACT,
                extras: None,
                provenance: Provenance::default(),
            });
        }
        Archive::new(vec![Arc::new(log.finish())], Arc::new(people), true)
    }

    #[test]
    fn a_headline_is_the_first_sentence() {
        assert_eq!(first_sentence("Nine pages were empty. Why?"), "Nine pages were empty");
        assert_eq!(first_sentence("why did all five rotas go off? no idea"), "why did all five rotas go off?");
        assert_eq!(first_sentence("\n  v1.2 is out\nsecond line"), "v1.2 is out");
        assert_eq!(first_sentence("ok. then we wait for it"), "ok. then we wait for it");
        assert_eq!(first_sentence(&"a".repeat(500)).chars().count(), HEADLINE_CHARS + 1);
    }

    #[test]
    fn a_message_is_found_in_the_archive_with_its_author() {
        let target = Target::from_text("slack/C1/160.000000");
        let evidence = evidence_of(&Project::default(), &archive(), &target).unwrap();
        assert_eq!(evidence.short_who().unsanitised(), "Ines");
        assert_eq!(evidence.headline().unsanitised(), "The alias names yesterday's products");
        assert_eq!(evidence.origin, Origin::Archive);
        assert!(evidence_of(&Project::default(), &Archive::default(), &target).is_none());
    }
}
