//! Dumps, archives, databases, pages and events as one export: found, read on all cores, joined.
//!
//! What several files, chunks or pages tell of one message is joined here, by channel and `ts`: the
//! newest edit holds, among equals what was recorded last. Earlier words stay as versions, copies
//! beside other records never replace a message. Ids are those of a workspace export.

mod fold;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::PLATFORM;
use super::collect::{Channel, Collection, Found};
use super::day::Sink;
use super::family::{self, Kind};
use super::message::Reader;
use super::workspace::Workspace;
use super::{database, layout};
use crate::archive::{ChannelKind, ChannelMeta, Ids, People, PersonIx};
use crate::base::id::ChannelId;
use crate::base::text::{Raw, RawString, count_words};
use crate::import::format::{ChannelParts, Export, Part, PartFile, Setting, move_people};
use crate::import::report::{SourceReport, Trouble, Warnings};
use crate::import::sample::Sample;
use crate::import::source::{Entry, Source};
use crate::import::whole::{self, Transcript};
use crate::import::window::Window;
use crate::import::{ImportError, json};

/// Bytes of a text that tell what it holds.
const HEAD_BYTES: usize = 64 << 10;

/// A file with the places of its messages.
struct FileFound {
    name: String,
    text: String,
    found: Vec<Found>,
}

/// The messages of one channel in one file.
struct FeedPart {
    file: usize,
    channel: usize,
    found: Vec<Found>,
}

/// An export that is not laid out as a workspace export.
struct Feed {
    source: Source,
    channels: Vec<ChannelParts>,
    /// Parts by their places, taken when they are read. People beyond `people` are their strangers.
    parts: Vec<Mutex<Part>>,
    people: People,
    /// How many of the parts' people are listed here, and where the load has them.
    places: Vec<PersonIx>,
    /// Where records stand: their file, and number, start and length in it.
    spans: BTreeMap<String, Vec<(u32, usize, usize)>>,
    warnings: Warnings,
    missing: Vec<String>,
    guessed: Vec<String>,
    skipped: usize,
}

/// Reads all of a source.
pub(super) fn open(source: Source, setting: Setting<'_>) -> Result<Box<dyn Export>, ImportError> {
    let mut collection = Collection::new(source.warnings().clone());
    let mut files = Vec::new();
    for entry in source.entries() {
        if setting.cancel.load(Ordering::Relaxed) {
            return Err(ImportError::Cancelled);
        }
        if !family::is_read(&source, entry) {
            continue;
        }
        if let Some((kind, text)) = text_of(&source, entry, &mut collection) {
            let found = collection.look_through(kind, &entry.name, &text, source.limits());
            // Lists of names are not needed any more once they were looked through.
            let text = if found.is_empty() { String::new() } else { text };
            files.push(FileFound { name: entry.name.clone(), text, found });
        }
    }
    let feed = Feed::new(source, collection, &files, setting);
    if setting.cancel.load(Ordering::Relaxed) { Err(ImportError::Cancelled) } else { Ok(Box::new(feed)) }
}

/// The text of a file and what it holds; a database is told in lines.
fn text_of(source: &Source, entry: &Entry, collection: &mut Collection) -> Option<(Kind, String)> {
    let head = source.head(entry, HEAD_BYTES).unwrap_or_default();
    let sample = Sample::new(&entry.name, head);
    let kind = Kind::of(&sample);
    let text = if kind == Some(Kind::Database) {
        match database::lines(source, entry) {
            Ok(lines) => Some(lines),
            Err(error) => {
                collection.skipped += 1;
                collection.warnings.add(Trouble::Unreadable, &entry.name, None, &error.to_string());
                None
            }
        }
    } else {
        let mut notes = Transcript::default();
        let text = whole::text_of(source, entry, &mut notes);
        collection.warnings.join(notes.warnings);
        collection.skipped += notes.skipped;
        text
    };
    if kind.is_none() && text.is_some() {
        collection.warnings.add(Trouble::SkippedEntry, &entry.name, None, "it holds no messages of Slack");
    }
    kind.zip(text)
}

