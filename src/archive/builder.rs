//! Makes a [`ChannelLog`] of records in any order: sorts, joins what is one message, finds threads.
//!
//! Two records with one id are one message when they come from different sources, when one of them
//! is a trace of a deletion, or when the same person wrote them and the text is equal or one of them
//! is marked as edited; the newest edit shows, the others are kept as versions. All else with one id
//! gets `~2`, `~3` in source order.

mod packed;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use super::log::{NONE, Provenance, SourceFile, Thread};
use super::{ChannelLog, ChannelMeta, Extras, Flags, MessageType, PersonIx, Quality, Version};
use crate::base::id::encode_segment;
use crate::base::text::RawString;
use crate::base::time::Instant;

pub use packed::PackedRecords;
use packed::Shown;

/// Records with one id that are compared with each other; a forged export may hold a million.
const MOST_LOOKED_AT: usize = 100;

/// One message as an importer hands it over.
#[derive(Debug, Clone)]
pub struct Record {
    /// The platform's id within the channel.
    pub native_id: String,
    /// When it was posted.
    pub time: Instant,
    /// How exactly that is known.
    pub quality: Quality,
    /// Who wrote it.
    pub author: Option<PersonIx>,
    /// What kind of record it is.
    pub kind: MessageType,
    /// Marks beside the type.
    pub flags: Flags,
    /// Its text with mentions resolved, attachments below.
    pub text: String,
    /// The id of the first message of its thread, when it answers one.
    pub thread: Option<String>,
    /// How many answers the platform says it has.
    pub declared_replies: Option<u32>,
    /// What only some messages have; may be shared with other records.
    pub extras: Option<Arc<Extras>>,
    /// Where it stands in the source.
    pub provenance: Provenance,
}

impl Record {
    /// A plain message of nobody known, without words.
    pub fn new(native_id: impl Into<String>, time: Instant) -> Self {
        Self {
            native_id: native_id.into(),
            time,
            quality: Quality::EXACT,
            author: None,
            kind: MessageType::Message,
            flags: Flags::default(),
            text: String::new(),
            thread: None,
            declared_replies: None,
            extras: None,
            provenance: Provenance::default(),
        }
    }

    /// What only some messages have, made when it is not there.
    pub fn extras(&mut self) -> &mut Extras {
        Arc::make_mut(self.extras.get_or_insert_default())
    }

    /// What it said, as an earlier version of the same message.
    pub fn into_version(self) -> Version {
        let at = edited(&self).unwrap_or(self.time);
        Version { at, text: RawString::new(self.text) }
    }

    /// Sets marks beside the type.
    pub fn mark(&mut self, flags: Flags) {
        self.flags = self.flags.with(flags);
    }
}

/// Collects the records of one channel.
#[derive(Debug, Clone)]
pub struct LogBuilder {
    meta: ChannelMeta,
    records: PackedRecords,
    files: Vec<SourceFile>,
}

impl LogBuilder {
    /// Begins the log of a channel.
    pub fn new(meta: ChannelMeta) -> Self {
        Self { meta, records: PackedRecords::default(), files: Vec::new() }
    }

    /// Names a file whose records follow; gives its place for [`Provenance`].
    pub fn add_file(&mut self, file: SourceFile) -> u32 {
        self.files.push(file);
        (self.files.len() - 1) as u32
    }

    /// Adds a record.
    pub fn push(&mut self, record: Record) {
        self.records.push(record);
    }

    /// Adds all records of a file, given by the place that [`LogBuilder::add_file`] gave.
    pub fn append(&mut self, records: PackedRecords, file: u32) {
        self.records.append(records, file);
    }

    /// How many records were added.
    pub const fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether none was added.
    pub const fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The same with only the records of one source, to count each source by itself.
    #[must_use]
    pub fn only_source(&self, source: u32) -> Self {
        let mut alone = self.clone();
        alone.records.retain_files(|file| source_of(&self.files, file) == Some(source));
        alone
    }

