//! One channel's messages as columns: time order, one text arena, about 50 bytes a message beside
//! its text and id. Immutable; made by [`super::builder::LogBuilder`].

use std::sync::{Arc, OnceLock};

use super::{ChannelMeta, Extras, Flags, MessageType, PersonIx, Quality};
use crate::base::time::Instant;

/// No author, no thread.
pub(super) const NONE: u32 = u32::MAX;

/// One thread of a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// The platform's id of its first message, encoded, also when that one is missing.
    pub root_id: String,
    /// The row of its first message; `None` when it is not in the export.
    pub root: Option<u32>,
    /// Rows of the answers, in time order.
    pub replies: Vec<u32>,
    /// How many answers the platform says there are; may differ from those present.
    pub declared: Option<u32>,
}

/// Where a message stands in its source, to show the record as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Provenance {
    /// Place in [`ChannelLog::files`].
    pub file: u32,
    /// Which record of that file, from 0.
    pub record: u32,
}

/// A file of a source that held messages of this channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Which source, in the order in which they were opened.
    pub source: u32,
    /// Its name inside the source: `general/2024-12-06.json`; foreign.
    pub name: crate::base::text::RawString,
}

/// One channel's messages, sorted by instant, then by source order.
#[derive(Debug, Clone)]
pub struct ChannelLog {
    pub(super) meta: ChannelMeta,
    pub(super) times: Vec<Instant>,
    pub(super) authors: Vec<u32>,
    pub(super) threads_of: Vec<u32>,
    pub(super) kinds: Vec<MessageType>,
    pub(super) flags: Vec<Flags>,
    pub(super) qualities: Vec<Quality>,
    /// Each message's native id, directly followed by its text.
    pub(super) arena: String,
    pub(super) starts: Vec<u32>,
    pub(super) id_lengths: Vec<u8>,
    pub(super) masks: Vec<u64>,
    pub(super) provenance: Vec<Provenance>,
    pub(super) extras: Vec<(u32, Arc<Extras>)>,
    pub(super) threads: Vec<Thread>,
    pub(super) files: Vec<SourceFile>,
    /// Rows by native id; made when first asked for one that does not tell its instant.
    pub(super) by_id: OnceLock<Box<[u32]>>,
}

impl ChannelLog {
    /// What the export says about the channel.
    pub const fn meta(&self) -> &ChannelMeta {
        &self.meta
    }

    /// How many messages it holds.
    pub const fn len(&self) -> usize {
        self.times.len()
    }

    /// Whether nobody wrote anything.
    pub const fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// When the message at `row` was posted; undated past the end.
    pub fn time(&self, row: u32) -> Instant {
        self.times.get(row as usize).copied().unwrap_or(Instant::UNDATED)
    }

    /// All instants, ascending; undated ones last.
    pub fn times(&self) -> &[Instant] {
        &self.times
    }

    /// Letter masks, one a message, for search.
    pub fn masks(&self) -> &[u64] {
        &self.masks
    }

    /// What kind of record stands at `row`.
    pub fn kind(&self, row: u32) -> MessageType {
        self.kinds.get(row as usize).copied().unwrap_or(MessageType::Message)
    }

    /// The marks of the message at `row`.
    pub fn flags(&self, row: u32) -> Flags {
        self.flags.get(row as usize).copied().unwrap_or_default()
    }

    /// How exactly the time of the message at `row` is known.
    pub fn quality(&self, row: u32) -> Quality {
        self.qualities.get(row as usize).copied().unwrap_or_default()
    }

    /// Who wrote the message at `row`.
    pub fn author(&self, row: u32) -> Option<PersonIx> {
        self.authors.get(row as usize).filter(|&&author| author != NONE).map(|&author| PersonIx(author))
    }

    /// The platform's id of the message at `row`, encoded as in ids of messages, with `~2` where two
    /// records share one.
    pub fn native_id(&self, row: u32) -> &str {
        self.span_of(row).and_then(|(id, text, _)| self.arena.get(id..text)).unwrap_or("")
    }

    /// The text of the message at `row`; foreign.
    pub fn text(&self, row: u32) -> &str {
        self.span_of(row).and_then(|(_, text, end)| self.arena.get(text..end)).unwrap_or("")
    }

    fn span_of(&self, row: u32) -> Option<(usize, usize, usize)> {
        let row = row as usize;
        let start = *self.starts.get(row)? as usize;
        let end = self.starts.get(row + 1).map_or(self.arena.len(), |&end| end as usize);
        Some((start, start + usize::from(*self.id_lengths.get(row)?), end))
    }

    /// Reactions, files and the like of the message at `row`.
    pub fn extras(&self, row: u32) -> Option<&Extras> {
        let at = self.extras.binary_search_by_key(&row, |(row, _)| *row).ok()?;
        self.extras.get(at).map(|(_, extras)| &**extras)
    }

    /// What only some messages have, by ascending row.
    pub fn all_extras(&self) -> impl Iterator<Item = (u32, &Extras)> {
        self.extras.iter().map(|(row, extras)| (*row, &**extras))
    }

