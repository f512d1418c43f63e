//! Acts on the timeline: headline and description, time, order, phases and milestones, joining,
//! filtering, the way to the source.

#![expect(clippy::unnecessary_wraps, reason = "the shape of every act")]

use super::{Args, Command, Scope};
use crate::base::id::{Target, TargetKind};
use crate::base::text::count_words;
use crate::base::time::{Instant, MINUTE, Micros, SECOND, duration_short, parse_phrase};
use crate::project::model::Milestone;
use crate::project::{Edit, Set};
use crate::timeline::Row;
use crate::tui::app::App;
use crate::tui::ctx::{Ctx, Effect};
use crate::tui::pane::Motion;
use crate::tui::pane::timeline::draw::copied;
use crate::tui::pane::timeline::when::{When, parse_when, when_words};
use crate::tui::popup::entry_form::EntryForm;
use crate::tui::popup::event_form::EventForm;
use crate::tui::popup::note_form::NoteForm;
use crate::tui::popup::presenter::Presenter;
use crate::tui::popup::prompt::Prompt;
use crate::tui::popup::tag_sheet::TagSheet;
use crate::tui::widget::completion::Completion;

/// Entries of the table.
pub const COMMANDS: &[Command] = &[
    Command::new("entry.headline", Scope::Timeline, &["Enter"], "Headline", "Changes what the entry is called; empty goes back to its first sentence.", headline).when(has_entry).hint("headline"),
    Command::new("entry.text", Scope::Timeline, &["c"], "Description", "Writes what the entry tells, below its headline.", text).when(has_entry).hint("text"),
    Command::new("entry.kind", Scope::Timeline, &["x"], "Kind", "Opens the tag sheet: a tag of a group says what kind of entry it is.", tag).when(has_entry).hint("kind"),
    Command::new("entry.tag", Scope::Timeline, &["t"], "Tag", "Opens the tag sheet: a letter tags, again takes the tag off.", tag).when(has_entry).hint("tag"),
    Command::new("entry.minute-earlier", Scope::Timeline, &["<"], "A minute earlier", "Says that it happened a minute earlier; when it was posted stays.", |ctx, _| nudge(ctx, -MINUTE)).when(has_entry).hint("> 1 min"),
    Command::new("entry.minute-later", Scope::Timeline, &[">"], "A minute later", "Says that it happened a minute later; when it was posted stays.", |ctx, _| nudge(ctx, MINUTE)).when(has_entry),
    Command::new("entry.second-earlier", Scope::Timeline, &["("], "A second earlier", "Says that it happened a second earlier.", |ctx, _| nudge(ctx, -SECOND)).when(has_entry),
    Command::new("entry.second-later", Scope::Timeline, &[")"], "A second later", "Says that it happened a second later.", |ctx, _| nudge(ctx, SECOND)).when(has_entry),
    Command::new("entry.time", Scope::Timeline, &["="], "Set the time", "Says when it happened: 14:00, about 14:00 ± 5m, 10 min before this, T+20m; empty goes back to when it was posted.", time).when(has_entry).hint("set time"),
    Command::new("entry.source", Scope::Timeline, &["o"], "Go to the source", "Shows the message or event on Chat; Ctrl-o there comes back.", source).when(has_entry).hint("source"),
    Command::new("entry.event", Scope::Timeline, &["i"], "Event no channel recorded", "Writes an event at the cursor's time.", event).hint("event"),
    Command::new("entry.join", Scope::Timeline, &["J"], "Join", "Joins the selected entries into one; on a joined entry alone, parts it again.", join).when(can_join).hint("join"),
    Command::new("entry.remove", Scope::Timeline, &["d"], "Remove", "Takes the entry off the timeline; headline and text are kept for the next time.", remove).when(has_entry).hint("remove"),
    Command::new("timeline.filter", Scope::Timeline, &["f"], "Filter", "Shows only what fits a query: tag:decision in:#sev from:amara after:14:30; empty shows all.", filter).hint("filter"),
    Command::new("entry.note", Scope::Timeline, &["n"], "Note or question", "Writes a note on the entry; Alt-q makes it a question and asks to whom it is.", note).when(has_entry),
    Command::new("timeline.present", Scope::Timeline, &["W"], "Walk through", "Shows the timeline beat by beat for a meeting, with a question for the room; remarks and parked points land at the beat.", present).when(has_entry).hint("walk through"),
    Command::new("entry.text-in-editor", Scope::Timeline, &["C"], "Description in $EDITOR", "Writes the description in your editor.", text_in_editor).when(has_entry),
    Command::new("entry.change-event", Scope::Timeline, &["e"], "Change the event", "Opens the form of an event that no channel recorded.", change_event).when(is_event),
    Command::new("entry.before", Scope::Timeline, &["{"], "Before its equal", "Moves the entry before the one of the same time.", |ctx, _| swap(ctx, Side::Before)).when(has_entry),
    Command::new("entry.after", Scope::Timeline, &["}"], "After its equal", "Moves the entry after the one of the same time.", |ctx, _| swap(ctx, Side::After)).when(has_entry),
    Command::new("entry.select", Scope::Timeline, &["Space"], "Select and go down", "Puts the entry into the selection or takes it out, and goes down.", select).when(has_entry),
    Command::new("entry.range", Scope::Timeline, &["v"], "Select a range", "Begins a range; v again or any act ends it.", range).when(has_entry),
    Command::new("entry.copy", Scope::Timeline, &["y"], "Copy", "Copies the entries as text: time, channel, headline, tags.", copy).when(has_entry),
    Command::new("phase.line", Scope::Timeline, &["p"], "Phase begins here", "Draws a phase line at the cursor's time, or renames the one there; empty removes it.", phase).when(has_entry),
    Command::new("milestone.start", Scope::Timeline, &["P s"], "Milestone: start", "The first effect was here; again removes the milestone.", |ctx, _| milestone(ctx, Milestone::Start)).when(has_entry),
    Command::new("milestone.detected", Scope::Timeline, &["P d"], "Milestone: detected", "Somebody or something noticed here; again removes the milestone.", |ctx, _| milestone(ctx, Milestone::Detected)).when(has_entry),
    Command::new("milestone.response", Scope::Timeline, &["P r"], "Milestone: response began", "People began to work on it here; again removes the milestone.", |ctx, _| milestone(ctx, Milestone::ResponseBegan)).when(has_entry),
    Command::new("milestone.cause", Scope::Timeline, &["P u"], "Milestone: cause understood", "The cause was understood here; again removes the milestone.", |ctx, _| milestone(ctx, Milestone::CauseUnderstood)).when(has_entry),
    Command::new("milestone.mitigated", Scope::Timeline, &["P m"], "Milestone: mitigated", "The effect was lessened here; again removes the milestone.", |ctx, _| milestone(ctx, Milestone::Mitigated)).when(has_entry),
    Command::new("milestone.end", Scope::Timeline, &["P e"], "Milestone: end", "It was over here; again removes the milestone.", |ctx, _| milestone(ctx, Milestone::End)).when(has_entry),
    Command::new("timeline.time", Scope::Timeline, &["g t"], "Go to a time", "Goes to the entry nearest to a time: 10:42, +15m, start+20m.", go_time).when(has_entry),
    Command::new("timeline.start", Scope::Timeline, &["g i"], "Go to the incident's start", "Goes to the entry nearest to the milestone start.", |ctx, _| go_milestone(ctx, Milestone::Start)).when(has_entry),
    Command::new("timeline.end", Scope::Timeline, &["g e"], "Go to the incident's end", "Goes to the entry nearest to the milestone end.", |ctx, _| go_milestone(ctx, Milestone::End)).when(has_entry),
    Command::new("timeline.add-and-edit", Scope::Chat, &["A"], "Timeline: put on and edit", "Puts the message on the timeline and asks for its headline.", add_and_edit).when(has_target),
    Command::new("entry.repeat", Scope::Timeline, &["."], "Repeat", "Puts the last tag or note on the entry too.", super::chat::repeat).when(can_repeat),
    Command::new("entry.off-record", Scope::Timeline, &["z o"], "Off the record", "Keeps the entry out of every export, or lets it back.", super::chat::off_record).when(has_entry),
];

