//! When an entry repeats: the rules of calendars, on the clock of the wall, within a window.
//!
//! Walks day by day, so that no rule can make it run away: each day costs one of a budget.

use chrono::{Datelike as _, Duration, NaiveDate, NaiveDateTime, NaiveTime, Timelike as _, Weekday};

/// Most times that one entry may repeat.
const MOST: usize = 5_000;

/// How often a rule repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Frequency {
    Hourly,
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// The last moment of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// By the clock of the wall.
    Wall(NaiveDateTime),
    /// By coordinated universal time.
    Utc(NaiveDateTime),
}

/// A rule such as `FREQ=WEEKLY;INTERVAL=2;COUNT=2`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    frequency: Frequency,
    interval: i64,
    count: Option<usize>,
    /// Its last moment.
    pub(super) until: Option<Until>,
    by_day: Vec<(i32, Weekday)>,
    by_month_day: Vec<i32>,
    by_month: Vec<u32>,
    by_hour: Vec<u32>,
    by_minute: Vec<u32>,
    by_place: Vec<i32>,
    week_start: Weekday,
}

/// The stretch of wall clock in which starts are wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    /// The first start.
    pub(super) from: NaiveDateTime,
    /// The last start.
    pub(super) to: NaiveDateTime,
    /// The last start that the rule itself allows.
    pub(super) until: Option<NaiveDateTime>,
}

