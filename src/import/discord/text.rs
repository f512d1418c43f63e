//! CSV and plain text of `DiscordChatExporter`, where no JSON was kept: no ids, clocks to the minute
//! without a zone.
//!
//! A table names no channel, so its file is one; a plain text names its own. The same messages may
//! lie in both: nothing in a table tells, so they stay channels of their own, and that is said.

use std::collections::BTreeSet;

use super::{PLATFORM, slug};
use crate::archive::builder::Record;
use crate::archive::{ChannelMeta, FileEntry, Flags, Ids, MessageType, Person, PersonIx, Quality, Reaction};
use crate::base::id::PersonId;
use crate::base::text::{RawString, fit_bytes};
use crate::base::time::Instant;
use crate::import::clock::{self, Told};
use crate::import::format::{Claim, Detect, Export, Format, Setting};
use crate::import::report::Trouble;
use crate::import::sample::Sample;
use crate::import::source::{Entry, Source};
use crate::import::stamp::{self, Dates, Decision};
use crate::import::table::{Row, Rows};
use crate::import::unnamed::Unnamed;
use crate::import::whole::{self, Reading, Room, Transcript};
use crate::import::{ImportError, TOO_LONG, chat, links};

/// The row of this format.
pub(in crate::import) const FORMAT: Format =
    Format { key: "discord-text", name: "Discord channel (CSV or text)", detect: Detect::File(claim), open };

const HEADER: &str = "AuthorID,Author,Date,Content,Attachments,Reactions";

fn claim(sample: &Sample) -> Option<Claim> {
    if delimiter_of(&sample.text).is_some() {
        return Some(Claim::sure("its first row is `AuthorID`, `Author`, `Date`, `Content`"));
    }
    Header::of(&sample.text).map(|_| Claim::sure("it begins with a block that names `Guild` and `Channel`"))
}

/// What stands between the cells, where the first row is the exporter's.
fn delimiter_of(text: &str) -> Option<u8> {
    let first = text.trim_start_matches('\u{feff}').lines().next()?.replace('"', "");
    let is_header = |delimiter: &str| first.trim().replace(delimiter, ",").trim_end_matches(',') == HEADER;
    [(b',', ","), (b';', ";")].into_iter().find(|(_, delimiter)| is_header(delimiter)).map(|(byte, _)| byte)
}

fn open(source: Source, setting: Setting<'_>) -> Result<Box<dyn Export>, ImportError> {
    whole::open(source, setting, read)
}

fn read(reading: &Reading<'_>, transcript: &mut Transcript) -> Result<(), ImportError> {
    let (mut tables, mut texts) = (BTreeSet::new(), BTreeSet::new());
    reading.each_text(transcript, |transcript, entry, text| {
        let mut pages = Pages { unnamed: Unnamed::default(), dates: dates_of(reading, transcript, text) };
        let stem = stem_of(entry).to_owned();
        if let Some(delimiter) = delimiter_of(text) {
            tables.insert(stem);
            pages.table(reading, transcript, entry, text, delimiter);
        } else if let Some(header) = Header::of(text) {
            texts.insert(stem);
            pages.text(transcript, &header, text);
        } else {
            transcript.refuse(Trouble::BadRecord, &entry.name, "it is neither a table nor a text of the exporter");
        }
        Ok(())
    })?;
    if tables.intersection(&texts).next().is_some() {
        let said = "tables and texts of the same names lie side by side: they are read as channels of their own, so \
                    what is in both is there twice; add only one kind to have it once";
        transcript.guess(said);
    }
    Ok(())
}

/// Looks at all dates of a file before any is read.
fn dates_of(reading: &Reading<'_>, transcript: &mut Transcript, text: &str) -> Decision {
    let mut dates = Dates::default();
    let mut look_at = |text: &str| dates.see(stamp::read(text).and_then(|written| written.day()));
    match delimiter_of(text) {
        Some(delimiter) => Rows::new(text, delimiter).for_each(|row| look_at(row.cell(2))),
        None => text.lines().filter_map(opening).for_each(|(date, _)| look_at(date)),
    }
    let decision = dates.decide(reading.read_as().day_order);
    if let Some(guess) = &decision.guess {
        transcript.guess(guess.clone());
    }
    decision
}

