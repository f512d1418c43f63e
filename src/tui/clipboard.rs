//! Copies text out of the program: through tmux, by a program of the desktop, or by the terminal.
//!
//! The order follows what works: inside tmux nothing but tmux reaches a clipboard; on this machine
//! the desktop's own program is sure; over SSH only the terminal (OSC 52) is left. Only the user's
//! key leads here.

use std::fmt;
use std::io::{self, Write as _};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use ratatui::crossterm::clipboard::CopyToClipboard;
use ratatui::crossterm::queue;

use crate::tui::terminal::{Screen, TerminalError};

/// How long a program may take; the desktop's ones stay behind as servers and return at once.
const LIMIT: Duration = Duration::from_millis(1_500);

/// Terminals drop a copy that is longer, and say nothing.
const OSC52_MAX: usize = 100_000;

/// How a text was copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// `tmux load-buffer -w`, which passes it on to the terminal's clipboard.
    Tmux,
    /// `wl-copy` of Wayland.
    Wayland,
    /// `pbcopy` of macOS.
    Mac,
    /// `xclip` of X11.
    X11,
    /// OSC 52, which no terminal acknowledges.
    Terminal,
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tmux => "copied through tmux",
            Self::Wayland => "copied by wl-copy",
            Self::Mac => "copied by pbcopy",
            Self::X11 => "copied by xclip",
            Self::Terminal => "copied by the terminal, if it allows it",
        })
    }
}

impl Way {
    fn command(self) -> Option<Command> {
        let (program, arguments): (_, &[&str]) = match self {
            Self::Tmux => ("tmux", &["load-buffer", "-w", "-"]),
            Self::Wayland => ("wl-copy", &[]),
            Self::Mac => ("pbcopy", &[]),
            Self::X11 => ("xclip", &["-selection", "clipboard"]),
            Self::Terminal => return None,
        };
        let mut command = Command::new(program);
        command.args(arguments);
        Some(command)
    }
}

/// Why nothing was copied.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// Too long for OSC 52, and no other way is there.
    #[error("{0} bytes are too long to copy through this terminal: write them to a file instead")]
    TooLong(usize),
    /// The terminal took nothing.
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

/// What decides the way: read once from the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Surroundings {
    /// Inside tmux.
    pub tmux: bool,
    /// At the other end of an SSH connection.
    pub remote: bool,
    /// A Wayland display.
    pub wayland: bool,
    /// An X display.
    pub x11: bool,
}

impl Surroundings {
    /// Of this process.
    pub fn of_process() -> Self {
        let has = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let remote = has("SSH_CONNECTION") || has("SSH_TTY") || has("SSH_CLIENT");
        Self { tmux: has("TMUX"), remote, wayland: has("WAYLAND_DISPLAY"), x11: has("DISPLAY") }
    }

    /// Ways through another program, the best first.
    fn programs(self) -> Vec<Way> {
        let mut ways = Vec::new();
        if self.tmux {
            ways.push(Way::Tmux);
        }
        if !self.remote {
            ways.extend(self.wayland.then_some(Way::Wayland));
            ways.extend(cfg!(target_os = "macos").then_some(Way::Mac));
            ways.extend(self.x11.then_some(Way::X11));
        }
        ways
    }
}

/// Copies through another program where one suits; none when the terminal has to do it. It may
/// wait for the program, so it belongs into a job.
pub fn copy_by_program(text: &str, around: Surroundings) -> Option<Way> {
    around.programs().into_iter().find(|way| way.command().is_some_and(|command| feed(command, text)))
}

/// Copies through the terminal.
pub fn copy_by_terminal(text: &str, screen: &Screen) -> Result<Way, CopyError> {
    if osc52(text).len() > OSC52_MAX {
        return Err(CopyError::TooLong(text.len()));
    }
    screen.copy(text)?;
    Ok(Way::Terminal)
}

/// Copies the best way there is, and says which.
pub fn copy(text: &str, around: Surroundings, screen: &Screen) -> Result<Way, CopyError> {
    match copy_by_program(text, around) {
        Some(way) => Ok(way),
        None => copy_by_terminal(text, screen),
    }
}

/// The sequence that asks a terminal to take `text` into its clipboard.
pub(super) fn osc52(text: &str) -> Vec<u8> {
    let mut sequence = Vec::new();
    // Writing to a Vec cannot fail.
    let _ = queue!(sequence, CopyToClipboard::to_clipboard_from(text));
    sequence
}

/// Runs a program with `text` as its input; whether it took it and ended well.
fn feed(mut command: Command, text: &str) -> bool {
    let quiet = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let Ok(mut child) = quiet.spawn() else { return false };
    let Some(mut input) = child.stdin.take() else { return false };
    let bytes = text.as_bytes().to_vec();
    // On a thread of its own: a program that does not read must not hold us up.
    let fed = thread::spawn(move || input.write_all(&bytes));
    let ended = wait(&mut child, Instant::now() + LIMIT);
    if !ended {
        let _ = child.kill();
        let _ = child.wait();
    }
    ended && fed.join().is_ok_and(|fed: io::Result<()>| fed.is_ok())
}

fn wait(child: &mut Child, end: Instant) -> bool {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) if Instant::now() < end => thread::sleep(Duration::from_millis(5)),
            Ok(None) | Err(_) => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inside_tmux_tmux_comes_first_and_over_ssh_no_desktop_is_asked() {
        let here = Surroundings { wayland: true, x11: true, ..Surroundings::default() };
        assert_eq!(Surroundings { tmux: true, ..here }.programs().first(), Some(&Way::Tmux));
        assert!(here.programs().starts_with(&[Way::Wayland]));
        assert_eq!(Surroundings { tmux: true, remote: true, ..here }.programs(), [Way::Tmux]);
        assert!(Surroundings { remote: true, ..here }.programs().is_empty());
    }

    #[test]
    fn the_terminal_gets_base64_so_no_text_can_leave_the_sequence() {
        let sequence = osc52("a\u{1b}\\b\u{7}");
        assert_eq!(sequence, b"\x1b]52;c;YRtcYgc=\x1b\\");
    }

    #[test]
    fn a_program_that_fails_hangs_or_is_missing_copied_nothing() {
        assert!(!feed(Command::new("false"), "x"));
        assert!(!feed(Command::new("/nonexistent/program"), "x"));
        let mut sleeper = Command::new("sleep");
        sleeper.arg("60");
        assert!(!feed(sleeper, &"x".repeat(1_000_000)));
        assert!(feed(Command::new("cat"), "x"));
    }
}