    /// Sorts by instant, then by source order, joins versions and finds threads.
    pub fn finish(self) -> ChannelLog {
        let Self { meta, mut records, files } = self;
        records.sort();
        let mut filling = Filling::new(empty_log(meta, files, &records));
        records.show_each(|shown| {
            let native_id = encoded(shown.native_id);
            let thread = shown.thread.map(encoded);
            let shown = Shown { native_id: &native_id, thread: thread.as_deref(), ..shown };
            if shown.is_alone {
                filling.flush();
                filling.put(shown);
            } else {
                filling.take(shown.into_record());
            }
        });
        filling.finish()
    }
}

/// Logs hold native ids as they stand in ids of messages, where `~2` is the only thing that is not
/// the platform's.
fn encoded(native: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'_');
    if native.bytes().all(is_plain) { Cow::Borrowed(native) } else { Cow::Owned(encode_segment(native)) }
}

/// A log with room for all of `records`.
fn empty_log(meta: ChannelMeta, files: Vec<SourceFile>, records: &PackedRecords) -> ChannelLog {
    let count = records.len();
    ChannelLog {
        meta,
        times: Vec::with_capacity(count),
        authors: Vec::with_capacity(count),
        threads_of: Vec::with_capacity(count),
        kinds: Vec::with_capacity(count),
        flags: Vec::with_capacity(count),
        qualities: Vec::with_capacity(count),
        arena: String::with_capacity(records.word_bytes()),
        starts: Vec::with_capacity(count),
        id_lengths: Vec::with_capacity(count),
        masks: Vec::with_capacity(count),
        provenance: Vec::with_capacity(count),
        extras: Vec::new(),
        threads: Vec::new(),
        files,
        by_id: std::sync::OnceLock::new(),
    }
}

/// A log that grows by records in the order of their instants; only those of the newest instant are
/// held, as their order is not known before the last of them.
struct Filling {
    log: ChannelLog,
    waiting: Vec<Record>,
    /// Where the records with the newest id begin among those that wait.
    group: usize,
    /// The newest instant of those that wait.
    newest: Option<Instant>,
    threads: HashMap<String, u32>,
    /// How many replies the platform says some rows have.
    declared: Vec<(u32, u32)>,
}

impl Filling {
    fn new(log: ChannelLog) -> Self {
        let (waiting, threads, declared) = (Vec::new(), HashMap::new(), Vec::new());
        Self { log, waiting, group: 0, newest: None, threads, declared }
    }

    /// Takes the next record: a version of one that waits, or one more.
    fn take(&mut self, mut record: Record) {
        let is_same = self.waiting.get(self.group).is_some_and(|first| base_id(first) == record.native_id);
        if !is_same {
            if self.newest.is_some_and(|newest| record.time > newest) {
                self.flush();
            }
            self.group = self.waiting.len();
            return self.hold(record);
        }
        let files = &self.log.files;
        let source = source_of(files, record.provenance.file);
        let group = self.waiting.get_mut(self.group..).unwrap_or_default();
        let length = group.len();
        let is_version =
            |known: &&mut Record| source_of(files, known.provenance.file) != source || is_version_of(known, &record);
        if let Some(known) = group.iter_mut().take(MOST_LOOKED_AT).find(is_version) {
            return absorb(known, record);
        }
        record.native_id = format!("{}~{}", record.native_id, length + 1);
        self.hold(record);
    }

    fn hold(&mut self, record: Record) {
        self.newest = self.newest.max(Some(record.time));
        self.waiting.push(record);
    }

    /// Puts what waits into the log. Ids need not grow with their records: what was written in one
    /// minute stands as in its file.
    fn flush(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let mut waiting = std::mem::take(&mut self.waiting);
        waiting.sort_by_key(|record| (record.time, record.provenance.file, record.provenance.record));
        for mut record in waiting.drain(..) {
            self.put(Shown::of(&mut record));
        }
        self.waiting = waiting;
    }

    fn put(&mut self, shown: Shown<'_>) {
        let row = self.log.times.len() as u32;
        let thread = shown.thread.map(|root| self.answer(root, row));
        self.log.threads_of.push(thread.unwrap_or(NONE));
        self.declared.extend(shown.declared_replies.map(|count| (row, count)));
        append(&mut self.log, row, shown);
    }

