//! How much memory an import takes beside what it reads, a family of formats at a time.
//!
//! `cargo bench --bench memory` makes one large file a family, lets the built program `inspect` it and
//! prints one table: bytes read, the most memory the program held, and the bar, which is three times
//! the bytes and 100 MB. `MEANWHILE_MEGABYTES` says how large the files are. It judges nothing.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use serde_json::Value;

const MEGABYTES: u64 = 100;
const MEGABYTE: u64 = 1_000_000;
/// The list of channels beside the day file of a Slack export.
const CHANNELS: &str = r#"[{"id":"C1","name":"ops"}]"#;

/// One family: a file's name, what stands before, between and after its records, and the n-th record.
struct Family {
    name: &'static str,
    file: &'static str,
    head: &'static str,
    between: &'static str,
    tail: &'static str,
    record: fn(&mut String, u64),
}

/// A list of JSON in an object.
const fn list(name: &'static str, file: &'static str, head: &'static str, record: fn(&mut String, u64)) -> Family {
    Family { name, file, head, between: ",\n", tail: "]}", record }
}

/// Records of one line or more, one after the other.
const fn lines(name: &'static str, file: &'static str, head: &'static str, record: fn(&mut String, u64)) -> Family {
    Family { name, file, head, between: "\n", tail: "\n", record }
}

