//! Two people who tagged the same messages apart: how far they agree, and the way to each message.

use std::path::{Path, PathBuf};

use meanwhile::base::id::Target;
use meanwhile::tui::app::ScreenId;
use meanwhile::tui::harness::Harness;
use serde_json::json;

use super::has;
use crate::support::investigation::investigation;

/// The investigation as it lies in the samples, tagged by the same people.
fn other() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/howie.json")
}

fn act(stage: &mut Harness, target: &Target, tag: &str, on: bool) {
    let edit = serde_json::from_value(json!({"edit": "tag", "target": target, "tag": tag, "on": on})).unwrap();
    stage.app.session.act("tag".to_owned(), vec![edit]).unwrap();
    stage.app.refresh();
}

/// A tagged message that is shown, and one of its tags.
fn tagged(stage: &Harness) -> (Target, String) {
    let project = stage.app.session.project();
    let mut all = project.messages().iter().map(|(id, copy)| (Target::from_text(id.as_str()), copy));
    let (target, _) = all
        .find(|(target, copy)| {
            !copy.tags.is_empty() && stage.app.session.archive.find(&target.message().unwrap()).is_some()
        })
        .unwrap();
    let tag = project.tags_of(&target).into_iter().next().unwrap();
    (target, project.tags()[&tag].label())
}

/// The sheet, over a view that has tagged one message less and another one more than the copy.
fn sheet(columns: u16, rows: u16) -> (Harness, Target, Target) {
    let mut stage = investigation(columns, rows);
    let more = stage.app.targets()[0].clone();
    let (less, tag) = tagged(&stage);
    act(&mut stage, &less, &tag, false);
    act(&mut stage, &more, "Ours - Vendor", true);
    stage.press("g =");
    assert!(has(&mut stage, "Which copy of the project"), "{}", stage.screen());
    stage.press("Ctrl-u").type_text(other().to_str().unwrap()).press("Enter");
    (stage, less, more)
}

#[test]
fn the_tags_of_two_copies_are_counted_and_each_row_leads_to_its_message() {
    let (mut stage, less, more) = sheet(120, 40);
    for words in ["Agreement of tags", "howie.json", "that both could have tagged", "only here", "kappa", "all tags"] {
        assert!(has(&mut stage, words), "{words}: {}", stage.screen());
    }
    // What only one tagged comes first: ours, then theirs.
    let row = |stage: &mut Harness, words: &str| stage.rows().into_iter().find(|row| row.contains(words));
    stage.press("Enter");
    let first = row(&mut stage, "▌  only here").unwrap();
    assert!(first.contains("Ours - Vendor"), "{first}");
    stage.press("Enter");
    assert_eq!((stage.app.screen, stage.app.targets()[0].clone()), (ScreenId::Chat, more));
    assert!(stage.app.layers.is_empty());
    // The copy is proposed again.
    stage.press("g = Enter Enter j");
    assert!(row(&mut stage, "▌  only there").is_some(), "{}", stage.screen());
    stage.press("Enter");
    assert_eq!(stage.app.targets()[0], less);
}

#[test]
fn what_is_tagged_while_it_lies_open_is_counted_at_once() {
    let (mut stage, _, more) = sheet(120, 40);
    let all = |stage: &mut Harness| {
        let row = stage.rows().into_iter().find(|row| row.contains("all tags")).unwrap();
        row.split_whitespace().skip_while(|word| *word != "tags").skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    let before = all(&mut stage);
    assert_eq!((before[1].as_str(), before[2].as_str()), ("1", "1"), "{before:?}");
    act(&mut stage, &more, "Ours - Vendor", false);
    let after = all(&mut stage);
    assert_eq!((after[1].as_str(), after[2].as_str()), ("0", "1"), "{after:?}");
}

#[test]
fn a_copy_that_cannot_be_read_is_told_of_and_another_can_be_named() {
    let mut stage = investigation(120, 40);
    stage.press("g = Ctrl-u").type_text("/nowhere/else.json").press("Enter");
    assert!(has(&mut stage, "else.json"), "{}", stage.screen());
    assert!(has(&mut stage, "does not exist"), "{}", stage.screen());
    stage.press("o Ctrl-u").type_text(other().to_str().unwrap()).press("Enter");
    assert!(has(&mut stage, "1.00"), "the same tags: {}", stage.screen());
}

#[test]
fn the_sheet_is_drawn_on_any_screen() {
    for (columns, rows) in [(120, 40), (80, 24)] {
        let (mut stage, ..) = sheet(columns, rows);
        insta::assert_snapshot!(format!("agreement_{columns}x{rows}"), stage.screen());
    }
    for (columns, rows) in [(60, 15), (40, 9), (20, 5), (1, 1)] {
        let (mut stage, ..) = sheet(120, 40);
        stage.resize(columns, rows);
        assert_eq!(stage.rows().len(), usize::from(rows));
        stage.press("j j Enter j k Tab Esc");
    }
}
