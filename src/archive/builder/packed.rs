//! Records in few bytes each: their words lie one after the other in large blocks.
//!
//! A load holds all records of a source at once, so that what each costs beside its words decides
//! how much memory a load takes. A block goes as soon as the last record in it was taken out.

use std::sync::Arc;

use super::Record;
use crate::archive::log::{NONE, Provenance};
use crate::archive::{Extras, Flags, MessageType, PersonIx, Quality};
use crate::base::time::Instant;

/// Bytes of words that lie together.
const BLOCK: usize = 1 << 20;
/// Bytes of the first block, as most channels of a day hold few words.
const FIRST_BLOCK: usize = 1 << 10;

/// Records in the order in which they were added, or sorted.
#[derive(Debug, Clone, Default)]
pub struct PackedRecords {
    rows: Vec<Row>,
    blocks: Vec<Block>,
}

#[derive(Debug, Clone, Default)]
struct Block {
    words: String,
    /// Records that are still in it.
    left: u32,
}

#[derive(Debug, Clone)]
struct Row {
    time: Instant,
    extras: Option<Arc<Extras>>,
    provenance: Provenance,
    author: u32,
    declared_replies: u32,
    block: u32,
    start: u32,
    id_length: u32,
    text_length: u32,
    /// [`NONE`] where it answers nothing.
    thread_length: u32,
    flags: Flags,
    kind: MessageType,
    quality: Quality,
}

impl PackedRecords {
    /// How many records there are.
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Adds a record.
    pub fn push(&mut self, record: Record) {
        let extras = self.shared(record.extras);
        let thread = record.thread.as_deref();
        let length = record.native_id.len() + record.text.len() + thread.map_or(0, str::len);
        self.make_room(length);
        let place = self.blocks.len().saturating_sub(1) as u32;
        let Some(block) = self.blocks.last_mut() else { return };
        let start = block.words.len() as u32;
        block.left += 1;
        for words in [record.native_id.as_str(), &record.text, thread.unwrap_or_default()] {
            block.words.push_str(words);
        }
        self.rows.push(Row {
            time: record.time,
            provenance: record.provenance,
            author: record.author.map_or(NONE, |author| author.0),
            declared_replies: record.declared_replies.map_or(NONE, |count| count.min(NONE - 1)),
            block: place,
            start,
            id_length: record.native_id.len() as u32,
            text_length: record.text.len() as u32,
            thread_length: thread.map_or(NONE, |thread| thread.len() as u32),
            flags: record.flags,
            kind: record.kind,
            quality: record.quality,
            extras,
        });
    }

    /// The extras of the record before, where they are the same: events of a lane mostly differ in
    /// their words alone.
    fn shared(&self, extras: Option<Arc<Extras>>) -> Option<Arc<Extras>> {
        let before = self.rows.last().and_then(|row| row.extras.as_ref());
        if extras.as_ref() == before { before.cloned() } else { extras }
    }

    fn make_room(&mut self, length: usize) {
        let fits = |block: &Block| block.words.len() + length <= BLOCK;
        if !self.blocks.last().is_some_and(fits) {
            let size = if self.blocks.is_empty() { FIRST_BLOCK } else { BLOCK };
            self.blocks.push(Block { words: String::with_capacity(size.max(length)), left: 0 });
        }
    }

    /// Adds all records of `other`, as records of one file.
    pub fn append(&mut self, mut other: Self, file: u32) {
        let blocks = self.blocks.len() as u32;
        for row in &mut other.rows {
            row.provenance.file = file;
            row.block += blocks;
        }
        self.blocks.append(&mut other.blocks);
        if self.rows.is_empty() {
            self.rows = other.rows;
        } else {
            self.rows.append(&mut other.rows);
        }
    }

    /// The instants of all records.
    pub fn times(&self) -> impl Iterator<Item = Instant> + Clone {
        self.rows.iter().map(|row| row.time)
    }

    /// Who wrote, a record at a time; nothing for a record of nobody known.
    pub fn authors(&self) -> impl Iterator<Item = PersonIx> {
        self.rows.iter().filter(|row| row.author != NONE).map(|row| PersonIx(row.author))
    }

    /// The same records, each after `change`; only one lies open at a time.
    #[must_use]
    pub fn changed(self, mut change: impl FnMut(&mut Record)) -> Self {
        let mut changed = Self { rows: Vec::with_capacity(self.rows.len()), blocks: Vec::new() };
        for mut record in self.into_records() {
            change(&mut record);
            changed.push(record);
        }
        changed
    }

    /// Puts other places for everybody whom a record names.
    pub fn move_people(&mut self, moved: impl Fn(PersonIx) -> PersonIx) {
        for row in &mut self.rows {
            if row.author != NONE {
                row.author = moved(PersonIx(row.author)).0;
            }
            if let Some(extras) = &mut row.extras {
                Extras::move_people(extras, &moved);
            }
        }
    }

    /// Keeps only what stands in files that `wanted` names.
    pub fn retain_files(&mut self, wanted: impl Fn(u32) -> bool) {
        let blocks = &mut self.blocks;
        self.rows.retain(|row| {
            let stays = wanted(row.provenance.file);
            if !stays {
                leave(blocks, row.block);
            }
            stays
        });
    }

