//! Help: every command that can be heard here, then elsewhere, found as one types; made of the
//! command table, so nothing in it can be out of date.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::palette::title_ranks;
use super::person_card::edge;
use super::prompt::draw_line;
use crate::search::fuzzy::{self, Ranked};
use crate::tui::app::App;
use crate::tui::command::{self, Command};
use crate::tui::ctx::Ctx;
use crate::tui::key::{Code, Key};
use crate::tui::keymap;
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::paint::{Fact, Heading, Hint, Painter};
use crate::tui::theme::Role;
use crate::tui::widget::line_editor::{LineEditor, Lines};
use crate::tui::widget::narrowed::{Heard, Narrowed};
use crate::tui::widget::picker::{cursor_row, matched};

/// Which commands are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    Here,
    All,
}

/// A line of the list.
enum Row<'a> {
    Head(String),
    Command(&'static Command, &'a Ranked),
    Blank,
}

impl<'a> Row<'a> {
    const fn of((command, ranked): &'a (&'static Command, Ranked)) -> Self {
        Self::Command(command, ranked)
    }
}

/// Help.
pub struct Help {
    which: Which,
    list: Narrowed<&'static Command>,
    /// How many of the list can be heard here; they come first.
    here: usize,
}

impl Help {
    /// Opens on the current screen's commands.
    pub fn new(app: &App) -> Self {
        let list = Narrowed::new(LineEditor::new(Lines::One, ""));
        let mut help = Self { which: Which::Here, list, here: 0 };
        help.rank(app);
        help
    }

    fn rank(&mut self, app: &App) {
        let all: Vec<&Command> = command::all().collect();
        let labels: Vec<String> = all
            .iter()
            .map(|command| format!("{}  {}  {}", command.title, command.id, command.keys.join(" ")))
            .collect();
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        let is_empty = self.list.line().is_empty();
        let ranked = fuzzy::rank(self.list.line().text().trim(), &labels);
        let found = ranked.into_iter().filter_map(|ranked| Some((*all.get(ranked.ix)?, ranked)));
        let scopes = keymap::scopes(app);
        let (mut here, mut elsewhere): (Vec<_>, Vec<_>) =
            found.partition(|(command, _)| scopes.contains(&command.scope));
        if is_empty {
            // What stands in the last row comes first: it is what people do most here.
            let place = |command: &Command| scopes.iter().position(|scope| *scope == command.scope);
            here.sort_by_key(|(command, _)| (place(command), command.hint.is_none()));
        }
        if self.which == Which::Here && is_empty {
            elsewhere.clear();
        }
        self.here = here.len();
        here.extend(elsewhere);
        self.list.set_found(here);
    }

    fn rows(&self, app: &App) -> Vec<Row<'_>> {
        let mut rows = Vec::new();
        let (here, elsewhere) = self.list.found().split_at_checked(self.here).unwrap_or_default();
        if !here.is_empty() {
            rows.push(Row::Head(format!("{}, where you are", app.screen.title())));
            rows.extend(here.iter().map(Row::of));
        }
        if !elsewhere.is_empty() {
            if !rows.is_empty() {
                rows.push(Row::Blank);
            }
            rows.push(Row::Head("Elsewhere".to_owned()));
            rows.extend(elsewhere.iter().map(Row::of));
        }
        rows
    }

    fn draw_list(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        let rows = self.rows(app);
        let current = self.list.current();
        let is_cursor =
            |row: &Row<'_>| matches!(row, Row::Command(command, _) if current.is_some_and(|c| c.id == command.id));
        let at = rows.iter().position(is_cursor).unwrap_or(0);
        let height = usize::from(area.height);
        let first = (at + 2).saturating_sub(height);
        for (nth, row) in rows.iter().skip(first).take(height).enumerate() {
            let y = area.y + nth as u16;
            match row {
                Row::Blank => {}
                Row::Head(words) => {
                    painter.put_cut(area.x + 2, y, area.width.saturating_sub(4), words, painter.theme.bold(Role::Text));
                }
                Row::Command(command, ranked) => {
                    let line = Rect { y, height: 1, ..area };
                    draw_command(app, painter, line, (command, ranked), is_cursor(row));
                }
            }
        }
        if rows.is_empty() {
            let words = "Nothing fits. Backspace takes letters away; : lists all commands.";
            painter.put_cut(area.x + 2, area.y, area.width.saturating_sub(4), words, Style::new());
        }
    }

    fn draw_about(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        let Some(command) = self.list.current() else { return };
        let keys = command.keys.first().copied().unwrap_or(":");
        let facts = vec![Fact::quiet("Enter does it now")];
        let title = format!("{keys}   {}", command.id);
        painter.heading(area, &Heading { title, facts, ..Heading::default() });
        let room =
            |y: u16| Rect::new(area.x + 2, y, area.width.saturating_sub(4).min(66), area.bottom().saturating_sub(y));
        let mut y = painter.paragraph(room(area.y + 1), command.help, Style::new());
        if let Err(why) = (command.enabled)(app) {
            y = painter.paragraph(room(y), &format!("cannot now: {why}"), painter.style(Role::Dim));
        }
        let dim = painter.style(Role::Dim);
        let others: Vec<&str> = command.keys.iter().skip(1).copied().collect();
        if !others.is_empty() {
            y = painter.paragraph(room(y), &format!("also      {}", others.join("   ")), dim);
        }
        y = painter.paragraph(room(y), &format!("command   :{}", command.id), dim);
        let near = near(command);
        if !near.is_empty() {
            painter.paragraph(room(y), &format!("near      {near}"), dim);
        }
    }
}

