//! Times as people and programs write them, read for what they tell and for no more.
//!
//! A clock without a zone stays a clock on a wall, and which of two numbers is the day is never
//! decided by one time alone: [`Orders`] looks at all of them first.

mod epoch;
mod orders;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

pub(crate) use epoch::{Unit, number};
pub(crate) use orders::Orders;

use crate::archive::Quality;
use crate::base::reading::DayOrder;
use crate::base::time::Instant;

/// Longer than any time that somebody writes.
const LONGEST: usize = 64;

/// What a written time tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// An instant.
    At(Instant, Quality),
    /// A clock without a zone.
    Wall(NaiveDateTime, Quality),
    /// A day without a clock.
    Day(NaiveDate),
}

/// A time as it is written, before it is known which of two numbers is the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Written {
    date: WrittenDate,
    clock: Option<NaiveTime>,
    precision: Quality,
    offset: Option<i32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WrittenDate {
    Known(NaiveDate),
    /// `3/4/2024`: two numbers of which either is the day, and the year.
    Unsure(u32, u32, i32),
}

impl Written {
    /// Reads a date, with or without a clock, with or without an offset; `None` for anything else.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > LONGEST || !text.bytes().any(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let plain: String = text.chars().map(plain_char).collect();
        let tokens = tokens_of(&plain);
        let mut reader = Reader { tokens: &tokens, at: 0 };
        let written = reader.written()?;
        reader.skip_blank();
        let is_done = matches!(reader.peek(), None | Some(Token::Sign('(')));
        is_done.then_some(written)
    }

    /// The day, where one way to read it is the only one or `order` says which.
    pub(crate) fn day(&self, order: DayOrder) -> Option<NaiveDate> {
        match (self.date, order) {
            (WrittenDate::Known(day), _) => Some(day),
            (WrittenDate::Unsure(day, month, year), DayOrder::DayFirst)
            | (WrittenDate::Unsure(month, day, year), DayOrder::MonthFirst) => {
                NaiveDate::from_ymd_opt(year, month, day)
            }
        }
    }

    /// Whether it tells a day and no clock.
    pub(crate) const fn is_day_alone(&self) -> bool {
        self.clock.is_none()
    }

    /// Whether its day depends on the order of day and month.
    pub(crate) const fn is_unsure(&self) -> bool {
        matches!(self.date, WrittenDate::Unsure(..))
    }

    /// What it tells, with the order of day and month that holds for all.
    pub(crate) fn told(&self, order: DayOrder) -> Option<Told> {
        let day = self.day(order)?;
        let Some(clock) = self.clock else { return Some(Told::Day(day)) };
        let wall = day.and_time(clock);
        let Some(offset) = self.offset else { return Some(Told::Wall(wall, self.precision)) };
        let utc = wall.checked_sub_signed(TimeDelta::seconds(i64::from(offset)))?;
        Some(Told::At(Instant::from_micros(utc.and_utc().timestamp_micros()), self.precision))
    }
}

/// A clock without a day, and how exactly it tells: `14:05`, `2:05:07 PM`.
pub(crate) fn clock_alone(text: &str) -> Option<(NaiveTime, Quality)> {
    let text = text.trim();
    if text.len() > LONGEST {
        return None;
    }
    let plain: String = text.chars().map(plain_char).collect();
    let tokens = tokens_of(&plain);
    let mut reader = Reader { tokens: &tokens, at: 0 };
    let clock = reader.clock()?;
    reader.skip_blank();
    reader.peek().is_none().then_some(clock)
}

