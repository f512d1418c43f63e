//! What can be done with tags, notes and saved filters on their screen.

use super::super::notation;
use super::Tab;
use crate::base::id::{NoteId, TagId, slug};
use crate::base::text::count_words;
use crate::project::model::{Filter, Tag};
use crate::project::{Edit, Project, Set};
use crate::tui::app::{App, ScreenId};
use crate::tui::ctx::Ctx;
use crate::tui::popup::choose::Choose;
use crate::tui::popup::prompt::Prompt;
use crate::tui::widget::picker::Choice;

/// An edit of a tag that changes nothing yet.
fn define(tag: &TagId) -> Edit {
    Edit::DefineTag {
        tag: tag.to_string(),
        key: Set::Keep,
        definition: Set::Keep,
        section: Set::Keep,
        label: None,
        on: true,
    }
}

fn tag_here(app: &App) -> Option<(TagId, Tag)> {
    let id = app.tags.tag()?;
    Some((id.clone(), app.session.project().tags().get(id)?.clone()))
}

fn refreshed(ctx: &mut Ctx<'_>) {
    let App { session, tags, .. } = &mut *ctx.app;
    tags.refresh(session);
}

/// Makes a tag of a label, or asks for it.
pub fn make(ctx: &mut Ctx<'_>, label: Option<&str>) -> anyhow::Result<()> {
    if let Some(label) = label {
        return make_tag(ctx, label);
    }
    let group = tag_here(ctx.app).and_then(|(_, tag)| tag.group).map(|group| format!("{group} - ")).unwrap_or_default();
    ctx.open(Prompt::new(ctx.app, "New tag: Group - Name, or a name alone", &group, Box::new(make_tag)));
    Ok(())
}

fn make_tag(ctx: &mut Ctx<'_>, label: &str) -> anyhow::Result<()> {
    let label = label.trim().trim_end_matches('-').trim();
    if slug(label).is_empty() {
        anyhow::bail!("A tag needs letters in its name: Group - Name");
    }
    let id = TagId::from_label(label);
    if ctx.app.session.project().tags().get(&id).is_some_and(|tag| tag.merged_into.is_none()) {
        ctx.app.tags.go_to_tag(&id);
        anyhow::bail!("There is a tag {label} already");
    }
    let made = ctx.edit(
        format!("new tag {label}"),
        vec![Edit::DefineTag {
            tag: label.to_owned(),
            key: Set::Keep,
            definition: Set::Keep,
            section: Set::Keep,
            label: None,
            on: true,
        }],
    )?;
    refreshed(ctx);
    let id = made.map_or(id, TagId::from_text);
    ctx.app.tags.go_to_tag(&id);
    let key = ctx.app.session.project().tags().get(&id).and_then(|tag| tag.key);
    let letter = key.map_or_else(String::new, |key| format!(", letter {key}"));
    ctx.toast(format!("made {label}{letter}; e says what it means, u undoes"));
    Ok(())
}

/// Renames the tag or saved filter under the cursor.
pub fn rename(ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
    if ctx.app.tags.tab() == Tab::Filters {
        return rename_filter(ctx);
    }
    let Some((id, tag)) = tag_here(ctx.app) else { anyhow::bail!("No tag is under the cursor") };
    let question = format!("Rename {} to", tag.label());
    ctx.open(Prompt::changing(
        ctx.app,
        &question,
        &tag.label(),
        Box::new(move |ctx, label| {
            let Edit::DefineTag { tag, key, definition, section, on, .. } = define(&id) else { return Ok(()) };
            let label = label.trim().to_owned();
            ctx.edit(
                format!("rename tag to {label}"),
                vec![Edit::DefineTag { tag, key, definition, section, label: Some(label.clone()), on }],
            )?;
            refreshed(ctx);
            ctx.app.tags.go_to_tag(&id);
            ctx.toast(format!("renamed to {label}; its uses stay, u undoes"));
            Ok(())
        }),
    ));
    Ok(())
}

