//! The saver: a thread that puts edits on the disk while the screen goes on.
//!
//! Edits are written in the order in which they were sent; what waits goes in one write and one
//! sync. A write that fails is tried again every five seconds, so nothing later overtakes it. The
//! screen never waits: it sends, and reads the state.
//!
//! The same thread looks each second what other runs have written and who else is here, and leaves
//! both for the screen to take.

mod queue;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use self::queue::Queue;
use crate::base::time::Instant as Moment;
use crate::project::activity::Deed;
use crate::project::document::{Document, JournalEntry};
use crate::project::store::{Arrival, Partner, Presence, SavePlace, SaveState, Store, StoreError};

/// So many deeds are listed, the latest.
const DEEDS: usize = 5_000;

/// How long a saver that is not closed waits for what was sent.
const LAST_WAIT: Duration = Duration::from_secs(1);

/// How long the saver waits before it does what.
#[derive(Debug, Clone, Copy)]
pub struct SaverTimes {
    /// Before a failed write is tried again.
    pub retry: Duration,
    /// After the last edit before the snapshot catches up; ten times as long after the first one of
    /// many.
    pub fold: Duration,
    /// Between two looks at what others have written.
    pub look: Duration,
}

impl Default for SaverTimes {
    fn default() -> Self {
        Self { retry: Duration::from_secs(5), fold: Duration::from_secs(60), look: Duration::from_secs(1) }
    }
}

/// What is left to say when the saver has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// Whether all edits are safe.
    pub state: SaveState,
    /// Where edits are that could not be saved in their place.
    pub rescued: Option<PathBuf>,
    /// What the user should know, in sentences.
    pub notices: Vec<String>,
}

/// Called, on the saver's thread, with what was done over all runs, the latest first.
pub type OnDeeds = Box<dyn FnOnce(Vec<Deed>) + Send>;

/// Called, on the saver's thread, with every edit that was kept, the oldest first.
pub type OnEdits = Box<dyn FnOnce(Vec<JournalEntry>) + Send>;

/// Called, on the saver's thread, with the name that a damaged project file has now, or why it was not
/// brought back.
pub type OnRecovered = Box<dyn FnOnce(Result<PathBuf, String>) + Send>;

enum Order {
    Deeds(OnDeeds),
    Recover(OnRecovered),
    Edits(OnEdits),
    Save(Vec<JournalEntry>),
    Fold,
    Flush(Sender<bool>),
    Close(Sender<Closed>),
}

/// What the saver tells without being waited for.
#[derive(Debug, Default)]
struct Told {
    sent_count: u64,
    saved_count: u64,
    failure: Option<String>,
    refusal: Option<String>,
    notices: Vec<String>,
    /// What others wrote, for the screen to take in.
    arrivals: Vec<Arrival>,
    /// Where this run is.
    here: Option<Presence>,
    /// Who else is here.
    partners: Vec<Partner>,
}

#[derive(Debug, Default)]
struct Shared(Mutex<Told>);

impl Shared {
    /// The lock is held for an assignment at most.
    fn told(&self) -> MutexGuard<'_, Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self) -> SaveState {
        let told = self.told();
        match (&told.refusal, &told.failure) {
            (Some(why), _) => SaveState::ReadOnly(why.clone()),
            (None, Some(why)) => SaveState::NotSaved(why.clone()),
            (None, None) if told.sent_count > told.saved_count => SaveState::Saving,
            (None, None) => SaveState::Saved,
        }
    }
}

/// A way to reach the saver, for threads other than the screen's.
#[derive(Debug, Clone)]
pub struct SaverHandle {
    orders: Sender<Order>,
    shared: Arc<Shared>,
}

impl SaverHandle {
    /// Hands edits over; returns at once.
    pub fn send(&self, entries: Vec<JournalEntry>) {
        if entries.is_empty() {
            return;
        }
        self.shared.told().sent_count += entries.len() as u64;
        self.order(Order::Save(entries));
    }

    /// Asks for the snapshot to catch up; returns at once.
    pub fn fold(&self) {
        self.order(Order::Fold);
    }

    /// Whether the work is safe, as it is known at this moment.
    pub fn state(&self) -> SaveState {
        self.shared.state()
    }

