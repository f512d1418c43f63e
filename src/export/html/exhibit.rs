//! Everything that is cited or on the timeline, with the mark under which the page names it.
//!
//! Entries carry their number on the timeline; what is cited and not on it carries a letter.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::id::Target;
use crate::base::text::RawString;
use crate::base::time::{Instant, Micros};
use crate::project::Project;
use crate::report::Report;
use crate::report::build::tag_labels;
use crate::timeline::{Row, RowKind, ToldZone};

use super::glyph::Glyph;
use super::text;

/// One piece of evidence.
#[derive(Debug)]
pub(super) struct Exhibit<'a> {
    /// `16` or `b`.
    pub(super) mark: String,
    pub(super) target: &'a Target,
    pub(super) kind: RowKind,
    pub(super) glyph: Glyph,
    pub(super) tags: Vec<String>,
    pub(super) at: Instant,
    pub(super) told_zone: ToldZone,
    pub(super) plus_minus: Option<Micros>,
    pub(super) channel: &'a RawString,
    pub(super) private: bool,
    pub(super) author: &'a RawString,
    /// What was said; foreign.
    pub(super) text: &'a str,
    /// Who or what tells of an event.
    pub(super) source: Option<&'a str>,
    /// A note that is cited.
    pub(super) note: Option<&'a str>,
    /// Its row, when it is on the timeline.
    pub(super) row: Option<&'a Row>,
}

impl Exhibit<'_> {
    /// The id of its entry on the page.
    pub(super) fn anchor(&self) -> String {
        format!("e{}", self.mark)
    }
}

/// All of them: entries first, in their order.
#[derive(Debug)]
pub(super) struct Exhibits<'a> {
    all: Vec<Exhibit<'a>>,
    by_id: BTreeMap<&'a str, usize>,
    /// Full names by their first words.
    first_words: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

impl<'a> Exhibits<'a> {
    /// Marks everything that a report shows.
    pub(super) fn of(project: &'a Project, report: &'a Report) -> Self {
        let mut exhibits = Self { all: Vec::new(), by_id: BTreeMap::new(), first_words: BTreeMap::new() };
        for (ix, row) in report.timeline.rows.iter().enumerate() {
            let source = project.events().get(&row.target).and_then(|event| event.source.as_deref());
            exhibits.by_id.insert(row.target.as_str(), exhibits.all.len());
            exhibits.all.push(Exhibit {
                mark: (ix + 1).to_string(),
                target: &row.target,
                kind: row.kind,
                glyph: Glyph::of(project, &row.tags),
                tags: tag_labels(project, &row.target),
                at: row.at,
                told_zone: row.zone_of_time(),
                plus_minus: row.plus_minus,
                channel: &row.channel,
                private: row.private,
                author: &row.author,
                text: row.text.unsanitised(),
                source,
                note: None,
                row: Some(row),
            });
        }
        exhibits.add_sources(project, report);
        for exhibit in &exhibits.all {
            let name = exhibit.author.unsanitised();
            exhibits.first_words.entry(text::first_word(name)).or_default().insert(name);
        }
        exhibits
    }

    fn add_sources(&mut self, project: &Project, report: &'a Report) {
        let mut letters = 0;
        for source in &report.sources {
            if self.by_id.contains_key(source.id.as_str()) {
                continue;
            }
            let evidence = &source.evidence;
            let mark = if report.shows_timeline { letters_of(letters) } else { source.number.to_string() };
            letters += 1;
            let tags: Vec<_> = project.tags_of(&evidence.target).into_iter().collect();
            self.by_id.insert(source.id.as_str(), self.all.len());
            self.all.push(Exhibit {
                mark,
                target: &evidence.target,
                kind: evidence.kind,
                glyph: Glyph::of(project, &tags),
                tags: tag_labels(project, &evidence.target),
                at: source.at,
                told_zone: evidence.told_zone_at(source.at),
                plus_minus: evidence.plus_minus,
                channel: &evidence.channel,
                private: evidence.private,
                author: &evidence.author,
                text: evidence.text.unsanitised(),
                source: evidence.source.as_deref(),
                note: source.note.as_deref(),
                row: None,
            });
        }
    }

    /// The exhibit of an id that is cited.
    pub(super) fn find(&self, id: &str) -> Option<&Exhibit<'a>> {
        self.all.get(*self.by_id.get(id)?)
    }

    /// Entries of the timeline, in their order.
    pub(super) fn entries(&self) -> impl Iterator<Item = &Exhibit<'a>> {
        self.all.iter().filter(|exhibit| exhibit.row.is_some())
    }

    /// What is cited and not on the timeline.
    pub(super) fn others(&self) -> impl Iterator<Item = &Exhibit<'a>> {
        self.all.iter().filter(|exhibit| exhibit.row.is_none())
    }

    /// Whether there is nothing to show.
    pub(super) const fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether several who are heard share the first word of a name.
    pub(super) fn is_shared(&self, first_word: &str) -> bool {
        self.first_words.get(first_word).is_some_and(|names| names.len() > 1)
    }
}

/// `a` to `z`, then `aa`.
fn letters_of(mut place: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'a' + (place % 26) as u8));
        place /= 26;
        if place == 0 {
            break;
        }
        place -= 1;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_go_on_after_z() {
        assert_eq!([0, 25, 26, 27, 701, 702].map(letters_of), ["a", "z", "aa", "ab", "zz", "aaa"]);
    }
}
