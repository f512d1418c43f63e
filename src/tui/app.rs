//! All state of the screen, without a terminal.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ratatui::layout::Rect;

use super::command::Scope;
use super::find::Find;
use super::key::Key;
use super::layers::{Dock, Layers};
use super::layout::{ChatPlan, MOST_PANES, Share};
use super::many::Many;
use super::memory::{ChatMemory, LookMemory, Memory, PaneMemory};
use super::pane::chat::{Chat, Pane};
use super::pane::display::{Density, EmojiDisplay, LongLines, NoteDisplay, TimeDisplay};
use super::pane::people::PeopleScreen;
use super::pane::report::ReportScreen;
use super::pane::rows::{Shown, View};
use super::pane::stats::StatsScreen;
use super::pane::tags::TagsScreen;
use super::pane::timeline::TimelineScreen;
use super::partner::Together;
use super::reading::Reading;
use super::session::Session;
use super::theme::Theme;
use crate::base::id::{MessageId, Target, TargetKind};
use crate::base::time::{Instant, PhraseContext, Zone};
use crate::jobs::record::ReadRecord;
use crate::project::Edit;
use crate::project::cell::Kind;
use crate::project::document::Touched;
use crate::project::model::Milestone;
use crate::search::vocabulary::Vocabulary;
use crate::timeline::{Row, ToldZone};

/// One of the six screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum ScreenId {
    /// What was said.
    #[default]
    Chat,
    /// What happened when.
    Timeline,
    /// What is written about it.
    Report,
    /// Who was there.
    People,
    /// The codebook.
    Tags,
    /// Counts over time.
    Stats,
}

impl ScreenId {
    /// All six, in the order of their digits.
    pub const ALL: [Self; 6] = [Self::Chat, Self::Timeline, Self::Report, Self::People, Self::Tags, Self::Stats];

    /// Its name.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Chat => "Chat",
            Self::Timeline => "Timeline",
            Self::Report => "Report",
            Self::People => "People",
            Self::Tags => "Tags",
            Self::Stats => "Stats",
        }
    }

    /// Whose keys are heard on it.
    pub const fn scope(self) -> Scope {
        match self {
            Self::Chat => Scope::Chat,
            Self::Timeline => Scope::Timeline,
            Self::Report => Scope::Report,
            Self::People => Scope::People,
            Self::Tags => Scope::Tags,
            Self::Stats => Scope::Stats,
        }
    }

    /// A screen by its name in lower case.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|screen| screen.title().eq_ignore_ascii_case(word))
    }
}

/// How things are shown; kept by project and user.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Colours and signs.
    pub theme: Theme,
    /// How much room a message takes.
    pub density: Density,
    /// How much of notes is shown.
    pub notes: NoteDisplay,
    /// How times are shown.
    pub times: TimeDisplay,
    /// Which records are shown at all.
    pub shown: Shown,
    /// Whether reactions are shown.
    pub reactions: bool,
    /// How reactions are shown.
    pub emoji: EmojiDisplay,
    /// What becomes of lines that are longer than their pane.
    pub long_lines: LongLines,
    /// Whether heat strips are shown.
    pub heat: bool,
    /// For slow links: fewer frames, half pages at the edge.
    pub slow: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            density: Density::default(),
            notes: NoteDisplay::default(),
            times: TimeDisplay::default(),
            shown: Shown::default(),
            reactions: true,
            emoji: EmojiDisplay::default(),
            long_lines: LongLines::default(),
            heat: true,
            slow: false,
        }
    }
}

/// The row above the keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Status {
    /// Nothing to say.
    #[default]
    Quiet,
    /// Something was done; gone at an instant.
    Toast(String, Instant),
    /// Why something cannot be done; gone at the next key.
    Cannot(String),
}

impl Status {
    /// Says that something was done.
    pub fn toast(&mut self, text: impl Into<String>, until: Instant) {
        *self = Self::Toast(text.into(), until);
    }

    /// Says why something cannot be done.
    pub fn cannot(&mut self, text: impl Into<String>) {
        *self = Self::Cannot(text.into());
    }
}

/// What `.` does again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repeat {
    /// Puts a tag on or takes it off.
    Tag(crate::base::id::TagId),
    /// Adds the same note.
    Note(String),
}

