//! JSON as strangers write it: values read one by one, so that a bad one costs only itself.
//!
//! [`Piece`] is the raw text of one value; nothing is decoded before it is asked for, and what
//! nobody asks for is only skipped. [`split`] finds the records of a damaged file, [`repair`] makes
//! one damaged record readable.

mod object;
mod split;
mod unescape;
mod walk;

use std::borrow::Cow;

use serde::de::IgnoredAny;

pub(crate) use object::{Object, from_key, list_of};
pub(crate) use split::{Shape, Split, SplitError, repair, split};
pub(crate) use walk::Malformed;
use walk::Walker;

/// The raw text of one JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece<'a>(&'a str);

impl<'a> Piece<'a> {
    /// Takes the text of a value.
    pub(crate) fn new(text: &'a str) -> Self {
        Self(text.trim_ascii())
    }

    /// The text as it stands in the file.
    pub(crate) const fn raw(self) -> &'a str {
        self.0
    }

    pub(crate) fn is_null(self) -> bool {
        self.0 == "null"
    }

    pub(crate) fn is_list(self) -> bool {
        self.0.starts_with('[')
    }

    pub(crate) fn is_object(self) -> bool {
        self.0.starts_with('{')
    }

    /// What a string says; lone surrogates become U+FFFD.
    pub(crate) fn text(self) -> Option<Cow<'a, str>> {
        let inner = self.0.strip_prefix('"')?.strip_suffix('"')?;
        if memchr::memchr(b'\\', inner.as_bytes()).is_none() {
            return Some(Cow::Borrowed(inner));
        }
        let decoded = unescape::unescaped(inner);
        decoded.or_else(|| serde_json::from_str(&repair(self.0)).ok()).map(Cow::Owned)
    }

    /// What a string says, or how a number is written.
    pub(crate) fn text_or_number(self) -> Option<Cow<'a, str>> {
        let number = self.0.starts_with(|c: char| c.is_ascii_digit() || c == '-');
        if number { Some(Cow::Borrowed(self.0)) } else { self.text() }
    }

    /// A whole number, also one written as a string; larger ones are the largest there is.
    pub(crate) fn count(self) -> Option<u64> {
        let text = self.text_or_number()?;
        let whole = text.split('.').next().unwrap_or_default();
        if whole.is_empty() || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        Some(whole.parse().unwrap_or(u64::MAX))
    }

    pub(crate) fn truth(self) -> Option<bool> {
        match self.0 {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    /// Hands over the values of a list in order; false when it is no list or ends in the middle.
    pub(crate) fn each(self, on_value: impl FnMut(Self)) -> bool {
        self.is_list() && Walker::new(self.0).values(on_value).is_ok()
    }

    /// Hands over the keys and values of an object in order; false when it is none.
    pub(crate) fn fields(self, on_field: impl FnMut(&str, Self)) -> bool {
        self.is_object() && Walker::new(self.0).object(on_field).is_ok()
    }
}

/// Takes the records of a list as they are read.
pub(crate) trait RecordSink<'a> {
    /// A field of the object being read.
    fn field(&mut self, key: &str, value: Piece<'a>);
    /// The object being read is whole.
    fn end_object(&mut self);
    /// Something that is no object stands in the list.
    fn no_object(&mut self);
}

/// Reads a well-formed list in one pass: the fields of every object go to `sink`. An error says only
/// that the list must be read the slow way, with [`split`].
pub(crate) fn read_list<'a, S: RecordSink<'a>>(text: &'a str, sink: &mut S) -> Result<(), Malformed> {
    let mut walker = Walker::new(text);
    walker.records(sink)?;
    walker.end()
}

/// Reads the fields of one record that [`split`] found, as it stands or repaired.
pub(crate) fn read_record<'a, S: RecordSink<'a>>(text: &'a str, sink: &mut S) -> Result<(), Malformed> {
    let mut walker = Walker::new(text);
    walker.record(sink)?;
    walker.end()
}

/// A record indented where it is JSON, else as it stands.
pub(crate) fn pretty(record: &str) -> String {
    let value: Result<serde_json::Value, _> = serde_json::from_str(record);
    value.ok().and_then(|value| serde_json::to_string_pretty(&value).ok()).unwrap_or_else(|| record.to_owned())
}

/// Whether a text is one JSON value and nothing else.
pub(crate) fn is_well_formed(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// Whether a value nests deeper than `depth`.
pub(crate) fn is_deeper_than(value: Piece<'_>, depth: usize) -> bool {
    split::depth_of(value.raw().as_bytes(), depth).is_none()
}

/// Decodes a file: UTF-8 with or without a byte order mark, UTF-16 with one; what is neither keeps
/// its readable part. Also tells what is unusual about it.
pub(crate) fn decode(bytes: &[u8]) -> (Cow<'_, str>, Option<&'static str>) {
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => {
            let (text, note) = decode_utf8(rest);
            (text, note.or(Some("begins with a byte order mark")))
        }
        [0xff, 0xfe, rest @ ..] => (decode_utf16(rest, u16::from_le_bytes), Some("is UTF-16")),
        [0xfe, 0xff, rest @ ..] => (decode_utf16(rest, u16::from_be_bytes), Some("is UTF-16")),
        _ => decode_utf8(bytes),
    }
}

fn decode_utf8(bytes: &[u8]) -> (Cow<'_, str>, Option<&'static str>) {
    std::str::from_utf8(bytes).map_or_else(
        |_| (String::from_utf8_lossy(bytes), Some("has bytes that are no UTF-8, shown as \u{fffd}")),
        |text| (Cow::Borrowed(text), None),
    )
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Cow<'_, str> {
    let (pairs, _) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect::<String>().into()
}
