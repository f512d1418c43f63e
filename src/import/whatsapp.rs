//! Chats that `WhatsApp` exports as text, from Android and from iOS.
//!
//! The forms of the stamps were measured on published samples; the words of other languages are from
//! the program's own translations, so those are synthetic only. Which number of a date is the day is
//! decided over all dates of a file. Messages have no ids: stamp as written, author and how many the
//! author wrote at that stamp before make one, so that another reading of the dates moves nothing.

mod names;
mod words;

use std::collections::HashMap;
use std::path::Path;

use super::ImportError;
use super::format::{Claim, Detect, Format};
use super::sample::{Root, Sample};
use super::stamp::{self, Dates, Decision, Written, WrittenDay};
use super::whole::{self, Reading, Room, Transcript};
use crate::archive::builder::Record;
use crate::archive::{ChannelKind, ChannelMeta, FileEntry, Flags, Ids, MessageType, Quality};
use crate::base::text::RawString;
use crate::base::time::Instant;
use names::Names;

const PLATFORM: &str = "whatsapp";

/// Longest text before the dash or within the brackets that is taken for a stamp.
const LONGEST_STAMP: usize = 48;

/// A chat exported as text.
pub(super) const FORMAT: Format = Format {
    key: "whatsapp-text",
    name: "WhatsApp chat",
    detect: Detect::File(claim),
    open: |source, setting| whole::open(source, setting, read),
};

/// A stamped line.
#[derive(Debug, Clone, Copy)]
struct Line<'a> {
    stamp: &'a str,
    written: Written,
    rest: &'a str,
}

impl<'a> Line<'a> {
    /// `[15-01-20 02:22:56] rest`, `12/9/20, 23:55 - rest`.
    fn of(line: &'a str) -> Option<Self> {
        let line = line.trim_start_matches(stamp::is_mark);
        if !line.starts_with(|c: char| c.is_ascii_digit() || c == '[') {
            return None;
        }
        let (stamp, rest, is_bracketed) = match line.strip_prefix('[') {
            Some(line) => line.split_once(']').map(|(stamp, rest)| (stamp, rest, true))?,
            None => line.split_once(" - ").map(|(stamp, rest)| (stamp, rest, false))?,
        };
        if stamp.len() > LONGEST_STAMP || stamp.contains('T') {
            return None;
        }
        let written = stamp::read(stamp)?;
        let Written::Wall(day, _, quality) = written else { return None };
        // Names of months and seconds without brackets are of other programs.
        let is_numeric = !matches!(day, WrittenDay::NoYear { .. }) && !has_word(stamp);
        let is_clock = quality == Quality::MINUTE || (is_bracketed && quality == Quality::SECOND);
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        (is_numeric && is_clock).then_some(Self { stamp, written, rest })
    }
}

/// Whether a stamp holds more letters than those of the half of the day.
fn has_word(stamp: &str) -> bool {
    stamp.split(|c: char| !c.is_alphabetic()).any(|word| word.chars().count() > 3)
        || stamp.chars().filter(|c| c.is_alphabetic()).count() > 4
        || stamp.split(|c: char| !c.is_alphabetic()).any(|word| word.len() == 3 && word.is_ascii() && word != "klo")
}

fn claim(sample: &Sample) -> Option<Claim> {
    if !matches!(sample.root, Root::Text) {
        return None;
    }
    let mut lines = sample.lines().filter(|line| !line.trim().is_empty()).peekable();
    Line::of(lines.peek()?)?;
    let (mut stamped, mut said) = (0_usize, 0_usize);
    for line in lines.filter_map(Line::of) {
        stamped += 1;
        said += usize::from(line.rest.contains(": "));
    }
    if said * 2 < stamped {
        return None;
    }
    let share = sample.share_of_lines(|line| Line::of(line).is_some());
    Claim::lines(share, "messages as WhatsApp writes them").or_else(|| {
        // Long messages have many lines of their own.
        (stamped >= 3).then(|| Claim::likely("it begins with messages as WhatsApp writes them"))
    })
}