    /// The thread whose first message has the id `root`, with one more answer.
    fn answer(&mut self, root: &str, row: u32) -> u32 {
        let threads = &mut self.log.threads;
        let known = self.threads.get(fit_id(root)).copied();
        let ix = known.unwrap_or_else(|| {
            threads.push(Thread { root_id: root.to_owned(), root: None, replies: Vec::new(), declared: None });
            let ix = (threads.len() - 1) as u32;
            self.threads.insert(fit_id(root).to_owned(), ix);
            ix
        });
        if let Some(thread) = threads.get_mut(ix as usize) {
            thread.replies.push(row);
        }
        ix
    }

    fn finish(mut self) -> ChannelLog {
        self.flush();
        if !self.threads.is_empty() {
            for row in 0..self.log.times.len() as u32 {
                self.find_root(row);
            }
        }
        // How many there are is known only now; all else was made as large as it is.
        self.log.extras.shrink_to_fit();
        self.log.threads.shrink_to_fit();
        self.log
    }

    /// Makes a row the first message of the thread that is named after it.
    fn find_root(&mut self, row: u32) {
        let Some(&ix) = self.threads.get(self.log.native_id(row)) else { return };
        let Some(slot) = self.log.threads_of.get_mut(row as usize).filter(|slot| **slot == NONE) else { return };
        *slot = ix;
        if let Some(thread) = self.log.threads.get_mut(ix as usize) {
            thread.root = Some(row);
            let declared = self.declared.binary_search_by_key(&row, |(row, _)| *row);
            thread.declared = declared.ok().and_then(|at| self.declared.get(at)).map(|(_, count)| *count);
        }
    }
}

/// An id as a log keeps it.
fn fit_id(id: &str) -> &str {
    crate::base::text::fit_bytes(id, usize::from(u8::MAX))
}

fn append(log: &mut ChannelLog, row: u32, shown: Shown<'_>) {
    let id = fit_id(shown.native_id);
    log.times.push(shown.time);
    log.authors.push(shown.author);
    log.kinds.push(shown.kind);
    log.flags.push(shown.flags);
    log.qualities.push(shown.quality);
    log.starts.push(log.arena.len() as u32);
    log.id_lengths.push(id.len() as u8);
    log.arena.push_str(id);
    log.arena.push_str(shown.text);
    log.masks.push(letter_mask(shown.text));
    log.provenance.push(shown.provenance);
    if let Some(extras) = shown.extras {
        log.extras.push((row, extras));
    }
}

/// The bit of each byte that is a letter or digit.
#[allow(clippy::indexing_slicing, reason = "it is worked out when it is compiled")]
const BITS: [u64; 256] = {
    let mut bits = [0; 256];
    let mut at = 0;
    while at < 26 {
        bits[b'a' as usize + at] = 1 << at;
        bits[b'A' as usize + at] = 1 << at;
        at += 1;
    }
    at = 0;
    while at < 10 {
        bits[b'0' as usize + at] = 1 << (26 + at);
        at += 1;
    }
    bits
};

/// One bit a letter or digit that occurs (upper and lower case alike); the other 28 bits are shared
/// by all other characters. A text can hold a word only if its mask holds the word's mask.
pub fn letter_mask(text: &str) -> u64 {
    let mask = text.bytes().fold(0, |mask, byte| mask | BITS.get(usize::from(byte)).copied().unwrap_or(0));
    if text.is_ascii() {
        return mask;
    }
    // Case of other scripts is folded by search, so upper and lower must share a bit.
    let others = text.chars().filter(|c| !c.is_ascii()).flat_map(char::to_lowercase);
    others.fold(mask, |mask, c| mask | 1 << (36 + c as u32 % 28))
}

fn source_of(files: &[SourceFile], file: u32) -> Option<u32> {
    files.get(file as usize).map(|file| file.source)
}

