//! Text of no known format, read by a regular expression that somebody gives.
//!
//! Its named groups say what is what: `time` and `text`, and where there are any `author` and
//! `channel`. A line that does not match goes on with the record before it; an expression that itself
//! spans lines is looked for in the whole text. Read only when it is asked for, never by guessing.

use std::ops::Range;

use regex::{Captures, Regex, RegexBuilder};
use thiserror::Error;

use super::ImportError;
use super::format::{Detect, Format};
use super::report::Trouble;
use super::stamp::{self, Course, Dates, Written};
use super::whole::{self, Reading, Transcript};
use crate::archive::builder::Record;
use crate::archive::{ChannelMeta, Ids, Quality};
use crate::base::reading::ReadAs;
use crate::base::text::RawString;
use crate::base::time::Instant;

const PLATFORM: &str = "pattern";

/// Most bytes that an expression may take when it is made ready.
const LARGEST: usize = 4 << 20;

/// Groups that mean something.
const GROUPS: [&str; 4] = ["time", "author", "text", "channel"];

/// Text read by an expression.
pub(super) const FORMAT: Format = Format {
    key: "pattern",
    name: "text by a pattern",
    detect: Detect::File(|_| None),
    open: |source, setting| whole::open(source, setting, read),
};

/// Why a pattern cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PatternError {
    /// It is no regular expression.
    #[error("the pattern is no regular expression: {reason}")]
    NotRegex {
        /// What is wrong with it, in one line.
        reason: String,
    },
    /// It lacks a group without which nothing can be read.
    #[error("the pattern has no group `{name}`; write it as (?P<{name}>…)")]
    NoGroup {
        /// The group.
        name: &'static str,
    },
    /// It has a group that means nothing.
    #[error("the pattern has a group `{name}`; known are time, author, text and channel")]
    UnknownGroup {
        /// The group.
        name: String,
    },
}

/// A record as it would be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewRecord {
    /// When it was written; undated where `raw_time` is no time.
    pub time: Instant,
    /// How exactly that is known.
    pub quality: Quality,
    /// The time as it stands in the text; foreign.
    pub raw_time: RawString,
    /// Who wrote it; foreign, empty where the pattern tells nobody.
    pub author: RawString,
    /// Where it was written; foreign, empty where the pattern tells nothing.
    pub channel: RawString,
    /// What was written, all lines; foreign.
    pub text: RawString,
}

/// The records of the beginning of a text as `pattern` reads them.
pub fn preview(pattern: &str, head: &str, read_as: &ReadAs) -> Result<Vec<PreviewRecord>, PatternError> {
    let shape = Shape::new(pattern)?;
    let found = shape.records(head).records;
    let mut transcript = Transcript::reading_as(read_as);
    let mut course = course(&found, read_as, &transcript);
    let record = |found: &Found<'_>| {
        let (time, quality) = found.time(&mut course, &mut transcript);
        PreviewRecord {
            time,
            quality,
            raw_time: RawString::from(found.time),
            author: RawString::from(found.author),
            channel: RawString::from(found.channel),
            text: RawString::new(found.text()),
        }
    };
    Ok(found.iter().map(record).collect())
}

/// Where the groups of a pattern match the beginning of a text, in its order.
pub fn marks(pattern: &str, head: &str) -> Result<Vec<Range<usize>>, PatternError> {
    let shape = Shape::new(pattern)?;
    let matches = if shape.spans_lines { shape.anywhere(head) } else { shape.by_line(head) };
    let mut marks: Vec<Range<usize>> = Vec::new();
    for (start, _, captures) in &matches {
        // The groups of a match stand in its line, or in the whole text.
        let base = if shape.spans_lines { 0 } else { *start };
        let groups = GROUPS.iter().filter_map(|name| captures.name(name));
        marks.extend(groups.map(|group| base + group.start()..base + group.end()));
    }
    marks.sort_by_key(|mark| (mark.start, mark.end));
    Ok(marks)
}

/// Checks a pattern without reading anything.
pub fn check(pattern: &str) -> Result<(), PatternError> {
    Shape::new(pattern).map(drop)
}

