//! Settles the codebook: tags with their letters and meanings, merged tags, saved filters.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::cell::{Kind, field};
use super::super::edit::{Edit, Set};
use super::super::model::Tag;
use super::super::tag_key::{free_key, is_allowed};
use super::super::write::{split_label, tag_id};
use super::{Context, EditError, Plan, before, plain, wrong};
use crate::base::id::{TagId, slug};

/// What a label or id of a tag means in this project.
pub(super) enum Found {
    /// A tag of the codebook with its label, merges followed.
    Known(TagId, String),
    /// A tag that is yet to be made, or that was removed and comes back.
    New(Define),
}

/// A tag in the making.
pub(super) struct Define {
    pub(super) id: TagId,
    /// `Group - Name`, safe to print.
    pub(super) label: String,
    key: Set<char>,
}

impl Define {
    pub(super) fn edit(&self) -> Edit {
        Edit::DefineTag {
            tag: self.id.to_string(),
            key: self.key.clone(),
            definition: Set::Keep,
            section: Set::Keep,
            label: Some(self.label.clone()),
            on: true,
        }
    }

    pub(super) fn inverse(&self) -> Edit {
        removal(&self.id)
    }
}

/// Looks a tag up by id, by label, or by what its label would give as id.
pub(super) fn find(context: &Context<'_>, text: &str) -> Result<Found, EditError> {
    let tags = &context.project.tags;
    let wanted = text.trim().to_lowercase();
    let id = tag_id(text);
    let known = tags
        .get_key_value(text)
        .or_else(|| tags.iter().find(|(_, tag)| tag.label().to_lowercase() == wanted))
        .or_else(|| tags.get_key_value(&id));
    if let Some((known, _)) = known {
        let (id, tag) = context.project.tag(known).unwrap_or((known, &tags[known]));
        return Ok(Found::Known(id.clone(), tag.label()));
    }
    if id.as_str().is_empty() {
        return Err(wrong("tag", &Value::from(text), "\"Group - Name\" or \"Name\""));
    }
    Ok(Found::New(define(context, id, text)))
}

fn define(context: &Context<'_>, id: TagId, text: &str) -> Define {
    // A removed tag that is asked for by its id comes back under the label it had.
    let removed = context.cells.entity(Kind::Tags, id.as_str()).filter(|_| id.as_str() == text);
    let label = removed.and_then(|entity| {
        let name = entity.read(field::NAME)?;
        Some(Tag { group: entity.read(field::GROUP), name, ..Tag::default() }.label())
    });
    let label = label.unwrap_or_else(|| plain(text.trim()));
    let key = Set::from_option(free_key(split_label(&label).1, &taken(context)));
    Define { id, label, key }
}

fn taken(context: &Context<'_>) -> BTreeSet<char> {
    let shown = context.project.tags.values().filter(|tag| tag.merged_into.is_none());
    shown.filter_map(|tag| tag.key).collect()
}

/// Makes a tag or changes what is said of it.
pub(super) fn define_tag(context: &Context<'_>, edit: Edit) -> Result<Plan, EditError> {
    let Edit::DefineTag { tag, key, definition, section, label, on } = edit else {
        return Err(EditError::Missing { what: "a tag", needs: "a label" });
    };
    let given = key;
    match find(context, &tag)? {
        Found::Known(id, _) => {
            let old = context.project.tags.get(&id).cloned().unwrap_or_default();
            if !on {
                let label = format!("remove tag {}", old.label());
                return Ok(Plan::new(removal(&id), whole(&id, &old), label));
            }
            check_key(context, Some(&id), &given)?;
            let label = checked_label(label)?;
            let inverse = Edit::DefineTag {
                tag: id.to_string(),
                key: before(&given, old.key),
                definition: before(&definition, old.definition.clone()),
                section: before(&section, old.section.clone()),
                label: label.as_ref().map(|_| old.label()),
                on: true,
            };
            let words = format!("define tag {}", label.clone().unwrap_or_else(|| old.label()));
            let edit = Edit::DefineTag { tag: id.to_string(), key: given, definition, section, label, on: true };
            Ok(Plan::new(edit, inverse, words))
        }
        Found::New(_) if !on => Err(EditError::Unknown { what: "tag", id: plain(&tag) }),
        Found::New(new) => {
            check_key(context, None, &given)?;
            let key = if given.is_keep() { new.key.clone() } else { given };
            let label = checked_label(label)?.unwrap_or_else(|| new.label.clone());
            let words = format!("new tag {label}");
            let id = new.id.clone();
            let edit = Edit::DefineTag { tag: id.to_string(), key, definition, section, label: Some(label), on: true };
            Ok(Plan::new(edit, removal(&id), words).making(&id))
        }
    }
}

