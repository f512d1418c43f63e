//! How people came into one incident, who called them, and how work went from hand to hand.
//!
//! All of it stands in arrival or time order; nobody's messages are counted against anybody's.

use std::collections::{BTreeMap, BTreeSet};

use super::presence::{Participant, TookPart, is_written, response, rows};
use crate::archive::{Archive, Message, MessageType, MsgIx};
use crate::base::id::{PersonId, TagId, Target};
use crate::base::time::{HOUR, Instant, Micros};
use crate::project::Project;

/// Somebody who took part, with the way from their join to their first words.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    /// Who, and how it was for them when they came.
    pub who: TookPart,
    /// The join that was longest before first words in the same channel, and how long that was.
    pub join_to_word: Option<Micros>,
    /// Their first words after it.
    pub word: Option<MsgIx>,
}

/// How long it took each of those who took part to say something, in the order given.
pub fn arrivals(
    project: &Project,
    archive: &Archive,
    people: &[Participant],
    took_part: Vec<TookPart>,
) -> Vec<Arrival> {
    let Some((from, to)) = response(project, archive) else { return Vec::new() };
    // Somebody may have joined just before what is called the start.
    let from = from.plus(-HOUR);
    let mut of_person: BTreeMap<PersonId, (Option<Micros>, Option<MsgIx>)> = BTreeMap::new();
    for person in people {
        let Some(id) = person.id() else { continue };
        let found = joins(archive, person, from, to).into_iter().filter_map(|join| {
            let word = first_word(archive, person, join)?;
            Some((word.time().since(join.time())?, word.ix()))
        });
        if let Some((wait, word)) = found.min_by_key(|(_, word)| archive.message(*word).map(|word| word.time())) {
            of_person.insert(id.clone(), (Some(wait), Some(word)));
        }
    }
    took_part
        .into_iter()
        .map(|who| {
            let (join_to_word, word) = of_person.remove(&who.id).unwrap_or_default();
            Arrival { who, join_to_word, word }
        })
        .collect()
}

fn joins<'a>(archive: &'a Archive, person: &Participant, from: Instant, to: Instant) -> Vec<Message<'a>> {
    let mut found = Vec::new();
    for (channel, log) in archive.channels() {
        let inside = rows(archive, channel, log.first_at(from)).take_while(|message| message.time() <= to);
        let is_theirs = |message: &Message<'_>| {
            message.kind() == MessageType::Join
                && message.author_ix().is_some_and(|author| person.places.contains(&author))
        };
        found.extend(inside.filter(is_theirs));
    }
    found
}

fn first_word<'a>(archive: &'a Archive, person: &Participant, join: Message<'a>) -> Option<Message<'a>> {
    let mut later = rows(archive, join.ix().channel, join.ix().row + 1);
    later.find(|message| {
        is_written(message.kind()) && message.author_ix().is_some_and(|author| person.places.contains(&author))
    })
}

/// Words by which programs and people say that they call somebody.
const CALLS: [&str; 6] = ["page", "paging", "assigned to", "notified", "escalat", "responders asked for"];

/// Where the sources say that somebody was called, in time order: a program's record that names them,
/// or a person's words that mention them, around the incident.
pub fn calls_for(project: &Project, archive: &Archive, person: &Participant) -> Vec<MsgIx> {
    let Some((from, to)) = response(project, archive) else { return Vec::new() };
    let (from, to) = (from.plus(-HOUR), to.plus(HOUR));
    let names = Names::of(person);
    let mut found = Vec::new();
    for (channel, log) in archive.channels() {
        let inside = rows(archive, channel, log.first_at(from)).take_while(|message| message.time() <= to);
        found.extend(
            inside.filter(|message| names.are_called_in(message, person)).map(|message| (message.time(), message.ix())),
        );
    }
    found.sort_unstable();
    found.into_iter().map(|(_, ix)| ix).collect()
}

