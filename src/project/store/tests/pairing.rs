//! Tests of several runs on one project: what one writes, the others see, and nobody's work goes.

use std::collections::BTreeSet;

use super::super::presence::Presence;
use super::super::*;
use super::{create, names, open, place, save, title};
use crate::base::id::InvestigatorId;
use crate::project::Edit;
use crate::project::document::Author;
use crate::project::testing::{Locks, OddDisk, at, author};

fn fact(name: &str) -> Edit {
    serde_json::from_value(serde_json::json!({"edit": "fact", "name": name, "value": 1})).unwrap()
}

fn do_and_save(opened: &mut Opened, me: &Author, edit: Edit) {
    let applied = opened.document.apply(edit, me, at(1)).unwrap();
    opened.store.append(&applied.entries).unwrap();
}

fn look(opened: &mut Opened) -> Seen {
    opened.store.look(&mut opened.document).unwrap()
}

fn edits_of(seen: &Seen) -> usize {
    seen.arrivals.iter().map(|arrival| if let Arrival::Edits(edits) = arrival { edits.len() } else { 0 }).sum()
}

#[test]
fn what_a_partner_saved_is_seen_once_and_in_order() {
    let place = place();
    let mut first = create(&place.path, 1);
    save(&mut first, &author(1), "one");
    let mut second = open(&place.path, 2);
    assert_eq!(edits_of(&look(&mut second)), 0, "it was read when the project was opened");
    for n in 0..5 {
        do_and_save(&mut first, &author(1), fact(&format!("f{n}")));
    }
    assert_eq!(edits_of(&look(&mut second)), 5);
    assert_eq!(edits_of(&look(&mut second)), 0);
    do_and_save(&mut second, &author(2), title("theirs"));
    assert_eq!(edits_of(&look(&mut first)), 1);
    assert_eq!(first.document, second.document);
}

#[test]
fn a_partner_who_has_gone_is_seen_from_the_file() {
    let place = place();
    let mut first = create(&place.path, 1);
    save(&mut first, &author(1), "one");
    let mut second = open(&place.path, 2);
    save(&mut first, &author(1), "two");
    first.store.close(&mut first.document).unwrap();
    let seen = look(&mut second);
    assert!(matches!(&seen.arrivals[..], [Arrival::Copy(copy)] if copy.project().title() == "two"), "{seen:?}");
    assert_eq!(second.document, first.document);
    assert!(look(&mut second).arrivals.is_empty());
}

#[test]
fn an_edit_waits_for_the_one_it_leans_on() {
    let place = place();
    let mut first = create(&place.path, 1);
    save(&mut first, &author(1), "one");
    let (mut second, mut third) = (open(&place.path, 2), open(&place.path, 3));
    // The second writes over what the first wrote last; the third sees the second's journal only.
    save(&mut first, &author(1), "two");
    look(&mut second);
    save(&mut second, &author(2), "three");
    let journal = sidecar(&place.path).join(format!("{}.jsonl", author(1).actor));
    let aside = journal.with_extension("aside");
    std::fs::rename(&journal, &aside).unwrap();
    assert!(look(&mut third).arrivals.is_empty());
    assert_eq!(third.document.project().title(), "one");
    std::fs::rename(&aside, &journal).unwrap();
    look(&mut third);
    assert_eq!(third.document.project().title(), "three");
    assert_eq!(third.document, second.document);
}

#[test]
fn an_edit_that_leans_on_a_lost_one_is_not_lost_with_it() {
    let place = place();
    let mut first = create(&place.path, 1);
    save(&mut first, &author(1), "one");
    let (mut second, mut third) = (open(&place.path, 2), open(&place.path, 3));
    save(&mut first, &author(1), "two");
    look(&mut second);
    save(&mut second, &author(2), "three");
    std::fs::remove_file(sidecar(&place.path).join(format!("{}.jsonl", author(1).actor))).unwrap();
    for _ in 0..12 {
        look(&mut third);
    }
    assert_eq!(third.document.project().title(), "three");
    assert_eq!(open(&place.path, 4).document.project().title(), "three", "also where it is opened afterwards");
}

#[test]
fn two_who_begin_one_project_at_once_work_in_one() {
    let place = place();
    let (mut first, mut second) = (create(&place.path, 1), create(&place.path, 2));
    save(&mut first, &author(1), "one");
    let applied = second.document.apply(fact("theirs"), &author(2), at(2)).unwrap();
    second.store.append(&applied.entries).unwrap();
    look(&mut second);
    look(&mut first);
    assert_eq!(first.document, second.document);
    assert_eq!(first.document.project().id(), second.document.project().id());
    first.store.close(&mut first.document).unwrap();
    second.store.close(&mut second.document).unwrap();
    let both = open(&place.path, 3).document;
    assert!(both.project().title() == "one" && both.project().fact("theirs").is_some());
}

#[test]
fn who_only_looked_joins_a_project_that_somebody_else_begins() {
    let place = place();
    let (mut first, mut second) = (create(&place.path, 1), create(&place.path, 2));
    assert!(look(&mut second).arrivals.is_empty());
    save(&mut first, &author(1), "one");
    look(&mut second);
    assert_eq!(second.document, first.document);
    assert!(second.store.exists());
}

