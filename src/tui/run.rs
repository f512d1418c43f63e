//! The loop: events in, at most one frame out, effects to threads and the terminal.
//!
//! It sleeps until something arrives; nothing is written while nothing changes. All that is queued
//! is taken before a frame is drawn.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant as Clock};

use anyhow::Context as _;

use super::app::App;
use super::clipboard::{self, Surroundings};
use super::ctx::Effect;
use super::editor_handoff;
use super::event::{Event, Reader};
use super::memory;
use super::open;
use super::pane::report;
use super::pane::sheet::lay_out_more;
use super::panics::{self, Failure};
use super::signal::{Signal, SignalWatch};
use super::terminal::{Screen, TerminalError, TerminalOptions};
use super::theme::{DimStyle, Palette};
use super::view::ViewState;
use super::{command, draw, partner, popup, update};
use crate::base::mishap;
use crate::base::text::{LineBreaks, sanitize_tty};
use crate::base::time::Instant;
use crate::config::OpenRequest;
use crate::export::{Format, write_like};
use crate::import::report::{Place, Trouble};
use crate::import::{ImportError, LoadEvent, Loaded};
use crate::jobs::agreement::Other;
use crate::jobs::check::{Basis, Checked};
use crate::jobs::demo;
use crate::jobs::load::{LoadNews, Loading};
use crate::jobs::projects::{self, Gathered};
use crate::jobs::record::{ReadRecord, WantedRecord};
use crate::jobs::search::{self, Found, Searcher};
use crate::jobs::{redacted, sheets};
use crate::project::activity::Deed;
use crate::project::history::Act;
use crate::project::store::{Access, Recovery, StoreOptions};
use crate::project::{Author, earlier_acts};

/// Time between frames that no key asked for.
const FRAME: Duration = Duration::from_millis(33);
/// The same over a slow link.
const SLOW_FRAME: Duration = Duration::from_millis(100);
/// How long the keys must rest before the other panes follow over a slow link.
const REST: Duration = Duration::from_millis(100);
/// How long a signal waits for the last acts to reach the disk.
const EMERGENCY: Duration = Duration::from_millis(250);
/// How often drafts and view state are written while they change.
const KEEP: Duration = Duration::from_secs(1);

/// News of jobs; each comes with an [`Event::Wake`].
enum News {
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
struct Post {
    news: Arc<Mutex<VecDeque<News>>>,
    wake: Sender<Event>,
}

impl Post {
    fn send(&self, news: News) {
        self.news.lock().unwrap_or_else(PoisonError::into_inner).push_back(news);
        // Without a loop nobody is left to be told.
        let _ = self.wake.send(Event::Wake);
    }

