//! Close matches, scored by fuzzy-matcher, which only this file names.
//!
//! Over long texts letters in order are found nearly everywhere, so a close match in a message is a
//! short window: at most [`span_limit`] letters from the first to the last. Only windows are scored.
//! Lists to pick from are ranked without a limit.
//!
//! The matcher's table keeps values of the text scored before it, so a score may lean on what came
//! earlier. Windows are therefore scored by its simple mode, which has no table: the order of hits
//! must not hang on how a scan was sliced. Its switch to drop the table panics and is never used.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use fuzzy_matcher::FuzzyMatcher as _;
use fuzzy_matcher::skim::SkimMatcherV2;

use super::exact::{Case, commonness, fold};

/// The shortest word that is also looked for with letters left out: shorter ones are everywhere.
pub const SHORTEST: usize = 3;

/// Most letters between the first and the last letter of a close match, both counted.
pub const fn span_limit(word_letters: usize) -> usize {
    2 * word_letters + 2
}

/// A word that is looked for with letters between its letters.
pub struct Near {
    letters: Vec<char>,
    pattern: String,
    case: Case,
    limit: usize,
    /// The same letters as bytes, when all are ASCII.
    ascii: Option<Ascii>,
    scorer: SkimMatcherV2,
    full_score: i64,
    scores: Scores,
}

/// A word of ASCII letters, made ready for texts of ASCII letters.
struct Ascii {
    /// Each letter in both cases, where case is folded.
    letters: Vec<(u8, u8)>,
    /// The place of the rarest of them: each window holds it, so only around it is anything looked for.
    rare: usize,
}

impl Near {
    /// Prepares a word; `None` when it is too short to be looked for this way.
    pub fn new(word: &str, case: Case) -> Option<Self> {
        let letters: Vec<char> = word.chars().map(|c| if case == Case::Fold { fold(c) } else { c }).collect();
        if letters.len() < SHORTEST {
            return None;
        }
        let pattern: String = letters.iter().collect();
        let ascii = pattern.is_ascii().then(|| Ascii::new(pattern.as_bytes(), case));
        let scorer = SkimMatcherV2::default().ignore_case().element_limit(1);
        let full_score = scorer.fuzzy_match(&pattern, &pattern).unwrap_or(0);
        let limit = span_limit(letters.len());
        Some(Self { limit, letters, pattern, case, ascii, scorer, full_score, scores: Scores::default() })
    }

    /// The score of the word itself.
    pub const fn full_score(&self) -> i64 {
        self.full_score
    }

    /// How many windows the matcher scored.
    pub fn scored_count(&self) -> usize {
        self.scores.count()
    }

    /// The shortest window of `text` with all letters in order, the first of equally short ones.
    pub fn window(&self, text: &str) -> Option<Range<usize>> {
        match &self.ascii {
            Some(ascii) if text.is_ascii() => ascii.window(text.as_bytes(), self.limit),
            // A letter takes up to four bytes, so what is not near in bytes is not near in letters;
            // the sign for Kelvin is the one letter beyond ASCII whose lower case is in it.
            Some(ascii) if !text.contains('\u{212a}') && ascii.window(text.as_bytes(), 4 * self.limit).is_none() => {
                None
            }
            _ => self.window_letters(text),
        }
    }

    /// The same where that tells as well whether the word itself stands there: both are looked for in
    /// one go.
    pub fn window_or_itself(&self, text: &str) -> Option<Option<Range<usize>>> {
        let ascii = self.ascii.as_ref().filter(|_| text.is_ascii())?;
        Some(ascii.window(text.as_bytes(), self.limit))
    }

    /// Whether a window is the word itself.
    pub const fn is_itself(&self, window: &Range<usize>) -> bool {
        window.end - window.start == self.letters.len()
    }

