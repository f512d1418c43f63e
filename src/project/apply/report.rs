//! Settles the report: sections, findings waved through, and the facts beside it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::edit::{Edit, Set};
use super::super::model::{MessageCopy, SectionStatus};
use super::super::write::LIST_FACTS;
use super::{Context, EditError, Plan, before, entry, plain, wrong};
use crate::base::time::{Instant, Zone};

/// Writes a section.
pub(super) fn section(
    context: &Context<'_>,
    section: String,
    text: Set<String>,
    status: Option<SectionStatus>,
    copies: BTreeMap<String, MessageCopy>,
) -> Result<Plan, EditError> {
    check_key("section", &section)?;
    let old = context.project.report.get(&section).cloned().unwrap_or_default();
    let text = if matches!(&text, Set::To(text) if text.is_empty()) { Set::Remove } else { text };
    // Writing makes a draft of an empty section, and emptying one takes its state away.
    let implied = match &text {
        Set::To(_) if old.status == SectionStatus::Empty => Some(SectionStatus::Draft),
        Set::Remove => Some(SectionStatus::Empty),
        _ => None,
    };
    let status = status.or(implied);
    let fresh = copies.into_iter().filter_map(|(id, copy)| {
        let copy = context.copy(&id, Some(Box::new(copy)))?;
        Some((id, *copy))
    });
    let copies = fresh.collect();
    let label = match (&text, status) {
        (Set::Keep, Some(SectionStatus::Done)) => format!("section {section} is done"),
        (Set::Keep, Some(SectionStatus::Draft)) => format!("section {section} is a draft"),
        (Set::Remove, _) => format!("empty section {section}"),
        _ => format!("write section {section}"),
    };
    let inverse = Edit::Section {
        section: section.clone(),
        text: before(&text, Some(old.text).filter(|text| !text.is_empty())),
        // Said whenever the text changes, because emptying a text implies a status.
        status: (status.is_some() || !text.is_keep()).then_some(old.status),
        copies: BTreeMap::new(),
    };
    Ok(Plan::new(Edit::Section { section, text, status, copies }, inverse, label))
}

/// Waves a finding through, or takes that back.
pub(super) fn waive(
    context: &Context<'_>,
    section: String,
    lint: String,
    reason: Option<String>,
) -> Result<Plan, EditError> {
    check_key("section", &section)?;
    check_key("lint", &lint)?;
    let old = context.project.report.get(&section).and_then(|section| section.waived.get(&lint)).cloned();
    let label = match &reason {
        Some(_) => format!("waive {lint} in {section}"),
        None => format!("take back the waiver of {lint} in {section}"),
    };
    let inverse = Edit::Waive { section: section.clone(), lint: lint.clone(), reason: old };
    Ok(Plan::new(Edit::Waive { section, lint, reason }, inverse, label))
}

/// Keys are short words: they stand in file names, links and messages.
fn check_key(what: &'static str, key: &str) -> Result<(), EditError> {
    let fits = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if fits { Ok(()) } else { Err(wrong(what, &Value::from(key), "a key such as executive-summary")) }
}

/// Sets a fact or removes it.
pub(super) fn fact(context: &Context<'_>, name: String, value: Value) -> Result<Plan, EditError> {
    let milestone = match name.as_str() {
        "started_at" => Some("start"),
        "ended_at" => Some("end"),
        _ => None,
    };
    if let Some(milestone) = milestone {
        return entry::milestone(context, milestone.to_owned(), instant(&name, &value)?);
    }
    check_fact(&name, &value)?;
    let value = if LIST_FACTS.contains(&name.as_str()) { name_list(&name, value)? } else { value };
    let old = context.project.facts.get(&name).cloned().unwrap_or(Value::Null);
    let label =
        if value.is_null() { format!("remove fact {}", plain(&name)) } else { format!("fact {}", plain(&name)) };
    let inverse = Edit::Fact { name: name.clone(), value: old };
    Ok(Plan::new(Edit::Fact { name, value }, inverse, label))
}

fn instant(name: &str, value: &Value) -> Result<Set<Instant>, EditError> {
    if value.is_null() {
        return Ok(Set::Remove);
    }
    let at = value.as_str().and_then(Instant::parse_rfc3339).filter(|at| at.is_dated());
    at.map(Set::To).ok_or_else(|| wrong(name, value, "a time such as 2022-12-06T14:36:12Z"))
}

/// Facts that the program reads must be readable; all others are anybody's.
fn check_fact(name: &str, value: &Value) -> Result<(), EditError> {
    if name.trim().is_empty() {
        return Err(EditError::Missing { what: "a fact", needs: "a name" });
    }
    let text = value.as_str();
    match name {
        _ if value.is_null() => Ok(()),
        "title" | "template" if text.is_none() => Err(wrong(name, value, "a text")),
        "zone" if text.and_then(Zone::parse).is_none() => Err(wrong(name, value, "a zone such as Europe/Dublin")),
        _ => Ok(()),
    }
}

/// A list of names, or one name alone; an empty list is no fact.
fn name_list(name: &str, value: Value) -> Result<Value, EditError> {
    match value {
        Value::Array(names) if names.iter().all(Value::is_string) => {
            Ok(if names.is_empty() { Value::Null } else { Value::Array(names) })
        }
        Value::String(_) | Value::Null => Ok(value),
        other => Err(wrong(name, &other, "a list of names")),
    }
}
