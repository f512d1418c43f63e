//! Tests of the snapshot: what is printed reads back as what it was.

use proptest::prelude::*;

use super::*;
use crate::project::document::Document;
use crate::project::testing::{any_edit, apply_all, author, cases};

fn document(lines: &[&str]) -> Document {
    let mut document = Document::empty();
    let edits: Vec<_> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    apply_all(&mut document, &author(1), &edits);
    document
}

fn small() -> Document {
    document(&[
        r#"{"edit":"fact","name":"title","value":"Search answered nothing"}"#,
        r#"{"edit":"fact","name":"impact","value":["employee","customer"]}"#,
        r#"{"edit":"milestone","name":"start","at":"2024-12-06T14:16:00Z"}"#,
        r##"{"edit":"timeline","target":"slack/C1/1","on":true,"copy":{"channel":"#ops","time":"2024-12-06T14:36:12Z","text":"it\u001b[2J is back\u202e","hash":"h"}}"##,
        r#"{"edit":"tag","target":"slack/C1/1","tag":"Impact","on":true}"#,
        r#"{"edit":"read","channel":"slack/C1","from":"2024-12-06T14:00:00Z","to":"2024-12-06T15:00:00Z"}"#,
    ])
}

/// The part that people read.
fn clean(text: &str) -> &str {
    text.split(",\n  \"sync\"").next().unwrap()
}

#[test]
fn a_file_is_clean_sorted_and_one_scalar_a_line() {
    let text = print(&small());
    let id = small().project().id().len();
    let readable = clean(&text).replace(text.split('"').nth(7).unwrap(), &"x".repeat(id));
    insta::assert_snapshot!(readable, @r##"
    {
      "format": "meanwhile/1",
      "id": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
      "facts": {
        "impact": [
          "customer",
          "employee"
        ],
        "title": "Search answered nothing"
      },
      "milestones": {
        "start": "2024-12-06T14:16:00Z"
      },
      "tags": {
        "impact": {
          "key": "i",
          "name": "Impact"
        }
      },
      "messages": {
        "slack/C1/1": {
          "channel": "#ops",
          "hash": "h",
          "tags": [
            "impact"
          ],
          "text": "it\u001b[2J is back\u202e",
          "time": "2024-12-06T14:36:12Z"
        }
      },
      "timeline": {
        "slack/C1/1": {
          "order": "8006289aefb5af00"
        }
      },
      "coverage": {
        "p1": {
          "slack/C1": [
            [
              "2024-12-06T14:00:00Z",
              "2024-12-06T15:00:00Z"
            ]
          ]
        }
      }
    "##);
    assert!(text.ends_with("}\n"));
    assert!(text.bytes().all(|byte| byte == b'\n' || byte >= b' '), "no control character stands in the file");
    assert!(!text.contains('\u{202e}'));
}

#[test]
fn what_was_deleted_stands_only_in_the_block_at_the_end() {
    let document = document(&[
        r#"{"edit":"note","note":"note/1","target":"slack/C1/1","text":"by phone"}"#,
        r#"{"edit":"note","note":"note/1","text":null}"#,
    ]);
    let text = print(&document);
    assert!(!clean(&text).contains("note/1") && text.contains("by phone"), "{text}");
    assert_eq!(parse(text.as_bytes()).unwrap().document, document);
}

#[test]
fn fields_of_others_are_kept_at_the_top_and_within() {
    let text = r#"{"format":"meanwhile/1","id":"7","weather":{"wind":[1,2]},
        "notes":{"note/1":{"on":"slack/C1/1","text":"x","mood":"calm"}},"milestones":{"lunch":"2024-12-06T12:00:00Z"}}"#;
    let parsed = parse(text.as_bytes()).unwrap();
    assert_eq!(parsed.document.project().notes().len(), 1);
    let printed = print(&parsed.document);
    for kept in ["weather", "wind", "calm", "lunch"] {
        assert!(printed.contains(kept), "{printed}");
    }
    let again = parse(printed.as_bytes()).unwrap().document;
    assert_eq!(again, parsed.document);
}

#[test]
fn a_file_written_by_hand_needs_no_block_at_the_end() {
    let text = r#"{"format":"meanwhile/1","id":"7","timeline":{"slack/C1/1":{"headline":"Back"}},
        "investigators":{"ih":{"name":"Ida","active_minutes":40}},"facts":{"services":["search"]}}"#;
    let (one, two) = (parse(text.as_bytes()).unwrap().document, parse(text.as_bytes()).unwrap().document);
    assert_eq!(one, two, "everybody who reads it comes to the same cells");
    assert_eq!(one.project().timeline().get("slack/C1/1").unwrap().headline.as_deref(), Some("Back"));
    assert_eq!(one.project().investigators().values().next().unwrap().active_minutes, 40);
    assert_eq!(parse(print(&one).as_bytes()).unwrap().document, one);
}

