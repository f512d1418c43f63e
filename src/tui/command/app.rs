//! The program as a whole: screens, help, palette, undo, leaving.

#![expect(clippy::unnecessary_wraps, reason = "every command has the same shape")]

use super::{Args, Command, Scope};
use crate::base::time::SECOND;
use crate::project::history::Earlier;
use crate::tui::app::{App, ScreenId};
use crate::tui::ctx::{Ctx, Effect};
use crate::tui::popup::confirm::Confirm;
use crate::tui::popup::prompt::Prompt;
use crate::tui::popup::sources::Sources;
use crate::tui::widget::completion::Completion;

/// Entries of the table.
pub const COMMANDS: &[Command] = &[
    Command::new("screen.chat", Scope::Global, &["1", "g s c"], "Screen: Chat", "Shows what was said.", |ctx, _| {
        screen(ctx, ScreenId::Chat)
    }),
    Command::new(
        "screen.timeline",
        Scope::Global,
        &["2", "g s t"],
        "Screen: Timeline",
        "Shows what happened when.",
        |ctx, _| screen(ctx, ScreenId::Timeline),
    ),
    Command::new(
        "screen.report",
        Scope::Global,
        &["3", "g s r"],
        "Screen: Report",
        "Shows what is written about it.",
        |ctx, _| screen(ctx, ScreenId::Report),
    ),
    Command::new(
        "screen.people",
        Scope::Global,
        &["4", "g s p"],
        "Screen: People",
        "Shows who was there.",
        |ctx, _| screen(ctx, ScreenId::People),
    ),
    Command::new(
        "screen.tags",
        Scope::Global,
        &["5", "g s a"],
        "Screen: Tags",
        "Shows the codebook, notes and saved filters.",
        |ctx, _| screen(ctx, ScreenId::Tags),
    ),
    Command::new(
        "screen.stats",
        Scope::Global,
        &["6", "g s s"],
        "Screen: Stats",
        "Shows counts over time.",
        |ctx, _| screen(ctx, ScreenId::Stats),
    ),
    Command::new(
        "edit.undo",
        Scope::Global,
        &["u"],
        "Undo",
        "Takes the last act back; there is no limit, also not at the start of this sitting.",
        undo,
    )
    .when(can_undo),
    Command::new("edit.redo", Scope::Global, &["Ctrl-r"], "Redo", "Does again what was taken back.", redo)
        .when(can_redo),
    Command::new(
        "app.close",
        Scope::Global,
        &["Esc"],
        "Close, clear",
        "Closes what is open, then clears the selection, then the search.",
        close,
    ),
    Command::new(
        "app.back",
        Scope::Global,
        &["q"],
        "Back, quit",
        "Goes back; at the top it asks, and q again leaves.",
        back,
    ),
    Command::new(
        "job.cancel",
        Scope::Global,
        &["Ctrl-c"],
        "Cancel",
        "Stops loading or searching; what is there stays.",
        cancel,
    ),
    Command::new(
        "app.suspend",
        Scope::Global,
        &["Ctrl-z"],
        "Suspend",
        "Gives the terminal back until fg.",
        |ctx, _| ask(ctx, Effect::Suspend),
    ),
    Command::new("app.redraw", Scope::Global, &["Ctrl-l"], "Redraw", "Draws the whole screen anew.", |ctx, _| {
        ask(ctx, Effect::Redraw)
    }),
    Command::new(
        "project.save",
        Scope::Global,
        &[],
        "Save",
        "Everything is saved as you go; with a file name, writes a copy.",
        save,
    ),
    Command::new(
        "project.recover",
        Scope::Global,
        &[],
        "Recover the project file",
        "Brings the project file back when something has damaged it since it was opened; the damaged one is kept.",
        recover,
    )
    .when(is_on_disk),
    Command::new(
        "drafts.list",
        Scope::Global,
        &[],
        "Drafts",
        "Lists what was typed and not saved; Enter opens its form with the text in it.",
        drafts,
    )
    .when(has_drafts),
    Command::new(
        "source.list",
        Scope::Global,
        &[],
        "Sources",
        "Lists the exports: how each is read and why. Zone, clock and format can be changed there.",
        |ctx, _| {
            ctx.open(Sources::new());
            Ok(())
        },
    ),
    Command::new(
        "source.find",
        Scope::Global,
        &[],
        "Source",
        "Says where an export lies that is not where it was.",
        source,
    ),
];

fn has_drafts(app: &App) -> Result<(), String> {
    if app.memory.drafts.is_empty() { Err("nothing is typed and not saved".to_owned()) } else { Ok(()) }
}

fn drafts(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let list = crate::tui::popup::drafts::list(ctx.app);
    ctx.open(list);
    Ok(())
}

