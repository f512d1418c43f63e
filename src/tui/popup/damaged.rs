//! A project that cannot be read: what is wrong, what would come back, and two ways out. Nothing is
//! changed before somebody chooses.

use std::path::PathBuf;

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::base::text::Raw;
use crate::project::store::Recovery;
use crate::tui::app::App;
use crate::tui::ctx::{Ctx, Effect};
use crate::tui::key::{Code, Key};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::paint::{Heading, Hint, Painter};
use crate::tui::theme::{Glyph, Role};

/// What can be brought back of a damaged project.
pub struct Damaged {
    path: PathBuf,
    happened: String,
    lines: Vec<String>,
}

impl Damaged {
    /// Offers what was found.
    pub fn new(found: &Recovery) -> Self {
        Self { path: found.path().to_owned(), happened: found.why.to_string(), lines: found.lines() }
    }
}

impl Layer for Damaged {
    fn dock(&self, _: &App, _: Rect) -> Dock {
        Dock::Full
    }

    fn draw(&self, _: &App, painter: &mut Painter<'_>, area: Rect) {
        let title = format!("{} The project cannot be read", painter.theme.glyph(Glyph::Broken));
        painter.heading(area, &Heading { title, facts: Vec::new(), focused: true, danger: true });
        let dim = painter.style(Role::Dim);
        let clean = |text: &str| Raw::new(text).tty_line().to_string();
        let now = "r brings it back and keeps the damaged file under another name. Esc leaves all as it is.";
        let back = self.lines.iter().map(|line| ("", clean(line)));
        let file = ("file", clean(&self.path.to_string_lossy()));
        let rows = [file, ("happened", clean(&self.happened))].into_iter().chain(back);
        let mut y = area.y + 2;
        for (word, text) in rows.chain([("now", now.to_owned())]) {
            if y >= area.bottom() {
                break;
            }
            painter.put(area.x + 2, y, 10, word, dim);
            let room = Rect::new(area.x + 13, y, area.width.saturating_sub(15), area.bottom().saturating_sub(y));
            y = painter.paragraph(room, &text, Style::new()) + 1;
        }
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        match (key.code(), key.typed()) {
            (_, Some('r')) => ctx.ask(Effect::Recover(self.path.clone())),
            (Code::Esc, _) | (_, Some('q')) => ctx.ask(Effect::Quit),
            _ => {}
        }
        Ok(Flow::Used)
    }

    fn hints(&self, _: &App) -> Vec<Hint> {
        vec![Hint::new("r", "bring it back"), Hint::new("Esc", "leave it")]
    }

    fn name(&self) -> &'static str {
        "damaged"
    }
}
