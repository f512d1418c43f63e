//! What to look at before a report goes out: problems, and advice that only asks.
//!
//! Wording is never a problem; only a citation that leads nowhere or must not leave is.

use std::ops::Range;

use crate::archive::Archive;
use crate::project::Project;
use crate::project::model::SectionStatus;

use super::cite::{Standing, citations, resolve};
use super::draft::MARK;
use super::template::Template;

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// It must be settled.
    Problem,
    /// It asks to be looked at.
    Advice,
}

impl Level {
    /// The word in `check --json`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Problem => "problem",
            Self::Advice => "advice",
        }
    }
}

/// One thing to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How serious.
    pub level: Level,
    /// Its id: `broken-citation`.
    pub code: &'static str,
    /// The key of its section.
    pub section: String,
    /// What is meant, for people.
    pub message: String,
    /// The words meant, in bytes of the section's text.
    pub range: Option<Range<usize>>,
}

/// All findings in a project's report, in the order of its template, kept text last.
pub fn lint(project: &Project, archive: &Archive) -> Vec<Finding> {
    let template = Template::of(project);
    let keys = template.sections.iter().map(|section| section.key.as_str());
    let kept = template.kept(project).into_iter().map(|(key, _)| key);
    let placed = |key: &str| template.section(key).is_some();
    keys.chain(kept).flat_map(|key| lint_section(project, archive, key, placed(key))).collect()
}

fn lint_section(project: &Project, archive: &Archive, key: &str, placed: bool) -> Vec<Finding> {
    let section = project.section(key);
    let text = section.map_or("", |section| section.text.as_str());
    let mut findings = lint_text(project, archive, key, text);
    let done = section.is_some_and(|section| section.status == SectionStatus::Done);
    if placed && text.trim().is_empty() && !done && key != super::template::TIMELINE_KEY {
        findings.push(Finding {
            level: Level::Advice,
            code: "empty-section",
            section: key.to_owned(),
            message: "Empty. Leave it so on purpose?".to_owned(),
            range: None,
        });
    }
    findings.retain(|finding| section.is_none_or(|section| !section.waived.contains_key(finding.code)));
    findings
}

/// Findings in text that may not be saved yet.
pub fn lint_text(project: &Project, archive: &Archive, key: &str, text: &str) -> Vec<Finding> {
    let cited = citations(text).into_iter().filter_map(|citation| {
        let (code, message) = match resolve(project, archive, &citation.id).standing {
            Standing::Broken => ("broken-citation", format!("No such message or event: {}", citation.id)),
            Standing::OffRecord => (
                "off-record-cited",
                format!("This is off the record and will not leave: {}. Cite something else", citation.id),
            ),
            Standing::OnTimeline | Standing::OffTimeline => return None,
        };
        Some(Finding { level: Level::Problem, code, section: key.to_owned(), message, range: Some(citation.range) })
    });
    let drafts = text.match_indices(MARK).map(|(at, mark)| Finding {
        level: Level::Advice,
        code: "draft-left",
        section: key.to_owned(),
        message: "Still a draft.".to_owned(),
        range: Some(at..at + mark.len()),
    });
    cited.chain(drafts).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_citation_is_a_problem_and_a_draft_is_advice() {
        let found = lint_text(&Project::default(), &Archive::default(), "impact", "[draft] late [@event/gone]");
        let codes: Vec<_> = found.iter().map(|finding| (finding.level.word(), finding.code)).collect();
        assert_eq!(codes, [("problem", "broken-citation"), ("advice", "draft-left")]);
        assert_eq!(found[0].range, Some(13..26));
    }

    #[test]
    fn an_empty_report_asks_about_each_section_but_the_table() {
        let found = lint(&Project::default(), &Archive::default());
        assert_eq!(found.len(), 11);
        assert!(found.iter().all(|finding| finding.code == "empty-section"));
    }
}
