//! What can be done on the Stats screen: jumping where a row points, moving in time, writing counts.

use super::{Row, ready};
use crate::analysis::activity::Subject;
use crate::archive::MsgIx;
use crate::base::text::sanitize_csv;
use crate::tui::app::{App, ScreenId};
use crate::tui::ctx::{Ctx, Effect};
use crate::tui::pane::rows::View;
use crate::tui::pane::{notation, people};
use crate::tui::popup::facts;
use crate::tui::popup::prompt::Prompt;
use crate::tui::widget::completion::Completion;

/// Goes where the row of the cursor points, at the moment of the time cursor.
pub fn jump(ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
    let Some(row) = ctx.app.stats.row() else { anyhow::bail!("Nothing is counted here") };
    match row {
        Row::Series(place) => {
            let subject = ctx.app.stats.series().get(place).map(|series| series.subject.clone());
            subject.map_or(Ok(()), |subject| jump_to(ctx, &subject))
        }
        Row::Reading(place) => {
            let reading = ctx.app.stats.reading.get(place).cloned();
            let Some(reading) = reading else { return Ok(()) };
            let row = reading.unread.unwrap_or(0);
            let ix = MsgIx { channel: reading.channel, row };
            let Some(target) = ctx.app.session.archive.message(ix).map(|message| message.id().target()) else {
                return Ok(());
            };
            ctx.app.go_to(&target).map_err(anyhow::Error::msg)?;
            let words = if reading.unread.is_some() {
                "the first message nobody has read"
            } else {
                "all of it is read; this is its first message"
            };
            ctx.toast(words);
            Ok(())
        }
        Row::Part(_) => {
            ctx.app.leave_trail();
            ctx.app.screen = ScreenId::People;
            people::ready(ctx.app);
            Ok(())
        }
        Row::Investigator(place) => {
            if let Some(id) = ctx.app.stats.investigators.get(place).cloned() {
                facts::ask_minutes(ctx, &id);
            }
            Ok(())
        }
    }
}

fn jump_to(ctx: &mut Ctx<'_>, subject: &Subject) -> anyhow::Result<()> {
    let at = ctx.app.stats.at();
    ctx.app.leave_trail();
    match subject {
        Subject::Channel(ix) => {
            let id = ctx.app.session.archive.log(*ix).map(|log| log.meta().id.clone());
            let Some(id) = id else { return Ok(()) };
            ctx.app.screen = ScreenId::Chat;
            ctx.app.open_pane(View::Channel(id));
        }
        Subject::Person(id) => people::show_messages(ctx, id)?,
        Subject::Tag(id) => {
            let label = ctx.app.session.project().tag(id).map(|(_, tag)| tag.label());
            notation::show_all(ctx, &notation::chip("tag", &label.unwrap_or_else(|| id.to_string())))?;
        }
    }
    if let Some(at) = at {
        ctx.app.go_to_time(at);
    }
    Ok(())
}

/// Moves the time cursor by bars.
pub fn step(ctx: &mut Ctx<'_>, bars: i64) {
    let stats = &mut ctx.app.stats;
    stats.at = stats.at.map(|at| at.plus(bars.saturating_mul(stats.bucket())));
    ready(ctx.app);
}

/// Moves the time cursor by whole windows.
pub fn page(ctx: &mut Ctx<'_>, windows: i64) {
    let bars = ctx.app.stats.window.map_or(0, |window| window.bars as i64);
    step(ctx, windows * bars);
}

/// Asks for a file and writes the counts of the window there.
pub fn export(ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
    ready(ctx.app);
    let text = csv(ctx.app);
    ctx.open(
        Prompt::new(
            ctx.app,
            "Write these counts to which file?",
            "stats.csv",
            Box::new(move |ctx, path| {
                let path = path.trim();
                if path.is_empty() {
                    anyhow::bail!("A file needs a name: stats.csv");
                }
                ctx.ask(Effect::Write { path: path.into(), text: text.clone() });
                Ok(())
            }),
        )
        .completing(Completion::Path),
    );
    Ok(())
}

/// The counts of the window, one line a subject and bar.
fn csv(app: &App) -> String {
    let mut lines = vec![format!("{},from,messages", app.stats.lens.word())];
    let Some(window) = app.stats.window else { return String::new() };
    for series in app.stats.series() {
        let label = match &series.subject {
            Subject::Channel(ix) => app.session.archive.log(*ix).map_or_else(String::new, |log| log.meta().label()),
            Subject::Person(id) => {
                app.people.find(id).map_or_else(|| id.to_string(), |person| person.name.unsanitised().to_owned())
            }
            Subject::Tag(id) => app.session.project().tag(id).map_or_else(|| id.to_string(), |(_, tag)| tag.label()),
        };
        let label = sanitize_csv(&label).replace('"', "\"\"");
        for (bar, count) in series.bars.iter().enumerate() {
            lines.push(format!("\"{label}\",{},{count}", window.start_of(bar)));
        }
    }
    lines.push(String::new());
    lines.join("\n")
}
