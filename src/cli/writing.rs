//! Opens a project for the verbs that change it, and puts every change on the disk before they end.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::bail;

use crate::archive::Archive;
use crate::base::time::Instant;
use crate::config::Window;
use crate::jobs::sources;
use crate::project::Edit;
use crate::project::document::{Author, Document, JournalEntry};
use crate::project::store::{Access, SavePlace, Store};
use crate::timeline::anchored;

use super::sources::load_each;
use super::{Session, opened, output};

/// A project that is being changed.
pub(super) struct Writing {
    /// The project.
    pub document: Document,
    /// Who changes it.
    pub author: Author,
    store: Store,
    path: PathBuf,
    /// What was applied and is not on the disk yet.
    pending: Vec<JournalEntry>,
}

fn refuse_when_read_only(session: &Session) -> anyhow::Result<()> {
    if session.global.read_only {
        bail!("this run is read-only, so nothing was changed; leave --read-only out to edit");
    }
    Ok(())
}

impl Writing {
    /// Opens a project that is there.
    pub(super) fn open(session: &Session, path: &Path) -> anyhow::Result<Self> {
        refuse_when_read_only(session)?;
        let author = Author::new(session.config.investigator_id());
        let opened = Store::open(path, &author, &opened::store_options(session, Access::ReadWrite))?;
        opened.notices.iter().for_each(|notice| output::note(session, notice));
        let mut writing =
            Self { document: opened.document, author, store: opened.store, path: path.to_owned(), pending: Vec::new() };
        writing.introduce(session)?;
        Ok(writing)
    }

    /// Begins a project where there is none.
    pub(super) fn create(session: &Session, path: &Path) -> anyhow::Result<Self> {
        refuse_when_read_only(session)?;
        let author = Author::new(session.config.investigator_id());
        let opened = Store::create(path, &author, &opened::store_options(session, Access::ReadWrite))?;
        let mut writing =
            Self { document: opened.document, author, store: opened.store, path: path.to_owned(), pending: Vec::new() };
        writing.introduce(session)?;
        Ok(writing)
    }

    /// Makes who edits known to the project, the first time only.
    fn introduce(&mut self, session: &Session) -> anyhow::Result<()> {
        let id = session.config.investigator_id();
        if self.document.project().investigators().contains_key(&id) {
            return Ok(());
        }
        let name = session.config.investigator_name();
        let initials = session.config.investigator_initials();
        let edit = Edit::Investigator { investigator: id, name, initials };
        self.pending = self.document.apply(edit, &self.author, Instant::now())?.entries;
        Ok(())
    }

    /// Puts edits on the disk: in the journal first, then in the file itself. Called once, at the end.
    pub(super) fn save(&mut self, entries: &[JournalEntry]) -> anyhow::Result<()> {
        let entries: Vec<_> = self.pending.drain(..).chain(entries.iter().cloned()).collect();
        match self.store.save_place() {
            SavePlace::Beside => {}
            SavePlace::StateFolder(_) => {
                bail!("{} cannot be written, so nothing was changed; check who may write there", self.path.display());
            }
            SavePlace::Nowhere(why) => bail!("{} was not changed: {why}", self.path.display()),
        }
        self.store.append(&entries)?;
        for notice in self.store.close(&mut self.document)?.notices {
            output::warn(&notice);
        }
        Ok(())
    }

    /// The sources of the project, as far as they are at hand: where the copies come from that an
    /// edit needs.
    pub(super) fn archive(&self, session: &Session) -> Arc<Archive> {
        let project = self.document.project();
        let located = sources::locate(project, &self.path);
        let found = located.paths();
        if found.is_empty() {
            return Arc::default();
        }
        let window = Window::from_fact(project.fact("window"));
        let read_each_as = sources::read_each_as(project, &located.found, &window.read_as);
        load_each(&found, &window, read_each_as).map_or_else(
            |error| {
                output::note(session, &format!("{error}; going on with what the project keeps"));
                Arc::default()
            },
            |loaded| anchored(self.document.project(), &loaded.archive),
        )
    }

    /// Applies edits of our own making and saves.
    pub(super) fn apply_all(&mut self, edits: Vec<Edit>) -> anyhow::Result<()> {
        let mut entries = Vec::new();
        for edit in edits {
            entries.extend(self.document.apply(edit, &self.author, Instant::now())?.entries);
        }
        self.save(&entries)
    }
}
