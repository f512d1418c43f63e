//! Lists a folder: every file that may be read, to a depth and a number, without following links.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::super::report::{Trouble, Warnings};
use super::{At, Entry};

/// Folders deeper than this hold no messages in any format.
const DEEPEST_FOLDER: usize = 5;

/// How far a walk goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach<'a> {
    /// Through all folders, with the size of each file.
    All,
    /// Through these folders of the first one.
    Folders(&'a [String]),
    /// Not into the folders of the first one, and without sizes.
    Top,
}

impl Reach<'_> {
    fn goes_into(self, folder: &str, depth: usize) -> bool {
        match self {
            Self::All => true,
            Self::Folders(folders) => depth > 0 || folders.iter().any(|wanted| wanted == folder),
            Self::Top => false,
        }
    }
}

/// A walk through a folder, on as many threads as there are.
pub(super) struct Walk<'a> {
    reach: Reach<'a>,
    /// Most files that are listed.
    most: usize,
    /// Entries found so far, by all threads.
    listed: AtomicUsize,
    /// Whether it is to end where it is; asked at each entry.
    is_cancelled: &'a (dyn Fn() -> bool + Sync),
}

/// What a walk found.
#[derive(Default)]
pub(super) struct Walked {
    pub(super) entries: Vec<Entry>,
    pub(super) warnings: Warnings,
    /// Folders not walked yet, by what stands before the names in them.
    folders: Vec<(String, PathBuf)>,
}

impl<'a> Walk<'a> {
    pub(super) const fn new(reach: Reach<'a>, most: usize, is_cancelled: &'a (dyn Fn() -> bool + Sync)) -> Self {
        Self { reach, most, listed: AtomicUsize::new(0), is_cancelled }
    }

    /// Lists a folder and those below it; what was found until a cancel is no list of it.
    pub(super) fn folder(&self, listing: fs::ReadDir, prefix: &str, depth: usize) -> Walked {
        let mut walked = Walked::default();
        for entry in listing {
            if (self.is_cancelled)() {
                return walked;
            }
            if self.listed.load(Ordering::Relaxed) >= self.most {
                let most = self.most;
                let reason = format!("more than {most} files; the rest is left out (--max-entries raises the limit)");
                walked.warnings.add(Trouble::TooLarge, prefix, None, &reason);
                return walked;
            }
            match entry {
                Ok(entry) => self.entry(&entry, prefix, depth, &mut walked),
                Err(error) => walked.warnings.add(Trouble::Unreadable, prefix, None, &error.to_string()),
            }
        }
        let mut folders = std::mem::take(&mut walked.folders);
        folders.sort_unstable();
        walked.entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        let below: Vec<Walked> = folders.par_iter().map(|(prefix, path)| self.below(prefix, path, depth + 1)).collect();
        for below in below {
            walked.entries.extend(below.entries);
            walked.warnings.join(below.warnings);
        }
        walked
    }

    fn below(&self, prefix: &str, path: &Path, depth: usize) -> Walked {
        if (self.is_cancelled)() {
            return Walked::default();
        }
        match fs::read_dir(path) {
            Ok(listing) => self.folder(listing, prefix, depth),
            Err(error) => {
                let mut walked = Walked::default();
                walked.warnings.add(Trouble::Unreadable, prefix.trim_end_matches('/'), None, &error.to_string());
                walked
            }
        }
    }

    fn entry(&self, entry: &fs::DirEntry, prefix: &str, depth: usize, walked: &mut Walked) {
        let file_name = entry.file_name();
        let own = file_name.to_string_lossy();
        if is_clutter(&own) {
            return;
        }
        let name = format!("{prefix}{own}");
        let kind = match entry.file_type() {
            Ok(kind) => kind,
            Err(error) => return walked.warnings.add(Trouble::Unreadable, &name, None, &error.to_string()),
        };
        if kind.is_dir() {
            if own.starts_with('.') || !self.reach.goes_into(&own, depth) {
                return;
            }
            if depth < DEEPEST_FOLDER {
                walked.folders.push((name + "/", entry.path()));
            } else {
                let reason = format!("more than {DEEPEST_FOLDER} folders deep; give it itself, to read what is in it");
                walked.warnings.add(Trouble::SkippedEntry, &name, None, &reason);
            }
        } else if kind.is_file() {
            let bytes = match self.reach {
                Reach::All | Reach::Folders(_) => entry.metadata().map_or(0, |meta| meta.len()),
                Reach::Top => 0,
            };
            self.listed.fetch_add(1, Ordering::Relaxed);
            let is_exact = file_name.to_str().is_some() && !prefix.contains(char::REPLACEMENT_CHARACTER);
            let at = if is_exact { At::Name } else { At::Path(entry.path().into()) };
            walked.entries.push(Entry { name, bytes, at });
        } else {
            let what = if kind.is_symlink() { "a link, not followed" } else { "no regular file" };
            walked.warnings.add(Trouble::SkippedEntry, &name, None, what);
        }
    }
}

