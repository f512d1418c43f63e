//! One day file: a list of messages, read in one pass when it is well-formed and record by record
//! when it is not.
//!
//! Both ways give the same for a well-formed file; the slow one loses only what is damaged.

use super::Slack;
use super::fields::{Fields, NESTED};
use super::message::Reader;
use crate::archive::People;
use crate::archive::builder::PackedRecords;
use crate::base::token;
use crate::import::format::{Part, PartFile};
use crate::import::json::{self, Piece, RecordSink, Shape, Split};
use crate::import::report::Trouble;

/// Reads a day file into the messages of one channel.
pub(super) fn read(slack: &Slack, part: &PartFile, people: &People) -> Part {
    let Some(entry) = slack.source.entry(&part.name) else {
        return Part::refused(Trouble::Unreadable, &part.name, "it is no longer there");
    };
    let mut bytes = slack.buffers.take();
    let read = match slack.source.read(entry, &mut bytes) {
        Ok(()) => read_bytes(slack, part, people, &bytes),
        Err(error) => Part::refused(error.trouble(), &part.name, &error.to_string()),
    };
    slack.buffers.put_back(bytes);
    read
}

fn read_bytes(slack: &Slack, part: &PartFile, people: &People, bytes: &[u8]) -> Part {
    let (text, note) = json::decode(bytes);
    let mut read = read_whole(slack, part, people, &text).unwrap_or_else(|_| read_damaged(slack, part, people, &text));
    read.packed = PackedRecords::of(std::mem::take(&mut read.records));
    read.tokens = token::count(&text);
    if let Some(note) = note {
        read.warnings.add(Trouble::Encoding, &part.name, None, note);
    }
    read
}

fn read_whole(slack: &Slack, part: &PartFile, people: &People, text: &str) -> Result<Part, json::Malformed> {
    let mut reader = Reader::new(&slack.workspace, &part.name, people);
    json::read_list(text, &mut Sink::new(&mut reader))?;
    Ok(reader.finish())
}

fn read_damaged(slack: &Slack, part: &PartFile, people: &People, text: &str) -> Part {
    let depth = slack.source.limits().depth;
    let mut reader = Reader::new(&slack.workspace, &part.name, people);
    let mut rest = text;
    loop {
        let split = match json::split(rest, depth) {
            Ok(split) => split,
            Err(error) => {
                reader.refuse(error, rest.len() == text.len());
                break;
            }
        };
        read_split(&mut reader, &split);
        rest = split.trailing;
        if rest.is_empty() {
            break;
        }
        reader.warn_file(Trouble::TrailingText, "something follows the end of the list");
    }
    reader.finish()
}

fn read_split(reader: &mut Reader<'_>, split: &Split<'_>) {
    if split.shape == Shape::Object {
        reader.warn_file(Trouble::NotAList, "an object stands where a list should");
    }
    let (found, is_cut) = records_of(split);
    let is_found_again = found.len() > split.records.len();
    if is_found_again && !found.iter().any(|(_, condition)| matches!(condition, Condition::Lost)) {
        reader.warn_file(Trouble::DamagedList, "a comma or bracket between records is missing");
    }
    for (record, condition) in found {
        let readable = match &condition {
            Condition::Whole => Some(record),
            Condition::Repaired(repaired) => Some(repaired.as_str()),
            Condition::Lost => None,
        };
        let is_read = readable.is_some_and(|text| json::read_record(text, &mut Sink::new(reader)).is_ok());
        if !is_read {
            reader.bad_record("it is no JSON");
        } else if matches!(condition, Condition::Repaired(_)) {
            reader.repaired();
        }
    }
    if is_cut {
        reader.cut();
    }
}

/// What can be done with one record of a damaged file.
pub(super) enum Condition {
    Whole,
    Repaired(String),
    Lost,
}

fn examine(record: &str) -> Condition {
    if json::is_well_formed(record) {
        return Condition::Whole;
    }
    let repaired = json::repair(record);
    if json::is_well_formed(&repaired) { Condition::Repaired(repaired) } else { Condition::Lost }
}

/// The records of a damaged list, and whether it ends within one. A bracket or quote too many or
/// too few swallows the records after it; where each begins on a line of its own, they are found
/// again by its indent.
pub(super) fn records_of<'t>(split: &Split<'t>) -> (Vec<(&'t str, Condition)>, bool) {
    let mut found = Vec::with_capacity(split.records.len());
    for &record in &split.records {
        match examine(record) {
            Condition::Lost => found.extend(by_indent(record).into_iter().map(|piece| (piece, examine(piece)))),
            condition => found.push((record, condition)),
        }
    }
    let mut is_cut = split.cut;
    if let Some((last, swallowed)) = by_indent(split.tail).split_last() {
        found.extend(swallowed.iter().map(|piece| (*piece, examine(piece))));
        let condition = examine(last);
        if !matches!(condition, Condition::Lost) {
            found.push((last, condition));
            is_cut = false;
        }
    }
    (found, is_cut)
}

/// Slack's exporter begins each record on a line of its own, four blanks in.
const RECORD_LINE: &str = "\n    {";

fn by_indent(chunk: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut from = 0;
    for at in memchr::memmem::find_iter(chunk.as_bytes(), RECORD_LINE) {
        pieces.extend(chunk.get(from..at));
        from = at;
    }
    pieces.extend(chunk.get(from..));
    let ends = |c: char| c == ',' || c == ']' || c.is_whitespace();
    pieces
        .into_iter()
        .map(|piece| piece.trim_start().trim_end_matches(ends))
        .filter(|piece| !piece.is_empty())
        .collect()
}

/// Gathers the fields of one record at a time.
pub(super) struct Sink<'t, 'r, 'a> {
    reader: &'r mut Reader<'a>,
    fields: Fields<'t>,
    bytes: usize,
}

impl<'r, 'a> Sink<'_, 'r, 'a> {
    pub(super) fn new(reader: &'r mut Reader<'a>) -> Self {
        Self { reader, fields: Fields::default(), bytes: 0 }
    }
}

impl<'t> RecordSink<'t> for Sink<'t, '_, '_> {
    fn field(&mut self, key: &str, value: Piece<'t>) {
        if key != NESTED {
            self.bytes += value.raw().len();
        }
        self.fields.set(key, value, self.reader.depth());
    }

    fn end_object(&mut self) {
        self.reader.take(&self.fields, self.bytes);
        (self.fields, self.bytes) = (Fields::default(), 0);
    }

    fn no_object(&mut self) {
        self.reader.bad_record("it is no object");
    }
}

/// The n-th record of a day file as it stands there, indented where it is JSON.
pub(super) fn record_text(text: &str, record: u32, depth: usize) -> Option<String> {
    let mut rest = text;
    let mut before = 0;
    while !rest.is_empty() {
        let split = json::split(rest, depth).ok()?;
        let (found, _) = records_of(&split);
        if let Some((found, _)) = found.get(record as usize - before) {
            return Some(json::pretty(found));
        }
        before += found.len();
        rest = split.trailing;
    }
    None
}
