//! Turns a screen buffer into an SVG picture: the cells of a terminal, sharp at any size.
//!
//! The grid holds in any monospaced font, because each run of text says how long it is. Lines, bars
//! and blocks are drawn as shapes, so that no gap shows between rows.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

const CELL: (u16, u16) = (8, 17);
const MARGIN: u16 = 10;
/// From the top of a row down to where its letters stand.
const BASELINE: u16 = 13;
const BACKGROUND: &str = "#0d1117";
const FOREGROUND: &str = "#e6edf3";

/// The colours a dark screen may use, the class of each and what it looks like.
const COLOURS: [(Color, &str, &str); 7] = [
    (Color::Reset, "w", FOREGROUND),
    (Color::Yellow, "y", "#d29922"),
    (Color::Cyan, "c", "#39c5cf"),
    (Color::LightMagenta, "m", "#d2a8ff"),
    (Color::LightBlue, "a", "#79c0ff"),
    (Color::LightRed, "r", "#ffa198"),
    (Color::Green, "g", "#3fb950"),
];

/// How a cell looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Look {
    colour: &'static str,
    bold: bool,
    dim: bool,
    underlined: bool,
    reversed: bool,
}

impl Look {
    fn of(cell: &Cell) -> Self {
        let colour = COLOURS.iter().find(|(colour, ..)| *colour == cell.fg);
        let colour = colour.unwrap_or_else(|| panic!("{:?} is no colour of a dark screen", cell.fg)).1;
        let has = |modifier| cell.modifier.contains(modifier);
        Self {
            colour,
            bold: has(Modifier::BOLD),
            dim: has(Modifier::DIM),
            underlined: has(Modifier::UNDERLINED),
            reversed: has(Modifier::REVERSED),
        }
    }

    /// Classes of the ink.
    fn ink(self) -> String {
        let colour = if self.reversed { "k" } else { self.colour };
        let bold = if self.bold { " b" } else { "" };
        let dim = if self.dim { " d" } else { "" };
        format!("{colour}{bold}{dim}")
    }

    /// Classes of shapes behind or below the ink.
    fn shape(self) -> String {
        let dim = if self.dim { " d" } else { "" };
        format!("{}{dim}", self.colour)
    }
}

/// The parts of a cell that a sign fills, in eighths across and down: left, top, right, bottom.
fn filled(symbol: &str) -> Option<Vec<[f32; 4]>> {
    let parts = match symbol {
        "│" => vec![[3.5, 0.0, 4.5, 8.0]],
        "┃" => vec![[3.0, 0.0, 5.0, 8.0]],
        "┤" => vec![[3.5, 0.0, 4.5, 8.0], [0.0, 3.8, 3.5, 4.4]],
        "┨" => vec![[3.0, 0.0, 5.0, 8.0], [0.0, 3.8, 3.0, 4.4]],
        "━" => vec![[0.0, 3.6, 8.0, 4.6]],
        "─" => vec![[0.0, 3.8, 8.0, 4.3]],
        "┄" => vec![[0.5, 3.8, 2.2, 4.3], [3.2, 3.8, 4.8, 4.3], [5.8, 3.8, 7.5, 4.3]],
        "▌" => vec![[0.0, 0.0, 4.0, 8.0]],
        "▐" => vec![[4.0, 0.0, 8.0, 8.0]],
        "▏" => vec![[0.0, 0.0, 1.0, 8.0]],
        _ => {
            let height = "▁▂▃▄▅▆▇█".chars().position(|block| symbol == block.to_string())? + 1;
            vec![[0.0, 8.0 - height as f32, 8.0, 8.0]]
        }
    };
    Some(parts)
}

/// Whether two edges are one to the eye.
fn is_near(one: f32, other: f32) -> bool {
    (one - other).abs() < 0.01
}

/// A number without digits that no eye sees.
fn number(value: f32) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

#[derive(Default)]
struct Drawing {
    /// Filled shapes by their classes: left, top, right, bottom.
    shapes: BTreeMap<String, Vec<[f32; 4]>>,
    text: String,
}

impl Drawing {
    /// Adds a rectangle; one that goes on where the last one ended makes that one longer.
    fn rectangle(&mut self, class: String, [left, top, right, bottom]: [f32; 4]) {
        let shapes = self.shapes.entry(class).or_default();
        match shapes.last_mut() {
            Some([_, above, end, below]) if is_near(*end, left) && is_near(*above, top) && is_near(*below, bottom) => {
                *end = right;
            }
            _ => shapes.push([left, top, right, bottom]),
        }
    }

