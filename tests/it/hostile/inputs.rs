//! The hostile inputs in one table: what each is, how it is made, and what must hold.

use serde_json::{Value, json};

use super::place::{AFTER, Place, after, day, said};
use super::seen::Seen;

/// One row of the table.
pub struct Input {
    pub number: u32,
    pub what: &'static str,
    pub build: fn(&mut Place),
    pub holds: fn(&Seen, &Place) -> Verdict,
}

/// What is broken, in words.
pub type Verdict = Result<(), String>;

/// A row.
pub const fn row(number: u32, what: &'static str, build: fn(&mut Place), holds: fn(&Seen, &Place) -> Verdict) -> Input {
    Input { number, what, build, holds }
}

/// An error unless something is so.
pub fn must(is_so: bool, words: impl Into<String>) -> Verdict {
    if is_so { Ok(()) } else { Err(words.into()) }
}

/// That the rest came in: the other messages, and nothing was refused.
pub fn rest_loads(seen: &Seen) -> Verdict {
    must(seen.refused.is_empty(), format!("refused: {}", seen.refused))?;
    must(seen.texts.iter().any(|text| text == AFTER), format!("the rest is missing: {:?}", seen.codes))?;
    must(seen.screens.contains(AFTER), "the rest is not on the screen")
}

/// That the rest came in and there is a warning of this kind.
pub fn warned(seen: &Seen, code: &str) -> Verdict {
    rest_loads(seen)?;
    must(seen.count(code) > 0, format!("no {code} among {:?}", seen.codes))?;
    must(seen.json.to_string().contains(code), format!("inspect does not tell {code}"))
}

/// That marks are shown and the rest came in.
pub fn marks(seen: &Seen, marks: &[&str]) -> Verdict {
    rest_loads(seen)?;
    marks.iter().try_for_each(|mark| seen.shows(mark))
}

/// The texts that attack a terminal, with the mark that each must leave on it.
pub const TERMINAL: [(&str, &str); 30] = [
    ("\u{1b}[2J\u{1b}[H", "␛[2J␛[H"),
    ("\u{1b}]0;x\u{7}", "␛]0;x␇"),
    ("\u{1b}]2;x\u{1b}\\", "␛]2;x␛"),
    ("\u{1b}]52;c;aGFoYQ==\u{7}", "␛]52;c;aGFoYQ==␇"),
    ("\u{1b}]8;;file:///etc/passwd\u{1b}\\here\u{1b}]8;;\u{1b}\\", "␛]8;;file:///etc/passwd"),
    ("\u{1b}]1337;File=inline=1:aGk=\u{7}", "␛]1337;File=inline=1"),
    ("\u{1b}]777;notify;a;b\u{7}", "␛]777;notify;a;b␇"),
    ("\u{1b}]9;x\u{7}", "␛]9;x␇"),
    ("\u{1b}]50;x\u{7}", "␛]50;x␇"),
    ("\u{1b}]4;1;?\u{7}", "␛]4;1;?␇"),
    ("\u{1b}Ptmux;\u{1b}\u{1b}]52;c;eA==\u{7}\u{1b}\\", "␛Ptmux;␛␛]52;c;eA==␇"),
    ("\u{1b}P$qm\u{1b}\\", "␛P$qm␛"),
    ("\u{1b}_Ga=T,f=100;aGk=\u{1b}\\", "␛_Ga=T,f=100;aGk=␛"),
    ("\u{1b}Pq#0!2147483648~\u{1b}\\", "␛Pq#0!2147483648~␛"),
    ("\u{1b}[6n", "␛[6n"),
    ("\u{1b}[c", "␛[c"),
    ("\u{1b}Z", "␛Z"),
    ("\u{5}", "␅"),
    ("\u{e}lqk\u{f}", "␎lqk␏"),
    ("\u{1b}(0lqk", "␛(0lqk"),
    ("\u{1b}%@", "␛%@"),
    ("\u{1b}c", "␛c"),
    ("\u{1b}#8", "␛#8"),
    ("\u{9b}2J", "‹9B›2J"),
    ("\u{9d}0;x\u{9c}", "‹9D›0;x‹9C›"),
    ("\u{90}q\u{9c}", "‹90›q‹9C›"),
    ("abc\u{8}\u{8}\u{8}xyz", "abc␈␈␈xyz"),
    ("safe\rforged", "safe␍forged"),
    ("del\u{7f}eted", "del␡eted"),
    ("be\0hind", "be␀hind"),
];

