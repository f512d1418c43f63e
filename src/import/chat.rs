//! What chat formats do alike once the parts of a message are read: its marks, its type, what stands
//! below its words, and the topics that stand for threads.
//!
//! A format fills a record and hands it to [`settle`] last; nothing here looks at a source.

use std::collections::HashMap;
use std::sync::Arc;

use super::Limits;
use super::json::{self, Piece};
use super::whole::{Room, Transcript};
use crate::archive::builder::Record;
use crate::archive::{Extras, FileEntry, Flags, MessageType, PersonIx, Reaction};
use crate::base::text::RawString;
use crate::base::time::Instant;

/// What stands for a message of which only the trace of its deletion is left.
const DELETED: &str = "This message was deleted.";

/// Most kinds of reactions, people behind one of them, and people mentioned that are kept of one
/// message; a forged one may hold a million.
const MOST_PEOPLE: usize = 1_000;

/// Hands over the records of a file: one a line, in a list under one of `keys`, in a bare list, or a
/// single one.
pub(crate) fn each_of<'t>(
    transcript: &mut Transcript,
    text: &'t str,
    keys: &[&str],
    limits: &Limits,
    take: impl FnMut(&mut Transcript, Piece<'t>),
) {
    let start = text.trim_start();
    let (first, rest) = start.split_once('\n').unwrap_or((start, ""));
    if start.starts_with('{') && !rest.trim().is_empty() && json::is_well_formed(first) {
        return transcript.each_line(start, limits, take);
    }
    let list = keys.iter().find_map(|key| json::from_key(start, key)).filter(|list| list.starts_with('['));
    match list.filter(|_| start.starts_with('{')) {
        Some(list) => transcript.each_record(list, limits, take),
        None => transcript.each_record(text, limits, take),
    }
}

/// Notes somebody as mentioned, each once.
pub(crate) fn mention(record: &mut Record, person: PersonIx) {
    let mentions = &mut record.extras().mentions;
    if mentions.len() < MOST_PEOPLE && !mentions.contains(&person) {
        mentions.push(person);
    }
}

/// Puts attached text below the words of a message and notes where it begins.
pub(crate) fn add_below(record: &mut Record, shown: &str) {
    let shown = shown.trim_end();
    if !shown.is_empty() {
        attach(&mut record.text, shown, Arc::make_mut(record.extras.get_or_insert_default()));
    }
}

/// Puts several attached texts below the words of a message, each but blank ones on its own line.
pub(crate) fn add_all_below(record: &mut Record, mut shown: Vec<String>) {
    shown.retain(|text| !text.trim().is_empty());
    if !shown.is_empty() {
        attach(&mut record.text, &shown.join("\n"), Arc::make_mut(record.extras.get_or_insert_default()));
    }
}

/// The same for words that are no record's yet.
pub(crate) fn attach(text: &mut String, shown: &str, extras: &mut Extras) {
    if shown.is_empty() {
        return;
    }
    if !text.is_empty() {
        text.push('\n');
    }
    extras.attachment_from.get_or_insert(text.len() as u32);
    text.push_str(shown);
}

/// Notes the files of a message; their names stand for words that it has not.
pub(crate) fn add_files(record: &mut Record, files: Vec<FileEntry>) {
    if files.is_empty() {
        return;
    }
    record.mark(Flags::FILE);
    if record.text.is_empty() {
        record.text = names_of(&files);
    }
    record.extras().files = files;
}

fn names_of(files: &[FileEntry]) -> String {
    let names: Vec<&str> = files.iter().map(|file| file.name.unsanitised()).collect();
    names.join(", ")
}

/// Notes all reactions to a message.
pub(crate) fn add_reactions(record: &mut Record, reactions: Vec<Reaction>) {
    if !reactions.is_empty() {
        record.mark(Flags::REACTION);
        record.extras().reactions = reactions;
    }
}

/// The type of something said: a file where nothing else is, else as its marks tell.
pub(crate) fn kind_of_said(flags: Flags, is_only_file: bool) -> MessageType {
    if is_only_file {
        MessageType::File
    } else if flags.has(Flags::BOT) {
        MessageType::Bot
    } else if flags.has(Flags::REPLY) {
        MessageType::Reply
    } else {
        MessageType::Message
    }
}

/// Puts a quoted message below the words of another one.
pub(crate) fn add_quote(record: &mut Record, author: &str, text: &str) {
    let mut quote = String::new();
    let author = author.trim();
    if !author.is_empty() {
        quote = format!("{author}:\n");
    }
    quote.push_str(text.trim());
    let lines: Vec<String> = quote.lines().map(|line| format!("> {line}")).collect();
    add_below(record, &lines.join("\n"));
}

