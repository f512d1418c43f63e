//! People, Tags, Stats and the cards over the sample, pressed as a user presses them.

use std::path::Path;

use meanwhile::base::id::{InvestigatorId, PersonId};
use meanwhile::project::{Author, Document};
use meanwhile::tui::app::ScreenId;
use meanwhile::tui::harness::Harness;

fn sample() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data")
}

/// The finished project over its export, three panes open.
fn finished(size: (u16, u16)) -> Harness {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("howie.json");
    std::fs::copy(sample().join("howie.json"), &path).unwrap();
    let author = Author::new(InvestigatorId::from_name("Ida Holm"));
    let opened =
        meanwhile::project::store::Store::open(&path, &author, &meanwhile::project::store::StoreOptions::default())
            .unwrap();
    open(Some(opened.document), size)
}

fn open(document: Option<Document>, size: (u16, u16)) -> Harness {
    let panes = ["#sev-search", "#search-dev", "#support-desk"];
    Harness::open(&sample().join("slack-export.zip"), document, &panes, size).unwrap()
}

fn row_with(stage: &mut Harness, text: &str) -> String {
    let rows = stage.rows();
    rows.iter().find(|row| row.contains(text)).cloned().unwrap_or_else(|| panic!("{text} in\n{}", rows.join("\n")))
}

fn person(name: &str) -> PersonId {
    PersonId::new("slack", name)
}

#[test]
fn the_person_card_tells_the_clock_of_the_author_and_stays_beside_the_pane() {
    let mut stage = finished((120, 40));
    stage.press("F");
    stage.type_text("collection outside the alias is answered");
    stage.press("Enter K");
    assert!(row_with(&mut stage, "local time").contains("20:09 Fri, outside working hours"));
    assert!(row_with(&mut stage, "place").contains("Asia/Kolkata, UTC+5:30 then"));
    assert!(row_with(&mut stage, "tenure").contains("1 year, since 21 Aug 2023"));
    row_with(&mut stage, "I have just seen that");
}

#[test]
fn the_message_card_follows_the_cursor_and_shows_the_raw_record() {
    let mut stage = finished((120, 40));
    stage.press("g g Enter");
    let first = row_with(&mut stage, " Message ");
    stage.press("j");
    assert_ne!(row_with(&mut stage, " Message "), first, "the card shows what the cursor stands on");
    stage.press("r");
    row_with(&mut stage, "Raw record");
    row_with(&mut stage, "\"type\": \"message\"");
    stage.press("Esc t i");
    let target = stage.app.targets().remove(0);
    assert!(!stage.app.session.project().tags_of(&target).is_empty(), "acts reach the message below the card");
}

#[test]
fn a_role_and_the_interview_are_set_on_the_people_screen_and_taken_back() {
    let mut stage = finished((120, 40));
    stage.press("4 /");
    stage.type_text("mara");
    stage.press("Enter i");
    let id = stage.app.people.current().unwrap();
    let interview = |stage: &Harness| stage.app.session.project().person(&id).and_then(|card| card.interview.clone());
    assert_eq!(interview(&stage).as_deref(), Some("planned"));
    stage.press("u r Ctrl-u");
    assert_eq!(interview(&stage), None);
    stage.type_text("wrote to the shops");
    stage.press("Enter");
    assert!(row_with(&mut stage, "role here").contains("wrote to the shops"));
    stage.press("z Ctrl-u");
    stage.type_text("Mars/Olympus");
    stage.press("Enter");
    row_with(&mut stage, "a zone such as Europe/Dublin");
}

#[test]
fn joined_names_are_one_person_everywhere_and_can_be_parted() {
    let mut stage = finished((120, 40));
    stage.press("4 /");
    stage.type_text("U07QX4N1D");
    stage.press("Enter J");
    stage.type_text("juno");
    stage.press("Enter");
    let project = stage.app.session.project();
    let lost = person("U07QX4N1D");
    let joined = project.same_person(&PersonId::new("slack", "U01JUNO")).clone();
    assert_eq!(project.same_person(&lost), &joined);
    assert_eq!(stage.app.people.current(), Some(joined));
    assert!(row_with(&mut stage, "Juno Castellar  ").contains(" 30 "), "26 messages and 4");
    stage.press("x");
    assert_eq!(stage.app.session.project().same_person(&lost), &lost);
}

