//! Telegram Desktop's `result.json`: one chat, or all chats of an account.
//!
//! Facts from Telegram's own exporter; real data were only small samples. The file is one object of
//! any size: its chats and messages are found in the text one after the other, and no tree of it is
//! ever made. Clocks are those of the exporting machine, without a zone, where `date_unixtime` is
//! missing (before 2022). HTML exports are not read.

use std::borrow::Cow;

use chrono::NaiveTime;

use super::clock::{Told, Unit, number, told};
use super::format::{Claim, Detect, Export, Format, Setting};
use super::json::{self, Object, Piece, from_key};
use super::report::Trouble;
use super::sample::{Root, Sample};
use super::source::{Entry, Source};
use super::stamp::Decision;
use super::whole::{self, Reading, Room, Transcript};
use super::{ImportError, answers, chat, links};
use crate::archive::builder::Record;
use crate::archive::{ChannelKind, ChannelMeta, FileEntry, Flags, Huddle, MessageType, PersonIx, Quality, Reaction};
use crate::base::text::RawString;
use crate::base::time::{DAY, Instant, SECOND, duration_words};

/// The row of this format.
pub(super) const FORMAT: Format =
    Format { key: "telegram", name: "Telegram chat (JSON)", detect: Detect::File(claim), open };

/// The platform part of ids.
const PLATFORM: &str = "telegram";
/// Most values looked at in one list of a message.
const MOST_PARTS: usize = 10_000;

fn claim(sample: &Sample) -> Option<Claim> {
    if sample.root != Root::Object {
        return None;
    }
    if sample.has_all(&["chats.list[].type", "chats.list[].messages"]) {
        return Some(Claim::sure("it holds `chats` with a list of chats"));
    }
    let types = sample.values("messages[].type");
    let is_type = |value: &String| matches!(value.as_str(), "message" | "service");
    let is_dated = sample.has("messages[].date") || sample.has("messages[].date_unixtime");
    let fits = !types.is_empty() && types.iter().all(is_type) && is_dated && sample.has("messages[].id");
    fits.then(|| Claim::sure("its messages have `date` and are of type message or service"))
}

fn open(source: Source, setting: Setting<'_>) -> Result<Box<dyn Export>, ImportError> {
    whole::open(source, setting, read)
}

fn read(reading: &Reading<'_>, transcript: &mut Transcript) -> Result<(), ImportError> {
    let mut rooms = Vec::new();
    reading.each_text(transcript, |transcript, entry, text| {
        let mut found = false;
        for list in ["chats", "left_chats"].iter().filter_map(|key| from_key(from_key(text, key)?, "list")) {
            found = true;
            for chat in chats_of(reading, transcript, list) {
                reading.check_cancel()?;
                rooms.extend(read_chat(reading, transcript, entry, chat));
            }
        }
        if !found {
            rooms.extend(read_chat(reading, transcript, entry, text));
        }
        Ok(())
    })?;
    for room in rooms {
        answers::settle(transcript, room, |_| None);
    }
    Ok(())
}

/// The texts of all chats of a list; of a cut file also the one within which it ends.
fn chats_of<'t>(reading: &Reading<'_>, transcript: &mut Transcript, list: &'t str) -> Vec<&'t str> {
    match json::split(list, reading.source.limits().depth) {
        Ok(split) => {
            let tail = Some(split.tail).filter(|tail| !tail.is_empty());
            split.records.into_iter().chain(tail).collect()
        }
        Err(error) => {
            let (trouble, reason) = error.words();
            transcript.skipped += 1;
            transcript.warn_file(trouble, reason);
            Vec::new()
        }
    }
}

fn read_chat(reading: &Reading<'_>, transcript: &mut Transcript, entry: &Entry, chat: &str) -> Option<Room> {
    let Some(list) = from_key(chat, "messages") else {
        transcript.warn_file(Trouble::NotAList, "a chat holds no `messages`");
        return None;
    };
    // What stands before the messages tells of the chat; reading on would walk over all of them.
    let head = chat.get(..chat.len() - list.len()).unwrap_or_default();
    let fields = Object::of(Piece::new(head));
    let id = fields.text("id");
    let id = if id.is_empty() { entry.name.as_str() } else { id.as_ref() };
    let name = fields.text("name");
    let name = if name.is_empty() { id } else { name.as_ref() };
    let kind = fields.text("type");
    let meta = ChannelMeta { kind: kind_of_chat(&kind), ..ChannelMeta::named(PLATFORM, id, name) };
    let room = transcript.room_as_told(meta);
    if !transcript.wants(room) {
        return None;
    }
    transcript.each_record(list, reading.source.limits(), |transcript, piece| message(transcript, room, piece));
    Some(room)
}

fn kind_of_chat(kind: &str) -> ChannelKind {
    match kind {
        "personal_chat" | "bot_chat" | "saved_messages" | "verification_codes" | "replies" => ChannelKind::Dm,
        kind if kind.starts_with("public_") => ChannelKind::Public,
        _ => ChannelKind::Private,
    }
}

