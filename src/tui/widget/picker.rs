//! A list that narrows as one types: any letters, in order. Holds what can be picked, what fits and
//! where the cursor is; pure state, and the drawing of its rows.
//!
//! Labels may be foreign text; they are cleaned when they are taken in.

use std::collections::BTreeSet;

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::line_editor::{LineEditor, Lines};
use super::narrowed::{Heard, Narrowed};
use crate::base::text::{LineBreaks, sanitize_tty, width};
use crate::search::fuzzy::{self, Ranked};
use crate::tui::key::{Code, Key};
use crate::tui::paint::{Painter, Span};
use crate::tui::theme::{Glyph, Role};

/// Something that can be picked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is searched and shown first.
    pub label: String,
    /// What stands beside it.
    pub detail: String,
    /// What is handed back when it is picked.
    pub value: String,
}

impl Choice {
    /// Something that can be picked.
    pub fn new(label: &str, detail: &str, value: impl Into<String>) -> Self {
        let clean = |text: &str| sanitize_tty(text, LineBreaks::Mark).into_owned();
        Self { label: clean(label), detail: clean(detail), value: value.into() }
    }
}

/// A list that narrows as one types.
#[derive(Debug)]
pub struct Picker {
    choices: Vec<Choice>,
    /// Places among the choices.
    list: Narrowed<usize>,
    /// Whether somebody moved the cursor: until then it stays on the first choice.
    moved: bool,
    chosen: BTreeSet<usize>,
}

impl Picker {
    /// All choices, the cursor on the first.
    pub fn new(choices: Vec<Choice>) -> Self {
        let list = Narrowed::new(LineEditor::new(Lines::One, ""));
        let mut picker = Self { choices, list, moved: false, chosen: BTreeSet::new() };
        picker.rank();
        picker
    }

    /// The same with the cursor on a value, when it is there.
    #[must_use]
    pub fn with_cursor_on(mut self, value: &str) -> Self {
        let place = self.place_of(value);
        self.list.go_to(place.unwrap_or_default());
        self.moved = place.is_some();
        self
    }

    /// Where a value stands among what fits.
    fn place_of(&self, value: &str) -> Option<usize> {
        self.list.found().iter().position(|(ix, _)| self.value_of(*ix) == Some(value))
    }

    fn value_of(&self, ix: usize) -> Option<&str> {
        self.choices.get(ix).map(|choice| choice.value.as_str())
    }

    fn rank(&mut self) {
        let labels: Vec<&str> = self.choices.iter().map(|choice| choice.label.as_str()).collect();
        let ranked = fuzzy::rank(self.list.line().text(), &labels);
        self.list.set_found(ranked.into_iter().map(|ranked| (ranked.ix, ranked)).collect());
    }

    /// Other choices; what was typed, what the cursor was moved to and what was chosen stay.
    pub fn replace(&mut self, choices: Vec<Choice>) {
        let current = self.current().map(|choice| choice.value.clone());
        let chosen: BTreeSet<String> = self.chosen().map(|choice| choice.value.clone()).collect();
        self.choices = choices;
        self.chosen = (0..self.choices.len())
            .filter(|&ix| self.value_of(ix).is_some_and(|value| chosen.contains(value)))
            .collect();
        self.rank();
        if let Some(place) = current.filter(|_| self.moved).and_then(|value| self.place_of(&value)) {
            self.list.go_to(place);
        }
    }

    /// What was typed.
    pub const fn line(&self) -> &LineEditor {
        self.list.line()
    }

    /// Sets what was typed.
    pub fn set_text(&mut self, text: &str) {
        self.list.set_text(text);
        self.rank();
    }

    /// Takes pasted text.
    pub fn paste(&mut self, text: &str) {
        self.list.paste(text);
        self.rank();
    }

    /// What fits, the best first.
    pub fn found(&self) -> impl Iterator<Item = (usize, &Choice, &Ranked)> {
        self.list.found().iter().filter_map(|(ix, ranked)| Some((*ix, self.choices.get(*ix)?, ranked)))
    }

    /// How many fit.
    pub const fn found_count(&self) -> usize {
        self.list.count()
    }

    /// How many there are.
    pub const fn count(&self) -> usize {
        self.choices.len()
    }

    /// Where the cursor is among what fits.
    pub const fn cursor(&self) -> usize {
        self.list.cursor()
    }

    /// What the cursor is on.
    pub fn current(&self) -> Option<&Choice> {
        self.choices.get(*self.list.current()?)
    }

    /// Puts the choice under the cursor among the chosen, or takes it out. False when that would be
    /// more than `most`.
    pub fn toggle(&mut self, most: usize) -> bool {
        let Some(&ix) = self.list.current() else { return true };
        if !self.chosen.remove(&ix) {
            if self.chosen.len() >= most {
                return false;
            }
            self.chosen.insert(ix);
        }
        true
    }

    /// Whether a choice is among the chosen.
    pub fn is_chosen(&self, ix: usize) -> bool {
        self.chosen.contains(&ix)
    }

