//! Each rule and gap on a sentence of its own, and what they leave alone.

use std::sync::Arc;

use serde_json::json;

use super::*;
use crate::archive::builder::{LogBuilder, Record};
use crate::archive::log::Provenance;
use crate::archive::{ChannelMeta, Flags, MessageType};
use crate::base::id::InvestigatorId;
use crate::base::time::Instant;
use crate::project::{Author, Document, Edit};
use crate::timeline::assemble::tests::archive;

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

/// The codes of a whole report beside a section, without those of empty sections.
fn of_report(document: &Document, archive: &Archive, key: &str) -> Vec<&'static str> {
    let found = lint(document.project(), archive).into_iter().filter(|finding| finding.section == key);
    found.map(|finding| finding.code).filter(|code| *code != "empty-section").collect()
}

fn section(key: &str, text: &str) -> serde_json::Value {
    json!({ "edit": "section", "section": key, "text": text })
}

fn event(id: &str, at: &str, text: &str) -> serde_json::Value {
    json!({ "edit": "event", "id": format!("event/{id}"), "at": at, "text": text })
}

/// The archive of the timeline's tests: two people in `#sev`, on 1 January 1970, and its messages.
const NINE: &str = "slack/C1/100.000000";
const ALIAS: &str = "slack/C1/160.000000";
const FIXED: &str = "slack/C1/1000.000000";

fn told(edits: &[serde_json::Value], key: &str, text: &str) -> Vec<&'static str> {
    let document = project(edits);
    let found = lint_text(document.project(), &archive(), key, text);
    found.iter().map(|finding| finding.code).filter(|code| *code != "no-zone").collect()
}

fn has(codes: &[&str], code: &str) -> bool {
    codes.contains(&code)
}

#[test]
fn words_in_quotation_marks_are_theirs() {
    let of = |text: &str| has(&told(&[], "impact", text), "quotation-differs");
    assert!(of(&format!("Bako wrote “nine pages were missing” [@{NINE}].")));
    assert!(!of(&format!("Bako wrote “Nine pages were EMPTY” [@{NINE}].")));
    assert!(!of(&format!("Ines: \"the alias … and not today's\" [@{ALIAS}].")), "words left out");
    assert!(of(&format!("Ines: \"the alias … and not tomorrow's\" [@{ALIAS}].")));
    assert!(!of(&format!("They call it \"empty pages\" [@{NINE}].")), "a word under discussion");
    assert!(!of("“nine pages were missing” [@event/gone]."), "told already as a citation to nothing");
    let filed = json!({ "edit": "note", "target": NINE, "text": "Bako, interview: I took it for the usual noise" });
    let answered = format!("To Bako it was “the usual noise” [@{NINE}].");
    assert!(of(&answered) && !has(&told(&[filed], "impact", &answered), "quotation-differs"), "an answer is theirs");
    let later = format!("“Nine pages were missing” was said. It was read soon after [@{NINE}].");
    assert!(of(&later), "a quotation rests on what its paragraph cites next");
    assert!(!of(&format!("“Nine pages were missing”.\n\nAnother paragraph [@{NINE}].")));
    let found = lint_text(&Project::default(), &archive(), "impact", &format!("“nine pages were missing” [@{NINE}]"));
    let told: Vec<_> = found.iter().map(|finding| (finding.level, finding.code, finding.range.clone())).collect();
    assert_eq!(told, [(Level::Problem, "quotation-differs", Some(0.."“nine pages were missing”".len()))]);
}

