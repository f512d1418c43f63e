//! Prose under edit in which a citation is one letter: the caret steps over it, one Backspace takes
//! it out, and it is shown as a label.
//!
//! Inside, each `[@ID]` stands as one character of a private plane; [`CitedText::text`] gives the
//! prose as it is saved, and folding and unfolding are inverse for every text.

use std::cell::Cell;
use std::ops::Range;

use crate::report::citations;
use crate::report::cite::citation_text;
use crate::tui::key::{Code, Key, Mods};
use crate::tui::widget::line_editor::Pressed;
use crate::tui::widget::prose_editor::ProseEditor;
use crate::tui::widget::wrap::Rows;

/// The first character that stands for an atom, and how many there are.
const FIRST: u32 = 0xF_0000;
const MOST: u32 = 0xFFFE;

/// What a private character stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Atom {
    /// A citation, by the id that is cited.
    Citation(String),
    /// That character itself: it was in the text.
    Literal(char),
}

/// A piece of the text as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    source: Range<usize>,
    /// Where it stands in [`Shown::text`].
    pub shown: Range<usize>,
    /// The id that is cited, when it is a citation.
    pub cites: Option<String>,
}

/// The text as it is shown, labels in place of citations.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shown {
    /// What is shown. Spaces of labels are no-break ones, so that a label stays in one row.
    pub text: String,
    /// Its pieces, in order, without gaps.
    pub pieces: Vec<Piece>,
}

impl Shown {
    fn push(&mut self, source: Range<usize>, shown: &str, cites: Option<String>) {
        let from = self.text.len();
        self.text.push_str(shown);
        self.pieces.push(Piece { source, shown: from..self.text.len(), cites });
    }

    /// The place in what is shown of a place among letters and stand-ins; inside a citation its beginning.
    fn of_source(&self, at: usize) -> usize {
        let piece = self.pieces.iter().find(|piece| piece.source.contains(&at));
        piece.map_or(self.text.len(), |piece| match piece.cites {
            Some(_) => piece.shown.start,
            None => piece.shown.start + (at - piece.source.start),
        })
    }

    /// The place in the text of a place in what is shown; inside a label the nearer side of it.
    fn to_source(&self, at: usize) -> usize {
        let piece = self.pieces.iter().find(|piece| piece.shown.contains(&at));
        let end = self.pieces.last().map_or(0, |piece| piece.source.end);
        piece.map_or(end, |piece| match piece.cites {
            Some(_) if at - piece.shown.start > piece.shown.len() / 2 => piece.source.end,
            Some(_) => piece.source.start,
            None => piece.source.start + (at - piece.shown.start),
        })
    }

    /// Words, labels left out.
    pub fn words(&self) -> usize {
        let plain = self.pieces.iter().filter(|piece| piece.cites.is_none());
        let text: Vec<&str> = plain.filter_map(|piece| self.text.get(piece.shown.clone())).collect();
        text.join(" ").split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count()
    }

    /// How many citations there are.
    pub fn citations(&self) -> usize {
        self.pieces.iter().filter(|piece| piece.cites.is_some()).count()
    }
}

/// The field as it was last drawn: what motions by row and page need.
#[derive(Debug, Clone, Copy)]
struct Field {
    width: usize,
    height: usize,
}

/// Prose in which a citation is one letter.
#[derive(Debug, Clone)]
pub struct CitedText {
    editor: ProseEditor,
    atoms: Vec<Atom>,
    field: Cell<Field>,
    /// The column that motions up and down keep to.
    column: Option<usize>,
}

impl CitedText {
    /// A field with this text, the caret at its end and nothing to undo.
    pub fn new(text: &str) -> Self {
        let mut atoms = Vec::new();
        let folded = fold(text, &mut atoms);
        let mut editor = ProseEditor::new(&folded);
        editor.move_to(folded.len());
        Self { editor, atoms, field: Cell::new(Field { width: 72, height: 20 }), column: None }
    }

    /// The prose as it is saved.
    pub fn text(&self) -> String {
        unfold(self.editor.text(), &self.atoms)
    }

    /// The place of the caret in [`Self::text`].
    pub fn caret(&self) -> usize {
        unfold(self.editor.text().get(..self.editor.caret()).unwrap_or(""), &self.atoms).len()
    }

    /// Puts the caret where a place of [`Self::text`] is.
    pub fn move_to(&mut self, at: usize) {
        self.editor.move_to(self.folded(at));
        self.column = None;
    }

    /// The place in what is shown of a place of [`Self::text`].
    pub fn shown_place(&self, shown: &Shown, at: usize) -> usize {
        shown.of_source(self.folded(at))
    }

    /// The place among letters and stand-ins of a place of [`Self::text`].
    fn folded(&self, at: usize) -> usize {
        let mut seen = 0;
        for (offset, c) in self.editor.text().char_indices() {
            if seen >= at {
                return offset;
            }
            seen += self.length_of(c);
        }
        self.editor.text().len()
    }

