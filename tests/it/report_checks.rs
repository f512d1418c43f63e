//! What is found in a report is found off the screen's thread: late answers, edits meanwhile, and
//! everything that must fit in the end.

use std::sync::Arc;

use meanwhile::archive::Archive;
use meanwhile::base::id::InvestigatorId;
use meanwhile::base::time::Instant;
use meanwhile::project::store::Arrival;
use meanwhile::project::{Author, Edit};
use meanwhile::report::evidence::evidence_beside;
use meanwhile::report::lint::lint;
use meanwhile::report::tagged::Tagged;
use meanwhile::report::template::Template;
use meanwhile::tui::app::ScreenId;
use meanwhile::tui::harness::Harness;
use serde_json::json;

use crate::support::investigation::investigation;

/// The Report screen, where checks answer only when they are told to.
fn slow() -> Harness {
    let mut stage = investigation(120, 40);
    stage.holds_checks = true;
    stage.press("3");
    stage
}

fn answered(stage: &mut Harness) {
    while stage.answer() {}
}

/// What is shown is what is found anew.
fn assert_holds(stage: &mut Harness) {
    assert!(stage.app.layers.is_empty());
    let (project, archive) = (stage.app.session.project(), &*stage.app.session.archive);
    let checks = &stage.app.report.checks;
    assert_eq!(checks.findings(), lint(project, archive));
    let tagged = Tagged::of(project);
    for section in &Template::of(project).sections {
        let text = project.section(&section.key).map_or("", |section| section.text.as_str());
        assert_eq!(checks.evidence(&section.key), evidence_beside(&tagged, archive, section, text), "{}", section.key);
    }
}

/// On its screen nothing is shown that does not fit the text or was waved through.
fn assert_fits(stage: &mut Harness) {
    stage.rows();
    if stage.app.screen != ScreenId::Report {
        return;
    }
    let (project, report) = (stage.app.session.project(), &stage.app.report);
    for finding in report.checks.findings() {
        let section = project.section(&finding.section);
        let text = section.map_or("", |section| section.text.as_str());
        assert!(report.sections.iter().any(|section| section.key == finding.section), "{finding:?}");
        assert!(section.is_none_or(|section| !finding.is_waived(section)), "{finding:?}");
        if let Some(range) = &finding.range {
            let words = text.get(range.clone()).unwrap_or_default();
            assert!(!words.is_empty(), "{finding:?} in {text}");
            let told = match finding.code {
                "F06" => "failed to",
                "draft-left" => "TODO",
                "broken-citation" => "[@",
                _ => "",
            };
            assert!(words.to_lowercase().contains(&told.to_lowercase()), "{finding:?}: {words}");
        }
    }
}

fn act(stage: &mut Harness, edit: serde_json::Value) {
    let edit: Edit = serde_json::from_value(edit).unwrap();
    stage.app.session.act("an act".to_owned(), vec![edit]).unwrap();
    stage.app.refresh();
    stage.work();
}

fn grow(stage: &mut Harness, whole: &Archive, channels: usize) {
    let logs: Vec<_> = whole.channels().take(channels).map(|(_, log)| Arc::clone(log)).collect();
    let is_all = logs.len() == whole.channel_count();
    stage.app.session.grow(Arc::new(Archive::new(logs, Arc::clone(whole.people()), is_all)));
    stage.app.refresh();
    stage.work();
}

#[test]
fn whatever_happens_while_checks_run_what_is_found_fits_and_is_all_in_the_end() {
    let mut stage = slow();
    let whole = Arc::clone(&stage.app.session.archive);
    let messages: Vec<String> = stage.app.session.project().messages().keys().map(ToString::to_string).collect();
    let keys = ["impact", "background", "difficulties", "takeaways", "follow-ups"];
    let texts = [
        "They failed to look [@slack/C9/9.9].",
        "",
        "A human error at 14:32. TODO",
        "- somebody looks again\n- and once more, they should have",
        "Ünder 3 % of “all the pages there were” were empty, the DLQ and the DLQ.",
    ];
    let bako = Author::new(InvestigatorId::from_name("Bako"));
    let mut lot = 7_u64;
    let mut draw = |below: usize| {
        lot = lot.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (lot >> 33) as usize % below
    };
    for step in 0..300 {
        let message = &messages[draw(messages.len())];
        let key = keys[draw(keys.len())];
        match draw(12) {
            0 => act(&mut stage, json!({"edit": "section", "section": key, "text": texts[draw(texts.len())]})),
            1 => act(&mut stage, json!({"edit": "tag", "target": message, "tag": "Impact", "on": draw(2) == 0})),
            2 => act(&mut stage, json!({"edit": "timeline", "target": message, "on": draw(2) == 0})),
            3 | 4 => drop(stage.press("u")),
            5 => {
                let text = format!("{} [@{message}]", texts[draw(texts.len())]);
                let edit = json!({"edit": "section", "section": key, "text": text});
                let mut copy = stage.app.session.document().clone();
                let now = Instant::from_seconds(1_733_911_300 + step);
                let applied = copy.apply(serde_json::from_value(edit).unwrap(), &bako, now).unwrap();
                stage.arrive(vec![Arrival::Edits(applied.entries)]);
            }
            6 => {
                let channels = 1 + draw(whole.channel_count());
                grow(&mut stage, &whole, channels);
            }
            7 => {
                let found = stage.app.report.checks.findings();
                let Some(finding) = found.get(draw(found.len().max(1))).cloned() else { continue };
                let (section, lint) = (finding.section, finding.waiver);
                act(&mut stage, json!({"edit": "waive", "section": section, "lint": lint, "reason": "so it was"}));
            }
            8 => {
                let template = ["howie", "postmortem"][draw(2)];
                act(&mut stage, json!({"edit": "fact", "name": "template", "value": template}));
            }
            9 => drop(stage.press(["1", "3", "2", "5"][draw(4)])),
            10 if stage.app.screen == ScreenId::Report => drop(stage.press(["j", "k", "n", "N"][draw(4)])),
            _ => drop(stage.answer()),
        }
        assert_fits(&mut stage);
    }
    grow(&mut stage, &whole, usize::MAX);
    stage.press("1 3");
    assert_eq!(stage.app.screen, ScreenId::Report);
    answered(&mut stage);
    assert_holds(&mut stage);
}

