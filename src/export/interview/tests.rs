//! Tests of probes, sheets and answers: a sheet goes out and comes back filled.

use super::*;
use crate::analysis::presence::Participant;
use crate::analysis::presence::tests::archive;
use crate::base::id::{InvestigatorId, PersonId};
use crate::base::time::Instant;
use crate::project::model::QuestionState;
use crate::project::{Author, Document, Edit};
use crate::report::interview::answers;

fn document(lines: &[&str]) -> Document {
    let mut document = Document::new(&author());
    apply(&mut document, lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect());
    document
}

fn author() -> Author {
    Author::new(InvestigatorId::from_name("Ida Holm"))
}

fn apply(document: &mut Document, edits: Vec<Edit>) {
    for edit in edits {
        document.apply(edit, &author(), Instant::from_seconds(9)).unwrap();
    }
}

const QUESTION: &str = r#"{"edit":"note","target":"slack/sev/1733495400000000.0","note":"note/0193b533-fea4-79e9-8376-e5e2f2533e48","text":"What made *you* <b>look</b>?","question":{"to":"slack/U1","state":"open"}}"#;
const SECRET: &str = r#"{"edit":"note","target":"slack/sev/1733495400000000.0","note":"note/0193b533-fea4-79e9-8376-e5e2f2533e49","text":"Who leaked it?","question":{"to":"slack/U1","state":"open"},"off_record":true}"#;

fn runa() -> PersonId {
    PersonId::new("slack", "U1")
}

fn sheet(document: &Document, marks: Marks) -> String {
    render(&Sheet::of(document.project(), &archive(), &runa()), marks)
}

#[test]
fn the_probes_are_read_and_each_kind_has_three() {
    let probes = probes();
    assert_eq!(probes.kinds.len(), 10);
    assert!(probes.kinds.iter().all(|kind| kind.probes.len() == 3), "{probes:?}");
    assert_eq!(probes.parts.iter().map(|part| part.minutes).sum::<u32>(), 45);
}

#[test]
fn the_kind_is_guessed_by_cue_words_and_words_are_whole() {
    let kind = |text: &str| probes().kind_of(text).map(|kind| kind.name.as_str());
    assert_eq!(kind("I see a spike, looks odd"), Some("observation"));
    assert_eq!(kind("Let's roll it back"), Some("decision"));
    assert_eq!(kind("rolled back, deployed"), Some("action"));
    assert_eq!(kind("over to you"), Some("handoff"));
    assert_eq!(kind("the seesaw refined it"), None);
}

