//! The orders of a saver, and the edits on their way to the journal.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::{Order, SaverTimes, Shared};
use crate::project::document::JournalEntry;
use crate::project::store::{Store, StoreError};

/// How long the saver waits for an order before it looks whether a fold is done.
const GLANCE: Duration = Duration::from_millis(2);

/// What was asked for, and the edits on their way to the journal: all that goes on during a fold.
pub(super) struct Queue {
    orders: Receiver<Order>,
    /// Orders that came during a fold and wait for its end.
    later: VecDeque<Order>,
    pub(super) shared: Arc<Shared>,
    pub(super) on_change: Box<dyn Fn() + Send>,
    pub(super) times: SaverTimes,
    pub(super) pending: Vec<JournalEntry>,
    /// Edits in the journal that the document has not taken in yet.
    pub(super) written: Vec<JournalEntry>,
    pub(super) retry_at: Option<Instant>,
}

impl Queue {
    pub(super) fn new(
        orders: Receiver<Order>,
        shared: Arc<Shared>,
        on_change: Box<dyn Fn() + Send>,
        times: SaverTimes,
    ) -> Self {
        let (later, pending, written) = (VecDeque::new(), Vec::new(), Vec::new());
        Self { orders, later, shared, on_change, times, pending, written, retry_at: None }
    }

    /// The next order, and all that came with it; nothing before `deadline`. `None` when there will
    /// never be another one.
    pub(super) fn next(&mut self, deadline: Instant) -> Option<Vec<Order>> {
        let mut orders: Vec<Order> = self.later.drain(..).collect();
        if orders.is_empty() {
            match self.orders.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(order) => orders.push(order),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
        orders.extend(self.orders.try_iter());
        Some(orders)
    }

    pub(super) fn take(&mut self, entries: Vec<JournalEntry>) {
        self.pending.extend(entries);
        if self.retry_at.is_none() {
            (self.on_change)();
        }
    }

    /// Writes what waits, unless a failed write is still to wait.
    pub(super) fn save(&mut self, store: &mut Store, at_once: bool) {
        let waits = self.retry_at.is_some_and(|at| at > Instant::now());
        if self.pending.is_empty() || (waits && !at_once) {
            return;
        }
        let written = store.append(&self.pending);
        {
            let mut told = self.shared.told();
            match &written {
                Ok(()) => {
                    told.saved_count += self.pending.len() as u64;
                    told.failure = None;
                }
                Err(StoreError::ReadOnly { why, .. }) => told.refusal = Some(why.clone()),
                Err(error) => told.failure = Some(error.to_string()),
            }
        }
        if written.is_ok() {
            self.written.append(&mut self.pending);
            self.retry_at = None;
        } else {
            self.retry_at = Some(Instant::now() + self.times.retry);
        }
        (self.on_change)();
    }

    /// Saves edits that come during a fold; everything else waits for its end.
    pub(super) fn go_on(&mut self, store: &mut Store) {
        match self.orders.recv_timeout(GLANCE) {
            Ok(Order::Save(entries)) => self.take(entries),
            Ok(other) => self.later.push_back(other),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => std::thread::sleep(GLANCE),
        }
        self.save(store, false);
    }
}
