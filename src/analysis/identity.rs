//! Which identities may be one person, and why: never more than a suggestion.
//!
//! Somebody confirms or refuses it; what was joined or refused is not suggested again. Two ids of one
//! platform are two people, unless they share an e-mail address.

use std::collections::{BTreeMap, BTreeSet};

use super::presence::Participant;
use crate::archive::{Archive, Person};
use crate::base::id::PersonId;
use crate::base::text::RawString;
use crate::project::Project;

/// Most identities that share a mark and are still held against each other; a mailing list or a
/// default name is no mark of anybody.
const MOST_ALIKE: usize = 12;

/// Why two identities may be one, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// They have one e-mail address.
    Email,
    /// They have one full name.
    Name,
    /// The handle of one begins the e-mail address of the other.
    Handle,
    /// One is called by the initial and surname of the other.
    Short,
}

impl Reason {
    /// As it stands beside the two names.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Email => "same e-mail address",
            Self::Name => "same name",
            Self::Handle => "same handle or e-mail name",
            Self::Short => "same initial and surname",
        }
    }
}

/// Two identities that may be one person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Suggestion {
    /// Why.
    pub reason: Reason,
    /// The one with less behind it.
    pub goes: PersonId,
    /// The one that would stay.
    pub stays: PersonId,
}

impl Suggestion {
    /// The fact that says these two are two.
    pub fn fact(&self) -> String {
        let mut pair = [self.goes.as_str(), self.stays.as_str()];
        pair.sort_unstable();
        format!("two_people:{}", pair.join(","))
    }
}

/// Somebody as far as suggestions go.
struct Candidate {
    ids: Vec<PersonId>,
    /// Whether they wrote, came or have a card.
    is_present: bool,
    told: usize,
    messages: usize,
    marks: Vec<(Reason, String)>,
}

/// Identities of a roster that may be one with each other, or with somebody a list, a calendar or
/// another platform tells of.
pub fn suggestions(project: &Project, archive: &Archive, roster: &[Participant]) -> Vec<Suggestion> {
    let candidates = candidates(archive, roster);
    let mut alike: BTreeMap<&(Reason, String), Vec<usize>> = BTreeMap::new();
    for (place, candidate) in candidates.iter().enumerate() {
        for mark in &candidate.marks {
            alike.entry(mark).or_default().push(place);
        }
    }
    let mut found =
        Found { project, candidates: &candidates, seen: BTreeSet::new(), surest: BTreeMap::new(), pairs: Vec::new() };
    // The surest reasons come first.
    for ((reason, _), places) in alike.iter().filter(|(_, places)| places.len() <= MOST_ALIKE) {
        for (nth, &one) in places.iter().enumerate() {
            for &other in places.iter().skip(nth + 1) {
                found.consider(*reason, one, other);
            }
        }
    }
    found.pairs.sort();
    found.pairs
}

/// The suggestions made so far.
struct Found<'a> {
    project: &'a Project,
    candidates: &'a [Candidate],
    seen: BTreeSet<(usize, usize)>,
    /// The surest reason to join somebody who only stands in a list.
    surest: BTreeMap<usize, Reason>,
    pairs: Vec<Suggestion>,
}

impl Found<'_> {
    fn consider(&mut self, reason: Reason, one: usize, other: usize) -> Option<()> {
        let (here, there) = (self.candidates.get(one)?, self.candidates.get(other)?);
        let listed: Vec<usize> = [(one, here), (other, there)]
            .into_iter()
            .filter(|(_, candidate)| !candidate.is_present)
            .map(|(place, _)| place)
            .collect();
        let is_surer = |place: &usize| self.surest.get(place).is_some_and(|surest| *surest < reason);
        if one == other || !may_be_one(reason, here, there) || listed.iter().any(is_surer) {
            return None;
        }
        let suggestion = suggestion(reason, here, there)?;
        if self.project.fact(&suggestion.fact()).is_none() && self.seen.insert((one.min(other), one.max(other))) {
            self.surest.extend(listed.into_iter().map(|place| (place, reason)));
            self.pairs.push(suggestion);
        }
        Some(())
    }
}

fn candidates(archive: &Archive, roster: &[Participant]) -> Vec<Candidate> {
    let known: BTreeSet<&PersonId> = roster.iter().flat_map(|person| &person.identities).collect();
    let present = roster.iter().filter(|person| !person.is_bot).map(Candidate::of_roster);
    let listed = archive.people().iter().map(|(_, person)| person);
    let listed = listed.filter(|person| !person.is_bot && !known.contains(&person.id)).map(Candidate::of_list);
    present.chain(listed).collect()
}

impl Candidate {
    fn of_roster(person: &Participant) -> Self {
        let facts = [&person.title, &person.team, &person.email];
        let mut handles: Vec<&str> = person.handles.iter().map(RawString::unsanitised).collect();
        handles.push(person.name.unsanitised());
        Self {
            ids: person.identities.clone(),
            is_present: true,
            told: facts.into_iter().filter(|text| !text.is_empty()).count(),
            messages: person.messages(),
            marks: marks(person.name.unsanitised(), &handles, person.email.unsanitised()),
        }
    }

    fn of_list(person: &Person) -> Self {
        let handles = [person.handle.unsanitised(), person.name.unsanitised()];
        Self {
            ids: vec![person.id.clone()],
            is_present: false,
            told: 0,
            messages: 0,
            marks: marks(person.name.unsanitised(), &handles, person.email.unsanitised()),
        }
    }
}

