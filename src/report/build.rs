//! The whole report as plain data: what every text format and the preview are drawn from.
//!
//! This is the gate through which evidence leaves a project: whatever is off the record, or private
//! and not asked for by name, is not in a [`Report`] in any form. Formats only lay out.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::analysis::duty::{Duty, OnCall};
use crate::archive::{Archive, Person};
use crate::base::id::{NoteId, PersonId, Target};
use crate::base::text::{RawString, count_words};
use crate::base::time::{Instant, Zone};
use crate::project::Project;
use crate::project::model::{Milestone, Note, SectionStatus};
use crate::timeline::{Evidence, Row, Timeline, assemble, evidence_of};

use super::cite::{Standing, citations, resolve};
use super::template::{TIMELINE_KEY, Template, section_title};
use super::versions::{Version, Versions};

/// What may leave beside what is public and on record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// Private channels that leave, by name, with or without `#`.
    pub private: Vec<String>,
    /// Whether everything annotated leaves, not only what is on the timeline or cited.
    pub annotations: bool,
    /// Keys of the sections that leave; all when empty.
    pub sections: Vec<String>,
}

impl Policy {
    /// Whether a piece of evidence may leave.
    pub fn permits(&self, evidence: &Evidence) -> bool {
        !evidence.off_record && (!evidence.private || self.names_private(evidence.channel.unsanitised()))
    }

    fn permits_row(&self, row: &Row) -> bool {
        !row.off_record && (!row.private || self.names_private(row.channel.unsanitised()))
    }

    pub(super) fn names_private(&self, channel: &str) -> bool {
        let plain = |name: &str| name.trim_start_matches('#').to_lowercase();
        self.private.iter().any(|name| plain(name) == plain(channel))
    }

    fn wants_section(&self, key: &str) -> bool {
        self.sections.is_empty() || self.sections.iter().any(|wanted| wanted == key)
    }
}

/// What a citation in a section became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CiteTo {
    /// A numbered source.
    Source(usize),
    /// Evidence that does not leave.
    Withheld,
    /// Nothing that anybody knows.
    Broken,
}

/// A citation in the text of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionCite {
    /// Where it stands in the text, in bytes.
    pub range: Range<usize>,
    /// The id that is cited.
    pub id: String,
    /// What it became.
    pub to: CiteTo,
}

/// A section as it leaves.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportSection {
    /// Its name in files.
    pub key: String,
    /// Its heading.
    pub title: String,
    /// The question that it answers; empty for text kept from another template.
    pub answers: String,
    /// Markdown, with `[@ID]` as written.
    pub text: String,
    /// How far it is.
    pub status: SectionStatus,
    /// Its citations, in order.
    pub cites: Vec<SectionCite>,
    /// Every version of it in order of writing, where several people wrote it at once.
    pub versions: Vec<Version>,
}

impl ReportSection {
    /// The section as one of its versions has it.
    #[must_use]
    pub fn of_version(&self, version: &Version) -> Self {
        Self { text: version.written.text.clone(), cites: version.cites.clone(), versions: Vec::new(), ..self.clone() }
    }

    /// Whether anything is written in it, in any version.
    pub fn is_written(&self) -> bool {
        let versions = self.versions.iter().map(|version| &version.written.text);
        versions.chain([&self.text]).any(|text| !text.trim().is_empty())
    }

    /// The text with every citation replaced.
    pub fn text_with(&self, replace: impl Fn(&SectionCite) -> String) -> String {
        let mut text = String::with_capacity(self.text.len());
        let mut from = 0;
        for cite in &self.cites {
            text.push_str(self.text.get(from..cite.range.start).unwrap_or_default());
            text.push_str(&replace(cite));
            from = cite.range.end;
        }
        text.push_str(self.text.get(from..).unwrap_or_default());
        text
    }

    /// Whether the text holds a table of its own.
    pub fn has_table(&self) -> bool {
        self.text.lines().any(|line| line.trim_start().starts_with('|'))
    }
}

/// A numbered source.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportSource {
    /// The number that stands in the text.
    pub number: usize,
    /// The id that is cited: of a message, event, beat or note.
    pub id: String,
    /// When it happened.
    pub at: Instant,
    /// What is said there.
    pub evidence: Evidence,
    /// The note, when a note is cited.
    pub note: Option<String>,
}

