//! The Chat screen's state: one to four panes, the selection, what is synchronised.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::rows::{PaneRow, Recipe, RowWhat, Rows, Shown, View};
use crate::archive::{Archive, ChannelIx, ChannelLog, Message};
use crate::base::id::{ChannelId, Target};
use crate::base::time::{Instant, Micros, Zone};
use crate::project::Project;
use crate::project::model::Milestone;
use crate::search::filter::{Context, Filter};
use crate::search::query::Query;
use crate::tui::layout::{Arrangement, Share};

/// One pane.
#[derive(Debug, Clone)]
pub struct Pane {
    /// What it looks at.
    pub view: View,
    /// Filters, each a chip.
    pub chips: Vec<String>,
    /// Its rows.
    pub rows: Rows,
    /// The row of the cursor.
    pub cursor: usize,
    /// What the cursor stands on, to find it again when rows change.
    pub anchor: Option<(Target, Instant)>,
    /// Where a range selection began.
    pub range_from: Option<usize>,
    /// How far its clock is ahead, by hand.
    pub offset: Micros,
    /// Whether it stays where it is while others follow.
    pub locked: bool,
    /// How large it is among the others.
    pub share: Share,
    /// The logs from which the rows were made; empty ones only where it shows nothing else.
    pub made_from: Vec<(ChannelIx, Arc<ChannelLog>)>,
    /// How many messages there were in all when the rows were made.
    pub made_of: usize,
}

/// Making the rows of so many messages takes longer than a frame.
const LARGE: usize = 100_000;

/// Whether rows made of `made_of` messages of a load that still runs will do when there are `now`:
/// they are made anew each time there are half as many again, not with each channel that is read.
const fn will_do(made_of: usize, now: usize) -> bool {
    made_of >= LARGE && now < made_of + made_of / 2
}

impl Pane {
    /// A pane with the cursor on nothing yet.
    pub fn new(view: View) -> Self {
        Self {
            view,
            chips: Vec::new(),
            rows: Rows::default(),
            cursor: usize::MAX,
            anchor: None,
            range_from: None,
            offset: 0,
            locked: false,
            share: Share::default(),
            made_from: Vec::new(),
            made_of: 0,
        }
    }

    /// Whether the rows can stay as they are while a larger archive takes the place of the one they were
    /// made of: their places still hold, and either nothing was read of the pane's channel since, or too
    /// little of the others to be worth it yet. What a chip asks for may lie anywhere, and the last
    /// archive settles all.
    pub fn is_untouched_by(&self, archive: &Archive) -> bool {
        let same = |(ix, log): &(ChannelIx, Arc<ChannelLog>)| archive.log(*ix).is_some_and(|now| Arc::ptr_eq(now, log));
        if archive.is_complete() || self.made_from.is_empty() || !self.made_from.iter().all(same) {
            return false;
        }
        let shows_one = matches!(self.view, View::Channel(_)) && self.chips.is_empty();
        shows_one || will_do(self.made_of, archive.message_count())
    }

    /// Whether edits of what people think can change which rows there are: a chip asks for it.
    pub fn hangs_on_project(&self) -> bool {
        self.chips.iter().filter_map(|chip| Query::parse(chip).ok()).any(|query| query.hangs_on_project())
    }

    /// The row of the cursor.
    pub fn row(&self) -> Option<&PaneRow> {
        self.rows.list.get(self.cursor)
    }

    /// When the row of the cursor was posted.
    pub fn time(&self) -> Option<Instant> {
        self.row().map(|row| row.at)
    }

