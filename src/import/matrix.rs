//! Matrix: the events of a room as Element exports them, or as the server's API pages hold them.
//!
//! Edits, reactions and redactions are events of their own that change others: they are gathered
//! while a file is read and put where they belong at its end, and none of them shows by itself. A
//! sender's server sets the clock, so order by it is all that can be had. Facts from the
//! specification and Element's source; synthetic only.

mod content;
mod state;

use std::borrow::Cow;
use std::collections::HashMap;

use super::ImportError;
use super::chat;
use super::clock::Unit;
use super::format::{Claim, Detect, Format};
use super::json::{Object, Piece, from_key};
use super::report::Trouble;
use super::sample::Sample;
use super::whole::{self, Reading, Room, Transcript};
use crate::archive::builder::Record;
use crate::archive::{ChannelKind, ChannelMeta, Flags, MessageType, PersonIx};
use crate::base::text::{RawString, count_words};
use crate::base::time::Instant;

const PLATFORM: &str = "matrix";

pub(super) const FORMAT: Format = Format {
    key: "matrix",
    name: "Matrix",
    detect: Detect::File(claim),
    open: |source, setting| whole::open(source, setting, read),
};

fn claim(sample: &Sample) -> Option<Claim> {
    let is_told = ["messages[].", "[].", "chunk[].", ""].iter().any(|prefix| {
        ["event_id", "origin_server_ts", "sender", "type"].iter().all(|key| sample.has(&format!("{prefix}{key}")))
    });
    is_told.then(|| Claim::sure("its events have event_id and origin_server_ts"))
}

fn read(reading: &Reading<'_>, transcript: &mut Transcript) -> Result<(), ImportError> {
    let limits = reading.source.limits();
    let mut encrypted = 0;
    reading.each_text(transcript, |transcript, entry, text| {
        let start = text.trim_start();
        let stem = entry.name.rsplit('/').next().unwrap_or(&entry.name).trim_end_matches(".json");
        let mut file = File::new(stem, head_of(start));
        let mut events = Vec::new();
        let gather = |transcript: &mut Transcript, piece| {
            let time = time_of(&Object::of(piece)).unwrap_or(Instant::UNDATED);
            events.push((time, transcript.next_number(), piece));
        };
        chat::each_of(transcript, text, &["messages", "chunk"], limits, gather);
        // Pages of the API stand newest first; names and edits need the order of time.
        events.sort_by_key(|(time, ..)| *time);
        for (_, number, piece) in events {
            transcript.back_to(number);
            file.event(transcript, piece, &Object::of(piece));
        }
        file.finish(transcript);
        encrypted += file.encrypted;
        Ok(())
    })?;
    if encrypted > 0 {
        let told = count_words(encrypted, "message is", "messages are");
        let advice = "export them from a session that has their keys";
        transcript.missing.push(format!("{told} encrypted and cannot be read; {advice}"));
    }
    Ok(())
}

/// What stands before the events of a room that is one object; empty for anything else.
fn head_of(text: &str) -> &str {
    let has_list = |key: &&str| from_key(text, key).is_some_and(|list| list.starts_with('['));
    if text.starts_with('{') && ["messages", "chunk"].iter().any(has_list) { text } else { "" }
}

fn time_of(event: &Object<'_>) -> Option<Instant> {
    Unit::Millis.read(&event.text("origin_server_ts")).map(|(at, _)| at)
}

/// An edit of a message, kept until all messages of the file are known.
struct Edit<'a> {
    target: Cow<'a, str>,
    sender: Cow<'a, str>,
    at: Instant,
    text: String,
    piece: Piece<'a>,
}

/// A message that is already handed over.
struct Known<'a> {
    room: Room,
    sender: Cow<'a, str>,
    time: Instant,
    /// The message that begins its thread, or the chain of its replies.
    root: Option<Box<str>>,
}

/// A reaction: its own event, what it is put under, and by whom.
struct Reacted {
    event: String,
    target: String,
    name: String,
    person: PersonIx,
}

