//! Cells: the smallest things that change in a project, and how two piles of them join.
//!
//! A cell is a value in a slot (entity, field, element) with the stamp of the edit that put it
//! there. A write replaces exactly the cells it had seen, so values written at the same time stand
//! beside each other, and nothing that was not seen is ever lost. What a pile of cells shows is
//! derived in `super::derive`.
//!
//! ```text
//! notes   note/0198…   text            "second page came from here"   a81f…:17
//! events  event/0198…  tags  "impact"  true                           a81f…:18
//! ```

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::clock::{Actor, Clock, Dot, Stamp};
use crate::base::time::Instant;

/// The maps of a project file, in the order in which it prints them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Facts by name.
    Facts,
    /// Milestones by key.
    Milestones,
    /// Investigators by id.
    Investigators,
    /// Sources by uuid.
    Sources,
    /// Cards by person.
    People,
    /// Tags by id.
    Tags,
    /// Filters by slug.
    Filters,
    /// Copies, tags and marks of messages by id.
    Messages,
    /// Supplemental events by id.
    Events,
    /// Notes by id.
    Notes,
    /// Beats by id.
    Beats,
    /// Entries by what they point at.
    Timeline,
    /// Phases by id.
    Phases,
    /// Sections by key.
    Report,
    /// Spans read, by investigator and channel.
    Coverage,
    /// Fields at the top of the file that this version does not know.
    Extra,
}

impl Kind {
    /// All of them in file order.
    pub const ALL: [Self; 16] = [
        Self::Facts,
        Self::Milestones,
        Self::Investigators,
        Self::Sources,
        Self::People,
        Self::Tags,
        Self::Filters,
        Self::Messages,
        Self::Events,
        Self::Notes,
        Self::Beats,
        Self::Timeline,
        Self::Phases,
        Self::Report,
        Self::Coverage,
        Self::Extra,
    ];

    /// Its key in the file.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Facts => "facts",
            Self::Milestones => "milestones",
            Self::Investigators => "investigators",
            Self::Sources => "sources",
            Self::People => "people",
            Self::Tags => "tags",
            Self::Filters => "filters",
            Self::Messages => "messages",
            Self::Events => "events",
            Self::Notes => "notes",
            Self::Beats => "beats",
            Self::Timeline => "timeline",
            Self::Phases => "phases",
            Self::Report => "report",
            Self::Coverage => "coverage",
            Self::Extra => "extra",
        }
    }

    /// Reads a [`Kind::key`].
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// What a field of an entity of this kind holds.
    pub fn shape(self, field: &str) -> Shape {
        match (self, field) {
            (Self::Facts, field::ITEMS)
            | (Self::People, field::HANDLES | field::SHIFTS)
            | (Self::Messages | Self::Events, field::TAGS)
            | (Self::Beats, field::MEMBERS)
            | (Self::Coverage, field::SPANS) => Shape::Set,
            (Self::Report, field::WAIVED) => Shape::Map,
            (Self::Investigators, field::ACTIVE_MINUTES) => Shape::Counter,
            (Self::Events | Self::Notes | Self::Timeline | Self::Report, field::TEXT) => Shape::Prose,
            _ => Shape::Register,
        }
    }
}

/// How the cells of a field are read and joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One value; of concurrent ones the latest shows.
    Register,
    /// One text; concurrent ones are a conflict that somebody settles.
    Prose,
    /// Elements; an add wins over a removal that had not seen it.
    Set,
    /// Elements with a value each, joined like a set.
    Map,
    /// A sum with a part by each actor.
    Counter,
}

