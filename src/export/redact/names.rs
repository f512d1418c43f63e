//! Finds people in text by every form of their names, and puts their pseudonyms there.
//!
//! Text and forms are compared word by word, without accents and case: `Dov`, `dov.kestrelin@…`,
//! `@DOV`, `U01DOV`, `Dov%20Kestrelin` and `dovkestrelin` are all found. Rather a word too many is
//! replaced than one too few; only names that are everyday words have to begin with a capital.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use unicode_normalization::UnicodeNormalization as _;

use crate::base::text::composed;

/// Parts of names that are no names.
const PARTICLES: [&str; 22] = [
    "de", "da", "di", "du", "del", "der", "den", "des", "van", "von", "zu", "la", "le", "el", "al", "bin", "ibn", "of",
    "and", "the", "jr", "dr",
];
/// Names that are everyday words: found with a capital only.
const EVERYDAY: [&str; 44] = [
    "will", "mark", "may", "june", "april", "august", "grant", "rose", "hope", "faith", "grace", "joy", "art", "bill",
    "bob", "rob", "jack", "pat", "sue", "dean", "frank", "page", "rich", "drew", "chase", "grey", "green", "brown",
    "black", "white", "young", "long", "short", "king", "price", "bell", "cook", "day", "love", "stone", "wood",
    "hill", "field", "an",
];

/// Somebody and all that tells who it is.
#[derive(Debug, Clone)]
pub(super) struct Who {
    /// `Responder 3`.
    pub(super) label: String,
    /// Names, handles and addresses.
    pub(super) names: BTreeSet<String>,
    /// Platform and user ids.
    pub(super) ids: BTreeSet<String>,
    /// Whether it is a place: found whole and with a capital only, since many are words as well.
    pub(super) is_place: bool,
}

/// A form of somebody's name, after its first word.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Form {
    rest: Vec<String>,
    people: BTreeSet<usize>,
    with_capital: bool,
}

/// All forms of all names.
#[derive(Debug, Default)]
pub(super) struct Names {
    labels: Vec<String>,
    by_id: HashMap<String, usize>,
    /// Forms by their first word, the longest first.
    forms: HashMap<String, Vec<Form>>,
}

impl Names {
    /// Takes everybody's forms.
    pub(super) fn of(who: &[Who]) -> Self {
        let mut names = Self::default();
        for (person, who) in who.iter().enumerate() {
            names.labels.push(who.label.clone());
            for name in &who.names {
                if who.is_place {
                    names.add(person, &words(name), true);
                } else {
                    names.add_name(person, name);
                }
            }
            for id in &who.ids {
                names.by_id.insert(id.clone(), person);
                let native = id.split_once('/').map_or(id.as_str(), |(_, native)| native);
                names.add(person, &words(native.trim_start_matches("name:")), false);
            }
        }
        for forms in names.forms.values_mut() {
            forms.sort_by_key(|form| std::cmp::Reverse(form.rest.len()));
        }
        names
    }

    /// The pseudonym of an id.
    pub(super) fn label_of(&self, id: &str) -> Option<String> {
        self.by_id.get(id).and_then(|&person| self.labels.get(person)).cloned()
    }

    /// A name whole, its words run together, and each of them alone; of an address also what stands
    /// before the host.
    fn add_name(&mut self, person: usize, name: &str) {
        let whole = words(name);
        self.add(person, &whole, false);
        let own = name.split_once('@').filter(|(local, _)| !local.is_empty()).map_or(whole, |(local, _)| words(local));
        self.add(person, &own, false);
        if own.len() > 1 {
            self.add(person, &[own.concat()], false);
        }
        for word in &own {
            let letters = word.chars().count();
            let is_part = letters > 1 && !PARTICLES.contains(&word.as_str()) && word.chars().any(char::is_alphabetic);
            if is_part {
                self.add(person, std::slice::from_ref(word), letters < 3);
            }
        }
    }

