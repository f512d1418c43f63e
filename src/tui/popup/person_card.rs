//! The person card: who somebody is, what time it was for them, what they wrote where.
//!
//! Derived anew at each draw but for the trace in the sources, which is read when the card opens.

use std::collections::{BTreeMap, BTreeSet};

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::questions::write_sheet;
use crate::analysis::activity::heights;
use crate::analysis::calendar::{PartOfDay, WorkTime};
use crate::analysis::duty::{Duty, OnCall};
use crate::analysis::presence::{self, Participant, Trace, Word};
use crate::analysis::response::calls_for;
use crate::archive::{ChannelIx, MsgIx};
use crate::base::id::{MessageId, PersonId, TagId};
use crate::base::time::Instant;
use crate::project::Project;
use crate::project::model::{INTERVIEW, Note, QuestionState};
use crate::report::template::section_title;
use crate::timeline::ToldZone;
use crate::tui::app::{App, ScreenId};
use crate::tui::ctx::Ctx;
use crate::tui::key::{Code, Key};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::paint::{Fact, Heading, Hint, Painter, Span};
use crate::tui::pane::doc::{self, Doc};
use crate::tui::pane::notation;
use crate::tui::pane::{Motion, people};
use crate::tui::theme::{Glyph, Role};

/// Where the words beside a label begin.
const WORDS: u16 = 15;
/// Most bars of the heat strip.
const BARS: usize = 62;

/// The person card.
pub struct PersonCard {
    id: PersonId,
    trace: Trace,
    calls: Vec<MsgIx>,
    scroll: usize,
}

impl PersonCard {
    /// Reads somebody's trace and opens at its top.
    pub fn new(app: &App, id: &PersonId) -> Self {
        let mut card = Self { id: id.clone(), trace: Trace::default(), calls: Vec::new(), scroll: 0 };
        card.read(app);
        card
    }

    fn read(&mut self, app: &App) {
        let archive = &app.session.archive;
        let somebody = Participant::find(app.session.project(), archive, &self.id);
        self.trace = Trace::of(archive, &somebody.places, span(app), BARS);
        self.calls = calls_for(app.session.project(), archive, &somebody);
    }

    fn doc(&self, app: &App, width: u16) -> Doc {
        let project = app.session.project();
        let mut somebody = Participant::find(project, &app.session.archive, &self.id);
        somebody.trace = self.trace.clone();
        let page = Page { app, project, somebody: &somebody, calls: &self.calls };
        let mut doc = Doc::new(app.settings.theme, width);
        page.who(&mut doc);
        page.in_this_incident(&mut doc);
        page.marks(&mut doc);
        page.said(&mut doc);
        page.questions(&mut doc);
        doc
    }

    fn area(app: &App) -> Rect {
        crate::tui::layout::drawer(app.size)
    }

    /// The other messages of this person: where the cursor of the focused pane goes.
    fn step(&self, ctx: &mut Ctx<'_>, by: isize) {
        let archive = ctx.app.session.archive.clone();
        let somebody = Participant::find(ctx.app.session.project(), &archive, &self.id);
        let Some(pane) = ctx.app.chat.focused_mut() else { return };
        let is_theirs = |place: usize| {
            let row = pane.rows.list.get(place)?;
            let crate::tui::pane::rows::RowWhat::Message(ix) = row.what else { return None };
            somebody.places.contains(&archive.message(ix)?.author_ix()?).then_some(place)
        };
        let found = if by > 0 {
            (pane.cursor.saturating_add(1)..pane.rows.list.len()).find_map(is_theirs)
        } else {
            (0..pane.cursor.min(pane.rows.list.len())).rev().find_map(is_theirs)
        };
        match found {
            Some(place) => {
                pane.go(&archive, place);
                ctx.app.chat.follow(&archive);
            }
            None => ctx.cannot("They wrote nothing more in this pane; Enter shows all their messages"),
        }
    }

    fn on_people(&mut self, ctx: &mut Ctx<'_>, by: isize) {
        people::motion(ctx, Motion::Lines(by));
        if let Some(id) = ctx.app.people.current() {
            self.id = id;
            self.scroll = 0;
            self.read(ctx.app);
        }
    }
}

fn span(app: &App) -> Option<(Instant, Instant)> {
    presence::told_span(app.session.project(), &app.session.archive)
}

impl Layer for PersonCard {
    fn dock(&self, _: &App, _: Rect) -> Dock {
        Dock::Right
    }

