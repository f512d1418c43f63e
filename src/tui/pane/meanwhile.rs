//! The meanwhile grid: moments as rows, channels as columns, silence folded.
//!
//! It shows what the open panes show; below 100 columns the channels are interleaved, each moment
//! with its channel before it.

use std::collections::BTreeMap;

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::Motion;
use super::chat::Pane;
use super::message::QUIET;
use super::rows::{PaneRow, RowWhat};
use crate::base::time::{Instant, MINUTE, duration_words};
use crate::tui::app::App;
use crate::tui::ctx::Ctx;
use crate::tui::layout;
use crate::tui::paint::{Fact, Heading, Painter};
use crate::tui::theme::{Glyph, Role};
use crate::tui::view::ViewState;
use crate::tui::widget::wrap::wrap;

/// Most lines of one message in a cell.
const CELL_LINES: usize = 2;
/// Where the columns of channels begin.
const FIRST: u16 = 12;

/// One moment: a row of each pane that has one then.
type Moment = (Instant, BTreeMap<usize, usize>);

/// Moments of all panes around the cursor, at most so many before and after.
fn moments(app: &App, around: usize) -> (Vec<Moment>, usize) {
    let at = app.cursor_time().unwrap_or(Instant::UNDATED);
    let mut moments: Vec<Moment> = Vec::new();
    for (place, pane) in app.chat.panes.iter().enumerate() {
        let middle = pane.rows.list.partition_point(|row| row.at < at);
        let from = middle.saturating_sub(around);
        for (row, shown) in pane.rows.list.iter().enumerate().skip(from).take(around * 2) {
            let is_system = matches!(shown.what, RowWhat::Message(ix) if app.session.archive.message(ix).is_some_and(|message| message.kind().is_system()));
            if !is_system || shown.at == at {
                moments.push((shown.at, BTreeMap::from([(place, row)])));
            }
        }
    }
    moments.sort_by_key(|(at, cells)| (*at, cells.keys().next().copied()));
    let here = app.chat.focused().map_or(0, |pane| {
        let mine = (app.chat.focus, pane.cursor);
        moments.iter().position(|(_, cells)| cells.get(&mine.0) == Some(&mine.1)).unwrap_or(0)
    });
    (moments, here)
}

/// Draws the grid.
pub fn draw(app: &App, _view: &mut ViewState, painter: &mut Painter<'_>) {
    let plan = app.chat_plan();
    let size = painter.area();
    let areas = layout::chat(size, layout::ChatPlan { zoomed: true, heat: false, ..plan });
    let main = layout::frame(size).main;
    let bottom = areas.detail.map_or(main.bottom(), |detail| detail.y.saturating_sub(u16::from(size.height > 33)));
    let facts = vec![
        Fact::quiet("moments as rows, channels as columns"),
        Fact::quiet(format!("{} of {} channels", app.chat.panes.len(), app.session.archive.channel_count())),
    ];
    painter.heading(main, &Heading { title: "Meanwhile".to_owned(), facts, focused: true, danger: false });
    let columns = columns(app, main);
    header(app, painter, main.y + 1, &columns);
    let body = Rect::new(main.x, main.y + 2, main.width, bottom.saturating_sub(main.y + 2));
    edges(painter, Rect::new(main.x, main.y + 1, main.width, body.height + 1), &columns);
    rows(app, painter, body, &columns);
    if let Some(area) = areas.detail {
        super::chat_view::detail(app, painter, area);
    }
}

/// A column of the grid: a pane, where it begins and how many cells it has.
type Column = (usize, u16, u16);

fn columns(app: &App, main: Rect) -> Vec<Column> {
    let count = app.chat.panes.len() as u16;
    let room = main.width.saturating_sub(FIRST + 1);
    if count == 0 || main.width < layout::SIDE_BY_SIDE {
        return (0..app.chat.panes.len()).map(|pane| (pane, FIRST, room)).collect();
    }
    let each = room / count;
    (0..count).map(|place| (usize::from(place), FIRST + place * each, each.saturating_sub(1))).collect()
}

fn header(app: &App, painter: &mut Painter<'_>, y: u16, columns: &[Column]) {
    let dim = painter.style(Role::Dim);
    let at = app.cursor_time().unwrap_or(Instant::UNDATED);
    painter.put(2, y, 9, &app.zone().offset_label(at), dim);
    if painter.area().width < layout::SIDE_BY_SIDE {
        return;
    }
    for (pane, x, cells) in columns {
        if let Some(pane) = app.chat.panes.get(*pane) {
            painter.put_cut(*x, y, *cells, &pane.title(&app.session.archive), dim);
        }
    }
}

