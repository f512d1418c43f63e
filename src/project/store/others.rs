//! What other runs write: their journals from where they were read last, and the snapshot when it is
//! another one than the one known.
//!
//! An edit that another one leans on was in its file before that one was written. So whatever leans
//! on an edit that is not here yet waits for the next look, and only when that edit turns out to be
//! lost it is taken in without.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::open::{Found, is_journal, read_snapshot};
use super::{SavePlace, Store, StoreError, Tried};
use crate::base::text::count_words;
use crate::project::clock::Clock;
use crate::project::document::{Document, JournalEntry};
use crate::project::file::VERSION;
use crate::project::hand::Known;
use crate::project::journal::{self, Header};

/// After so many looks an edit that others lean on is given up for lost.
const LOOKS: u32 = 10;

/// Something that came from another run, for whoever shows the project.
#[derive(Debug, Clone, PartialEq)]
pub enum Arrival {
    /// Edits in an order in which they can be replayed.
    Edits(Vec<JournalEntry>),
    /// A snapshot with edits whose journals are gone.
    Copy(Box<Document>),
}

/// What a look at the files brought.
#[derive(Debug, Default)]
pub struct Seen {
    /// What came in, in this order.
    pub arrivals: Vec<Arrival>,
    /// What the user should know, in sentences.
    pub notices: Vec<String>,
    /// Whether this run's journal is gone, so that only a fold keeps what was in it.
    pub lost_journal: bool,
}

/// How far the journals of other runs are read.
#[derive(Debug, Default)]
pub(super) struct Others {
    journals: BTreeMap<PathBuf, ReadSoFar>,
    /// Edits that lean on others that are not here yet.
    waiting: Vec<JournalEntry>,
    looks_in_vain: u32,
    /// What came in at a look that could not read everything.
    untold: Vec<Arrival>,
}

#[derive(Debug)]
struct ReadSoFar {
    place: (u64, u64),
    len: u64,
    last: Option<u64>,
    header: Header,
}

impl Others {
    /// Lets edits wait for those that they lean on.
    pub(super) fn waiting(&mut self, entries: Vec<JournalEntry>) {
        self.waiting = entries;
    }

    /// The edits that wait in vain.
    pub(super) fn give_up(&mut self) -> Vec<JournalEntry> {
        std::mem::take(&mut self.waiting)
    }

    /// Remembers a journal that was read whole.
    pub(super) fn note(&mut self, found: &Found) {
        let Found { path, place, journal, .. } = found;
        let read = ReadSoFar {
            place: *place,
            len: journal.valid_len as u64,
            last: journal.entries.last().map(|entry| entry.n),
            header: journal.header.clone(),
        };
        self.journals.insert(path.clone(), read);
    }
}

impl Store {
    /// Looks what other runs have written since the last look; `document` takes it in.
    pub fn look(&mut self, document: &mut Document) -> Result<Seen, StoreError> {
        let arrivals = self.untold();
        let mut seen = Seen { lost_journal: self.has_lost_its_journal(), arrivals, ..Seen::default() };
        if self.initial.is_some() && !self.adopt() {
            return Ok(seen);
        }
        // Journals come first: one that is removed meanwhile is in the snapshot read after it.
        let mut entries = std::mem::take(&mut self.others.waiting);
        let read = self.read_journals(&mut entries);
        let looked = read.and_then(|()| self.look_at_snapshot(document, &mut seen));
        Self::take_ready(document, &mut entries, &mut seen);
        if !entries.is_empty() && self.read_journals(&mut entries).is_ok() {
            Self::take_ready(document, &mut entries, &mut seen);
        }
        self.others.looks_in_vain = if entries.is_empty() { 0 } else { self.others.looks_in_vain + 1 };
        if self.others.looks_in_vain > LOOKS {
            for entry in &entries {
                document.replay(entry);
            }
            seen.arrivals.push(Arrival::Edits(std::mem::take(&mut entries)));
        }
        self.others.waiting = entries;
        if let Err(error) = looked {
            // The document has taken it in: whoever shows the project must hear of it all the same.
            self.others.untold = seen.arrivals;
            return Err(error);
        }
        Ok(seen)
    }

    /// What came in at looks that failed.
    pub fn untold(&mut self) -> Vec<Arrival> {
        std::mem::take(&mut self.others.untold)
    }

    fn take_ready(document: &mut Document, entries: &mut Vec<JournalEntry>, seen: &mut Seen) {
        let taken = document.replay_ready(entries);
        if !taken.is_empty() {
            seen.arrivals.push(Arrival::Edits(taken));
        }
    }

