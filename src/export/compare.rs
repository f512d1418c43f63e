//! Investigations side by side as JSON and as a table for spreadsheets.

use serde_json::{Value, json};

use super::csv::quoted_line;
use super::json::pretty;
use crate::report::compare::{Column, rows};

/// The rows with a value a project, and where each value comes from.
pub fn render_json(columns: &[Column]) -> String {
    let rows: Vec<Value> = rows(columns)
        .iter()
        .map(|row| {
            let values: Vec<&str> = row.values.iter().map(|value| value.words.as_str()).collect();
            let from: Vec<&str> = row.values.iter().map(|value| value.from.as_str()).collect();
            json!({ "measure": row.measure, "values": values, "from": from })
        })
        .collect();
    let projects: Vec<&str> = columns.iter().map(|column| column.title.as_str()).collect();
    pretty(&json!({ "projects": projects, "rows": rows }))
}

/// A measure a row, a project a column.
pub fn render_csv(columns: &[Column]) -> String {
    let titles = columns.iter().map(|column| column.title.clone());
    let heading: Vec<String> = std::iter::once("measure".to_owned()).chain(titles).collect();
    let mut table = quoted_line(&heading);
    for row in rows(columns) {
        let values = row.values.iter().map(|value| value.words.clone());
        let cells: Vec<String> = std::iter::once(row.measure.to_owned()).chain(values).collect();
        table.push_str(&quoted_line(&cells));
    }
    table
}
