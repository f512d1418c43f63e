//! Text under edit with its caret, kill buffer and unlimited undo: what both editors are made of.
//!
//! The caret is always on a cluster boundary. Every change goes through `EditBuffer::splice`,
//! which records its own inverse, so undoing everything gives back the text there was at first.

use std::ops::Range;

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation as _};

/// Whether a change joins the one before it into one step of undo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grouping {
    /// Always a step of its own: pastes, kills, replacements.
    Alone,
    /// Typed characters of one word.
    Typing,
    /// Characters deleted one by one.
    Deleting,
}

/// One change: what stood at `at`, and what stands there since.
#[derive(Debug, Clone)]
struct Step {
    at: usize,
    removed: String,
    inserted: String,
    caret_before: usize,
    caret_after: usize,
    grouping: Grouping,
}

/// Text, caret, kill buffer and history of one field.
#[derive(Debug, Clone, Default)]
pub struct EditBuffer {
    text: String,
    caret: usize,
    killed: String,
    undo: Vec<Step>,
    redo: Vec<Step>,
    /// Motions between two changes keep them apart in the history.
    moved: bool,
    revision: u64,
}

impl EditBuffer {
    /// A buffer with this text, the caret at its end and nothing to undo.
    pub fn new(text: &str) -> Self {
        let text = plain_breaks(text);
        Self { caret: text.len(), text, ..Self::default() }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The caret as a byte place in the text.
    pub const fn caret(&self) -> usize {
        self.caret
    }

    /// Whether there is something to undo.
    pub const fn is_changed(&self) -> bool {
        !self.undo.is_empty()
    }

    /// A number that differs after every change of the text.
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// Puts the caret on the cluster boundary at or after `at`.
    pub fn move_to(&mut self, at: usize) {
        self.caret = self.boundary_from(at);
        self.moved = true;
    }

    /// Puts text in at the caret as one step of undo; line breaks of any kind become line feeds.
    pub fn insert(&mut self, text: &str) {
        let text = plain_breaks(text);
        self.splice(self.caret..self.caret, &text, Grouping::Alone);
    }

    /// Types one character.
    pub fn type_char(&mut self, c: char) {
        self.splice(self.caret..self.caret, c.encode_utf8(&mut [0; 4]), Grouping::Typing);
    }

    /// Replaces the whole text as one step of undo; nothing happens when it is the same.
    pub fn replace_all(&mut self, text: &str) {
        let text = plain_breaks(text);
        if text != self.text {
            self.splice(0..self.text.len(), &text, Grouping::Alone);
        }
    }

    /// Replaces a piece of the text as one step of undo; ends inside a cluster are widened.
    pub fn replace(&mut self, range: Range<usize>, text: &str) {
        let text = plain_breaks(text);
        let range = self.boundary_before(range.start)..self.boundary_from(range.end.max(range.start));
        self.splice(range, &text, Grouping::Alone);
    }

    /// Deletes between the caret and `to`, character by character for undo.
    pub fn delete_to(&mut self, to: usize) {
        self.splice(self.between(to), "", Grouping::Deleting);
    }

    /// Deletes between the caret and `to` and keeps it for [`Self::yank`]. Nothing to delete keeps
    /// what was killed before.
    pub fn kill_to(&mut self, to: usize) {
        let range = self.between(to);
        if let Some(killed) = self.text.get(range.clone()).filter(|killed| !killed.is_empty()) {
            killed.clone_into(&mut self.killed);
            self.splice(range, "", Grouping::Alone);
        }
    }

    /// Puts the last killed text in at the caret.
    pub fn yank(&mut self) {
        let killed = self.killed.clone();
        self.splice(self.caret..self.caret, &killed, Grouping::Alone);
    }

    fn between(&self, to: usize) -> Range<usize> {
        let to = self.boundary_from(to);
        self.caret.min(to)..self.caret.max(to)
    }

    /// The one place where text changes.
    fn splice(&mut self, range: Range<usize>, inserted: &str, grouping: Grouping) {
        if range.is_empty() && inserted.is_empty() {
            return;
        }
        let Some(removed) = self.text.get(range.clone()).map(str::to_owned) else { return };
        let caret_before = self.caret;
        self.text.replace_range(range.clone(), inserted);
        self.caret = self.boundary_from(range.start + inserted.len());
        let step = Step {
            at: range.start,
            removed,
            inserted: inserted.to_owned(),
            caret_before,
            caret_after: self.caret,
            grouping,
        };
        self.revision += 1;
        self.redo.clear();
        let joined = !self.moved && self.undo.last_mut().is_some_and(|last| last.join(&step));
        if !joined {
            self.undo.push(step);
        }
        self.moved = false;
    }

    /// Takes the last step back; `false` when there is none.
    pub fn undo(&mut self) -> bool {
        let Some(step) = self.undo.pop() else { return false };
        self.text.replace_range(step.at..step.at + step.inserted.len(), &step.removed);
        self.caret = step.caret_before;
        self.redo.push(step);
        self.revision += 1;
        self.moved = true;
        true
    }

    /// Does the last undone step again; `false` when there is none.
    pub fn redo(&mut self) -> bool {
        let Some(step) = self.redo.pop() else { return false };
        self.text.replace_range(step.at..step.at + step.removed.len(), &step.inserted);
        self.caret = step.caret_after;
        self.undo.push(step);
        self.revision += 1;
        self.moved = true;
        true
    }

    /// The cluster boundary at or after `at`.
    fn boundary_from(&self, at: usize) -> usize {
        let mut at = at.min(self.text.len());
        while !self.is_boundary(at) {
            at += 1;
        }
        at
    }

    /// The cluster boundary at or before `at`.
    fn boundary_before(&self, at: usize) -> usize {
        let mut at = at.min(self.text.len());
        while !self.is_boundary(at) {
            at -= 1;
        }
        at
    }

    fn is_boundary(&self, at: usize) -> bool {
        self.text.is_char_boundary(at)
            && GraphemeCursor::new(at, self.text.len(), true).is_boundary(&self.text, 0).unwrap_or(true)
    }

    fn before(&self) -> &str {
        self.text.get(..self.caret).unwrap_or("")
    }

    fn after(&self) -> &str {
        self.text.get(self.caret..).unwrap_or("")
    }

    /// The place one cluster left of the caret.
    pub fn left(&self) -> usize {
        self.caret - self.before().graphemes(true).next_back().map_or(0, str::len)
    }

    /// The place one cluster right of the caret.
    pub fn right(&self) -> usize {
        self.caret + self.after().graphemes(true).next().map_or(0, str::len)
    }

    /// The start of the word at or left of the caret; a word is letters and digits.
    pub fn word_left(&self) -> usize {
        let words = self.before().trim_end_matches(|c: char| !c.is_alphanumeric());
        words.trim_end_matches(char::is_alphanumeric).len()
    }

    /// The end of the word at or right of the caret.
    pub fn word_right(&self) -> usize {
        let word = self.after().trim_start_matches(|c: char| !c.is_alphanumeric());
        self.text.len() - word.trim_start_matches(char::is_alphanumeric).len()
    }

    /// The start of what `Ctrl-w` takes: spaces, then anything up to a space.
    pub fn blank_left(&self) -> usize {
        self.before().trim_end().trim_end_matches(|c: char| !c.is_whitespace()).len()
    }

    /// The start of the caret's line.
    pub fn line_start(&self) -> usize {
        self.before().rfind('\n').map_or(0, |at| at + 1)
    }

    /// The end of the caret's line, before its line feed.
    pub fn line_end(&self) -> usize {
        self.after().find('\n').map_or(self.text.len(), |at| self.caret + at)
    }

    /// The blank line before the caret's paragraph, else the start.
    pub fn paragraph_up(&self) -> usize {
        self.before().trim_end_matches('\n').rfind("\n\n").map_or(0, |at| at + 1)
    }

    /// The blank line after the caret's paragraph, else the end.
    pub fn paragraph_down(&self) -> usize {
        let rest = self.after().trim_start_matches('\n');
        rest.find("\n\n").map_or(self.text.len(), |at| self.text.len() - rest.len() + at + 1)
    }
}

impl Step {
    /// Takes `next` into this step when both belong to one act of typing; whether it did.
    fn join(&mut self, next: &Self) -> bool {
        if self.grouping != next.grouping || next.caret_before != self.caret_after {
            return false;
        }
        let joined = match next.grouping {
            Grouping::Alone => false,
            Grouping::Typing => self.join_typed(next),
            Grouping::Deleting => self.join_deleted(next),
        };
        if joined {
            self.caret_after = next.caret_after;
        }
        joined
    }

