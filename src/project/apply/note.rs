//! Settles notes.

use super::super::cell::{Kind, field};
use super::super::edit::{Edit, Set};
use super::super::model::Note;
use super::{Context, EditError, Plan, before, excerpt, plain};
use crate::base::id::NoteId;

/// Adds a note, changes one, or removes it.
pub(super) fn note(context: &Context<'_>, edit: Edit) -> Result<Plan, EditError> {
    let Edit::Note { note: Some(id), .. } = &edit else { return add(context, edit, &NoteId::fresh()) };
    let id = id.clone();
    match context.project.notes.get(&id) {
        Some(old) => change(context, edit, id, &old.clone()),
        None if matches!(&edit, Edit::Note { target: Some(_), text: Set::To(_), .. }) => add(context, edit, &id),
        None => Err(EditError::Unknown { what: "note", id: plain(id.as_str()) }),
    }
}

fn add(context: &Context<'_>, edit: Edit, id: &NoteId) -> Result<Plan, EditError> {
    const WHAT: &str = "a note";
    let Edit::Note { target, text, question, off_record, by, at, copy, .. } = edit else {
        return Err(EditError::Missing { what: WHAT, needs: "a text" });
    };
    let target = target.ok_or(EditError::Missing { what: WHAT, needs: "a target, or the id of a note to change" })?;
    context.check(&target)?;
    let Set::To(text) = text else { return Err(EditError::Missing { what: WHAT, needs: "a text" }) };
    if text.trim().is_empty() {
        return Err(EditError::Missing { what: WHAT, needs: "a text" });
    }
    if !id.as_str().starts_with("note/") {
        return Err(EditError::Wrong { what: "note".to_owned(), value: plain(id.as_str()), write: "note/ and a uuid" });
    }
    let copy = context.copy(target.as_str(), copy);
    let words = context.words(&target, copy.as_deref());
    let what = if matches!(question, Set::To(_)) { "question" } else { "note" };
    let label = format!("{what} {} on {words}", excerpt(&text));
    let edit = Edit::Note {
        target: Some(target),
        note: Some(id.clone()),
        text: Set::To(text),
        question,
        off_record: off_record.filter(|on| *on),
        by: Some(by.unwrap_or_else(|| context.by())),
        at: Some(at.unwrap_or(context.now)),
        copy,
    };
    Ok(Plan::new(edit, removal(id.clone()), label).making(id))
}

fn change(context: &Context<'_>, edit: Edit, id: NoteId, old: &Note) -> Result<Plan, EditError> {
    let Edit::Note { target, text, question, off_record, .. } = edit else {
        return Err(EditError::Missing { what: "a note", needs: "a text" });
    };
    if let Some(target) = target.filter(|target| *target != old.on) {
        return Err(EditError::Wrong {
            what: "target".to_owned(),
            value: plain(target.as_str()),
            write: "a note without its id to add one there",
        });
    }
    let text = if matches!(&text, Set::To(text) if text.trim().is_empty()) { Set::Remove } else { text };
    if matches!(text, Set::Remove) {
        let label = format!("remove note {}", excerpt(&old.text));
        return Ok(Plan::new(removal(id.clone()), whole(context, id, old), label));
    }
    let inverse = Edit::Note {
        target: None,
        note: Some(id.clone()),
        text: before(&text, Some(old.text.clone())),
        question: before(&question, old.question.clone()),
        off_record: off_record.map(|_| old.off_record),
        by: None,
        at: None,
        copy: None,
    };
    let words = if let Set::To(text) = &text { excerpt(text) } else { excerpt(&old.text) };
    let edit = Edit::Note { target: None, note: Some(id), text, question, off_record, by: None, at: None, copy: None };
    Ok(Plan::new(edit, inverse, format!("change note {words}")))
}

fn removal(id: NoteId) -> Edit {
    Edit::Note {
        target: None,
        note: Some(id),
        text: Set::Remove,
        question: Set::Keep,
        off_record: None,
        by: None,
        at: None,
        copy: None,
    }
}

/// The edit that brings a removed note back as it was.
fn whole(context: &Context<'_>, id: NoteId, old: &Note) -> Edit {
    let off_record = context.alive(Kind::Notes, id.as_str()).and_then(|entity| entity.read(field::OFF_RECORD));
    Edit::Note {
        target: Some(old.on.clone()),
        note: Some(id),
        text: Set::To(old.text.clone()),
        question: Set::from_option(old.question.clone()),
        off_record,
        by: old.by.clone(),
        at: old.at,
        copy: None,
    }
}