fn has_target(app: &App) -> Result<(), String> {
    if app.targets().is_empty() { Err("no message is here".to_owned()) } else { Ok(()) }
}

fn can_repeat(app: &App) -> Result<(), String> {
    if app.repeat.is_some() { Ok(()) } else { Err("nothing was tagged or noted yet".to_owned()) }
}

fn has_entry(app: &App) -> Result<(), String> {
    if app.timeline.row().is_some() { Ok(()) } else { Err("no entry is here; 1 Chat, then a makes one".to_owned()) }
}

fn is_event(app: &App) -> Result<(), String> {
    match app.timeline.row() {
        Some(row) if row.target.kind() == TargetKind::Event => Ok(()),
        _ => Err("this is no event of ours; c writes its description".to_owned()),
    }
}

fn can_join(app: &App) -> Result<(), String> {
    let entries = app.timeline.entries();
    let alone = matches!(entries.as_slice(), [one] if one.kind() == TargetKind::Beat);
    if entries.len() > 1 || alone {
        Ok(())
    } else {
        Err("one entry cannot be joined; Space selects several".to_owned())
    }
}

/// An edit of an entry that changes nothing yet.
fn entry(target: Target) -> Edit {
    Edit::Entry {
        target,
        headline: Set::Keep,
        text: Set::Keep,
        occurred_at: Set::Keep,
        plus_minus: Set::Keep,
        phase: Set::Keep,
        after: Set::Keep,
        order: None,
        copy: None,
    }
}

