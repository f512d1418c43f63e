//! When work is usual: hours of a day, days of a week, holidays, each by somebody's own clock.
//!
//! The hours are the project's fact `work_hours` (`9-17` unless set). Holidays are its fact `holidays`
//! (days for everybody, or days by zone) and every calendar of the sources whose name says that it
//! holds holidays: for the people of the place that its name tells, else for everybody.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, NaiveDate, Weekday};
use serde_json::Value;

use crate::archive::{Archive, ChannelKind};
use crate::base::time::{Instant, Zone, minutes_of_day};
use crate::project::Project;

/// The fact that holds the usual hours, as `9-17`.
pub const HOURS_FACT: &str = "work_hours";
/// The fact that holds days on which nobody works.
pub const HOLIDAYS_FACT: &str = "holidays";

/// The hours of a day at which work is usual, in minutes past midnight; they may pass midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkingHours {
    /// The first minute.
    pub from: u32,
    /// The minute after the last.
    pub to: u32,
}

impl Default for WorkingHours {
    fn default() -> Self {
        Self { from: 9 * 60, to: 17 * 60 }
    }
}

impl WorkingHours {
    /// Reads `9-17`, `8:30-16:30` or `22-6`; `None` where it is something else or no time at all.
    pub fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once('-')?;
        let (from, to) = (clock(from)?, clock(to)?);
        (from != to && from < 24 * 60).then_some(Self { from, to })
    }

    /// Those of a project; 9 to 17 unless it says others.
    pub fn of(project: &Project) -> Self {
        project.fact_text(HOURS_FACT).and_then(Self::parse).unwrap_or_default()
    }

    /// `9 to 17`, `8:30 to 16:30`.
    pub fn words(self) -> String {
        format!("{} to {}", hour_words(self.from), hour_words(self.to))
    }

    /// The stretches of one day that they take: two where they pass midnight.
    pub fn within_a_day(self) -> Vec<(u32, u32)> {
        let day = 24 * 60;
        let stretches =
            if self.from < self.to { vec![(self.from, self.to)] } else { vec![(0, self.to), (self.from, day)] };
        stretches.into_iter().filter(|(from, to)| from < to).collect()
    }

    const fn holds(self, minutes: u32) -> bool {
        if self.from < self.to {
            self.from <= minutes && minutes < self.to
        } else {
            self.from <= minutes || minutes < self.to
        }
    }
}

/// A minute of the day as people write it: `9`, `8:30`.
pub fn hour_words(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (hour, 0) => hour.to_string(),
        (hour, minute) => format!("{hour}:{minute:02}"),
    }
}

fn clock(text: &str) -> Option<u32> {
    let (hours, minutes) = text.trim().split_once(':').unwrap_or((text.trim(), "0"));
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (minutes < 60 && hours * 60 + minutes <= 24 * 60).then_some(hours * 60 + minutes)
}

/// What part of their time a moment is for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartOfDay {
    /// Within working hours.
    Working,
    /// Outside them and awake, on a day of work.
    Free,
    /// A weekend or a holiday, by day.
    DayOff,
    /// Between ten in the evening and six in the morning, outside working hours.
    Night,
}

impl PartOfDay {
    /// What a card says of it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Working => "in working hours",
            Self::Free => "outside working hours",
            Self::DayOff => "a day off",
            Self::Night => "night",
        }
    }
}

/// When work is usual.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkTime {
    /// The hours of a day.
    pub hours: WorkingHours,
    /// Days off by the name of a zone; those for everybody under an empty name.
    holidays: BTreeMap<String, BTreeSet<NaiveDate>>,
}

impl WorkTime {
    /// The hours asked for, else those of the project, with the holidays of project and sources.
    pub fn of(project: &Project, archive: &Archive, hours: Option<WorkingHours>) -> Self {
        let hours = hours.unwrap_or_else(|| WorkingHours::of(project));
        let mut time = Self { hours, holidays: BTreeMap::new() };
        match project.fact(HOLIDAYS_FACT) {
            Some(Value::Object(by_zone)) => {
                by_zone.iter().for_each(|(zone, days)| time.add_holidays(zone, days_of(days)));
            }
            Some(days) => time.add_holidays("", days_of(days)),
            None => {}
        }
        time.take_calendars(archive);
        time
    }

