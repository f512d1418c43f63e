//! The channel picker: which channels are read side by side. Shows what is there while the load
//! still runs, with a preview of the highlighted channel at its busiest hour.
//!
//! Letters narrow. `a`, `g`, `p`, `j`, `k` act as keys while nothing is typed; after `/` or `#` they
//! are letters like any other.

mod preview;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::prompt::draw_line;
use crate::archive::{Archive, ChannelIx, ChannelLog};
use crate::base::id::ChannelId;
use crate::base::text::{count_words, thousands};
use crate::base::time::Instant;
use crate::tui::app::{App, ScreenId};
use crate::tui::ctx::Ctx;
use crate::tui::key::{Code, Key};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::layout::MOST_PANES;
use crate::tui::layout::SIDE_BY_SIDE;
use crate::tui::paint::{Fact, Heading, Hint, Painter};
use crate::tui::pane::chat::Pane;
use crate::tui::pane::rows::View;
use crate::tui::theme::{Glyph, Role};
use crate::tui::widget::picker::{Choice, Picker, cursor_row, matched};

pub use preview::busiest;

/// Bars of a channel's spark line.
const BARS: usize = 24;
/// Cells of the list when the preview stands beside it.
const LIST: u16 = 66;

/// What Enter does with the chosen channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// They become the panes.
    First,
    /// They are added to the panes.
    Adding,
}

/// The channel picker.
pub struct Channels {
    purpose: Purpose,
    picker: Picker,
    narrowing: bool,
    moved: usize,
}

impl Channels {
    /// For an export that was just opened: what is chosen becomes the panes.
    pub fn first(app: &App) -> Self {
        Self::new(app, Purpose::First)
    }

    /// Adds panes to those that are open.
    pub fn adding(app: &App) -> Self {
        Self::new(app, Purpose::Adding)
    }

    fn new(app: &App, purpose: Purpose) -> Self {
        Self { purpose, picker: Picker::new(choices(app)), narrowing: false, moved: 0 }
    }

    fn most(&self, app: &App) -> usize {
        match self.purpose {
            Purpose::First => MOST_PANES,
            Purpose::Adding => MOST_PANES.saturating_sub(app.chat.panes.len()).max(1),
        }
    }

    fn current<'a>(&self, app: &'a App) -> Option<(ChannelIx, &'a ChannelLog)> {
        let id = ChannelId::from_text(self.picker.current()?.value.as_str());
        let ix = app.session.archive.channel(&id)?;
        Some((ix, app.session.archive.log(ix)?))
    }

    fn open(&self, ctx: &mut Ctx<'_>) -> anyhow::Result<Flow> {
        let mut ids: Vec<String> = self.picker.chosen().map(|choice| choice.value.clone()).collect();
        if ids.is_empty() {
            ids.extend(self.picker.current().map(|choice| choice.value.clone()));
        }
        anyhow::ensure!(!ids.is_empty(), "No channel fits what is typed; Esc clears it");
        let views = ids.into_iter().map(|id| View::Channel(ChannelId::from_text(id))).collect();
        self.show(ctx, views);
        Ok(Flow::Close)
    }

    fn show(&self, ctx: &mut Ctx<'_>, views: Vec<View>) {
        if self.purpose == Purpose::First {
            ctx.app.chat.panes.clear();
            ctx.app.chat.focus = 0;
        }
        for view in views {
            open_view(ctx.app, view);
        }
        if self.purpose == Purpose::First {
            ctx.app.chat.focus = 0;
        }
        ctx.app.screen = ScreenId::Chat;
        ctx.app.chat.zoomed = false;
        ctx.app.centre = true;
        let archive = ctx.app.session.archive.clone();
        ctx.app.chat.follow(&archive);
    }

    /// Keys while nothing is typed; `None` when the letter is one to narrow by.
    fn command(&mut self, ctx: &mut Ctx<'_>, letter: char) -> Option<Flow> {
        match letter {
            'a' => {
                self.show(ctx, vec![View::Merged]);
                return Some(Flow::Close);
            }
            'g' => ctx.open(super::guide::Guide::asking()),
            'p' => match super::import_report::ImportReportView::new(ctx.app) {
                Some(report) => ctx.open(report),
                None => ctx.cannot("The report comes when all is read"),
            },
            '/' => self.narrowing = true,
            'j' => {
                self.picker.press(Key::plain(Code::Down));
            }
            'k' => {
                self.picker.press(Key::plain(Code::Up));
            }
            'q' if self.purpose == Purpose::Adding => return Some(Flow::Close),
            'q' | '?' | ':' => return Some(Flow::Pass),
            _ => return None,
        }
        Some(Flow::Used)
    }

    /// Takes back what was typed, then what was chosen; then leaves, where there is somewhere to go.
    fn escape(&mut self, ctx: &mut Ctx<'_>) -> Flow {
        if self.narrowing || !self.picker.line().is_empty() {
            self.narrowing = false;
            self.picker.set_text("");
        } else if self.purpose == Purpose::Adding {
            return Flow::Close;
        } else if self.picker.chosen().len() > 0 {
            let chosen: Vec<Choice> = self.picker.found().map(|(_, choice, _)| choice.clone()).collect();
            let current = self.picker.current().map(|choice| choice.value.clone()).unwrap_or_default();
            self.picker = Picker::new(chosen).with_cursor_on(&current);
        } else if has_timeline(ctx.app) {
            ctx.app.screen = ScreenId::Timeline;
            return Flow::Close;
        }
        Flow::Used
    }
}

