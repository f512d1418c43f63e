//! What can be done with a person, from the screen and from the card alike.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::notation;
use super::{Row, ready};
use crate::analysis::calendar::{HOURS_FACT, WorkingHours};
use crate::analysis::identity::{Reason, Suggestion};
use crate::analysis::presence::Participant;
use crate::base::id::PersonId;
use crate::base::text::count_words;
use crate::base::time::Zone;
use crate::project::{Edit, Set};
use crate::tui::app::{App, ScreenId};
use crate::tui::ctx::Ctx;
use crate::tui::popup::choose::Choose;
use crate::tui::popup::prompt::Prompt;
use crate::tui::widget::picker::Choice;

fn somebody(app: &App, id: &PersonId) -> Participant {
    Participant::find(app.session.project(), &app.session.archive, id)
}

fn name(app: &App, id: &PersonId) -> String {
    somebody(app, id).name.tty_line().into_owned()
}

/// The chip that keeps only what somebody wrote.
pub fn chip(app: &App, id: &PersonId) -> String {
    let somebody = somebody(app, id);
    let handle = somebody.handles.first().map(|handle| handle.unsanitised().to_owned());
    let id = somebody.id().unwrap_or(id);
    notation::chip("from", &handle.unwrap_or_else(|| id.native().to_owned()))
}

/// Keeps only what somebody wrote in the focused pane, or lets the others back.
pub fn filter_chat(ctx: &mut Ctx<'_>, id: &PersonId) -> anyhow::Result<()> {
    let chip = chip(ctx.app, id);
    let on = notation::toggle_chip(ctx, &chip)?;
    if ctx.app.screen != ScreenId::Chat {
        ctx.app.leave_trail();
        ctx.app.screen = ScreenId::Chat;
    }
    ctx.toast(if on { format!("only {chip} here, f x clears") } else { format!("{chip} taken off") });
    Ok(())
}

/// Shows everything somebody wrote, of all channels, in one pane.
pub fn show_messages(ctx: &mut Ctx<'_>, id: &PersonId) -> anyhow::Result<()> {
    let chip = chip(ctx.app, id);
    notation::show_all(ctx, &chip)
}

fn set(ctx: &mut Ctx<'_>, id: &PersonId, field: &str, text: &str) -> anyhow::Result<()> {
    let person = ctx.app.session.project().same_person(id).clone();
    let who = name(ctx.app, id);
    let text = text.trim();
    let value = if text.is_empty() { Value::Null } else { Value::from(text) };
    let fields = BTreeMap::from([(field.to_owned(), value)]);
    ctx.edit(format!("{field} of {who}"), vec![Edit::Person { person, fields }])?;
    let words = if text.is_empty() {
        format!("{who}: {field} removed, u undoes")
    } else {
        format!("{who}: {field} {text}, u undoes")
    };
    ctx.toast(words);
    Ok(())
}

fn ask(ctx: &mut Ctx<'_>, id: &PersonId, question: &str, field: &'static str, before: &str) {
    let question = format!("{question} of {}?", name(ctx.app, id));
    let id = id.clone();
    ctx.open(Prompt::changing(ctx.app, &question, before, Box::new(move |ctx, text| set(ctx, &id, field, text))));
}

/// Asks what somebody did in the incident.
pub fn ask_role(ctx: &mut Ctx<'_>, id: &PersonId) {
    let before = somebody(ctx.app, id).role.unwrap_or_default();
    ask(ctx, id, "Role here", "role", &before);
}

/// Asks for somebody's team.
pub fn ask_team(ctx: &mut Ctx<'_>, id: &PersonId) {
    let before = somebody(ctx.app, id).team.tty_line().into_owned();
    ask(ctx, id, "Team", "team", &before);
}

/// Asks for somebody's zone.
pub fn ask_zone(ctx: &mut Ctx<'_>, id: &PersonId) {
    let before = somebody(ctx.app, id).zone.map_or("", Zone::name);
    ask(ctx, id, "Time zone (Europe/Dublin)", "zone", before);
}

/// What of a card may be written by hand: its field, what is asked, and how somebody is to write it.
const FIELDS: [(&str, &str, &str); 9] = [
    ("name", "Name", ""),
    ("title", "Title", ""),
    ("team", "Team", ""),
    ("location", "Location", ""),
    ("zone", "Time zone", "Europe/Dublin"),
    ("started_on", "First day with the company", "2016-07-11"),
    ("manager", "Manager", ""),
    ("email", "E-mail address", ""),
    ("on_call", "On call by hand, where no schedule tells", "yes or no"),
];