/// Names of fields with a meaning to the program.
pub mod field {
    macro_rules! fields {
        ($($name:ident = $text:literal;)*) => {
            $(#[doc = concat!("`", $text, "`")] pub const $name: &str = $text;)*
            const ALL: &[&str] = &[$($text),*];
        };
    }

    fields! {
        ACTIVE_MINUTES = "active_minutes"; AT = "at"; BY = "by"; CHANNEL = "channel"; COPY = "copy";
        DEFINITION = "definition"; DELETED = "deleted"; GROUP = "group"; HANDLES = "handles"; HEADLINE = "headline";
        HERE = "here"; INITIALS = "initials"; ITEMS = "items"; KEY = "key"; MEMBERS = "members";
        MERGED_INTO = "merged_into"; NAME = "name"; OCCURRED_AT = "occurred_at"; OFF_RECORD = "off_record"; ON = "on";
        ORDER = "order"; PHASE = "phase"; PLUS_MINUS = "plus_minus"; QUERY = "query"; QUESTION = "question";
        SAME_AS = "same_as"; SECTION = "section"; SHIFTS = "shifts"; SOURCE = "source"; SPANS = "spans";
        STATUS = "status"; TAGS = "tags"; TEXT = "text"; TITLE = "title"; UNTIL = "until"; VALUE = "value";
        WAIVED = "waived"; PATH = "path"; FORMAT = "format"; FINGERPRINT = "fingerprint"; ZONE = "zone";
        SKEW = "skew"; FIRST = "first"; LAST = "last"; MESSAGES = "messages"; CHANNELS = "channels";
        MISSING = "missing"; ADDED_AT = "added_at"; PRESENCE = "presence"; TEAM = "team"; LOCATION = "location";
        STARTED_ON = "started_on"; ROLE = "role"; MANAGER = "manager"; EMAIL = "email"; ON_CALL = "on_call";
        INTERVIEW = "interview"; READ_AS = "read_as"; DAY = "day"; DAY_ORDER = "day_order"; PATTERN = "pattern";
        COLUMNS = "columns";
    }

    /// The name without a place of its own on the heap where the program knows it.
    pub fn interned(name: &str) -> super::Field {
        ALL.iter().find(|known| **known == name).map_or_else(|| name.to_owned().into(), |known| (*known).into())
    }
}

/// A field's name.
pub type Field = Cow<'static, str>;

/// A value as compact JSON with sorted keys, so that equal values are equal texts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Json(Box<str>);

impl Json {
    /// The value as JSON; one that cannot be written is `null`.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Self {
        let value = serde_json::to_value(value).unwrap_or(Value::Null);
        Self(sorted(value).to_string().into())
    }

    /// Takes JSON that is compact and sorted already, as an element of a set is.
    pub fn from_canonical(json: &str) -> Self {
        Self(json.into())
    }

    /// The JSON itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads the value; `None` when it is of another type.
    pub fn read<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_str(&self.0).ok()
    }

    /// Whether it is an object or array, which takes more than one line.
    pub fn is_nested(&self) -> bool {
        self.0.starts_with(['{', '['])
    }
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut fields: Vec<_> = map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            fields.sort_by(|(a, _), (b, _)| a.cmp(b));
            Value::Object(fields.into_iter().collect())
        }
        Value::Array(values) => Value::Array(values.into_iter().map(sorted).collect()),
        other => other,
    }
}

/// One value in one slot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// The field.
    pub field: Field,
    /// The element of a set or map as JSON, or the actor of a counter's part.
    pub element: Option<Box<str>>,
    /// The edit that put it there.
    pub stamp: Stamp,
    /// The value; `true` for the element of a set.
    pub value: Json,
}

/// What a deletion knows of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Deletion {
    /// When.
    pub at: Instant,
    /// By whom.
    pub by: String,
    /// The edits it had seen: any other one brings the entity back.
    pub seen: BTreeSet<Dot>,
}

/// The cells of one entity, sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entity(Vec<Cell>);

impl Entity {
    /// All cells.
    pub fn cells(&self) -> &[Cell] {
        &self.0
    }

    /// Puts a cell into its place.
    pub fn put(&mut self, cell: Cell) {
        if let Err(at) = self.0.binary_search(&cell) {
            self.0.insert(at, cell);
        }
    }

    /// The cell that shows in a field without elements.
    pub fn shown(&self, field: &str) -> Option<&Cell> {
        self.0.iter().filter(|cell| cell.field == field && cell.element.is_none()).max_by_key(|cell| cell.shown_rank())
    }

