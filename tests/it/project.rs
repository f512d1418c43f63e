//! A project over its life: made, edited, undone, closed, opened again.

use std::path::Path;
use std::time::Duration;

use meanwhile::base::id::{InvestigatorId, Target};
use meanwhile::base::time::Instant;
use meanwhile::jobs::save::Saver;
use meanwhile::project::history::{Act, History};
use meanwhile::project::model::MessageCopy;
use meanwhile::project::store::{Opened, SaveState, Store, StoreOptions};
use meanwhile::project::{Applied, Author, Document, Edit};

fn author(name: &str) -> Author {
    Author::new(InvestigatorId::from_name(name))
}

fn apply(document: &mut Document, me: &Author, json: &str) -> Applied {
    document.apply(serde_json::from_str(json).unwrap(), me, Instant::now()).unwrap()
}

fn open(path: &Path, me: &Author) -> Opened {
    Store::open(path, me, &StoreOptions::default()).unwrap()
}

#[test]
fn an_investigation_is_whole_after_quitting_and_coming_back() {
    let folder = tempfile::tempdir().unwrap();
    let (path, me) = (folder.path().join("incident.json"), author("Ida Holt"));
    let Opened { mut document, store, .. } = Store::create(&path, &me, &StoreOptions::default()).unwrap();
    let saver = Saver::start(store, document.clone(), Box::new(|| {}));
    let mut history = History::default();
    for line in [
        r#"{"edit":"fact","name":"title","value":"Search answered nothing"}"#,
        r##"{"edit":"tag","target":"slack/C1/7","tag":"Detection - Weak Signals","on":true,"copy":{"channel":"#ops","text":"odd, no hits","hash":"h","time":"2024-12-06T14:16:00Z"}}"##,
        r#"{"edit":"note","target":"slack/C1/7","text":"who else saw this?"}"#,
        r#"{"edit":"timeline","target":"slack/C1/7","on":true}"#,
        r#"{"edit":"event","id":"event/1","at":"2024-12-06T13:50:00Z","text":"A call to support"}"#,
        r#"{"edit":"timeline","target":"event/1","on":true}"#,
        r#"{"edit":"section","section":"impact","text":"No hits for an hour [@slack/C1/7]."}"#,
    ] {
        let applied = apply(&mut document, &me, line);
        saver.send(applied.entries.clone());
        history.push(Act::of(&[applied], Instant::now()).unwrap());
    }
    for edit in history.undo().unwrap() {
        saver.send(document.apply(edit, &me, Instant::now()).unwrap().entries);
    }
    assert_eq!(document.project().section("impact"), None);
    for edit in history.redo().unwrap() {
        saver.send(document.apply(edit, &me, Instant::now()).unwrap().entries);
    }
    assert_eq!(saver.close(Duration::from_secs(60)).state, SaveState::Saved);
    let again = open(&path, &author("Ida Holt"));
    assert_eq!(again.document.project(), document.project());
    assert_eq!(again.notices, Vec::<String>::new());
    let project = again.document.project();
    let order = |id: &str| project.entry(&Target::from_text(id)).unwrap().order.clone();
    assert!(order("event/1") < order("slack/C1/7"), "the timeline is in the order of time");
}

#[test]
fn the_file_can_be_read_by_a_person_and_prints_safely() {
    let folder = tempfile::tempdir().unwrap();
    let (path, me) = (folder.path().join("incident.json"), author("Ida Holt"));
    let Opened { mut document, mut store, .. } = Store::create(&path, &me, &StoreOptions::default()).unwrap();
    let note = r#"{"edit":"note","target":"slack/C1/7","text":"\u001b]0;gone\u0007 \u202eabc\u200b größer"}"#;
    store.append(&apply(&mut document, &me, note).entries).unwrap();
    let journal = std::fs::read_dir(folder.path().join("incident.json.d"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|end| end == "jsonl"))
        .unwrap();
    let journal = std::fs::read_to_string(journal).unwrap();
    store.close(&mut document).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    for text in [&text, &journal] {
        assert!(text.chars().all(|c| c == '\n' || !c.is_control() && !meanwhile::base::text::is_hidden(c)));
        assert!(text.contains("größer"), "letters of all scripts stay as they are");
    }
    let scalars = text.lines().filter(|line| line.matches("\": ").count() > 1).count();
    assert_eq!(scalars, 0, "one scalar a line");
}

#[test]
fn fifty_thousand_annotations_are_edited_written_and_read_back() {
    let me = author("Ida Holt");
    let mut document = Document::new(&me);
    for n in 0..50_000_u32 {
        let text = format!("message {n} says that nothing is found");
        let copy = MessageCopy {
            hash: text.clone(),
            text,
            time: Some(Instant::from_seconds(i64::from(n))),
            ..MessageCopy::default()
        };
        let target = Target::from_text(format!("slack/C1/{n}"));
        let edit = Edit::Tag { target, tag: "Impact".to_owned(), on: true, copy: Some(Box::new(copy)) };
        document.apply(edit, &me, Instant::now()).unwrap();
    }
    let begun = std::time::Instant::now();
    for n in 0..1_000 {
        let target = format!("slack/C1/{}", n * 49);
        apply(&mut document, &me, &format!(r#"{{"edit":"note","target":"{target}","text":"why?"}}"#));
        apply(&mut document, &me, &format!(r#"{{"edit":"timeline","target":"{target}","on":true}}"#));
    }
    println!("{:?} an edit beside {} annotations", begun.elapsed() / 2_000, document.project().annotated().len());
    assert_eq!(document.project().notes().len(), 1_000);
    let begun = std::time::Instant::now();
    let text = meanwhile::project::file::print(&document);
    println!("{} bytes printed in {:?}", text.len(), begun.elapsed());
    let begun = std::time::Instant::now();
    let parsed = meanwhile::project::file::parse(text.as_bytes()).unwrap();
    println!("read in {:?}", begun.elapsed());
    assert_eq!(parsed.document.project().messages().len(), 50_000);
}
