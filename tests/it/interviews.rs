//! Questions, sheets and answers over the sample, on the command line and on the screen.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use meanwhile::base::id::PersonId;
use meanwhile::project::model::QuestionState;
use serde_json::Value;

use crate::support::stage::{file_of, sample};

fn meanwhile(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_meanwhile"))
        .args(args)
        .current_dir(folder)
        .env("MEANWHILE_STATE_DIR", folder.join("state"))
        .env("MEANWHILE_CONFIG_DIR", folder.join("config"))
        .output()
        .unwrap()
}

fn printed(folder: &Path, args: &[&str]) -> String {
    let output = meanwhile(folder, args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A folder with the finished project and its export.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["howie.json", "slack-export.zip"] {
        fs::copy(file_of("sample-data").join(name), folder.path().join(name)).unwrap();
    }
    folder
}

#[test]
fn the_queue_lists_questions_by_person() {
    let folder = folder();
    let list: Value = serde_json::from_str(&printed(folder.path(), &["interview", "howie.json", "--json"])).unwrap();
    let list = list.as_array().unwrap();
    assert!(list.len() >= 5, "{list:?}");
    let names: Vec<&str> = list.iter().filter_map(|row| row["name"].as_str()).collect();
    assert!(names.is_sorted(), "by name: {names:?}");
    assert!(
        list.iter()
            .all(|row| ["open", "asked", "answered", "off the record"].contains(&row["state"].as_str().unwrap()))
    );
    assert_eq!(printed(folder.path(), &["interview", "howie.json"]).lines().count(), list.len() + 1);
}

#[test]
fn a_sheet_is_filled_and_its_answers_land_on_the_same_message() {
    let folder = folder();
    let list: Value = serde_json::from_str(&printed(folder.path(), &["interview", "howie.json", "--json"])).unwrap();
    let open = |row: &&Value| row["state"] != "answered" && row["state"] != "off the record" && row["to"].is_string();
    let row = list.as_array().unwrap().iter().find(open).unwrap();
    let (id, who, on) = (&row["id"], row["to"].as_str().unwrap(), row["on"].as_str().unwrap());
    for format in ["md", "txt"] {
        let sheet = printed(folder.path(), &["interview", "howie.json", who, "--format", format]);
        assert!(sheet.contains(&format!("Answer ({}):", id.as_str().unwrap())), "{sheet}");
        assert!(sheet.contains("On call at the first word: ") && sheet.contains("Probes for this kind"), "{sheet}");
    }
    let sheet = printed(folder.path(), &["interview", "howie.json", who]);
    let answer = format!("Answer ({}):", id.as_str().unwrap());
    let filled = sheet.replace(&answer, &format!("{answer} It was the grey line. [off]I was tired.[/off]"));
    fs::write(folder.path().join("filled.md"), filled.replace("\n- \n", "\n- 14:40 looked at the wrong alias\n"))
        .unwrap();
    printed(folder.path(), &["interview", "howie.json", who, "--answers", "filled.md"]);
    let project: Value = serde_json::from_slice(&fs::read(folder.path().join("howie.json")).unwrap()).unwrap();
    let notes = project["notes"].as_object().unwrap();
    assert_eq!(notes[id.as_str().unwrap()]["question"]["state"], "answered");
    let note = notes
        .values()
        .find(|note| note["text"].as_str().is_some_and(|text| text.contains("It was the grey line")))
        .unwrap();
    assert_eq!(note["on"], on);
    let event = project["events"]
        .as_object()
        .unwrap()
        .values()
        .find(|event| event["text"] == "looked at the wrong alias")
        .unwrap();
    assert!(event["source"].as_str().unwrap().starts_with("interview with "), "{event}");
    assert!(!project.to_string().contains("tired"), "what was off the record is kept nowhere");
    let again = meanwhile(folder.path(), &["interview", "howie.json", who, "--answers", "filled.md"]);
    assert_eq!(again.status.code(), Some(1), "it is filed already");
}

#[test]
fn whom_nobody_knows_is_told() {
    let folder = folder();
    for who in ["nobody-of-that-name", "an"] {
        let output = meanwhile(folder.path(), &["interview", "howie.json", who]);
        assert_eq!(output.status.code(), Some(2), "{who}");
    }
}

#[test]
fn a_question_asks_to_whom_it_is_and_keeps_that_when_its_words_change() {
    let mut stage = sample((120, 40));
    let author = stage.app.targets().remove(0);
    stage.press("c").type_text("What did you see?").press("Alt-q Enter");
    assert!(stage.screen().contains("To whom is this question?"), "{}", stage.screen());
    stage.press("Enter");
    let question = |stage: &meanwhile::tui::harness::Harness| {
        let project = stage.app.session.project();
        let notes = project.notes_on(&author);
        notes
            .into_iter()
            .rev()
            .find_map(|(_, note)| note.question.clone().map(|question| (note.text.clone(), question)))
            .unwrap()
    };
    let (_, asked) = question(&stage);
    assert!(asked.to.is_some(), "who wrote it is proposed");
    stage.press("c").type_text(" And where?").press("Enter");
    let (text, kept) = question(&stage);
    assert_eq!((text.as_str(), kept), ("What did you see? And where?", asked));
}

#[test]
fn questions_are_answered_asked_and_kept_off_the_record_on_the_screen() {
    let mut stage = sample((120, 40));
    stage.press("4 Q");
    let screen = stage.screen();
    assert!(screen.contains("Questions") && screen.contains("To nobody yet") || screen.contains("open"), "{screen}");
    let before = stage.app.session.project().notes().len();
    stage.press("a").type_text("The strip hid itself").press("Enter");
    let project = stage.app.session.project();
    assert_eq!(project.notes().len(), before + 1);
    assert!(project.notes().values().any(|note| note.text.ends_with("interview: The strip hid itself")));
    stage.press("u");
    assert_eq!(stage.app.session.project().notes().len(), before, "one undo takes answer and state back");
    let states = |stage: &meanwhile::tui::harness::Harness| -> Vec<QuestionState> {
        let notes = stage.app.session.project().notes().values();
        notes.filter_map(|note| Some(note.question.as_ref()?.state)).collect()
    };
    let then = states(&stage);
    stage.press("s");
    assert_ne!(states(&stage), then);
    let off = |stage: &meanwhile::tui::harness::Harness| {
        stage.app.session.project().notes().values().filter(|note| note.off_record).count()
    };
    let then = off(&stage);
    stage.press("o");
    assert_ne!(off(&stage), then);
}

#[test]
fn one_incident_is_seen_by_channel_and_hour_with_arrivals_and_hand_offs() {
    for size in [(120, 40), (80, 24)] {
        let mut stage = sample(size);
        stage.press("4 p");
        let screen = stage.screen();
        assert!(screen.contains("Participation") && screen.contains("a bar is 1 h"), "{screen}");
        assert!(screen.contains("#sev-search"), "{screen}");
        stage.press("G k");
        let screen = stage.screen();
        assert!(screen.contains("Hand-offs"), "{screen}");
    }
    let mut stage = sample((120, 40));
    stage.press("4 p");
    let screen = stage.screen();
    let row = |name: &str| screen.lines().find(|line| line.contains(name)).unwrap().to_owned();
    assert!(row("Sefa Tanumai").contains("Sat 03:33") && row("Sefa Tanumai").contains("night"), "{screen}");
    assert!(row("Ines Ostavia").contains("Fri 08:02") && row("Ines Ostavia").contains("outside hours"), "{screen}");
    assert!(row("Dov Kestrelin").contains("platform") && row("Dov Kestrelin").contains("+7 s"), "{screen}");
    stage.press("w Ctrl-u").type_text("8-16").press("Enter");
    let row = stage.rows().into_iter().find(|line| line.contains("Ines Ostavia")).unwrap();
    assert!(row.contains("in hours"), "working hours are set: {row}");
}

#[test]
fn a_card_is_written_by_hand_field_by_field() {
    let mut stage = sample((120, 40));
    stage.press("4 e").type_text("title").press("Enter Ctrl-u").type_text("Keeper of bees").press("Enter");
    let id: PersonId = stage.app.people.current().unwrap();
    let card = stage.app.session.project().person(&id).cloned().unwrap();
    assert_eq!(card.title.as_deref(), Some("Keeper of bees"));
    stage.press("e").type_text("on call by").press("Enter").type_text("perhaps").press("Enter");
    assert!(stage.screen().contains("neither yes nor no"), "{}", stage.screen());
    stage.press("Ctrl-u").type_text("yes").press("Enter");
    assert_eq!(stage.app.session.project().person(&id).and_then(|card| card.on_call), Some(true));
}

#[test]
fn the_timeline_is_walked_beat_by_beat_and_what_is_said_lands_in_the_project() {
    for size in [(120, 40), (80, 24)] {
        let mut stage = sample(size);
        stage.press("2 g g W");
        let screen = stage.screen();
        assert!(screen.contains("beat 1 of ") && screen.contains("Ask the room"), "{screen}");
        stage.press("j");
        assert!(stage.screen().contains("beat 2 of "), "{}", stage.screen());
    }
    let mut stage = sample((120, 40));
    stage.press("2 g g W j");
    let target = stage
        .app
        .timeline
        .timeline
        .rows
        .iter()
        .filter(|row| !row.off_record && !row.private)
        .nth(1)
        .unwrap()
        .target
        .clone();
    let before = stage.app.session.project().notes_on(&target).len();
    stage.press("m").type_text("support: we saw it an hour before").press("Enter");
    let project = stage.app.session.project();
    let notes = project.notes_on(&target);
    assert_eq!(notes.len(), before + 1);
    let (_, note) = notes.last().unwrap();
    assert!(note.text.ends_with("we saw it an hour before") && note.question.is_some(), "{note:?}");
    let follow_ups = project.section("follow-ups").unwrap().text.clone();
    stage.press("p").type_text("Count refusals by day").press("Enter");
    let after = stage.app.session.project().section("follow-ups").unwrap().text.clone();
    assert!(after.starts_with(follow_ups.trim_end()), "what stood there stays");
    assert!(
        after.contains("- [ ] [draft] Count refusals by day") && after.contains(&format!("[@{target}]")),
        "{after}"
    );
    let screen = stage.screen();
    assert!(screen.contains("remark") && screen.contains("parked"), "{screen}");
    stage.press("u u");
    assert_eq!(stage.app.session.project().section("follow-ups").unwrap().text, follow_ups, "u takes both back");
    stage.press("f");
    assert!(stage.screen().contains("For the facilitator"), "{}", stage.screen());
}

#[test]
fn what_is_off_the_record_is_not_shown_to_a_room() {
    let mut stage = sample((120, 40));
    stage.press("2 g g z o W");
    let screen = stage.screen();
    assert!(screen.contains("not shown to a room"), "{screen}");
}

#[test]
fn a_team_s_own_template_is_found_by_its_key_and_switching_keeps_all_text() {
    let folder = folder();
    let own = r#"{"key": "ours", "title": "Ours", "sections": [
        {"key": "executive-summary", "title": "In short"}, {"key": "lessons", "title": "Lessons", "tags": ["Impact"]}]}"#;
    fs::write(folder.path().join("ours.json"), own).unwrap();
    let new = |name: &str, template: &str| {
        meanwhile(folder.path(), &["new", name, "--source", "slack-export.zip", "--template", template])
    };
    let made = new("a.json", "ours.json");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let made = new("b.json", "ours");
    assert!(made.status.success(), "it lies with the settings now: {}", String::from_utf8_lossy(&made.stderr));
    assert_eq!(new("c.json", "theirs").status.code(), Some(2));
    // The finished report, told by another template and back: nothing of its text is lost.
    let read = || -> Value { serde_json::from_slice(&fs::read(folder.path().join("howie.json")).unwrap()).unwrap() };
    let before = read()["report"].clone();
    for template in ["ours", "postmortem", "howie"] {
        let edit = format!(r#"{{"edit":"fact","name":"template","value":"{template}"}}"#);
        fs::write(folder.path().join("edit.jsonl"), edit).unwrap();
        printed(folder.path(), &["edit", "howie.json", "edit.jsonl"]);
        assert_eq!(read()["report"], before, "{template}");
        let told = printed(folder.path(), &["export", "howie.json", "--format", "md"]);
        assert_eq!(told.contains("In short"), template == "ours", "{told}");
    }
    fs::write(folder.path().join("config/templates/bad.json"), "{").unwrap();
    let output = meanwhile(folder.path(), &["keys"]);
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("bad.json is no template"));
}

