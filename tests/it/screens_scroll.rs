//! What the panes of Chat keep from frame to frame, the map beside them, and movements by pages.

use std::fs;

use meanwhile::tui::harness::Harness;
use proptest::prelude::*;
use proptest::sample::select;
use ratatui::buffer::Buffer;
use serde_json::json;

use crate::support::stage::sample;

/// Keys that move, edit what rows show, or change how they are set.
const SCRIPTS: &[&str] = &[
    "j",
    "k k",
    "Ctrl-d",
    "PgUp",
    "G",
    "g g",
    "Tab",
    "] t",
    "t i",
    "t t i j w Esc",
    "a",
    "c w h o Space k n e w ? Enter",
    "u",
    "c w h o Space k n e w ? Enter G u",
    "c w h o Space k n e w ? Enter g g U j Enter",
    "Ctrl-r",
    "z d",
    "z n",
    "z t",
    "z e",
    "z r",
    "z s",
    "z w",
    "z h",
    "z z",
    "w m",
    "w x",
    "Z",
    "/ s e a r c h Enter",
    "Esc",
    "v j j t d Esc",
    "i a n Space e v e n t Enter",
    ": t a g . c r e a t e Enter x y z Enter",
];

/// The map at the right edge of a pane, top to bottom.
fn map(buffer: &Buffer, stage: &Harness) -> Vec<String> {
    let body = stage.app.focused_body().unwrap();
    (body.top()..body.bottom()).map(|y| buffer[(body.right() - 1, y)].symbol().to_owned()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn what_is_kept_looks_as_if_it_were_laid_out_anew(scripts in prop::collection::vec(select(SCRIPTS), 1..14)) {
        let mut stage = sample((120, 40));
        for script in scripts {
            let kept = (stage.press(script).settled(), stage.lines());
            let anew = (stage.settled_afresh(), stage.lines());
            prop_assert!(kept.0 == anew.0, "after {script}");
            prop_assert_eq!(kept.1, anew.1, "after {}", script);
        }
    }
}

/// A channel in which forty messages of one line are followed by ten of ten.
fn uneven() -> Harness {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, value: &serde_json::Value| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, value.to_string()).unwrap();
    };
    let messages = (0..50).map(|nth| {
        let text = if nth < 40 { "one line".to_owned() } else { ["a line"; 10].join("\n") };
        json!({"type": "message", "user": "U1", "text": text, "ts": format!("{}.000100", 1_733_487_000 + nth)})
    });
    write("users.json", &json!([{"id": "U1", "name": "ines"}]));
    write("channels.json", &json!([{"id": "C1", "name": "uneven"}]));
    write("uneven/2024-12-06.json", &messages.collect());
    Harness::open(folder.path(), None, &["#uneven"], (120, 40)).unwrap()
}

#[test]
fn the_map_counts_lines_not_messages() {
    let mut stage = uneven();
    let lines = 40 + 10 * 10;
    let height = stage.app.shown_rows();
    for (key, ends) in [("g g", "┃│"), ("G", "│┃")] {
        let drawn = stage.press(key).settled();
        let map = map(&drawn, &stage);
        let seen = map.iter().filter(|sign| *sign == "┃").count();
        let due = (height * height).div_ceil(lines);
        assert!((due..=due + 1).contains(&seen), "{key}: {seen} of {height} cells, {due} are due");
        assert_eq!(format!("{}{}", map[0], map[height - 1]), ends, "{key}");
    }
}

#[test]
fn a_mark_stands_where_its_row_begins() {
    let mut stage = uneven();
    let drawn = stage.press("G k k k t i").settled();
    let marks: Vec<String> = map(&drawn, &stage).into_iter().filter(|sign| "┤┨".contains(sign.as_str())).collect();
    assert_eq!(marks, ["┨"], "a message of ten lines has one mark");
}

#[test]
fn no_message_is_passed_over_unseen_by_pages() {
    for (size, begin, key) in [
        ((120, 40), "g g", "Ctrl-d"),
        ((120, 40), "g g", "PgDn"),
        ((80, 24), "g g", "PgDn"),
        ((120, 40), "G", "Ctrl-u"),
        ((80, 24), "G", "PgUp"),
    ] {
        for mut stage in [sample(size), uneven()] {
            stage.press("Z").press(begin);
            let cursor = |stage: &Harness| stage.app.chat.focused().unwrap().cursor;
            let count = stage.app.chat.focused().unwrap().rows.list.len();
            let mut seen = vec![false; count];
            loop {
                seen[stage.shown_rows()].fill(true);
                let before = cursor(&stage);
                if cursor(stage.press(key)) == before {
                    break;
                }
            }
            assert_eq!(seen.iter().position(|seen| !seen), None, "{key} at {size:?}, of {count}");
        }
    }
}
