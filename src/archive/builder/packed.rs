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
/// Bytes of the first block, as most channels of a day hold few words; each later one may hold as
/// much as all before it.
const FIRST_BLOCK: usize = 1 << 10;

/// Records in the order in which they were added, or sorted.
#[derive(Debug, Clone, Default)]
pub struct PackedRecords {
    rows: Vec<Row>,
    blocks: Vec<Block>,
    /// Bytes of all blocks.
    block_bytes: usize,
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

    /// Takes records, with just the room that they need.
    pub fn of(records: Vec<Record>) -> Self {
        let thread = |record: &Record| record.thread.as_ref().map_or(0, String::len);
        let length = |record: &Record| record.native_id.len() + record.text.len() + thread(record);
        let room = records.iter().map(length).sum::<usize>().min(BLOCK);
        let mut packed = Self { rows: Vec::with_capacity(records.len()), ..Self::default() };
        packed.blocks.push(Block { words: String::with_capacity(room), left: 0 });
        packed.extend(records);
        packed
    }

    /// Adds records.
    pub fn extend(&mut self, records: impl IntoIterator<Item = Record>) {
        for record in records {
            self.push(record);
        }
    }

    /// Adds a record.
    pub fn push(&mut self, record: Record) {
        let extras = self.shared(record.extras);
        let thread = record.thread.as_deref();
        let words = [record.native_id.as_str(), &record.text, thread.unwrap_or_default()];
        let (block, start) = self.hold(words.iter().map(|words| words.len()).sum(), 1, &words);
        self.rows.push(Row {
            time: record.time,
            provenance: record.provenance,
            author: record.author.map_or(NONE, |author| author.0),
            declared_replies: record.declared_replies.map_or(NONE, |count| count.min(NONE - 1)),
            block,
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

    /// Copies the words of so many records into a block with room for all; tells which block, and
    /// where they begin in it.
    fn hold(&mut self, length: usize, records: u32, words: &[&str]) -> (u32, u32) {
        let is_full = |block: &Block| block.words.len() + length > block.words.capacity();
        if self.blocks.last().is_none_or(is_full) {
            let size = self.block_bytes.clamp(FIRST_BLOCK, BLOCK).max(length);
            self.block_bytes += size;
            self.blocks.push(Block { words: String::with_capacity(size), left: 0 });
        }
        let place = self.blocks.len().saturating_sub(1) as u32;
        let Some(block) = self.blocks.last_mut() else { return (place, 0) };
        let start = block.words.len() as u32;
        block.left += records;
        block.words.extend(words.iter().copied());
        (place, start)
    }

    /// Adds all records of `other`, as records of one file. The words of small blocks are copied, so
    /// that those of many small files come to lie together.
    pub fn append(&mut self, other: Self, file: u32) {
        let places: Vec<(u32, u32)> = other.blocks.into_iter().map(|block| self.take_block(block)).collect();
        self.rows.extend(other.rows.into_iter().map(|mut row| {
            let (block, start) = places.get(row.block as usize).copied().unwrap_or_default();
            row.provenance.file = file;
            row.block = block;
            row.start += start;
            row
        }));
    }

    fn take_block(&mut self, block: Block) -> (u32, u32) {
        if block.words.len() < BLOCK / 2 {
            return self.hold(block.words.len(), block.left, &[block.words.as_str()]);
        }
        self.blocks.push(block);
        ((self.blocks.len() - 1) as u32, 0)
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
        let mut changed = Self { rows: Vec::with_capacity(self.rows.len()), ..Self::default() };
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
        let order = |a: &Row, b: &Row| {
            let by_id = || id_of(blocks, a).cmp(id_of(blocks, b));
            a.time.cmp(&b.time).then_with(by_id).then(a.provenance.file.cmp(&b.provenance.file))
        };
        // Most sources are sorted already, and sorting asks for memory of its own.
        if !self.rows.is_sorted_by(|a, b| order(a, b).is_le()) {
            self.rows.sort_by(order);
        }
    }

    /// How many bytes all ids and texts have.
    pub(super) fn word_bytes(&self) -> usize {
        self.rows.iter().map(|row| row.id_length as usize + row.text_length as usize).sum()
    }

    /// Hands over all records in order.
    pub fn into_records(self) -> impl Iterator<Item = Record> {
        let Self { rows, mut blocks, .. } = self;
        rows.into_iter().map(move |mut row| {
            let extras = row.extras.take();
            let record = Shown { extras, ..shown(&blocks, &row) }.into_record();
            leave(&mut blocks, row.block);
            record
        })
    }

    /// Shows all records in order; the words of each go before the next one is shown.
    pub(super) fn show_each(mut self, mut show: impl FnMut(Shown<'_>)) {
        let mut is_like_the_last = false;
        for at in 0..self.rows.len() {
            let is_like_the_next = self.is_like_the_next(at);
            let Some(row) = self.rows.get_mut(at) else { return };
            let extras = row.extras.take();
            show(Shown { extras, is_alone: !is_like_the_last && !is_like_the_next, ..shown(&self.blocks, row) });
            leave(&mut self.blocks, row.block);
            is_like_the_last = is_like_the_next;
        }
    }

    fn is_like_the_next(&self, at: usize) -> bool {
        let pair = self.rows.get(at).zip(self.rows.get(at + 1));
        pair.is_some_and(|(row, next)| row.time == next.time || id_of(&self.blocks, row) == id_of(&self.blocks, next))
    }
}

/// A record whose words still lie in their block.
#[derive(Debug)]
pub(super) struct Shown<'b> {
    pub(super) native_id: &'b str,
    pub(super) time: Instant,
    pub(super) quality: Quality,
    pub(super) author: u32,
    pub(super) kind: MessageType,
    pub(super) flags: Flags,
    pub(super) text: &'b str,
    pub(super) thread: Option<&'b str>,
    pub(super) declared_replies: Option<u32>,
    pub(super) extras: Option<Arc<Extras>>,
    pub(super) provenance: Provenance,
    /// Whether the records before and after it have other ids and other times.
    pub(super) is_alone: bool,
}

impl<'b> Shown<'b> {
    pub(super) fn of(record: &'b mut Record) -> Self {
        let extras = record.extras.take();
        Self {
            native_id: &record.native_id,
            time: record.time,
            quality: record.quality,
            author: record.author.map_or(NONE, |author| author.0),
            kind: record.kind,
            flags: record.flags,
            text: &record.text,
            thread: record.thread.as_deref(),
            declared_replies: record.declared_replies,
            extras,
            provenance: record.provenance,
            is_alone: false,
        }
    }

    pub(super) fn into_record(self) -> Record {
        Record {
            native_id: self.native_id.to_owned(),
            time: self.time,
            quality: self.quality,
            author: (self.author != NONE).then_some(PersonIx(self.author)),
            kind: self.kind,
            flags: self.flags,
            text: self.text.to_owned(),
            thread: self.thread.map(str::to_owned),
            declared_replies: self.declared_replies,
            extras: self.extras,
            provenance: self.provenance,
        }
    }
}

/// A row with its words, without what it has beside them.
fn shown<'b>(blocks: &'b [Block], row: &Row) -> Shown<'b> {
    let after_text = row.id_length + row.text_length;
    Shown {
        native_id: id_of(blocks, row),
        time: row.time,
        quality: row.quality,
        author: row.author,
        kind: row.kind,
        flags: row.flags,
        text: words_of(blocks, row, row.id_length, row.text_length),
        thread: (row.thread_length != NONE).then(|| words_of(blocks, row, after_text, row.thread_length)),
        declared_replies: (row.declared_replies != NONE).then_some(row.declared_replies),
        extras: None,
        provenance: row.provenance,
        is_alone: false,
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
        packed.extend(records);
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
