//! Unpacks an entry of a zip in one read, for the plain case: day files, which are small and many.
//!
//! Whatever is not as it should be is left to the `zip` crate, which reads it or says what is wrong.
//! Room and tables are used again and again, one set a thread that reads.

use std::sync::{Mutex, PoisonError};

use flate2::{Decompress, FlushDecompress, Status};
use zip::CompressionMethod;
use zip::read::ZipFileEntry;

use super::file_at::FileAt;

/// Most bytes for which room is made because a zip says so.
const MOST: u64 = 8 << 20;
/// Bytes of a local header without its name and extra fields.
const HEADER: usize = 30;
/// Bytes that extra fields of local headers mostly fit into.
const EXTRA: usize = 64;

/// Sets that no thread uses at the moment.
#[derive(Debug, Default)]
pub(super) struct Inflaters(Mutex<Vec<Inflater>>);

#[derive(Debug)]
struct Inflater {
    state: Decompress,
    packed: Vec<u8>,
}

impl Inflaters {
    /// Unpacks an entry into `buffer`, replacing what it held; false where that must be done another
    /// way.
    pub(super) fn read(&self, file: &FileAt, entry: &ZipFileEntry<'_>, buffer: &mut Vec<u8>) -> bool {
        if entry.size() > MOST || entry.compressed_size() > MOST {
            return false;
        }
        let idle = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut inflater = idle.unwrap_or_else(|| Inflater { state: Decompress::new(false), packed: Vec::new() });
        let is_read = inflater.read(file, entry, buffer).is_some();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(inflater);
        is_read
    }
}

impl Inflater {
    fn read(&mut self, file: &FileAt, entry: &ZipFileEntry<'_>, buffer: &mut Vec<u8>) -> Option<()> {
        let length = entry.compressed_size() as usize;
        let wanted = HEADER + entry.name_raw().len() + EXTRA + length;
        self.packed.resize(wanted, 0);
        let got = file.read_at(entry.header_start(), &mut self.packed).ok()?;
        let read = self.packed.get(..got)?;
        let lengths = read.get(26..HEADER).filter(|_| read.starts_with(b"PK\x03\x04"))?;
        let after_header: usize =
            lengths.as_chunks::<2>().0.iter().map(|pair| usize::from(u16::from_le_bytes(*pair))).sum();
        let packed = read.get(HEADER + after_header..)?.get(..length)?;
        buffer.resize(entry.size() as usize, 0);
        if entry.compression() == CompressionMethod::Stored {
            (packed.len() == buffer.len()).then(|| buffer.copy_from_slice(packed))?;
        } else {
            self.state.reset(false);
            let status = self.state.decompress(packed, buffer, FlushDecompress::Finish).ok()?;
            let is_whole = status == Status::StreamEnd && self.state.total_out() == entry.size();
            is_whole.then_some(())?;
        }
        (crc32fast::hash(buffer) == entry.crc32()).then_some(())
    }
}
