//! Draws the Chat screen: panes with heading, heat strip, rows and scroll map; the strip of the
//! panes without room; the cursor's message in full.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::chat::Pane;
use super::message::{Line, RowLines, Shape};
use super::rows::RowWhat;
use super::scroll_map::{self, Seen};
use super::sheet::Sheet;
use crate::base::text::{LineBreaks, sanitize_tty, thousands};
use crate::base::time::Instant;
use crate::project::store::Partner;
use crate::tui::app::App;
use crate::tui::layout::{self, ChatAreas, PaneAreas};
use crate::tui::paint::{Fact, Heading, Painter, Span};
use crate::tui::partner;
use crate::tui::theme::{Glyph, Role};
use crate::tui::view::{PaneScroll, ViewState};

/// Lines kept between the cursor and the edge.
const SCROLL_OFF: usize = 3;

/// Draws all of Chat.
pub fn draw(app: &App, view: &mut ViewState, painter: &mut Painter<'_>) {
    let areas = layout::chat(painter.area(), app.chat_plan());
    if app.chat.panes.is_empty() {
        empty(app, painter);
        return;
    }
    view.keep_panes(app.chat.panes.len());
    let mut sheets: Vec<(&PaneAreas, Sheet<'_>)> = Vec::new();
    for area in &areas.panes {
        if let Some(pane) = app.chat.panes.get(area.pane) {
            let laid = view.take_laid(area.pane);
            sheets.push((area, Sheet::new(app, pane, area.body.width.saturating_sub(1), laid)));
        }
    }
    let now = now_line(app, view, &sheets);
    for (area, sheet) in &sheets {
        draw_pane(app, view, painter, area, sheet, now);
    }
    for (area, sheet) in sheets {
        view.keep_laid(area.pane, sheet.into_laid());
    }
    if let Some(area) = areas.strip {
        strip(app, painter, area, &areas);
    }
    if let Some(area) = areas.detail {
        detail(app, painter, area);
    }
}

fn empty(app: &App, painter: &mut Painter<'_>) {
    let area = layout::frame(painter.area()).main;
    if !app.session.missing.is_empty() {
        let text = "The export is not here. Timeline and Report go on with the copies of what was annotated.\n:source PATH says where the export lies.";
        painter.paragraph(Rect::new(area.x + 2, area.y, area.width.saturating_sub(4), area.height), text, Style::new());
        return;
    }
    if app.session.is_loading() {
        painter.put_cut(area.x + 2, area.y, area.width, "Reading… Ctrl-c stops.", Style::new());
        return;
    }
    painter.put_cut(area.x + 2, area.y, area.width, "No channel is open. w a chooses one.", Style::new());
}

/// The focused cursor: the body it is in, its screen row and its instant.
#[derive(Clone, Copy)]
struct Now {
    body: Rect,
    y: u16,
    at: Instant,
    /// Whether the other panes still stand where they were drawn last.
    is_held: bool,
}

impl Now {
    /// The row of the now-line in the body of another pane: that of the cursor where both lie side by
    /// side, else two thirds down, because what came before says more.
    const fn row_in(&self, body: Rect) -> u16 {
        if body.y == self.body.y && body.height == self.body.height { self.y } else { body.y + body.height * 2 / 3 }
    }
}

fn now_line(app: &App, view: &mut ViewState, sheets: &[(&PaneAreas, Sheet<'_>)]) -> Option<Now> {
    let (area, sheet) = sheets.iter().find(|(area, _)| area.pane == app.chat.focus)?;
    let scroll = view.pane_mut(area.pane);
    settle(sheet, scroll, usize::from(area.body.height), Edge::of(app));
    let is_held = app.chat.held.is_some();
    Some(Now { body: area.body, y: area.body.y + scroll.y as u16, at: app.chat.followed()?, is_held })
}

/// How far rows move when the cursor comes to the edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edge {
    /// As far as the cursor moved.
    Line,
    /// Half a page: over a slow link moving rows is what costs.
    HalfPage,
}

impl Edge {
    const fn of(app: &App) -> Self {
        if app.settings.slow { Self::HalfPage } else { Self::Line }
    }
}

/// Finds the screen line of the cursor: moved as little as possible, never at the very edge, no
/// empty lines above the first row.
fn settle(sheet: &Sheet<'_>, scroll: &mut PaneScroll, height: usize, edge: Edge) {
    if height == 0 {
        return;
    }
    let pane = sheet.pane;
    let own = sheet.lines(pane.cursor, false);
    let own_height = own.lines.len() - own.lead;
    let moved = distance(sheet, scroll.cursor, pane.cursor, height);
    let wanted = match moved {
        Some(lines) => scroll.y as isize + lines,
        None => (height / 2) as isize,
    };
    let off = SCROLL_OFF.min(height / 4);
    let lowest = height.saturating_sub(off + own_height).max(off.min(height.saturating_sub(1)));
    let (highest, lowest) = (off as isize, lowest.max(off) as isize);
    let half = if edge == Edge::HalfPage { (height / 2) as isize } else { 0 };
    let wanted = match wanted {
        wanted if wanted < highest => highest.max(wanted + half),
        wanted if wanted > lowest => lowest.min(wanted - half),
        wanted => wanted,
    };
    let mut y = wanted.clamp(highest, lowest) as usize;
    let mut above = own.lead;
    let mut place = pane.cursor;
    while place > 0 && above < y {
        place -= 1;
        above += sheet.height(place);
    }
    y = y.min(above);
    let mut below = own_height;
    place = pane.cursor + 1;
    while place < pane.rows.list.len() && y + below < height {
        below += sheet.height(place);
        place += 1;
    }
    if y + below < height {
        // The last row stands at the bottom unless all rows fit.
        let all_above = above >= y;
        y = if all_above { (height - below.min(height)).max(y).min(height - 1) } else { y };
        let reach = rows_above(sheet, height);
        y = y.min(reach + own.lead);
    }
    scroll.cursor = pane.cursor;
    scroll.y = y.min(height - 1);
}

fn rows_above(sheet: &Sheet<'_>, height: usize) -> usize {
    let mut above = 0;
    let mut place = sheet.pane.cursor;
    while place > 0 && above < height {
        place -= 1;
        above += sheet.height(place);
    }
    above
}

/// Lines from one row's first line to another's; `None` when that is more than a screen.
fn distance(sheet: &Sheet<'_>, from: usize, to: usize, height: usize) -> Option<isize> {
    let (low, high) = (from.min(to), from.max(to));
    if high - low > height || from >= sheet.pane.rows.list.len() {
        return None;
    }
    let signed = sheet.lines_between(low, high) as isize;
    Some(if to >= from { signed } else { -signed })
}

fn draw_pane(
    app: &App,
    view: &mut ViewState,
    painter: &mut Painter<'_>,
    area: &PaneAreas,
    sheet: &Sheet<'_>,
    now: Option<Now>,
) {
    let pane = sheet.pane;
    let focused = area.pane == app.chat.focus;
    heading(app, painter, area, pane, focused);
    if let Some(strip) = area.heat {
        heat(painter, strip, pane);
    }
    if pane.rows.list.is_empty() {
        nothing(app, painter, area.body, pane);
        return;
    }
    let height = usize::from(area.body.height);
    let follows = !focused && !app.chat.unsynced && !pane.locked;
    let scroll = view.pane_mut(area.pane);
    let stood = area.body.y + scroll.y as u16;
    let line = now.filter(|_| follows && height > 4);
    let line = line.map(|now| (if now.is_held { stood } else { now.row_in(area.body) }, now.at));
    if let Some((y, _)) = line {
        scroll.cursor = pane.cursor;
        scroll.y = usize::from(y.saturating_sub(area.body.y));
    } else if !focused {
        settle(sheet, scroll, height, Edge::of(app));
    }
    let at = scroll.y;
    let mut body = Body { app, sheet, painter, area, pane, drawn: Vec::new() };
    let seen = match line {
        Some((y, instant)) => body.around_now(y, instant),
        None => body.around_cursor(at),
    };
    view.pane_mut(area.pane).drawn = body.drawn;
    scroll_map::draw(painter, area.body, sheet, seen);
}

/// The rows of one pane while they are drawn.
struct Body<'a, 'p, 'b> {
    app: &'a App,
    sheet: &'a Sheet<'a>,
    painter: &'p mut Painter<'b>,
    area: &'a PaneAreas,
    pane: &'a Pane,
    /// Which row was drawn where.
    drawn: Vec<(usize, Rect)>,
}

impl Body<'_, '_, '_> {
    /// Draws the rows with the cursor's first line on line `y`; gives what is in view.
    fn around_cursor(&mut self, y: usize) -> Seen {
        let own = self.sheet.lines(self.pane.cursor, false);
        let start = y as isize - own.lead as isize;
        let (first, cut) = self.upward(self.pane.cursor, start);
        let last = self.downward(self.pane.cursor, start);
        Seen { first, last, cut }
    }

    /// Draws the rows before an instant above the now-line, those after it below.
    fn around_now(&mut self, y: u16, at: Instant) -> Seen {
        let body = self.area.body;
        let line = isize::try_from(y.saturating_sub(body.y)).unwrap_or(0);
        let split = self.app.chat.last_by(self.pane, at).map_or(0, |row| row + 1);
        let (first, cut) = self.upward(split, line);
        let last = self.downward(split, line + 1);
        let accent = self.painter.style(Role::Accent);
        let heavy = self.painter.theme.glyph(Glyph::Heavy);
        let clock = self.app.zone().clock(at);
        let cells = body.width.saturating_sub(1);
        self.painter.put(body.x, y, cells, &" ".repeat(usize::from(cells)), Style::new());
        let x = self.painter.put(body.x, y, cells, &format!("{heavy} {clock} "), accent);
        self.painter.put(x, y, body.right().saturating_sub(x + 1), &heavy.repeat(usize::from(cells)), accent);
        Seen { first, last, cut }
    }

    /// Draws the rows before `place`, the last one ending above line `until`; gives the first drawn and
    /// how many of its lines are cut off.
    fn upward(&mut self, place: usize, until: isize) -> (usize, usize) {
        let mut top = until;
        let mut at = place;
        let mut found: Vec<(usize, isize)> = Vec::new();
        while at > 0 && top > 0 {
            at -= 1;
            top -= self.sheet.height(at) as isize;
            found.push((at, top));
        }
        let edge = found.last().map_or(place, |&(at, _)| at);
        for (at, top) in found {
            // What was said above the edge is said again by the first row.
            let row = self.sheet.lines(at, at == edge && top >= 0);
            self.row(at, &row, top);
        }
        (edge, top.min(0).unsigned_abs())
    }

    /// Draws rows from `place` on, beginning at a line; gives the last one drawn.
    fn downward(&mut self, place: usize, from: isize) -> usize {
        let mut top = from;
        let mut at = place;
        while at < self.pane.rows.list.len() && top < isize::try_from(self.area.body.height).unwrap_or(0) {
            let row = self.sheet.lines(at, top <= 0);
            self.row(at, &row, top);
            top += row.lines.len() as isize;
            at += 1;
        }
        at.saturating_sub(1)
    }

    fn row(&mut self, place: usize, row: &RowLines, top: isize) {
        let body = self.area.body;
        let is_cursor = self.area.pane == self.app.chat.focus && place == self.pane.cursor;
        let selected = self.is_selected(place);
        let partner = partner::on_row(self.app, self.pane, place);
        for (nth, line) in row.lines.iter().enumerate() {
            let Ok(offset) = u16::try_from(top + nth as isize) else { continue };
            if offset >= body.height {
                break;
            }
            let y = body.y + offset;
            let first = nth == row.lead;
            draw_line(self.painter, body, y, line, is_cursor, first);
            if line.is_lead {
                continue;
            }
            self.drawn.push((place, Rect::new(body.x, y, body.width.saturating_sub(1), 1)));
            let accent = self.painter.style(Role::Accent);
            if is_cursor {
                self.painter.glyph(body.x, y, Glyph::Cursor, accent);
            } else if selected && first {
                self.painter.glyph(body.x, y, Glyph::Selected, accent);
            } else if partner.is_some() {
                let style = self.painter.style(Role::Saved);
                self.painter.glyph(body.x, y, Glyph::Partner, style);
            }
            if let (Some(partner), true) = (partner, nth + 1 == row.lines.len()) {
                self.initials(partner, y, line);
            }
            if let (true, Some((glyph, style))) = (first, row.mark) {
                self.painter.glyph(body.x + 1, y, glyph, style);
            }
        }
    }

    /// Who of the others stands on a row, behind its last word.
    fn initials(&mut self, partner: &Partner, y: u16, line: &Line) {
        let body = self.area.body;
        let end = line.indent + line.spans.iter().map(Span::width).sum::<usize>() as u16 + 1;
        let initials = partner::initials(&partner.presence);
        let cells = crate::base::text::width(&initials) as u16;
        let x = (body.x + end).min(body.right().saturating_sub(cells + 2));
        let style = self.painter.style(Role::Saved).add_modifier(Modifier::REVERSED);
        self.painter.put(x, y, cells, &initials, style);
    }

    fn is_selected(&self, place: usize) -> bool {
        let selection = &self.app.chat.selection;
        let targets = || self.pane.rows.targets(&self.app.session.archive, place);
        in_range(self.pane, place)
            || (!selection.is_empty() && targets().iter().any(|target| selection.contains(target)))
    }
}

