//! Whose words a report rests on: one person, one channel or one team alone, and who was there and
//! is heard nowhere.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::presence::Participant;
use crate::archive::{Archive, ChannelKind};
use crate::base::id::{PersonId, Target};
use crate::base::text::count_words;
use crate::project::Project;
use crate::report::cite::{citations, resolve};
use crate::report::draft::responders::arrivals;
use crate::report::tagged::Tagged;
use crate::timeline::copy::{channel_name, is_off_record};
use crate::timeline::{Evidence, Timeline, author_of};

use super::Finding;
use super::gaps::of_section;

/// Citations from which on one voice is worth a question.
const ENOUGH: usize = 3;
/// Names that a finding tells.
const NAMED: usize = 4;

/// What a text cites, each once.
fn cited(project: &Project, archive: &Archive, text: &str) -> BTreeMap<Target, Evidence> {
    let found = citations(text).into_iter().filter_map(|citation| {
        let evidence = resolve(project, archive, &citation.id).evidence?;
        Some((evidence.target.clone(), evidence))
    });
    found.collect()
}

/// All citations of a section come from one person, or from one channel while others spoke.
pub(super) fn of_one(project: &Project, archive: &Archive, key: &str, text: &str) -> Vec<Finding> {
    let cited = cited(project, archive, text);
    if cited.len() < ENOUGH {
        return Vec::new();
    }
    let authors: Option<BTreeSet<&PersonId>> =
        cited.values().map(|evidence| Some(project.same_person(evidence.author_id.as_ref()?))).collect();
    let channels: BTreeSet<&str> = cited.values().map(|evidence| evidence.channel.unsanitised()).collect();
    let one_voice = authors.is_some_and(|authors| authors.len() == 1);
    let one_room = channels.len() == 1 && !channels.contains("") && is_said_elsewhere(archive, &cited, &channels);
    let codes = [("one-voice", one_voice), ("one-room", one_room)];
    codes.into_iter().filter(|(_, is_so)| *is_so).map(|(code, _)| of_section(code, key, "")).collect()
}

/// Whether anything was written in another open channel between the first and the last of what is cited.
fn is_said_elsewhere(archive: &Archive, cited: &BTreeMap<Target, Evidence>, channels: &BTreeSet<&str>) -> bool {
    let times = || cited.values().map(|evidence| evidence.at).filter(|at| at.is_dated());
    let Some((first, last)) = times().min().zip(times().max()) else { return false };
    archive.channels().any(|(_, log)| {
        let is_other = log.meta().kind == ChannelKind::Public && !channels.contains(channel_name(log.meta()).as_str());
        let rows = log.first_at(first)..log.last_at(last).map_or(0, |row| row + 1);
        is_other && rows.into_iter().any(|row| !log.kind(row).is_system())
    })
}

/// The whole report cites one team, and people of others took part.
pub(super) fn of_one_team(project: &Project, archive: &Archive, timeline: &Timeline, key: &str) -> Option<Finding> {
    let team = |id: &PersonId| {
        let team = Participant::find(project, archive, id).team;
        (!team.is_empty()).then(|| team.unsanitised().to_lowercase())
    };
    let heard: BTreeSet<String> = heard(project, archive).iter().filter_map(team).collect();
    if heard.len() != 1 {
        return None;
    }
    let present = arrivals(project, archive, timeline);
    let others = present.iter().filter_map(|arrival| team(&arrival.person)).any(|team| !heard.contains(&team));
    others.then(|| of_section("one-team", key, ""))
}

/// Everybody whose words the report cites.
fn heard(project: &Project, archive: &Archive) -> BTreeSet<PersonId> {
    let texts = project.report().values().map(|section| section.text.as_str());
    let authors =
        texts.flat_map(|text| cited(project, archive, text).into_values()).filter_map(|evidence| evidence.author_id);
    authors.map(|id| project.same_person(&id).clone()).collect()
}

/// People with a role or a tagged message who are cited nowhere and were not asked.
pub(super) fn unheard(project: &Project, archive: &Archive, key: &str, tagged: &Tagged<'_>) -> Option<Finding> {
    if project.report().values().all(|section| citations(&section.text).is_empty()) {
        return None;
    }
    let has_role = |id: &&PersonId| project.people().get(*id).is_some_and(|card| card.role.is_some());
    let with_role = project.people().keys().filter(has_role).cloned();
    let tagged = tagged.targets().filter(|target| !is_off_record(project, target));
    let authors = tagged.filter_map(|target| author_of(project, archive, target));
    let present: BTreeSet<PersonId> = with_role.chain(authors).map(|id| project.same_person(&id).clone()).collect();
    let heard = heard(project, archive);
    let asked: BTreeSet<&PersonId> = project
        .notes()
        .values()
        .filter_map(|note| note.question.as_ref()?.to.as_ref())
        .map(|id| project.same_person(id))
        .collect();
    let silent = present.iter().filter(|id| !heard.contains(*id) && !asked.contains(id));
    let people = silent.map(|id| Participant::find(project, archive, id));
    let people: Vec<Participant> = people.filter(|person| !person.is_bot && person.interview.is_none()).collect();
    let names: Vec<_> = people.iter().take(NAMED).map(|person| person.name.tty_line()).collect();
    let more = if people.len() > NAMED { ", …" } else { "" };
    let beside = format!("{} ({}{more}): ", count_words(people.len(), "person", "people"), names.join(", "));
    (!people.is_empty()).then(|| of_section("unheard", key, &beside))
}