    /// Sorts by instant, then by id, then by file; else the order stays.
    pub(super) fn sort(&mut self) {
        let blocks = &self.blocks;
        let key = |row: &Row| (row.time, id_of(blocks, row), row.provenance.file);
        // Most sources are sorted already, and sorting asks for memory of its own.
        if !self.rows.is_sorted_by(|a, b| key(a) <= key(b)) {
            self.rows.sort_by(|a, b| key(a).cmp(&key(b)));
        }
    }

    /// How many bytes all ids and texts have.
    pub(super) fn word_bytes(&self) -> usize {
        self.rows.iter().map(|row| row.id_length as usize + row.text_length as usize).sum()
    }

    /// Hands over all records in order.
    pub fn into_records(self) -> impl Iterator<Item = Record> {
        let Self { rows, mut blocks } = self;
        rows.into_iter().map(move |row| unpacked(&mut blocks, row))
    }
}

fn id_of<'b>(blocks: &'b [Block], row: &Row) -> &'b str {
    words_of(blocks, row, 0, row.id_length)
}

fn words_of<'b>(blocks: &'b [Block], row: &Row, after: u32, length: u32) -> &'b str {
    let start = row.start as usize + after as usize;
    let block = blocks.get(row.block as usize);
    block.and_then(|block| block.words.get(start..start + length as usize)).unwrap_or_default()
}

fn unpacked(blocks: &mut [Block], row: Row) -> Record {
    let after_text = row.id_length + row.text_length;
    let thread = (row.thread_length != NONE).then(|| words_of(blocks, &row, after_text, row.thread_length).to_owned());
    let record = Record {
        native_id: id_of(blocks, &row).to_owned(),
        time: row.time,
        quality: row.quality,
        author: (row.author != NONE).then_some(PersonIx(row.author)),
        kind: row.kind,
        flags: row.flags,
        text: words_of(blocks, &row, row.id_length, row.text_length).to_owned(),
        thread,
        declared_replies: (row.declared_replies != NONE).then_some(row.declared_replies),
        extras: row.extras,
        provenance: row.provenance,
    };
    leave(blocks, row.block);
    record
}

/// One record less in a block; the last one takes the words with it.
fn leave(blocks: &mut [Block], block: u32) {
    if let Some(block) = blocks.get_mut(block as usize) {
        block.left = block.left.saturating_sub(1);
        if block.left == 0 {
            block.words = String::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: &str, text: &str, time: i64) -> Record {
        Record { text: text.to_owned(), ..Record::new(id, Instant::from_micros(time)) }
    }

    fn packed(records: impl IntoIterator<Item = Record>) -> PackedRecords {
        let mut packed = PackedRecords::default();
        records.into_iter().for_each(|record| packed.push(record));
        packed
    }

    #[test]
    fn records_come_out_as_they_went_in() {
        let mut full = record("7", "größe", 3);
        full.thread = Some(String::new());
        full.declared_replies = Some(0);
        full.author = Some(PersonIx(2));
        full.extras().deleted_at = Some(Instant::from_micros(9));
        full.mark(Flags::REPLY);
        let plain = record("", "", 1);
        let came = packed([full.clone(), plain.clone()]).into_records().collect::<Vec<_>>();
        assert_eq!(format!("{came:?}"), format!("{:?}", [full, plain]));
    }

    #[test]
    fn records_with_the_same_extras_share_them() {
        let event = |id: &str, kind: &str| {
            let mut event = record(id, "", 1);
            event.extras().subtype = Some(kind.into());
            event
        };
        let mut records = packed([event("1", "commit"), event("2", "commit"), event("3", "alert"), record("4", "", 1)]);
        records.move_people(|_| PersonIx(9));
        let held: Vec<_> = records.rows.iter().map(|row| row.extras.as_ref().map(Arc::strong_count)).collect();
        assert_eq!(held, [Some(2), Some(2), Some(1), None]);
    }

    #[test]
    fn the_words_of_a_block_go_with_its_last_record() {
        let words = "x".repeat(BLOCK / 2);
        let mut records = packed((0..4).map(|time| record("a", &words, time)));
        assert_eq!(records.blocks.len(), 4);
        records.retain_files(|file| file == 0);
        let Row { block, .. } = records.rows.remove(1);
        leave(&mut records.blocks, block);
        let held: Vec<bool> = records.blocks.iter().map(|block| !block.words.is_empty()).collect();
        assert_eq!(held, [true, false, true, true]);
    }

    #[test]
    fn records_of_several_files_are_joined_and_sorted_by_time_and_id() {
        let mut all = packed([record("b", "two", 5), record("a", "one", 5)]);
        all.append(packed([record("c", "none", 1)]), 4);
        all.sort();
        let came: Vec<_> = all.into_records().map(|record| (record.native_id, record.provenance.file)).collect();
        assert_eq!(came, [("c".to_owned(), 4), ("a".to_owned(), 0), ("b".to_owned(), 0)]);
    }
}
