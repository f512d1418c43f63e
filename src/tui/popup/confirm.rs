//! A question that is answered with yes or no.

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::tui::app::App;
use crate::tui::ctx::Ctx;
use crate::tui::key::{Code, Key};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::paint::{Heading, Hint, Painter};

/// What yes does.
pub type Yes = Box<dyn FnMut(&mut Ctx<'_>) -> anyhow::Result<()>>;

/// A question that is answered with yes or no.
pub struct Confirm {
    title: String,
    detail: String,
    yes: Yes,
}

impl Confirm {
    /// Asks, with a line that says what is at stake.
    pub fn new(title: impl Into<String>, detail: impl Into<String>, yes: Yes) -> Self {
        Self { title: title.into(), detail: detail.into(), yes }
    }
}

impl Layer for Confirm {
    fn dock(&self, _: &App, _: Rect) -> Dock {
        Dock::Bottom(3)
    }

    fn draw(&self, _: &App, painter: &mut Painter<'_>, area: Rect) {
        painter.heading(area, &Heading { title: self.title.clone(), focused: true, ..Heading::default() });
        painter.put_cut(area.x + 2, area.y + 1, area.width.saturating_sub(4), &self.detail, Style::new());
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        match (key.code(), key.typed()) {
            (Code::Enter, _) | (_, Some('y')) => {
                (self.yes)(ctx)?;
                Ok(Flow::Close)
            }
            (Code::Esc, _) | (_, Some('n' | 'q')) => Ok(Flow::Close),
            _ => Ok(Flow::Used),
        }
    }

    fn hints(&self, _: &App) -> Vec<Hint> {
        vec![Hint::new("Enter", "yes"), Hint::new("Esc", "no")]
    }

    fn name(&self) -> &'static str {
        "confirm"
    }
}
