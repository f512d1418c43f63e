//! For formats whose files are read whole: what they tell, in the order in which they tell it.
//!
//! A format fills a [`Transcript`]: people, channels, records, each with the text it was read of.
//! This module makes an [`Export`] of it, so that such a format is one function and its detection.

#[cfg(test)]
mod tests;
mod told;

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Read as _;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::NaiveDateTime;

use super::format::{ChannelParts, Export, Part, PartFile, Places, Setting};
use super::json::{self, Piece};
use super::report::{SourceReport, SourceZone, Trouble, Warnings};
use super::sample::is_gzip;
use super::source::{Entry, Source};
use super::window::{WantedChannels, Window};
use super::{FAILED, ImportError, Limits, TOO_DEEP, TOO_LONG, guarded};
use crate::archive::builder::{PackedRecords, Record};
use crate::archive::{ChannelMeta, People, Person, PersonIx, Quality, Shift};
use crate::base::id::{ChannelId, PersonId};
use crate::base::mishap;
use crate::base::reading::ReadAs;
use crate::base::text::{RawString, size_words};
use crate::base::time::{Instant, Zone};
use crate::base::token;
use told::{Span, ToldPart};

/// The channel of a transcript that a record belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Room(usize);

/// What is read, and how.
pub(crate) struct Reading<'a> {
    /// Where the files lie; only those of the format.
    pub(crate) source: &'a Source,
    /// How they are to be read.
    pub(crate) setting: Setting<'a>,
}

impl Reading<'_> {
    /// How this source is to be read.
    pub(crate) const fn read_as(&self) -> &ReadAs {
        self.setting.read_as
    }

    /// The time that is looked at: what was asked for, else the span of the chats loaded with this
    /// source; either end may be unknown.
    pub(crate) fn time_looked_at(&self) -> (Option<Instant>, Option<Instant>) {
        let Setting { options, span, .. } = self.setting;
        (options.since.or(span.map(|span| span.0)), options.until.or(span.map(|span| span.1)))
    }

    /// An error when nobody wants the result any more; to be asked at each file and now and then
    /// between records.
    pub(crate) fn check_cancel(&self) -> Result<(), ImportError> {
        if self.setting.cancel.load(Ordering::Relaxed) { Err(ImportError::Cancelled) } else { Ok(()) }
    }

    /// Hands over the text of each file in the order of their names: unpacked where it is a gzip,
    /// decoded, with what is odd about it noted. A file that cannot be read costs only itself.
    pub(crate) fn each_text(
        &self,
        transcript: &mut Transcript,
        mut take: impl FnMut(&mut Transcript, &Entry, &str) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        for entry in self.source.entries() {
            self.check_cancel()?;
            if let Some(text) = self.text(entry, transcript) {
                transcript.begin_file(&entry.name, &text);
                let read = || {
                    mishap::point(|| format!("read {}", entry.name));
                    take(&mut *transcript, entry, &text)
                };
                match guarded(read) {
                    Some(read) => read?,
                    None => transcript.refuse(Trouble::Failed, &entry.name, FAILED),
                }
            }
        }
        transcript.end_file();
        Ok(())
    }

    /// The text of one file; `None`, with a warning, when it cannot be read.
    pub(crate) fn text(&self, entry: &Entry, transcript: &mut Transcript) -> Option<String> {
        text_of(self.source, entry, transcript)
    }

    /// The same, where a single line that is no UTF-8 is read as Latin-1, as old logs mix the two.
    pub(crate) fn text_of_lines(&self, entry: &Entry, transcript: &mut Transcript) -> Option<String> {
        transcript.decoding = Decoding::Lines;
        decoded(self.source, entry, transcript)
    }

    /// The bytes of one file, unpacked where it is a gzip; a cut gzip gives what stands before the cut.
    pub(crate) fn bytes(&self, entry: &Entry, transcript: &mut Transcript) -> Option<Vec<u8>> {
        bytes_of(self.source, entry, transcript)
    }
}

/// How the bytes of the files become text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Decoding {
    /// A byte that is no UTF-8 is shown as U+FFFD.
    #[default]
    Text,
    /// A line that is no UTF-8 is read as Latin-1.
    Lines,
}

