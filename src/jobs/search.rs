//! Searching off the screen thread: one worker, the newest request only, results as they come.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::time::{Duration, Instant};

use crate::search::scan::{Hits, Scan, ScanState};

/// How long a slice of work may be before a newer request is looked for.
const SLICE: Duration = Duration::from_millis(6);
/// Time between two results of one search.
const BETWEEN: Duration = Duration::from_millis(60);

/// What a search has found.
#[derive(Debug, Clone)]
pub struct Found {
    /// Which search: results of older ones are stale.
    pub generation: u64,
    /// The hits so far.
    pub hits: Arc<Hits>,
    /// Whether that is all.
    pub is_done: bool,
    /// How long it took so far.
    pub took: Duration,
}

/// The worker; it ends when this is dropped.
#[derive(Debug)]
pub struct Searcher {
    requests: Sender<Option<(u64, Box<Scan>)>>,
}

impl Searcher {
    /// Starts the worker; `on_found` is called from it.
    pub fn start(on_found: impl Fn(Found) + Send + 'static) -> std::io::Result<Self> {
        let (requests, inbox) = channel();
        std::thread::Builder::new().name("search".to_owned()).spawn(move || work(&inbox, &on_found))?;
        Ok(Self { requests })
    }

    /// Replaces the running search.
    pub fn submit(&self, generation: u64, scan: Scan) {
        // The worker lives as long as the sender; without it there is nobody to tell.
        let _ = self.requests.send(Some((generation, Box::new(scan))));
    }

    /// Stops the running search.
    pub fn cancel(&self) {
        let _ = self.requests.send(None);
    }
}

fn work(inbox: &Receiver<Option<(u64, Box<Scan>)>>, on_found: &dyn Fn(Found)) {
    let mut next = inbox.recv().ok();
    while let Some(request) = next.take() {
        next = match request {
            Some((generation, scan)) => run(generation, *scan, inbox, on_found),
            None => None,
        };
        if next.is_none() {
            next = inbox.recv().ok();
        }
    }
}

type Request = Option<(u64, Box<Scan>)>;

/// Runs one search; gives the request that replaced it.
fn run(generation: u64, mut scan: Scan, inbox: &Receiver<Request>, on_found: &dyn Fn(Found)) -> Option<Request> {
    let begun = Instant::now();
    let mut told: Option<Instant> = None;
    loop {
        let is_done = scan.step(SLICE) == ScanState::Done;
        if is_done || told.is_none_or(|at| at.elapsed() >= BETWEEN) {
            on_found(Found { generation, hits: Arc::new(scan.hits().clone()), is_done, took: begun.elapsed() });
            told = Some(Instant::now());
        }
        let newest = match inbox.try_recv() {
            Ok(newest) => std::iter::once(newest).chain(inbox.try_iter()).last(),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => return Some(None),
        };
        if newest.is_some() || is_done {
            return newest;
        }
    }
}
