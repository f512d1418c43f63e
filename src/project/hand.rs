//! Changes by hand: values that somebody wrote into the file with another program.
//!
//! The file says of each value which edit put it there. Where it is known what that edit wrote, a
//! value that differs is an edit of its own: later than all that the file holds, and joined like any
//! other. What nobody can tell stays as it stands, beside whatever else has that name.

use std::collections::BTreeMap;

use super::cell::{Cell, Change, Entity, Json, Kind};
use super::clock::{Actor, Dot, Stamp};
use super::document::{Document, JournalEntry};
use super::file::Parsed;
use super::write;

/// What is known of the values that edits put into a project.
#[derive(Debug, Default)]
pub struct Known<'a> {
    documents: Vec<&'a Document>,
    past: BTreeMap<Dot, &'a JournalEntry>,
}

impl<'a> Known<'a> {
    /// What a state of the project and edits that were made tell.
    pub fn of(documents: impl IntoIterator<Item = &'a Document>, past: &'a [JournalEntry]) -> Self {
        let past = past.iter().map(|entry| (entry.dot(), entry)).collect();
        Self { documents: documents.into_iter().collect(), past }
    }

    /// What the edit that put a cell there wrote into its slot.
    fn value(&self, kind: Kind, id: &str, cell: &Cell) -> Option<Json> {
        let same_slot =
            |known: &&Cell| known.stamp == cell.stamp && known.field == cell.field && known.element == cell.element;
        let kept = self.documents.iter().filter_map(|document| document.cells().entity(kind, id));
        if let Some(known) = kept.flat_map(Entity::cells).find(same_slot) {
            return Some(known.value.clone());
        }
        let writes = write::writes(&self.past.get(&cell.stamp.dot)?.edit);
        writes.into_iter().filter(|write| write.kind == kind && *write.id == *id).find_map(|write| match write.change {
            Change::Put(field, element, value) if field == cell.field && element == cell.element => Some(value),
            _ => None,
        })
    }
}

impl Parsed {
    /// Takes values that were changed by hand as edits of their own; gives how many there are.
    pub fn take_changes_by_hand(&mut self, known: &Known<'_>) -> usize {
        if !self.changed_by_hand {
            return 0;
        }
        // A name of its own for this reading: two who read the same change and know different
        // things of what was there before must not give one name to two sets of changes.
        let dot = Dot { actor: Actor::random(), n: 1 };
        let stamp = Stamp { dot, hlc: self.document.hlc().after() };
        let differs =
            |kind: Kind, id: &str, cell: &Cell| known.value(kind, id, cell).is_some_and(|before| before != cell.value);
        self.document.restamp(stamp, &differs)
    }
}

#[cfg(test)]
mod tests {
    use super::super::document::Author;
    use super::super::file::{parse, print};
    use super::super::testing::{apply_all, at, author};
    use super::*;
    use crate::base::id::Target;

    fn project(lines: &[&str]) -> (Document, Vec<JournalEntry>) {
        let mut document = Document::empty();
        let edits: Vec<_> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        let entries = apply_all(&mut document, &author(1), &edits);
        (document, entries)
    }

    fn title(document: &mut Document, text: &str, by: &Author, second: i64) {
        let edit = serde_json::json!({"edit": "fact", "name": "title", "value": text});
        document.apply(serde_json::from_value(edit).unwrap(), by, at(second)).unwrap();
    }

    const TITLE: &str = r#"{"edit":"fact","name":"title","value":"Search answered nothing"}"#;
    const NOTE: &str = r#"{"edit":"note","note":"note/1","target":"slack/C1/1","text":"by phone"}"#;

    #[test]
    fn a_value_changed_by_hand_replaces_what_was_there_in_every_copy() {
        let (document, past) = project(&[TITLE, NOTE]);
        let text = print(&document).replace("answered nothing", "was empty").replace("by phone", "by radio");
        for known in [Known::of([&document], &[]), Known::of([], &past)] {
            let mut parsed = parse(text.as_bytes()).unwrap();
            assert_eq!(parsed.take_changes_by_hand(&known), 2);
            let mut joined = document.clone();
            joined.join(&parsed.document);
            assert_eq!(joined.project().title(), "Search was empty");
            assert_eq!(joined.project().notes()["note/1"].text, "by radio");
            assert_eq!(joined.conflicts(), vec![]);
        }
    }

