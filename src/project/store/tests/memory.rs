//! A file system in memory that can refuse any call and lose power at any call.
//!
//! It keeps what was written apart from what was synced, names apart from content, so that after a
//! cut every mixture of old and new that a real one may leave can be looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime};

use rustix::io::Errno;

use crate::project::fs::{Fs, Handle, Stat};

/// What goes wrong, counted in calls from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mishap {
    Never,
    /// One call fails.
    Once(usize, Errno),
    /// This call and all later ones that write fail.
    From(usize, Errno),
    /// This call and all later ones fail.
    All(usize, Errno),
    /// The power goes: no call from here on does anything, a write does half.
    Cut(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    Folder,
    File(u64),
}

#[derive(Debug, Clone, Default)]
struct Content {
    written: Vec<u8>,
    synced: Vec<u8>,
    changes: u64,
    mode: u32,
}

#[derive(Debug, Clone, Default)]
struct State {
    names: BTreeMap<PathBuf, Name>,
    synced_names: BTreeMap<PathBuf, Name>,
    files: BTreeMap<u64, Content>,
    locked: BTreeSet<u64>,
    next: u64,
    calls: usize,
}

#[derive(Debug, Clone)]
pub(super) struct Memory {
    state: Arc<Mutex<State>>,
    mishap: Arc<Mutex<Mishap>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Call {
    Reads,
    Writes,
}

impl Memory {
    pub(super) fn new(mishap: Mishap) -> Self {
        let folders = ["/", "/cases"].map(|path| (PathBuf::from(path), Name::Folder));
        let names: BTreeMap<_, _> = folders.into_iter().collect();
        let state = State { synced_names: names.clone(), names, ..State::default() };
        Self::with(state, mishap)
    }

    fn with(state: State, mishap: Mishap) -> Self {
        Self { state: Arc::new(Mutex::new(state)), mishap: Arc::new(Mutex::new(mishap)) }
    }

    /// From here on this goes wrong.
    pub(super) fn set_mishap(&self, mishap: Mishap) {
        *self.mishap.lock().unwrap() = mishap;
    }

    fn mishap(&self) -> Mishap {
        *self.mishap.lock().unwrap()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(super) fn calls(&self) -> usize {
        self.state().calls
    }

    /// The same disk with nothing going wrong any more and every process gone.
    pub(super) fn after_kill(&self) -> Self {
        let mut state = self.state().clone();
        state.locked.clear();
        Self::with(state, Mishap::Never)
    }

    /// A disk as it may look after the power went: of each name and each content that was not
    /// synced, `choose` says whether the new one made it (0), the old one stayed (1), or, of a
    /// content, half of what is new (2) or NUL bytes in its place (3).
    pub(super) fn after_power_cut(&self, mut choose: impl FnMut() -> u8) -> Self {
        let mut state = self.state().clone();
        let paths: BTreeSet<PathBuf> = state.names.keys().chain(state.synced_names.keys()).cloned().collect();
        for path in paths {
            let (new, old) = (state.names.get(&path).copied(), state.synced_names.get(&path).copied());
            let left = if new == old || choose().is_multiple_of(2) { new } else { old };
            match left {
                Some(name) => state.names.insert(path, name),
                None => state.names.remove(&path),
            };
        }
        // Without its folder a name leads nowhere.
        let folders: BTreeSet<PathBuf> =
            state.names.iter().filter(|(_, name)| **name == Name::Folder).map(|(path, _)| path.clone()).collect();
        state.names.retain(|path, _| path.parent().is_none_or(|folder| folders.contains(folder)));
        for content in state.files.values_mut().filter(|content| content.written != content.synced) {
            content.written = match (choose() % 4, content.written.strip_prefix(&content.synced[..])) {
                (0, _) => content.written.clone(),
                (2, Some(added)) => [&content.synced[..], &added[..added.len() / 2]].concat(),
                (3, Some(added)) => [&content.synced[..], &vec![0; added.len()]].concat(),
                _ => content.synced.clone(),
            };
            content.synced = content.written.clone();
        }
        state.synced_names = state.names.clone();
        state.locked.clear();
        Self::with(state, Mishap::Never)
    }

    fn call(&self, call: Call) -> io::Result<MutexGuard<'_, State>> {
        let mut state = self.state();
        let number = state.calls;
        state.calls += 1;
        match self.mishap() {
            Mishap::Once(at, errno) if number == at => Err(errno.into()),
            Mishap::All(at, errno) if number >= at => Err(errno.into()),
            Mishap::From(at, errno) if number >= at && call == Call::Writes => Err(errno.into()),
            Mishap::Cut(at) if number >= at => Err(io::Error::other("the power is gone")),
            _ => Ok(state),
        }
    }

    fn is_cut_at_this_call(&self) -> bool {
        self.mishap() == Mishap::Cut(self.state().calls)
    }
}

impl State {
    fn file(&self, path: &Path) -> io::Result<u64> {
        match self.names.get(path) {
            Some(Name::File(number)) => Ok(*number),
            Some(Name::Folder) => Err(Errno::ISDIR.into()),
            None => Err(Errno::NOENT.into()),
        }
    }

