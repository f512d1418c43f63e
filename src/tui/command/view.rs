//! How things are shown, where to go, bookmarks, how panes follow each other.

#![expect(clippy::unnecessary_wraps, reason = "every command has the same shape")]

use super::{Args, Command, Scope};
use crate::base::id::Target;
use crate::base::time::{HOUR, parse_phrase};
use crate::project::model::Milestone;
use crate::tui::app::{App, ScreenId};
use crate::tui::ctx::Ctx;
use crate::tui::pane::display::{Density, EmojiDisplay, LongLines, NoteDisplay, TimeDisplay};
use crate::tui::popup::prompt::Prompt;

/// Entries of the table.
pub const COMMANDS: &[Command] = &[
    Command::new(
        "view.notes",
        Scope::Chat,
        &["z n"],
        "Notes: inline, mark, off",
        "Changes how much of notes is shown.",
        notes,
    ),
    Command::new(
        "view.time",
        Scope::Chat,
        &["z t"],
        "Times: project, UTC, person's, T+",
        "Changes how times are shown: in the project's zone, in UTC, as each author's own clock stood, since the start.",
        times,
    ),
    Command::new(
        "view.wrap",
        Scope::Chat,
        &["z w"],
        "Wrap on or off",
        "Wraps lines that are longer than the pane, or cuts them at its edge.",
        wrap,
    ),
    Command::new(
        "view.emoji",
        Scope::Chat,
        &["z e"],
        "Emoji: names or pictures",
        "Shows reactions by their names, or as pictures.",
        emoji,
    )
    .when(has_pictures),
    Command::new(
        "view.system",
        Scope::Chat,
        &["z s"],
        "Joins and topics on or off",
        "Shows or hides joins, leaves and topics.",
        |ctx, _| shown(ctx, "joins and topics", |app| &mut app.settings.shown.system),
    ),
    Command::new(
        "view.bots",
        Scope::Chat,
        &["z b"],
        "Bots on or off",
        "Shows or hides what programs wrote.",
        |ctx, _| shown(ctx, "bots", |app| &mut app.settings.shown.bots),
    ),
    Command::new(
        "view.replies",
        Scope::Chat,
        &["z c"],
        "Replies at their time on or off",
        "Shows replies at their own time too, or only in their thread.",
        |ctx, _| shown(ctx, "replies at their own time", |app| &mut app.settings.shown.replies),
    ),
    Command::new(
        "view.reactions",
        Scope::Chat,
        &["z r"],
        "Reactions on or off",
        "Shows or hides reactions.",
        |ctx, _| shown(ctx, "reactions", |app| &mut app.settings.reactions),
    ),
    Command::new(
        "view.heat",
        Scope::Chat,
        &["z h"],
        "Heat strip on or off",
        "Shows or hides the strip of densities.",
        |ctx, _| shown(ctx, "heat strip", |app| &mut app.settings.heat),
    ),
    Command::new(
        "view.density",
        Scope::Chat,
        &["z d"],
        "Density: normal, airy, compact",
        "Changes how much room a message takes.",
        density,
    ),
    Command::new(
        "sync.offset",
        Scope::Chat,
        &["S o"],
        "Sync: clock offset",
        "Says how far the clock of this pane is ahead (+90s) or behind (-2m).",
        offset,
    ),
    Command::new(
        "sync.lock",
        Scope::Chat,
        &["S l"],
        "Sync: lock the pane",
        "Lets the pane stay where it is while others follow.",
        lock,
    ),
    Command::new(
        "sync.tolerance",
        Scope::Chat,
        &["S t"],
        "Sync: tolerance",
        "Says how exact the clocks are: what another pane says so much later (2s, 1m) still counts as said at that moment.",
        tolerance,
    ),
    Command::new(
        "sync.align",
        Scope::Chat,
        &["S a"],
        "Sync: align now",
        "Brings all panes to the cursor's time once.",
        align,
    ),
    Command::new(
        "go.time",
        Scope::Chat,
        &["g t"],
        "Go to a time",
        "Goes to a time: 10:42, +15m, start+20m, 6 Dec 14:30.",
        go_time,
    ),
    Command::new(
        "go.parent",
        Scope::Chat,
        &["g p"],
        "Go to the thread's first message",
        "Goes to the message that this one answers.",
        parent,
    ),
    Command::new(
        "go.entry",
        Scope::Chat,
        &["g l"],
        "Go to its timeline entry",
        "Shows the message on the Timeline screen.",
        entry,
    ),
    Command::new(
        "go.start",
        Scope::Chat,
        &["g i"],
        "Go to the incident's start",
        "Goes to the milestone start.",
        |ctx, _| milestone(ctx, Milestone::Start),
    ),
    Command::new(
        "go.end",
        Scope::Chat,
        &["g e"],
        "Go to the incident's end",
        "Goes to the milestone end.",
        |ctx, _| milestone(ctx, Milestone::End),
    ),
    Command::new(
        "go.back",
        Scope::Chat,
        &["Ctrl-o", "' '"],
        "Back where I was",
        "Goes back to where the last jump came from.",
        trail_back,
    )
    .when(has_trail),
    Command::new("bookmark.set", Scope::Chat, &["m a"], "Bookmark", "m and a letter name this place.", |ctx, _| {
        bookmark(ctx, 'm', 'a')
    }),
    Command::new(
        "bookmark.go",
        Scope::Chat,
        &["' a"],
        "Go to a bookmark",
        "' and a letter go to the place so named.",
        |ctx, _| bookmark(ctx, '\'', 'a'),
    ),
];

