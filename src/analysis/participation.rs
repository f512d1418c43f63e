//! Who took part in one incident, and under which conditions: what counts over many incidents.
//!
//! Somebody took part who wrote at least one message between start and end, an hour of slack on both
//! sides. On call means that one of those messages fell into a shift of theirs; working hours are told
//! by the first of them, on the clock of whoever wrote it. Where the export is gone, the trace that the
//! project kept stands in. What nothing tells is unknown, and neither yes nor no.

use std::collections::{BTreeMap, BTreeSet};

use super::calendar::WorkTime;
use super::duty::{Duty, OnCall};
use super::presence::{Participant, is_written, response, rows};
use crate::archive::{Archive, MessageType, PersonIx};
use crate::base::id::PersonId;
use crate::base::time::{HOUR, Instant, Zone};
use crate::project::Project;
use crate::project::model::Presence;
use crate::timeline::ToldZone;

/// What is kept of the time before the start and after the end.
pub const SLACK: i64 = HOUR;

/// One person in one incident.
#[derive(Debug, Clone, PartialEq)]
pub struct Participation {
    /// Who, with all that is known of them; without a trace.
    pub person: Participant,
    /// Their first message in the incident; `None` where only the span of their words was kept, or its
    /// clock tells no zone.
    pub first: Option<Instant>,
    /// Whether any of their messages fell into a shift of theirs.
    pub on_call: Option<bool>,
    /// Whether the first one fell into their hours of work.
    pub work_hours: Option<bool>,
}

/// Start and end of an incident: its milestones, else what its timeline spans.
pub fn incident_bounds(project: &Project, archive: &Archive) -> Option<(Instant, Instant)> {
    response(project, archive)
}

/// Everybody who took part, by name; programs are left out.
pub fn participations(project: &Project, archive: &Archive, time: &WorkTime) -> Vec<Participation> {
    let Some((from, to)) = incident_bounds(project, archive) else { return Vec::new() };
    let (from, to) = (from.plus(-SLACK), to.plus(SLACK));
    let evidence = Evidence::gather(project, archive, from, to);
    let mut found: Vec<Participation> =
        evidence.people(project, archive).into_iter().filter_map(|somebody| evidence.judge(somebody, time)).collect();
    found.sort_by_cached_key(|one| (one.person.name.unsanitised().to_lowercase(), one.person.id().cloned()));
    found
}

/// What tells of messages between two moments.
struct Evidence<'a> {
    project: &'a Project,
    archive: &'a Archive,
    window: (Instant, Instant),
    told: BTreeMap<PersonIx, Vec<Word>>,
    /// Whoever wrote anything at all.
    wrote: BTreeSet<PersonIx>,
    copied: BTreeMap<&'a PersonId, Vec<Word>>,
}

/// When somebody wrote, and whether the zone of that time is known: a clock without one tells neither
/// whose hour it was nor whose shift.
type Word = (Instant, ToldZone);

impl<'a> Evidence<'a> {
    fn gather(project: &'a Project, archive: &'a Archive, from: Instant, to: Instant) -> Self {
        let mut told: BTreeMap<PersonIx, Vec<Word>> = BTreeMap::new();
        let mut wrote = BTreeSet::new();
        for (channel, log) in archive.channels() {
            wrote.extend((0..log.len() as u32).filter_map(|row| log.author(row)));
            let inside = rows(archive, channel, log.first_at(from)).take_while(|message| message.time() <= to);
            for message in inside.filter(|message| is_written(message.kind())) {
                if let Some(author) = message.author_ix() {
                    told.entry(author).or_default().push((message.time(), ToldZone::of_message(&message)));
                }
            }
        }
        let mut copied: BTreeMap<&PersonId, Vec<Word>> = BTreeMap::new();
        for (id, copy) in project.messages().iter().filter(|(_, copy)| was_written(&copy.kind)) {
            let at = copy.time.filter(|at| *at >= from && *at <= to);
            if let (Some(author), Some(at)) = (&copy.author_id, at.filter(|_| archive.find(id).is_none())) {
                copied.entry(author).or_default().push((at, ToldZone::of(copy)));
            }
        }
        Self { project, archive, window: (from, to), told, wrote, copied }
    }

