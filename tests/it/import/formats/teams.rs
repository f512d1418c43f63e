//! Microsoft Teams: both letter cases, every container, and what Teams notes by itself.

use super::{golden, load_file, load_folder};

/// A channel with a post, its answers, a card, a quote and events, as Graph gives a page of it.
const CHANNEL: &str = r##"{"@odata.context":"https://graph.example/v1.0/$metadata#messages","value":[
{"id":"1733495772100","replyToId":null,"messageType":"message","createdDateTime":"2024-12-06T14:36:12.1Z",
 "lastModifiedDateTime":"2024-12-06T14:50:00Z","lastEditedDateTime":null,"deletedDateTime":null,
 "subject":"Search is slow ","importance":"high","from":{"application":null,"user":{"id":"u-runa","displayName":"Runa Halvorik"}},
 "body":{"contentType":"html","content":"<p>p95 is 9&nbsp;s, see <a href=\"https://g.example/d\">the graph</a></p><p><at id=\"0\">Teo</at>&nbsp;<at id=\"1\">Marquand</at>, you are on call</p>"},
 "channelIdentity":{"teamId":"t-1","channelId":"19:inc@thread.tacv2"},"chatId":null,
 "mentions":[{"id":0,"mentionText":"Teo","mentioned":{"user":{"id":"u-teo","displayName":"Teo Marquand"}}},
             {"id":1,"mentionText":"Marquand","mentioned":{"user":{"id":"u-teo","displayName":"Teo Marquand"}}}],
 "reactions":[{"reactionType":"like","createdDateTime":"2024-12-06T14:50:00Z","user":{"user":{"id":"u-teo","displayName":null}}},
              {"reactionType":"👀","user":{"user":{"id":"u-runa"}}},{"reactionType":"like","user":{"user":{"id":"u-ines"}}}],
 "attachments":[{"id":"f1","contentType":"reference","contentUrl":"https://files.example/slow.log","name":"slow.log"}],
 "replies":[
  {"id":"1733495800000","replyToId":"1733495772100","messageType":"message","createdDateTime":"2024-12-06T14:36:40+00:00",
   "lastEditedDateTime":"2024-12-06T14:40:00Z","from":{"user":{"id":"u-teo","displayName":"Teo Marquand"}},
   "body":{"contentType":"text","content":"rolling back <7.2>"},"attachments":null,"mentions":null,"reactions":null},
  {"id":"1733495810000","replyToId":"1733495772100","messageType":"message","createdDateTime":"2024-12-06T14:36:50Z",
   "deletedDateTime":"2024-12-06T14:41:00Z","from":{"user":{"id":"u-teo","displayName":"Teo Marquand"}},"body":{"contentType":"html","content":""}}]},
{"id":"1733495900000","replyToId":"1733495772100","messageType":"message","createdDateTime":"2024-12-06T14:38:20Z",
 "from":{"application":{"id":"app-1","displayName":"Alerts"},"user":null},"body":{"contentType":"html","content":"<attachment id=\"c1\"></attachment>"},
 "channelIdentity":{"teamId":"t-1","channelId":"19:inc@thread.tacv2"},
 "attachments":[{"id":"c1","contentType":"application/vnd.microsoft.card.adaptive","name":null,
  "content":"{\"type\":\"AdaptiveCard\",\"body\":[{\"type\":\"TextBlock\",\"text\":\"FIRING: slow search\"},{\"type\":\"FactSet\",\"facts\":[{\"title\":\"Host\",\"value\":\"gw-2\"}]},{\"type\":\"ColumnSet\",\"columns\":[{\"items\":[{\"type\":\"TextBlock\",\"text\":\"since 14:30\"}]}]}],\"actions\":[{\"type\":\"Action.OpenUrl\",\"title\":\"Open\",\"url\":\"https://g.example/a/7\"}]}"}]},
{"id":"1733495950000","messageType":"message","createdDateTime":"2024-12-06T14:39:10Z","from":{"user":{"id":"u-runa","displayName":"Runa Halvorik"}},
 "body":{"contentType":"html","content":"<attachment id=\"1733495800000\"></attachment><p>good</p>"},
 "channelIdentity":{"channelId":"19:inc@thread.tacv2"},
 "attachments":[{"id":"1733495800000","contentType":"messageReference","content":"{\"messageId\":\"1733495800000\",\"messagePreview\":\"rolling back\",\"messageSender\":{\"user\":{\"displayName\":\"Teo Marquand\"}}}"},
                {"id":"x","contentType":"forwardedMessageReference","content":"{\"originalMessageContent\":\"<p>from <b>status</b></p>\",\"originalMessageSender\":{\"user\":{\"displayName\":\"Ines Okafor\"}}}"}]},
{"id":"1733496000000","messageType":"unknownFutureValue","createdDateTime":"2024-12-06T14:40:00Z","from":null,
 "body":{"contentType":"html","content":"<systemEventMessage/>"},"channelIdentity":{"channelId":"19:inc@thread.tacv2"},
 "eventDetail":{"@odata.type":"#microsoft.graph.membersAddedEventMessageDetail","members":[{"id":"u-ines","displayName":"Ines Okafor"}],
                "initiator":{"user":{"id":"u-runa"}}}},
{"id":"1733497000000","messageType":"systemEventMessage","createdDateTime":"2024-12-06T14:56:40Z","from":null,
 "body":{"contentType":"html","content":"<systemEventMessage/>"},"channelIdentity":{"channelId":"19:inc@thread.tacv2"},
 "eventDetail":{"@odata.type":"#microsoft.graph.callEndedEventMessageDetail","callDuration":"PT16M40S",
                "callParticipants":[{"participant":{"user":{"id":"u-runa","displayName":"Runa Halvorik"}}},{"participant":{"user":{"id":"u-teo"}}}]}},
{"id":"1733497100000","messageType":"systemEventMessage","createdDateTime":"2024-12-06T14:58:20Z","from":null,
 "body":{"content":"<systemEventMessage/>"},"channelIdentity":{"channelId":"19:inc@thread.tacv2"},
 "eventDetail":{"@odata.type":"#microsoft.graph.channelRenamedEventMessageDetail","channelDisplayName":"search-inc"}},
{"messageType":"message","body":{"content":"no id"}}, 7
]}"##;

