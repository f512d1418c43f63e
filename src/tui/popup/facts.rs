//! Facts of the investigation that only people know: what it took, who read it, what it was about.

use serde_json::Value;

use super::choose::Choose;
use super::prompt::Prompt;
use crate::base::id::InvestigatorId;
use crate::project::{Edit, Project};
use crate::tui::app::App;
use crate::tui::ctx::Ctx;
use crate::tui::widget::picker::Choice;

/// How a fact is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// As it is typed; a number where it is one.
    Plain,
    /// Names or numbers parted by commas.
    List,
}

/// The facts: name, what is asked, and their shape.
const FACTS: [(&str, &str, Shape); 9] = [
    ("time_to_investigate", "Time to investigate (7 days); empty takes what was counted", Shape::Plain),
    ("readers", "Readers of the document, as a number", Shape::Plain),
    ("attendees", "Attendees of the review, parted by commas", Shape::List),
    ("impact", "Impact: customer, employee", Shape::List),
    ("services", "Services concerned, parted by commas", Shape::List),
    ("technologies", "Technologies concerned, parted by commas", Shape::List),
    ("headline", "What happened, in one line", Shape::Plain),
    ("standfirst", "Standfirst of the report: what it tells, in at most three sentences", Shape::Plain),
    ("title", "Title of the project", Shape::Plain),
];

/// Asks which fact is to be written, then for its words; empty removes it.
pub fn ask(ctx: &mut Ctx<'_>) {
    let project = ctx.app.session.project();
    let choice = |(name, what, _): &(&str, &str, Shape)| Choice::new(what, &words(project, name), (*name).to_owned());
    let choices = FACTS.iter().map(choice).collect();
    let answer = Box::new(|ctx: &mut Ctx<'_>, name: &str| {
        ask_fact(ctx, name);
        Ok(())
    });
    ctx.open(Choose::new("Which fact of the investigation?", choices, answer));
}

/// A fact as it is typed.
fn words(project: &Project, name: &str) -> String {
    let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match project.fact(name) {
        Some(Value::Array(items)) => items.iter().map(word).collect::<Vec<_>>().join(", "),
        Some(Value::Null) | None => String::new(),
        Some(value) => word(value),
    }
}

/// Asks for the words of one fact by its name.
pub fn ask_fact(ctx: &mut Ctx<'_>, name: &str) {
    let Some((name, what, shape)) = FACTS.iter().copied().find(|(known, ..)| *known == name) else { return };
    let stands = words(ctx.app.session.project(), name);
    let before = items(&stands);
    let answer = Box::new(move |ctx: &mut Ctx<'_>, text: &str| {
        let value = match shape {
            Shape::Plain => value(text),
            // What others put on the list or took off it meanwhile is theirs.
            Shape::List => {
                let merged = merged(&before, &items(text), &listed(ctx.app.session.project(), name));
                if merged.is_empty() { Value::Null } else { Value::from(merged) }
            }
        };
        ctx.edit(name.replace('_', " "), vec![Edit::Fact { name: name.to_owned(), value }])?;
        ctx.toast(format!("{} written, u undoes", name.replace('_', " ")));
        Ok(())
    });
    ctx.open(Prompt::changing(ctx.app, what, &stands, answer));
}

/// What was typed as a fact; nothing removes it.
fn value(text: &str) -> Value {
    match text.trim() {
        "" => Value::Null,
        text => text.parse::<u64>().map_or_else(|_| Value::from(text), Value::from),
    }
}

/// The items of a list as it is typed.
fn items(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

/// What a list holds by now.
fn listed(project: &Project, name: &str) -> Vec<String> {
    items(&words(project, name))
}

/// The list after what was typed over `before` is done to what it holds by `now`.
fn merged(before: &[String], typed: &[String], now: &[String]) -> Vec<String> {
    let kept = now.iter().filter(|item| typed.contains(item) || !before.contains(item));
    let added = typed.iter().filter(|item| !before.contains(item) && !now.contains(item));
    kept.chain(added).cloned().collect()
}

/// Minutes at work as the screen shows them: those of the project and those of this sitting.
pub fn minutes_of(app: &App, id: &InvestigatorId) -> i64 {
    let kept = app.session.project().investigators().get(id).map_or(0, |who| who.active_minutes);
    let sitting = if id == app.session.investigator() { app.session.active / crate::base::time::MINUTE } else { 0 };
    i64::try_from(kept).unwrap_or(i64::MAX).saturating_add(sitting)
}

/// Asks for the minutes that somebody was at work, where the count is wrong.
pub fn ask_minutes(ctx: &mut Ctx<'_>, id: &InvestigatorId) {
    let before = minutes_of(ctx.app, id);
    let who =
        ctx.app.session.project().investigators().get(id).map_or_else(|| id.to_string(), |who| who.initials.clone());
    let id = id.clone();
    let answer = Box::new(move |ctx: &mut Ctx<'_>, text: &str| {
        let Ok(minutes) = text.trim().parse::<u32>() else { anyhow::bail!("Write minutes as a number: 570") };
        let add = i64::from(minutes) - minutes_of(ctx.app, &id);
        ctx.edit("minutes at work", vec![Edit::Minutes { investigator: id.clone(), add }])?;
        ctx.toast("minutes corrected, u undoes");
        Ok(())
    });
    let question = format!("How many minutes was {who} at work? Counted so far, idle left out: {before}");
    ctx.open(Prompt::changing(ctx.app, &question, &before.to_string(), answer));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_becomes_a_number_a_text_or_a_list() {
        assert_eq!(value(" 140 "), Value::from(140));
        assert_eq!(value("7 days"), Value::from("7 days"));
        assert_eq!(value(" "), Value::Null);
        assert_eq!(items("search, , shop front"), ["search", "shop front"]);
        assert_eq!(items(" "), [""; 0]);
    }

    #[test]
    fn what_others_did_to_a_list_meanwhile_stays() {
        let merge = |before: &str, typed: &str, now: &str| merged(&items(before), &items(typed), &items(now)).join(" ");
        assert_eq!(merge("a, b", "a, b, c", "a, b, d"), "a b d c");
        assert_eq!(merge("a, b", "a", "a, b, d"), "a d");
        assert_eq!(merge("a, b", "b, a", "b"), "b", "what somebody took off stays off");
        assert_eq!(merge("a", "", "a"), "");
    }
}
