//! What the last check of the report found, kept while the next one runs.
//!
//! A check runs off this thread, so what it found may be of a state that is past. Nothing is shown of
//! it that does not fit any more: words are looked at only where their section still says what was
//! checked, and what was waved through or has no section any more is gone at once. At most one check
//! runs; whatever changed meanwhile is checked when it has answered.

use std::collections::BTreeMap;

use crate::base::id::Target;
use crate::jobs::check::{Basis, CheckJob, Checked};
use crate::project::Project;
use crate::report::evidence::{SectionEvidence, cite_again};
use crate::report::lint::Finding;
use crate::tui::session::Session;

/// What the last check found.
#[derive(Debug, Default)]
pub struct Checks {
    findings: Vec<Finding>,
    evidence: BTreeMap<String, Vec<SectionEvidence>>,
    texts: BTreeMap<String, String>,
    /// The finding that was gone to, and its place in the list, or where that was.
    chosen: Option<(Finding, usize)>,
    /// What was checked last; `None` before the first answer.
    basis: Option<Basis>,
    is_running: bool,
}

const fn basis_of(session: &Session) -> Basis {
    (session.project_revision(), session.archive_revision())
}

impl Checks {
    /// What is to be looked at before the report goes out.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// What is tagged for a section or cited in it, in time order.
    pub fn evidence(&self, key: &str) -> &[SectionEvidence] {
        self.evidence.get(key).map_or(&[], Vec::as_slice)
    }

    /// Whether anything was checked yet: before, that nothing was found says nothing.
    pub const fn is_known(&self) -> bool {
        self.basis.is_some()
    }

    /// Whether a check is to be made: something changed, and none runs.
    pub fn is_due(&self, session: &Session) -> bool {
        !self.is_running && self.basis != Some(basis_of(session))
    }

    /// The check to be made; its answer comes to [`Checks::take`] or [`Checks::fail`].
    pub fn begin(&mut self, session: &Session) -> CheckJob {
        self.is_running = true;
        let (project, archive) = (session.document().shared_project(), session.archive.clone());
        CheckJob { project, archive, basis: basis_of(session) }
    }

    /// Takes the answer of the check that ran.
    pub fn take(&mut self, checked: Checked) {
        let Checked { basis, findings, evidence, texts } = checked;
        (self.findings, self.evidence, self.texts) = (findings, evidence, texts);
        (self.basis, self.is_running) = (Some(basis), false);
        self.chosen = self.chosen.take().map(|(finding, place)| {
            let place = self.place_of(&finding, place).unwrap_or(place);
            (finding, place)
        });
    }

    /// The check of a state failed; it is not tried again before something changes.
    pub const fn fail(&mut self, basis: Basis) {
        (self.basis, self.is_running) = (Some(basis), false);
    }

    /// Drops what does not fit the project any more, of which `is_section` knows the sections.
    pub fn settle(&mut self, project: &Project, is_section: impl Fn(&str) -> bool) {
        let text_of = |key: &str| project.section(key).map_or("", |section| section.text.as_str());
        let (mut place, mut kept) = (0, 0);
        let chosen = self.chosen.as_mut().map(|(_, place)| place);
        let before = chosen.as_ref().map_or(0, |place| **place);
        self.findings.retain(|finding| {
            let checked = self.texts.get(&finding.section).map_or("", String::as_str);
            let fits = finding.range.is_none() || checked == text_of(&finding.section);
            let is_waived = project.section(&finding.section).is_some_and(|section| finding.is_waived(section));
            let stays = fits && !is_waived && is_section(&finding.section);
            kept += usize::from(stays && place < before);
            place += 1;
            stays
        });
        if let Some(chosen) = chosen {
            *chosen = kept;
        }
    }

    /// Brings the evidence of a section up to date with what its text cites as it is typed.
    pub fn cite_again(&mut self, session: &Session, key: &str, text: &str) {
        let evidence = self.evidence.entry(key.to_owned()).or_default();
        cite_again(evidence, session.project(), &session.archive, text);
    }

    /// The place of a piece of evidence of a section.
    pub fn place_of_piece(&self, key: &str, target: &Target) -> Option<usize> {
        self.evidence(key).iter().position(|piece| piece.target == *target)
    }

    /// The finding that was gone to, while it holds.
    pub fn chosen(&self) -> Option<&Finding> {
        let (finding, place) = self.chosen.as_ref()?;
        self.findings.get(self.place_of(finding, *place)?)
    }

    /// Goes from the finding that was gone to, or from where it was, to the next one or the one before,
    /// round in a circle.
    pub fn step(&mut self, forward: bool) -> Option<&Finding> {
        let count = self.findings.len().max(1);
        let (finding, place) = self.chosen.as_ref()?;
        let next = match (self.place_of(finding, *place), forward) {
            (Some(here), true) => here + 1,
            // What comes after it has taken its place.
            (None, true) => *place,
            (Some(here), false) => here + count - 1,
            (None, false) => place + count - 1,
        };
        self.choose(next % count)
    }

    /// Goes to a finding by its place.
    pub fn choose(&mut self, place: usize) -> Option<&Finding> {
        let finding = self.findings.get(place)?;
        self.chosen = Some((finding.clone(), place));
        Some(finding)
    }

    /// The section of the finding that was gone to, also when it does not hold any more.
    pub fn section_of_chosen(&self) -> Option<&str> {
        self.chosen.as_ref().map(|(finding, _)| finding.section.as_str())
    }

    /// Where the same is found: the one nearest to where it was.
    fn place_of(&self, finding: &Finding, place: usize) -> Option<usize> {
        let is_same = |other: &Finding| {
            (other.code, &other.section, &other.waiver) == (finding.code, &finding.section, &finding.waiver)
        };
        let same = self.findings.iter().enumerate().filter(|(_, other)| is_same(other));
        same.map(|(ix, _)| ix).min_by_key(|ix| ix.abs_diff(place))
    }
}
