//! The last row of the table: project files that are damaged, from the future or full of escapes.

use std::fs;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::bytes;
use super::place::Place;

/// Its row in the table.
pub const NUMBER: u32 = 60;

/// A project over a small export, with an escape in a note and in a title.
fn project(place: &mut Place) -> Value {
    place.text("a");
    let id = "slack/C1/1733496000.000000";
    let edits = [
        json!({ "edit": "note", "target": id, "text": "\u{1b}]0;note\u{7}" }),
        json!({ "edit": "timeline", "target": id, "on": true }),
        json!({ "edit": "fact", "name": "title", "value": "\u{9b}2Jtitle" }),
    ];
    run(place, &["new", "incident.json", "--source", "export"], "");
    run(place, &["edit", "incident.json"], &edits.map(|edit| format!("{edit}\n")).concat());
    serde_json::from_slice(&fs::read(place.home().join("incident.json")).unwrap()).unwrap()
}

/// The exit code and what was said; every byte of it may be shown.
fn run(place: &Place, args: &[&str], stdin: &str) -> (Option<i32>, String, String) {
    let input = tempfile::NamedTempFile::new().unwrap();
    fs::write(input.path(), stdin).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_meanwhile"));
    command.args(args).current_dir(place.home()).env("HOME", place.home().join("home")).env("USER", "runa");
    let output = command.stdin(Stdio::from(fs::File::open(input.path()).unwrap())).output().unwrap();
    let (stdout, stderr) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    bytes::plain(&stdout, &['\n', '\t']).unwrap_or_else(|error| panic!("{args:?}: {error}"));
    bytes::plain(&stderr, &['\n']).unwrap_or_else(|error| panic!("{args:?}: {error}"));
    (output.status.code(), stdout, stderr)
}

#[test]
fn damaged_projects_are_never_overwritten_and_told_in_one_clean_sentence() {
    let mut place = Place::new();
    let whole = project(&mut place).to_string();
    let marked = format!("<<<<<<< ours\n{whole}\n=======\n{whole}\n>>>>>>> theirs\n");
    for (name, content) in [
        ("cut", whole[..whole.len() / 2].to_owned()),
        ("NUL tail", whole.clone() + &"\0".repeat(4096)),
        ("zeros", "\0".repeat(4096)),
        ("merge marks", marked),
        ("escape", "{\"format\": \"\u{1b}]0;x\u{7}\"}".to_owned()),
    ] {
        let folder = name.replace(' ', "-");
        let path = format!("{folder}/incident.json");
        fs::create_dir_all(place.home().join(&folder)).unwrap();
        fs::write(place.home().join(&path), &content).unwrap();
        let edit = "{\"edit\": \"fact\", \"name\": \"title\", \"value\": \"x\"}\n";
        for args in [
            vec!["export", &path, "--format", "md"],
            vec!["check", &path],
            vec!["edit", &path],
            vec!["search", &path, "a"],
        ] {
            let (code, stdout, stderr) = run(&place, &args, edit);
            assert_eq!((code, stdout.as_str()), (Some(2), ""), "{name}: {args:?}: {stderr}");
            assert_eq!(stderr.lines().count(), 1, "{name}: {args:?}: {stderr}");
            assert!(stderr.contains("incident.json"), "{name}: {stderr}");
            assert_eq!(fs::read_to_string(place.home().join(&path)).unwrap(), content, "{name}: {args:?}");
        }
        println!("{NUMBER}  a project: {name:<55} holds");
    }
}

#[test]
fn a_project_of_a_later_version_is_read_and_never_written() {
    let mut place = Place::new();
    let whole = project(&mut place).to_string();
    let later = whole.replace("meanwhile/1", "meanwhile/999999");
    assert_ne!(later, whole);
    fs::create_dir(place.home().join("later")).unwrap();
    let file = place.home().join("later/incident.json");
    fs::write(&file, &later).unwrap();
    let edit = "{\"edit\": \"fact\", \"name\": \"title\", \"value\": \"x\"}\n";
    let (code, _, said) = run(&place, &["edit", "later/incident.json"], edit);
    assert!(code == Some(2) && said.contains("meanwhile/999999"), "{code:?}: {said}");
    let (code, page, said) = run(&place, &["export", "later/incident.json", "--format", "txt"], "");
    assert!(code == Some(0) && page.contains("2Jtitle") && said.contains("read-only"), "{code:?}: {said}");
    assert_eq!(fs::read_to_string(&file).unwrap(), later);
    println!("{NUMBER}  a project: {:<55} holds", "version 999999");
}

#[test]
fn escapes_in_a_project_leave_it_as_marks() {
    let mut place = Place::new();
    project(&mut place);
    for format in ["md", "txt", "csv", "json", "html", "walk"] {
        let (code, stdout, stderr) = run(&place, &["export", "incident.json", "--format", format, "--annotations"], "");
        assert_eq!(code, Some(0), "{stderr}");
        assert!(format == "csv" || stdout.contains("2Jtitle"), "{format}: {stdout}");
    }
    let (_, stdout, _) = run(&place, &["show", "incident.json", "slack/C1/1733496000.000000"], "");
    assert!(stdout.contains("␛]0;note␇"), "{stdout}");
}
