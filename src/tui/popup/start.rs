//! The start page: what was open lately, how to begin, what lies in this folder. Opens things by
//! asking the loop; reads only the beginnings of files.

mod recent;

use std::path::{Path, PathBuf};

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::guide::Guide;
use crate::base::text::{Raw, size_words};
use crate::base::time::{Instant, Zone};
use crate::config::{self, Folders};
use crate::import::detect::{Sniffed, sniff};
use crate::jobs::demo;
use crate::tui::app::App;
use crate::tui::command::help::{ask_path, open_path};
use crate::tui::ctx::{Ctx, Effect};
use crate::tui::key::{Code, Key, Mods};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::paint::{Fact, Heading, Hint, Painter};
use crate::tui::theme::Role;
use crate::tui::widget::picker::cursor_row;
use recent::Known;

/// Most entries of the working folder that are looked at.
const LOOKED: usize = 50;
/// Most of them listed.
const FOUND: usize = 8;

/// Which group the cursor is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    Recent,
    Begin,
    Found,
}

/// Something that can be opened.
struct Entry {
    name: String,
    about: String,
    path: PathBuf,
}

/// What begins something: key, name, what it is.
const BEGIN: [(char, &str, &str); 4] = [
    ('o', "Open an export", "the zip or folder that Slack made, or a project"),
    ('d', "The demo", "a search outage of three weeks, finished: every screen has something to see"),
    ('t', "The tour", "the demo with six steps in the footer, about four minutes"),
    ('g', "Getting an export", "what to ask whom, and what a standard export lacks"),
];

/// The start page.
pub struct Start {
    recent: Vec<Known>,
    found: Vec<Entry>,
    folders: Folders,
    cursor: usize,
}

impl Start {
    /// Looks at what was open lately and at the working folder.
    pub fn new(folders: &Folders, working: &Path, now: Instant, zone: Zone) -> Self {
        let recent = recent::known(folders, now, zone);
        Self { recent, found: found_in(working), folders: folders.clone(), cursor: 0 }
    }

    const fn count(&self) -> usize {
        self.recent.len() + BEGIN.len() + self.found.len()
    }

    const fn group(&self) -> (Group, usize) {
        if self.cursor < self.recent.len() {
            return (Group::Recent, self.cursor);
        }
        let place = self.cursor - self.recent.len();
        if place < BEGIN.len() { (Group::Begin, place) } else { (Group::Found, place - BEGIN.len()) }
    }

    fn next_group(&mut self) {
        let begin = self.recent.len();
        let found = begin + BEGIN.len();
        self.cursor = match self.group().0 {
            Group::Recent => begin,
            Group::Begin if !self.found.is_empty() => found,
            Group::Begin | Group::Found => 0,
        };
    }

    fn enter(&self, ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
        match self.group() {
            (Group::Recent, place) => match self.recent.get(place) {
                Some(known) if known.is_gone => ctx.cannot(format!("{}; x forgets it", known.gone_words())),
                Some(known) => ctx.ask(Effect::Open(known.path.clone())),
                None => {}
            },
            (Group::Found, place) => {
                if let Some(entry) = self.found.get(place) {
                    ctx.ask(Effect::Open(entry.path.clone()));
                }
            }
            (Group::Begin, place) => {
                if let Some((letter, ..)) = BEGIN.get(place) {
                    self.begin(ctx, *letter)?;
                }
            }
        }
        Ok(())
    }

    /// Takes a project that is gone off the list.
    fn forget(&mut self, ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
        let place = self.cursor;
        match self.recent.get(place) {
            Some(known) if known.is_gone => {
                config::Recent::forget(&self.folders, &known.path)?;
                self.recent.remove(place);
            }
            Some(_) => ctx.cannot("This project is there; x forgets one that is gone"),
            None => ctx.cannot("x forgets a recent project that is gone"),
        }
        Ok(())
    }

