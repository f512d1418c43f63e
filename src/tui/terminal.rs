//! The screen: takes the terminal, draws frames on it, and gives it back.
//!
//! Only the thread that opened a [`Screen`] draws on it. Whatever ends the program, the terminal is
//! given back: by dropping the screen, by its panic hook, or through [`Screen::restorer`] from the
//! thread that handles signals. A panic while a frame is painted costs that frame only.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::event::Reader;
use crate::tui::frames::Frames;
use crate::tui::gate::Gate;
use crate::tui::panics::Panics;
use crate::tui::probe::{self, Probe};
use crate::tui::restorer::{KITTY_ON, Restorer};
use crate::tui::tty::Tty;

/// Why there is no screen, or no frame.
#[derive(Debug, thiserror::Error)]
pub enum TerminalError {
    /// Standard output or input is a file or a pipe.
    #[error("this is not a terminal: run meanwhile in one, or use a command such as `meanwhile export` or `search`")]
    NoTerminal,
    /// The terminal refused a mode.
    #[error("the terminal could not be set up ({0}): try another one, or a command such as `meanwhile export`")]
    Setup(#[source] io::Error),
    /// The terminal is gone, or cannot be written to.
    #[error("the terminal is gone ({0})")]
    Gone(#[source] io::Error),
    /// Painting a frame panicked; the frame was left out and the program goes on.
    #[error("this view could not be drawn ({0}); its data is untouched: go back with q or switch screens")]
    Paint(String),
}

/// Whether the program hears the mouse. Off, the terminal selects text with it as always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mouse {
    /// Left to the terminal.
    #[default]
    Off,
    /// Clicks, drags and the wheel come as events.
    On,
}

/// Whether the terminal is asked about itself at the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Questions {
    /// Once, with the first bytes; nobody waits for the answers.
    #[default]
    Ask,
    /// Never, as for terminals that would print the questions.
    Skip,
}

/// How a screen is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TerminalOptions {
    /// Whether the program hears the mouse.
    pub mouse: Mouse,
    /// Whether the terminal is asked about itself; never when `TERM` is `dumb` or `linux`.
    pub questions: Questions,
}

/// The screen while it is ours.
pub struct Screen {
    frames: Frames<Tty>,
    gate: Gate<Tty>,
    tty: Tty,
    restorer: Restorer,
    panics: Panics,
}

impl Screen {
    /// Takes the terminal: raw mode, alternate screen, pastes in one piece. The answers to the
    /// start-up questions come as one [`Event::Probe`](crate::tui::event::Event::Probe), which
    /// [`Self::apply`] takes.
    pub fn open(options: &TerminalOptions) -> Result<Self, TerminalError> {
        let tty = Tty::open()?;
        crate::tui::tty::input()?;
        let restorer = Restorer::new(tty.clone(), options.mouse);
        let panics = Panics::watch(&restorer);
        let gate = Gate::strict(tty.clone());
        let frames = Frames::new(gate.clone(), area_of(&tty));
        let screen = Self { frames, gate, tty, restorer, panics };
        screen.take(&options.questions_now(&|name| std::env::var(name).unwrap_or_default()))?;
        Ok(screen)
    }

    fn take(&self, questions: &[u8]) -> Result<(), TerminalError> {
        let bytes = self.restorer.take(questions)?;
        self.gate.send_own(&bytes).map_err(TerminalError::Gone)
    }

    /// A handle to give the terminal back from another thread.
    pub fn restorer(&self) -> Restorer {
        self.restorer.clone()
    }

    /// Columns and rows that the next frame will have.
    pub fn size(&self) -> (u16, u16) {
        self.tty.size()
    }

    /// The terminal, for its size, from another thread.
    pub fn tty(&self) -> Tty {
        self.tty.clone()
    }

    /// Reports of what panicks while the screen is ours; they outlive it.
    pub fn panics(&self) -> Panics {
        self.panics.clone()
    }

    /// How much was replaced in frames because it may not reach a terminal.
    pub fn replaced_count(&self) -> u64 {
        self.gate.replaced_count()
    }

    /// Uses what the terminal told about itself.
    pub fn apply(&mut self, probe: &Probe) -> Result<(), TerminalError> {
        if probe.kitty && self.restorer.note_kitty() {
            self.gate.send_own(KITTY_ON).map_err(TerminalError::Gone)?;
        }
        Ok(())
    }