/// Spaces and minus signs of all kinds as the plain ones, letters in lower case.
const fn plain_char(c: char) -> char {
    match c {
        '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{200e}' | '\u{200f}' | '\t' => ' ',
        '\u{2212}' => '-',
        c => c.to_ascii_lowercase(),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'t> {
    Number(&'t str),
    Word(&'t str),
    Sign(char),
}

fn tokens_of(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let same: fn(char) -> bool = if c.is_ascii_digit() {
            |c| c.is_ascii_digit()
        } else if c.is_alphabetic() {
            char::is_alphabetic
        } else {
            |_| false
        };
        let end = rest.find(|c| !same(c)).unwrap_or(rest.len()).max(c.len_utf8());
        let (token, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        rest = after;
        match c {
            _ if c.is_ascii_digit() => tokens.push(Token::Number(token)),
            _ if c.is_alphabetic() => tokens.push(Token::Word(token)),
            ' ' if tokens.last() == Some(&Token::Sign(' ')) => {}
            _ => tokens.push(Token::Sign(c)),
        }
    }
    tokens
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

struct Reader<'t> {
    tokens: &'t [Token<'t>],
    at: usize,
}

impl<'t> Reader<'t> {
    fn peek(&self) -> Option<Token<'t>> {
        self.tokens.get(self.at).copied()
    }

    fn after(&self, ahead: usize) -> Option<Token<'t>> {
        self.tokens.get(self.at + ahead).copied()
    }

    fn sign(&mut self, wanted: &str) -> Option<char> {
        match self.peek()? {
            Token::Sign(c) if wanted.contains(c) => {
                self.at += 1;
                Some(c)
            }
            _ => None,
        }
    }

    fn number(&mut self, digits: std::ops::RangeInclusive<usize>) -> Option<u32> {
        match self.peek()? {
            Token::Number(text) if digits.contains(&text.len()) => {
                self.at += 1;
                text.parse().ok()
            }
            _ => None,
        }
    }

    fn skip_blank(&mut self) {
        while self.sign(" ").is_some() {}
    }

    fn written(&mut self) -> Option<Written> {
        self.skip_weekday();
        let begun = self.date()?;
        self.skip_joint();
        let before_clock = self.at;
        let clock = self.clock();
        if clock.is_none() {
            self.at = before_clock;
        }
        let offset = if clock.is_some() { self.offset() } else { None };
        let date = match begun {
            Begun::Whole(date) => date,
            Begun::NoYear(month, day) => {
                self.skip_blank();
                let year = i32::try_from(self.number(4..=4)?).ok()?;
                WrittenDate::Known(NaiveDate::from_ymd_opt(year, month, day)?)
            }
        };
        let (clock, precision) = clock.map_or((None, Quality::RANGE), |(clock, precision)| (Some(clock), precision));
        Some(Written { date, clock, precision, offset })
    }

    fn skip_weekday(&mut self) {
        let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
        if let Some(Token::Word(word)) = self.peek()
            && word.len() >= 2
            && days.iter().any(|day| day.starts_with(word))
        {
            self.at += 1;
            while self.sign(" ,.").is_some() {}
        }
    }

    fn date(&mut self) -> Option<Begun> {
        match (self.peek()?, self.after(1), self.after(2)) {
            (Token::Number(text), ..) if text.len() == 8 => self.compact_date(),
            (Token::Number(text), ..) if text.len() == 4 => self.year_first(),
            (Token::Number(_), Some(Token::Word(_)), _)
            | (Token::Number(_), Some(Token::Sign(_)), Some(Token::Word(_))) => self.day_and_month_name(),
            (Token::Number(_), ..) => self.numbers(),
            (Token::Word(_), ..) => self.month_name_first(),
            (Token::Sign(_), ..) => None,
        }
    }

    fn compact_date(&mut self) -> Option<Begun> {
        let digits = self.number(8..=8)?;
        let year = i32::try_from(digits / 10_000).ok()?;
        NaiveDate::from_ymd_opt(year, digits / 100 % 100, digits % 100).map(Begun::known)
    }

    fn year_first(&mut self) -> Option<Begun> {
        let year = i32::try_from(self.number(4..=4)?).ok()?;
        let sign = self.sign("-/.")?;
        let month = self.number(1..=2)?;
        self.sign(sign.encode_utf8(&mut [0; 4]))?;
        NaiveDate::from_ymd_opt(year, month, self.number(1..=2)?).map(Begun::known)
    }

    fn day_and_month_name(&mut self) -> Option<Begun> {
        let day = self.number(1..=2)?;
        self.skip_ordinal();
        self.sign("-/. ");
        let month = self.month_name()?;
        while self.sign("-/., ").is_some() {}
        NaiveDate::from_ymd_opt(self.year()?, month, day).map(Begun::known)
    }

    fn month_name_first(&mut self) -> Option<Begun> {
        let month = self.month_name()?;
        while self.sign("-. ").is_some() {}
        let day = self.number(1..=2)?;
        self.skip_ordinal();
        let before_year = self.at;
        while self.sign("-, ").is_some() {}
        // `Dec 13 00:07:05 2019` has the clock before the year.
        if self.after(1) == Some(Token::Sign(':')) {
            self.at = before_year;
            return Some(Begun::NoYear(month, day));
        }
        NaiveDate::from_ymd_opt(self.year()?, month, day).map(Begun::known)
    }

    fn numbers(&mut self) -> Option<Begun> {
        let first = self.number(1..=2)?;
        let sign = self.sign("-/.")?;
        let second = self.number(1..=2)?;
        self.sign(sign.encode_utf8(&mut [0; 4]))?;
        let year = self.year()?;
        let fits = |day, month| NaiveDate::from_ymd_opt(year, month, day);
        match (fits(first, second), fits(second, first)) {
            (None, None) => None,
            // Nobody writes the month first with points between.
            (Some(day), _) if sign == '.' => Some(Begun::known(day)),
            _ => Some(Begun::Whole(WrittenDate::Unsure(first, second, year))),
        }
    }

    fn year(&mut self) -> Option<i32> {
        if let Some(year) = self.number(4..=4) {
            return i32::try_from(year).ok();
        }
        let year = i32::try_from(self.number(2..=2)?).ok()?;
        Some(if year >= 70 { 1900 + year } else { 2000 + year })
    }

    fn skip_ordinal(&mut self) {
        if matches!(self.peek(), Some(Token::Word("st" | "nd" | "rd" | "th"))) {
            self.at += 1;
        }
    }

    fn month_name(&mut self) -> Option<u32> {
        let Token::Word(word) = self.peek()? else { return None };
        let place = MONTHS.iter().position(|month| word.len() >= 3 && (month.starts_with(word) || word == "sept"))?;
        self.at += 1;
        let place = if word == "sept" { 8 } else { place };
        u32::try_from(place + 1).ok()
    }

    /// What stands between a date and its clock.
    fn skip_joint(&mut self) {
        loop {
            match self.peek() {
                Some(Token::Sign(' ' | ',' | '@' | '_') | Token::Word("t" | "at")) => self.at += 1,
                Some(Token::Sign('-')) if self.after(1) == Some(Token::Sign(' ')) => self.at += 1,
                _ => return,
            }
        }
    }

    fn clock(&mut self) -> Option<(NaiveTime, Quality)> {
        if let Some(Token::Number(digits)) = self.peek()
            && self.after(1) != Some(Token::Sign(':'))
        {
            return self.compact_clock(digits);
        }
        let hour = self.number(1..=2)?;
        self.sign(":")?;
        let minute = self.number(2..=2)?;
        let mut precision = Quality::MINUTE;
        let (mut second, mut nanos) = (0, 0);
        if self.sign(":").is_some() {
            second = self.number(1..=2)?.min(59);
            precision = Quality::SECOND;
            if let Some((fraction, told)) = self.fraction() {
                (nanos, precision) = (fraction, told);
            }
        }
        let hour = self.half_of_day(hour)?;
        NaiveTime::from_hms_nano_opt(hour, minute, second, nanos).map(|clock| (clock, precision))
    }

    fn compact_clock(&mut self, digits: &str) -> Option<(NaiveTime, Quality)> {
        let two = |from: usize| digits.get(from..from + 2)?.parse::<u32>().ok();
        let (second, precision) = match digits.len() {
            4 => (0, Quality::MINUTE),
            6 => (two(4)?, Quality::SECOND),
            _ => return None,
        };
        let clock = NaiveTime::from_hms_opt(two(0)?, two(2)?, second)?;
        self.at += 1;
        Some((clock, precision))
    }

    fn fraction(&mut self) -> Option<(u32, Quality)> {
        if !matches!(self.peek()?, Token::Sign('.' | ',')) {
            return None;
        }
        let Token::Number(digits) = self.after(1)? else { return None };
        self.at += 2;
        let nanos: String = digits.chars().chain(std::iter::repeat('0')).take(9).collect();
        Some((nanos.parse().ok()?, Quality::EXACT))
    }

    /// `a.m.`, `PM`, `p. m.`, or nothing.
    fn half_of_day(&mut self, hour: u32) -> Option<u32> {
        let start = self.at;
        self.skip_blank();
        let is_later = match self.peek() {
            Some(Token::Word("am" | "a")) => false,
            Some(Token::Word("pm" | "p")) => true,
            _ => {
                self.at = start;
                return Some(hour);
            }
        };
        let is_split = matches!(self.peek(), Some(Token::Word("a" | "p")));
        self.at += 1;
        if is_split {
            while self.sign(". ").is_some() {}
            if self.peek() != Some(Token::Word("m")) {
                return None;
            }
            self.at += 1;
        }
        self.sign(".");
        Some(match (hour, is_later) {
            (12, false) => 0,
            (0..12, true) => hour + 12,
            _ => hour,
        })
    }

    /// Seconds east of UTC. A word that is no zone known to all stays unread, so that the time is none.
    fn offset(&mut self) -> Option<i32> {
        let start = self.at;
        self.skip_blank();
        let in_brackets = matches!((self.peek(), self.after(1)), (Some(Token::Sign('(')), Some(Token::Word(_))));
        self.at += usize::from(in_brackets);
        let named = match self.peek() {
            Some(Token::Word("z" | "utc" | "gmt")) => Some(0),
            Some(Token::Word("est" | "cdt")) => Some(-5),
            Some(Token::Word("edt")) => Some(-4),
            Some(Token::Word("cst" | "mdt")) => Some(-6),
            Some(Token::Word("mst" | "pdt")) => Some(-7),
            Some(Token::Word("pst")) => Some(-8),
            _ => None,
        };
        self.at += usize::from(named.is_some());
        let found = self.signed_offset().or_else(|| named.map(|hours| hours * 3600));
        if found.is_none() {
            self.at = start;
        } else if in_brackets {
            self.sign(")");
        }
        found
    }

    fn signed_offset(&mut self) -> Option<i32> {
        let start = self.at;
        let read = |reader: &mut Self| {
            let sign = if reader.sign("+-")? == '-' { -1 } else { 1 };
            if let Some(digits) = reader.number(4..=4) {
                return Some((sign, digits / 100, digits % 100));
            }
            let hours = reader.number(1..=2)?;
            let minutes = if reader.sign(":").is_some() { reader.number(2..=2)? } else { 0 };
            Some((sign, hours, minutes))
        };
        let found = read(self).filter(|(_, hours, minutes)| *hours <= 18 && *minutes < 60);
        if found.is_none() {
            self.at = start;
        }
        let (sign, hours, minutes) = found?;
        i32::try_from(hours * 3600 + minutes * 60).ok().map(|seconds| sign * seconds)
    }
}

