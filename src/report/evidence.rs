//! The evidence of a section: what is tagged for it, and what it cites already.
//!
//! Order is time; nothing is ranked. The list stands beside the section while it is written. It may
//! be long, so a piece holds no words: [`SectionEvidence::said`] finds those of the few in sight.

use std::collections::BTreeSet;

use crate::archive::Archive;
use crate::base::id::Target;
use crate::base::text::RawString;
use crate::base::time::Instant;
use crate::project::Project;
use crate::timeline::{Evidence, ToldZone, evidence_of, time_of};

use super::cite::citations;
use super::tagged::Tagged;
use super::template::TemplateSection;

/// One piece of evidence of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionEvidence {
    /// Which target.
    pub target: Target,
    /// When it happened.
    pub at: Instant,
    /// Whether a tag of it feeds the section; without one it is cited only.
    pub tagged: bool,
    /// Whether the section cites it.
    pub cited: bool,
}

/// What a piece of evidence says.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// The entry's headline, else the first sentence; foreign.
    pub headline: RawString,
    /// What is said there.
    pub evidence: Evidence,
}

impl SectionEvidence {
    /// A piece that is not cited yet; `None` when neither archive nor project knows it.
    fn of(project: &Project, archive: &Archive, target: &Target, tagged: bool) -> Option<Self> {
        let known = time_of(project, archive, target)?;
        let at = project.entry(target).and_then(|entry| entry.occurred_at).unwrap_or(known);
        Some(Self { target: target.clone(), at, tagged, cited: false })
    }

    /// What it says; `None` when neither archive nor project knows it any more.
    pub fn said(&self, project: &Project, archive: &Archive) -> Option<Said> {
        let evidence = evidence_of(project, archive, &self.target)?;
        let given = project.entry(&self.target).and_then(|entry| entry.headline.as_deref());
        let headline = given.filter(|headline| !headline.trim().is_empty());
        Some(Said { headline: headline.map_or_else(|| evidence.headline(), RawString::from), evidence })
    }

    /// Whether the zone of its time is known, by what it says.
    pub fn told_zone(&self, said: &Said) -> ToldZone {
        said.evidence.told_zone_at(self.at)
    }
}

/// What is tagged for a section or cited by a text of it, in time order; `archive` may be empty.
pub fn evidence_beside(
    tagged: &Tagged<'_>,
    archive: &Archive,
    section: &TemplateSection,
    text: &str,
) -> Vec<SectionEvidence> {
    let project = tagged.project();
    let fed = tagged.with_any(section.feeding(project));
    let mut found: Vec<_> = fed.filter_map(|target| SectionEvidence::of(project, archive, target, true)).collect();
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
        piece.cited || piece.tagged
    });
    let before = found.len();
    let new = cited.iter().filter_map(|target| SectionEvidence::of(project, archive, target, false));
    found.extend(new.map(|piece| SectionEvidence { cited: true, ..piece }));
    if found.len() > before {
        sort(found);
    }
}

fn sort(found: &mut [SectionEvidence]) {
    found.sort_by(|a, b| (a.at, &a.target).cmp(&(b.at, &b.target)));
}
