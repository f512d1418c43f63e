//! A field of one line, or of a few that grow with the text: prompts, searches, notes.
//!
//! Pure state: it takes keys and pastes and says which rows to draw. It takes only keys that edit
//! or move in text; Enter, Esc, Tab and all others are the owner's.

use std::cell::Cell;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation as _;

use crate::tui::key::{Code, Key, Mods};
use crate::tui::widget::edit_buffer::EditBuffer;
use crate::tui::widget::wrap::{self, Rows};

/// What a key did in an editor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pressed {
    /// The text is another.
    Changed,
    /// The key was taken, and the text is the same.
    Moved,
    /// Not a key of the editor: the owner's turn.
    Ignored,
}

impl Pressed {
    /// Whether the editor took the key.
    pub fn is_taken(self) -> bool {
        self != Self::Ignored
    }
}

/// How many lines a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// One: pasted line breaks become spaces.
    One,
    /// As many as wanted: Alt-Enter and Ctrl-j begin another.
    Growing,
}

/// Texts entered before, that the arrow keys bring back.
#[derive(Debug, Clone, Default)]
struct History {
    /// The newest is last.
    entries: Vec<String>,
    /// Which entry is shown; none while it is the text being written.
    shown: Option<usize>,
    written: String,
}

/// A small text field with readline keys, history and undo.
#[derive(Debug, Clone)]
pub struct LineEditor {
    buffer: EditBuffer,
    lines: Lines,
    history: History,
    /// The width it was last drawn in, which arrows up and down need.
    width: Cell<usize>,
}

impl LineEditor {
    /// A field with this text, the caret at its end.
    pub fn new(lines: Lines, text: &str) -> Self {
        let text = fitting(lines, text);
        Self { buffer: EditBuffer::new(&text), lines, history: History::default(), width: Cell::new(80) }
    }

    /// The same with texts entered before, the newest last.
    #[must_use]
    pub fn with_history(mut self, entries: Vec<String>) -> Self {
        self.history.entries = entries;
        self
    }

    /// The text.
    pub fn text(&self) -> &str {
        self.buffer.text()
    }

    /// The caret as a byte place in the text.
    pub const fn caret(&self) -> usize {
        self.buffer.caret()
    }

    /// Puts the caret at byte `at`, or after the cluster it is in.
    pub fn move_to(&mut self, at: usize) {
        self.buffer.move_to(at);
    }

    /// A number that differs after every change of the text.
    pub const fn revision(&self) -> u64 {
        self.buffer.revision()
    }

    /// Whether nothing is written.
    pub fn is_empty(&self) -> bool {
        self.text().is_empty()
    }

    /// Replaces the text, which can be undone; the caret goes to its end.
    pub fn set_text(&mut self, text: &str) {
        let text = fitting(self.lines, text);
        self.buffer.replace_all(&text);
        self.buffer.move_to(usize::MAX);
    }

    /// Replaces a piece of the text: what a completion does.
    pub fn replace(&mut self, range: Range<usize>, text: &str) {
        let text = fitting(self.lines, text);
        self.buffer.replace(range, &text);
    }

    /// Puts text in at the caret as one step of undo.
    pub fn insert(&mut self, text: &str) {
        let text = fitting(self.lines, text);
        self.buffer.insert(&text);
    }

    /// Takes pasted text: one insertion, never keys.
    pub fn paste(&mut self, text: &str) -> Pressed {
        self.change(|editor| editor.insert(text))
    }

    /// Takes a key.
    pub fn press(&mut self, key: Key) -> Pressed {
        if let Some(c) = key.typed() {
            return self.change(|editor| editor.buffer.type_char(c));
        }
        let newline = key == Key::ctrl('j') || key == Key::new(Code::Enter, Mods::ALT);
        if newline && self.lines == Lines::Growing {
            return self.change(|editor| editor.buffer.type_char('\n'));
        }
        match press_readline(&mut self.buffer, key) {
            Pressed::Ignored => self.press_arrow(key),
            taken => taken,
        }
    }

    fn change(&mut self, act: impl FnOnce(&mut Self)) -> Pressed {
        act(self);
        self.history.shown = None;
        Pressed::Changed
    }

    /// Up and down: between rows first, then through the history.
    fn press_arrow(&mut self, key: Key) -> Pressed {
        let down = match (key.code(), key.mods()) {
            (Code::Up, Mods::NONE) => false,
            (Code::Down, Mods::NONE) => true,
            _ => return Pressed::Ignored,
        };
        let rows = Rows::new(self.text(), self.width.get());
        let (x, row) = rows.cell_of(self.text(), self.caret());
        let next = if down { Some(row + 1).filter(|&row| row < rows.len()) } else { row.checked_sub(1) };
        match next {
            Some(next) if self.lines == Lines::Growing => {
                self.buffer.move_to(rows.byte_at(self.text(), x, next));
                Pressed::Moved
            }
            _ if down => self.newer(),
            _ => self.older(),
        }
    }

