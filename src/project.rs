//! What people think about the evidence: small, saved at once, joined without loss.
//!
//! Every change is an [`Edit`]; every edit writes cells; cells join. A [`Document`] holds the cells
//! and the [`Project`] that they show, a [`Store`] keeps it on the disk.

pub mod activity;
mod apply;
pub mod cell;
pub mod citation;
pub mod clock;
mod derive;
pub mod document;
pub mod edit;
pub mod file;
pub mod fs;
pub mod hand;
pub mod history;
pub mod journal;
pub mod lock;
pub mod model;
mod past;
pub mod store;
mod tag_key;
pub mod taxonomy;
#[cfg(test)]
pub(crate) mod testing;
mod write;

pub use apply::EditError;
pub use clock::Actor;
pub use derive::OFF_RECORD_TAG;
pub use document::{Applied, Author, Document, JournalEntry, Part};
pub use edit::{Edit, ReadAsEdit, Set};
pub use model::Project;
pub use past::acts as earlier_acts;
pub use store::{SavePlace, SaveState, Store};