    /// Says where this run is, for whoever else is here; returns at once.
    pub fn is_at(&self, presence: Presence) {
        self.shared.told().here = Some(presence);
    }

    /// Asks what was done over all runs; returns at once.
    pub fn deeds(&self, reply: OnDeeds) {
        self.order(Order::Deeds(reply));
    }

    /// Asks for a project file that was damaged meanwhile to be brought back; returns at once.
    pub fn recover(&self, reply: OnRecovered) {
        self.order(Order::Recover(reply));
    }

    /// Asks for every edit that was kept over all runs; returns at once.
    pub fn edits(&self, reply: OnEdits) {
        self.order(Order::Edits(reply));
    }

    /// What others wrote since this was asked last, to be taken in in this order.
    pub fn arrivals(&self) -> Vec<Arrival> {
        std::mem::take(&mut self.shared.told().arrivals)
    }

    /// Who else has the project open.
    pub fn partners(&self) -> Vec<Partner> {
        self.shared.told().partners.clone()
    }

    /// Waits until all that was sent is safe, or until `timeout`; says whether it is.
    pub fn flush(&self, timeout: Duration) -> bool {
        let (reply, answer) = channel();
        self.order(Order::Flush(reply));
        answer.recv_timeout(timeout).unwrap_or(false)
    }

    fn order(&self, order: Order) {
        if self.orders.send(order).is_err() {
            self.shared.told().failure.get_or_insert_with(|| "the saver has ended".to_owned());
        }
    }
}

/// The saver of one project.
#[derive(Debug)]
pub struct Saver {
    handle: SaverHandle,
    thread: Option<JoinHandle<()>>,
}

impl Saver {
    /// Starts the saver of a project as it was opened. `on_change` is called, on the saver's thread,
    /// whenever the state changes.
    pub fn start(store: Store, document: Document, on_change: Box<dyn Fn() + Send>) -> Self {
        Self::start_with(store, document, on_change, SaverTimes::default())
    }

    /// The same with other times.
    pub fn start_with(store: Store, document: Document, on_change: Box<dyn Fn() + Send>, times: SaverTimes) -> Self {
        let (orders, received) = channel();
        let shared = Arc::new(Shared::default());
        if let SavePlace::Nowhere(why) = store.save_place() {
            shared.told().refusal = Some(why.clone());
        }
        let queue = Queue::new(received, Arc::clone(&shared), on_change, times);
        let worker = Worker {
            store,
            document,
            queue,
            fold_at: None,
            look_at: Instant::now(),
            complaint: None,
            is_broken: false,
            fold_by: None,
        };
        let spawned = std::thread::Builder::new().name("saver".to_owned()).spawn(move || worker.run());
        let thread = match spawned {
            Ok(thread) => Some(thread),
            Err(error) => {
                shared.told().failure = Some(format!("the saver could not start: {error}"));
                None
            }
        };
        Self { handle: SaverHandle { orders, shared }, thread }
    }

    /// A way to reach it from another thread.
    pub fn handle(&self) -> SaverHandle {
        self.handle.clone()
    }

    /// Hands edits over; returns at once.
    pub fn send(&self, entries: Vec<JournalEntry>) {
        self.handle.send(entries);
    }

    /// Asks for the snapshot to catch up; returns at once.
    pub fn fold(&self) {
        self.handle.fold();
    }

    /// Whether the work is safe, as it is known at this moment.
    pub fn state(&self) -> SaveState {
        self.handle.state()
    }

    /// What the user should know since this was asked last, in sentences.
    pub fn notices(&self) -> Vec<String> {
        std::mem::take(&mut self.handle.shared.told().notices)
    }

    /// Waits until all that was sent is safe, or until `timeout`; says whether it is.
    pub fn flush(&self, timeout: Duration) -> bool {
        self.handle.flush(timeout)
    }

    /// Saves, folds and ends. After `timeout` it ends without knowing how that went.
    pub fn close(mut self, timeout: Duration) -> Closed {
        let (reply, answer) = channel();
        self.handle.order(Order::Close(reply));
        let closed = answer.recv_timeout(timeout);
        if closed.is_ok()
            && let Some(thread) = self.thread.take()
        {
            // A panic of the thread was reported by the hook; here it is over either way.
            let _ = thread.join();
        }
        closed.unwrap_or_else(|_| Closed { state: self.state(), rescued: None, notices: self.notices() })
    }
}

