//! A field of many paragraphs: the text of a report section, a long note.
//!
//! Pure state over an [`EditBuffer`]: it takes keys and pastes, wraps softly, and says which byte
//! ranges to draw, so that the owner can style what is inside, such as citations. Keys that do not
//! edit or move in text are the owner's.

use std::cell::Cell;
use std::ops::Range;

use crate::tui::key::{Code, Key, Mods};
use crate::tui::widget::edit_buffer::EditBuffer;
use crate::tui::widget::line_editor::{Pressed, press_readline};
use crate::tui::widget::wrap::Rows;

/// What to draw of a text: the rows in sight and where the caret is among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Byte ranges of the rows in sight, from the top.
    pub rows: Vec<Range<usize>>,
    /// Column and row of the caret, counted from the top left of the view.
    pub caret: (usize, usize),
    /// The first row in sight among all.
    pub top: usize,
    /// Rows of the whole text.
    pub row_count: usize,
}

/// The field as it was last drawn, which motions by row and page need.
#[derive(Debug, Clone, Copy)]
struct Field {
    width: usize,
    height: usize,
    top: usize,
}

/// A text field with soft wrap, motions by row, word and paragraph, and unlimited undo.
#[derive(Debug, Clone)]
pub struct ProseEditor {
    buffer: EditBuffer,
    field: Cell<Field>,
    /// The column that motions up and down keep to, until another key.
    column: Option<usize>,
}

impl ProseEditor {
    /// A field with this text, the caret at its start and nothing to undo.
    pub fn new(text: &str) -> Self {
        let mut buffer = EditBuffer::new(text);
        buffer.move_to(0);
        Self { buffer, field: Cell::new(Field { width: 72, height: 20, top: 0 }), column: None }
    }

    /// The text.
    pub fn text(&self) -> &str {
        self.buffer.text()
    }

    /// The caret as a byte place in the text.
    pub const fn caret(&self) -> usize {
        self.buffer.caret()
    }

    /// A number that differs after every change of the text.
    pub const fn revision(&self) -> u64 {
        self.buffer.revision()
    }

    /// Whether there is something to undo.
    pub const fn is_changed(&self) -> bool {
        self.buffer.is_changed()
    }

    /// Puts the caret at byte `at`, or after the cluster it is in.
    pub fn move_to(&mut self, at: usize) {
        self.buffer.move_to(at);
        self.column = None;
    }

    /// Replaces the text as one step of undo, as after `$EDITOR`; the caret stays where it can.
    pub fn set_text(&mut self, text: &str) {
        let caret = self.caret();
        self.buffer.replace_all(text);
        self.move_to(caret);
    }

    /// Puts text in at the caret as one step of undo.
    pub fn insert(&mut self, text: &str) {
        self.buffer.insert(text);
        self.column = None;
    }

    /// Replaces a piece of the text as one step of undo.
    pub fn replace(&mut self, range: Range<usize>, text: &str) {
        self.buffer.replace(range, text);
        self.column = None;
    }

    /// Takes pasted text: one insertion, never keys.
    pub fn paste(&mut self, text: &str) -> Pressed {
        self.insert(text);
        Pressed::Changed
    }

    /// Takes the last step back; `false` when there is none.
    pub fn undo(&mut self) -> bool {
        self.column = None;
        self.buffer.undo()
    }

    /// Does the last undone step again; `false` when there is none.
    pub fn redo(&mut self) -> bool {
        self.column = None;
        self.buffer.redo()
    }

    /// Takes a key.
    pub fn press(&mut self, key: Key) -> Pressed {
        if let Some(rows) = self.row_motion(key) {
            self.move_rows(rows);
            return Pressed::Moved;
        }
        let pressed = self.press_text(key);
        if pressed.is_taken() {
            self.column = None;
        }
        pressed
    }

