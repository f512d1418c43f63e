//! JSON, CSV and plain text of `DiscordChatExporter`, with the quirks of its generations.

use super::{golden, load_file, load_folder};

/// A channel with an answer whose target is there, one whose target is not, an answer to an answer, an
/// alert in an embed alone, a webhook, a file, reactions with and without users, an edit, a join, a
/// pin, a kind written as a number, a message that stands twice, and a count that is wrong.
const CHANNEL: &str = r#"{
  "guild": {"id": "400000000000000000", "name": "Operations", "iconUrl": ""},
  "channel": {"id": "500000000000000000", "type": "GuildTextChat", "categoryId": "450000000000000000", "category": "Incidents", "name": "sev-search", "topic": "search is down"},
  "dateRange": {"after": null, "before": null},
  "exportedAt": "2024-12-07T00:00:00.1234567+01:00",
  "messages": [
    {"id": "1314601291996987393", "type": "Default", "timestamp": "2024-12-06T15:36:12.1234567+01:00", "timestampEdited": "2024-12-06T15:37:00+01:00", "content": "search is slow, see https://wiki.example/a", "author": {"id": "1", "name": "runa", "discriminator": "0000", "nickname": "Runa Halvorik", "isBot": false}, "attachments": [], "embeds": [], "reactions": [{"emoji": {"id": "", "name": "👀", "code": "eyes"}, "count": 2, "users": [{"id": "2", "name": "teo", "discriminator": "0000", "nickname": "Teo", "isBot": false}]}, {"emoji": {"id": null, "name": "paul"}, "count": 3}], "mentions": []},
    {"id": "1314601545236480002", "type": "Reply", "timestamp": "2024-12-06T15:37:12.5+01:00", "content": "@Runa Halvorik looking", "author": {"id": "2", "name": "teo", "discriminator": "0000", "isBot": false}, "mentions": [{"id": "1", "name": "runa", "discriminator": "0000", "nickname": "Runa Halvorik", "isBot": false}], "reference": {"messageId": "1314601291996987393", "channelId": "500000000000000000", "guildId": "400000000000000000"}},
    {"id": "1314601796894720003", "type": "Reply", "timestamp": "2024-12-06T15:38:12.5+01:00", "content": "an answer to an answer", "author": {"id": "1", "name": "runa", "discriminator": "0000", "isBot": false}, "reference": {"messageId": "1314601545236480002", "channelId": "500000000000000000", "guildId": null}},
    {"id": "1314602048552960004", "type": "Reply", "timestamp": "2024-12-06T15:39:12.5+01:00", "content": "to something deleted", "author": {"id": "9", "name": "Deleted User", "discriminator": "0000", "isBot": false}, "reference": {"messageId": "1300000000000000000", "channelId": "500000000000000000", "guildId": null}},
    {"id": "1314602300211200005", "type": "Default", "timestamp": "2024-12-06T15:40:12.5+01:00", "content": "", "author": {"id": "7", "name": "Alerts", "discriminator": "0000", "isBot": true}, "embeds": [{"title": "Disk full", "url": "https://alerts.example/1", "description": "on search-3", "fields": [{"name": "severity", "value": "high"}], "footer": {"text": "prod"}}]},
    {"id": "1314602551869440006", "type": "Default", "timestamp": "2024-12-06T15:41:12.5+01:00", "content": "", "author": {"id": "1", "name": "runa", "discriminator": "0000", "isBot": false}, "attachments": [{"id": "8", "url": "https://cdn.example/graph.png", "fileName": "graph.png", "fileSizeBytes": 165152}], "stickers": []},
    {"id": "1314602803527680007", "type": "RecipientAdd", "timestamp": "2024-12-06T15:42:12.5+01:00", "content": "Added Teo to the group.", "author": {"id": "1", "name": "runa", "discriminator": "0000", "isBot": false}},
    {"id": "1314602803527680008", "type": "ChannelPinnedMessage", "timestamp": "2024-12-06T15:43:12.5+01:00", "content": "Pinned a message.", "author": {"id": "1", "name": "runa", "discriminator": "0000", "isBot": false}, "reference": {"messageId": "1314601291996987393", "channelId": "500000000000000000"}},
    {"id": "1314603306844160009", "type": "46", "timestamp": "2024-12-06T15:44:12.5+01:00", "content": "", "author": {"id": "1", "name": "runa", "discriminator": "0000", "isBot": false}},
    {"id": "1314601545236480002", "type": "Reply", "timestamp": "2024-12-06T15:37:12.5+01:00", "content": "@Runa Halvorik looking", "author": {"id": "2", "name": "teo", "discriminator": "0000", "isBot": false}, "reference": {"messageId": "1314601291996987393", "channelId": "500000000000000000"}},
    {"id": "1314603558502400010", "type": "Default", "timestamp": "2024-12-06T15:45:12.5+01:00", "content": "see below", "author": {"id": "2", "name": "teo", "discriminator": "0000", "isBot": false}, "reference": {"type": "Forward", "messageId": "1", "channelId": "2"}, "forwardedMessage": {"content": "customers cannot search", "timestamp": "2024-12-06T15:00:00+01:00"}}
  ],
  "messageCount": 12
}
"#;

