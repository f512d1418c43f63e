//! How much a source may hold: what is over a limit is left out and named with the flag that raises the
//! limit, and with the flag it is read.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use zip::write::SimpleFileOptions;

const USERS: &str = r#"[{"id":"U1","name":"ada"}]"#;

fn day(text: &str) -> String {
    format!(r#"[{{"type":"message","user":"U1","text":"{text}","ts":"1733443200.000100"}}]"#)
}

fn record(minute: usize, more: &str) -> String {
    format!(r#"{{"time":"2024-12-06T10:0{minute}:00Z","author":"ada","text":"so it goes"{more}}}"#)
}

/// What one limit keeps out.
struct Limit {
    flag: &'static str,
    /// Below what the source holds, and above it.
    low: &'static str,
    high: &'static str,
    name: &'static str,
    write: fn(&Path),
    /// Messages that are read under the low limit and under the high one.
    messages: (u64, u64),
}

fn zip(path: &Path, entries: &[(&str, String)]) {
    let mut writer = zip::ZipWriter::new(File::create(path).unwrap());
    for (name, content) in entries {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap();
}

fn days() -> Vec<(&'static str, String)> {
    vec![
        ("users.json", USERS.to_owned()),
        ("channels.json", r#"[{"id":"C1","name":"ops"}]"#.to_owned()),
        ("ops/2024-12-06.json", day("one")),
        ("ops/2024-12-07.json", day("two")),
    ]
}

fn folder(path: &Path) {
    for (name, content) in days() {
        fs::create_dir_all(path.join(name).parent().unwrap()).unwrap();
        fs::write(path.join(name), content).unwrap();
    }
}

const LIMITS: [Limit; 7] = [
    Limit { flag: "--max-bytes", low: "150", high: "100000", name: "folder", write: folder, messages: (1, 2) },
    Limit {
        flag: "--max-entries",
        low: "3",
        high: "4",
        name: "folder",
        write: folder,
        // Which of the files are listed first is the system's choice.
        messages: (2, 2),
    },
    Limit {
        flag: "--max-entries",
        low: "3",
        high: "4",
        name: "days.zip",
        write: |path| zip(path, &days()),
        messages: (1, 2),
    },
    Limit {
        flag: "--max-ratio",
        low: "200",
        high: "100000",
        name: "days.zip",
        write: |path| {
            let mut days = days();
            days[3].1.push_str(&" ".repeat(4 << 20));
            zip(path, &days);
        },
        messages: (1, 2),
    },
    Limit {
        flag: "--max-depth",
        low: "128",
        high: "600",
        name: "result.json",
        write: |path| {
            let deep = format!(r#","x":{}1{}"#, "[".repeat(500), "]".repeat(500));
            let message = |id: usize, more: &str| {
                format!(
                    r#"{{"id":{id},"type":"message","date":"2024-12-06T10:0{id}:00","from":"ada","from_id":"user1","text":"so"{more}}}"#
                )
            };
            let list = format!("{},\n{}", message(1, ""), message(2, &deep));
            fs::write(path, format!(r#"{{"name":"ops","type":"private_group","id":1,"messages":[{list}]}}"#)).unwrap();
        },
        messages: (0, 2),
    },
    Limit {
        flag: "--max-depth",
        low: "128",
        high: "600",
        name: "records.jsonl",
        write: |path| {
            let deep = format!(r#","x":{}1{}"#, "[".repeat(500), "]".repeat(500));
            fs::write(path, [record(1, ""), record(2, ""), record(3, &deep)].join("\n")).unwrap();
        },
        messages: (2, 3),
    },
    Limit {
        flag: "--max-message",
        low: "400",
        high: "100000",
        name: "records.jsonl",
        write: |path| {
            let long = format!(r#","x":"{}""#, "y".repeat(1_000));
            fs::write(path, [record(1, ""), record(2, ""), record(3, &long)].join("\n")).unwrap();
        },
        messages: (2, 3),
    },
];

/// What is read, and what is said of the rest.
fn inspect(folder: &Path, args: &[&str]) -> (u64, String) {
    let ran = Command::new(env!("CARGO_BIN_EXE_meanwhile"))
        .arg("inspect")
        .args(args)
        .arg("--json")
        .env("HOME", folder)
        .current_dir(folder)
        .output()
        .unwrap();
    let told: Value = serde_json::from_slice(&ran.stdout).unwrap_or_default();
    let said = String::from_utf8(ran.stderr).unwrap();
    (told["messages"].as_u64().unwrap_or(0), format!("{}{said}", told["warnings"]))
}

#[test]
fn what_is_over_a_limit_names_the_flag_that_raises_it() {
    for Limit { flag, low, high, name, write, messages } in LIMITS {
        let home = tempfile::tempdir().unwrap();
        write(&home.path().join(name));
        let (under_low, said) = inspect(home.path(), &[name, flag, low]);
        assert!(said.contains(flag), "{flag} {low} {name}: {said}");
        let (under_high, said) = inspect(home.path(), &[name, flag, high]);
        assert!(!said.contains("--max"), "{flag} {high} {name}: {said}");
        assert_eq!(under_high, messages.1, "{flag} {name}: {said}");
        if name != "folder" || flag == "--max-bytes" {
            assert_eq!(under_low, messages.0, "{flag} {name}");
        }
    }
}

#[test]
fn without_a_flag_the_usual_limits_hold() {
    let home = tempfile::tempdir().unwrap();
    let long = format!(r#","x":"{}""#, "y".repeat(17 << 20));
    fs::write(home.path().join("long.jsonl"), [record(1, ""), record(2, ""), record(3, &long)].join("\n")).unwrap();
    let (messages, said) = inspect(home.path(), &["long.jsonl"]);
    assert!(messages == 2 && said.contains("--max-message"), "{messages}: {said}");
    let (messages, said) = inspect(home.path(), &["long.jsonl", "--max-message", "20000000"]);
    assert_eq!(messages, 3, "{said}");
    for depth in ["0", "1001", "many"] {
        let (_, said) = inspect(home.path(), &["long.jsonl", "--max-depth", depth]);
        assert!(said.contains("--max-depth"), "{said}");
    }
}

/// The deepest that may be asked for is read on the stack of any thread.
#[test]
fn the_deepest_nesting_that_may_be_asked_for_overflows_nothing() {
    let home = tempfile::tempdir().unwrap();
    let nested = |open: &str, close: &str| format!("{}1{}", open.repeat(990), close.repeat(990));
    let blocks = [nested("[", "]"), nested(r#"{"elements":["#, "]}"), nested(r#"{"a":"#, "}")];
    for (at, blocks) in blocks.iter().enumerate() {
        let export = home.path().join(format!("export{at}"));
        folder(&export);
        let fields = ["blocks", "attachments", "files", "reactions", "x", "room"];
        let message = |(nth, field): (usize, &&str)| {
            format!(r#"{{"type":"message","user":"U1","text":"deep","ts":"1733643200.00010{nth}","{field}":{blocks}}}"#)
        };
        let list: Vec<String> = fields.iter().enumerate().map(message).collect();
        fs::write(export.join("ops/2024-12-08.json"), format!("[{}]", list.join(","))).unwrap();
        let name = format!("export{at}");
        let (messages, said) = inspect(home.path(), &[&name, "--max-depth", "1000"]);
        assert_eq!(messages, 2 + fields.len() as u64, "{said}");
        let lines = format!("{}\n{}\n", record(1, ""), record(2, &format!(r#","x":{blocks}"#)));
        fs::write(home.path().join("deep.jsonl"), lines).unwrap();
        let (messages, said) = inspect(home.path(), &["deep.jsonl", "--max-depth", "1000"]);
        // The braces of the record itself and two of each level make some of them too deep even so.
        assert!(messages == 2 || (messages == 1 && said.contains("--max-depth")), "{messages}: {said}");
    }
}

#[test]
fn a_folder_too_far_down_is_named_and_read_when_it_is_given_itself() {
    let home = tempfile::tempdir().unwrap();
    let far = home.path().join("export/a/b/c/d/e/f");
    folder(&home.path().join("export"));
    fs::create_dir_all(&far).unwrap();
    fs::write(far.join("notes.json"), "[]").unwrap();
    let (messages, said) = inspect(home.path(), &["export"]);
    assert_eq!(messages, 2);
    assert!(said.contains("a/b/c/d/e/f") && said.contains("give it itself"), "{said}");
}
