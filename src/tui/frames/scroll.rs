//! Finds rows that only moved up or down, so that the terminal moves them itself.
//!
//! A terminal moves whole rows, so this serves a screen with one pane, a list, a page of prose; where
//! panes stand side by side and only one of them moves, nothing is found.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use ratatui::buffer::{Buffer, Cell};

/// Fewer moved rows than this are written anew.
const FEWEST: usize = 3;
/// Cells that a move must save.
const LEAST: usize = 40;
/// Cells at the left edge that marks change, and at the right edge that scroll maps change: they do
/// not tell whether a row moved.
const MARKS: (usize, usize) = (3, 1);

/// Rows that moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shift {
    /// The first row that the move touches.
    pub(super) top: u16,
    /// One past the last row.
    pub(super) bottom: u16,
    /// How far rows move up; down where it is negative.
    pub(super) up: i32,
}

impl Shift {
    /// Does to a buffer what it does to a terminal.
    pub(super) fn apply(self, buffer: &mut Buffer) {
        let width = usize::from(buffer.area.width);
        let (from, to) = (usize::from(self.top) * width, usize::from(self.bottom) * width);
        let moved = self.up.unsigned_abs() as usize * width;
        let Some(cells) = buffer.content.get_mut(from..to) else { return };
        let blank = if self.up > 0 {
            cells.rotate_left(moved.min(cells.len()));
            cells.len().saturating_sub(moved)..cells.len()
        } else {
            cells.rotate_right(moved.min(cells.len()));
            0..moved.min(cells.len())
        };
        for cell in cells.get_mut(blank).unwrap_or_default() {
            cell.reset();
        }
    }
}

/// The move after which the fewest cells are left to write; `None` when none is worth it.
pub(super) fn find(shown: &Buffer, next: &Buffer) -> Option<Shift> {
    let shift = likely(shown, next)?;
    let mut moved = shown.clone();
    shift.apply(&mut moved);
    (differing(&moved, next) + LEAST <= differing(shown, next)).then_some(shift)
}

fn differing(one: &Buffer, other: &Buffer) -> usize {
    one.content.iter().zip(&other.content).filter(|(one, other)| one != other).count()
}

/// The move that most rows made.
fn likely(shown: &Buffer, next: &Buffer) -> Option<Shift> {
    let before = hashes(shown);
    let mut places: HashMap<u64, usize> = HashMap::new();
    for (row, hash) in before.iter().enumerate() {
        if let Some(hash) = hash {
            places.insert(*hash, row);
        }
    }
    let mut moves: HashMap<i32, Vec<(usize, usize)>> = HashMap::new();
    for (row, hash) in hashes(next).into_iter().enumerate() {
        if let Some(&old) = hash.and_then(|hash| places.get(&hash)).filter(|&&old| old != row) {
            moves.entry(old as i32 - row as i32).or_default().push((old, row));
        }
    }
    let (up, rows) = moves.into_iter().max_by_key(|(up, rows)| (rows.len(), -up.abs(), *up))?;
    let edges = || rows.iter().flat_map(|(old, row)| [*old, *row]);
    let (top, bottom) = (edges().min()?, edges().max()? + 1);
    (rows.len() >= FEWEST).then_some(Shift { top: top as u16, bottom: bottom as u16, up })
}

/// What each row says, whatever its style; `None` for one that says next to nothing.
fn hashes(buffer: &Buffer) -> Vec<Option<u64>> {
    let width = usize::from(buffer.area.width).max(1);
    let hash = |row: &[Cell]| {
        let inner = row.get(MARKS.0..row.len().saturating_sub(MARKS.1)).unwrap_or_default();
        let mut hasher = DefaultHasher::new();
        let mut signs = 0;
        for cell in inner {
            cell.symbol().hash(&mut hasher);
            signs += usize::from(cell.symbol() != " ");
        }
        (signs >= FEWEST).then(|| hasher.finish())
    };
    buffer.content.chunks(width).map(hash).collect()
}
