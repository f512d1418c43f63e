//! Reading exports: one file a format, found by content, damage costing only itself.
//!
//! The life of a load: [`source`] gives named readers over a folder, zip or file; [`detect`] says
//! which format it is; the format reads parts on all cores, or its files whole; [`load`] joins them,
//! in an order that never depends on thread timing, into growing archives. What could not be read
//! stands in the [`ImportReport`]; nothing is dropped silently and nothing an export says can stop a
//! load.
//!
//! Of what is wanted, a load reads no more than it must: Slack's exports open only the files of the
//! channels and days asked for. IRC, `WhatsApp`, Telegram, Discord's JSON and Zulip's archive tell the
//! channel of a file or chat by its path or its head, so that all others are not parsed; Zulip's
//! messages and text by a pattern name it in each record, so that the records of others are not kept.
//! In all other formats a channel's name may stand anywhere: they are read whole and filtered, as is
//! Slack's API, its events and slackdump.
//!
//! To add a format: write one file here with a `FORMAT` row (key, name, how it knows its own, how it
//! is opened) and add that row to `detect::FORMATS`. Most formats know a file by its `Sample` (the
//! keys of its JSON, or its first lines) and are read by one function that fills a
//! `whole::Transcript` with people, channels and records; the transcript numbers records, keeps where
//! each stands in its file, applies the wanted window, the zone and the skew, and gathers warnings
//! and guesses. A fixture under `tests/it/import/formats` and its golden show what it makes of the
//! quirks of the format.

mod answers;
mod chat;
mod clock;
pub mod columns;
pub mod detect;
mod directory;
mod discord;
mod format;
mod generic;
mod git_log;
mod github;
mod google_chat;
mod grafana;
mod headed;
mod html;
mod icalendar;
mod irc;
mod json;
mod kubernetes;
mod lane;
mod links;
mod load;
mod mail;
mod markup;
mod matrix;
mod mattermost;
mod mixed;
mod opsgenie;
mod pagerduty;
mod paste;
pub mod pattern;
mod people_list;
pub mod report;
mod rocket_chat;
mod sample;
mod shift_list;
mod slack;
mod slack_users;
pub mod source;
mod stamp;
mod statuspage;
mod table;
mod teams;
mod telegram;
mod unnamed;
mod whatsapp;
mod whole;
mod window;
mod zulip;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use thiserror::Error;

use crate::archive::{Archive, ChannelKind, MsgIx};
use crate::base::id::ChannelId;
use crate::base::reading::ReadAs;
use crate::base::text::RawString;
use crate::base::time::Instant;

pub use load::load;
pub use report::{ImportReport, SourceReport};

/// How much a source may hold before it is cut off; the command line can raise them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of one file or zip entry, unpacked.
    pub file_bytes: u64,
    /// Most bytes of a whole source, unpacked.
    pub total_bytes: u64,
    /// Most unpacked bytes a packed byte, for entries over a megabyte.
    pub ratio: u64,
    /// Most entries of a zip.
    pub entries: usize,
    /// Most files of a folder and those in it, which cost less.
    pub files: usize,
    /// Deepest nesting of JSON.
    pub depth: usize,
    /// Most bytes of one record.
    pub message_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 256 << 20,
            total_bytes: 16 << 30,
            ratio: 200,
            entries: 100_000,
            files: 2_000_000,
            depth: 128,
            message_bytes: 16 << 20,
        }
    }
}

/// What to read of the sources, and what first.
#[derive(Debug, Clone, Default)]
pub struct LoadOptions {
    /// Names or ids of the channels to read; empty reads all.
    pub channels: Vec<String>,
    /// Names or ids of the channels wanted on the screen first.
    pub first: Vec<String>,
    /// Leaves out what was posted before.
    pub since: Option<Instant>,
    /// Leaves out what was posted after.
    pub until: Option<Instant>,
    /// How the sources are to be read.
    pub read_as: ReadAs,
    /// How single sources are to be read, by their paths as given; what it leaves open, `read_as` says.
    pub read_each_as: BTreeMap<PathBuf, ReadAs>,
    /// What was piped in, standing for the path by which it is named.
    pub piped: Option<(PathBuf, Arc<[u8]>)>,
    /// How much a source may hold.
    pub limits: Limits,
}

