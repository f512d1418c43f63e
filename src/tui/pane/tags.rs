//! The Tags screen: the codebook with how often each tag stands where, all notes, the saved filters.
//!
//! Lists are derived from the project; the cursor keeps what it stands on when they change.

pub mod acts;
mod codebook;
mod lists;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Motion;
use crate::archive::Archive;
use crate::base::id::{NoteId, TagId, Target};
use crate::base::shares::map_in_shares;
use crate::base::time::Instant;
use crate::project::Project;
use crate::project::taxonomy::Taxonomy;
use crate::tui::app::App;
use crate::tui::ctx::Ctx;
use crate::tui::paint::{Fact, Heading, Painter};
use crate::tui::session::Session;
use crate::tui::view::ViewState;

/// Which list is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    /// The tags.
    #[default]
    Codebook,
    /// All notes.
    Notes,
    /// The saved filters.
    Filters,
}

impl Tab {
    const ALL: [Self; 3] = [Self::Codebook, Self::Notes, Self::Filters];

    /// The one after it (or before it), round and round.
    #[must_use]
    pub const fn step(self, forward: bool) -> Self {
        match (self, forward) {
            (Self::Codebook, true) | (Self::Filters, false) => Self::Notes,
            (Self::Notes, true) | (Self::Codebook, false) => Self::Filters,
            (Self::Filters, true) | (Self::Notes, false) => Self::Codebook,
        }
    }
}

/// A group of the codebook.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// Its name; empty for a team's bare tags.
    pub name: String,
    /// Places of its tags in `TagsScreen::tags`.
    pub tags: std::ops::Range<usize>,
}

type Uses = BTreeMap<TagId, Vec<(Instant, Target)>>;
type Together = BTreeMap<TagId, BTreeMap<TagId, usize>>;

/// State of the Tags screen.
#[derive(Debug, Default)]
pub struct TagsScreen {
    tab: Tab,
    cursors: [usize; 3],
    tags: Vec<TagId>,
    groups: Vec<Group>,
    uses: Uses,
    together: Together,
    notes: Vec<NoteId>,
    filters: Vec<String>,
    seen: Option<(u64, u64)>,
}

impl TagsScreen {
    /// Which list is shown.
    pub const fn tab(&self) -> Tab {
        self.tab
    }

    /// Shows another list.
    pub const fn show(&mut self, tab: Tab) {
        self.tab = tab;
    }

    fn cursor(&self) -> usize {
        self.cursors.get(self.tab as usize).copied().unwrap_or(0)
    }

    const fn count(&self) -> usize {
        match self.tab {
            Tab::Codebook => self.tags.len(),
            Tab::Notes => self.notes.len(),
            Tab::Filters => self.filters.len(),
        }
    }

    fn set_cursor(&mut self, place: usize) {
        if let Some(cursor) = self.cursors.get_mut(self.tab as usize) {
            *cursor = place;
        }
    }

    /// The tag under the cursor.
    pub fn tag(&self) -> Option<&TagId> {
        if self.tab == Tab::Codebook { self.tags.get(self.cursor()) } else { None }
    }

    /// The note under the cursor.
    pub fn note(&self) -> Option<&NoteId> {
        if self.tab == Tab::Notes { self.notes.get(self.cursor()) } else { None }
    }

    /// The slug of the saved filter under the cursor.
    pub fn filter(&self) -> Option<&str> {
        if self.tab == Tab::Filters { self.filters.get(self.cursor()).map(String::as_str) } else { None }
    }

    /// Where a tag was put, in time order.
    pub fn uses(&self, tag: &TagId) -> &[(Instant, Target)] {
        self.uses.get(tag).map_or(&[], Vec::as_slice)
    }

    /// The tags that stand beside a tag, and how often.
    fn together(&self, tag: &TagId) -> impl Iterator<Item = (&TagId, usize)> {
        self.together.get(tag).into_iter().flatten().map(|(other, count)| (other, *count))
    }

    /// What acts hit: the target of the note under the cursor.
    pub fn targets(&self, project: &Project) -> Vec<Target> {
        self.note().and_then(|id| project.notes().get(id)).map(|note| note.on.clone()).into_iter().collect()
    }