    fn length_of(&self, c: char) -> usize {
        match atom_of(c, &self.atoms) {
            Some(Atom::Citation(id)) => citation_text(id).len(),
            Some(Atom::Literal(c)) => c.len_utf8(),
            None => c.len_utf8(),
        }
    }

    /// Replaces the text as one step of undo, as after `$EDITOR`.
    pub fn set_text(&mut self, text: &str) {
        let folded = fold(text, &mut self.atoms);
        self.editor.set_text(&folded);
        self.column = None;
    }

    /// Puts a citation in at the caret, apart from the word before it.
    pub fn cite(&mut self, id: &str) {
        let before = self.editor.text().get(..self.editor.caret()).unwrap_or("");
        let apart = before.chars().next_back().is_some_and(|c| !c.is_whitespace() && !matches!(c, '(' | '['));
        let space =
            if apart && atom_of(before.chars().next_back().unwrap_or(' '), &self.atoms).is_none() { " " } else { "" };
        let folded = fold(&format!("{space}{}", citation_text(id)), &mut self.atoms);
        self.editor.insert(&folded);
        self.column = None;
    }

    /// Takes pasted text: one insertion, never keys.
    pub fn paste(&mut self, text: &str) -> Pressed {
        let folded = fold(text, &mut self.atoms);
        self.editor.insert(&folded);
        self.column = None;
        Pressed::Changed
    }

    /// Takes a key.
    pub fn press(&mut self, key: Key, shown: &Shown) -> Pressed {
        if let Some(to) = self.row_motion(key, shown) {
            self.editor.move_to(to);
            return Pressed::Moved;
        }
        self.column = None;
        let pressed = self.editor.press(key);
        if key.typed() == Some(']') {
            self.fold_typed();
        }
        pressed
    }

    /// A citation typed by hand becomes one letter when its bracket closes.
    fn fold_typed(&mut self) {
        let caret = self.editor.caret();
        let typed = citations(self.editor.text()).into_iter().find(|citation| citation.range.end == caret);
        let Some(typed) = typed else { return };
        let folded = fold(&citation_text(&typed.id), &mut self.atoms);
        self.editor.replace(typed.range, &folded);
    }

    /// Where a motion by rows of the screen goes.
    fn row_motion(&mut self, key: Key, shown: &Shown) -> Option<usize> {
        let field = self.field.get();
        let page = field.height.saturating_sub(1).max(1).cast_signed();
        let rows = Rows::new(&shown.text, field.width);
        let caret = shown.of_source(self.editor.caret());
        let (x, row) = rows.cell_of(&shown.text, caret);
        let by = match (key.code(), key.mods()) {
            (Code::Up, Mods::NONE) | (Code::Char('p'), Mods::CTRL) => -1,
            (Code::Down, Mods::NONE) | (Code::Char('n'), Mods::CTRL) => 1,
            (Code::PageUp, _) => -page,
            (Code::PageDown, _) => page,
            (Code::Home, Mods::NONE) => return Some(shown.to_source(rows.row_start(row))),
            (Code::End, Mods::NONE) => return Some(shown.to_source(rows.row_end(&shown.text, row))),
            _ => return None,
        };
        let column = *self.column.get_or_insert(x);
        let to = match row.checked_add_signed(by) {
            Some(next) if next < rows.len() => rows.byte_at(&shown.text, column, next),
            Some(_) => shown.text.len(),
            None => 0,
        };
        Some(shown.to_source(to))
    }

    /// The text as it is shown, each citation as the label that `label` gives its id.
    pub fn shown(&self, label: impl Fn(&str) -> String) -> Shown {
        let mut shown = Shown::default();
        let text = self.editor.text();
        let mut from = 0;
        for (at, c) in text.char_indices() {
            let Some(atom) = atom_of(c, &self.atoms) else { continue };
            if from < at {
                shown.push(from..at, text.get(from..at).unwrap_or(""), None);
            }
            from = at + c.len_utf8();
            match atom {
                Atom::Citation(id) => shown.push(at..from, &label(id).replace(' ', "\u{a0}"), Some(id.clone())),
                Atom::Literal(c) => shown.push(at..from, c.encode_utf8(&mut [0; 4]), None),
            }
        }
        if from < text.len() {
            shown.push(from..text.len(), text.get(from..).unwrap_or(""), None);
        }
        shown
    }

    /// Wraps for a field of `width` cells and `height` rows, whose last column is the caret's; gives
    /// the rows and the column and row of the caret. The size is remembered for motions.
    pub fn wrap(&self, shown: &Shown, width: usize, height: usize) -> (Rows, (usize, usize)) {
        self.field.set(Field { width, height });
        let rows = Rows::new(&shown.text, width);
        let caret = rows.cell_of(&shown.text, shown.of_source(self.editor.caret()));
        (rows, caret)
    }
}

fn atom_of(c: char, atoms: &[Atom]) -> Option<&Atom> {
    let ix = u32::from(c).checked_sub(FIRST).filter(|&ix| ix < MOST)?;
    atoms.get(ix as usize)
}

