//! Who took part, in order of arrival: from joins, posts and tags between start and end.
//!
//! Arrival is the only order; how much somebody wrote is neither counted nor told.

use std::collections::BTreeSet;

use crate::analysis::duty::Duty;
use crate::archive::{Archive, MessageType};
use crate::base::id::{MessageId, PersonId, Target};
use crate::base::text::{RawString, sanitize_md};
use crate::base::time::{Instant, Zone};
use crate::project::Project;
use crate::project::model::Milestone;
use crate::report::cite::citation_text;
use crate::timeline::copy::{channel_name, is_off_record};
use crate::timeline::{Timeline, ToldZone};

use super::MARK;

/// How somebody's arrival is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ArrivedBy {
    /// They came into a channel.
    Joining,
    /// They wrote.
    Writing,
}

/// Somebody's arrival.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    /// Who, joined identities followed.
    pub person: PersonId,
    /// Full name; foreign.
    pub name: RawString,
    /// When.
    pub at: Instant,
    /// Whether the zone of that time is known.
    pub told_zone: ToldZone,
    /// How it is known.
    pub by: ArrivedBy,
    /// The message that shows it.
    pub message: MessageId,
    /// Their zone, where known.
    pub zone: Option<Zone>,
    /// Title and team, as far as known; foreign.
    pub place: Vec<String>,
    /// What they did, where somebody said it.
    pub role: Option<String>,
    /// Whether they were on call at that moment, where anything tells.
    pub on_call: Option<bool>,
}

/// Everybody who joined or wrote in a channel of the timeline between start and end, in order of
/// arrival; programs, private channels and what is off the record are left out.
pub fn arrivals(project: &Project, archive: &Archive, timeline: &Timeline) -> Vec<Arrival> {
    let Some((from, to)) = window(project, timeline) else { return Vec::new() };
    let rows = timeline.rows.iter().filter(|row| !row.private && row.at >= from && row.at <= to);
    let channels: BTreeSet<&str> = rows.map(|row| row.channel.unsanitised()).collect();
    let mut traces = archive_traces(archive, &channels, from, to);
    traces.extend(copy_traces(project, &channels, from, to));
    traces.sort_by(|a, b| (a.at, &a.message).cmp(&(b.at, &b.message)));
    let mut seen: BTreeSet<PersonId> = BTreeSet::new();
    let mut arrivals = Vec::new();
    for trace in traces {
        let person = project.same_person(&trace.author).clone();
        if is_off_record(project, &trace.message.target()) || !seen.insert(person.clone()) {
            continue;
        }
        arrivals.push(arrival(project, archive, person, trace));
    }
    arrivals
}

fn window(project: &Project, timeline: &Timeline) -> Option<(Instant, Instant)> {
    let (first, last) = timeline.span()?;
    let from = project.milestone(Milestone::Start).unwrap_or(first);
    let to = project.milestone(Milestone::End).unwrap_or(last);
    Some((from, to.max(from)))
}

struct Trace {
    author: PersonId,
    name: RawString,
    at: Instant,
    told_zone: ToldZone,
    by: ArrivedBy,
    message: MessageId,
}

fn archive_traces(archive: &Archive, channels: &BTreeSet<&str>, from: Instant, to: Instant) -> Vec<Trace> {
    let mut traces = Vec::new();
    for (channel, log) in archive.channels() {
        if log.meta().kind.is_private() || !channels.contains(channel_name(log.meta()).as_str()) {
            continue;
        }
        for message in archive.messages(channel).skip(log.first_at(from) as usize) {
            if message.time() > to {
                break;
            }
            let by = match message.kind() {
                MessageType::Join => ArrivedBy::Joining,
                MessageType::Message | MessageType::Reply | MessageType::File => ArrivedBy::Writing,
                _ => continue,
            };
            if let Some(author) = message.author().filter(|author| !author.is_bot) {
                let name = author.name.clone();
                let (id, at) = (message.id(), message.time());
                let told_zone = ToldZone::of_message(&message);
                traces.push(Trace { author: author.id.clone(), name, at, told_zone, by, message: id });
            }
        }
    }
    traces
}

fn copy_traces(project: &Project, channels: &BTreeSet<&str>, from: Instant, to: Instant) -> Vec<Trace> {
    let kept = project.messages().iter().filter(|(_, copy)| !copy.private && channels.contains(copy.channel.as_str()));
    kept.filter_map(|(id, copy)| {
        let at = copy.time.filter(|&at| at >= from && at <= to)?;
        let by = match copy.kind.as_str() {
            "join" => ArrivedBy::Joining,
            "message" | "reply" | "file" => ArrivedBy::Writing,
            _ => return None,
        };
        let name = RawString::from(copy.author.as_str());
        let told_zone = ToldZone::of(copy);
        Some(Trace { author: copy.author_id.clone()?, name, at, told_zone, by, message: id.clone() })
    })
    .collect()
}

fn arrival(project: &Project, archive: &Archive, person: PersonId, trace: Trace) -> Arrival {
    let card = project.person(&person).cloned().unwrap_or_default();
    let listed = archive.people().find(&person).and_then(|ix| archive.people().get(ix));
    let told = listed.map(|person| person.title.unsanitised().to_owned()).filter(|title| !title.is_empty());
    let on_call = Duty::of_person(project, archive, &person).at(trace.at).known();
    Arrival {
        name: card.name.map_or(trace.name, RawString::from),
        at: trace.at,
        told_zone: trace.told_zone,
        by: trace.by,
        message: trace.message,
        zone: card.zone.or_else(|| listed.and_then(|person| person.zone)),
        place: card.title.or(told).into_iter().chain(card.team).collect(),
        role: card.role,
        on_call,
        person,
    }
}

pub(super) fn draft(project: &Project, archive: &Archive, timeline: &Timeline) -> Vec<String> {
    let arrivals = arrivals(project, archive, timeline);
    if arrivals.is_empty() {
        return Vec::new();
    }
    let zone = project.zone();
    let mut lines = vec![
        format!("{MARK} In order of arrival; arrival in {zone}, local time beside it.\n"),
        "| Who | Title, team | Role | Arrived | Local time | On call | Evidence |".to_owned(),
        "|---|---|---|---|---|---|---|".to_owned(),
    ];
    lines.extend(arrivals.iter().map(|arrival| table_row(arrival, zone)));
    lines
}

fn table_row(arrival: &Arrival, zone: Zone) -> String {
    let told = arrival.told_zone;
    let zone = told.shown_in(zone);
    let local = arrival
        .zone
        .filter(|_| told == ToldZone::Known)
        .map_or(String::new(), |local| format!("{} {}", local.minute(arrival.at), sanitize_md(&local.city())));
    let on_call = match arrival.on_call {
        Some(true) => "yes",
        Some(false) => "no",
        None => "",
    };
    format!(
        "| {} | {} | {} | {} {}{} | {local} | {on_call} | {} |",
        sanitize_md(arrival.name.unsanitised()),
        sanitize_md(&arrival.place.join(", ")),
        sanitize_md(arrival.role.as_deref().unwrap_or_default()),
        zone.day(arrival.at),
        zone.minute(arrival.at),
        told.words(),
        citation_text(Target::from_text(arrival.message.as_str()).as_str()),
    )
}
