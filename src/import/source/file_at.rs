//! A reader with its own place over a file that many threads share.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

/// Bytes fetched at once: most packed day files fit.
const AHEAD: usize = 16 << 10;

/// Reads at its own place, so that clones never disturb each other.
#[derive(Debug)]
pub(super) struct FileAt {
    file: Arc<File>,
    at: u64,
    ahead: Vec<u8>,
    ahead_from: u64,
}

impl FileAt {
    pub(super) fn new(file: File) -> Self {
        Self { file: Arc::new(file), at: 0, ahead: Vec::new(), ahead_from: 0 }
    }

    fn buffered(&self) -> &[u8] {
        let skip = self.at.checked_sub(self.ahead_from).and_then(|skip| usize::try_from(skip).ok());
        skip.and_then(|skip| self.ahead.get(skip..)).unwrap_or(&[])
    }

    fn fetch(&mut self) -> io::Result<()> {
        self.ahead.resize(AHEAD, 0);
        self.ahead_from = self.at;
        let got = read_at(&self.file, &mut self.ahead, self.at);
        self.ahead.truncate(*got.as_ref().unwrap_or(&0));
        got.map(drop)
    }
}

impl Clone for FileAt {
    fn clone(&self) -> Self {
        Self { file: Arc::clone(&self.file), at: self.at, ahead: Vec::new(), ahead_from: 0 }
    }
}

impl Read for FileAt {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        if self.buffered().is_empty() {
            if target.len() >= AHEAD {
                let got = read_at(&self.file, target, self.at)?;
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
            SeekFrom::End(by) => (self.file.metadata()?.len(), by),
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
