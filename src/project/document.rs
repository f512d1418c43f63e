//! A project with all that joining needs: its cells, its clock, and what they show.
//!
//! The cells are the truth; the [`Project`] is what they show and is kept in step edit by edit. An
//! edit comes in by [`Document::apply`] (made here), [`Document::replay`] (read from a journal) or
//! [`Document::join`] (another copy of the project); there is no other door.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::apply::{self, Context, EditError};
use super::cell::{Cause, Cell, Cells, Entity, Kind, Shape, Write, field};
use super::clock::{Actor, Clock, Dot, Hlc, Stamp};
use super::edit::Edit;
use super::model::Project;
use super::{derive, write};
use crate::base::id::InvestigatorId;
use crate::base::time::Instant;

/// Who edits: a person, in one run of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// The person.
    pub investigator: InvestigatorId,
    /// The run.
    pub actor: Actor,
}

impl Author {
    /// The person in a fresh run.
    pub fn new(investigator: InvestigatorId) -> Self {
        Self { investigator, actor: Actor::random() }
    }
}

/// Which part of what a person did an edit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// An act begins with it.
    #[default]
    First,
    /// It goes on with the act of the edit before it.
    More,
    /// It takes back the act that began with this edit.
    Undo(Dot),
    /// It does that act again.
    Redo(Dot),
    /// It is no act: counted or noted by the program, or done when that was not told yet.
    Unseen,
}

impl Part {
    /// Whether it is what a line means that says nothing.
    pub(super) fn is_first(&self) -> bool {
        *self == Self::First
    }

    /// The part of the edits that follow one of this part.
    #[must_use]
    pub const fn going_on(self) -> Self {
        match self {
            Self::First => Self::More,
            other => other,
        }
    }
}

/// An edit as a journal keeps it: everything that replaying it needs.
#[derive(Debug, Clone, PartialEq)]
pub struct JournalEntry {
    /// Whose run made it.
    pub actor: Actor,
    /// Who made it.
    pub by: InvestigatorId,
    /// The how manieth of the run, from 1.
    pub n: u64,
    /// When, by the hybrid clock.
    pub hlc: Hlc,
    /// The edits whose cells it replaces, as far as it had seen them.
    pub over: BTreeSet<Dot>,
    /// The edit with nothing left to settle.
    pub edit: Edit,
    /// Which part of an act it is; replaying does not ask.
    pub part: Part,
}

impl JournalEntry {
    /// Its name.
    pub const fn dot(&self) -> Dot {
        Dot { actor: self.actor, n: self.n }
    }
}

/// What came of an edit.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// The edit with nothing left to settle: ids, author and time are filled in.
    pub edit: Edit,
    /// All edits that were made of it, that one among them: a new tag is defined before it is used.
    pub edits: Vec<Edit>,
    /// The edits that take it back, to be applied in this order.
    pub inverse: Vec<Edit>,
    /// Whether anything changed.
    pub changed: bool,
    /// The id of what it made.
    pub made: Option<String>,
    /// What was done, in words that are safe to print.
    pub label: String,
    /// What goes to the journal: one for each edit that changed something.
    pub entries: Vec<JournalEntry>,
    /// What may show otherwise than before.
    pub touched: Touched,
}

/// Entities by kind and id.
pub type Touched = BTreeSet<(Kind, String)>;

/// A text that several people wrote at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// In which map of the file.
    pub kind: Kind,
    /// Of which entity.
    pub id: String,
    /// In which field.
    pub field: String,
    /// The versions with their times, the one that shows first.
    pub versions: Vec<(Stamp, String)>,
}

/// What somebody had seen when they began to write. Texts that others wrote since, and those that
/// stood beside the one that showed, are not theirs to replace.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Looked {
    clock: Clock,
    beside: BTreeSet<Dot>,
}

impl Looked {
    /// What is seen of a project whose texts all lie open but those of these edits.
    pub fn without(document: &Document, beside: BTreeSet<Dot>) -> Self {
        Self { clock: document.clock.clone(), beside }
    }
}

/// A project and all that joining it with another copy needs.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// Copied by an edit only while somebody else looks at it.
    project: Arc<Project>,
    cells: Cells,
    clock: Clock,
    hlc: Hlc,
    /// Who made the edits of which run, as far as it is known.
    authors: BTreeMap<Actor, InvestigatorId>,
}

impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        self.project.id == other.project.id && self.cells == other.cells && self.clock == other.clock
    }
}