/// The text of one file, decoded as the files of the transcript are.
fn decoded(source: &Source, entry: &Entry, transcript: &mut Transcript) -> Option<String> {
    if transcript.decoding == Decoding::Text {
        return text_of(source, entry, transcript);
    }
    let bytes = bytes_of(source, entry, transcript)?;
    let is_utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    if is_utf16 || std::str::from_utf8(&bytes).is_ok() {
        return text_of(source, entry, transcript);
    }
    let mut text = String::with_capacity(bytes.len());
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(&bytes);
    for (number, line) in bytes.split_inclusive(|&byte| byte == b'\n').enumerate() {
        if let Ok(line) = std::str::from_utf8(line) {
            text.push_str(line);
        } else {
            text.extend(line.iter().copied().map(char::from));
            let reason = format!("line {} is no UTF-8 and was read as Latin-1", number + 1);
            transcript.warnings.add(Trouble::Encoding, &entry.name, None, &reason);
        }
    }
    Some(text)
}

/// The text of one file; what is odd about it is noted.
pub(crate) fn text_of(source: &Source, entry: &Entry, transcript: &mut Transcript) -> Option<String> {
    let bytes = bytes_of(source, entry, transcript)?;
    let (text, note) = json::decode(&bytes);
    if let Some(note) = note {
        transcript.warnings.add(Trouble::Encoding, &entry.name, None, note);
    }
    if matches!(text, Cow::Borrowed(text) if text.len() == bytes.len()) {
        // The bytes were found to be UTF-8, so this neither copies nor fails.
        return String::from_utf8(bytes).ok();
    }
    Some(text.into_owned())
}

fn bytes_of(source: &Source, entry: &Entry, transcript: &mut Transcript) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Err(error) = source.read(entry, &mut bytes) {
        transcript.refuse(error.trouble(), &entry.name, &error.to_string());
        return None;
    }
    if !is_gzip(&bytes) {
        return Some(bytes);
    }
    let limits = source.limits();
    let most = limits.file_bytes.min(limits.ratio.saturating_mul(bytes.len() as u64).max(1 << 20));
    let mut unpacked = Vec::new();
    let read = flate2::read::MultiGzDecoder::new(bytes.as_slice()).take(most + 1).read_to_end(&mut unpacked);
    if unpacked.len() as u64 > most {
        let reason = format!("it unpacks to more than {} (--max-bytes and --max-ratio raise it)", size_words(most));
        transcript.refuse(Trouble::TooLarge, &entry.name, &reason);
        return None;
    }
    if let Err(error) = read {
        transcript.warnings.add(Trouble::CutFile, &entry.name, None, &format!("the gzip is cut: {error}"));
    }
    Some(unpacked)
}

/// What the files of a source tell.
#[derive(Debug, Default)]
pub(crate) struct Transcript {
    people: Vec<Person>,
    people_by_id: HashMap<PersonId, PersonIx>,
    channels: Vec<Told>,
    channels_by_id: HashMap<ChannelId, Room>,
    /// What went wrong.
    pub(crate) warnings: Warnings,
    /// What the source does not hold, as printable sentences.
    pub(crate) missing: Vec<String>,
    guessed: Vec<String>,
    /// Who was on call when.
    pub(crate) shifts: Vec<Shift>,
    /// How many records and files were left out.
    pub(crate) skipped: usize,
    tokens: usize,
    has_clock: bool,
    decoding: Decoding,
    window: Window,
    wanted: WantedChannels,
    clock: Clock,
    places: Places,
    file: Option<OpenFile>,
}

/// How clocks without a zone are read.
#[derive(Debug, Clone, Copy, Default)]
struct Clock {
    zone: Option<Zone>,
    skew: i64,
}

#[derive(Debug)]
struct Told {
    meta: ChannelMeta,
    /// Whether others are wanted, so that none of its records is kept.
    is_left_out: bool,
    parts: Vec<ToldPart>,
}

/// The file being read: where its text lies in memory tells where a piece of it stands.
#[derive(Debug)]
struct OpenFile {
    name: String,
    address: usize,
    length: usize,
    records: u32,
}

impl Transcript {
    fn new(setting: Setting<'_>) -> Self {
        let clock = Clock { zone: setting.read_as.zone, skew: setting.read_as.skew };
        let (window, wanted) = (Window::of(setting.options), WantedChannels::of(setting.options));
        Self { window, wanted, clock, places: setting.places, ..Self::default() }
    }

