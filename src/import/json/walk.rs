//! One pass over JSON text that makes nothing: keys and values are handed over as they stand.
//!
//! It is as strict as `serde_json`, which the tests hold it against: what it accepts is well-formed,
//! so that a damaged file is never taken for a whole one. Most of an export is blanks and strings
//! that nobody asks for; both are passed over eight bytes at a time. No nesting can overflow the
//! stack.

use std::borrow::Cow;

use super::{Piece, RecordSink};

/// The text is not what it should be; where does not matter, as it is then read another way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;

type Walked<T> = Result<T, Malformed>;

const ONES: u64 = u64::from_ne_bytes([1; 8]);
const HIGHS: u64 = ONES << 7;
const BLANKS: u64 = u64::from_ne_bytes([b' '; 8]);
const QUOTES: u64 = u64::from_ne_bytes([b'"'; 8]);
const BACKSLASHES: u64 = u64::from_ne_bytes([b'\\'; 8]);

/// What a value lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    List,
    Object,
}

/// A place in a text.
pub(super) struct Walker<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// The lists and objects around the value that is being passed over.
    around: Vec<Inside>,
}

impl<'a> Walker<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, bytes: text.as_bytes(), at: 0, around: Vec::new() }
    }

    /// A list of records: the fields of each object go to `sink`.
    pub(super) fn records<S: RecordSink<'a>>(&mut self, sink: &mut S) -> Walked<()> {
        self.blanks();
        self.list(|walker| walker.record(sink))
    }

    /// One record: an object, or what stands where one should.
    pub(super) fn record<S: RecordSink<'a>>(&mut self, sink: &mut S) -> Walked<()> {
        self.blanks();
        if self.byte() == Some(b'{') {
            self.object(|key, value| sink.field(key, value))?;
            sink.end_object();
        } else {
            self.value()?;
            sink.no_object();
        }
        Ok(())
    }

    /// The values of a list.
    pub(super) fn values(&mut self, mut on_value: impl FnMut(Piece<'a>)) -> Walked<()> {
        self.list(|walker| walker.value().map(&mut on_value))
    }

    /// Nothing but blanks may follow.
    pub(super) fn end(&mut self) -> Walked<()> {
        self.blanks();
        if self.at == self.bytes.len() { Ok(()) } else { Err(Malformed) }
    }

    fn list(&mut self, mut on_value: impl FnMut(&mut Self) -> Walked<()>) -> Walked<()> {
        self.expect(b'[')?;
        self.blanks();
        if self.take(b']') {
            return Ok(());
        }
        loop {
            on_value(self)?;
            self.blanks();
            if self.take(b']') {
                return Ok(());
            }
            self.expect(b',')?;
            self.blanks();
        }
    }

    /// The keys and values of an object.
    pub(super) fn object(&mut self, mut on_field: impl FnMut(&str, Piece<'a>)) -> Walked<()> {
        self.expect(b'{')?;
        self.blanks();
        if self.take(b'}') {
            return Ok(());
        }
        loop {
            let key = self.key()?;
            self.colon()?;
            let value = self.value()?;
            on_field(&key, value);
            self.blanks();
            if self.take(b'}') {
                return Ok(());
            }
            self.expect(b',')?;
            self.blanks();
        }
    }

    /// A key, borrowed unless it holds escapes.
    fn key(&mut self) -> Walked<Cow<'a, str>> {
        let from = self.at;
        let has_escapes = self.string()?;
        if has_escapes {
            let decoded: Result<String, _> = serde_json::from_str(self.since(from)?);
            return decoded.map(Cow::Owned).map_err(|_| Malformed);
        }
        self.text.get(from + 1..self.at - 1).map(Cow::Borrowed).ok_or(Malformed)
    }

    fn colon(&mut self) -> Walked<()> {
        // As everybody writes it.
        if let Some([b':', b' ', (b'!'..)]) = self.bytes.get(self.at..self.at + 3) {
            self.at += 2;
            return Ok(());
        }
        self.blanks();
        self.expect(b':')?;
        self.blanks();
        Ok(())
    }

    /// Passes over one value, whatever lies in it.
    fn value(&mut self) -> Walked<Piece<'a>> {
        let from = self.at;
        self.around.clear();
        loop {
            if self.begins_full()? {
                continue;
            }
            while self.ends_here()? {}
            if self.around.is_empty() {
                return self.since(from).map(Piece);
            }
        }
    }

    /// Goes to the end of a plain or empty value, or to the first value in one that is neither; tells
    /// whether it was such a one.
    fn begins_full(&mut self) -> Walked<bool> {
        match self.byte() {
            Some(b'"') => self.string().map(|_| false),
            Some(b'{') => self.enter(Inside::Object, b'}'),
            Some(b'[') => self.enter(Inside::List, b']'),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            _ => self.number(),
        }
    }

    fn enter(&mut self, inside: Inside, end: u8) -> Walked<bool> {
        self.at += 1;
        self.blanks();
        if self.take(end) {
            return Ok(false);
        }
        self.around.push(inside);
        self.next_key(inside)?;
        Ok(true)
    }

    fn next_key(&mut self, inside: Inside) -> Walked<()> {
        if inside == Inside::Object {
            self.string()?;
            self.colon()?;
        }
        Ok(())
    }

    /// After a value: goes past the end of what it lies in, or else to the value after it.
    fn ends_here(&mut self) -> Walked<bool> {
        let Some(&inside) = self.around.last() else { return Ok(false) };
        self.blanks();
        if self.take(b',') {
            self.blanks();
            self.next_key(inside)?;
            return Ok(false);
        }
        self.expect(if inside == Inside::Object { b'}' } else { b']' })?;
        self.around.pop();
        Ok(true)
    }

    fn word(&mut self, word: &str) -> Walked<bool> {
        let found = self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(word.as_bytes()));
        self.at += word.len();
        if found { Ok(false) } else { Err(Malformed) }
    }

    fn number(&mut self) -> Walked<bool> {
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _ = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        Ok(false)
    }

    /// At least one digit.
    fn digits(&mut self) -> Walked<()> {
        let from = self.at;
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at > from { Ok(()) } else { Err(Malformed) }
    }

    /// Passes over a string; tells whether it holds escapes.
    #[inline]
    fn string(&mut self) -> Walked<bool> {
        self.expect(b'"')?;
        self.at = plain_until(self.bytes, self.at);
        if self.take(b'"') { Ok(false) } else { self.rest_of_string() }
    }

    fn rest_of_string(&mut self) -> Walked<bool> {
        let mut has_escapes = false;
        loop {
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(has_escapes);
                }
                Some(b'\\') => {
                    has_escapes = true;
                    self.escape()?;
                }
                Some(b' '..) => self.at += 1,
                _ => return Err(Malformed),
            }
            self.at = plain_until(self.bytes, self.at);
        }
    }

    fn escape(&mut self) -> Walked<()> {
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
        self.at += match rest {
            [b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => 2,
            [b'u', a, b, c, d, ..] if [a, b, c, d].into_iter().all(u8::is_ascii_hexdigit) => 6,
            _ => return Err(Malformed),
        };
        Ok(())
    }

    #[inline]
    fn blanks(&mut self) {
        if !matches!(self.byte(), Some(b'!'..)) {
            self.at = blank_until(self.bytes, self.at);
        }
    }

    #[inline]
    fn byte(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    fn take(&mut self, byte: u8) -> bool {
        let is_there = self.byte() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    #[inline]
    fn expect(&mut self, byte: u8) -> Walked<()> {
        if self.take(byte) { Ok(()) } else { Err(Malformed) }
    }

    fn since(&self, from: usize) -> Walked<&'a str> {
        self.text.get(from..self.at).ok_or(Malformed)
    }
}

#[inline]
fn eight_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().copied().map(u64::from_le_bytes)
}