/// Whether there is something to see without a channel.
fn has_timeline(app: &App) -> bool {
    !app.session.project().timeline().is_empty()
}

/// Opens a pane; the first one begins where most was said, or at the incident's start.
pub fn open_view(app: &mut App, view: View) {
    if !app.chat.panes.is_empty() {
        app.open_pane(view);
        return;
    }
    let mut pane = Pane::new(view);
    pane.chips.extend(app.first_filter.clone());
    let start = app.session.project().milestone(crate::project::model::Milestone::Start);
    let begin = start.or_else(|| begin_of(&app.session.archive, &pane.view));
    pane.rebuild(&app.session.archive, app.session.project(), app.settings.shown, app.zone());
    if let Some(at) = begin {
        let row = pane.rows.list.partition_point(|row| row.at < at);
        pane.go(&app.session.archive, row);
    }
    app.chat.panes.push(pane);
    app.chat.focus = 0;
}

fn begin_of(archive: &Archive, view: &View) -> Option<Instant> {
    let busiest_of = |log: &ChannelLog| {
        let (first, count) = busiest(log.times());
        log.times().get(first).map(|at| (count, *at))
    };
    match view {
        View::Channel(id) => busiest_of(archive.log(archive.channel(id)?)?).map(|(_, at)| at),
        View::Merged => {
            archive.channels().filter_map(|(_, log)| busiest_of(log)).max_by_key(|(count, _)| *count).map(|(_, at)| at)
        }
        View::Thread(_) => None,
    }
}

fn choices(app: &App) -> Vec<Choice> {
    let archive = &app.session.archive;
    let mut logs: Vec<&ChannelLog> = archive.channels().map(|(_, log)| &**log).collect();
    logs.sort_by_key(|log| archive.is_complete() && log.is_empty());
    logs.iter().map(|log| Choice::new(&log.meta().label(), "", log.meta().id.to_string())).collect()
}

impl Layer for Channels {
    fn dock(&self, _: &App, _: Rect) -> Dock {
        Dock::Full
    }

    fn draw(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        if area.width >= SIDE_BY_SIDE {
            let list = Rect { width: LIST, ..area };
            let beside = Rect { x: area.x + LIST + 1, width: area.width - LIST - 1, ..area };
            for y in area.top()..area.bottom() {
                painter.glyph(area.x + LIST, y, Glyph::Track, painter.style(Role::Dim));
            }
            let y = self.draw_list(app, painter, list, usize::from(area.height / 2));
            draw_missing(app, painter, Rect { y: y + 1, height: area.bottom().saturating_sub(y + 1), ..list });
            self.draw_preview(app, painter, beside);
        } else {
            let rows = self.picker.count() + 3;
            let upper = (area.height * 3 / 5).min(rows as u16).max(3).min(area.height);
            let y = self.draw_list(app, painter, Rect { height: upper, ..area }, rows);
            let below = Rect { y, height: area.bottom().saturating_sub(y), ..area };
            if below.height >= 3 {
                self.draw_preview(app, painter, below);
            }
        }
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        let quiet = self.picker.line().is_empty() && !self.narrowing;
        match (key.code(), key.typed()) {
            (Code::Esc, _) => return Ok(self.escape(ctx)),
            (Code::Enter, _) => return self.open(ctx),
            (Code::PageDown, _) => {
                self.moved += 10;
                return Ok(Flow::Used);
            }
            (Code::PageUp, _) => {
                self.moved = self.moved.saturating_sub(10);
                return Ok(Flow::Used);
            }
            (_, Some(' ')) => {
                let most = self.most(ctx.app);
                anyhow::ensure!(self.picker.toggle(most), "{}", full_words(most));
                self.picker.press(Key::plain(Code::Down));
            }
            (_, Some(letter)) if quiet => {
                if let Some(flow) = self.command(ctx, letter) {
                    return Ok(flow);
                }
                self.picker.press(key);
            }
            _ if !self.picker.press(key) => return Ok(Flow::Pass),
            _ => {}
        }
        self.moved = 0;
        Ok(Flow::Used)
    }