    /// The message under the cursor.
    pub fn message<'a>(&self, archive: &'a Archive) -> Option<Message<'a>> {
        match self.row()?.what {
            RowWhat::Message(ix) => archive.message(ix),
            RowWhat::Event(_) => None,
        }
    }

    /// What the cursor stands on.
    pub fn target(&self, archive: &Archive) -> Option<Target> {
        self.rows.targets(archive, self.cursor).into_iter().next()
    }

    /// Puts the cursor on a row and remembers what stands there.
    pub fn go(&mut self, archive: &Archive, place: usize) {
        self.cursor = place.min(self.rows.list.len().saturating_sub(1));
        self.anchor = self.target(archive).zip(self.time());
    }

    /// Builds the rows anew and finds the cursor's place again.
    pub fn rebuild(&mut self, archive: &Arc<Archive>, project: &Project, shown: Shown, zone: Zone) {
        let cursor = self.time().unwrap_or(Instant::UNDATED);
        let context = Context { zone, cursor, ..Context::new(archive, project) };
        // A chip is parsed before it is accepted, so each of them compiles.
        let filters: Vec<Filter> = self
            .chips
            .iter()
            .filter_map(|chip| Query::parse(chip).ok())
            .map(|query| Filter::new(&query, &context))
            .collect();
        let recipe = Recipe { archive, project, view: &self.view, shown, filters: &filters };
        self.rows = Rows::build(&recipe);
        let of = |ix| archive.log(ix).map(|log| (ix, Arc::clone(log)));
        self.made_from = match &self.view {
            View::Channel(id) => archive.channel(id).and_then(of).into_iter().collect(),
            View::Merged | View::Thread(_) => {
                let read = archive.channels().filter(|(_, log)| !log.is_empty());
                read.map(|(ix, log)| (ix, Arc::clone(log))).collect()
            }
        };
        self.made_of = archive.message_count();
        self.cursor = self.place_again(archive, project.milestone(Milestone::Start));
        // While the load runs, a fresh pane's place is not found yet.
        if self.anchor.is_none() && archive.is_complete() {
            self.anchor = self.target(archive).zip(self.time());
        }
    }

    fn place_again(&self, archive: &Archive, start: Option<Instant>) -> usize {
        let last = self.rows.list.len().saturating_sub(1);
        // A fresh pane begins where the incident does, else with the newest message.
        let Some((target, at)) = &self.anchor else {
            return start.map_or(last, |start| self.rows.list.partition_point(|row| row.at < start)).min(last);
        };
        let same = match target.message() {
            // Its time may be another one since its source is read in another zone.
            Some(id) => archive.find(&id).and_then(|ix| self.rows.find(archive.message(ix)?.time(), ix)),
            None => self.rows.find_event(target),
        };
        same.unwrap_or_else(|| self.rows.nearest(*at)).min(last)
    }

    /// The channel it looks at, whole or a thread of it.
    pub fn channel(&self) -> Option<ChannelId> {
        match &self.view {
            View::Channel(id) => Some(id.clone()),
            View::Thread(root) => root.channel(),
            View::Merged => None,
        }
    }

    /// What its heading calls it: `#sev-search`, `thread in #search-dev`, `all channels`.
    pub fn title(&self, archive: &Archive) -> String {
        match &self.view {
            View::Channel(id) => archive
                .channel(id)
                .and_then(|ix| archive.log(ix))
                .map_or_else(|| id.to_string(), |log| log.meta().label()),
            View::Merged => "all channels".to_owned(),
            View::Thread(root) => {
                let label = root.channel().and_then(|id| archive.channel(&id)).and_then(|ix| archive.log(ix));
                label.map_or_else(|| "thread".to_owned(), |log| format!("thread in {}", log.meta().label()))
            }
        }
    }
}

/// The Chat screen.
#[derive(Debug, Default)]
pub struct Chat {
    /// One to four panes; none only before the first channel is chosen.
    pub panes: Vec<Pane>,
    /// Which has the focus.
    pub focus: usize,
    /// How panes lie to each other.
    pub arrangement: Arrangement,
    /// How much later than the cursor a message of another pane may be and still count as said then.
    pub tolerance: Micros,
    /// Whether the focused pane alone is shown.
    pub zoomed: bool,
    /// Whether the other panes stand still.
    pub unsynced: bool,
    /// Whether the grid of moments and channels is shown.
    pub meanwhile: bool,
    /// Chosen messages and events.
    pub selection: BTreeSet<Target>,
    /// Where the other panes still stand, while they are to follow only once the keys stop.
    pub held: Option<Instant>,
}

impl Chat {
    /// The pane with the focus.
    pub fn focused(&self) -> Option<&Pane> {
        self.panes.get(self.focus)
    }

    /// The pane with the focus, to change.
    pub fn focused_mut(&mut self) -> Option<&mut Pane> {
        self.panes.get_mut(self.focus)
    }

    /// Whether a range is being chosen.
    pub fn focused_range(&self) -> bool {
        self.focused().is_some_and(|pane| pane.range_from.is_some())
    }

    /// What an act hits: the selection, else what the cursor stands on.
    pub fn targets(&self, archive: &Archive) -> Vec<Target> {
        if !self.selection.is_empty() {
            return self.selection.iter().cloned().collect();
        }
        self.focused().map(|pane| pane.rows.targets(archive, pane.cursor)).unwrap_or_default()
    }

