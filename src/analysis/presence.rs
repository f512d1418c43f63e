//! Who was there: identities joined into people, their traces in the sources, hours of the day.
//!
//! A project's word goes before an export's; what was joined counts as one. Names of exports stay
//! foreign text until they are drawn.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, NaiveDate};

use super::calendar::{PartOfDay, WorkTime};
use super::duty::{Duty, OnCall};
use crate::archive::{Archive, ChannelIx, Message, MessageType, MsgIx, Person, PersonIx};
use crate::base::id::{PersonId, Target, TargetKind};
use crate::base::text::RawString;
use crate::base::time::{Instant, Zone};
use crate::project::Project;
use crate::project::model::{Milestone, PersonCard};
use crate::timeline::ToldZone;

/// Whether a record counts as something somebody wrote. A commit or an acknowledged alert is no
/// message: who made it did not take part by that alone.
pub const fn is_written(kind: MessageType) -> bool {
    !kind.is_system() && !matches!(kind, MessageType::Deleted | MessageType::Event)
}

/// Something somebody wrote, by place and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Word {
    /// When.
    pub at: Instant,
    /// Where it stands.
    pub ix: MsgIx,
}

/// What somebody left in the sources.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    /// How many messages they wrote.
    pub messages: usize,
    /// Their first one.
    pub first: Option<Word>,
    /// Their last dated one.
    pub last: Option<Word>,
    /// Messages by channel, in the order of the archive's channels.
    pub by_channel: BTreeMap<ChannelIx, usize>,
    /// How many threads they wrote in; counted for one person at a time only, by [`Trace::of`].
    pub threads: usize,
    /// Messages by equal parts of a span.
    pub bars: Vec<u32>,
    /// When they came into a channel first.
    pub joined: Option<Instant>,
}

impl Trace {
    /// The trace of some identities, with `bars` equal parts of `span`.
    pub fn of(archive: &Archive, people: &[PersonIx], span: Option<(Instant, Instant)>, bars: usize) -> Self {
        let mut trace = Self::default();
        let mut threads = BTreeSet::new();
        for (channel, _) in archive.channels() {
            for message in archive.messages(channel) {
                if message.author_ix().is_some_and(|author| people.contains(&author)) {
                    trace.note(&message, span, bars);
                    let root = message.parent().or_else(|| (!message.replies().is_empty()).then(|| message.ix()));
                    threads.extend(root.filter(|_| is_written(message.kind())));
                }
            }
        }
        trace.threads = threads.len();
        trace
    }

    /// Whether nothing is left of them.
    pub const fn is_empty(&self) -> bool {
        self.messages == 0 && self.joined.is_none()
    }

    fn note(&mut self, message: &Message<'_>, span: Option<(Instant, Instant)>, bars: usize) {
        let at = message.time();
        if message.kind() == MessageType::Join {
            self.joined = Some(self.joined.map_or(at, |joined| joined.min(at)));
        }
        if !is_written(message.kind()) {
            return;
        }
        let word = Word { at, ix: message.ix() };
        self.messages += 1;
        *self.by_channel.entry(message.ix().channel).or_default() += 1;
        self.widen(word);
        if let Some(bar) = span.and_then(|span| bar_of(span, bars, at)) {
            self.bars.resize(bars.max(self.bars.len()), 0);
            if let Some(count) = self.bars.get_mut(bar) {
                *count += 1;
            }
        }
    }

    fn widen(&mut self, word: Word) {
        if !word.at.is_dated() {
            return;
        }
        self.first = Some(self.first.map_or(word, |first| first.min(word)));
        self.last = Some(self.last.map_or(word, |last| last.max(word)));
    }

    fn absorb(&mut self, other: &Self) {
        self.messages += other.messages;
        self.first.into_iter().chain(other.first).chain(other.last).for_each(|word| self.widen(word));
        for (&channel, &count) in &other.by_channel {
            *self.by_channel.entry(channel).or_default() += count;
        }
        self.bars.resize(self.bars.len().max(other.bars.len()), 0);
        for (bar, count) in self.bars.iter_mut().zip(&other.bars) {
            *bar += count;
        }
        self.joined = [self.joined, other.joined].into_iter().flatten().min();
    }
}