impl Drop for Saver {
    fn drop(&mut self) {
        // Where the screen ends without closing, as after a failure, what was sent still lands.
        if self.thread.is_some() {
            self.flush(LAST_WAIT);
        }
    }
}

struct Worker {
    store: Store,
    /// What the screen shows, edit by edit behind it, so that folding needs nothing of the screen.
    document: Document,
    queue: Queue,
    fold_at: Option<Instant>,
    look_at: Instant,
    /// Why the last look failed: told once.
    complaint: Option<String>,
    /// Whether something failed inside the program: from then on only the journal is written.
    is_broken: bool,
    /// When the snapshot must have caught up, however many edits come.
    fold_by: Option<Instant>,
}

impl Worker {
    fn run(mut self) {
        loop {
            let orders = self.queue.next(self.next_deadline());
            let is_over = orders.is_none();
            let mut fold_asked = false;
            let mut waiting = Vec::new();
            let mut closing = None;
            let (mut deeds, mut edits) = (Vec::new(), Vec::new());
            for order in orders.into_iter().flatten() {
                match order {
                    Order::Save(entries) => self.queue.take(entries),
                    Order::Fold => fold_asked = true,
                    Order::Deeds(reply) => deeds.push(reply),
                    Order::Recover(reply) => reply(self.recover()),
                    Order::Edits(reply) => edits.push(reply),
                    Order::Flush(reply) => waiting.push(reply),
                    Order::Close(reply) => closing = Some(reply),
                }
            }
            self.save(!waiting.is_empty() || closing.is_some() || is_over);
            for reply in waiting {
                // Nobody waits any longer: that is theirs to decide.
                let _ = reply.send(self.queue.pending.is_empty());
            }
            if let Some(reply) = closing {
                let _ = reply.send(self.close());
                return;
            }
            if is_over {
                self.store.part();
                return;
            }
            for reply in edits {
                reply(self.store.all_edits());
            }
            for reply in deeds {
                reply(self.deeds());
            }
            if self.look_at <= Instant::now() {
                let times = if self.store.is_remote() { 2 } else { 1 };
                self.look_at = Instant::now() + self.queue.times.look * times;
                self.guarded(Self::look);
            }
            let due = self.fold_at.is_some_and(|at| at <= Instant::now());
            if fold_asked || due {
                self.guarded(Self::fold);
                self.take_in();
            }
        }
    }

    fn next_deadline(&self) -> Instant {
        self.queue.retry_at.into_iter().chain(self.fold_at).fold(self.look_at, Instant::min)
    }

    fn deeds(&self) -> Vec<Deed> {
        let acts = self.store.all_edits().into_iter().rev().filter(|entry| entry.edit.is_an_act());
        let now = Moment::now();
        acts.take(DEEDS).map(|entry| Deed::of(&entry, &self.document, now)).collect()
    }

