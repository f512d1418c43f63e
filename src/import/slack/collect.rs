//! Gathers what files of many shapes say: who there is, which channels, and where messages stand.
//!
//! Nothing is made of a message here; each is only found, so that all lists are known when the
//! first one is read. Places of messages are offsets into the text of their file.

use std::collections::HashMap;

use super::day::{self, Condition};
use super::family::{self, Kind};
use super::fields::NESTED;
use super::lists;
use crate::archive::{ChannelKind, Person};
use crate::import::TOO_DEEP;
use crate::import::json::{self, Object, Piece, Shape};
use crate::import::report::{Trouble, Warnings};

/// Values that may follow one another in one file; a forged one may hold a million.
const MOST_VALUES: usize = 1_000_000;

/// How much a found message counts for when another one has its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// As any other.
    Own,
    /// Only where there is no other: told beside something else, or found by a search.
    Copy,
}

/// Where a message stands in the text of its file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) channel: usize,
    pub(super) start: usize,
    pub(super) length: usize,
    /// Which record of its file it is.
    pub(super) number: u32,
    pub(super) role: Role,
    /// When it was recorded, in whatever unit its file counts; later ones hold.
    pub(super) recorded: u64,
}

/// A reaction that an event tells of.
#[derive(Debug)]
pub(super) struct Reacted {
    pub(super) channel: usize,
    pub(super) ts: String,
    pub(super) name: String,
    pub(super) user: String,
    pub(super) is_added: bool,
}

/// What is known of a channel.
#[derive(Debug, Default)]
pub(super) struct Channel {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) kind: Option<ChannelKind>,
    pub(super) topic: String,
    pub(super) purpose: String,
    pub(super) members: Vec<String>,
    /// Whether any message of it was found.
    pub(super) has_messages: bool,
    /// Its pages: the thread they are of, how far each goes, and whether it says that there are more.
    pages: Vec<Page>,
}

/// How far a page goes: pages of a channel go back in time, those of a thread forth.
#[derive(Debug)]
struct Page {
    thread: Option<String>,
    oldest: String,
    newest: String,
    has_more: bool,
}

impl Channel {
    /// Whether a page says that there are more, and none that is here goes further.
    pub(super) fn is_unfinished(&self) -> bool {
        let mut last: HashMap<Option<&str>, &Page> = HashMap::new();
        for page in &self.pages {
            let known = last.entry(page.thread.as_deref()).or_insert(page);
            let goes_further =
                if page.thread.is_none() { page.oldest < known.oldest } else { page.newest > known.newest };
            if goes_further || (page.oldest == known.oldest && page.newest == known.newest && !page.has_more) {
                *known = page;
            }
        }
        last.values().any(|page| page.has_more)
    }
}

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Collection {
    pub(super) users: Vec<(String, Person)>,
    user_places: HashMap<String, usize>,
    pub(super) channels: Vec<Channel>,
    channel_places: HashMap<String, usize>,
    pub(super) reacted: Vec<Reacted>,
    /// Events that are no messages, by their type.
    pub(super) other_events: HashMap<String, usize>,
    /// Files that do not say which channel they hold, and for what they were taken.
    pub(super) guessed: Vec<(String, String)>,
    pub(super) searched: usize,
    pub(super) warnings: Warnings,
    pub(super) skipped: usize,
}

/// A file while it is looked through.
pub(super) struct Finder<'c, 't> {
    all: &'c mut Collection,
    name: &'t str,
    text: &'t str,
    depth: usize,
    recorded: u64,
    next: u32,
    found: Vec<Found>,
}

impl Collection {
    /// Nothing found yet; `warnings` are those of the source itself.
    pub(super) fn new(warnings: Warnings) -> Self {
        Self { warnings, ..Self::default() }
    }

    /// Looks through one file; gives where its messages stand.
    pub(super) fn look_through(
        &mut self,
        kind: Kind,
        name: &str,
        text: &str,
        limits: &crate::import::Limits,
    ) -> Vec<Found> {
        let depth = limits.depth;
        let mut finder = Finder { all: self, name, text, depth, recorded: 0, next: 0, found: Vec::new() };
        match kind {
            // A row of a database is one message: nothing else is lost with it.
            Kind::Database => finder.each_line(Finder::chunk, |_, _| false),
            Kind::Chunks => finder.each_line(Finder::chunk, Finder::damaged_chunk),
            Kind::Events => finder.each_line(Finder::event, |_, _| false),
            Kind::Dump | Kind::Page | Kind::Users | Kind::Channels => finder.each_value(kind),
        }
        finder.found
    }

