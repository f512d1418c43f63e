//! A zip whose end is missing: its table of contents is made again from the headers before each
//! entry, so that everything before the cut is read by the same code and under the same limits.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use super::file_at::FileAt;

const LOCAL_HEADER: [u8; 4] = *b"PK\x03\x04";
const DESCRIPTOR: [u8; 4] = *b"PK\x07\x08";
const LOCAL_BYTES: u64 = 30;
/// Flag of an entry whose sizes follow its data instead of standing before it.
const SIZES_FOLLOW: u16 = 1 << 3;
/// Bytes searched at once for the end of such an entry.
const WINDOW: usize = 64 << 10;
/// A table of contents of the plain kind holds no more.
const MOST_ENTRIES: usize = u16::MAX as usize;

/// One whole entry.
struct Whole {
    header: Vec<u8>,
    name: Vec<u8>,
    at: u32,
    checksum: u32,
    packed: u32,
    bytes: u32,
}

/// What could be found again.
pub(super) struct Found {
    /// The table of contents, to be read after the end of the file.
    pub(super) table: Vec<u8>,
    /// How many entries are whole.
    pub(super) entries: usize,
}

/// Looks for whole entries from the start of the file; stops at the first that is not, or at a cancel.
pub(super) fn find(file: &FileAt, cancel: &AtomicBool) -> io::Result<Found> {
    let length = file.length()?;
    let mut whole = Vec::new();
    let mut at = 0;
    while whole.len() < MOST_ENTRIES && !cancel.load(Ordering::Relaxed) {
        let Some((entry, next)) = entry_at(file, at, length, cancel)? else { break };
        whole.push(entry);
        at = next;
    }
    Ok(Found { table: table_of(&whole, length), entries: whole.len() })
}

fn entry_at(file: &FileAt, at: u64, length: u64, cancel: &AtomicBool) -> io::Result<Option<(Whole, u64)>> {
    let header = file.bytes_at(at, LOCAL_BYTES as usize)?;
    if header.len() < LOCAL_BYTES as usize || !header.starts_with(&LOCAL_HEADER) {
        return Ok(None);
    }
    let name = file.bytes_at(at + LOCAL_BYTES, usize::from(u16_at(&header, 26)))?;
    let data = at + LOCAL_BYTES + u64::from(u16_at(&header, 26)) + u64::from(u16_at(&header, 28));
    let Ok(own) = u32::try_from(at) else { return Ok(None) };
    let (checksum, packed, bytes) = (u32_at(&header, 14), u32_at(&header, 18), u32_at(&header, 22));
    let sizes_follow = u16_at(&header, 6) & SIZES_FOLLOW != 0 && packed == 0;
    let (checksum, packed, bytes, next) = if sizes_follow {
        let Some((descriptor, next)) = descriptor_after(file, data, length, cancel)? else { return Ok(None) };
        (u32_at(&descriptor, 4), u32_at(&descriptor, 8), u32_at(&descriptor, 12), next)
    } else {
        (checksum, packed, bytes, data + u64::from(packed))
    };
    let is_whole = next <= length && packed != u32::MAX;
    Ok(is_whole.then_some((Whole { header, name, at: own, checksum, packed, bytes }, next)))
}

/// The sizes after the data that begins at `data`: marked, and telling just this distance.
fn descriptor_after(file: &FileAt, data: u64, length: u64, cancel: &AtomicBool) -> io::Result<Option<(Vec<u8>, u64)>> {
    let mut from = data;
    while from < length && !cancel.load(Ordering::Relaxed) {
        let window = file.bytes_at(from, WINDOW)?;
        for found in memchr::memmem::find_iter(&window, &DESCRIPTOR) {
            let at = from + found as u64;
            let descriptor = file.bytes_at(at, 16)?;
            if descriptor.len() == 16 && u64::from(u32_at(&descriptor, 8)) == at - data {
                return Ok(Some((descriptor, at + 16)));
            }
        }
        // The mark may lie across two windows.
        from += (window.len().saturating_sub(DESCRIPTOR.len() - 1)).max(1) as u64;
    }
    Ok(None)
}

fn table_of(whole: &[Whole], begins: u64) -> Vec<u8> {
    let mut table = Vec::new();
    for entry in whole {
        table.extend(b"PK\x01\x02");
        table.extend(20_u16.to_le_bytes());
        // Version, flags, method, time and date stand alike in both headers.
        table.extend(entry.header.get(4..14).unwrap_or(&[0; 10]));
        for number in [entry.checksum, entry.packed, entry.bytes] {
            table.extend(number.to_le_bytes());
        }
        table.extend((entry.name.len() as u16).to_le_bytes());
        // No extra field, no comment, first disk, no attributes.
        table.extend([0; 12]);
        table.extend(entry.at.to_le_bytes());
        table.extend(&entry.name);
    }
    let bytes = table.len() as u32;
    table.extend(b"PK\x05\x06\0\0\0\0");
    table.extend((whole.len() as u16).to_le_bytes());
    table.extend((whole.len() as u16).to_le_bytes());
    table.extend(bytes.to_le_bytes());
    table.extend(u32::try_from(begins).unwrap_or(u32::MAX).to_le_bytes());
    table.extend([0; 2]);
    table
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).and_then(|pair| pair.try_into().ok()).map_or(0, u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_le_bytes)
}
