//! How many lines the rows of a pane take: from a row to its first line and from a line to its row,
//! in logarithmic time however many rows there are.
//!
//! Rows are laid out when they are seen or when nothing else is to be done. Until then a row counts
//! for as many lines as those that are known do on average, so every answer is exact once all rows
//! are known, and near it before. Sums are kept by blocks of 256 rows, in a Fenwick tree.

use std::ops::Range;

/// Rows whose lines are summed up together.
const BLOCK: usize = 256;

/// Known rows, and the lines that they take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sum {
    rows: usize,
    lines: usize,
}

/// How many lines each row of a pane takes, as far as that is known.
#[derive(Debug, Clone, Default)]
pub struct Heights {
    /// One more than the lines of each row; 0 while it is not known.
    rows: Vec<u16>,
    /// Entry `i` holds the sum of the blocks that its lowest set bit spans, as Fenwick trees do.
    tree: Vec<Sum>,
    known: Sum,
}

impl Heights {
    /// Those of so many rows, of which none is known.
    pub fn new(rows: usize) -> Self {
        let tree = vec![Sum::default(); rows.div_ceil(BLOCK) + 1];
        Self { rows: vec![0; rows], tree, known: Sum::default() }
    }

    /// Notes how many lines a row takes.
    pub fn know(&mut self, row: usize, lines: usize) {
        self.put(row, u16::try_from(lines).map_or(u16::MAX, |lines| lines.saturating_add(1)));
    }

    /// Notes that a row may take another number of lines than it did.
    pub fn forget(&mut self, row: usize) {
        self.put(row, 0);
    }

    fn put(&mut self, row: usize, now: u16) {
        let Some(kept) = self.rows.get_mut(row) else { return };
        let before = sum_of(std::mem::replace(kept, now));
        let after = sum_of(now);
        if before == after {
            return;
        }
        let change = |sum: &mut Sum| {
            sum.rows = sum.rows + after.rows - before.rows;
            sum.lines = sum.lines + after.lines - before.lines;
        };
        change(&mut self.known);
        let mut entry = row / BLOCK + 1;
        while let Some(sum) = self.tree.get_mut(entry) {
            change(sum);
            entry += lowest_bit(entry);
        }
    }

    /// The first row that is not known, from `from` on and then from the beginning.
    pub fn unknown(&self, from: usize) -> Option<usize> {
        if self.known.rows == self.rows.len() {
            return None;
        }
        let within = |range: Range<usize>| {
            let start = range.start;
            self.rows.get(range)?.iter().position(|&kept| kept == 0).map(|nth| start + nth)
        };
        let from = from.min(self.rows.len());
        within(from..self.rows.len()).or_else(|| within(0..from))
    }

    /// Lines of all rows.
    pub fn total(&self) -> usize {
        self.lines(self.known, self.rows.len())
    }

    /// Lines of all rows before `row`.
    pub fn above(&self, row: usize) -> usize {
        let row = row.min(self.rows.len());
        let (block, within) = (row / BLOCK, row % BLOCK);
        let mut sum = self.sum_within(block, within);
        let mut entry = block;
        while entry > 0 {
            sum = sum.with(self.tree.get(entry).copied().unwrap_or_default());
            entry -= lowest_bit(entry);
        }
        self.lines(sum, row)
    }

    /// The row on which `line` lies, counted from the first line of the first row; the last row for all
    /// lines below it.
    pub fn row_at(&self, line: usize) -> usize {
        // As many whole blocks as end at or before the line.
        let (mut sum, mut block) = (Sum::default(), 0);
        let mut step = self.tree.len().next_power_of_two();
        while step > 0 {
            let next = block + step;
            if let Some(&spanned) = self.tree.get(next)
                && next * BLOCK <= self.rows.len()
                && self.lines(sum.with(spanned), next * BLOCK) <= line
            {
                (sum, block) = (sum.with(spanned), next);
            }
            step /= 2;
        }
        let first = block * BLOCK;
        for (row, &kept) in (first..).zip(self.rows.get(first..).unwrap_or_default()) {
            sum = sum.with(sum_of(kept));
            if self.lines(sum, row + 1) > line {
                return row;
            }
        }
        self.rows.len().saturating_sub(1)
    }

