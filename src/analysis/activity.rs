//! How much was said when: counts by bars of equal length, and what of it somebody has read.
//!
//! Bars with nothing stay in the list, because silence is evidence.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::presence::{Participant, is_written, rows};
use crate::archive::{Archive, ChannelIx, ChannelLog};
use crate::base::id::{InvestigatorId, PersonId, TagId, Target};
use crate::base::time::{HOUR, Instant, MINUTE, Micros, Zone};
use crate::project::Project;

/// Lengths of a bar, from fine to coarse.
pub const BUCKETS: [Micros; 4] = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR];

/// By what messages are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lens {
    /// By where they were written.
    #[default]
    Channel,
    /// By who wrote them.
    Person,
    /// By what they were tagged with.
    Tag,
}

impl Lens {
    /// The next one, round and round.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Channel => Self::Person,
            Self::Person => Self::Tag,
            Self::Tag => Self::Channel,
        }
    }

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Channel => "channel",
            Self::Person => "person",
            Self::Tag => "tag",
        }
    }
}

/// A stretch of time cut into bars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Where the first bar begins.
    pub from: Instant,
    /// How long a bar is.
    pub bucket: Micros,
    /// How many bars there are.
    pub bars: usize,
}

impl Window {
    /// A window that holds `at` two fifths in, its first bar on a round time of `zone`.
    pub fn around(at: Instant, bucket: Micros, bars: usize, zone: Zone) -> Self {
        let before = (bars * 2 / 5) as i64 * bucket;
        let round = match bucket {
            MINUTE => 10 * MINUTE,
            HOUR => 24 * HOUR,
            _ => HOUR,
        };
        let start = at.plus(-before);
        let offset = i64::from(zone.offset_seconds(start)) * 1_000_000;
        let into = (start.micros().saturating_add(offset)).rem_euclid(round);
        let from = if at.is_dated() { start.plus(-into) } else { at };
        let shifted = Self { from, bucket, bars };
        // A round time a day back may leave a narrow window short of `at`.
        if shifted.bar_of(at).is_some() { shifted } else { Self { from: start, bucket, bars } }
    }

    /// Where the last bar ends.
    pub const fn to(&self) -> Instant {
        self.from.plus(self.bucket.saturating_mul(self.bars as i64))
    }

    /// Which bar holds `at`.
    pub fn bar_of(&self, at: Instant) -> Option<usize> {
        let into = at.since(self.from).filter(|into| *into >= 0)?;
        usize::try_from(into / self.bucket.max(1)).ok().filter(|bar| *bar < self.bars)
    }

    /// Where a bar begins.
    pub const fn start_of(&self, bar: usize) -> Instant {
        self.from.plus(self.bucket.saturating_mul(bar as i64))
    }
}

/// Whose counts a series holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A channel's.
    Channel(ChannelIx),
    /// Somebody's.
    Person(PersonId),
    /// A tag's.
    Tag(TagId),
}

/// Counts of one subject, one a bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Whose.
    pub subject: Subject,
    /// Messages by bar.
    pub bars: Vec<u32>,
}

impl Series {
    const fn new(subject: Subject, bars: Vec<u32>) -> Self {
        Self { subject, bars }
    }

    /// All messages of the window.
    pub fn total(&self) -> usize {
        self.bars.iter().map(|&count| count as usize).sum()
    }
}

/// Counts by `lens`; channels in the archive's order, people in the roster's, tags by label. Subjects
/// without any message in the window are left out, except channels.
pub fn series(
    archive: &Archive,
    project: &Project,
    people: &[Participant],
    lens: Lens,
    window: &Window,
) -> Vec<Series> {
    match lens {
        Lens::Channel => by_channel(archive, window),
        Lens::Person => by_person(archive, people, window),
        Lens::Tag => by_tag(project, window),
    }
}

fn by_channel(archive: &Archive, window: &Window) -> Vec<Series> {
    let channels = archive.channels().filter(|(_, log)| !log.is_empty());
    channels.map(|(ix, log)| Series::new(Subject::Channel(ix), channel_bars(log, window))).collect()
}

fn channel_bars(log: &ChannelLog, window: &Window) -> Vec<u32> {
    let edges: Vec<u32> = (0..=window.bars).map(|bar| log.first_at(window.start_of(bar))).collect();
    edges
        .windows(2)
        .map(|edge| edge.last().zip(edge.first()).map_or(0, |(to, from)| to.saturating_sub(*from)))
        .collect()
}

