//! Brings the snapshot up to date: the fold.
//!
//! ```text
//! lock · join what others wrote · write aside · read back · keep the old one · rename · look again
//! ```
//!
//! A crash at any point leaves the old snapshot or the new one, and the journals until a snapshot
//! that was read again holds what they hold.

use std::io;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime};

use super::super::fs::Fs;
use super::open::{Found, find_journals, read_snapshot};
use super::{Arrival, SavePlace, Store, StoreError, Tried, backup, folder_of};
use crate::project::clock::Clock;
use crate::project::document::Document;
use crate::project::file;
use crate::project::fs::Stat;
use crate::project::journal::{self, End};
use crate::project::lock;

/// The mode of a new project file.
const MODE: u32 = 0o644;
/// A temporary file older than this was left behind by a crash.
const STALE: Duration = Duration::from_secs(24 * 60 * 60);
/// How often others may win the race for the file before this run leaves it to them.
const ROUNDS: u32 = 4;

/// What came of a fold.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Folded {
    /// Whether the file was written; it is not when it held everything.
    pub written: bool,
    /// What the user should know, in sentences.
    pub notices: Vec<String>,
    /// What others had written meanwhile, in the order in which it was taken in.
    pub arrivals: Vec<Arrival>,
}

/// Whether this run goes on after the fold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Run {
    GoesOn,
    Ends,
}

/// Writes a project as it stands into another file, for `:w FILE`; that file must not exist. Of the
/// projects that it is made `of`, the one that the fewest may read says who may read it.
pub fn write_copy(fs: &dyn Fs, path: &Path, document: &Document, of: &[&Path]) -> Result<(), StoreError> {
    let stats = of.iter().filter_map(|model| Some((*model, fs.stat(model).ok()?.mode)));
    let model = stats.min_by_key(|(_, mode)| (mode & 0o077).count_ones());
    let mut handle = match fs.create(path, model.map_or(MODE, |_| 0o600)) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(StoreError::Exists(path.to_owned()));
        }
        other => other.tried("write", path)?,
    };
    if let Some((model, _)) = model {
        fs.copy_access(model, path, 0o600);
    }
    let text = file::print(document);
    handle.write(text.as_bytes()).and_then(|()| handle.sync()).tried("write", path)?;
    fs.sync_folder(folder_of(path)).tried("save", path)
}

impl Store {
    /// Writes the snapshot, together with what others have written meanwhile, which `document` takes
    /// in. Does nothing where the project cannot be written: the journals hold everything.
    pub fn fold(&mut self, document: &mut Document) -> Result<Folded, StoreError> {
        self.fold_once(document, Run::GoesOn, None)
    }

    /// The same, while this run goes on: another thread writes the file and reads it back, and until
    /// it is done `meanwhile` is called again and again. Edits that are appended then are not in the
    /// snapshot; their journal stays.
    pub fn fold_while(
        &mut self,
        document: &mut Document,
        meanwhile: &mut dyn FnMut(&mut Self),
    ) -> Result<Folded, StoreError> {
        self.fold_once(document, Run::GoesOn, Some(meanwhile))
    }

    /// Folds a last time and takes this run's journal away, once the snapshot holds it.
    pub fn close(&mut self, document: &mut Document) -> Result<Folded, StoreError> {
        if self.initial.is_some() {
            return Ok(Folded::default());
        }
        self.fold_once(document, Run::Ends, None)
    }

    /// Makes the file of a project that does not exist yet.
    pub(super) fn make_snapshot(&mut self) -> Result<(), StoreError> {
        let Some(document) = self.initial.take() else { return Ok(()) };
        let made = self.write_first(&document);
        if made.is_err() {
            self.initial = Some(document);
        }
        made
    }

    fn write_first(&mut self, document: &Document) -> Result<(), StoreError> {
        self.journal_folder()?;
        let temp = self.write_aside(document, MODE)?;
        // A second name must be free, so nobody's file of the same name is lost.
        let named = match self.fs.link(&temp, &self.path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && self.is_already_made(document) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(StoreError::Exists(self.path.clone())),
            Err(_) if self.fs.stat(&self.path).is_err() => self.fs.rename(&temp, &self.path).tried("write", &self.path),
            other => other.tried("write", &self.path),
        };
        // After a rename there is nothing left to take away.
        let _ = self.fs.remove(&temp);
        named?;
        self.fs.sync_folder(self.folder()).tried("save", self.folder())?;
        let stat = self.fs.stat(&self.path).tried("open", &self.path)?;
        self.snapshot = Some((stat, document.clock().clone()));
        Ok(())
    }

