//! Which column of a table, or key of a record, holds what: guessed by its name and its content,
//! shown with the first records as they would be read, changed by naming columns.
//!
//! A guess is never silent: [`guess_columns`] is what the import itself uses, so a screen that shows
//! it shows what will be read. What somebody said in [`ReadAs::columns`] holds over every guess.

mod guess;
mod times;

use std::collections::BTreeMap;

use super::json::{self, Object, Piece};
use super::table::{Row, Rows, delimiter_of};
use crate::base::reading::ReadAs;
use crate::base::text::RawString;
use crate::base::time::Instant;

pub(crate) use guess::guess_roles;
pub(crate) use times::Times;

/// Records looked at to guess and to show.
pub(crate) const LOOKED_AT: usize = 200;
/// Records shown as they would be read.
const SHOWN: usize = 8;
/// Columns kept of a table; nobody maps more by hand.
const MOST_COLUMNS: usize = 1_000;
/// Levels of a record whose keys can be columns: `user.name`.
const LEVELS: usize = 3;

/// What a column can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// When it happened; its clock alone where [`Role::Day`] holds the day.
    Time,
    /// The day, where the time tells none.
    Day,
    /// Who wrote or did it.
    Author,
    /// What was said, or what happened.
    Text,
    /// Where it was said.
    Channel,
    /// The id of the first message of its thread.
    Thread,
    /// Its own id.
    Id,
    /// What kind of record it is.
    Type,
    /// An address that leads to it.
    Link,
}

impl Role {
    /// All roles, in the order in which they are guessed and shown.
    pub const ALL: [Self; 9] = [
        Self::Time,
        Self::Day,
        Self::Author,
        Self::Text,
        Self::Channel,
        Self::Thread,
        Self::Id,
        Self::Type,
        Self::Link,
    ];

    /// The word by which it is named on the command line and in a project.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Day => "day",
            Self::Author => "author",
            Self::Text => "text",
            Self::Channel => "channel",
            Self::Thread => "thread",
            Self::Id => "id",
            Self::Type => "type",
            Self::Link => "link",
        }
    }

    /// The role of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word().eq_ignore_ascii_case(word.trim()))
    }
}

/// How the records of a text are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Rows of cells; the delimiter, and whether the first row names the columns.
    Table {
        /// What stands between two cells.
        delimiter: u8,
        /// Whether the first row names the columns.
        has_header: bool,
    },
    /// JSON objects, one a line or in one list.
    Records,
}

/// Which column holds what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// How the records are written.
    pub layout: Layout,
    /// The columns in their order; foreign. Without a header they are `1`, `2`, `3`.
    pub names: Vec<RawString>,
    roles: BTreeMap<Role, usize>,
}

impl Columns {
    /// The place of the column that holds `role`.
    pub fn column(&self, role: Role) -> Option<usize> {
        self.roles.get(&role).copied()
    }

    /// What the column at a place holds, where it holds one of the roles.
    pub fn role(&self, column: usize) -> Option<Role> {
        self.roles.iter().find(|(_, at)| **at == column).map(|(role, _)| *role)
    }

    /// `time is "Date", author is "Author"`; printable.
    pub fn words(&self) -> String {
        let said = Role::ALL.iter().filter_map(|role| {
            let name = self.names.get(self.column(*role)?)?;
            Some(format!("{} is \"{}\"", role.word(), name.tty_line()))
        });
        said.collect::<Vec<_>>().join(", ")
    }

    /// Whether what was said names a column that is not there; printable.
    pub(crate) fn unknown_names(&self, said: &ReadAs) -> Vec<String> {
        let is_known = |name: &str| self.names.iter().any(|known| is_same_name(known.unsanitised(), name));
        let mut unknown: Vec<String> = Vec::new();
        for (role, name) in &said.columns {
            let name = RawString::from(name.as_str());
            if Role::parse(role).is_none() {
                let roles: Vec<&str> = Role::ALL.iter().map(|role| role.word()).collect();
                let role = RawString::from(role.as_str());
                unknown.push(format!(
                    "`{}` is nothing that a column holds; there are {}",
                    role.tty_line(),
                    roles.join(", ")
                ));
            } else if !name.is_empty() && !is_known(name.unsanitised()) {
                unknown.push(format!("no column is called `{}`", name.tty_line()));
            }
        }
        unknown
    }
}

