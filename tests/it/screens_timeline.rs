//! Key scripts over the Timeline screen of the sample incident.

use meanwhile::base::id::{Target, TargetKind};
use meanwhile::base::time::{MINUTE, SECOND};
use meanwhile::project::model::Milestone;
use meanwhile::timeline::Row;
use meanwhile::tui::app::ScreenId;
use meanwhile::tui::ctx::Effect;
use meanwhile::tui::harness::Harness;

use crate::support::investigation::investigation;

fn timeline(columns: u16, rows: u16) -> Harness {
    let mut stage = investigation(columns, rows);
    stage.press("2 g g");
    stage
}

fn row(stage: &Harness) -> Row {
    stage.app.timeline.row().unwrap().clone()
}

/// Goes to the first entry that is a message.
fn on_message(stage: &mut Harness) -> Target {
    while row(stage).target.kind() != TargetKind::Message {
        stage.press("j");
    }
    row(stage).target
}

fn count(stage: &Harness) -> usize {
    stage.app.session.project().timeline().len()
}

fn has(stage: &mut Harness, words: &str) -> bool {
    stage.rows().iter().any(|row| row.contains(words))
}

#[test]
fn the_timeline_is_drawn_with_rulers_phases_silences_and_the_entry_in_full() {
    let mut stage = timeline(120, 40);
    let rows = stage.rows();
    assert!(rows[2].starts_with("  Timeline ") && rows[2].contains("32 entries"), "{}", rows[2]);
    assert!(rows[3].starts_with("   time      after    from            what"), "{}", rows[3]);
    assert_eq!(rows[4].trim(), "Before the day");
    assert!(rows[5].starts_with("▌○ 14 Oct 00:00 ±72h  event, by IH "), "{}", rows[5]);
    assert!(has(&mut stage, "━ 00:00  start ──"));
    assert!(has(&mut stage, "┄ 8 h 53 min, nothing recorded ┄"));
    assert!(rows[36].contains("&Condition - Contributor or enabler"), "{}", rows[36]);
}

#[test]
fn small_screens_drop_columns_and_never_a_row() {
    for (columns, rows) in [(80, 24), (60, 15), (40, 10), (20, 5)] {
        let mut stage = timeline(columns, rows);
        assert_eq!(stage.rows().len(), usize::from(rows));
        stage.press("j j G g g Ctrl-d");
        assert!(has(&mut stage, "▌"), "{columns}x{rows}");
    }
}

#[test]
fn a_headline_is_written_over_the_first_sentence_and_comes_back_when_emptied() {
    let mut stage = timeline(120, 40);
    on_message(&mut stage);
    let before = row(&stage).headline.unsanitised().to_owned();
    stage.press("Enter Ctrl-u").type_text("Seen, and taken for a fluke").press("Enter");
    assert_eq!(row(&stage).headline.unsanitised(), "Seen, and taken for a fluke");
    assert!(has(&mut stage, "Seen, and taken for a fluke"));
    stage.press("u");
    assert_eq!(row(&stage).headline.unsanitised(), before);
}

#[test]
fn a_description_typed_and_not_saved_is_there_again() {
    let mut stage = timeline(120, 40);
    on_message(&mut stage);
    stage.press("c Ctrl-Home").type_text("half a thought ").press("Esc c");
    assert!(has(&mut stage, "half a thought"));
    stage.press("Enter");
    assert!(row(&stage).description.unwrap().starts_with("half a thought"));
}

#[test]
fn nudging_moves_when_it_happened_and_keeps_when_it_was_posted() {
    let mut stage = timeline(120, 40);
    let target = on_message(&mut stage);
    let before = row(&stage);
    stage.press("> > (");
    let after = row(&stage);
    assert_eq!(after.target, target, "the cursor stays on its entry");
    assert_eq!(after.at.since(before.at), Some(2 * MINUTE - SECOND));
    assert_eq!(after.posted_at, before.posted_at);
    stage.press("u u u");
    assert_eq!(row(&stage).at, before.at);
}

#[test]
fn an_event_has_one_time_and_nudging_sets_it() {
    let mut stage = timeline(120, 40);
    let before = row(&stage);
    assert_eq!(before.target.kind(), TargetKind::Event);
    stage.press(">");
    let event = stage.app.session.project().events()[&before.target].clone();
    assert_eq!(event.at.unwrap().since(before.at), Some(MINUTE));
    assert_eq!(event.plus_minus, before.plus_minus);
}

#[test]
fn a_time_is_set_by_phrase_with_its_doubt_and_taken_back_by_nothing() {
    let mut stage = timeline(120, 40);
    let target = on_message(&mut stage);
    let posted = row(&stage).posted_at.unwrap();
    stage.press("= Ctrl-u").type_text("10 min before this ± 5m").press("Enter");
    assert_eq!(row(&stage).target, target);
    assert_eq!(posted.since(row(&stage).at), Some(10 * MINUTE));
    assert_eq!(row(&stage).plus_minus, Some(5 * MINUTE));
    stage.press("= Ctrl-u Enter");
    assert_eq!((row(&stage).at, row(&stage).plus_minus), (posted, None));
    stage.press("= Ctrl-u").type_text("soonish").press("Enter");
    assert!(has(&mut stage, "is no time"));
}

