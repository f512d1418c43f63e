//! Sizes, stacks and layouts of panes, how they follow each other, how rows are shown, ranges on the
//! timeline: pressed as a user presses them, and there again in the next sitting.

use meanwhile::base::time::{MINUTE, SECOND};
use meanwhile::project::{Author, Document};
use meanwhile::tui::app::{App, ScreenId, Settings, Status};
use meanwhile::tui::harness::{Harness, still};
use meanwhile::tui::layout::{self, Arrangement};
use meanwhile::tui::memory::{self, Memory};
use meanwhile::tui::pane::display::{EmojiDisplay, LongLines, TimeDisplay};
use meanwhile::tui::session::{Keeping, Session};

use crate::support::stage::{file_of, sample};

const THREE: &[&str] = &["#sev-search", "#search-dev", "#support-desk"];

fn open(panes: &[&str], size: (u16, u16)) -> Harness {
    Harness::open(&file_of("sample-data/slack-export.zip"), None, panes, size).unwrap()
}

fn widths(stage: &Harness) -> Vec<u16> {
    let areas = layout::chat(stage.app.size, stage.app.chat_plan());
    areas.panes.iter().map(|pane| pane.body.width).collect()
}

fn heights(stage: &Harness) -> Vec<u16> {
    let areas = layout::chat(stage.app.size, stage.app.chat_plan());
    areas.panes.iter().map(|pane| pane.heading.height + pane.body.height + 1).collect()
}

fn refused(stage: &Harness) -> String {
    match &stage.app.status {
        Status::Cannot(why) => why.clone(),
        other => panic!("nothing was refused: {other:?}"),
    }
}

fn has(stage: &mut Harness, text: &str) -> bool {
    stage.rows().iter().any(|row| row.contains(text))
}

/// What the next sitting finds in the state folder.
fn kept(stage: &Harness) -> Memory {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("projects/next.json");
    memory::write(&path, &stage.app.memory_now()).unwrap();
    Memory::open(folder.path(), "next")
}

fn next_sitting(stage: &Harness) -> App {
    let author = Author::new(stage.app.session.investigator().clone());
    let session = Session::new(Document::new(&author), author, Keeping::Memory);
    App::new(session, Settings::default(), kept(stage), still())
}

#[test]
fn a_pane_is_made_wider_and_narrower_and_all_are_equal_again() {
    let mut stage = open(THREE, (120, 40));
    assert_eq!(widths(&stage), [40, 40, 40]);
    stage.press("w > w > Tab w <");
    let [first, second, third] = widths(&stage)[..] else { panic!("three panes") };
    assert!(first > third && third > second, "{first} {second} {third}");
    assert_eq!(first + second + third, 120);
    stage.press("w =");
    assert_eq!(widths(&stage), [40, 40, 40]);
}

#[test]
fn a_pane_has_a_least_and_a_largest_width_and_says_so() {
    let mut stage = open(THREE, (120, 40));
    for _ in 0..30 {
        stage.press("w <");
    }
    assert!(refused(&stage).contains("w = makes all equal"));
    assert!(widths(&stage)[0] >= 20);
    for _ in 0..60 {
        stage.press("w >");
    }
    assert!(refused(&stage).contains("as large as it gets"));
    assert!(widths(&stage).iter().all(|&width| width >= 20));
}

#[test]
fn a_width_is_refused_where_one_pane_stands_alone() {
    let mut stage = open(THREE, (80, 24));
    stage.press("w >");
    assert!(refused(&stage).contains("w s stacks them"));
    let mut stage = open(&["#sev-search"], (120, 40));
    stage.press("w =");
    assert!(refused(&stage).contains("only one pane is open"));
}

#[test]
fn panes_are_stacked_also_where_they_have_no_room_side_by_side() {
    let mut stage = open(THREE, (80, 24));
    stage.press("G k k w s");
    assert_eq!(heights(&stage).len(), 3);
    for title in ["#sev-search", "#search-dev", "#support-desk"] {
        assert!(has(&mut stage, title), "{title}");
    }
    let at = stage.app.cursor_time().unwrap();
    let clock = stage.app.zone().clock(at);
    let now_lines = stage.rows().iter().filter(|row| row.contains(&format!("━ {clock} ━"))).count();
    assert_eq!(now_lines, 2, "each other pane has the now-line in its own body");
    stage.press("w s");
    assert_eq!(widths(&stage), [80]);
}

