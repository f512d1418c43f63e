//! What was said: read-only, rebuilt from exports at any time.
//!
//! An [`Archive`] holds one immutable [`ChannelLog`] a channel behind an `Arc`. Loading publishes
//! archive after archive, and each shares every log that did not change with the one before; so a
//! reader never waits and nothing is copied. Built only through [`builder::LogBuilder`].

pub mod anchors;
pub mod builder;
pub mod extras;
pub mod log;
pub mod message;
pub mod people;
pub mod quality;
pub mod shift;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::id::{ChannelId, MessageId};
use crate::base::text::{RawString, composed};
use crate::base::time::Instant;

pub use anchors::Anchors;
pub use extras::{Extras, FileEntry, Huddle, Reaction, Version};
pub use log::{ChannelLog, Thread};
pub use message::{Flags, Message, MessageType};
pub use people::{People, Person, PersonIx};
pub use quality::Quality;
pub use shift::Shift;

/// A channel's place in one archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChannelIx(pub u32);

/// A message's place in one archive: never saved, never kept past the archive it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MsgIx {
    /// The channel's place.
    pub channel: ChannelIx,
    /// The row in that channel's log.
    pub row: u32,
}

/// What kind of conversation a channel is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChannelKind {
    /// Everybody in the workspace can read it.
    #[default]
    Public,
    /// Only its members can.
    Private,
    /// A conversation of several people without a name.
    GroupDm,
    /// A conversation of two.
    Dm,
    /// Events of a source that is no chat: alerts, deploys, commits.
    Lane,
}

impl ChannelKind {
    /// Whether its messages leave in an export only when it is named.
    pub const fn is_private(self) -> bool {
        !matches!(self, Self::Public | Self::Lane)
    }
}

/// What the ids of a channel's messages are worth in another export of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Ids {
    /// The source names each record for good: its id is believed, and the same words at another
    /// time are another record.
    #[default]
    Own,
    /// They are made of lines, order, clocks or words, and may tell another record next time.
    Counted,
}

/// What an export says about a channel, apart from its messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelMeta {
    /// Platform and the channel's own id.
    pub id: ChannelId,
    /// Its name without `#`.
    pub name: RawString,
    /// Public, private or direct.
    pub kind: ChannelKind,
    /// Its topic, where told.
    pub topic: RawString,
    /// Its purpose, where told.
    pub purpose: RawString,
    /// Whether the export lists the channel (a folder may stand without an entry).
    pub listed: bool,
    /// What the ids of its messages are worth.
    pub ids: Ids,
}

impl ChannelMeta {
    /// A public channel of which only id and name are known, of a source that names its records.
    pub fn named(platform: &str, id: &str, name: &str) -> Self {
        Self {
            id: ChannelId::new(platform, id),
            name: RawString::from(name),
            kind: ChannelKind::Public,
            topic: RawString::default(),
            purpose: RawString::default(),
            listed: true,
            ids: Ids::Own,
        }
    }

    /// A lane of events of a source that is no chat.
    pub fn lane(platform: &str, id: &str, name: &str) -> Self {
        Self { kind: ChannelKind::Lane, ..Self::named(platform, id, name) }
    }

    /// The name as people write it: `#sev-search`, a direct message without the sign. Printable.
    pub fn label(&self) -> String {
        let sign = if matches!(self.kind, ChannelKind::Public | ChannelKind::Private) { "#" } else { "" };
        format!("{sign}{}", self.name.tty_line())
    }
}

/// Everything that was read so far.
#[derive(Debug, Clone, Default)]
pub struct Archive {
    channels: Vec<Arc<ChannelLog>>,
    by_id: BTreeMap<ChannelId, ChannelIx>,
    people: Arc<People>,
    shifts: Arc<[Shift]>,
    anchors: Arc<Anchors>,
    complete: bool,
}

impl Archive {
    /// Takes the logs in the order in which channels are shown.
    pub fn new(channels: Vec<Arc<ChannelLog>>, people: Arc<People>, complete: bool) -> Self {
        let by_id = channels
            .iter()
            .enumerate()
            .map(|(ix, log)| (log.meta().id.clone(), ChannelIx(u32::try_from(ix).unwrap_or(u32::MAX))))
            .collect();
        Self { channels, by_id, people, shifts: Arc::default(), anchors: Arc::default(), complete }
    }

    /// The same archive with people, channels and texts under other names; every message and person
    /// keeps its place. `text` gives `None` for what stays.
    #[must_use]
    pub fn disguised(
        &self,
        person: impl Fn(&Person) -> Person,
        meta: impl Fn(&ChannelMeta) -> ChannelMeta,
        text: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let disguised = |log: &Arc<ChannelLog>| Arc::new(log.map_texts(&text).with_meta(meta(log.meta())));
        let channels = self.channels.iter().map(disguised).collect();
        Self { channels, people: Arc::new(self.people.mapped(person)), ..self.clone() }
    }

