//! Who and what is meant by a name in a query.
//!
//! The best way in which anything fits decides for all: when somebody has exactly that name, nobody
//! is taken who only has it somewhere inside.

use std::collections::{BTreeSet, HashSet};

use super::Context;
use crate::archive::{ChannelIx, PersonIx};
use crate::base::id::{InvestigatorId, PersonId, TagId, slug};
use crate::project::Project;
use crate::project::model::MessageCopy;

/// How well a name fits; later ones fit better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    No,
    /// The letters stand somewhere inside.
    Inside,
    /// Whole words of it: the first or last name.
    Words,
    /// It is the name.
    Same,
}

/// What was typed, made ready for comparing.
struct Asked {
    lower: String,
    slug: String,
}

impl Asked {
    fn new(typed: &str) -> Self {
        let trimmed = typed.trim().trim_start_matches(['@', '#']);
        Self { lower: trimmed.to_lowercase(), slug: slug(trimmed) }
    }

    fn fit(&self, name: &str) -> Fit {
        let name = name.trim_start_matches(['@', '#']);
        if self.lower.is_empty() || name.is_empty() {
            return Fit::No;
        }
        let name_slug = slug(name);
        if name.to_lowercase() == self.lower || !self.slug.is_empty() && name_slug == self.slug {
            Fit::Same
        } else if self.slug.is_empty() {
            Fit::No
        } else if format!("-{name_slug}-").contains(&format!("-{}-", self.slug)) {
            Fit::Words
        } else if name_slug.contains(&self.slug) {
            Fit::Inside
        } else {
            Fit::No
        }
    }

    fn best<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Fit {
        names.into_iter().map(|name| self.fit(name)).max().unwrap_or(Fit::No)
    }

    /// An id fits whole or without its platform, never by a part.
    fn fit_id(&self, id: &str) -> Fit {
        let native = id.split_once('/').map_or(id, |(_, native)| native);
        let is_same = [id, native].into_iter().any(|id| id.to_lowercase() == self.lower);
        if is_same { Fit::Same } else { Fit::No }
    }
}

/// Those of `fits` that fit as well as the best one.
fn best_of<T>(fits: Vec<(Fit, T)>) -> Vec<T> {
    let best = fits.iter().map(|(fit, _)| *fit).max().unwrap_or(Fit::No);
    fits.into_iter().filter(|(fit, _)| *fit == best && best > Fit::No).map(|(_, thing)| thing).collect()
}

/// People meant by a name.
pub(super) struct Authors {
    rows: HashSet<PersonIx>,
    /// Ids, joined identities too.
    ids: HashSet<PersonId>,
    investigators: HashSet<InvestigatorId>,
    /// Names of authors without an id, as copies have them.
    names: HashSet<String>,
}

enum Somebody {
    Person(PersonId),
    Investigator(InvestigatorId),
    Name(String),
}

impl Authors {
    /// Everybody who is called that: by handle, name or id, in the sources or the project.
    pub(super) fn called(typed: &str, context: &Context) -> Self {
        let asked = Asked::new(typed);
        let mut authors =
            Self { rows: HashSet::new(), ids: HashSet::new(), investigators: HashSet::new(), names: HashSet::new() };
        let project = context.project;
        for somebody in best_of(fits(&asked, context)) {
            match somebody {
                Somebody::Person(id) => {
                    authors.ids.insert(project.same_person(&id).clone());
                }
                Somebody::Investigator(id) => {
                    authors.investigators.insert(id);
                }
                Somebody::Name(name) => {
                    authors.names.insert(name);
                }
            }
        }
        let joined = project.people().keys().filter(|id| authors.ids.contains(project.same_person(id)));
        let joined: Vec<PersonId> = joined.cloned().collect();
        let people = context.archive.people();
        let rows = people.iter().filter(|(_, person)| authors.ids.contains(project.same_person(&person.id)));
        authors.rows = rows.map(|(ix, _)| ix).collect();
        authors.ids.extend(joined);
        authors
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.investigators.is_empty() && self.names.is_empty()
    }

