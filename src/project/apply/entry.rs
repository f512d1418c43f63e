//! Settles what makes up the timeline: entries and their order, beats, phases, milestones.

use std::collections::BTreeSet;

use super::super::derive;
use super::super::edit::{Edit, Set};
use super::super::model::{Entry, MessageCopy, Milestone, Phase, Project};
use super::{Context, EditError, Plan, before, excerpt, plain, plus_minus, plus_minus_before};
use crate::base::id::{PhaseId, Target, TargetKind};
use crate::base::rank;
use crate::base::time::Instant;

/// Puts a target on the timeline or takes it off.
pub(super) fn timeline(
    context: &Context<'_>,
    target: Target,
    on: bool,
    copy: Option<Box<MessageCopy>>,
) -> Result<Plan, EditError> {
    if on {
        context.check(&target)?;
    }
    let copy = context.copy(target.as_str(), copy);
    let words = context.words(&target, copy.as_deref());
    let label = if on { format!("timeline: add {words}") } else { format!("timeline: take off {words}") };
    let was = context.project.timeline.contains_key(&target);
    let inverse = Edit::Timeline { target: target.clone(), on: was, copy: None };
    Ok(Plan::new(Edit::Timeline { target, on, copy }, inverse, label))
}

/// Changes an entry; puts its target on the timeline when it is not there.
pub(super) fn entry(context: &Context<'_>, edit: Edit) -> Result<Plan, EditError> {
    let Edit::Entry { target, headline, text, occurred_at, plus_minus: uncertain, phase, after, order, copy } = edit
    else {
        return Err(EditError::Missing { what: "an entry", needs: "a target" });
    };
    context.check(&target)?;
    let copy = context.copy(target.as_str(), copy);
    let words = context.words(&target, copy.as_deref());
    let moves = match (&after, &order) {
        (Set::Keep, Some(order)) => vec![(target.clone(), checked_key(order)?)],
        (Set::Keep, None) => Vec::new(),
        (after, _) => places(context, &target, after)?,
    };
    let old = context.project.timeline.get(&target);
    let order = moves.iter().find(|(moved, _)| *moved == target).map(|(_, key)| key.clone());
    let edit = Edit::Entry {
        target: target.clone(),
        headline: filled(headline),
        text: filled(text),
        occurred_at,
        plus_minus: plus_minus(uncertain)?,
        phase: phase_id(context, phase)?,
        after: Set::Keep,
        order,
        copy,
    };
    let inverse = inverse(&edit, old);
    let label = if moves.is_empty() { format!("change entry {words}") } else { format!("move entry {words}") };
    let others = moves.into_iter().filter(|(moved, _)| *moved != target);
    Ok(others.fold(Plan::new(edit, inverse, label), |plan, (moved, key)| {
        let before = context.project.timeline.get(&moved).map_or_else(String::new, |entry| entry.order.clone());
        plan.then(placing(moved.clone(), key), placing(moved, before))
    }))
}

/// Words that say nothing are no words.
fn filled(given: Set<String>) -> Set<String> {
    if matches!(&given, Set::To(text) if text.trim().is_empty()) { Set::Remove } else { given }
}

fn inverse(edit: &Edit, old: Option<&Entry>) -> Edit {
    let Edit::Entry { target, headline, text, occurred_at, plus_minus, phase, order, .. } = edit else {
        return edit.clone();
    };
    let Some(old) = old else { return Edit::Timeline { target: target.clone(), on: false, copy: None } };
    Edit::Entry {
        target: target.clone(),
        headline: before(headline, old.headline.clone()),
        text: before(text, old.text.clone()),
        occurred_at: before(occurred_at, old.occurred_at),
        plus_minus: if plus_minus.is_keep() { Set::Keep } else { plus_minus_before(old.plus_minus) },
        phase: before(phase, old.phase.as_ref().map(ToString::to_string)),
        after: Set::Keep,
        order: order.as_ref().map(|_| old.order.clone()),
        copy: None,
    }
}

/// The edit that gives an entry its order key; a time's key means that nobody chose it.
fn placing(target: Target, order: String) -> Edit {
    Edit::Entry {
        target,
        headline: Set::Keep,
        text: Set::Keep,
        occurred_at: Set::Keep,
        plus_minus: Set::Keep,
        phase: Set::Keep,
        after: Set::Keep,
        order: Some(order),
        copy: None,
    }
}

fn checked_key(key: &str) -> Result<String, EditError> {
    let fits = !key.is_empty()
        && !key.ends_with('0')
        && key.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase());
    if fits || rank::is_time_key(key) {
        return Ok(key.to_owned());
    }
    Err(EditError::Wrong { what: "order".to_owned(), value: plain(key), write: "a key as the project file shows it" })
}

/// Keys that bring `target` right behind the entry of `after`, or before its equals.
///
/// ```text
/// key  k k k      behind the first:   k ki kr kr…   entries of the same key that follow get keys
///      a b c      target t            a t  b  c     of their own, because order is (key, id)
/// ```
fn places(context: &Context<'_>, target: &Target, after: &Set<Target>) -> Result<Vec<(Target, String)>, EditError> {
    let others = || context.project.timeline.iter().filter(|(other, _)| *other != target);
    let suffix = context.author.actor.suffix();
    let (lo, followers) = match after {
        Set::To(before) => {
            let unknown = || EditError::Unknown { what: "entry", id: plain(before.as_str()) };
            let entry = context.project.timeline.get(before).filter(|_| before != target).ok_or_else(unknown)?;
            let equals = others().filter(|(other, entry_of)| entry_of.order == entry.order && *other > before);
            (entry.order.clone(), equals.map(|(other, _)| other.clone()).collect())
        }
        _ => (rank::time_key(time_of(context, target).plus(-1)), Vec::new()),
    };
    let hi = others().map(|(_, entry)| entry.order.as_str()).filter(|order| **order > *lo).min();
    let hi = if matches!(after, Set::To(_)) {
        hi.map(str::to_owned)
    } else {
        let equals = rank::time_key(time_of(context, target));
        Some(hi.map_or_else(|| equals.clone(), |hi| hi.min(&equals).to_owned()))
    };
    let mut key = lo;
    let mut placed = Vec::new();
    for moved in std::iter::once(target.clone()).chain(followers) {
        key = rank::between(&key, hi.as_deref(), &suffix).ok_or(EditError::NoRoom)?;
        placed.push((moved, key.clone()));
    }
    Ok(placed)
}