/// All state.
pub struct App {
    /// Evidence, project, history, saving.
    pub session: Session,
    /// The screen shown.
    pub screen: ScreenId,
    /// The Chat screen.
    pub chat: Chat,
    /// The Timeline screen.
    pub timeline: TimelineScreen,
    /// The Report screen.
    pub report: ReportScreen,
    /// What lies over the screen.
    pub layers: Layers,
    /// Keys typed of a longer sequence.
    pub pending: Vec<Key>,
    /// The row above the keys.
    pub status: Status,
    /// How things are shown.
    pub settings: Settings,
    /// The running or last search.
    pub find: Find,
    /// What is kept between runs: bookmarks, drafts, lists of what was typed.
    pub memory: Memory,
    /// Where jumps came from, the last one last.
    pub trail: Vec<Place>,
    /// What `.` does again.
    pub repeat: Option<Repeat>,
    /// Cells of the screen.
    pub size: Rect,
    /// The clock, read once an event.
    pub now: Instant,
    /// Whether a second `q` leaves.
    pub leaving: bool,
    /// The filter with which panes begin, as the command line asked.
    pub first_filter: Option<String>,
    /// Patterns of the settings, by their names.
    pub patterns: BTreeMap<String, String>,
    /// What was read in this sitting.
    pub reading: Reading,
    /// Whether the next draw puts the cursor into the middle.
    pub centre: bool,
    /// The words of the archive, once they are counted.
    pub vocabulary: Option<Arc<Vocabulary>>,
    /// The People screen.
    pub people: PeopleScreen,
    /// The Tags screen.
    pub tags: TagsScreen,
    /// The Stats screen.
    pub stats: StatsScreen,
    /// Many projects, for counts over them and side by side.
    pub many: Many,
    /// The record last asked for.
    pub raw_record: Option<ReadRecord>,
    /// The others who have the project open.
    pub together: Together,
    project_seen: u64,
    archive_seen: u64,
}

/// A place that one can come back to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The screen.
    pub screen: ScreenId,
    /// What the pane looked at.
    pub view: Option<View>,
    /// What the cursor stood on.
    pub target: Option<Target>,
    /// When that was.
    pub at: Option<Instant>,
}

impl App {
    /// Begins with a session; panes are opened by what is asked for.
    pub fn new(session: Session, settings: Settings, memory: Memory, now: Instant) -> Self {
        let settings = memory.look.applied(settings);
        let ChatMemory { arrangement, tolerance, unsynced, zoomed, meanwhile } = memory.chat;
        Self {
            session,
            screen: ScreenId::Chat,
            chat: Chat { arrangement, tolerance, zoomed, unsynced, meanwhile, ..Chat::default() },
            timeline: TimelineScreen::default(),
            report: ReportScreen::default(),
            layers: Layers::default(),
            pending: Vec::new(),
            status: Status::Quiet,
            settings,
            find: Find::default(),
            memory,
            trail: Vec::new(),
            repeat: None,
            size: Rect::new(0, 0, 80, 24),
            now,
            leaving: false,
            first_filter: None,
            patterns: BTreeMap::new(),
            reading: Reading::default(),
            centre: false,
            vocabulary: None,
            people: PeopleScreen::default(),
            tags: TagsScreen::default(),
            stats: StatsScreen::default(),
            many: Many::default(),
            raw_record: None,
            together: Together::default(),
            project_seen: u64::MAX,
            archive_seen: u64::MAX,
        }
    }

    /// The zone of the clocks.
    pub fn zone(&self) -> Zone {
        self.session.zone()
    }

    /// What decides the areas of Chat.
    pub fn chat_plan(&self) -> ChatPlan {
        let mut shares = [Share::default(); MOST_PANES];
        for (share, pane) in shares.iter_mut().zip(&self.chat.panes) {
            *share = pane.share;
        }
        ChatPlan {
            arrangement: self.chat.arrangement,
            shares,
            panes: self.chat.panes.len(),
            focus: self.chat.focus,
            zoomed: self.chat.zoomed,
            heat: self.settings.heat,
            drawer: self.layers.iter().any(|layer| layer.dock(self, self.size) == Dock::Right),
        }
    }

