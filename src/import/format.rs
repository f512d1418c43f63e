//! What a format has to give, and the people of a load while it runs.
//!
//! A format is one file and one row in [`super::detect::FORMATS`]. It reads parts, each on any
//! thread; what it makes of a part depends on nothing but that part and the lists read before.

use std::collections::HashMap;

use super::report::{SourceReport, Trouble, Warnings};
use super::source::{Source, SourceKind};
use super::{ImportError, LoadOptions};
use crate::archive::builder::Record;
use crate::archive::{ChannelMeta, People, Person, PersonIx};
use crate::base::id::PersonId;
use crate::base::text::RawString;
use crate::base::time::Instant;

/// How sure a format is that a source is its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Confidence {
    /// It is something else.
    No,
    /// It looks like it, but what tells for certain is missing.
    Likely,
    /// Only this format looks so.
    Sure,
}

/// Reads the lists of a source.
pub(crate) type Open = fn(Source, &LoadOptions) -> Result<Box<dyn Export>, ImportError>;

/// One format that can be read.
#[derive(Debug)]
pub(crate) struct Format {
    /// The key used on the command line and in reports.
    pub(crate) key: &'static str,
    /// Its name for people.
    pub(crate) name: &'static str,
    /// Judges a source by its names and, where they do not tell, by its first bytes.
    pub(crate) confidence: fn(&Source) -> Confidence,
    /// Reads the lists of a source: people and channels, no messages.
    pub(crate) open: Open,
}

/// An export whose lists are read and whose messages are not.
pub(crate) trait Export: Send + Sync {
    /// The source it lies in.
    fn source(&self) -> &Source;
    /// Its channels with the files that hold their messages.
    fn channels(&self) -> &[ChannelParts];
    /// Puts the listed people into the table of the load; called once, before any part is read.
    fn register(&mut self, people: &mut People);
    /// Reads one part of a channel.
    fn read(&self, part: &PartFile, people: &People) -> Part;
    /// What went wrong so far.
    fn warnings(&self) -> &Warnings;
    /// What this export does not hold, as printable sentences; `report` has all counts.
    fn missing(&self, report: &SourceReport) -> Vec<String>;
    /// The n-th record of one of its files as it stands there.
    fn record(&self, file: &str, record: u32) -> Option<String>;
}

/// A channel and the files that hold its messages.
#[derive(Debug, Clone)]
pub(crate) struct ChannelParts {
    /// What the lists say about it.
    pub(crate) meta: ChannelMeta,
    /// Its files, oldest first.
    pub(crate) parts: Vec<PartFile>,
}

/// One file of a channel.
#[derive(Debug, Clone)]
pub(crate) struct PartFile {
    /// Its path inside the source.
    pub(crate) name: String,
    /// How many bytes it has, unpacked.
    pub(crate) bytes: u64,
    /// The instants it can hold, as far as its name tells.
    pub(crate) span: Option<(Instant, Instant)>,
}

/// What one file gave.
#[derive(Debug, Default)]
pub(crate) struct Part {
    /// Its messages in file order. Authors beyond the listed people are places in `strangers`.
    pub(crate) records: Vec<Record>,
    /// People that no list names.
    pub(crate) strangers: Vec<Stranger>,
    /// What went wrong.
    pub(crate) warnings: Warnings,
    /// How many records were left out.
    pub(crate) skipped: usize,
    /// Whether a text mentions somebody whose name was not known.
    pub(crate) has_unnamed: bool,
}

impl Part {
    /// A part that could not be read at all.
    pub(crate) fn refused(trouble: Trouble, file: &str, reason: &str) -> Self {
        let mut part = Self { skipped: 1, ..Self::default() };
        part.warnings.add(trouble, file, None, reason);
        part
    }
}

/// Somebody that no list names, as one part knows them.
#[derive(Debug, Clone)]
pub(crate) struct Stranger {
    /// What is known.
    pub(crate) person: Person,
    /// When the name was seen; `None` while only the id is known.
    pub(crate) named_at: Option<Instant>,
}

/// The people of one part: the listed ones, and strangers met on the way.
#[derive(Debug)]
pub(crate) struct Cast<'a> {
    listed: &'a People,
    strangers: Vec<Stranger>,
    by_id: HashMap<PersonId, PersonIx>,
}

impl<'a> Cast<'a> {
    /// Begins with the listed people.
    pub(crate) fn new(listed: &'a People) -> Self {
        Self { listed, strangers: Vec::new(), by_id: HashMap::new() }
    }

    /// The place of a person that no list names.
    pub(crate) fn stranger(&mut self, id: PersonId, make: impl FnOnce(PersonId) -> Person) -> PersonIx {
        if let Some(&ix) = self.by_id.get(&id) {
            return ix;
        }
        let ix = PersonIx((self.listed.len() + self.strangers.len()) as u32);
        self.by_id.insert(id.clone(), ix);
        self.strangers.push(Stranger { person: make(id), named_at: None });
        ix
    }

    /// Tells a stranger's name; the newest one holds.
    pub(crate) fn name(&mut self, ix: PersonIx, name: &str, handle: &str, seen: Instant) {
        let place = (ix.0 as usize).checked_sub(self.listed.len());
        let Some(stranger) = place.and_then(|place| self.strangers.get_mut(place)) else { return };
        let seen = if seen.is_dated() { seen } else { Instant::from_micros(0) };
        if !name.is_empty() && stranger.named_at.is_none_or(|known| seen > known) {
            stranger.person.name = RawString::from(name);
            stranger.person.handle = RawString::from(handle);
            stranger.named_at = Some(seen);
        }
    }

    /// Somebody by place.
    pub(crate) fn get(&self, ix: PersonIx) -> Option<&Person> {
        let place = ix.0 as usize;
        self.listed.get(ix).or_else(|| Some(&self.strangers.get(place - self.listed.len())?.person))
    }

    /// The strangers, in the order in which they were met.
    pub(crate) fn into_strangers(self) -> Vec<Stranger> {
        self.strangers
    }
}

/// What a source is on the disk, in words.
pub(crate) const fn kind_words(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Folder => "folder",
        SourceKind::Zip => "zip",
        SourceKind::File => "file",
    }
}
