//! Evidence and project of one sitting: the archive as it grows, the document, its history, and the
//! thread that saves. [`Session::act`] is the only way in which the screen changes a project.

mod evidence;
mod sources;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

pub use self::sources::skew_words;
use crate::archive::Archive;
use crate::base::id::{InvestigatorId, MessageId};
use crate::base::reading::ReadAs;
use crate::base::text::Raw;
use crate::base::time::{Instant, Micros, SECOND, Zone};
use crate::import::{ImportReport, LoadOptions, Progress};
use crate::jobs::agreement::OtherJob;
use crate::jobs::record::{RecordJob, WantedRecord};
use crate::jobs::save::{Closed, Saver, SaverHandle};
use crate::project::clock::Dot;
use crate::project::document::{Applied, Author, Document, JournalEntry, Looked, Touched};
use crate::project::fs::Disk;
use crate::project::history::{Act, Earlier, History};
use crate::project::model::{Milestone, Source};
use crate::project::store::{Arrival, Partner, Presence, SaveState, StoreOptions};
use crate::project::{Edit, Part, Project};
use crate::timeline::copy;
use crate::timeline::drift::Drift;

/// How the project reaches the disk.
pub enum Keeping {
    /// Nowhere: for tests and pictures.
    Memory,
    /// A thread appends each act to the journal; the file is made with the first one.
    Saver(Saver),
}

/// How long leaving waits for the last fold.
const CLOSE: Duration = Duration::from_secs(10);

/// Evidence and project of one sitting.
pub struct Session {
    /// What was said, as far as it is read.
    pub archive: Arc<Archive>,
    /// What came in and what did not.
    pub report: Option<ImportReport>,
    /// Where the sources lie, in the order in which they were loaded.
    pub sources: Vec<PathBuf>,
    /// How the sources are read.
    pub load_options: LoadOptions,
    /// How the sources are to be read by what was said for this run.
    pub said: ReadAs,
    /// Sources that are not where the project says, by id and path.
    pub missing: Vec<(String, String)>,
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
    /// Where acts are kept because the project's folder cannot be written.
    pub elsewhere: Option<PathBuf>,
    document: Document,
    history: History,
    keeping: Keeping,
    author: Author,
    project_revision: u64,
    archive_revision: u64,
    /// The annotated messages whose places in the archive are known.
    anchored: BTreeSet<MessageId>,
    /// Texts of annotated messages that the archive does not tell by their ids.
    lost: BTreeSet<String>,
    drift: Vec<Drift>,
    /// What edits touched since somebody asked.
    touched: Touched,
    notice: Option<String>,
    /// Name and initials of who acts here, for the first act in a project.
    introduction: Option<(String, String)>,
    /// Name and initials of who acts here.
    who: (String, String),
    /// Sources that are recorded with the first act.
    arrivals: Vec<Source>,
    zone: Option<Zone>,
    /// The paths of sources as the project keeps them.
    kept_paths: BTreeMap<PathBuf, String>,
    /// Sources whose reading was changed here: that wins over what was said for this run.
    overruled: BTreeSet<PathBuf>,
    /// The state of the project for which `load_options` hold.
    reading_seen: u64,
    clock: fn() -> Instant,
}

impl Session {
    /// Begins a sitting with a document.
    pub fn new(document: Document, author: Author, keeping: Keeping) -> Self {
        Self {
            archive: Arc::new(Archive::default()),
            report: None,
            sources: Vec::new(),
            load_options: LoadOptions::default(),
            said: ReadAs::default(),
            missing: Vec::new(),
            progress: None,
            loading_since: None,
            last_key: Instant::UNDATED,
            active: 0,
            path: None,
            elsewhere: None,
            document,
            history: History::default(),
            keeping,
            author,
            project_revision: 0,
            archive_revision: 0,
            anchored: BTreeSet::new(),
            lost: BTreeSet::new(),
            drift: Vec::new(),
            touched: Touched::new(),
            notice: None,
            introduction: None,
            who: Default::default(),
            arrivals: Vec::new(),
            zone: None,
            kept_paths: BTreeMap::new(),
            overruled: BTreeSet::new(),
            reading_seen: u64::MAX,
            clock: Instant::now,
        }
    }

    /// Uses another clock: for tests and pictures.
    #[must_use]
    pub fn with_clock(mut self, clock: fn() -> Instant) -> Self {
        self.clock = clock;
        self
    }

