//! The People screen: who was there, what time it was for them, which names may be one person.
//!
//! People stand in the order in which they came; there is no order by how much somebody wrote.

pub mod acts;
mod list;

pub use acts::{
    ask_edit, ask_hours, ask_join, ask_role, ask_team, ask_zone, filter_chat, next_interview, show_messages,
};
pub use list::draw;

use std::cmp::Ordering;

use super::Motion;
use crate::analysis::calendar::WorkTime;
use crate::analysis::identity::{self, Suggestion};
use crate::analysis::presence::{self, Participant, Traces};
use crate::base::id::PersonId;
use crate::base::time::{Instant, Zone};
use crate::tui::app::App;
use crate::tui::ctx::Ctx;
use crate::tui::session::Session;

/// Bars of the strip beside a name.
pub(super) const SPARK: usize = 16;

/// In which order people stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// As they came.
    #[default]
    Arrival,
    /// By name.
    Name,
    /// By team, then as they came.
    Team,
    /// By the time on their own clock, from west to east.
    Clock,
}

impl Order {
    /// The next one, round and round.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Arrival => Self::Name,
            Self::Name => Self::Team,
            Self::Team => Self::Clock,
            Self::Clock => Self::Arrival,
        }
    }

    /// What the heading says.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Arrival => "sorted by first message",
            Self::Name => "sorted by name",
            Self::Team => "sorted by team",
            Self::Clock => "sorted by local time",
        }
    }
}

/// Where the cursor may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// On somebody: a place in [`PeopleScreen::people`].
    Person(usize),
    /// On two names that may be one: a place in [`PeopleScreen::maybe`].
    Maybe(usize),
}

/// State of the People screen.
#[derive(Debug, Default)]
pub struct PeopleScreen {
    people: Vec<Participant>,
    maybe: Vec<Suggestion>,
    rows: Vec<Row>,
    cursor: usize,
    bots: bool,
    order: Order,
    span: Option<(Instant, Instant)>,
    traces: Traces,
    work_time: WorkTime,
    traced: Option<(u64, Option<(Instant, Instant)>)>,
    seen: Option<(u64, u64)>,
}

impl PeopleScreen {
    /// Everybody, in the order shown.
    pub fn people(&self) -> &[Participant] {
        &self.people
    }

    /// When work is usual, by the project and its calendars.
    pub const fn work_time(&self) -> &WorkTime {
        &self.work_time
    }

    /// Names that may be one person.
    pub fn maybe(&self) -> &[Suggestion] {
        &self.maybe
    }

    /// The row of the cursor.
    pub fn row(&self) -> Option<Row> {
        self.rows.get(self.cursor).copied()
    }

    /// Who is under the cursor; on two names, the one that would stay.
    pub fn current(&self) -> Option<PersonId> {
        match self.row()? {
            Row::Person(place) => self.people.get(place)?.id().cloned(),
            Row::Maybe(place) => self.maybe.get(place).map(|pair| pair.stays.clone()),
        }
    }

    /// Somebody by identity.
    pub fn find(&self, id: &PersonId) -> Option<&Participant> {
        self.people.iter().find(|person| person.identities.contains(id))
    }

    /// The two names under the cursor, else those that the person under it is one of.
    pub fn maybe_here(&self) -> Option<&Suggestion> {
        match self.row()? {
            Row::Maybe(place) => self.maybe.get(place),
            Row::Person(place) => {
                let person = self.people.get(place)?;
                self.maybe
                    .iter()
                    .find(|pair| person.identities.contains(&pair.goes) || person.identities.contains(&pair.stays))
            }
        }
    }

    /// Brings people up to date with archive and project; cheap when nothing changed.
    pub fn refresh(&mut self, session: &Session) {
        let now = (session.project_revision(), session.archive_revision());
        if self.seen == Some(now) {
            return;
        }
        self.seen = Some(now);
        let (project, archive) = (session.project(), &session.archive);
        self.span = presence::told_span(project, archive);
        if self.traced != Some((now.1, self.span)) {
            self.traces = Traces::collect(archive, self.span, SPARK);
            self.traced = Some((now.1, self.span));
        }
        self.work_time = WorkTime::of(project, archive, None);
        let before = self.current();
        self.people = presence::roster(project, archive, &self.traces);
        self.maybe = identity::suggestions(project, archive, &self.people);
        self.arrange();
        if let Some(id) = before {
            self.go_to(&id);
        }
    }

    fn arrange(&mut self) {
        let order = self.order;
        self.people.sort_by(|a, b| a.is_bot.cmp(&b.is_bot).then_with(|| compare(order, a, b)));
        let people = self.people.iter().enumerate().filter(|(_, person)| self.bots || !person.is_bot);
        self.rows = people.map(|(place, _)| Row::Person(place)).chain((0..self.maybe.len()).map(Row::Maybe)).collect();
        self.cursor = self.cursor.min(self.rows.len().saturating_sub(1));
    }

    /// Puts the cursor on somebody; false when they are not shown.
    pub fn go_to(&mut self, id: &PersonId) -> bool {
        let is_them = |row: &Row| match row {
            Row::Person(place) => self.people.get(*place).is_some_and(|person| person.identities.contains(id)),
            Row::Maybe(_) => false,
        };
        let found = self.rows.iter().position(is_them);
        if let Some(place) = found {
            self.cursor = place;
        }
        found.is_some()
    }

    fn with_cursor_kept(&mut self, change: impl FnOnce(&mut Self)) {
        let before = self.current();
        change(self);
        self.arrange();
        if let Some(id) = before {
            self.go_to(&id);
        }
    }

    /// Changes the order; gives its words.
    pub fn next_order(&mut self) -> &'static str {
        self.with_cursor_kept(|screen| screen.order = screen.order.next());
        self.order.words()
    }

    /// Shows or hides programs; true when they are shown now.
    pub fn toggle_bots(&mut self) -> bool {
        self.with_cursor_kept(|screen| screen.bots = !screen.bots);
        self.bots
    }
}

fn compare(order: Order, a: &Participant, b: &Participant) -> Ordering {
    let arrival = |person: &Participant| person.first_seen().unwrap_or(Instant::UNDATED);
    let by_arrival = || arrival(a).cmp(&arrival(b)).then_with(|| a.id().cmp(&b.id()));
    // Without a team or zone they come last.
    let known = |a: bool, b: bool| b.cmp(&a);
    match order {
        Order::Arrival => by_arrival(),
        Order::Name => a.name.unsanitised().to_lowercase().cmp(&b.name.unsanitised().to_lowercase()),
        Order::Team => {
            known(!a.team.is_empty(), !b.team.is_empty()).then_with(|| a.team.cmp(&b.team)).then_with(by_arrival)
        }
        Order::Clock => {
            let clock = |person: &Participant| person.zone.map(|zone: Zone| zone.offset_seconds(arrival(person)));
            known(a.zone.is_some(), b.zone.is_some()).then_with(|| clock(a).cmp(&clock(b))).then_with(by_arrival)
        }
    }
}

/// Brings the list up to date whatever screen is shown.
pub fn ready(app: &mut App) {
    let App { session, people, .. } = app;
    people.refresh(session);
}

/// Moves the cursor.
pub fn motion(ctx: &mut Ctx<'_>, motion: Motion) {
    let height = usize::from(crate::tui::layout::frame(ctx.app.size).main.height.saturating_sub(4));
    let people = &mut ctx.app.people;
    people.cursor = motion.apply(people.cursor, people.rows.len(), height);
}
