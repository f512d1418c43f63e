//! Forms write what was changed in them and nothing else: what a partner changed while one lay open
//! stays.

use meanwhile::base::id::{PersonId, Target};
use meanwhile::base::time::{Instant, MINUTE};
use meanwhile::project::Project;
use meanwhile::project::model::Event;
use meanwhile::tui::harness::Harness;
use serde_json::{Value, json};

use super::{Bako, background, has, section};
use crate::support::investigation::investigation;

fn project(stage: &Harness) -> &Project {
    stage.app.session.project()
}

/// Does something as an act of mine, in a view that everybody then has.
fn begin(stage: &mut Harness, edits: Vec<Value>) -> Bako {
    let edits = edits.into_iter().map(|edit| serde_json::from_value(edit).unwrap()).collect();
    stage.app.session.act("begin".to_owned(), edits).unwrap();
    stage.app.refresh();
    Bako::beside(stage)
}

const EVENT: &str = "event/0193a1b2-0000-7000-8000-000000000001";

/// An event on the timeline, the cursor on it, and its form open.
fn event_form() -> (Harness, Bako) {
    let mut stage = investigation(120, 40);
    let at = "2024-12-06T14:20:30.250000Z";
    let event = json!({"edit": "event", "id": EVENT, "at": at, "text": "Somebody called", "source": "phone",
                       "plus_minus": "5m", "channel": "#sev-search"});
    let bako = begin(&mut stage, vec![event, json!({"edit": "timeline", "target": EVENT, "on": true})]);
    stage.press("2");
    assert!(stage.app.timeline.show(&stage.app.session, &Target::from_text(EVENT)));
    stage.press("e");
    assert!(has(&mut stage, "Somebody called"), "{}", stage.screen());
    (stage, bako)
}

fn event(stage: &Harness) -> Event {
    project(stage).events()[&Target::from_text(EVENT)].clone()
}

fn at(text: &str) -> Instant {
    Instant::parse_rfc3339(text).unwrap()
}

#[test]
fn a_time_and_a_text_of_a_partner_outlast_a_form_that_lay_open() {
    let (mut stage, mut bako) = event_form();
    stage.arrive(bako.does(&json!({"edit": "event", "id": EVENT, "at": "2024-12-06T15:00:00Z", "plus_minus": "1m"})));
    stage.arrive(bako.does(&json!({"edit": "event", "id": EVENT, "text": "Runa called", "off_record": true})));
    assert!(has(&mut stage, "also edited by bako"), "{}", stage.screen());
    // Only who says so is changed here.
    stage.press("Tab Ctrl-u").type_text("the log").press("Enter");
    let event = event(&stage);
    assert_eq!(event.source.as_deref(), Some("the log"));
    assert_eq!((event.at, event.plus_minus), (Some(at("2024-12-06T15:00:00Z")), Some(MINUTE)));
    assert_eq!((event.text.as_str(), event.off_record), ("Runa called", true));
    assert!(stage.app.session.document().conflicts().is_empty());
}

#[test]
fn a_form_saved_as_it_was_opened_changes_nothing() {
    let (mut stage, mut bako) = event_form();
    stage.arrive(bako.does(&json!({"edit": "event", "id": EVENT, "text": "Runa called", "source": null})));
    let before = stage.app.session.document().clone();
    stage.press("Enter");
    assert!(has(&mut stage, "nothing of the event was changed"), "{}", stage.screen());
    assert!(*stage.app.session.document() == before);
    assert_eq!(event(&stage).at.unwrap(), at("2024-12-06T14:20:30.250000Z"), "to the microsecond");
}

