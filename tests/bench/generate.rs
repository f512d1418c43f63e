//! Makes Slack exports of any size, the same bytes for the same arguments: for benches and for
//! tests that need more than a handful of messages.
//!
//! Looks as Slack's exporter writes: pretty-printed, `\/` and `\uXXXX`, replies in the day file of
//! their own day, joins, alerts of bots in attachments, edits, files, reactions, `user_profile` and
//! `rich_text` blocks. Everybody in it is invented.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

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
const WORDS: [&str; 64] = [
    "alias",
    "queue",
    "deploy",
    "again",
    "please",
    "look",
    "the",
    "is",
    "on",
    "we",
    "and",
    "broker",
    "index",
    "slow",
    "since",
    "this",
    "morning",
    "rollback",
    "customers",
    "see",
    "empty",
    "results",
    "who",
    "knows",
    "about",
    "cache",
    "replica",
    "lag",
    "fine",
    "now",
    "graph",
    "shows",
    "errors",
    "after",
    "release",
    "I",
    "think",
    "it",
    "was",
    "not",
    "yet",
    "shard",
    "timeout",
    "retry",
    "budget",
    "page",
    "nobody",
    "checked",
    "größe",
    "naïve",
    "日本",
    "log",
    "line",
    "says",
    "memory",
    "limit",
    "reached",
    "node",
    "drained",
    "twice",
    "why",
    "ok",
    "thanks",
    "merging",
];
const EMOJI: [&str; 6] = ["eyes", "+1", "tada", "white_check_mark", "thinking_face", "heavy_plus_sign::skin-tone-3"];

