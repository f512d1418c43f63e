//! Writes cells as control sequences and text, in as few bytes as it can.

use std::io::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr as _;

use super::scroll::Shift;

/// So many blank cells are erased rather than written.
const BLANKS: u16 = 8;

/// Colours and attributes that are switched on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Look {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl Look {
    const fn of(cell: &Cell) -> Self {
        Self { fg: cell.fg, bg: cell.bg, modifier: cell.modifier }
    }
}

/// One frame while it is written.
pub(super) struct Pen<'b> {
    next: &'b Buffer,
    out: Vec<u8>,
    look: Look,
    /// Where the terminal's cursor is, where that is known.
    at: Option<(u16, u16)>,
    /// Blank cells that wait: column, row, how many.
    blank: Option<(u16, u16, u16)>,
}

impl<'b> Pen<'b> {
    pub(super) const fn new(next: &'b Buffer) -> Self {
        let look = Look { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty() };
        Self { next, out: Vec::new(), look, at: None, blank: None }
    }

    /// Erases the whole screen; the cursor stays hidden.
    pub(super) fn erase_all(&mut self) {
        self.out.extend_from_slice(b"\x1b[m\x1b[r\x1b[2J\x1b[?25l");
    }

    /// Lets the terminal move rows. By deleting or inserting lines above a lower margin: every
    /// terminal can, and the margin is gone again before anything else is written.
    pub(super) fn shift(&mut self, shift: Shift) {
        let act = if shift.up > 0 { 'M' } else { 'L' };
        self.write(format_args!("\x1b[;{}r\x1b[{}H\x1b[{}{act}\x1b[r", shift.bottom, shift.top + 1, shift.up.abs()));
        self.at = Some((0, 0));
    }

    /// Writes one cell that differs. Cells come row by row, from left to right.
    pub(super) fn put(&mut self, x: u16, y: u16, cell: &Cell) {
        if cell.symbol() == " " && Look::of(cell) == Look::default() {
            match &mut self.blank {
                Some((from, row, count)) if *row == y && *from + *count == x => *count += 1,
                _ => {
                    self.blanks();
                    self.blank = Some((x, y, 1));
                }
            }
            return;
        }
        self.blanks();
        self.cell(x, y, cell);
    }

    /// All bytes of the frame; the terminal is left in its plain style.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.blanks();
        self.style(Look::default());
        self.out
    }

    fn blanks(&mut self) {
        let Some((x, y, count)) = self.blank.take() else { return };
        self.go(x, y);
        self.style(Look::default());
        if count < BLANKS {
            self.out.extend(std::iter::repeat_n(b' ', usize::from(count)));
            self.went(x + count, y);
        } else if x + count == self.next.area.right() {
            self.out.extend_from_slice(b"\x1b[K");
        } else {
            self.write(format_args!("\x1b[{count}X"));
        }
    }

    fn cell(&mut self, x: u16, y: u16, cell: &Cell) {
        self.go(x, y);
        self.style(Look::of(cell));
        self.out.extend_from_slice(cell.symbol().as_bytes());
        if cell.symbol().width() == 1 {
            self.went(x + 1, y);
        } else {
            // Terminals do not agree on how wide it is.
            self.at = None;
        }
    }

    /// After the last column terminals do not agree on where the cursor is.
    fn went(&mut self, x: u16, y: u16) {
        self.at = (x < self.next.area.right()).then_some((x, y));
    }

    /// Puts the cursor at a cell: by writing what lies between once more, by a step, or by its place.
    fn go(&mut self, x: u16, y: u16) {
        if self.at == Some((x, y)) {
            return;
        }
        let place = if x == 0 { format!("\x1b[{}H", y + 1) } else { format!("\x1b[{};{}H", y + 1, x + 1) };
        let mut way = place;
        if let Some((from, row)) = self.at {
            let step = match (row == y, x.checked_sub(from)) {
                (true, Some(1)) => Some("\x1b[C".to_owned()),
                (true, Some(gap)) => Some(format!("\x1b[{gap}C")),
                (false, Some(0)) => Some(format!("\x1b[{}d", y + 1)),
                _ => None,
            };
            let again = (row == y).then(|| self.between(from, x, y)).flatten();
            way = again.into_iter().chain(step).chain([way]).min_by_key(String::len).unwrap_or_default();
        }
        self.out.extend_from_slice(way.as_bytes());
        self.at = Some((x, y));
    }

    /// The text between two columns, where it has the style that is on.
    fn between(&self, from: u16, to: u16, y: u16) -> Option<String> {
        let mut text = String::new();
        for x in from..to {
            let cell = self.next.cell((x, y))?;
            let fits = text.len() < 8 && Look::of(cell) == self.look && cell.symbol().width() == 1;
            text.push_str(fits.then(|| cell.symbol())?);
        }
        Some(text).filter(|text| !text.is_empty())
    }

    fn style(&mut self, look: Look) {
        if look == self.look {
            return;
        }
        let (changed, anew) = (changes(self.look, look), changes(Look::default(), look));
        // Beginning anew takes a sign, `0`, or none at all.
        let anew = if anew.is_empty() { anew } else { format!("0;{anew}") };
        let shorter = if changed.len() <= anew.len() { changed } else { anew };
        self.write(format_args!("\x1b[{shorter}m"));
        self.look = look;
    }

    fn write(&mut self, words: std::fmt::Arguments<'_>) {
        // Writing to memory cannot fail.
        let _ = self.out.write_fmt(words);
    }
}

/// Attributes with the codes that switch them on and off.
const ATTRIBUTES: [(Modifier, u8, u8); 9] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::RAPID_BLINK, 6, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

/// The codes that lead from one look to another.
fn changes(from: Look, to: Look) -> String {
    let mut codes: Vec<String> = Vec::new();
    let mut on = from.modifier;
    for (attribute, _, off) in ATTRIBUTES {
        if on.contains(attribute) && !to.modifier.contains(attribute) {
            codes.push(off.to_string());
            // One code may switch off two.
            for (other, _, code) in ATTRIBUTES {
                if code == off {
                    on.remove(other);
                }
            }
        }
    }
    let added =
        ATTRIBUTES.iter().filter(|(attribute, ..)| to.modifier.contains(*attribute) && !on.contains(*attribute));
    codes.extend(added.map(|(_, code, _)| code.to_string()));
    if from.fg != to.fg {
        codes.push(colour(to.fg, 30));
    }
    if from.bg != to.bg {
        codes.push(colour(to.bg, 40));
    }
    codes.join(";")
}

/// The code of a colour, counted from the first of its ground.
fn colour(colour: Color, base: u16) -> String {
    let bright = base + 60;
    let code = match colour {
        Color::Reset => base + 9,
        Color::Black => base,
        Color::Red => base + 1,
        Color::Green => base + 2,
        Color::Yellow => base + 3,
        Color::Blue => base + 4,
        Color::Magenta => base + 5,
        Color::Cyan => base + 6,
        Color::Gray => base + 7,
        Color::DarkGray => bright,
        Color::LightRed => bright + 1,
        Color::LightGreen => bright + 2,
        Color::LightYellow => bright + 3,
        Color::LightBlue => bright + 4,
        Color::LightMagenta => bright + 5,
        Color::LightCyan => bright + 6,
        Color::White => bright + 7,
        Color::Indexed(index) => return format!("{};5;{index}", base + 8),
        Color::Rgb(red, green, blue) => return format!("{};2;{red};{green};{blue}", base + 8),
    };
    code.to_string()
}