    #[test]
    fn a_text_changed_by_hand_while_somebody_wrote_it_is_kept_beside_theirs() {
        let (document, _) = project(&[NOTE]);
        let text = print(&document).replace("by phone", "by radio");
        let mut theirs = document.clone();
        let edit = serde_json::json!({"edit": "note", "note": "note/1", "text": "by letter"});
        theirs.apply(serde_json::from_value(edit).unwrap(), &author(2), at(9)).unwrap();
        let mut parsed = parse(text.as_bytes()).unwrap();
        parsed.take_changes_by_hand(&Known::of([&document], &[]));
        theirs.join(&parsed.document);
        let texts: Vec<_> = theirs.conflicts().remove(0).versions.into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts, ["by letter", "by radio"]);
    }

    #[test]
    fn two_who_know_different_things_take_the_same_change_and_lose_nothing() {
        let (document, past) = project(&[TITLE, NOTE]);
        let text = print(&document).replace("answered nothing", "was empty").replace("by phone", "by radio");
        let read = |known: &Known<'_>| {
            let mut parsed = parse(text.as_bytes()).unwrap();
            parsed.take_changes_by_hand(known);
            parsed.document
        };
        let (mut all, mut half) = (read(&Known::of([&document], &[])), read(&Known::of([], &past[..1])));
        all.join(&half);
        half.join(&all);
        for joined in [&all, &half] {
            assert_eq!(joined.project().title(), "Search was empty");
            assert_eq!(joined.project().notes()["note/1"].text, "by radio");
        }
        assert_eq!(all, half);
    }

    #[test]
    fn a_beat_that_holds_itself_by_hand_has_the_tags_of_its_messages_and_no_end_of_them() {
        const TAG: &str = r#"{"edit":"tag","target":"slack/C1/1","tag":"Impact","on":true}"#;
        const BEAT: &str = r#"{"edit":"beat","id":"beat/1","members":["slack/C1/1","slack/C1/2"]}"#;
        let (document, _) = project(&[TAG, BEAT]);
        let text = print(&document);
        let (before, members) = text.split_once("\"members\"").unwrap();
        let by_hand = format!("{before}\"members\"{}", members.replacen("slack/C1/2", "beat/1", 1));
        let mut parsed = parse(by_hand.as_bytes()).unwrap();
        parsed.take_changes_by_hand(&Known::of([&document], &[]));
        let (project, beat) = (parsed.document.project(), Target::from_text("beat/1"));
        assert!(project.beats()[&beat].contains(&beat));
        let tags = project.tags_of(&beat);
        let [tag] = Vec::from_iter(&tags)[..] else { panic!("one tag, not {tags:?}") };
        assert!(project.has_tag(&beat, tag.as_str()) && !project.has_tag(&beat, "other"));
    }

    #[test]
    fn what_was_taken_out_by_hand_is_gone_and_what_was_put_in_is_there() {
        let (document, _) = project(&[TITLE, NOTE]);
        let text = print(&document).replace("\"title\": \"Search answered nothing\"", "\"readers\": 4");
        let mut parsed = parse(text.as_bytes()).unwrap();
        parsed.take_changes_by_hand(&Known::of([&document], &[]));
        let mut joined = document.clone();
        joined.join(&parsed.document);
        assert_eq!(joined.project().fact("title"), None);
        assert!(joined.project().fact("readers").is_some());
    }

    #[test]
    fn an_edit_after_a_change_by_hand_wins_over_it() {
        let (document, _) = project(&[TITLE]);
        let text = print(&document).replace("answered nothing", "was empty");
        let mut parsed = parse(text.as_bytes()).unwrap();
        parsed.take_changes_by_hand(&Known::of([&document], &[]));
        let mut copy = parsed.document.clone();
        title(&mut copy, "Three", &author(2), 0);
        parsed.document.join(&copy);
        assert_eq!(parsed.document.project().title(), "Three");
    }

    #[test]
    fn a_file_whose_lines_were_merged_by_another_program_loses_nothing_when_it_is_joined() {
        // Two copies, merged line by line: values and dots of both, the clock of one.
        let (base, _) = project(&[TITLE]);
        let mut other = base.clone();
        title(&mut other, "Theirs", &author(2), 5);
        let clock = |document: &Document| {
            let text = print(document);
            let (_, clock) = text.split_once("\"clock\"").unwrap();
            clock.split_once('}').unwrap().0.to_owned()
        };
        let text = print(&other).replace(&clock(&other), &clock(&base));
        let parsed = parse(text.as_bytes()).unwrap();
        let mut joined = other.clone();
        joined.join(&parsed.document);
        assert_eq!(joined.project().title(), "Theirs");
        let mut joined = parsed.document;
        joined.join(&other);
        assert_eq!(joined.project().title(), "Theirs");
    }
}