#[test]
fn a_journal_that_somebody_took_away_costs_nothing() {
    let place = place();
    let mut opened = create(&place.path, 1);
    save(&mut opened, &author(1), "one");
    std::fs::remove_dir_all(sidecar(&place.path)).unwrap();
    let seen = look(&mut opened);
    assert!(seen.lost_journal);
    opened.store.fold(&mut opened.document).unwrap();
    assert_eq!(open(&place.path, 2).document.project().title(), "one");
    save(&mut opened, &author(1), "two");
    assert_eq!(open(&place.path, 3).document.project().title(), "two");
}

#[test]
fn a_change_by_hand_while_two_are_at_work_reaches_both_and_stays() {
    let place = place();
    let mut first = create(&place.path, 1);
    save(&mut first, &author(1), "one");
    first.store.fold(&mut first.document).unwrap();
    let mut second = open(&place.path, 2);
    do_and_save(&mut second, &author(2), fact("more"));
    let text = std::fs::read_to_string(&place.path).unwrap();
    std::fs::write(&place.path, text.replace("\"one\"", "\"by hand\"")).unwrap();
    let seen = look(&mut first);
    assert!(seen.notices[0].contains("1 changed value was taken in"), "{seen:?}");
    look(&mut second);
    for opened in [&mut first, &mut second] {
        assert_eq!(opened.document.project().title(), "by hand");
        opened.store.fold(&mut opened.document).unwrap();
    }
    let again = open(&place.path, 3);
    assert_eq!((again.document.project().title(), again.notices), ("by hand", vec![]));
    assert!(again.document.project().fact("more").is_some());
}

#[test]
fn a_change_by_hand_while_nobody_is_here_is_an_edit_of_its_own() {
    let place = place();
    let mut first = create(&place.path, 1);
    save(&mut first, &author(1), "one");
    first.store.close(&mut first.document).unwrap();
    let mut copy = first.document.clone();
    let text = std::fs::read_to_string(&place.path).unwrap();
    std::fs::write(&place.path, text.replace("\"one\"", "\"by hand\"")).unwrap();
    let mut again = open(&place.path, 2);
    assert!(again.notices[0].contains("1 changed value"), "{:?}", again.notices);
    again.store.close(&mut again.document).unwrap();
    copy.join(&open(&place.path, 3).document);
    assert_eq!(copy.project().title(), "by hand", "a copy made before takes it, too");
}

fn at_row(number: u64, target: &str) -> Presence {
    Presence {
        by: InvestigatorId::from_text(format!("p{number}")),
        name: format!("Person {number}"),
        initials: format!("P{number}"),
        screen: "chat".to_owned(),
        channel: None,
        target: Some(target.to_owned()),
        at: None,
        beat: 0,
    }
}

#[test]
fn who_is_here_is_seen_and_leaves_nothing_behind() {
    let place = place();
    let mut first = create(&place.path, 1);
    assert!(first.store.meet(Some(&at_row(1, "a"))).is_empty());
    assert!(!sidecar(&place.path).exists(), "looking makes no folder");
    save(&mut first, &author(1), "one");
    let mut second = open(&place.path, 2);
    assert!(first.store.meet(Some(&at_row(1, "a"))).is_empty(), "alone");
    let mine = sidecar(&place.path).join("presence").join(format!("{}.json", author(1).actor));
    let written = || std::fs::metadata(&mine).unwrap().modified().unwrap();
    let before = written();
    first.store.meet(Some(&at_row(1, "b")));
    assert_eq!(written(), before, "nobody is there to be told");
    let seen = second.store.meet(Some(&at_row(2, "x")));
    assert_eq!((seen.len(), seen[0].presence.target.as_deref()), (1, Some("a")));
    first.store.meet(Some(&at_row(1, "b")));
    let seen = second.store.meet(Some(&at_row(2, "x")));
    assert_eq!(seen[0].presence.target.as_deref(), Some("b"));
    assert_eq!(first.store.meet(Some(&at_row(1, "b")))[0].presence.initials, "P2");
    // One that was killed: its lock is free.
    drop(second);
    assert!(first.store.meet(Some(&at_row(1, "b"))).is_empty());
    first.store.part();
    first.store.close(&mut first.document).unwrap();
    assert_eq!(names(&sidecar(&place.path)), ["bak", "history.jsonl", "lock", "reserve"]);
}

