//! Many projects at once: what was read of them for the screens that count and compare.
//!
//! They are read by a job, once a question; what it found stays until other projects are asked for.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::session::Session;
use crate::analysis::stats::{Filter, Stats};
use crate::base::time::Instant;
use crate::jobs::projects::Gathered;

/// What is known of many projects.
#[derive(Debug, Default)]
pub struct Many {
    /// What was asked for: projects and folders.
    pub paths: Vec<PathBuf>,
    /// The number of the question; answers to older ones are stale.
    pub generation: u64,
    /// What was found; `None` while it is read.
    pub gathered: Option<Arc<Gathered>>,
    /// The filter as it was typed.
    pub filter: String,
    /// What the filter leaves, counted.
    pub stats: Stats,
}

impl Many {
    /// Asks for projects; the caller starts the job.
    pub fn ask(&mut self, paths: Vec<PathBuf>) -> u64 {
        self.generation += 1;
        self.paths = paths;
        self.gathered = None;
        self.stats = Stats::default();
        self.generation
    }

    /// Takes what a job found, unless something else was asked for since.
    pub fn found(&mut self, generation: u64, gathered: Gathered, now: Instant) {
        if generation == self.generation {
            self.gathered = Some(Arc::new(gathered));
            let filter = Filter::parse(&self.filter, now).unwrap_or_default();
            self.count(&filter);
        }
    }

    /// Takes another filter; the error says what is not understood.
    pub fn filter_by(&mut self, text: &str, now: Instant) -> Result<(), String> {
        let filter = Filter::parse(text, now)?;
        text.trim().clone_into(&mut self.filter);
        self.count(&filter);
        Ok(())
    }

    fn count(&mut self, filter: &Filter) {
        let incidents = self.gathered.as_ref().map(|gathered| gathered.incidents.clone()).unwrap_or_default();
        self.stats = Stats::over(incidents, filter);
    }
}

/// Where other projects are proposed to be looked for: in the folder of the one that is open.
pub fn usual_place(session: &Session) -> String {
    let folder = session.path.as_deref().and_then(Path::parent).map(Path::to_string_lossy);
    folder.map_or_else(String::new, |folder| if folder.is_empty() { ".".to_owned() } else { folder.into_owned() })
}

/// The paths in what somebody typed; a comma and a space part them.
pub fn paths_of(text: &str) -> Vec<PathBuf> {
    text.split(", ").map(str::trim).filter(|path| !path.is_empty()).map(PathBuf::from).collect()
}

/// What [`paths_of`] reads.
pub fn words_of(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.to_string_lossy()).collect::<Vec<_>>().join(", ")
}
