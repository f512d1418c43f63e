//! Discord channels as `DiscordChatExporter` writes them: JSON here, CSV and plain text in [`text`].
//!
//! Facts from the exporter's own sources and real files of several of its generations. An
//! interrupted export is a valid beginning without an end, and gives all whole messages. Files of one
//! channel are joined by its id. A thread is a channel of its own whose id is that of the message it
//! began with: its messages are read as answers in the parent channel.

pub(super) mod text;

use std::collections::{HashMap, HashSet};

use super::format::{Claim, Detect, Export, Format, Setting};
use super::json::{self, Object, Piece, from_key};
use super::report::Trouble;
use super::sample::Sample;
use super::source::{Entry, Source};
use super::whole::{self, Reading, Room, Transcript};
use super::{ImportError, answers, chat, links};
use crate::archive::builder::Record;
use crate::archive::{ChannelKind, ChannelMeta, FileEntry, Flags, Huddle, MessageType, Person, PersonIx, Reaction};
use crate::base::id::{PersonId, slug};
use crate::base::text::{RawString, count_words};
use crate::base::time::{Instant, SECOND};

/// The row of this format.
pub(super) const FORMAT: Format =
    Format { key: "discord", name: "Discord channel (JSON)", detect: Detect::File(claim), open };

/// The platform part of ids.
const PLATFORM: &str = "discord";
/// Most values looked at in one list of a message.
const MOST_PARTS: usize = 10_000;
/// Milliseconds from 1970 to the first instant that an id can tell.
const ID_EPOCH: u64 = 1_420_070_400_000;

fn claim(sample: &Sample) -> Option<Claim> {
    if sample.has_all(&["guild", "channel", "messages[].author", "messages[].timestamp"]) {
        return Some(Claim::sure("it holds `guild`, `channel` and messages with `author` and `timestamp`"));
    }
    let is_empty = sample.has_all(&["guild.id", "channel.id", "messages", "dateRange"]);
    is_empty.then(|| Claim::sure("it holds `guild`, `channel`, `dateRange` and no message"))
}

fn open(source: Source, setting: Setting<'_>) -> Result<Box<dyn Export>, ImportError> {
    whole::open(source, setting, read)
}

fn read(reading: &Reading<'_>, transcript: &mut Transcript) -> Result<(), ImportError> {
    let mut threads = Threads::default();
    reading.each_text(transcript, |transcript, entry, text| {
        read_file(reading, transcript, &mut threads, entry, text);
        Ok(())
    })?;
    threads.settle(transcript);
    Ok(())
}

fn read_file(reading: &Reading<'_>, transcript: &mut Transcript, threads: &mut Threads, entry: &Entry, text: &str) {
    let limits = reading.source.limits();
    let object = |key| from_key(text, key).and_then(|value| first_object(value, limits.depth)).unwrap_or_default();
    let channel = Channel::of(transcript, &object("channel"), &object("guild"), entry);
    if !transcript.wants(channel.room) {
        return;
    }
    let Some(list) = from_key(text, "messages") else {
        transcript.warn_file(Trouble::NotAList, "it holds no `messages`");
        return;
    };
    threads.rooms.insert(channel.room);
    let (mut found, mut odd) = (0_usize, 0_usize);
    transcript.each_record(list, limits, |transcript, piece| {
        found += 1;
        odd += usize::from(message(transcript, threads, &channel, piece));
    });
    threads.odd += odd;
    let declared = from_key(text, "messageCount").and_then(|value| {
        let digits = value.split(|c: char| !c.is_ascii_digit()).next()?;
        digits.parse::<usize>().ok()
    });
    if let Some(declared) = declared.filter(|declared| *declared != found) {
        let name = RawString::from(entry.name.as_str());
        let has = count_words(found, "is", "are");
        transcript.missing.push(format!("{} says that it holds {declared} messages, {has} in it", name.tty_line()));
    }
}

/// The fields of the object with which a text begins; empty where it is cut.
fn first_object(text: &str, depth: usize) -> Option<Object<'_>> {
    let record = *json::split(text, depth).ok()?.records.first()?;
    Some(Object::of(Piece::new(record)))
}

