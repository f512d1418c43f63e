//! Something to read: how to get an export, and what a standard one lacks. Moves nothing, changes
//! nothing.

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::base::text::{LineBreaks, sanitize_tty};
use crate::tui::app::App;
use crate::tui::ctx::Ctx;
use crate::tui::key::{Code, Key};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::paint::{Heading, Hint, Painter};
use crate::tui::theme::Role;
use crate::tui::widget::wrap::wrap;

/// The widest measure of prose.
const MEASURE: u16 = 72;

const ASKING: &str = "\
A standard export
Any workspace owner or admin can make one: in Slack, open the workspace's settings, Import and export data, \
Export, choose the days around the incident, and download the zip when the mail comes. It holds all public \
channels. Give the zip to meanwhile as it is; nothing needs to be unpacked.

What it lacks
Private channels, direct messages and group messages are not in it. Files are named, not carried. Messages that \
were deleted before the export are gone; edited ones show their last text unless the workspace keeps edits.

Private channels and direct messages
Only an export of all conversations holds them. On paid plans the owner applies to Slack for it, and your company's \
legal or people team usually has a say. Ask for the smallest thing that helps: these channels, these days, for an \
incident review. Say who will read it and when it will be deleted.

If that takes too long
Ask somebody who is in the channel to tell you what happened there, and add it as events (i) with their name as \
source. What no channel recorded is often what matters most.

Before you share
The zip holds everything that was said. Keep it where the incident's other evidence is kept. A project file of \
meanwhile holds only what you tagged, noted or cited.";

/// Something to read.
pub struct Guide {
    title: &'static str,
    text: &'static str,
    top: usize,
}

impl Guide {
    /// How to get an export, and what a standard one lacks.
    pub const fn asking() -> Self {
        Self { title: "Getting an export", text: ASKING, top: 0 }
    }
}

impl Layer for Guide {
    fn dock(&self, _: &App, _: Rect) -> Dock {
        Dock::Full
    }

    fn draw(&self, _: &App, painter: &mut Painter<'_>, area: Rect) {
        painter.heading(area, &Heading { title: self.title.to_owned(), focused: true, ..Heading::default() });
        let cells = area.width.saturating_sub(4).min(MEASURE);
        let clean = sanitize_tty(self.text, LineBreaks::Keep);
        let ranges = wrap(&clean, usize::from(cells.max(1)));
        let room = usize::from(area.height.saturating_sub(2));
        let top = self.top.min(ranges.len().saturating_sub(room));
        let mut begins = true;
        for (nth, range) in ranges.into_iter().enumerate() {
            let line = clean.get(range).unwrap_or("");
            // The first line of each block is its heading.
            let style = if begins { painter.theme.bold(Role::Text) } else { Style::new() };
            begins = line.trim().is_empty();
            if let Some(row) = nth.checked_sub(top).filter(|row| *row < room) {
                painter.put(area.x + 2, area.y + 2 + row as u16, cells, line, style);
            }
        }
    }

    fn key(&mut self, _: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        match (key.code(), key.typed()) {
            (Code::Esc | Code::Enter, _) | (_, Some('q')) => return Ok(Flow::Close),
            (Code::Down, _) | (_, Some('j')) => self.top = (self.top + 1).min(60),
            (Code::Up, _) | (_, Some('k')) => self.top = self.top.saturating_sub(1),
            (Code::PageDown, _) => self.top = (self.top + 10).min(60),
            (Code::PageUp, _) => self.top = self.top.saturating_sub(10),
            _ => return Ok(Flow::Pass),
        }
        Ok(Flow::Used)
    }

    fn hints(&self, _: &App) -> Vec<Hint> {
        vec![Hint::new("j k", "read on"), Hint::new("Esc", "back")]
    }

    fn name(&self) -> &'static str {
        "guide"
    }
}
