//! Rocket.Chat: pages of its API and database dumps; synthetic only.

use super::{golden, load_file};

const PAGE: &str = r#"{"messages":[
 {"_id":"m1","rid":"GENERAL","ts":"2024-12-06T14:36:12.100Z","u":{"_id":"a1","username":"runa","name":"Runa Halvorik"},"msg":"p95 is 9 s @teo https://g.example/d",
  "mentions":[{"_id":"a2","username":"teo","name":"Teo Marquand"},{"_id":"all","username":"all"}],"urls":[{"url":"https://g.example/d"}],
  "reactions":{":eyes:":{"usernames":["teo","ines"]}},"tcount":2,"editedAt":"2024-12-06T14:37:00.000Z","editedBy":{"_id":"a1","username":"runa"}},
 {"_id":"m2","rid":"GENERAL","ts":{"$date":"2024-12-06T14:36:40Z"},"u":{"_id":"a2","username":"teo","name":"Teo Marquand"},"msg":"rolling back","tmid":"m1","tshow":true},
 {"_id":"m3","rid":"GENERAL","ts":{"$date":{"$numberLong":"1733495810000"}},"u":{"_id":"a2","username":"teo","name":"Teo Marquand"},"msg":"","t":"rm","editedAt":{"$date":"2024-12-06T14:40:00Z"}},
 {"_id":"m4","rid":"GENERAL","ts":{"$date":1733495820000},"u":{"_id":"a3","username":"ines","name":"Ines Okafor"},"msg":"ines","t":"uj"},
 {"_id":"m5","rid":"GENERAL","ts":"2024-12-06T14:37:10.000Z","u":{"_id":"a1","username":"runa"},"msg":"search-inc","t":"r"},
 {"_id":"m6","rid":"GENERAL","ts":"2024-12-06T14:37:20.000Z","u":{"_id":"a1","username":"runa"},"msg":"slow search","t":"room_changed_topic"},
 {"_id":"m7","rid":"GENERAL","ts":"2024-12-06T14:37:30.000Z","u":{"_id":"b1","username":"alerts","name":"Alerts"},"bot":{"i":"x"},"msg":"",
  "attachments":[{"title":"FIRING","title_link":"https://g.example/a/7","text":"slow search","fields":[{"title":"Host","value":"gw-2"}]}]},
 {"_id":"m8","rid":"GENERAL","ts":"2024-12-06T14:37:40.000Z","u":{"_id":"a2","username":"teo"},"msg":"","file":{"_id":"f1","name":"slow.log","type":"text/plain"},
  "attachments":[{"type":"file","title":"slow.log","title_link":"/file-upload/f1/slow.log","description":"the worst hour"}]},
 {"_id":"m9","rid":"GENERAL","ts":"2024-12-06T14:37:50.000Z","u":{"_id":"a1","username":"runa"},"msg":"[ ](https://chat.example/x?msg=m2) thanks",
  "attachments":[{"author_name":"teo","text":"rolling back","message_link":"https://chat.example/x?msg=m2"}]},
 {"_id":"m10","rid":"GENERAL","ts":"never","u":{"_id":"a1","username":"runa"},"msg":"U2FsdGVk","t":"e2e"},
 {"_id":"m11","rid":"GENERAL","ts":"2024-12-06T14:38:00.000Z","u":{"_id":"a1","username":"runa"},"msg":"","t":"videoconf"},
 {"msg":"nowhere"}]}"#;

const ROOMS: &str = r#"{"_id":"m1","rid":"a1a2","ts":{"$date":"2024-12-06T14:36:12.100Z"},"u":{"_id":"a1","username":"runa"},"msg":"look?"}
{"_id":"a1a2","t":"d","usersCount":2,"usernames":["runa","teo"],"_updatedAt":{"$date":"2024-12-06T14:36:12.100Z"}}
"#;

pub const FIXTURES: &[(&str, &[u8])] = &[("rocketchat.json", PAGE.as_bytes()), ("rocketchat.jsonl", ROOMS.as_bytes())];

#[test]
fn a_page_of_its_api_shows_threads_edits_files_and_what_the_server_notes() {
    insta::assert_snapshot!(golden(&load_file("messages.json", PAGE.as_bytes())));
}

#[test]
fn a_dump_holds_records_a_line_and_may_list_rooms() {
    insta::assert_snapshot!(golden(&load_file("dump.jsonl", ROOMS.as_bytes())));
}