    /// The files are decoded line by line, as [`Reading::text_of_lines`] does.
    pub(crate) const fn decode_by_line(&mut self) {
        self.decoding = Decoding::Lines;
    }

    /// Empty, for times that are read as `read_as` says and within no window.
    pub(crate) fn reading_as(read_as: &ReadAs) -> Self {
        Self { clock: Clock { zone: read_as.zone, skew: read_as.skew }, ..Self::default() }
    }

    /// The file whose records follow, and its text, of which each record's `raw` is a part.
    pub(crate) fn begin_file(&mut self, name: &str, text: &str) {
        self.tokens += token::count(text);
        let (name, address, length) = (name.to_owned(), text.as_ptr().addr(), text.len());
        self.file = Some(OpenFile { name, address, length, records: 0 });
    }

    fn end_file(&mut self) {
        self.file = None;
    }

    /// Somebody, by id; the first that is told of them stays, and what it left open is filled in.
    pub(crate) fn person(&mut self, person: Person) -> PersonIx {
        if let Some(&ix) = self.people_by_id.get(&person.id) {
            if let Some(known) = self.people.get_mut(ix.0 as usize) {
                known.fill_in(person);
            }
            return ix;
        }
        let ix = PersonIx(self.people.len() as u32);
        self.people_by_id.insert(person.id.clone(), ix);
        self.people.push(person);
        ix
    }

    /// What is known of somebody, to change it.
    pub(crate) fn person_mut(&mut self, ix: PersonIx) -> Option<&mut Person> {
        self.people.get_mut(ix.0 as usize)
    }

    /// What is known of somebody.
    pub(crate) fn person_at(&self, ix: PersonIx) -> Option<&Person> {
        self.people.get(ix.0 as usize)
    }

    /// Somebody known by a user id and perhaps a name, whom no list tells of.
    pub(crate) fn user(&mut self, platform: &str, id: &str, name: &str) -> PersonIx {
        let name = RawString::from(if name.is_empty() { id } else { name });
        self.person(Person::unlisted(PersonId::new(platform, id), name))
    }

    /// Somebody known only by a name.
    pub(crate) fn named(&mut self, platform: &str, name: &str) -> PersonIx {
        self.person(Person::unlisted(PersonId::from_name(platform, name), RawString::from(name)))
    }

    /// A channel, by id; the first that is told of it stays, but ids that count anywhere in it are
    /// believed nowhere.
    pub(crate) fn room(&mut self, meta: ChannelMeta) -> Room {
        if let Some(&room) = self.channels_by_id.get(&meta.id) {
            if let Some(known) = self.meta_mut(room) {
                known.ids = known.ids.max(meta.ids);
            }
            return room;
        }
        let room = Room(self.channels.len());
        self.channels_by_id.insert(meta.id.clone(), room);
        self.channels.push(Told { meta, is_left_out: false, parts: Vec::new() });
        room
    }

    /// The same for a channel of which `meta` tells all by which it may be asked for: where others are
    /// wanted, none of its records is kept.
    pub(crate) fn room_as_told(&mut self, meta: ChannelMeta) -> Room {
        let room = self.room(meta);
        let is_left_out = !self.wants(room);
        if let Some(told) = self.channels.get_mut(room.0) {
            told.is_left_out = is_left_out;
        }
        room
    }

    /// Whether records of a channel are wanted, as far as it is known by now. A file that holds only
    /// another one's need not be read on. What is not listed may be called otherwise by another source.
    pub(crate) fn wants(&self, room: Room) -> bool {
        self.channels.get(room.0).is_some_and(|told| !told.meta.listed || self.wanted.hold(&told.meta))
    }

    /// What is known of a channel, to change it; its id must stay.
    pub(crate) fn meta_mut(&mut self, room: Room) -> Option<&mut ChannelMeta> {
        self.channels.get_mut(room.0).map(|told| &mut told.meta)
    }

    /// Adds a record read of `raw`, which is a part of the text of the file being read; records
    /// outside the wanted time are left out. A record's number counts all records of the file.
    pub(crate) fn push(&mut self, room: Room, record: Record, raw: &str) {
        self.push_all(room, [record], raw);
    }

