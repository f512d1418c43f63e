//! Draws the codebook: groups and tags with letter, share and count; beside it what a tag means.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::super::doc::{self, Doc};
use super::super::notation;
use super::TagsScreen;
use crate::analysis::activity::has_read;
use crate::base::id::TagId;
use crate::base::text::count_words;
use crate::project::model::Tag;
use crate::project::taxonomy::Taxonomy;
use crate::report::template::section_title;
use crate::tui::app::App;
use crate::tui::paint::{Fact, Heading, Painter, Span};
use crate::tui::theme::{Glyph, Role};
use crate::tui::view::ViewState;

/// Columns of the list: all of it, letter, bar, cells of the bar, end of the count.
#[derive(Debug, Clone, Copy)]
struct Columns {
    width: u16,
    letter: u16,
    bar: u16,
    bar_cells: u16,
    count_end: u16,
}

const WIDE: Columns = Columns { width: 45, letter: 24, bar: 27, bar_cells: 10, count_end: 42 };
const NARROW: Columns = Columns { width: 36, letter: 22, bar: 24, bar_cells: 5, count_end: 34 };

/// Cells of the list beside the detail; `None` where there is room for one of them only.
pub(super) const fn list_width(width: u16) -> Option<u16> {
    match width {
        100.. => Some(WIDE.width),
        72..100 => Some(NARROW.width),
        _ => None,
    }
}

#[derive(Debug, Clone, Copy)]
enum Line {
    Blank,
    Group(usize),
    Tag(usize),
}

/// Draws the list and the tag under the cursor.
pub(super) fn draw(app: &App, view: &mut ViewState, painter: &mut Painter<'_>, main: Rect) {
    let body = Rect { y: main.y + 2, height: main.height.saturating_sub(2), ..main };
    let columns = if main.width >= 100 { WIDE } else { NARROW };
    let list = Rect { width: columns.width.min(main.width), ..body };
    draw_list(app, view, painter, list, columns);
    if let Some(width) = list_width(main.width) {
        // On a narrow screen the row of the lists takes all of the width.
        let skip = if main.width >= 100 { 1 } else { 2 };
        let height = main.height.saturating_sub(skip);
        let detail = Rect { x: main.x + width, width: main.width - width, y: main.y + skip, height };
        split(painter, detail);
        if let Some(id) = app.tags.tag() {
            let air = 2 - skip;
            let below = Rect { y: detail.y + air, height: detail.height.saturating_sub(air), ..detail };
            meaning(app, id, detail.width).draw(painter, below, 0);
        }
    }
}

/// The dim edge between a list and what stands beside it.
pub(super) fn split(painter: &mut Painter<'_>, detail: Rect) {
    for y in detail.top()..detail.bottom() {
        painter.glyph(detail.x, y, Glyph::Track, painter.style(Role::Dim));
    }
}

fn lines(screen: &TagsScreen) -> Vec<Line> {
    let mut lines = Vec::new();
    for (nth, group) in screen.groups.iter().enumerate() {
        if nth > 0 {
            lines.push(Line::Blank);
        }
        lines.push(Line::Group(nth));
        lines.extend(group.tags.clone().map(Line::Tag));
    }
    lines
}

fn draw_list(app: &App, view: &mut ViewState, painter: &mut Painter<'_>, area: Rect, columns: Columns) {
    let screen = &app.tags;
    let lines = lines(screen);
    let height = usize::from(area.height);
    let at = lines.iter().position(|line| matches!(line, Line::Tag(place) if *place == screen.cursor())).unwrap_or(0);
    // The first tag brings the heading of its group into view.
    let at = if screen.cursor() == 0 { 0 } else { at };
    let top = view.list_top("tags", at, lines.len(), height.saturating_sub(1));
    let most = screen.tags.iter().map(|tag| screen.uses(tag).len()).max().unwrap_or(0);
    let rest = lines.len().saturating_sub(top + height);
    for (nth, line) in lines.iter().skip(top).take(height).enumerate() {
        let y = area.y + nth as u16;
        if rest > 0 && nth + 1 == height {
            let groups = lines.iter().skip(top + nth).filter(|line| matches!(line, Line::Group(_))).count();
            let words =
                if groups == 0 { "more below".to_owned() } else { count_words(groups, "more group", "more groups") };
            painter.put_cut(area.x + 2, y, area.width.saturating_sub(3), &words, painter.style(Role::Dim));
            break;
        }
        match line {
            Line::Blank => {}
            Line::Group(group) => group_line(app, painter, area, y, *group, columns),
            Line::Tag(place) => tag_line(app, painter, Rect { y, height: 1, ..area }, *place, most, columns),
        }
    }
}