    /// Lets a channel be found under a second id too: the one it had before its own was known.
    pub fn add_alias(&mut self, alias: ChannelId, channel: ChannelIx) {
        self.by_id.entry(alias).or_insert(channel);
    }

    /// Takes who was on call when.
    pub fn set_shifts(&mut self, shifts: Arc<[Shift]>) {
        self.shifts = shifts;
    }

    /// The same archive with messages known by the ids under which they were annotated.
    #[must_use]
    pub fn with_anchors(&self, anchors: Anchors) -> Self {
        Self { anchors: Arc::new(anchors), ..self.clone() }
    }

    /// The ids under which messages are known beside those that the sources tell.
    pub fn anchors(&self) -> &Anchors {
        &self.anchors
    }

    /// Who was on call when, in the order of the sources; empty where no source tells.
    pub fn shifts(&self) -> &[Shift] {
        &self.shifts
    }

    /// Whether everything has been read; while false, logs may still grow.
    pub const fn is_complete(&self) -> bool {
        self.complete
    }

    /// All channels with their places, in the order in which they are shown.
    pub fn channels(&self) -> impl ExactSizeIterator<Item = (ChannelIx, &Arc<ChannelLog>)> {
        self.channels.iter().enumerate().map(|(ix, log)| (ChannelIx(ix as u32), log))
    }

    /// How many channels there are, empty ones too.
    pub const fn channel_count(&self) -> usize {
        self.channels.len()
    }

    /// The log of a channel; `None` for a place of another archive.
    pub fn log(&self, channel: ChannelIx) -> Option<&Arc<ChannelLog>> {
        self.channels.get(channel.0 as usize)
    }

    /// The place of a channel by its id.
    pub fn channel(&self, id: &ChannelId) -> Option<ChannelIx> {
        self.by_id.get(id).copied()
    }

    /// Channels whose name is `name`, with or without `#`, in any case.
    pub fn channels_named(&self, name: &str) -> Vec<ChannelIx> {
        let name = composed(name.trim_start_matches('#')).to_lowercase();
        self.channels()
            .filter(|(_, log)| {
                let meta = log.meta();
                composed(meta.name.unsanitised()).to_lowercase() == name
                    || meta.id.as_str().rsplit('/').next() == Some(&name)
            })
            .map(|(ix, _)| ix)
            .collect()
    }

    /// Everybody who is listed or wrote.
    pub const fn people(&self) -> &Arc<People> {
        &self.people
    }

    /// A message by its place; `None` for a place of another archive.
    pub fn message(&self, ix: MsgIx) -> Option<Message<'_>> {
        let log = self.log(ix.channel)?;
        ((ix.row as usize) < log.len()).then(|| Message::new(log, &self.people, &self.anchors, ix))
    }

    /// The place of a message by its id, or by the one under which it was annotated.
    pub fn find(&self, id: &MessageId) -> Option<MsgIx> {
        self.anchors.place(id).unwrap_or_else(|| self.find_told(id))
    }

    /// The place of a message by the id that its source tells.
    pub fn find_told(&self, id: &MessageId) -> Option<MsgIx> {
        let (channel, native) = id.parts()?;
        let channel = self.by_id.get(channel).copied()?;
        let row = self.log(channel)?.find(native)?;
        Some(MsgIx { channel, row })
    }

    /// All messages of a channel in time order.
    pub fn messages(&self, channel: ChannelIx) -> impl Iterator<Item = Message<'_>> {
        let log = self.log(channel);
        let rows = log.map_or(0, |log| log.len() as u32);
        (0..rows).filter_map(move |row| self.message(MsgIx { channel, row }))
    }

    /// How many messages there are in all channels.
    pub fn message_count(&self) -> usize {
        self.channels.iter().map(|log| log.len()).sum()
    }

    /// The first and last dated instants of what was said; a log of commits may reach back for
    /// years, so lanes count only where nothing was said.
    pub fn span(&self) -> Option<(Instant, Instant)> {
        let is_lane = |log: &&Arc<ChannelLog>| log.meta().kind == ChannelKind::Lane;
        let over = |lanes: bool| {
            let spans = self.channels.iter().filter(|log| is_lane(log) == lanes).filter_map(|log| log.span());
            spans.reduce(|(first, last), (from, to)| (first.min(from), last.max(to)))
        };
        over(false).or_else(|| over(true))
    }
}