fn by_person(archive: &Archive, people: &[Participant], window: &Window) -> Vec<Series> {
    let mut owner = vec![None; archive.people().len()];
    for (place, person) in people.iter().enumerate() {
        for ix in &person.places {
            if let Some(slot) = owner.get_mut(ix.0 as usize) {
                *slot = Some(place);
            }
        }
    }
    let mut counts: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
    for (channel, log) in archive.channels() {
        let inside =
            rows(archive, channel, log.first_at(window.from)).take_while(|message| message.time() < window.to());
        for message in inside.filter(|message| is_written(message.kind())) {
            let place = message.author_ix().and_then(|author| owner.get(author.0 as usize).copied().flatten());
            let bars = place.map(|place| counts.entry(place).or_insert_with(|| vec![0; window.bars]));
            count(bars, window.bar_of(message.time()));
        }
    }
    let named = counts.into_iter().filter_map(|(place, bars)| Some((people.get(place)?.id()?.clone(), bars)));
    named.map(|(id, bars)| Series::new(Subject::Person(id), bars)).collect()
}

fn by_tag(project: &Project, window: &Window) -> Vec<Series> {
    let mut counts: BTreeMap<(String, TagId), Vec<u32>> = BTreeMap::new();
    let messages = project.messages().iter().filter_map(|(id, copy)| Some((id.target(), copy.time?)));
    let events = project.events().iter().filter_map(|(id, event)| Some((id.clone(), event.at?)));
    for (target, at) in messages.chain(events) {
        let Some(bar) = window.bar_of(at) else { continue };
        for id in project.tags_of(&target) {
            let label = project.tag(&id).map_or_else(String::new, |(_, tag)| tag.label());
            count(Some(counts.entry((label, id)).or_insert_with(|| vec![0; window.bars])), Some(bar));
        }
    }
    counts.into_iter().map(|((_, id), bars)| Series::new(Subject::Tag(id), bars)).collect()
}

fn count(bars: Option<&mut Vec<u32>>, bar: Option<usize>) {
    if let Some(count) = bars.zip(bar).and_then(|(bars, bar)| bars.get_mut(bar)) {
        *count += 1;
    }
}

/// Heights of bars from 0 to 7 against the highest of all, `None` where there is nothing.
pub fn heights(bars: &[u32], most: u32) -> Vec<Option<usize>> {
    bars.iter()
        .map(|&count| (count > 0).then(|| (count as usize * 8).div_ceil(most.max(1) as usize).clamp(1, 8) - 1))
        .collect()
}

/// How much of a channel somebody has read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Which channel.
    pub channel: ChannelIx,
    /// Messages that somebody read.
    pub read: usize,
    /// All messages.
    pub whole: usize,
    /// The first row nobody read.
    pub unread: Option<u32>,
}

/// How much of each channel somebody has read, in the archive's order; empty channels are left out.
pub fn reading(archive: &Archive, project: &Project) -> Vec<Reading> {
    let channels = archive.channels().filter(|(_, log)| !log.is_empty());
    channels
        .map(|(channel, log)| {
            let id = log.meta().id.as_str();
            let spans = project.coverage().values().filter_map(|read| read.get(id)).flatten();
            let (read, unread) = covered(log, spans);
            Reading { channel, read, whole: log.len(), unread }
        })
        .collect()
}

/// How many messages an investigator has read, over all channels.
pub fn read_by(archive: &Archive, project: &Project, investigator: &InvestigatorId) -> usize {
    let Some(read) = project.coverage().get(investigator) else { return 0 };
    let logs = archive.channels().filter_map(|(_, log)| Some((log, read.get(log.meta().id.as_str())?)));
    logs.map(|(log, spans)| covered(log, spans.iter()).0).sum()
}

/// Whether an investigator has read the moment of a message.
pub fn has_read(project: &Project, investigator: &InvestigatorId, target: &Target, at: Instant) -> bool {
    let channel = target.message().and_then(|id| id.channel());
    let read = project.coverage().get(investigator);
    let spans = channel.zip(read).and_then(|(channel, read)| read.get(channel.as_str()));
    spans.into_iter().flatten().any(|(from, to)| *from <= at && at <= *to)
}

fn covered<'a>(log: &ChannelLog, spans: impl Iterator<Item = &'a (Instant, Instant)>) -> (usize, Option<u32>) {
    let ranges: BTreeSet<(u32, u32)> = spans
        .map(|(from, to)| (log.first_at(*from), log.last_at(*to).map_or(0, |row| row + 1)))
        .filter(|(from, to)| from < to)
        .collect();
    let (mut read, mut unread, mut reached) = (0_usize, None, 0_u32);
    for (from, to) in ranges {
        if from > reached && unread.is_none() {
            unread = Some(reached);
        }
        read += to.saturating_sub(from.max(reached)) as usize;
        reached = reached.max(to);
    }
    (read, unread.or_else(|| ((reached as usize) < log.len()).then_some(reached)))
}

#[cfg(test)]
mod tests;
