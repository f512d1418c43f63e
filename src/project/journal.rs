//! The journal: one append-only file a run, a line an edit, so that a saved edit outlives a crash.
//!
//! ```text
//! 5d41402a {"actor":"a81f…","by":"ih","format":"meanwhile-journal/1","pid":7,…}     who writes here
//! 0cc175b9 {"n":1,"hlc":"17b…","over":["90c1…:4"],"edit":{"edit":"tag",…}}          one edit
//! 92eb5ffe {"folded":12}                                                            it is in the snapshot
//! ```
//!
//! Each line begins with the CRC of the rest. Only a gap-free beginning is ever used.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::clock::{Actor, Dot, Hlc};
use super::document::{Author, JournalEntry, Part};
use super::edit::Edit;
use super::file;
use crate::base::id::InvestigatorId;

const FORMAT: &str = "meanwhile-journal/1";

/// The first line: who writes, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    format: String,
    /// The run.
    pub actor: Actor,
    /// The person.
    pub by: InvestigatorId,
    /// The machine.
    pub host: String,
    /// The process.
    pub pid: u32,
    /// Which start of the machine.
    pub boot: String,
    /// The project's id.
    pub project: String,
    /// The snapshot it began from.
    pub rev: u64,
}

impl Header {
    /// The header of a journal that this process begins.
    pub fn here(author: &Author, project: &str, rev: u64) -> Self {
        let read = |path| std::fs::read_to_string(path).map(|text| text.trim().to_owned()).unwrap_or_default();
        Self {
            format: FORMAT.to_owned(),
            actor: author.actor,
            by: author.investigator.clone(),
            host: read("/proc/sys/kernel/hostname"),
            pid: std::process::id(),
            boot: read("/proc/sys/kernel/random/boot_id"),
            project: project.to_owned(),
            rev,
        }
    }

    /// Whether its process ran on this machine.
    pub fn is_of_this_host(&self) -> bool {
        let here = Self::here(&Author { investigator: self.by.clone(), actor: self.actor }, "", 0);
        self.host == here.host
    }

    /// Whether its process is known to be gone: it ran on this machine and no longer does.
    pub fn is_gone(&self) -> bool {
        let here = Self::here(&Author { investigator: self.by.clone(), actor: self.actor }, "", 0);
        if self.host.is_empty() || self.host != here.host {
            return false;
        }
        let pid = i32::try_from(self.pid).ok().and_then(rustix::process::Pid::from_raw);
        let runs = pid.is_some_and(|pid| rustix::process::test_kill_process(pid) != Err(rustix::io::Errno::SRCH));
        self.boot != here.boot || !runs
    }
}

#[derive(Serialize, Deserialize)]
struct Line {
    n: u64,
    hlc: Hlc,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    over: BTreeSet<Dot>,
    edit: Value,
    #[serde(default, skip_serializing_if = "Part::is_first")]
    part: Part,
}

/// A line with its CRC.
fn framed(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    file::push_escaped(&mut escaped, json);
    let mut line = String::with_capacity(escaped.len() + 10);
    // Writing to a String cannot fail.
    let _ = writeln!(line, "{:08x} {escaped}", crc32fast::hash(escaped.as_bytes()));
    line
}

fn framed_value<T: Serialize>(value: &T) -> Result<String, serde_json::Error> {
    serde_json::to_string(value).map(|json| framed(&json))
}

/// The first line of a journal.
pub fn header_line(header: &Header) -> Result<String, serde_json::Error> {
    framed_value(header)
}

/// The line of an edit.
pub fn entry_line(entry: &JournalEntry) -> Result<String, serde_json::Error> {
    let edit = serde_json::to_value(&entry.edit)?;
    framed_value(&Line { n: entry.n, hlc: entry.hlc, over: entry.over.clone(), edit, part: entry.part })
}

/// The line that says that all before it is in the snapshot.
pub fn folded_line(rev: u64) -> String {
    framed(&format!("{{\"folded\":{rev}}}"))
}

#[derive(Serialize, Deserialize)]
struct PastLine {
    actor: Actor,
    by: InvestigatorId,
    n: u64,
    hlc: Hlc,
    /// Missing in what was written before it was kept.
    over: Option<BTreeSet<Dot>>,
    edit: Value,
    #[serde(default, skip_serializing_if = "Part::is_first")]
    part: Part,
}

