//! Mattermost bulk exports: JSON lines, alone or as `import.jsonl` in a zip beside `data/`.
//!
//! Facts from Mattermost's documentation of the bulk format and one real fixture. Posts stand in no
//! order, an answer may be older than its root, lists may be null, and no post has an id: it is known
//! by its time, its author and a hash of its words.

use std::collections::{BTreeMap, HashMap};

use super::clock::{Unit, number};
use super::format::{Claim, Detect, Export, Format, Setting};
use super::json::{Object, Piece};
use super::report::Trouble;
use super::sample::{Root, Sample};
use super::source::Source;
use super::whole::{self, Reading, Room, Transcript};
use super::{ImportError, chat, links};
use crate::archive::builder::Record;
use crate::archive::extras::{FileEntry, Reaction};
use crate::archive::{ChannelKind, ChannelMeta, Flags, Ids, MessageType, Person};
use crate::base::id::PersonId;
use crate::base::text::{RawString, count_words};
use crate::base::time::Instant;

/// The row of this format.
pub(super) const FORMAT: Format =
    Format { key: "mattermost", name: "Mattermost bulk export", detect: Detect::File(claim), open };

/// The platform part of ids.
const PLATFORM: &str = "mattermost";
/// Most values looked at in one list of a post.
const MOST_PARTS: usize = 10_000;

fn claim(sample: &Sample) -> Option<Claim> {
    let is_lines = matches!(sample.root, Root::Lines | Root::Object);
    (is_lines && sample.value("type") == Some("version") && sample.has("version"))
        .then(|| Claim::sure("its first line tells the version of a bulk export"))
}

fn open(source: Source, setting: Setting<'_>) -> Result<Box<dyn Export>, ImportError> {
    whole::open(source, setting, read)
}

fn read(reading: &Reading<'_>, transcript: &mut Transcript) -> Result<(), ImportError> {
    let mut bulk = Bulk::default();
    reading.each_text(transcript, |transcript, _, text| {
        transcript.each_line(text, reading.source.limits(), |transcript, line| bulk.line(transcript, line));
        Ok(())
    })?;
    bulk.finish(transcript);
    Ok(())
}

/// What stands over the lines of an export.
#[derive(Debug, Default)]
struct Bulk {
    rooms: HashMap<String, Room>,
    /// Names of channels with the teams that have one, in the order in which they were met.
    teams: BTreeMap<String, Vec<(String, Room)>>,
    unknown: BTreeMap<String, usize>,
}

impl Bulk {
    fn line(&mut self, transcript: &mut Transcript, line: Piece<'_>) {
        let object = Object::of(line);
        let kind = object.text("type");
        let inner = object.object(&kind);
        match kind.as_ref() {
            "channel" => self.channel(transcript, &inner),
            "user" => user(transcript, &inner),
            "bot" => bot(transcript, &inner),
            "direct_channel" => {
                direct(transcript, &inner, "members");
            }
            "post" | "direct_post" if inner.is_empty() => transcript.bad_record("it is a post without anything"),
            "post" => {
                let room = self.room(transcript, &inner.text("team"), &inner.text("channel"));
                post(transcript, room, &inner, line.raw());
            }
            "direct_post" => {
                let room = direct(transcript, &inner, "channel_members");
                post(transcript, room, &inner, line.raw());
            }
            "version" | "role" | "scheme" | "emoji" | "team" | "info" => {}
            other => *self.unknown.entry(other.to_owned()).or_default() += 1,
        }
    }

    fn room(&mut self, transcript: &mut Transcript, team: &str, name: &str) -> Room {
        let id = format!("{team}:{name}");
        if let Some(room) = self.rooms.get(&id) {
            return *room;
        }
        let meta = ChannelMeta { listed: false, ids: Ids::Counted, ..ChannelMeta::named(PLATFORM, &id, name) };
        let room = transcript.room(meta);
        self.rooms.insert(id, room);
        self.teams.entry(name.to_owned()).or_default().push((team.to_owned(), room));
        room
    }

    fn channel(&mut self, transcript: &mut Transcript, channel: &Object<'_>) {
        let room = self.room(transcript, &channel.text("team"), &channel.text("name"));
        let Some(meta) = transcript.meta_mut(room) else { return };
        meta.listed = true;
        meta.topic = RawString::from(channel.text("header").as_ref());
        meta.purpose = RawString::from(channel.text("purpose").as_ref());
        if channel.text("type") == "P" {
            meta.kind = ChannelKind::Private;
        }
    }