/// One drawn block of lines: a moment, or the silence before it.
struct Block {
    lines: usize,
    moment: usize,
    quiet: Option<i64>,
}

/// The dim edge between channels side by side.
fn edges(painter: &mut Painter<'_>, area: Rect, columns: &[Column]) {
    let dim = painter.style(Role::Dim);
    let is_interleaved = columns.iter().all(|(_, x, _)| *x == FIRST);
    for (_, x, _) in columns.iter().skip(1).filter(|_| !is_interleaved) {
        for y in area.top()..area.bottom() {
            painter.glyph(x.saturating_sub(1), y, Glyph::Track, dim);
        }
    }
}

fn rows(app: &App, painter: &mut Painter<'_>, body: Rect, columns: &[Column]) {
    let height = usize::from(body.height);
    if height == 0 {
        return;
    }
    let (moments, here) = moments(app, height * 2);
    let blocks: Vec<Block> =
        moments.iter().enumerate().map(|(nth, moment)| block(app, &moments, nth, moment, columns)).collect();
    let (first, skip) = top(&blocks, here, height);
    let mut y = body.y.saturating_add_signed(-(skip as i16));
    for block in blocks.iter().skip(first) {
        if y >= body.bottom() {
            break;
        }
        if let Some(moment) = moments.get(block.moment) {
            let before = block.moment.checked_sub(1).and_then(|before| moments.get(before));
            draw_block(app, painter, body, y, block, moment, before, columns, block.moment == here);
        }
        y += block.lines as u16;
    }
}

fn block(app: &App, moments: &[Moment], nth: usize, moment: &Moment, columns: &[Column]) -> Block {
    let gap = nth.checked_sub(1).and_then(|before| moments.get(before)).and_then(|before| moment.0.since(before.0));
    let quiet = gap.filter(|gap| *gap >= QUIET);
    let tallest = moment.1.iter().map(|(pane, row)| cell_lines(app, *pane, *row, columns).len()).max().unwrap_or(1);
    Block { lines: tallest.max(1) + usize::from(quiet.is_some()), moment: nth, quiet }
}

fn top(blocks: &[Block], here: usize, height: usize) -> (usize, usize) {
    let mut first = here;
    let mut used = blocks.get(here).map_or(0, |block| block.lines);
    while first > 0 {
        let next = blocks.get(first - 1).map_or(0, |block| block.lines);
        if used + next > height * 3 / 4 {
            break;
        }
        first -= 1;
        used += next;
    }
    (first, 0)
}

fn cell_lines(app: &App, pane: usize, row: usize, columns: &[Column]) -> Vec<String> {
    let Some((_, _, cells)) = columns.iter().find(|(place, ..)| *place == pane) else { return Vec::new() };
    let Some((pane, row)) = app.chat.panes.get(pane).and_then(|pane| Some((pane, pane.rows.list.get(row)?))) else {
        return Vec::new();
    };
    let room = usize::from(cells.saturating_sub(name_cells(app) + 2)).max(1);
    let text = cell_text(app, pane, row);
    let ranges = wrap(&text, room);
    let cut = ranges.len() > CELL_LINES;
    let mut lines: Vec<String> =
        ranges.into_iter().take(CELL_LINES).map(|range| text.get(range).unwrap_or("").trim_end().to_owned()).collect();
    if let Some(last) = lines.last_mut().filter(|_| cut) {
        let kept = crate::base::text::fit(last, room.saturating_sub(1)).trim_end().to_owned();
        *last = format!("{kept}{}", app.settings.theme.glyph(Glyph::Cut));
    }
    lines
}

const fn name_cells(app: &App) -> u16 {
    if app.size.width < layout::SIDE_BY_SIDE { 22 } else { 7 }
}

fn cell_text(app: &App, pane: &Pane, row: &PaneRow) -> String {
    let mut text = match row.what {
        RowWhat::Message(ix) => app
            .session
            .archive
            .message(ix)
            .map(|message| message.text().shown().tty_line().into_owned())
            .unwrap_or_default(),
        RowWhat::Event(ix) => {
            let target = pane.rows.events.get(ix as usize);
            target
                .and_then(|target| app.session.project().events().get(target))
                .map(|event| event.text.clone())
                .unwrap_or_default()
        }
    };
    let place = pane.rows.list.iter().position(|other| other == row).unwrap_or(usize::MAX);
    for target in pane.rows.targets(&app.session.archive, place).iter().take(1) {
        for tag in super::message::tag_spans(app.session.project(), app.settings.theme, target) {
            text.push_str("  ");
            text.push_str(&tag.text);
        }
    }
    text
}

