//! Makes a [`ChannelLog`] of records in any order: sorts, joins what is one message, finds threads.
//!
//! Two records with one id are one message when they come from different sources, when one of them
//! is a trace of a deletion, or when the same person wrote them and the text is equal or one of them
//! is marked as edited; the newest edit shows, the others are kept as versions. All else with one id
//! gets `~2`, `~3` in source order.

use std::collections::HashMap;

use super::log::{NONE, Provenance, SourceFile, Thread};
use super::{ChannelLog, ChannelMeta, Extras, Flags, MessageType, PersonIx, Quality, Version};
use crate::base::id::encode_segment;
use crate::base::text::RawString;
use crate::base::time::Instant;

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
    /// What only some messages have.
    pub extras: Option<Box<Extras>>,
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
        self.extras.get_or_insert_default()
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
    records: Vec<Record>,
    files: Vec<SourceFile>,
}

impl LogBuilder {
    /// Begins the log of a channel.
    pub const fn new(meta: ChannelMeta) -> Self {
        Self { meta, records: Vec::new(), files: Vec::new() }
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
        let is_from = |record: &&Record| source_of(&self.files, record) == Some(source);
        let records = self.records.iter().filter(is_from).cloned().collect();
        Self { meta: self.meta.clone(), records, files: self.files.clone() }
    }

    /// Sorts by instant, then by source order, joins versions and finds threads.
    pub fn finish(self) -> ChannelLog {
        let mut records = self.records;
        for record in &mut records {
            encode(&mut record.native_id);
            record.thread.iter_mut().for_each(encode);
        }
        records
            .sort_by(|a, b| (a.time, &a.native_id, a.provenance.file).cmp(&(b.time, &b.native_id, b.provenance.file)));
        let mut records = join_versions(records, &self.files);
        // Ids need not grow with their records; what was written in one minute stands as in its file.
        records.sort_by_key(|record| (record.time, record.provenance.file, record.provenance.record));
        let mut log = ChannelLog {
            meta: self.meta,
            times: Vec::with_capacity(records.len()),
            authors: Vec::with_capacity(records.len()),
            threads_of: vec![NONE; records.len()],
            kinds: Vec::with_capacity(records.len()),
            flags: Vec::with_capacity(records.len()),
            qualities: Vec::with_capacity(records.len()),
            arena: String::with_capacity(records.iter().map(|record| record.native_id.len() + record.text.len()).sum()),
            starts: Vec::with_capacity(records.len()),
            id_lengths: Vec::with_capacity(records.len()),
            masks: Vec::with_capacity(records.len()),
            provenance: Vec::with_capacity(records.len()),
            extras: Vec::new(),
            threads: Vec::new(),
            files: self.files,
            by_id: std::sync::OnceLock::new(),
        };
        link_threads(&mut log, &records);
        for (row, record) in records.into_iter().enumerate() {
            append(&mut log, row as u32, record);
        }
        log
    }
}

/// Logs hold native ids as they stand in ids of messages, where `~2` is the only thing that is not
/// the platform's.
fn encode(native: &mut String) {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'_');
    if !native.bytes().all(is_plain) {
        *native = encode_segment(native);
    }
}

fn append(log: &mut ChannelLog, row: u32, record: Record) {
    let id = crate::base::text::fit_bytes(&record.native_id, usize::from(u8::MAX));
    log.times.push(record.time);
    log.authors.push(record.author.map_or(NONE, |author| author.0));
    log.kinds.push(record.kind);
    log.flags.push(record.flags);
    log.qualities.push(record.quality);
    log.starts.push(log.arena.len() as u32);
    log.id_lengths.push(id.len() as u8);
    log.arena.push_str(id);
    log.arena.push_str(&record.text);
    log.masks.push(letter_mask(&record.text));
    log.provenance.push(record.provenance);
    if let Some(extras) = record.extras {
        log.extras.push((row, extras));
    }
}

/// One bit a letter or digit that occurs (upper and lower case alike); the other 28 bits are shared
/// by all other characters. A text can hold a word only if its mask holds the word's mask.
pub fn letter_mask(text: &str) -> u64 {
    let mut mask = 0_u64;
    for c in text.chars() {
        mask |= match c.to_ascii_lowercase() {
            c @ 'a'..='z' => 1 << (c as u32 - 'a' as u32),
            c @ '0'..='9' => 1 << (26 + c as u32 - '0' as u32),
            c if c.is_ascii() => 0,
            // Case of other scripts is folded by search, so upper and lower must share a bit.
            c => c.to_lowercase().fold(0, |bits, c| bits | 1 << (36 + c as u32 % 28)),
        };
    }
    mask
}

