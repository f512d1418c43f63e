//! What opens over the Chat screen: each opens by its keys, does what it says, and survives any size.

use std::path::PathBuf;

use meanwhile::base::time::Instant;
use meanwhile::config::{Extent, Folders, Recent};
use meanwhile::project::{Edit, Set};
use meanwhile::tui::ctx::{Ctx, Effect};
use meanwhile::tui::harness::Harness;
use meanwhile::tui::popup::start::Start;

fn export() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("sample-data/slack-export.zip")
}

fn open(panes: &[&str]) -> Harness {
    Harness::open(&export(), None, panes, (120, 40)).unwrap()
}

/// When the story turns.
fn incident() -> Instant {
    Instant::parse_rfc3339("2024-12-06T14:31:00Z").unwrap()
}

fn chips(harness: &Harness) -> Vec<String> {
    harness.app.chat.focused().unwrap().chips.clone()
}

fn edit(harness: &mut Harness, edit: Edit) {
    let mut effects = Vec::new();
    Ctx { app: &mut harness.app, effects: &mut effects }.edit("test", vec![edit]).unwrap();
}

#[test]
fn three_keys_show_only_what_the_author_wrote() {
    let mut harness = open(&["sev-search"]);
    harness.press("g g ] d f p Enter");
    let pane = harness.app.chat.focused().unwrap();
    let archive = &harness.app.session.archive;
    let author = pane.message(archive).unwrap().author_ix();
    assert!(author.is_some() && pane.rows.hidden > 0 && pane.rows.list.len() > 1);
    let all = pane.rows.list.iter().filter_map(|row| match row.what {
        meanwhile::tui::pane::rows::RowWhat::Message(ix) => archive.message(ix),
        meanwhile::tui::pane::rows::RowWhat::Event(_) => None,
    });
    assert!(all.into_iter().all(|message| message.author_ix() == author));
    assert_eq!(harness.app.layers.len(), 0);
}

#[test]
fn three_keys_open_a_saved_filter_and_two_do_too() {
    for keys in ["f o h", "f h"] {
        let mut harness = open(&["sev-search"]);
        let query = Set::To("type:bot OR type:join".to_owned());
        edit(&mut harness, Edit::Filter { name: "hello".to_owned(), query, key: Set::To('h') });
        harness.press(keys);
        assert_eq!(chips(&harness), ["type:bot OR type:join"]);
        assert_eq!(harness.app.layers.len(), 0);
    }
}

#[test]
fn chips_are_dropped_turned_round_saved_and_cleared() {
    let mut harness = open(&["sev-search", "support-desk"]);
    harness.press("f n f l f Backspace");
    assert_eq!(chips(&harness), ["has:note"]);
    harness.press("i");
    assert_eq!(chips(&harness), ["-has:note"]);
    harness.press("g");
    assert!(harness.app.chat.panes.iter().all(|pane| pane.chips == ["-has:note"]));
    harness.press("s").type_text("without notes").press("Enter");
    let saved: Vec<_> = harness.app.session.project().filters().values().cloned().collect();
    assert_eq!((saved.len(), saved[0].query.as_str(), saved[0].key), (1, "-has:note", Some('w')));
    harness.press("f x");
    assert!(harness.app.chat.panes.iter().all(|pane| pane.chips.is_empty()));
}

#[test]
fn an_expression_that_cannot_be_read_stays_open_and_says_why() {
    let mut harness = open(&["sev-search"]);
    harness.press("f /").type_text("type:nonsense").press("Enter");
    assert_eq!(harness.app.layers.len(), 1);
    assert!(chips(&harness).is_empty());
    assert!(matches!(harness.app.status, meanwhile::tui::app::Status::Cannot(_)));
}

/// Whatever was pressed, every size can be drawn and Esc closes what was opened.
fn survives(keys: &str, name: &str) {
    for (width, height) in [(120, 40), (80, 24), (60, 15), (30, 8), (20, 5)] {
        let mut harness = open(&["sev-search", "search-dev"]);
        harness.press("t e");
        harness.resize(width, height).press(keys);
        assert_eq!(
            harness.app.layers.top().map(meanwhile::tui::layers::Layer::name),
            Some(name),
            "{keys} at {width}x{height}"
        );
        assert!(!harness.screen().trim().is_empty());
        harness.press("Down Down Up PgDn PgUp");
        harness.screen();
        harness.press("Esc");
        assert_eq!(harness.app.layers.len(), 0, "{keys} at {width}x{height}");
    }
}

#[test]
fn every_popup_opens_at_every_size_and_esc_closes_it() {
    for (keys, name) in [
        ("f", "filter"),
        ("f p", "choose"),
        ("w a", "channels"),
        (":", "palette"),
        ("?", "help"),
        ("U", "undo history"),
        (": p r o b l e m s Enter", "import report"),
        ("Ctrl-p", "anything"),
    ] {
        survives(keys, name);
    }
}