fn message(transcript: &mut Transcript, room: Room, piece: Piece<'_>) {
    let fields = Object::of(piece);
    let id = fields.text("id").into_owned();
    if id.is_empty() {
        return transcript.bad_record("it has no `id`");
    }
    let time = time_of(transcript, &fields, "date_unixtime", "date");
    let (time, quality) = time.unwrap_or_else(|| {
        transcript.warn(Trouble::NoTime, "it has no `date` that can be read");
        (Instant::UNDATED, Quality::EXACT)
    });
    let mut record = Record::new(id, time);
    record.quality = quality;
    let is_service = fields.text("type") == "service";
    let (name, author) = if is_service { ("actor", "actor_id") } else { ("from", "from_id") };
    record.author = person(transcript, &fields.text(author), &fields.text(name));
    let words = words_of(transcript, &fields, &mut record);
    record.text = words;
    fill_below(&mut record, &fields);
    fill_extras(transcript, &mut record, &fields);
    let is_here = fields.get("reply_to_peer_id").is_none();
    let target = fields.text("reply_to_message_id").into_owned();
    if is_here && !target.is_empty() && target != record.native_id {
        record.thread = Some(target);
        record.mark(Flags::REPLY);
    }
    record.kind = kind_of(&record, &fields);
    if is_service {
        service(transcript, &mut record, &fields);
    }
    transcript.push(room, record, piece.raw());
}

/// The instant where it is told, else the exporting machine's clock.
fn time_of(transcript: &mut Transcript, fields: &Object<'_>, instant: &str, wall: &str) -> Option<(Instant, Quality)> {
    let seconds = fields.text(instant);
    if let Some((at, quality)) = number(&seconds).and_then(|seconds| Unit::Seconds.instant(seconds))
        && at.micros() > 0
    {
        return Some((transcript.skewed(at), quality));
    }
    match told(&fields.text(wall), &Decision::default())? {
        Told::At(at, quality) => Some((transcript.skewed(at), quality)),
        Told::Wall(wall, quality) => Some(transcript.wall(wall, quality)),
        Told::Day(day) => Some(transcript.wall(day.and_time(NaiveTime::MIN), Quality::RANGE)),
    }
}

/// Old files write the bare number of a user.
fn person(transcript: &mut Transcript, id: &str, name: &str) -> Option<PersonIx> {
    match (id.is_empty(), name.is_empty()) {
        (true, true) => None,
        (true, false) => Some(transcript.named(PLATFORM, name)),
        (false, _) => {
            let is_number = id.bytes().all(|byte| byte.is_ascii_digit());
            let id = if is_number { Cow::Owned(format!("user{id}")) } else { Cow::Borrowed(id) };
            Some(transcript.user(PLATFORM, &id, name))
        }
    }
}

/// A text is a string, or a list of strings and of objects with a type of their own.
fn words_of(transcript: &mut Transcript, fields: &Object<'_>, record: &mut Record) -> String {
    let Some(piece) = fields.get("text").or_else(|| fields.get("text_entities")) else { return String::new() };
    if !piece.is_list() {
        return piece.text_or_number().unwrap_or_default().into_owned();
    }
    let mut words = String::new();
    for part in json::list_of(piece) {
        if !part.is_object() {
            words.push_str(&part.text_or_number().unwrap_or_default());
            continue;
        }
        let part = Object::of(part);
        words.push_str(&part.text("text"));
        if part.text("type") == "text_link" {
            record.mark(Flags::LINK);
            record.extras().links.push(RawString::from(part.text("href").as_ref()));
        }
        let user = part.text("user_id");
        if let Some(ix) = person(transcript, &user, "").filter(|_| record.extras().mentions.len() < MOST_PARTS)
            && !record.extras().mentions.contains(&ix)
        {
            record.extras().mentions.push(ix);
        }
    }
    words
}

/// What is no text of the author: where it comes from, polls, places, contacts.
fn fill_below(record: &mut Record, fields: &Object<'_>) {
    let mut below: Vec<String> = Vec::new();
    let forwarded = fields.text("forwarded_from");
    if !forwarded.is_empty() {
        below.push(format!("Forwarded from {forwarded}"));
    }
    let poll = fields.object("poll");
    if !poll.is_empty() {
        below.push(format!("Poll: {}", poll.text("question")));
        let answers = poll.list("answers").into_iter().take(MOST_PARTS).map(Object::of);
        below.extend(answers.map(|answer| format!("{}: {}", answer.text("text"), answer.text("voters"))));
    }
    let place = fields.object("location_information");
    if !place.is_empty() {
        below.push(format!("Place: {}, {}", place.text("latitude"), place.text("longitude")));
    }
    let contact = fields.object("contact_information");
    if !contact.is_empty() {
        below.push(format!("Contact: {} {}", contact.text("first_name"), contact.text("last_name")));
    }
    chat::add_all_below(record, below);
}