    fn draw(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        edge(app, painter, area);
        let doc = self.doc(app, area.width);
        doc.draw(painter, area, doc.top(self.scroll, area.height));
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        if let Some(by) = scroll_of(key, Self::area(ctx.app)) {
            let area = Self::area(ctx.app);
            let doc = self.doc(ctx.app, area.width);
            self.scroll = doc.top(self.scroll.saturating_add_signed(by), area.height);
            return Ok(Flow::Used);
        }
        match (key.code(), key.typed()) {
            (Code::Esc, _) | (_, Some('q' | 'K')) => return Ok(Flow::Close),
            (Code::Enter, _) => {
                people::show_messages(ctx, &self.id)?;
                return Ok(Flow::Close);
            }
            (_, Some('f')) => {
                people::filter_chat(ctx, &self.id)?;
                return Ok(Flow::Close);
            }
            (_, Some('r')) => people::ask_role(ctx, &self.id),
            (_, Some('t')) => people::ask_team(ctx, &self.id),
            (_, Some('z')) => people::ask_zone(ctx, &self.id),
            (_, Some('e')) => people::ask_edit(ctx, &self.id),
            (_, Some('J')) => people::ask_join(ctx, &self.id),
            (_, Some('i')) => people::next_interview(ctx, &self.id)?,
            (_, Some('I')) => write_sheet(ctx, &self.id),
            (_, Some(letter @ ('j' | 'k'))) => {
                let by = if letter == 'j' { 1 } else { -1 };
                if ctx.app.screen == ScreenId::People { self.on_people(ctx, by) } else { self.step(ctx, by) }
            }
            _ => return Ok(Flow::Pass),
        }
        Ok(Flow::Used)
    }

    fn hints(&self, app: &App) -> Vec<Hint> {
        let step = if app.screen == ScreenId::People { "next person" } else { "next message" };
        vec![
            Hint::new("f", "filter chat"),
            Hint::new("Enter", "all messages"),
            Hint::new("r", "role"),
            Hint::new("t", "team"),
            Hint::new("z", "zone"),
            Hint::new("e", "edit"),
            Hint::new("J", "join names"),
            Hint::new("i", "interview"),
            Hint::new("I", "sheet"),
            Hint::new("Esc", "back"),
            Hint::new("j k", step),
        ]
    }

    fn name(&self) -> &'static str {
        "person card"
    }
}

/// The dim edge of a drawer where no pane's scroll map stands beside it.
pub(super) fn edge(app: &App, painter: &mut Painter<'_>, area: Rect) {
    if app.screen == ScreenId::Chat || area.x == 0 {
        return;
    }
    for y in area.top()..area.bottom() {
        painter.glyph(area.x.saturating_sub(1), y, Glyph::Track, painter.style(Role::Dim));
    }
}

/// How far a key scrolls a drawer, in rows.
pub(super) fn scroll_of(key: Key, area: Rect) -> Option<isize> {
    let page = area.height.saturating_sub(3).max(1) as isize;
    match key.code() {
        Code::PageDown => Some(page),
        Code::PageUp => Some(-page),
        Code::Down => Some(1),
        Code::Up => Some(-1),
        _ if key == Key::ctrl('d') => Some(page / 2 + 1),
        _ if key == Key::ctrl('u') => Some(-(page / 2 + 1)),
        _ => None,
    }
}

struct Page<'a> {
    app: &'a App,
    project: &'a Project,
    somebody: &'a Participant,
    /// Where the sources say that they were called.
    calls: &'a [MsgIx],
}