    fn press_text(&mut self, key: Key) -> Pressed {
        let newline = matches!(key.code(), Code::Enter) || key == Key::ctrl('j');
        if let Some(c) = key.typed().or(newline.then_some('\n')) {
            self.buffer.type_char(c);
            return Pressed::Changed;
        }
        if let Some(to) = self.prose_motion(key) {
            self.buffer.move_to(to);
            return Pressed::Moved;
        }
        press_readline(&mut self.buffer, key)
    }

    /// How many rows a key moves the caret, when it is a motion by rows.
    fn row_motion(&self, key: Key) -> Option<isize> {
        let page = self.field.get().height.saturating_sub(1).max(1) as isize;
        match (key.code(), key.mods()) {
            (Code::Up, Mods::NONE) | (Code::Char('p'), Mods::CTRL) => Some(-1),
            (Code::Down, Mods::NONE) | (Code::Char('n'), Mods::CTRL) => Some(1),
            (Code::PageUp, _) => Some(-page),
            (Code::PageDown, _) => Some(page),
            _ => None,
        }
    }

    fn move_rows(&mut self, by: isize) {
        let rows = self.all_rows();
        let (x, row) = rows.cell_of(self.text(), self.caret());
        let column = self.column.unwrap_or(x);
        let to = match row.checked_add_signed(by) {
            Some(next) if next < rows.len() => rows.byte_at(self.text(), column, next),
            // Past the last row is its end, before the first its start.
            Some(_) => self.text().len(),
            None => 0,
        };
        self.buffer.move_to(to);
        self.column = Some(column);
    }

    /// Motions that differ from a line's: Home and End by row, and paragraphs.
    fn prose_motion(&self, key: Key) -> Option<usize> {
        let row = || self.all_rows().row_of(self.caret());
        match (key.code(), key.mods()) {
            (Code::Home, Mods::NONE) => Some(self.all_rows().row_start(row())),
            (Code::End, Mods::NONE) => Some(self.all_rows().row_end(self.text(), row())),
            (Code::Up, Mods::CTRL | Mods::ALT) | (Code::Char('{'), Mods::ALT) => Some(self.buffer.paragraph_up()),
            (Code::Down, Mods::CTRL | Mods::ALT) | (Code::Char('}'), Mods::ALT) => Some(self.buffer.paragraph_down()),
            _ => None,
        }
    }

    fn all_rows(&self) -> Rows {
        Rows::new(self.text(), self.field.get().width)
    }