fn checked_label(label: Option<String>) -> Result<Option<String>, EditError> {
    match label {
        Some(label) if slug(&label).is_empty() => {
            Err(wrong("label", &Value::from(label), "\"Group - Name\" or \"Name\""))
        }
        label => Ok(label.map(|label| plain(label.trim()))),
    }
}

fn check_key(context: &Context<'_>, id: Option<&TagId>, key: &Set<char>) -> Result<(), EditError> {
    let Set::To(key) = key else { return Ok(()) };
    if !is_allowed(*key) {
        return Err(EditError::KeyReserved(*key));
    }
    match context.project.tag_by_key(*key).filter(|owner| Some(*owner) != id) {
        Some(owner) => {
            let label = context.project.tags.get(owner).map_or_else(|| owner.to_string(), Tag::label);
            Err(EditError::KeyTaken { key: *key, label })
        }
        None => Ok(()),
    }
}

fn removal(id: &TagId) -> Edit {
    Edit::DefineTag {
        tag: id.to_string(),
        key: Set::Keep,
        definition: Set::Keep,
        section: Set::Keep,
        label: None,
        on: false,
    }
}

/// The edit that brings a removed tag back as it was.
fn whole(id: &TagId, old: &Tag) -> Edit {
    Edit::DefineTag {
        tag: id.to_string(),
        key: Set::from_option(old.key),
        definition: Set::from_option(old.definition.clone()),
        section: Set::from_option(old.section.clone()),
        label: Some(old.label()),
        on: true,
    }
}

/// Merges a tag into another, or parts them again.
pub(super) fn merge_tag(context: &Context<'_>, tag: &str, into: Set<String>) -> Result<Plan, EditError> {
    let id = merged_or_shown(context, tag)?;
    let old = context.project.tags.get(&id).cloned().unwrap_or_default();
    let into = match into {
        Set::To(into) => match find(context, &into)? {
            Found::Known(target, _) if target == id => return Err(EditError::Circle(old.label())),
            Found::Known(target, _) => Set::To(target.to_string()),
            Found::New(_) => return Err(EditError::Unknown { what: "tag", id: plain(&into) }),
        },
        other => other,
    };
    let label = match &into {
        Set::To(target) => {
            let target = context.project.tags.get(target.as_str()).map_or_else(|| target.clone(), Tag::label);
            format!("merge tag {} into {target}", old.label())
        }
        _ => format!("part tag {} again", old.label()),
    };
    let before = Set::from_option(old.merged_into.as_ref().map(ToString::to_string));
    let edit = |into| Edit::MergeTag { tag: id.to_string(), into };
    Ok(Plan::new(edit(into), edit(before), label))
}

/// The tag that is meant itself, not the one it was merged into.
fn merged_or_shown(context: &Context<'_>, text: &str) -> Result<TagId, EditError> {
    let tags = &context.project.tags;
    let wanted = text.trim().to_lowercase();
    let found = tags.get_key_value(text).or_else(|| tags.iter().find(|(_, tag)| tag.label().to_lowercase() == wanted));
    found.map(|(id, _)| id.clone()).ok_or_else(|| EditError::Unknown { what: "tag", id: plain(text) })
}

/// Saves a filter or removes it.
pub(super) fn filter(
    context: &Context<'_>,
    name: String,
    query: Set<String>,
    key: Set<char>,
) -> Result<Plan, EditError> {
    let id = slug(&name);
    if id.is_empty() {
        return Err(wrong("name", &Value::from(name), "a name with letters or digits"));
    }
    let old = context.project.filters.get(&id);
    let query = if matches!(&query, Set::To(query) if query.trim().is_empty()) { Set::Remove } else { query };
    let inverse = match old {
        Some(old) => {
            Edit::Filter { name: old.name.clone(), query: Set::To(old.query.clone()), key: Set::from_option(old.key) }
        }
        None => Edit::Filter { name: name.clone(), query: Set::Remove, key: Set::Keep },
    };
    let label = match (&query, old) {
        (Set::Remove, _) => format!("remove filter {}", plain(&name)),
        (_, None) if query.is_keep() => return Err(EditError::Missing { what: "a filter", needs: "a query" }),
        _ => format!("filter {}", plain(&name)),
    };
    Ok(Plan::new(Edit::Filter { name, query, key }, inverse, label))
}
