//! The loop: events in, at most one frame out, effects to threads and the terminal.
//!
//! It sleeps until something arrives; nothing is written while nothing changes. All that is queued
//! is taken before a frame is drawn.

mod effects;
mod jobs;
mod news;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::time::{Duration, Instant as Clock};

use anyhow::Context as _;

use self::jobs::start_load;
use self::news::{News, Post};
use super::app::App;
use super::ctx::Effect;
use super::event::{Event, Reader};
use super::memory;
use super::open;
use super::pane::sheet::lay_out_more;
use super::panics::{self, Failure};
use super::signal::{Signal, SignalWatch};
use super::terminal::{Screen, TerminalError, TerminalOptions};
use super::theme::{DimStyle, Palette};
use super::view::ViewState;
use super::{draw, partner, update};
use crate::base::mishap;
use crate::base::time::Instant;
use crate::config::OpenRequest;
use crate::jobs::demo;
use crate::jobs::load::Loading;
use crate::jobs::record::WantedRecord;
use crate::jobs::search::Searcher;

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

    fn toast(&mut self, text: String) {
        let until = self.app.now.plus(4 * crate::base::time::SECOND);
        self.app.status.toast(text, until);
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
