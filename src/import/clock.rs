//! What one field tells about a time: an instant, a clock without a zone, or a day alone.
//!
//! Every format reads its times here: those that programs write with an offset ([`with_offset`]) or
//! as a count since an epoch ([`Unit`]), and those of no promised form ([`told`]).
//! [`super::stamp`] takes the text apart; here a year that is not written is never made up, and a
//! count since an epoch is read in the unit of its whole column ([`Unit`]).

mod epoch;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};

pub(crate) use epoch::{Unit, number};

use super::stamp::{self, Decision, Written, WrittenDay};
use crate::archive::Quality;
use crate::base::time::Instant;

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

/// What a text tells, its numbers read in the order that holds for all dates around it.
pub(crate) fn told(text: &str, decision: &Decision) -> Option<Told> {
    let written = stamp::read(text)?;
    if matches!(written.day(), Some(WrittenDay::NoYear { .. })) {
        return None;
    }
    // Every year is written, so none stands in for it.
    let no_year = 0;
    if let Some((at, quality)) = written.instant(decision, no_year) {
        return Some(Told::At(at, quality));
    }
    let (wall, quality) = written.wall(decision, no_year)?;
    Some(if quality.has(Quality::INFERRED) { Told::Day(wall.date()) } else { Told::Wall(wall, quality) })
}

/// An instant as programs write it with its offset from UTC: RFC 3339, RFC 2822 and what is near
/// them, and how exactly it tells.
pub(crate) fn with_offset(text: &str) -> Option<(Instant, Quality)> {
    let formats = ["%Y-%m-%d %H:%M:%S%.f %z", "%Y-%m-%dT%H:%M:%S%.f%z", "%a %b %e %H:%M:%S %Y %z"];
    let text = text.trim();
    let dated = || {
        let named = text.strip_suffix(" UTC").map(|start| format!("{start} +0000"));
        let told = named.as_deref().unwrap_or(text);
        let found = formats.iter().find_map(|format| DateTime::parse_from_str(told, format).ok());
        found.or_else(|| DateTime::parse_from_rfc2822(told).ok())
    };
    let at = Instant::parse_rfc3339(text).or_else(|| dated().map(|at| Instant::from_micros(at.timestamp_micros())));
    let quality = if text.contains('.') { Quality::EXACT } else { Quality::SECOND };
    at.filter(|at| at.is_dated()).map(|at| (at, quality))
}

/// Whether a text is a time that tells its day.
pub(crate) fn is_dated(text: &str) -> bool {
    let written = stamp::read(text);
    written.is_some_and(|written| {
        let day = written.day();
        matches!(written, Written::At(..)) || day.is_some_and(|day| !matches!(day, WrittenDay::NoYear { .. }))
    })
}

/// Whether a text is a day without a clock.
pub(crate) fn is_day(text: &str) -> bool {
    let without_clock = |written| matches!(written, Written::Wall(_, _, quality) if quality.has(Quality::INFERRED));
    is_dated(text) && stamp::read(text).is_some_and(without_clock)
}

/// A clock without a day, and how exactly it tells: `14:05`, `2:05:07 PM`.
pub(crate) fn clock_alone(text: &str) -> Option<(NaiveTime, Quality)> {
    match stamp::read(text)? {
        Written::Clock(clock, quality) => Some((clock, quality)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        match told(text, &Decision::default()) {
            Some(Told::At(at, quality)) => format!("{} {:?}", at.rfc3339(), quality.words()),
            Some(Told::Wall(wall, quality)) => format!("{wall} wall {:?}", quality.words()),
            Some(Told::Day(day)) => format!("{day}"),
            None => "no time".to_owned(),
        }
    }

    #[test]
    fn the_forms_of_tables_are_told_apart() {
        for (text, expected) in [
            ("2019-12-13T00:07:05.123Z", "2019-12-13T00:07:05.123000Z None"),
            ("Fri, 13 Dec 2019 01:07:05 +0100", "2019-12-13T00:07:05Z Some(\"to the second\")"),
            ("13-Dec-19 12:07 AM", "2019-12-13 00:07:00 wall Some(\"to the minute\")"),
            ("2019/12/13 00:07", "2019-12-13 00:07:00 wall Some(\"to the minute\")"),
            ("12/13/2019 12:07:05 PM", "2019-12-13 12:07:05 wall Some(\"to the second\")"),
            ("13.12.2019", "2019-12-13"),
            ("13 Dec 10:00", "no time"),
            ("12:07", "no time"),
            ("12 ms", "no time"),
        ] {
            assert_eq!(said(text), expected, "{text}");
        }
        assert!(is_day("2019-12-13") && !is_day("2019-12-13 00:00") && !is_dated("12:07"));
        assert_eq!(clock_alone("2:05:07 PM").unwrap().1, Quality::SECOND);
    }
}
