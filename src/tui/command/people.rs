//! Acts on people: cards, roles, zones, joined names, interviews.

#![expect(clippy::unnecessary_wraps, reason = "the shape of every command")]

use super::{Args, Command, Scope};
use crate::analysis::identity::Reason;
use crate::base::id::PersonId;
use crate::tui::app::App;
use crate::tui::ctx::Ctx;
use crate::tui::pane::people::acts;
use crate::tui::popup::participation::Participation;
use crate::tui::popup::person_card::PersonCard;
use crate::tui::popup::questions::{Questions, ask_sheet, write_sheet};

/// Entries of the table.
pub const COMMANDS: &[Command] = &[
    Command::new(
        "people.card",
        Scope::People,
        &["Enter"],
        "Person card",
        "Shows all that is known of the person.",
        card,
    )
    .when(has_person)
    .hint("card"),
    Command::new(
        "people.filter",
        Scope::People,
        &["f"],
        "Filter chat by person",
        "Keeps only their messages in the focused pane.",
        |ctx, _| with(ctx, acts::filter_chat),
    )
    .when(has_person)
    .hint("filter chat"),
    Command::new(
        "people.role",
        Scope::People,
        &["r"],
        "Role",
        "Says what the person did in the incident.",
        |ctx, _| ask(ctx, acts::ask_role),
    )
    .when(has_person)
    .hint("role"),
    Command::new("people.team", Scope::People, &["t"], "Team", "Says which team the person belongs to.", |ctx, _| {
        ask(ctx, acts::ask_team)
    })
    .when(has_person)
    .hint("team"),
    Command::new(
        "people.zone",
        Scope::People,
        &["z"],
        "Time zone",
        "Says in which time zone the person was.",
        |ctx, _| ask(ctx, acts::ask_zone),
    )
    .when(has_person)
    .hint("zone"),
    Command::new(
        "people.join",
        Scope::People,
        &["J"],
        "Join two names",
        "Says that two names are one person; counts and cards become one.",
        |ctx, _| acts::join_here(ctx),
    )
    .when(has_person)
    .hint("join"),
    Command::new(
        "people.join-all",
        Scope::People,
        &["A"],
        "Join names of one address",
        "Joins all names that share an e-mail address; one undo parts them all again.",
        |ctx, _| acts::join_same_address(ctx),
    )
    .when(has_address),
    Command::new(
        "people.part",
        Scope::People,
        &["x"],
        "They are two",
        "Says that two names that look alike are two people, or parts names that were joined.",
        |ctx, _| acts::part_here(ctx),
    )
    .when(can_part)
    .hint("they are two"),
    Command::new(
        "people.interview",
        Scope::People,
        &["i"],
        "Interview",
        "Sets the state of the interview: planned, asked, done, declined, none.",
        |ctx, _| with(ctx, acts::next_interview),
    )
    .when(has_person)
    .hint("interview"),
    Command::new(
        "people.edit",
        Scope::People,
        &["e"],
        "Edit the card",
        "Writes a field of the card: name, title, team, location, zone, first day, manager, address, on call.",
        |ctx, _| ask(ctx, acts::ask_edit),
    )
    .when(has_person)
    .hint("edit"),
    Command::new(
        "people.participation",
        Scope::People,
        &["p"],
        "Participation",
        "Shows the incident by channel and hour, who came when by whose clock, on call or not, and hand-offs.",
        participation,
    )
    .when(has_person)
    .hint("participation"),
    Command::new(
        "people.hours",
        Scope::People,
        &["w"],
        "Working hours",
        "Says which hours are working hours, in each person's own zone; weekends and holidays are none.",
        hours,
    ),
    Command::new(
        "people.questions",
        Scope::People,
        &["Q"],
        "Questions by person",
        "Lists questions by whom they are to be put to: asked, answered, off the record; answers land on the message.",
        questions,
    )
    .hint("questions"),
    Command::new(
        "people.sheet",
        Scope::People,
        &["I"],
        "Interview sheet",
        "Writes a sheet for an interview: their words with context, the questions, probes that fit, consent.",
        |ctx, _| ask(ctx, write_sheet),
    )
    .when(has_person),
    Command::new(
        "people.answers",
        Scope::People,
        &["a"],
        "File a filled sheet",
        "Reads a filled interview sheet: answers land on the messages of their questions, notes become events; what stands between [off] and [/off] is kept nowhere.",
        |ctx, _| ask(ctx, ask_sheet),
    )
    .when(has_person),
    Command::new(
        "people.sort",
        Scope::People,
        &["s"],
        "Sort people",
        "Sorts by first message, name, team or local time; never by how much somebody wrote.",
        sort,
    )
    .when(has_person)
    .hint("sort"),
    Command::new("people.bots", Scope::People, &["b"], "Bots in the list", "Shows or hides programs.", bots)
        .hint("bots"),
    Command::new(
        "people.find",
        Scope::People,
        &["/"],
        "Find a person",
        "Finds a person by any letters of the name.",
        find,
    )
    .when(has_person)
    .hint("find"),
    Command::new(
        "people.messages",
        Scope::People,
        &["o"],
        "All messages of a person",
        "Shows everything the person wrote, of all channels, in one pane.",
        |ctx, _| with(ctx, acts::show_messages),
    )
    .when(has_person),
];

fn has_person(app: &App) -> Result<(), String> {
    if app.people.current().is_some() {
        Ok(())
    } else {
        Err("nobody is in the list; an export or a calendar brings people".to_owned())
    }
}

fn has_address(app: &App) -> Result<(), String> {
    if app.people.maybe().iter().any(|pair| pair.reason == Reason::Email) {
        Ok(())
    } else {
        Err("no two names share an e-mail address".to_owned())
    }
}

fn can_part(app: &App) -> Result<(), String> {
    let joined =
        app.people.current().and_then(|id| app.people.find(&id)).is_some_and(|person| person.identities.len() > 1);
    if joined || app.people.maybe_here().is_some() {
        Ok(())
    } else {
        Err("no two names look alike here, and none were joined".to_owned())
    }
}

fn with(ctx: &mut Ctx<'_>, act: fn(&mut Ctx<'_>, &PersonId) -> anyhow::Result<()>) -> anyhow::Result<()> {
    ctx.app.people.current().map_or(Ok(()), |id| act(ctx, &id))
}

fn ask(ctx: &mut Ctx<'_>, act: fn(&mut Ctx<'_>, &PersonId)) -> anyhow::Result<()> {
    with_id(ctx, act);
    Ok(())
}

fn with_id(ctx: &mut Ctx<'_>, act: fn(&mut Ctx<'_>, &PersonId)) {
    if let Some(id) = ctx.app.people.current() {
        act(ctx, &id);
    }
}

fn card(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    if let Some(id) = ctx.app.people.current() {
        ctx.open(PersonCard::new(ctx.app, &id));
    }
    Ok(())
}

fn participation(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    ctx.open(Participation::default());
    Ok(())
}

fn questions(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    ctx.open(Questions::default());
    Ok(())
}

fn hours(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    acts::ask_hours(ctx);
    Ok(())
}

fn sort(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let words = ctx.app.people.next_order();
    ctx.toast(words);
    Ok(())
}

fn bots(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let shown = ctx.app.people.toggle_bots();
    ctx.toast(if shown { "programs shown" } else { "programs folded" });
    Ok(())
}

fn find(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    acts::find(ctx);
    Ok(())
}