    /// The instant that the other panes follow: the cursor's, by the clock of its pane set right.
    pub fn now(&self) -> Option<Instant> {
        let pane = self.focused()?;
        Some(pane.time()?.plus(-pane.offset))
    }

    /// The last row of another pane that was said by `now`: by that pane's clock, and as exact as the
    /// clocks are taken to be.
    pub fn last_by(&self, pane: &Pane, now: Instant) -> Option<usize> {
        pane.rows.last_at(now.plus(pane.offset).plus(self.tolerance))
    }

    /// The instant at which the other panes are drawn.
    pub fn followed(&self) -> Option<Instant> {
        self.held.or_else(|| self.now())
    }

    /// Lets the other panes stand where they are until [`Chat::follow`]; `before` is where that is.
    pub fn hold(&mut self, before: Option<Instant>) {
        if self.panes.len() > 1 && !self.unsynced {
            self.held = self.held.or(before);
        }
    }

    /// Lets the other panes follow the cursor of the focused one.
    pub fn follow(&mut self, archive: &Archive) {
        self.held = None;
        if self.unsynced {
            return;
        }
        let Some(now) = self.now() else { return };
        let rows: Vec<Option<usize>> = self.panes.iter().map(|pane| self.last_by(pane, now)).collect();
        let focus = self.focus;
        for (place, (pane, row)) in self.panes.iter_mut().zip(rows).enumerate() {
            if place != focus && !pane.locked {
                pane.go(archive, row.unwrap_or(0));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::builder::LogBuilder;
    use crate::base::id::{ChannelId, InvestigatorId};
    use crate::project::{Author, Document};
    use crate::search::testing::outage;

    /// The archive of a load: the channels as far as `read` says they are read.
    fn archive(read: &[bool], complete: bool) -> Arc<Archive> {
        let whole = outage();
        let log = |(place, (_, log)): (usize, (ChannelIx, &Arc<ChannelLog>))| match read.get(place) {
            Some(true) => Arc::clone(log),
            _ => Arc::new(LogBuilder::new(log.meta().clone()).finish()),
        };
        let logs = whole.channels().enumerate().map(log).collect();
        Arc::new(Archive::new(logs, Arc::clone(whole.people()), complete))
    }

    fn with(log: &Archive, other: &Archive, complete: bool) -> Archive {
        let logs = [log.log(ChannelIx(0)), other.log(ChannelIx(1))].into_iter().flatten().cloned().collect();
        Archive::new(logs, Arc::default(), complete)
    }

    #[test]
    fn rows_are_made_anew_when_more_of_the_channel_is_read_and_at_the_end() {
        let document = Document::new(&Author::new(InvestigatorId::from_name("Ida Holt")));
        let project = document.project();
        let early = archive(&[true, false], false);
        let mut pane = Pane::new(View::Channel(ChannelId::new("slack", "C1")));
        assert!(!pane.is_untouched_by(&early), "nothing was made yet");
        pane.rebuild(&early, project, Shown::default(), Zone::UTC);
        let (later, own) = (archive(&[false, true], false), archive(&[true, true], false));
        assert!(pane.is_untouched_by(&with(&early, &later, false)), "another channel grew");
        assert!(!pane.is_untouched_by(&with(&early, &later, true)), "all is read");
        assert!(!pane.is_untouched_by(&with(&own, &early, false)), "its channel was read again");
        pane.chips.push("from:ines".to_owned());
        assert!(!pane.is_untouched_by(&with(&early, &later, false)), "what a chip names may be known only now");
        pane.chips.clear();
        pane.view = View::Merged;
        pane.rebuild(&early, project, Shown::default(), Zone::UTC);
        assert!(!pane.is_untouched_by(&with(&early, &later, false)), "it shows all channels");
        pane.made_of = LARGE;
        assert!(pane.is_untouched_by(&with(&early, &later, false)), "a few more of very many");
        assert!(!pane.is_untouched_by(&with(&own, &later, false)), "the places of one channel are others now");
        assert!(!pane.is_untouched_by(&with(&early, &later, true)), "all is read");
    }

    #[test]
    fn a_large_pane_is_made_anew_when_there_is_half_as_much_again() {
        assert!(!will_do(LARGE - 1, LARGE), "a small one each time");
        assert!(will_do(LARGE, LARGE + LARGE / 2 - 1) && !will_do(LARGE, LARGE + LARGE / 2));
    }
}
