//! The projects opened last, for the start page.
//!
//! The list is a convenience: one that cannot be read counts as empty, and it is replaced in one
//! step, so it is never half there.

use std::path::{Path, PathBuf};
use std::{fs, io};

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
}

/// The projects opened last, the latest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Recent(Vec<RecentProject>);

impl Recent {
    fn file(folders: &Folders) -> PathBuf {
        folders.state.join("recent.json")
    }

    /// Reads the list; projects that are gone are left out.
    pub fn load(folders: &Folders) -> Self {
        let text = fs::read_to_string(Self::file(folders)).unwrap_or_default();
        let mut recent: Self = serde_json::from_str(&text).unwrap_or_default();
        recent.0.retain(|project| project.path.exists());
        recent
    }

    /// The projects, the latest first.
    pub fn projects(&self) -> &[RecentProject] {
        &self.0
    }

    /// Puts a project on top and saves the list.
    pub fn remember(folders: &Folders, path: &Path, title: &str, now: Instant) -> io::Result<()> {
        let path = fs::canonicalize(path)?;
        let mut recent = Self::load(folders);
        recent.0.retain(|project| project.path != path);
        recent.0.insert(0, RecentProject { path, title: title.to_owned(), opened_at: now });
        recent.0.truncate(MOST);
        fs::create_dir_all(&folders.state)?;
        let file = Self::file(folders);
        let beside = file.with_extension(format!("{}.part", uuid::Uuid::now_v7().simple()));
        let json = serde_json::to_string_pretty(&recent).map_err(io::Error::other)?;
        fs::write(&beside, json + "\n")?;
        fs::rename(&beside, &file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_stands_first_and_what_is_gone_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let folders = Folders { state: folder.path().join("state"), config: folder.path().to_owned() };
        let [one, two] = ["one.json", "two.json"].map(|name| folder.path().join(name));
        for path in [&one, &two, &one] {
            fs::write(path, "{}").unwrap();
            Recent::remember(&folders, path, "Search outage", Instant::from_seconds(5)).unwrap();
        }
        let names = |recent: &Recent| -> Vec<_> {
            recent.projects().iter().map(|project| project.path.file_name().unwrap().to_owned()).collect()
        };
        assert_eq!(names(&Recent::load(&folders)), ["one.json", "two.json"]);
        fs::remove_file(&one).unwrap();
        assert_eq!(names(&Recent::load(&folders)), ["two.json"]);
    }

    #[test]
    fn a_damaged_list_counts_as_empty() {
        let folder = tempfile::tempdir().unwrap();
        let folders = Folders { state: folder.path().to_owned(), config: folder.path().to_owned() };
        fs::write(folder.path().join("recent.json"), "[{").unwrap();
        assert_eq!(Recent::load(&folders), Recent::default());
    }
}
