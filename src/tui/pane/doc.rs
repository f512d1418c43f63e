//! A page of rows that is read rather than edited: headings, labels with wrapped words, bars. Cards
//! and the lower parts of screens are made of it.
//!
//! Columns are counted from the left edge of the place it is drawn in; words are wrapped when they are
//! added, so a page knows its height.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::base::text::{LineBreaks, sanitize_tty, shown, size_words, width};
use crate::tui::paint::{Heading, Painter, Span};
use crate::tui::theme::{Glyph, Role, Theme};
use crate::tui::widget::wrap::wrap;

/// The widest measure of running text.
pub const MEASURE: usize = 72;

/// One row.
#[derive(Debug, Clone)]
enum DocRow {
    Heading(u16, Heading),
    Cells(Vec<(u16, Span)>),
}

/// A page of rows.
#[derive(Debug, Clone)]
pub struct Doc {
    theme: Theme,
    width: u16,
    rows: Vec<DocRow>,
    cursor: Option<usize>,
}

impl Doc {
    /// A page for a place of so many columns.
    pub const fn new(theme: Theme, width: u16) -> Self {
        Self { theme, width, rows: Vec::new(), cursor: None }
    }

    /// How many rows it has.
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has none.
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Columns of the place it is made for.
    pub const fn width(&self) -> u16 {
        self.width
    }

    /// The style of a role.
    pub fn style(&self, role: Role) -> Style {
        self.theme.style(role)
    }

    /// Its signs and colours.
    pub const fn theme(&self) -> Theme {
        self.theme
    }

    /// An underlined row.
    pub fn heading(&mut self, heading: Heading) {
        self.heading_at(0, heading);
    }

    /// An underlined row that begins at a column.
    pub fn heading_at(&mut self, x: u16, heading: Heading) {
        self.rows.push(DocRow::Heading(x, heading));
    }

    /// An empty row.
    pub fn blank(&mut self) {
        self.cells(Vec::new());
    }

    /// Runs of text at columns; each is cut where the next one begins.
    pub fn cells(&mut self, cells: Vec<(u16, Span)>) {
        self.rows.push(DocRow::Cells(cells));
    }

    /// The next row is the cursor's.
    pub const fn cursor_here(&mut self) {
        self.cursor = Some(self.rows.len());
    }

    /// The row of the cursor.
    pub const fn cursor(&self) -> Option<usize> {
        self.cursor
    }

    /// A dim label and words beside it, wrapped at their own column.
    pub fn labelled(&mut self, x: u16, label: &str, text_x: u16, text: &str, style: Style) {
        let first = self.rows.len();
        self.text(text_x, text, style);
        self.mark(first, x, Span::new(label, self.style(Role::Dim)));
    }

    /// A dim label and runs of text two cells apart beside it, wrapped at their own column.
    pub fn labelled_spans(&mut self, x: u16, label: &str, text_x: u16, spans: Vec<Span>) {
        let mut at = text_x;
        let mut row = vec![(x, Span::new(label, self.style(Role::Dim)))];
        for span in spans {
            let cells = width(&sanitize_tty(&span.text, LineBreaks::Mark)) as u16;
            if at > text_x && at + cells > self.right() {
                self.cells(std::mem::take(&mut row));
                at = text_x;
            }
            row.push((at, span));
            at += cells + 2;
        }
        self.cells(row);
    }

    /// Words wrapped at a column to a measure that is good to read; line breaks stay.
    pub fn text(&mut self, x: u16, text: &str, style: Style) {
        self.wrapped(x, text, style, MEASURE);
    }

    /// One sentence of ours, over all of the width.
    pub fn sentence(&mut self, x: u16, text: &str, style: Style) {
        self.wrapped(x, text, style, usize::MAX);
    }

    fn wrapped(&mut self, x: u16, text: &str, style: Style, most: usize) {
        let (text, rest) = shown(text);
        let clean = sanitize_tty(text, LineBreaks::Keep);
        let measure = usize::from(self.right().saturating_sub(x)).clamp(1, most);
        for line in wrap(&clean, measure) {
            self.cells(vec![(x, Span::new(clean.get(line).unwrap_or(""), style))]);
        }
        if rest > 0 {
            let words = format!("{} more are not drawn; exports hold them", size_words(rest as u64));
            self.cells(vec![(x, Span::new(words, self.style(Role::Warning)))]);
        }
    }