/// Where the rows are that an act would hit: they stay bright behind a sheet.
pub fn bright_rows(app: &App, view: &ViewState, size: Rect) -> Vec<Rect> {
    let targets = app.chat.targets(&app.session.archive);
    let areas = layout::chat(size, app.chat_plan());
    let mut bright = Vec::new();
    for area in &areas.panes {
        let Some(pane) = app.chat.panes.get(area.pane) else { continue };
        for (row, place) in view.drawn(area.pane) {
            let hit = pane.rows.targets(&app.session.archive, *row).iter().any(|target| targets.contains(target));
            if hit {
                bright.push(*place);
            }
        }
    }
    bright
}

fn in_range(pane: &Pane, place: usize) -> bool {
    pane.range_from.is_some_and(|from| (from.min(pane.cursor)..=from.max(pane.cursor)).contains(&place))
}

/// Draws one line of a row.
pub fn draw_line(painter: &mut Painter<'_>, body: Rect, y: u16, line: &Line, is_cursor: bool, first: bool) {
    let shape = Shape::of(body.width.saturating_sub(1));
    let right = body.right().saturating_sub(1);
    let bold = |style: Style| if is_cursor && !line.is_lead { style.add_modifier(Modifier::BOLD) } else { style };
    let accent = painter.style(Role::Accent);
    if let Some(time) = &line.time {
        let style =
            if is_cursor && first { accent.add_modifier(Modifier::BOLD | Modifier::REVERSED) } else { time.style };
        painter.put(body.x + 3, y, shape.time, &time.text, style);
    }
    if let Some(name) = &line.name {
        painter.put(
            body.x + shape.name,
            y,
            right.saturating_sub(body.x + shape.name).min(shape.name_cells),
            &name.text,
            bold(name.style),
        );
    }
    let x = body.x + line.indent;
    let spans: Vec<Span> = line.spans.iter().map(|span| Span::new(span.text.as_str(), bold(span.style))).collect();
    painter.put_spans(x, y, right.saturating_sub(x), &spans);
    if let Some(column) = shape.tags.filter(|_| !line.tags.is_empty()) {
        let x = body.x + column;
        painter.put_spans(x, y, right.saturating_sub(x + 1), &line.tags);
    }
}

