//! A project on the disk: its snapshot, its journals and its backups.
//!
//! An edit is saved once its line in the journal outlives a power cut ([`Store::append`]); the
//! snapshot catches up later ([`Store::fold`]). The snapshot is replaced whole or not at all, never
//! when it cannot be read, and only after a second look at what was written. Safety does not rest on
//! the lock: a journal has one writer, joining loses nothing, and journals go only when a snapshot
//! that was read again holds them.

mod backup;
mod fold;
mod open;
mod others;
mod presence;
mod recover;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use thiserror::Error;

use super::clock::Clock;
use super::document::{Author, Document, JournalEntry};
use super::file::FileError;
use super::fs::{Disk, Fs, Handle, Stat};
use super::journal;

pub use fold::{Folded, write_copy};
pub use others::{Arrival, Seen};
pub use presence::{Partner, Presence};
pub use recover::Recovery;

/// Why a project could not be opened or written.
#[derive(Debug, Error)]
pub enum StoreError {
    /// There is no such file.
    #[error("{} does not exist; `meanwhile new` makes a project", .0.display())]
    Missing(PathBuf),
    /// Something has the name that a new project was to get.
    #[error("{} exists already; open it, or choose another name", .0.display())]
    Exists(PathBuf),
    /// The snapshot cannot be read; nothing was written to it.
    #[error("{} cannot be read: {why}. Nothing was changed{}", path.display(), advice(why, backup.as_deref(), path))]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: FileError,
        /// The newest snapshot that can be read.
        backup: Option<PathBuf>,
    },
    /// The snapshot can be read, so there is nothing to bring back.
    #[error("{} can be read; there is nothing to recover", .0.display())]
    NotDamaged(PathBuf),
    /// Edits are refused.
    #[error("{} is open read-only: {why}", path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The system refused a call.
    #[error("cannot {act} {}: {}", path.display(), reason(source))]
    Io {
        /// What was tried: `write`.
        act: &'static str,
        /// On which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// What was written does not read back as what it was.
    #[error("{} did not read back as it was written; the journal beside it holds every edit", .0.display())]
    Unverified(PathBuf),
}

fn advice(why: &FileError, backup: Option<&Path>, path: &Path) -> String {
    match backup {
        _ if matches!(why, FileError::Newer(_)) => String::new(),
        Some(backup) => format!(
            ". `meanwhile recover {}` joins {}, the newest copy that can be read, with all that was written since, \
             and keeps the damaged file",
            path.display(),
            backup.display(),
        ),
        None if matches!(why, FileError::NotAProject) => String::new(),
        None => ". There is no copy of it beside it; take one from version control or a backup".to_owned(),
    }
}

fn reason(error: &io::Error) -> String {
    match error.raw_os_error().map(rustix::io::Errno::from_raw_os_error) {
        Some(rustix::io::Errno::NOSPC) => "the disk is full; make room, it is tried again by itself".to_owned(),
        Some(rustix::io::Errno::DQUOT) => "the quota is used up; make room, it is tried again by itself".to_owned(),
        _ => error.to_string(),
    }
}

/// Adds to an error of the system what was tried on which file.
trait Tried<T> {
    fn tried(self, act: &'static str, path: &Path) -> Result<T, StoreError>;
}

impl<T> Tried<T> for io::Result<T> {
    fn tried(self, act: &'static str, path: &Path) -> Result<T, StoreError> {
        self.map_err(|source| StoreError::Io { act, path: path.to_owned(), source })
    }
}

/// The folder beside a project file.
pub fn sidecar(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".d");
    PathBuf::from(name)
}

/// Whether edits are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Access {
    /// Edits are saved.
    #[default]
    ReadWrite,
    /// Edits are refused, as `--read-only` asks.
    ReadOnly,
}

/// How a project is opened.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// The state folder of the user, for journals that cannot lie beside the project.
    pub state_folder: Option<PathBuf>,
    /// Whether edits are wanted.
    pub access: Access,
    /// The file system.
    pub fs: Arc<dyn Fs>,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self { state_folder: None, access: Access::default(), fs: Arc::new(Disk) }
    }
}

/// Where edits are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SavePlace {
    /// Beside the project, and in it after the next fold.
    Beside,
    /// In the state folder, because the project's own cannot be written.
    StateFolder(PathBuf),
    /// Nowhere: edits are refused, for this reason.
    Nowhere(String),
}

/// Whether the work is safe.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum SaveState {
    /// All edits would outlive a power cut.
    #[default]
    Saved,
    /// Some are on their way.
    Saving,
    /// Some could not be written, for this reason; it is tried again.
    NotSaved(String),
    /// Edits are refused, for this reason.
    ReadOnly(String),
}

