//! Key scripts over the Report screen of the sample incident.

use meanwhile::export::Format;
use meanwhile::project::model::SectionStatus;
use meanwhile::tui::app::ScreenId;
use meanwhile::tui::ctx::Effect;
use meanwhile::tui::harness::Harness;
use meanwhile::tui::pane::report::Focus;

use crate::support::investigation::investigation;

fn report(columns: u16, rows: u16) -> Harness {
    let mut stage = investigation(columns, rows);
    stage.press("3");
    stage
}

fn text(stage: &Harness, key: &str) -> String {
    stage.app.session.project().section(key).map_or(String::new(), |section| section.text.clone())
}

fn has(stage: &mut Harness, words: &str) -> bool {
    stage.rows().iter().any(|row| row.contains(words))
}

#[test]
fn sections_prose_and_evidence_stand_side_by_side() {
    let mut stage = report(120, 40);
    stage.press("j j j j j j j j j");
    let rows = stage.rows();
    assert!(rows[2].starts_with("  howie ") || rows[2].starts_with("  howie"), "{}", rows[2]);
    assert!(rows[2].contains("Difficulties during handling") && rows[2].contains(" cited"), "{}", rows[2]);
    assert!(rows[12].starts_with("▌ ✓ Difficulties during h…"), "{}", rows[12]);
    assert_eq!(rows[20].chars().filter(|&c| c == '│').count(), 2);
    assert!(rows[36].contains("words") && rows[36].contains("citations"), "{}", rows[36]);
}

#[test]
fn small_screens_show_one_part_and_tab_goes_round() {
    let mut stage = report(80, 24);
    assert!(has(&mut stage, "section 1 of 12") && has(&mut stage, "Tab list"));
    stage.press("Tab");
    assert!(has(&mut stage, "Follow-up items"));
    stage.press("Tab");
    assert_eq!(stage.app.report.focus, Focus::Evidence);
    stage.press("Tab");
    assert!(has(&mut stage, "section 1 of 12"));
    for (columns, rows) in [(60, 15), (40, 9), (20, 5)] {
        stage.resize(columns, rows).press("j Enter a Esc Tab j Tab j Tab");
        assert_eq!(stage.rows().len(), usize::from(rows));
    }
}

#[test]
fn what_is_written_becomes_one_act_when_it_is_left() {
    let mut stage = report(120, 40);
    let before = text(&stage, "background");
    stage.press("i Ctrl-End Enter").type_text("One more line, typed in two goes").press("Space o f Space i t");
    assert_eq!(text(&stage, "background"), before, "nothing is written while it is typed");
    assert!(stage.app.memory.drafts.values().any(|draft| draft.ends_with("in two goes of it")));
    stage.press("Esc");
    assert_eq!(text(&stage, "background"), format!("{before}\nOne more line, typed in two goes of it"));
    assert!(stage.app.memory.drafts.is_empty());
    stage.press("u");
    assert_eq!(text(&stage, "background"), before);
}

#[test]
fn letters_that_are_commands_elsewhere_are_text_while_writing() {
    let mut stage = report(120, 40);
    stage.press("j j i").type_text(" 123 quit? :X").press("Esc");
    assert!(text(&stage, "investigators").ends_with(" 123 quit? :X"));
    assert_eq!(stage.app.screen, ScreenId::Report);
}

#[test]
fn text_that_was_not_saved_is_there_again_and_can_be_taken_back() {
    let mut stage = report(120, 40);
    let before = text(&stage, "background");
    stage.app.memory.draft("section background", "typed before the line broke");
    stage.press("i");
    assert!(has(&mut stage, "typed before the line broke"));
    stage.press("Alt-u Esc");
    assert_eq!(text(&stage, "background"), before);
}

#[test]
fn the_picker_cites_and_the_label_is_one_letter() {
    let mut stage = report(120, 40);
    let before = text(&stage, "background");
    stage.press("i @").type_text("pr 31").press("Enter");
    let writing = stage.app.report.writing.as_ref().unwrap().text.text();
    assert!(writing.starts_with(&before) && writing.ends_with(']'), "{writing}");
    assert!(!has(&mut stage, "[@"), "a label stands where the id is");
    assert!(has(&mut stage, "5 citations"));
    stage.press("Backspace");
    let writing = stage.app.report.writing.as_ref().unwrap().text.text();
    assert_eq!(writing.trim_end(), before.trim_end());
    stage.press("@ @");
    assert!(stage.app.report.writing.as_ref().unwrap().text.text().ends_with('@'), "twice is the letter itself");
}

