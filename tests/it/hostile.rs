//! Exports written by strangers: sixty hostile inputs, each through the screen, `inspect`, every export
//! and stderr, with one checker of the bytes that come out.
//!
//! `cargo test --test it hostile -- --nocapture` prints the table.

mod bytes;
mod fields;
mod files;
mod inputs;
mod place;
mod projects;
mod seen;

use std::fs;

use inputs::Input;
use place::{AFTER, Place};
use seen::{NEEDLE, Seen};

use crate::support::pty::Program;

/// Runs rows of the table, prints it, and shows everything that is broken at once.
fn run(table: &[Input]) {
    let mut broken = Vec::new();
    for input in table {
        let mut place = Place::new();
        (input.build)(&mut place);
        let mut rules = Vec::new();
        let seen = Seen::of(place.source(), &mut rules);
        rules.extend((input.holds)(&seen, &place).err());
        println!(
            "{:>2}  {:<66} {:>7} messages  load {:>6.0} ms  slowest keys {:>6.0} ms ({})  {}",
            input.number,
            input.what,
            seen.texts.len(),
            seen.load.as_secs_f64() * 1e3,
            seen.slowest.0.as_secs_f64() * 1e3,
            seen.slowest.1,
            if rules.is_empty() { "holds" } else { "BROKEN" },
        );
        broken.extend(rules.iter().map(|rule| format!("{} ({}): {rule}", input.number, input.what)));
    }
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

#[test]
fn text_that_attacks_what_shows_it() {
    run(&inputs::TEXTS);
}

#[test]
fn files_that_are_not_what_they_should_be() {
    run(&files::FILES);
}

#[test]
fn places_and_readers_of_reports() {
    run(&files::PLACES);
}

#[test]
fn the_table_has_sixty_rows() {
    let rows = inputs::TEXTS.iter().chain(&files::FILES).chain(&files::PLACES).map(|input| input.number);
    assert!(rows.chain([projects::NUMBER]).eq(1..=60));
}

#[test]
fn on_a_terminal_nothing_but_what_the_program_may_write_comes_out() {
    let mut place = Place::new();
    let attacks: Vec<&str> = inputs::TERMINAL.iter().map(|(attack, _)| *attack).collect();
    place.texts(&attacks);
    place.file("bad\u{1b}]0;x\u{7}\n/2024-12-06.json", "nonsense\u{1b}");
    let users = fs::read_to_string(place.source().join("users.json")).unwrap();
    place.file("users.json", users.replace("Halvorik", "\\u001b]52;c;eA==\\u0007"));
    let home = tempfile::tempdir().unwrap();
    let mut pty = Program::meanwhile(home.path()).arg(place.source()).arg("--pane").arg("#general").start();
    pty.wait_for(AFTER);
    for (keys, shown) in [
        ("g g", "␛[2J␛[H"),
        ("a", "on the timeline"),
        ("t", "Tag this message"),
        ("Esc Enter", "␛[2J"),
        ("Esc 2", "[2 Timeline]"),
        ("4", "[4 People]"),
        ("1", "[1 Chat]"),
        ("/", "FIND"),
    ] {
        pty.press(keys);
        pty.wait_for(shown);
    }
    pty.type_text(NEEDLE);
    pty.wait_for("␛]52;c;");
    pty.press("Esc");
    pty.wait_gone("FIND");
    pty.press("q q");
    pty.wait_end();
    bytes::terminal(&pty.written()).unwrap();
}