/// What tells somebody, by the reason that it gives.
fn marks(name: &str, handles: &[&str], email: &str) -> Vec<(Reason, String)> {
    let mut marks = BTreeSet::new();
    let email = email.trim().to_lowercase();
    if let Some((local, domain)) = email.split_once('@').filter(|(local, _)| !local.is_empty()) {
        marks.insert((Reason::Email, format!("{local}@{domain}")));
        marks.insert((Reason::Handle, local.to_owned()));
    }
    let words: Vec<String> = name.split_whitespace().map(normal).filter(|word| !word.is_empty()).collect();
    if let [first, .., last] = words.as_slice() {
        marks.insert((Reason::Name, words.concat()));
        let short: String = first.chars().take(1).chain(last.chars()).collect();
        marks.insert((Reason::Short, short));
    }
    // Shorter ones are first names, which many share.
    for handle in handles.iter().map(|handle| handle.trim_start_matches('@')).filter(|handle| !handle.contains(' ')) {
        if handle.chars().count() > 4 {
            marks.insert((Reason::Handle, handle.to_lowercase()));
            marks.insert((Reason::Short, normal(handle)));
        }
    }
    marks.into_iter().filter(|(reason, mark)| *reason != Reason::Short || mark.chars().count() > 5).collect()
}

fn normal(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Never two user ids of one platform, unless the e-mail address is the same.
fn may_be_one(reason: Reason, one: &Candidate, other: &Candidate) -> bool {
    let clash = |id: &PersonId| {
        let is_same_platform = |known: &&PersonId| platform(known) == platform(id) && is_user_id(known);
        is_user_id(id) && other.ids.iter().find(is_same_platform).is_some_and(|known| known != id)
    };
    (one.is_present || other.is_present) && (reason == Reason::Email || !one.ids.iter().any(clash))
}

/// The platform that an id belongs to.
pub fn platform(id: &PersonId) -> &str {
    id.as_str().split('/').next().unwrap_or_default()
}

fn is_user_id(id: &PersonId) -> bool {
    !id.native().starts_with("name:")
}

fn suggestion(reason: Reason, one: &Candidate, other: &Candidate) -> Option<Suggestion> {
    let weight = |candidate: &Candidate| (candidate.is_present, candidate.told, candidate.messages);
    let (stays, goes) = if weight(other) > weight(one) { (other, one) } else { (one, other) };
    let (stays, goes) = (stays.ids.first()?.clone(), goes.ids.first()?.clone());
    (stays != goes).then_some(Suggestion { reason, goes, stays })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::analysis::presence::{Traces, roster, tests::archive as chats};
    use crate::archive::People;

    fn person(platform: &str, id: &str, name: &str, email: &str) -> Person {
        let id = if id.is_empty() { PersonId::from_name(platform, name) } else { PersonId::new(platform, id) };
        Person { email: email.into(), ..Person::unlisted(id, name.into()) }
    }

    /// The chats of the tests of presence, and more people; `runa@mail.example` is Runa's.
    fn archive(more: &[Person]) -> Archive {
        let chats = chats();
        let mut people = People::default();
        for (_, known) in chats.people().iter() {
            let email = if known.id.native() == "U1" { "Runa@mail.example" } else { "" };
            people.insert(Person { email: email.into(), ..known.clone() });
        }
        for person in more {
            people.insert(person.clone());
        }
        Archive::new(chats.channels().map(|(_, log)| Arc::clone(log)).collect(), Arc::new(people), true)
    }

    fn found(more: &[Person]) -> Vec<(Reason, String, String)> {
        let archive = archive(more);
        let people = roster(&Project::default(), &archive, &Traces::collect(&archive, None, 0));
        let found = suggestions(&Project::default(), &archive, &people);
        found.into_iter().map(|pair| (pair.reason, pair.goes.to_string(), pair.stays.to_string())).collect()
    }

    #[test]
    fn the_surest_reason_is_told_and_the_one_who_wrote_stays() {
        let listed = person("person", "runa@mail.example", "Runa Halvorik", "runa@mail.example");
        let expected = (Reason::Email, "person/runa@mail.example".to_owned(), "slack/U1".to_owned());
        assert_eq!(found(&[listed]), [expected]);
        let called = person("calendar", "", "INES  Ostavia", "");
        let expected = (Reason::Name, "calendar/name:ines-ostavia".to_owned(), "slack/U2".to_owned());
        assert_eq!(found(&[called]), [expected]);
    }

    #[test]
    fn a_handle_or_an_initial_with_a_surname_may_tell_too() {
        let git = person("github", "iostavia", "iostavia", "");
        assert_eq!(found(&[git]), [(Reason::Short, "github/iostavia".to_owned(), "slack/U2".to_owned())]);
        let pager = person("pagerduty", "P1", "RH", "rhalvorik@mail.example");
        let expected = (Reason::Handle, "pagerduty/P1".to_owned(), "slack/U3".to_owned());
        assert_eq!(found(&[pager]), [expected]);
    }

    #[test]
    fn two_ids_of_one_platform_are_two_people_unless_the_address_is_one() {
        assert!(found(&[]).is_empty(), "rhalvorik and Runa Halvorik are two users of Slack");
        assert!(found(&[person("slack", "U9", "Runa Halvorik", "")]).is_empty());
        let same = person("slack", "U9", "Somebody", "runa@MAIL.example");
        assert_eq!(found(&[same]), [(Reason::Email, "slack/U9".to_owned(), "slack/U1".to_owned())]);
    }

    #[test]
    fn a_list_alone_suggests_nothing() {
        let twice = [
            person("person", "kai@a.example", "Kai Lindqua", "kai@a.example"),
            person("github", "kai", "Kai Lindqua", ""),
        ];
        assert!(found(&twice).is_empty());
    }
}