/// The line of an edit in the history, where edits of many runs stand together.
pub fn past_line(entry: &JournalEntry) -> Result<String, serde_json::Error> {
    let edit = serde_json::to_value(&entry.edit)?;
    let &JournalEntry { actor, n, hlc, part, .. } = entry;
    framed_value(&PastLine { actor, by: entry.by.clone(), n, hlc, over: Some(entry.over.clone()), edit, part })
}

/// Reads a history: the edits of all runs, the oldest first, each once.
pub fn read_past(bytes: &[u8]) -> Vec<JournalEntry> {
    let mut seen = BTreeSet::new();
    let mut entries = Vec::new();
    for (line, _) in split_lines(bytes) {
        let Some(line) = unframed(line).and_then(|json| serde_json::from_str::<PastLine>(json).ok()) else { continue };
        let PastLine { actor, by, n, hlc, over, edit, part } = line;
        let Ok(edit) = serde_json::from_value::<Edit>(edit) else { continue };
        // What it replaced is not known: it is told of, and not taken back.
        let part = if over.is_some() { part } else { Part::Unseen };
        let entry = JournalEntry { actor, by, n, hlc, over: over.unwrap_or_default(), edit, part };
        if seen.insert(entry.dot()) {
            entries.push(entry);
        }
    }
    entries.sort_by_key(|entry| (entry.hlc, entry.dot()));
    entries
}

/// What a journal holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Journal {
    /// Its first line.
    pub header: Header,
    /// Its edits, without gaps.
    pub entries: Vec<JournalEntry>,
    /// How many bytes of it could be used.
    pub valid_len: usize,
    /// How it ends.
    pub end: End,
}

/// How a journal ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// With a whole line.
    Whole,
    /// With a piece of a line: a write that was cut off, or one that is under way.
    Torn,
    /// Unreadable in the middle: whole lines follow that cannot be used.
    Broken,
    /// With an edit that only a later version understands.
    Unknown,
}

/// Reads a journal; `None` when not even its first line is whole.
pub fn read(bytes: &[u8]) -> Option<Journal> {
    let (first, header_len) = split_lines(bytes).next()?;
    let header: Header = serde_json::from_str(unframed(first)?).ok()?;
    if header.format != FORMAT {
        return None;
    }
    let More { entries, valid_len, end } = read_on(&header, None, bytes.get(header_len..).unwrap_or_default());
    Some(Journal { header, entries, valid_len: header_len + valid_len, end })
}

/// What follows in a journal.
#[derive(Debug)]
pub struct More {
    /// Its edits, without gaps.
    pub entries: Vec<JournalEntry>,
    /// How many bytes of it could be used.
    pub valid_len: usize,
    /// How it ends.
    pub end: End,
}

/// Reads on in a journal behind its edit `last`.
pub fn read_on(header: &Header, last: Option<u64>, bytes: &[u8]) -> More {
    let mut lines = split_lines(bytes);
    let mut more = More { entries: Vec::new(), valid_len: 0, end: End::Whole };
    for (line, end_of_line) in &mut lines {
        let last = more.entries.last().map(|entry| entry.n).or(last);
        let is_next = |entry: &JournalEntry| last.is_none_or(|last| last + 1 == entry.n);
        match unframed(line).map(|json| read_line(header, json)) {
            Some(Read::Entry(entry)) if is_next(&entry) => more.entries.push(*entry),
            Some(Read::Mark) => {}
            Some(Read::Unknown) => {
                more.end = End::Unknown;
                break;
            }
            Some(Read::Entry(_)) => {
                more.end = End::Broken;
                break;
            }
            None => {
                more.end = End::Torn;
                break;
            }
        }
        more.valid_len = end_of_line;
    }
    if more.end == End::Torn && lines.any(|(line, _)| unframed(line).is_some()) {
        more.end = End::Broken;
    }
    if more.end == End::Whole && more.valid_len < bytes.len() {
        more.end = End::Torn;
    }
    more
}

/// Whole lines with the place where each ends.
fn split_lines(bytes: &[u8]) -> impl Iterator<Item = (&[u8], usize)> {
    let mut at = 0;
    bytes.split_inclusive(|byte| *byte == b'\n').filter_map(move |line| {
        at += line.len();
        line.strip_suffix(b"\n").map(|line| (line, at))
    })
}

fn unframed(line: &[u8]) -> Option<&str> {
    let line = std::str::from_utf8(line).ok()?;
    let (crc, json) = line.split_once(' ')?;
    let crc = u32::from_str_radix(crc, 16).ok().filter(|_| crc.len() == 8)?;
    (crc == crc32fast::hash(json.as_bytes())).then_some(json)
}

