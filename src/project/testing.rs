//! Edits made up at random, for the properties that every part of a project holds.

mod odd_disk;

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::document::{Author, Document};
use super::edit::{Edit, ReadAsEdit, Set};
use super::model::{MessageCopy, Question, QuestionState, SectionStatus, Source};
use super::{Actor, JournalEntry};
use crate::base::id::{InvestigatorId, NoteId, PersonId, PhaseId, Target};
use crate::base::time::{Instant, Zone};

pub(crate) use odd_disk::{Barrier, Locks, OddDisk};

/// How many cases are tried; what fails becomes a test of its own, not a file.
pub(super) fn cases(count: u32) -> ProptestConfig {
    ProptestConfig { cases: count, failure_persistence: None, ..ProptestConfig::default() }
}

/// Somebody with a number.
pub(super) fn author(number: u64) -> Author {
    Author { investigator: InvestigatorId::from_text(format!("p{number}")), actor: Actor::from_number(number) }
}

pub(super) fn at(second: i64) -> Instant {
    Instant::from_seconds(1_700_000_000 + second)
}

/// Does edits one after the other; those that are refused change nothing.
pub(super) fn apply_all(document: &mut Document, author: &Author, edits: &[Edit]) -> Vec<JournalEntry> {
    let mut entries = Vec::new();
    for (second, edit) in edits.iter().enumerate() {
        if let Ok(applied) = document.apply(edit.clone(), author, at(second as i64)) {
            entries.extend(applied.entries);
        }
    }
    entries
}

fn instant() -> impl Strategy<Value = Instant> {
    (0_i64..5).prop_map(at)
}

fn set<T: std::fmt::Debug + Clone + 'static>(inner: impl Strategy<Value = T> + 'static) -> BoxedStrategy<Set<T>> {
    prop_oneof![2 => Just(Set::Keep), 1 => Just(Set::Remove), 4 => inner.prop_map(Set::To)].boxed()
}

fn words() -> BoxedStrategy<String> {
    select(vec!["pages late", "größer\n\nals \u{202e}gedacht", "see [@slack/C1/2] and [@event/1]", "\u{1b}[2J", "x"])
        .prop_map(str::to_owned)
        .boxed()
}

fn message() -> impl Strategy<Value = Target> {
    (0..4).prop_map(|n| Target::from_text(format!("slack/C1/{n}")))
}

fn event_id() -> impl Strategy<Value = Target> {
    (0..2).prop_map(|n| Target::from_text(format!("event/{n}")))
}

fn beat_id() -> impl Strategy<Value = Target> {
    (0..2).prop_map(|n| Target::from_text(format!("beat/{n}")))
}

fn target() -> BoxedStrategy<Target> {
    prop_oneof![4 => message(), 2 => event_id(), 1 => beat_id()].boxed()
}

fn copy() -> BoxedStrategy<Option<Box<MessageCopy>>> {
    let copy = (words(), instant()).prop_map(|(text, time)| {
        let hash = blake3::hash(text.as_bytes()).to_hex().to_string();
        Box::new(MessageCopy {
            channel: "#ops".to_owned(),
            author: "Ola".to_owned(),
            time: Some(time),
            kind: "message".to_owned(),
            replies: Some(text.len() as u32),
            text,
            hash,
            ..MessageCopy::default()
        })
    });
    proptest::option::of(copy).boxed()
}

fn tag() -> BoxedStrategy<String> {
    let tags = ["Impact", "Detection - Weak Signals", "vendor", "Ours - Odd one", "Investigation - Off the record"];
    select(tags.to_vec()).prop_map(str::to_owned).boxed()
}

fn question() -> impl Strategy<Value = Question> {
    select(vec![QuestionState::Open, QuestionState::Answered]).prop_map(|state| Question {
        to: Some(PersonId::from_text("slack/U1")),
        state,
        kind: Some("decision".to_owned()),
    })
}

fn annotation() -> BoxedStrategy<Edit> {
    let note_id = || proptest::option::of((0..3).prop_map(|n| NoteId::from_text(format!("note/{n}"))));
    prop_oneof![
        (target(), tag(), any::<bool>(), copy()).prop_map(|(target, tag, on, copy)| Edit::Tag {
            target,
            tag,
            on,
            copy
        }),
        (message(), copy()).prop_map(|(target, copy)| Edit::Copy { target, copy }),
        (target(), any::<bool>(), copy()).prop_map(|(target, on, copy)| Edit::OffRecord {
            target: target.to_string(),
            on,
            copy
        }),
        (
            proptest::option::of(target()),
            note_id(),
            set(words()),
            set(question()),
            proptest::option::of(any::<bool>()),
            copy()
        )
            .prop_map(|(target, note, text, question, off_record, copy)| Edit::Note {
                target,
                note,
                text,
                question,
                off_record,
                by: None,
                at: None,
                copy
            }),
    ]
    .boxed()
}

