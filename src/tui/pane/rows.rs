//! The rows of a chat pane: which messages and events it shows, in time order, and which of them
//! are marked. Built from an archive and a project; holds places, never text.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::archive::{Archive, ChannelIx, Message, MessageType, MsgIx};
use crate::base::id::{ChannelId, MessageId, Target};
use crate::base::time::Instant;
use crate::project::Project;
use crate::search::filter::Filter;

/// What a pane looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum View {
    /// One channel.
    Channel(ChannelId),
    /// All channels in one stream.
    Merged,
    /// One thread, by its first message.
    Thread(MessageId),
}

/// What a row shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowWhat {
    /// A message.
    Message(MsgIx),
    /// A supplemental event: a place in [`Rows::events`].
    Event(u32),
}

/// One row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaneRow {
    /// When it was posted or happened.
    pub at: Instant,
    /// What it shows.
    pub what: RowWhat,
    /// How many messages of the same kind that follow are folded into it (joins).
    pub folded: u16,
}

/// Which records of a channel are shown at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// Joins, leaves and topics.
    pub system: bool,
    /// What programs wrote.
    pub bots: bool,
    /// Answers at their own time, not only under their root.
    pub replies: bool,
}

impl Default for Shown {
    fn default() -> Self {
        Self { system: true, bots: true, replies: true }
    }
}

/// The last number that was given to rows.
static EDITIONS: AtomicU64 = AtomicU64::new(0);

/// All rows of a pane and the marks among them; each list of places is ascending.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// A number that no other rows have; another one when all of them may look otherwise.
    pub edition: u64,
    /// The places that may look otherwise since, as edits came.
    pub touched: Vec<usize>,
    /// The rows in time order.
    pub list: Vec<PaneRow>,
    /// The events among them.
    pub events: Vec<Target>,
    /// How many messages a filter hides.
    pub hidden: usize,
    /// Rows with a tag.
    pub tagged: Vec<usize>,
    /// Rows on the timeline.
    pub on_timeline: Vec<usize>,
    /// Rows with a note.
    pub noted: Vec<usize>,
    /// Rows with an open question.
    pub questions: Vec<usize>,
}

/// What is marked on a row.
#[derive(Debug, Clone, Copy, Default)]
struct Marks {
    tagged: bool,
    on_timeline: bool,
    noted: bool,
    question: bool,
}

/// What decides the rows of a pane.
pub struct Recipe<'a> {
    /// What was said.
    pub archive: &'a Archive,
    /// What people think about it.
    pub project: &'a Project,
    /// What the pane looks at.
    pub view: &'a View,
    /// What it hides.
    pub shown: Shown,
    /// Filters, all of which a message must pass.
    pub filters: &'a [Filter],
}

impl Rows {
    /// Collects, sorts, folds and marks.
    pub fn build(recipe: &Recipe<'_>) -> Self {
        let mut rows = Self::default();
        rows.list.reserve(most_messages(recipe));
        for message in messages(recipe) {
            if !recipe.filters.iter().all(|filter| filter.matches(&message)) {
                rows.hidden += 1;
            } else if is_shown(&message, recipe.shown, recipe.view) {
                let what = RowWhat::Message(message.ix());
                rows.list.push(PaneRow { at: message.time(), what, folded: 0 });
            }
        }
        rows.add_events(recipe);
        if matches!(recipe.view, View::Merged) || !rows.events.is_empty() {
            rows.list.sort_by_key(|row| (row.at, row.order()));
        }
        rows.fold_joins(recipe.archive);
        rows.mark(recipe);
        rows.all_touched();
        rows
    }

    /// Notes that all rows may look otherwise.
    pub fn all_touched(&mut self) {
        self.edition = 1 + EDITIONS.fetch_add(1, Ordering::Relaxed);
        self.touched.clear();
    }

    /// The row that shows a message or, folded, holds it.
    pub fn find(&self, at: Instant, ix: MsgIx) -> Option<usize> {
        let from = self.list.partition_point(|row| row.at < at);
        let exact = (from..self.list.len())
            .take_while(|&place| self.list.get(place).is_some_and(|row| row.at == at))
            .find(|&place| self.list.get(place).is_some_and(|row| row.what == RowWhat::Message(ix)));
        exact.or_else(|| {
            let before = from.checked_sub(1)?;
            let row = self.list.get(before)?;
            let RowWhat::Message(first) = row.what else { return None };
            let holds = first.channel == ix.channel && row.folded > 0 && ix.row > first.row;
            (holds && ix.row <= first.row + u32::from(row.folded)).then_some(before)
        })
    }

