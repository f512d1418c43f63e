//! Matrix rooms as Element exports them; synthetic only.

use super::{golden, load_file};

const ROOM: &str = r#"{"room_name":"search inc","room_creator":"@runa:mail.example","topic":"slow search","export_date":"06/12/2024","exported_by":"@teo:mail.example","messages":[
 {"type":"m.room.create","event_id":"$c","room_id":"!r:mail.example","sender":"@runa:mail.example","origin_server_ts":1733490000000,"state_key":"","content":{"creator":"@runa:mail.example"}},
 {"type":"m.room.member","event_id":"$j1","room_id":"!r:mail.example","sender":"@runa:mail.example","state_key":"@runa:mail.example","origin_server_ts":1733490001000,"content":{"membership":"join","displayname":"Runa"}},
 {"type":"m.room.member","event_id":"$i1","room_id":"!r:mail.example","sender":"@runa:mail.example","state_key":"@teo:mail.example","origin_server_ts":1733490002000,"content":{"membership":"invite","displayname":"Teo Marquand"}},
 {"type":"m.room.member","event_id":"$j2","room_id":"!r:mail.example","sender":"@runa:mail.example","state_key":"@runa:mail.example","origin_server_ts":1733490003000,"content":{"membership":"join","displayname":"Runa Halvorik"},"unsigned":{"prev_content":{"membership":"join","displayname":"Runa"}}},
 {"type":"m.room.topic","event_id":"$t1","room_id":"!r:mail.example","sender":"@runa:mail.example","state_key":"","origin_server_ts":1733490004000,"content":{"topic":"slow search"}},
 {"type":"m.room.message","event_id":"$1","room_id":"!r:mail.example","sender":"@runa:mail.example","origin_server_ts":1733495772100,"content":{"msgtype":"m.text","body":"p95 is 8 s, see https://g.example/d."}},
 {"type":"m.room.message","event_id":"$2","room_id":"!r:mail.example","sender":"@teo:mail.example","origin_server_ts":1733495780000,"content":{"msgtype":"m.text","body":"> <@runa:mail.example> p95 is 8 s\n\nrolling back","m.relates_to":{"m.in_reply_to":{"event_id":"$1"}}}},
 {"type":"m.room.message","event_id":"$3","room_id":"!r:mail.example","sender":"@runa:mail.example","origin_server_ts":1733495790000,"content":{"msgtype":"m.text","body":"* p95 is 9 s","m.new_content":{"msgtype":"m.text","body":"p95 is 9 s"},"m.relates_to":{"rel_type":"m.replace","event_id":"$1"}}},
 {"type":"m.room.message","event_id":"$4","room_id":"!r:mail.example","sender":"@teo:mail.example","origin_server_ts":1733495791000,"content":{"msgtype":"m.text","body":"* lies","m.new_content":{"body":"lies"},"m.relates_to":{"rel_type":"m.replace","event_id":"$1"}}},
 {"type":"m.room.message","event_id":"$5","room_id":"!r:mail.example","sender":"@runa:mail.example","origin_server_ts":1733495800000,"content":{"msgtype":"m.text","body":"thanks","m.mentions":{"user_ids":["@teo:mail.example"]},"m.relates_to":{"rel_type":"m.thread","event_id":"$1","is_falling_back":true,"m.in_reply_to":{"event_id":"$2"}}}},
 {"type":"m.reaction","event_id":"$6","room_id":"!r:mail.example","sender":"@teo:mail.example","origin_server_ts":1733495801000,"content":{"m.relates_to":{"rel_type":"m.annotation","event_id":"$1","key":"👀"}}},
 {"type":"m.reaction","event_id":"$7","room_id":"!r:mail.example","sender":"@runa:mail.example","origin_server_ts":1733495802000,"content":{"m.relates_to":{"rel_type":"m.annotation","event_id":"$1","key":"👍"}}},
 {"type":"m.room.redaction","event_id":"$8","room_id":"!r:mail.example","sender":"@runa:mail.example","origin_server_ts":1733495803000,"redacts":"$7","content":{}},
 {"type":"m.room.message","event_id":"$9","room_id":"!r:mail.example","sender":"@teo:mail.example","origin_server_ts":1733495804000,"content":{},"unsigned":{"redacted_because":{"type":"m.room.redaction","event_id":"$x","origin_server_ts":1733495900000}}},
 {"type":"m.room.message","event_id":"$10","room_id":"!r:mail.example","sender":"@teo:mail.example","origin_server_ts":1733495805000,"content":{"msgtype":"m.text","body":"a secret"}},
 {"type":"m.room.redaction","event_id":"$11","room_id":"!r:mail.example","sender":"@teo:mail.example","origin_server_ts":1733495806000,"content":{"redacts":"$10"}},
 {"type":"m.room.encrypted","event_id":"$12","room_id":"!r:mail.example","sender":"@teo:mail.example","origin_server_ts":1733495807000,"content":{"algorithm":"m.megolm.v1.aes-sha2"}},
 {"type":"m.room.message","event_id":"$13","room_id":"!r:mail.example","sender":"@teo:mail.example","origin_server_ts":1733495808000,"content":{"msgtype":"m.image","body":"graph.png","url":"mxc://mail.example/abc","info":{"size":2048}}},
 {"type":"m.room.message","event_id":"$14","room_id":"!r:mail.example","sender":"@alerts:mail.example","origin_server_ts":1733495809000,"content":{"msgtype":"m.notice","body":"FIRING"}},
 {"type":"m.call.hangup","event_id":"$15","room_id":"!r:mail.example","sender":"@teo:mail.example","origin_server_ts":1733495810000,"content":{"reason":"user_hangup"}},
 {"type":"m.poll.start","event_id":"$16","room_id":"!r:mail.example","sender":"@teo:mail.example","origin_server_ts":1733495811000,"content":{"m.poll.start":{"question":{"body":"Roll back?"},"answers":[{"org.matrix.msc1767.text":"yes"},{"m.text":"no"}]}}},
 {"type":"m.room.member","event_id":"$17","room_id":"!r:mail.example","sender":"@runa:mail.example","state_key":"@spam:mail.example","origin_server_ts":1733495812000,"content":{"membership":"ban","reason":"spam"}},
 {"type":"m.room.message","event_id":"$18","room_id":"!r:mail.example","sender":"@runa:mail.example","origin_server_ts":"soon","content":{"msgtype":"m.emote","body":"waves"}},
 {"type":"m.room.message","sender":"@runa:mail.example"}]}"#;

pub const FIXTURES: &[(&str, &[u8])] = &[("matrix.json", ROOM.as_bytes())];

#[test]
fn a_room_shows_each_message_as_it_was_last_said() {
    insta::assert_snapshot!(golden(&load_file("matrix.json", ROOM.as_bytes())));
}
