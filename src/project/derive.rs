//! What a pile of cells shows: the typed project, one entity at a time.
//!
//! After each edit only the entities it touched and those that lean on them are derived again, so
//! that an edit costs the same in a small project and in a large one. [`super::Document`] alone
//! calls this.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::cell::{Cells, Entity, Json, Kind, field};
use super::document::Touched;
use super::model::{
    Entry, Event, Filter, Investigator, MessageCopy, Milestone, Note, PersonCard, Phase, Project, Section, Source, Tag,
};
use super::{citation, tag_key};
use crate::base::id::{InvestigatorId, MessageId, NoteId, PersonId, PhaseId, TagId, Target, TargetKind};
use crate::base::rank;
use crate::base::reading::{Day, ReadAs};
use crate::base::shared_map::SharedMap;
use crate::base::time::{Instant, Micros, parse_duration};

/// The tag that keeps what carries it out of every export.
pub const OFF_RECORD_TAG: &str = "investigation-off-the-record";

/// The order in which kinds are derived: each after those it leans on.
const ORDER: [Kind; 15] = [
    Kind::Facts,
    Kind::Milestones,
    Kind::Investigators,
    Kind::Sources,
    Kind::People,
    Kind::Tags,
    Kind::Filters,
    Kind::Events,
    Kind::Beats,
    Kind::Notes,
    Kind::Timeline,
    Kind::Phases,
    Kind::Report,
    Kind::Coverage,
    Kind::Messages,
];

/// Derives everything anew.
pub(super) fn all(cells: &Cells, project: &mut Project) {
    let id = std::mem::take(&mut project.id);
    *project = Project { id, ..Project::default() };
    for kind in ORDER {
        for (id, _) in cells.entities(kind) {
            one(cells, project, kind, id);
        }
    }
    settle_tag_keys(cells, project);
}

/// Derives the entities touched by an edit, and those that lean on them; gives all of them.
pub(super) fn touched(cells: &Cells, project: &mut Project, mut touched: Touched) -> Touched {
    let mut leaning = BTreeSet::new();
    for (kind, id) in &touched {
        // What leaned on it before and what does after: both may change.
        leaning.extend(leans_on(cells, project, *kind, id));
        one(cells, project, *kind, id);
        leaning.extend(leans_on(cells, project, *kind, id));
    }
    // Entries come before messages: an entry is what holds the copy of its message.
    for (kind, id) in &leaning {
        one(cells, project, *kind, id);
        if *kind == Kind::Timeline {
            one(cells, project, Kind::Messages, id);
        }
    }
    for (_, id) in leaning.iter().filter(|(kind, _)| *kind == Kind::Messages) {
        one(cells, project, Kind::Messages, id);
    }
    if touched.iter().any(|(kind, _)| *kind == Kind::Tags) {
        settle_tag_keys(cells, project);
    }
    touched.append(&mut leaning);
    touched
}

fn leans_on(cells: &Cells, project: &Project, kind: Kind, id: &str) -> BTreeSet<(Kind, String)> {
    let mut leaning = BTreeSet::new();
    match kind {
        Kind::Messages => {
            leaning.insert((Kind::Timeline, id.to_owned()));
            let beats = project.beats.iter().filter(|(_, members)| members.contains(id));
            leaning.extend(beats.map(|(beat, _)| (Kind::Timeline, beat.to_string())));
        }
        Kind::Events => {
            leaning.insert((Kind::Timeline, id.to_owned()));
            leaning.extend(notes_written_on(cells, id));
            let beats = project.beats.iter().filter(|(_, members)| members.contains(id));
            leaning.extend(beats.map(|(beat, _)| (Kind::Timeline, beat.to_string())));
        }
        Kind::Beats => {
            leaning.insert((Kind::Timeline, id.to_owned()));
            leaning.extend(notes_written_on(cells, id));
            let members = project.beats.get(id).into_iter().flatten();
            leaning.extend(members.map(|member| (Kind::Messages, member.to_string())));
        }
        Kind::Notes => leaning.extend(project.notes.get(id).map(|note| (Kind::Messages, note.on.to_string()))),
        Kind::Timeline => {
            leaning.insert((Kind::Messages, id.to_owned()));
        }
        Kind::Report => {
            let text = project.report.get(id).map_or("", |section| section.text.as_str());
            leaning.extend(citation::ids(text).map(|id| (Kind::Messages, id.to_owned())));
        }
        _ => {}
    }
    leaning
}

