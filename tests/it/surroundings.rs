//! What surrounds the program: input that is none, folders that cannot be written, small and
//! colourless terminals, being stopped, and doing nothing.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::pty::{Program, Pty};

const LAST: &str = "Archiving this room on Friday";

fn export() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/slack-export.zip")
}

fn home_with_export() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    fs::copy(export(), home.path().join("slack-export.zip")).unwrap();
    home
}

fn program(home: &Path) -> Program {
    Program::meanwhile(home).arg("slack-export.zip").arg("--pane").arg("#sev-search")
}

/// Every file below a folder with its content.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.insert(path.clone(), Vec::new());
            found.extend(files(&path));
        } else {
            found.insert(path.clone(), fs::read(path).unwrap());
        }
    }
    found
}

/// What is no export and no project, by name, and a word of what is said about it.
fn write_bad_input(home: &Path) -> Vec<(&'static str, &'static str)> {
    let whole = fs::read(export()).unwrap();
    fs::write(home.join("notes.txt"), "so it goes\n").unwrap();
    fs::write(home.join("cut.zip"), &whole[..40]).unwrap();
    fs::write(home.join("damaged.json"), "{\n  \"format\": \"meanwhile/1\",\n  \"proj").unwrap();
    zip::ZipWriter::new(fs::File::create(home.join("empty.zip")).unwrap()).finish().unwrap();
    fs::create_dir(home.join("folder")).unwrap();
    vec![
        ("notes.txt", "it is a text file"),
        ("cut.zip", "damaged zip"),
        ("damaged.json", "Nothing was changed"),
        ("empty.zip", "the zip holds no files"),
        ("folder", "give the folder"),
        ("missing.zip", "is not there"),
    ]
}

#[test]
fn bad_input_is_one_sentence_and_nothing_is_written() {
    let home = tempfile::tempdir().unwrap();
    let bad = write_bad_input(home.path());
    let before = files(home.path());
    for (name, says) in bad {
        let mut pty = Program::meanwhile(home.path()).arg(name).start();
        assert_eq!(pty.wait_end(), 2, "{name}");
        let said = String::from_utf8(pty.written()).unwrap();
        assert!(said.starts_with("meanwhile: ") && said.contains(says), "{name}: {said:?}");
        assert_eq!(said.trim_end().lines().count(), 1, "{name}: {said:?}");
        assert!(!said.contains('\u{1b}'), "the terminal was not taken: {said:?}");
        assert_eq!(files(home.path()), before, "{name}");
    }
}

#[test]
fn without_a_terminal_it_says_what_to_use_and_writes_nothing() {
    let home = home_with_export();
    let before = files(home.path());
    let output = Command::new(env!("CARGO_BIN_EXE_meanwhile"))
        .arg("slack-export.zip")
        .env("HOME", home.path())
        .current_dir(home.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("needs a terminal") && said.contains("export"), "{said}");
    assert_eq!(said.lines().count(), 1);
    assert!(output.stdout.is_empty());
    assert_eq!(files(home.path()), before);
}

/// The program as somebody who may not write everywhere: root may, unless a tool of the system takes
/// that away from the program before it starts.
fn without_privilege(home: &Path, open: &str) -> Program {
    let program = if rustix::process::geteuid().is_root() {
        let tool = ["/usr/bin/setpriv", "/bin/setpriv"].map(Path::new).into_iter().find(|path| path.exists());
        let tool = tool.expect("as root this needs setpriv, which util-linux brings");
        let limits = "--bounding-set=-dac_override,-dac_read_search,-fowner";
        Program::new(tool, home).arg(limits).arg(env!("CARGO_BIN_EXE_meanwhile"))
    } else {
        Program::meanwhile(home)
    };
    program.arg(open).arg("--pane").arg("#sev-search")
}

/// A folder that nobody may write into until this is dropped.
struct Sealed<'a>(&'a Path);

impl<'a> Sealed<'a> {
    fn new(folder: &'a Path) -> Self {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o555)).unwrap();
        Self(folder)
    }
}

impl Drop for Sealed<'_> {
    fn drop(&mut self) {
        // Without it the temporary folder could not be removed.
        let _ = fs::set_permissions(self.0, fs::Permissions::from_mode(0o755));
    }
}

/// Works in one sitting where `home` cannot be written, and finds the work again in the next; the
/// title says that it lies in `state`, and `home` stays as it was.
fn work_is_kept_in(state: &Path, home: &Path, sit: impl Fn() -> Pty) {
    let before = files(home);
    let mut pty = sit();
    pty.wait_for(LAST);
    pty.press("a");
    pty.wait_for("on the timeline, u undoes");
    pty.wait_for(&format!("saved in {}", state.display()));
    pty.press("q q");
    assert_eq!(pty.wait_end(), 0, "{}", pty.screen_text());
    assert_eq!(files(home), before, "the folder is as it was");

    let mut pty = sit();
    pty.wait_for("●1");
    pty.press("q");
    assert_eq!(pty.wait_end(), 0);
    assert_eq!(files(home), before);
}

#[test]
fn in_a_folder_that_cannot_be_written_all_works_and_the_title_says_where_it_is_kept() {
    let home = home_with_export();
    let state = tempfile::tempdir().unwrap();
    let _sealed = Sealed::new(home.path());
    let sit = || without_privilege(home.path(), "slack-export.zip").env("MEANWHILE_STATE_DIR", state.path()).start();
    work_is_kept_in(state.path(), home.path(), sit);
}