    /// Works on the files; what fails inside the program costs no edit, and is not tried again: the
    /// journal goes on.
    fn guarded<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.is_broken {
            return None;
        }
        let done = catch_unwind(AssertUnwindSafe(|| work(self)));
        if done.is_err() {
            self.is_broken = true;
            self.fold_at = None;
            let words = "a part of the program failed: the project file is not brought up to date any more; every \
                         edit is in the journal beside it and joins at the next start";
            self.queue.shared.told().notices.push(words.to_owned());
            (self.queue.on_change)();
        }
        done.ok()
    }

    /// Looks what others have written and who is here.
    fn look(&mut self) {
        let seen = self.store.look(&mut self.document);
        let here = self.queue.shared.told().here.clone();
        let partners = self.store.meet(here.as_ref());
        let mut told = self.queue.shared.told();
        let mut changed = told.partners != partners;
        told.partners = partners;
        let complaint = match seen {
            Ok(seen) => {
                changed |= !seen.arrivals.is_empty() || !seen.notices.is_empty();
                told.arrivals.extend(seen.arrivals);
                told.notices.extend(seen.notices);
                if seen.lost_journal {
                    told.notices.push("the journal of this run was taken away; the project is written anew".to_owned());
                    self.fold_at = Some(Instant::now());
                }
                None
            }
            Err(error) => {
                let untold = self.store.untold();
                changed |= !untold.is_empty();
                told.arrivals.extend(untold);
                Some(match error {
                    StoreError::Damaged { path, why, .. } => format!(
                        "{} cannot be read any more: {why}. What you do is kept in its journal; :recover brings it back",
                        path.display()
                    ),
                    other => other.to_string(),
                })
            }
        };
        if complaint != self.complaint {
            told.notices.extend(complaint.clone());
            changed = true;
        }
        self.complaint = complaint;
        drop(told);
        if changed {
            (self.queue.on_change)();
        }
    }

    /// Brings a damaged project file back from what is open and all that else can be found.
    fn recover(&mut self) -> Result<PathBuf, String> {
        self.save(true);
        let done = self.guarded(|worker| worker.store.recover(&mut worker.document));
        let aside = match done {
            Some(done) => done.map_err(|error| error.to_string())?,
            None => return Err("a part of the program failed; `meanwhile recover` brings the file back".to_owned()),
        };
        // A side of an unfinished merge may have held what nobody here has seen.
        let copy = Arrival::Copy(Box::new(self.document.clone()));
        self.queue.shared.told().arrivals.push(copy);
        self.complaint = None;
        (self.queue.on_change)();
        Ok(aside)
    }

    /// Writes what waits, and takes it into the document.
    fn save(&mut self, at_once: bool) {
        self.queue.save(&mut self.store, at_once);
        self.take_in();
    }

    /// Takes what was written into the document; the snapshot is to catch up with it.
    fn take_in(&mut self) {
        if self.queue.written.is_empty() {
            return;
        }
        for entry in self.queue.written.drain(..) {
            self.document.replay(&entry);
        }
        let (now, wait) = (Instant::now(), self.queue.times.fold);
        let latest = *self.fold_by.get_or_insert(now + 10 * wait);
        self.fold_at = Some(latest.min(now + wait));
    }

    fn fold(&mut self) {
        (self.fold_at, self.fold_by) = (None, None);
        let Self { store, document, queue, .. } = self;
        match store.fold_while(document, &mut |store| queue.go_on(store)) {
            Ok(folded) => {
                let changed = !folded.notices.is_empty() || !folded.arrivals.is_empty();
                let mut told = self.queue.shared.told();
                told.notices.extend(folded.notices);
                told.arrivals.extend(folded.arrivals);
                drop(told);
                if changed {
                    (self.queue.on_change)();
                }
            }
            Err(error) => {
                self.fold_at = Some(Instant::now() + self.queue.times.fold);
                self.queue.shared.told().notices.push(error.to_string());
                (self.queue.on_change)();
            }
        }
    }

    fn close(&mut self) -> Closed {
        match self.guarded(|worker| worker.store.close(&mut worker.document)) {
            Some(Ok(folded)) => self.queue.shared.told().notices.extend(folded.notices),
            Some(Err(error)) => self.queue.shared.told().notices.push(error.to_string()),
            None => {}
        }
        self.store.part();
        let mut rescued = None;
        if !self.queue.pending.is_empty() {
            match self.store.rescue(&self.queue.pending) {
                Ok(path) => rescued = Some(path),
                Err(error) => self.queue.shared.told().notices.push(error.to_string()),
            }
        }
        let notices = std::mem::take(&mut self.queue.shared.told().notices);
        Closed { state: self.queue.shared.state(), rescued, notices }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::base::id::InvestigatorId;
    use crate::project::store::{Opened, StoreOptions, sidecar};
    use crate::project::testing::{Barrier, OddDisk};
    use crate::project::{Author, Edit};

    const LONG: Duration = Duration::from_secs(20);

    fn author() -> Author {
        Author::new(InvestigatorId::from_name("Ida Holt"))
    }

    fn fact(name: &str) -> Edit {
        serde_json::from_value(serde_json::json!({"edit": "fact", "name": name, "value": 1})).unwrap()
    }

    fn reopened(path: &Path) -> Document {
        Store::open(path, &author(), &StoreOptions::default()).unwrap().document
    }

    fn start(path: &Path, me: &Author, times: SaverTimes) -> (Saver, Document) {
        let Opened { document, store, .. } = Store::create(path, me, &StoreOptions::default()).unwrap();
        (Saver::start_with(store, document.clone(), Box::new(|| {}), times), document)
    }

    #[test]
    fn what_was_flushed_is_on_the_disk_and_closing_folds() {
        let folder = tempfile::tempdir().unwrap();
        let (path, me) = (folder.path().join("incident.json"), author());
        let (saver, mut document) = start(&path, &me, SaverTimes::default());
        for n in 0..30 {
            saver.send(document.apply(fact(&format!("f{n}")), &me, Moment::now()).unwrap().entries);
        }
        assert!(saver.flush(LONG));
        assert_eq!(saver.state(), SaveState::Saved);
        assert_eq!(reopened(&path).project().facts().len(), 30);
        let closed = saver.close(LONG);
        assert_eq!(closed, Closed { state: SaveState::Saved, rescued: None, notices: vec![] });
        assert_eq!(reopened(&path), document);
    }

    #[test]
    fn a_write_that_fails_says_so_and_lands_later_in_its_order() {
        let folder = tempfile::tempdir().unwrap();
        let (path, me) = (folder.path().join("incident.json"), author());
        let times = SaverTimes { retry: Duration::from_millis(5), ..SaverTimes::default() };
        let (saver, mut document) = start(&path, &me, times);
        // A file in the way of the folder beside the project.
        std::fs::write(sidecar(&path), "").unwrap();
        saver.send(document.apply(fact("a"), &me, Moment::now()).unwrap().entries);
        saver.send(document.apply(fact("b"), &me, Moment::now()).unwrap().entries);
        assert!(!saver.flush(LONG));
        assert!(matches!(saver.state(), SaveState::NotSaved(_)), "{:?}", saver.state());
        std::fs::remove_file(sidecar(&path)).unwrap();
        while saver.state() != SaveState::Saved {
            std::thread::sleep(Duration::from_millis(2));
        }
        assert_eq!(reopened(&path), document);
    }

    #[test]
    fn the_snapshot_catches_up_by_itself() {
        let folder = tempfile::tempdir().unwrap();
        let (path, me) = (folder.path().join("incident.json"), author());
        let times = SaverTimes { fold: Duration::from_millis(1), ..SaverTimes::default() };
        let (saver, mut document) = start(&path, &me, times);
        saver.send(document.apply(fact("a"), &me, Moment::now()).unwrap().entries);
        while !std::fs::read_to_string(&path).is_ok_and(|text| text.contains("\"a\": 1")) {
            std::thread::sleep(Duration::from_millis(2));
        }
        drop(saver);
        assert_eq!(reopened(&path), document);
    }

    #[test]
    fn a_change_of_state_wakes_the_screen() {
        let folder = tempfile::tempdir().unwrap();
        let (path, me) = (folder.path().join("incident.json"), author());
        let Opened { mut document, store, .. } = Store::create(&path, &me, &StoreOptions::default()).unwrap();
        let (wake, woken) = channel();
        let on_change = Box::new(move || wake.send(()).unwrap_or_default());
        let saver = Saver::start(store, document.clone(), on_change);
        saver.send(document.apply(fact("a"), &me, Moment::now()).unwrap().entries);
        while saver.state() != SaveState::Saved {
            woken.recv_timeout(LONG).unwrap();
        }
    }

    #[test]
    fn a_fold_that_fails_inside_the_program_costs_no_edit() {
        let folder = tempfile::tempdir().unwrap();
        let (path, me) = (folder.path().join("incident.json"), author());
        let (saver, mut document) = start(&path, &me, SaverTimes::default());
        saver.send(document.apply(fact("a"), &me, Moment::now()).unwrap().entries);
        saver.close(LONG);
        let disk = OddDisk { panics: true, ..OddDisk::default() };
        let options = StoreOptions { fs: Arc::new(disk), ..StoreOptions::default() };
        let me = author();
        let Opened { mut document, store, .. } = Store::open(&path, &me, &options).unwrap();
        let saver = Saver::start(store, document.clone(), Box::new(|| {}));
        saver.send(document.apply(fact("b"), &me, Moment::now()).unwrap().entries);
        saver.fold();
        saver.send(document.apply(fact("c"), &me, Moment::now()).unwrap().entries);
        assert!(saver.flush(LONG));
        assert_eq!(saver.state(), SaveState::Saved);
        let closed = saver.close(LONG);
        assert!(closed.notices.iter().any(|notice| notice.contains("every edit is in the journal")), "{closed:?}");
        assert_eq!(reopened(&path), document);
    }

    #[test]
    fn an_edit_is_safe_while_the_file_is_still_being_written() {
        let folder = tempfile::tempdir().unwrap();
        let (path, me) = (folder.path().join("incident.json"), author());
        let (saver, mut document) = start(&path, &me, SaverTimes::default());
        saver.send(document.apply(fact("a"), &me, Moment::now()).unwrap().entries);
        saver.close(LONG);
        let barrier = Barrier::leaked();
        let disk = OddDisk { barrier: Some(barrier), ..OddDisk::default() };
        let options = StoreOptions { fs: Arc::new(disk), ..StoreOptions::default() };
        let Opened { mut document, store, .. } = Store::open(&path, &me, &options).unwrap();
        let saver = Saver::start(store, document.clone(), Box::new(|| {}));
        let send = |document: &mut Document, name: &str| {
            saver.send(document.apply(fact(name), &me, Moment::now()).unwrap().entries);
        };
        send(&mut document, "b");
        assert!(saver.flush(LONG));
        saver.fold();
        let end = Instant::now() + LONG;
        while !barrier.is_reached() {
            assert!(Instant::now() < end, "no fold begins");
        }
        for name in ["c", "d"] {
            send(&mut document, name);
            while saver.state() != SaveState::Saved {
                assert!(Instant::now() < end, "{name} waits for the fold");
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        assert_eq!(reopened(&path), document, "the old file and the journal hold all of it");
        barrier.open();
        let closed = saver.close(LONG);
        assert_eq!(closed, Closed { state: SaveState::Saved, rescued: None, notices: vec![] });
        assert_eq!(reopened(&path), document);
    }

    #[test]
    fn a_saver_that_is_only_dropped_still_writes_what_was_sent() {
        let folder = tempfile::tempdir().unwrap();
        let (path, me) = (folder.path().join("incident.json"), author());
        let (saver, mut document) = start(&path, &me, SaverTimes::default());
        let other_end = saver.handle();
        for n in 0..20 {
            saver.send(document.apply(fact(&format!("f{n}")), &me, Moment::now()).unwrap().entries);
        }
        drop(saver);
        assert_eq!(reopened(&path), document);
        drop(other_end);
    }

    #[test]
    fn what_one_saver_writes_another_one_tells_its_screen() {
        let folder = tempfile::tempdir().unwrap();
        let (path, me, you) = (folder.path().join("incident.json"), author(), author());
        let times = SaverTimes { look: Duration::from_millis(2), ..SaverTimes::default() };
        let (first, mut document) = start(&path, &me, times);
        first.send(document.apply(fact("a"), &me, Moment::now()).unwrap().entries);
        assert!(first.flush(LONG));
        let Opened { document: mut seen, store, .. } = Store::open(&path, &you, &StoreOptions::default()).unwrap();
        let (wake, woken) = channel();
        let on_change = Box::new(move || wake.send(()).unwrap_or_default());
        let second = Saver::start_with(store, seen.clone(), on_change, times);
        first.send(document.apply(fact("b"), &me, Moment::now()).unwrap().entries);
        while seen.project().fact("b").is_none() {
            woken.recv_timeout(LONG).unwrap();
            for arrival in second.handle().arrivals() {
                match arrival {
                    Arrival::Edits(entries) => entries.iter().for_each(|entry| {
                        seen.replay(entry);
                    }),
                    Arrival::Copy(copy) => seen.join_file(&copy),
                }
            }
        }
        assert_eq!(seen, document);
    }
}
