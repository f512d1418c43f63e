//! Each rule and gap on a sentence of its own, and what they leave alone.

use serde_json::json;

use super::*;
use crate::base::id::InvestigatorId;
use crate::base::time::Instant;
use crate::project::{Author, Document, Edit};

/// A project after edits.
fn project(edits: &[serde_json::Value]) -> Document {
    let author = Author::new(InvestigatorId::from_name("Ilke Havrand"));
    let mut document = Document::new(&author);
    for edit in edits {
        let edit: Edit = serde_json::from_value(edit.clone()).unwrap();
        document.apply(edit, &author, Instant::from_seconds(1)).unwrap();
    }
    document
}

fn codes(key: &str, text: &str) -> Vec<&'static str> {
    let document =
        project(&[json!({ "edit": "person", "person": "slack/U1", "name": "Dov Kestrelin", "team": "Platform" })]);
    lint_text(document.project(), &Archive::default(), key, text).iter().map(|finding| finding.code).collect()
}

#[test]
fn a_broken_citation_is_a_problem_and_a_draft_is_advice() {
    let found = lint_text(&Project::default(), &Archive::default(), "impact", "[draft] late [@event/gone]");
    let told: Vec<_> = found.iter().map(|finding| (finding.level.word(), finding.code)).collect();
    assert_eq!(told, [("advice", "draft-left"), ("problem", "broken-citation")]);
    assert_eq!(found[1].range, Some(13..26));
}

#[test]
fn an_empty_report_asks_about_each_section_but_the_table() {
    let found = lint(&Project::default(), &Archive::default());
    assert_eq!(found.len(), 11);
    assert!(found.iter().all(|finding| finding.code == "empty-section"));
}

#[test]
fn words_from_the_end_and_blame_ask_a_question() {
    for (text, code) in [
        ("He should've looked.", "F01"),
        ("They failed to look.", "F06"),
        ("Obviously the alias was old.", "H02"),
        ("It was human error.", "B01"),
        ("The root cause is a name.", "R01"),
        ("Many saw it.", "V01"),
        ("Dov restarted it and broke it.", "B08"),
        ("It was decided to wait.", "P01"),
    ] {
        assert!(codes("impact", text).contains(&code), "{text}: {:?}", codes("impact", text));
    }
    let found = lint_text(&Project::default(), &Archive::default(), "impact", "It was human error.");
    assert!(
        found[0].message.ends_with("What made this step fit the situation as they saw it?"),
        "{}",
        found[0].message
    );
}

#[test]
fn the_words_of_others_and_ordinary_senses_are_left_alone() {
    for text in [
        "\"we should have looked\"",
        "“human error”",
        "> should have",
        "`failed to`",
        "### What went obviously well",
        "It was decided by the room to wait.",
        "Somebody broke the silence.",
        "Bread broke the fast.",
    ] {
        let wording: Vec<_> = codes("impact", text).into_iter().filter(|code| code.len() == 3).collect();
        assert_eq!(wording, Vec::<&str>::new(), "{text}");
    }
    assert_eq!(codes("follow-ups", "- Dov should look on 3 Jan"), Vec::<&str>::new());
}

#[test]
fn a_claim_rests_on_something() {
    assert_eq!(codes("impact", "214 shops had sent mails."), ["no-citation"]);
    assert_eq!(codes("impact", "Runa said \"it is gone\" then."), ["no-citation"]);
    assert_eq!(codes("impact", "Shops had sent mails."), Vec::<&str>::new());
    assert_eq!(codes("investigators", "26 hours"), Vec::<&str>::new());
}

#[test]
fn a_time_names_its_zone_here_or_once_for_all() {
    assert_eq!(codes("timeline", "At 14:36 it was over."), ["no-zone"]);
    assert_eq!(codes("timeline", "At 14:36 UTC it was over."), Vec::<&str>::new());
    assert_eq!(codes("timeline", "All times are in UTC. At 14:36 it was over."), Vec::<&str>::new());
}

#[test]
fn a_follow_up_has_an_owner_and_a_day() {
    assert_eq!(codes("follow-ups", "- [ ] Ask the alias"), ["no-owner", "no-date"]);
    assert_eq!(codes("follow-ups", "- [ ] Ask the alias. Dov, 10 January"), Vec::<&str>::new());
    assert_eq!(codes("follow-ups", "- [x] Ask the alias. Platform"), Vec::<&str>::new());
}

#[test]
fn a_reason_waves_one_sentence_through_until_it_changes() {
    let text = "They failed to look. They failed to ask.";
    let section = json!({ "edit": "section", "section": "impact", "text": text });
    let open = |document: &Document| {
        let text = document.project().section("impact").unwrap().text.clone();
        lint_beside(document.project(), &Archive::default(), "impact", &text).len()
    };
    let before = project(std::slice::from_ref(&section));
    let found = lint_text(before.project(), &Archive::default(), "impact", text);
    assert_eq!(open(&before), 2);
    let waive = json!({ "edit": "waive", "section": "impact", "lint": found[0].waiver, "reason": "their own words" });
    assert_eq!(open(&project(&[section.clone(), waive.clone()])), 1);
    let changed =
        json!({ "edit": "section", "section": "impact", "text": "They failed to look twice. They failed to ask." });
    assert_eq!(open(&project(&[section.clone(), waive, changed])), 2);
    let all = json!({ "edit": "waive", "section": "impact", "lint": "F06", "reason": "a list" });
    assert_eq!(open(&project(&[section, all])), 0);
}
