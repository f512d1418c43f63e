//! The export for programs: `meanwhile-export/1`.
//!
//! Text is exact; characters that print nothing or steer a terminal are escaped, so that the file
//! can be shown with `cat` and still holds what was said.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::base::id::TagId;
use crate::base::text::is_hidden;
use crate::base::time::Instant;
use crate::project::Project;
use crate::project::model::Milestone;
use crate::report::Report;
use crate::report::build::{Annotation, CiteTo, ReportPerson, ReportSection};
use crate::report::cite::citation_text;
use crate::timeline::{Row, ToldZone};

/// The whole export, indented.
pub fn render(project: &Project, report: &Report) -> String {
    let value = json!({
        "format": "meanwhile-export/1",
        "title": report.title,
        "facts": facts(project),
        "timeline": report.timeline.rows.iter().map(|row| entry(project, report, row)).collect::<Vec<_>>(),
        "sections": report.sections.iter().map(section).collect::<Vec<_>>(),
        "people": report.people.iter().map(person).collect::<Vec<_>>(),
        "annotations": report.annotations.iter().map(annotation).collect::<Vec<_>>(),
    });
    pretty(&value)
}

/// JSON with two spaces a level, harmless on a terminal, ending in a line feed.
pub fn pretty(value: &Value) -> String {
    escape_hidden(&format!("{value:#}\n"))
}

/// JSON in one line, harmless on a terminal, without a line feed.
pub fn compact(value: &Value) -> String {
    escape_hidden(&value.to_string())
}

/// Escapes what serde leaves as it is: DEL, C1, bidi controls, zero-width and tag characters. They
/// stand only inside strings, so the JSON means the same.
fn escape_hidden(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        if matches!(c, '\u{7f}'..='\u{9f}' | '\u{200c}' | '\u{200d}') || is_hidden(c) {
            let mut units = [0_u16; 2];
            for unit in c.encode_utf16(&mut units) {
                // Writing to a String cannot fail.
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// A time as programs read it: null when none is known, without an offset where nobody knows its
/// zone.
pub fn time(at: Instant, told: ToldZone) -> Value {
    if at.is_dated() { Value::from(told.rfc3339(at)) } else { Value::Null }
}

fn facts(project: &Project) -> Value {
    let mut facts: Map<String, Value> =
        project.facts().iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    for (name, milestone) in [("started_at", Milestone::Start), ("ended_at", Milestone::End)] {
        if let Some(at) = project.milestone(milestone) {
            facts.insert(name.to_owned(), time(at, ToldZone::Known));
        }
    }
    Value::Object(facts)
}

fn entry(project: &Project, report: &Report, row: &Row) -> Value {
    json!({
        "id": row.target.as_str(),
        "at": time(row.at, row.zone_of_time()),
        "posted_at": row.posted_at.map_or(Value::Null, |at| time(at, row.told_zone)),
        "kind": row.kind.word(),
        "channel": row.channel.unsanitised(),
        "author": row.author.unsanitised(),
        "headline": row.headline.unsanitised(),
        "text": row.told(),
        "tags": tag_labels(project, &row.tags),
        "notes": note_texts(project, row),
        "phase": phase_title(report, row),
    })
}

/// Labels of tags by their ids.
pub(super) fn tag_labels(project: &Project, tags: &[TagId]) -> Vec<String> {
    tags.iter().filter_map(|id| project.tag(id)).map(|(_, tag)| tag.label()).collect()
}

/// What the notes of a row say.
pub(super) fn note_texts(project: &Project, row: &Row) -> Vec<String> {
    row.notes.iter().filter_map(|id| project.notes().get(id)).map(|note| note.text.clone()).collect()
}

/// The title of the phase in which a row stands.
pub(super) fn phase_title<'a>(report: &'a Report, row: &Row) -> Option<&'a str> {
    row.phase.as_ref().and_then(|id| report.timeline.phase(id)).map(|phase| phase.title.as_str())
}

fn section(section: &ReportSection) -> Value {
    let (text, cites) = told(section);
    let mut fields = Map::new();
    fields.insert("key".to_owned(), json!(section.key));
    fields.insert("title".to_owned(), json!(section.title));
    fields.insert("text".to_owned(), json!(text));
    fields.insert("cites".to_owned(), json!(cites));
    if !section.versions.is_empty() {
        let versions = section.versions.iter().map(|version| {
            let one = section.of_version(version);
            let (text, cites) = told(&one);
            let (by, at) = (&version.written.by, version.written.at.rfc3339());
            json!({ "by": by, "at": at, "text": text, "cites": cites })
        });
        fields.insert("versions".to_owned(), versions.collect());
    }
    Value::Object(fields)
}

/// The text of a section with its citations by id, and these, each once.
fn told(section: &ReportSection) -> (String, Vec<&str>) {
    let mut cites: Vec<&str> = Vec::new();
    for cite in section.cites.iter().filter(|cite| cite.to != CiteTo::Withheld) {
        if !cites.contains(&cite.id.as_str()) {
            cites.push(&cite.id);
        }
    }
    let text = section.text_with(|cite| match cite.to {
        CiteTo::Withheld => "[withheld]".to_owned(),
        CiteTo::Source(_) | CiteTo::Broken => citation_text(&cite.id),
    });
    (text, cites)
}

fn person(person: &ReportPerson) -> Value {
    json!({
        "id": person.id,
        "name": person.name.unsanitised(),
        "title": person.title,
        "team": person.team,
        "location": person.location,
        "zone": person.zone.map(crate::base::time::Zone::name),
        "started_on": person.started_on,
        "on_call": person.on_call,
        "messages": person.messages,
    })
}

/// A tagged or noted message, as `annotations` of the export and `show --json` hold it.
pub fn annotation(annotation: &Annotation) -> Value {
    let evidence = &annotation.evidence;
    json!({
        "id": evidence.target.as_str(),
        "time": time(evidence.at, evidence.told_zone),
        "channel": evidence.channel.unsanitised(),
        "author": evidence.author.unsanitised(),
        "type": evidence.type_word,
        "text": evidence.text.unsanitised(),
        "tags": annotation.tags,
        "notes": annotation.notes,
        "timeline": annotation.on_timeline,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_escaped_and_mean_the_same() {
        let value = json!({ "text": "a\u{202e}b\u{9b}\u{e0041}\u{1b}é👩\u{200d}👧" });
        let printed = compact(&value);
        assert_eq!(printed, r#"{"text":"a\u202eb\u009b\udb40\udc41\u001bé👩\u200d👧"}"#);
        assert_eq!(serde_json::from_str::<Value>(&printed).unwrap(), value);
    }

    #[test]
    fn an_undated_time_is_null() {
        assert_eq!(time(Instant::UNDATED, ToldZone::Known), Value::Null);
    }
}