/// The name of a file without its folders and its ending.
fn stem_of(entry: &Entry) -> &str {
    let file = entry.name.rsplit('/').next().unwrap_or(&entry.name);
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}

/// The file name's `[123456]`, where the exporter put the channel's id into it.
fn id_in_name(stem: &str) -> Option<&str> {
    let id = stem.rsplit_once('[')?.1.split_once(']')?.0;
    (id.len() >= 15 && id.bytes().all(|byte| byte.is_ascii_digit())).then_some(id)
}

/// One file while it is read.
struct Pages {
    unnamed: Unnamed,
    dates: Decision,
}

/// What a message says in either form.
struct Said<'t> {
    author: Option<PersonIx>,
    name: &'t str,
    date: &'t str,
    words: String,
    files: Vec<FileEntry>,
    reactions: Vec<Reaction>,
    below: Vec<&'t str>,
}

impl Pages {
    fn table(&mut self, reading: &Reading<'_>, transcript: &mut Transcript, entry: &Entry, text: &str, delimiter: u8) {
        let stem = stem_of(entry);
        let id = id_in_name(stem).map_or_else(|| format!("csv:{stem}"), |id| format!("csv:{id}"));
        let room = transcript.room(ChannelMeta { ids: Ids::Counted, ..ChannelMeta::named(PLATFORM, &id, stem) });
        let most = reading.source.limits().message_bytes;
        for row in Rows::new(text, delimiter).skip(1) {
            if row.raw.len() > most {
                transcript.bad_record(&format!("{TOO_LONG}; a quote may never be closed"));
            } else if row.len() < 4 {
                transcript.bad_record(&format!("the row has {} cells, not six", row.len()));
            } else {
                self.row(transcript, room, &row);
            }
        }
    }

    fn row(&mut self, transcript: &mut Transcript, room: Room, row: &Row<'_>) {
        if row.is_cut {
            transcript.warn_file(Trouble::CutFile, "the last row ends within a quoted cell");
        }
        let said = Said {
            author: Some(author(transcript, row.cell(0), row.cell(1))),
            name: row.cell(1),
            date: row.cell(2),
            words: row.cell(3).to_owned(),
            files: files_of(row.cell(4).split(',')),
            reactions: row.cell(5).split(',').filter_map(reaction).collect(),
            below: Vec::new(),
        };
        self.push(transcript, room, said, row.raw);
    }

    fn text(&mut self, transcript: &mut Transcript, header: &Header<'_>, text: &str) {
        let id = format!("text:{}", [header.guild, header.channel].map(slug).join(":"));
        let room =
            transcript.room(ChannelMeta { ids: Ids::Counted, ..ChannelMeta::named(PLATFORM, &id, header.channel) });
        if let Some(meta) = transcript.meta_mut(room) {
            meta.topic = RawString::from(header.topic);
            meta.purpose = RawString::from(header.guild);
        }
        let mut found = 0;
        for block in Blocks::new(header.rest) {
            found += 1;
            let (date, name) = (block.date, block.name.trim_end_matches(" (pinned)"));
            let mut said = Said {
                author: (!name.is_empty()).then(|| author(transcript, "", name)),
                name,
                date,
                words: String::new(),
                files: Vec::new(),
                reactions: Vec::new(),
                below: Vec::new(),
            };
            block.fill(&mut said);
            self.push(transcript, room, said, block.raw);
        }
        if let Some(declared) = header.declared(text).filter(|declared| *declared != found) {
            let reason = format!("it says that it holds {declared} messages, {found} were found");
            transcript.warn_file(Trouble::BadField, &reason);
        }
    }

