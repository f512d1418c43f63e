//! The one checker of the bytes that come out: what a terminal, a spreadsheet, a browser and a reader
//! of Markdown may be given. It shares no code and no table with the program.

use std::collections::BTreeSet;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use regex::Regex;
use scraper::{Html, Selector};

/// Controls, and what prints nothing or reorders what is printed: what the Unicode tables call ignorable
/// by default, the separators of lines and paragraphs, and what musical and ruby notation hides.
fn is_forbidden(c: char) -> bool {
    let code = u32::from(c);
    c.is_control()
        || matches!(code,
            0xad | 0x34f | 0x61c | 0x115f..=0x1160 | 0x17b4..=0x17b5 | 0x180b..=0x180f | 0x200b..=0x200f
            | 0x2028..=0x202e | 0x2060..=0x206f | 0x3164 | 0xfe00..=0xfe0f | 0xfeff | 0xffa0 | 0xfff0..=0xfffb
            | 0x1_bca0..=0x1_bca3 | 0x1_d173..=0x1_d17a | 0xe_0000..=0xe_0fff)
}

/// Joiners shape the letters of these scripts.
fn is_shaped(c: char) -> bool {
    matches!(u32::from(c), 0x600..=0x8ff | 0x900..=0xdff | 0x1000..=0x109f)
}

fn is_emoji(c: char) -> bool {
    matches!(u32::from(c), 0x2190..=0x2bff | 0x1_f000..=0x1_faff | 0xe_0020..=0xe_007f)
}

/// What joins and selects emoji, where it stands behind one.
fn is_of_emoji(before: Option<char>, c: char) -> bool {
    matches!(u32::from(c), 0x200d | 0xfe0e | 0xfe0f)
        && before.is_some_and(|before| is_emoji(before) || matches!(u32::from(before), 0xfe0e | 0xfe0f))
}

/// Text without a control but those given, and without anything that hides; joiners only where they
/// shape letters.
pub fn harmless(text: &str, may: &[char]) -> Result<(), String> {
    let mut before = None;
    for (at, c) in text.char_indices() {
        let joins = matches!(c, '\u{200c}' | '\u{200d}') && before.is_some_and(is_shaped);
        if is_forbidden(c) && !may.contains(&c) && !joins {
            return Err(format!("U+{:04X} in {:?}", u32::from(c), around(text, at)));
        }
        before = Some(c);
    }
    Ok(())
}

/// Harmless text in which no letter carries more marks than a cell may hold.
pub fn plain(text: &str, may: &[char]) -> Result<(), String> {
    let mut marks = 0;
    for c in text.chars() {
        marks = if is_mark(c) { marks + 1 } else { 0 };
        if marks > 8 {
            return Err("more than 8 marks on one letter".to_owned());
        }
    }
    harmless(text, may)
}

/// The marks that inputs here pile up.
fn is_mark(c: char) -> bool {
    matches!(u32::from(c), 0x300..=0x36f | 0x483..=0x489 | 0x1ab0..=0x1aff | 0x1dc0..=0x1dff | 0x20d0..=0x20ff | 0xfe20..=0xfe2f)
}

fn around(text: &str, at: usize) -> String {
    let from = (0..=at.saturating_sub(80)).rev().find(|&from| text.is_char_boundary(from)).unwrap_or(0);
    text.get(from..).unwrap_or_default().chars().take(160).collect()
}

/// What a sequence may do, told by its parameters and its last byte.
fn is_allowed_control(parameters: &str, last: char) -> bool {
    let numbers = |most: usize| parameters.split([';', ':']).count() <= most && digits(parameters);
    match last {
        'm' => numbers(24),
        'H' | 'r' => numbers(2),
        'A'..='G' | 'd' | 'L' | 'M' | 'X' => numbers(1),
        'J' | 'K' => matches!(parameters, "" | "0" | "1" | "2"),
        'h' | 'l' => matches!(parameters, "?25" | "?2026" | "?1049" | "?2004" | "?1004" | "?1002" | "?1006"),
        'u' => matches!(parameters, ">5" | "<1"),
        _ => false,
    }
}

fn digits(parameters: &str) -> bool {
    parameters.chars().all(|c| c.is_ascii_digit() || matches!(c, ';' | ':'))
}

/// What the program asks once, before anything of an export is read.
const QUESTIONS: [&str; 5] = ["\u{1b}]11;?\u{1b}\\", "\u{1b}]10;?\u{1b}\\", "\u{1b}[?u", "\u{1b}[6n", "\u{1b}[c"];