/// Which of `bars` equal parts of a span holds `at`; `None` outside it.
pub fn bar_of((from, to): (Instant, Instant), bars: usize, at: Instant) -> Option<usize> {
    let (whole, part) = (to.since(from)?, at.since(from)?);
    if part < 0 || part > whole || bars == 0 {
        return None;
    }
    let whole = i128::from(whole.max(1));
    let bar = usize::try_from(i128::from(part) * bars as i128 / whole).ok()?;
    Some(bar.min(bars - 1))
}

/// The traces of everybody, by their place in the archive.
#[derive(Debug, Clone, Default)]
pub struct Traces {
    by_person: Vec<Trace>,
}

impl Traces {
    /// Reads the whole archive once.
    pub fn collect(archive: &Archive, span: Option<(Instant, Instant)>, bars: usize) -> Self {
        let mut by_person = vec![Trace::default(); archive.people().len()];
        for (channel, _) in archive.channels() {
            for message in archive.messages(channel) {
                let author = message.author_ix().and_then(|author| by_person.get_mut(author.0 as usize));
                if let Some(trace) = author {
                    trace.note(&message, span, bars);
                }
            }
        }
        Self { by_person }
    }

    /// The trace of one identity.
    pub fn of(&self, person: PersonIx) -> Option<&Trace> {
        self.by_person.get(person.0 as usize)
    }
}

/// A person with all that is known of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Participant {
    /// All identities, the one that stands for the others first.
    pub identities: Vec<PersonId>,
    /// Their places in the archive.
    pub places: Vec<PersonIx>,
    /// Full name; foreign.
    pub name: RawString,
    /// Short names without `@`, the one shown first; foreign.
    pub handles: Vec<RawString>,
    /// Job title; foreign.
    pub title: RawString,
    /// Team; foreign.
    pub team: RawString,
    /// Where they work; foreign.
    pub location: RawString,
    /// Who manages them; foreign.
    pub manager: RawString,
    /// E-mail address; foreign.
    pub email: RawString,
    /// Their zone.
    pub zone: Option<Zone>,
    /// First day with the company, as somebody wrote it.
    pub started_on: Option<String>,
    /// What they did in the incident.
    pub role: Option<String>,
    /// State of the interview.
    pub interview: Option<String>,
    /// Whether it is a program.
    pub is_bot: bool,
    /// What they left in the sources.
    pub trace: Trace,
    /// What the project kept of it, for the day the sources are gone.
    pub kept: Option<crate::project::model::Presence>,
}

impl Participant {
    /// The identity that stands for them.
    pub fn id(&self) -> Option<&PersonId> {
        self.identities.first()
    }

    /// Somebody by any of their identities, without a trace.
    pub fn find(project: &Project, archive: &Archive, id: &PersonId) -> Self {
        let main = project.same_person(id).clone();
        let mut identities = vec![main.clone()];
        let joined = project.people().keys().filter(|other| **other != main && *project.same_person(other) == main);
        identities.extend(joined.cloned());
        if !identities.contains(id) {
            identities.push(id.clone());
        }
        Self::of(project, archive, identities)
    }

    fn of(project: &Project, archive: &Archive, identities: Vec<PersonId>) -> Self {
        let mut somebody = Self::default();
        for id in &identities {
            if let Some(card) = project.people().get(id) {
                somebody.take_card(card);
            }
        }
        for id in &identities {
            let Some(place) = archive.people().find(id) else { continue };
            somebody.places.push(place);
            if let Some(person) = archive.people().get(place) {
                somebody.take_listed(person);
            }
        }
        if somebody.name.is_empty() {
            let native = identities.first().map_or("", |id| id.native());
            somebody.name = RawString::from(native);
        }
        somebody.identities = identities;
        somebody
    }

    fn take_card(&mut self, card: &PersonCard) {
        let raw = |text: &Option<String>| RawString::from(text.as_deref().unwrap_or(""));
        keep(&mut self.name, &raw(&card.name));
        keep(&mut self.title, &raw(&card.title));
        keep(&mut self.team, &raw(&card.team));
        keep(&mut self.location, &raw(&card.location));
        keep(&mut self.email, &raw(&card.email));
        self.handles.extend(card.handles.iter().map(|handle| RawString::from(handle.trim_start_matches('@'))));
        self.zone = self.zone.or(card.zone);
        let fill = |mine: &mut Option<String>, theirs: &Option<String>| {
            if mine.is_none() {
                mine.clone_from(theirs);
            }
        };
        fill(&mut self.started_on, &card.started_on);
        fill(&mut self.role, &card.role);
        fill(&mut self.interview, &card.interview);
        self.kept = self.kept.take().or_else(|| card.presence.clone());
    }

