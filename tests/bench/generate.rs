//! Makes Slack exports of any size, the same bytes for the same arguments: for benches and for
//! tests that need more than a handful of messages.
//!
//! Looks as Slack's exporter writes: pretty-printed, `\/` and `\uXXXX`, replies in the day file of
//! their own day, joins, alerts of bots in attachments, edits, files, reactions, `user_profile` and
//! `rich_text` blocks. Some channels are busy and most are not; on weekends little is written.
//! Everybody in it is invented.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use dice::Dice;
use words::Words;

#[path = "dice.rs"]
mod dice;
#[path = "words.rs"]
mod words;

/// 2023-01-02T08:00:00Z, when the first message is posted.
const BEGIN: u64 = 1_672_646_400;
const DAY: u64 = 86_400;
/// Files are named by the day in Los Angeles.
const LOS_ANGELES: u64 = 8 * 3_600;

const FIRST_NAMES: [&str; 16] = [
    "Arvo", "Belit", "Cosmo", "Dagny", "Elio", "Fenja", "Goran", "Hedda", "Ilka", "Jorun", "Kaito", "Liora", "Matis",
    "Nessa", "Ouma", "Pelle",
];
const LAST_NAMES: [&str; 12] = [
    "Brandal", "Castrel", "Dorvane", "Eskolin", "Farrow", "Gellner", "Holtven", "Isbrand", "Jandric", "Kolvai",
    "Lundmar", "Mérault",
];
const PLACES: [&str; 5] = ["Europe/Oslo", "America/New_York", "Asia/Tokyo", "Africa/Lagos", "Australia/Sydney"];
const TOPICS: [&str; 10] =
    ["deploys", "search", "payments", "on-call", "support", "data", "mobile", "infra", "alerts", "design"];
const EMOJI: [&str; 6] = ["eyes", "+1", "tada", "white_check_mark", "thinking_face", "heavy_plus_sign::skin-tone-3"];

/// What an export turned out to hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// How many messages.
    pub messages: usize,
    /// How many channels.
    pub channels: usize,
    /// How many day files.
    pub files: usize,
    /// Bytes of all day files.
    pub bytes: u64,
    /// Bytes of all texts, without what JSON escapes.
    pub text_bytes: u64,
    /// How long the texts are that 10, 50, 90, 99 and 100 of 100 do not surpass.
    pub lengths: [usize; 5],
}

/// Writes an export of `messages` messages into `dir`, which is made if it is missing; tells what it
/// holds.
pub fn write_export(dir: &Path, messages: usize, seed: u64) -> io::Result<Shape> {
    let plan = Plan::new(messages, seed);
    fs::create_dir_all(dir)?;
    fs::write(dir.join("users.json"), plan.users())?;
    fs::write(dir.join("channels.json"), plan.channels())?;
    fs::write(dir.join("integration_logs.json"), "[]")?;
    let written = (0..plan.channel_count).into_par_iter().map(|channel| write_channel(dir, &plan, channel));
    let written = written.collect::<io::Result<Vec<_>>>()?;
    let mut shape = Shape { messages, channels: plan.channel_count, ..Shape::default() };
    let mut lengths: Vec<usize> = Vec::with_capacity(messages);
    for (files, bytes, own) in written {
        shape.files += files;
        shape.bytes += bytes;
        lengths.extend(own);
    }
    lengths.sort_unstable();
    shape.text_bytes = lengths.iter().map(|&length| length as u64).sum();
    shape.lengths = [10, 50, 90, 99, 100].map(|percent| {
        let at = (lengths.len() * percent).div_ceil(100).saturating_sub(1);
        lengths.get(at).copied().unwrap_or_default()
    });
    Ok(shape)
}

