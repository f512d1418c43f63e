//! What the screen asks of the loop: files, the clipboard, other programs, work off its thread.

use std::sync::atomic::Ordering;

use anyhow::Context as _;

use super::Sitting;
use super::news::News;
use crate::export::write_like;
use crate::jobs::{search, sheets};
use crate::project::Author;
use crate::project::store::Recovery;
use crate::tui::clipboard::{self, Surroundings};
use crate::tui::ctx::Effect;
use crate::tui::{editor_handoff, open, popup, update};

impl Sitting {
    pub(super) fn effects(&mut self) {
        for effect in std::mem::take(&mut self.effects) {
            if let Err(error) = self.effect(effect) {
                self.app.status.cannot(format!("{error:#}"));
            }
        }
    }

    pub(super) fn effect(&mut self, effect: Effect) -> anyhow::Result<()> {
        match effect {
            Effect::Search => {
                if let Some(scan) = popup::find::scan(&self.app) {
                    let (find, session) = (&self.app.find, &self.app.session);
                    let (archive, project) = (session.archive_revision(), session.project_revision());
                    let basis = search::Basis { opened: find.opened, archive, project };
                    self.searcher.submit(find.generation, scan, basis);
                }
            }
            Effect::Copy { text, what } => {
                let way = clipboard::copy(&text, Surroundings::of_process(), &self.screen)?;
                self.toast(format!("copied {what} {way}, y f writes a file"));
            }
            Effect::Write { path, text } => {
                write_like(&path, text.as_bytes(), self.app.session.path.as_deref())?;
                self.toast(format!("wrote {}", path.display()));
            }
            Effect::WriteRedacted { path, format, key } => self.write_redacted(path, format, key)?,
            Effect::ReadSheet { person, path } => {
                let text = sheets::read(&path)?;
                update::sheet(&mut self.app, &mut self.effects, &person, &text);
            }
            Effect::Editor { text } => {
                let folder = self.request.folders.state.join("editor");
                let edited = editor_handoff::edit(&mut self.screen, &self.reader, &folder, &text)?;
                if let Some(text) = edited {
                    update::edited(&mut self.app, &mut self.effects, &text);
                }
            }
            Effect::SaveCopy(path) => {
                self.app.session.save_copy(&path)?;
                self.toast(format!("wrote a copy to {}", path.display()));
            }
            Effect::Recover(path) => {
                let me = Author::new(self.app.session.investigator().clone());
                Recovery::of(&path, &me, &open::store_options(&self.request))?.keep()?;
                self.next = Some(path);
                self.ending = Some(0);
            }
            Effect::RecoverHere => {
                let post = self.post.clone();
                if let Some(saver) = self.app.session.saver() {
                    saver.recover(Box::new(move |done| post.send(News::Recovered(done))));
                }
            }
            Effect::Check => self.check()?,
            Effect::Load => self.load(),
            Effect::Open(path) => {
                self.next = Some(path);
                self.ending = Some(0);
            }
            Effect::RawRecord(wanted) => self.read_record(wanted)?,
            Effect::Deeds => self.ask_deeds(),
            Effect::Earlier => self.ask_earlier(),
            Effect::OpenLink(link) => open_link(&link)?,
            Effect::Gather { generation, paths } => self.gather(generation, paths)?,
            Effect::Other { generation, path } => self.read_other(generation, path)?,
            Effect::StopSearch => self.stop_search(),
            Effect::Cancel => {
                self.stop_search();
                self.gathering.store(true, Ordering::Relaxed);
                if let Some(loading) = &self.loading {
                    loading.cancel();
                }
            }
            Effect::Suspend => self.screen.suspend(&self.reader)?,
            Effect::Redraw => self.screen.redraw(),
            Effect::Quit => self.ending = Some(0),
        }
        Ok(())
    }

    pub(super) fn stop_search(&mut self) {
        self.searcher.cancel();
        self.app.find.running = false;
    }
}

fn open_link(link: &str) -> anyhow::Result<()> {
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let quiet = std::process::Stdio::null;
    std::process::Command::new(program)
        .arg(link)
        .stdin(quiet())
        .stdout(quiet())
        .stderr(quiet())
        .spawn()
        .with_context(|| format!("{program} could not be started; y l copies the id, Enter shows the link"))?;
    Ok(())
}