/// Where the next byte of a string is that is more than itself, or the end of the text is near.
#[inline]
fn plain_until(bytes: &[u8], mut at: usize) -> usize {
    while let Some(eight) = eight_at(bytes, at) {
        // The lowest mark is right; only above it may there be one too many.
        let zeros = |bytes: u64| bytes.wrapping_sub(ONES) & !bytes;
        let controls = eight.wrapping_sub(BLANKS) & !eight;
        let marks = (zeros(eight ^ QUOTES) | zeros(eight ^ BACKSLASHES) | controls) & HIGHS;
        if marks != 0 {
            return at + (marks.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    at
}

/// Where the blanks end: a new line and its indent, mostly.
fn blank_until(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(at) {
        at += 1;
        while let Some(eight) = eight_at(bytes, at) {
            let others = eight ^ BLANKS;
            if others != 0 {
                at += (others.trailing_zeros() / 8) as usize;
                break;
            }
            at += 8;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    /// The fields of a record, `None` for what is no record.
    type Fields<T> = Option<Vec<(String, T)>>;

    /// All records, and the fields of the last one as they stand.
    #[derive(Default)]
    struct Seen(Vec<Fields<String>>, Vec<(String, String)>);

    impl<'a> RecordSink<'a> for Seen {
        fn field(&mut self, key: &str, value: Piece<'a>) {
            self.1.push((key.to_owned(), value.raw().to_owned()));
        }

        fn end_object(&mut self) {
            self.0.push(Some(std::mem::take(&mut self.1)));
        }

        fn no_object(&mut self) {
            self.0.push(None);
        }
    }

    fn walked(text: &str) -> Option<Vec<Fields<String>>> {
        let mut seen = Seen::default();
        crate::import::json::read_list(text, &mut seen).ok().map(|()| seen.0)
    }

    /// The same by another reader: every value as what it means.
    fn meant(text: &str) -> Option<Vec<Fields<Value>>> {
        let Ok(Value::Array(values)) = serde_json::from_str(text) else { return None };
        let fields = |value: Value| match value {
            Value::Object(fields) => Some(fields.into_iter().collect()),
            _ => None,
        };
        Some(values.into_iter().map(fields).collect())
    }

    fn assert_same(text: &str) {
        let meant = meant(text);
        let walked = walked(text).map(|records| {
            let value = |(key, raw): (String, String)| (key, serde_json::from_str(&raw).unwrap());
            records.into_iter().map(|record| record.map(|fields| fields.into_iter().map(value).collect())).collect()
        });
        assert_eq!(walked, meant, "{text}");
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "\\PC{0,24}".prop_map(Value::from),
            "[ -~\\n\\t\"\\\\/é日😀\u{0}]{0,40}".prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map("[a-z\"\\\\é]{0,12}", inner, 0..6)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn every_list_is_read_as_serde_json_reads_it(value in prop::collection::vec(any_value(), 0..8), blanks in any::<bool>()) {
            let write = if blanks { serde_json::to_string_pretty } else { serde_json::to_string };
            assert_same(&write(&value).unwrap());
        }

        #[test]
        fn what_serde_json_refuses_is_refused(
            value in prop::collection::vec(any_value(), 1..4),
            at in any::<prop::sample::Index>(),
            with in "[\\[\\]{},:\"\\\\0-9eE+.tfnu \\n\u{1}-]{0,2}",
            cut in 0_usize..3,
        ) {
            let mut text = serde_json::to_string_pretty(&value).unwrap();
            let from = at.index(text.len());
            let to = (from + cut).min(text.len());
            if text.is_char_boundary(from) && text.is_char_boundary(to) {
                text.replace_range(from..to, &with);
            }
            let is_refused = serde_json::from_str::<Vec<serde::de::IgnoredAny>>(&text).is_err();
            prop_assert_eq!(walked(&text).is_none(), is_refused, "{}", text);
        }
    }

    #[test]
    fn what_json_does_not_allow_is_malformed() {
        for text in [
            "",
            "[",
            "[1,]",
            "[,]",
            "[01]",
            "[1.]",
            "[.5]",
            "[+1]",
            "[1e]",
            "[nul]",
            "[\"\u{1}\"]",
            "[\"\\x\"]",
            "[\"\\u12g4\"]",
            "[{\"a\"}]",
            "[{\"a\":}]",
            "[{a:1}]",
            "[{\"a\":1,}]",
            "[1] 2",
            "[[1}]",
            "{}",
            "[\"a]",
            "[{\"\\ud800\":1}]",
            "[-]",
        ] {
            assert_eq!(walked(text), None, "{text}");
        }
    }

    #[test]
    fn nesting_costs_no_stack() {
        let deep = format!("[{{\"a\":{}{}}}]", "[".repeat(1_000_000), "]".repeat(1_000_000));
        assert_eq!(walked(&deep).map(|records| records.len()), Some(1));
    }
}