/// A one-to-one chat as PowerShell dumps it: capitals, every key of a detail there and null.
const CHAT: &str = r#"[
{"Id":"1733495600000","MessageType":"message","CreatedDateTime":"2024-12-06T14:33:20.36+00:00","LastModifiedDateTime":"2024-12-06T14:34:00+00:00",
 "LastEditedDateTime":null,"DeletedDateTime":null,"Subject":null,"ReplyToId":null,"ChatId":"19:u-runa_u-teo@unq.gbl.spaces","ChannelIdentity":null,
 "From":{"Application":null,"Device":null,"User":{"Id":"u-teo","DisplayName":"Teo Marquand"}},"Body":{"ContentType":"html","Content":"<p>are you <b>there</b>?</p>"},
 "Attachments":[],"Mentions":[],"Reactions":[],"EventDetail":null},
{"Id":"1733495500000","MessageType":"unknownFutureValue","CreatedDateTime":"2024-12-06T14:31:40+00:00","ChatId":"19:u-runa_u-teo@unq.gbl.spaces",
 "From":null,"Body":{"ContentType":"html","Content":"<systemEventMessage/>"},
 "EventDetail":{"EventType":null,"Initiator":{"Application":null,"User":{"Id":"u-runa","DisplayName":null}},"CallEnded":null,"MembersAdded":null}}
]"#;

const USERS: &str = r#"[{"Id":"u-runa","DisplayName":"Runa Halvorik","UserPrincipalName":"runa@mail.example","Mail":"runa@mail.example","JobTitle":"Support engineer","OfficeLocation":"Oslo"},
 {"Id":"u-teo","DisplayName":"Teo Marquand","UserPrincipalName":"teo@mail.example","Mail":null}]"#;

const CHANNELS: &str = r#"{"value":[{"id":"19:inc@thread.tacv2","displayName":"search-inc","description":"slow search","membershipType":"private"}]}"#;

const LINES: &str = r#"{"id":"1733495600000","messageType":"message","createdDateTime":"2024-12-06T14:33:20.36Z","chatId":"19:x@thread.v2","from":{"user":{"id":"u-teo","displayName":"Teo Marquand"}},"body":{"contentType":"text","content":"one"}}
{"id":"1733495600001","messageType":"message","createdDateTime":"soon","chatId":"19:x@thread.v2","from":{"user":{"id":"u-teo","displayName":"Teo Marquand"}},"body":{"contentType":"text","content":"two"}}
"#;

pub const FIXTURES: &[(&str, &[u8])] = &[
    ("teams-channel.json", CHANNEL.as_bytes()),
    ("teams-chat.json", CHAT.as_bytes()),
    ("teams-users.json", USERS.as_bytes()),
    ("teams-lines.jsonl", LINES.as_bytes()),
];

#[test]
fn a_page_of_graph_shows_posts_answers_cards_quotes_and_events() {
    insta::assert_snapshot!(golden(&load_file("page.json", CHANNEL.as_bytes())));
}

#[test]
fn a_powershell_tree_holds_each_chat_once_with_names_from_the_lists_beside() {
    let loaded = load_folder(&[
        ("users/u-runa/messages_u-runa.json", CHAT.as_bytes()),
        ("users/u-teo/messages_u-teo.json", CHAT.as_bytes()),
        ("usersList.json", USERS.as_bytes()),
        ("teams/t-1/messages_t-1.json", CHANNEL.as_bytes()),
        ("teams/t-1/channels_t-1.json", CHANNELS.as_bytes()),
    ]);
    insta::assert_snapshot!(golden(&loaded));
}

#[test]
fn messages_one_a_line_and_a_single_one_are_read() {
    insta::assert_snapshot!(golden(&load_file("chat.jsonl", LINES.as_bytes())));
    let single = LINES.lines().next().unwrap();
    let loaded = load_file("one.json", single.as_bytes());
    assert_eq!(loaded.archive.message_count(), 1);
}