impl Document {
    /// A document with no content and a fresh id; [`super::taxonomy::new_document`] makes what a new
    /// project begins with.
    pub fn empty() -> Self {
        let project = Project { id: uuid::Uuid::now_v7().to_string(), ..Project::default() };
        Self { project: Arc::new(project), ..Self::default() }
    }

    /// What a new project begins with: the codebook of the program and nothing else.
    pub fn new(_author: &Author) -> Self {
        super::taxonomy::new_document()
    }

    /// What a new project of this id begins with.
    pub(super) fn begun(id: String) -> Self {
        let mut document = super::taxonomy::new_document();
        Arc::make_mut(&mut document.project).id = id;
        document
    }

    /// A document from what a file holds.
    pub(super) fn from_parts(id: String, cells: Cells, clock: Clock, authors: BTreeMap<Actor, InvestigatorId>) -> Self {
        let newest = Kind::ALL.into_iter().flat_map(|kind| cells.entities(kind)).flat_map(|(_, entity)| entity.cells());
        let hlc = newest.map(|cell| cell.stamp.hlc).max().unwrap_or_default();
        let project = Arc::new(Project { id, ..Project::default() });
        let mut document = Self { project, cells, clock, hlc, authors };
        document.derive_all();
        document
    }

    /// What it shows.
    pub fn project(&self) -> &Project {
        &self.project
    }

    /// The same for another thread: it stays as it is while edits go on here.
    pub fn shared_project(&self) -> Arc<Project> {
        Arc::clone(&self.project)
    }

    /// Its cells.
    pub const fn cells(&self) -> &Cells {
        &self.cells
    }

    /// Who made the edits of which run, as far as it is known.
    pub const fn authors(&self) -> &BTreeMap<Actor, InvestigatorId> {
        &self.authors
    }

    /// Who made the edits of a run; `None` for what was changed by hand.
    pub fn author(&self, actor: Actor) -> Option<&InvestigatorId> {
        self.authors.get(&actor)
    }

    /// Which edits it holds.
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// How many edits it holds: grows with each, and is the same wherever the same edits are.
    pub fn rev(&self) -> u64 {
        self.clock.count()
    }

    /// The latest hybrid time that it has seen.
    pub(super) const fn hlc(&self) -> Hlc {
        self.hlc
    }

    /// Gives the cells that `differ` another stamp; gives how many there are.
    pub(super) fn restamp(&mut self, stamp: Stamp, differs: &dyn Fn(Kind, &str, &Cell) -> bool) -> usize {
        let count = self.cells.restamp(stamp, differs);
        if count > 0 {
            self.clock.take(stamp.dot);
            self.hlc = self.hlc.max(stamp.hlc);
            self.derive_all();
        }
        count
    }

    /// What is to be seen of it now: of texts written at once the one that shows.
    pub fn looked(&self) -> Looked {
        let beside = |conflict: Conflict| conflict.versions.into_iter().skip(1).map(|(stamp, _)| stamp.dot);
        Looked::without(self, self.conflicts().into_iter().flat_map(beside).collect())
    }

    /// Who has changed what an edit would replace, beyond what `seen` covers; `None` when nobody but
    /// the investigator has, in whatever run.
    pub fn changed_since(&self, edit: &Edit, seen: &Clock, author: &Author) -> Option<String> {
        let over = self.cells.seen_by(&write::writes(edit), author.actor);
        let dot = over.into_iter().find(|dot| !seen.covers(*dot) && self.is_foreign(*dot, author))?;
        Some(self.author(dot.actor).map_or_else(|| "somebody".to_owned(), ToString::to_string))
    }

    /// Whether a text that an edit would replace is another one than `left` has left there.
    pub fn is_rewritten(&self, edit: &Edit, left: &[Edit]) -> bool {
        let left: Vec<Write> = left.iter().flat_map(write::writes).collect();
        write::writes(edit).iter().any(|write| {
            let Some(field) = write.change.field().filter(|field| write.kind.shape(field) == Shape::Prose) else {
                return false;
            };
            let same_slot = |other: &&Write| {
                other.kind == write.kind && other.id == write.id && other.change.field() == Some(field)
            };
            let shown = self.cells.entity(write.kind, &write.id).and_then(|entity| entity.shown(field));
            left.iter().rfind(same_slot).is_some_and(|left| left.change.value() != shown.map(|cell| &cell.value))
        })
    }