fn heading(app: &App, painter: &mut Painter<'_>, area: &PaneAreas, pane: &Pane, focused: bool) {
    let rows = &pane.rows;
    let several = app.chat.panes.len() > 1;
    let narrow = painter.area().width < layout::SIDE_BY_SIDE;
    let title = pane.title(&app.session.archive);
    let title = if narrow { title } else { format!("{} {title}", area.pane + 1) };
    let mut facts = Vec::new();
    if let Some(progress) = app.loading_words() {
        facts.push(Fact::quiet(progress));
    }
    if narrow && several {
        facts.push(Fact::quiet(format!("pane {} of {}", area.pane + 1, app.chat.panes.len())));
    }
    if rows.hidden > 0 {
        facts.push(Fact::quiet(format!(
            "{} of {}",
            thousands(rows.list.len()),
            thousands(rows.list.len() + rows.hidden)
        )));
    } else {
        facts.push(Fact::quiet(format!(
            "{} of {}",
            thousands(pane.cursor.saturating_add(1).min(rows.list.len())),
            thousands(rows.list.len())
        )));
    }
    if area.heading.width >= 100 && !rows.tagged.is_empty() {
        facts.push(Fact::quiet(format!("{} tagged", rows.tagged.len())));
    }
    if !rows.on_timeline.is_empty() {
        facts.push(Fact::quiet(format!("{}{}", painter.theme.glyph(Glyph::OnTimeline), rows.on_timeline.len())));
    }
    let clocks = pane.channel().and_then(|id| app.session.clock_words(&id));
    facts.extend(clocks.map(Fact::quiet));
    if pane.locked {
        facts.push(Fact::quiet("locked"));
    }
    if pane.offset != 0 {
        facts.push(Fact::quiet(format!("clock {}", crate::base::time::delta_words(pane.offset))));
    }
    if !pane.chips.is_empty() {
        facts.push(Fact::bold(pane.chips.join(" ")));
    }
    painter.heading(area.heading, &Heading { title, facts, focused, danger: false });
}