/// What an act hits: selection and range, else the entry under the cursor. Ends the range.
fn take_entries(ctx: &mut Ctx<'_>) -> Vec<Target> {
    ctx.app.timeline.end_range();
    ctx.app.timeline.entries()
}

fn cursor_target(ctx: &Ctx<'_>) -> Option<Target> {
    ctx.app.timeline.row().map(|row| row.target.clone())
}

fn add_and_edit(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let Some(target) = super::chat::take_targets(ctx).into_iter().next() else { return Ok(()) };
    if ctx.app.session.project().entry(&target).is_none() {
        ctx.edit("on the timeline", vec![Edit::Timeline { target: target.clone(), on: true, copy: None }])?;
    }
    ctx.open(EntryForm::headline(ctx.app, target));
    Ok(())
}

fn note(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let form = NoteForm::on(ctx.app, ctx.app.timeline.entries());
    ctx.open(form);
    Ok(())
}

fn present(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let presenter = Presenter::new(ctx.app);
    ctx.open(presenter);
    Ok(())
}

fn headline(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    if let Some(target) = cursor_target(ctx) {
        ctx.open(EntryForm::headline(ctx.app, target));
    }
    Ok(())
}

fn text(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    if let Some(target) = cursor_target(ctx) {
        ctx.open(EntryForm::text(ctx.app, target));
    }
    Ok(())
}

fn text_in_editor(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let Some(target) = cursor_target(ctx) else { return Ok(()) };
    let form = EntryForm::text(ctx.app, target);
    let text = form.typed().to_owned();
    ctx.open(form);
    ctx.ask(Effect::Editor { text });
    Ok(())
}

fn tag(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    ctx.app.timeline.end_range();
    let targets = crate::tui::pane::timeline::targets(ctx.app);
    ctx.open(TagSheet::for_targets(ctx.app, targets));
    Ok(())
}

fn event(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    ctx.open(EventForm::new(ctx.app));
    Ok(())
}

fn change_event(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    if let Some(form) = cursor_target(ctx).and_then(|target| EventForm::change(ctx.app, &target)) {
        ctx.open(form);
    }
    Ok(())
}

fn rows(app: &App, targets: &[Target]) -> Vec<Row> {
    let all = &app.timeline.timeline.rows;
    all.iter().filter(|row| targets.contains(&row.target)).cloned().collect()
}

/// Sets when an entry happened. An event has no other time than its own, so that one is set; of a
/// message the time of its post stays beside it.
fn happened(app: &App, row: &Row, at: Instant) -> Vec<Edit> {
    let moved = app.session.project().entry(&row.target).is_some_and(|entry| entry.occurred_at.is_some());
    if row.target.kind() != TargetKind::Event {
        let back = row.posted_at == Some(at);
        let occurred_at = if back { Set::Remove } else { Set::To(at) };
        return vec![with_time(row.target.clone(), occurred_at, Set::Keep)];
    }
    let own = Edit::Event {
        id: Some(row.target.clone()),
        at: Some(at),
        until: Set::Keep,
        plus_minus: Set::Keep,
        text: Set::Keep,
        channel: Set::Keep,
        source: Set::Keep,
        off_record: None,
        by: None,
    };
    let mut edits = vec![own];
    if moved {
        edits.push(with_time(row.target.clone(), Set::Remove, Set::Keep));
    }
    edits
}

fn with_time(target: Target, at: Set<Instant>, margin: Set<String>) -> Edit {
    let mut edit = entry(target);
    if let Edit::Entry { occurred_at, plus_minus, .. } = &mut edit {
        (*occurred_at, *plus_minus) = (at, margin);
    }
    edit
}

