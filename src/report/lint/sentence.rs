//! Prose as the linter sees it: what is quoted, code, a link, a citation or a heading is not its
//! writer's wording.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// Stands for what is not looked at; no word, no space.
const HIDDEN: &str = "\u{1}";

#[expect(clippy::unwrap_used, reason = "the expressions are constants, and a test uses each")]
static NOT_OURS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r"(?ms)^(```|~~~).*?(^(```|~~~)|\z)",
        r"(?m)^\s*(>|#{1,6}\s).*$",
        r"\[@[^\]\s]+\]",
        r"`[^`\n]*`",
        r"\]\([^)\n]*\)",
        r"https?://\S+",
        r"“[^”\n]*”",
        "\"[^\"\n]*\"",
    ]
    .into_iter()
    .map(|pattern| Regex::new(pattern).unwrap())
    .collect()
});

/// The text, byte for byte, with what is not its writer's wording taken out.
pub(super) fn prose(text: &str) -> String {
    let mut prose = text.to_owned();
    for pattern in NOT_OURS.iter() {
        let found: Vec<Range<usize>> = pattern.find_iter(&prose).map(|found| found.range()).collect();
        for range in found {
            let hidden: String = prose.get(range.clone()).unwrap_or_default().bytes().map(hidden).collect();
            prose.replace_range(range, &hidden);
        }
    }
    prose
}

/// A byte that is not looked at; lines stay lines.
fn hidden(byte: u8) -> &'static str {
    if byte == b'\n' { "\n" } else { HIDDEN }
}

/// The sentence, or line of a list, in which a place stands.
pub(super) fn around<'t>(text: &'t str, range: &Range<usize>) -> &'t str {
    let is_end = |at: usize, c: char| {
        let next = text.get(at + c.len_utf8()..).and_then(|rest| rest.chars().next());
        c == '\n' || (matches!(c, '.' | '!' | '?') && next.is_none_or(char::is_whitespace))
    };
    let before = text.get(..range.start).unwrap_or_default();
    let from = before.char_indices().rev().find(|&(at, c)| is_end(at, c)).map_or(0, |(at, c)| at + c.len_utf8());
    let after = text.get(range.end..).unwrap_or_default();
    let to = after.char_indices().find(|&(at, c)| is_end(range.end + at, c));
    let to = to.map_or(text.len(), |(at, c)| range.end + at + if c == '\n' { 0 } else { c.len_utf8() });
    text.get(from..to).unwrap_or_default().trim()
}

/// Sentences with their place, one line at a time; a citation behind the mark belongs to the
/// sentence before it.
pub(super) fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut sentences = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let end = at + line.trim_end().len();
        let mut from = at;
        while from < end {
            let to = sentence_end(text, from, end);
            sentences.push(from..to);
            from = to;
        }
        at += line.len();
    }
    sentences
}

/// Where the sentence ends that begins at `from`, at most at `end`.
fn sentence_end(text: &str, from: usize, end: usize) -> usize {
    let line = text.get(from..end).unwrap_or_default();
    let mut marks = line.char_indices().peekable();
    while let Some((at, c)) = marks.next() {
        if !matches!(c, '.' | '!' | '?') {
            continue;
        }
        let mut to = at + c.len_utf8();
        if let Some(&(_, closing @ ('”' | '"' | '’' | ')'))) = marks.peek() {
            to += closing.len_utf8();
        }
        let is_end = line.get(to..).is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace));
        if is_end {
            return from + to + behind(line.get(to..).unwrap_or_default());
        }
    }
    end
}

/// How many bytes of citations and spaces stand before the next sentence.
fn behind(rest: &str) -> usize {
    let mut left = rest;
    while let Some(cite) = left.trim_start().strip_prefix("[@") {
        let Some((_, after)) = cite.split_once(']') else { break };
        // The mark may stand behind the citation too.
        left = after.strip_prefix(['.', '!', '?']).unwrap_or(after);
    }
    rest.len() - left.len()
}

/// A short mark of a sentence, the same however it is spaced.
pub(super) fn mark(sentence: &str) -> String {
    let words: Vec<&str> = sentence.split_whitespace().collect();
    blake3::hash(words.join(" ").as_bytes()).to_hex().chars().take(10).collect()
}

/// Paragraphs with their place, blank lines between them.
pub(super) fn paragraphs(text: &str) -> Vec<Range<usize>> {
    let mut paragraphs = Vec::new();
    let (mut start, mut at) = (None, 0);
    for line in text.split_inclusive('\n') {
        match (line.trim().is_empty(), start) {
            (false, None) => start = Some(at),
            (true, Some(from)) => {
                paragraphs.push(from..at);
                start = None;
            }
            _ => {}
        }
        at += line.len();
    }
    paragraphs.extend(start.map(|from| from..text.len()));
    paragraphs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_said_and_what_is_no_prose_is_hidden_at_its_place() {
        let text = "We say \"he should have\" `should have` [@a/b/1] [x](http://y.z) é should have\n> should have\n## should have\n```\nshould have\n```\n";
        let seen = prose(text);
        assert_eq!(seen.len(), text.len());
        assert_eq!(seen.matches("should have").count(), 1);
        assert_eq!(seen.find("should have"), text.rfind("é should have").map(|at| at + "é ".len()));
    }

    #[test]
    fn a_sentence_ends_at_its_mark_or_line() {
        let text = "One v1.2 here. Two is it?\n- three";
        let of = |word: &str| {
            let at = text.find(word).unwrap();
            around(text, &(at..at + word.len()))
        };
        assert_eq!((of("v1"), of("is"), of("three")), ("One v1.2 here.", "Two is it?", "- three"));
        assert_eq!(mark("a  b\nc"), mark("a b c"));
        let text = "He said “no.” [@a/1.0][@b/2]. Then v1.2 [@c/3].\n- x";
        let all: Vec<&str> = sentences(text).into_iter().filter_map(|range| text.get(range)).collect();
        assert_eq!(all, ["He said “no.” [@a/1.0][@b/2].", " Then v1.2 [@c/3].", "- x"]);
        assert_eq!(paragraphs("a\nb\n\n\nc"), [0..4, 6..7]);
    }
}
