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

/// One family: a file's name, what stands before, between and after its records, and the n-th record.
struct Family {
    name: &'static str,
    file: &'static str,
    head: &'static str,
    between: &'static str,
    tail: &'static str,
    record: fn(&mut String, u64),
}

const FAMILIES: [Family; 6] = [
    Family {
        name: "JSON list (Discord)",
        file: "discord.json",
        head: r#"{"guild":{"id":"1","name":"Guild"},"channel":{"id":"2","type":"GuildTextChat","name":"ops"},"messages":["#,
        between: ",\n",
        tail: "]}",
        record: discord,
    },
    Family { name: "JSON lines", file: "lines.jsonl", head: "", between: "\n", tail: "\n", record: json_line },
    Family { name: "text lines (IRC)", file: "#ops_20240102.log", head: "", between: "\n", tail: "\n", record: irc },
    Family { name: "text lines (WhatsApp)", file: "chat.txt", head: "", between: "\n", tail: "\n", record: whatsapp },
    Family { name: "CSV", file: "rows.csv", head: "time,author,text\n", between: "\n", tail: "\n", record: csv },
    Family { name: "git log", file: "log.tsv", head: "", between: "\n", tail: "\n", record: commit },
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

// Writing to a String cannot fail.
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

fn csv(out: &mut String, at: u64) {
    let _ = write!(out, "{}Z,{},\"{}\"", stamp(at), author(at), said(at));
}

fn commit(out: &mut String, at: u64) {
    let time = stamp(at);
    let _ = write!(out, "{at:040x}\t{time}+02:00\t{time}+02:00\t{}\t{}", author(at), said(at));
}

/// Writes the file of a family, once.
fn made(family: &Family, folder: &Path, bytes: u64) -> io::Result<PathBuf> {
    let path = folder.join(family.file);
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
        let (told, peak) = inspected(&path).with_context(|| family.name)?;
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
