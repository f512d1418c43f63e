//! Laws of joining: what each person did is there, whoever joins whose copy in whatever order.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::super::super::file::{parse as parse_file, print};
use super::super::super::hand::Known;
use super::super::super::testing::{apply_all, at, author, cases, edits};
use super::super::*;
use super::parse;
use crate::base::id::Target;

fn begun(base: &[Edit]) -> Document {
    let mut document = Document::empty();
    apply_all(&mut document, &author(9), base);
    document
}

fn edited(start: &Document, number: u64, edits: &[Edit]) -> Document {
    let mut document = start.clone();
    apply_all(&mut document, &author(number), edits);
    document
}

fn joined(one: &Document, other: &Document) -> Document {
    let mut joined = one.clone();
    joined.join(other);
    joined
}

fn act(document: &mut Document, number: u64, json: &str) {
    document.apply(parse(json), &author(number), at(500)).unwrap();
}

fn tag(on: bool) -> String {
    format!(r#"{{"edit":"tag","target":"slack/C1/1","tag":"Law","on":{on}}}"#)
}

/// What a person wrote apart is there after the join, beside what the other one wrote.
fn nothing_is_lost(base: &[Edit], edits: [&[Edit]; 2], by_hand: &str) -> Result<(), TestCaseError> {
    let mut start = begun(base);
    act(&mut start, 9, &tag(true));
    let [mut a, mut b] = [edited(&start, 1, edits[0]), edited(&start, 2, edits[1])];
    // Taken off here, put on again there.
    act(&mut a, 1, &tag(false));
    act(&mut b, 2, &tag(false));
    act(&mut b, 2, &tag(true));
    for (document, number) in [(&mut a, 1), (&mut b, 2)] {
        act(document, number, &format!(r#"{{"edit":"section","section":"law","text":"text of {number}"}}"#));
        let note = r#""target":"slack/C1/1","text":"noted""#;
        act(document, number, &format!(r#"{{"edit":"note","note":"note/law-{number}",{note}}}"#));
    }
    let text = print(&a);
    let both = joined(&a, &b);
    let project = both.project();
    prop_assert!(project.tags_of(&Target::from_text("slack/C1/1")).iter().any(|tag| tag.as_str() == "law"), "add wins");
    let conflict = both.conflicts().into_iter().find(|conflict| conflict.id == "law").unwrap();
    let mut texts: Vec<_> = conflict.versions.into_iter().map(|(_, text)| text).collect();
    texts.sort();
    prop_assert_eq!(texts, ["text of 1", "text of 2"]);
    prop_assert!(project.notes().contains_key("note/law-1") && project.notes().contains_key("note/law-2"));
    let mut ranks: Vec<_> = project.timeline().iter().map(|(id, entry)| (&entry.order, id)).collect();
    ranks.sort();
    prop_assert!(ranks.is_sorted_by(|one, next| one < next), "a total order");
    prop_assert_eq!(print(&both), print(&joined(&b, &a)));
    prop_assert_eq!(print(&parse_file(print(&both).as_bytes()).unwrap().document), print(&both));
    // A change by hand of one copy, joined with the other.
    let mut parsed = parse_file(text.replace("text of 1", by_hand).as_bytes()).unwrap();
    parsed.take_changes_by_hand(&Known::of([&a], &[]));
    let both = joined(&b, &parsed.document);
    let conflict = both.conflicts().into_iter().find(|conflict| conflict.id == "law").unwrap();
    prop_assert!(conflict.versions.iter().any(|(_, text)| text == by_hand), "a change by hand is kept");
    Ok(())
}

/// Copies of one project, edited apart, joined in all six orders; gives how many cells came of it.
fn offline(rounds: u32) -> usize {
    let mut runner = TestRunner::deterministic();
    let mut draw = |most| edits(most).new_tree(&mut runner).unwrap().current();
    let mut cells = 0;
    for round in 0..rounds {
        let start = begun(&draw(12));
        let copies = [1, 2, 3].map(|number| edited(&start, number, &draw(16)));
        let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
        let files = orders
            .map(|[first, second, third]| print(&joined(&joined(&copies[first], &copies[second]), &copies[third])));
        assert!(files.iter().all(|file| *file == files[0]), "round {round}");
        let whole = joined(&joined(&copies[0], &copies[1]), &copies[2]);
        assert!(copies.iter().all(|copy| whole.clock().covers_all(copy.clock())), "round {round}");
        cells += Kind::ALL
            .iter()
            .flat_map(|kind| whole.cells().entities(*kind))
            .map(|(_, entity)| entity.cells().len())
            .sum::<usize>();
    }
    cells
}

#[test]
fn three_copies_edited_apart_give_one_file_in_every_order() {
    let cells = offline(60);
    println!("60 rounds of 3 copies in 6 orders: byte-identical, {cells} cells");
    assert!(cells > 500, "{cells} cells, so little was tried");
}

#[test]
#[ignore = "long: 500 rounds"]
fn three_copies_edited_apart_give_one_file_in_every_order_of_five_hundred_rounds() {
    println!("500 rounds of 3 copies in 6 orders: byte-identical, {} cells", offline(500));
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn what_was_done_apart_is_there_when_it_is_joined(
        base in edits(6), a in edits(6), b in edits(6), by_hand in "[a-z]{3,9}"
    ) {
        nothing_is_lost(&base, [&a, &b], &by_hand)?;
    }
}

proptest! {
    #![proptest_config(cases(100_000))]

    #[test]
    #[ignore = "long: 100,000 cases"]
    fn what_was_done_apart_is_there_when_it_is_joined_in_a_hundred_thousand_cases(
        base in edits(6), a in edits(6), b in edits(6), by_hand in "[a-z]{3,9}"
    ) {
        nothing_is_lost(&base, [&a, &b], &by_hand)?;
    }
}
