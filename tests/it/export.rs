//! What leaves a project: exact files, and what must never be in them.

use std::fs;

use regex::Regex;
use serde_json::{Value, json};

use crate::cli::{Bench, message};

const EVENT: &str = "event/0198f3aa-0000-7000-8000-000000000001";
const HIDDEN: &str = "event/0198f3aa-0000-7000-8000-000000000002";
const SECRET: &str = "slack/G0PRIV/1733495800.000100";

/// A project with everything an export shows, and three things that must stay.
fn told() -> Bench {
    let bench = Bench::new();
    bench.project();
    let (asked, fixed, green) =
        (message("1733495640.000200"), message("1733495772.004500"), message("1733496300.000600"));
    let phase = "phase/0198f3aa-0000-7000-8000-000000000003";
    bench
        .edit(&[
            json!({ "edit": "milestone", "name": "start", "at": "2024-12-06T14:16:00Z" }),
            json!({ "edit": "milestone", "name": "mitigated", "at": "2024-12-06T14:36:12.004500Z" }),
            json!({ "edit": "phase", "id": phase, "title": "The day", "at": "2024-12-06T14:00:00Z" }),
            json!({ "edit": "event", "id": EVENT, "at": "2024-12-06T14:20:00Z", "plus_minus": "5m",
                    "text": "Broker-3 is drained, as planned" }),
            json!({ "edit": "event", "id": HIDDEN, "at": "2024-12-06T14:21:00Z", "text": "said in confidence",
                    "off_record": true }),
            json!({ "edit": "timeline", "target": EVENT, "on": true }),
            json!({ "edit": "timeline", "target": HIDDEN, "on": true }),
            json!({ "edit": "timeline", "target": asked, "on": true }),
            json!({ "edit": "entry", "target": fixed, "headline": "Alias fixed by hand",
                    "text": "Products appear again\n18 s later.", "occurred_at": "2024-12-06T14:36:00Z" }),
            json!({ "edit": "timeline", "target": SECRET, "on": true }),
            json!({ "edit": "tag", "target": fixed, "tag": "Action - Mitigate", "on": true }),
            json!({ "edit": "note", "target": fixed, "text": "=who else could have?" }),
            json!({ "edit": "tag", "target": green, "tag": "Impact - Ends", "on": true }),
            json!({ "edit": "section", "section": "mitigators",
                    "text": format!("The alias can be set by hand [@{fixed}][@{EVENT}].\n\n- they said [@{HIDDEN}] and [@{SECRET}]\n- lost [@event/0198f3aa-0000-7000-8000-000000000009]") }),
            json!({ "edit": "section", "section": "timeline", "text": "Told in *one* day." }),
            json!({ "edit": "person", "person": "slack/U0BAKO", "team": "Search", "on_call": true }),
        ])
        .exits(0);
    bench
}

fn export(bench: &Bench, args: &[&str]) -> String {
    bench.run(&[&["export", "incident.json", "--format"], args].concat()).exits(0).stdout()
}

#[test]
fn markdown_reads_as_a_report() {
    insta::assert_snapshot!(export(&told(), &["md"]));
}

#[test]
fn text_reads_as_a_report() {
    insta::assert_snapshot!(export(&told(), &["txt"]));
}

#[test]
fn csv_holds_the_timeline() {
    insta::assert_snapshot!(export(&told(), &["csv"]));
}

#[test]
fn json_holds_everything_that_leaves() {
    insta::assert_snapshot!(export(&told(), &["json"]));
}

#[test]
fn what_is_private_or_off_the_record_is_in_no_format_in_any_form() {
    let bench = told();
    for format in ["md", "txt", "csv", "json", "html", "walk"] {
        let content = export(&bench, &[format, "--annotations"]);
        for word in ["confidence", "Fjord", "beta-customers", HIDDEN, SECRET] {
            assert!(!content.contains(word), "{format}: {word}\n{content}");
        }
    }
    let named = export(&bench, &["txt", "--include-private", "beta-customers"]);
    assert!(named.contains("Fjord Foods") && !named.contains("confidence"), "{named}");
}

#[test]
fn annotations_leave_only_when_asked_for() {
    let bench = told();
    let plain: Value = serde_json::from_str(&export(&bench, &["json"])).unwrap();
    assert_eq!(plain["annotations"], json!([]));
    let all: Value = serde_json::from_str(&export(&bench, &["json", "--annotations"])).unwrap();
    let texts: Vec<_> = all["annotations"].as_array().unwrap().iter().map(|told| told["text"].clone()).collect();
    assert!(texts.contains(&json!("status page is green, restarted nothing")), "{texts:?}");
}

#[test]
fn one_section_can_leave_alone() {
    let bench = told();
    let alone = export(&bench, &["md", "--section", "mitigators"]);
    assert!(alone.contains("## Mitigators") && !alone.contains("## Timeline"), "{alone}");
    let wrong = bench.run(&["export", "incident.json", "--format", "md", "--section", "lunch"]).exits(2);
    assert!(wrong.stderr().contains("mitigators"), "{}", wrong.stderr());
}

