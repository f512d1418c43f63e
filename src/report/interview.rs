//! Interviews: probes that fit what somebody said, and a sheet for one person to sit down with.
//!
//! The texts are data in `assets/probes.json`. A sheet holds what somebody wrote in public during the
//! incident with a message of context each side, the questions put to them, and room for answers; what
//! is off the record or private stands on no sheet.

pub mod answers;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

use crate::analysis::duty::{Duty, OnCall};
use crate::analysis::participation::{SLACK, incident_bounds};
use crate::analysis::presence::{Participant, is_written, tenure};
use crate::archive::{Archive, Message, MsgIx};
use crate::base::id::{MessageId, NoteId, PersonId, TagId, Target};
use crate::base::text::RawString;
use crate::base::time::{HOUR, Instant, MINUTE, Micros, Zone};
use crate::project::Project;
use crate::project::model::{Note, Question, QuestionState};
use crate::timeline::{Evidence, evidence_of};

const PROBES: &str = include_str!("../../assets/probes.json");
/// Most messages of somebody's own timeline; of more, those that somebody annotated.
const MOST_MOMENTS: usize = 40;
/// Most moments that are gone into.
const MOST_DEEP: usize = 5;
/// How long the record may be quiet before that is asked about.
const QUIET: Micros = 45 * MINUTE;
/// How far away a message may be and still be context.
const CONTEXT: Micros = 2 * HOUR;
/// The tag of a moment to go into.
const KEY_MOMENT: &str = "Investigation - Key moment";

/// What is asked in interviews.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Probes {
    /// Kinds of utterance with their probes.
    pub kinds: Vec<Kind>,
    /// Probes for any kind.
    pub spare: Vec<String>,
    /// The parts of an interview in their order.
    pub parts: Vec<Part>,
    /// What the interviewer keeps in mind.
    pub interviewer: Vec<String>,
}

/// A kind of utterance.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Kind {
    /// Its name: `decision`.
    pub name: String,
    /// Words in lower case by which it is guessed.
    pub cues: Vec<String>,
    /// Questions that fit it.
    pub probes: Vec<String>,
}

/// A part of an interview.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Part {
    /// Its name in code: `consent`.
    pub key: String,
    /// Its heading.
    pub title: String,
    /// Minutes of forty-five.
    pub minutes: u32,
    /// What is said or minded first.
    pub lead: String,
    /// Questions, or what is ticked.
    pub lines: Vec<String>,
}

static SHIPPED: LazyLock<Probes> = LazyLock::new(|| {
    // The asset is held readable by a test.
    serde_json::from_str(PROBES).unwrap_or(Probes {
        kinds: Vec::new(),
        spare: Vec::new(),
        parts: Vec::new(),
        interviewer: Vec::new(),
    })
});

/// The probes that ship.
pub fn probes() -> &'static Probes {
    &SHIPPED
}

impl Probes {
    /// The kind of which a text has most cues, the first of equals; `None` where it has none.
    pub fn kind_of(&self, text: &str) -> Option<&Kind> {
        let text = text.to_lowercase();
        let counted = self.kinds.iter().map(|kind| (kind.cues.iter().filter(|cue| has_cue(&text, cue)).count(), kind));
        counted.filter(|(count, _)| *count > 0).rev().max_by_key(|(count, _)| *count).map(|(_, kind)| kind)
    }

    /// A kind by its name.
    pub fn kind(&self, name: &str) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.name == name)
    }

    /// The kind that a question is about: as somebody said, else as the words of what it stands on
    /// tell.
    pub fn kind_for(&self, question: Option<&Question>, words: Option<&str>) -> Option<&Kind> {
        let said = question.and_then(|question| question.kind.as_deref()).and_then(|name| self.kind(name));
        said.or_else(|| words.and_then(|words| self.kind_of(words)))
    }

    /// A part by its key.
    pub fn part(&self, key: &str) -> Option<&Part> {
        self.parts.iter().find(|part| part.key == key)
    }
}

