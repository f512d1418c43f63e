//! The snapshot: a project as one plain JSON file that people can read and `git diff` can show.
//!
//! What a reader wants stands first and clean; what joining needs stands in one `sync` block at the
//! end. `parse(print(x)) = x`, fields that this version does not know included. Nothing here touches
//! a disk.
//!
//! ```text
//! sync  rev      how many times the file was written
//!       clock    { actor: n }
//!       dots     { map: { id: stamp of all its cells, or { field: stamp or { element: stamp } } } }
//!       hidden   what was deleted, or is a copy that nothing leans on, as it would stand above
//!       beside   cells whose value does not stand above: concurrent ones, deletions, parts of sums
//!       content  hash of all above the block, to notice changes made by hand
//! ```

mod parse;
mod print;

use thiserror::Error;

use super::cell::{Cell, Entity, Json, Kind, Shape, field};
use super::model::Project;

pub use parse::{Parsed, parse};
pub use print::print;
pub(super) use print::push_escaped;

/// The word at the top of every project file, before its version.
pub const FORMAT: &str = "meanwhile";

/// The version that this program writes.
pub const VERSION: u32 = 1;

/// Why a project file could not be read. It is never written over then.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FileError {
    /// There is nothing in it.
    #[error("it is empty")]
    Empty,
    /// Its end was lost.
    #[error("it ends in {0} NUL bytes, as files do after a power cut")]
    NulTail(usize),
    /// A merge by git was not finished.
    #[error("line {0} holds a conflict mark of git; settle it, or take one side with `git checkout --ours`")]
    GitMarkers(usize),
    /// It is cut off, or no JSON at all.
    #[error("it is no JSON from line {line}, column {column} on")]
    NotJson {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// It is JSON, but not ours.
    #[error("it is JSON, but not a project: `\"format\": \"meanwhile/1\"` is missing")]
    NotAProject,
    /// A later version wrote it in a way that this one cannot read.
    #[error("it was written by a later version (meanwhile/{0}); this one reads meanwhile/{VERSION}")]
    Newer(u32),
    /// A part of it has not the form it must have.
    #[error("`{place}` is not what it must be: {must}")]
    Shape {
        /// Which part.
        place: String,
        /// What it must be.
        must: &'static str,
    },
}

/// What stands in the file for one field.
enum Printed {
    One(Json),
    List(Vec<Json>),
    Map(Vec<(String, Json)>),
}

/// Whether an entity stands in the clean part of the file.
fn is_shown(project: &Project, kind: Kind, id: &str, entity: &Entity) -> bool {
    !entity.is_deleted()
        && match kind {
            Kind::Messages => project.messages.contains_key(id),
            Kind::Notes => project.notes.contains_key(id),
            Kind::Timeline => project.timeline.contains_key(id),
            _ => true,
        }
}

/// The cells whose values stand in the clean part, the one that shows of each slot.
fn printed_cells(kind: Kind, entity: &Entity) -> Vec<&Cell> {
    let mut printed = Vec::new();
    let mut last: Option<&str> = None;
    for cell in entity.cells() {
        if last == Some(&*cell.field) || cell.field == field::DELETED {
            continue;
        }
        last = Some(&cell.field);
        match kind.shape(&cell.field) {
            Shape::Counter => {}
            Shape::Set | Shape::Map => printed.extend(entity.elements(&cell.field)),
            Shape::Register | Shape::Prose => printed.extend(entity.shown(&cell.field)),
        }
    }
    printed
}

/// An element as the key of an object: a text as it is, anything else as JSON.
fn element_key(element: &str) -> String {
    serde_json::from_str::<String>(element).unwrap_or_else(|_| element.to_owned())
}

/// The fields of a message's copy, which stand beside its tags and marks in the file.
const COPY_FIELDS: [&str; 9] = ["author", "author_id", "channel", "hash", "private", "replies", "text", "time", "type"];

#[cfg(test)]
mod tests;