/// Writes an export of `messages` messages into `dir`, which is made if it is missing.
pub fn write_export(dir: &Path, messages: usize, seed: u64) -> io::Result<()> {
    let mut maker = Maker::new(messages, seed);
    fs::create_dir_all(dir)?;
    fs::write(dir.join("users.json"), maker.users())?;
    fs::write(dir.join("channels.json"), maker.channels())?;
    fs::write(dir.join("integration_logs.json"), "[]")?;
    for channel in 0..maker.channel_count {
        let folder = dir.join(channel_name(channel));
        fs::create_dir_all(&folder)?;
        for (day, records) in maker.channel(channel, messages) {
            let list: Vec<String> = records.into_iter().map(|(_, record)| record).collect();
            fs::write(folder.join(format!("{day}.json")), format!("[\n{}\n]", list.join(",\n")))?;
        }
    }
    Ok(())
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

/// Small, fast, and the same on every machine.
struct Dice(u64);

impl Dice {
    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    fn one_in(&mut self, chance: usize) -> bool {
        self.below(chance) == 0
    }
}

struct Maker {
    dice: Dice,
    channel_count: usize,
    days: u64,
    users: usize,
}

impl Maker {
    const fn new(messages: usize, seed: u64) -> Self {
        let (channel_count, days, users) = match messages {
            0..2_000 => (5, 10, 20),
            2_000..50_000 => (20, 45, 120),
            50_000..500_000 => (40, 225, 400),
            _ => (120, 730, 1_500),
        };
        Self { dice: Dice(seed), channel_count, days, users }
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

    /// The records of a channel by day, each with its instant, in time order.
    fn channel(&mut self, channel: usize, messages: usize) -> BTreeMap<String, Vec<(u64, String)>> {
        let mut left = messages / self.channel_count + usize::from(channel < messages % self.channel_count);
        let mut days: BTreeMap<String, Vec<(u64, String)>> = BTreeMap::new();
        let span = self.days * DAY * 1_000_000;
        while left > 0 {
            let at = BEGIN * 1_000_000 + self.dice.next() % span;
            let replies = if self.dice.one_in(10) { (1 + self.dice.below(5)).min(left - 1) } else { 0 };
            let mut times = Vec::with_capacity(replies);
            let mut last = at;
            for _ in 0..replies {
                last += 1_000_003 * (10 + self.dice.below(20_000) as u64);
                times.push(last);
            }
            let root = self.message(channel, at, &times, None);
            put(&mut days, at, root);
            for time in times {
                let reply = self.message(channel, time, &[], Some(at));
                put(&mut days, time, reply);
            }
            left -= 1 + replies;
        }
        for records in days.values_mut() {
            records.sort();
        }
        days
    }

    fn message(&mut self, channel: usize, at: u64, replies: &[u64], root: Option<u64>) -> String {
        let chance = if root.is_none() && replies.is_empty() { self.dice.below(40) } else { 40 };
        let compact = match chance {
            0 => self.join(at),
            1 | 2 => self.alert(at),
            3..40 if pick(&TOPICS, channel) == "alerts" => self.alert(at),
            _ => self.words_of_a_person(at, replies, root),
        };
        pretty(&compact)
    }

    fn join(&mut self, at: u64) -> String {
        let (user, ts) = (user_id(self.dice.below(self.users)), ts(at));
        format!(
            r#"{{"user":"{user}","type":"message","subtype":"channel_join","ts":"{ts}","text":"<@{user}> has joined the channel"}}"#
        )
    }

    fn alert(&mut self, at: u64) -> String {
        let (title, text, ts) = (self.words(4), self.words(12), ts(at));
        let (graph, host) = (self.dice.below(900), self.dice.below(30));
        format!(
            r#"{{"type":"message","subtype":"bot_message","ts":"{ts}","text":"","bot_id":"B0GEN01","username":"watcher","attachments":[{{"id":1,"color":"d00000","title":"FIRING: {title}","title_link":"https://graphs.example/d/{graph}","text":"{text}","fallback":"FIRING: {title}","fields":[{{"title":"host","value":"gw-{host}","short":true}},{{"title":"service","value":"search","short":true}}],"footer":"watcher"}}]}}"#
        )
    }

    fn words_of_a_person(&mut self, at: u64, replies: &[u64], root: Option<u64>) -> String {
        let user = self.dice.below(self.users);
        let (id, name, handle, first) = (user_id(user), full_name(user), handle(user), pick(&FIRST_NAMES, user));
        let (text, ts) = (self.text(), ts(at));
        let (high, low, picture) = (self.dice.next(), self.dice.below(1 << 48), self.dice.below(1 << 44));
        let (a, b, c, d) = (high >> 32, high >> 16 & 0xffff, high >> 4 & 0xfff, high & 0xfff);
        let mut record = format!(
            r#"{{"client_msg_id":"{a:08x}-{b:04x}-4{c:03x}-a{d:03x}-{low:012x}","type":"message","text":"{text}","user":"{id}","ts":"{ts}","team":"T0GEN","user_team":"T0GEN","source_team":"T0GEN","user_profile":{{"avatar_hash":"g{picture:011x}","image_72":"https://avatars.example/{id}/72.png","first_name":"{first}","real_name":"{name}","display_name":"","team":"T0GEN","name":"{handle}","is_restricted":false,"is_ultra_restricted":false}}"#
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
            let user = user_id(self.dice.below(self.users));
            let _ = write!(listed, r#"{comma}{{"user":"{user}","ts":"{}"}}"#, ts(reply));
        }
        let (own, latest, count, user) = (ts(at), ts(latest), replies.len(), user_id(1));
        let _ = write!(
            record,
            r#","thread_ts":"{own}","reply_count":{count},"reply_users_count":1,"latest_reply":"{latest}","reply_users":["{user}"],"replies":[{listed}],"is_locked":false,"subscribed":false"#
        );
    }

    fn add_marks(&mut self, record: &mut String, at: u64) {
        if self.dice.one_in(12) {
            let users: Vec<String> =
                (0..=self.dice.below(5)).map(|n| format!("\"{}\"", user_id(n * 7 % self.users))).collect();
            let (emoji, count, users) = (pick(&EMOJI, self.dice.below(EMOJI.len())), users.len(), users.join(","));
            let _ = write!(record, r#","reactions":[{{"name":"{emoji}","users":[{users}],"count":{count}}}]"#);
        }
        if self.dice.one_in(30) {
            let _ = write!(record, r#","edited":{{"user":"{}","ts":"{}.000000"}}"#, user_id(0), at / 1_000_000 + 60);
        }
        if self.dice.one_in(50) {
            let file = self.dice.below(100_000);
            let size = file * 17;
            let _ = write!(
                record,
                r#","files":[{{"id":"F0GEN{file:05}","name":"graph-{file}.png","title":"graph-{file}.png","mimetype":"image/png","size":{size},"mode":"hosted","url_private":"https://files.example/F0GEN{file:05}/graph.png?t=xoxe-1"}}],"upload":false"#
            );
        }
    }

    /// A text as people write: mostly short, now and then a page from a log.
    fn text(&mut self) -> String {
        let count = match self.dice.below(100) {
            0 => 250,
            1..=8 => 40,
            9..=40 => 18,
            _ => 3 + self.dice.below(12),
        };
        let mut text = self.words(count);
        if self.dice.one_in(15) {
            let _ = write!(text, " <@{}>", user_id(self.dice.below(self.users)));
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
        text
    }

    fn words(&mut self, count: usize) -> String {
        let mut text = String::new();
        for n in 0..count {
            if n > 0 {
                text.push_str(if n % 40 == 0 { "\\n" } else { " " });
            }
            text.push_str(pick(&WORDS, self.dice.below(WORDS.len())));
        }
        text
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