pub(crate) fn is_same_name(known: &str, said: &str) -> bool {
    known.trim().eq_ignore_ascii_case(said.trim())
}

/// A record as it would be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadRecord {
    /// The instant; as if its clock were UTC where it tells no zone; `None` where it cannot be read.
    pub time: Option<Instant>,
    /// The time as it is written; foreign.
    pub written_time: RawString,
    /// What each role holds; foreign.
    pub cells: BTreeMap<Role, RawString>,
}

/// A guess at the columns of a text, and what it would make of the first records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guess {
    /// Which column holds what.
    pub columns: Columns,
    /// The first cells of each column, to choose by; foreign.
    pub samples: Vec<Vec<RawString>>,
    /// The first records as they would be read.
    pub records: Vec<ReadRecord>,
    /// What had to be guessed about the times, and what was said that cannot be; printable.
    pub notes: Vec<String>,
    /// Whether its times can be nothing else; a spreadsheet's bare days can be any number, so that
    /// such a table is read only when somebody asks for it.
    pub is_certain: bool,
    /// How many of the first records have a time that can be read, in per cent.
    pub readable_times: u8,
}

/// Guesses the columns of a table or of JSON records by the beginning of its text, as somebody said
/// that it is to be read; `None` where it is neither.
pub fn guess_columns(head: &str, said: &ReadAs) -> Option<Guess> {
    let sheet = Sheet::of(head)?;
    let records: Vec<Cells<'_>> = sheet.cells(head).take(LOOKED_AT).collect();
    let columns = guess_roles(&sheet, &records, said);
    let times = Times::judge(&columns, records.iter().cloned(), said);
    let mut notes = columns.unknown_names(said);
    notes.extend(times.notes(&columns));
    let told: Vec<Option<Instant>> = records.iter().map(|cells| times.shown(&columns, cells)).collect();
    let readable = told.iter().filter(|time| time.is_some()).count();
    let shown = records.iter().zip(&told).take(SHOWN);
    let samples = (0..columns.names.len()).map(|at| {
        let cells = records.iter().map(|cells| cells.at(&columns, at)).filter(|cell| !cell.trim().is_empty());
        cells.take(3).map(RawString::new).collect()
    });
    Some(Guess {
        samples: samples.collect(),
        records: shown.map(|(cells, time)| read_record(&columns, cells, *time)).collect(),
        notes,
        is_certain: times.is_certain(),
        readable_times: (readable * 100).checked_div(records.len()).map_or(0, |share| share as u8),
        columns,
    })
}

fn read_record(columns: &Columns, cells: &Cells<'_>, time: Option<Instant>) -> ReadRecord {
    let held = Role::ALL.into_iter().filter_map(|role| Some((role, RawString::new(cells.get(columns, role)?))));
    let written: Vec<String> =
        [Role::Day, Role::Time].into_iter().filter_map(|role| cells.get(columns, role)).collect();
    ReadRecord { time, written_time: RawString::new(written.join(" ")), cells: held.collect() }
}

/// A text whose records have columns.
pub(crate) struct Sheet {
    pub(crate) layout: Layout,
    pub(crate) names: Vec<String>,
}

