//! Opens a project: the snapshot and every journal, joined.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::others::{Others, taken_by_hand};
use super::presence::Presences;
use super::{Access, Opened, SavePlace, Store, StoreError, StoreOptions, Tried, backup, folder_of, sidecar};
use crate::project::clock::Clock;
use crate::project::document::{Author, Document, JournalEntry};
use crate::project::file::{self, Parsed, VERSION};
use crate::project::fs::{Fs, Stat};
use crate::project::hand::Known;
use crate::project::journal::{self, End, Journal};

/// A run on another machine that has written nothing for so long is over.
const LONG_GONE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// A journal with the file it lies in.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    /// Its device and inode.
    pub(super) place: (u64, u64),
    pub(super) journal: Journal,
    /// What follows the part that can be used.
    pub(super) rest: Vec<u8>,
}

impl Store {
    /// Opens a project that exists.
    pub fn open(path: &Path, author: &Author, options: &StoreOptions) -> Result<Opened, StoreError> {
        let fs = Arc::clone(&options.fs);
        let path = match fs.resolve(path) {
            Ok(path) => path,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(StoreError::Missing(path.to_owned())),
            Err(error) => return Err(error).tried("open", path),
        };
        // Journals come first: one that is removed meanwhile is in the snapshot read after it.
        let beside = find_journals(&*fs, &sidecar(&path))?;
        let (stat, mut parsed) = read_snapshot(&*fs, &path)?;
        let mut notices = notices_of(&*fs, &path, &mut parsed, &beside);
        let changed_by_hand = parsed.changed_by_hand;
        let mut store = Self::around(path, author, options, parsed.document.project().id());
        let mut document = parsed.document;
        // One that was changed by hand is written again with the next fold.
        let held = if changed_by_hand { Clock::default() } else { document.clock().clone() };
        store.snapshot = Some((stat, held));
        let elsewhere = match store.state_journals() {
            Some(folder) => find_journals(&*fs, &folder)?,
            None => Vec::new(),
        };
        let journals: Vec<Found> = beside.into_iter().chain(elsewhere).collect();
        store.settle_place(options.access, parsed.version, &mut notices);
        notices.extend(store.tidy_tails(&journals));
        for found in &journals {
            store.others.note(found);
        }
        store.replay(&mut document, &journals);
        store.warn_of_links(stat, &mut notices);
        Ok(Opened { document, store, notices })
    }

    /// Prepares a project that does not exist; its file is made with the first edit.
    pub fn create(path: &Path, author: &Author, options: &StoreOptions) -> Result<Opened, StoreError> {
        Self::create_with(path, Document::new(author), author, options)
    }

    /// Prepares a project that begins with `document`, as a copy of another one.
    pub fn create_with(
        path: &Path,
        document: Document,
        author: &Author,
        options: &StoreOptions,
    ) -> Result<Opened, StoreError> {
        let fs = &*options.fs;
        if fs.stat(path).is_ok() {
            return Err(StoreError::Exists(path.to_owned()));
        }
        let folder = fs.resolve(folder_of(path)).tried("open", folder_of(path))?;
        let name = path.file_name().ok_or_else(|| StoreError::Missing(path.to_owned()))?;
        let mut store = Self::around(folder.join(name), author, options, document.project().id());
        let mut notices = Vec::new();
        store.initial = Some(Box::new(document.clone()));
        store.settle_place(options.access, VERSION, &mut notices);
        Ok(Opened { document, store, notices })
    }

    pub(super) fn around(path: PathBuf, author: &Author, options: &StoreOptions, project_id: &str) -> Self {
        Self {
            is_remote: options.fs.is_remote(folder_of(&path)),
            fs: Arc::clone(&options.fs),
            path,
            author: author.clone(),
            project_id: project_id.to_owned(),
            place: SavePlace::Beside,
            state_folder: options.state_folder.clone(),
            initial: None,
            journal: None,
            snapshot: None,
            temp_count: 0,
            others: Others::default(),
            presence: Presences::default(),
        }
    }

    fn settle_place(&mut self, access: Access, version: u32, notices: &mut Vec<String>) {
        let sidecar = self.sidecar();
        let folder = self.folder().to_owned();
        let is_writable =
            self.fs.is_writable(&folder) && (self.fs.stat(&sidecar).is_err() || self.fs.is_writable(&sidecar));
        self.place = if version > VERSION {
            SavePlace::Nowhere(format!("a later version wrote it (meanwhile/{version})"))
        } else if access == Access::ReadOnly {
            SavePlace::Nowhere("as --read-only asks".to_owned())
        } else if is_writable {
            SavePlace::Beside
        } else {
            match self.state_journals() {
                Some(folder) => SavePlace::StateFolder(folder),
                None => SavePlace::Nowhere(format!("{} cannot be written", folder.display())),
            }
        };
        match &self.place {
            SavePlace::StateFolder(state) => notices.push(format!(
                "{} cannot be written: edits are kept in {} and join the project where it can be",
                folder.display(),
                state.display()
            )),
            SavePlace::Nowhere(why) if version > VERSION => {
                notices.push(format!("{} is open read-only: {why}", self.path.display()));
            }
            _ => {}
        }
    }

    /// Joins all journals into the document. What leans on an edit that was written in between is
    /// found at a second look; what leans on one that is lost comes last.
    fn replay(&mut self, document: &mut Document, journals: &[Found]) {
        let entries: Vec<JournalEntry> =
            journals.iter().flat_map(|found| found.journal.entries.iter().cloned()).collect();
        let waiting = document.replay_all(entries);
        if waiting.is_empty() {
            return;
        }
        self.others.waiting(waiting);
        // What a second look cannot read is not there either way.
        let _ = self.look(document);
        for entry in self.others.give_up() {
            document.replay(&entry);
        }
    }