    fn channel(&mut self, id: &str) -> usize {
        if let Some(&place) = self.channel_places.get(id) {
            return place;
        }
        let place = self.channels.len();
        self.channel_places.insert(id.to_owned(), place);
        self.channels.push(Channel { id: id.to_owned(), ..Channel::default() });
        place
    }

    fn channel_mut(&mut self, id: &str) -> Option<&mut Channel> {
        let place = self.channel(id);
        self.channels.get_mut(place)
    }

    /// Takes a user; the last one told of an id holds. False when it has no id.
    fn user(&mut self, record: Piece<'_>) -> bool {
        let Some((id, person)) = lists::user(record) else { return false };
        if let Some((_, known)) = self.user_places.get(&id).and_then(|&place| self.users.get_mut(place)) {
            *known = person;
        } else {
            self.user_places.insert(id.clone(), self.users.len());
            self.users.push((id, person));
        }
        true
    }

    /// Takes what is said about a channel; what a later one leaves open stays. False without an id.
    fn channel_told(&mut self, record: Piece<'_>) -> bool {
        let told = Object::of(record);
        let Some(known) = self.channel_mut(&told.text("id")).filter(|known| !known.id.is_empty()) else { return false };
        let texts = [
            (&mut known.name, told.text("name")),
            (&mut known.topic, told.object("topic").text("value")),
            (&mut known.purpose, told.object("purpose").text("value")),
        ];
        for (known, told) in texts {
            if !told.is_empty() {
                *known = told.into_owned();
            }
        }
        known.kind = kind_told(&told).or(known.kind);
        let mut members: Vec<String> = Vec::new();
        if let Some(list) = told.get("members") {
            list.each(|member| members.extend(member.text().map(std::borrow::Cow::into_owned)));
        }
        members.extend(Some(told.text("user").into_owned()).filter(|user| !user.is_empty() && members.is_empty()));
        if !members.is_empty() {
            known.members = members;
        }
        true
    }
}

fn kind_told(told: &Object<'_>) -> Option<ChannelKind> {
    let by_flag = [("is_im", ChannelKind::Dm), ("is_mpim", ChannelKind::GroupDm), ("is_private", ChannelKind::Private)];
    let told_kind = by_flag.into_iter().find(|(flag, _)| told.is_true(flag)).map(|(_, kind)| kind);
    told_kind
        .or_else(|| told.is_true("is_group").then_some(ChannelKind::Private))
        .or_else(|| told.is_true("is_channel").then_some(ChannelKind::Public))
}

/// What a text field of an object says that is cut or damaged; empty where it says nothing.
fn text_from(object: &str, key: &str) -> String {
    json::from_key(object, key).and_then(first_value).unwrap_or_default()
}

/// The value with which a text begins.
fn first_value<T: serde::de::DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::Deserializer::from_str(text).into_iter().next()?.ok()
}

