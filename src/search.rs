//! Finding messages: the query language, filters, exact and close hits.
//!
//! A [`query::Query`] is what somebody typed. A [`filter::Filter`] is that query made ready for one
//! archive and project: it says yes or no to a message. A [`scan::Scan`] walks an archive with it in
//! slices and also finds what was mistyped. Only the text of messages and events is searched for
//! words; notes, names and files are reached by `has:`, `from:` and the like.

pub mod exact;
pub mod filter;
pub mod fuzzy;
pub mod highlight;
pub mod in_time;
pub mod query;
pub mod scan;
pub mod vocabulary;
mod word;

#[cfg(test)]
pub(crate) mod testing;

pub use filter::{Context, Filter};
pub use highlight::{Highlight, Highlighter};
pub use in_time::InTime;
pub use query::{Query, QueryError};
pub use scan::{Effort, Hit, Hits, KeptHit, Scan, ScanState, Scope, Suggestion, once, vocabulary_for};
pub use vocabulary::Vocabulary;

/// How a message or a place in a text was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Match {
    /// Letter by letter, as typed.
    Exact,
    /// Letters left out, put in, swapped or wrong.
    Close,
}

impl Match {
    /// The word in JSON: `exact` or `fuzzy`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Close => "fuzzy",
        }
    }
}