    /// Who has changed what an edit would replace since somebody began to write; see
    /// [`Document::changed_since`].
    pub fn also_edited(&self, edit: &Edit, looked: &Looked, author: &Author) -> Option<String> {
        self.changed_since(edit, &looked.clock, author)
    }

    fn is_foreign(&self, dot: Dot, author: &Author) -> bool {
        dot.actor != author.actor && self.author(dot.actor) != Some(&author.investigator)
    }

    /// What an edit does, in words that are safe to print.
    pub fn words(&self, entry: &JournalEntry) -> String {
        let author = Author { investigator: entry.by.clone(), actor: entry.actor };
        let context = Context { cells: &self.cells, project: &self.project, author: &author, now: entry.hlc.instant() };
        apply::plan(&context, entry.edit.clone()).map_or_else(|_| entry.edit.name().to_owned(), |plan| plan.label)
    }

    /// Makes an edit of `author` at `now`.
    pub fn apply(&mut self, edit: Edit, author: &Author, now: Instant) -> Result<Applied, EditError> {
        self.apply_after(edit, author, now, None)
    }

    /// The same by somebody who has written for a while: texts that they had not seen stay beside
    /// theirs.
    pub fn apply_after(
        &mut self,
        edit: Edit,
        author: &Author,
        now: Instant,
        looked: Option<&Looked>,
    ) -> Result<Applied, EditError> {
        let context = Context { cells: &self.cells, project: &self.project, author, now };
        let plan = apply::plan(&context, edit)?;
        let (mut entries, mut touched) = (Vec::new(), Touched::new());
        for edit in &plan.edits {
            if let Some((entry, changed)) = self.make(edit, author, now, looked) {
                entries.push(entry);
                touched.extend(changed);
            }
        }
        let changed = !entries.is_empty();
        Ok(Applied {
            edit: plan.main,
            edits: plan.edits,
            inverse: if changed { plan.inverse } else { Vec::new() },
            changed,
            made: plan.made.filter(|_| changed),
            label: plan.label,
            entries,
            touched,
        })
    }

    fn make(
        &mut self,
        edit: &Edit,
        author: &Author,
        now: Instant,
        looked: Option<&Looked>,
    ) -> Option<(JournalEntry, Touched)> {
        let writes = write::writes(edit);
        if !self.cells.would_change(&writes) {
            return None;
        }
        let dot = self.clock.next(author.actor);
        let mut over = self.cells.seen_by(&writes, author.actor);
        if let Some(Looked { clock, beside }) = looked {
            for text in self.cells.texts(&writes) {
                if beside.contains(&text) || (!clock.covers(text) && self.is_foreign(text, author)) {
                    over.remove(&text);
                }
            }
        }
        let entry = JournalEntry {
            actor: author.actor,
            by: author.investigator.clone(),
            n: dot.n,
            hlc: self.hlc.next(now),
            over,
            edit: edit.clone(),
            part: Part::First,
        };
        let touched = self.take(&entry, &writes);
        Some((entry, touched))
    }

    /// Whether an edit from a journal can be replayed: it is the next of its run, and all that it
    /// had seen is here.
    pub fn is_ready_for(&self, entry: &JournalEntry) -> bool {
        self.clock.next(entry.actor) == entry.dot() && entry.over.iter().all(|dot| self.clock.covers(*dot))
    }

    /// Takes in an edit from a journal and gives what may show otherwise than before; one that is
    /// already here changes nothing. The caller replays in causal order: see [`Document::is_ready_for`].
    pub fn replay(&mut self, entry: &JournalEntry) -> Touched {
        if self.clock.next(entry.actor) != entry.dot() {
            return Touched::new();
        }
        self.take(entry, &write::writes(&entry.edit))
    }

    /// Takes in an edit of a history that may have lost its beginning, and says what it did and how it
    /// would be taken back; `None` when that cannot be told.
    pub(super) fn replay_told(&mut self, entry: &JournalEntry) -> Option<(String, Vec<Edit>)> {
        let author = Author { investigator: entry.by.clone(), actor: entry.actor };
        let context = Context { cells: &self.cells, project: &self.project, author: &author, now: entry.hlc.instant() };
        let told = apply::plan(&context, entry.edit.clone()).ok().map(|plan| (plan.label, plan.inverse));
        self.take(entry, &write::writes(&entry.edit));
        told
    }

