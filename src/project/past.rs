//! What somebody did in earlier runs, made from the edits that were kept into acts that can be taken
//! back.
//!
//! ```text
//! edits kept, the oldest first      replayed one by one; before each it is asked how it would be
//!   first more  undo  first …       taken back, which is what undo did when it was new
//! ```
//!
//! An act is only given where everything that it replaced is known: of a history that has lost its
//! beginning, and of a copy that came without one, nothing is made up.

use std::collections::{BTreeMap, BTreeSet};

use super::clock::{Actor, Clock, Dot};
use super::document::{Document, JournalEntry, Part};
use super::edit::Edit;
use super::history::Act;
use crate::base::id::InvestigatorId;
use crate::base::time::Instant;

/// Most acts of earlier runs that are given.
const MOST: usize = 1_000;

/// An act in the making.
struct Making {
    dot: Dot,
    at: Instant,
    labels: Vec<String>,
    edits: Vec<Edit>,
    inverse: Vec<Edit>,
    /// What others had written that it replaced: seen by whoever did it.
    over: BTreeSet<Dot>,
    /// Whether all that it replaced is known.
    is_whole: bool,
}

impl Making {
    fn new(entry: &JournalEntry) -> Self {
        let (dot, at) = (entry.dot(), entry.hlc.instant());
        let (labels, edits, inverse) = (Vec::new(), Vec::new(), Vec::new());
        Self { dot, at, labels, edits, inverse, over: BTreeSet::new(), is_whole: true }
    }

    fn add(&mut self, entry: &JournalEntry, told: Option<(String, Vec<Edit>)>, is_known: bool) {
        self.over.extend(&entry.over);
        let Some((label, inverse)) = told.filter(|_| is_known) else {
            self.is_whole = false;
            return;
        };
        self.labels.push(label);
        self.edits.push(entry.edit.clone());
        // The last edit is taken back first.
        self.inverse.splice(0..0, inverse);
    }

    fn act(self) -> Option<Act> {
        let first = self.labels.first().filter(|_| self.is_whole && !self.inverse.is_empty())?;
        let label = match self.labels.len() {
            1 => first.clone(),
            count => format!("{first} (and {} more)", count - 1),
        };
        let mut seen = Clock::default();
        self.over.iter().for_each(|dot| seen.take(*dot));
        Some(Act { label, at: self.at, edits: self.edits, inverse: self.inverse, seen, dot: Some(self.dot) })
    }
}