/// A person whose words leave.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportPerson {
    /// Platform and user id.
    pub id: String,
    /// Full name; foreign.
    pub name: RawString,
    /// Job title; foreign.
    pub title: Option<String>,
    /// Team.
    pub team: Option<String>,
    /// Where they work.
    pub location: Option<String>,
    /// Their zone.
    pub zone: Option<Zone>,
    /// First day with the company.
    pub started_on: Option<String>,
    /// What they did in the incident, as somebody wrote it.
    pub role: Option<String>,
    /// Whether they were on call, where anything tells.
    pub on_call: Option<bool>,
    /// The schedules by which they were on call when people were called; printable.
    pub rotas: Vec<String>,
    /// The first of their words that leave.
    pub first_at: Option<Instant>,
    /// Whether it is a program.
    pub is_program: bool,
    /// Messages in the sources.
    pub messages: u64,
}

/// Anything with a tag or note.
#[derive(Debug, Clone, PartialEq)]
pub struct Annotation {
    /// What is said there.
    pub evidence: Evidence,
    /// Labels of its tags.
    pub tags: Vec<String>,
    /// Its notes on record, oldest first.
    pub notes: Vec<String>,
    /// Whether it is on the timeline.
    pub on_timeline: bool,
}

/// What stays behind, as sums only: names would tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Notes off the record.
    pub notes: usize,
    /// Messages and events off the record.
    pub off_record: usize,
    /// Entries and citations of private channels.
    pub private: usize,
}

/// The whole report.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Its title.
    pub title: String,
    /// The zone of all its times.
    pub zone: Zone,
    /// Sections in the order of the template; text kept from another template last.
    pub sections: Vec<ReportSection>,
    /// Whether the timeline is among what is asked for.
    pub shows_timeline: bool,
    /// Sources by number.
    pub sources: Vec<ReportSource>,
    /// The timeline without what stays behind.
    pub timeline: Timeline,
    /// People whose words leave, by name.
    pub people: Vec<ReportPerson>,
    /// Everything annotated; empty unless asked for.
    pub annotations: Vec<Annotation>,
    /// What stays behind.
    pub left_out: LeftOut,
    /// Whether names of people are withheld.
    pub names_withheld: bool,
    /// How many texts beside its sections have more versions than the one that shows.
    pub other_versions: usize,
}

impl Report {
    /// What is said of texts that several people wrote at once; `None` where there are none.
    pub fn versions_told(&self) -> Option<String> {
        let sections = self.sections.iter().filter(|section| !section.versions.is_empty()).count();
        let parts = [
            (sections, "section has", "sections have", "all are shown"),
            (self.other_versions, "other text has", "other texts have", "the last one is shown"),
        ];
        let told = parts.into_iter().filter(|(count, ..)| *count > 0).map(|(count, one, many, shown)| {
            format!("{} more than one version: {shown}", count_words(count, one, many))
        });
        let told: Vec<String> = told.collect();
        (!told.is_empty()).then(|| format!("{}. Nobody has settled which holds.", told.join("; ")))
    }
}

/// Makes the report of a project; `archive` may be empty.
pub fn build(project: &Project, archive: &Archive, policy: &Policy) -> Report {
    build_with(project, archive, policy, &Versions::default())
}

/// Makes the report of a project of which some texts have several versions.
pub fn build_with(project: &Project, archive: &Archive, policy: &Policy, versions: &Versions) -> Report {
    let full = assemble(project, archive);
    let mut builder = Builder { project, archive, policy, versions, sources: Vec::new(), numbers: BTreeMap::new() };
    let sections = builder.sections();
    let sources = builder.sources;
    let shows_timeline = policy.wants_section(TIMELINE_KEY);
    let timeline = permitted_timeline(project, policy, &full, shows_timeline);
    let annotations = if policy.annotations { annotations(project, archive, policy) } else { Vec::new() };
    let heard: Vec<Heard> = timeline
        .rows
        .iter()
        .filter_map(|row| Some((row.author_id.clone()?, row.author.clone(), row.at)))
        .chain(sources.iter().filter_map(|source| heard(&source.evidence)))
        .chain(annotations.iter().filter_map(|annotation| heard(&annotation.evidence)))
        .collect();
    Report {
        title: project.title().to_owned(),
        zone: project.zone(),
        sections,
        shows_timeline,
        sources,
        people: people(project, archive, heard),
        timeline,
        annotations,
        left_out: left_out(project, archive, policy, &full),
        names_withheld: false,
        other_versions: versions.others,
    }
}

