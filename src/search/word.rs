//! One word of a query, found exactly, by a correction, or with letters left out.

use std::ops::Range;

use aho_corasick::AhoCorasick;

use super::Match;
use super::exact::{Case, Needle};
use super::fuzzy::Near;
use super::highlight::Highlight;
use super::vocabulary::{Correction, Vocabulary};

/// How far a message answers a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Not at all.
    No,
    /// With a mistyped word.
    Close(Found),
    /// As asked.
    Exact(Found),
}

/// What was found beside the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Found {
    /// The higher the better; words found exactly have their full score.
    pub score: i64,
    /// Corrections with which the message would be an exact hit: a bit each, by their place.
    pub corrections: u64,
}

impl Verdict {
    /// As asked, without a word.
    pub(super) const YES: Self = Self::Exact(Found { score: 0, corrections: 0 });

    /// What a condition without words says.
    pub(super) const fn from_bool(yes: bool) -> Self {
        if yes { Self::YES } else { Self::No }
    }
}

/// What may have been meant by a word.
struct Meant {
    needle: Needle,
    word: String,
    /// Its bit in [`Found::corrections`]; zero past the 64th.
    bit: u64,
    score: i64,
}

/// One word, ready to be looked for.
pub(super) struct Word {
    typed: String,
    exact: Needle,
    near: Option<Near>,
    meant: Vec<Meant>,
    /// Looks for all that may have been meant at once, where all of it is ASCII.
    all_meant: Option<AhoCorasick>,
    full_score: i64,
}

/// What a wrong letter costs, in the measure of the matcher.
const WRONG_LETTER: i64 = 16;

impl Word {
    /// Prepares a word to be found exactly or with letters between its letters.
    pub(super) fn new(typed: &str) -> Self {
        let case = Case::smart(typed);
        let near = Near::new(typed, case);
        let full_score = near.as_ref().map_or(0, Near::full_score);
        let exact = Needle::new(typed, case);
        Self { typed: typed.to_owned(), exact, near, meant: Vec::new(), all_meant: None, full_score }
    }

    /// Adds what may have been meant, if the word itself is next to never said. `first_bit` is the
    /// place of its first correction. Gives the words added.
    pub(super) fn correct(&mut self, vocabulary: &Vocabulary, first_bit: usize) -> Vec<String> {
        self.add(vocabulary.corrections(&self.typed), first_bit)
    }

    /// Adds all words as near as a mistyped one, for who looks for mistakes.
    pub(super) fn add_neighbours(&mut self, vocabulary: &Vocabulary, first_bit: usize) -> Vec<String> {
        self.add(vocabulary.neighbours(&self.typed), first_bit)
    }

    fn add(&mut self, corrections: Vec<Correction>, first_bit: usize) -> Vec<String> {
        self.meant = corrections
            .into_iter()
            .enumerate()
            .map(|(ix, correction)| Meant {
                needle: Needle::new(&correction.word, Case::Fold),
                bit: 1_u64.checked_shl((first_bit + ix) as u32).unwrap_or(0),
                score: self.full_score - WRONG_LETTER * correction.distance as i64,
                word: correction.word,
            })
            .collect();
        let words = || self.meant.iter().map(|meant| meant.word.as_str());
        if self.meant.len() > 1 && words().all(str::is_ascii) {
            // Where it cannot be built, each is looked for by itself.
            self.all_meant = AhoCorasick::builder().ascii_case_insensitive(true).build(words()).ok();
        }
        words().map(str::to_owned).collect()
    }

    /// As it was typed.
    pub(super) fn typed(&self) -> &str {
        &self.typed
    }

    /// Whether a text with the letters `mask` may hold the word or something close.
    pub(super) fn may_be_in(&self, mask: u64) -> bool {
        self.exact.may_be_in(mask) || self.meant.iter().any(|meant| meant.needle.may_be_in(mask))
    }

    /// Whether the letters of a text alone tell whether it holds the word.
    pub(super) const fn is_told_by_letters(&self) -> bool {
        self.exact.is_told_by_mask()
    }

    /// Letters without which a text holds neither the word nor anything close.
    pub(super) fn required_letters(&self) -> u64 {
        self.meant.iter().fold(self.exact.mask(), |required, meant| required & meant.needle.mask())
    }

    /// Whether other words may have been meant by it.
    pub(super) const fn is_corrected(&self) -> bool {
        !self.meant.is_empty()
    }

