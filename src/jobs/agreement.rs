//! Reads another copy of a project, to see how far the two who tagged it apart agree.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::projects;
use crate::analysis::agreement::{Common, common};
use crate::archive::Archive;
use crate::project::store::StoreOptions;
use crate::project::{Author, Document, Project};

/// Another project with what it has in common with the one that is open.
#[derive(Debug)]
pub struct Other {
    /// Where it lies.
    pub path: PathBuf,
    /// The project.
    pub document: Document,
    /// The messages that both could have tagged.
    pub common: Common,
    /// What a reader should know.
    pub notices: Vec<String>,
}

/// What it takes to read another project beside the one that is open.
#[derive(Debug)]
pub struct OtherJob {
    /// The open project, as it stands.
    pub project: Arc<Project>,
    /// What was said, as far as its sources are read.
    pub archive: Arc<Archive>,
    /// Who looks.
    pub author: Author,
    /// How projects are opened.
    pub options: StoreOptions,
}

impl OtherJob {
    /// Reads the project at `path` with its sources; nothing is written, and the sources are given up
    /// again once it is known what both hold.
    pub fn run(&self, path: &Path, cancel: &AtomicBool) -> anyhow::Result<Other> {
        let read = projects::open(path, &self.author, &self.options, cancel, |_| true)?;
        let Some(whole) = read else { anyhow::bail!("{} was not read", path.display()) };
        let common = common((&self.project, &self.archive), (whole.document.project(), &whole.archive));
        Ok(Other { path: whole.path, document: whole.document, common, notices: whole.notices })
    }
}
