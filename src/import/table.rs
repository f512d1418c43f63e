//! Tables as text: rows of cells between delimiters, quoted where a cell spans lines.
//!
//! A row always knows where it stands in the text. A ragged row is a row; what it means is for its
//! reader to say.

use csv::{ByteRecord, Reader, ReaderBuilder};

/// What may stand between two cells.
const DELIMITERS: [u8; 4] = *b",;\t|";
/// Rows looked at to find out what stands between cells.
const ROWS_LOOKED_AT: usize = 50;
/// A cell of a header is no prose.
const LONGEST_NAME: usize = 80;

/// One row of a table.
#[derive(Debug, Clone)]
pub(crate) struct Row<'t> {
    cells: ByteRecord,
    /// The row as it stands in the text.
    pub(crate) raw: &'t str,
    /// Whether the text ends within a quoted cell of it.
    pub(crate) is_cut: bool,
}

impl Row<'_> {
    /// The n-th cell, empty where the row is too short.
    pub(crate) fn cell(&self, at: usize) -> &str {
        self.cells.get(at).and_then(|cell| std::str::from_utf8(cell).ok()).unwrap_or_default()
    }

    /// How many cells there are.
    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    /// All cells in order.
    pub(crate) fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|at| self.cell(at))
    }
}

/// The rows of a text, one after the other; empty lines are none.
pub(crate) struct Rows<'t> {
    text: &'t str,
    reader: Reader<&'t [u8]>,
}

impl<'t> Rows<'t> {
    /// Begins at the first row.
    pub(crate) fn new(text: &'t str, delimiter: u8) -> Self {
        let reader =
            ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
        Self { text, reader }
    }
}

impl<'t> Iterator for Rows<'t> {
    type Item = Row<'t>;

    fn next(&mut self) -> Option<Row<'t>> {
        let mut cells = ByteRecord::new();
        let start = usize::try_from(self.reader.position().byte()).ok()?;
        // Reading from memory fails only at the end.
        if !self.reader.read_byte_record(&mut cells).unwrap_or(false) {
            return None;
        }
        let end = usize::try_from(self.reader.position().byte()).ok()?;
        let raw = self.text.get(start..end.min(self.text.len())).unwrap_or_default().trim_matches(['\r', '\n']);
        let is_last = end >= self.text.trim_end_matches(['\r', '\n']).len();
        let is_cut = is_last && memchr::memchr_iter(b'"', raw.as_bytes()).count() % 2 == 1;
        Some(Row { cells, raw, is_cut })
    }
}

/// What stands between the cells of a text: the delimiter with which most rows have as many cells as
/// the first one; `None` where the first row is no row of short cells.
pub(crate) fn delimiter_of(head: &str) -> Option<u8> {
    let mut best: Option<(usize, usize, u8)> = None;
    for delimiter in DELIMITERS {
        let mut rows = Rows::new(head, delimiter).take(ROWS_LOOKED_AT);
        let Some(first) = rows.next() else { continue };
        if first.len() < 2 || first.cells().any(|cell| cell.len() > LONGEST_NAME) {
            continue;
        }
        let (mut all, mut alike) = (1_usize, 1_usize);
        for row in rows {
            all += 1;
            alike += usize::from(row.len() == first.len());
        }
        let found = (alike * 100 / all, first.len(), delimiter);
        if best.is_none_or(|(share, cells, _)| (found.0, found.1) > (share, cells)) {
            best = Some(found);
        }
    }
    best.filter(|(share, ..)| *share >= 50).map(|(.., delimiter)| delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, delimiter: u8) -> Vec<Vec<String>> {
        Rows::new(text, delimiter).map(|row| row.cells().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn a_quoted_cell_holds_line_breaks_quotes_and_delimiters() {
        let text = "a,b\r\n\"x\r\ny\",\"said \"\"no\"\", twice\"\r\n\r\n1\r\n";
        assert_eq!(rows(text, b','), [vec!["a", "b"], vec!["x\r\ny", "said \"no\", twice"], vec!["1"]]);
        let raws: Vec<&str> = Rows::new(text, b',').map(|row| row.raw).collect();
        assert_eq!(raws, ["a,b", "\"x\r\ny\",\"said \"\"no\"\", twice\"", "1"]);
    }

    #[test]
    fn the_delimiter_is_the_one_that_makes_even_rows() {
        assert_eq!(delimiter_of("time;who;text\n1;a;b, c, d\n2;e;f, g\n"), Some(b';'));
        assert_eq!(delimiter_of("time\twho, where\ttext\n1\ta, b\tc\n"), Some(b'\t'));
        assert_eq!(delimiter_of("only words here\nand here\n"), None);
    }

    #[test]
    fn a_table_that_ends_within_a_cell_says_so() {
        let cut: Vec<bool> = Rows::new("a,b\n1,\"2\"\n3,\"fo\nur", b',').map(|row| row.is_cut).collect();
        assert_eq!(cut, [false, false, true]);
    }
}