fn heading<'a>(template: &'a Template, key: &'a str) -> &'a str {
    template.section(key).map_or_else(|| section_title(key), |section| &section.title)
}

/// Who is heard, their name, and when.
type Heard = (PersonId, RawString, Instant);

fn heard(evidence: &Evidence) -> Option<Heard> {
    Some((evidence.author_id.clone()?, evidence.author.clone(), evidence.at))
}

struct Builder<'a> {
    project: &'a Project,
    archive: &'a Archive,
    policy: &'a Policy,
    versions: &'a Versions,
    sources: Vec<ReportSource>,
    numbers: BTreeMap<String, usize>,
}

impl Builder<'_> {
    fn sections(&mut self) -> Vec<ReportSection> {
        let template = Template::of(self.project);
        let placed = template.sections.iter().map(|section| (section.key.as_str(), section.answers.as_str()));
        let kept = template.kept(self.project).into_iter().map(|(key, _)| (key, ""));
        let keys: Vec<_> = placed.chain(kept).filter(|(key, _)| self.policy.wants_section(key)).collect();
        keys.into_iter().map(|(key, answers)| self.section(key, heading(template, key), answers)).collect()
    }

    fn section(&mut self, key: &str, title: &str, answers: &str) -> ReportSection {
        let section = self.project.section(key).cloned().unwrap_or_default();
        let written = self.versions.sections.get(key).cloned().unwrap_or_default();
        let versions: Vec<Version> =
            written.into_iter().map(|written| Version { cites: self.cites(&written.text), written }).collect();
        ReportSection {
            key: key.to_owned(),
            title: title.to_owned(),
            answers: answers.to_owned(),
            cites: self.cites(&section.text),
            text: section.text,
            status: section.status,
            versions,
        }
    }

    fn cites(&mut self, text: &str) -> Vec<SectionCite> {
        citations(text)
            .into_iter()
            .map(|citation| {
                let to = self.cite(&citation.id);
                SectionCite { range: citation.range, id: citation.id, to }
            })
            .collect()
    }

    fn cite(&mut self, id: &str) -> CiteTo {
        if let Some(&number) = self.numbers.get(id) {
            return CiteTo::Source(number);
        }
        let resolved = resolve(self.project, self.archive, id);
        match (resolved.standing, resolved.evidence) {
            (Standing::OnTimeline | Standing::OffTimeline, Some(evidence)) if self.policy.permits(&evidence) => {
                let number = self.sources.len() + 1;
                self.numbers.insert(id.to_owned(), number);
                let source = ReportSource { number, id: id.to_owned(), at: resolved.at, evidence, note: resolved.note };
                self.sources.push(source);
                CiteTo::Source(number)
            }
            (Standing::Broken, _) | (_, None) => CiteTo::Broken,
            _ => CiteTo::Withheld,
        }
    }
}

fn permitted_timeline(project: &Project, policy: &Policy, full: &Timeline, shown: bool) -> Timeline {
    if !shown {
        return Timeline::default();
    }
    let mut timeline = full.clone();
    timeline.rows.retain(|row| policy.permits_row(row));
    for row in &mut timeline.rows {
        row.notes.retain(|note| project.notes().get(note).is_some_and(|note| !note.off_record));
    }
    timeline
}

/// Notes on record on a target, oldest first.
pub fn notes_on_record<'a>(project: &'a Project, target: &Target) -> Vec<(&'a NoteId, &'a Note)> {
    project.notes_on(target).into_iter().filter(|(_, note)| !note.off_record).collect()
}

/// Labels of the tags of a target.
pub fn tag_labels(project: &Project, target: &Target) -> Vec<String> {
    let tags = project.tags_of(target);
    tags.iter().filter_map(|id| project.tag(id)).map(|(_, tag)| tag.label()).collect()
}

fn annotations(project: &Project, archive: &Archive, policy: &Policy) -> Vec<Annotation> {
    let mut found: Vec<_> = project
        .annotated()
        .iter()
        .filter_map(|target| evidence_of(project, archive, target))
        .filter(|evidence| policy.permits(evidence))
        .map(|evidence| annotation(project, evidence))
        .collect();
    found.sort_by(|a, b| (a.evidence.at, &a.evidence.target).cmp(&(b.evidence.at, &b.evidence.target)));
    found
}