    fn take_listed(&mut self, person: &Person) {
        keep(&mut self.name, &person.name);
        keep(&mut self.title, &person.title);
        keep(&mut self.email, &person.email);
        keep(&mut self.team, &person.team);
        keep(&mut self.location, &person.location);
        keep(&mut self.manager, &person.manager);
        if self.started_on.is_none() && !person.started_on.is_empty() {
            self.started_on = Some(person.started_on.tty_line().into_owned());
        }
        if !person.handle.is_empty() && !self.handles.contains(&person.handle) {
            self.handles.push(person.handle.clone());
        }
        self.zone = self.zone.or(person.zone);
        self.is_bot |= person.is_bot;
    }

    /// When they wrote or came first, from the sources or from what the project kept.
    pub fn first_seen(&self) -> Option<Instant> {
        let first = self.trace.first.map(|word| word.at);
        let joined = self.trace.joined.filter(|at| at.is_dated());
        [first, joined].into_iter().flatten().min().or_else(|| self.kept.as_ref().map(|kept| kept.first))
    }

    /// How many messages they wrote, from the sources or from what the project kept.
    pub fn messages(&self) -> usize {
        let kept = self.kept.as_ref().map_or(0, |kept| usize::try_from(kept.messages).unwrap_or(usize::MAX));
        if self.places.is_empty() { kept } else { self.trace.messages }
    }
}

fn keep(mine: &mut RawString, theirs: &RawString) {
    if mine.is_empty() {
        mine.clone_from(theirs);
    }
}

/// Everybody who wrote or came, or has a card: joined identities as one, by their first trace.
pub fn roster(project: &Project, archive: &Archive, traces: &Traces) -> Vec<Participant> {
    let mut identities: BTreeMap<PersonId, Vec<PersonId>> = BTreeMap::new();
    let present = archive.people().iter().filter(|(ix, _)| traces.of(*ix).is_some_and(|trace| !trace.is_empty()));
    let ids = present.map(|(_, person)| &person.id).chain(project.people().keys());
    for id in ids {
        let main = project.same_person(id);
        let group = identities.entry(main.clone()).or_insert_with(|| vec![main.clone()]);
        if !group.contains(id) {
            group.push(id.clone());
        }
    }
    let mut people: Vec<Participant> = identities
        .into_values()
        .map(|group| {
            let mut somebody = Participant::of(project, archive, group);
            for place in somebody.places.clone() {
                if let Some(trace) = traces.of(place) {
                    somebody.trace.absorb(trace);
                }
            }
            somebody
        })
        .collect();
    people.sort_by(|a, b| by_first_trace(a).cmp(&by_first_trace(b)));
    people
}

fn by_first_trace(person: &Participant) -> (Instant, &str, Option<&PersonId>) {
    (person.first_seen().unwrap_or(Instant::UNDATED), person.name.unsanitised(), person.id())
}

/// How long somebody had been with the company at a moment: `2 years, since 3 Oct 2022`.
pub fn tenure(started_on: &str, at: Instant) -> Option<String> {
    let start = NaiveDate::parse_from_str(started_on, "%Y-%m-%d").ok()?;
    let since = format!("since {}", start.format("%-d %b %Y"));
    let Some(then) = Zone::UTC.date(at) else { return Some(since) };
    let mut months = (then.year() - start.year()) * 12 + then.month() as i32 - start.month() as i32;
    months -= i32::from(then.day() < start.day());
    let count = |count: i32, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    Some(match months {
        ..0 => format!("from {}", start.format("%-d %b %Y")),
        0 => {
            let days = (then - start).num_days() as i32;
            format!("{}, {since}", count(days, "day", "days"))
        }
        1..12 => format!("{}, {since}", count(months, "month", "months")),
        _ => format!("{}, {since}", count(months / 12, "year", "years")),
    })
}

/// The stretch of time an incident takes: its milestones and entries; without any, all that was said.
pub fn incident_span(project: &Project, archive: &Archive) -> Option<(Instant, Instant)> {
    let entries = project.timeline().iter().filter_map(|(target, entry)| {
        entry.occurred_at.or_else(|| match target.kind() {
            TargetKind::Event => project.events().get(target)?.at,
            TargetKind::Message => project.message(&target.message()?)?.time,
            TargetKind::Beat => None,
        })
    });
    let milestones = Milestone::ALL.into_iter().filter_map(|milestone| project.milestone(milestone));
    let moments: BTreeSet<Instant> = entries.chain(milestones).filter(|at| at.is_dated()).collect();
    match (moments.first(), moments.last()) {
        (Some(first), Some(last)) if last > first => Some((*first, *last)),
        _ => archive.span(),
    }
}

