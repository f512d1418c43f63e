//! What was done in this run, act by act, for undo and redo without limit, and below it what the same
//! person did in earlier ones, once that was asked for.
//!
//! An act is what a person did with one key; it may be several edits. Undoing hands out the edits
//! that take the act back; they go through [`super::Document::apply`] like any other, so undo is one
//! more change and never rewrites what happened.

use super::clock::{Clock, Dot};
use super::document::{Applied, JournalEntry};
use super::edit::Edit;
use crate::base::time::Instant;

/// One thing that somebody did.
#[derive(Debug, Clone, PartialEq)]
pub struct Act {
    /// What was done, in words that are safe to print.
    pub label: String,
    /// When.
    pub at: Instant,
    /// The edits that do it again.
    pub edits: Vec<Edit>,
    /// The edits that take it back, in the order in which they are applied.
    pub inverse: Vec<Edit>,
    /// What was there when it was done: what others changed since stays when it is taken back.
    pub seen: Clock,
    /// The edit that it began with; none in a history that is not kept.
    pub dot: Option<Dot>,
}

impl Act {
    /// The act that consists of these edits; `None` when none of them changed anything that can be
    /// taken back.
    pub fn of(applied: &[Applied], at: Instant) -> Option<Self> {
        let undone = applied.iter().filter(|applied| applied.changed && !applied.inverse.is_empty());
        let changed: Vec<&Applied> = undone.collect();
        let first = changed.first()?;
        let label = match changed.len() {
            1 => first.label.clone(),
            count => format!("{} (and {} more)", first.label, count - 1),
        };
        let edits = changed.iter().flat_map(|applied| applied.edits.clone()).collect();
        let inverse = changed.iter().rev().flat_map(|applied| applied.inverse.clone()).collect();
        let dot = changed.iter().flat_map(|applied| &applied.entries).map(JournalEntry::dot).next();
        Some(Self { label, at, edits, inverse, seen: Clock::default(), dot })
    }
}

/// Whether an act holds or was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActState {
    /// It holds.
    Done,
    /// It was taken back and can be done again.
    Undone,
}

/// A row of the history list.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row<'a> {
    /// The act.
    pub act: &'a Act,
    /// Whether it holds.
    pub state: ActState,
}

/// Whether what was done in earlier runs is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Earlier {
    /// Nobody has asked.
    #[default]
    Unasked,
    /// It is being looked for.
    Asked,
    /// It stands below what was done in this run.
    Known,
}

/// Everything done in this run, and what is known of earlier ones.
#[derive(Debug, Clone, Default)]
pub struct History {
    done: Vec<Act>,
    undone: Vec<Act>,
    earlier: Earlier,
    /// How many of `done`, from the oldest, are of earlier runs.
    earlier_count: usize,
}

impl History {
    /// Remembers an act; what was undone before can no longer be done again.
    pub fn push(&mut self, act: Act) {
        self.undone.clear();
        self.earlier_count = self.earlier_count.min(self.done.len());
        self.done.push(act);
    }

    /// Whether what was done in earlier runs is known.
    pub const fn earlier(&self) -> Earlier {
        self.earlier
    }

    /// Notes that it is looked for.
    pub const fn ask_earlier(&mut self) {
        self.earlier = Earlier::Asked;
    }

    /// Takes in what was done in earlier runs, the oldest first.
    pub fn know_earlier(&mut self, acts: Vec<Act>) {
        if self.earlier != Earlier::Known {
            self.earlier = Earlier::Known;
            self.earlier_count = acts.len();
            self.done.splice(0..0, acts);
        }
    }

    /// Whether anything was done in this run, if only taken back.
    pub const fn has_own(&self) -> bool {
        self.done.len() > self.earlier_count || !self.undone.is_empty()
    }

    /// Whether undoing would take back what was done in an earlier run.
    pub const fn is_at_earlier(&self) -> bool {
        !self.done.is_empty() && self.done.len() <= self.earlier_count
    }

    /// The edits that take the last act back; `None` when there is nothing to undo.
    pub fn undo(&mut self) -> Option<Vec<Edit>> {
        let act = self.done.pop()?;
        let edits = act.inverse.clone();
        self.undone.push(act);
        Some(edits)
    }

    /// The edits that do the act again that was taken back last.
    pub fn redo(&mut self) -> Option<Vec<Edit>> {
        let act = self.undone.pop()?;
        let edits = act.edits.clone();
        self.done.push(act);
        Some(edits)
    }

    /// What undoing would take back.
    pub fn next_undo(&self) -> Option<&Act> {
        self.done.last()
    }

    /// What redoing would do again.
    pub fn next_redo(&self) -> Option<&Act> {
        self.undone.last()
    }

    /// All acts from the oldest: those that hold, then those that can be done again.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let done = self.done.iter().map(|act| Row { act, state: ActState::Done });
        done.chain(self.undone.iter().rev().map(|act| Row { act, state: ActState::Undone }))
    }
}

#[cfg(test)]
mod tests {
    use super::super::document::Document;
    use super::super::taxonomy::new_document;
    use super::super::testing::{at, author};
    use super::*;

    fn act(document: &mut Document, second: i64, json: &str) -> Act {
        let applied = document.apply(serde_json::from_str(json).unwrap(), &author(1), at(second)).unwrap();
        Act::of(&[applied], at(second)).unwrap()
    }

    fn apply(document: &mut Document, edits: Vec<Edit>) {
        for edit in edits {
            document.apply(edit, &author(1), at(50)).unwrap();
        }
    }

    #[test]
    fn everything_can_be_undone_and_done_again() {
        let (mut document, mut history) = (new_document(), History::default());
        let mut states = vec![document.project().clone()];
        for (second, json) in [
            r#"{"edit":"tag","target":"slack/C1/1","tag":"Ours - Vendor","on":true}"#,
            r#"{"edit":"note","target":"slack/C1/1","text":"who?"}"#,
            r#"{"edit":"event","at":"2024-12-06T10:00:00Z","text":"call"}"#,
        ]
        .into_iter()
        .enumerate()
        {
            history.push(act(&mut document, second as i64, json));
            states.push(document.project().clone());
        }
        for state in states.iter().rev().skip(1) {
            apply(&mut document, history.undo().unwrap());
            assert_eq!(document.project(), state);
        }
        assert!(history.undo().is_none());
        for state in &states[1..] {
            apply(&mut document, history.redo().unwrap());
            assert_eq!(document.project(), state);
        }
        assert!(history.redo().is_none());
    }

    #[test]
    fn a_fresh_act_ends_what_could_be_done_again() {
        let (mut document, mut history) = (new_document(), History::default());
        history.push(act(&mut document, 0, r#"{"edit":"fact","name":"title","value":"a"}"#));
        apply(&mut document, history.undo().unwrap());
        assert_eq!(history.rows().map(|row| row.state).collect::<Vec<_>>(), [ActState::Undone]);
        history.push(act(&mut document, 1, r#"{"edit":"fact","name":"title","value":"b"}"#));
        assert!(history.redo().is_none());
        assert_eq!(history.rows().count(), 1);
    }

    #[test]
    fn what_changed_nothing_is_no_act() {
        let mut document = new_document();
        let json = r#"{"edit":"fact","name":"title","value":"a"}"#;
        act(&mut document, 0, json);
        let again = document.apply(serde_json::from_str(json).unwrap(), &author(1), at(1)).unwrap();
        assert_eq!(Act::of(&[again], at(1)), None);
    }
}
