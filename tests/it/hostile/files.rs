//! The second half of the table: files, folders and zips that are not what they should be, and what is
//! to harm the reader of a report.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use serde_json::{Value, json};

use super::inputs::{Input, in_every_field, list, must, rest_loads, row, warned, with};
use super::place::{Place, day, said};
use super::seen::Seen;

const GOOD: &str = r#"[{"user":"U1","text":"one","ts":"1733496000.000001"},{"user":"U2","text":"the row after it stands","ts":"1733496060.000001"}]"#;
const CHANNELS: &str = r#"[{"id":"C1","name":"general"}]"#;

fn has(seen: &Seen, texts: &[&str]) -> Result<(), String> {
    rest_loads(seen)?;
    for text in texts {
        must(seen.texts.iter().any(|known| known == text), format!("{text:?} is missing: {:?}", &seen.texts))?;
    }
    Ok(())
}

fn times(seen: &Seen, text: &str) -> usize {
    seen.texts.iter().filter(|known| *known == text).count()
}

/// The zip of an export with more entries.
fn zip_with(place: &mut Place, more: &[(&str, &[u8])]) {
    let mut entries: Vec<(&str, &[u8])> =
        vec![("channels.json", CHANNELS.as_bytes()), ("general/2024-12-06.json", GOOD.as_bytes())];
    entries.extend_from_slice(more);
    place.zip(&entries);
}

/// Where the headers of an entry stand: the local one, and the one in the table of contents.
fn headers(bytes: &[u8], name: &str) -> (usize, usize) {
    let ends: Vec<usize> = bytes
        .windows(name.len())
        .enumerate()
        .filter(|(_, found)| *found == name.as_bytes())
        .map(|(at, _)| at)
        .collect();
    (ends[0] - 30, ends[ends.len() - 1] - 46)
}

fn put(bytes: &mut [u8], at: usize, value: u32) {
    bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
}

/// Text that attacks the readers of a report.
const MARKUP: &str =
    "<script>alert(1)</script><img src=x onerror=alert(1)></style></title>--><svg onload=x>\" onmouseover=\"x' {{x}}";

const LINKS: [&str; 11] = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>x</script>",
    "java\tscript:alert(1)",
    "//evil.example/x",
    "https://good.example@evil.example/x",
    "https://ex\u{430}mple.org/",
    "https://xn--exmple-4nf.org/",
    "file:///etc/passwd",
    "https://good.example\u{202e}gro.live/",
    "https://good.example\\@evil.example/",
];

const FORMULAS: [&str; 12] = [
    "=1+1",
    "＝1",
    "\t=1",
    " =1",
    "a;=1",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "|x",
    "%x",
    "\r=1",
    "a\n=HYPERLINK(\"http://x\")",
];

const MARKDOWN: [&str; 16] = [
    "# heading",
    "```\nopen fence",
    "~~~",
    "a | b\n--|--\n1 | 2",
    "> quote",
    "- item\n- item",
    "1. one",
    "1) one",
    "<details><b>x</b>",
    "[x](http://evil.example)",
    "![x](http://evil.example/x.png)",
    "a\n===",
    "    code",
    "[^1]: note",
    "***\n* * *",
    "&lt;b&gt; $x$ ~~y~~ `z`",
];

fn is_file_in(seen: &Seen, name: &str) -> bool {
    seen.json.to_string().contains(name)
}

