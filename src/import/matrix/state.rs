//! What changed about a room: who came and went, its name, its topic, its settings.

use super::PLATFORM;
use crate::archive::MessageType;
use crate::archive::builder::Record;
use crate::base::text::RawString;
use crate::import::json::Object;
use crate::import::whole::Transcript;

/// Fills a record of an event that is state of the room.
pub(super) fn fill(transcript: &mut Transcript, event: &Object<'_>, content: &Object<'_>, record: &mut Record) {
    let kind = event.text("type");
    record.kind = MessageType::Topic;
    if kind == "m.room.member" {
        return membership(transcript, event, content, record);
    }
    let (what, key) = match kind.as_ref() {
        "m.room.name" => ("name", "name"),
        "m.room.topic" => ("topic", "topic"),
        "m.room.canonical_alias" => ("address", "alias"),
        "m.room.join_rules" => ("rules for joining", "join_rule"),
        "m.room.history_visibility" => ("visibility of its history", "history_visibility"),
        _ => ("", ""),
    };
    record.text = match what {
        "" if kind == "m.room.create" => "created the room".to_owned(),
        "" => kind.trim_start_matches("m.room.").replace(['_', '.'], " "),
        what => format!("changed the {what} to {}", content.text(key)),
    };
    record.extras().subtype = Some(RawString::from(kind.as_ref()));
}

/// Somebody came, went or took another name; the newest name told of somebody holds.
fn membership(transcript: &mut Transcript, event: &Object<'_>, content: &Object<'_>, record: &mut Record) {
    let (sender, subject) = (event.text("sender"), event.text("state_key"));
    let name = content.text("displayname");
    let person = transcript.user(PLATFORM, &subject, "");
    if let Some(person) = transcript.person_mut(person).filter(|_| !name.is_empty()) {
        person.name = RawString::from(name.as_ref());
    }
    let by = (sender != subject).then(|| transcript.user(PLATFORM, &sender, ""));
    let previous = [event.object("prev_content"), event.object("unsigned").object("prev_content")];
    let previous = previous.into_iter().find(|content| !content.is_empty()).unwrap_or_default();
    let was = previous.text("membership");
    record.author = Some(person);
    let (kind, text) = match content.text("membership").as_ref() {
        "join" if was == "join" => (MessageType::Topic, renamed(&previous.text("displayname"), &name)),
        "join" => (MessageType::Join, "joined".to_owned()),
        "leave" if was == "invite" => (MessageType::Topic, "refused the invitation".to_owned()),
        "leave" if by.is_some() => (MessageType::Leave, "was removed".to_owned()),
        "leave" => (MessageType::Leave, "left".to_owned()),
        "ban" => (MessageType::Leave, "was banned".to_owned()),
        "invite" => (MessageType::Topic, "was invited".to_owned()),
        other => (MessageType::Topic, format!("membership: {other}")),
    };
    let reason = content.text("reason");
    record.text = if reason.is_empty() { text } else { format!("{text}: {reason}") };
    record.kind = kind;
    record.extras().inviter = by;
    if kind == MessageType::Topic {
        record.extras().subtype = Some(RawString::from("m.room.member"));
    }
}

fn renamed(before: &str, name: &str) -> String {
    if before == name || name.is_empty() {
        return "changed the profile".to_owned();
    }
    format!("is now called {name}")
}
