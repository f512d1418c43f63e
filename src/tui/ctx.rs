//! What a command may do: change the state, the project through one door, and ask for effects.

use std::path::PathBuf;

use super::app::{App, Status};
use super::layers::Layer;
use crate::base::id::PersonId;
use crate::base::time::{MINUTE, SECOND};
use crate::base::token;
use crate::export::Format;
use crate::project::Edit;
use crate::project::document::Looked;

/// What the loop does for the state, off the screen or at the terminal.
#[derive(Debug, PartialEq, Eq)]
pub enum Effect {
    /// Start or replace the running search.
    Search,
    /// Copy text out; the word says what it was ("1 message").
    Copy {
        /// The text.
        text: String,
        /// What it is.
        what: String,
    },
    /// Write text to a file the user named.
    Write {
        /// Where.
        path: PathBuf,
        /// What.
        text: String,
    },
    /// Write the report without the names of people, on a thread of its own.
    WriteRedacted {
        /// Where, and how it is written.
        path: PathBuf,
        /// Its format.
        format: Format,
        /// Where who is who is told, when anywhere.
        key: Option<PathBuf>,
    },
    /// Read a filled interview sheet; it comes back to be filed.
    ReadSheet {
        /// Whose.
        person: PersonId,
        /// Where it lies.
        path: PathBuf,
    },
    /// Hand the open prose to `$EDITOR`.
    Editor {
        /// The text.
        text: String,
    },
    /// Write a copy of the project.
    SaveCopy(PathBuf),
    /// Bring a damaged project back, and open it.
    Recover(PathBuf),
    /// Bring the project file back that was damaged while it is open.
    RecoverHere,
    /// Read a record from its export; it comes back in `App::raw_record`.
    RawRecord(crate::jobs::record::WantedRecord),
    /// Ask what was done over all runs; it comes in `Together::deeds`.
    Deeds,
    /// Ask what the same person did in earlier runs; it comes to be undone.
    Earlier,
    /// Open a link in the browser.
    OpenLink(String),
    /// Check the report; what is found comes to its screen.
    Check,
    /// Load sources (again).
    Load,
    /// Open another project or export in place of this one.
    Open(PathBuf),
    /// Read many projects; what is found comes back in `App::many`.
    Gather {
        /// The number of the question.
        generation: u64,
        /// Projects and folders.
        paths: Vec<PathBuf>,
    },
    /// Read another copy of the project; it comes in `Together::other`.
    Other {
        /// The number of the question.
        generation: u64,
        /// Where it lies.
        path: PathBuf,
    },
    /// Stop the search; a load goes on.
    StopSearch,
    /// Stop what runs in the background.
    Cancel,
    /// Give the terminal back until `fg`.
    Suspend,
    /// Draw everything anew.
    Redraw,
    /// Leave.
    Quit,
}

/// The door through which commands and layers act.
pub struct Ctx<'a> {
    /// All state.
    pub app: &'a mut App,
    /// What the loop is asked to do.
    pub effects: &'a mut Vec<Effect>,
}

impl Ctx<'_> {
    /// Applies edits as one act: memory, history, and on to the disk. The one way to change a project.
    pub fn edit(&mut self, label: impl Into<String>, edits: Vec<Edit>) -> anyhow::Result<Option<String>> {
        let made = self.app.session.act(label.into(), edits)?;
        self.app.refresh();
        Ok(made)
    }

    /// The same by somebody who has written for a while: texts that others wrote meanwhile stay beside.
    pub fn edit_after(&mut self, looked: &Looked, label: &str, edits: Vec<Edit>) -> anyhow::Result<Option<String>> {
        let made = self.app.session.act_after(Some(looked), label.to_owned(), edits)?;
        self.app.refresh();
        Ok(made)
    }

    /// Says that something was done; gone after four seconds.
    pub fn toast(&mut self, text: impl Into<String>) {
        self.app.status.toast(text, self.app.now.plus(4 * SECOND));
    }

    /// Says why something cannot be done and what to do; stays until the next key.
    pub fn cannot(&mut self, text: impl Into<String>) {
        self.app.status.cannot(text);
    }

    /// Opens a layer on top.
    pub fn open(&mut self, layer: impl Layer + 'static) {
        // A toast of the act before would lie over the layer's text.
        if matches!(self.app.status, Status::Toast(..)) {
            self.app.status = Status::Quiet;
        }
        self.app.layers.push(Box::new(layer));
    }

    /// Asks the loop for something; what leaves the program holds no download token.
    pub fn ask(&mut self, effect: Effect) {
        let clean = |text: String| token::stripped(&text).into_owned();
        self.effects.push(match effect {
            Effect::Copy { text, what } => Effect::Copy { text: clean(text), what },
            Effect::Write { path, text } => Effect::Write { path, text: clean(text) },
            other => other,
        });
    }

    /// Notes that somebody is at work, for the count of active minutes.
    pub fn seen(&mut self) {
        let idle = self.app.now.since(self.app.session.last_key).is_none_or(|gap| gap > 2 * MINUTE);
        if !idle {
            self.app.session.active += self.app.now.since(self.app.session.last_key).unwrap_or(0);
        }
        self.app.session.last_key = self.app.now;
    }
}
