//! Which column of a table holds what: as it was guessed, with the first records as they would be
//! read. A letter says what the column under the cursor holds; Enter reads the source so.

use std::path::{Path, PathBuf};

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::sources::{change, file_name};
use crate::base::reading::ReadAs;
use crate::base::time::Zone;
use crate::import;
use crate::import::columns::{self, Guess, Role as Holds};
use crate::project::{ReadAsEdit, Set};
use crate::tui::app::App;
use crate::tui::ctx::Ctx;
use crate::tui::key::{Code, Key};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::paint::{Fact, Heading, Hint, Painter};
use crate::tui::theme::{Glyph, Role};
use crate::tui::widget::picker::cursor_row;

/// What a letter says of the column under the cursor.
const LETTERS: [(char, Holds); 9] = [
    ('t', Holds::Time),
    ('d', Holds::Day),
    ('a', Holds::Author),
    ('x', Holds::Text),
    ('c', Holds::Channel),
    ('h', Holds::Thread),
    ('i', Holds::Id),
    ('y', Holds::Type),
    ('l', Holds::Link),
];

/// The columns of a source.
pub struct ColumnsScreen {
    path: PathBuf,
    head: String,
    said: ReadAs,
    guess: Guess,
    cursor: usize,
}

impl ColumnsScreen {
    /// Opens for a source; an error where it has no columns.
    pub fn new(app: &App, path: &Path) -> anyhow::Result<Self> {
        let head = import::head(path, &app.session.load_options)?;
        let said = app.session.load_options.read_as(path);
        let guess = columns::guess_columns(&head, &said);
        let guess = guess.ok_or_else(|| anyhow::anyhow!("{} is no table; p reads it by a pattern", file_name(path)))?;
        Ok(Self { path: path.to_owned(), head, said, guess, cursor: 0 })
    }

    /// Says what the column under the cursor holds, or that it holds nothing.
    fn say(&mut self, holds: Option<Holds>) {
        let Some(name) = self.guess.columns.names.get(self.cursor).map(|name| name.unsanitised().to_owned()) else {
            return;
        };
        // A role that is said to be in no column is not guessed anew.
        if let Some(before) = self.guess.columns.role(self.cursor) {
            self.said.columns.insert(before.word().to_owned(), String::new());
        }
        if let Some(holds) = holds {
            self.said.columns.insert(holds.word().to_owned(), name);
        }
        if let Some(guess) = columns::guess_columns(&self.head, &self.said) {
            self.guess = guess;
        }
    }

    fn draw_columns(&self, painter: &mut Painter<'_>, area: Rect) -> u16 {
        let room = usize::from(area.height / 2).max(1);
        let first = (self.cursor + 1).saturating_sub(room);
        let mut y = area.y;
        for (nth, name) in self.guess.columns.names.iter().enumerate().skip(first).take(room) {
            let style = cursor_row(painter, area.x, y, nth == self.cursor);
            painter.put_cut(area.x + 2, y, 24, &name.tty_line(), style);
            let holds = self.guess.columns.role(nth).map_or("", Holds::word);
            painter.put(area.x + 28, y, 10, holds, painter.theme.bold(Role::Accent));
            let samples = self.guess.samples.get(nth).map(Vec::as_slice).unwrap_or_default();
            let samples: Vec<String> = samples.iter().map(|cell| cell.tty_line().into_owned()).collect();
            let x = area.x + 39;
            painter.put_cut(x, y, area.right().saturating_sub(x + 2), &samples.join("  "), painter.style(Role::Dim));
            y += 1;
        }
        y
    }

    fn draw_records(&self, painter: &mut Painter<'_>, area: Rect) {
        let share = format!("{} % have a time that can be read", self.guess.readable_times);
        let heading =
            Heading { title: "As it would be read".to_owned(), facts: vec![Fact::quiet(share)], ..Heading::default() };
        painter.heading(area, &heading);
        let zone = self.said.zone.unwrap_or(Zone::UTC);
        let mut y = area.y + 1;
        for record in self.guess.records.iter().take(usize::from(area.height.saturating_sub(2))) {
            let time =
                record.time.and_then(|at| zone.wall(at)).map(|wall| wall.format("%d %b %Y %H:%M:%S").to_string());
            let style = if time.is_some() { Style::new() } else { painter.style(Role::Warning) };
            let time = time.unwrap_or_else(|| format!("? {}", record.written_time.tty_line()));
            painter.put_cut(area.x + 2, y, 22, &time, style);
            let cell = |role| record.cells.get(&role).map_or_else(String::new, |cell| cell.tty_line().into_owned());
            painter.put_cut(area.x + 25, y, 16, &cell(Holds::Author), painter.style(Role::Dim));
            let channel = Some(cell(Holds::Channel)).filter(|channel| !channel.is_empty());
            let channel = channel.map_or_else(String::new, |channel| format!("{channel}: "));
            let text = format!("{channel}{}", cell(Holds::Text));
            let x = area.x + 42;
            painter.put_cut(x, y, area.right().saturating_sub(x + 2), &text, Style::new());
            y += 1;
        }
        for note in &self.guess.notes {
            if y >= area.bottom() {
                break;
            }
            painter.glyph(area.x + 1, y, Glyph::Bullet, Style::new());
            painter.put_cut(area.x + 3, y, area.width.saturating_sub(5), note, painter.style(Role::Dim));
            y += 1;
        }
    }
}

impl Layer for ColumnsScreen {
    fn dock(&self, _: &App, _: Rect) -> Dock {
        Dock::Full
    }

    fn draw(&self, _: &App, painter: &mut Painter<'_>, area: Rect) {
        let facts = vec![Fact::quiet("what does each column hold?")];
        let title = format!("Columns of {}", file_name(&self.path));
        painter.heading(area, &Heading { title, facts, focused: true, danger: false });
        let list = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        let y = self.draw_columns(painter, list) + 1;
        let below = Rect { y, height: area.bottom().saturating_sub(y), ..area };
        self.draw_records(painter, below);
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        let last = self.guess.columns.names.len().saturating_sub(1);
        match (key.code(), key.typed()) {
            (Code::Esc, _) | (_, Some('q')) => return Ok(Flow::Close),
            (Code::Down, _) | (_, Some('j')) => self.cursor = (self.cursor + 1).min(last),
            (Code::Up, _) | (_, Some('k')) => self.cursor = self.cursor.saturating_sub(1),
            (_, Some('n')) => self.say(None),
            (Code::Enter, _) => {
                let columns = Set::To(self.said.columns.clone());
                let columns = if self.said.columns.is_empty() { Set::Keep } else { columns };
                let read_as = Set::To("table".to_owned());
                change(ctx, &self.path, ReadAsEdit { read_as, columns, ..ReadAsEdit::default() }, "columns said")?;
                return Ok(Flow::Close);
            }
            (_, Some(letter)) => {
                let Some((_, holds)) = LETTERS.iter().find(|(known, _)| *known == letter) else {
                    return Ok(Flow::Pass);
                };
                self.say(Some(*holds));
            }
            _ => return Ok(Flow::Pass),
        }
        Ok(Flow::Used)
    }

    fn hints(&self, _: &App) -> Vec<Hint> {
        let mut hints = vec![Hint::new("Enter", "read so")];
        hints.extend(LETTERS.iter().map(|(letter, holds)| Hint::new(letter.to_string(), holds.word())));
        hints.push(Hint::new("n", "nothing"));
        hints
    }

    fn name(&self) -> &'static str {
        "columns"
    }
}
