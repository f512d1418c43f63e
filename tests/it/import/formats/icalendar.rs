//! iCalendar: times on call with repeats, exceptions and zones; other entries as a lane.

use meanwhile::base::time::Instant;
use meanwhile::import::LoadOptions;

use super::super::fixture::{Fixture, load};
use super::{golden, load_file};

pub const FIXTURES: &[(&str, &[u8])] = &[("oncall.ics", ON_CALL.as_bytes()), ("events.ics", EVENTS.as_bytes())];

const ON_CALL: &str = "BEGIN:VCALENDAR\r
VERSION:2.0\r
X-WR-CALNAME:Who is on call\r
BEGIN:VTIMEZONE\r
TZID:Home\r
X-LIC-LOCATION:Europe/Oslo\r
END:VTIMEZONE\r
BEGIN:VEVENT\r
UID:a\r
DTSTART;TZID=Home:20241118T120000\r
DTEND;TZID=Home:20241125T120000\r
SUMMARY:search: Runa Halvorik\r
RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20250301T000000Z\r
EXDATE;TZID=Home:20241216T120000\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:b\r
DTSTART:20241125T110000Z\r
DTEND:20241202T110000Z\r
SUMMARY:Ines Ostavia (search)\r
ATTENDEE;CN=\"Ostavia: Ines\":mailto:ines@tolvane.example\r
RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=3\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:b\r
RECURRENCE-ID:20241209T110000Z\r
DTSTART:20241209T150000Z\r
DTEND:20241216T110000Z\r
SUMMARY:search\\, late: Teo Ma\r
 rquand\r
BEGIN:VALARM\r
TRIGGER:-PT5M\r
END:VALARM\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:c\r
DTSTART;VALUE=DATE:20241206\r
SUMMARY:secondary: Runa Halvorik\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:d\r
DTSTART:20241206T080000Z\r
DTEND:20241206T090000Z\r
STATUS:CANCELLED\r
SUMMARY:search: Nobody at all\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:e\r
DTSTART:20241206T080000Z\r
DURATION:PT90M\r
SUMMARY:search: Yuki Haranobe\r
RRULE:FREQ=WEEKLY;BYWEEKNO=3\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:f\r
SUMMARY:without a start\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:g\r
DTSTART:20241206T08";

const EVENTS: &str = "BEGIN:VCALENDAR
X-WR-TIMEZONE:America/New_York
BEGIN:VEVENT
UID:freeze@tolvane.example
DTSTART:20241206T090000
DTEND:20241206T170000
SUMMARY:Change freeze
DESCRIPTION:No deploys\\nwithout Sefa
LOCATION:everywhere
ORGANIZER;CN=Sefa Tanumai:mailto:sefa@tolvane.example
URL:https://cal.example/freeze
END:VEVENT
BEGIN:VEVENT
UID:sync@tolvane.example
DTSTART;TZID=Eastern Standard Time:20241202T100000
DTEND;TZID=Eastern Standard Time:20241202T103000
SUMMARY:Search sync
RRULE:FREQ=DAILY;BYDAY=MO,WE;UNTIL=20241210
END:VEVENT
BEGIN:VEVENT
UID:dinner
DTSTART;TZID=Nowhere/Land:20241206T190000
STATUS:CANCELLED
SUMMARY:Dinner
END:VEVENT
END:VCALENDAR
";

#[test]
fn shifts_repeat_on_the_clock_of_their_wall_without_what_was_left_out_or_moved() {
    insta::assert_snapshot!(golden(&load_file("oncall.ics", ON_CALL.as_bytes())));
}

#[test]
fn other_entries_are_a_lane_of_events() {
    insta::assert_snapshot!(golden(&load_file(FIXTURES[1].0, FIXTURES[1].1)));
}

#[test]
fn repeats_are_expanded_within_the_time_of_the_chats_whatever_is_given_first() {
    let chats = Fixture::new().day(r#"[{"user":"U1","text":"hm","ts":"1733495772.000001"}]"#);
    let calendar = Fixture::bare().file("oncall.ics", ON_CALL);
    let (chats, calendar) = (chats.path().to_owned(), calendar.path().join("oncall.ics"));
    let starts = |paths: &[std::path::PathBuf], options: &LoadOptions| {
        let loaded = load(paths, options).unwrap();
        let guessed: Vec<String> = loaded.report.sources.iter().flat_map(|source| source.guessed.clone()).collect();
        assert!(guessed.iter().any(|guess| guess.contains("is expanded from")), "{guessed:?}");
        let shifts = loaded.archive.shifts().iter().filter(|shift| shift.rota.unsanitised() == "search");
        shifts.map(|shift| shift.start.unwrap().rfc3339()).collect::<Vec<_>>()
    };
    let expected = ["2024-12-02T11:00:00Z", "2024-12-06T08:00:00Z"];
    assert_eq!(starts(&[chats.clone(), calendar.clone()], &LoadOptions::default()), expected);
    assert_eq!(starts(&[calendar.clone(), chats], &LoadOptions::default()), expected);
    let since = Instant::parse_rfc3339("2025-01-13T12:00:00Z");
    let options = LoadOptions { since, until: since, ..LoadOptions::default() };
    assert_eq!(starts(&[calendar], &options), ["2025-01-13T11:00:00Z", "2024-12-06T08:00:00Z"]);
}

#[test]
fn a_long_entry_that_repeats_without_end_takes_only_so_much() {
    let about = "word ".repeat(40_000);
    let text = format!(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20241206T080000Z\nSUMMARY:sync\nDESCRIPTION:{about}\nRRULE:FREQ=HOURLY\nEND:VEVENT\nEND:VCALENDAR\n"
    );
    let loaded = load_file("long.ics", text.as_bytes());
    let messages = loaded.report.sources[0].totals.messages;
    assert!((1..200).contains(&messages), "{messages}");
    assert_eq!(loaded.report.sources[0].warnings.count(), 1);
}

#[test]
fn a_calendar_of_endless_repeats_ends() {
    let entry = |n: usize| {
        format!(
            "BEGIN:VEVENT\nUID:{n}\nDTSTART:00010101T000000\nDTEND:00010101T010000\nSUMMARY:on call: A B\nRRULE:FREQ=YEARLY;COUNT=99999999;BYMONTH=2;BYMONTHDAY=30\nEND:VEVENT\n"
        )
    };
    let text = format!("BEGIN:VCALENDAR\n{}END:VCALENDAR\n", (0..50).map(entry).collect::<String>());
    let loaded = load_file("endless.ics", text.as_bytes());
    assert_eq!(loaded.archive.shifts().len(), 0);
}
