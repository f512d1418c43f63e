//! How a source is to be read, where its content does not tell: said on the command line, kept in
//! a project, used by the import.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::time::{Micros, Zone};

/// How a source is to be read, as far as somebody said so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadAs {
    /// Its format by its key; else found by content.
    pub format: Option<String>,
    /// The zone of clocks that do not say theirs.
    pub zone: Option<Zone>,
    /// Microseconds by which its clock is ahead.
    pub skew: Micros,
    /// The day of the first clock, where it tells none.
    pub day: Option<NaiveDate>,
    /// Whether `3/4` is the third of April.
    pub day_order: Option<DayOrder>,
    /// The shape of its records, for text of no known format.
    pub pattern: Option<String>,
    /// Which column of a table or key of a record holds what: `time` is `created`.
    pub columns: BTreeMap<String, String>,
}

/// Which of two numbers of a date is the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayOrder {
    /// `3/4` is the third of April.
    DayFirst,
    /// `3/4` is the fourth of March.
    MonthFirst,
}

impl ReadAs {
    /// This, and what `other` says where this says nothing.
    #[must_use]
    pub fn or(self, other: &Self) -> Self {
        Self {
            format: self.format.or_else(|| other.format.clone()),
            zone: self.zone.or(other.zone),
            skew: if self.skew == 0 { other.skew } else { self.skew },
            day: self.day.or(other.day),
            day_order: self.day_order.or(other.day_order),
            pattern: self.pattern.or_else(|| other.pattern.clone()),
            columns: if self.columns.is_empty() { other.columns.clone() } else { self.columns },
        }
    }
}
