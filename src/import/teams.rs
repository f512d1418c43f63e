//! Microsoft Teams: chat messages as Graph gives them, whatever wrote them down.
//!
//! Keys are looked up in any letter case, since PowerShell writes them with capitals; the list stands
//! bare, under `value`, as single objects or one a line. A message is edited only where
//! `lastEditedDateTime` says so: a reaction alone changes `lastModifiedDateTime`. Facts from the Graph
//! documentation and one public PowerShell dump; beyond that synthetic only.

mod attachments;
mod events;

use std::collections::HashMap;

use super::ImportError;
use super::chat;
use super::clock::Unit;
use super::format::{Claim, Detect, Format};
use super::html;
use super::json::{Object, Piece, list_of};
use super::links;
use super::report::Trouble;
use super::sample::Sample;
use super::whole::{self, Reading, Room, Transcript};
use crate::archive::builder::Record;
use crate::archive::{ChannelKind, ChannelMeta, Flags, Person, PersonIx, Quality};
use crate::base::id::PersonId;
use crate::base::text::RawString;
use crate::base::time::Instant;

const PLATFORM: &str = "teams";
/// Most names that stand for a chat without a name of its own.
const NAMES_OF_A_CHAT: usize = 3;

pub(super) const FORMAT: Format = Format {
    key: "teams",
    name: "Microsoft Teams",
    detect: Detect::File(claim),
    open: |source, setting| whole::open(source, setting, read),
};

fn claim(sample: &Sample) -> Option<Claim> {
    let has = |prefix: &str, keys: &[&str]| {
        keys.iter().all(|key| sample.path_in_any_case(&format!("{prefix}{key}")).is_some())
    };
    for prefix in ["[].", "value[].", ""] {
        if has(prefix, &["messageType", "createdDateTime"]) {
            return Some(Claim::sure("its records have messageType and createdDateTime"));
        }
        for keys in [
            ["userPrincipalName", "displayName", "id"],
            ["membershipType", "displayName", "id"],
            ["chatType", "createdDateTime", "id"],
        ] {
            if has(prefix, &keys) {
                return Some(Claim::likely(format!("it lists what Graph tells of {}", list_words(keys[0]))));
            }
        }
    }
    None
}

fn list_words(key: &str) -> &'static str {
    match key {
        "userPrincipalName" => "people",
        "membershipType" => "channels",
        _ => "chats",
    }
}

/// An object whose keys may have any letter case.
#[derive(Debug, Clone, Default)]
struct Fields<'a>(Object<'a>);

impl<'a> Fields<'a> {
    fn of(piece: Piece<'a>) -> Self {
        Self(Object::of(piece))
    }

    fn get(&self, key: &str) -> Option<Piece<'a>> {
        self.0.get_in_any_case(key)
    }

    fn text(&self, key: &str) -> String {
        self.get(key).and_then(Piece::text_or_number).unwrap_or_default().into_owned()
    }

    fn object(&self, key: &str) -> Self {
        self.get(key).map(Self::of).unwrap_or_default()
    }

    fn list(&self, key: &str) -> Vec<Piece<'a>> {
        self.get(key).map(list_of).unwrap_or_default()
    }

    fn instant(&self, key: &str) -> Option<Instant> {
        Instant::parse_rfc3339(self.text(key).trim()).filter(|at| at.is_dated())
    }
}

/// What the lists beside the messages say of a channel or chat.
struct ListedRoom {
    name: String,
    topic: String,
    kind: Option<ChannelKind>,
}

/// What was met so far.
#[derive(Default)]
struct Met {
    rooms: HashMap<String, Room>,
    listed: HashMap<String, ListedRoom>,
}

fn read(reading: &Reading<'_>, transcript: &mut Transcript) -> Result<(), ImportError> {
    let mut met = Met::default();
    let limits = reading.source.limits();
    reading.each_text(transcript, |transcript, entry, text| {
        let stem = entry.name.rsplit('/').next().unwrap_or(&entry.name).trim_end_matches(".json");
        let take = |transcript: &mut Transcript, piece| one_record(transcript, &mut met, piece, stem);
        chat::each_of(transcript, text, &["value", "Value"], limits, take);
        Ok(())
    })?;
    name_rooms(transcript, &met);
    Ok(())
}

fn one_record(transcript: &mut Transcript, met: &mut Met, piece: Piece<'_>, stem: &str) {
    let fields = Fields::of(piece);
    let value = fields.get("value").filter(|value| value.is_list());
    if let Some(page) = value {
        return list_of(page).into_iter().for_each(|piece| one_record_of_page(transcript, met, piece, stem));
    }
    one_record_of_page(transcript, met, piece, stem);
}

fn one_record_of_page(transcript: &mut Transcript, met: &mut Met, piece: Piece<'_>, stem: &str) {
    let fields = Fields::of(piece);
    if fields.get("messageType").is_some() || fields.get("body").is_some() {
        message(transcript, met, piece, &fields, stem, None);
    } else if fields.get("userPrincipalName").is_some() {
        listed_person(transcript, &fields);
    } else if fields.get("membershipType").is_some() || fields.get("chatType").is_some() {
        listed_room(met, &fields);
    } else {
        transcript.bad_record("it is no message, and no person, channel or chat either");
    }
}

