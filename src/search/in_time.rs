//! Messages of many channels in time order, without sorting them.
//!
//! A channel's messages stand in time order already, so a set of them is kept as one ascending run a
//! channel. Runs are merged only where somebody looks: a page, a place, the next one after an
//! instant. Of messages of one instant the one of the channel shown first comes first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt;
use std::sync::Arc;

use crate::archive::{Archive, ChannelIx, ChannelLog, MsgIx};
use crate::base::time::Instant;

/// Where a message stands in time: what orders it.
pub type Moment = (Instant, MsgIx);

/// A set of messages in time order; copying it copies no message.
#[derive(Clone, Default)]
pub struct InTime {
    runs: Arc<[Run]>,
    len: usize,
}

/// Messages of one channel.
#[derive(Clone)]
struct Run {
    channel: ChannelIx,
    log: Arc<ChannelLog>,
    /// Ascending, none twice.
    rows: Vec<u32>,
}

impl Run {
    fn moment(&self, row: u32) -> Moment {
        (self.log.time(row), MsgIx { channel: self.channel, row })
    }

    fn at(&self, place: usize) -> Option<Moment> {
        self.rows.get(place).map(|&row| self.moment(row))
    }

    /// How many come before `moment`.
    fn before(&self, moment: Moment) -> usize {
        self.rows.partition_point(|&row| self.moment(row) < moment)
    }

    fn earlier_than(&self, at: Instant) -> usize {
        self.rows.partition_point(|&row| self.log.time(row) < at)
    }

    fn not_after(&self, at: Instant) -> usize {
        self.not_after_within(at, 0, self.rows.len())
    }

    /// The same where it is known to lie between two places.
    fn not_after_within(&self, at: Instant, from: usize, to: usize) -> usize {
        let rows = self.rows.get(from..to).unwrap_or_default();
        from + rows.partition_point(|&row| self.log.time(row) <= at)
    }
}

