//! Every fixture of every format, cut, flipped, spliced, repeated, nested and packed: whatever the
//! bytes, a load gives messages or a sentence, does bounded work, and holds no more than was there.
//!
//! Loads run on one thread whose processor time is watched, so that a hang is told by the work done
//! and not by a clock that a busy machine slows down.

use std::fs;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use meanwhile::base::reading::ReadAs;
use meanwhile::import::detect::format_keys;
use meanwhile::import::{ImportError, LoadOptions, Loaded, raw_record};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{TestCaseError, TestCaseResult, TestRunner};

use super::fixture::{Fixture, load};
use super::formats;

/// Most bytes of a changed file.
const MOST_BYTES: usize = 64 << 10;
/// Cases of the run that belongs to the suite, and of the long one.
const CASES: u32 = 120;
const MANY_CASES: u32 = 20_000;
/// Seconds of processor time after which a load of [`MOST_BYTES`] counts as hanging.
const MOST_SECONDS: u64 = 30;

const SLACK_DAY: &[u8] = br#"[{"type":"message","user":"U1","text":"see <@U2|x> &lt; \ud83d\ude00","ts":"1733495772.100015","thread_ts":"1733495772.100015","reply_count":1,
"reactions":[{"name":"eyes","users":["U2"],"count":1}],"blocks":[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"t"}]}]}]},
{"subtype":"bot_message","bot_id":"B1","username":"al","text":"","ts":"1733495774.1","attachments":[{"title":"x","fields":[{"title":"a","value":"b"}]}],"room":{"date_start":1}},
{"subtype":"message_changed","message":{"ts":"1.0","text":"n"},"previous_message":{"ts":"1.0","text":"o"},"ts":"2.0"}]"#;

const SLACK: &[(&str, &[u8])] = &[
    ("channels.json", super::fixture::CHANNELS.as_bytes()),
    ("general/2024-12-06.json", SLACK_DAY),
    ("users.json", super::fixture::USERS.as_bytes()),
];

/// One change of bytes.
#[derive(Debug, Clone)]
enum Change {
    Cut(Index),
    Flip(Index, u8),
    Insert(Index, Vec<u8>),
    Delete(Index, usize),
    /// Goes on with what stands somewhere in another fixture.
    Splice(Index, Index, Index),
    Repeat(Index, usize, usize),
    Nest(Index, u8, usize),
    LongLine(Index, u8, usize),
    /// Other digits for a run of digits.
    Digits(Index, Vec<u8>),
    /// Another byte for each of its kind.
    Swap(u8, u8),
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<Index>;
    let telling = prop::sample::select(&b"{}[]\",:\\ \n\r\t<>;-+.|\0\xff\x1b0Z"[..]);
    prop_oneof![
        at().prop_map(Change::Cut),
        (at(), any::<u8>()).prop_map(|(at, byte)| Change::Flip(at, byte)),
        (at(), telling.clone()).prop_map(|(at, byte)| Change::Flip(at, byte)),
        (at(), prop::collection::vec(telling.clone(), 1..8)).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        (at(), 1..80_usize).prop_map(|(at, length)| Change::Delete(at, length)),
        (at(), at(), at()).prop_map(|(at, other, from)| Change::Splice(at, other, from)),
        (at(), 1..2_000_usize, 2..400_usize).prop_map(|(at, length, times)| Change::Repeat(at, length, times)),
        (at(), prop::sample::select(&b"[{<(\"\\>"[..]), 1..20_000_usize)
            .prop_map(|(at, byte, count)| Change::Nest(at, byte, count)),
        (at(), any::<u8>(), 1..40_000_usize).prop_map(|(at, byte, count)| Change::LongLine(at, byte, count)),
        (at(), prop::collection::vec(prop::sample::select(&b"0123456789"[..]), 1..24))
            .prop_map(|(at, digits)| Change::Digits(at, digits)),
        (telling.clone(), telling).prop_map(|(one, other)| Change::Swap(one, other)),
    ]
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>, all: &[(&str, &[u8])]) {
        if bytes.is_empty() {
            bytes.push(b' ');
        }
        let length = bytes.len();
        match self {
            Self::Cut(at) => bytes.truncate(at.index(length)),
            Self::Flip(at, byte) => bytes[at.index(length)] = *byte,
            Self::Insert(at, more) => insert(bytes, *at, more),
            Self::Delete(at, count) => {
                let from = at.index(length);
                bytes.drain(from..length.min(from + count));
            }
            Self::Splice(at, other, from) => {
                let (_, other) = all[other.index(all.len())];
                bytes.truncate(at.index(length));
                bytes.extend_from_slice(&other[from.index(other.len().max(1)).min(other.len())..]);
            }
            Self::Repeat(at, count, times) => {
                let from = at.index(length);
                let chunk = bytes[from..length.min(from + count)].repeat(*times);
                insert(bytes, *at, &chunk);
            }
            Self::Nest(at, byte, count) | Self::LongLine(at, byte, count) => insert(bytes, *at, &vec![*byte; *count]),
            Self::Digits(at, digits) => replace_digits(bytes, at.index(length), digits),
            Self::Swap(one, other) => bytes.iter_mut().filter(|byte| *byte == one).for_each(|byte| *byte = *other),
        }
        bytes.truncate(MOST_BYTES);
    }
}