    fn push(&mut self, transcript: &mut Transcript, room: Room, said: Said<'_>, raw: &str) {
        let id = self.unnamed.id(&[said.date, said.name, &said.words]);
        let (time, quality) = self.time(transcript, said.date);
        let mut record = Record::new(id, time);
        record.quality = quality;
        record.author = said.author;
        record.text = said.words;
        record.kind = MessageType::Message;
        if is_webhook(said.name) {
            record.mark(Flags::BOT);
            record.kind = MessageType::Bot;
        }
        chat::add_below(&mut record, &said.below.join("\n"));
        if !said.files.is_empty() && record.text.is_empty() {
            record.kind = MessageType::File;
        }
        chat::add_files(&mut record, said.files);
        chat::add_reactions(&mut record, said.reactions);
        links::note(&mut record);
        transcript.push(room, record, raw);
    }

    fn time(&self, transcript: &mut Transcript, date: &str) -> (Instant, Quality) {
        let told = clock::told(date, &self.dates);
        match told {
            Some(Told::At(at, quality)) => (transcript.skewed(at), quality),
            Some(Told::Wall(wall, quality)) => transcript.wall(wall, quality),
            Some(Told::Day(day)) => transcript.wall(day.and_time(chrono::NaiveTime::MIN), Quality::RANGE),
            None => {
                let reason = format!("`{}` is no time that can be read", fit_bytes(date, 80));
                transcript.warn(Trouble::NoTime, &reason);
                (Instant::UNDATED, Quality::EXACT)
            }
        }
    }
}

/// Programs post through webhooks as `name#0000`; so does an account that is gone.
fn is_webhook(name: &str) -> bool {
    name.strip_suffix("#0000").is_some_and(|name| name != "Deleted User")
}

fn author(transcript: &mut Transcript, id: &str, name: &str) -> PersonIx {
    let shown = name.rsplit_once('#').filter(|(_, digits)| digits.len() == 4).map_or(name, |(shown, _)| shown);
    let is_bot = is_webhook(name);
    let id = match (id.is_empty(), is_bot) {
        (true, _) => PersonId::from_name(PLATFORM, name),
        (false, true) => PersonId::new(PLATFORM, &format!("{id}:{}", slug(shown))),
        (false, false) => PersonId::new(PLATFORM, id),
    };
    transcript.person(Person { is_bot, ..Person::unlisted(id, RawString::from(shown)) })
}

fn files_of<'t>(links: impl Iterator<Item = &'t str>) -> Vec<FileEntry> {
    let links = links.map(str::trim).filter(|link| !link.is_empty());
    let file = |link: &str| {
        let address = link.split('?').next().unwrap_or(link);
        let name = address.rsplit('/').next().unwrap_or(address);
        FileEntry { name: RawString::from(name), link: RawString::from(link), ..FileEntry::default() }
    };
    links.map(file).collect()
}

/// `💪 (3)`, or `👍` for one.
fn reaction(text: &str) -> Option<Reaction> {
    let text = text.trim();
    let counted = text.rsplit_once(" (").and_then(|(name, count)| Some((name, count.strip_suffix(')')?.parse().ok()?)));
    let (name, count) = counted.unwrap_or((text, 1));
    let name = name.trim_matches(':');
    (!name.is_empty()).then(|| Reaction { name: RawString::from(name), people: Vec::new(), count })
}

/// The block with which a text begins.
struct Header<'t> {
    guild: &'t str,
    channel: &'t str,
    topic: &'t str,
    messages: Option<usize>,
    /// What follows the block.
    rest: &'t str,
}

