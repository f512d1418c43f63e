//! Writes the snapshot.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use super::{FORMAT, Printed, VERSION, element_key, is_shown, printed_cells};
use crate::base::text::is_hidden;
use crate::project::cell::{Cell, Entity, Json, Kind, Shape, field};
use crate::project::clock::Stamp;
use crate::project::document::Document;

/// The file of a document: the same bytes wherever the same edits were joined, in whatever order.
pub fn print(document: &Document) -> String {
    let mut printer = Printer::default();
    printer.open('{');
    printer.text_field("format", &format!("{FORMAT}/{VERSION}"));
    printer.text_field("id", document.project().id());
    for kind in Kind::ALL {
        print_kind(&mut printer, document, kind, Part::Clean);
    }
    let content = blake3::hash(printer.out.as_bytes()).to_hex();
    printer.key("sync");
    printer.open('{');
    printer.field("rev", &document.rev().to_string());
    printer.key("clock");
    printer.nested(&Json::of(document.clock()));
    if !document.authors().is_empty() {
        printer.key("authors");
        printer.nested(&Json::of(document.authors()));
    }
    print_dots(&mut printer, document);
    print_hidden(&mut printer, document);
    print_beside(&mut printer, document);
    printer.text_field("content", content.get(..16).unwrap_or_default());
    printer.close('}');
    printer.close('}');
    printer.out.push('\n');
    printer.out
}

/// Which entities are meant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Clean,
    Hidden,
}

fn entities(document: &Document, kind: Kind, part: Part) -> impl Iterator<Item = (&str, &Entity)> {
    document.cells().entities(kind).filter(move |(id, entity)| {
        is_shown(document.project(), kind, id, entity) == (part == Part::Clean)
            && (part == Part::Clean || !printed_cells(kind, entity).is_empty())
    })
}

fn print_kind(printer: &mut Printer, document: &Document, kind: Kind, part: Part) {
    let mut entities = entities(document, kind, part).peekable();
    if entities.peek().is_none() {
        return;
    }
    if kind == Kind::Extra && part == Part::Clean {
        for (id, entity) in entities {
            print_value(printer, id, entity, field::VALUE);
        }
        return;
    }
    printer.key(kind.key());
    printer.open('{');
    if kind == Kind::Coverage {
        print_coverage(printer, entities);
    } else {
        for (id, entity) in entities {
            print_entity(printer, document, kind, id, entity);
        }
    }
    printer.close('}');
}

fn print_entity(printer: &mut Printer, document: &Document, kind: Kind, id: &str, entity: &Entity) {
    match kind {
        Kind::Milestones => print_value(printer, id, entity, field::AT),
        Kind::Extra => print_value(printer, id, entity, field::VALUE),
        Kind::Facts => match fields(document, kind, id, entity).remove(field::ITEMS) {
            Some(items) => printer.printed(id, &items),
            None => print_value(printer, id, entity, field::VALUE),
        },
        _ => {
            printer.key(id);
            printer.open('{');
            for (name, value) in &fields(document, kind, id, entity) {
                printer.printed(name, value);
            }
            printer.close('}');
        }
    }
}

fn print_value(printer: &mut Printer, id: &str, entity: &Entity, name: &str) {
    let value = entity.shown(name).map_or_else(|| Json::of(&Value::Null), |cell| cell.value.clone());
    printer.printed(id, &Printed::One(value));
}

fn print_coverage<'a>(printer: &mut Printer, entities: impl Iterator<Item = (&'a str, &'a Entity)>) {
    let mut open: Option<&str> = None;
    for (id, entity) in entities {
        let (investigator, channel) = id.split_once(' ').unwrap_or((id, ""));
        if open != Some(investigator) {
            if open.is_some() {
                printer.close('}');
            }
            printer.key(investigator);
            printer.open('{');
            open = Some(investigator);
        }
        printer.printed(channel, &Printed::List(elements(entity, field::SPANS)));
    }
    if open.is_some() {
        printer.close('}');
    }
}