#[test]
fn a_time_is_that_of_its_source() {
    let of = |edits: &[serde_json::Value], text: &str| has(&told(edits, "impact", text), "time-differs");
    assert!(of(&[], &format!("At 00:09 UTC the pages were empty [@{NINE}].")));
    assert!(!of(&[], &format!("At 00:03 UTC the pages were empty [@{NINE}].")), "two minutes are near");
    assert!(!of(&[], &format!("At about 00:09 UTC the pages were empty [@{NINE}].")), "marked as remembered");
    assert!(
        !of(&[], &format!("From 00:01 to 00:09 UTC they were empty [@{NINE}].")),
        "which one is cited cannot be told"
    );
    assert!(!of(&[], "At 00:09 UTC the pages were empty."), "nothing is cited");
    let lagos = json!({ "edit": "person", "person": "slack/U1", "zone": "Africa/Lagos" });
    assert!(!of(std::slice::from_ref(&lagos), &format!("Bako, 01:01 [@{NINE}].")), "their own time");
    let occurred = [
        json!({ "edit": "timeline", "target": NINE, "on": true }),
        json!({ "edit": "entry", "target": NINE, "occurred_at": "1970-01-01T00:09:00Z" }),
    ];
    assert!(!of(&occurred, &format!("At 00:09 UTC the pages were empty [@{NINE}].")));
    let document = project(&[]);
    let found =
        lint_text(document.project(), &archive(), "impact", &format!("At 00:09 UTC they were empty [@{NINE}]."));
    assert!(found[0].message.ends_with(" 00:01"), "{}", found[0].message);
}

#[test]
fn what_speaks_of_a_time_before_it_did_not_happen_when_it_was_posted() {
    let on = json!({ "edit": "timeline", "target": ALIAS, "on": true });
    let moved = json!({ "edit": "entry", "target": ALIAS, "occurred_at": "1970-01-01T00:00:00Z" });
    let text = format!("The alias named the products of the day before [@{ALIAS}].");
    // "The alias names yesterday's products": the word stands in it.
    assert!(has(&told(std::slice::from_ref(&on), "impact", &text), "posted-as-occurred"));
    assert!(!has(&told(&[on, moved], "impact", &text), "posted-as-occurred"));
    assert!(!has(&told(&[], "impact", &text), "posted-as-occurred"), "without an entry there is no time to set");
    let plain = json!({ "edit": "timeline", "target": FIXED, "on": true });
    assert!(!has(&told(&[plain], "impact", &format!("It was set [@{FIXED}].")), "posted-as-occurred"));
}

#[test]
fn what_tells_a_person_or_opens_a_door_is_asked_about() {
    for text in [
        "Write to ines.ostavia@shop.example then.",
        "She was reached at +44 20 7946 0958 then.",
        "It was called with xoxb-000000000000 then.",
        "It was called with AKIA0000000000000000 then.",
        "It was `token=hunter2hunter2` then.",
        "It began -----BEGIN RSA PRIVATE KEY----- then.",
        "It was eyJhbGciOiJub25lIn0.eyJzdWIiOiIwIn0. then.",
    ] {
        assert!(has(&codes("background", text), "personal-data"), "{text}");
    }
    for text in
        ["At 2024-12-06T10:00:00+00:00 it was read.", "The token was old.", "@here and [@irc/#ops/a@b.example:1]"]
    {
        assert!(!has(&codes("background", text), "personal-data"), "{text}");
    }
    let edits = [event("e1", "1970-01-01T00:00:10Z", "the shop wrote from orders@shop.example")];
    assert!(has(&told(&edits, "impact", "A shop wrote [@event/e1]."), "personal-data"), "in what is cited");
    assert!(!has(&told(&[], "impact", &format!("They were empty [@{NINE}].")), "personal-data"));
}

#[test]
fn one_voice_and_one_room_are_asked_about() {
    let three = |texts: [&str; 3]| format!("One [@{}]. Two [@{}]. Three [@{}].", texts[0], texts[1], texts[2]);
    let lint_of = |edits: &[serde_json::Value], text: &str, archive: &Archive| {
        let edits: Vec<_> = edits.iter().cloned().chain([section("impact", text)]).collect();
        of_report(&project(&edits), archive, "impact")
    };
    let (all, of_bako) = (three([NINE, ALIAS, FIXED]), three([NINE, FIXED, "event/e1"]));
    assert!(!has(&lint_of(&[], &all, &archive()), "one-voice"));
    let joined = json!({ "edit": "same-person", "person": "slack/U2", "as": "slack/U1" });
    assert!(has(&lint_of(&[joined], &all, &archive()), "one-voice"));
    let e1 = event("e1", "1970-01-01T00:00:10Z", "made by hand");
    assert!(!has(&lint_of(&[e1], &of_bako, &archive()), "one-voice"), "an event is another view");
    assert!(!has(&lint_of(&[], &all, &archive()), "one-room"), "nobody spoke elsewhere");
    assert!(has(&lint_of(&[], &all, &archive_with_desk(200)), "one-room"));
    assert!(!has(&lint_of(&[], &all, &archive_with_desk(5000)), "one-room"), "they spoke later");
}