/// The ways in which somebody is named.
struct Names {
    full: String,
    handles: Vec<String>,
}

impl Names {
    fn of(person: &Participant) -> Self {
        let handles = person.handles.iter().map(|handle| handle.unsanitised().to_lowercase());
        Self {
            full: person.name.unsanitised().to_lowercase(),
            handles: handles.filter(|name| !name.is_empty()).collect(),
        }
    }

    fn are_called_in(&self, message: &Message<'_>, person: &Participant) -> bool {
        let is_own = message.author_ix().is_some_and(|author| person.places.contains(&author));
        let text = message.text().unsanitised();
        let is_program = matches!(message.kind(), MessageType::Bot | MessageType::Event);
        // A name is looked for only where there may be one: most texts have neither sign.
        if is_own || !(is_program || text.contains('@')) {
            return false;
        }
        let text = text.to_lowercase();
        let calls = CALLS.iter().any(|call| text.contains(call));
        let mentions = self.handles.iter().any(|handle| stands_in(&text, &format!("@{handle}")));
        let names = || {
            self.full.contains(' ') && text.contains(&self.full)
                || self.handles.iter().any(|handle| stands_in(&text, handle))
        };
        calls && (mentions || (is_program && names()))
    }
}

/// Whether a name stands in a text as a word of its own.
fn stands_in(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, found)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + found.len()..).and_then(|after| after.chars().next());
        let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        !is_letter(before) && !is_letter(after)
    })
}

/// How work went from one to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandOff {
    /// A shift ended and another one of the same schedule began.
    Shift {
        /// When.
        at: Instant,
        /// The schedule; printable.
        rota: String,
        /// Whose ended.
        from: Vec<PersonId>,
        /// Whose began.
        to: Vec<PersonId>,
    },
    /// Somebody tagged it as one.
    Tagged(Instant, Target),
    /// Words say so; nobody looked yet.
    Words(Instant, MsgIx),
}

impl HandOff {
    /// When it took place.
    pub const fn at(&self) -> Instant {
        match self {
            Self::Shift { at, .. } | Self::Tagged(at, _) | Self::Words(at, _) => *at,
        }
    }
}

/// The tag that marks a hand-off.
const TAG: &str = "Responder - Leaves or hands off";
/// Words that hand over.
const CUES: [&str; 8] = [
    "over to you",
    "handing over",
    "hand over to",
    "my shift ends",
    "end of my shift",
    "taking over",
    "i take over",
    "caught up",
];

/// Hand-offs between start and end, in time order.
pub fn hand_offs(project: &Project, archive: &Archive) -> Vec<HandOff> {
    let Some((from, to)) = response(project, archive) else { return Vec::new() };
    let mut found = shift_changes(project, archive, from, to);
    let tag = TagId::from_label(TAG);
    let mut tagged = BTreeSet::new();
    for target in project.annotated() {
        let at = target.message().map_or_else(
            || project.events().get(&target).and_then(|event| event.at),
            |id| project.message(&id).and_then(|copy| copy.time),
        );
        if let Some(at) = at.filter(|_| project.tags_of(&target).contains(&tag)) {
            tagged.insert(target.clone());
            found.push(HandOff::Tagged(at, target));
        }
    }
    for (channel, log) in archive.channels() {
        let inside = rows(archive, channel, log.first_at(from)).take_while(|message| message.time() <= to);
        for message in inside.filter(|message| is_written(message.kind()) && message.kind() != MessageType::Bot) {
            let text = message.body().unsanitised().to_lowercase();
            if CUES.iter().any(|cue| text.contains(cue)) && !tagged.contains(&message.id().target()) {
                found.push(HandOff::Words(message.time(), message.ix()));
            }
        }
    }
    found.sort_by_key(HandOff::at);
    found
}