impl Rule {
    /// Reads a rule; an error says which part is not understood.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut rule = Self {
            frequency: Frequency::Daily,
            interval: 1,
            count: None,
            until: None,
            by_day: Vec::new(),
            by_month_day: Vec::new(),
            by_month: Vec::new(),
            by_hour: Vec::new(),
            by_minute: Vec::new(),
            by_place: Vec::new(),
            week_start: Weekday::Mon,
        };
        let mut has_frequency = false;
        for part in text.trim().split(';').filter(|part| !part.is_empty()) {
            let (key, value) = part.split_once('=').ok_or_else(|| part.to_owned())?;
            has_frequency |= key.eq_ignore_ascii_case("FREQ");
            rule.set(&key.to_ascii_uppercase(), &value.to_ascii_uppercase()).ok_or_else(|| part.to_owned())?;
        }
        if has_frequency { Ok(rule) } else { Err("it has no FREQ".to_owned()) }
    }

    fn set(&mut self, key: &str, value: &str) -> Option<()> {
        match key {
            "FREQ" => self.frequency = frequency(value)?,
            "INTERVAL" => self.interval = value.parse().ok().filter(|interval| (1..=10_000).contains(interval))?,
            "COUNT" => self.count = Some(value.parse().ok()?),
            "UNTIL" => {
                let (wall, is_utc) = super::date_time(value)?;
                // A bare day belongs to the rule as a whole.
                let wall = if value.contains('T') { wall } else { wall.date().and_hms_opt(23, 59, 59)? };
                self.until = Some(if is_utc { Until::Utc(wall) } else { Until::Wall(wall) });
            }
            "BYDAY" => self.by_day = list(value, nth_weekday)?,
            "BYMONTHDAY" => self.by_month_day = list(value, |day| day.parse().ok())?,
            "BYMONTH" => self.by_month = list(value, |month| month.parse().ok())?,
            "BYHOUR" => self.by_hour = list(value, |hour| hour.parse().ok().filter(|hour| *hour < 24))?,
            "BYMINUTE" => self.by_minute = list(value, |minute| minute.parse().ok().filter(|minute| *minute < 60))?,
            "BYSETPOS" => self.by_place = list(value, |place| place.parse().ok())?,
            "BYSECOND" if value == "0" => {}
            "WKST" => self.week_start = weekday(value)?,
            _ => return None,
        }
        Some(())
    }

    /// The starts of an entry that begins at `first`, in order; each day walked costs one of the
    /// budget, and nothing is found once it is spent.
    pub(super) fn starts(&self, first: NaiveDateTime, wanted: Wanted, budget: &mut usize) -> Vec<NaiveDateTime> {
        let last = wanted.until.map_or(wanted.to, |until| until.min(wanted.to));
        let mut found = Vec::new();
        let mut left = self.count.unwrap_or(usize::MAX);
        let mut take = |group: Vec<NaiveDateTime>| {
            for at in self.placed(group).into_iter().filter(|at| *at >= first) {
                if left == 0 || at > last || found.len() >= MOST {
                    return false;
                }
                left -= 1;
                if at >= wanted.from {
                    found.push(at);
                }
            }
            left > 0
        };
        // Without a count, what lies before the window need not be walked through.
        let early = wanted.from.date().checked_sub_signed(Duration::days(366)).unwrap_or(first.date());
        let mut day = if self.count.is_some() { first.date() } else { first.date().max(early) };
        let (mut group, mut period) = (Vec::new(), self.period(first.date(), day));
        while day <= last.date() && *budget > 0 {
            *budget -= 1;
            let now = self.period(first.date(), day);
            if now != period {
                period = now;
                if !take(std::mem::take(&mut group)) {
                    return found;
                }
            }
            if period >= 0 && period % self.interval_of_days() == 0 && self.fits(first, day) {
                group.extend(self.times(first, day));
            }
            let Some(next) = day.succ_opt() else { break };
            day = next;
        }
        take(group);
        found
    }

    fn interval_of_days(&self) -> i64 {
        if self.frequency == Frequency::Hourly { 1 } else { self.interval }
    }

    /// Which period of the rule a day lies in, counted from the one that holds the first start.
    fn period(&self, first: NaiveDate, day: NaiveDate) -> i64 {
        let months = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
        match self.frequency {
            Frequency::Hourly | Frequency::Daily => (day - first).num_days(),
            Frequency::Weekly => {
                let into_week = i64::from(first.weekday().days_since(self.week_start));
                ((day - first).num_days() + into_week).div_euclid(7)
            }
            Frequency::Monthly => months(day) - months(first),
            Frequency::Yearly => i64::from(day.year()) - i64::from(first.year()),
        }
    }

    fn fits(&self, first: NaiveDateTime, day: NaiveDate) -> bool {
        let in_month = self.by_month.is_empty() || self.by_month.contains(&day.month());
        let length = days_of_month(day);
        let from_end = day.day() as i32 - length - 1;
        let on_day = self.by_month_day.is_empty()
            || self.by_month_day.iter().any(|&wanted| wanted == day.day() as i32 || wanted == from_end);
        let on_weekday = self.by_day.is_empty() || self.by_day.iter().any(|&nth| self.is_nth(nth, day));
        let says_day = !self.by_day.is_empty() || !self.by_month_day.is_empty();
        let as_first = match self.frequency {
            _ if says_day => true,
            Frequency::Hourly | Frequency::Daily => true,
            Frequency::Weekly => day.weekday() == first.weekday(),
            Frequency::Monthly => day.day() == first.day(),
            Frequency::Yearly => {
                day.day() == first.day() && (!self.by_month.is_empty() || day.month() == first.month())
            }
        };
        in_month && on_day && on_weekday && as_first
    }

    /// Whether a day is the wanted weekday: any, or the n-th of its month or year, from either end.
    fn is_nth(&self, (nth, weekday): (i32, Weekday), day: NaiveDate) -> bool {
        if day.weekday() != weekday {
            return false;
        }
        let (place, length) = match self.frequency {
            Frequency::Yearly if self.by_month.is_empty() => (day.ordinal0() as i32, days_of_year(day)),
            Frequency::Monthly | Frequency::Yearly => (day.day0() as i32, days_of_month(day)),
            _ => return true,
        };
        nth == 0 || nth == place / 7 + 1 || nth == -((length - 1 - place) / 7 + 1)
    }

    fn times(&self, first: NaiveDateTime, day: NaiveDate) -> Vec<NaiveDateTime> {
        if self.frequency == Frequency::Hourly {
            return self.hours(first, day);
        }
        let (hour, minute) = ([first.hour()], [first.minute()]);
        let hours = if self.by_hour.is_empty() { hour.as_slice() } else { &self.by_hour };
        let minutes = if self.by_minute.is_empty() { minute.as_slice() } else { &self.by_minute };
        let clocks = hours.iter().flat_map(|&hour| minutes.iter().map(move |&minute| (hour, minute)));
        let mut times: Vec<NaiveDateTime> = clocks
            .filter_map(|(hour, minute)| Some(day.and_time(NaiveTime::from_hms_opt(hour, minute, first.second())?)))
            .collect();
        times.sort_unstable();
        times
    }

    /// Every so many hours of a day, counted from the first start.
    fn hours(&self, first: NaiveDateTime, day: NaiveDate) -> Vec<NaiveDateTime> {
        let starts = day.and_time(NaiveTime::MIN);
        let behind = (starts - first).num_seconds();
        let step = self.interval * 3_600;
        let skipped = behind.div_euclid(step) + i64::from(behind.rem_euclid(step) > 0);
        let next = first.checked_add_signed(Duration::seconds(skipped * step));
        let hours = std::iter::successors(next, |at| at.checked_add_signed(Duration::seconds(step)));
        let of_day = hours.take_while(|at| at.date() == day);
        of_day.filter(|at| self.by_hour.is_empty() || self.by_hour.contains(&at.hour())).collect()
    }

    /// Only the wanted places of a period, where the rule asks for some.
    fn placed(&self, group: Vec<NaiveDateTime>) -> Vec<NaiveDateTime> {
        if self.by_place.is_empty() {
            return group;
        }
        let length = group.len() as i32;
        let is_wanted = |place: usize| {
            let place = place as i32;
            self.by_place.iter().any(|&wanted| wanted == place + 1 || wanted == place - length)
        };
        group.into_iter().enumerate().filter(|(place, _)| is_wanted(*place)).map(|(_, at)| at).collect()
    }
}

fn list<T>(value: &str, read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    value.split(',').take(400).map(|part| read(part.trim())).collect()
}