#[test]
fn a_sheet_holds_their_words_with_context_and_their_questions() {
    let document = document(&[QUESTION, SECRET, r#"{"edit":"person","person":"slack/U1","role":"first to see it"}"#]);
    for marks in [Marks::Markdown, Marks::Text] {
        let sheet = sheet(&document, marks);
        assert!(sheet.contains("Runa Halvorik") && sheet.contains("first to see it"), "{sheet}");
        assert!(sheet.contains("15:16:08 runa in "), "their clock: {sheet}");
        assert!(sheet.contains("Answer (note/0193b533-fea4-79e9-8376-e5e2f2533e48):"), "{sheet}");
        assert!(!sheet.contains("leaked"), "what is off the record stands on no sheet: {sheet}");
        assert!(sheet.contains("You may skip any question") && sheet.contains("[off]"), "{sheet}");
    }
    let sheet = sheet(&document, Marks::Markdown);
    assert!(!sheet.contains("<b>") && !sheet.contains("*you*"), "foreign text stays inert: {sheet}");
}

#[test]
fn answers_come_back_on_the_message_and_nothing_off_the_record_does() {
    let mut document = document(&[QUESTION, r#"{"edit":"milestone","name":"start","at":"2024-12-06T14:00:00Z"}"#]);
    let blank = sheet(&document, Marks::Markdown);
    let person = Participant::find(document.project(), &archive(), &runa());
    let now = Instant::from_seconds(1_733_900_000);
    let back_from = |document: &Document, sheet: &str| answers::file(document.project(), &person, sheet, now);
    assert_eq!(back_from(&document, &blank), answers::Filed::default(), "a blank sheet changes nothing");
    let filled = blank
        .replace("e48):\n", "e48):\nThe graph. [off]And Dov\nsaid so.[/off] It was flat.\n")
        .replace("- \n", "- 15:40 was at the door\n  with the cat\n- [off]tired[/off]\n- afterwards\n");
    let back = back_from(&document, &filled);
    assert_eq!((back.answered, back.notes, back.off_record), (1, 2, 0));
    apply(&mut document, back.edits);
    let project = document.project();
    let texts: Vec<&str> = project.notes().values().map(|note| note.text.as_str()).collect();
    assert!(texts.iter().any(|text| text.starts_with("Runa Halvorik, interview: The graph.")), "{texts:?}");
    assert!(texts.iter().all(|text| !text.contains("Dov")), "{texts:?}");
    let question = project.notes().values().find_map(|note| note.question.clone()).unwrap();
    assert_eq!((question.state, question.to), (QuestionState::Answered, Some(runa())));
    let events: Vec<(&str, Option<Instant>)> =
        project.events().values().map(|event| (event.text.as_str(), event.at)).collect();
    assert!(
        events.contains(&("was at the door with the cat", Instant::parse_rfc3339("2024-12-06T14:40:00Z"))),
        "{events:?}"
    );
    assert!(project.events().values().all(|event| event.source.as_deref() == Some("interview with Runa Halvorik")));
    assert_eq!(project.person(&runa()).and_then(|card| card.interview.as_deref()), Some("done"));
    assert_eq!(back_from(&document, &filled).edits.len(), 0, "what is there already is not filed again");
}

#[test]
fn an_answer_off_the_record_leaves_only_that_it_was_given_and_ends_where_the_next_question_begins() {
    let second = QUESTION.replace("e48", "e50").replace("you* <b>look</b>", "them* call");
    for marks in [Marks::Markdown, Marks::Text] {
        let mut document = document(&[QUESTION, &second]);
        let filled = sheet(&document, marks)
            .replace("e48):\n", "e48): [off]I was afraid[/off]\n")
            .replace("e50):\n", "e50): The page\nwas empty.\n");
        let person = Participant::find(document.project(), &archive(), &runa());
        let back = answers::file(document.project(), &person, &filled, Instant::from_seconds(9));
        assert_eq!((back.answered, back.off_record, back.notes), (1, 1, 0));
        apply(&mut document, back.edits);
        let project = document.project();
        let said: Vec<&str> =
            project.notes().values().filter(|note| note.question.is_none()).map(|note| note.text.as_str()).collect();
        assert_eq!(said, ["Runa Halvorik, interview: The page\nwas empty."]);
        let states: Vec<(bool, QuestionState)> = project
            .notes()
            .values()
            .filter_map(|note| Some((note.off_record, note.question.as_ref()?.state)))
            .collect();
        assert_eq!(states, [(true, QuestionState::Answered), (false, QuestionState::Answered)]);
    }
}

#[test]
fn who_asked_not_to_be_quoted_or_named_is_not() {
    let document = document(&[QUESTION, r#"{"edit":"person","person":"slack/U1","role":"first to see it"}"#]);
    let person = Participant::find(document.project(), &archive(), &runa());
    let filled = sheet(&document, Marks::Markdown)
        .replace("e48):\n", "e48): the graph\n")
        .replace("- [ ] Quoted by role", "- [x] Quoted by role")
        .replace("- [ ] Not quoted", "- [X] Not quoted");
    let back = answers::file(document.project(), &person, &filled, Instant::from_seconds(9));
    let note = back.edits.iter().find_map(|edit| match edit {
        Edit::Note { target: Some(_), text: crate::project::Set::To(text), off_record, .. } => {
            Some((text.clone(), *off_record))
        }
        _ => None,
    });
    assert_eq!(note, Some(("first to see it, interview: the graph".to_owned(), Some(true))));
}

#[test]
fn an_answer_to_a_question_that_is_not_there_is_told() {
    let document = document(&[]);
    let person = Participant::find(document.project(), &archive(), &runa());
    let back = answers::file(document.project(), &person, "Answer (note/1): yes", Instant::from_seconds(9));
    assert_eq!((back.unknown, back.edits.len()), (vec!["note/1".to_owned()], 0));
}
