//! The lists of a Slack export: who there is, and which conversations.

use std::collections::{HashMap, HashSet};

use super::PLATFORM;
use super::layout::{CHANNEL_LISTS, Layout, USER_LISTS};
use crate::archive::{ChannelKind, Person};
use crate::base::id::PersonId;
use crate::base::text::RawString;
use crate::base::time::Zone;
use crate::import::TOO_DEEP;
use crate::import::json::{self, Piece};
use crate::import::report::{Trouble, Warnings};
use crate::import::source::{Entry, Source};

/// A conversation as a list tells of it.
#[derive(Debug)]
pub(super) struct ListedChannel {
    /// Slack's id; empty where the list does not say.
    pub(super) id: String,
    /// What the folder is called.
    pub(super) folder: String,
    /// What people call it.
    pub(super) name: String,
    pub(super) kind: ChannelKind,
    pub(super) topic: String,
    pub(super) purpose: String,
    /// The list that tells of it.
    pub(super) list: &'static str,
}

/// Reads everybody who is listed, by Slack's user id.
pub(super) fn read_users(source: &Source, layout: &Layout, warnings: &mut Warnings) -> Vec<(String, Person)> {
    let mut users: Vec<(String, Person)> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut is_there = false;
    for list in USER_LISTS {
        for entry in layout.user_lists(source, list) {
            is_there = true;
            for_each_record(source, entry, warnings, |record, warnings| {
                let Some((id, person)) = user(record) else {
                    return warnings.add(Trouble::BadRecord, &entry.name, None, "a user without an id");
                };
                match known.get(&id).and_then(|&at| users.get(at)) {
                    Some((_, first)) if *first == person => {}
                    Some((_, first)) if list == USER_LISTS[0] => {
                        let reason = format!("{id} is {} and {}", first.name.tty_line(), person.name.tty_line());
                        warnings.add(Trouble::DuplicateId, &entry.name, None, &reason);
                    }
                    Some(_) => {}
                    None => {
                        known.insert(id.clone(), users.len());
                        users.push((id, person));
                    }
                }
            });
        }
    }
    if !is_there {
        warnings.add(Trouble::MissingList, "users.json", None, "there is no list of users");
    }
    users
}

/// Somebody with Slack's user id.
pub(super) fn user(record: Piece<'_>) -> Option<(String, Person)> {
    let (mut id, mut handle, mut real_name, mut zone) = (String::new(), String::new(), String::new(), None);
    let (mut is_bot, mut is_deleted, mut profile) = (false, false, Profile::default());
    record.fields(|key, value| match key {
        "id" => id = owned(value),
        "name" => handle = owned(value),
        "real_name" => real_name = owned(value),
        "tz" => zone = value.text().and_then(|name| Zone::parse(&name)),
        "is_bot" | "is_workflow_bot" => is_bot |= value.truth() == Some(true),
        "deleted" => is_deleted = value.truth() == Some(true),
        "profile" => profile = Profile::read(value),
        _ => {}
    });
    if id.is_empty() {
        return None;
    }
    // The full name stands in reports; beside messages it is the handle.
    let name = first_of([&profile.real_name, &real_name, &profile.display_name, &handle, &id]);
    let mut person = Person::unlisted(PersonId::new(PLATFORM, &id), RawString::from(name));
    person.handle = RawString::new(handle);
    person.title = RawString::new(profile.title);
    person.email = RawString::new(profile.email);
    person.zone = zone;
    person.is_bot = is_bot;
    person.is_deleted = is_deleted;
    person.is_listed = true;
    Some((id, person))
}

/// The profile in a list of users or in a message.
#[derive(Debug, Default)]
pub(super) struct Profile {
    pub(super) display_name: String,
    pub(super) real_name: String,
    pub(super) handle: String,
    title: String,
    email: String,
}

impl Profile {
    pub(super) fn read(piece: Piece<'_>) -> Self {
        let mut profile = Self::default();
        piece.fields(|key, value| match key {
            "display_name" => profile.display_name = owned(value),
            "real_name" => profile.real_name = owned(value),
            "name" => profile.handle = owned(value),
            "title" => profile.title = owned(value),
            "email" => profile.email = owned(value),
            _ => {}
        });
        profile
    }

    /// The name shown, empty when none is told.
    pub(super) fn label(&self) -> &str {
        first_of([&self.real_name, &self.display_name, &self.handle])
    }
}