fn nudge(ctx: &mut Ctx<'_>, by: Micros) -> anyhow::Result<()> {
    let entries = take_entries(ctx);
    let rows = rows(ctx.app, &entries);
    let dated: Vec<&Row> = rows.iter().filter(|row| row.at.is_dated()).collect();
    anyhow::ensure!(!dated.is_empty(), "The entry has no time yet; = sets it");
    let edits: Vec<Edit> = dated.iter().flat_map(|row| happened(ctx.app, row, row.at.plus(by))).collect();
    let words = format!("{} {}", duration_short(by.abs()), if by < 0 { "earlier" } else { "later" });
    ctx.edit(words.clone(), edits)?;
    let posted = ctx.app.timeline.row().filter(|row| row.is_moved()).and_then(|row| row.posted_at);
    let posted = posted.map_or_else(String::new, |at| format!(", posted {}", ctx.app.zone().clock(at)));
    ctx.toast(format!("{words}{posted}, u undoes"));
    Ok(())
}

fn time(ctx: &mut Ctx<'_>, args: &Args) -> anyhow::Result<()> {
    if let Some(text) = &args.text {
        return set_time(ctx, text);
    }
    ctx.app.timeline.end_range();
    let Some(row) = ctx.app.timeline.row() else { return Ok(()) };
    let words = if row.at.is_dated() { when_words(row.at, row.plus_minus, ctx.app.zone()) } else { String::new() };
    let question = "When did it happen (14:20 ± 5m, 10 min before this, T+20m)?";
    // Of several it is the time for all, also when it is left as it stands for one of them.
    if ctx.app.timeline.entries().len() > 1 {
        ctx.open(Prompt::new(ctx.app, question, &words, Box::new(set_time)));
        return Ok(());
    }
    let stands = words.clone();
    let answer = Box::new(move |ctx: &mut Ctx<'_>, text: &str| set_time_over(ctx, Some(&stands), text));
    ctx.open(Prompt::changing(ctx.app, question, &words, answer));
    Ok(())
}

fn set_time(ctx: &mut Ctx<'_>, text: &str) -> anyhow::Result<()> {
    set_time_over(ctx, None, text)
}

/// Sets time and margin; of one entry only what is told otherwise than what `stood` there.
fn set_time_over(ctx: &mut Ctx<'_>, stood: Option<&str>, text: &str) -> anyhow::Result<()> {
    let entries = take_entries(ctx);
    let rows = rows(ctx.app, &entries);
    if text.trim().is_empty() {
        let back = rows.iter().filter(|row| row.target.kind() != TargetKind::Event);
        let edits: Vec<Edit> = back.map(|row| with_time(row.target.clone(), Set::Remove, Set::Remove)).collect();
        anyhow::ensure!(!edits.is_empty(), "An event has no other time; write one, or d takes it off the timeline");
        ctx.edit("time as posted", edits)?;
        ctx.toast("at the time of its post again, u undoes");
        return Ok(());
    }
    let When { at, plus_minus } = parse_when(text, &ctx.app.phrases())?;
    let stood = stood.filter(|stood| !stood.is_empty());
    let stood = stood.and_then(|stood| parse_when(stood, &ctx.app.phrases()).ok());
    let at = at.filter(|at| stood.as_ref().is_none_or(|stood| stood.at != Some(*at)));
    let is_same_margin = stood.as_ref().is_some_and(|stood| stood.plus_minus == plus_minus);
    let margin = Set::from_option(plus_minus.map(duration_short));
    let edits: Vec<Edit> = rows
        .iter()
        .flat_map(|row| {
            let moved = at.map(|at| happened(ctx.app, row, at)).unwrap_or_default();
            moved.into_iter().chain((!is_same_margin).then(|| with_margin(row, margin.clone())))
        })
        .collect();
    ctx.edit("time set", edits)?;
    ctx.toast("time set, u undoes");
    Ok(())
}

fn with_margin(row: &Row, margin: Set<String>) -> Edit {
    if row.target.kind() != TargetKind::Event {
        return with_time(row.target.clone(), Set::Keep, margin);
    }
    Edit::Event {
        id: Some(row.target.clone()),
        at: None,
        until: Set::Keep,
        plus_minus: margin,
        text: Set::Keep,
        channel: Set::Keep,
        source: Set::Keep,
        off_record: None,
        by: None,
    }
}

/// Which neighbour an entry changes places with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    After,
}

