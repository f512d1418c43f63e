//! Rocket.Chat: messages as its REST history gives them, as administrators download them, or as a dump
//! of its database in JSON holds them.
//!
//! People are known by their user names, by which reactions and mentions name them. Facts from the
//! public documentation and source; synthetic only. BSON is not read.

use super::ImportError;
use super::chat;
use super::clock::{self, Unit};
use super::format::{Claim, Detect, Format};
use super::json::{Object, Piece};
use super::markup;
use super::report::Trouble;
use super::sample::Sample;
use super::whole::{self, Reading, Room, Transcript};
use crate::archive::builder::Record;
use crate::archive::{ChannelKind, ChannelMeta, FileEntry, Flags, MessageType, PersonIx, Quality};
use crate::base::text::{RawString, count_words};
use crate::base::time::Instant;

const PLATFORM: &str = "rocketchat";

pub(super) const FORMAT: Format = Format {
    key: "rocketchat",
    name: "Rocket.Chat",
    detect: Detect::File(claim),
    open: |source, setting| whole::open(source, setting, read),
};

fn claim(sample: &Sample) -> Option<Claim> {
    ["messages[].", "[].", ""].iter().find_map(|prefix| {
        let has = |keys: &[&str]| keys.iter().all(|key| sample.has(&format!("{prefix}{key}")));
        if has(&["_id", "rid", "ts", "u"]) {
            return Some(Claim::sure("its messages have _id, rid, ts and u"));
        }
        has(&["_id", "t", "usersCount"]).then(|| Claim::likely("it lists rooms of Rocket.Chat"))
    })
}

/// What a list of rooms says of one.
struct Listed {
    id: String,
    name: String,
    topic: String,
    kind: ChannelKind,
}

fn read(reading: &Reading<'_>, transcript: &mut Transcript) -> Result<(), ImportError> {
    let limits = reading.source.limits();
    let mut listed = Vec::new();
    let mut encrypted = 0_usize;
    reading.each_text(transcript, |transcript, _, text| {
        let take = |transcript: &mut Transcript, piece: Piece<'_>| {
            let fields = Object::of(piece);
            if fields.get("rid").is_some() {
                encrypted += usize::from(fields.text("t") == "e2e");
                message(transcript, &fields, piece);
            } else if fields.get("usersCount").is_some() {
                listed.push(listed_room(&fields));
            } else {
                transcript.bad_record("it is no message: it names no room");
            }
        };
        chat::each_of(transcript, text, &["messages"], limits, take);
        Ok(())
    })?;
    for room in listed {
        let found = transcript.room(ChannelMeta::named(PLATFORM, &room.id, &room.id));
        if let Some(meta) = transcript.meta_mut(found) {
            meta.name = RawString::new(room.name);
            meta.topic = RawString::new(room.topic);
            meta.kind = room.kind;
        }
    }
    if encrypted > 0 {
        let told = count_words(encrypted, "message is", "messages are");
        transcript.missing.push(format!("{told} encrypted and cannot be read"));
    }
    Ok(())
}

fn listed_room(fields: &Object<'_>) -> Listed {
    let names = ["fname", "name"].map(|key| fields.text(key));
    let people = fields.list("usernames").into_iter().filter_map(Piece::text).collect::<Vec<_>>().join(", ");
    let name = names.iter().find(|name| !name.is_empty()).map_or(people, ToString::to_string);
    let kind = match fields.text("t").as_ref() {
        "p" => ChannelKind::Private,
        "d" if fields.count("usersCount").unwrap_or(2) > 2 => ChannelKind::GroupDm,
        "d" => ChannelKind::Dm,
        _ => ChannelKind::Public,
    };
    let id = fields.text("_id").into_owned();
    Listed { name: if name.is_empty() { id.clone() } else { name }, id, topic: fields.text("topic").into_owned(), kind }
}

