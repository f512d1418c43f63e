//! slackdump's database as lines of its archive, so that both are read by the same code.
//!
//! It is opened for reading only and never written to. Tables and columns have come and gone over
//! the versions, so both are asked for by name and what is absent is left out. Rows were never seen
//! in the wild: they are synthetic only.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use thiserror::Error;

use crate::base::text::size_words;
use crate::import::source::{Entry, Source};

/// Why a database could not be read.
#[derive(Debug, Error)]
pub(super) enum DatabaseError {
    /// Only a file on the disk can be opened.
    #[error("a database can only be read as a file of its own; unpack it and give the file or its folder")]
    Packed,
    /// It is larger than a file may be.
    #[error("it is larger than {0}, the most a file may have (--max-bytes raises it)")]
    TooLarge(String),
    /// The copy that is read in its place could not be made.
    #[error("it could not be copied to read it with what was written to it last: {0}")]
    Copy(#[from] std::io::Error),
    /// The database itself is damaged or of a kind unknown.
    #[error("the database cannot be read: {0}; copy it again, or let slackdump convert it to an export")]
    Sqlite(#[from] rusqlite::Error),
    /// It has no table of messages as slackdump makes one.
    #[error(
        "the database has no table MESSAGE with the columns CHANNEL_ID and DATA; let slackdump convert it to an export"
    )]
    NoMessages,
}

/// What one table gives: the column with the JSON, and how a row becomes a line.
struct Table {
    name: &'static str,
    /// The columns read; the line is made of them.
    columns: &'static [&'static str],
    line: fn(&Row<'_>) -> String,
}

/// The columns of a row as JSON, in the order of [`Table::columns`]; `recorded` is its chunk.
struct Row<'r> {
    recorded: i64,
    values: Vec<&'r str>,
}

