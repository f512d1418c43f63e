//! One of a list, found by any letters in order.

use ratatui::layout::Rect;

use super::prompt::{Answer, draw_line};
use crate::tui::app::App;
use crate::tui::ctx::Ctx;
use crate::tui::key::{Code, Key};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::paint::{Fact, Heading, Hint, Painter};
use crate::tui::widget::picker::{Choice, Picker};

/// One of a list; what is picked goes to a function, an error of it keeps the list open.
pub struct Choose {
    title: String,
    picker: Picker,
    label_cells: u16,
    answer: Answer,
}

impl Choose {
    /// Asks, with the cursor on the first.
    pub fn new(title: &str, choices: Vec<Choice>, answer: Answer) -> Self {
        let widest = choices.iter().map(|choice| crate::base::text::width(&choice.label)).max().unwrap_or(0);
        let label_cells = widest.clamp(8, 36) as u16;
        Self { title: title.to_owned(), picker: Picker::new(choices), label_cells, answer }
    }

    /// The same with the cursor on a value.
    #[must_use]
    pub fn with_cursor_on(mut self, value: &str) -> Self {
        self.picker = self.picker.with_cursor_on(value);
        self
    }
}

impl Layer for Choose {
    fn dock(&self, _: &App, screen: Rect) -> Dock {
        let rows = self.picker.count() as u16 + 2;
        Dock::Bottom(rows.clamp(4, (screen.height / 2 + 2).max(4)))
    }

    fn draw(&self, _: &App, painter: &mut Painter<'_>, area: Rect) {
        let facts = vec![Fact::quiet(format!("{} of {}", self.picker.found_count(), self.picker.count()))];
        painter.heading(area, &Heading { title: self.title.clone(), facts, focused: true, danger: false });
        draw_line(painter, Rect { y: area.y + 1, height: 1, ..area }, self.picker.line());
        let list = Rect::new(area.x, area.y + 2, area.width, area.height.saturating_sub(2));
        self.picker.draw(painter, list, self.label_cells);
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        match key.code() {
            Code::Esc => return Ok(Flow::Close),
            Code::Enter => {
                let Some(value) = self.picker.current().map(|choice| choice.value.clone()) else {
                    anyhow::bail!("Nothing fits what is typed; Backspace takes letters away");
                };
                (self.answer)(ctx, &value)?;
                return Ok(Flow::Close);
            }
            _ => self.picker.press(key),
        };
        Ok(Flow::Used)
    }

    fn paste(&mut self, _: &mut Ctx<'_>, text: &str) -> anyhow::Result<Flow> {
        self.picker.paste(text);
        Ok(Flow::Used)
    }

    fn hints(&self, _: &App) -> Vec<Hint> {
        vec![Hint::new("type", "to narrow"), Hint::new("Enter", "take it"), Hint::new("Esc", "back")]
    }

    fn keeps_targets_bright(&self) -> bool {
        true
    }

    fn name(&self) -> &'static str {
        "choose"
    }
}
