//! What the content of a message event says: words, files, calls, polls.

use crate::archive::builder::Record;
use crate::archive::{FileEntry, Flags, MessageType};
use crate::base::text::RawString;
use crate::import::json::{Object, Piece};
use crate::import::whole::Transcript;
use crate::import::{chat, links};

use super::PLATFORM;

/// The words of a reply without the quoted words of the message that it answers.
pub(super) fn without_fallback(body: &str) -> &str {
    let mut rest = body;
    while rest.starts_with("> ") {
        rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
    }
    // Without an empty line behind it, a quote is the sender's own.
    if rest.len() == body.len() { body } else { rest.strip_prefix('\n').unwrap_or(body) }
}

/// The message that begins the thread of this one, or that it answers.
pub(super) fn above(content: &Object<'_>) -> Option<String> {
    let relation = content.object("m.relates_to");
    let thread = if relation.text("rel_type") == "m.thread" { relation.text("event_id") } else { "".into() };
    let answered = relation.object("m.in_reply_to").text("event_id");
    [thread, answered].into_iter().find(|id| !id.is_empty()).map(std::borrow::Cow::into_owned)
}

/// Fills a record of an event that is no state of the room.
pub(super) fn fill(transcript: &mut Transcript, kind: &str, content: &Object<'_>, record: &mut Record) {
    match kind {
        "m.room.message" | "m.sticker" => words(transcript, content, record),
        "m.room.encrypted" => {
            "(encrypted, cannot be read)".clone_into(&mut record.text);
            record.extras().subtype = Some(RawString::from(kind));
        }
        _ => {
            record.text = other_words(kind, content);
            if kind.starts_with("m.call.") || kind.contains(".call.") {
                record.kind = MessageType::Call;
            }
            record.extras().subtype = Some(RawString::from(kind));
        }
    }
}

fn words(transcript: &mut Transcript, content: &Object<'_>, record: &mut Record) {
    let body = content.text("body");
    let is_reply = !content.object("m.relates_to").object("m.in_reply_to").is_empty();
    let kind = content.text("msgtype");
    record.text = if is_reply { without_fallback(&body).to_owned() } else { body.into_owned() };
    match kind.as_ref() {
        "m.notice" => record.mark(Flags::BOT),
        "m.emote" => record.extras().subtype = Some(RawString::from("m.emote")),
        "m.image" | "m.file" | "m.audio" | "m.video" => file(content, record),
        _ => {}
    }
    links::note(record);
    for user in content.object("m.mentions").list("user_ids").into_iter().filter_map(Piece::text) {
        let person = transcript.user(PLATFORM, &user, "");
        chat::mention(record, person);
    }
}

/// A file; its body is its name, and its caption where the name stands apart.
fn file(content: &Object<'_>, record: &mut Record) {
    let name = content.text("filename");
    let is_named_apart = !name.is_empty() && name != record.text;
    let name = if is_named_apart { name.into_owned() } else { std::mem::take(&mut record.text) };
    let link = [content.text("url"), content.object("file").text("url")].into_iter().find(|link| !link.is_empty());
    record.extras().files.push(FileEntry {
        name: RawString::new(name),
        size: content.object("info").count("size"),
        link: RawString::from(link.unwrap_or_default().as_ref()),
        gone: None,
    });
}

/// What an event of another kind says: a poll's question, a call's end, else its kind.
fn other_words(kind: &str, content: &Object<'_>) -> String {
    let poll = ["m.poll.start", "org.matrix.msc3381.poll.start", "m.poll"].map(|key| content.object(key));
    if let Some(poll) = poll.iter().find(|poll| !poll.is_empty()) {
        let mut lines = vec![text_of(&poll.object("question"))];
        lines.extend(poll.list("answers").into_iter().map(|answer| format!("• {}", text_of(&Object::of(answer)))));
        return lines.join("\n");
    }
    let said = [content.text("body"), content.text("reason")].into_iter().find(|said| !said.is_empty());
    let name = match kind {
        "m.call.invite" => "call started",
        "m.call.answer" => "call answered",
        "m.call.hangup" => "call ended",
        "m.call.reject" => "call refused",
        other => other,
    };
    said.map_or_else(
        || name.to_owned(),
        |said| if kind.starts_with("m.call.") { format!("{name}: {said}") } else { said.into_owned() },
    )
}

/// A text of the extensible kind: plain, or under one of its keys.
fn text_of(told: &Object<'_>) -> String {
    let keys = ["body", "org.matrix.msc1767.text", "m.text"];
    let found = keys.iter().map(|key| told.text(key)).find(|text| !text.is_empty());
    found.unwrap_or_default().into_owned()
}

#[cfg(test)]
mod tests {
    use super::without_fallback;

    #[test]
    fn the_quoted_words_of_a_reply_are_left_out() {
        assert_eq!(without_fallback("> <@runa:mail.example> slow\n> again\n\non it"), "on it");
        assert_eq!(without_fallback("plain\n\nwords"), "plain\n\nwords");
        assert_eq!(without_fallback("> my own quote\nand more"), "> my own quote\nand more");
    }
}
