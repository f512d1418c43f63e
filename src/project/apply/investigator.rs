//! Settles sources, spans read, minutes at work and investigators.

use serde_json::Value;

use super::super::edit::{Edit, ReadAsEdit};
use super::super::model::Source;
use super::{Context, EditError, Plan, plain, wrong};
use crate::base::id::InvestigatorId;
use crate::base::reading::ReadAs;
use crate::base::time::Instant;

/// Adds a source, changes what is known of it, or removes it.
pub(super) fn source(
    context: &Context<'_>,
    id: Option<String>,
    source: Source,
    reading: ReadAsEdit,
    on: bool,
) -> Result<Plan, EditError> {
    let sources = &context.project.sources;
    let by_path = || sources.iter().find(|(_, known)| known.path == source.path).map(|(id, _)| id.clone());
    let id = id.or_else(by_path);
    let known = id.as_ref().and_then(|id| sources.get(id)).cloned();
    let id = id.unwrap_or_else(|| uuid::Uuid::now_v7().to_string());
    let edit = |source: Source, on| {
        let reading = Box::new(ReadAsEdit::all_of(&source.read_as));
        // A journal holds what is read of `reading` alone.
        let source = Box::new(Source { read_as: ReadAs::default(), ..source });
        Edit::Source { id: Some(id.clone()), source, reading, on }
    };
    let removal = || edit(Source::default(), false);
    match (known, on) {
        (None, false) => Err(EditError::Unknown { what: "source", id: plain(&source.path) }),
        (Some(old), false) => {
            let label = format!("remove source {}", plain(&old.path));
            Ok(Plan::new(removal(), edit(old, true), label))
        }
        (None, true) if source.path.is_empty() => Err(EditError::Missing { what: "a source", needs: "a path" }),
        (None, true) => {
            let label = format!("add source {}", plain(&source.path));
            let read_as = reading.after(&source.read_as);
            let source = Source { added_at: source.added_at.or(Some(context.now)), read_as, ..source };
            Ok(Plan::new(edit(source, true), removal(), label).making(&id))
        }
        (Some(old), true) => {
            let changed = reading.changed();
            let what = if changed.is_empty() { "source".to_owned() } else { format!("{} of", changed.join(", ")) };
            let label = format!("{what} {}", plain(&old.path));
            let read_as = reading.after(&source.read_as.clone().or(&old.read_as));
            let merged = Source { read_as, ..merged(source, &old) };
            let mut plan = Plan::new(edit(merged, true), removal(), label);
            // What is left out of an edit stays, so the way back goes over a source without fields.
            plan.inverse.push(edit(old, true));
            Ok(plan)
        }
    }
}

/// What an edit leaves out stays as it was.
fn merged(given: Source, old: &Source) -> Source {
    fn or<T: Default + PartialEq + Clone>(given: T, old: &T) -> T {
        if given == T::default() { old.clone() } else { given }
    }
    Source {
        path: or(given.path, &old.path),
        format: or(given.format, &old.format),
        fingerprint: or(given.fingerprint, &old.fingerprint),
        read_as: given.read_as.or(&old.read_as),
        first: given.first.or(old.first),
        last: given.last.or(old.last),
        messages: or(given.messages, &old.messages),
        channels: or(given.channels, &old.channels),
        missing: or(given.missing, &old.missing),
        added_at: given.added_at.or(old.added_at),
    }
}

/// Marks a span of a channel as read. Spans that touch become one; what was read is never taken back.
pub(super) fn read(
    context: &Context<'_>,
    channel: String,
    from: Instant,
    to: Instant,
    by: Option<InvestigatorId>,
) -> Result<Plan, EditError> {
    if channel.is_empty() || channel.chars().any(char::is_whitespace) {
        return Err(wrong("channel", &Value::from(channel), "a channel's id, such as slack/C04INC"));
    }
    if to < from {
        return Err(wrong("to", &Value::from(to.rfc3339()), "a time after the span's beginning"));
    }
    let by = by.unwrap_or_else(|| context.by());
    let spans = context.project.coverage.get(&by).and_then(|channels| channels.get(channel.as_str()));
    let touching = spans.into_iter().flatten().filter(|(start, end)| *start <= to && *end >= from);
    let (from, to) = touching.fold((from, to), |(from, to), (start, end)| (from.min(*start), to.max(*end)));
    let edit = Edit::Read { channel, from, to, by: Some(by) };
    Ok(Plan { inverse: Vec::new(), ..Plan::new(edit.clone(), edit, "mark as read".to_owned()) })
}

/// Adds minutes at work.
pub(super) fn minutes(investigator: &InvestigatorId, add: i64) -> Plan {
    let edit = |add| Edit::Minutes { investigator: investigator.clone(), add };
    Plan::new(edit(add), edit(add.saturating_neg()), format!("{add} minutes of {investigator}"))
}

/// Introduces an investigator.
pub(super) fn investigator(
    context: &Context<'_>,
    investigator: InvestigatorId,
    name: String,
    initials: String,
) -> Plan {
    let old = context.project.investigators.get(&investigator).cloned().unwrap_or_default();
    let label = format!("investigator {}", plain(&name));
    let inverse = Edit::Investigator { investigator: investigator.clone(), name: old.name, initials: old.initials };
    Plan::new(Edit::Investigator { investigator, name, initials }, inverse, label)
}
