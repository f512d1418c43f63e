//! What one record of a day file becomes.
//!
//! A field of an unexpected type costs that field and a warning; a record without a time is kept
//! undated. Wrappers (`message_changed`, `message_deleted`) never show: they become versions of
//! the message they tell of.

use std::borrow::Cow;
use std::sync::Arc;

use super::PLATFORM;
use super::blocks;
use super::fields::Fields;
use super::lists::Profile;
use super::workspace::Workspace;
use crate::archive::builder::Record;
use crate::archive::log::{Provenance, slack_instant};
use crate::archive::{Extras, FileEntry, Flags, Huddle, MessageType, People, Person, PersonIx, Reaction};
use crate::base::id::{PersonId, slug};
use crate::base::text::RawString;
use crate::base::time::{Instant, duration_words};
use crate::import::format::{Cast, Part};
use crate::import::json::{Piece, SplitError};
use crate::import::markup::{self, Names};
use crate::import::report::Trouble;
use crate::import::{TOO_DEEP, TOO_LONG, chat};

/// Longest `ts` that is taken for an id.
const LONGEST_TS: usize = 32;
/// Most people that one message is noted to mention.
const MOST_MENTIONS: usize = 1_000;
/// Most people, reactions or files taken from one message.
const MOST_PARTS: usize = 10_000;

/// Reads the records of one channel in one file.
pub(super) struct Reader<'a> {
    workspace: &'a Workspace,
    file: &'a str,
    cast: Cast<'a>,
    read: Part,
    record: u32,
}

/// Looks names up while a text is read, and notes who is mentioned.
pub(super) struct Mentions<'r, 'a> {
    workspace: &'a Workspace,
    cast: &'r mut Cast<'a>,
    people: Vec<PersonIx>,
    unnamed: bool,
}

impl Names for Mentions<'_, '_> {
    fn person(&mut self, id: &str, label: &str) -> String {
        let listed = self.workspace.user(id);
        if self.people.len() < MOST_MENTIONS {
            let ix = listed.unwrap_or_else(|| stranger(self.cast, id));
            if !self.people.contains(&ix) {
                self.people.push(ix);
            }
        }
        if let Some(person) = listed.and_then(|ix| self.cast.get(ix)) {
            return person.short().unsanitised().to_owned();
        }
        let label = if label.is_empty() { unlisted_name(id).unwrap_or_default() } else { label };
        self.unnamed |= label.is_empty();
        if label.is_empty() { id.to_owned() } else { label.to_owned() }
    }

    fn channel(&self, id: &str) -> Option<&str> {
        self.workspace.channel_name(id)
    }
}

/// Slack's own program is in no list of users.
const SLACKBOT: &str = "USLACKBOT";

/// The name of somebody whom no list of users tells of; `None` where only the id is known.
fn unlisted_name(user: &str) -> Option<&'static str> {
    (user == SLACKBOT).then_some("Slackbot")
}

/// Somebody whom no list of users tells of.
pub(super) fn stranger_of(user: &str) -> Person {
    let name = RawString::from(unlisted_name(user).unwrap_or(user));
    let mut person = Person::unlisted(PersonId::new(PLATFORM, user), name);
    person.is_bot = user == SLACKBOT;
    person
}

fn stranger(cast: &mut Cast<'_>, user: &str) -> PersonIx {
    cast.stranger(PersonId::new(PLATFORM, user), |_| stranger_of(user))
}

fn program(cast: &mut Cast<'_>, id: PersonId, name: &str) -> PersonIx {
    cast.stranger(id, |id| {
        let mut person = Person::unlisted(id, RawString::from(name));
        person.is_bot = true;
        person.has_user_id = false;
        person
    })
}

impl<'a> Reader<'a> {
    /// Begins with the listed `people`, whose places the workspace knows.
    pub(super) fn new(workspace: &'a Workspace, file: &'a str, people: &'a People) -> Self {
        Self { workspace, file, cast: Cast::new(people), read: Part::default(), record: 0 }
    }

    pub(super) fn finish(self) -> Part {
        Part { strangers: self.cast.into_strangers(), ..self.read }
    }

    pub(super) fn depth(&self) -> usize {
        self.workspace.depth
    }

    /// Says which record of the file is read next, where only some of them are of this channel.
    pub(super) fn at(&mut self, record: u32) {
        self.record = record;
    }

