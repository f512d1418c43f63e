//! Tables (CSV, TSV) and JSON records of no known tool, read by what their columns hold: see
//! [`super::columns`].
//!
//! Also for Mattermost's compliance, channel and legal-hold CSV and for Purview's CSV (synthetic
//! only). A record with an author is a message; without an author column the records are events in a
//! lane of their own. Where no column holds an id, a record is known by a hash of what it says, so
//! that it keeps its id whatever is exported around it.

use std::collections::HashMap;

use super::columns::{Cells, Columns, Layout, Role, Sheet, Times, guess_columns, guess_roles};
use super::format::{Claim, Detect, Export, Format, Setting};
use super::report::Trouble;
use super::sample::{Root, Sample};
use super::source::{Entry, Source};
use super::table::{Row, Rows};
use super::unnamed::Unnamed;
use super::whole::{self, Reading, Room, Transcript};
use super::{ImportError, TOO_LONG, json, links};
use crate::archive::builder::Record;
use crate::archive::{ChannelMeta, Flags, Ids, MessageType, Quality};
use crate::base::reading::ReadAs;
use crate::base::text::{RawString, fit_bytes};
use crate::base::time::{DAY, Instant};
use crate::import::clock::Told;

/// The row of this format.
pub(super) const FORMAT: Format =
    Format { key: "table", name: "Table or JSON records", detect: Detect::File(claim), open };

/// The platform part of ids.
const PLATFORM: &str = "table";
/// Share of times, in per cent, that tells a table of records from any other.
const TIMES_NEEDED: u8 = 60;
/// Records between two looks at whether anybody still wants them.
const CANCEL_EVERY: usize = 4_096;
/// Most bytes of a name of a channel.
const LONGEST_CHANNEL: usize = 200;

fn claim(sample: &Sample) -> Option<Claim> {
    // A bad second line makes JSON lines look like one object with something behind it.
    let is_line = || sample.text.lines().next().is_some_and(json::is_well_formed);
    let fits = match sample.root {
        Root::Text | Root::Lines => true,
        // One day of a Slack export is no export.
        Root::List => !sample.has_all(&["[].ts", "[].type"]),
        Root::Object => is_line(),
        Root::Empty | Root::Binary => false,
    };
    let head = if sample.is_whole { &sample.text } else { sample.text.rsplit_once('\n')?.0 };
    let guess = guess_columns(head, &ReadAs::default()).filter(|_| fits)?;
    let time = guess.columns.names.get(guess.columns.column(Role::Time)?)?;
    // Much JSON holds some time; only with words it is a list of records to read.
    let has_words = guess.columns.layout != Layout::Records || guess.columns.column(Role::Text).is_some();
    (guess.is_certain && guess.readable_times >= TIMES_NEEDED && has_words)
        .then(|| Claim::possible(format!("its column \"{}\" holds times", time.tty_line())))
}

fn open(source: Source, setting: Setting<'_>) -> Result<Box<dyn Export>, ImportError> {
    whole::open(source, setting, read)
}

fn read(reading: &Reading<'_>, transcript: &mut Transcript) -> Result<(), ImportError> {
    reading.each_text(transcript, |transcript, entry, text| {
        let Some(mut reader) = RecordReader::new(reading, entry, text) else {
            let reason = "it has neither rows of cells nor JSON records";
            transcript.refuse(Trouble::BadRecord, &entry.name, reason);
            return Ok(());
        };
        reader.say(reading, transcript);
        reader.read(reading, transcript, text)
    })
}

struct RecordReader {
    columns: Columns,
    times: Times,
    stem: String,
    unnamed: Unnamed,
    /// Ids so far, with the written time of the first record and how many others had another one.
    named: HashMap<String, (String, u32)>,
}

impl RecordReader {
    fn new(reading: &Reading<'_>, entry: &Entry, text: &str) -> Option<Self> {
        let sheet = Sheet::of(text)?;
        let first: Vec<Cells<'_>> = sheet.cells(text).take(super::columns::LOOKED_AT).collect();
        let columns = guess_roles(&sheet, &first, reading.read_as());
        let times = Times::judge(&columns, sheet.cells(text), reading.read_as());
        Some(Self { columns, times, stem: stem_of(&entry.name), unnamed: Unnamed::default(), named: HashMap::new() })
    }