fn read(reading: &Reading<'_>, transcript: &mut Transcript) -> Result<(), ImportError> {
    let unusable = |reason: String| ImportError::NotAnExport { path: reading.source.path().to_owned(), reason };
    let pattern = reading.read_as().pattern.as_deref();
    let pattern = pattern.ok_or_else(|| unusable("no pattern says how to read it; give --pattern".to_owned()))?;
    let shape = Shape::new(pattern).map_err(|error| unusable(error.to_string()))?;
    reading.each_text(transcript, |transcript, entry, text| {
        let found = shape.records(text);
        if found.has_lead {
            transcript.bad_record(if found.records.is_empty() {
                "nothing in it matches the pattern"
            } else {
                "what stands before the first match belongs to no record"
            });
        }
        let mut course = course(&found.records, reading.read_as(), transcript);
        let file = entry.name.rsplit('/').next().unwrap_or(&entry.name);
        let stem = file.split_once('.').map_or(file, |(stem, _)| stem);
        let stem = if stem.is_empty() || stem == "-" { "text" } else { stem };
        for (number, found) in found.records.iter().enumerate() {
            if number % 4096 == 0 {
                reading.check_cancel()?;
            }
            let name = if found.channel.is_empty() { stem } else { found.channel.trim_start_matches('#') };
            let room =
                transcript.room_as_told(ChannelMeta { ids: Ids::Counted, ..ChannelMeta::named(PLATFORM, name, name) });
            let (time, quality) = found.time(&mut course, transcript);
            if !time.is_dated() {
                transcript.warn(Trouble::NoTime, "its `time` is no time that is known");
            }
            let mut record = Record::new(format!("{file}:{}", found.line), time);
            record.quality = quality;
            record.author = (!found.author.is_empty()).then(|| transcript.named(PLATFORM, found.author));
            record.text = found.text();
            super::links::note(&mut record);
            transcript.push(room, record, found.raw);
        }
        Ok(())
    })
}

fn course(found: &[Found<'_>], read_as: &ReadAs, transcript: &Transcript) -> Course {
    let mut dates = Dates::default();
    for found in found {
        dates.see(found.written.as_ref().and_then(Written::day));
    }
    let decision = dates.decide(read_as.day_order);
    let day = stamp::day_said(read_as.day, transcript.wanted_since(), transcript.clock_zone());
    Course::new(decision, day)
}

/// A pattern that can be used.
struct Shape {
    regex: Regex,
    spans_lines: bool,
}

/// What a pattern found in a text.
struct Records<'t> {
    records: Vec<Found<'t>>,
    /// Whether something stands before the first record.
    has_lead: bool,
}

/// One record, and where it stands.
struct Found<'t> {
    time: &'t str,
    written: Option<Written>,
    author: &'t str,
    channel: &'t str,
    text: &'t str,
    /// What follows the match up to the next record.
    tail: &'t str,
    raw: &'t str,
    /// The number of its first line, from 1.
    line: usize,
}

impl Shape {
    fn new(pattern: &str) -> Result<Self, PatternError> {
        let spans_lines = pattern.contains(r"\n") || pattern.contains('\n') || pattern.starts_with("(?s");
        let regex = RegexBuilder::new(pattern).multi_line(true).size_limit(LARGEST).build().map_err(|error| {
            let words = error.to_string();
            let reason = words.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            PatternError::NotRegex { reason }
        })?;
        let named: Vec<&str> = regex.capture_names().flatten().collect();
        if let Some(name) = ["time", "text"].into_iter().find(|name| !named.contains(name)) {
            return Err(PatternError::NoGroup { name });
        }
        if let Some(name) = named.iter().find(|name| !GROUPS.contains(name)) {
            return Err(PatternError::UnknownGroup { name: (*name).to_owned() });
        }
        Ok(Self { regex, spans_lines })
    }

