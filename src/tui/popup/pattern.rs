//! Text of no known format: a pattern is typed, and its first records are shown as they would be
//! read, with what matched. Enter reads the source so; nothing changes before.

use std::path::{Path, PathBuf};

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::prompt::draw_line;
use super::sources::{change, file_name};
use crate::base::reading::ReadAs;
use crate::base::text::count_words;
use crate::base::time::Zone;
use crate::import::{self, pattern};
use crate::project::{ReadAsEdit, Set};
use crate::tui::app::App;
use crate::tui::ctx::Ctx;
use crate::tui::key::{Code, Key};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::paint::{Fact, Heading, Hint, Painter, Span};
use crate::tui::theme::{Glyph, Role};
use crate::tui::widget::line_editor::{LineEditor, Lines};

/// What the line begins with when nothing is known.
const FIRST: &str = r"^(?P<time>\S+ \S+) (?P<author>\S+) (?P<text>.*)$";
/// Most of the text that is tried.
const TRIED: usize = 16 << 10;

/// A pattern being written for a source.
pub struct PatternScreen {
    path: PathBuf,
    line: LineEditor,
    head: String,
    read_as: ReadAs,
    /// Patterns of the settings, and which of them stands in the line.
    saved: Vec<(String, String)>,
    nth: Option<usize>,
}

impl PatternScreen {
    /// Opens for a source, with its pattern when it has one.
    pub fn new(app: &App, path: &Path) -> anyhow::Result<Self> {
        let head = import::head(path, &app.session.load_options)?;
        let end = (0..=TRIED.min(head.len())).rev().find(|at| head.is_char_boundary(*at)).unwrap_or(0);
        let head = head.get(..end).unwrap_or_default().to_owned();
        let read_as = app.session.load_options.read_as(path);
        let saved: Vec<(String, String)> = app.patterns.clone().into_iter().collect();
        let text = read_as.pattern.clone().or_else(|| saved.first().map(|(_, pattern)| pattern.clone()));
        let line = LineEditor::new(Lines::One, text.as_deref().unwrap_or(FIRST));
        Ok(Self { path: path.to_owned(), line, head, read_as, saved, nth: None })
    }

    /// Puts the next saved pattern into the line.
    fn next_saved(&mut self, back: bool) -> anyhow::Result<()> {
        let count = self.saved.len();
        anyhow::ensure!(count > 0, "No pattern is saved; [patterns] in the settings names them");
        let step = if back { count - 1 } else { 1 };
        let nth = self.nth.map_or(0, |nth| (nth + step) % count);
        self.nth = Some(nth);
        if let Some((_, pattern)) = self.saved.get(nth) {
            self.line.set_text(pattern);
        }
        Ok(())
    }

    fn draw_records(&self, painter: &mut Painter<'_>, area: Rect) -> u16 {
        let (dim, width) = (painter.style(Role::Dim), area.width.saturating_sub(4));
        let records = match pattern::preview(self.line.text(), &self.head, &self.read_as) {
            Ok(records) => records,
            Err(error) => {
                painter.glyph(area.x + 1, area.y, Glyph::Look, painter.style(Role::Warning));
                return painter.paragraph(Rect { x: area.x + 3, width, ..area }, &error.to_string(), Style::new());
            }
        };
        let facts = vec![Fact::quiet(count_words(records.len(), "record", "records") + " so far")];
        let title = "As it would be read".to_owned();
        painter.heading(area, &Heading { title, facts, ..Heading::default() });
        let mut y = area.y + 1;
        if records.is_empty() {
            painter.put_cut(area.x + 2, y, width, "Nothing in its beginning matches.", Style::new());
            return y + 1;
        }
        let zone = self.read_as.zone.unwrap_or(Zone::UTC);
        for record in records.iter().take(usize::from(area.height / 2)) {
            let dated = record.time.is_dated();
            let time = if dated {
                zone.wall(record.time).map(|wall| wall.format("%d %b %Y %H:%M:%S").to_string())
            } else {
                None
            };
            let time = time.unwrap_or_else(|| format!("? {}", record.raw_time.tty_line()));
            let x = painter.put_cut(
                area.x + 2,
                y,
                22,
                &time,
                if dated { Style::new() } else { painter.style(Role::Warning) },
            );
            let x = painter.put_cut(x.max(area.x + 24) + 1, y, 16, &record.author.tty_line(), dim);
            let x = x.max(area.x + 34) + 1;
            let channel =
                if record.channel.is_empty() { String::new() } else { format!("{}: ", record.channel.tty_line()) };
            let text = format!("{channel}{}", record.text.tty_line());
            painter.put_cut(x, y, area.right().saturating_sub(x + 2), &text, Style::new());
            y += 1;
        }
        y
    }

