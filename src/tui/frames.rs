//! Frames in few bytes: what the terminal shows against what it is to show.
//!
//! Rows that only moved are moved by the terminal itself; of the rest the cells that differ are
//! written, with the shortest way from one to the next and from one style to the next. Whatever is
//! written passes the [`Gate`] in one piece. Costs count most over a slow link, so nothing is written
//! twice and nothing for a frame that changes nothing.

mod pen;
mod scroll;

use std::io::{self, Write};

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr as _;

use super::gate::Gate;
use pen::Pen;

/// The frames of one terminal.
#[derive(Debug)]
pub struct Frames<W: Write> {
    gate: Gate<W>,
    /// What the terminal shows.
    shown: Buffer,
    /// What it is to show.
    next: Buffer,
    /// Whether the terminal shows something else than is known.
    stale: bool,
}

impl<W: Write> Frames<W> {
    /// Frames for a terminal of which nothing is known.
    pub fn new(gate: Gate<W>, area: Rect) -> Self {
        Self { gate, shown: Buffer::empty(area), next: Buffer::empty(area), stale: true }
    }

    /// Makes the next frame write every cell.
    pub const fn redraw(&mut self) {
        self.stale = true;
    }

    /// Paints a frame of `area` cells; nothing is written. After a panic in `paint` the frame before
    /// still stands.
    pub fn paint(&mut self, area: Rect, paint: impl FnOnce(&mut Buffer)) {
        if area == self.next.area {
            self.next.reset();
        } else {
            self.stale = true;
            self.next = Buffer::empty(area);
        }
        paint(&mut self.next);
    }

    /// Writes what differs from what is shown, all at once.
    pub fn write(&mut self) -> io::Result<()> {
        let mut pen = Pen::new(&self.next);
        if std::mem::take(&mut self.stale) {
            self.shown = Buffer::empty(self.next.area);
            pen.erase_all();
        } else if let Some(shift) = scroll::find(&self.shown, &self.next) {
            pen.shift(shift);
            shift.apply(&mut self.shown);
        }
        let width = usize::from(self.next.area.width).max(1);
        for (y, (shown, next)) in (0..).zip(self.shown.content.chunks(width).zip(self.next.content.chunks(width))) {
            write_row(&mut pen, y, shown, next);
        }
        let bytes = pen.finish();
        self.gate.begin_frame();
        self.gate.write_all(&bytes)?;
        self.gate.end_frame()?;
        std::mem::swap(&mut self.shown, &mut self.next);
        Ok(())
    }
}

/// Writes the cells of a row that differ, and those of which a wide sign covers or covered a part:
/// terminals blank the other half of a wide sign that is written over, each in a style of its own.
fn write_row(pen: &mut Pen<'_>, y: u16, shown: &[Cell], next: &[Cell]) {
    let (mut x, mut broken_until) = (0, 0);
    while let (Some(old), Some(new)) = (shown.get(x), next.get(x)) {
        let end = x + cells_of(new);
        if old != new || x < broken_until {
            pen.put(x as u16, y, new);
            let covered = (x..end).filter_map(|at| Some(at + cells_of(shown.get(at)?)));
            broken_until = covered.fold(broken_until, usize::max);
        }
        x = end;
    }
}

/// Cells that the sign in a cell takes.
fn cells_of(cell: &Cell) -> usize {
    cell.symbol().width().max(1)
}

#[cfg(test)]
mod tests;