/// Those attacks as messages.
fn terminal(from: usize, to: usize, place: &mut Place) {
    let attacks: Vec<&str> = TERMINAL[from..to].iter().map(|(attack, _)| *attack).collect();
    place.texts(&attacks);
}

fn terminal_marks(from: usize, to: usize, seen: &Seen) -> Verdict {
    let shown: Vec<&str> = TERMINAL[from..to].iter().map(|(_, mark)| *mark).collect();
    marks(seen, &shown)
}

/// Every field of an export that holds words, with an attack in it.
pub fn in_every_field(place: &mut Place, attack: &str) {
    let with = |words: &str| format!("{words}{attack}");
    place.file(
        "users.json",
        json!([{ "id": "U1", "name": with("runa"), "real_name": with("Runa"), "tz": with("Europe/Oslo"),
                 "profile": { "real_name": with("Runa"), "display_name": with("runa"), "title": with("Engineer"),
                              "email": with("runa@mail.example"), "status_text": with("out"), "image_72": with("https://a.example/") } },
               { "id": "U2", "name": "teo" }])
        .to_string(),
    );
    place.file(
        "channels.json",
        json!([{ "id": "C1", "name": "general", "topic": { "value": with("topic") }, "purpose": { "value": with("purpose") } },
               { "id": "C2", "name": with("quiet") }])
        .to_string(),
    );
    let mut message = said(1, &with("needle in"));
    let fields = json!({
        "client_msg_id": with("id"),
        "team": with("T"),
        "reactions": [{ "name": with("eyes"), "users": ["U1", with("U9")], "count": 2 }],
        "files": [{ "id": "F1", "name": with("shot.png"), "title": with("shot"), "mimetype": with("image/png"),
                    "url_private": with("https://files.example/shot.png") }],
        "attachments": [{ "title": with("card"), "title_link": with("https://card.example/"), "text": with("card text"),
                          "fallback": with("fallback"), "author_name": with("bot"), "footer": with("footer"), "color": with("#f00"),
                          "fields": [{ "title": with("field"), "value": with("value") }] }],
        "edited": { "user": with("U1"), "ts": "1733496002.000000" },
        "thread_ts": "1733496001.000001",
    });
    message.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let mut stranger =
        said(2, &format!("<https://link.example/{attack}|words{attack}> <@U1|{attack}> <#C1|{attack}> :a{attack}:"));
    stranger["user"] = json!(with("U"));
    let mut bot = said(3, "from a bot");
    bot["subtype"] = json!("bot_message");
    bot["username"] = json!(with("watcher"));
    bot["bot_id"] = json!(with("B1"));
    place.file("general/2024-12-06.json", day(&[message, stranger, bot]));
}