fn source_of(files: &[SourceFile], record: &Record) -> Option<u32> {
    files.get(record.provenance.file as usize).map(|file| file.source)
}

fn join_versions(records: Vec<Record>, files: &[SourceFile]) -> Vec<Record> {
    let mut joined: Vec<Record> = Vec::with_capacity(records.len());
    let mut group_start = 0;
    for record in records {
        let same_group = joined.get(group_start).is_some_and(|first| base_id(first) == record.native_id);
        if !same_group {
            group_start = joined.len();
            joined.push(record);
            continue;
        }
        let group = joined.get_mut(group_start..).unwrap_or_default();
        let source = source_of(files, &record);
        let is_version = |known: &&mut Record| source_of(files, known) != source || is_version_of(known, &record);
        if let Some(known) = group.iter_mut().take(MOST_LOOKED_AT).find(is_version) {
            absorb(known, record);
        } else {
            let mut record = record;
            record.native_id = format!("{}~{}", record.native_id, group.len() + 1);
            joined.push(record);
        }
    }
    joined
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
    let Some(theirs) = other.extras.as_deref_mut() else { return };
    let votes = |extras: &Extras| extras.reactions.iter().map(|reaction| u64::from(reaction.count)).sum::<u64>();
    let known_votes = known.extras.as_deref().map_or(0, votes);
    let wants_files = !theirs.files.is_empty() && known.extras.as_ref().is_none_or(|extras| extras.files.is_empty());
    if votes(theirs) > known_votes {
        known.extras.get_or_insert_default().reactions = std::mem::take(&mut theirs.reactions);
        known.flags = known.flags.with(Flags::REACTION);
    }
    if wants_files {
        known.extras.get_or_insert_default().files = std::mem::take(&mut theirs.files);
        known.flags = known.flags.with(Flags::FILE);
    }
    if theirs.deleted_at.is_some() {
        known.extras.get_or_insert_default().deleted_at = theirs.deleted_at;
    }
    for version in std::mem::take(&mut theirs.versions) {
        let extras = known.extras.get_or_insert_default();
        if !extras.versions.contains(&version) {
            extras.versions.push(version);
        }
    }
}

fn link_threads(log: &mut ChannelLog, records: &[Record]) {
    let mut by_root: HashMap<&str, u32> = HashMap::new();
    for (row, record) in records.iter().enumerate() {
        if let Some(root) = &record.thread {
            let ix = *by_root.entry(root).or_insert_with(|| {
                log.threads.push(Thread { root_id: root.clone(), root: None, replies: Vec::new(), declared: None });
                (log.threads.len() - 1) as u32
            });
            if let (Some(slot), Some(thread)) = (log.threads_of.get_mut(row), log.threads.get_mut(ix as usize)) {
                *slot = ix;
                thread.replies.push(row as u32);
            }
        }
    }
    for (row, record) in records.iter().enumerate() {
        let Some(&ix) = by_root.get(record.native_id.as_str()) else { continue };
        if record.thread.is_some() {
            continue;
        }
        if let (Some(slot), Some(thread)) = (log.threads_of.get_mut(row), log.threads.get_mut(ix as usize)) {
            *slot = ix;
            thread.root = Some(row as u32);
            thread.declared = record.declared_replies;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ChannelKind, ChannelMeta};
    use super::*;
    use crate::base::id::ChannelId;

    fn meta() -> ChannelMeta {
        ChannelMeta {
            id: ChannelId::new("slack", "C1"),
            name: "general".into(),
            kind: ChannelKind::Public,
            topic: RawString::default(),
            purpose: RawString::default(),
            listed: true,
        }
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
        newer.extras = Some(Box::new(Extras { edited: Some(slack("9.0")), ..Extras::default() }));
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
        let people = std::sync::Arc::new(super::super::People::default());
        let archive = super::super::Archive::new(vec![std::sync::Arc::new(log.finish())], people, true);
        let ids: Vec<String> =
            archive.messages(super::super::ChannelIx(0)).map(|message| message.id().to_string()).collect();
        let known = ["1.0", "1.0~2", "50%25", "day%20one.log%2F7", "größe%7E1"];
        assert_eq!(ids, known.map(|native| format!("slack/C1/{native}")));
        for message in archive.messages(super::super::ChannelIx(0)) {
            assert_eq!(archive.find(&message.id()), Some(message.ix()), "{}", message.id());
        }
    }
}
