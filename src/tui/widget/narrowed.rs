//! A line and what it leaves of a list: what fits, in order, and where the cursor is. Pure state: who
//! holds one ranks anew when something was typed, and draws the rows.

use super::line_editor::{LineEditor, Pressed};
use crate::search::fuzzy::Ranked;
use crate::tui::key::{Code, Key, Mods};

/// Rows that a page moves.
const PAGE: usize = 10;

/// What became of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// The cursor was moved, as far as it goes.
    Moved,
    /// The text is another one: what fits must be found again.
    Typed,
    /// The line took it, and its text is the same.
    Edited,
    /// It means nothing here.
    Ignored,
}

/// A line and what it leaves of a list.
#[derive(Debug)]
pub struct Narrowed<T> {
    line: LineEditor,
    found: Vec<(T, Ranked)>,
    cursor: usize,
}

impl<T> Narrowed<T> {
    /// Nothing found yet.
    pub const fn new(line: LineEditor) -> Self {
        Self { line, found: Vec::new(), cursor: 0 }
    }

    /// What was typed.
    pub const fn line(&self) -> &LineEditor {
        &self.line
    }

    /// Sets what was typed; what fits must be found again.
    pub fn set_text(&mut self, text: &str) {
        self.line.set_text(text);
        self.cursor = 0;
    }

    /// Takes pasted text; what fits must be found again.
    pub fn paste(&mut self, text: &str) {
        self.line.paste(text);
        self.cursor = 0;
    }

    /// Takes what fits, in the order in which it is shown. The cursor stays where it is, inside.
    pub fn set_found(&mut self, found: Vec<(T, Ranked)>) {
        self.found = found;
        self.go_to(self.cursor);
    }

    /// What fits, in the order shown.
    pub fn found(&self) -> &[(T, Ranked)] {
        &self.found
    }

    /// How many fit.
    pub const fn count(&self) -> usize {
        self.found.len()
    }

    /// Where the cursor is among what fits.
    pub const fn cursor(&self) -> usize {
        self.cursor
    }

    /// Puts the cursor on a row, or on the last one.
    pub fn go_to(&mut self, place: usize) {
        self.cursor = place.min(self.found.len().saturating_sub(1));
    }

    /// What the cursor is on.
    pub fn current(&self) -> Option<&T> {
        self.found.get(self.cursor).map(|(it, _)| it)
    }

    /// The first of the rows that `height` rows show.
    pub const fn first(&self, height: usize) -> usize {
        (self.cursor + 1).saturating_sub(height)
    }

    /// What `height` rows show: what fits, how, and whether the cursor is on it.
    pub fn rows(&self, height: usize) -> impl Iterator<Item = (&T, &Ranked, bool)> {
        let rows = self.found.iter().enumerate().skip(self.first(height)).take(height);
        rows.map(|(nth, (it, ranked))| (it, ranked, nth == self.cursor))
    }

    /// Takes a key: arrows and pages move, all else is typed.
    pub fn press(&mut self, key: Key) -> Heard {
        match (key.code(), key.mods()) {
            (Code::Down, Mods::NONE) | (Code::Char('n'), Mods::CTRL) => self.go_to(self.cursor + 1),
            (Code::Up, Mods::NONE) | (Code::Char('p'), Mods::CTRL) => self.go_to(self.cursor.saturating_sub(1)),
            (Code::PageDown, _) => self.go_to(self.cursor + PAGE),
            (Code::PageUp, _) => self.go_to(self.cursor.saturating_sub(PAGE)),
            _ => return self.edit(key),
        }
        Heard::Moved
    }

    /// Gives a key to the line alone.
    pub fn edit(&mut self, key: Key) -> Heard {
        let before = self.line.revision();
        let pressed = self.line.press(key);
        if self.line.revision() != before {
            self.cursor = 0;
            return Heard::Typed;
        }
        if matches!(pressed, Pressed::Ignored) { Heard::Ignored } else { Heard::Edited }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::fuzzy;
    use crate::tui::widget::line_editor::Lines;

    fn found(names: &[&'static str]) -> Vec<(&'static str, Ranked)> {
        fuzzy::rank("", names).into_iter().map(|ranked| (names[ranked.ix], ranked)).collect()
    }

    #[test]
    fn the_cursor_stays_inside_and_typing_puts_it_first() {
        let mut list = Narrowed::new(LineEditor::new(Lines::One, ""));
        assert_eq!((list.press(Key::plain(Code::Down)), list.current()), (Heard::Moved, None));
        list.set_found(found(&["one", "two", "three"]));
        list.press(Key::plain(Code::PageDown));
        assert_eq!(list.current(), Some(&"three"));
        let shown: Vec<_> = list.rows(2).map(|(name, _, is_cursor)| (*name, is_cursor)).collect();
        assert_eq!(shown, [("two", false), ("three", true)]);
        list.set_found(found(&["one", "two"]));
        assert_eq!(list.current(), Some(&"two"));
        assert_eq!((list.press(Key::char('o')), list.cursor()), (Heard::Typed, 0));
        assert_eq!(list.press(Key::plain(Code::Left)), Heard::Edited);
    }
}
