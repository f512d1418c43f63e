//! Draws the Timeline screen: column names, rows with headings, rulers and silences between, and the
//! entry under the cursor in full.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::TimelineScreen;
use super::lines::Drawn;
use crate::base::id::Target;
use crate::base::text::{LineBreaks, cut, sanitize_tty, thousands, width};
use crate::base::time::{Instant, Zone, delta_words, duration_short};
use crate::project::model::Milestone;
use crate::report::cite;
use crate::report::template::section_title;
use crate::timeline::spacing::{WithDay, gap_words, time_label};
use crate::timeline::{Row, RowKind, ToldZone};
use crate::tui::app::App;
use crate::tui::layout::{self, ChatPlan};
use crate::tui::paint::{Fact, Heading, Painter, Span, counted};
use crate::tui::pane::message::{tag_span, tag_spans};
use crate::tui::theme::{Glyph, Role};
use crate::tui::view::ViewState;

/// Areas of the screen.
struct Areas {
    heading: Rect,
    names: Option<Rect>,
    body: Rect,
    detail: Option<Rect>,
}

fn areas(size: Rect) -> Areas {
    let chat = layout::chat(size, ChatPlan { panes: 1, heat: true, ..ChatPlan::default() });
    let whole = layout::frame(size).main;
    chat.panes.first().map_or(Areas { heading: whole, names: None, body: whole, detail: None }, |pane| Areas {
        heading: pane.heading,
        names: pane.heat,
        body: pane.body,
        detail: chat.detail,
    })
}

/// Rows of the screen that show lines of the timeline.
pub fn body_rows(size: Rect) -> u16 {
    areas(size).body.height
}

/// Where columns begin, and how wide they are; those without room have no cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Columns {
    time: u16,
    /// Where the delta ends.
    delta: Option<u16>,
    from: Option<(u16, u16)>,
    what: (u16, u16),
    tag: Option<(u16, u16)>,
    note: u16,
}

impl Columns {
    const fn of(width: u16) -> Self {
        let note = width.saturating_sub(3);
        match width {
            0..50 => {
                let what = if width < 14 { 3 } else { 13 };
                let cells = note.saturating_sub(what + 1);
                Self { time: 3, delta: None, from: None, what: (what, cells), tag: None, note }
            }
            50..layout::SIDE_BY_SIDE => {
                let tag = width.saturating_sub(19);
                let cells = tag.saturating_sub(23);
                Self { time: 3, delta: Some(19), from: None, what: (21, cells), tag: Some((tag, 15)), note }
            }
            _ => {
                let tag = width.saturating_sub(26);
                let cells = tag.saturating_sub(40);
                Self { time: 3, delta: Some(19), from: Some((22, 15)), what: (38, cells), tag: Some((tag, 22)), note }
            }
        }
    }
}

/// Draws the screen.
pub fn draw(app: &App, view: &mut ViewState, painter: &mut Painter<'_>) {
    let areas = areas(painter.area());
    heading(app, painter, areas.heading);
    let columns = Columns::of(areas.body.width);
    if let Some(area) = areas.names {
        names(painter, area, &columns);
    }
    if app.timeline.shown_count() == 0 {
        empty(app, painter, areas.body);
        return;
    }
    body(app, view, painter, areas.body, &columns);
    if let (Some(area), Some(row)) = (areas.detail, app.timeline.row()) {
        detail(app, painter, area, row);
    }
}

fn heading(app: &App, painter: &mut Painter<'_>, area: Rect) {
    let screen = &app.timeline;
    let (all, shown) = (screen.timeline.rows.len(), screen.shown_count());
    let mut facts = Vec::new();
    if !screen.selection.is_empty() || screen.has_range() {
        let selected = screen.entries().len();
        facts.push(Fact::bold(format!("{} {selected} selected", painter.theme.glyph(Glyph::Selected))));
    }
    if shown == all {
        facts.push(Fact::quiet(counted(all, "entry", "entries")));
    } else {
        facts.push(Fact::quiet(format!("{} of {}", thousands(shown), counted(all, "entry", "entries"))));
    }
    if let Some((first, last)) = screen.timeline.ends().filter(|_| area.width >= layout::SIDE_BY_SIDE) {
        facts.push(Fact::quiet(span_words(app, first, last)));
    }
    facts.push(Fact::bold(if screen.query.is_empty() { "all" } else { screen.query.as_str() }));
    painter.heading(area, &Heading { title: "Timeline".to_owned(), facts, focused: true, danger: false });
}