/// Asks which field of a card is to be written, then for its text; empty removes it.
pub fn ask_edit(ctx: &mut Ctx<'_>, id: &PersonId) {
    let before = fields_of(ctx.app, id);
    let choices =
        FIELDS.iter().zip(&before).map(|((field, what, _), text)| Choice::new(what, text, (*field).to_owned()));
    let title = format!("What is to be written of {}?", name(ctx.app, id));
    let id = id.clone();
    let answer = Box::new(move |ctx: &mut Ctx<'_>, field: &str| {
        ask_field(ctx, &id, field);
        Ok(())
    });
    ctx.open(Choose::new(&title, choices.collect(), answer));
}

fn fields_of(app: &App, id: &PersonId) -> [String; 9] {
    let person = somebody(app, id);
    let by_hand = app.session.project().person(id).and_then(|card| card.on_call);
    let text = |text: &crate::base::text::RawString| text.tty_line().into_owned();
    [
        text(&person.name),
        text(&person.title),
        text(&person.team),
        text(&person.location),
        person.zone.map_or_else(String::new, |zone| zone.name().to_owned()),
        person.started_on.clone().unwrap_or_default(),
        text(&person.manager),
        text(&person.email),
        by_hand.map_or("", |on| if on { "yes" } else { "no" }).to_owned(),
    ]
}

fn ask_field(ctx: &mut Ctx<'_>, id: &PersonId, field: &str) {
    let Some(place) = FIELDS.iter().position(|(known, ..)| *known == field) else { return };
    let Some((field, what, how)) = FIELDS.get(place).copied() else { return };
    let before = fields_of(ctx.app, id).get(place).cloned().unwrap_or_default();
    if field != "on_call" {
        let question = if how.is_empty() { what.to_owned() } else { format!("{what} ({how})") };
        ask(ctx, id, &question, field, &before);
        return;
    }
    let question = format!("{what} ({how}) of {}?", name(ctx.app, id));
    let id = id.clone();
    let answer = Box::new(move |ctx: &mut Ctx<'_>, text: &str| {
        let on = match text.trim().to_lowercase().as_str() {
            "" => Value::Null,
            "yes" | "y" | "true" => Value::Bool(true),
            "no" | "n" | "false" => Value::Bool(false),
            other => anyhow::bail!("“{other}” is neither yes nor no; empty removes it"),
        };
        let person = ctx.app.session.project().same_person(&id).clone();
        let fields = BTreeMap::from([("on_call".to_owned(), on)]);
        ctx.edit(format!("on call of {}", name(ctx.app, &id)), vec![Edit::Person { person, fields }])?;
        ctx.toast("on call said by hand, u undoes");
        Ok(())
    });
    ctx.open(Prompt::changing(ctx.app, &question, &before, answer));
}

/// Asks for the hours of work by which the incident is judged.
pub fn ask_hours(ctx: &mut Ctx<'_>) {
    let before = ctx.app.session.project().fact_text(HOURS_FACT).unwrap_or("9-17").to_owned();
    let answer = Box::new(|ctx: &mut Ctx<'_>, text: &str| {
        let text = text.trim();
        let value = if text.is_empty() {
            Value::Null
        } else {
            anyhow::ensure!(WorkingHours::parse(text).is_some(), "Write hours such as 9-17 or 8:30-16:30");
            Value::from(text)
        };
        ctx.edit("working hours", vec![Edit::Fact { name: HOURS_FACT.to_owned(), value }])?;
        ctx.toast("working hours set for everybody, each by their own clock; u undoes");
        Ok(())
    });
    ctx.open(Prompt::changing(ctx.app, "Working hours, in each person's own zone (9-17)?", &before, answer));
}

/// The states of an interview in their order; none stands before the first and after the last.
const INTERVIEW: [&str; 4] = ["planned", "asked", "done", "declined"];

/// Sets the next state of the interview.
pub fn next_interview(ctx: &mut Ctx<'_>, id: &PersonId) -> anyhow::Result<()> {
    let before = somebody(ctx.app, id).interview;
    let place = before.and_then(|state| INTERVIEW.iter().position(|known| **known == *state));
    let next = INTERVIEW.get(place.map_or(0, |place| place + 1)).copied().unwrap_or("");
    set(ctx, id, "interview", next)
}

fn join(ctx: &mut Ctx<'_>, goes: &PersonId, stays: &PersonId) -> anyhow::Result<()> {
    let project = ctx.app.session.project();
    let (goes, stays) = (project.same_person(goes).clone(), project.same_person(stays).clone());
    if goes == stays {
        anyhow::bail!("These two are joined already");
    }
    let (one, other) = (name(ctx.app, &goes), name(ctx.app, &stays));
    ctx.edit(format!("{one} is {other}"), vec![Edit::SamePerson { person: goes, same_as: Set::To(stays.clone()) }])?;
    ready(ctx.app);
    ctx.app.people.go_to(&stays);
    ctx.toast(format!("{one} is {other} from now on, u undoes"));
    Ok(())
}

