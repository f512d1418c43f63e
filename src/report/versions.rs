//! Texts of which several people wrote a version at once, and which nobody has settled yet.
//!
//! A report shows every version of a section, in order of writing; of other texts it tells how many
//! have more than the one that shows.

use std::collections::BTreeMap;

use crate::base::id::{InvestigatorId, NoteId, Target};
use crate::base::time::{Instant, Zone};
use crate::project::Document;
use crate::project::cell::Kind;

use super::build::SectionCite;

/// A version as somebody wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Who wrote it; nobody where the file was changed by hand.
    pub by: Option<String>,
    /// When.
    pub at: Instant,
    /// Its text.
    pub text: String,
}

/// A version of a section as it leaves.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// Who wrote it, when, and what.
    pub written: Written,
    /// Its citations, in order.
    pub cites: Vec<SectionCite>,
}

impl Version {
    /// `Ilke Havrand, 6 Dec 2024 14:32 UTC`.
    pub fn words(&self, zone: Zone) -> String {
        let by = self.written.by.as_deref().unwrap_or("changed by hand");
        let at = self.written.at;
        if at.is_dated() { format!("{by}, {} {} {zone}", zone.long_day(at), zone.minute(at)) } else { by.to_owned() }
    }
}

/// All texts with more than one version.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Versions {
    /// Of each section, by its key, in order of writing.
    pub sections: BTreeMap<String, Vec<Written>>,
    /// How many other texts on record have more than one.
    pub others: usize,
}

impl Versions {
    /// Gathers them from a project.
    pub fn of(document: &Document) -> Self {
        let project = document.project();
        let name = |id: &InvestigatorId| {
            project.investigators().get(id).map_or_else(|| id.to_string(), |who| who.name.clone())
        };
        let mut found = Self::default();
        for conflict in document.conflicts() {
            let is_off_record = match conflict.kind {
                Kind::Notes => {
                    let id = NoteId::from_text(conflict.id.as_str());
                    project.notes().get(&id).is_some_and(|note| note.off_record)
                }
                Kind::Report => false,
                _ => project.is_off_record(&Target::from_text(conflict.id.as_str())),
            };
            if conflict.kind != Kind::Report {
                found.others += usize::from(!is_off_record);
                continue;
            }
            let mut written: Vec<Written> = conflict
                .versions
                .into_iter()
                .map(|(stamp, text)| Written {
                    by: document.author(stamp.dot.actor).map(name),
                    at: stamp.hlc.instant(),
                    text,
                })
                .collect();
            written.sort_by(|a, b| (a.at, &a.by).cmp(&(b.at, &b.by)));
            found.sections.insert(conflict.id, written);
        }
        found
    }

    /// The same with every text and name changed.
    #[must_use]
    pub fn mapped(self, change: impl Fn(&str) -> String) -> Self {
        let written = |written: Written| Written {
            by: written.by.as_deref().map(&change),
            text: change(&written.text),
            ..written
        };
        let sections = self.sections.into_iter();
        let sections = sections.map(|(key, versions)| (key, versions.into_iter().map(written).collect()));
        Self { sections: sections.collect(), ..self }
    }
}