fn nothing(app: &App, painter: &mut Painter<'_>, body: Rect, pane: &Pane) {
    let area = Rect::new(body.x + 3.min(body.width), body.y, body.width.saturating_sub(5), body.height);
    let text = if pane.chips.is_empty() {
        if app.session.archive.is_complete() {
            "Nobody wrote here in what was read.".to_owned()
        } else {
            "Reading…".to_owned()
        }
    } else {
        format!("No message fits {}.\nf x clears the filter.", pane.chips.join(" "))
    };
    let y = painter.paragraph(area, &text, Style::new());
    if !app.session.archive.is_complete() && y < area.bottom() {
        painter.put(area.x, y, area.width, "Ctrl-c stops; what is read can be used.", painter.style(Role::Dim));
    }
}

fn heat(painter: &mut Painter<'_>, area: Rect, pane: &Pane) {
    let dated = pane.rows.list.partition_point(|row| row.at.is_dated());
    let (Some(first), Some(last)) =
        (pane.rows.list.first(), dated.checked_sub(1).and_then(|last| pane.rows.list.get(last)))
    else {
        return;
    };
    let wide = area.width >= 100;
    let cells =
        if wide { area.width.saturating_sub(22) } else { (area.width.saturating_sub(4)).min(area.width * 2 / 3) };
    let span = last.at.since(first.at).unwrap_or(0).max(1);
    let cells = i64::from(cells.max(1));
    let edge = |cell: i64| first.at.plus((i128::from(span) * i128::from(cell) / i128::from(cells)) as i64);
    let counts: Vec<usize> = (0..cells)
        .map(|cell| {
            let from = pane.rows.list.partition_point(|row| row.at < edge(cell));
            let to =
                if cell + 1 == cells { dated } else { pane.rows.list.partition_point(|row| row.at < edge(cell + 1)) };
            to.saturating_sub(from)
        })
        .collect();
    let most = counts.iter().copied().max().unwrap_or(1).max(1);
    let here = pane
        .time()
        .and_then(|at| at.since(first.at))
        .map(|gap| (i128::from(gap) * i128::from(cells) / i128::from(span)).min(i128::from(cells - 1)));
    for (cell, &count) in counts.iter().enumerate() {
        let level = (count * 7).div_ceil(most);
        let is_here = here == Some(cell as i128);
        let style = if is_here { painter.theme.bold(Role::Accent) } else { painter.style(Role::Dim) };
        painter.put(area.x + 2 + cell as u16, area.y, 1, painter.theme.block(level), style);
    }
    if wide {
        let words = format!("{} a bar", crate::base::time::duration_words(span / cells));
        painter.put_right(area.right().saturating_sub(2), area.y, &words, painter.style(Role::Dim));
    }
}

