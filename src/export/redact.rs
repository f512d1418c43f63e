//! Redaction: a copy of project and archive in which nobody can be told by name.
//!
//! It stands before the report is built, so no format can forget it: every text, name and id that
//! an exporter sees has passed it. Each person has one pseudonym, the same in all formats; title,
//! team, place and zone go with the name, and places where people work have one of their own in
//! prose. The zone of the report itself stays, since its times are told in it. Who is who is told by [`Redacted::key`] alone.

mod names;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use thiserror::Error;

use crate::archive::{Archive, ChannelMeta, Person};
use crate::base::id::PersonId;
use crate::base::text::RawString;
use crate::base::time::{Instant, Zone};
use crate::project::file::{FileError, parse, print};
use crate::project::{Document, Project};
use crate::report::Versions;

use self::names::{Names, Who};

/// Fields whose words are the program's own, or which tell no person.
const OURS: [&str; 16] = [
    "format",
    "id",
    "type",
    "state",
    "status",
    "zone",
    "hash",
    "order",
    "key",
    "fingerprint",
    "template",
    "tags",
    "started_at",
    "at",
    "time",
    "section",
];
/// Fields of a person that would tell who it is.
const TELLING: [&str; 9] =
    ["title", "team", "location", "zone", "started_on", "manager", "email", "interview", "handles"];