    fn window_letters(&self, text: &str) -> Option<Range<usize>> {
        let (first, rest) = self.letters.split_first()?;
        let mut best: Option<(usize, Range<usize>)> = None;
        for (start, c) in text.char_indices() {
            if !self.case.same(c, *first) {
                continue;
            }
            let limit = best.as_ref().map_or(self.limit, |(length, _)| length - 1);
            let mut wanted = rest.iter();
            let mut next = wanted.next();
            for (count, (at, c)) in text.get(start..).unwrap_or("").char_indices().enumerate().take(limit).skip(1) {
                let Some(letter) = next else { break };
                if self.case.same(c, *letter) {
                    next = wanted.next();
                    if next.is_none() {
                        best = Some((count + 1, start..start + at + c.len_utf8()));
                    }
                }
            }
        }
        best.map(|(_, window)| window)
    }

    /// How good a window of `text` is; the higher the better.
    pub fn score(&self, text: &str, window: &Range<usize>) -> i64 {
        let matched = text.get(window.clone()).unwrap_or("");
        let score = self.scores.of(matched, || self.score_alone(matched));
        let before = text.get(..window.start).and_then(|before| before.chars().next_back());
        // It sees no letter before the window, so it takes each for the beginning of a word.
        let inside = if before.is_some_and(char::is_alphanumeric) { INSIDE_WORD } else { 0 };
        score - inside
    }

    /// How good a window is, whatever stands around it.
    fn score_alone(&self, matched: &str) -> i64 {
        // The matcher folds ASCII only; in other scripts the gaps alone decide.
        let gaps = matched.len().saturating_sub(self.pattern.len()) as i64;
        let score = self.scorer.fuzzy_match(matched, &self.pattern).unwrap_or(self.full_score - 4 * gaps);
        let across = if matched.chars().all(char::is_alphanumeric) { 0 } else { ACROSS_WORDS };
        score - across
    }
}

impl Ascii {
    fn new(letters: &[u8], case: Case) -> Self {
        let both = |letter: u8| (letter, if case == Case::Fold { letter.to_ascii_uppercase() } else { letter });
        let rarest = letters.iter().enumerate().min_by_key(|(_, letter)| commonness(letter.to_ascii_lowercase()));
        Self { rare: rarest.map_or(0, |(place, _)| place), letters: letters.iter().copied().map(both).collect() }
    }

    fn window(&self, text: &[u8], limit: usize) -> Option<Range<usize>> {
        let (before, rest) = self.letters.split_at_checked(self.rare)?;
        let (&(lower, upper), after) = rest.split_first()?;
        let mut best: Option<Range<usize>> = None;
        let mut limit = limit;
        // The letters before the rarest one are taken as late, those after it as early as can be.
        for at in memchr::memchr2_iter(lower, upper, text) {
            let Some(start) = back(text, at, (at + 1).saturating_sub(limit), before) else { continue };
            let Some(end) = forth(text, at + 1, start + limit, after) else { continue };
            limit = end - start - 1;
            best = Some(start..end);
            if limit < self.letters.len() {
                break;
            }
        }
        best
    }
}

/// Where letters begin that stand in order before `at`, none of them before `floor`.
fn back(text: &[u8], at: usize, floor: usize, letters: &[(u8, u8)]) -> Option<usize> {
    let mut left = text.get(floor..at)?;
    for &(lower, upper) in letters.iter().rev() {
        let place = left.iter().rposition(|&byte| byte == lower || byte == upper)?;
        left = left.get(..place)?;
    }
    Some(if letters.is_empty() { at } else { floor + left.len() })
}

/// Where letters end that stand in order from `at` on, none of them at or after `ceiling`.
fn forth(text: &[u8], at: usize, ceiling: usize, letters: &[(u8, u8)]) -> Option<usize> {
    let mut end = at;
    for &(lower, upper) in letters {
        let left = text.get(end..ceiling.min(text.len()))?;
        end += 1 + left.iter().position(|&byte| byte == lower || byte == upper)?;
    }
    Some(end)
}

/// Scores of windows that were scored: the same words are written again and again.
#[derive(Default)]
struct Scores {
    shelves: [Mutex<HashMap<Box<str>, i64>>; SHELVES],
}

/// So many threads can look scores up at once.
const SHELVES: usize = 16;
/// Most scores kept on a shelf.
const MOST_SCORES: usize = 8192;