/// One piece of evidence with its tags and notes on record.
pub fn annotation(project: &Project, evidence: Evidence) -> Annotation {
    let notes = notes_on_record(project, &evidence.target);
    Annotation {
        tags: tag_labels(project, &evidence.target),
        notes: notes.into_iter().map(|(_, note)| note.text.clone()).collect(),
        on_timeline: project.entry(&evidence.target).is_some(),
        evidence,
    }
}

fn people(project: &Project, archive: &Archive, heard: Vec<Heard>) -> Vec<ReportPerson> {
    let start = project.milestone(Milestone::Start).unwrap_or(Instant::UNDATED);
    // Who spoke in the incident is known by that; who only spoke before it, by their first word.
    let key = |at: Instant| (at < start, at);
    let mut by_id: BTreeMap<PersonId, (RawString, Instant)> = BTreeMap::new();
    for (id, name, at) in heard {
        let (known, first) = by_id.entry(project.same_person(&id).clone()).or_insert((name.clone(), at));
        *known = name;
        *first = if key(at) < key(*first) { at } else { *first };
    }
    let counts = message_counts(project, archive, &by_id.keys().cloned().collect());
    let called = project.milestone(Milestone::ResponseBegan).or_else(|| project.milestone(Milestone::Start));
    let mut people: Vec<_> = by_id
        .into_iter()
        .map(|(id, (name, first))| {
            let rotas = match Duty::of_person(project, archive, &id).at(called.unwrap_or(first)) {
                OnCall::Rotas(rotas) => rotas,
                _ => Vec::new(),
            };
            let count = counts.get(&id).copied().unwrap_or(0);
            ReportPerson { rotas, first_at: Some(first), ..person(project, archive, &id, name, count) }
        })
        .collect();
    people.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    people
}

fn person(project: &Project, archive: &Archive, id: &PersonId, name: RawString, count: u64) -> ReportPerson {
    let card = project.person(id).cloned().unwrap_or_default();
    let listed = archive.people().find(id).and_then(|ix| archive.people().get(ix));
    let presence = card.presence.as_ref();
    let told = |text: fn(&Person) -> &RawString| {
        listed.map(|person| text(person).unsanitised().to_owned()).filter(|text| !text.is_empty())
    };
    ReportPerson {
        name: card.name.map_or(name, RawString::from),
        title: card.title.or_else(|| told(|person| &person.title)),
        team: card.team.or_else(|| told(|person| &person.team)),
        location: card.location.or_else(|| told(|person| &person.location)),
        zone: card.zone.or_else(|| listed.and_then(|person| person.zone)),
        started_on: card.started_on.or_else(|| told(|person| &person.started_on)),
        role: card.role,
        on_call: card.on_call.or_else(|| presence.and_then(|presence| presence.on_call)),
        rotas: Vec::new(),
        first_at: None,
        is_program: listed.is_some_and(|person| person.is_bot),
        messages: Some(count).filter(|&count| count > 0).or_else(|| Some(presence?.messages)).unwrap_or(0),
        id: id.as_str().to_owned(),
    }
}

fn message_counts(project: &Project, archive: &Archive, wanted: &BTreeSet<PersonId>) -> BTreeMap<PersonId, u64> {
    let mut counts = BTreeMap::new();
    for (channel, _) in archive.channels() {
        for author in archive.messages(channel).filter_map(|message| message.author()) {
            let id = project.same_person(&author.id);
            if wanted.contains(id) {
                *counts.entry(id.clone()).or_default() += 1;
            }
        }
    }
    counts
}

fn left_out(project: &Project, archive: &Archive, policy: &Policy, full: &Timeline) -> LeftOut {
    let cited: BTreeSet<Target> = project
        .report()
        .values()
        .flat_map(|section| citations(&section.text))
        .map(|citation| Target::from_text(citation.id))
        .collect();
    let rows = full.rows.iter().map(|row| row.target.clone());
    let leaving: BTreeSet<Target> = rows.chain(cited).collect();
    let mut sums =
        LeftOut { notes: project.notes().values().filter(|note| note.off_record).count(), ..LeftOut::default() };
    for evidence in leaving.iter().filter_map(|target| evidence_of(project, archive, target)) {
        if evidence.off_record {
            sums.off_record += 1;
        } else if !policy.permits(&evidence) {
            sums.private += 1;
        }
    }
    sums
}
