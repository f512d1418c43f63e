//! Google Chat as Takeout packs it: a folder a space or conversation, dates in prose.
//!
//! Dates are read in the languages whose months are known here, and count as UTC, as Takeout says
//! beside each. A topic is a thread. Facts from public descriptions; synthetic only.

mod prose;

use std::collections::{BTreeMap, HashMap};

use super::ImportError;
use super::chat;
use super::format::{Claim, Detect, Format};
use super::json::{Object, Piece, from_key};
use super::markup;
use super::report::Trouble;
use super::sample::Sample;
use super::whole::{self, Reading, Room, Transcript};
use crate::archive::builder::Record;
use crate::archive::{ChannelKind, ChannelMeta, FileEntry, Flags, Person, PersonIx, Quality};
use crate::base::id::PersonId;
use crate::base::text::RawString;
use crate::base::time::Instant;

const PLATFORM: &str = "gchat";

pub(super) const FORMAT: Format = Format {
    key: "google-chat",
    name: "Google Chat",
    detect: Detect::File(claim),
    open: |source, setting| whole::open(source, setting, read),
};

fn claim(sample: &Sample) -> Option<Claim> {
    let has_ids = sample.has("messages[].topic_id") || sample.has("messages[].message_id");
    if sample.has("messages[].created_date") && has_ids {
        return Some(Claim::sure("its messages have created_date and topic_id"));
    }
    let is_beside = (sample.file_name() == "group_info.json" && sample.has("members"))
        || (sample.file_name() == "user_info.json" && sample.has("user"));
    is_beside.then(|| Claim::likely("it is a list beside the messages of Google Chat"))
}

/// What `group_info.json` says of a folder.
struct Group {
    name: String,
    /// The names of who takes part.
    members: Vec<String>,
}

fn read(reading: &Reading<'_>, transcript: &mut Transcript) -> Result<(), ImportError> {
    let limits = reading.source.limits();
    let mut groups: HashMap<String, Group> = HashMap::new();
    let mut rooms: BTreeMap<Room, String> = BTreeMap::new();
    reading.each_text(transcript, |transcript, entry, text| {
        let start = text.trim_start();
        let folder = entry.name.rsplit_once('/').map_or("", |(folder, _)| folder);
        if let Some(list) = from_key(start, "messages") {
            transcript.each_record(list, limits, |transcript, piece| {
                if let Some(room) = message(transcript, folder, piece) {
                    rooms.insert(room, folder.to_owned());
                }
            });
            return Ok(());
        }
        let told = Object::of(Piece::new(start));
        if told.get("user").is_some() {
            somebody(transcript, &told.object("user"));
        }
        let mut members = Vec::new();
        for member in told.list("members") {
            let member = Object::of(member);
            somebody(transcript, &member);
            members.push(member.text("name").into_owned());
        }
        let group = Group { name: told.text("name").into_owned(), members };
        groups.insert(folder.to_owned(), group);
        Ok(())
    })?;
    for (room, folder) in rooms {
        chat::join_topics(transcript, room, |_, _| {});
        name_room(transcript, room, &folder, groups.get(&folder));
    }
    Ok(())
}

/// Calls a room what its list says; a conversation without a name is called by its people.
fn name_room(transcript: &mut Transcript, room: Room, folder: &str, group: Option<&Group>) {
    let name = group.map(|group| group.name.clone()).filter(|name| !name.is_empty());
    let is_conversation = last_part(folder).starts_with("DM ");
    let members = group.map(|group| group.members.join(", ")).filter(|_| is_conversation);
    let members = members.filter(|members| !members.is_empty());
    let Some(meta) = transcript.meta_mut(room) else { return };
    if let Some(name) = name.or(members) {
        meta.name = RawString::new(name);
    }
    if is_conversation && group.is_some_and(|group| group.members.len() > 2) {
        meta.kind = ChannelKind::GroupDm;
    }
}

fn last_part(folder: &str) -> &str {
    folder.rsplit('/').next().unwrap_or(folder)
}