/// Notes a reaction; people who reacted alike stand together, each once.
pub(crate) fn react(record: &mut Record, name: &str, person: Option<PersonIx>) {
    let reactions = &mut record.extras().reactions;
    let known = reactions.iter().position(|reaction| reaction.name.unsanitised() == name);
    let at = known.unwrap_or(reactions.len());
    if known.is_none() && reactions.len() < MOST_PEOPLE {
        reactions.push(Reaction { name: RawString::from(name), people: Vec::new(), count: 0 });
    }
    let Some(reaction) = reactions.get_mut(at) else { return };
    if reaction.people.len() < MOST_PEOPLE {
        if person.is_some_and(|person| reaction.people.contains(&person)) {
            return;
        }
        reaction.people.extend(person);
    }
    reaction.count = reaction.count.saturating_add(1);
}

/// Marks a message as taken away; without words a sentence stands for it.
pub(crate) fn delete(record: &mut Record, at: Option<Instant>) {
    record.kind = MessageType::Deleted;
    if at.is_some() {
        record.extras().deleted_at = at;
    }
    if record.text.trim().is_empty() {
        DELETED.clone_into(&mut record.text);
        record.mark(Flags::HIDDEN);
    }
}

/// Sets the marks that the extras of a message tell, and its type where the format left it open.
pub(crate) fn settle(record: &mut Record) {
    let extras = record.extras.take().unwrap_or_default();
    for (is_set, flag) in [
        (!extras.reactions.is_empty(), Flags::REACTION),
        (!extras.files.is_empty(), Flags::FILE),
        (!extras.links.is_empty(), Flags::LINK),
        (extras.edited.is_some(), Flags::EDITED),
        (record.thread.is_some(), Flags::REPLY),
    ] {
        if is_set {
            record.mark(flag);
        }
    }
    let is_wordless = record.text.trim().is_empty();
    if record.kind == MessageType::Message {
        record.kind = if is_wordless && !extras.files.is_empty() {
            MessageType::File
        } else if record.flags.has(Flags::BOT) {
            MessageType::Bot
        } else if record.thread.is_some() {
            MessageType::Reply
        } else {
            MessageType::Message
        };
    }
    if is_wordless {
        record.text = names_of(&extras.files);
    }
    record.extras = (*extras != Extras::default()).then_some(extras);
}

/// Makes threads of topics: where a format left the name of a topic as the thread of a record, its
/// first message becomes the root of the others. `on_root` is handed each root and its topic.
pub(crate) fn join_topics(transcript: &mut Transcript, room: Room, on_root: impl Fn(&mut Record, &str)) {
    let mut roots: HashMap<String, (Instant, usize, String)> = HashMap::new();
    transcript.change_records(room, |record| {
        let Some(topic) = &record.thread else { return };
        // Shorter numbers are smaller ones, so that ids of equal times stand in their order.
        let place = (record.time, record.native_id.len(), record.native_id.clone());
        match roots.get_mut(topic) {
            Some(first) if *first <= place => {}
            Some(first) => *first = place,
            None => {
                roots.insert(topic.clone(), place);
            }
        }
    });
    transcript.change_records(room, |record| {
        let Some(topic) = record.thread.take() else { return };
        let first = roots.get(&topic).map(|(_, _, id)| id);
        if first.is_none_or(|first| *first == record.native_id) {
            on_root(record, &topic);
        } else {
            record.thread = first.cloned();
            record.mark(Flags::REPLY);
            if record.kind == MessageType::Message {
                record.kind = MessageType::Reply;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_follows_from_what_a_message_has() {
        let mut record = Record::new("1", Instant::from_seconds(1));
        record.extras().files.push(FileEntry { name: "a.log".into(), ..Default::default() });
        settle(&mut record);
        assert_eq!((record.kind, record.text.as_str()), (MessageType::File, "a.log"));
        let mut record = Record::new("2", Instant::from_seconds(1));
        record.thread = Some("1".to_owned());
        react(&mut record, "eyes", Some(PersonIx(3)));
        react(&mut record, "eyes", Some(PersonIx(3)));
        react(&mut record, "eyes", None);
        settle(&mut record);
        assert_eq!((record.kind, record.flags), (MessageType::Reply, Flags::REPLY.with(Flags::REACTION)));
        assert_eq!(record.extras().reactions.first().map(|reaction| reaction.count), Some(2));
    }
}