#[test]
fn stacked_panes_take_rows_from_each_other() {
    let mut stage = open(THREE, (120, 40));
    stage.press("w s w > w > w >");
    let [first, second, third] = heights(&stage)[..] else { panic!("three panes") };
    assert!(first > second && first > third, "{first} {second} {third}");
}

#[test]
fn the_cursor_moves_over_stacked_panes_of_every_size() {
    let mut stage = open(THREE, (120, 40));
    stage.press("w s");
    for (columns, rows) in [(120, 40), (80, 24), (60, 18), (40, 12), (20, 5)] {
        stage.resize(columns, rows);
        stage.press("j j Tab k G Tab g g w > w < Ctrl-d");
        assert_eq!(stage.rows().len(), usize::from(rows));
    }
}

#[test]
fn a_layout_is_kept_under_a_name_and_brought_back_at_the_moment() {
    let mut stage = open(THREE, (120, 40));
    stage.press("w > w s w w s").type_text("three above").press("Enter Esc");
    stage.press("w s w x w x").press("G k k k");
    let at = stage.app.cursor_time();
    stage.press("w w Enter");
    assert_eq!(stage.app.chat.panes.len(), 3);
    assert_eq!(stage.app.chat.arrangement, Arrangement::Stacked);
    assert!(stage.app.chat.panes[0].share > stage.app.chat.panes[1].share);
    assert_eq!(stage.app.cursor_time(), at, "the moment stays");
    assert_eq!(kept(&stage).layouts.len(), 1);
}

#[test]
fn layouts_are_listed_with_what_they_hold_and_forgotten_after_a_question() {
    let mut stage = open(&["#sev-search"], (120, 40));
    stage.press("w w");
    assert!(has(&mut stage, "No layout is kept yet"));
    stage.press("Enter");
    assert!(refused(&stage).contains("s keeps this one"));
    stage.press("s Enter");
    assert!(refused(&stage).contains("needs a name"));
    stage.type_text("alone").press("Enter");
    assert!(has(&mut stage, "1 alone: #sev-search"));
    stage.press("d Esc");
    assert_eq!(stage.app.memory.layouts.len(), 1);
    stage.press("d Enter");
    assert!(stage.app.memory.layouts.is_empty());
}

#[test]
fn a_tolerance_counts_what_is_said_a_little_later_as_said_then() {
    let mut stage = open(&["#sev-search", "#search-dev"], (120, 40));
    let other = stage.app.chat.panes[1].rows.clone();
    let behind = |stage: &Harness| {
        let at = stage.app.cursor_time().unwrap();
        other.list.partition_point(|row| row.at <= at.plus(10 * MINUTE))
            > other.list.partition_point(|row| row.at <= at)
    };
    stage.press("g g");
    while !behind(&stage) {
        stage.press("j");
    }
    let at = stage.app.cursor_time().unwrap();
    let exact = stage.app.chat.panes[1].cursor;
    stage.press("S t").type_text("10m").press("Enter");
    assert_eq!(stage.app.chat.tolerance, 10 * MINUTE);
    assert!(stage.app.chat.panes[1].cursor > exact);
    assert!(stage.app.chat.panes[1].time().unwrap() <= at.plus(10 * MINUTE));
    assert!(has(&mut stage, "sync ±10m"));
    stage.press("S t Ctrl-u").type_text("soon").press("Enter");
    assert!(refused(&stage).contains("no tolerance"));
    stage.press("Ctrl-u Enter");
    assert_eq!((stage.app.chat.tolerance, stage.app.chat.panes[1].cursor), (0, exact));
}

#[test]
fn the_strip_and_the_panes_say_the_same_moment_where_a_clock_is_set_right() {
    let mut stage = open(&["#sev-search", "#search-dev"], (80, 24));
    stage.press("G S o").type_text("5h").press("Enter");
    let said = stage.app.chat.panes[1].time().unwrap();
    let clock = stage.app.zone().clock(said);
    assert!(stage.app.cursor_time().unwrap().since(said).unwrap() >= 300 * MINUTE);
    assert!(has(&mut stage, &format!("#search-dev    {clock}")), "{}", stage.screen());
}

