//! The crash table: power cuts and failing calls at every call of a session.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rustix::io::Errno;

use super::memory::{Memory, Mishap};
use crate::project::cell::Cells;
use crate::project::clock::Clock;
use crate::project::document::{Author, Document};
use crate::project::store::{Opened, Store, StoreError, StoreOptions};
use crate::project::testing::{at, author};

/// What the system says when it cannot write.
const ERRNOS: [Errno; 6] = [Errno::NOSPC, Errno::IO, Errno::DQUOT, Errno::ACCESS, Errno::ROFS, Errno::STALE];

const PATH: &str = "/cases/incident.json";

fn options(fs: &Memory) -> StoreOptions {
    StoreOptions { fs: Arc::new(fs.clone()), ..StoreOptions::default() }
}

/// How often a call that failed is tried again.
#[derive(Clone, Copy)]
struct Patience(usize);

/// A person who edits, folds, quits and comes back; gives the names of the facts that were saved.
struct Session {
    fs: Memory,
    patience: Patience,
    saved: Vec<String>,
}

impl Session {
    fn run(fs: &Memory, patience: Patience) -> Vec<String> {
        let mut session = Self { fs: fs.clone(), patience, saved: Vec::new() };
        // How far it gets is what the test is about.
        let _ = session.sessions();
        session.saved
    }

    fn try_hard<T>(&self, mut act: impl FnMut() -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut outcome = act();
        for _ in 0..self.patience.0 {
            if outcome.is_ok() {
                break;
            }
            outcome = act();
        }
        outcome
    }

    fn sessions(&mut self) -> Result<(), StoreError> {
        let me = author(1);
        let begin = Document::from_parts("7".to_owned(), Cells::default(), Clock::default(), BTreeMap::default());
        let mut first =
            self.try_hard(|| Store::create_with(Path::new(PATH), begin.clone(), &me, &options(&self.fs)))?;
        self.edits(&mut first, &me, 2)?;
        self.partner(&mut first)?;
        self.try_hard(|| first.store.fold(&mut first.document))?;
        self.edits(&mut first, &me, 1)?;
        self.try_hard(|| first.store.fold(&mut first.document))?;
        self.edits(&mut first, &me, 1)?;
        self.try_hard(|| first.store.close(&mut first.document))?;
        drop(first);
        let me = author(2);
        let mut second = self.try_hard(|| Store::open(Path::new(PATH), &me, &options(&self.fs)))?;
        self.edits(&mut second, &me, 2)?;
        self.try_hard(|| second.store.close(&mut second.document))?;
        Ok(())
    }

    /// Somebody else who comes, edits, sees and is seen, and goes.
    fn partner(&mut self, first: &mut Opened) -> Result<(), StoreError> {
        let me = author(3);
        let mut partner = self.try_hard(|| Store::open(Path::new(PATH), &me, &options(&self.fs)))?;
        self.edits(&mut partner, &me, 1)?;
        self.try_hard(|| first.store.look(&mut first.document))?;
        self.edits(first, &author(1), 1)?;
        self.try_hard(|| partner.store.look(&mut partner.document))?;
        self.try_hard(|| partner.store.close(&mut partner.document))?;
        Ok(())
    }

    fn edits(&mut self, opened: &mut Opened, me: &Author, count: usize) -> Result<(), StoreError> {
        for _ in 0..count {
            let name = format!("fact-{}", self.saved.len());
            let edit = serde_json::json!({"edit": "fact", "name": name, "value": 1});
            let edit = serde_json::from_value(edit).unwrap();
            let entries = opened.document.apply(edit, me, at(0)).unwrap().entries;
            self.try_hard(|| opened.store.append(&entries))?;
            self.saved.push(name);
        }
        Ok(())
    }
}

fn is_all_there(fs: &Memory, saved: &[String], what: &str) {
    let opened = match Store::open(Path::new(PATH), &author(9), &options(fs)) {
        Ok(opened) => opened,
        Err(StoreError::Missing(_)) if saved.is_empty() => return,
        Err(error) => panic!("{what}: {error}"),
    };
    for name in saved {
        assert!(opened.document.project().fact(name).is_some(), "{what}: {name} is lost");
    }
    // Going on afterwards must do no harm either.
    let Opened { mut document, mut store, .. } = opened;
    store.close(&mut document).unwrap_or_else(|error| panic!("{what}: {error}"));
    let again = Store::open(Path::new(PATH), &author(10), &options(fs)).unwrap();
    assert!(saved.iter().all(|name| again.document.project().fact(name).is_some()), "{what}: lost by the fold");
}