fn swap(ctx: &mut Ctx<'_>, side: Side) -> anyhow::Result<()> {
    let screen = &ctx.app.timeline;
    let (Some(ix), all) = (screen.row_ix(), &screen.timeline.rows) else { return Ok(()) };
    let equal = |other: Option<usize>| {
        let (other, here) = (all.get(other?)?, all.get(ix)?);
        (other.at == here.at).then(|| other.target.clone())
    };
    let neighbour = match side {
        Side::Before => equal(ix.checked_sub(1)),
        Side::After => equal(ix.checked_add(1)),
    };
    let Some(neighbour) = neighbour else {
        anyhow::bail!("Only entries of the same time change places; < and > move it in time");
    };
    let behind = match side {
        Side::Before => Set::from_option(equal(ix.checked_sub(2))),
        Side::After => Set::To(neighbour),
    };
    let Some(mut edit) = cursor_target(ctx).map(entry) else { return Ok(()) };
    if let Edit::Entry { after, .. } = &mut edit {
        *after = behind;
    }
    ctx.edit("order changed", vec![edit])?;
    ctx.toast("order changed, u undoes");
    Ok(())
}

fn source(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let Some(target) = cursor_target(ctx) else { return Ok(()) };
    ctx.app.go_to(&target).map_err(anyhow::Error::msg)
}

fn remove(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let targets = take_entries(ctx);
    let count = targets.len();
    let edits = targets.into_iter().map(|target| Edit::Timeline { target, on: false, copy: None }).collect();
    ctx.edit("off the timeline", edits)?;
    ctx.app.timeline.selection.clear();
    ctx.toast(format!("{} off the timeline, u undoes", count_words(count, "entry", "entries")));
    Ok(())
}

fn select(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    ctx.app.timeline.toggle_selected();
    crate::tui::pane::timeline::motion(ctx, Motion::Lines(1));
    Ok(())
}

fn range(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    ctx.app.timeline.toggle_range();
    Ok(())
}

fn copy(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let targets = take_entries(ctx);
    let lines: Vec<String> = targets.iter().filter_map(|target| copied(ctx.app, &ctx.app.timeline, target)).collect();
    let what = count_words(lines.len(), "entry", "entries");
    ctx.app.timeline.selection.clear();
    ctx.ask(Effect::Copy { text: lines.join("\n"), what });
    Ok(())
}

fn join(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let entries = take_entries(ctx);
    if let [beat] = entries.as_slice() {
        return part(ctx, beat.clone());
    }
    let project = ctx.app.session.project();
    let mut edits = Vec::new();
    let mut members = Vec::new();
    for target in &entries {
        edits.push(Edit::Timeline { target: target.clone(), on: false, copy: None });
        if let Some(inner) = project.beats().get(target) {
            // A beat holds messages and events only, so joining one takes it apart.
            members.extend(inner.iter().cloned());
            edits.push(Edit::Beat { id: Some(target.clone()), members: Vec::new() });
        } else {
            members.push(target.clone());
        }
    }
    let named = entries.iter().find_map(|target| project.entry(target)?.headline.clone());
    let beat = Target::new_beat();
    let count = members.len();
    edits.push(Edit::Beat { id: Some(beat.clone()), members });
    edits.push(Edit::Timeline { target: beat.clone(), on: true, copy: None });
    if let Some(named) = named {
        let mut edit = entry(beat.clone());
        if let Edit::Entry { headline, .. } = &mut edit {
            *headline = Set::To(named);
        }
        edits.push(edit);
    }
    ctx.edit(format!("{count} entries joined"), edits)?;
    ctx.app.timeline.selection.clear();
    ctx.app.timeline.show(&ctx.app.session, &beat);
    ctx.toast(format!("{count} joined into one, u undoes, J parts them"));
    Ok(())
}

fn part(ctx: &mut Ctx<'_>, beat: Target) -> anyhow::Result<()> {
    let members: Vec<Target> = ctx.app.session.project().beats().get(&beat).into_iter().flatten().cloned().collect();
    let first = members.first().cloned();
    let mut edits: Vec<Edit> =
        members.into_iter().map(|target| Edit::Timeline { target, on: true, copy: None }).collect();
    edits.push(Edit::Timeline { target: beat.clone(), on: false, copy: None });
    edits.push(Edit::Beat { id: Some(beat), members: Vec::new() });
    ctx.edit("parted again", edits)?;
    ctx.app.timeline.selection.clear();
    if let Some(first) = first {
        ctx.app.timeline.show(&ctx.app.session, &first);
    }
    ctx.toast("parted again, u undoes");
    Ok(())
}

