//! A load of one channel parses no file that can only hold another one, counted by the people whom
//! the records of each file name.

use meanwhile::base::reading::ReadAs;
use meanwhile::import::LoadOptions;

use super::fixture::{Fixture, load};

/// A format that is one file a channel: the name of the file and what it holds, by channel and author.
struct OneAChannel {
    format: &'static str,
    file: fn(channel: &str, author: &str) -> (String, String),
}

const CHANNELS: [(&str, &str); 3] = [("ops", "runa"), ("search", "teo"), ("shop", "ines")];

const FORMATS: [OneAChannel; 5] = [
    OneAChannel {
        format: "discord",
        file: |channel, author| {
            let message = format!(
                r#"{{"id":"1","type":"Default","timestamp":"2024-12-06T10:00:00Z","content":"x","author":{{"id":"{author}","name":"{author}"}}}}"#
            );
            let head = format!(
                r#"{{"guild":{{"id":"1"}},"channel":{{"id":"{channel}","type":"GuildTextChat","name":"{channel}"}}"#
            );
            (format!("{author}.json"), format!(r#"{head},"messages":[{message}]}}"#))
        },
    },
    OneAChannel {
        format: "telegram",
        file: |channel, author| {
            let message = format!(
                r#"{{"id":1,"type":"message","date":"2024-12-06T10:00:00","date_unixtime":"1733479200","from":"{author}","from_id":"{author}","text":"x"}}"#
            );
            let text = format!(r#"{{"name":"{channel}","type":"private_group","id":7,"messages":[{message}]}}"#);
            (format!("{author}/result.json"), text.replace(":7,", &format!(":{},", channel.len())))
        },
    },
    OneAChannel {
        format: "irc-znc",
        file: |channel, author| {
            let line = format!("[10:00:00] <{author}> x\n");
            (format!("#{channel}_20241206.log"), line.repeat(3))
        },
    },
    OneAChannel {
        format: "whatsapp-text",
        file: |channel, author| {
            let line = format!("12/26/24, 10:00 - {author}: x\n");
            (format!("WhatsApp Chat with {channel}.txt"), line.repeat(3))
        },
    },
    OneAChannel {
        format: "zulip-archive",
        file: |channel, author| {
            let number = channel.len();
            let text = format!(
                r#"[{{"id":{number},"sender_full_name":"{author}","timestamp":1733479200,"content":"<p>x</p>"}}]"#
            );
            (format!("{number}-{channel}/topic.json"), text)
        },
    },
];

#[test]
fn files_that_can_only_hold_another_channel_are_not_parsed() {
    for OneAChannel { format, file } in FORMATS {
        let fixture = CHANNELS.iter().fold(Fixture::bare(), |fixture, (channel, author)| {
            let (name, text) = file(channel, author);
            fixture.file(&name, text)
        });
        let parsed = |channels: &[&str]| {
            let channels = channels.iter().map(|&name| name.to_owned()).collect();
            let loaded =
                load(&[fixture.path().to_owned()], &LoadOptions { channels, ..LoadOptions::default() }).unwrap();
            let source = &loaded.report.sources[0];
            assert_eq!(source.format, format);
            (loaded.archive.channel_count(), source.people_told)
        };
        assert_eq!((parsed(&[]), parsed(&["search"])), ((3, 3), (1, 1)), "{format}");
        assert_eq!(parsed(&["#shop", "ops"]), (2, 2), "{format}");
    }
}

#[test]
fn a_channel_that_is_not_there_is_told_although_no_file_was_parsed() {
    let (name, text) = (FORMATS[0].file)("ops", "runa");
    let fixture = Fixture::bare().file(&name, text);
    let options = LoadOptions { channels: vec!["nowhere".to_owned()], ..LoadOptions::default() };
    let error = load(&[fixture.path().to_owned()], &options).unwrap_err().to_string();
    assert!(error.contains("nowhere") && error.contains("#ops"), "{error}");
}

#[test]
fn where_each_record_names_its_channel_only_those_wanted_are_loaded() {
    let pattern = Some(r"^(?P<time>\S+) #(?P<channel>\w+) (?P<author>\w+)> (?P<text>.*)$".to_owned());
    let read_as = ReadAs { format: Some("pattern".to_owned()), pattern, ..ReadAs::default() };
    let line = |(channel, author): (&str, &str)| format!("2024-12-06T10:00:00Z #{channel} {author}> x\n");
    let fixture = Fixture::bare().file("notes.txt", CHANNELS.map(line).concat());
    let options = LoadOptions { channels: vec!["search".to_owned()], read_as, ..LoadOptions::default() };
    let loaded = load(&[fixture.path().to_owned()], &options).unwrap();
    assert_eq!((loaded.archive.channel_count(), loaded.archive.message_count()), (1, 1));
}
