//! What can happen to the screen, and the thread that reads it from the terminal.
//!
//! All events meet in one channel, which the drawing thread drains before it draws. The reader
//! sleeps until something arrives and writes nothing. It can be parked, so that an editor or a
//! shell gets the keys, and it ends when the terminal is gone.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use crate::tui::input::{Input, InputParser, Mouse};
use crate::tui::key::Key;
use crate::tui::probe::{Answers, Probe};
use crate::tui::signal::Signal;
use crate::tui::terminal::TerminalError;
use crate::tui::tty;

/// Something the screen answers to.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted: one edit, never keys.
    Paste(String),
    /// The mouse did something, when it is heard.
    Mouse(Mouse),
    /// The window has so many columns and rows.
    Resize(u16, u16),
    /// The window got the focus, or lost it.
    Focus(bool),
    /// The terminal told about itself.
    Probe(Probe),
    /// A job or the saver has something to show.
    Wake,
    /// The system or the user sent a signal.
    Signal(Signal),
    /// The terminal is gone: no key will come any more.
    InputClosed,
}

/// The thread that reads the terminal.
#[derive(Debug)]
pub struct Reader {
    shared: Arc<Shared>,
    waker: UnixStream,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// What the owner wants.
    order: Order,
    /// Whether the thread does not read: it is parked or has ended.
    quiet: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Order {
    #[default]
    Read,
    Park,
    End,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'s>(&self, state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reader {
    /// Starts reading the terminal; units of input go to `events`.
    pub fn start(events: Sender<Event>) -> Result<Self, TerminalError> {
        let input = tty::input()?;
        let (waker, woken) = UnixStream::pair().map_err(TerminalError::Setup)?;
        woken.set_nonblocking(true).map_err(TerminalError::Setup)?;
        let shared = Arc::new(Shared::default());
        let source = Source { input, woken, shared: Arc::clone(&shared), events };
        let thread = thread::Builder::new().name("input".to_owned()).spawn(move || source.run());
        Ok(Self { shared, waker, thread: Some(thread.map_err(TerminalError::Setup)?) })
    }

    /// Stops reading and returns when no byte will be taken any more.
    pub fn park(&self) {
        self.order(Order::Park);
        let mut state = self.shared.state();
        while !state.quiet {
            state = self.shared.wait(state);
        }
    }

    /// Reads again.
    pub fn unpark(&self) {
        self.order(Order::Read);
    }

    fn order(&self, order: Order) {
        self.shared.state().order = order;
        self.shared.changed.notify_all();
        // A thread that has ended hears nothing, and need not.
        let _ = (&self.waker).write_all(&[0]);
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.order(Order::End);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The reader's side: the terminal, the waker's other end, and where units go.
struct Source {
    input: File,
    woken: UnixStream,
    shared: Arc<Shared>,
    events: Sender<Event>,
}

/// What a look at the terminal gave.
enum Arrived {
    Bytes(usize),
    /// Nothing within the time given.
    Nothing,
    /// The owner wants something.
    Order,
    /// The terminal is gone.
    End,
}

impl Source {
    fn run(mut self) {
        let (mut parser, mut answers, mut buffer) = (InputParser::default(), Answers::default(), [0; 4096]);
        let mut units = Vec::new();
        loop {
            match self.look(parser.wait(), &mut buffer) {
                Arrived::Bytes(count) => parser.feed(buffer.get(..count).unwrap_or_default(), &mut units),
                Arrived::Nothing => parser.time_out(&mut units),
                Arrived::Order if self.obey() => {}
                Arrived::Order => break,
                Arrived::End => {
                    let _ = self.events.send(Event::InputClosed);
                    break;
                }
            }
            if !units
                .drain(..)
                .filter_map(|unit| event_of(unit, &mut answers))
                .all(|event| self.events.send(event).is_ok())
            {
                break;
            }
        }
        self.shared.state().quiet = true;
        self.shared.changed.notify_all();
    }

    /// Waits until the terminal or the owner has something, or for `limit`.
    fn look(&mut self, limit: Option<Duration>, buffer: &mut [u8]) -> Arrived {
        let limit = limit.and_then(|limit| Timespec::try_from(limit).ok());
        let mut fds = [PollFd::new(&self.input, PollFlags::IN), PollFd::new(&self.woken, PollFlags::IN)];
        match poll(&mut fds, limit.as_ref()) {
            Ok(0) => return Arrived::Nothing,
            Ok(_) => {}
            Err(Errno::INTR | Errno::AGAIN) => return Arrived::Bytes(0),
            Err(_) => return Arrived::End,
        }
        let [terminal, owner] = fds.map(|fd| fd.revents());
        if !owner.is_empty() {
            return Arrived::Order;
        }
        if !terminal.contains(PollFlags::IN) {
            return Arrived::End;
        }
        match self.input.read(buffer) {
            Ok(0) => Arrived::End,
            Ok(count) => Arrived::Bytes(count),
            Err(error) if matches!(error.kind(), io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock) => {
                Arrived::Bytes(0)
            }
            Err(_) => Arrived::End,
        }
    }

    /// Does what the owner wants; `false` to end.
    fn obey(&mut self) -> bool {
        let mut wakes = [0; 16];
        while self.woken.read(&mut wakes).is_ok_and(|count| count > 0) {}
        let mut state = self.shared.state();
        while state.order == Order::Park {
            state.quiet = true;
            self.shared.changed.notify_all();
            state = self.shared.wait(state);
        }
        state.quiet = false;
        state.order == Order::Read
    }
}

fn event_of(unit: Input, answers: &mut Answers) -> Option<Event> {
    Some(match unit {
        Input::Key(key) => Event::Key(key),
        Input::Paste(text) => Event::Paste(text),
        Input::Mouse(mouse) => Event::Mouse(mouse),
        Input::Focus(has) => Event::Focus(has),
        Input::Answer(answer) => Event::Probe(answers.take(answer)?),
    })
}
