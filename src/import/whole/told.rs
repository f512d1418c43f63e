//! The records that one file tells of one channel, as they are kept until the load takes them.
//!
//! They are packed at once, as a load holds all records of its sources; only where a format changes
//! its records after all of them are read do they lie open until then.

use super::Places;
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
    /// All records instead, once somebody asked to change them.
    open: Vec<Record>,
    /// How many bytes the records take in the file.
    pub(super) bytes: u64,
    /// Where each record stands in the text of the file, by the records' numbers.
    pub(super) spans: Vec<(u32, Span)>,
}

impl ToldPart {
    pub(super) fn new(file: &str) -> Self {
        let (packed, open, spans) = (PackedRecords::default(), Vec::new(), Vec::new());
        Self { file: file.to_owned(), packed, open, bytes: 0, spans }
    }

    pub(super) fn push(&mut self, record: Record, span: Option<Span>, places: Places) {
        if let Some(span) = span {
            self.bytes += span.length as u64;
            let is_known = self.spans.last().is_some_and(|(known, _)| *known == record.provenance.record);
            if places == Places::Kept && !is_known {
                self.spans.push((record.provenance.record, span));
            }
        }
        if self.open.is_empty() {
            self.packed.push(record);
        } else {
            self.open.push(record);
        }
    }

    /// All records, to change them.
    pub(super) fn records_mut(&mut self) -> impl Iterator<Item = &mut Record> {
        self.open.extend(std::mem::take(&mut self.packed).into_records());
        self.open.iter_mut()
    }

    /// All records, packed.
    pub(super) fn take(&mut self) -> PackedRecords {
        for record in std::mem::take(&mut self.open) {
            self.packed.push(record);
        }
        std::mem::take(&mut self.packed)
    }
}