/// The part of the incident of which something is left in the sources; all of them, when there is none.
pub fn told_span(project: &Project, archive: &Archive) -> Option<(Instant, Instant)> {
    let (first, last) = archive.span()?;
    let (from, to) = incident_span(project, archive).unwrap_or((first, last));
    let (from, to) = (from.max(first), to.min(last));
    Some(if from < to { (from, to) } else { (first, last) })
}

/// The messages of a channel from a row on.
pub(super) fn rows(archive: &Archive, channel: ChannelIx, from: u32) -> impl Iterator<Item = Message<'_>> {
    let rows = archive.log(channel).map_or(0, |log| log.len() as u32);
    (from..rows).filter_map(move |row| archive.message(MsgIx { channel, row }))
}

/// Somebody who took part, and how it was for them when they came.
#[derive(Debug, Clone, PartialEq)]
pub struct TookPart {
    /// Their identity.
    pub id: PersonId,
    /// The short name shown; foreign.
    pub short: RawString,
    /// Their zone.
    pub zone: Option<Zone>,
    /// When they wrote or came first.
    pub at: Instant,
    /// Whether the zone of that time is known; where it is not, nothing is told of their hours.
    pub told_zone: ToldZone,
    /// Whether they were on call then.
    pub on_call: OnCall,
    /// What part of their day it was.
    pub part: Option<PartOfDay>,
}

/// Everybody who wrote or came between start and end in a channel of the timeline (in any, when there
/// is none), in order of arrival; programs are left out.
pub fn took_part(project: &Project, archive: &Archive, people: &[Participant], time: &WorkTime) -> Vec<TookPart> {
    let Some((from, to)) = response(project, archive) else { return Vec::new() };
    let channels = channels_of_timeline(project, archive);
    let mut first: BTreeMap<PersonIx, (Instant, ToldZone)> = BTreeMap::new();
    for (channel, log) in archive.channels() {
        if !channels.is_empty() && !channels.contains(&channel) {
            continue;
        }
        for message in rows(archive, channel, log.first_at(from)).take_while(|message| message.time() <= to) {
            let counts = is_written(message.kind()) || message.kind() == MessageType::Join;
            if let Some(author) = message.author_ix().filter(|_| counts) {
                let told = (message.time(), ToldZone::of_message(&message));
                let at = first.entry(author).or_insert(told);
                *at = if told.0 < at.0 { told } else { *at };
            }
        }
    }
    let mut present: Vec<TookPart> = people
        .iter()
        .filter(|person| !person.is_bot)
        .filter_map(|person| {
            let found = person.places.iter().filter_map(|place| first.get(place)).copied();
            let (at, told_zone) = found.min_by_key(|(at, _)| *at)?;
            let is_sure = told_zone == ToldZone::Known;
            Some(TookPart {
                id: person.id()?.clone(),
                short: person.handles.first().unwrap_or(&person.name).clone(),
                zone: person.zone,
                at,
                told_zone,
                on_call: if is_sure { Duty::of(project, archive, &person.identities).at(at) } else { OnCall::Unknown },
                part: person.zone.filter(|_| is_sure).and_then(|zone| time.part(zone, at)),
            })
        })
        .collect();
    present.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    present
}

/// From the milestone start to the milestone end; where one is not set, as far as the timeline reaches.
pub(super) fn response(project: &Project, archive: &Archive) -> Option<(Instant, Instant)> {
    let span = incident_span(project, archive);
    let from = project.milestone(Milestone::Start).or(span.map(|(first, _)| first))?;
    let to = project.milestone(Milestone::End).or(span.map(|(_, last)| last));
    Some((from, to.map_or(from, |to| to.max(from))))
}

/// The channels of which something is on the timeline.
pub fn channels_of_timeline(project: &Project, archive: &Archive) -> BTreeSet<ChannelIx> {
    let members = project.beats().values().flatten();
    let ids = project.timeline().keys().chain(members).filter_map(Target::message);
    ids.filter_map(|id| Some(archive.find(&id)?.channel)).collect()
}

#[cfg(test)]
pub(crate) mod tests;
