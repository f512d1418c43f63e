//! Loading off the screen thread: events as they come, cancelled at once.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::archive::Archive;
use crate::base::time::Instant;
use crate::config::Window;
use crate::import::{self, ImportError, ImportReport, Limits, LoadEvent, LoadOptions, Loaded, SourceReport};
use crate::project::model::Source;
use crate::search::vocabulary::Vocabulary;

/// What an import is told of a window.
pub fn options(window: &Window) -> LoadOptions {
    let (usual, raised) = (Limits::default(), window.raised);
    let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    LoadOptions {
        channels: window.channels.clone(),
        since: window.since,
        until: window.until,
        read_as: window.read_as.clone(),
        piped: window.piped.clone(),
        limits: Limits {
            file_bytes: raised.bytes.map_or(usual.file_bytes, |bytes| bytes.max(usual.file_bytes)),
            total_bytes: raised.bytes.unwrap_or(usual.total_bytes),
            ratio: raised.ratio.unwrap_or(usual.ratio),
            entries: raised.entries.map_or(usual.entries, count),
            files: raised.entries.map_or(usual.files, count),
            depth: raised.depth.map_or(usual.depth, count),
            message_bytes: raised.message.map_or(usual.message_bytes, count),
        },
        ..LoadOptions::default()
    }
}

/// What a load tells.
#[derive(Debug)]
pub enum LoadNews {
    /// On the way.
    Event(LoadEvent),
    /// The end, for good or ill.
    Done(Box<Result<Loaded, ImportError>>),
    /// What a project remembers of the sources.
    Sources(Vec<Source>),
    /// The words of the whole archive, for corrections of what is typed.
    Vocabulary(Arc<Vocabulary>),
}

/// A load that runs; it is cancelled when this is dropped.
#[derive(Debug)]
pub struct Loading {
    cancel: Arc<AtomicBool>,
}

impl Loading {
    /// Starts to read; `on_news` is called from the load's threads.
    pub fn start(
        paths: Vec<PathBuf>,
        project: Option<PathBuf>,
        options: LoadOptions,
        on_news: impl Fn(LoadNews) + Send + Sync + 'static,
    ) -> std::io::Result<Self> {
        let cancel = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&cancel);
        std::thread::Builder::new().name("load".to_owned()).spawn(move || {
            let load = || import::load(&paths, &options, &flag, &|event| on_news(LoadNews::Event(event)));
            // A failure of ours ends the load with a reason, not the sitting.
            let outcome = catch_unwind(AssertUnwindSafe(load)).unwrap_or_else(|_| Err(failed(&paths)));
            let known = outcome.as_ref().ok().map(|loaded| (Arc::clone(&loaded.archive), loaded.report.clone()));
            on_news(LoadNews::Done(Box::new(outcome)));
            if let Some((archive, report)) = known.filter(|_| !flag.load(Ordering::Relaxed)) {
                on_news(LoadNews::Vocabulary(words(&archive)));
                if let Some(project) = project {
                    let sources = remember(&report, &project, &options, &flag);
                    // Half a list would pass for all of it.
                    if !flag.load(Ordering::Relaxed) {
                        on_news(LoadNews::Sources(sources));
                    }
                }
            }
        })?;
        Ok(Self { cancel })
    }

    /// Stops it; what was read stays.
    pub fn cancel(&self) {
        self.cancel.store(true, Ordering::Relaxed);
    }
}

impl Drop for Loading {
    fn drop(&mut self) {
        self.cancel();
    }
}

fn failed(paths: &[PathBuf]) -> ImportError {
    ImportError::Failed { path: paths.first().cloned().unwrap_or_default() }
}

fn words(archive: &Archive) -> Arc<Vocabulary> {
    Arc::new(Vocabulary::build(archive))
}

/// A source that cannot be read again is left out: the import report told of it.
fn remember(report: &ImportReport, project: &Path, options: &LoadOptions, cancel: &AtomicBool) -> Vec<Source> {
    let now = Instant::now();
    let record = |source: &SourceReport| {
        let record = super::sources::record(source, project, now, cancel).ok()?;
        Some(Source { read_as: options.read_as(&source.path), ..record })
    };
    report.sources.iter().filter_map(record).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    /// How many sources are told by a load that is dropped, or kept, once its words are there.
    fn sources_told(is_dropped: bool) -> Option<usize> {
        let export = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/slack-export.zip");
        let folder = tempfile::tempdir().unwrap();
        let ((sender, news), (go, gate)) = (channel(), channel::<()>());
        let gate = std::sync::Mutex::new(gate);
        let on_news = move |news| {
            let are_words = matches!(news, LoadNews::Vocabulary(_));
            sender.send(news).unwrap();
            if are_words {
                gate.lock().unwrap().recv().unwrap();
            }
        };
        let project = Some(folder.path().join("incident.json"));
        let mut loading = Some(Loading::start(vec![export], project, LoadOptions::default(), on_news).unwrap());
        let mut told = None;
        for news in news {
            match news {
                LoadNews::Vocabulary(_) => {
                    loading = loading.filter(|_| !is_dropped);
                    go.send(()).unwrap();
                }
                LoadNews::Sources(sources) => told = Some(sources.len()),
                _ => {}
            }
        }
        drop(loading);
        told
    }

    #[test]
    fn sources_are_told_whole_or_not_at_all() {
        assert_eq!(sources_told(false), Some(1));
        assert_eq!(sources_told(true), None, "a list without them would take them from the project");
    }
}