impl Scores {
    fn of(&self, window: &str, score: impl FnOnce() -> i64) -> i64 {
        let sum = window.bytes().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte)));
        let Some(known) = self.shelves.get(sum % SHELVES) else { return score() };
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(&score) = known.get(window) {
            return score;
        }
        let score = score();
        if known.len() < MOST_SCORES {
            known.insert(window.into(), score);
        }
        score
    }

    fn count(&self) -> usize {
        self.shelves.iter().map(|shelf| shelf.lock().unwrap_or_else(PoisonError::into_inner).len()).sum()
    }
}

/// What a window loses that begins inside a word: the matcher's own bonus for a beginning.
const INSIDE_WORD: i64 = 16;
/// What a window loses that reaches over several words: letters are left out within one word, and
/// the matcher would rather reward the beginnings of words.
const ACROSS_WORDS: i64 = 32;

/// One candidate that fits, with why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranked {
    /// Its place in the list that was ranked.
    pub ix: usize,
    /// How good it is; the higher the better.
    pub score: i64,
    /// Bytes of the candidate that were matched, ascending, none touching another.
    pub ranges: Vec<Range<usize>>,
}

/// The candidates that hold the letters of every word of `pattern` in order, best first, equal ones
/// as they stood; all of them as they stood for an empty pattern.
pub fn rank(pattern: &str, candidates: &[&str]) -> Vec<Ranked> {
    let words: Vec<String> = pattern.split_whitespace().map(|word| word.chars().map(fold).collect()).collect();
    let scorer = SkimMatcherV2::default().ignore_case();
    let mut ranked: Vec<Ranked> = candidates
        .iter()
        .enumerate()
        .filter_map(|(ix, candidate)| rank_one(&scorer, &words, candidate).map(|(score, ranges)| (ix, score, ranges)))
        .map(|(ix, score, ranges)| Ranked { ix, score, ranges })
        .collect();
    if !words.is_empty() {
        let length = |ranked: &Ranked| candidates.get(ranked.ix).map_or(0, |candidate| candidate.len());
        ranked.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| length(a).cmp(&length(b))).then(a.ix.cmp(&b.ix)));
    }
    ranked
}

fn rank_one(scorer: &SkimMatcherV2, words: &[String], candidate: &str) -> Option<(i64, Vec<Range<usize>>)> {
    let folded: String;
    let text = if candidate.is_ascii() {
        candidate
    } else {
        // One letter becomes one letter, so places in the folded text hold in the candidate.
        folded = candidate.chars().map(fold).collect();
        &folded
    };
    let (mut total, mut places) = (0, Vec::new());
    for word in words {
        let (score, found) = scorer.fuzzy_indices(text, word)?;
        total += score;
        places.extend(found);
    }
    places.sort_unstable();
    places.dedup();
    Some((total, byte_ranges(candidate, &places)))
}

