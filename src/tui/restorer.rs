//! Gives the terminal back as it was: after quitting, before a shell or an editor takes it, and
//! from the places where the program ends in a hurry.
//!
//! Any thread may hold a [`Restorer`]. Giving back twice does nothing, and a terminal that is gone
//! or does not listen cannot hold it up.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::time::Duration;

use ratatui::crossterm::terminal::{disable_raw_mode, enable_raw_mode};

use crate::tui::terminal::{Mouse, TerminalError};
use crate::tui::tty::Tty;

/// Alternate screen, erased; pastes in one piece; focus told; no cursor.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[2J\x1b[?2004h\x1b[?1004h\x1b[?25l";
/// All of it undone in reverse, and an update and a margin ended that a crash cut short.
const LEAVE: &[u8] = b"\x1b[?2026l\x1b[0m\x1b[r\x1b[?25h\x1b[?1004l\x1b[?2004l\x1b[?1049l";
/// Clicks, drags and the wheel, with coordinates as decimal numbers; not every motion.
const MOUSE_ON: &[u8] = b"\x1b[?1002h\x1b[?1006h";
const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1002l";
/// Ambiguous keys told apart, and the shifted character beside the key.
pub(super) const KITTY_ON: &[u8] = b"\x1b[>5u";
const KITTY_OFF: &[u8] = b"\x1b[<1u";

/// How long a terminal may take to swallow the last bytes.
const WRITE_LIMIT: Duration = Duration::from_millis(300);

/// Whose the terminal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// Ours to draw on.
    Ours,
    /// A shell's or an editor's, until we take it again.
    Lent,
    /// Given back for good.
    Returned,
}

/// A handle that gives the terminal back.
#[derive(Debug, Clone)]
pub struct Restorer(Arc<State>);

#[derive(Debug)]
struct State {
    tty: Tty,
    held: AtomicU8,
    mouse: Mouse,
    kitty: AtomicBool,
}

impl Restorer {
    /// A handle on a terminal that is not taken yet.
    pub(super) fn new(tty: Tty, mouse: Mouse) -> Self {
        let (held, kitty) = (AtomicU8::new(Held::Returned as u8), AtomicBool::new(false));
        Self(Arc::new(State { tty, held, mouse, kitty }))
    }

    /// Whose the terminal is.
    pub fn held(&self) -> Held {
        match self.0.held.load(Ordering::SeqCst) {
            held if held == Held::Ours as u8 => Held::Ours,
            held if held == Held::Lent as u8 => Held::Lent,
            _ => Held::Returned,
        }
    }

    /// Takes the terminal: raw mode, and the bytes to write, with `questions` after them.
    pub(super) fn take(&self, questions: &[u8]) -> Result<Vec<u8>, TerminalError> {
        // What was raw for us may have been changed by a shell while we were stopped.
        let _ = disable_raw_mode();
        enable_raw_mode().map_err(TerminalError::Setup)?;
        self.0.held.store(Held::Ours as u8, Ordering::SeqCst);
        let mut bytes = ENTER.to_vec();
        if self.0.mouse == Mouse::On {
            bytes.extend_from_slice(MOUSE_ON);
        }
        if self.0.kitty.load(Ordering::SeqCst) {
            bytes.extend_from_slice(KITTY_ON);
        }
        bytes.extend_from_slice(questions);
        Ok(bytes)
    }

    /// Notes that the kitty protocol is on from here; whether it was off.
    pub(super) fn note_kitty(&self) -> bool {
        !self.0.kitty.swap(true, Ordering::SeqCst)
    }

    /// Gives the terminal back for good.
    pub fn restore(&self) {
        self.give(Held::Returned);
    }

    /// Gives the terminal to somebody who will return it.
    pub(super) fn lend(&self) {
        self.give(Held::Lent);
    }

    fn give(&self, to: Held) {
        if self.0.held.swap(to as u8, Ordering::SeqCst) != Held::Ours as u8 {
            return;
        }
        let mut bytes = Vec::new();
        if self.0.kitty.load(Ordering::SeqCst) {
            bytes.extend_from_slice(KITTY_OFF);
        }
        if self.0.mouse == Mouse::On {
            bytes.extend_from_slice(MOUSE_OFF);
        }
        bytes.extend_from_slice(LEAVE);
        self.0.tty.write_within(&bytes, WRITE_LIMIT);
        // A terminal that is gone has no mode to give back.
        let _ = disable_raw_mode();
    }
}
