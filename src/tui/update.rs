//! What a key or paste changes: the top layer first, then the key map, then a reason why not.
//!
//! May only call: every act is a command or a layer's.

use super::app::{App, Status};
use super::command::{Args, Command};
use super::ctx::{Ctx, Effect};
use super::key::{Code, Key};
use super::keymap::{self, Lookup};
use super::layers::Flow;
use super::popup::questions::file_sheet;
use crate::base::id::PersonId;
use crate::base::mishap;

/// Takes a key.
pub fn key(app: &mut App, effects: &mut Vec<Effect>, key: Key) {
    if matches!(app.status, Status::Cannot(_)) {
        app.status = Status::Quiet;
    }
    app.leaving = app.leaving && key == Key::char('q');
    app.together.following = None;
    Ctx { app: &mut *app, effects: &mut *effects }.seen();
    let before = app.session.project_revision();
    let used = layers(app, effects, |layer, ctx| {
        mishap::point(|| format!("{key} in {}", layer.name()));
        layer.key(ctx, key)
    });
    if !used {
        mishap::point(|| format!("{key}"));
        mapped(app, effects, key);
    }
    settle(app, effects, before);
}

/// Brings up to date what follows from an act; `before` is the revision of the project before it.
fn settle(app: &mut App, effects: &mut Vec<Effect>, before: u64) {
    app.keep_drafts();
    app.refresh();
    if app.session.project_revision() != before {
        each_layer(app, |layer, app| layer.project_changed(app));
    }
    if app.session.reading_changed() {
        effects.push(Effect::Load);
    }
}

/// Asks for what is made off this thread, where it does not fit any more what it was made of.
pub fn ask(app: &App, effects: &mut Vec<Effect>) {
    if super::pane::report::is_check_due(app) && !effects.contains(&Effect::Check) {
        effects.push(Effect::Check);
    }
}

/// Takes a paste: text for whoever is typed into, never keys.
pub fn paste(app: &mut App, effects: &mut Vec<Effect>, text: &str) {
    let before = app.session.project_revision();
    let used = layers(app, effects, |layer, ctx| layer.paste(ctx, text));
    let used = used || super::pane::paste(&mut Ctx { app: &mut *app, effects: &mut *effects }, text);
    if !used {
        app.status.cannot("Nothing here takes pasted text; / finds, c notes");
    }
    settle(app, effects, before);
}

/// Takes text that came back from `$EDITOR`.
pub fn edited(app: &mut App, effects: &mut Vec<Effect>, text: &str) {
    let before = app.session.project_revision();
    let used = layers(app, effects, |layer, _| Ok(if layer.edited(text) { Flow::Used } else { Flow::Pass }));
    let _ = used || super::pane::edited(&mut Ctx { app: &mut *app, effects: &mut *effects }, text);
    settle(app, effects, before);
}

/// Files a filled interview sheet that was read, or says why nothing of it is filed.
pub fn sheet(app: &mut App, effects: &mut Vec<Effect>, person: &PersonId, text: &str) {
    let before = app.session.project_revision();
    let outcome = file_sheet(&mut Ctx { app: &mut *app, effects: &mut *effects }, person, text);
    report(app, outcome);
    settle(app, effects, before);
}

/// Runs a command, or says why it cannot run.
pub fn run(app: &mut App, effects: &mut Vec<Effect>, command: &Command, args: &Args) {
    if let Err(why) = (command.enabled)(app) {
        app.status.cannot(format!("cannot now: {why}"));
    } else {
        let outcome = (command.run)(&mut Ctx { app: &mut *app, effects: &mut *effects }, args);
        report(app, outcome);
    }
}

type Act<'a> = dyn FnMut(&mut dyn super::layers::Layer, &mut Ctx<'_>) -> anyhow::Result<Flow> + 'a;

fn layers(
    app: &mut App,
    effects: &mut Vec<Effect>,
    mut act: impl FnMut(&mut dyn super::layers::Layer, &mut Ctx<'_>) -> anyhow::Result<Flow>,
) -> bool {
    let act: &mut Act<'_> = &mut act;
    let mut place = app.layers.len();
    while place > 0 {
        place -= 1;
        let Some(mut layer) = app.layers.take(place) else { break };
        let flow = act(&mut *layer, &mut Ctx { app: &mut *app, effects: &mut *effects });
        let flow = flow.unwrap_or_else(|error| {
            app.status.cannot(format!("{error:#}"));
            Flow::Used
        });
        match flow {
            Flow::Used | Flow::Pass => app.layers.put_back(place, layer),
            Flow::Close | Flow::CloseAndPass => {}
        }
        if matches!(flow, Flow::Used | Flow::Close) {
            return true;
        }
    }
    false
}

fn mapped(app: &mut App, effects: &mut Vec<Effect>, key: Key) {
    if super::pane::key(&mut Ctx { app: &mut *app, effects: &mut *effects }, key) {
        app.pending.clear();
        return;
    }
    if key.code() == Code::Esc && !app.pending.is_empty() {
        app.pending.clear();
        return;
    }
    if let Some(letter) = key.typed().filter(|_| app.pending.len() == 1) {
        let prefix = app.pending.first().copied().and_then(Key::typed);
        if let Some(prefix @ ('m' | '\'')) = prefix {
            app.pending.clear();
            let outcome =
                super::command::view::bookmark(&mut Ctx { app: &mut *app, effects: &mut *effects }, prefix, letter);
            report(app, outcome);
            return;
        }
    }
    app.pending.push(key);
    match keymap::lookup(&keymap::scopes(app), &app.pending) {
        Lookup::Command(command) => {
            app.pending.clear();
            run(app, effects, command, &Args::default());
        }
        Lookup::Prefix(_) => {}
        Lookup::Nothing => {
            let typed = std::mem::take(&mut app.pending);
            if typed.len() > 1 {
                let words: Vec<String> = typed.iter().map(ToString::to_string).collect();
                app.status.cannot(format!("{} means nothing here; ? lists the keys", words.join(" ")));
            }
        }
    }
}

fn report(app: &mut App, outcome: anyhow::Result<()>) {
    if let Err(error) = outcome {
        app.status.cannot(format!("{error:#}"));
    }
    app.refresh();
}

/// Tells open layers that a job brought something.
pub fn job_done(app: &mut App) {
    each_layer(app, |layer, app| layer.job_done(app));
}

fn each_layer(app: &mut App, tell: fn(&mut dyn super::layers::Layer, &mut App)) {
    for place in 0..app.layers.len() {
        if let Some(mut layer) = app.layers.take(place) {
            tell(&mut *layer, app);
            app.layers.put_back(place, layer);
        }
    }
}

/// Time goes on: toasts fade.
pub fn tick(app: &mut App) {
    if let Status::Toast(_, until) = app.status
        && app.now >= until
    {
        app.status = Status::Quiet;
    }
    super::partner::tick(app);
}