impl Feed {
    fn new(source: Source, mut collection: Collection, files: &[FileFound], setting: Setting<'_>) -> Self {
        let window = Window::of(setting.options);
        let mut people = People::default();
        let mut workspace = Workspace::new(window, setting.read_as.skew, source.limits());
        for (id, person) in std::mem::take(&mut collection.users) {
            workspace.place(id, people.insert(person));
        }
        let metas: Vec<ChannelMeta> =
            collection.channels.iter().map(|channel| meta_of(channel, &workspace, &people)).collect();
        metas.iter().filter(|meta| meta.listed).for_each(|meta| workspace.name_channel(meta));
        let parts = parts_of(files);
        let mut read: Vec<Part> =
            parts.par_iter().map(|part| read_part(part, files, &workspace, &people, setting.cancel)).collect();
        let lost = fold::fold(&parts, &mut read, &collection.reacted, &workspace, people.len());
        let missing = missing(&collection, &metas, window, lost);
        let guessed = collection.guessed.iter().map(|(file, channel)| {
            let (file, channel) = (Raw::new(file).tty_line(), Raw::new(channel).tty_line());
            format!("{file} does not say which channel it holds; it is taken for one called {channel}.")
        });
        let mut feed = Self {
            source,
            channels: Vec::new(),
            parts: Vec::new(),
            people,
            places: Vec::new(),
            spans: BTreeMap::new(),
            warnings: collection.warnings,
            missing,
            guessed: guessed.collect(),
            skipped: collection.skipped,
        };
        feed.take(metas, &parts, read, files);
        feed
    }

    fn take(&mut self, metas: Vec<ChannelMeta>, parts: &[FeedPart], read: Vec<Part>, files: &[FileFound]) {
        let mut of_channel: Vec<Vec<PartFile>> = metas.iter().map(|_| Vec::new()).collect();
        for (part, read) in parts.iter().zip(read) {
            let name = files.get(part.file).map_or_else(String::new, |file| file.name.clone());
            let times = read.records.iter().map(|record| record.time).filter(|time| time.is_dated());
            let span = times.clone().min().zip(times.max());
            let bytes = part.found.iter().map(|found| found.length as u64).sum();
            if let Some(files) = of_channel.get_mut(part.channel) {
                files.push(PartFile { name, bytes, span, place: self.parts.len() });
            }
            self.parts.push(Mutex::new(read));
        }
        for file in files {
            let spans = file.found.iter().map(|found| (found.number, found.start, found.length)).collect();
            self.spans.insert(file.name.clone(), spans);
        }
        let with_messages = metas.into_iter().zip(of_channel).filter(|(_, parts)| !parts.is_empty());
        self.channels = with_messages.map(|(meta, parts)| ChannelParts { meta, parts }).collect();
    }

    /// Where the load has somebody of a part; `listed` is how many people it has in its lists.
    fn placed(&self, ix: PersonIx, listed: usize) -> PersonIx {
        let place = ix.0 as usize;
        let stranger = || PersonIx((listed + place.saturating_sub(self.places.len())) as u32);
        self.places.get(place).copied().unwrap_or_else(stranger)
    }
}

/// The messages of each channel in each file, in the order of the files.
fn parts_of(files: &[FileFound]) -> Vec<FeedPart> {
    let mut parts: BTreeMap<(usize, usize), Vec<Found>> = BTreeMap::new();
    for (file, found) in files.iter().enumerate().flat_map(|(at, file)| file.found.iter().map(move |found| (at, found)))
    {
        parts.entry((file, found.channel)).or_default().push(*found);
    }
    parts.into_iter().map(|((file, channel), found)| FeedPart { file, channel, found }).collect()
}

fn read_part(
    part: &FeedPart,
    files: &[FileFound],
    workspace: &Workspace,
    people: &People,
    cancel: &AtomicBool,
) -> Part {
    let file = files.get(part.file).filter(|_| !cancel.load(Ordering::Relaxed));
    let Some(file) = file else { return Part::default() };
    let mut reader = Reader::new(workspace, &file.name, people);
    for found in &part.found {
        let raw = file.text.get(found.start..found.start + found.length).unwrap_or_default();
        reader.at(found.number);
        if json::read_record(raw, &mut Sink::new(&mut reader)).is_ok() {
            continue;
        }
        if json::read_record(&json::repair(raw), &mut Sink::new(&mut reader)).is_ok() {
            reader.repaired();
        } else {
            reader.bad_record("it is no JSON");
        }
    }
    reader.finish()
}

