//! What a format has to give, and the people of a load while it runs.
//!
//! A format is one file and one row in [`super::detect::FORMATS`]. It reads parts, each on any
//! thread; what it makes of a part depends on nothing but that part and the lists read before. Most
//! formats need no parts of their own and read their files whole, through [`super::whole`].

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;

use super::report::{SourceReport, SourceZone, Trouble, Warnings};
use super::sample::Sample;
use super::source::{Source, SourceKind};
use super::{ImportError, LoadOptions};
use crate::archive::builder::{PackedRecords, Record};
use crate::archive::{ChannelMeta, Extras, People, Person, PersonIx, Shift};
use crate::base::id::PersonId;
use crate::base::reading::ReadAs;
use crate::base::text::RawString;
use crate::base::time::Instant;

/// How sure a format is that something is its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Confidence {
    /// It can be read so, as much else can: any table, any list of records.
    Possible,
    /// So many of its lines look so, in per cent.
    Lines(u8),
    /// It looks like it, but what tells for certain is missing.
    Likely,
    /// Only this format looks so.
    Sure,
}

/// What a format says about something that it takes for its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claim {
    /// How sure it is.
    pub(crate) confidence: Confidence,
    /// Why, as the rest of a sentence: `it holds channels.json`; printable.
    pub(crate) why: String,
}

impl Claim {
    /// Only this format looks so.
    pub(crate) fn sure(why: impl Into<String>) -> Self {
        Self { confidence: Confidence::Sure, why: why.into() }
    }

    /// What tells for certain is missing.
    pub(crate) fn likely(why: impl Into<String>) -> Self {
        Self { confidence: Confidence::Likely, why: why.into() }
    }

    /// Much else can be read so.
    pub(crate) fn possible(why: impl Into<String>) -> Self {
        Self { confidence: Confidence::Possible, why: why.into() }
    }

    /// A text of which so many lines, in per cent, have the shape of the format; none under 60.
    pub(crate) fn lines(share: u8, looks: &str) -> Option<Self> {
        let why = format!("{share} % of its first lines are {looks}");
        (share >= 60).then_some(Self { confidence: Confidence::Lines(share), why })
    }
}

/// How a format knows its own.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Detect {
    /// By the names and files of a whole folder or zip.
    Tree(fn(&Source) -> Option<Claim>),
    /// By the beginning of each file.
    File(fn(&Sample) -> Option<Claim>),
    /// A whole folder or zip where all of it is of the format, else each file.
    TreeOrFile(fn(&Source) -> Option<Claim>, fn(&Sample) -> Option<Claim>),
}

/// Whether a reader keeps where each record stands in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Places {
    /// To show a record as it stands there.
    Kept,
    /// To load, where they would only take memory.
    #[default]
    Dropped,
}

/// What a load says about how a source is to be read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting<'a> {
    /// What is wanted of all sources.
    pub(crate) options: &'a LoadOptions,
    /// How this source is to be read.
    pub(crate) read_as: &'a ReadAs,
    /// Set when nobody wants the result any more.
    pub(crate) cancel: &'a AtomicBool,
    /// The span of the chats opened before; `None` where none was.
    pub(crate) span: Option<(Instant, Instant)>,
    /// Whether [`Export::record`] will be asked.
    pub(crate) places: Places,
}

/// Reads the lists of a source, or all of it where it must be read whole.
pub(crate) type Open = fn(Source, Setting<'_>) -> Result<Box<dyn Export>, ImportError>;

/// One format that can be read.
#[derive(Debug)]
pub(crate) struct Format {
    /// The key used on the command line and in reports.
    pub(crate) key: &'static str,
    /// Its name for people.
    pub(crate) name: &'static str,
    /// Judges by names and first bytes.
    pub(crate) detect: Detect,
    /// Reads a source that is its own.
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
    /// What had to be guessed to read it, as printable sentences.
    fn guessed(&self) -> Vec<String> {
        Vec::new()
    }
    /// How many records and files were left out before any part was read.
    fn skipped(&self) -> usize {
        0
    }
    /// How many download tokens were found before any part was read.
    fn tokens(&self) -> usize {
        0
    }
    /// Whether its clocks say in which zone they are.
    fn zone(&self) -> SourceZone {
        SourceZone::Told
    }
    /// Who was on call when, by the places of [`Export::register`].
    fn shifts(&self) -> &[Shift] {
        &[]
    }
    /// How many people it tells of, apart from those met in messages.
    fn people_told(&self) -> usize {
        0
    }
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
    /// Its place among the parts of its export, where the format reads files of many channels.
    pub(crate) place: usize,
}

/// What one file gave.
#[derive(Debug, Default)]
pub(crate) struct Part {
    /// Its messages in file order. Authors beyond the listed people are places in `strangers`.
    pub(crate) records: Vec<Record>,
    /// More of its messages, none by a stranger: those of files that are read whole.
    pub(crate) packed: PackedRecords,
    /// People that no list names.
    pub(crate) strangers: Vec<Stranger>,
    /// What went wrong.
    pub(crate) warnings: Warnings,
    /// How many records were left out.
    pub(crate) skipped: usize,
    /// How many download tokens stand in it.
    pub(crate) tokens: usize,
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

    /// Whether no list names this one.
    pub(crate) const fn is_stranger(&self, ix: PersonIx) -> bool {
        ix.0 as usize >= self.listed.len()
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

/// Puts other places for the people of a record.
pub(crate) fn move_people(record: &mut Record, moved: impl Fn(PersonIx) -> PersonIx) {
    record.author = record.author.map(&moved);
    if let Some(extras) = &mut record.extras {
        Extras::move_people(extras, moved);
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
