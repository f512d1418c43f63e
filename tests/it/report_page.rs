//! The HTML report as a file: valid, closed, every link leading somewhere, everything foreign inert.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Instant as Clock;

use meanwhile::archive::builder::{LogBuilder, Record};
use meanwhile::archive::log::Provenance;
use meanwhile::archive::{Archive, ChannelMeta, Flags, MessageType, People, Person, Quality};
use meanwhile::base::id::{InvestigatorId, PersonId};
use meanwhile::base::time::Instant;
use meanwhile::export::{Format, render};
use meanwhile::project::document::{Author, Document};
use meanwhile::project::edit::Edit;
use meanwhile::report::Policy;
use meanwhile::timeline::copy::with_copies;
use regex::Regex;
use scraper::{ElementRef, Html, Selector};
use serde_json::{Value, json};

use crate::support::report::sample_page;

fn all<'p>(page: &'p Html, selector: &str) -> Vec<ElementRef<'p>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

/// What holds of every page, whatever is in it.
fn hold_to_the_rules(text: &str) {
    let page = Html::parse_document(text);
    assert_eq!(page.errors, Vec::<String>::new(), "the parser of browsers finds no error");
    let head: Vec<_> = all(&page, "head > *").into_iter().take(2).collect();
    assert_eq!(head[0].value().attr("charset"), Some("utf-8"));
    assert_eq!(head[1].value().attr("http-equiv"), Some("Content-Security-Policy"));
    assert!(head[1].value().attr("content").unwrap().starts_with("default-src 'none'; style-src 'unsafe-inline';"));
    let mut ids = BTreeSet::new();
    for element in all(&page, "*") {
        let name = element.value().name();
        assert!(!["script", "iframe", "object", "embed", "img", "form", "base"].contains(&name), "<{name}>");
        for (attribute, value) in element.value().attrs() {
            assert!(!attribute.starts_with("on"), "{attribute}={value}");
            assert!(!(attribute == "style" && value.contains("url(")), "{value}");
        }
        if let Some(id) = element.value().attr("id") {
            assert!(ids.insert(id.to_owned()), "the id {id} stands twice");
        }
    }
    for link in all(&page, "[href]") {
        let href = link.value().attr("href").unwrap();
        match href.strip_prefix('#') {
            Some(id) => assert!(ids.contains(id), "{href} leads nowhere"),
            None if href == "data:," => {}
            None => {
                assert!(["http://", "https://", "mailto:"].iter().any(|scheme| href.starts_with(scheme)), "{href}");
                assert_eq!(link.value().attr("rel"), Some("noopener noreferrer nofollow"), "{href}");
            }
        }
    }
    let levels: Vec<u32> =
        all(&page, "h1, h2, h3, h4").iter().map(|heading| heading.value().name()[1..].parse().unwrap()).collect();
    assert_eq!(levels.iter().filter(|&&level| level == 1).count(), 1);
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "a level of headings is skipped: {levels:?}");
}

#[test]
fn the_page_of_the_sample_is_valid_closed_and_whole() {
    let text = sample_page("html", &[]);
    hold_to_the_rules(&text);
    let page = Html::parse_document(&text);
    assert_eq!(all(&page, "li.en[value]").len(), 32, "an entry an item");
    assert_eq!(all(&page, "figure").len(), 3);
    assert!(all(&page, "ol.ppl > li").len() >= 12);
    let first = all(&page, "main > section")[0].value().attr("id");
    assert_eq!(first, Some("executive-summary"));
}

#[test]
fn every_citation_leads_into_its_evidence_and_the_first_link_there_leads_back() {
    let text = sample_page("html", &[]);
    let page = Html::parse_document(&text);
    let cites = all(&page, "a.c");
    assert!(cites.len() > 100, "{}", cites.len());
    let back = Selector::parse(".back a").unwrap();
    for cite in cites {
        let target = cite.value().attr("href").unwrap();
        let place = all(&page, target)[0];
        let details = place.ancestors().filter_map(ElementRef::wrap).any(|above| above.value().name() == "details");
        assert!(details, "{target} lies in no details");
        let claim = cite.parent().and_then(ElementRef::wrap).unwrap().value().attr("id").unwrap();
        assert_eq!(place.select(&back).next().unwrap().value().attr("href"), Some(format!("#{claim}").as_str()));
    }
}

#[test]
fn the_walk_has_a_page_a_beat_with_its_question() {
    let text = sample_page("walk", &[]);
    hold_to_the_rules(&text);
    let page = Html::parse_document(&text);
    let beats = all(&page, "section.sheet[id]");
    assert_eq!(beats.len(), 32);
    let question = Selector::parse("p.ask").unwrap();
    assert!(beats.iter().all(|beat| beat.select(&question).count() == 1));
}

