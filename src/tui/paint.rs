//! Puts text into the screen buffer: sanitised, cut to its cells, never outside its area.
//!
//! Everything that is drawn goes through [`Painter::put`], so no text of an export can reach the
//! terminal with a control character in it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::theme::{Glyph, Role, Theme};
use crate::base::text::{self, LineBreaks, cut, sanitize_tty, shown, width};

/// A run of text in one style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// What it says.
    pub text: String,
    /// How it looks.
    pub style: Style,
}

impl Span {
    /// A run of text in one style.
    pub fn new(text: impl Into<String>, style: Style) -> Self {
        Self { text: text.into(), style }
    }

    /// Cells it takes.
    pub fn width(&self) -> usize {
        width(&self.text)
    }
}

/// A heading: a title and facts on an underlined row.
#[derive(Debug, Clone, Default)]
pub struct Heading {
    /// The title.
    pub title: String,
    /// What stands right-aligned, least important first: it goes first when room is short.
    pub facts: Vec<Fact>,
    /// Whether its region has the focus: the title is reversed.
    pub focused: bool,
    /// Whether it tells of data at risk.
    pub danger: bool,
}

/// One fact of a heading.
#[derive(Debug, Clone)]
pub struct Fact {
    /// What it says.
    pub text: String,
    /// Whether it stands out (a filter that hides messages).
    pub bold: bool,
}

impl Fact {
    /// A quiet fact.
    pub fn quiet(text: impl Into<String>) -> Self {
        Self { text: text.into(), bold: false }
    }

    /// A fact that stands out.
    pub fn bold(text: impl Into<String>) -> Self {
        Self { text: text.into(), bold: true }
    }
}

/// A key and its word in the last row.
#[derive(Debug, Clone)]
pub struct Hint {
    /// `t`, `Enter`, `S-Tab`.
    pub key: String,
    /// One or two words.
    pub word: String,
}

impl Hint {
    /// A key and its word.
    pub fn new(key: impl Into<String>, word: impl Into<String>) -> Self {
        Self { key: key.into(), word: word.into() }
    }
}

/// Draws into a buffer with one theme.
pub struct Painter<'a> {
    buffer: &'a mut Buffer,
    /// How the screen looks.
    pub theme: Theme,
}

impl<'a> Painter<'a> {
    /// Begins to draw.
    pub const fn new(buffer: &'a mut Buffer, theme: Theme) -> Self {
        Self { buffer, theme }
    }

    /// The whole screen.
    pub const fn area(&self) -> Rect {
        self.buffer.area
    }

    /// The style of a role.
    pub fn style(&self, role: Role) -> Style {
        self.theme.style(role)
    }

    /// Puts `text` at a cell, cut hard to `cells`; gives the column after it.
    pub fn put(&mut self, x: u16, y: u16, cells: u16, text: &str, style: Style) -> u16 {
        let bounds = self.buffer.area;
        if y < bounds.top() || y >= bounds.bottom() || x >= bounds.right() {
            return x;
        }
        let cells = cells.min(bounds.right() - x);
        let clean = sanitize_tty(text, LineBreaks::Mark);
        let (end, _) = self.buffer.set_stringn(x, y, &clean, usize::from(cells), style);
        end
    }

    /// Puts `text` at a cell, cut to `cells` with a sign where it was cut.
    pub fn put_cut(&mut self, x: u16, y: u16, cells: u16, text: &str, style: Style) -> u16 {
        let clean = sanitize_tty(shown(text).0, LineBreaks::Mark);
        let cut = cut(&clean, usize::from(cells));
        let cut = if self.theme.ascii { cut.replace('…', ">") } else { cut.into_owned() };
        self.put(x, y, cells, &cut, style)
    }

    /// Puts `text` so that it ends before column `right`; gives the column where it begins.
    pub fn put_right(&mut self, right: u16, y: u16, text: &str, style: Style) -> u16 {
        let cells = width(text) as u16;
        let x = right.saturating_sub(cells);
        self.put(x, y, cells, text, style);
        x
    }

    /// Puts runs one after the other, cut hard to `cells`; gives the column after the last.
    pub fn put_spans(&mut self, x: u16, y: u16, cells: u16, spans: &[Span]) -> u16 {
        let end = x.saturating_add(cells);
        let mut at = x;
        for span in spans {
            if at >= end {
                break;
            }
            at = self.put(at, y, end - at, &span.text, span.style);
        }
        at
    }

    /// Puts a sign in a role's colour.
    pub fn glyph(&mut self, x: u16, y: u16, glyph: Glyph, style: Style) {
        self.put(x, y, 1, self.theme.glyph(glyph), style);
    }

    /// Patches the style of a row of cells without touching their text.
    pub fn restyle(&mut self, x: u16, y: u16, cells: u16, style: Style) {
        let area = Rect::new(x, y, cells, 1).intersection(self.buffer.area);
        self.buffer.set_style(area, style);
    }

    /// Empties an area.
    pub fn clear(&mut self, area: Rect) {
        let area = area.intersection(self.buffer.area);
        for position in area.positions() {
            if let Some(cell) = self.buffer.cell_mut(position) {
                cell.reset();
            }
        }
    }