/// Why a project could not be redacted.
#[derive(Debug, Error)]
#[error("the project could not be redacted, so nothing was written: {0}")]
pub struct RedactError(#[from] FileError);

/// A copy in which nobody can be told by name.
#[derive(Debug)]
pub struct Redacted {
    /// The project.
    pub document: Document,
    /// What was said.
    pub archive: Archive,
    /// Texts that several people wrote at once.
    pub versions: Versions,
    who: Vec<Who>,
}

impl Redacted {
    /// Who is who, for those whose pseudonym stands in `content`.
    pub fn key(&self, content: &str) -> Value {
        let stands = |who: &&Who| {
            let mut places = content.match_indices(&who.label);
            places.any(|(at, label)| {
                !content.get(at + label.len()..).unwrap_or_default().starts_with(|c: char| c.is_ascii_digit())
            })
        };
        let (places, people): (Vec<&Who>, Vec<&Who>) = self.who.iter().filter(stands).partition(|who| who.is_place);
        let people: Map<String, Value> =
            people.into_iter().map(|who| (who.label.clone(), json!({ "names": who.names, "ids": who.ids }))).collect();
        let places: Map<String, Value> =
            places.into_iter().map(|place| (place.label.clone(), json!(place.names))).collect();
        json!({ "format": "meanwhile-key/1", "people": people, "places": places })
    }
}

/// Makes the copy.
pub fn redact(before: &Document, archive: &Archive) -> Result<Redacted, RedactError> {
    let mut who = people(before.project(), archive);
    who.extend(places(before.project(), archive));
    let names = Names::of(&who);
    let mut project: Value = serde_json::from_str(&print(before)).unwrap_or(Value::Null);
    if let Some(top) = project.as_object_mut() {
        // Who edited what, and when, is of no use to a report.
        top.remove("sync");
        top.remove("filters");
    }
    let project = redacted_value(&names, "", project);
    let document = parse(project.to_string().as_bytes())?.document;
    let versions = Versions::of(before).mapped(|text| names.replaced(text).into_owned());
    Ok(Redacted { document, archive: redacted_archive(&names, archive), versions, who })
}

/// Everybody whom project and sources know, joined identities as one, in order of first word.
fn people(project: &Project, archive: &Archive) -> Vec<Who> {
    let mut known: BTreeMap<PersonId, Known> = BTreeMap::new();
    let listed = archive.people().iter().filter(|(_, person)| !person.is_bot);
    for (_, person) in listed {
        let entry = known.entry(project.same_person(&person.id).clone()).or_default();
        entry.ids.insert(person.id.clone());
        entry.add([&person.name, &person.handle, &person.email].map(RawString::unsanitised));
    }
    for (id, card) in project.people() {
        let entry = known.entry(project.same_person(id).clone()).or_default();
        entry.ids.insert(id.clone());
        entry.add(card.name.iter().chain(&card.handles).chain(&card.email).map(String::as_str));
        entry.first = entry.first.min(card.presence.as_ref().map_or(Instant::UNDATED, |presence| presence.first));
    }
    let is_bot = |id: &PersonId| {
        archive.people().find(id).and_then(|ix| archive.people().get(ix)).is_some_and(|person| person.is_bot)
    };
    for copy in project.messages().values() {
        let Some(id) = copy.author_id.as_ref().filter(|id| !is_bot(id)) else { continue };
        let entry = known.entry(project.same_person(id).clone()).or_default();
        entry.ids.insert(id.clone());
        entry.add([copy.author.as_str()]);
        entry.first = entry.first.min(copy.time.unwrap_or(Instant::UNDATED));
    }
    let mut known: Vec<(PersonId, Known)> = known.into_iter().collect();
    known.sort_by(|(a_id, a), (b_id, b)| (a.first, a_id).cmp(&(b.first, b_id)));
    let responders =
        known.into_iter().enumerate().map(|(nth, (_, known))| known.named(format!("Responder {}", nth + 1)));
    let mut who: Vec<Who> = responders.collect();
    let writers = project.investigators().values().map(|investigator| investigator.name.clone());
    let apart: Vec<String> = writers.filter(|name| !who.iter().any(|who| who.names.contains(name))).collect();
    let writer = |(nth, name): (usize, String)| Who {
        label: format!("Investigator {}", nth + 1),
        names: BTreeSet::from([name]),
        ids: BTreeSet::new(),
        is_place: false,
    };
    who.extend(apart.into_iter().enumerate().map(writer));
    who
}

/// Everywhere that people work: parts of their locations, and the cities of their zones with the
/// names of these zones. A place tells a person as their title does, so it goes from prose as well.
fn places(project: &Project, archive: &Archive) -> Vec<Who> {
    let cards = project.people().values().map(|card| (card.location.as_deref(), card.zone));
    let listed = archive.people().iter().filter(|(_, person)| !person.is_bot);
    let listed = listed.map(|(_, person)| (Some(person.location.unsanitised()), person.zone));
    let mut places: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (location, zone) in cards.chain(listed) {
        let parts = location.unwrap_or_default().split([',', ';', '/', '(', ')']).map(str::trim);
        for part in parts.filter(|part| part.chars().any(char::is_alphabetic)) {
            places.entry(part.to_lowercase()).or_default().insert(part.to_owned());
        }
        // A zone of no place, such as UTC, tells nobody.
        let named = zone.map(Zone::name).filter(|name| name.contains('/') && !name.starts_with("Etc/"));
        if let Some((name, city)) = named.zip(zone.map(Zone::city)) {
            places.entry(city.to_lowercase()).or_default().extend([name.to_owned(), city]);
        }
    }
    let place = |(nth, names): (usize, BTreeSet<String>)| Who {
        label: format!("Place {}", nth + 1),
        names,
        ids: BTreeSet::new(),
        is_place: true,
    };
    places.into_values().enumerate().map(place).collect()
}

/// What is known of one person.
#[derive(Debug)]
struct Known {
    names: BTreeSet<String>,
    ids: BTreeSet<PersonId>,
    first: Instant,
}

impl Default for Known {
    fn default() -> Self {
        Self { names: BTreeSet::new(), ids: BTreeSet::new(), first: Instant::UNDATED }
    }
}

impl Known {
    fn add<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) {
        self.names.extend(names.into_iter().map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned));
    }

    fn named(self, label: String) -> Who {
        let ids = self.ids.iter().map(|id| id.as_str().to_owned()).collect();
        Who { label, names: self.names, ids, is_place: false }
    }
}

/// Every text and every id of the project's file.
fn redacted_value(names: &Names, field: &str, value: Value) -> Value {
    match value {
        Value::String(text) if OURS.contains(&field) => Value::String(text),
        Value::String(text) => Value::String(names.replaced(&text).into_owned()),
        Value::Array(list) => list.into_iter().map(|value| redacted_value(names, field, value)).collect(),
        Value::Object(map) => Value::Object(redacted_map(names, field, map)),
        other => other,
    }
}