    fn take(&self) -> VecDeque<News> {
        std::mem::take(&mut *self.news.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Opens what is asked for and runs until the end.
pub fn run(request: &OpenRequest) -> anyhow::Result<ExitCode> {
    let (sender, events) = channel();
    let mut opened = open::open(request, &sender)?;
    loop {
        let (outcome, next) = sit(request, opened, &sender, &events)?;
        match next {
            None => return Ok(outcome),
            Some(path) => {
                let is_demo = path == demo::project_in(&demo::folder(&request.folders));
                let again = OpenRequest { paths: vec![path], project: None, is_demo, ..request.clone() };
                opened = open::open(&again, &sender)?;
            }
        }
    }
}

/// One sitting with one project.
fn sit(
    request: &OpenRequest,
    mut opened: App,
    sender: &Sender<Event>,
    events: &Receiver<Event>,
) -> anyhow::Result<(ExitCode, Option<PathBuf>)> {
    let post = Post { news: Arc::default(), wake: sender.clone() };
    // Reading goes on while the terminal is taken and the first frame is drawn.
    let loading = start_load(&mut opened, &post, 0);
    let screen = Screen::open(&TerminalOptions::default())?;
    let panics = screen.panics();
    let reader = Reader::start(sender.clone())?;
    let saver = opened.session.saver();
    let emergency = Box::new(move || {
        if let Some(saver) = saver {
            saver.flush(EMERGENCY);
        }
    });
    let watch = SignalWatch::start(sender.clone(), screen.tty(), screen.restorer(), emergency)
        .context("signals cannot be handled")?;
    let searcher = Searcher::start({
        let post = post.clone();
        move |found| post.send(News::Found(found))
    })?;
    let mut sitting = Sitting {
        app: opened,
        view: ViewState::default(),
        effects: Vec::new(),
        screen,
        reader,
        searcher,
        loading,
        loads: 0,
        post,
        gathering: Arc::default(),
        request: request.clone(),
        ending: None,
        next: None,
        kept: None,
        kept_at: Clock::now(),
        drawn_at: None,
        pressed_at: Clock::now(),
        answered: false,
        answered_for: 0,
        wanted_record: None,
        failed: None,
        laid_out: false,
    };
    let (columns, rows) = sitting.screen.size();
    sitting.app.size = ratatui::layout::Rect::new(0, 0, columns, rows);
    let code = catch_unwind(AssertUnwindSafe(|| sitting.go(events)));
    let state = request.folders.state.clone();
    let Ok(code) = code else {
        // The hook has given the terminal back already. Nothing may hold up the report.
        let left = catch_unwind(AssertUnwindSafe(|| sitting.leave()));
        drop(watch);
        let reports = panics.take();
        let kept = panics::keep(&state, &reports, Instant::now());
        let failure = anyhow::Error::new(Failure::that_ended(&reports));
        return Err(match (left, kept) {
            (Ok(Ok(())), Ok(())) => failure,
            (Ok(Err(error)), _) => failure.context(format!("{error:#}")),
            (Err(_), _) => failure.context("what was typed last is not kept"),
            (_, Err(error)) => failure.context(format!("no report was written into {}: {error}", state.display())),
        });
    };
    let (ending, next) = (sitting.ending, sitting.next.take());
    let failed = std::mem::take(&mut sitting.failed);
    sitting.finish()?;
    drop(watch);
    let mut reports = panics.take();
    if reports.is_empty() {
        // What failed before the screen was ours was told where the program was started.
        reports.extend(failed);
    }
    if !reports.is_empty() {
        panics::keep(&state, &reports, Instant::now())
            .with_context(|| format!("no report was written into {}", state.display()))?;
        return Err(Failure::that_was_left(&reports).into());
    }
    let code = code?;
    Ok((ending.map_or(code, ExitCode::from), next))
}

struct Sitting {
    app: App,
    view: ViewState,
    effects: Vec<Effect>,
    screen: Screen,
    reader: Reader,
    searcher: Searcher,
    loading: Option<Loading>,
    /// The number of the load whose news hold; those of an earlier one are not listened to.
    loads: u64,
    post: Post,
    /// Set to stop reading many projects.
    gathering: Arc<AtomicBool>,
    request: OpenRequest,
    /// The exit code, once the end has come.
    ending: Option<u8>,
    next: Option<PathBuf>,
    /// What was last written of the view state.
    kept: Option<String>,
    kept_at: Clock,
    drawn_at: Option<Clock>,
    /// When the last key came.
    pressed_at: Clock,
    /// Whether something came that somebody waits for: it waits for no frame of its own.
    answered: bool,
    /// The last search of which something was found.
    answered_for: u64,
    /// The record that is waited for; those asked for before it come too late.
    wanted_record: Option<WantedRecord>,
    /// On which source a part of this program failed.
    failed: Option<String>,
    /// Whether rows were laid out that the maps do not show yet.
    laid_out: bool,
}

impl Sitting {
    fn go(&mut self, events: &Receiver<Event>) -> anyhow::Result<ExitCode> {
        let mut dirty = true;
        let mut asked = true;
        // The screen of the last sitting may be one that is made off this thread.
        update::ask(&self.app, &mut self.effects);
        self.effects();
        while self.ending.is_none() {
            if self.rests() {
                let archive = self.app.session.archive.clone();
                self.app.chat.follow(&archive);
                dirty = true;
            }
            // Over a slow link a key that is held down must not fill the line with frames.
            if dirty && ((asked && !self.app.settings.slow) || self.frame_is_due()) {
                self.draw()?;
                (dirty, asked) = (false, false);
            }
            match self.next_event(events, dirty) {
                Ok(event) => {
                    asked |= !matches!(event, Event::Wake);
                    dirty |= self.take(event);
                    for event in events.try_iter() {
                        asked |= !matches!(event, Event::Wake);
                        dirty |= self.take(event);
                    }
                    asked |= std::mem::take(&mut self.answered);
                }
                Err(RecvTimeoutError::Timeout) => dirty |= std::mem::take(&mut self.laid_out) | self.tick(),
                Err(RecvTimeoutError::Disconnected) => self.ending = Some(0),
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Waits until something comes or is due. Meanwhile rows are laid out that nobody has seen, a few at a
    /// time; once all are, the maps of the panes can be drawn as they are.
    fn next_event(&mut self, events: &Receiver<Event>, dirty: bool) -> Result<Event, RecvTimeoutError> {
        let until = Clock::now() + self.wait(dirty);
        while Clock::now() < until && lay_out_more(&self.app, &mut self.view) {
            self.laid_out = true;
            match events.try_recv() {
                Ok(event) => return Ok(event),
                Err(TryRecvError::Disconnected) => return Err(RecvTimeoutError::Disconnected),
                Err(TryRecvError::Empty) => {}
            }
        }
        if self.laid_out && !dirty {
            return Err(RecvTimeoutError::Timeout);
        }
        events.recv_timeout(until.saturating_duration_since(Clock::now()))
    }

    /// Whether other panes wait to follow and no key came for a while.
    fn rests(&self) -> bool {
        self.app.chat.held.is_some() && self.pressed_at.elapsed() >= REST
    }

    fn frame_is_due(&self) -> bool {
        self.until_frame().is_zero()
    }

    /// How long until a frame that no key asked for may be drawn.
    fn until_frame(&self) -> Duration {
        let between = if self.app.settings.slow { SLOW_FRAME } else { FRAME };
        self.drawn_at.map_or(Duration::ZERO, |at| between.saturating_sub(at.elapsed()))
    }

    /// How long nothing can happen by itself.
    fn wait(&self, dirty: bool) -> Duration {
        if dirty {
            return self.until_frame();
        }
        if self.app.chat.held.is_some() {
            return REST.saturating_sub(self.pressed_at.elapsed());
        }
        let fades = matches!(self.app.status, super::app::Status::Toast(..));
        let drafts = self.kept.as_deref() != Some(&*self.app.memory_now());
        if fades || partner::fades(&self.app) || drafts || self.app.session.loading_since.is_some() {
            Duration::from_millis(250)
        } else {
            self.until_clock().unwrap_or(Duration::from_secs(3600))
        }
    }

    /// How long until a layer that shows a clock looks otherwise.
    fn until_clock(&self) -> Option<Duration> {
        let now = Instant::now();
        let next = self.app.layers.iter().filter_map(|layer| layer.changes_at(now)).min()?;
        Some(Duration::from_micros(u64::try_from(next.since(now)?).unwrap_or(0)))
    }

    fn draw(&mut self) -> anyhow::Result<()> {
        if std::mem::take(&mut self.app.centre) {
            self.view.forget();
        }
        let (app, view) = (&self.app, &mut self.view);
        let paint = |buffer: &mut ratatui::buffer::Buffer| {
            draw::draw(app, view, buffer);
            mishap::point(|| format!("draw {}", app.screen.title()));
        };
        match self.screen.draw(paint) {
            // What cannot be drawn shows a line instead, and editing goes on.
            Err(TerminalError::Paint(reason)) => {
                let words = format!("This screen could not be drawn: {reason}. Esc closes, 1 to 6 change the screen.");
                let theme = self.app.settings.theme;
                self.screen.draw(|buffer| draw::failed(theme, &words, buffer))?;
            }
            other => other?,
        }
        self.drawn_at = Some(Clock::now());
        Ok(())
    }

    /// Takes an event; true when something may look different.
    fn take(&mut self, event: Event) -> bool {
        self.app.now = Instant::now();
        match event {
            Event::Key(key) => {
                self.pressed_at = Clock::now();
                update::key(&mut self.app, &mut self.effects, key);
            }
            Event::Paste(text) => update::paste(&mut self.app, &mut self.effects, &text),
            Event::Resize(columns, rows) => self.app.size = ratatui::layout::Rect::new(0, 0, columns, rows),
            Event::Probe(probe) => {
                self.probe(probe);
            }
            Event::Wake => self.news(),
            Event::Signal(signal) => self.signal(signal),
            Event::InputClosed => self.ending = Some(129),
            Event::Mouse(_) | Event::Focus(_) => return false,
        }
        update::ask(&self.app, &mut self.effects);
        self.effects();
        partner::tell_place(&mut self.app);
        true
    }

    fn probe(&mut self, probe: super::probe::Probe) {
        let theme = &mut self.app.settings.theme;
        if self.request.config.theme == crate::config::ThemeChoice::Auto
            && theme.palette != Palette::Mono
            && probe.dark == Some(false)
        {
            theme.palette = Palette::Light;
        }
        if self.request.config.dim == crate::config::DimChoice::Auto && probe.text_contrast_low {
            theme.dim = DimStyle::Plain;
        }
        theme.ascii |= probe.wide_ambiguous;
        if self.screen.apply(&probe).is_err() {
            self.ending = Some(129);
        }
    }

    fn signal(&mut self, signal: Signal) {
        match signal {
            Signal::Suspend => self.effects.push(Effect::Suspend),
            Signal::Continue => {
                if self.screen.retake().is_err() {
                    self.ending = Some(129);
                }
            }
            _ => self.ending = signal.exit_code(),
        }
    }

    fn news(&mut self) {
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

    fn loaded(&mut self, news: LoadNews) {
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

    /// Reads a record off this thread.
    fn read_record(&mut self, wanted: WantedRecord) -> anyhow::Result<()> {
        self.wanted_record = Some(wanted.clone());
        let job = self.app.session.record_job(wanted);
        let post = self.post.clone();
        let read = move || post.send(News::Record(job.run()));
        std::thread::Builder::new().name("record".to_owned()).spawn(read).context("the record cannot be read")?;
        Ok(())
    }

    /// Reads many projects off this thread; an older question is not read to its end.
    fn gather(&mut self, generation: u64, paths: Vec<PathBuf>) -> anyhow::Result<()> {
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
    fn check(&mut self) -> anyhow::Result<()> {
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
    fn read_other(&mut self, generation: u64, path: PathBuf) -> anyhow::Result<()> {
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
    fn write_redacted(&self, path: PathBuf, format: Format, key: Option<PathBuf>) -> anyhow::Result<()> {
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

    fn ask_deeds(&mut self) {
        let post = self.post.clone();
        match self.app.session.saver() {
            Some(saver) => saver.deeds(Box::new(move |deeds| post.send(News::Deeds(deeds)))),
            None => post.send(News::Deeds(Vec::new())),
        }
    }

    /// Reads what was kept on the saver's thread, and makes acts of it on one of its own.
    fn ask_earlier(&mut self) {
        let Some(saver) = self.app.session.saver() else { return };
        let (post, author) = (self.post.clone(), self.app.session.author().clone());
        saver.edits(Box::new(move |edits| {
            let make = move || post.send(News::Earlier(earlier_acts(&edits, &author.investigator, author.actor)));
            // Without a thread nothing comes, as before it was asked.
            let _ = std::thread::Builder::new().name("earlier".to_owned()).spawn(make);
        }));
    }

    fn found(&mut self, found: Found) {
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

    fn effects(&mut self) {
        for effect in std::mem::take(&mut self.effects) {
            if let Err(error) = self.effect(effect) {
                self.app.status.cannot(format!("{error:#}"));
            }
        }
    }

    fn effect(&mut self, effect: Effect) -> anyhow::Result<()> {
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

    fn stop_search(&mut self) {
        self.searcher.cancel();
        self.app.find.running = false;
    }

    fn toast(&mut self, text: String) {
        let until = self.app.now.plus(4 * crate::base::time::SECOND);
        self.app.status.toast(text, until);
    }

    fn load(&mut self) {
        self.loads += 1;
        if let Some(loading) = start_load(&mut self.app, &self.post, self.loads) {
            self.loading = Some(loading);
        }
    }

    fn tick(&mut self) -> bool {
        let last = std::mem::replace(&mut self.app.now, Instant::now());
        let before = (self.app.status.clone(), partner::fades(&self.app));
        update::tick(&mut self.app);
        self.keep();
        let is_due = |at: Instant| at <= self.app.now;
        before != (self.app.status.clone(), partner::fades(&self.app))
            || self.app.session.loading_since.is_some()
            || self.app.layers.iter().filter_map(|layer| layer.changes_at(last)).any(is_due)
    }

    /// Writes drafts and view state when they changed, at most once a second.
    fn keep(&mut self) {
        if self.kept_at.elapsed() < KEEP {
            return;
        }
        self.kept_at = Clock::now();
        let now = self.app.memory_now().into_owned();
        if self.kept.as_deref() != Some(&*now) {
            if let Some(path) = self.app.memory.path()
                && let Err(error) = memory::write(path, &now)
            {
                self.app.session.set_notice(Some(format!("drafts are not kept: {}: {error}", path.display())));
            }
            self.kept = Some(now);
        }
    }

    /// Leaves after a failure: what was typed is kept and what was done is saved. Nothing is edited any
    /// more, for the failure may have come in the middle of an edit.
    fn leave(mut self) -> anyhow::Result<()> {
        self.kept_at = Clock::now().checked_sub(KEEP).unwrap_or(self.kept_at);
        self.keep();
        self.loading = None;
        let closed = self.app.session.close();
        self.screen.restore();
        drop(self.reader);
        closed.map(drop)
    }

    /// Saves what is open, then gives the terminal back.
    fn finish(mut self) -> anyhow::Result<()> {
        self.kept_at = Clock::now().checked_sub(KEEP).unwrap_or(self.kept_at);
        self.app.keep_drafts();
        self.keep();
        self.loading = None;
        self.app.count_work();
        open::remember(&self.app, &self.request.folders);
        let closed = self.app.session.close();
        self.screen.restore();
        drop(self.reader);
        closed.map(drop)
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

/// Begins to read the sources, when there are any.
fn start_load(app: &mut App, post: &Post, load: u64) -> Option<Loading> {
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
