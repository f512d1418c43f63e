//! The sample incident, carried inside the program: a finished project and the export it is about.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::config::Folders;
use crate::export::write_whole;

macro_rules! sample {
    ($($name:literal)*) => { [$(($name, include_bytes!(concat!("../../sample-data/", $name)))),*] };
}

/// The finished project, the export that it is about, the same incident told in short, and eight
/// more incidents to count over and to compare with.
const FILES: [(&str, &[u8]); 11] = sample![
    "howie.json" "slack-export.zip" "postmortem.json"
    "incidents/checkout-0709.json" "incidents/tokens-0919.json" "incidents/mail-1027.json"
    "incidents/images-1101.json" "incidents/queue-0117.json" "incidents/search-0310.json"
    "incidents/payments-0330.json" "incidents/gateway-0523.json"
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
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).with_context(|| format!("{} cannot be made", parent.display()))?;
        }
        if !path.exists() {
            write_whole(&path, content)?;
        }
    }
    Ok(project_in(folder))
}
