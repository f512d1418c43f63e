//! The sources of the sitting: how each is read and why, and keys that change it.
//!
//! A change is an act like any other; what follows from it, reading again, begins by itself.

use std::path::{Path, PathBuf};

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::choose::Choose;
use super::columns::ColumnsScreen;
use super::pattern::PatternScreen;
use super::prompt::Prompt;
use crate::base::reading::{Day, DayOrder, ReadAs, is_standard_input};
use crate::base::text::{Raw, count_words, cut_middle};
use crate::base::time::{Zone, parse_duration};
use crate::import::report::SourceZone;
use crate::import::{SourceReport, detect};
use crate::project::{ReadAsEdit, Set};
use crate::tui::app::App;
use crate::tui::ctx::Ctx;
use crate::tui::key::{Code, Key};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::paint::{Fact, Heading, Hint, Painter};
use crate::tui::session::skew_words;
use crate::tui::theme::Role;
use crate::tui::widget::completion::Completion;
use crate::tui::widget::picker::{Choice, cursor_row};

/// Where the words beside a label begin.
const WORDS: u16 = 16;

/// The list of sources.
#[derive(Debug, Default)]
pub struct Sources {
    cursor: usize,
}

impl Sources {
    /// Opens on the first source.
    pub fn new() -> Self {
        Self::default()
    }

    /// Opens on one source.
    pub fn on(app: &App, path: &Path) -> Self {
        Self { cursor: app.session.sources.iter().position(|source| source == path).unwrap_or(0) }
    }

    fn path(&self, app: &App) -> anyhow::Result<PathBuf> {
        let path = app.session.sources.get(self.cursor).cloned();
        path.ok_or_else(|| anyhow::anyhow!("No export is open; :source PATH adds one"))
    }

    /// Opens the columns of a table, else the pattern of a text.
    fn map(&self, ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
        let path = self.path(ctx.app)?;
        let by_pattern = ctx.app.session.load_options.read_as(&path).pattern.is_some();
        match ColumnsScreen::new(ctx.app, &path) {
            Ok(columns) if !by_pattern => ctx.open(columns),
            _ => {
                let screen = PatternScreen::new(ctx.app, &path)?;
                ctx.open(screen);
            }
        }
        Ok(())
    }

    fn draw_list(&self, app: &App, painter: &mut Painter<'_>, area: Rect) -> u16 {
        let rows = usize::from(area.height / 2).max(1);
        let first = (self.cursor + 1).saturating_sub(rows);
        let mut y = area.y;
        for (nth, path) in app.session.sources.iter().enumerate().skip(first).take(rows) {
            let style = cursor_row(painter, area.x, y, nth == self.cursor);
            let dim = painter.style(Role::Dim);
            let right = area.right().saturating_sub(2);
            let mut x = area.x + 2;
            let cells = 32.min(area.width / 3);
            painter.put_cut(x, y, cells, &cut_middle(&file_name(path), usize::from(cells)), style);
            x += cells + 2;
            let report = report_of(app, path);
            let format = report.map_or("not read yet", |report| &report.format_name);
            let read_as = app.session.load_options.read_as(path);
            painter.put_cut(x, y, 24.min(right.saturating_sub(x)), format, Style::new());
            x += 26;
            let words = report.map_or_else(String::new, |report| {
                let messages = count_words(report.totals.messages, "message", "messages");
                format!("{messages}, {}", short_zone(report, &read_as))
            });
            painter.put_cut(x, y, right.saturating_sub(x), &words, dim);
            y += 1;
        }
        y
    }

    fn draw_about(app: &App, painter: &mut Painter<'_>, area: Rect, path: &Path) {
        let read_as = app.session.load_options.read_as(path);
        let mut page = About { painter, area, y: area.y };
        page.line("path", &Raw::new(&path.to_string_lossy()).tty_line());
        if let Some(report) = report_of(app, path) {
            let why = format!("{} ({}): {}", report.format_name, report.format, report.why);
            page.line("format", &why);
            if let (Some(first), Some(last)) = (report.totals.first, report.totals.last) {
                let zone = if report.zone == SourceZone::Unknown { Zone::UTC } else { app.zone() };
                let words = |at| format!("{} {}", zone.long_day(at), zone.minute(at));
                page.line("span", &format!("{} to {}", words(first), words(last)));
            }
            page.line("zone", &report.zone.words());
            for (nth, sentence) in report.guessed.iter().enumerate() {
                page.line(if nth == 0 { "guessed" } else { "" }, sentence);
            }
        }
        for (label, words) in said(&read_as) {
            page.line(label, &words);
        }
    }
}

/// What somebody said of how a source is read, in words.
fn said(read_as: &ReadAs) -> Vec<(&'static str, String)> {
    let columns: Vec<String> = read_as.columns.iter().map(|(role, column)| format!("{role} = {column}")).collect();
    let fields = [
        ("read as", read_as.format.clone()),
        ("zone said", read_as.zone.map(|zone| zone.name().to_owned())),
        ("clock", Some(read_as.skew).filter(|skew| *skew != 0).map(|skew| format!("{} ahead", skew_words(skew)))),
        ("first day", read_as.day.map(|day| day.format("%Y-%m-%d").to_string())),
        ("days", read_as.day_order.map(|order| order.word().to_owned())),
        ("pattern", read_as.pattern.clone()),
        ("columns", Some(columns.join(", ")).filter(|words| !words.is_empty())),
    ];
    fields.into_iter().filter_map(|(label, words)| Some((label, words?))).collect()
}