    /// Tells channels of one name apart by their teams, and says what was not read.
    fn finish(self, transcript: &mut Transcript) {
        for (name, rooms) in self.teams.iter().filter(|(_, rooms)| rooms.len() > 1) {
            for (team, room) in rooms.iter().skip(1) {
                if let Some(meta) = transcript.meta_mut(*room) {
                    meta.name = RawString::new(format!("{name} ({team})"));
                }
            }
        }
        for (kind, count) in self.unknown {
            let kind = RawString::new(kind);
            let lines = count_words(count, "line", "lines");
            transcript.missing.push(format!("{lines} of the unknown type `{}` were not read", kind.tty_line()));
        }
    }
}

/// A conversation without a name, known by its members.
fn direct(transcript: &mut Transcript, object: &Object<'_>, key: &str) -> Room {
    let names = object.list(key).into_iter().take(MOST_PARTS);
    // Newer exports list the members as objects.
    let mut members: Vec<String> = names
        .map(|piece| match piece.text() {
            Some(name) => name.into_owned(),
            None => Object::of(piece).text("username").into_owned(),
        })
        .filter(|name| !name.is_empty())
        .collect();
    members.sort_unstable();
    members.dedup();
    let name = members.join(", ");
    let meta = ChannelMeta {
        kind: if members.len() > 2 { ChannelKind::GroupDm } else { ChannelKind::Dm },
        ids: Ids::Counted,
        ..ChannelMeta::named(PLATFORM, &format!("direct:{}", members.join(",")), &name)
    };
    transcript.room(meta)
}

fn user(transcript: &mut Transcript, user: &Object<'_>) {
    let username = user.text("username");
    let full = format!("{} {}", user.text("first_name"), user.text("last_name"));
    let nickname = user.text("nickname");
    let name = [nickname.as_ref(), full.trim(), username.as_ref()].into_iter().find(|name| !name.is_empty());
    let text = |key: &str| RawString::from(user.text(key).as_ref());
    transcript.person(Person {
        handle: text("username"),
        title: text("position"),
        email: text("email"),
        is_listed: true,
        is_deleted: user.count("delete_at").is_some_and(|at| at > 0),
        ..Person::unlisted(PersonId::new(PLATFORM, &username), RawString::from(name.unwrap_or_default()))
    });
}

fn bot(transcript: &mut Transcript, bot: &Object<'_>) {
    let username = bot.text("username");
    let name = bot.text("display_name");
    let ix = transcript.user(PLATFORM, &username, &name);
    if let Some(person) = transcript.person_mut(ix) {
        person.is_bot = true;
        person.is_listed = true;
    }
}

fn post(transcript: &mut Transcript, room: Room, post: &Object<'_>, raw: &str) {
    let first = record_of(transcript, post);
    let root_id = first.native_id.clone();
    transcript.push(room, first, raw);
    for reply in post.list("replies") {
        let object = Object::of(reply);
        if object.is_empty() {
            transcript.bad_record("a reply that is no object");
            continue;
        }
        let mut record = record_of(transcript, &object);
        record.thread = Some(root_id.clone());
        record.mark(Flags::REPLY);
        if record.kind == MessageType::Message {
            record.kind = MessageType::Reply;
        }
        transcript.push(room, record, reply.raw());
    }
}

fn record_of(transcript: &mut Transcript, post: &Object<'_>) -> Record {
    let user = post.text("user");
    let message = post.text("message");
    let time = instant(transcript, post, "create_at").unwrap_or_else(|| {
        transcript.warn(Trouble::NoTime, "it has no `create_at`");
        Instant::UNDATED
    });
    let id = format!("{}-{user}-{}", post.text("create_at"), hash_of(&message));
    let mut record = Record::new(id, time);
    record.text = message.into_owned();
    let props = post.object("props");
    add_attachments(&mut record, &props);
    author(transcript, &mut record, &user, &props);
    mark(transcript, &mut record, post);
    record.kind = kind_of_post(&record, post, &user);
    record
}

/// A time in milliseconds; 0 stands for none.
fn instant(transcript: &Transcript, object: &Object<'_>, key: &str) -> Option<Instant> {
    let text = object.text(key);
    let (at, _) = Unit::Millis.instant(number(&text)?)?;
    (at.micros() > 0).then(|| transcript.skewed(at))
}

fn hash_of(message: &str) -> String {
    blake3::hash(message.as_bytes()).to_hex().chars().take(8).collect()
}

/// Webhooks post for a user under another name; each name is an author of its own.
fn author(transcript: &mut Transcript, record: &mut Record, user: &str, props: &Object<'_>) {
    let is_program = ["from_webhook", "from_bot"].iter().any(|key| props.text(key) == "true" || props.is_true(key));
    let shown = props.text("override_username");
    let ix = if shown.is_empty() || !is_program {
        if user.is_empty() {
            return;
        }
        transcript.user(PLATFORM, user, "")
    } else {
        let id = format!("{user}:{}", crate::base::id::slug(&shown));
        transcript.user(PLATFORM, &id, &shown)
    };
    record.author = Some(ix);
    if is_program {
        if let Some(person) = transcript.person_mut(ix) {
            person.is_bot = true;
        }
        record.mark(Flags::BOT.with(Flags::BOT_ID));
    } else if transcript.person_at(ix).is_some_and(|person| person.is_bot) {
        record.mark(Flags::BOT);
    }
}

