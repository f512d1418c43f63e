//! Finds the records of a list without trusting it, and makes a damaged record readable.
//!
//! Works on bytes and a depth counter, never by recursion, so no nesting can overflow the stack.

use std::fmt::Write as _;

use crate::import::TOO_DEEP;
use crate::import::report::Trouble;

/// What the outermost value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A list, as it should be.
    List,
    /// One object.
    Object,
}

/// The records of a list.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Split<'a> {
    /// Each record's text, in order.
    pub(crate) records: Vec<&'a str>,
    /// What the outermost value is.
    pub(crate) shape: Shape,
    /// Whether the text ends in the middle.
    pub(crate) cut: bool,
    /// The last record, where the text ends within it.
    pub(crate) tail: &'a str,
    /// What stands after the end of the list.
    pub(crate) trailing: &'a str,
}

/// Why no record can be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SplitError {
    /// There is nothing, or only blanks and NULs.
    Empty,
    /// It begins like no JSON.
    NoJson,
    /// It nests deeper than allowed.
    TooDeep,
}

impl SplitError {
    /// What is wrong with a file in which no record can be found.
    pub(crate) const fn words(self) -> (Trouble, &'static str) {
        match self {
            Self::Empty => (Trouble::BadJson, "it is empty"),
            Self::NoJson => (Trouble::BadJson, "it holds no JSON"),
            Self::TooDeep => (Trouble::TooDeep, TOO_DEEP),
        }
    }
}

/// Splits a list into its records; an object is a list of one.
pub(crate) fn split(text: &str, max_depth: usize) -> Result<Split<'_>, SplitError> {
    let body = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    match body.as_bytes().first() {
        None => Err(SplitError::Empty),
        Some(b'[') => split_list(body, max_depth),
        Some(b'{') => {
            let end = end_of_value(body.as_bytes(), max_depth)?;
            let (record, trailing) = body.split_at_checked(end.unwrap_or(body.len())).unwrap_or((body, ""));
            let cut = end.is_none();
            let (records, tail) = if cut { (Vec::new(), record) } else { (vec![record], "") };
            Ok(Split { records, shape: Shape::Object, cut, tail, trailing: trailing.trim() })
        }
        Some(_) => Err(SplitError::NoJson),
    }
}

fn split_list(body: &str, max_depth: usize) -> Result<Split<'_>, SplitError> {
    let mut split = Split { records: Vec::new(), shape: Shape::List, cut: true, tail: "", trailing: "" };
    let mut scan = Scan::new(body.as_bytes());
    let mut from = 1;
    while let Some((at, byte, depth)) = scan.next_structural() {
        if depth > max_depth {
            return Err(SplitError::TooDeep);
        }
        let ends_record = (byte == b',' && depth == 1) || (depth == 0);
        if !ends_record {
            continue;
        }
        push_record(&mut split.records, body.get(from..at));
        from = at + 1;
        if depth == 0 {
            split.cut = false;
            split.trailing = body.get(at + 1..).unwrap_or("").trim();
            return Ok(split);
        }
    }
    // Cut between two records: the last one may be whole although the list is not closed.
    if scan.depth == 1 && !scan.in_string {
        push_record(&mut split.records, body.get(from..));
    } else {
        split.tail = body.get(from..).unwrap_or("").trim();
    }
    Ok(split)
}

fn push_record<'a>(records: &mut Vec<&'a str>, record: Option<&'a str>) {
    let record = record.unwrap_or("").trim();
    if !record.is_empty() {
        records.push(record);
    }
}

fn end_of_value(bytes: &[u8], max_depth: usize) -> Result<Option<usize>, SplitError> {
    let mut scan = Scan::new(bytes);
    while let Some((at, _, depth)) = scan.next_structural() {
        if depth > max_depth {
            return Err(SplitError::TooDeep);
        }
        if depth == 0 {
            return Ok(Some(at + 1));
        }
    }
    Ok(None)
}