    /// Everybody who may have taken part, joined identities as one.
    fn people(&self, project: &Project, archive: &Archive) -> Vec<Participant> {
        let told = self.told.keys().filter_map(|place| archive.people().get(*place)).map(|person| &person.id);
        let kept = project.people().iter().filter(|(_, card)| card.presence.is_some()).map(|(id, _)| id);
        let ids = told.chain(kept).chain(self.copied.keys().copied());
        let mains: BTreeSet<&PersonId> = ids.map(|id| project.same_person(id)).collect();
        let people = mains.into_iter().map(|id| Participant::find(project, archive, id));
        people.filter(|person| !person.is_bot).collect()
    }

    fn judge(&self, person: Participant, time: &WorkTime) -> Option<Participation> {
        let told = person.places.iter().filter_map(|place| self.told.get(place)).flatten();
        let copied = person.identities.iter().filter_map(|id| self.copied.get(id)).flatten();
        let mut moments: Vec<Word> = told.chain(copied).copied().collect();
        let mut on_call = None;
        let mut is_known = !moments.is_empty();
        // An export that is open tells all that the trace kept of it tells.
        if !person.places.iter().any(|place| self.wrote.contains(place)) {
            for kept in self.cards(&person) {
                let (kept_moments, kept_duty, was_there) = stay(kept, self.window);
                moments.extend(kept_moments.into_iter().map(|at| (at, ToldZone::Known)));
                on_call = either(on_call, kept_duty);
                is_known |= was_there;
            }
        }
        if !is_known {
            return None;
        }
        let duty = Duty::of(self.project, self.archive, &person.identities);
        let sure = moments.iter().filter(|(_, told)| *told == ToldZone::Known);
        on_call = sure.map(|(at, _)| known(&duty.at(*at))).fold(on_call, either);
        let first = moments.into_iter().min_by_key(|(at, _)| *at).filter(|(_, told)| *told == ToldZone::Known);
        let first = first.map(|(at, _)| at);
        let work_hours = person.zone.zip(first).and_then(|(zone, at): (Zone, Instant)| time.is_working(zone, at));
        Some(Participation { person, first, on_call, work_hours })
    }

    fn cards(&self, person: &Participant) -> impl Iterator<Item = &'a Presence> {
        person.identities.clone().into_iter().filter_map(|id| self.project.people().get(&id)?.presence.as_ref())
    }
}

/// What a kept trace tells of a stretch of time: moments, whether they were on call, and whether
/// they were there at all.
fn stay(kept: &Presence, (from, to): (Instant, Instant)) -> (Vec<Instant>, Option<bool>, bool) {
    if let Some(stay) = &kept.incident {
        return (stay.first.into_iter().collect(), stay.on_call, stay.messages > 0);
    }
    let moments = [kept.first, kept.last].into_iter().filter(|at| *at >= from && *at <= to).collect();
    let was_there = kept.messages > 0 && kept.first <= to && kept.last >= from;
    // Their first word before the incident says nothing of the hour at which they came to it.
    let moments = if kept.first < from { Vec::new() } else { moments };
    (moments, kept.on_call.filter(|_| was_there), was_there)
}

/// What [`is_written`] says of a kept copy, by the word of its type.
fn was_written(kind: &str) -> bool {
    // Nothing but this word tells a program once its export is gone.
    use MessageType::{Bot, Deleted, Event, Join, Leave, Topic};
    ![Bot, Deleted, Event, Join, Leave, Topic].iter().any(|system| system.word() == kind)
}

const fn known(duty: &OnCall) -> Option<bool> {
    match duty {
        OnCall::Unknown => None,
        OnCall::No => Some(false),
        OnCall::Yes | OnCall::Rotas(_) => Some(true),
    }
}

/// On call once is on call; what is known goes before what is not.
fn either(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), _) | (_, Some(false)) => Some(false),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests;
