//! The codebook that a new project begins with, read from `assets/taxonomy.json`.
//!
//! It enters a project under dots that everybody derives from its text alone, so that two people
//! who begin apart begin with the same cells.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::cell::{Cell, Cells, Json, Kind, field};
use super::clock::{Actor, Clock, Dot, Hlc, Stamp};
use super::document::Document;
use super::write::{split_label, tag_id};
use crate::base::id::TagId;

const EMBEDDED: &str = include_str!("../../assets/taxonomy.json");

/// A codebook: groups of tags with their meanings.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Taxonomy {
    /// Its name.
    pub id: String,
    /// Its version; of two that give one tag different meanings the higher shows.
    pub version: u64,
    /// Its groups in their order.
    pub groups: Vec<Group>,
    /// Advice on how to tag, a sentence each.
    #[serde(default)]
    pub how_to_tag: Vec<String>,
}

/// A group of tags.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Group {
    /// `Detection`.
    pub name: String,
    /// What its tags have in common.
    #[serde(default)]
    pub about: String,
    /// Its tags in their order.
    pub tags: Vec<Definition>,
}

/// What the codebook says of one tag.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Definition {
    /// `Detection - Weak Signals`.
    pub label: String,
    /// What it means, in one line.
    pub definition: String,
    /// When to use it.
    #[serde(default)]
    pub use_when: String,
    /// When another one fits better.
    #[serde(default)]
    pub not_when: String,
    /// An invented message that deserves it.
    #[serde(default)]
    pub example: String,
    /// Its hot letter.
    #[serde(default)]
    pub key: Option<char>,
    /// The section of the howie template that it feeds.
    #[serde(default)]
    pub howie: Option<String>,
    /// The section of the postmortem template that it feeds.
    #[serde(default)]
    pub postmortem: Option<String>,
}

impl Definition {
    /// The id of its tag.
    pub fn id(&self) -> TagId {
        tag_id(&self.label)
    }
}

impl Taxonomy {
    /// The one that comes with the program.
    pub fn embedded() -> &'static Self {
        static PARSED: OnceLock<Taxonomy> = OnceLock::new();
        // A test holds that the file can be read; without it a project would begin without tags.
        PARSED.get_or_init(|| serde_json::from_str(EMBEDDED).unwrap_or_default())
    }

    /// All tags in their order.
    pub fn definitions(&self) -> impl Iterator<Item = &Definition> {
        self.groups.iter().flat_map(|group| &group.tags)
    }

    /// What it says of a tag.
    pub fn definition(&self, id: &TagId) -> Option<&Definition> {
        self.definitions().find(|definition| definition.id() == *id)
    }
}

/// What a new project holds: the tags of the codebook, and an id of its own.
pub fn new_document() -> Document {
    let taxonomy = Taxonomy::embedded();
    let stamp = Stamp {
        dot: Dot { actor: Actor::of_text(EMBEDDED.as_bytes()), n: 1 },
        hlc: Hlc::from_number(taxonomy.version),
    };
    let mut cells = Cells::default();
    for definition in taxonomy.definitions() {
        let id = definition.id();
        let (group, name) = split_label(&definition.label);
        let mut put = |name: &str, value: Option<Json>| {
            if let Some(value) = value {
                cells.put(Kind::Tags, id.as_str(), Cell { field: field::interned(name), element: None, stamp, value });
            }
        };
        put(field::NAME, Some(Json::of(name)));
        put(field::GROUP, group.map(Json::of));
        put(field::DEFINITION, Some(Json::of(&definition.definition)));
        put(field::KEY, definition.key.map(|key| Json::of(&key)));
        put(field::SECTION, definition.howie.as_ref().map(Json::of));
    }
    let mut clock = Clock::default();
    clock.take(stamp.dot);
    Document::from_parts(uuid::Uuid::now_v7().to_string(), cells, clock, BTreeMap::default())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::tag_key::is_allowed;
    use super::*;

    #[test]
    fn a_new_project_has_sixty_tags_that_explain_themselves() {
        let document = new_document();
        let tags = document.project().tags();
        assert_eq!(tags.len(), 60);
        assert!(tags.values().all(|tag| tag.definition.as_ref().is_some_and(|text| !text.is_empty())));
        let weak = &tags["detection-weak-signals"];
        assert_eq!((weak.label().as_str(), weak.key), ("Detection - Weak Signals", Some('w')));
    }

    #[test]
    fn every_hot_letter_is_given_once_and_may_be_given() {
        let keys: Vec<char> = Taxonomy::embedded().definitions().filter_map(|tag| tag.key).collect();
        assert_eq!(keys.len(), keys.iter().collect::<BTreeSet<_>>().len());
        assert!(keys.iter().all(|key| is_allowed(*key)), "{keys:?}");
    }

    #[test]
    fn two_people_who_begin_apart_begin_with_the_same_cells() {
        let (mut a, b) = (new_document(), new_document());
        let cells = a.cells().clone();
        a.join(&b);
        assert_eq!(a.cells(), &cells);
    }
}