#[test]
fn one_check_runs_at_a_time_and_none_where_nothing_changed() {
    let mut stage = slow();
    assert!(!stage.app.report.checks.is_known());
    assert!(!stage.rows().iter().any(|row| row.contains("Nothing is tagged")), "nobody knows that yet");
    stage.press("n");
    assert!(stage.rows().iter().any(|row| row.contains("being looked through")));
    stage.press("S u S");
    assert!(stage.answer(), "of the state that was entered");
    answered(&mut stage);
    assert_holds(&mut stage);
    stage.press("j j k n e Esc 1 3 5 3");
    assert!(!stage.answer(), "nothing changed");
    stage.press("1 a");
    assert!(!stage.answer(), "nobody looks at the report");
    stage.press("3");
    answered(&mut stage);
    assert_holds(&mut stage);
}

#[test]
fn what_was_found_stays_while_the_next_check_runs_but_words_that_are_gone_do_not() {
    let mut stage = slow();
    let set = |text: &str| json!({"edit": "section", "section": "background", "text": text});
    act(&mut stage, set("They failed to look."));
    answered(&mut stage);
    let count = |stage: &Harness, key: &str| {
        stage.app.report.checks.findings().iter().filter(|finding| finding.section == key).count()
    };
    let (here, there) = (count(&stage, "background"), count(&stage, "impact"));
    assert!(here > 0 && there > 0, "{here} {there}");
    act(&mut stage, set("So."));
    let worded = stage.app.report.checks.findings().iter().filter(|finding| finding.section == "background");
    assert!(worded.filter(|finding| finding.range.is_some()).count() == 0, "its words are gone");
    assert_eq!(count(&stage, "impact"), there, "the rest stays until it is known again");
    stage.press("u");
    answered(&mut stage);
    assert_eq!(count(&stage, "background"), here);
    assert_holds(&mut stage);
}

#[test]
fn n_goes_on_where_it_was_when_a_finding_went() {
    let mut stage = slow();
    act(
        &mut stage,
        json!({"edit": "section", "section": "background", "text": "They failed to look. It was human error. They should have."}),
    );
    answered(&mut stage);
    let chosen = |stage: &Harness| stage.app.report.current_finding().map(|finding| finding.waiver.clone());
    stage.press("g g n");
    let all: Vec<_> = stage.app.report.checks.findings().iter().map(|finding| finding.waiver.clone()).collect();
    let first = all.iter().position(|waiver| Some(waiver) == chosen(&stage).as_ref()).unwrap();
    stage.press("n");
    assert_eq!(chosen(&stage).as_ref(), all.get(first + 1));
    stage.press("W").type_text("so it was said").press("Enter");
    assert_eq!(chosen(&stage), None, "it is gone at once");
    answered(&mut stage);
    stage.press("n");
    assert_eq!(chosen(&stage).as_ref(), all.get(first + 2), "the next one has taken its place");
    stage.press("N");
    assert_eq!(chosen(&stage).as_ref(), all.get(first));
}

#[test]
fn the_cursor_stays_on_its_piece_of_evidence() {
    let mut stage = slow();
    answered(&mut stage);
    while stage.app.report.evidence().len() < 3 {
        stage.press("j");
    }
    stage.press("e j j");
    let piece = |stage: &Harness| stage.app.report.piece().map(|piece| piece.target.clone()).unwrap();
    let here = piece(&stage);
    let before = stage.app.report.evidence()[0].target.clone();
    let text = stage.app.report.text(stage.app.session.project()).replace(&format!("[@{before}]"), "");
    let key = stage.app.report.key().to_owned();
    for tag in stage.app.session.project().tags_of(&before) {
        act(&mut stage, json!({"edit": "tag", "target": before, "tag": tag, "on": false}));
    }
    act(&mut stage, json!({"edit": "section", "section": key, "text": text}));
    answered(&mut stage);
    assert!(stage.app.report.evidence().iter().all(|piece| piece.target != before));
    assert_eq!(piece(&stage), here);
}