    /// Whether an earlier try got as far as the file, and failed after it.
    fn is_already_made(&self, document: &Document) -> bool {
        read_snapshot(&*self.fs, &self.path)
            .is_ok_and(|(_, parsed)| parsed.document.project().id() == document.project().id())
    }

    fn fold_once(
        &mut self,
        document: &mut Document,
        run: Run,
        mut meanwhile: Option<&mut dyn FnMut(&mut Self)>,
    ) -> Result<Folded, StoreError> {
        if self.place != SavePlace::Beside {
            return Ok(Folded::default());
        }
        self.make_snapshot()?;
        let sidecar = self.sidecar();
        self.fs.make_folder(&sidecar).tried("make", &sidecar)?;
        self.fs.copy_access(&self.path, &sidecar, 0o700);
        let lock = lock::acquire(&*self.fs, &sidecar.join("lock"));
        self.fs.copy_access(&self.path, &sidecar.join("lock"), 0o600);
        let mut folded = Folded::default();
        for _ in 0..ROUNDS {
            let seen = self.look(document)?;
            folded.arrivals.extend(seen.arrivals);
            folded.notices.extend(seen.notices);
            if self.place != SavePlace::Beside {
                return Ok(folded);
            }
            if self.is_up_to_date(document) {
                break;
            }
            let mode = self.fs.stat(&self.path).map_or(MODE, |stat| stat.mode);
            let temp = match &mut meanwhile {
                Some(meanwhile) => self.write_aside_while(document, mode, *meanwhile)?,
                None => self.write_aside(document, mode)?,
            };
            self.replace(document, &temp, &mut folded)?;
        }
        self.clean_up(run, &mut folded);
        drop(lock);
        Ok(folded)
    }

    fn is_up_to_date(&self, document: &Document) -> bool {
        self.snapshot.as_ref().is_some_and(|(_, clock)| clock.covers_all(document.clock()))
    }

    /// Puts the file written aside, which holds `document`, in the place of the old one.
    fn replace(&mut self, document: &Document, temp: &Path, folded: &mut Folded) -> Result<(), StoreError> {
        if let Err(error) = backup::keep(&*self.fs, &self.path, &self.sidecar(), self.rev()) {
            folded.notices.push(format!("no backup was made of {}: {error}", self.path.display()));
        }
        let place = self.fs.stat(temp).tried("open", temp)?.place;
        let renamed = self.fs.rename(temp, &self.path);
        if let Err(error) = renamed {
            // Over NFS a rename may have happened all the same: what lies there decides.
            if self.fs.stat(&self.path).map(|stat| stat.place).ok() != Some(place) {
                let _ = self.fs.remove(temp);
                return Err(error).tried("write", &self.path);
            }
        }
        self.fs.sync_folder(self.folder()).tried("save", self.folder())?;
        let stat = self.fs.stat(&self.path).tried("open", &self.path)?;
        if stat.place == place {
            self.snapshot = Some((stat, document.clock().clone()));
            folded.written = true;
        }
        Ok(())
    }

    /// Writes the file under another name for those who may read the project, and reads it back.
    pub(super) fn write_aside(&mut self, document: &Document, mode: u32) -> Result<PathBuf, StoreError> {
        let temp = self.next_temp();
        write_checked(&*self.fs, &self.path, &temp, document, mode).map(|()| temp)
    }

    fn write_aside_while(
        &mut self,
        document: &Document,
        mode: u32,
        meanwhile: &mut dyn FnMut(&mut Self),
    ) -> Result<PathBuf, StoreError> {
        let (temp, fs, path) = (self.next_temp(), Arc::clone(&self.fs), self.path.clone());
        let write = || write_checked(&*fs, &path, &temp, document, mode);
        let written = thread::scope(|scope| {
            let writer = thread::Builder::new().name("fold".to_owned());
            let Ok(writer) = writer.spawn_scoped(scope, write) else {
                // Without a thread the rest has to wait.
                return write();
            };
            while !writer.is_finished() {
                meanwhile(self);
            }
            writer.join().unwrap_or_else(|panic| resume_unwind(panic))
        });
        written.map(|()| temp)
    }