fn redacted_map(names: &Names, field: &str, map: Map<String, Value>) -> Map<String, Value> {
    let is_keyed_by_id = matches!(field, "people" | "messages" | "timeline" | "beats" | "events");
    let mut redacted = Map::new();
    for (key, value) in map {
        let name = if is_keyed_by_id { names.replaced(&key).into_owned() } else { key.clone() };
        let inside = if is_keyed_by_id { "" } else { key.as_str() };
        let mut value = redacted_value(names, inside, value);
        if field == "people"
            && let Some(card) = value.as_object_mut()
        {
            let is_itself = |field: &str, value: &Value| field == "same_as" && value.as_str() == Some(name.as_str());
            card.retain(|field, value| !TELLING.contains(&field.as_str()) && !is_itself(field, value));
        }
        // Of identities joined to one, the first card stands.
        redacted.entry(name).or_insert(value);
    }
    redacted
}

fn redacted_archive(names: &Names, archive: &Archive) -> Archive {
    let person = |person: &Person| {
        if person.is_bot {
            return Person { name: names.replaced(person.name.unsanitised()).into_owned().into(), ..person.clone() };
        }
        let id = PersonId::from_text(names.replaced(person.id.as_str()).into_owned());
        let name = names.label_of(person.id.as_str()).unwrap_or_default();
        Person {
            is_listed: person.is_listed,
            has_user_id: person.has_user_id,
            ..Person::unlisted(id, RawString::from(name))
        }
    };
    let meta = |meta: &ChannelMeta| ChannelMeta {
        name: names.replaced(meta.name.unsanitised()).into_owned().into(),
        topic: RawString::default(),
        purpose: RawString::default(),
        ..meta.clone()
    };
    let text = |text: &str| match names.replaced(text) {
        std::borrow::Cow::Borrowed(_) => None,
        std::borrow::Cow::Owned(text) => Some(text),
    };
    archive.disguised(person, meta, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::InvestigatorId;
    use crate::project::{Author, Edit};
    use crate::timeline::assemble::tests::archive;

    fn document(edits: &[Value]) -> Document {
        let author = Author::new(InvestigatorId::from_name("Ilke Havrand"));
        let mut document = Document::new(&author);
        for edit in edits {
            let edit: Edit = serde_json::from_value(edit.clone()).unwrap();
            document.apply(edit, &author, Instant::from_seconds(1)).unwrap();
        }
        document
    }

    #[test]
    fn no_text_id_or_field_of_project_and_archive_tells_anybody() {
        let document = document(&[
            json!({ "edit": "person", "person": "slack/U1", "name": "Bako Lind", "title": "Engineer", "zone": "Africa/Lagos" }),
            json!({ "edit": "timeline", "target": "slack/C1/100.000000", "on": true }),
            json!({ "edit": "section", "section": "impact", "text": "Bako (U1, @bako.lind) asked Ines's mail i.ostavia@x.example [@slack/C1/100.000000]." }),
        ]);
        let redacted = redact(&document, &archive()).unwrap();
        let file = print(&redacted.document);
        for word in ["Bako", "bako", "Lind", "U1", "Ines", "Engineer", "Lagos"] {
            assert!(!file.contains(word), "{word}\n{file}");
        }
        assert!(file.contains("[@slack/C1/100.000000]"), "{file}");
        let people: Vec<_> =
            redacted.archive.people().iter().map(|(_, person)| person.name.unsanitised().to_owned()).collect();
        assert_eq!(people, ["Responder 1", "Responder 2"]);
        assert_eq!(redacted.document.project().people().keys().next().unwrap().as_str(), "slack/responder-1");
    }

    #[test]
    fn the_key_tells_only_those_who_stand_in_the_content() {
        let redacted = redact(&document(&[]), &archive()).unwrap();
        let key = redacted.key("Responder 2 and Responder 21");
        assert_eq!(key["people"].as_object().unwrap().len(), 1);
        assert_eq!(key["people"]["Responder 2"]["ids"], json!(["slack/U2"]));
    }

    #[test]
    fn joined_identities_are_one_person() {
        let document = document(&[
            json!({ "edit": "person", "person": "slack/U1", "name": "Bako Lind" }),
            json!({ "edit": "same-person", "person": "slack/U2", "as": "slack/U1" }),
        ]);
        let redacted = redact(&document, &archive()).unwrap();
        let names: BTreeSet<_> = redacted.archive.people().iter().map(|(_, person)| person.name.clone()).collect();
        assert_eq!(names.len(), 1);
    }
}
