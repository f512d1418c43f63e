//! The Chat screen over the sample, pressed as a user presses it.

use std::path::Path;

use meanwhile::tui::harness::Harness;

fn sample(panes: &[&str], size: (u16, u16)) -> Harness {
    let export = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/slack-export.zip");
    Harness::open(&export, None, panes, size).unwrap()
}

const THREE: &[&str] = &["#sev-search", "#search-dev", "#support-desk"];

fn has(screen: &[String], text: &str) -> bool {
    screen.iter().any(|row| row.contains(text))
}

#[test]
fn three_panes_stand_side_by_side_and_follow_the_cursor() {
    let mut stage = sample(THREE, (120, 40));
    stage.press("G k k");
    let rows = stage.rows();
    for title in ["1 #sev-search", "2 #search-dev", "3 #support-desk"] {
        assert!(has(&rows, title), "{title}");
    }
    let at = stage.app.cursor_time().unwrap();
    for pane in &stage.app.chat.panes {
        assert!(pane.time().unwrap() <= at, "followers stand at or before the cursor");
    }
}

#[test]
fn tagging_with_a_known_tag_takes_two_keys_and_again_one() {
    let mut stage = sample(&["#support-desk"], (120, 40));
    stage.press("g g j j t i");
    let tagged = stage.app.targets().remove(0);
    assert_eq!(stage.app.session.project().tags_of(&tagged).len(), 1);
    stage.press("j .");
    let again = stage.app.targets().remove(0);
    assert_ne!(tagged, again);
    assert_eq!(stage.app.session.project().tags_of(&again), stage.app.session.project().tags_of(&tagged));
}

#[test]
fn the_timeline_takes_one_key_and_again_takes_it_off() {
    let mut stage = sample(&["#support-desk"], (120, 40));
    stage.press("a");
    assert_eq!(stage.app.session.project().timeline().len(), 1);
    stage.press("a");
    assert_eq!(stage.app.session.project().timeline().len(), 0);
    stage.press("u");
    assert_eq!(stage.app.session.project().timeline().len(), 1);
}

#[test]
fn ten_messages_get_two_kinds_of_tags_with_two_and_twenty_keys() {
    let mut stage = sample(&["#support-desk"], (120, 40));
    stage.press("g g t t i j w j i j w j i j w j i j w j i j w j Esc");
    let project = stage.app.session.project();
    let tagged = project.messages().values().filter(|copy| !copy.tags.is_empty()).count();
    assert_eq!(tagged, 10);
}

#[test]
fn a_note_takes_its_letters_and_two_keys() {
    let mut stage = sample(&["#support-desk"], (120, 40));
    stage.press("c").type_text("ask Bako").press("Enter");
    let note = stage.app.session.project().notes().values().next().unwrap();
    assert_eq!(note.text, "ask Bako");
    assert!(has(&stage.rows(), "ask Bako"), "it is drawn below its message");
}

#[test]
fn a_new_tag_is_made_and_put_on_with_nine_keys() {
    let mut stage = sample(&["#support-desk"], (120, 40));
    stage.press("t Enter").type_text("vendor").press("Enter");
    let target = stage.app.targets().remove(0);
    let tags = stage.app.session.project().tags_of(&target);
    assert_eq!(tags.first().map(|tag| tag.as_str().to_owned()), Some("vendor".to_owned()));
}

#[test]
fn a_mistyped_word_finds_and_enter_goes_there() {
    let mut stage = sample(&["#sev-search"], (120, 40));
    stage.press("/").type_text("alais").press("Enter");
    let message = stage.app.chat.focused().and_then(|pane| pane.message(&stage.app.session.archive)).unwrap();
    assert!(message.text().unsanitised().to_lowercase().contains("alias"));
}

#[test]
fn esc_in_the_search_comes_back_where_it_began() {
    let mut stage = sample(&["#sev-search"], (120, 40));
    stage.press("j j j");
    let before = stage.app.targets();
    stage.press("/").type_text("alias").press("Down Down Esc");
    assert_eq!(stage.app.targets(), before);
}

#[test]
fn an_event_stands_at_the_cursor_and_is_found_there() {
    let mut stage = sample(&["#sev-search"], (120, 40));
    stage.press("j j i").type_text("the pager vendor restarts its gateway").press("Enter");
    let event = stage.app.session.project().events().values().next().unwrap().clone();
    assert_eq!(event.at, stage.app.cursor_time());
    assert!(has(&stage.rows(), "restarts"));
    stage.press("u");
    assert!(stage.app.session.project().events().is_empty());
}

#[test]
fn what_was_typed_and_not_saved_is_there_again() {
    let mut stage = sample(&["#sev-search"], (120, 40));
    stage.press("c").type_text("half a thou").press("Esc c");
    assert!(has(&stage.rows(), "half a thou"));
    assert!(stage.app.session.project().notes().is_empty());
}

#[test]
fn all_drafts_are_listed_and_lead_back_to_their_forms() {
    let mut stage = sample(&["#sev-search"], (120, 40));
    stage.press("c").type_text("half a thou").press("Esc G g g :").type_text("drafts").press("Enter");
    assert!(has(&stage.rows(), "half a thou"), "the list says what was typed");
    stage.press("Enter Enter");
    assert_eq!(stage.app.session.project().notes().values().next().unwrap().text, "half a thou");
    assert!(stage.app.memory.drafts.is_empty());
}

#[test]
fn looking_at_a_note_leaves_no_draft() {
    let mut stage = sample(&["#sev-search"], (120, 40));
    stage.press("c").type_text("kept").press("Enter c Esc");
    assert!(stage.app.memory.drafts.is_empty());
}

#[test]
fn pasted_text_never_runs_as_keys() {
    let mut stage = sample(&["#sev-search"], (120, 40));
    stage.paste("tiqqaXX");
    assert!(stage.app.session.project().messages().is_empty());
    stage.press("c").paste("line one\nline two");
    stage.press("Enter");
    assert_eq!(stage.app.session.project().notes().values().next().unwrap().text, "line one\nline two");
}

#[test]
fn every_size_draws_without_a_panic() {
    let mut stage = sample(THREE, (120, 40));
    stage.press("G");
    for (columns, rows) in [(120, 40), (100, 30), (80, 24), (60, 15), (40, 12), (30, 8), (20, 5), (7, 3), (1, 1)] {
        stage.resize(columns, rows);
        for keys in ["k", "t", "Esc", "/", "Esc", "M", "M", "i", "Esc", "c", "Esc", "g", "Esc"] {
            stage.press(keys);
        }
    }
}

#[test]
fn the_last_message_stands_at_the_bottom_and_the_first_at_the_top() {
    let mut stage = sample(&["#support-desk"], (80, 24));
    stage.press("g g");
    let top = stage.rows();
    assert!(top[3].starts_with('▌'), "{}", top[3]);
    stage.press("G");
    let rows = stage.rows();
    let body_bottom = &rows[19];
    assert!(body_bottom.starts_with('▌'), "{}", rows.join("\n"));
}
