//! What all lanes of events share: the objects of a page of JSON, instants as services write them,
//! and a record that is an event.
//!
//! A lane holds what happened beside the chat: alerts, deploys, commits. Each record of it is one
//! [`MessageType::Event`] with its own type as its subtype.

use std::borrow::Cow;

use chrono::{NaiveDate, NaiveDateTime};

use super::Limits;
use super::clock::{self, Unit};
use super::json::{self, Object, Piece, from_key};
use super::report::Trouble;
use super::whole::Transcript;
use crate::archive::builder::Record;
use crate::archive::{Flags, MessageType, PersonIx, Quality};
use crate::base::text::RawString;
use crate::base::time::Instant;

/// When something happened, and how exactly that is known.
pub(super) type Moment = (Instant, Quality);

/// An event of a lane; `kind` is its own type, in the words of its source.
pub(super) fn event(id: impl Into<String>, (at, quality): Moment, kind: &str, text: impl Into<String>) -> Record {
    let mut record = Record::new(id, at);
    record.quality = quality;
    record.kind = MessageType::Event;
    record.text = text.into();
    record.extras().subtype = Some(RawString::from(kind));
    record
}

/// The same event, done by somebody.
pub(super) fn by(mut record: Record, author: Option<PersonIx>) -> Record {
    record.author = author;
    record
}

/// The same event with a link; none for an empty one.
pub(super) fn linked(mut record: Record, link: &str) -> Record {
    if !link.trim().is_empty() {
        record.extras().links.push(RawString::from(link.trim()));
        record.mark(Flags::LINK);
    }
    record
}

/// The same event as a span of time that ends at `until`; still a point where it does not end later.
pub(super) fn lasting(mut record: Record, until: Instant) -> Record {
    if until.is_dated() && until > record.time {
        record.quality = record.quality.with(Quality::RANGE);
        record.extras().until = Some(until);
    }
    record
}

/// Several words with one blank between those that say something.
pub(super) fn words<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let said: Vec<&str> = parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect();
    said.join(" ")
}

/// Hands over the objects of a file of JSON: those of the lists named by `lists`, with the name of
/// the list; else the object itself, with an empty name. Lists, pages one after the other and one
/// object a line are all read; damage costs only its own record.
pub(super) fn each_object<'t>(
    transcript: &mut Transcript,
    text: &'t str,
    limits: &Limits,
    lists: &[&'static str],
    mut take: impl FnMut(&mut Transcript, &'static str, Piece<'t>),
) {
    if is_lines(text) {
        transcript.each_line(text, limits, |transcript, piece| unfold(transcript, piece, lists, &mut take));
        return;
    }
    for document in documents(text) {
        let named = |list: &&'static str| Some((*list, from_key(document, list)?));
        let named = lists.iter().filter(|_| document.starts_with('{')).filter_map(named);
        let inner: Vec<_> = named.filter(|(_, value)| value.starts_with(['[', '{'])).collect();
        for (list, value) in &inner {
            transcript.each_record(value, limits, |transcript, piece| take(transcript, list, piece));
        }
        if inner.is_empty() {
            transcript.each_record(document, limits, |transcript, piece| unfold(transcript, piece, lists, &mut take));
        }
    }
}

fn unfold<'t>(
    transcript: &mut Transcript,
    piece: Piece<'t>,
    lists: &[&'static str],
    take: &mut impl FnMut(&mut Transcript, &'static str, Piece<'t>),
) {
    let object = Object::of(piece);
    let inner = lists.iter().filter_map(|list| Some((*list, object.get(list)?)));
    let inner: Vec<_> = inner.filter(|(_, value)| value.is_list() || value.is_object()).collect();
    for (list, value) in &inner {
        if value.is_object() {
            take(transcript, list, *value);
        }
        for item in json::list_of(*value) {
            if item.is_object() {
                take(transcript, list, item);
            } else {
                transcript.bad_record("it is no object");
            }
        }
    }
    if inner.is_empty() {
        take(transcript, "", piece);
    }
}

/// Whether a text holds one JSON object a line.
fn is_lines(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    first.starts_with('{')
        && lines.next().is_some_and(|second| second.starts_with('{') && second.len() > 1)
        && (json::is_well_formed(first) || first.ends_with('}'))
}