/// Notes on an event or beat, also those that do not show because it is deleted. Asked only for the
/// few kinds of which there are few; a message's notes never lean on it.
fn notes_written_on(cells: &Cells, target: &str) -> Vec<(Kind, String)> {
    let on = Json::of(target);
    let notes = cells.entities(Kind::Notes);
    let standing = notes.filter(|(_, note)| note.shown(field::ON).is_some_and(|cell| cell.value == on));
    standing.map(|(id, _)| (Kind::Notes, id.to_owned())).collect()
}

fn one(cells: &Cells, project: &mut Project, kind: Kind, id: &str) {
    let entity = cells.entity(kind, id).filter(|entity| !entity.is_deleted());
    match kind {
        Kind::Facts => set(&mut project.facts, id.to_owned(), entity.and_then(fact)),
        Kind::Milestones => {
            if let Some(milestone) = Milestone::from_key(id) {
                set(&mut project.milestones, milestone, entity.and_then(|entity| entity.read(field::AT)));
            }
        }
        Kind::Investigators => {
            let known = entity.map(investigator).filter(|known| *known != Investigator::default());
            set(&mut project.investigators, InvestigatorId::from_text(id), known);
        }
        Kind::Sources => set(&mut project.sources, id.to_owned(), entity.map(source)),
        Kind::People => set(&mut project.people, PersonId::from_text(id), entity.map(person)),
        Kind::Tags => set(&mut project.tags, TagId::from_text(id), entity.map(|entity| tag(id, entity))),
        Kind::Filters => set(&mut project.filters, id.to_owned(), entity.map(|entity| filter(id, entity))),
        Kind::Messages => {
            let shown = entity.filter(|entity| is_held(project, entity, id)).map(message);
            set_shared(&mut project.messages, MessageId::from_text(id), shown);
        }
        Kind::Events => set(&mut project.events, Target::from_text(id), entity.map(event)),
        Kind::Notes => set_note(project, id, entity.and_then(note)),
        Kind::Beats => {
            let members = entity.map(|entity| entity.set(field::MEMBERS));
            set(&mut project.beats, Target::from_text(id), members);
        }
        Kind::Timeline => {
            let target = Target::from_text(id);
            let shown =
                entity.filter(|_| is_alive(project, &target)).map(|entity| entry(cells, project, &target, entity));
            set_shared(&mut project.timeline, target, shown);
        }
        Kind::Phases => set(&mut project.phases, PhaseId::from_text(id), entity.and_then(phase)),
        Kind::Report => {
            let section = entity.map(section).filter(|section| *section != Section::default());
            set(&mut project.report, id.to_owned(), section);
        }
        Kind::Coverage => set_coverage(project, id, entity),
        Kind::Extra => {}
    }
}

fn set<K: Ord, V>(map: &mut BTreeMap<K, V>, key: K, value: Option<V>) {
    match value {
        Some(value) => {
            map.insert(key, value);
        }
        None => {
            map.remove(&key);
        }
    }
}

fn set_shared<K: Ord + Clone, V: Clone>(map: &mut SharedMap<K, V>, key: K, value: Option<V>) {
    match value {
        Some(value) => map.insert(key, value),
        None => map.remove(&key),
    }
}

/// Whether there is something behind a target: messages always are, events and beats unless deleted.
fn is_alive(project: &Project, target: &Target) -> bool {
    match target.kind() {
        TargetKind::Message => true,
        TargetKind::Event => project.events.contains_key(target),
        TargetKind::Beat => project.beats.contains_key(target),
    }
}

/// Whether anybody's work leans on the copy of a message. A copy that nobody leans on stays in the
/// file's `sync` block and shows again with the next annotation.
fn is_held(project: &Project, entity: &Entity, id: &str) -> bool {
    entity.shown(field::OFF_RECORD).is_some()
        || !entity.elements(field::TAGS).is_empty()
        || project.timeline.contains_key(id)
        || project.notes_on.contains_key(id)
        || project.beats.values().any(|members| members.contains(id))
        || project.report.values().any(|section| citation::ids(&section.text).any(|cited| cited == id))
}

fn fact(entity: &Entity) -> Option<Value> {
    let items: BTreeSet<String> = entity.set(field::ITEMS);
    if items.is_empty() { entity.read(field::VALUE) } else { Some(items.into_iter().map(Value::String).collect()) }
}

fn investigator(entity: &Entity) -> Investigator {
    Investigator {
        name: entity.read(field::NAME).unwrap_or_default(),
        initials: entity.read(field::INITIALS).unwrap_or_default(),
        active_minutes: entity.sum(field::ACTIVE_MINUTES),
    }
}