/// Joins the two names under the cursor; on a person, asks with whom.
pub fn join_here(ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
    ready(ctx.app);
    let pair = match ctx.app.people.row() {
        Some(Row::Maybe(place)) => ctx.app.people.maybe().get(place).cloned(),
        _ => None,
    };
    if let Some(Suggestion { goes, stays, .. }) = pair {
        return join(ctx, &goes, &stays);
    }
    if let Some(id) = ctx.app.people.current() {
        ask_join(ctx, &id);
    }
    Ok(())
}

/// Joins all names that may be one by their e-mail address, as one act.
pub fn join_same_address(ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
    ready(ctx.app);
    let alike = ctx.app.people.maybe().iter().filter(|pair| pair.reason == Reason::Email);
    let mut gone = BTreeSet::new();
    let pairs = alike.filter(|pair| gone.insert(pair.goes.clone()));
    let edits: Vec<Edit> = pairs
        .map(|pair| Edit::SamePerson { person: pair.goes.clone(), same_as: Set::To(pair.stays.clone()) })
        .collect();
    if edits.is_empty() {
        anyhow::bail!("No two names here share an e-mail address");
    }
    let names = count_words(edits.len(), "name", "names");
    ctx.edit(format!("{names} joined by e-mail address"), edits)?;
    ready(ctx.app);
    ctx.toast(format!("{names} joined by e-mail address, u undoes"));
    Ok(())
}

/// Asks with whom somebody is to be joined; names that may be theirs come first.
pub fn ask_join(ctx: &mut Ctx<'_>, id: &PersonId) {
    ready(ctx.app);
    let people = &ctx.app.people;
    let likely = |other: &PersonId| {
        people
            .maybe()
            .iter()
            .any(|pair| [&pair.goes, &pair.stays].contains(&other) && [&pair.goes, &pair.stays].contains(&id))
    };
    let mut choices: Vec<(bool, Choice)> = Vec::new();
    for person in people.people().iter().filter(|person| !person.identities.contains(id)) {
        let Some(other) = person.id() else { continue };
        let about = if likely(other) { "may be the same".to_owned() } else { person.title.tty_line().into_owned() };
        let handle = person.handles.first().map(|handle| format!("  @{}", handle.tty_line())).unwrap_or_default();
        let label = format!("{}{handle}", person.name.tty_line());
        choices.push((!likely(other), Choice::new(&label, &about, other.to_string())));
    }
    choices.sort_by_key(|(unlikely, _)| *unlikely);
    let title = format!("{} is the same person as", name(ctx.app, id));
    let id = id.clone();
    let choices = choices.into_iter().map(|(_, choice)| choice).collect();
    ctx.open(Choose::new(&title, choices, Box::new(move |ctx, other| join(ctx, &PersonId::from_text(other), &id))));
}

/// Says that the two names under the cursor are two people.
pub fn part_here(ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
    if let Some(pair) = ctx.app.people.maybe_here().cloned() {
        let (one, other) = (name(ctx.app, &pair.goes), name(ctx.app, &pair.stays));
        ctx.edit(
            format!("{one} and {other} are two"),
            vec![Edit::Fact { name: pair.fact(), value: Value::Bool(true) }],
        )?;
        ready(ctx.app);
        ctx.toast(format!("{one} and {other} are two people, u undoes"));
        return Ok(());
    }
    let joined = ctx.app.people.current().map(|id| somebody(ctx.app, &id)).filter(|person| person.identities.len() > 1);
    let Some(person) = joined else { anyhow::bail!("Nobody here was joined, and no two names here look like one") };
    let main = person.id().cloned();
    let edits = person.identities.iter().filter(|id| Some(*id) != main.as_ref());
    let edits = edits.map(|id| Edit::SamePerson { person: id.clone(), same_as: Set::Remove }).collect();
    let who = person.name.tty_line().into_owned();
    ctx.edit(format!("{who} parted again"), edits)?;
    ready(ctx.app);
    ctx.toast(format!("the names of {who} are people apart again, u undoes"));
    Ok(())
}

/// Asks for a name and puts the cursor on it.
pub fn find(ctx: &mut Ctx<'_>) {
    ready(ctx.app);
    let choice = |person: &Participant| {
        let handle = person.handles.first().map(|handle| format!("  @{}", handle.tty_line())).unwrap_or_default();
        let label = format!("{}{handle}", person.name.tty_line());
        Some(Choice::new(&label, person.title.unsanitised(), person.id()?.to_string()))
    };
    let choices = ctx.app.people.people().iter().filter_map(choice).collect();
    ctx.open(Choose::new(
        "Find a person: any letters, in order",
        choices,
        Box::new(|ctx, id| {
            let id = PersonId::from_text(id);
            if !ctx.app.people.go_to(&id) {
                ctx.app.people.toggle_bots();
                ctx.app.people.go_to(&id);
            }
            Ok(())
        }),
    ));
}
