//! Times of a calendar: in UTC, in a named zone, floating, or bare days.

use std::collections::HashMap;

use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime};

use super::super::whole::Transcript;
use super::lines::{Calendar, Property};
use crate::archive::Quality;
use crate::base::time::{Instant, Zone};

/// Names that one maker of calendars gives to zones, by their names in the tz database.
const WINDOWS: [(&str, &str); 16] = [
    ("GMT Standard Time", "Europe/London"),
    ("W. Europe Standard Time", "Europe/Berlin"),
    ("Central Europe Standard Time", "Europe/Budapest"),
    ("Central European Standard Time", "Europe/Warsaw"),
    ("Romance Standard Time", "Europe/Paris"),
    ("E. Europe Standard Time", "Europe/Bucharest"),
    ("FLE Standard Time", "Europe/Helsinki"),
    ("Eastern Standard Time", "America/New_York"),
    ("Central Standard Time", "America/Chicago"),
    ("Mountain Standard Time", "America/Denver"),
    ("Pacific Standard Time", "America/Los_Angeles"),
    ("India Standard Time", "Asia/Kolkata"),
    ("Tokyo Standard Time", "Asia/Tokyo"),
    ("Singapore Standard Time", "Asia/Singapore"),
    ("AUS Eastern Standard Time", "Australia/Sydney"),
    ("New Zealand Standard Time", "Pacific/Auckland"),
];

/// A time as a calendar writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct When {
    /// What the clock on the wall shows.
    pub(super) wall: NaiveDateTime,
    /// The zone, where it says one.
    pub(super) zone: Option<Zone>,
    /// Whether it is a bare day.
    pub(super) is_day: bool,
}

impl When {
    /// The same moved by a length of wall clock.
    pub(super) fn plus(self, length: Duration) -> Self {
        Self { wall: self.wall.checked_add_signed(length).unwrap_or(self.wall), ..self }
    }
}

/// How the clocks of one calendar are read.
#[derive(Debug, Default)]
pub(super) struct Clocks {
    zones: HashMap<String, Zone>,
    own: Option<Zone>,
}

impl Clocks {
    /// Looks up the zones that a calendar describes, and its own.
    pub(super) fn of(calendar: &Calendar<'_>) -> Self {
        let mut zones = HashMap::new();
        for zone in &calendar.zones {
            let name = zone.text("TZID");
            let found = named(&name).or_else(|| Zone::parse(&zone.text("X-LIC-LOCATION")));
            zones.extend(found.map(|zone| (name, zone)));
        }
        Self { zones, own: named(&calendar.own.text("X-WR-TIMEZONE")) }
    }

    /// The time that a property tells.
    pub(super) fn when(&self, property: &Property) -> Option<When> {
        self.one(property, property.value.trim())
    }

    /// All times that a property tells.
    pub(super) fn list(&self, property: &Property) -> Vec<When> {
        let values = property.value.split(',').take(10_000);
        values.filter_map(|value| self.one(property, value.split('/').next()?.trim())).collect()
    }

    /// The zone that a property names and nobody knows.
    pub(super) fn unknown_zone<'p>(&self, property: &'p Property) -> Option<&'p str> {
        property.param("TZID").filter(|name| !self.zones.contains_key(*name) && named(name).is_none())
    }

    fn one(&self, property: &Property, value: &str) -> Option<When> {
        let (wall, is_utc) = date_time(value)?;
        let told = property.param("TZID").and_then(|name| self.zones.get(name).copied().or_else(|| named(name)));
        let zone = if is_utc { Some(Zone::UTC) } else { told };
        Some(When { wall, zone, is_day: !value.contains('T') })
    }

    /// The zone by which a time is read; UTC for one that floats in a calendar without a zone.
    pub(super) fn zone_of(&self, when: When) -> Zone {
        when.zone.or(self.own).unwrap_or(Zone::UTC)
    }

    /// The instant of a time, and how exactly it is known.
    pub(super) fn moment(&self, transcript: &mut Transcript, when: When) -> (Instant, Quality) {
        let quality = if when.is_day { Quality::MINUTE } else { Quality::SECOND };
        match when.zone.or(self.own) {
            Some(zone) => (transcript.skewed(zone.instant(when.wall)), quality),
            None => transcript.wall(when.wall, quality),
        }
    }
}

/// A zone by its name as calendars write it.
fn named(name: &str) -> Option<Zone> {
    let by_windows = || WINDOWS.iter().find(|(known, _)| *known == name).and_then(|(_, zone)| Zone::parse(zone));
    // Some put a path before the name: /example.org/20241206/Europe/Oslo.
    let tail = || {
        let parts: Vec<&str> = name.split('/').collect();
        let last = parts.get(parts.len().checked_sub(2)?..)?;
        Zone::parse(&last.join("/"))
    };
    Zone::parse(name).or_else(by_windows).or_else(tail)
}

/// Reads `20241206T143612Z`, `20241206T143612` or `20241206`; says whether it is UTC.
pub(crate) fn date_time(value: &str) -> Option<(NaiveDateTime, bool)> {
    let is_utc = value.ends_with(['Z', 'z']);
    let value = value.trim_end_matches(['Z', 'z']);
    let (day, clock) = value.split_once(['T', 't']).unwrap_or((value, "000000"));
    let day = NaiveDate::parse_from_str(day, "%Y%m%d").ok()?;
    let clock = NaiveTime::parse_from_str(clock, "%H%M%S").ok()?;
    Some((day.and_time(clock), is_utc))
}

/// Reads a length such as `P1W`, `P1DT12H` or `PT30M`.
pub(super) fn duration(value: &str) -> Option<Duration> {
    let value = value.trim().trim_start_matches('+').to_ascii_uppercase();
    let mut rest = value.strip_prefix('P')?;
    let mut total = Duration::zero();
    while !rest.is_empty() {
        if let Some(clock) = rest.strip_prefix('T') {
            rest = clock;
            continue;
        }
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let count: i64 = rest.get(..digits)?.parse().ok()?;
        let unit = match rest.get(digits..)?.chars().next()? {
            'W' => 7 * 86_400,
            'D' => 86_400,
            'H' => 3_600,
            'M' => 60,
            'S' => 1,
            _ => return None,
        };
        total = total.checked_add(&Duration::try_seconds(count.checked_mul(unit)?)?)?;
        rest = rest.get(digits + 1..)?;
    }
    Some(total)
}