    /// Brings what is derived up to date with archive and project.
    pub fn refresh(&mut self) {
        super::pane::refresh(self);
        let (project, archive) = (self.session.project_revision(), self.session.archive_revision());
        if (project, archive) == (self.project_seen, self.archive_seen) {
            return;
        }
        let (only_grown, only_edited) = (project == self.project_seen, archive == self.archive_seen);
        (self.project_seen, self.archive_seen) = (project, archive);
        let touched = self.session.take_touched();
        if only_edited && !touched.iter().any(|(kind, _)| *kind == Kind::Events) {
            self.rebuild_where(Pane::hangs_on_project);
            self.mark_again(&touched);
        } else {
            let archive = Arc::clone(&self.session.archive);
            self.rebuild_where(|pane| !(only_grown && pane.is_untouched_by(&archive)));
        }
    }

    /// Brings marks up to date after an edit that changes no rows: a project may hold marks on tens of
    /// thousands of messages.
    fn mark_again(&mut self, touched: &Touched) {
        let project = self.session.project();
        let mut targets: BTreeSet<Target> = touched.iter().map(|(_, id)| Target::from_text(id.as_str())).collect();
        let members: Vec<Target> =
            targets.iter().filter_map(|beat| project.beats().get(beat)).flatten().cloned().collect();
        targets.extend(members);
        // Names of tags and initials stand in many rows, zones of people begin their days.
        let anywhere = |kind: &Kind| matches!(kind, Kind::Tags | Kind::Investigators | Kind::People);
        let all = touched.iter().any(|(kind, _)| anywhere(kind));
        for pane in self.chat.panes.iter_mut().filter(|pane| !pane.hangs_on_project()) {
            pane.rows.mark_again(&self.session.archive, project, targets.iter());
            if all {
                pane.rows.all_touched();
            }
        }
    }

    /// Builds the rows of all panes anew.
    pub fn rebuild_panes(&mut self) {
        self.rebuild_where(|_| true);
    }

    fn rebuild_where(&mut self, is_needed: impl Fn(&Pane) -> bool) {
        let zone = self.zone();
        for pane in self.chat.panes.iter_mut().filter(|pane| is_needed(pane)) {
            pane.rebuild(&self.session.archive, self.session.project(), self.settings.shown, zone);
        }
    }

    /// The instant that clocks in the title and new events take: the cursor's.
    pub fn cursor_time(&self) -> Option<Instant> {
        let at = match self.screen {
            ScreenId::Timeline => self.timeline.time(),
            _ => self.chat.focused().and_then(Pane::time),
        };
        at.filter(|at| at.is_dated())
    }

    /// Whether the zone of the cursor's time is known.
    pub fn cursor_zone(&self) -> ToldZone {
        if self.screen == ScreenId::Timeline {
            return self.timeline.row().map_or(ToldZone::Known, Row::zone_of_time);
        }
        let message = self.chat.focused().and_then(|pane| pane.message(&self.session.archive));
        message.map_or(ToldZone::Known, |message| ToldZone::of_message(&message))
    }

    /// What time phrases lean on.
    pub fn phrases(&self) -> PhraseContext {
        let project = self.session.project();
        PhraseContext {
            zone: self.zone(),
            cursor: self.cursor_time().unwrap_or(Instant::UNDATED),
            start: project.milestone(Milestone::Start),
            end: project.milestone(Milestone::End),
        }
    }

    /// What an act hits on the current screen.
    pub fn targets(&self) -> Vec<Target> {
        match self.screen {
            ScreenId::Chat => self.chat.targets(&self.session.archive),
            ScreenId::Tags => self.tags.targets(self.session.project()),
            ScreenId::Timeline => super::pane::timeline::targets(self),
            ScreenId::Report => super::pane::report::targets(self),
            _ => Vec::new(),
        }
    }

    /// Words for the title of a pane while the load runs; none below 300 ms.
    pub fn loading_words(&self) -> Option<String> {
        self.session.loading_words(self.now)
    }

    /// Opens a pane on a view and gives it the focus; the focused one is replaced when four are open.
    pub fn open_pane(&mut self, view: View) {
        if let Some(open) = self.chat.panes.iter().position(|pane| pane.view == view) {
            self.chat.focus = open;
            return;
        }
        let mut pane = Pane::new(view);
        pane.chips.extend(self.first_filter.clone());
        pane.anchor = self.chat.focused().and_then(|pane| Some((pane.target(&self.session.archive)?, pane.time()?)));
        pane.rebuild(&self.session.archive, self.session.project(), self.settings.shown, self.zone());
        if self.chat.panes.len() < MOST_PANES {
            self.chat.panes.push(pane);
            self.chat.focus = self.chat.panes.len() - 1;
        } else if let Some(slot) = self.chat.panes.get_mut(self.chat.focus) {
            *slot = pane;
        }
    }