    fn records<'t>(&self, text: &'t str) -> Records<'t> {
        let matches = if self.spans_lines { self.anywhere(text) } else { self.by_line(text) };
        let ends: Vec<usize> = matches.iter().skip(1).map(|(start, ..)| *start).chain([text.len()]).collect();
        let lead = matches.first().map_or(text.len(), |(start, ..)| *start);
        let mut records = Vec::with_capacity(matches.len());
        let (mut line, mut counted) = (1, 0);
        for ((start, stop, captures), end) in matches.iter().zip(ends) {
            line += text.get(counted..*start).map_or(0, |before| before.matches('\n').count());
            counted = *start;
            let group = |name: &str| captures.name(name).map_or("", |found| found.as_str());
            let time = group("time").trim();
            records.push(Found {
                time,
                written: stamp::read(time),
                author: group("author").trim(),
                channel: group("channel").trim(),
                text: group("text"),
                tail: text.get(*stop..end).unwrap_or_default().trim_end(),
                raw: text.get(*start..end).unwrap_or_default().trim_end(),
                line,
            });
        }
        Records { records, has_lead: text.get(..lead).is_some_and(|lead| !lead.trim().is_empty()) }
    }

    /// Where each record begins, where its match ends, and its groups.
    fn by_line<'t>(&self, text: &'t str) -> Vec<(usize, usize, Captures<'t>)> {
        let mut matches = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let bare = line.trim_end_matches(['\n', '\r']);
            if let Some(captures) = self.regex.captures(bare) {
                matches.push((at, at + bare.len(), captures));
            }
            at += line.len();
        }
        matches
    }

    fn anywhere<'t>(&self, text: &'t str) -> Vec<(usize, usize, Captures<'t>)> {
        let captures = self.regex.captures_iter(text);
        let places = captures.filter_map(|captures| captures.get(0).map(|all| (all.start(), all.end(), captures)));
        places.filter(|(start, end, _)| end > start).collect()
    }
}

impl Found<'_> {
    fn time(&self, course: &mut Course, transcript: &mut Transcript) -> (Instant, Quality) {
        let time = self.written.as_ref().and_then(|written| course.time(written, transcript));
        time.unwrap_or((Instant::UNDATED, Quality::EXACT))
    }

    fn text(&self) -> String {
        format!("{}{}", self.text, self.tail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATTERN: &str = r"^(?P<time>\S+ \S+) \[(?P<author>\w+)\] (?P<text>.*)$";

    #[test]
    fn the_first_records_are_shown_as_they_would_be_read() {
        let head = "2022-12-06 14:36:12 [mara] disk full\n  on db-2\n2022-12-06 14:37:00 [oskar] looking";
        let records = preview(PATTERN, head, &ReadAs::default()).unwrap();
        assert_eq!(records.len(), 2);
        let first = &records[0];
        assert_eq!((first.time.rfc3339().as_str(), first.author.unsanitised()), ("2022-12-06T14:36:12Z", "mara"));
        assert_eq!(first.text.unsanitised(), "disk full\n  on db-2");
        assert!(first.quality.has(Quality::NO_ZONE));
    }

    #[test]
    fn a_pattern_that_cannot_be_used_says_why() {
        let error = |pattern| preview(pattern, "", &ReadAs::default()).unwrap_err().to_string();
        assert!(error("(").starts_with("the pattern is no regular expression: unclosed group"), "{}", error("("));
        assert_eq!(error("(?P<text>x)"), "the pattern has no group `time`; write it as (?P<time>…)");
        assert!(error("(?P<time>a)(?P<text>b)(?P<who>c)").contains("`who`"));
    }

    #[test]
    fn a_pattern_may_span_lines() {
        let head = "-- 14:36 --\nmara\nfull\n-- 14:38 --\noskar\nyes\nindeed\n";
        let pattern = r"-- (?P<time>\S+) --\n(?P<author>\w+)\n(?P<text>.*)";
        let records = preview(pattern, head, &ReadAs::default()).unwrap();
        let texts: Vec<&str> = records.iter().map(|record| record.text.unsanitised()).collect();
        assert_eq!(texts, ["full", "yes\nindeed"]);
    }
}