impl InTime {
    /// Takes ascending rows by channel, the channels ascending.
    pub fn new(archive: &Archive, rows: impl IntoIterator<Item = (ChannelIx, Vec<u32>)>) -> Self {
        let run = |(channel, rows)| Some(Run { channel, log: Arc::clone(archive.log(channel)?), rows });
        let runs: Arc<[Run]> = rows.into_iter().filter_map(run).filter(|run| !run.rows.is_empty()).collect();
        Self { len: runs.iter().map(|run| run.rows.len()).sum(), runs }
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The rows by channel, as they were given.
    pub fn rows(&self) -> impl Iterator<Item = (ChannelIx, &[u32])> {
        self.runs.iter().map(|run| (run.channel, run.rows.as_slice()))
    }

    /// All of them, the first in time first.
    pub fn iter(&self) -> impl Iterator<Item = MsgIx> {
        self.merged(vec![0; self.runs.len()])
    }

    /// The first one.
    pub fn first(&self) -> Option<Moment> {
        self.runs.iter().filter_map(|run| run.at(0)).min()
    }

    /// The last one.
    pub fn last(&self) -> Option<Moment> {
        self.runs.iter().filter_map(|run| run.at(run.rows.len().checked_sub(1)?)).max()
    }

    /// The one at a place, counted from 0.
    pub fn get(&self, place: usize) -> Option<MsgIx> {
        self.page(place, 1).pop()
    }

    /// At most `count` of them from a place on.
    pub fn page(&self, from: usize, count: usize) -> Vec<MsgIx> {
        self.merged(self.cut(from)).take(count).collect()
    }

    /// The first `count` of them.
    #[must_use]
    pub fn cut_to(&self, count: usize) -> Self {
        let ends = self.cut(count);
        let runs: Arc<[Run]> = self
            .runs
            .iter()
            .zip(&ends)
            .map(|(run, &end)| Run { rows: run.rows.get(..end).unwrap_or_default().to_vec(), ..run.clone() })
            .collect();
        Self { runs, len: ends.iter().sum() }
    }

    /// How many come before `moment`.
    pub fn count_before(&self, moment: Moment) -> usize {
        self.runs.iter().map(|run| run.before(moment)).sum()
    }

    /// The first one after `moment`.
    pub fn next_after(&self, moment: Moment) -> Option<Moment> {
        let next = |run: &Run| {
            let place = run.before(moment);
            let same = run.at(place) == Some(moment);
            run.at(place + usize::from(same))
        };
        self.runs.iter().filter_map(next).min()
    }

    /// The last one before `moment`.
    pub fn last_before(&self, moment: Moment) -> Option<Moment> {
        self.runs.iter().filter_map(|run| run.at(run.before(moment).checked_sub(1)?)).max()
    }

    /// Where each run is cut when the first `count` are taken away.
    fn cut(&self, count: usize) -> Vec<usize> {
        if count == 0 {
            return vec![0; self.runs.len()];
        }
        if count >= self.len {
            return self.runs.iter().map(|run| run.rows.len()).collect();
        }
        let at = self.instant_at(count);
        let mut places: Vec<usize> = self.runs.iter().map(|run| run.earlier_than(at)).collect();
        let mut left = count - places.iter().sum::<usize>();
        for (run, place) in self.runs.iter().zip(&mut places) {
            let taken = left.min(run.not_after(at) - *place);
            *place += taken;
            left -= taken;
        }
        places
    }

    /// The instant of the one at `count`: the span of time is halved until it is found, and with it
    /// the stretch of each run that is still to be looked through.
    fn instant_at(&self, count: usize) -> Instant {
        let micros = |moment: Option<Moment>| moment.map_or(0, |(at, _)| at.micros());
        let (mut low, mut high) = (micros(self.first()), micros(self.last()));
        let mut open: Vec<(usize, usize)> = self.runs.iter().map(|run| (0, run.rows.len())).collect();
        while low < high {
            let middle = (i128::from(low) + i128::from(high)).div_euclid(2) as i64;
            let at = Instant::from_micros(middle);
            let cuts: Vec<usize> =
                self.runs.iter().zip(&open).map(|(run, &(from, to))| run.not_after_within(at, from, to)).collect();
            let later = cuts.iter().sum::<usize>() > count;
            for ((from, to), cut) in open.iter_mut().zip(cuts) {
                *(if later { to } else { from }) = cut;
            }
            if later { high = middle } else { low = middle + 1 }
        }
        Instant::from_micros(low)
    }

    fn merged(&self, places: Vec<usize>) -> impl Iterator<Item = MsgIx> {
        let heads = self.runs.iter().zip(places).enumerate();
        let mut heads: BinaryHeap<_> =
            heads.filter_map(|(nth, (run, place))| Some(Reverse((run.at(place)?, nth, place)))).collect();
        std::iter::from_fn(move || {
            let mut head = heads.peek_mut()?;
            let Reverse((moment, nth, place)) = *head;
            match self.runs.get(nth).and_then(|run| run.at(place + 1)) {
                Some(next) => *head = Reverse((next, nth, place + 1)),
                None => drop(std::collections::binary_heap::PeekMut::pop(head)),
            }
            Some(moment.1)
        })
    }
}

impl PartialEq for InTime {
    fn eq(&self, other: &Self) -> bool {
        self.rows().eq(other.rows())
    }
}

impl Eq for InTime {}

impl fmt::Debug for InTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.rows()).finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{Sample, said};
    use super::*;
    use crate::archive::ChannelKind;

    /// Channels whose messages stand at the given seconds.
    fn archive(channels: &[Vec<u32>]) -> Arc<Archive> {
        let mut sample = Sample::default();
        for (nth, seconds) in channels.iter().enumerate() {
            let clocks: Vec<String> = seconds.iter().map(|at| format!("14:{:02}:{:02}", at / 60, at % 60)).collect();
            let texts: Vec<String> = (0..clocks.len()).map(|text| text.to_string()).collect();
            let messages: Vec<_> = clocks.iter().zip(&texts).map(|(clock, text)| said(clock, "ines", text)).collect();
            sample = sample.channel(&format!("C{nth}"), &format!("c{nth}"), ChannelKind::Public, &messages);
        }
        sample.build()
    }

    proptest! {
        #[test]
        fn it_reads_as_if_it_were_sorted(
            channels in proptest::collection::vec(proptest::collection::vec(0_u32..90, 0..40), 0..6),
            every in 1_usize..4,
        ) {
            let archive = archive(&channels);
            let rows = archive.channels().map(|(ix, log)| (ix, (0..log.len() as u32).step_by(every).collect::<Vec<_>>()));
            let rows: Vec<(ChannelIx, Vec<u32>)> = rows.collect();
            let set = InTime::new(&archive, rows.clone());
            let all = rows.iter().flat_map(|(channel, rows)| rows.iter().map(|&row| MsgIx { channel: *channel, row }));
            let mut sorted: Vec<Moment> = all.map(|ix| (archive.message(ix).unwrap().time(), ix)).collect();
            sorted.sort_unstable();
            let plain: Vec<MsgIx> = sorted.iter().map(|(_, ix)| *ix).collect();
            prop_assert_eq!(set.len(), plain.len());
            prop_assert_eq!(set.iter().collect::<Vec<_>>(), plain.clone());
            for from in 0..=plain.len() {
                prop_assert_eq!(set.page(from, 3), plain.iter().copied().skip(from).take(3).collect::<Vec<_>>());
                prop_assert_eq!(set.cut_to(from).iter().collect::<Vec<_>>(), plain[..from].to_vec());
            }
            for (place, &moment) in sorted.iter().enumerate() {
                prop_assert_eq!(set.count_before(moment), place);
                prop_assert_eq!(set.next_after(moment), sorted.get(place + 1).copied());
                prop_assert_eq!(set.last_before(moment), place.checked_sub(1).map(|before| sorted[before]));
            }
        }
    }
}
