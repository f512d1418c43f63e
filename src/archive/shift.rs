//! Who was on call when, as a source tells it.

use super::PersonIx;
use crate::base::text::RawString;
use crate::base::time::Instant;

/// One time on call. Half-open: the end belongs to whoever follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// Who was on call.
    pub person: PersonIx,
    /// Its beginning; `None` for somebody who always is.
    pub start: Option<Instant>,
    /// Its end, not included; `None` for somebody who always is.
    pub end: Option<Instant>,
    /// The name of the schedule; foreign.
    pub rota: RawString,
    /// The level at which alerts reach them, from 1, where told.
    pub level: Option<u32>,
}

impl Shift {
    /// Whether it holds at `at`.
    pub fn holds(&self, at: Instant) -> bool {
        self.start.is_none_or(|start| start <= at) && self.end.is_none_or(|end| at < end)
    }
}
