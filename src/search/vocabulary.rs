//! The words that were said, with how many messages say them: what a mistyped word is held against.
//!
//! Built once for an archive, off the screen's thread, and shared. Words are runs of letters; what
//! holds digits is left out, because one number is never a mistyped other one.

use std::collections::HashMap;

use super::exact::{Case, fold};
use crate::archive::Archive;
use crate::archive::builder::letter_mask;

/// The shortest word that is corrected, in letters.
const SHORTEST: usize = 3;
/// The longest word that is kept, in letters: longer ones are no words.
const LONGEST: usize = 32;
/// A word said in more messages than this is taken for what was meant.
pub const FEW: u32 = 2;
/// Most corrections of one word.
pub const MOST_CORRECTIONS: usize = 6;

/// The words of an archive.
#[derive(Debug, Default)]
pub struct Vocabulary {
    words: Vec<Said>,
}

/// A word and how often it was said.
#[derive(Debug)]
struct Said {
    word: Box<str>,
    mask: u64,
    letters: u8,
    messages: u32,
}

/// A word that may have been meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The word, in lower case.
    pub word: String,
    /// How many letters differ; two swapped neighbours count as one.
    pub distance: usize,
    /// How many messages say it.
    pub messages: u32,
}

impl Vocabulary {
    /// Collects the words of all messages.
    pub fn build(archive: &Archive) -> Self {
        Self::with_kept(archive, [])
    }

    /// Collects the words of all messages, and of those of which only copies are at hand.
    pub fn with_kept<'a>(archive: &Archive, kept: impl IntoIterator<Item = &'a str>) -> Self {
        let mut counter = Counter::default();
        for (_, log) in archive.channels() {
            for row in 0..log.len() as u32 {
                counter.add_message(log.text(row));
            }
        }
        kept.into_iter().for_each(|text| counter.add_message(text));
        counter.finish()
    }

    /// How many words there are.
    pub const fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether nobody said a word.
    pub const fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// In about how many messages `word` stands, also inside longer words, as long as they are few;
    /// for words of letters.
    fn few_messages_with(&self, word: &str) -> Option<u32> {
        let needle = super::exact::Needle::new(word, Case::Fold);
        let mut holding = self.words.iter().filter(|said| needle.may_be_in(said.mask) && needle.is_in(&said.word));
        holding.try_fold(0_u32, |sum, said| Some(sum.saturating_add(said.messages)).filter(|sum| *sum <= FEW))
    }

    /// What may have been meant by `word`, nearest and most said first; nothing when the word itself
    /// is said in more than [`FEW`] messages, or holds anything but letters.
    pub fn corrections(&self, word: &str) -> Vec<Correction> {
        if !is_correctable(word) {
            return Vec::new();
        }
        let Some(own) = self.few_messages_with(word) else { return Vec::new() };
        self.within(word, |said| said.messages > own)
    }

    /// Words as near to `word` as a mistyped one is, however often they are said; without itself.
    pub fn neighbours(&self, word: &str) -> Vec<Correction> {
        if is_correctable(word) { self.within(word, |_| true) } else { Vec::new() }
    }

    fn within(&self, word: &str, wanted: impl Fn(&Said) -> bool) -> Vec<Correction> {
        let letters: Vec<char> = word.chars().map(fold).collect();
        let most = allowed_distance(letters.len());
        let mask = letter_mask(word);
        let mut rows = DistanceRows::default();
        let mut found: Vec<Correction> = self
            .words
            .iter()
            .filter(|said| usize::from(said.letters).abs_diff(letters.len()) <= most && wanted(said))
            // A wrong letter changes two bits of the mask, a swap none.
            .filter(|said| (said.mask ^ mask).count_ones() as usize <= 2 * most)
            .filter_map(|said| {
                let distance = rows.distance(&letters, &said.word, most)?;
                (distance > 0).then(|| Correction { word: said.word.to_string(), distance, messages: said.messages })
            })
            .collect();
        found.sort_by(|a, b| (a.distance, b.messages, &a.word).cmp(&(b.distance, a.messages, &b.word)));
        found.truncate(MOST_CORRECTIONS);
        found
    }
}

/// Whether a word is one that may be mistyped: letters only, and not too few.
pub fn is_correctable(word: &str) -> bool {
    word.chars().all(char::is_alphabetic) && (SHORTEST..=LONGEST).contains(&word.chars().count())
}

/// How many letters of a word may be wrong.
pub const fn allowed_distance(letters: usize) -> usize {
    if letters < 8 { 1 } else { 2 }
}

/// Counts, for each word, the messages that hold it.
#[derive(Default)]
struct Counter {
    /// Word to its place in `counts`.
    places: HashMap<Box<str>, u32>,
    /// Messages that hold the word, and the last of them.
    counts: Vec<(u32, u32)>,
    messages: u32,
    word: String,
}

impl Counter {
    fn add_message(&mut self, text: &str) {
        self.messages += 1;
        for run in text.split(|c: char| !c.is_alphanumeric()) {
            // Bytes are never fewer than letters, so this drops most short ones cheaply.
            if run.len() < SHORTEST || run.len() > 4 * LONGEST || run.bytes().any(|byte| byte.is_ascii_digit()) {
                continue;
            }
            self.word.clear();
            if run.is_ascii() {
                self.word.push_str(run);
                self.word.make_ascii_lowercase();
            } else {
                self.word.extend(run.chars().map(fold));
            }
            self.count_word();
        }
    }