    fn next_temp(&mut self) -> PathBuf {
        self.temp_count += 1;
        self.folder().join(format!("{}{}.{}.tmp", self.temp_prefix(), self.author.actor, self.temp_count))
    }

    fn temp_prefix(&self) -> String {
        format!(".{}.", self.path.file_name().unwrap_or_default().to_string_lossy())
    }

    /// Takes away what is no longer needed. Nothing here can cost an edit, so nothing here fails.
    fn clean_up(&mut self, run: Run, folded: &mut Folded) {
        if folded.written && run == Run::GoesOn && self.journal.is_some() {
            // For people who read the journal; the program goes by the clock of the snapshot.
            let _ = self.write_journal(&journal::folded_line(self.rev()));
        }
        let snapshot = self.reread_clock();
        let elsewhere = self.state_journals().map(|folder| find_journals(&*self.fs, &folder));
        let beside = find_journals(&*self.fs, &self.sidecar());
        let journals = beside.into_iter().chain(elsewhere.into_iter().flatten()).flatten();
        for found in journals {
            let own = found.journal.header.actor == self.author.actor;
            let over = if own { run == Run::Ends } else { self.is_dead(&found) };
            if over && snapshot.as_ref().is_some_and(|clock| is_held(&found, clock)) {
                self.retire(&found, folded);
                if own {
                    self.journal = None;
                }
            }
        }
        backup::prune(&*self.fs, &self.sidecar(), SystemTime::now());
        backup::keep_reserve(&*self.fs, &self.sidecar());
        self.remove_stale_temps();
    }

    /// The clock of the snapshot as it lies on the disk: read again when it is not known by heart.
    fn reread_clock(&self) -> Option<Clock> {
        let stat = self.fs.stat(&self.path).ok()?;
        match &self.snapshot {
            Some((known, clock)) if *known == stat => Some(clock.clone()),
            _ => read_snapshot(&*self.fs, &self.path).ok().map(|(_, parsed)| parsed.document.clock().clone()),
        }
    }

    fn retire(&self, found: &Found, folded: &mut Folded) {
        if let Err(error) = backup::remember(&*self.fs, &self.sidecar(), &found.journal.entries) {
            folded.notices.push(format!("the history beside {} was not written: {error}", self.path.display()));
        }
        self.fs.copy_access(&self.path, &self.sidecar().join(backup::HISTORY), 0o600);
        // If it stays, the next fold tries again.
        let _ = self.fs.remove(&found.path);
    }

    fn remove_stale_temps(&self) {
        let Ok(paths) = self.fs.list(self.folder()) else { return };
        let prefix = self.temp_prefix();
        let is_temp = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(&prefix) && path.extension().is_some_and(|end| end == "tmp")
        };
        let is_stale = |stat: Stat| stat.modified.and_then(|at| at.elapsed().ok()).is_some_and(|age| age > STALE);
        for path in paths.into_iter().filter(is_temp) {
            if self.fs.stat(&path).is_ok_and(is_stale) {
                let _ = self.fs.remove(&path);
            }
        }
    }
}

/// Writes a new file for those who may read the project at `path`, and reads it back: what lies there
/// afterwards holds the document, or nothing does.
fn write_checked(fs: &dyn Fs, path: &Path, temp: &Path, document: &Document, mode: u32) -> Result<(), StoreError> {
    let text = file::print(document);
    let written = fs.create(temp, mode).and_then(|mut handle| {
        fs.copy_access(path, temp, 0);
        handle.write(text.as_bytes())?;
        handle.sync()
    });
    let checked = written.tried("write", temp).and_then(|()| {
        let bytes = fs.read(temp).tried("read", temp)?;
        let parsed = file::parse(&bytes).map_err(|_| StoreError::Unverified(temp.to_owned()))?;
        if parsed.document == *document { Ok(()) } else { Err(StoreError::Unverified(temp.to_owned())) }
    });
    if checked.is_err() {
        // What is left of it is of no use; a day later it would be cleared away anyway.
        let _ = fs.remove(temp);
    }
    checked
}

/// Whether a snapshot holds all that a journal could ever tell.
fn is_held(found: &Found, clock: &Clock) -> bool {
    found.journal.end == End::Whole && found.journal.entries.iter().all(|entry| clock.covers(entry.dot()))
}
