//! Chats of `WhatsApp`: stamps of Android and iOS, days in either order, what the program adds.

use insta::assert_snapshot;
use meanwhile::base::reading::{DayOrder, ReadAs};

use super::{golden, load_file, load_file_as, load_folder};

const ANDROID: &str = "\
12/5/22, 23:55 - Messages and calls are end-to-end encrypted. No one outside of this chat can read them.
12/5/22, 23:56 - Mara Lind created group \"Kitchen: on call\"
12/5/22, 23:57 - Mara Lind added Oskar
12/5/22, 23:58 - Mara Lind: db-2 is full
it says: no space left

see https://status.example/db-2
12/5/22, 23:58 - Mara Lind: ok
12/5/22, 23:58 - Mara Lind: ok
12/6/22, 0:01 - +1 202 555 0143: <Media omitted>
12/6/22, 0:02 - Oskar: IMG-20221206-WA0001.jpg (file attached)
the graph
12/6/22, 0:03 - Oskar: This message was deleted
12/6/22, 0:04 - Oskar: on it <This message was edited>
12/6/22, 0:05 - Oskar left
12/13/22, 9:00 - Mara Lind: after
";

const IOS: &str = "\u{feff}\u{200e}[06.12.22, 10:42:01] Kitchen: \u{200e}Nachrichten sind Ende-zu-Ende-verschlüsselt.\r\n\
[06.12.22, 10:42:05] Mara Lind: db-2 ist voll\r\n\
\u{200e}[06.12.22, 10:42:09] Oskar: \u{200e}<Anhang: 00000012-PHOTO-2022-12-06.jpg>\r\n\
[06.12.22, 10:43:00] Oskar: \u{200e}Diese Nachricht wurde gelöscht.\r\n";

const HALVES: &str = "\
01/12/2022, 11:25 a.\u{a0}m. - Mara: uno
01/12/2022, 12:08\u{202f}p.\u{a0}m. - Mara: dos
02/12/2022, 00:08 a. m. - Oskar: tres
";

/// What the fuzzing of all formats begins with.
pub const FIXTURES: &[(&str, &[u8])] = &[
    ("WhatsApp Chat with Kitchen.txt", ANDROID.as_bytes()),
    ("_chat.txt", IOS.as_bytes()),
    ("Chat de WhatsApp con Cocina.txt", HALVES.as_bytes()),
];

#[test]
fn chats_of_android_and_ios_are_read() {
    let said: Vec<String> = FIXTURES
        .iter()
        .map(|(name, content)| match *name {
            "_chat.txt" => golden(&load_folder(&[("WhatsApp Chat - Kitchen/_chat.txt", content)])),
            name => golden(&load_file(name, content)),
        })
        .collect();
    assert_snapshot!(said.join("\n=====\n"));
}

#[test]
fn the_order_of_the_days_is_asked_where_nothing_tells() {
    let chat = b"3/4/22, 10:00 - Mara: a\n3/4/22, 10:01 - Oskar: b\n3/4/22, 10:02 - Mara: c\n";
    let first = |loaded: &meanwhile::import::Loaded| {
        let (channel, _) = loaded.archive.channels().next().unwrap();
        loaded.archive.messages(channel).next().map(|message| (message.time().rfc3339(), message.id()))
    };
    let guessed = load_file("Kitchen.txt", chat);
    assert!(guessed.report.sources[0].guessed[0].contains("--day-order"), "{:?}", guessed.report.sources[0].guessed);
    let read_as = ReadAs { day_order: Some(DayOrder::DayFirst), ..ReadAs::default() };
    let said = load_file_as("Kitchen.txt", chat, read_as);
    assert!(said.report.sources[0].guessed.is_empty(), "{:?}", said.report.sources[0].guessed);
    let (guessed, said) = (first(&guessed).unwrap(), first(&said).unwrap());
    assert_eq!((guessed.0.as_str(), said.0.as_str()), ("2022-03-04T10:00:00Z", "2022-04-03T10:00:00Z"));
    assert_eq!(guessed.1, said.1, "another reading of the dates moves no id");
}

#[test]
fn logs_of_programs_are_no_chats() {
    let log = b"2022-12-06 10:00:00 - INFO: started\n2022-12-06 10:00:01 - WARN: slow\n";
    let fixture = super::Fixture::bare().file("app.log", log.as_slice());
    let loaded = super::load(&[fixture.path().join("app.log")], &meanwhile::import::LoadOptions::default());
    assert!(loaded.map_or(true, |loaded| loaded.report.sources[0].format != "whatsapp-text"));
}
