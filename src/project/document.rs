//! A project with all that joining needs: its cells, its clock, and what they show.
//!
//! The cells are the truth; the [`Project`] is what they show and is kept in step edit by edit. An
//! edit comes in by [`Document::apply`] (made here), [`Document::replay`] (read from a journal) or
//! [`Document::join`] (another copy of the project); there is no other door.

use std::collections::{BTreeMap, BTreeSet};

use super::apply::{self, Context, EditError};
use super::cell::{Cause, Cell, Cells, Entity, Kind, Shape, Write};
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
}

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

/// A project and all that joining it with another copy needs.
#[derive(Debug, Clone, Default)]
pub struct Document {
    project: Project,
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
        Self { project, ..Self::default() }
    }

    /// What a new project begins with: the codebook of the program and nothing else.
    pub fn new(_author: &Author) -> Self {
        super::taxonomy::new_document()
    }

    /// A document from what a file holds.
    pub(super) fn from_parts(id: String, cells: Cells, clock: Clock, authors: BTreeMap<Actor, InvestigatorId>) -> Self {
        let newest = Kind::ALL.into_iter().flat_map(|kind| cells.entities(kind)).flat_map(|(_, entity)| entity.cells());
        let hlc = newest.map(|cell| cell.stamp.hlc).max().unwrap_or_default();
        let mut document = Self { project: Project { id, ..Project::default() }, cells, clock, hlc, authors };
        document.derive_all();
        document
    }

    /// What it shows.
    pub const fn project(&self) -> &Project {
        &self.project
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

    /// Makes an edit of `author` at `now`.
    pub fn apply(&mut self, edit: Edit, author: &Author, now: Instant) -> Result<Applied, EditError> {
        let context = Context { cells: &self.cells, project: &self.project, author, now };
        let plan = apply::plan(&context, edit)?;
        let mut entries = Vec::new();
        for edit in &plan.edits {
            entries.extend(self.make(edit, author, now));
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
        })
    }

    fn make(&mut self, edit: &Edit, author: &Author, now: Instant) -> Option<JournalEntry> {
        let writes = write::writes(edit);
        if !self.cells.would_change(&writes) {
            return None;
        }
        let dot = self.clock.next(author.actor);
        let entry = JournalEntry {
            actor: author.actor,
            by: author.investigator.clone(),
            n: dot.n,
            hlc: self.hlc.next(now),
            over: self.cells.seen_by(&writes, author.actor),
            edit: edit.clone(),
        };
        self.take(&entry, &writes);
        Some(entry)
    }

    /// Whether an edit from a journal can be replayed: it is the next of its run, and all that it
    /// had seen is here.
    pub fn is_ready_for(&self, entry: &JournalEntry) -> bool {
        self.clock.next(entry.actor) == entry.dot() && entry.over.iter().all(|dot| self.clock.covers(*dot))
    }

    /// Takes in an edit from a journal; one that is already here changes nothing. The caller replays
    /// in causal order: see [`Document::is_ready_for`].
    pub fn replay(&mut self, entry: &JournalEntry) {
        if self.clock.next(entry.actor) == entry.dot() {
            self.take(entry, &write::writes(&entry.edit));
        }
    }

    /// Takes in edits of several journals, each as soon as what it had seen is here. Gives back those
    /// whose predecessors are missing.
    pub fn replay_all(&mut self, mut entries: Vec<JournalEntry>) -> Vec<JournalEntry> {
        entries.sort_by_key(|entry| (entry.hlc, entry.dot()));
        loop {
            let before = entries.len();
            entries.retain(|entry| {
                if self.is_ready_for(entry) {
                    self.replay(entry);
                    return false;
                }
                !self.clock.covers(entry.dot())
            });
            if entries.len() == before || entries.is_empty() {
                return entries;
            }
        }
    }

    fn take(&mut self, entry: &JournalEntry, writes: &[Write]) {
        let stamp = Stamp { dot: entry.dot(), hlc: entry.hlc };
        self.cells.write(writes, Cause { stamp, by: entry.by.as_str(), over: &entry.over });
        self.clock.take(entry.dot());
        self.authors.entry(entry.actor).or_insert_with(|| entry.by.clone());
        self.hlc = self.hlc.max(entry.hlc);
        let touched: BTreeSet<_> = writes.iter().map(|write| (write.kind, write.id.to_string())).collect();
        derive::touched(&self.cells, &mut self.project, &touched);
    }

    /// Takes in another copy of the project: everything that either holds stays, unless the other
    /// had seen it and removed it.
    pub fn join(&mut self, other: &Self) {
        self.cells.join(&self.clock, &other.cells, &other.clock);
        self.clock.join(&other.clock);
        self.authors.extend(other.authors.iter().map(|(actor, by)| (*actor, by.clone())));
        self.hlc = self.hlc.max(other.hlc);
        if self.project.id.is_empty() || (!other.project.id.is_empty() && other.project.id < self.project.id) {
            self.project.id.clone_from(&other.project.id);
        }
        self.derive_all();
    }

    fn derive_all(&mut self) {
        derive::all(&self.cells, &mut self.project);
    }

    /// Texts that several people wrote at once, for somebody to settle; writing such a text again
    /// settles it.
    pub fn conflicts(&self) -> Vec<Conflict> {
        let mut conflicts = Vec::new();
        for kind in Kind::ALL {
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
