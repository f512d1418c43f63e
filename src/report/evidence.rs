//! The evidence of a section: what is tagged for it, and what it cites already.
//!
//! Order is time; nothing is ranked. The list stands beside the section while it is written.

use std::collections::BTreeSet;

use crate::archive::Archive;
use crate::base::id::{TagId, Target};
use crate::base::text::RawString;
use crate::base::time::Instant;
use crate::project::Project;
use crate::timeline::{Evidence, ToldZone, evidence_of};

use super::cite::citations;
use super::template::TemplateSection;

/// One piece of evidence of a section.
#[derive(Debug, Clone, PartialEq)]
pub struct SectionEvidence {
    /// Which target.
    pub target: Target,
    /// When it happened.
    pub at: Instant,
    /// The entry's headline, else the first sentence; foreign.
    pub headline: RawString,
    /// The tags of it that feed the section; none when it is cited only.
    pub tags: Vec<TagId>,
    /// Whether the section cites it.
    pub cited: bool,
    /// Whether it is on the timeline.
    pub on_timeline: bool,
    /// What is said there.
    pub evidence: Evidence,
}

impl SectionEvidence {
    /// Whether the zone of its time is known.
    pub fn told_zone(&self) -> ToldZone {
        self.evidence.told_zone_at(self.at)
    }
}

/// What is tagged for a section or cited in it, in time order; `archive` may be empty.
pub fn evidence(project: &Project, archive: &Archive, section: &TemplateSection) -> Vec<SectionEvidence> {
    let text = project.section(&section.key).map_or("", |section| section.text.as_str());
    evidence_beside(project, archive, section, text)
}

/// The same for text that is being written and not saved yet.
pub fn evidence_beside(
    project: &Project,
    archive: &Archive,
    section: &TemplateSection,
    text: &str,
) -> Vec<SectionEvidence> {
    let feeding = section.feeding(project);
    let annotated = project.annotated().into_iter();
    let tagged = annotated.filter_map(|target| {
        let tags: Vec<TagId> = project.tags_of(&target).intersection(&feeding).cloned().collect();
        if tags.is_empty() { None } else { Some(piece(project, evidence_of(project, archive, &target)?, tags)) }
    });
    let mut found: Vec<SectionEvidence> = tagged.collect();
    sort(&mut found);
    cite_again(&mut found, project, archive, text);
    found
}

/// Brings a list up to date with what another text of the section cites; nothing else may have changed.
pub fn cite_again(found: &mut Vec<SectionEvidence>, project: &Project, archive: &Archive, text: &str) {
    let mut cited: BTreeSet<Target> =
        citations(text).into_iter().map(|citation| Target::from_text(citation.id)).collect();
    found.retain_mut(|piece| {
        piece.cited = cited.remove(&piece.target);
        piece.cited || !piece.tags.is_empty()
    });
    let new =
        cited.iter().filter_map(|target| Some(piece(project, evidence_of(project, archive, target)?, Vec::new())));
    let before = found.len();
    found.extend(new.map(|piece| SectionEvidence { cited: true, ..piece }));
    if found.len() > before {
        sort(found);
    }
}

fn sort(found: &mut [SectionEvidence]) {
    found.sort_by(|a, b| (a.at, &a.target).cmp(&(b.at, &b.target)));
}

fn piece(project: &Project, evidence: Evidence, tags: Vec<TagId>) -> SectionEvidence {
    let entry = project.entry(&evidence.target);
    let headline = entry.and_then(|entry| entry.headline.as_deref()).filter(|headline| !headline.trim().is_empty());
    SectionEvidence {
        target: evidence.target.clone(),
        at: entry.and_then(|entry| entry.occurred_at).unwrap_or(evidence.at),
        headline: headline.map_or_else(|| evidence.headline(), RawString::from),
        tags,
        cited: false,
        on_timeline: entry.is_some(),
        evidence,
    }
}