    pub(super) fn warn_file(&mut self, trouble: Trouble, reason: &str) {
        self.read.warnings.add(trouble, self.file, None, reason);
    }

    fn warn(&mut self, trouble: Trouble, reason: &str) {
        self.read.warnings.add(trouble, self.file, Some(self.record), reason);
    }

    pub(super) fn bad_record(&mut self, reason: &str) {
        self.warn(Trouble::BadRecord, reason);
        self.read.skipped += 1;
        self.record += 1;
    }

    /// Notes that the record just read was damaged and could be read nevertheless.
    pub(super) fn repaired(&mut self) {
        let record = Some(self.record.saturating_sub(1));
        let reason = "a value that no JSON has was left out";
        self.read.warnings.add(Trouble::BadField, self.file, record, reason);
    }

    pub(super) fn cut(&mut self) {
        let reason = format!("it ends in the middle, after {} records", self.record);
        self.warn_file(Trouble::CutFile, &reason);
        self.read.skipped += 1;
    }

    pub(super) fn refuse(&mut self, error: SplitError, whole_file: bool) {
        if whole_file {
            let (trouble, reason) = error.words();
            self.warn_file(trouble, reason);
            self.read.skipped += 1;
        }
    }

    /// Takes one record.
    pub(super) fn take(&mut self, fields: &Fields<'_>, bytes: usize) {
        if bytes > self.workspace.message_bytes {
            self.warn(Trouble::TooLarge, TOO_LONG);
            self.read.skipped += 1;
        } else {
            self.note_oddities(fields);
            let subtype = self.text(fields.subtype, "subtype");
            match subtype.as_deref() {
                Some("message_changed") => self.changed(fields),
                Some("message_deleted") => self.deleted(fields),
                // Bookkeeping about the root of a thread; says nothing that the root does not.
                Some("message_replied") => {}
                _ => {
                    let record = self.message(fields, subtype.as_deref());
                    self.keep(record);
                }
            }
        }
        self.record += 1;
    }

    fn note_oddities(&mut self, fields: &Fields<'_>) {
        if let Some(field) = fields.duplicate {
            self.warn(Trouble::DuplicateKey, &format!("`{field}` stands twice"));
        }
        if let Some(field) = fields.too_deep {
            self.warn(Trouble::TooDeep, &format!("`{field}` is {TOO_DEEP} and left out"));
        }
    }

    fn keep(&mut self, record: Record) {
        if self.workspace.window.holds(record.time) {
            self.read.records.push(record);
        }
    }

    /// A wrapper that carries the message as it is after a change, and often as it was before.
    fn changed(&mut self, fields: &Fields<'_>) {
        let Some(inner) = fields.message else {
            self.warn(Trouble::BadRecord, "a change without the message it changes");
            self.read.skipped += 1;
            return;
        };
        let at = self.instant(fields.ts).1;
        let mut after = self.inner(inner);
        let before = fields.previous_message.map(|piece| self.inner(piece));
        let before = before.filter(|before| before.native_id == after.native_id && before.text != after.text);
        let extras = after.extras();
        // Without a mark of its own the change still counts as the newest version.
        extras.edited.get_or_insert(at);
        extras.versions.extend(before.map(Record::into_version));
        self.keep(after);
    }

    /// A wrapper that tells that a message was deleted, and often what it said.
    fn deleted(&mut self, fields: &Fields<'_>) {
        let at = self.instant(fields.ts).1;
        let target = self.instant(fields.deleted_ts);
        let mut record = match fields.previous_message {
            Some(previous) => self.inner(previous),
            None => self.empty_record(target.0.into_owned(), target.1),
        };
        if fields.previous_message.is_none() {
            "This message was deleted.".clone_into(&mut record.text);
            record.flags = record.flags.with(Flags::HIDDEN);
        }
        record.kind = MessageType::Deleted;
        record.extras().deleted_at = Some(at);
        self.keep(record);
    }

    fn inner(&mut self, piece: Piece<'_>) -> Record {
        let fields = Fields::of(piece, self.depth());
        let subtype = self.text(fields.subtype, "subtype");
        self.message(&fields, subtype.as_deref())
    }

    fn empty_record(&self, native_id: String, time: Instant) -> Record {
        Record {
            native_id,
            time,
            author: None,
            kind: MessageType::Message,
            flags: Flags::default(),
            text: String::new(),
            thread: None,
            declared_replies: None,
            quality: crate::archive::Quality::EXACT,
            extras: None,
            provenance: Provenance { file: 0, record: self.record },
        }
    }

