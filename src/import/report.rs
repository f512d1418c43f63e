//! What a load found, what is missing and what could not be read: plain facts, ready to print.
//!
//! Every text in a report has passed the gate of `base::text`; places name the file and the record,
//! so that the record itself can be shown with [`super::raw_at`].

pub mod counts;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};

use crate::archive::ChannelKind;
use crate::base::id::{ChannelId, PersonId};
use crate::base::text::{Raw, RawString};
use crate::base::time::{Instant, Zone};
pub use counts::Counts;

/// Most places kept for each kind of trouble; the others are only counted.
const PLACES_A_KIND: usize = 20;

/// What could not be read as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trouble {
    /// A file is empty or holds no JSON.
    BadJson,
    /// A file ends in the middle.
    CutFile,
    /// A file holds something else than a list of messages.
    NotAList,
    /// A comma or bracket between records is missing.
    DamagedList,
    /// Something stands after the end of the list.
    TrailingText,
    /// A file is nested deeper than allowed.
    TooDeep,
    /// A file, a record or a source is larger than allowed.
    TooLarge,
    /// The system or the zip refuses a file.
    Unreadable,
    /// A part of this program failed on a file: a bug.
    Failed,
    /// A zip entry or folder entry that is not looked at: links, paths that lead out, encrypted.
    SkippedEntry,
    /// Bytes that are no UTF-8.
    Encoding,
    /// A record that is no message.
    BadRecord,
    /// A field of an unexpected type.
    BadField,
    /// A key that a record has twice.
    DuplicateKey,
    /// A record without a time.
    NoTime,
    /// A reply whose first message is missing.
    MissingRoot,
    /// A list that an export should have is missing or unreadable.
    MissingList,
    /// Two users or channels with one id or name.
    DuplicateId,
    /// A folder that no list names.
    UnlistedFolder,
    /// A zip without its table of contents.
    CutZip,
}

impl Trouble {
    /// The short name used in `inspect --json`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::BadJson => "bad-json",
            Self::CutFile => "cut-file",
            Self::NotAList => "not-a-list",
            Self::DamagedList => "damaged-list",
            Self::TrailingText => "trailing-text",
            Self::TooDeep => "too-deep",
            Self::TooLarge => "too-large",
            Self::Unreadable => "unreadable",
            Self::Failed => "failed",
            Self::SkippedEntry => "skipped-entry",
            Self::Encoding => "encoding",
            Self::BadRecord => "bad-record",
            Self::BadField => "bad-field",
            Self::DuplicateKey => "duplicate-key",
            Self::NoTime => "no-time",
            Self::MissingRoot => "missing-root",
            Self::MissingList => "missing-list",
            Self::DuplicateId => "duplicate-id",
            Self::UnlistedFolder => "unlisted-folder",
            Self::CutZip => "cut-zip",
        }
    }

    /// What it is called, for one and for many: `1 record without a time`.
    pub fn title(self, count: usize) -> String {
        let (one, many) = match self {
            Self::BadJson => ("file that is no JSON", "files that are no JSON"),
            Self::CutFile => ("file that ends in the middle", "files that end in the middle"),
            Self::NotAList => ("file that is no list of messages", "files that are no lists of messages"),
            Self::DamagedList => ("file whose list is damaged", "files whose list is damaged"),
            Self::TrailingText => ("file with something after its end", "files with something after their end"),
            Self::TooDeep => ("file nested too deep", "files nested too deep"),
            Self::TooLarge => ("file or record too large", "files or records too large"),
            Self::Unreadable => ("file that cannot be read", "files that cannot be read"),
            Self::Failed => ("file on which this program failed", "files on which this program failed"),
            Self::SkippedEntry => ("entry that is not looked at", "entries that are not looked at"),
            Self::Encoding => ("file with bytes that are no UTF-8", "files with bytes that are no UTF-8"),
            Self::BadRecord => ("record that is no message", "records that are no messages"),
            Self::BadField => ("field of an unexpected type", "fields of an unexpected type"),
            Self::DuplicateKey => ("record with a key twice", "records with a key twice"),
            Self::NoTime => ("record without a time", "records without a time"),
            Self::MissingRoot => ("reply whose root is missing", "replies whose root is missing"),
            Self::MissingList => ("list that is missing", "lists that are missing"),
            Self::DuplicateId => ("id or name used twice", "ids or names used twice"),
            Self::UnlistedFolder => ("folder that no list names", "folders that no list names"),
            Self::CutZip => ("zip without its table of contents", "zips without their table of contents"),
        };
        crate::base::text::count_words(count, one, many)
    }

    /// What became of it.
    pub const fn outcome(self) -> &'static str {
        match self {
            Self::BadJson | Self::TooDeep | Self::TooLarge | Self::Unreadable => "left out; everything else is read",
            Self::Failed => "a bug of ours: please report it; everything else is read",
            Self::CutFile => "the messages before the cut are read",
            Self::NotAList => "what looks like a message is read",
            Self::DamagedList => "every record is read by its own line",
            Self::TrailingText => "the list is read, what follows it is read where it is a list too",
            Self::SkippedEntry => "left out, nothing is written or followed",
            Self::Encoding => "the bytes are shown as �, or the line is read as Latin-1",
            Self::BadRecord => "left out; the file is read on",
            Self::BadField => "the field is left out, the message is read",
            Self::DuplicateKey => "the last value holds",
            Self::NoTime => "shown at the end of the channel, marked",
            Self::MissingRoot => "shown at its own time; the root may be older than the export",
            Self::MissingList => "names are taken from the messages, else ids are shown",
            Self::DuplicateId => "both are shown",
            Self::UnlistedFolder => "read under the folder's name",
            Self::CutZip => "the entries before the cut are read",
        }
    }

    /// Whether something is not in the archive because of it.
    pub const fn loses(self) -> bool {
        matches!(
            self,
            Self::BadJson
                | Self::CutFile
                | Self::TooDeep
                | Self::TooLarge
                | Self::Unreadable
                | Self::Failed
                | Self::SkippedEntry
                | Self::BadRecord
                | Self::BadField
                | Self::CutZip
        )
    }
}