#[test]
fn a_list_of_people_and_a_calendar_speak_of_those_who_wrote_once_the_names_are_joined() {
    let sources = ["slack-export.zip", "people.csv", "oncall.ics"].map(|name| sample().join(name));
    let mut stage = Harness::open_all(&sources, None, &["#sev-search"], (120, 50)).unwrap();
    stage.press("g t").type_text("6 Dec 14:36").press("Enter 4 /").type_text("ines ostavia").press("Enter");
    let alike = stage.app.people.maybe().len();
    assert!(alike >= 12, "{alike}");
    row_with(&mut stage, "Ines Ostavia in a list and Ines Ostavia on slack: same e-mail address");
    assert!(!row_with(&mut stage, "Ines Ostavia  ").contains("search"), "a calendar alone says nothing of her");
    stage.press("A");
    assert!(stage.app.people.maybe().len() + 12 <= alike);
    assert!(row_with(&mut stage, "Ines Ostavia  ").contains("search"));
    stage.press("Enter");
    assert!(row_with(&mut stage, "on call").contains("yes   search"));
    assert!(row_with(&mut stage, "tenure").contains("5 years, since 18 Mar 2019"));
    assert!(row_with(&mut stage, "manager").contains("Sefa Tanumai"));
    assert!(row_with(&mut stage, "place").contains("New York"));
    stage.press("Esc u");
    assert_eq!(stage.app.people.maybe().len(), alike, "one undo parts them all again");
}

#[test]
fn a_suggestion_is_confirmed_or_refused_by_a_key_and_either_is_undone() {
    let sources = ["slack-export.zip", "people.csv"].map(|name| sample().join(name));
    let mut stage = Harness::open_all(&sources, None, &["#sev-search"], (120, 50)).unwrap();
    stage.press("4 G");
    let alike = stage.app.people.maybe().to_vec();
    let last = alike.last().unwrap().clone();
    stage.press("x");
    assert!(!stage.app.people.maybe().contains(&last));
    stage.press("u");
    assert_eq!(stage.app.people.maybe(), alike);
    stage.press("G J");
    assert_eq!(stage.app.session.project().same_person(&last.goes), &last.stays);
    assert_eq!(stage.app.people.current(), Some(last.stays.clone()));
    stage.press("u");
    assert_eq!(stage.app.session.project().same_person(&last.goes), &last.goes);
}

#[test]
fn two_names_are_joined_or_told_apart_in_the_import_report_and_either_is_undone() {
    let sources = ["slack-export.zip", "people.csv"].map(|name| sample().join(name));
    let mut stage = Harness::open_all(&sources, None, &["#sev-search"], (120, 50)).unwrap();
    stage.press("4");
    let pairs: Vec<_> = stage.app.people.maybe().iter().take(8).cloned().collect();
    stage.press("1 :").type_text("problems").press("Enter");
    stage.press(&"j ".repeat(40));
    let joined = |stage: &Harness| -> Vec<PersonId> {
        let same = |id| stage.app.session.project().same_person(id);
        pairs.iter().filter(|pair| same(&pair.goes) == &pair.stays).map(|pair| pair.goes.clone()).collect()
    };
    let shown = |stage: &mut Harness| stage.screen().matches("J,x yes,no").count();
    let all = shown(&mut stage);
    assert!(all > 2, "{}", stage.screen());
    stage.press("J");
    assert_eq!(joined(&stage).len(), 1, "{}", stage.screen());
    row_with(&mut stage, "two names are one person, u undoes");
    stage.press("u");
    assert_eq!((joined(&stage), shown(&mut stage)), (Vec::new(), all), "{}", stage.screen());
    stage.press("x");
    row_with(&mut stage, "two names are two people, u undoes");
    stage.press("q 4");
    let refused = |stage: &Harness| pairs.iter().filter(|pair| !stage.app.people.maybe().contains(pair)).count();
    assert_eq!((joined(&stage).len(), refused(&stage)), (0, 1));
    stage.press("u");
    assert_eq!(refused(&stage), 0);
}