#[test]
fn a_margin_alone_leaves_the_time_and_a_time_alone_leaves_the_margin() {
    let (mut stage, mut bako) = event_form();
    stage.arrive(bako.does(&json!({"edit": "event", "id": EVENT, "at": "2024-12-06T15:00:00.5Z"})));
    stage.press("S-Tab End Backspace Backspace").type_text("2m").press("Enter");
    let margin = event(&stage);
    assert_eq!((margin.at.unwrap(), margin.plus_minus), (at("2024-12-06T15:00:00.5Z"), Some(2 * MINUTE)));
    let (mut stage, mut bako) = event_form();
    stage.arrive(bako.does(&json!({"edit": "event", "id": EVENT, "plus_minus": "1m"})));
    stage.press("S-Tab Ctrl-u").type_text("2024-12-06 16:00 ± 5m").press("Enter");
    let time = event(&stage);
    assert_eq!((time.at.unwrap(), time.plus_minus), (at("2024-12-06T16:00:00Z"), Some(MINUTE)));
    // The same on the timeline's own prompt.
    let (mut stage, mut bako) = event_form();
    stage.press("Esc =");
    stage.arrive(bako.does(&json!({"edit": "event", "id": EVENT, "at": "2024-12-06T15:00:00.5Z"})));
    stage.press("End Backspace Backspace").type_text("2m").press("Enter");
    let margin = event(&stage);
    assert_eq!((margin.at.unwrap(), margin.plus_minus), (at("2024-12-06T15:00:00.5Z"), Some(2 * MINUTE)));
}

#[test]
fn an_event_that_a_partner_removed_meanwhile_comes_back_whole() {
    let (mut stage, mut bako) = event_form();
    stage.arrive(bako.does(&json!({"edit": "event", "id": EVENT, "text": null})));
    assert!(project(&stage).events().is_empty() || !project(&stage).events().contains_key(&Target::from_text(EVENT)));
    stage.press("Tab Ctrl-u").type_text("the log").press("Enter");
    let event = event(&stage);
    assert_eq!((event.text.as_str(), event.source.as_deref()), ("Somebody called", Some("the log")));
}

#[test]
fn a_note_changed_in_one_thing_leaves_the_other_to_a_partner() {
    let mut stage = investigation(120, 40);
    let target = stage.app.targets()[0].clone();
    stage.press("c").type_text("who saw it").press("Enter");
    let note = project(&stage).notes_on(&target).last().unwrap().0.clone();
    let mut bako = Bako::beside(&stage);
    stage.press("c");
    let question = json!({"to": null, "state": "asked"});
    stage.arrive(bako.does(&json!({"edit": "note", "note": note, "question": question, "off_record": true})));
    stage.type_text("?").press("Enter");
    let held = &project(&stage).notes()[&note];
    assert_eq!((held.text.as_str(), held.off_record), ("who saw it?", true));
    assert!(held.question.is_some(), "a question of his stays one");
    // And the words stay his where only a mark is changed here.
    bako.document = stage.app.session.document().clone();
    stage.press("c");
    stage.arrive(bako.does(&json!({"edit": "note", "note": note, "text": "who saw it first?"})));
    stage.press("Alt-o Enter");
    let held = &project(&stage).notes()[&note];
    assert_eq!((held.text.as_str(), held.off_record), ("who saw it first?", false));
    assert!(stage.app.session.document().conflicts().is_empty());
}

#[test]
fn a_headline_left_as_it_was_is_not_written_over_a_partners() {
    let mut stage = investigation(120, 40);
    stage.press("2");
    let target = stage.app.timeline.row().unwrap().target.clone();
    let mut bako = begin(&mut stage, vec![json!({"edit": "entry", "target": target, "headline": "mine"})]);
    stage.press("Enter");
    stage.arrive(bako.does(&json!({"edit": "entry", "target": target, "headline": "Bako's"})));
    stage.press("Enter");
    assert_eq!(project(&stage).entry(&target).unwrap().headline.as_deref(), Some("Bako's"));
    // A description left as it was stands beside nothing.
    bako.document = stage.app.session.document().clone();
    stage.arrive(bako.does(&json!({"edit": "entry", "target": target, "text": "told"})));
    stage.press("c");
    stage.arrive(bako.does(&json!({"edit": "entry", "target": target, "text": "told by Bako"})));
    stage.press("Enter");
    assert_eq!(project(&stage).entry(&target).unwrap().text.as_deref(), Some("told by Bako"));
    assert!(stage.app.session.document().conflicts().is_empty());
}

