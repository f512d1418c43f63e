//! Tests of edits, their inverses and the laws of joining.

mod laws;

use proptest::prelude::*;

use super::super::taxonomy::new_document;
use super::super::testing::{apply_all, at, author, cases, edit, edits};
use super::*;
use crate::base::id::{NoteId, Target};
use crate::project::model::{Entry, MessageCopy};

fn parse(json: &str) -> Edit {
    serde_json::from_str(json).unwrap()
}

fn apply(document: &mut Document, json: &str) -> Applied {
    document.apply(parse(json), &author(1), at(0)).unwrap()
}

fn refusal(document: &mut Document, json: &str) -> String {
    document.apply(parse(json), &author(1), at(0)).unwrap_err().to_string()
}

const COPY: &str = r##""copy":{"channel":"#ops","author":"Ola","time":"2024-12-06T14:36:12Z","type":"message","text":"it is back","hash":"h"}"##;

#[test]
fn a_tag_made_on_the_fly_gets_a_slug_and_a_letter_of_its_name() {
    let mut document = new_document();
    let applied = apply(&mut document, r#"{"edit":"tag","target":"slack/C1/1","tag":"Ours - Vendor","on":true}"#);
    assert_eq!(applied.made.as_deref(), Some("ours-vendor"));
    assert_eq!(applied.entries.len(), 2, "the tag, then its use");
    let tag = &document.project().tags()["ours-vendor"];
    assert_eq!((tag.label().as_str(), tag.key), ("Ours - Vendor", Some('v')));
    let again = apply(&mut document, r#"{"edit":"tag","target":"slack/C1/2","tag":"ours - VENDOR","on":true}"#);
    assert_eq!(again.made, None, "a label is found whatever its case");
}

#[test]
fn an_edit_that_changes_nothing_leaves_no_trace() {
    let mut document = new_document();
    let line = r#"{"edit":"tag","target":"slack/C1/1","tag":"Impact","on":true}"#;
    apply(&mut document, line);
    let clock = document.clock().clone();
    let applied = apply(&mut document, line);
    assert!(!applied.changed && applied.entries.is_empty() && applied.inverse.is_empty());
    assert_eq!(document.clock(), &clock);
}

#[test]
fn what_makes_no_sense_is_refused_with_a_reason() {
    let mut document = new_document();
    for (line, reason) in [
        (r#"{"edit":"tag","target":"hello","tag":"Impact","on":true}"#, "no id"),
        (r#"{"edit":"tag","target":"event/9","tag":"Impact","on":true}"#, "no event"),
        (r#"{"edit":"tag","target":"slack/C1/1","tag":"nobody made it","on":false}"#, "no tag"),
        (r#"{"edit":"note","note":"note/9","text":"x"}"#, "no note"),
        (r#"{"edit":"note","target":"slack/C1/1","text":" "}"#, "needs a text"),
        (r#"{"edit":"event","text":"x"}"#, "needs a time"),
        (r#"{"edit":"milestone","name":"lunch","at":null}"#, "start, detected"),
        (r#"{"edit":"fact","name":"zone","value":"Atlantis"}"#, "Europe/Dublin"),
        (r#"{"edit":"define-tag","tag":"Impact","key":"w"}"#, "Detection - Weak Signals"),
        (r#"{"edit":"define-tag","tag":"Impact","key":"j"}"#, "hot letter"),
        (r#"{"edit":"person","person":"slack/U1","zone":"x"}"#, "zone"),
        (r#"{"edit":"beat","members":["slack/C1/1"]}"#, "two members"),
        (r#"{"edit":"entry","target":"slack/C1/1","after":"slack/C1/9"}"#, "no entry"),
        (r#"{"edit":"entry","target":"slack/C1/1","plus_minus":"soon"}"#, "5m"),
    ] {
        let said = refusal(&mut document, line);
        assert!(said.contains(reason), "{line}: {said}");
    }
    assert_eq!(document.project().annotated().len(), 0);
}

#[test]
fn started_at_and_ended_at_are_milestones() {
    let mut document = new_document();
    apply(&mut document, r#"{"edit":"fact","name":"started_at","value":"2024-12-06T14:16:00Z"}"#);
    assert_eq!(document.project().facts().len(), 0);
    assert_eq!(document.project().milestones().len(), 1);
}

#[test]
fn how_a_source_is_read_is_kept_in_the_file_changed_by_fields_and_taken_back() {
    let mut document = new_document();
    apply(&mut document, r#"{"edit":"source","path":"ops.log","format":"irc","zone":"Europe/Dublin","messages":3}"#);
    let more = r#"{"edit":"source","path":"ops.log","skew":90000000,"day":"2024-12-06","day_order":"day-first",
        "columns":{"time":"created"},"pattern":"(?<text>.*)","read_as":"pattern"}"#;
    let applied = apply(&mut document, more);
    assert_eq!(applied.label, "format, clock, day, order of days, pattern, columns of ops.log");
    let only = |document: &Document| document.project().sources().values().next().cloned().unwrap();
    let full = only(&document);
    assert_eq!((full.format.as_str(), full.messages, full.read_as.skew), ("irc", 3, 90_000_000));
    assert_eq!(full.read_as.zone.map(crate::base::time::Zone::name), Some("Europe/Dublin"));
    let again = crate::project::file::parse(crate::project::file::print(&document).as_bytes()).unwrap().document;
    assert_eq!(only(&again), full);
    let text = crate::project::file::print(&document);
    assert!(text.contains(r#""day": "2024-12-06""#) && text.contains(r#""read_as": "pattern""#), "{text}");
    for inverse in applied.inverse {
        document.apply(inverse, &author(1), at(0)).unwrap();
    }
    assert_eq!(only(&document).read_as.skew, 0);
    assert!(only(&document).read_as.columns.is_empty() && only(&document).read_as.zone.is_some());
    apply(&mut document, r#"{"edit":"source","path":"ops.log","zone":null}"#);
    assert!(only(&document).read_as.is_silent());
}

#[test]
fn an_entry_taken_off_keeps_its_words_for_the_next_time() {
    let mut document = new_document();
    let target = Target::from_text("slack/C1/1");
    apply(&mut document, r#"{"edit":"entry","target":"slack/C1/1","headline":"It is back"}"#);
    apply(&mut document, r#"{"edit":"timeline","target":"slack/C1/1","on":false}"#);
    assert_eq!(document.project().entry(&target), None);
    apply(&mut document, r#"{"edit":"timeline","target":"slack/C1/1","on":true}"#);
    assert_eq!(document.project().entry(&target).unwrap().headline.as_deref(), Some("It is back"));
}

#[test]
fn a_copy_shows_as_long_as_anything_leans_on_its_message() {
    let mut document = new_document();
    let tag = |on: bool| format!(r#"{{"edit":"tag","target":"slack/C1/1","tag":"Impact","on":{on},{COPY}}}"#);
    apply(&mut document, &tag(true));
    apply(&mut document, r#"{"edit":"section","section":"impact","text":"Orders stuck [@slack/C1/1]."}"#);
    apply(&mut document, &tag(false));
    let kept = document.project().messages().get("slack/C1/1").map(|copy| copy.text.as_str());
    assert_eq!(kept, Some("it is back"), "the section cites it");
    apply(&mut document, r#"{"edit":"section","section":"impact","text":null}"#);
    assert_eq!(document.project().messages().len(), 0);
    apply(&mut document, r#"{"edit":"note","target":"slack/C1/1","text":"who saw this first?"}"#);
    assert_eq!(
        document.project().messages().get("slack/C1/1").unwrap().text,
        "it is back",
        "never lost, only not shown"
    );
}

#[test]
fn entries_of_one_moment_can_be_put_in_any_order() {
    let mut document = new_document();
    for n in ["a", "b", "c"] {
        apply(&mut document, &format!(r#"{{"edit":"timeline","target":"slack/C1/{n}","on":true,{COPY}}}"#));
    }
    let order = |document: &Document| {
        let mut entries: Vec<_> =
            document.project().timeline().iter().map(|(id, entry)| (entry.order.clone(), id.to_string())).collect();
        entries.sort();
        entries.iter().map(|(_, id)| id.rsplit('/').next().unwrap().to_owned()).collect::<String>()
    };
    assert_eq!(order(&document), "abc");
    apply(&mut document, r#"{"edit":"entry","target":"slack/C1/c","after":"slack/C1/a"}"#);
    assert_eq!(order(&document), "acb");
    let applied = apply(&mut document, r#"{"edit":"entry","target":"slack/C1/b","after":null}"#);
    assert_eq!(order(&document), "bac");
    for edit in applied.inverse {
        document.apply(edit, &author(1), at(1)).unwrap();
    }
    assert_eq!(order(&document), "acb");
}

#[test]
fn an_entry_follows_the_corrected_time_of_its_event() {
    let mut document = new_document();
    apply(&mut document, r#"{"edit":"event","id":"event/1","at":"2024-12-06T10:00:00Z","text":"call"}"#);
    apply(&mut document, r#"{"edit":"timeline","target":"event/1","on":true}"#);
    let before = document.project().timeline().get("event/1").unwrap().order.clone();
    apply(&mut document, r#"{"edit":"event","id":"event/1","at":"2024-12-06T12:00:00Z"}"#);
    assert!(document.project().timeline().get("event/1").unwrap().order > before);
}

#[test]
fn a_removed_event_takes_its_entry_and_notes_along_and_brings_them_back() {
    let mut document = new_document();
    apply(&mut document, r#"{"edit":"event","id":"event/1","at":"2024-12-06T10:00:00Z","text":"call"}"#);
    apply(&mut document, r#"{"edit":"timeline","target":"event/1","on":true}"#);
    apply(&mut document, r#"{"edit":"note","note":"note/1","target":"event/1","text":"by phone"}"#);
    let before = document.project().clone();
    let removed = apply(&mut document, r#"{"edit":"event","id":"event/1","text":null}"#);
    assert!(document.project().annotated().is_empty());
    for edit in removed.inverse {
        document.apply(edit, &author(1), at(1)).unwrap();
    }
    assert_eq!(document.project(), &before);
}

#[test]
fn an_edit_that_a_deletion_had_not_seen_brings_the_note_back() {
    let mut a = new_document();
    apply(&mut a, r#"{"edit":"note","note":"note/1","target":"slack/C1/1","text":"by phone"}"#);
    let mut b = a.clone();
    a.apply(parse(r#"{"edit":"note","note":"note/1","text":null}"#), &author(1), at(1)).unwrap();
    b.apply(parse(r#"{"edit":"note","note":"note/1","text":"by radio"}"#), &author(2), at(0)).unwrap();
    a.join(&b);
    assert_eq!(a.project().notes()[&NoteId::from_text("note/1")].text, "by radio");
}

#[test]
fn texts_written_at_once_are_both_kept_until_somebody_settles_them() {
    let mut a = new_document();
    apply(&mut a, r#"{"edit":"section","section":"impact","text":"one"}"#);
    let mut b = a.clone();
    let write = |text: &str| parse(&format!(r#"{{"edit":"section","section":"impact","text":"{text}"}}"#));
    a.apply(write("two"), &author(1), at(1)).unwrap();
    b.apply(write("three"), &author(2), at(2)).unwrap();
    a.join(&b);
    let conflicts = a.conflicts();
    let texts: Vec<&str> = conflicts[0].versions.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(texts, ["three", "two"]);
    a.apply(write("two and three"), &author(1), at(3)).unwrap();
    assert!(a.conflicts().is_empty());
}

#[test]
fn a_letter_given_twice_stays_with_the_tag_that_had_it_first() {
    let (mut a, mut b) = (new_document(), new_document());
    let define = |tag: &str| parse(&format!(r#"{{"edit":"define-tag","tag":"{tag}","key":"v"}}"#));
    a.apply(define("vendor"), &author(1), at(1)).unwrap();
    b.apply(define("valve"), &author(2), at(2)).unwrap();
    b.join(&a);
    assert_eq!(b.project().tags()["vendor"].key, Some('v'));
    assert_eq!(b.project().tags()["valve"].key, Some('a'));
}

#[test]
fn an_edit_costs_the_same_beside_many_annotations() {
    // Counted, not timed: a large project must not make an edit touch more than its own entities.
    let mut document = new_document();
    for n in 0..300 {
        let copy = Box::new(MessageCopy { text: "x".to_owned(), hash: "h".to_owned(), ..MessageCopy::default() });
        let target = Target::from_text(format!("slack/C1/{n}"));
        let edit = Edit::Tag { target, tag: "Impact".to_owned(), on: true, copy: Some(copy) };
        document.apply(edit, &author(1), at(n)).unwrap();
    }
    let applied = apply(&mut document, r#"{"edit":"tag","target":"slack/C1/7","tag":"Impact","on":false}"#);
    assert_eq!(applied.entries.len(), 1);
    assert_eq!(applied.entries[0].over.len(), 1);
    assert!(matches!(&applied.entries[0].edit, Edit::Tag { on: false, copy: None, .. }));
}

#[test]
fn letting_something_in_again_takes_the_tag_for_it_off_and_can_be_undone() {
    let mut document = new_document();
    let target = Target::from_text("slack/C1/1");
    apply(&mut document, r#"{"edit":"tag","target":"slack/C1/1","tag":"Investigation - Off the record","on":true}"#);
    assert!(document.project().is_off_record(&target));
    let applied = apply(&mut document, r#"{"edit":"off-record","target":"slack/C1/1","on":false}"#);
    assert!(!document.project().is_off_record(&target) && document.project().tags_of(&target).is_empty());
    for edit in applied.inverse {
        document.apply(edit, &author(1), at(1)).unwrap();
    }
    assert!(document.project().is_off_record(&target) && document.project().tags_of(&target).len() == 1);
}

/// Equal, or the lines in which the two differ: whole projects are too long to read.
fn same<T: PartialEq + std::fmt::Debug>(one: &T, other: &T, what: &str) -> Result<(), TestCaseError> {
    if one == other {
        return Ok(());
    }
    let (one, other) = (format!("{one:#?}"), format!("{other:#?}"));
    let only = |a: &str, b: &str| a.lines().filter(|line| !b.contains(line)).collect::<Vec<_>>().join("\n");
    Err(TestCaseError::fail(format!("{what}\nleft:\n{}\nright:\n{}", only(&one, &other), only(&other, &one))))
}

/// Both without what copies say, where an edit brought one: a copy is evidence, and what was learned
/// is not taken back.
fn without_copies_gained(mut before: Project, mut after: Project) -> (Project, Project) {
    let hash = |project: &Project, id| project.message(id).map(|copy| copy.hash.clone());
    let gained = after.messages.keys().any(|id| hash(&before, id) != hash(&after, id));
    if gained {
        for project in [&mut before, &mut after] {
            let bare = project.messages.iter().map(|(id, copy)| {
                let (tags, off_record) = (copy.tags.clone(), copy.off_record);
                (id.clone(), MessageCopy { tags, off_record, ..MessageCopy::default() })
            });
            project.messages = bare.filter(|(_, copy)| *copy != MessageCopy::default()).collect();
            // With its copy a message gets its place in time.
            let unplaced =
                |(target, entry): (&Target, &Entry)| (target.clone(), Entry { order: String::new(), ..entry.clone() });
            project.timeline = project.timeline.iter().map(unplaced).collect();
        }
    }
    (before, after)
}

/// Three people who began with the same document and edited apart.
fn join_laws(base: &[Edit], edits: [&[Edit]; 3]) -> Result<(), TestCaseError> {
    let mut start = Document::empty();
    apply_all(&mut start, &author(9), base);
    let mut number = 0;
    let [a, b, c] = edits.map(|edits| {
        let mut document = start.clone();
        number += 1;
        apply_all(&mut document, &author(number), edits);
        document
    });
    let join = |x: &Document, y: &Document| {
        let mut joined = x.clone();
        joined.join(y);
        joined
    };
    let (ab, ba) = (join(&a, &b), join(&b, &a));
    same(&ab, &ba, "commutative")?;
    same(ab.project(), ba.project(), "commutative")?;
    same(&join(&ab, &c), &join(&a, &join(&b, &c)), "associative")?;
    same(&join(&ab, &ab), &ab, "idempotent")?;
    same(&join(&ab, &a), &ab, "absorbing")
}

proptest! {
    #![proptest_config(cases(100_000))]

    #[test]
    #[ignore = "long: 100,000 cases"]
    fn joining_holds_its_laws_in_a_hundred_thousand_cases(
        base in edits(8), a in edits(8), b in edits(8), c in edits(8)
    ) {
        join_laws(&base, [&a, &b, &c])?;
    }
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn the_inverse_of_an_edit_restores_the_project(before in edits(14), edit in edit()) {
        let mut document = Document::empty();
        apply_all(&mut document, &author(1), &before);
        let project = document.project().clone();
        if let Ok(applied) = document.apply(edit, &author(1), at(99)) {
            prop_assert_eq!(applied.changed, !applied.entries.is_empty());
            let after = document.project().clone();
            for edit in applied.inverse {
                document.apply(edit.clone(), &author(1), at(100)).map_err(|error| TestCaseError::fail(format!("{edit:?}: {error}")))?;
            }
            let (project, back) = without_copies_gained(project, document.project().clone());
            same(&back, &project, "taken back")?;
            for edit in applied.edits {
                document.apply(edit.clone(), &author(1), at(101)).map_err(|error| TestCaseError::fail(format!("{edit:?}: {error}")))?;
            }
            same(document.project(), &after, "done again")?;
        }
    }

    #[test]
    fn what_shows_is_what_the_cells_say(first in edits(20)) {
        let mut document = Document::empty();
        apply_all(&mut document, &author(1), &first);
        let kept = document.project().clone();
        document.derive_all();
        same(document.project(), &kept, "derived anew")?;
    }

    #[test]
    fn replaying_a_journal_gives_the_same_document(first in edits(20), cut in any::<prop::sample::Index>()) {
        let start = Document::empty();
        let (mut document, mut replayed) = (start.clone(), start.clone());
        let entries = apply_all(&mut document, &author(1), &first);
        let cut = cut.index(entries.len() + 1);
        for entry in &entries[..cut] {
            replayed.replay(entry);
        }
        let mut direct = start.clone();
        direct.replay_all(entries[..cut].to_vec());
        same(&direct, &replayed, "any prefix")?;
        prop_assert_eq!(replayed.replay_all(entries.iter().rev().cloned().collect()), vec![]);
        same(&replayed, &document, "replayed")?;
        same(replayed.project(), document.project(), "replayed")?;
    }

    #[test]
    fn joining_is_commutative_associative_and_idempotent(base in edits(8), a in edits(8), b in edits(8), c in edits(8)) {
        join_laws(&base, [&a, &b, &c])?;
    }

    #[test]
    fn joining_copies_and_exchanging_journals_come_to_the_same(base in edits(8), a in edits(8), b in edits(8)) {
        let mut start = Document::empty();
        apply_all(&mut start, &author(9), &base);
        let (mut one, mut two) = (start.clone(), start.clone());
        let from_one = apply_all(&mut one, &author(1), &a);
        let from_two = apply_all(&mut two, &author(2), &b);
        let mut joined = one.clone();
        joined.join(&two);
        one.replay_all(from_two);
        two.replay_all(from_one);
        same(&one, &joined, "journal of the second")?;
        same(&two, &joined, "journal of the first")?;
        same(one.project(), two.project(), "both shown")?;
    }
}