#[test]
fn f_on_a_person_leaves_only_their_messages_in_the_pane() {
    let mut stage = finished((120, 40));
    stage.press("4 /");
    stage.type_text("teo");
    stage.press("Enter f");
    assert_eq!(stage.app.screen, ScreenId::Chat);
    let pane = stage.app.chat.focused().unwrap();
    assert!(!pane.rows.list.is_empty() && pane.rows.hidden > 0, "{} {}", pane.rows.list.len(), pane.rows.hidden);
}

#[test]
fn the_codebook_makes_renames_merges_and_removes_tags() {
    let mut stage = finished((120, 40));
    stage.press("5 n Ctrl-u");
    stage.type_text("Vendor - Late");
    stage.press("Enter");
    let made = stage.app.tags.tag().unwrap().clone();
    assert_eq!(stage.app.session.project().tags()[&made].label(), "Vendor - Late");
    stage.press("r Ctrl-u");
    stage.type_text("Vendor - Very late");
    stage.press("Enter e");
    stage.type_text("They answered after it was over.");
    stage.press("Enter");
    let tag = stage.app.session.project().tags()[&made].clone();
    let words = (tag.name.as_str(), tag.definition.as_deref());
    assert_eq!(words, ("Very late", Some("They answered after it was over.")));
    stage.press("J");
    stage.type_text("weak signals");
    stage.press("Enter");
    let into = stage.app.tags.tag().unwrap().clone();
    assert_eq!(stage.app.session.project().tag(&made).unwrap().0, &into);
    stage.press("d");
    assert!(!stage.app.session.project().tags().contains_key(&into));
    stage.press("u");
    assert!(stage.app.session.project().tags().contains_key(&into));
}

#[test]
fn enter_on_a_tag_shows_its_messages_of_all_channels() {
    let mut stage = finished((120, 40));
    stage.press("5 j j Enter");
    assert_eq!(stage.app.screen, ScreenId::Chat);
    let pane = stage.app.chat.focused().unwrap();
    assert_eq!(pane.chips, ["tag:\"Trigger - Earlier change\""]);
    assert!(!pane.rows.list.is_empty());
}

#[test]
fn the_second_list_leads_to_notes_and_the_third_applies_a_filter() {
    let mut stage = finished((120, 40));
    stage.press("5 Tab Enter");
    assert_eq!(stage.app.screen, ScreenId::Chat);
    let at = stage.app.targets().remove(0);
    assert!(!stage.app.session.project().notes_on(&at).is_empty());
    stage.press("5 Tab j Enter");
    assert_eq!(stage.app.chat.focused().unwrap().chips, ["tag:hypothesis"]);
}

#[test]
fn stats_count_the_window_of_the_cursor_and_enter_jumps_there() {
    let mut stage = finished((120, 40));
    stage.press("g i 6");
    let at = stage.app.stats.at().unwrap();
    assert_eq!(Some(at), stage.app.cursor_time());
    stage.press("l l h b");
    assert_eq!(stage.app.stats.bucket(), 5 * meanwhile::base::time::MINUTE);
    let later = stage.app.stats.at().unwrap();
    assert_eq!(later.since(at), Some(meanwhile::base::time::MINUTE));
    row_with(&mut stage, "a bar is 5 min");
    stage.press("c");
    row_with(&mut stage, "by person");
    stage.press("c c G");
    row_with(&mut stage, "The investigation");
    stage.press("g g Enter");
    assert_eq!(stage.app.screen, ScreenId::Chat);
}

#[test]
fn every_screen_and_card_can_be_drawn_at_every_size() {
    let mut stage = finished((120, 40));
    for keys in
        ["1 K", "Esc Enter", "r", "Esc Esc 4", "b G Enter", "Esc J", "Esc 5", "G", "Tab G", "Tab", "6", "c", "c G"]
    {
        stage.press(keys);
        for size in [(120, 40), (100, 30), (80, 24), (60, 15), (40, 12), (30, 8), (20, 5), (7, 3), (1, 1)] {
            stage.resize(size.0, size.1);
            assert_eq!(stage.rows().len(), usize::from(size.1), "{keys}");
        }
        stage.resize(120, 40);
    }
}

#[test]
fn without_a_project_the_screens_say_what_is_missing() {
    let mut stage = open(None, (120, 40));
    stage.press("6");
    row_with(&mut stage, "Who was on call is not known");
    stage.press("5 Tab");
    row_with(&mut stage, "No note is written yet");
}
