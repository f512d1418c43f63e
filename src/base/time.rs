//! Instants, zones and the phrases in which people say a time.
//!
//! An [`Instant`] is UTC in whole microseconds, so a Slack `ts` is held exactly; floats never
//! touch a time. A time that an export does not tell is [`Instant::UNDATED`] and sorts last.

use std::fmt;

use chrono::{
    DateTime, Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, Offset as _, TimeZone as _, Timelike as _, Utc,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

/// A length of time in microseconds; may be negative.
pub type Micros = i64;

/// Microseconds in a second.
pub const SECOND: Micros = 1_000_000;
/// Microseconds in a minute.
pub const MINUTE: Micros = 60 * SECOND;
/// Microseconds in an hour.
pub const HOUR: Micros = 60 * MINUTE;
/// Microseconds in a day of 24 hours.
pub const DAY: Micros = 24 * HOUR;

const FIRST: i64 = -62_167_219_200 * SECOND;
const LAST: i64 = 253_402_300_799 * SECOND + 999_999;

impl Instant {
    /// No time is known; sorts after every time.
    pub const UNDATED: Self = Self(i64::MAX);

    /// Takes microseconds since 1970; outside the years 0000 to 9999 the instant is undated.
    pub const fn from_micros(micros: i64) -> Self {
        if micros < FIRST || micros > LAST { Self::UNDATED } else { Self(micros) }
    }

    /// Takes whole seconds since 1970.
    pub const fn from_seconds(seconds: i64) -> Self {
        match seconds.checked_mul(SECOND) {
            Some(micros) => Self::from_micros(micros),
            None => Self::UNDATED,
        }
    }

    /// Microseconds since 1970; `i64::MAX` when undated.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whether a time is known.
    pub const fn is_dated(self) -> bool {
        self.0 != i64::MAX
    }

    /// This instant moved by `by`; an undated one stays undated.
    #[must_use]
    pub const fn plus(self, by: Micros) -> Self {
        if self.is_dated() { Self::from_micros(self.0.saturating_add(by)) } else { self }
    }

    /// How long after `earlier` this is; `None` when either is undated.
    pub const fn since(self, earlier: Self) -> Option<Micros> {
        if self.is_dated() && earlier.is_dated() { Some(self.0.saturating_sub(earlier.0)) } else { None }
    }

    /// The instant on the wall clock now.
    pub fn now() -> Self {
        Self::from_micros(Utc::now().timestamp_micros())
    }

    /// The instant as chrono's type, for calendars; `None` when undated.
    pub fn to_utc(self) -> Option<DateTime<Utc>> {
        if self.is_dated() { DateTime::from_timestamp_micros(self.0) } else { None }
    }

    /// RFC 3339 in UTC, with six decimals when there are any: `2022-12-06T14:36:12.004500Z`.
    pub fn rfc3339(self) -> String {
        let Some(at) = self.to_utc() else { return "undated".to_owned() };
        if self.0.rem_euclid(SECOND) == 0 {
            at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
        } else {
            at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
        }
    }

    /// RFC 3339 in UTC, always with six decimals, as `inspect --json` prints it.
    pub fn rfc3339_micros(self) -> String {
        self.to_utc().map_or_else(|| "undated".to_owned(), |at| at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string())
    }

    /// Reads RFC 3339 with any offset.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let at = DateTime::parse_from_rfc3339(text).ok()?;
        Some(Self::from_micros(at.timestamp_micros()))
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.rfc3339())
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == "undated" {
            return Ok(Self::UNDATED);
        }
        Self::parse_rfc3339(&text)
            .ok_or_else(|| de::Error::custom(format!("`{text}` is no time; write 2022-12-06T14:36:12Z")))
    }
}

