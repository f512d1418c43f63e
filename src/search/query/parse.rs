//! Reads the query language, by descent, one character after another.
//!
//! Never panics and never recurses deeper than [`DEPTH`], whatever was typed. What looks like syntax
//! but cannot be (`:)`, `->`, `--force`) is read as a phrase, so that pasted text just works.

use super::{FIELDS, HAS, IS, Keyword, Node, Problem, QueryError, STATES, TYPES, Term, words};
use crate::base::time::{Instant, PhraseContext, Zone, parse_phrase};

/// Most brackets inside brackets.
const DEPTH: usize = 64;

/// Names that people try, with what they mean here.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("author", "from:natalie"),
    ("user", "from:natalie"),
    ("form", "from:natalie"),
    ("channel", "in:#search-incident"),
    ("tags", "tag:impact"),
    ("types", "type:join"),
    ("since", "after:14:00"),
    ("until", "before:14:31"),
];

/// Reads a whole query.
pub(super) fn query(text: &str) -> Result<Node, QueryError> {
    let mut parser = Parser { text, at: 0, depth: 0 };
    parser.any()
}

/// Whether `word` is read back as this word, and nothing else.
pub(super) fn is_plain_word(word: &str) -> bool {
    matches!(query(word), Ok(Node::Term(Term::Word(read))) if read == word)
}