#[expect(clippy::too_many_arguments, reason = "one call; each argument is a different thing")]
fn draw_block(
    app: &App,
    painter: &mut Painter<'_>,
    body: Rect,
    y: u16,
    block: &Block,
    moment: &Moment,
    before: Option<&Moment>,
    columns: &[Column],
    is_here: bool,
) {
    let mut y = y;
    if let Some(gap) = block.quiet {
        let sign = painter.theme.glyph(Glyph::Silence);
        painter.put(3, y, 40, &format!("{sign} {}", duration_words(gap)), painter.style(Role::Dim));
        y += 1;
    }
    let same_minute =
        before.is_some_and(|before| before.0.micros() / MINUTE == moment.0.micros() / MINUTE) && block.quiet.is_none();
    let clock = app.zone().clock(moment.0);
    let clock = if same_minute { format!("{:>8}", clock.get(5..).unwrap_or("")) } else { clock };
    let style = if is_here {
        painter.theme.bold(Role::Accent).add_modifier(Modifier::REVERSED)
    } else if same_minute {
        painter.style(Role::Dim)
    } else {
        Style::new()
    };
    painter.put(2, y, 8, &clock, style);
    for (pane, row) in &moment.1 {
        draw_cell(app, painter, body, y, (*pane, *row), columns, is_here);
    }
}

fn draw_cell(
    app: &App,
    painter: &mut Painter<'_>,
    body: Rect,
    y: u16,
    (pane, row): (usize, usize),
    columns: &[Column],
    is_here: bool,
) {
    let Some((_, x, _)) = columns.iter().find(|(place, ..)| *place == pane) else { return };
    let Some((state, shown)) = app.chat.panes.get(pane).and_then(|pane| Some((pane, pane.rows.list.get(row)?))) else {
        return;
    };
    let weight = if is_here { Modifier::BOLD } else { Modifier::empty() };
    if state.rows.on_timeline.binary_search(&row).is_ok() {
        painter.glyph(*x, y, Glyph::OnTimeline, Style::new());
    }
    let (name, role) = match shown.what {
        RowWhat::Message(ix) => app.session.archive.message(ix).map_or((String::new(), Role::Dim), |message| {
            let role = message.author().map_or(Role::Dim, |author| painter.theme.hue(author.id.as_str()));
            (message.author_label().tty_line().into_owned(), role)
        }),
        RowWhat::Event(_) => (painter.theme.glyph(Glyph::Event).to_owned(), Role::Text),
    };
    let mut name_x = x + 1;
    if name_cells(app) > 7 {
        painter.put_cut(name_x, y, 14, &state.title(&app.session.archive), painter.style(Role::Dim));
        name_x += 15;
    }
    painter.put_cut(name_x, y, 6, &name, painter.style(role).add_modifier(weight));
    let text_x = x + name_cells(app) + 1;
    for (nth, line) in cell_lines(app, pane, row, columns).iter().enumerate() {
        let y = y + nth as u16;
        if y < body.bottom() {
            painter.put(
                text_x,
                y,
                painter.area().width.saturating_sub(text_x),
                line,
                Style::new().add_modifier(weight),
            );
            if is_here {
                painter.glyph(0, y, Glyph::Cursor, painter.style(Role::Accent));
            }
        }
    }
}

/// Moves over moments: the focus goes with the cursor to the pane that speaks.
pub fn motion(ctx: &mut Ctx<'_>, motion: Motion) {
    let archive = ctx.app.session.archive.clone();
    let height = usize::from(layout::frame(ctx.app.size).main.height);
    let (moments, here) = moments(ctx.app, height * 4);
    let place = match motion {
        Motion::First | Motion::Last => {
            if let Some(pane) = ctx.app.chat.focused_mut() {
                let place = motion.apply(pane.cursor, pane.rows.list.len(), height);
                pane.go(&archive, place);
            }
            ctx.app.chat.follow(&archive);
            return;
        }
        _ => motion.apply(here, moments.len(), height / 2),
    };
    let Some((pane, row)) = moments.get(place).and_then(|(_, cells)| cells.iter().next()) else { return };
    ctx.app.chat.focus = *pane;
    if let Some(pane) = ctx.app.chat.panes.get_mut(*pane) {
        pane.go(&archive, *row);
    }
    ctx.app.chat.follow(&archive);
}