/// The tokens of the style sheet, light first.
fn tokens() -> [Vec<(String, [f64; 3])>; 2] {
    let style = include_str!("../../src/export/html/style.css");
    let token = Regex::new(r"--([a-z0-9]+):#([0-9a-f]{6})").unwrap();
    let of = |block: &str| {
        token
            .captures_iter(block)
            .map(|found| {
                let part = |at: usize| f64::from(u8::from_str_radix(&found[2][at..at + 2], 16).unwrap()) / 255.0;
                (found[1].to_owned(), [part(0), part(2), part(4)])
            })
            .collect::<Vec<_>>()
    };
    let (light, rest) = style.split_once("@media (prefers-color-scheme:dark)").unwrap();
    [of(light), of(rest.split_once("}}").unwrap().0)]
}

/// Relative luminance, WCAG 2.
fn luminance(colour: [f64; 3]) -> f64 {
    let linear = |c: f64| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) };
    0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2])
}

#[test]
fn every_text_colour_is_readable_on_every_ground_in_both_schemes() {
    for scheme in tokens() {
        let of = |name: &str| scheme.iter().find(|(token, _)| token == name).unwrap().1;
        for name in
            ["ink", "mute", "link", "now", "tr", "im", "de", "hy", "di", "ac", "dc", "co", "re", "sy", "cn", "iv"]
        {
            for ground in ["bg", "panel", "mark"] {
                let (a, b) = (luminance(of(name)), luminance(of(ground)));
                let contrast = (a.max(b) + 0.05) / (a.min(b) + 0.05);
                assert!(contrast >= 4.5, "{name} on {ground}: {contrast:.2}");
            }
        }
    }
}

fn author() -> Author {
    Author::new(InvestigatorId::from_name("Ilke Havrand"))
}

/// A project over an archive, after edits.
fn project(archive: &Archive, edits: &[Value]) -> Document {
    let mut document = Document::new(&author());
    for edit in edits {
        let edit: Edit = serde_json::from_value(edit.clone()).unwrap();
        for edit in with_copies(edit, document.project(), archive) {
            document.apply(edit, &author(), Instant::from_seconds(1)).unwrap();
        }
    }
    document
}

/// An archive of messages a minute apart, over a few channels and people.
fn archive(channels: usize, each: usize, says: &dyn Fn(usize, usize) -> String, name: &str) -> Archive {
    let mut people = People::default();
    let authors: Vec<_> = (0..20)
        .map(|nth| {
            people.insert(Person::unlisted(PersonId::new("slack", &format!("U{nth}")), format!("{name} {nth}").into()))
        })
        .collect();
    let logs = (0..channels).map(|channel| {
        let mut log =
            LogBuilder::new(ChannelMeta::named("slack", &format!("C{channel}"), &format!("{name}-{channel}")));
        for nth in 0..each {
            let second = 1_733_400_000 + 60 * nth as i64 + channel as i64;
            log.push(Record {
                native_id: format!("{second}.000000"),
                time: Instant::from_seconds(second),
                author: authors.get((nth + channel) % 20).copied(),
                kind: MessageType::Message,
                flags: Flags::default(),
                text: says(channel, nth),
                thread: None,
                declared_replies: None,
                quality: Quality::EXACT,
                extras: None,
                provenance: Provenance::default(),
            });
        }
        std::sync::Arc::new(log.finish())
    });
    Archive::new(logs.collect(), std::sync::Arc::new(people), true)
}

fn id(channel: usize, nth: usize) -> String {
    format!("slack/C{channel}/{}.000000", 1_733_400_000 + 60 * nth + channel)
}

const HOSTILE: &str = "<script>alert(1)</script><img src=x onerror=alert(1)></style></title>--><!-- \" ' ` &#27; \u{202e}\u{0} javascript:alert(1) =1+1 | # x";