fn fill_extras(transcript: &mut Transcript, record: &mut Record, fields: &Object<'_>) {
    // Some versions write the first day of 1970 for what was never edited.
    if let Some((at, _)) = time_of(transcript, fields, "edited_unixtime", "edited").filter(|(at, _)| at.micros() > DAY)
    {
        record.mark(Flags::EDITED);
        record.extras().edited = Some(at);
    }
    let files: Vec<FileEntry> = ["file", "photo"].iter().filter_map(|key| file(fields, key)).collect();
    chat::add_files(record, files);
    links::note(record);
    let reactions: Vec<Reaction> =
        fields.list("reactions").into_iter().take(MOST_PARTS).map(|piece| reaction(transcript, piece)).collect();
    chat::add_reactions(record, reactions);
}

/// A file is a path, or a sentence in brackets that says why it is not there.
fn file(fields: &Object<'_>, key: &str) -> Option<FileEntry> {
    let path = fields.text(key);
    if path.is_empty() {
        return None;
    }
    let gone = path.strip_prefix('(').map(|reason| RawString::from(reason.trim_end_matches([')', '.'])));
    let names = [fields.text("file_name"), fields.text("media_type")];
    let told = names.iter().find(|name| !name.is_empty()).filter(|_| key == "file");
    let last = path.rsplit('/').next().filter(|_| gone.is_none());
    let name = told.map(AsRef::as_ref).or(last).unwrap_or(key);
    let link = if gone.is_none() { RawString::from(path.as_ref()) } else { RawString::default() };
    Some(FileEntry { name: RawString::from(name), size: fields.count(&format!("{key}_size")), link, gone })
}

fn reaction(transcript: &mut Transcript, piece: Piece<'_>) -> Reaction {
    let fields = Object::of(piece);
    let names = ["emoji", "document_id", "type"].map(|key| fields.text(key));
    let name = names.iter().find(|name| !name.is_empty()).map(AsRef::as_ref).unwrap_or_default();
    let recent = fields.list("recent").into_iter().take(MOST_PARTS).map(Object::of);
    let people: Vec<PersonIx> =
        recent.filter_map(|who| person(transcript, &who.text("from_id"), &who.text("from"))).collect();
    let count = fields.count("count").map_or(people.len() as u32, |count| u32::try_from(count).unwrap_or(u32::MAX));
    Reaction { name: RawString::from(name), people, count }
}

fn kind_of(record: &Record, fields: &Object<'_>) -> MessageType {
    let has_words = fields.get("text").is_some_and(|text| !matches!(text.raw(), "\"\"" | "[]"));
    let has_more = record.extras.as_deref().is_some_and(|extras| extras.attachment_from.is_some());
    chat::kind_of_said(record.flags, record.flags.has(Flags::FILE) && !has_words && !has_more)
}

/// What the platform itself says: who came, what was changed, who called.
fn service(transcript: &mut Transcript, record: &mut Record, fields: &Object<'_>) {
    let action = fields.text("action");
    let members: Vec<String> = fields
        .list("members")
        .into_iter()
        .take(MOST_PARTS)
        .filter_map(|member| member.text_or_number().map(Cow::into_owned))
        .collect();
    record.kind = match action.as_ref() {
        "phone_call" | "group_call" | "invite_to_group_call" => MessageType::Call,
        "invite_members" | "join_group_by_link" | "join_group_by_request" | "joined_telegram" => MessageType::Join,
        "remove_members" => MessageType::Leave,
        "topic_created" => MessageType::Message,
        _ => MessageType::Topic,
    };
    if record.text.is_empty() {
        let told = [fields.text("title").into_owned(), members.join(", "), fields.text("inviter").into_owned()];
        let told: Vec<String> = told.into_iter().filter(|told| !told.is_empty()).collect();
        let joint = if told.is_empty() { "" } else { ": " };
        record.text = format!("{}{joint}{}", action.replace('_', " "), told.join(", "));
    }
    if record.kind == MessageType::Call && record.time.is_dated() {
        let seconds = fields.count("duration_seconds").or_else(|| fields.count("duration"));
        let length = seconds.and_then(|seconds| i64::try_from(seconds).ok()?.checked_mul(SECOND));
        if let Some(length) = length {
            record.text = format!("{}, {}", record.text, duration_words(length));
        }
        let mut people: Vec<PersonIx> = record.author.into_iter().collect();
        people.extend(members.iter().map(|name| transcript.named(PLATFORM, name)));
        let end = length.map(|length| record.time.plus(length));
        record.extras().huddle = Some(Box::new(Huddle { start: record.time, end, people }));
    }
    if !action.is_empty() {
        record.extras().subtype = Some(RawString::from(action.as_ref()));
    }
}