    fn say(&self, reading: &Reading<'_>, transcript: &mut Transcript) {
        let words = self.columns.words();
        transcript.guess(format!("the columns are read so: {words}"));
        for note in self.columns.unknown_names(reading.read_as()).into_iter().chain(self.times.notes(&self.columns)) {
            transcript.guess(note);
        }
    }

    fn read(&mut self, reading: &Reading<'_>, transcript: &mut Transcript, text: &str) -> Result<(), ImportError> {
        let limits = reading.source.limits();
        match self.columns.layout {
            Layout::Table { delimiter, has_header } => {
                for (at, row) in Rows::new(text, delimiter).skip(usize::from(has_header)).enumerate() {
                    if at % CANCEL_EVERY == 0 {
                        reading.check_cancel()?;
                    }
                    self.row(transcript, row, limits.message_bytes);
                }
            }
            Layout::Records if text.trim_start().starts_with('[') => {
                transcript.each_record(text, limits, |transcript, piece| {
                    self.record(transcript, &Cells::Record(piece), piece.raw());
                });
            }
            Layout::Records => {
                transcript.each_line(text, limits, |transcript, piece| {
                    self.record(transcript, &Cells::Record(piece), piece.raw());
                });
            }
        }
        Ok(())
    }

    fn row(&mut self, transcript: &mut Transcript, row: Row<'_>, most: usize) {
        if row.cells().all(|cell| cell.trim().is_empty()) {
            return;
        }
        let raw = row.raw;
        if raw.len() > most {
            transcript.bad_record(&format!("{TOO_LONG}; a quote may never be closed"));
            return;
        }
        let columns = self.columns.names.len();
        let has_more = row.cells().skip(columns).any(|cell| !cell.is_empty());
        // Some programs end each row, or the header alone, with one delimiter more.
        if row.len() + 1 < columns || has_more {
            let reason = format!("the row has {} cells, the first one has {columns}", row.len());
            transcript.warn(Trouble::BadField, &reason);
        }
        if row.is_cut {
            transcript.warn_file(Trouble::CutFile, "the last row ends within a quoted cell");
        }
        self.record(transcript, &Cells::Row(row), raw);
    }

    fn record(&mut self, transcript: &mut Transcript, cells: &Cells<'_>, raw: &str) {
        let (time, quality, until) = self.time(transcript, cells);
        let author = self.cell(cells, Role::Author);
        let text = self.cell(cells, Role::Text).unwrap_or_else(|| self.other_cells(cells));
        let mut record = Record::new(self.native_id(cells, &text), time);
        record.quality = quality;
        record.author = author.as_deref().map(|author| transcript.named(PLATFORM, author.trim()));
        record.text = text;
        self.mark(cells, &mut record);
        if let Some(until) = until {
            record.extras().until = Some(until);
        }
        let room = self.room(transcript, cells);
        transcript.push(room, record, raw);
    }

    fn cell(&self, cells: &Cells<'_>, role: Role) -> Option<String> {
        cells.get(&self.columns, role)
    }

    fn time(&self, transcript: &mut Transcript, cells: &Cells<'_>) -> (Instant, Quality, Option<Instant>) {
        match self.times.told(&self.columns, cells) {
            Some(Told::At(at, quality)) => (transcript.skewed(at), quality, None),
            Some(Told::Wall(wall, quality)) => {
                let (at, quality) = transcript.wall(wall, quality);
                (at, quality, None)
            }
            Some(Told::Day(day)) => {
                let (at, quality) = transcript.wall(day.and_time(chrono::NaiveTime::MIN), Quality::RANGE);
                (at, quality, Some(at.plus(DAY)))
            }
            None => {
                let cell = self.cell(cells, Role::Time);
                let reason = cell.map_or_else(
                    || "it has no time".to_owned(),
                    |cell| format!("`{}` is no time that can be read", fit_bytes(cell.trim(), 80)),
                );
                transcript.warn(Trouble::NoTime, &reason);
                (Instant::UNDATED, Quality::EXACT, None)
            }
        }
    }

