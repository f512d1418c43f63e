//! What Slack writes, and what a reader sees of it.

use meanwhile::archive::MessageType::{self, Bot, Call, Deleted, File, Join, Leave, Message, Topic};
use meanwhile::archive::{ChannelKind, Flags};
use meanwhile::base::id::ChannelId;
use meanwhile::import::LoadOptions;
use meanwhile::import::report::Trouble;

use super::fixture::{Fixture, codes, load, messages, texts};

#[test]
fn a_message_has_its_author_time_id_and_text() {
    let loaded = Fixture::new()
        .day(r#"[{"type":"message","user":"U1","ts":"1733495772.100015","text":"see <@U2> in <#C2|> &amp; <https://g.example/d|graph> :eyes:"}]"#)
        .load();
    let message = messages(&loaded.archive, "slack/C1")[0];
    assert_eq!(message.id().as_str(), "slack/C1/1733495772.100015");
    assert_eq!(message.time().rfc3339(), "2024-12-06T14:36:12.100015Z");
    assert_eq!(message.text().unsanitised(), "see @teo in #quiet & graph (https://g.example/d) :eyes:");
    let author = message.author().unwrap();
    assert_eq!((author.name.unsanitised(), author.handle.unsanitised()), ("Runa Halvorik", "runa"));
    assert_eq!((author.title.unsanitised(), author.zone.unwrap().name()), ("Support engineer", "Europe/Oslo"));
    let extras = message.extras().unwrap();
    assert_eq!(extras.links[0].unsanitised(), "https://g.example/d");
    assert_eq!(loaded.archive.people().get(extras.mentions[0]).unwrap().id.as_str(), "slack/U2");
    assert!(message.flags().has(Flags::LINK));
    assert!(codes(&loaded).is_empty());
}

#[test]
fn bots_come_in_three_shapes_and_say_what_they_carry() {
    let loaded = Fixture::new()
        .day(
            r#"[
        {"subtype":"bot_message","bot_id":"B1","username":"alerts","text":"","ts":"1.0",
         "attachments":[{"pretext":"now","title":"FIRING: Slow","title_link":"https://g.example/1","text":"p95 &gt; 900 ms",
                         "fields":[{"title":"host","value":"gw-2"}],"fallback":"not shown"}]},
        {"user":"U3","bot_id":"B2","bot_profile":{"name":"Builder"},"text":"build 7","ts":"2.0",
         "blocks":[{"type":"section","text":{"type":"mrkdwn","text":"build 7 of *search* failed"}},
                   {"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"Open"}}]}]},
        {"subtype":"bot_message","username":"deploys","icons":{},"text":"PR 22 merged","ts":"3.0"},
        {"subtype":"bot_message","bot_id":"B1","username":"relay of oskar","text":"from the other side","ts":"4.0"}]"#,
        )
        .load();
    let shown = messages(&loaded.archive, "slack/C1");
    assert!(shown.iter().all(|message| message.kind() == Bot && message.flags().has(Flags::BOT)));
    assert_eq!(shown[0].body().unsanitised(), "");
    assert_eq!(
        shown[0].attachment_text().unwrap().unsanitised(),
        "now\nFIRING: Slow (https://g.example/1)\np95 > 900 ms\nhost: gw-2"
    );
    assert_eq!(shown[1].text().unsanitised(), "build 7 of *search* failed\n[Open]");
    let names: Vec<&str> = shown.iter().map(|message| message.author_label().unsanitised()).collect();
    assert_eq!(names, ["alerts", "builder", "deploys", "relay of oskar"]);
    let totals = &loaded.report.sources[0].totals;
    assert_eq!((totals.bots, totals.people.len(), totals.programs.len()), (3, 1, 3));
}

#[test]
fn system_records_are_types_and_unknown_ones_keep_their_word() {
    let loaded = Fixture::new()
        .day(
            r#"[
        {"subtype":"channel_join","user":"U1","inviter":"U2","text":"<@U1> ist dabei","ts":"1.0"},
        {"subtype":"channel_leave","user":"U1","text":"<@U1> left","ts":"2.0"},
        {"subtype":"channel_topic","user":"U1","topic":"x","text":"set the topic","ts":"3.0"},
        {"subtype":"tombstone","user":"USLACKBOT","hidden":true,"text":"This message was deleted.","ts":"4.0"},
        {"user":"USLACKBOT","text":"","ts":"5.0","room":{"id":"R1","date_start":1733495400,"date_end":1733497260,"participant_history":["U1","U2"]}},
        {"subtype":"something_else","user":"U1","text":"odd, says <@USLACKBOT>","ts":"6.0"}]"#,
        )
        .load();
    let shown = messages(&loaded.archive, "slack/C1");
    let kinds: Vec<MessageType> = shown.iter().map(meanwhile::archive::Message::kind).collect();
    assert_eq!(kinds, [Join, Leave, Topic, Deleted, Call, Message]);
    assert!(shown[0].extras().unwrap().inviter.is_some());
    assert!(shown[3].flags().has(Flags::HIDDEN));
    let slackbot = shown[3].author().unwrap();
    assert_eq!((slackbot.name.unsanitised(), slackbot.id.as_str()), ("Slackbot", "slack/USLACKBOT"));
    assert_eq!(shown[5].text().unsanitised(), "odd, says @Slackbot");
    assert_eq!(shown[4].text().unsanitised(), "Huddle, 31 min, with Runa Halvorik, Teo Marquand");
    assert_eq!(shown[4].extras().unwrap().huddle.as_ref().unwrap().people.len(), 2);
    assert_eq!(shown[5].extras().unwrap().subtype.as_ref().unwrap().unsanitised(), "something_else");
}

#[test]
fn wrappers_become_versions_and_never_show() {
    let loaded = Fixture::new()
        .day(
            r#"[
        {"user":"U1","text":"the old word","ts":"10.000001"},
        {"user":"U1","text":"a secret","ts":"11.000001"},
        {"subtype":"message_changed","hidden":true,"ts":"12.000001","message":{"user":"U1","text":"the new word","ts":"10.000001","edited":{"user":"U1","ts":"12.000000"}},
         "previous_message":{"user":"U1","text":"the old word","ts":"10.000001"}},
        {"subtype":"message_deleted","hidden":true,"ts":"13.000001","deleted_ts":"11.000001","previous_message":{"user":"U1","text":"a secret","ts":"11.000001"}},
        {"subtype":"message_deleted","hidden":true,"ts":"14.000001","deleted_ts":"9.000001"},
        {"subtype":"message_replied","hidden":true,"ts":"15.000001","message":{"ts":"10.000001"}}]"#,
        )
        .load();
    assert_eq!(texts(&loaded.archive), ["This message was deleted.", "the new word", "a secret"]);
    let shown = messages(&loaded.archive, "slack/C1");
    assert_eq!(shown[1].extras().unwrap().versions[0].text.unsanitised(), "the old word");
    assert!(shown[1].flags().has(Flags::EDITED));
    assert_eq!(shown[2].kind(), Deleted);
    assert_eq!(shown[2].extras().unwrap().deleted_at.unwrap().rfc3339(), "1970-01-01T00:00:13.000001Z");
    assert_eq!(shown[2].author_label().unsanitised(), "runa");
}

#[test]
fn threads_are_joined_over_day_files() {
    let loaded = Fixture::new()
        .day(r#"[{"user":"U1","text":"root","ts":"100.000001","thread_ts":"100.000001","reply_count":5},
                 {"user":"U2","text":"both","ts":"101.000001","thread_ts":"100.000001","subtype":"thread_broadcast","root":{"text":"root","ts":"100.000001"}}]"#)
        .file("general/2024-12-07.json", r#"[{"user":"U2","text":"late","ts":"200.000001","thread_ts":"100.000001"},
                 {"user":"U2","text":"both","ts":"101.000001","thread_ts":"100.000001"},
                 {"user":"U2","text":"lost","ts":"201.000001","thread_ts":"99.000001"}]"#)
        .load();
    assert_eq!(texts(&loaded.archive), ["root", "both", "late", "lost"]);
    let shown = messages(&loaded.archive, "slack/C1");
    assert_eq!(shown[0].replies(), [1, 2]);
    assert_eq!(shown[0].thread().unwrap().declared, Some(5));
    assert!(shown[1].flags().has(Flags::BROADCAST.with(Flags::REPLY)));
    assert_eq!(shown[3].parent(), None);
    let source = &loaded.report.sources[0];
    assert_eq!((source.totals.threads, source.totals.replies, source.totals.lacking), (2, 3, 3));
    assert_eq!(source.warnings.count_of(Trouble::MissingRoot), 1);
    assert!(source.missing.iter().any(|sentence| sentence.starts_with("1 reply has no first message")));
}

#[test]
fn files_and_reactions_are_counted_and_tokens_are_dropped() {
    let loaded = Fixture::new()
        .day(
            r#"[
        {"user":"U1","text":"","ts":"1.0","files":[{"id":"F1","name":"a.png","size":12,"url_private":"https://f.example/a.png?t=xoxe-1&x=2"},{"id":"F2","mode":"hidden_by_limit"}]},
        {"user":"U1","subtype":"file_share","text":"<@U1|runa> uploaded a file: <https://f.example/b|b.txt>","ts":"2.0","file":{"id":"F3","title":"b.txt"}},
        {"subtype":"file_comment","text":"nice","ts":"3.0","comment":{"user":"U2"},"file":{"id":"F3","name":"b.txt"}},
        {"user":"U1","text":"look","ts":"4.0","reactions":[{"name":"+1::skin-tone-2","users":["U1","U2"],"count":9},{"name":"eyes","users":["U2"]}]}]"#,
        )
        .load();
    let shown = messages(&loaded.archive, "slack/C1");
    assert_eq!(shown[0].text().unsanitised(), "a.png, F2");
    let files = &shown[0].extras().unwrap().files;
    assert_eq!((files[0].size, files[0].link.unsanitised()), (Some(12), "https://f.example/a.png?x=2"));
    assert_eq!(files[1].gone.as_ref().unwrap().unsanitised(), "hidden_by_limit");
    assert_eq!((shown[0].kind(), shown[1].kind(), shown[2].kind()), (File, File, Message));
    assert_eq!(shown[2].author_label().unsanitised(), "teo");
    let reactions = &shown[3].extras().unwrap().reactions;
    assert_eq!((reactions[0].count, reactions[0].people.len(), reactions[1].count), (9, 2, 1));
    let totals = &loaded.report.sources[0].totals;
    assert_eq!((totals.files, totals.reactions, totals.votes), (4, 2, 10));
}

