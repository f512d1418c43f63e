//! Signals of the system: the terminal hung up, the program is to end, stop or go on.
//!
//! They are handled on a thread of their own, which tells the drawing thread. When that does not
//! end the program in time, because it is blocked or its terminal is gone, this thread does: it
//! runs the emergency act it was given, gives the terminal back and exits. A second signal exits
//! at once.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::process::{Signal as Sent, getpid, kill_current_process_group, kill_process};
use signal_hook::consts::signal::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH, SIGXFSZ};
use signal_hook::iterator::{Handle, Signals};

use crate::tui::event::Event;
use crate::tui::restorer::{Held, Restorer};
use crate::tui::tty::Tty;

/// How long the drawing thread has to end the program by itself.
const GRACE: Duration = Duration::from_millis(700);

/// How often a stopped program looks whether it was continued; while it is stopped, never.
const CONTINUE_LOOK: Duration = Duration::from_millis(2);

/// A signal that the drawing thread answers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// The terminal hung up: save, and end.
    Hangup,
    /// End.
    Terminate,
    /// End: Ctrl-c comes as a key, so this was sent from outside.
    Interrupt,
    /// End.
    Quit,
    /// Stop until the shell continues the program.
    Suspend,
    /// The shell continued the program: take the terminal again, draw everything. It also comes
    /// with [`Self::Hangup`], and then there is no terminal to take.
    Continue,
}

impl Signal {
    const fn of(number: i32) -> Option<Self> {
        Some(match number {
            SIGHUP => Self::Hangup,
            SIGTERM => Self::Terminate,
            SIGINT => Self::Interrupt,
            SIGQUIT => Self::Quit,
            SIGTSTP => Self::Suspend,
            SIGCONT => Self::Continue,
            _ => return None,
        })
    }

    /// The exit code of a program that this signal ended; none when it does not end it.
    pub const fn exit_code(self) -> Option<u8> {
        Some(
            128 + match self {
                Self::Hangup => SIGHUP as u8,
                Self::Terminate => SIGTERM as u8,
                Self::Interrupt => SIGINT as u8,
                Self::Quit => SIGQUIT as u8,
                Self::Suspend | Self::Continue => return None,
            },
        )
    }
}

/// What saves the work when the drawing thread does not: called once at most, from another thread.
pub type Emergency = Box<dyn FnOnce() + Send>;

/// The thread that handles signals; dropping it ends it.
#[derive(Debug)]
pub struct SignalWatch {
    handle: Handle,
    over: Arc<AtomicBool>,
}

impl SignalWatch {
    /// Starts handling signals, and tells the size once. Keep it until the work is saved: after that nobody ends a program
    /// that hangs.
    pub fn start(events: Sender<Event>, tty: Tty, restorer: Restorer, emergency: Emergency) -> io::Result<Self> {
        // A file that may not grow is an error of a write for us, no end.
        let mut signals = Signals::new([SIGHUP, SIGTERM, SIGINT, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH, SIGXFSZ])?;
        let (handle, over) = (signals.handle(), Arc::new(AtomicBool::new(false)));
        let exit = Exit { restorer, emergency: Arc::new(Mutex::new(Some(emergency))), over: Arc::clone(&over) };
        let mut desk = Desk { events, tty, exit, ending: false };
        // A window may have changed its size before anybody listened.
        desk.tell_size();
        thread::Builder::new().name("signals".to_owned()).spawn(move || {
            signals.forever().for_each(|number| desk.take(number));
        })?;
        Ok(Self { handle, over })
    }
}

impl Drop for SignalWatch {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        self.handle.close();
    }
}

/// Decides what becomes of a signal.
struct Desk {
    events: Sender<Event>,
    tty: Tty,
    exit: Exit,
    ending: bool,
}

impl Desk {
    fn take(&mut self, number: i32) {
        if number == SIGWINCH {
            return self.tell_size();
        }
        let Some(signal) = Signal::of(number) else { return };
        let lent = self.exit.restorer.held() == Held::Lent;
        match signal {
            // The keys of the editor that has the terminal reach us, too.
            Signal::Interrupt | Signal::Quit if lent => {}
            Signal::Suspend if lent => stop_alone(),
            Signal::Suspend | Signal::Continue => _ = self.events.send(Event::Signal(signal)),
            _ => self.end(signal),
        }
    }

    fn tell_size(&self) {
        let (columns, rows) = self.tty.size();
        let _ = self.events.send(Event::Resize(columns, rows));
    }

    fn end(&mut self, signal: Signal) {
        let code = i32::from(signal.exit_code().unwrap_or(1));
        if std::mem::replace(&mut self.ending, true) {
            std::process::exit(code);
        }
        self.exit.after_grace(code);
        let _ = self.events.send(Event::Signal(signal));
    }
}

/// Ends the program when nobody else does.
#[derive(Clone)]
struct Exit {
    restorer: Restorer,
    emergency: Arc<Mutex<Option<Emergency>>>,
    over: Arc<AtomicBool>,
}

impl Exit {
    fn after_grace(&self, code: i32) {
        let exit = self.clone();
        let waiting = thread::Builder::new().name("exit".to_owned()).spawn(move || {
            thread::sleep(GRACE);
            if !exit.over.load(Ordering::SeqCst) {
                exit.now(code);
            }
        });
        if waiting.is_err() {
            self.now(code);
        }
    }

    fn now(&self, code: i32) {
        let emergency = self.emergency.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(emergency) = emergency {
            emergency();
        }
        self.restorer.restore();
        std::process::exit(code);
    }
}

/// Stops the program and those it was started with, such as `cargo run`, as Ctrl-z in a shell does;
/// returns when it was continued.
pub(super) fn stop_here() -> io::Result<()> {
    let continued = Arc::new(AtomicBool::new(false));
    let flag = signal_hook::flag::register(SIGCONT, Arc::clone(&continued))?;
    kill_current_process_group(Sent::STOP)?;
    // The signal may be another thread's to act on, and this one may run on for a moment.
    while !continued.load(Ordering::SeqCst) {
        thread::sleep(CONTINUE_LOOK);
    }
    signal_hook::low_level::unregister(flag);
    Ok(())
}

/// Stops the program alone: the group got the signal already.
fn stop_alone() {
    let _ = kill_process(getpid(), Sent::STOP);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_say_which_signal_ended_the_program() {
        assert_eq!(Signal::Hangup.exit_code(), Some(129));
        assert_eq!(Signal::Interrupt.exit_code(), Some(130));
        assert_eq!(Signal::Quit.exit_code(), Some(131));
        assert_eq!(Signal::Terminate.exit_code(), Some(143));
        assert_eq!(Signal::Continue.exit_code(), None);
    }
}