    /// Days on which nobody works in a zone, or anywhere where its name is empty.
    pub fn add_holidays(&mut self, zone: &str, days: impl IntoIterator<Item = NaiveDate>) {
        self.holidays.entry(zone.to_owned()).or_default().extend(days);
    }

    fn take_calendars(&mut self, archive: &Archive) {
        for (channel, log) in archive.channels().filter(|(_, log)| log.meta().kind == ChannelKind::Lane) {
            let name = log.meta().name.unsanitised().to_lowercase();
            if name.contains("holiday") {
                // All-day entries stand at the midnight of their day, as if it were that of UTC.
                let days = archive.messages(channel).filter_map(|message| Zone::UTC.date(message.time()));
                let place = Zone::names().find(|zone| names_place(&name, zone)).unwrap_or_default();
                self.add_holidays(place, days.collect::<Vec<_>>());
            }
        }
    }

    /// What part of somebody's time a moment is; `None` for one without a date.
    pub fn part(&self, zone: Zone, at: Instant) -> Option<PartOfDay> {
        let (day, minutes) = (zone.date(at)?, minutes_of_day(zone, at)?);
        // What is left of a shift that began before midnight belongs to the day before.
        let is_rest = self.hours.from > self.hours.to && minutes < self.hours.to;
        let day = if is_rest { day.pred_opt().unwrap_or(day) } else { day };
        let is_off = self.is_day_off(zone, day);
        Some(match minutes {
            minutes if !is_off && self.hours.holds(minutes) => PartOfDay::Working,
            0..360 | 1320.. => PartOfDay::Night,
            _ if is_off => PartOfDay::DayOff,
            _ => PartOfDay::Free,
        })
    }

    /// Whether a moment lies within somebody's hours of work.
    pub fn is_working(&self, zone: Zone, at: Instant) -> Option<bool> {
        self.part(zone, at).map(|part| part == PartOfDay::Working)
    }

    fn is_day_off(&self, zone: Zone, day: NaiveDate) -> bool {
        let is_weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        is_weekend
            || ["", zone.name()].iter().any(|name| self.holidays.get(*name).is_some_and(|days| days.contains(&day)))
    }
}

fn days_of(days: &Value) -> Vec<NaiveDate> {
    let texts = days.as_array().map(Vec::as_slice).unwrap_or_default().iter().filter_map(Value::as_str);
    texts.filter_map(|text| NaiveDate::parse_from_str(text.get(..10)?, "%Y-%m-%d").ok()).collect()
}