#[test]
fn one_team_and_those_who_are_not_heard_are_asked_about() {
    let team = |id: &str, team: &str| json!({ "edit": "person", "person": id, "team": team });
    let cited = section("impact", &format!("They were empty [@{NINE}]."));
    let on = |target: &str| json!({ "edit": "timeline", "target": target, "on": true });
    let base = [cited, on(NINE), on(FIXED), team("slack/U1", "Search")];
    let of = |more: &[serde_json::Value]| {
        let edits: Vec<_> = base.iter().chain(more).cloned().collect();
        of_report(&project(&edits), &archive(), "timeline")
    };
    assert!(has(&of(&[team("slack/U2", "Data")]), "one-team"));
    assert!(!has(&of(&[team("slack/U2", "Search")]), "one-team"));
    let tagged = json!({ "edit": "tag", "target": ALIAS, "tag": "Impact", "on": true });
    assert!(has(&of(std::slice::from_ref(&tagged)), "unheard"));
    assert!(!has(&of(&[]), "unheard"), "they only wrote");
    let note = json!({ "edit": "note", "target": ALIAS, "text": "How?", "question": { "to": "slack/U2" } });
    let planned = json!({ "edit": "person", "person": "slack/U2", "interview": "planned" });
    assert!(!has(&of(&[tagged.clone(), note]), "unheard"), "they were asked");
    assert!(!has(&of(&[tagged, planned]), "unheard"));
}

#[test]
fn the_story_has_its_moments_ends_and_frame() {
    let tag = |target: &str, tag: &str| json!({ "edit": "tag", "target": target, "tag": tag, "on": true });
    let on = |target: &str| json!({ "edit": "timeline", "target": target, "on": true });
    let of = |edits: &[serde_json::Value]| of_report(&project(edits), &archive(), "timeline");
    let key = tag(NINE, "Investigation - Key moment");
    assert!(has(&of(std::slice::from_ref(&key)), "moment-off"));
    assert!(!has(&of(&[key.clone(), on(NINE)]), "moment-off"));
    let beat = json!({ "edit": "beat", "id": "beat/b", "members": [NINE, ALIAS] });
    assert!(!has(&of(&[key, beat, on("beat/b")]), "moment-off"), "it is part of a beat");

    let raised = tag(ALIAS, "Hypothesis - Raised");
    assert!(has(&of(std::slice::from_ref(&raised)), "idea-open"));
    assert!(has(&of(&[raised.clone(), tag(NINE, "Hypothesis - Disproved")]), "idea-open"), "that was before");
    assert!(!has(&of(&[raised, tag(FIXED, "Hypothesis - Proved")]), "idea-open"));

    let question =
        |state: &str| json!({ "edit": "note", "target": NINE, "text": "How?", "question": { "state": state } });
    assert!(has(&of(&[question("asked")]), "question-open"));
    assert!(!has(&of(&[question("answered")]), "question-open"));

    let milestone = |name: &str, at: &str| json!({ "edit": "milestone", "name": name, "at": at });
    let frame = ["start", "detected", "mitigated", "end"].map(|name| milestone(name, "1970-01-01T00:10:00Z"));
    assert!(has(&of(&[on(NINE)]), "milestone-missing"));
    assert!(!has(&of(&[&frame[..], &[on(NINE)]].concat()), "milestone-missing"));
    assert!(!has(&of(&[]), "milestone-missing"), "nothing is told yet");

    assert!(has(&of(&[tag(NINE, "Impact - Customer")]), "impact-open"));
    assert!(!has(&of(&[tag(NINE, "Impact - Customer"), tag(FIXED, "Impact - Ends")]), "impact-open"));
}