    /// Makes an area recede: no colour, no weight, dim. Headings keep their line.
    pub fn fade(&mut self, area: Rect) {
        let area = area.intersection(self.buffer.area);
        let dim = self.theme.style(Role::Dim);
        for position in area.positions() {
            if let Some(cell) = self.buffer.cell_mut(position) {
                let underline = cell.modifier & Modifier::UNDERLINED;
                cell.set_style(Style::reset());
                cell.set_style(dim.add_modifier(underline));
            }
        }
    }

    /// Draws a heading over the whole width of `area`'s first row: title at column 2 of it, facts
    /// right-aligned, dropped from the left when room is short.
    pub fn heading(&mut self, area: Rect, heading: &Heading) {
        if area.is_empty() {
            return;
        }
        let line = self.theme.style(Role::Dim).add_modifier(Modifier::UNDERLINED);
        let blank = " ".repeat(usize::from(area.width));
        self.put(area.x, area.y, area.width, &blank, line);
        let title_role = if heading.danger { Role::Danger } else { Role::Text };
        // A style is laid over the line's: what the title has not must be taken away.
        let mut title = self.theme.bold(title_role).add_modifier(Modifier::UNDERLINED).remove_modifier(Modifier::DIM);
        let (mut x, mut text) = (area.x + 2.min(area.width), heading.title.clone());
        if heading.focused {
            title = self.theme.bold(Role::Accent).add_modifier(Modifier::REVERSED);
            title = title.remove_modifier(Modifier::DIM | Modifier::UNDERLINED);
            x = area.x + 1.min(area.width);
            text = format!(" {text} ");
        }
        let room = area.right().saturating_sub(x).saturating_sub(1);
        let end = self.put_cut(x, area.y, room, &text, title);
        self.facts(area, end, &heading.facts, line);
    }

    fn facts(&mut self, area: Rect, title_end: u16, facts: &[Fact], line: Style) {
        let right = area.right().saturating_sub(2);
        let room = usize::from(right.saturating_sub(title_end).saturating_sub(2));
        let mut from = facts.len();
        let mut used = 0;
        for (at, fact) in facts.iter().enumerate().rev() {
            let cells = width(&fact.text) + if used > 0 { 3 } else { 0 };
            if used + cells > room {
                break;
            }
            used += cells;
            from = at;
        }
        let mut x = right.saturating_sub(used as u16);
        for fact in facts.iter().skip(from) {
            let bold = self.theme.bold(Role::Text).add_modifier(Modifier::UNDERLINED).remove_modifier(Modifier::DIM);
            let style = if fact.bold { bold } else { line };
            x = self.put(x, area.y, right.saturating_sub(x), &fact.text, style) + 3;
        }
    }

    /// Draws keys and their words in a row, as many as fit, `? help` at the right end.
    pub fn hints(&mut self, area: Rect, mode: Option<&str>, hints: &[Hint], help: bool) {
        if area.is_empty() {
            return;
        }
        let (key_style, word_style) = (self.style(Role::Accent), self.style(Role::Dim));
        let mut right = area.right().saturating_sub(2);
        if help && area.width > 16 {
            right = self.put_right(right, area.y, " help", word_style);
            right = self.put_right(right, area.y, "?", key_style).saturating_sub(2);
        }
        let mut x = area.x + 2.min(area.width);
        if let Some(mode) = mode {
            let style = self.theme.bold(Role::Text).add_modifier(Modifier::REVERSED);
            x = self.put(x, area.y, right.saturating_sub(x), &format!(" {mode} "), style) + 2;
        }
        for hint in hints {
            let (key, word) = (self.theme.own_words(&hint.key), self.theme.own_words(&hint.word));
            let cells = (width(&key) + 1 + width(&word)) as u16;
            if x + cells > right {
                continue;
            }
            x = self.put(x, area.y, cells, &key, key_style) + 1;
            x = self.put(x, area.y, cells, &word, word_style) + 2;
        }
    }

    /// Draws text wrapped to `area` in one style; gives the row after the last.
    pub fn paragraph(&mut self, area: Rect, text: &str, style: Style) -> u16 {
        let clean = sanitize_tty(shown(text).0, LineBreaks::Keep);
        let mut y = area.y;
        for line in super::widget::wrap::wrap(&clean, usize::from(area.width.max(1))) {
            if y >= area.bottom() {
                break;
            }
            self.put(area.x, y, area.width, clean.get(line).unwrap_or(""), style);
            y += 1;
        }
        y
    }

    /// Draws a share of a whole as a bar: heavy for the part, light and dim for the rest.
    pub fn share(&mut self, x: u16, y: u16, cells: u16, part: usize, whole: usize) {
        let filled = if whole == 0 { 0 } else { (usize::from(cells) * part).div_ceil(whole).min(usize::from(cells)) };
        let heavy = self.theme.glyph(Glyph::Heavy).repeat(filled);
        let light = self.theme.glyph(Glyph::Light).repeat(usize::from(cells) - filled);
        let at = self.put(x, y, cells, &heavy, self.style(Role::Text));
        self.put(at, y, cells, &light, self.style(Role::Dim));
    }
}

/// `count` with its noun, for facts of headings.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    text::count_words(count, one, many)
}