    /// Takes in edits of several journals, each as soon as what it had seen is here. Gives back those
    /// whose predecessors are missing.
    pub fn replay_all(&mut self, mut entries: Vec<JournalEntry>) -> Vec<JournalEntry> {
        self.replay_ready(&mut entries);
        entries
    }

    /// The same; leaves those whose predecessors are missing, and gives those that it took in, in
    /// their order.
    pub fn replay_ready(&mut self, entries: &mut Vec<JournalEntry>) -> Vec<JournalEntry> {
        entries.sort_by_key(|entry| (entry.hlc, entry.dot()));
        let mut taken = Vec::new();
        loop {
            let before = entries.len();
            let (ready, left): (Vec<_>, Vec<_>) = std::mem::take(entries).into_iter().partition(|entry| {
                let is_ready = self.is_ready_for(entry);
                if is_ready {
                    self.replay(entry);
                }
                is_ready
            });
            taken.extend(ready);
            entries.extend(left.into_iter().filter(|entry| !self.clock.covers(entry.dot())));
            if entries.len() == before || entries.is_empty() {
                return taken;
            }
        }
    }

    /// Gives what may show otherwise than before.
    fn take(&mut self, entry: &JournalEntry, writes: &[Write]) -> Touched {
        let stamp = Stamp { dot: entry.dot(), hlc: entry.hlc };
        self.cells.write(writes, Cause { stamp, by: entry.by.as_str(), over: &entry.over });
        self.clock.take(entry.dot());
        self.authors.entry(entry.actor).or_insert_with(|| entry.by.clone());
        self.hlc = self.hlc.max(entry.hlc);
        let touched = writes.iter().map(|write| (write.kind, write.id.to_string())).collect();
        derive::touched(&self.cells, Arc::make_mut(&mut self.project), touched)
    }

    /// Takes in another copy of the project: everything that either holds stays, unless the other
    /// had seen it and removed it.
    pub fn join(&mut self, other: &Self) {
        self.cells.join(&self.clock, &other.cells, &other.clock);
        self.clock.join(&other.clock);
        self.authors.extend(other.authors.iter().map(|(actor, by)| (*actor, by.clone())));
        self.hlc = self.hlc.max(other.hlc);
        if self.project.id.is_empty() || (!other.project.id.is_empty() && other.project.id < self.project.id) {
            Arc::make_mut(&mut self.project).id.clone_from(&other.project.id);
        }
        self.derive_all();
    }

    /// Takes in what lies in the file of this project: the same, and from there on known by its id.
    pub fn join_file(&mut self, file: &Self) {
        self.join(file);
        Arc::make_mut(&mut self.project).id.clone_from(&file.project.id);
    }

    fn derive_all(&mut self) {
        derive::all(&self.cells, Arc::make_mut(&mut self.project));
    }

    /// The versions of a text of an entity, when there are several.
    pub fn conflict(&self, kind: Kind, id: &str) -> Option<Conflict> {
        let entity = self.cells.entity(kind, id).filter(|entity| !entity.is_deleted())?;
        conflicts_of(kind, id, entity)
    }

    /// Texts that several people wrote at once, for somebody to settle; writing such a text again
    /// settles it.
    pub fn conflicts(&self) -> Vec<Conflict> {
        let mut conflicts = Vec::new();
        // Messages have no text that people write, and they are most of a project.
        for kind in Kind::ALL.into_iter().filter(|kind| kind.shape(field::TEXT) == Shape::Prose) {
            for (id, entity) in self.cells.entities(kind).filter(|(_, entity)| !entity.is_deleted()) {
                conflicts.extend(conflicts_of(kind, id, entity));
            }
        }
        conflicts
    }
}

fn conflicts_of(kind: Kind, id: &str, entity: &Entity) -> Option<Conflict> {
    let prose = |cell: &&Cell| kind.shape(&cell.field) == Shape::Prose && cell.element.is_none();
    let mut cells: Vec<&Cell> = entity.cells().iter().filter(prose).collect();
    cells.sort_by_key(|cell| std::cmp::Reverse(cell.stamp.rank()));
    let differs = cells.iter().any(|cell| cells.first().is_some_and(|first| first.value != cell.value));
    let first = cells.first().filter(|_| differs)?;
    let text = |cell: &&Cell| cell.value.read::<String>().unwrap_or_default();
    Some(Conflict {
        kind,
        id: id.to_owned(),
        field: first.field.to_string(),
        versions: cells.iter().map(|cell| (cell.stamp, text(cell))).collect(),
    })
}

#[cfg(test)]
mod tests;