/// All that was written to a terminal while the screen was ours, and before and after it.
pub fn terminal(bytes: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).map_err(|error| format!("no UTF-8 on the terminal: {error}"))?;
    let mut asked = BTreeSet::new();
    let mut rest = text;
    while let Some(at) = rest.find('\u{1b}') {
        printed(rest.get(..at).unwrap_or_default())?;
        rest = rest.get(at..).unwrap_or_default();
        if let Some(question) = QUESTIONS.iter().find(|question| rest.starts_with(**question)) {
            if !asked.insert(question) {
                return Err(format!("{question:?} was asked twice"));
            }
            rest = rest.get(question.len()..).unwrap_or_default();
            continue;
        }
        let body = rest.strip_prefix("\u{1b}[").ok_or_else(|| format!("no CSI: {:?}", around(rest, 0)))?;
        let end = body.find(|c| matches!(c, '@'..='~')).ok_or("a sequence without end")?;
        let (parameters, tail) = body.split_at(end);
        let last = tail.chars().next().unwrap_or(' ');
        if !is_allowed_control(parameters, last) {
            return Err(format!("the sequence {parameters:?} {last:?} in {:?}", around(rest, 0)));
        }
        rest = tail.get(1..).unwrap_or_default();
    }
    printed(rest)
}

fn printed(text: &str) -> Result<(), String> {
    plain(text, &['\r', '\n'])
}

/// A cell of the screen before it is written.
pub fn cell(symbol: &str) -> Result<(), String> {
    plain(symbol, &[])
}

/// What a spreadsheet would begin a formula with.
fn begins_formula(text: &str) -> bool {
    let is_number = text.trim().parse::<f64>().is_ok() && text.is_ascii();
    let first = text.trim_start_matches([' ', '\u{a0}']).chars().next();
    let bad = matches!(first, Some('=' | '+' | '-' | '@' | '|' | '%' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'));
    bad && !is_number
}

/// A table for spreadsheets: every cell quoted, none a formula, also not where a semicolon or a line
/// feed parts cells.
pub fn csv(text: &str) -> Result<(), String> {
    plain(text, &['\n', '\r'])?;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(false).from_reader(text.as_bytes());
    let mut written = String::new();
    for record in reader.records() {
        let record = record.map_err(|error| format!("a row that does not parse: {error}"))?;
        for cell in &record {
            if let Some(part) = cell.split([';', '\n', '\t', '\r']).find(|part| begins_formula(part)) {
                return Err(format!("a formula: {part:?}"));
            }
        }
        let cells: Vec<String> = record.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
        written.push_str(&cells.join(","));
        written.push('\n');
    }
    if written == text.replace("\r\n", "\n") { Ok(()) } else { Err("a cell without quotes".to_owned()) }
}

/// Markdown whose structure is the report's own: its headings, its tables of five columns, its list of
/// sources; no link, no image, no HTML, no code but of a name that would call somebody.
pub fn markdown(text: &str, titles: &BTreeSet<String>) -> Result<(), String> {
    plain(text, &['\n'])?;
    let mut heading: Option<(HeadingLevel, String)> = None;
    let mut cells = 0;
    let mut said = String::new();
    for event in Parser::new_ext(text, Options::all()) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => heading = Some((level, String::new())),
            Event::End(TagEnd::Heading(_)) => {
                let (level, words) = heading.take().unwrap_or((HeadingLevel::H1, String::new()));
                if level != HeadingLevel::H1 && !titles.contains(&words) {
                    return Err(format!("the heading {words:?}"));
                }
            }
            Event::Start(Tag::TableHead | Tag::TableRow) => cells = 0,
            Event::End(TagEnd::TableCell) => cells += 1,
            Event::End(TagEnd::TableHead | TagEnd::TableRow) if cells != 5 => return Err(format!("{cells} cells")),
            Event::Text(words) => {
                said.push_str(&words);
                if let Some((_, title)) = &mut heading {
                    title.push_str(&words);
                }
            }
            Event::Start(
                Tag::Paragraph
                | Tag::List(None)
                | Tag::Item
                | Tag::Table(_)
                | Tag::TableCell
                | Tag::Strong
                | Tag::Emphasis,
            )
            | Event::End(_)
            | Event::SoftBreak => said.push('\n'),
            // A name that would call somebody where the page is pasted, and nothing else, is code.
            Event::Code(words) if is_name(&words) => said.push('\n'),
            Event::Start(tag) => return Err(format!("a structure of its own: {tag:?}")),
            other => return Err(format!("something that is not text: {other:?}")),
        }
    }
    calls_nobody(&said)
}

fn is_name(code: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    code.strip_prefix('@').is_some_and(|name| !name.is_empty() && name.chars().all(is_part))
}

/// Whether a page of GitHub or GitLab would call nobody for these words.
fn calls_nobody(said: &str) -> Result<(), String> {
    let call = Regex::new(r"(?:^|\W)@[A-Za-z0-9]").unwrap();
    // In the address of a link it calls nobody.
    let word = said.split_whitespace().find(|word| !word.contains("://") && call.is_match(word));
    word.map_or(Ok(()), |word| Err(format!("{word:?} calls somebody")))
}

const FORBIDDEN_TAGS: [&str; 13] = [
    "script", "iframe", "object", "embed", "img", "form", "base", "button", "audio", "video", "frame", "template",
    "noscript",
];