    /// The row that shows an event.
    pub fn find_event(&self, target: &Target) -> Option<usize> {
        let ix = self.events.iter().position(|event| event == target)? as u32;
        self.list.iter().position(|row| row.what == RowWhat::Event(ix))
    }

    /// The last row at or before `at`.
    pub fn last_at(&self, at: Instant) -> Option<usize> {
        self.list.partition_point(|row| row.at <= at).checked_sub(1)
    }

    /// The row nearest in time to `at`.
    pub fn nearest(&self, at: Instant) -> usize {
        let after = self.list.partition_point(|row| row.at < at);
        let distance = |place: usize| {
            let row = self.list.get(place)?;
            Some(row.at.micros().abs_diff(at.micros()))
        };
        match (after.checked_sub(1).and_then(distance), distance(after)) {
            (Some(before), Some(next)) if before < next => after - 1,
            (Some(_), None) => after - 1,
            _ => after,
        }
    }

    /// What a row stands for: its message or event, and the messages folded into it.
    pub fn targets(&self, archive: &Archive, place: usize) -> Vec<Target> {
        let Some(row) = self.list.get(place) else { return Vec::new() };
        match row.what {
            RowWhat::Event(ix) => self.events.get(ix as usize).cloned().into_iter().collect(),
            RowWhat::Message(first) => (first.row..=first.row + u32::from(row.folded))
                .filter_map(|row| archive.message(MsgIx { row, ..first }))
                .map(|message| message.id().target())
                .collect(),
        }
    }

    fn add_events(&mut self, recipe: &Recipe<'_>) {
        let label = match recipe.view {
            View::Channel(id) => {
                recipe.archive.channel(id).and_then(|ix| recipe.archive.log(ix)).map(|log| log.meta().label())
            }
            View::Merged => None,
            View::Thread(_) => return,
        };
        for (target, event) in recipe.project.events() {
            // An event that names no channel stands in every pane: it happened for all of them.
            let here = match (&label, &event.channel) {
                (Some(label), Some(channel)) => label.trim_start_matches('#') == channel.trim_start_matches('#'),
                _ => true,
            };
            let passes = recipe.filters.iter().all(|filter| filter.matches_event(target, event));
            if let (true, true, Some(at)) = (here, passes, event.at) {
                let what = RowWhat::Event(self.events.len() as u32);
                self.events.push(target.clone());
                self.list.push(PaneRow { at, what, folded: 0 });
            }
        }
    }

    fn fold_joins(&mut self, archive: &Archive) {
        self.list.dedup_by(|row, last| {
            let (RowWhat::Message(first), RowWhat::Message(ix)) = (last.what, row.what) else { return false };
            let is_next = first.channel == ix.channel && ix.row == first.row + u32::from(last.folded) + 1;
            let folds = is_next && last.folded < 40 && folds(archive, first, ix);
            last.folded += u16::from(folds);
            folds
        });
    }

    fn place_of(&self, archive: &Archive, target: &Target) -> Option<usize> {
        let Some(id) = target.message() else { return self.find_event(target) };
        let message = archive.message(archive.find(&id)?)?;
        self.find(message.time(), message.ix())
    }