/// The character that stands for an atom; none when all are used, and then the text stays as it is.
fn stand_in(atom: Atom, atoms: &mut Vec<Atom>) -> Option<char> {
    let ix = match atoms.iter().position(|known| *known == atom) {
        Some(ix) => ix,
        None if atoms.len() < MOST as usize => {
            atoms.push(atom);
            atoms.len() - 1
        }
        None => return None,
    };
    char::from_u32(FIRST + u32::try_from(ix).ok()?)
}

fn fold(text: &str, atoms: &mut Vec<Atom>) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut from = 0;
    for citation in citations(text) {
        fold_plain(text.get(from..citation.range.start).unwrap_or(""), atoms, &mut folded);
        match stand_in(Atom::Citation(citation.id.clone()), atoms) {
            Some(c) => folded.push(c),
            None => folded.push_str(&citation_text(&citation.id)),
        }
        from = citation.range.end;
    }
    fold_plain(text.get(from..).unwrap_or(""), atoms, &mut folded);
    folded
}

fn fold_plain(text: &str, atoms: &mut Vec<Atom>, folded: &mut String) {
    for c in text.chars() {
        let private = (FIRST..FIRST + MOST).contains(&u32::from(c));
        let shown = if private { stand_in(Atom::Literal(c), atoms) } else { None };
        folded.push(shown.unwrap_or(c));
    }
}

fn unfold(folded: &str, atoms: &[Atom]) -> String {
    let mut text = String::with_capacity(folded.len());
    for c in folded.chars() {
        match atom_of(c, atoms) {
            Some(Atom::Citation(id)) => text.push_str(&citation_text(id)),
            Some(Atom::Literal(c)) => text.push(*c),
            None => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tui::key::KeySeq;

    fn label(_: &str) -> String {
        "[14:32 Bako]".to_owned()
    }

    fn press(text: &mut CitedText, keys: &str) {
        for key in keys.parse::<KeySeq>().unwrap() {
            let shown = text.shown(label);
            text.press(key, &shown);
        }
    }

    #[test]
    fn a_citation_is_one_letter_to_the_caret_and_to_backspace() {
        let mut text = CitedText::new("empty [@slack/C1/1.0].");
        assert_eq!(text.shown(label).text, "empty [14:32\u{a0}Bako].");
        press(&mut text, "Left Left");
        assert_eq!(text.caret(), 6);
        press(&mut text, "Right Backspace");
        assert_eq!(text.text(), "empty .");
        press(&mut text, "Alt-u");
        assert_eq!(text.text(), "empty [@slack/C1/1.0].");
    }

    #[test]
    fn a_citation_typed_or_pasted_by_hand_is_one_too_and_can_be_undone() {
        let mut text = CitedText::new("");
        press(&mut text, "[ @ a / 1 ]");
        assert_eq!(text.shown(label).citations(), 1);
        assert_eq!(text.text(), "[@a/1]");
        text.paste(" and [@b/2]");
        assert_eq!(text.shown(label).citations(), 2);
        press(&mut text, "Alt-u Alt-u Alt-u");
        assert_eq!(text.text(), "");
    }

    #[test]
    fn citing_leaves_a_space_after_a_word_only() {
        let mut text = CitedText::new("empty");
        text.cite("a/1");
        text.cite("b/2");
        assert_eq!(text.text(), "empty [@a/1][@b/2]");
    }

    #[test]
    fn rows_are_wrapped_by_what_is_shown() {
        let mut text = CitedText::new("one two [@a/1] three");
        let shown = text.shown(label);
        let (rows, caret) = text.wrap(&shown, 14, 5);
        let lines: Vec<&str> = rows.ranges().iter().map(|row| shown.text.get(row.clone()).unwrap()).collect();
        assert_eq!(lines, ["one two", "[14:32\u{a0}Bako]", "three"]);
        assert_eq!(caret, (5, 2));
        press(&mut text, "Up");
        assert_eq!(text.caret(), 8, "the nearer side of the label");
        press(&mut text, "Up Home");
        assert_eq!(text.caret(), 0);
    }

    #[test]
    fn words_are_counted_without_labels() {
        let shown = CitedText::new("Nine pages - were empty [@a/1].").shown(label);
        assert_eq!((shown.words(), shown.citations()), (4, 1));
    }

    #[test]
    fn the_caret_goes_to_places_of_the_saved_text() {
        let mut text = CitedText::new("ab [@a/1] cd");
        for at in [0, 2, 3, 9, 12] {
            text.move_to(at);
            assert_eq!(text.caret(), at);
        }
    }

    proptest! {
        #[test]
        fn folding_loses_nothing(text in "(\\[@[a-z/]{0,3}\\]?|[a-c \n検\u{f0000}\u{f0001}\u{301}]){0,12}") {
            prop_assert_eq!(CitedText::new(&text).text(), text);
        }

        #[test]
        fn places_go_to_what_is_shown_and_back(text in "(\\[@a/[1-3]\\]|[a-c 検]){0,12}") {
            let cited = CitedText::new(&text);
            let shown = cited.shown(label);
            for piece in &shown.pieces {
                prop_assert_eq!(shown.to_source(shown.of_source(piece.source.start)), piece.source.start);
            }
        }
    }
}
