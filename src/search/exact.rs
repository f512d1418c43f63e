//! Finding a word letter by letter, and patterns.
//!
//! Smart case: a word without capitals finds both cases, a word with capitals only itself. Nothing
//! is copied to fold case: a rare letter of the word is looked for, then its neighbours compared.

use std::ops::Range;

use memchr::memmem::Finder;

use crate::archive::builder::letter_mask;

/// Whether capitals tell words apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// `Alias` and `alias` are the same.
    Fold,
    /// They are not.
    Keep,
}

impl Case {
    /// Capitals in what was typed are meant.
    pub fn smart(typed: &str) -> Self {
        if typed.chars().any(char::is_uppercase) { Self::Keep } else { Self::Fold }
    }

    /// Whether two letters count as the same.
    pub fn same(self, one: char, other: char) -> bool {
        one == other || self == Self::Fold && fold(one) == fold(other)
    }
}

/// The lower case of a letter where that is one letter, else the letter itself.
pub fn fold(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(only), None) => only,
        _ => c,
    }
}

/// Something that is looked for letter by letter.
#[derive(Debug, Clone)]
pub struct Needle {
    mask: u64,
    is_told_by_mask: bool,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    /// Case is kept, or there is none: the bytes as they stand.
    Bytes(Box<Finder<'static>>),
    /// Lower-case ASCII, with the place of its rarest letter.
    Ascii { bytes: Vec<u8>, rare: usize },
    /// Folded letters of any script.
    Letters(Vec<char>),
}

/// Letters from the most to the least common in prose; signs and digits are rarer than all.
const COMMON: &[u8] = b" etaoinshrdlucmwfgypbvkxjqz";

/// How common a letter in lower case is in prose; the rarest letters of a word are looked for first.
pub(super) fn commonness(byte: u8) -> usize {
    COMMON.iter().rev().position(|common| *common == byte).map_or(0, |at| at + 1)
}

impl Needle {
    /// Prepares `typed`, case by [`Case::smart`].
    pub fn smart(typed: &str) -> Self {
        Self::new(typed, Case::smart(typed))
    }

    /// Prepares `typed`.
    pub fn new(typed: &str, case: Case) -> Self {
        let has_case = typed.chars().any(|c| c.is_lowercase() || c.is_uppercase());
        let kind = if case == Case::Keep || !has_case {
            Kind::Bytes(Box::new(Finder::new(typed).into_owned()))
        } else if typed.is_ascii() {
            let bytes = typed.to_ascii_lowercase().into_bytes();
            let rare = bytes.iter().enumerate().min_by_key(|(_, byte)| commonness(**byte)).map_or(0, |(at, _)| at);
            Kind::Ascii { bytes, rare }
        } else {
            Kind::Letters(typed.chars().map(fold).collect())
        };
        let is_sign = |c: char| c.is_ascii_digit() || (c.is_ascii_alphabetic() && case == Case::Fold);
        let is_told_by_mask = typed.len() == 1 && typed.chars().all(is_sign);
        Self { mask: letter_mask(typed), is_told_by_mask, kind }
    }

    /// Its letters as a mask: a text whose mask lacks any of them cannot hold it.
    pub const fn mask(&self) -> u64 {
        self.mask
    }

    /// Whether a text with this mask may hold it.
    pub const fn may_be_in(&self, mask: u64) -> bool {
        mask & self.mask == self.mask
    }

    /// Whether a text holds it if its mask does: each letter and digit of ASCII has a bit of its own.
    pub const fn is_told_by_mask(&self) -> bool {
        self.is_told_by_mask
    }

    /// Whether `text` holds it.
    pub fn is_in(&self, text: &str) -> bool {
        self.find(text, 0).is_some()
    }

    /// Its first place in `text` at or after byte `from`; nothing for an empty needle.
    pub fn find(&self, text: &str, from: usize) -> Option<Range<usize>> {
        match &self.kind {
            Kind::Bytes(finder) => {
                let length = finder.needle().len();
                let at = finder.find(text.as_bytes().get(from..)?).filter(|_| length > 0)? + from;
                Some(at..at + length)
            }
            Kind::Ascii { bytes, rare } => find_ascii(text.as_bytes(), bytes, *rare, from),
            Kind::Letters(letters) => find_letters(text, letters, from),
        }
    }

