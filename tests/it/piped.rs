//! What is piped in, and how the command line says what a text does not tell.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::cli::Bench;
use crate::support::pty::Program;

const PASTED: &str = "\
mara  10:42 AM
db-2 is full
oskar  10:43 AM
on it
";

const LOG: &str = "06.12.2022 10:42:00 | mara | db-2 is full\n  no space left\n06.12.2022 10:43:00 | oskar | on it\n";
const PATTERN: &str = r"^(?P<time>\S+ \S+) \| (?P<author>\w+) \| (?P<text>.*)$";

#[test]
fn text_is_looked_through_where_it_is_piped_in() {
    let bench = Bench::new();
    let ran = bench.run_with(&["inspect", "-", "--json", "--day", "2022-12-06"], PASTED).exits(0);
    let found = ran.json();
    assert_eq!(
        (&found["source"], &found["format"], &found["messages"]),
        (&json!("-"), &json!("pasted-chat"), &json!(2))
    );
    assert!(found["first"].as_str().unwrap().starts_with("2022-12-06T10:42:00"), "{found}");
    let page = bench.run_with(&["inspect", "-"], PASTED).exits(0).stdout();
    assert!(page.starts_with("standard input, text copied out of a chat"), "{page}");
    bench.run_with(&["inspect", "-"], "nothing that anybody knows").exits(2);
}

#[test]
fn a_project_over_piped_text_keeps_what_was_marked_and_nothing_to_read_again() {
    let bench = Bench::new();
    let new = ["new", "incident.json", "--source", "-", "--day", "2022-12-06"];
    bench.run_with(&new, PASTED).exits(0);
    bench.run_with(&["add", "incident.json", "-", "--day", "2022-12-07"], &PASTED.replace("db-2", "db-3")).exits(0);
    let project: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(bench.path("incident.json")).unwrap()).unwrap();
    let sources: Vec<String> = project["sources"].to_string().split('"').map(str::to_owned).collect();
    let piped = sources.iter().filter(|text| text.starts_with("standard input, 2")).count();
    assert!(piped >= 1, "{project}");
    let check = bench.run(&["search", "incident.json", "full"]);
    assert!(check.stderr().contains("standard input, "), "{}", check.stderr());
}

#[test]
fn a_pattern_is_said_or_called_by_its_name_in_the_settings() {
    let bench = Bench::new();
    fs::write(bench.path("notes.txt"), LOG).unwrap();
    let said = bench.run(&["search", "notes.txt", "space left", "--json", "--pattern", PATTERN]).exits(0);
    assert_eq!(said.json()["hits"][0]["text"], "db-2 is full\n  no space left");
    fs::create_dir_all(bench.path("config")).unwrap();
    fs::write(bench.path("config/config.toml"), format!("[patterns]\nnotes = '{PATTERN}'\n")).unwrap();
    let args = ["inspect", "notes.txt", "--json", "--pattern", "notes", "--source-zone", "Europe/Oslo", "--skew", "2m"];
    let named = bench.run(&args).exits(0).json();
    assert!(named["first"].as_str().unwrap().starts_with("2022-12-06T09:40:00"), "{named}");
    let wrong = bench.run(&["inspect", "notes.txt", "--pattern", "(?P<text>.*)"]).exits(2).stderr();
    assert!(wrong.contains("no group `time`"), "{wrong}");
}

#[test]
fn the_screen_takes_its_keys_from_the_terminal_while_text_is_piped_in() {
    let home = tempfile::tempdir().unwrap();
    let state = |name: &str| home.path().join(name);
    fs::write(home.path().join("pasted.txt"), PASTED).unwrap();
    let program = env!("CARGO_BIN_EXE_meanwhile");
    let line = format!("'{program}' - --day 2022-12-06 < pasted.txt");
    let mut pty = Program::new(Path::new("/bin/sh"), home.path())
        .env("MEANWHILE_STATE_DIR", state("state"))
        .env("MEANWHILE_CONFIG_DIR", state("config"))
        .arg("-c")
        .arg(line)
        .start();
    pty.wait_for("db-2 is full");
    pty.wait_for("standard input does not tell its zone");
    pty.press("Esc q q");
    assert_eq!(pty.wait_end(), 0);
}

#[test]
fn text_of_no_known_shape_is_read_by_a_pattern_that_the_screen_shows_at_work() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("notes.txt"), LOG).unwrap();
    let pty = Program::meanwhile(home.path()).arg("notes.txt").arg("--format").arg("pattern").start();
    pty.wait_for("(?P<time>");
    pty.wait_for("db-2 is full");
}