/// A project that was opened.
#[derive(Debug)]
pub struct Opened {
    /// What it holds.
    pub document: Document,
    /// Where it is kept.
    pub store: Store,
    /// What the user should know, in sentences.
    pub notices: Vec<String>,
}

/// The keeper of one project in one run.
#[derive(Debug)]
pub struct Store {
    fs: Arc<dyn Fs>,
    /// The file itself, links followed.
    path: PathBuf,
    author: Author,
    project_id: String,
    place: SavePlace,
    state_folder: Option<PathBuf>,
    /// What a project that does not exist yet begins with.
    initial: Option<Box<Document>>,
    journal: Option<OwnJournal>,
    /// The snapshot as it was read or written last, with the edits it holds.
    snapshot: Option<(Stat, Clock)>,
    temp_count: u64,
    /// Whether other machines may write here, too.
    is_remote: bool,
    others: others::Others,
    presence: presence::Presences,
}

/// The journal of this run.
#[derive(Debug)]
struct OwnJournal {
    path: PathBuf,
    /// Missing after an error: the next write opens the file anew, because what an old handle has
    /// not written it may not own up to twice.
    handle: Option<Box<dyn Handle>>,
    /// Its device and inode, to see when somebody takes it away.
    place: Option<(u64, u64)>,
    /// How many bytes are known to outlive a power cut.
    durable_len: u64,
}

impl Store {
    /// The file of the project, links followed.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where edits are kept.
    pub const fn save_place(&self) -> &SavePlace {
        &self.place
    }

    /// Whether other machines may write here, too.
    pub const fn is_remote(&self) -> bool {
        self.is_remote
    }

    /// Whether the project file exists; a new one is made with the first edit.
    pub const fn exists(&self) -> bool {
        self.initial.is_none()
    }

    /// How many edits the snapshot held when it was read or written last.
    fn rev(&self) -> u64 {
        self.snapshot.as_ref().map_or(0, |(_, clock)| clock.count())
    }

    fn sidecar(&self) -> PathBuf {
        sidecar(&self.path)
    }

    fn folder(&self) -> &Path {
        folder_of(&self.path)
    }

    /// The folder of this run's journal.
    fn journal_folder(&self) -> Result<PathBuf, StoreError> {
        match &self.place {
            SavePlace::Beside => Ok(self.sidecar()),
            SavePlace::StateFolder(folder) => Ok(folder.clone()),
            SavePlace::Nowhere(why) => Err(StoreError::ReadOnly { path: self.path.clone(), why: why.clone() }),
        }
    }

    /// Writes edits to the journal, all or none; after it returns they outlive a power cut.
    ///
    /// After an error the same edits are to be handed over again, before any later ones.
    pub fn append(&mut self, entries: &[JournalEntry]) -> Result<(), StoreError> {
        if entries.is_empty() {
            return Ok(());
        }
        match self.make_snapshot() {
            // Somebody else has begun the project meanwhile.
            Err(StoreError::Exists(_)) if self.adopt() => {}
            other => other?,
        }
        match self.write_lines(entries) {
            Err(StoreError::Io { source, .. }) if is_full(&source) && self.drop_reserve() => self.write_lines(entries),
            Err(StoreError::Io { source, .. }) if is_forbidden(&source) && self.move_to_state_folder() => {
                self.write_lines(entries)
            }
            other => other,
        }
    }

    fn write_lines(&mut self, entries: &[JournalEntry]) -> Result<(), StoreError> {
        let mut text = String::new();
        for entry in entries {
            text.push_str(&self.line(journal::entry_line(entry))?);
        }
        self.write_journal(&text)
    }

    fn line(&self, line: Result<String, serde_json::Error>) -> Result<String, StoreError> {
        line.map_err(io::Error::from).tried("write an edit for", &self.path)
    }

    fn write_journal(&mut self, text: &str) -> Result<(), StoreError> {
        self.open_journal()?;
        let Some(own) = &mut self.journal else { return Ok(()) };
        let Some(handle) = &mut own.handle else { return Ok(()) };
        let written = handle.write(text.as_bytes()).and_then(|()| handle.sync());
        match written {
            Ok(()) => {
                own.durable_len += text.len() as u64;
                Ok(())
            }
            Err(error) => {
                own.handle = None;
                Err(error).tried("write", &own.path)
            }
        }
    }