fn source(entity: &Entity) -> Source {
    Source {
        path: entity.read(field::PATH).unwrap_or_default(),
        format: entity.read(field::FORMAT).unwrap_or_default(),
        fingerprint: entity.read(field::FINGERPRINT).unwrap_or_default(),
        read_as: read_as(entity),
        first: entity.read(field::FIRST),
        last: entity.read(field::LAST),
        messages: entity.read(field::MESSAGES).unwrap_or_default(),
        channels: entity.read(field::CHANNELS).unwrap_or_default(),
        missing: entity.read(field::MISSING).unwrap_or_default(),
        added_at: entity.read(field::ADDED_AT),
    }
}

fn read_as(entity: &Entity) -> ReadAs {
    ReadAs {
        format: entity.read(field::READ_AS),
        zone: entity.read(field::ZONE),
        skew: entity.read(field::SKEW).unwrap_or_default(),
        day: entity.read::<Day>(field::DAY).map(|day| day.0),
        day_order: entity.read(field::DAY_ORDER),
        pattern: entity.read(field::PATTERN),
        columns: entity.read(field::COLUMNS).unwrap_or_default(),
    }
}

fn person(entity: &Entity) -> PersonCard {
    PersonCard {
        name: entity.read(field::NAME),
        handles: entity.set(field::HANDLES),
        title: entity.read(field::TITLE),
        team: entity.read(field::TEAM),
        location: entity.read(field::LOCATION),
        zone: entity.read(field::ZONE),
        started_on: entity.read(field::STARTED_ON),
        role: entity.read(field::ROLE),
        manager: entity.read(field::MANAGER),
        email: entity.read(field::EMAIL),
        on_call: entity.read(field::ON_CALL),
        interview: entity.read(field::INTERVIEW),
        shifts: entity.set(field::SHIFTS),
        same_as: entity.read(field::SAME_AS),
        presence: entity.read(field::PRESENCE),
    }
}

fn tag(id: &str, entity: &Entity) -> Tag {
    Tag {
        group: entity.read(field::GROUP),
        name: entity.read(field::NAME).unwrap_or_else(|| id.to_owned()),
        definition: entity.read(field::DEFINITION),
        key: entity.read(field::KEY),
        section: entity.read(field::SECTION),
        merged_into: entity.read(field::MERGED_INTO),
    }
}

fn filter(id: &str, entity: &Entity) -> Filter {
    Filter {
        name: entity.read(field::NAME).unwrap_or_else(|| id.to_owned()),
        query: entity.read(field::QUERY).unwrap_or_default(),
        key: entity.read(field::KEY),
    }
}

fn message(entity: &Entity) -> MessageCopy {
    let copy: MessageCopy = entity.read(field::COPY).unwrap_or_default();
    let tags: BTreeSet<TagId> = entity.set(field::TAGS);
    let off_record = is_off_record(entity, &tags);
    MessageCopy { tags, off_record, ..copy }
}

fn event(entity: &Entity) -> Event {
    let tags: BTreeSet<TagId> = entity.set(field::TAGS);
    Event {
        at: entity.read(field::AT),
        until: entity.read(field::UNTIL),
        plus_minus: plus_minus(entity),
        text: entity.read(field::TEXT).unwrap_or_default(),
        channel: entity.read(field::CHANNEL),
        source: entity.read(field::SOURCE),
        by: entity.read(field::BY),
        off_record: is_off_record(entity, &tags),
        tags,
    }
}

fn is_off_record(entity: &Entity, tags: &BTreeSet<TagId>) -> bool {
    entity.read(field::OFF_RECORD).unwrap_or(false) || tags.contains(OFF_RECORD_TAG)
}

fn note(entity: &Entity) -> Option<Note> {
    Some(Note {
        on: entity.read(field::ON)?,
        text: entity.read(field::TEXT).unwrap_or_default(),
        by: entity.read(field::BY),
        at: entity.read(field::AT),
        question: entity.read(field::QUESTION),
        off_record: entity.read(field::OFF_RECORD).unwrap_or(false),
    })
}

fn set_note(project: &mut Project, id: &str, note: Option<Note>) {
    let id = NoteId::from_text(id);
    if let Some(before) = project.notes.remove(&id)
        && let Some(standing) = project.notes_on.get_mut(&before.on)
    {
        standing.remove(&id);
        if standing.is_empty() {
            project.notes_on.remove(&before.on);
        }
    }
    if let Some(note) = note.filter(|note| is_alive(project, &note.on)) {
        project.notes_on.entry(note.on.clone()).or_default().insert(id.clone());
        project.notes.insert(id, note);
    }
}