fn calls_of_a_session() -> usize {
    let fs = Memory::new(Mishap::Never);
    assert_eq!(Session::run(&fs, Patience(0)).len(), 8);
    fs.calls()
}

/// Every mixture of old and new that `per_call` seeds give, at every call.
fn cut_the_power(per_call: u64) -> u64 {
    let mut states = 0;
    for call in 0..calls_of_a_session() {
        let fs = Memory::new(Mishap::Cut(call));
        let saved = Session::run(&fs, Patience(0));
        is_all_there(&fs.after_kill(), &saved, &format!("killed at call {call}"));
        for seed in 0..per_call {
            // The first four seeds choose the same for all that is pending; the rest mix.
            let mut bits = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ call as u64;
            let choose = || {
                bits ^= bits << 13;
                bits ^= bits >> 7;
                bits ^= bits << 17;
                if seed < 4 { seed as u8 } else { (bits >> 32) as u8 }
            };
            is_all_there(&fs.after_power_cut(choose), &saved, &format!("power cut at call {call}, seed {seed}"));
        }
        states += per_call + 1;
    }
    states
}

#[test]
fn a_power_cut_at_any_call_loses_nothing_that_was_saved() {
    let states = cut_the_power(10);
    println!("{states} states after a power cut or kill, none lost");
    assert!(states > 2_000, "{states} states");
}

#[test]
#[ignore = "long: at least 20,000 states"]
fn a_power_cut_at_any_call_loses_nothing_in_twenty_thousand_states() {
    let states = cut_the_power(250);
    println!("{states} states");
    assert!(states >= 20_000, "{states} states");
}

#[test]
fn a_call_that_fails_once_costs_nothing() {
    for call in 0..calls_of_a_session() {
        for errno in ERRNOS {
            let fs = Memory::new(Mishap::Once(call, errno));
            let saved = Session::run(&fs, Patience(2));
            assert_eq!(saved.len(), 8, "{errno} at call {call}: all edits land in the end");
            is_all_there(&fs.after_kill(), &saved, &format!("{errno} once at call {call}"));
        }
    }
}

#[test]
fn calls_that_go_on_failing_cost_nothing_that_was_saved() {
    let (mut states, mut acknowledged) = (0, 0);
    for call in 0..calls_of_a_session() {
        for errno in ERRNOS {
            for mishap in [Mishap::From(call, errno), Mishap::All(call, errno)] {
                let fs = Memory::new(mishap);
                let saved = Session::run(&fs, Patience(1));
                is_all_there(&fs.after_kill(), &saved, &format!("{mishap:?}"));
                states += 1;
                acknowledged += saved.len();
            }
        }
    }
    println!("{states} runs with calls that go on failing: {acknowledged} acknowledged, {acknowledged} recovered");
}

#[test]
fn edits_that_found_no_room_land_when_there_is_some() {
    let fs = Memory::new(Mishap::Never);
    let me = author(1);
    let mut opened = Store::create(Path::new(PATH), &me, &options(&fs)).unwrap();
    let mut edit = |name: &str| {
        let edit = serde_json::json!({"edit": "fact", "name": name, "value": 1});
        opened.document.apply(serde_json::from_value(edit).unwrap(), &me, at(0)).unwrap().entries
    };
    opened.store.append(&edit("a")).unwrap();
    fs.set_mishap(Mishap::From(0, Errno::NOSPC));
    let mut waiting = edit("b");
    let refused = opened.store.append(&waiting).unwrap_err().to_string();
    assert!(refused.contains("the disk is full"), "{refused}");
    waiting.extend(edit("c"));
    opened.store.append(&waiting).unwrap_err();
    is_all_there(&fs.after_kill(), &["a".to_owned()], "while there is no room");
    fs.set_mishap(Mishap::Never);
    opened.store.append(&waiting).unwrap();
    is_all_there(&fs.after_kill(), &["a", "b", "c"].map(str::to_owned), "once there is room");
}