    fn message(&mut self, fields: &Fields<'_>, subtype: Option<&str>) -> Record {
        let (native_id, time) = self.time_and_id(fields.ts);
        let mut record = self.empty_record(native_id, time);
        let (author, by_program) = self.author(fields, subtype, time);
        record.author = author;
        let mut extras = Extras::default();
        self.fill_text(fields, by_program, &mut record, &mut extras);
        self.fill_extras(fields, subtype, &mut record, &mut extras);
        self.fill_thread(fields, subtype, &mut record);
        if by_program {
            record.flags = record.flags.with(Flags::BOT);
        }
        record.kind = kind_of(subtype, &record, &extras, fields);
        if extras != Extras::default() {
            record.extras = Some(Arc::new(extras));
        }
        record
    }

    fn time_and_id(&mut self, ts: Option<Piece<'_>>) -> (String, Instant) {
        let (text, time) = self.instant(ts);
        if !time.is_dated() {
            let reason = if text.is_empty() { "it has no `ts`" } else { "its `ts` is no time" };
            self.warn(Trouble::NoTime, reason);
        }
        if text.is_empty() || text.len() > LONGEST_TS {
            let file = self.file.rsplit('/').next().unwrap_or(self.file);
            return (format!("{file}:{}", u64::from(self.record) + 1), time);
        }
        (text.into_owned(), time)
    }