/// Writes the day files of a channel; gives how many, their bytes, and how long the texts are.
fn write_channel(dir: &Path, plan: &Plan, channel: usize) -> io::Result<(usize, u64, Vec<usize>)> {
    let folder = dir.join(channel_name(channel));
    fs::create_dir_all(&folder)?;
    let mut maker = Maker::new(plan, channel);
    let days = maker.days();
    let (files, mut bytes) = (days.len(), 0);
    for (day, records) in days {
        let list: Vec<String> = records.into_iter().map(|(_, record)| record).collect();
        let text = format!("[\n{}\n]", list.join(",\n"));
        bytes += text.len() as u64;
        fs::write(folder.join(format!("{day}.json")), text)?;
    }
    Ok((files, bytes, maker.lengths))
}

/// Packs a folder made by [`write_export`] into a zip.
pub fn pack(dir: &Path, zip: &Path) -> io::Result<()> {
    let mut writer = zip::ZipWriter::new(io::BufWriter::new(fs::File::create(zip)?));
    let options = zip::write::SimpleFileOptions::default();
    pack_folder(dir, "", &mut writer, options)?;
    writer.finish()?;
    Ok(())
}

fn pack_folder<W: io::Write + io::Seek>(
    dir: &Path,
    prefix: &str,
    writer: &mut zip::ZipWriter<W>,
    options: zip::write::SimpleFileOptions,
) -> io::Result<()> {
    let mut entries: Vec<_> = fs::read_dir(dir)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            pack_folder(&entry.path(), &format!("{name}/"), writer, options)?;
        } else {
            writer.start_file(name, options)?;
            io::Write::write_all(writer, &fs::read(entry.path())?)?;
        }
    }
    Ok(())
}

fn pick<'a>(from: &[&'a str], at: usize) -> &'a str {
    from.get(at % from.len().max(1)).copied().unwrap_or("")
}

fn channel_name(channel: usize) -> String {
    let topic = pick(&TOPICS, channel);
    if channel < TOPICS.len() { topic.to_owned() } else { format!("{topic}-{}", channel / TOPICS.len()) }
}

fn user_id(user: usize) -> String {
    format!("U0GEN{user:04}")
}

fn full_name(user: usize) -> String {
    format!("{} {}", pick(&FIRST_NAMES, user), pick(&LAST_NAMES, user / FIRST_NAMES.len()))
}

fn handle(user: usize) -> String {
    format!("{}{user}", pick(&FIRST_NAMES, user).to_lowercase())
}

/// How many channels, days and people an export of so many messages has.
struct Plan {
    messages: usize,
    seed: u64,
    channel_count: usize,
    days: u64,
    users: usize,
    words: Words,
}

impl Plan {
    fn new(messages: usize, seed: u64) -> Self {
        let (channel_count, days, users) = match messages {
            0..2_000 => (5, 10, 20),
            2_000..50_000 => (20, 45, 120),
            50_000..500_000 => (40, 225, 400),
            500_000..2_500_000 => (120, 730, 1_500),
            _ => (240, 1_460, 4_000),
        };
        Self { messages, seed, channel_count, days, users, words: Words::new(&mut Dice::new(seed, 0)) }
    }

    /// How many messages a channel has; the first is the busiest.
    fn messages_of(&self, channel: usize) -> usize {
        let weight = |channel: usize| 1.0 / (channel as f64 + 1.0).sqrt();
        let all: f64 = (0..self.channel_count).map(weight).sum();
        let share = |channel: usize| (self.messages as f64 * weight(channel) / all) as usize;
        let left_over =
            if channel == 0 { self.messages - (0..self.channel_count).map(share).sum::<usize>() } else { 0 };
        share(channel) + left_over
    }

    fn users(&self) -> String {
        let user = |user: usize| {
            let (id, name, handle, zone) = (user_id(user), full_name(user), handle(user), pick(&PLACES, user));
            pretty(&format!(
                r#"{{"id":"{id}","team_id":"T0GEN","name":"{handle}","deleted":false,"real_name":"{name}","tz":"{zone}","profile":{{"title":"Engineer","real_name":"{name}","display_name":"","email":"{handle}@mail.example"}},"is_bot":false}}"#
            ))
        };
        list((0..self.users).map(user))
    }

