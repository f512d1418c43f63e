//! Templates of the report: which sections it has, what each answers, which tags feed it.
//!
//! Templates are data in `assets/templates`; a team's own lie as JSON in the folder of the settings and
//! are handed over by [`Template::install`] before any is used. Changing the template of a project keeps
//! all text: what stands under a key that the template lacks is listed as kept.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::base::id::{TagId, slug};
use crate::project::Project;
use crate::project::model::{Section, SectionStatus};

const HOWIE: &str = include_str!("../../assets/templates/howie.json");
const POSTMORTEM: &str = include_str!("../../assets/templates/postmortem.json");

/// The section that holds the table of the timeline.
pub const TIMELINE_KEY: &str = "timeline";
/// The section that tells who responded.
pub const RESPONDERS_KEY: &str = "responders";

/// A kind of report.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Template {
    /// Its name in files: `howie`.
    pub key: String,
    /// Its name for people.
    #[serde(default)]
    pub title: String,
    /// Its sections in the order in which they are read.
    pub sections: Vec<TemplateSection>,
    /// Keys of sections in the order in which they are best written; that of reading unless told.
    #[serde(default)]
    pub write_order: Vec<String>,
}

/// One section of a template.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TemplateSection {
    /// Its name in files: `executive-summary`.
    pub key: String,
    /// Its heading.
    pub title: String,
    /// The question that it answers.
    #[serde(default)]
    pub answers: String,
    /// A guide to its length, in words.
    #[serde(default)]
    pub length: String,
    /// Questions that help to write it.
    #[serde(default)]
    pub prompts: Vec<String>,
    /// What a good one has.
    #[serde(default)]
    pub good: Vec<String>,
    /// What makes a poor one.
    #[serde(default)]
    pub traps: Vec<String>,
    /// Labels of the tags that feed it.
    #[serde(default)]
    pub tags: Vec<String>,
    /// What the project knows for it.
    #[serde(default)]
    pub facts: String,
    /// What a draft of it holds.
    #[serde(default)]
    pub draft: String,
}

impl TemplateSection {
    /// Whether a tag of the project feeds this section: by the template, or by the tag's own word.
    pub fn is_fed_by(&self, project: &Project, tag: &TagId) -> bool {
        let Some((id, tag)) = project.tag(tag) else { return false };
        tag.section.as_deref() == Some(self.key.as_str())
            || self.tags.iter().any(|label| TagId::from_label(label) == *id)
    }

    /// The tags of a project that feed this section.
    pub fn feeding(&self, project: &Project) -> BTreeSet<TagId> {
        let fed = project.tags().keys().filter(|tag| self.is_fed_by(project, tag));
        fed.filter_map(|tag| project.tag(tag)).map(|(id, _)| id.clone()).collect()
    }

    /// How far this section is in a project: text without a word is empty whatever was said of it.
    pub fn status(&self, project: &Project) -> SectionStatus {
        match project.section(&self.key) {
            Some(section) if section.status == SectionStatus::Done => SectionStatus::Done,
            Some(section) if !section.text.trim().is_empty() => SectionStatus::Draft,
            _ => SectionStatus::Empty,
        }
    }
}

/// All templates of this run.
static KNOWN: OnceLock<Vec<Template>> = OnceLock::new();

fn shipped() -> Vec<Template> {
    // Each asset is held readable by a test below, so none is left out in a program that passed it.
    [HOWIE, POSTMORTEM].into_iter().filter_map(|json| serde_json::from_str(json).ok()).collect()
}

static NONE: Template =
    Template { key: String::new(), title: String::new(), sections: Vec::new(), write_order: Vec::new() };