/// Where the messages of a file go.
struct Channel {
    room: Room,
    id: String,
    /// The id of the thread that the file holds.
    thread: Option<String>,
}

impl Channel {
    fn of(transcript: &mut Transcript, channel: &Object<'_>, guild: &Object<'_>, entry: &Entry) -> Self {
        let own = channel.text("id").into_owned();
        let kind = channel.text("type").into_owned();
        let (name, category) = (channel.text("name"), channel.text("category"));
        let parent = channel.text("categoryId").into_owned();
        let is_thread = kind.ends_with("Thread") || matches!(kind.as_str(), "10" | "11" | "12");
        let is_part = is_thread && !own.is_empty() && !parent.is_empty() && parent != "0";
        let id = if is_part {
            parent
        } else if own.is_empty() {
            entry.name.clone()
        } else {
            own.clone()
        };
        let shown = if is_part { category.as_ref() } else { name.as_ref() };
        let shown = if shown.is_empty() { id.as_str() } else { shown };
        let room = transcript.room(ChannelMeta { listed: !is_part, ..ChannelMeta::named(PLATFORM, &id, shown) });
        if is_part {
            let (thread, parent) = (RawString::from(name.as_ref()), RawString::from(shown));
            let thread = thread.tty_line().into_owned();
            transcript.guess(format!("the thread \"{thread}\" is read as answers in #{}", parent.tty_line()));
        } else if let Some(meta) = transcript.meta_mut(room) {
            let guild = guild.text("name");
            let places: Vec<&str> = [guild.as_ref(), category.as_ref()].into_iter().filter(|p| !p.is_empty()).collect();
            meta.name = RawString::from(shown);
            meta.listed = true;
            meta.kind = kind_of_channel(&kind);
            meta.topic = RawString::from(channel.text("topic").as_ref());
            meta.purpose = RawString::new(places.join(" / "));
        }
        Self { room, id, thread: is_part.then_some(own) }
    }
}

fn kind_of_channel(kind: &str) -> ChannelKind {
    match kind {
        "DirectTextChat" | "1" => ChannelKind::Dm,
        "DirectGroupTextChat" | "3" => ChannelKind::GroupDm,
        "GuildPrivateThread" | "12" => ChannelKind::Private,
        _ => ChannelKind::Public,
    }
}

/// What answers what, settled when all files are read.
#[derive(Default)]
struct Threads {
    rooms: HashSet<Room>,
    /// Records that tell that a thread was made, by room and the thread's id.
    made: HashMap<(Room, String), String>,
    /// How many messages have an id that tells another time than is written.
    odd: usize,
}

impl Threads {
    fn settle(&self, transcript: &mut Transcript) {
        if self.odd > 0 {
            let ids = count_words(self.odd, "id tells", "ids tell");
            transcript.guess(format!("{ids} another time than is written; the written time holds"));
        }
        for &room in &self.rooms {
            answers::settle(transcript, room, |thread| self.made.get(&(room, thread.to_owned())).cloned());
        }
    }
}

/// Reads one message; tells whether its id and its written time differ.
fn message(transcript: &mut Transcript, threads: &mut Threads, channel: &Channel, piece: Piece<'_>) -> bool {
    let fields = Object::of(piece);
    let id = fields.text("id").into_owned();
    if id.is_empty() {
        transcript.bad_record("it has no `id`");
        return false;
    }
    let told_by_id = instant_of(&id);
    let written = Instant::parse_rfc3339(&fields.text("timestamp"));
    if written.is_none() {
        let rest = if told_by_id.is_some() { "; its id tells the time" } else { "" };
        transcript.warn(Trouble::NoTime, &format!("it has no `timestamp` that can be read{rest}"));
    }
    let time = written.or(told_by_id).unwrap_or(Instant::UNDATED);
    let mut record = Record::new(id, transcript.skewed(time));
    let author = fields.object("author");
    record.author = person(transcript, &author);
    if author.is_true("isBot") {
        record.mark(Flags::BOT.with(Flags::BOT_ID));
    }
    fill_text(&mut record, &fields);
    fill_extras(transcript, &mut record, &fields);
    let kind = fields.text("type");
    answer(threads, &mut record, channel, &fields, &kind);
    record.kind = kind_of(&record, &kind, &fields);
    if !matches!(kind.as_ref(), "Default" | "Reply" | "0" | "19" | "20" | "") {
        record.extras().subtype = Some(RawString::from(kind.as_ref()));
    }
    if record.kind == MessageType::Call {
        let huddle = huddle_of(transcript, &record, &fields);
        record.extras().huddle = Some(Box::new(huddle));
    }
    transcript.push(channel.room, record, piece.raw());
    let differs = |at: Instant| told_by_id.and_then(|told| at.since(told)).is_some_and(|gap| gap.abs() > 2 * SECOND);
    written.is_some_and(differs)
}