    /// The beginning as it stands, what was matched by a group in bold and underlined.
    fn draw_text(&self, painter: &mut Painter<'_>, area: Rect) {
        let facts = vec![Fact::quiet("what a group matched is underlined")];
        painter.heading(area, &Heading { title: "As it stands".to_owned(), facts, ..Heading::default() });
        let marks = pattern::marks(self.line.text(), &self.head).unwrap_or_default();
        let hit = Style::new().add_modifier(Modifier::BOLD | Modifier::UNDERLINED);
        let mut at = 0;
        for (line, y) in self.head.split_inclusive('\n').zip(area.y + 1..area.bottom()) {
            let (mut spans, mut done) = (Vec::new(), at);
            let end = at + line.trim_end_matches(['\n', '\r']).len();
            for mark in marks.iter().filter(|mark| mark.start < end && mark.end > at) {
                let (from, to) = (mark.start.max(done), mark.end.min(end).max(done));
                spans.push(Span::new(self.head.get(done..from).unwrap_or_default(), Style::new()));
                spans.push(Span::new(self.head.get(from..to).unwrap_or_default(), hit));
                done = to;
            }
            spans.push(Span::new(self.head.get(done..end).unwrap_or_default(), Style::new()));
            painter.put_spans(area.x + 2, y, area.width.saturating_sub(4), &spans);
            at += line.len();
        }
    }
}

impl Layer for PatternScreen {
    fn dock(&self, _: &App, _: Rect) -> Dock {
        Dock::Full
    }

    fn draw(&self, _: &App, painter: &mut Painter<'_>, area: Rect) {
        let saved = self.nth.and_then(|nth| self.saved.get(nth)).map(|(name, _)| Fact::quiet(format!("saved: {name}")));
        let title = format!("Pattern for {}", file_name(&self.path));
        painter.heading(area, &Heading { title, facts: saved.into_iter().collect(), focused: true, danger: false });
        draw_line(painter, Rect { y: area.y + 1, height: 1, ..area }, &self.line);
        let rest = Rect { y: area.y + 3, height: area.height.saturating_sub(3), ..area };
        let y = self.draw_records(painter, rest) + 1;
        let below = Rect { y, height: area.bottom().saturating_sub(y), ..area };
        self.draw_text(painter, below);
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        match key.code() {
            Code::Esc => return Ok(Flow::Close),
            Code::Up => self.next_saved(true)?,
            Code::Down => self.next_saved(false)?,
            Code::Enter => {
                let text = self.line.text().to_owned();
                let found = pattern::preview(&text, &self.head, &self.read_as)?;
                anyhow::ensure!(!found.is_empty(), "Nothing in its beginning matches; the pattern has to fit a line");
                let read_as = Set::To("pattern".to_owned());
                let reading = ReadAsEdit { read_as, pattern: Set::To(text), ..ReadAsEdit::default() };
                change(ctx, &self.path, reading, "read by a pattern")?;
                return Ok(Flow::Close);
            }
            _ => {
                self.line.press(key);
            }
        }
        Ok(Flow::Used)
    }

    fn paste(&mut self, _: &mut Ctx<'_>, text: &str) -> anyhow::Result<Flow> {
        self.line.paste(text);
        Ok(Flow::Used)
    }

    fn hints(&self, _: &App) -> Vec<Hint> {
        vec![
            Hint::new("type", "groups time, text, author, channel"),
            Hint::new("↑", "saved"),
            Hint::new("Enter", "read so"),
            Hint::new("Esc", "back"),
        ]
    }

    fn mode(&self) -> Option<&'static str> {
        Some("PATTERN")
    }

    fn name(&self) -> &'static str {
        "pattern"
    }
}