/// Whether a cue stands in a text, not as a part of a longer word.
fn has_cue(text: &str, cue: &str) -> bool {
    text.match_indices(cue).any(|(at, found)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text.get(at + found.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// Words with who said them and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Quote {
    /// Which message or event.
    pub target: Target,
    /// When.
    pub at: Instant,
    /// Where, as people write it; foreign.
    pub channel: RawString,
    /// Who; foreign.
    pub who: RawString,
    /// What; foreign.
    pub text: RawString,
}

impl Quote {
    fn of(evidence: &Evidence) -> Self {
        Self {
            target: evidence.target.clone(),
            at: evidence.at,
            channel: evidence.channel.clone(),
            who: evidence.short_who(),
            text: evidence.text.clone(),
        }
    }

    fn of_message(message: &Message<'_>) -> Self {
        Self {
            target: message.id().target(),
            at: message.time(),
            channel: RawString::from(crate::timeline::copy::channel_name(message.log().meta())),
            who: RawString::from(message.author_label().unsanitised()),
            text: RawString::from(message.text().unsanitised()),
        }
    }
}

/// A moment of somebody's own timeline.
#[derive(Debug, Clone, PartialEq)]
pub struct Moment {
    /// What they said.
    pub quote: Quote,
    /// What stood before it in the same channel.
    pub before: Option<Quote>,
    /// What stood after it.
    pub after: Option<Quote>,
    /// How long they had said nothing, where that is long.
    pub quiet: Option<Micros>,
    /// Whether it is gone into.
    pub is_deep: bool,
    /// The kind of utterance, as far as words tell.
    pub kind: Option<&'static Kind>,
}

/// A question put to somebody.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The note that is the question.
    pub note: NoteId,
    /// What is asked; foreign.
    pub text: RawString,
    /// Whether it was asked already.
    pub state: QuestionState,
    /// What it is about.
    pub about: Option<Quote>,
    /// Probes that fit what it is about.
    pub kind: Option<&'static Kind>,
}

/// A sheet for one interview.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// Whose; without a trace.
    pub person: Participant,
    /// The incident, in the words of its project.
    pub incident: String,
    /// Facts of the head: what and words.
    pub head: Vec<(&'static str, String)>,
    /// The zone in which times are told: theirs, else the project's.
    pub zone: Zone,
    /// What they said, in time order.
    pub moments: Vec<Moment>,
    /// How many of their messages are left out.
    pub left_out: usize,
    /// What they are to be asked.
    pub questions: Vec<Asked>,
}

/// Notes that are questions.
pub type Questions<'a> = Vec<(&'a NoteId, &'a Note)>;
/// Whom questions are to be put to, and the questions.
pub type Group<'a> = (Option<PersonId>, Questions<'a>);

/// Questions by whom they are to be put to, `None` for nobody yet, in the order of their notes.
pub fn queue(project: &Project) -> Vec<Group<'_>> {
    let mut groups: BTreeMap<(bool, String, Option<PersonId>), Questions<'_>> = BTreeMap::new();
    for (id, note) in project.notes() {
        let Some(question) = &note.question else { continue };
        let to = question.to.as_ref().map(|to| project.same_person(to).clone());
        let name = to.as_ref().and_then(|to| project.person(to)?.name.clone()).unwrap_or_default().to_lowercase();
        groups.entry((to.is_none(), name, to)).or_default().push((id, note));
    }
    let mut groups: Vec<_> = groups.into_iter().map(|((_, _, to), notes)| (to, notes)).collect();
    for (_, notes) in &mut groups {
        notes.sort_by_key(|(id, note)| (note.at, *id));
    }
    groups
}

impl Sheet {
    /// The sheet for somebody.
    pub fn of(project: &Project, archive: &Archive, id: &PersonId) -> Self {
        let person = Participant::find(project, archive, id);
        let reader = Reader { project, archive, person: &person };
        let questions = reader.questions();
        let (moments, left_out) = reader.moments(&questions);
        let zone = person.zone.unwrap_or_else(|| project.zone());
        let incident = project.fact_text("headline").unwrap_or_else(|| project.title()).to_owned();
        let head = reader.head(zone, &moments);
        Self { person, incident, head, zone, moments, left_out, questions }
    }
}

