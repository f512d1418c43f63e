//! Tests of investigations side by side.

use super::*;
use crate::base::id::InvestigatorId;
use crate::base::time::Instant;
use crate::project::{Author, Document};

fn column(lines: &[&str]) -> Column {
    let author = Author::new(InvestigatorId::from_name("Ida Holm"));
    let mut document = Document::new(&author);
    for line in lines {
        document.apply(serde_json::from_str(line).unwrap(), &author, Instant::from_seconds(9)).unwrap();
    }
    Column::of(document.project(), &Archive::default())
}

fn words<'a>(column: &'a Column, measure: &str) -> (&'a str, &'a str) {
    let value = column.values.iter().find(|value| value.measure == measure).unwrap();
    (&value.words, &value.from)
}

#[test]
fn an_empty_project_knows_nothing_and_says_so() {
    let column = column(&[]);
    assert_eq!(words(&column, "Time to investigate").0, "not known");
    assert_eq!(words(&column, "Contributing factors").0, "0");
    assert_eq!(words(&column, "Readers"), ("not known", "no fact readers"));
    assert_eq!(rows(&[column]).len(), 16);
    assert!(rows(&[]).is_empty());
}

#[test]
fn what_was_said_by_hand_goes_before_what_was_counted() {
    let counted = r#"{"edit":"minutes","investigator":"ih","add":70}"#;
    let initials = r#"{"edit":"investigator","investigator":"ih","name":"Ilke Havrand","initials":"IH"}"#;
    let minutes = column(&[initials, counted]);
    assert_eq!(words(&minutes, "Time to investigate"), ("1 h 10 min", "active minutes of IH, idle left out"));
    let said = column(&[counted, r#"{"edit":"fact","name":"time_to_investigate","value":"7 days"}"#]);
    assert_eq!(words(&said, "Time to investigate"), ("7 days", "fact time_to_investigate"));
}

#[test]
fn time_at_work_is_never_told_in_days() {
    assert_eq!(at_work(26 * 60 + 5), "26 h 05 min");
    assert_eq!((at_work(7), at_work(120)), ("7 min".to_owned(), "2 h".to_owned()));
}

#[test]
fn factors_are_headings_or_items_and_items_may_be_ticked() {
    let headed = column(&[
        r#"{"edit":"section","section":"contributors","text":"One\n\n### A\n- a\n- b\n\n### B\n\n```\n### no\n```"}"#,
        r#"{"edit":"section","section":"follow-ups","text":"- [x] a\n  - [ ] part of a\n- [ ] b\n1. c\n* [X] d\n\nprose - not"}"#,
    ]);
    assert_eq!(words(&headed, "Contributing factors"), ("2", "headings of section contributors"));
    assert_eq!(words(&headed, "Action items").0, "4");
    assert_eq!(words(&headed, "Action items completed"), ("2", "list items `- [x]` of section follow-ups"));
    let short = column(&[
        r#"{"edit":"fact","name":"template","value":"postmortem"}"#,
        r#"{"edit":"section","section":"contributors","text":"Kept.\n\n### from before"}"#,
        r#"{"edit":"section","section":"contributing-factors","text":"- a\n- b\n- c"}"#,
    ]);
    assert_eq!(words(&short, "Contributing factors"), ("3", "list items of section contributing-factors"));
}

#[test]
fn the_time_of_an_incident_is_told_in_the_zone_of_its_project() {
    let column = column(&[
        r#"{"edit":"fact","name":"zone","value":"Europe/Oslo"}"#,
        r#"{"edit":"milestone","name":"start","at":"2024-12-06T22:30:00Z"}"#,
        r#"{"edit":"milestone","name":"end","at":"2024-12-06T23:15:00Z"}"#,
        r#"{"edit":"event","at":"2024-12-05T22:30:00Z","text":"before","id":"event/0193b533-fea4-79e9-8376-e5e2f2533e48"}"#,
        r#"{"edit":"timeline","target":"event/0193b533-fea4-79e9-8376-e5e2f2533e48","on":true}"#,
    ]);
    let told = words(&column, "Time of incident").0;
    assert!(told.contains("23:30 to") && told.contains("00:15") && told.contains("45 min"), "{told}");
    assert_eq!(words(&column, "Timeline before the event").0, duration_words(24 * crate::base::time::HOUR));
}