#[test]
fn a_time_in_the_palette_goes_there_in_seven_keys() {
    let mut harness = open(&["sev-search"]);
    harness.app.go_to_time(incident());
    harness.press(": 1 4 : 3 6 Enter");
    let pane = harness.app.chat.focused().unwrap();
    let zone = harness.app.zone();
    let at = pane.time().unwrap();
    assert!(zone.minute(at).as_str() >= "14:36", "{}", zone.clock(at));
    assert_eq!(harness.app.layers.len(), 0);
}

#[test]
fn the_palette_saves_a_copy_and_says_that_all_is_saved() {
    let mut harness = open(&["sev-search"]);
    harness.press(": w Enter");
    assert!(harness.screen().contains("already saved"));
    harness.press(":").type_text("w copy.json").press("Enter");
    let wanted = Effect::SaveCopy("copy.json".into());
    assert_eq!(harness.asked, [wanted]);
}

#[test]
fn what_cannot_run_stands_last_and_says_why() {
    let mut harness = open(&["sev-search"]);
    harness.press(":").type_text("filter: clear");
    assert!(harness.screen().contains("cannot now: no filter is on"));
    harness.press("Enter");
    assert_eq!(harness.app.layers.len(), 1);
}

#[test]
fn help_does_what_is_found() {
    let mut harness = open(&["sev-search", "search-dev"]);
    harness.press("?").type_text("pane: zoom");
    assert!(harness.screen().contains("pane.zoom"));
    harness.press("Enter");
    assert!(harness.app.chat.zoomed && harness.app.layers.is_empty());
}

#[test]
fn the_history_takes_back_down_to_an_act_and_does_it_again() {
    let mut harness = open(&["sev-search"]);
    harness.app.go_to_time(incident());
    harness.press("t i j t i j t i");
    assert_eq!(harness.app.session.history().rows().count(), 3);
    let tagged = |harness: &Harness| {
        let copies = harness.app.session.project().messages().values();
        copies.filter(|copy| !copy.tags.is_empty()).count()
    };
    let all = tagged(&harness);
    harness.press("U j Enter");
    assert_eq!(tagged(&harness), 1);
    harness.press("k k Enter");
    assert_eq!(tagged(&harness), all);
}

#[test]
fn channels_chosen_open_side_by_side_where_most_was_said() {
    let mut harness = open(&[]);
    let picker = meanwhile::tui::popup::channels::Channels::first(&harness.app);
    harness.app.layers.push(Box::new(picker));
    assert!(harness.screen().contains("busiest hour"));
    harness.press("Space Space Enter");
    assert_eq!((harness.app.chat.panes.len(), harness.app.chat.focus), (2, 0));
    assert!(harness.app.layers.is_empty());
    let pane = harness.app.chat.focused().unwrap();
    let meanwhile::tui::pane::rows::View::Channel(id) = &pane.view else { unreachable!("a channel was chosen") };
    let archive = &harness.app.session.archive;
    let times = archive.log(archive.channel(id).unwrap()).unwrap().times();
    let (first, count) = meanwhile::tui::popup::channels::busiest(times);
    assert!(count > 1);
    assert_eq!(pane.time(), times.get(first).copied());
}

#[test]
fn letters_narrow_the_channels_and_more_than_four_are_refused() {
    let mut harness = open(&[]);
    let picker = meanwhile::tui::popup::channels::Channels::first(&harness.app);
    harness.app.layers.push(Box::new(picker));
    harness.press("Space Space Space Space Space");
    assert!(matches!(harness.app.status, meanwhile::tui::app::Status::Cannot(_)));
    harness.press("Esc").type_text("desk").press("Enter");
    assert_eq!(harness.app.chat.panes.len(), 1);
}

#[test]
fn who_opens_an_investigation_to_read_it_needs_no_channel() {
    for (mut harness, leads_on) in [(crate::support::stage::sample((120, 40)), true), (open(&[]), false)] {
        let picker = meanwhile::tui::popup::channels::Channels::first(&harness.app);
        harness.app.layers.push(Box::new(picker));
        assert_eq!(harness.screen().contains("Esc timeline"), leads_on);
        harness.press("Space").type_text("de").press("Esc Esc");
        assert_eq!(harness.app.layers.len(), 1, "first what was typed and chosen is taken back");
        harness.press("Esc");
        assert_eq!(harness.app.layers.is_empty(), leads_on);
        assert_eq!(harness.app.screen == meanwhile::tui::app::ScreenId::Timeline, leads_on);
    }
}