    /// All its places in `text`, none overlapping another.
    pub fn places(&self, text: &str) -> Vec<Range<usize>> {
        let mut places = Vec::new();
        let mut from = 0;
        while let Some(place) = self.find(text, from) {
            from = place.end;
            places.push(place);
        }
        places
    }
}

fn find_ascii(text: &[u8], needle: &[u8], rare: usize, from: usize) -> Option<Range<usize>> {
    let lower = *needle.get(rare)?;
    let upper = lower.to_ascii_uppercase();
    let mut at = from + rare;
    loop {
        let hit = at + memchr::memchr2(lower, upper, text.get(at..)?)?;
        let start = hit - rare;
        let candidate = text.get(start..start + needle.len())?;
        if candidate.eq_ignore_ascii_case(needle) {
            return Some(start..start + needle.len());
        }
        at = hit + 1;
    }
}

fn find_letters(text: &str, needle: &[char], from: usize) -> Option<Range<usize>> {
    let first = needle.first()?;
    let tail = text.get(from..)?;
    tail.char_indices().filter(|(_, c)| fold(*c) == *first).find_map(|(at, _)| {
        let rest = tail.get(at..)?;
        let mut letters = rest.char_indices();
        let all_same = needle.iter().all(|wanted| letters.next().is_some_and(|(_, c)| fold(c) == *wanted));
        let end = letters.next().map_or(rest.len(), |(end, _)| end);
        all_same.then_some(from + at..from + at + end)
    })
}

/// Most bytes that a compiled pattern may take.
const PATTERN_BYTES: usize = 4 << 20;

/// Compiles a pattern; without capitals (beside classes like `\S`) it finds both cases. The error
/// is the reason in a few words.
pub(super) fn pattern(pattern: &str) -> Result<regex::Regex, String> {
    let mut escaped = false;
    let has_capital = pattern.chars().any(|c| {
        let counts = !escaped && c.is_uppercase();
        escaped = !escaped && c == '\\';
        counts
    });
    regex::RegexBuilder::new(pattern)
        .case_insensitive(!has_capital)
        .multi_line(true)
        .size_limit(PATTERN_BYTES)
        .build()
        .map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
            error => {
                let text = error.to_string();
                let last = text.lines().last().unwrap_or_default();
                last.trim_start_matches("error: ").to_owned()
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lower_case_finds_both_cases_and_capitals_only_themselves() {
        assert!(Needle::smart("alias").is_in("the Alias"));
        assert!(Needle::smart("Alias").is_in("the Alias"));
        assert!(!Needle::smart("Alias").is_in("the alias"));
        assert!(Needle::smart("größe").is_in("die GRÖßE zählt"));
        assert!(Needle::smart("1206").is_in("products-1206"));
    }

    #[test]
    fn places_are_found_from_first_to_last() {
        assert_eq!(Needle::smart("re").places("Re-read here"), [0..2, 3..5, 10..12]);
        assert_eq!(Needle::smart("é").places("É é e"), [0..2, 3..5]);
        assert!(Needle::smart("zz").places("abz").is_empty());
        assert!(Needle::smart("").places("abc").is_empty());
    }

    #[test]
    fn every_place_of_a_needle_agrees_with_a_naive_search() {
        let text = "Aa aab BaAb aabaab, Zebra";
        for word in ["a", "aab", "ab", "b", "zebra", "aabaab", "ra"] {
            let folded = text.to_lowercase();
            let naive: Vec<_> = folded.match_indices(word).map(|(at, found)| at..at + found.len()).collect();
            assert_eq!(Needle::smart(word).places(text), naive, "{word}");
        }
    }

    #[test]
    fn a_text_that_holds_a_needle_has_its_mask() {
        for (needle, text) in [("größe", "GRÖSSE? Größe!"), ("alias 2", "ALIAS 2"), ("日本", "x日本y")] {
            let needle = Needle::smart(needle);
            assert!(needle.is_in(text) && needle.may_be_in(letter_mask(text)));
        }
    }

    #[test]
    fn one_letter_is_told_by_the_mask() {
        for (typed, text) in
            [("e", "Ends"), ("7", "a 7"), ("e", "aft\u{e9}r"), ("k", "\u{212a}"), ("é", "été"), ("E", "e")]
        {
            let needle = Needle::smart(typed);
            if needle.is_told_by_mask() {
                assert_eq!(needle.may_be_in(letter_mask(text)), needle.is_in(text), "{typed} in {text}");
            }
        }
        assert!(Needle::smart("e").is_told_by_mask() && !Needle::smart("E").is_told_by_mask());
    }

    #[test]
    fn a_pattern_says_in_a_few_words_why_it_is_none() {
        assert_eq!(pattern("a(b").unwrap_err(), "unclosed group");
        assert!(pattern("time ?out").unwrap().is_match("TIMEOUT"));
        assert!(!pattern("Time").unwrap().is_match("time"));
        assert!(pattern(r"\Sime").unwrap().is_match("TIME"));
    }
}
