//! Mail: mailboxes in the mbox form, and single messages.
//!
//! From the documents that define them (RFC 5322, 2045 to 2047, 4155); synthetic only. A mailbox is
//! one channel, a message is its `Message-ID`, and its thread begins with the oldest message it
//! refers to. Of a message of several parts the plain text is read, else the text of its HTML.

mod decode;
mod message;

use super::format::{Claim, Detect, Format};
use super::report::Trouble;
use super::sample::{Root, Sample};
use super::stamp::{self, Decision};
use super::whole::{self, Reading, Room, Transcript};
use super::{ImportError, TOO_LONG};
use crate::archive::builder::Record;
use crate::archive::{ChannelKind, ChannelMeta, FileEntry, Flags, MessageType, Person, PersonIx, Quality};
use crate::base::id::PersonId;
use crate::base::text::RawString;
use crate::base::time::Instant;
use message::Mail;

const PLATFORM: &str = "mail";

/// Headers of which a mail has some.
const HEADERS: [&str; 8] = ["from", "to", "date", "subject", "message-id", "received", "return-path", "mime-version"];

/// A mailbox.
pub(super) const MBOX: Format = Format {
    key: "mbox",
    name: "mailbox",
    detect: Detect::File(claim_mbox),
    open: |source, setting| whole::open(source, setting, read),
};

/// Single messages.
pub(super) const EML: Format = Format {
    key: "eml",
    name: "mail",
    detect: Detect::File(claim_eml),
    open: |source, setting| whole::open(source, setting, read),
};

fn claim_mbox(sample: &Sample) -> Option<Claim> {
    let mut lines = sample.lines();
    let first = lines.next()?;
    (is_envelope(first) && has_headers(lines)).then(|| Claim::sure("it begins with `From ` and the headers of a mail"))
}

fn claim_eml(sample: &Sample) -> Option<Claim> {
    (matches!(sample.root, Root::Text) && has_headers(sample.lines()))
        .then(|| Claim::sure("it begins with the headers of a mail"))
}

/// Whether lines begin with the headers of a mail, the sender among them.
fn has_headers<'a>(lines: impl Iterator<Item = &'a str>) -> bool {
    let (mut known, mut has_sender) = (0, false);
    for line in lines {
        if line.is_empty() || line.starts_with([' ', '\t']) {
            if line.is_empty() {
                break;
            }
            continue;
        }
        let Some((name, _)) = line.split_once(':').filter(|(name, _)| !name.contains(' ')) else { return false };
        let name = name.to_ascii_lowercase();
        known += usize::from(HEADERS.contains(&name.as_str()));
        has_sender |= name == "from";
    }
    has_sender && known >= 3
}

/// Whether a line is the one that an mbox puts before each message: it ends with a year.
fn is_envelope(line: &str) -> bool {
    let Some(rest) = line.strip_prefix("From ") else { return false };
    let mut words = rest.split_whitespace().rev();
    let has_year = words.by_ref().take(3).any(|word| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit()));
    has_year && rest.contains(':')
}

fn read(reading: &Reading<'_>, transcript: &mut Transcript) -> Result<(), ImportError> {
    for entry in reading.source.entries() {
        reading.check_cancel()?;
        let Some(bytes) = reading.bytes(entry, transcript) else { continue };
        let Some(text) = reading.text_of_lines(entry, &mut Transcript::default()) else { continue };
        transcript.decode_by_line();
        transcript.begin_file(&entry.name, &text);
        let room = room(transcript, &entry.name, reading.source.path());
        for (number, (raw, bytes)) in messages(&text, &bytes).into_iter().enumerate() {
            if number % 256 == 0 {
                reading.check_cancel()?;
            }
            if bytes.len() > reading.source.limits().message_bytes {
                transcript.bad_record(TOO_LONG);
            } else {
                take(transcript, room, raw, &Mail::read(bytes), number);
            }
        }
    }
    Ok(())
}

