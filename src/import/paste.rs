//! Text copied out of a window of Slack, Teams or Discord: names, clocks, lines.
//!
//! Nothing tells which program it was, and mostly no day, so what is said about the source decides
//! and everything else is marked as inferred. From looking at such windows; synthetic only. Messages
//! have no ids: the clock as written, the author and how many they wrote at that clock make one.

mod head;

use std::collections::{HashMap, HashSet};

use chrono::{Datelike as _, NaiveDate, NaiveTime, Timelike as _, Weekday};

use super::ImportError;
use super::format::{Claim, Detect, Format};
use super::sample::{Root, Sample};
use super::stamp::{self, Course, Dates, Written};
use super::whole::{self, Reading, Room, Transcript};
use crate::archive::builder::Record;
use crate::archive::{ChannelMeta, Flags, Ids, Quality};
use crate::base::time::Instant;
use head::{DayWord, Head, Line};

const PLATFORM: &str = "paste";

/// Lines at the start among which the first head must stand.
const FIRST: usize = 4;

/// Text copied out of a chat's window.
pub(super) const FORMAT: Format = Format {
    key: "pasted-chat",
    name: "text copied out of a chat",
    detect: Detect::File(claim),
    open: |source, setting| whole::open(source, setting, read),
};

fn claim(sample: &Sample) -> Option<Claim> {
    if !matches!(sample.root, Root::Text) {
        return None;
    }
    let lines: Vec<&str> = sample.lines().filter(|line| !line.trim().is_empty()).collect();
    let heads: Vec<usize> = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| matches!(Line::of(line), Line::Head(_)))
        .map(|(at, _)| at)
        .collect();
    let is_early = heads.first().is_some_and(|first| *first < FIRST);
    let has_author =
        lines.iter().zip(lines.iter().skip(1)).any(|(line, next)| match Line::of(next) {
            Line::Head(head) => head.author.is_some() || matches!(Line::of(line), Line::Words),
            _ => false,
        }) || lines.first().is_some_and(|line| matches!(Line::of(line), Line::Head(head) if head.author.is_some()));
    let is_dense = heads.len() * 20 >= lines.len() && lines.len() > heads.len();
    (is_early && has_author && is_dense).then(|| Claim::possible("it has names, clocks and lines as chats show them"))
}

/// One message while its lines are gathered.
#[derive(Debug)]
struct Message<'a> {
    author: &'a str,
    is_program: bool,
    stamp: &'a str,
    written: Option<Written>,
    day: Option<DayWord>,
    start: usize,
    end: usize,
    lines: Vec<&'a str>,
}

/// What stands in a text, in order.
#[derive(Debug)]
enum Part<'a> {
    Day(DayWord),
    Message(Message<'a>),
}

fn read(reading: &Reading<'_>, transcript: &mut Transcript) -> Result<(), ImportError> {
    reading.each_text(transcript, |transcript, entry, text| {
        let (parts, has_lead) = parts_of(text);
        if has_lead {
            transcript.bad_record("what stands before the first name and clock belongs to no message");
        }
        let mut dates = Dates::default();
        for part in &parts {
            if let Part::Message(Message { written: Some(written), .. }) | Part::Day(DayWord::Written(written)) = part {
                dates.see(written.day());
            }
        }
        let decision = dates.decide(reading.read_as().day_order);
        if let Some(guess) = &decision.guess {
            transcript.guess(guess.clone());
        }
        let said = stamp::day_said(reading.read_as().day, transcript.wanted_since(), transcript.clock_zone());
        let file = entry.name.rsplit('/').next().unwrap_or(&entry.name);
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let name = if matches!(stem, "" | "-") { "pasted" } else { stem };
        let room = transcript.room(ChannelMeta { ids: Ids::Counted, ..ChannelMeta::named(PLATFORM, name, name) });
        let mut days = DayWords {
            course: Course::new(decision, said),
            relative: None,
            has_weekday: false,
            has_clock: false,
            last_half: None,
        };
        let mut before = HashMap::new();
        for part in &parts {
            match part {
                Part::Day(day) => days.turn(day),
                Part::Message(message) => push(transcript, room, text, message, &mut days, &mut before),
            }
        }
        Ok(())
    })
}

/// Days as a chat's window names them, which lean on the day on which it was copied.
struct DayWords {
    course: Course,
    /// How many days from the day of copying the last such word was.
    relative: Option<i64>,
    has_weekday: bool,
    /// Whether a message stands before.
    has_clock: bool,
    /// The last clock, when clocks of this text tell the half of the day.
    last_half: Option<NaiveTime>,
}

impl DayWords {
    fn turn(&mut self, word: &DayWord) {
        match word {
            DayWord::Written(written) => {
                if let Some(day) = written.day().and_then(|day| self.course.date(day)) {
                    self.course.set_day(day);
                }
            }
            DayWord::Relative(now) => {
                match self.relative {
                    Some(before) => self.step(now - before),
                    None if self.has_clock => self.course.next_day(),
                    None => {}
                }
                self.relative = Some(*now);
            }
            DayWord::Weekday(weekday) => {
                // The first one is of the day that somebody said, or of no known day.
                if self.has_weekday
                    && let Some(day) = self.course.day()
                {
                    self.step(days_until(day, *weekday));
                }
                self.has_weekday = true;
            }
        }
    }