/// A time zone by its name in the tz database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone(chrono_tz::Tz);

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Self = Self(chrono_tz::UTC);

    /// Looks a zone up by name: `Europe/Dublin`.
    pub fn parse(name: &str) -> Option<Self> {
        name.trim().parse().ok().map(Self)
    }

    /// The names of all zones.
    pub fn names() -> impl Iterator<Item = &'static str> {
        chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())
    }

    /// The name in the tz database.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// What the clock on the wall shows at `at` in this zone; `None` when undated.
    pub fn wall(self, at: Instant) -> Option<NaiveDateTime> {
        at.to_utc().map(|at| at.with_timezone(&self.0).naive_local())
    }

    /// The instant at which the wall shows `wall` in this zone; the earlier one when clocks go
    /// back, the moment after the gap when they go forward.
    pub fn instant(self, wall: NaiveDateTime) -> Instant {
        let local = self.0.from_local_datetime(&wall);
        let found = local.earliest().or_else(|| {
            let later = wall.checked_add_signed(chrono::TimeDelta::hours(1))?;
            self.0.from_local_datetime(&later).earliest()
        });
        found.map_or(Instant::UNDATED, |at| Instant::from_micros(at.timestamp_micros()))
    }

    /// Offset from UTC in seconds at `at`.
    pub fn offset_seconds(self, at: Instant) -> i32 {
        at.to_utc().map_or(0, |at| at.with_timezone(&self.0).offset().fix().local_minus_utc())
    }

    /// Offset at `at` as people say it: `UTC`, `UTC+1`, `UTC+5:30`.
    pub fn offset_label(self, at: Instant) -> String {
        let seconds = self.offset_seconds(at);
        let (sign, minutes) = (if seconds < 0 { '-' } else { '+' }, seconds.abs() / 60);
        match (minutes / 60, minutes % 60) {
            (0, 0) => "UTC".to_owned(),
            (hours, 0) => format!("UTC{sign}{hours}"),
            (hours, rest) => format!("UTC{sign}{hours}:{rest:02}"),
        }
    }

    /// The offset as it was, `UTC+0` too, so that it is never taken for a zone's name.
    pub fn offset_words(self, at: Instant) -> String {
        let label = self.offset_label(at);
        if label == "UTC" { "UTC+0".to_owned() } else { label }
    }

    /// The last part of the name with spaces: `Europe/Lisbon` is Lisbon.
    pub fn city(self) -> String {
        self.name().rsplit('/').next().unwrap_or("UTC").replace('_', " ")
    }

    /// `14:36:12` at `at`.
    pub fn clock(self, at: Instant) -> String {
        self.wall(at).map_or_else(|| "--:--:--".to_owned(), |wall| wall.format("%H:%M:%S").to_string())
    }

    /// `14:36` at `at`.
    pub fn minute(self, at: Instant) -> String {
        self.wall(at).map_or_else(|| "--:--".to_owned(), |wall| wall.format("%H:%M").to_string())
    }

    /// `6 Dec` at `at`.
    pub fn day(self, at: Instant) -> String {
        self.wall(at).map_or_else(|| "undated".to_owned(), |wall| wall.format("%-d %b").to_string())
    }

    /// `Fri 6 Dec 2024` at `at`.
    pub fn long_day(self, at: Instant) -> String {
        self.wall(at).map_or_else(|| "undated".to_owned(), |wall| wall.format("%a %-d %b %Y").to_string())
    }

    /// The calendar day at `at` in this zone.
    pub fn date(self, at: Instant) -> Option<NaiveDate> {
        self.wall(at).map(|wall| wall.date())
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::parse(&name).ok_or_else(|| de::Error::custom(format!("`{name}` is no time zone; write Europe/Dublin")))
    }
}

/// How a duration is said: `9 s`, `12 min`, `3 h 20 min`, `2 d`.
pub fn duration_words(length: Micros) -> String {
    let length = length.abs();
    if length < MINUTE {
        format!("{} s", length / SECOND)
    } else if length < HOUR {
        format!("{} min", length / MINUTE)
    } else if length < DAY {
        match (length / HOUR, length % HOUR / MINUTE) {
            (hours, 0) => format!("{hours} h"),
            (hours, minutes) => format!("{hours} h {minutes} min"),
        }
    } else {
        format!("{} d", length / DAY)
    }
}

/// A delta as the timeline writes it: `+0:29`, `+18:13`, `+2:03:09`, `+3 d`.
pub fn delta_words(length: Micros) -> String {
    let sign = if length < 0 { '-' } else { '+' };
    let seconds = length.abs() / SECOND;
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours >= 48 {
        format!("{sign}{} d", hours / 24)
    } else if hours > 0 {
        format!("{sign}{hours}:{minutes:02}:{rest:02}")
    } else {
        format!("{sign}{minutes}:{rest:02}")
    }
}

/// Why a time phrase was not understood.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{phrase}` is no time; write 10:42, 2024-12-06 10:42, +15m, 10 min before this or start+20m")]
pub struct TimePhraseError {
    /// What was typed.
    pub phrase: String,
}

/// What a time phrase may lean on.
#[derive(Debug, Clone, Copy)]
pub struct PhraseContext {
    /// The zone in which clocks without a zone are read.
    pub zone: Zone,
    /// What `this` and a bare `+15m` are counted from; also the day of a clock without a day.
    pub cursor: Instant,
    /// What `start+20m` and `T+20m` are counted from.
    pub start: Option<Instant>,
    /// What `end-5m` is counted from.
    pub end: Option<Instant>,
}

