//! Settles people's cards, joined identities and times on call.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::Value;

use super::super::cell::{Kind, field};
use super::super::edit::{Edit, Set};
use super::super::model::{PersonCard, Presence, Shift};
use super::{Context, EditError, Plan, plain, wrong};
use crate::base::id::PersonId;
use crate::base::time::Zone;

/// Sets fields of somebody's card.
pub(super) fn person(
    context: &Context<'_>,
    person: PersonId,
    fields: BTreeMap<String, Value>,
) -> Result<Plan, EditError> {
    check_id(&person)?;
    for (name, value) in &fields {
        check_field(name, value)?;
    }
    let fields: BTreeMap<String, Value> = fields.into_iter().map(|(name, value)| (name, tidy(value))).collect();
    let entity = context.alive(Kind::People, person.as_str());
    let old = fields.keys().map(|name| {
        let value = entity.and_then(|entity| match name.as_str() {
            field::HANDLES => {
                let handles: Vec<String> = entity.set(field::HANDLES).into_iter().collect();
                (!handles.is_empty()).then(|| Value::from(handles))
            }
            name => entity.read(name),
        });
        (name.clone(), value.unwrap_or(Value::Null))
    });
    let inverse = Edit::Person { person: person.clone(), fields: old.collect() };
    let names: Vec<&str> = fields.keys().map(String::as_str).collect();
    let label = format!("{} of {}", names.join(", "), words(context, &person));
    Ok(Plan::new(Edit::Person { person, fields }, inverse, label))
}

/// Words that say nothing remove a field, as `null` does.
fn tidy(value: Value) -> Value {
    match value {
        Value::String(text) if text.trim().is_empty() => Value::Null,
        Value::Array(values) if values.is_empty() => Value::Null,
        other => other,
    }
}

fn check_id(person: &PersonId) -> Result<(), EditError> {
    let fits = person.as_str().split_once('/').is_some_and(|(platform, name)| !platform.is_empty() && !name.is_empty());
    if fits {
        return Ok(());
    }
    Err(wrong("person", &Value::from(person.as_str()), "platform/user id, such as slack/U024BE7LH"))
}

fn check_field(name: &str, value: &Value) -> Result<(), EditError> {
    let text = value.as_str();
    let (fits, write) = match name {
        _ if value.is_null() || text.is_some_and(|text| text.trim().is_empty()) => (true, ""),
        "name" | "title" | "team" | "location" | "role" | "manager" | "email" => (text.is_some(), "a text"),
        "zone" => (text.and_then(Zone::parse).is_some(), "a zone such as Europe/Dublin"),
        "started_on" => {
            let dated = text.is_some_and(|text| NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok());
            (dated, "a day such as 2016-07-11")
        }
        "on_call" => (value.is_boolean(), "true or false"),
        "interview" => (
            text.is_some_and(|text| ["planned", "asked", "done", "declined"].contains(&text)),
            "planned, asked, done or declined",
        ),
        "handles" => {
            let names = value.as_array().is_some_and(|names| names.iter().all(Value::is_string));
            (names, "a list of names")
        }
        "presence" => {
            let presence = serde_json::from_value::<Presence>(value.clone());
            (presence.is_ok(), "an object with first, last and messages")
        }
        _ => (
            false,
            "a field of a card: name, title, team, location, zone, started_on, role, manager, email, on_call, interview or handles",
        ),
    };
    if fits { Ok(()) } else { Err(wrong(name, value, write)) }
}

fn words(context: &Context<'_>, person: &PersonId) -> String {
    let card: Option<&PersonCard> = context.project.people.get(person);
    let name = card.and_then(|card| card.name.as_deref().or_else(|| card.handles.iter().next().map(String::as_str)));
    plain(name.unwrap_or(person.as_str()))
}

/// Says that two identities are one person, or that they are not.
pub(super) fn same_person(context: &Context<'_>, person: PersonId, same_as: Set<PersonId>) -> Result<Plan, EditError> {
    check_id(&person)?;
    if let Set::To(other) = &same_as {
        check_id(other)?;
        if *other == person || *context.project.same_person(other) == person {
            return Err(EditError::Circle(words(context, &person)));
        }
    }
    let old = context.project.people.get(&person).and_then(|card| card.same_as.clone());
    let label = match &same_as {
        Set::To(other) => format!("{} is {}", words(context, &person), words(context, other)),
        _ => format!("{} is a person apart", words(context, &person)),
    };
    let inverse = Edit::SamePerson { person: person.clone(), same_as: Set::from_option(old) };
    Ok(Plan::new(Edit::SamePerson { person, same_as }, inverse, label))
}

/// Adds a time on call or takes it off.
pub(super) fn shift(context: &Context<'_>, edit: Edit) -> Result<Plan, EditError> {
    let Edit::Shift { person, start, end, rota, on } = edit else {
        return Err(EditError::Missing { what: "a shift", needs: "a person" });
    };
    check_id(&person)?;
    if !start.is_dated() || end <= start {
        return Err(wrong("end", &Value::from(end.rfc3339()), "a time after the shift's beginning"));
    }
    let shift = Shift { start, end, rota: rota.clone() };
    let was = context.project.people.get(&person).is_some_and(|card| card.shifts.contains(&shift));
    let label = format!("{} {} on call", words(context, &person), if on { "was" } else { "was not" });
    let edit = |on| Edit::Shift { person: person.clone(), start, end, rota: rota.clone(), on };
    Ok(Plan::new(edit(on), edit(was), label))
}
