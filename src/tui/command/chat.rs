//! Acts on messages: tagging, noting, the timeline, events, selecting, reading closely, copying.

#![expect(clippy::unnecessary_wraps, reason = "every command has the same shape")]

use super::{Args, Command, Scope};
use crate::base::id::{Target, TargetKind};
use crate::project::Edit;
use crate::tui::app::{App, Repeat, ScreenId};
use crate::tui::ctx::{Ctx, Effect};
use crate::tui::pane::rows::View;
use crate::tui::widget::completion::Completion;
use crate::tui::{popup, quote};

/// Entries of the table.
pub const COMMANDS: &[Command] = &[
    Command::new("tag.toggle", Scope::Chat, &["t"], "Tag", "Opens the tag sheet: a letter tags, again takes the tag off; t t keeps the sheet open.", tag).when(has_target).hint("tag"),
    Command::new("timeline.toggle", Scope::Chat, &["a"], "Timeline: put on or take off", "Puts the message on the timeline with its first sentence as headline, its own time, its tags. Again takes it off; headline and text are kept for the next time.", timeline).when(has_target).hint("timeline"),
    Command::new("note.edit", Scope::Chat, &["c"], "Note", "Writes a note on the message, or changes your last one.", note).when(has_target).hint("note"),
    Command::new("note.in-editor", Scope::Chat, &["C"], "Note in $EDITOR", "Writes the note in your editor.", note_in_editor).when(has_target),
    Command::new("event.insert", Scope::Chat, &["i"], "Event no channel recorded", "Writes an event at the cursor's time, drawn among the messages.", event).hint("event"),
    Command::new("select.toggle", Scope::Chat, &["Space"], "Select and go down", "Puts the message into the selection or takes it out, and goes down.", select).when(has_target).hint("select"),
    Command::new("select.range", Scope::Chat, &["v"], "Select a range", "Begins a range; v again or any act ends it.", range).when(has_target),
    Command::new("find.pane", Scope::Chat, &["/"], "Find", "Finds in this pane as you type: all words, any order; mistyped ones too.", find).hint("find"),
    super::filter::SHEET,
    Command::new("sync.toggle", Scope::Chat, &["s"], "Sync on or off", "Lets the other panes follow the cursor in time, or stand still.", sync).hint("sync"),
    Command::new("view.meanwhile", Scope::Chat, &["M"], "Meanwhile grid", "Shows moments as rows and channels as columns; again goes back.", meanwhile).hint("meanwhile"),
    Command::new("tag.find", Scope::Chat, &[], "Tag: find", "Finds a tag among all of them.", tag_find).when(has_target),
    Command::new("tag.create", Scope::Chat, &[], "Tag: make", "Makes a tag and puts it on.", tag_new).when(has_target),
    Command::new("edit.repeat", Scope::Chat, &["."], "Repeat", "Does the last tagging or note again here.", repeat).when(can_repeat),
    Command::new("find.next", Scope::Chat, &["n"], "Next hit", "Goes to the next hit of the last search.", |ctx, _| hit(ctx, 1)).when(has_hits),
    Command::new("find.previous", Scope::Chat, &["N"], "Previous hit", "Goes to the hit before.", |ctx, _| hit(ctx, -1)).when(has_hits),
    Command::new("find.all", Scope::Chat, &["F"], "Find everywhere", "Finds in all channels with a preview.", find_all),
    Command::new("message.card", Scope::Chat, &["Enter"], "Message card", "Shows the whole message: text, edits, thread, reactions, links, where it is cited; r shows the raw record.", card).when(has_target),
    Command::new("person.card", Scope::Chat, &["K"], "Person card", "Shows who the author is, and what time it was for them.", person).when(has_author).hint("person"),
    Command::new("thread.open", Scope::Chat, &["o"], "Thread pane", "Opens the thread of the message in a pane.", thread).when(has_thread),
    Command::new("link.open", Scope::Chat, &["O"], "Open link", "Opens the first link of the message; http, https and mailto only.", link).when(has_link),
    Command::new("off-record.toggle", Scope::Chat, &["z o"], "Off the record", "Keeps the message out of every export, or lets it back.", off_record).when(has_target),
    Command::new("copy.text", Scope::Chat, &["y y"], "Copy text", "Copies text with time and author.", |ctx, _| copy(ctx, quote::Form::Text)).when(has_target),
    Command::new("copy.markdown", Scope::Chat, &["y m"], "Copy as Markdown", "Copies a Markdown quote.", |ctx, _| copy(ctx, quote::Form::Markdown)).when(has_target),
    Command::new("copy.link", Scope::Chat, &["y l"], "Copy the id", "Copies the id by which reports cite it.", |ctx, _| copy(ctx, quote::Form::Id)).when(has_target),
    Command::new("copy.time", Scope::Chat, &["y t"], "Copy the time", "Copies the instant in UTC.", |ctx, _| copy(ctx, quote::Form::Time)).when(has_target),
    Command::new("copy.json", Scope::Chat, &["y j"], "Copy as JSON", "Copies message, tags and notes as JSON.", |ctx, _| copy(ctx, quote::Form::Json)).when(has_target),
    Command::new("copy.file", Scope::Chat, &["y f"], "Copy to a file", "Writes the text to a file you name.", copy_to_file).when(has_target),
];