/// Reads a time as people say it: RFC 3339, `10:42`, `10:42:07`, `2024-12-06`,
/// `2024-12-06 10:42`, `6 Dec 10:42`, `6 Dec`, `+15m`, `-90s`, `T+20m`, `start+1h`, `end`, `10 min
/// before this`, `5m after this`, `this`.
pub fn parse_phrase(phrase: &str, context: &PhraseContext) -> Result<Instant, TimePhraseError> {
    let text = phrase.trim();
    let found = Instant::parse_rfc3339(text)
        .or_else(|| relative(text, context))
        .or_else(|| before_or_after(text, context))
        .or_else(|| wall_clock(text, context));
    found.filter(|at| at.is_dated()).ok_or_else(|| TimePhraseError { phrase: text.to_owned() })
}

fn relative(text: &str, context: &PhraseContext) -> Option<Instant> {
    let lower = text.to_lowercase();
    let (anchor, rest) = if let Some(rest) = lower.strip_prefix("start") {
        (context.start?, rest)
    } else if let Some(rest) = lower.strip_prefix("end") {
        (context.end?, rest)
    } else if let Some(rest) = lower.strip_prefix("t+") {
        return context.start.and_then(|start| Some(start.plus(parse_duration(rest)?)));
    } else if let Some(rest) = lower.strip_prefix("this") {
        (context.cursor, rest)
    } else {
        let signed = lower.starts_with('+') || lower.starts_with('-');
        (context.cursor, if signed { lower.as_str() } else { return None })
    };
    let rest = rest.trim();
    if rest.is_empty() {
        Some(anchor)
    } else if let Some(length) = rest.strip_prefix('+') {
        Some(anchor.plus(parse_duration(length)?))
    } else {
        Some(anchor.plus(-parse_duration(rest.strip_prefix('-')?)?))
    }
}

fn before_or_after(text: &str, context: &PhraseContext) -> Option<Instant> {
    let lower = text.to_lowercase();
    let (length, anchor, sign) = if let Some((length, anchor)) = lower.split_once(" before ") {
        (length, anchor, -1)
    } else {
        let (length, anchor) = lower.split_once(" after ")?;
        (length, anchor, 1)
    };
    let anchor = match anchor.trim() {
        "this" => context.cursor,
        "start" => context.start?,
        "end" => context.end?,
        other => wall_clock(other, context)?,
    };
    Some(anchor.plus(sign * parse_duration(length)?))
}

/// Reads a length: `5m`, `90s`, `1h30m`, `2 min`, `1 day`, `3:20` (minutes and seconds). Bare
/// numbers are minutes.
pub fn parse_duration(text: &str) -> Option<Micros> {
    let text = text.trim().to_lowercase();
    if let Some((minutes, seconds)) = text.split_once(':') {
        let (minutes, seconds): (i64, i64) = (minutes.parse().ok()?, seconds.parse().ok()?);
        return minutes.checked_mul(MINUTE)?.checked_add(seconds.checked_mul(SECOND)?);
    }
    let mut total: Micros = 0;
    let mut rest = text.as_str();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let number: i64 = rest.get(..digits)?.parse().ok()?;
        rest = rest.get(digits..)?.trim_start();
        let letters = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        let unit = match rest.get(..letters)? {
            "s" | "sec" | "secs" | "second" | "seconds" => SECOND,
            "" | "m" | "min" | "mins" | "minute" | "minutes" => MINUTE,
            "h" | "hour" | "hours" => HOUR,
            "d" | "day" | "days" => DAY,
            "w" | "week" | "weeks" => 7 * DAY,
            _ => return None,
        };
        total = total.checked_add(number.checked_mul(unit)?)?;
        rest = rest.get(letters..)?.trim_start();
    }
    Some(total)
}

/// Writes a length so that [`parse_duration`] reads it back: `5m`, `90s`, `2h`.
pub fn duration_short(length: Micros) -> String {
    let seconds = length / SECOND;
    if seconds % 3600 == 0 && seconds != 0 {
        format!("{}h", seconds / 3600)
    } else if seconds % 60 == 0 {
        format!("{}m", seconds / 60)
    } else {
        format!("{seconds}s")
    }
}

fn wall_clock(text: &str, context: &PhraseContext) -> Option<Instant> {
    let cursor_day = context.zone.date(context.cursor).or_else(|| context.zone.date(context.start?));
    let midnight = NaiveTime::MIN;
    if let Some(clock) = parse_clock(text) {
        return Some(context.zone.instant(cursor_day?.and_time(clock)));
    }
    if let Some(day) = parse_day(text, cursor_day) {
        return Some(context.zone.instant(day.and_time(midnight)));
    }
    let (day, clock) = text.rsplit_once([' ', 'T'])?;
    let (day, clock) = (parse_day(day, cursor_day)?, parse_clock(clock)?);
    Some(context.zone.instant(day.and_time(clock)))
}

