//! Draws the other two lists of the Tags screen, notes and saved filters, and the row of all three.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::super::doc::{self, Doc};
use super::super::notation;
use super::codebook::list_width;
use super::{Tab, TagsScreen};
use crate::base::text::thousands;
use crate::project::model::{Note, QuestionState};
use crate::tui::app::App;
use crate::tui::paint::{Heading, Painter, Span};
use crate::tui::theme::{Glyph, Role};
use crate::tui::view::ViewState;

/// The row that names the three lists.
pub(super) fn tabs(app: &App, painter: &mut Painter<'_>, main: Rect) {
    let screen: &TagsScreen = &app.tags;
    let mut x = main.x + 3;
    for tab in Tab::ALL {
        let text = match tab {
            Tab::Codebook => "codebook".to_owned(),
            Tab::Notes => format!("notes {}", thousands(screen.notes.len())),
            Tab::Filters => format!("saved filters {}", thousands(screen.filters.len())),
        };
        let is_shown = tab == screen.tab;
        let text = if is_shown { format!("[{text}]") } else { text };
        let style = if is_shown { painter.theme.bold(Role::Text) } else { painter.style(Role::Dim) };
        x = painter.put(x, main.y + 1, main.right().saturating_sub(x + 1), &text, style) + 2;
    }
}

/// Draws all notes in the time order of what they stand on.
pub(super) fn notes(app: &App, view: &mut ViewState, painter: &mut Painter<'_>, main: Rect) {
    let screen = &app.tags;
    let body = Rect { y: main.y + 3, height: main.height.saturating_sub(3), ..main };
    if screen.notes.is_empty() {
        painter.paragraph(
            inner(body),
            "No note is written yet. On Chat, c writes one on the message under the cursor.",
            Style::new(),
        );
        return;
    }
    let height = usize::from(body.height);
    let detail_rows = if height > 16 { 8 } else { 0 };
    let list = height.saturating_sub(detail_rows);
    let top = view.list_top("notes", screen.cursor(), screen.notes.len(), list);
    for (place, id) in screen.notes.iter().enumerate().skip(top).take(list) {
        let Some(note) = app.session.project().notes().get(id) else { continue };
        let row = Rect { y: body.y + (place - top) as u16, height: 1, ..body };
        note_line(app, painter, row, note, place == screen.cursor());
    }
    let Some(note) = screen.note().and_then(|id| app.session.project().notes().get(id)) else { return };
    let below = Rect { y: body.y + list as u16, height: detail_rows as u16, ..body };
    if detail_rows > 0 {
        whole_note(app, note, main.width).draw(painter, below, 0);
    }
}

const fn inner(area: Rect) -> Rect {
    Rect { x: area.x + 3, y: area.y, width: area.width.saturating_sub(5), height: area.height }
}

fn note_line(app: &App, painter: &mut Painter<'_>, row: Rect, note: &Note, is_cursor: bool) {
    let (project, archive) = (app.session.project(), &app.session.archive);
    let said = notation::said(project, archive, &note.on);
    if is_cursor {
        painter.glyph(row.x, row.y, Glyph::Cursor, painter.style(Role::Accent));
    }
    let (sign, role) = sign_of(note);
    painter.glyph(row.x + 1, row.y, sign, painter.style(role));
    let when = said.as_ref().map_or_else(String::new, |said| notation::moment(app.zone(), said.at, None));
    let style = if is_cursor { doc::cursor_cell(painter.theme) } else { Style::new() };
    painter.put(row.x + 3, row.y, 12, &when, style);
    let dim = painter.style(Role::Dim);
    let mut x = row.x + 17;
    if row.width >= 79 {
        let place = said.as_ref().map_or("", |said| said.place.as_str());
        painter.put_cut(x, row.y, 15, place, dim);
        x += 17;
    }
    painter.put_cut(x, row.y, 3, &initials(app, note), dim);
    let weight = if is_cursor { painter.theme.bold(Role::Text) } else { Style::new() };
    painter.put_cut(x + 5, row.y, row.right().saturating_sub(x + 7), &note.text, weight);
}

fn initials(app: &App, note: &Note) -> String {
    let who = note.by.as_ref().and_then(|by| app.session.project().investigators().get(by));
    who.map_or_else(String::new, |who| who.initials.clone())
}

const fn sign_of(note: &Note) -> (Glyph, Role) {
    match &note.question {
        None => (Glyph::Note, Role::Text),
        Some(question) if matches!(question.state, QuestionState::Answered) => (Glyph::Done, Role::Dim),
        Some(_) => (Glyph::Question, Role::Warning),
    }
}

fn whole_note(app: &App, note: &Note, width: u16) -> Doc {
    let (project, archive) = (app.session.project(), &app.session.archive);
    let mut doc = Doc::new(app.settings.theme, width);
    doc.blank();
    let title = if note.question.is_some() { "Question" } else { "Note" };
    doc.heading(Heading { title: title.to_owned(), ..Heading::default() });
    doc.text(2, &note.text, Style::new());
    let by = note.by.as_ref().and_then(|by| project.investigators().get(by)).map(|who| who.name.clone());
    let when = note.at.map(|at| notation::moment(app.zone(), at, None));
    let state = note.question.as_ref().map(|question| match question.state {
        QuestionState::Open => "open",
        QuestionState::Asked => "asked",
        QuestionState::Answered => "answered",
    });
    let to = note.question.as_ref().and_then(|question| question.to.as_ref());
    let to =
        to.map(|id| crate::analysis::presence::Participant::find(project, archive, id).name.tty_line().into_owned());
    let off = note.off_record.then(|| "! off the record".to_owned());
    let parts = [by.map(|by| format!("by {by}")), when, to.map(|to| format!("to {to}")), state.map(str::to_owned), off];
    let dim = doc.style(Role::Dim);
    doc.labelled_spans(2, "", 2, parts.into_iter().flatten().map(|part| Span::new(part, dim)).collect());
    if let Some(said) = notation::said(project, archive, &note.on) {
        doc.labelled(2, "on", 6, &format!("{}: {}", said.who, said.words), dim);
    }
    doc
}

/// Draws the saved filters.
pub(super) fn filters(app: &App, view: &mut ViewState, painter: &mut Painter<'_>, main: Rect) {
    let screen = &app.tags;
    let body = Rect { y: main.y + 3, height: main.height.saturating_sub(3), ..main };
    if screen.filters.is_empty() {
        painter.paragraph(
            inner(body),
            "No filter is saved yet. On Chat, f s saves the chips of the pane under a name.",
            Style::new(),
        );
        return;
    }
    let top = view.list_top("filters", screen.cursor(), screen.filters.len(), usize::from(body.height));
    let wide = list_width(main.width).is_some();
    for (place, slug) in screen.filters.iter().enumerate().skip(top).take(usize::from(body.height)) {
        let Some(filter) = app.session.project().filters().get(slug) else { continue };
        let y = body.y + (place - top) as u16;
        let is_cursor = place == screen.cursor();
        if is_cursor {
            painter.glyph(body.x, y, Glyph::Cursor, painter.style(Role::Accent));
        }
        let style = if is_cursor { doc::cursor_cell(painter.theme) } else { Style::new() };
        let name_cells = if wide { 28 } else { 16 };
        painter.put_cut(body.x + 3, y, name_cells, &filter.name, style);
        let x = body.x + 4 + name_cells;
        let key = filter.key.map(String::from).unwrap_or_default();
        painter.put(x, y, 1, &key, painter.style(Role::Accent));
        painter.put_cut(x + 3, y, body.right().saturating_sub(x + 5), &filter.query, Style::new());
    }
}