/// Ends of shifts at which another shift of the same schedule begins.
fn shift_changes(project: &Project, archive: &Archive, from: Instant, to: Instant) -> Vec<HandOff> {
    let of_project = project.people().iter().flat_map(|(id, card)| {
        let id = project.same_person(id).clone();
        card.shifts.iter().map(move |shift| (shift.rota.clone(), id.clone(), Some(shift.start), Some(shift.end)))
    });
    let of_sources = archive.shifts().iter().filter_map(|shift| {
        let id = archive.people().get(shift.person).map(|person| project.same_person(&person.id).clone())?;
        Some((shift.rota.tty_line().into_owned(), id, shift.start, shift.end))
    });
    let mut changes: BTreeMap<(Instant, String), (BTreeSet<PersonId>, BTreeSet<PersonId>)> = BTreeMap::new();
    for (rota, id, start, end) in of_project.chain(of_sources) {
        if let Some(end) = end.filter(|end| *end >= from && *end <= to) {
            changes.entry((end, rota.clone())).or_default().0.insert(id.clone());
        }
        if let Some(start) = start.filter(|start| *start >= from && *start <= to) {
            changes.entry((start, rota)).or_default().1.insert(id);
        }
    }
    let change = |((at, rota), (ended, began)): ((Instant, String), (BTreeSet<PersonId>, BTreeSet<PersonId>))| {
        // Somebody whose next shift follows at once hands over to nobody.
        let leave: Vec<PersonId> = ended.difference(&began).cloned().collect();
        let come: Vec<PersonId> = began.difference(&ended).cloned().collect();
        (!leave.is_empty() || !come.is_empty()).then_some(HandOff::Shift { at, rota, from: leave, to: come })
    };
    changes.into_iter().filter_map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::calendar::WorkTime;
    use crate::analysis::presence::tests::{archive, at};
    use crate::analysis::presence::{Traces, roster, took_part};
    use crate::base::id::InvestigatorId;
    use crate::project::{Author, Document};

    fn document(lines: &[&str]) -> Document {
        let author = Author::new(InvestigatorId::from_name("Ida Holm"));
        let mut document = Document::new(&author);
        for line in lines {
            document.apply(serde_json::from_str(line).unwrap(), &author, Instant::from_seconds(9)).unwrap();
        }
        document
    }

    #[test]
    fn somebody_who_joins_and_says_nothing_has_no_wait() {
        let archive = archive();
        let document = document(&[]);
        let people = roster(document.project(), &archive, &Traces::collect(&archive, None, 0));
        let there = took_part(document.project(), &archive, &people, &WorkTime::default());
        let arrivals = arrivals(document.project(), &archive, &people, there);
        assert_eq!(arrivals.len(), 3);
        assert!(arrivals.iter().all(|arrival| arrival.join_to_word.is_none()), "Ines joined and wrote nothing");
    }

    #[test]
    fn a_shift_that_follows_another_one_is_a_hand_off_unless_it_is_the_same_person() {
        let shift = |who: &str, start: &str, end: &str| {
            format!(
                r#"{{"edit":"shift","person":"slack/{who}","start":"2024-12-06T{start}:00Z","end":"2024-12-06T{end}:00Z","rota":"desk"}}"#
            )
        };
        let lines = [shift("U1", "08:00", "14:20"), shift("U2", "14:20", "14:30"), shift("U2", "14:30", "20:00")];
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let found = hand_offs(document(&lines).project(), &archive());
        let expected = HandOff::Shift {
            at: at("14:20:00"),
            rota: "desk".to_owned(),
            from: vec![PersonId::new("slack", "U1")],
            to: vec![PersonId::new("slack", "U2")],
        };
        assert_eq!(found, [expected]);
    }

    #[test]
    fn a_name_is_a_word_of_its_own() {
        assert!(stands_in("assigned to dov, now", "dov") && stands_in("@dov: look", "@dov"));
        assert!(!stands_in("dovetail", "dov") && !stands_in("moldov", "dov"));
    }
}
