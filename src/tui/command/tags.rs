//! Acts on the codebook, notes and saved filters.

#![expect(clippy::unnecessary_wraps, reason = "the shape of every command")]

use super::{Args, Command, Scope};
use crate::tui::app::App;
use crate::tui::ctx::Ctx;
use crate::tui::pane::tags::{Tab, acts};

/// Entries of the table.
pub const COMMANDS: &[Command] = &[
    Command::new(
        "tags.make",
        Scope::Tags,
        &["n"],
        "New tag",
        "Makes a tag: Group - Name, or a name alone. It gets the first free letter.",
        make,
    )
    .when(in_codebook)
    .hint("new"),
    Command::new(
        "tags.rename",
        Scope::Tags,
        &["r"],
        "Rename",
        "Gives the tag or saved filter another name; uses stay.",
        |ctx, _| acts::rename(ctx),
    )
    .when(has_named)
    .hint("rename"),
    Command::new(
        "tags.letter",
        Scope::Tags,
        &["k"],
        "Hot letter",
        "Gives the tag (or saved filter) a letter on its sheet.",
        |ctx, _| acts::letter(ctx),
    )
    .when(has_named)
    .hint("hot letter"),
    Command::new(
        "tags.merge",
        Scope::Tags,
        &["J"],
        "Merge tags",
        "Lets all uses of the tag show another one.",
        |ctx, _| acts::merge(ctx),
    )
    .when(has_tag)
    .hint("merge"),
    Command::new(
        "tags.delete",
        Scope::Tags,
        &["d"],
        "Delete",
        "Removes the tag, note or saved filter; undo brings it back.",
        |ctx, _| acts::delete(ctx),
    )
    .when(has_row)
    .hint("delete"),
    Command::new(
        "tags.open",
        Scope::Tags,
        &["Enter"],
        "Open",
        "Shows the messages of the tag, goes to where the note stands, or applies the filter.",
        |ctx, _| acts::open(ctx),
    )
    .when(has_row)
    .hint("open"),
    Command::new(
        "tags.define",
        Scope::Tags,
        &["e"],
        "Definition",
        "Writes what the tag means, what the note says, or what the filter keeps.",
        |ctx, _| acts::write(ctx),
    )
    .when(has_row)
    .hint("definition"),
    Command::new(
        "tags.next-list",
        Scope::Tags,
        &["Tab"],
        "Next list",
        "Goes from codebook to notes to saved filters.",
        |ctx, _| list(ctx, true),
    )
    .hint("notes, filters"),
    Command::new(
        "tags.previous-list",
        Scope::Tags,
        &["S-Tab"],
        "Previous list",
        "Goes back to the list before.",
        |ctx, _| list(ctx, false),
    ),
];

fn in_codebook(app: &App) -> Result<(), String> {
    if app.tags.tab() == Tab::Codebook {
        Ok(())
    } else {
        Err("tags are made in the codebook; Tab goes there".to_owned())
    }
}

fn has_tag(app: &App) -> Result<(), String> {
    if app.tags.tag().is_some() {
        Ok(())
    } else {
        Err("no tag is under the cursor; Tab goes to the codebook".to_owned())
    }
}

fn has_named(app: &App) -> Result<(), String> {
    if app.tags.tag().is_some() || app.tags.filter().is_some() {
        Ok(())
    } else {
        Err("no tag or filter is under the cursor".to_owned())
    }
}

fn has_row(app: &App) -> Result<(), String> {
    if app.tags.note().is_some() {
        Ok(())
    } else {
        has_named(app).map_err(|_| "nothing is in this list yet".to_owned())
    }
}

fn make(ctx: &mut Ctx<'_>, args: &Args) -> anyhow::Result<()> {
    acts::make(ctx, args.text.as_deref())
}

fn list(ctx: &mut Ctx<'_>, forward: bool) -> anyhow::Result<()> {
    let tab = ctx.app.tags.tab().step(forward);
    ctx.app.tags.show(tab);
    Ok(())
}