#[test]
fn a_citation_that_leads_nowhere_is_marked_at_once() {
    let mut stage = report(120, 40);
    stage.press("i").paste(" [@event/gone]");
    assert!(has(&mut stage, "[✗ gone]"));
    assert!(has(&mut stage, "points to nothing that is here"));
    stage.press("Esc");
    assert!(has(&mut stage, "! 1 citation is broken"));
}

#[test]
fn a_pasted_text_is_text_and_its_citations_are_found() {
    let mut stage = report(120, 40);
    let before = text(&stage, "investigators");
    stage.press("j j i Ctrl-End").paste(" u q X m [@event/gone]\nand on").press("Esc");
    assert_eq!(text(&stage, "investigators"), format!("{before} u q X m [@event/gone]\nand on"));
}

#[test]
fn a_section_is_done_or_not_with_one_key() {
    let mut stage = report(120, 40);
    let status = |stage: &Harness| stage.app.session.project().section("background").unwrap().status;
    assert_eq!(status(&stage), SectionStatus::Done);
    stage.press("S");
    assert_eq!(status(&stage), SectionStatus::Draft);
    assert!(has(&mut stage, "11 of 12"));
    stage.press("u");
    assert_eq!(status(&stage), SectionStatus::Done);
}

#[test]
fn a_draft_stands_below_what_was_there_and_every_line_is_marked() {
    let mut stage = report(120, 40);
    let before = text(&stage, "background");
    stage.press("D");
    let after = text(&stage, "background");
    let added = after.strip_prefix(&before).unwrap();
    assert!(added.lines().filter(|line| !line.trim().is_empty()).all(|line| line.contains("[draft]")), "{added}");
    assert!(has(&mut stage, "drafts"));
    stage.press("u");
    assert_eq!(text(&stage, "background"), before);
}

#[test]
fn another_template_keeps_all_text_below_its_list() {
    let mut stage = report(120, 40);
    let command = meanwhile::tui::command::find("report.template").unwrap();
    let args = meanwhile::tui::command::Args { text: Some("postmortem".to_owned()) };
    let mut effects = Vec::new();
    meanwhile::tui::update::run(&mut stage.app, &mut effects, command, &args);
    assert!(has(&mut stage, "How we got lucky") && has(&mut stage, "kept from howie"));
    assert_eq!(stage.app.session.project().report().len(), 12);
    stage.press("G");
    assert!(stage.app.report.section().unwrap().kept_from.is_some());
    stage.press("u");
    assert!(!has(&mut stage, "kept from howie"));
}

#[test]
fn the_preview_numbers_its_sources_and_leads_to_them() {
    let mut stage = report(120, 40);
    stage.press("j j j p");
    assert!(has(&mut stage, "as Markdown will read") && has(&mut stage, "Sources"));
    stage.press("n n");
    assert!(has(&mut stage, "▌ ["), "the source of the citation is marked");
    stage.press("Enter");
    assert_eq!(stage.app.screen, ScreenId::Chat);
}

#[test]
fn from_the_preview_one_writes_on_at_the_citation() {
    let mut stage = report(120, 40);
    stage.press("p n n e");
    let writing = stage.app.report.writing.as_ref().unwrap();
    let rest = writing.text.text().split_off(writing.text.caret());
    assert!(rest.starts_with("[@"), "{rest}");
    stage.press("Alt-p Esc Esc");
    assert!(stage.app.report.writing.is_none() && stage.app.layers.is_empty());
}

#[test]
fn the_evidence_leads_to_its_source() {
    let mut stage = report(120, 40);
    stage.press("j j j j j j e j");
    let target = stage.app.report.piece().unwrap().target.clone();
    stage.press("Enter");
    assert_eq!(stage.app.screen, ScreenId::Chat);
    assert_eq!(stage.app.targets(), [target]);
}

#[test]
fn an_export_is_named_first_and_never_replaces_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.md");
    let name = path.to_str().unwrap().to_owned();
    let mut stage = report(120, 40);
    stage.press("X m Ctrl-u").type_text(&name).press("Enter");
    let Some(Effect::Write { path: asked, text }) = stage.asked.pop() else { panic!("nothing was written") };
    assert_eq!(asked, path);
    assert!(text.starts_with("# "), "{}", text.lines().next().unwrap());
    std::fs::write(&path, "mine").unwrap();
    stage.press("X m Ctrl-u").type_text(&name).press("Enter");
    assert!(has(&mut stage, "Replace "));
    assert!(stage.asked.is_empty());
    stage.press("Esc");
    assert!(stage.asked.is_empty());
}

