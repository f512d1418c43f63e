//! Reads the snapshot.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use super::{COPY_FIELDS, FORMAT, FileError, VERSION};
use crate::base::id::InvestigatorId;
use crate::base::rank;
use crate::project::cell::{Cell, Cells, Json, Kind, Shape, field};
use crate::project::clock::{Actor, Clock, Dot, Hlc, Stamp};
use crate::project::document::Document;

type Fields<'a> = BTreeMap<String, &'a RawValue>;

/// What a file holds.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// The document.
    pub document: Document,
    /// The version of the format that wrote it; a higher one than ours must not be written over.
    pub version: u32,
    /// Whether the part people read was changed since the program wrote it.
    pub changed_by_hand: bool,
    /// What could not be taken as it stands, in sentences.
    pub notices: Vec<String>,
}

/// Reads a file.
pub fn parse(bytes: &[u8]) -> Result<Parsed, FileError> {
    let text = check_text(bytes)?;
    let top: Fields<'_> = serde_json::from_str(text).map_err(|error| json_error(text, &error))?;
    let version = version(&top)?;
    let parsed = read(text, bytes, &top, version);
    if version > VERSION { parsed.map_err(|_| FileError::Newer(version)) } else { parsed }
}

fn check_text(bytes: &[u8]) -> Result<&str, FileError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(FileError::Empty);
    }
    let nuls = bytes.iter().rev().take_while(|byte| **byte == 0).count();
    if nuls > 0 {
        return Err(FileError::NulTail(nuls));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count() + 1;
        FileError::NotJson { line, column: 1 }
    })
}

fn json_error(text: &str, error: &serde_json::Error) -> FileError {
    let marked = text.lines().position(|line| line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> "));
    marked.map_or(FileError::NotJson { line: error.line(), column: error.column() }, |line| {
        FileError::GitMarkers(line + 1)
    })
}

fn version(top: &Fields<'_>) -> Result<u32, FileError> {
    let format: String = top.get("format").and_then(|raw| read_raw(raw)).ok_or(FileError::NotAProject)?;
    let (name, version) = format.split_once('/').ok_or(FileError::NotAProject)?;
    let version = version.parse().ok().filter(|version| *version > 0);
    version.filter(|_| name == FORMAT).ok_or(FileError::NotAProject)
}

fn read_raw<T: DeserializeOwned>(raw: &RawValue) -> Option<T> {
    serde_json::from_str(raw.get()).ok()
}

/// The block at the end of the file.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Sync {
    clock: Clock,
    authors: BTreeMap<Actor, InvestigatorId>,
    dots: BTreeMap<String, BTreeMap<String, Dots>>,
    hidden: BTreeMap<String, BTreeMap<String, Value>>,
    beside: Vec<Beside>,
    content: String,
}