/// Whether a calendar's name tells a zone or its city: `Holidays in New York`.
fn names_place(calendar: &str, zone: &str) -> bool {
    let zone = zone.to_lowercase();
    let Some((_, city)) = zone.rsplit_once('/') else { return false };
    let is_word = |word: &str| calendar.split(|c: char| !c.is_alphanumeric()).any(|part| part == word);
    let city = city.replace('_', " ");
    calendar.contains(&zone) || if city.contains(' ') { calendar.contains(&city) } else { is_word(&city) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(time: &WorkTime, zone: &str, at: &str) -> PartOfDay {
        time.part(Zone::parse(zone).unwrap(), Instant::parse_rfc3339(at).unwrap()).unwrap()
    }

    #[test]
    fn hours_are_read_as_people_write_them() {
        assert_eq!(WorkingHours::parse("9-17"), Some(WorkingHours::default()));
        assert_eq!(WorkingHours::parse("8:30 - 16:15"), Some(WorkingHours { from: 510, to: 975 }));
        assert_eq!(WorkingHours::parse("0-24"), Some(WorkingHours { from: 0, to: 1440 }));
        for bad in ["", "9", "9-9", "9-25", "nine-five", "9:70-17", "24-2"] {
            assert_eq!(WorkingHours::parse(bad), None, "{bad}");
        }
        assert_eq!(WorkingHours::parse("8:30-17").unwrap().words(), "8:30 to 17");
    }

    #[test]
    fn late_in_one_zone_is_working_time_in_another() {
        let time = WorkTime::default();
        let late = "2024-09-20T03:30:00Z";
        assert_eq!(part(&time, "America/New_York", late), PartOfDay::Night);
        assert_eq!(part(&time, "Asia/Tokyo", late), PartOfDay::Working);
        let sunday = "2025-03-30T21:10:00Z";
        assert_eq!(part(&time, "Europe/Dublin", sunday), PartOfDay::Night);
        assert_eq!(part(&time, "Pacific/Auckland", sunday), PartOfDay::Working, "it is Monday there");
    }

    #[test]
    fn the_offset_is_that_of_the_day() {
        let time = WorkTime::default();
        // New York put its clocks forward on 9 March 2025.
        assert_eq!(part(&time, "America/New_York", "2025-03-07T13:30:00Z"), PartOfDay::Free);
        assert_eq!(part(&time, "America/New_York", "2025-03-10T13:30:00Z"), PartOfDay::Working);
        assert_eq!(part(&time, "America/New_York", "2025-03-08T16:00:00Z"), PartOfDay::DayOff);
    }

    #[test]
    fn holidays_count_where_they_are_kept() {
        let mut time = WorkTime::default();
        let day = NaiveDate::from_ymd_opt(2024, 11, 28).unwrap();
        time.add_holidays("America/New_York", [day]);
        let noon = "2024-11-28T15:00:00Z";
        assert_eq!(part(&time, "America/New_York", noon), PartOfDay::DayOff);
        assert_eq!(part(&time, "Europe/Dublin", noon), PartOfDay::Working);
        time.add_holidays("", [day]);
        assert_eq!(part(&time, "Europe/Dublin", noon), PartOfDay::DayOff);
    }

    fn lane(name: &str, day: &str) -> Archive {
        use crate::archive::builder::{LogBuilder, Record};
        let mut log = LogBuilder::new(crate::archive::ChannelMeta::lane("calendar", "days", name));
        let at = Instant::parse_rfc3339(&format!("{day}T00:00:00Z")).unwrap();
        log.push(Record { kind: crate::archive::MessageType::Event, ..Record::new(day, at) });
        Archive::new(vec![std::sync::Arc::new(log.finish())], std::sync::Arc::default(), true)
    }

    #[test]
    fn a_calendar_of_holidays_among_the_sources_takes_its_days_out() {
        let noon = "2024-12-26T12:00:00Z";
        let project = Project::default();
        let dublin = WorkTime::of(&project, &lane("Holidays in Dublin", "2024-12-26"), None);
        assert_eq!(part(&dublin, "Europe/Dublin", noon), PartOfDay::DayOff);
        assert_eq!(part(&dublin, "Europe/Oslo", noon), PartOfDay::Working);
        let all = WorkTime::of(&project, &lane("Company holidays", "2024-12-26"), None);
        assert_eq!(part(&all, "Europe/Oslo", noon), PartOfDay::DayOff);
        let other = WorkTime::of(&project, &lane("Deploys", "2024-12-26"), None);
        assert_eq!(part(&other, "Europe/Oslo", noon), PartOfDay::Working);
    }

    #[test]
    fn hours_may_pass_midnight() {
        let time = WorkTime { hours: WorkingHours::parse("22-6").unwrap(), ..WorkTime::default() };
        assert_eq!(part(&time, "UTC", "2024-12-06T23:00:00Z"), PartOfDay::Working);
        assert_eq!(part(&time, "UTC", "2024-12-07T02:00:00Z"), PartOfDay::Working, "Friday's shift ends on Saturday");
        assert_eq!(part(&time, "UTC", "2024-12-07T23:00:00Z"), PartOfDay::Night);
    }

    #[test]
    fn a_calendar_says_for_which_place_it_is() {
        assert!(names_place("holidays in new york", "America/New_York"));
        assert!(names_place("holidays, dublin", "Europe/Dublin"));
        assert!(!names_place("holidays of the company", "Asia/Famagusta"));
    }
}