/// A page in which nothing acts: the policy first, no script, no handler, nothing fetched, links only
/// to the web and to mail and never to a host that is not what it looks like.
pub fn html(text: &str) -> Result<(), String> {
    html_characters(text)?;
    let page = Html::parse_document(text);
    if !page.errors.is_empty() {
        return Err(format!("the parser of browsers says {:?}", page.errors));
    }
    let head = Selector::parse("head > *").unwrap();
    let policy = page.select(&head).nth(1).and_then(|meta| meta.value().attr("content")).unwrap_or_default();
    if !policy.starts_with("default-src 'none'; style-src 'unsafe-inline';") {
        return Err(format!("the policy is {policy:?}"));
    }
    for element in page.select(&Selector::parse("*").unwrap()) {
        let name = element.value().name();
        // What is chosen on a page is chosen with switches that only style it.
        let is_switch = matches!(element.value().attr("type"), Some("radio" | "checkbox"));
        if FORBIDDEN_TAGS.contains(&name) || (name == "input" && !is_switch) {
            return Err(format!("<{name}>"));
        }
        for (attribute, value) in element.value().attrs() {
            let fetches = matches!(attribute, "src" | "srcset" | "action" | "formaction" | "data" | "background");
            let styled = attribute == "style" && (value.contains("url") || value.contains("expression"));
            if attribute.starts_with("on") || fetches || styled {
                return Err(format!("<{name} {attribute}={value:?}>"));
            }
            if attribute == "href" {
                link(value, element.value().attr("rel"))?;
            }
        }
    }
    Ok(())
}

fn html_characters(text: &str) -> Result<(), String> {
    let mut before = None;
    for (at, c) in text.char_indices() {
        let joins = matches!(c, '\u{200c}' | '\u{200d}') && before.is_some_and(is_shaped);
        if is_forbidden(c) && c != '\n' && !is_of_emoji(before, c) && !joins {
            return Err(format!("U+{:04X} in {:?}", u32::from(c), around(text, at)));
        }
        before = Some(c);
    }
    Ok(())
}

fn link(href: &str, rel: Option<&str>) -> Result<(), String> {
    if href.starts_with('#') || href == "data:," {
        return Ok(());
    }
    let host = href.strip_prefix("https://").or_else(|| href.strip_prefix("http://"));
    let host = host.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let is_plain = host.is_none_or(|host| host.is_ascii() && !host.contains('@') && !host.contains("xn--"));
    if (host.is_none() && !href.starts_with("mailto:")) || !is_plain || rel != Some("noopener noreferrer nofollow") {
        return Err(format!("a link to {href:?}, {rel:?}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checker_finds_what_it_is_for() {
        for bad in [
            "\u{1b}]0;x\u{7}",
            "\u{1b}]52;c;aGk=\u{1b}\\",
            "\u{1b}Pq\u{1b}\\",
            "\u{1b}_G\u{1b}\\",
            "\u{1b}[3J",
            "\u{1b}[6n\u{1b}[6n",
            "\u{1b}Z",
            "\u{9b}2J",
            "a\u{202e}b",
            "a\tb",
            "\u{1b}[",
        ] {
            assert!(terminal(bad.as_bytes()).is_err(), "{bad:?}");
        }
        assert!(terminal(b"a\x9b").is_err());
        terminal("\u{1b}[?1049h\u{1b}[2;7H\u{1b}[38;5;200mtiré 検索\u{1b}[0m\u{1b}[?25l\r\nend".as_bytes()).unwrap();
        for bad in ["a\n", "\"=1\"\n", "\" ＝1\"\n", "\"a;=1\"\n", "\"a\n@b\"\n"] {
            assert!(csv(bad).is_err(), "{bad:?}");
        }
        csv("\"-5\",\"'=1\",\"a\"\"b\"\n").unwrap();
        let titles = BTreeSet::from(["Impact".to_owned()]);
        for bad in [
            "# x\n\n## Other\n",
            "```\n",
            "<b>x</b>\n",
            "[a](http://b)\n",
            "![a](b)\n",
            "> a\n",
            "|a|\n|-|\n",
            "1. a\n",
        ] {
            assert!(markdown(bad, &titles).is_err(), "{bad:?}");
        }
        markdown("# x\n\n## Impact\n\n- a\n", &titles).unwrap();
        for bad in [
            "<script>x</script>",
            "<p onclick='x'>",
            "<a href='javascript:x'>x</a>",
            "<img src='x'>",
            "<input type='text'>",
        ] {
            let page = format!(
                "<!doctype html><html lang=en><head><meta charset=utf-8><meta content=\"default-src 'none'; \
                 style-src 'unsafe-inline';\"><title>t</title></head><body>{bad}</body></html>"
            );
            assert!(html(&page).is_err(), "{bad:?}");
        }
    }
}