fn base_id(record: &Record) -> &str {
    record.native_id.split('~').next().unwrap_or(&record.native_id)
}

fn edited(record: &Record) -> Option<Instant> {
    record.extras.as_ref().and_then(|extras| extras.edited)
}

/// A trace of a deletion that does not say what was deleted.
fn is_stub(record: &Record) -> bool {
    record.kind == MessageType::Deleted && record.flags.has(Flags::HIDDEN)
}

fn is_version_of(known: &Record, other: &Record) -> bool {
    let deleted = known.kind == MessageType::Deleted || other.kind == MessageType::Deleted;
    let touched = edited(known).is_some() || edited(other).is_some();
    deleted || (known.author == other.author && (known.text == other.text || touched))
}

/// Joins another record of the same message into `known`: the newest words show, older ones become
/// versions, a deletion marks both.
fn absorb(known: &mut Record, mut other: Record) {
    let other_shows = match (is_stub(known), is_stub(&other)) {
        (true, false) => true,
        (false, true) => false,
        _ => edited(&other) > edited(known),
    };
    if other_shows {
        std::mem::swap(known, &mut other);
        std::mem::swap(&mut known.native_id, &mut other.native_id);
    }
    absorb_marks(known, &mut other);
    if known.text == other.text || is_stub(&other) {
        return;
    }
    if edited(known).is_none() && edited(&other).is_none() && other.kind != MessageType::Deleted {
        known.flags = known.flags.with(Flags::DRIFT);
    }
    let version = other.into_version();
    let extras = known.extras();
    if !extras.versions.contains(&version) {
        extras.versions.push(version);
    }
}