fn has_target(app: &App) -> Result<(), String> {
    if app.targets().is_empty() { Err("no message is here".to_owned()) } else { Ok(()) }
}

fn has_author(app: &App) -> Result<(), String> {
    let message = app.chat.focused().and_then(|pane| pane.message(&app.session.archive));
    if message.is_some_and(|message| message.author().is_some()) {
        Ok(())
    } else {
        Err("nobody is named here".to_owned())
    }
}

fn has_thread(app: &App) -> Result<(), String> {
    let message = app.chat.focused().and_then(|pane| pane.message(&app.session.archive));
    match message {
        Some(message) if message.thread().is_some() => Ok(()),
        _ => Err("this message has no thread; ] r finds none".to_owned()),
    }
}

fn has_link(app: &App) -> Result<(), String> {
    if crate::tui::pane::first_link(app).is_some() {
        Ok(())
    } else {
        Err("there is no link in this message".to_owned())
    }
}

fn has_hits(app: &App) -> Result<(), String> {
    if app.find.listed() == 0 { Err("nothing was searched for; / finds".to_owned()) } else { Ok(()) }
}

fn can_repeat(app: &App) -> Result<(), String> {
    if app.repeat.is_some() { Ok(()) } else { Err("nothing was tagged or noted yet".to_owned()) }
}

/// What an act hits: the range when one is open, else selection or cursor. Ends the range.
pub fn take_targets(ctx: &mut Ctx<'_>) -> Vec<Target> {
    end_range(ctx);
    ctx.app.targets()
}

/// Puts the rows of an open range of the current screen into its selection.
pub fn end_range(ctx: &mut Ctx<'_>) {
    if ctx.app.screen == ScreenId::Timeline {
        ctx.app.timeline.end_range();
        return;
    }
    let archive = ctx.app.session.archive.clone();
    let chat = &mut ctx.app.chat;
    let Some(pane) = chat.panes.get_mut(chat.focus) else { return };
    let Some(from) = pane.range_from.take() else { return };
    for place in from.min(pane.cursor)..=from.max(pane.cursor) {
        chat.selection.extend(pane.rows.targets(&archive, place));
    }
}

fn tag(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    end_range(ctx);
    ctx.open(popup::tag_sheet::TagSheet::new(ctx.app));
    Ok(())
}

fn tag_find(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    end_range(ctx);
    ctx.open(popup::tag_sheet::TagPicker::new(ctx.app));
    Ok(())
}

fn tag_new(ctx: &mut Ctx<'_>, args: &Args) -> anyhow::Result<()> {
    if let Some(label) = &args.text {
        popup::tag_sheet::put(ctx, label, true)
    } else {
        ctx.open(popup::tag_sheet::ask_new(ctx.app));
        Ok(())
    }
}

fn timeline(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let targets = take_targets(ctx);
    let on = targets.iter().any(|target| ctx.app.session.project().entry(target).is_none());
    let count = targets.len();
    let edits = targets.into_iter().map(|target| Edit::Timeline { target, on, copy: None }).collect();
    let words = if on { "on the timeline" } else { "off the timeline" };
    ctx.edit(words, edits)?;
    ctx.app.chat.selection.clear();
    ctx.toast(if count == 1 { format!("{words}, u undoes") } else { format!("{count} {words}, u undoes") });
    crate::tui::tour::did(ctx.app, crate::tui::tour::Step::Timeline);
    Ok(())
}

fn note(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    end_range(ctx);
    ctx.open(popup::note_form::NoteForm::new(ctx.app));
    Ok(())
}

fn note_in_editor(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    end_range(ctx);
    let form = popup::note_form::NoteForm::new(ctx.app);
    let text = form.text().to_owned();
    ctx.open(form);
    ctx.ask(Effect::Editor { text });
    Ok(())
}

fn event(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    ctx.open(popup::event_form::EventForm::new(ctx.app));
    Ok(())
}

fn select(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let archive = ctx.app.session.archive.clone();
    let chat = &mut ctx.app.chat;
    let Some(pane) = chat.panes.get(chat.focus) else { return Ok(()) };
    let targets = pane.rows.targets(&archive, pane.cursor);
    if targets.iter().all(|target| chat.selection.contains(target)) {
        for target in &targets {
            chat.selection.remove(target);
        }
    } else {
        chat.selection.extend(targets);
    }
    crate::tui::pane::motion(ctx, crate::tui::pane::Motion::Lines(1));
    Ok(())
}

fn range(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let open = ctx.app.chat.focused().is_some_and(|pane| pane.range_from.is_some());
    if open {
        end_range(ctx);
    } else if let Some(pane) = ctx.app.chat.focused_mut() {
        pane.range_from = Some(pane.cursor);
    }
    Ok(())
}