/// One message of the text: its first line, and all of its text.
#[derive(Debug, Clone, Copy)]
struct Entry<'a> {
    line: Line<'a>,
    /// From the stamp to the end of the last line.
    raw: &'a str,
    /// What follows the stamp, all lines.
    body: &'a str,
}

fn read(reading: &Reading<'_>, transcript: &mut Transcript) -> Result<(), ImportError> {
    reading.each_text(transcript, |transcript, entry, text| {
        let name = chat_name(&entry.name, reading.source.path());
        let meta =
            ChannelMeta { kind: ChannelKind::GroupDm, ids: Ids::Counted, ..ChannelMeta::named(PLATFORM, &name, &name) };
        let room = transcript.room_as_told(meta);
        if !transcript.wants(room) {
            return Ok(());
        }
        let mut dates = Dates::default();
        let entries = Entries::of(text, |line| dates.see(line.written.day()));
        let decision = dates.decide(reading.read_as().day_order);
        if let Some(guess) = &decision.guess {
            transcript.guess(guess.clone());
        }
        note_lead(transcript, text, &entries);
        let names = Names::of(entries.bodies());
        let mut chat = Chat { room, decision, names, before: HashMap::new() };
        for (number, entry) in entries.iter().enumerate() {
            if number % 4096 == 0 {
                reading.check_cancel()?;
            }
            chat.take(transcript, &entry);
        }
        if chat.names.count() == 2
            && let Some(meta) = transcript.meta_mut(room)
        {
            meta.kind = ChannelKind::Dm;
        }
        Ok(())
    })
}

/// What stands before the first stamp belongs to no message.
fn note_lead(transcript: &mut Transcript, text: &str, entries: &Entries<'_>) {
    let end = entries.places.first().map_or(text.len(), |(start, _)| *start);
    if text
        .get(..end)
        .is_some_and(|lead| !lead.trim_matches(|c: char| c.is_whitespace() || stamp::is_mark(c)).is_empty())
    {
        transcript.bad_record("it stands before the first message and has no time");
    }
}

/// The messages of a text, each from its stamp to the line before the next one. Only their places
/// are held: what stands there is read again, as all of it would take more than the text.
struct Entries<'a> {
    text: &'a str,
    /// Where each begins, and what follows its stamp.
    places: Vec<(usize, usize)>,
}

impl<'a> Entries<'a> {
    fn of(text: &'a str, mut see: impl FnMut(Line<'a>)) -> Self {
        let mut places = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            if let Some(found) = Line::of(line.trim_end_matches(['\n', '\r'])) {
                places.push((at, found.rest.as_ptr().addr() - text.as_ptr().addr()));
                see(found);
            }
            at += line.len();
        }
        Self { text, places }
    }

    /// Where each message begins, what follows its stamp, and where it ends.
    fn spans(&self) -> impl Iterator<Item = (usize, usize, usize)> + Clone {
        let ends = self.places.iter().skip(1).map(|(start, _)| *start).chain([self.text.len()]);
        self.places.iter().zip(ends).map(|(&(start, body), end)| (start, body, end))
    }

    fn bodies(&self) -> impl Iterator<Item = &'a str> + Clone {
        let text = self.text;
        self.spans().filter_map(move |(_, body, end)| Some(text.get(body..end)?.trim_end()))
    }

    fn iter(&self) -> impl Iterator<Item = Entry<'a>> {
        self.spans().filter_map(|(start, body, end)| {
            let raw = self.text.get(start..end)?.trim_end();
            let line = Line::of(raw.split('\n').next()?.trim_end_matches('\r'))?;
            Some(Entry { line, raw, body: self.text.get(body..end)?.trim_end() })
        })
    }
}