fn strip(app: &App, painter: &mut Painter<'_>, area: Rect, areas: &ChatAreas) {
    let heading =
        Heading { title: "meanwhile".to_owned(), facts: vec![Fact::quiet("Tab goes there")], ..Heading::default() };
    painter.heading(area, &heading);
    let Some(now) = app.chat.now() else { return };
    let others =
        app.chat.panes.iter().enumerate().filter(|(place, _)| !areas.panes.iter().any(|shown| shown.pane == *place));
    for (nth, (_, pane)) in others.take(usize::from(area.height.saturating_sub(1))).enumerate() {
        let y = area.y + 1 + nth as u16;
        let title = pane.title(&app.session.archive);
        let x = painter.put_cut(area.x + 2, y, 14, &title, painter.style(Role::Dim)).max(area.x + 17);
        let Some(row) = app.chat.last_by(pane, now).and_then(|place| pane.rows.list.get(place)) else {
            painter.put(x, y, 30, "nothing yet", painter.style(Role::Dim));
            continue;
        };
        let x = painter.put(x, y, 9, &app.zone().clock(row.at), Style::new()) + 1;
        let (name, text) = said(app, pane, row);
        let x = painter.put_cut(x, y, 6, &name, painter.style(Role::Dim)) + 1;
        painter.put_cut(x.max(area.x + 33), y, area.right().saturating_sub(x + 2), &text, Style::new());
    }
}