#[test]
fn a_card_tells_what_was_said_in_the_interview_and_counts_what_is_off_the_record() {
    let folder = folder();
    let sheet = "Notes of the interview\n- 14:40 looked at the wrong alias\n- went home late\n";
    fs::write(folder.path().join("notes.txt"), sheet).unwrap();
    printed(folder.path(), &["interview", "howie.json", "yuki", "--answers", "notes.txt"]);
    let text = fs::read(folder.path().join("howie.json")).unwrap();
    let document = meanwhile::project::file::parse(&text).unwrap().document;
    let export = folder.path().join("slack-export.zip");
    let mut stage =
        meanwhile::tui::harness::Harness::open(&export, Some(document), &["#sev-search"], (120, 40)).unwrap();
    stage.press("4 /").type_text("yuki").press("Enter Enter PgDn");
    let screen = stage.screen();
    assert!(screen.contains("Said in the interview") && screen.contains("looked at the wrong alias"), "{screen}");
}

#[test]
fn an_entry_takes_a_question_on_the_timeline_too() {
    let mut stage = sample((120, 40));
    stage.press("2 g g n").type_text("Who knew of it?").press("Alt-q Enter Esc");
    let target = stage.app.timeline.entries().remove(0);
    let project = stage.app.session.project();
    let (_, note) = project.notes_on(&target).pop().unwrap();
    assert_eq!(note.text, "Who knew of it?");
    assert!(note.question.is_some());
    stage.press("W");
    assert!(stage.screen().contains("Who knew of it?"), "the room is asked it: {}", stage.screen());
}

