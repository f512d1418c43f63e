//! What Teams itself notes in a channel: who came and went, calls, names changed.
//!
//! What happened stands in `eventDetail`, by its `@odata.type`; dumps that lose the type may still
//! hold one filled key. Where neither is left, it is only called a system event.

use super::{Fields, PLATFORM, identity};
use crate::archive::builder::Record;
use crate::archive::{Huddle, MessageType, PersonIx};
use crate::base::text::RawString;
use crate::base::time::{HOUR, Instant, MINUTE, SECOND, duration_words};
use crate::import::markup;
use crate::import::whole::Transcript;

/// Whether a message is none of a person or program.
pub(super) fn is_event(fields: &Fields<'_>) -> bool {
    let kind = fields.text("messageType");
    let is_message = kind.is_empty() || kind.eq_ignore_ascii_case("message");
    !is_message || fields.object("body").text("content").trim() == "<systemEventMessage/>"
}

/// Says what happened.
pub(super) fn fill(transcript: &mut Transcript, fields: &Fields<'_>, record: &mut Record) {
    let detail = fields.object("eventDetail");
    let (name, inner) = event_of(&detail);
    let initiator = identity(transcript, &detail.object("initiator")).map(|(person, _)| person);
    let members = people_in(transcript, &inner, "members", None);
    record.kind = kind_of(&name);
    record.author = initiator.or_else(|| identity(transcript, &fields.object("from")).map(|(person, _)| person));
    if let ([member], MessageType::Join | MessageType::Leave) = (members.as_slice(), record.kind) {
        record.extras().inviter = initiator.filter(|initiator| initiator != member);
        record.author = Some(*member);
    }
    let huddle = (name == "callEnded").then(|| call(transcript, &inner, record.time));
    let people = huddle.as_ref().map_or(&members, |huddle| &huddle.people);
    record.text = words(transcript, &name, &inner, people);
    record.extras().subtype = (!name.is_empty()).then(|| RawString::from(name.as_str()));
    let link = [inner.text("callRecordingUrl"), inner.text("callTranscriptUrl")];
    for link in link.iter().filter(|link| link.starts_with("http")) {
        markup::note_link(link, &mut record.extras().links);
    }
    if huddle.is_some() {
        record.extras().huddle = huddle.map(Box::new);
    }
}

/// The name of an event without its wrapping, and what is told of it.
fn event_of<'a>(detail: &Fields<'a>) -> (String, Fields<'a>) {
    let told = detail.text("@odata.type");
    let name = told.rsplit('.').next().unwrap_or_default().trim_end_matches("EventMessageDetail");
    if !name.is_empty() {
        return (name.to_owned(), detail.clone());
    }
    for (key, value) in detail.0.iter() {
        if !value.is_null() && value.is_object() && !key.eq_ignore_ascii_case("initiator") {
            let mut letters = key.chars();
            let first = letters.next().map(|c| c.to_ascii_lowercase());
            return (first.into_iter().chain(letters).collect(), Fields::of(value));
        }
    }
    (String::new(), detail.clone())
}

fn kind_of(name: &str) -> MessageType {
    match name {
        "membersAdded" | "membersJoined" => MessageType::Join,
        "membersDeleted" | "membersLeft" => MessageType::Leave,
        _ if name.starts_with("call") => MessageType::Call,
        _ => MessageType::Topic,
    }
}

/// The people of a list, each in an identity set under `within` or as such.
fn people_in(transcript: &mut Transcript, fields: &Fields<'_>, list: &str, within: Option<&str>) -> Vec<PersonIx> {
    let mut people: Vec<PersonIx> = Vec::new();
    for piece in fields.list(list) {
        let told = Fields::of(piece);
        let set = within.map_or_else(|| told.clone(), |key| told.object(key));
        let person = match (set.text("id"), set.text("displayName")) {
            (id, _) if id.is_empty() => identity(transcript, &set).map(|(person, _)| person),
            (id, name) => Some(transcript.user(PLATFORM, &id, &name)),
        };
        people.extend(person.filter(|person| !people.contains(person)));
    }
    people
}

/// `members added: Runa Halvorik`, `channel renamed: search-ops`.
fn words(transcript: &Transcript, name: &str, inner: &Fields<'_>, people: &[PersonIx]) -> String {
    if name.is_empty() {
        return "system event".to_owned();
    }
    let mut said = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            said.push(' ');
        }
        said.push(c.to_ascii_lowercase());
    }
    let mut told: Vec<String> = duration(&inner.text("callDuration")).map(duration_words).into_iter().collect();
    let names = people.iter().filter_map(|&person| transcript.person_at(person));
    told.extend(names.map(|person| person.name.unsanitised().to_owned()));
    for key in [
        "channelDisplayName",
        "chatDisplayName",
        "teamDisplayName",
        "channelDescription",
        "teamDescription",
        "tabName",
        "teamsAppDisplayName",
        "callRecordingDisplayName",
    ] {
        told.extend(Some(inner.text(key)).filter(|text| !text.is_empty()));
    }
    if told.is_empty() { said } else { format!("{said}: {}", told.join(", ")) }
}

fn call(transcript: &mut Transcript, inner: &Fields<'_>, end: Instant) -> Huddle {
    let length = duration(&inner.text("callDuration")).unwrap_or_default();
    let people = people_in(transcript, inner, "callParticipants", Some("participant"));
    Huddle { start: end.plus(-length), end: Some(end), people }
}

/// `PT1H2M3.5S` in microseconds.
fn duration(text: &str) -> Option<i64> {
    let mut rest = text.strip_prefix("PT")?;
    let mut length = 0_i64;
    while let Some(at) = rest.find(|c: char| c.is_ascii_alphabetic()) {
        let (number, unit) = (rest.get(..at)?, rest.get(at..=at)?);
        let whole: i64 = number.split('.').next()?.parse().ok()?;
        let unit = match unit {
            "H" => HOUR,
            "M" => MINUTE,
            "S" => SECOND,
            _ => return None,
        };
        length = length.checked_add(whole.checked_mul(unit)?)?;
        rest = rest.get(at + 1..)?;
    }
    Some(length)
}