fn is_on_disk(app: &App) -> Result<(), String> {
    if app.session.saver().is_some() { Ok(()) } else { Err("this project lies in no file".to_owned()) }
}

fn recover(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let detail = "What you see here, and all that journals and copies hold, takes its place; the damaged file is kept.";
    let yes = Box::new(|ctx: &mut Ctx<'_>| {
        ctx.ask(Effect::RecoverHere);
        Ok(())
    });
    ctx.open(Confirm::new("Bring the project file back, if it cannot be read?", detail, yes));
    Ok(())
}

fn source(ctx: &mut Ctx<'_>, args: &Args) -> anyhow::Result<()> {
    if let Some(path) = &args.text {
        return crate::tui::open::find_source(ctx, path);
    }
    let prompt = Prompt::new(ctx.app, "Where does the export lie?", "", Box::new(crate::tui::open::find_source))
        .completing(Completion::Path);
    ctx.open(prompt);
    Ok(())
}

fn ask(ctx: &mut Ctx<'_>, effect: Effect) -> anyhow::Result<()> {
    ctx.ask(effect);
    Ok(())
}

fn screen(ctx: &mut Ctx<'_>, screen: ScreenId) -> anyhow::Result<()> {
    if ctx.app.screen != screen {
        ctx.app.leave_trail();
        ctx.app.screen = screen;
    }
    ctx.app.layers.clear();
    crate::tui::pane::entered(ctx);
    Ok(())
}

fn can_undo(app: &App) -> Result<(), String> {
    let history = app.session.history();
    match history.earlier() {
        _ if history.next_undo().is_some() => Ok(()),
        Earlier::Unasked if app.session.may_have_earlier() => Ok(()),
        Earlier::Asked => Err("what you did before this sitting is being looked for".to_owned()),
        _ => Err("nothing was done yet".to_owned()),
    }
}

fn can_redo(app: &App) -> Result<(), String> {
    if app.session.history().next_redo().is_some() { Ok(()) } else { Err("nothing was taken back".to_owned()) }
}

fn undo(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    if let Some(label) = ctx.app.session.undo()? {
        ctx.toast(format!("undone: {label}; Ctrl-r does it again"));
    } else if ctx.app.session.asks_for_earlier() {
        ctx.ask(Effect::Earlier);
    }
    Ok(())
}

/// Says what undoing would take back of earlier sittings; nothing is taken back without another key.
pub fn tell_earlier(app: &mut App) {
    let history = app.session.history();
    let words = match history.next_undo() {
        Some(act) if history.is_at_earlier() => {
            let day = app.zone().day(act.at);
            format!("nothing more of this sitting; u again takes back, of {day}: {}", act.label)
        }
        Some(_) => return,
        None => "nothing of yours is left to undo".to_owned(),
    };
    app.status.toast(words, app.now.plus(4 * SECOND));
}

fn redo(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    if let Some(label) = ctx.app.session.redo()? {
        ctx.toast(format!("done again: {label}"));
    }
    Ok(())
}

fn close(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let app = &mut *ctx.app;
    if crate::tui::pane::close(app) {
        return Ok(());
    }
    if let Some(pane) = app.chat.focused_mut().filter(|pane| pane.range_from.is_some()) {
        pane.range_from = None;
    } else if !app.chat.selection.is_empty() {
        app.chat.selection.clear();
    } else if app.find.hits.is_some() {
        app.find.clear();
        ctx.ask(Effect::StopSearch);
    } else if app.chat.zoomed {
        app.chat.zoomed = false;
    }
    Ok(())
}

fn back(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let app = &mut *ctx.app;
    if app.screen != ScreenId::Chat {
        app.screen = ScreenId::Chat;
    } else if app.chat.meanwhile {
        app.chat.meanwhile = false;
    } else if app.leaving || !ctx.app.session.asks_before_leaving() {
        ctx.ask(Effect::Quit);
    } else {
        ctx.app.leaving = true;
        let words = match ctx.app.session.save_state() {
            crate::project::store::SaveState::NotSaved(reason) => {
                format!("Not saved: {reason}. q again leaves all the same")
            }
            _ => "All is saved. q again leaves".to_owned(),
        };
        ctx.cannot(words);
    }
    Ok(())
}

fn cancel(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    if ctx.app.session.is_loading() || ctx.app.find.running {
        ctx.toast("stopped; what is there can be used");
        ctx.ask(Effect::Cancel);
    } else {
        ctx.cannot("Nothing is running. q quits");
    }
    Ok(())
}

fn save(ctx: &mut Ctx<'_>, args: &Args) -> anyhow::Result<()> {
    match args.text.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        None => ctx.toast("already saved: every act is written at once"),
        Some(path) => {
            ctx.ask(Effect::SaveCopy(path.into()));
        }
    }
    Ok(())
}
