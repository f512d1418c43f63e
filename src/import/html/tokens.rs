//! Takes HTML apart into text, opening and closing tags.
//!
//! What is no tag is text, as a browser would show it; nothing is looked through more than twice.

use std::borrow::Cow;

use super::entities::decoded;

/// Longest name of a tag; what is longer means nothing.
const LONGEST_NAME: usize = 32;

/// A piece of HTML.
#[derive(Debug)]
pub(super) enum Token<'a> {
    /// Text with its entities.
    Text(&'a str),
    /// An opening tag.
    Open(Tag<'a>),
    /// The name of a closing tag, in lower case.
    Close(String),
}

/// An opening tag.
#[derive(Debug)]
pub(super) struct Tag<'a> {
    /// Its name in lower case.
    pub(super) name: String,
    /// Whether it ends with `/>`.
    pub(super) closes_itself: bool,
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    /// The value of an attribute, decoded.
    pub(super) fn attribute(&self, wanted: &str) -> Option<Cow<'a, str>> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            if rest.is_empty() {
                return None;
            }
            let end = rest.find(|c: char| c.is_ascii_whitespace() || c == '=' || c == '/').unwrap_or(rest.len());
            // A lone `=` is a name of its own, so that each turn takes something.
            let (name, after) = rest.split_at_checked(end.max(1))?;
            let (value, following) = value_of(after);
            if name.eq_ignore_ascii_case(wanted) {
                return Some(decoded(value));
            }
            rest = following;
        }
    }

    /// The first of these attributes that says something.
    pub(super) fn first_of(&self, wanted: &[&str]) -> Cow<'a, str> {
        let mut said = wanted.iter().filter_map(|name| self.attribute(name));
        said.find(|value| !value.trim().is_empty()).unwrap_or_default()
    }
}

/// The value after the name of an attribute, and what follows it.
fn value_of(after: &str) -> (&str, &str) {
    let Some(value) = after.trim_ascii_start().strip_prefix('=') else { return ("", after) };
    let value = value.trim_ascii_start();
    for quote in ['"', '\''] {
        if let Some(quoted) = value.strip_prefix(quote) {
            return quoted.split_once(quote).unwrap_or((quoted, ""));
        }
    }
    value.split_at(value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len()))
}

/// The pieces of a text.
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    rest: &'a str,
    /// Whether quotes in tags are closed, as far as is known.
    quotes_close: bool,
    /// Whether comments are closed, as far as is known.
    comments_close: bool,
}

impl<'a> Tokens<'a> {
    pub(super) const fn new(html: &'a str) -> Self {
        Self { rest: html, quotes_close: true, comments_close: true }
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// How long the tag or comment is with which the rest begins; `None` where it is only a `<`.
    fn markup_length(&mut self) -> Option<usize> {
        let bytes = self.rest.as_bytes();
        if self.comments_close && bytes.starts_with(b"<!--") {
            let end = memchr::memmem::find(bytes.get(4..)?, b"-->");
            self.comments_close = end.is_some();
            if let Some(end) = end {
                return Some(4 + end + 3);
            }
        }
        let name_at = 1 + usize::from(bytes.get(1) == Some(&b'/'));
        let first = bytes.get(name_at)?;
        if !(first.is_ascii_alphabetic() || name_at == 1 && matches!(first, b'!' | b'?')) {
            return None;
        }
        if self.quotes_close {
            let end = end_of_tag(bytes);
            self.quotes_close = end.is_some();
            if end.is_some() {
                return end;
            }
        }
        memchr::memchr(b'>', bytes).map(|end| end + 1)
    }

    /// Goes on to the end of an element in which nothing is a tag.
    fn skip_raw(&mut self, name: &str) {
        let bytes = self.rest.as_bytes();
        let mut ends = memchr::memmem::find_iter(bytes, b"</");
        let is_end = |at: &usize| {
            let found = bytes.get(at + 2..at + 2 + name.len());
            found.is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
        };
        let end = ends.find(is_end).unwrap_or(bytes.len());
        self.take(end);
    }
}

/// Where a tag ends, with a `>` that stands in no quotes.
fn end_of_tag(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr::memchr3(b'>', b'"', b'\'', bytes.get(at..)?)?;
        match bytes.get(at)? {
            b'>' => return Some(at + 1),
            quote => at += 2 + memchr::memchr(*quote, bytes.get(at + 1..)?)?,
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            if !self.rest.starts_with('<') {
                let length = memchr::memchr(b'<', self.rest.as_bytes()).unwrap_or(self.rest.len());
                return Some(Token::Text(self.take(length)));
            }
            let Some(length) = self.markup_length() else { return Some(Token::Text(self.take(1))) };
            let markup = self.take(length);
            let inside = markup.get(1..markup.len() - 1).unwrap_or_default();
            if inside.starts_with(['!', '?']) {
                continue;
            }
            if let Some(name) = inside.strip_prefix('/') {
                return Some(Token::Close(name_of(name).to_ascii_lowercase()));
            }
            let name = name_of(inside);
            let attributes = inside.get(name.len()..).unwrap_or_default();
            let tag = Tag { name: name.to_ascii_lowercase(), closes_itself: inside.ends_with('/'), attributes };
            if matches!(tag.name.as_str(), "script" | "style") && !tag.closes_itself {
                self.skip_raw(&tag.name);
            }
            return Some(Token::Open(tag));
        }
    }
}

fn name_of(inside: &str) -> &str {
    let end = inside.find(|c: char| c.is_ascii_whitespace() || c == '/').unwrap_or(inside.len());
    crate::base::text::fit_bytes(inside.get(..end).unwrap_or_default(), LONGEST_NAME)
}