#[test]
fn a_hole_in_the_story_and_what_nobody_read_are_told() {
    let milestone = |name: &str, at: &str| json!({ "edit": "milestone", "name": name, "at": at });
    let on = |target: &str| json!({ "edit": "timeline", "target": target, "on": true });
    let of = |edits: &[serde_json::Value]| {
        let document = project(edits);
        let found = lint(document.project(), &archive()).into_iter().filter(|finding| finding.section == "timeline");
        found.map(|finding| (finding.code, finding.message)).collect::<Vec<_>>()
    };
    let is_told = |found: &[(&str, String)], code: &str| found.iter().any(|(told, _)| *told == code);
    let span = [milestone("detected", "1970-01-01T00:01:00Z"), milestone("end", "1970-01-01T00:40:00Z"), on(NINE)];
    let found = of(&span);
    let hole = found.iter().find(|(code, _)| *code == "story-hole").expect("a hole");
    assert!(hole.1.contains("38 min from 1 Jan 00:01, 2 messages"), "{}", hole.1);
    assert!(!is_told(&of(&[&span[..], &[on(FIXED)]].concat()), "story-hole"), "an entry breaks it");

    let read = |to: &str| json!({ "edit": "read", "channel": "slack/C1", "from": "1970-01-01T00:00:00Z", "to": to });
    assert!(!is_told(&of(&span), "unread"), "nobody knows what was read");
    assert!(is_told(&of(&[&span[..], &[read("1970-01-01T00:02:00Z")]].concat()), "unread"));
    assert!(!is_told(&of(&[&span[..], &[read("1970-01-01T00:30:00Z")]].concat()), "unread"));
}

#[test]
fn what_stands_first_and_what_is_weighed() {
    let title = |title: &str| json!({ "edit": "fact", "name": "title", "value": title });
    let first = |text: &str, at: &str| {
        of_report(&project(&[title(at), section("executive-summary", text)]), &archive(), "executive-summary")
    };
    assert!(has(&first("For 38 minutes nobody could find it. Then they could.", "Empty pages"), "duration-headline"));
    assert!(has(&first("Nobody could find it.", "38 minutes of empty pages"), "duration-headline"));
    assert!(!has(&first("Nobody could find it. It took 38 minutes.", "Empty pages"), "duration-headline"));

    let words = |count: usize| vec!["word"; count].join(" ");
    let sides = |more: usize, less: usize| {
        of_report(
            &project(&[section("contributors", &words(more)), section("mitigators", &words(less))]),
            &archive(),
            "mitigators",
        )
    };
    assert!(has(&sides(41, 10), "one-sided"));
    assert!(!has(&sides(40, 10), "one-sided"));
    assert!(!has(&sides(40, 0), "one-sided"), "an empty section is asked about as such");
}

#[test]
fn a_short_form_is_spelled_out_once() {
    let of = |impact: &str, timeline: &str| {
        let document = project(&[section("impact", impact), section("timeline", timeline)]);
        let found = lint(document.project(), &archive()).into_iter().filter(|finding| finding.code == "short-form");
        found.map(|finding| finding.section).collect::<Vec<_>>()
    };
    assert_eq!(of("The DLQ grew.", "The DLQ was read."), ["impact"]);
    assert_eq!(of("The DLQ grew.", "It was read."), Vec::<String>::new(), "it stands once");
    assert_eq!(of("The dead letter queue (DLQ) grew.", "The DLQ was read."), Vec::<String>::new());
    assert_eq!(of("The DLQ (dead letter queue) grew. The DLQ was read.", ""), Vec::<String>::new());
    assert_eq!(of("The API grew at 10:00 CEST. The API was read, 11:00 CEST.", ""), Vec::<String>::new());
    assert_eq!(of("`DLQ` grew, and the `DLQ` was read.", ""), Vec::<String>::new(), "code");
}

/// The archive with a second channel in which somebody wrote at a second.
fn archive_with_desk(second: i64) -> Archive {
    let first = archive();
    let mut log = LogBuilder::new(ChannelMeta::named("slack", "C2", "desk"));
    log.push(Record {
        native_id: format!("{second}.000000"),
        time: Instant::from_seconds(second),
        author: None,
        kind: MessageType::Message,
        flags: Flags::default(),
        text: "a shop phoned".to_owned(),
        thread: None,
        declared_replies: None,
        quality: crate::archive::Quality::EXACT,
        extras: None,
        provenance: Provenance::default(),
    });
    let logs = first.channels().map(|(_, log)| log.clone()).chain([Arc::new(log.finish())]).collect();
    Archive::new(logs, first.people().clone(), true)
}