/// The acts of `me` in all runs but `this_run` that hold and can be taken back, the oldest first. `edits`
/// are those of everybody, the oldest first.
pub fn acts(edits: &[JournalEntry], me: &InvestigatorId, this_run: Actor) -> Vec<Act> {
    let mut document = Document::begun(String::new());
    let begun = document.clock().clone();
    let mut known = BTreeSet::new();
    let mut done: Vec<Making> = Vec::new();
    let mut undone: BTreeMap<Dot, Making> = BTreeMap::new();
    for entry in edits {
        let told = document.replay_told(entry);
        let is_known = entry.over.iter().all(|dot| begun.covers(*dot) || known.contains(dot));
        if entry.part != Part::Unseen {
            known.insert(entry.dot());
        }
        if entry.by != *me || !entry.edit.is_an_act() {
            continue;
        }
        match entry.part {
            Part::Undo(dot) => {
                if let Some(place) = done.iter().rposition(|making| making.dot == dot) {
                    undone.insert(dot, done.remove(place));
                }
            }
            Part::Redo(dot) => done.extend(undone.remove(&dot)),
            Part::Unseen => {}
            Part::First | Part::More if entry.actor == this_run => {}
            Part::First => {
                let mut making = Making::new(entry);
                making.add(entry, told, is_known);
                done.push(making);
            }
            Part::More => {
                if let Some(making) = done.iter_mut().rfind(|making| making.dot.actor == entry.actor) {
                    making.add(entry, told, is_known);
                }
            }
        }
    }
    let skipped = done.len().saturating_sub(MOST);
    done.into_iter().skip(skipped).filter_map(Making::act).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, author};
    use super::super::{Author, Edit};
    use super::*;

    /// A project on which several people work, with everything that was kept.
    struct Kept {
        document: Document,
        edits: Vec<JournalEntry>,
        second: i64,
    }

    impl Kept {
        fn new() -> Self {
            Self { document: Document::begun("p".to_owned()), edits: Vec::new(), second: 0 }
        }

        /// Does something in one act; gives the dot of its first edit.
        fn act(&mut self, who: &Author, part: Part, lines: &[&str]) -> Dot {
            self.second += 1;
            let mut part = part;
            let from = self.edits.len();
            for line in lines {
                let edit: Edit = serde_json::from_str(line).unwrap();
                for mut entry in self.document.apply(edit, who, at(self.second)).unwrap().entries {
                    entry.part = part;
                    part = part.going_on();
                    self.edits.push(entry);
                }
            }
            self.edits[from].dot()
        }

        fn take_back(&mut self, who: &Author, act: &Act) {
            for edit in act.inverse.clone() {
                if self.document.changed_since(&edit, &act.seen, who).is_none() {
                    self.document.apply(edit, who, at(99)).unwrap();
                }
            }
        }

        fn text(&self) -> String {
            self.document.project().section("background").map_or(String::new(), |section| section.text.clone())
        }
    }

    const ONE: &str = r#"{"edit":"section","section":"background","text":"one"}"#;
    const TWO: &str = r#"{"edit":"section","section":"background","text":"two"}"#;
    const TAG: &str = r#"{"edit":"tag","target":"slack/C1/1","tag":"Ours - Vendor","on":true}"#;
    const TITLE: &str = r#"{"edit":"fact","name":"title","value":"x"}"#;

    #[test]
    fn what_was_done_in_two_runs_is_taken_back_act_by_act() {
        let (me, again, now) = (author(1), Author { actor: Actor::from_number(7), ..author(1) }, author(1));
        let now = Author { actor: Actor::from_number(8), ..now };
        let mut kept = Kept::new();
        let before = kept.document.project().clone();
        kept.act(&me, Part::First, &[ONE]);
        kept.act(&me, Part::First, &[TAG, TITLE]);
        kept.act(&again, Part::First, &[TWO]);
        kept.act(&again, Part::Unseen, &[r#"{"edit":"fact","name":"counted","value":1}"#]);
        let acts = acts(&kept.edits, &me.investigator, now.actor);
        assert_eq!(acts.len(), 3);
        assert!(acts[1].label.ends_with("(and 2 more)"), "the new tag, its use and the title: {}", acts[1].label);
        kept.take_back(&now, &acts[2]);
        assert_eq!(kept.text(), "one");
        kept.take_back(&now, &acts[1]);
        kept.take_back(&now, &acts[0]);
        assert_eq!(kept.text(), "");
        let after = kept.document.project();
        assert_eq!((after.tags(), after.title(), after.messages()), (before.tags(), before.title(), before.messages()));
    }

    #[test]
    fn what_was_taken_back_then_is_not_offered_again() {
        let (me, now) = (author(1), Actor::from_number(8));
        let mut kept = Kept::new();
        kept.act(&me, Part::First, &[ONE]);
        let two = kept.act(&me, Part::First, &[TWO]);
        kept.act(&me, Part::Undo(two), &[ONE]);
        let labels = |kept: &Kept| acts(&kept.edits, &me.investigator, now).len();
        assert_eq!(labels(&kept), 1);
        kept.act(&me, Part::Redo(two), &[TWO]);
        assert_eq!(labels(&kept), 2);
    }

    #[test]
    fn what_a_partner_wrote_is_never_taken_back_and_never_replaced() {
        let (me, bo) = (author(1), author(2));
        let now = Author { actor: Actor::from_number(8), ..author(1) };
        let mut kept = Kept::new();
        kept.act(&bo, Part::First, &[ONE]);
        kept.act(&me, Part::First, &[TWO]);
        let mine = acts(&kept.edits, &me.investigator, now.actor);
        assert_eq!(mine.len(), 1, "only what is mine");
        // What I replaced comes back, as long as nobody went on with mine.
        kept.take_back(&now, &mine[0]);
        assert_eq!(kept.text(), "one");
        let mut kept = Kept::new();
        kept.act(&me, Part::First, &[ONE]);
        kept.act(&bo, Part::First, &[TWO]);
        let mine = acts(&kept.edits, &me.investigator, now.actor);
        kept.take_back(&now, &mine[0]);
        assert_eq!(kept.text(), "two", "a later text of a partner stays");
    }

    #[test]
    fn a_text_that_a_partner_wrote_at_the_same_time_is_not_lost_by_it() {
        let (me, bo) = (author(1), author(2));
        let now = Author { actor: Actor::from_number(8), ..author(1) };
        let (mut mine, mut theirs) = (Kept::new(), Kept::new());
        theirs.act(&bo, Part::First, &[ONE]);
        mine.second = 5;
        mine.act(&me, Part::First, &[TWO]);
        mine.document.join(&theirs.document);
        mine.edits.splice(0..0, theirs.edits);
        let acts = acts(&mine.edits, &me.investigator, now.actor);
        mine.take_back(&now, &acts[0]);
        let versions: Vec<_> = mine.document.conflicts().into_iter().flat_map(|conflict| conflict.versions).collect();
        assert!(versions.iter().any(|(_, text)| text == "one"), "{versions:?}");
    }

    #[test]
    fn of_a_history_without_its_beginning_only_what_is_known_is_offered() {
        let (me, now) = (author(1), Actor::from_number(8));
        let mut kept = Kept::new();
        kept.act(&me, Part::First, &[ONE]);
        kept.act(&me, Part::First, &[TWO]);
        kept.act(&me, Part::First, &[TITLE]);
        let acts = acts(&kept.edits[1..], &me.investigator, now);
        let labels: Vec<&str> = acts.iter().map(|act| act.label.as_str()).collect();
        assert_eq!(labels.len(), 1, "what the second text replaced is not known: {labels:?}");
    }
}