/// The JSON values that follow each other at the top of a text; the last one may be cut.
pub(super) fn documents(text: &str) -> Vec<&str> {
    let (bytes, mut found) = (text.as_bytes(), Vec::new());
    let (mut depth, mut from, mut at) = (0_usize, 0, 0);
    let mut is_in_text = false;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' if is_in_text => at += 1,
            b'"' => is_in_text = !is_in_text && depth > 0,
            b'{' | b'[' if !is_in_text => {
                if depth == 0 {
                    from = at;
                }
                depth += 1;
            }
            b'}' | b']' if !is_in_text && depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    found.extend(text.get(from..=at));
                }
            }
            _ => {}
        }
        at += 1;
    }
    if depth > 0 || found.is_empty() {
        found.extend(text.get(from..));
    }
    found
}

/// Whether any page of a text says that there is more than it holds.
pub(super) fn says_more(text: &str) -> bool {
    documents(text).into_iter().any(|page| from_key(page, "more").is_some_and(|value| value.starts_with("true")))
}

/// The moment that a field tells; told as missing where it says none.
pub(super) fn moment_of(transcript: &mut Transcript, told: &str) -> Moment {
    if let Some(moment) = moment(transcript, told) {
        return moment;
    }
    let reason = if told.is_empty() { Cow::from("it has no time") } else { format!("“{told}” is no time").into() };
    transcript.warn(Trouble::NoTime, &reason);
    (Instant::UNDATED, Quality::EXACT)
}

/// Reads a time as services write it: RFC 3339 with or without a zone, a day, or a count since 1970
/// in seconds, milliseconds or smaller, told apart by its size.
pub(super) fn moment(transcript: &mut Transcript, told: &str) -> Option<Moment> {
    let told = told.trim();
    if !told.is_empty() && told.bytes().all(|byte| byte.is_ascii_digit()) {
        let (at, quality) = Unit::by_length(told.len()).read(told)?;
        return Some((transcript.skewed(at), quality));
    }
    let quality = if told.contains('.') { Quality::EXACT } else { Quality::SECOND };
    if let Some((at, quality)) = clock::with_offset(told) {
        return Some((transcript.skewed(at), quality));
    }
    let plain = told.replacen('T', " ", 1);
    let wall = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M"];
    let wall = wall.iter().find_map(|format| NaiveDateTime::parse_from_str(&plain, format).ok());
    let day = || NaiveDate::parse_from_str(&plain, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0);
    let colons = plain.bytes().filter(|byte| *byte == b':').count();
    let quality = if colons < 2 { Quality::MINUTE } else { quality };
    wall.or_else(day).map(|wall| transcript.wall(wall, quality)).filter(|(at, _)| at.is_dated())
}

/// A short mark of a text, to tell records apart that have no id of their own.
pub(super) fn fingerprint(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().chars().take(8).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_follow_each_other_are_found_and_a_cut_one_too() {
        let text = "{\"a\": \"}\\\"{\"}\n[1, [2]] {\"cut\": [";
        assert_eq!(documents(text), ["{\"a\": \"}\\\"{\"}", "[1, [2]]", "{\"cut\": ["]);
        assert_eq!(documents("]} no JSON"), ["]} no JSON"]);
    }

    #[test]
    fn a_time_says_how_exactly_it_is_known() {
        let mut transcript = Transcript::default();
        let mut read = |told: &str| moment(&mut transcript, told).map(|(at, quality)| (at.rfc3339(), quality));
        let exact = |at: &str, quality| Some((at.to_owned(), quality));
        assert_eq!(read("2024-12-06T15:36:12+01:00"), exact("2024-12-06T14:36:12Z", Quality::SECOND));
        assert_eq!(read("1733495772000"), exact("2024-12-06T14:36:12Z", Quality::EXACT));
        assert_eq!(read("1733495772"), exact("2024-12-06T14:36:12Z", Quality::SECOND));
        let unknown = Quality::MINUTE.with(Quality::NO_ZONE);
        assert_eq!(read("2024-12-06 14:36"), exact("2024-12-06T14:36:00Z", unknown));
        assert_eq!((read("soon"), read(""), read("99999999999999999999999")), (None, None, None));
    }

    #[test]
    fn only_a_page_that_says_so_has_more() {
        assert!(says_more("{\"notes\": [], \"more\": true}"));
        assert!(!says_more("{\"notes\": [{\"more\": true}], \"more\": false}"));
    }
}