    /// Puts the cursor on a tag.
    pub fn go_to_tag(&mut self, tag: &TagId) {
        if let Some(place) = self.tags.iter().position(|known| known == tag) {
            self.tab = Tab::Codebook;
            self.set_cursor(place);
        }
    }

    /// Brings the lists up to date with archive and project; cheap when nothing changed.
    pub fn refresh(&mut self, session: &Session) {
        let now = (session.project_revision(), session.archive_revision());
        if self.seen == Some(now) {
            return;
        }
        self.seen = Some(now);
        let (project, archive) = (session.project(), &*session.archive);
        let (tag, note) = (self.tags.get(self.cursors[0]).cloned(), self.notes.get(self.cursors[1]).cloned());
        (self.uses, self.together) = uses(project);
        (self.groups, self.tags) = codebook_of(project);
        self.notes = notes_in_time(project, archive);
        self.filters = project.filters().keys().cloned().collect();
        let at =
            |found: Option<usize>, before: usize, count: usize| found.unwrap_or(before).min(count.saturating_sub(1));
        self.cursors = [
            at(tag.and_then(|tag| self.tags.iter().position(|known| *known == tag)), self.cursors[0], self.tags.len()),
            at(
                note.and_then(|note| self.notes.iter().position(|known| *known == note)),
                self.cursors[1],
                self.notes.len(),
            ),
            self.cursors[2].min(self.filters.len().saturating_sub(1)),
        ];
    }
}

/// Where each tag stands, in time order, and how often it stands beside which other.
fn uses(project: &Project) -> (Uses, Together) {
    let messages = project.messages().iter().map(|(id, copy)| (id.as_str(), copy.time, &copy.tags));
    let events = project.events().iter().map(|(id, event)| (id.as_str(), event.at, &event.tags));
    // Tens of thousands of uses are of few tags: which tag a use shows is looked up once a tag.
    let meant: HashMap<&TagId, &TagId> =
        project.tags().keys().filter_map(|id| Some((id, project.tag(id)?.0))).collect();
    let tagged: Vec<_> = messages.chain(events).filter(|(_, _, tags)| !tags.is_empty()).collect();
    let tagged = map_in_shares(&tagged, |(id, at, tags)| {
        let mut shown: Vec<&TagId> = tags.iter().filter_map(|tag| meant.get(tag).copied()).collect();
        // Of two that were merged a message shows one.
        shown.sort_unstable();
        shown.dedup();
        (shown, at.unwrap_or(Instant::UNDATED), Target::from_text(*id))
    });
    let mut uses: HashMap<&TagId, Vec<(Instant, Target)>> = HashMap::new();
    let mut together = Together::new();
    for (shown, at, target) in tagged {
        for &tag in &shown {
            for &other in shown.iter().filter(|&&other| other != tag) {
                *together.entry(tag.clone()).or_default().entry(other.clone()).or_default() += 1;
            }
        }
        let Some((last, others)) = shown.split_last() else { continue };
        for tag in others {
            uses.entry(tag).or_default().push((at, target.clone()));
        }
        uses.entry(last).or_default().push((at, target));
    }
    let sorted = |(tag, mut list): (&TagId, Vec<_>)| {
        list.sort();
        (tag.clone(), list)
    };
    (uses.into_iter().map(sorted).collect(), together)
}