fn parse_clock(text: &str) -> Option<NaiveTime> {
    ["%H:%M", "%H:%M:%S", "%H:%M:%S%.f"].iter().find_map(|format| NaiveTime::parse_from_str(text.trim(), format).ok())
}

fn parse_day(text: &str, near: Option<NaiveDate>) -> Option<NaiveDate> {
    let text = text.trim().trim_end_matches(',');
    ["%Y-%m-%d", "%d %b %Y", "%d %B %Y"].iter().find_map(|format| NaiveDate::parse_from_str(text, format).ok()).or_else(
        || {
            let year = near?.year();
            let dated = format!("{text} {year}");
            ["%d %b %Y", "%b %d %Y"].iter().find_map(|format| NaiveDate::parse_from_str(&dated, format).ok())
        },
    )
}

/// How many whole minutes past midnight the wall shows in `zone`; for working-hours checks.
pub fn minutes_of_day(zone: Zone, at: Instant) -> Option<u32> {
    zone.wall(at).map(|wall| wall.hour() * 60 + wall.minute())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context() -> PhraseContext {
        let at = |text| Instant::parse_rfc3339(text).unwrap();
        PhraseContext {
            zone: Zone::parse("Europe/Oslo").unwrap(),
            cursor: at("2024-12-06T14:36:12Z"),
            start: Some(at("2024-12-06T14:16:00Z")),
            end: None,
        }
    }

    #[test]
    fn an_instant_keeps_every_microsecond() {
        let at = Instant::parse_rfc3339("2022-12-06T14:36:12.004501Z").unwrap();
        assert_eq!(at.rfc3339(), "2022-12-06T14:36:12.004501Z");
        assert_eq!(Instant::from_seconds(0).rfc3339(), "1970-01-01T00:00:00Z");
        assert!(!Instant::from_seconds(i64::MAX).is_dated());
    }

    #[test]
    fn greenwich_is_told_as_an_offset() {
        let zone = Zone::parse("Europe/Lisbon").unwrap();
        let at = Instant::parse_rfc3339("2024-12-06T14:36:12Z").unwrap();
        assert_eq!((zone.offset_words(at), zone.offset_label(at)), ("UTC+0".to_owned(), "UTC".to_owned()));
    }

    #[test]
    fn phrases_are_read_in_the_zone_of_the_project() {
        for (phrase, expected) in [
            ("10:42", "2024-12-06T09:42:00Z"),
            ("15:36:12", "2024-12-06T14:36:12Z"),
            ("2024-12-04", "2024-12-03T23:00:00Z"),
            ("2024-12-04 01:00", "2024-12-04T00:00:00Z"),
            ("6 Dec 15:00", "2024-12-06T14:00:00Z"),
            ("+15m", "2024-12-06T14:51:12Z"),
            ("-90s", "2024-12-06T14:34:42Z"),
            ("T+20m", "2024-12-06T14:36:00Z"),
            ("start+1h", "2024-12-06T15:16:00Z"),
            ("start", "2024-12-06T14:16:00Z"),
            ("10 min before this", "2024-12-06T14:26:12Z"),
            ("5m after 10:42", "2024-12-06T09:47:00Z"),
        ] {
            let at = parse_phrase(phrase, &context()).unwrap();
            assert_eq!(at.rfc3339(), expected, "{phrase}");
        }
    }

    #[test]
    fn a_phrase_that_is_no_time_says_what_to_write() {
        let error = parse_phrase("tomorrowish", &context()).unwrap_err();
        assert!(error.to_string().contains("write 10:42"), "{error}");
        assert!(parse_phrase("end+5m", &context()).is_err(), "no end is known");
    }

    #[test]
    fn lengths_are_read_and_said() {
        assert_eq!(parse_duration("1h30m"), Some(90 * MINUTE));
        assert_eq!(parse_duration("2 min"), Some(2 * MINUTE));
        assert_eq!(parse_duration("x"), None);
        assert_eq!(duration_words(200 * MINUTE), "3 h 20 min");
        assert_eq!(delta_words(18 * MINUTE + 13 * SECOND), "+18:13");
        assert_eq!(duration_short(5 * MINUTE), "5m");
    }

    #[test]
    fn offsets_are_those_of_the_day_not_of_today() {
        let oslo = Zone::parse("Europe/Oslo").unwrap();
        let summer = Instant::parse_rfc3339("2024-07-01T00:00:00Z").unwrap();
        assert_eq!(oslo.offset_label(context().cursor), "UTC+1");
        assert_eq!(oslo.offset_label(summer), "UTC+2");
        assert_eq!(oslo.city(), "Oslo");
    }
}