/// The instant that an id of today's kind holds.
fn instant_of(id: &str) -> Option<Instant> {
    let number: u64 = id.parse().ok().filter(|number| *number > 1 << 40)?;
    let millis = (number >> 22) + ID_EPOCH;
    Some(Instant::from_micros(i64::try_from(millis).ok()? * 1_000))
}

/// A webhook posts under one id with changing names; each name is an author of its own.
fn person(transcript: &mut Transcript, author: &Object<'_>) -> Option<PersonIx> {
    let (id, name) = (author.text("id"), author.text("name"));
    if id.is_empty() && name.is_empty() {
        return None;
    }
    let is_bot = author.is_true("isBot");
    let nickname = author.text("nickname");
    let shown = if nickname.is_empty() { &name } else { &nickname };
    let id = match (id.is_empty(), is_bot && author.text("discriminator") == "0000") {
        (true, _) => PersonId::from_name(PLATFORM, &name),
        (false, true) => PersonId::new(PLATFORM, &format!("{id}:{}", slug(&name))),
        (false, false) => PersonId::new(PLATFORM, &id),
    };
    let ix = transcript.person(Person {
        handle: RawString::from(if is_bot { "" } else { name.as_ref() }),
        is_bot,
        ..Person::unlisted(id, RawString::from(shown.as_ref()))
    });
    // Not every record tells the nickname; one that does tells more than the account's name.
    if let Some(known) = transcript.person_mut(ix).filter(|known| known.name.unsanitised() == name) {
        known.name = RawString::from(shown.as_ref());
    }
    Some(ix)
}

/// The words, and below them what stands in embeds, forwarded messages and stickers.
fn fill_text(record: &mut Record, fields: &Object<'_>) {
    record.text = fields.text("content").into_owned();
    let mut below: Vec<String> = Vec::new();
    let forwarded = fields.object("forwardedMessage");
    if !forwarded.is_empty() {
        below.push(format!("Forwarded: {}", forwarded.text("content")));
        embeds(&forwarded, &mut below);
    }
    embeds(fields, &mut below);
    for sticker in fields.list("stickers").into_iter().take(MOST_PARTS).map(Object::of) {
        below.push(format!("Sticker: {}", sticker.text("name")));
    }
    chat::add_all_below(record, below);
}

fn embeds(fields: &Object<'_>, below: &mut Vec<String>) {
    for embed in fields.list("embeds").into_iter().take(MOST_PARTS).map(Object::of) {
        below.push(embed.object("author").text("name").into_owned());
        below.extend(["title", "description"].map(|key| embed.text(key).into_owned()));
        for field in embed.list("fields").into_iter().take(MOST_PARTS).map(Object::of) {
            below.push(format!("{}: {}", field.text("name"), field.text("value")));
        }
        below.push(embed.object("footer").text("text").into_owned());
    }
}