/// A time in any of the shapes of a database dump: `{"$date": "2024-…"}`, milliseconds, or ISO text.
fn instant(piece: Option<Piece<'_>>) -> Option<(Instant, Quality)> {
    let mut piece = piece?;
    for _ in 0..2 {
        if piece.is_object() {
            let inner = Object::of(piece);
            piece = inner.get("$date").or_else(|| inner.get("$numberLong"))?;
        }
    }
    let told = piece.text_or_number()?;
    clock::with_offset(&told).or_else(|| Unit::Millis.read(&told))
}

fn user(transcript: &mut Transcript, told: &Object<'_>) -> Option<PersonIx> {
    let (handle, name, id) = (told.text("username"), told.text("name"), told.text("_id"));
    let key = if handle.is_empty() { id } else { handle.clone() };
    if key.is_empty() {
        return None;
    }
    let person = transcript.user(PLATFORM, &key, &name);
    if let Some(person) = transcript.person_mut(person) {
        // A reaction may have named them before any message told their full name.
        if !name.is_empty() && person.name.unsanitised() == key {
            person.name = RawString::from(name.as_ref());
        }
        person.handle = RawString::from(handle.as_ref());
    }
    Some(person)
}

fn message(transcript: &mut Transcript, fields: &Object<'_>, piece: Piece<'_>) {
    let (id, rid) = (fields.text("_id"), fields.text("rid"));
    if id.is_empty() {
        return transcript.bad_record("a message without an id");
    }
    let (time, quality) = instant(fields.get("ts")).unwrap_or_else(|| {
        transcript.warn(Trouble::NoTime, "its ts is no time");
        (Instant::UNDATED, Quality::EXACT)
    });
    let mut record = Record::new(id.as_ref(), transcript.skewed(time));
    record.quality = quality;
    record.author = user(transcript, &fields.object("u"));
    without_quote_link(&fields.text("msg")).clone_into(&mut record.text);
    if fields.get("bot").is_some_and(|bot| bot.is_object() || bot.truth() == Some(true)) {
        record.mark(Flags::BOT.with(Flags::BOT_ID));
        if let Some(person) = record.author.and_then(|author| transcript.person_mut(author)) {
            person.is_bot = true;
        }
    }
    let parent = fields.text("tmid");
    record.thread = (!parent.is_empty() && parent != id).then(|| parent.into_owned());
    if fields.is_true("tshow") {
        record.mark(Flags::BROADCAST);
    }
    record.declared_replies = fields.count("tcount").map(|count| u32::try_from(count).unwrap_or(u32::MAX));
    if let Some((at, _)) = instant(fields.get("editedAt")) {
        record.extras().edited = Some(transcript.skewed(at));
    }
    parts(transcript, fields, &mut record);
    system(transcript, fields, &mut record);
    chat::settle(&mut record);
    let room = room_of(transcript, &rid);
    transcript.push(room, record, piece.raw());
}

/// A quoted message begins with a link without words, which its attachment tells better.
fn without_quote_link(text: &str) -> &str {
    let mut rest = text;
    while let Some((_, after)) = rest.strip_prefix("[ ](").and_then(|link| link.split_once(')')) {
        rest = after.trim_start();
    }
    rest
}

fn room_of(transcript: &mut Transcript, rid: &str) -> Room {
    transcript.room(ChannelMeta::named(PLATFORM, rid, rid))
}

