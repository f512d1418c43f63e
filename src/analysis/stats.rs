//! Participation over many incidents: who is carried along by goodwill, and where expertise is to be
//! spread.
//!
//! Every figure is the length of a list that can be shown: [`Stats::participations`] and
//! [`Stats::incidents`] by a [`Figure`]. Lists are by name, never by count. A project that retells
//! another one is not counted at all.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Months;
use serde_json::Value;

use super::calendar::WorkTime;
use super::participation::{Participation, incident_bounds, participations};
use crate::archive::Archive;
use crate::base::id::PersonId;
use crate::base::text::RawString;
use crate::base::time::{Instant, Zone};
use crate::project::Project;
use crate::project::model::Milestone;

/// The fact by which a project says that it tells the incident of another one again.
pub const RETELLS_FACT: &str = "retells";

/// One incident, with everybody who took part.
#[derive(Debug, Clone, PartialEq)]
pub struct Incident {
    /// The project's title.
    pub title: String,
    /// What the incident is called in words, where the project says it.
    pub headline: Option<String>,
    /// Where the project lies.
    pub path: std::path::PathBuf,
    /// When it began, where milestones or timeline tell.
    pub start: Option<Instant>,
    /// The zone of the project.
    pub zone: Zone,
    /// Whether it began in hours of work by the zone of the project.
    pub work_hours: Option<bool>,
    /// Services concerned.
    pub services: Vec<String>,
    /// Technologies concerned.
    pub technologies: Vec<String>,
    /// Who took part.
    pub people: Vec<Participation>,
}

impl Incident {
    /// Reads what a project and its sources tell; holidays of the incident are its own.
    pub fn of(project: &Project, archive: &Archive, path: &std::path::Path, time: &WorkTime) -> Self {
        let told = project.milestone(Milestone::Start).is_some() || !project.timeline().is_empty();
        let start = incident_bounds(project, archive).map(|(from, _)| from).filter(|from| told && from.is_dated());
        let zone = project.zone();
        Self {
            title: project.title().to_owned(),
            headline: project.fact_text("headline").map(str::to_owned),
            path: path.to_owned(),
            start,
            zone,
            work_hours: start.and_then(|start| time.is_working(zone, start)),
            services: names(project.fact("services")),
            technologies: names(project.fact("technologies")),
            people: participations(project, archive, time),
        }
    }

    /// The month in which it began, by the zone of the project: `2024-12`.
    pub fn month(&self) -> Option<String> {
        self.zone.date(self.start?).map(|day| day.format("%Y-%m").to_string())
    }
}

/// Whether a project tells the incident of another one again.
pub fn retells(project: &Project) -> bool {
    project.fact(RETELLS_FACT).is_some_and(|fact| !fact.is_null() && fact != &Value::from(""))
}

/// The names of a fact that is one name or a list of them, each once and in order.
pub fn names(fact: Option<&Value>) -> Vec<String> {
    let all: BTreeSet<String> = match fact {
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::String(name)) if !name.is_empty() => BTreeSet::from([name.clone()]),
        _ => BTreeSet::new(),
    };
    all.into_iter().collect()
}

/// What is looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only incidents of one of these services; all when empty.
    pub services: Vec<String>,
    /// Only incidents of one of these technologies; all when empty.
    pub technologies: Vec<String>,
    /// Only people of one of these teams; all when empty.
    pub teams: Vec<String>,
    /// Only incidents that began at this moment or later.
    pub since: Option<Instant>,
}

impl Filter {
    /// Reads `service:search technology:"read alias" team:Platform last:6months`; several of a kind are
    /// alternatives. The error says which word is not understood.
    pub fn parse(text: &str, now: Instant) -> Result<Self, String> {
        let mut filter = Self::default();
        for word in words(text) {
            let (field, value) = word.split_once(':').unwrap_or(("", word.as_str()));
            match field {
                "service" => filter.services.push(value.to_owned()),
                "technology" => filter.technologies.push(value.to_owned()),
                "team" => filter.teams.push(value.to_owned()),
                "last" if before(value, now).is_some() => filter.since = before(value, now),
                _ => {
                    return Err(format!(
                        "“{word}” is not understood; write service:, technology:, team: or last:6months"
                    ));
                }
            }
        }
        Ok(filter)
    }

    /// Whether an incident is looked at.
    pub fn holds(&self, incident: &Incident) -> bool {
        meets(&self.services, &incident.services)
            && meets(&self.technologies, &incident.technologies)
            && self.since.is_none_or(|since| incident.start.is_some_and(|start| start >= since))
    }

    fn keep(&self, mut incident: Incident) -> Incident {
        if !self.teams.is_empty() {
            incident.people.retain(|one| meets(&self.teams, &[one.person.team.unsanitised().to_owned()]));
        }
        incident
    }

