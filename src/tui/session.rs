//! Evidence and project of one sitting: the archive as it grows, the document, its history, and the
//! thread that saves. [`Session::act`] is the only way in which the screen changes a project.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;

use crate::archive::Archive;
use crate::base::id::InvestigatorId;
use crate::base::time::{Instant, Micros, SECOND, Zone};
use crate::import::{ImportReport, Progress};
use crate::project::document::{Applied, Author, Document, JournalEntry};
use crate::project::history::{Act, History};
use crate::project::model::Milestone;
use crate::project::{Edit, Project};
use crate::timeline::copy;

/// Whether what was done is on the disk; the title says exactly one of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SaveState {
    /// It is.
    Saved,
    /// It is being written.
    Saving,
    /// It is not, for a reason.
    NotSaved(String),
    /// Edits are refused, for a reason.
    ReadOnly(String),
}

/// Who brings acts to the disk, on a thread of its own.
pub trait Keeper: Send {
    /// Takes entries of the journal, in order.
    fn send(&self, entries: Vec<JournalEntry>);
    /// Whether all of them are on the disk.
    fn state(&self) -> SaveState;
    /// Waits until they are, at most so long; whether they are.
    fn flush(&self, most: Duration) -> bool;
    /// Writes what is left and folds the journal into the project file.
    fn close(self: Box<Self>) -> anyhow::Result<()>;
}

/// Makes the project file and who keeps it, at the first edit.
pub type MakeKeeper = Box<dyn FnMut(&Document) -> anyhow::Result<Box<dyn Keeper>>>;

/// How the project reaches the disk.
pub enum Keeping {
    /// Nowhere: for tests and pictures.
    Memory,
    /// A thread appends each act to the journal.
    Saver(Box<dyn Keeper>),
    /// The project is made at the first edit.
    Later(MakeKeeper),
    /// Edits are refused, for a reason.
    Refused(String),
}

/// Evidence and project of one sitting.
pub struct Session {
    /// What was said, as far as it is read.
    pub archive: Arc<Archive>,
    /// What came in and what did not.
    pub report: Option<ImportReport>,
    /// Where the sources lie, in the order in which they were loaded.
    pub sources: Vec<PathBuf>,
    /// How far the load is; `None` when none runs.
    pub progress: Option<Progress>,
    /// When the load began.
    pub loading_since: Option<Instant>,
    /// The instant of the last key, for the count of active minutes.
    pub last_key: Instant,
    /// Time at work, idle left out, not yet written to the project.
    pub active: Micros,
    /// Where the project file is or will be.
    pub path: Option<PathBuf>,
    document: Document,
    history: History,
    keeping: Keeping,
    author: Author,
    project_revision: u64,
    archive_revision: u64,
    notice: Option<String>,
    zone: Option<Zone>,
    clock: fn() -> Instant,
}

impl Session {
    /// Begins a sitting with a document.
    pub fn new(document: Document, author: Author, keeping: Keeping) -> Self {
        Self {
            archive: Arc::new(Archive::default()),
            report: None,
            sources: Vec::new(),
            progress: None,
            loading_since: None,
            last_key: Instant::UNDATED,
            active: 0,
            path: None,
            document,
            history: History::default(),
            keeping,
            author,
            project_revision: 0,
            archive_revision: 0,
            notice: None,
            zone: None,
            clock: Instant::now,
        }
    }

    /// Uses another clock: for tests and pictures.
    pub fn with_clock(mut self, clock: fn() -> Instant) -> Self {
        self.clock = clock;
        self
    }

    /// Shows clocks in another zone than the project's.
    pub const fn show_zone(&mut self, zone: Option<Zone>) {
        self.zone = zone;
    }

    /// What people think about the evidence.
    pub const fn project(&self) -> &Project {
        self.document.project()
    }

    /// The document, for copies and folding.
    pub const fn document(&self) -> &Document {
        &self.document
    }

    /// Who acts here.
    pub const fn investigator(&self) -> &InvestigatorId {
        &self.author.investigator
    }

    /// All acts of this sitting.
    pub const fn history(&self) -> &History {
        &self.history
    }

    /// Counts changes of the project.
    pub const fn project_revision(&self) -> u64 {
        self.project_revision
    }

    /// Counts changes of the archive.
    pub const fn archive_revision(&self) -> u64 {
        self.archive_revision
    }

    /// The zone of the clocks.
    pub fn zone(&self) -> Zone {
        self.zone.unwrap_or_else(|| self.project().zone())
    }

    /// The project's title, else the name of its file, else of the export.
    pub fn title(&self) -> &str {
        let title = self.project().title();
        if title != "untitled" {
            return title;
        }
        let name = self
            .path
            .as_ref()
            .or(self.sources.first())
            .and_then(|path| path.file_name())
            .and_then(|name| name.to_str());
        name.and_then(|name| name.split('.').next()).unwrap_or(title)
    }

    /// A larger archive than the one before.
    pub fn grow(&mut self, archive: Arc<Archive>) {
        self.archive = archive;
        self.archive_revision += 1;
    }

    /// Applies edits as one act: to memory, to the history, and on to the disk. All or none.
    /// Gives the id of what was made last.
    pub fn act(&mut self, label: String, edits: Vec<Edit>) -> anyhow::Result<Option<String>> {
        let applied = self.apply(edits)?;
        if applied.is_empty() {
            return Ok(None);
        }
        let made = applied.iter().rev().find_map(|applied| applied.made.clone());
        let label =
            if applied.len() == 1 { applied.first().map_or(label, |applied| applied.label.clone()) } else { label };
        if let Some(act) = Act::of(&applied, (self.clock)()) {
            self.history.push(Act { label, ..act });
        }
        self.keep(applied)?;
        Ok(made)
    }