fn fill_extras(transcript: &mut Transcript, record: &mut Record, fields: &Object<'_>) {
    if let Some(at) = Instant::parse_rfc3339(&fields.text("timestampEdited")) {
        record.mark(Flags::EDITED);
        record.extras().edited = Some(transcript.skewed(at));
    }
    let files: Vec<FileEntry> = fields.list("attachments").into_iter().take(MOST_PARTS).map(file).collect();
    chat::add_files(record, files);
    links::note(record);
    let of_embeds = fields.list("embeds").into_iter().take(MOST_PARTS);
    for link in of_embeds.map(|embed| RawString::from(Object::of(embed).text("url").as_ref())) {
        if !link.is_empty() && !record.extras().links.contains(&link) {
            record.mark(Flags::LINK);
            record.extras().links.push(link);
        }
    }
    let reactions: Vec<Reaction> =
        fields.list("reactions").into_iter().take(MOST_PARTS).map(|piece| reaction(transcript, piece)).collect();
    chat::add_reactions(record, reactions);
    for mention in fields.list("mentions").into_iter().take(MOST_PARTS) {
        if let Some(ix) = person(transcript, &Object::of(mention))
            && !record.extras().mentions.contains(&ix)
        {
            record.extras().mentions.push(ix);
        }
    }
}

fn file(piece: Piece<'_>) -> FileEntry {
    let fields = Object::of(piece);
    FileEntry {
        name: RawString::from(fields.text("fileName").as_ref()),
        size: fields.count("fileSizeBytes"),
        link: RawString::from(fields.text("url").as_ref()),
        gone: None,
    }
}

fn reaction(transcript: &mut Transcript, piece: Piece<'_>) -> Reaction {
    let fields = Object::of(piece);
    let emoji = fields.object("emoji");
    let (code, name) = (emoji.text("code"), emoji.text("name"));
    let people: Vec<PersonIx> = fields
        .list("users")
        .into_iter()
        .take(MOST_PARTS)
        .filter_map(|user| person(transcript, &Object::of(user)))
        .collect();
    let count = fields.count("count").map_or(people.len() as u32, |count| u32::try_from(count).unwrap_or(u32::MAX));
    Reaction { name: RawString::from(if code.is_empty() { name } else { code }.as_ref()), people, count }
}

/// Notes what a message answers: another message of its channel, or the thread that it stands in.
fn answer(threads: &mut Threads, record: &mut Record, channel: &Channel, fields: &Object<'_>, kind: &str) {
    let reference = fields.object("reference");
    let (target, place) = (reference.text("messageId").into_owned(), reference.text("channelId").into_owned());
    if matches!(kind, "ThreadCreated" | "18") && !place.is_empty() {
        threads.made.insert((channel.room, place.clone()), record.native_id.clone());
    }
    let own = channel.thread.as_ref().unwrap_or(&channel.id);
    let is_here = place.is_empty() || place == *own;
    let is_answer = matches!(kind, "Reply" | "19" | "Default" | "0" | "20") && reference.text("type") != "Forward";
    let target = Some(target).filter(|target| is_answer && is_here && !target.is_empty());
    // In a thread everything answers what the thread began with.
    let thread = channel.thread.clone().or(target).filter(|thread| *thread != record.native_id);
    if thread.is_some() {
        record.thread = thread;
        record.mark(Flags::REPLY);
    }
}

fn kind_of(record: &Record, kind: &str, fields: &Object<'_>) -> MessageType {
    match kind {
        "RecipientAdd" | "1" | "GuildMemberJoin" | "7" => return MessageType::Join,
        "RecipientRemove" | "2" => return MessageType::Leave,
        "Call" | "3" => return MessageType::Call,
        "ChannelNameChange" | "4" | "ChannelIconChange" | "5" | "ChannelPinnedMessage" | "6" | "12" => {
            return MessageType::Topic;
        }
        _ => {}
    }
    let has_words = !fields.text("content").trim().is_empty();
    let has_more = record.extras.as_deref().is_some_and(|extras| extras.attachment_from.is_some());
    chat::kind_of_said(record.flags, record.flags.has(Flags::FILE) && !has_words && !has_more)
}

/// A call with its end, where it has one.
fn huddle_of(transcript: &Transcript, record: &Record, fields: &Object<'_>) -> Huddle {
    let end = Instant::parse_rfc3339(&fields.text("callEndedTimestamp")).map(|at| transcript.skewed(at));
    Huddle { start: record.time, end, people: record.author.into_iter().collect() }
}