    /// Adds several records that were all made of `raw`, under one number.
    pub(crate) fn push_all(&mut self, room: Room, records: impl IntoIterator<Item = Record>, raw: &str) {
        let number = self.next_number();
        let window = self.window;
        for mut record in records.into_iter().filter(|record| window.holds(record.time)) {
            record.provenance.record = number;
            self.keep(room, record, raw);
        }
    }

    fn keep(&mut self, room: Room, record: Record, raw: &str) {
        let (file, span) = match &self.file {
            Some(file) => (file.name.as_str(), file.span_of(raw)),
            None => ("", None),
        };
        let Some(told) = self.channels.get_mut(room.0).filter(|told| !told.is_left_out) else { return };
        if told.parts.last().is_none_or(|part| part.file != file) {
            let at = told.parts.iter().position(|part| part.file == file);
            match at {
                // Only the last part grows, so that finding it costs nothing.
                Some(at) => {
                    let part = told.parts.remove(at);
                    told.parts.push(part);
                }
                None => told.parts.push(ToldPart::new(file)),
            }
        }
        if let Some(part) = told.parts.last_mut() {
            part.push(record, span, self.places);
        }
    }

    /// Hands over the records of a JSON list, which may be cut, hold damage, or be followed by more;
    /// a single object is a list of one. A bad record costs only itself.
    pub(crate) fn each_record<'t>(
        &mut self,
        list: &'t str,
        limits: &Limits,
        mut take: impl FnMut(&mut Self, Piece<'t>),
    ) {
        let split = match json::split(list, limits.depth) {
            Ok(split) => split,
            Err(error) => {
                let (trouble, reason) = error.words();
                self.skipped += 1;
                return self.warn_file(trouble, reason);
            }
        };
        for record in split.records {
            if record.len() > limits.message_bytes {
                self.bad_record(TOO_LONG);
            } else if !record.starts_with('{') {
                self.bad_record("it is no object");
            } else if json::is_well_formed(record) {
                take(self, Piece::new(record));
            } else {
                self.bad_record("it is no JSON");
            }
        }
        if split.cut {
            if !split.tail.is_empty() {
                self.skipped += 1;
            }
            self.warn_file(Trouble::CutFile, "the list is not closed; all whole records before the cut are read");
        }
    }