/// Does the last tagging or note again here.
pub fn repeat(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    match ctx.app.repeat.clone() {
        Some(Repeat::Tag(tag)) => {
            end_range(ctx);
            popup::tag_sheet::put(ctx, tag.as_str(), true)
        }
        Some(Repeat::Note(text)) => {
            let edits = take_targets(ctx).into_iter().map(|target| popup::note_form::add(target, &text)).collect();
            ctx.edit("note again", edits)?;
            ctx.toast("noted again, u undoes");
            Ok(())
        }
        None => Ok(()),
    }
}

fn find(ctx: &mut Ctx<'_>, args: &Args) -> anyhow::Result<()> {
    popup::find::open(ctx, popup::find::Reach::Pane, args.text.as_deref());
    Ok(())
}

fn find_all(ctx: &mut Ctx<'_>, args: &Args) -> anyhow::Result<()> {
    popup::find::open(ctx, popup::find::Reach::Everywhere, args.text.as_deref());
    Ok(())
}

fn hit(ctx: &mut Ctx<'_>, by: isize) -> anyhow::Result<()> {
    popup::find::next_hit(ctx, by);
    Ok(())
}

fn sync(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let archive = ctx.app.session.archive.clone();
    ctx.app.chat.unsynced = !ctx.app.chat.unsynced;
    ctx.app.chat.follow(&archive);
    ctx.toast(if ctx.app.chat.unsynced { "panes stand still" } else { "panes follow the cursor" });
    Ok(())
}

fn meanwhile(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    ctx.app.chat.meanwhile = !ctx.app.chat.meanwhile;
    Ok(())
}

fn card(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    ctx.open(popup::message_card::MessageCard::new(ctx.app));
    Ok(())
}

fn person(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let message = ctx.app.chat.focused().and_then(|pane| pane.message(&ctx.app.session.archive));
    if let Some(id) = message.and_then(|message| message.author()).map(|author| author.id.clone()) {
        ctx.open(popup::person_card::PersonCard::new(ctx.app, &id));
    }
    Ok(())
}

fn thread(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let archive = ctx.app.session.archive.clone();
    let Some(message) = ctx.app.chat.focused().and_then(|pane| pane.message(&archive)) else { return Ok(()) };
    let Some(thread) = message.thread() else { return Ok(()) };
    let Some(root) = thread.root.or(thread.replies.first().copied()) else { return Ok(()) };
    if thread.root.is_none() {
        ctx.cannot("The first message of this thread is not in the export; these are its replies");
    }
    let ix = crate::archive::MsgIx { row: root, ..message.ix() };
    if let Some(first) = archive.message(ix) {
        ctx.app.leave_trail();
        ctx.app.open_pane(View::Thread(first.id()));
    }
    Ok(())
}

fn link(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let Some(link) = crate::tui::pane::first_link(ctx.app) else { return Ok(()) };
    let host = crate::tui::pane::host(&link);
    let question = match crate::tui::pane::disguise(&link) {
        Some(disguise) => format!("Open {host} in the browser? Look twice: {disguise}"),
        None => format!("Open {host} in the browser?"),
    };
    ctx.open(popup::confirm::Confirm::new(
        question,
        link.clone(),
        Box::new(move |ctx| {
            ctx.ask(Effect::OpenLink(link.clone()));
            Ok(())
        }),
    ));
    Ok(())
}

/// Keeps what is chosen out of every export, or lets it back.
pub fn off_record(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let targets = take_targets(ctx);
    let project = ctx.app.session.project();
    let on = targets.iter().any(|target| !project.is_off_record(target));
    let edits = targets
        .into_iter()
        .filter(|target| target.kind() != TargetKind::Beat)
        .map(|target| Edit::OffRecord { target: target.to_string(), on, copy: None })
        .collect();
    ctx.edit(if on { "off the record" } else { "on the record again" }, edits)?;
    ctx.toast(if on { "off the record: it leaves no export, u undoes" } else { "on the record again, u undoes" });
    Ok(())
}

fn copy(ctx: &mut Ctx<'_>, form: quote::Form) -> anyhow::Result<()> {
    let targets = take_targets(ctx);
    let what = crate::base::text::count_words(targets.len(), "message", "messages");
    let text = quote::quote(ctx.app, &targets, form);
    ctx.app.chat.selection.clear();
    ctx.ask(Effect::Copy { text, what });
    Ok(())
}

fn copy_to_file(ctx: &mut Ctx<'_>, _: &Args) -> anyhow::Result<()> {
    let targets = take_targets(ctx);
    let text = quote::quote(ctx.app, &targets, quote::Form::Text);
    ctx.open(
        popup::prompt::Prompt::new(
            ctx.app,
            "Write to which file?",
            "copy.txt",
            Box::new(move |ctx, path| {
                ctx.ask(Effect::Write { path: path.into(), text: text.clone() });
                Ok(())
            }),
        )
        .completing(Completion::Path),
    );
    Ok(())
}
