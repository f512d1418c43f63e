//! Whatever is drawn after whatever: a terminal shows it.

use proptest::prelude::*;
use ratatui::style::{Color, Modifier, Style};

use super::*;

const COLUMNS: u16 = 30;
const ROWS: u16 = 12;

/// A terminal that takes what a gate lets through.
struct Terminal {
    frames: Frames<Vec<u8>>,
    gate: Gate<Vec<u8>>,
    parser: vt100::Parser,
    read: usize,
}

impl Terminal {
    fn new(columns: u16, rows: u16) -> Self {
        let gate = Gate::new(Vec::new());
        let frames = Frames::new(gate.clone(), Rect::new(0, 0, columns, rows));
        Self {
            frames,
            gate,
            parser: vt100::Parser::new(rows.try_into().unwrap(), columns.try_into().unwrap(), 0),
            read: 0,
        }
    }

    /// Shows a frame; gives the bytes that it took.
    fn show(&mut self, paint: impl FnOnce(&mut Buffer)) -> usize {
        let area = self.frames.next.area;
        self.frames.paint(area, paint);
        self.frames.write().unwrap();
        assert_eq!(self.gate.replaced_count(), 0, "the gate knows all that is written");
        let written = self.gate.with_written(|bytes| bytes[self.read..].to_vec());
        self.read += written.len();
        self.parser.process(&written);
        written.len()
    }

    /// Compares what the terminal shows with what was painted.
    fn check(&self) {
        let shown = &self.frames.shown;
        for (place, cell) in shown.content.iter().enumerate() {
            let (x, y) = shown.pos_of(place);
            let on_screen = self.parser.screen().cell(y, x).unwrap();
            if on_screen.is_wide_continuation() {
                continue;
            }
            let text = if on_screen.contents().is_empty() { " " } else { on_screen.contents() };
            assert_eq!(text, cell.symbol(), "column {x} of row {y}");
            let bold = (on_screen.bold(), cell.modifier.contains(Modifier::BOLD));
            assert_eq!(bold.0, bold.1, "column {x} of row {y}");
            assert_eq!(on_screen.inverse(), cell.modifier.contains(Modifier::REVERSED), "column {x} of row {y}");
            let expected = match cell.fg {
                Color::Red => vt100::Color::Idx(1),
                Color::LightBlue => vt100::Color::Idx(12),
                Color::Indexed(index) => vt100::Color::Idx(index),
                _ => vt100::Color::Default,
            };
            assert_eq!(on_screen.fgcolor(), expected, "column {x} of row {y}");
        }
    }
}

fn styles() -> impl Strategy<Value = Style> {
    prop_oneof![
        Just(Style::new()),
        Just(Style::new().fg(Color::Red)),
        Just(Style::new().fg(Color::LightBlue).add_modifier(Modifier::BOLD)),
        // The terminal of the test knows bold or dim, not both; styles add up where they overlap.
        Just(Style::new().fg(Color::Indexed(200)).add_modifier(Modifier::ITALIC | Modifier::REVERSED)),
        Just(Style::new().add_modifier(Modifier::BOLD | Modifier::UNDERLINED)),
    ]
}

/// What is written where in one frame, on top of a page of lines scrolled to a place.
type Painted = (usize, Vec<(u16, u16, String, Style)>);

fn frames() -> impl Strategy<Value = Vec<Painted>> {
    let text = prop_oneof!["[a-z ]{0,12}", "[検é索a ]{0,6}", Just(" ".repeat(14))];
    let piece = (0..COLUMNS, 0..ROWS, text, styles());
    proptest::collection::vec((0_usize..30, proptest::collection::vec(piece, 0..5)), 1..8)
}

fn page(buffer: &mut Buffer, top: usize) {
    let room = usize::from(buffer.area.width - 4);
    for y in 1..buffer.area.height - 2 {
        let line = top + usize::from(y);
        buffer.set_stringn(3, y, format!("line {line} {}", "xyz ".repeat(line % 5 * 3)), room, Style::new());
    }
}

proptest! {
    #[test]
    fn every_frame_shows_after_every_other(painted in frames()) {
        let mut terminal = Terminal::new(COLUMNS, ROWS);
        for (top, pieces) in painted {
            terminal.show(|buffer| {
                page(buffer, top);
                for (x, y, text, style) in &pieces {
                    buffer.set_stringn(*x, *y, text, usize::from(COLUMNS - x), *style);
                }
            });
            terminal.check();
        }
    }
}

#[test]
fn a_frame_that_changes_nothing_writes_nothing() {
    let mut terminal = Terminal::new(COLUMNS, ROWS);
    assert!(terminal.show(|buffer| page(buffer, 0)) > 0);
    assert_eq!(terminal.show(|buffer| page(buffer, 0)), 0);
}

#[test]
fn rows_that_moved_are_moved_by_the_terminal() {
    let mut terminal = Terminal::new(80, 24);
    let whole = terminal.show(|buffer| page(buffer, 0));
    for top in [1, 4, 3, 0] {
        let bytes = terminal.show(|buffer| page(buffer, top));
        assert!(bytes < whole / 2, "{bytes} of {whole} to go to {top}");
        terminal.check();
    }
}

#[test]
fn another_size_is_drawn_whole() {
    let mut terminal = Terminal::new(COLUMNS, ROWS);
    terminal.show(|buffer| page(buffer, 0));
    terminal.parser.screen_mut().set_size(ROWS.try_into().unwrap(), (COLUMNS - 10).try_into().unwrap());
    terminal.frames.paint(Rect::new(0, 0, COLUMNS - 10, ROWS), |buffer| page(buffer, 3));
    terminal.show(|buffer| page(buffer, 3));
    terminal.check();
}