fn entry(cells: &Cells, project: &Project, target: &Target, entity: &Entity) -> Entry {
    let occurred_at: Option<Instant> = entity.read(field::OCCURRED_AT);
    let chosen = entity.read::<String>(field::ORDER).filter(|key| !rank::is_time_key(key));
    let order =
        chosen.unwrap_or_else(|| rank::time_key(occurred_at.unwrap_or_else(|| time_of(cells, project, target))));
    Entry {
        headline: entity.read(field::HEADLINE),
        text: entity.read(field::TEXT),
        occurred_at,
        plus_minus: plus_minus(entity),
        phase: entity.read(field::PHASE),
        order,
    }
}

/// When what a target points at was posted or happened; for a beat, its first member.
pub(super) fn time_of(cells: &Cells, project: &Project, target: &Target) -> Instant {
    let at = match target.kind() {
        TargetKind::Event => project.events.get(target).and_then(|event| event.at),
        TargetKind::Message => {
            let copy = cells.entity(Kind::Messages, target.as_str()).and_then(|entity| entity.shown(field::COPY));
            copy.and_then(|cell| cell.value.read::<MessageCopy>()).and_then(|copy| copy.time)
        }
        TargetKind::Beat => {
            // A beat within a beat can only be made by hand, and has no time here.
            let members = project.beats.get(target).into_iter().flatten();
            let plain = members.filter(|member| member.kind() != TargetKind::Beat);
            plain.map(|member| time_of(cells, project, member)).min()
        }
    };
    at.unwrap_or(Instant::UNDATED)
}

fn plus_minus(entity: &Entity) -> Option<Micros> {
    match entity.read::<Value>(field::PLUS_MINUS)? {
        Value::String(length) => parse_duration(&length),
        Value::Number(micros) => micros.as_i64(),
        _ => None,
    }
}

fn phase(entity: &Entity) -> Option<Phase> {
    Some(Phase { title: entity.read(field::TITLE).unwrap_or_default(), at: entity.read(field::AT)? })
}

fn section(entity: &Entity) -> Section {
    let waived = entity.elements(field::WAIVED).into_iter().filter_map(|cell| {
        let lint: String = serde_json::from_str(cell.element.as_deref()?).ok()?;
        Some((lint, cell.value.read().unwrap_or_default()))
    });
    Section {
        text: entity.read(field::TEXT).unwrap_or_default(),
        status: entity.read(field::STATUS).unwrap_or_default(),
        waived: waived.collect(),
    }
}

fn set_coverage(project: &mut Project, id: &str, entity: Option<&Entity>) {
    let Some((investigator, channel)) = id.split_once(' ') else { return };
    let investigator = InvestigatorId::from_text(investigator);
    let channels = project.coverage.entry(investigator.clone()).or_default();
    let spans = entity.map(|entity| entity.set(field::SPANS)).filter(|spans| !spans.is_empty());
    set(channels, channel.to_owned(), spans);
    if channels.is_empty() {
        project.coverage.remove(&investigator);
    }
}

/// Gives each letter to one tag: of those that want it, the one whose letter was given first keeps
/// it and the others get the next free, so that everybody's screen says the same.
fn settle_tag_keys(cells: &Cells, project: &mut Project) {
    let mut wishes: Vec<_> = cells
        .entities(Kind::Tags)
        .filter(|(id, _)| project.tags.get(*id).is_some_and(|tag| tag.merged_into.is_none()))
        .filter_map(|(id, entity)| {
            let cell = entity.shown(field::KEY)?;
            Some((cell.stamp.rank(), id, cell.value.read::<char>()?))
        })
        .collect();
    wishes.sort_unstable();
    let mut taken: BTreeSet<char> = BTreeSet::new();
    let mut second: Vec<&str> = Vec::new();
    for (_, id, key) in wishes {
        let first = taken.insert(key);
        let given = first.then_some(key);
        if !first {
            second.push(id);
        }
        if let Some(tag) = project.tags.get_mut(id) {
            tag.key = given;
        }
    }
    for id in second {
        if let Some(tag) = project.tags.get_mut(id) {
            tag.key = tag_key::free_key(&tag.name, &taken);
            taken.extend(tag.key);
        }
    }
}