fn elements(entity: &Entity, name: &str) -> Vec<Json> {
    let elements = entity.elements(name).into_iter().filter_map(|cell| cell.element.as_deref());
    elements.map(Json::from_canonical).collect()
}

/// What stands in the file for an entity, by field.
fn fields(document: &Document, kind: Kind, id: &str, entity: &Entity) -> BTreeMap<String, Printed> {
    let mut fields = BTreeMap::new();
    for cell in printed_cells(kind, entity) {
        let printed = match (kind, kind.shape(&cell.field)) {
            (Kind::Timeline, _) if cell.field == field::HERE => continue,
            (Kind::Messages, _) if cell.field == field::COPY => {
                let copy: BTreeMap<String, Value> = cell.value.read().unwrap_or_default();
                fields.extend(copy.iter().map(|(name, value)| (name.clone(), Printed::One(Json::of(value)))));
                continue;
            }
            (_, Shape::Set) => Printed::List(elements(entity, &cell.field)),
            (_, Shape::Map) => {
                let elements = entity.elements(&cell.field).into_iter();
                let key = |cell: &Cell| element_key(cell.element.as_deref().unwrap_or_default());
                Printed::Map(elements.map(|cell| (key(cell), cell.value.clone())).collect())
            }
            _ => Printed::One(cell.value.clone()),
        };
        fields.insert(cell.field.to_string(), printed);
    }
    let minutes = entity.sum(field::ACTIVE_MINUTES);
    if kind == Kind::Investigators && minutes > 0 {
        fields.insert(field::ACTIVE_MINUTES.to_owned(), Printed::One(Json::of(&minutes)));
    }
    if let (Kind::Timeline, Some(entry)) = (kind, document.project().timeline.get(id)) {
        fields.insert(field::ORDER.to_owned(), Printed::One(Json::of(&entry.order)));
    }
    fields
}

fn print_dots(printer: &mut Printer, document: &Document) {
    printer.key("dots");
    printer.open('{');
    for kind in Kind::ALL {
        let mut entities = document.cells().entities(kind).peekable();
        if entities.peek().is_none() {
            continue;
        }
        printer.key(kind.key());
        printer.open('{');
        for (id, entity) in entities {
            print_stamps(printer, kind, id, &printed_cells(kind, entity));
        }
        printer.close('}');
    }
    printer.close('}');
}

fn print_stamps(printer: &mut Printer, kind: Kind, id: &str, cells: &[&Cell]) {
    let Some(first) = cells.first() else { return };
    if cells.iter().all(|cell| cell.stamp == first.stamp) {
        printer.text_field(id, &first.stamp.to_string());
        return;
    }
    printer.key(id);
    printer.open('{');
    for of_field in cells.chunk_by(|a, b| a.field == b.field) {
        let Some(first) = of_field.first() else { continue };
        if matches!(kind.shape(&first.field), Shape::Set | Shape::Map) {
            printer.key(&first.field);
            printer.open('{');
            let keyed = of_field.iter().map(|cell| (element_key(cell.element.as_deref().unwrap_or("")), cell.stamp));
            let sorted: BTreeMap<String, Stamp> = keyed.collect();
            for (element, stamp) in sorted {
                printer.text_field(&element, &stamp.to_string());
            }
            printer.close('}');
        } else {
            printer.text_field(&first.field, &first.stamp.to_string());
        }
    }
    printer.close('}');
}

fn print_hidden(printer: &mut Printer, document: &Document) {
    let has_hidden = |kind: &Kind| entities(document, *kind, Part::Hidden).next().is_some();
    let kinds: Vec<Kind> = Kind::ALL.into_iter().filter(has_hidden).collect();
    if kinds.is_empty() {
        return;
    }
    printer.key("hidden");
    printer.open('{');
    for kind in kinds {
        print_kind(printer, document, kind, Part::Hidden);
    }
    printer.close('}');
}

