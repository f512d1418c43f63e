//! Finding one's way: help, the palette, going anywhere, what was done, the tour, other files.

#![expect(clippy::unnecessary_wraps, reason = "the shape of every command")]

use std::path::PathBuf;

use super::{Args, Command, Scope};
use crate::import::detect::{Sniffed, sniff};
use crate::import::{self, LoadOptions};
use crate::tui::app::App;
use crate::tui::ctx::{Ctx, Effect};
use crate::tui::popup::anything::Anything;
use crate::tui::popup::guide::Guide;
use crate::tui::popup::help::Help;
use crate::tui::popup::palette::Palette;
use crate::tui::popup::prompt::Prompt;
use crate::tui::popup::undo_history::UndoHistory;
use crate::tui::widget::completion::Completion;

/// Entries of the table.
pub const COMMANDS: &[Command] = &[
    Command::new(
        "help.context",
        Scope::Global,
        &["?"],
        "Help",
        "Lists what can be done here, then elsewhere; type to search, Enter does it.",
        help,
    ),
    Command::new(
        "palette.open",
        Scope::Global,
        &[":"],
        "Command by name",
        "Finds any command by its name; a time goes there.",
        palette,
    ),
    Command::new(
        "go.anything",
        Scope::Global,
        &["Ctrl-p"],
        "Go to anything",
        "Finds people, channels, tags, commands and messages by name; @ person, # channel or tag, > command.",
        anything,
    ),
    Command::new(
        "undo.history",
        Scope::Global,
        &["U"],
        "Undo history",
        "Shows what was done, in this sitting and before it, and takes back down to any act.",
        history,
    ),
    Command::new("tour.off", Scope::Global, &[], "Tour: off", "Ends the tour of the demo.", tour_off).when(has_tour),
    Command::new(
        "app.open",
        Scope::Global,
        &[],
        "Open another",
        "Opens a project or an export in place of this one; what is open is saved.",
        open,
    ),
    Command::new(
        "help.export",
        Scope::Global,
        &[],
        "Getting an export",
        "What to ask whom, and what a standard export lacks.",
        guide,
    ),
];

fn help(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    ctx.open(Help::new(ctx.app));
    Ok(())
}

fn palette(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    ctx.open(Palette::new(ctx.app));
    Ok(())
}

fn anything(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    ctx.open(Anything::new(ctx.app));
    Ok(())
}

fn history(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    if ctx.app.session.asks_for_earlier() {
        ctx.ask(Effect::Earlier);
    }
    ctx.open(UndoHistory::new(ctx.app));
    Ok(())
}

fn has_tour(app: &App) -> Result<(), String> {
    if app.memory.tour.is_some() { Ok(()) } else { Err("the tour is off".to_owned()) }
}

fn tour_off(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    ctx.app.memory.tour = None;
    ctx.toast("the tour is off");
    Ok(())
}

fn open(ctx: &mut Ctx<'_>, args: &Args) -> anyhow::Result<()> {
    match args.text.as_deref() {
        Some(path) => ctx.ask(Effect::Open(path.into())),
        None => ctx.open(ask_path(ctx.app)),
    }
    Ok(())
}

/// Opens a project or an export, or text of no known format, for which a screen then asks how it is
/// to be read; an error for what is none of these.
pub fn open_path(ctx: &mut Ctx<'_>, path: PathBuf) -> anyhow::Result<()> {
    if let Sniffed::Unknown { reason } = sniff(&path) {
        let is_text = path.is_file() && import::head(&path, &LoadOptions::default()).is_ok();
        anyhow::ensure!(is_text, "{reason}");
    }
    ctx.ask(Effect::Open(path));
    Ok(())
}

/// Asks which file to open.
pub fn ask_path(app: &App) -> Prompt {
    let open = |ctx: &mut Ctx<'_>, text: &str| {
        let path = PathBuf::from(text.trim().trim_matches(['\'', '"']));
        open_path(ctx, path)
    };
    Prompt::new(app, "Open which zip, folder or project?", "", Box::new(open)).completing(Completion::Path)
}

fn guide(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    ctx.open(Guide::asking());
    Ok(())
}
