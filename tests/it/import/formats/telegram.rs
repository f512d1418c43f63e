//! Telegram Desktop's `result.json`, with the quirks of its generations.

use super::{golden, load_file};

/// Clocks with and without an instant beside them, a number for a user, a text of parts, an answer
/// that is there and one that is not, a file that was not included, reactions, a call, a join, a
/// forwarded message, an edit, one of the first day of 1970, a message without a time, one that is none.
const CHAT: &str = r#"{
 "name": "On call",
 "type": "private_supergroup",
 "id": 1111111111,
 "messages": [
  {"id": 1, "type": "service", "date": "2019-07-05T16:55:32", "actor": "Runa", "actor_id": "user7", "action": "invite_members", "members": ["Teo", "Ines"], "text": ""},
  {"id": 2, "type": "message", "date": "2019-07-05T16:56:00", "edited": "1970-01-01T01:00:00", "from": "Runa", "from_id": 7, "text": ["see ", {"type": "link", "text": "https://wiki.example/a"}, " and ", {"type": "text_link", "text": "this", "href": "https://wiki.example/b"}, {"type": "mention_name", "text": " Teo", "user_id": 8}]},
  {"id": 3, "type": "message", "date": "2022-05-10T00:23:53", "date_unixtime": "1652135033", "edited": "2022-05-10T00:24:53", "edited_unixtime": "1652135093", "from": "Teo", "from_id": "user8", "reply_to_message_id": 2, "text": "looking", "reactions": [{"type": "emoji", "count": 2, "emoji": "👍", "recent": [{"from": "Runa", "from_id": "user7", "date": "2022-05-10T00:25:00"}]}]},
  {"id": 4, "type": "message", "date_unixtime": "1652135040", "from": null, "from_id": "user9", "reply_to_message_id": 3, "text": "answer to an answer of an account that is gone"},
  {"id": 5, "type": "message", "date_unixtime": "1652135050", "from": "Runa", "from_id": "user7", "reply_to_message_id": 99, "photo": "(File not included. Change data exporting settings to download.)", "width": 960, "text": ""},
  {"id": 6, "type": "message", "date_unixtime": "1652135060", "from": "Runa", "from_id": "user7", "forwarded_from": "Status page", "text": "search is down", "file": "files/graph.pdf", "media_type": "document"},
  {"id": 7, "type": "service", "date_unixtime": "1652135070", "actor": "Teo", "actor_id": "user8", "action": "phone_call", "duration_seconds": 56, "text": ""},
  {"id": 8, "type": "service", "date_unixtime": "1652135080", "actor": "Teo", "actor_id": "user8", "action": "pin_message", "message_id": 3, "text": ""},
  {"id": 9, "type": "message", "from": "Teo", "from_id": "user8", "text": "when?"},
  {"type": "message", "text": "no id"},
  {"id": 3, "type": "message", "date_unixtime": "1652135033", "edited_unixtime": "1652135093", "from": "Teo", "from_id": "user8", "reply_to_message_id": 2, "text": "looking"}
 ]
}"#;

/// All chats of an account, with those that were left.
const ACCOUNT: &str = r#"{
 "about": "Here is the data you requested.",
 "personal_information": {"user_id": 7, "first_name": "Runa"},
 "contacts": {"about": "", "list": [{"first_name": "Teo", "phone_number": "+00 00"}]},
 "chats": {"about": "", "list": [
  {"name": "Teo", "type": "personal_chat", "id": 8, "messages": [{"id": 1, "type": "message", "date_unixtime": "1652135033", "from": "Teo", "from_id": "user8", "text": "hi"}]},
  {"name": null, "type": "public_channel", "id": 12, "messages": []}
 ]},
 "left_chats": {"about": "", "list": [
  {"name": "Old room", "type": "private_group", "id": 13, "messages": [{"id": -999999, "type": "message", "date_unixtime": "1500000000", "from": "Runa", "from_id": "user7", "text": "bye"}]}
 ]}
}"#;

pub const FIXTURES: &[(&str, &[u8])] = &[("result.json", CHAT.as_bytes()), ("account.json", ACCOUNT.as_bytes())];

#[test]
fn quirks_of_one_chat() {
    insta::assert_snapshot!(golden(&load_file("result.json", CHAT.as_bytes())));
}

#[test]
fn all_chats_of_an_account() {
    insta::assert_snapshot!(golden(&load_file("result.json", ACCOUNT.as_bytes())));
}

#[test]
fn a_cut_account_gives_all_whole_messages_and_says_so() {
    let cut = &ACCOUNT[..ACCOUNT.find("\"text\": \"bye").unwrap()];
    let loaded = load_file("result.json", cut.as_bytes());
    let said = golden(&loaded);
    assert!(said.contains("cut-file") && said.contains(": hi") && said.contains("Old room"), "{said}");
}
