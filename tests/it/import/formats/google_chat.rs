//! Google Chat as Takeout packs it; synthetic only.

use super::{golden, load_folder};

const SPACE: &str = "{\"messages\":[
 {\"creator\":{\"name\":\"Runa Halvorik\",\"email\":\"runa@mail.example\",\"user_type\":\"Human\"},\"created_date\":\"Friday, December 6, 2024 at 2:36:12\u{202f}PM UTC\",\"text\":\"p95 is 9 s, see https://g.example/d\",
  \"annotations\":[{\"start_index\":16,\"length\":19,\"url_metadata\":{\"title\":\"d\",\"url\":{\"private_do_not_access_or_else_safe_url_wrapped_value\":\"https://g.example/d\"}}}],
  \"topic_id\":\"T1\",\"message_id\":\"AAA/T1/T1\"},
 {\"creator\":{\"name\":\"Teo Marquand\",\"email\":\"teo@mail.example\",\"user_type\":\"Human\"},\"created_date\":\"Friday, December 6, 2024 at 2:36:40 PM UTC\",\"updated_date\":\"Friday, December 6, 2024 at 2:38:00 PM UTC\",\"text\":\"rolling back\",
  \"attached_files\":[{\"original_name\":\"slow.log\",\"export_name\":\"File-slow.log\"}],\"topic_id\":\"T1\",\"message_id\":\"AAA/T1/M2\"},
 {\"creator\":{\"name\":\"Alerts\",\"user_type\":\"Bot\"},\"created_date\":\"Freitag, 6. Dezember 2024 um 14:37:00 UTC\",\"text\":\"FIRING\",\"topic_id\":\"T2\",\"message_id\":\"AAA/T2/T2\"},
 {\"created_date\":\"Friday, December 6, 2024 at 2:39:00 PM UTC\",\"topic_id\":\"T3\",\"message_id\":\"AAA/T3/T3\",\"message_state\":\"DELETED\",\"deletion_metadata\":{\"deletion_type\":\"CREATOR\"}},
 {\"creator\":{\"name\":\"Teo Marquand\",\"email\":\"teo@mail.example\"},\"created_date\":\"2024年12月6日 14:40:00 UTC\",\"text\":\"when?\",\"topic_id\":\"T4\",\"message_id\":\"AAA/T4/T4\",
  \"quoted_message_metadata\":{\"creator\":{\"name\":\"Runa Halvorik\"},\"text\":\"p95 is 9 s\",\"message_id\":\"AAA/T1/T1\"}},
 {\"text\":\"no id\"}]}";

const GROUP: &str = r#"{"name":"search inc","members":[{"name":"Runa Halvorik","email":"runa@mail.example","user_type":"Human"},{"name":"Teo Marquand","email":"teo@mail.example","user_type":"Human"}]}"#;

const CONVERSATION: &str = r#"{"messages":[{"creator":{"name":"Teo Marquand","email":"teo@mail.example","user_type":"Human"},"created_date":"Friday, December 6, 2024 at 2:30:00 PM","text":"there?","topic_id":"D1","message_id":"BBB/D1/D1"}]}"#;

const MEMBERS: &str = r#"{"members":[{"name":"Runa Halvorik","email":"runa@mail.example"},{"name":"Teo Marquand","email":"teo@mail.example"}]}"#;

pub const FIXTURES: &[(&str, &[u8])] = &[
    ("gchat-messages.json", SPACE.as_bytes()),
    ("group_info.json", GROUP.as_bytes()),
    ("gchat-dm.json", CONVERSATION.as_bytes()),
];

#[test]
fn a_takeout_shows_spaces_conversations_topics_and_dates_in_prose() {
    let loaded = load_folder(&[
        ("Google Chat/Groups/DM BBB/group_info.json", MEMBERS.as_bytes()),
        ("Google Chat/Groups/DM BBB/messages.json", CONVERSATION.as_bytes()),
        ("Google Chat/Groups/Space AAA/group_info.json", GROUP.as_bytes()),
        ("Google Chat/Groups/Space AAA/messages.json", SPACE.as_bytes()),
    ]);
    insta::assert_snapshot!(golden(&loaded));
}
