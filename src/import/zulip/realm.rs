//! An organisation's own export: tables as the server keeps them, messages in files beside.
//!
//! A message names a recipient; the recipient is a stream, a person or a group. Private messages stand
//! in the conversation of those who take part in it.

use std::collections::{BTreeSet, HashMap};

use super::{PLATFORM, conversation, is_notice, join_topics, mention, show, stream, undated, versions};
use crate::archive::builder::Record;
use crate::archive::{Flags, Person, PersonIx};
use crate::base::id::PersonId;
use crate::base::text::RawString;
use crate::base::time::Zone;
use crate::import::ImportError;
use crate::import::clock::Unit;
use crate::import::format::Claim;
use crate::import::json::{Object, Piece, from_key, list_of};
use crate::import::report::Trouble;
use crate::import::sample::Sample;
use crate::import::whole::{Reading, Room, Transcript};
use crate::import::{chat, links};

pub(super) fn claim(sample: &Sample) -> Option<Claim> {
    let is_list = ["zerver_message", "zerver_userprofile", "zerver_realm", "zerver_recipient", "zerver_stream"];
    if is_list.iter().any(|key| sample.has(key)) {
        return Some(Claim::sure("it holds tables of a Zulip server"));
    }
    let is_beside = sample.text.trim_start().starts_with("{\"zerver_") || sample.has("zerver_attachment");
    is_beside.then(|| Claim::likely("it holds a table of a Zulip server"))
}

/// Where a recipient leads to.
enum Recipient {
    Person(String),
    Stream(String),
    Group(Vec<String>),
}

/// What the tables beside the messages tell.
#[derive(Default)]
struct Tables {
    people: HashMap<String, PersonIx>,
    programs: BTreeSet<String>,
    streams: HashMap<String, (String, bool)>,
    recipients: HashMap<String, Recipient>,
    /// Reactions by message: the emoji and who reacted.
    reactions: HashMap<String, Vec<(String, String)>>,
}

pub(super) fn read(reading: &Reading<'_>, transcript: &mut Transcript) -> Result<(), ImportError> {
    let is_realm = |name: &str| name.rsplit('/').next() == Some("realm.json");
    let (realms, messages): (Vec<_>, Vec<_>) =
        reading.source.entries().iter().cloned().partition(|entry| is_realm(&entry.name));
    let mut tables = Tables::default();
    for realm in &realms {
        if let Some(text) = reading.text(realm, transcript) {
            tables.take(transcript, &Object::of(Piece::new(&text)));
        }
    }
    if tables.people.is_empty() {
        let first = messages.first().map_or("", |entry| entry.name.as_str());
        let reason = "realm.json is not beside the messages, so people and streams are known by number only";
        transcript.warnings.add(Trouble::MissingList, first, None, reason);
    }
    let source = reading.source.only(messages);
    let messages = Reading { source: &source, setting: reading.setting };
    let mut rooms = BTreeSet::new();
    messages.each_text(transcript, |transcript, _, text| {
        let start = text.trim_start();
        if let Some(list) = from_key(start, "zerver_message") {
            transcript.each_record(list, reading.source.limits(), |transcript, piece| {
                rooms.extend(message(transcript, &tables, piece));
            });
        }
        Ok(())
    })?;
    let rooms: Vec<Room> = rooms.into_iter().collect();
    join_topics(transcript, &rooms);
    Ok(())
}

impl Tables {
    fn take(&mut self, transcript: &mut Transcript, realm: &Object<'_>) {
        for table in ["zerver_userprofile", "zerver_userprofile_mirrordummy", "zerver_userprofile_crossrealm"] {
            for user in realm.list(table) {
                self.person(transcript, &Object::of(user));
            }
        }
        for told in realm.list("zerver_stream") {
            let told = Object::of(told);
            let entry = (told.text("name").into_owned(), told.is_true("invite_only"));
            let id = told.text("id");
            // Streams without messages are channels too.
            stream(transcript, &id, &entry.0, entry.1);
            self.streams.insert(id.into_owned(), entry);
        }
        let mut members: HashMap<String, Vec<String>> = HashMap::new();
        for told in realm.list("zerver_subscription") {
            let told = Object::of(told);
            let user = told.text("user_profile").into_owned();
            members.entry(told.text("recipient").into_owned()).or_default().push(user);
        }
        for told in realm.list("zerver_recipient") {
            let told = Object::of(told);
            let (id, target) = (told.text("id").into_owned(), told.text("type_id").into_owned());
            let recipient = match told.text("type").as_ref() {
                "1" => Recipient::Person(target),
                "2" => Recipient::Stream(target),
                _ => Recipient::Group(members.remove(&id).unwrap_or_default()),
            };
            self.recipients.insert(id, recipient);
        }
        for told in realm.list("zerver_reaction") {
            let told = Object::of(told);
            let said = (told.text("emoji_name").into_owned(), told.text("user_profile").into_owned());
            self.reactions.entry(told.text("message").into_owned()).or_default().push(said);
        }
    }

