//! When somebody is on call, as the project and the sources tell it together.
//!
//! A shift holds from its start up to, not including, its end. What somebody said by hand stands over
//! the schedules: people swap shifts, and no calendar hears of it.

use std::collections::BTreeSet;

use crate::archive::Archive;
use crate::base::id::PersonId;
use crate::base::time::Instant;
use crate::project::Project;

/// Whether somebody was on call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum OnCall {
    /// Nothing holds any shifts and nobody said it.
    #[default]
    Unknown,
    /// Not then.
    No,
    /// Somebody said it, without a schedule.
    Yes,
    /// By these schedules; printable.
    Rotas(Vec<String>),
}

impl OnCall {
    /// Whether they were, as far as anything tells.
    pub const fn is_on(&self) -> bool {
        matches!(self, Self::Yes | Self::Rotas(_))
    }

    /// Whether they were; `None` where nothing tells.
    pub const fn known(&self) -> Option<bool> {
        match self {
            Self::Unknown => None,
            Self::No => Some(false),
            Self::Yes | Self::Rotas(_) => Some(true),
        }
    }
}

/// All times at which somebody is on call.
#[derive(Debug, Clone, Default)]
pub struct Duty {
    spans: Vec<Span>,
    by_hand: Option<bool>,
    is_anybody_known: bool,
}

#[derive(Debug, Clone)]
struct Span {
    start: Option<Instant>,
    end: Option<Instant>,
    rota: String,
    level: Option<u32>,
}

impl Duty {
    /// Gathers the shifts of somebody by any of their identities, joined ones followed.
    pub fn of_person(project: &Project, archive: &Archive, id: &PersonId) -> Self {
        Self::of(project, archive, &identities(project, id))
    }

    /// Gathers the shifts of somebody's identities.
    pub fn of(project: &Project, archive: &Archive, identities: &[PersonId]) -> Self {
        let cards = || identities.iter().filter_map(|id| project.people().get(id));
        let of_project = cards().flat_map(|card| &card.shifts).map(|shift| Span {
            start: Some(shift.start),
            end: Some(shift.end),
            rota: shift.rota.clone(),
            level: None,
        });
        let places: Vec<_> = identities.iter().filter_map(|id| archive.people().find(id)).collect();
        let theirs = archive.shifts().iter().filter(|shift| places.contains(&shift.person));
        let of_sources = theirs.map(|shift| Span {
            start: shift.start,
            end: shift.end,
            rota: shift.rota.tty_line().into_owned(),
            level: shift.level,
        });
        Self {
            spans: of_project.chain(of_sources).collect(),
            by_hand: cards().find_map(|card| card.on_call),
            is_anybody_known: !archive.shifts().is_empty()
                || project.people().values().any(|card| !card.shifts.is_empty()),
        }
    }

    /// Whether they were on call at a moment: by hand, else by their shifts. Said by hand that they
    /// were, the shifts that hold still tell by which schedule.
    pub fn at(&self, at: Instant) -> OnCall {
        if self.by_hand == Some(false) {
            return OnCall::No;
        }
        let holds = |span: &&Span| span.start.is_none_or(|start| start <= at) && span.end.is_none_or(|end| at < end);
        let rotas: BTreeSet<String> = self.spans.iter().filter(holds).map(Span::words).collect();
        if !rotas.is_empty() {
            return OnCall::Rotas(rotas.into_iter().collect());
        }
        match self.by_hand {
            Some(true) => OnCall::Yes,
            _ if self.is_anybody_known => OnCall::No,
            _ => OnCall::Unknown,
        }
    }

    /// The schedules that name them at any time; printable.
    pub fn rotas(&self) -> BTreeSet<String> {
        self.spans.iter().map(Span::words).collect()
    }
}

/// An identity and those that somebody said are the same person.
pub fn identities(project: &Project, id: &PersonId) -> Vec<PersonId> {
    let main = project.same_person(id);
    let joined = project.people().keys().filter(|other| *other != id && project.same_person(other) == main);
    let mut identities: Vec<PersonId> = std::iter::once(id).chain(joined).cloned().collect();
    if !identities.contains(main) {
        identities.push(main.clone());
    }
    identities
}