impl Page<'_> {
    fn at(&self) -> Instant {
        moment_of(self.app)
    }

    fn who(&self, doc: &mut Doc) {
        let somebody = self.somebody;
        let mut facts = handles(somebody);
        if somebody.is_bot {
            facts = format!("a program  {facts}");
        }
        let heading = Heading {
            title: somebody.name.tty_line().into_owned(),
            facts: vec![Fact::quiet(facts)],
            focused: true,
            danger: false,
        };
        doc.heading(heading);
        doc.blank();
        let plain = Style::new();
        let told = [&somebody.title, &somebody.team].into_iter().filter(|text| !text.is_empty());
        let told: Vec<&str> = told.map(crate::base::text::RawString::unsanitised).collect();
        if !told.is_empty() {
            doc.labelled(2, "title", WORDS, &told.join(", "), plain);
        }
        if !somebody.manager.is_empty() {
            doc.labelled(2, "manager", WORDS, &somebody.manager.tty_line(), plain);
        }
        if let Some(words) = somebody.started_on.as_deref().and_then(|day| presence::tenure(day, self.at())) {
            doc.labelled(2, "tenure", WORDS, &words, plain);
        }
        self.place(doc);
        self.local_time(doc);
        self.on_call(doc);
        self.called(doc);
        match &somebody.role {
            Some(role) => doc.labelled(2, "role here", WORDS, role, plain),
            None => doc.labelled(2, "role here", WORDS, "not said yet, r says it", doc.style(Role::Dim)),
        }
        doc.blank();
    }

    fn place(&self, doc: &mut Doc) {
        let zone = self.somebody.zone;
        let place = self.somebody.location.unsanitised().to_owned();
        let place = if place.is_empty() { zone.map(crate::base::time::Zone::city) } else { Some(place) };
        let offset = zone.map(|zone| format!("{}, {} then", zone.name(), zone.offset_words(self.at())));
        let words: Vec<String> = place.into_iter().chain(offset).collect();
        if words.is_empty() {
            doc.labelled(2, "place", WORDS, "not known, z sets the zone", doc.style(Role::Dim));
        } else {
            doc.labelled(2, "place", WORDS, &words.join(", "), Style::new());
        }
    }

    fn local_time(&self, doc: &mut Doc) {
        let at = self.at();
        let Some(zone) = self.somebody.zone.filter(|_| at.is_dated()) else { return };
        if self.app.cursor_zone() == ToldZone::Unknown {
            let words = "zone?  the time at the cursor tells no zone";
            return doc.labelled(2, "local time", WORDS, words, doc.style(Role::Dim));
        }
        let time = WorkTime::of(self.project, &self.app.session.archive, None);
        let part = time.part(zone, at).map_or("", PartOfDay::words);
        let day = zone.long_day(at);
        let day = day.split(' ').next().unwrap_or("").to_owned();
        let clock = Span::new(zone.minute(at), doc.theme().bold(Role::Text));
        let label = Span::new("local time", doc.style(Role::Dim));
        doc.cells(vec![(2, label), (WORDS, clock), (WORDS + 6, Span::new(format!("{day}, {part}"), Style::new()))]);
    }

    fn on_call(&self, doc: &mut Doc) {
        let (words, why) = on_call_words(self.app, self.somebody, self.at());
        let cells = crate::base::text::width(&words) as u16;
        let label = Span::new("on call", doc.style(Role::Dim));
        doc.cells(vec![
            (2, label),
            (WORDS, Span::new(words, Style::new())),
            (WORDS + cells + 3, Span::new(why, doc.style(Role::Dim))),
        ]);
    }

    /// Who called them, where the sources say it.
    fn called(&self, doc: &mut Doc) {
        let archive = &self.app.session.archive;
        let Some(message) = self.calls.first().and_then(|ix| archive.message(*ix)) else { return };
        let when = notation::moment(self.app.zone(), message.time(), Some(self.at()));
        let who = message.author_label().tty_line().into_owned();
        let who = if who.is_empty() { message.log().meta().label() } else { who };
        let words = format!("by {who}: {}", notation::first_line(archive, message.ix()));
        let more = self.calls.len().saturating_sub(1);
        let more = if more > 0 { format!(", and {more} more") } else { String::new() };
        doc.labelled(2, "paged", WORDS, &format!("{when} {words}{more}"), Style::new());
    }

    fn in_this_incident(&self, doc: &mut Doc) {
        let zone = self.app.zone();
        let trace = &self.somebody.trace;
        let span = span(self.app);
        let facts = span.map(|(from, to)| Fact::quiet(format!("{} to {}", zone.day(from), zone.day(to))));
        doc.heading(Heading {
            title: "In this incident".to_owned(),
            facts: facts.into_iter().collect(),
            ..Heading::default()
        });
        let room = usize::from(doc.right().saturating_sub(2)).min(BARS);
        if let Some((from, to)) = span.filter(|_| room > 12 && trace.bars.iter().any(|&bar| bar > 0)) {
            let squeezed = squeeze(&trace.bars, room);
            let most = squeezed.iter().copied().max().unwrap_or(0);
            let strip = doc::bars(doc.theme(), &heights(&squeezed, most), true);
            doc.cells(vec![(2, Span::new(strip, doc.style(Role::Dim)))]);
            let end = zone.day(to);
            let end_x = 2 + room.saturating_sub(end.len()) as u16;
            let dim = doc.style(Role::Dim);
            doc.cells(vec![(2, Span::new(zone.day(from), dim)), (end_x, Span::new(end, dim))]);
            doc.blank();
        }
        if trace.messages == 0 {
            self.gone(doc);
            return;
        }
        self.channels(doc);
        if trace.threads > 0 {
            let threads = crate::base::text::count_words(trace.threads, "thread", "threads");
            doc.labelled(2, "threads", WORDS, &format!("wrote in {threads}"), Style::new());
        }
        doc.blank();
        for (label, word) in [("first", trace.first), ("last", trace.last)] {
            if let Some(word) = word {
                self.word(doc, label, word);
            }
        }
    }

    /// What the project kept, when the sources tell nothing.
    fn gone(&self, doc: &mut Doc) {
        let zone = self.app.zone();
        let words = match &self.somebody.kept {
            Some(kept) if self.somebody.places.is_empty() => {
                let count =
                    crate::base::text::count_words(usize::try_from(kept.messages).unwrap_or(0), "message", "messages");
                format!("{count}, {} to {}; their export is not open", zone.day(kept.first), zone.day(kept.last))
            }
            _ => "They wrote nothing in what was loaded.".to_owned(),
        };
        doc.text(2, &words, doc.style(Role::Dim));
    }

    fn channels(&self, doc: &mut Doc) {
        let mut channels: Vec<(ChannelIx, usize)> =
            self.somebody.trace.by_channel.iter().map(|(&ix, &count)| (ix, count)).collect();
        channels.sort_by_key(|&(ix, count)| (std::cmp::Reverse(count), ix));
        let most = channels.first().map_or(0, |&(_, count)| count);
        let bar_x = 31_u16.min(doc.right());
        let cells = usize::from(doc.right().saturating_sub(bar_x)).min(40);
        let dim = doc.style(Role::Dim);
        for &(ix, count) in channels.iter().take(6) {
            let label = self.app.session.archive.log(ix).map_or_else(String::new, |log| log.meta().label());
            let bar = doc::part(doc.theme(), cells, count, most);
            doc.cells(vec![
                (2, Span::new(notation::column(&label, 19), Style::new())),
                (22, Span::new(doc::right_aligned(count, 6), dim)),
                (bar_x, Span::new(bar, dim)),
            ]);
        }
        let more = channels.len().saturating_sub(6);
        if more > 0 {
            doc.text(2, &crate::base::text::count_words(more, "more channel", "more channels"), dim);
        }
    }

    fn word(&self, doc: &mut Doc, label: &str, word: Word) {
        let when = notation::moment_of_word(self.app, word, Some(self.at()));
        let words = notation::first_line(&self.app.session.archive, word.ix);
        let cells = crate::base::text::width(&when) as u16;
        doc.cells(vec![
            (2, Span::new(label, doc.style(Role::Dim))),
            (WORDS, Span::new(when, Style::new())),
            (WORDS + cells + 2, Span::new(words, Style::new())),
        ]);
    }

    fn marks(&self, doc: &mut Doc) {
        let theirs = messages_of(self.project, self.somebody);
        let mut tags: BTreeMap<TagId, usize> = BTreeMap::new();
        for id in &theirs {
            for tag in self.project.tags_of(&id.target()) {
                *tags.entry(tag).or_default() += 1;
            }
        }
        let spans: Vec<Span> = tags
            .iter()
            .filter_map(|(id, &count)| notation::counted_tag(doc.theme(), self.project, id, count))
            .collect();
        if !spans.is_empty() {
            doc.labelled_spans(2, "tags", WORDS, spans);
        }
        let sections = sections_citing(self.project, |id| theirs.contains(id));
        if !sections.is_empty() {
            let count = crate::base::text::count_words(sections.len(), "section", "sections");
            let titles: Vec<&str> = sections.iter().map(|key| section_title(key)).collect();
            doc.labelled(2, "cited in", WORDS, &format!("{count}: {}", titles.join(", ")), Style::new());
        }
        doc.blank();
    }

    /// What they said in interviews: events whose source is one with them.
    fn said(&self, doc: &mut Doc) {
        let name = self.somebody.name.unsanitised();
        let role = self.somebody.role.as_deref().unwrap_or(name);
        let is_theirs =
            |source: &str| [name, role].iter().any(|called| source.strip_prefix(INTERVIEW) == Some(*called));
        let events = self.project.events().values();
        let theirs: Vec<_> = events.filter(|event| event.source.as_deref().is_some_and(is_theirs)).collect();
        if theirs.is_empty() {
            return;
        }
        doc.heading(Heading { title: "Said in the interview".to_owned(), ..Heading::default() });
        for event in theirs.iter().filter(|event| !event.off_record) {
            let first = doc.len();
            doc.text(4, &event.text, Style::new());
            doc.mark(first, 2, Span::new(doc.theme().glyph(Glyph::Bullet), doc.style(Role::Dim)));
        }
        let off = theirs.iter().filter(|event| event.off_record).count();
        if off > 0 {
            doc.text(4, &format!("{off} more, off the record"), doc.style(Role::Dim));
        }
        doc.blank();
    }

    fn questions(&self, doc: &mut Doc) {
        let state = self.somebody.interview.as_deref().unwrap_or("no interview planned, i plans it").to_owned();
        doc.heading(Heading {
            title: "Questions for the interview".to_owned(),
            facts: vec![Fact::quiet(state)],
            ..Heading::default()
        });
        let questions = questions_to(self.project, self.somebody);
        if questions.is_empty() {
            doc.text(
                2,
                "None yet. c on a message writes a note; one that is a question may name whom to ask.",
                doc.style(Role::Dim),
            );
        }
        for note in questions {
            let state = note.question.as_ref().map(|question| question.state).unwrap_or_default();
            let (sign, role) = match state {
                QuestionState::Open => (Glyph::Question, Role::Warning),
                QuestionState::Asked => (Glyph::Bullet, Role::Dim),
                QuestionState::Answered => (Glyph::Done, Role::Dim),
            };
            let first = doc.len();
            let off = if note.off_record { "  (off the record)" } else { "" };
            doc.text(4, &format!("{}{off}", note.text), Style::new());
            doc.mark(first, 2, Span::new(doc.theme().glyph(sign), doc.style(role)));
        }
    }
}