fn meta_of(channel: &Channel, workspace: &Workspace, people: &People) -> ChannelMeta {
    let by_id = match channel.id.chars().next() {
        Some('D') => ChannelKind::Dm,
        Some('G') => ChannelKind::Private,
        _ => ChannelKind::Public,
    };
    let kind = channel.kind.unwrap_or(by_id);
    let short = |id: &String| {
        let person = workspace.user(id).and_then(|ix| people.get(ix));
        person.map_or_else(|| id.clone(), |person| person.short().unsanitised().to_owned())
    };
    let is_direct = matches!(kind, ChannelKind::Dm | ChannelKind::GroupDm);
    let members: Vec<String> = channel.members.iter().filter(|_| is_direct).map(short).collect();
    let name = if members.is_empty() { channel.name.clone() } else { members.join(", ") };
    ChannelMeta {
        id: ChannelId::new(PLATFORM, &channel.id),
        listed: !name.is_empty(),
        ids: Ids::Own,
        name: RawString::new(if name.is_empty() { channel.id.clone() } else { name }),
        kind,
        topic: RawString::from(channel.topic.as_str()),
        purpose: RawString::from(channel.purpose.as_str()),
    }
}

/// What such files do not hold; `lost` reactions are of messages that are not there.
fn missing(collection: &Collection, metas: &[ChannelMeta], window: Window, lost: usize) -> Vec<String> {
    let mut missing = Vec::new();
    let labels = |wanted: fn(&Channel) -> bool| {
        let found = collection.channels.iter().zip(metas).filter(|(channel, _)| wanted(channel));
        found.map(|(_, meta)| meta.label()).collect::<Vec<String>>()
    };
    let unfinished = labels(Channel::is_unfinished);
    if !unfinished.is_empty() {
        let names = layout::some_of(&unfinished);
        missing.push(format!(
            "The pages of {names} end before the messages do: one says that there are more, and none after it is here."
        ));
    }
    let silent = labels(|channel| !channel.has_messages);
    if silent.len() == metas.len() {
        missing.push("There is no message in it.".to_owned());
    } else if !silent.is_empty() {
        let (count, all) = (silent.len(), metas.len());
        missing.push(format!("{count} of {all} known channels have no messages in it, {}.", layout::some_of(&silent)));
    }
    if collection.searched > 0 {
        let count = count_words(collection.searched, "message was", "messages were");
        missing.push(format!("{count} found by a search: what was posted around is not in it."));
    }
    let others: usize = collection.other_events.values().sum();
    if others > 0 {
        let mut kinds: Vec<String> =
            collection.other_events.keys().map(|kind| Raw::new(kind).tty_line().into_owned()).collect();
        kinds.sort();
        let count = count_words(others, "event tells of no message", "events tell of no message");
        missing.push(format!("{count}, left unread: {}.", layout::some_of(&kinds)));
    }
    if lost > 0 {
        let count = count_words(lost, "reaction is", "reactions are");
        missing.push(format!("{count} told of messages that are not in it."));
    }
    missing.extend(layout::left_out(window));
    missing
}

impl Export for Feed {
    fn source(&self) -> &Source {
        &self.source
    }

    fn channels(&self) -> &[ChannelParts] {
        &self.channels
    }

    fn register(&mut self, people: &mut People) {
        self.places = self.people.iter().map(|(_, person)| people.insert(person.clone())).collect();
    }

    fn read(&self, part: &PartFile, people: &People) -> Part {
        let taken = self.parts.get(part.place);
        let taken = taken.map(|part| std::mem::take(&mut *part.lock().unwrap_or_else(PoisonError::into_inner)));
        let mut read = taken.unwrap_or_default();
        for record in &mut read.records {
            move_people(record, |ix| self.placed(ix, people.len()));
        }
        read
    }

    fn warnings(&self) -> &Warnings {
        &self.warnings
    }

    fn missing(&self, report: &SourceReport) -> Vec<String> {
        let mut missing = self.missing.clone();
        missing.extend(layout::gaps(report));
        missing
    }

    fn guessed(&self) -> Vec<String> {
        self.guessed.clone()
    }

    fn skipped(&self) -> usize {
        self.skipped
    }

    fn record(&self, file: &str, record: u32) -> Option<String> {
        let (_, start, length) = self.spans.get(file)?.iter().find(|(number, _, _)| *number == record)?;
        // What is odd about the file was told when it was loaded.
        let (_, text) = text_of(&self.source, self.source.entry(file)?, &mut Collection::default())?;
        text.get(*start..start + length).map(json::pretty)
    }
}
