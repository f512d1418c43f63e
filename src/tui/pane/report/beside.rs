//! Draws the evidence beside the prose: what is tagged for the section, what of it is cited.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::Focus;
use super::draw::cited_share;
use crate::base::id::TagId;
use crate::report::evidence::SectionEvidence;
use crate::report::template::Template;
use crate::tui::app::App;
use crate::tui::paint::{Fact, Heading, Painter, Span};
use crate::tui::pane::message::tag_span;
use crate::tui::theme::{Glyph, Role};
use crate::tui::view::ViewState;
use crate::tui::widget::wrap::wrap;

/// Most rows of what a piece says.
const MOST_ROWS: usize = 3;

/// One row of the list.
enum Line<'a> {
    /// Time and who.
    Who(usize, &'a SectionEvidence),
    /// A row of what is said.
    Says(usize, String, bool),
}

/// Draws the whole list.
pub fn draw(app: &App, view: &mut ViewState, painter: &mut Painter<'_>, area: Rect) {
    let focused = app.report.focus == Focus::Evidence && app.report.writing.is_none();
    let facts = vec![Fact::quiet(cited_share(app))];
    painter.heading(area, &Heading { title: "Evidence".to_owned(), facts, focused, danger: false });
    let air = u16::from(area.height > 10);
    let area = Rect { y: area.y + 1 + air, height: area.height.saturating_sub(1 + air), ..area };
    if app.report.evidence.is_empty() {
        let inner = Rect { x: area.x + 3, width: area.width.saturating_sub(5).max(1), ..area };
        painter.paragraph(
            inner,
            "Nothing is tagged for this section yet. @ in the text cites anything annotated.",
            painter.style(Role::Dim),
        );
        let y = area.y + 4;
        legend(app, painter, Rect { y, height: area.bottom().saturating_sub(y), ..area });
        return;
    }
    let lines = lines(app, usize::from(area.width.saturating_sub(5).max(8)));
    let cursor = lines.iter().position(|line| matches!(line, Line::Who(ix, _) if *ix == app.report.evidence_place()));
    let height = usize::from(area.height);
    let cursor = if focused { cursor.unwrap_or(0) } else { 0 };
    let top = view.list_top("report.evidence", cursor, lines.len(), height);
    let mut y = area.y;
    for line in lines.iter().skip(top).take(height) {
        match line {
            Line::Who(ix, piece) => who(app, painter, area, y, piece, focused && *ix == app.report.evidence_place()),
            Line::Says(ix, words, cited) => {
                let style = if *cited { painter.style(Role::Dim) } else { Style::new() };
                painter.put(area.x + 3, y, area.width.saturating_sub(5), words, style);
                if focused && *ix == app.report.evidence_place() {
                    painter.glyph(area.x, y, Glyph::Cursor, painter.style(Role::Accent));
                }
            }
        }
        y += 1;
    }
    legend(app, painter, Rect { y: y + 1, height: area.bottom().saturating_sub(y + 1), ..area });
}

fn lines(app: &App, cells: usize) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    for (ix, piece) in app.report.evidence.iter().enumerate() {
        lines.push(Line::Who(ix, piece));
        let says = says(piece);
        let rows = wrap(&says, cells);
        let cut = rows.len() > MOST_ROWS;
        for (nth, row) in rows.into_iter().take(MOST_ROWS).enumerate() {
            let mut words = says.get(row).unwrap_or("").to_owned();
            if cut && nth + 1 == MOST_ROWS {
                words.push(' ');
                words.push_str(app.settings.theme.glyph(Glyph::Cut));
            }
            lines.push(Line::Says(ix, words, piece.cited));
        }
    }
    lines
}

/// What a piece says, in one line; printable.
fn says(piece: &SectionEvidence) -> String {
    piece.headline.tty_line().replace('␊', " ")
}

/// Its hour and minute, with a mark where nobody knows their zone.
fn time_of(app: &App, piece: &SectionEvidence) -> String {
    let told = piece.told_zone();
    told.shown_in(app.zone()).minute(piece.at) + told.mark()
}