fn print_beside(printer: &mut Printer, document: &Document) {
    let mut open = false;
    for kind in Kind::ALL {
        for (id, entity) in document.cells().entities(kind) {
            let above = printed_cells(kind, entity);
            for cell in entity.cells() {
                if above.iter().any(|shown| std::ptr::eq(*shown, cell)) {
                    continue;
                }
                if !open {
                    printer.key("beside");
                    printer.open('[');
                    open = true;
                }
                print_cell(printer, kind, id, cell);
            }
        }
    }
    if open {
        printer.close(']');
    }
}

fn print_cell(printer: &mut Printer, kind: Kind, id: &str, cell: &Cell) {
    printer.separate();
    printer.open('{');
    printer.text_field("in", kind.key());
    printer.text_field("id", id);
    printer.text_field("field", &cell.field);
    if let Some(element) = &cell.element {
        printer.text_field("element", element);
    }
    printer.text_field("dot", &cell.stamp.to_string());
    printer.printed("value", &Printed::One(cell.value.clone()));
    printer.close('}');
}

/// Writes JSON with one scalar a line, and nothing in it that hides or steers a terminal.
#[derive(Default)]
struct Printer {
    out: String,
    depth: usize,
    /// Whether something stands before in the innermost object or list.
    follows: bool,
}

impl Printer {
    fn separate(&mut self) {
        if self.follows {
            self.out.push(',');
        }
        if self.depth > 0 {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", self.depth));
        }
        self.follows = true;
    }

    fn open(&mut self, bracket: char) {
        self.out.push(bracket);
        self.depth += 1;
        self.follows = false;
    }

    fn close(&mut self, bracket: char) {
        self.depth -= 1;
        if self.follows {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", self.depth));
        }
        self.out.push(bracket);
        self.follows = true;
    }

    fn key(&mut self, key: &str) {
        self.separate();
        push_escaped(&mut self.out, &Value::from(key).to_string());
        self.out.push_str(": ");
    }

    fn field(&mut self, key: &str, json: &str) {
        self.key(key);
        push_escaped(&mut self.out, json);
    }

    fn text_field(&mut self, key: &str, text: &str) {
        self.field(key, &Value::from(text).to_string());
    }

    fn printed(&mut self, key: &str, value: &Printed) {
        self.key(key);
        match value {
            Printed::One(value) => self.nested(value),
            Printed::List(values) => {
                self.open('[');
                for value in values {
                    self.separate();
                    self.nested(value);
                }
                self.close(']');
            }
            Printed::Map(values) => {
                self.open('{');
                for (key, value) in values {
                    self.key(key);
                    self.nested(value);
                }
                self.close('}');
            }
        }
    }

    fn nested(&mut self, value: &Json) {
        if value.is_nested() {
            self.value(&value.read().unwrap_or(Value::Null));
        } else {
            push_escaped(&mut self.out, value.as_str());
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Array(values) => {
                self.open('[');
                for value in values {
                    self.separate();
                    self.value(value);
                }
                self.close(']');
            }
            Value::Object(fields) => {
                self.open('{');
                for (key, value) in fields {
                    self.key(key);
                    self.value(value);
                }
                self.close('}');
            }
            scalar => push_escaped(&mut self.out, &scalar.to_string()),
        }
    }
}

/// Appends JSON with all that is hidden or steers a terminal as `\uXXXX`; such characters only
/// stand within its texts.
pub fn push_escaped(out: &mut String, json: &str) {
    if json.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        out.push_str(json);
        return;
    }
    for c in json.chars() {
        if c.is_control() || is_hidden(c) || matches!(c, '\u{200c}' | '\u{200d}') {
            let mut units = [0_u16; 2];
            for unit in c.encode_utf16(&mut units) {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
}
