//! The disk with something odd about it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::io::Errno;

use crate::project::fs::{Disk, Fs, Handle, Stat};

/// What locks do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Locks {
    #[default]
    Work,
    /// Every call fails, as over NFS without a lock daemon.
    Fail,
    /// Everybody gets every lock, as where each machine keeps its own.
    AreGivenToAll,
}

/// The real file system, but for these.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct OddDisk {
    /// No folder can be written.
    pub(crate) is_sealed: bool,
    /// What locks do.
    pub(crate) locks: Locks,
    /// Other machines write, too.
    pub(crate) is_remote: bool,
    /// Making a temporary file panics.
    pub(crate) panics: bool,
    /// Making a temporary file waits here.
    pub(crate) barrier: Option<&'static Barrier>,
}

/// Where somebody waits until another one lets them go on.
#[derive(Debug, Default)]
pub(crate) struct Barrier {
    is_reached: AtomicBool,
    is_open: AtomicBool,
}

impl Barrier {
    /// One for the rest of the program's life.
    pub(crate) fn leaked() -> &'static Self {
        Box::leak(Box::default())
    }

    /// Whether somebody waits or has waited.
    pub(crate) fn is_reached(&self) -> bool {
        self.is_reached.load(Ordering::SeqCst)
    }

    /// Lets everybody go on.
    pub(crate) fn open(&self) {
        self.is_open.store(true, Ordering::SeqCst);
    }

    fn wait(&self) {
        self.is_reached.store(true, Ordering::SeqCst);
        while !self.is_open.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

impl OddDisk {
    fn odd(self, handle: Box<dyn Handle>) -> Box<dyn Handle> {
        if self.locks == Locks::Work { handle } else { Box::new(OddHandle { handle, locks: self.locks }) }
    }
}

impl Fs for OddDisk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        Disk.read(path)
    }
    fn stat(&self, path: &Path) -> io::Result<Stat> {
        Disk.stat(path)
    }
    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        Disk.resolve(path)
    }
    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        Disk.list(folder)
    }
    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        Disk.make_folder(folder)
    }
    fn append(&self, path: &Path) -> io::Result<Box<dyn Handle>> {
        Disk.append(path).map(|handle| self.odd(handle))
    }
    fn create(&self, path: &Path, mode: u32) -> io::Result<Box<dyn Handle>> {
        let is_temporary = path.extension().is_some_and(|end| end == "tmp");
        assert!(!(self.panics && is_temporary), "odd");
        if let Some(barrier) = self.barrier.filter(|_| is_temporary) {
            barrier.wait();
        }
        Disk.create(path, mode).map(|handle| self.odd(handle))
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        Disk.rename(from, to)
    }
    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        Disk.link(from, to)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        Disk.remove(path)
    }
    fn remove_folder(&self, folder: &Path) -> io::Result<()> {
        Disk.remove_folder(folder)
    }
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        Disk.sync_folder(folder)
    }
    fn is_writable(&self, folder: &Path) -> bool {
        !self.is_sealed && Disk.is_writable(folder)
    }
    fn is_remote(&self, _folder: &Path) -> bool {
        self.is_remote
    }
}

#[derive(Debug)]
struct OddHandle {
    handle: Box<dyn Handle>,
    locks: Locks,
}

impl Handle for OddHandle {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.handle.write(bytes)
    }
    fn sync(&mut self) -> io::Result<()> {
        self.handle.sync()
    }
    fn set_len(&mut self, len: u64) -> io::Result<()> {
        self.handle.set_len(len)
    }
    fn try_lock(&mut self) -> io::Result<bool> {
        if self.locks == Locks::AreGivenToAll { Ok(true) } else { Err(Errno::NOLCK.into()) }
    }
}
