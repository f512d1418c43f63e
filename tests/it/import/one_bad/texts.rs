//! Tables, mails and text; and the text in which nothing can be a bad record.

use super::{LINES, Thousand, minute};

pub(super) const FORMATS: &[Thousand] = &[
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
    Thousand {
        format: "discord-text",
        name: "ops.csv",
        head: "AuthorID,Author,Date,Content,Attachments,Reactions\n",
        record: |at| format!(r#""7","runa","{}:00.0000000+00:00","{at}","","""#, minute(at)),
        bad: r#""7","runa""#,
        ..LINES
    },
    Thousand {
        format: "mbox",
        name: "ops.mbox",
        record: |at| {
            let (hour, minute) = (at / 60, at % 60);
            format!(
                "{ENVELOPE}\nFrom: Runa <r@x.example>\nDate: Fri, 6 Dec 2024 {hour:02}:{minute:02}:00 +0000\nSubject: {at}\nMessage-ID: <{at}@x.example>\n\nwords\n"
            )
        },
        bad: "From r@x.example Fri Dec  6 10:42:00 2024\n\nx\n",
        ..LINES
    },
    Thousand {
        format: "pattern",
        name: "notes.txt",
        record: |at| format!("{}:00Z runa> {at}", minute(at)),
        bad: "never runa> x",
        pattern: Some(r"^(?P<time>\d{4}\S+|never) (?P<author>\w+)> (?P<text>.*)$"),
        ..LINES
    },
];

const ENVELOPE: &str = "From r@x.example Fri Dec  6 10:42:00 2024";

/// Formats in which a damaged message is no bad record, each with the reason: what is damaged is
/// kept as words, so that nothing is lost and there is nothing to warn of.
pub(super) const KEPT: &[(&str, Thousand)] = &[
    (
        EACH_LINE,
        Thousand {
            format: "irc-znc",
            name: "#ops_20241206.log",
            record: |at| format!("[{}] <runa> {at}", clock(at)),
            bad: BROKEN,
            ..LINES
        },
    ),
    (
        EACH_LINE,
        Thousand {
            format: "irc-eggdrop",
            name: "#ops.20241206",
            head: "[00:00] runa (r@h) joined #ops.\n",
            record: |at| format!("[{:02}:{:02}] <runa> {at}", at / 60, at % 60),
            bad: BROKEN,
            ..LINES
        },
    ),
    (
        EACH_LINE,
        Thousand {
            format: "irc-ubuntu",
            name: "2024-12-06-#ops.txt",
            record: |at| format!("[{:02}:{:02}] <runa> {at}", at / 60, at % 60),
            bad: BROKEN,
            ..LINES
        },
    ),
    (
        EACH_LINE,
        Thousand {
            format: "irc-irssi",
            name: "#ops.log",
            head: "--- Log opened Fri Dec 06 00:00:00 2024\n",
            record: |at| format!("{:02}:{:02} <@runa> {at}", at / 60, at % 60),
            bad: BROKEN,
            ..LINES
        },
    ),
    (
        EACH_LINE,
        Thousand {
            format: "irc-weechat",
            name: "irc.x.#ops.weechatlog",
            record: |at| format!("2024-12-06 {}\truna\t{at}", clock(at)),
            bad: BROKEN,
            ..LINES
        },
    ),
    (
        EACH_LINE,
        Thousand {
            format: "irc-hexchat",
            name: "x-#ops.log",
            head: "**** BEGIN LOGGING AT Fri Dec 06 00:00:00 2024\n",
            record: |at| format!("Dec 06 {} <runa>\t{at}", clock(at)),
            bad: BROKEN,
            ..LINES
        },
    ),
    (
        EACH_LINE,
        Thousand {
            format: "irc-supybot",
            name: "#ops.txt",
            record: |at| format!("2024-12-06T{}  <runa> {at}", clock(at)),
            bad: BROKEN,
            ..LINES
        },
    ),
    (
        GOES_ON,
        Thousand {
            format: "whatsapp-text",
            name: "WhatsApp Chat with Ops.txt",
            record: |at| format!("12/26/24, {:02}:{:02} - Runa: {at}", at / 60, at % 60),
            bad: BROKEN,
            ..LINES
        },
    ),
    (
        GOES_ON,
        Thousand {
            format: "pasted-chat",
            name: "pasted.txt",
            record: |at| format!("Runa Halvorik  {}:{:02} AM\n{at}", at / 60 % 12 + 1, at % 60),
            bad: BROKEN,
            ..LINES
        },
    ),
    (
        GOES_ON,
        Thousand {
            format: "discord-text",
            name: "ops.txt",
            head: "==============================\nGuild: G\nChannel: ops\n==============================\n\n",
            record: |at| format!("[06-Dec-24 {}:{:02} AM] runa\n{at}\n", at / 60 % 12 + 1, at % 60),
            bad: BROKEN,
            ..LINES
        },
    ),
    (
        ONE_A_FILE,
        Thousand {
            format: "eml",
            name: "a.eml",
            head: "From: Runa <r@x.example>\nDate: Fri, 6 Dec 2024 10:00:00 +0000\nSubject: ops\n\n",
            record: |at| at.to_string(),
            bad: BROKEN,
            ..LINES
        },
    ),
];

/// A message cut where its stamp is.
pub(super) const BROKEN: &str = "99:9 <ru> half a message";

const EACH_LINE: &str = "every line is a message; one of no known shape stands at the time of the line before";
const GOES_ON: &str = "a line that opens no message goes on with the one before";
const ONE_A_FILE: &str = "a file is one message; one without headers is taken for no mail";

fn clock(at: usize) -> String {
    format!("{:02}:{:02}:00", at / 60, at % 60)
}
