//! `git log`: tab-separated lines (`%H%x09%aI%x09%cI%x09%an%x09%s`), or its default, medium and
//! fuller text, as one lane of commits.
//!
//! A commit stands at its commit date; where the author date differs, the text tells it. Neither says
//! when anything was deployed, and the lane says so. The default text tells the author date only.

use std::collections::{HashMap, HashSet};

use super::ImportError;
use super::clock::{self, Unit};
use super::format::{Claim, Detect, Format};
use super::lane::{by, event};
use super::report::Trouble;
use super::sample::{Root, Sample};
use super::whole::{self, Reading, Room, Transcript};
use crate::archive::{ChannelMeta, Person, PersonIx, Quality};
use crate::base::id::PersonId;
use crate::base::text::RawString;
use crate::base::time::Instant;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    key: "git-log",
    name: "git log",
    detect: Detect::File(claim),
    open: |source, setting| whole::open(source, setting, read),
};

const PLATFORM: &str = "git";

fn claim(sample: &Sample) -> Option<Claim> {
    if sample.root != Root::Text {
        return None;
    }
    let tabbed = sample.share_of_lines(|line| Commit::of_line(line).is_some());
    if tabbed >= 60 {
        return Some(Claim::sure(format!("{tabbed} % of its first lines are a hash and dates between tabs")));
    }
    let mut lines = sample.lines();
    let first = lines.find(|line| !line.trim().is_empty())?;
    let is_headed = lines.take(4).any(|line| line.starts_with("Author:") || line.starts_with("Merge:"));
    (hash_of(first).is_some() && is_headed).then(|| Claim::sure("it begins with a commit as git writes it"))
}

/// The hash of a line like `commit 1f3a… (HEAD -> main)`.
fn hash_of(line: &str) -> Option<&str> {
    let hash = line.strip_prefix("commit ")?.split_whitespace().next()?;
    is_hash(hash).then_some(hash)
}