/// The stamps of an entity.
#[derive(Deserialize)]
#[serde(untagged)]
enum Dots {
    All(Stamp),
    Fields(BTreeMap<String, FieldDots>),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum FieldDots {
    One(Stamp),
    Elements(BTreeMap<String, Stamp>),
}

/// A cell whose value stands nowhere else.
#[derive(Deserialize)]
struct Beside {
    r#in: String,
    id: String,
    field: String,
    #[serde(default)]
    element: Option<String>,
    dot: Stamp,
    value: Value,
}

fn read(text: &str, bytes: &[u8], top: &Fields<'_>, version: u32) -> Result<Parsed, FileError> {
    let shape = |place: &str, must| FileError::Shape { place: place.to_owned(), must };
    let sync: Sync = match top.get("sync") {
        Some(raw) => serde_json::from_str(raw.get())
            .map_err(|_| shape("sync", "the block that the program wrote; without it the rest can be read"))?,
        None => Sync::default(),
    };
    // Whatever stands in the file without a stamp is the work of whoever wrote this very text.
    let by_hand = Stamp { dot: Dot { actor: Actor::of_text(bytes), n: 1 }, hlc: Hlc::default() };
    let mut reader = Reader { cells: Cells::default(), sync: &sync, by_hand, used_hand: false, notices: Vec::new() };
    for (key, raw) in top {
        match (key.as_str(), Kind::from_key(key)) {
            ("format" | "id" | "sync", _) => {}
            (_, Some(kind)) if kind != Kind::Extra => {
                let entities: Fields<'_> = serde_json::from_str(raw.get()).map_err(|_| shape(key, "an object"))?;
                reader.kind(kind, &entities)?;
            }
            _ => reader.put(Kind::Extra, key, field::VALUE, None, Json::of(&read_raw::<Value>(raw))),
        }
    }
    for (key, entities) in &sync.hidden {
        let kind = Kind::from_key(key).ok_or_else(|| shape(key, "a map of the file"))?;
        let printed = serde_json::to_string(entities).unwrap_or_default();
        let entities: Fields<'_> = serde_json::from_str(&printed).map_err(|_| shape(key, "an object"))?;
        reader.kind(kind, &entities)?;
    }
    for beside in &sync.beside {
        reader.beside(beside)?;
    }
    let Reader { cells, used_hand, notices, .. } = reader;
    let mut clock = sync.clock;
    if used_hand {
        clock.take(by_hand.dot);
    }
    let id: String = top.get("id").and_then(|raw| read_raw(raw)).unwrap_or_default();
    let changed_by_hand = !sync.content.is_empty() && !matches_hash(text, &sync.content);
    let document = Document::from_parts(id, cells, clock, sync.authors.clone());
    Ok(Parsed { document, version, changed_by_hand, notices })
}

fn matches_hash(text: &str, content: &str) -> bool {
    let Some(at) = text.rfind(",\n  \"sync\": {") else { return false };
    let above = text.get(..at).unwrap_or_default();
    blake3::hash(above.as_bytes()).to_hex().starts_with(content)
}

struct Reader<'a> {
    cells: Cells,
    sync: &'a Sync,
    by_hand: Stamp,
    used_hand: bool,
    notices: Vec<String>,
}