    /// A `ts` as it is written, and the instant it tells by a clock that is put right; a number is
    /// as good as a string.
    fn instant<'t>(&self, piece: Option<Piece<'t>>) -> (Cow<'t, str>, Instant) {
        let text = piece.and_then(Piece::text_or_number).unwrap_or_default();
        let is_ts = text.starts_with(|c: char| c.is_ascii_digit()) && text.len() <= LONGEST_TS;
        let at = is_ts.then(|| slack_instant(&text)).flatten().filter(|at| at.micros() > 0);
        (text, at.map_or(Instant::UNDATED, |at| self.workspace.skewed(at)))
    }

    /// The text of a field; another type costs the field and a warning.
    fn text<'t>(&mut self, piece: Option<Piece<'t>>, field: &str) -> Option<Cow<'t, str>> {
        let piece = piece.filter(|piece| !piece.is_null())?;
        let text = piece.text();
        if text.is_none() {
            self.wrong_type(field, "a string");
        }
        text
    }

    fn wrong_type(&mut self, field: &str, expected: &str) {
        self.warn(Trouble::BadField, &format!("`{field}` is not {expected}"));
    }

    /// The values of a list field; another type costs the field and a warning.
    fn list<'t>(&mut self, piece: Option<Piece<'t>>, field: &str) -> Vec<Piece<'t>> {
        let mut values = Vec::new();
        let Some(piece) = piece.filter(|piece| !piece.is_null()) else { return values };
        if !piece.each(|value| {
            if values.len() < MOST_PARTS {
                values.push(value);
            }
        }) {
            self.wrong_type(field, "a list");
        }
        values
    }

    fn object<'t>(&mut self, piece: Option<Piece<'t>>, field: &str) -> Option<Piece<'t>> {
        let piece = piece.filter(|piece| !piece.is_null())?;
        if !piece.is_object() {
            self.wrong_type(field, "an object");
            return None;
        }
        Some(piece)
    }

    fn user(&mut self, id: &str) -> PersonIx {
        self.workspace.user(id).unwrap_or_else(|| stranger(&mut self.cast, id))
    }

    /// Who wrote it, and whether that is a program. Label order: the name given with the message,
    /// the bot's profile, the user, the bot's id.
    fn author(&mut self, fields: &Fields<'_>, subtype: Option<&str>, at: Instant) -> (Option<PersonIx>, bool) {
        let user = self.text(fields.user, "user").unwrap_or_default();
        let bot_id = self.text(fields.bot_id, "bot_id").unwrap_or_default();
        let username = self.text(fields.username, "username").unwrap_or_default();
        let bot_name =
            self.object(fields.bot_profile, "bot_profile").map(|piece| member(piece, "name")).unwrap_or_default();
        let adds_bot = subtype.is_some_and(|subtype| subtype.starts_with("bot_") && subtype != "bot_message");
        if !user.is_empty() {
            let ix = self.user(&user);
            let profile = self.object(fields.user_profile, "user_profile");
            // Whoever is listed is called as the list says.
            let told = profile.filter(|_| self.cast.is_stranger(ix)).map(Profile::read).unwrap_or_default();
            let name = [bot_name.as_str(), told.label()].into_iter().find(|name| !name.is_empty()).unwrap_or("");
            self.cast.name(ix, name, &told.handle, at);
            if adds_bot {
                self.name_added_bot(&bot_id, fields.text, at);
            }
            let listed_bot = self.cast.get(ix).is_some_and(|person| person.is_bot);
            return (Some(ix), !adds_bot && (!bot_id.is_empty() || subtype == Some("bot_message") || listed_bot));
        }
        let commenter = fields.comment.map(|comment| member(comment, "user")).unwrap_or_default();
        if !commenter.is_empty() {
            return (Some(self.user(&commenter)), false);
        }
        self.bot(&bot_id, &username, &bot_name, at)
    }

    /// Relays post for many people under one bot's id, so each name is an author of its own.
    fn bot(&mut self, bot_id: &str, username: &str, bot_name: &str, at: Instant) -> (Option<PersonIx>, bool) {
        let ix = match (bot_id.is_empty(), username.is_empty()) {
            (true, true) => return (None, false),
            (true, false) => program(&mut self.cast, PersonId::from_name(PLATFORM, username), username),
            (false, true) => program(&mut self.cast, PersonId::new(PLATFORM, bot_id), bot_id),
            (false, false) => {
                let id = PersonId::new(PLATFORM, &format!("{bot_id}:{}", slug(username)));
                program(&mut self.cast, id, username)
            }
        };
        let name = if username.is_empty() { bot_name } else { username };
        self.cast.name(ix, name, "", at);
        (Some(ix), true)
    }

    /// `added an integration: <https://…/services/B01|deploys>` is often all that names a bot.
    fn name_added_bot(&mut self, bot_id: &str, text: Option<Piece<'_>>, at: Instant) {
        let text = text.and_then(Piece::text).unwrap_or_default();
        let label = text.split_once("/services/").and_then(|(_, rest)| rest.split_once('|')?.1.split_once('>'));
        if let Some((label, _)) = label.filter(|_| !bot_id.is_empty()) {
            let ix = program(&mut self.cast, PersonId::new(PLATFORM, bot_id), bot_id);
            self.cast.name(ix, label, "", at);
        }
    }

    fn fill_text(&mut self, fields: &Fields<'_>, by_program: bool, record: &mut Record, extras: &mut Extras) {
        let text = self.text(fields.text, "text").unwrap_or_default();
        if Self::list_is_wrong(fields.blocks) {
            self.wrong_type("blocks", "a list");
        }
        if Self::list_is_wrong(fields.attachments) {
            self.wrong_type("attachments", "a list");
        }
        let mut names =
            Mentions { workspace: self.workspace, cast: &mut self.cast, people: Vec::new(), unnamed: false };
        markup::push_plain(&text, &mut names, &mut record.text, &mut extras.links);
        let wants_blocks = record.text.trim().is_empty() || by_program;
        if let Some(piece) = fields.blocks.filter(|piece| wants_blocks && piece.is_list()) {
            let shown = blocks::of_blocks(piece, &mut names, &mut extras.links);
            blocks::merge_body(&mut record.text, &shown, extras);
        }
        if let Some(piece) = fields.attachments.filter(|piece| piece.is_list()) {
            let shown = blocks::of_attachments(piece, &mut names, &mut extras.links);
            chat::attach(&mut record.text, &shown, extras);
        }
        self.read.has_unnamed |= names.unnamed;
        extras.mentions = names.people;
    }

    fn list_is_wrong(piece: Option<Piece<'_>>) -> bool {
        piece.is_some_and(|piece| !piece.is_null() && !piece.is_list())
    }

    fn fill_extras(&mut self, fields: &Fields<'_>, subtype: Option<&str>, record: &mut Record, extras: &mut Extras) {
        let mut flags = record.flags;
        extras.reactions = self.reactions(fields.reactions);
        extras.files = self.files(fields);
        extras.huddle = self.object(fields.room, "room").map(|room| Box::new(self.huddle(room)));
        if let Some(edited) = self.object(fields.edited, "edited") {
            let at = Piece::new(&member_raw(edited, "ts")).text_or_number().and_then(|ts| slack_instant(&ts));
            extras.edited = Some(at.map_or(record.time, |at| self.workspace.skewed(at)));
            flags = flags.with(Flags::EDITED);
        }
        let inviter = self.text(fields.inviter, "inviter").unwrap_or_default();
        extras.inviter = (!inviter.is_empty()).then(|| self.user(&inviter));
        extras.subtype = subtype.filter(|subtype| !is_plain(subtype)).map(RawString::from);
        let bot_id = fields.bot_id.and_then(Piece::text).is_some_and(|id| !id.is_empty());
        for (is_set, flag) in [
            (!extras.reactions.is_empty(), Flags::REACTION),
            (!extras.files.is_empty(), Flags::FILE),
            (!extras.links.is_empty(), Flags::LINK),
            (fields.hidden.and_then(Piece::truth) == Some(true) || subtype == Some("tombstone"), Flags::HIDDEN),
            (bot_id, Flags::BOT_ID),
        ] {
            if is_set {
                flags = flags.with(flag);
            }
        }
        record.flags = flags;
        if record.text.trim().is_empty() {
            record.text = self.text_of_last_resort(extras);
        }
    }

    /// What stands for a message without words: its huddle, else its files.
    fn text_of_last_resort(&self, extras: &Extras) -> String {
        let Some(huddle) = &extras.huddle else {
            let names: Vec<&str> = extras.files.iter().map(|file| file.name.unsanitised()).collect();
            return names.join(", ");
        };
        let length =
            huddle.end.and_then(|end| end.since(huddle.start)).map(|length| format!(", {}", duration_words(length)));
        let names: Vec<&str> =
            huddle.people.iter().filter_map(|&ix| self.cast.get(ix)).map(|person| person.name.unsanitised()).collect();
        let with = if names.is_empty() { String::new() } else { format!(", with {}", names.join(", ")) };
        format!("Huddle{}{with}", length.unwrap_or_default())
    }

    fn reactions(&mut self, piece: Option<Piece<'_>>) -> Vec<Reaction> {
        let mut reactions = Vec::new();
        for value in self.list(piece, "reactions") {
            let (mut name, mut users, mut count) = (String::new(), Vec::new(), None);
            value.fields(|key, value| match key {
                "name" => name = value.text().unwrap_or_default().into_owned(),
                "users" => {
                    value.each(|user| {
                        if let Some(user) = user.text().filter(|_| users.len() < MOST_PARTS) {
                            users.push(user.into_owned());
                        }
                    });
                }
                "count" => count = value.count(),
                _ => {}
            });
            if name.is_empty() {
                self.warn(Trouble::BadField, "a reaction without a name");
                continue;
            }
            let people: Vec<PersonIx> = users.iter().map(|user| self.user(user)).collect();
            let count = count.map_or(people.len() as u32, |count| u32::try_from(count).unwrap_or(u32::MAX));
            reactions.push(Reaction { name: RawString::new(name), people, count });
        }
        reactions
    }

    fn files(&mut self, fields: &Fields<'_>) -> Vec<FileEntry> {
        let mut files = Vec::new();
        let old = self.object(fields.file, "file");
        for value in self.list(fields.files, "files").into_iter().chain(old) {
            if value.is_object() {
                files.push(file_entry(value));
            } else {
                self.warn(Trouble::BadField, "a file that is no object");
            }
        }
        files
    }

    fn huddle(&mut self, room: Piece<'_>) -> Huddle {
        let (mut start, mut end, mut users) = (Instant::UNDATED, None, Vec::new());
        let workspace = self.workspace;
        let seconds = |value: Piece<'_>| {
            value.count().filter(|&seconds| seconds > 0).and_then(|seconds| i64::try_from(seconds).ok())
        };
        let instant = |value| seconds(value).map(|told| workspace.skewed(Instant::from_seconds(told)));
        room.fields(|key, value| match key {
            "date_start" => start = instant(value).unwrap_or(Instant::UNDATED),
            "date_end" => end = instant(value),
            "participant_history" | "participants" => {
                value.each(|user| users.extend(user.text().filter(|_| users.len() < MOST_PARTS).map(Cow::into_owned)));
            }
            _ => {}
        });
        let mut people: Vec<PersonIx> = Vec::new();
        for user in users {
            let ix = self.user(&user);
            if !people.contains(&ix) {
                people.push(ix);
            }
        }
        Huddle { start, end, people }
    }

    fn fill_thread(&mut self, fields: &Fields<'_>, subtype: Option<&str>, record: &mut Record) {
        let (thread_ts, _) = self.instant(fields.thread_ts);
        if !thread_ts.is_empty() && thread_ts != record.native_id {
            record.thread = Some(thread_ts.into_owned());
            record.flags = record.flags.with(Flags::REPLY);
        }
        if matches!(subtype, Some("thread_broadcast" | "reply_broadcast")) {
            record.flags = record.flags.with(Flags::BROADCAST);
        }
        if let Some(piece) = fields.reply_count.filter(|piece| !piece.is_null()) {
            match piece.count() {
                Some(0) => {}
                Some(count) => record.declared_replies = Some(u32::try_from(count).unwrap_or(u32::MAX)),
                None => self.wrong_type("reply_count", "a count"),
            }
        }
    }
}

