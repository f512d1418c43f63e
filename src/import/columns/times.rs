//! How the times of a whole column are to be read: the unit of its numbers and the order of day and
//! month are decided over all of it, and said.

use std::collections::BTreeMap;

use super::{Cells, Columns, Role};
use crate::base::reading::ReadAs;
use crate::base::time::{Instant, Zone};
use crate::import::clock::{self, Told, Unit};
use crate::import::stamp::{self, Dates, Decision};

/// How the times of a column are to be read.
#[derive(Debug, Clone)]
pub(crate) struct Times {
    unit: Option<Unit>,
    dates: Decision,
    /// Whether the column says by its name that its clocks are UTC.
    is_utc: bool,
}

impl Times {
    /// Looks at the times of all records.
    pub(crate) fn judge<'t>(columns: &Columns, records: impl Iterator<Item = Cells<'t>>, said: &ReadAs) -> Self {
        let mut judge = Judge::default();
        for cells in records {
            judge.look_at(columns, &cells);
        }
        judge.decide(columns, said)
    }

    /// What had to be guessed, as printable sentences.
    pub(crate) fn notes(&self, columns: &Columns) -> Vec<String> {
        let mut notes: Vec<String> = self.dates.guess.iter().cloned().collect();
        let name = columns.column(Role::Time).and_then(|at| columns.names.get(at));
        if let (Some(unit), Some(name)) = (self.unit, name) {
            notes.push(format!("the numbers of \"{}\" are {}", name.tty_line(), unit.words()));
        }
        notes
    }

    /// Whether the times are written so that nothing else can be meant: a bare number of days can
    /// be any number.
    pub(crate) fn is_certain(&self) -> bool {
        self.unit != Some(Unit::SpreadsheetDays)
    }

    /// What the time of a record tells; `None` where it cannot be read.
    pub(crate) fn told(&self, columns: &Columns, cells: &Cells<'_>) -> Option<Told> {
        let cell = cells.get(columns, Role::Time)?;
        if let Some(day) = cells.get(columns, Role::Day) {
            let Told::Day(day) = clock::told(&day, &self.dates)? else { return None };
            let (clock, precision) = clock::clock_alone(&cell)?;
            return Some(self.settled(Told::Wall(day.and_time(clock), precision)));
        }
        let counted = clock::number(&cell).and_then(|number| Some((number, Unit::of(number)?)));
        if let Some((number, unit)) = counted {
            // A column is of one unit; a number that makes no sense in it is no time.
            let unit = self.unit.filter(|column| *column == unit)?;
            let (at, precision) = unit.instant(number)?;
            return Some(match (unit, at.to_utc()) {
                (Unit::SpreadsheetDays, Some(utc)) => self.settled(Told::Wall(utc.naive_utc(), precision)),
                _ => Told::At(at, precision),
            });
        }
        clock::told(&cell, &self.dates).map(|told| self.settled(told))
    }

    fn settled(&self, told: Told) -> Told {
        match told {
            Told::Wall(wall, precision) if self.is_utc => Told::At(Zone::UTC.instant(wall), precision),
            told => told,
        }
    }

    /// The instant as a preview shows it: a clock without a zone as if it were UTC.
    pub(crate) fn shown(&self, columns: &Columns, cells: &Cells<'_>) -> Option<Instant> {
        Some(match self.told(columns, cells)? {
            Told::At(at, _) => at,
            Told::Wall(wall, _) => Zone::UTC.instant(wall),
            Told::Day(day) => Zone::UTC.instant(day.and_time(chrono::NaiveTime::MIN)),
        })
    }
}

/// What the times of a column look like so far.
#[derive(Debug, Default)]
struct Judge {
    units: BTreeMap<Unit, usize>,
    dates: Dates,
}

impl Judge {
    /// Looks at the time of one more record.
    fn look_at(&mut self, columns: &Columns, cells: &Cells<'_>) {
        let role = if columns.column(Role::Day).is_some() { Role::Day } else { Role::Time };
        let Some(cell) = cells.get(columns, role) else { return };
        match clock::number(&cell).and_then(Unit::of) {
            Some(unit) => *self.units.entry(unit).or_default() += 1,
            None => self.dates.see(stamp::read(&cell).and_then(|written| written.day())),
        }
    }

    /// How the column is to be read.
    fn decide(self, columns: &Columns, said: &ReadAs) -> Times {
        let unit = self.units.iter().max_by_key(|(_, count)| **count).map(|(unit, _)| *unit);
        let dates = self.dates.decide(said.day_order);
        let name = columns.column(Role::Time).and_then(|at| columns.names.get(at));
        let is_utc = name.is_some_and(|name| {
            let name = name.unsanitised().to_ascii_lowercase();
            name.split(|c: char| !c.is_ascii_alphabetic()).any(|word| matches!(word, "utc" | "gmt"))
        });
        Times { unit, dates, is_utc }
    }
}