#[test]
fn blocks_speak_where_the_text_is_empty() {
    let loaded = Fixture::new()
        .day(
            r#"[{"user":"U1","text":"","ts":"1.0","blocks":[{"type":"rich_text","elements":[
        {"type":"rich_text_section","elements":[{"type":"text","text":"hi "},{"type":"user","user_id":"U2"},{"type":"text","text":" see "},
            {"type":"link","url":"https://g.example","text":"this"},{"type":"emoji","name":"tada"},{"type":"broadcast","range":"here"},{"type":"channel","channel_id":"C2"}]},
        {"type":"rich_text_list","style":"ordered","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"one"}]},{"type":"rich_text_section","elements":[{"type":"text","text":"two"}]}]},
        {"type":"rich_text_quote","elements":[{"type":"text","text":"said"}]},
        {"type":"rich_text_preformatted","elements":[{"type":"text","text":"code"}]}]},
        {"type":"header","text":{"type":"plain_text","text":"Head"}},{"type":"divider"},
        {"type":"context","elements":[{"type":"mrkdwn","text":"a"},{"type":"plain_text","text":"b"}]}]}]"#,
        )
        .load();
    assert_eq!(
        texts(&loaded.archive),
        ["hi @teo see this (https://g.example):tada:@here#quiet\n1. one\n2. two\n> said\ncode\nHead\na  b"]
    );
}