/// Where a trouble stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file inside the source; foreign.
    pub file: RawString,
    /// Which record of the file, from 0.
    pub record: Option<u32>,
    /// What exactly is wrong, printable.
    pub reason: String,
}

impl Place {
    /// `#general/2022-11-22.json, record 14: …`, records counted from 1; printable.
    pub fn words(&self) -> String {
        let record = self.record.map_or_else(String::new, |record| format!(", record {}", u64::from(record) + 1));
        format!("{}{record}: {}", self.file.tty_line(), self.reason)
    }
}

/// All troubles of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problem {
    /// How often it occurred.
    pub count: usize,
    /// The first places by file and record, at most twenty.
    pub places: BTreeSet<Place>,
}

/// Troubles by kind. Joining two gives the same whatever the order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Warnings(BTreeMap<Trouble, Problem>);

impl Warnings {
    /// Notes a trouble; `reason` may hold foreign text.
    pub fn add(&mut self, trouble: Trouble, file: &str, record: Option<u32>, reason: &str) {
        let problem = self.0.entry(trouble).or_default();
        problem.count += 1;
        let cut = crate::base::text::fit_bytes(reason, 400);
        let reason = Raw::new(cut).tty_line().into_owned();
        problem.places.insert(Place { file: RawString::from(file), record, reason });
        if problem.places.len() > PLACES_A_KIND {
            problem.places.pop_last();
        }
    }

    /// Adds all troubles of `other`.
    pub fn join(&mut self, other: Self) {
        for (trouble, theirs) in other.0 {
            let problem = self.0.entry(trouble).or_default();
            problem.count += theirs.count;
            problem.places.extend(theirs.places);
            while problem.places.len() > PLACES_A_KIND {
                problem.places.pop_last();
            }
        }
    }

    /// Troubles by kind.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (Trouble, &Problem)> {
        self.0.iter().map(|(trouble, problem)| (*trouble, problem))
    }

    /// How many troubles there are in all.
    pub fn count(&self) -> usize {
        self.0.values().map(|problem| problem.count).sum()
    }

    /// How many of one kind there are.
    pub fn count_of(&self, trouble: Trouble) -> usize {
        self.0.get(&trouble).map_or(0, |problem| problem.count)
    }

    /// Whether nothing went wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// One channel in a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelReport {
    /// Platform and the channel's own id.
    pub id: ChannelId,
    /// Its name; foreign.
    pub name: RawString,
    /// Public, private or direct.
    pub kind: ChannelKind,
    /// What it holds.
    pub counts: Counts,
}

/// Whether the clocks of a source say in which zone they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SourceZone {
    /// They do.
    #[default]
    Told,
    /// They do not, and nobody said it: times are shown as they are written.
    Unknown,
    /// They do not, and somebody said it.
    Given(Zone),
}

impl SourceZone {
    /// The word of `inspect --json`: in which zone its times are given.
    pub const fn word(self) -> &'static str {
        if matches!(self, Self::Unknown) { "unknown" } else { "UTC" }
    }

    /// What is known, for people.
    pub fn words(self) -> String {
        match self {
            Self::Told => "told by the times themselves".to_owned(),
            Self::Unknown => "not told: times are shown as they are written".to_owned(),
            Self::Given(zone) => format!("{zone}, as somebody said"),
        }
    }

    /// An instant; without an offset where nobody knows which one it has.
    fn instant_json(self, at: Option<Instant>) -> Value {
        let words = at.map(|at| {
            let told = at.rfc3339_micros();
            if self == Self::Unknown { told.trim_end_matches('Z').to_owned() } else { told }
        });
        words.map_or(Value::Null, Value::String)
    }
}

