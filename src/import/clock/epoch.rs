//! Times as counts since an epoch: which unit, told by how large they are; digits stay text, so that
//! none is lost.

use crate::archive::Quality;
use crate::base::time::{DAY, Instant, SECOND};

/// What a count since an epoch counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unit {
    /// Seconds since 1970.
    Seconds,
    /// Milliseconds since 1970.
    Millis,
    /// Microseconds since 1970.
    Micros,
    /// Nanoseconds since 1970.
    Nanos,
    /// Days since the end of 1899, as spreadsheets count; on the clock of their writer.
    SpreadsheetDays,
}

/// Days from the spreadsheets' day 0, 30 December 1899, to 1970.
const DAYS_BEFORE_1970: i64 = 25_569;

impl Unit {
    /// The unit in which a number is a time of our days: 1973 to 2286, spreadsheet days 1954 to 2119.
    pub(crate) fn of(number: &str) -> Option<Self> {
        let whole = number.split('.').next()?;
        let count: u64 = whole.parse().ok()?;
        match count {
            20_000..80_000 => Some(Self::SpreadsheetDays),
            100_000_000..10_000_000_000 => Some(Self::Seconds),
            100_000_000_000..10_000_000_000_000 => Some(Self::Millis),
            100_000_000_000_000..10_000_000_000_000_000 => Some(Self::Micros),
            100_000_000_000_000_000..10_000_000_000_000_000_000 => Some(Self::Nanos),
            _ => None,
        }
    }

    /// The unit that so many digits of a count since 1970 mean.
    pub(crate) const fn by_length(digits: usize) -> Self {
        match digits {
            ..=11 => Self::Seconds,
            12..=14 => Self::Millis,
            15..=16 => Self::Micros,
            _ => Self::Nanos,
        }
    }

    /// `milliseconds since 1970`.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Seconds => "seconds since 1970",
            Self::Millis => "milliseconds since 1970",
            Self::Micros => "microseconds since 1970",
            Self::Nanos => "nanoseconds since 1970",
            Self::SpreadsheetDays => "days since 1899, as spreadsheets count them",
        }
    }

    /// The instant of a text that is a plain number.
    pub(crate) fn read(self, text: &str) -> Option<(Instant, Quality)> {
        self.instant(number(text)?)
    }

    /// The instant of a number; for spreadsheet days as if its clock were UTC.
    pub(crate) fn instant(self, number: &str) -> Option<(Instant, Quality)> {
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let count: i64 = whole.parse().ok()?;
        let (micros_a_unit, units_a_micro, precision) = match self {
            Self::Seconds if fraction.is_empty() => (SECOND, 1, Quality::SECOND),
            Self::Seconds => (SECOND, 1, Quality::EXACT),
            Self::Millis => (1_000, 1, Quality::EXACT),
            Self::Micros => (1, 1, Quality::EXACT),
            Self::Nanos => (1, 1_000, Quality::EXACT),
            Self::SpreadsheetDays => (DAY, 1, Quality::SECOND),
        };
        let digits: String = fraction.chars().chain(std::iter::repeat('0')).take(12).collect();
        let part = i128::from(digits.parse::<i64>().ok()?) * i128::from(micros_a_unit) / 1_000_000_000_000;
        let days = if self == Self::SpreadsheetDays { DAYS_BEFORE_1970 } else { 0 };
        let whole = count.checked_sub(days)?.checked_mul(micros_a_unit)? / units_a_micro;
        let micros = whole.checked_add(i64::try_from(part).ok()?)?;
        // A day's fraction is rounded when it is written, so the second is all that it tells.
        let micros = if self == Self::SpreadsheetDays { (micros + SECOND / 2) / SECOND * SECOND } else { micros };
        let at = Instant::from_micros(micros);
        at.is_dated().then_some((at, precision))
    }
}

/// A plain number as it is written, with or without a fraction: no sign, no exponent, no blanks.
pub(crate) fn number(text: &str) -> Option<&str> {
    let text = text.trim();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    (text.len() <= 40 && is_digits(whole) && is_digits(fraction)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        let number = number(text).unwrap();
        let unit = Unit::of(number).unwrap();
        let (at, quality) = unit.instant(number).unwrap();
        format!("{} {unit:?} {:?}", at.rfc3339(), quality.words())
    }

    #[test]
    fn the_unit_is_told_by_how_large_a_number_is() {
        assert_eq!(read("1670337000"), "2022-12-06T14:30:00Z Seconds Some(\"to the second\")");
        assert_eq!(read("1670337000.123456"), "2022-12-06T14:30:00.123456Z Seconds None");
        assert_eq!(read("1670337000123"), "2022-12-06T14:30:00.123000Z Millis None");
        assert_eq!(read("1670337000123456"), "2022-12-06T14:30:00.123456Z Micros None");
        assert_eq!(read("1670337000123456789"), "2022-12-06T14:30:00.123456Z Nanos None");
        assert_eq!(read("44901.6041666667"), "2022-12-06T14:30:00Z SpreadsheetDays Some(\"to the second\")");
    }

    #[test]
    fn digits_tell_an_instant_without_a_float() {
        let exact = Unit::Seconds.read("1498439472.4058791").unwrap();
        assert_eq!((exact.0.rfc3339().as_str(), exact.1), ("2017-06-26T01:11:12.405879Z", Quality::EXACT));
        assert_eq!(Unit::Seconds.read("1498439472").unwrap().1, Quality::SECOND);
        assert_eq!(Unit::Millis.read(" 1498439472405").unwrap().0.rfc3339(), "2017-06-26T01:11:12.405000Z");
        assert_eq!((Unit::Seconds.read("soon"), Unit::Millis.read("99999999999999999999")), (None, None));
    }

    #[test]
    fn rounded_and_signed_numbers_are_no_numbers_of_ours() {
        for text in ["1.23457E+17", "-5", "", "1,5", "12:30", "."] {
            assert_eq!(number(text), None, "{text}");
        }
        assert_eq!(Unit::of("12"), None);
    }
}