/// `6 Dec 14:20 to 16:02 UTC`; an end whose zone nobody knows stands as it was written and says so.
fn span_words(app: &App, first: &Row, last: &Row) -> String {
    let told = [first, last].map(Row::zone_of_time);
    let [from, to] = told.map(|told| told.shown_in(app.zone()));
    let label = match told {
        [ToldZone::Known, ToldZone::Known] => format!(" {}", to.offset_label(last.at)),
        [_, last] => last.mark().to_owned(),
    };
    let mark = if told[0] == told[1] { "" } else { told[0].mark() };
    if from.date(first.at) == to.date(last.at) {
        let (first, last, day) = (from.minute(first.at), to.minute(last.at), from.day(first.at));
        return format!("{day} {first}{mark} to {last}{label}");
    }
    format!("{}{mark} to {}{label}", from.day(first.at), to.day(last.at))
}

fn names(painter: &mut Painter<'_>, area: Rect, columns: &Columns) {
    let dim = painter.style(Role::Dim);
    let mut name = |column: u16, word: &str| {
        let x = area.x + column;
        painter.put(x, area.y, area.right().saturating_sub(x), word, dim);
    };
    name(columns.time, "time");
    if let Some(delta) = columns.delta {
        name(delta - 6, "after");
    }
    if let Some((from, _)) = columns.from {
        name(from, "from");
    }
    name(columns.what.0, "what");
    if let Some((tag, _)) = columns.tag {
        name(tag, "tag");
    }
}

fn empty(app: &App, painter: &mut Painter<'_>, body: Rect) {
    let area = Rect::new(body.x + 3.min(body.width), body.y, body.width.saturating_sub(5), body.height);
    let words = if app.timeline.query.is_empty() {
        "Nothing is on the timeline.\n1 Chat, then a puts a message on it; i writes an event that no channel recorded."
            .to_owned()
    } else {
        format!("No entry fits {}.\nf changes the filter, Esc clears it.", app.timeline.query)
    };
    painter.paragraph(area, &words, Style::new());
}

fn body(app: &App, view: &mut ViewState, painter: &mut Painter<'_>, body: Rect, columns: &Columns) {
    let lines = app.timeline.drawn();
    let height = usize::from(body.height);
    let top = view.list_top("timeline", app.timeline.cursor_line(), lines.len(), height);
    for (place, line) in lines.iter().skip(top).take(height).enumerate() {
        let y = body.y + place as u16;
        match line {
            Drawn::Heading { title, day } => begins(painter, body, y, title.as_deref(), *day),
            Drawn::Milestone { milestone, at } => ruler(app, painter, body, y, *milestone, *at),
            Drawn::Gap(length) => {
                let sign = painter.theme.glyph(Glyph::Silence);
                let words = format!("{sign} {}, nothing recorded {sign}", gap_words(*length));
                painter.put(body.x + 3, y, body.width.saturating_sub(5), &words, painter.style(Role::Dim));
            }
            Drawn::Row { ix, delta, day } => {
                if let Some(entry) = app.timeline.timeline.rows.get(*ix) {
                    let delta = delta.map(delta_words).unwrap_or_default();
                    let selected = app.timeline.is_selected(*ix);
                    RowLine { app, row: entry, selected, delta, day: *day, columns }.draw(painter, body, y);
                }
            }
        }
    }
}

fn begins(painter: &mut Painter<'_>, body: Rect, y: u16, title: Option<&str>, day: Option<(Instant, Zone)>) {
    let room = body.width.saturating_sub(4);
    let mut x = body.x + 2;
    if let Some(title) = title {
        let style = painter.theme.bold(Role::Text).add_modifier(Modifier::UNDERLINED);
        x = painter.put_cut(x, y, room, title, style) + 2;
    }
    // A title that says its day already does not get it twice.
    let said = |(day, zone): (Instant, Zone)| title.is_some_and(|title| title.contains(&zone.day(day)));
    if let Some((day, zone)) = day.filter(|&day| !said(day)) {
        let style = if title.is_some() { painter.style(Role::Dim) } else { painter.theme.bold(Role::Text) };
        painter.put(x, y, body.right().saturating_sub(x + 2), &zone.long_day(day), style);
    }
}