fn timeline() -> BoxedStrategy<Edit> {
    prop_oneof![
        (target(), any::<bool>(), copy()).prop_map(|(target, on, copy)| Edit::Timeline { target, on, copy }),
        (
            target(),
            set(words()),
            set(words()),
            set(instant()),
            set(select(vec!["5m".to_owned(), "90s".to_owned()])),
            set(select(vec!["phase/0".to_owned()])),
            set(target()),
            copy()
        )
            .prop_map(|(target, headline, text, occurred_at, plus_minus, phase, after, copy)| Edit::Entry {
                target,
                headline,
                text,
                occurred_at,
                plus_minus,
                phase,
                after,
                order: None,
                copy
            }),
        (
            proptest::option::weighted(0.9, event_id()),
            proptest::option::of(instant()),
            set(instant()),
            set(Just("2m".to_owned())),
            set(words()),
            set(words()),
            proptest::option::of(any::<bool>())
        )
            .prop_map(|(id, at, until, plus_minus, text, source, off_record)| Edit::Event {
                id,
                at,
                until,
                plus_minus,
                text,
                channel: Set::Keep,
                source,
                off_record,
                by: None
            }),
        (beat_id(), prop::collection::vec(message(), 0..4))
            .prop_map(|(id, members)| Edit::Beat { id: Some(id), members }),
        (set(words()), proptest::option::of(instant())).prop_map(|(title, at)| Edit::Phase {
            id: Some(PhaseId::from_text("phase/0")),
            title,
            at
        }),
        (select(vec!["start", "end", "mitigated"]), set(instant()))
            .prop_map(|(name, at)| Edit::Milestone { name: name.to_owned(), at }),
    ]
    .boxed()
}

fn report() -> BoxedStrategy<Edit> {
    let status = select(vec![SectionStatus::Empty, SectionStatus::Draft, SectionStatus::Done]);
    let section = || select(vec!["impact".to_owned(), "trigger".to_owned()]);
    let names = prop::collection::vec(select(vec!["a", "b", "c"]), 0..3);
    prop_oneof![
        (section(), set(words()), proptest::option::of(status), copy()).prop_map(|(section, text, status, copy)| {
            let copies = copy.map(|copy| ("slack/C1/2".to_owned(), *copy)).into_iter().collect();
            Edit::Section { section, text, status, copies }
        }),
        (section(), proptest::option::of(words())).prop_map(|(section, reason)| Edit::Waive {
            section,
            lint: "no-evidence".to_owned(),
            reason
        }),
        names.prop_map(|names| Edit::Fact { name: "impact".to_owned(), value: json!(names) }),
        select(vec![Value::Null, json!(140), json!({"b": 1, "a": [null, "\u{200b}"]})])
            .prop_map(|value| Edit::Fact { name: "readers".to_owned(), value }),
    ]
    .boxed()
}

fn people_and_codebook() -> BoxedStrategy<Edit> {
    let person = || (0..3).prop_map(|n| PersonId::from_text(format!("slack/U{n}")));
    let fields = select(vec![
        ("name", json!("Ada")),
        ("zone", json!("Europe/Oslo")),
        ("handles", json!(["ada", "al"])),
        ("on_call", json!(true)),
        ("name", Value::Null),
        ("handles", Value::Null),
    ]);
    prop_oneof![
        (person(), fields).prop_map(|(person, (name, value))| Edit::Person {
            person,
            fields: BTreeMap::from([(name.to_owned(), value)])
        }),
        (person(), set(person())).prop_map(|(person, same_as)| Edit::SamePerson { person, same_as }),
        (person(), instant(), any::<bool>()).prop_map(|(person, start, on)| Edit::Shift {
            person,
            start,
            end: start.plus(1),
            rota: "prod".to_owned(),
            on
        }),
        (set(words()), set(select(vec!['w', '1']))).prop_map(|(query, key)| Edit::Filter {
            name: "Mine".to_owned(),
            query,
            key
        }),
        (tag(), set(select(vec!['w', 'v', 'z'])), set(words()), proptest::option::of(words()), any::<bool>()).prop_map(
            |(tag, key, definition, label, on)| Edit::DefineTag { tag, key, definition, section: Set::Keep, label, on }
        ),
        (tag(), set(tag())).prop_map(|(tag, into)| Edit::MergeTag { tag, into }),
        (instant(), any::<bool>(), 0_u64..3).prop_map(|(first, on, messages)| Edit::Source {
            id: None,
            source: Box::new(Source {
                path: "export.zip".to_owned(),
                first: Some(first),
                messages,
                ..Source::default()
            }),
            reading: Box::new(ReadAsEdit {
                zone: Set::To(Zone::UTC),
                skew: if messages == 0 { Set::Remove } else { Set::To(first.micros() % 1_000) },
                ..ReadAsEdit::default()
            }),
            on
        }),
        (0_i64..3, -5_i64..9)
            .prop_map(|(n, add)| Edit::Minutes { investigator: InvestigatorId::from_text(format!("p{n}")), add }),
        words().prop_map(|name| Edit::Investigator {
            investigator: InvestigatorId::from_text("p1"),
            name,
            initials: "p".to_owned()
        }),
    ]
    .boxed()
}

/// Any edit that can be taken back.
pub(super) fn edit() -> BoxedStrategy<Edit> {
    prop_oneof![4 => annotation(), 5 => timeline(), 2 => report(), 2 => people_and_codebook()].boxed()
}

/// Any edit at all.
pub(super) fn any_edit() -> BoxedStrategy<Edit> {
    let read = (instant(), 0_i64..9).prop_map(|(from, length)| Edit::Read {
        channel: "slack/C1".to_owned(),
        from,
        to: from.plus(length),
        by: None,
    });
    prop_oneof![9 => edit(), 1 => read].boxed()
}

/// A handful of edits.
pub(super) fn edits(most: usize) -> impl Strategy<Value = Vec<Edit>> {
    prop::collection::vec(any_edit(), 0..most)
}
