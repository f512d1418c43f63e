//! The palette: every command by any letters of its name, with its keys, and why it cannot run now.
//!
//! A time goes there; a name or id with something after it runs with that text; `@`, `#` and `/`
//! lead to people, channels and tags, and messages.

use ratatui::layout::Rect;

use super::anything::Anything;
use super::prompt::draw_line;
use crate::base::time::parse_phrase;
use crate::search::fuzzy::{self, Ranked};
use crate::tui::app::App;
use crate::tui::command::{self, Args, Command};
use crate::tui::ctx::Ctx;
use crate::tui::key::{Code, Key};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::paint::{Fact, Heading, Hint, Painter};
use crate::tui::theme::Role;
use crate::tui::widget::line_editor::{LineEditor, Lines};
use crate::tui::widget::narrowed::{Heard, Narrowed};
use crate::tui::widget::picker::{cursor_row, matched};

/// Short names that people know from elsewhere.
const ALIASES: [(&str, &str); 7] = [
    ("w", "project.save"),
    ("q", "app.back"),
    ("quit", "app.back"),
    ("goto", "go.time"),
    ("open", "app.open"),
    ("problems", "import.report"),
    ("tour", "tour.off"),
];
/// Cells of the titles.
const TITLES: u16 = 32;

/// The palette.
pub struct Palette {
    list: Narrowed<&'static Command>,
}

impl Palette {
    /// Opens with nothing typed.
    pub fn new(app: &App) -> Self {
        let mut history = app.memory.typed_before("palette");
        history.reverse();
        let line = LineEditor::new(Lines::One, "").with_history(history);
        let mut palette = Self { list: Narrowed::new(line) };
        palette.rank(app);
        palette
    }

    /// Commands that fit: those that can run first, each part by how well it fits.
    fn rank(&mut self, app: &App) {
        let all: Vec<&Command> = command::all().collect();
        let labels: Vec<String> = all.iter().map(|command| format!("{}  {}", command.title, command.id)).collect();
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        let text = self.list.line().text();
        let ranked = fuzzy::rank(text.trim(), &labels);
        let mut found: Vec<_> = ranked.into_iter().filter_map(|ranked| Some((*all.get(ranked.ix)?, ranked))).collect();
        let here = crate::tui::keymap::scopes(app);
        let has_text = !text.is_empty();
        found.sort_by_key(|(command, _)| {
            let place = here.iter().position(|scope| *scope == command.scope).unwrap_or(here.len());
            let usual = if has_text { (0, false) } else { (place, command.hint.is_none()) };
            ((command.enabled)(app).is_err(), usual)
        });
        if let Some((named, _)) = named(text)
            && let Some(place) = found.iter().position(|(command, _)| command.id == named.id)
        {
            let exact = found.remove(place);
            found.insert(0, exact);
        }
        self.list.set_found(found);
    }

    fn enter(&self, ctx: &mut Ctx<'_>) -> anyhow::Result<Flow> {
        let text = self.list.line().text().trim().to_owned();
        ctx.app.memory.typed("palette", &text);
        if let Some((command, rest)) = named(&text) {
            run(ctx, command, rest)?;
            return Ok(Flow::Close);
        }
        if is_time(&text) && parse_phrase(&text, &ctx.app.phrases()).is_ok() {
            command::view::go_phrase(ctx, &text)?;
            return Ok(Flow::Close);
        }
        let Some(command) = self.list.current() else {
            anyhow::bail!("No command fits `{text}`; / before it finds it in messages");
        };
        run(ctx, command, None)?;
        Ok(Flow::Close)
    }

    /// A prefix typed first leads elsewhere.
    fn prefix(&self, ctx: &mut Ctx<'_>, key: Key) -> bool {
        match key.typed().filter(|_| self.list.line().is_empty()) {
            Some(prefix @ ('@' | '#')) => ctx.open(Anything::with(ctx.app, &prefix.to_string())),
            Some('/') => super::find::open(ctx, super::find::Reach::Everywhere, None),
            _ => return false,
        }
        true
    }

    fn draw_found(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        let right = area.right().saturating_sub(2);
        let wide = area.width >= 70;
        for ((command, ranked, is_cursor), y) in self.list.rows(usize::from(area.height)).zip(area.y..) {
            let why = (command.enabled)(app).err();
            let dim = painter.style(Role::Dim);
            let style = cursor_row(painter, area.x, y, is_cursor);
            let style = if why.is_some() { style.patch(dim) } else { style };
            if why.is_some() {
                painter.put(area.x + 1, y, 1, "-", dim);
            }
            let titles = TITLES.min(area.width / 2);
            painter.put_spans(area.x + 3, y, titles, &matched(command.title, &title_ranks(command, ranked), style));
            let keys_x = area.x + 3 + titles + 1;
            let keys = command.keys.first().copied().unwrap_or_default();
            painter.put(keys_x, y, 8, keys, painter.style(Role::Accent));
            if wide {
                let words = why.map_or_else(|| command.help.to_owned(), |why| format!("cannot now: {why}"));
                let x = keys_x + 9;
                painter.put_cut(x, y, right.saturating_sub(x), &words, dim);
            }
        }
    }

