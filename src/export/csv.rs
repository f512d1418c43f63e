//! The timeline for spreadsheets: an entry a row, every cell quoted and none a formula.

use crate::base::text::sanitize_csv;
use crate::base::time::Instant;
use crate::project::Project;
use crate::report::Report;
use crate::timeline::{Row, ToldZone};

use super::json::{note_texts, phase_title, tag_labels};

const HEADER: [&str; 11] =
    ["id", "at", "posted_at", "kind", "channel", "author", "headline", "text", "tags", "notes", "phase"];

/// The timeline with its header.
pub fn render(project: &Project, report: &Report) -> String {
    let mut table = quoted_line(&HEADER.map(str::to_owned));
    for row in &report.timeline.rows {
        table.push_str(&quoted_line(&cells(project, report, row)));
    }
    table
}

fn cells(project: &Project, report: &Report, row: &Row) -> [String; 11] {
    let time = |at: Instant, told: ToldZone| if at.is_dated() { told.rfc3339(at) } else { String::new() };
    [
        row.target.as_str().to_owned(),
        time(row.at, row.zone_of_time()),
        row.posted_at.map_or(String::new(), |at| time(at, row.told_zone)),
        row.kind.word().to_owned(),
        row.channel.unsanitised().to_owned(),
        row.author.unsanitised().to_owned(),
        row.headline.unsanitised().to_owned(),
        row.told().to_owned(),
        tag_labels(project, &row.tags).join("; "),
        note_texts(project, row).join("; "),
        phase_title(report, row).unwrap_or_default().to_owned(),
    ]
}

/// One record: quotes doubled, cells neutral, a line feed at the end.
pub(super) fn quoted_line(cells: &[String]) -> String {
    let quoted: Vec<String> =
        cells.iter().map(|cell| format!("\"{}\"", sanitize_csv(cell).replace('"', "\"\""))).collect();
    quoted.join(",") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_cells_stay_cells() {
        let mut cells: [String; 11] = Default::default();
        for (cell, text) in cells.iter_mut().zip(["=1+1", "a\"b,c", "x\ny", "＠sum", "\u{1b}[2J"]) {
            text.clone_into(cell);
        }
        let line = quoted_line(&cells);
        assert_eq!(line, "\"'=1+1\",\"a\"\"b,c\",\"x\ny\",\"'＠sum\",\"␛[2J\",\"\",\"\",\"\",\"\",\"\",\"\"\n");
    }
}