#[test]
fn exports_are_the_same_when_the_sources_are_gone() {
    let bench = told();
    let formats = ["md", "csv", "txt"];
    let before = formats.map(|format| export(&bench, &[format]));
    let people = |bench: &Bench| serde_json::from_str::<Value>(&export(bench, &["json"])).unwrap()["timeline"].clone();
    let entries = people(&bench);
    fs::remove_dir_all(bench.path("export")).unwrap();
    assert_eq!(formats.map(|format| export(&bench, &[format])), before);
    assert_eq!(people(&bench), entries);
}

#[test]
fn a_file_is_replaced_in_one_step_or_not_at_all() {
    let bench = told();
    fs::write(bench.path("report.md"), "old").unwrap();
    let written = bench.run(&["export", "incident.json", "--format", "md", "-o", "report.md"]).exits(0);
    assert_eq!(written.stdout(), "");
    assert_eq!(fs::read_to_string(bench.path("report.md")).unwrap(), export(&bench, &["md"]));
    let refused = bench.run(&["export", "incident.json", "--format", "md", "-o", "no/such/report.md"]).exits(2);
    assert!(refused.stderr().contains("no/such/report.md"), "{}", refused.stderr());
}

#[test]
fn every_version_of_a_section_that_nobody_settled_leaves_in_every_format() {
    let bench = told();
    let cite = format!("[@{}]", message("1733495772.004500"));
    let write = |project: &str, text: &str| {
        let line = json!({ "edit": "section", "section": "impact", "text": text }).to_string();
        fs::write(bench.path("line.jsonl"), line).unwrap();
        bench.run(&["edit", project, "line.jsonl"]).exits(0);
    };
    fs::copy(bench.path("incident.json"), bench.path("theirs.json")).unwrap();
    write("incident.json", &format!("Nine shops saw it {cite}."));
    write("theirs.json", "- Ten shops saw it.\n- Nobody else did.");
    bench.run(&["merge", "incident.json", "theirs.json", "-o", "both.json"]).exits(1);
    let export = |format: &str| bench.run(&["export", "both.json", "--format", format]).exits(0).stdout();
    for format in ["html", "md", "txt", "json"] {
        let page = export(format);
        assert!(page.contains("Nine shops saw it") && page.contains("Ten shops saw it"), "{format}: {page}");
    }
    for format in ["html", "md", "txt"] {
        assert!(export(format).contains("1 section has more than one version: all are shown"), "{format}");
    }
    let page = export("html");
    let (nine, ten) = (page.find("Nine shops").unwrap(), page.find("Ten shops").unwrap());
    assert!(nine < ten, "in order of writing");
    let number = Regex::new(r#"<div class="p conflict" id="p(\d+)">"#).unwrap().captures(&page).unwrap()[1].to_owned();
    for letter in ["a", "b"] {
        assert!(page.contains(&format!("¶{number}{letter}</b>")), "one number, a letter each");
    }
    let next: u32 = number.parse::<u32>().unwrap() + 1;
    assert!(page.contains(&format!("id=\"p{next}\"")), "what follows counts on from there");
    let told: Value = serde_json::from_str(&export("json")).unwrap();
    let sections = told["sections"].as_array().unwrap();
    let impact = sections.iter().find(|section| section["key"] == "impact").unwrap();
    assert_eq!(impact["versions"].as_array().unwrap().len(), 2);
    let redacted = bench.run(&["export", "both.json", "--format", "md", "--redact"]).exits(0).stdout();
    assert!(redacted.contains("Nine shops") && redacted.contains("Ten shops"), "{redacted}");
    write("both.json", "Nine or ten shops saw it.");
    assert!(!export("html").contains("more than one version"), "writing it again settles it");
}

#[test]
fn text_marks_groups_in_ascii_where_that_is_asked_for() {
    let bench = told();
    let shapes = export(&bench, &["txt"]);
    let ascii = export(&bench, &["txt", "--ascii"]);
    assert!(shapes.contains('■') || shapes.contains('◐') || shapes.contains('◇'), "{shapes}");
    assert!(!ascii.contains(['■', '◐', '◇', '▲', '●']), "{ascii}");
}

#[test]
fn what_was_told_in_an_interview_is_cited_as_a_source_of_its_own() {
    let bench = told();
    let (open, off) = ("event/0198f3aa-0000-7000-8000-0000000000a1", "event/0198f3aa-0000-7000-8000-0000000000a2");
    let told_by = |id: &str, who: &str, off: bool| {
        json!({ "edit": "event", "id": id, "at": "2024-12-06T14:40:00Z", "text": "looked at the alias",
                "source": format!("interview with {who}"), "off_record": off })
    };
    bench
        .edit(&[
            told_by(open, "Runa Halvorik", false),
            told_by(off, "Sefa Tanumai", true),
            json!({ "edit": "section", "section": "difficulties", "text": format!("Nobody looked there [@{open}].") }),
        ])
        .exits(0);
    for format in ["md", "txt"] {
        let page = export(&bench, &[format]);
        assert!(page.contains(", interview with Runa Halvorik"), "{page}");
        assert!(!page.contains("Sefa"), "{page}");
    }
    let page = export(&bench, &["html"]);
    assert!(page.contains("Told in the <bdi>interview with Runa Halvorik</bdi>."), "{page}");
    let read = &page[page.find("id=\"read\"").unwrap()..];
    assert!(read.contains("<td><bdi>interview with Runa Halvorik</bdi></td>") && read.contains("1 note"), "{read}");
    assert!(!page.contains("Sefa"), "what is off the record is in no form there");
}