/// How deep a value nests; `None` when deeper than `max_depth`.
pub(super) fn depth_of(bytes: &[u8], max_depth: usize) -> Option<usize> {
    let mut scan = Scan::new(bytes);
    let mut deepest = 0;
    while let Some((_, _, depth)) = scan.next_structural() {
        deepest = deepest.max(depth);
        if deepest > max_depth {
            return None;
        }
    }
    Some(deepest)
}

/// Walks brackets and commas outside of strings.
struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    depth: usize,
    in_string: bool,
}

impl<'a> Scan<'a> {
    const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, depth: 0, in_string: false }
    }

    /// The next bracket or comma, its place, and the depth after it.
    fn next_structural(&mut self) -> Option<(usize, u8, usize)> {
        while let Some(&byte) = self.bytes.get(self.at) {
            let at = self.at;
            self.at += 1;
            match byte {
                b'"' => self.skip_string(),
                b'[' | b'{' => {
                    self.depth += 1;
                    return Some((at, byte, self.depth));
                }
                b']' | b'}' => {
                    self.depth = self.depth.saturating_sub(1);
                    return Some((at, byte, self.depth));
                }
                b',' => return Some((at, byte, self.depth)),
                _ => {}
            }
        }
        None
    }

    fn skip_string(&mut self) {
        self.in_string = true;
        while let Some(found) = memchr::memchr2(b'"', b'\\', self.bytes.get(self.at..).unwrap_or(&[])) {
            let escaped = self.bytes.get(self.at + found) == Some(&b'\\');
            self.at += found + if escaped { 2 } else { 1 };
            if !escaped {
                self.in_string = false;
                return;
            }
        }
        self.at = self.bytes.len();
    }
}

/// Makes one record readable: raw control characters and lone surrogates inside strings, unknown
/// escapes, `NaN`, `Infinity` and numbers that no machine number holds. The latter become `null`.
pub(crate) fn repair(record: &str) -> String {
    let mut repaired = String::with_capacity(record.len() + 16);
    let mut rest = record;
    while let Some(c) = rest.chars().next() {
        rest = if c == '"' {
            repair_string(&mut repaired, rest)
        } else if c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.') {
            repair_word(&mut repaired, rest)
        } else {
            repaired.push(if c == '\0' { ' ' } else { c });
            rest.get(c.len_utf8()..).unwrap_or("")
        };
    }
    repaired
}

fn repair_word<'a>(repaired: &mut String, rest: &'a str) -> &'a str {
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.'))).unwrap_or(rest.len());
    let (word, rest) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let fits = matches!(word, "true" | "false" | "null")
        || (word.len() <= 64 && serde_json::from_str::<f64>(word).is_ok_and(f64::is_finite));
    repaired.push_str(if fits { word } else { "null" });
    rest
}

/// Copies one string from its quote to its closing quote; gives what follows.
fn repair_string<'a>(repaired: &mut String, text: &'a str) -> &'a str {
    repaired.push('"');
    let mut rest = text.get(1..).unwrap_or("");
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or("");
        match c {
            '"' => {
                repaired.push('"');
                return after;
            }
            '\\' => rest = repair_escape(repaired, after),
            c if c < ' ' => {
                // Writing to a String cannot fail.
                let _ = write!(repaired, "\\u{:04x}", u32::from(c));
                rest = after;
            }
            c => {
                repaired.push(c);
                rest = after;
            }
        }
    }
    repaired.push('"');
    ""
}

/// Copies one escape whose backslash was read; gives what follows.
fn repair_escape<'a>(repaired: &mut String, after: &'a str) -> &'a str {
    if let Some(digits) = after.strip_prefix('u') {
        return repair_unicode(repaired, digits);
    }
    if let Some(c @ ('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't')) = after.chars().next() {
        repaired.push('\\');
        repaired.push(c);
        return after.get(1..).unwrap_or("");
    }
    // The backslash means itself where nothing is escaped.
    repaired.push_str("\\\\");
    after
}