#[test]
fn a_change_by_hand_is_noticed_and_taken() {
    let text = print(&small());
    assert!(!parse(text.as_bytes()).unwrap().changed_by_hand);
    let parsed = parse(text.replace("answered nothing", "was empty").as_bytes()).unwrap();
    assert!(parsed.changed_by_hand);
    assert_eq!(parsed.document.project().title(), "Search was empty");
}

#[test]
fn damage_is_told_apart() {
    let text = print(&small());
    let cut = &text.as_bytes()[..text.len() / 2];
    assert!(matches!(parse(cut), Err(FileError::NotJson { line, .. }) if line > 5));
    assert_eq!(parse(b" \n").unwrap_err(), FileError::Empty);
    let nuls = [text.as_bytes(), &[0; 9]].concat();
    assert_eq!(parse(&nuls).unwrap_err(), FileError::NulTail(9));
    let marked = text.replacen("  \"facts\"", "<<<<<<< HEAD\n  \"facts\"", 1);
    assert_eq!(parse(marked.as_bytes()).unwrap_err(), FileError::GitMarkers(4));
    assert_eq!(parse(b"[1]").unwrap_err(), FileError::NotJson { line: 1, column: 0 });
    assert_eq!(parse(b"{\"a\":1}").unwrap_err(), FileError::NotAProject);
    let newer = parse(br#"{"format":"meanwhile/999999","id":"x","notes":[]}"#);
    assert_eq!(newer.unwrap_err(), FileError::Newer(999_999));
    let readable = parse(br#"{"format":"meanwhile/2","id":"x","notes":{}}"#).unwrap();
    assert_eq!(readable.version, 2);
    let odd = parse(br#"{"format":"meanwhile/1","id":"x","notes":[]}"#).unwrap_err().to_string();
    assert!(odd.contains("`notes`"), "{odd}");
}

proptest! {
    #![proptest_config(cases(1_000))]

    #[test]
    fn what_was_printed_is_read_back_whole(
        base in prop::collection::vec(any_edit(), 0..12),
        a in prop::collection::vec(any_edit(), 0..8),
        b in prop::collection::vec(any_edit(), 0..8),
    ) {
        let mut document = Document::empty();
        apply_all(&mut document, &author(1), &base);
        let mut other = document.clone();
        apply_all(&mut document, &author(2), &a);
        apply_all(&mut other, &author(3), &b);
        document.join(&other);
        let text = print(&document);
        let parsed = parse(text.as_bytes()).unwrap();
        prop_assert!(!parsed.changed_by_hand);
        prop_assert_eq!(parsed.notices, Vec::<String>::new());
        prop_assert_eq!(parsed.document.project(), document.project());
        prop_assert!(parsed.document == document, "{text}");
        prop_assert_eq!(print(&parsed.document), text);
    }

    #[test]
    fn a_damaged_file_is_refused_or_read_but_never_a_crash(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = print(&small()).into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(parsed) = parse(&bytes) {
            let text = print(&parsed.document);
            prop_assert!(parse(text.as_bytes()).is_ok());
        }
    }
}