fn who(app: &App, painter: &mut Painter<'_>, area: Rect, y: u16, piece: &SectionEvidence, here: bool) {
    let (sign, sign_style) = mark(painter, piece);
    painter.put(area.x + 1, y, 1, sign, sign_style);
    let time = time_of(app, piece);
    let style = if here { painter.theme.bold(Role::Accent).add_modifier(Modifier::REVERSED) } else { Style::new() };
    if here {
        painter.glyph(area.x, y, Glyph::Cursor, painter.style(Role::Accent));
    }
    let x = painter.put(area.x + 3, y, area.width.saturating_sub(5), &time, style) + 1;
    let name = piece.evidence.short_who();
    let style = match &piece.evidence.author_id {
        Some(id) => painter.style(painter.theme.hue(id.as_str())),
        None => painter.style(Role::Dim),
    };
    painter.put_cut(x, y, area.right().saturating_sub(x + 2), &name.tty_line(), style);
}

fn mark(painter: &Painter<'_>, piece: &SectionEvidence) -> (&'static str, Style) {
    if piece.cited {
        (painter.theme.glyph(Glyph::Done), painter.style(Role::Saved))
    } else {
        (painter.theme.glyph(Glyph::Empty), painter.theme.bold(Role::Text))
    }
}

/// What the signs mean, and which tags feed the section.
fn legend(app: &App, painter: &mut Painter<'_>, area: Rect) {
    let dim = painter.style(Role::Dim);
    let project = app.session.project();
    let Some(section) = Template::of(project).section(app.report.key()) else { return };
    let tags: Vec<Span> = section
        .tags
        .iter()
        .filter_map(|label| project.tag(&TagId::from_label(label)).map(|(_, tag)| tag_span(painter.theme, tag)))
        .collect();
    let [done, empty] = [Glyph::Done, Glyph::Empty].map(|sign| painter.theme.glyph(sign));
    let cells = area.width.saturating_sub(2);
    let rows = [
        format!("{done} cited   {empty} tagged, not yet cited"),
        String::new(),
        "tags that feed this section".to_owned(),
    ];
    let mut y = area.y;
    for row in rows.iter().take(if tags.is_empty() { 1 } else { 3 }) {
        if y >= area.bottom() {
            return;
        }
        painter.put_cut(area.x + 1, y, cells, row, dim);
        y += 1;
    }
    let mut x = area.x + 1;
    for tag in tags {
        let room = area.right().saturating_sub(2);
        if x > area.x + 1 && x + tag.width() as u16 > room {
            (x, y) = (area.x + 1, y + 1);
        }
        if y >= area.bottom() {
            return;
        }
        x = painter.put_cut(x, y, room.saturating_sub(x), &tag.text, tag.style) + 3;
    }
}

/// Draws a heading and what is not cited yet, one row each: below the prose of narrow screens.
pub fn draw_uncited(app: &App, painter: &mut Painter<'_>, area: Rect) {
    let facts = vec![Fact::quiet(cited_share(app))];
    painter.heading(area, &Heading { title: "Evidence".to_owned(), facts, focused: false, danger: false });
    let uncited = app.report.evidence.iter().filter(|piece| !piece.cited);
    let rows = usize::from(area.height.saturating_sub(1));
    let mut y = area.y + 1;
    for piece in uncited.take(rows) {
        let (sign, style) = mark(painter, piece);
        painter.put(area.x + 1, y, 1, sign, style);
        let who = piece.evidence.short_who();
        let x = painter.put(area.x + 3, y, area.width, &time_of(app, piece), Style::new()) + 1;
        painter.put_cut(x, y, 6, &who.tty_line(), painter.style(Role::Dim));
        painter.put_cut(x + 7, y, area.right().saturating_sub(x + 9), &says(piece), Style::new());
        y += 1;
    }
    if y == area.y + 1 && y < area.bottom() {
        let words = if app.report.evidence.is_empty() {
            "nothing is tagged for this section yet"
        } else {
            "all of it is cited"
        };
        painter.put_cut(area.x + 3, y, area.width.saturating_sub(5), words, painter.style(Role::Dim));
    }
}