fn notes(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let (next, words) = match ctx.app.settings.notes {
        NoteDisplay::Inline => (NoteDisplay::Mark, "notes: a sign beside the message"),
        NoteDisplay::Mark => (NoteDisplay::Off, "notes: hidden"),
        NoteDisplay::Off => (NoteDisplay::Inline, "notes: below the message"),
    };
    ctx.app.settings.notes = next;
    ctx.toast(words);
    Ok(())
}

fn times(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let (next, words) = match ctx.app.settings.times {
        TimeDisplay::Project => (TimeDisplay::Utc, "times in UTC"),
        TimeDisplay::Utc => (TimeDisplay::Person, "times as each author's own clock stood"),
        TimeDisplay::Person => (TimeDisplay::SinceStart, "times since the start"),
        TimeDisplay::SinceStart => (TimeDisplay::Project, "times in the project's zone"),
    };
    ctx.app.settings.times = next;
    ctx.toast(words);
    Ok(())
}

fn wrap(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let (next, words) = match ctx.app.settings.long_lines {
        LongLines::Wrap => (LongLines::Cut, "long lines are cut at the edge; Enter shows all"),
        LongLines::Cut => (LongLines::Wrap, "long lines wrap"),
    };
    ctx.app.settings.long_lines = next;
    ctx.toast(words);
    Ok(())
}

fn has_pictures(app: &App) -> Result<(), String> {
    if app.settings.theme.ascii { Err("ASCII has no pictures; reactions keep their names".to_owned()) } else { Ok(()) }
}

fn emoji(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let (next, words) = match ctx.app.settings.emoji {
        EmojiDisplay::Names => (EmojiDisplay::Pictures, "reactions as pictures"),
        EmojiDisplay::Pictures => (EmojiDisplay::Names, "reactions by their names"),
    };
    ctx.app.settings.emoji = next;
    ctx.toast(words);
    Ok(())
}

fn density(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let (next, words) = match ctx.app.settings.density {
        Density::Normal => (Density::Airy, "airy: a blank line where the speaker changes"),
        Density::Airy => (Density::Compact, "compact: one line a message"),
        Density::Compact => (Density::Normal, "normal: wrapped"),
    };
    ctx.app.settings.density = next;
    ctx.toast(words);
    Ok(())
}

fn shown(ctx: &mut Ctx<'_>, what: &str, flag: fn(&mut App) -> &mut bool) -> anyhow::Result<()> {
    let flag = flag(ctx.app);
    *flag = !*flag;
    let words = if *flag { "shown" } else { "hidden" };
    ctx.app.rebuild_panes();
    ctx.toast(format!("{what} {words}"));
    Ok(())
}

fn offset(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let before = ctx.app.chat.focused().map_or(0, |pane| pane.offset);
    let text = if before == 0 { String::new() } else { crate::base::time::duration_short(before) };
    ctx.open(Prompt::new(
        ctx.app,
        "How far is this clock ahead (90s, 2m, -30s)?",
        &text,
        Box::new(|ctx, text| {
            let text = text.trim();
            let (sign, length) = text.strip_prefix('-').map_or((1, text.trim_start_matches('+')), |rest| (-1, rest));
            let length = if length.is_empty() { Some(0) } else { crate::base::time::parse_duration(length) };
            let Some(length) = length else { anyhow::bail!("`{text}` is no length; write 90s, 2m or -30s") };
            let archive = ctx.app.session.archive.clone();
            if let Some(pane) = ctx.app.chat.focused_mut() {
                pane.offset = sign * length;
            }
            ctx.app.chat.follow(&archive);
            Ok(())
        }),
    ));
    Ok(())
}

fn tolerance(ctx: &mut Ctx<'_>, args: &Args) -> anyhow::Result<()> {
    if let Some(text) = &args.text {
        return set_tolerance(ctx, text);
    }
    let before = ctx.app.chat.tolerance;
    let text = if before == 0 { String::new() } else { crate::base::time::duration_short(before) };
    ctx.open(Prompt::new(
        ctx.app,
        "How much later still counts as then (2s, 1m; empty: exact)?",
        &text,
        Box::new(set_tolerance),
    ));
    Ok(())
}

