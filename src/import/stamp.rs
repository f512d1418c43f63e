//! Times as people and programs write them, for text and tables that promise no one form.
//!
//! [`read`] takes a text apart without deciding what cannot be decided alone: whether `3/4` is the
//! third of April is told by all dates of a source together ([`Dates`]), and on which day a bare
//! clock falls by the lines before it ([`Days`]). Digits are never read as floats.

use chrono::{DateTime, Days as DayCount, NaiveDate, NaiveDateTime, NaiveTime};

use super::clock::{Unit, number};
use crate::archive::Quality;
use crate::base::reading::DayOrder;
use crate::base::time::{HOUR, Instant, SECOND, Zone};

mod course;
mod dates;
mod words;

pub(crate) use course::Course;
pub(crate) use dates::{Dates, Decision};
pub(crate) use words::month;

/// Longest text that is taken for a time.
const LONGEST: usize = 64;

/// A time as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// It says the instant: with an offset or a zone, or as a count since 1970.
    At(Instant, Quality),
    /// It says a day and a clock, in no zone; the clock is midnight when only a day is written.
    Wall(WrittenDay, NaiveTime, Quality),
    /// It says a day and a clock, and how far that clock is ahead of UTC in seconds.
    Offset(WrittenDay, NaiveTime, i32, Quality),
    /// It says only a clock.
    Clock(NaiveTime, Quality),
}

/// A day as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WrittenDay {
    /// It can be read in one way only.
    Sure(NaiveDate),
    /// Three numbers in an order that the writing does not tell.
    Numbers(u32, u32, u32),
    /// Day and month without a year.
    NoYear {
        /// The month, from 1.
        month: u32,
        /// The day of the month, from 1.
        day: u32,
    },
}

impl Written {
    /// The wall clock that is meant when its day is read as `decision` says, `year` standing in for
    /// one that is not written; `None` for an instant, a bare clock and a day that does not exist.
    pub(crate) fn wall(&self, decision: &Decision, year: i32) -> Option<(NaiveDateTime, Quality)> {
        match *self {
            Self::Wall(day, clock, quality) => {
                let inferred =
                    if matches!(day, WrittenDay::NoYear { .. }) { Quality::INFERRED } else { Quality::EXACT };
                Some((day.date(decision, year)?.and_time(clock), quality.with(inferred)))
            }
            _ => None,
        }
    }

    /// The instant, where the text tells the zone too.
    pub(crate) fn instant(&self, decision: &Decision, year: i32) -> Option<(Instant, Quality)> {
        match *self {
            Self::At(at, quality) => Some((at, quality)),
            Self::Offset(day, clock, offset, quality) => {
                let wall = day.date(decision, year)?.and_time(clock);
                Some((Zone::UTC.instant(wall).plus(-i64::from(offset) * SECOND), quality))
            }
            _ => None,
        }
    }

    /// The day that is written.
    pub(crate) const fn day(&self) -> Option<WrittenDay> {
        match self {
            Self::Wall(day, ..) | Self::Offset(day, ..) => Some(*day),
            _ => None,
        }
    }
}

impl WrittenDay {
    /// The day meant, read as `decision` says.
    pub(crate) fn date(self, decision: &Decision, year: i32) -> Option<NaiveDate> {
        match self {
            Self::Sure(date) => Some(date),
            Self::Numbers(a, b, c) => decision.order.date(a, b, c),
            Self::NoYear { month, day } => NaiveDate::from_ymd_opt(year, month, day),
        }
    }
}

/// The day on which bare clocks fall: the day before goes on until a clock goes back by more than
/// an hour.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Days {
    day: Option<NaiveDate>,
    last: Option<NaiveTime>,
}

impl Days {
    /// Begins on a day, if one is known.
    pub(crate) const fn from(day: Option<NaiveDate>) -> Self {
        Self { day, last: None }
    }

    /// A day is told: the next clock is of that day.
    pub(crate) const fn set(&mut self, day: NaiveDate) {
        self.day = Some(day);
        self.last = None;
    }

    /// The day that goes on now.
    pub(crate) const fn day(&self) -> Option<NaiveDate> {
        self.day
    }

    /// The day and clock of the next bare clock; `None` while no day is known.
    pub(crate) fn at(&mut self, clock: NaiveTime) -> Option<NaiveDateTime> {
        if self.last.is_some_and(|last| (last - clock).num_microseconds().is_some_and(|back| back > HOUR)) {
            self.day = self.day.and_then(|day| day.checked_add_days(DayCount::new(1)));
        }
        self.last = Some(clock);
        Some(self.day?.and_time(clock))
    }
}