    fn add(&mut self, path: &Path, mode: u32) -> io::Result<u64> {
        if path.parent().is_none_or(|folder| self.names.get(folder) != Some(&Name::Folder)) {
            return Err(Errno::NOENT.into());
        }
        self.next += 1;
        self.files.insert(self.next, Content { mode, ..Content::default() });
        self.names.insert(path.to_owned(), Name::File(self.next));
        Ok(self.next)
    }
}

impl Fs for Memory {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let state = self.call(Call::Reads)?;
        let file = state.file(path)?;
        Ok(state.files[&file].written.clone())
    }

    fn stat(&self, path: &Path) -> io::Result<Stat> {
        let state = self.call(Call::Reads)?;
        if state.names.get(path) == Some(&Name::Folder) {
            return Ok(Stat { place: (0, 0), len: 0, modified: None, mode: 0o755, links: 2 });
        }
        let number = state.file(path)?;
        let content = &state.files[&number];
        let modified = SystemTime::UNIX_EPOCH + Duration::from_secs(content.changes);
        let links = state.names.values().filter(|name| **name == Name::File(number)).count() as u64;
        let len = content.written.len() as u64;
        Ok(Stat { place: (1, number), len, modified: Some(modified), mode: content.mode, links })
    }

    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        let state = self.call(Call::Reads)?;
        state.names.get(path).map(|_| path.to_owned()).ok_or_else(|| Errno::NOENT.into())
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        let state = self.call(Call::Reads)?;
        if state.names.get(folder) != Some(&Name::Folder) {
            return Err(Errno::NOENT.into());
        }
        Ok(state.names.keys().filter(|path| path.parent() == Some(folder)).cloned().collect())
    }

    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        let mut state = self.call(Call::Writes)?;
        for part in folder.ancestors() {
            state.names.entry(part.to_owned()).or_insert(Name::Folder);
        }
        Ok(())
    }

    fn append(&self, path: &Path) -> io::Result<Box<dyn Handle>> {
        let mut state = self.call(Call::Writes)?;
        let number = match state.file(path) {
            Ok(number) => number,
            Err(_) => state.add(path, 0o644)?,
        };
        Ok(Box::new(Open { memory: self.clone(), number, locks: false }))
    }

    fn create(&self, path: &Path, mode: u32) -> io::Result<Box<dyn Handle>> {
        let mut state = self.call(Call::Writes)?;
        if state.names.contains_key(path) {
            return Err(Errno::EXIST.into());
        }
        let number = state.add(path, mode)?;
        Ok(Box::new(Open { memory: self.clone(), number, locks: false }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.call(Call::Writes)?;
        let number = state.file(from)?;
        state.names.remove(from);
        state.names.insert(to.to_owned(), Name::File(number));
        Ok(())
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.call(Call::Writes)?;
        let number = state.file(from)?;
        if state.names.contains_key(to) {
            return Err(Errno::EXIST.into());
        }
        state.names.insert(to.to_owned(), Name::File(number));
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.call(Call::Writes)?;
        state.file(path)?;
        state.names.remove(path);
        Ok(())
    }

    fn remove_folder(&self, folder: &Path) -> io::Result<()> {
        let mut state = self.call(Call::Writes)?;
        if state.names.keys().any(|path| path.parent() == Some(folder)) {
            return Err(Errno::NOTEMPTY.into());
        }
        state.names.remove(folder).map(drop).ok_or_else(|| Errno::NOENT.into())
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        let mut state = self.call(Call::Writes)?;
        let within = |path: &PathBuf| path.parent() == Some(folder);
        state.synced_names.retain(|path, _| !within(path));
        let names: Vec<_> = state.names.iter().filter(|(path, _)| within(path)).map(|(p, n)| (p.clone(), *n)).collect();
        state.synced_names.extend(names);
        Ok(())
    }

    fn is_writable(&self, _folder: &Path) -> bool {
        true
    }

    fn pause(&self, _length: Duration) {}
}

#[derive(Debug)]
struct Open {
    memory: Memory,
    number: u64,
    locks: bool,
}

impl Open {
    fn content<T>(&self, act: impl FnOnce(&mut Content) -> T) -> io::Result<T> {
        let mut state = self.memory.call(Call::Writes)?;
        let content = state.files.get_mut(&self.number).unwrap();
        content.changes += 1;
        Ok(act(content))
    }
}

impl Handle for Open {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.memory.is_cut_at_this_call() {
            let half = &bytes[..bytes.len() / 2];
            self.memory.state().files.get_mut(&self.number).unwrap().written.extend_from_slice(half);
        }
        self.content(|content| content.written.extend_from_slice(bytes))
    }

    fn sync(&mut self) -> io::Result<()> {
        self.content(|content| content.synced.clone_from(&content.written))
    }

    fn set_len(&mut self, len: u64) -> io::Result<()> {
        self.content(|content| content.written.truncate(len as usize))
    }

    fn try_lock(&mut self) -> io::Result<bool> {
        self.locks |= self.memory.call(Call::Reads)?.locked.insert(self.number);
        Ok(self.locks)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if self.locks {
            self.memory.state().locked.remove(&self.number);
        }
    }
}