fn ruler(app: &App, painter: &mut Painter<'_>, body: Rect, y: u16, milestone: Milestone, at: Instant) {
    let words = format!("{} {}  {} ", painter.theme.glyph(Glyph::Heavy), app.zone().minute(at), milestone.label());
    let right = body.right().saturating_sub(2);
    let x = painter.put(body.x + 2, y, body.width.saturating_sub(4), &words, painter.theme.bold(Role::Text));
    let rest = right.saturating_sub(x);
    let line = painter.theme.glyph(Glyph::Light).repeat(usize::from(rest));
    painter.put(x, y, rest, &line, painter.style(Role::Dim));
}

/// One entry as a line.
struct RowLine<'a> {
    app: &'a App,
    row: &'a Row,
    selected: bool,
    delta: String,
    day: WithDay,
    columns: &'a Columns,
}

impl RowLine<'_> {
    fn draw(&self, painter: &mut Painter<'_>, body: Rect, y: u16) {
        let screen = &self.app.timeline;
        let under_cursor = screen.row().is_some_and(|row| row.target == self.row.target);
        self.marks(painter, body, y, under_cursor);
        let time_end = self.time(painter, body, y, under_cursor);
        let dim = painter.style(Role::Dim);
        if let Some(end) = self.columns.delta {
            let x = (body.x + end).saturating_sub(width(&self.delta) as u16);
            if x > time_end {
                painter.put(x, y, end, &self.delta, dim);
            }
        }
        if let Some((from, cells)) = self.columns.from {
            let x = (body.x + from).max(time_end + 1);
            painter.put_cut(x, y, (body.x + from + cells).saturating_sub(x), &from_words(self.app, self.row), dim);
        }
        self.what(painter, body, y, under_cursor, time_end);
        self.tags(painter, body, y);
    }

    fn marks(&self, painter: &mut Painter<'_>, body: Rect, y: u16, under_cursor: bool) {
        let accent = painter.style(Role::Accent);
        if under_cursor {
            painter.glyph(body.x, y, Glyph::Cursor, accent);
        } else if self.selected {
            painter.glyph(body.x, y, Glyph::Selected, accent);
        }
        if self.row.kind == RowKind::Event {
            painter.glyph(body.x + 1, y, Glyph::Event, Style::new());
        }
        if !self.row.notes.is_empty() {
            painter.glyph(body.x + self.columns.note, y, Glyph::Note, accent);
        }
    }

    /// Hours and minutes in full, seconds dim, doubt with its sign; gives the column after it.
    fn time(&self, painter: &mut Painter<'_>, body: Rect, y: u16, under_cursor: bool) -> u16 {
        let label = time_label(&Row { plus_minus: None, ..self.row.clone() }, self.app.zone(), self.day);
        let x = body.x + self.columns.time;
        let room = body.width.saturating_sub(self.columns.time + 2);
        let end = if under_cursor {
            let style = painter.theme.bold(Role::Accent).add_modifier(Modifier::REVERSED);
            painter.put(x, y, room, &label, style)
        } else {
            let seconds = label.len() == 8 && label.is_char_boundary(5) && self.day == WithDay::Hidden;
            let (minute, rest) = if seconds { label.split_at(5) } else { (label.as_str(), "") };
            let end = painter.put(x, y, room, minute, Style::new());
            painter.put(end, y, room, rest, painter.style(Role::Dim))
        };
        let mark = self.row.zone_of_time().mark();
        let end = painter.put(end, y, body.right().saturating_sub(end + 3), mark, painter.style(Role::Warning));
        let Some(margin) = self.row.plus_minus else { return end };
        let doubt = format!("{}{}", painter.theme.glyph(Glyph::PlusMinus), duration_short(margin));
        painter.put(end + 1, y, body.right().saturating_sub(end + 3), &doubt, painter.style(Role::Warning))
    }

    fn what(&self, painter: &mut Painter<'_>, body: Rect, y: u16, under_cursor: bool, time_end: u16) {
        let (what, cells) = self.columns.what;
        let x = (body.x + what).max(time_end + 1);
        let room = (body.x + what + cells).saturating_sub(x);
        if self.row.missing {
            let words = format!("{} gone: {}", painter.theme.glyph(Glyph::Broken), self.row.target);
            painter.put_cut(x, y, room, &words, painter.style(Role::Danger));
            return;
        }
        let style = if under_cursor { painter.theme.bold(Role::Text) } else { Style::new() };
        let headline = one_line(self.row.headline.raw().shown().unsanitised());
        painter.put_cut(x, y, room, &headline, style);
    }

    fn tags(&self, painter: &mut Painter<'_>, body: Rect, y: u16) {
        let Some((column, cells)) = self.columns.tag else { return };
        let mut spans = tag_spans(self.app.session.project(), painter.theme, &self.row.target);
        if self.row.off_record {
            spans.insert(0, Span::new("off the record", painter.style(Role::Dim)));
        }
        let mut x = body.x + column;
        let right = x + cells;
        for (nth, span) in spans.iter().enumerate() {
            let x_next = if nth == 0 { x } else { x + 1 };
            if x_next >= right || (nth > 0 && x_next + span.width() as u16 > right) {
                break;
            }
            x = painter.put_cut(x_next, y, right - x_next, &span.text, span.style);
        }
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn initials(app: &App, row: &Row) -> Option<String> {
    let by = row.by.as_ref()?;
    app.session.project().investigators().get(by).map(|investigator| investigator.initials.clone())
}

fn from_words(app: &App, row: &Row) -> String {
    match row.kind {
        RowKind::Event => initials(app, row).map_or_else(|| "event".to_owned(), |who| format!("event, by {who}")),
        RowKind::Beat => {
            let count = app.session.project().beats().get(&row.target).map_or(0, std::collections::BTreeSet::len);
            format!("{count} in {}", row.channel.tty_line())
        }
        RowKind::Message => row.channel.tty_line().into_owned(),
    }
}

/// Who said the entry under the cursor, and all of it.
fn detail(app: &App, painter: &mut Painter<'_>, area: Rect, row: &Row) {
    let said = said_words(app, row, area.width);
    let room = usize::from(area.width).saturating_sub(width(&said) + 8).max(12);
    let title = cut(&one_line(&row.headline.tty_line()), room).into_owned();
    let facts = vec![Fact::quiet(said)];
    painter.heading(area, &Heading { title, facts, focused: false, danger: row.missing });
    let cells = area.width.saturating_sub(4);
    let told = told_words(row);
    if area.height >= 3 {
        painter.put_cut(area.x + 2, area.y + 1, cells, &told, Style::new());
        about(app, painter, Rect { y: area.y + 2, height: 1, ..area }, row);
    } else if area.height == 2 {
        let cited = cited_words(app, &row.target);
        let cited = if cited.is_empty() { String::new() } else { format!("cited in {cited}") };
        let right = area.right().saturating_sub(2);
        let left = if cited.is_empty() || width(&cited) > usize::from(cells / 2) {
            right
        } else {
            painter.put_right(right, area.y + 1, &cited, painter.style(Role::Dim)).saturating_sub(3)
        };
        painter.put_cut(area.x + 2, area.y + 1, left.saturating_sub(area.x + 2), &told, Style::new());
    }
}

/// The description, else what was said, else where the event is told from; in one line.
fn told_words(row: &Row) -> String {
    sanitize_tty(&one_line(row.told()), LineBreaks::Mark).into_owned()
}

fn said_words(app: &App, row: &Row, cells: u16) -> String {
    let zone = app.zone();
    let evidence = crate::timeline::evidence_of(app.session.project(), &app.session.archive, &row.target);
    if row.kind == RowKind::Event {
        let source = evidence.and_then(|evidence| evidence.source);
        let by = initials(app, row).map_or_else(|| "event".to_owned(), |who| format!("event, by {who}"));
        return source
            .map_or_else(|| by.clone(), |source| format!("{by}: {}", sanitize_tty(&source, LineBreaks::Mark)));
    }
    let (who, channel) = (row.author.tty_line(), row.channel.tty_line());
    if cells < layout::SIDE_BY_SIDE {
        return format!("{channel}, {who}");
    }
    let zone = row.told_zone.shown_in(zone);
    let posted = row.posted_at.map_or_else(|| "undated".to_owned(), |at| exact_clock(zone, at) + row.told_zone.mark());
    let day = row.posted_at.filter(|&at| zone.date(at) != zone.date(row.at)).map(|at| format!("{} ", zone.day(at)));
    let line = row.target.message().and_then(|id| app.session.archive.find(&id));
    let line = line.map_or_else(String::new, |ix| format!(", line {}", thousands(ix.row as usize + 1)));
    let beat = if row.kind == RowKind::Beat { "first " } else { "" };
    format!("{beat}said {}{posted} by {who} in {channel}{line}", day.unwrap_or_default())
}

/// `14:36:12.004500`: the instant as the platform gives it.
fn exact_clock(zone: Zone, at: Instant) -> String {
    let micros = at.micros().rem_euclid(crate::base::time::SECOND);
    let clock = zone.clock(at);
    if micros == 0 { clock } else { format!("{clock}.{micros:06}") }
}

fn cited_words(app: &App, target: &Target) -> String {
    let sections = cite::cited_in(app.session.project(), target);
    sections.into_iter().map(section_title).collect::<Vec<_>>().join(", ")
}

/// Tags in full, notes, citing sections.
fn about(app: &App, painter: &mut Painter<'_>, area: Rect, row: &Row) {
    let project = app.session.project();
    let dim = painter.style(Role::Dim);
    let mut spans: Vec<Span> = Vec::new();
    for id in &row.tags {
        if let Some((_, tag)) = project.tag(id) {
            let sign = tag_span(painter.theme, tag);
            let (glyph, _) = painter.theme.group(tag.group.as_deref(), &tag.name);
            spans.push(Span::new(format!("{glyph}{}  ", sanitize_tty(&tag.label(), LineBreaks::Mark)), sign.style));
        }
    }
    if row.tags.is_empty() {
        spans.push(Span::new("no tag  ", dim));
    }
    let notes: Vec<String> = project.notes_on(&row.target).iter().map(|(_, note)| one_line(&note.text)).collect();
    if notes.is_empty() {
        spans.push(Span::new(" note none  ", dim));
    } else {
        spans.push(Span::new(" note ", dim));
        spans.push(Span::new(format!("{}  ", cut(&notes.join("; "), 60)), Style::new()));
    }
    let cited = cited_words(app, &row.target);
    spans.push(Span::new(if cited.is_empty() { " cited nowhere" } else { " cited in " }, dim));
    spans.push(Span::new(cited, Style::new()));
    if let Some(drift) = app.session.drift_of(&row.target) {
        // Ahead of the rest, so that it is never what a narrow screen cuts.
        let sign = painter.theme.glyph(Glyph::Look);
        spans.insert(0, Span::new(format!("{sign} {} since  ", drift.words()), painter.style(Role::Warning)));
    }
    painter.put_spans(area.x + 2, area.y, area.width.saturating_sub(4), &spans);
}

/// The line of an entry as it is copied out: time, channel, headline, tags.
pub fn copied(app: &App, screen: &TimelineScreen, target: &Target) -> Option<String> {
    let row = screen.timeline.rows.get(screen.timeline.find(target)?)?;
    let zone = app.zone();
    let time = time_label(row, zone, WithDay::Shown);
    let tags: Vec<String> =
        row.tags.iter().filter_map(|id| app.session.project().tag(id)).map(|(_, tag)| tag.label()).collect();
    let tags = if tags.is_empty() { String::new() } else { format!("  [{}]", tags.join(", ")) };
    let offset = row.zone_of_time().offset_label(zone, row.at);
    let line = format!("{time} {offset}  {}  {}{tags}", from_words(app, row), one_line(row.headline.unsanitised()));
    Some(sanitize_tty(&line, LineBreaks::Mark).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_where_the_eye_knows_them() {
        let wide = Columns::of(120);
        assert_eq!((wide.from, wide.what, wide.tag, wide.note), (Some((22, 15)), (38, 54), Some((94, 22)), 117));
        let small = Columns::of(80);
        assert_eq!((small.from, small.what, small.tag, small.note), (None, (21, 38), Some((61, 15)), 77));
    }

    #[test]
    fn columns_never_overlap_however_narrow_the_screen_is() {
        for width in 20..240 {
            let columns = Columns::of(width);
            let what_end = columns.what.0 + columns.what.1;
            assert!(what_end <= columns.tag.map_or(columns.note, |(tag, _)| tag), "{width}");
            assert!(columns.tag.is_none_or(|(tag, cells)| tag + cells <= columns.note), "{width}");
        }
    }
}