impl Span {
    /// `search`, or `search, level 2` where not the first level is reached.
    fn words(&self) -> String {
        let rota = if self.rota.is_empty() { "a schedule without a name" } else { &self.rota };
        match self.level {
            Some(level) if level > 1 => format!("{rota}, level {level}"),
            _ => rota.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::archive::{People, Person, PersonIx, Shift};

    fn at(second: i64) -> Instant {
        Instant::from_seconds(second)
    }

    /// Who, from which second to which, by which schedule at which level.
    type Told<'a> = (u32, Option<i64>, Option<i64>, &'a str, Option<u32>);

    fn archive(shifts: &[Told<'_>]) -> Archive {
        let mut people = People::default();
        for name in ["U1", "U2"] {
            people.insert(Person::unlisted(PersonId::new("slack", name), name.into()));
        }
        let mut archive = Archive::new(Vec::new(), Arc::new(people), true);
        let shift = |&(person, start, end, rota, level): &Told<'_>| Shift {
            person: PersonIx(person),
            start: start.map(at),
            end: end.map(at),
            rota: rota.into(),
            level,
        };
        archive.set_shifts(shifts.iter().map(shift).collect());
        archive
    }

    #[test]
    fn a_shift_holds_until_the_next_one_begins() {
        let archive = archive(&[(0, Some(10), Some(20), "search", None), (1, Some(20), Some(30), "search", Some(2))]);
        let duty = |id: &str| Duty::of(&Project::default(), &archive, &[PersonId::new("slack", id)]);
        assert_eq!(duty("U1").at(at(10)), OnCall::Rotas(vec!["search".to_owned()]));
        assert_eq!(duty("U1").at(at(20)), OnCall::No);
        assert_eq!(duty("U2").at(at(20)), OnCall::Rotas(vec!["search, level 2".to_owned()]));
        assert_eq!(duty("U3").rotas().len(), 0);
    }

    #[test]
    fn without_start_and_end_somebody_always_is() {
        let archive = archive(&[(0, None, None, "last resort", Some(1))]);
        let duty = Duty::of(&Project::default(), &archive, &[PersonId::new("slack", "U1")]);
        assert!(duty.at(at(1)).is_on() && duty.at(at(9_999_999)).is_on());
    }

    #[test]
    fn what_is_said_by_hand_stands_over_a_schedule_for_all_identities() {
        let archive = archive(&[(0, Some(10), Some(20), "search", None)]);
        let at_all = |said: Option<bool>| {
            let author = crate::project::Author::new(crate::base::id::InvestigatorId::from_name("Ilke Havrand"));
            let mut document = crate::project::Document::new(&author);
            for edit in [
                serde_json::json!({ "edit": "same-person", "person": "slack/U1", "as": "slack/U2" }),
                serde_json::json!({ "edit": "person", "person": "slack/U2", "on_call": said }),
            ] {
                document.apply(serde_json::from_value(edit).unwrap(), &author, at(1)).unwrap();
            }
            let duty = |id: &str| Duty::of_person(document.project(), &archive, &PersonId::new("slack", id));
            assert_eq!(duty("U1").at(at(15)), duty("U2").at(at(15)));
            (duty("U1").at(at(15)), duty("U1").at(at(25)))
        };
        let by_schedule = OnCall::Rotas(vec!["search".to_owned()]);
        assert_eq!(at_all(None), (by_schedule.clone(), OnCall::No));
        assert_eq!(at_all(Some(true)), (by_schedule, OnCall::Yes), "and the schedule is told where it holds");
        assert_eq!(at_all(Some(false)), (OnCall::No, OnCall::No), "the shift was swapped");
    }

    #[test]
    fn nobody_is_known_to_be_off_call_where_no_shift_is_known() {
        let duty = Duty::of(&Project::default(), &archive(&[]), &[PersonId::new("slack", "U1")]);
        assert_eq!(duty.at(at(1)), OnCall::Unknown);
    }
}
