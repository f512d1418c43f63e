//! What a scan finds.

use std::sync::Arc;

use crate::archive::MsgIx;
use crate::base::id::{MessageId, Target};
use crate::base::time::Instant;
use crate::search::Match;
use crate::search::in_time::InTime;

/// A message in which every word was found, at least one of them only close by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// The message.
    pub ix: MsgIx,
    /// How close; the higher the better.
    pub score: i64,
}

/// A message that was found by the copy that the project keeps of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptHit {
    /// The message.
    pub id: MessageId,
    /// When it was posted.
    pub at: Instant,
    /// As asked or close by.
    pub how: Match,
    /// How close; the higher the better.
    pub score: i64,
}

/// A word that may have been meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The word as typed.
    pub typed: String,
    /// The word that may have been meant.
    pub word: String,
    /// The whole query with that word put in.
    pub query: String,
    /// How many messages that query finds exactly.
    pub count: usize,
}

/// What a scan has found so far; copying it copies no message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hits {
    /// Messages that answer as asked, in time order.
    pub exact: InTime,
    /// Messages that are close, the best first, of equals the newest; while the scan runs only the
    /// best of those found so far.
    pub fuzzy: Arc<[Hit]>,
    /// The messages that are close, in time order.
    pub close: InTime,
    /// Supplemental events that answer as asked, in time order; none when certain rows are searched.
    pub events: Vec<Target>,
    /// Messages that only the project keeps, in time order; none unless the context names them.
    pub kept: Vec<KeptHit>,
    /// How many messages answer as asked.
    pub exact_total: usize,
    /// How many are close.
    pub fuzzy_total: usize,
    /// Words that may have been meant, the most said first; complete when the scan is done.
    pub suggestions: Vec<Suggestion>,
}

impl Hits {
    /// Exact and close messages, kept ones too, and events together.
    pub const fn total(&self) -> usize {
        self.exact_total + self.fuzzy_total + self.events.len() + self.kept.len()
    }

    /// How many of them are only close.
    pub fn close_total(&self) -> usize {
        self.fuzzy_total + self.kept.iter().filter(|hit| hit.how == Match::Close).count()
    }

    /// How many messages of the archive are listed: exact ones, then close ones.
    pub fn listed(&self) -> usize {
        self.exact.len() + self.fuzzy.len()
    }

    /// The message at a place of that list.
    pub fn at(&self, place: usize) -> Option<MsgIx> {
        match place.checked_sub(self.exact.len()) {
            None => self.exact.get(place),
            Some(close) => self.fuzzy.get(close).map(|hit| hit.ix),
        }
    }
}
