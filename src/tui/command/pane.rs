//! Moving over rows, and opening, closing and arranging panes.

#![expect(clippy::unnecessary_wraps, reason = "every command has the same shape")]

use super::{Args, Command, Scope};
use crate::tui::app::{App, ScreenId};
use crate::tui::ctx::Ctx;
use crate::tui::pane::{Jump, Motion, Way};

/// Entries of the table.
pub const COMMANDS: &[Command] = &[
    Command::new("move.down", Scope::Move, &["j", "Down"], "Down", "Goes to the next row.", |ctx, _| {
        go(ctx, Motion::Lines(1))
    }),
    Command::new("move.up", Scope::Move, &["k", "Up"], "Up", "Goes to the row before.", |ctx, _| {
        go(ctx, Motion::Lines(-1))
    }),
    Command::new("move.half-down", Scope::Move, &["Ctrl-d"], "Half a page down", "Goes half a page down.", |ctx, _| {
        go(ctx, Motion::Half(1))
    }),
    Command::new("move.half-up", Scope::Move, &["Ctrl-u"], "Half a page up", "Goes half a page up.", |ctx, _| {
        go(ctx, Motion::Half(-1))
    }),
    Command::new("move.page-down", Scope::Move, &["PgDn", "Ctrl-f"], "Page down", "Goes a page down.", |ctx, _| {
        go(ctx, Motion::Page(1))
    }),
    Command::new("move.page-up", Scope::Move, &["PgUp", "Ctrl-b"], "Page up", "Goes a page up.", |ctx, _| {
        go(ctx, Motion::Page(-1))
    }),
    Command::new("move.first", Scope::Move, &["g g", "Home"], "First row", "Goes to the first row.", |ctx, _| {
        go(ctx, Motion::First)
    }),
    Command::new("move.last", Scope::Move, &["G", "End"], "Last row", "Goes to the last row.", |ctx, _| {
        go(ctx, Motion::Last)
    }),
    Command::new("move.centre", Scope::Move, &["z z"], "Centre", "Puts the cursor's row into the middle.", |ctx, _| {
        go(ctx, Motion::Centre)
    }),
    Command::new(
        "jump.next-tagged",
        Scope::Chat,
        &["] t", "+ t"],
        "Next tagged",
        "Goes to the next message with a tag.",
        |ctx, _| jump(ctx, Jump::Tagged, Way::Next),
    ),
    Command::new(
        "jump.prev-tagged",
        Scope::Chat,
        &["[ t", "- t"],
        "Previous tagged",
        "Goes to the message with a tag before.",
        |ctx, _| jump(ctx, Jump::Tagged, Way::Previous),
    ),
    Command::new(
        "jump.next-note",
        Scope::Chat,
        &["] n", "+ n"],
        "Next noted",
        "Goes to the next message with a note.",
        |ctx, _| jump(ctx, Jump::Noted, Way::Next),
    ),
    Command::new(
        "jump.prev-note",
        Scope::Chat,
        &["[ n", "- n"],
        "Previous noted",
        "Goes to the message with a note before.",
        |ctx, _| jump(ctx, Jump::Noted, Way::Previous),
    ),
    Command::new(
        "jump.next-timeline",
        Scope::Chat,
        &["] l", "+ l"],
        "Next on the timeline",
        "Goes to the next message on the timeline.",
        |ctx, _| jump(ctx, Jump::OnTimeline, Way::Next),
    ),
    Command::new(
        "jump.prev-timeline",
        Scope::Chat,
        &["[ l", "- l"],
        "Previous on the timeline",
        "Goes to the message on the timeline before.",
        |ctx, _| jump(ctx, Jump::OnTimeline, Way::Previous),
    ),
    Command::new(
        "jump.next-gap",
        Scope::Chat,
        &["] g", "+ g"],
        "Next silence",
        "Goes behind the next silence of five minutes or more.",
        |ctx, _| jump(ctx, Jump::Gap, Way::Next),
    ),
    Command::new(
        "jump.prev-gap",
        Scope::Chat,
        &["[ g", "- g"],
        "Previous silence",
        "Goes behind the silence before.",
        |ctx, _| jump(ctx, Jump::Gap, Way::Previous),
    ),
    Command::new(
        "jump.next-day",
        Scope::Chat,
        &["] d", "+ d"],
        "Next day",
        "Goes to the first message of the next day.",
        |ctx, _| jump(ctx, Jump::Day, Way::Next),
    ),
    Command::new(
        "jump.prev-day",
        Scope::Chat,
        &["[ d", "- d"],
        "Previous day",
        "Goes to the first message of the day before.",
        |ctx, _| jump(ctx, Jump::Day, Way::Previous),
    ),
    Command::new(
        "jump.next-file",
        Scope::Chat,
        &["] a", "+ a"],
        "Next attachment",
        "Goes to the next message with a file or attachment.",
        |ctx, _| jump(ctx, Jump::Attachment, Way::Next),
    ),
    Command::new(
        "jump.prev-file",
        Scope::Chat,
        &["[ a", "- a"],
        "Previous attachment",
        "Goes to the message with a file or attachment before.",
        |ctx, _| jump(ctx, Jump::Attachment, Way::Previous),
    ),
    Command::new(
        "jump.next-person",
        Scope::Chat,
        &["] p", "+ p"],
        "Next by this person",
        "Goes to the author's next message.",
        |ctx, _| jump(ctx, Jump::Person, Way::Next),
    ),
    Command::new(
        "jump.prev-person",
        Scope::Chat,
        &["[ p", "- p"],
        "Previous by this person",
        "Goes to the author's message before.",
        |ctx, _| jump(ctx, Jump::Person, Way::Previous),
    ),
    Command::new(
        "jump.next-reply",
        Scope::Chat,
        &["] r", "+ r"],
        "Next of this thread",
        "Goes to the next message of the thread.",
        |ctx, _| jump(ctx, Jump::Thread, Way::Next),
    ),
    Command::new(
        "jump.prev-reply",
        Scope::Chat,
        &["[ r", "- r"],
        "Previous of this thread",
        "Goes to the message of the thread before.",
        |ctx, _| jump(ctx, Jump::Thread, Way::Previous),
    ),
    Command::new(
        "jump.next-question",
        Scope::Chat,
        &["] q", "+ q"],
        "Next open question",
        "Goes to the next message with an open question.",
        |ctx, _| jump(ctx, Jump::Question, Way::Next),
    ),
    Command::new(
        "jump.prev-question",
        Scope::Chat,
        &["[ q", "- q"],
        "Previous open question",
        "Goes to the message with an open question before.",
        |ctx, _| jump(ctx, Jump::Question, Way::Previous),
    ),
    Command::new(
        "pane.next",
        Scope::Chat,
        &["Tab", "l", "Right"],
        "Next pane",
        "Gives the focus to the pane at the right.",
        |ctx, _| focus(ctx, 1),
    ),
    Command::new(
        "pane.previous",
        Scope::Chat,
        &["S-Tab", "h", "Left"],
        "Previous pane",
        "Gives the focus to the pane at the left.",
        |ctx, _| focus(ctx, -1),
    ),
    Command::new("pane.close", Scope::Chat, &["w x"], "Pane: close", "Closes the pane.", close).when(has_several),
    Command::new(
        "pane.merged",
        Scope::Chat,
        &["w m"],
        "Pane: all channels",
        "Opens one stream of all channels.",
        merged,
    ),
    Command::new(
        "pane.move-left",
        Scope::Chat,
        &["w h"],
        "Pane: move left",
        "Moves the pane to the left.",
        |ctx, _| shift(ctx, -1),
    )
    .when(has_several),
    Command::new(
        "pane.move-right",
        Scope::Chat,
        &["w l"],
        "Pane: move right",
        "Moves the pane to the right.",
        |ctx, _| shift(ctx, 1),
    )
    .when(has_several),
    Command::new("pane.zoom", Scope::Chat, &["Z"], "Pane: zoom", "Shows the pane alone; again shows all.", zoom)
        .when(has_several),
];