/// When the entry of a target happened, or would have.
fn time_of(context: &Context<'_>, target: &Target) -> Instant {
    let occurred_at = context.project.timeline.get(target).and_then(|entry| entry.occurred_at);
    occurred_at.unwrap_or_else(|| derive::time_of(context.cells, context.project, target))
}

/// A phase by its id or its title.
fn phase_id(context: &Context<'_>, given: Set<String>) -> Result<Set<String>, EditError> {
    let Set::To(text) = given else { return Ok(given) };
    let phases: &Project = context.project;
    let same_title = |phase: &Phase| phase.title.to_lowercase() == text.trim().to_lowercase();
    let found = phases.phases.keys().find(|id| id.as_str() == text);
    let found = found.or_else(|| phases.phases.iter().find(|(_, phase)| same_title(phase)).map(|(id, _)| id));
    found.map(|id| Set::To(id.to_string())).ok_or_else(|| EditError::Unknown { what: "phase", id: plain(&text) })
}

/// Joins messages into a beat, changes its members, or dissolves it.
pub(super) fn beat(context: &Context<'_>, id: Option<Target>, members: Vec<Target>) -> Result<Plan, EditError> {
    let id = id.unwrap_or_else(Target::new_beat);
    if id.kind() != TargetKind::Beat {
        return Err(EditError::Wrong { what: "id".to_owned(), value: plain(id.as_str()), write: "beat/ and a uuid" });
    }
    let members: Vec<Target> = members.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
    for member in &members {
        context.check(member)?;
        if member.kind() == TargetKind::Beat {
            return Err(EditError::Circle("a beat".to_owned()));
        }
    }
    let old = context.project.beats.get(&id);
    if members.is_empty() && old.is_none() {
        return Err(EditError::Unknown { what: "beat", id: plain(id.as_str()) });
    }
    if members.len() == 1 {
        return Err(EditError::Missing { what: "a beat", needs: "two members or more; none dissolves it" });
    }
    let label = match (members.len(), old) {
        (0, _) => "dissolve a beat".to_owned(),
        (count, None) => format!("join {count} messages into a beat"),
        (count, Some(_)) => format!("beat of {count} messages"),
    };
    let made = old.is_none().then(|| id.to_string());
    let before = old.map(|members| members.iter().cloned().collect()).unwrap_or_default();
    let inverse = Edit::Beat { id: Some(id.clone()), members: before };
    Ok(Plan { made, ..Plan::new(Edit::Beat { id: Some(id), members }, inverse, label) })
}

/// Adds a phase line, changes one, or removes it.
pub(super) fn phase(
    context: &Context<'_>,
    id: Option<PhaseId>,
    title: Set<String>,
    at: Option<Instant>,
) -> Result<Plan, EditError> {
    let id = id.unwrap_or_else(PhaseId::fresh);
    if !id.as_str().starts_with("phase/") {
        return Err(EditError::Wrong { what: "id".to_owned(), value: plain(id.as_str()), write: "phase/ and a uuid" });
    }
    let title = filled(title);
    let edit = |title, at| Edit::Phase { id: Some(id.clone()), title, at };
    match (context.project.phases.get(&id), &title) {
        (Some(old), Set::Remove) => {
            let label = format!("remove phase {}", excerpt(&old.title));
            Ok(Plan::new(edit(Set::Remove, None), edit(Set::To(old.title.clone()), Some(old.at)), label))
        }
        (Some(old), title) => {
            let label = format!("change phase {}", excerpt(&old.title));
            let inverse = edit(before(title, Some(old.title.clone())), at.map(|_| old.at));
            Ok(Plan::new(edit(title.clone(), at), inverse, label))
        }
        (None, Set::To(words)) if at.is_some() => {
            let label = format!("phase {}", excerpt(words));
            Ok(Plan::new(edit(title.clone(), at), edit(Set::Remove, None), label).making(&id))
        }
        (None, Set::Remove) => Err(EditError::Unknown { what: "phase", id: plain(id.as_str()) }),
        (None, _) => Err(EditError::Missing { what: "a phase", needs: "a title and a time" }),
    }
}

/// Sets a milestone or removes it.
pub(super) fn milestone(context: &Context<'_>, name: String, at: Set<Instant>) -> Result<Plan, EditError> {
    let Some(milestone) = Milestone::from_key(&name) else {
        return Err(EditError::Wrong {
            what: "name".to_owned(),
            value: plain(&name),
            write: "start, detected, response-began, cause-understood, mitigated or end",
        });
    };
    let old = context.project.milestones.get(&milestone).copied();
    let label = match &at {
        Set::To(_) => format!("milestone {}", milestone.label()),
        _ => format!("remove milestone {}", milestone.label()),
    };
    let inverse = Edit::Milestone { name: name.clone(), at: Set::from_option(old) };
    Ok(Plan::new(Edit::Milestone { name, at }, inverse, label))
}
