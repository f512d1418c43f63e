//! Searching off the screen thread: one worker, the newest request only, results as they come.
//!
//! While somebody types, the worker remembers what it found: a letter taken back is answered at once,
//! and a further word is looked for only where the words before it were found.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::time::{Duration, Instant};

use crate::search::highlight::Highlighter;
use crate::search::query::Query;
use crate::search::scan::{Hits, Scan, ScanState};
use crate::search::vocabulary::Vocabulary;

/// How long the first slice of work may be: its results are painted within a frame.
const FIRST_SLICE: Duration = Duration::from_millis(3);
/// How long a slice of work may be before a newer request is looked for.
const SLICE: Duration = Duration::from_millis(8);
/// Time between two results of one search.
const BETWEEN: Duration = Duration::from_millis(100);
/// Most bytes of results that are remembered.
const REMEMBERED: usize = 24 << 20;

/// What a search has found.
#[derive(Clone)]
pub struct Found {
    /// Which search: results of older ones are stale.
    pub generation: u64,
    /// The hits so far.
    pub hits: Arc<Hits>,
    /// What marks them in their texts, corrected words too.
    pub highlighter: Arc<Highlighter>,
    /// Whether that is all.
    pub is_done: bool,
    /// How long it took so far.
    pub took: Duration,
}

/// What results hang on beside the query: searches of one basis look at the same messages of the
/// same project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Basis {
    /// Which opening of the search: all of one have one scope.
    pub opened: u64,
    /// The state of the archive.
    pub archive: u64,
    /// The state of the project.
    pub project: u64,
}

/// The worker; it ends when this is dropped.
#[derive(Debug)]
pub struct Searcher {
    requests: Sender<Order>,
}

/// A search to run in place of the one that runs, or none.
type Order = Option<Request>;

struct Request {
    generation: u64,
    scan: Box<Scan>,
    basis: Basis,
}

impl Searcher {
    /// Starts the worker; `on_found` is called from it.
    pub fn start(on_found: impl Fn(Found) + Send + 'static) -> std::io::Result<Self> {
        let (requests, inbox) = channel();
        let mut worker = Worker { inbox, remembered: VecDeque::new(), on_found };
        std::thread::Builder::new().name("search".to_owned()).spawn(move || worker.work())?;
        Ok(Self { requests })
    }

    /// Replaces the running search.
    pub fn submit(&self, generation: u64, scan: Scan, basis: Basis) {
        // The worker lives as long as the sender; without it there is nobody to tell.
        let _ = self.requests.send(Some(Request { generation, scan: Box::new(scan), basis }));
    }

    /// Stops the running search and forgets what was found.
    pub fn cancel(&self) {
        let _ = self.requests.send(None);
    }
}

/// A search that was done.
struct Remembered {
    basis: Basis,
    query: Query,
    vocabulary: Option<Arc<Vocabulary>>,
    hits: Arc<Hits>,
}

impl Remembered {
    fn bytes(&self) -> usize {
        self.hits.exact.len() * 4 + self.hits.close.len() * 20
    }

    fn is_of(&self, basis: Basis, vocabulary: Option<&Arc<Vocabulary>>) -> bool {
        let same_words = match (&self.vocabulary, vocabulary) {
            (Some(known), Some(vocabulary)) => Arc::ptr_eq(known, vocabulary),
            (None, None) => true,
            _ => false,
        };
        self.basis == basis && same_words
    }
}

struct Worker<F> {
    inbox: Receiver<Order>,
    /// What was found since the search was opened, the last one last.
    remembered: VecDeque<Remembered>,
    on_found: F,
}

impl<F: Fn(Found)> Worker<F> {
    fn work(&mut self) {
        let mut next = self.inbox.recv().ok();
        while let Some(request) = next.take() {
            if let Some(request) = request {
                next = self.run(request);
            } else {
                self.remembered.clear();
            }
            if next.is_none() {
                next = self.inbox.recv().ok();
            }
        }
    }

