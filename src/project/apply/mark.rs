//! Settles tags and the mark that keeps something off the record.

use super::super::cell::{Kind, field};
use super::super::derive::OFF_RECORD_TAG;
use super::super::edit::Edit;
use super::super::model::MessageCopy;
use super::codebook::{self, Found};
use super::{Context, EditError, Plan, excerpt};
use crate::base::id::{NoteId, TagId, Target, TargetKind};

/// Puts a tag on or takes it off; makes the tag when nobody has yet.
pub(super) fn tag(
    context: &Context<'_>,
    target: &Target,
    tag: &str,
    on: bool,
    copy: Option<Box<MessageCopy>>,
) -> Result<Plan, EditError> {
    context.check(target)?;
    if target.kind() == TargetKind::Beat {
        return Err(EditError::Wrong {
            what: "target".to_owned(),
            value: target.to_string(),
            write: "one of the messages of the beat",
        });
    }
    let copy = context.copy(target.as_str(), copy);
    let words = context.words(target, copy.as_deref());
    let use_of = |id: &TagId, on, copy| Edit::Tag { target: target.clone(), tag: id.to_string(), on, copy };
    let plan_for = |id: &TagId, label: &str| {
        let label = if on { format!("tag {label} on {words}") } else { format!("take {label} off {words}") };
        let was = uses(context, target).contains(id);
        Plan::new(use_of(id, on, copy.clone()), use_of(id, was, None), label)
    };
    match codebook::find(context, tag)? {
        Found::Known(id, label) if on => Ok(plan_for(&id, &label)),
        Found::Known(id, label) => {
            // A use of a tag that was merged into this one shows as this one, and goes with it.
            let uses = uses(context, target);
            let others = uses.iter().filter(|used| **used != id);
            let merged = others.filter(|used| context.project.tag(used).is_some_and(|(shown, _)| *shown == id));
            Ok(merged.fold(plan_for(&id, &label), |plan, used| {
                plan.then(use_of(used, false, None), use_of(used, true, None))
            }))
        }
        Found::New(define) if on => {
            let plan = plan_for(&define.id, &define.label);
            let made = define.id.clone();
            Ok(plan.first(define.edit(), define.inverse()).making(&made))
        }
        Found::New(_) => Err(EditError::Unknown { what: "tag", id: super::plain(tag) }),
    }
}

fn uses(context: &Context<'_>, target: &Target) -> Vec<TagId> {
    let kind = if target.kind() == TargetKind::Event { Kind::Events } else { Kind::Messages };
    let entity = context.cells.entity(kind, target.as_str());
    entity.map(|entity| entity.set(field::TAGS).into_iter().collect()).unwrap_or_default()
}

/// Keeps a message, event or note out of every export, or lets it in again.
pub(super) fn off_record(
    context: &Context<'_>,
    target: String,
    on: bool,
    copy: Option<Box<MessageCopy>>,
) -> Result<Plan, EditError> {
    let copy = context.copy(&target, copy);
    let (kind, words) = match target.split_once('/') {
        Some(("note", _)) => {
            let note = context.project.notes.get(&NoteId::from_text(target.as_str()));
            let note = note.ok_or_else(|| EditError::Unknown { what: "note", id: super::plain(&target) })?;
            (Kind::Notes, excerpt(&note.text))
        }
        first => {
            let id = Target::from_text(target.as_str());
            context.check(&id)?;
            if id.kind() == TargetKind::Beat {
                return Err(EditError::Wrong {
                    what: "target".to_owned(),
                    value: target,
                    write: "one of the messages of the beat",
                });
            }
            (
                if matches!(first, Some(("event", _))) { Kind::Events } else { Kind::Messages },
                context.words(&id, copy.as_deref()),
            )
        }
    };
    let was = context.alive(kind, &target).is_some_and(|entity| entity.read(field::OFF_RECORD).unwrap_or(false));
    let edit = Edit::OffRecord { target: target.clone(), on, copy };
    let inverse = Edit::OffRecord { target: target.clone(), on: was, copy: None };
    let label = if on { format!("keep {words} off the record") } else { format!("put {words} on the record") };
    let plan = Plan::new(edit, inverse, label);
    let target = Target::from_text(target);
    let tagged = kind != Kind::Notes && uses(context, &target).iter().any(|tag| tag.as_str() == OFF_RECORD_TAG);
    if on && tagged && !was {
        // The tag keeps it out already, and a mark of its own would outlast the tag unseen.
        return Ok(Plan { edits: Vec::new(), ..plan });
    }
    if on || !tagged {
        return Ok(plan);
    }
    // The tag comes back last: letting the target in again would take it off once more.
    let use_of = |on| Edit::Tag { target: target.clone(), tag: OFF_RECORD_TAG.to_owned(), on, copy: None };
    Ok(plan.first(use_of(false), use_of(true)))
}

/// Takes a message as it is told now in place of the copy that is kept; taking it back brings the
/// kept one back. Without a message at hand nothing changes.
pub(super) fn copy(context: &Context<'_>, target: Target, copy: Option<Box<MessageCopy>>) -> Result<Plan, EditError> {
    context.check(&target)?;
    if target.kind() != TargetKind::Message {
        return Err(EditError::Wrong {
            what: "target".to_owned(),
            value: target.to_string(),
            write: "the id of a message",
        });
    }
    let entity = context.cells.entity(Kind::Messages, target.as_str());
    let kept = entity.and_then(|entity| entity.read::<MessageCopy>(field::COPY)).map(Box::new);
    let label = format!("take {} as it is told now", context.words(&target, copy.as_deref()));
    Ok(Plan::new(Edit::Copy { target: target.clone(), copy }, Edit::Copy { target, copy: kept }, label))
}
