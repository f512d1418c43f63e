//! Bugs of ours: whatever part fails, the terminal is given back, what was done is on the disk, what
//! was typed is there again, and what is said holds no message text.
//!
//! The program under test panics where [`base::mishap`](meanwhile::base::mishap) is told to.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::pty::{Program, Pty};

const LAST: &str = "Archiving this room on Friday";
const AT: &str = "MEANWHILE_TEST_PANIC";
const WORDS: &str = "a mishap that a test asked for, in …";

struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        let export = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/slack-export.zip");
        fs::copy(export, home.path("slack-export.zip")).unwrap();
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn program(&self) -> Program {
        let program = Program::meanwhile(self.0.path()).arg("slack-export.zip").arg("--project").arg("incident.json");
        program.arg("--pane").arg("#sev-search").env("MEANWHILE_STATE_DIR", self.path("state"))
    }

    fn sit(&self, at: &str) -> Pty {
        let pty = self.program().env(AT, at).start();
        pty.wait_for(LAST);
        pty
    }

    fn run(&self, at: &str, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_meanwhile"));
        command.args(args).env("HOME", self.0.path()).env("MEANWHILE_STATE_DIR", self.path("state"));
        command.env(AT, at).current_dir(self.0.path()).output().unwrap()
    }

    /// What was kept of the failures, one a line.
    fn failures(&self) -> String {
        let path = self.path("state/failures.log");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0, "for its owner");
        fs::read_to_string(path).unwrap()
    }
}

fn given_back(pty: &Pty) {
    pty.look(|screen| {
        assert!(!screen.alternate_screen() && !screen.bracketed_paste() && !screen.hide_cursor());
    });
    assert!(!pty.is_raw());
}

/// The program ends as after a bug and says so in one printable line.
fn ends_with_a_bug(pty: &mut Pty, home: &Home, says: &str) {
    assert_eq!(pty.wait_end(), 70);
    given_back(pty);
    let screen = pty.screen_text().replace('\n', "");
    assert!(screen.contains(says), "{screen}");
    assert!(screen.contains("Saved work is kept; please report this line"), "{screen}");
    assert!(home.failures().contains("src/") || home.failures().contains("program failed on it"));
}

#[test]
fn a_key_press_that_fails_gives_the_terminal_back_and_loses_nothing() {
    for at in ["! in note", "!"] {
        let home = Home::new();
        let mut pty = home.sit(at);
        pty.press("c");
        pty.type_text("the first is saved");
        pty.press("Enter");
        pty.wait_for("✓ saved");
        if at == "!" {
            pty.press("k");
        } else {
            pty.press("j c");
            pty.type_text("the second is typed");
        }
        pty.press("!");
        ends_with_a_bug(&mut pty, &home, &format!("meanwhile: a part of the program failed: {WORDS} at src/"));
        assert!(home.failures().contains(WORDS), "{}", home.failures());
        let project = fs::read_to_string(home.path("incident.json")).unwrap();
        assert!(project.contains("the first is saved"), "{project}");
        let mut again = home.sit("nowhere");
        if at != "!" {
            again.press("c");
            again.wait_for("the second is typed");
            again.press("Esc");
        }
        again.wait_for("the first is saved");
        again.press("q q");
        assert_eq!(again.wait_end(), 0);
    }
}

#[test]
fn a_screen_that_cannot_be_drawn_costs_itself_and_is_told_of_at_the_end() {
    let home = Home::new();
    let mut pty = home.sit("draw Stats");
    pty.press("c");
    pty.type_text("kept");
    pty.press("Enter 6");
    pty.wait_for("This screen could not be drawn");
    pty.press("1");
    pty.wait_for(LAST);
    pty.press("c");
    pty.type_text(" and more");
    pty.press("Enter");
    pty.wait_for("kept and more");
    pty.press("q q");
    ends_with_a_bug(&mut pty, &home, "meanwhile: a part of the program failed and was left: ");
    assert!(fs::read_to_string(home.path("incident.json")).unwrap().contains("kept and more"));
}

#[test]
fn a_file_on_which_the_reader_fails_costs_only_itself() {
    let home = Home::new();
    let whole = home.run("nowhere", &["inspect", "slack-export.zip", "--json"]);
    let at = "read sev-search/2024-12-06.json";
    let part = home.run(at, &["inspect", "slack-export.zip", "--json"]);
    let count = |output: &Output| {
        let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        (told["messages"].as_u64().unwrap(), told["warnings"].to_string())
    };
    let ((all, _), (some, warnings)) = (count(&whole), count(&part));
    assert!(part.status.success() && 0 < some && some < all, "{some} of {all}");
    assert!(warnings.contains("\"failed\"") && warnings.contains("sev-search/2024-12-06.json"), "{warnings}");
    let said = String::from_utf8(part.stderr).unwrap();
    assert!(said.contains("meanwhile: a bug at src/") && said.contains(WORDS), "{said}");
    // On the screen the others are shown, and what is missing is told at once and at the end.
    let mut pty = home.program().arg("--pane").arg("#deploys").env(AT, at).start();
    pty.wait_for("problems while reading");
    pty.press(":");
    pty.type_text("problems");
    pty.press("Enter");
    pty.wait_for("a part of this program failed on it");
    pty.press("Esc q q");
    ends_with_a_bug(&mut pty, &home, "meanwhile: a part of the program failed and was left: ");
}

#[test]
fn a_reader_that_fails_altogether_says_so_and_the_project_stays_open() {
    let home = Home::new();
    let mut pty = home.program().env(AT, "open").start();
    pty.wait_for("a part of this program failed on it");
    pty.press("q q");
    ends_with_a_bug(&mut pty, &home, "meanwhile: a part of the program failed and was left: ");
    let told = home.run("open", &["inspect", "slack-export.zip"]);
    assert_eq!(told.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&told.stderr).contains("slack-export.zip was not read"));
}