    fn join_typed(&mut self, next: &Self) -> bool {
        let starts_word = self.inserted.ends_with(char::is_whitespace) && !next.inserted.contains(char::is_whitespace);
        let adjoins = self.at + self.inserted.len() == next.at && next.removed.is_empty();
        if starts_word || !adjoins {
            return false;
        }
        self.inserted.push_str(&next.inserted);
        true
    }

    fn join_deleted(&mut self, next: &Self) -> bool {
        if next.at + next.removed.len() == self.at {
            self.removed.insert_str(0, &next.removed);
            self.at = next.at;
        } else if next.at == self.at {
            self.removed.push_str(&next.removed);
        } else {
            return false;
        }
        true
    }
}

/// Line breaks as line feeds: terminals paste them as carriage returns.
fn plain_breaks(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> EditBuffer {
        let mut buffer = EditBuffer::default();
        text.chars().for_each(|c| buffer.type_char(c));
        buffer
    }

    #[test]
    fn undo_goes_back_a_word_at_a_time() {
        let mut buffer = typed("paged the wrong team");
        assert!(buffer.undo());
        assert_eq!(buffer.text(), "paged the wrong ");
        assert!(buffer.undo() && buffer.redo());
        assert_eq!(buffer.text(), "paged the wrong ");
        while buffer.undo() {}
        assert_eq!(buffer.text(), "");
    }

    #[test]
    fn a_motion_parts_two_steps_of_typing() {
        let mut buffer = typed("ab");
        buffer.move_to(0);
        buffer.move_to(2);
        buffer.type_char('c');
        buffer.undo();
        assert_eq!(buffer.text(), "ab");
    }

    #[test]
    fn deleted_characters_come_back_together() {
        let mut buffer = EditBuffer::new("alias");
        for _ in 0..3 {
            buffer.delete_to(buffer.left());
        }
        assert_eq!(buffer.text(), "al");
        buffer.undo();
        assert_eq!((buffer.text(), buffer.caret()), ("alias", 5));
    }

    #[test]
    fn the_caret_never_stands_inside_a_cluster() {
        let mut buffer = EditBuffer::new("e\u{301}x");
        buffer.move_to(1);
        assert_eq!(buffer.caret(), 3);
        buffer.move_to(0);
        assert_eq!(buffer.right(), 3);
        let mut accent = EditBuffer::new("\u{301}");
        accent.move_to(0);
        accent.type_char('e');
        assert_eq!(accent.caret(), 3);
    }

    #[test]
    fn words_lines_and_paragraphs_are_found() {
        let mut buffer = EditBuffer::new("one two-three\n\nfour five\nsix\n\nend");
        buffer.move_to(13);
        assert_eq!((buffer.word_left(), buffer.blank_left(), buffer.line_start()), (8, 4, 0));
        assert_eq!((buffer.word_right(), buffer.line_end()), (19, 13));
        buffer.move_to(20);
        assert_eq!((buffer.paragraph_up(), buffer.paragraph_down()), (14, 29));
        buffer.move_to(14);
        assert_eq!((buffer.paragraph_up(), buffer.paragraph_down()), (0, 29));
    }

    #[test]
    fn pasted_line_breaks_become_line_feeds() {
        let mut buffer = EditBuffer::default();
        buffer.insert("a\r\nb\rc");
        assert_eq!(buffer.text(), "a\nb\nc");
    }

    #[test]
    fn killing_nothing_keeps_what_was_killed() {
        let mut buffer = EditBuffer::new("abc");
        buffer.kill_to(1);
        buffer.kill_to(1);
        buffer.yank();
        assert_eq!(buffer.text(), "abc");
    }
}