    /// The rows in sight of a field of this size, scrolled no more than the caret needs.
    ///
    /// The last column stays free for the caret. The size and the scroll are remembered.
    pub fn view(&self, width: usize, height: usize) -> View {
        let rows = Rows::new(self.text(), width);
        let (x, row) = rows.cell_of(self.text(), self.caret());
        let height = height.max(1);
        let last_top = rows.len().saturating_sub(height);
        let top = self.field.get().top.clamp((row + 1).saturating_sub(height), row).min(last_top);
        self.field.set(Field { width, height, top });
        View {
            rows: rows.ranges().iter().skip(top).take(height).cloned().collect(),
            caret: (x, row - top),
            top,
            row_count: rows.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_segmentation::UnicodeSegmentation as _;

    use super::*;
    use crate::tui::key::KeySeq;

    fn press(editor: &mut ProseEditor, keys: &str) {
        for key in keys.parse::<KeySeq>().unwrap() {
            assert!(editor.press(key).is_taken(), "{key}");
        }
    }

    fn shown(editor: &ProseEditor, width: usize, height: usize) -> Vec<&str> {
        editor.view(width, height).rows.into_iter().map(|row| editor.text().get(row).unwrap()).collect()
    }

    #[test]
    fn arrows_move_by_rows_on_the_screen_and_keep_their_column() {
        let mut editor = ProseEditor::new("the alias was skipped\nx\nduring migrations");
        assert_eq!(shown(&editor, 12, 10), ["the alias", "was skipped", "x", "during", "migrations"]);
        press(&mut editor, "End Down");
        assert_eq!(editor.view(12, 10).caret, (9, 1));
        press(&mut editor, "Down Down Down");
        assert_eq!(editor.view(12, 10).caret, (9, 4));
    }

    #[test]
    fn the_view_scrolls_no_more_than_the_caret_needs() {
        let mut editor = ProseEditor::new("1\n2\n3\n4\n5\n6");
        assert_eq!(shown(&editor, 10, 3), ["1", "2", "3"]);
        press(&mut editor, "Down Down Down");
        assert_eq!(shown(&editor, 10, 3), ["2", "3", "4"]);
        press(&mut editor, "Up");
        assert_eq!(shown(&editor, 10, 3), ["2", "3", "4"]);
        press(&mut editor, "PgDn PgDn PgDn");
        assert_eq!(shown(&editor, 10, 3), ["4", "5", "6"]);
    }

    #[test]
    fn home_and_end_are_the_rows_and_ctrl_a_the_lines() {
        let mut editor = ProseEditor::new("abcdefghij klm");
        editor.view(6, 5);
        press(&mut editor, "End");
        assert_eq!(editor.caret(), 4);
        press(&mut editor, "Down End");
        assert_eq!(editor.caret(), 10);
        press(&mut editor, "Home");
        assert_eq!(editor.caret(), 5);
        press(&mut editor, "Ctrl-e");
        assert_eq!(editor.caret(), 14);
        press(&mut editor, "Ctrl-a");
        assert_eq!(editor.caret(), 0);
    }

    #[test]
    fn paragraphs_are_jumped_and_lines_killed_and_yanked() {
        let mut editor = ProseEditor::new("one\n\ntwo\n\nthree");
        press(&mut editor, "Alt-}");
        assert_eq!(editor.caret(), 4);
        press(&mut editor, "Ctrl-Down Alt-{ Ctrl-k Ctrl-k");
        assert_eq!(editor.text(), "one\n\n\nthree");
        press(&mut editor, "Ctrl-Home Ctrl-y");
        assert_eq!(editor.text(), "twoone\n\n\nthree");
    }

    #[test]
    fn the_text_that_an_editor_gave_back_can_be_undone() {
        let mut editor = ProseEditor::new("before");
        editor.set_text("after");
        press(&mut editor, "Alt-u");
        assert_eq!(editor.text(), "before");
        press(&mut editor, "Alt-r");
        assert_eq!(editor.text(), "after");
    }

    #[test]
    fn enter_begins_a_line_and_esc_is_the_owners() {
        let mut editor = ProseEditor::new("");
        press(&mut editor, "a Enter b");
        assert_eq!(editor.text(), "a\nb");
        for key in ["Esc", "Tab", "Ctrl-s", "Alt-e", "Ctrl-c", "Ctrl-z"] {
            assert_eq!(editor.press(key.parse().unwrap()), Pressed::Ignored, "{key}");
        }
    }

    fn any_act() -> impl Strategy<Value = Key> {
        let keys = "Left Right Up Down Home End PgUp PgDn Backspace Delete Enter Ctrl-w Ctrl-u Ctrl-k Ctrl-y Ctrl-d \
                    Alt-b Alt-f Alt-d Alt-{ Alt-} Alt-u Alt-r Ctrl-Home Ctrl-End Space a é 検 👩 \u{301} \u{200d} 🏽";
        proptest::sample::select(keys.split_whitespace().map(|key| key.parse().unwrap()).collect::<Vec<Key>>())
    }

    proptest! {
        #[test]
        fn any_keys_leave_the_caret_on_a_boundary_and_all_of_it_can_be_undone(
            start in "[a-c \n検\u{301}]{0,30}",
            keys in proptest::collection::vec(any_act(), 0..60),
            width in 1_usize..12,
            height in 0_usize..5,
        ) {
            let mut editor = ProseEditor::new(&start);
            for key in keys {
                editor.press(key);
                let view = editor.view(width, height);
                prop_assert!(view.caret.1 < height.max(1));
                let caret = editor.caret();
                prop_assert!(editor.text().grapheme_indices(true).any(|(at, _)| at == caret) || caret == editor.text().len());
            }
            while editor.undo() {}
            prop_assert_eq!(editor.text(), start);
        }
    }
}
