//! Tests of who took part.

use super::*;
use crate::analysis::presence::tests::{archive, at};
use crate::base::id::InvestigatorId;
use crate::project::{Author, Document};

fn project(lines: &[&str]) -> Document {
    let author = Author::new(InvestigatorId::from_name("Ida Holm"));
    let mut document = Document::new(&author);
    for line in lines {
        document.apply(serde_json::from_str(line).unwrap(), &author, Instant::from_seconds(9)).unwrap();
    }
    document
}

const START: &str = r#"{"edit":"milestone","name":"start","at":"2024-12-06T15:25:00Z"}"#;
const END: &str = r#"{"edit":"milestone","name":"end","at":"2024-12-06T15:40:00Z"}"#;

fn told(document: &Document, archive: &Archive) -> Vec<(String, Option<bool>, Option<bool>)> {
    let found = participations(document.project(), archive, &WorkTime::default());
    found.into_iter().map(|one| (one.person.name.unsanitised().to_owned(), one.on_call, one.work_hours)).collect()
}

#[test]
fn an_hour_before_the_start_counts_and_a_join_does_not() {
    // Runa writes at 14:16 and 14:30, her second account at 14:36; Ines only joins.
    let document = project(&[START, END]);
    let expected = [("rhalvorik".to_owned(), None, None), ("Runa Halvorik".to_owned(), None, Some(true))];
    assert_eq!(told(&document, &archive()), expected);
    let found = participations(document.project(), &archive(), &WorkTime::default());
    let first = found.last().and_then(|one| one.first);
    assert_eq!(first, Some(at("14:30:00")), "14:16 is more than an hour before the start");
}

#[test]
fn joined_names_take_part_once_and_one_message_in_a_shift_is_on_call() {
    let shift = r#"{"edit":"shift","person":"slack/U3","start":"2024-12-06T14:35:00Z","end":"2024-12-06T15:00:00Z","rota":"desk"}"#;
    let on_call: Vec<Option<bool>> =
        told(&project(&[START, END, shift]), &archive()).into_iter().map(|one| one.1).collect();
    assert_eq!(on_call, [Some(true), Some(false)]);
    let join = r#"{"edit":"same-person","person":"slack/U3","as":"slack/U1"}"#;
    let document = project(&[START, END, shift, join]);
    assert_eq!(told(&document, &archive()), [("Runa Halvorik".to_owned(), Some(true), Some(true))]);
}

#[test]
fn without_the_export_the_kept_trace_stands_in() {
    let mut document = project(&[START, END]);
    let author = Author::new(InvestigatorId::from_name("Ida Holm"));
    let before = told(&document, &archive());
    for edit in crate::analysis::kept::presence_edits(document.project(), &archive()) {
        document.apply(edit, &author, Instant::from_seconds(20)).unwrap();
    }
    let zone = r#"{"edit":"person","person":"slack/U1","zone":"Europe/Oslo"}"#;
    document.apply(serde_json::from_str(zone).unwrap(), &author, Instant::from_seconds(21)).unwrap();
    assert_eq!(told(&document, &Archive::default()), before);
}

#[test]
fn a_trace_that_only_spans_the_incident_tells_no_hour() {
    let card = r#"{"edit":"person","person":"slack/U9","name":"Ines","zone":"Europe/Lisbon","presence":{"first":"2024-12-01T10:00:00Z","last":"2024-12-09T10:00:00Z","messages":7,"on_call":true}}"#;
    let document = project(&[START, END, card]);
    assert_eq!(told(&document, &Archive::default()), [("Ines".to_owned(), Some(true), None)]);
    let before = card.replace("2024-12-09", "2024-12-02");
    assert!(told(&project(&[START, END, &before]), &Archive::default()).is_empty());
}

#[test]
fn a_clock_without_a_zone_tells_nobody_s_hours_and_shifts() {
    use crate::project::model::MessageCopy;
    let shift = r#"{"edit":"shift","person":"irc/ines","start":"2024-12-06T00:00:00Z","end":"2024-12-07T00:00:00Z","rota":"desk"}"#;
    let card = r#"{"edit":"person","person":"irc/ines","name":"Ines","zone":"Europe/Lisbon"}"#;
    let mut document = project(&[START, END, shift, card]);
    let author = Author::new(InvestigatorId::from_name("Ida Holm"));
    let mut tag = |zone_unknown: bool, clock: &str, id: &str| {
        let copy = MessageCopy {
            author_id: Some(PersonId::new("irc", "ines")),
            time: Some(at(clock)),
            zone_unknown,
            kind: "message".to_owned(),
            hash: "x".to_owned(),
            ..MessageCopy::default()
        };
        let target = crate::base::id::Target::from_text(id);
        let edit = crate::project::Edit::Tag { target, tag: "a".to_owned(), on: true, copy: Some(Box::new(copy)) };
        document.apply(edit, &author, Instant::from_seconds(30)).unwrap();
        told(&document, &Archive::default())
    };
    assert_eq!(tag(true, "15:30:00", "irc/ops/1"), [("Ines".to_owned(), None, None)]);
    assert_eq!(tag(false, "15:29:00", "irc/ops/2"), [("Ines".to_owned(), Some(true), Some(true))]);
}