    fn older(&mut self) -> Pressed {
        let next = self.history.shown.unwrap_or(self.history.entries.len()).checked_sub(1);
        let Some((next, entry)) = next.and_then(|ix| Some((ix, self.history.entries.get(ix)?.clone()))) else {
            return Pressed::Ignored;
        };
        if self.history.shown.is_none() {
            self.history.written = self.text().to_owned();
        }
        self.set_text(&entry);
        self.history.shown = Some(next);
        Pressed::Changed
    }

    fn newer(&mut self) -> Pressed {
        let Some(shown) = self.history.shown else { return Pressed::Ignored };
        let entry = self.history.entries.get(shown + 1).cloned();
        self.history.shown = entry.is_some().then_some(shown + 1);
        let text = entry.unwrap_or_else(|| std::mem::take(&mut self.history.written));
        self.set_text(&text);
        Pressed::Changed
    }

    /// The rows of the text in a field of `width` cells.
    pub fn rows(&self, width: usize) -> Vec<&str> {
        self.width.set(width);
        Rows::new(self.text(), width).ranges().iter().map(|row| self.text().get(row.clone()).unwrap_or("")).collect()
    }

    /// Column and row of the caret among [`Self::rows`].
    pub fn cursor_cell(&self, width: usize) -> (usize, usize) {
        self.width.set(width);
        Rows::new(self.text(), width).cell_of(self.text(), self.caret())
    }

    /// For a field of one row: the piece of the text to show, and the caret's column in it.
    pub fn window(&self, width: usize) -> (&str, usize) {
        let room = width.saturating_sub(1);
        let before = self.text().get(..self.caret()).unwrap_or("");
        let head = fit_end(before, room);
        let x = wrap::cells(head);
        let after = self.text().get(self.caret()..).unwrap_or("");
        let tail = fit_start(after, width.saturating_sub(x));
        let start = before.len() - head.len();
        (self.text().get(start..before.len() + tail.len()).unwrap_or(""), x)
    }
}

/// Text as a field of so many lines holds it.
fn fitting(lines: Lines, text: &str) -> String {
    match lines {
        Lines::One => text.replace("\r\n", " ").replace(['\n', '\r'], " "),
        Lines::Growing => text.to_owned(),
    }
}

/// The longest beginning of `text` in at most `room` cells.
fn fit_start(text: &str, room: usize) -> &str {
    let mut used = 0;
    let mut end = 0;
    for cluster in text.graphemes(true) {
        used += wrap::cluster_cells(cluster);
        if used > room {
            break;
        }
        end += cluster.len();
    }
    text.get(..end).unwrap_or("")
}

/// The longest end of `text` in at most `room` cells.
fn fit_end(text: &str, room: usize) -> &str {
    let mut used = 0;
    let mut start = text.len();
    for cluster in text.graphemes(true).rev() {
        used += wrap::cluster_cells(cluster);
        if used > room {
            break;
        }
        start -= cluster.len();
    }
    text.get(start..).unwrap_or("")
}

/// The readline keys both editors share.
pub(super) fn press_readline(buffer: &mut EditBuffer, key: Key) -> Pressed {
    if let Some(to) = motion(buffer, key) {
        buffer.move_to(to);
        return Pressed::Moved;
    }
    let before = buffer.revision();
    match edit(buffer, key) {
        false => Pressed::Ignored,
        true if buffer.revision() == before => Pressed::Moved,
        true => Pressed::Changed,
    }
}

fn motion(buffer: &EditBuffer, key: Key) -> Option<usize> {
    Some(match (key.code(), key.mods()) {
        (Code::Left, Mods::NONE) | (Code::Char('b'), Mods::CTRL) => buffer.left(),
        (Code::Right, Mods::NONE) | (Code::Char('f'), Mods::CTRL) => buffer.right(),
        (Code::Home, Mods::NONE) | (Code::Char('a'), Mods::CTRL) => buffer.line_start(),
        (Code::End, Mods::NONE) | (Code::Char('e'), Mods::CTRL) => buffer.line_end(),
        (Code::Left, Mods::ALT | Mods::CTRL) | (Code::Char('b'), Mods::ALT) => buffer.word_left(),
        (Code::Right, Mods::ALT | Mods::CTRL) | (Code::Char('f'), Mods::ALT) => buffer.word_right(),
        (Code::Home, Mods::CTRL) => 0,
        (Code::End, Mods::CTRL) => buffer.text().len(),
        _ => return None,
    })
}