#[test]
fn private_and_direct_conversations_have_their_kind_and_people() {
    let loaded = Fixture::new()
        .file("groups.json", r#"[{"id":"G1","name":"crisis"}]"#)
        .file("mpims.json", r#"[{"id":"G2","name":"mpdm-runa--teo-1","members":["U1","U2"]}]"#)
        .file("dms.json", r#"[{"id":"D1","members":["U1","U9"]}]"#)
        .file("org_users.json", r#"[{"id":"W1","name":"grid","profile":{"display_name":"Grid Person"}}]"#)
        .file("crisis/2024-12-06.json", r#"[{"user":"W1","text":"a","ts":"1.0"}]"#)
        .file("mpdm-runa--teo-1/2024-12-06.json", r#"[{"user":"U1","text":"b","ts":"1.0"}]"#)
        .file("D1/2024-12-06.json", r#"[{"user":"U9","text":"c","ts":"1.0"}]"#)
        .file("old-name/2024-12-06.json", r#"[{"user":"U1","text":"d","ts":"1.0"}]"#)
        .load();
    let listed: Vec<(String, ChannelKind, usize)> =
        loaded.archive.channels().map(|(_, log)| (log.meta().label(), log.meta().kind, log.len())).collect();
    let expected = [
        ("#general", ChannelKind::Public, 0),
        ("#old-name", ChannelKind::Public, 1),
        ("#quiet", ChannelKind::Public, 0),
        ("#crisis", ChannelKind::Private, 1),
        ("runa, teo", ChannelKind::GroupDm, 1),
        ("runa, U9", ChannelKind::Dm, 1),
    ];
    assert_eq!(listed, expected.map(|(label, kind, count)| (label.to_owned(), kind, count)));
    assert_eq!(messages(&loaded.archive, "slack/G1")[0].author_name().unsanitised(), "Grid Person");
    assert_eq!(messages(&loaded.archive, "slack/D1")[0].author_name().unsanitised(), "U9");
    assert_eq!(codes(&loaded), [("unlisted-folder", 1)]);
    let json = loaded.report.to_json();
    assert_eq!(json["channels"][0]["id"], "C1");
    assert_eq!((&json["channels"][0]["messages"], &json["messages"]), (&0.into(), &4.into()));
}

#[test]
fn people_of_no_list_get_the_newest_name_told_with_a_message_whatever_is_read_first() {
    let fixture = Fixture::new()
        .day(r#"[{"user":"U1","text":"ask <@U7> or <@U8|guest>","ts":"1.0"},{"user":"U7","text":"me","ts":"2.0","user_profile":{"display_name":"","real_name":"Oskar L.","name":"oskar"}}]"#)
        .file("quiet/2024-12-09.json", r#"[{"user":"U7","text":"still me","ts":"3.0","user_profile":{"real_name":"Oskar Lindemar","name":"oskar"}}]"#);
    for first in ["general", "quiet"] {
        let options = LoadOptions { first: vec![first.to_owned()], ..LoadOptions::default() };
        let loaded = load(&[fixture.path().to_owned()], &options).unwrap();
        assert_eq!(texts(&loaded.archive), ["ask @Oskar Lindemar or @guest", "me"]);
        let author = messages(&loaded.archive, "slack/C1")[1].author().unwrap();
        assert_eq!((author.name.unsanitised(), author.handle.unsanitised()), ("Oskar Lindemar", "oskar"));
        assert!(!author.is_listed && author.has_user_id);
    }
}

#[test]
fn a_channel_is_found_by_the_id_it_had_without_a_list() {
    let day = r#"[{"user":"U1","text":"x","ts":"1.000001"}]"#;
    let unlisted = Fixture::bare().day(day).load();
    let id = messages(&unlisted.archive, "slack/general")[0].id();
    let listed = Fixture::new().day(day).load();
    let found = listed.archive.find(&id).unwrap();
    assert_eq!(listed.archive.message(found).unwrap().id().as_str(), "slack/C1/1.000001");
    assert_eq!(listed.archive.channel(&ChannelId::new("slack", "C1")), Some(found.channel));
}

#[test]
fn the_exports_of_several_workspaces_in_one_folder_are_all_read_with_the_people_of_the_organisation() {
    let day = |text: &str| format!(r#"[{{"user":"W1","text":"{text}","ts":"1733495772.100015"}}]"#);
    let fixture = Fixture::bare()
        .file("grid/org_users.json", r#"[{"id":"W1","name":"ines","profile":{"real_name":"Ines Valdoro"}}]"#)
        .file("grid/acme/channels.json", r#"[{"id":"C1","name":"general"}]"#)
        .file("grid/acme/general/2024-12-06.json", day("at acme"))
        .file("grid/beta/channels.json", r#"[{"id":"C2","name":"general"}]"#)
        .file("grid/beta/groups.json", r#"[{"id":"G3","name":"war-room"}]"#)
        .file("grid/beta/general/2024-12-06.json", day("at beta"))
        .file("grid/beta/war-room/2024-12-06.json", day("behind doors"))
        .file("grid/beta/general/old/channels.json", "[]");
    for loaded in [fixture.load(), load(&[fixture.zip("").path()], &LoadOptions::default()).unwrap()] {
        for (channel, text) in [("slack/C1", "at acme"), ("slack/C2", "at beta"), ("slack/G3", "behind doors")] {
            let shown = messages(&loaded.archive, channel);
            assert_eq!(shown.iter().map(|message| message.text().unsanitised()).collect::<Vec<_>>(), [text]);
            assert_eq!(shown[0].author_name().tty_line(), "Ines Valdoro");
        }
        assert_eq!(loaded.report.sources[0].format, "slack-export");
        assert!(codes(&loaded).is_empty(), "{:?}", codes(&loaded));
    }
}

#[test]
fn a_merged_export_keeps_the_folders_that_no_list_names_and_says_so() {
    let loaded = Fixture::new()
        .file("general/2015-01-02.json", r#"[{"user":"U1","text":"early","ts":"1420200000.000002"}]"#)
        .file("general-old/2014-01-02.json", r#"[{"user":"U1","text":"earlier","ts":"1388664000.000002"}]"#)
        .load();
    assert_eq!(messages(&loaded.archive, "slack/general-old").len(), 1);
    assert_eq!(codes(&loaded), [("unlisted-folder", 1)]);
}

#[test]
fn the_words_of_a_wrapper_are_an_earlier_version_also_where_they_are_not_what_was_posted() {
    let loaded = Fixture::new()
        .day(
            r#"[{"user":"U1","text":"first words","ts":"1733495772.000100"},
                {"subtype":"message_changed","ts":"1733495800.000100","message":{"user":"U1","text":"last words","ts":"1733495772.000100","edited":{"ts":"1733495800.000000"}},
                 "previous_message":{"user":"U1","text":"[removed]","ts":"1733495772.000100"}}]"#,
        )
        .load();
    let shown = messages(&loaded.archive, "slack/C1");
    assert_eq!((shown.len(), shown[0].text().unsanitised()), (1, "last words"));
    let versions = &shown[0].extras().unwrap().versions;
    let mut words: Vec<&str> = versions.iter().map(|version| version.text.unsanitised()).collect();
    words.sort_unstable();
    assert_eq!(words, ["[removed]", "first words"]);
}
