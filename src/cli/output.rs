//! The only place where the command line prints: data to stdout, words to stderr.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _, Write as _};

use crate::base::text::{LineBreaks, sanitize_tty, width};

use crate::base::time::{Instant, Zone};
use crate::base::token;
use crate::timeline::ToldZone;

use super::Session;

/// Writes data to stdout, without download tokens; its foreign parts must have passed a sanitiser.
pub(super) fn data(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(token::stripped(text).as_bytes())?;
    stdout.flush()
}

/// Writes one line of words to stderr, unless `--quiet` was given.
pub(super) fn note(session: &Session, words: &str) {
    if !session.global.quiet {
        warn(words);
    }
}

/// Writes one line of words to stderr.
pub(super) fn warn(words: &str) {
    let mut stderr = io::stderr().lock();
    // When stderr is gone there is nobody left to tell.
    let _ = writeln!(stderr, "{}", sanitize_tty(words, LineBreaks::Mark));
}

/// Says why a command failed: one sentence, causes joined by colons.
pub(super) fn complain(error: &anyhow::Error) {
    let mut sentence = String::new();
    for cause in error.chain().map(ToString::to_string) {
        // Many errors repeat their source in their own words.
        if !sentence.ends_with(&cause) && !sentence.contains(&cause) {
            sentence = if sentence.is_empty() { cause } else { format!("{sentence}: {cause}") };
        }
    }
    warn(&format!("meanwhile: {sentence}"));
}

/// Whether an error only says that nobody reads our output any more.
pub(super) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let mut causes = error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>());
    causes.any(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// Words in one line, whoever wrote them.
pub(super) fn printable(words: &str) -> Cow<'_, str> {
    sanitize_tty(words, LineBreaks::Mark)
}

/// Day and clock for a line of a list: `2024-12-06 14:36:12`; a clock without a zone says so.
pub(super) fn time(at: Instant, told: ToldZone, zone: Zone) -> String {
    let wall = told.shown_in(zone).wall(at);
    wall.map_or_else(|| "undated".to_owned(), |wall| wall.format("%Y-%m-%d %H:%M:%S").to_string() + told.words())
}

/// Whether stdout is a terminal, so that a person reads it.
pub(super) fn is_for_people() -> bool {
    io::stdout().is_terminal()
}

/// On which side of its column a cell stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
}

/// Rows with a heading: aligned on a terminal, parted by tabs elsewhere.
#[derive(Debug)]
pub(super) struct Table {
    align: Vec<Align>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(columns: &[(&str, Align)]) -> Self {
        let heading = columns.iter().map(|(title, _)| (*title).to_owned()).collect();
        Self { align: columns.iter().map(|(_, align)| *align).collect(), rows: vec![heading] }
    }

    /// Adds a row of printable cells.
    pub(super) fn push(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    pub(super) fn render(&self) -> String {
        if is_for_people() { self.aligned() } else { self.tabbed() }
    }

    fn tabbed(&self) -> String {
        self.rows.iter().map(|row| row.join("\t") + "\n").collect()
    }

    fn aligned(&self) -> String {
        let column = |ix: usize| self.rows.iter().filter_map(|row| row.get(ix)).map(|cell| width(cell)).max();
        let widths: Vec<usize> = (0..self.align.len()).map(|ix| column(ix).unwrap_or(0)).collect();
        let line = |row: &Vec<String>| {
            let cells = row.iter().zip(&widths).zip(&self.align).map(|((cell, &columns), align)| {
                let room = " ".repeat(columns.saturating_sub(width(cell)));
                match align {
                    Align::Left => format!("{cell}{room}"),
                    Align::Right => format!("{room}{cell}"),
                }
            });
            format!("  {}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
        };
        self.rows.iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_for_people_and_parted_by_tabs_for_programs() {
        let mut table = Table::new(&[("channel", Align::Left), ("messages", Align::Right)]);
        table.push(vec!["sev-search".to_owned(), "7".to_owned()]);
        assert_eq!(table.aligned(), "  channel     messages\n  sev-search         7\n");
        assert_eq!(table.tabbed(), "channel\tmessages\nsev-search\t7\n");
    }
}