    fn person(&mut self, transcript: &mut Transcript, user: &Object<'_>) {
        let (id, name) = (user.text("id"), user.text("full_name"));
        let email = ["delivery_email", "email"].map(|key| user.text(key));
        let email = email.into_iter().find(|email| !email.is_empty()).unwrap_or_default();
        let name = if name.is_empty() { email.clone() } else { name };
        let mut person = Person::unlisted(PersonId::new(PLATFORM, &id), RawString::from(name.as_ref()));
        person.email = RawString::from(email.as_ref());
        person.is_bot = user.is_true("is_bot") || is_notice(&email);
        person.zone = Some(user.text("timezone")).filter(|zone| !zone.is_empty()).and_then(|zone| Zone::parse(&zone));
        person.is_deleted = user.get("is_active").and_then(Piece::truth) == Some(false);
        person.is_listed = true;
        if person.is_bot {
            self.programs.insert(id.clone().into_owned());
        }
        self.people.insert(id.into_owned(), transcript.person(person));
    }

    fn someone(&self, transcript: &mut Transcript, id: &str) -> PersonIx {
        self.people.get(id).copied().unwrap_or_else(|| transcript.user(PLATFORM, id, ""))
    }

    fn room(&self, transcript: &mut Transcript, recipient: &str, sender: &str) -> (Room, bool) {
        let ids = match self.recipients.get(recipient) {
            Some(Recipient::Stream(id)) => {
                let (name, is_private) = self.streams.get(id).cloned().unwrap_or_else(|| (id.clone(), false));
                return (stream(transcript, id, &name, is_private), true);
            }
            Some(Recipient::Person(id)) => vec![id.clone(), sender.to_owned()],
            Some(Recipient::Group(ids)) if !ids.is_empty() => ids.clone(),
            _ => return (stream(transcript, &format!("recipient-{recipient}"), recipient, true), true),
        };
        let people = ids.into_iter().map(|id| (id.clone(), self.someone(transcript, &id))).collect();
        (conversation(transcript, people), false)
    }
}

/// One message; its channel when its topic is to be a thread.
fn message(transcript: &mut Transcript, tables: &Tables, piece: Piece<'_>) -> Option<Room> {
    let fields = Object::of(piece);
    let (id, sender) = (fields.text("id"), fields.text("sender"));
    if id.is_empty() {
        transcript.bad_record("a message without an id");
        return None;
    }
    let sent = ["date_sent", "pub_date"].map(|key| fields.text(key));
    let sent = sent.iter().find_map(|digits| Unit::Seconds.read(digits));
    let (time, quality) = sent.unwrap_or_else(|| undated(transcript));
    let mut record = Record::new(id.as_ref(), transcript.skewed(time));
    record.quality = quality;
    record.author = (!sender.is_empty()).then(|| tables.someone(transcript, &sender));
    if tables.programs.contains(sender.as_ref()) {
        record.mark(Flags::BOT.with(Flags::BOT_ID));
    }
    let rendered = fields.text("rendered_content");
    if rendered.trim().is_empty() {
        record.text = fields.text("content").into_owned();
        links::note(&mut record);
    } else {
        let mentions = show(&mut record, &rendered);
        mention(transcript, &mut record, mentions);
    }
    edits(transcript, &fields, &mut record);
    for (emoji, user) in tables.reactions.get(id.as_ref()).into_iter().flatten() {
        let person = tables.someone(transcript, user);
        chat::react(&mut record, emoji, Some(person));
    }
    let (room, has_topics) = tables.room(transcript, &fields.text("recipient"), &sender);
    chat::settle(&mut record);
    let topic = fields.text("subject");
    if has_topics && !topic.is_empty() {
        record.thread = Some(topic.into_owned());
    }
    transcript.push(room, record, piece.raw());
    Some(room)
}

/// Edits of the words count as such; a message that only moved to another topic says the same.
fn edits(transcript: &Transcript, fields: &Object<'_>, record: &mut Record) {
    let told = fields.text("edit_history");
    let history: Vec<Object<'_>> = match fields.get("edit_history") {
        Some(list) if list.is_list() => list_of(list).into_iter().map(Object::of).collect(),
        _ => list_of(Piece::new(&told)).into_iter().map(Object::of).collect(),
    };
    let is_edited = versions(transcript, record, &history, str::to_owned);
    if let Some((at, _)) = Unit::Seconds.read(&fields.text("last_edit_time"))
        && (is_edited || history.is_empty())
    {
        record.extras().edited = Some(transcript.skewed(at));
    }
}
