//! Pages of Slack's own API, as scripts put them into files.

use super::super::fixture::{codes, messages};
use super::{golden, load_file, load_folder};

const HISTORY: &str = r#"{"ok":true,"latest":"1733497000.000000","messages":[
 {"type":"message","user":"U7TEO0002","text":"on it","ts":"1733496060.000300"},
 {"type":"message","user":"U7RUNA001","text":"gateway is slow <https://g.example/d|graph>","ts":"1733496000.000200","thread_ts":"1733496000.000200","reply_count":3,
  "reactions":[{"name":"eyes","users":["U7TEO0002"],"count":1}]}],
 "has_more":true,"pin_count":0,"response_metadata":{"next_cursor":"bmV4dA=="}}"#;

const REPLIES: &str = r#"{"messages":[
 {"type":"message","user":"U7RUNA001","text":"gateway is slow <https://g.example/d|graph>","ts":"1733496000.000200","thread_ts":"1733496000.000200","reply_count":3},
 {"type":"message","user":"U7TEO0002","text":"restarted","ts":"1733496500.000100","thread_ts":"1733496000.000200"}],"has_more":false,"ok":true}"#;

const TWO_PAGES: &str = r#"{"ok":true,"channel":"C0OPS7421","messages":[{"type":"message","text":"one","ts":"1733496000.000200"}]}
{"ok":true,"channel":"C0OPS7421","messages":[{"type":"message","text":"two","ts":"1733496000.000300"},{"type":"message","text":"thr"#;

const USERS: &str = r#"{"ok":true,"members":[{"id":"U7RUNA001","name":"runa","profile":{"real_name":"Runa Halvorik"}},
 {"id":"U7TEO0002","name":"teo","profile":{"real_name":"Teo Marquand"}}]}"#;

const CHANNELS: &str =
    r#"{"ok":true,"channels":[{"id":"C0OPS7421","name":"ops","is_channel":true},{"id":"C0QUIET42","name":"quiet"}]}"#;

pub const FIXTURES: super::Fixtures = &[
    ("C0OPS7421.json", HISTORY.as_bytes()),
    ("C0OPS7421-replies.json", REPLIES.as_bytes()),
    ("pages.json", TWO_PAGES.as_bytes()),
];

#[test]
fn pages_of_one_channel_are_joined_and_the_lists_beside_give_names() {
    let loaded = load_folder(&[
        ("C0OPS7421.json", HISTORY.as_bytes()),
        ("conversations.replies_C0OPS7421_1.json", REPLIES.as_bytes()),
        ("users.list.json", USERS.as_bytes()),
        ("conversations.list.json", CHANNELS.as_bytes()),
    ]);
    insta::assert_snapshot!(golden(&loaded));
}

#[test]
fn a_page_that_names_no_channel_is_one_of_its_file_and_says_so() {
    insta::assert_snapshot!(golden(&load_file("history.json", HISTORY.as_bytes())));
}

#[test]
fn pages_in_one_file_are_read_up_to_the_cut() {
    let loaded = load_file("pages.json", TWO_PAGES.as_bytes());
    let shown = messages(&loaded.archive, "slack/C0OPS7421");
    assert_eq!(shown.iter().map(|message| message.text().unsanitised()).collect::<Vec<_>>(), ["one", "two"]);
    assert_eq!((codes(&loaded), loaded.report.sources[0].skipped), (vec![("cut-file", 1)], 1));
}

#[test]
fn one_bad_message_costs_only_itself() {
    let damaged = HISTORY.replace(r#""text":"on it""#, r#""text":on it"#);
    let loaded = load_file("C0OPS7421.json", damaged.as_bytes());
    assert_eq!(messages(&loaded.archive, "slack/C0OPS7421").len(), 1);
    assert_eq!(codes(&loaded), [("bad-record", 1)]);
}

#[test]
fn pages_are_whole_when_the_one_that_goes_furthest_says_that_nothing_follows() {
    let page = |ts: &str, has_more: bool| {
        format!(r#"{{"ok":true,"messages":[{{"type":"message","text":"x","ts":"{ts}"}}],"has_more":{has_more}}}"#)
    };
    let (new, old) = (page("1733496900.000100", true), page("1733496000.000100", false));
    let is_unfinished = |files: &[(&str, &[u8])]| {
        let loaded = load_folder(files);
        loaded.report.sources[0].missing.iter().any(|gap| gap.contains("end before the messages do"))
    };
    assert!(!is_unfinished(&[("C0OPS7421-1.json", new.as_bytes()), ("C0OPS7421-2.json", old.as_bytes())]));
    assert!(is_unfinished(&[("C0OPS7421-1.json", new.as_bytes())]));
    assert!(is_unfinished(&[("C0OPS7421-1.json", new.as_bytes()), ("C0ELSE881-2.json", old.as_bytes())]));
}

#[test]
fn the_messages_of_a_page_alone_are_read_as_a_channel_named_after_their_file() {
    let list: &[u8] = br#"[{"type":"message","user":"U1","text":"x","ts":"1733496900.000100"},
{"type":"message","user":"U2","text":"y","ts":"1733496901.000100","thread_ts":"1733496900.000100"}"#;
    let loaded = load_file("ops-history.json", list);
    let source = &loaded.report.sources[0];
    assert_eq!((source.format, codes(&loaded)), ("slack-api", vec![("cut-file", 1)]));
    assert_eq!(messages(&loaded.archive, "slack/ops-history").len(), 2);
    assert!(source.guessed[0].starts_with("ops-history.json does not say which channel it holds"));
}

#[test]
fn an_answer_without_messages_is_told() {
    let refused: &[u8] =
        br#"{"ok":true,"has_more":false,"messages":[{"type":"message","text":"x","ts":"1733496900.000100"}]}
{"ok":false,"error":"ratelimited"}"#;
    let loaded = load_file("C0OPS7421.json", refused);
    assert_eq!((messages(&loaded.archive, "slack/C0OPS7421").len(), codes(&loaded)), (1, vec![("bad-record", 1)]));
}