    fn add(&mut self, person: usize, form: &[String], with_capital: bool) {
        let Some((first, rest)) = form.split_first() else { return };
        let is_everyday = rest.is_empty() && EVERYDAY.contains(&first.as_str());
        let with_capital = with_capital || is_everyday;
        let forms = self.forms.entry(first.clone()).or_default();
        if let Some(known) = forms.iter_mut().find(|form| form.rest == rest) {
            known.people.insert(person);
            known.with_capital &= with_capital;
            return;
        }
        forms.push(Form { rest: rest.to_vec(), people: BTreeSet::from([person]), with_capital });
    }

    /// The text with a pseudonym for everybody in it; borrowed where nobody is.
    pub(super) fn replaced<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let composed = composed(text);
        let found = tokens(&composed);
        let mut replaced = String::new();
        let mut from = 0;
        let mut place = 0;
        while let Some(token) = found.get(place) {
            let Some((form, count)) = self.find(&composed, &found, place) else {
                place += 1;
                continue;
            };
            let last = found.get(place + count - 1).map_or(token.end, |token| token.end);
            let end = with_host(&composed, last);
            replaced.push_str(composed.get(from..token.start).unwrap_or_default());
            replaced.push_str(&self.pseudonym(form, composed.get(..token.start), composed.get(end..)));
            from = end;
            place = found.iter().position(|token| token.start >= end).unwrap_or(found.len());
        }
        if from == 0 {
            return Cow::Borrowed(text);
        }
        replaced.push_str(composed.get(from..).unwrap_or_default());
        Cow::Owned(replaced)
    }

    /// The longest form that begins at a word, and how many words it takes.
    fn find(&self, text: &str, found: &[Token], place: usize) -> Option<(&Form, usize)> {
        let token = found.get(place)?;
        let forms = self.forms.get(&token.word)?;
        let fits = |form: &&Form| {
            let is_written = |(nth, word): (usize, &String)| {
                let (before, here) = (found.get(place + nth), found.get(place + nth + 1));
                before
                    .zip(here)
                    .is_some_and(|(before, here)| here.word == *word && is_joined(text, before.end, here.start))
            };
            (!form.with_capital || token.may_be_name) && form.rest.iter().enumerate().all(is_written)
        };
        forms.iter().find(fits).map(|form| (form, form.rest.len() + 1))
    }

    /// `Responder 3` in prose, `responder-3` inside ids, addresses and names of files.
    fn pseudonym(&self, form: &Form, before: Option<&str>, after: Option<&str>) -> String {
        let labels: Vec<&str> =
            form.people.iter().filter_map(|&person| self.labels.get(person)).map(String::as_str).collect();
        let label = match labels.as_slice() {
            [label] => (*label).to_owned(),
            // Whom of those who share a name is meant, nobody knows.
            shared => shared.join(" or "),
        };
        let inside = |c: Option<char>| matches!(c, Some('/' | '_' | '-' | '.' | '=' | '%' | '#' | ':' | '&'));
        let behind = |c: Option<char>| matches!(c, Some('/' | '_' | '-' | '=' | '%' | '&'));
        let is_inside = inside(before.and_then(|before| before.chars().next_back()))
            || behind(after.and_then(|after| after.chars().next()))
            || after
                .is_some_and(|after| after.starts_with('.') && after.chars().nth(1).is_some_and(char::is_alphanumeric));
        if is_inside { label.to_lowercase().replace(' ', "-") } else { label }
    }
}

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    start: usize,
    end: usize,
    word: String,
    may_be_name: bool,
}

/// Letters and digits in a row, marks on them included; `%20` parts words as a space does.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut start = None;
    let mut skip_to = 0;
    let is_hex =
        |rest: &str| rest.len() > 2 && rest.get(1..3).is_some_and(|hex| hex.chars().all(|c| c.is_ascii_hexdigit()));
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        if at < skip_to {
            continue;
        }
        let is_mark = matches!(c, '\u{300}'..='\u{36f}') && start.is_some();
        if c.is_alphanumeric() || is_mark {
            start.get_or_insert(at);
            continue;
        }
        if let Some(from) = start.take() {
            let written = text.get(from..at).unwrap_or_default();
            // No everyday word has an accent.
            let may_be_name = written.starts_with(char::is_uppercase) || !written.is_ascii();
            tokens.push(Token { start: from, end: at, word: plain(written), may_be_name });
        }
        if c == '%' && text.get(at..).is_some_and(is_hex) {
            skip_to = at + 3;
        }
    }
    tokens
}