impl Reader<'_> {
    fn kind(&mut self, kind: Kind, entities: &Fields<'_>) -> Result<(), FileError> {
        for (id, raw) in entities {
            match kind {
                Kind::Facts => self.fact(id, raw),
                Kind::Milestones => self.put(kind, id, field::AT, None, json(raw)),
                Kind::Extra => self.put(kind, id, field::VALUE, None, json(raw)),
                Kind::Coverage => {
                    let channels: Fields<'_> = self.object(kind, id, raw)?;
                    for (channel, spans) in channels {
                        self.elements(kind, &format!("{id} {channel}"), field::SPANS, spans)?;
                    }
                }
                _ => {
                    let fields = self.object(kind, id, raw)?;
                    self.entity(kind, id, fields)?;
                }
            }
        }
        Ok(())
    }

    fn object<'a>(&self, kind: Kind, id: &str, raw: &'a RawValue) -> Result<Fields<'a>, FileError> {
        serde_json::from_str(raw.get()).map_err(|_| self.shape(kind, id, "an object"))
    }

    #[expect(clippy::unused_self, reason = "reads as part of the reader")]
    fn shape(&self, kind: Kind, id: &str, must: &'static str) -> FileError {
        FileError::Shape { place: format!("{}.{id}", kind.key()), must }
    }

    fn fact(&mut self, id: &str, raw: &RawValue) {
        let names: Option<Vec<String>> = read_raw(raw).filter(|_| crate::project::write::LIST_FACTS.contains(&id));
        match names {
            Some(names) => {
                for name in names {
                    self.put(Kind::Facts, id, field::ITEMS, Some(Json::of(&name)), Json::of(&true));
                }
            }
            None => self.put(Kind::Facts, id, field::VALUE, None, json(raw)),
        }
    }

    fn entity(&mut self, kind: Kind, id: &str, mut fields: Fields<'_>) -> Result<(), FileError> {
        if kind == Kind::Timeline {
            let chosen = fields.get(field::ORDER).and_then(|raw| read_raw::<String>(raw));
            if chosen.is_none_or(|key| rank::is_time_key(&key)) {
                fields.remove(field::ORDER);
            }
            if self.stamp(kind, id, field::HERE, None).is_some() || !self.is_known(kind, id) {
                self.put(kind, id, field::HERE, None, Json::of(&true));
            }
        }
        if kind == Kind::Messages {
            let copied = COPY_FIELDS.iter().filter_map(|name| Some((*name, read_raw::<Value>(fields.remove(*name)?)?)));
            let copy: BTreeMap<&str, Value> = copied.collect();
            if !copy.is_empty() {
                self.put(kind, id, field::COPY, None, Json::of(&copy));
            }
        }
        for (name, raw) in fields {
            match kind.shape(&name) {
                _ if name == field::DELETED => {
                    self.notices.push(format!("`{}.{id}.deleted` was left out: delete with the program", kind.key()));
                }
                Shape::Counter => self.counter(kind, id, &name, raw),
                Shape::Set | Shape::Map => self.elements(kind, id, &name, raw)?,
                Shape::Register | Shape::Prose => self.put(kind, id, &name, None, json(raw)),
            }
        }
        Ok(())
    }

    /// A sum has its parts in the block at the end; only one that was written by hand counts here.
    fn counter(&mut self, kind: Kind, id: &str, name: &str, raw: &RawValue) {
        let mut parts = self.sync.beside.iter().filter(|cell| cell.r#in == kind.key() && cell.id == id);
        if parts.all(|cell| cell.field != name) {
            let part = Json::from_canonical(&self.by_hand.dot.actor.to_string());
            self.put(kind, id, name, Some(part), json(raw));
        }
    }

    /// A list of elements, or an object of elements with a value each.
    fn elements(&mut self, kind: Kind, id: &str, name: &str, raw: &RawValue) -> Result<(), FileError> {
        let pairs: Vec<(Value, Value)> = if let Some(list) = read_raw::<Vec<Value>>(raw) {
            let value = if kind.shape(name) == Shape::Map { Value::from("") } else { Value::Bool(true) };
            list.into_iter().map(|element| (element, value.clone())).collect()
        } else {
            let object: BTreeMap<String, Value> = read_raw(raw).ok_or_else(|| self.shape(kind, id, "a list"))?;
            object.into_iter().map(|(element, value)| (Value::from(element), value)).collect()
        };
        for (element, value) in pairs {
            self.put(kind, id, name, Some(Json::of(&element)), Json::of(&value));
        }
        Ok(())
    }

    fn put(&mut self, kind: Kind, id: &str, name: &str, element: Option<Json>, value: Json) {
        let stamp = self.stamp(kind, id, name, element.as_ref());
        self.used_hand |= stamp.is_none();
        let element = element.map(|element| element.as_str().into());
        let stamp = stamp.unwrap_or(self.by_hand);
        self.cells.put(kind, id, Cell { field: field::interned(name), element, stamp, value });
    }

    fn is_known(&self, kind: Kind, id: &str) -> bool {
        self.sync.dots.get(kind.key()).is_some_and(|entities| entities.contains_key(id))
    }

    /// The stamp of a slot. One that the clock does not cover comes from a merge by lines: the value
    /// counts as written by whoever merged.
    fn stamp(&self, kind: Kind, id: &str, name: &str, element: Option<&Json>) -> Option<Stamp> {
        self.written(kind, id, name, element).filter(|stamp| self.sync.clock.covers(stamp.dot))
    }

    fn written(&self, kind: Kind, id: &str, name: &str, element: Option<&Json>) -> Option<Stamp> {
        match (self.sync.dots.get(kind.key())?.get(id)?, element) {
            (Dots::All(stamp), _) => Some(*stamp),
            (Dots::Fields(fields), None) => match fields.get(name)? {
                FieldDots::One(stamp) => Some(*stamp),
                FieldDots::Elements(_) => None,
            },
            (Dots::Fields(fields), Some(element)) => match fields.get(name)? {
                FieldDots::Elements(elements) => elements.get(&super::element_key(element.as_str())).copied(),
                FieldDots::One(_) => None,
            },
        }
    }

    fn beside(&mut self, beside: &Beside) -> Result<(), FileError> {
        let place = || FileError::Shape { place: format!("sync.beside.{}", beside.id), must: "a cell" };
        let kind = Kind::from_key(&beside.r#in).ok_or_else(place)?;
        let is_covered = self.sync.clock.covers(beside.dot.dot);
        self.used_hand |= !is_covered;
        let cell = Cell {
            field: field::interned(&beside.field),
            element: beside.element.as_deref().map(Into::into),
            stamp: if is_covered { beside.dot } else { self.by_hand },
            value: Json::of(&beside.value),
        };
        self.cells.put(kind, &beside.id, cell);
        Ok(())
    }
}

fn json(raw: &RawValue) -> Json {
    Json::of(&read_raw::<Value>(raw))
}