/// Runs that edit, look and fold in an order made up at random; gives how many edits they made.
fn interleaved(runs: u64, edits: usize, seed: u64, disk: OddDisk) -> usize {
    let place = place();
    let options = StoreOptions { fs: Arc::new(disk), ..StoreOptions::default() };
    let open = |number: u64| Store::open(&place.path, &author(number), &options).unwrap();
    let mut first = Store::create(&place.path, &author(1), &options).unwrap();
    save(&mut first, &author(1), "begun");
    let others = (2..=runs).map(open);
    let mut all: Vec<(Opened, Author)> =
        std::iter::once(first).chain(others.collect::<Vec<_>>()).zip((1..).map(author)).collect();
    let mut bits = seed | 1;
    let mut random = move |below: usize| {
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        (bits >> 20) as usize % below
    };
    let mut wanted = BTreeSet::new();
    for n in 0..edits {
        let which = random(all.len());
        let (opened, me) = &mut all[which];
        let note = format!("note/{which}-{n}");
        wanted.insert(note.clone());
        let target = format!("slack/C1/{}", random(9));
        let lines = [
            serde_json::json!({"edit": "note", "note": note, "target": target, "text": format!("by {which}")}),
            serde_json::json!({"edit": "section", "section": "impact", "text": format!("text {n} of {which}")}),
            serde_json::json!({"edit": "tag", "target": target, "tag": "Impact", "on": n % 2 == 0}),
        ];
        for line in &lines[..=random(3)] {
            let applied =
                opened.document.apply(serde_json::from_value(line.clone()).unwrap(), me, at(n as i64)).unwrap();
            opened.store.append(&applied.entries).unwrap();
        }
        match random(12) {
            0 => _ = opened.store.fold(&mut opened.document).unwrap(),
            1..=4 => _ = look(opened),
            _ => {}
        }
    }
    for (opened, _) in &mut all {
        look(opened);
        opened.store.fold(&mut opened.document).unwrap();
    }
    for (opened, _) in &mut all {
        look(opened);
    }
    let (last, rest) = all.split_last_mut().unwrap();
    let notes: BTreeSet<String> = last.0.document.project().notes().keys().map(ToString::to_string).collect();
    assert_eq!(notes, wanted, "seed {seed}: every note is there");
    for (opened, _) in rest.iter_mut() {
        assert!(opened.document == last.0.document, "seed {seed}: all see the same");
        assert_eq!(opened.document.project(), last.0.document.project(), "seed {seed}");
    }
    let file = crate::project::file::parse(&std::fs::read(&place.path).unwrap()).unwrap().document;
    assert!(file == last.0.document, "seed {seed}: and so does the file");
    wanted.len()
}

#[test]
fn runs_that_edit_look_and_fold_in_any_order_come_to_the_same() {
    let edits: usize = (1..=8).map(|seed| interleaved(3, 60, seed * 0x9e37_79b9, OddDisk::default())).sum();
    println!("{edits} interleaved edits of three runs, none lost");
}

#[test]
#[ignore = "long: 300 orders"]
fn runs_that_edit_look_and_fold_in_three_hundred_orders_come_to_the_same() {
    let edits: usize = (1..=300).map(|seed| interleaved(3, 120, seed * 0x9e37_79b9, OddDisk::default())).sum();
    println!("{edits} interleaved edits of three runs, none lost");
}

#[test]
fn where_locks_do_not_work_nothing_is_lost_either() {
    let mut edits = 0;
    for (locks, is_remote) in [(Locks::Fail, false), (Locks::Fail, true), (Locks::AreGivenToAll, true)] {
        for seed in 1..=3 {
            let disk = OddDisk { locks, is_remote, ..OddDisk::default() };
            edits += interleaved(3, 50, seed * 0x51_7cc1, disk);
        }
    }
    println!("{edits} interleaved edits of three runs without locks, none lost");
}

#[test]
fn a_lock_that_everybody_gets_takes_no_journal_of_a_run_on_this_machine_that_still_needs_it() {
    let place = place();
    let options = StoreOptions {
        fs: Arc::new(OddDisk { locks: Locks::AreGivenToAll, ..OddDisk::default() }),
        ..StoreOptions::default()
    };
    let mut first = Store::create(&place.path, &author(1), &options).unwrap();
    save(&mut first, &author(1), "one");
    let mut second = Store::open(&place.path, &author(2), &options).unwrap();
    // The second folds what the first wrote and takes its journal for that of a run that is over.
    do_and_save(&mut second, &author(2), fact("theirs"));
    second.store.fold(&mut second.document).unwrap();
    save(&mut first, &author(1), "two");
    let seen = look(&mut first);
    if seen.lost_journal {
        first.store.fold(&mut first.document).unwrap();
    }
    drop((first, second));
    assert_eq!(open(&place.path, 3).document.project().title(), "two");
}

#[test]
fn a_clock_that_jumps_decides_what_shows_and_never_what_survives() {
    let place = place();
    let mut first = create(&place.path, 1);
    save(&mut first, &author(1), "one");
    let mut second = open(&place.path, 2);
    // Years ahead, then back to where it was, then before all.
    for (n, second_of) in [400_000_000, 0, -900_000_000].into_iter().enumerate() {
        let applied = first.document.apply(title(&format!("jump {n}")), &author(1), at(second_of)).unwrap();
        first.store.append(&applied.entries).unwrap();
    }
    look(&mut second);
    assert_eq!(second.document.project().title(), "jump 2", "in the order in which they were made");
    let applied = second.document.apply(title("after it"), &author(2), at(5)).unwrap();
    second.store.append(&applied.entries).unwrap();
    look(&mut first);
    assert_eq!(first.document.project().title(), "after it", "a wrong clock does not win for ever");
    assert_eq!(first.document, second.document);
}
