//! What a project keeps of people for the day its exports are gone: their name and their trace in
//! the sources, of those who wrote during the incident or whose messages somebody annotated.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::duty::{Duty, OnCall};
use super::participation::{SLACK, incident_bounds};
use super::presence::is_written;
use crate::archive::{Archive, PersonIx};
use crate::base::time::Instant;
use crate::project::model::{Presence, Stay};
use crate::project::{Edit, Project};
use crate::timeline::ToldZone;

/// Edits that bring names and traces of people up to date; none when nothing differs.
pub fn presence_edits(project: &Project, archive: &Archive) -> Vec<Edit> {
    let traces = traces(archive);
    let concerned = concerned(project, archive);
    let people = archive.people();
    let window = window(project, archive);
    concerned
        .into_iter()
        .filter_map(|ix| {
            let (person, trace) = (people.get(ix).filter(|person| !person.is_bot)?, traces.get(&ix)?);
            let card = project.people().get(&person.id);
            let presence = trace.presence(&Duty::of_person(project, archive, &person.id), window);
            let mut fields = BTreeMap::new();
            if card.and_then(|card| card.presence.as_ref()) != Some(&presence) {
                fields.insert("presence".to_owned(), serde_json::to_value(&presence).ok()?);
            }
            if card.is_none_or(|card| card.name.is_none()) && !person.name.is_empty() {
                fields.insert("name".to_owned(), Value::from(person.name.unsanitised()));
            }
            (!fields.is_empty()).then(|| Edit::Person { person: person.id.clone(), fields })
        })
        .collect()
}

/// When somebody wrote.
struct Wrote {
    times: Vec<(Instant, ToldZone)>,
}

impl Wrote {
    fn presence(&self, calls: &Duty, window: Option<(Instant, Instant)>) -> Presence {
        let dated: Vec<(Instant, ToldZone)> = self.times.iter().copied().filter(|(at, _)| at.is_dated()).collect();
        let inside = |(from, to): (Instant, Instant)| -> Vec<(Instant, ToldZone)> {
            dated.iter().copied().filter(|(at, _)| *at >= from && *at <= to).collect()
        };
        let first = |times: &[(Instant, ToldZone)]| times.iter().copied().min_by_key(|(at, _)| *at);
        Presence {
            first: first(&dated).map_or(Instant::UNDATED, |(at, _)| at),
            last: dated.iter().map(|(at, _)| *at).max().unwrap_or(Instant::UNDATED),
            messages: self.times.len() as u64,
            on_call: was_on_call(&dated, calls),
            incident: window.map(inside).map(|inside| Stay {
                messages: inside.len() as u64,
                first: first(&inside).filter(|(_, told)| *told == ToldZone::Known).map(|(at, _)| at),
                on_call: was_on_call(&inside, calls),
            }),
        }
    }
}

/// Whether any of some times fell into a shift; a clock without a zone tells nothing of it.
fn was_on_call(times: &[(Instant, ToldZone)], calls: &Duty) -> Option<bool> {
    let sure = || times.iter().filter(|(_, told)| *told == ToldZone::Known);
    let duty = || sure().map(|(at, _)| calls.at(*at));
    let is_known = duty().any(|duty| !matches!(duty, OnCall::Unknown));
    is_known.then(|| duty().any(|duty| duty.is_on()))
}

/// The incident with an hour of slack on both sides, as the counts over many incidents allow.
fn window(project: &Project, archive: &Archive) -> Option<(Instant, Instant)> {
    incident_bounds(project, archive).map(|(from, to)| (from.plus(-SLACK), to.plus(SLACK)))
}

fn traces(archive: &Archive) -> BTreeMap<PersonIx, Wrote> {
    let mut traces: BTreeMap<PersonIx, Wrote> = BTreeMap::new();
    let channels = archive.channels().map(|(channel, _)| channel);
    for message in channels.flat_map(|channel| archive.messages(channel)).filter(|message| is_written(message.kind())) {
        if let Some(author) = message.author_ix() {
            let wrote = traces.entry(author).or_insert_with(|| Wrote { times: Vec::new() });
            wrote.times.push((message.time(), ToldZone::of_message(&message)));
        }
    }
    traces
}

fn concerned(project: &Project, archive: &Archive) -> BTreeSet<PersonIx> {
    let annotated = project.messages().values().filter_map(|copy| copy.author_id.as_ref());
    let mut concerned: BTreeSet<PersonIx> = annotated.filter_map(|id| archive.people().find(id)).collect();
    let Some((from, to)) = window(project, archive) else { return concerned };
    for (_, log) in archive.channels() {
        let rows = log.first_at(from)..=log.last_at(to).unwrap_or(0);
        concerned.extend(rows.filter(|&row| is_written(log.kind(row))).filter_map(|row| log.author(row)));
    }
    concerned
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::archive::builder::{LogBuilder, Record};
    use crate::archive::log::Provenance;
    use crate::archive::{ChannelMeta, Flags, MessageType, People, Person};
    use crate::base::id::{InvestigatorId, PersonId};
    use crate::project::{Author, Document};

    fn archive() -> Archive {
        let mut people = People::default();
        let author = people.insert(Person::unlisted(PersonId::new("slack", "U1"), "Runa Halvorik".into()));
        let meta = ChannelMeta::named("slack", "C1", "general");
        let mut log = LogBuilder::new(meta);
        for (id, second) in [("1.0", 1), ("9.0", 9)] {
            log.push(Record {
                native_id: id.to_owned(),
                time: Instant::from_seconds(second),
                author: Some(author),
                kind: MessageType::Message,
                flags: Flags::default(),
                text: "hm".to_owned(),
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
    fn names_and_traces_are_kept_once() {
        let author = Author::new(InvestigatorId::from_name("Ida Holm"));
        let mut document = Document::new(&author);
        let archive = archive();
        let edits = presence_edits(document.project(), &archive);
        assert_eq!(edits.len(), 1);
        for edit in edits {
            document.apply(edit, &author, Instant::from_seconds(20)).unwrap();
        }
        let card = document.project().people().values().next().unwrap();
        assert_eq!(card.name.as_deref(), Some("Runa Halvorik"));
        let presence = card.presence.as_ref().unwrap();
        assert_eq!((presence.messages, presence.last), (2, Instant::from_seconds(9)));
        assert_eq!(presence.on_call, None, "no shifts are known");
        assert!(presence_edits(document.project(), &archive).is_empty());
    }
}