const FAMILIES: [Family; 19] = [
    Family {
        name: "Slack day file",
        file: "slack/ops/2024-01-02.json",
        head: "[",
        between: ",\n",
        tail: "]",
        record: slack,
    },
    list(
        "Discord",
        "discord.json",
        r#"{"guild":{"id":"1","name":"Guild"},"channel":{"id":"2","type":"GuildTextChat","name":"ops"},"messages":["#,
        discord,
    ),
    list("Telegram", "telegram.json", r#"{"name":"ops","type":"private_group","id":7,"messages":["#, telegram),
    list(
        "Matrix",
        "matrix.json",
        r#"{"room_name":"ops","room_creator":"@r:x","topic":"","export_date":"","exported_by":"@r:x","messages":["#,
        matrix,
    ),
    list("Teams", "teams.json", r#"{"value":["#, teams),
    list("Google Chat", "messages.json", r#"{"messages":["#, google_chat),
    list("Rocket.Chat", "rocket.json", r#"{"messages":["#, rocket_chat),
    list("Zulip API", "zulip.json", r#"{"messages":["#, zulip),
    list("PagerDuty", "log_entries.json", r#"{"log_entries":["#, pagerduty),
    list("Kubernetes", "events.json", r#"{"kind":"List","items":["#, kubernetes),
    lines("Mattermost", "import.jsonl", "{\"type\":\"version\",\"version\":1}\n", mattermost),
    lines("GitHub events", "github.jsonl", "", github),
    lines("JSON records", "lines.jsonl", "", json_line),
    lines("IRC", "#ops_20240102.log", "", irc),
    lines("WhatsApp", "chat.txt", "", whatsapp),
    lines("mail", "mail.mbox", "", mail),
    lines("CSV", "rows.csv", "time,author,text\n", csv),
    lines("git log", "log.tsv", "", commit),
    Family {
        name: "calendar",
        file: "calendar.ics",
        head: "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n",
        between: "\r\n",
        tail: "\r\nEND:VCALENDAR\r\n",
        record: calendar,
    },
];

const PEOPLE: [&str; 5] = ["runa", "teo", "ines", "oskar", "amara"];
const SAID: [&str; 4] = [
    "the queue is empty again",
    "who knows about the alias?",
    "rolling back",
    "search shows nothing for customers since this morning, looking at the index now",
];

fn author(at: u64) -> &'static str {
    PEOPLE.get((at % 5) as usize).copied().unwrap_or_default()
}

fn said(at: u64) -> &'static str {
    SAID.get((at / 3 % 4) as usize).copied().unwrap_or_default()
}

/// The clock of the n-th record, one a second from 2024-01-02 on.
fn clock(at: u64) -> (u64, u64, u64, u64, u64) {
    let (day, second) = (at / 86_400, at % 86_400);
    (day / 28 % 12 + 1, day % 28 + 1, second / 3_600, second / 60 % 60, second % 60)
}

fn stamp(at: u64) -> String {
    let (month, day, hour, minute, second) = clock(at);
    format!("{}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}", 2024 + at / 86_400 / 336)
}

/// The n-th record's time in seconds since 1970.
const fn seconds(at: u64) -> u64 {
    1_704_153_600 + at
}

// Writing to a String cannot fail.
fn slack(out: &mut String, at: u64) {
    let (who, text, time) = (at % 5, said(at), seconds(at));
    let _ = write!(
        out,
        r#"{{"client_msg_id":"{at:032x}","type":"message","text":"{text}","user":"U{who}","ts":"{time}.000100","team":"T1","blocks":[{{"type":"rich_text","block_id":"b","elements":[{{"type":"rich_text_section","elements":[{{"type":"text","text":"{text}"}}]}}]}}]}}"#
    );
}

fn discord(out: &mut String, at: u64) {
    let (name, id) = (author(at), 900_000_000_000_000_000 + at);
    let _ = write!(
        out,
        r#"{{"id":"{id}","type":"Default","timestamp":"{}.123+00:00","timestampEdited":null,"isPinned":false,"content":"{}","author":{{"id":"{}","name":"{name}","isBot":false}},"attachments":[],"embeds":[],"reactions":[],"mentions":[]}}"#,
        stamp(at),
        said(at),
        at % 5,
    );
}

fn telegram(out: &mut String, at: u64) {
    let (who, text) = (at % 5, said(at));
    let _ = write!(
        out,
        r#"{{"id":{at},"type":"message","date":"{}","date_unixtime":"{}","from":"{}","from_id":"user{who}","text":"{text}","text_entities":[{{"type":"plain","text":"{text}"}}]}}"#,
        stamp(at),
        seconds(at),
        author(at),
    );
}

fn matrix(out: &mut String, at: u64) {
    let _ = write!(
        out,
        r#"{{"type":"m.room.message","event_id":"$e{at}","room_id":"!r:x","sender":"@{}:x","origin_server_ts":{}000,"content":{{"msgtype":"m.text","body":"{}"}},"unsigned":{{"age":1}}}}"#,
        author(at),
        seconds(at),
        said(at),
    );
}

fn teams(out: &mut String, at: u64) {
    let _ = write!(
        out,
        r#"{{"id":"{}000","replyToId":null,"messageType":"message","createdDateTime":"{}Z","from":{{"user":{{"id":"u{}","displayName":"{}"}}}},"body":{{"contentType":"html","content":"<p>{}</p>"}},"channelIdentity":{{"teamId":"t","channelId":"c"}},"attachments":[],"mentions":[],"reactions":[]}}"#,
        seconds(at),
        stamp(at),
        at % 5,
        author(at),
        said(at),
    );
}

fn google_chat(out: &mut String, at: u64) {
    let (_, _, hour, minute, second) = clock(at);
    let _ = write!(
        out,
        r#"{{"creator":{{"name":"{0}","email":"{0}@x.example","user_type":"Human"}},"created_date":"Tuesday, January 2, 2024 at {1}:{minute:02}:{second:02} PM UTC","text":"{2}","topic_id":"t{at}","message_id":"s/t{at}/m{at}"}}"#,
        author(at),
        hour % 12 + 1,
        said(at),
    );
}

fn rocket_chat(out: &mut String, at: u64) {
    let _ = write!(
        out,
        r#"{{"_id":"m{at}","rid":"r","ts":{{"$date":"{}.000Z"}},"u":{{"_id":"u{}","username":"{}"}},"msg":"{}","mentions":[],"channels":[]}}"#,
        stamp(at),
        at % 5,
        author(at),
        said(at),
    );
}

fn zulip(out: &mut String, at: u64) {
    let _ = write!(
        out,
        r#"{{"id":{at},"sender_id":{},"sender_full_name":"{}","sender_email":"a@x.example","display_recipient":"ops","type":"stream","stream_id":7,"subject":"topic {}","timestamp":{},"content":"<p>{}</p>","reactions":[]}}"#,
        at % 5,
        author(at),
        at / 50,
        seconds(at),
        said(at),
    );
}

fn pagerduty(out: &mut String, at: u64) {
    let _ = write!(
        out,
        r#"{{"id":"R{at}","type":"notify_log_entry","summary":"Notified {}","created_at":"{}Z","agent":{{"id":"P1","type":"service_reference","summary":"Search"}},"channel":{{"type":"auto"}},"incident":{{"id":"Q1","summary":"[#1] Search is empty"}}}}"#,
        author(at),
        stamp(at),
    );
}

fn kubernetes(out: &mut String, at: u64) {
    let _ = write!(
        out,
        r#"{{"kind":"Event","metadata":{{"name":"e{at}","namespace":"search","uid":"{at:032x}"}},"involvedObject":{{"kind":"Pod","name":"index-{}"}},"reason":"Unhealthy","message":"{}","type":"Warning","count":1,"firstTimestamp":"{2}Z","lastTimestamp":"{2}Z"}}"#,
        at % 5,
        said(at),
        stamp(at),
    );
}

fn mattermost(out: &mut String, at: u64) {
    let _ = write!(
        out,
        r#"{{"type":"post","post":{{"team":"t","channel":"ops","user":"{}","message":"{}","create_at":{}000,"reactions":null,"replies":null}}}}"#,
        author(at),
        said(at),
        seconds(at),
    );
}

fn github(out: &mut String, at: u64) {
    let _ = write!(
        out,
        r#"{{"id":"{at}","type":"PushEvent","actor":{{"login":"{}"}},"repo":{{"name":"o/r"}},"payload":{{"ref":"refs/heads/main","commits":[]}},"created_at":"{}Z"}}"#,
        author(at),
        stamp(at),
    );
}

fn json_line(out: &mut String, at: u64) {
    let _ = write!(out, r#"{{"time":"{}Z","user":"{}","message":"{}"}}"#, stamp(at), author(at), said(at));
}

fn irc(out: &mut String, at: u64) {
    // A log of one day, however many lines it has.
    let (_, _, hour, minute, second) = clock(at / 24);
    let _ = write!(out, "[{hour:02}:{minute:02}:{second:02}] <{}> {}", author(at), said(at));
}

fn whatsapp(out: &mut String, at: u64) {
    let (month, day, hour, minute, second) = clock(at);
    let _ = write!(out, "[{day:02}/{month:02}/2024, {hour:02}:{minute:02}:{second:02}] {}: {}", author(at), said(at));
}

fn mail(out: &mut String, at: u64) {
    let (_, _, hour, minute, second) = clock(at);
    let _ = write!(
        out,
        "From {0}@x.example Tue Jan  2 {hour:02}:{minute:02}:{second:02} 2024\nMessage-ID: <{at}@x.example>\nDate: Tue, 2 Jan 2024 {hour:02}:{minute:02}:{second:02} +0000\nFrom: {0} <{0}@x.example>\nSubject: search {at}\n\n{1}\n",
        author(at),
        said(at),
    );
}

fn csv(out: &mut String, at: u64) {
    let _ = write!(out, "{}Z,{},\"{}\"", stamp(at), author(at), said(at));
}

fn commit(out: &mut String, at: u64) {
    let time = stamp(at);
    let _ = write!(out, "{at:040x}\t{time}+02:00\t{time}+02:00\t{}\t{}", author(at), said(at));
}

fn calendar(out: &mut String, at: u64) {
    let time = stamp(at).replace(['-', ':'], "");
    let _ = write!(
        out,
        "BEGIN:VEVENT\r\nUID:{at}@x.example\r\nDTSTART:{time}Z\r\nDTEND:{time}Z\r\nSUMMARY:{}\r\nEND:VEVENT",
        said(at)
    );
}

/// Writes the file of a family, once.
fn made(family: &Family, folder: &Path, bytes: u64) -> io::Result<PathBuf> {
    let path = folder.join(family.file);
    if let Some((export, _)) = family.file.split_once('/') {
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(folder.join(export).join("channels.json"), CHANNELS)?;
    }
    if path.metadata().is_ok_and(|meta| meta.len() >= bytes) {
        return Ok(path);
    }
    let mut file = BufWriter::new(fs::File::create(&path)?);
    file.write_all(family.head.as_bytes())?;
    let (mut written, mut line) = (0, String::new());
    for at in 0.. {
        line.clear();
        line.push_str(if at == 0 { "" } else { family.between });
        (family.record)(&mut line, at);
        file.write_all(line.as_bytes())?;
        written += line.len() as u64;
        if written >= bytes {
            break;
        }
    }
    file.write_all(family.tail.as_bytes())?;
    file.flush()?;
    Ok(path)
}

/// What `inspect` tells of a file, and the most bytes that it held meanwhile.
fn inspected(path: &Path) -> anyhow::Result<(Value, u64)> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_meanwhile"));
    command.arg("inspect").arg(path).arg("--json").stdout(Stdio::piped());
    let mut child = command.spawn()?;
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut peak = 0;
    while child.try_wait()?.is_none() {
        // The peak only grows, so the last one told before the end is all but the last.
        peak = fs::read_to_string(&status).ok().as_deref().and_then(peak_bytes).unwrap_or(peak);
        thread::sleep(Duration::from_millis(2));
    }
    let output = child.wait_with_output()?;
    anyhow::ensure!(output.status.success(), "inspect {} failed", path.display());
    Ok((serde_json::from_slice(&output.stdout)?, peak))
}

fn peak_bytes(status: &str) -> Option<u64> {
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    peak.trim().trim_end_matches("kB").trim().parse::<u64>().ok().map(|kib| kib * 1024)
}

fn main() -> anyhow::Result<()> {
    let asked = std::env::var("MEANWHILE_MEGABYTES").ok().and_then(|megabytes| megabytes.parse().ok());
    let bytes = asked.unwrap_or(MEGABYTES) * MEGABYTE;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("memory");
    fs::create_dir_all(&folder)?;
    println!("{:<24} {:<18} {:>9} {:>8} {:>8} {:>8}  within", "", "format", "messages", "read MB", "peak MB", "bar MB");
    for family in &FAMILIES {
        let path = made(family, &folder, bytes)?;
        let read = path.metadata()?.len();
        // A file of an export is read as a part of it.
        let export = family.file.split_once('/').map_or(path, |(export, _)| folder.join(export));
        let (told, peak) = inspected(&export).with_context(|| family.name)?;
        let bar = 3 * read + 100 * MEGABYTE;
        println!(
            "{:<24} {:<18} {:>9} {:>8} {:>8} {:>8}  {}",
            family.name,
            told.get("format").and_then(Value::as_str).unwrap_or_default(),
            told.get("messages").and_then(Value::as_u64).unwrap_or_default(),
            read / MEGABYTE,
            peak / MEGABYTE,
            bar / MEGABYTE,
            if peak <= bar { "yes" } else { "NO" },
        );
    }
    Ok(())
}
