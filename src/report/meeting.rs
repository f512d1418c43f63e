//! The review meeting: what to ask the room at each beat, and where its remarks and parked points land.
//!
//! The texts are data in `assets/meeting.json`. A remark becomes an open question on its entry, for it
//! is no evidence until somebody confirmed it; a parked point becomes a follow-up without an owner.

use std::sync::LazyLock;

use serde::Deserialize;

use super::cite::citation_text;
use super::draft::MARK;
use super::template::Template;
use crate::base::id::Target;
use crate::base::text::sanitize_md;
use crate::base::time::{MINUTE, Micros};
use crate::project::model::{Question, QuestionState};
use crate::project::{Edit, Project, Set};
use crate::timeline::Row;

const MEETING: &str = include_str!("../../assets/meeting.json");
/// How long a silence before a beat is asked about.
const SILENCE: Micros = 30 * MINUTE;

/// What is asked in a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Meeting {
    /// How long a meeting is, the usual one first.
    pub lengths: Vec<Length>,
    /// Prompts by the groups of a beat's tags.
    pub prompts: Vec<Prompts>,
    /// Where the record was quiet before a beat.
    pub silence: Vec<String>,
    /// Where a beat has no tag.
    pub untagged: Vec<String>,
    /// What the facilitator keeps in mind.
    pub facilitator: Vec<String>,
}

/// How long a meeting is, in minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Length {
    /// All of it.
    pub whole: u32,
    /// The part in which the timeline is walked through.
    pub timeline: u32,
}

impl Length {
    /// What is left of the timeline's part: whole minutes, none once it is over, and those that each
    /// of the beats that are left may take.
    pub fn left(self, passed: Micros, beats: usize) -> (i64, i64) {
        let left = (i64::from(self.timeline) * MINUTE - passed.max(0)).max(0);
        let beats = i64::try_from(beats.max(1)).unwrap_or(i64::MAX);
        // A minute that has begun is there still.
        ((left + MINUTE - 1) / MINUTE, left / beats / MINUTE)
    }
}

/// What is asked of beats of some groups.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Prompts {
    /// Groups of tags.
    pub groups: Vec<String>,
    /// The questions.
    pub ask: Vec<String>,
}

static SHIPPED: LazyLock<Meeting> = LazyLock::new(|| {
    // The asset is held readable by a test below.
    serde_json::from_str(MEETING).unwrap_or_default()
});

/// The texts that ship.
pub fn meeting() -> &'static Meeting {
    &SHIPPED
}

/// Questions for a beat: those that stand on it unanswered, then what its tags suggest, then of the
/// silence before it.
pub fn questions_for(project: &Project, row: &Row, before: Option<&Row>) -> Vec<String> {
    let notes = row.notes.iter().filter_map(|id| project.notes().get(id));
    let is_open = |question: &Question| question.state != QuestionState::Answered;
    let own = notes.filter(|note| !note.off_record && note.question.as_ref().is_some_and(is_open));
    let own = own.map(|note| note.text.clone()).filter(|text| !text.starts_with(REMARK));
    let groups: Vec<&str> = row
        .tags
        .iter()
        .filter_map(|id| project.tag(id))
        .map(|(_, tag)| tag.group.as_deref().unwrap_or(tag.name.as_str()))
        .collect();
    let fits = |prompts: &&Prompts| prompts.groups.iter().any(|group| groups.contains(&group.as_str()));
    let mut asked: Vec<String> = own.collect();
    asked.extend(meeting().prompts.iter().filter(fits).flat_map(|prompts| prompts.ask.clone()));
    if groups.is_empty() {
        asked.extend(meeting().untagged.clone());
    }
    if before.and_then(|before| row.at.since(before.at)).is_some_and(|gap| gap >= SILENCE) {
        asked.extend(meeting().silence.clone());
    }
    asked
}

/// With what a remark of a meeting begins.
pub const REMARK: &str = "Said at the meeting, to check: ";

/// A remark on a beat: an open question on its entry, until somebody confirmed it.
pub fn remark(target: &Target, text: &str) -> Edit {
    Edit::Note {
        target: Some(target.clone()),
        note: None,
        text: Set::To(format!("{REMARK}{}", text.trim())),
        question: Set::To(Question::default()),
        off_record: None,
        by: None,
        at: None,
        copy: None,
    }
}

/// How many of a room did not know something: a number on the beat, without names, for choosing themes.
pub fn hands(target: &Target, count: &str) -> Edit {
    let mut edit = remark(target, "");
    if let Edit::Note { text, question, .. } = &mut edit {
        *text = Set::To(format!("{HANDS}{}", count.trim()));
        *question = Set::Keep;
    }
    edit
}

/// With what a count of hands begins.
pub const HANDS: &str = "Hands at the meeting, who did not know this: ";

/// The section in which follow-ups of a project stand.
pub fn follow_up_section(project: &Project) -> &'static str {
    let template = Template::of(project);
    ["follow-ups", "action-items"].into_iter().find(|key| template.section(key).is_some()).unwrap_or("follow-ups")
}