    /// The value that shows in a field; `None` when there is none or it is of another type.
    pub fn read<T: DeserializeOwned>(&self, field: &str) -> Option<T> {
        self.shown(field).and_then(|cell| cell.value.read())
    }

    /// The cell that shows for each element of a field, sorted by element.
    pub fn elements(&self, field: &str) -> Vec<&Cell> {
        let mut shown: Vec<&Cell> = Vec::new();
        for cell in self.0.iter().filter(|cell| cell.field == field && cell.element.is_some()) {
            match shown.last_mut() {
                Some(last) if last.element == cell.element => {
                    if cell.shown_rank() > last.shown_rank() {
                        *last = cell;
                    }
                }
                _ => shown.push(cell),
            }
        }
        shown
    }

    /// The elements of a set that are of type `T`.
    pub fn set<T: DeserializeOwned + Ord>(&self, field: &str) -> BTreeSet<T> {
        self.elements(field)
            .into_iter()
            .filter_map(|cell| serde_json::from_str(cell.element.as_deref().unwrap_or("null")).ok())
            .collect()
    }

    /// The sum of a counter, never below 0.
    pub fn sum(&self, field: &str) -> u64 {
        let parts = self.elements(field).into_iter().filter_map(|cell| cell.value.read::<i64>());
        u64::try_from(parts.fold(0, i64::saturating_add)).unwrap_or(0)
    }

    /// Whether somebody deleted it and nobody wrote to it without having seen that.
    pub fn is_deleted(&self) -> bool {
        let mut deletions = self.0.iter().filter(|cell| cell.field == field::DELETED).peekable();
        if deletions.peek().is_none() {
            return false;
        }
        let seen: BTreeSet<Dot> =
            deletions.filter_map(|cell| cell.value.read::<Deletion>()).flat_map(|deletion| deletion.seen).collect();
        self.0.iter().all(|cell| cell.field == field::DELETED || seen.contains(&cell.stamp.dot))
    }

    fn join(&mut self, clock: &Clock, other: &Self, other_clock: &Clock) {
        self.0.retain(|cell| !other_clock.covers(cell.stamp.dot) || other.0.binary_search(cell).is_ok());
        for cell in other.0.iter().filter(|cell| !clock.covers(cell.stamp.dot)) {
            self.put(cell.clone());
        }
    }

    /// Does one change.
    fn write(&mut self, change: &Change, cause: Cause<'_>) {
        let actor = cause.stamp.dot.actor;
        let own_part = match change {
            Change::Add(field, by) => {
                let part = self.0.iter().find(|cell| cell.field == *field && change.means(cell, actor));
                Some(part.and_then(|cell| cell.value.read::<i64>()).unwrap_or(0).saturating_add(*by))
            }
            _ => None,
        };
        self.0.retain(|cell| {
            let replaced = cell.field == field::DELETED || (*change != Change::Delete && change.means(cell, actor));
            !(replaced && cause.over.contains(&cell.stamp.dot))
        });
        let (field, element, value) = match change {
            Change::Put(field, element, value) => (field.clone(), element.clone(), value.clone()),
            Change::Add(field, _) => (field.clone(), Some(actor.to_string().into()), Json::of(&own_part)),
            Change::Cover(from, to) => {
                (field::SPANS.into(), Some(Json::of(&(from, to)).as_str().into()), Json::of(&true))
            }
            Change::Delete => {
                let deletion =
                    Deletion { at: cause.stamp.hlc.instant(), by: cause.by.to_owned(), seen: cause.over.clone() };
                (field::DELETED.into(), None, Json::of(&deletion))
            }
            Change::Assign(field, elements) => {
                for element in elements {
                    let (field, element) = (field.clone(), Some(element.clone()));
                    self.put(Cell { field, element, stamp: cause.stamp, value: Json::of(&true) });
                }
                return;
            }
            Change::Drop(..) => return,
        };
        self.put(Cell { field, element, stamp: cause.stamp, value });
    }