    /// Puts torn ends of journals aside, so that they are told of once.
    fn tidy_tails(&self, journals: &[Found]) -> Vec<String> {
        let mut notices = Vec::new();
        for found in journals.iter().filter(|found| found.journal.end != End::Whole) {
            let by = &found.journal.header.by;
            let count = found.journal.entries.len();
            let path = found.path.display();
            match found.journal.end {
                End::Torn if self.place == SavePlace::Beside && self.is_dead(found) => {
                    if let Some(torn) = self.cut_tail(found) {
                        notices.push(format!(
                            "the last line of a journal of {by} was cut off by a crash; it is kept in {}",
                            torn.display()
                        ));
                    }
                }
                End::Broken => notices.push(format!(
                    "{path} cannot be read beyond edit {count} of {by}; what follows is kept there and not used"
                )),
                End::Unknown => notices.push(format!(
                    "{path} holds edits of a later version after edit {count} of {by}; they are kept there"
                )),
                End::Torn | End::Whole => {}
            }
        }
        notices
    }

    fn cut_tail(&self, found: &Found) -> Option<PathBuf> {
        let torn = found.path.with_extension("jsonl.torn");
        let mut kept = self.fs.append(&torn).ok()?;
        kept.write(&found.rest).and_then(|()| kept.sync()).ok()?;
        let mut journal = self.fs.append(&found.path).ok()?;
        journal.set_len(found.journal.valid_len as u64).and_then(|()| journal.sync()).ok()?;
        Some(torn)
    }

    /// Whether the run that writes a journal has ended: its lock is free, or its process is gone.
    pub(super) fn is_dead(&self, found: &Found) -> bool {
        if found.journal.header.actor == self.author.actor {
            return false;
        }
        if self.is_remote && !found.journal.header.is_of_this_host() {
            // Locks of another machine may not be seen here.
            let stat = self.fs.stat(&found.path).ok();
            let age = stat.and_then(|stat| stat.modified).and_then(|at| at.elapsed().ok());
            return age.is_some_and(|age| age > LONG_GONE);
        }
        let locked = self.fs.append(&found.path).and_then(|mut handle| handle.try_lock());
        locked.unwrap_or_else(|_| found.journal.header.is_gone())
    }

    fn warn_of_links(&self, stat: Stat, notices: &mut Vec<String>) {
        let is_backup = || {
            backup::list(&*self.fs, &self.sidecar())
                .iter()
                .any(|path| self.fs.stat(path).is_ok_and(|backup| backup.place == stat.place))
        };
        if stat.links > 1 && !is_backup() {
            notices.push(format!(
                "{} has {} names; saving gives it a file of its own and the other names keep the old one",
                self.path.display(),
                stat.links
            ));
        }
    }
}

/// Reads the snapshot, or says which copy of it can be read.
pub(super) fn read_snapshot(fs: &dyn Fs, path: &Path) -> Result<(Stat, Parsed), StoreError> {
    let stat = fs.stat(path).tried("open", path)?;
    let bytes = fs.read(path).tried("read", path)?;
    match file::parse(&bytes) {
        Ok(parsed) => Ok((stat, parsed)),
        Err(why) => {
            let backup = backup::newest_readable(fs, &sidecar(path));
            Err(StoreError::Damaged { path: path.to_owned(), why, backup })
        }
    }
}

fn notices_of(fs: &dyn Fs, path: &Path, parsed: &mut Parsed, journals: &[Found]) -> Vec<String> {
    let mut notices: Vec<String> =
        parsed.notices.iter().map(|notice| format!("{}: {notice}", path.display())).collect();
    if parsed.changed_by_hand {
        let sidecar = sidecar(path);
        let mut past = backup::past(fs, &sidecar);
        past.extend(journals.iter().flat_map(|found| found.journal.entries.iter().cloned()));
        let before = backup::newest_readable(fs, &sidecar).and_then(|path| file::parse(&fs.read(&path).ok()?).ok());
        let before = before.as_ref().map(|before| &before.document);
        let count = parsed.take_changes_by_hand(&Known::of(before, &past));
        notices.push(taken_by_hand(path, count));
    }
    notices
}

/// Whether a file beside a project is a journal, by its name.
pub(super) fn is_journal(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "jsonl") && !path.ends_with(backup::HISTORY)
}

/// All journals in a folder that can be used, the newest state of each run once.
pub(super) fn find_journals(fs: &dyn Fs, folder: &Path) -> Result<Vec<Found>, StoreError> {
    let paths = match fs.list(folder) {
        Ok(paths) => paths,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).tried("read", folder),
    };
    let mut found = BTreeMap::new();
    for path in paths {
        if !is_journal(&path) {
            continue;
        }
        let read = fs.stat(&path).and_then(|stat| Ok((stat.place, fs.read(&path)?)));
        let (place, bytes) = match read {
            Ok(read) => read,
            // Its run has just ended; the snapshot holds it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error).tried("read", &path),
        };
        if let Some(journal) = journal::read(&bytes) {
            let rest = bytes.get(journal.valid_len..).unwrap_or_default().to_vec();
            found.insert(path.clone(), Found { path, place, journal, rest });
        }
    }
    Ok(found.into_values().collect())
}
