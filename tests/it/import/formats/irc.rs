//! Logs of IRC clients: their line shapes, days, clocks and nicks.

use chrono::NaiveDate;
use insta::assert_snapshot;
use meanwhile::archive::Quality;
use meanwhile::base::reading::ReadAs;
use meanwhile::base::time::{Instant, Zone};
use meanwhile::import::LoadOptions;
use meanwhile::import::report::Trouble;

use super::{Fixture, golden, load, load_file, load_file_as, load_folder};

const ZNC: &str = "\
[23:58:01] *** Joins: mara (~mara@desk.example)
[23:58:30] <mara> db-2 is full, see https://status.example/db-2.
[23:59:10] * oskar looks
[23:59:11] -deploy- build 7 is out
[23:59:12] *** ChanServ sets mode: +o oskar
[23:59:40] *** oskar changes topic to 'db-2 is full'
[00:00:05] <|runa|> <Matt|> is away
[00:00:06] *** mara is now known as mara_
[00:00:07] *** mara_ was kicked by oskar (flood)
[00:00:08] *** Parts: |runa| (~r@h) (bye)
[00:00:09] *** Quits: mara_ (~mara@desk.example) (has joined another)
";

const UBUNTU: &str = "\
[23:14] <mara> who knows apt?
=== runa [~runa@host.example]  has joined #kitchen
[23:15]  * oskar does
=== oskar wonders why
=== runa is now known as runa|away
[00:02] <oskar> next day
";

const EGGDROP: &str = "\
[10:00] mara (m@h) joined #ops.
[10:00] <mara> hello
[10:01] Action: mara waves
[10:02] #ops: mode change '+o mara' by oskar!o@h
[10:03] Nick change: mara -> mara2
[10:04] mara2 (m@h) left irc: Quit
";

const IRSSI: &str = "\
--- Log opened Tue Dec 06 23:50:00 2022
23:50 -!- mara [m@h] has joined #ops
23:50 <@oskar> db-2 is full
23:51  * mara looks
23:51 -!- mode/#ops [+o mara] by oskar
--- Day changed Wed Dec 07 2022
00:03 < mara> it is back
--- Log closed Wed Dec 07 00:10:00 2022
";

const WEECHAT: &str = "2022-12-06 10:00:00\t-->\tmara (m@h) has joined #ops\n\
2022-12-06 10:00:05\t@oskar\tdb-2 is full\n\
2022-12-06 10:00:09\t *\tmara looks\n\
2022-12-06 10:00:10\t--\tmara is now known as mara_\n\
2022-12-06 10:00:11\t--\tNotice(deploy): build 7\n\
2022-12-06 10:00:12\t<--\tmara_ (m@h) has quit (bye)\n";

const HEXCHAT: &str = "**** BEGIN LOGGING AT Sat Dec 31 23:59:00 2022\n\n\
Dec 31 23:59:10 *\tNow talking on #ops\n\
Dec 31 23:59:20 <mara>\tdb-2 is full\n\
Dec 31 23:59:30 *\toskar has joined\n\
Jan 01 00:00:10 *\tmara looks\n";

const SUPYBOT: &str = "\
2022-12-06T10:00:00  *** mara <mara!m@h> has joined #ops
2022-12-06T10:00:03  <mara> db-2 is full
2022-12-06T10:00:04  * mara looks
2022-12-06T10:00:09  *** mara <mara!m@h> has quit IRC (bye)
";

/// What the fuzzing of all formats begins with.
pub const FIXTURES: &[(&str, &[u8])] = &[
    ("#ops_20221206.log", ZNC.as_bytes()),
    ("2022-12-06_23.raw.txt", UBUNTU.as_bytes()),
    ("#ops.20221206", EGGDROP.as_bytes()),
    ("#ops.log", IRSSI.as_bytes()),
    ("irc.kitchen.#ops.weechatlog", WEECHAT.as_bytes()),
    ("Kitchen-#ops.log", HEXCHAT.as_bytes()),
    ("#ops.txt", SUPYBOT.as_bytes()),
];

#[test]
fn every_client_is_told_and_read() {
    let said: Vec<String> = FIXTURES.iter().map(|(name, content)| golden(&load_file(name, content))).collect();
    assert_snapshot!(said.join("\n=====\n"));
}