    /// Keeps values that differ though one edit made both, which only a change by hand brings about.
    fn keep_both(&mut self, before: &Self, other: &Self) {
        for cell in before.0.iter().chain(&other.0) {
            let same_slot = |kept: &Cell| {
                kept.field == cell.field && kept.element == cell.element && kept.stamp.dot == cell.stamp.dot
            };
            if before.0.iter().any(same_slot) && other.0.iter().any(same_slot) {
                self.put(cell.clone());
            }
        }
    }
}

impl Cell {
    /// The greatest shows; equal stamps are only met after a change by hand.
    fn shown_rank(&self) -> impl Ord + '_ {
        (self.stamp.rank(), &self.value)
    }

    fn span(&self) -> Option<(Instant, Instant)> {
        if self.field != field::SPANS {
            return None;
        }
        serde_json::from_str(self.element.as_deref()?).ok()
    }
}

/// A change of the cells of one entity.
#[derive(Debug, Clone, PartialEq)]
pub struct Write {
    /// In which map.
    pub kind: Kind,
    /// Of which entity.
    pub id: Box<str>,
    /// What changes.
    pub change: Change,
}

/// What a [`Write`] does.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Puts a value into a slot, in place of those seen there.
    Put(Field, Option<Box<str>>, Json),
    /// Empties a slot of the values seen there.
    Drop(Field, Option<Box<str>>),
    /// Makes these the elements of a set, in place of those seen there.
    Assign(Field, BTreeSet<Box<str>>),
    /// Adds to the writer's part of a counter.
    Add(Field, i64),
    /// Adds a span and takes out those seen that lie within it.
    Cover(Instant, Instant),
    /// Deletes the entity as it was seen; its cells stay.
    Delete,
}

impl Change {
    /// The field of a change that means one value of an entity.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Put(field, None, _) | Self::Drop(field, None) => Some(field),
            _ => None,
        }
    }

    /// The value that it puts there.
    pub const fn value(&self) -> Option<&Json> {
        match self {
            Self::Put(_, _, value) => Some(value),
            _ => None,
        }
    }

    /// Whether it means the slot of `cell`.
    fn means(&self, cell: &Cell, actor: Actor) -> bool {
        match self {
            Self::Put(field, element, _) | Self::Drop(field, element) => {
                cell.field == *field && cell.element == *element
            }
            Self::Assign(field, _) => cell.field == *field,
            Self::Add(field, _) => cell.field == *field && cell.element.as_deref() == Some(actor.to_string().as_str()),
            Self::Cover(from, to) => cell.span().is_some_and(|(start, end)| start >= *from && end <= *to),
            Self::Delete => true,
        }
    }
}

/// By whom and when an edit was made, and what it had seen.
#[derive(Debug, Clone, Copy)]
pub struct Cause<'a> {
    /// The edit.
    pub stamp: Stamp,
    /// The investigator.
    pub by: &'a str,
    /// The edits whose cells it replaces.
    pub over: &'a BTreeSet<Dot>,
}

/// All cells of a project.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cells(BTreeMap<Kind, BTreeMap<Box<str>, Entity>>);

impl Cells {
    /// An entity that has cells, deleted or not.
    pub fn entity(&self, kind: Kind, id: &str) -> Option<&Entity> {
        self.0.get(&kind)?.get(id)
    }

    /// The entities of a kind, deleted ones too, sorted by id.
    pub fn entities(&self, kind: Kind) -> impl Iterator<Item = (&str, &Entity)> {
        self.0.get(&kind).into_iter().flatten().map(|(id, entity)| (&**id, entity))
    }

    /// Puts one cell in, as a file says it.
    pub fn put(&mut self, kind: Kind, id: &str, cell: Cell) {
        self.entity_mut(kind, id).put(cell);
    }

    fn entity_mut(&mut self, kind: Kind, id: &str) -> &mut Entity {
        self.0.entry(kind).or_default().entry(id.into()).or_default()
    }