    /// The thread that the message at `row` begins or stands in.
    pub fn thread_of(&self, row: u32) -> Option<&Thread> {
        self.threads.get(*self.threads_of.get(row as usize)? as usize)
    }

    /// All threads, by the order of their first message.
    pub fn threads(&self) -> &[Thread] {
        &self.threads
    }

    /// Where the message at `row` stands in its source.
    pub fn provenance(&self, row: u32) -> Provenance {
        self.provenance.get(row as usize).copied().unwrap_or_default()
    }

    /// The files that held messages of this channel.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// The row of the first message at or after `at`; the number of rows when there is none.
    pub fn first_at(&self, at: Instant) -> u32 {
        self.times.partition_point(|&time| time < at) as u32
    }

    /// The row of the last message at or before `at`.
    pub fn last_at(&self, at: Instant) -> Option<u32> {
        self.times.partition_point(|&time| time <= at).checked_sub(1).map(|row| row as u32)
    }

    /// The first and last dated instants.
    pub fn span(&self) -> Option<(Instant, Instant)> {
        let dated = self.times.partition_point(|time| time.is_dated());
        Some((*self.times.first().filter(|_| dated > 0)?, *self.times.get(dated.checked_sub(1)?)?))
    }

    /// The same log with texts changed by `change`, which gets the part before and the part in the
    /// attachments apart and gives `None` for what stays.
    #[must_use]
    pub fn map_texts(&self, change: impl Fn(&str) -> Option<String>) -> Self {
        let mut mapped = self.clone();
        mapped.arena.clear();
        for row in 0..self.len() as u32 {
            let text = self.text(row);
            let cut =
                self.extras(row).and_then(|extras| extras.attachment_from).map_or(text.len(), |from| from as usize);
            let (body, attached) = text.split_at_checked(cut).unwrap_or((text, ""));
            let (new_body, new_attached) = (change(body), change(attached));
            let is_same = new_body.is_none() && new_attached.is_none();
            let body = new_body.as_deref().unwrap_or(body);
            if let Some(start) = mapped.starts.get_mut(row as usize) {
                *start = mapped.arena.len() as u32;
            }
            mapped.arena.push_str(self.native_id(row));
            mapped.arena.push_str(body);
            mapped.arena.push_str(new_attached.as_deref().unwrap_or(attached));
            if !is_same {
                mapped.rewritten(row, body.len());
            }
        }
        mapped
    }

    /// The same log of a channel that is told otherwise.
    #[must_use]
    pub fn with_meta(self, meta: ChannelMeta) -> Self {
        Self { meta, ..self }
    }

    /// Brings what depends on the text of `row` up to date; it must be the last one written.
    fn rewritten(&mut self, row: u32, body_length: usize) {
        let start = self.starts.get(row as usize).map_or(0, |&start| start as usize);
        let id_length = self.id_lengths.get(row as usize).map_or(0, |&length| usize::from(length));
        let mask = super::builder::letter_mask(self.arena.get(start + id_length..).unwrap_or(""));
        if let Some(slot) = self.masks.get_mut(row as usize) {
            *slot = mask;
        }
        if let Ok(at) = self.extras.binary_search_by_key(&row, |(row, _)| *row)
            && let Some((_, extras)) = self.extras.get_mut(at)
            && extras.attachment_from.is_some()
        {
            Arc::make_mut(extras).attachment_from = Some(body_length as u32);
        }
    }

    /// The row of a message by its native id.
    pub fn find(&self, native: &str) -> Option<u32> {
        // Slack ids are the instant itself, so the place is nearly known.
        if let Some(at) = slack_instant(native.split('~').next().unwrap_or(native)) {
            let from = self.first_at(at);
            let hit = (from..self.len() as u32)
                .take_while(|&row| self.time(row) == at)
                .find(|&row| self.native_id(row) == native);
            if hit.is_some() {
                return hit;
            }
        }
        let by_id = self.by_id.get_or_init(|| {
            let mut rows: Box<[u32]> = (0..self.len() as u32).collect();
            rows.sort_by(|&a, &b| (self.native_id(a), a).cmp(&(self.native_id(b), b)));
            rows
        });
        let at = by_id.partition_point(|&row| self.native_id(row) < native);
        by_id.get(at).copied().filter(|&row| self.native_id(row) == native)
    }
}

/// The instant that a Slack `ts` tells: seconds, a point, up to six digits; never through a float.
pub fn slack_instant(ts: &str) -> Option<Instant> {
    let point = ts.bytes().position(|byte| byte == b'.');
    let (seconds, fraction) = (ts.get(..point.unwrap_or(ts.len()))?, ts.get(point.map_or(ts.len(), |at| at + 1)..)?);
    if fraction.len() > 6 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole: i64 = seconds.parse().ok()?;
    let digits = fraction.bytes().fold(0, |digits, digit| digits * 10 + i64::from(digit - b'0'));
    let micros = digits * 10_i64.pow(6 - fraction.len() as u32);
    let at = Instant::from_micros(whole.checked_mul(1_000_000)?.checked_add(micros)?);
    at.is_dated().then_some(at)
}
