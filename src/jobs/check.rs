//! Checks a report: what is to be looked at before it goes out, and the evidence of each section.
//!
//! Both look at all that is annotated, which may be tens of thousands of messages. The project is
//! shared with the screen, which copies what it changes meanwhile, so a check sees one state of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::archive::Archive;
use crate::project::Project;
use crate::report::evidence::{SectionEvidence, evidence_beside};
use crate::report::lint::{Finding, lint_tagged};
use crate::report::tagged::Tagged;
use crate::report::template::Template;

/// A state of the project and one of the archive, by the numbers that the screen gave them.
pub type Basis = (u64, u64);

/// What it takes to check a report.
#[derive(Debug)]
pub struct CheckJob {
    /// The project, as it stands.
    pub project: Arc<Project>,
    /// What was said, as far as its sources are read.
    pub archive: Arc<Archive>,
    /// Which states of them.
    pub basis: Basis,
}

/// What a check found.
#[derive(Debug, PartialEq)]
pub struct Checked {
    /// Which states of project and archive it looked at.
    pub basis: Basis,
    /// What is to be looked at, in the order of the template.
    pub findings: Vec<Finding>,
    /// What is tagged for each section of the template or cited in it, by the section's key.
    pub evidence: BTreeMap<String, Vec<SectionEvidence>>,
    /// The texts in which the words of findings stand, by the section's key.
    pub texts: BTreeMap<String, String>,
}

impl CheckJob {
    /// Checks it; the project is given back before anything is told.
    pub fn run(self) -> Checked {
        let Self { project, archive, basis } = self;
        let tagged = Tagged::of(&project);
        let texts: BTreeMap<String, String> =
            project.report().iter().map(|(key, section)| (key.clone(), section.text.clone())).collect();
        let sections = Template::of(&project).sections.iter();
        let evidence = sections.map(|section| {
            let text = texts.get(&section.key).map_or("", String::as_str);
            (section.key.clone(), evidence_beside(&tagged, &archive, section, text))
        });
        Checked { basis, evidence: evidence.collect(), findings: lint_tagged(&tagged, &archive), texts }
    }
}
