//! What was done in this sitting and before it, act by act: how far back `u` would go, and what would
//! come again.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::person_card::edge;
use crate::base::id::Target;
use crate::base::text::count_words;
use crate::project::Edit;
use crate::project::activity::About;
use crate::project::history::{Act, ActState, Earlier};
use crate::tui::app::App;
use crate::tui::ctx::Ctx;
use crate::tui::key::{Code, Key};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::paint::{Fact, Heading, Hint, Painter};
use crate::tui::theme::{Glyph, Role};
use crate::tui::widget::picker::cursor_row;

/// Rows of what the act under the cursor would mean.
const ABOUT: u16 = 6;

/// The history of acts.
pub struct UndoHistory {
    cursor: usize,
}

/// All acts, the latest first, and how many of them were taken back.
fn acts(app: &App) -> (Vec<&Act>, usize) {
    let mut rows: Vec<_> = app.session.history().rows().collect();
    rows.reverse();
    let undone = rows.iter().filter(|row| row.state == ActState::Undone).count();
    (rows.into_iter().map(|row| row.act).collect(), undone)
}

impl UndoHistory {
    /// Opens on what `u` would undo.
    pub fn new(app: &App) -> Self {
        let (acts, undone) = acts(app);
        Self { cursor: undone.min(acts.len().saturating_sub(1)) }
    }

    /// Takes back down to the cursor, or does again up to it.
    fn go(&mut self, ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
        let (acts, undone) = acts(ctx.app);
        anyhow::ensure!(!acts.is_empty(), "Nothing was done yet");
        let words = if self.cursor >= undone {
            let count = self.cursor + 1 - undone;
            for _ in 0..count {
                ctx.app.session.undo()?;
            }
            format!("{} taken back; Ctrl-r does them again", count_words(count, "act", "acts"))
        } else {
            let count = undone - self.cursor;
            for _ in 0..count {
                ctx.app.session.redo()?;
            }
            format!("{} done again; u takes them back", count_words(count, "act", "acts"))
        };
        ctx.app.refresh();
        ctx.toast(words);
        *self = Self::new(ctx.app);
        Ok(())
    }

    fn show(&self, ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
        let (acts, _) = acts(ctx.app);
        let target = acts.get(self.cursor).and_then(|act| act.edits.iter().find_map(target_of));
        let Some(target) = target else { anyhow::bail!("This act has no place in Chat") };
        ctx.app.go_to(&target).map_err(anyhow::Error::msg)
    }

    fn draw_acts(&self, app: &App, painter: &mut Painter<'_>, area: Rect, acts: &[&Act], undone: usize) {
        let (dim, right) = (painter.style(Role::Dim), area.right().saturating_sub(2));
        // The line between what holds and what was taken back takes one row.
        let now = undone;
        let place = |nth: usize| nth + usize::from(nth >= now);
        let height = usize::from(area.height);
        let first = (place(self.cursor) + 2).saturating_sub(height);
        let y_of = |row: usize| row.checked_sub(first).filter(|row| *row < height).map(|row| area.y + row as u16);
        for (nth, act) in acts.iter().enumerate() {
            let Some(y) = y_of(place(nth)) else { continue };
            let style = cursor_row(painter, area.x, y, nth == self.cursor);
            let is_today = app.zone().date(act.at) == app.zone().date(app.now);
            let clock = if is_today { app.zone().minute(act.at) } else { app.zone().day(act.at) };
            painter.put(area.x + 2, y, 6, &clock, if nth == self.cursor { style } else { dim });
            let text = if nth < undone { dim } else { Style::new() };
            painter.put_cut(area.x + 9, y, right.saturating_sub(area.x + 9), &act.label, text);
        }
        if let Some(y) = y_of(now) {
            let accent = painter.style(Role::Accent);
            let x = painter.put(area.x + 2, y, 5, "now", accent) + 2;
            let cells = right.saturating_sub(x);
            let line = painter.theme.glyph(Glyph::Heavy).repeat(usize::from(cells));
            painter.put(x, y, cells, &line, accent);
        }
    }

