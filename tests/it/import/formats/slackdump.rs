//! slackdump: dumps, archives of chunks, its database and its kind of export.

use std::fs;

use meanwhile::import::{ImportError, LoadOptions, raw_record};
use proptest::prelude::*;
use rusqlite::Connection;

use super::super::fixture::{Fixture, codes, load, messages};
use super::{golden, load_file, load_folder, slack_events, slack_pages};

const DUMP: &str = r#"{"channel_id":"C0OPS7421","name":"ops","messages":[
 {"type":"message","user":"U7RUNA001","text":"gateway answers slowly again","ts":"1733496000.000200","thread_ts":"1733496000.000200","reply_count":2,
  "replace_original":false,"metadata":{"event_type":"","event_payload":null},"blocks":null,
  "slackdump_thread_replies":[
   {"type":"message","user":"U7RUNA001","text":"gateway answers slowly again","ts":"1733496000.000200","thread_ts":"1733496000.000200","reply_count":2},
   {"type":"message","user":"U7TEO0002","text":"looking, <@U7RUNA001>","ts":"1733496060.000300","thread_ts":"1733496000.000200"},
   {"type":"message","user":"U7TEO0002","text":"pool is full","ts":"1733582460.000400","thread_ts":"1733496000.000200","edited":{"user":"U7TEO0002","ts":"1733582470.000000"}}]},
 {"type":"message","subtype":"tombstone","user":"USLACKBOT","hidden":true,"text":"This message was deleted.","ts":"1733495900.000100","thread_ts":"1733495900.000100","reply_count":1,
  "slackdump_thread_replies":[{"type":"message","user":"U7TEO0002","text":"agreed","ts":"1733495950.000100","thread_ts":"1733495900.000100"}]},
 {"type":"message","subtype":"bot_message","bot_id":"B77","username":"alerts","text":"","ts":"1733495800.000100","attachments":[{"title":"p95 over 900 ms","fallback":"not shown"}]}]}"#;

const THREAD_DUMP: &str = r#"{"channel_id":"C0OPS7421","name":"ops","thread_ts":"1733496000.000200","messages":[
 {"type":"message","user":"U7RUNA001","text":"gateway answers slowly again","ts":"1733496000.000200","thread_ts":"1733496000.000200","reply_count":2},
 {"type":"message","user":"U7TEO0002","text":"pool is full","ts":"1733582460.000400","thread_ts":"1733496000.000200","edited":{"user":"U7TEO0002","ts":"1733582470.000000"}}]}"#;

const USERS: &str = r#"[{"id":"U7RUNA001","name":"runa","profile":{"real_name":"Runa Halvorik"}},
 {"id":"U7TEO0002","name":"teo","profile":{"real_name":"Teo Marquand"}}]"#;

