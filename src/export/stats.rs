//! Counts over many incidents as JSON and as a table for spreadsheets, the lists behind them too.

use serde_json::{Value, json};

use super::csv::quoted_line;
use super::json::pretty;
use crate::analysis::participation::Participation;
use crate::analysis::stats::{Incident, PersonLine, Split, Stats};
use crate::base::text::RawString;
use crate::base::time::Instant;

/// All counts, then the incidents and participations of which each is the length of a part.
pub fn render_json(stats: &Stats) -> String {
    let started = stats.started();
    let (on_call, work_hours) = (stats.on_call(), stats.work_hours());
    let months = stats.months();
    let months: Vec<Value> =
        months.iter().map(|(month, incidents)| json!({ "month": month, "incidents": incidents })).collect();
    let named = |counts: std::collections::BTreeMap<String, usize>| -> Vec<Value> {
        counts.iter().map(|(name, incidents)| json!({ "name": name, "incidents": incidents })).collect()
    };
    let value = json!({
        "projects": stats.incidents.len(),
        "months": months,
        "started": { "work_hours": started.yes, "off_hours": started.no, "unknown": started.unknown },
        "participation": split_json(on_call, work_hours),
        "people": stats.people.iter().map(|person| person_json(stats, person)).collect::<Vec<_>>(),
        "services": named(stats.services()),
        "technologies": named(stats.technologies()),
        "incidents": stats.incidents.iter().map(incident_json).collect::<Vec<_>>(),
        "participations":
            stats.participations().map(|(incident, one)| participation_json(incident, one)).collect::<Vec<_>>(),
    });
    pretty(&value)
}

fn split_json(on_call: Split, work_hours: Split) -> Value {
    json!({
        "on_call": on_call.yes, "off_call": on_call.no, "on_call_unknown": on_call.unknown,
        "work_hours": work_hours.yes, "off_hours": work_hours.no, "hours_unknown": work_hours.unknown,
    })
}

fn text(raw: &RawString) -> Value {
    if raw.is_empty() { Value::Null } else { Value::from(raw.unsanitised()) }
}

fn person_json(stats: &Stats, person: &PersonLine) -> Value {
    let mut value = json!({
        "id": person.id,
        "name": text(&person.name),
        "title": text(&person.title),
        "team": text(&person.team),
        "started_on": person.started_on,
        "incidents": person.took_part.len(),
        "share": stats.share(person),
        "projects": titles(stats, person),
    });
    if let (Value::Object(all), Value::Object(split)) = (&mut value, split_json(person.on_call, person.work_hours)) {
        all.extend(split);
    }
    value
}

fn titles<'a>(stats: &'a Stats, person: &PersonLine) -> Vec<&'a str> {
    person.took_part.iter().filter_map(|(place, _)| Some(stats.incidents.get(*place)?.title.as_str())).collect()
}

fn incident_json(incident: &Incident) -> Value {
    json!({
        "project": incident.title,
        "headline": incident.headline,
        "start": incident.start.map(Instant::rfc3339),
        "zone": incident.zone.name(),
        "month": incident.month(),
        "work_hours": incident.work_hours,
        "services": incident.services,
        "technologies": incident.technologies,
    })
}

fn participation_json(incident: &Incident, one: &Participation) -> Value {
    json!({
        "project": incident.title,
        "id": one.person.id(),
        "name": text(&one.person.name),
        "first": one.first.map(Instant::rfc3339),
        "zone": one.person.zone.map(crate::base::time::Zone::name),
        "on_call": one.on_call,
        "work_hours": one.work_hours,
    })
}

const HEADER: [&str; 14] = [
    "id",
    "name",
    "title",
    "team",
    "started_on",
    "incidents",
    "share",
    "on_call",
    "off_call",
    "on_call_unknown",
    "work_hours",
    "off_hours",
    "hours_unknown",
    "projects",
];

/// A person a row, by name.
pub fn render_csv(stats: &Stats) -> String {
    let mut table = quoted_line(&HEADER.map(str::to_owned));
    for person in &stats.people {
        let texts =
            [person.id.as_str(), person.name.unsanitised(), person.title.unsanitised(), person.team.unsanitised()];
        let mut row = texts.map(str::to_owned).to_vec();
        row.push(person.started_on.clone().unwrap_or_default());
        row.push(person.took_part.len().to_string());
        row.push(format!("{:.4}", stats.share(person)));
        for Split { yes, no, unknown } in [person.on_call, person.work_hours] {
            row.extend([yes, no, unknown].map(|count| count.to_string()));
        }
        row.push(titles(stats, person).join(", "));
        table.push_str(&quoted_line(&row));
    }
    table
}
