//! Acts on counts over time.

#![expect(clippy::unnecessary_wraps, reason = "the shape of every command")]

use super::{Args, Command, Scope};
use crate::tui::app::App;
use crate::tui::ctx::Ctx;
use crate::tui::pane::stats::{self, acts};
use crate::tui::popup;

/// Entries of the table.
pub const COMMANDS: &[Command] = &[
    Command::new("stats.bucket", Scope::Stats, &["b"], "Bar: 1, 5, 15, 60 min", "Changes how long a bar is.", bucket).hint("bar 1, 5, 15, 60 min"),
    Command::new("stats.lens", Scope::Stats, &["c"], "By channel, person, tag", "Counts by channel, by person or by tag.", lens).hint("by channel, person, tag"),
    Command::new("stats.earlier", Scope::Stats, &["h", "Left"], "Earlier", "Moves the time cursor back by one bar.", |ctx, _| step(ctx, -1)).when(has_time).hint("earlier"),
    Command::new("stats.later", Scope::Stats, &["l", "Right"], "Later", "Moves the time cursor on by one bar.", |ctx, _| step(ctx, 1)).when(has_time).hint("later"),
    Command::new("stats.page-earlier", Scope::Stats, &["H"], "Earlier by a screen", "Moves the time cursor back by all bars shown.", |ctx, _| page(ctx, -1)).when(has_time),
    Command::new("stats.page-later", Scope::Stats, &["L"], "Later by a screen", "Moves the time cursor on by all bars shown.", |ctx, _| page(ctx, 1)).when(has_time),
    Command::new("stats.jump", Scope::Stats, &["Enter"], "Jump there", "Goes to the channel, person or tag at the time of the cursor; on a channel's reading, to what nobody has read; on an investigator, corrects the minutes.", |ctx, _| acts::jump(ctx)).when(has_row).hint("jump there"),
    Command::new("stats.many", Scope::Stats, &["m"], "Over many incidents", "Counts who took part over many projects: on call or not, in working hours or not; Enter lists what a figure counts.", many).hint("many incidents"),
    Command::new("stats.compare", Scope::Stats, &["="], "Compare investigations", "Puts projects side by side: time, people, factors, follow-ups; with where each value comes from.", compare).hint("compare"),
    Command::new("stats.facts", Scope::Stats, &["e"], "Facts of the investigation", "Writes what only people know: time to investigate, readers, attendees, impact, services, technologies.", facts).hint("facts"),
    Command::new("stats.export", Scope::Stats, &["X"], "Export counts", "Writes the counts that are shown to a CSV file you name.", |ctx, _| acts::export(ctx)).when(has_time).hint("export"),
];

fn many(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    popup::many::open(ctx);
    Ok(())
}

fn compare(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    popup::compare::open(ctx);
    Ok(())
}

fn facts(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    popup::facts::ask(ctx);
    Ok(())
}

fn has_time(app: &App) -> Result<(), String> {
    if app.stats.at().is_some() { Ok(()) } else { Err("nothing is dated here".to_owned()) }
}

fn has_row(app: &App) -> Result<(), String> {
    if app.stats.row().is_some() { Ok(()) } else { Err("nothing is counted here".to_owned()) }
}

fn bucket(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    ctx.app.stats.next_bucket();
    stats::ready(ctx.app);
    Ok(())
}

fn lens(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let lens = ctx.app.stats.next_lens();
    stats::ready(ctx.app);
    ctx.toast(format!("by {}", lens.word()));
    Ok(())
}

fn step(ctx: &mut Ctx<'_>, bars: i64) -> anyhow::Result<()> {
    acts::step(ctx, bars);
    Ok(())
}

fn page(ctx: &mut Ctx<'_>, windows: i64) -> anyhow::Result<()> {
    acts::page(ctx, windows);
    Ok(())
}