impl<'t> Finder<'_, 't> {
    fn warn(&mut self, trouble: Trouble, reason: &str) {
        self.all.warnings.add(trouble, self.name, None, reason);
    }

    fn bad_record(&mut self, reason: &str) {
        self.all.warnings.add(Trouble::BadRecord, self.name, Some(self.next), reason);
        self.all.skipped += 1;
        self.next = self.next.saturating_add(1);
    }

    /// Notes where a message stands; answers nested in it follow as messages of their own.
    fn message(&mut self, channel: usize, raw: &str, role: Role) {
        self.one_message(channel, raw, role);
        if memchr::memmem::find(raw.as_bytes(), NESTED.as_bytes()).is_some() {
            for reply in Object::of(Piece::new(raw)).list(NESTED) {
                self.one_message(channel, reply.raw(), role);
            }
        }
    }

    fn one_message(&mut self, channel: usize, raw: &str, role: Role) {
        let start = raw.as_ptr().addr().checked_sub(self.text.as_ptr().addr());
        let Some(start) = start.filter(|_| raw.starts_with('{')) else { return self.bad_record("it is no object") };
        let (length, number, recorded) = (raw.len(), self.next, self.recorded);
        self.found.push(Found { channel, start, length, number, role, recorded });
        self.next = self.next.saturating_add(1);
        if let Some(channel) = self.all.channels.get_mut(channel) {
            channel.has_messages = true;
        }
    }

    /// Hands over the lines; `mend` reads what it can of a damaged one, and says whether it could.
    fn each_line(&mut self, take: fn(&mut Self, Piece<'t>), mend: fn(&mut Self, &'t str) -> bool) {
        let end = self.text.trim_end().len();
        let mut at = 0;
        for (number, line) in self.text.split_inclusive('\n').enumerate() {
            at += line.len();
            let line = line.trim_matches(|c: char| c.is_whitespace() || c == '\0');
            if line.is_empty() {
                continue;
            }
            let piece = Piece::new(line);
            let is_whole = line.starts_with('{') && json::is_well_formed(line);
            if is_whole && !json::is_deeper_than(piece, self.depth) {
                take(self, piece);
            } else if is_whole {
                self.bad_record(&format!("line {} is {TOO_DEEP}", number + 1));
            } else if line.starts_with('{') && mend(self, line) {
                // What it could not read was told.
            } else if at >= end && line.starts_with('{') && !line.ends_with('}') {
                self.all.skipped += 1;
                self.warn(Trouble::CutFile, "the last line ends in the middle");
            } else {
                self.bad_record(&format!("line {} is no JSON object", number + 1));
            }
        }
    }

    /// One line of an archive.
    fn chunk(&mut self, line: Piece<'t>) {
        let chunk = Object::of(line);
        self.recorded = chunk.count("ts").unwrap_or(0);
        let id = chunk.text("id");
        if let Some(told) = chunk.get("ci") {
            self.all.channel_told(told);
        }
        match chunk.count("t") {
            Some(kind @ 0..=2) => self.chunk_of_messages(kind, &id, &chunk),
            Some(3) => self.users(chunk.list("u")),
            Some(4) => self.channels(chunk.list("ch")),
            Some(7) => {
                let members = chunk.list("cu").into_iter().filter_map(|user| Some(user.text()?.into_owned()));
                let members: Vec<String> = members.collect();
                if let Some(channel) = self.all.channel_mut(&id).filter(|_| !id.is_empty()) {
                    channel.members.extend(members);
                }
            }
            Some(10) => chunk.list("sm").into_iter().for_each(|found| self.found_by_search(found)),
            // What the workspace is, bookmarks and stars hold no messages.
            Some(_) => {}
            None => self.bad_record("the line says of no kind of chunk"),
        }
    }

    /// A line in which a message is damaged: all others of its chunk are read.
    fn damaged_chunk(&mut self, line: &'t str) -> bool {
        let (id, list) = (text_from(line, "id"), json::from_key(line, "m"));
        let Some(list) = list.filter(|list| list.starts_with('[') && !id.is_empty()) else { return false };
        let recorded = json::from_key(line, "ts").and_then(first_value::<u64>);
        self.recorded = recorded.unwrap_or(0);
        let channel = self.all.channel(&id);
        self.messages(channel, list, true);
        true
    }

    fn chunk_of_messages(&mut self, kind: u64, id: &str, chunk: &Object<'t>) {
        let messages = if kind < 2 { chunk.list("m") } else { Vec::new() };
        if id.is_empty() {
            return messages.iter().for_each(|_| self.bad_record("its chunk does not say of which channel it is"));
        }
        let channel = self.all.channel(id);
        for message in messages {
            self.message(channel, message.raw(), Role::Own);
        }
        if let Some(parent) = chunk.get("p").filter(|parent| kind > 0 && parent.is_object()) {
            self.one_message(channel, parent.raw(), Role::Copy);
        }
    }

    fn users(&mut self, users: Vec<Piece<'t>>) {
        for user in users {
            if !self.all.user(user) {
                self.warn(Trouble::BadRecord, "a user without an id");
            }
        }
    }

    fn channels(&mut self, channels: Vec<Piece<'t>>) {
        for channel in channels {
            if !self.all.channel_told(channel) {
                self.warn(Trouble::BadRecord, "a channel without an id");
            }
        }
    }

    fn found_by_search(&mut self, message: Piece<'t>) {
        let channel = Object::of(message).object("channel");
        let id = channel.text("id");
        if id.is_empty() {
            return self.bad_record("it does not say of which channel it is");
        }
        let place = self.all.channel(&id);
        if let Some(known) = self.all.channels.get_mut(place).filter(|known| known.name.is_empty()) {
            known.name = channel.text("name").into_owned();
        }
        self.all.searched += 1;
        self.one_message(place, message.raw(), Role::Copy);
    }

    /// One line of a stream: an event, bare or in its envelope.
    fn event(&mut self, line: Piece<'t>) {
        let whole = Object::of(line);
        let inner = whole.get("event").or_else(|| whole.object("payload").get("event"));
        let event = inner.filter(|event| event.is_object()).unwrap_or(line);
        self.bare_event(&Object::of(event), event);
    }

    fn bare_event(&mut self, event: &Object<'t>, raw: Piece<'t>) {
        let kind = event.text("type");
        match kind.as_ref() {
            "message" | "" if event.get("ts").is_some() => self.message_event(event, raw, Role::Own),
            // The same message is told as a message too, where the stream holds those.
            "app_mention" => self.message_event(event, raw, Role::Copy),
            "reaction_added" | "reaction_removed" => self.reaction(event, kind == "reaction_added"),
            "user_change" | "team_join" if event.get("user").is_some_and(Piece::is_object) => {
                self.users(event.get("user").into_iter().collect());
            }
            "channel_created" | "channel_rename" | "group_rename"
                if event.get("channel").is_some_and(Piece::is_object) =>
            {
                self.channels(event.get("channel").into_iter().collect());
            }
            _ => *self.all.other_events.entry(kind.into_owned()).or_default() += 1,
        }
    }

    fn message_event(&mut self, event: &Object<'t>, raw: Piece<'t>, role: Role) {
        let told = event.get("channel");
        let id = told.and_then(
            |channel| {
                if channel.is_object() { Some(Object::of(channel).text("id")) } else { channel.text() }
            },
        );
        let id = id.filter(|id| !id.is_empty()).map(std::borrow::Cow::into_owned);
        let Some(id) = id.or_else(|| family::id_in_name(self.name).map(str::to_owned)) else {
            return self.bad_record("it does not say in which channel it was posted");
        };
        let kind = match event.text("channel_type").as_ref() {
            "im" => Some(ChannelKind::Dm),
            "mpim" => Some(ChannelKind::GroupDm),
            "group" => Some(ChannelKind::Private),
            "channel" => Some(ChannelKind::Public),
            _ => None,
        };
        let place = self.all.channel(&id);
        if let Some(channel) = self.all.channels.get_mut(place) {
            channel.kind = channel.kind.or(kind);
        }
        self.one_message(place, raw.raw(), role);
    }

    fn reaction(&mut self, event: &Object<'t>, is_added: bool) {
        let target = event.object("item");
        let (id, ts) = (target.text("channel"), target.text("ts").into_owned());
        if id.is_empty() || ts.is_empty() {
            // Files can be reacted to as well.
            *self.all.other_events.entry(event.text("type").into_owned()).or_default() += 1;
            return;
        }
        let channel = self.all.channel(&id);
        let (name, user) = (event.text("reaction").into_owned(), event.text("user").into_owned());
        self.all.reacted.push(Reacted { channel, ts, name, user, is_added });
    }

    /// The values of a file that holds one or, where pages were joined, several.
    fn each_value(&mut self, kind: Kind) {
        let mut rest = self.text;
        for _ in 0..MOST_VALUES {
            let split = match json::split(rest, self.depth) {
                Ok(split) => split,
                Err(error) if rest.len() == self.text.len() => {
                    let (trouble, reason) = error.words();
                    self.all.skipped += 1;
                    return self.warn(trouble, reason);
                }
                Err(_) => return self.warn(Trouble::TrailingText, "something that is no JSON follows the end"),
            };
            let values = if split.cut && split.shape == Shape::Object { vec![split.tail] } else { split.records };
            if split.shape == Shape::List && kind == Kind::Page {
                let channel = self.channel_of_file(None);
                self.messages(channel, rest, split.cut);
            } else if split.shape == Shape::List {
                self.list_of_names(kind, values, split.cut);
            } else {
                for value in values {
                    self.value(kind, value, split.cut);
                }
            }
            rest = split.trailing;
            if rest.is_empty() {
                return;
            }
        }
        self.warn(Trouble::TooLarge, "more values follow than are read");
    }

    fn list_of_names(&mut self, kind: Kind, values: Vec<&'t str>, is_cut: bool) {
        let values = values.into_iter().map(Piece::new).collect();
        match kind {
            Kind::Users => self.users(values),
            Kind::Channels => self.channels(values),
            _ => self.bad_record("a list stands where a page should"),
        }
        if is_cut {
            self.warn(Trouble::CutFile, "the end of the list is missing");
        }
    }

    /// One object: a dump, a page, or an answer that lists users or channels.
    fn value(&mut self, kind: Kind, value: &'t str, is_cut: bool) {
        let whole = Object::of(Piece::new(value));
        let is_damaged = is_cut || !json::is_well_formed(value);
        let text_of = |key: &str| {
            if is_damaged { text_from(value, key) } else { whole.text(key).into_owned() }
        };
        if !is_damaged && matches!(kind, Kind::Users | Kind::Channels) {
            self.users(whole.list("members"));
            return self.channels(whole.list("channels"));
        }
        let own = [text_of("channel_id"), text_of("channel"), whole.object("channel").text("id").into_owned()];
        let id = own.into_iter().find(|id| !id.is_empty());
        let channel = self.channel_of_file(id.as_deref());
        let name = text_of("name");
        if !name.is_empty()
            && kind == Kind::Dump
            && let Some(known) = self.all.channels.get_mut(channel)
        {
            known.name = name;
        }
        let list = if is_damaged { json::from_key(value, "messages") } else { whole.get("messages").map(Piece::raw) };
        match list {
            Some(list) => {
                self.messages(channel, list, is_damaged);
                self.note_page(channel, kind, list, whole.is_true("has_more"));
            }
            None if is_damaged => self.bad_record("it is no JSON"),
            // A channel in which nobody wrote.
            None if whole.iter().any(|(key, _)| key == "messages") => {}
            None => self.bad_record("Slack answered with something else than messages"),
        }
    }

    fn note_page(&mut self, channel: usize, kind: Kind, list: &str, has_more: bool) {
        if kind != Kind::Page {
            return;
        }
        let (mut times, mut threads) = (Vec::new(), Vec::new());
        Piece::new(list).each(|message| {
            let message = Object::of(message);
            times.push(message.text("ts").into_owned());
            threads.push(message.text("thread_ts").into_owned());
        });
        let first = threads.first().filter(|first| !first.is_empty() && threads.iter().all(|thread| thread == *first));
        let thread = first.filter(|_| threads.len() > 1).cloned();
        let (oldest, newest) = (times.iter().min().cloned(), times.iter().max().cloned());
        let (Some(oldest), Some(newest)) = (oldest, newest) else { return };
        if let Some(known) = self.all.channels.get_mut(channel) {
            known.pages.push(Page { thread, oldest, newest, has_more });
        }
    }

    fn channel_of_file(&mut self, told: Option<&str>) -> usize {
        if let Some(id) = told.or_else(|| family::id_in_name(self.name)) {
            return self.all.channel(id);
        }
        let file = self.name.rsplit('/').next().unwrap_or(self.name);
        let stem = file.split('.').next().unwrap_or(file).to_owned();
        let place = self.all.channel(&stem);
        self.all.guessed.push((file.to_owned(), stem));
        place
    }

    fn messages(&mut self, channel: usize, list: &'t str, is_damaged: bool) {
        let split = match json::split(list, self.depth) {
            Ok(split) => split,
            Err(error) => {
                let (trouble, reason) = error.words();
                self.all.skipped += 1;
                return self.warn(trouble, reason);
            }
        };
        let (records, is_cut) = if is_damaged || split.cut {
            day::records_of(&split)
        } else {
            (split.records.iter().map(|record| (*record, Condition::Whole)).collect(), false)
        };
        for (record, condition) in records {
            if matches!(condition, Condition::Lost) {
                self.bad_record("it is no JSON");
            } else {
                self.message(channel, record, Role::Own);
            }
        }
        if is_cut {
            self.all.skipped += 1;
            let reason = format!("it ends in the middle, after {} records", self.next);
            self.warn(Trouble::CutFile, &reason);
        } else if split.cut {
            self.warn(Trouble::CutFile, "the list is not closed; all whole records before the cut are read");
        }
    }
}