struct About<'p, 'b> {
    painter: &'p mut Painter<'b>,
    area: Rect,
    y: u16,
}

impl About<'_, '_> {
    fn line(&mut self, label: &str, words: &str) {
        if self.y >= self.area.bottom() {
            return;
        }
        let dim = self.painter.style(Role::Dim);
        self.painter.put(self.area.x + 2, self.y, WORDS - 3, label, dim);
        let cells = self.area.width.saturating_sub(WORDS + 2);
        let room = Rect::new(self.area.x + WORDS, self.y, cells, self.area.bottom().saturating_sub(self.y).min(3));
        self.y = self.painter.paragraph(room, &Raw::new(words).tty_line(), Style::new()).max(self.y + 1);
    }
}

/// The last name of a path, printable.
pub fn file_name(path: &Path) -> String {
    if is_standard_input(path) {
        return "standard input".to_owned();
    }
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    Raw::new(&name).tty_line().into_owned()
}

fn report_of<'a>(app: &'a App, path: &Path) -> Option<&'a SourceReport> {
    app.session.report.as_ref()?.sources.iter().find(|source| source.path == path)
}

fn short_zone(report: &SourceReport, read_as: &ReadAs) -> String {
    let zone = match report.zone {
        SourceZone::Told => "zone told",
        SourceZone::Unknown => "zone?",
        SourceZone::Given(zone) => zone.name(),
    };
    if read_as.skew == 0 { zone.to_owned() } else { format!("{zone} {}", skew_words(read_as.skew)) }
}

/// Changes how a source is read, as one act.
pub fn change(ctx: &mut Ctx<'_>, path: &Path, reading: ReadAsEdit, words: &str) -> anyhow::Result<()> {
    let edit = ctx.app.session.reading_edit(path, reading);
    ctx.edit(words, vec![edit])?;
    ctx.toast(format!("{words}, u undoes"));
    Ok(())
}

/// Asks for the zone of a source's clocks.
pub fn ask_zone(app: &App, path: &Path) -> Prompt {
    let name = file_name(path);
    let question = format!("{name} does not tell its zone; which is it (Europe/Dublin)? Esc shows times as written");
    let before = app.session.load_options.read_as(path).zone.map_or("", Zone::name);
    let path = path.to_owned();
    let answer = move |ctx: &mut Ctx<'_>, text: &str| {
        let zone = match text.trim() {
            "" => Set::Remove,
            name => Set::To(Zone::parse(name).ok_or_else(|| {
                anyhow::anyhow!("{name} is no zone; write Europe/Dublin, America/New_York or UTC, Tab completes")
            })?),
        };
        let words = match &zone {
            Set::To(zone) => format!("read in the zone {zone}"),
            _ => "times as they are written".to_owned(),
        };
        change(ctx, &path, ReadAsEdit { zone, ..ReadAsEdit::default() }, &words)
    };
    let zones = Zone::names().map(str::to_owned).collect();
    Prompt::changing(app, &question, before, Box::new(answer)).completing(Completion::Words(zones))
}

fn ask_skew(app: &App, path: &Path) -> Prompt {
    let question = format!("How far is the clock of {} ahead (5m, -90s)? Nothing for not at all", file_name(path));
    let before = app.session.load_options.read_as(path).skew;
    let before = if before == 0 { String::new() } else { skew_words(before) };
    let path = path.to_owned();
    let answer = move |ctx: &mut Ctx<'_>, text: &str| {
        let skew = parse_skew(text).ok_or_else(|| anyhow::anyhow!("{text} is no length; write 5m, -90s or 2h"))?;
        let words = if skew == 0 { "clock as it is".to_owned() } else { format!("clock {} ahead", skew_words(skew)) };
        let skew = if skew == 0 { Set::Remove } else { Set::To(skew) };
        change(ctx, &path, ReadAsEdit { skew, ..ReadAsEdit::default() }, &words)
    };
    Prompt::changing(app, &question, &before, Box::new(answer))
}

fn parse_skew(text: &str) -> Option<i64> {
    let text = text.trim();
    match text.strip_prefix('-') {
        _ if text.is_empty() => Some(0),
        Some(length) => Some(-parse_duration(length)?),
        None => parse_duration(text.trim_start_matches('+')),
    }
}