const CHUNKS: &str = r#"{"t":5,"ts":1733600000000000001,"id":"C0OPS7421","ci":{"id":"C0OPS7421","name":"ops","is_private":true,"topic":{"value":"the gateway"}}}
{"t":4,"ts":1733600000000000002,"ch":[{"id":"C0QUIET42","name":"quiet","is_channel":true}]}
{"t":0,"ts":1733600000000000003,"id":"C0OPS7421","n":2,"m":[{"type":"message","user":"U7RUNA001","text":"gateway is slow","ts":"1733496000.000200","thread_ts":"1733496000.000200","reply_count":1,"reactions":[{"name":"eyes","users":["U7TEO0002"],"count":1}]},{"type":"message","subtype":"thread_broadcast","user":"U7TEO0002","text":"restarted it","ts":"1733496100.000100","thread_ts":"1733496000.000200"}]}
{"t":1,"ts":1733600000000000005,"id":"C0OPS7421","r":"1733496000.000200","l":true,"p":{"type":"message","user":"U7RUNA001","text":"gateway is slow","ts":"1733496000.000200"},"m":[{"type":"message","subtype":"thread_broadcast","user":"U7TEO0002","text":"restarted it","ts":"1733496100.000100","thread_ts":"1733496000.000200"}]}
{"t":2,"ts":1733600000000000006,"id":"C0OPS7421","p":{"type":"message","user":"U7TEO0002","text":"see the graph","ts":"1733496200.000100"},"f":[{"id":"F1"}]}
{"t":0,"ts":1733700000000000003,"id":"C0OPS7421","m":[{"type":"message","user":"U7RUNA001","text":"gateway was slow","ts":"1733496000.000200","thread_ts":"1733496000.000200","reply_count":1,"edited":{"user":"U7RUNA001","ts":"1733650000.000000"}}]}
{"t":3,"ts":1733600000000000009,"u":[{"id":"U7RUNA001","name":"runa","profile":{"real_name":"Runa Halvorik"}},{"id":"U7TEO0002","name":"teo","profile":{"real_name":"Teo Marquand"}}]}
{"t":10,"ts":1733600000000000010,"sm":[{"type":"message","channel":{"id":"C0ELSE881","name":"else"},"user":"U7RUNA001","text":"found it","ts":"1733496300.000100"}]}
not a chunk
{"t":6,"ts":1733600000000000011,"w":{"team":"invented"}}
{"t":0,"ts":1733600000000000012,"id":"C0OPS74"#;

pub const FIXTURES: super::Fixtures = &[
    ("C0OPS7421.json", DUMP.as_bytes()),
    ("C0OPS7421-1733496000.000200.json", THREAD_DUMP.as_bytes()),
    ("chunks.jsonl", CHUNKS.as_bytes()),
];

fn packed(text: &str) -> Vec<u8> {
    use std::io::Write as _;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(text.as_bytes()).unwrap();
    gzip.finish().unwrap()
}

#[test]
fn a_dump_gives_its_nested_answers_once() {
    insta::assert_snapshot!(golden(&load_file("C0OPS7421.json", DUMP.as_bytes())));
}

#[test]
fn a_folder_of_dumps_has_names_from_the_list_beside_and_leaves_uploads_alone() {
    let loaded = load_folder(&[
        ("C0OPS7421.json", DUMP.as_bytes()),
        ("C0OPS7421-1733496000.000200.json", THREAD_DUMP.as_bytes()),
        ("C0OPS7421/notes.json", br#"{"ok":true,"has_more":false,"channel":"C0UPLOAD9","messages":[]}"#),
        ("C0OPS7421/words.txt", b"no chat"),
        ("C0OPS7421.txt", b"> runa [U7RUNA001] @ 06/12/2024 14:40:00 Z:\n\ngateway answers slowly again\n"),
        ("users.json", USERS.as_bytes()),
    ]);
    insta::assert_snapshot!(golden(&loaded));
}

#[test]
fn a_log_of_another_kind_beside_a_dump_is_read_as_well() {
    let irc: &[u8] = b"[14:40:00] <runa> is the gateway down\n[14:40:10] <teo> looking\n[14:40:20] <runa> thanks\n";
    let loaded = load_folder(&[("C0OPS7421.json", DUMP.as_bytes()), ("#ops_20241206.log", irc)]);
    assert_eq!(loaded.report.sources[0].format, "mixed");
    assert_eq!(loaded.report.sources[0].totals.messages, 9);
}

#[test]
fn the_last_chunk_holds_and_what_it_replaces_is_kept() {
    insta::assert_snapshot!(golden(&load_file("chunks.jsonl.gz", &packed(CHUNKS))));
}

#[test]
fn an_archive_gives_the_same_in_one_file_and_in_a_folder_of_packed_ones() {
    let lines: Vec<&str> = CHUNKS.lines().filter(|line| line.ends_with('}')).collect();
    let of_kind = |kinds: &[&str]| {
        let is_wanted = |line: &&&str| kinds.iter().any(|kind| line.starts_with(&format!("{{\"t\":{kind},")));
        packed(&lines.iter().filter(is_wanted).map(|line| format!("{line}\n")).collect::<String>())
    };
    let folder = load_folder(&[
        ("C0OPS7421.json.gz", &of_kind(&["0", "1", "2", "5"])),
        ("channels.json.gz", &of_kind(&["4"])),
        ("users.json.gz", &of_kind(&["3"])),
        ("workspace.json.gz", &of_kind(&["6"])),
        ("search.json.gz", &of_kind(&["10"])),
        ("__uploads/F1/graph.json", b"[1, 2]"),
    ]);
    let single = load_file("chunks.jsonl.gz", &packed(&lines.join("\n")));
    assert_eq!(
        golden(&folder).replace("search.json.gz", "chunks"),
        golden(&single).replacen("chunks.jsonl.gz\n", "", 1)
    );
}

#[test]
fn a_cut_gzip_gives_its_whole_lines() {
    let long: String = (0..400)
        .map(|n| format!("{{\"t\":0,\"ts\":1733600000000000001,\"id\":\"C0OPS7421\",\"m\":[{{\"text\":\"{:x}\",\"ts\":\"17334{n:05}.0001\"}}]}}\n", n * 7_919 % 65_537))
        .collect();
    let mut cut = packed(&long);
    cut.truncate(cut.len() / 2);
    let loaded = load_file("C0OPS7421.json.gz", &cut);
    let count = messages(&loaded.archive, "slack/C0OPS7421").len();
    assert!((50..400).contains(&count), "{count}");
    assert!(codes(&loaded).iter().any(|(code, _)| *code == "cut-file"));
}

#[test]
fn annotations_of_an_export_hold_on_a_dump_of_the_same_channel() {
    let export =
        Fixture::bare().file("users.json", USERS).file("channels.json", r#"[{"id":"C0OPS7421","name":"ops"}]"#).file(
            "ops/2024-12-06.json",
            r#"[{"type":"message","user":"U7RUNA001","text":"gateway answers slowly again","ts":"1733496000.000200"}]"#,
        );
    let dump = Fixture::bare().file("C0OPS7421.json", DUMP);
    let alone = export.load();
    let id = messages(&alone.archive, "slack/C0OPS7421")[0].id();
    assert!(messages(&dump.load().archive, "slack/C0OPS7421").iter().any(|message| message.id() == id));
    for paths in [[export.path(), dump.path()], [dump.path(), export.path()]] {
        let both = load(&paths.map(std::path::Path::to_path_buf), &LoadOptions::default()).unwrap();
        let shown = messages(&both.archive, "slack/C0OPS7421");
        assert_eq!(shown.iter().filter(|message| message.id() == id).count(), 1);
        assert_eq!(shown.len(), 6);
        assert_eq!(shown[0].log().meta().label(), "#ops");
    }
}

/// A database as slackdump makes one, with two recordings of one message.
fn database(at: &std::path::Path) -> Connection {
    let connection = Connection::open(at).unwrap();
    connection
        .execute_batch(
            r#"
        CREATE TABLE SESSION (ID INTEGER PRIMARY KEY, MODE TEXT NOT NULL);
        CREATE TABLE CHUNK (ID INTEGER PRIMARY KEY, UNIX_TS INTEGER NOT NULL, TYPE_ID SMALLINT NOT NULL, CHANNEL_ID TEXT);
        CREATE TABLE MESSAGE (ID INTEGER NOT NULL, CHUNK_ID INTEGER NOT NULL, CHANNEL_ID TEXT NOT NULL, TS TEXT NOT NULL,
            IDX INTEGER NOT NULL, TXT TEXT, DATA BLOB NOT NULL, PRIMARY KEY (ID, CHUNK_ID));
        CREATE TABLE CHANNEL (ID TEXT NOT NULL, CHUNK_ID INTEGER NOT NULL, NAME TEXT, IDX INTEGER NOT NULL, DATA BLOB NOT NULL);
        CREATE TABLE CHANNEL_USER (CHANNEL_ID TEXT NOT NULL, USER_ID TEXT NOT NULL, CHUNK_ID INTEGER NOT NULL);
        CREATE TABLE S_USER (ID TEXT NOT NULL, CHUNK_ID INTEGER NOT NULL, IDX INTEGER NOT NULL, USERNAME TEXT NOT NULL, DATA BLOB NOT NULL);
        INSERT INTO S_USER VALUES ('U7RUNA001', 1, 0, 'runa', '{"id":"U7RUNA001","name":"runa","profile":{"real_name":"Runa Halvorik"}}');
        INSERT INTO CHANNEL VALUES ('C0OPS7421', 1, 'ops', 0, '{"id":"C0OPS7421","name":"ops"}');
        INSERT INTO CHANNEL VALUES ('D0RUNA881', 1, '', 0, '{"id":"D0RUNA881","is_im":true}');
        INSERT INTO CHANNEL_USER VALUES ('D0RUNA881', 'U7RUNA001', 1);
        INSERT INTO MESSAGE VALUES (1733496000000200, 2, 'C0OPS7421', '1733496000.000200', 0, '',
            CAST('{"user":"U7RUNA001","text":"gateway was slow","ts":"1733496000.000200","edited":{"ts":"1733650000.000000"}}' AS BLOB));
        INSERT INTO MESSAGE VALUES (1733496000000200, 1, 'C0OPS7421', '1733496000.000200', 0, '',
            CAST('{"user":"U7RUNA001","text":"gateway is slow","ts":"1733496000.000200"}' AS BLOB));
        INSERT INTO MESSAGE VALUES (1733496000000201, 1, 'D0RUNA881', '1733496000.000201', 0, '',
            CAST('{"user":"U7RUNA001","text":"are you awake",
                   "ts":"1733496000.000201"}' AS BLOB));
        INSERT INTO MESSAGE VALUES (1733496000000202, 1, 'C0OPS7421', '1733496000.000202', 0, '', CAST('{"user' AS BLOB));
        "#,
        )
        .unwrap();
    connection
}

#[test]
fn a_database_is_read_row_by_row_and_left_as_it_is() {
    let fixture = Fixture::bare();
    let path = fixture.path().join("slack dump?.sqlite");
    drop(database(&path));
    let before = fs::read(&path).unwrap();
    let loaded = load(std::slice::from_ref(&path), &LoadOptions::default()).unwrap();
    insta::assert_snapshot!(golden(&loaded));
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(fs::read_dir(fixture.path()).unwrap().count(), 1);
    let shown = messages(&loaded.archive, "slack/C0OPS7421");
    let record = raw_record(&loaded.archive, shown[0].ix(), &[path], &LoadOptions::default()).unwrap();
    assert!(record.contains("\"gateway was slow\""), "{record}");
}

#[test]
fn what_stands_beside_a_database_is_read_from_a_copy() {
    let fixture = Fixture::bare();
    let path = fixture.path().join("slackdump.sqlite");
    let connection = database(&path);
    connection.pragma_update(None, "journal_mode", "wal").unwrap();
    let row = r#"INSERT INTO MESSAGE VALUES (1733496000000900, 3, 'C0OPS7421', '1733496000.000900', 0, '', '{"text":"written last","ts":"1733496000.000900"}')"#;
    connection.execute(row, []).unwrap();
    let before: Vec<Vec<u8>> =
        ["", "-wal"].iter().map(|ending| fs::read(format!("{}{ending}", path.display())).unwrap()).collect();
    let loaded = fixture.load();
    assert!(
        messages(&loaded.archive, "slack/C0OPS7421")
            .iter()
            .any(|message| message.text().unsanitised() == "written last")
    );
    let after: Vec<Vec<u8>> =
        ["", "-wal"].iter().map(|ending| fs::read(format!("{}{ending}", path.display())).unwrap()).collect();
    assert_eq!(before, after);
    drop(connection);
}

#[test]
fn a_database_without_a_table_of_messages_and_one_in_a_zip_say_what_to_do() {
    let fixture = Fixture::bare();
    let path = fixture.path().join("slackdump.sqlite");
    let connection = database(&path);
    connection.execute_batch("DROP TABLE MESSAGE; CREATE VIEW MESSAGE AS SELECT 1 AS CHANNEL_ID, 2 AS DATA").unwrap();
    drop(connection);
    let refusal = |path: &std::path::Path| load(&[path.to_owned()], &LoadOptions::default()).unwrap_err();
    let error = refusal(&path);
    assert!(
        matches!(error, ImportError::NothingReadable { .. }) && error.to_string().contains("no table MESSAGE"),
        "{error}"
    );
    let zip = fixture.zip("");
    let error = refusal(&zip.path());
    assert!(error.to_string().contains("unpack it"), "{error}");
}

#[test]
fn the_export_of_slackdump_is_named_as_such_and_reads_as_any_export() {
    let day = r#"[{"type":"message","user":"U7RUNA001","text":"see it","ts":"1733496000.000200","files":[{"id":"F1","name":"graph.png"}]}]"#;
    let common = |fixture: Fixture| {
        fixture
            .file("users.json", USERS)
            .file("channels.json", r#"[{"id":"C0OPS7421","name":"ops"}]"#)
            .file("dms.json", r#"[{"id":"D0RUNA881","members":["U7RUNA001","U7TEO0002"]}]"#)
            .file("ops/2024-12-06.json", day)
            .file("D0RUNA881/2024-12-06.json", r#"[{"user":"U7TEO0002","text":"awake?","ts":"1733496000.000300"}]"#)
    };
    let formats = [
        (common(Fixture::bare()).file("__uploads/F1/graph.png", "x").file("groups.json", "[]\n"), "slackdump-export"),
        (common(Fixture::bare()).file("ops/attachments/2024-12-06.json", "[]"), "slackdump-export"),
        (common(Fixture::bare()).file("mpims.json", "[]").file("integration_logs.json", "[]"), "slack-export"),
    ];
    for (fixture, format) in formats {
        let loaded = fixture.load();
        let source = &loaded.report.sources[0];
        assert_eq!((source.format, source.totals.messages), (format, 2));
        assert_eq!(source.missing.iter().any(|gap| gap.contains("by name and size only")), format == "slack-export");
        assert_eq!(messages(&loaded.archive, "slack/D0RUNA881").len(), 1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// Some of it is read, or a sentence says why not; nothing panics.
    #[test]
    fn cut_and_spliced_files_never_panic_the_readers_of_slack(
        place in 0..100_usize, from in 0.0..1.0_f64, length in 0..80_usize, patch in proptest::collection::vec(any::<u8>(), 0..12),
    ) {
        let all: Vec<&(&str, &[u8])> = FIXTURES.iter().chain(slack_pages::FIXTURES).chain(slack_events::FIXTURES).collect();
        let (name, content) = all[place % all.len()];
        let at = (content.len() as f64 * from) as usize;
        let mut bytes = content.to_vec();
        bytes.splice(at..content.len().min(at + length), patch);
        let fixture = Fixture::bare().file(name, bytes);
        match load(&[fixture.path().join(name)], &LoadOptions::default()) {
            Ok(loaded) => prop_assert!(loaded.report.sources.len() == 1),
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }
}