fn words(text: &str) -> Vec<String> {
    tokens(&composed(text)).into_iter().map(|token| token.word).collect()
}

/// Small letters without accents.
fn plain(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    word.nfkd().filter(|c| !matches!(c, '\u{300}'..='\u{36f}')).collect::<String>().to_lowercase()
}

/// Whether two words belong to one name: little stands between them, and no end of a line.
fn is_joined(text: &str, end: usize, start: usize) -> bool {
    let between = text.get(end..start).unwrap_or_default();
    between.len() <= 3 && !between.contains(['\n', '[', ']', '(', ')', ';', ':', '!', '?'])
}

/// The end of the address that a name begins, when one does.
fn with_host(text: &str, end: usize) -> usize {
    let Some(host) = text.get(end..).and_then(|rest| rest.strip_prefix('@')) else { return end };
    let length = host.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))).unwrap_or(host.len());
    let host = host.get(..length).unwrap_or_default().trim_end_matches(['.', '-']);
    if host.contains('.') { end + 1 + host.len() } else { end }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let who = |label: &str, names: &[&str], id: &str| Who {
            label: label.to_owned(),
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            ids: BTreeSet::from([id.to_owned()]),
            is_place: false,
        };
        Names::of(&[
            who("Responder 1", &["Dov Kestrelin", "dov", "dov.k@shop.example"], "slack/U01DOV"),
            who("Responder 2", &["José van der Rosé", "jr_ops"], "irc/name:jose"),
            who("Responder 3", &["Will Marsh", "Bo Kestrelin"], "discord/8123"),
        ])
    }

    #[test]
    fn every_form_of_a_name_is_found() {
        let names = names();
        for (text, expected) in [
            ("Dov Kestrelin said", "Responder 1 said"),
            ("ask DOV's phone, @dov!", "ask Responder 1's phone, @Responder 1!"),
            ("dovkestrelin", "Responder 1"),
            ("mail dov.k@shop.example.", "mail Responder 1."),
            ("<mailto:dov@else.example>", "<mailto:responder-1>"),
            ("slack/U01DOV", "slack/responder-1"),
            ("see https://x.example/u01dov/Dov%20Kestrelin.png", "see https://x.example/responder-1/responder-1.png"),
            ("Jose and JOSE\u{301} and rosé", "Responder 2 and Responder 2 and Responder 2"),
            ("Kestrelin wrote", "Responder 1 or Responder 3 wrote"),
            ("dm-dov_8123", "dm-responder-1_responder-3"),
        ] {
            assert_eq!(names.replaced(text), expected, "{text}");
        }
    }

    #[test]
    fn everyday_words_and_parts_of_other_words_stay() {
        let names = names();
        for text in ["it will be", "the dovetail of van der", "bo", "nobody", "18123"] {
            assert!(matches!(names.replaced(text), Cow::Borrowed(_)), "{text}: {}", names.replaced(text));
        }
        assert_eq!(names.replaced("Will and Bo"), "Responder 3 and Responder 3");
    }

    #[test]
    fn a_place_is_found_whole_and_with_a_capital() {
        let place = |label: &str, names: &[&str]| Who {
            label: label.to_owned(),
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            ids: BTreeSet::new(),
            is_place: true,
        };
        let names = Names::of(&[place("Place 1", &["New York", "America/New_York"]), place("Place 2", &["Nice"])]);
        for (text, expected) in [
            ("in New York, at night", "in Place 1, at night"),
            ("09:31 America/New_York", "09:31 Place 1"),
            ("a new york, nice", "a new york, nice"),
            ("New, or from Nice?", "New, or from Place 2?"),
        ] {
            assert_eq!(names.replaced(text), expected, "{text}");
        }
    }

    #[test]
    fn replacing_twice_changes_nothing_more() {
        let names = names();
        let once = names.replaced("Dov Kestrelin at slack/U01DOV").into_owned();
        assert_eq!(names.replaced(&once), once);
    }
}
