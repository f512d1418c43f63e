//! Threads that look at stretches together.
//!
//! Whoever is free takes the next stretch. The one who asked works along until its time is over and
//! never waits for a thread that has not begun; what a thread took and never brought is looked at
//! again. So a busy machine makes a search slower, and nothing makes it hang. A first slice that ends
//! soon is worked alone: somebody waits to paint what it finds, and needs a core for that.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant as Clock};

use super::part::{Part, Stretch};
use crate::archive::Archive;
use crate::search::filter::Filter;

/// More threads than this only take turns with each other on memory.
const MOST_THREADS: usize = 8;
/// A thread costs more than so many stretches.
const FEW_STRETCHES: usize = 4;

/// What all look at.
pub(super) struct Task {
    pub(super) archive: Arc<Archive>,
    pub(super) filter: Arc<Filter>,
    pub(super) stretches: Vec<Stretch>,
    /// Places of stretches in the order in which they are looked at.
    pub(super) order: Vec<usize>,
    pub(super) correction_count: usize,
}

impl Task {
    fn look(&self, turn: usize) -> Option<(usize, Part)> {
        let place = *self.order.get(turn)?;
        Some((place, self.stretches.get(place)?.look(&self.archive, &self.filter, self.correction_count)))
    }
}

/// A task under work.
pub(super) struct Crew {
    shared: Arc<Shared>,
    /// Threads that are still to be set to work.
    wanted: usize,
    helpers: Vec<JoinHandle<()>>,
    has_begun: bool,
    /// By the place of a stretch: whether its part was handed over.
    is_here: Vec<bool>,
    missing: usize,
}

struct Shared {
    task: Task,
    /// The next turn that nobody has taken.
    next: AtomicUsize,
    is_over: AtomicBool,
    done: Mutex<Vec<(usize, Part)>>,
}

impl Shared {
    fn done(&self) -> MutexGuard<'_, Vec<(usize, Part)>> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes turns until there is none left, or `is_enough`.
    fn work(&self, is_enough: impl Fn() -> bool) {
        while let Some(part) = self.task.look(self.next.fetch_add(1, Ordering::Relaxed)) {
            self.done().push(part);
            if is_enough() {
                break;
            }
        }
    }
}

impl Crew {
    /// A crew for as many threads as there is work for.
    pub(super) fn new(task: Task) -> Self {
        let count = task.stretches.len();
        let is_here = vec![false; count];
        let shared = Arc::new(Shared {
            task,
            next: AtomicUsize::new(0),
            is_over: AtomicBool::new(false),
            done: Mutex::default(),
        });
        let cores = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
        let wanted = if count < FEW_STRETCHES { 0 } else { cores - 1 };
        Self { wanted, helpers: Vec::new(), has_begun: false, shared, is_here, missing: count }
    }

    fn hire(&mut self) {
        let helper = |_| {
            let shared = Arc::clone(&self.shared);
            let work = move || shared.work(|| shared.is_over.load(Ordering::Relaxed));
            // Without a thread the others take its turns.
            std::thread::Builder::new().name("search".to_owned()).spawn(work).ok()
        };
        self.helpers.extend((0..std::mem::take(&mut self.wanted)).filter_map(helper));
    }

    /// The work.
    pub(super) fn task(&self) -> &Task {
        &self.shared.task
    }

    /// Whether all was handed over.
    pub(super) const fn is_done(&self) -> bool {
        self.missing == 0
    }

    /// Works along until the time is over; gives what was found since, with its places.
    pub(super) fn step(&mut self, budget: Duration) -> Vec<(usize, Part)> {
        if std::mem::replace(&mut self.has_begun, true) || budget == Duration::MAX {
            self.hire();
        }
        let begun = Clock::now();
        self.shared.work(|| begun.elapsed() >= budget);
        let all_taken = self.shared.next.load(Ordering::Relaxed) >= self.task().order.len();
        if all_taken {
            self.wait(begun, budget);
        }
        let mut parts = std::mem::take(&mut *self.shared.done());
        parts.retain(|(place, _)| self.take(*place));
        parts
    }

    fn take(&mut self, place: usize) -> bool {
        let is_first = self.is_here.get_mut(place).is_some_and(|is_here| !std::mem::replace(is_here, true));
        self.missing -= usize::from(is_first);
        is_first
    }

    /// Waits for what others took; looks at it again when they are gone.
    fn wait(&self, begun: Clock, budget: Duration) {
        let is_complete = || self.shared.done().len() >= self.missing;
        while !is_complete() && begun.elapsed() < budget {
            if self.helpers.iter().all(JoinHandle::is_finished) {
                self.look_at_lost();
                return;
            }
            std::thread::sleep(Duration::from_micros(200));
        }
    }

    /// Looks at stretches of which nobody brought a part: a thread that failed took them.
    fn look_at_lost(&self) {
        let brought: Vec<usize> = self.shared.done().iter().map(|(place, _)| *place).collect();
        let task = self.task();
        for (turn, place) in task.order.iter().enumerate() {
            if self.is_here.get(*place) == Some(&false) && !brought.contains(place) {
                let part = task.look(turn);
                self.shared.done().extend(part);
            }
        }
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Relaxed);
    }
}
