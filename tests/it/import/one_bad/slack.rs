//! Slack's conversations in all the ways in which they are handed on.

use super::{Counted, LINES, LIST, NO_JSON, Thousand, seconds};

const USERS: &str = r#"[{"id":"U7","name":"runa","profile":{"real_name":"Runa"}}]"#;
const CHANNELS: &str = r#"[{"id":"C7","name":"ops"}]"#;

fn message(at: usize) -> String {
    format!(r#"{{"type":"message","user":"U7","text":"{at}","ts":"{}.000100"}}"#, seconds(at))
}

pub(super) const FORMATS: &[Thousand] = &[
    Thousand {
        format: "slack-export",
        name: "ops/2024-12-06.json",
        record: message,
        beside: &[("users.json", USERS), ("channels.json", CHANNELS)],
        ..LIST
    },
    Thousand {
        format: "slackdump-export",
        name: "ops/2024-12-06.json",
        record: message,
        beside: &[("users.json", USERS), ("channels.json", CHANNELS), ("__uploads/F1/graph.txt", "no chat")],
        ..LIST
    },
    Thousand {
        format: "slack-api",
        name: "C7.json",
        head: r#"{"ok":true,"has_more":false,"messages":["#,
        tail: "]}",
        record: message,
        ..LIST
    },
    Thousand {
        format: "slack-events",
        record: |at| {
            format!(r#"{{"type":"message","channel":"C7","user":"U7","text":"{at}","ts":"{}.000100"}}"#, seconds(at))
        },
        ..LINES
    },
    Thousand {
        format: "slackdump",
        name: "C7.json",
        head: r#"{"channel_id":"C7","name":"ops","messages":["#,
        tail: "]}",
        record: message,
        ..LIST
    },
    Thousand {
        format: "slackdump",
        name: "C7.jsonl",
        record: |at| format!(r#"{{"t":0,"ts":1733600000000000003,"id":"C7","m":[{}]}}"#, message(at)),
        ..LINES
    },
    Thousand {
        format: "slackdump",
        name: "one-chunk.jsonl",
        head: r#"{"t":0,"ts":1733600000000000003,"id":"C7","m":["#,
        tail: "]}\n",
        between: ",",
        record: message,
        bad: NO_JSON,
        ..LINES
    },
    Thousand {
        format: "slack-users",
        name: "users.json",
        record: |at| {
            format!(r#"{{"id":"U{at}","name":"runa{at}","deleted":false,"profile":{{"real_name":"Runa {at}"}}}}"#)
        },
        counted: Counted::People,
        ..LIST
    },
];