/// A chat while it is read.
struct Chat<'a> {
    room: Room,
    decision: Decision,
    names: Names<'a>,
    /// How many messages each author wrote at each stamp, by what is made of the two: as text, each
    /// would take more than its message.
    before: HashMap<u64, u32>,
}

impl<'a> Chat<'a> {
    fn take(&mut self, transcript: &mut Transcript, entry: &Entry<'a>) {
        let (author, text) = self.names.split(entry.body);
        let wall = entry.line.written.wall(&self.decision, 0);
        let (time, quality) = match wall {
            Some((wall, quality)) => transcript.wall(wall, quality),
            None => (Instant::UNDATED, Quality::EXACT),
        };
        if wall.is_none() {
            transcript.warn(super::report::Trouble::NoTime, "its date does not exist in the order of the other dates");
        }
        let mut record = Record::new(self.id(entry.line.stamp, author.unwrap_or_default()), time);
        record.quality = quality;
        record.author = author.map(|name| transcript.named(PLATFORM, name));
        match author {
            Some(_) => fill(&mut record, text),
            None => tell(&mut record, text),
        }
        super::links::note(&mut record);
        transcript.push(self.room, record, entry.raw);
    }

    /// The stamp in one spelling, the author, and the how-manieth of theirs at that stamp it is.
    fn id(&mut self, stamp: &str, author: &'a str) -> String {
        let parts = stamp.split(|c: char| c.is_whitespace() || c == ',' || stamp::is_mark(c));
        let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
        let stamp = parts.join("_").replace(['/', '.'], "-");
        let author_word = if author.is_empty() { "-".to_owned() } else { crate::base::id::slug(author) };
        let count = self.before.entry(super::unnamed::key_of(&[&stamp, author])).or_default();
        *count += 1;
        match *count {
            1 => format!("{stamp}_{author_word}"),
            count => format!("{stamp}_{author_word}_{count}"),
        }
    }
}

/// Fills in what somebody wrote, with the marks that the program puts into the text.
fn fill(record: &mut Record, text: &str) {
    let mut text = text.trim_end();
    if let Some(before) = words::without_edited(text) {
        record.mark(Flags::EDITED);
        text = before;
    }
    if words::is_deleted(text) {
        record.kind = MessageType::Deleted;
    }
    let attached = words::attached(text);
    if let Some(attached) = attached {
        let gone = attached.is_omitted.then(|| RawString::from("omitted"));
        record.extras().files.push(FileEntry { name: RawString::from(attached.name), gone, ..FileEntry::default() });
        record.mark(Flags::FILE);
        if attached.is_all {
            record.kind = MessageType::File;
        }
    }
    let text = text.trim_start_matches(stamp::is_mark);
    text.clone_into(&mut record.text);
}

/// Fills in what the program itself tells.
fn tell(record: &mut Record, text: &str) {
    record.kind = words::told(text);
    record.extras().subtype = Some(RawString::from("told"));
    text.trim_start_matches(stamp::is_mark).clone_into(&mut record.text);
}

/// The chat's name: as the file is called, else, for `_chat.txt`, as the zip or folder is called.
fn chat_name(name: &str, path: &Path) -> String {
    let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
    let stem = file.strip_suffix(".txt").unwrap_or(file);
    let own = words::chat_of(stem);
    if !matches!(own, "_chat" | "chat" | "-" | "") {
        return own.to_owned();
    }
    let above = folder.rsplit('/').next().filter(|folder| !folder.is_empty()).map(str::to_owned);
    let stem = |path: &Path| {
        let named = if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip")) {
            path.file_stem()
        } else {
            path.file_name()
        };
        named.map(|name| name.to_string_lossy().into_owned())
    };
    let outer = above.or_else(|| stem(path)).filter(|outer| outer != file && !outer.is_empty());
    let outer = outer.or_else(|| stem(path.parent()?)).unwrap_or_default();
    let outer = words::chat_of(&outer);
    if outer.is_empty() { "chat".to_owned() } else { outer.to_owned() }
}
