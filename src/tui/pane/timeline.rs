//! The Timeline screen's state: the assembled timeline, what a filter leaves of it, the cursor.
//!
//! All but cursor, selection and filter is derived and made anew by [`TimelineScreen::refresh`].
//! The cursor is kept on its entry, wherever edits move that entry.

pub mod draw;
pub mod lines;
pub mod when;

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use self::lines::Drawn;
use super::Motion;
use crate::base::id::{Target, TargetKind};
use crate::base::time::Instant;
use crate::search::filter::{Context, Filter};
use crate::search::query::Query;
use crate::timeline::{Row, Timeline, assemble};
use crate::tui::app::App;
use crate::tui::ctx::Ctx;
use crate::tui::session::Session;

/// The Timeline screen.
#[derive(Debug, Default)]
pub struct TimelineScreen {
    /// All rows, whatever a filter hides.
    pub timeline: Timeline,
    /// The filter, as typed; empty shows all.
    pub query: String,
    /// Chosen entries.
    pub selection: BTreeSet<Target>,
    /// Where a range selection began.
    range_from: Option<Target>,
    shown: Vec<usize>,
    drawn: Vec<Drawn>,
    cursor: usize,
    /// What the cursor stands on, to find it again when rows change.
    anchor: Option<Target>,
    /// The project and archive that the rows were made of.
    made_of: Option<(u64, u64)>,
}

impl TimelineScreen {
    /// Assembles rows, filter and lines anew; the cursor stays on its entry.
    pub fn refresh(&mut self, session: &Session) {
        self.made_of = Some((session.project_revision(), session.archive_revision()));
        self.timeline = assemble(session.project(), &session.archive);
        self.shown = self.passing(session);
        self.drawn = lines::drawn(&self.timeline, &self.shown, session.zone());
        self.selection.retain(|target| self.timeline.find(target).is_some());
        self.range_from = self.range_from.take().filter(|from| self.place_of(from).is_some());
        let again = self.anchor.as_ref().and_then(|anchor| self.place_of(anchor));
        self.go(again.unwrap_or(self.cursor));
    }

    fn passing(&self, session: &Session) -> Vec<usize> {
        let all = 0..self.timeline.rows.len();
        // The query is parsed before it is accepted, so a stored one always reads.
        let Some(query) = Query::parse(&self.query).ok().filter(|query| !query.is_empty()) else {
            return all.collect();
        };
        let (archive, project) = (&session.archive, session.project());
        let filter = Filter::new(&query, &Context::new(archive, project).in_zone(session.zone()));
        let passes = |row: &Row| match row.target.kind() {
            TargetKind::Beat => {
                let members = project.beats().get(&row.target).into_iter().flatten();
                members.into_iter().any(|member| filter.matches_target(member, archive, project))
            }
            _ => filter.matches_target(&row.target, archive, project),
        };
        all.filter(|&ix| self.timeline.rows.get(ix).is_some_and(passes)).collect()
    }

    /// Shows what fits a query; an empty one shows all. A query that cannot be read changes nothing.
    pub fn filter(&mut self, session: &Session, text: &str) -> anyhow::Result<()> {
        Query::parse(text)?;
        text.trim().clone_into(&mut self.query);
        self.refresh(session);
        Ok(())
    }

    /// The row of the cursor.
    pub fn row(&self) -> Option<&Row> {
        self.timeline.rows.get(self.row_ix()?)
    }

    /// The place of the cursor's row among all rows.
    pub fn row_ix(&self) -> Option<usize> {
        self.shown.get(self.cursor).copied()
    }

    /// When the entry under the cursor happened.
    pub fn time(&self) -> Option<Instant> {
        self.row().map(|row| row.at)
    }

    /// How many rows a filter leaves.
    pub const fn shown_count(&self) -> usize {
        self.shown.len()
    }

    /// What is drawn, from the top.
    pub fn drawn(&self) -> &[Drawn] {
        &self.drawn
    }

    /// The line of the cursor among those drawn.
    pub fn cursor_line(&self) -> usize {
        let here = self.row_ix();
        self.drawn.iter().position(|line| line.row() == here && here.is_some()).unwrap_or(0)
    }

    /// Puts the cursor on a shown row.
    pub fn go(&mut self, place: usize) {
        self.cursor = place.min(self.shown.len().saturating_sub(1));
        if let Some(row) = self.row() {
            self.anchor = Some(row.target.clone());
        }
    }