#[test]
fn long_lines_are_cut_at_the_edge_and_wrap_again() {
    let mut stage = open(&["#sev-search"], (80, 24));
    let lines = |stage: &mut Harness| {
        let rows = stage.rows();
        rows.iter().filter(|row| row.trim_end().trim_end_matches(['│', '┃', '┤', '┨', '●']).ends_with('…')).count()
    };
    stage.press("] d ] d");
    assert_eq!(lines(&mut stage), 0);
    stage.press("z w");
    assert_eq!(stage.app.settings.long_lines, LongLines::Cut);
    stage.press("G");
    let mut cut = lines(&mut stage);
    for _ in 0..20 {
        stage.press("Ctrl-u");
        cut += lines(&mut stage);
    }
    assert!(cut > 0, "something in the channel is longer than the pane");
    stage.press("z w");
    assert_eq!(stage.app.settings.long_lines, LongLines::Wrap);
}

#[test]
fn reactions_are_names_or_pictures_and_never_pictures_in_ascii() {
    let mut stage = open(&["#sev-search"], (120, 40));
    stage.press("/").type_text("the alias").press("Enter Esc");
    let archive = stage.app.session.archive.clone();
    let pane = stage.app.chat.focused().unwrap();
    let with_eyes = (0..pane.rows.list.len()).find(|&place| {
        let target = pane.rows.targets(&archive, place).remove(0);
        let message = target.message().and_then(|id| archive.message(archive.find(&id)?));
        let reactions = message.and_then(|message| message.extras()).map(|extras| extras.reactions.as_slice());
        reactions.unwrap_or_default().iter().any(|reaction| reaction.name.unsanitised() == "eyes")
    });
    let place = with_eyes.expect("somebody reacted with eyes");
    stage.app.chat.focused_mut().unwrap().go(&archive, place);
    assert!(has(&mut stage, ":eyes:"));
    stage.press("z e");
    assert_eq!(stage.app.settings.emoji, EmojiDisplay::Pictures);
    assert!(has(&mut stage, "👀") && !has(&mut stage, ":eyes:"));
    stage.app.settings.theme.ascii = true;
    assert!(has(&mut stage, ":eyes:") && !has(&mut stage, "👀"));
    stage.press("z e");
    assert!(refused(&stage).contains("ASCII"));
}

#[test]
fn times_stand_as_the_clock_of_each_author_stood() {
    let mut stage = open(&["#sev-search"], (120, 40));
    let archive = stage.app.session.archive.clone();
    let zone = |stage: &Harness| {
        let pane = stage.app.chat.focused().unwrap();
        pane.message(&archive).and_then(|message| message.author()).and_then(|author| author.zone)
    };
    let project = stage.app.zone();
    let differs = |stage: &Harness| {
        let at = stage.app.cursor_time().unwrap();
        zone(stage).is_some_and(|zone| zone.minute(at) != project.minute(at))
    };
    stage.press("g g");
    while !differs(&stage) {
        stage.press("j");
    }
    let at = stage.app.cursor_time().unwrap();
    let theirs = zone(&stage).unwrap().clock(at);
    assert!(!has(&mut stage, &theirs));
    stage.press("z t z t");
    assert_eq!(stage.app.settings.times, TimeDisplay::Person);
    assert!(has(&mut stage, &theirs), "{}", stage.screen());
}

#[test]
fn quote_quote_goes_back_where_the_jump_came_from() {
    let mut stage = open(&["#sev-search"], (120, 40));
    stage.press("G");
    let before = stage.app.targets();
    stage.press("g g ' '");
    assert_eq!(stage.app.targets(), before);
    stage.press("m '");
    assert!(refused(&stage).contains("letter or digit"));
}

fn timeline() -> Harness {
    let mut stage = sample((120, 40));
    stage.press("2");
    stage
}

#[test]
fn a_range_of_the_timeline_is_what_the_next_act_hits() {
    let mut stage = timeline();
    stage.press("G v k k");
    assert_eq!(stage.app.timeline.entries().len(), 3);
    assert!(has(&mut stage, "3 selected") && has(&mut stage, "SELECT"));
    let before = stage.app.timeline.timeline.rows.len();
    stage.press("d");
    assert_eq!(stage.app.timeline.timeline.rows.len(), before - 3);
    assert!(!stage.app.timeline.has_range());
    stage.press("u");
    assert_eq!(stage.app.timeline.timeline.rows.len(), before);
}

#[test]
fn a_range_ends_with_v_and_stays_chosen_or_with_esc_and_is_not() {
    let mut stage = timeline();
    stage.press("v j j v j");
    assert_eq!((stage.app.timeline.has_range(), stage.app.timeline.selection.len()), (false, 3));
    stage.press("Esc v j Esc");
    assert_eq!((stage.app.timeline.has_range(), stage.app.timeline.selection.len()), (false, 0));
}

