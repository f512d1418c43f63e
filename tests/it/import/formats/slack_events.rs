//! Streams of Slack's events: bare, and in the envelopes of the Events API and of socket mode.

use super::super::fixture::{codes, messages};
use super::{golden, load_file, load_folder};

const STREAM: &str = r#"{"type":"hello"}
{"event_ts":"1733496000.000200","channel":"C0OPS7421","type":"message","ts":"1733496000.000200","user":"U7RUNA001","text":"gateway is slow"}
{"event_ts":"1733496060.000300","channel":"C0OPS7421","type":"message","ts":"1733496060.000300","user":"U7TEO0002","text":"restarting","thread_ts":"1733496000.000200"}
{"event_ts":"1733496061.000100","ts":"1733496061.000100","subtype":"message_replied","message":{"thread_ts":"1733496000.000200","text":"gateway is slow","ts":"1733496000.000200","user":"U7RUNA001","reply_count":1},"type":"message","hidden":true,"channel":"C0OPS7421"}
{"event_ts":"1733496100.000100","ts":"1733496100.000100","subtype":"message_changed","message":{"text":"gateway was slow","type":"message","user":"U7RUNA001","ts":"1733496000.000200","edited":{"user":"U7RUNA001","ts":"1733496100.000000"}},"type":"message","hidden":true,"channel":"C0OPS7421","previous_message":{"text":"[redacted by the archiver]","type":"message","user":"U7RUNA001","ts":"1733496000.000200"}}
{"type":"reaction_added","user":"U7TEO0002","reaction":"eyes","item_user":"U7RUNA001","item":{"type":"message","channel":"C0OPS7421","ts":"1733496000.000200"},"event_ts":"1733496110.000100"}
{"type":"reaction_added","user":"U7NEW0003","reaction":"eyes","item":{"type":"message","channel":"C0OPS7421","ts":"1733496000.000200"},"event_ts":"1733496111.000100"}
{"type":"reaction_removed","user":"U7TEO0002","reaction":"eyes","item":{"type":"message","channel":"C0OPS7421","ts":"1733496000.000200"},"event_ts":"1733496112.000100"}
{"type":"reaction_added","user":"U7TEO0002","reaction":"tada","item":{"type":"message","channel":"C0OPS7421","ts":"1733400000.000200"},"event_ts":"1733496113.000100"}
{"event_ts":"1733496200.000100","channel":"C0OPS7421","type":"message","ts":"1733496200.000100","user":"U7TEO0002","text":"wrong window, sorry"}
{"event_ts":"1733496210.000100","ts":"1733496210.000100","subtype":"message_deleted","hidden":true,"deleted_ts":"1733496200.000100","type":"message","channel":"C0OPS7421","previous_message":{"text":"wrong window, sorry","type":"message","user":"U7TEO0002","ts":"1733496200.000100"}}
{"type":"channel_rename","channel":{"id":"C0OPS7421","name":"ops-gateway"},"event_ts":"1733496300.000100"}
{"type":"user_change","user":{"id":"U7RUNA001","name":"runa","profile":{"real_name":"Runa Halvorik"}}}
half a line
"#;

const ENVELOPES: &str = r#"{"token":"x","team_id":"T1","type":"event_callback","event":{"type":"message","channel":"D0RUNA881","channel_type":"im","ts":"1733496000.000200","user":"U7RUNA001","text":"<@U7BOT0009> status?"},"event_time":1733496000}
{"type":"event_callback","event":{"type":"app_mention","channel":"D0RUNA881","ts":"1733496000.000200","user":"U7RUNA001","text":"<@U7BOT0009> status?"},"event_time":1733496000}
{"type":"events_api","envelope_id":"1","payload":{"event":{"type":"message","channel":"G0PRIV881","channel_type":"group","ts":"1733496001.000200","user":"U7RUNA001","text":"in private"}}}
{"type":"event_callback","event":{"type":"message","text":"nowhere","ts":"1733496002.000200"}}
"#;

pub const FIXTURES: super::Fixtures = &[("stream.jsonl", STREAM.as_bytes()), ("envelopes.jsonl", ENVELOPES.as_bytes())];

#[test]
fn wrappers_and_reactions_are_applied_to_their_messages() {
    insta::assert_snapshot!(golden(&load_file("2024-12-06.txt", STREAM.as_bytes())));
}

#[test]
fn events_are_taken_out_of_their_envelopes() {
    insta::assert_snapshot!(golden(&load_file("envelopes.jsonl", ENVELOPES.as_bytes())));
}

#[test]
fn a_change_in_the_file_of_a_later_day_reaches_its_message() {
    let lines: Vec<&str> = STREAM.lines().collect();
    let (first, second) = (lines[1..3].join("\n"), lines[4..8].join("\n"));
    let loaded = load_folder(&[("2024-12-06.jsonl", first.as_bytes()), ("2024-12-07.jsonl", second.as_bytes())]);
    let shown = messages(&loaded.archive, "slack/C0OPS7421");
    assert_eq!(shown.len(), 2);
    let root = &shown[0];
    assert_eq!(root.text().unsanitised(), "gateway was slow");
    let extras = root.extras().unwrap();
    assert!(extras.versions.iter().any(|version| version.text.unsanitised() == "gateway is slow"));
    assert_eq!(extras.reactions[0].count, 1);
    assert!(codes(&loaded).is_empty());
}