impl<'t> Header<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let text = text.trim_start_matches('\u{feff}').trim_start();
        let (rule, after) = text.split_once('\n')?;
        if !is_rule(rule) {
            return None;
        }
        let mut header = Self { guild: "", channel: "", topic: "", messages: None, rest: "" };
        let mut rest = after;
        // The block has a handful of lines; a topic may have some more.
        for _ in 0..200 {
            let (line, after) = rest.split_once('\n')?;
            rest = after;
            if is_rule(line) {
                header.rest = rest;
                return (!header.guild.is_empty() && !header.channel.is_empty()).then_some(header);
            }
            let (key, value) = line.split_once(':').unwrap_or((line, ""));
            match key {
                "Guild" => header.guild = value.trim(),
                "Channel" => header.channel = value.trim(),
                "Topic" => header.topic = value.trim(),
                "Messages" => header.messages = value.trim().replace([',', '.'], "").parse().ok(),
                _ => {}
            }
        }
        None
    }

    /// How many messages the file says that it holds, at its head or at its foot.
    fn declared(&self, text: &str) -> Option<usize> {
        let at_foot = text.trim_end().lines().rev().take(3).find_map(|line| {
            let count = line.strip_prefix("Exported ")?.split_once(" message")?.0;
            count.replace([',', '.'], "").parse().ok()
        });
        at_foot.or(self.messages)
    }
}

fn is_rule(line: &str) -> bool {
    let line = line.trim_end();
    line.len() >= 20 && line.bytes().all(|byte| byte == b'=')
}

/// The date and the name of a line that opens a message.
fn opening(line: &str) -> Option<(&str, &str)> {
    let (date, name) = line.strip_prefix('[')?.split_once(']')?;
    clock::is_dated(date).then(|| (date, name.trim()))
}

/// One message of a text.
struct Block<'t> {
    date: &'t str,
    name: &'t str,
    body: &'t str,
    raw: &'t str,
}

impl<'t> Block<'t> {
    /// Sorts the lines: words first, then parts in braces.
    fn fill(&self, said: &mut Said<'t>) {
        let mut part = "";
        for line in self.body.trim_end().lines() {
            if matches!(line, "{Attachments}" | "{Embed}" | "{Reactions}" | "{Stickers}") {
                part = line;
                continue;
            }
            match part {
                "{Attachments}" => said.files.extend(files_of(std::iter::once(line))),
                "{Reactions}" => said.reactions.extend(reactions_of(line)),
                "" => {
                    said.words.push_str(line);
                    said.words.push('\n');
                }
                _ => said.below.push(line),
            }
        }
        said.words.truncate(said.words.trim_end().len());
    }
}

/// `🤣 (3) 👍`: names with their counts behind them.
fn reactions_of(line: &str) -> Vec<Reaction> {
    let mut found: Vec<Reaction> = Vec::new();
    for word in line.split_whitespace() {
        let count = word.strip_prefix('(').and_then(|word| word.strip_suffix(')')).and_then(|word| word.parse().ok());
        match (count, found.last_mut()) {
            (Some(count), Some(last)) => last.count = count,
            _ => found.extend(reaction(word)),
        }
    }
    found
}

/// The messages of a text, one after the other: one begins at a line with a date that follows an
/// empty one.
struct Blocks<'t> {
    rest: &'t str,
}

impl<'t> Blocks<'t> {
    fn new(text: &'t str) -> Self {
        let mut blocks = Self { rest: text };
        blocks.skip_to_opening();
        blocks
    }

    fn skip_to_opening(&mut self) {
        while !self.rest.is_empty() && self.rest.lines().next().and_then(opening).is_none() {
            self.rest = self.rest.split_once('\n').map_or("", |(_, rest)| rest);
        }
    }
}

impl<'t> Iterator for Blocks<'t> {
    type Item = Block<'t>;

    fn next(&mut self) -> Option<Block<'t>> {
        let all = self.rest;
        let (first, mut rest) = all.split_once('\n').unwrap_or((all, ""));
        let (date, name) = opening(first)?;
        let body_from = all.len() - rest.len();
        let mut after_blank = false;
        while let Some(line) = rest.split_inclusive('\n').next() {
            let is_end = after_blank && (opening(line).is_some() || is_rule(line));
            if is_end {
                break;
            }
            after_blank = line.trim().is_empty();
            rest = rest.get(line.len()..).unwrap_or_default();
        }
        let end = all.len() - rest.len();
        self.rest = rest;
        let body = all.get(body_from..end).unwrap_or_default();
        Some(Block { date, name, body, raw: all.get(..end).unwrap_or_default().trim_end() })
    }
}