    /// Puts a sign or word at the beginning of a row that was added before.
    pub fn mark(&mut self, row: usize, x: u16, span: Span) {
        if let Some(DocRow::Cells(cells)) = self.rows.get_mut(row) {
            cells.insert(0, (x, span));
        }
    }

    /// The column after the last one that is written on.
    pub const fn right(&self) -> u16 {
        self.width.saturating_sub(2)
    }

    /// Draws the rows from `top` on that fit.
    pub fn draw(&self, painter: &mut Painter<'_>, area: Rect, top: usize) {
        for (place, row) in self.rows.iter().enumerate().skip(top).take(usize::from(area.height)) {
            let y = area.y + (place - top) as u16;
            match row {
                DocRow::Heading(x, heading) => {
                    let place = Rect { x: area.x + x, y, width: area.width.saturating_sub(*x), height: 1 };
                    painter.heading(place, heading);
                }
                DocRow::Cells(cells) => draw_cells(painter, area, y, cells),
            }
            if self.cursor == Some(place) {
                painter.glyph(area.x, y, Glyph::Cursor, self.style(Role::Accent));
            }
        }
    }

    /// The first row to show so that the cursor's row is in sight with `below` rows from it on, moved as
    /// little as may be from `top`; so many that there are none shows the end of the page.
    pub fn follow(&self, top: usize, height: u16, below: usize) -> usize {
        let (row, rows) = (self.cursor.unwrap_or(0), usize::from(height));
        let needed = row.saturating_add(below).saturating_sub(rows);
        self.top(top.min(row.saturating_sub(2)).max(needed), height)
    }

    /// The first row to show so that as much as possible is seen below `wanted`.
    pub fn top(&self, wanted: usize, height: u16) -> usize {
        wanted.min(self.rows.len().saturating_sub(usize::from(height)))
    }
}

fn draw_cells(painter: &mut Painter<'_>, area: Rect, y: u16, cells: &[(u16, Span)]) {
    for (place, (x, span)) in cells.iter().enumerate() {
        let next = cells.get(place + 1).map_or(area.width.saturating_sub(1), |(next, _)| *next);
        let room = next.min(area.width).saturating_sub(*x);
        if room > 0 {
            painter.put_cut(area.x + x, y, room, &span.text, span.style);
        }
    }
}

/// Right-aligns a count in so many cells.
pub fn right_aligned(count: usize, cells: usize) -> String {
    format!("{:>cells$}", crate::base::text::thousands(count))
}

/// Heights over time as signs; where nothing is, a blank, or the lowest sign when `floor` is set.
pub fn bars(theme: Theme, heights: &[Option<usize>], floor: bool) -> String {
    heights
        .iter()
        .map(|height| height.map_or_else(|| if floor { theme.block(0) } else { " " }, |level| theme.block(level)))
        .collect()
}

/// The cell by which the row of the cursor is known.
pub fn cursor_cell(theme: Theme) -> Style {
    theme.bold(Role::Accent).add_modifier(Modifier::REVERSED)
}

/// The part of a bar that is full, drawn without its rest.
pub fn part(theme: Theme, cells: usize, part: usize, whole: usize) -> String {
    let filled = if part == 0 { 0 } else { (cells * part).div_ceil(whole.max(1)).clamp(1, cells.max(1)) };
    theme.glyph(Glyph::Heavy).repeat(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_hang_at_their_column_and_the_page_knows_its_height() {
        let mut doc = Doc::new(Theme::default(), 20);
        doc.labelled(2, "means", 8, "one two three four", Style::new());
        assert_eq!(doc.len(), 2);
        assert_eq!((doc.top(9, 1), doc.top(9, 5)), (1, 0));
    }

    #[test]
    fn a_page_follows_its_cursor_no_further_than_it_must() {
        let mut doc = Doc::new(Theme::default(), 20);
        (0..20).for_each(|_| doc.blank());
        doc.cursor_here();
        (0..10).for_each(|_| doc.blank());
        assert_eq!(doc.follow(0, 10, 2), 12);
        assert_eq!(doc.follow(15, 10, 2), 15);
        assert_eq!(doc.follow(29, 10, 2), 18);
        assert_eq!(doc.follow(0, 10, usize::MAX), 20);
    }

    #[test]
    fn a_share_shows_when_there_is_any() {
        let theme = Theme { ascii: true, ..Theme::default() };
        assert_eq!(part(theme, 10, 1, 1000), "=");
        assert_eq!(part(theme, 10, 0, 5), "");
        assert_eq!(part(theme, 4, 9, 9), "====");
        assert_eq!(bars(theme, &[None, Some(7)], true), "_#");
    }
}