    /// Does what a letter begins; false when it begins nothing.
    fn begin(&self, ctx: &mut Ctx<'_>, letter: char) -> anyhow::Result<bool> {
        match letter {
            'o' => ctx.open(ask_path(ctx.app)),
            'd' | 't' => ctx.ask(Effect::Open(demo::unpack(&demo::folder(&self.folders))?)),
            'g' => ctx.open(Guide::asking()),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn draw_groups(&self, painter: &mut Painter<'_>, area: Rect) {
        let mut page = Page { painter, area, y: area.y, cursor: self.cursor, nth: 0 };
        let air = area.height > 24;
        if !self.recent.is_empty() {
            let about = self.recent.get(self.cursor).map_or("in this folder and elsewhere", |known| &known.place);
            page.heading("Recent", about);
            page.recent(&self.recent);
            page.y += u16::from(area.height > 14);
        }
        page.heading("Begin", "");
        for (letter, name, about) in BEGIN {
            page.begin(letter, name, about);
        }
        if !self.found.is_empty() {
            page.y += u16::from(area.height > 14);
            page.heading("Found here", "this folder, not opened yet");
            page.entries(&self.found, 32);
        }
        page.y += u16::from(air);
        let words = "Drop a file on the terminal or paste its path: it is opened, never run.";
        page.line(words);
    }
}

/// The page while it is drawn.
struct Page<'p, 'b> {
    painter: &'p mut Painter<'b>,
    area: Rect,
    y: u16,
    cursor: usize,
    nth: usize,
}

impl Page<'_, '_> {
    const fn is_full(&self) -> bool {
        self.y >= self.area.y + self.area.height
    }

    fn heading(&mut self, title: &str, fact: &str) {
        if !self.is_full() {
            let facts = if fact.is_empty() { Vec::new() } else { vec![Fact::quiet(fact)] };
            let row = Rect { y: self.y, height: 1, ..self.area };
            self.painter.heading(row, &Heading { title: title.to_owned(), facts, ..Heading::default() });
            self.y += 1;
        }
    }

    fn row(&mut self) -> Option<(u16, Style)> {
        let is_cursor = self.nth == self.cursor;
        self.nth += 1;
        if self.is_full() {
            return None;
        }
        let style = cursor_row(self.painter, self.area.x, self.y, is_cursor);
        self.y += 1;
        Some((self.y - 1, style))
    }

    fn entries(&mut self, entries: &[Entry], cells: u16) {
        for entry in entries {
            let Some((y, style)) = self.row() else { continue };
            let right = self.area.right().saturating_sub(2);
            let cells = cells.min(self.area.width / 2);
            self.painter.put_cut(self.area.x + 2, y, cells, &entry.name, style);
            let x = self.area.x + 4 + cells;
            self.painter.put_cut(x, y, right.saturating_sub(x), &entry.about, self.painter.style(Role::Dim));
        }
    }

    fn begin(&mut self, letter: char, name: &str, about: &str) {
        let Some((y, style)) = self.row() else { return };
        let right = self.area.right().saturating_sub(2);
        self.painter.put(self.area.x + 2, y, 1, &letter.to_string(), self.painter.theme.bold(Role::Accent));
        self.painter.put(self.area.x + 5, y, 18, name, style);
        let x = self.area.x + 24;
        self.painter.put_cut(x, y, right.saturating_sub(x), about, self.painter.style(Role::Dim));
    }

    fn line(&mut self, words: &str) {
        if !self.is_full() {
            let cells = self.area.width.saturating_sub(4);
            self.painter.put_cut(self.area.x + 2, self.y, cells, words, self.painter.style(Role::Dim));
        }
    }
}

/// What can be opened among the first entries of a folder, by their beginnings.
fn found_in(folder: &Path) -> Vec<Entry> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.take(LOOKED).filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths.into_iter().filter(|path| may_open(path)).filter_map(entry_of).take(FOUND).collect()
}

/// Whether a path is worth a look: a folder is not walked unless it lists channels.
fn may_open(path: &Path) -> bool {
    if path.is_dir() {
        return path.join("channels.json").is_file();
    }
    path.extension().is_some_and(|ending| ["zip", "json"].iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

fn entry_of(path: PathBuf) -> Option<Entry> {
    let kind = match sniff(&path) {
        Sniffed::Project => "a project".to_owned(),
        Sniffed::Export { format } => format!("{format} export").replace("-export export", " export"),
        Sniffed::Unknown { .. } => return None,
    };
    let size = if path.is_file() {
        std::fs::metadata(&path).map(|about| size_words(about.len())).ok()?
    } else {
        "folder".to_owned()
    };
    let name = path.file_name()?.to_string_lossy().into_owned();
    Some(Entry { name: Raw::new(&name).tty_line().into_owned(), about: format!("{size:>8}   {kind}"), path })
}

impl Layer for Start {
    fn dock(&self, _: &App, _: Rect) -> Dock {
        Dock::Full
    }

    fn draw(&self, _: &App, painter: &mut Painter<'_>, area: Rect) {
        let top = Rect { height: 1, ..painter.area() };
        painter.clear(top);
        let x = painter.put(top.x + 2, top.y, top.width, "meanwhile", painter.theme.bold(Role::Text));
        let words = concat!(env!("CARGO_PKG_VERSION"), "   no network, nothing is sent");
        if x + words.len() as u16 + 4 < top.right() {
            painter.put_right(top.right().saturating_sub(2), top.y, words, painter.style(Role::Dim));
        }
        let lead = u16::from(area.height > 12) * 2;
        if lead > 0 {
            let words = "What was said where, and what it meant, side by side.";
            painter.put_cut(area.x + 2, area.y, area.width.saturating_sub(4), words, Style::new());
        }
        let groups = Rect { y: area.y + lead, height: area.height.saturating_sub(lead), ..area };
        self.draw_groups(painter, groups);
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        let last = self.count().saturating_sub(1);
        match (key.code(), key.typed()) {
            (Code::Down, _) | (_, Some('j')) => self.cursor = (self.cursor + 1).min(last),
            (Code::Up, _) | (_, Some('k')) => self.cursor = self.cursor.saturating_sub(1),
            (Code::Tab, _) => self.next_group(),
            (Code::Enter, _) | (_, Some(' ')) => self.enter(ctx)?,
            (_, Some('x')) => self.forget(ctx)?,
            (_, Some('q' | '?' | ':')) => return Ok(Flow::Pass),
            (_, Some(letter)) => {
                let known = self.begin(ctx, letter)?;
                if !known {
                    ctx.cannot("Nothing is open yet; o opens an export, d the demo");
                }
            }
            _ if key.mods().has(Mods::CTRL) => return Ok(Flow::Pass),
            _ => {}
        }
        Ok(Flow::Used)
    }

    fn paste(&mut self, ctx: &mut Ctx<'_>, text: &str) -> anyhow::Result<Flow> {
        let path = PathBuf::from(text.trim().trim_matches(['\'', '"']).trim_end());
        open_path(ctx, path)?;
        Ok(Flow::Used)
    }

    fn hints(&self, _: &App) -> Vec<Hint> {
        vec![
            Hint::new("Enter", "open"),
            Hint::new("Tab", "next group"),
            Hint::new("o", "other file"),
            Hint::new("d", "demo"),
            Hint::new(":", "commands"),
            Hint::new("q", "quit"),
        ]
    }

    fn name(&self) -> &'static str {
        "start"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_opened_is_found() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("notes.txt"), "hello").unwrap();
        std::fs::write(folder.path().join("other.json"), "[1]").unwrap();
        std::fs::create_dir(folder.path().join("deep")).unwrap();
        assert!(found_in(folder.path()).is_empty());
        demo::unpack(folder.path()).unwrap();
        let names: Vec<String> = found_in(folder.path()).into_iter().map(|entry| entry.name).collect();
        assert_eq!(names, ["howie.json", "postmortem.json", "slack-export.zip"]);
    }
}