    fn channels(&self) -> String {
        let channel = |channel: usize| {
            let name = channel_name(channel);
            pretty(&format!(
                r#"{{"id":"C0GEN{channel:03}","name":"{name}","created":{BEGIN},"is_archived":false,"members":["{}"],"topic":{{"value":""}},"purpose":{{"value":"All about {name}"}}}}"#,
                user_id(channel)
            ))
        };
        list((0..self.channel_count).map(channel))
    }
}

/// Makes the messages of one channel.
struct Maker<'p> {
    plan: &'p Plan,
    channel: usize,
    dice: Dice,
    /// How long the texts made so far are.
    lengths: Vec<usize>,
}

impl<'p> Maker<'p> {
    const fn new(plan: &'p Plan, channel: usize) -> Self {
        Self { plan, channel, dice: Dice::new(plan.seed, channel as u64 + 1), lengths: Vec::new() }
    }

    /// The records by day, each with its instant, in time order.
    fn days(&mut self) -> BTreeMap<String, Vec<(u64, String)>> {
        let mut left = self.plan.messages_of(self.channel);
        let mut days: BTreeMap<String, Vec<(u64, String)>> = BTreeMap::new();
        while left > 0 {
            let at = self.instant();
            let replies = if self.dice.one_in(10) { (1 + self.dice.below(5)).min(left - 1) } else { 0 };
            let mut times = Vec::with_capacity(replies);
            let mut last = at;
            for _ in 0..replies {
                last += 1_000_003 * (10 + self.dice.below(20_000) as u64);
                times.push(last);
            }
            let root = self.message(at, &times, None);
            put(&mut days, at, root);
            for time in times {
                let reply = self.message(time, &[], Some(at));
                put(&mut days, time, reply);
            }
            left -= 1 + replies;
        }
        for records in days.values_mut() {
            records.sort();
        }
        days
    }

    /// Microseconds since 1970 when somebody begins to write, seldom on a weekend.
    fn instant(&mut self) -> u64 {
        loop {
            let after = self.dice.next() % (self.plan.days * DAY * 1_000_000);
            let is_weekend = after / (DAY * 1_000_000) % 7 >= 5;
            if !is_weekend || self.dice.one_in(6) {
                return BEGIN * 1_000_000 + after;
            }
        }
    }

    fn message(&mut self, at: u64, replies: &[u64], root: Option<u64>) -> String {
        let chance = if root.is_none() && replies.is_empty() { self.dice.below(40) } else { 40 };
        let compact = match chance {
            0 => self.join(at),
            1 | 2 => self.alert(at),
            3..40 if pick(&TOPICS, self.channel) == "alerts" => self.alert(at),
            _ => self.words_of_a_person(at, replies, root),
        };
        pretty(&compact)
    }