/// With what a parked point begins in its section.
fn parked_line(target: &Target, text: &str) -> String {
    format!("- [ ] {MARK} {}, parked at the meeting {}", sanitize_md(text.trim()), citation_text(target.as_str()))
}

/// A parked point: a candidate among the follow-ups, without an owner, with its beat.
pub fn park(project: &Project, target: &Target, text: &str) -> Edit {
    let section = follow_up_section(project);
    let before = project.section(section).map_or("", |section| section.text.trim_end());
    let line = parked_line(target, text);
    let text = if before.is_empty() { line } else { format!("{before}\n{line}") };
    Edit::Section {
        section: section.to_owned(),
        text: Set::To(format!("{text}\n")),
        status: None,
        copies: std::collections::BTreeMap::new(),
    }
}

/// What was parked at a beat, as it stands among the follow-ups.
pub fn parked(project: &Project, target: &Target) -> Vec<String> {
    let Some(section) = project.section(follow_up_section(project)) else { return Vec::new() };
    let end = format!(", parked at the meeting {}", citation_text(target.as_str()));
    let start = format!("- [ ] {MARK} ");
    let points = section.text.lines().filter_map(|line| line.strip_suffix(end.as_str()));
    points.map(|line| line.strip_prefix(start.as_str()).unwrap_or(line).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::Archive;
    use crate::base::id::InvestigatorId;
    use crate::base::time::Instant;
    use crate::project::{Author, Document};
    use crate::timeline::assemble;

    const ID: &str = "event/0193b533-fea4-79e9-8376-e5e2f2533e48";

    fn document(lines: &[&str]) -> Document {
        let author = Author::new(InvestigatorId::from_name("Ida Holm"));
        let mut document = Document::new(&author);
        let event = format!(r#"{{"edit":"event","id":"{ID}","at":"2024-12-06T14:00:00Z","text":"it began"}}"#);
        let entry = format!(r#"{{"edit":"timeline","target":"{ID}","on":true}}"#);
        for line in [event.as_str(), entry.as_str()].into_iter().chain(lines.iter().copied()) {
            document.apply(serde_json::from_str(line).unwrap(), &author, Instant::from_seconds(9)).unwrap();
        }
        document
    }

    fn asked(document: &Document) -> Vec<String> {
        let timeline = assemble(document.project(), &Archive::default());
        questions_for(document.project(), timeline.rows.first().unwrap(), None)
    }

    #[test]
    fn minutes_are_left_of_the_timeline_and_for_each_beat() {
        let hour = meeting().lengths[0];
        assert_eq!((hour.whole, hour.timeline), (60, 36));
        assert_eq!(hour.left(0, 12), (36, 3));
        assert_eq!(hour.left(90 * 1_000_000, 11), (35, 3));
        assert_eq!(hour.left(35 * MINUTE, 4), (1, 0));
        assert_eq!(hour.left(50 * MINUTE, 4), (0, 0));
        assert_eq!(hour.left(-MINUTE, 0), (36, 36), "a clock that was set back takes nothing away");
    }

    #[test]
    fn the_texts_are_read() {
        assert_eq!(meeting().lengths.len(), 3);
        assert_eq!(serde_json::from_str::<Meeting>(MEETING).unwrap().prompts.len(), 6);
    }

    #[test]
    fn a_beat_is_asked_about_by_its_own_questions_and_its_tags() {
        assert_eq!(asked(&document(&[])), meeting().untagged);
        let tag = format!(r#"{{"edit":"tag","target":"{ID}","tag":"Decision - Taken","on":true}}"#);
        let note = format!(r#"{{"edit":"note","target":"{ID}","text":"Who decided?","question":{{"state":"open"}}}}"#);
        let questions = asked(&document(&[&tag, &note]));
        assert_eq!(questions.first().map(String::as_str), Some("Who decided?"));
        assert_eq!(questions.get(1).map(String::as_str), Some("Which ways were open?"));
    }

    #[test]
    fn remarks_and_parked_points_land_in_the_project() {
        let mut document = document(&[r#"{"edit":"section","section":"follow-ups","text":"- [ ] a\n"}"#]);
        let target = Target::from_text(ID);
        let author = Author::new(InvestigatorId::from_name("Ida Holm"));
        let edits = [remark(&target, " it was the second page "), park(document.project(), &target, "fix *it*")];
        for edit in edits {
            document.apply(edit, &author, Instant::from_seconds(10)).unwrap();
        }
        let project = document.project();
        let note = project.notes().values().next().unwrap();
        assert_eq!(note.text, format!("{REMARK}it was the second page"));
        assert_eq!(note.question.as_ref().map(|question| question.state), Some(QuestionState::Open));
        let text = &project.section("follow-ups").unwrap().text;
        assert!(text.starts_with("- [ ] a\n- [ ] [draft] fix "), "{text}");
        assert_eq!(super::super::cite::citations(text).len(), 1, "{text}");
        assert_eq!(parked(project, &target).len(), 1);
        assert!(!asked(&document).iter().any(|question| question.starts_with(REMARK)));
    }
}