/// What one file tells.
struct File<'a> {
    stem: String,
    name: String,
    topic: String,
    rooms: Vec<Room>,
    known: HashMap<Cow<'a, str>, Known<'a>>,
    edits: Vec<Edit<'a>>,
    reactions: Vec<Reacted>,
    redactions: HashMap<String, Instant>,
    encrypted: usize,
}

impl<'a> File<'a> {
    fn new(stem: &str, outer: &str) -> Self {
        // The head of the file is enough: it tells of the room before its messages.
        let told = |key| from_key(outer, key).and_then(quoted).unwrap_or_default();
        Self {
            stem: stem.to_owned(),
            name: told("room_name"),
            topic: told("topic"),
            rooms: Vec::new(),
            known: HashMap::new(),
            edits: Vec::new(),
            reactions: Vec::new(),
            redactions: HashMap::new(),
            encrypted: 0,
        }
    }

    fn room(&mut self, transcript: &mut Transcript, event: &Object<'_>) -> Room {
        let told = event.text("room_id");
        let id = [told.as_ref(), self.name.as_str(), self.stem.as_str()].into_iter().find(|id| !id.is_empty());
        let id = id.unwrap_or_default().to_owned();
        let name = if self.name.is_empty() { id.as_str() } else { self.name.as_str() };
        let mut meta = ChannelMeta::named(PLATFORM, &id, name.trim_start_matches('#'));
        meta.topic = RawString::from(self.topic.as_str());
        let room = transcript.room(meta);
        if !self.rooms.contains(&room) {
            self.rooms.push(room);
        }
        room
    }

    fn event(&mut self, transcript: &mut Transcript, piece: Piece<'a>, event: &Object<'a>) {
        let (id, kind) = (event.text("event_id"), event.text("type"));
        if id.is_empty() || kind.is_empty() {
            return transcript.bad_record("an event without an id or a type");
        }
        let content = event.object("content");
        let relation = content.object("m.relates_to");
        match kind.as_ref() {
            "m.reaction" => self.reaction(transcript, event, &relation),
            "m.room.redaction" => {
                let target = [event.text("redacts"), content.text("redacts")];
                let target = target.into_iter().find(|target| !target.is_empty()).unwrap_or_default();
                self.redactions.insert(target.into_owned(), time_of(event).unwrap_or(Instant::UNDATED));
            }
            _ if relation.text("rel_type") == "m.replace" => self.edit(event, &content, &relation, piece),
            _ => self.message(transcript, event, &content, piece),
        }
    }

    fn reaction(&mut self, transcript: &mut Transcript, event: &Object<'_>, relation: &Object<'_>) {
        let (target, name) = (relation.text("event_id"), relation.text("key"));
        // What is left of a reaction that was taken back names nothing.
        if !target.is_empty() && !name.is_empty() {
            let person = transcript.user(PLATFORM, &event.text("sender"), "");
            let (event, target) = (event.text("event_id").into_owned(), target.into_owned());
            self.reactions.push(Reacted { event, target, name: name.into_owned(), person });
        }
    }

    fn edit(&mut self, event: &Object<'a>, content: &Object<'a>, relation: &Object<'a>, piece: Piece<'a>) {
        let new = content.object("m.new_content");
        let body = if new.is_empty() { content.text("body") } else { new.text("body") };
        let text = if new.is_empty() { body.trim_start_matches("* ") } else { body.as_ref() };
        self.edits.push(Edit {
            target: relation.text("event_id"),
            sender: event.text("sender"),
            at: time_of(event).unwrap_or(Instant::UNDATED),
            text: content::without_fallback(text).to_owned(),
            piece,
        });
    }

