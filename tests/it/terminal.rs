//! The terminal on a real pseudo-terminal: taken, drawn on, and given back whatever happens.
//!
//! The program under test is this test binary itself, which runs [`act`] when it is told so.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Command, exit};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use meanwhile::tui::editor_handoff;
use meanwhile::tui::event::{Event, Reader};
use meanwhile::tui::key::Key;
use meanwhile::tui::signal::{Signal, SignalWatch};
use meanwhile::tui::terminal::{Screen, TerminalError, TerminalOptions};
use ratatui::widgets::{Paragraph, Widget as _};
use rustix::process::Signal as Sent;

use crate::support::pty::{Program, Pty};

/// Tells the test binary to be the program.
const ACT: &str = "MEANWHILE_TEST_ACT";

/// A program with all that the terminal offers: it shows what happened last.
struct Act {
    screen: Screen,
    reader: Reader,
    watch: Option<SignalWatch>,
    events: Receiver<Event>,
    folder: PathBuf,
    size: (u16, u16),
    last: String,
}

#[test]
#[ignore = "is the program that the other tests of this file run"]
fn act() {
    let Some(folder) = std::env::var_os(ACT).map(PathBuf::from) else { return };
    match open(folder) {
        Ok(act) => exit(end_of(act)),
        Err(error) => fs::write("error.txt", error.to_string()).unwrap(),
    }
}

fn open(folder: PathBuf) -> Result<Act, TerminalError> {
    let (sender, events): (Sender<Event>, _) = channel();
    let screen = Screen::open(&TerminalOptions::default())?;
    let size = screen.size();
    let reader = Reader::start(sender.clone())?;
    let saved = folder.join("saved.txt");
    let emergency = Box::new(move || fs::write(saved, "saved").unwrap());
    let watch = SignalWatch::start(sender, screen.tty(), screen.restorer(), emergency).unwrap();
    Ok(Act { screen, reader, watch: Some(watch), events, folder, size, last: "ready".to_owned() })
}

fn end_of(act: Act) -> i32 {
    let panics = act.screen.panics();
    catch_unwind(AssertUnwindSafe(|| act.run())).unwrap_or_else(|_| {
        fs::write("panics.txt", panics.take().join("\n")).unwrap();
        70
    })
}

impl Act {
    fn run(mut self) -> i32 {
        loop {
            let last = self.last.clone();
            if let Err(error) = self.screen.draw(|buffer| Paragraph::new(last).render(buffer.area, buffer)) {
                self.last = format!("no frame: {error}");
            }
            let event = self.events.recv().unwrap();
            if let Some(code) = self.take(event) {
                return code;
            }
        }
    }

    fn take(&mut self, event: Event) -> Option<i32> {
        match event {
            Event::Key(key) if key == Key::ctrl('z') => self.screen.suspend(&self.reader).unwrap(),
            Event::Key(key) => return self.press(key.typed().unwrap_or('?')),
            Event::Paste(text) => self.last = format!("pasted {text}"),
            Event::Probe(probe) => self.last = format!("{probe:?}"),
            Event::Resize(columns, rows) if (columns, rows) == self.size => {}
            Event::Resize(columns, rows) => {
                self.size = (columns, rows);
                self.last = format!("{columns}x{rows}");
            }
            Event::Signal(Signal::Suspend) => self.screen.suspend(&self.reader).unwrap(),
            Event::Signal(Signal::Continue) => {
                // A terminal that hung up cannot be taken again; the signal for that follows.
                if self.screen.retake().is_ok() {
                    self.last = "continued".to_owned();
                }
            }
            Event::Signal(signal) => return signal.exit_code().map(i32::from),
            Event::InputClosed => return Some(129),
            Event::Mouse(_) | Event::Focus(_) | Event::Wake => {}
        }
        None
    }

