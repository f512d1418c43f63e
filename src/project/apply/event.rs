//! Settles supplemental events: what no channel recorded.

use super::super::cell::{Kind, field};
use super::super::edit::{Edit, Set};
use super::super::model::Event;
use super::{Context, EditError, Plan, before, excerpt, plain, plus_minus, plus_minus_before};
use crate::base::id::{Target, TargetKind};
use crate::base::time::Instant;

/// Adds an event, changes one, or removes it.
pub(super) fn event(context: &Context<'_>, edit: Edit) -> Result<Plan, EditError> {
    let Edit::Event { id, at, until, plus_minus: uncertain, text, channel, source, off_record, by } = edit else {
        return Err(EditError::Missing { what: "an event", needs: "a time and a text" });
    };
    let text = if matches!(&text, Set::To(text) if text.trim().is_empty()) { Set::Remove } else { text };
    let id = id.unwrap_or_else(Target::new_event);
    if id.kind() != TargetKind::Event {
        return Err(EditError::Wrong { what: "id".to_owned(), value: plain(id.as_str()), write: "event/ and a uuid" });
    }
    let old = context.project.events.get(&id);
    if let (Set::Remove, Some(old)) = (&text, old) {
        let label = format!("remove event {}", excerpt(&old.text));
        return Ok(Plan::new(removal(&id), whole(context, &id, old), label));
    }
    check_times(at.or(old.and_then(|old| old.at)), &until, old)?;
    let edit = |by| Edit::Event {
        id: Some(id.clone()),
        at,
        until: until.clone(),
        plus_minus: Set::Keep,
        text: text.clone(),
        channel: channel.clone(),
        source: source.clone(),
        off_record,
        by,
    };
    let uncertain = plus_minus(uncertain)?;
    match (old, &text) {
        (Some(old), text) => {
            let words = if let Set::To(text) = text { excerpt(text) } else { excerpt(&old.text) };
            let inverse = inverse(context, &edit(None), &uncertain, &id, old);
            Ok(Plan::new(with_uncertainty(edit(None), uncertain), inverse, format!("change event {words}")))
        }
        (None, Set::To(text)) if at.is_some() => {
            let made = with_uncertainty(edit(Some(by.unwrap_or_else(|| context.by()))), uncertain);
            Ok(Plan::new(made, removal(&id), format!("event {}", excerpt(text))).making(&id))
        }
        (None, Set::To(_)) => Err(EditError::Missing { what: "an event", needs: "a time: \"at\"" }),
        (None, Set::Keep) => Err(EditError::Missing { what: "an event", needs: "a text" }),
        (None, Set::Remove) => Err(EditError::Unknown { what: "event", id: plain(id.as_str()) }),
    }
}

fn check_times(at: Option<Instant>, until: &Set<Instant>, old: Option<&Event>) -> Result<(), EditError> {
    let until = match until {
        Set::To(until) => Some(*until),
        Set::Keep => old.and_then(|old| old.until),
        Set::Remove => None,
    };
    match (at, until) {
        (Some(at), Some(until)) if until < at => Err(EditError::Wrong {
            what: "until".to_owned(),
            value: until.rfc3339(),
            write: "a time after its beginning",
        }),
        _ => Ok(()),
    }
}

fn with_uncertainty(edit: Edit, uncertain: Set<String>) -> Edit {
    match edit {
        Edit::Event { id, at, until, text, channel, source, off_record, by, .. } => {
            Edit::Event { id, at, until, plus_minus: uncertain, text, channel, source, off_record, by }
        }
        other => other,
    }
}

/// What sets again each field that `given` changes.
fn inverse(context: &Context<'_>, given: &Edit, uncertain: &Set<String>, id: &Target, old: &Event) -> Edit {
    let Edit::Event { at, until, text, channel, source, off_record, .. } = given else { return given.clone() };
    Edit::Event {
        id: Some(id.clone()),
        at: at.and(old.at),
        until: before(until, old.until),
        plus_minus: if uncertain.is_keep() { Set::Keep } else { plus_minus_before(old.plus_minus) },
        text: before(text, Some(old.text.clone())),
        channel: before(channel, old.channel.clone()),
        source: before(source, old.source.clone()),
        off_record: off_record.map(|_| own_mark(context, id)),
        by: None,
    }
}

fn removal(id: &Target) -> Edit {
    Edit::Event {
        id: Some(id.clone()),
        at: None,
        until: Set::Keep,
        plus_minus: Set::Keep,
        text: Set::Remove,
        channel: Set::Keep,
        source: Set::Keep,
        off_record: None,
        by: None,
    }
}

/// The edit that brings a removed event back as it was; its tags come back by themselves.
fn whole(context: &Context<'_>, id: &Target, old: &Event) -> Edit {
    Edit::Event {
        id: Some(id.clone()),
        at: old.at,
        until: Set::from_option(old.until),
        plus_minus: plus_minus_before(old.plus_minus),
        text: Set::To(old.text.clone()),
        channel: Set::from_option(old.channel.clone()),
        source: Set::from_option(old.source.clone()),
        off_record: Some(own_mark(context, id)),
        by: old.by.clone(),
    }
}

/// The mark itself, whatever the tag for it says.
fn own_mark(context: &Context<'_>, id: &Target) -> bool {
    context.alive(Kind::Events, id.as_str()).and_then(|entity| entity.read(field::OFF_RECORD)).unwrap_or(false)
}