    /// All that were chosen, as they stand in the list.
    pub fn chosen(&self) -> impl ExactSizeIterator<Item = &Choice> {
        let chosen: Vec<&Choice> = self.chosen.iter().filter_map(|&ix| self.choices.get(ix)).collect();
        chosen.into_iter()
    }

    /// Takes a key: arrows move, all else is typed. True when it was used.
    pub fn press(&mut self, key: Key) -> bool {
        self.moved |= matches!(key.code(), Code::Down | Code::Up | Code::PageDown | Code::PageUp);
        let heard = self.list.press(key);
        if heard == Heard::Typed {
            self.rank();
        }
        heard != Heard::Ignored
    }

    /// The first of the rows that `height` rows show.
    pub const fn first(&self, height: usize) -> usize {
        self.list.first(height)
    }

    /// What `height` rows show: choice, how it fits, whether the cursor is on it.
    pub fn rows(&self, height: usize) -> impl Iterator<Item = (&Choice, &Ranked, bool)> {
        let rows = self.list.rows(height);
        rows.filter_map(|(ix, ranked, is_cursor)| Some((self.choices.get(*ix)?, ranked, is_cursor)))
    }

    /// Draws what fits: bar, label with its matched letters underlined, detail dim.
    pub fn draw(&self, painter: &mut Painter<'_>, area: Rect, label_cells: u16) {
        for ((choice, ranked, is_cursor), y) in self.rows(usize::from(area.height)).zip(area.y..) {
            let style = cursor_row(painter, area.x, y, is_cursor);
            let x = area.x + 3.min(area.width);
            let right = area.right().saturating_sub(2);
            let cells = label_cells.min(right.saturating_sub(x));
            painter.put_spans(x, y, cells, &matched(&choice.label, ranked, style));
            let from = x + label_cells + 2;
            painter.put_cut(from, y, right.saturating_sub(from), &choice.detail, painter.style(Role::Dim));
        }
    }
}

/// Draws the bar of a cursor's row; gives the style of the cell by which the row is known.
pub fn cursor_row(painter: &mut Painter<'_>, x: u16, y: u16, is_cursor: bool) -> Style {
    if !is_cursor {
        return Style::new();
    }
    painter.glyph(x, y, Glyph::Cursor, painter.style(Role::Accent));
    painter.theme.bold(Role::Text).add_modifier(Modifier::REVERSED)
}

/// A label in runs: what was matched is underlined.
pub fn matched(label: &str, ranked: &Ranked, style: Style) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut at = 0;
    for range in &ranked.ranges {
        spans.push(Span::new(label.get(at..range.start).unwrap_or(""), style));
        let hit = style.add_modifier(Modifier::UNDERLINED | Modifier::BOLD);
        spans.push(Span::new(label.get(range.clone()).unwrap_or(""), hit));
        at = range.end;
    }
    spans.push(Span::new(label.get(at..).unwrap_or(""), style));
    spans.retain(|span| width(&span.text) > 0);
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picker() -> Picker {
        let names = ["sev-search", "search-dev", "support-desk"];
        Picker::new(names.iter().map(|name| Choice::new(name, "", *name)).collect())
    }

    fn type_text(picker: &mut Picker, text: &str) {
        for c in text.chars() {
            picker.press(Key::char(c));
        }
    }

    #[test]
    fn typing_narrows_and_the_cursor_stays_inside() {
        let mut picker = picker();
        picker.press(Key::plain(Code::Down));
        picker.press(Key::plain(Code::Down));
        assert_eq!(picker.current().unwrap().value, "support-desk");
        type_text(&mut picker, "dev");
        assert_eq!((picker.found_count(), picker.current().unwrap().value.as_str()), (1, "search-dev"));
        type_text(&mut picker, "zzz");
        assert_eq!(picker.current(), None);
    }

    #[test]
    fn the_cursor_stays_on_the_first_choice_until_it_is_moved() {
        let mut picker = picker();
        let later = || vec![Choice::new("new", "", "new"), Choice::new("sev-search", "", "sev-search")];
        picker.replace(later());
        assert_eq!(picker.current().unwrap().value, "new");
        picker.press(Key::plain(Code::Down));
        picker.replace(later().into_iter().rev().collect());
        assert_eq!(picker.current().unwrap().value, "sev-search");
    }

    #[test]
    fn what_was_chosen_survives_narrowing_and_other_choices() {
        let mut picker = picker();
        assert!(picker.toggle(1));
        type_text(&mut picker, "desk");
        assert!(!picker.toggle(1), "one more than allowed");
        picker.replace(vec![Choice::new("new", "", "new"), Choice::new("sev-search", "", "sev-search")]);
        assert_eq!(picker.chosen().map(|choice| choice.value.as_str()).collect::<Vec<_>>(), ["sev-search"]);
    }

    #[test]
    fn matched_letters_make_the_label_again() {
        let ranked = fuzzy::rank("sdv", &["search-dev"]);
        let spans = matched("search-dev", &ranked[0], Style::new());
        assert_eq!(spans.iter().map(|span| span.text.as_str()).collect::<String>(), "search-dev");
        assert!(spans.len() > 1);
    }
}
