//! Rows for tests of what is made of a timeline.

use super::{Row, RowKind};
use crate::base::id::Target;
use crate::base::time::Instant;

/// A message of a day of December 2024 that says nothing: `06T14:20:00`.
pub fn row(time: &str) -> Row {
    let target = Target::from_text(format!("slack/C1/{time}"));
    Row { at: at(time), missing: false, ..Row::missing(target, RowKind::Message, false) }
}

/// A moment of December 2024: `06T14:20:00`.
pub fn at(time: &str) -> Instant {
    Instant::parse_rfc3339(&format!("2024-12-{time}Z")).unwrap()
}