    /// Brings the marks of some targets up to date, after an edit that changes no rows.
    pub fn mark_again<'t>(&mut self, archive: &Archive, project: &Project, targets: impl Iterator<Item = &'t Target>) {
        let places: std::collections::BTreeSet<usize> =
            targets.filter_map(|target| self.place_of(archive, target)).collect();
        for place in places {
            self.touched.push(place);
            let marks = self.marks_at(archive, project, place);
            for (list, is_marked) in [
                (&mut self.tagged, marks.tagged),
                (&mut self.on_timeline, marks.on_timeline),
                (&mut self.noted, marks.noted),
                (&mut self.questions, marks.question),
            ] {
                match (list.binary_search(&place), is_marked) {
                    (Err(at), true) => list.insert(at, place),
                    (Ok(at), false) => drop(list.remove(at)),
                    _ => {}
                }
            }
        }
    }

    fn marks_at(&self, archive: &Archive, project: &Project, place: usize) -> Marks {
        let mut marks = Marks::default();
        let beats = || project.beats().iter().filter(|(beat, _)| project.entry(beat).is_some());
        for target in self.targets(archive, place) {
            let tags = match target.message() {
                Some(id) => project.message(&id).map(|copy| &copy.tags),
                None => project.events().get(&target).map(|event| &event.tags),
            };
            let notes = project.notes_on(&target);
            marks.tagged |= tags.is_some_and(|tags| !tags.is_empty());
            marks.on_timeline |=
                project.entry(&target).is_some() || beats().any(|(_, members)| members.contains(&target));
            marks.noted |= !notes.is_empty();
            marks.question |= notes.iter().any(|(_, note)| is_open(note));
        }
        marks
    }

    fn mark(&mut self, recipe: &Recipe<'_>) {
        let project = recipe.project;
        let place = |rows: &Self, target: &Target| rows.place_of(recipe.archive, target);
        let tagged = project.messages().iter().filter(|(_, copy)| !copy.tags.is_empty()).map(|(id, _)| id.target());
        let tagged_events =
            project.events().iter().filter(|(_, event)| !event.tags.is_empty()).map(|(id, _)| id.clone());
        let collect = |rows: &Self, targets: &mut dyn Iterator<Item = Target>| {
            let mut places: Vec<usize> = targets.filter_map(|target| place(rows, &target)).collect();
            places.sort_unstable();
            places.dedup();
            places
        };
        self.tagged = collect(self, &mut tagged.chain(tagged_events));
        let members =
            project.beats().iter().filter(|(beat, _)| project.entry(beat).is_some()).flat_map(|(_, members)| members);
        self.on_timeline = collect(self, &mut project.timeline().keys().chain(members).cloned());
        self.noted = collect(self, &mut project.notes().values().map(|note| note.on.clone()));
        let open = project.notes().values().filter(|note| is_open(note)).map(|note| note.on.clone());
        self.questions = collect(self, &mut open.into_iter());
    }
}

impl PaneRow {
    const fn order(&self) -> (u32, u32) {
        match self.what {
            RowWhat::Message(ix) => (ix.channel.0, ix.row),
            RowWhat::Event(ix) => (u32::MAX, ix),
        }
    }
}

/// Whether a note asks something that nobody answered.
pub fn is_open(note: &crate::project::model::Note) -> bool {
    note.question.as_ref().is_some_and(|question| question.state != crate::project::model::QuestionState::Answered)
}

/// How many rows there may be, where that is known beforehand.
fn most_messages(recipe: &Recipe<'_>) -> usize {
    match recipe.view {
        _ if !recipe.filters.is_empty() => 0,
        View::Channel(id) => {
            recipe.archive.channel(id).and_then(|ix| recipe.archive.log(ix)).map_or(0, |log| log.len())
        }
        View::Merged => recipe.archive.message_count(),
        View::Thread(_) => 0,
    }
}

fn messages<'a>(recipe: &Recipe<'a>) -> Box<dyn Iterator<Item = Message<'a>> + 'a> {
    let archive = recipe.archive;
    match recipe.view {
        View::Channel(id) => match archive.channel(id) {
            Some(ix) => Box::new(archive.messages(ix)),
            None => Box::new(std::iter::empty()),
        },
        View::Merged => Box::new((0..archive.channel_count() as u32).flat_map(|ix| archive.messages(ChannelIx(ix)))),
        View::Thread(root) => Box::new(thread(archive, root).into_iter()),
    }
}

fn thread<'a>(archive: &'a Archive, root: &MessageId) -> Vec<Message<'a>> {
    let Some(ix) = archive.find(root) else { return Vec::new() };
    let Some(message) = archive.message(ix) else { return Vec::new() };
    let Some(thread) = message.thread() else { return vec![message] };
    let rows = thread.root.iter().chain(&thread.replies);
    rows.filter_map(|&row| archive.message(MsgIx { row, ..ix })).collect()
}

fn is_shown(message: &Message<'_>, shown: Shown, view: &View) -> bool {
    use crate::archive::Flags;
    let kind = message.kind();
    let in_thread = matches!(view, View::Thread(_));
    (shown.system || !kind.is_system())
        && (shown.bots || kind != MessageType::Bot)
        && (shown.replies || in_thread || kind != MessageType::Reply || message.flags().has(Flags::BROADCAST))
}

fn folds(archive: &Archive, first: MsgIx, next: MsgIx) -> bool {
    let kind = |ix| archive.message(ix).map(|message| message.kind());
    let minute = |ix| archive.message(ix).map(|message| message.time().micros() / (10 * crate::base::time::MINUTE));
    matches!(kind(first), Some(MessageType::Join | MessageType::Leave))
        && kind(first) == kind(next)
        && minute(first) == minute(next)
}