    pub(super) fn has(&self, ix: PersonIx) -> bool {
        self.rows.contains(&ix)
    }

    pub(super) fn has_investigator(&self, id: &InvestigatorId) -> bool {
        self.investigators.contains(id)
    }

    pub(super) fn has_author(&self, copy: &MessageCopy) -> bool {
        copy.author_id.as_ref().map_or_else(|| self.names.contains(&copy.author), |id| self.ids.contains(id))
    }
}

fn fits(asked: &Asked, context: &Context) -> Vec<(Fit, Somebody)> {
    let mut fits = Vec::new();
    for (_, person) in context.archive.people().iter() {
        let names = [person.handle.unsanitised(), person.name.unsanitised()];
        let fit = asked.best(names).max(asked.fit_id(person.id.as_str()));
        fits.push((fit, Somebody::Person(person.id.clone())));
    }
    for (id, card) in context.project.people() {
        let names = card.name.iter().chain(&card.handles).map(String::as_str);
        fits.push((asked.best(names).max(asked.fit_id(id.as_str())), Somebody::Person(id.clone())));
    }
    for (id, investigator) in context.project.investigators() {
        let names = [id.as_str(), &investigator.name, &investigator.initials];
        fits.push((asked.best(names), Somebody::Investigator(id.clone())));
    }
    // Who wrote an event may not be entered as an investigator.
    let writers = context.project.events().values().filter_map(|event| event.by.as_ref());
    fits.extend(writers.map(|by| (asked.fit(by.as_str()), Somebody::Investigator(by.clone()))));
    for copy in context.project.messages().values() {
        let somebody = copy.author_id.clone().map_or_else(|| Somebody::Name(copy.author.clone()), Somebody::Person);
        fits.push((asked.fit(&copy.author), somebody));
    }
    fits
}

/// Channels meant by a name.
pub(super) struct Channels {
    rows: HashSet<ChannelIx>,
    /// Names in lower case without `#`, for what only has a label.
    names: HashSet<String>,
}

impl Channels {
    /// The channels that are called that, by name or id, in the sources or the project.
    pub(super) fn called(typed: &str, context: &Context) -> Self {
        let asked = Asked::new(typed);
        let mut fits = Vec::new();
        for (ix, log) in context.archive.channels() {
            let name = log.meta().name.unsanitised();
            fits.push((asked.fit(name).max(asked.fit_id(log.meta().id.as_str())), (Some(ix), name)));
        }
        let copied = context.project.messages().values().map(|copy| copy.channel.as_str());
        let beside = context.project.events().values().filter_map(|event| event.channel.as_deref());
        fits.extend(copied.chain(beside).map(|label| (asked.fit(label), (None, label))));
        let (mut rows, mut names) = (HashSet::new(), HashSet::new());
        for (ix, name) in best_of(fits) {
            rows.extend(ix);
            names.insert(plain_label(name));
        }
        Self { rows, names }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.names.is_empty()
    }

    pub(super) fn has(&self, ix: ChannelIx) -> bool {
        self.rows.contains(&ix)
    }

    pub(super) fn has_label(&self, label: &str) -> bool {
        self.names.contains(&plain_label(label))
    }
}

fn plain_label(label: &str) -> String {
    label.trim_start_matches('#').to_lowercase()
}

/// The tags that are called that: by id, label, group or own name; merged ones as what they became.
pub(super) fn tags_called(typed: &str, project: &Project) -> BTreeSet<TagId> {
    let asked = Asked::new(typed);
    let mut fits = Vec::new();
    for (id, tag) in project.tags() {
        let label = tag.label();
        let names = [id.as_str(), &label, &tag.name].into_iter().chain(tag.group.as_deref());
        fits.push((asked.best(names), id));
    }
    best_of(fits).into_iter().filter_map(|id| project.tag(id)).map(|(id, _)| id.clone()).collect()
}
