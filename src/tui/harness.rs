//! Drives the whole screen without a terminal: for tests and for the pictures of the README.
//!
//! Jobs run at once, on the thread that presses the keys.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::app::{App, Settings};
use super::ctx::Effect;
use super::key::KeySeq;
use super::memory::Memory;
use super::pane::report;
use super::pane::sheet::lay_out_more;
use super::session::{Keeping, Session};
use super::view::ViewState;
use super::{draw, open, partner, popup, update};
use crate::archive::Archive;
use crate::base::id::InvestigatorId;
use crate::base::time::Instant;
use crate::import::{self, LoadOptions};
use crate::jobs::check::{CheckJob, Checked};
use crate::jobs::projects;
use crate::project::activity::Deed;
use crate::project::store::{Access, Arrival, StoreOptions};
use crate::project::{Author, Document, JournalEntry};

/// The screen without a terminal.
pub struct Harness {
    /// All state.
    pub app: App,
    view: ViewState,
    effects: Vec<Effect>,
    /// What was asked of the loop and is not done here: copies, files, leaving.
    pub asked: Vec<Effect>,
    /// Edits of others that came in.
    came: Vec<JournalEntry>,
    /// Whether a check waits in [`Harness::check`], as it does on a busy machine.
    pub holds_checks: bool,
    /// The check that waits.
    pub check: Option<CheckJob>,
}

/// A clock that stands still, so that pictures and names are the same each time.
pub fn still() -> Instant {
    Instant::from_seconds(1_733_911_200)
}

impl Harness {
    /// Loads an export and opens panes on the channels named.
    pub fn open(export: &Path, document: Option<Document>, panes: &[&str], size: (u16, u16)) -> anyhow::Result<Self> {
        Self::open_all(&[export.to_owned()], document, panes, size)
    }

    /// Loads several sources and opens panes on the channels named.
    pub fn open_all(
        sources: &[PathBuf],
        document: Option<Document>,
        panes: &[&str],
        size: (u16, u16),
    ) -> anyhow::Result<Self> {
        let loaded = import::load(sources, &LoadOptions::default(), &AtomicBool::new(false), &|_| {})?;
        let author = Author::new(InvestigatorId::from_name("Ida Holm"));
        let document = document.unwrap_or_else(|| Document::new(&author));
        let session = Session::new(document, author, Keeping::Memory);
        let mut stage = Self::over(&loaded.archive, session, panes, size);
        let session = &mut stage.app.session;
        session.sources = sources.to_vec();
        let mut report = loaded.report;
        // How long a load took differs each time; pictures must not.
        report.sources.iter_mut().for_each(|source| source.read_time = std::time::Duration::ZERO);
        session.report = Some(report);
        open::show_columns(&mut stage.app);
        open::ask_for_zones(&mut stage.app);
        Ok(stage)
    }

    /// Opens panes on the channels named of an archive that is there already.
    pub fn over(archive: &Arc<Archive>, session: Session, panes: &[&str], size: (u16, u16)) -> Self {
        let mut session = session.with_clock(still);
        session.grow(Arc::clone(archive));
        let mut app = App::new(session, Settings::default(), Memory::default(), still());
        app.size = Rect::new(0, 0, size.0, size.1);
        for name in panes {
            for log in archive.channels_named(name).into_iter().filter_map(|channel| archive.log(channel)) {
                app.open_pane(super::pane::rows::View::Channel(log.meta().id.clone()));
            }
        }
        app.chat.focus = 0;
        app.refresh();
        app.vocabulary = Some(Arc::new(crate::search::vocabulary::Vocabulary::build(archive)));
        Self {
            app,
            view: ViewState::default(),
            effects: Vec::new(),
            asked: Vec::new(),
            came: Vec::new(),
            holds_checks: false,
            check: None,
        }
    }