impl Template {
    /// All templates: those that ship, `howie` first, then a team's own.
    pub fn all() -> &'static [Self] {
        KNOWN.get_or_init(shipped)
    }

    /// Takes a team's own templates; one with the key of another takes its place. To be called once,
    /// before any template is used; false when it was too late.
    pub fn install(own: Vec<Self>) -> bool {
        let mut all = shipped();
        for template in own {
            match all.iter_mut().find(|known| known.key == template.key) {
                Some(known) => *known = template,
                None => all.push(template),
            }
        }
        KNOWN.set(all).is_ok()
    }

    /// Reads a team's own template; the error says what is wrong with it in one clause.
    pub fn parse(json: &str) -> Result<Self, String> {
        let mut template: Self = serde_json::from_str(json).map_err(|error| error.to_string())?;
        let keys: BTreeSet<&str> = template.sections.iter().map(|section| section.key.as_str()).collect();
        let is_key = |key: &str| !key.is_empty() && slug(key) == key;
        if let Some(bad) = keys.iter().copied().chain([template.key.as_str()]).find(|key| !is_key(key)) {
            return Err(format!("the key `{bad}` is none; write it as executive-summary"));
        }
        if keys.len() != template.sections.len() || keys.is_empty() {
            return Err("each section needs a key of its own, and there must be one section".to_owned());
        }
        let mut order: Vec<String> =
            template.write_order.iter().filter(|key| keys.contains(key.as_str())).cloned().collect();
        order.extend(
            template
                .sections
                .iter()
                .map(|section| section.key.clone())
                .filter(|key| !template.write_order.contains(key)),
        );
        if template.title.is_empty() {
            template.title.clone_from(&template.key);
        }
        template.write_order = order;
        Ok(template)
    }

    /// The template with a key.
    pub fn by_key(key: &str) -> Option<&'static Self> {
        Self::all().iter().find(|template| template.key == key)
    }

    /// The template of a project; `howie` where its name is unknown here.
    pub fn of(project: &Project) -> &'static Self {
        Self::by_key(project.template()).or_else(|| Self::all().first()).unwrap_or(&NONE)
    }

    /// A section by its key.
    pub fn section(&self, key: &str) -> Option<&TemplateSection> {
        self.sections.iter().find(|section| section.key == key)
    }

    /// Sections of the project with text that this template has no place for, by key.
    pub fn kept<'a>(&self, project: &'a Project) -> Vec<(&'a str, &'a Section)> {
        project
            .report()
            .iter()
            .filter(|(key, section)| self.section(key).is_none() && !section.text.trim().is_empty())
            .map(|(key, section)| (key.as_str(), section))
            .collect()
    }
}

/// The heading of a section by its key, looked up in all templates: kept text has a heading too.
pub fn section_title(key: &str) -> &str {
    Template::all().iter().find_map(|template| template.section(key)).map_or(key, |section| section.title.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_templates_are_read_with_all_their_sections() {
        let keys: Vec<_> =
            Template::all().iter().map(|template| (template.key.as_str(), template.sections.len())).collect();
        assert_eq!(keys, [("howie", 12), ("postmortem", 11)]);
        assert_eq!(serde_json::from_str::<Template>(HOWIE).unwrap().key, "howie");
        assert_eq!(serde_json::from_str::<Template>(POSTMORTEM).unwrap().key, "postmortem");
    }

    #[test]
    fn a_team_s_own_needs_no_more_than_keys_and_titles() {
        let json = r#"{"key": "short", "sections": [{"key": "what", "title": "What"}, {"key": "why", "title": "Why"}], "write_order": ["why", "gone"]}"#;
        let template = Template::parse(json).unwrap();
        assert_eq!((template.title.as_str(), template.write_order.join(" ")), ("short", "why what".to_owned()));
        for bad in [
            "[]",
            r#"{"key": "x", "sections": []}"#,
            r#"{"key": "x y", "sections": [{"key": "a", "title": "A"}]}"#,
            r#"{"key": "x", "sections": [{"key": "a", "title": "A"}, {"key": "a", "title": "B"}]}"#,
        ] {
            assert!(Template::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn every_section_is_in_the_order_of_writing_once() {
        for template in Template::all() {
            let mut keys: Vec<_> = template.sections.iter().map(|section| section.key.clone()).collect();
            let mut order = template.write_order.clone();
            keys.sort();
            order.sort();
            assert_eq!(keys, order, "{}", template.key);
        }
    }

    #[test]
    fn a_project_without_a_known_template_reads_as_howie() {
        assert_eq!(Template::of(&Project::default()).key, "howie");
        assert_eq!(section_title("went-well"), "What went well");
        assert_eq!(section_title("of-our-own"), "of-our-own");
    }
}
