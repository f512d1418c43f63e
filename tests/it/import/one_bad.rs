//! One bad message among a thousand costs itself: a warning with its file and its place, and 999
//! messages, whatever the format. Places count what may be a message: neither heads nor people.

use meanwhile::base::reading::ReadAs;
use meanwhile::import::report::Trouble;

use super::formats::load_file_as;

/// A thousand messages: what stands before, between and after them, and the n-th of them.
struct Thousand {
    format: &'static str,
    name: &'static str,
    head: &'static str,
    between: &'static str,
    tail: &'static str,
    record: fn(usize) -> String,
    bad: &'static str,
}

/// An object that no reader of JSON takes, although its brackets fit.
const NO_JSON: &str = r#"{"id" "text": "x"}"#;

fn minute(at: usize) -> String {
    format!("2024-12-06T{:02}:{:02}", at / 60, at % 60)
}

const LIST: Thousand = Thousand {
    format: "",
    name: "a.json",
    head: "[",
    between: ",\n",
    tail: "]",
    record: |_| String::new(),
    bad: NO_JSON,
};

const LINES: Thousand = Thousand { name: "a.jsonl", head: "", between: "\n", tail: "\n", ..LIST };

const FORMATS: [Thousand; 12] = [
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
        format: "slackdump",
        name: "C7.json",
        head: r#"{"channel_id":"C7","name":"ops","messages":["#,
        tail: "]}",
        record: |at| {
            format!(r#"{{"type":"message","user":"U7","text":"{at}","ts":"{}.000100"}}"#, 1_733_443_200 + at * 60)
        },
        ..LIST
    },
    Thousand {
        format: "github",
        record: |at| {
            let time = minute(at);
            format!(
                r#"{{"id":"{at}","type":"PushEvent","actor":{{"login":"runa"}},"repo":{{"name":"o/r"}},"payload":{{"ref":"refs/heads/m","commits":[]}},"created_at":"{time}:00Z"}}"#
            )
        },
        ..LINES
    },
    Thousand {
        format: "grafana",
        record: |at| {
            let time = 1_733_443_200_000 + at * 60_000;
            format!(
                r#"{{"id":{at},"dashboardUID":"d","panelId":1,"time":{time},"timeEnd":{time},"text":"{at}","tags":["deploy"]}}"#
            )
        },
        ..LIST
    },
    Thousand {
        format: "table",
        record: |at| format!(r#"{{"time":"{}:00Z","author":"runa","text":"{at}"}}"#, minute(at)),
        ..LINES
    },
    Thousand {
        format: "table",
        name: "a.csv",
        head: "time,author,text\n",
        record: |at| format!("{}:00Z,runa,{at}", minute(at)),
        bad: "never,runa,x",
        ..LINES
    },
];

/// What is not as it should be.
fn trouble_of(thousand: &Thousand) -> Option<String> {
    let Thousand { format, name, head, between, tail, bad, .. } = *thousand;
    let record = |at| if at == 500 { bad.to_owned() } else { (thousand.record)(at) };
    let records: Vec<String> = (0..1_000).map(record).collect();
    let text = format!("{head}{}{tail}", records.join(between));
    let loaded = load_file_as(name, text.as_bytes(), ReadAs::default());
    let source = &loaded.report.sources[0];
    let warnings: Vec<_> = source.warnings.iter().collect();
    let [(trouble, problem)] = warnings.as_slice() else { return Some(format!("{format}: {warnings:?}")) };
    let place = problem.places.first().unwrap();
    // A record that only lacks its time can still be read: it is kept without one, marked.
    let expected = if *trouble == Trouble::NoTime { (1_000, 0) } else { (999, 1) };
    let is_so = source.format == format
        && (problem.count, place.file.unsanitised()) == (1, name)
        && (source.totals.messages, source.skipped) == expected
        && place.record == Some(500);
    let (messages, skipped) = (source.totals.messages, source.skipped);
    (!is_so)
        .then(|| format!("{format} as {}: {messages} messages, {skipped} skipped, {}", source.format, place.words()))
}

#[test]
fn one_bad_message_among_a_thousand_costs_itself() {
    let troubles: Vec<String> = FORMATS.iter().filter_map(trouble_of).collect();
    assert!(troubles.is_empty(), "\n{}\n", troubles.join("\n"));
}