#[test]
fn hostile_text_in_every_field_stays_text() {
    let archive = archive(2, 4, &|_, _| HOSTILE.to_owned(), HOSTILE);
    let (entry, cited) = (id(0, 1), id(1, 2));
    let event = "event/0198f3aa-0000-7000-8000-000000000001";
    let section = format!(
        "{HOSTILE} [@{entry}] [@{cited}] [@event/<script>]\n\n# {HOSTILE}\n\n- {HOSTILE}\n\n> {HOSTILE}\n\n| {HOSTILE} | b |\n|---|---|\n| <b>x</b> [@{cited}] | [x](javascript:alert(1)) |\n\n![{HOSTILE}](http://x.example/y.png)\n\n<div onclick=\"x\">\n\n```\n{HOSTILE}\n```\n\n[ok](https://good.example/\"onmouseover=alert)\n"
    );
    let mut edits = vec![
        json!({ "edit": "fact", "name": "title", "value": HOSTILE }),
        json!({ "edit": "fact", "name": "headline", "value": HOSTILE }),
        json!({ "edit": "fact", "name": "standfirst", "value": HOSTILE }),
        json!({ "edit": "fact", "name": "version", "value": HOSTILE }),
        json!({ "edit": "phase", "id": "phase/0198f3aa-0000-7000-8000-000000000003", "title": HOSTILE, "at": "2024-12-05T00:00:00Z" }),
        json!({ "edit": "event", "id": event, "at": "2024-12-05T12:00:00Z", "text": HOSTILE, "source": HOSTILE, "channel": HOSTILE }),
        json!({ "edit": "entry", "target": event, "headline": HOSTILE, "text": HOSTILE }),
        json!({ "edit": "timeline", "target": entry, "on": true }),
        json!({ "edit": "timeline", "target": id(1, 1), "on": true }),
        json!({ "edit": "tag", "target": entry, "tag": format!("{HOSTILE} - {HOSTILE}"), "on": true }),
        json!({ "edit": "note", "target": entry, "text": HOSTILE }),
        json!({ "edit": "person", "person": "slack/U1", "name": HOSTILE, "title": HOSTILE, "team": HOSTILE, "location": HOSTILE, "role": HOSTILE }),
        json!({ "edit": "milestone", "name": "start", "at": "2024-12-05T12:00:00Z" }),
    ];
    for key in ["executive-summary", "responders", "contributors", "follow-ups", "timeline"] {
        edits.push(json!({ "edit": "section", "section": key, "text": section }));
    }
    let document = project(&archive, &edits);
    for format in [Format::Html, Format::Walk] {
        let text = render(document.project(), &archive, &Policy::default(), format);
        hold_to_the_rules(&text);
        assert!(text.contains("&lt;script&gt;") && text.contains("‹202E›") && !text.contains('\u{0}'));
    }
    let markdown = render(document.project(), &archive, &Policy::default(), Format::Markdown);
    for event in pulldown_cmark::Parser::new(&markdown) {
        use pulldown_cmark::{Event, Tag};
        match event {
            Event::Html(html) | Event::InlineHtml(html) => panic!("{html} is no text"),
            // A link of the investigators is theirs; none is made of what others said, and none runs anything.
            Event::Start(Tag::Link { dest_url, .. }) => {
                assert!(dest_url.starts_with("https://good.example/"), "{dest_url}");
            }
            _ => {}
        }
    }
    let table = render(document.project(), &archive, &Policy::default(), Format::Csv);
    let mut rows = csv::Reader::from_reader(table.as_bytes());
    assert_eq!(rows.records().map(Result::unwrap).count(), 3);
}

/// A report of many entries: each is tagged, and cited by one of the sections.
fn many(archive: &Archive, entries: usize, each: usize) -> Document {
    let channels = archive.channel_count();
    let mut edits = vec![
        json!({ "edit": "milestone", "name": "start", "at": "2024-12-05T12:00:00Z" }),
        json!({ "edit": "milestone", "name": "end", "at": "2024-12-05T18:00:00Z" }),
        json!({ "edit": "phase", "id": "phase/0198f3aa-0000-7000-8000-000000000003", "title": "First", "at": "2024-12-05T12:00:00Z" }),
        json!({ "edit": "phase", "id": "phase/0198f3aa-0000-7000-8000-000000000004", "title": "Then", "at": "2024-12-07T12:00:00Z" }),
    ];
    let mut text = String::new();
    for nth in 0..entries {
        let target = id(nth % channels, nth * (each / entries.max(1)));
        let tag = ["Detection - Weak Signals", "Action - Mitigate", "Hypothesis - Raised"][nth % 3];
        edits.push(json!({ "edit": "entry", "target": target, "headline": format!("What happened at place {nth}") }));
        edits.push(json!({ "edit": "tag", "target": target, "tag": tag, "on": true }));
        let _ = write!(text, "Something was said there, and it mattered later [@{target}].\n\n");
    }
    if !text.is_empty() {
        edits.push(json!({ "edit": "section", "section": "executive-summary", "text": text }));
    }
    project(archive, &edits)
}