/// One source in a report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceReport {
    /// Where it lies, as given.
    pub path: PathBuf,
    /// The key of its format.
    pub format: &'static str,
    /// The name of its format, for people.
    pub format_name: String,
    /// Why that format was chosen; printable.
    pub why: String,
    /// Its size on the disk.
    pub bytes: u64,
    /// How long reading took.
    pub read_time: Duration,
    /// Its channels in the order in which they are shown, empty ones too.
    pub channels: Vec<ChannelReport>,
    /// All channels together.
    pub totals: Counts,
    /// Programs among those who wrote.
    pub programs: usize,
    /// People known only by their id.
    pub nameless: BTreeSet<PersonId>,
    /// What such an export does not hold, as sentences; printable.
    pub missing: Vec<String>,
    /// What had to be guessed to read it, as sentences; printable.
    pub guessed: Vec<String>,
    /// Whether its clocks say in which zone they are.
    pub zone: SourceZone,
    /// How many times on call it tells.
    pub shifts: usize,
    /// How many people it tells of, apart from those met in messages.
    pub people_told: usize,
    /// What could not be read as it should be.
    pub warnings: Warnings,
    /// Records and files that were left out.
    pub skipped: usize,
    /// Download tokens found in links; they are stripped from everything that is written.
    pub tokens: usize,
}

impl SourceReport {
    /// The object that `inspect --json` prints.
    pub fn to_json(&self) -> Value {
        let mut object = json!({
            "source": Raw::new(&self.path.to_string_lossy()).tty_line(),
            "format": self.format,
            "messages": self.totals.messages,
            "people": self.totals.people.len(),
            "channels": self.channels.iter().map(|channel| channel.to_json(self.zone)).collect::<Vec<_>>(),
            "threads": self.totals.threads,
            "replies": self.totals.replies,
            "reactions": self.totals.reactions,
            "votes": self.totals.votes,
            "joins": self.totals.joins,
            "edited": self.totals.edited,
            "deleted": self.totals.deleted,
            "bots": self.totals.bots,
            "files": self.totals.files,
        });
        if let Some(fields) = object.as_object_mut() {
            fields.insert("first".to_owned(), self.zone.instant_json(self.totals.first));
            fields.insert("last".to_owned(), self.zone.instant_json(self.totals.last));
            fields.insert("zone".to_owned(), json!(self.zone.word()));
            fields.insert("missing".to_owned(), json!(self.missing));
            fields.insert("warnings".to_owned(), self.warnings_json());
            fields.insert("skipped".to_owned(), json!(self.skipped));
            fields.insert("guessed".to_owned(), json!(self.guessed));
            fields.insert("why".to_owned(), json!(self.why));
            fields.insert("tokens".to_owned(), json!(self.tokens));
        }
        object
    }

    fn warnings_json(&self) -> Value {
        let kinds = self.warnings.iter().map(|(trouble, problem)| {
            let example = problem.places.first().map(Place::words);
            json!({"code": trouble.code(), "count": problem.count, "example": example})
        });
        kinds.collect()
    }
}

impl ChannelReport {
    fn to_json(&self, zone: SourceZone) -> Value {
        json!({
            "id": self.id.as_str().split_once('/').map_or(self.id.as_str(), |(_, native)| native),
            "name": self.name.tty_line(),
            "messages": self.counts.messages,
            "people": self.counts.people.len(),
            "threads": self.counts.threads,
            "replies": self.counts.replies,
            "reactions": self.counts.reactions,
            "votes": self.counts.votes,
            "joins": self.counts.joins,
            "edited": self.counts.edited,
            "deleted": self.counts.deleted,
            "bots": self.counts.bots,
            "files": self.counts.files,
            "first": zone.instant_json(self.counts.first),
            "last": zone.instant_json(self.counts.last),
        })
    }
}

/// What a load found, source by source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// The sources in the order in which they were given.
    pub sources: Vec<SourceReport>,
}

impl ImportReport {
    /// What `inspect --json` prints: one object, or an array where several sources were given.
    pub fn to_json(&self) -> Value {
        match self.sources.as_slice() {
            [only] => only.to_json(),
            sources => sources.iter().map(SourceReport::to_json).collect(),
        }
    }

    /// How many troubles there are in all sources.
    pub fn problem_count(&self) -> usize {
        self.sources.iter().map(|source| source.warnings.count()).sum()
    }
}
