//! The sample incident with its finished investigation, on the screen.

use std::fs;
use std::path::Path;

use meanwhile::project::edit::Edit;
use meanwhile::tui::harness::Harness;

/// Opens it on one channel; the investigation is one act.
pub fn investigation(columns: u16, rows: u16) -> Harness {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut stage =
        Harness::open(&root.join("sample-data/slack-export"), None, &["#sev-search"], (columns, rows)).unwrap();
    let script = fs::read_to_string(root.join("tests/sample/howie.jsonl")).unwrap();
    let edits: Vec<Edit> = script.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    stage.app.session.act("the investigation".to_owned(), edits).unwrap();
    stage.app.refresh();
    stage
}