fn rename_filter(ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
    let filter = filter_here(ctx.app)?;
    let question = format!("Rename the filter {} to", filter.name);
    ask(ctx, &question, &filter.name.clone(), move |project, name| {
        let name = name.trim().to_owned();
        let (old, new) = (slug(&filter.name), slug(&name));
        // It moves with the query that it has by now.
        let stands = project.filters().get(&old).unwrap_or(&filter);
        let gone = Edit::Filter { name: filter.name.clone(), query: Set::Remove, key: Set::Keep };
        let moved = Edit::Filter {
            name: name.clone(),
            query: Set::To(stands.query.clone()),
            key: Set::from_option(stands.key),
        };
        let renamed = Edit::Filter { name: name.clone(), query: Set::Keep, key: Set::Keep };
        let is_there = old == new && project.filters().contains_key(&old);
        Ok(Answer {
            label: format!("rename filter to {name}"),
            edits: if is_there { vec![renamed] } else { vec![gone, moved] },
            toast: format!("filter renamed to {name}"),
        })
    });
    Ok(())
}

/// What an answer to a question does.
struct Answer {
    label: String,
    edits: Vec<Edit>,
    toast: String,
}

/// Asks for another text than the one that stands, does what the answer says, and tells of it. What
/// others wrote while it was asked stays beside.
fn ask(
    ctx: &mut Ctx<'_>,
    question: &str,
    stands: &str,
    mut answer: impl FnMut(&Project, &str) -> anyhow::Result<Answer> + 'static,
) {
    let looked = ctx.app.session.looked();
    let done = move |ctx: &mut Ctx<'_>, text: &str| {
        let Answer { label, edits, toast } = answer(ctx.app.session.project(), text)?;
        ctx.edit_after(&looked, &label, edits)?;
        ctx.toast(format!("{toast}, u undoes"));
        Ok(())
    };
    ctx.open(Prompt::changing(ctx.app, question, stands, Box::new(done)));
}

fn filter_here(app: &App) -> anyhow::Result<Filter> {
    let filter = app.tags.filter().and_then(|slug| app.session.project().filters().get(slug)).cloned();
    filter.ok_or_else(|| anyhow::anyhow!("No filter is under the cursor"))
}

/// Asks for the letter of the tag or saved filter under the cursor.
pub fn letter(ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
    if ctx.app.tags.tab() == Tab::Filters {
        return filter_letter(ctx);
    }
    let Some((id, tag)) = tag_here(ctx.app) else { anyhow::bail!("No tag is under the cursor") };
    let before = tag.key.map(String::from).unwrap_or_default();
    let question = format!("Hot letter of {} (empty takes it away)", tag.label());
    ctx.open(Prompt::changing(
        ctx.app,
        &question,
        &before,
        Box::new(move |ctx, text| {
            let key = one_letter(text)?;
            let Edit::DefineTag { tag, definition, section, on, .. } = define(&id) else { return Ok(()) };
            let words = key.map_or_else(|| "no letter".to_owned(), |key| format!("letter {key}"));
            ctx.edit(
                format!("{tag}: {words}"),
                vec![Edit::DefineTag { tag, key: Set::from_option(key), definition, section, label: None, on }],
            )?;
            ctx.toast(format!("{words}, u undoes"));
            Ok(())
        }),
    ));
    Ok(())
}

fn one_letter(text: &str) -> anyhow::Result<Option<char>> {
    let mut letters = text.trim().chars();
    match (letters.next(), letters.next()) {
        (None, _) => Ok(None),
        (Some(letter), None) => Ok(Some(letter)),
        _ => anyhow::bail!("`{}` is more than one letter", text.trim()),
    }
}

/// Letters that the filter sheet uses itself.
const TAKEN: &str = "tpynlr/isoxg";