/// Turns ascending places in letters into ranges in bytes, neighbours joined.
fn byte_ranges(text: &str, places: &[usize]) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut wanted = places.iter().peekable();
    for (letter, (at, c)) in text.char_indices().enumerate() {
        if wanted.next_if(|&&place| place == letter).is_none() {
            continue;
        }
        let end = at + c.len_utf8();
        match ranges.last_mut() {
            Some(last) if last.end == at => last.end = end,
            _ => ranges.push(at..end),
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn window(word: &str, text: &str) -> Option<String> {
        let near = Near::new(word, Case::smart(word)).unwrap();
        near.window(text).map(|range| text.get(range).unwrap().to_owned())
    }

    #[test]
    fn left_out_letters_are_found_within_the_span() {
        assert_eq!(window("serch", "the search broke").as_deref(), Some("search"));
        assert_eq!(window("alias", "the allias is gone").as_deref(), Some("allias"));
    }

    #[test]
    fn words_of_two_letters_are_not_looked_for_this_way() {
        assert!(Near::new("re", Case::Fold).is_none());
    }

    #[test]
    fn a_score_does_not_hang_on_what_was_scored_before() {
        let near = Near::new("kafka", Case::Fold).unwrap();
        let texts = ["the kxafka ran", "k a f k a", "kafxka", "Kaf-KA", "takaofka"];
        let score = |text: &str| near.score(text, &near.window(text).unwrap());
        let first: Vec<i64> = texts.iter().map(|text| score(text)).collect();
        let mut again: Vec<i64> = texts.iter().rev().map(|text| score(text)).collect();
        again.reverse();
        assert_eq!(first, again);
    }

    #[test]
    fn letters_further_apart_than_the_span_are_not_one_word() {
        assert_eq!(window("abc", "a..b...c").as_deref(), Some("a..b...c"), "8 letters, the limit");
        assert_eq!(window("abc", "a..b....c"), None);
        assert_eq!(window("äbc", "Ä..b...c").as_deref(), Some("Ä..b...c"), "counted in letters, not bytes");
        assert_eq!(window("äbc", "ä..b....c"), None);
    }

    proptest! {
        #[test]
        fn bytes_and_letters_find_the_same_window(
            text in prop_oneof!["[abcABC. ]{0,60}", "[abcABC. é検\u{212a}]{0,60}"],
            word in "[abc]{3,6}",
            keep in any::<bool>(),
        ) {
            let near = Near::new(&word, if keep { Case::Keep } else { Case::Fold }).unwrap();
            prop_assert_eq!(near.window(&text), near.window_letters(&text));
        }
    }

    #[test]
    fn a_window_is_scored_once() {
        let near = Near::new("serch", Case::Fold).unwrap();
        for text in ["search", "the search", "a se arch", "research"] {
            near.score(text, &near.window(text).unwrap());
        }
        assert_eq!(near.scored_count(), 2);
    }

    #[test]
    fn the_shortest_window_is_taken() {
        assert_eq!(window("abc", "a-b-c a-bc").as_deref(), Some("a-bc"));
        assert_eq!(window("abc", "ä a-b-c a-bc").as_deref(), Some("a-bc"));
        assert_eq!(window("abc", "aab-c").as_deref(), Some("ab-c"));
    }

    #[test]
    fn capitals_are_kept_when_typed() {
        assert_eq!(window("Abc", "a-bc"), None);
        assert_eq!(window("Abc", "A-bc").as_deref(), Some("A-bc"));
    }

    #[test]
    fn fewer_gaps_score_higher() {
        let near = Near::new("serch", Case::Fold).unwrap();
        let score = |text| near.score(text, &near.window(text).unwrap());
        assert!(near.full_score() > score("search"));
        assert!(score("search") > score("s-e-r-c-h"));
        assert!(score("search") > score("so erch"), "letters of one word come first");
    }

    #[test]
    fn pickers_rank_without_a_limit_and_tell_the_places() {
        let tags = ["Detection - Weak Signals", "Decision - Taken", "Impact"];
        let ranked = rank("dws", &tags);
        assert_eq!(ranked.len(), 1);
        assert_eq!(ranked[0].ix, 0);
        let letters: String = ranked[0].ranges.iter().map(|range| tags[0].get(range.clone()).unwrap()).collect();
        assert_eq!(letters, "DWS");
    }

    #[test]
    fn an_empty_pattern_keeps_all_in_order() {
        let all: Vec<usize> = rank(" ", &["b", "a"]).into_iter().map(|ranked| ranked.ix).collect();
        assert_eq!(all, [0, 1]);
    }

    #[test]
    fn every_word_of_a_pattern_must_fit_in_any_order() {
        let found: Vec<usize> = rank("dev sear", &["search-dev", "sev-search", "devs"]).iter().map(|r| r.ix).collect();
        assert_eq!(found, [0]);
    }

    #[test]
    fn places_are_bytes_also_where_letters_are_long() {
        let ranked = rank("ön", &["Das schöne Ö N"]);
        for range in &ranked[0].ranges {
            assert!("Das schöne Ö N".get(range.clone()).is_some());
        }
        assert_eq!(rank("É", &["été"]).len(), 1, "case is folded in all scripts");
    }
}
