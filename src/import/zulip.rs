//! Zulip: what zulip-archive writes, an organisation's own export, and messages as the API gives them.
//!
//! A stream is a channel and a topic is a thread: the first message of a topic is the root of the
//! others and begins with the topic's name. Facts from Zulip's and zulip-archive's sources, one public
//! archive and one converted export; the API pages are synthetic only.

mod archive;
mod realm;

use std::sync::Arc;

use super::ImportError;
use super::chat;
use super::clock::Unit;
use super::format::{Claim, Detect, Format};
use super::html;
use super::json::{Object, Piece};
use super::links;
use super::report::Trouble;
use super::sample::Sample;
use super::whole::{self, Reading, Room, Transcript};
use crate::archive::builder::Record;
use crate::archive::{ChannelKind, ChannelMeta, PersonIx, Quality, Version};
use crate::base::id::ChannelId;
use crate::base::text::RawString;
use crate::base::time::Instant;

const PLATFORM: &str = "zulip";

pub(super) const ARCHIVE: Format = Format {
    key: "zulip-archive",
    name: "Zulip archive",
    detect: Detect::File(archive::claim),
    open: |source, setting| whole::open(source, setting, archive::read),
};

pub(super) const EXPORT: Format = Format {
    key: "zulip-export",
    name: "Zulip export",
    detect: Detect::File(realm::claim),
    open: |source, setting| whole::open(source, setting, realm::read),
};

pub(super) const API: Format = Format {
    key: "zulip-api",
    name: "Zulip messages",
    detect: Detect::File(claim),
    open: |source, setting| whole::open(source, setting, read),
};

fn claim(sample: &Sample) -> Option<Claim> {
    let is_told = ["messages[].", "[].", "message.", ""].iter().any(|prefix| {
        ["sender_full_name", "sender_id", "content", "display_recipient"]
            .iter()
            .all(|key| sample.has(&format!("{prefix}{key}")))
    });
    is_told.then(|| Claim::sure("its messages have sender_full_name and display_recipient"))
}

/// A stream as a channel.
fn stream(transcript: &mut Transcript, id: &str, name: &str, is_private: bool) -> Room {
    let mut meta = ChannelMeta::named(PLATFORM, if id.is_empty() { name } else { id }, name);
    if is_private {
        meta.kind = ChannelKind::Private;
    }
    transcript.room_as_told(meta)
}

/// Makes threads of topics in all of these channels, and lets each root begin with its topic.
fn join_topics(transcript: &mut Transcript, rooms: &[Room]) {
    for &room in rooms {
        chat::join_topics(transcript, room, |root, topic| {
            let gap = if root.text.is_empty() { "" } else { "\n" };
            root.text.insert_str(0, &format!("{topic}{gap}"));
            if let Some(from) = root.extras.as_mut().and_then(|extras| Arc::make_mut(extras).attachment_from.as_mut()) {
                *from += (topic.len() + gap.len()) as u32;
            }
        });
    }
}

/// The words of a message: HTML as a reader sees it.
fn show(record: &mut Record, content: &str) -> Vec<html::Mention> {
    let shown = html::plain(content);
    record.text = shown.text;
    record.extras().links = shown.links;
    shown.mentions
}

fn mention(transcript: &mut Transcript, record: &mut Record, mentions: Vec<html::Mention>) {
    for told in mentions {
        // `*` stands for everybody.
        if told.id.bytes().all(|byte| byte.is_ascii_digit()) && !told.id.is_empty() {
            let person = transcript.user(PLATFORM, &told.id, &told.label);
            chat::mention(record, person);
        }
    }
}

/// The time of a record without a readable one.
fn undated(transcript: &mut Transcript) -> (Instant, Quality) {
    transcript.warn(Trouble::NoTime, "its time is no number of seconds");
    (Instant::UNDATED, Quality::EXACT)
}