/// Somebody by address, else by name.
fn somebody(transcript: &mut Transcript, told: &Object<'_>) -> Option<PersonIx> {
    let (name, email) = (told.text("name"), told.text("email"));
    if name.is_empty() && email.is_empty() {
        return None;
    }
    let id = if email.is_empty() { PersonId::from_name(PLATFORM, &name) } else { PersonId::new(PLATFORM, &email) };
    let mut person = Person::unlisted(id, RawString::from(if name.is_empty() { &email } else { &name }.as_ref()));
    person.email = RawString::from(email.as_ref());
    person.is_bot = told.text("user_type") == "Bot";
    Some(transcript.person(person))
}

fn message(transcript: &mut Transcript, folder: &str, piece: Piece<'_>) -> Option<Room> {
    let fields = Object::of(piece);
    let (topic, id) = (fields.text("topic_id"), fields.text("message_id"));
    let mut parts = id.splitn(3, '/');
    let (space, own) = match (parts.next(), parts.next(), parts.next()) {
        (Some(space), Some(topic), Some(own)) => (space.to_owned(), format!("{topic}.{own}")),
        _ => (last_part(folder).trim_start_matches("Space ").trim_start_matches("DM ").to_owned(), id.into_owned()),
    };
    if own.is_empty() {
        transcript.bad_record("a message without an id");
        return None;
    }
    let (time, quality) = time_of(transcript, &fields.text("created_date"));
    let mut record = Record::new(own, time);
    record.quality = quality;
    let creator = fields.object("creator");
    record.author = somebody(transcript, &creator);
    if creator.text("user_type") == "Bot" {
        record.mark(Flags::BOT.with(Flags::BOT_ID));
    }
    record.text = fields.text("text").into_owned();
    attached(&fields, &mut record);
    if let Some((at, _)) = prose::instant(&fields.text("updated_date")) {
        record.extras().edited = Some(transcript.skewed(at));
    }
    if fields.text("message_state") == "DELETED" || fields.get("deletion_metadata").is_some() {
        chat::delete(&mut record, None);
    }
    let mut meta = ChannelMeta::named(PLATFORM, &space, last_part(folder));
    if last_part(folder).starts_with("DM ") {
        meta.kind = ChannelKind::Dm;
    }
    let room = transcript.room(meta);
    chat::settle(&mut record);
    record.thread = (!topic.is_empty()).then(|| topic.into_owned());
    transcript.push(room, record, piece.raw());
    Some(room)
}

fn time_of(transcript: &mut Transcript, told: &str) -> (Instant, Quality) {
    match prose::instant(told) {
        Some((at, true)) => (transcript.skewed(at), Quality::SECOND),
        Some((at, false)) => match at.to_utc() {
            Some(at) => transcript.wall(at.naive_utc(), Quality::SECOND),
            None => (Instant::UNDATED, Quality::SECOND),
        },
        None => {
            let advice = "set the account's language to English and take the export again, or convert it to a table \
                          and say how its columns and times are to be read";
            let reason = format!("its date `{told}` is in a language that is not known here; {advice}");
            transcript.warn(Trouble::NoTime, &reason);
            (Instant::UNDATED, Quality::SECOND)
        }
    }
}

fn attached(fields: &Object<'_>, record: &mut Record) {
    for file in fields.list("attached_files") {
        let file = Object::of(file);
        let name = ["original_name", "export_name"].map(|key| file.text(key)).into_iter().find(|name| !name.is_empty());
        let name = RawString::from(name.unwrap_or_default().as_ref());
        record.extras().files.push(FileEntry { name, ..FileEntry::default() });
    }
    for annotation in fields.list("annotations") {
        let annotation = Object::of(annotation);
        let url = annotation.object("url_metadata").object("url");
        let wrapped = "private_do_not_access_or_else_safe_url_wrapped_value";
        let link = [url.text(wrapped), annotation.object("url_metadata").text("url")];
        if let Some(link) = link.iter().find(|link| link.starts_with("http")) {
            markup::note_link(link, &mut record.extras().links);
        }
        let drive = annotation.object("drive_metadata");
        if !drive.text("title").is_empty() {
            let name = RawString::from(drive.text("title").as_ref());
            record.extras().files.push(FileEntry { name, ..FileEntry::default() });
        }
    }
    let quoted = fields.object("quoted_message_metadata");
    if !quoted.is_empty() {
        chat::add_quote(record, &quoted.object("creator").text("name"), &quoted.text("text"));
    }
}