    /// Lines of so many rows of which those in `known` are known.
    const fn lines(&self, known: Sum, rows: usize) -> usize {
        let unknown = rows - known.rows;
        match (unknown * self.known.lines).checked_div(self.known.rows) {
            Some(lines) => known.lines + lines,
            None => unknown,
        }
    }

    fn sum_within(&self, block: usize, rows: usize) -> Sum {
        let from = block * BLOCK;
        let kept = self.rows.get(from..from + rows).unwrap_or_default();
        kept.iter().fold(Sum::default(), |sum, &kept| sum.with(sum_of(kept)))
    }
}

impl Sum {
    const fn with(self, other: Self) -> Self {
        Self { rows: self.rows + other.rows, lines: self.lines + other.lines }
    }
}

const fn sum_of(kept: u16) -> Sum {
    match kept {
        0 => Sum { rows: 0, lines: 0 },
        _ => Sum { rows: 1, lines: kept as usize - 1 },
    }
}

const fn lowest_bit(entry: usize) -> usize {
    entry & entry.wrapping_neg()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_not_known_counts_as_the_rest_on_average() {
        let mut heights = Heights::new(10);
        assert_eq!((heights.total(), heights.row_at(7)), (10, 7));
        heights.know(0, 4);
        heights.know(1, 2);
        assert_eq!((heights.total(), heights.above(1), heights.above(2), heights.above(3)), (30, 4, 6, 9));
        heights.forget(1);
        assert_eq!(heights.total(), 40);
    }

    #[test]
    fn rows_are_asked_for_in_a_circle_until_all_are_known() {
        let mut heights = Heights::new(3);
        for row in [1, 2, 0] {
            assert_eq!(heights.unknown(1), Some(row));
            heights.know(row, 0);
        }
        assert_eq!(heights.unknown(1), None);
        assert_eq!((Heights::new(0).unknown(0), Heights::new(0).row_at(5), Heights::new(0).total()), (None, 0, 0));
    }

    #[test]
    fn more_lines_than_can_be_kept_are_as_many_as_can() {
        let mut heights = Heights::new(1);
        heights.know(0, usize::MAX);
        assert_eq!(heights.total(), usize::from(u16::MAX) - 1);
    }

    proptest! {
        #[test]
        fn sums_are_those_of_adding_up(
            lines in prop::collection::vec(0_usize..6, 1..1500),
            again in prop::collection::vec((0_usize..1500, 0_usize..20), 0..40),
            asked in 0_usize..5000,
        ) {
            let mut lines = lines;
            let mut heights = Heights::new(lines.len());
            for (row, &height) in lines.iter().enumerate() {
                heights.know(row, height);
            }
            for (row, height) in again {
                if let Some(kept) = lines.get_mut(row) {
                    *kept = height;
                    heights.know(row, height);
                }
            }
            let ends: Vec<usize> = lines.iter().scan(0, |sum, height| { *sum += height; Some(*sum) }).collect();
            prop_assert_eq!(heights.total(), *ends.last().unwrap());
            let row = asked % (lines.len() + 1);
            prop_assert_eq!(heights.above(row), row.checked_sub(1).map_or(0, |last| ends[last]));
            let holds = ends.iter().position(|&end| end > asked).unwrap_or(lines.len() - 1);
            prop_assert_eq!(heights.row_at(asked), holds);
        }

        #[test]
        fn a_row_is_found_at_its_first_line_whatever_is_known(
            known in prop::collection::vec((0_usize..900, 1_usize..9), 0..200),
            row in 0_usize..900,
        ) {
            let mut heights = Heights::new(900);
            for (row, lines) in known {
                heights.know(row, lines);
            }
            prop_assert_eq!(heights.row_at(heights.above(row)), row);
            prop_assert!(heights.above(row) < heights.total());
        }
    }
}
