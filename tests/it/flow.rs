//! One sitting from a chat export to a report on a real terminal, and what is left when a sitting is
//! cut off.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::support::pty::{Program, Pty};

const PROJECT: &str = "slack-export.meanwhile.json";
/// What the mistyped words find.
const FOUND: &str = "I go to bed.";
const NOTE: &str = "nobody else could have checked it from there";
const EVENT: &str = "A shop asks by phone whether search works";
const LAST: &str = "Archiving this room on Friday";

/// A home with a copy of the sample's export in it.
struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let export = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/slack-export.zip");
        fs::copy(export, home.path().join("slack-export.zip")).unwrap();
        Self(home)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Starts the program as each time: with the export and a channel of it.
    fn open(&self) -> Pty {
        Program::meanwhile(self.0.path()).arg("slack-export.zip").arg("--pane").arg("#sev-search").start()
    }

    /// The same for the first time: all messages are there, the newest at the cursor.
    fn begin(&self) -> Pty {
        let pty = self.open();
        pty.wait_for(LAST);
        pty.wait_for("while reading: :problems lists them");
        pty
    }

    fn state(&self) -> PathBuf {
        self.path(".local/state/meanwhile/projects")
    }

    fn export(&self, format: &str) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_meanwhile"))
            .args(["export", PROJECT, "--format", format])
            .current_dir(self.0.path())
            .env("HOME", self.0.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

/// Waits until `text` is on the screen and all that was done is on the disk.
fn wait_saved(pty: &Pty, text: &str) {
    pty.wait_until(&format!("»{text}«, saved"), |screen| {
        let contents = screen.contents();
        let title = contents.lines().next().unwrap_or("");
        title.trim_end().ends_with("saved") && !title.contains("not saved") && contents.contains(text)
    });
}

#[test]
fn a_report_is_made_from_an_export_in_one_sitting_and_all_is_there_again() {
    let home = Home::new();
    let mut pty = home.begin();
    pty.press("/");
    pty.type_text("alais bed");
    pty.wait_for("0 exact   1 close");
    pty.press("Enter");
    pty.wait_gone("0 exact   1 close");
    pty.wait_for("Data engineer, Tokyo");
    pty.press("t w");
    pty.wait_for("Detection - Weak Signals");
    pty.press("c");
    pty.type_text(NOTE);
    pty.press("Enter");
    pty.wait_for("noted, u undoes");
    pty.press("a");
    pty.wait_for("on the timeline, u undoes");
    pty.press("i");
    pty.type_text(EVENT);
    pty.press("Enter");
    pty.wait_for("event written");
    pty.press("a");
    pty.wait_for("on the timeline, u undoes");
    pty.press("u u");
    pty.wait_for("undone: event");
    pty.press("Ctrl-r Ctrl-r");
    pty.wait_for("done again: timeline");

    pty.press("3 i");
    pty.wait_for("EDIT");
    pty.type_text("Only one pair of eyes was awake ");
    pty.press("@");
    pty.wait_for("CITE");
    pty.type_text("to bed");
    pty.wait_for("1 of 2");
    pty.press("Enter");
    pty.wait_gone("CITE");
    pty.press("Esc");
    pty.wait_gone("EDIT");
    wait_saved(&pty, "Only one pair of eyes was awake");
    pty.press("q q");
    pty.wait_for("q again leaves");
    pty.press("q");
    assert_eq!(pty.wait_end(), 0);
    let project: serde_json::Value = serde_json::from_slice(&fs::read(home.path(PROJECT)).unwrap()).unwrap();
    let sources: Vec<&serde_json::Value> = project["sources"].as_object().unwrap().values().collect();
    let [source] = sources[..] else { panic!("one source, not {sources:?}") };
    assert!(source["fingerprint"].is_string() && source["messages"].as_u64() > Some(0), "it was read: {source}");

    let mut pty = home.open();
    pty.wait_for(EVENT);
    for text in [FOUND, NOTE, "Weak Signals", "●2"] {
        pty.wait_for(text);
    }
    pty.press("3");
    pty.wait_for("Only one pair of eyes was awake");
    pty.press("q q");
    assert_eq!(pty.wait_end(), 0, "nothing was done: nobody asks");

    let report = home.export("md");
    for text in ["I go to bed", EVENT, "Only one pair of eyes was awake", "Weak Signals"] {
        assert!(report.contains(text), "{text} in\n{report}");
    }
    assert!(!report.contains("[@"), "a citation stands as it was typed in\n{report}");
}

#[test]
fn what_was_saved_outlives_a_kill() {
    let home = Home::new();
    let mut pty = home.begin();
    pty.press("t w");
    pty.wait_for("Detection - Weak Signals");
    pty.press("a");
    wait_saved(&pty, "on the timeline, u undoes");
    pty.signal(Signal::KILL);
    assert_ne!(pty.wait_exit(), 0);

    let pty = home.open();
    pty.wait_for("Detection - Weak Signals");
    pty.wait_for("●1");
}

#[test]
fn a_signal_ends_the_sitting_with_its_code_and_keeps_what_is_half_written() {
    for (signal, code) in [(Signal::HUP, 129), (Signal::INT, 130), (Signal::QUIT, 131), (Signal::TERM, 143)] {
        let home = Home::new();
        let mut pty = home.begin();
        pty.press("t w c");
        pty.type_text("half a thou");
        pty.wait_for("half a thou");
        let begun = Instant::now();
        pty.signal(signal);
        assert_eq!(pty.wait_end(), code);
        println!("{signal:?} ended the sitting in {} ms", begun.elapsed().as_millis());
        assert!(!pty.is_raw() && pty.look(|screen| !screen.alternate_screen()));

        let mut pty = home.open();
        pty.wait_for("1 draft kept");
        pty.wait_for("Detection - Weak Signals");
        pty.press("c");
        pty.wait_for("half a thou");
    }
}

#[test]
fn a_sitting_that_is_stopped_and_goes_on_has_its_open_text() {
    let home = Home::new();
    let mut pty = home.begin();
    pty.press("t w c");
    pty.type_text("half a thou");
    pty.wait_for("half a thou");
    pty.signal(Signal::TSTP);
    pty.wait_until("the first screen", |screen| !screen.alternate_screen());
    pty.resume();
    pty.wait_until("its own screen", |screen| screen.alternate_screen() && screen.contents().contains("half a thou"));
    pty.type_text("ght");
    pty.press("Enter");
    pty.wait_for("half a thought");
}

#[test]
fn a_kill_leaves_what_was_half_written_a_moment_before() {
    let home = Home::new();
    let mut pty = home.begin();
    pty.press("c");
    pty.type_text("half a thou");
    let end = Instant::now() + Duration::from_secs(60);
    while !holds(&home.state(), "half a thou") {
        assert!(Instant::now() < end, "the draft was not kept");
        thread::sleep(Duration::from_millis(20));
    }
    pty.signal(Signal::KILL);
    pty.wait_exit();

    let mut pty = home.open();
    pty.wait_for("1 draft kept");
    pty.wait_for(LAST);
    pty.press("c");
    pty.wait_for("half a thou");
}

/// Whether a finished file of a folder holds a text.
fn holds(folder: &Path, text: &str) -> bool {
    let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.path());
    let mut finished = files.filter(|path| path.extension().is_some_and(|end| end == "json"));
    finished.any(|path| fs::read_to_string(path).is_ok_and(|content| content.contains(text)))
}

#[test]
fn a_project_without_its_export_asks_for_it_once_and_finds_what_it_keeps() {
    let folder = tempfile::tempdir().unwrap();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/howie.json");
    fs::copy(sample, folder.path().join("howie.json")).unwrap();
    let open = || Program::meanwhile(folder.path()).arg("howie.json").arg("--screen").arg("chat").start();
    let mut pty = open();
    pty.wait_for("Where is slack-export.zip now?");
    pty.press("Esc");
    pty.wait_for("The export is not here");
    pty.press("F");
    pty.type_text("alias");
    pty.wait_for("what the project keeps of exports that are not at hand");
    pty.press("Esc : q Enter");
    pty.wait_end();
    let pty = open();
    pty.wait_for("The export is not here");
    assert!(!pty.screen_text().contains("Where is"), "{}", pty.screen_text());
}