    fn press(&mut self, key: char) -> Option<i32> {
        self.last = format!("pressed {key}");
        match key {
            'q' => return Some(0),
            'b' => self.block(),
            'd' => drop(self.watch.take()),
            'e' => self.edit(),
            'f' => self.last = self.failing_frame(),
            'p' => panic!("the \u{1b}[2J loop"),
            'n' => self.last = "ready".to_owned(),
            'w' => _ = thread::spawn(|| panic!("a worker")).join(),
            _ => {}
        }
        None
    }

    fn edit(&mut self) {
        let edited = editor_handoff::edit(&mut self.screen, &self.reader, &self.folder, "so");
        self.last = format!("{edited:?}");
    }

    /// Draws that it blocks, then does for ever.
    fn block(&mut self) {
        self.screen.draw(|buffer| Paragraph::new("blocked").render(buffer.area, buffer)).unwrap();
        loop {
            thread::park();
        }
    }

    fn failing_frame(&mut self) -> String {
        let failed = self.screen.draw(|buffer| {
            Paragraph::new("half a frame").render(buffer.area, buffer);
            panic!("a widget");
        });
        failed.unwrap_err().to_string()
    }
}

fn program(home: &Path) -> Program {
    Program::new(&std::env::current_exe().unwrap(), home)
        .env(ACT, home)
        .arg("--exact")
        .arg("terminal::act")
        .arg("--ignored")
        .arg("--nocapture")
}

struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn start(&self) -> Pty {
        let pty = program(self.0.path()).start();
        pty.wait_for("ready");
        pty
    }

    fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.0.path().join(name)).ok()
    }
}

fn assert_taken(pty: &Pty) {
    assert!(pty.is_raw());
    pty.wait_until("the alternate screen", |screen| {
        screen.alternate_screen() && screen.bracketed_paste() && screen.hide_cursor()
    });
}

fn assert_given_back(pty: &Pty) {
    pty.look(|screen| {
        assert!(!screen.alternate_screen() && !screen.bracketed_paste() && !screen.hide_cursor());
    });
    assert!(!pty.is_raw());
}

#[test]
fn quitting_gives_the_terminal_back() {
    let home = Home::new();
    let mut pty = home.start();
    assert_taken(&pty);
    pty.press("x");
    pty.wait_for("pressed x");
    pty.press("q");
    assert_eq!(pty.wait_end(), 0);
    assert_given_back(&pty);
}

#[test]
fn the_program_itself_starts_on_a_terminal_and_leaves_it_as_it_was() {
    let home = Home::new();
    let mut pty = Program::meanwhile(home.0.path()).arg("--version").start();
    assert_eq!(pty.wait_end(), 0);
    assert_given_back(&pty);
}

#[test]
fn a_frame_is_one_update_and_one_that_changes_nothing_is_no_byte() {
    let home = Home::new();
    let mut pty = home.start();
    let before = pty.written().len();
    pty.press("n n n x");
    pty.wait_for("pressed x");
    pty.wait_gone("ready");
    let written = String::from_utf8(pty.written().split_off(before)).unwrap();
    assert!(written.starts_with("\u{1b}[?2026h") && written.ends_with("\u{1b}[?2026l"), "{written:?}");
    assert_eq!(written.matches("\u{1b}[?2026h").count(), 1);
}

#[test]
fn pasted_text_never_runs_as_keys() {
    let home = Home::new();
    let mut pty = home.start();
    pty.paste("qqq");
    pty.wait_for("pasted qqq");
}

#[test]
fn the_answers_of_the_terminal_are_understood_and_not_typed() {
    let home = Home::new();
    let answers = b"\x1b]11;rgb:fdfd/f6f6/e3e3\x1b\\\x1b]10;rgb:6565/7b7b/8383\x1b\\\x1b[?0u\x1b[?62c";
    let mut pty = program(home.0.path()).answers(answers).start();
    pty.wait_for("Probe { dark: Some(false), text_contrast_low: true, kitty: true, wide_ambiguous: false }");
    pty.press("x");
    pty.wait_for("pressed x");
}