#[test]
fn a_project_in_a_folder_that_cannot_be_written_goes_on_and_the_title_says_where_its_work_is_kept() {
    let home = home_with_export();
    let state = tempfile::tempdir().unwrap();
    let project = "incident.json";
    let made = Command::new(env!("CARGO_BIN_EXE_meanwhile"))
        .args(["new", project, "--source", "slack-export.zip"])
        .env("HOME", home.path())
        .current_dir(home.path())
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let sit = || without_privilege(home.path(), project).env("MEANWHILE_STATE_DIR", state.path()).start();
    let _sealed = Sealed::new(home.path());
    work_is_kept_in(state.path(), home.path(), sit);
}

#[test]
fn any_size_is_drawn_and_worked_on() {
    for (columns, rows) in [(60, 15), (20, 5), (19, 4), (1, 1)] {
        let home = home_with_export();
        let mut pty = program(home.path()).size(columns, rows).start();
        pty.wait_until("a frame", |screen| !screen.contents().trim().is_empty());
        for keys in ["j k", "t Esc", "/ a Esc", "2", "3", "4", "5", "6", "1", "M", "M", "?", "Esc"] {
            pty.press(keys);
        }
        pty.resize(120, 40);
        pty.wait_for(LAST);
        let screen = pty.screen_text();
        assert!(!screen.contains("could not be drawn"), "{columns}x{rows}: {screen}");
        pty.press("q");
        assert_eq!(pty.wait_end(), 0, "{columns}x{rows}");
    }
}

#[test]
fn a_stopped_sitting_gives_the_terminal_back_and_goes_on() {
    let home = home_with_export();
    let mut pty = program(home.path()).start();
    pty.wait_for(LAST);
    pty.press("Ctrl-z");
    pty.wait_until("the first screen", |screen| !screen.alternate_screen() && !screen.hide_cursor());
    // The bytes of the screen may be seen before the mode of the line is set back.
    let end = Instant::now() + Duration::from_secs(60);
    while pty.is_raw() {
        assert!(Instant::now() < end, "the line stays raw");
        thread::sleep(Duration::from_millis(20));
    }
    pty.resume();
    pty.wait_for(LAST);
    assert!(pty.is_raw());
    pty.press("g g");
    pty.wait_gone(LAST);
}

/// Waits until the program has been silent for a while.
fn settle(pty: &Pty) {
    let end = Instant::now() + Duration::from_secs(60);
    let mut before = usize::MAX;
    while before != pty.written().len() {
        assert!(Instant::now() < end, "the program never rests");
        before = pty.written().len();
        thread::sleep(Duration::from_secs(1));
    }
}

#[test]
fn doing_nothing_writes_no_byte() {
    let home = home_with_export();
    let mut pty = program(home.path()).start();
    pty.wait_for(LAST);
    pty.press("k k");
    settle(&pty);
    let before = pty.written().len();
    thread::sleep(Duration::from_secs(2));
    assert_eq!(pty.written().len(), before);
    pty.press("j");
    pty.wait_until("an answer", |_| true);
}

#[test]
fn what_is_pasted_is_text_and_never_keys() {
    let home = home_with_export();
    let mut pty = program(home.path()).start();
    pty.wait_for(LAST);
    pty.paste("a t w\rq\u{3}q");
    pty.wait_for("Nothing here takes pasted text");
    pty.press("/");
    pty.paste("alias\rqq\r");
    pty.wait_for("FIND");
    pty.wait_for("alias");
    pty.press("Esc");
    pty.wait_gone("FIND");
    pty.press("q");
    assert_eq!(pty.wait_end(), 0, "nothing was done, so nobody asks");
    assert!(!home.path().join("slack-export.meanwhile.json").exists());
}

/// The colours that were asked for; the default ones are none.
fn colours(written: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(written);
    let sequences = text.split("\u{1b}[").filter_map(|rest| rest.split_once('m'));
    let numbers = sequences.filter(|(numbers, _)| numbers.bytes().all(|byte| byte.is_ascii_digit() || byte == b';'));
    let is_colour = |number: &&str| {
        number.parse().is_ok_and(|number: u8| matches!(number, 30..=38 | 40..=48 | 58 | 90..=97 | 100..=107))
    };
    numbers.flat_map(|(numbers, _)| numbers.split(';').filter(is_colour).map(str::to_owned)).collect()
}

/// Walks over all screens and some of what lies over them; gives every screen seen.
fn walk(pty: &mut Pty) -> String {
    pty.wait_for(LAST);
    let mut seen = pty.screen_text();
    for (keys, shown) in [
        ("a t w", "on the timeline"),
        ("t", "Tag this message"),
        ("Esc / a l i a s", "exact"),
        ("Esc M", "meanwhile"),
        ("M 2", "[2 Timeline]"),
        ("3", "[3 Report]"),
        ("4", "[4 People]"),
        ("5", "[5 Tags]"),
        ("6", "[6 Stats]"),
        ("1 ?", "?"),
        ("Esc", "[1 Chat]"),
    ] {
        pty.press(keys);
        pty.wait_for(shown);
        seen.push_str(&pty.screen_text());
    }
    seen
}

#[test]
fn no_color_means_none_and_without_it_there_are_some() {
    let sit = |value: &str| {
        let home = home_with_export();
        let mut pty = program(home.path()).env("NO_COLOR", value).start();
        walk(&mut pty);
        colours(&pty.written())
    };
    assert_eq!(sit("1"), Vec::<String>::new());
    assert_ne!(sit(""), Vec::<String>::new());
}

#[test]
fn ascii_is_all_that_is_drawn_of_our_own_where_only_that_is_wanted() {
    let home = home_with_export();
    let mut pty = program(home.path()).arg("--ascii").start();
    // The sample itself is written in ASCII, so any other sign is one of ours.
    let foreign: String = walk(&mut pty).chars().filter(|c| !c.is_ascii()).collect();
    assert_eq!(foreign, "");
}
