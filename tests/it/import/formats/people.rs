//! Tables of people and of shifts, and Slack's users without an export around them.

use super::{golden, load_file, load_folder};

pub const FIXTURES: &[(&str, &[u8])] = &[
    ("people.csv", PEOPLE.as_bytes()),
    ("shifts.csv", SHIFTS.as_bytes()),
    ("users.json", super::super::fixture::USERS.as_bytes()),
];

const PEOPLE: &str = "\u{feff}Team;E-Mail;Start Date;NAME;Location;Job Title;Manager;Time zone
Search;Ines@tolvane.example;2019-03-18;Ines Ostavia;New York;Search engineer;Sefa Tanumai;America/New_York
Platform;dov@tolvane.example;Jul 11, 2016;Dov Kestrelin;\"New York; NY\";\"Reliability
engineer\";;
;;3/4/2020;Teo Marquand;Lisbon;;;Mars/Olympus

;;;;;;;
Search;;2020-01-01;;;;;
Data;yuki@tolvane.example
";

const SHIFTS: &str = "rota,who,end,start,level
search,ines@tolvane.example,2024-12-02T12:00:00Z,2024-11-25T12:00:00Z,1
search,Teo Marquand,2024-12-09 12:00,2024-12-02 12:00,2
platform,Dov Kestrelin,,,
platform,Dov Kestrelin,2024-12-01T00:00:00Z,2024-12-02T00:00:00Z,
platform,Dov Kestrelin,whenever,2024-12-02T00:00:00Z,
platform,,2024-12-09T00:00:00Z,2024-12-02T00:00:00Z,
";

#[test]
fn columns_are_found_by_their_names_in_any_order_and_case() {
    insta::assert_snapshot!(golden(&load_file("who.txt", PEOPLE.as_bytes())));
}

#[test]
fn shifts_without_a_zone_say_so_and_those_without_an_end_hold_always() {
    insta::assert_snapshot!(golden(&load_file("rota.csv", SHIFTS.as_bytes())));
}

#[test]
fn a_list_and_a_table_of_shifts_agree_on_who_is_who_by_the_address() {
    let loaded = load_folder(FIXTURES);
    let ids: Vec<String> = loaded.archive.people().iter().map(|(_, person)| person.id.to_string()).collect();
    assert_eq!(ids.iter().filter(|id| id.starts_with("person/ines")).count(), 1, "{ids:?}");
    assert!(ids.contains(&"slack/U1".to_owned()));
    let ines =
        loaded.archive.people().iter().find(|(_, person)| person.id.as_str().starts_with("person/ines")).unwrap();
    assert_eq!((ines.1.team.unsanitised(), ines.1.name.unsanitised()), ("Search", "Ines Ostavia"));
}

#[test]
fn users_of_slack_without_an_export_are_people() {
    insta::assert_snapshot!(golden(&load_file("users.json", super::super::fixture::USERS.as_bytes())));
}