fn insert(bytes: &mut Vec<u8>, at: Index, more: &[u8]) {
    let at = at.index(bytes.len());
    bytes.splice(at..at, more.iter().copied());
}

/// Puts other digits where, from `at` on, the first digits stand.
fn replace_digits(bytes: &mut Vec<u8>, at: usize, digits: &[u8]) {
    let Some(from) = bytes[at..].iter().position(u8::is_ascii_digit).map(|found| at + found) else { return };
    let count = bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    bytes.splice(from..from + count, digits.iter().copied());
}

/// How the changed file lies on the disk.
#[derive(Debug, Clone, Copy)]
enum Wrapping {
    Piped,
    Gzip,
    Folder,
    Zip,
}

#[derive(Debug, Clone)]
struct Case {
    group: Index,
    file: Index,
    changes: Vec<Change>,
    wrapping: Wrapping,
    /// Formats that it is forced to be.
    forced: Vec<Index>,
}

fn case() -> impl Strategy<Value = Case> {
    let wrapping = prop_oneof![
        4 => Just(Wrapping::Piped),
        1 => Just(Wrapping::Gzip),
        1 => Just(Wrapping::Folder),
        1 => Just(Wrapping::Zip),
    ];
    let forced = prop::collection::vec(any::<Index>(), 2..4);
    let parts = (any::<Index>(), any::<Index>(), prop::collection::vec(change(), 0..5), wrapping, forced);
    parts.prop_map(|(group, file, changes, wrapping, forced)| Case { group, file, changes, wrapping, forced })
}

fn groups() -> Vec<&'static [(&'static str, &'static [u8])]> {
    formats::ALL.iter().copied().chain([SLACK]).collect()
}

fn all_files() -> Vec<(&'static str, &'static [u8])> {
    groups().into_iter().flatten().copied().collect()
}

/// Loads on one thread, whose processor time is watched.
struct Reader {
    pool: rayon::ThreadPool,
    task: PathBuf,
}

impl Reader {
    fn new() -> Self {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let task = pool.install(|| fs::read_link("/proc/thread-self").unwrap_or_default());
        Self { pool, task: Path::new("/proc").join(task) }
    }