    /// Hands over the objects of a file that holds one a line; a bad line costs only itself.
    pub(crate) fn each_line<'t>(&mut self, text: &'t str, limits: &Limits, mut take: impl FnMut(&mut Self, Piece<'t>)) {
        let last = text.trim_end().len();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if line.len() > limits.message_bytes {
                self.bad_record(TOO_LONG);
                continue;
            }
            let is_whole = line.starts_with('{') && json::is_well_formed(line);
            let is_sound = is_whole && !json::is_deeper_than(Piece::new(line), limits.depth);
            let is_cut = !is_sound && line.as_ptr().addr() + line.len() == text.as_ptr().addr() + last;
            if is_sound {
                take(self, Piece::new(line));
            } else if is_whole {
                self.bad_record(TOO_DEEP);
            } else if is_cut && line.starts_with('{') && !line.ends_with('}') {
                self.skipped += 1;
                self.warn_file(Trouble::CutFile, "the last line ends in the middle");
            } else {
                self.bad_record("the line is no JSON object");
            }
        }
    }

    /// Counts a record of the file being read; gives its number.
    pub(crate) fn next_number(&mut self) -> u32 {
        let Some(file) = &mut self.file else { return 0 };
        let number = file.records;
        file.records = file.records.saturating_add(1);
        number
    }

    /// Counts a record that tells no message: a person, a time on call.
    pub(crate) fn pass_record(&mut self) {
        self.next_number();
    }

    /// Goes back to a record that was counted, where records are read in another order than they stand in.
    pub(crate) const fn back_to(&mut self, number: u32) {
        if let Some(file) = &mut self.file {
            file.records = number;
        }
    }

    /// Notes a record of the file being read that could not be used; it is counted as left out.
    pub(crate) fn bad_record(&mut self, reason: &str) {
        let number = self.next_number();
        self.skipped += 1;
        self.warn_at(Trouble::BadRecord, number, reason);
    }

    /// Notes a trouble with the record that is read next.
    pub(crate) fn warn(&mut self, trouble: Trouble, reason: &str) {
        let number = self.file.as_ref().map_or(0, |file| file.records);
        self.warn_at(trouble, number, reason);
    }

    fn warn_at(&mut self, trouble: Trouble, record: u32, reason: &str) {
        let file = self.file.as_ref().map_or("", |file| file.name.as_str());
        self.warnings.add(trouble, file, Some(record), reason);
    }

    /// Notes a trouble with the file being read as a whole.
    pub(crate) fn warn_file(&mut self, trouble: Trouble, reason: &str) {
        let file = self.file.as_ref().map_or("", |file| file.name.as_str());
        self.warnings.add(trouble, file, None, reason);
    }

    /// Notes a file that could not be read at all.
    pub(crate) fn refuse(&mut self, trouble: Trouble, file: &str, reason: &str) {
        self.skipped += 1;
        self.warnings.add(trouble, file, None, reason);
    }

    /// Notes what had to be guessed, as a printable sentence; each once.
    pub(crate) fn guess(&mut self, sentence: impl Into<String>) {
        let sentence = sentence.into();
        if !self.guessed.contains(&sentence) {
            self.guessed.push(sentence);
        }
    }

    /// The instant of a clock without a zone, and how exactly it is known: by the zone that the
    /// source was given, else as if it were UTC. `precision` says to which unit the clock tells.
    pub(crate) fn wall(&mut self, wall: NaiveDateTime, precision: Quality) -> (Instant, Quality) {
        self.has_clock = true;
        match self.clock.zone {
            Some(zone) => (self.skewed(zone.instant(wall)), precision),
            None => (self.skewed(Zone::UTC.instant(wall)), precision.with(Quality::NO_ZONE)),
        }
    }

    /// An instant that the source tells, put right by how far its clock is ahead.
    pub(crate) fn skewed(&self, told: Instant) -> Instant {
        if self.clock.skew == 0 || !told.is_dated() { told } else { told.plus(-self.clock.skew) }
    }

    /// The zone that clocks without one were said to be in.
    pub(crate) const fn clock_zone(&self) -> Option<Zone> {
        self.clock.zone
    }

    /// Whether what lies between two instants may hold wanted records.
    pub(crate) fn may_want(&self, first: Instant, last: Instant) -> bool {
        self.window.may_hold(Some((first, last)))
    }

    /// The first instant that is wanted, where one is told.
    pub(crate) const fn wanted_since(&self) -> Option<Instant> {
        self.window.since
    }

    /// Hands over each kept record of a channel, to change it once everything is read.
    pub(crate) fn change_records(&mut self, room: Room, mut change: impl FnMut(&mut Record)) {
        let parts = self.channels.get_mut(room.0).into_iter().flat_map(|told| &mut told.parts);
        parts.for_each(|part| part.change(&mut change));
    }

    /// Who wrote the kept records of a channel, a record at a time.
    pub(crate) fn authors(&self, room: Room) -> impl Iterator<Item = PersonIx> {
        self.channels.get(room.0).into_iter().flat_map(|told| &told.parts).flat_map(ToldPart::authors)
    }
}

impl OpenFile {
    fn span_of(&self, raw: &str) -> Option<Span> {
        let start = raw.as_ptr().addr().checked_sub(self.address)?;
        (start + raw.len() <= self.length).then_some(Span { start, length: raw.len() })
    }
}

