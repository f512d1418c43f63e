//! Stretches of messages to look at, and what was found in each.

use std::sync::Arc;

use super::Scope;
use crate::archive::{Archive, ChannelIx, Message, MsgIx};
use crate::search::filter::Filter;
use crate::search::in_time::InTime;
use crate::search::word::Verdict;

/// Messages that are looked at between two looks at the clock.
const STRETCH: usize = 1024;

/// Messages of one channel that are looked at in one go.
#[derive(Debug, Clone)]
pub(super) struct Stretch {
    channel: ChannelIx,
    rows: Rows,
}

#[derive(Debug, Clone)]
enum Rows {
    All(u32, u32),
    Listed(Arc<[u32]>, usize, usize),
}

/// What was found in a stretch.
#[derive(Debug, Clone, Default)]
pub(super) struct Part {
    pub(super) channel: Option<ChannelIx>,
    /// Rows that answer as asked, ascending.
    pub(super) exact: Vec<u32>,
    /// Rows that are close, ascending, with how close.
    pub(super) close: Vec<(u32, i64)>,
    /// For each correction the messages that it would find.
    pub(super) corrections: Vec<usize>,
    /// Messages whose text was read.
    pub(super) read: usize,
}

impl Stretch {
    pub(super) fn len(&self) -> usize {
        match &self.rows {
            Rows::All(from, to) => (to - from) as usize,
            Rows::Listed(_, from, to) => to - from,
        }
    }

    /// The first row, to look at what was said first first.
    pub(super) fn first(&self) -> MsgIx {
        let row = match &self.rows {
            Rows::All(from, _) => *from,
            Rows::Listed(rows, from, _) => rows.get(*from).copied().unwrap_or(0),
        };
        MsgIx { channel: self.channel, row }
    }

    pub(super) fn look(&self, archive: &Archive, filter: &Filter, corrections: usize) -> Part {
        let mut part = Part { channel: Some(self.channel), corrections: vec![0; corrections], ..Part::default() };
        let Some(log) = archive.log(self.channel) else { return part };
        let (required, suffices) = (filter.required_letters(), filter.asks_only_for_required_letters());
        let mut look = |row: u32, mask: u64| {
            // Most messages lack a letter of some word, and are done before any text is read.
            if mask & required == required
                && (suffices || filter.may_match(mask))
                && let Some(message) = archive.message(MsgIx { channel: self.channel, row })
            {
                part.take(filter, message);
            }
        };
        match &self.rows {
            Rows::All(from, to) => {
                let masks = log.masks().get(*from as usize..*to as usize).unwrap_or_default();
                (*from..*to).zip(masks).for_each(|(row, mask)| look(row, *mask));
            }
            Rows::Listed(rows, from, to) => {
                let rows = rows.get(*from..*to).unwrap_or_default().iter();
                rows.for_each(|&row| look(row, log.masks().get(row as usize).copied().unwrap_or(u64::MAX)));
            }
        }
        part
    }
}

impl Part {
    fn take(&mut self, filter: &Filter, message: Message<'_>) {
        self.read += 1;
        let row = message.ix().row;
        let corrections = match filter.judge_lettered(message) {
            Verdict::No => return,
            Verdict::Exact(found) => {
                self.exact.push(row);
                found.corrections
            }
            Verdict::Close(found) => {
                self.close.push((row, found.score));
                found.corrections
            }
        };
        count(&mut self.corrections, corrections);
    }
}

/// Adds one to each count whose bit is set.
pub(super) fn count(counts: &mut [usize], bits: u64) {
    if bits != 0 {
        for (bit, count) in counts.iter_mut().enumerate() {
            *count += usize::from(bits >> bit.min(63) & 1 == 1);
        }
    }
}

/// The stretches of a scope, channel by channel, their rows ascending.
pub(super) fn stretches(archive: &Archive, scope: &Scope) -> Vec<Stretch> {
    let mut stretches = Vec::new();
    let mut whole = |channel| {
        let rows = archive.log(channel).map_or(0, |log| log.len() as u32);
        for from in (0..rows).step_by(STRETCH) {
            let to = rows.min(from + STRETCH as u32);
            stretches.push(Stretch { channel, rows: Rows::All(from, to) });
        }
    };
    match scope {
        Scope::All => archive.channels().for_each(|(channel, _)| whole(channel)),
        Scope::Channel(channel) => whole(*channel),
        Scope::Rows(rows) => {
            let mut rows = rows.to_vec();
            rows.sort_unstable();
            for run in rows.chunk_by(|a, b| a.channel == b.channel) {
                let channel = run.first().map_or(ChannelIx(0), |ix| ix.channel);
                list(&mut stretches, channel, &run.iter().map(|ix| ix.row).collect());
            }
        }
    }
    stretches
}

/// The stretches of messages that an earlier scan found, among which are all that this one can find.
pub(super) fn stretches_of(exact: &InTime, close: &InTime) -> Vec<Stretch> {
    let mut stretches = Vec::new();
    let mut close = close.rows().peekable();
    for (channel, exact) in exact.rows() {
        while let Some((before, rows)) = close.next_if(|(other, _)| *other < channel) {
            list(&mut stretches, before, &rows.into());
        }
        let same = close.next_if(|(other, _)| *other == channel).map_or(&[][..], |(_, rows)| rows);
        list(&mut stretches, channel, &merged(exact, same).into());
    }
    for (channel, rows) in close {
        list(&mut stretches, channel, &rows.into());
    }
    stretches
}

/// Two ascending lists as one.
fn merged(one: &[u32], other: &[u32]) -> Vec<u32> {
    let mut merged = Vec::with_capacity(one.len() + other.len());
    let mut rest = other;
    for &row in one {
        let before = rest.iter().take_while(|&&other| other < row).count();
        let (taken, left) = rest.split_at_checked(before).unwrap_or((rest, &[]));
        merged.extend_from_slice(taken);
        merged.push(row);
        rest = left;
    }
    merged.extend_from_slice(rest);
    merged
}

fn list(stretches: &mut Vec<Stretch>, channel: ChannelIx, rows: &Arc<[u32]>) {
    for from in (0..rows.len()).step_by(STRETCH) {
        let to = rows.len().min(from + STRETCH);
        stretches.push(Stretch { channel, rows: Rows::Listed(Arc::clone(rows), from, to) });
    }
}