    /// Draws one frame in one write; what is as before is not written.
    ///
    /// A panic in `paint` leaves the last frame on the screen and is [`TerminalError::Paint`].
    pub fn draw(&mut self, paint: impl FnOnce(&mut Buffer)) -> Result<(), TerminalError> {
        let (area, frames) = (area_of(&self.tty), &mut self.frames);
        let painted = self.panics.without_restoring(|| catch_unwind(AssertUnwindSafe(|| frames.paint(area, paint))));
        if painted.is_err() {
            return Err(TerminalError::Paint(self.panics.last()));
        }
        self.frames.write().map_err(TerminalError::Gone)
    }

    /// Makes the next frame write every cell.
    pub const fn redraw(&mut self) {
        self.frames.redraw();
    }

    /// Copies text to the clipboard of the terminal by OSC 52; whether it takes it, nobody knows.
    pub fn copy(&self, text: &str) -> Result<(), TerminalError> {
        self.gate.send_own(&crate::tui::clipboard::osc52(text)).map_err(TerminalError::Gone)
    }

    /// Gives the terminal back for good; dropping the screen does the same.
    pub fn restore(&self) {
        self.restorer.restore();
        // ratatui shows the cursor once more when it is dropped; that is done, and may block.
        self.gate.shut();
    }

    /// Lends the terminal for as long as `act` runs, then takes it again and redraws. No key is
    /// read meanwhile.
    pub fn lend<T>(&mut self, reader: &Reader, act: impl FnOnce() -> T) -> Result<T, TerminalError> {
        reader.park();
        self.restorer.lend();
        let result = act();
        let retaken = self.retake();
        reader.unpark();
        retaken.map(|()| result)
    }

    /// Stops the program until the shell continues it.
    pub fn suspend(&mut self, reader: &Reader) -> Result<(), TerminalError> {
        self.lend(reader, crate::tui::signal::stop_here)?.map_err(TerminalError::Setup)
    }

    /// Takes the terminal again, as after [`Signal::Continue`](crate::tui::signal::Signal).
    pub fn retake(&mut self) -> Result<(), TerminalError> {
        self.redraw();
        self.take(&[])
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.restore();
    }
}

fn area_of(tty: &Tty) -> Rect {
    let (columns, rows) = tty.size();
    Rect::new(0, 0, columns, rows)
}

impl TerminalOptions {
    fn questions_now(self, environment: &dyn Fn(&str) -> String) -> Vec<u8> {
        let silent = matches!(environment("TERM").as_str(), "" | "dumb" | "linux");
        if silent || self.questions == Questions::Skip {
            return Vec::new();
        }
        probe::questions(has_wide_locale(environment))
    }
}

/// Whether the locale is one in which characters of ambiguous width may take two cells.
fn has_wide_locale(environment: &dyn Fn(&str) -> String) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].map(environment).into_iter().find(|value| !value.is_empty());
    locale.is_some_and(|locale| ["zh", "ja", "ko"].iter().any(|language| locale.starts_with(language)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn questions(variables: &[(&str, &str)], options: TerminalOptions) -> Vec<u8> {
        options.questions_now(&|name| {
            variables
                .iter()
                .find(|(known, _)| *known == name)
                .map_or_else(String::new, |(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_dumb_terminal_is_asked_nothing() {
        let ask = TerminalOptions::default();
        let skip = TerminalOptions { questions: Questions::Skip, ..ask };
        assert!(questions(&[("TERM", "dumb")], ask).is_empty());
        assert!(questions(&[], ask).is_empty());
        assert!(questions(&[("TERM", "xterm")], skip).is_empty());
        assert!(!questions(&[("TERM", "xterm")], ask).is_empty());
    }

    #[test]
    fn width_is_measured_only_where_the_locale_may_make_it_two() {
        let measures = |locale: &[(&str, &str)]| {
            let variables = [&[("TERM", "xterm")], locale].concat();
            questions(&variables, TerminalOptions::default()).windows(4).any(|window| window == b"\x1b[6n")
        };
        assert!(measures(&[("LANG", "ja_JP.UTF-8")]));
        assert!(!measures(&[("LANG", "ja_JP.UTF-8"), ("LC_ALL", "C.UTF-8")]));
        assert!(!measures(&[("LANG", "en_GB.UTF-8")]));
    }
}
