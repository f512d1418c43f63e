//! The beginning of one file, looked at to tell its format: its text, its lines, the keys of its JSON.
//!
//! A sample never fails: what cannot be read looks like an empty file, and reading it in earnest
//! says why.

use std::collections::BTreeMap;
use std::io::Read as _;

use super::json;
use super::source::{Entry, Source};

/// Bytes of a file that are looked at, unpacked.
const HEAD_BYTES: usize = 64 << 10;
/// Values kept of each key.
const VALUES_A_KEY: usize = 8;
/// Levels of JSON whose keys are told.
const LEVELS: usize = 5;
/// Lines looked at in a text.
const LINES: usize = 200;

/// What a file begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Root {
    /// Nothing at all.
    Empty,
    /// One JSON object.
    Object,
    /// A JSON list.
    List,
    /// JSON values, one after the other.
    Lines,
    /// Text that is no JSON.
    Text,
    /// No text.
    Binary,
}

/// The beginning of one file.
#[derive(Debug)]
pub(crate) struct Sample {
    /// Its path inside the source; foreign.
    pub(crate) name: String,
    /// Its first bytes as they stand on the disk.
    pub(crate) bytes: Vec<u8>,
    /// Its first bytes as text, unpacked and decoded.
    pub(crate) text: String,
    /// What it begins with.
    pub(crate) root: Root,
    /// Whether `text` is all there is.
    pub(crate) is_whole: bool,
    /// Values by the path of their key: `channel.id`, `messages[].author.name`, `[].ts`; objects and
    /// lists have an empty value.
    keys: BTreeMap<String, Vec<String>>,
}

impl Sample {
    /// Reads the beginning of an entry.
    pub(crate) fn of(source: &Source, entry: &Entry) -> Self {
        Self::new(&entry.name, source.head(entry, HEAD_BYTES).unwrap_or_default())
    }

    /// Looks at the first bytes of a file.
    pub(crate) fn new(name: &str, bytes: Vec<u8>) -> Self {
        let unpacked = if is_gzip(&bytes) { unpacked_head(&bytes) } else { bytes.clone() };
        let is_whole = bytes.len() < HEAD_BYTES && unpacked.len() < HEAD_BYTES;
        let text = json::decode(whole_chars(&unpacked)).0.into_owned();
        let (root, keys) = if looks_binary(&unpacked) { (Root::Binary, BTreeMap::new()) } else { shape_of(&text) };
        Self { name: name.to_owned(), bytes, text, root, is_whole, keys }
    }

    /// The last part of its path.
    pub(crate) fn file_name(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or(&self.name)
    }

    /// Whether the key at `path` occurs: `messages[].author`.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.keys.contains_key(path)
    }

    /// Whether all of these keys occur.
    pub(crate) fn has_all(&self, paths: &[&str]) -> bool {
        paths.iter().all(|path| self.has(path))
    }

    /// The path of a key whose letters may differ in case.
    pub(crate) fn path_in_any_case(&self, path: &str) -> Option<&str> {
        self.keys.keys().find(|key| key.eq_ignore_ascii_case(path)).map(String::as_str)
    }

    /// The first values seen at a path; strings without quotes, numbers as written.
    pub(crate) fn values(&self, path: &str) -> &[String] {
        self.keys.get(path).map_or(&[], Vec::as_slice)
    }

    /// The first value seen at a path.
    pub(crate) fn value(&self, path: &str) -> Option<&str> {
        self.values(path).first().map(String::as_str)
    }

    /// Its first lines without the last one, which may be cut, unless all is there.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &str> {
        let text = if self.is_whole { &self.text } else { self.text.rsplit_once('\n').map_or("", |(lines, _)| lines) };
        text.lines().take(LINES)
    }

    /// The share, in per cent, of its non-empty lines for which `fits` holds; 0 without any.
    pub(crate) fn share_of_lines(&self, fits: impl Fn(&str) -> bool) -> u8 {
        let (mut all, mut fitting) = (0_usize, 0_usize);
        for line in self.lines().filter(|line| !line.trim().is_empty()) {
            all += 1;
            fitting += usize::from(fits(line));
        }
        (fitting * 100).checked_div(all).map_or(0, |share| share as u8)
    }
}

/// Whether bytes are those of a gzip.
pub(crate) fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

fn unpacked_head(bytes: &[u8]) -> Vec<u8> {
    let mut head = Vec::new();
    // A head is always cut, and gives what stands before the cut.
    let _ = flate2::read::MultiGzDecoder::new(bytes).take(HEAD_BYTES as u64).read_to_end(&mut head);
    head
}

/// Without a letter that the end of the head cuts in two.
fn whole_chars(bytes: &[u8]) -> &[u8] {
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => bytes.get(..error.valid_up_to()).unwrap_or(bytes),
        _ => bytes,
    }
}

fn looks_binary(bytes: &[u8]) -> bool {
    let is_utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let text = bytes.trim_ascii_end();
    let text = text.iter().rposition(|&byte| byte != 0).and_then(|last| text.get(..=last)).unwrap_or_default();
    !is_utf16 && memchr::memchr(0, text).is_some()
}

