//! Chats that are handed on as JSON.

use super::{LINES, LIST, Thousand, minute};

const ZULIP_REALM: &str = r#"{"zerver_userprofile":[{"id":7,"full_name":"Runa","email":"r@x.example"}],
 "zerver_stream":[{"id":101,"name":"ops"}],"zerver_recipient":[{"id":1,"type":2,"type_id":101}]}"#;

pub(super) const FORMATS: &[Thousand] = &[
    Thousand {
        format: "discord",
        head: r#"{"guild":{"id":"1","name":"G"},"channel":{"id":"2","type":"GuildTextChat","name":"ops"},"messages":["#,
        tail: "]}",
        record: |at| {
            let time = minute(at);
            format!(
                r#"{{"id":"{}","type":"Default","timestamp":"{time}:00.000+00:00","content":"{at}","author":{{"id":"7","name":"runa"}}}}"#,
                1_000_000 + at
            )
        },
        ..LIST
    },
    Thousand {
        format: "telegram",
        head: r#"{"name":"ops","type":"private_group","id":7,"messages":["#,
        tail: "]}",
        record: |at| {
            let time = minute(at);
            format!(
                r#"{{"id":{at},"type":"message","date":"{time}:00","date_unixtime":"{}","from":"Runa","from_id":"user7","text":"{at}"}}"#,
                1_733_443_200 + at * 60
            )
        },
        ..LIST
    },
    Thousand {
        format: "mattermost",
        head: "{\"type\":\"version\",\"version\":1}\n",
        record: |at| {
            format!(
                r#"{{"type":"post","post":{{"team":"t","channel":"ops","user":"runa","message":"{at}","create_at":{}}}}}"#,
                1_733_443_200_000 + at * 60_000
            )
        },
        ..LINES
    },
    Thousand {
        format: "teams",
        record: |at| {
            let time = minute(at);
            format!(
                r#"{{"id":"{}","messageType":"message","createdDateTime":"{time}:00Z","from":{{"user":{{"id":"u7","displayName":"Runa"}}}},"body":{{"contentType":"text","content":"{at}"}},"channelIdentity":{{"teamId":"t","channelId":"c"}}}}"#,
                1_733_443_200_000 + at * 60_000
            )
        },
        ..LIST
    },
    Thousand {
        format: "rocketchat",
        head: r#"{"messages":["#,
        tail: "]}",
        record: |at| {
            let time = minute(at);
            format!(
                r#"{{"_id":"m{at}","rid":"r","ts":"{time}:00.000Z","u":{{"_id":"u7","username":"runa"}},"msg":"{at}"}}"#
            )
        },
        ..LIST
    },
    Thousand {
        format: "matrix",
        head: r#"{"room_name":"ops","room_creator":"@r:x","topic":"","export_date":"","exported_by":"@r:x","messages":["#,
        tail: "]}",
        record: |at| {
            format!(
                r#"{{"type":"m.room.message","event_id":"$e{at}","room_id":"!r:x","sender":"@runa:x","origin_server_ts":{},"content":{{"msgtype":"m.text","body":"{at}"}}}}"#,
                1_733_443_200_000_u64 + at as u64 * 60_000
            )
        },
        ..LIST
    },
    Thousand {
        format: "google-chat",
        head: r#"{"messages":["#,
        tail: "]}",
        record: |at| {
            let (hour, minute) = (at / 60 % 11 + 1, at % 60);
            format!(
                r#"{{"creator":{{"name":"Runa","email":"r@x.example","user_type":"Human"}},"created_date":"Friday, December {}, 2024 at {hour}:{minute:02}:09 PM UTC","text":"{at}","topic_id":"t{at}","message_id":"s/t{at}/m{at}"}}"#,
                at / 660 + 6
            )
        },
        ..LIST
    },
    Thousand {
        format: "zulip-archive",
        name: "101-ops/slow.json",
        record: |at| {
            format!(
                r#"{{"id":{at},"sender_full_name":"Runa","timestamp":{},"content":"<p>{at}</p>"}}"#,
                1_733_443_200 + at * 60
            )
        },
        ..LIST
    },
    Thousand {
        format: "zulip-export",
        name: "messages-000001.json",
        head: r#"{"zerver_message":["#,
        tail: "]}",
        record: |at| {
            format!(
                r#"{{"id":{at},"sender":7,"recipient":1,"subject":"slow","content":"{at}","date_sent":{}.5}}"#,
                1_733_443_200 + at * 60
            )
        },
        beside: &[("realm.json", ZULIP_REALM)],
        ..LIST
    },
    Thousand {
        format: "zulip-api",
        head: r#"{"result":"success","messages":["#,
        tail: "]}",
        record: |at| {
            format!(
                r#"{{"id":{at},"sender_id":7,"sender_full_name":"Runa","type":"stream","stream_id":101,"display_recipient":"ops","subject":"slow","timestamp":{},"content":"<p>{at}</p>"}}"#,
                1_733_443_200 + at * 60
            )
        },
        ..LIST
    },
];
