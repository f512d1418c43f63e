//! The span of time that is wanted of the sources.

use super::LoadOptions;
use crate::base::time::{Instant, Micros};

/// The span of time that is wanted; both ends belong to it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Window {
    pub(crate) since: Option<Instant>,
    pub(crate) until: Option<Instant>,
}

impl Window {
    /// The window that a load asks for.
    pub(crate) const fn of(options: &LoadOptions) -> Self {
        Self { since: options.since, until: options.until }
    }

    /// The same span as a clock tells it that is `skew` ahead.
    pub(crate) fn plus(self, skew: Micros) -> Self {
        let moved = |at: Instant| at.plus(skew);
        Self { since: self.since.map(moved), until: self.until.map(moved) }
    }

    /// Whether a message posted at `at` is wanted; undated ones always are.
    pub(crate) fn holds(self, at: Instant) -> bool {
        !at.is_dated() || (self.since.is_none_or(|since| at >= since) && self.until.is_none_or(|until| at <= until))
    }

    /// Whether what lies between two instants may hold wanted messages.
    pub(crate) fn may_hold(self, span: Option<(Instant, Instant)>) -> bool {
        let Some((first, last)) = span else { return true };
        self.since.is_none_or(|since| last >= since) && self.until.is_none_or(|until| first <= until)
    }
}
