//! Text copied out of the windows of chats; synthetic only.

use chrono::NaiveDate;
use insta::assert_snapshot;
use meanwhile::base::reading::ReadAs;

use super::{golden, load_file, load_file_as};

const SLACK: &str = "\
Monday, December 5th
Mara Lind  11:58 PM
db-2 is full
see https://status.example/db-2
11:59
nobody on call?
Today
Oskar Berg
  12:03 AM
on it (edited)

PagerDuty
APP  12:04 AM
Triggered: db-2 disk
";

const TEAMS: &str = "\
[10:42 AM] Lind, Mara
db-2 is full
[10:43 AM] Berg, Oskar: on it
it will take a while
";

const DISCORD: &str = "\
mara — 12/05/2022 11:58 PM
db-2 is full

oskar — 12/13/2022 9:00 AM
on it
";

/// What the fuzzing of all formats begins with.
pub const FIXTURES: &[(&str, &[u8])] =
    &[("slack.txt", SLACK.as_bytes()), ("teams.txt", TEAMS.as_bytes()), ("discord.txt", DISCORD.as_bytes())];

#[test]
fn copied_text_gives_messages_on_the_day_that_is_said() {
    let day = NaiveDate::from_ymd_opt(2022, 12, 5);
    let read_as = ReadAs { day, ..ReadAs::default() };
    let said: Vec<String> =
        FIXTURES.iter().map(|(name, content)| golden(&load_file_as(name, content, read_as.clone()))).collect();
    assert_snapshot!(said.join("\n=====\n"));
}

#[test]
fn an_unknown_day_is_told() {
    let loaded = load_file("teams.txt", TEAMS.as_bytes());
    assert!(loaded.report.sources[0].guessed[0].contains("--day"), "{:?}", loaded.report.sources[0].guessed);
}