    /// A run of cells of one look: what lies behind it, its shapes, its line, its words.
    fn run(&mut self, x: u16, y: u16, look: Look, cells: &[&str]) {
        let (left, top) = (MARGIN + x * CELL.0, MARGIN + y * CELL.1);
        let (left, top) = (f32::from(left), f32::from(top));
        let (width, height) = (f32::from(CELL.0), f32::from(CELL.1));
        let right = left + width * cells.len() as f32;
        if look.reversed {
            self.rectangle(look.shape(), [left, top, right, top + height]);
        }
        if look.underlined {
            self.rectangle(look.shape(), [left, top + height - 1.5, right, top + height - 0.7]);
        }
        let mut words = String::new();
        let mut begin = 0;
        for (at, symbol) in cells.iter().enumerate() {
            let shapes = filled(symbol);
            for [l, t, r, b] in shapes.iter().flatten() {
                let from = left + width * at as f32;
                let part =
                    [from + width * l / 8.0, top + height * t / 8.0, from + width * r / 8.0, top + height * b / 8.0];
                self.rectangle(look.ink(), part);
            }
            let is_gap = *symbol == " " && (words.is_empty() || cells.get(at + 1).is_none_or(|next| *next == " "));
            if shapes.is_some() || is_gap {
                self.words(x + begin as u16, y, look, &std::mem::take(&mut words));
            } else {
                if words.is_empty() {
                    begin = at;
                }
                words.push_str(symbol);
            }
        }
        self.words(x + begin as u16, y, look, &words);
    }

    fn words(&mut self, x: u16, y: u16, look: Look, words: &str) {
        let words = words.trim_end();
        if words.is_empty() {
            return;
        }
        let (left, base) = (MARGIN + x * CELL.0, MARGIN + y * CELL.1 + BASELINE);
        let length = meanwhile::base::text::width(words) * usize::from(CELL.0);
        let escaped = words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let class = look.ink();
        let _ = writeln!(
            self.text,
            r#"<text class="{class}" x="{left}" y="{base}" textLength="{length}">{escaped}</text>"#
        );
    }
}

/// The picture of a screen; `shows` is read to those who cannot see it.
pub fn svg(buffer: &Buffer, shows: &str) -> String {
    let mut drawing = Drawing::default();
    let area = buffer.area;
    for y in area.top()..area.bottom() {
        let mut x = area.left();
        while x < area.right() {
            let look = Look::of(&buffer[(x, y)]);
            let end = (x..area.right()).find(|&x| Look::of(&buffer[(x, y)]) != look).unwrap_or(area.right());
            let cells: Vec<&str> = (x..end).map(|x| buffer[(x, y)].symbol()).collect();
            drawing.run(x, y, look, &cells);
            x = end;
        }
    }
    page(&drawing, (area.width * CELL.0 + 2 * MARGIN, area.height * CELL.1 + 2 * MARGIN), shows)
}

/// A rectangle as a closed path.
fn outline([left, top, right, bottom]: [f32; 4]) -> String {
    let (x, y, width, height) = (number(left), number(top), number(right - left), number(bottom - top));
    format!("M{x} {y}h{width}v{height}H{x}z")
}

fn page(drawing: &Drawing, (width, height): (u16, u16), shows: &str) -> String {
    let mut page = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"img\">\n<title>{shows}</title>\n<style>\ntext{{font:13.3px ui-monospace,\
         SFMono-Regular,Menlo,Consolas,\"DejaVu Sans Mono\",monospace;white-space:pre}}\n.b{{font-weight:700}}\n\
         .d{{opacity:.6}}\n.k{{fill:{BACKGROUND}}}\n"
    );
    for (_, class, colour) in COLOURS {
        let _ = writeln!(page, ".{class}{{fill:{colour}}}");
    }
    let _ = writeln!(page, "</style>\n<rect width=\"{width}\" height=\"{height}\" rx=\"6\" fill=\"{BACKGROUND}\"/>");
    for (class, shapes) in &drawing.shapes {
        let path: String = shapes.iter().map(|&shape| outline(shape)).collect();
        let _ = writeln!(page, "<path class=\"{class}\" d=\"{path}\"/>");
    }
    page + &drawing.text + "</svg>\n"
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    #[test]
    fn text_lines_and_reversed_cells_are_all_in_the_picture() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 1));
        buffer.set_string(0, 0, "▌", Style::new().fg(Color::LightBlue));
        buffer.set_string(2, 0, "14:36", Style::new().add_modifier(Modifier::REVERSED));
        buffer.set_string(8, 0, "a<b", Style::new().add_modifier(Modifier::DIM));
        let picture = svg(&buffer, "Three runs");
        assert!(picture.contains("<path class=\"a\" d=\"M10 10h4v17H10z\"/>"), "{picture}");
        assert!(picture.contains("<text class=\"k\" x=\"26\" y=\"23\" textLength=\"40\">14:36</text>"), "{picture}");
        assert!(picture.contains("<text class=\"w d\" x=\"74\" y=\"23\" textLength=\"24\">a&lt;b</text>"), "{picture}");
    }
}