#[test]
fn five_hundred_entries_with_fifty_thousand_messages_behind_them_stay_small_and_quick() {
    let says = |channel: usize, nth: usize| {
        format!("message {nth} of channel {channel}: what I see here is {}", "word ".repeat(12))
    };
    let archive = archive(5, 10_000, &says, "room");
    let document = many(&archive, 500, 10_000);
    let clock = Clock::now();
    let text = render(document.project(), &archive, &Policy::default(), Format::Html);
    println!("500 entries, 50,000 messages: {} ms, {} kB", clock.elapsed().as_millis(), text.len() / 1_000);
    hold_to_the_rules(&text);
    assert!(text.len() < 2_000_000, "{} bytes", text.len());
    assert!(text.contains("id=\"e500\"") && text.contains("details class=\"phase\""));
}

#[test]
fn few_entries_and_none_look_right_too() {
    let archive = archive(2, 20, &|_, nth| format!("message {nth}"), "room");
    for entries in [0, 1, 2, 5] {
        let document = many(&archive, entries, 20);
        let text = render(document.project(), &archive, &Policy::default(), Format::Html);
        hold_to_the_rules(&text);
        let page = Html::parse_document(&text);
        assert_eq!(all(&page, "#drawing").len(), usize::from(entries >= 3), "{entries} entries");
        assert_eq!(all(&page, "input[name=lane]").len(), 0, "nothing to choose among {entries} entries");
    }
}

#[test]
fn one_section_alone_carries_its_evidence() {
    let text = sample_page("html", &["--section", "trigger"]);
    hold_to_the_rules(&text);
    let page = Html::parse_document(&text);
    assert_eq!(all(&page, "#trigger").len(), 1);
    assert!(all(&page, "#timeline").is_empty() && !all(&page, "#evidence li.en").is_empty());
}

#[test]
fn what_was_edited_or_deleted_says_so_in_its_transcript() {
    let page = sample_page("html", &[]);
    let edited = Regex::new(r#"<span class="meta">\(edited <time[^>]*>"#).unwrap();
    assert!(edited.is_match(&page), "the sample holds messages that were edited");
    hold_to_the_rules(&page);
}

#[test]
fn versions_in_one_frame_keep_the_rules_of_a_page() {
    use meanwhile::report::versions::Written;
    use meanwhile::report::{Versions, build_with};
    let archive = archive(1, 3, &|_, nth| format!("word {nth}"), "Ines");
    let document = project(&archive, &[json!({ "edit": "section", "section": "impact", "text": "one" })]);
    let written = |by: &str, text: String| Written { by: Some(by.to_owned()), at: Instant::from_seconds(1), text };
    let cite = format!("[@{}]", id(0, 1));
    let mut versions = Versions { others: 2, ..Versions::default() };
    let texts = vec![
        written("Ines <b>", format!("### A card\n\nOne {cite}.\n\n| a | b |\n|---|---|\n| x | {cite} |")),
        written("Bo", format!("- {cite} two\n\n```\nopen\n\n<script>x</script>")),
    ];
    versions.sections.insert("impact".to_owned(), texts);
    let report = build_with(document.project(), &archive, &Policy::default(), &versions);
    let page = meanwhile::export::render_report(
        document.project(),
        &report,
        &meanwhile::report::Surroundings::default(),
        Format::Html,
        meanwhile::export::Signs::Shapes,
    );
    hold_to_the_rules(&page);
    assert!(page.contains("2 other texts have more than one version: the last one is shown"));
}

#[test]
fn the_name_on_a_ruler_lies_over_no_entry_of_the_upright_drawing() {
    let page = Html::parse_document(&sample_page("html", &[]));
    let height = |element: &ElementRef<'_>| element.value().attr("y").unwrap().parse::<f64>().unwrap();
    let rulers: Vec<f64> = all(&page, "svg.fig-v text.msn-t").iter().map(height).collect();
    let entries: Vec<f64> = all(&page, "svg.fig-v text.l9").iter().map(height).collect();
    assert!(rulers.len() > 4 && entries.len() > 25);
    for ruler in rulers {
        // A name is ten units high above its line; an entry stands from ten above to three below its own.
        let over = entries.iter().find(|&&entry| ruler > entry - 10.0 && ruler - 10.0 < entry + 3.0);
        assert_eq!(over, None, "at {ruler}");
    }
}

#[test]
fn a_short_report_has_no_bar_of_contents_on_a_phone() {
    let archive = archive(1, 9, &|_, nth| format!("word {nth}"), "Ines");
    let page = |entries: usize| {
        let on = |nth| json!({ "edit": "timeline", "target": id(0, nth), "on": true });
        let document = project(&archive, &(0..entries).map(on).collect::<Vec<_>>());
        render(document.project(), &archive, &Policy::default(), Format::Html)
    };
    assert!(page(5).contains("<nav class=\"toc few\""));
    assert!(page(6).contains("<nav class=\"toc\""));
}