/// Does the edit of a key; `false` when it has none.
fn edit(buffer: &mut EditBuffer, key: Key) -> bool {
    match (key.code(), key.mods()) {
        (Code::Backspace, Mods::NONE | Mods::SHIFT) | (Code::Char('h'), Mods::CTRL) => buffer.delete_to(buffer.left()),
        (Code::Delete, Mods::NONE) | (Code::Char('d'), Mods::CTRL) => buffer.delete_to(buffer.right()),
        (Code::Char('w'), Mods::CTRL) => buffer.kill_to(buffer.blank_left()),
        (Code::Backspace, Mods::ALT | Mods::CTRL) => buffer.kill_to(buffer.word_left()),
        (Code::Char('d'), Mods::ALT) | (Code::Delete, Mods::ALT | Mods::CTRL) => buffer.kill_to(buffer.word_right()),
        (Code::Char('u'), Mods::CTRL) => buffer.kill_to(buffer.line_start()),
        (Code::Char('k'), Mods::CTRL) => kill_line(buffer),
        (Code::Char('y'), Mods::CTRL) => buffer.yank(),
        (Code::Char('u'), Mods::ALT) => _ = buffer.undo(),
        (Code::Char('r'), Mods::ALT) => _ = buffer.redo(),
        _ => return false,
    }
    true
}

/// To the end of the line; at its end, the line break.
fn kill_line(buffer: &mut EditBuffer) {
    let end = buffer.line_end();
    let end = if end == buffer.caret() { buffer.right() } else { end };
    buffer.kill_to(end);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tui::key::KeySeq;

    fn press(editor: &mut LineEditor, keys: &str) {
        for key in keys.parse::<KeySeq>().unwrap() {
            assert!(editor.press(key).is_taken(), "{key}");
        }
    }

    #[test]
    fn readline_keys_edit_the_line() {
        let mut editor = LineEditor::new(Lines::One, "tag:impact from:amara");
        press(&mut editor, "Ctrl-w Ctrl-a Ctrl-y");
        assert_eq!(editor.text(), "from:amaratag:impact ");
        press(&mut editor, "Space Ctrl-e Backspace Alt-b Ctrl-k");
        assert_eq!(editor.text(), "from:amara tag:");
        press(&mut editor, "Ctrl-u");
        assert_eq!(editor.text(), "");
        press(&mut editor, "Alt-u Alt-u");
        assert_eq!(editor.text(), "from:amara tag:impact");
    }

    #[test]
    fn keys_that_are_not_text_are_the_owners() {
        let mut editor = LineEditor::new(Lines::One, "x");
        for key in ["Enter", "Esc", "Tab", "S-Tab", "Ctrl-s", "Alt-q", "Ctrl-j", "Up", "Down", "F1"] {
            assert_eq!(editor.press(key.parse().unwrap()), Pressed::Ignored, "{key}");
        }
        assert_eq!(editor.text(), "x");
    }

    #[test]
    fn a_paste_is_one_insertion_and_one_step_of_undo() {
        let mut editor = LineEditor::new(Lines::One, "");
        editor.paste("dd\nq\r\nX");
        assert_eq!(editor.text(), "dd q X");
        press(&mut editor, "Alt-u");
        assert!(editor.is_empty());
    }

    #[test]
    fn a_growing_field_takes_line_breaks_and_arrows_move_between_rows() {
        let mut editor = LineEditor::new(Lines::Growing, "");
        press(&mut editor, "a b Alt-Enter c Ctrl-j d");
        assert_eq!(editor.rows(10), ["ab", "c", "d"]);
        press(&mut editor, "Up Up Home");
        assert_eq!(editor.cursor_cell(10), (0, 0));
    }

    #[test]
    fn the_arrow_up_brings_back_what_was_entered_and_down_what_was_being_written() {
        let mut editor = LineEditor::new(Lines::One, "new").with_history(vec!["oldest".to_owned(), "older".to_owned()]);
        press(&mut editor, "Up");
        assert_eq!(editor.text(), "older");
        press(&mut editor, "Up");
        assert_eq!(editor.text(), "oldest");
        assert_eq!(editor.press("Up".parse().unwrap()), Pressed::Ignored);
        press(&mut editor, "Down Down");
        assert_eq!(editor.text(), "new");
    }

    #[test]
    fn a_line_longer_than_its_field_scrolls_with_the_caret() {
        let mut editor = LineEditor::new(Lines::One, "abcdefghij");
        assert_eq!(editor.window(5), ("ghij", 4));
        press(&mut editor, "Home");
        assert_eq!(editor.window(5), ("abcde", 0));
        assert_eq!(editor.window(0), ("", 0));
    }

    proptest! {
        #[test]
        fn the_caret_is_always_in_the_window(text in "\\PC{0,30}", at in 0_usize..40, width in 1_usize..12) {
            let mut editor = LineEditor::new(Lines::One, &text);
            editor.move_to(at);
            let (shown, x) = editor.window(width);
            prop_assert!(x < width);
            prop_assert!(wrap::cells(shown) <= width);
        }
    }
}