/// The text of one member of an object; empty when it is not there.
fn member(piece: Piece<'_>, name: &str) -> String {
    Piece::new(&member_raw(piece, name)).text().unwrap_or_default().into_owned()
}

fn member_raw(piece: Piece<'_>, name: &str) -> String {
    let mut found = String::new();
    piece.fields(|key, value| {
        if key == name {
            value.raw().clone_into(&mut found);
        }
    });
    found
}

fn file_entry(piece: Piece<'_>) -> FileEntry {
    let mut file = FileEntry::default();
    let (mut id, mut title, mut private) = (String::new(), String::new(), String::new());
    piece.fields(|key, value| {
        let text = || value.text().unwrap_or_default().into_owned();
        match key {
            "id" => id = text(),
            "name" => file.name = RawString::new(text()),
            "title" => title = text(),
            "size" => file.size = value.count(),
            "permalink" => file.link = RawString::new(without_token(&text())),
            "url_private" => private = without_token(&text()),
            "mode" => {
                file.gone = Some(text())
                    .filter(|mode| matches!(mode.as_str(), "hidden_by_limit" | "tombstone"))
                    .map(RawString::new);
            }
            _ => {}
        }
    });
    if file.name.is_empty() {
        file.name = RawString::new(if title.is_empty() { id } else { title });
    }
    if file.link.is_empty() {
        file.link = RawString::new(private);
    }
    file
}