fn first_of<const N: usize>(names: [&str; N]) -> &str {
    names.into_iter().find(|name| !name.trim().is_empty()).unwrap_or("")
}

fn owned(piece: Piece<'_>) -> String {
    piece.text().map_or_else(String::new, std::borrow::Cow::into_owned)
}

/// Reads every conversation that is listed.
pub(super) fn read_channels(
    source: &Source,
    layout: &Layout,
    users: &[(String, Person)],
    warnings: &mut Warnings,
) -> Vec<ListedChannel> {
    let names: HashMap<&str, &str> = users.iter().map(|(id, user)| (id.as_str(), user.short().unsanitised())).collect();
    let mut channels: Vec<ListedChannel> = Vec::new();
    let mut folders: HashSet<String> = HashSet::new();
    for (list, kind) in CHANNEL_LISTS {
        let Some(entry) = layout.list(source, list) else { continue };
        for_each_record(source, entry, warnings, |record, warnings| {
            let Some(channel) = channel(record, list, kind, &names) else {
                return warnings.add(Trouble::BadRecord, &entry.name, None, "a channel without an id and a name");
            };
            if !folders.insert(channel.folder.clone()) {
                let reason = format!("two channels are called {}; the folder is read as the first", channel.folder);
                warnings.add(Trouble::DuplicateId, &entry.name, None, &reason);
            }
            channels.push(channel);
        });
    }
    if channels.is_empty() {
        warnings.add(
            Trouble::MissingList,
            "channels.json",
            None,
            "there is no list of channels; folders give the names",
        );
    }
    channels
}

fn channel(
    record: Piece<'_>,
    list: &'static str,
    kind: ChannelKind,
    names: &HashMap<&str, &str>,
) -> Option<ListedChannel> {
    let (mut id, mut name, mut topic, mut purpose) = (String::new(), String::new(), String::new(), String::new());
    let mut members = Vec::new();
    let value_of = |piece: Piece<'_>| {
        let mut text = String::new();
        piece.fields(|key, value| {
            if key == "value" {
                text = owned(value);
            }
        });
        text
    };
    record.fields(|key, value| match key {
        "id" => id = owned(value),
        "name" => name = owned(value),
        "topic" => topic = value_of(value),
        "purpose" => purpose = value_of(value),
        "members" => {
            value.each(|member| members.push(owned(member)));
        }
        _ => {}
    });
    let folder = if name.is_empty() { id.clone() } else { name };
    if folder.is_empty() {
        return None;
    }
    let members: Vec<&str> = members.iter().map(|id| names.get(id.as_str()).copied().unwrap_or(id)).collect();
    let direct = matches!(kind, ChannelKind::Dm | ChannelKind::GroupDm) && !members.is_empty();
    let name = if direct { members.join(", ") } else { folder.clone() };
    Some(ListedChannel { id, folder, name, kind, topic, purpose, list })
}

/// Hands over the records of a list, damaged ones repaired.
fn for_each_record(
    source: &Source,
    entry: &Entry,
    warnings: &mut Warnings,
    mut on_record: impl FnMut(Piece<'_>, &mut Warnings),
) {
    let mut bytes = Vec::new();
    if let Err(error) = source.read(entry, &mut bytes) {
        return warnings.add(error.trouble(), &entry.name, None, &error.to_string());
    }
    let (text, note) = json::decode(&bytes);
    if let Some(note) = note {
        warnings.add(Trouble::Encoding, &entry.name, None, note);
    }
    let split = match json::split(&text, source.limits().depth) {
        Ok(split) => split,
        Err(json::SplitError::TooDeep) => return warnings.add(Trouble::TooDeep, &entry.name, None, TOO_DEEP),
        Err(_) => return warnings.add(Trouble::BadJson, &entry.name, None, "it holds no JSON"),
    };
    if split.cut {
        warnings.add(Trouble::CutFile, &entry.name, None, "the end is missing");
    }
    for (at, record) in split.records.into_iter().enumerate() {
        let piece = Piece::new(record);
        let repaired = if piece.fields(|_, _| {}) { None } else { Some(json::repair(record)) };
        let piece = repaired.as_deref().map_or(piece, Piece::new);
        if piece.fields(|_, _| {}) {
            on_record(piece, warnings);
        } else {
            warnings.add(Trouble::BadRecord, &entry.name, Some(at as u32), "it is no object");
        }
    }
}