/// Commands about the same thing: `C Note in $EDITOR`.
fn near(command: &Command) -> String {
    let noun = command.id.split('.').next().unwrap_or("");
    let same = command::all().filter(|other| other.id != command.id && other.id.split('.').next() == Some(noun));
    let words = same.filter_map(|other| Some(format!("{} {}", other.keys.first()?, other.title)));
    words.take(4).collect::<Vec<_>>().join("   ")
}

fn draw_command(
    app: &App,
    painter: &mut Painter<'_>,
    row: Rect,
    (command, ranked): (&Command, &Ranked),
    is_cursor: bool,
) {
    let cursor = cursor_row(painter, row.x, row.y, is_cursor);
    let off = (command.enabled)(app).is_err();
    if off {
        painter.put(row.x + 1, row.y, 1, "-", painter.style(Role::Dim));
    }
    let keys: Vec<&str> = command.keys.iter().take(2).copied().collect();
    let key_style = if is_cursor { cursor } else { painter.style(Role::Accent) };
    painter.put(row.x + 2, row.y, 10, keys.first().copied().unwrap_or(":"), key_style);
    let right = row.right().saturating_sub(2);
    let x = row.x + 12;
    let dim = painter.style(Role::Dim);
    let style = if off { dim } else { Style::new() };
    let title = matched(command.title, &title_ranks(command, ranked), style);
    painter.put_spans(x, row.y, right.saturating_sub(x).min(34), &title);
    let about = x + 36;
    if about + 12 < right {
        painter.put_cut(about, row.y, right - about, command.help, dim);
    }
}

impl Layer for Help {
    fn dock(&self, _: &App, _: Rect) -> Dock {
        Dock::Right
    }

    fn draw(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        edge(app, painter, area);
        let here = command::all().filter(|command| keymap::scopes(app).contains(&command.scope)).count();
        let facts = vec![Fact::quiet(format!("{here} commands here, {} in all", command::all().count()))];
        painter.heading(area, &Heading { title: "Help".to_owned(), facts, focused: true, danger: false });
        painter.put(area.x + 2, area.y + 1, 1, ">", painter.style(Role::Accent));
        let typed = Rect::new(area.x + 2, area.y + 1, area.width.saturating_sub(14), 1);
        draw_line(painter, typed, self.list.line());
        if !self.list.line().is_empty() {
            let words = format!("{} fit", self.list.count());
            painter.put_right(area.right().saturating_sub(2), area.y + 1, &words, painter.style(Role::Dim));
        }
        let air = u16::from(area.height > 18);
        let about = match area.height {
            0..9 => 0,
            9..19 => 4,
            _ => 9,
        };
        let top = area.y + 2 + air;
        let bottom = area.bottom().saturating_sub(about + u16::from(about > 0));
        self.draw_list(app, painter, Rect::new(area.x, top, area.width, bottom.saturating_sub(top)));
        if about > 0 {
            self.draw_about(app, painter, Rect::new(area.x, area.bottom() - about, area.width, about));
        }
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        match (key.code(), key.mods()) {
            (Code::Esc, _) => return Ok(Flow::Close),
            (Code::Enter, _) => {
                let Some(command) = self.list.current() else { return Ok(Flow::Used) };
                super::palette::run(ctx, command, None)?;
                return Ok(Flow::Close);
            }
            (Code::Tab, _) => {
                self.which = if self.which == Which::Here { Which::All } else { Which::Here };
                self.list.go_to(0);
                self.rank(ctx.app);
            }
            _ => {
                if key.typed() == Some('?') && self.list.line().is_empty() {
                    return Ok(Flow::Close);
                }
                if self.list.press(key) == Heard::Typed {
                    self.rank(ctx.app);
                }
            }
        }
        Ok(Flow::Used)
    }

    fn paste(&mut self, ctx: &mut Ctx<'_>, text: &str) -> anyhow::Result<Flow> {
        self.list.paste(text);
        self.rank(ctx.app);
        Ok(Flow::Used)
    }

    fn hints(&self, _: &App) -> Vec<Hint> {
        vec![
            Hint::new("type", "to search"),
            Hint::new("Enter", "do it"),
            Hint::new("Tab", "screen or all"),
            Hint::new("PgDn", "read on"),
            Hint::new("Esc", "back"),
        ]
    }

    fn name(&self) -> &'static str {
        "help"
    }
}