    fn join(&mut self, at: u64) -> String {
        let (user, ts) = (user_id(self.dice.below(self.plan.users)), ts(at));
        let text = format!("<@{user}> has joined the channel");
        self.lengths.push(text.len());
        format!(r#"{{"user":"{user}","type":"message","subtype":"channel_join","ts":"{ts}","text":"{text}"}}"#)
    }

    fn alert(&mut self, at: u64) -> String {
        let (title, text, ts) = (self.words(20), self.words(60), ts(at));
        let (graph, host) = (self.dice.below(900), self.dice.below(30));
        self.lengths.push(title.len() + text.len());
        format!(
            r#"{{"type":"message","subtype":"bot_message","ts":"{ts}","text":"","bot_id":"B0GEN01","username":"watcher","attachments":[{{"id":1,"color":"d00000","title":"FIRING: {title}","title_link":"https://graphs.example/d/{graph}","text":"{text}","fallback":"FIRING: {title}","fields":[{{"title":"host","value":"gw-{host}","short":true}},{{"title":"service","value":"search","short":true}}],"footer":"watcher"}}]}}"#
        )
    }

    fn words_of_a_person(&mut self, at: u64, replies: &[u64], root: Option<u64>) -> String {
        let user = self.dice.below(self.plan.users);
        let (id, name, handle, first) = (user_id(user), full_name(user), handle(user), pick(&FIRST_NAMES, user));
        let (text, ts) = (self.text(), ts(at));
        let (high, low, picture) = (self.dice.next(), self.dice.below(1 << 48), self.dice.below(1 << 44));
        let (a, b, c, d) = (high >> 32, high >> 16 & 0xffff, high >> 4 & 0xfff, high & 0xfff);
        let mut record = format!(
            r#"{{"client_msg_id":"{a:08x}-{b:04x}-4{c:03x}-a{d:03x}-{low:012x}","type":"message","text":"{text}","user":"{id}","ts":"{ts}","team":"T0GEN","user_team":"T0GEN","source_team":"T0GEN","user_profile":{{"avatar_hash":"g{picture:011x}","image_72":"https://avatars.example/2023-01-02/{id}_{picture:011x}{low:012x}_72.jpg","first_name":"{first}","real_name":"{name}","display_name":"{first}","team":"T0GEN","name":"{handle}","is_restricted":false,"is_ultra_restricted":false}}"#
        );
        self.add_thread(&mut record, at, replies, root);
        self.add_marks(&mut record, at);
        let block = self.dice.below(1 << 20);
        let _ = write!(
            record,
            r#","blocks":[{{"type":"rich_text","block_id":"{block:05x}","elements":[{{"type":"rich_text_section","elements":[{{"type":"text","text":"{text}"}}]}}]}}]}}"#
        );
        record
    }

    fn add_thread(&mut self, record: &mut String, at: u64, replies: &[u64], root: Option<u64>) {
        if let Some(root) = root {
            let _ = write!(record, r#","thread_ts":"{}","parent_user_id":"{}""#, ts(root), user_id(0));
            return;
        }
        let Some(&latest) = replies.last() else { return };
        let mut listed = String::new();
        for &reply in replies {
            let comma = if listed.is_empty() { "" } else { "," };
            let user = user_id(self.dice.below(self.plan.users));
            let _ = write!(listed, r#"{comma}{{"user":"{user}","ts":"{}"}}"#, ts(reply));
        }
        let (own, latest, count, user) = (ts(at), ts(latest), replies.len(), user_id(1));
        let _ = write!(
            record,
            r#","thread_ts":"{own}","reply_count":{count},"reply_users_count":1,"latest_reply":"{latest}","reply_users":["{user}"],"replies":[{listed}],"is_locked":false,"subscribed":false"#
        );
    }

    fn add_marks(&mut self, record: &mut String, at: u64) {
        if self.dice.one_in(10) {
            let users: Vec<String> =
                (0..=self.dice.below(5)).map(|n| format!("\"{}\"", user_id(n * 7 % self.plan.users))).collect();
            let (emoji, count, users) = (pick(&EMOJI, self.dice.below(EMOJI.len())), users.len(), users.join(","));
            let _ = write!(record, r#","reactions":[{{"name":"{emoji}","users":[{users}],"count":{count}}}]"#);
        }
        if self.dice.one_in(30) {
            let _ = write!(record, r#","edited":{{"user":"{}","ts":"{}.000000"}}"#, user_id(0), at / 1_000_000 + 60);
        }
        if self.dice.one_in(20) {
            let _ = write!(record, r#","files":[{}],"upload":false,"display_as_bot":false"#, self.file(at));
        }
    }

    /// A picture with all that Slack tells of one.
    fn file(&mut self, at: u64) -> String {
        let file = self.dice.below(1_000_000);
        let (id, name, seconds, size) = (format!("F0GEN{file:06}"), format!("graph-{file}"), at / 1_000_000, file * 17);
        let link = format!("https://files.example/files-pri/T0GEN-{id}/{name}.png");
        let mut record = format!(
            r#"{{"id":"{id}","created":{seconds},"timestamp":{seconds},"name":"{name}.png","title":"{name}.png","mimetype":"image/png","filetype":"png","pretty_type":"PNG","user":"{}","user_team":"T0GEN","editable":false,"size":{size},"mode":"hosted","is_external":false,"external_type":"","is_public":true,"public_url_shared":false,"url_private":"{link}?t=xoxe-1","url_private_download":"{link}?t=xoxe-1""#,
            user_id(file % self.plan.users)
        );
        for width in [64, 80, 360, 480, 720] {
            let thumb = format!("https://files.example/files-tmb/T0GEN-{id}/{name}_{width}.png?t=xoxe-1");
            let _ = write!(record, r#","thumb_{width}":"{thumb}","thumb_{width}_w":{width},"thumb_{width}_h":{width}"#);
        }
        record.push_str(r#","original_w":1440,"original_h":900,"is_starred":false,"has_rich_preview":false}"#);
        record
    }

    /// A text as people write: mostly short, now and then a page from a log.
    fn text(&mut self) -> String {
        let length = words::length(&mut self.dice);
        let mut text = self.words(length);
        if self.dice.one_in(15) {
            let _ = write!(text, " <@{}>", user_id(self.dice.below(self.plan.users)));
        }
        if self.dice.one_in(25) {
            let _ = write!(text, " <https://graphs.example/d/{}|the graph>", self.dice.below(5_000));
        }
        if self.dice.one_in(20) {
            text.push_str(" :eyes:");
        }
        if self.dice.one_in(40) {
            text.push_str(" 5 &gt; 3 &amp;&amp; ok");
        }
        self.lengths.push(text.len() - text.matches("\\n").count());
        text
    }

    fn words(&mut self, bytes: usize) -> String {
        self.plan.words.of_length(bytes, &mut self.dice)
    }
}

fn put(days: &mut BTreeMap<String, Vec<(u64, String)>>, at: u64, record: String) {
    days.entry(file_day(at)).or_default().push((at, record));
}

fn ts(at: u64) -> String {
    format!("{}.{:06}", at / 1_000_000, at % 1_000_000)
}

fn file_day(at: u64) -> String {
    let seconds = (at / 1_000_000 - LOS_ANGELES).cast_signed();
    chrono::DateTime::from_timestamp(seconds, 0).unwrap_or_default().format("%Y-%m-%d").to_string()
}

fn list(records: impl Iterator<Item = String>) -> String {
    format!("[\n{}\n]", records.collect::<Vec<_>>().join(",\n"))
}

/// Breaks compact JSON into lines as Slack's exporter does, one step in, `/` and other scripts
/// escaped.
fn pretty(compact: &str) -> String {
    let mut lines = String::with_capacity(compact.len() * 2);
    let (mut depth, mut in_string, mut escaped) = (1, false, false);
    lines.push_str("    ");
    for c in compact.chars() {
        if in_string {
            push_escaped(&mut lines, c);
            in_string = escaped || c != '"';
            escaped = !escaped && c == '\\';
            continue;
        }
        match c {
            '{' | '[' => depth += 1,
            '}' | ']' => {
                depth -= 1;
                new_line(&mut lines, depth);
            }
            _ => {}
        }
        lines.push(c);
        match c {
            '{' | '[' | ',' => new_line(&mut lines, depth),
            ':' => lines.push(' '),
            '"' => in_string = true,
            _ => {}
        }
    }
    lines
}

fn push_escaped(lines: &mut String, c: char) {
    match c {
        '/' => lines.push_str("\\/"),
        c if c.is_ascii() => lines.push(c),
        c => {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(lines, "\\u{unit:04x}");
            }
        }
    }
}

fn new_line(lines: &mut String, depth: usize) {
    lines.push('\n');
    for _ in 0..depth {
        lines.push_str("    ");
    }
}