fn group_line(app: &App, painter: &mut Painter<'_>, area: Rect, y: u16, group: usize, columns: Columns) {
    let screen = &app.tags;
    let Some(group) = screen.groups.get(group) else { return };
    let (sign, role) = painter.theme.group(Some(&group.name), "");
    painter.put(area.x + 2, y, 1, sign, painter.style(role));
    let title = if group.name.is_empty() { "without a group" } else { &group.name };
    painter.put_cut(area.x + 4, y, columns.bar.saturating_sub(4), title, painter.theme.bold(Role::Text));
    let uses: usize =
        screen.tags.get(group.tags.clone()).unwrap_or_default().iter().map(|tag| screen.uses(tag).len()).sum();
    let right = (area.x + columns.count_end).min(area.right());
    painter.put_right(right, y, &crate::base::text::thousands(uses), painter.style(Role::Dim));
}

fn tag_line(app: &App, painter: &mut Painter<'_>, row: Rect, place: usize, most: usize, columns: Columns) {
    let screen = &app.tags;
    let project = app.session.project();
    let Some((id, tag)) = screen.tags.get(place).and_then(|id| Some((id, project.tags().get(id)?))) else { return };
    let is_cursor = place == screen.cursor();
    if is_cursor {
        painter.glyph(row.x, row.y, Glyph::Cursor, painter.style(Role::Accent));
    }
    let name_style = if is_cursor { doc::cursor_cell(painter.theme) } else { Style::new() };
    painter.put_cut(row.x + 4, row.y, columns.letter.saturating_sub(5), &tag.name, name_style);
    if let Some(letter) = tag.key {
        painter.put(row.x + columns.letter, row.y, 1, &letter.to_string(), painter.style(Role::Accent));
    }
    let count = screen.uses(id).len();
    let weight = if is_cursor { Modifier::BOLD } else { Modifier::empty() };
    let dim = painter.style(Role::Dim);
    let bar = doc::part(painter.theme, usize::from(columns.bar_cells), count, most);
    painter.put(
        row.x + columns.bar,
        row.y,
        columns.bar_cells,
        &bar,
        if is_cursor { painter.style(Role::Accent) } else { dim },
    );
    if count > 0 {
        let right = (row.x + columns.count_end).min(row.right());
        painter.put_right(
            right,
            row.y,
            &crate::base::text::thousands(count),
            if is_cursor { Style::new().add_modifier(weight) } else { dim },
        );
    }
}

/// What a tag means, where it stands and what stands with it.
fn meaning(app: &App, id: &TagId, width: u16) -> Doc {
    let mut doc = Doc::new(app.settings.theme, width);
    let Some(tag) = app.session.project().tags().get(id) else { return doc };
    let name = notation::whole_tag(doc.theme(), tag);
    doc.cells(vec![(3, Span::new(name.text, name.style.add_modifier(Modifier::BOLD)))]);
    facts(app, &mut doc, id, tag);
    doc.blank();
    definition(&mut doc, id, tag);
    messages(app, &mut doc, id);
    together(app, &mut doc, id);
    unread(app, &mut doc, id);
    doc
}

fn facts(app: &App, doc: &mut Doc, id: &TagId, tag: &Tag) {
    let dim = doc.style(Role::Dim);
    let mut spans = vec![Span::new(if tag.key.is_some() { "hot letter" } else { "no hot letter" }, dim)];
    spans.extend(tag.key.map(|key| Span::new(key.to_string(), doc.style(Role::Accent))));
    spans.push(Span::new(count_words(app.tags.uses(id).len(), "use", "uses"), dim));
    let shipped = Taxonomy::embedded().definition(id);
    let template = app.session.project().template();
    let section = tag.section.clone().or_else(|| {
        shipped.and_then(|known| if template == "postmortem" { known.postmortem.clone() } else { known.howie.clone() })
    });
    if let Some(section) = section {
        spans.push(Span::new(format!("feeds the section {}", section_title(&section)), dim));
    }
    doc.labelled_spans(3, "", 3, spans);
}