#[test]
fn a_stopped_program_leaves_the_terminal_and_comes_back() {
    let home = Home::new();
    let mut pty = home.start();
    for stop in [|pty: &mut Pty| pty.press("Ctrl-z"), |pty: &mut Pty| pty.signal(Sent::TSTP)] {
        stop(&mut pty);
        pty.wait_until("the first screen", |screen| !screen.alternate_screen());
        pty.resume();
        pty.wait_for("continued");
        assert_taken(&pty);
        pty.press("x");
        pty.wait_for("pressed x");
    }
}

#[test]
fn signals_end_the_program_with_their_code() {
    for (signal, code) in [(Sent::TERM, 143), (Sent::HUP, 129), (Sent::INT, 130), (Sent::QUIT, 131)] {
        let home = Home::new();
        let mut pty = home.start();
        pty.signal(signal);
        assert_eq!(pty.wait_end(), code);
        assert_given_back(&pty);
        assert_eq!(home.read("saved.txt"), None, "nothing was wrong");
    }
}

#[test]
fn a_blocked_program_saves_and_ends_on_a_signal_all_the_same() {
    let home = Home::new();
    let mut pty = home.start();
    pty.press("b");
    pty.wait_for("blocked");
    pty.signal(Sent::TERM);
    assert_eq!(pty.wait_end(), 143);
    assert_given_back(&pty);
    assert_eq!(home.read("saved.txt").as_deref(), Some("saved"));
}

#[test]
fn a_closed_window_ends_the_program() {
    let home = Home::new();
    let mut pty = home.start();
    pty.hang_up();
    assert_eq!(pty.wait_exit(), 129);
}

#[test]
fn a_frame_that_panics_costs_itself_only() {
    let home = Home::new();
    let mut pty = home.start();
    pty.press("f");
    pty.wait_for("this view could not be drawn (a widget");
    pty.press("w");
    pty.wait_for("pressed w");
    assert!(!pty.screen_text().contains("half a frame"));
    assert_taken(&pty);
}

#[test]
fn a_panic_gives_the_terminal_back_and_its_report_is_printable() {
    let home = Home::new();
    let mut pty = home.start();
    pty.press("p");
    assert_eq!(pty.wait_end(), 70);
    assert_given_back(&pty);
    assert!(home.read("panics.txt").unwrap().starts_with("the ␛[2J loop at "));
}

#[test]
fn an_editor_gets_the_terminal_and_its_keys() {
    let home = Home::new();
    let editor = "sh -c 'printf \"your turn: \"; read line; echo \"$line\" > \"$1\"' x";
    let mut pty = program(home.0.path()).env("EDITOR", editor).start();
    pty.wait_for("ready");
    pty.press("e");
    pty.wait_for("your turn");
    assert!(!pty.is_raw());
    pty.type_text("quite another\r");
    pty.wait_for("Ok(Some(\"quite another\"))");
    assert_taken(&pty);
    pty.press("x");
    pty.wait_for("pressed x");
}

#[test]
fn any_size_of_window_is_drawn() {
    let home = Home::new();
    let mut pty = program(home.0.path()).size(80, 24).start();
    pty.wait_for("ready");
    for (columns, rows) in [(1, 1), (0, 0), (u16::MAX, u16::MAX), (2, 40), (60, 15)] {
        pty.resize(columns, rows);
    }
    pty.wait_for("60x15");
    pty.press("q");
    assert_eq!(pty.wait_end(), 0);
}

#[test]
fn without_a_terminal_there_is_one_sentence() {
    let home = Home::new();
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "terminal::act", "--ignored"])
        .env(ACT, home.0.path())
        .current_dir(home.0.path())
        .output()
        .unwrap();
    assert!(status.status.success());
    assert!(home.read("error.txt").unwrap().starts_with("this is not a terminal"));
}