    fn count_word(&mut self) {
        let Some(&place) = self.places.get(self.word.as_str()) else {
            if is_correctable(&self.word) {
                self.places.insert(self.word.as_str().into(), self.counts.len() as u32);
                self.counts.push((1, self.messages));
            }
            return;
        };
        if let Some((messages, last)) = self.counts.get_mut(place as usize)
            && *last != self.messages
        {
            *messages += 1;
            *last = self.messages;
        }
    }

    fn finish(self) -> Vocabulary {
        let mut words: Vec<Said> = self
            .places
            .into_iter()
            .map(|(word, place)| Said {
                mask: letter_mask(&word),
                letters: word.chars().count() as u8,
                messages: self.counts.get(place as usize).map_or(0, |(messages, _)| *messages),
                word,
            })
            .collect();
        words.sort_unstable_by(|a, b| a.word.cmp(&b.word));
        Vocabulary { words }
    }
}

/// The last three rows of the table of distances, kept between words.
#[derive(Default)]
struct DistanceRows {
    before_last: Vec<usize>,
    last: Vec<usize>,
    current: Vec<usize>,
    other: Vec<char>,
}

impl DistanceRows {
    /// Letters to leave out, put in, change or swap with their neighbour, if at most `most`.
    fn distance(&mut self, word: &[char], other: &str, most: usize) -> Option<usize> {
        self.other.clear();
        self.other.extend(other.chars());
        self.last.clear();
        self.last.extend(0..=self.other.len());
        let mut previous = None;
        for (ix, &letter) in word.iter().enumerate() {
            self.fill_row(ix, letter, previous);
            if self.current.iter().min().is_none_or(|&least| least > most) {
                return None;
            }
            std::mem::swap(&mut self.before_last, &mut self.last);
            std::mem::swap(&mut self.last, &mut self.current);
            previous = Some(letter);
        }
        self.last.last().copied().filter(|&distance| distance <= most)
    }

    fn fill_row(&mut self, ix: usize, letter: char, previous: Option<char>) {
        let at = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX / 2);
        self.current.clear();
        self.current.push(ix + 1);
        let mut other_previous = None;
        for (column, &other) in self.other.iter().enumerate() {
            let changed = at(&self.last, column) + usize::from(letter != other);
            let left_out = at(&self.last, column + 1) + 1;
            let put_in = at(&self.current, column) + 1;
            let mut least = changed.min(left_out).min(put_in);
            let is_swap = previous == Some(other) && other_previous == Some(letter);
            if let (true, Some(column)) = (is_swap, column.checked_sub(1)) {
                least = least.min(at(&self.before_last, column) + 1);
            }
            self.current.push(least);
            other_previous = Some(other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distance(word: &str, other: &str) -> Option<usize> {
        let letters: Vec<char> = word.chars().collect();
        DistanceRows::default().distance(&letters, other, 2)
    }

    fn vocabulary(messages: &[&str]) -> Vocabulary {
        let mut counter = Counter::default();
        for text in messages {
            counter.add_message(text);
        }
        counter.finish()
    }

    fn corrected(vocabulary: &Vocabulary, word: &str) -> Vec<String> {
        vocabulary.corrections(word).into_iter().map(|correction| correction.word).collect()
    }

    #[test]
    fn swapped_neighbours_count_as_one() {
        assert_eq!(distance("alais", "alias"), Some(1));
        assert_eq!(distance("alias", "alias"), Some(0));
        assert_eq!(distance("allias", "alias"), Some(1));
        assert_eq!(distance("serch", "search"), Some(1));
        assert_eq!(distance("alian", "alias"), Some(1));
        assert_eq!(distance("saila", "alias"), None);
        assert_eq!(distance("ab", "ba"), Some(1));
    }

    #[test]
    fn a_rows_memory_of_one_word_does_not_reach_the_next() {
        let mut rows = DistanceRows::default();
        let letters: Vec<char> = "alais".chars().collect();
        rows.distance(&letters, "something long", 2);
        assert_eq!(rows.distance(&letters, "alias", 2), Some(1));
    }

    #[test]
    fn corrections_are_near_words_said_more_often() {
        let vocabulary = vocabulary(&["the alias", "an Alias, alias", "allias", "a lias"]);
        assert_eq!(corrected(&vocabulary, "alais"), ["alias"]);
        assert_eq!(corrected(&vocabulary, "allias"), ["alias"], "said once itself");
        assert_eq!(vocabulary.corrections("alais")[0].messages, 2, "messages are counted, not words");
    }

    #[test]
    fn a_word_that_is_said_often_is_meant() {
        let vocabulary = vocabulary(&["road", "road", "road", "read", "read", "read"]);
        assert_eq!(corrected(&vocabulary, "read"), [""; 0]);
        assert_eq!(corrected(&vocabulary, "rea"), [""; 0], "the beginning of a word is no mistake");
    }

    #[test]
    fn long_words_may_have_two_wrong_letters() {
        let vocabulary = vocabulary(&["the migration", "migration"]);
        assert_eq!(corrected(&vocabulary, "migartoin"), ["migration"]);
        assert_eq!(corrected(&vocabulary, "migrtoin"), ["migration"]);
    }

    #[test]
    fn numbers_are_never_corrected() {
        let vocabulary = vocabulary(&["1206 v2", "1206 v2"]);
        assert!(vocabulary.is_empty());
        assert_eq!(corrected(&vocabulary, "1207"), [""; 0]);
    }
}