fn listed_person(transcript: &mut Transcript, fields: &Fields<'_>) {
    let (id, name) = (fields.text("id"), fields.text("displayName"));
    if id.is_empty() {
        return transcript.bad_record("a person without an id");
    }
    let name = if name.is_empty() { fields.text("userPrincipalName") } else { name };
    let mut person = Person::unlisted(PersonId::new(PLATFORM, &id), RawString::new(name));
    person.title = RawString::new(fields.text("jobTitle"));
    person.email = RawString::new(fields.text("mail"));
    person.location = RawString::new(fields.text("officeLocation"));
    person.team = RawString::new(fields.text("department"));
    person.is_listed = true;
    transcript.person(person);
}

fn listed_room(met: &mut Met, fields: &Fields<'_>) {
    let kind = match (fields.text("membershipType").as_str(), fields.text("chatType").as_str()) {
        ("private" | "Private", _) => Some(ChannelKind::Private),
        (_, "oneOnOne" | "OneOnOne") => Some(ChannelKind::Dm),
        (_, "group" | "Group" | "meeting" | "Meeting") => Some(ChannelKind::GroupDm),
        _ => None,
    };
    let name = [fields.text("displayName"), fields.text("topic")].into_iter().find(|name| !name.is_empty());
    let listed = ListedRoom { name: name.unwrap_or_default(), topic: fields.text("description"), kind };
    met.listed.insert(fields.text("id"), listed);
}

/// The channel or chat that a message belongs to.
fn room_of(transcript: &mut Transcript, met: &mut Met, fields: &Fields<'_>, stem: &str) -> Room {
    let (channel, chat) = (fields.object("channelIdentity").text("channelId"), fields.text("chatId"));
    let id = [channel.as_str(), chat.as_str(), stem].into_iter().find(|id| !id.is_empty()).unwrap_or_default();
    if let Some(room) = met.rooms.get(id) {
        return *room;
    }
    let mut meta = ChannelMeta::named(PLATFORM, id, id);
    meta.kind = if channel.is_empty() && !chat.is_empty() { chat_kind(&chat) } else { ChannelKind::Public };
    meta.listed = false;
    let room = transcript.room(meta);
    met.rooms.insert(id.to_owned(), room);
    room
}

fn chat_kind(id: &str) -> ChannelKind {
    if id.ends_with("@unq.gbl.spaces") || id.starts_with("48:") { ChannelKind::Dm } else { ChannelKind::GroupDm }
}

/// Gives channels and chats the names that lists tell; a chat without one is called by its people.
fn name_rooms(transcript: &mut Transcript, met: &Met) {
    for (id, &room) in &met.rooms {
        let listed = met.listed.get(id);
        let told = listed.map(|listed| listed.name.clone()).filter(|name| !name.is_empty());
        let is_chat = transcript.meta_mut(room).is_some_and(|meta| meta.kind.is_private());
        let name = told.or_else(|| is_chat.then(|| people_words(transcript, room)).filter(|name| !name.is_empty()));
        let Some(meta) = transcript.meta_mut(room) else { continue };
        if let Some(name) = name {
            meta.name = RawString::new(name);
        }
        if let Some(listed) = listed {
            meta.topic = RawString::from(listed.topic.as_str());
            meta.kind = listed.kind.unwrap_or(meta.kind);
            meta.listed = true;
        }
    }
}

fn people_words(transcript: &mut Transcript, room: Room) -> String {
    let mut authors: Vec<PersonIx> = Vec::new();
    for author in transcript.authors(room) {
        if authors.len() < NAMES_OF_A_CHAT && !authors.contains(&author) {
            authors.push(author);
        }
    }
    let people = authors.iter().filter_map(|&author| transcript.person_at(author));
    let mut names: Vec<String> = people.map(|person| person.name.unsanitised().to_owned()).collect();
    names.sort();
    names.join(", ")
}

/// Somebody in an identity set: `{user: {id, displayName}}`, `application` or `device`.
fn identity(transcript: &mut Transcript, set: &Fields<'_>) -> Option<(PersonIx, bool)> {
    for (kind, is_program) in [("user", false), ("application", true), ("device", true)] {
        let found = set.object(kind);
        let (id, name) = (found.text("id"), found.text("displayName"));
        if id.is_empty() && name.is_empty() {
            continue;
        }
        let person =
            if id.is_empty() { transcript.named(PLATFORM, &name) } else { transcript.user(PLATFORM, &id, &name) };
        if let Some(person) = transcript.person_mut(person) {
            person.is_bot |= is_program;
            person.has_user_id = !is_program;
        }
        return Some((person, is_program));
    }
    None
}

/// The root that the answers below it belong to.
#[derive(Clone, Copy)]
struct Root<'a> {
    id: &'a str,
    room: Room,
}