    fn draw_about(&self, app: &App, painter: &mut Painter<'_>, area: Rect, acts: &[&Act], undone: usize) {
        let Some(act) = acts.get(self.cursor) else { return };
        let title = match self.cursor.checked_sub(undone) {
            Some(0) => "u would undo".to_owned(),
            Some(more) => format!("Enter would undo this and {} after it", count_words(more, "act", "acts")),
            None => "Enter would do again up to here".to_owned(),
        };
        let facts = vec![Fact::quiet(count_words(act.edits.len(), "change", "changes"))];
        painter.heading(area, &Heading { title, facts, ..Heading::default() });
        let room = Rect::new(area.x + 2, area.y + 1, area.width.saturating_sub(4), area.height.saturating_sub(1));
        let y = painter.paragraph(room, &painter.theme.own_words(&act.label), Style::new());
        let archive = &app.session.archive;
        let message = act.edits.iter().find_map(target_of).and_then(|target| target.message());
        if let Some(message) = message.and_then(|id| archive.find(&id)).and_then(|ix| archive.message(ix)) {
            let clock = app.zone().clock(message.time());
            let words = format!("{clock} {}: {}", message.author_label().tty_line(), message.text().shown().tty_line());
            let below = area.bottom().saturating_sub(y);
            if below > 0 {
                painter.put_cut(area.x + 2, y, area.width.saturating_sub(4), &words, painter.style(Role::Dim));
            }
        }
    }
}

/// What an edit is about, when that has a place in Chat.
fn target_of(edit: &Edit) -> Option<Target> {
    match edit.about() {
        About::Target(target) => Some(target),
        _ => None,
    }
}

impl Layer for UndoHistory {
    fn dock(&self, _: &App, _: Rect) -> Dock {
        Dock::Right
    }

    fn draw(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        edge(app, painter, area);
        let (acts, undone) = acts(app);
        let (count, earlier) = (count_words(acts.len(), "act", "acts"), app.session.history().earlier());
        let facts = vec![Fact::quiet(match earlier {
            Earlier::Known => format!("all sittings, {count}"),
            _ => format!("this sitting, {count}"),
        })];
        painter.heading(area, &Heading { title: "Undo history".to_owned(), facts, focused: true, danger: false });
        let mut y = area.y + 1 + u16::from(area.height > 14);
        let dim = painter.style(Role::Dim);
        if acts.is_empty() {
            let words = "Nothing was done yet. Whatever you tag, note or write can be taken back here, without limit.";
            painter.paragraph(Rect::new(area.x + 2, y, area.width.saturating_sub(4), 3), words, Style::new());
            return;
        }
        if undone > 0 && area.height > 8 {
            painter.put_cut(area.x + 2, y, area.width.saturating_sub(4), "would come back with Ctrl-r", dim);
            y += 1;
        }
        let about = if area.height > 14 { ABOUT } else { 0 };
        let bottom = area.bottom().saturating_sub(about);
        let list = Rect::new(area.x, y, area.width, bottom.saturating_sub(y));
        self.draw_acts(app, painter, list, &acts, undone);
        if about > 0 {
            let below = Rect::new(area.x, bottom, area.width, about);
            self.draw_about(app, painter, below, &acts, undone);
        }
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        let last = acts(ctx.app).0.len().saturating_sub(1);
        self.cursor = self.cursor.min(last);
        match (key.code(), key.typed()) {
            (Code::Esc, _) | (_, Some('q' | 'U')) => return Ok(Flow::Close),
            (Code::Down, _) | (_, Some('j')) => self.cursor = (self.cursor + 1).min(last),
            (Code::Up, _) | (_, Some('k')) => self.cursor = self.cursor.saturating_sub(1),
            (Code::PageDown, _) => self.cursor = (self.cursor + 10).min(last),
            (Code::PageUp, _) => self.cursor = self.cursor.saturating_sub(10),
            (Code::Enter, _) => self.go(ctx)?,
            (_, Some('o')) => {
                self.show(ctx)?;
                return Ok(Flow::Close);
            }
            (_, Some('u')) => {
                anyhow::ensure!(ctx.app.session.undo()?.is_some(), "Nothing is left to undo");
                *self = Self::new(ctx.app);
            }
            _ if key == Key::ctrl('r') => {
                anyhow::ensure!(ctx.app.session.redo()?.is_some(), "Nothing was taken back");
                *self = Self::new(ctx.app);
            }
            _ => return Ok(Flow::Pass),
        }
        Ok(Flow::Used)
    }

    fn hints(&self, _: &App) -> Vec<Hint> {
        vec![
            Hint::new("u", "undo"),
            Hint::new("Ctrl-r", "redo"),
            Hint::new("Enter", "undo down to here"),
            Hint::new("o", "show the place"),
            Hint::new("Esc", "back"),
        ]
    }

    fn name(&self) -> &'static str {
        "undo history"
    }
}