    /// How many windows were scored.
    pub(super) fn scored_count(&self) -> usize {
        self.near.as_ref().map_or(0, Near::scored_count)
    }

    /// Whether `text`, whose letters are `mask`, holds the word as typed.
    pub(super) fn is_in(&self, text: &str, mask: u64) -> bool {
        self.exact.may_be_in(mask) && self.exact.is_in(text)
    }

    /// How far `text`, whose letters are `mask`, holds the word.
    pub(super) fn judge(&self, text: &str, mask: u64) -> Verdict {
        let corrections = self.corrections_in(text, mask);
        let exact = Verdict::Exact(Found { score: self.full_score, corrections });
        // One look finds both the word itself and what is close to it.
        let near = self.near.as_ref().filter(|_| self.exact.may_be_in(mask));
        if let Some((near, window)) = near.and_then(|near| Some((near, near.window_or_itself(text)?))) {
            return match window {
                Some(window) if near.is_itself(&window) => exact,
                window => self.corrected(corrections).unwrap_or_else(|| close_by(near, text, window)),
            };
        }
        if self.is_in(text, mask) {
            return exact;
        }
        self.close(text, mask, corrections)
    }

    /// How far `text` holds what is close to the word, and not the word itself.
    pub(super) fn judge_close_only(&self, text: &str, mask: u64) -> Verdict {
        if self.is_in(text, mask) {
            return Verdict::No;
        }
        self.close(text, mask, self.corrections_in(text, mask))
    }

    fn corrections_in(&self, text: &str, mask: u64) -> u64 {
        let mut likely = self.meant.iter().filter(|meant| meant.needle.may_be_in(mask)).peekable();
        if likely.peek().is_none() {
            return 0;
        }
        if let Some(all) = &self.all_meant {
            let found = all.find_overlapping_iter(text).filter_map(|found| self.meant.get(found.pattern().as_usize()));
            return found.fold(0, |bits, meant| bits | meant.bit);
        }
        likely.filter(|meant| meant.needle.is_in(text)).fold(0, |bits, meant| bits | meant.bit)
    }

    fn close(&self, text: &str, mask: u64, corrections: u64) -> Verdict {
        let near = self.near.as_ref().filter(|_| self.exact.may_be_in(mask));
        let close = || near.map_or(Verdict::No, |near| close_by(near, text, near.window(text)));
        self.corrected(corrections).unwrap_or_else(close)
    }

    fn corrected(&self, corrections: u64) -> Option<Verdict> {
        let held = self.meant.iter().filter(|meant| meant.bit & corrections != 0);
        let score = held.map(|meant| meant.score).max()?;
        Some(Verdict::Close(Found { score, corrections }))
    }

    /// Where `text` holds the word: exact places, else those of corrections, else a window.
    pub(super) fn places(&self, text: &str) -> Vec<Highlight> {
        let exact = self.exact.places(text);
        if !exact.is_empty() {
            return exact.into_iter().map(|range| Highlight { range, how: Match::Exact }).collect();
        }
        self.close_places(text).into_iter().map(|range| Highlight { range, how: Match::Close }).collect()
    }

    /// Where `text` holds what is close to the word.
    pub(super) fn close_places(&self, text: &str) -> Vec<Range<usize>> {
        let meant: Vec<_> = self.meant.iter().flat_map(|meant| meant.needle.places(text)).collect();
        if !meant.is_empty() {
            return meant;
        }
        self.near.as_ref().and_then(|near| near.window(text)).into_iter().collect()
    }
}

fn close_by(near: &Near, text: &str, window: Option<Range<usize>>) -> Verdict {
    window.map_or(Verdict::No, |window| Verdict::Close(Found { score: near.score(text, &window), corrections: 0 }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn all_that_may_be_meant_is_found_at_once_as_one_by_one(text in "[abAB c]{0,40}") {
            let mut word = Word::new("xyz");
            let meant = ["ab", "abc", "b", "ba c", "cab"];
            let corrections =
                meant.map(|word| Correction { word: word.to_owned(), distance: 1, messages: 9 }).to_vec();
            word.add(corrections, 3);
            prop_assert!(word.all_meant.is_some());
            let mask = crate::archive::builder::letter_mask(&text);
            let at_once = word.corrections_in(&text, mask);
            word.all_meant = None;
            prop_assert_eq!(at_once, word.corrections_in(&text, mask));
        }
    }
}