    fn paste(&mut self, _: &mut Ctx<'_>, text: &str) -> anyhow::Result<Flow> {
        self.picker.paste(text);
        Ok(Flow::Used)
    }

    fn hints(&self, app: &App) -> Vec<Hint> {
        let count = self.picker.chosen().len();
        let open = if count > 0 { format!("open {count}") } else { "open".to_owned() };
        let back = if self.purpose == Purpose::Adding {
            Some("back")
        } else if count > 0 || !self.picker.line().is_empty() {
            Some("clear")
        } else {
            has_timeline(app).then_some("timeline")
        };
        let hints = [
            Some(Hint::new("Space", format!("choose (up to {})", self.most(app)))),
            Some(Hint::new("Enter", open)),
            back.map(|words| Hint::new("Esc", words)),
            Some(Hint::new("PgDn", "move the preview")),
            Some(Hint::new("a", "all")),
        ];
        hints.into_iter().flatten().collect()
    }

    fn job_done(&mut self, app: &mut App) {
        self.picker.replace(choices(app));
    }

    fn name(&self) -> &'static str {
        "channels"
    }
}

fn full_words(most: usize) -> String {
    format!("{most} panes fit at most; Space takes one out again, a shows all channels in one stream")
}

impl Channels {
    fn draw_list(&self, app: &App, painter: &mut Painter<'_>, area: Rect, most: usize) -> u16 {
        let count = self.picker.chosen().len();
        let mut words = format!("{} of {}", self.picker.found_count(), self.picker.count());
        if count > 0 {
            words = format!("{words}, {count} chosen");
        }
        let mut facts = vec![Fact::quiet(words)];
        if let Some(progress) = app.loading_words() {
            facts.insert(0, Fact::quiet(progress));
        }
        let title = if self.purpose == Purpose::First { "Channels" } else { "Add a channel" };
        painter.heading(area, &Heading { title: title.to_owned(), facts, focused: true, danger: false });
        let input = Rect { x: area.x + 2, y: area.y + 1, width: area.width.saturating_sub(2), height: 1 };
        painter.put(area.x + 2, area.y + 1, 1, ">", painter.style(Role::Accent));
        if self.picker.line().is_empty() && !self.narrowing {
            let words = "type to narrow: any letters, in order; / before a g j k p";
            painter.put_cut(area.x + 6, area.y + 1, area.width.saturating_sub(8), words, painter.style(Role::Dim));
        } else {
            draw_line(painter, input, self.picker.line());
        }
        let height = most.min(usize::from(area.height.saturating_sub(2)));
        let first = self.picker.first(height.saturating_sub(1).max(1));
        let mut y = area.y + 2;
        let chart = Chart::of(app, area);
        for (nth, (ix, choice, ranked)) in self.picker.found().enumerate().skip(first).take(height) {
            if y >= area.bottom() {
                return y;
            }
            let style = cursor_row(painter, area.x, y, nth == self.picker.cursor());
            if self.picker.is_chosen(ix) {
                painter.glyph(area.x + 1, y, Glyph::Selected, painter.style(Role::Accent));
            }
            let name_cells = chart.name_cells;
            painter.put_spans(area.x + 3, y, name_cells, &matched(&choice.label, ranked, style));
            let id = ChannelId::from_text(choice.value.as_str());
            if let Some((channel, log)) =
                app.session.archive.channel(&id).and_then(|ix| Some((ix, app.session.archive.log(ix)?)))
            {
                chart.draw(app, painter, Rect { y, height: 1, ..area }, channel, log);
            }
            y += 1;
        }
        if y < area.bottom() && chart.spark {
            chart.draw_axis(app, painter, Rect { y, height: 1, ..area });
            y += 1;
        }
        y
    }

    fn draw_preview(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        let Some((channel, log)) = self.current(app) else { return };
        preview::draw(app, painter, area, channel, log, self.moved);
    }
}

/// Counts and spark lines of the list: which columns have room, over which span.
struct Chart {
    name_cells: u16,
    spark: bool,
    dates: bool,
    span: Option<(Instant, Instant)>,
}

