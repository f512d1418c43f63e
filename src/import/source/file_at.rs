//! A reader with its own place over a file that many threads share, and over bytes that are read as
//! if they stood after its end.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

/// Bytes fetched at once: most packed day files fit.
const AHEAD: usize = 16 << 10;

/// Reads at its own place, so that clones never disturb each other.
#[derive(Debug)]
pub(super) struct FileAt {
    file: Arc<File>,
    after: Arc<[u8]>,
    after_from: u64,
    at: u64,
    ahead: Vec<u8>,
    ahead_from: u64,
}

impl FileAt {
    pub(super) fn new(file: File) -> Self {
        let after = Arc::from(Vec::new());
        Self { file: Arc::new(file), after, after_from: u64::MAX, at: 0, ahead: Vec::new(), ahead_from: 0 }
    }

    /// The same file, followed by `after`.
    pub(super) fn followed_by(&self, after: Vec<u8>) -> io::Result<Self> {
        Ok(Self { after: Arc::from(after), after_from: self.length()?, ..self.clone() })
    }

    /// How many bytes the file has.
    pub(super) fn length(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    /// At most `count` bytes from `at`, fewer only at the end.
    pub(super) fn bytes_at(&self, at: u64, count: usize) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(count);
        let reader = Self { at, ..self.clone() };
        reader.take(count as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Fills `target` from `at` on, less only at the end; tells how much.
    pub(super) fn read_at(&self, at: u64, target: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while let Some(rest) = target.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.read_from(at + filled as u64, rest)? {
                0 => break,
                got => filled += got,
            }
        }
        Ok(filled)
    }

    fn read_here(&self, target: &mut [u8]) -> io::Result<usize> {
        self.read_from(self.at, target)
    }

    fn read_from(&self, at: u64, target: &mut [u8]) -> io::Result<usize> {
        let beyond = at.checked_sub(self.after_from).and_then(|beyond| usize::try_from(beyond).ok());
        match beyond {
            Some(beyond) => self.after.get(beyond..).unwrap_or(&[]).read(target),
            None => read_at(&self.file, target, at),
        }
    }

    fn buffered(&self) -> &[u8] {
        let skip = self.at.checked_sub(self.ahead_from).and_then(|skip| usize::try_from(skip).ok());
        skip.and_then(|skip| self.ahead.get(skip..)).unwrap_or(&[])
    }

    fn fetch(&mut self) -> io::Result<()> {
        let mut ahead = std::mem::take(&mut self.ahead);
        ahead.resize(AHEAD, 0);
        let got = self.read_here(&mut ahead);
        ahead.truncate(*got.as_ref().unwrap_or(&0));
        self.ahead = ahead;
        self.ahead_from = self.at;
        got.map(drop)
    }
}

impl Clone for FileAt {
    fn clone(&self) -> Self {
        let (file, after) = (Arc::clone(&self.file), Arc::clone(&self.after));
        Self { file, after, after_from: self.after_from, at: self.at, ahead: Vec::new(), ahead_from: 0 }
    }
}

impl Read for FileAt {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        if self.buffered().is_empty() {
            if target.len() >= AHEAD {
                let got = self.read_here(target)?;
                self.at += got as u64;
                return Ok(got);
            }
            self.fetch()?;
        }
        let got = self.buffered().read(target)?;
        self.at += got as u64;
        Ok(got)
    }
}

impl Seek for FileAt {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (from, by) = match to {
            SeekFrom::Start(at) => (at, 0),
            SeekFrom::Current(by) => (self.at, by),
            SeekFrom::End(by) => (self.length()? + self.after.len() as u64, by),
        };
        self.at = from.checked_add_signed(by).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

#[cfg(unix)]
fn read_at(file: &File, target: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, target, at)
}

#[cfg(windows)]
fn read_at(file: &File, target: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, target, at)
}