    /// Whether everything is looked at.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Words parted by spaces; what stands in quotes stays together.
fn words(text: &str) -> Vec<String> {
    let (mut words, mut quoted) = (vec![String::new()], false);
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => words.push(String::new()),
            c => words.last_mut().into_iter().for_each(|word| word.push(c)),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether any name is among those wanted, whatever its case; nothing wanted wants all.
fn meets(wanted: &[String], names: &[String]) -> bool {
    let plain = |name: &String| name.trim().to_lowercase();
    wanted.is_empty() || names.iter().any(|name| wanted.iter().any(|wanted| plain(wanted) == plain(name)))
}

/// The moment so long before another one: `6months`, `1 year`, `90days`, `8 weeks`.
pub fn before(text: &str, now: Instant) -> Option<Instant> {
    let text = text.trim().to_lowercase();
    let split = text.find(|c: char| !c.is_ascii_digit())?;
    let (count, unit) = text.split_at_checked(split)?;
    let count: u32 = count.parse().ok()?;
    let now = now.to_utc()?;
    let then = match unit.trim() {
        "month" | "months" => now.checked_sub_months(Months::new(count))?,
        "year" | "years" => now.checked_sub_months(Months::new(count.checked_mul(12)?))?,
        "week" | "weeks" => now.checked_sub_signed(chrono::Duration::try_weeks(count.into())?)?,
        "day" | "days" => now.checked_sub_signed(chrono::Duration::try_days(count.into())?)?,
        _ => return None,
    };
    Some(Instant::from_micros(then.timestamp_micros()))
}

/// A figure over participations or incidents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Figure {
    /// Participations, by whether they were on call; `None` where that is unknown.
    OnCall(Option<bool>),
    /// Participations, by whether they began in hours of work.
    WorkHours(Option<bool>),
    /// Incidents, by whether they began in hours of work.
    Started(Option<bool>),
    /// Incidents of a month.
    Month(String),
    /// Incidents of a service.
    Service(String),
    /// Incidents of a technology.
    Technology(String),
    /// Incidents somebody took part in.
    Person(PersonId),
}

/// How many are so, are not, and are unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Split {
    /// They are.
    pub yes: usize,
    /// They are not.
    pub no: usize,
    /// Nothing tells.
    pub unknown: usize,
}

impl Split {
    /// Counts answers.
    pub fn of(answers: impl Iterator<Item = Option<bool>>) -> Self {
        answers.fold(Self::default(), |mut split, answer| {
            match answer {
                Some(true) => split.yes += 1,
                Some(false) => split.no += 1,
                None => split.unknown += 1,
            }
            split
        })
    }

    /// All of them.
    pub const fn total(self) -> usize {
        self.yes + self.no + self.unknown
    }
}

/// Somebody over all incidents.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonLine {
    /// The identity that stands for them.
    pub id: PersonId,
    /// Their name; foreign.
    pub name: RawString,
    /// Their title; foreign.
    pub title: RawString,
    /// Their team; foreign.
    pub team: RawString,
    /// Their first day with the company.
    pub started_on: Option<String>,
    /// Places of incidents they took part in, with the place of their participation.
    pub took_part: Vec<(usize, usize)>,
    /// On call, off call.
    pub on_call: Split,
    /// In hours of work, outside them.
    pub work_hours: Split,
}

/// Counts over many incidents.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stats {
    /// The incidents that are counted, by start.
    pub incidents: Vec<Incident>,
    /// Everybody who took part, by name.
    pub people: Vec<PersonLine>,
}

impl Stats {
    /// Counts what a filter lets through.
    pub fn over(incidents: impl IntoIterator<Item = Incident>, filter: &Filter) -> Self {
        let mut incidents: Vec<Incident> =
            incidents.into_iter().filter(|one| filter.holds(one)).map(|one| filter.keep(one)).collect();
        incidents.sort_by(|a, b| {
            let order = |one: &Incident| (one.start.unwrap_or(Instant::UNDATED), one.title.clone());
            order(a).cmp(&order(b))
        });
        let people = people_of(&incidents);
        Self { incidents, people }
    }

    /// All participations, with their incidents.
    pub fn participations(&self) -> impl Iterator<Item = (&Incident, &Participation)> {
        self.incidents.iter().flat_map(|incident| incident.people.iter().map(move |one| (incident, one)))
    }

    /// On call and off call over all participations.
    pub fn on_call(&self) -> Split {
        Split::of(self.participations().map(|(_, one)| one.on_call))
    }

    /// Working hours and others over all participations.
    pub fn work_hours(&self) -> Split {
        Split::of(self.participations().map(|(_, one)| one.work_hours))
    }

    /// Incidents that began in working hours and outside them.
    pub fn started(&self) -> Split {
        Split::of(self.incidents.iter().map(|incident| incident.work_hours))
    }

    /// Incidents by month, the months without any left out.
    pub fn months(&self) -> BTreeMap<String, usize> {
        counted(self.incidents.iter().filter_map(Incident::month))
    }

    /// Incidents by service.
    pub fn services(&self) -> BTreeMap<String, usize> {
        counted(self.incidents.iter().flat_map(|incident| incident.services.iter().cloned()))
    }

    /// Incidents by technology.
    pub fn technologies(&self) -> BTreeMap<String, usize> {
        counted(self.incidents.iter().flat_map(|incident| incident.technologies.iter().cloned()))
    }