fn absorb_marks(known: &mut Record, other: &mut Record) {
    let carried = Flags(other.flags.0 & (Flags::REPLY.0 | Flags::BROADCAST.0 | Flags::HIDDEN.0));
    known.flags = known.flags.with(carried);
    known.thread = known.thread.take().or_else(|| other.thread.take());
    known.declared_replies = known.declared_replies.max(other.declared_replies);
    if other.kind == MessageType::Deleted {
        known.kind = MessageType::Deleted;
    }
    let Some(theirs) = other.extras.as_mut().map(Arc::make_mut) else { return };
    let votes = |extras: &Extras| extras.reactions.iter().map(|reaction| u64::from(reaction.count)).sum::<u64>();
    let known_votes = known.extras.as_deref().map_or(0, votes);
    let wants_files = !theirs.files.is_empty() && known.extras.as_ref().is_none_or(|extras| extras.files.is_empty());
    if votes(theirs) > known_votes {
        known.extras().reactions = std::mem::take(&mut theirs.reactions);
        known.flags = known.flags.with(Flags::REACTION);
    }
    if wants_files {
        known.extras().files = std::mem::take(&mut theirs.files);
        known.flags = known.flags.with(Flags::FILE);
    }
    if theirs.deleted_at.is_some() {
        known.extras().deleted_at = theirs.deleted_at;
    }
    for version in std::mem::take(&mut theirs.versions) {
        let extras = known.extras();
        if !extras.versions.contains(&version) {
            extras.versions.push(version);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ChannelMeta;
    use super::*;

    fn meta() -> ChannelMeta {
        ChannelMeta::named("slack", "C1", "general")
    }

    fn record(id: &str, text: &str) -> Record {
        let time = super::super::log::slack_instant(id).unwrap_or(Instant::UNDATED);
        Record { author: Some(PersonIx(1)), text: text.to_owned(), ..Record::new(id, time) }
    }

    fn build(records: impl IntoIterator<Item = Record>) -> ChannelLog {
        let mut builder = LogBuilder::new(meta());
        records.into_iter().for_each(|record| builder.push(record));
        builder.finish()
    }

    #[test]
    fn messages_stand_in_time_order_and_are_found_by_id() {
        let log = build([record("2.000001", "b"), record("1.000002", "a"), record("", "no time")]);
        assert_eq!((log.text(0), log.text(1), log.text(2)), ("a", "b", "no time"));
        assert_eq!(log.find("2.000001"), Some(1));
        assert_eq!(log.span().unwrap().1, slack("2.000001"));
    }

    fn slack(ts: &str) -> Instant {
        super::super::log::slack_instant(ts).unwrap()
    }

    #[test]
    fn a_reply_finds_its_root_also_when_that_is_missing() {
        let mut reply = record("3.0", "re");
        reply.thread = Some("1.0".to_owned());
        let mut orphan = record("4.0", "lost");
        orphan.thread = Some("0.5".to_owned());
        let log = build([orphan, reply, record("1.0", "root")]);
        assert_eq!(log.thread_of(0).unwrap().replies, [1]);
        assert_eq!(log.thread_of(1).unwrap().root, Some(0));
        assert_eq!(log.thread_of(2).unwrap().root, None);
        assert_eq!(log.thread_of(2).unwrap().root_id, "0.5");
    }

    #[test]
    fn the_newest_edit_shows_and_the_older_text_is_kept() {
        let mut newer = record("1.0", "new words");
        newer.extras = Some(Arc::new(Extras { edited: Some(slack("9.0")), ..Extras::default() }));
        let log = build([newer.clone(), record("1.0", "old words"), newer]);
        assert_eq!((log.len(), log.text(0)), (1, "new words"));
        assert_eq!(log.extras(0).unwrap().versions.len(), 1);
    }

    #[test]
    fn two_different_messages_with_one_id_are_both_kept() {
        let mut other = record("1.0", "other");
        other.author = Some(PersonIx(2));
        let log = build([record("1.0", "one"), other, record("1.0", "one")]);
        assert_eq!((log.native_id(0), log.native_id(1), log.len()), ("1.0", "1.0~2", 2));
        assert_eq!(log.find("1.0~2"), Some(1));
    }

    #[test]
    fn messages_of_one_instant_stand_as_the_source_has_them() {
        let placed = |id: &str, text: &str, place| {
            let mut record = record("1.0", text);
            record.native_id = id.to_owned();
            record.provenance.record = place;
            record
        };
        let log = build([placed("log:99", "first", 98), placed("log:100", "second", 99)]);
        assert_eq!((log.text(0), log.text(1)), ("first", "second"));
    }

    #[test]
    fn only_records_of_one_instant_wait_for_their_order() {
        let records = [record("1.0", "a"), record("2.0", "b"), record("3.0", "c"), record("", "no time")];
        let log = empty_log(meta(), Vec::new(), &PackedRecords::default());
        let mut filling = Filling::new(log);
        for record in records {
            filling.take(record);
            assert_eq!(filling.waiting.len(), 1);
        }
        assert_eq!(filling.finish().len(), 4);
    }

    #[test]
    fn a_mask_holds_the_mask_of_every_part_in_any_case() {
        let whole = letter_mask("Größe ÄNDERN 42, ok");
        for part in ["größe", "ändern", "OK", "4"] {
            assert_eq!(whole & letter_mask(part), letter_mask(part), "{part}");
        }
        assert_ne!(whole & letter_mask("z"), letter_mask("z"));
    }

    #[test]
    fn every_message_is_found_by_the_id_that_it_tells() {
        let mut log = LogBuilder::new(meta());
        for (id, text) in [("day one.log/7", "a"), ("gro\u{308}ße~1", "b"), ("1.0", "c"), ("1.0", "d"), ("50%", "e")] {
            log.push(record(id, text));
        }
        let people = Arc::new(super::super::People::default());
        let archive = super::super::Archive::new(vec![Arc::new(log.finish())], people, true);
        let ids: Vec<String> =
            archive.messages(super::super::ChannelIx(0)).map(|message| message.id().to_string()).collect();
        let known = ["1.0", "1.0~2", "50%25", "day%20one.log%2F7", "größe%7E1"];
        assert_eq!(ids, known.map(|native| format!("slack/C1/{native}")));
        for message in archive.messages(super::super::ChannelIx(0)) {
            assert_eq!(archive.find(&message.id()), Some(message.ix()), "{}", message.id());
        }
    }
}
