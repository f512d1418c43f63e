//! What zulip-archive writes: a folder a stream, a file a topic, and an index with their names.
//!
//! The number before a stream's name is its id, whatever it was called when; several folders may have
//! one id. People are known by their names alone.

use std::collections::{BTreeMap, HashMap};

use super::{PLATFORM, is_notice, join_topics, show, stream, undated};
use crate::archive::Flags;
use crate::archive::builder::Record;
use crate::import::ImportError;
use crate::import::chat;
use crate::import::clock::Unit;
use crate::import::format::Claim;
use crate::import::json::{Object, Piece};
use crate::import::sample::Sample;
use crate::import::whole::{Reading, Room, Transcript};

/// The file that names all streams and topics.
const INDEX: &str = "stream_index.json";

pub(super) fn claim(sample: &Sample) -> Option<Claim> {
    let keys = ["[].id", "[].sender_full_name", "[].timestamp", "[].content"];
    if sample.has_all(&keys) && !sample.has("[].display_recipient") {
        return Some(Claim::sure("its messages have sender_full_name and timestamp, as zulip-archive writes them"));
    }
    let is_index = sample.file_name() == INDEX && sample.has("streams") && sample.text.contains("\"topic_data\"");
    is_index.then(|| Claim::sure("it lists the streams of a Zulip archive"))
}

/// Names of streams by id, and of their topics by what is left of these in old file names.
#[derive(Default)]
struct Index {
    streams: HashMap<String, (String, HashMap<String, String>)>,
}

impl Index {
    fn of(text: &str) -> Self {
        let mut index = Self::default();
        for (name, told) in Object::of(Piece::new(text)).object("streams").iter() {
            let told = Object::of(told);
            let topics = told.object("topic_data");
            let topics = topics.iter().map(|(topic, _)| (letters(topic), topic.to_owned())).collect();
            index.streams.insert(told.text("id").into_owned(), (name.to_owned(), topics));
        }
        index
    }
}

/// What old file names keep of a name.
fn letters(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).flat_map(char::to_lowercase).collect()
}

pub(super) fn read(reading: &Reading<'_>, transcript: &mut Transcript) -> Result<(), ImportError> {
    let is_index = |name: &str| name.rsplit('/').next() == Some(INDEX);
    let (lists, topics): (Vec<_>, Vec<_>) =
        reading.source.entries().iter().cloned().partition(|entry| is_index(&entry.name));
    let mut index = Index::default();
    for list in &lists {
        if let Some(text) = reading.text(list, transcript) {
            index.streams.extend(Index::of(&text).streams);
        }
    }
    let source = reading.source.only(topics);
    let topics = Reading { source: &source, setting: reading.setting };
    let mut rooms = BTreeMap::new();
    topics.each_text(transcript, |transcript, entry, text| {
        let mut parts = entry.name.rsplit('/');
        let file = parts.next().unwrap_or_default().trim_end_matches(".json");
        let folder = parts.next().unwrap_or_default();
        let (room, topic) = place(transcript, &index, folder, file);
        if !transcript.wants(room) {
            return Ok(());
        }
        rooms.insert(folder.to_owned(), room);
        let limits = reading.source.limits();
        transcript.each_record(text, limits, |transcript, piece| message(transcript, room, &topic, piece));
        Ok(())
    })?;
    let mut rooms: Vec<Room> = rooms.into_values().collect();
    rooms.sort_unstable();
    rooms.dedup();
    join_topics(transcript, &rooms);
    let told =
        "people are known by their names alone, and edits and reactions are not told: zulip-archive keeps neither";
    transcript.missing.push(told.to_owned());
    Ok(())
}

/// The channel and the topic of a file.
fn place(transcript: &mut Transcript, index: &Index, folder: &str, file: &str) -> (Room, String) {
    let digits = folder.bytes().take_while(u8::is_ascii_digit).count();
    let (id, rest) = folder.split_at_checked(digits).unwrap_or(("", folder));
    let known = index.streams.get(id);
    let is_old = !rest.starts_with('-');
    let own = unescaped(rest.strip_prefix('-').unwrap_or(rest));
    let name = known.map_or(own.as_str(), |(name, _)| name.as_str());
    let room = stream(transcript, id, if name.is_empty() { folder } else { name }, false);
    let topic = if is_old {
        let bare = file.trim_start_matches(|c: char| c.is_ascii_digit());
        let named = known.and_then(|(_, topics)| topics.get(bare).or_else(|| topics.get(&letters(file))));
        named.cloned().unwrap_or_else(|| if bare.is_empty() { file.to_owned() } else { bare.to_owned() })
    } else {
        unescaped(file)
    };
    (room, topic)
}

/// A name whose `.XX` stand for bytes.
fn unescaped(name: &str) -> String {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('.') {
        bytes.extend_from_slice(before.as_bytes());
        let byte = after.get(..2).filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
        if let Some(byte) = byte.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            bytes.push(byte);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(b'.');
            rest = after;
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

fn message(transcript: &mut Transcript, room: Room, topic: &str, piece: Piece<'_>) {
    let fields = Object::of(piece);
    let (id, sender) = (fields.text("id"), fields.text("sender_full_name"));
    if id.is_empty() {
        return transcript.bad_record("a message without an id");
    }
    let (time, quality) = Unit::Seconds.read(&fields.text("timestamp")).unwrap_or_else(|| undated(transcript));
    let mut record = Record::new(id, transcript.skewed(time));
    record.quality = quality;
    if !sender.is_empty() {
        record.author = Some(transcript.named(PLATFORM, &sender));
    }
    if is_notice(&sender) {
        record.mark(Flags::BOT);
        if let Some(person) = record.author.and_then(|author| transcript.person_mut(author)) {
            person.is_bot = true;
        }
    }
    let mentions = show(&mut record, &fields.text("content"));
    // Ids of people stand only in mentions, so that they would be strangers to everything else.
    for told in mentions.iter().filter(|told| !told.label.is_empty() && told.id != "*") {
        let person = transcript.named(PLATFORM, &told.label);
        chat::mention(&mut record, person);
    }
    chat::settle(&mut record);
    record.thread = Some(topic.to_owned());
    transcript.push(room, record, piece.raw());
}

#[cfg(test)]
mod tests {
    use super::unescaped;

    #[test]
    fn names_of_files_are_taken_out_of_their_escapes() {
        assert_eq!(unescaped("pages.20.2F.20alerts"), "pages / alerts");
        assert_eq!(unescaped(".E2.9C.94.20slow"), "✔ slow");
        assert_eq!(unescaped("v1.zz.4"), "v1.zz.4");
    }
}