    /// What part of all incidents somebody took part in, from 0 to 1.
    pub fn share(&self, person: &PersonLine) -> f64 {
        person.took_part.len() as f64 / self.incidents.len().max(1) as f64
    }

    /// The participations that a figure counts; all of their incident's for a figure of incidents.
    pub fn counted_in(&self, figure: &Figure) -> Vec<(&Incident, &Participation)> {
        if let Figure::Person(id) = figure {
            let places = self.took_part(id).iter();
            return places
                .filter_map(|&(at, nth)| self.incidents.get(at).and_then(|one| Some((one, one.people.get(nth)?))))
                .collect();
        }
        let counts = |incident: &Incident, one: &Participation| match figure {
            Figure::OnCall(answer) => one.on_call == *answer,
            Figure::WorkHours(answer) => one.work_hours == *answer,
            _ => holds(figure, incident),
        };
        self.participations().filter(|(incident, one)| counts(incident, one)).collect()
    }

    /// The incidents that a figure counts, or in which what it counts took place.
    pub fn incidents_in(&self, figure: &Figure) -> Vec<&Incident> {
        if let Figure::Person(id) = figure {
            return self.took_part(id).iter().filter_map(|(at, _)| self.incidents.get(*at)).collect();
        }
        self.incidents.iter().filter(|incident| holds(figure, incident)).collect()
    }

    fn took_part(&self, id: &PersonId) -> &[(usize, usize)] {
        let line = self.people.iter().find(|person| person.id == *id);
        line.map(|line| line.took_part.as_slice()).unwrap_or_default()
    }
}

fn holds(figure: &Figure, incident: &Incident) -> bool {
    match figure {
        Figure::OnCall(answer) => incident.people.iter().any(|one| one.on_call == *answer),
        Figure::WorkHours(answer) => incident.people.iter().any(|one| one.work_hours == *answer),
        Figure::Started(answer) => incident.work_hours == *answer,
        Figure::Month(month) => incident.month().as_ref() == Some(month),
        Figure::Service(name) => incident.services.contains(name),
        Figure::Technology(name) => incident.technologies.contains(name),
        Figure::Person(_) => false,
    }
}

fn counted(names: impl Iterator<Item = String>) -> BTreeMap<String, usize> {
    names.fold(BTreeMap::new(), |mut counts, name| {
        *counts.entry(name).or_insert(0) += 1;
        counts
    })
}

/// Everybody of all incidents, by name; whoever shares an identity is one person.
fn people_of(incidents: &[Incident]) -> Vec<PersonLine> {
    let mut owner: BTreeMap<&PersonId, usize> = BTreeMap::new();
    let mut groups: Vec<Vec<(usize, usize)>> = Vec::new();
    for (at, incident) in incidents.iter().enumerate() {
        for (nth, one) in incident.people.iter().enumerate() {
            let ids = &one.person.identities;
            let known: BTreeSet<usize> = ids.iter().filter_map(|id| owner.get(id).copied()).collect();
            let group = known.first().copied().unwrap_or_else(|| {
                groups.push(Vec::new());
                groups.len() - 1
            });
            for other in known.into_iter().skip(1) {
                let moved = groups.get_mut(other).map(std::mem::take).unwrap_or_default();
                groups.get_mut(group).into_iter().for_each(|group| group.extend(moved.iter().copied()));
                owner.values_mut().filter(|owner| **owner == other).for_each(|owner| *owner = group);
            }
            owner.extend(ids.iter().map(|id| (id, group)));
            groups.get_mut(group).into_iter().for_each(|group| group.push((at, nth)));
        }
    }
    let mut lines: Vec<PersonLine> = groups.into_iter().filter_map(|places| line(incidents, places)).collect();
    lines.sort_by_cached_key(|line| (line.name.unsanitised().to_lowercase(), line.id.clone()));
    lines
}

/// One line of all somebody's participations; the latest incident tells title and team.
fn line(incidents: &[Incident], mut places: Vec<(usize, usize)>) -> Option<PersonLine> {
    places.sort_unstable();
    // Somebody whom one project knows by two names takes part in it once.
    places.dedup_by_key(|(incident, _)| *incident);
    let all: Vec<&Participation> = places.iter().filter_map(|&(at, nth)| incidents.get(at)?.people.get(nth)).collect();
    let latest = all.last()?;
    let told = |text: fn(&Participation) -> &RawString| {
        all.iter().rev().map(|one| text(one)).find(|text| !text.is_empty()).cloned().unwrap_or_default()
    };
    Some(PersonLine {
        id: all.first()?.person.id()?.clone(),
        name: latest.person.name.clone(),
        title: told(|one| &one.person.title),
        team: told(|one| &one.person.team),
        started_on: all.iter().rev().find_map(|one| one.person.started_on.clone()),
        on_call: Split::of(all.iter().map(|one| one.on_call)),
        work_hours: Split::of(all.iter().map(|one| one.work_hours)),
        took_part: places,
    })
}

#[cfg(test)]
mod tests;