fn said(app: &App, pane: &Pane, row: &super::rows::PaneRow) -> (String, String) {
    match row.what {
        RowWhat::Message(ix) => app.session.archive.message(ix).map_or_else(Default::default, |message| {
            (message.author_label().tty_line().into_owned(), message.text().tty_line().into_owned())
        }),
        RowWhat::Event(ix) => {
            let event = pane.rows.events.get(ix as usize).and_then(|target| app.session.project().events().get(target));
            ("event".to_owned(), event.map(|event| event.text.clone()).unwrap_or_default())
        }
    }
}

/// Draws the cursor's message in full: who, what, its tags, note and entry.
pub fn detail(app: &App, painter: &mut Painter<'_>, area: Rect) {
    let Some(pane) = app.chat.focused() else { return };
    let archive = &app.session.archive;
    let Some(target) = pane.target(archive) else { return };
    let small = area.height < 3;
    let message = pane.message(archive);
    let (name, about, text, place) = if let Some(message) = &message {
        let about = super::person_words(app, message.author(), pane.time().unwrap_or(Instant::UNDATED));
        let log = message.log();
        let line = thousands(message.ix().row as usize + 1);
        let place = format!("line {line} of {}", log.meta().label());
        (message.author_name().tty_line().into_owned(), about, message.text().tty().into_owned(), place)
    } else {
        let event = app.session.project().events().get(&target);
        let text = event.map(|event| event.text.clone()).unwrap_or_default();
        ("Event that no channel recorded".to_owned(), String::new(), text, String::new())
    };
    let facts = if small { Vec::new() } else { vec![Fact::quiet(place)] };
    let heading = Heading { title: name.clone(), facts, ..Heading::default() };
    painter.heading(area, &heading);
    let name_cells = crate::base::text::width(&sanitize_tty(&name, LineBreaks::Mark)) as u16;
    let line_style = painter.style(Role::Dim).add_modifier(Modifier::UNDERLINED);
    let x = area.x + 2 + name_cells + 2;
    let mut room = area.right().saturating_sub(x + if small { 24 } else { 30 });
    if small {
        let tags = super::message::tag_spans(app.session.project(), painter.theme, &target);
        if let Some(tag) = tags.first() {
            painter.put_right(
                area.right().saturating_sub(2),
                area.y,
                &tag.text,
                tag.style.add_modifier(Modifier::UNDERLINED),
            );
        } else {
            room = area.right().saturating_sub(x + 2);
        }
    }
    painter.put_cut(x, area.y, room, &about, line_style);
    let flat = text.replace('\n', " ");
    painter.put_cut(area.x + 2, area.y + 1, area.width.saturating_sub(4), &flat, Style::new());
    if area.height >= 3 {
        annotations(app, painter, area, &target);
    }
}

fn annotations(app: &App, painter: &mut Painter<'_>, area: Rect, target: &crate::base::id::Target) {
    let project = app.session.project();
    let y = area.y + 2;
    let right = area.right().saturating_sub(2);
    let mut x = area.x + 2;
    let dim = painter.style(Role::Dim);
    let tags: Vec<_> = project.tags_of(target).into_iter().collect();
    if tags.is_empty() {
        x = painter.put(x, y, right.saturating_sub(x), "no tag", dim) + 3;
    }
    for (_, tag) in tags.iter().filter_map(|id| project.tag(id)) {
        let (sign, role) = painter.theme.group(tag.group.as_deref(), &tag.name);
        x = painter.put(x, y, right.saturating_sub(x), &format!("{sign}{}", tag.label()), painter.style(role)) + 3;
    }
    let notes = project.notes_on(target);
    let words = match notes.first() {
        None => "note none".to_owned(),
        Some((_, note)) if notes.len() == 1 => format!("note \"{}\"", note.text),
        Some(_) => format!("{} notes", notes.len()),
    };
    x = painter.put_cut(x, y, right.saturating_sub(x).min(40), &words, dim) + 3;
    let entry = project.entry(target).map_or_else(
        || "not on the timeline".to_owned(),
        |entry| {
            entry
                .headline
                .as_ref()
                .map_or_else(|| "on the timeline".to_owned(), |headline| format!("on the timeline as \"{headline}\""))
        },
    );
    painter.put_cut(x, y, right.saturating_sub(x), &entry, dim);
}