fn definition(doc: &mut Doc, id: &TagId, tag: &Tag) {
    let shipped = Taxonomy::embedded().definition(id);
    let means = tag.definition.clone().or_else(|| shipped.map(|known| known.definition.clone())).unwrap_or_default();
    if means.is_empty() {
        doc.labelled(3, "means", 17, "not written down yet, e writes it", doc.style(Role::Dim));
    } else {
        doc.labelled(3, "means", 17, &means, Style::new());
    }
    doc.blank();
    let more = shipped.map(|known| {
        [("use it when", &known.use_when), ("not when", &known.not_when), ("for example", &known.example)]
    });
    for (label, words) in more.into_iter().flatten().filter(|(_, words)| !words.is_empty()) {
        doc.labelled(3, label, 17, words, if label == "for example" { doc.style(Role::Dim) } else { Style::new() });
        doc.blank();
    }
}

/// Most messages of a tag that are listed.
const MOST: usize = 8;

fn messages(app: &App, doc: &mut Doc, id: &TagId) {
    let uses = app.tags.uses(id);
    let fact = if uses.len() > MOST {
        format!("last {MOST} of {}, newest last", uses.len())
    } else {
        format!("{}, newest last", uses.len())
    };
    doc.heading_at(
        1,
        Heading { title: "Its messages".to_owned(), facts: vec![Fact::quiet(fact)], ..Heading::default() },
    );
    if uses.is_empty() {
        doc.text(3, "None yet. On Chat, t and its letter put it on; t / finds it by name.", doc.style(Role::Dim));
    }
    let (project, archive, dim) = (app.session.project(), &app.session.archive, doc.style(Role::Dim));
    let wide = doc.width() >= 60;
    for (_, target) in uses.iter().skip(uses.len().saturating_sub(MOST)) {
        let Some(said) = notation::said(project, archive, target) else { continue };
        let when = notation::moment(app.zone(), said.at, None);
        let hue = doc.theme().hue(&said.who_id);
        let mut cells = vec![(3, Span::new(when, dim))];
        let mut x = 17;
        if wide {
            cells.push((x, Span::new(notation::column(&said.place, 14), dim)));
            x += 16;
        }
        cells.push((x, Span::new(notation::column(&said.who, 6), doc.style(hue))));
        cells.push((x + 7, Span::new(said.words, Style::new())));
        doc.cells(cells);
    }
    doc.blank();
}

fn together(app: &App, doc: &mut Doc, id: &TagId) {
    let project = app.session.project();
    let mut counts: Vec<(&TagId, usize)> = app.tags.together(id).collect();
    counts.sort_by_key(|&(id, count)| (std::cmp::Reverse(count), id));
    let spans: Vec<Span> = counts
        .iter()
        .take(8)
        .filter_map(|&(id, count)| notation::counted_tag(doc.theme(), project, id, count))
        .collect();
    if spans.is_empty() {
        return;
    }
    doc.heading_at(1, Heading { title: "Often together with".to_owned(), ..Heading::default() });
    doc.labelled_spans(3, "", 3, spans);
    doc.blank();
}

fn unread(app: &App, doc: &mut Doc, id: &TagId) {
    let project = app.session.project();
    if project.investigators().len() < 2 {
        return;
    }
    let readers = |at, target| project.investigators().keys().filter(|who| has_read(project, who, target, at)).count();
    let alone =
        app.tags.uses(id).iter().filter(|(at, target)| target.message().is_some() && readers(*at, target) < 2).count();
    if alone > 0 {
        let verb = if alone == 1 { "is" } else { "are" };
        doc.text(
            3,
            &format!("{alone} of its messages {verb} not read by a second investigator."),
            doc.style(Role::Dim),
        );
    }
}
