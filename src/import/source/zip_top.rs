//! The names at the top of a zip, from its table of contents as it stands: enough to tell most exports
//! in a fraction of the time that it takes to make that table ready for reading.

use std::io;

use super::file_at::FileAt;

const END: [u8; 4] = *b"PK\x05\x06";
const END_BYTES: usize = 22;
/// Stands right before the end of a zip whose numbers are too large for it, and tells where they are.
const LARGE_END_PLACE: [u8; 4] = *b"PK\x06\x07";
const LARGE_END_PLACE_BYTES: usize = 20;
const LARGE_END: [u8; 4] = *b"PK\x06\x06";
const LARGE_END_BYTES: usize = 56;
const ROW: [u8; 4] = *b"PK\x01\x02";
const ROW_BYTES: usize = 46;
/// A comment after the table is no longer than this.
const LONGEST_COMMENT: u64 = 65_535;
/// Larger tables are left to the reader of zips.
const MOST_BYTES: u64 = 256 << 20;

/// The names of all entries that lie in no folder; `None` for a zip whose table is not where it mostly
/// is, which tells nothing about the zip.
pub(super) fn names(file: &FileAt) -> io::Result<Option<Vec<String>>> {
    let length = file.length()?;
    let tail = length.min(LONGEST_COMMENT + (END_BYTES + LARGE_END_PLACE_BYTES) as u64);
    let tail = file.bytes_at(length - tail, tail as usize)?;
    let Some((bytes, from)) = table_place(file, &tail)? else { return Ok(None) };
    if bytes > MOST_BYTES {
        return Ok(None);
    }
    Ok(names_in(&file.bytes_at(from, bytes as usize)?))
}

/// How many bytes the table has, and where it begins.
fn table_place(file: &FileAt, tail: &[u8]) -> io::Result<Option<(u64, u64)>> {
    let Some(at) = memchr::memmem::rfind(tail, &END) else { return Ok(None) };
    let (before, end) = tail.split_at_checked(at).unwrap_or_default();
    let place = before.len().checked_sub(LARGE_END_PLACE_BYTES).and_then(|at| before.get(at..));
    if let Some(place) = place.filter(|place| place.starts_with(&LARGE_END_PLACE)) {
        let end = file.bytes_at(u64_at(place, 8), LARGE_END_BYTES)?;
        return Ok(end.starts_with(&LARGE_END).then(|| (u64_at(&end, 40), u64_at(&end, 48))));
    }
    Ok((end.len() >= END_BYTES).then(|| (u32_at(end, 12), u32_at(end, 16))))
}

fn names_in(mut table: &[u8]) -> Option<Vec<String>> {
    let mut names = Vec::new();
    while !table.is_empty() {
        let (row, rest) = table.split_at_checked(ROW_BYTES)?;
        if !row.starts_with(&ROW) {
            return None;
        }
        let (name, others) = (u16_at(row, 28), u16_at(row, 30) + u16_at(row, 32));
        let (name, rest) = rest.split_at_checked(name)?;
        if memchr::memchr(b'/', name).is_none()
            && let Ok(name) = std::str::from_utf8(name)
        {
            names.push(name.to_owned());
        }
        table = rest.get(others..)?;
    }
    Some(names)
}

fn u16_at(bytes: &[u8], at: usize) -> usize {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |bytes| u16::from_le_bytes(*bytes).into())
}

fn u32_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |bytes| u32::from_le_bytes(*bytes).into())
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Write as _;
    use std::path::Path;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    #[test]
    fn what_lies_in_no_folder_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut zip = ZipWriter::new(File::create(file.path()).unwrap());
        zip.set_comment("made by hand").unwrap();
        for name in ["channels.json", "general/2024-12-06.json", "users.json", "general/"] {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(b"[]").unwrap();
        }
        zip.finish().unwrap();
        let names_of = |path: &Path| names(&FileAt::new(File::open(path).unwrap())).unwrap();
        assert_eq!(names_of(file.path()).unwrap(), ["channels.json", "users.json"]);
        let mut large = ZipWriter::new(File::create(file.path().with_extension("large")).unwrap());
        for number in 0..70_000 {
            large.start_file(format!("general/{number}.json"), SimpleFileOptions::default()).unwrap();
        }
        large.start_file("channels.json", SimpleFileOptions::default()).unwrap();
        large.finish().unwrap();
        assert_eq!(names_of(&file.path().with_extension("large")).unwrap(), ["channels.json"]);
        std::fs::remove_file(file.path().with_extension("large")).unwrap();
        let whole = std::fs::read(file.path()).unwrap();
        for (cut, told) in [(whole.len() - 40, None), (0, None), (10, None)] {
            std::fs::write(file.path(), &whole[..cut]).unwrap();
            assert_eq!(names_of(file.path()), told, "cut at {cut}");
        }
    }
}
