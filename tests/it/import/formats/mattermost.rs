//! Mattermost's bulk export, with the quirks of real ones.

use super::{golden, load_file, load_folder};

/// Lists that are null, posts in no order, an answer older than its root, joins told by words alone,
/// a webhook under another name, the same channel name in two teams, an unknown type, a bad line.
const BULK: &str = r#"{"type":"version","version":1}
{"type":"team","team":{"name":"ops","display_name":"Operations","type":"O"}}
{"type":"channel","channel":{"team":"ops","name":"incidents","display_name":"Incidents","type":"P","header":"bridge: https://call.example/1","purpose":"when it burns"}}
{"type":"post","post":{"team":"ops","channel":"incidents","user":"runa","message":"root of it","create_at":1733500872000,"reactions":null,"replies":[{"user":"teo","message":"an older answer","create_at":1733500800000},{"user":"teo","message":"a newer one","create_at":1733500900000,"edit_at":1733500950000,"reactions":[{"user":"runa","emoji_name":"tada","create_at":1733500951000},{"user":"teo","emoji_name":"tada","create_at":1733500952000}]}]}}
{"type":"post","post":{"team":"ops","channel":"incidents","user":"teo","message":"teo joined the channel.","create_at":1733500700000,"reactions":null,"replies":null,"attachments":null}}
{"type":"post","post":{"team":"ops","channel":"incidents","user":"runa","type":"system_header_change","message":"runa updated the channel header","create_at":1733500710000}}
{"type":"post","post":{"team":"ops","channel":"incidents","user":"runa","message":"","props":{"from_webhook":"true","override_username":"Alerts","attachments":[{"title":"Disk full","text":"on search-3","fields":[{"title":"severity","value":"high"}]},{"fallback":"only a fallback"}]},"create_at":1733500720000}}
{"type":"post","post":{"team":"ops","channel":"incidents","user":"runa","message":"","create_at":1733500730000,"attachments":[{"path":"20241206/graph.png"}]}}
{"type":"post","post":{"team":"ops","channel":"incidents","user":"runa","message":"wrong window","create_at":1733500740000,"delete_at":1733500745000}}
{"type":"post","post":{"team":"dev","channel":"incidents","user":"gone","message":"from a team that is not listed","create_at":1733500750000}}
not json
{"type":"direct_channel","direct_channel":{"members":["teo","runa"],"header":""}}
{"type":"direct_post","direct_post":{"channel_members":["runa","teo"],"user":"runa","message":"can you look?","create_at":1733500760000}}
{"type":"user","user":{"username":"runa","email":"runa@mail.example","nickname":"","first_name":"Runa","last_name":"Halvorik","position":"Support engineer"}}
{"type":"hologram","hologram":{}}
{"type":"emoji","emoji":{"name":"tada"}}
"#;

pub const FIXTURES: &[(&str, &[u8])] = &[("import.jsonl", BULK.as_bytes())];

#[test]
fn quirks_of_a_bulk_export() {
    insta::assert_snapshot!(golden(&load_file("export.json", BULK.as_bytes())));
}

#[test]
fn a_post_that_stands_twice_is_one() {
    let twice = BULK.replace("not json\n", BULK.lines().nth(3).unwrap()) + BULK.lines().nth(4).unwrap();
    let once = load_file("import.jsonl", BULK.as_bytes()).report.sources[0].totals.messages;
    assert_eq!(load_file("import.jsonl", twice.as_bytes()).report.sources[0].totals.messages, once);
}

#[test]
fn its_data_beside_it_is_told_as_not_read() {
    let loaded = load_folder(&[("import.jsonl", BULK.as_bytes()), ("data/20241206/graph.png", b"\x89PNG\0\0")]);
    assert_eq!(loaded.report.sources[0].format, "mattermost");
}
