//! Reads a filled interview sheet.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, ensure};

/// Far more than anybody writes in an interview.
const MOST_BYTES: u64 = 4 * 1024 * 1024;

/// The text of a sheet.
pub fn read(path: &Path) -> anyhow::Result<String> {
    let told = || format!("{} cannot be read", path.display());
    let file = File::open(path).with_context(told)?;
    ensure!(file.metadata().with_context(told)?.is_file(), "{} is no file; name the filled sheet", path.display());
    let mut text = String::new();
    file.take(MOST_BYTES + 1).read_to_string(&mut text).with_context(told)?;
    ensure!(text.len() as u64 <= MOST_BYTES, "{} is too long for a sheet; name the filled sheet", path.display());
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_is_read_and_what_is_none_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sheet.md");
        std::fs::write(&path, "Answer (note/x): yes").unwrap();
        assert_eq!(read(&path).unwrap(), "Answer (note/x): yes");
        std::fs::write(&path, vec![b'x'; usize::try_from(MOST_BYTES).unwrap() + 1]).unwrap();
        assert!(read(&path).unwrap_err().to_string().contains("too long"));
        assert!(read(folder.path()).is_err());
        std::fs::write(&path, [0xff, 0xfe]).unwrap();
        assert!(read(&path).is_err());
    }
}
