//! Which entries of a zip may be looked at, told from its table of contents alone.

use std::collections::HashSet;

use zip::read::ZipFileEntry;
use zip::{CompressionMethod, ZipArchive};

use super::file_at::FileAt;
use super::walk::is_clutter;
use super::{Limits, Trouble, Warnings};

/// Ratios are judged only past this size: small files of blanks pack well.
const RATIO_FROM: u64 = 1 << 20;
/// Bytes of a local header without its name.
const HEADER_BYTES: u64 = 30;

/// One entry that may be read.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) name: String,
    pub(super) bytes: u64,
    pub(super) index: usize,
}

/// The entries that may be read, by name, and a warning for each other.
pub(super) fn list(zip: &ZipArchive<FileAt>, limits: &Limits) -> (Vec<Listed>, Warnings) {
    let mut warnings = Warnings::default();
    if zip.has_duplicate_names() {
        warnings.add(Trouble::DuplicateId, "", None, "the zip names a file twice; the last one is read");
    }
    if zip.len() > limits.entries {
        let (entries, most) = (zip.len(), limits.entries);
        let reason =
            format!("{entries} entries, more than the limit of {most}; the rest is left out (--max-entries raises it)");
        warnings.add(Trouble::TooLarge, "", None, &reason);
    }
    let overlapping = overlapping(zip);
    let mut listed = Vec::with_capacity(zip.len().min(limits.entries));
    for index in 0..zip.len().min(limits.entries) {
        let Ok(entry) = zip.by_index_data(index) else { continue };
        let name = entry_name(&entry);
        if entry.is_dir() || name.split('/').any(is_clutter) {
            continue;
        }
        match refusal(&entry, &name, limits) {
            Some((trouble, reason)) => warnings.add(trouble, &name, None, &reason),
            None if overlapping.contains(&index) => {
                warnings.add(Trouble::SkippedEntry, &name, None, "it shares its bytes with another entry");
            }
            None => listed.push(Listed { name, bytes: entry.size(), index }),
        }
    }
    listed.sort_by(|a, b| a.name.cmp(&b.name));
    listed.dedup_by(|later, kept| later.name == kept.name);
    (listed, warnings)
}

/// UTF-8 when the bytes are, whatever the flag says; else the old code page of zips.
fn entry_name(entry: &ZipFileEntry<'_>) -> String {
    std::str::from_utf8(entry.name_raw()).map_or_else(
        |_| {
            entry
                .name()
                .map_or_else(|_| String::from_utf8_lossy(entry.name_raw()).into_owned(), std::borrow::Cow::into_owned)
        },
        str::to_owned,
    )
}

fn refusal(entry: &ZipFileEntry<'_>, name: &str, limits: &Limits) -> Option<(Trouble, String)> {
    let skip = |reason: &str| Some((Trouble::SkippedEntry, reason.to_owned()));
    if leads_out(name) {
        return skip("its path leads out of the zip");
    }
    if entry.is_symlink() {
        return skip("a link, not followed");
    }
    if entry.encrypted() {
        return skip("encrypted; unpack it with its password first");
    }
    if !matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
        return skip("packed in a way that is not read; pack it again as a plain zip");
    }
    let (packed, bytes) = (entry.compressed_size(), entry.size());
    if bytes > RATIO_FROM && bytes / packed.max(1) > limits.ratio {
        let reason = format!("unpacks to {} times its size (--max-ratio raises the limit)", bytes / packed.max(1));
        return Some((Trouble::TooLarge, reason));
    }
    None
}

fn leads_out(name: &str) -> bool {
    let drive = name.as_bytes().get(1) == Some(&b':') && name.starts_with(|c: char| c.is_ascii_alphabetic());
    name.starts_with('/')
        || name.contains(['\\', '\0'])
        || drive
        || name.split('/').any(|part| part == ".." || part == ".")
}

/// Entries whose bytes reach into the next one: how small zips unpack to terabytes.
fn overlapping(zip: &ZipArchive<FileAt>) -> HashSet<usize> {
    let mut spans: Vec<(u64, u64, usize)> = (0..zip.len())
        .filter_map(|index| {
            let entry = zip.by_index_data(index).ok()?;
            let start = entry.header_start();
            let head = HEADER_BYTES + entry.name_raw().len() as u64;
            Some((start, start.saturating_add(head).saturating_add(entry.compressed_size()), index))
        })
        .collect();
    spans.sort_unstable();
    let mut shared = HashSet::new();
    for pair in spans.windows(2) {
        if let [(_, end, first), (next, _, second)] = pair
            && end > next
        {
            shared.extend([*first, *second]);
        }
    }
    shared
}