fn message(
    transcript: &mut Transcript,
    met: &mut Met,
    piece: Piece<'_>,
    fields: &Fields<'_>,
    stem: &str,
    root: Option<Root<'_>>,
) {
    let id = fields.text("id");
    if id.is_empty() {
        return transcript.bad_record("a message without an id");
    }
    let place = root.map_or_else(|| room_of(transcript, met, fields, stem), |root| root.room);
    let time = time_of(transcript, fields, &id);
    let mut record = Record::new(id.as_str(), time);
    let reply_to = fields.text("replyToId");
    let thread = if reply_to.is_empty() { root.map(|root| root.id.to_owned()) } else { Some(reply_to) };
    record.thread = thread.filter(|thread| *thread != id);
    if events::is_event(fields) {
        events::fill(transcript, fields, &mut record);
    } else {
        fill(transcript, fields, &mut record);
    }
    chat::settle(&mut record);
    transcript.push(place, record, piece.raw());
    if root.is_none() {
        for reply in fields.list("replies") {
            message(transcript, met, reply, &Fields::of(reply), stem, Some(Root { id: &id, room: place }));
        }
    }
}

/// When a message was written; its id tells the same in milliseconds.
fn time_of(transcript: &mut Transcript, fields: &Fields<'_>, id: &str) -> Instant {
    let by_id = || {
        Unit::Millis.read(id).map(|(at, _)| at).filter(|at| at.micros() > Instant::from_seconds(946_684_800).micros())
    };
    if let Some(at) = fields.instant("createdDateTime") {
        return transcript.skewed(at);
    }
    if let Some(at) = by_id() {
        transcript.guess("a message without a readable createdDateTime stands at the time that its id tells");
        return transcript.skewed(at);
    }
    transcript.warn(Trouble::NoTime, "its createdDateTime is no time");
    Instant::UNDATED
}

fn fill(transcript: &mut Transcript, fields: &Fields<'_>, record: &mut Record) {
    record.quality = Quality::EXACT;
    if let Some((author, is_program)) = identity(transcript, &fields.object("from")) {
        record.author = Some(author);
        if is_program {
            record.mark(Flags::BOT.with(Flags::BOT_ID));
        }
    }
    let people = mentioned(transcript, fields);
    let body = fields.object("body");
    let content = body.text("content");
    if body.text("contentType").eq_ignore_ascii_case("text") {
        record.text = content;
        links::note(record);
    } else {
        let shown = html::plain_with_people(&content, |part| {
            people.get(part).map_or_else(|| format!("part {part}"), |(key, _)| key.clone())
        });
        record.text = shown.text;
        record.extras().links = shown.links;
    }
    note_mentions(&people, record);
    let subject = fields.text("subject");
    if !subject.trim().is_empty() {
        let gap = if record.text.is_empty() { "" } else { "\n" };
        record.text = format!("{}{gap}{}", subject.trim(), record.text);
    }
    for attachment in fields.list("attachments") {
        attachments::add(record, &Fields::of(attachment));
    }
    reactions(transcript, fields, record);
    if let Some(at) = fields.instant("lastEditedDateTime") {
        record.extras().edited = Some(transcript.skewed(at));
    }
    if let Some(at) = fields.instant("deletedDateTime") {
        chat::delete(record, Some(transcript.skewed(at)));
    }
}

/// Who is mentioned, by the ids of the parts in the text: a key for each, and the person behind it.
fn mentioned(transcript: &mut Transcript, fields: &Fields<'_>) -> HashMap<String, (String, Option<PersonIx>)> {
    let mut people = HashMap::new();
    for mention in fields.list("mentions") {
        let mention = Fields::of(mention);
        let (part, label) = (mention.text("id"), mention.text("mentionText"));
        let set = mention.object("mentioned");
        let id = set.object("user").text("id");
        let person = if id.is_empty() {
            identity(transcript, &set).map(|(person, _)| person)
        } else {
            // The text of a mention may be only a part of the name, so that it names nobody.
            Some(transcript.user(PLATFORM, &id, &set.object("user").text("displayName")))
        };
        let key = person.map_or(label, |person| format!("person {}", person.0));
        people.insert(part, (key, person));
    }
    people
}

fn note_mentions(people: &HashMap<String, (String, Option<PersonIx>)>, record: &mut Record) {
    let mut parts: Vec<_> = people.iter().filter_map(|(part, (_, person))| Some((part, (*person)?))).collect();
    parts.sort_by_key(|(part, _)| (part.len(), part.as_str()));
    for (_, person) in parts {
        chat::mention(record, person);
    }
}

fn reactions(transcript: &mut Transcript, fields: &Fields<'_>, record: &mut Record) {
    for reaction in fields.list("reactions") {
        let reaction = Fields::of(reaction);
        let name = match reaction.text("reactionType").as_str() {
            "custom" => reaction.text("displayName"),
            told => told.to_owned(),
        };
        if name.is_empty() {
            transcript.warn(Trouble::BadField, "a reaction without a name");
            continue;
        }
        let person = identity(transcript, &reaction.object("user")).map(|(person, _)| person);
        chat::react(record, &name, person);
    }
}