/// The first half of the table: text that attacks what shows it.
pub const TEXTS: [Input; 28] = [
    row(1, "ESC[2J ESC[H in text", |place| terminal(0, 1, place), |seen, _| terminal_marks(0, 1, seen)),
    row(2, "OSC 0 and 2: title", |place| terminal(1, 3, place), |seen, _| terminal_marks(1, 3, seen)),
    row(3, "OSC 52: clipboard", |place| terminal(3, 4, place), |seen, _| terminal_marks(3, 4, seen)),
    row(4, "OSC 8: link to a file", |place| terminal(4, 5, place), |seen, _| terminal_marks(4, 5, seen)),
    row(5, "OSC 1337, 777, 9, 50, 4", |place| terminal(5, 10, place), |seen, _| terminal_marks(5, 10, seen)),
    row(6, "DCS: tmux passthrough, DECRQSS", |place| terminal(10, 12, place), |seen, _| terminal_marks(10, 12, seen)),
    row(7, "APC kitty, sixel repeat 2³¹", |place| terminal(12, 14, place), |seen, _| terminal_marks(12, 14, seen)),
    row(8, "ESC[6n ESC[c ESC Z ENQ: queries", |place| terminal(14, 18, place), |seen, _| terminal_marks(14, 18, seen)),
    row(9, "SO SI, ESC(0, ESC%@, RIS, DECALN", |place| terminal(18, 23, place), |seen, _| terminal_marks(18, 23, seen)),
    row(10, "U+009B, U+009D, U+0090", |place| terminal(23, 26, place), |seen, _| terminal_marks(23, 26, seen)),
    row(
        11,
        "raw bytes 0x9B in JSON",
        |place| {
            let mut bytes = day(&[said(1, "a@@2J needle")]).into_bytes();
            let at = bytes.windows(2).position(|pair| pair == b"@@").unwrap();
            bytes.splice(at..at + 2, [0x9b]);
            place.day(bytes);
        },
        |seen, _| {
            marks(seen, &["a\u{fffd}2J"])?;
            must(seen.count("encoding") == 1, format!("{:?}", seen.codes))
        },
    ),
    row(12, "DEL, BS, CR: overprinting", |place| terminal(26, 29, place), |seen, _| terminal_marks(26, 29, seen)),
    row(
        13,
        "NUL in text and names",
        |place| {
            in_every_field(place, "\0cut");
        },
        |seen, _| {
            rest_loads(seen)?;
            seen.shows("needle in␀cut")?;
            must(seen.screens.contains("Runa␀cut") || seen.screens.contains("runa␀cut"), "the name is cut")
        },
    ),
    row(
        14,
        "ESC at the end of a name, ]52 at the start of text",
        |place| {
            place.day(day(&[said(1, "]52;c;eA==\u{7} needle")]));
            place.file(
                "users.json",
                json!([{ "id": "U1", "name": "runa\u{1b}", "profile": { "real_name": "Runa\u{1b}" } }]).to_string(),
            );
        },
        |seen, _| {
            marks(seen, &["]52;c;eA==␇"])?;
            must(seen.screens.contains("una␛"), "the name has lost its mark")
        },
    ),
    row(
        15,
        "an OSC without end",
        |place| {
            place.text("\u{1b}]0;never ended");
        },
        |seen, _| marks(seen, &["␛]0;never ended"]),
    ),
    row(
        16,
        "&#27;[2J, &amp;lt;",
        |place| {
            place.texts(&["&#27;[2J", "&amp;lt;b&amp;gt;", "&lt;i&gt;"]);
        },
        |seen, _| {
            marks(seen, &["&#27;[2J"])?;
            for once in ["&lt;b&gt; needle", "<i> needle"] {
                must(seen.texts.iter().any(|text| text == once), format!("not decoded once: {:?}", seen.texts))?;
            }
            Ok(())
        },
    ),
    row(
        17,
        "escapes in every field",
        |place| in_every_field(place, "\u{1b}]0;x\u{7}\u{9b}2J\u{202e}"),
        |seen, _| marks(seen, &["␛]0;x␇‹9B›2J‹202E›"]),
    ),
    row(
        18,
        "ESC and LF in names of folders and files",
        |place| {
            place.day(day(&[said(1, "a needle")]));
            place.file("bad\u{1b}[2J\nname/2024-12-06.json", "[{\"text\":\"x\",\"ts\":\"1.0\"}, 5]");
            place.file("general/2024-12-07\u{1b}]0;x\u{7}\n.json", "nonsense\u{1b}");
        },
        |seen, _| {
            warned(seen, "bad-record")?;
            must(seen.inspect.contains('␛') && seen.screens.contains('␛'), "the names are not marked")?;
            must(seen.inspect.contains('␊'), "a line feed in a name is not marked")
        },
    ),
    row(
        19,
        "RLO, LRE, isolates",
        |place| {
            place.texts(&["a\u{202e}b\u{202c}", "\u{202a}c", "\u{2066}d\u{2069}"]);
        },
        |seen, _| marks(seen, &["a‹202E›b‹202C›", "‹202A›c", "‹2066›d‹2069›"]),
    ),
    row(
        20,
        "ZWSP, BOM, soft hyphen in names",
        |place| {
            place.day(day(&[said(1, "a needle")]));
            let user = |id: &str, name: &str| json!({ "id": id, "name": name, "profile": { "real_name": name } });
            let users =
                [user("U1", "Runa"), user("U2", "Ru\u{200b}na"), user("U3", "\u{feff}Runa"), user("U4", "Ru\u{ad}na")];
            place.file("users.json", Value::from(users.to_vec()).to_string());
        },
        |seen, _| {
            rest_loads(seen)?;
            must(seen.people.len() >= 4, format!("{:?}", seen.people))?;
            must(seen.screens.contains("Ru‹200B›na"), "the name does not tell what hides in it")
        },
    ),
    row(
        21,
        "tag characters",
        |place| {
            place.text("fine\u{e0069}\u{e0067}\u{e006e}");
        },
        |seen, _| marks(seen, &["fine‹E0069›‹E0067›‹E006E›"]),
    ),
    row(
        22,
        "100,000 combining marks",
        |place| {
            place.text(&format!("z{}", "\u{301}".repeat(100_000)));
        },
        |seen, _| rest_loads(seen),
    ),
    row(
        23,
        "a flood of ZWJ",
        |place| {
            place.texts(&[&"👩\u{200d}".repeat(20_000), &format!("a{}b", "\u{200d}".repeat(20))]);
        },
        |seen, _| {
            rest_loads(seen)?;
            must(seen.screens.contains("‹200D›"), "a joiner between letters is not shown")
        },
    ),
    row(
        24,
        "family emoji, flags, RTL, CJK",
        |place| {
            place.texts(&["👩\u{200d}👩\u{200d}👧 🇳🇴", "שלום עולם", "日本語検索", "می\u{200c}خواهم"]);
        },
        |seen, _| {
            marks(seen, &["שלום עולם", "می\u{200c}خواهم"])?;
            must(seen.exports["txt"].contains("日本語検索"), "CJK is changed")?;
            must(seen.exports["html"].contains("👩\u{200d}👩\u{200d}👧 🇳🇴"), "the family is not whole in HTML")
        },
    ),
    row(
        25,
        "U+2028, U+2029, U+0085",
        |place| {
            place.text("a\u{2028}b\u{2029}c\u{85}d");
        },
        |seen, _| marks(seen, &["a‹2028›b‹2029›c‹85›d"]),
    ),
    row(
        26,
        "a lone surrogate",
        |place| {
            place.day(day(&[said(1, "a@@b needle")]).replace("@@", "\\ud800"));
        },
        |seen, _| marks(seen, &["a\u{fffd}b"]),
    ),
    row(
        27,
        "a line of 10 MB",
        |place| {
            place.day(day(&[
                said(1, &format!("needle {}", "x".repeat(10_000_000))),
                said(2, "word ".repeat(200_000).as_str()),
            ]));
        },
        |seen, _| rest_loads(seen),
    ),
    row(
        28,
        "a million line feeds",
        |place| {
            place.day(day(&[said(1, &format!("needle{}end", "\n".repeat(1_000_000)))]));
        },
        |seen, _| rest_loads(seen),
    ),
];

/// A message with a field of a value.
pub fn with(n: usize, field: &str, value: Value) -> Value {
    let mut message = said(n, "kept");
    message[field] = value;
    message
}

/// The same list with the last message.
pub fn list(records: &[&str]) -> String {
    let mut all: Vec<String> = records.iter().map(|record| (*record).to_owned()).collect();
    all.push(after().to_string());
    format!("[{}]", all.join(","))
}