fn repair_unicode<'a>(repaired: &mut String, digits: &'a str) -> &'a str {
    let unit = |text: &str| text.get(..4).and_then(|hex| u16::from_str_radix(hex, 16).ok());
    let Some(first) = unit(digits) else {
        repaired.push_str("\\\\u");
        return digits;
    };
    let after = digits.get(4..).unwrap_or("");
    match first {
        0xd800..=0xdbff => {
            let low = after.strip_prefix("\\u").and_then(unit).filter(|low| (0xdc00..=0xdfff).contains(low));
            if let (Some(_), Some(pair)) = (low, digits.get(..10)) {
                repaired.push_str("\\u");
                repaired.push_str(pair);
                return digits.get(10..).unwrap_or("");
            }
            repaired.push('\u{fffd}');
        }
        0xdc00..=0xdfff => repaired.push('\u{fffd}'),
        _ => {
            repaired.push_str("\\u");
            repaired.push_str(digits.get(..4).unwrap_or(""));
        }
    }
    after
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn records(text: &str) -> Vec<&str> {
        split(text, 128).unwrap().records
    }

    #[test]
    fn a_list_is_split_at_its_own_commas() {
        let list = r#" [ {"a":[1,2],"b":"x,]\""}, null ,{"c":{}} ] "#;
        assert_eq!(records(list), [r#"{"a":[1,2],"b":"x,]\""}"#, "null", r#"{"c":{}}"#]);
    }

    #[test]
    fn a_cut_list_keeps_what_is_whole() {
        let cut = split(r#"[{"a":1},{"b":2},{"c":"#, 128).unwrap();
        assert_eq!((cut.records.len(), cut.cut), (2, true));
        let unclosed = split(r#"[{"a":1},{"b":2}"#, 128).unwrap();
        assert_eq!((unclosed.records.len(), unclosed.cut), (2, true));
        assert_eq!(split(r#"[{"a":"no end"#, 128).unwrap().records.len(), 0);
    }

    #[test]
    fn what_follows_the_list_is_told() {
        let two = split("[1] [2]", 128).unwrap();
        assert_eq!((two.records.len(), two.trailing, two.cut), (1, "[2]", false));
    }

    #[test]
    fn nesting_beyond_the_limit_is_refused_without_recursion() {
        let deep = format!("[{}{}]", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(split(&deep, 128), Err(SplitError::TooDeep));
        let fine = format!("[{}{}]", "[".repeat(60), "]".repeat(60));
        assert!(split(&fine, 128).is_ok());
    }

    #[test]
    fn nothing_and_no_json_are_told_apart() {
        assert_eq!(split(" \0\0 ", 128), Err(SplitError::Empty));
        assert_eq!(split("hello", 128), Err(SplitError::NoJson));
        assert_eq!(split(r#"{"ts":1}"#, 128).unwrap().shape, Shape::Object);
    }

    #[test]
    fn a_damaged_record_becomes_readable() {
        let damaged =
            "{\"a\":NaN,\"b\":1e999,\"c\":\"x\\ud800y\\q\",\"d\":\"l1\nl2\",\"e\":\"\\ud83d\\ude00\",\"f\":2}";
        let value: serde_json::Value = serde_json::from_str(&repair(damaged)).unwrap();
        assert!(value["a"].is_null() && value["b"].is_null());
        assert_eq!(value["c"], "x\u{fffd}y\\q");
        assert_eq!(value["d"], "l1\nl2");
        assert_eq!(value["e"], "\u{1f600}");
        assert_eq!(value["f"], 2);
    }

    proptest! {
        #[test]
        fn splitting_and_repairing_never_panic(text in "[\\[\\]{}\",\\\\u:0-9a-fdDNnul\\x00-\\x20é]{0,200}") {
            if let Ok(found) = split(&text, 16) {
                for record in found.records {
                    repair(record);
                }
            }
        }

        #[test]
        fn a_good_record_is_the_same_after_repair(text in ".{0,80}", number in any::<i32>()) {
            let record = serde_json::json!({"text": text, "number": number, "list": [null, true]});
            let repaired: serde_json::Value = serde_json::from_str(&repair(&record.to_string())).unwrap();
            prop_assert_eq!(repaired, record);
        }
    }
}
