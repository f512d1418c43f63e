//! The running search and the last one: query, hits, what is highlighted.

use std::sync::Arc;

use crate::archive::MsgIx;
use crate::search::highlight::Highlighter;
use crate::search::in_time::Moment;
use crate::search::scan::Hits;

/// The running or last search.
#[derive(Default)]
pub struct Find {
    /// What was typed.
    pub text: String,
    /// Counts searches: results of older ones are dropped.
    pub generation: u64,
    /// The count when it was opened: since then all searches have one scope.
    pub opened: u64,
    /// What was found so far.
    pub hits: Option<Arc<Hits>>,
    /// Whether it is still looking.
    pub running: bool,
    /// How long the scan took, in milliseconds.
    pub millis: u128,
    /// Whether it looks in all channels.
    pub everywhere: bool,
    /// Why the query could not be read.
    pub problem: Option<String>,
    highlighter: Option<Arc<Highlighter>>,
}

impl Find {
    /// What is highlighted in messages.
    pub fn highlighter(&self) -> Option<&Highlighter> {
        self.highlighter.as_deref()
    }

    /// Sets what is highlighted.
    pub fn highlight(&mut self, highlighter: Option<Arc<Highlighter>>) {
        self.highlighter = highlighter;
    }

    /// Forgets hits and highlights; results on their way are dropped.
    pub fn clear(&mut self) {
        let generation = self.generation + 1;
        *self = Self { generation, opened: generation, ..Self::default() };
    }

    /// How many hits are listed: exact ones in time order, then close ones.
    pub fn listed(&self) -> usize {
        self.hits.as_ref().map_or(0, |hits| hits.listed())
    }

    /// The hit at a place of that list.
    pub fn at(&self, place: usize) -> Option<MsgIx> {
        self.hits.as_ref()?.at(place)
    }

    /// The hit after a moment, exact or close, or the one before it; from the last to the first.
    /// With it its place in time, from 1.
    pub fn beside(&self, here: Option<Moment>, forth: bool) -> Option<(MsgIx, usize)> {
        let sets = self.hits.as_ref().map(|hits| [&hits.exact, &hits.close])?;
        let edge = || {
            let ends = sets.iter().filter_map(|set| if forth { set.first() } else { set.last() });
            if forth { ends.min() } else { ends.max() }
        };
        let next = here.and_then(|here| {
            let found = sets.iter().filter_map(|set| if forth { set.next_after(here) } else { set.last_before(here) });
            if forth { found.min() } else { found.max() }
        });
        let moment = next.or_else(edge)?;
        Some((moment.1, 1 + sets.iter().map(|set| set.count_before(moment)).sum::<usize>()))
    }
}
