//! Where in a text a query was found.

use std::ops::Range;

use regex::Regex;

use super::Match;
use super::exact::{Needle, pattern};
use super::query::{Query, Sign, Term};
use super::vocabulary::Vocabulary;
use super::word::Word;

/// One place in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Highlight {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// Whether it stands there as typed.
    pub how: Match,
}

/// Finds the words, phrases and patterns of a query in texts; what is negated is left out.
#[derive(Default)]
pub struct Highlighter {
    words: Vec<Word>,
    close_only: Vec<Word>,
    phrases: Vec<Needle>,
    patterns: Vec<Regex>,
}

impl Highlighter {
    /// Prepares a query; with a vocabulary, corrected words are found too.
    pub fn new(query: &Query, vocabulary: Option<&Vocabulary>) -> Self {
        let mut highlighter = Self::default();
        for (term, sign) in query.terms() {
            if sign == Sign::Negated {
                continue;
            }
            match term {
                Term::Word(typed) => {
                    let mut word = Word::new(typed);
                    vocabulary.map(|vocabulary| word.correct(vocabulary, 0));
                    highlighter.words.push(word);
                }
                Term::Fuzzy(typed) => {
                    let mut word = Word::new(typed);
                    vocabulary.map(|vocabulary| word.add_neighbours(vocabulary, 0));
                    highlighter.close_only.push(word);
                }
                Term::Phrase(typed) => highlighter.phrases.push(Needle::smart(typed)),
                Term::Pattern(typed) => highlighter.patterns.extend(pattern(typed)),
                _ => {}
            }
        }
        highlighter
    }

    /// Whether there is nothing to find.
    pub const fn is_empty(&self) -> bool {
        self.words.is_empty() && self.close_only.is_empty() && self.phrases.is_empty() && self.patterns.is_empty()
    }

    /// The places in `text`, ascending, none overlapping another; where they would, exact ones win.
    pub fn ranges(&self, text: &str) -> Vec<Highlight> {
        let exact = |range| Highlight { range, how: Match::Exact };
        let close = |range| Highlight { range, how: Match::Close };
        let mut found: Vec<Highlight> = self.words.iter().flat_map(|word| word.places(text)).collect();
        found.extend(self.close_only.iter().flat_map(|word| word.close_places(text)).map(close));
        found.extend(self.phrases.iter().flat_map(|phrase| phrase.places(text)).map(exact));
        let patterns = self.patterns.iter().flat_map(|pattern| pattern.find_iter(text));
        found.extend(patterns.map(|hit| hit.range()).filter(|range| !range.is_empty()).map(exact));
        without_overlaps(found)
    }
}

fn without_overlaps(found: Vec<Highlight>) -> Vec<Highlight> {
    let (exact, close): (Vec<_>, Vec<_>) = found.into_iter().partition(|highlight| highlight.how == Match::Exact);
    let mut kept = joined(exact);
    for highlight in joined(close) {
        let at = kept.partition_point(|known| known.range.end <= highlight.range.start);
        if kept.get(at).is_none_or(|next| next.range.start >= highlight.range.end) {
            kept.insert(at, highlight);
        }
    }
    kept
}

/// Places of one kind, ascending, overlapping ones as one.
fn joined(mut found: Vec<Highlight>) -> Vec<Highlight> {
    found.sort_by_key(|highlight| highlight.range.start);
    let mut kept: Vec<Highlight> = Vec::with_capacity(found.len());
    for highlight in found {
        match kept.last_mut() {
            Some(last) if highlight.range.start < last.range.end => {
                last.range.end = last.range.end.max(highlight.range.end);
            }
            _ => kept.push(highlight),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(query: &str, text: &str) -> Vec<(String, Match)> {
        let highlighter = Highlighter::new(&Query::parse(query).unwrap(), None);
        highlighter
            .ranges(text)
            .into_iter()
            .map(|place| (text.get(place.range).unwrap().to_owned(), place.how))
            .collect()
    }

    fn exact(texts: &[&str]) -> Vec<(String, Match)> {
        texts.iter().map(|text| ((*text).to_owned(), Match::Exact)).collect()
    }

    #[test]
    fn every_place_of_every_word_is_marked() {
        assert_eq!(marked("alias read", "Read the alias, read"), exact(&["Read", "alias", "read"]));
        assert_eq!(marked("\"the alias\" from:teo", "of the alias"), exact(&["the alias"]));
        assert_eq!(marked("re:/12[0-9]+/", "1203, 1204"), exact(&["1203", "1204"]));
    }

    #[test]
    fn a_close_word_is_marked_as_close() {
        assert_eq!(marked("alias", "the allias"), [("allias".to_owned(), Match::Close)]);
        assert_eq!(marked("~alias", "the allias"), [("allias".to_owned(), Match::Close)]);
    }

    #[test]
    fn what_must_not_be_there_is_not_marked() {
        assert_eq!(marked("read -alias", "read alias"), exact(&["read"]));
        assert!(Highlighter::new(&Query::parse("-alias from:teo").unwrap(), None).is_empty());
    }

    #[test]
    fn overlapping_places_are_one() {
        assert_eq!(marked("alias as", "alias was"), exact(&["alias", "as"]));
        assert_eq!(marked("lia ali", "alias"), exact(&["alia"]));
        assert_eq!(marked("abc OR bx", "abxc").len(), 1, "the exact one wins");
    }
}
