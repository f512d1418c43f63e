//! What happened beside the chats, and who was on call.

use super::{Counted, LINES, LIST, Thousand, minute};

pub(super) const FORMATS: &[Thousand] = &[
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
        format: "pagerduty",
        head: r#"{"log_entries":["#,
        tail: r#"],"limit":1000,"offset":0,"more":false}"#,
        record: |at| {
            let time = minute(at);
            format!(
                r#"{{"id":"R{at}","type":"trigger_log_entry","summary":"{at}","created_at":"{time}:00Z","agent":{{"id":"S","type":"service_reference","summary":"Search"}}}}"#
            )
        },
        ..LIST
    },
    Thousand {
        format: "pagerduty",
        name: "oncalls.json",
        head: r#"{"oncalls":["#,
        tail: r#"],"limit":1000,"more":false}"#,
        record: |at| {
            let time = minute(at);
            format!(
                r#"{{"user":{{"id":"P7","type":"user_reference","summary":"Runa"}},"escalation_policy":{{"summary":"Ops"}},"escalation_level":1,"start":"{time}:00Z","end":"2024-12-09T00:00:00Z"}}"#
            )
        },
        counted: Counted::Shifts,
        ..LIST
    },
    Thousand {
        format: "opsgenie",
        head: r#"{"data":["#,
        tail: r#"],"took":0.1}"#,
        record: |at| {
            let time = minute(at);
            format!(r#"{{"id":"a{at}","tinyId":"{at}","message":"{at}","createdAt":"{time}:00Z"}}"#)
        },
        ..LIST
    },
    Thousand {
        format: "statuspage",
        head: r#"{"page":{"id":"p"},"incidents":["#,
        tail: "]}",
        record: |at| {
            let time = minute(at);
            format!(r#"{{"id":"i{at}","name":"{at}","created_at":"{time}:00Z","incident_updates":[]}}"#)
        },
        ..LIST
    },
    Thousand {
        format: "kubernetes",
        head: r#"{"kind":"List","items":["#,
        tail: "]}",
        record: |at| {
            let time = minute(at);
            format!(
                r#"{{"kind":"Event","metadata":{{"uid":"u{at}"}},"involvedObject":{{"kind":"Pod","name":"p"}},"reason":"BackOff","message":"{at}","lastTimestamp":"{time}:00Z"}}"#
            )
        },
        ..LIST
    },
    Thousand {
        format: "kubernetes",
        name: "watch.jsonl",
        record: |at| {
            let time = minute(at);
            format!(
                r#"{{"type":"ADDED","object":{{"kind":"Event","metadata":{{"uid":"u{at}"}},"involvedObject":{{"kind":"Pod","name":"p"}},"reason":"BackOff","message":"{at}","lastTimestamp":"{time}:00Z"}}}}"#
            )
        },
        ..LINES
    },
    Thousand {
        format: "icalendar",
        name: "a.ics",
        head: "BEGIN:VCALENDAR\r\n",
        between: "\r\n",
        tail: "\r\nEND:VCALENDAR\r\n",
        record: |at| {
            let time = minute(at).replace(['-', ':'], "");
            format!("BEGIN:VEVENT\r\nUID:e{at}\r\nDTSTART:{time}00Z\r\nSUMMARY:{at}\r\nEND:VEVENT")
        },
        bad: "BEGIN:VEVENT\r\nUID:bad\r\nSUMMARY:x\r\nEND:VEVENT",
        ..LINES
    },
    Thousand {
        format: "git-log",
        name: "log.tsv",
        record: |at| {
            let time = minute(at);
            format!("{:012x}\t{time}:00+00:00\t{time}:00+00:00\tRuna\t{at}", 0xa000_0000_0000_u64 + at as u64)
        },
        bad: "no commit at all",
        ..LINES
    },
    Thousand {
        format: "git-log",
        name: "log.txt",
        record: |at| {
            let (hash, time) = (0xa000_0000_0000_u64 + at as u64, minute(at));
            format!("commit {hash:012x}\nAuthor: Runa <r@x.example>\nDate:   {time}:00+00:00\n\n    {at}\n")
        },
        bad: "commit b00000000001\nAuthor: Runa <r@x.example>\nDate:   never\n\n    x\n",
        ..LINES
    },
    Thousand {
        format: "shifts",
        name: "shifts.csv",
        head: "person,start,end,rota\n",
        record: |at| format!("Runa,{}:00Z,2024-12-09T00:00:00Z,ops", minute(at)),
        bad: "Runa,never,2024-12-09T00:00:00Z,ops",
        counted: Counted::Shifts,
        ..LINES
    },
    Thousand {
        format: "people",
        name: "people.csv",
        head: "name,email,team,title\n",
        record: |at| format!("Runa {at},r{at}@x.example,ops,engineer"),
        bad: ",,ops,engineer",
        counted: Counted::People,
        ..LINES
    },
];
