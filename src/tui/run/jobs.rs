//! Work that is begun for the screen and done off its thread; each job tells its end by the post.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context as _;

use super::Sitting;
use super::news::{News, Post};
use crate::base::time::Instant;
use crate::export::Format;
use crate::jobs::load::Loading;
use crate::jobs::projects;
use crate::jobs::record::WantedRecord;
use crate::jobs::redacted;
use crate::project::store::{Access, StoreOptions};
use crate::project::{Author, earlier_acts};
use crate::tui::app::App;
use crate::tui::open;
use crate::tui::pane::report;

impl Sitting {
    /// Reads a record off this thread.
    pub(super) fn read_record(&mut self, wanted: WantedRecord) -> anyhow::Result<()> {
        self.wanted_record = Some(wanted.clone());
        let job = self.app.session.record_job(wanted);
        let post = self.post.clone();
        let read = move || post.send(News::Record(job.run()));
        std::thread::Builder::new().name("record".to_owned()).spawn(read).context("the record cannot be read")?;
        Ok(())
    }

    /// Reads many projects off this thread; an older question is not read to its end.
    pub(super) fn gather(&mut self, generation: u64, paths: Vec<PathBuf>) -> anyhow::Result<()> {
        let cancel = Arc::new(AtomicBool::new(false));
        std::mem::replace(&mut self.gathering, Arc::clone(&cancel)).store(true, Ordering::Relaxed);
        let author = Author::new(self.app.session.investigator().clone());
        let options = StoreOptions {
            state_folder: Some(self.request.folders.state.clone()),
            access: Access::ReadOnly,
            ..StoreOptions::default()
        };
        let post = self.post.clone();
        let read = move || {
            let gathered = projects::gather(&paths, &author, &options, &cancel);
            post.send(News::Gathered(generation, Box::new(gathered)));
        };
        std::thread::Builder::new().name("projects".to_owned()).spawn(read).context("the projects cannot be read")?;
        Ok(())
    }

    /// Checks the report off this thread.
    pub(super) fn check(&mut self) -> anyhow::Result<()> {
        let job = report::begin_check(&mut self.app);
        let (post, basis) = (self.post.clone(), job.basis);
        let check = move || {
            // The hook has kept the report of a failure; without an answer no check would be made again.
            let checked = catch_unwind(AssertUnwindSafe(|| job.run())).ok();
            post.send(News::Checked(basis, checked.map(Box::new)));
        };
        let began = std::thread::Builder::new().name("check".to_owned()).spawn(check);
        if let Err(error) = began {
            report::checked(&mut self.app, basis, None);
            return Err(error).context("the report cannot be checked");
        }
        Ok(())
    }

    /// Reads another copy of the project off this thread.
    pub(super) fn read_other(&mut self, generation: u64, path: PathBuf) -> anyhow::Result<()> {
        let options = StoreOptions { access: Access::ReadOnly, ..open::store_options(&self.request) };
        let job = self.app.session.other_job(options);
        let post = self.post.clone();
        let read = move || {
            let read = job.run(&path, &AtomicBool::new(false)).map_err(|error| format!("{error:#}"));
            post.send(News::Other(generation, Box::new(read)));
        };
        std::thread::Builder::new().name("other".to_owned()).spawn(read).context("the copy cannot be read")?;
        Ok(())
    }

    /// Writes the report without names on a thread: every text of the sources passes there.
    pub(super) fn write_redacted(&self, path: PathBuf, format: Format, key: Option<PathBuf>) -> anyhow::Result<()> {
        let (document, archive) = (self.app.session.document().clone(), self.app.session.archive.clone());
        let (post, project) = (self.post.clone(), self.app.session.path.clone());
        let write = move || {
            let places = (path.as_path(), key.as_deref());
            post.send(News::Redacted(redacted::write(&document, &archive, project.as_deref(), format, places)));
        };
        let began = std::thread::Builder::new().name("redacted".to_owned()).spawn(write);
        began.context("the report cannot be written")?;
        Ok(())
    }

    pub(super) fn ask_deeds(&mut self) {
        let post = self.post.clone();
        match self.app.session.saver() {
            Some(saver) => saver.deeds(Box::new(move |deeds| post.send(News::Deeds(deeds)))),
            None => post.send(News::Deeds(Vec::new())),
        }
    }

    /// Reads what was kept on the saver's thread, and makes acts of it on one of its own.
    pub(super) fn ask_earlier(&mut self) {
        let Some(saver) = self.app.session.saver() else { return };
        let (post, author) = (self.post.clone(), self.app.session.author().clone());
        saver.edits(Box::new(move |edits| {
            let make = move || post.send(News::Earlier(earlier_acts(&edits, &author.investigator, author.actor)));
            // Without a thread nothing comes, as before it was asked.
            let _ = std::thread::Builder::new().name("earlier".to_owned()).spawn(make);
        }));
    }

    pub(super) fn load(&mut self) {
        self.loads += 1;
        if let Some(loading) = start_load(&mut self.app, &self.post, self.loads) {
            self.loading = Some(loading);
        }
    }
}

/// Begins to read the sources, when there are any.
pub(super) fn start_load(app: &mut App, post: &Post, load: u64) -> Option<Loading> {
    if app.session.sources.is_empty() {
        return None;
    }
    let options = app.session.load_options.clone();
    let post = post.clone();
    app.session.loading_since = Some(Instant::now());
    app.session.progress = Some(crate::import::Progress::default());
    let on_news = move |news| post.send(News::Load(load, news));
    let started = Loading::start(app.session.sources.clone(), app.session.path.clone(), options, on_news);
    started.inspect_err(|error| app.status.cannot(format!("The load could not begin: {error}"))).ok()
}
