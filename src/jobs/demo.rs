//! The sample incident, carried inside the program: a finished project and the export it is about.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::config::Folders;
use crate::export::write_whole;

/// The finished project, then the export that it is about.
const FILES: [(&str, &[u8]); 2] = [
    ("howie.json", include_bytes!("../../sample-data/howie.json")),
    ("slack-export.zip", include_bytes!("../../sample-data/slack-export.zip")),
];

/// Where the copy lies unless somebody chose a place.
pub fn folder(folders: &Folders) -> PathBuf {
    folders.state.join("demo")
}

/// The project of a copy in a folder.
pub fn project_in(folder: &Path) -> PathBuf {
    folder.join("howie.json")
}

/// Puts a copy into a folder and gives its project; what is there already stays, it is somebody's work.
pub fn unpack(folder: &Path) -> anyhow::Result<PathBuf> {
    fs::create_dir_all(folder)
        .with_context(|| format!("{} cannot be made; choose a place with --dir", folder.display()))?;
    for (name, content) in FILES {
        let path = folder.join(name);
        if !path.exists() {
            write_whole(&path, content)?;
        }
    }
    Ok(project_in(folder))
}