    /// Applies edits that are no act of a person (counted minutes, what was read): never undone.
    pub fn act_unseen(&mut self, edits: Vec<Edit>) -> anyhow::Result<()> {
        let applied = self.apply(edits)?;
        self.keep(applied)
    }

    /// Takes the last act back; gives its label.
    pub fn undo(&mut self) -> anyhow::Result<Option<String>> {
        let label = self.history.next_undo().map(|act| act.label.clone());
        let Some(edits) = self.history.undo() else { return Ok(None) };
        let applied = self.apply(edits)?;
        self.keep(applied)?;
        Ok(label)
    }

    /// Does again what was taken back; gives its label.
    pub fn redo(&mut self) -> anyhow::Result<Option<String>> {
        let label = self.history.next_redo().map(|act| act.label.clone());
        let Some(edits) = self.history.redo() else { return Ok(None) };
        let applied = self.apply(edits)?;
        self.keep(applied)?;
        Ok(label)
    }

    fn apply(&mut self, edits: Vec<Edit>) -> anyhow::Result<Vec<Applied>> {
        if let Keeping::Refused(reason) = &self.keeping {
            anyhow::bail!("read-only: {reason}");
        }
        let now = (self.clock)();
        let mut done: Vec<Applied> = Vec::with_capacity(edits.len());
        for edit in edits {
            for edit in copy::with_copies(edit, self.document.project(), &self.archive) {
                match self.document.apply(edit, &self.author, now) {
                    Ok(applied) if applied.changed => done.push(applied),
                    Ok(_) => {}
                    Err(error) => {
                        self.take_back(done, now);
                        return Err(error.into());
                    }
                }
            }
        }
        Ok(done)
    }

    /// Takes the first edits of an act back whose later one could not be applied. Nothing of it was
    /// written yet, but the dots are used: so both ways go to the journal.
    fn take_back(&mut self, done: Vec<Applied>, now: Instant) {
        let mut entries: Vec<JournalEntry> = done.iter().flat_map(|applied| applied.entries.clone()).collect();
        for inverse in done.into_iter().rev().flat_map(|applied| applied.inverse) {
            if let Ok(applied) = self.document.apply(inverse, &self.author, now) {
                entries.extend(applied.entries);
            }
        }
        self.project_revision += 1;
        if let Keeping::Saver(saver) = &self.keeping {
            saver.send(entries);
        }
    }

    fn keep(&mut self, applied: Vec<Applied>) -> anyhow::Result<()> {
        self.project_revision += 1;
        if let Keeping::Later(make) = &mut self.keeping {
            // The document holds the act already, so the project is made with it.
            let saver = make(&self.document).context("the project could not be made; the act is in memory only")?;
            self.keeping = Keeping::Saver(saver);
            return Ok(());
        }
        if let Keeping::Saver(saver) = &self.keeping {
            saver.send(applied.into_iter().flat_map(|applied| applied.entries).collect());
        }
        Ok(())
    }

    /// Whether what was done is on the disk.
    pub fn save_state(&self) -> SaveState {
        match &self.keeping {
            Keeping::Memory | Keeping::Later(_) => SaveState::Saved,
            Keeping::Saver(saver) => saver.state(),
            Keeping::Refused(reason) => SaveState::ReadOnly(reason.clone()),
        }
    }

    /// Whether leaving asks first: when there is something to lose or somebody was at work.
    pub fn asks_before_leaving(&self) -> bool {
        self.history.next_undo().is_some() || matches!(self.save_state(), SaveState::NotSaved(_))
    }

    /// Writes a copy of the project.
    pub fn save_copy(&self, path: &std::path::Path) -> anyhow::Result<()> {
        anyhow::bail!("{} was not written", path.display())
    }

    /// Writes what is open and folds the journal into the project file.
    pub fn close(self) -> anyhow::Result<()> {
        if let Keeping::Saver(saver) = self.keeping {
            saver.close()?;
        }
        Ok(())
    }

    /// Waits until all acts are on the disk, at most so long.
    pub fn flush(&self, most: Duration) -> bool {
        match &self.keeping {
            Keeping::Saver(saver) => saver.flush(most),
            _ => true,
        }
    }

    /// Whether a load runs.
    pub const fn is_loading(&self) -> bool {
        self.progress.is_some()
    }

    /// Words for headings while a load runs; none below 300 ms.
    pub fn loading_words(&self, now: Instant) -> Option<String> {
        let progress = self.progress?;
        let since = now.since(self.loading_since?)?;
        let messages = crate::base::text::thousands(progress.messages);
        (since > 3 * SECOND / 10).then(|| format!("loading {} %  {messages} messages", progress.percent()))
    }

    /// Something worth saying in the quiet status row.
    pub fn notice(&self) -> Option<&str> {
        self.notice.as_deref()
    }

    /// Sets what the quiet status row says.
    pub fn set_notice(&mut self, notice: Option<String>) {
        self.notice = notice;
    }

    /// The first and last instants of the incident: its milestones, else the archive's span.
    pub fn span(&self) -> Option<(Instant, Instant)> {
        let whole = self.archive.span();
        let start = self.project().milestone(Milestone::Start).or(whole.map(|(first, _)| first))?;
        let end = self.project().milestone(Milestone::End).or(whole.map(|(_, last)| last))?;
        Some((start, end))
    }
}