/// Reads a source with `read` and makes an export of what it tells.
pub(crate) fn open(
    source: Source,
    setting: Setting<'_>,
    read: fn(&Reading<'_>, &mut Transcript) -> Result<(), ImportError>,
) -> Result<Box<dyn Export>, ImportError> {
    let mut transcript = Transcript::new(setting);
    transcript.warnings = source.warnings().clone();
    read(&Reading { source: &source, setting }, &mut transcript)?;
    Ok(Box::new(Whole::new(source, transcript)))
}

/// An export that was read whole.
struct Whole {
    source: Source,
    channels: Vec<ChannelParts>,
    /// Records by the place of their part, taken when the part is read.
    records: Vec<Mutex<PackedRecords>>,
    /// Where records stand, by file and number.
    spans: Vec<(String, Vec<(u32, Span)>)>,
    people: Vec<Person>,
    places: Vec<PersonIx>,
    told: usize,
    shifts: Vec<Shift>,
    warnings: Warnings,
    missing: Vec<String>,
    guessed: Vec<String>,
    skipped: usize,
    tokens: usize,
    zone: SourceZone,
    decoding: Decoding,
}

impl Whole {
    fn new(source: Source, transcript: Transcript) -> Self {
        let zone = match (transcript.has_clock, transcript.clock.zone) {
            (false, _) => SourceZone::Told,
            (true, Some(zone)) => SourceZone::Given(zone),
            (true, None) => SourceZone::Unknown,
        };
        let mut whole = Self {
            source,
            channels: Vec::new(),
            records: Vec::new(),
            spans: Vec::new(),
            told: transcript.people.len(),
            people: transcript.people,
            places: Vec::new(),
            shifts: transcript.shifts,
            warnings: transcript.warnings,
            missing: transcript.missing,
            guessed: transcript.guessed,
            skipped: transcript.skipped,
            tokens: transcript.tokens,
            zone,
            decoding: transcript.decoding,
        };
        for told in transcript.channels {
            let parts = told.parts.into_iter().map(|part| whole.take(part)).collect();
            whole.channels.push(ChannelParts { meta: told.meta, parts });
        }
        whole
    }

    fn take(&mut self, mut part: ToldPart) -> PartFile {
        let records = part.take();
        let times = records.times().filter(|time| time.is_dated());
        let span = times.clone().min().zip(times.max());
        self.spans.push((part.file.clone(), part.spans));
        self.records.push(Mutex::new(records));
        PartFile { name: part.file, bytes: part.bytes, span, place: self.records.len() - 1 }
    }

    fn placed(&self, ix: PersonIx) -> PersonIx {
        self.places.get(ix.0 as usize).copied().unwrap_or(ix)
    }
}

impl Export for Whole {
    fn source(&self) -> &Source {
        &self.source
    }

    fn channels(&self) -> &[ChannelParts] {
        &self.channels
    }

    fn register(&mut self, people: &mut People) {
        self.places = std::mem::take(&mut self.people).into_iter().map(|person| people.join(person)).collect();
        for at in 0..self.shifts.len() {
            let person = self.shifts.get(at).map(|shift| self.placed(shift.person));
            if let (Some(shift), Some(person)) = (self.shifts.get_mut(at), person) {
                shift.person = person;
            }
        }
    }

    fn read(&self, part: &PartFile, _: &People) -> Part {
        let records = self.records.get(part.place).map(|records| std::mem::take(&mut *lock(records)));
        let mut packed = records.unwrap_or_default();
        packed.move_people(|ix| self.placed(ix));
        Part { packed, ..Part::default() }
    }

    fn warnings(&self) -> &Warnings {
        &self.warnings
    }

    fn missing(&self, _: &SourceReport) -> Vec<String> {
        self.missing.clone()
    }

    fn guessed(&self) -> Vec<String> {
        self.guessed.clone()
    }

    fn skipped(&self) -> usize {
        self.skipped
    }

    fn tokens(&self) -> usize {
        self.tokens
    }

    fn zone(&self) -> SourceZone {
        self.zone
    }

    fn shifts(&self) -> &[Shift] {
        &self.shifts
    }

    fn people_told(&self) -> usize {
        self.told
    }

    fn record(&self, file: &str, record: u32) -> Option<String> {
        let of_file = self.spans.iter().filter(|(name, _)| name == file);
        let (_, span) = of_file.flat_map(|(_, spans)| spans).find(|(number, _)| *number == record)?;
        let entry = self.source.entries().iter().find(|entry| entry.name == file)?;
        // What is odd about the file was told when it was loaded.
        let mut scratch = Transcript { decoding: self.decoding, ..Transcript::default() };
        let text = decoded(&self.source, entry, &mut scratch)?;
        text.get(span.start..span.start + span.length).map(json::pretty)
    }
}

fn lock(records: &Mutex<PackedRecords>) -> MutexGuard<'_, PackedRecords> {
    records.lock().unwrap_or_else(PoisonError::into_inner)
}