    fn draw_about(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        let Some(command) = self.list.current() else { return };
        let dim = painter.style(Role::Dim);
        let x = painter.put(area.x + 2, area.y, area.width, command.id, painter.theme.bold(Role::Text));
        let scope = format!("   {}", command.scope.word());
        painter.put(x, area.y, area.right().saturating_sub(x), &scope, dim);
        let words = match (command.enabled)(app) {
            Ok(()) => command.help.to_owned(),
            Err(why) => format!("cannot now: {why}"),
        };
        let room =
            Rect::new(area.x + 2, area.y + 1, area.width.saturating_sub(4).min(110), area.height.saturating_sub(1));
        painter.paragraph(room, &words, ratatui::style::Style::new());
    }
}

/// The matched letters that lie in the title.
pub(super) fn title_ranks(command: &Command, ranked: &Ranked) -> Ranked {
    let end = command.title.len();
    let ranges = ranked.ranges.iter().filter(|range| range.end <= end).cloned().collect();
    Ranked { ranges, ..ranked.clone() }
}

/// A command named in full, by id, title or alias, and what follows the name.
fn named(text: &str) -> Option<(&'static Command, Option<&str>)> {
    let text = text.trim();
    let (word, rest) = text.split_once(' ').map_or((text, None), |(word, rest)| (word, Some(rest.trim())));
    if word.is_empty() {
        return None;
    }
    let alias = ALIASES.iter().find(|(alias, _)| *alias == word).and_then(|(_, id)| command::find(id));
    let by_id = alias.or_else(|| command::find(word)).map(|command| (command, rest));
    by_id.or_else(|| {
        command::all().find(|command| command.title.eq_ignore_ascii_case(text)).map(|command| (command, None))
    })
}

/// Whether a text can only be meant as a time: words go to commands first.
fn is_time(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
}

/// Runs a command, or says why it cannot run.
pub fn run(ctx: &mut Ctx<'_>, command: &Command, text: Option<&str>) -> anyhow::Result<()> {
    if let Err(why) = (command.enabled)(ctx.app) {
        anyhow::bail!("cannot now: {why}");
    }
    let args = Args { text: text.filter(|text| !text.is_empty()).map(str::to_owned) };
    (command.run)(ctx, &args)
}

impl Layer for Palette {
    fn dock(&self, _: &App, screen: Rect) -> Dock {
        Dock::Bottom(18.min(screen.height * 3 / 5).max(6).min(screen.height.saturating_sub(3)))
    }

    fn draw(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        let all = command::all().count();
        let facts = vec![Fact::quiet("everything the program can do")];
        painter.heading(area, &Heading { title: "Command".to_owned(), facts, focused: true, danger: false });
        painter.put(area.x + 2, area.y + 1, 1, ":", painter.style(Role::Accent));
        let count = format!("{} of {all}", self.list.count());
        painter.put_right(area.right().saturating_sub(2), area.y + 1, &count, painter.style(Role::Dim));
        let typed = Rect::new(area.x + 2, area.y + 1, area.width.saturating_sub(18), 1);
        draw_line(painter, typed, self.list.line());
        let roomy = area.height >= 12;
        let below = if roomy { 5 } else { 0 };
        let top = area.y + 2 + u16::from(roomy);
        let list = Rect::new(area.x, top, area.width, area.bottom().saturating_sub(top + below));
        self.draw_found(app, painter, list);
        if roomy {
            let y = area.bottom().saturating_sub(below);
            let prefixes = "prefix   @ person   # channel or tag   / message   10:42 time";
            painter.put_cut(area.x + 3, y, area.width.saturating_sub(5), prefixes, painter.style(Role::Dim));
            self.draw_about(app, painter, Rect::new(area.x, y + 1, area.width, 4));
        }
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        if self.prefix(ctx, key) {
            return Ok(Flow::Close);
        }
        match (key.code(), key.mods()) {
            (Code::Esc, _) => return Ok(Flow::Close),
            (Code::Backspace, _) if self.list.line().is_empty() => return Ok(Flow::Close),
            (Code::Enter, _) => return self.enter(ctx),
            (Code::Tab, _) => {
                if let Some(command) = self.list.current() {
                    self.list.set_text(&format!("{} ", command.id));
                    self.rank(ctx.app);
                }
            }
            _ => {
                // Above the first row lies what was typed before.
                let recalls = key == Key::plain(Code::Up) && self.list.cursor() == 0;
                let heard = if recalls { self.list.edit(key) } else { self.list.press(key) };
                if heard == Heard::Typed {
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
            Hint::new("Enter", "do it"),
            Hint::new("Tab", "complete"),
            Hint::new("↑", "history"),
            Hint::new("Esc", "back"),
        ]
    }

    fn name(&self) -> &'static str {
        "palette"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_an_id_and_an_alias_take_what_follows() {
        assert_eq!(named("w a.json").map(|(command, rest)| (command.id, rest)), Some(("project.save", Some("a.json"))));
        assert_eq!(named("project.save").map(|(command, rest)| (command.id, rest)), Some(("project.save", None)));
        assert_eq!(named("go to a time").map(|(command, _)| command.id), Some("go.time"));
        assert!(named("exp").is_none() && named("").is_none());
    }

    #[test]
    fn every_alias_names_a_command() {
        for (alias, id) in ALIASES {
            assert!(command::find(id).is_some(), "{alias}");
        }
    }
}