    /// The place of the cursor.
    pub fn place(&self) -> Place {
        let pane = self.chat.focused();
        Place {
            screen: self.screen,
            view: pane.map(|pane| pane.view.clone()),
            target: pane.and_then(|pane| pane.target(&self.session.archive)),
            at: pane.and_then(Pane::time),
        }
    }

    /// Remembers the place before a jump.
    pub fn leave_trail(&mut self) {
        let place = self.place();
        if self.trail.last() != Some(&place) {
            self.trail.push(place);
        }
        if self.trail.len() > 200 {
            self.trail.remove(0);
        }
    }

    /// Goes to a message or event on Chat: in the focused pane when it is there, else in another
    /// pane, else in a pane of its channel. Says when a filter hides it.
    pub fn go_to(&mut self, target: &Target) -> Result<(), String> {
        self.leave_trail();
        self.screen = ScreenId::Chat;
        match target.kind() {
            TargetKind::Message => self.go_to_message(target),
            TargetKind::Event => self.go_to_event(target),
            TargetKind::Beat => {
                let first = self.session.project().beats().get(target).and_then(|members| members.first().cloned());
                first.map_or_else(|| Err("this beat has no messages".to_owned()), |first| self.go_to(&first))
            }
        }
    }

    fn go_to_message(&mut self, target: &Target) -> Result<(), String> {
        let id: MessageId = target.message().ok_or("not a message")?;
        let ix = self.session.archive.find(&id).ok_or("its export is not open: only the copy is here")?;
        let log = self.session.archive.log(ix.channel).ok_or("its channel is not open")?;
        let channel = log.meta().id.clone();
        let at = self.session.archive.message(ix).map_or(Instant::UNDATED, |message| message.time());
        let shows = |pane: &Pane| pane.rows.find(at, ix);
        let focused = self.chat.focused().and_then(shows).map(|row| (self.chat.focus, row));
        let found = focused
            .or_else(|| self.chat.panes.iter().enumerate().find_map(|(place, pane)| Some((place, shows(pane)?))));
        let (pane, row) = match found {
            Some(found) => found,
            None => self.open_for(&View::Channel(channel), |pane| pane.rows.find(at, ix))?,
        };
        self.focus_row(pane, row);
        Ok(())
    }

    fn go_to_event(&mut self, target: &Target) -> Result<(), String> {
        let focused =
            self.chat.focused().and_then(|pane| pane.rows.find_event(target)).map(|row| (self.chat.focus, row));
        let found = focused.or_else(|| {
            self.chat.panes.iter().enumerate().find_map(|(place, pane)| Some((place, pane.rows.find_event(target)?)))
        });
        let (pane, row) = match found {
            Some(found) => found,
            None => self.open_for(&View::Merged, |pane| pane.rows.find_event(target))?,
        };
        self.focus_row(pane, row);
        Ok(())
    }

    fn open_for(&mut self, view: &View, find: impl Fn(&Pane) -> Option<usize>) -> Result<(usize, usize), String> {
        self.open_pane(view.clone());
        let focus = self.chat.focus;
        let pane = self.chat.focused().ok_or("no pane is open")?;
        match find(pane) {
            Some(row) => Ok((focus, row)),
            None if !pane.chips.is_empty() => Err("a filter hides it; f x clears the filter".to_owned()),
            None => Err("the view hides it; z s shows joins, z b bots, z c replies".to_owned()),
        }
    }

    fn focus_row(&mut self, pane: usize, row: usize) {
        self.chat.focus = pane;
        if let Some(pane) = self.chat.panes.get_mut(pane) {
            pane.go(&self.session.archive, row);
        }
        self.chat.follow(&self.session.archive);
    }

    /// Goes to an instant in the focused pane, and in the others when they follow.
    pub fn go_to_time(&mut self, at: Instant) {
        self.leave_trail();
        self.screen = ScreenId::Chat;
        let archive = self.session.archive.clone();
        if let Some(pane) = self.chat.focused_mut() {
            let row = pane.rows.list.partition_point(|row| row.at < at);
            pane.go(&archive, row);
        }
        self.chat.follow(&archive);
    }