fn is_hash(text: &str) -> bool {
    (7..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn read(reading: &Reading<'_>, transcript: &mut Transcript) -> Result<(), ImportError> {
    let mut log = Log { room: None, authors: HashMap::new(), known: HashSet::new() };
    reading.each_text(transcript, |transcript, _, text| {
        let is_tabbed = text.lines().find(|line| !line.trim().is_empty()).is_some_and(|line| line.contains('\t'));
        if is_tabbed {
            log.read_lines(transcript, text);
        } else {
            log.read_text(transcript, text);
        }
        Ok(())
    })?;
    let gap = "git log tells when commits were made, not when anything was deployed";
    transcript.missing.push(gap.to_owned());
    Ok(())
}

/// What a commit tells.
#[derive(Debug, Default)]
struct Commit<'t> {
    hash: &'t str,
    author: &'t str,
    email: &'t str,
    authored: &'t str,
    committed: &'t str,
    message: String,
    raw: &'t str,
}

impl<'t> Commit<'t> {
    fn of_line(line: &'t str) -> Option<Self> {
        let mut cells = line.splitn(5, '\t');
        let (hash, authored, committed) = (cells.next()?, cells.next()?, cells.next()?);
        let (author, subject) = (cells.next()?, cells.next().unwrap_or_default());
        let is_one = is_hash(hash) && date(authored).is_some() && date(committed).is_some();
        let message = subject.to_owned();
        is_one.then_some(Self { hash, author, email: "", authored, committed, message, raw: line })
    }

    /// Reads what stands from one `commit` line to the next.
    fn of_block(block: &'t str) -> Option<Self> {
        let mut commit = Self { raw: block.trim_end(), ..Self::default() };
        let mut lines = block.lines();
        commit.hash = hash_of(lines.next()?)?;
        for line in lines.by_ref() {
            if line.trim().is_empty() {
                break;
            }
            let Some((key, value)) = line.split_once(':') else { continue };
            let value = value.trim();
            match key {
                "Author" => (commit.author, commit.email) = name_and_address(value),
                "AuthorDate" | "Date" => commit.authored = value,
                "CommitDate" => commit.committed = value,
                _ => {}
            }
        }
        let message: Vec<&str> = lines.map(|line| line.strip_prefix("    ").unwrap_or(line)).collect();
        message.join("\n").trim().clone_into(&mut commit.message);
        Some(commit)
    }
}

fn name_and_address(text: &str) -> (&str, &str) {
    let Some((name, address)) = text.rsplit_once('<') else { return (text, "") };
    (name.trim(), address.trim_end_matches('>').trim())
}

/// A date as git writes it: ISO strict or not, RFC 2822, its default, or seconds since 1970.
fn date(text: &str) -> Option<Instant> {
    let seconds = || Unit::Seconds.read(text.split(' ').next().filter(|digits| digits.len() >= 9)?);
    clock::with_offset(text).or_else(seconds).map(|(at, _)| at)
}

struct Log {
    room: Option<Room>,
    authors: HashMap<String, PersonIx>,
    known: HashSet<String>,
}

impl Log {
    fn read_lines(&mut self, transcript: &mut Transcript, text: &str) {
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            match Commit::of_line(line) {
                Some(commit) => self.take(transcript, &commit),
                None => transcript.bad_record("the line holds no hash and dates between tabs"),
            }
        }
    }

    fn read_text(&mut self, transcript: &mut Transcript, text: &str) {
        let mut from = None;
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            if hash_of(line).is_some() {
                self.take_block(transcript, text, from, at);
                from = Some(at);
            } else if from.is_none() && !line.trim().is_empty() {
                transcript.bad_record("it stands before the first commit");
            }
            at += line.len();
        }
        self.take_block(transcript, text, from, text.len());
    }

    fn take_block(&mut self, transcript: &mut Transcript, text: &str, from: Option<usize>, to: usize) {
        let Some(block) = from.and_then(|from| text.get(from..to)) else { return };
        match Commit::of_block(block) {
            Some(commit) => self.take(transcript, &commit),
            None => transcript.bad_record("it is no commit"),
        }
    }

    /// Adds a commit; one that another file told already is the same.
    fn take(&mut self, transcript: &mut Transcript, commit: &Commit<'_>) {
        if !self.known.insert(commit.hash.to_owned()) {
            return;
        }
        let has_commit_date = !commit.committed.is_empty();
        let told = if has_commit_date { commit.committed } else { commit.authored };
        let at = date(told).map(|at| transcript.skewed(at));
        if at.is_none() {
            transcript.warn(Trouble::NoTime, &format!("“{told}” is no date of a commit"));
        }
        let author = self.author(transcript, commit);
        let mut text = commit.message.clone();
        if has_commit_date && date(commit.authored) != date(commit.committed) {
            let (subject, rest) = text.split_once('\n').unwrap_or((&text, ""));
            let said = format!("{subject} (authored {})", commit.authored);
            text = if rest.is_empty() { said } else { format!("{said}\n{rest}") };
        }
        if !has_commit_date {
            transcript.guess("this git log tells no commit dates: commits stand at their author dates (git log --format=fuller tells both)");
        }
        let moment = (at.unwrap_or(Instant::UNDATED), Quality::SECOND);
        let record = by(event(commit.hash, moment, "commit", text), author);
        let room = *self.room.get_or_insert_with(|| transcript.room(lane()));
        transcript.push(room, record, commit.raw);
    }

    fn author(&mut self, transcript: &mut Transcript, commit: &Commit<'_>) -> Option<PersonIx> {
        if commit.author.is_empty() && commit.email.is_empty() {
            return None;
        }
        // Lines without addresses mean whoever had that name beside an address.
        if let Some(&known) = self.authors.get(commit.author).filter(|_| commit.email.is_empty()) {
            return Some(known);
        }
        let name = if commit.author.is_empty() { commit.email } else { commit.author };
        let id = match commit.email {
            "" => PersonId::from_name(PLATFORM, name),
            address => PersonId::new(PLATFORM, &address.to_lowercase()),
        };
        let mut person = Person::unlisted(id, RawString::from(name));
        person.email = RawString::from(commit.email);
        person.is_bot = name.ends_with("[bot]");
        let ix = transcript.person(person);
        self.authors.entry(commit.author.to_owned()).or_insert(ix);
        Some(ix)
    }
}

fn lane() -> ChannelMeta {
    let mut meta = ChannelMeta::lane(PLATFORM, "commits", "git commits");
    meta.topic = RawString::from("commit dates, not deploy times");
    meta
}
