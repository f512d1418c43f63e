//! The records that one file tells of one channel, as they are kept until the load takes them.
//!
//! They are packed at once, as a load holds all records of its sources; a format that changes its
//! records after all of them are read is handed one after the other.

use super::Places;
use crate::archive::PersonIx;
use crate::archive::builder::{PackedRecords, Record};

/// Where a piece of a text stands in it, in bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) length: usize,
}

/// The records of one channel in one file.
#[derive(Debug)]
pub(super) struct ToldPart {
    pub(super) file: String,
    packed: PackedRecords,
    /// How many bytes the records take in the file.
    pub(super) bytes: u64,
    /// Where each record stands in the text of the file, by the records' numbers.
    pub(super) spans: Vec<(u32, Span)>,
}

impl ToldPart {
    pub(super) fn new(file: &str) -> Self {
        Self { file: file.to_owned(), packed: PackedRecords::default(), bytes: 0, spans: Vec::new() }
    }

    pub(super) fn push(&mut self, record: Record, span: Option<Span>, places: Places) {
        if let Some(span) = span {
            self.bytes += span.length as u64;
            let is_known = self.spans.last().is_some_and(|(known, _)| *known == record.provenance.record);
            if places == Places::Kept && !is_known {
                self.spans.push((record.provenance.record, span));
            }
        }
        self.packed.push(record);
    }

    /// Hands over each record, to change it.
    pub(super) fn change(&mut self, change: impl FnMut(&mut Record)) {
        self.packed = self.take().changed(change);
    }

    /// Who wrote, a record at a time.
    pub(super) fn authors(&self) -> impl Iterator<Item = PersonIx> {
        self.packed.authors()
    }

    /// All records.
    pub(super) fn take(&mut self) -> PackedRecords {
        std::mem::take(&mut self.packed)
    }
}