/// The moment at which local times are told: the cursor's.
pub fn moment_of(app: &App) -> Instant {
    app.cursor_time().or_else(|| span(app).map(|(from, _)| from)).unwrap_or(Instant::UNDATED)
}

/// `@runa, rhalvorik (joined)`.
pub fn handles(somebody: &Participant) -> String {
    let mut handles: Vec<String> = somebody.handles.iter().map(|handle| format!("@{}", handle.tty_line())).collect();
    handles.truncate(3);
    let joined = somebody.identities.len().saturating_sub(1);
    if joined > 0 {
        handles.push(if joined == 1 { "two names joined".to_owned() } else { format!("{} names joined", joined + 1) });
    }
    handles.join(", ")
}

/// Whether somebody was on call, and why that is told.
pub fn on_call_words(app: &App, somebody: &Participant, at: Instant) -> (String, String) {
    let duty = Duty::of(app.session.project(), &app.session.archive, &somebody.identities);
    match duty.at(at) {
        OnCall::Rotas(rotas) => ("yes".to_owned(), rotas.join(", ")),
        OnCall::Yes => ("yes".to_owned(), "said by hand".to_owned()),
        OnCall::Unknown => ("not known".to_owned(), "no on-call calendar was added".to_owned()),
        OnCall::No => {
            let rotas = duty.rotas();
            let why = if rotas.is_empty() {
                "in no rota that was added".to_owned()
            } else {
                format!("on {} at other times", rotas.into_iter().collect::<Vec<_>>().join(", "))
            };
            ("no".to_owned(), why)
        }
    }
}

