//! Zulip: archives of both generations, an organisation's export, pages of the API.

use super::{golden, load_file, load_folder};

const INDEX: &str = r#"{"streams":{"search ops":{"id":101,"latest_id":9,"topic_data":{"slow / search":{"latest_date":1733496000,"size":3}}},
 "old-days":{"id":202,"latest_id":5,"topic_data":{"why-not":{"latest_date":1733490000,"size":1}}}},"time":1733500000}"#;

const TOPIC: &str = r#"[{"id":3,"sender_full_name":"Teo Marquand","timestamp":1733495800,"content":"<p><span class=\"user-mention\" data-user-id=\"7\">@Runa Halvorik</span> rolled back</p>"},
 {"id":2,"sender_full_name":"Runa Halvorik","timestamp":1733495772,"content":"<p>p95 is 9 s<br>\nsee <a href=\"https://g.example/d\">graph</a></p>"},
 {"id":4,"sender_full_name":"Notification Bot","timestamp":"soon","content":"<p>moved here</p>"}, {"sender_full_name":"nobody"}]"#;

const RENAMED: &str = r#"[{"id":1,"sender_full_name":"Runa Halvorik","timestamp":1733495700,"content":"<p>first words</p>"},
 {"id":2,"sender_full_name":"Runa Halvorik","timestamp":1733495772,"content":"<p>p95 is 9 s<br>\nsee <a href=\"https://g.example/d\">graph</a></p>"}]"#;

const OLD: &str = r#"[{"id":5,"sender_full_name":"Ines Okafor","timestamp":1733490000,"content":"<blockquote><p>said</p></blockquote><p>well</p>"}]"#;

const REALM: &str = r#"{"zerver_userprofile":[{"id":7,"full_name":"Runa Halvorik","delivery_email":"runa@mail.example","timezone":"Europe/Oslo","is_bot":false,"is_active":true},
  {"id":8,"full_name":"Teo Marquand","email":"teo@mail.example","is_bot":false},{"id":9,"full_name":"Builder","email":"builder-bot@mail.example","is_bot":true}],
 "zerver_stream":[{"id":101,"name":"search ops","invite_only":true},{"id":102,"name":"quiet","invite_only":false}],
 "zerver_recipient":[{"id":1,"type":2,"type_id":101},{"id":2,"type":1,"type_id":7},{"id":3,"type":3,"type_id":1}],
 "zerver_subscription":[{"user_profile":7,"recipient":3},{"user_profile":8,"recipient":3},{"user_profile":9,"recipient":3}],
 "zerver_reaction":[{"user_profile":8,"message":11,"emoji_name":"eyes"},{"user_profile":9,"message":11,"emoji_name":"eyes"}]}"#;

const MESSAGES: &str = r#"{"zerver_message":[
 {"id":11,"sender":7,"recipient":1,"subject":"slow search","content":"p95 is **9 s**","rendered_content":"<p>p95 is <strong>9 s</strong></p>","date_sent":1733495772.1000151,"last_edit_time":1733495900.5,
  "edit_history":"[{\"prev_content\":\"p95 is 8 s\",\"timestamp\":1733495900,\"user_id\":7},{\"prev_content\":\"p95 is 7 s\",\"timestamp\":1733495850,\"user_id\":7}]"},
 {"id":12,"sender":9,"recipient":1,"subject":"slow search","content":"build 7 failed","rendered_content":null,"date_sent":1733495800,"last_edit_time":1733495990,
  "edit_history":"[{\"prev_subject\":\"builds\",\"timestamp\":1733495990,\"user_id\":7}]"},
 {"id":13,"sender":8,"recipient":2,"subject":"","content":"can you look?","date_sent":1733495810,"edit_history":null},
 {"id":14,"sender":7,"recipient":3,"subject":"","content":"all three","date_sent":1733495820},
 {"id":15,"sender":77,"recipient":99,"subject":"lost","content":"nobody knows where","date_sent":null}],
 "zerver_usermessage":[{"id":1,"user_profile":7,"message":11}]}"#;

const PAGE: &str = r#"{"result":"success","messages":[
 {"id":21,"sender_id":7,"sender_full_name":"Runa Halvorik","sender_email":"runa@mail.example","type":"stream","stream_id":101,"display_recipient":"search ops","subject":"slow search",
  "timestamp":1733495772,"content_type":"text/html","content":"<p>p95 is 9 s</p>","reactions":[{"emoji_name":"eyes","user_id":8,"user":{"id":8,"full_name":"Teo Marquand"}}],"last_edit_timestamp":1733495780},
 {"id":22,"sender_id":8,"sender_full_name":"Teo Marquand","sender_email":"teo@mail.example","type":"stream","stream_id":101,"display_recipient":"search ops","subject":"slow search",
  "timestamp":1733495790,"content_type":"text/x-markdown","content":"on **it**","reactions":[],"edit_history":[{"prev_topic":"x","timestamp":1733495795,"user_id":8}],"last_edit_timestamp":1733495795},
 {"id":23,"sender_id":8,"sender_full_name":"Teo Marquand","sender_email":"teo@mail.example","type":"private","display_recipient":[{"id":8,"full_name":"Teo Marquand"},{"id":7,"full_name":"Runa Halvorik"}],"subject":"",
  "timestamp":1733495795,"content":"<p>call me</p>","reactions":[]}]}"#;

pub const FIXTURES: &[(&str, &[u8])] = &[
    ("zulip-topic.json", TOPIC.as_bytes()),
    ("stream_index.json", INDEX.as_bytes()),
    ("realm.json", REALM.as_bytes()),
    ("zulip-messages.json", MESSAGES.as_bytes()),
    ("zulip-page.json", PAGE.as_bytes()),
];

#[test]
fn folders_of_one_stream_are_one_channel_and_topics_are_threads() {
    let loaded = load_folder(&[
        ("zulip_json/stream_index.json", INDEX.as_bytes()),
        ("zulip_json/101-search.20ops/slow.20.2F.20search.json", TOPIC.as_bytes()),
        ("zulip_json/101-search/slow.20.2F.20search.json", RENAMED.as_bytes()),
        ("zulip_json/202olddays/12345whynot.json", OLD.as_bytes()),
    ]);
    insta::assert_snapshot!(golden(&loaded));
}

#[test]
fn an_export_resolves_its_recipients_and_keeps_what_was_edited() {
    let loaded =
        load_folder(&[("export/messages-000001.json", MESSAGES.as_bytes()), ("export/realm.json", REALM.as_bytes())]);
    insta::assert_snapshot!(golden(&loaded));
}

#[test]
fn messages_without_the_list_of_people_are_read_by_number() {
    let loaded = load_file("messages-000001.json", MESSAGES.as_bytes());
    assert_eq!(loaded.archive.message_count(), 5);
    assert!(loaded.report.sources[0].warnings.iter().any(|(trouble, _)| trouble.code() == "missing-list"));
}

#[test]
fn a_page_of_the_api_has_streams_conversations_and_reactions() {
    insta::assert_snapshot!(golden(&load_file("page.json", PAGE.as_bytes())));
}