/// Whether `value` is read back whole after a field without quotes.
pub(super) fn is_plain_value(value: &str) -> bool {
    let mut parser = Parser { text: value, at: 0, depth: 0 };
    !value.is_empty() && !value.starts_with('"') && parser.bare() == (value, Brackets::Balanced)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Brackets {
    Balanced,
    Odd,
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip(&mut self, bytes: usize) {
        self.at += bytes;
    }

    fn skip_spaces(&mut self) {
        let rest = self.rest();
        self.skip(rest.len() - rest.trim_start().len());
    }

    fn is_at_end(&self) -> bool {
        self.rest().trim_start().is_empty()
    }

    fn error(&self, from: usize, problem: Problem) -> QueryError {
        let before = self.text.get(..from).unwrap_or(self.text);
        QueryError { at: before.chars().count() + 1, is_unfinished: self.is_at_end(), problem }
    }

    fn any(&mut self) -> Result<Node, QueryError> {
        let mut choices = vec![self.all()?];
        self.skip_spaces();
        while self.is_at_or() {
            let from = self.at;
            self.skip("OR".len());
            choices.push(self.all()?);
            let lonely = choices.iter().rev().take(2).any(|choice| *choice == Node::All(Vec::new()));
            if lonely {
                return Err(self.error(from, Problem::LonelyOr));
            }
            self.skip_spaces();
        }
        Ok(Node::any(choices))
    }

    fn all(&mut self) -> Result<Node, QueryError> {
        let mut parts = Vec::new();
        loop {
            self.skip_spaces();
            let closes = self.depth > 0 && self.peek() == Some(')');
            if self.rest().is_empty() || closes || self.is_at_or() {
                return Ok(Node::all(parts));
            }
            parts.push(self.part()?);
        }
    }

    fn is_at_or(&self) -> bool {
        self.rest()
            .strip_prefix("OR")
            .is_some_and(|after| after.chars().next().is_none_or(|c| c.is_whitespace() || matches!(c, '(' | ')')))
    }

    fn part(&mut self) -> Result<Node, QueryError> {
        match self.peek() {
            Some('-') => self.minus(),
            Some('(') => self.group(),
            _ => self.term().map(Node::Term),
        }
    }

    fn minus(&mut self) -> Result<Node, QueryError> {
        let from = self.at;
        match self.rest().chars().nth(1) {
            None => {
                self.skip(1);
                Err(self.error(from, Problem::LonelyMinus))
            }
            Some(c) if c.is_whitespace() || matches!(c, '-' | '>' | ')') => {
                Ok(Node::Term(Term::Phrase(self.bare().0.to_owned())))
            }
            Some(_) => {
                self.skip(1);
                Ok(Node::Not(Box::new(self.part()?)))
            }
        }
    }

    fn group(&mut self) -> Result<Node, QueryError> {
        let from = self.at;
        if self.depth == DEPTH {
            return Err(self.error(from, Problem::TooDeep { limit: DEPTH }));
        }
        self.skip(1);
        self.depth += 1;
        let inner = self.any()?;
        if self.peek() != Some(')') {
            return Err(self.error(from, Problem::UnclosedGroup));
        }
        if inner == Node::All(Vec::new()) {
            return Err(self.error(from, Problem::EmptyGroup));
        }
        self.skip(1);
        self.depth -= 1;
        Ok(inner)
    }

    fn term(&mut self) -> Result<Term, QueryError> {
        if self.peek() == Some('"') {
            return self.phrase();
        }
        if self.peek() == Some('~') {
            return self.fuzzy();
        }
        let name_end = self.rest().find(|c: char| !c.is_ascii_lowercase()).unwrap_or(0);
        let (name, after) = self.rest().split_at_checked(name_end).unwrap_or(("", ""));
        if after.starts_with(':') {
            if let Some(example) = OTHER_NAMES.iter().find(|(other, _)| *other == name).map(|(_, example)| *example) {
                return Err(self.error(self.at, Problem::UnknownField { written: name.to_owned(), example }));
            }
            if let Some(field) = FIELDS.iter().find(|field| field.name == name) {
                return self.field(field.name, field.example);
            }
        }
        let is_or = self.is_at_or();
        Ok(match self.bare() {
            (word, Brackets::Balanced) if !is_or => Term::Word(word.to_owned()),
            (word, _) => Term::Phrase(word.to_owned()),
        })
    }

    fn phrase(&mut self) -> Result<Term, QueryError> {
        let from = self.at;
        let phrase = self.quoted();
        if phrase.is_empty() {
            return Err(self.error(from, Problem::EmptyPhrase));
        }
        Ok(Term::Phrase(phrase))
    }

    fn fuzzy(&mut self) -> Result<Term, QueryError> {
        let from = self.at;
        self.skip(1);
        let word = self.value();
        if word.is_empty() {
            let problem = Problem::MissingValue { field: "~".to_owned(), example: "~allias" };
            return Err(self.error(from, problem));
        }
        Ok(Term::Fuzzy(word))
    }

    fn field(&mut self, name: &'static str, example: &'static str) -> Result<Term, QueryError> {
        let from = self.at;
        self.skip(name.len() + 1);
        let value = if name == "re" { self.pattern() } else { self.value() };
        if value.is_empty() {
            return Err(self.error(from, Problem::MissingValue { field: format!("{name}:"), example }));
        }
        match name {
            "re" => self.checked_pattern(from, value),
            "from" => Ok(Term::From(value)),
            "in" => Ok(Term::In(value)),
            "tag" => Ok(Term::Tag(value)),
            "type" => self.keyword(from, name, &value, TYPES).map(Term::Type),
            "has" => self.keyword(from, name, &value, HAS).map(Term::Has),
            "is" => self.keyword(from, name, &value, IS).map(Term::Is),
            "state" => self.keyword(from, name, &value, STATES).map(Term::State),
            "after" => self.checked_time(from, value).map(Term::After),
            _ => self.checked_time(from, value).map(Term::Before),
        }
    }

    fn keyword<T: Copy>(
        &self,
        from: usize,
        field: &'static str,
        value: &str,
        keywords: &[Keyword<T>],
    ) -> Result<T, QueryError> {
        let lower = value.to_lowercase();
        keywords.iter().find(|(word, _)| *word == lower).map(|(_, meaning)| *meaning).ok_or_else(|| {
            let allowed = words(keywords).join(", ");
            self.error(from, Problem::UnknownValue { field, value: value.to_owned(), allowed })
        })
    }

    fn checked_time(&self, from: usize, value: String) -> Result<String, QueryError> {
        // Any moments do: only the shape is checked here, the meaning needs a project.
        let some = Instant::from_seconds(0);
        let context = PhraseContext { zone: Zone::UTC, cursor: some, start: Some(some), end: Some(some) };
        match parse_phrase(&value, &context) {
            Ok(_) => Ok(value),
            Err(error) => Err(self.error(from, Problem::BadTime(error.to_string()))),
        }
    }

    fn checked_pattern(&self, from: usize, pattern: String) -> Result<Term, QueryError> {
        match crate::search::exact::pattern(&pattern) {
            Ok(_) => Ok(Term::Pattern(pattern)),
            Err(reason) => Err(self.error(from, Problem::BadPattern { pattern, reason })),
        }
    }

    fn value(&mut self) -> String {
        if self.peek() == Some('"') { self.quoted() } else { self.bare().0.to_owned() }
    }

    /// Reads up to a space or the bracket that ends the group around it.
    fn bare(&mut self) -> (&'a str, Brackets) {
        let rest = self.rest();
        let (mut open, mut brackets, mut end) = (0_usize, Brackets::Balanced, rest.len());
        for (at, c) in rest.char_indices() {
            match c {
                '(' => open += 1,
                ')' if open > 0 => open -= 1,
                ')' if self.depth == 0 => brackets = Brackets::Odd,
                _ if c.is_whitespace() || c == ')' => {
                    end = at;
                    break;
                }
                _ => {}
            }
        }
        self.skip(end);
        if open > 0 {
            brackets = Brackets::Odd;
        }
        (rest.get(..end).unwrap_or(rest), brackets)
    }

    /// Reads a quoted text; the closing quote may be missing, as while somebody types.
    fn quoted(&mut self) -> String {
        let mut text = String::new();
        let mut chars = self.rest().char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.skip(at + 1);
                    return text;
                }
                '\\' => match chars.next() {
                    Some((_, escaped @ ('"' | '\\'))) => text.push(escaped),
                    Some((_, other)) => text.extend(['\\', other]),
                    None => text.push('\\'),
                },
                c => text.push(c),
            }
        }
        self.at = self.text.len();
        text
    }

    /// Reads `/pattern/` with `\/` for a slash, or without slashes all that is left.
    fn pattern(&mut self) -> String {
        let delimited = self.peek() == Some('/');
        let rest = self.rest();
        let mut pattern = String::new();
        let mut chars = rest.char_indices().skip(usize::from(delimited));
        while let Some((at, c)) = chars.next() {
            match c {
                '/' if delimited => {
                    self.skip(at + 1);
                    return pattern;
                }
                '\\' => match chars.next() {
                    Some((_, '/')) => pattern.push('/'),
                    Some((_, escaped)) => pattern.extend(['\\', escaped]),
                    None => pattern.push('\\'),
                },
                c => pattern.push(c),
            }
        }
        self.at = self.text.len();
        if delimited { pattern } else { pattern.trim_end().to_owned() }
    }
}
