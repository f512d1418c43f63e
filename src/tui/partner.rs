//! The others who have the project open: what they wrote comes in, where they are is shown, and this
//! screen never moves because of them, but when it follows one until a key is pressed.

use std::path::PathBuf;

use super::app::{App, ScreenId};
use super::view::ViewState;
use crate::base::id::Target;
use crate::base::text::{Raw, cut};
use crate::base::time::{Instant, SECOND};
use crate::jobs::agreement::Other;
use crate::project::activity::{About, Deed};
use crate::project::clock::Actor;
use crate::project::document::JournalEntry;
use crate::project::store::{Arrival, Partner, Presence};

/// How long the last act of a partner is shown.
const SHOWN: i64 = 4 * SECOND;

/// The others.
#[derive(Debug, Default)]
pub struct Together {
    /// Who else is here.
    pub here: Vec<Partner>,
    /// Whose cursor this one follows, until a key is pressed.
    pub following: Option<Actor>,
    /// What somebody else did last, and until when it is told.
    pub last: Option<(Deed, Instant)>,
    /// What was done over all runs, once it was asked for, the latest first.
    pub deeds: Option<Vec<Deed>>,
    /// The copy of the project with which this one is compared, by the number of the question.
    pub other: Option<(u64, Result<Other, String>)>,
    /// Where that copy lies, and how many were asked for.
    pub asked: (Option<PathBuf>, u64),
    /// Where this run told that it is.
    told: Option<Presence>,
}

impl Together {
    /// `with BO`, for the title; nothing when nobody else is here.
    pub fn words(&self) -> Option<String> {
        let mut initials: Vec<String> = self.here.iter().map(|partner| initials(&partner.presence)).collect();
        initials.sort();
        initials.dedup();
        (!initials.is_empty()).then(|| format!("with {}", initials.join(" ")))
    }

    /// Who stands on one of these.
    pub fn on(&self, targets: &[Target]) -> Option<&Partner> {
        self.here.iter().find(|partner| {
            let target = partner.presence.target.as_deref();
            target.is_some_and(|target| targets.iter().any(|here| here.as_str() == target))
        })
    }
}

/// Initials as they may be drawn.
pub fn initials(presence: &Presence) -> String {
    cut(&Raw::new(&presence.initials).tty_line(), 4).into_owned()
}

/// A name as it may be drawn.
pub fn name(presence: &Presence) -> String {
    let name = if presence.name.is_empty() { presence.by.as_str() } else { &presence.name };
    cut(&Raw::new(name).tty_line(), 24).into_owned()
}

/// Takes in what others have written and where they are.
pub fn news(app: &mut App, view: &mut ViewState) {
    app.together.here = app.session.partners();
    let arrivals = app.session.arrivals();
    arrive(app, view, arrivals);
}

/// Takes in what came from other runs; gives their edits.
pub fn arrive(app: &mut App, view: &mut ViewState, arrivals: Vec<Arrival>) -> Vec<JournalEntry> {
    let before: Vec<usize> = app.chat.panes.iter().map(|pane| pane.cursor).collect();
    let entries = app.session.take_in(arrivals);
    app.refresh();
    // The cursor stays in its line also where rows came in above it.
    for (nth, (pane, before)) in app.chat.panes.iter().zip(before).enumerate() {
        view.stay(nth, before, pane.cursor);
    }
    tell(app, &entries);
    follow(app);
    entries
}

/// Says what the last of others' acts was.
fn tell(app: &mut App, entries: &[JournalEntry]) {
    let acts = entries.iter().filter(|entry| entry.edit.is_an_act() && entry.by != *app.session.investigator());
    if let Some(last) = acts.max_by_key(|entry| entry.hlc) {
        let deed = Deed::of(last, app.session.document(), app.now);
        app.together.last = Some((deed, app.now.plus(SHOWN)));
    }
}

/// Goes where the one is whom this screen follows.
pub fn follow(app: &mut App) {
    let Some(actor) = app.together.following else { return };
    let Some(partner) = app.together.here.iter().find(|partner| partner.actor == actor).cloned() else {
        app.together.following = None;
        return;
    };
    // Where the place is not to be seen here, the cursor waits for the next one.
    let _ = go_to(app, &partner.presence);
}

/// Goes where somebody is.
pub fn go_to(app: &mut App, presence: &Presence) -> Result<(), String> {
    let screen = ScreenId::from_word(&presence.screen).unwrap_or_default();
    let Some(target) = presence.target.as_deref().map(Target::from_text).filter(|_| screen == ScreenId::Chat) else {
        app.screen = screen;
        return Ok(());
    };
    let here = app.chat.focused().and_then(|pane| pane.target(&app.session.archive));
    if app.screen == ScreenId::Chat && here.as_ref() == Some(&target) {
        return Ok(());
    }
    app.go_to(&target)
}

/// What a row above the keys says of the last act of a partner.
pub fn last_words(app: &App) -> Option<(String, String)> {
    let (deed, until) = app.together.last.as_ref()?;
    if app.now >= *until {
        return None;
    }
    Some((app.session.name_of(deed.by.as_str()), deed.words.clone()))
}

/// Whether something shown of others fades by itself.
pub fn fades(app: &App) -> bool {
    app.together.last.is_some()
}

/// Time goes on.
pub fn tick(app: &mut App) {
    if app.together.last.as_ref().is_some_and(|(_, until)| app.now >= *until) {
        app.together.last = None;
    }
}

/// Tells the others where this run is, when that changed.
pub fn tell_place(app: &mut App) {
    let (name, initials) = app.session.who();
    let pane = app.chat.focused().filter(|_| app.screen == ScreenId::Chat);
    let targets = app.targets();
    let presence = Presence {
        by: app.session.investigator().clone(),
        name: name.to_owned(),
        initials: initials.to_owned(),
        screen: app.screen.title().to_lowercase(),
        channel: pane.map(|pane| pane.title(&app.session.archive)),
        target: match pane {
            Some(pane) => pane.target(&app.session.archive).map(|target| target.to_string()),
            None => targets.first().map(ToString::to_string),
        },
        at: app.cursor_time(),
        beat: 0,
    };
    if app.together.told.as_ref() != Some(&presence) {
        app.session.is_at(presence.clone());
        app.together.told = Some(presence);
    }
}

/// Goes to what a deed is about.
pub fn go_to_deed(app: &mut App, about: &About) -> Result<(), String> {
    match about {
        About::Target(target) => app.go_to(target),
        About::Note(note) => {
            let on = app.session.project().notes().get(note).map(|note| note.on.clone());
            app.go_to(&on.ok_or("the note was removed")?)
        }
        About::Section(key) => {
            app.leave_trail();
            app.screen = ScreenId::Report;
            super::pane::report::ready(app);
            let App { report, session, .. } = app;
            if report.go_to_section(session, key) {
                Ok(())
            } else {
                Err("the section is not in this report".to_owned())
            }
        }
        About::Person(_) => {
            app.leave_trail();
            app.screen = ScreenId::People;
            Ok(())
        }
        About::Tag(_) => {
            app.leave_trail();
            app.screen = ScreenId::Tags;
            Ok(())
        }
        About::Project => Err("it is about the project as a whole".to_owned()),
    }
}

/// Who of the others stands on a row.
pub fn on_row<'a>(app: &'a App, pane: &super::pane::chat::Pane, place: usize) -> Option<&'a Partner> {
    if app.together.here.is_empty() {
        return None;
    }
    app.together.on(&pane.rows.targets(&app.session.archive, place))
}
