//! Copies of a project that were edited apart, joined on the command line and by git.

use std::path::Path;
use std::process::{Command, Output};

fn meanwhile(home: &Path, user: &str, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_meanwhile"));
    command
        .args(args)
        .env("HOME", home)
        .env("USER", user)
        .env("MEANWHILE_STATE_DIR", home.join("state"))
        .current_dir(home);
    command.stdin(std::process::Stdio::null()).output().unwrap()
}

/// Runs it and wants this exit code; gives what it said.
fn run(home: &Path, user: &str, args: &[&str], code: i32) -> String {
    let output = meanwhile(home, user, args);
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert_eq!(output.status.code(), Some(code), "{args:?}: {said}");
    said
}

fn edit(home: &Path, user: &str, project: &str, lines: &[&str]) {
    std::fs::write(home.join("edits"), lines.join("\n")).unwrap();
    run(home, user, &["edit", project, "edits", "-q"], 0);
}

/// A project with a section, and two copies in which two people went on.
fn two_copies(home: &Path) {
    std::fs::write(home.join("a.json"), r#"{"format":"meanwhile/1","id":"7","facts":{"title":"Search"}}"#).unwrap();
    edit(home, "ines", "a.json", &[r#"{"edit":"section","section":"impact","text":"orders stuck"}"#]);
    std::fs::copy(home.join("a.json"), home.join("b.json")).unwrap();
    let event = |id: &str| format!(r#"{{"edit":"event","id":"event/{id}","at":"2024-12-06T10:00:00Z","text":"{id}"}}"#);
    edit(home, "ines", "a.json", &[&event("one"), r#"{"edit":"section","section":"impact","text":"by Ines"}"#]);
    edit(home, "bako", "b.json", &[&event("two"), r#"{"edit":"section","section":"impact","text":"by Bako"}"#]);
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn copies_are_joined_in_any_order_to_the_same_bytes_and_conflicts_are_named() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    two_copies(home);
    let said = run(home, "ines", &["merge", "a.json", "b.json", "-o", "ab.json"], 1);
    assert!(said.contains("report.impact.text: 2 versions, by bako and ines"), "{said}");
    assert!(said.contains("type :conflicts"), "{said}");
    run(home, "bako", &["merge", "b.json", "a.json", "-o", "ba.json"], 1);
    assert_eq!(read(&home.join("ab.json")), read(&home.join("ba.json")));
    run(home, "ines", &["merge", "a.json", "b.json"], 1);
    assert_eq!(read(&home.join("a.json")), read(&home.join("ab.json")), "the first copy took the other in");
    let said = run(home, "ines", &["merge", "a.json", "b.json"], 1);
    assert!(said.contains("held all of b.json already"), "{said}");
    for kept in ["event/one", "event/two", "by Ines", "by Bako"] {
        assert!(read(&home.join("ab.json")).contains(kept), "{kept}");
    }
    edit(home, "ines", "a.json", &[r#"{"edit":"section","section":"impact","text":"by both"}"#]);
    assert_eq!(run(home, "ines", &["merge", "a.json", "b.json", "-q"], 0), "", "what was settled stays settled");
    assert!(!read(&home.join("a.json")).contains("by Bako"));
}

#[test]
fn what_cannot_be_joined_is_refused_and_nothing_is_written() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    two_copies(home);
    let before = read(&home.join("a.json"));
    std::fs::write(home.join("cut.json"), &before[..before.len() / 2]).unwrap();
    std::fs::write(home.join("there.json"), "mine").unwrap();
    for (args, reason) in [
        (&["merge", "a.json", "cut.json"][..], "cannot be read"),
        (&["merge", "a.json", "none.json"], "does not exist"),
        (&["merge", "a.json", "a.json"], "one file"),
        (&["merge", "a.json", "b.json", "-o", "there.json"], "exists already"),
        (&["merge", "a.json", "b.json", "--read-only"], "read-only"),
        (&["merge", "--driver", "a.json", "b.json"], "BASE OURS THEIRS"),
        (&["merge", "--driver", "a.json", "a.json", "cut.json"], "Nothing was merged"),
    ] {
        let said = run(home, "ines", args, 2);
        assert!(said.contains(reason), "{args:?}: {said}");
    }
    assert_eq!(read(&home.join("a.json")), before);
    assert_eq!(read(&home.join("there.json")), "mine");
}

#[test]
fn projects_begun_apart_become_one_with_tags_and_notes_of_both() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    for (user, project, id) in [("ines", "a.json", "7"), ("bako", "b.json", "8")] {
        std::fs::write(home.join(project), format!(r#"{{"format":"meanwhile/1","id":"{id}"}}"#)).unwrap();
        let event = r#"{"edit":"event","id":"event/1","at":"2024-12-06T10:00:00Z","text":"call"}"#;
        let tag = format!(r#"{{"edit":"tag","target":"event/1","tag":"{user}","on":true}}"#);
        edit(home, user, project, &[event, &tag]);
    }
    let said = run(home, "ines", &["merge", "a.json", "b.json"], 0);
    assert!(said.contains("begun apart"), "{said}");
    let text = read(&home.join("a.json"));
    assert!(text.contains("\"bako\",\n        \"ines\""), "{text}");
}

#[test]
fn git_merges_branches_of_a_project_with_two_lines_of_configuration() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let git = |args: &[&str], succeeds: bool| {
        let output = Command::new("git").args(args).env("HOME", home).current_dir(home).output().unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert_eq!(output.status.success(), succeeds, "{args:?}: {said}");
        said
    };
    if Command::new("git").arg("--version").output().is_err() {
        return;
    }
    git(&["init", "-q", "-b", "main"], true);
    for (name, value) in [("user.name", "i"), ("user.email", "i@example.net")] {
        git(&["config", name, value], true);
    }
    let driver = format!("{} merge --driver %O %A %B", env!("CARGO_BIN_EXE_meanwhile"));
    git(&["config", "merge.meanwhile.driver", &driver], true);
    std::fs::write(home.join(".gitattributes"), "incident.json merge=meanwhile\n").unwrap();
    std::fs::write(home.join(".gitignore"), "*.d/\nedits\nstate\n").unwrap();
    std::fs::write(home.join("incident.json"), r#"{"format":"meanwhile/1","id":"7"}"#).unwrap();
    edit(home, "ines", "incident.json", &[r#"{"edit":"fact","name":"title","value":"Search"}"#]);
    git(&["add", "."], true);
    git(&["commit", "-qm", "begun"], true);
    let branch = |name: &str, text: &str| {
        git(&["checkout", "-q", "-b", name, "main"], true);
        let event = format!(r#"{{"edit":"event","id":"event/{name}","at":"2024-12-06T10:00:00Z","text":"{name}"}}"#);
        let section = format!(r#"{{"edit":"section","section":"impact","text":"{text}"}}"#);
        edit(home, name, "incident.json", &[&event, &section]);
        git(&["commit", "-qam", name], true);
    };
    branch("one", "the same");
    branch("two", "the same");
    branch("three", "another");
    git(&["merge", "-q", "--no-edit", "one"], false);
    let text = read(&home.join("incident.json"));
    assert!(!text.contains("<<<<<<<") && text.contains("another") && text.contains("the same"), "{text}");
    git(&["merge", "--abort"], true);
    git(&["checkout", "-q", "two"], true);
    git(&["merge", "-q", "--no-edit", "one"], true);
    let text = read(&home.join("incident.json"));
    assert!(text.contains("event/one") && text.contains("event/two"), "{text}");
}