fn set_tolerance(ctx: &mut Ctx<'_>, text: &str) -> anyhow::Result<()> {
    let text = text.trim().trim_start_matches(['±', '+']);
    let within = if text.is_empty() { Some(0) } else { crate::base::time::parse_duration(text) };
    let Some(within) = within.filter(|within| (0..=HOUR).contains(within)) else {
        anyhow::bail!("`{text}` is no tolerance; write 2s or 1m, at most 1h, or nothing")
    };
    let archive = ctx.app.session.archive.clone();
    ctx.app.chat.tolerance = within;
    ctx.app.chat.follow(&archive);
    ctx.toast(if within == 0 {
        "panes follow to the instant".to_owned()
    } else {
        format!("up to {} later still counts as then", crate::base::time::duration_short(within))
    });
    Ok(())
}

fn lock(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    if let Some(pane) = ctx.app.chat.focused_mut() {
        pane.locked = !pane.locked;
        let words = if pane.locked { "this pane stays where it is" } else { "this pane follows again" };
        ctx.toast(words);
    }
    Ok(())
}

fn align(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let archive = ctx.app.session.archive.clone();
    let before = std::mem::replace(&mut ctx.app.chat.unsynced, false);
    ctx.app.chat.follow(&archive);
    ctx.app.chat.unsynced = before;
    Ok(())
}

/// Goes to a time phrase.
pub fn go_phrase(ctx: &mut Ctx<'_>, phrase: &str) -> anyhow::Result<()> {
    let at = parse_phrase(phrase, &ctx.app.phrases())?;
    ctx.app.go_to_time(at);
    Ok(())
}

fn go_time(ctx: &mut Ctx<'_>, args: &Args) -> anyhow::Result<()> {
    if let Some(text) = &args.text {
        return go_phrase(ctx, text);
    }
    ctx.open(Prompt::new(ctx.app, "Go to which time (10:42, +15m, start+20m)?", "", Box::new(go_phrase)));
    Ok(())
}

fn parent(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let archive = ctx.app.session.archive.clone();
    let message = ctx.app.chat.focused().and_then(|pane| pane.message(&archive));
    match message.and_then(|message| message.parent()).and_then(|ix| archive.message(ix)) {
        Some(parent) => ctx.app.go_to(&parent.id().target()).map_err(anyhow::Error::msg),
        None => anyhow::bail!("This message answers none that is in the export"),
    }
}

fn entry(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let Some(target) = ctx.app.targets().into_iter().next() else { return Ok(()) };
    if ctx.app.session.project().entry(&target).is_none() {
        anyhow::bail!("It is not on the timeline; a puts it there");
    }
    ctx.app.leave_trail();
    ctx.app.screen = ScreenId::Timeline;
    crate::tui::pane::show_entry(ctx, &target);
    Ok(())
}

fn milestone(ctx: &mut Ctx<'_>, milestone: Milestone) -> anyhow::Result<()> {
    let Some(at) = ctx.app.session.project().milestone(milestone) else {
        anyhow::bail!("The milestone {} is not set; 2 Timeline, then P sets it", milestone.label());
    };
    ctx.app.go_to_time(at);
    Ok(())
}

fn has_trail(app: &App) -> Result<(), String> {
    if app.trail.is_empty() { Err("no jump was made yet".to_owned()) } else { Ok(()) }
}

fn trail_back(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let Some(place) = ctx.app.trail.pop() else { return Ok(()) };
    ctx.app.come_back(&place);
    Ok(())
}

/// `m` and a letter name the place of the cursor; `'` and the letter go back there.
pub fn bookmark(ctx: &mut Ctx<'_>, prefix: char, letter: char) -> anyhow::Result<()> {
    if prefix == '\'' && matches!(letter, '\'' | ' ') {
        return trail_back(ctx, &Args::default());
    }
    if prefix == 'm' {
        anyhow::ensure!(letter.is_alphanumeric(), "A bookmark is named by a letter or digit: m a");
        let Some(target) = ctx.app.targets().into_iter().next() else { anyhow::bail!("No message is here to name") };
        ctx.app.memory.bookmarks.insert(letter, target.to_string());
        ctx.toast(format!("bookmark {letter}; ' {letter} comes back"));
        return Ok(());
    }
    let Some(target) = ctx.app.memory.bookmarks.get(&letter).cloned() else {
        anyhow::bail!("There is no bookmark {letter}; m {letter} makes one");
    };
    ctx.app.go_to(&Target::from_text(target)).map_err(anyhow::Error::msg)
}