impl LoadOptions {
    /// How the source at `path` is to be read.
    pub fn read_as(&self, path: &Path) -> ReadAs {
        let own = self.read_each_as.get(path).cloned().unwrap_or_default();
        own.or(&self.read_as)
    }

    /// Lists what lies at `path`, or takes what was piped in.
    fn source(&self, path: &Path, cancel: &AtomicBool) -> Result<source::Source, ImportError> {
        match &self.piped {
            Some((name, bytes)) if name == path => {
                Ok(source::Source::from_bytes(path, Arc::clone(bytes), &self.limits))
            }
            _ => source::Source::open(path, &self.limits, cancel),
        }
    }
}

/// What a load tells while it runs.
#[derive(Debug, Clone)]
pub enum LoadEvent {
    /// What the sources hold. Before it comes only a first look at the channels wanted first, where
    /// they could be found without a list of everything.
    Found(Vec<FoundSource>),
    /// A larger archive than the one before; the complete one is returned by [`load`].
    Archive(Arc<Archive>),
    /// How far the load is.
    Progress(Progress),
}

/// A source as it was found.
#[derive(Debug, Clone)]
pub struct FoundSource {
    /// Where it lies.
    pub path: PathBuf,
    /// The key of its format: `slack-export`.
    pub format: &'static str,
    /// The name of its format: `Slack export`.
    pub format_name: String,
    /// Its channels in the order in which they are shown.
    pub channels: Vec<FoundChannel>,
}

/// A channel as it was found, before any of its messages is read.
#[derive(Debug, Clone)]
pub struct FoundChannel {
    /// Platform and the channel's own id.
    pub id: ChannelId,
    /// Its name without `#`.
    pub name: RawString,
    /// Public, private or direct.
    pub kind: ChannelKind,
    /// How many files hold its messages.
    pub files: usize,
    /// How many bytes those files have, unpacked.
    pub bytes: u64,
    /// Whether the export lists the channel.
    pub listed: bool,
}

/// How far a load is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Files read.
    pub files: usize,
    /// Files to read.
    pub files_total: usize,
    /// Bytes read, unpacked.
    pub bytes: u64,
    /// Bytes to read, unpacked.
    pub bytes_total: u64,
    /// Messages read.
    pub messages: usize,
}

impl Progress {
    /// Whole per cent of the bytes; 100 when there is nothing to read.
    pub fn percent(&self) -> u8 {
        (self.bytes * 100).checked_div(self.bytes_total).map_or(100, |percent| percent.min(100) as u8)
    }
}

/// What a finished load gives.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// Everything that could be read.
    pub archive: Arc<Archive>,
    /// What was read, what is missing and what could not be read.
    pub report: ImportReport,
}