/// The groups with their tags: those that ship first and in their order, then a team's own by name.
fn codebook_of(project: &Project) -> (Vec<Group>, Vec<TagId>) {
    let order: Vec<TagId> = Taxonomy::embedded().definitions().map(crate::project::taxonomy::Definition::id).collect();
    let groups: Vec<&str> = Taxonomy::embedded().groups.iter().map(|group| group.name.as_str()).collect();
    let group_of = |tag: &crate::project::model::Tag| {
        // A bare tag that is named like a group belongs to it.
        let bare = groups.iter().find(|group| group.eq_ignore_ascii_case(&tag.name)).map(|&group| group.to_owned());
        tag.group.clone().or(bare).unwrap_or_default()
    };
    let shown = project.tags().iter().filter(|(_, tag)| tag.merged_into.is_none());
    let mut rows: Vec<((usize, String), usize, String, TagId)> = shown
        .map(|(id, tag)| {
            let group = group_of(tag);
            let place = groups.iter().position(|known| *known == group).unwrap_or(groups.len());
            let nth = order.iter().position(|known| known == id).unwrap_or(order.len());
            ((place, group), nth, tag.name.to_lowercase(), id.clone())
        })
        .collect();
    rows.sort();
    let mut grouped: Vec<Group> = Vec::new();
    for (nth, ((_, name), ..)) in rows.iter().enumerate() {
        match grouped.last_mut() {
            Some(group) if group.name == *name => group.tags.end = nth + 1,
            _ => grouped.push(Group { name: name.clone(), tags: nth..nth + 1 }),
        }
    }
    (grouped, rows.into_iter().map(|(.., id)| id).collect())
}

fn notes_in_time(project: &Project, archive: &Archive) -> Vec<NoteId> {
    let at = |target: &Target| super::notation::said(project, archive, target).map_or(Instant::UNDATED, |said| said.at);
    let mut notes: Vec<(Instant, &NoteId)> = project.notes().iter().map(|(id, note)| (at(&note.on), id)).collect();
    notes.sort();
    notes.into_iter().map(|(_, id)| id.clone()).collect()
}

/// Brings the lists up to date whatever screen is shown.
pub fn ready(app: &mut App) {
    let App { session, tags, .. } = app;
    tags.refresh(session);
}

/// Moves the cursor of the list that is shown.
pub fn motion(ctx: &mut Ctx<'_>, motion: Motion) {
    let height = usize::from(crate::tui::layout::frame(ctx.app.size).main.height.saturating_sub(3));
    let screen = &mut ctx.app.tags;
    let place = motion.apply(screen.cursor(), screen.count(), height);
    screen.set_cursor(place);
}

/// Draws the screen.
pub fn draw(app: &App, view: &mut ViewState, painter: &mut Painter<'_>) {
    let main = crate::tui::layout::frame(painter.area()).main;
    painter.heading(main, &Heading { title: "Tags".to_owned(), facts: facts(app), focused: true, danger: false });
    lists::tabs(app, painter, main);
    match app.tags.tab {
        Tab::Codebook => codebook::draw(app, view, painter, main),
        Tab::Notes => lists::notes(app, view, painter, main),
        Tab::Filters => lists::filters(app, view, painter, main),
    }
}

fn facts(app: &App) -> Vec<Fact> {
    let screen = &app.tags;
    let in_use = screen.tags.iter().filter(|tag| !screen.uses(tag).is_empty()).count();
    let uses: usize = screen.tags.iter().map(|tag| screen.uses(tag).len()).sum();
    let taxonomy = Taxonomy::embedded();
    let groups: BTreeSet<&str> = screen.groups.iter().map(|group| group.name.as_str()).collect();
    [
        format!("codebook {}, version {}", taxonomy.id, taxonomy.version),
        format!("{uses} uses"),
        format!("{in_use} used"),
        format!("{} in {} groups", screen.tags.len(), groups.len()),
    ]
    .into_iter()
    .rev()
    .map(Fact::quiet)
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::taxonomy::new_document;

    #[test]
    fn the_codebook_keeps_the_order_it_ships_with() {
        let document = new_document();
        let (groups, tags) = codebook_of(document.project());
        assert_eq!((groups.len(), tags.len()), (12, 60));
        assert_eq!(groups.first().map(|group| group.name.as_str()), Some("Trigger"));
        let impact = groups.iter().find(|group| group.name == "Impact").unwrap();
        assert_eq!(tags.get(impact.tags.start).map(TagId::as_str), Some("impact"));
        assert_eq!(groups.iter().map(|group| group.tags.len()).sum::<usize>(), 60);
    }

    #[test]
    fn lists_follow_each_other_round_and_round() {
        for tab in Tab::ALL {
            assert_eq!(tab.step(true).step(true).step(true), tab);
            assert_eq!(tab.step(true).step(false), tab);
        }
    }
}
