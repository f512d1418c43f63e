//! Runs one export through everything that shows it: the screen, `inspect`, every format of the report
//! and the built program's stderr; all bytes that come out pass the checker.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use meanwhile::archive::Archive;
use meanwhile::export::{Format, render};
use meanwhile::import::{self, LoadOptions};
use meanwhile::project::edit::Edit;
use meanwhile::report::{Policy, Template};
use meanwhile::tui::gate::Gate;
use meanwhile::tui::harness::Harness;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use serde_json::{Value, json};

use super::bytes;

/// The word by which the search finds each attack.
pub const NEEDLE: &str = "needle";

/// Most messages of an input that are annotated.
const ANNOTATED: usize = 12;
/// Most bytes of a message that become a note, an event and prose as well.
const REPEATED: usize = 4_000;
/// Most memory the built program may take, in kibibytes.
const MEMORY: u32 = 512 << 10;

/// What came out of one input.
#[derive(Default)]
pub struct Seen {
    /// The text of every message, channel by channel.
    pub texts: Vec<String>,
    /// The id of every message.
    pub ids: Vec<String>,
    /// How many messages have no time.
    pub undated: usize,
    /// Codes of the warnings with their counts.
    pub codes: Vec<(&'static str, usize)>,
    /// Names of the channels.
    pub channels: Vec<String>,
    /// Names of all people known.
    pub people: Vec<String>,
    /// Why the whole input was refused.
    pub refused: String,
    /// Every screen that was shown.
    pub screens: String,
    /// The list of hits of the search.
    pub found: String,
    /// What `inspect` says to people, and to programs.
    pub inspect: String,
    pub json: Value,
    /// What was said beside it.
    pub stderr: String,
    /// Every export by its format.
    pub exports: BTreeMap<&'static str, String>,
    /// How long the load took, and the longest of all keys with what it was.
    pub load: Duration,
    pub slowest: (Duration, String),
}

impl Seen {
    /// Runs `source`; what breaks a rule is one line each.
    pub fn of(source: &Path, broken: &mut Vec<String>) -> Self {
        let mut seen = Self::default();
        let begin = Instant::now();
        match import::load(&[source.to_owned()], &LoadOptions::default(), &AtomicBool::new(false), &|_| {}) {
            Ok(loaded) => {
                seen.load = begin.elapsed();
                let warnings = loaded.report.sources.iter().flat_map(|source| source.warnings.iter());
                seen.codes = warnings.map(|(trouble, problem)| (trouble.code(), problem.count)).collect();
                seen.read(&loaded.archive);
                seen.screen(source, broken);
            }
            Err(error) => seen.refused = error.to_string(),
        }
        seen.program(source, broken);
        seen
    }

    /// How often there is a warning of this code.
    pub fn count(&self, code: &str) -> usize {
        self.codes.iter().find(|(known, _)| *known == code).map_or(0, |(_, count)| *count)
    }

    /// Whether a text is shown on a screen, in every format of the report that holds messages, and found.
    pub fn shows(&self, mark: &str) -> Result<(), String> {
        let json = serde_json::to_string(&json!(mark)).unwrap();
        let missing: Vec<&str> = [("the screen", &self.screens), ("the search", &self.found)]
            .into_iter()
            .chain(["txt", "csv"].into_iter().map(|format| (format, &self.exports[format])))
            .filter(|(_, text)| !text.contains(mark))
            .map(|(place, _)| place)
            .collect();
        if missing.is_empty() { Ok(()) } else { Err(format!("{json} is not shown on {missing:?}")) }
    }

    fn read(&mut self, archive: &Archive) {
        for (ix, log) in archive.channels() {
            self.channels.push(log.meta().name.unsanitised().to_owned());
            for message in archive.messages(ix) {
                self.texts.push(message.text().unsanitised().to_owned());
                self.ids.push(message.id().to_string());
                self.undated += usize::from(!message.time().is_dated());
            }
        }
        self.people = archive.people().iter().map(|(_, person)| person.name.unsanitised().to_owned()).collect();
    }