fn go(ctx: &mut Ctx<'_>, motion: Motion) -> anyhow::Result<()> {
    crate::tui::pane::motion(ctx, motion);
    Ok(())
}

fn jump(ctx: &mut Ctx<'_>, jump: Jump, way: Way) -> anyhow::Result<()> {
    crate::tui::pane::jump::jump(ctx, jump, way);
    Ok(())
}

fn has_several(app: &App) -> Result<(), String> {
    if app.chat.panes.len() > 1 { Ok(()) } else { Err("only one pane is open; w a adds one".to_owned()) }
}

fn focus(ctx: &mut Ctx<'_>, by: isize) -> anyhow::Result<()> {
    let count = ctx.app.chat.panes.len() as isize;
    if count > 0 {
        ctx.app.chat.focus = (ctx.app.chat.focus as isize + by).rem_euclid(count) as usize;
    }
    Ok(())
}

fn close(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let chat = &mut ctx.app.chat;
    if chat.focus < chat.panes.len() {
        chat.panes.remove(chat.focus);
        chat.focus = chat.focus.min(chat.panes.len().saturating_sub(1));
        chat.zoomed = false;
    }
    Ok(())
}

fn merged(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    ctx.app.screen = ScreenId::Chat;
    ctx.app.open_pane(crate::tui::pane::rows::View::Merged);
    Ok(())
}

fn shift(ctx: &mut Ctx<'_>, by: isize) -> anyhow::Result<()> {
    let chat = &mut ctx.app.chat;
    let to = (chat.focus as isize + by).clamp(0, chat.panes.len() as isize - 1) as usize;
    if chat.focus < chat.panes.len() {
        chat.panes.swap(chat.focus, to);
        chat.focus = to;
    }
    Ok(())
}

fn zoom(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    ctx.app.chat.zoomed = !ctx.app.chat.zoomed;
    Ok(())
}