fn filter_letter(ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
    let filter = filter_here(ctx.app)?;
    let question = format!("Letter of the filter {} after f (empty takes it away)", filter.name);
    let before = filter.key.map(String::from).unwrap_or_default();
    ctx.open(Prompt::changing(
        ctx.app,
        &question,
        &before,
        Box::new(move |ctx, text| {
            let key = one_letter(text)?;
            if let Some(key) = key.filter(|key| TAKEN.contains(*key)) {
                anyhow::bail!("The filter sheet uses {key} itself; take another letter than {TAKEN}");
            }
            let other = ctx
                .app
                .session
                .project()
                .filters()
                .values()
                .find(|other| key.is_some() && other.key == key && other.name != filter.name);
            if let Some(other) = other {
                anyhow::bail!("{} has that letter", other.name);
            }
            let edit = Edit::Filter { name: filter.name.clone(), query: Set::Keep, key: Set::from_option(key) };
            ctx.edit(format!("letter of filter {}", filter.name), vec![edit])?;
            ctx.toast("letter set, u undoes");
            Ok(())
        }),
    ));
    Ok(())
}

/// Asks into which tag the one under the cursor is merged.
pub fn merge(ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
    let Some((id, tag)) = tag_here(ctx.app) else { anyhow::bail!("No tag is under the cursor") };
    let project = ctx.app.session.project();
    let others = project.tags().iter().filter(|(other, tag)| **other != id && tag.merged_into.is_none());
    let choices = others
        .map(|(other, tag)| Choice::new(&tag.label(), tag.definition.as_deref().unwrap_or_default(), other.to_string()))
        .collect();
    let uses = ctx.app.tags.uses(&id).len();
    let title = format!("Merge {} ({}) into", tag.label(), count_words(uses, "use", "uses"));
    ctx.open(Choose::new(
        &title,
        choices,
        Box::new(move |ctx, into| {
            ctx.edit("merge tags", vec![Edit::MergeTag { tag: id.to_string(), into: Set::To(into.to_owned()) }])?;
            refreshed(ctx);
            let into = TagId::from_text(into);
            ctx.app.tags.go_to_tag(&into);
            let label = ctx.app.session.project().tags().get(&into).map(Tag::label).unwrap_or_default();
            ctx.toast(format!("{} show {label} now, u undoes", count_words(uses, "use", "uses")));
            Ok(())
        }),
    ));
    Ok(())
}

/// Removes the tag, note or saved filter under the cursor; undo brings it back.
pub fn delete(ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
    match ctx.app.tags.tab() {
        Tab::Codebook => {
            let Some((id, tag)) = tag_here(ctx.app) else { anyhow::bail!("No tag is under the cursor") };
            let uses = ctx.app.tags.uses(&id).len();
            let Edit::DefineTag { tag: text, key, definition, section, label, .. } = define(&id) else { return Ok(()) };
            ctx.edit(
                format!("remove tag {}", tag.label()),
                vec![Edit::DefineTag { tag: text, key, definition, section, label, on: false }],
            )?;
            ctx.toast(format!("{} removed with {}, u brings both back", tag.label(), count_words(uses, "use", "uses")));
        }
        Tab::Notes => {
            let Some(id) = ctx.app.tags.note().cloned() else { anyhow::bail!("No note is under the cursor") };
            ctx.edit("note removed", vec![note_edit(id, Set::Remove)])?;
            ctx.toast("note removed, u undoes");
        }
        Tab::Filters => {
            let filter = filter_here(ctx.app)?;
            ctx.edit(
                format!("remove filter {}", filter.name),
                vec![Edit::Filter { name: filter.name.clone(), query: Set::Remove, key: Set::Keep }],
            )?;
            ctx.toast(format!("filter {} removed, u undoes", filter.name));
        }
    }
    Ok(())
}

fn note_edit(note: NoteId, text: Set<String>) -> Edit {
    Edit::Note {
        target: None,
        note: Some(note),
        text,
        question: Set::Keep,
        off_record: None,
        by: None,
        at: None,
        copy: None,
    }
}

