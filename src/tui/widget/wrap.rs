//! Soft wrap: text to rows that fit a width, as byte ranges into that text.
//!
//! A row never takes more cells than the width, unless one cluster alone is wider. Ranges are in
//! order and do not overlap; what lies between two of them is a line break or the spaces at a soft
//! break. Cells are counted as [`sanitize_tty`] prints a cluster, so text may be shown by passing a
//! row through it, and text that passed it before is counted the same.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation as _;

use crate::base::text::{LineBreaks, clusters, sanitize_tty, width};

/// Cells that one cluster takes when it is shown in a line.
pub fn cluster_cells(cluster: &str) -> usize {
    match cluster.as_bytes() {
        [b' '..=b'~'] => 1,
        _ => width(&sanitize_tty(cluster, LineBreaks::Mark)),
    }
}

/// Cells of a piece of text, cluster by cluster, as a buffer of cells counts them.
pub fn cells(text: &str) -> usize {
    clusters(text).map(|(_, cluster)| cluster_cells(cluster)).sum()
}

/// Wraps `text` at spaces to rows of at most `width` cells; a word longer than a row breaks hard,
/// line feeds stay, and there is always at least one row.
///
/// ```
/// use meanwhile::tui::widget::wrap::wrap;
///
/// let text = "no alarm went off";
/// let rows: Vec<&str> = wrap(text, 9).into_iter().filter_map(|row| text.get(row)).collect();
/// assert_eq!(rows, ["no alarm", "went off"]);
/// ```
pub fn wrap(text: &str, width: usize) -> Vec<Range<usize>> {
    let mut wrapper = Wrapper::new(text, width.max(1));
    for (at, cluster) in clusters(text) {
        wrapper.take(at, cluster);
    }
    wrapper.finish()
}

/// Whether a row may end at this cluster, which is then not shown at the row's end.
fn is_breaking_space(cluster: &str) -> bool {
    let mut chars = cluster.chars();
    match (chars.next(), chars.next()) {
        // No-break spaces are there to keep words together.
        (Some('\u{a0}' | '\u{202f}' | '\u{2007}'), _) => false,
        (Some(c), None) => c.is_whitespace() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{85}' | '\r'),
        _ => false,
    }
}

struct Wrapper<'t> {
    text: &'t str,
    width: usize,
    rows: Vec<Range<usize>>,
    /// The row under work: where it starts, where its last word ends, the cells up to there.
    row: Range<usize>,
    used: usize,
    /// Cells of the spaces since the last word.
    gap: usize,
    /// The word under work and its cells.
    word: Range<usize>,
    word_cells: usize,
}

impl<'t> Wrapper<'t> {
    const fn new(text: &'t str, width: usize) -> Self {
        Self { text, width, rows: Vec::new(), row: 0..0, used: 0, gap: 0, word: 0..0, word_cells: 0 }
    }

    fn take(&mut self, at: usize, cluster: &str) {
        let end = at + cluster.len();
        if matches!(cluster, "\n" | "\r\n") {
            self.end_line(at);
            self.row = end..end;
            self.word = end..end;
            return;
        }
        let cells = cluster_cells(cluster);
        if is_breaking_space(cluster) {
            self.place_word();
            self.gap += cells;
            self.word = end..end;
        } else if cells == 2 && !cluster.is_ascii() {
            // Ideographs may part anywhere.
            self.place_word();
            (self.word, self.word_cells) = (at..end, cells);
            self.place_word();
        } else {
            self.word.end = end;
            self.word_cells += cells;
        }
    }

    fn place_word(&mut self) {
        let word = self.word.clone();
        self.word.start = word.end;
        let cells = std::mem::take(&mut self.word_cells);
        if word.is_empty() {
            return;
        }
        if self.used + self.gap + cells <= self.width {
            self.used += self.gap + cells;
            self.gap = 0;
            self.row.end = word.end;
            return;
        }
        if self.used == 0 && self.gap < self.width {
            // Only an indent so far: the word goes on beside it.
            self.used = std::mem::take(&mut self.gap);
        } else {
            self.push_row(word.start);
        }
        self.place_clusters(word);
    }

    fn place_clusters(&mut self, word: Range<usize>) {
        let text = self.text.get(word.clone()).unwrap_or("");
        for (at, cluster) in clusters(text) {
            let cells = cluster_cells(cluster);
            if self.used > 0 && self.used + cells > self.width {
                self.row.end = self.row.end.max(self.row.start);
                self.push_row(word.start + at);
            }
            self.used += cells;
            self.row.end = word.start + at + cluster.len();
        }
    }

    fn push_row(&mut self, next: usize) {
        self.rows.push(std::mem::replace(&mut self.row, next..next));
        self.used = 0;
        self.gap = 0;
    }

    /// Ends a line of the text at `at`: its last spaces are shown as far as there is room.
    fn end_line(&mut self, at: usize) {
        self.place_word();
        let spaces = self.text.get(self.row.end..at).unwrap_or("");
        let mut room = self.width.saturating_sub(self.used);
        for (_, space) in clusters(spaces) {
            let Some(left) = room.checked_sub(cluster_cells(space)) else { break };
            room = left;
            self.row.end += space.len();
        }
        self.push_row(at);
    }

    fn finish(mut self) -> Vec<Range<usize>> {
        self.end_line(self.text.len());
        self.rows
    }
}

/// Rows of an editable text and where its places are on them.
///
/// One cell is kept free at the end of a row, for the caret after its last cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    ranges: Vec<Range<usize>>,
    width: usize,
}

impl Rows {
    /// Wraps `text` for a field of `width` cells.
    pub fn new(text: &str, width: usize) -> Self {
        let width = width.max(2);
        Self { ranges: wrap(text, width - 1), width }
    }

