//! The Stats screen: how much was said when, what somebody has read, who took part, and what the
//! investigation took. Counts over time only; people are never put in order by them.

pub mod acts;
mod page;

use super::{Motion, people};
use crate::analysis::activity::{self, BUCKETS, Lens, Reading, Series, Window};
use crate::analysis::calendar::{PartOfDay, WorkTime};
use crate::analysis::presence::{self, Participant, TookPart};
use crate::base::id::InvestigatorId;
use crate::base::time::{Instant, Micros};
use crate::tui::app::App;
use crate::tui::ctx::Ctx;
use crate::tui::layout;
use crate::tui::paint::Painter;
use crate::tui::session::Session;
use crate::tui::view::ViewState;

/// Most bars side by side.
const MOST_BARS: u16 = 90;
/// Where the bars begin.
pub(super) const BARS_X: u16 = 20;
/// Cells beside the bars for their sum.
const SUM_CELLS: u16 = 10;

/// Which part of those who took part a row counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// On call when they came.
    OnCall,
    /// Not on call then.
    OffCall,
    /// Within their working hours.
    Working,
    /// Outside them.
    Outside,
}

impl Part {
    const ALL: [Self; 4] = [Self::OnCall, Self::OffCall, Self::Working, Self::Outside];

    /// Whether somebody belongs to it.
    pub fn holds(self, person: &TookPart) -> bool {
        use crate::analysis::duty::OnCall;
        match self {
            Self::OnCall => person.on_call.is_on(),
            Self::OffCall => person.on_call == OnCall::No,
            Self::Working => person.part == Some(PartOfDay::Working),
            Self::Outside => person.part.is_some_and(|part| part != PartOfDay::Working),
        }
    }
}

/// Where the cursor may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// Counts over time: a place in [`StatsScreen::series`].
    Series(usize),
    /// A channel's reading: a place in the list of readings.
    Reading(usize),
    /// Those who took part, by a question.
    Part(Part),
    /// An investigator, by place.
    Investigator(usize),
}

/// State of the Stats screen.
#[derive(Debug, Default)]
pub struct StatsScreen {
    lens: Lens,
    bucket: usize,
    at: Option<Instant>,
    window: Option<Window>,
    cursor: usize,
    rows: Vec<Row>,
    series: Vec<Series>,
    silent: Vec<Series>,
    reading: Vec<Reading>,
    took_part: Vec<TookPart>,
    investigators: Vec<InvestigatorId>,
    seen: Option<(u64, u64)>,
}

impl StatsScreen {
    /// The row of the cursor.
    pub fn row(&self) -> Option<Row> {
        self.rows.get(self.cursor).copied()
    }

    /// Counts over time of all that was said in the window.
    pub fn series(&self) -> &[Series] {
        &self.series
    }

    /// The moment the time cursor stands on.
    pub const fn at(&self) -> Option<Instant> {
        self.at
    }

    /// Length of a bar.
    pub fn bucket(&self) -> Micros {
        BUCKETS.get(self.bucket).copied().unwrap_or(crate::base::time::MINUTE)
    }

    /// Takes the next length of a bar.
    pub const fn next_bucket(&mut self) {
        self.bucket = (self.bucket + 1) % BUCKETS.len();
        self.window = None;
    }

    /// Counts by the next thing.
    pub const fn next_lens(&mut self) -> Lens {
        self.lens = self.lens.next();
        self.cursor = 0;
        self.window = None;
        self.lens
    }

    fn refresh(&mut self, session: &Session, people: &[Participant], width: u16) {
        let now = (session.project_revision(), session.archive_revision());
        let bars = usize::from(width.saturating_sub(BARS_X + SUM_CELLS).clamp(10, MOST_BARS));
        let fits = self
            .window
            .is_some_and(|window| window.bars == bars && self.at.is_none_or(|at| window.bar_of(at).is_some()));
        if self.seen == Some(now) && fits {
            return;
        }
        let (project, archive) = (session.project(), &session.archive);
        let at = self
            .at
            .filter(|at| at.is_dated())
            .or_else(|| presence::incident_span(project, archive).map(|(from, _)| from));
        self.at = at;
        if !fits {
            self.window = at.map(|at| Window::around(at, self.bucket(), bars, session.zone()));
        }
        let all =
            self.window.map_or_else(Vec::new, |window| activity::series(archive, project, people, self.lens, &window));
        (self.series, self.silent) = all.into_iter().partition(|series| series.total() > 0);
        if self.seen != Some(now) {
            self.reading = activity::reading(archive, project);
            self.took_part = presence::took_part(project, archive, people, &WorkTime::of(project, archive, None));
            self.investigators = project.investigators().keys().cloned().collect();
        }
        self.seen = Some(now);
        let series = (0..self.series.len()).map(Row::Series);
        let reading = (0..self.reading.len()).map(Row::Reading);
        let parts = Part::ALL.into_iter().filter(|_| !self.took_part.is_empty()).map(Row::Part);
        let investigators = (0..self.investigators.len()).map(Row::Investigator);
        self.rows = series.chain(reading).chain(parts).chain(investigators).collect();
        self.cursor = self.cursor.min(self.rows.len().saturating_sub(1));
    }
}

/// Brings the screen up to date; cheap when nothing changed.
pub fn ready(app: &mut App) {
    people::ready(app);
    let App { session, people, stats, size, .. } = app;
    stats.refresh(session, people.people(), size.width);
}

/// The screen was entered: its time cursor takes the moment of the pane's.
pub fn entered(app: &mut App) {
    if let Some(at) = app.chat.focused().and_then(super::chat::Pane::time).filter(|at| at.is_dated()) {
        app.stats.at = Some(at);
    }
    ready(app);
}

/// Moves the cursor.
pub fn motion(ctx: &mut Ctx<'_>, motion: Motion) {
    let height = usize::from(layout::frame(ctx.app.size).main.height.saturating_sub(2));
    let stats = &mut ctx.app.stats;
    stats.cursor = motion.apply(stats.cursor, stats.rows.len(), height);
}

/// Draws the screen.
pub fn draw(app: &App, view: &mut ViewState, painter: &mut Painter<'_>) {
    let main = layout::frame(painter.area()).main;
    let doc = page::page(app, main);
    let at = if app.stats.cursor == 0 { 0 } else { doc.cursor().unwrap_or(0) };
    let top = view.list_top("stats", at, doc.len(), usize::from(main.height));
    doc.draw(painter, main, top);
}