/// Why nothing could be loaded. Damage within a source is no error: it stands in the report.
#[derive(Debug, Error)]
pub enum ImportError {
    /// There is nothing at the path.
    #[error("{} is not there; check the path, or give the export's new place", path.display())]
    NotFound {
        /// The path as given.
        path: PathBuf,
    },
    /// The system does not let it be read.
    #[error("{} cannot be read: {source}; check who may read it", path.display())]
    Unreadable {
        /// The path as given.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// It is a zip, but damaged so that nothing can be read.
    #[error("{} is a damaged zip: {reason}; download or copy it again", path.display())]
    BrokenZip {
        /// The path as given.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// It is no export that can be read.
    #[error("{} is no export that meanwhile reads: {reason}", path.display())]
    NotAnExport {
        /// The path as given.
        path: PathBuf,
        /// What it looks like, and what to do next.
        reason: String,
    },
    /// It is a project, not an export.
    #[error("{} is a project of meanwhile, not an export; open it alone: meanwhile {}", path.display(), path.display())]
    IsProject {
        /// The path as given.
        path: PathBuf,
    },
    /// It is an export, but none of its files could be read.
    #[error("nothing in {} could be read: {reason}; export it again", path.display())]
    NothingReadable {
        /// The path as given.
        path: PathBuf,
        /// What the first file's trouble was.
        reason: String,
    },
    /// A part of this program failed on it: a bug.
    #[error("{} was not read: a part of this program failed on it; please report that", path.display())]
    Failed {
        /// The path as given.
        path: PathBuf,
    },
    /// No format has that key.
    #[error("there is no format `{key}`; known are: {known}")]
    UnknownFormat {
        /// What was asked for.
        key: String,
        /// All keys.
        known: String,
    },
    /// No channel has that name.
    #[error("no channel is called `{name}`; there are: {known}")]
    UnknownChannel {
        /// What was asked for.
        name: String,
        /// The names that exist, the first of them.
        known: String,
    },
    /// The record that a message came from is no longer in its source.
    #[error("the record of this message is no longer in {file}; the export was changed since it was loaded")]
    RecordGone {
        /// The file inside the source.
        file: String,
    },
    /// The load was cancelled.
    #[error("the load was cancelled")]
    Cancelled,
}

/// What is said of a file that nests too deep.
const TOO_DEEP: &str = "nested deeper than allowed (--max-depth raises that)";

/// What is said of a record that is too long.
const TOO_LONG: &str = "larger than a message may be (--max-message raises that)";

/// What is said of a file on which a part of this program failed.
const FAILED: &str = "a part of this program failed on it";

/// Does something that a bug of ours may end; `None` when one did. The hook of the process has told of
/// it, and what was touched is only looked at again.
fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).ok()
}

/// Most bytes of a source that a preview is made of.
const PREVIEW: usize = 64 << 10;

/// The beginning of a source's first file as text, for a preview of how it would be read; foreign. An
/// error where it is no text.
pub fn head(path: &Path, options: &LoadOptions) -> Result<String, ImportError> {
    let not_text = || ImportError::NotAnExport { path: path.to_owned(), reason: "it is no text".to_owned() };
    let source = options.source(path, &AtomicBool::new(false))?;
    let entry = source.entries().first().ok_or_else(not_text)?;
    let bytes = source.head(entry, PREVIEW).map_err(|_| not_text())?;
    let (text, _) = json::decode(&bytes);
    if text.trim().is_empty() || text.contains('\0') {
        return Err(not_text());
    }
    // A line that the limit cut would be shown as it is not.
    let end = if bytes.len() < PREVIEW { text.len() } else { text.rfind('\n').map_or(text.len(), |at| at + 1) };
    Ok(text.get(..end).unwrap_or_default().to_owned())
}

/// The record that a message was made of, pretty-printed; foreign, to be sanitised before it is
/// shown. `paths` and `options` are those of the load.
pub fn raw_record(
    archive: &Archive,
    message: MsgIx,
    paths: &[PathBuf],
    options: &LoadOptions,
) -> Result<String, ImportError> {
    let gone = || ImportError::RecordGone { file: "its source".to_owned() };
    let log = archive.log(message.channel).ok_or_else(gone)?;
    let place = log.provenance(message.row);
    let file = log.files().get(place.file as usize).ok_or_else(gone)?;
    let path = paths.get(file.source as usize).ok_or_else(gone)?;
    raw_at(path, file.name.unsanitised(), place.record, options)
}

/// The n-th record of a file inside a source, counted from 0, pretty-printed; foreign.
pub fn raw_at(path: &Path, file: &str, record: u32, options: &LoadOptions) -> Result<String, ImportError> {
    let read_as = options.read_as(path);
    let cancel = AtomicBool::new(false);
    let source = options.source(path, &cancel)?;
    let found = detect::detect(&source, read_as.format.as_deref())?;
    let places = format::Places::Kept;
    let setting = format::Setting { options, read_as: &read_as, cancel: &cancel, span: None, places };
    let export = found.open(source, setting)?;
    let file_name = || RawString::from(file).tty_line().into_owned();
    export.record(file, record).ok_or_else(|| ImportError::RecordGone { file: file_name() })
}