/// The messages somebody wrote of which the project keeps copies.
fn messages_of(project: &Project, somebody: &Participant) -> BTreeSet<MessageId> {
    let theirs = project.messages().iter();
    theirs
        .filter(|(_, copy)| copy.author_id.as_ref().is_some_and(|author| somebody.identities.contains(author)))
        .map(|(id, _)| id.clone())
        .collect()
}

/// Keys of the sections that cite any message that is asked for.
pub(super) fn sections_citing(project: &Project, is_asked: impl Fn(&MessageId) -> bool) -> Vec<String> {
    let cites = |text: &str| {
        crate::report::citations(text).into_iter().any(|citation| is_asked(&MessageId::from_text(citation.id)))
    };
    project.report().iter().filter(|(_, section)| cites(&section.text)).map(|(key, _)| key.clone()).collect()
}

fn questions_to<'a>(project: &'a Project, somebody: &Participant) -> Vec<&'a Note> {
    let asked = |note: &&Note| {
        let to = note.question.as_ref().and_then(|question| question.to.as_ref());
        to.is_some_and(|to| somebody.identities.contains(to))
    };
    project.notes().values().filter(asked).collect()
}

/// The same counts in fewer bars.
fn squeeze(bars: &[u32], room: usize) -> Vec<u32> {
    let mut squeezed = vec![0; room.min(bars.len())];
    let len = squeezed.len();
    for (place, count) in bars.iter().enumerate() {
        if let Some(slot) = squeezed.get_mut(place * len / bars.len().max(1)) {
            *slot += count;
        }
    }
    squeezed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_bars_hold_the_same_messages() {
        let squeezed = squeeze(&[1, 2, 3, 4, 5], 2);
        assert_eq!(squeezed, [6, 9]);
        assert_eq!(squeeze(&[1, 2], 5), [1, 2]);
    }
}