enum Begun {
    Whole(WrittenDate),
    NoYear(u32, u32),
}

impl Begun {
    const fn known(day: NaiveDate) -> Self {
        Self::Whole(WrittenDate::Known(day))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn said(text: &str) -> String {
        match Written::read(text).and_then(|written| written.told(DayOrder::DayFirst)) {
            Some(Told::At(at, quality)) => format!("{} {:?}", at.rfc3339(), quality.words()),
            Some(Told::Wall(wall, quality)) => format!("{wall} wall {:?}", quality.words()),
            Some(Told::Day(day)) => format!("{day}"),
            None => "no time".to_owned(),
        }
    }

    #[test]
    fn instants_are_read_with_their_offset() {
        for text in [
            "2019-12-13T00:07:05Z",
            "2019-12-13 01:07:05 +0100",
            "20191213T000705Z",
            "Fri, 13 Dec 2019 01:07:05 +0100",
            "Fri, 13 Dec 2019 00:07:05 GMT",
            "Thu Dec 12 19:07:05 EST 2019",
            "13/12/2019, 00:07:05 (UTC)",
            "2019-12-13 02:07:05 UTC+2",
        ] {
            assert_eq!(said(text), "2019-12-13T00:07:05Z Some(\"to the second\")", "{text}");
        }
        assert_eq!(said("2019-12-13T00:07:05.123456789+00:00"), "2019-12-13T00:07:05.123456Z None");
    }

    #[test]
    fn clocks_without_a_zone_stay_on_the_wall() {
        for text in [
            "13-Dec-19 12:07 AM",
            "2019/12/13 00:07",
            "Dec 13, 2019 @ 00:07",
            "13.12.2019, 00:07",
            "13/12/2019 12:07\u{202f}a. m.",
            "13th December 2019 at 00:07",
            "Friday, December 13, 2019 at 12:07 AM",
        ] {
            assert_eq!(said(text), "2019-12-13 00:07:00 wall Some(\"to the minute\")", "{text}");
        }
        assert_eq!(said("Fri Dec 13 00:07:05 2019"), "2019-12-13 00:07:05 wall Some(\"to the second\")");
        assert_eq!(said("2019-12-13 00:07:05,250"), "2019-12-13 00:07:05.250 wall None");
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in ["", "12", "hello 3", "2019-13-40", "1.2.3", "12:07", "2019-12-13 25:00", "1670337000", "45000.5"] {
            assert_eq!(said(text), "no time", "{text}");
        }
        assert_eq!(said("2019-12-13"), "2019-12-13");
        assert_eq!(said("2019-12-13 00:07 CET"), "no time");
    }

    #[test]
    fn a_clock_alone_is_no_time_but_can_be_joined_with_a_day() {
        assert_eq!(clock_alone("2:05:07 PM"), NaiveTime::from_hms_opt(14, 5, 7).map(|clock| (clock, Quality::SECOND)));
        assert_eq!(clock_alone("2 December"), None);
    }

    proptest! {
        #[test]
        fn any_text_gives_a_time_or_none(text in "[0-9a-zA-Z:+,./ ()-]{0,40}") {
            if let Some(written) = Written::read(&text) {
                prop_assert!(written.told(DayOrder::DayFirst).or(written.told(DayOrder::MonthFirst)).is_some());
            }
        }
    }
}