    /// A clock without a half of the day, below one that has it, is of the half in which it comes next.
    fn in_half(&mut self, message: &Message<'_>) -> Option<Written> {
        let written = message.written?;
        self.has_clock = true;
        let Written::Clock(clock, quality) = written else { return Some(written) };
        if message.stamp.ends_with(['m', 'M', '.']) {
            self.last_half = Some(clock);
            return Some(written);
        }
        let Some(last) = self.last_half.filter(|_| (1..=12).contains(&clock.hour())) else { return Some(written) };
        let other = clock.overflowing_add_signed(chrono::TimeDelta::hours(12)).0;
        let next = [clock, other].into_iter().filter(|clock| *clock >= last).min().unwrap_or(clock);
        self.last_half = Some(next);
        Some(Written::Clock(next, quality))
    }

    fn step(&mut self, days: i64) {
        let moved = self.course.day().and_then(|day| day.checked_add_signed(chrono::TimeDelta::days(days)));
        if let Some(day) = moved.filter(|_| days != 0) {
            self.course.set_day(day);
        }
    }
}

fn days_until(day: NaiveDate, weekday: Weekday) -> i64 {
    i64::from((weekday.num_days_from_monday() + 7 - day.weekday().num_days_from_monday()) % 7)
}

fn push<'a>(
    transcript: &mut Transcript,
    room: Room,
    text: &str,
    message: &Message<'a>,
    days: &mut DayWords,
    before: &mut HashMap<(String, &'a str), usize>,
) {
    if let Some(day) = &message.day {
        days.turn(day);
    }
    let written = days.in_half(message);
    let time = written.and_then(|written| days.course.time(&written, transcript));
    let (time, quality) = time.unwrap_or((Instant::UNDATED, Quality::EXACT));
    let mut record = Record::new(id(message, before), time);
    record.quality = quality;
    if !message.author.is_empty() {
        let person = transcript.named(PLATFORM, message.author);
        record.author = Some(person);
        if message.is_program {
            record.mark(Flags::BOT);
            if let Some(person) = transcript.person_mut(person) {
                person.is_bot = true;
            }
        }
    }
    let words = message.lines.join("\n");
    let words = words.trim();
    let unedited = words.strip_suffix("(edited)").map(str::trim_end);
    if unedited.is_some() {
        record.mark(Flags::EDITED);
    }
    unedited.unwrap_or(words).clone_into(&mut record.text);
    super::links::note(&mut record);
    transcript.push(room, record, text.get(message.start..message.end).unwrap_or_default());
}

fn id<'a>(message: &Message<'a>, before: &mut HashMap<(String, &'a str), usize>) -> String {
    let stamp: Vec<&str> = message.stamp.split_whitespace().collect();
    let stamp = stamp.join("_").replace('/', "-");
    let author = crate::base::id::slug(message.author);
    let count = before.entry((stamp.clone(), message.author)).or_default();
    *count += 1;
    match *count {
        1 => format!("{stamp}_{author}"),
        count => format!("{stamp}_{author}_{count}"),
    }
}

/// The messages of a text and the days between them; whether anything stands before the first.
fn parts_of(text: &str) -> (Vec<Part<'_>>, bool) {
    let mut parts: Vec<Part<'_>> = Vec::new();
    let mut known: HashSet<&str> = HashSet::new();
    let (mut at, mut has_lead, mut was_blank) = (0, false, true);
    // The last line, when it may be the name above a clock, and where it begins.
    let mut name: Option<(&str, usize)> = None;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        match Line::of(line) {
            Line::Blank => {
                if let Some(message) = last_message(&mut parts) {
                    message.lines.push(line);
                }
                was_blank = true;
                continue;
            }
            Line::Day(day) => {
                parts.push(Part::Day(day));
                name = None;
                was_blank = true;
                continue;
            }
            Line::Head(head) => {
                let above = if head.wants_name() { name.take() } else { None };
                if above.is_some() {
                    let taken = last_message(&mut parts).map(|message| message.lines.pop());
                    has_lead &= taken.is_some() || known.len() > 1;
                }
                let message = begin(&head, above, &parts, (start, at));
                known.insert(message.author);
                parts.push(Part::Message(message));
                name = None;
            }
            Line::Words => {
                let may_be_name = head::is_name(line) && (was_blank || known.contains(line.trim()));
                name = may_be_name.then_some((line.trim(), start));
                match last_message(&mut parts) {
                    Some(message) => {
                        message.lines.push(line);
                        message.end = start + line.len();
                    }
                    None => has_lead = true,
                }
            }
        }
        was_blank = false;
    }
    (parts, has_lead)
}

/// The message that goes on; none behind a day, where nothing can belong to it.
fn last_message<'p, 'a>(parts: &'p mut [Part<'a>]) -> Option<&'p mut Message<'a>> {
    match parts.last_mut() {
        Some(Part::Message(message)) => Some(message),
        _ => None,
    }
}

fn begin<'a>(
    head: &Head<'a>,
    above: Option<(&'a str, usize)>,
    parts: &[Part<'a>],
    (start, end): (usize, usize),
) -> Message<'a> {
    let last = parts.iter().rev().find_map(|part| match part {
        Part::Message(message) => Some(message.author),
        Part::Day(_) => None,
    });
    let author = above.map(|(name, _)| name).or(head.author.filter(|_| !head.is_badge()));
    Message {
        author: author.or(last).unwrap_or_default(),
        is_program: head.is_badge(),
        stamp: head.stamp,
        written: stamp::read(head.clock),
        day: head.day,
        start: above.map_or(start, |(_, start)| start),
        end,
        lines: head.text.into_iter().collect(),
    }
}
