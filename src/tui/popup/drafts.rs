//! All that was typed and not saved, and the way back to each form.

use super::choose::Choose;
use super::event_form::EventForm;
use super::note_form::NoteForm;
use crate::base::id::Target;
use crate::tui::app::{App, ScreenId};
use crate::tui::ctx::Ctx;
use crate::tui::widget::picker::Choice;

/// The list of drafts; picking one opens its form with the text in it.
pub fn list(app: &App) -> Choose {
    let choices = app.memory.drafts.iter().map(|(form, text)| {
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        Choice::new(&label(app, form), &words, form.clone())
    });
    Choose::new("Drafts: typed and not saved", choices.collect(), Box::new(open))
}

/// `note on <target>` is said by the time of what it stands on.
fn label(app: &App, form: &str) -> String {
    let Some(target) = form.strip_prefix("note on ") else { return form.to_owned() };
    let target = Target::from_text(target);
    let evidence = crate::timeline::assemble::evidence_of(app.session.project(), &app.session.archive, &target);
    evidence.map_or_else(
        || form.to_owned(),
        |evidence| format!("note on {} {}", app.zone().clock(evidence.at), evidence.short_who().tty_line()),
    )
}

fn open(ctx: &mut Ctx<'_>, form: &str) -> anyhow::Result<()> {
    match form.split_once(' ') {
        Some(("note", on)) => {
            let target = Target::from_text(on.trim_start_matches("on "));
            ctx.app.go_to(&target).map_err(anyhow::Error::msg)?;
            let note = NoteForm::on(ctx.app, vec![target]);
            ctx.open(note);
        }
        Some(("section", key)) => {
            ctx.app.screen = ScreenId::Report;
            ctx.toast(format!("{key}: Enter on the section goes on writing"));
        }
        Some(("event", id)) => {
            let form = EventForm::change(ctx.app, &Target::from_text(id));
            ctx.open(form.unwrap_or_else(|| EventForm::new(ctx.app)));
        }
        None if form == "event" => {
            let event = EventForm::new(ctx.app);
            ctx.open(event);
        }
        _ => ctx.toast("it is there again when the same form is opened"),
    }
    Ok(())
}
