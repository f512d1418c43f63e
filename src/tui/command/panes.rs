//! Choosing channels for panes, sizing and arranging panes, and what a load told.

#![expect(clippy::unnecessary_wraps, reason = "the shape of every command")]

use super::{Args, Command, Scope};
use crate::tui::app::App;
use crate::tui::ctx::Ctx;
use crate::tui::layout::{Arrangement, Share, shares_count};
use crate::tui::popup::channels::Channels;
use crate::tui::popup::import_report::ImportReportView;
use crate::tui::popup::layouts::Layouts;

/// Entries of the table.
pub const COMMANDS: &[Command] = &[
    Command::new(
        "pane.add",
        Scope::Chat,
        &["w a"],
        "Pane: add a channel",
        "Chooses channels by any letters, with a preview, and opens them beside the others.",
        add,
    )
    .when(has_channels),
    Command::new("pane.equal", Scope::Chat, &["w ="], "Pane: all equal", "Gives all panes the same room again.", equal)
        .when(has_neighbours),
    Command::new(
        "pane.narrower",
        Scope::Chat,
        &["w <"],
        "Pane: narrower",
        "Takes room from the pane and gives it to the others; where panes are stacked, rows.",
        |ctx, _| resize(ctx, Share::smaller, "The pane is as small as it gets; w = makes all equal"),
    )
    .when(has_neighbours),
    Command::new(
        "pane.wider",
        Scope::Chat,
        &["w >"],
        "Pane: wider",
        "Gives the pane room of the others; where panes are stacked, rows.",
        |ctx, _| resize(ctx, Share::larger, "The pane is as large as it gets; w = makes all equal"),
    )
    .when(has_neighbours),
    Command::new(
        "pane.stack",
        Scope::Chat,
        &["w s"],
        "Pane: stacked or side by side",
        "Puts the panes one above the other, also on a narrow screen, or side by side again.",
        stack,
    )
    .when(has_several),
    Command::new(
        "pane.layouts",
        Scope::Chat,
        &["w w"],
        "Pane: layouts",
        "Keeps channels, sizes and filters of the panes under a name, and brings them back; the moment stays.",
        layouts,
    )
    .when(has_panes),
    Command::new(
        "import.report",
        Scope::Global,
        &[],
        "Problems: import report",
        "Shows what came in, what is not in the export, and what could not be read, with the records themselves.",
        report,
    )
    .when(has_report),
];

fn has_channels(app: &App) -> Result<(), String> {
    if app.session.archive.channel_count() > 0 { Ok(()) } else { Err("no export is open; :open opens one".to_owned()) }
}

fn has_report(app: &App) -> Result<(), String> {
    if app.session.report.is_some() { Ok(()) } else { Err("the report comes when all is read".to_owned()) }
}

fn has_panes(app: &App) -> Result<(), String> {
    if app.chat.panes.is_empty() && app.memory.layouts.is_empty() {
        Err("no channel is open; w a chooses one".to_owned())
    } else {
        Ok(())
    }
}

fn has_several(app: &App) -> Result<(), String> {
    if app.chat.panes.len() > 1 { Ok(()) } else { Err("only one pane is open; w a adds one".to_owned()) }
}

fn has_neighbours(app: &App) -> Result<(), String> {
    has_several(app)?;
    if shares_count(app.size, app.chat_plan()) {
        return Ok(());
    }
    Err(if app.chat.zoomed { "the pane is alone; Z shows all" } else { "only one pane has room here; w s stacks them" }
        .to_owned())
}

fn equal(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    for pane in &mut ctx.app.chat.panes {
        pane.share = Share::default();
    }
    Ok(())
}

fn resize(ctx: &mut Ctx<'_>, step: fn(Share) -> Option<Share>, ended: &str) -> anyhow::Result<()> {
    let Some(pane) = ctx.app.chat.focused_mut() else { return Ok(()) };
    let Some(share) = step(pane.share) else { anyhow::bail!("{ended}") };
    pane.share = share;
    Ok(())
}

fn stack(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let (next, words) = match ctx.app.chat.arrangement {
        Arrangement::Beside => (Arrangement::Stacked, "panes one above the other"),
        Arrangement::Stacked => (Arrangement::Beside, "panes side by side"),
    };
    ctx.app.chat.arrangement = next;
    ctx.app.chat.zoomed = false;
    ctx.toast(words);
    Ok(())
}

fn layouts(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    ctx.open(Layouts::new(ctx.app));
    Ok(())
}

fn add(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    ctx.open(Channels::adding(ctx.app));
    Ok(())
}

fn report(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    if let Some(report) = ImportReportView::new(ctx.app) {
        ctx.open(report);
    }
    Ok(())
}