struct Reader<'a> {
    project: &'a Project,
    archive: &'a Archive,
    person: &'a Participant,
}

impl Reader<'_> {
    fn head(&self, zone: Zone, moments: &[Moment]) -> Vec<(&'static str, String)> {
        let person = self.person;
        let first = moments.first().map(|moment| moment.quote.at);
        let last = moments.last().map(|moment| moment.quote.at);
        let then = first.or_else(|| incident_bounds(self.project, self.archive).map(|(from, _)| from));
        let told = [&person.title, &person.team].into_iter().filter(|text| !text.is_empty());
        let title: Vec<String> = told.map(|text| text.tty_line().into_owned()).collect();
        let clock =
            |at: Option<Instant>| at.and_then(|at| zone.wall(at)).map(|wall| wall.format("%a %H:%M").to_string());
        let duty = Duty::of(self.project, self.archive, &person.identities);
        let on_call = match first.map(|at| duty.at(at)) {
            Some(OnCall::Rotas(rotas)) => format!("yes, {}", rotas.join(", ")),
            Some(OnCall::Yes) => "yes".to_owned(),
            Some(OnCall::No) => "no".to_owned(),
            Some(OnCall::Unknown) | None => String::new(),
        };
        let tenure = person.started_on.as_deref().zip(then).and_then(|(day, at)| tenure(day, at));
        vec![
            ("Role in the incident", person.role.clone().unwrap_or_default()),
            ("Title, team", title.join(", ")),
            ("With the company", tenure.unwrap_or_default()),
            (
                "Zone",
                then.map_or_else(
                    || zone.name().to_owned(),
                    |at| format!("{}, {} then", zone.name(), zone.offset_words(at)),
                ),
            ),
            (
                "Local time of the first and last word",
                [clock(first), clock(last)].into_iter().flatten().collect::<Vec<_>>().join(" and "),
            ),
            ("On call at the first word", on_call),
            ("Interviewer", String::new()),
            ("Date", String::new()),
        ]
    }

    fn questions(&self) -> Vec<Asked> {
        let is_theirs = |note: &Note| {
            let question = note.question.as_ref().filter(|question| question.state != QuestionState::Answered)?;
            let to = question.to.as_ref().is_some_and(|to| self.person.identities.contains(to));
            (to && !note.off_record).then_some(question.state)
        };
        let mut notes: Vec<(&NoteId, &Note)> = self.project.notes().iter().collect();
        notes.sort_by_key(|(id, note)| (note.at, *id));
        let asked = notes.into_iter().filter_map(|(id, note)| {
            let state = is_theirs(note)?;
            let about = evidence_of(self.project, self.archive, &note.on).filter(|told| self.may_be_shown(told));
            let words = about.as_ref().map(|told| told.text.unsanitised());
            let kind = probes().kind_for(note.question.as_ref(), words);
            let about = about.as_ref().map(Quote::of);
            Some(Asked { note: id.clone(), text: RawString::from(note.text.as_str()), state, about, kind })
        });
        asked.collect()
    }

    fn may_be_shown(&self, evidence: &Evidence) -> bool {
        !evidence.off_record && !evidence.private && !self.is_off_record(&evidence.target)
    }

    fn is_off_record(&self, target: &Target) -> bool {
        crate::timeline::copy::is_off_record(self.project, target)
    }

    /// Their messages in the incident, and how many of them are left out.
    fn moments(&self, questions: &[Asked]) -> (Vec<Moment>, usize) {
        let mut quotes = self.said();
        let whole = quotes.len();
        let annotated = self.project.annotated();
        if whole > MOST_MOMENTS {
            let ends: BTreeSet<Target> =
                [quotes.first(), quotes.last()].into_iter().flatten().map(|(quote, _)| quote.target.clone()).collect();
            quotes.retain(|(quote, _)| annotated.contains(&quote.target) || ends.contains(&quote.target));
        }
        let left_out = whole - quotes.len();
        let mut moments: Vec<Moment> = Vec::new();
        for (quote, place) in quotes {
            let since = moments.last().and_then(|last| quote.at.since(last.quote.at));
            let (before, after) = place.map_or((None, None), |ix| self.beside(ix));
            let kind = probes().kind_of(quote.text.unsanitised());
            moments.push(Moment {
                quiet: since.filter(|gap| *gap >= QUIET),
                quote,
                before,
                after,
                is_deep: false,
                kind,
            });
        }
        self.choose(&mut moments, questions);
        (moments, left_out)
    }

    fn said(&self) -> Vec<(Quote, Option<MsgIx>)> {
        let Some((from, to)) = incident_bounds(self.project, self.archive) else { return Vec::new() };
        let (from, to) = (from.plus(-SLACK), to.plus(SLACK));
        let mut quotes: Vec<(Quote, Option<MsgIx>)> = Vec::new();
        for (channel, log) in self.archive.channels().filter(|(_, log)| !log.meta().kind.is_private()) {
            let inside = self.archive.messages(channel).skip(log.first_at(from) as usize);
            for message in
                inside.take_while(|message| message.time() <= to).filter(|message| is_written(message.kind()))
            {
                let is_theirs = message.author_ix().is_some_and(|author| self.person.places.contains(&author));
                if is_theirs && !self.is_off_record(&message.id().target()) {
                    quotes.push((Quote::of_message(&message), Some(message.ix())));
                }
            }
        }
        let kept = self.project.messages().iter().filter(|(id, copy)| {
            let is_theirs = copy.author_id.as_ref().is_some_and(|author| self.person.identities.contains(author));
            let is_inside = copy.time.is_some_and(|at| at >= from && at <= to);
            is_theirs && is_inside && !copy.private && self.archive.find(id).is_none()
        });
        let evidence =
            kept.filter_map(|(id, _): (&MessageId, _)| evidence_of(self.project, self.archive, &id.target()));
        quotes.extend(evidence.filter(|told| self.may_be_shown(told)).map(|told| (Quote::of(&told), None)));
        quotes.sort_by(|(a, _), (b, _)| (a.at, &a.target).cmp(&(b.at, &b.target)));
        quotes
    }

    /// What stood before and after a message in its channel.
    fn beside(&self, ix: MsgIx) -> (Option<Quote>, Option<Quote>) {
        let at = |row: Option<u32>| row.and_then(|row| self.archive.message(MsgIx { row, ..ix }));
        let Some(said) = at(Some(ix.row)).map(|message| message.time()) else { return (None, None) };
        let is_near = |message: &Message<'_>| message.time().since(said).is_some_and(|gap| gap.abs() <= CONTEXT);
        let quote = |message: Option<Message<'_>>| {
            let message = message.filter(|message| is_written(message.kind()) && is_near(message))?;
            (!self.is_off_record(&message.id().target())).then(|| Quote::of_message(&message))
        };
        (quote(at(ix.row.checked_sub(1))), quote(at(ix.row.checked_add(1))))
    }

    /// Marks what is gone into: open questions first, then key moments, then what words tell most of.
    fn choose(&self, moments: &mut [Moment], questions: &[Asked]) {
        let asked: BTreeSet<&Target> =
            questions.iter().filter_map(|asked| asked.about.as_ref()).map(|quote| &quote.target).collect();
        let key = TagId::from_label(KEY_MOMENT);
        let weight = |moment: &Moment| {
            let target = &moment.quote.target;
            match () {
                () if asked.contains(target) => 0,
                () if self.project.tags_of(target).contains(&key) => 1,
                () if self.project.entry(target).is_some() => 2,
                () if moment.kind.is_some() => 3,
                () => 4,
            }
        };
        let mut places: Vec<(u8, usize)> =
            moments.iter().map(weight).zip(0..).filter(|(weight, _)| *weight < 4).collect();
        places.sort_unstable();
        for (_, place) in places.into_iter().take(MOST_DEEP) {
            if let Some(moment) = moments.get_mut(place) {
                moment.is_deep = true;
            }
        }
    }
}
