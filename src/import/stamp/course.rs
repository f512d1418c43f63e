//! The times of one text, read one after the other: each may lean on the one before.

use chrono::{Datelike as _, NaiveDate};

use super::{Days, Decision, Written, WrittenDay, no_day};
use crate::archive::Quality;
use crate::base::time::Instant;
use crate::import::whole::Transcript;

/// How far the times of a text have come.
#[derive(Debug, Clone)]
pub(crate) struct Course {
    decision: Decision,
    days: Days,
    /// The day that was told last, by the text or by somebody.
    told: Option<NaiveDate>,
    year: Option<i32>,
    month: u32,
}

impl Course {
    /// Begins on a day, if one is known.
    pub(crate) fn new(decision: Decision, day: Option<NaiveDate>) -> Self {
        Self { decision, days: Days::from(day), told: day, year: day.map(|day| day.year()), month: 0 }
    }

    /// A day is told: the next clock is of that day.
    pub(crate) fn set_day(&mut self, day: NaiveDate) {
        self.days.set(day);
        self.told = Some(day);
        self.year = Some(day.year());
        self.month = day.month();
    }

    /// The next clock is of another day, of which nothing tells how much later it is.
    pub(crate) fn next_day(&mut self) {
        if let Some(day) = self.days.day().and_then(|day| day.succ_opt()) {
            self.days.set(day);
        }
    }

    /// The day that goes on now.
    pub(crate) const fn day(&self) -> Option<NaiveDate> {
        self.days.day()
    }

    /// The day meant, where the text leaves the order of its numbers or the year open.
    pub(crate) fn date(&mut self, day: WrittenDay) -> Option<NaiveDate> {
        let year = self.year_of(day);
        day.date(&self.decision, year)
    }

    /// The instant that is meant; `None` for a date that does not exist.
    pub(crate) fn time(&mut self, written: &Written, transcript: &mut Transcript) -> Option<(Instant, Quality)> {
        if let Written::Clock(clock, quality) = *written {
            if self.days.day().is_none() {
                self.days.set(no_day());
                transcript.guess("nothing tells the day of its clocks; 1 January 1970 stands for it (--day says it)");
            }
            let wall = self.days.at(clock)?;
            let inferred = if self.told == Some(wall.date()) { Quality::EXACT } else { Quality::INFERRED };
            return Some(transcript.wall(wall, quality.with(inferred)));
        }
        let year = written.day().map_or(0, |day| self.year_of(day));
        if self.year.is_none() && matches!(written.day(), Some(WrittenDay::NoYear { .. })) {
            transcript.guess("nothing tells the year of its days; 1970 stands for it (--day says it)");
        }
        if let Some((at, quality)) = written.instant(&self.decision, year) {
            return Some((transcript.skewed(at), quality));
        }
        let (wall, quality) = written.wall(&self.decision, year)?;
        if matches!(written.day(), Some(WrittenDay::NoYear { .. })) && self.year.is_none() {
            self.year = Some(year);
        }
        // A clock that follows without a day goes on from here.
        self.days.set(wall.date());
        self.days.at(wall.time());
        self.told = Some(wall.date());
        Some(transcript.wall(wall, quality))
    }

    /// The year of a day without one: it goes on when December is followed by January.
    fn year_of(&mut self, day: WrittenDay) -> i32 {
        let WrittenDay::NoYear { month, .. } = day else { return self.year.unwrap_or(0) };
        if self.month > month && self.month - month > 6 {
            self.year = self.year.map(|year| year + 1);
        }
        self.month = month;
        self.year.unwrap_or_else(|| no_day().year())
    }
}
