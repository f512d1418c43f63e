//! What is read in which order: channels of all sources joined by id, newest files first.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::format::PartFile;
use super::super::window::{WantedChannels, is_called};
use super::super::{ImportError, LoadOptions};
use super::Opened;
use crate::archive::{ChannelKind, ChannelMeta};
use crate::base::id::ChannelId;
use crate::base::text::composed;
use crate::base::time::Instant;

/// Most names told when a channel is not found.
const NAMES_TOLD: usize = 12;

/// One file of one channel to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Job {
    pub(super) channel: usize,
    pub(super) part: usize,
}

/// A file and the source it lies in.
#[derive(Debug)]
pub(super) struct PlannedPart {
    pub(super) source: usize,
    pub(super) file: PartFile,
}

/// A channel as all sources together know it.
#[derive(Debug)]
pub(super) struct PlannedChannel {
    pub(super) meta: ChannelMeta,
    /// Its files, newest first.
    pub(super) parts: Vec<PlannedPart>,
    /// The sources that tell of it.
    pub(super) sources: BTreeSet<usize>,
}

/// Everything that is to be read.
#[derive(Debug)]
pub(super) struct Plan {
    /// Channels in the order in which they are shown.
    pub(super) channels: Vec<PlannedChannel>,
    /// Places of the channels to show first.
    pub(super) first: Vec<usize>,
    /// Nothing before it is read, so nothing before it is missed.
    pub(super) since: Option<Instant>,
    order: Vec<usize>,
}

impl Plan {
    pub(super) fn new(opened: &[Opened], options: &LoadOptions) -> Result<Self, ImportError> {
        let mut channels = join_sources(opened);
        if !options.channels.is_empty() {
            check_names(&channels, &options.channels)?;
            let wanted = WantedChannels::of(options);
            channels.retain(|channel| wanted.hold(&channel.meta));
        }
        channels.sort_by_cached_key(|channel| {
            (kind_rank(channel.meta.kind), channel.meta.name.unsanitised().to_lowercase(), channel.meta.id.clone())
        });
        for channel in &mut channels {
            channel.parts.sort_by(|a, b| {
                let newest = |part: &PlannedPart| part.file.span.map(|(first, _)| first);
                (newest(b), a.source, &a.file.name).cmp(&(newest(a), b.source, &b.file.name))
            });
        }
        let first = first_places(&channels, &options.first);
        let others = (0..channels.len()).filter(|channel| !first.contains(channel));
        let order = first.iter().copied().chain(others).collect();
        Ok(Self { channels, first, since: options.since, order })
    }

    pub(super) fn part(&self, job: Job) -> Option<&PlannedPart> {
        self.channels.get(job.channel)?.parts.get(job.part)
    }

    /// All files of one channel, newest first.
    pub(super) fn jobs_of(&self, channel: usize) -> Vec<Job> {
        let parts = self.channels.get(channel).map_or(0, |channel| channel.parts.len());
        (0..parts).map(|part| Job { channel, part }).collect()
    }

    /// What is left when so many files of each channel were read ahead.
    pub(super) fn jobs_after(&self, read_ahead: &[usize]) -> Vec<Job> {
        let rest = |&channel: &usize| {
            let ahead = read_ahead.get(channel).copied().unwrap_or(0);
            self.jobs_of(channel).into_iter().skip(ahead)
        };
        self.order.iter().flat_map(rest).collect()
    }
}

const fn kind_rank(kind: ChannelKind) -> u8 {
    match kind {
        ChannelKind::Public => 0,
        ChannelKind::Private => 1,
        ChannelKind::GroupDm => 2,
        ChannelKind::Dm => 3,
        ChannelKind::Lane => 4,
    }
}

fn check_names(channels: &[PlannedChannel], wanted: &[String]) -> Result<(), ImportError> {
    let unknown = wanted.iter().find(|name| !channels.iter().any(|channel| is_called(&channel.meta, name)));
    let Some(name) = unknown else { return Ok(()) };
    let mut known: Vec<String> = channels.iter().map(|channel| channel.meta.label()).collect();
    known.sort();
    let more = known.len().saturating_sub(NAMES_TOLD);
    known.truncate(NAMES_TOLD);
    let known = known.join(", ");
    let known = if more > 0 { format!("{known} and {more} more") } else { known };
    Err(ImportError::UnknownChannel { name: name.clone(), known })
}

/// The channels asked for first; without any, the first one shown and the largest one.
fn first_places(channels: &[PlannedChannel], wanted: &[String]) -> Vec<usize> {
    let mut first = Vec::new();
    for name in wanted {
        let places = channels.iter().enumerate().filter(|(_, channel)| is_called(&channel.meta, name));
        first.extend(places.map(|(place, _)| place));
    }
    if wanted.is_empty() {
        let bytes = |channel: &PlannedChannel| channel.parts.iter().map(|part| part.file.bytes).sum::<u64>();
        first.extend(channels.iter().position(|channel| !channel.parts.is_empty()));
        first.extend((0..channels.len()).max_by_key(|&place| channels.get(place).map(bytes)));
    }
    let mut seen = BTreeSet::new();
    first.retain(|place| seen.insert(*place));
    first
}

fn join_sources(opened: &[Opened]) -> Vec<PlannedChannel> {
    let names = listed_names(opened);
    let mut channels: Vec<PlannedChannel> = Vec::new();
    let mut places: HashMap<ChannelId, usize> = HashMap::new();
    for (source, opened) in opened.iter().enumerate() {
        for channel in opened.export.channels() {
            let id = true_id(&channel.meta, &names);
            let place = *places.entry(id.clone()).or_insert_with(|| {
                let meta = ChannelMeta { id, ..channel.meta.clone() };
                channels.push(PlannedChannel { meta, parts: Vec::new(), sources: BTreeSet::new() });
                channels.len() - 1
            });
            let Some(planned) = channels.get_mut(place) else { continue };
            let ids = planned.meta.ids.max(channel.meta.ids);
            if channel.meta.listed && !planned.meta.listed {
                planned.meta = channel.meta.clone();
            }
            planned.meta.ids = ids;
            planned.sources.insert(source);
            let parts = channel.parts.iter().cloned().map(|file| PlannedPart { source, file });
            planned.parts.extend(parts);
        }
    }
    channels
}

/// Ids of listed channels by name, where the name tells one channel only.
fn listed_names(opened: &[Opened]) -> BTreeMap<Cow<'_, str>, Option<&ChannelId>> {
    let mut names: BTreeMap<Cow<'_, str>, Option<&ChannelId>> = BTreeMap::new();
    for channel in opened.iter().flat_map(|opened| opened.export.channels()).filter(|channel| channel.meta.listed) {
        let known = names.entry(composed(channel.meta.name.unsanitised())).or_insert(Some(&channel.meta.id));
        if *known != Some(&channel.meta.id) {
            *known = None;
        }
    }
    names
}

/// A folder without an id is the listed channel of that name, where another export lists one.
fn true_id(meta: &ChannelMeta, names: &BTreeMap<Cow<'_, str>, Option<&ChannelId>>) -> ChannelId {
    let listed = names.get(&composed(meta.name.unsanitised())).copied().flatten().filter(|_| !meta.listed);
    listed.unwrap_or(&meta.id).clone()
}