    /// Puts the cursor on the entry of a target, or on the beat that holds it; `false` when a filter
    /// hides it or it has no entry.
    pub fn show(&mut self, session: &Session, target: &Target) -> bool {
        let beats = session.project().beats();
        let holding = || beats.iter().find(|(_, members)| members.contains(target)).map(|(beat, _)| beat);
        let place = self.place_of(target).or_else(|| self.place_of(holding()?));
        if let Some(place) = place {
            self.go(place);
        }
        place.is_some()
    }

    fn place_of(&self, target: &Target) -> Option<usize> {
        let ix = self.timeline.find(target)?;
        self.shown.iter().position(|&shown| shown == ix)
    }

    /// What an act hits: selection and open range in time order, else the entry under the cursor.
    pub fn entries(&self) -> Vec<Target> {
        if self.selection.is_empty() && self.range_from.is_none() {
            return self.row().map(|row| row.target.clone()).into_iter().collect();
        }
        let range = self.range();
        let rows = self.timeline.rows.iter().enumerate();
        rows.filter(|(ix, _)| self.is_chosen(*ix, range.as_ref())).map(|(_, row)| row.target.clone()).collect()
    }

    /// Whether the entry at a place among all rows is chosen, or lies in the open range.
    pub fn is_selected(&self, ix: usize) -> bool {
        self.is_chosen(ix, self.range().as_ref())
    }

    fn is_chosen(&self, ix: usize, range: Option<&RangeInclusive<usize>>) -> bool {
        let in_range =
            range.is_some_and(|range| self.shown.binary_search(&ix).is_ok_and(|place| range.contains(&place)));
        in_range || self.timeline.rows.get(ix).is_some_and(|row| self.selection.contains(&row.target))
    }

    /// Whether a range is being chosen.
    pub const fn has_range(&self) -> bool {
        self.range_from.is_some()
    }

    /// The places among the shown rows from where the range began to the cursor.
    fn range(&self) -> Option<RangeInclusive<usize>> {
        let from = self.place_of(self.range_from.as_ref()?)?;
        Some(from.min(self.cursor)..=from.max(self.cursor))
    }

    /// Begins a range at the cursor; one that is open ends, its entries chosen.
    pub fn toggle_range(&mut self) {
        if self.has_range() {
            self.end_range();
        } else {
            self.range_from = self.row().map(|row| row.target.clone());
        }
    }

    /// Puts the entries of an open range into the selection.
    pub fn end_range(&mut self) {
        let Some(range) = self.range() else { return };
        let rows = self.shown.get(range).unwrap_or_default().iter().filter_map(|&ix| self.timeline.rows.get(ix));
        self.selection.extend(rows.map(|row| row.target.clone()));
        self.range_from = None;
    }

    /// Puts the entry under the cursor into the selection or takes it out.
    pub fn toggle_selected(&mut self) {
        let Some(target) = self.row().map(|row| row.target.clone()) else { return };
        if !self.selection.remove(&target) {
            self.selection.insert(target);
        }
    }
}

/// Brings rows and lines up to date, when project or archive changed.
pub fn ready(app: &mut App) {
    let App { session, timeline, .. } = app;
    if timeline.made_of != Some((session.project_revision(), session.archive_revision())) {
        timeline.refresh(session);
    }
}

/// What tags and notes go to: entries, and for beats the messages they are made of.
pub fn targets(app: &App) -> Vec<Target> {
    let beats = app.session.project().beats();
    let entries = app.timeline.entries();
    entries
        .into_iter()
        .flat_map(|target| match beats.get(&target) {
            Some(members) => members.iter().cloned().collect(),
            None => vec![target],
        })
        .collect()
}

/// Moves the cursor.
pub fn motion(ctx: &mut Ctx<'_>, motion: Motion) {
    let page = isize::from(draw::body_rows(ctx.app.size).cast_signed()).max(1);
    let screen = &mut ctx.app.timeline;
    let by = match motion {
        Motion::Lines(lines) => lines,
        Motion::Half(halves) => halves * (page / 2).max(1),
        Motion::Page(pages) => pages * (page - 1).max(1),
        Motion::First => isize::MIN / 2,
        Motion::Last => isize::MAX / 2,
        Motion::Centre => 0,
    };
    let place = screen.cursor.saturating_add_signed(by);
    screen.go(place);
}

/// Ends the range, clears the selection, then the filter; `false` when there was none of them.
pub fn close(app: &mut App) -> bool {
    if app.timeline.range_from.take().is_some() {
        return true;
    }
    if !app.timeline.selection.is_empty() {
        app.timeline.selection.clear();
        return true;
    }
    if app.timeline.query.is_empty() {
        return false;
    }
    app.timeline.query.clear();
    app.timeline.refresh(&app.session);
    true
}
