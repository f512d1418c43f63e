//! Draws the evidence beside the prose: what is tagged for the section, what of it is cited.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::Focus;
use super::draw::cited_share;
use crate::base::id::{PersonId, TagId};
use crate::base::text::RawString;
use crate::base::time::Zone;
use crate::report::evidence::{Said, SectionEvidence};
use crate::report::template::Template;
use crate::timeline::ToldZone;
use crate::tui::app::App;
use crate::tui::paint::{Heading, Painter, Span};
use crate::tui::pane::message::tag_span;
use crate::tui::theme::{Glyph, Role};
use crate::tui::view::ViewState;
use crate::tui::widget::wrap::wrap;

/// Most rows of what a piece says.
const MOST_ROWS: usize = 3;

/// A piece of evidence as it is drawn.
struct Piece<'a> {
    piece: &'a SectionEvidence,
    /// What it says; `None` where its evidence went since it was listed.
    said: Option<Said>,
}

impl<'a> Piece<'a> {
    fn of(app: &App, piece: &'a SectionEvidence) -> Self {
        Self { piece, said: piece.said(app.session.project(), &app.session.archive) }
    }

    /// What it says, in one line; printable.
    fn words(&self) -> String {
        self.said.as_ref().map_or_else(String::new, |said| said.headline.tty_line().replace('␊', " "))
    }

    /// Its hour and minute, with a mark where nobody knows their zone.
    fn time(&self, zone: Zone) -> String {
        let told = self.said.as_ref().map_or(ToldZone::Known, |said| self.piece.told_zone(said));
        told.shown_in(zone).minute(self.piece.at) + told.mark()
    }

    fn who(&self) -> RawString {
        self.said.as_ref().map_or_else(|| RawString::from("gone"), |said| said.evidence.short_who())
    }

    fn author(&self) -> Option<&PersonId> {
        self.said.as_ref()?.evidence.author_id.as_ref()
    }
}

/// Draws the whole list.
pub fn draw(app: &App, view: &mut ViewState, painter: &mut Painter<'_>, area: Rect) {
    let focused = app.report.focus == Focus::Evidence && app.report.writing.is_none();
    painter.heading(area, &Heading { title: "Evidence".to_owned(), facts: cited_share(app), focused, danger: false });
    let air = u16::from(area.height > 10);
    let area = Rect { y: area.y + 1 + air, height: area.height.saturating_sub(1 + air), ..area };
    let evidence = app.report.evidence();
    if evidence.is_empty() {
        // Before the first answer nobody knows whether there is none.
        if app.report.checks.is_known() {
            nothing(app, painter, area);
        }
        return;
    }
    let cells = usize::from(area.width.saturating_sub(5).max(8));
    let rows_of =
        |place: usize| evidence.get(place).map_or(0, |piece| 1 + rows(app, &Piece::of(app, piece), cells).len());
    let cursor = if focused { app.report.evidence_place() } else { 0 };
    let top = view.tall_list_top("report.evidence", cursor, evidence.len(), usize::from(area.height), rows_of);
    let mut y = area.y;
    for (place, piece) in evidence.iter().enumerate().skip(top) {
        if y >= area.bottom() {
            break;
        }
        let piece = Piece::of(app, piece);
        let here = focused && place == cursor;
        who(app, painter, area, y, &piece, here);
        y += 1;
        let style = if piece.piece.cited { painter.style(Role::Dim) } else { Style::new() };
        for words in rows(app, &piece, cells).into_iter().take(usize::from(area.bottom() - y)) {
            painter.put(area.x + 3, y, area.width.saturating_sub(5), &words, style);
            if here {
                painter.glyph(area.x, y, Glyph::Cursor, painter.style(Role::Accent));
            }
            y += 1;
        }
    }
    legend(app, painter, Rect { y: y + 1, height: area.bottom().saturating_sub(y + 1), ..area });
}

fn nothing(app: &App, painter: &mut Painter<'_>, area: Rect) {
    let inner = Rect { x: area.x + 3, width: area.width.saturating_sub(5).max(1), ..area };
    painter.paragraph(
        inner,
        "Nothing is tagged for this section yet. @ in the text cites anything annotated.",
        painter.style(Role::Dim),
    );
    let y = area.y + 4;
    legend(app, painter, Rect { y, height: area.bottom().saturating_sub(y), ..area });
}

/// The rows of what a piece says, below that of its time.
fn rows(app: &App, piece: &Piece<'_>, cells: usize) -> Vec<String> {
    let words = piece.words();
    let all = wrap(&words, cells);
    let is_cut = all.len() > MOST_ROWS;
    let shown = all.into_iter().take(MOST_ROWS);
    let mut rows: Vec<String> = shown.map(|row| words.get(row).unwrap_or("").to_owned()).collect();
    if let Some(last) = rows.last_mut().filter(|_| is_cut) {
        last.push(' ');
        last.push_str(app.settings.theme.glyph(Glyph::Cut));
    }
    rows
}

fn who(app: &App, painter: &mut Painter<'_>, area: Rect, y: u16, piece: &Piece<'_>, here: bool) {
    let (sign, sign_style) = mark(painter, piece.piece);
    painter.put(area.x + 1, y, 1, sign, sign_style);
    let style = if here { painter.theme.bold(Role::Accent).add_modifier(Modifier::REVERSED) } else { Style::new() };
    if here {
        painter.glyph(area.x, y, Glyph::Cursor, painter.style(Role::Accent));
    }
    let x = painter.put(area.x + 3, y, area.width.saturating_sub(5), &piece.time(app.zone()), style) + 1;
    let style = match piece.author() {
        Some(id) => painter.style(painter.theme.hue(id.as_str())),
        None => painter.style(Role::Dim),
    };
    painter.put_cut(x, y, area.right().saturating_sub(x + 2), &piece.who().tty_line(), style);
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
    let facts = cited_share(app);
    painter.heading(area, &Heading { title: "Evidence".to_owned(), facts, focused: false, danger: false });
    let uncited = app.report.evidence().iter().filter(|piece| !piece.cited);
    let rows = usize::from(area.height.saturating_sub(1));
    let mut y = area.y + 1;
    for piece in uncited.take(rows) {
        let (sign, style) = mark(painter, piece);
        painter.put(area.x + 1, y, 1, sign, style);
        let piece = Piece::of(app, piece);
        let x = painter.put(area.x + 3, y, area.width, &piece.time(app.zone()), Style::new()) + 1;
        painter.put_cut(x, y, 6, &piece.who().tty_line(), painter.style(Role::Dim));
        painter.put_cut(x + 7, y, area.right().saturating_sub(x + 9), &piece.words(), Style::new());
        y += 1;
    }
    if y == area.y + 1 && y < area.bottom() && app.report.checks.is_known() {
        let words = if app.report.evidence().is_empty() {
            "nothing is tagged for this section yet"
        } else {
            "all of it is cited"
        };
        painter.put_cut(area.x + 3, y, area.width.saturating_sub(5), words, painter.style(Role::Dim));
    }
}