#[test]
fn the_kind_of_an_utterance_is_said_by_hand_and_decides_the_probes() {
    let mut stage = sample((120, 40));
    stage.press("4 Q");
    assert!(stage.screen().contains("probes for: no kind that its words tell"), "{}", stage.screen());
    let handoff = "What did you make sure the other one knew";
    assert!(!stage.screen().contains(handoff));
    stage.press("p").type_text("handoff").press("Enter");
    let screen = stage.screen();
    assert!(screen.contains("probes for: handoff, as said") && screen.contains(handoff), "{screen}");
    let kinds = |stage: &meanwhile::tui::harness::Harness| -> Vec<Option<String>> {
        let notes = stage.app.session.project().notes().values();
        notes.filter_map(|note| Some(note.question.as_ref()?.kind.clone())).collect()
    };
    assert_eq!(kinds(&stage).iter().flatten().count(), 1);
    stage.press("s");
    assert_eq!(kinds(&stage).iter().flatten().count(), 1, "another state keeps it");
    stage.press("u p").type_text("as its words").press("Enter");
    assert_eq!(kinds(&stage).iter().flatten().count(), 0);
}

#[test]
fn a_filled_sheet_is_filed_on_the_screen_as_one_act() {
    let folder = tempfile::tempdir().unwrap();
    let mut stage = sample((120, 40));
    let project = stage.app.session.project();
    let (id, to) = project
        .notes()
        .iter()
        .find_map(|(id, note)| {
            let question = note.question.as_ref().filter(|question| question.state != QuestionState::Answered)?;
            Some((id.clone(), question.to.clone()?))
        })
        .expect("somebody is asked something");
    let name = project.person(&to).and_then(|card| card.name.clone()).unwrap();
    let (notes, events) = (project.notes().len(), project.events().len());
    let path = folder.path().join("filled.md");
    fs::write(&path, format!("Answer ({id}): the grey line\n\n## Notes of the interview\n\n- 14:40 read the alias\n"))
        .unwrap();
    stage.press("4 /").type_text(&name).press("Enter a Ctrl-u").type_text(path.to_str().unwrap()).press("Enter");
    let project = stage.app.session.project();
    assert_eq!((project.notes().len(), project.events().len()), (notes + 1, events + 1), "{}", stage.screen());
    assert_eq!(project.notes()[&id].question.as_ref().unwrap().state, QuestionState::Answered);
    assert_eq!(project.person(&to).unwrap().interview.as_deref(), Some("done"));
    stage.press("a Ctrl-u").type_text(path.to_str().unwrap()).press("Enter");
    assert!(stage.screen().contains("nothing new is in that sheet"), "{}", stage.screen());
    stage.press("u");
    let project = stage.app.session.project();
    assert_eq!((project.notes().len(), project.events().len()), (notes, events), "one undo takes it all back");
    stage.press("a Ctrl-u").type_text(folder.path().join("none.md").to_str().unwrap()).press("Enter");
    assert!(stage.screen().contains("cannot be read"), "{}", stage.screen());
}

#[test]
fn the_presenter_tells_the_minutes_that_are_left() {
    use meanwhile::base::time::MINUTE;
    let mut stage = sample((120, 40));
    stage.press("2 g g W");
    assert!(stage.screen().contains("36 min left, 1 a beat"), "{}", stage.screen());
    stage.app.now = stage.app.now.plus(10 * MINUTE);
    assert!(stage.screen().contains("26 min left, under 1 a beat"), "{}", stage.screen());
    let now = stage.app.now;
    let next = stage.app.layers.top().unwrap().changes_at(now.plus(MINUTE / 4));
    assert_eq!(next, Some(now.plus(MINUTE)), "it looks otherwise with the next minute, not before");
    stage.press("t t");
    assert!(stage.screen().contains(" 6 min left, under 1 a beat"), "{}", stage.screen());
    stage.app.now = now.plus(6 * MINUTE);
    assert!(stage.screen().contains("the 16 min for the timeline are over"), "{}", stage.screen());
    assert_eq!(stage.app.layers.top().unwrap().changes_at(stage.app.now), None);
}
