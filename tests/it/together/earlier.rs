//! Undo goes on where this sitting began: over what the same person did before, and never over what a
//! partner wrote.

use std::path::Path;

use super::{LAST, demo, told};
use crate::support::pty::{Program, Pty};

fn sit(home: &Path, user: &str) -> Pty {
    let program = Program::meanwhile(home).arg("incident.json").arg("--pane").arg("#sev-search");
    let mut pty = program.env("USER", user).env("MEANWHILE_STATE_DIR", home.join(format!("state-{user}"))).start();
    pty.wait_for(LAST);
    pty.press("G");
    pty
}

fn end(mut pty: Pty) {
    pty.press("q q");
    assert_eq!(pty.wait_end(), 0);
}

fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let export = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/slack-export.zip");
    std::fs::copy(export, home.path().join("slack-export.zip")).unwrap();
    demo(home.path());
    home
}

/// The notes that the project shows.
fn notes(home: &Path) -> Vec<String> {
    let parsed = meanwhile::project::file::parse(&std::fs::read(home.join("incident.json")).unwrap()).unwrap();
    parsed.document.project().notes().values().map(|note| note.text.clone()).collect()
}

#[test]
fn what_was_done_in_an_earlier_sitting_is_undone_by_one_key_more_and_done_again() {
    let home = home();
    let home = home.path();
    let mut first = sit(home, "ines");
    first.press("c");
    first.type_text("the first note");
    first.press("Enter a");
    first.wait_for("✓ saved");
    end(first);
    let mut second = sit(home, "ines");
    second.press("k c");
    second.type_text("of the second sitting");
    second.press("Enter");
    second.wait_for("of the second sitting");
    second.press("u");
    second.wait_for("undone: note");
    // Below what was done here lies what was done before: told first, then taken back.
    second.press("u");
    second.wait_for("u again takes back");
    second.press("u");
    second.wait_for("undone: timeline");
    second.press("u");
    second.wait_for("undone: note");
    second.wait_gone("the first note");
    second.press("u");
    second.wait_for("cannot now: nothing was done yet");
    second.press("Ctrl-r");
    second.wait_for("done again: note");
    second.wait_for("the first note");
    end(second);
    assert_eq!(notes(home), ["the first note"]);
    // What was taken back then is not offered a third time; what was done again is.
    let mut third = sit(home, "ines");
    third.press("U");
    third.wait_for("all sittings, 1 act");
    third.wait_for("the first note");
    third.press("Esc u");
    third.wait_for("undone: note");
    end(third);
    assert_eq!(notes(home), [""; 0]);
}

#[test]
fn what_a_partner_wrote_since_is_never_undone() {
    let home = home();
    let home = home.path();
    let mut mine = sit(home, "ines");
    mine.press("c");
    mine.type_text("who saw it");
    mine.press("Enter a");
    mine.wait_for("✓ saved");
    end(mine);
    // Bako goes on with the note in a sitting of his own.
    let mut bako = sit(home, "bako");
    bako.press("u");
    bako.wait_for("nothing of yours is left to undo");
    end(bako);
    let whole = std::fs::read_to_string(home.join("incident.json")).unwrap();
    let note = whole.split("\"note/").nth(1).unwrap().split('"').next().unwrap();
    let edit = format!(r#"{{"edit":"note","note":"note/{note}","text":"who saw it? Teo did"}}"#);
    std::fs::write(home.join("edits"), edit).unwrap();
    // Another investigator, by the settings.
    std::fs::create_dir_all(home.join("config")).unwrap();
    std::fs::write(home.join("config/config.toml"), "name = \"Bako\"\ninitials = \"BO\"\n").unwrap();
    let (code, said) = told(home, &["--config", "config/config.toml", "edit", "incident.json", "edits"]);
    assert_eq!(code, Some(0), "{said}");
    let mut again = sit(home, "ines");
    again.wait_for("who saw it? Teo did");
    again.press("u");
    again.wait_for("u again takes back");
    again.press("u");
    again.wait_for("undone: timeline");
    again.press("u");
    again.wait_for("but for what");
    again.wait_for("who saw it? Teo did");
    end(again);
    assert_eq!(notes(home), ["who saw it? Teo did"]);
}