#[test]
fn wording_is_asked_about_while_it_is_written_and_kept_with_a_reason() {
    let mut stage = report(120, 40);
    stage.press("i Ctrl-End").paste("\n\nThey failed to look.");
    assert!(has(&mut stage, "“failed to” says what was not done"), "the line above the keys asks");
    assert!(stage.rows().iter().any(|row| row.contains("! They failed to look.")), "the margin has a mark");
    stage.press("Esc");
    let current = |stage: &Harness| stage.app.report.current_finding().map(|finding| finding.code);
    for _ in 0..40 {
        stage.press("n");
        if current(&stage) == Some("F06") {
            break;
        }
    }
    assert_eq!(current(&stage), Some("F06"), "n goes from one to the next");
    stage.press("W").type_text("their own words").press("Enter");
    let waived = |stage: &Harness| stage.app.session.project().section("background").unwrap().waived.clone();
    assert_eq!(waived(&stage).values().collect::<Vec<_>>(), ["their own words"]);
    assert!(!stage.app.report.checks.findings().iter().any(|finding| finding.code == "F06"));
    stage.press("u");
    assert!(waived(&stage).is_empty());
}

#[test]
fn an_export_without_names_asks_for_the_key_apart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("told.md");
    let key = folder.path().join("key.json");
    let mut stage = report(120, 40);
    stage.press("X");
    assert!(has(&mut stage, "without names"), "the sheet of X offers it");
    stage.press("r").type_text("md").press("Enter Ctrl-u").type_text(path.to_str().unwrap()).press("Enter");
    assert!(has(&mut stage, "Who is who, to which file that only you may read?"));
    stage.type_text(path.to_str().unwrap()).press("Enter");
    assert!(stage.asked.is_empty(), "names and pseudonyms do not lie in one file");
    stage.press("Ctrl-u").type_text(key.to_str().unwrap()).press("Enter");
    let Some(Effect::WriteRedacted { path: asked, format, key: told }) = stage.asked.pop() else {
        panic!("nothing is written")
    };
    assert_eq!((asked, format, told), (path.clone(), Format::Markdown, Some(key)));
    stage.press("X r").type_text("md").press("Enter Ctrl-u").type_text(path.to_str().unwrap()).press("Enter Enter");
    assert!(matches!(stage.asked.pop(), Some(Effect::WriteRedacted { key: None, .. })), "no key unless it is named");
}

#[test]
fn the_standfirst_is_written_where_the_report_is() {
    let mut stage = report(120, 40);
    stage.press("H Ctrl-u").type_text("It was there, and could not be found.").press("Enter");
    assert_eq!(stage.app.session.project().fact_text("standfirst"), Some("It was there, and could not be found."));
    stage.press("H Ctrl-u Enter");
    assert_eq!(stage.app.session.project().fact_text("standfirst"), None, "without words there is none");
}

#[test]
fn evidence_follows_the_text_as_if_it_were_listed_anew() {
    use meanwhile::report::evidence::{cite_again, evidence_beside};
    use meanwhile::report::tagged::Tagged;
    let stage = crate::support::stage::sample((120, 40));
    let (project, archive) = (stage.app.session.project(), &stage.app.session.archive);
    let tagged = Tagged::of(project);
    let cited: Vec<String> = project.timeline().keys().take(3).map(|target| format!("[@{target}]")).collect();
    let [one, other, third] = &cited[..] else { panic!("three entries, not {cited:?}") };
    let texts = [String::new(), one.clone(), format!("{one} {other} [@slack/C9/9.9]"), third.clone(), String::new()];
    for section in &meanwhile::report::template::Template::of(project).sections {
        let mut kept = evidence_beside(&tagged, archive, section, "");
        for text in &texts {
            cite_again(&mut kept, project, archive, text);
            assert_eq!(kept, evidence_beside(&tagged, archive, section, text), "{} of {text}", section.key);
        }
        let uncited = kept.iter().all(|piece| !piece.cited && piece.tagged);
        assert!(uncited, "{}: nothing is cited in the end", section.key);
    }
}