fn shape_of(text: &str) -> (Root, BTreeMap<String, Vec<String>>) {
    let start = text.trim_start_matches(['\u{feff}', '\0']).trim_start();
    if start.is_empty() {
        return (Root::Empty, BTreeMap::new());
    }
    // A line of an IRC log begins with a bracket too; JSON goes on with a value.
    let opens = start.get(1..).unwrap_or_default().trim_start().chars().next();
    let is_object = start.starts_with('{') && opens.is_none_or(|c| matches!(c, '"' | '}'));
    let is_list = start.starts_with('[') && opens.is_none_or(|c| matches!(c, '{' | ']' | '"' | '['));
    if !is_object && !is_list {
        return (Root::Text, BTreeMap::new());
    }
    let mut scan = Scan { bytes: start.as_bytes(), at: 0, keys: BTreeMap::new(), path: String::new() };
    let is_closed = scan.value(0).is_some();
    let has_more = is_closed && scan.rest().starts_with(b"{");
    if !has_more {
        let is_list_with_tail = is_list && is_closed && !scan.rest().is_empty();
        let root = if is_list_with_tail {
            Root::Text
        } else if is_object {
            Root::Object
        } else {
            Root::List
        };
        return (root, scan.keys);
    }
    while scan.rest().starts_with(b"{") && scan.value(0).is_some() {}
    (Root::Lines, scan.keys)
}

/// Walks through the beginning of a JSON text and notes its keys; `None` where it ends too early.
struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    keys: BTreeMap<String, Vec<String>>,
    path: String,
}

impl<'a> Scan<'a> {
    fn rest(&mut self) -> &'a [u8] {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let trimmed = rest.trim_ascii_start();
        self.at += rest.len() - trimmed.len();
        trimmed
    }

    fn value(&mut self, level: usize) -> Option<()> {
        match self.rest().first()? {
            b'{' => self.object(level),
            b'[' => self.list(level),
            b'"' => {
                let text = self.string()?;
                self.note(&text);
                Some(())
            }
            _ => {
                let rest = self.rest();
                let end = rest.iter().position(|byte| b",]} \t\r\n".contains(byte))?;
                let text = String::from_utf8_lossy(rest.get(..end)?).into_owned();
                self.at += end.max(1);
                self.note(&text);
                Some(())
            }
        }
    }

    fn object(&mut self, level: usize) -> Option<()> {
        self.note("");
        self.at += 1;
        loop {
            match self.rest().first()? {
                b'}' => {
                    self.at += 1;
                    return Some(());
                }
                b'"' => {}
                _ => self.at += 1,
            }
            if self.rest().first()? != &b'"' {
                continue;
            }
            let key = self.string()?;
            if self.rest().first()? == &b':' {
                self.at += 1;
            }
            self.below(&key, level)?;
        }
    }

    fn list(&mut self, level: usize) -> Option<()> {
        self.note("");
        self.at += 1;
        loop {
            match self.rest().first()? {
                b']' => {
                    self.at += 1;
                    return Some(());
                }
                b',' => self.at += 1,
                _ => self.below("[]", level)?,
            }
        }
    }

    fn below(&mut self, key: &str, level: usize) -> Option<()> {
        if level >= 64 {
            return None;
        }
        let length = self.path.len();
        if level < LEVELS {
            if key != "[]" && !self.path.is_empty() {
                self.path.push('.');
            }
            self.path.push_str(key);
        }
        let done = self.value(level + 1);
        self.path.truncate(length);
        done
    }

    fn string(&mut self) -> Option<String> {
        let rest = self.rest();
        let mut end = 1;
        loop {
            match rest.get(end)? {
                b'"' => break,
                b'\\' => end += 2,
                _ => end += 1,
            }
        }
        self.at += end + 1;
        Some(String::from_utf8_lossy(rest.get(1..end)?).into_owned())
    }

    fn note(&mut self, value: &str) {
        if self.path.is_empty() || self.keys.len() > 2_000 {
            return;
        }
        let values = self.keys.entry(self.path.clone()).or_default();
        if values.len() < VALUES_A_KEY {
            values.push(value.chars().take(80).collect());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(text: &str) -> Sample {
        Sample::new("a.json", text.as_bytes().to_vec())
    }

    #[test]
    fn keys_are_told_by_their_path_also_when_the_file_is_cut() {
        let cut =
            sample(r#"{"guild": {"id": "1"}, "messages": [{"id": "7", "author": {"name": "Runa"}}, {"id": "8", "te"#);
        assert_eq!(cut.root, Root::Object);
        assert!(cut.has_all(&["guild.id", "messages[].author.name"]) && !cut.has("messages[].text"));
        assert_eq!(cut.values("messages[].id"), ["7", "8"]);
    }

    #[test]
    fn the_root_is_told_apart() {
        let roots = [
            (r#"[{"a": 1}]"#, Root::List),
            ("{\"a\": 1}\n{\"a\": 2}\n", Root::Lines),
            ("{\"a\": 1}", Root::Object),
            ("[12:00:01] <runa> hello", Root::Text),
            ("[15-01-20 02:22:56] Mary: hi", Root::Text),
            ("  ", Root::Empty),
            ("PK\0\0a", Root::Binary),
        ];
        for (text, root) in roots {
            assert_eq!(sample(text).root, root, "{text}");
        }
    }

    #[test]
    fn lines_of_json_share_their_keys() {
        let lines = sample("{\"type\": \"version\"}\n{\"type\": \"team\"}\n");
        assert_eq!(lines.values("type"), ["version", "team"]);
        assert_eq!(lines.share_of_lines(|line| line.contains("team")), 50);
    }

    #[test]
    fn any_bytes_give_a_sample() {
        for text in ["{", "[", "[{", "{\"", "{\"a\\", "{\"a\":", "[1,", "{]}", "{{{", "{,,}", "{a:1}", "[}{]"] {
            sample(text);
        }
    }
}
