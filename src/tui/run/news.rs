//! What jobs tell the loop, and what becomes of it.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};

use super::Sitting;
use crate::base::text::{LineBreaks, sanitize_tty};
use crate::import::report::{Place, Trouble};
use crate::import::{ImportError, LoadEvent, Loaded};
use crate::jobs::agreement::Other;
use crate::jobs::check::{Basis, Checked};
use crate::jobs::load::LoadNews;
use crate::jobs::projects::Gathered;
use crate::jobs::record::ReadRecord;
use crate::jobs::search::Found;
use crate::project::activity::Deed;
use crate::project::history::Act;
use crate::tui::event::Event;
use crate::tui::pane::report;
use crate::tui::{command, open, partner, update};

/// News of jobs; each comes with an [`Event::Wake`].
pub(super) enum News {
    /// What a load tells, by the number of the load.
    Load(u64, LoadNews),
    Found(Found),
    Record(ReadRecord),
    /// What was read of many projects, by the number of the question.
    Gathered(u64, Box<Gathered>),
    Deeds(Vec<Deed>),
    /// What the same person did in earlier runs.
    Earlier(Vec<Act>),
    /// The name that a damaged project file has now that it is back.
    Recovered(Result<PathBuf, String>),
    /// Another copy of the project, by the number of the question.
    Other(u64, Box<Result<Other, String>>),
    /// What a check of the report found, by what it looked at; nothing when it failed.
    Checked(Basis, Option<Box<Checked>>),
    /// What was written without names, in words.
    Redacted(anyhow::Result<String>),
}

/// Where jobs leave their news.
#[derive(Clone)]
pub(super) struct Post {
    pub(super) news: Arc<Mutex<VecDeque<News>>>,
    pub(super) wake: Sender<Event>,
}

impl Post {
    pub(super) fn send(&self, news: News) {
        self.news.lock().unwrap_or_else(PoisonError::into_inner).push_back(news);
        // Without a loop nobody is left to be told.
        let _ = self.wake.send(Event::Wake);
    }

    pub(super) fn take(&self) -> VecDeque<News> {
        std::mem::take(&mut *self.news.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Sitting {
    pub(super) fn news(&mut self) {
        partner::news(&mut self.app, &mut self.view);
        for news in self.post.take() {
            match news {
                News::Load(load, news) if load == self.loads => self.loaded(news),
                News::Found(found) => self.found(found),
                News::Record(record) if self.wanted_record.as_ref() == Some(&record.wanted) => {
                    self.app.raw_record = Some(record);
                    self.answered = true;
                }
                // What nobody waits for any more.
                News::Load(..) | News::Record(_) => {}
                News::Gathered(generation, gathered) => {
                    self.app.many.found(generation, *gathered, self.app.now);
                    self.answered = true;
                }
                News::Other(generation, other) => {
                    self.app.together.other = Some((generation, *other));
                    update::job_done(&mut self.app);
                    self.answered = true;
                }
                News::Recovered(Ok(aside)) => {
                    self.app.session.set_notice(None);
                    self.toast(format!("the project file is back; the damaged one is {}", aside.display()));
                }
                News::Recovered(Err(why)) => self.app.status.cannot(format!("nothing was brought back: {why}")),
                News::Earlier(acts) => {
                    self.app.session.know_earlier(acts);
                    command::app::tell_earlier(&mut self.app);
                    self.answered = true;
                }
                News::Checked(basis, checked) => {
                    report::checked(&mut self.app, basis, checked.map(|checked| *checked));
                    self.answered = true;
                }
                News::Redacted(Ok(words)) => self.toast(words),
                News::Redacted(Err(error)) => self.app.status.cannot(format!("{error:#}")),
                News::Deeds(deeds) => {
                    self.app.together.deeds = Some(deeds);
                    update::job_done(&mut self.app);
                }
            }
        }
    }

    pub(super) fn loaded(&mut self, news: LoadNews) {
        let app = &mut self.app;
        let opened = (app.chat.panes.len(), app.layers.len());
        match news {
            LoadNews::Event(LoadEvent::Found(_)) => {}
            // While all is read again, what is there stays on the screen.
            LoadNews::Event(LoadEvent::Archive(_)) if app.session.archive.is_complete() => {}
            LoadNews::Event(LoadEvent::Archive(archive)) => app.session.grow(archive),
            LoadNews::Event(LoadEvent::Progress(progress)) => app.session.progress = Some(progress),
            LoadNews::Sources(sources) => {
                if let Err(error) = app.session.arrived(sources) {
                    app.status.cannot(format!("{error:#}"));
                }
            }
            LoadNews::Vocabulary(words) => app.vocabulary = Some(words),
            LoadNews::Done(outcome) => {
                app.session.progress = None;
                app.session.loading_since = None;
                // Its thread goes on: the words, and what the project remembers of the sources, are still to come.
                self.failed = failure_in(&outcome).or_else(|| self.failed.take());
                match *outcome {
                    Ok(loaded) => open::loaded(app, loaded),
                    Err(error) => open::load_failed(app, &error),
                }
            }
        }
        app.refresh();
        open::place(app, &self.request);
        open::show_columns(app);
        open::ask_for_zones(app);
        update::job_done(app);
        // The first messages, or the question which to show.
        self.answered |= opened != (app.chat.panes.len(), app.layers.len());
    }

    pub(super) fn found(&mut self, found: Found) {
        let find = &mut self.app.find;
        if found.generation == find.generation {
            // The first result and the last one answer the letter that was typed.
            self.answered |= found.is_done || self.answered_for != found.generation;
            self.answered_for = found.generation;
            find.running = !found.is_done;
            find.millis = found.took.as_millis();
            find.hits = Some(found.hits);
            find.highlight(Some(found.highlighter));
        }
    }
}

/// On what a part of this program failed while it read.
fn failure_in(outcome: &Result<Loaded, ImportError>) -> Option<String> {
    match outcome {
        Err(error @ ImportError::Failed { .. }) => {
            Some(sanitize_tty(&error.to_string(), LineBreaks::Mark).into_owned())
        }
        Err(_) => None,
        Ok(loaded) => {
            let mut problems = loaded.report.sources.iter().flat_map(|source| source.warnings.iter());
            let failed = problems.find(|(trouble, _)| *trouble == Trouble::Failed)?;
            Some(failed.1.places.first().map_or_else(String::new, Place::words))
        }
    }
}
