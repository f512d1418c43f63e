//! Citations carried through Markdown as characters that no prose can hold, so nothing typed can look
//! like one.

use std::fmt::Write as _;

use crate::report::build::ReportSection;

/// Begins a mark; the place of the citation in its list follows.
const MARK: char = '\u{f8f0}';
/// Ends it.
const END: char = '\u{f8f1}';

/// The text with a mark for each citation. A mark stands behind what ends the sentence before it.
pub(super) fn marked(section: &ReportSection) -> String {
    let mut text = String::with_capacity(section.text.len());
    let mut from = 0;
    let mut marks = String::new();
    for (place, cite) in section.cites.iter().enumerate() {
        let between = section.text.get(from..cite.range.start).unwrap_or_default();
        if marks.is_empty() || !between.trim_matches(' ').is_empty() {
            push_prose(&mut text, between, &mut marks);
        }
        // Writing to a String cannot fail.
        let _ = write!(marks, "{MARK}{place}{END}");
        from = cite.range.end;
    }
    push_prose(&mut text, section.text.get(from..).unwrap_or_default(), &mut marks);
    text
}

/// Adds prose, and before it the marks that wait: behind the end of their sentence, without a space.
fn push_prose(text: &mut String, prose: &str, marks: &mut String) {
    let clean = prose.replace([MARK, END], "\u{fffd}");
    let mut rest = clean.as_str();
    if !marks.is_empty() {
        let line = text.rsplit('\n').next().unwrap_or_default();
        if line.contains(char::is_alphanumeric) {
            text.truncate(text.trim_end_matches(' ').len());
            let ends = rest.find(|c: char| !matches!(c, '.' | ',' | ';' | ':' | '!' | '?')).unwrap_or(rest.len());
            let (end, after) = rest.split_at_checked(ends).unwrap_or((rest, ""));
            text.push_str(end);
            rest = after;
        }
        text.push_str(marks);
        marks.clear();
    }
    text.push_str(rest);
}

/// A piece of marked text.
pub(super) enum Piece<'t> {
    Words(&'t str),
    Cite(usize),
}

/// Text taken apart at the marks of citations.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    for (nth, part) in text.split(MARK).enumerate() {
        let words = match part.split_once(END).filter(|_| nth > 0) {
            Some((place, words)) => {
                pieces.extend(place.parse().ok().map(Piece::Cite));
                words
            }
            None => part,
        };
        if !words.is_empty() {
            pieces.push(Piece::Words(words));
        }
    }
    pieces
}