/// Single messages of a folder are one channel; a mailbox is its own.
fn room(transcript: &mut Transcript, name: &str, path: &std::path::Path) -> Room {
    let file = name.rsplit('/').next().unwrap_or(name);
    let is_single = file.to_ascii_lowercase().ends_with(".eml");
    let stem = |file: &str| file.rsplit_once('.').map_or(file, |(stem, _)| stem).to_owned();
    let folder = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let own = if is_single && folder != file { stem(&folder) } else { stem(file) };
    let own = if matches!(own.as_str(), "" | "-") { "mail".to_owned() } else { own };
    transcript.room(ChannelMeta { kind: ChannelKind::Private, ..ChannelMeta::named(PLATFORM, &own, &own) })
}

/// The messages of a mailbox, or the only one of another file, as text and as bytes. Both have the
/// same lines, so that a message is the same span of lines in both.
fn messages<'a>(text: &'a str, bytes: &'a [u8]) -> Vec<(&'a str, &'a [u8])> {
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    let mut starts = Vec::new();
    let (mut in_text, mut in_bytes, mut was_blank) = (0, 0, true);
    for (line, raw) in text.split_inclusive('\n').zip(bytes.split_inclusive(|&byte| byte == b'\n')) {
        if was_blank && is_envelope(line.trim_end()) {
            starts.push((in_text, in_bytes));
        }
        was_blank = line.trim_end().is_empty();
        in_text += line.len();
        in_bytes += raw.len();
    }
    if starts.is_empty() {
        starts.push((0, 0));
    }
    let ends: Vec<_> = starts.iter().skip(1).copied().chain([(text.len(), bytes.len())]).collect();
    let pairs = starts.iter().zip(ends);
    pairs
        .filter_map(|(&(text_from, from), (text_to, to))| {
            Some((text.get(text_from..text_to)?.trim_end(), bytes.get(from..to)?))
        })
        .collect()
}

fn take(transcript: &mut Transcript, room: Room, raw: &str, mail: &Mail, number: usize) {
    if mail.is_empty() {
        return transcript.bad_record("it has no headers of a mail");
    }
    let time = mail.header("date").and_then(|date| stamp::read(&date));
    let decision = Decision::default();
    let (time, quality) = match time.map(|written| (written.instant(&decision, 0), written.wall(&decision, 0))) {
        Some((Some((at, quality)), _)) => (transcript.skewed(at), quality),
        Some((None, Some((wall, quality)))) => transcript.wall(wall, quality),
        _ => {
            transcript.warn(Trouble::NoTime, "its `Date` is missing or no date");
            (Instant::UNDATED, Quality::EXACT)
        }
    };
    let id = mail.id().unwrap_or_else(|| format!("message-{}", number + 1));
    let began_by = mail.root().filter(|began| *began != id);
    let mut record = Record::new(id, time);
    record.quality = quality;
    record.author = mail.header("from").and_then(|from| sender(transcript, &from));
    if began_by.is_some() {
        record.kind = MessageType::Reply;
        record.mark(Flags::REPLY);
    }
    record.thread = began_by;
    let subject = mail.header("subject").unwrap_or_default();
    let body = mail.text();
    record.text =
        [subject.trim(), body.trim()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
    for name in mail.files() {
        record.extras().files.push(FileEntry { name: RawString::from(name.as_str()), ..FileEntry::default() });
        record.mark(Flags::FILE);
    }
    super::links::note(&mut record);
    transcript.push(room, record, raw);
}

/// `Mara Lind <mara@example.com>`, `mara@example.com (Mara Lind)`: the address is the person.
fn sender(transcript: &mut Transcript, from: &str) -> Option<PersonIx> {
    let (name, address) = match from.rsplit_once('<').and_then(|(name, rest)| Some((name, rest.split_once('>')?.0))) {
        Some((name, address)) => (name.trim().trim_matches('"').trim(), address.trim()),
        None => match from.split_once('(') {
            Some((address, name)) => (name.trim_end_matches([')', ' ']), address.trim()),
            None => ("", from.trim()),
        },
    };
    if address.is_empty() && name.is_empty() {
        return None;
    }
    if !address.contains('@') {
        return Some(transcript.named(PLATFORM, if name.is_empty() { address } else { name }));
    }
    let id = PersonId::new(PLATFORM, &address.to_lowercase());
    let shown = if name.is_empty() { address } else { name };
    let mut person = Person::unlisted(id, RawString::from(shown));
    person.email = RawString::from(address);
    Some(transcript.person(person))
}