/// A thread that began with a message of the channel.
const THREAD: &str = r#"{"guild": {"id": "400000000000000000", "name": "Operations"}, "channel": {"id": "1314601291996987393", "type": "GuildPublicThread", "categoryId": "500000000000000000", "category": "sev-search", "name": "why is it slow"}, "dateRange": {"after": null, "before": null}, "messages": [{"id": "1314622380441600020", "type": "Default", "timestamp": "2024-12-06T16:00:00+00:00", "content": "a deploy", "author": {"id": "2", "name": "teo", "isBot": false}}], "messageCount": 1}"#;

/// A call in a group, of an old generation: no `messageCount`, no stickers, `type` as a number.
const GROUP: &str = r#"{"guild": {"id": "0", "name": "Direct Messages"}, "channel": {"id": "600000000000000000", "type": 3, "category": "Group", "name": "bridge"}, "dateRange": {"after": null, "before": null}, "messages": [{"id": "100", "type": "Call", "timestamp": "2024-12-06T16:00:00.5+00:00", "callEndedTimestamp": "2024-12-06T17:00:00+00:00", "content": "Started a call that lasted 59 minutes.", "author": {"id": "1", "name": "runa", "isBot": false}}, {"id": "101", "type": "Default", "timestamp": "soon", "content": "no time", "author": {"id": "1", "name": "runa", "isBot": false}}, 7, {"type": "Default"}]}"#;

const OLD_TABLE: &str = "AuthorID;Author;Date;Content;Attachments;Reactions;\r\n\
    \"70\";\"Alerts#0000\";\"13-Dec-19 12:07 AM\";\"Search is slow\r\n\r\nNode: a; b\";\"\";\"\";\r\n\
    \"2\";\"Teo#6840\";\"13-Dec-19 12:07 AM\";\"looking\";\"https://cdn.example/1/graph.png\";\"💪 (2),👍 (1)\";\r\n\
    \"2\";\"Teo#6840\";\"13-Dec-19 12:07 AM\";\"looking\";\"\";\"\";\r\n\
    \"2\";\"Teo#6840\"\r\n";

const NEW_TABLE: &str = "AuthorID,Author,Date,Content,Attachments,Reactions\n\
    \"2\",\"teo\",\"2023-04-01T10:00:00.0000000+02:00\",\"hi\",\"\",\"\"\n";

const TEXT: &str = "==============================================================\n\
Guild: Operations\nChannel: sev-search\nTopic: search is down\nMessages: 3\nRange: before 14-Dec-19 12:00 AM\n\
==============================================================\n\n\
[13-Dec-19 12:07 AM] Alerts#0000\nSearch is slow\n\n[not a date] in the text\n\n{Embed}\nNode: a\nNode: b\n\n\
[13-Dec-19 12:11 AM] Teo#6840\nWTF\n[13-Dec-19 12:07 AM] quoted, not after an empty line\n\n{Reactions}\n🤣 (3) 👍\n\n\
[13-Dec-19 12:12 AM] Runa#7395 (pinned)\n\n{Attachments}\nhttps://cdn.example/1/graph.png\n\n\
==============================================================\nExported 4 message(s)\n==============================================================\n";