    /// The edits whose cells `writes` would replace.
    pub fn seen_by(&self, writes: &[Write], actor: Actor) -> BTreeSet<Dot> {
        let mut seen = BTreeSet::new();
        for write in writes {
            for cell in self.entity(write.kind, &write.id).map_or(&[][..], Entity::cells) {
                if cell.field == field::DELETED || write.change.means(cell, actor) {
                    seen.insert(cell.stamp.dot);
                }
            }
        }
        seen
    }

    /// The edits that wrote the prose of what `writes` are about.
    pub fn texts(&self, writes: &[Write]) -> BTreeSet<Dot> {
        let entities = writes.iter().filter_map(|write| Some((write.kind, self.entity(write.kind, &write.id)?)));
        let prose = entities.flat_map(|(kind, entity)| {
            entity.cells().iter().filter(move |cell| kind.shape(&cell.field) == Shape::Prose)
        });
        prose.map(|cell| cell.stamp.dot).collect()
    }

    /// Whether `writes` would change what shows.
    pub fn would_change(&self, writes: &[Write]) -> bool {
        writes.iter().any(|write| {
            let Some(entity) = self.entity(write.kind, &write.id) else {
                return match &write.change {
                    Change::Put(..) | Change::Add(..) | Change::Cover(..) => true,
                    Change::Assign(_, elements) => !elements.is_empty(),
                    Change::Drop(..) | Change::Delete => false,
                };
            };
            let deleted = entity.is_deleted();
            match &write.change {
                Change::Delete => !deleted,
                _ if deleted => true,
                Change::Put(field, element, value) => {
                    let mut slot = entity.0.iter().filter(|cell| cell.field == *field && cell.element == *element);
                    slot.next().is_none_or(|cell| cell.value != *value) || slot.next().is_some()
                }
                Change::Drop(field, element) => {
                    entity.0.iter().any(|cell| cell.field == *field && cell.element == *element)
                }
                Change::Assign(field, elements) => {
                    let present = entity.0.iter().filter(|cell| cell.field == *field);
                    !present.map(|cell| cell.element.as_ref()).eq(elements.iter().map(Some))
                }
                Change::Add(_, by) => *by != 0,
                Change::Cover(from, to) => {
                    !entity.0.iter().filter_map(Cell::span).any(|(start, end)| start <= *from && end >= *to)
                }
            }
        })
    }

    /// Does what an edit writes; the same edit gives the same cells wherever all that it had seen is.
    pub fn write(&mut self, writes: &[Write], cause: Cause<'_>) {
        for write in writes {
            self.entity_mut(write.kind, &write.id).write(&write.change, cause);
            let Some(entities) = self.0.get_mut(&write.kind) else { continue };
            if entities.get(&write.id).is_some_and(|entity| entity.0.is_empty()) {
                entities.remove(&write.id);
            }
            if entities.is_empty() {
                self.0.remove(&write.kind);
            }
        }
    }

    /// Gives the cells that `differ` another stamp; gives how many there are.
    pub(super) fn restamp(&mut self, stamp: Stamp, differs: &dyn Fn(Kind, &str, &Cell) -> bool) -> usize {
        let mut count = 0;
        for (kind, entities) in &mut self.0 {
            for (id, entity) in entities {
                for cell in entity.0.iter_mut().filter(|cell| differs(*kind, id, cell)) {
                    cell.stamp = stamp;
                    count += 1;
                }
                entity.0.sort();
            }
        }
        count
    }

    /// Takes in the cells of another document: a cell stays when both have it, or when one has it and
    /// the other has not seen the edit that made it.
    pub fn join(&mut self, clock: &Clock, other: &Self, other_clock: &Clock) {
        let nothing = Entity::default();
        for (kind, entities) in &other.0 {
            for id in entities.keys() {
                self.entity_mut(*kind, id);
            }
        }
        for (kind, entities) in &mut self.0 {
            entities.retain(|id, entity| {
                let theirs = other.entity(*kind, id).unwrap_or(&nothing);
                let before = entity.clone();
                entity.join(clock, theirs, other_clock);
                entity.keep_both(&before, theirs);
                !entity.0.is_empty()
            });
        }
        self.0.retain(|_, entities| !entities.is_empty());
    }
}