/// A file's address without the download token that old exports put into it.
fn without_token(link: &str) -> String {
    let Some((address, query)) = link.split_once('?') else { return link.to_owned() };
    let kept: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with("t=")).collect();
    if kept.is_empty() { address.to_owned() } else { format!("{address}?{}", kept.join("&")) }
}

/// Subtypes that the type or a mark of the message says already.
fn is_plain(subtype: &str) -> bool {
    matches!(subtype, "bot_message" | "thread_broadcast" | "reply_broadcast" | "tombstone" | "file_share")
        || matches!(subtype, "channel_join" | "channel_leave" | "group_join" | "group_leave" | "mpim_join")
}

fn kind_of(subtype: Option<&str>, record: &Record, extras: &Extras, fields: &Fields<'_>) -> MessageType {
    let subtype = subtype.unwrap_or("");
    match subtype {
        "tombstone" => return MessageType::Deleted,
        "channel_join" | "group_join" | "mpim_join" => return MessageType::Join,
        "channel_leave" | "group_leave" => return MessageType::Leave,
        "huddle_thread" | "sh_room_created" | "sh_room_shared" => return MessageType::Call,
        _ if extras.huddle.is_some() => return MessageType::Call,
        _ if is_setting(subtype) => return MessageType::Topic,
        _ => {}
    }
    let wordless = || fields.text.and_then(Piece::text).is_none_or(|text| text.trim().is_empty());
    let only_file = !extras.files.is_empty() && extras.attachment_from.is_none() && wordless();
    chat::kind_of_said(record.flags, only_file || matches!(subtype, "file_share" | "file_mention"))
}

/// Records that tell of a change to the channel itself.
fn is_setting(subtype: &str) -> bool {
    let of_channel = subtype.strip_prefix("channel_").or_else(|| subtype.strip_prefix("group_")).is_some();
    of_channel
        || matches!(subtype, "bot_add" | "bot_remove" | "bot_enable" | "bot_disable" | "pinned_item" | "unpinned_item")
}