pub const FIXTURES: &[(&str, &[u8])] = &[
    ("channel.json", CHANNEL.as_bytes()),
    ("thread.json", THREAD.as_bytes()),
    ("group.json", GROUP.as_bytes()),
    ("old.csv", OLD_TABLE.as_bytes()),
    ("new.csv", NEW_TABLE.as_bytes()),
    ("channel.txt", TEXT.as_bytes()),
];

#[test]
fn quirks_of_a_channel() {
    insta::assert_snapshot!(golden(&load_file("channel.json", CHANNEL.as_bytes())));
}

#[test]
fn a_group_of_an_old_generation_with_damage() {
    insta::assert_snapshot!(golden(&load_file("group.json", GROUP.as_bytes())));
}

#[test]
fn an_interrupted_export_gives_all_whole_messages_and_says_so() {
    let cut = &CHANNEL[..CHANNEL.find("an answer to an answer").unwrap()];
    let loaded = load_file("channel.json", cut.as_bytes());
    let said = golden(&loaded);
    assert_eq!(loaded.report.sources[0].totals.messages, 2, "{said}");
    assert!(said.contains("cut-file"), "{said}");
    assert!(said.contains("#sev-search"), "{said}");
}

#[test]
fn threads_and_parts_are_joined_to_their_channel() {
    let (first, second) = CHANNEL.split_once(",\n    {\"id\": \"1314602300211200005\"").unwrap();
    let begin = CHANNEL.split_once("\"messages\": [").unwrap().0;
    let parts = [
        format!("{first}], \"messageCount\": 4}}"),
        format!("{begin}\"messages\": [{{\"id\": \"1314602300211200005\"{second}"),
    ];
    let loaded = load_folder(&[
        ("ops.json", parts[0].as_bytes()),
        ("ops [part 2].json", parts[1].as_bytes()),
        ("why is it slow.json", THREAD.as_bytes()),
    ]);
    insta::assert_snapshot!(golden(&loaded));
}

#[test]
fn a_thread_alone_names_its_parent() {
    let said = golden(&load_file("thread.json", THREAD.as_bytes()));
    assert!(said.contains("#sev-search discord/500000000000000000"), "{said}");
    assert!(said.contains("[answers 1314601291996987393]"), "{said}");
}

#[test]
fn a_circle_of_answers_is_no_thread_and_a_long_chain_hangs_on_its_first_message() {
    let message = |id: usize, target: usize| {
        format!(
            r#"{{"id": "{id}", "type": "Reply", "timestamp": "2024-12-06T15:00:00Z", "content": "x", "author": {{"id": "1", "name": "runa"}}, "reference": {{"messageId": "{target}"}}}}"#
        )
    };
    let chain = (2..20_000).map(|id| message(id, id - 1));
    let messages: Vec<String> = chain.chain([message(90_001, 90_002), message(90_002, 90_001)]).collect();
    let file = format!(
        r#"{{"guild": {{"id": "1"}}, "channel": {{"id": "2", "name": "x"}}, "messages": [{}]}}"#,
        messages.join(",")
    );
    let loaded = load_file("x.json", file.as_bytes());
    let totals = &loaded.report.sources[0].totals;
    assert_eq!((totals.messages, totals.threads), (20_000, 1));
}

#[test]
fn tables_of_two_generations_and_a_text() {
    insta::assert_snapshot!(golden(&load_file("alarms.csv", OLD_TABLE.as_bytes())));
    insta::assert_snapshot!(golden(&load_file("alarms.csv", NEW_TABLE.as_bytes())));
    insta::assert_snapshot!(golden(&load_file("alarms.txt", TEXT.as_bytes())));
}

#[test]
fn a_table_and_a_text_side_by_side_are_told_apart_and_that_is_said() {
    let loaded = load_folder(&[("alarms.csv", OLD_TABLE.as_bytes()), ("alarms.txt", TEXT.as_bytes())]);
    let said = golden(&loaded);
    assert!(said.contains("side by side"), "{said}");
    assert_eq!(loaded.archive.channels().count(), 2);
}
