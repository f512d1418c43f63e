//! Damaged and hostile exports: what cannot be read costs only itself, and is told.

use std::fs;
use std::io::Write as _;

use meanwhile::base::reading::ReadAs;
use meanwhile::import::detect::{Sniffed, sniff};
use meanwhile::import::report::Trouble;
use meanwhile::import::{ImportError, Limits, LoadOptions};
use proptest::prelude::*;

use super::fixture::{Fixture, ZipFixture, codes, load, messages, texts};

const GOOD: &str = r#"[{"user":"U1","text":"one","ts":"1.000001"},{"user":"U2","text":"two","ts":"2.000001"}]"#;

/// What a day file gives: its texts, and the codes of the warnings.
fn read(day: impl AsRef<[u8]>) -> (Vec<String>, Vec<(&'static str, usize)>) {
    let loaded = Fixture::new().day(day).file("quiet/2024-12-06.json", GOOD).load();
    assert_eq!(messages(&loaded.archive, "slack/C2").len(), 2, "the other file must not suffer");
    (texts(&loaded.archive).into_iter().map(str::to_owned).collect(), codes(&loaded))
}

#[test]
fn damaged_day_files_give_what_is_whole_and_one_warning() {
    for (name, day, expected, code) in [
        ("cut", r#"[{"text":"a","ts":"1.0"},{"text":"b","#, &["a"][..], "cut-file"),
        ("empty", "", &[], "bad-json"),
        ("NULs", "\0\0\0\0", &[], "bad-json"),
        ("words", "not json", &[], "bad-json"),
        ("scalars", r#"[null, 5, "x", {"text":"a","ts":"1.0"}, []]"#, &["a"], "bad-record"),
        ("an object", r#"{"text":"a","ts":"1.0"}"#, &["a"], "not-a-list"),
        ("garbage after", r#"[{"text":"a","ts":"1.0"}] trailing"#, &["a"], "trailing-text"),
        ("two lists", r#"[{"text":"a","ts":"1.0"}][{"text":"b","ts":"2.0"}]"#, &["a", "b"], "trailing-text"),
        ("twice", r#"[{"text":"a","text":"b","ts":"1.0"}]"#, &["b"], "duplicate-key"),
        ("byte order mark", "\u{feff}[{\"text\":\"a\",\"ts\":\"1.0\"}]", &["a"], "encoding"),
        ("NaN", r#"[{"text":"a","ts":"1.0","x":NaN},{"text":"b","ts":"2.0"}]"#, &["a", "b"], "bad-field"),
        ("line break in a string", "[{\"text\":\"a\nb\",\"ts\":\"1.0\"}]", &["a\nb"], "bad-field"),
        (
            "a broken record",
            r#"[{"text":"a","ts":"1.0"},{"text" "b"},{"text":"c","ts":"3.0"}]"#,
            &["a", "c"],
            "bad-record",
        ),
        (
            "a quote too many",
            "[\n    {\"text\":\"a\"\",\"ts\":\"1.0\"},\n    {\"text\":\"b\",\"ts\":\"2.0\"},\n    {\"text\":\"c\",\"ts\":\"3.0\"}\n]",
            &["b", "c"],
            "bad-record",
        ),
        (
            "a comma too few",
            "[\n    {\"text\":\"a\",\"ts\":\"1.0\"}\n    {\"text\":\"b\",\"ts\":\"2.0\"}\n]",
            &["a", "b"],
            "damaged-list",
        ),
    ] {
        let (texts, codes) = read(day);
        assert_eq!(texts, expected, "{name}");

        assert_eq!(codes.first().map(|(code, _)| *code), Some(code), "{name}: {codes:?}");
        assert_eq!(codes.len(), 1, "{name}: {codes:?}");
    }
}

#[test]
fn other_encodings_are_read_and_named() {
    let utf16: Vec<u8> =
        "\u{feff}[{\"text\":\"größe\",\"ts\":\"1.0\"}]".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(read(utf16), (vec!["größe".to_owned()], vec![("encoding", 1)]));
    let latin1 = b"[{\"text\":\"gr\xf6\xdfe\",\"ts\":\"1.0\"}]";
    assert_eq!(read(latin1), (vec!["gr\u{fffd}\u{fffd}e".to_owned()], vec![("encoding", 1)]));
    let surrogate = r#"[{"text":"a\ud800b","ts":"1.0"}]"#;
    assert_eq!(read(surrogate).0, ["a\u{fffd}b"]);
}

#[test]
fn numbers_that_no_machine_holds_cost_nothing_else() {
    let digits = "9".repeat(5_000);
    let day = format!(
        r#"[{{"text":"a","ts":"1.0","reply_count":{digits},"x":1e999}},{{"text":"b","ts":"2.0","reply_count":18446744073709551616,"reactions":[{{"name":"eyes","count":9223372036854775808}}]}}]"#
    );
    let (texts, codes) = read(day);
    assert_eq!((texts, codes), (vec!["a".to_owned(), "b".to_owned()], Vec::new()));
}

#[test]
fn nesting_beyond_the_limit_costs_the_field_or_the_file() {
    let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    let day = format!(r#"[{{"text":"a","ts":"1.0","blocks":{}}},{{"text":"b","ts":"2.0"}}]"#, deep(100_000));
    assert_eq!(read(day), (vec!["a".to_owned(), "b".to_owned()], vec![("too-deep", 1)]));
    let fine = format!(r#"[{{"text":"a","ts":"1.0","blocks":{}}}]"#, deep(60));
    assert_eq!(read(fine), (vec!["a".to_owned()], Vec::new()));
    assert_eq!(read(deep(100_000)).0.len(), 0);
}

#[test]
fn a_field_of_another_type_costs_the_field() {
    let fields = [
        "user",
        "text",
        "subtype",
        "thread_ts",
        "reply_count",
        "bot_id",
        "bot_profile",
        "username",
        "user_profile",
        "edited",
        "reactions",
        "files",
        "file",
        "attachments",
        "blocks",
        "inviter",
        "hidden",
        "room",
        "comment",
    ];
    for field in fields {
        for value in ["7", "\"x\"", "true", "{}", "[]", "[7]", "null", "{\"a\":[{}]}", "[{\"name\":7,\"type\":[]}]"] {
            let day =
                format!(r#"[{{"ts":"1.000001","{field}":{value}}},{{"text":"next","ts":"2.000001","user":"U1"}}]"#);
            let loaded = Fixture::new().day(day).load();
            let shown = messages(&loaded.archive, "slack/C1");
            assert_eq!(shown.len(), 2, "{field}: {value}");
            assert_eq!(shown[1].text().unsanitised(), "next");
        }
    }
    let (texts, codes) = read(r#"[{"ts":"1.0","text":"a","user":["U1"],"reactions":5,"files":{}}]"#);
    assert_eq!((texts, codes), (vec!["a".to_owned()], vec![("bad-field", 3)]));
}

#[test]
fn odd_times_are_kept_undated_and_equal_ones_apart() {
    let odd = [
        "\"-5.000001\"",
        "\"0\"",
        "\"99999999999999.000001\"",
        "\"NaN\"",
        "\"\"",
        "\"1.1234567890123456789\"",
        "null",
        "{}",
    ];
    let records: Vec<String> = odd.iter().enumerate().map(|(n, ts)| format!(r#"{{"text":"{n}","ts":{ts}}}"#)).collect();
    let loaded = Fixture::new().day(format!("[{}]", records.join(","))).load();
    let shown = messages(&loaded.archive, "slack/C1");
    assert_eq!(shown.len(), odd.len());
    assert!(shown.iter().all(|message| !message.time().is_dated()));
    let mut ids: Vec<String> = shown.iter().map(|message| message.id().to_string()).collect();
    for id in &ids {
        let id = meanwhile::base::id::MessageId::from_text(id.as_str());
        let found = loaded.archive.find(&id).unwrap();
        assert_eq!(loaded.archive.message(found).unwrap().id(), id);
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), odd.len());
    assert_eq!(codes(&loaded), [("no-time", odd.len())]);
    let number = Fixture::new().day(r#"[{"text":"a","ts":1733495772.100015}]"#).load();
    assert_eq!(messages(&number.archive, "slack/C1")[0].native_id(), "1733495772.100015");
    let (texts, _) = read(
        r#"[{"user":"U1","text":"a","ts":"1.0"},{"user":"U2","text":"b","ts":"1.0"},{"user":"U1","text":"a","ts":"1.0"}]"#,
    );
    assert_eq!(texts, ["a", "b"]);
}

#[test]
fn threads_that_bite_their_tail_are_read() {
    let (texts, _) = read(r#"[{"text":"a","ts":"1.0","thread_ts":"2.0"},{"text":"b","ts":"2.0","thread_ts":"1.0"}]"#);
    assert_eq!(texts, ["a", "b"]);
}

#[test]
fn missing_and_damaged_lists_leave_ids() {
    let bare = Fixture::bare().day(GOOD).load();
    assert_eq!(codes(&bare), [("missing-list", 2)]);
    let shown = messages(&bare.archive, "slack/general");
    assert_eq!(shown[0].author_name().unsanitised(), "U1");
    let damaged = Fixture::bare()
        .file("users.json", r#"[{"id":"U1","name":"runa"},{"name":"no id"},7,{"id":"U2","na"#)
        .file(
            "channels.json",
            r#"[{"id":"C1","name":"general"},{"id":"C1","name":"twin"},{"id":"C3","name":"general"}]"#,
        )
        .day(GOOD)
        .load();
    assert_eq!(codes(&damaged), [("cut-file", 1), ("bad-record", 2), ("duplicate-id", 2)]);
    assert_eq!(messages(&damaged.archive, "slack/C1")[0].author_name().unsanitised(), "runa");
    assert_eq!(damaged.archive.channel_count(), 3);
}

#[test]
fn names_of_channels_never_become_paths() {
    let long = "x".repeat(300);
    let channels = format!(
        r#"[{{"id":"C1","name":".."}},{{"id":"C2","name":"/etc"}},{{"id":"C3","name":"CON"}},{{"id":"C4","name":"{long}"}}]"#
    );
    let loaded = Fixture::bare().file("channels.json", channels).day(GOOD).load();
    assert_eq!(loaded.archive.message_count(), 2);
}

#[cfg(unix)]
#[test]
fn links_and_pipes_in_a_folder_are_neither_followed_nor_waited_for() {
    let outside = Fixture::bare().file("2024-12-05.json", GOOD);
    let fixture = Fixture::new().day(GOOD);
    std::os::unix::fs::symlink(outside.path(), fixture.path().join("quiet")).unwrap();
    std::os::unix::fs::symlink("/", fixture.path().join("general/root")).unwrap();
    std::os::unix::fs::symlink("..", fixture.path().join("general/2024-12-07.json")).unwrap();
    let pipe = fixture.path().join("general/2024-12-08.json");
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR, 0).unwrap();
    let loaded = fixture.load();
    assert_eq!(loaded.archive.message_count(), 2);
    assert_eq!(codes(&loaded), [("skipped-entry", 4)]);
}

fn zip_of(entries: &[(&str, &[u8])]) -> ZipFixture {
    let zip = ZipFixture::new();
    let mut writer = zip::ZipWriter::new(fs::File::create(zip.path()).unwrap());
    for (name, content) in entries {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap();
    zip
}

#[test]
fn entries_that_lead_out_or_unpack_to_too_much_are_left_out() {
    let bomb = vec![b' '; 8 << 20];
    let zip = zip_of(&[
        ("channels.json", super::fixture::CHANNELS.as_bytes()),
        ("general/2024-12-06.json", GOOD.as_bytes()),
        ("general/2024-12-07.json", &bomb),
        ("../general/2024-12-08.json", GOOD.as_bytes()),
        ("/general/2024-12-08.json", GOOD.as_bytes()),
        ("C:/general/2024-12-08.json", GOOD.as_bytes()),
        ("general\\2024-12-08.json", GOOD.as_bytes()),
        ("__MACOSX/general/._2024-12-06.json", b"x"),
    ]);
    let loaded = load(&[zip.path()], &LoadOptions::default()).unwrap();
    assert_eq!(loaded.archive.message_count(), 2);
    assert_eq!(codes(&loaded), [("too-large", 1), ("skipped-entry", 4), ("missing-list", 1)]);
    let listed = fs::read_dir(zip.path().parent().unwrap()).unwrap().count();
    assert_eq!(listed, 1, "nothing is written beside the zip");
    let small = Limits { file_bytes: 20, ..Limits::default() };
    let refused = load(&[zip.path()], &LoadOptions { limits: small, ..LoadOptions::default() });
    assert!(matches!(refused, Err(ImportError::NothingReadable { .. })), "{refused:?}");
}

#[test]
fn a_damaged_entry_costs_itself() {
    let zip = Fixture::new().day(GOOD).file("general/2024-12-07.json", GOOD.replace("one", "oneoneone")).zip("");
    let mut bytes = fs::read(zip.path()).unwrap();
    let name = b"general/2024-12-07.json";
    let at = bytes.windows(name.len()).position(|window| window == name).unwrap() + name.len();
    for byte in &mut bytes[at..at + 12] {
        *byte ^= 0x55;
    }
    fs::write(zip.path(), bytes).unwrap();
    let loaded = load(&[zip.path()], &LoadOptions::default()).unwrap();
    assert_eq!(texts(&loaded.archive), ["one", "two"]);
    assert_eq!(codes(&loaded), [("unreadable", 1)]);
    assert_eq!(loaded.report.sources[0].skipped, 1);
}

#[test]
fn a_zip_of_nothing_and_a_cut_zip_are_refused_in_one_sentence() {
    let nothing = zip_of(&[]);
    let error = load(&[nothing.path()], &LoadOptions::default()).unwrap_err().to_string();
    assert!(error.contains("holds no files") && error.contains("channels.json"), "{error}");
    let cut = Fixture::new().day(GOOD).zip("");
    let bytes = fs::read(cut.path()).unwrap();
    fs::write(cut.path(), &bytes[..20]).unwrap();
    let error = load(&[cut.path()], &LoadOptions::default()).unwrap_err();
    assert!(matches!(error, ImportError::BrokenZip { .. }), "{error}");
    let sentence = error.to_string();
    assert!(sentence.contains("damaged zip") && sentence.contains("again") && !sentence.contains('\n'), "{sentence}");
}

#[test]
fn a_cut_zip_gives_what_stands_before_the_cut() {
    let whole = Fixture::new().day(GOOD).file("general/2024-12-07.json", GOOD.replace("00001", "00002")).zip("wrap/");
    let bytes = fs::read(whole.path()).unwrap();
    let users = bytes.windows(10).position(|window| window == b"users.json").unwrap();
    fs::write(whole.path(), &bytes[..users + 40]).unwrap();
    let loaded = load(&[whole.path()], &LoadOptions::default()).unwrap();
    assert_eq!(texts(&loaded.archive), ["one", "one", "two", "two"]);
    assert_eq!(codes(&loaded), [("missing-list", 1), ("cut-zip", 1)]);
    let mut streamed = zip::ZipWriter::new_stream(Vec::new());
    for (name, content) in [("general/2024-12-06.json", GOOD), ("general/2024-12-07.json", GOOD)] {
        streamed.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        streamed.write_all(content.as_bytes()).unwrap();
    }
    let bytes = streamed.finish().unwrap().into_inner();
    let table = bytes.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    fs::write(whole.path(), &bytes[..table]).unwrap();
    assert_eq!(load(&[whole.path()], &LoadOptions::default()).unwrap().archive.message_count(), 2);
}

#[test]
fn what_lies_at_a_path_is_told_by_its_content() {
    let fixture = Fixture::new().day(GOOD).file("incident.txt", "{\n  \"format\": \"meanwhile/1\",\n");
    assert_eq!(sniff(fixture.path()), Sniffed::Export { format: "slack-export" });
    assert_eq!(sniff(&fixture.zip("wrapper/").path()), Sniffed::Export { format: "slack-export" });
    assert_eq!(sniff(&fixture.path().join("incident.txt")), Sniffed::Project);
    let project = load(&[fixture.path().join("incident.txt")], &LoadOptions::default());
    assert!(matches!(project, Err(ImportError::IsProject { .. })));
    for (inside, word) in [("general", "one channel"), ("general/2024-12-06.json", "one day"), ("gone", "not there")] {
        let Sniffed::Unknown { reason } = sniff(&fixture.path().join(inside)) else { panic!("{inside} is no export") };
        assert!(reason.contains(word), "{reason}");
    }
    let unknown = LoadOptions {
        read_as: ReadAs { format: Some("carrier-pigeon".to_owned()), ..ReadAs::default() },
        ..LoadOptions::default()
    };
    let error = load(&[fixture.path().to_owned()], &unknown).unwrap_err().to_string();
    assert!(error.contains("slack-export"), "{error}");
}

#[test]
fn a_folder_is_told_by_what_lies_deeper_where_its_top_says_nothing() {
    let slack = Sniffed::Export { format: "slack-export" };
    let wrapped = Fixture::bare().file("export/channels.json", "[]").file("export/general/2024-12-06.json", GOOD);
    assert_eq!(sniff(wrapped.path()), slack);
    let listless = Fixture::bare().file("users.json", "[]").file("general/2024-12-06.json", GOOD);
    assert_eq!(sniff(listless.path()), slack);
    assert_eq!(sniff(Fixture::bare().file("general/2024-12-06.json", GOOD).path()), slack);
    let other = Fixture::bare().file("letters/a.txt", "so it goes").file("b.txt", "and so on");
    let Sniffed::Unknown { reason } = sniff(other.path()) else { panic!("letters are no export") };
    assert!(reason.contains("none of its 2 files"), "{reason}");
}

#[test]
fn places_of_trouble_are_capped_and_counted() {
    let records = vec!["7"; 500].join(",");
    let loaded = Fixture::new().day(format!(r#"[{records},{{"text":"a","ts":"1.0"}}]"#)).load();
    let source = &loaded.report.sources[0];
    let (trouble, problem) = source.warnings.iter().next().unwrap();
    assert_eq!((trouble, problem.count, problem.places.len()), (Trouble::BadRecord, 500, 20));
    assert_eq!(source.skipped, 500);
    let json = loaded.report.to_json();
    assert_eq!(json["warnings"][0]["example"], "general/2024-12-06.json, record 1: it is no object");
}

#[test]
fn control_characters_in_names_are_marked_in_warnings() {
    let loaded = Fixture::new().file("gene\u{1b}]0;x\u{7}ral/2024-12-06.json", "[7]").day(GOOD).load();
    let words: Vec<String> = loaded.report.sources[0]
        .warnings
        .iter()
        .flat_map(|(_, problem)| problem.places.iter().map(meanwhile::import::report::Place::words))
        .collect();
    assert!(!words.is_empty() && words.iter().all(|words| !words.chars().any(char::is_control)), "{words:?}");
}

const SEED: &str = r#"[{"type":"message","user":"U1","text":"see <@U2|x> &lt; \ud83d\ude00","ts":"1733495772.100015","thread_ts":"1733495772.100015","reply_count":1,
"edited":{"user":"U1","ts":"1733495773.000000"},"reactions":[{"name":"eyes","users":["U2"],"count":1}],"files":[{"id":"F1","name":"a"}],
"blocks":[{"type":"rich_text","elements":[{"type":"rich_text_list","elements":[{"elements":[{"type":"text","text":"t"}]}]}]}]},
{"subtype":"bot_message","bot_id":"B1","username":"al","text":"","ts":"1733495774.1","attachments":[{"title":"x","fields":[{"title":"a","value":"b"}]}],"room":{"date_start":1}},
{"subtype":"message_changed","message":{"ts":"1.0","text":"n"},"previous_message":{"ts":"1.0","text":"o"},"ts":"2.0"}]"#;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn mutated_bytes_never_panic_the_importer(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in any::<prop::sample::Index>(),
        cuts in any::<bool>(),
    ) {
        let mut day = SEED.as_bytes().to_vec();
        let mut users = super::fixture::USERS.as_bytes().to_vec();
        for (at, byte) in &changes {
            let (in_day, in_users) = (at.index(day.len()), at.index(users.len()));
            day[in_day] = *byte;
            users[in_users] = *byte;
        }
        if cuts {
            day.truncate(cut.index(day.len()));
        }
        let fixture = Fixture::new().file("users.json", users).day(day).file("quiet/2024-12-06.json", GOOD);
        let loaded = fixture.load();
        prop_assert_eq!(messages(&loaded.archive, "slack/C2").len(), 2);
        for message in messages(&loaded.archive, "slack/C1") {
            let raw = meanwhile::import::raw_record(&loaded.archive, message.ix(), &[fixture.path().to_owned()], &LoadOptions::default());
            prop_assert!(raw.is_ok());
        }
    }

    #[test]
    fn mutated_zips_never_panic_the_importer(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
    ) {
        let zip = Fixture::new().day(SEED).zip("");
        let mut bytes = fs::read(zip.path()).unwrap();
        for (at, byte) in &changes {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        fs::write(zip.path(), bytes).unwrap();
        if let Ok(loaded) = load(&[zip.path()], &LoadOptions::default()) {
            prop_assert!(loaded.archive.is_complete());
        }
    }
}