/// Writes what the tag under the cursor means, what the note says, or the query of the filter.
pub fn write(ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
    match ctx.app.tags.tab() {
        Tab::Codebook => write_definition(ctx),
        Tab::Notes => write_note(ctx),
        Tab::Filters => write_query(ctx),
    }
}

fn write_definition(ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
    let Some((id, tag)) = tag_here(ctx.app) else { anyhow::bail!("No tag is under the cursor") };
    let question = format!("{} means", tag.label());
    ask(ctx, &question, tag.definition.as_deref().unwrap_or(""), move |_, text| {
        let definition = Set::from_option(Some(text.trim().to_owned()).filter(|text| !text.is_empty()));
        let mut edit = define(&id);
        if let Edit::DefineTag { definition: told, .. } = &mut edit {
            *told = definition;
        }
        Ok(Answer { label: "definition".to_owned(), edits: vec![edit], toast: "definition written".to_owned() })
    });
    Ok(())
}

fn write_note(ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
    let note =
        ctx.app.tags.note().and_then(|id| Some((id.clone(), ctx.app.session.project().notes().get(id)?.text.clone())));
    let Some((id, text)) = note else { anyhow::bail!("No note is under the cursor") };
    ask(ctx, "The note says", &text, move |_, text| {
        if text.trim().is_empty() {
            anyhow::bail!("A note needs words; d removes it");
        }
        let edits = vec![note_edit(id.clone(), Set::To(text.to_owned()))];
        Ok(Answer { label: "note changed".to_owned(), edits, toast: "note changed".to_owned() })
    });
    Ok(())
}

fn write_query(ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
    let filter = filter_here(ctx.app)?;
    let question = format!("The filter {} keeps", filter.name);
    ask(ctx, &question, &filter.query.clone(), move |_, text| {
        crate::search::query::Query::parse(text)?;
        let query = Set::To(text.trim().to_owned());
        Ok(Answer {
            label: format!("filter {}", filter.name),
            edits: vec![Edit::Filter { name: filter.name.clone(), query, key: Set::Keep }],
            toast: "filter changed".to_owned(),
        })
    });
    Ok(())
}

/// Shows the messages of the tag, goes to the note's message, or applies the filter.
pub fn open(ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
    match ctx.app.tags.tab() {
        Tab::Codebook => {
            let Some((_, tag)) = tag_here(ctx.app) else { anyhow::bail!("No tag is under the cursor") };
            notation::show_all(ctx, &notation::chip("tag", &tag.label()))
        }
        Tab::Notes => {
            let Some(target) = ctx.app.tags.targets(ctx.app.session.project()).into_iter().next() else {
                anyhow::bail!("No note is under the cursor")
            };
            ctx.app.go_to(&target).map_err(anyhow::Error::msg)
        }
        Tab::Filters => {
            let filter = filter_here(ctx.app)?;
            apply(ctx, &filter.query, &filter.name)
        }
    }
}

fn apply(ctx: &mut Ctx<'_>, query: &str, name: &str) -> anyhow::Result<()> {
    crate::search::query::Query::parse(query)?;
    let Some(pane) = ctx.app.chat.focused_mut() else {
        anyhow::bail!("No pane is open; 1 Chat, then w a opens a channel")
    };
    if !pane.chips.iter().any(|chip| chip == query) {
        pane.chips.push(query.to_owned());
    }
    ctx.app.leave_trail();
    ctx.app.screen = ScreenId::Chat;
    ctx.app.rebuild_panes();
    ctx.toast(format!("filter {name} is on here, f x clears"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hot_letter_is_one_letter_or_none() {
        assert_eq!(one_letter(" w ").unwrap(), Some('w'));
        assert_eq!(one_letter("").unwrap(), None);
        assert!(one_letter("we").is_err());
    }
}