#[test]
fn two_entries_of_one_time_change_places_and_others_do_not() {
    let mut stage = timeline(120, 40);
    stage.press("{");
    assert!(has(&mut stage, "Only entries of the same time"));
    on_message(&mut stage);
    let (first, at) = (row(&stage).target, row(&stage).at);
    stage.press("j");
    let second = row(&stage).target;
    let back = row(&stage).at.since(at).unwrap();
    let step = meanwhile::base::time::duration_words(back);
    stage.press("= Ctrl-u").type_text(&at.rfc3339()).press("Enter");
    assert_eq!(row(&stage).at, at, "{step}");
    let order = |stage: &Harness| {
        let find = |target| stage.app.timeline.timeline.find(target).unwrap();
        find(&first) < find(&second)
    };
    let before = order(&stage);
    stage.press(if before { "{" } else { "}" });
    assert_eq!(order(&stage), !before);
    stage.press(if before { "}" } else { "{" });
    assert_eq!(order(&stage), before);
}

#[test]
fn a_phase_line_is_drawn_renamed_and_removed() {
    let mut stage = timeline(120, 40);
    let phases = stage.app.session.project().phases().len();
    stage.press("j j j j p").type_text("While nobody looked").press("Enter");
    assert!(has(&mut stage, "While nobody looked"));
    stage.press("p Ctrl-u").type_text("Unseen").press("Enter");
    assert!(has(&mut stage, "Unseen") && !has(&mut stage, "While nobody looked"));
    stage.press("p Ctrl-u Enter");
    assert_eq!(stage.app.session.project().phases().len(), phases);
}

#[test]
fn a_milestone_takes_two_keys_and_the_same_two_remove_it() {
    let mut stage = timeline(120, 40);
    stage.press("j j P u");
    let at = row(&stage).at;
    assert_eq!(stage.app.session.project().milestone(Milestone::CauseUnderstood), Some(at));
    assert!(has(&mut stage, "cause understood ──"));
    stage.press("P u");
    assert_eq!(stage.app.session.project().milestone(Milestone::CauseUnderstood), None);
}

#[test]
fn selected_entries_are_joined_into_one_and_parted_again() {
    let mut stage = timeline(120, 40);
    let before = count(&stage);
    stage.press("G k k k k");
    while [0, 1].iter().any(|_| row(&stage).target.kind() != TargetKind::Message) {
        stage.press("k");
    }
    stage.press("Space Space J");
    assert_eq!(count(&stage), before - 1);
    assert_eq!(row(&stage).target.kind(), TargetKind::Beat);
    assert!(has(&mut stage, "2 in #"));
    stage.press("J");
    assert_eq!(count(&stage), before);
    stage.press("u u");
    assert_eq!(count(&stage), before);
    stage.press("J");
    assert!(has(&mut stage, "one entry cannot be joined"));
}

#[test]
fn an_entry_is_removed_with_one_key_and_comes_back_whole() {
    let mut stage = timeline(120, 40);
    on_message(&mut stage);
    let (before, entry) = (count(&stage), row(&stage));
    stage.press("d");
    assert_eq!(count(&stage), before - 1);
    stage.press("u");
    let place = stage.app.timeline.timeline.find(&entry.target).unwrap();
    assert_eq!(stage.app.timeline.timeline.rows[place], entry);
}

#[test]
fn the_source_is_one_key_away_and_so_is_the_way_back() {
    let mut stage = timeline(120, 40);
    let target = on_message(&mut stage);
    stage.press("o");
    assert_eq!(stage.app.screen, ScreenId::Chat);
    assert_eq!(stage.app.targets(), std::slice::from_ref(&target));
    stage.press("g l");
    assert_eq!(stage.app.screen, ScreenId::Timeline);
    assert_eq!(row(&stage).target, target);
}

#[test]
fn a_filter_is_any_query_and_esc_clears_it() {
    let mut stage = timeline(120, 40);
    stage.press("f").type_text("in:#support-desk").press("Enter");
    assert!(has(&mut stage, "of 32 entries") && has(&mut stage, "in:#support-desk"));
    assert!(stage.app.timeline.shown_count() > 0);
    assert!(row(&stage).channel.unsanitised() == "#support-desk");
    stage.press("Esc");
    assert!(has(&mut stage, "32 entries"));
    stage.press("f").type_text("tag:").press("Enter");
    assert!(stage.app.timeline.query.is_empty(), "a query that cannot be read changes nothing");
}

#[test]
fn an_event_written_here_stands_on_the_timeline() {
    let mut stage = timeline(120, 40);
    let before = count(&stage);
    stage.press("i").type_text("Somebody turned the key by hand").press("Enter");
    assert_eq!(count(&stage), before + 1);
    assert!(has(&mut stage, "Somebody turned the key by hand"));
    assert_eq!(row(&stage).target.kind(), TargetKind::Event);
    stage.press("u");
    assert_eq!(count(&stage), before, "text and entry are one act");
}

#[test]
fn a_tag_goes_to_the_entry_and_is_drawn_in_its_row() {
    let mut stage = timeline(120, 40);
    let target = on_message(&mut stage);
    let before = stage.app.session.project().tags_of(&target).len();
    stage.press("t i Esc");
    assert_ne!(stage.app.session.project().tags_of(&target).len(), before);
}

#[test]
fn entries_are_copied_as_text_with_time_and_source() {
    let mut stage = timeline(120, 40);
    stage.press("Space Space y");
    let Some(Effect::Copy { text, what }) = stage.asked.pop() else { panic!("nothing was copied") };
    assert_eq!(what, "2 entries");
    assert!(text.starts_with("14 Oct 00:00 ±72h UTC  event, by IH  "), "{text}");
}
