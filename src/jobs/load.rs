//! Loading off the screen thread: events as they come, cancelled at once.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::archive::Archive;
use crate::import::{self, ImportError, LoadEvent, LoadOptions, Loaded};
use crate::search::vocabulary::Vocabulary;

/// What a load tells.
#[derive(Debug)]
pub enum LoadNews {
    /// On the way.
    Event(LoadEvent),
    /// The end, for good or ill.
    Done(Box<Result<Loaded, ImportError>>),
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
        options: LoadOptions,
        on_news: impl Fn(LoadNews) + Send + Sync + 'static,
    ) -> std::io::Result<Self> {
        let cancel = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&cancel);
        std::thread::Builder::new().name("load".to_owned()).spawn(move || {
            let outcome = import::load(&paths, &options, &flag, &|event| on_news(LoadNews::Event(event)));
            let archive = outcome.as_ref().ok().map(|loaded| Arc::clone(&loaded.archive));
            on_news(LoadNews::Done(Box::new(outcome)));
            if let Some(archive) = archive.filter(|_| !flag.load(Ordering::Relaxed)) {
                on_news(LoadNews::Vocabulary(words(&archive)));
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

fn words(archive: &Archive) -> Arc<Vocabulary> {
    Arc::new(Vocabulary::build(archive))
}
