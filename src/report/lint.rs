//! What to look at before a report goes out: problems, and advice that only asks.
//!
//! Wording is never a problem; only a citation that leads nowhere or must not leave is, and words
//! put into somebody's mouth. What no program can tell stays with people: whether those who were
//! there have read the draft, and where a postal address stands. The texts
//! are data in `assets/lint.json`. A finding is waved through with a reason: all of its kind in a
//! section, or one sentence, which is asked about again only when it changes.

mod cited;
mod gaps;
mod rules;
mod sentence;
mod shape;
mod story;
mod voices;
mod wording;

use std::ops::Range;

use crate::archive::Archive;
use crate::project::Project;
use crate::project::model::{Section, SectionStatus};
use crate::timeline::assemble;

use super::tagged::Tagged;
use super::template::{TIMELINE_KEY, Template};

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// It must be settled.
    Problem,
    /// It asks to be looked at.
    Advice,
    /// It asks quietly: a mark in the margin.
    Hint,
}

impl Level {
    /// The word in `check --json`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Problem => "problem",
            Self::Advice | Self::Hint => "advice",
        }
    }
}

/// One thing to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How serious.
    pub level: Level,
    /// Its id: `broken-citation`, `F01`.
    pub code: &'static str,
    /// The key of its section.
    pub section: String,
    /// What is meant, for people.
    pub message: String,
    /// The words meant, in bytes of the section's text.
    pub range: Option<Range<usize>>,
    /// The lint id that waves this one through: the code and, where words are meant, the sentence.
    pub waiver: String,
}

impl Finding {
    /// A finding about words of a section's text.
    fn at(level: Level, code: &'static str, (key, text): (&str, &str), message: String, range: Range<usize>) -> Self {
        let waiver = format!("{code}.{}", sentence::mark(sentence::around(text, &range)));
        Self { level, code, section: key.to_owned(), message, range: Some(range), waiver }
    }

    /// A finding about a whole section.
    fn of_section(level: Level, code: &'static str, key: &str, message: String) -> Self {
        Self { level, code, section: key.to_owned(), message, range: None, waiver: code.to_owned() }
    }

    /// Whether somebody waved it through.
    pub fn is_waived(&self, section: &Section) -> bool {
        section.waived.contains_key(self.code) || section.waived.contains_key(&self.waiver)
    }
}

/// All findings in a project's report, in the order of its template, kept text last.
pub fn lint(project: &Project, archive: &Archive) -> Vec<Finding> {
    lint_tagged(&Tagged::of(project), archive)
}

/// The same, where it was gathered already what carries which tags.
pub fn lint_tagged(tagged: &Tagged<'_>, archive: &Archive) -> Vec<Finding> {
    let project = tagged.project();
    let template = Template::of(project);
    let keys = template.sections.iter().map(|section| section.key.as_str());
    let kept = template.kept(project).into_iter().map(|(key, _)| key);
    keys.chain(kept).flat_map(|key| lint_section(tagged, archive, template, key)).collect()
}

fn lint_section(tagged: &Tagged<'_>, archive: &Archive, template: &Template, key: &str) -> Vec<Finding> {
    let project = tagged.project();
    let section = project.section(key);
    let text = section.map_or("", |section| section.text.as_str());
    let mut findings = lint_text(project, archive, key, text);
    let done = section.is_some_and(|section| section.status == SectionStatus::Done);
    let placed = template.section(key);
    if placed.is_some() && text.trim().is_empty() && !done && key != TIMELINE_KEY {
        findings.push(gaps::of_section("empty-section", key, ""));
    }
    findings.extend(gaps::off_timeline(project, archive, key, text));
    if let Some(placed) = placed {
        findings.extend(gaps::unused_evidence(project, placed, tagged));
    }
    findings.extend(voices::of_one(project, archive, key, text));
    findings.extend(shape::duration_in_title(project, key));
    findings.extend(shape::one_sided(project, key));
    if key == key_of_record(template) {
        let timeline = assemble(project, archive);
        findings.extend(gaps::tagged_unread(project, archive, key, tagged));
        findings.extend(story::findings(project, archive, &timeline, key, tagged));
        findings.extend(voices::of_one_team(project, archive, &timeline, key));
        findings.extend(voices::unheard(project, archive, key, tagged));
    }
    findings.retain(|finding| section.is_none_or(|section| !finding.is_waived(section)));
    findings
}

/// The section beside which gaps of the whole record are told.
fn key_of_record(template: &Template) -> &str {
    let first = template.sections.first().map_or("", |section| section.key.as_str());
    template.section(TIMELINE_KEY).map_or(first, |section| section.key.as_str())
}

/// Findings in text that may not be saved yet, in the order of the text; what was waved through is
/// among them.
pub fn lint_text(project: &Project, archive: &Archive, key: &str, text: &str) -> Vec<Finding> {
    let mut findings = gaps::citations_of(project, archive, key, text);
    let prose = sentence::prose(text);
    findings.extend(gaps::in_text(project, (key, text), &prose));
    findings.extend(wording::findings(project, (key, text), &prose));
    findings.extend(cited::findings(project, archive, (key, text), &prose));
    findings.extend(shape::duration_first((key, text), &prose));
    findings.extend(shape::short_forms(project, (key, text), &prose));
    findings.sort_by_key(|finding| finding.range.as_ref().map_or(0, |range| range.start));
    findings
}

/// The same without what was waved through: what stands in the margin while somebody writes.
pub fn lint_beside(project: &Project, archive: &Archive, key: &str, text: &str) -> Vec<Finding> {
    let mut findings = lint_text(project, archive, key, text);
    let section = project.section(key);
    findings.retain(|finding| section.is_none_or(|section| !finding.is_waived(section)));
    findings
}

#[cfg(test)]
mod tests;