/// What an integration shows below its text.
fn add_attachments(record: &mut Record, props: &Object<'_>) {
    let mut shown: Vec<String> = Vec::new();
    for attachment in props.list("attachments").into_iter().take(MOST_PARTS).map(Object::of) {
        let before = shown.len();
        shown.extend(["pretext", "title", "text"].map(|key| attachment.text(key).into_owned()));
        for field in attachment.list("fields").into_iter().take(MOST_PARTS).map(Object::of) {
            shown.push(format!("{}: {}", field.text("title"), field.text("value")));
        }
        shown.retain(|text| !text.trim().is_empty());
        if shown.len() == before {
            shown.push(attachment.text("fallback").into_owned());
        }
    }
    chat::add_all_below(record, shown);
}

fn mark(transcript: &mut Transcript, record: &mut Record, post: &Object<'_>) {
    if let Some(at) = instant(transcript, post, "edit_at") {
        record.mark(Flags::EDITED);
        record.extras().edited = Some(at);
    }
    if let Some(at) = instant(transcript, post, "delete_at") {
        record.extras().deleted_at = Some(at);
    }
    links::note(record);
    let reactions = reactions(transcript, post);
    chat::add_reactions(record, reactions);
    let files: Vec<FileEntry> = post.list("attachments").into_iter().take(MOST_PARTS).map(file).collect();
    chat::add_files(record, files);
    let kind = post.text("type");
    if !kind.is_empty() {
        record.extras().subtype = Some(RawString::from(kind.as_ref()));
    }
}

fn file(piece: Piece<'_>) -> FileEntry {
    let path = Object::of(piece).text("path").into_owned();
    let name = path.rsplit('/').next().unwrap_or(&path);
    FileEntry { name: RawString::from(name), link: RawString::from(path.as_str()), ..FileEntry::default() }
}

fn reactions(transcript: &mut Transcript, post: &Object<'_>) -> Vec<Reaction> {
    let mut reactions: Vec<Reaction> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for reaction in post.list("reactions").into_iter().take(MOST_PARTS).map(Object::of) {
        let name = reaction.text("emoji_name").into_owned();
        let at = *places.entry(name.clone()).or_insert_with(|| {
            reactions.push(Reaction { name: RawString::new(name), people: Vec::new(), count: 0 });
            reactions.len() - 1
        });
        let user = reaction.text("user");
        let person = (!user.is_empty()).then(|| transcript.user(PLATFORM, &user, ""));
        if let Some(known) = reactions.get_mut(at) {
            known.count += 1;
            known.people.extend(person);
        }
    }
    reactions
}

fn kind_of_post(record: &Record, post: &Object<'_>, user: &str) -> MessageType {
    let extras = record.extras.as_deref();
    if extras.is_some_and(|extras| extras.deleted_at.is_some()) {
        return MessageType::Deleted;
    }
    let has_files = record.flags.has(Flags::FILE);
    kind_of(&post.text("type")).or_else(|| kind_of_words(&record.text, user)).unwrap_or({
        if has_files && post.text("message").trim().is_empty() {
            MessageType::File
        } else if record.flags.has(Flags::BOT) {
            MessageType::Bot
        } else {
            MessageType::Message
        }
    })
}

/// The kind that a type of Mattermost's own posts tells; none for plain posts.
pub(super) fn kind_of(word: &str) -> Option<MessageType> {
    match word.strip_prefix("system_")? {
        "join_channel" | "add_to_channel" | "join_team" | "add_to_team" | "guest_join_channel" | "join_leave" => {
            Some(MessageType::Join)
        }
        "leave_channel" | "remove_from_channel" | "leave_team" | "remove_from_team" => Some(MessageType::Leave),
        "header_change"
        | "displayname_change"
        | "purpose_change"
        | "channel_deleted"
        | "channel_restored"
        | "convert_channel"
        | "change_chan_privacy" => Some(MessageType::Topic),
        _ => None,
    }
}

/// Old exports tell a join by its English sentence alone.
fn kind_of_words(text: &str, user: &str) -> Option<MessageType> {
    let by_user = text.strip_prefix(user).filter(|_| !user.is_empty()).unwrap_or_default();
    let was_added = text.strip_suffix('.').and_then(|text| text.strip_suffix(user));
    match by_user {
        " joined the channel." | " joined the team." => Some(MessageType::Join),
        " left the channel." | " left the team." => Some(MessageType::Leave),
        _ if was_added.is_some_and(|text| !user.is_empty() && text.ends_with(" added to the channel by ")) => {
            Some(MessageType::Join)
        }
        _ => None,
    }
}