/// The texts that a message had before, as its history tells; newest first there, and each told with
/// the time at which it was replaced. Says whether any text was changed at all.
fn versions(
    transcript: &Transcript,
    record: &mut Record,
    history: &[Object<'_>],
    to_plain: fn(&str) -> String,
) -> bool {
    let posted = record.time;
    let mut texts: Vec<(Instant, String)> = Vec::new();
    for edit in history {
        let before = ["prev_rendered_content", "prev_content"].map(|key| edit.text(key).into_owned());
        let Some(text) = before.into_iter().find(|text| !text.is_empty()) else { continue };
        let replaced = Unit::Seconds.read(&edit.text("timestamp")).map(|(at, _)| transcript.skewed(at));
        texts.push((replaced.unwrap_or(posted), to_plain(&text)));
    }
    texts.reverse();
    let mut written = posted;
    for (replaced, text) in &texts {
        record.extras().versions.push(Version { at: written, text: RawString::from(text.as_str()) });
        written = *replaced;
    }
    if !texts.is_empty() {
        record.extras().edited = Some(written);
    }
    !texts.is_empty()
}

fn read(reading: &Reading<'_>, transcript: &mut Transcript) -> Result<(), ImportError> {
    let limits = reading.source.limits();
    let mut rooms = Vec::new();
    reading.each_text(transcript, |transcript, _, text| {
        let take = |transcript: &mut Transcript, piece| rooms.extend(api_message(transcript, piece));
        chat::each_of(transcript, text, &["messages"], limits, take);
        Ok(())
    })?;
    rooms.sort_unstable();
    rooms.dedup();
    join_topics(transcript, &rooms);
    Ok(())
}

/// One message as the API gives it; its channel when its topic is to be a thread.
fn api_message(transcript: &mut Transcript, piece: Piece<'_>) -> Option<Room> {
    let outer = Object::of(piece);
    let wrapped = outer.object("message");
    let message = if wrapped.is_empty() { outer } else { wrapped };
    let id = message.text("id");
    if id.is_empty() {
        transcript.bad_record("a message without an id");
        return None;
    }
    let time = Unit::Seconds.read(&message.text("timestamp"));
    let (time, quality) = time.unwrap_or_else(|| undated(transcript));
    let mut record = Record::new(id, transcript.skewed(time));
    record.quality = quality;
    record.author = Some(transcript.user(PLATFORM, &message.text("sender_id"), &message.text("sender_full_name")));
    let content = message.text("content");
    if message.text("content_type") == "text/x-markdown" {
        record.text = content.into_owned();
        links::note(&mut record);
    } else {
        let mentions = show(&mut record, &content);
        mention(transcript, &mut record, mentions);
    }
    let history: Vec<Object<'_>> = message.list("edit_history").into_iter().map(Object::of).collect();
    let is_edited = versions(transcript, &mut record, &history, |html| html::plain(html).text);
    if let Some((at, _)) = Unit::Seconds.read(&message.text("last_edit_timestamp"))
        && (is_edited || history.is_empty())
    {
        record.extras().edited = Some(transcript.skewed(at));
    }
    for reaction in message.list("reactions") {
        let reaction = Object::of(reaction);
        let user = [reaction.text("user_id"), reaction.object("user").text("id")];
        let person = user.iter().find(|id| !id.is_empty()).map(|id| transcript.user(PLATFORM, id, ""));
        chat::react(&mut record, &reaction.text("emoji_name"), person);
    }
    let room = api_room(transcript, &message);
    let topic = ["topic", "subject"].map(|key| message.text(key)).into_iter().find(|topic| !topic.is_empty());
    chat::settle(&mut record);
    record.thread = topic.map(std::borrow::Cow::into_owned);
    transcript.push(room, record, piece.raw());
    Some(room)
}

/// The stream of a message, or the people whom a private one went to.
fn api_room(transcript: &mut Transcript, message: &Object<'_>) -> Room {
    let recipients = message.list("display_recipient");
    if recipients.is_empty() {
        return stream(transcript, &message.text("stream_id"), &message.text("display_recipient"), false);
    }
    let mut people: Vec<(String, PersonIx)> = Vec::new();
    for recipient in recipients {
        let recipient = Object::of(recipient);
        let id = recipient.text("id").into_owned();
        let person = transcript.user(PLATFORM, &id, &recipient.text("full_name"));
        people.push((id, person));
    }
    conversation(transcript, people)
}

/// A private conversation, known by who takes part.
fn conversation(transcript: &mut Transcript, mut people: Vec<(String, PersonIx)>) -> Room {
    people.sort_by_key(|(id, _)| (id.len(), id.clone()));
    people.dedup();
    let ids: Vec<&str> = people.iter().map(|(id, _)| id.as_str()).collect();
    let names = people.iter().filter_map(|(_, person)| transcript.person_at(*person));
    let names: Vec<&str> = names.map(|person| person.name.unsanitised()).collect();
    let meta = ChannelMeta {
        id: ChannelId::new(PLATFORM, &format!("dm-{}", ids.join("-"))),
        kind: if people.len() > 2 { ChannelKind::GroupDm } else { ChannelKind::Dm },
        ..ChannelMeta::named(PLATFORM, "", &names.join(", "))
    };
    transcript.room(meta)
}

/// What Zulip's own program says of a channel is no message of a person.
fn is_notice(sender: &str) -> bool {
    matches!(sender, "Notification Bot" | "notification-bot@zulip.com")
}