    fn screen(&mut self, source: &Path, broken: &mut Vec<String>) {
        let panes: Vec<&str> = self.channels.iter().take(3).map(String::as_str).collect();
        let stage = Harness::open(source, None, &panes, (110, 36)).unwrap();
        let mut screen = Screen::new(stage);
        screen.annotate(&self.ids, &self.texts);
        for keys in [
            "G",
            "g g",
            "Ctrl-d",
            "Ctrl-u",
            "j",
            "k",
            "Enter",
            "Esc",
            "K",
            "Esc",
            "t",
            "Esc",
            ": p r o b l e m s Enter",
            "j",
            "Enter",
            "Esc",
            "Esc",
            "2",
            "G",
            "g g",
            "3",
            "j",
            "4",
            "G",
            "Enter",
            "Esc",
            "5",
            "G",
            "6",
            "1",
            "M",
            "M",
            "?",
            "Esc",
        ] {
            screen.press(keys);
        }
        screen.press("/");
        screen.stage.type_text(NEEDLE);
        self.found = screen.look();
        screen.press("Enter");
        screen.press("Esc");
        self.export(&screen.stage, broken);
        (self.screens, self.slowest) = (std::mem::take(&mut screen.seen), std::mem::take(&mut screen.longest));
        broken.extend(screen.verdict());
    }

    fn export(&mut self, stage: &Harness, broken: &mut Vec<String>) {
        self.exports = exports(stage, broken);
    }

    /// The built program, with the memory it may take.
    fn program(&mut self, source: &Path, broken: &mut Vec<String>) {
        for json in [false, true] {
            let home = tempfile::tempdir().unwrap();
            let limited = format!("ulimit -d {MEMORY}; exec \"$0\" \"$@\"");
            let mut command = Command::new("sh");
            command.args(["-c", &limited, env!("CARGO_BIN_EXE_meanwhile"), "inspect"]).arg(source);
            if json {
                command.arg("--json");
            }
            let output = command.env("HOME", home.path()).stdin(Stdio::null()).output().unwrap();
            let stdout = String::from_utf8(output.stdout).unwrap_or_else(|_| "\u{1b}".to_owned());
            let stderr = String::from_utf8(output.stderr).unwrap_or_else(|_| "\u{1b}".to_owned());
            let expected = if self.refused.is_empty() { 0 } else { 2 };
            if output.status.code() != Some(expected) {
                broken.push(format!("inspect ended with {:?}: {stderr}", output.status));
            }
            let may: &[char] = if json { &['\n'] } else { &['\n', '\t'] };
            broken.extend(bytes::harmless(&stdout, may).err().map(|error| format!("inspect, json {json}: {error}")));
            broken.extend(bytes::plain(&stderr, &['\n']).err().map(|error| format!("stderr: {error}")));
            if stderr.lines().count() > 1 {
                broken.push(format!("stderr has more than one line: {stderr:?}"));
            }
            if json {
                self.json = serde_json::from_str(&stdout).unwrap_or_default();
            } else {
                self.inspect = stdout;
            }
            self.stderr = stderr;
        }
    }
}

/// Every export of what is open by its format; what breaks a rule is one line each.
pub fn exports(stage: &Harness, broken: &mut Vec<String>) -> BTreeMap<&'static str, String> {
    let mut exports = BTreeMap::new();
    let (project, archive) = (stage.app.session.project(), &stage.app.session.archive);
    let policy = Policy { private: Vec::new(), annotations: true, sections: Vec::new() };
    let titles = Template::of(project).sections.iter().map(|section| section.title.clone());
    let titles: BTreeSet<String> = titles.chain(["Timeline".to_owned(), "Sources".to_owned()]).collect();
    for format in Format::ALL {
        let content = render(project, archive, &policy, format);
        let verdict = match format {
            Format::Html | Format::Walk => bytes::html(&content),
            Format::Markdown => bytes::markdown(&content, &titles),
            Format::Csv => bytes::csv(&content),
            Format::Text => bytes::plain(&content, &['\n']),
            Format::Json => bytes::harmless(&content, &['\n'])
                .and_then(|()| serde_json::from_str::<Value>(&content).map(drop).map_err(|error| error.to_string())),
        };
        broken.extend(verdict.err().map(|error| format!("{}: {error}", format.name())));
        exports.insert(format.name(), content);
    }
    exports
}

