//! Investigations side by side: a measure a row, a project a column, and below them where the values
//! of the row come from.

use std::cell::Cell;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::many::{ask_file, ask_first, ask_projects, reading};
use crate::base::text::count_words;
use crate::export::compare::render_csv;
use crate::report::compare::{Column, Row, rows};
use crate::tui::app::App;
use crate::tui::ctx::Ctx;
use crate::tui::key::{Code, Key};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::many::words_of;
use crate::tui::paint::{Fact, Heading, Hint, Painter, Span};
use crate::tui::pane::doc::{self, Doc};
use crate::tui::theme::Role;
use crate::tui::widget::wrap::wrap;

/// Cells of the column that names measures.
const MEASURES: u16 = 31;
/// The fewest cells of a project's column.
const LEAST: u16 = 24;

/// Investigations side by side.
pub struct Compare {
    cursor: usize,
    /// How many projects are passed over beside the first one.
    first: usize,
    top: Cell<usize>,
}

/// Shows the projects that were read; asks which, when none were.
pub fn open(ctx: &mut Ctx<'_>) {
    ctx.open(Compare { cursor: 0, first: 0, top: Cell::new(0) });
    ask_first(ctx);
}

/// The columns, that of the open project first.
fn columns(app: &App) -> Vec<Column> {
    let Some(gathered) = &app.many.gathered else { return Vec::new() };
    let is_open = |path: &std::path::PathBuf| app.session.path.as_ref() == Some(path);
    let mut all: Vec<_> = gathered.columns.iter().collect();
    all.sort_by_key(|(path, _)| !is_open(path));
    all.into_iter().map(|(_, column)| column.clone()).collect()
}

/// How many projects have room side by side.
fn room(width: u16) -> usize {
    usize::from((width.saturating_sub(MEASURES + 5) / (LEAST + 2)).max(1))
}

impl Compare {
    fn doc(&self, app: &App, width: u16) -> Doc {
        let mut doc = Doc::new(app.settings.theme, width);
        let all = columns(app);
        // The first column stays where it is; the others pass beside it.
        let others = all.iter().skip(1 + self.first).take(room(width).saturating_sub(1).max(1));
        let shown: Vec<Column> = all.iter().take(1).chain(others).cloned().collect();
        let facts = vec![
            Fact::quiet(words_of(&app.many.paths)),
            Fact::quiet(format!("{} of {}", shown.len(), count_words(all.len(), "project", "projects"))),
        ];
        doc.heading(Heading { title: "Side by side".to_owned(), facts, focused: true, danger: false });
        if app.many.gathered.is_none() {
            doc.text(3, &reading(app), doc.style(Role::Dim));
            return doc;
        }
        if shown.is_empty() {
            doc.text(3, "No project is there. o names another folder.", doc.style(Role::Dim));
            return doc;
        }
        self.table(&mut doc, &shown);
        doc
    }

    fn table(&self, doc: &mut Doc, shown: &[Column]) {
        let cells = doc.right().saturating_sub(MEASURES + 3) / shown.len().max(1) as u16;
        let x_of = |nth: usize| MEASURES + 3 + nth as u16 * cells;
        let bold = doc.theme().bold(Role::Text);
        doc.cells(shown.iter().enumerate().map(|(nth, column)| (x_of(nth), Span::new(&column.title, bold))).collect());
        let rows = rows(shown);
        for (nth, row) in rows.iter().enumerate() {
            Self::row(doc, row, nth == self.cursor, cells, &x_of);
        }
        doc.blank();
        let Some(row) = rows.get(self.cursor) else { return };
        doc.heading(Heading { title: "Where it comes from".to_owned(), ..Heading::default() });
        for (column, value) in shown.iter().zip(&row.values) {
            doc.labelled(3, &column.title, 24, &value.from, Style::new());
        }
    }

    /// A row as high as its longest value.
    fn row(doc: &mut Doc, row: &Row<'_>, is_cursor: bool, cells: u16, x_of: &dyn Fn(usize) -> u16) {
        let measure = usize::from(cells.saturating_sub(2).max(8));
        let lines: Vec<Vec<String>> = row.values.iter().map(|value| lines(&value.words, measure)).collect();
        let height = lines.iter().map(Vec::len).max().unwrap_or(1).max(1);
        if is_cursor {
            doc.cursor_here();
        }
        let known_by = if is_cursor { doc::cursor_cell(doc.theme()) } else { doc.style(Role::Dim) };
        for line in 0..height {
            let mut spans = vec![(3, Span::new(if line == 0 { row.measure } else { "" }, known_by))];
            for (nth, words) in lines.iter().enumerate() {
                let words = words.get(line).cloned().unwrap_or_default();
                spans.push((x_of(nth), Span::new(words, Style::new())));
            }
            doc.cells(spans);
        }
    }
}

fn lines(text: &str, measure: usize) -> Vec<String> {
    let clean = crate::base::text::sanitize_tty(text, crate::base::text::LineBreaks::Mark);
    wrap(&clean, measure).into_iter().filter_map(|line| clean.get(line).map(str::to_owned)).collect()
}

impl Layer for Compare {
    fn dock(&self, _: &App, _: Rect) -> Dock {
        Dock::Full
    }

    fn draw(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        let doc = self.doc(app, area.width);
        // At the last measure the places its values come from are in sight too.
        let is_last = rows(&columns(app)).len() <= self.cursor + 1;
        let below = if is_last { usize::MAX } else { 3 };
        self.top.set(doc.follow(self.top.get(), area.height, below));
        doc.draw(painter, area, self.top.get());
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        let all = columns(ctx.app);
        let last = rows(&all).len().saturating_sub(1);
        let most = all.len().saturating_sub(room(ctx.app.size.width).max(2));
        match (key.code(), key.typed()) {
            (Code::Esc, _) | (_, Some('q')) => return Ok(Flow::Close),
            (Code::Down, _) | (_, Some('j')) => self.cursor = (self.cursor + 1).min(last),
            (Code::Up, _) | (_, Some('k')) => self.cursor = self.cursor.saturating_sub(1),
            (Code::Home, _) => self.cursor = 0,
            (Code::End, _) | (_, Some('G')) => self.cursor = last,
            (Code::Right, _) | (_, Some('l')) => self.first = (self.first + 1).min(most),
            (Code::Left, _) | (_, Some('h')) => self.first = self.first.saturating_sub(1),
            (_, Some('o')) => {
                self.first = 0;
                ask_projects(ctx);
            }
            (_, Some('m')) => {
                super::many::open(ctx);
                return Ok(Flow::Close);
            }
            (_, Some('X')) => {
                let text = render_csv(&all);
                ask_file(ctx, "compare.csv", text);
            }
            _ => return Ok(Flow::Pass),
        }
        Ok(Flow::Used)
    }

    fn hints(&self, _: &App) -> Vec<Hint> {
        vec![
            Hint::new("j k", "measure"),
            Hint::new("h l", "projects"),
            Hint::new("o", "other projects"),
            Hint::new("m", "who took part"),
            Hint::new("X", "export"),
            Hint::new("Esc", "back"),
        ]
    }

    fn name(&self) -> &'static str {
        "compare"
    }
}