impl Chart {
    fn of(app: &App, area: Rect) -> Self {
        let spark = area.width >= 60;
        let name_cells = if spark { 18 } else { area.width.saturating_sub(14).max(8) };
        Self { name_cells, spark, dates: area.width >= 78, span: app.session.archive.span() }
    }

    fn draw(&self, app: &App, painter: &mut Painter<'_>, row: Rect, channel: ChannelIx, log: &ChannelLog) {
        let count_end = row.x + 3 + self.name_cells + 7;
        if log.is_empty() {
            let words = if app.session.archive.is_complete() { "empty" } else { "…" };
            painter.put_right(count_end, row.y, words, painter.style(Role::Dim));
            return;
        }
        painter.put_right(count_end, row.y, &thousands(log.len()), Style::new());
        if !self.spark {
            return;
        }
        let spark: String = levels(log, self.span).iter().map(|level| painter.theme.block(*level)).collect();
        painter.put(row.x + 31, row.y, BARS as u16, &spark, painter.style(Role::Dim));
        let entries = entries_in(app, channel);
        if entries > 0 {
            let words = format!("{}{entries}", painter.theme.glyph(Glyph::OnTimeline));
            painter.put(row.x + 58, row.y, 6, &words, Style::new());
        }
        if let (true, Some((first, last))) = (self.dates, log.span()) {
            let (first, last) = (app.zone().day(first), app.zone().day(last));
            let words = if first == last { first } else { format!("{first} to {last}") };
            painter.put(row.x + 63, row.y, row.width.saturating_sub(64), &words, painter.style(Role::Dim));
        }
    }

    fn draw_axis(&self, app: &App, painter: &mut Painter<'_>, row: Rect) {
        let Some((first, last)) = self.span else { return };
        let dim = painter.style(Role::Dim);
        painter.put(row.x + 31, row.y, 10, &app.zone().day(first), dim);
        painter.put_right(row.x + 31 + BARS as u16, row.y, &app.zone().day(last), dim);
    }
}

/// Heights of the bars, each channel against its own most.
fn levels(log: &ChannelLog, span: Option<(Instant, Instant)>) -> Vec<usize> {
    let Some((first, last)) = span else { return Vec::new() };
    let length = i128::from(last.since(first).unwrap_or(0).max(1));
    let edge = |bar: usize| first.plus((length * bar as i128 / BARS as i128) as i64);
    let place = |bar: usize| {
        if bar == BARS {
            log.times().partition_point(|at| *at <= last)
        } else {
            log.times().partition_point(|at| *at < edge(bar))
        }
    };
    let counts: Vec<usize> = (0..BARS).map(|bar| place(bar + 1).saturating_sub(place(bar))).collect();
    let most = counts.iter().copied().max().unwrap_or(1).max(1);
    counts.iter().map(|count| (count * 7).div_ceil(most)).collect()
}

fn entries_in(app: &App, channel: ChannelIx) -> usize {
    let archive = &app.session.archive;
    let here = |target: &&crate::base::id::Target| {
        target.message().and_then(|id| archive.find(&id)).map(|place| place.channel) == Some(channel)
    };
    app.session.project().timeline().keys().filter(here).count()
}

/// What such an export does not hold, and what could not be read.
fn draw_missing(app: &App, painter: &mut Painter<'_>, area: Rect) {
    let Some(report) = &app.session.report else { return };
    let dim = painter.style(Role::Dim);
    let mut y = area.y;
    let inner = |y: u16| Rect::new(area.x + 2, y, area.width.saturating_sub(4), area.bottom().saturating_sub(y));
    let missing: Vec<&str> = report.sources.iter().flat_map(|source| &source.missing).map(String::as_str).collect();
    if !missing.is_empty() && area.height > 3 {
        painter.put(area.x + 2, y, area.width, "Left out of this export", painter.theme.bold(Role::Text));
        for sentence in missing {
            y = painter.paragraph(inner(y + 1), sentence, dim).saturating_sub(1);
        }
        y = painter.paragraph(inner(y + 1), "g how to ask for them", dim);
    }
    let count = report.problem_count();
    if count > 0 && y + 2 < area.bottom() {
        y += 1;
        let warning = painter.style(Role::Warning);
        painter.glyph(area.x + 2, y, Glyph::Look, warning);
        let words = format!("{} while reading", count_words(count, "problem", "problems"));
        painter.put(area.x + 4, y, area.width.saturating_sub(6), &words, warning);
        let first = report.sources.iter().flat_map(|source| source.warnings.iter()).next();
        if let Some((trouble, problem)) = first {
            let words = format!("{}: {}. p report", trouble.title(problem.count), trouble.outcome());
            painter.paragraph(inner(y + 1), &words, dim);
        }
    }
}