fn ask_day(app: &App, path: &Path) -> Prompt {
    let question = format!("On which day does {} begin (2024-12-06)?", file_name(path));
    let before = app.session.load_options.read_as(path).day;
    let before = before.map_or_else(String::new, |day| day.format("%Y-%m-%d").to_string());
    let path = path.to_owned();
    let answer = move |ctx: &mut Ctx<'_>, text: &str| {
        let day = match text.trim() {
            "" => Set::Remove,
            day => Set::To(Day::parse(day).ok_or_else(|| anyhow::anyhow!("{day} is no day; write 2024-12-06"))?),
        };
        change(ctx, &path, ReadAsEdit { day, ..ReadAsEdit::default() }, "first day said")
    };
    Prompt::changing(app, &question, &before, Box::new(answer))
}

fn ask_order(path: &Path) -> Choose {
    let choices = [("", "as found", "decided over the whole file")]
        .into_iter()
        .chain([("day-first", "day first", "3/4 is 3 April"), ("month-first", "month first", "3/4 is 4 March")])
        .map(|(value, label, about)| Choice::new(label, about, value));
    let path = path.to_owned();
    let answer = move |ctx: &mut Ctx<'_>, word: &str| {
        let day_order = Set::from_option(DayOrder::from_word(word));
        change(ctx, &path, ReadAsEdit { day_order, ..ReadAsEdit::default() }, "order of days said")
    };
    Choose::new("Which number of a date is the day?", choices.collect(), Box::new(answer))
}

fn ask_format(path: &Path) -> Choose {
    let found = Choice::new("as found", "told by the content", "");
    let formats = detect::formats().map(|(key, name)| Choice::new(name, key, key));
    let choices = std::iter::once(found).chain(formats).collect();
    let path = path.to_owned();
    let answer = move |ctx: &mut Ctx<'_>, key: &str| {
        let read_as = Set::from_option(Some(key.to_owned()).filter(|key| !key.is_empty()));
        change(ctx, &path, ReadAsEdit { read_as, ..ReadAsEdit::default() }, "format said")
    };
    Choose::new("Read it as which format?", choices, Box::new(answer))
}

impl Layer for Sources {
    fn dock(&self, _: &App, _: Rect) -> Dock {
        Dock::Full
    }

    fn draw(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        let count = app.session.sources.len();
        let facts = vec![Fact::quiet(count_words(count, "source", "sources"))];
        painter.heading(area, &Heading { title: "Sources".to_owned(), facts, focused: true, danger: false });
        let air = u16::from(area.height > 20);
        let list = Rect { y: area.y + 1 + air, height: area.height.saturating_sub(1 + air), ..area };
        let y = self.draw_list(app, painter, list) + air;
        let Some(path) = app.session.sources.get(self.cursor) else {
            painter.put_cut(area.x + 2, y, area.width, "No export is open.", Style::new());
            return;
        };
        let below = Rect { y, height: area.bottom().saturating_sub(y), ..area };
        let title = file_name(path);
        let facts = vec![Fact::quiet("change what is wrong")];
        painter.heading(below, &Heading { title, facts, ..Heading::default() });
        let about = Rect { y: y + 1, height: below.height.saturating_sub(1), ..area };
        Self::draw_about(app, painter, about, path);
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        let last = ctx.app.session.sources.len().saturating_sub(1);
        match (key.code(), key.typed()) {
            (Code::Esc, _) | (_, Some('q')) => return Ok(Flow::Close),
            (Code::Down, _) | (_, Some('j')) => self.cursor = (self.cursor + 1).min(last),
            (Code::Up, _) | (_, Some('k')) => self.cursor = self.cursor.saturating_sub(1),
            (_, Some('z')) => ctx.open(ask_zone(ctx.app, &self.path(ctx.app)?)),
            (_, Some('c')) => ctx.open(ask_skew(ctx.app, &self.path(ctx.app)?)),
            (_, Some('d')) => ctx.open(ask_day(ctx.app, &self.path(ctx.app)?)),
            (_, Some('o')) => ctx.open(ask_order(&self.path(ctx.app)?)),
            (_, Some('m')) => self.map(ctx)?,
            (_, Some('p')) => {
                let screen = PatternScreen::new(ctx.app, &self.path(ctx.app)?)?;
                ctx.open(screen);
            }
            (_, Some('f')) => ctx.open(ask_format(&self.path(ctx.app)?)),
            _ => return Ok(Flow::Pass),
        }
        Ok(Flow::Used)
    }

    fn hints(&self, _: &App) -> Vec<Hint> {
        vec![
            Hint::new("z", "zone"),
            Hint::new("c", "clock ahead"),
            Hint::new("f", "format"),
            Hint::new("m", "columns"),
            Hint::new("p", "pattern"),
            Hint::new("d", "first day"),
            Hint::new("o", "order of days"),
            Hint::new("u", "undo"),
            Hint::new("q", "go on"),
        ]
    }

    fn name(&self) -> &'static str {
        "sources"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::{MINUTE, SECOND};

    #[test]
    fn a_clock_may_be_ahead_or_behind() {
        assert_eq!(parse_skew("5m"), Some(5 * MINUTE));
        assert_eq!(parse_skew(" +90s"), Some(90 * SECOND));
        assert_eq!(parse_skew("-90s"), Some(-90 * SECOND));
        assert_eq!((parse_skew(""), parse_skew("soon")), (Some(0), None));
    }
}