    /// Shows clocks in another zone than the project's.
    pub const fn show_zone(&mut self, zone: Option<Zone>) {
        self.zone = zone;
    }

    /// What people think about the evidence.
    pub fn project(&self) -> &Project {
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

    /// What edits touched since this was asked last.
    pub fn take_touched(&mut self) -> Touched {
        std::mem::take(&mut self.touched)
    }

    /// Applies edits as one act: to memory, to the history, and on to the disk. All or none.
    /// Gives the id of what was made last.
    pub fn act(&mut self, label: String, edits: Vec<Edit>) -> anyhow::Result<Option<String>> {
        self.act_after(None, label, edits)
    }

    /// The same by somebody who has written for a while: texts that they had not seen stay beside
    /// theirs.
    pub fn act_after(
        &mut self,
        looked: Option<&Looked>,
        label: String,
        edits: Vec<Edit>,
    ) -> anyhow::Result<Option<String>> {
        let applied = self.apply(edits, looked)?;
        if applied.is_empty() {
            return Ok(None);
        }
        let made = applied.iter().rev().find_map(|applied| applied.made.clone());
        let label =
            if applied.len() == 1 { applied.first().map_or(label, |applied| applied.label.clone()) } else { label };
        if let Some(act) = Act::of(&applied, (self.clock)()) {
            self.history.push(Act { label, seen: self.document.clock().clone(), ..act });
        }
        self.keep(applied, Part::First);
        Ok(made)
    }

    /// Applies edits that are no act of a person (counted minutes, what was read): never undone.
    pub fn act_unseen(&mut self, edits: Vec<Edit>) -> anyhow::Result<()> {
        let applied = self.apply(edits, None)?;
        self.keep(applied, Part::Unseen);
        Ok(())
    }

    /// Takes the last act back, but for what others have changed since; gives its label.
    pub fn undo(&mut self) -> anyhow::Result<Option<String>> {
        let Some(act) = self.history.next_undo().cloned() else { return Ok(None) };
        let edits = self.history.undo().unwrap_or_default();
        self.again(edits, &act.edits, &act, Part::Undo).map(Some)
    }

    /// Does again what was taken back, but for what others have changed since; gives its label.
    pub fn redo(&mut self) -> anyhow::Result<Option<String>> {
        let Some(act) = self.history.next_redo().cloned() else { return Ok(None) };
        let edits = self.history.redo().unwrap_or_default();
        self.again(edits, &act.inverse, &act, Part::Redo).map(Some)
    }

    /// Applies the edits of an act once more, where all is as `left` has left it.
    fn again(&mut self, edits: Vec<Edit>, left: &[Edit], act: &Act, part: fn(Dot) -> Part) -> anyhow::Result<String> {
        let (mut by, mut own) = (None, Vec::with_capacity(edits.len()));
        for edit in edits {
            match self.document.changed_since(&edit, &act.seen, &self.author) {
                Some(who) => by = Some(self.name_of(&who)),
                None if self.document.is_rewritten(&edit, left) => by = Some("somebody".to_owned()),
                None => own.push(edit),
            }
        }
        let applied = self.apply(own, None)?;
        self.keep(applied, act.dot.map_or(Part::First, part));
        Ok(match by {
            Some(who) => format!("{}, but for what {who} changed since: that stays", act.label),
            None => act.label.clone(),
        })
    }

    /// The name of an investigator, as far as the project knows it.
    pub fn name_of(&self, id: &str) -> String {
        let known = self.project().investigators().iter().find(|(known, _)| known.as_str() == id);
        let name = known.map(|(_, known)| known.name.clone()).filter(|name| !name.is_empty());
        Raw::new(&name.unwrap_or_else(|| id.to_owned())).tty_line().to_string()
    }

    fn apply(&mut self, edits: Vec<Edit>, looked: Option<&Looked>) -> anyhow::Result<Vec<Applied>> {
        if let SaveState::ReadOnly(reason) = self.save_state() {
            anyhow::bail!("read-only: {reason}");
        }
        let now = (self.clock)();
        self.greet(now)?;
        let mut done: Vec<Applied> = Vec::with_capacity(edits.len());
        for edit in edits {
            for edit in copy::with_copies(edit, self.document.project(), &self.archive) {
                match self.document.apply_after(edit, &self.author, now, looked) {
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

    /// Makes who acts here and the sources known to the project; no act of its own.
    fn greet(&mut self, now: Instant) -> anyhow::Result<()> {
        let mut edits = Vec::new();
        if let Some((name, initials)) = self.introduction.take()
            && !self.project().investigators().contains_key(&self.author.investigator)
        {
            edits.push(Edit::Investigator { investigator: self.author.investigator.clone(), name, initials });
        }
        let arrivals = std::mem::take(&mut self.arrivals).into_iter();
        edits.extend(arrivals.map(|source| Edit::Source {
            id: None,
            source: Box::new(source),
            reading: Box::default(),
            on: true,
        }));
        let mut entries = Vec::new();
        for edit in edits {
            entries.extend(self.document.apply(edit, &self.author, now)?.entries);
        }
        self.send(entries, Part::Unseen);
        Ok(())
    }

    /// Says who acts here, for the first act in a project.
    pub fn introduce(&mut self, name: String, initials: String) {
        self.who = (name.clone(), initials.clone());
        self.introduction = Some((name, initials));
    }

    /// What it takes to read another copy of the project.
    pub fn other_job(&self, options: StoreOptions) -> OtherJob {
        let (project, archive) = (self.document.shared_project(), Arc::clone(&self.archive));
        OtherJob { project, archive, author: Author::new(self.author.investigator.clone()), options }
    }

    /// What it takes to read a record of what was loaded.
    pub fn record_job(&self, wanted: WantedRecord) -> RecordJob {
        let (archive, sources, options) = (Arc::clone(&self.archive), self.sources.clone(), self.load_options.clone());
        RecordJob { wanted, archive, sources, options }
    }

    /// Whether the project was made already.
    fn exists(&self) -> bool {
        self.path.as_ref().is_some_and(|path| path.exists()) && !matches!(self.save_state(), SaveState::ReadOnly(_))
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
        // What was done and taken back again may have touched anything.
        self.anchor();
        self.compare();
        self.archive_revision += 1;
        self.send(entries, Part::Unseen);
    }

    fn keep(&mut self, applied: Vec<Applied>, part: Part) {
        self.project_revision += 1;
        self.show_touched(applied.iter().flat_map(|applied| applied.touched.iter().cloned()).collect());
        self.send(applied.into_iter().flat_map(|applied| applied.entries).collect(), part);
    }

    /// Hands edits to the saver as parts of one act, or of none.
    fn send(&self, mut entries: Vec<JournalEntry>, part: Part) {
        let Keeping::Saver(saver) = &self.keeping else { return };
        let parts = std::iter::successors(Some(part), |part| Some(part.going_on()));
        entries.iter_mut().zip(parts).for_each(|(entry, part)| entry.part = part);
        saver.send(entries);
    }

    /// Whether there may be acts of earlier runs that nobody has asked for; they are asked for from here
    /// on.
    pub fn asks_for_earlier(&mut self) -> bool {
        let asks = self.may_have_earlier() && self.history.earlier() == Earlier::Unasked;
        if asks {
            self.history.ask_earlier();
        }
        asks
    }

    /// Whether acts of earlier runs may be there that are not known yet.
    pub fn may_have_earlier(&self) -> bool {
        matches!(self.keeping, Keeping::Saver(_)) && self.history.earlier() != Earlier::Known
    }

    /// Takes in what the same person did in earlier runs.
    pub fn know_earlier(&mut self, acts: Vec<Act>) {
        self.history.know_earlier(acts);
    }

    /// Who acts here, in this run.
    pub const fn author(&self) -> &Author {
        &self.author
    }

    /// Brings up to date what hangs on what edits touched, here or in another run.
    fn show_touched(&mut self, touched: Touched) {
        self.anchor_touched(&touched);
        self.compare_touched(&touched);
        self.touched.extend(touched);
    }

    /// What there is to see now, for somebody who begins to write.
    pub fn looked(&self) -> Looked {
        self.document.looked()
    }

    /// The name of somebody else who changed what an edit is about since somebody here began to write.
    pub fn also_edited(&self, edit: &Edit, looked: &Looked) -> Option<String> {
        self.document.also_edited(edit, looked, &self.author).map(|who| self.name_of(&who))
    }

    /// What other runs have written, and what the saver has to say.
    pub fn arrivals(&mut self) -> Vec<Arrival> {
        let Keeping::Saver(saver) = &self.keeping else { return Vec::new() };
        let (arrivals, notices) = (saver.handle().arrivals(), saver.notices());
        for notice in &notices {
            self.add_notice(notice);
        }
        arrivals
    }

    /// Takes in what other runs have written; gives their edits.
    pub fn take_in(&mut self, arrivals: Vec<Arrival>) -> Vec<JournalEntry> {
        let (mut edits, mut touched, mut is_joined) = (Vec::new(), Touched::new(), false);
        if arrivals.is_empty() {
            return edits;
        }
        for arrival in arrivals {
            match arrival {
                Arrival::Edits(entries) => {
                    // They come in an order in which each finds what it leans on.
                    touched.extend(entries.iter().flat_map(|entry| self.document.replay(entry)));
                    edits.extend(entries);
                }
                Arrival::Copy(copy) => {
                    self.document.join_file(&copy);
                    is_joined = true;
                }
            }
        }
        self.project_revision += 1;
        if is_joined {
            // A whole copy may touch anything, and rows with it.
            self.anchor();
            self.compare();
            self.archive_revision += 1;
        } else {
            self.show_touched(touched);
        }
        edits
    }

    /// Who else has the project open.
    pub fn partners(&self) -> Vec<Partner> {
        match &self.keeping {
            Keeping::Memory => Vec::new(),
            Keeping::Saver(saver) => saver.handle().partners(),
        }
    }

    /// Says where the cursor is, for whoever else is here.
    pub fn is_at(&self, place: Presence) {
        if let Keeping::Saver(saver) = &self.keeping {
            saver.handle().is_at(place);
        }
    }

    /// Name and initials of who acts here.
    pub fn who(&self) -> (&str, &str) {
        (&self.who.0, &self.who.1)
    }

    /// Whether what was done is on the disk.
    pub fn save_state(&self) -> SaveState {
        match &self.keeping {
            Keeping::Memory => SaveState::Saved,
            Keeping::Saver(saver) => saver.state(),
        }
    }

    /// A way to the saver for other threads.
    pub fn saver(&self) -> Option<SaverHandle> {
        match &self.keeping {
            Keeping::Memory => None,
            Keeping::Saver(saver) => Some(saver.handle()),
        }
    }

    /// Whether leaving asks first: when there is something to lose or somebody was at work.
    pub fn asks_before_leaving(&self) -> bool {
        self.history.has_own() || matches!(self.save_state(), SaveState::NotSaved(_))
    }

    /// Writes a copy of the project.
    pub fn save_copy(&self, path: &Path) -> anyhow::Result<()> {
        let of: Vec<&Path> = self.path.as_deref().into_iter().collect();
        Ok(crate::project::store::write_copy(&Disk, path, &self.document, &of)?)
    }

    /// Writes what is open and folds the journal into the project file.
    pub fn close(self) -> anyhow::Result<Vec<String>> {
        let Keeping::Saver(saver) = self.keeping else { return Ok(Vec::new()) };
        let Closed { state, rescued, notices } = saver.close(CLOSE);
        match (state, rescued) {
            (SaveState::NotSaved(reason), Some(place)) => {
                anyhow::bail!("not saved in its place: {reason}. The last acts lie in {}", place.display())
            }
            (SaveState::NotSaved(reason), None) => anyhow::bail!("not saved: {reason}"),
            _ => Ok(notices),
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

    /// Says one thing more in the quiet status row.
    pub fn add_notice(&mut self, words: &str) {
        match &mut self.notice {
            Some(notice) if notice.contains(words) => {}
            Some(notice) => {
                notice.push_str("  ");
                notice.push_str(words);
            }
            None => self.notice = Some(words.to_owned()),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_before_the_load_is_done_remembers_the_source_and_the_load_completes_it() {
        let author = Author::new(InvestigatorId::from_name("Runa"));
        let mut session = Session::new(Document::new(&author), author, Keeping::Memory);
        session.expect(["export.zip".to_owned()]);
        let fact = Edit::Fact { name: "title".to_owned(), value: "Search".into() };
        session.act_unseen(vec![fact]).unwrap();
        let known: Vec<_> = session.project().sources().values().cloned().collect();
        assert_eq!((known.len(), known[0].path.as_str(), known[0].messages), (1, "export.zip", 0));
        let read =
            Source { path: "export.zip".to_owned(), fingerprint: "f".to_owned(), messages: 9, ..Source::default() };
        session.path = Some(std::env::current_exe().unwrap());
        session.arrived(vec![read]).unwrap();
        let known: Vec<_> = session.project().sources().values().map(|source| source.messages).collect();
        assert_eq!(known, [9]);
    }
}