impl Sheet {
    /// Finds out how the records of a text are written, by its beginning.
    pub(crate) fn of(head: &str) -> Option<Self> {
        let head = head.trim_start_matches('\u{feff}');
        let start = head.trim_start();
        if start.starts_with('{') || (start.starts_with('[') && start.get(1..)?.trim_start().starts_with('{')) {
            let mut names: Vec<String> = Vec::new();
            records_of(head).take(LOOKED_AT).for_each(|piece| note_names(piece, "", 1, &mut names));
            return (!names.is_empty()).then_some(Self { layout: Layout::Records, names });
        }
        let delimiter = delimiter_of(head)?;
        let first = Rows::new(head, delimiter).next()?;
        let has_header = !first.cells().any(is_content);
        let names = first.cells().take(MOST_COLUMNS).enumerate();
        let names = names.map(|(at, name)| if has_header { name.trim().to_owned() } else { (at + 1).to_string() });
        Some(Self { layout: Layout::Table { delimiter, has_header }, names: names.collect() })
    }

    /// The records of a text; a row of a table that only closes the file is none.
    pub(crate) fn cells<'t>(&self, text: &'t str) -> Box<dyn Iterator<Item = Cells<'t>> + 't> {
        match self.layout {
            Layout::Table { delimiter, has_header } => {
                Box::new(Rows::new(text, delimiter).skip(usize::from(has_header)).map(Cells::Row))
            }
            Layout::Records => Box::new(records_of(text).map(Cells::Record)),
        }
    }
}

/// Whether a cell is rather a value than the name of a column.
fn is_content(cell: &str) -> bool {
    let is_epoch = super::clock::number(cell).is_some_and(|number| super::clock::Unit::of(number).is_some());
    is_epoch || super::clock::is_dated(cell)
}

fn note_names(piece: Piece<'_>, prefix: &str, level: usize, names: &mut Vec<String>) {
    for (key, value) in Object::of(piece).iter() {
        let name = if prefix.is_empty() { key.to_owned() } else { format!("{prefix}.{key}") };
        if value.is_object() && level < LEVELS {
            note_names(value, &name, level + 1, names);
        } else if names.len() < MOST_COLUMNS && !names.contains(&name) {
            names.push(name);
        }
    }
}

/// The objects of JSON lines, or of a list; damage ends the list here, as only a beginning is looked at.
fn records_of(text: &str) -> Box<dyn Iterator<Item = Piece<'_>> + '_> {
    let body = text.trim_start_matches('\u{feff}').trim();
    if body.starts_with('[') {
        let records = json::split(body, 128).map(|split| split.records).unwrap_or_default();
        return Box::new(records.into_iter().filter(|record| json::is_well_formed(record)).map(Piece::new));
    }
    let lines = body.lines().map(str::trim).filter(|line| line.starts_with('{') && json::is_well_formed(line));
    Box::new(lines.map(Piece::new))
}

/// The cells of one record.
#[derive(Debug, Clone)]
pub(crate) enum Cells<'t> {
    /// A row of a table.
    Row(Row<'t>),
    /// A JSON object.
    Record(Piece<'t>),
}

impl Cells<'_> {
    /// What the column of a role holds; `None` where no column has it or the cell is empty.
    pub(crate) fn get(&self, columns: &Columns, role: Role) -> Option<String> {
        Some(self.at(columns, columns.column(role)?)).filter(|cell| !cell.trim().is_empty())
    }

    /// What the column at a place holds; empty where there is nothing.
    pub(crate) fn at(&self, columns: &Columns, column: usize) -> String {
        match self {
            Self::Row(row) => row.cell(column).to_owned(),
            Self::Record(piece) => {
                let name = columns.names.get(column).map(RawString::unsanitised).unwrap_or_default();
                value_at(*piece, name).map(value_text).unwrap_or_default()
            }
        }
    }
}

/// A value by its path; keys may themselves hold points.
fn value_at<'t>(piece: Piece<'t>, path: &str) -> Option<Piece<'t>> {
    let mut object = Object::of(piece);
    let mut path = path;
    for _ in 0..LEVELS {
        if let Some(value) = object.get(path) {
            return Some(value);
        }
        let (key, rest) = path.split_once('.')?;
        object = object.object(key);
        path = rest;
    }
    None
}

fn value_text(piece: Piece<'_>) -> String {
    piece.text_or_number().map_or_else(|| piece.raw().to_owned(), std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests;
