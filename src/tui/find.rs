//! The running search and the last one: query, hits, what is highlighted.

use std::sync::Arc;

use crate::archive::MsgIx;
use crate::search::highlight::Highlighter;
use crate::search::scan::Hits;

/// The running or last search.
#[derive(Default)]
pub struct Find {
    /// What was typed.
    pub text: String,
    /// Counts searches: results of older ones are dropped.
    pub generation: u64,
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
    highlighter: Option<Highlighter>,
}

impl Find {
    /// What is highlighted in messages.
    pub const fn highlighter(&self) -> Option<&Highlighter> {
        self.highlighter.as_ref()
    }

    /// Sets what is highlighted.
    pub fn highlight(&mut self, highlighter: Option<Highlighter>) {
        self.highlighter = highlighter;
    }

    /// Forgets hits and highlights; results on their way are dropped.
    pub fn clear(&mut self) {
        let generation = self.generation + 1;
        *self = Self { generation, ..Self::default() };
    }

    /// All hits in the order shown: exact in time order, then close ones.
    pub fn order(&self) -> Vec<MsgIx> {
        let Some(hits) = &self.hits else { return Vec::new() };
        hits.exact.iter().copied().chain(hits.fuzzy.iter().map(|hit| hit.ix)).collect()
    }
}