    /// Where the rows of the focused pane stand.
    pub fn focused_body(&self) -> Option<Rect> {
        let areas = super::layout::chat(self.size, self.chat_plan());
        areas.panes.iter().find(|area| area.pane == self.chat.focus).map(|area| area.body)
    }

    /// How many rows of the focused pane a page holds.
    pub fn shown_rows(&self) -> usize {
        usize::from(self.focused_body().map_or(10, |body| body.height)).max(2)
    }

    /// Remembers a row of the focused pane, before a jump over many.
    pub fn leave_trail_at(&mut self, row: usize) {
        let pane = self.chat.focused();
        let target = pane.and_then(|pane| pane.rows.targets(&self.session.archive, row).into_iter().next());
        let at = pane.and_then(|pane| pane.rows.list.get(row)).map(|row| row.at);
        let view = pane.map(|pane| pane.view.clone());
        self.trail.push(Place { screen: self.screen, view, target, at });
    }

    /// Goes back to a place; leaves no trail.
    pub fn come_back(&mut self, place: &Place) {
        self.screen = place.screen;
        if let Some(view) = &place.view {
            if self.chat.panes.iter().all(|pane| pane.view != *view) {
                self.open_pane(view.clone());
            }
            if let Some(open) = self.chat.panes.iter().position(|pane| pane.view == *view) {
                self.chat.focus = open;
            }
        }
        let archive = Arc::clone(&self.session.archive);
        let row = self.chat.focused().and_then(|pane| {
            let exact = place.target.as_ref().and_then(|target| match target.message() {
                Some(id) => archive.find(&id).and_then(|ix| pane.rows.find(place.at?, ix)),
                None => pane.rows.find_event(target),
            });
            exact.or_else(|| Some(pane.rows.nearest(place.at?)))
        });
        if let (Some(row), Some(pane)) = (row, self.chat.focused_mut()) {
            pane.go(&archive, row);
        }
        self.chat.follow(&archive);
    }

    /// Keeps what is typed into open forms as drafts.
    pub fn keep_drafts(&mut self) {
        let drafts: Vec<(String, String)> = self.layers.iter().filter_map(super::layers::Layer::draft).collect();
        for (form, text) in drafts {
            self.memory.draft(&form, &text);
        }
    }

    /// What is to be kept between runs, as text.
    pub fn memory_now(&self) -> Cow<'_, str> {
        let mut memory = self.memory.clone();
        memory.focus = self.chat.focus;
        self.screen.title().clone_into(&mut memory.screen);
        memory.panes = self.chat.panes.iter().filter_map(pane_memory).collect();
        memory.look = LookMemory::of(&self.settings);
        let &Chat { arrangement, tolerance, unsynced, zoomed, meanwhile, .. } = &self.chat;
        memory.chat = ChatMemory { arrangement, tolerance, unsynced, zoomed, meanwhile };
        Cow::Owned(memory.to_json())
    }

    /// Writes what was counted of this sitting to the project: minutes at work, spans read, and who was
    /// there. A project is not made for these alone.
    pub fn count_work(&mut self) {
        if !self.session.history().has_own() {
            return;
        }
        let minutes = self.session.active / crate::base::time::MINUTE;
        let investigator = self.session.investigator().clone();
        let mut edits: Vec<Edit> = self.reading.take_spans();
        if self.session.archive.is_complete() {
            edits.extend(crate::analysis::kept::presence_edits(self.session.project(), &self.session.archive));
        }
        if minutes > 0 {
            self.session.active -= minutes * crate::base::time::MINUTE;
            edits.push(Edit::Minutes { investigator, add: minutes });
        }
        if let Err(error) = self.session.act_unseen(edits) {
            self.status.cannot(format!("{error:#}"));
        }
    }
}

/// A pane as it is to be kept; a thread is not, it is opened from its message.
pub fn pane_memory(pane: &Pane) -> Option<PaneMemory> {
    let channel = match &pane.view {
        View::Channel(id) => id.to_string(),
        View::Merged => "*".to_owned(),
        View::Thread(_) => return None,
    };
    let (cursor, at) = pane.anchor.clone().unzip();
    Some(PaneMemory {
        channel,
        cursor: cursor.map(|target| target.to_string()),
        at,
        chips: pane.chips.clone(),
        share: pane.share,
        offset: pane.offset,
        locked: pane.locked,
    })
}
