//! What came back of an interview: answers go to the message their question stands on, notes become
//! events with the interview as their source.
//!
//! What stands between `[off]` and `[/off]` is taken out before anything else is looked at: it is kept
//! nowhere in the project.

use std::collections::BTreeMap;

use serde_json::Value;
use thiserror::Error;

use crate::analysis::presence::Participant;
use crate::base::id::NoteId;
use crate::base::text::count_words;
use crate::base::time::{Instant, PhraseContext, Zone, parse_phrase};
use crate::project::model::{INTERVIEW, Milestone, Question, QuestionState};
use crate::project::{Edit, Project, Set};

/// What marks the line of an answer; the question's note follows, then a bracket and a colon.
pub const ANSWER: &str = "Answer (";
/// The line that ends an answer.
pub const END: &str = "----";
/// The heading below which notes stand, in any case.
pub const NOTES: &str = "Notes of the interview";
/// Words of a ticked box that keep all of it out of exports.
const NOT_QUOTED: &str = "not quoted";
/// Words of a ticked box that leave the name out.
const BY_ROLE: &str = "quoted by role";

/// What was filed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filed {
    /// The changes of the project.
    pub edits: Vec<Edit>,
    /// Questions that were answered.
    pub answered: usize,
    /// Questions that were answered off the record, whose answers stay with the interviewer.
    pub off_record: usize,
    /// Notes that became events.
    pub notes: usize,
    /// Answers whose question is not in the project, by its id.
    pub unknown: Vec<String>,
}

/// Why nothing of a sheet is filed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotFiled {
    /// A question is not of this project.
    #[error("no question of this project is {0}; nothing was filed")]
    Unknown(String),
    /// All of it was filed before, or nothing was filled in.
    #[error(
        "nothing new is in that sheet; answers stand behind “Answer (note/…):”, notes below “Notes of the interview”"
    )]
    Nothing,
}

/// Whose answers they are, and how they may be quoted.
struct Voice {
    /// How they are called: by name or by role.
    called: String,
    /// Whether all of it stays out of every export.
    off_record: bool,
}

/// Where a line of a sheet belongs.
enum Place {
    Elsewhere,
    Answer,
    Notes,
}

/// The changes that a filled sheet asks for. What was filed before is not filed again.
pub fn file(project: &Project, person: &Participant, sheet: &str, now: Instant) -> Filed {
    let sheet = without_off_record(sheet);
    let voice = Voice::of(person, &sheet);
    let (answers, notes) = read(&sheet);
    let mut filed = Filed::default();
    for (id, text) in answers {
        match text {
            // An empty answer was not given yet.
            Answer::None => {}
            Answer::OffRecord => filed.answer(project, &voice, &id, None),
            Answer::Said(text) => filed.answer(project, &voice, &id, Some(&text)),
        }
    }
    let context = context(project, person.zone, now);
    for note in notes {
        filed.note(project, &voice, &note, &context, now);
    }
    let is_new = !filed.edits.is_empty();
    if let Some(id) = person.id().filter(|_| is_new) {
        let fields = BTreeMap::from([("interview".to_owned(), Value::from("done"))]);
        filed.edits.push(Edit::Person { person: id.clone(), fields });
    }
    filed
}

/// Answers one question on the same message; `None` for an answer off the record.
pub fn answer_edits(project: &Project, id: &NoteId, answer: Option<&str>, called: &str, off_record: bool) -> Vec<Edit> {
    let Some(note) = project.notes().get(id) else { return Vec::new() };
    let question = note.question.clone().unwrap_or_default();
    let mut edits = vec![Edit::Note {
        target: None,
        note: Some(id.clone()),
        text: Set::Keep,
        question: Set::To(Question { state: QuestionState::Answered, ..question }),
        off_record: answer.is_none().then_some(true),
        by: None,
        at: None,
        copy: None,
    }];
    if let Some(answer) = answer {
        let text = format!("{called}, interview: {}", answer.trim());
        if project.notes_on(&note.on).iter().any(|(_, known)| known.text == text) {
            return Vec::new();
        }
        edits.push(Edit::Note {
            target: Some(note.on.clone()),
            note: None,
            text: Set::To(text),
            question: Set::Keep,
            off_record: (off_record || note.off_record).then_some(true),
            by: None,
            at: None,
            copy: None,
        });
    }
    edits
}

impl Voice {
    fn of(person: &Participant, sheet: &str) -> Self {
        let ticked = |words: &str| {
            sheet.lines().any(|line| {
                let line = line.trim().to_lowercase();
                ["- [x]", "[x]"]
                    .iter()
                    .any(|mark| line.strip_prefix(mark).is_some_and(|rest| rest.trim().starts_with(words)))
            })
        };
        let role = person
            .role
            .clone()
            .or_else(|| Some(person.title.tty_line().into_owned()).filter(|title| !title.is_empty()));
        let called = if ticked(BY_ROLE) {
            role.unwrap_or_else(|| "a participant".to_owned())
        } else {
            person.name.tty_line().into_owned()
        };
        Self { called, off_record: ticked(NOT_QUOTED) }
    }
}

impl Filed {
    /// Why nothing is filed, where that is so.
    pub fn check(&self) -> Result<(), NotFiled> {
        if !self.unknown.is_empty() {
            return Err(NotFiled::Unknown(self.unknown.join(", ")));
        }
        if self.edits.is_empty() { Err(NotFiled::Nothing) } else { Ok(()) }
    }

