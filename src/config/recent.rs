//! The projects opened last, for the start page.
//!
//! The list is a convenience: one that cannot be read counts as empty, and it is replaced in one
//! step, so it is never half there.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use super::Folders;
use crate::base::time::Instant;

/// Most projects that are remembered.
const MOST: usize = 50;

/// A project that was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecentProject {
    /// Where it lies.
    pub path: PathBuf,
    /// Its title when it was opened last.
    pub title: String,
    /// When that was.
    pub opened_at: Instant,
    /// How much was in it then; `None` in a list that an older program wrote.
    #[serde(default)]
    pub extent: Option<Extent>,
}

/// How much a project holds, counted while it was open: the start page opens no project for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Extent {
    /// Channels of its sources.
    pub channels: usize,
    /// Messages in them.
    pub messages: usize,
    /// Entries of its timeline.
    pub entries: usize,
    /// Sections of its report that are done.
    pub sections_done: usize,
    /// Sections of its report.
    pub sections: usize,
}

impl RecentProject {
    /// When its file was written last, by whatever program; `None` when it is gone.
    pub fn edited_at(&self) -> Option<Instant> {
        let modified = fs::metadata(&self.path).and_then(|about| about.modified()).ok()?;
        let seconds = modified.duration_since(UNIX_EPOCH).ok()?.as_secs();
        i64::try_from(seconds).ok().map(Instant::from_seconds)
    }
}

/// The projects opened last, the latest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Recent(Vec<RecentProject>);

impl Recent {
    fn file(folders: &Folders) -> PathBuf {
        folders.state.join("recent.json")
    }

    /// Reads the list. Projects that are gone stay on it: their disk may come back.
    pub fn load(folders: &Folders) -> Self {
        let text = fs::read_to_string(Self::file(folders)).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// The projects, the latest first.
    pub fn projects(&self) -> &[RecentProject] {
        &self.0
    }

    /// Puts a project on top and saves the list.
    pub fn remember(folders: &Folders, path: &Path, title: &str, extent: Extent, now: Instant) -> io::Result<()> {
        let path = fs::canonicalize(path)?;
        let mut recent = Self::load(folders);
        recent.0.retain(|project| project.path != path);
        let extent = Some(extent);
        recent.0.insert(0, RecentProject { path, title: title.to_owned(), opened_at: now, extent });
        recent.0.truncate(MOST);
        recent.save(folders)
    }

    /// Takes a project off the list and saves the list; the project stays as it is.
    pub fn forget(folders: &Folders, path: &Path) -> io::Result<()> {
        let mut recent = Self::load(folders);
        recent.0.retain(|project| project.path != path);
        recent.save(folders)
    }

    fn save(&self, folders: &Folders) -> io::Result<()> {
        fs::create_dir_all(&folders.state)?;
        let beside = Self::file(folders).with_extension(format!("{}.part", uuid::Uuid::now_v7().simple()));
        let json = serde_json::to_string_pretty(self).map_err(io::Error::other)?;
        // It names projects: nobody else's business.
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
        file.write_all((json + "\n").as_bytes())?;
        fs::rename(&beside, Self::file(folders))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_stands_first_and_what_is_gone_stays_until_it_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let folders = Folders { state: folder.path().join("state"), config: folder.path().to_owned() };
        let [one, two] = ["one.json", "two.json"].map(|name| folder.path().join(name));
        let extent = Extent { channels: 3, messages: 40, ..Extent::default() };
        for path in [&one, &two, &one] {
            fs::write(path, "{}").unwrap();
            Recent::remember(&folders, path, "Search outage", extent, Instant::from_seconds(5)).unwrap();
        }
        let names = |recent: &Recent| -> Vec<_> {
            recent.projects().iter().map(|project| project.path.file_name().unwrap().to_owned()).collect()
        };
        let recent = Recent::load(&folders);
        assert_eq!(names(&recent), ["one.json", "two.json"]);
        let first = recent.projects()[0].clone();
        assert_eq!(first.extent, Some(extent));
        assert!(first.edited_at().is_some());
        fs::remove_file(&one).unwrap();
        assert_eq!(names(&Recent::load(&folders)), ["one.json", "two.json"]);
        assert_eq!(first.edited_at(), None);
        Recent::forget(&folders, &first.path).unwrap();
        assert_eq!(names(&Recent::load(&folders)), ["two.json"]);
    }

    #[test]
    fn a_list_of_an_older_program_is_read_without_counts() {
        let folder = tempfile::tempdir().unwrap();
        let folders = Folders { state: folder.path().to_owned(), config: folder.path().to_owned() };
        let list = r#"[{"path": "/gone/one.json", "title": "One", "opened_at": "2024-12-06T14:00:00Z"}]"#;
        fs::write(folder.path().join("recent.json"), list).unwrap();
        assert_eq!(Recent::load(&folders).projects()[0].extent, None);
    }

    #[test]
    fn a_damaged_list_counts_as_empty() {
        let folder = tempfile::tempdir().unwrap();
        let folders = Folders { state: folder.path().to_owned(), config: folder.path().to_owned() };
        fs::write(folder.path().join("recent.json"), "[{").unwrap();
        assert_eq!(Recent::load(&folders), Recent::default());
    }
}
