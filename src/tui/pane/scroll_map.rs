//! The map at the right edge of a pane: which part of all lines is in view, and where marks lie.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::sheet::Sheet;
use crate::tui::paint::Painter;
use crate::tui::theme::{Glyph, Role};

/// The first and the last row in view, and how many lines of the first lie above the edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// The first row.
    pub first: usize,
    /// The last row.
    pub last: usize,
    /// Lines of the first that are cut off.
    pub cut: usize,
}

/// Draws the map of a pane into the column right of its body.
pub fn draw(painter: &mut Painter<'_>, body: Rect, sheet: &Sheet<'_>, seen: Seen) {
    let cells = usize::from(body.height);
    let rows = &sheet.pane.rows;
    sheet.with_heights(|heights| {
        let total = heights.total();
        let top = heights.above(seen.first) + seen.cut;
        let bottom = heights.above(seen.last + 1).min(top + cells);
        for cell in 0..cells {
            // The lines that the cell stands for, at least one.
            let from = cell * total / cells;
            let to = ((cell + 1) * total).div_ceil(cells).max(from + 1);
            // A mark stands where its row begins.
            let begun = heights.row_at(from);
            let first = begun + usize::from(heights.above(begun) < from);
            let last = heights.row_at(to - 1);
            let has = |places: &[usize]| {
                let at = places.partition_point(|&place| place < first);
                places.get(at).is_some_and(|&place| place <= last)
            };
            let in_view = from < bottom && to > top;
            let glyph = match (has(&rows.on_timeline), has(&rows.tagged), in_view) {
                (true, ..) => Glyph::OnTimeline,
                (_, true, true) => Glyph::ViewTagged,
                (_, true, false) => Glyph::TrackTagged,
                (_, _, true) => Glyph::View,
                _ => Glyph::Track,
            };
            let style = if in_view { Style::new() } else { painter.style(Role::Dim) };
            painter.glyph(body.right().saturating_sub(1), body.y + cell as u16, glyph, style);
        }
    });
}