#[test]
fn a_line_that_is_no_utf_8_is_read_as_latin_1_and_costs_a_warning() {
    let log = b"[10:00:00] <mara> gr\xfc\xdfe\n[10:00:01] <oskar> gr\xc3\xbc\xc3\x9fe\n[10:00:02] <mara> ok\n";
    let loaded = load_file("#ops_20221206.log", log);
    let texts: Vec<String> = texts(&loaded.archive);
    assert_eq!(texts, ["grüße", "grüße", "ok"]);
    let warnings = &loaded.report.sources[0].warnings;
    assert_eq!(warnings.count_of(Trouble::Encoding), 1);
}

fn texts(archive: &meanwhile::archive::Archive) -> Vec<String> {
    let channels: Vec<_> = archive.channels().map(|(channel, _)| channel).collect();
    let messages = channels.iter().flat_map(|&channel| archive.messages(channel));
    messages.map(|message| message.text().unsanitised().to_owned()).collect()
}

#[test]
fn days_of_one_channel_are_read_as_one_and_those_outside_the_window_not_at_all() {
    let bad = b"[10:00:00] <mara> \xff\n[10:00:01] <mara> b\n[10:00:02] <mara> c\n";
    let fixture = Fixture::bare()
        .file("#ops_20221201.log", bad.as_slice())
        .file("#ops_20221206.log", b"[10:00:00] <mara> a\n[10:00:01] <mara> b\n".as_slice());
    let since = Instant::parse_rfc3339("2022-12-06T10:00:01Z");
    let options = LoadOptions { since, ..LoadOptions::default() };
    let loaded = load(&[fixture.path().to_owned()], &options).unwrap();
    assert_eq!(texts(&loaded.archive), ["b"]);
    assert!(loaded.report.sources[0].warnings.is_empty(), "the other day was read");
    assert_eq!(loaded.archive.channel_count(), 1);
}

#[test]
fn lines_of_one_minute_stay_in_their_order() {
    let lines: String = (1..=12).map(|line| format!("[10:00] <mara> {line}\n")).collect();
    let loaded = load_file("#ops_20221206.txt", lines.as_bytes());
    let expected: Vec<String> = (1..=12).map(|line| line.to_string()).collect();
    assert_eq!(texts(&loaded.archive), expected);
}

#[test]
fn a_log_without_a_day_takes_the_one_that_is_said() {
    let log = b"[10:00:00] <mara> a\n[09:30:00] <mara> b\n[08:00:00] <mara> c\n";
    let day = NaiveDate::from_ymd_opt(2022, 12, 6);
    let loaded = load_file_as("ops.log", log, ReadAs { day, ..ReadAs::default() });
    let (channel, _) = loaded.archive.channels().next().unwrap();
    let times: Vec<String> = loaded.archive.messages(channel).map(|message| message.time().rfc3339()).collect();
    assert_eq!(times, ["2022-12-06T10:00:00Z", "2022-12-06T10:00:00Z", "2022-12-07T08:00:00Z"]);
    let unsaid = load_file("ops.log", log);
    assert!(unsaid.report.sources[0].guessed[0].contains("--day"), "{:?}", unsaid.report.sources[0].guessed);
}

#[test]
fn the_hour_that_comes_twice_is_told_by_the_order_of_the_lines() {
    let log = b"[01:30:00] <mara> a\n[01:50:00] <mara> b\n[01:10:00] <mara> c\n";
    let zone = Zone::parse("Europe/Dublin");
    let loaded = load_file_as("#ops_20221030.log", log, ReadAs { zone, ..ReadAs::default() });
    let (channel, _) = loaded.archive.channels().next().unwrap();
    let told: Vec<(String, bool)> = loaded
        .archive
        .messages(channel)
        .map(|message| (message.time().rfc3339(), message.quality().has(Quality::INFERRED)))
        .collect();
    let expected = ["2022-10-30T00:30:00Z", "2022-10-30T00:50:00Z", "2022-10-30T01:10:00Z"];
    assert_eq!(told, expected.map(|time| (time.to_owned(), false)));
}

#[test]
fn nicks_that_differ_in_signs_are_different_people() {
    let loaded = load_folder(&[("#ops_20221206.log", b"[10:00:00] <f10> a\n[10:00:01] <f10__> b\n")]);
    assert_eq!(loaded.archive.people().len(), 2);
}