enum Read {
    Entry(Box<JournalEntry>),
    Mark,
    Unknown,
}

fn read_line(header: &Header, json: &str) -> Read {
    let Ok(line) = serde_json::from_str::<Line>(json) else {
        let mark = serde_json::from_str::<Value>(json).is_ok_and(|value| value.get("folded").is_some());
        return if mark { Read::Mark } else { Read::Unknown };
    };
    match serde_json::from_value::<Edit>(line.edit) {
        Ok(edit) => Read::Entry(Box::new(JournalEntry {
            actor: header.actor,
            by: header.by.clone(),
            n: line.n,
            hlc: line.hlc,
            over: line.over,
            edit,
            part: line.part,
        })),
        Err(_) => Read::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::project::document::Document;
    use crate::project::testing::{apply_all, author, cases, edits};

    fn journal(entries: &[JournalEntry]) -> String {
        let mut text = header_line(&Header::here(&author(1), "p", 0)).unwrap();
        for entry in entries {
            text.push_str(&entry_line(entry).unwrap());
        }
        text
    }

    fn facts(count: usize) -> Vec<JournalEntry> {
        let line = |n| format!(r#"{{"edit":"fact","name":"title","value":"t{n}"}}"#);
        let edits: Vec<Edit> = (0..count).map(|n| serde_json::from_str(&line(n)).unwrap()).collect();
        apply_all(&mut Document::empty(), &author(1), &edits)
    }

    #[test]
    fn a_torn_last_line_is_dropped() {
        let text = journal(&facts(3));
        let read = read(&text.as_bytes()[..text.len() - 5]).unwrap();
        assert_eq!((read.entries.len(), read.end), (2, End::Torn));
        assert!(text.as_bytes()[..read.valid_len].ends_with(b"\n"));
    }

    #[test]
    fn a_tail_of_nul_bytes_is_dropped() {
        let bytes = [journal(&facts(2)).as_bytes(), &[0; 40]].concat();
        let read = read(&bytes).unwrap();
        assert_eq!((read.entries.len(), read.end), (2, End::Torn));
    }

    #[test]
    fn what_follows_an_unreadable_line_is_not_used() {
        let text = journal(&facts(4)).replace("\"t1\"", "\"tX\"");
        let read = read(text.as_bytes()).unwrap();
        assert_eq!((read.entries.len(), read.end), (1, End::Broken));
    }

    #[test]
    fn an_edit_of_a_later_version_ends_what_can_be_used() {
        let strange = framed(r#"{"n":3,"hlc":"1","edit":{"edit":"sing"}}"#);
        let read = read((journal(&facts(2)) + &strange).as_bytes()).unwrap();
        assert_eq!((read.entries.len(), read.end), (2, End::Unknown));
    }

    #[test]
    fn a_journal_prints_nothing_that_steers_a_terminal() {
        let line = r#"{"edit":"fact","name":"title","value":"\u001b[2J\u202e\u200b"}"#;
        let entries = apply_all(&mut Document::empty(), &author(1), &[serde_json::from_str(line).unwrap()]);
        let text = journal(&entries);
        assert!(text.bytes().all(|byte| byte == b'\n' || (b' '..=b'~').contains(&byte)), "{text}");
        assert_eq!(read(text.as_bytes()).unwrap().entries, entries);
    }

    #[test]
    fn this_process_is_not_gone() {
        let header = Header::here(&author(1), "p", 0);
        assert!(!header.is_gone());
        assert!(!Header { host: "elsewhere".to_owned(), ..header }.is_gone(), "of other machines nothing is known");
    }

    proptest! {
        #![proptest_config(cases(500))]

        #[test]
        fn every_prefix_of_a_journal_gives_a_prefix_of_its_edits(edits in edits(12), cut in any::<prop::sample::Index>()) {
            let entries = apply_all(&mut Document::empty(), &author(1), &edits);
            let text = journal(&entries);
            let cut = cut.index(text.len() + 1);
            if let Some(read) = read(&text.as_bytes()[..cut]) {
                prop_assert_eq!(&read.entries[..], &entries[..read.entries.len()]);
                prop_assert_eq!(read.entries.len() + 1, text.bytes().take(cut).filter(|byte| *byte == b'\n').count());
            }
        }

        #[test]
        fn a_changed_byte_never_makes_another_edit(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let entries = facts(4);
            let mut bytes = journal(&entries).into_bytes();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            if let Some(read) = read(&bytes) {
                prop_assert_eq!(&read.entries[..], &entries[..read.entries.len()]);
            }
        }
    }
}