    /// What stands in the columns that hold nothing else, for records without words.
    fn other_cells(&self, cells: &Cells<'_>) -> String {
        let mut words = String::new();
        for (at, name) in self.columns.names.iter().enumerate().filter(|(at, _)| self.columns.role(*at).is_none()) {
            let cell = cells.at(&self.columns, at);
            if !cell.trim().is_empty() {
                let joint = if words.is_empty() { "" } else { ", " };
                words.extend([joint, name.unsanitised(), ": ", cell.trim()]);
            }
        }
        words
    }

    fn native_id(&mut self, cells: &Cells<'_>, text: &str) -> String {
        let written = [Role::Day, Role::Time].map(|role| self.cell(cells, role).unwrap_or_default()).join(" ");
        let Some(id) = self.cell(cells, Role::Id).map(|id| id.trim().to_owned()) else {
            let author = self.cell(cells, Role::Author).unwrap_or_default();
            let channel = self.cell(cells, Role::Channel).unwrap_or_default();
            return self.unnamed.id(&[&written, &author, &channel, text]);
        };
        let (first, others) = self.named.entry(id.clone()).or_insert_with(|| (written.clone(), 0));
        // A record that is there twice under its id is one; another time tells another record.
        if *first == written {
            return id;
        }
        *others += 1;
        format!("{id}.{}", *others + 1)
    }

    fn mark(&self, cells: &Cells<'_>, record: &mut Record) {
        links::note(record);
        if let Some(link) = self.cell(cells, Role::Link).map(RawString::new) {
            record.mark(Flags::LINK);
            record.extras().links.retain(|known| *known != link);
            record.extras().links.insert(0, link);
        }
        let own_id = self.cell(cells, Role::Id);
        if let Some(thread) = self.cell(cells, Role::Thread).filter(|thread| Some(thread) != own_id.as_ref()) {
            record.thread = Some(thread.trim().to_owned());
            record.mark(Flags::REPLY);
        }
        let is_event = self.columns.column(Role::Author).is_none();
        let kind = self.cell(cells, Role::Type).unwrap_or_default();
        record.kind = match kind_of(&kind) {
            Some(kind) => kind,
            None if is_event => MessageType::Event,
            None if record.flags.has(Flags::REPLY) => MessageType::Reply,
            None => MessageType::Message,
        };
        if record.kind == MessageType::Bot {
            record.mark(Flags::BOT);
        }
        if !kind.is_empty() && !is_plain(&kind) {
            record.extras().subtype = Some(RawString::new(kind));
        }
    }

    fn room(&self, transcript: &mut Transcript, cells: &Cells<'_>) -> Room {
        let cell = self.cell(cells, Role::Channel);
        let name = cell.as_deref().map_or(self.stem.as_str(), |name| name.trim().trim_start_matches('#'));
        let name = fit_bytes(name, LONGEST_CHANNEL);
        let is_event = self.columns.column(Role::Author).is_none();
        let meta = if is_event { ChannelMeta::lane } else { ChannelMeta::named };
        let ids = if self.columns.column(Role::Id).is_some() { Ids::Own } else { Ids::Counted };
        transcript.room(ChannelMeta { ids, ..meta(PLATFORM, name, name) })
    }
}

/// The kind of record that a word in a column of types tells.
fn kind_of(word: &str) -> Option<MessageType> {
    let word = word.trim().to_ascii_lowercase();
    match word.as_str() {
        "join" | "joined" | "channel_join" => Some(MessageType::Join),
        "leave" | "left" | "part" | "quit" | "channel_leave" => Some(MessageType::Leave),
        "topic" => Some(MessageType::Topic),
        "call" => Some(MessageType::Call),
        "deleted" | "tombstone" => Some(MessageType::Deleted),
        "bot" | "bot_message" | "slack_attachment" => Some(MessageType::Bot),
        word => super::mattermost::kind_of(word),
    }
}

fn is_plain(word: &str) -> bool {
    matches!(word.trim().to_ascii_lowercase().as_str(), "message" | "msg" | "user" | "text" | "chat" | "reply" | "post")
}

/// The name of a file without its folders and its ending.
fn stem_of(name: &str) -> String {
    let file = name.rsplit('/').next().unwrap_or(name);
    let stem = file.strip_suffix(".gz").unwrap_or(file);
    let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
    if stem.is_empty() { file.to_owned() } else { stem.to_owned() }
}
