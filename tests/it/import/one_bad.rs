//! One bad message among a thousand costs itself: a warning with its file and its place, and 999
//! messages, whatever the format. Places count what may be a message: neither heads nor people.

mod chats;
mod lanes;
mod slack;
mod texts;

use std::collections::BTreeSet;

use meanwhile::base::reading::ReadAs;
use meanwhile::import::detect::format_keys;
use meanwhile::import::report::{SourceReport, Trouble};
use meanwhile::import::{LoadOptions, Loaded};

use super::fixture::{Fixture, load};

/// A thousand messages: what stands before, between and after them, and the n-th of them.
struct Thousand {
    format: &'static str,
    name: &'static str,
    head: &'static str,
    between: &'static str,
    tail: &'static str,
    record: fn(usize) -> String,
    bad: &'static str,
    /// Files that lie in the same folder; with any, or a name with a folder, all of it is given.
    beside: &'static [(&'static str, &'static str)],
    pattern: Option<&'static str>,
    counted: Counted,
}

/// What a record of a format tells of.
#[derive(Clone, Copy)]
enum Counted {
    Messages,
    Shifts,
    People,
}

/// An object that no reader of JSON takes, although its brackets fit.
const NO_JSON: &str = r#"{"id" "text": "x"}"#;

/// Which of the thousand is the bad one.
const BAD: usize = 500;

fn seconds(at: usize) -> usize {
    1_733_443_200 + at * 60
}

fn minute(at: usize) -> String {
    format!("2024-12-06T{:02}:{:02}", at / 60, at % 60)
}

const LIST: Thousand = Thousand {
    format: "",
    name: "a.json",
    head: "[",
    between: ",\n",
    tail: "]",
    record: |_| String::new(),
    bad: NO_JSON,
    beside: &[],
    pattern: None,
    counted: Counted::Messages,
};

const LINES: Thousand = Thousand { name: "a.jsonl", head: "", between: "\n", tail: "\n", ..LIST };

impl Thousand {
    /// Loads the thousand with the bad one among them.
    fn load(&self) -> Loaded {
        let record = |at| if at == BAD { self.bad.to_owned() } else { (self.record)(at) };
        let records: Vec<String> = (0..1_000).map(record).collect();
        let text = format!("{}{}{}", self.head, records.join(self.between), self.tail);
        let fixture = Fixture::bare().file(self.name, text);
        let fixture = self.beside.iter().fold(fixture, |fixture, (name, content)| fixture.file(name, content));
        let is_folder = !self.beside.is_empty() || self.name.contains('/');
        let path = if is_folder { fixture.path().to_owned() } else { fixture.path().join(self.name) };
        let pattern = self.pattern.map(str::to_owned);
        let read_as = ReadAs { format: pattern.as_ref().map(|_| self.format.to_owned()), pattern, ..ReadAs::default() };
        load(&[path], &LoadOptions { read_as, ..LoadOptions::default() }).unwrap_or_else(|error| panic!("{error}"))
    }

    fn count(&self, source: &SourceReport) -> usize {
        match self.counted {
            Counted::Messages => source.totals.messages,
            Counted::Shifts => source.shifts,
            Counted::People => source.people_told,
        }
    }
}

/// What is not as it should be.
fn trouble_of(thousand: &Thousand) -> Option<String> {
    let Thousand { format, name, .. } = *thousand;
    let loaded = thousand.load();
    let source = &loaded.report.sources[0];
    let warnings: Vec<_> = source.warnings.iter().collect();
    let [(trouble, problem)] = warnings.as_slice() else { return Some(format!("{format}, {name}: {warnings:?}")) };
    let Some(place) = problem.places.first() else { return Some(format!("{format}, {name}: {problem:?}")) };
    // A record that only lacks its time can still be read: it is kept without one, marked.
    let expected = if *trouble == Trouble::NoTime { (1_000, 0) } else { (999, 1) };
    let is_so = source.format == format
        && (problem.count, place.file.unsanitised()) == (1, name)
        && (thousand.count(source), source.skipped) == expected
        && place.record == Some(BAD as u32);
    let (read, skipped) = (thousand.count(source), source.skipped);
    (!is_so)
        .then(|| format!("{format}, {name} as {}: {read} read, {skipped} skipped, {}", source.format, place.words()))
}

#[test]
fn one_bad_message_among_a_thousand_costs_itself() {
    let troubles: Vec<String> = tables().filter_map(trouble_of).collect();
    assert!(troubles.is_empty(), "\n{}\n", troubles.join("\n"));
}

fn tables() -> impl Iterator<Item = &'static Thousand> {
    [chats::FORMATS, slack::FORMATS, lanes::FORMATS, texts::FORMATS].into_iter().flatten()
}

#[test]
fn where_no_record_can_be_bad_a_damaged_one_is_kept_as_words() {
    for (why, thousand) in texts::KEPT {
        let loaded = thousand.load();
        let source = &loaded.report.sources[0];
        let holders = loaded.archive.channels().flat_map(|(channel, _)| loaded.archive.messages(channel));
        let holders = holders.filter(|message| message.text().unsanitised().contains("half a message")).count();
        let outcome = (source.format, source.skipped, holders);
        assert_eq!(outcome, (thousand.format, 0, 1), "{}: {why}", thousand.name);
    }
}

#[test]
fn every_format_is_tried_with_a_bad_record_or_has_none() {
    let tried = tables().chain(texts::KEPT.iter().map(|(_, thousand)| thousand));
    let tried: BTreeSet<&str> = tried.map(|thousand| thousand.format).collect();
    assert_eq!(tried, format_keys().into_iter().collect());
}
