//! The terminal as a device: its two ends, its size, and writing to it when it may be gone.

use std::fs::File;
use std::io::{self, IsTerminal as _, Write};
use std::os::fd::AsFd as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use crate::tui::terminal::TerminalError;

/// Largest screen that is drawn; beyond it lies a wrong answer, not a window.
const COLUMNS_MAX: u16 = 1_000;
const ROWS_MAX: u16 = 500;

/// The size that is drawn when the terminal says it has none, as serial lines do.
const FALLBACK: (u16, u16) = (80, 24);

/// The end that is written to.
#[derive(Debug, Clone)]
pub struct Tty(Arc<File>);

impl Tty {
    /// The terminal on standard output.
    pub fn open() -> Result<Self, TerminalError> {
        let stdout = io::stdout();
        if !stdout.is_terminal() {
            return Err(TerminalError::NoTerminal);
        }
        let own = stdout.as_fd().try_clone_to_owned().map_err(TerminalError::Setup)?;
        Ok(Self(Arc::new(File::from(own))))
    }

    /// Columns and rows, within what can be drawn.
    pub fn size(&self) -> (u16, u16) {
        let size = rustix::termios::tcgetwinsize(&*self.0).map(|size| (size.ws_col, size.ws_row));
        clamp_size(size.unwrap_or((0, 0)))
    }

    /// Writes as much as the terminal takes within `limit` and ignores a terminal that is gone.
    ///
    /// A terminal that has stopped listening blocks an ordinary write for ever.
    pub fn write_within(&self, bytes: &[u8], limit: Duration) {
        let end = Instant::now() + limit;
        let Some(file) = self.open_again() else { return };
        let mut rest = bytes;
        while !rest.is_empty() {
            match (&file).write(rest) {
                Ok(0) => return,
                Ok(count) => rest = rest.get(count..).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let left = end.saturating_duration_since(Instant::now());
                    if left.is_zero() || !wait_writable(&file, Some(left)) {
                        return;
                    }
                }
                Err(_) => return,
            }
        }
    }

    /// The same terminal opened without blocking: to set that on our own handle would set it for
    /// the shell's, too.
    fn open_again(&self) -> Option<File> {
        let path = rustix::termios::ttyname(&*self.0, Vec::new()).ok()?;
        let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        Some(File::from(rustix::fs::open(path, flags, Mode::empty()).ok()?))
    }
}

impl Write for Tty {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match (&*self.0).write(bytes) {
                // Whoever shares the terminal with us may have made it non-blocking.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    wait_writable(&self.0, None);
                }
                written => return written,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        (&*self.0).flush()
    }
}

fn clamp_size((columns, rows): (u16, u16)) -> (u16, u16) {
    if columns == 0 || rows == 0 {
        return FALLBACK;
    }
    (columns.min(COLUMNS_MAX), rows.min(ROWS_MAX))
}

fn wait_writable(file: &File, limit: Option<Duration>) -> bool {
    let limit = limit.and_then(|limit| Timespec::try_from(limit).ok());
    let mut fds = [PollFd::new(file, PollFlags::OUT)];
    match poll(&mut fds, limit.as_ref()) {
        Ok(count) => count > 0,
        Err(error) => error == Errno::INTR,
    }
}

/// The end that is read from: standard input, or the terminal behind it when that is redirected.
pub fn input() -> Result<File, TerminalError> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        return stdin.as_fd().try_clone_to_owned().map(File::from).map_err(TerminalError::Setup);
    }
    File::options().read(true).write(true).open("/dev/tty").map_err(|_| TerminalError::NoTerminal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_sizes_become_drawable_ones() {
        assert_eq!(clamp_size((0, 0)), FALLBACK);
        assert_eq!(clamp_size((1, 1)), (1, 1));
        assert_eq!(clamp_size((u16::MAX, u16::MAX)), (COLUMNS_MAX, ROWS_MAX));
    }
}
