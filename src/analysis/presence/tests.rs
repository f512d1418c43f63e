//! Tests of who was there.

use std::sync::Arc;

use super::*;
use crate::archive::builder::{LogBuilder, Record};
use crate::archive::log::Provenance;
use crate::archive::{ChannelMeta, Flags, People};
use crate::base::time::MINUTE;

pub fn at(clock: &str) -> Instant {
    Instant::parse_rfc3339(&format!("2024-12-06T{clock}Z")).unwrap()
}

fn person(id: &str, name: &str, handle: &str) -> Person {
    Person { handle: handle.into(), is_listed: true, ..Person::unlisted(PersonId::new("slack", id), name.into()) }
}

fn log(channel: &str, words: &[(&str, u32, MessageType)]) -> Arc<crate::archive::ChannelLog> {
    let mut builder = LogBuilder::new(ChannelMeta::named("slack", channel, channel));
    for (clock, author, kind) in words {
        builder.push(Record {
            native_id: format!("{}.{author}", at(clock).micros()),
            time: at(clock),
            author: Some(PersonIx(*author)),
            kind: *kind,
            flags: Flags::default(),
            text: "words".to_owned(),
            thread: None,
            declared_replies: None,
            quality: crate::archive::Quality::EXACT,
            extras: None,
            provenance: Provenance::default(),
        });
    }
    Arc::new(builder.finish())
}

/// Two channels: Runa writes at 14:16 and 14:30, Ines joins at 14:17; in the other Runa's second
/// account writes at 14:36, and a program.
pub fn archive() -> Archive {
    let mut people = People::default();
    people.insert(Person { zone: Zone::parse("Europe/Oslo"), ..person("U1", "Runa Halvorik", "runa") });
    people.insert(Person { zone: Zone::parse("Asia/Tokyo"), ..person("U2", "Ines Ostavia", "ines") });
    people.insert(person("U3", "rhalvorik", ""));
    people.insert(Person { is_bot: true, ..person("B1", "pager", "pager") });
    let message = MessageType::Message;
    let sev = log("sev", &[("14:16:08", 0, message), ("14:17:00", 1, MessageType::Join), ("14:30:00", 0, message)]);
    let desk = log("desk", &[("14:36:00", 2, message), ("14:36:01", 3, MessageType::Bot)]);
    Archive::new(vec![sev, desk], Arc::new(people), true)
}

pub fn project() -> Project {
    Project::default()
}

#[test]
fn everybody_who_wrote_or_came_is_there_by_their_first_trace() {
    let archive = archive();
    let traces = Traces::collect(&archive, archive.span(), 4);
    let people = roster(&project(), &archive, &traces);
    let names: Vec<&str> = people.iter().map(|person| person.name.unsanitised()).collect();
    assert_eq!(names, ["Runa Halvorik", "Ines Ostavia", "rhalvorik", "pager"]);
    let runa = people.first().unwrap();
    assert_eq!((runa.messages(), runa.trace.bars.iter().sum::<u32>()), (2, 2));
    assert_eq!(runa.trace, Trace::of(&archive, &[PersonIx(0)], archive.span(), 4));
}

#[test]
fn who_came_during_the_response_is_told_with_their_part_of_the_day() {
    let archive = archive();
    let people = roster(&project(), &archive, &Traces::collect(&archive, None, 0));
    let present = took_part(&project(), &archive, &people, &WorkTime::default());
    let parts: Vec<Option<PartOfDay>> = present.iter().map(|person| person.part).collect();
    assert_eq!(parts, [Some(PartOfDay::Working), Some(PartOfDay::Night), None]);
    assert!(present.iter().all(|person| person.on_call == OnCall::Unknown));
}

#[test]
fn tenure_is_counted_in_whole_years_months_or_days() {
    let then = at("12:00:00");
    for (start, expected) in [
        ("2022-10-03", "2 years, since 3 Oct 2022"),
        ("2023-12-07", "11 months, since 7 Dec 2023"),
        ("2023-12-06", "1 year, since 6 Dec 2023"),
        ("2024-11-30", "6 days, since 30 Nov 2024"),
        ("2025-01-01", "from 1 Jan 2025"),
    ] {
        assert_eq!(tenure(start, then).as_deref(), Some(expected));
    }
    assert_eq!(tenure("some day", then), None);
}

#[test]
fn a_bar_holds_its_part_of_the_span_and_the_last_moment_too() {
    let span = (at("14:00:00"), at("15:00:00"));
    assert_eq!(bar_of(span, 4, at("14:15:00")), Some(1));
    assert_eq!(bar_of(span, 4, at("15:00:00")), Some(3));
    assert_eq!(bar_of(span, 4, at("15:00:00").plus(MINUTE)), None);
    assert_eq!(bar_of((span.0, span.0), 4, span.0), Some(0));
}
