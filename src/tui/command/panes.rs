//! Choosing channels for panes, and what a load told.

#![expect(clippy::unnecessary_wraps, reason = "the shape of every command")]

use super::{Args, Command, Scope};
use crate::tui::app::App;
use crate::tui::ctx::Ctx;
use crate::tui::popup::channels::Channels;
use crate::tui::popup::import_report::ImportReportView;

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
