//! Choosing one of many by any of its letters in order.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::base::text::{LineBreaks, sanitize_tty};
use crate::search::fuzzy;
use crate::tui::app::App;
use crate::tui::ctx::Ctx;
use crate::tui::key::{Code, Key};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::paint::{Fact, Heading, Hint, Painter};
use crate::tui::theme::{Glyph, Role};
use crate::tui::widget::line_editor::{LineEditor, Lines};

/// What is done with the one that was chosen.
pub type Chosen = Box<dyn FnMut(&mut Ctx<'_>, &str) -> anyhow::Result<()>>;

/// One that can be chosen.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What stands for it when it is chosen.
    pub key: String,
    /// What it is called; foreign text is made safe here.
    pub label: String,
    /// What is said of it beside.
    pub about: String,
}

/// Choosing one of many.
pub struct Pick {
    title: String,
    choices: Vec<Choice>,
    line: LineEditor,
    cursor: usize,
    chosen: Chosen,
}

impl Pick {
    /// Asks; the first choice is under the cursor.
    pub fn new(title: impl Into<String>, choices: Vec<Choice>, chosen: Chosen) -> Self {
        let clean = |text: &str| sanitize_tty(text, LineBreaks::Mark).into_owned();
        let choices = choices
            .into_iter()
            .map(|choice| Choice { label: clean(&choice.label), about: clean(&choice.about), ..choice })
            .collect();
        Self { title: title.into(), choices, line: LineEditor::new(Lines::One, ""), cursor: 0, chosen }
    }

    fn found(&self) -> Vec<&Choice> {
        let labels: Vec<&str> = self.choices.iter().map(|choice| choice.label.as_str()).collect();
        fuzzy::rank(self.line.text(), &labels).into_iter().filter_map(|ranked| self.choices.get(ranked.ix)).collect()
    }
}

impl Layer for Pick {
    fn dock(&self, _: &App, screen: Rect) -> Dock {
        let rows = self.choices.len().min(12) as u16 + 2;
        Dock::Bottom(rows.min(screen.height / 2 + 2))
    }

    fn draw(&self, _: &App, painter: &mut Painter<'_>, area: Rect) {
        let found = self.found();
        let facts = vec![Fact::quiet(format!("{} of {}", found.len(), self.choices.len()))];
        painter.heading(area, &Heading { title: self.title.clone(), facts, focused: true, danger: false });
        super::prompt::draw_line(painter, Rect { y: area.y + 1, height: 1, ..area }, &self.line);
        let height = usize::from(area.height.saturating_sub(2));
        let first = (self.cursor + 1).saturating_sub(height);
        let label_cells = (area.width / 2).min(40);
        for (nth, choice) in found.iter().enumerate().skip(first).take(height) {
            let y = area.y + 2 + (nth - first) as u16;
            let is_cursor = nth == self.cursor;
            if is_cursor {
                painter.glyph(area.x, y, Glyph::Cursor, painter.style(Role::Accent));
            }
            let style = if is_cursor {
                painter.theme.bold(Role::Accent).add_modifier(Modifier::REVERSED)
            } else {
                Style::new()
            };
            painter.put_cut(area.x + 3, y, label_cells, &choice.label, style);
            let room = area.width.saturating_sub(label_cells + 7);
            painter.put_cut(area.x + label_cells + 5, y, room, &choice.about, painter.style(Role::Dim));
        }
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        match key.code() {
            Code::Esc => return Ok(Flow::Close),
            Code::Down => self.cursor += 1,
            Code::Up => self.cursor = self.cursor.saturating_sub(1),
            Code::Enter => {
                let key = self.found().get(self.cursor).map(|choice| choice.key.clone());
                let Some(key) = key else { anyhow::bail!("Nothing here has these letters; Backspace takes one away") };
                (self.chosen)(ctx, &key)?;
                return Ok(Flow::Close);
            }
            _ => {
                self.line.press(key);
                self.cursor = 0;
            }
        }
        self.cursor = self.cursor.min(self.found().len().saturating_sub(1));
        Ok(Flow::Used)
    }

    fn paste(&mut self, _: &mut Ctx<'_>, text: &str) -> anyhow::Result<Flow> {
        self.line.paste(text);
        self.cursor = 0;
        Ok(Flow::Used)
    }

    fn hints(&self, _: &App) -> Vec<Hint> {
        vec![Hint::new("Enter", "take it"), Hint::new("Up Down", "choose"), Hint::new("Esc", "back")]
    }

    fn name(&self) -> &'static str {
        "pick"
    }
}