/// Takes a time apart: ISO 8601, RFC 2822 and 3339, counts since 1970, days in any order, with
/// names of months, bare clocks. `None` when it is something else or has something behind it.
pub(crate) fn read(text: &str) -> Option<Written> {
    if text.len() > LONGEST {
        return None;
    }
    let plain: String =
        text.chars().filter(|&c| !is_mark(c)).map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let plain = plain.trim();
    epoch(plain).map(|(at, quality)| Written::At(at, quality)).or_else(|| Scan { rest: plain }.written())
}

/// Marks of direction that chat programs put around names and times.
pub(crate) const fn is_mark(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A bare number that counts from 1970, in the unit that its length tells.
fn epoch(text: &str) -> Option<(Instant, Quality)> {
    let number = number(text)?;
    let length = number.split('.').next().map_or(0, str::len);
    matches!(length, 9..=13 | 15 | 16 | 18 | 19).then(|| Unit::by_length(length).instant(number)).flatten()
}

/// A clock and an offset as they were found.
struct Clock {
    time: NaiveTime,
    quality: Quality,
}

/// What is left of the text while it is taken apart.
struct Scan<'a> {
    rest: &'a str,
}

impl Scan<'_> {
    fn written(mut self) -> Option<Written> {
        self.skip_weekday();
        let mut day = self.compact().or_else(|| self.day());
        self.between();
        let clock = if self.rest.is_empty() { None } else { Some(self.clock()?) };
        self.spaces();
        let mut offset = self.offset();
        if let Some(WrittenDay::NoYear { month, day: of_month }) = day
            && let Some(year) = self.year_behind()
        {
            day = Some(WrittenDay::Sure(NaiveDate::from_ymd_opt(year, month, of_month)?));
            offset = offset.or_else(|| self.offset());
        }
        self.skip_comment();
        if !self.rest.is_empty() {
            return None;
        }
        match (day, clock, offset) {
            (Some(day), Some(clock), Some(offset)) => Some(Written::Offset(day, clock.time, offset, clock.quality)),
            (Some(day), Some(clock), None) => Some(Written::Wall(day, clock.time, clock.quality)),
            (Some(day), None, None) => Some(Written::Wall(day, NaiveTime::MIN, Quality::INFERRED)),
            (None, Some(clock), None) => Some(Written::Clock(clock.time, clock.quality)),
            _ => None,
        }
    }

    fn spaces(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Takes the next run of characters that fit; `None` when there is none.
    fn take(&mut self, fits: impl Fn(char) -> bool) -> Option<&str> {
        let end = self.rest.find(|c| !fits(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(end).filter(|(taken, _)| !taken.is_empty())?;
        self.rest = rest;
        Some(taken)
    }

    fn digits(&mut self, most: usize) -> Option<&str> {
        let end = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let (taken, rest) = self.rest.split_at_checked(end).filter(|_| (1..=most).contains(&end))?;
        self.rest = rest;
        Some(taken)
    }

    fn number(&mut self, most: usize) -> Option<u32> {
        self.digits(most)?.parse().ok()
    }

    fn eat(&mut self, sign: char) -> bool {
        let rest = self.rest.strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn one_of(&mut self, signs: &[char]) -> Option<char> {
        signs.iter().copied().find(|&sign| self.eat(sign))
    }

    /// Goes on only when `step` finds something; else nothing is taken.
    fn attempt<T>(&mut self, step: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let before = self.rest;
        let found = step(self);
        if found.is_none() {
            self.rest = before;
        }
        found
    }

    fn skip_weekday(&mut self) {
        self.attempt(|scan| {
            let is_weekday = words::is_weekday(scan.take(char::is_alphabetic)?);
            let dotted = scan.eat('.');
            let comma = scan.eat(',');
            scan.spaces();
            (is_weekday || (comma && !dotted)).then_some(())
        });
    }

    /// `20221206`, also with the clock behind it: `20221206143612`, `20221206T143612`.
    fn compact(&mut self) -> Option<WrittenDay> {
        let length = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        if length != 8 && length != 14 {
            return None;
        }
        let (digits, rest) = self.rest.split_at_checked(8)?;
        let date = NaiveDate::parse_from_str(digits, "%Y%m%d").ok()?;
        self.rest = rest;
        Some(WrittenDay::Sure(date))
    }

    fn day(&mut self) -> Option<WrittenDay> {
        self.attempt(Self::numeric_day).or_else(|| self.attempt(Self::named_day))
    }

    fn numeric_day(&mut self) -> Option<WrittenDay> {
        let a = self.digits(4)?.to_owned();
        let sign = self.one_of(&['-', '/', '.'])?;
        self.spaces();
        let b = self.number(2)?;
        if !self.eat(sign) {
            return None;
        }
        self.spaces();
        let c = self.digits(4)?.to_owned();
        if sign == '.' {
            self.eat('.');
        }
        let (first, last): (u32, u32) = (a.parse().ok()?, c.parse().ok()?);
        if a.len() == 4 {
            return NaiveDate::from_ymd_opt(first.cast_signed(), b, last).map(WrittenDay::Sure);
        }
        if sign == '.' && a.len() <= 2 && NaiveDate::from_ymd_opt(full_year(last), b, first).is_some() {
            // Nobody writes the month first with dots.
            return NaiveDate::from_ymd_opt(full_year(last), b, first).map(WrittenDay::Sure);
        }
        (a.len() <= 2 && c.len() != 3).then_some(WrittenDay::Numbers(first, b, last))
    }

    /// `6 Dec 2022`, `6-Dec-22`, `Dec 6, 2022`, `December 6th`.
    fn named_day(&mut self) -> Option<WrittenDay> {
        let first = self.attempt(|scan| scan.number(2));
        if first.is_some() {
            self.take(|c| matches!(c, ' ' | '-' | '.' | '/'));
            self.attempt(|scan| (scan.take(char::is_alphabetic)?.eq_ignore_ascii_case("de")).then_some(()));
            self.spaces();
        }
        let month = month(self.take(char::is_alphabetic)?)?;
        let day = if let Some(day) = first {
            day
        } else {
            self.take(|c| matches!(c, ' ' | '-' | '.'));
            let day = self.number(2)?;
            self.attempt(|scan| {
                let ending = scan.take(char::is_alphabetic)?;
                ["st", "nd", "rd", "th"].contains(&ending).then_some(())
            });
            if self.rest.starts_with(':') {
                return None;
            }
            day
        };
        let year = self.attempt(|scan| {
            scan.take(|c| matches!(c, ' ' | '-' | '.' | ',' | '/'));
            scan.attempt(|scan| (scan.take(char::is_alphabetic)?.eq_ignore_ascii_case("de")).then_some(()));
            scan.spaces();
            let year = scan.digits(4)?.to_owned();
            // What goes on with a colon is the hour of a clock.
            (matches!(year.len(), 2 | 4) && !scan.rest.starts_with(':')).then(|| full_year(year.parse().unwrap_or(0)))
        });
        match year {
            Some(year) => NaiveDate::from_ymd_opt(year, month, day).map(WrittenDay::Sure),
            None => (1..=31).contains(&day).then_some(WrittenDay::NoYear { month, day }),
        }
    }

    /// What stands between a day and a clock: a comma, a `T`, a word such as `at`.
    fn between(&mut self) {
        self.take(|c| matches!(c, ' ' | ',' | 'T' | '_' | ';'));
        self.attempt(|scan| {
            let word = scan.take(char::is_alphabetic)?.to_lowercase();
            scan.take(|c| matches!(c, ' ' | '.'));
            words::is_at(&word).then_some(())
        });
        self.attempt(|scan| {
            scan.take(|c| c == '-')?;
            scan.take(|c| c == ' ')?;
            Some(())
        });
    }

    fn clock(&mut self) -> Option<Clock> {
        let early = self.attempt(Self::half_of_day);
        self.spaces();
        let (hour, minute, second) = self.hands()?;
        let micros = self.attempt(|scan| {
            second?;
            scan.one_of(&['.', ','])?;
            let digits = scan.digits(9)?;
            digits.chars().chain("000000".chars()).take(6).collect::<String>().parse::<u32>().ok()
        });
        let half = early.or_else(|| {
            self.attempt(|scan| {
                scan.spaces();
                scan.half_of_day()
            })
        });
        let hour = match half {
            Some(_) if !(1..=12).contains(&hour) => hour,
            Some(Half::Morning) => hour % 12,
            Some(Half::Afternoon) => hour % 12 + 12,
            None => hour,
        };
        // A bare number is no clock.
        if minute.is_none() && half.is_none() {
            return None;
        }
        let second_of_clock = second.unwrap_or(0).min(59);
        let time = NaiveTime::from_hms_micro_opt(hour % 24, minute.unwrap_or(0), second_of_clock, micros.unwrap_or(0))?;
        let quality = match (second, micros) {
            (None, _) => Quality::MINUTE,
            (Some(_), None) => Quality::SECOND,
            (Some(_), Some(_)) => Quality::EXACT,
        };
        (hour <= 24 && second.is_none_or(|second| second <= 60)).then_some(Clock { time, quality })
    }

    /// Hour, minute and second, with signs between them or without.
    fn hands(&mut self) -> Option<(u32, Option<u32>, Option<u32>)> {
        let length = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        if length == 6 || length == 4 {
            let digits = self.digits(6)?.to_owned();
            let pair = |at: usize| digits.get(at..at + 2).and_then(|pair| pair.parse::<u32>().ok());
            Some((pair(0)?, Some(pair(2)?), pair(4)))
        } else {
            let hour = self.number(2)?;
            let minute = self.attempt(|scan| {
                scan.one_of(&[':', '.', 'h'])?;
                scan.number(2)
            });
            let second = self.attempt(|scan| {
                minute?;
                scan.one_of(&[':', '.'])?;
                scan.number(2)
            });
            Some((hour, minute, second))
        }
    }

    /// `AM`, `p.m.`, `a. m.`.
    fn half_of_day(&mut self) -> Option<Half> {
        let half = match self.rest.chars().next()?.to_ascii_lowercase() {
            'a' => Half::Morning,
            'p' => Half::Afternoon,
            _ => return None,
        };
        self.rest = self.rest.get(1..)?;
        self.eat('.');
        self.spaces();
        if !self.eat('m') && !self.eat('M') {
            return None;
        }
        self.eat('.');
        (!self.rest.starts_with(char::is_alphanumeric)).then_some(half)
    }

    fn offset(&mut self) -> Option<i32> {
        self.attempt(|scan| {
            if let Some(sign) = scan.one_of(&['+', '-', '\u{2212}']) {
                return scan.offset_digits().map(|seconds| if sign == '+' { seconds } else { -seconds });
            }
            let name = scan.take(char::is_alphabetic)?.to_ascii_uppercase();
            let base = words::offset(&name)?;
            let further = scan.attempt(|scan| {
                let sign = scan.one_of(&['+', '-'])?;
                scan.offset_digits().map(|seconds| if sign == '+' { seconds } else { -seconds })
            });
            Some(base + further.unwrap_or(0))
        })
    }

    fn offset_digits(&mut self) -> Option<i32> {
        let digits = self.digits(4)?.to_owned();
        let (hours, minutes) = if digits.len() > 2 {
            digits.split_at_checked(digits.len() - 2)?
        } else if self.eat(':') {
            (digits.as_str(), self.digits(2)?)
        } else {
            (digits.as_str(), "0")
        };
        let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
        (hours <= 18 && minutes < 60).then_some(hours * 3600 + minutes * 60)
    }

    fn year_behind(&mut self) -> Option<i32> {
        self.attempt(|scan| {
            scan.spaces();
            let digits = scan.digits(4)?;
            (digits.len() == 4).then(|| digits.parse().ok())?
        })
    }

    /// The name of the zone in parentheses, as mail programs add it.
    fn skip_comment(&mut self) {
        self.spaces();
        if self.rest.starts_with('(') && self.rest.ends_with(')') {
            self.rest = "";
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Half {
    Morning,
    Afternoon,
}

/// A year of two digits is one between 1970 and 2069.
const fn full_year(year: u32) -> i32 {
    match year {
        0..70 => 2000 + year.cast_signed(),
        70..100 => 1900 + year.cast_signed(),
        _ => year.cast_signed(),
    }
}

/// The day that stands for one that nobody told: as said, else the first that is wanted.
pub(crate) fn day_said(said: Option<NaiveDate>, since: Option<Instant>, zone: Option<Zone>) -> Option<NaiveDate> {
    said.or_else(|| since.and_then(|since| zone.unwrap_or(Zone::UTC).date(since)))
}

/// The day that stands for an unknown one.
pub(crate) fn no_day() -> NaiveDate {
    DateTime::UNIX_EPOCH.date_naive()
}

/// Which number of a date is the day, in words.
pub(crate) const fn order_words(order: DayOrder) -> &'static str {
    match order {
        DayOrder::DayFirst => "the day stands before the month",
        DayOrder::MonthFirst => "the month stands before the day",
    }
}

#[cfg(test)]
mod tests;
