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
    let cited: BTreeSet<Target> = citations(text).into_iter().map(|citation| Target::from_text(citation.id)).collect();
    let targets: BTreeSet<Target> = project.annotated().into_iter().chain(cited.iter().cloned()).collect();
    let mut found: Vec<_> = targets
        .iter()
        .filter_map(|target| {
            let tags: Vec<TagId> =
                project.tags_of(target).into_iter().filter(|tag| section.is_fed_by(project, tag)).collect();
            let cited = cited.contains(target);
            if tags.is_empty() && !cited {
                return None;
            }
            Some(piece(project, evidence_of(project, archive, target)?, tags, cited))
        })
        .collect();
    found.sort_by(|a, b| (a.at, &a.target).cmp(&(b.at, &b.target)));
    found
}

fn piece(project: &Project, evidence: Evidence, tags: Vec<TagId>, cited: bool) -> SectionEvidence {
    let entry = project.entry(&evidence.target);
    let headline = entry.and_then(|entry| entry.headline.as_deref()).filter(|headline| !headline.trim().is_empty());
    SectionEvidence {
        target: evidence.target.clone(),
        at: entry.and_then(|entry| entry.occurred_at).unwrap_or(evidence.at),
        headline: headline.map_or_else(|| evidence.headline(), RawString::from),
        tags,
        cited,
        on_timeline: entry.is_some(),
        evidence,
    }
}