fn frequency(value: &str) -> Option<Frequency> {
    Some(match value {
        "HOURLY" => Frequency::Hourly,
        "DAILY" => Frequency::Daily,
        "WEEKLY" => Frequency::Weekly,
        "MONTHLY" => Frequency::Monthly,
        "YEARLY" => Frequency::Yearly,
        _ => return None,
    })
}

fn weekday(value: &str) -> Option<Weekday> {
    Some(match value {
        "MO" => Weekday::Mon,
        "TU" => Weekday::Tue,
        "WE" => Weekday::Wed,
        "TH" => Weekday::Thu,
        "FR" => Weekday::Fri,
        "SA" => Weekday::Sat,
        "SU" => Weekday::Sun,
        _ => return None,
    })
}

/// `MO`, `2TU` or `-1FR`; 0 stands for each.
fn nth_weekday(value: &str) -> Option<(i32, Weekday)> {
    let at = value.len().checked_sub(2)?;
    let (nth, day) = value.split_at_checked(at)?;
    let nth = if nth.is_empty() { 0 } else { nth.parse().ok()? };
    Some((nth, weekday(day)?))
}

fn days_of_month(day: NaiveDate) -> i32 {
    i32::from(day.num_days_in_month())
}

fn days_of_year(day: NaiveDate) -> i32 {
    if day.leap_year() { 366 } else { 365 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wall(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
    }

    fn starts(rule: &str, first: &str, from: &str, to: &str) -> Vec<String> {
        let rule = Rule::parse(rule).unwrap();
        let until = rule.until.map(|(Until::Wall(at) | Until::Utc(at))| at);
        let wanted = Wanted { from: wall(from), to: wall(to), until };
        let found = rule.starts(wall(first), wanted, &mut 100_000);
        found.iter().map(|at| at.format("%m-%d %H:%M").to_string()).collect()
    }

    #[test]
    fn weeks_are_counted_from_the_first_and_a_count_ends_them() {
        let found =
            starts("FREQ=WEEKLY;INTERVAL=2;COUNT=3", "2024-11-18 12:00", "2024-11-20 00:00", "2025-02-01 00:00");
        assert_eq!(found, ["12-02 12:00", "12-16 12:00"]);
        let found = starts("FREQ=WEEKLY;BYDAY=MO,TH", "2020-01-06 09:00", "2024-12-01 00:00", "2024-12-10 00:00");
        assert_eq!(found, ["12-02 09:00", "12-05 09:00", "12-09 09:00"]);
        let found =
            starts("FREQ=WEEKLY;UNTIL=20241209T090000", "2024-12-02 09:00", "2024-12-01 00:00", "2025-12-10 00:00");
        assert_eq!(found, ["12-02 09:00", "12-09 09:00"]);
    }

    #[test]
    fn months_know_their_last_friday_and_their_last_day() {
        let found = starts("FREQ=MONTHLY;BYDAY=-1FR", "2024-10-25 10:00", "2024-10-01 00:00", "2024-12-31 00:00");
        assert_eq!(found, ["10-25 10:00", "11-29 10:00", "12-27 10:00"]);
        let found = starts("FREQ=MONTHLY;BYMONTHDAY=-1", "2024-01-31 10:00", "2024-02-01 00:00", "2024-04-30 12:00");
        assert_eq!(found, ["02-29 10:00", "03-31 10:00", "04-30 10:00"]);
        let weekdays = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1";
        let found = starts(weekdays, "2024-11-01 08:00", "2024-11-01 00:00", "2024-12-31 23:00");
        assert_eq!(found, ["11-01 08:00", "11-29 08:00", "12-02 08:00", "12-31 08:00"]);
    }

    #[test]
    fn days_hours_and_years_repeat_too() {
        let found = starts("FREQ=DAILY;INTERVAL=3", "2024-12-01 00:00", "2024-12-05 00:00", "2024-12-11 00:00");
        assert_eq!(found, ["12-07 00:00", "12-10 00:00"]);
        let found = starts("FREQ=HOURLY;INTERVAL=8", "2024-12-01 06:00", "2024-12-02 00:00", "2024-12-02 23:00");
        assert_eq!(found, ["12-02 06:00", "12-02 14:00", "12-02 22:00"]);
        let found = starts("FREQ=YEARLY", "2020-02-29 07:00", "2021-01-01 00:00", "2024-12-31 00:00");
        assert_eq!(found, ["02-29 07:00"]);
    }

    #[test]
    fn what_is_not_understood_is_said_and_no_rule_runs_away() {
        assert_eq!(Rule::parse("FREQ=WEEKLY;BYWEEKNO=3"), Err("BYWEEKNO=3".to_owned()));
        assert_eq!(Rule::parse("INTERVAL=1"), Err("it has no FREQ".to_owned()));
        assert!(Rule::parse("FREQ=DAILY;INTERVAL=0").is_err());
        let rule = Rule::parse("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=9").unwrap();
        let wanted = Wanted { from: wall("0100-01-01 00:00"), to: wall("9999-01-01 00:00"), until: None };
        let mut budget = 1_000;
        assert!(rule.starts(wall("0001-01-01 00:00"), wanted, &mut budget).is_empty());
        assert_eq!(budget, 0);
    }
}
