//! Working with others: who is here, what they did, texts that two people wrote at once.

#![expect(clippy::unnecessary_wraps, reason = "every command has the same shape")]

use super::{Args, Command, Scope};
use crate::tui::app::App;
use crate::tui::ctx::{Ctx, Effect};
use crate::tui::partner;
use crate::tui::popup;
use crate::tui::popup::activity::Activity;
use crate::tui::popup::conflict;

/// Entries of the table.
pub const COMMANDS: &[Command] = &[
    Command::new(
        "conflict.list",
        Scope::Global,
        &["g c"],
        "Conflicts",
        "Lists texts that several people wrote at once; Enter shows the versions side by side, and one key settles which holds.",
        conflicts,
    )
    .when(has_conflicts),
    Command::new(
        "activity.list",
        Scope::Global,
        &["g a"],
        "Activity",
        "Lists who changed what and when, over all sittings; type to narrow, Enter goes to the place.",
        activity,
    ),
    Command::new(
        "agreement.list",
        Scope::Global,
        &["g ="],
        "Agreement of tags",
        "Holds the tags of this project against those of another copy, tagged apart: both, only here, only there, per cent and Cohen's kappa; Enter goes to a message.",
        agreement,
    )
    .when(can_agree),
    Command::new(
        "partner.go",
        Scope::Global,
        &["g b"],
        "Partner: go there",
        "Goes where the other person is who has the project open; pressed again, to the next one.",
        go,
    )
    .when(has_partner),
    Command::new(
        "partner.follow",
        Scope::Global,
        &["w f"],
        "Partner: follow",
        "Follows the cursor of the other person until a key is pressed.",
        follow,
    )
    .when(has_partner),
];

fn has_conflicts(app: &App) -> Result<(), String> {
    if app.session.document().conflicts().is_empty() { Err("no text has two versions".to_owned()) } else { Ok(()) }
}

fn has_partner(app: &App) -> Result<(), String> {
    if app.together.here.is_empty() { Err("nobody else has this project open".to_owned()) } else { Ok(()) }
}

fn can_agree(app: &App) -> Result<(), String> {
    if app.session.is_loading() { Err("the sources are still being read".to_owned()) } else { Ok(()) }
}

fn agreement(ctx: &mut Ctx<'_>, args: &Args) -> anyhow::Result<()> {
    popup::agreement::open(ctx, args.text.as_deref());
    Ok(())
}

fn conflicts(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    conflict::open(ctx);
    Ok(())
}

fn activity(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    ctx.app.together.deeds = None;
    ctx.ask(Effect::Deeds);
    ctx.open(Activity::default());
    Ok(())
}

fn go(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let here = &ctx.app.together.here;
    let target = ctx.app.place().target.map(|target| target.to_string());
    let now = here.iter().position(|partner| partner.presence.target == target);
    let next = now.map_or(0, |now| (now + 1) % here.len().max(1));
    let Some(partner) = here.get(next).cloned() else { return Ok(()) };
    partner::go_to(ctx.app, &partner.presence).map_err(anyhow::Error::msg)
}

fn follow(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let Some(partner) = ctx.app.together.here.first().cloned() else { return Ok(()) };
    ctx.app.together.following = Some(partner.actor);
    partner::follow(ctx.app);
    ctx.toast(format!("following {}; any key ends it", partner::name(&partner.presence)));
    Ok(())
}
