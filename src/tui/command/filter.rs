//! Filters: what narrows panes, and what the project keeps of them.

#![expect(clippy::unnecessary_wraps, reason = "the shape of every command")]

use super::{Args, Command, Scope};
use crate::tui::app::App;
use crate::tui::ctx::Ctx;
use crate::tui::popup::filter_sheet::{self, FilterSheet};

/// Opens the sheet; stands among the acts of Chat, so that the last row names it there.
pub const SHEET: Command = Command::new(
    "filter.sheet",
    Scope::Chat,
    &["f"],
    "Filter",
    "Narrows the pane: by tag, person, type, notes, timeline, time or any expression; opens and saves filters.",
    sheet,
)
.when(has_pane)
.hint("filter");

/// Entries of the table.
pub const COMMANDS: &[Command] = &[
    Command::new("filter.clear", Scope::Chat, &[], "Filter: clear", "Takes all chips off; all is shown again.", clear)
        .when(has_chips),
    Command::new(
        "filter.save",
        Scope::Chat,
        &[],
        "Filter: save as",
        "Keeps the chips of the pane under a name in the project.",
        save,
    )
    .when(has_chips),
    Command::new(
        "filter.add",
        Scope::Chat,
        &[],
        "Filter: by an expression",
        "Adds a chip: from:, in:, tag:, type:, has:, is:, after:, before: and words.",
        add,
    )
    .when(has_pane),
];

fn has_pane(app: &App) -> Result<(), String> {
    if app.chat.panes.is_empty() { Err("no channel is open; w a chooses one".to_owned()) } else { Ok(()) }
}

fn has_chips(app: &App) -> Result<(), String> {
    let has = app.chat.focused().is_some_and(|pane| !pane.chips.is_empty());
    if has { Ok(()) } else { Err("no filter is on; f adds one".to_owned()) }
}

fn sheet(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    ctx.open(FilterSheet::new(ctx.app));
    Ok(())
}

fn clear(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    filter_sheet::clear_all(ctx);
    Ok(())
}

fn save(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    filter_sheet::ask_name(ctx)
}

fn add(ctx: &mut Ctx<'_>, args: &Args) -> anyhow::Result<()> {
    match args.text.as_deref() {
        Some(text) => filter_sheet::add_query(ctx, text),
        None => sheet(ctx, args),
    }
}