    /// Seconds of processor time that the thread has used; 0 where the system does not tell.
    fn seconds(&self) -> u64 {
        let stat = fs::read_to_string(self.task.join("stat")).unwrap_or_default();
        // The name in brackets may hold blanks; user and system time are the 12th and 13th field after it.
        let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields).split_whitespace();
        fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>() / 100
    }

    fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, String> {
        let (sender, receiver) = channel();
        let begun = self.seconds();
        self.pool.spawn(move || {
            // Nobody waits for the result of a load that was found to hang.
            let _ = sender.send(catch_unwind(AssertUnwindSafe(work)));
        });
        loop {
            match receiver.recv_timeout(Duration::from_secs(1)) {
                Ok(Ok(done)) => return Ok(done),
                Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => return Err("it panics".to_owned()),
                Err(RecvTimeoutError::Timeout) if self.seconds() - begun > MOST_SECONDS => {
                    return Err(format!("it still reads after {MOST_SECONDS} s of processor time"));
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}

/// Where the bytes of a case lie, and the options that lead to them.
struct Placed {
    paths: Vec<PathBuf>,
    options: LoadOptions,
    /// How many bytes there are to read.
    bytes: usize,
    _folder: Option<Box<dyn std::any::Any + Send>>,
}

fn place(case: &Case, groups: &[&'static [(&'static str, &'static [u8])]]) -> (Placed, Vec<u8>) {
    let group = groups[case.group.index(groups.len())];
    let at = case.file.index(group.len());
    let (name, content) = group[at];
    let mut bytes = content.to_vec();
    let all = all_files();
    case.changes.iter().for_each(|change| change.apply(&mut bytes, &all));
    let others = group.iter().enumerate().filter(|(place, _)| *place != at).map(|(_, file)| *file);
    let placed = match case.wrapping {
        Wrapping::Piped => piped(name, &bytes),
        Wrapping::Gzip => {
            let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            packed.write_all(&bytes).unwrap();
            let placed = piped(&format!("{name}.gz"), &packed.finish().unwrap());
            Placed { bytes: bytes.len(), ..placed }
        }
        Wrapping::Folder | Wrapping::Zip => {
            let beside: usize = others.clone().map(|(_, content)| content.len()).sum();
            let fixture = Fixture::bare().file(name, &bytes);
            let fixture = others.fold(fixture, |fixture, (name, content)| fixture.file(name, content));
            let count = bytes.len() + beside;
            if matches!(case.wrapping, Wrapping::Folder) {
                let paths = vec![fixture.path().to_owned()];
                Placed { paths, options: LoadOptions::default(), bytes: count, _folder: Some(Box::new(fixture)) }
            } else {
                let zip = fixture.zip("");
                let paths = vec![zip.path()];
                Placed { paths, options: LoadOptions::default(), bytes: count, _folder: Some(Box::new(zip)) }
            }
        }
    };
    (placed, bytes)
}

fn piped(name: &str, bytes: &[u8]) -> Placed {
    let path = PathBuf::from(name);
    let options = LoadOptions { piped: Some((path.clone(), Arc::from(bytes))), ..LoadOptions::default() };
    Placed { paths: vec![path], options, bytes: bytes.len(), _folder: None }
}

fn try_case(case: &Case, reader: &Reader) -> TestCaseResult {
    let (placed, bytes) = place(case, &groups());
    let shown = || String::from_utf8_lossy(&bytes[..bytes.len().min(3_000)]).escape_debug().to_string();
    let keys = format_keys();
    let forced = case.forced.iter().map(|at| Some(keys[at.index(keys.len())].to_owned()));
    for format in std::iter::once(None).chain(forced) {
        let read_as = ReadAs { format: format.clone(), ..ReadAs::default() };
        let options = LoadOptions { read_as, ..placed.options.clone() };
        let (paths, count) = (placed.paths.clone(), placed.bytes);
        let work = move || match load(&paths, &options) {
            Ok(loaded) => judge(&loaded, &paths, &options, count),
            Err(error) => judge_error(&error),
        };
        let judged = reader.run(work).and_then(|judged| judged);
        judged.map_err(|reason| TestCaseError::fail(format!("as {format:?}: {reason}\n{}\n", shown())))?;
    }
    Ok(())
}

fn judge_error(error: &ImportError) -> Result<(), String> {
    let sentence = error.to_string();
    let is_clear = (10..2_000).contains(&sentence.len()) && !sentence.contains(char::is_control);
    if is_clear { Ok(()) } else { Err(format!("its error is no clear sentence: {sentence:?}")) }
}

fn judge(loaded: &Loaded, paths: &[PathBuf], options: &LoadOptions, bytes: usize) -> Result<(), String> {
    let archive = &loaded.archive;
    let expect = |holds: bool, reason: String| if holds { Ok(()) } else { Err(reason) };
    let counts = [
        ("messages", archive.message_count()),
        ("channels", archive.channel_count()),
        ("people", archive.people().len()),
        ("times on call", archive.shifts().len() / 100),
    ];
    for (what, count) in counts {
        expect(count <= bytes + 10, format!("{count} {what} of {bytes} bytes"))?;
    }
    let mut letters = 0;
    for (channel, _) in archive.channels() {
        for (row, message) in archive.messages(channel).enumerate() {
            letters += message.text().unsanitised().len();
            let id = message.id();
            let found = archive.find(&id).and_then(|ix| archive.message(ix)).map(|found| found.id());
            expect(found.as_ref() == Some(&id), format!("{id} is not found again"))?;
            // Asking for a record reads the file anew, so only some are asked for.
            if row == 0 {
                let raw = raw_record(archive, message.ix(), paths, options);
                raw.map_err(|error| format!("the record of {id} is not shown: {error}"))?;
            }
        }
    }
    expect(letters <= bytes * 1_000 + (1 << 20), format!("{letters} bytes of text of {bytes} bytes"))?;
    let sentences = loaded.report.sources.iter().flat_map(|source| source.missing.iter().chain(&source.guessed));
    for sentence in sentences.chain(loaded.report.sources.iter().map(|source| &source.why)) {
        expect(!sentence.contains(char::is_control), format!("the report holds {sentence:?}"))?;
    }
    Ok(())
}

fn run(cases: u32) {
    let reader = Reader::new();
    let config =
        ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 300, ..ProptestConfig::default() };
    if let Err(error) = TestRunner::new(config).run(&case(), |case| try_case(&case, &reader)) {
        panic!("{error}");
    }
}

#[test]
fn changed_bytes_give_messages_or_a_sentence_and_bounded_work() {
    run(CASES);
}

#[test]
#[ignore = "takes many minutes; prints how many cases it tried"]
fn changed_bytes_give_messages_or_a_sentence_and_bounded_work_at_length() {
    let asked = std::env::var("MEANWHILE_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = asked.unwrap_or(MANY_CASES);
    run(cases);
    println!("{cases} cases, {} fixtures, {} formats", all_files().len(), format_keys().len());
}

#[test]
fn every_fixture_as_it_is_forced_to_be_every_format_gives_messages_or_a_sentence() {
    let reader = Reader::new();
    for (name, content) in all_files() {
        for format in format_keys() {
            let Placed { paths, mut options, bytes, .. } = piped(name, content);
            options.read_as.format = Some(format.to_owned());
            let work = move || match load(&paths, &options) {
                Ok(loaded) => judge(&loaded, &paths, &options, bytes),
                Err(error) => judge_error(&error),
            };
            let judged = reader.run(work).and_then(|judged| judged);
            assert_eq!(judged, Ok(()), "{name} as {format}");
        }
    }
}
