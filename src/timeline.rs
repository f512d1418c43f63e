//! The timeline, derived from a project and what archives are at hand.
//!
//! Nothing here is saved: rows are made anew of entries, copies and messages. Everything also works
//! with an empty archive, on the day when the exports are gone.

pub mod anchor;
pub mod assemble;
pub mod copy;
pub mod drift;
pub mod spacing;
#[cfg(test)]
pub mod testing;
pub mod told_zone;

pub use anchor::anchored;
pub use assemble::{Evidence, Origin, PhaseLine, Row, RowKind, Timeline, assemble, author_of, evidence_of, time_of};
pub use copy::{copy_of, message_copy};
pub use told_zone::ToldZone;