/// Files that are not what they should be.
pub const FILES: [Input; 20] = [
    row(
        29,
        "JSON 100,000 deep",
        |place| {
            place.day(day(&[said(1, "a")]));
            place.file("general/2024-12-07.json", format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)));
            place.file("general/2024-12-08.json", "{\"a\":".repeat(100_000));
        },
        |seen, _| {
            warned(seen, "too-deep")?;
            must(is_file_in(seen, "2024-12-07.json") && is_file_in(seen, "2024-12-08.json"), "the files are not named")
        },
    ),
    row(
        30,
        "JSON 60 deep",
        |place| {
            let deep: Value = serde_json::from_str(&format!("{}{}", "[".repeat(60), "]".repeat(60))).unwrap();
            place.day(day(&[with(1, "blocks", deep)]));
        },
        |seen, _| has(seen, &["kept"]),
    ),
    row(
        31,
        "keys twice",
        |place| {
            place.day(list(&[r#"{"text":"a","text":"b","ts":"1733496000.000001"}"#]));
        },
        |seen, _| warned(seen, "duplicate-key"),
    ),
    row(
        32,
        "JSON that is cut",
        |place| {
            place
                .day(GOOD)
                .file("general/2024-12-07.json", r#"[{"text":"before the cut","ts":"1733582400.0001"},{"text":"b","#);
        },
        |seen, _| warned(seen, "cut-file").and_then(|()| has(seen, &["before the cut"])),
    ),
    row(
        33,
        "files of no bytes and of NUL",
        |place| {
            place.day(GOOD).file("general/2024-12-07.json", "").file("general/2024-12-08.json", [0; 4096]);
        },
        |seen, _| {
            warned(seen, "bad-json").and_then(|()| must(seen.count("bad-json") == 2, format!("{:?}", seen.codes)))
        },
    ),
    row(
        34,
        "null, an object, scalars",
        |place| {
            place.day(list(&["null", "5", "\"x\"", "[]", "true"]));
            place.file("general/2024-12-07.json", "null").file("general/2024-12-08.json", said(3, "alone").to_string());
        },
        |seen, _| warned(seen, "bad-record").and_then(|()| has(seen, &["alone"])),
    ),
    row(
        35,
        "something after the end, two lists",
        |place| {
            place.day(GOOD.to_owned() + " trailing");
            place.file("general/2024-12-07.json", format!("[{}][{}]", said(4, "first"), said(5, "second")));
        },
        |seen, _| warned(seen, "trailing-text").and_then(|()| has(seen, &["first", "second"])),
    ),
    row(
        36,
        "byte order mark, UTF-16",
        |place| {
            place.day(format!("\u{feff}{GOOD}"));
            let wide: Vec<u8> =
                format!("\u{feff}[{}]", said(6, "größe")).encode_utf16().flat_map(u16::to_le_bytes).collect();
            place.file("general/2024-12-07.json", wide);
        },
        |seen, _| warned(seen, "encoding").and_then(|()| has(seen, &["one", "größe"])),
    ),
    row(
        37,
        "CRLF, Latin-1, overlong UTF-8",
        |place| {
            place.day(GOOD.replace(',', ",\r\n"));
            let mut bytes = format!("[{}]", said(7, "gr@@e")).into_bytes();
            let at = bytes.windows(2).position(|pair| pair == b"@@").unwrap();
            bytes.splice(at..at + 2, *b"\xf6\xdf\xc0\xaf");
            place.file("general/2024-12-07.json", bytes);
        },
        |seen, _| {
            warned(seen, "encoding")?;
            must(seen.texts.iter().any(|text| text.starts_with("gr\u{fffd}\u{fffd}")), format!("{:?}", seen.texts))
        },
    ),
    row(
        38,
        "NaN, 1e999, 2⁶⁴, 5,000 digits",
        |place| {
            let digits = "9".repeat(5_000);
            let record = |n: usize, value: &str| {
                said(n, &format!("kept {n}"))
                    .to_string()
                    .replace("\"message\"", &format!("\"message\",\"reply_count\":{value}"))
            };
            place.day(list(&[
                &record(1, "NaN"),
                &record(2, "1e999"),
                &record(3, "18446744073709551616"),
                &record(4, &digits),
            ]));
        },
        |seen, _| has(seen, &["kept 1", "kept 2", "kept 3", "kept 4"]),
    ),
    row(
        39,
        "the wrong type in each field",
        |place| {
            let fields = [
                "user",
                "subtype",
                "thread_ts",
                "reply_count",
                "bot_id",
                "edited",
                "reactions",
                "files",
                "attachments",
                "blocks",
            ];
            let values = [json!(7), json!("x"), json!(true), json!({}), json!([7]), json!({ "a": [{}] })];
            let cases = fields.iter().flat_map(|field| values.iter().map(move |value| (field, value.clone())));
            let messages: Vec<Value> = cases.enumerate().map(|(n, (field, value))| with(n, field, value)).collect();
            place.day(day(&messages));
        },
        |seen, _| {
            warned(seen, "bad-field")?;
            must(times(seen, "kept") == 60, format!("{} of 60 are kept", times(seen, "kept")))
        },
    ),
    row(
        40,
        "odd times",
        |place| {
            let odd = [
                json!("-5.1"),
                json!("0"),
                json!("99999999999999.1"),
                json!("NaN"),
                json!(""),
                json!("1.1234567890123456789"),
                json!(null),
            ];
            let messages: Vec<Value> = odd.iter().enumerate().map(|(n, ts)| with(n, "ts", ts.clone())).collect();
            place.day(day(&messages));
        },
        |seen, _| {
            rest_loads(seen)?;
            must(
                times(seen, "kept") == 7 && seen.undated == 7,
                format!("{} kept, {} undated", times(seen, "kept"), seen.undated),
            )
        },
    ),
    row(
        41,
        "one time twice in a channel",
        |place| {
            let mut other = said(1, "b");
            other["user"] = json!("U2");
            place.day(day(&[said(1, "a"), other]));
        },
        |seen, _| {
            has(seen, &["a", "b"])?;
            let ids: std::collections::BTreeSet<&String> = seen.ids.iter().collect();
            must(ids.len() == seen.ids.len(), format!("{:?}", seen.ids))
        },
    ),
    row(
        42,
        "one message in two files",
        |place| {
            place
                .day(day(&[said(1, "said once")]))
                .file("general/2024-12-07.json", json!([said(1, "said once")]).to_string());
        },
        |seen, _| {
            rest_loads(seen)?;
            must(times(seen, "said once") == 1, format!("{} times", times(seen, "said once")))
        },
    ),
    row(
        43,
        "threads: a circle, an orphan, a chain of 10,000",
        |place| {
            let in_thread = |n: usize, root: usize| {
                let mut message = said(0, &format!("reply {n}"));
                message["ts"] = json!(format!("1733496000.{n:06}"));
                message["thread_ts"] = json!(format!("1733496000.{root:06}"));
                message
            };
            let mut messages = vec![in_thread(1, 2), in_thread(2, 1), in_thread(3, 900_000)];
            messages.extend((10..10_010).map(|n| in_thread(n, n - 1)));
            place.day(day(&messages));
        },
        |seen, _| {
            rest_loads(seen)?;
            let replies = seen.texts.iter().filter(|text| text.starts_with("reply ")).count();
            must(replies == 10_003, format!("{replies} of 10,003"))
        },
    ),
    row(
        44,
        "reply_count 2⁶³, 100,000 replies that are not there",
        |place| {
            let phantoms: Vec<Value> =
                (0..100_000).map(|n| json!({ "user": "U1", "ts": format!("1733496001.{n:06}") })).collect();
            let mut message = said(1, "kept");
            message["reply_count"] = json!(9_223_372_036_854_775_808_u64);
            message["replies"] = Value::from(phantoms);
            message["reply_users_count"] = json!(i64::MAX);
            place.day(day(&[message]));
        },
        |seen, _| has(seen, &["kept"]),
    ),
    row(
        45,
        "no users.json, no channels.json",
        |place| {
            place.file("general/2024-12-06.json", GOOD).file("org_users.json", "[]");
        },
        |seen, _| warned(seen, "missing-list"),
    ),
    row(
        46,
        "users unknown, null, USLACKBOT",
        |place| {
            place.day(day(&[
                with(1, "user", json!("U404")),
                with(2, "user", json!(null)),
                with(3, "user", json!("USLACKBOT")),
            ]));
        },
        |seen, _| {
            rest_loads(seen)?;
            must(times(seen, "kept") == 3 && seen.screens.contains("U404"), "the id is not shown")
        },
    ),
    row(
        47,
        "ids of users and channels twice",
        |place| {
            place.day(GOOD);
            place.file("users.json", r#"[{"id":"U1","name":"runa","profile":{"real_name":"Runa"}},{"id":"U1","name":"forged","profile":{"real_name":"Forged"}}]"#);
            place.file("channels.json", r#"[{"id":"C1","name":"general"},{"id":"C1","name":"quiet"}]"#);
        },
        |seen, _| warned(seen, "duplicate-id"),
    ),
    row(
        48,
        "channels named .., /etc, CON, 300 characters",
        |place| {
            let names = ["..", "/etc", "CON", &"x".repeat(300), "a/../../b"];
            let channels: Vec<Value> = names
                .iter()
                .enumerate()
                .map(|(n, name)| json!({ "id": format!("C{}", n + 3), "name": name }))
                .collect();
            place.day(GOOD);
            let mut all: Vec<Value> = serde_json::from_str(CHANNELS).unwrap();
            all.extend(channels);
            place.file("channels.json", Value::from(all).to_string());
        },
        |seen, place| {
            has(seen, &["one"])?;
            must(place.others().is_empty(), format!("{:?}", place.others()))
        },
    ),
];

fn bomb() -> Vec<u8> {
    let mut bomb = b"[".to_vec();
    bomb.resize(64 << 20, b' ');
    bomb.push(b']');
    bomb
}

/// Folders and zips, and what is to harm the readers of a report.
pub const PLACES: [Input; 11] = [
    row(
        49,
        "links out, to /, in a circle; a pipe; a file that may not be read",
        |place| {
            place.day(GOOD);
            let folder = place.home().join("export/general");
            symlink("/etc/passwd", folder.join("2024-12-07.json")).unwrap();
            symlink("/", folder.join("root")).unwrap();
            symlink("..", folder.join("circle")).unwrap();
            let pipe = folder.join("2024-12-08.json");
            rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR, 0).unwrap();
            place.file("general/2024-12-09.json", GOOD);
            fs::set_permissions(folder.join("2024-12-09.json"), fs::Permissions::from_mode(0o000)).unwrap();
        },
        |seen, _| {
            warned(seen, "skipped-entry")
                .and_then(|()| must(seen.count("skipped-entry") == 4, format!("{:?}", seen.codes)))
        },
    ),
    row(
        50,
        "zip: paths that lead out",
        |place| {
            let names = [
                "../general/2024-12-07.json",
                "/general/2024-12-07.json",
                "C:/general/2024-12-07.json",
                "general\\..\\..\\x.json",
                "general/../../x.json",
            ];
            let more: Vec<(&str, &[u8])> = names.iter().map(|name| (*name, GOOD.as_bytes())).collect();
            zip_with(place, &more);
        },
        |seen, place| {
            warned(seen, "skipped-entry")?;
            must(seen.count("skipped-entry") == 5 && seen.texts.len() == 2, format!("{:?}", seen.codes))?;
            must(place.others().is_empty(), format!("{:?}", place.others()))
        },
    ),
    row(
        51,
        "zip: a link and what is written through it",
        |place| {
            zip_with(place, &[("quiet", b"/tmp"), ("quiet/2024-12-06.json", GOOD.as_bytes())]);
            place.patch(|bytes| {
                let table = bytes.windows(4).rposition(|found| found == b"PK\x05\x06").unwrap();
                let at = bytes[..table]
                    .windows(51)
                    .rposition(|found| found.starts_with(b"PK\x01\x02") && found.ends_with(b"quiet"))
                    .unwrap();
                bytes[at + 5] = 3;
                put(bytes, at + 38, 0o120_777 << 16);
            });
        },
        |seen, place| {
            warned(seen, "skipped-entry")?;
            must(place.others().is_empty(), format!("{:?}", place.others()))
        },
    ),
    row(
        52,
        "zip: a bomb, a lie about sizes, entries that overlap",
        |place| {
            let bomb = bomb();
            zip_with(
                place,
                &[
                    ("general/2024-12-07.json", &bomb),
                    ("general/2024-12-08.json", &bomb),
                    ("general/2024-12-09.json", GOOD.as_bytes()),
                    ("general/2024-12-10.json", GOOD.as_bytes()),
                ],
            );
            place.patch(|bytes| {
                // One bomb says that it is small, one says that it is a gibibyte, one entry lies on another.
                let (local, table) = headers(bytes, "general/2024-12-08.json");
                put(bytes, local + 22, 1_000);
                put(bytes, table + 24, 1_000);
                let (_, table) = headers(bytes, "general/2024-12-07.json");
                put(bytes, table + 24, 1 << 30);
                let (inner, _) = headers(bytes, "general/2024-12-09.json");
                let (_, table) = headers(bytes, "general/2024-12-10.json");
                put(bytes, table + 42, inner as u32);
            });
        },
        |seen, _| {
            warned(seen, "too-large")?;
            must(seen.count("too-large") + seen.count("unreadable") == 2, format!("{:?}", seen.codes))?;
            must(seen.count("skipped-entry") == 2, format!("{:?}", seen.codes))?;
            must(seen.inspect.contains("--max-ratio"), "no word of how to raise the limit")
        },
    ),
    row(
        53,
        "zip: encrypted, a wrong sum, method 99, names twice",
        |place| {
            zip_with(
                place,
                &[
                    ("general/2024-12-07.json", GOOD.as_bytes()),
                    ("general/2024-12-08.json", GOOD.as_bytes()),
                    ("general/2024-12-09.json", GOOD.as_bytes()),
                    ("general/2024-12-1a.json", GOOD.as_bytes()),
                ],
            );
            place.patch(|bytes| {
                let (local, table) = headers(bytes, "general/2024-12-07.json");
                bytes[local + 6] |= 1;
                bytes[table + 8] |= 1;
                let (local, table) = headers(bytes, "general/2024-12-08.json");
                bytes[local + 14] ^= 0x55;
                bytes[table + 16] ^= 0x55;
                let (local, table) = headers(bytes, "general/2024-12-09.json");
                (bytes[local + 8], bytes[table + 10]) = (99, 99);
                let (local, table) = headers(bytes, "general/2024-12-1a.json");
                for at in [local + 30, table + 46] {
                    bytes[at..at + 23].copy_from_slice(b"general/2024-12-06.json");
                }
            });
        },
        |seen, _| {
            warned(seen, "skipped-entry")?;
            must(
                seen.count("skipped-entry") == 2 && seen.count("unreadable") == 1 && seen.count("duplicate-id") == 1,
                format!("{:?}", seen.codes),
            )
        },
    ),
    row(
        54,
        "zip: a folder around it and __MACOSX",
        |place| {
            place.zip(&[
                ("wrap/channels.json", CHANNELS.as_bytes()),
                ("wrap/general/2024-12-06.json", GOOD.as_bytes()),
                ("__MACOSX/wrap/general/._2024-12-06.json", b"\0\x05\x16\x07"),
            ]);
        },
        |seen, _| has(seen, &["one"]).and_then(|()| must(seen.texts.len() == 2, format!("{:?}", seen.texts))),
    ),
    row(
        55,
        "HTML in every field",
        |place| in_every_field(place, MARKUP),
        |seen, _| {
            rest_loads(seen)?;
            must(seen.exports["html"].contains("&lt;script&gt;alert(1)"), "the text is not shown in HTML")?;
            must(!seen.exports["html"].contains("<script"), "a script")
        },
    ),
    row(
        56,
        "links that are none, hosts that look like others",
        |place| {
            let words: Vec<String> = LINKS.iter().map(|link| format!("see {link} or")).collect();
            place.texts(&words.iter().map(String::as_str).collect::<Vec<_>>());
        },
        |seen, _| {
            rest_loads(seen)?;
            let page = &seen.exports["html"];
            for host in ["evil.example", "xn--", "gro.live", "javascript:", "data:text"] {
                let linked = page
                    .split("href=\"")
                    .skip(1)
                    .any(|rest| rest.split('"').next().is_some_and(|href| href.contains(host)));
                must(!linked, format!("{host} is a link"))?;
            }
            must(page.contains("javascript:alert(1)"), "the text of the link is gone")
        },
    ),
    row(
        57,
        "formulas",
        |place| {
            place.texts(&FORMULAS);
        },
        |seen, _| rest_loads(seen).and_then(|()| must(seen.exports["csv"].contains("'=1+1"), "the formula is gone")),
    ),
    row(
        58,
        "quotes, CRLF, separators",
        |place| {
            place.texts(&["say \"hi\", then;\r\nnext\tcell", "\"\"\",\r\n\"forged\",\"row\""]);
        },
        |seen, _| {
            rest_loads(seen)?;
            let mut reader = csv::Reader::from_reader(seen.exports["csv"].as_bytes());
            let texts: Vec<String> = reader.records().map(|row| row.unwrap()[7].to_owned()).collect();
            must(texts.iter().any(|text| text.starts_with("say \"hi\", then;\nnext cell")), format!("{texts:?}"))?;
            must(texts.iter().any(|text| text.contains("\"\"\",\n\"forged\",\"row\"")), format!("{texts:?}"))
        },
    ),
    row(
        59,
        "headings, fences and tables in text",
        |place| {
            place.texts(&MARKDOWN);
        },
        |seen, _| rest_loads(seen).and_then(|()| must(seen.exports["md"].contains("\\# heading"), "the text is gone")),
    ),
];
