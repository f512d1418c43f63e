//! Why a query was not understood: what, where, and what to write instead.

use thiserror::Error;

/// A query that was not understood.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{problem} (character {at})")]
pub struct QueryError {
    /// Which character it is about, from 1.
    pub at: usize,
    /// Whether only its end is missing, as while somebody types.
    pub is_unfinished: bool,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong with a query.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Problem {
    /// A field without a value.
    #[error("nothing follows `{field}`; write {example}")]
    MissingValue {
        /// The field with its sign.
        field: String,
        /// A field with a value.
        example: &'static str,
    },
    /// A value that its field does not take.
    #[error("`{field}:{value}` is nothing to look for; write one of {allowed}")]
    UnknownValue {
        /// The field.
        field: &'static str,
        /// What was written.
        value: String,
        /// What it takes.
        allowed: String,
    },
    /// A field that has another name here.
    #[error("there is no `{written}:`; write {example}, or \"{written}:\" in quotes to find these letters")]
    UnknownField {
        /// What was written.
        written: String,
        /// What is meant.
        example: &'static str,
    },
    /// A bracket that is not closed.
    #[error("this `(` is not closed; write `)` where the group ends, or \"(\" in quotes to find a bracket")]
    UnclosedGroup,
    /// Brackets with nothing inside.
    #[error("there is nothing between `(` and `)`; write (a OR b), or \"()\" in quotes to find brackets")]
    EmptyGroup,
    /// Quotes with nothing inside.
    #[error("there is nothing between the quotes; write \"words side by side\"")]
    EmptyPhrase,
    /// A sign of exclusion with nothing after it.
    #[error("nothing follows `-`; write -is:bot, or \"-\" in quotes to find a hyphen")]
    LonelyMinus,
    /// `OR` without something on both sides.
    #[error("`OR` needs something on both sides; write a OR b, or \"OR\" in quotes to find the word")]
    LonelyOr,
    /// A pattern that is no regular expression.
    #[error(
        "`{pattern}` is no pattern: {reason}; write re:/time ?out/, or \\ before a sign that is meant as it stands"
    )]
    BadPattern {
        /// What was written.
        pattern: String,
        /// Why not.
        reason: String,
    },
    /// A time that was not understood.
    #[error("{0}, in quotes where it has spaces")]
    BadTime(String),
    /// More brackets inside brackets than anybody means.
    #[error("brackets stand {limit} deep; write fewer")]
    TooDeep {
        /// The most that are read.
        limit: usize,
    },
}
