//! Rows for tests of what is made of a timeline.

use super::{Row, RowKind, ToldZone};
use crate::base::id::Target;
use crate::base::text::RawString;
use crate::base::time::Instant;

/// A message of a day of December 2024 that says nothing: `06T14:20:00`.
pub fn row(time: &str) -> Row {
    Row {
        target: Target::from_text(format!("slack/C1/{time}")),
        at: at(time),
        until: None,
        posted_at: None,
        told_zone: ToldZone::Known,
        plus_minus: None,
        kind: RowKind::Message,
        channel: RawString::default(),
        author: RawString::default(),
        author_id: None,
        by: None,
        headline: RawString::default(),
        description: None,
        text: RawString::default(),
        tags: Vec::new(),
        notes: Vec::new(),
        phase: None,
        off_record: false,
        private: false,
        missing: false,
    }
}

/// A moment of December 2024: `06T14:20:00`.
pub fn at(time: &str) -> Instant {
    Instant::parse_rfc3339(&format!("2024-12-{time}Z")).unwrap()
}
