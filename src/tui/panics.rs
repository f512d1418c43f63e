//! What happens to the terminal when something panics.
//!
//! A hook restores the terminal only when the thread that draws is about to end: a panic in a
//! worker is caught and reported there, and one in a frame costs that frame. Messages of panics
//! may quote foreign text, so what they quote is left out, the rest is kept sanitised, and nothing is printed over the screen.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::panic::{self, PanicHookInfo};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::base::text::{LineBreaks, sanitize_tty, without_quoted};
use crate::base::time::Instant;
use crate::tui::restorer::{Held, Restorer};

/// A part of the program failed; what was done before is saved. The program ends with 70.
#[derive(Debug, thiserror::Error)]
#[error("a part of the program failed{}: {report}", if *.ended { "" } else { " and was left" })]
pub struct Failure {
    /// What failed and where, printable and without foreign text.
    report: String,
    /// Whether that ended the sitting.
    ended: bool,
}

impl Failure {
    /// One that ended the sitting.
    pub(super) fn that_ended(reports: &[String]) -> Self {
        Self { report: sentence(reports), ended: true }
    }

    /// One that cost a frame, a file or a search.
    pub(super) fn that_was_left(reports: &[String]) -> Self {
        Self { report: sentence(reports), ended: false }
    }
}

fn sentence(reports: &[String]) -> String {
    let first = reports.first().map_or("for an unknown reason", String::as_str);
    format!("{first}. Saved work is kept; please report this line")
}

/// The file of the state folder in which failures are kept.
const KEPT: &str = "failures.log";

/// Keeps reports in the state folder, each with the time and the version, for whoever is asked.
pub(super) fn keep(state: &Path, reports: &[String], now: Instant) -> io::Result<()> {
    std::fs::create_dir_all(state)?;
    let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(state.join(KEPT))?;
    let line = |report: &String| format!("{} {} {report}\n", now.rfc3339(), env!("CARGO_PKG_VERSION"));
    file.write_all(reports.iter().map(line).collect::<String>().as_bytes())
}

/// Most reports kept between two looks at them.
const REPORTS_MAX: usize = 50;

/// Reports of what panicked while the screen is ours.
#[derive(Debug, Clone)]
pub struct Panics(Arc<State>);

#[derive(Debug, Default)]
struct State {
    reports: Mutex<Vec<String>>,
    /// Whether the drawing thread catches what it is doing.
    caught: AtomicBool,
}

impl Panics {
    /// Sets the hook; the calling thread is the one that draws.
    pub(super) fn watch(restorer: &Restorer) -> Self {
        let panics = Self(Arc::new(State::default()));
        let (own, restorer, drawing) = (panics.clone(), restorer.clone(), thread::current().id());
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if restorer.held() != Held::Ours {
                return before(info);
            }
            own.note(describe(info));
            if thread::current().id() == drawing && !own.0.caught.load(Ordering::SeqCst) {
                restorer.restore();
            }
        }));
        panics
    }

    /// Runs `act`, whose panics are caught inside, so that they must not cost the screen.
    pub(super) fn without_restoring<T>(&self, act: impl FnOnce() -> T) -> T {
        self.0.caught.store(true, Ordering::SeqCst);
        let result = act();
        self.0.caught.store(false, Ordering::SeqCst);
        result
    }

    fn note(&self, report: String) {
        let mut reports = self.0.reports.lock().unwrap_or_else(PoisonError::into_inner);
        if reports.len() < REPORTS_MAX {
            reports.push(report);
        }
    }

    /// The last report.
    pub(super) fn last(&self) -> String {
        let reports = self.0.reports.lock().unwrap_or_else(PoisonError::into_inner);
        reports.last().cloned().unwrap_or_else(|| "for an unknown reason".to_owned())
    }

    /// Takes what was reported since the last call: one printable line a panic, for the log or, when
    /// the drawing thread panicked, for the last words after the screen.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.reports.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Message, thread and place of a panic in one printable line.
fn describe(info: &PanicHookInfo<'_>) -> String {
    let payload = info.payload();
    let owned = payload.downcast_ref::<String>().map(String::as_str);
    let message = without_quoted(owned.or(payload.downcast_ref::<&str>().copied()).unwrap_or("no message"));
    let place = info.location().map_or_else(String::new, |place| format!(" at {}:{}", place.file(), place.line()));
    let thread = thread::current().name().unwrap_or("unnamed").to_owned();
    sanitize_tty(&format!("{message}{place}, thread {thread}"), LineBreaks::Mark).into_owned()
}