    /// Runs one search; gives the order that replaced it.
    fn run(&mut self, request: Request) -> Option<Order> {
        let Request { generation, mut scan, basis } = request;
        let begun = Instant::now();
        let highlighter = Arc::new(Highlighter::new(scan.query(), scan.vocabulary().map(AsRef::as_ref)));
        let tell = |hits: &Arc<Hits>, is_done| {
            let (hits, highlighter) = (Arc::clone(hits), Arc::clone(&highlighter));
            (self.on_found)(Found { generation, hits, highlighter, is_done, took: begun.elapsed() });
        };
        self.remembered.retain(|known| known.is_of(basis, scan.vocabulary()));
        if let Some(known) = self.remembered.iter().find(|known| known.query == *scan.query()) {
            tell(&known.hits, true);
            return None;
        }
        let wider = self.remembered.iter().filter(|known| scan.query().narrows(&known.query));
        if let Some(known) = wider.min_by_key(|known| known.hits.total()) {
            scan.narrow(Hits::clone(&known.hits));
        }
        let mut told: Option<Instant> = None;
        loop {
            let slice = if told.is_none() { FIRST_SLICE } else { SLICE };
            let is_done = scan.step(slice) == ScanState::Done;
            if is_done || told.is_none_or(|at| at.elapsed() >= BETWEEN) {
                scan.publish();
                let hits = Arc::new(scan.hits().clone());
                tell(&hits, is_done);
                told = Some(Instant::now());
                if is_done {
                    self.remember(&scan, hits, basis);
                    return None;
                }
            }
            let newest = match self.inbox.try_recv() {
                Ok(newest) => std::iter::once(newest).chain(self.inbox.try_iter()).last(),
                Err(TryRecvError::Empty) => None,
                Err(TryRecvError::Disconnected) => return Some(None),
            };
            if newest.is_some() {
                return newest;
            }
        }
    }

    fn remember(&mut self, scan: &Scan, hits: Arc<Hits>, basis: Basis) {
        let (query, vocabulary) = (scan.query().clone(), scan.vocabulary().cloned());
        self.remembered.push_back(Remembered { basis, query, vocabulary, hits });
        while self.remembered.iter().map(Remembered::bytes).sum::<usize>() > REMEMBERED {
            self.remembered.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Project;
    use crate::search::testing::outage;
    use crate::search::{Context, Scope, once};

    #[test]
    fn typing_on_and_back_finds_what_a_search_of_its_own_finds() {
        let (archive, project) = (outage(), Project::default());
        let vocabulary = Some(Arc::new(Vocabulary::build(&archive)));
        let context = Context::new(&archive, &project).with_vocabulary(vocabulary);
        let (sender, found) = channel();
        let searcher = Searcher::start(move |found| sender.send(found).unwrap_or_default()).unwrap();
        let typed = ["a", "al", "alias", "alias r", "alias read", "alias r", "alias", "alais", "alias read i"];
        for (generation, typed) in typed.iter().enumerate() {
            let query = Query::parse(typed).unwrap();
            searcher.submit(generation as u64, Scan::new(&query, &context, Scope::All), Basis::default());
            let last = found.iter().find(|found| found.is_done).unwrap();
            assert_eq!(last.generation, generation as u64);
            assert_eq!(*last.hits, once(&query, &context, None), "{typed}");
        }
    }

    #[test]
    fn another_state_of_the_project_is_searched_anew() {
        let (archive, project) = (outage(), Project::default());
        let context = Context::new(&archive, &project);
        let (sender, found) = channel();
        let searcher = Searcher::start(move |found| sender.send(found).unwrap_or_default()).unwrap();
        let query = Query::parse("alias").unwrap();
        for (project, scope) in [(0, Scope::All), (1, Scope::Channel(crate::archive::ChannelIx(1)))] {
            let basis = Basis { project, ..Basis::default() };
            searcher.submit(project, Scan::new(&query, &context, scope), basis);
            let last = found.iter().find(|found| found.is_done).unwrap();
            assert_eq!(last.hits.exact_total, if project == 0 { 4 } else { 1 });
        }
    }
}