/// Mentions, links, reactions, files and quotes.
fn parts(transcript: &mut Transcript, fields: &Object<'_>, record: &mut Record) {
    for mention in fields.list("mentions") {
        let told = Object::of(mention);
        // `all` and `here` are nobody.
        if !matches!(told.text("username").as_ref(), "all" | "here")
            && let Some(person) = user(transcript, &told)
        {
            chat::mention(record, person);
        }
    }
    for url in fields.list("urls") {
        let link = Object::of(url).text("url");
        if link.starts_with("http") {
            markup::note_link(&link, &mut record.extras().links);
        }
    }
    for (name, told) in fields.object("reactions").iter() {
        for name_of_user in Object::of(told).list("usernames") {
            let handle = name_of_user.text().unwrap_or_default();
            let person = (!handle.is_empty()).then(|| transcript.user(PLATFORM, &handle, ""));
            chat::react(record, name.trim_matches(':'), person);
        }
    }
    let single = fields.get("file").filter(|_| fields.get("files").is_none());
    for file in fields.list("files").into_iter().chain(single) {
        let told = Object::of(file);
        let file = FileEntry {
            name: RawString::from(told.text("name").as_ref()),
            size: told.count("size"),
            ..FileEntry::default()
        };
        record.extras().files.push(file);
    }
    for attachment in fields.list("attachments") {
        attached(record, &Object::of(attachment));
    }
}

fn attached(record: &mut Record, told: &Object<'_>) {
    let (title, link) = (told.text("title"), told.text("title_link"));
    let text = ["text", "description"].map(|key| told.text(key)).into_iter().find(|text| !text.is_empty());
    let text = text.unwrap_or_default();
    if told.get("message_link").is_some() {
        return chat::add_quote(record, &told.text("author_name"), &text);
    }
    let known = record.extras().files.iter_mut().find(|file| file.name.unsanitised() == title);
    let is_file = known.is_some() || told.text("type") == "file";
    match known {
        Some(file) => file.link = RawString::from(link.as_ref()),
        None if is_file => {
            let file = FileEntry {
                name: RawString::from(title.as_ref()),
                link: RawString::from(link.as_ref()),
                ..FileEntry::default()
            };
            record.extras().files.push(file);
        }
        None => {
            let mut heading = String::new();
            if link.starts_with("http") {
                markup::note_link(&link, &mut record.extras().links);
                markup::push_labelled(&link, &title, &mut heading);
            } else {
                heading.push_str(&title);
            }
            chat::add_below(record, &heading);
        }
    }
    chat::add_below(record, &text);
    for field in told.list("fields") {
        let field = Object::of(field);
        chat::add_below(record, &format!("{}: {}", field.text("title"), field.text("value")));
    }
}

/// What the server itself notes, by its short word.
fn system(transcript: &mut Transcript, fields: &Object<'_>, record: &mut Record) {
    let word = fields.text("t");
    if word.is_empty() {
        return;
    }
    let said = std::mem::take(&mut record.text);
    let (kind, text) = match word.as_ref() {
        "uj" | "ujt" | "ut" => (MessageType::Join, "joined".to_owned()),
        "ul" | "ult" => (MessageType::Leave, "left".to_owned()),
        "au" | "added-user-to-team" => (MessageType::Join, format!("added {said}")),
        "ru" | "removed-user-from-team" => (MessageType::Leave, format!("removed {said}")),
        "r" => (MessageType::Topic, format!("renamed the room to {said}")),
        "rm" => (MessageType::Deleted, said),
        "e2e" => (MessageType::Message, "(encrypted, cannot be read)".to_owned()),
        "discussion-created" | "thread-created" => (MessageType::Message, said),
        _ if word.starts_with("room") || word.starts_with("message_pinned") => {
            (MessageType::Topic, format!("{}: {said}", word.replace('_', " ")))
        }
        _ if word.contains("call") || word.contains("conf") => {
            (MessageType::Call, if said.is_empty() { "call".to_owned() } else { said })
        }
        _ if said.is_empty() => (MessageType::Topic, word.replace(['_', '-'], " ")),
        _ => (MessageType::Topic, format!("{}: {said}", word.replace(['_', '-'], " "))),
    };
    record.text = text;
    match kind {
        MessageType::Deleted => {
            let at = instant(fields.get("editedAt")).map(|(at, _)| transcript.skewed(at));
            record.extras().edited = None;
            chat::delete(record, at);
        }
        kind => record.kind = kind,
    }
    record.extras().subtype = Some(RawString::from(word.as_ref()));
}