#[test]
fn a_range_moves_in_time_is_tagged_and_joined_as_one() {
    let mut stage = timeline();
    stage.press("G k k k v j");
    let chosen = stage.app.timeline.entries();
    let time = |stage: &Harness| {
        let rows = &stage.app.timeline.timeline.rows;
        chosen.iter().map(|target| rows.iter().find(|row| row.target == *target).unwrap().at).collect::<Vec<_>>()
    };
    let before = time(&stage);
    stage.press("> >");
    let moved: Vec<_> = before.iter().map(|at| at.plus(2 * MINUTE)).collect();
    assert_eq!(time(&stage), moved, "the second press hits the same entries");
    stage.press("u u Esc v k t i Esc");
    assert!(has(&mut stage, "undoes"));
    stage.press("u Esc G v k J");
    assert_eq!(stage.app.timeline.selection.len(), 0);
    assert!(has(&mut stage, "2 joined into one"));
}

#[test]
fn the_timeline_centres_its_cursor_and_goes_to_start_and_end() {
    let mut stage = timeline();
    stage.press("g e");
    let end = stage.app.cursor_time().unwrap();
    stage.press("g i");
    assert!(stage.app.cursor_time().unwrap() < end);
    let line = |stage: &mut Harness| stage.rows().iter().position(|row| row.starts_with('▌')).unwrap();
    stage.press("G Ctrl-u k k k k k k");
    let before = line(&mut stage);
    stage.press("z z");
    let after = line(&mut stage);
    assert!(before < 14 && (16..=20).contains(&after), "from row {before} to {after} of 40");
}

#[test]
fn the_next_sitting_looks_as_the_last_one_was_left() {
    let mut stage = open(THREE, (120, 40));
    stage.press("z w z e z d z n z t z h z s z b w s w > S l Tab S o").type_text("90s").press("Enter");
    stage.press("S t").type_text("2s").press("Enter s Z");
    let next = next_sitting(&stage);
    let (was, is) = (&stage.app.settings, &next.settings);
    assert_eq!((was.long_lines, was.emoji, was.density), (is.long_lines, is.emoji, is.density));
    assert_eq!((was.notes, was.times, was.shown, was.heat), (is.notes, is.times, is.shown, is.heat));
    let (was, is) = (&stage.app.chat, &next.chat);
    assert_eq!((was.arrangement, was.tolerance), (is.arrangement, is.tolerance));
    assert_eq!((was.unsynced, was.zoomed), (is.unsynced, is.zoomed));
    let panes = &kept(&stage).panes;
    assert_eq!((panes[0].share, panes[0].locked), (was.panes[0].share, true));
    assert_eq!((panes[1].offset, panes[1].locked), (90 * SECOND, false));
}

#[test]
fn a_view_kept_before_there_were_sizes_reads_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("projects/old.json");
    let text = r#"{"panes":[{"channel":"slack/C1","chips":["from:bo"]}],"focus":0,"drafts":{"note on x":"half a"},"look":{"density":"roomy"},"chat":{"arrangement":"spiral"}}"#;
    memory::write(&path, text).unwrap();
    let memory = Memory::open(folder.path(), "old");
    assert_eq!(memory.drafts["note on x"], "half a");
    assert_eq!(memory.panes[0].share, layout::Share::default());
    assert_eq!(memory.chat.arrangement, Arrangement::Beside);
}

#[test]
fn the_editor_key_of_the_report_is_ctrl_e_too() {
    let mut stage = timeline();
    stage.press("3 Ctrl-e");
    assert!(matches!(stage.asked.last(), Some(meanwhile::tui::ctx::Effect::Editor { .. })));
    assert_eq!(stage.app.screen, ScreenId::Report);
}

#[test]
fn tab_completes_what_is_asked_for_as_far_as_all_agrees() {
    let mut stage = open(THREE, (120, 40));
    stage.press("f /").type_text("in:#sev").press("Tab Enter");
    assert_eq!(stage.app.chat.focused().unwrap().chips, ["in:#sev-search"]);
    stage.press("2 f").type_text("aft").press("Tab");
    stage.type_text("09:00").press("Enter");
    assert_eq!(stage.app.timeline.query, "after:09:00");
    stage.press("1 f /").type_text("tag:nobody-has-it").press("Tab");
    assert!(refused(&stage).contains("Nothing begins"));
}
