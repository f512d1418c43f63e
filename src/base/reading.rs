//! How a source is to be read, where its content does not tell: said on the command line, kept in
//! a project, used by the import.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::time::{Micros, Zone};

/// The path that stands for what is piped in.
pub const STANDARD_INPUT: &str = "-";

/// What a project calls a source that was piped in, before the time at which it was.
pub const PIPED_SOURCE: &str = "standard input, ";

/// Whether a path stands for what is piped in.
pub fn is_standard_input(path: &Path) -> bool {
    path.as_os_str() == STANDARD_INPUT
}

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DayOrder {
    /// `3/4` is the third of April.
    DayFirst,
    /// `3/4` is the fourth of March.
    MonthFirst,
}

/// A day of the calendar as files and edits hold it: `2024-12-06`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day(pub NaiveDate);

impl Day {
    /// Reads `2024-12-06`.
    pub fn parse(text: &str) -> Option<Self> {
        NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok().map(Self)
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0.format("%Y-%m-%d"))
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom(format!("`{text}` is no day; write 2024-12-06")))
    }
}

impl DayOrder {
    /// The word in files and on the command line: `day-first`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::DayFirst => "day-first",
            Self::MonthFirst => "month-first",
        }
    }

    /// Reads a [`DayOrder::word`].
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::DayFirst, Self::MonthFirst].into_iter().find(|order| order.word() == word)
    }
}

impl ReadAs {
    /// Whether nothing is said.
    pub fn is_silent(&self) -> bool {
        *self == Self::default()
    }

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