    fn message(&mut self, transcript: &mut Transcript, event: &Object<'a>, content: &Object<'a>, piece: Piece<'a>) {
        let (id, sender, kind) = (event.text("event_id"), event.text("sender"), event.text("type"));
        let time = time_of(event).unwrap_or_else(|| {
            transcript.warn(Trouble::NoTime, "its origin_server_ts is no time");
            Instant::UNDATED
        });
        let mut record = Record::new(id.as_ref(), transcript.skewed(time));
        record.author = (!sender.is_empty()).then(|| transcript.user(PLATFORM, &sender, ""));
        let room = self.room(transcript, event);
        let is_closed = kind == "m.room.join_rules" && matches!(content.text("join_rule").as_ref(), "invite" | "knock");
        if let Some(meta) = transcript.meta_mut(room).filter(|_| is_closed) {
            meta.kind = ChannelKind::Private;
        }
        let redacted = event.object("unsigned").object("redacted_because");
        let above = if event.get("state_key").is_some() {
            state::fill(transcript, event, content, &mut record);
            None
        } else if redacted.is_empty() {
            self.encrypted += usize::from(kind == "m.room.encrypted");
            content::fill(transcript, &kind, content, &mut record);
            content::above(content)
        } else {
            let at = time_of(&redacted).map(|at| transcript.skewed(at));
            chat::delete(&mut record, at);
            None
        };
        record.thread = above.map(|above| self.root_of(above)).filter(|root| *root != id);
        let known = Known { room, sender, time: record.time, root: record.thread.as_deref().map(Box::from) };
        self.known.insert(id, known);
        chat::settle(&mut record);
        transcript.push(room, record, piece.raw());
    }

    /// The message with which the chain of replies begins that goes on below `above`.
    fn root_of(&self, above: String) -> String {
        self.known.get(above.as_str()).and_then(|known| known.root.as_deref().map(str::to_owned)).unwrap_or(above)
    }

    /// Puts edits, reactions and redactions where they belong.
    fn finish(&mut self, transcript: &mut Transcript) {
        for edit in std::mem::take(&mut self.edits) {
            self.apply(transcript, edit);
        }
        let mut reactions: HashMap<&str, Vec<&Reacted>> = HashMap::new();
        for reaction in self.reactions.iter().filter(|reaction| !self.redactions.contains_key(&reaction.event)) {
            reactions.entry(reaction.target.as_str()).or_default().push(reaction);
        }
        if reactions.is_empty() && self.redactions.is_empty() {
            return;
        }
        for &room in &self.rooms {
            transcript.change_records(room, |record| {
                let found = reactions.get(record.native_id.as_str());
                for reaction in found.into_iter().flatten() {
                    chat::react(record, &reaction.name, Some(reaction.person));
                    record.mark(Flags::REACTION);
                }
                if let Some(at) = self.redactions.get(&record.native_id).filter(|_| record.kind != MessageType::Deleted)
                {
                    chat::delete(record, Some(*at).filter(|at| at.is_dated()));
                }
            });
        }
    }

    /// An edit becomes a newer version of its message; only the sender may make one.
    fn apply(&self, transcript: &mut Transcript, edit: Edit<'_>) {
        let target = self.known.get(&edit.target);
        if target.is_some_and(|target| target.sender != edit.sender) {
            return transcript.bad_record("an edit of somebody else's message, which counts for nothing");
        }
        let Some(room) = target.map(|target| target.room).or_else(|| self.rooms.first().copied()) else {
            return transcript.bad_record("an edit of a message in a room that holds none");
        };
        let at = transcript.skewed(edit.at);
        let mut record = Record::new(edit.target.as_ref(), target.map_or(at, |target| target.time));
        record.author = Some(transcript.user(PLATFORM, &edit.sender, ""));
        record.text = edit.text;
        record.extras().edited = Some(at);
        record.thread = target.and_then(|target| target.root.as_deref().map(str::to_owned));
        chat::settle(&mut record);
        transcript.push(room, record, edit.piece.raw());
    }
}

/// The text with which a piece of JSON begins.
fn quoted(text: &str) -> Option<String> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<String>();
    values.next()?.ok()
}