fn filter(ctx: &mut Ctx<'_>, args: &Args) -> anyhow::Result<()> {
    if let Some(text) = &args.text {
        return set_filter(ctx, text);
    }
    let before = ctx.app.timeline.query.clone();
    ctx.open(
        Prompt::new(
            ctx.app,
            "Show only (tag:decision in:#sev from:amara after:14:30 words)?",
            &before,
            Box::new(set_filter),
        )
        .completing(Completion::of_query(ctx.app)),
    );
    Ok(())
}

fn set_filter(ctx: &mut Ctx<'_>, text: &str) -> anyhow::Result<()> {
    ctx.app.timeline.filter(&ctx.app.session, text)
}

fn phase(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let Some(at) = ctx.app.timeline.time().filter(|at| at.is_dated()) else {
        anyhow::bail!("The entry has no time yet; = sets it");
    };
    let phases = &ctx.app.timeline.timeline.phases;
    let here = phases.iter().find(|phase| phase.at == at).cloned();
    let title = here.as_ref().map_or("", |phase| phase.title.as_str());
    let id = here.as_ref().map(|phase| phase.id.clone());
    let answer = move |ctx: &mut Ctx<'_>, text: &str| {
        let text = text.trim();
        let title = if text.is_empty() { Set::Remove } else { Set::To(text.to_owned()) };
        anyhow::ensure!(id.is_some() || !text.is_empty(), "A phase needs a title, such as: Before the day");
        let words = if text.is_empty() { "phase line removed" } else { "phase line" };
        // A line that is there stays where it is by now.
        let moment = id.is_none().then_some(at);
        ctx.edit(words, vec![Edit::Phase { id: id.clone(), title, at: moment }])?;
        ctx.toast(format!("{words}, u undoes"));
        Ok(())
    };
    let prompt = if here.is_some() { Prompt::changing } else { Prompt::new };
    ctx.open(prompt(ctx.app, "What begins here?", title, Box::new(answer)));
    Ok(())
}

fn milestone(ctx: &mut Ctx<'_>, milestone: Milestone) -> anyhow::Result<()> {
    let Some(at) = ctx.app.timeline.time().filter(|at| at.is_dated()) else {
        anyhow::bail!("The entry has no time yet; = sets it");
    };
    let there = ctx.app.session.project().milestone(milestone) == Some(at);
    let set = if there { Set::Remove } else { Set::To(at) };
    ctx.edit(milestone.label(), vec![Edit::Milestone { name: milestone.key().to_owned(), at: set }])?;
    let words = if there { "removed".to_owned() } else { format!("at {}", ctx.app.zone().clock(at)) };
    ctx.toast(format!("{} {words}, u undoes", milestone.label()));
    Ok(())
}

fn go_time(ctx: &mut Ctx<'_>, args: &Args) -> anyhow::Result<()> {
    if let Some(text) = &args.text {
        return go_phrase(ctx, text);
    }
    ctx.open(Prompt::new(ctx.app, "Go to which time (10:42, +15m, start+20m)?", "", Box::new(go_phrase)));
    Ok(())
}

fn go_phrase(ctx: &mut Ctx<'_>, text: &str) -> anyhow::Result<()> {
    let at = parse_phrase(text, &ctx.app.phrases())?;
    go_nearest(ctx, at)
}

fn go_milestone(ctx: &mut Ctx<'_>, milestone: Milestone) -> anyhow::Result<()> {
    let Some(at) = ctx.app.session.project().milestone(milestone) else {
        anyhow::bail!("The milestone {} is not set; P sets it", milestone.label());
    };
    go_nearest(ctx, at)
}

fn go_nearest(ctx: &mut Ctx<'_>, at: Instant) -> anyhow::Result<()> {
    let rows = &ctx.app.timeline.timeline.rows;
    let nearest = rows.iter().filter(|row| row.at.is_dated()).min_by_key(|row| row.at.micros().abs_diff(at.micros()));
    let Some(target) = nearest.map(|row| row.target.clone()) else { return Ok(()) };
    anyhow::ensure!(ctx.app.timeline.show(&ctx.app.session, &target), "A filter hides it; Esc clears the filter");
    Ok(())
}