    /// The rows as byte ranges.
    pub fn ranges(&self) -> &[Range<usize>] {
        &self.ranges
    }

    /// How many rows there are, at least one.
    pub const fn len(&self) -> usize {
        self.ranges.len()
    }

    /// Never: an empty text has one empty row.
    pub const fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// The row that holds byte `at`.
    pub fn row_of(&self, at: usize) -> usize {
        self.ranges.partition_point(|row| row.start <= at).saturating_sub(1)
    }

    /// Column and row of byte `at`; within the spaces of a soft break the column stops at the edge.
    pub fn cell_of(&self, text: &str, at: usize) -> (usize, usize) {
        let row = self.row_of(at);
        let start = self.ranges.get(row).map_or(0, |row| row.start);
        (cells(text.get(start..at).unwrap_or("")).min(self.width - 1), row)
    }

    /// The byte under column `x` of row `row`, the row's end when it is shorter.
    pub fn byte_at(&self, text: &str, x: usize, row: usize) -> usize {
        let Some(range) = self.ranges.get(row.min(self.len().saturating_sub(1))) else { return 0 };
        let mut used = 0;
        for (at, cluster) in clusters(text.get(range.clone()).unwrap_or("")) {
            used += cluster_cells(cluster);
            if used > x {
                return range.start + at;
            }
        }
        self.row_end(text, row)
    }

    /// The first byte of `row`.
    pub fn row_start(&self, row: usize) -> usize {
        self.ranges.get(row).map_or(0, |row| row.start)
    }

    /// The last byte at which a caret still stands on `row`.
    pub fn row_end(&self, text: &str, row: usize) -> usize {
        let Some(range) = self.ranges.get(row) else { return 0 };
        match self.ranges.get(row + 1) {
            // A hard break in a word: what follows the last cluster is the next row.
            Some(next) if next.start == range.end => {
                let last = text.get(range.clone()).and_then(|row| row.graphemes(true).next_back());
                range.end - last.map_or(0, str::len)
            }
            _ => range.end,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(text: &str, width: usize) -> Vec<&str> {
        wrap(text, width).into_iter().map(|row| text.get(row).unwrap()).collect()
    }

    #[test]
    fn words_stay_whole_and_break_spaces_are_not_shown() {
        assert_eq!(rows("the alias   was skipped", 9), ["the alias", "was", "skipped"]);
        assert_eq!(rows("", 5), [""]);
    }

    #[test]
    fn line_feeds_stay_and_blank_lines_are_rows() {
        assert_eq!(rows("a\n\nb\n", 5), ["a", "", "b", ""]);
        assert_eq!(rows("a\r\nb", 5), ["a", "b"]);
    }

    #[test]
    fn a_word_longer_than_the_row_breaks_hard_on_a_row_of_its_own() {
        assert_eq!(rows("see abcdefghij ok", 4), ["see", "abcd", "efgh", "ij", "ok"]);
    }

    #[test]
    fn an_indent_is_kept() {
        assert_eq!(rows("  deep abc", 6), ["  deep", "abc"]);
        assert_eq!(rows("  abcdefg", 4), ["  ab", "cdef", "g"]);
    }

    #[test]
    fn ideographs_part_anywhere_and_count_two_cells() {
        assert_eq!(rows("検索が空", 5), ["検索", "が空"]);
        assert_eq!(rows("ab検索", 3), ["ab", "検", "索"]);
    }

    #[test]
    fn a_no_break_space_keeps_words_together() {
        assert_eq!(rows("at 10\u{a0}km", 6), ["at", "10\u{a0}km"]);
    }

    #[test]
    fn hidden_characters_count_as_the_mark_that_shows_them() {
        assert_eq!(cells("a\u{202e}b"), 8);
        assert_eq!(cells("\u{1b}"), 1);
    }

    #[test]
    fn a_caret_has_a_cell_after_a_full_row() {
        let text = "abcd efgh";
        let rows = Rows::new(text, 5);
        assert_eq!(rows.len(), 2);
        assert_eq!(rows.cell_of(text, 4), (4, 0));
        assert_eq!(rows.cell_of(text, 5), (0, 1));
        assert_eq!(rows.byte_at(text, 2, 1), 7);
        assert_eq!(rows.byte_at(text, 40, 0), 4);
    }

    proptest! {
        #[test]
        fn no_row_is_wider_than_asked(text in "[a-zé検 \n\t\u{301}\u{200d}👩\u{202e}-]{0,60}", width in 1_usize..20) {
            for row in wrap(&text, width) {
                let shown = text.get(row).unwrap();
                let widest = shown.graphemes(true).map(cluster_cells).max().unwrap_or(0);
                prop_assert!(cells(shown) <= width.max(widest), "{shown:?}");
            }
        }

        #[test]
        fn only_breaks_and_spaces_lie_between_rows(text in "[a-c検 \n]{0,60}", width in 1_usize..12) {
            let mut end = 0;
            for row in wrap(&text, width) {
                prop_assert!(row.start >= end);
                prop_assert!(text.get(end..row.start).unwrap().chars().all(char::is_whitespace));
                end = row.end;
            }
            prop_assert!(text.get(end..).unwrap().chars().all(char::is_whitespace));
        }

        #[test]
        fn every_place_is_inside_the_field(text in "\\PC{0,40}", width in 2_usize..12) {
            let rows = Rows::new(&text, width);
            for (at, _) in text.grapheme_indices(true) {
                let (x, y) = rows.cell_of(&text, at);
                prop_assert!(x < width && y < rows.len());
            }
        }
    }
}
