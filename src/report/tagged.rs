//! What carries which tags, merges followed: gathered once for all that ask about a project.

use std::collections::BTreeSet;

use crate::base::id::{TagId, Target};
use crate::project::Project;

/// What carries which tags.
pub struct Tagged<'a> {
    project: &'a Project,
    targets: Vec<(Target, BTreeSet<TagId>)>,
}

impl<'a> Tagged<'a> {
    /// Looks through all that is annotated.
    pub fn of(project: &'a Project) -> Self {
        let tagged = |target| {
            let tags = project.tags_of(&target);
            (!tags.is_empty()).then_some((target, tags))
        };
        Self { project, targets: project.annotated().into_iter().filter_map(tagged).collect() }
    }

    /// The project that was looked through.
    pub const fn project(&self) -> &'a Project {
        self.project
    }

    /// All that has a tag, in the order of ids.
    pub fn targets(&self) -> impl Iterator<Item = &Target> {
        self.targets.iter().map(|(target, _)| target)
    }

    /// What has one of the tags with these labels.
    pub fn with<'l>(&'l self, labels: &'l [&str]) -> impl Iterator<Item = &'l Target> {
        let shown = |label: &&str| {
            let id = TagId::from_label(label);
            self.project.tag(&id).map_or_else(|| id.clone(), |(id, _)| id.clone())
        };
        self.with_any(labels.iter().map(shown).collect())
    }

    /// What has one of these tags.
    pub fn with_any(&self, wanted: BTreeSet<TagId>) -> impl Iterator<Item = &Target> {
        self.targets.iter().filter(move |(_, tags)| !tags.is_disjoint(&wanted)).map(|(target, _)| target)
    }
}