#[test]
fn anything_leads_to_people_channels_and_messages() {
    let mut harness = open(&["sev-search"]);
    harness.press("Ctrl-p").type_text("#deploys").press("Enter");
    assert_eq!(harness.app.chat.panes.len(), 2);
    harness.press("Ctrl-p").type_text("alias");
    assert!(harness.screen().contains("alias"));
}

#[test]
fn the_start_page_opens_what_it_found_and_what_is_dropped_on_it() {
    let folder = tempfile::tempdir().unwrap();
    let folders = Folders { state: folder.path().join("state"), config: folder.path().to_owned() };
    let sample = export();
    let working = sample.parent().unwrap();
    for (width, height) in [(120, 40), (80, 24), (60, 15), (30, 8), (20, 5)] {
        let mut harness = open(&[]);
        let start = Start::new(&folders, working, harness.app.now, harness.app.zone());
        harness.app.layers.push(Box::new(start));
        harness.resize(width, height).screen();
        harness.press("Enter Esc");
        assert_eq!(harness.app.layers.len(), 1, "the first of Begin asks for a path");
        harness.paste(&sample.display().to_string());
        assert_eq!(harness.asked, [Effect::Open(sample.clone())]);
        harness.paste("no such file");
        assert_eq!(harness.asked.len(), 1);
    }
    let mut harness = open(&[]);
    harness.app.layers.push(Box::new(Start::new(&folders, working, harness.app.now, harness.app.zone())));
    let screen = harness.screen();
    assert!(screen.contains("slack-export.zip") && screen.contains("nothing is sent"), "{screen}");
    harness.press("d");
    assert_eq!(harness.asked, [Effect::Open(folders.state.join("demo/howie.json"))]);
}

#[test]
fn the_start_page_opens_text_of_no_known_format_for_a_pattern_and_refuses_what_is_no_text() {
    let folder = tempfile::tempdir().unwrap();
    let folders = Folders { state: folder.path().join("state"), config: folder.path().to_owned() };
    let (notes, image) = (folder.path().join("notes.txt"), folder.path().join("graph.png"));
    std::fs::write(&notes, "ines | 10:42 | roll it back\nbako | 10:43 | rolling back\n").unwrap();
    std::fs::write(&image, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").unwrap();
    for keys in ["", "o"] {
        let mut harness = open(&[]);
        harness.app.layers.push(Box::new(Start::new(&folders, folder.path(), harness.app.now, harness.app.zone())));
        harness.press(keys).paste(&image.display().to_string());
        harness.press("Enter");
        assert_eq!(harness.asked, [], "{keys}");
        harness.press(if keys.is_empty() { "" } else { "Ctrl-u" }).paste(&notes.display().to_string());
        harness.press("Enter");
        assert_eq!(harness.asked.first(), Some(&Effect::Open(notes.clone())), "{keys}");
    }
}

#[test]
fn the_start_page_tells_how_much_a_recent_project_holds_and_forgets_one_that_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let folders = Folders { state: folder.path().join("state"), config: folder.path().to_owned() };
    let [here, gone] = ["here.json", "gone.json"].map(|name| folder.path().join(name));
    let extent = Extent { channels: 6, messages: 1402, entries: 31, sections_done: 9, sections: 12 };
    let mut harness = open(&[]);
    for (path, title) in [(&gone, "The lost one"), (&here, "Search outage")] {
        std::fs::write(path, "{}").unwrap();
        Recent::remember(&folders, path, title, extent, harness.app.now).unwrap();
    }
    std::fs::remove_file(&gone).unwrap();
    let start = Start::new(&folders, folder.path(), harness.app.now, harness.app.zone());
    harness.app.layers.push(Box::new(start));
    let screen = harness.screen();
    let line = "6 channels   1,402 messages   31 entries   report 9 of 12 sections   edited";
    assert!(screen.contains(line) && screen.contains("gone: no file at"), "{screen}");
    let narrow = harness.resize(60, 15).screen();
    assert!(narrow.contains("edited") && !narrow.contains("channels"), "{narrow}");
    harness.press("x j Enter");
    assert!(harness.asked.is_empty(), "one is there, the other is gone");
    harness.press("x");
    assert!(!harness.screen().contains("The lost one"));
    assert_eq!(Recent::load(&folders).projects().len(), 1);
    harness.press("k Enter");
    assert_eq!(harness.asked, [Effect::Open(here.canonicalize().unwrap())]);
}

#[test]
fn the_tour_is_shown_ticked_by_doing_and_turned_off() {
    let mut harness = open(&["sev-search"]);
    harness.app.memory.tour = Some(0);
    assert!(harness.screen().contains("Tour 1 of 6"));
    harness.press("j");
    assert!(harness.screen().contains("Tour 2 of 6"));
    harness.press(":").type_text("tour off").press("Enter Esc");
    assert_eq!(harness.app.memory.tour, None);
    assert!(!harness.screen().contains("Tour"));
}