    /// What was filed: `2 answers, 1 note`.
    pub fn words(&self) -> String {
        let mut done = vec![count_words(self.answered, "answer", "answers"), count_words(self.notes, "note", "notes")];
        if self.off_record > 0 {
            done.push(format!(
                "{} off the record, without its text",
                count_words(self.off_record, "answer", "answers")
            ));
        }
        done.join(", ")
    }

    fn answer(&mut self, project: &Project, voice: &Voice, id: &NoteId, text: Option<&str>) {
        if !project.notes().contains_key(id) {
            self.unknown.push(id.to_string());
            return;
        }
        let is_told = project.notes().get(id).is_some_and(|note| note.off_record) && text.is_none();
        let edits = if is_told { Vec::new() } else { answer_edits(project, id, text, &voice.called, voice.off_record) };
        if !edits.is_empty() {
            if text.is_some() { self.answered += 1 } else { self.off_record += 1 }
        }
        self.edits.extend(edits);
    }

    fn note(&mut self, project: &Project, voice: &Voice, note: &str, context: &PhraseContext, now: Instant) {
        let (at, text) = timed(note, context).unwrap_or((now, note));
        let source = format!("{INTERVIEW}{}", voice.called);
        let is_known = project
            .events()
            .values()
            .any(|event| event.text == text && event.source.as_deref() == Some(source.as_str()));
        if is_known {
            return;
        }
        self.notes += 1;
        self.edits.push(Edit::Event {
            id: None,
            at: Some(at),
            until: Set::Keep,
            plus_minus: Set::Keep,
            text: Set::To(text.to_owned()),
            channel: Set::Keep,
            source: Set::To(source),
            off_record: voice.off_record.then_some(true),
            by: None,
        });
    }
}

/// The time with which a note begins: a clock on their wall, on the day of the incident.
fn timed<'a>(note: &'a str, context: &PhraseContext) -> Option<(Instant, &'a str)> {
    let (clock, rest) = note.split_once(char::is_whitespace)?;
    let is_clock = clock.contains(':') && clock.chars().all(|c| c.is_ascii_digit() || c == ':');
    let at = parse_phrase(clock, context).ok().filter(|_| is_clock)?;
    Some((at, rest.trim()))
}

fn context(project: &Project, zone: Option<Zone>, now: Instant) -> PhraseContext {
    let start = project.milestone(Milestone::Start);
    let cursor = project.milestone(Milestone::Detected).or(start).unwrap_or(now);
    PhraseContext {
        zone: zone.unwrap_or_else(|| project.zone()),
        cursor,
        start,
        end: project.milestone(Milestone::End),
    }
}

/// Stands for what was taken out, so that an answer off the record is told from an empty one.
const TAKEN: char = '\u{0}';

/// A sheet without what is off the record; an end that is missing takes the rest.
fn without_off_record(sheet: &str) -> String {
    let sheet = sheet.replace(TAKEN, "");
    let mut kept = String::with_capacity(sheet.len());
    let mut rest = sheet.as_str();
    while let Some((before, after)) = rest.split_once("[off]") {
        kept.push_str(before);
        kept.push(TAKEN);
        rest = after.split_once("[/off]").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    kept
}

enum Answer {
    None,
    OffRecord,
    Said(String),
}

/// Answers by their question, and notes, a list item or a paragraph each.
fn read(sheet: &str) -> (Vec<(NoteId, Answer)>, Vec<String>) {
    let mut place = Place::Elsewhere;
    let mut answers: Vec<(NoteId, String)> = Vec::new();
    let mut notes: Vec<String> = vec![String::new()];
    for line in sheet.lines() {
        let bare = line.trim_matches(|c: char| c == '#' || c.is_whitespace());
        if let Some((id, rest)) = answer_of(line) {
            answers.push((id, rest.to_owned()));
            place = Place::Answer;
        } else if bare.eq_ignore_ascii_case(NOTES) {
            place = Place::Notes;
        } else if line.starts_with('#') || is_rule(line) {
            place = Place::Elsewhere;
        } else {
            take(line, &place, &mut answers, &mut notes);
        }
    }
    let clean = |text: &str| text.replace(TAKEN, "").trim().to_owned();
    let answers = answers.into_iter().map(|(id, text)| {
        let said = clean(&text);
        let answer = match (said.is_empty(), text.contains(TAKEN)) {
            (false, _) => Answer::Said(said),
            (true, true) => Answer::OffRecord,
            (true, false) => Answer::None,
        };
        (id, answer)
    });
    let notes = notes.iter().map(|note| clean(note)).filter(|note| !note.is_empty());
    (answers.collect(), notes.collect())
}

fn take(line: &str, place: &Place, answers: &mut [(NoteId, String)], notes: &mut Vec<String>) {
    let words = line.trim();
    match place {
        Place::Elsewhere => {}
        Place::Answer => {
            if let Some((_, text)) = answers.last_mut() {
                text.push('\n');
                text.push_str(line.strip_prefix("> ").unwrap_or(line));
            }
        }
        Place::Notes if words.is_empty() || words.starts_with(['-', '*']) => {
            notes.push(words.trim_start_matches(['-', '*']).trim().to_owned());
        }
        Place::Notes => {
            if let Some(note) = notes.last_mut() {
                note.push(' ');
                note.push_str(words);
            }
        }
    }
}

/// The question of a line `Answer (note/…): text`, and what stands behind.
fn answer_of(line: &str) -> Option<(NoteId, &str)> {
    let (id, rest) = line.trim_start().strip_prefix(ANSWER)?.split_once("):")?;
    id.starts_with("note/").then(|| (NoteId::from_text(id), rest))
}

/// Whether a line parts one piece of a sheet from the next.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 3 && (line.chars().all(|c| c == '-') || line.chars().all(|c| c == '='))
}