/// What was written to the terminal so far.
#[derive(Clone, Default)]
struct Written(Rc<RefCell<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The whole screen, each frame of it looked at cell by cell and written through the gate.
pub struct Screen {
    pub stage: Harness,
    terminal: Terminal<CrosstermBackend<Gate<Written>>>,
    gate: Gate<Written>,
    written: Written,
    pub seen: String,
    pub broken: Vec<String>,
    longest: (Duration, String),
}

impl Screen {
    pub fn new(stage: Harness) -> Self {
        let written = Written::default();
        let gate = Gate::new(written.clone());
        let area = stage.app.size;
        let options = ratatui::TerminalOptions { viewport: ratatui::Viewport::Fixed(area) };
        let terminal = Terminal::with_options(CrosstermBackend::new(gate.clone()), options).unwrap();
        let (seen, broken, longest) = (String::new(), Vec::new(), (Duration::ZERO, String::new()));
        Self { stage, terminal, gate, written, seen, broken, longest }
    }

    /// Puts what the strangers wrote also into a note, an event, the title and prose.
    fn annotate(&mut self, ids: &[String], texts: &[String]) {
        let mut edits = Vec::new();
        let mut cited = String::new();
        for (id, text) in ids.iter().zip(texts).take(ANNOTATED) {
            let text: String = text.chars().take(REPEATED).collect();
            cited.push_str("It was said [@");
            cited.push_str(id);
            cited.push_str("].\n");
            edits.push(json!({ "edit": "timeline", "target": id, "on": true }));
            edits.push(json!({ "edit": "tag", "target": id, "tag": "Impact", "on": true }));
            if text.trim().is_empty() {
                continue;
            }
            edits.push(json!({ "edit": "note", "target": id, "text": text }));
            edits.push(json!({ "edit": "event", "at": "2024-12-06T14:20:00Z", "text": text }));
            edits.push(json!({ "edit": "fact", "name": "title", "value": text.lines().next().unwrap_or_default() }));
        }
        edits.push(json!({ "edit": "section", "section": "impact", "text": cited }));
        for edit in edits {
            let words = edit.to_string();
            // What an edit refuses must be refused in words that may be shown.
            let edits: Result<Vec<Edit>, _> = serde_json::from_value(json!([edit]));
            let refused = match edits {
                Ok(edits) => {
                    self.stage.app.session.act("an annotation".to_owned(), edits).err().map(|error| error.to_string())
                }
                Err(error) => Some(error.to_string()),
            };
            if let Some(refused) = refused {
                self.broken
                    .push(format!("an edit was refused: {refused} in {}", words.chars().take(200).collect::<String>()));
            }
        }
        self.stage.app.refresh();
    }

    pub fn press(&mut self, keys: &str) {
        let begin = Instant::now();
        self.stage.press(keys);
        let took = begin.elapsed();
        if took > self.longest.0 {
            self.longest = (took, keys.to_owned());
        }
        let screen = self.look();
        self.seen.push_str(&screen);
        self.seen.push('\n');
    }

    /// Whether all that was written was let through as it was, and may be.
    pub fn verdict(self) -> Vec<String> {
        let mut broken = self.broken;
        broken.extend(bytes::terminal(&self.written.0.borrow()).err().map(|error| format!("the gate: {error}")));
        if self.gate.replaced_count() > 0 {
            broken.push(format!("the gate had to replace {} pieces", self.gate.replaced_count()));
        }
        broken
    }

    /// Draws, checks, and gives the rows.
    fn look(&mut self) -> String {
        let buffer = self.stage.buffer();
        for found in buffer.content.iter().filter_map(|cell| bytes::cell(cell.symbol()).err()).take(3) {
            self.broken.push(format!("a cell: {found}"));
        }
        self.gate.begin_frame();
        self.terminal.draw(|frame| *frame.buffer_mut() = buffer.clone()).unwrap();
        self.gate.end_frame().unwrap();
        self.stage.screen()
    }
}