    /// Opens this run's journal, with its first line; after an error cuts off what may be torn.
    fn open_journal(&mut self) -> Result<(), StoreError> {
        if self.journal.as_ref().is_some_and(|own| own.handle.is_some()) {
            return Ok(());
        }
        let folder = self.journal_folder()?;
        let path = folder.join(format!("{}.jsonl", self.author.actor));
        let mut durable_len = self.journal.as_ref().map_or(0, |own| own.durable_len);
        self.fs.make_folder(&folder).tried("make", &folder)?;
        if self.place == SavePlace::Beside {
            self.fs.copy_access(&self.path, &folder, 0o700);
        }
        let mut handle = self.fs.append(&path).tried("write", &path)?;
        self.fs.copy_access(&self.path, &path, 0o600);
        // Without a lock others only take longer to see that this run has ended.
        let _ = handle.try_lock();
        let stat = self.fs.stat(&path).tried("open", &path)?;
        if stat.len < durable_len {
            // Somebody took it away: what was in it is in memory, and the next fold keeps it.
            durable_len = 0;
        }
        handle.set_len(durable_len).tried("write", &path)?;
        let place = Some(stat.place);
        if durable_len == 0 {
            let header = journal::Header::here(&self.author, &self.project_id, self.rev());
            let header = self.line(journal::header_line(&header))?;
            handle.write(header.as_bytes()).and_then(|()| handle.sync()).tried("write", &path)?;
            self.fs.sync_folder(&folder).tried("save", &folder)?;
            self.fs.sync_folder(folder_of(&folder)).tried("save", &folder)?;
            self.journal = Some(OwnJournal { path, handle: Some(handle), place, durable_len: header.len() as u64 });
        } else {
            self.journal = Some(OwnJournal { path, handle: Some(handle), place, durable_len });
        }
        Ok(())
    }

    /// Makes way for the last edits on a full disk.
    fn drop_reserve(&self) -> bool {
        self.fs.remove(&self.sidecar().join(backup::RESERVE)).is_ok()
    }

    /// Keeps edits in the state folder from here on, when the project's own folder turns out not to
    /// be writable and nothing of this run is in it yet.
    fn move_to_state_folder(&mut self) -> bool {
        let Some(folder) = self.state_journals() else { return false };
        if self.place != SavePlace::Beside || self.journal.is_some() {
            return false;
        }
        self.place = SavePlace::StateFolder(folder);
        true
    }

    /// Where the state folder holds journals of this project.
    fn state_journals(&self) -> Option<PathBuf> {
        Some(self.state_folder.as_ref()?.join("journals").join(&self.project_id))
    }

    /// What was done in runs that have ended, the oldest first.
    pub fn past(&self) -> Vec<JournalEntry> {
        backup::past(&*self.fs, &self.sidecar())
    }

    /// What was done in all runs as far as it is known, the oldest first.
    pub fn all_edits(&self) -> Vec<JournalEntry> {
        let folders = [Some(self.sidecar()), self.state_journals()];
        let journals = folders.into_iter().flatten().filter_map(|folder| open::find_journals(&*self.fs, &folder).ok());
        let running = journals.flatten().flat_map(|found| found.journal.entries);
        let mut edits: Vec<JournalEntry> = self.past().into_iter().chain(running).collect();
        edits.sort_by_key(|entry| (entry.hlc, entry.dot()));
        edits.dedup_by_key(|entry| entry.dot());
        edits
    }

    /// Writes edits that could not be saved wherever there is room: the state folder, then the
    /// folder for temporary files. Gives back where they are.
    pub fn rescue(&self, entries: &[JournalEntry]) -> Result<PathBuf, StoreError> {
        let header = journal::Header::here(&self.author, &self.project_id, self.rev());
        let mut text = self.line(journal::header_line(&header))?;
        for entry in entries {
            text.push_str(&self.line(journal::entry_line(entry))?);
        }
        let mut failure = StoreError::Missing(self.path.clone());
        for folder in self.state_journals().into_iter().chain([std::env::temp_dir()]) {
            let path = folder.join(format!("{}.rescued.jsonl", self.author.actor));
            let written = self
                .fs
                .make_folder(&folder)
                .and_then(|()| self.fs.create(&path, 0o600))
                .and_then(|mut handle| handle.write(text.as_bytes()).and_then(|()| handle.sync()));
            match written.tried("write", &path) {
                Ok(()) => return Ok(path),
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

fn errno(error: &io::Error) -> Option<rustix::io::Errno> {
    error.raw_os_error().map(rustix::io::Errno::from_raw_os_error)
}

fn is_full(error: &io::Error) -> bool {
    use rustix::io::Errno;
    matches!(errno(error), Some(Errno::NOSPC | Errno::DQUOT | Errno::FBIG))
}

fn is_forbidden(error: &io::Error) -> bool {
    use rustix::io::Errno;
    matches!(errno(error), Some(Errno::ROFS | Errno::ACCESS | Errno::PERM))
}

#[cfg(test)]
mod tests;