#[test]
fn a_text_written_on_the_tags_screen_stands_beside_what_a_partner_wrote_meanwhile() {
    let mut stage = investigation(120, 40);
    let target = stage.app.targets()[0].clone();
    let note = "note/0193a1b2-0000-7000-8000-000000000002";
    let mut bako = begin(&mut stage, vec![json!({"edit": "note", "note": note, "target": target, "text": "zz mine"})]);
    stage.press("5 Tab G");
    while stage.app.tags.note().is_none_or(|here| here.as_str() != note) {
        stage.press("k");
    }
    stage.press("e");
    stage.arrive(bako.does(&json!({"edit": "note", "note": note, "text": "Bako's"})));
    stage.press("Ctrl-u").type_text("another").press("Enter");
    let versions = stage.app.session.document().conflicts().remove(0).versions;
    assert_eq!(versions.len(), 2, "neither replaces the other");
}

#[test]
fn a_filter_given_a_letter_or_a_name_keeps_the_query_of_a_partner() {
    let filter = |name: &str, query: &str| json!({"edit": "filter", "name": name, "query": query});
    let query_of = |stage: &Harness, slug: &str| project(stage).filters()[slug].query.clone();
    for (keys, typed, slug) in [("l", "m", "a-few"), ("r", "A FEW", "a-few"), ("r", "others", "others")] {
        let mut stage = investigation(120, 40);
        let mut bako = begin(&mut stage, vec![filter("a few", "has:note")]);
        stage.press("5 Tab Tab g g");
        while stage.app.tags.filter().is_some_and(|here| here != "a-few") {
            stage.press("j");
        }
        stage.press(keys).press("Ctrl-u");
        stage.arrive(bako.does(&filter("a few", "has:tag")));
        stage.type_text(typed).press("Enter");
        assert_eq!(query_of(&stage, slug), "has:tag", "{keys} {typed}: {}", stage.screen());
    }
}

#[test]
fn a_list_of_facts_takes_what_both_added_and_a_card_what_one_changed() {
    let mut stage = investigation(120, 40);
    let fact = |value: Value| json!({"edit": "fact", "name": "services", "value": value});
    let mut bako = begin(&mut stage, vec![fact(json!(["search", "shop"]))]);
    stage.press("6 e").type_text("services").press("Enter");
    stage.arrive(bako.does(&fact(json!(["search", "shop", "ledger"]))));
    stage.press("End").type_text(", mail").press("Enter");
    let services = project(&stage).fact("services").unwrap().to_string();
    for name in ["search", "shop", "ledger", "mail"] {
        assert!(services.contains(name), "{services}");
    }
    // A prompt answered with what stood there leaves what a partner wrote.
    stage.press("4");
    let person: PersonId = stage.app.people.current().unwrap();
    stage.press("t");
    bako.document = stage.app.session.document().clone();
    stage.arrive(bako.does(&json!({"edit": "person", "person": person, "team": "Search of Bako"})));
    stage.press("Enter");
    assert_eq!(project(&stage).person(&person).unwrap().team.as_deref(), Some("Search of Bako"));
}

#[test]
fn a_phase_line_renamed_stays_where_a_partner_has_moved_it() {
    let mut stage = investigation(120, 40);
    stage.press("2 g g");
    let here = stage.app.timeline.time().unwrap();
    let line =
        |stage: &Harness| project(stage).phases().iter().find(|(_, phase)| phase.at == here).map(|(id, _)| id.clone());
    let id = line(&stage).unwrap();
    let mut bako = Bako::beside(&stage);
    stage.press("p");
    stage.arrive(bako.does(&json!({"edit": "phase", "id": id, "at": "2024-12-06T23:00:00Z"})));
    stage.type_text(" it all began").press("Enter");
    let phase = &project(&stage).phases()[&id];
    assert_eq!((phase.title.as_str(), phase.at), ("Before the day it all began", at("2024-12-06T23:00:00Z")));
    assert_eq!(line(&stage), None);
}

#[test]
fn a_section_saved_without_a_change_is_not_written() {
    let mut stage = investigation(120, 40);
    let mut bako = begin(&mut stage, vec![section("as it was")]);
    stage.press("3 g g i");
    stage.arrive(bako.does(&section("as Bako wrote it")));
    stage.press("Esc");
    assert_eq!(background(&stage), "as Bako wrote it");
    assert!(stage.app.session.document().conflicts().is_empty());
}