    /// Presses keys: `j j t w`, `: 1 0 : 4 2 Enter`.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        for key in keys.parse::<KeySeq>().unwrap_or_default() {
            update::key(&mut self.app, &mut self.effects, key);
            self.work();
            // Drawing settles where things are, as it does between keys on a screen.
            self.buffer();
        }
        self
    }

    /// Types text, character by character.
    pub fn type_text(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            update::key(&mut self.app, &mut self.effects, super::key::Key::char(c));
            self.work();
        }
        self
    }

    /// Pastes text.
    pub fn paste(&mut self, text: &str) -> &mut Self {
        update::paste(&mut self.app, &mut self.effects, text);
        self.work();
        self
    }

    /// Lets something of another run come in.
    pub fn arrive(&mut self, arrivals: Vec<Arrival>) -> &mut Self {
        let entries = partner::arrive(&mut self.app, &mut self.view, arrivals);
        self.came.extend(entries);
        self.work();
        self
    }

    /// Changes the size of the screen.
    pub fn resize(&mut self, columns: u16, rows: u16) -> &mut Self {
        self.app.size = Rect::new(0, 0, columns, rows);
        self
    }

    /// Lets the check that waits answer; says whether one waited.
    pub fn answer(&mut self) -> bool {
        let checked = self.check.take().map(CheckJob::run);
        checked.map(|checked| self.checked(checked)).is_some()
    }

    /// Takes the answer of a check, and asks for the next one where that is due.
    pub fn checked(&mut self, checked: Checked) {
        report::checked(&mut self.app, checked.basis, Some(checked));
        self.work();
    }

    /// Does what follows from what changed, and what was asked for.
    pub fn work(&mut self) {
        update::ask(&self.app, &mut self.effects);
        for effect in std::mem::take(&mut self.effects) {
            match effect {
                Effect::Search => {
                    if let Some(mut scan) = popup::find::scan(&self.app) {
                        scan.finish();
                        let words = self.app.vocabulary.as_deref();
                        let highlighter = crate::search::Highlighter::new(scan.query(), words);
                        self.app.find.highlight(Some(Arc::new(highlighter)));
                        self.app.find.running = false;
                        self.app.find.hits = Some(Arc::new(scan.into_hits()));
                    }
                }
                Effect::RawRecord(wanted) => {
                    self.app.raw_record = Some(self.app.session.record_job(wanted).run());
                }
                Effect::Deeds => {
                    let (session, now) = (&self.app.session, self.app.now);
                    let deed = |entry: &JournalEntry| Deed::of(entry, session.document(), now);
                    let deeds = self.came.iter().rev().filter(|entry| entry.edit.is_an_act()).map(deed).collect();
                    self.app.together.deeds = Some(deeds);
                    update::job_done(&mut self.app);
                }
                Effect::Check => {
                    self.check = Some(report::begin_check(&mut self.app));
                    if !self.holds_checks {
                        self.answer();
                    }
                }
                Effect::Load => self.load(),
                Effect::Gather { generation, paths } => {
                    let author = Author::new(InvestigatorId::from_name("Ida Holm"));
                    let options = StoreOptions { access: Access::ReadOnly, ..StoreOptions::default() };
                    let gathered = projects::gather(&paths, &author, &options, &AtomicBool::new(false));
                    self.app.many.found(generation, gathered, self.app.now);
                }
                Effect::Other { generation, path } => {
                    let options = StoreOptions { access: Access::ReadOnly, ..StoreOptions::default() };
                    let read = self.app.session.other_job(options).run(&path, &AtomicBool::new(false));
                    let read = read.map_err(|error| format!("{error:#}"));
                    self.app.together.other = Some((generation, read));
                    update::job_done(&mut self.app);
                }
                Effect::ReadSheet { person, path } => match crate::jobs::sheets::read(&path) {
                    Ok(text) => update::sheet(&mut self.app, &mut self.effects, &person, &text),
                    Err(error) => self.app.status.cannot(format!("{error:#}")),
                },
                Effect::StopSearch | Effect::Cancel | Effect::Redraw => {}
                other => self.asked.push(other),
            }
        }
    }

    fn load(&mut self) {
        let session = &self.app.session;
        let never = AtomicBool::new(false);
        match import::load(&session.sources, &session.load_options, &never, &|_| {}) {
            Ok(mut loaded) => {
                loaded.report.sources.iter_mut().for_each(|source| source.read_time = std::time::Duration::ZERO);
                open::loaded(&mut self.app, loaded);
            }
            Err(error) => open::load_failed(&mut self.app, &error),
        }
        open::show_columns(&mut self.app);
        open::ask_for_zones(&mut self.app);
        self.app.refresh();
        update::job_done(&mut self.app);
    }

    /// Draws the screen.
    pub fn buffer(&mut self) -> Buffer {
        if std::mem::take(&mut self.app.centre) {
            self.view.forget();
        }
        let mut buffer = Buffer::empty(self.app.size);
        draw::draw(&self.app, &mut self.view, &mut buffer);
        buffer
    }

    /// Draws the screen as it stands once the loop had nothing else to do: all rows are laid out.
    pub fn settled(&mut self) -> Buffer {
        self.buffer();
        while lay_out_more(&self.app, &mut self.view) {}
        self.buffer()
    }

    /// The same with nothing kept from what was drawn before.
    pub fn settled_afresh(&mut self) -> Buffer {
        self.view.forget_laid();
        self.settled()
    }

    /// How many lines the rows of the focused pane take, as far as that is known.
    pub fn lines(&self) -> Option<usize> {
        Some(self.view.laid(self.app.chat.focus)?.lines())
    }

    /// The first and the last row of the focused pane that stand on the screen.
    pub fn shown_rows(&mut self) -> std::ops::RangeInclusive<usize> {
        self.buffer();
        let drawn = self.view.drawn(self.app.chat.focus);
        let rows = || drawn.iter().map(|(row, _)| *row);
        rows().min().unwrap_or(0)..=rows().max().unwrap_or(0)
    }

    /// The rows of the screen as text.
    pub fn rows(&mut self) -> Vec<String> {
        let buffer = self.settled();
        let area = buffer.area;
        (area.top()..area.bottom())
            .map(|y| {
                (area.left()..area.right())
                    .filter_map(|x| buffer.cell((x, y)))
                    .map(ratatui::buffer::Cell::symbol)
                    .collect()
            })
            .collect()
    }

    /// The screen as text.
    pub fn screen(&mut self) -> String {
        self.rows().join("\n")
    }
}