const TABLES: [Table; 5] = [
    Table {
        name: "S_USER",
        columns: &["DATA"],
        line: |row| format!(r#"{{"t":3,"ts":{},"u":[{}]}}"#, row.recorded, row.value(0)),
    },
    Table {
        name: "CHANNEL",
        columns: &["DATA"],
        line: |row| format!(r#"{{"t":4,"ts":{},"ch":[{}]}}"#, row.recorded, row.value(0)),
    },
    Table {
        name: "CHANNEL_USER",
        columns: &["CHANNEL_ID", "USER_ID"],
        line: |row| {
            format!(r#"{{"t":7,"ts":{},"id":{},"cu":[{}]}}"#, row.recorded, quoted(row.value(0)), quoted(row.value(1)))
        },
    },
    Table {
        name: "MESSAGE",
        columns: &["CHANNEL_ID", "DATA"],
        line: |row| format!(r#"{{"t":0,"ts":{},"id":{},"m":[{}]}}"#, row.recorded, quoted(row.value(0)), row.value(1)),
    },
    Table {
        name: "SEARCH_MESSAGE",
        columns: &["DATA"],
        line: |row| format!(r#"{{"t":10,"ts":{},"sm":[{}]}}"#, row.recorded, row.value(0)),
    },
];

impl Row<'_> {
    fn value(&self, at: usize) -> &str {
        self.values.get(at).copied().unwrap_or("null")
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// All rows as lines: users and channels before messages, each table from its oldest chunk on.
pub(super) fn lines(source: &Source, entry: &Entry) -> Result<String, DatabaseError> {
    let path = source.disk_path(entry).ok_or(DatabaseError::Packed)?;
    let most = source.limits().file_bytes;
    if entry.bytes > most {
        return Err(DatabaseError::TooLarge(size_words(most)));
    }
    let opened = Opened::new(&path)?;
    let mut lines = String::new();
    for table in &TABLES {
        let columns = opened.columns(table.name)?;
        let has = |wanted: &str| columns.iter().any(|column| column == wanted);
        if table.columns.iter().all(|column| has(column)) {
            opened.read(table, has("CHUNK_ID"), most, &mut lines)?;
        } else if table.name == "MESSAGE" {
            return Err(DatabaseError::NoMessages);
        }
    }
    Ok(lines)
}

/// A database that is open; the copy made of it goes away with it.
struct Opened {
    connection: Connection,
    _copy: Option<Copied>,
}

/// A folder of our own with a copy of a database.
struct Copied(PathBuf);

impl Drop for Copied {
    fn drop(&mut self) {
        // Nothing can be done about a folder that stays; the system clears its temporary files.
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Opened {
    /// What was written last may still stand beside the database, and joining the two writes to it:
    /// then a copy is read instead.
    fn new(path: &Path) -> Result<Self, DatabaseError> {
        let has_more = fs::metadata(beside(path, "-wal")).is_ok_and(|wal| wal.is_file() && wal.len() > 0);
        if !has_more {
            return Ok(Self { connection: connect(path, "mode=ro&immutable=1")?, _copy: None });
        }
        let copied = Copied::new(path)?;
        let connection = connect(&copied.database(), "mode=rw")?;
        Ok(Self { connection, _copy: Some(copied) })
    }

    /// The names of the columns of a table, in capitals; none where there is no such table. Views
    /// are no tables: a forged one could go on for ever.
    fn columns(&self, table: &str) -> Result<Vec<String>, DatabaseError> {
        let known = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND upper(name) = ?1 AND sql NOT LIKE 'CREATE VIRTUAL%'";
        let count: i64 = self.connection.query_row(known, [table], |row| row.get(0))?;
        if count != 1 {
            return Ok(Vec::new());
        }
        let mut statement = self.connection.prepare("SELECT upper(name) FROM pragma_table_info(?1)")?;
        let names = statement.query_map([table], |row| row.get(0))?;
        Ok(names.collect::<Result<Vec<String>, _>>()?)
    }

    fn read(&self, table: &Table, has_chunk: bool, most: u64, lines: &mut String) -> Result<(), DatabaseError> {
        let chunk = if has_chunk { "CHUNK_ID" } else { "0" };
        let query = format!("SELECT {chunk}, {} FROM {} ORDER BY 1, rowid", table.columns.join(", "), table.name);
        let mut statement = self.connection.prepare(&query)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let recorded = row.get_ref(0)?.as_i64().unwrap_or(0).max(0);
            let texts: Vec<String> = (0..table.columns.len())
                .map(|at| Ok(text_of(row.get_ref(at + 1)?)))
                .collect::<Result<_, rusqlite::Error>>()?;
            let values = texts.iter().map(String::as_str).collect();
            let _ = writeln!(lines, "{}", (table.line)(&Row { recorded, values }));
            if lines.len() as u64 > most.saturating_mul(4) {
                return Err(DatabaseError::TooLarge(size_words(most)));
            }
        }
        Ok(())
    }
}

/// What a cell says; the line breaks of JSON mean nothing and would end the line.
fn text_of(value: ValueRef<'_>) -> String {
    let text = match value {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Null | ValueRef::Real(_) => "null".to_owned(),
    };
    if text.contains(['\n', '\r']) { text.replace(['\n', '\r'], " ") } else { text }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn connect(path: &Path, how: &str) -> Result<Connection, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(format!("file:{}?{how}", uri_path(path)), flags)?;
    // The schema is foreign: it may call nothing.
    // Sorting happens in memory, so that nothing anybody wrote is left in a temporary file.
    let ways =
        "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA query_only = ON; PRAGMA temp_store = 2;";
    connection.execute_batch(ways)?;
    Ok(connection)
}

/// A path as `SQLite` wants it in a URI.
fn uri_path(path: &Path) -> String {
    let mut uri = String::new();
    for &byte in path.as_os_str().as_encoded_bytes() {
        let byte = if cfg!(windows) && byte == b'\\' { b'/' } else { byte };
        if byte.is_ascii_alphanumeric() || b"/-_.~:".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    // `C:/…` would be taken for a scheme of its own.
    if uri.get(1..2) == Some(":") { format!("/{uri}") } else { uri }
}

impl Copied {
    fn new(path: &Path) -> Result<Self, std::io::Error> {
        let folder = std::env::temp_dir().join(format!("meanwhile-{}", uuid::Uuid::now_v7()));
        let mut make = fs::DirBuilder::new();
        #[cfg(unix)]
        {
            use std::os::unix::fs::DirBuilderExt as _;
            make.mode(0o700);
        }
        make.create(&folder)?;
        let copied = Self(folder);
        fs::copy(path, copied.database())?;
        // The third file only says where things stand in the second; it is made anew.
        fs::copy(beside(path, "-wal"), beside(&copied.database(), "-wal"))?;
        Ok(copied)
    }

    fn database(&self) -> PathBuf {
        self.0.join("slackdump.sqlite")
    }
}
