//! Which format a source has, told by its content.

use std::path::Path;

/// What lies at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sniffed {
    /// A project of meanwhile.
    Project,
    /// An export that can be read.
    Export {
        /// The key of its format.
        format: &'static str,
    },
    /// Something else.
    Unknown {
        /// What it looks like and what to do next, printable.
        reason: String,
    },
}

/// Tells what lies at a path by looking at its beginning or its list of files.
pub fn sniff(path: &Path) -> Sniffed {
    Sniffed::Unknown { reason: format!("{} is not known", path.display()) }
}
