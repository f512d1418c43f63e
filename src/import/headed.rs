//! Tables whose first row names their columns, in any order and case: `Start Date` is `startdate`.
//!
//! For the tables that meanwhile itself asks for, people and shifts; what a stranger's table means is
//! not decided here.

use super::sample::{Root, Sample};
use super::whole::Transcript;

/// What separates cells, in the order in which it is tried.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// A column name without blanks and signs, in lower case.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The first row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    names: Vec<String>,
    delimiter: u8,
}

impl Header {
    /// Reads the first row that is not empty, with the delimiter that gives most columns.
    pub(super) fn of(text: &str) -> Option<Self> {
        let line = text.lines().map(|line| line.trim_start_matches('\u{feff}')).find(|line| !line.trim().is_empty())?;
        let count = |delimiter: &u8| line.bytes().filter(|byte| byte == delimiter).count();
        let delimiter = DELIMITERS.into_iter().rev().max_by_key(count)?;
        let mut reader = csv::ReaderBuilder::new().has_headers(false).delimiter(delimiter).from_reader(line.as_bytes());
        let names = reader.records().next()?.ok()?.iter().map(plain).collect();
        Some(Self { names, delimiter })
    }

    /// The first row of a file that is a table.
    pub(super) fn of_sample(sample: &Sample) -> Option<Self> {
        (sample.root == Root::Text).then(|| Self::of(&sample.text)).flatten()
    }

    /// The place of the first column that has one of some names.
    pub(super) fn find(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.names.iter().position(|known| known == name))
    }

    /// Whether a column has one of some names.
    pub(super) fn has(&self, names: &[&str]) -> bool {
        self.find(names).is_some()
    }

    /// Hands over each row below the first; one that cannot be read costs only itself.
    pub(super) fn each_row(
        &self,
        transcript: &mut Transcript,
        text: &str,
        mut take: impl FnMut(&mut Transcript, &csv::StringRecord),
    ) {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(true)
            .flexible(true)
            .delimiter(self.delimiter)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        for row in reader.records() {
            match row {
                Ok(row) if row.iter().all(str::is_empty) => {}
                Ok(row) => take(transcript, &row),
                Err(error) => transcript.bad_record(&format!("the row cannot be read: {error}")),
            }
        }
    }
}

/// What a row says in a column; empty where it has none.
pub(super) fn cell(row: &csv::StringRecord, column: Option<usize>) -> &str {
    column.and_then(|column| row.get(column)).unwrap_or_default()
}