/// What file managers leave behind, and no export holds.
pub(super) fn is_clutter(name: &str) -> bool {
    name == "__MACOSX" || name == ".DS_Store" || name.starts_with("._")
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::super::Source;
    use super::*;
    use crate::import::{ImportError, Limits};

    /// So many folders with ten files each.
    fn tree(folders: usize) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for folder in 0..folders {
            let folder = root.path().join(format!("channel-{folder}"));
            fs::create_dir(&folder).unwrap();
            for day in 0..10 {
                fs::write(folder.join(format!("{day}.json")), "[]").unwrap();
            }
        }
        root
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_file_is_read_however_the_disk_spells_its_name() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;

        let root = tempfile::tempdir().unwrap();
        let folders: [&[u8]; 3] = [b"plain", b"odd-\xff", "odd-\u{fffd}".as_bytes()];
        let names: [&[u8]; 3] = [b"day.json", b"day-\xfe.json", "tag-\u{fffd}.json".as_bytes()];
        for folder in folders.map(OsStr::from_bytes) {
            fs::create_dir(root.path().join(folder)).unwrap();
            for name in names.map(OsStr::from_bytes) {
                let path = root.path().join(folder).join(name);
                fs::write(&path, path.as_os_str().as_bytes()).unwrap();
            }
        }
        let source = Source::open(root.path(), &Limits::default(), &AtomicBool::new(false)).unwrap();
        let mut read: Vec<Vec<u8>> = Vec::new();
        for entry in source.entries() {
            let mut buffer = Vec::new();
            source.read(entry, &mut buffer).unwrap();
            assert_eq!(source.head(entry, usize::MAX).unwrap(), buffer, "{}", entry.name);
            assert_eq!(source.disk_path(entry).unwrap().as_os_str().as_bytes(), buffer, "{}", entry.name);
            read.push(buffer);
        }
        read.sort();
        read.dedup();
        assert_eq!(read.len(), 9, "each has its own");
    }

    #[test]
    fn a_list_that_was_cancelled_is_no_list() {
        let root = tree(3);
        let (cancel, limits) = (AtomicBool::new(false), Limits::default());
        let open = |path: &Path| Source::open(path, &limits, &cancel).map(|source| source.entries().len());
        let zip = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/slack-export.zip");
        assert!(matches!((open(root.path()), open(&zip)), (Ok(30), Ok(1..))));
        let wanted = |_: &Source| {
            cancel.store(true, Ordering::Relaxed);
            vec!["channel-1".to_owned()]
        };
        let found = Source::of_folders(root.path(), &limits, &cancel, wanted);
        assert!(matches!(found, Err(ImportError::Cancelled)), "on the way from the top to the folders");
        assert!(matches!((open(root.path()), open(&zip)), (Err(ImportError::Cancelled), Err(ImportError::Cancelled))));
    }

    #[test]
    fn a_walk_ends_at_the_entry_at_which_it_is_cancelled() {
        let root = tree(40);
        for most in [0, 1, 25, 100] {
            let asked = AtomicUsize::new(0);
            let is_cancelled = || asked.fetch_add(1, Ordering::SeqCst) >= most;
            let walk = Walk::new(Reach::All, usize::MAX, &is_cancelled);
            let walked = walk.folder(fs::read_dir(root.path()).unwrap(), "", 0);
            assert!(walked.entries.len() <= most, "{} files were listed, {most} looks before", walked.entries.len());
            let looks = asked.load(Ordering::SeqCst);
            assert!(looks <= most + 40 + 1, "each folder that waits is asked about once more, not {looks} times");
        }
        let walk = Walk::new(Reach::All, usize::MAX, &|| false);
        assert_eq!(walk.folder(fs::read_dir(root.path()).unwrap(), "", 0).entries.len(), 400);
    }
}