    /// Takes a file that somebody made where this project was to be as this project's.
    pub(super) fn adopt(&mut self) -> bool {
        if self.fs.stat(&self.path).is_err() {
            return false;
        }
        let Ok((_, parsed)) = read_snapshot(&*self.fs, &self.path) else { return false };
        parsed.document.project().id().clone_into(&mut self.project_id);
        self.initial = None;
        // Not known yet: the next look takes in what is in it.
        self.snapshot = None;
        true
    }

    fn has_lost_its_journal(&mut self) -> bool {
        let Some(own) = &self.journal else { return false };
        let is_there = match self.fs.stat(&own.path) {
            Ok(stat) => stat.len >= own.durable_len && own.place == Some(stat.place),
            Err(error) => error.kind() != io::ErrorKind::NotFound,
        };
        if !is_there {
            self.journal = None;
        }
        !is_there
    }

    /// Reads what journals of other runs have more.
    fn read_journals(&mut self, entries: &mut Vec<JournalEntry>) -> Result<(), StoreError> {
        let own = format!("{}.jsonl", self.author.actor);
        let elsewhere = self.state_journals().filter(|_| matches!(self.place, SavePlace::StateFolder(_)));
        let mut known = std::mem::take(&mut self.others.journals);
        for folder in [self.sidecar()].into_iter().chain(elsewhere) {
            let paths = match self.fs.list(&folder) {
                Ok(paths) => paths,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => {
                    self.others.journals = known;
                    return Err(error).tried("read", &folder);
                }
            };
            for path in paths.into_iter().filter(|path| is_journal(path) && !path.ends_with(&own)) {
                let before = known.remove(&path);
                // What cannot be read now is read at the next look.
                if let Some(read) = self.read_on(&path, before, entries) {
                    self.others.journals.insert(path, read);
                }
            }
        }
        Ok(())
    }

    fn read_on(&self, path: &Path, before: Option<ReadSoFar>, entries: &mut Vec<JournalEntry>) -> Option<ReadSoFar> {
        let Ok(stat) = self.fs.stat(path) else { return before };
        if let Some(mut read) = before.filter(|read| read.place == stat.place) {
            if stat.len > read.len
                && let Ok(bytes) = self.fs.read_from(path, read.len)
            {
                let more = journal::read_on(&read.header, read.last, &bytes);
                read.len += more.valid_len as u64;
                read.last = more.entries.last().map(|entry| entry.n).or(read.last);
                entries.extend(more.entries);
            }
            return Some(read);
        }
        let journal = journal::read(&self.fs.read(path).ok()?)?;
        let last = journal.entries.last().map(|entry| entry.n);
        if journal.header.actor != self.author.actor {
            entries.extend(journal.entries);
        }
        Some(ReadSoFar { place: stat.place, len: journal.valid_len as u64, last, header: journal.header })
    }

    /// Joins the snapshot when it is not the one known.
    fn look_at_snapshot(&mut self, document: &mut Document, seen: &mut Seen) -> Result<(), StoreError> {
        let stat = self.fs.stat(&self.path).ok();
        if stat.is_some() && stat == self.snapshot.as_ref().map(|(stat, _)| *stat) {
            return Ok(());
        }
        let (stat, mut parsed) = match read_snapshot(&*self.fs, &self.path) {
            Ok(read) => read,
            // Somebody took the file away: it is written again.
            Err(StoreError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                self.snapshot = None;
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        if parsed.version > VERSION {
            self.place = SavePlace::Nowhere(format!("a later version has written it (meanwhile/{})", parsed.version));
        }
        if parsed.changed_by_hand {
            let past = self.past();
            let count = parsed.take_changes_by_hand(&Known::of([&*document], &past));
            seen.notices.push(taken_by_hand(&self.path, count));
        }
        // A snapshot that was changed by hand is written again with the next fold.
        let clock = parsed.document.clock().clone();
        let holds_more = !document.clock().covers_all(&clock);
        self.snapshot = Some((stat, if parsed.changed_by_hand { Clock::default() } else { clock }));
        if holds_more || parsed.document.project().id() != document.project().id() {
            document.join_file(&parsed.document);
            seen.arrivals.push(Arrival::Copy(Box::new(parsed.document)));
        }
        Ok(())
    }
}

/// The sentence that says what was taken in.
pub(super) fn taken_by_hand(path: &Path, count: usize) -> String {
    let what = match count {
        0 => "what stands there is taken in".to_owned(),
        count => format!("{} taken in", count_words(count, "changed value was", "changed values were")),
    };
    format!("{} was changed outside meanwhile; {what}", path.display())
}
