//! Participation in one incident: which channel was busy in which hour, who came when by whose clock,
//! how long they read before they spoke, and how work was handed on.

use std::cell::Cell;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::person_card::PersonCard;
use crate::analysis::activity::{Lens, Series, Subject, Window, heights, series};
use crate::analysis::calendar::{PartOfDay, WorkTime};
use crate::analysis::duty::OnCall;
use crate::analysis::presence::{self, Participant};
use crate::analysis::response::{Arrival, HandOff, arrivals, hand_offs};
use crate::archive::ChannelIx;
use crate::base::id::PersonId;
use crate::base::text::count_words;
use crate::base::time::{DAY, HOUR, Instant, Micros, duration_short, duration_words};
use crate::tui::app::{App, ScreenId};
use crate::tui::ctx::Ctx;
use crate::tui::key::{Code, Key};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::paint::{Fact, Heading, Hint, Painter, Span};
use crate::tui::pane::doc::{self, Doc};
use crate::tui::pane::rows::View;
use crate::tui::pane::{notation, people};
use crate::tui::theme::{Glyph, Role};

/// Where the cells of hours begin.
const HOURS_X: u16 = 22;
/// Cells of a bar of the strip.
const CELL: usize = 2;

/// Participation in one incident.
pub struct Participation {
    window: Option<Window>,
    heat: Vec<(ChannelIx, Series)>,
    arrivals: Vec<Arrival>,
    hand_offs: Vec<HandOff>,
    time: WorkTime,
    seen: Option<(u64, u64)>,
    cursor: usize,
    top: Cell<usize>,
}

/// Where the cursor may stand.
enum Row<'a> {
    Channel(ChannelIx),
    Person(&'a Arrival),
    HandOff(&'a HandOff),
}

impl Participation {
    /// Reads the incident.
    pub fn new(app: &mut App) -> Self {
        let mut page = Self {
            window: None,
            heat: Vec::new(),
            arrivals: Vec::new(),
            hand_offs: Vec::new(),
            time: WorkTime::default(),
            seen: None,
            cursor: 0,
            top: Cell::new(0),
        };
        page.read(app);
        page
    }

    fn read(&mut self, app: &mut App) {
        people::ready(app);
        let now = (app.session.project_revision(), app.session.archive_revision());
        if self.seen.replace(now) == Some(now) {
            return;
        }
        let (project, archive) = (app.session.project(), &app.session.archive);
        let people: &[Participant] = app.people.people();
        self.time = app.people.work_time().clone();
        let took_part = presence::took_part(project, archive, people, &self.time);
        self.arrivals = arrivals(project, archive, people, took_part);
        self.hand_offs = hand_offs(project, archive);
        let cells = usize::from(app.size.width.saturating_sub(HOURS_X + 10)) / CELL;
        self.window = presence::told_span(project, archive).map(|span| window(span, cells, app.zone()));
        let all =
            self.window.map(|window| series(archive, project, people, Lens::Channel, &window)).unwrap_or_default();
        self.heat = all
            .into_iter()
            .filter(|series| series.total() > 0)
            .filter_map(|series| match series.subject {
                Subject::Channel(channel) => Some((channel, series)),
                _ => None,
            })
            .collect();
    }

    fn rows(&self) -> Vec<Row<'_>> {
        let channels = self.heat.iter().map(|(channel, _)| Row::Channel(*channel));
        let people = self.arrivals.iter().map(Row::Person);
        channels.chain(people).chain(self.hand_offs.iter().map(Row::HandOff)).collect()
    }

    fn doc(&self, app: &App, width: u16) -> Doc {
        let page = Page { app, told: self, row: Cell::new(0) };
        let mut doc = Doc::new(app.settings.theme, width);
        page.heat(&mut doc);
        page.people(&mut doc);
        page.hand_offs(&mut doc);
        doc.sentence(
            3,
            "In order of arrival. Counts serve to find people to relieve; there is no ranking here.",
            doc.style(Role::Dim),
        );
        doc
    }

    /// Goes where the row of the cursor points.
    fn open(&self, ctx: &mut Ctx<'_>) -> anyhow::Result<Flow> {
        let rows = self.rows();
        match rows.get(self.cursor) {
            None => anyhow::bail!("Nobody and nothing is here; the milestones start and end say what the incident was"),
            Some(Row::Person(arrival)) => {
                let card = PersonCard::new(ctx.app, &arrival.who.id);
                ctx.open(card);
                Ok(Flow::Used)
            }
            Some(Row::Channel(channel)) => {
                let id = ctx.app.session.archive.log(*channel).map(|log| log.meta().id.clone());
                ctx.app.leave_trail();
                ctx.app.screen = ScreenId::Chat;
                if let Some(id) = id {
                    ctx.app.open_pane(View::Channel(id));
                }
                if let Some(window) = self.window {
                    ctx.app.go_to_time(window.from);
                }
                Ok(Flow::Close)
            }
            Some(Row::HandOff(hand_off)) => {
                let target = match hand_off {
                    HandOff::Tagged(_, target) => Some(target.clone()),
                    HandOff::Words(_, ix) => ctx.app.session.archive.message(*ix).map(|message| message.id().target()),
                    HandOff::Shift { .. } => None,
                };
                match target {
                    Some(target) => ctx.app.go_to(&target).map_err(anyhow::Error::msg)?,
                    None => ctx.app.go_to_time(hand_off.at()),
                }
                ctx.app.screen = ScreenId::Chat;
                Ok(Flow::Close)
            }
        }
    }
}

/// Bars over a span: an hour each, or as many hours as make it fit.
fn window((from, to): (Instant, Instant), cells: usize, zone: crate::base::time::Zone) -> Window {
    let length = to.since(from).unwrap_or(HOUR).max(HOUR);
    let sizes: [Micros; 7] = [HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 7 * DAY];
    let fits = |size: &&Micros| length / **size + 2 <= cells as i64;
    let bucket = sizes.iter().find(fits).copied().unwrap_or(7 * DAY);
    let offset = i64::from(zone.offset_seconds(from)) * 1_000_000;
    let into = from.micros().saturating_add(offset).rem_euclid(bucket.min(DAY));
    let from = from.plus(-into);
    let bars = to.since(from).map_or(1, |length| length / bucket + 1);
    Window { from, bucket, bars: usize::try_from(bars).unwrap_or(1).clamp(1, cells.max(1)) }
}

struct Page<'a> {
    app: &'a App,
    told: &'a Participation,
    row: Cell<usize>,
}

impl Page<'_> {
    fn known_by(&self, doc: &mut Doc) -> Style {
        if self.row.replace(self.row.get() + 1) == self.told.cursor {
            doc.cursor_here();
            return doc::cursor_cell(doc.theme());
        }
        Style::new()
    }

    fn heat(&self, doc: &mut Doc) {
        let zone = self.app.zone();
        let dim = doc.style(Role::Dim);
        let mut facts = Vec::new();
        if let Some(window) = self.told.window {
            let to = window.to();
            facts.push(Fact::quiet(format!(
                "{} to {}, {}",
                zone.day(window.from),
                zone.day(to),
                zone.offset_label(window.from)
            )));
            facts.push(Fact::quiet(format!("a bar is {}", duration_words(window.bucket))));
        }
        doc.heading(Heading { title: "Participation".to_owned(), facts, focused: true, danger: false });
        let Some(window) = self.told.window else {
            doc.text(3, "Nothing is dated here: no export is open.", dim);
            return;
        };
        doc.cells(self.hours(&window, dim));
        let most = self.told.heat.iter().flat_map(|(_, series)| series.bars.iter().copied()).max().unwrap_or(0);
        for (channel, series) in &self.told.heat {
            let style = self.known_by(doc);
            let label = self.app.session.archive.log(*channel).map_or_else(String::new, |log| log.meta().label());
            let bars: String = heights(&series.bars, most)
                .into_iter()
                .map(|height| height.map_or(" ", |level| doc.theme().block(level)).repeat(CELL))
                .collect();
            let end = HOURS_X + (window.bars * CELL) as u16 + 1;
            doc.cells(vec![
                (3, Span::new(notation::column(&label, 18), style)),
                (HOURS_X, Span::new(bars, Style::new())),
                (end, Span::new(doc::right_aligned(series.total(), 6), dim)),
            ]);
        }
        doc.blank();
    }

    /// The hours, or the days, above the bars, as many as have room.
    fn hours(&self, window: &Window, dim: Style) -> Vec<(u16, Span)> {
        let zone = self.app.zone();
        let every = if window.bucket >= DAY { 4 } else { 3 };
        let mut cells = vec![(3, Span::new("channel", dim))];
        for bar in (0..window.bars).step_by(every) {
            let at = window.start_of(bar);
            let words = if window.bucket >= DAY { zone.day(at) } else { zone.minute(at) };
            cells.push((HOURS_X + (bar * CELL) as u16, Span::new(words, dim)));
        }
        cells
    }

    fn people(&self, doc: &mut Doc) {
        let dim = doc.style(Role::Dim);
        let facts = vec![
            Fact::quiet(format!("working hours {}", self.told.time.hours.words())),
            Fact::quiet(count_words(self.told.arrivals.len(), "person", "people")),
        ];
        doc.heading(Heading { title: "Who took part".to_owned(), facts, ..Heading::default() });
        if self.told.arrivals.is_empty() {
            doc.text(3, "Nobody wrote between start and end in a channel of the timeline.", dim);
            doc.blank();
            return;
        }
        let heads = [(3, "person"), (22, "came"), (35, "their clock"), (48, ""), (66, "on call"), (80, "join to word")];
        doc.cells(
            heads.iter().filter(|(x, _)| *x < doc.right()).map(|(x, word)| (*x, Span::new(*word, dim))).collect(),
        );
        for arrival in &self.told.arrivals {
            let style = self.known_by(doc);
            let cells = self.person(doc, arrival, style);
            doc.cells(cells);
        }
        doc.blank();
    }

    fn person(&self, doc: &Doc, arrival: &Arrival, style: Style) -> Vec<(u16, Span)> {
        let (zone, dim) = (self.app.zone(), doc.style(Role::Dim));
        let who = &arrival.who;
        let clock = who.zone.and_then(|zone| zone.wall(who.at)).map(|wall| wall.format("%a %H:%M").to_string());
        let (part, loud) = match who.part {
            Some(part) => (part.words(), part != PartOfDay::Working),
            None => ("zone not known", false),
        };
        let on_call = match &who.on_call {
            OnCall::Unknown => "not known".to_owned(),
            OnCall::No => "no".to_owned(),
            OnCall::Yes => "yes".to_owned(),
            OnCall::Rotas(rotas) => rotas.join(", "),
        };
        let wait = arrival.join_to_word.map_or_else(String::new, duration_short);
        let plain = Style::new();
        let mut cells = vec![
            (3, Span::new(notation::column(&self.name(&who.id), 18), style)),
            (22, Span::new(format!("{} {}", zone.day(who.at), zone.minute(who.at)), dim)),
            (35, Span::new(clock.unwrap_or_else(|| "?".to_owned()), plain)),
            (46, Span::new(if loud { doc.theme().glyph(Glyph::Look) } else { "" }, doc.style(Role::Warning))),
            (48, Span::new(part, if loud { plain } else { dim })),
            (66, Span::new(notation::column(&on_call, 13), if who.on_call.is_on() { plain } else { dim })),
            (80, Span::new(wait, plain)),
        ];
        cells.retain(|(x, _)| *x < doc.right());
        cells
    }

    fn name(&self, id: &PersonId) -> String {
        let known = self.app.people.find(id).map(|person| person.name.tty_line().into_owned());
        known.unwrap_or_else(|| {
            let somebody = Participant::find(self.app.session.project(), &self.app.session.archive, id);
            somebody.name.tty_line().into_owned()
        })
    }

    fn hand_offs(&self, doc: &mut Doc) {
        let dim = doc.style(Role::Dim);
        let facts = vec![Fact::quiet("from shifts, tags and words")];
        doc.heading(Heading { title: "Hand-offs".to_owned(), facts, ..Heading::default() });
        if self.told.hand_offs.is_empty() {
            doc.text(3, "None is known. The tag Responder - Leaves or hands off marks one.", dim);
        }
        for hand_off in &self.told.hand_offs {
            let style = self.known_by(doc);
            let at = hand_off.at();
            let zone = self.app.zone();
            let (how, words) = self.hand_off(hand_off);
            doc.cells(vec![
                (3, Span::new(format!("{} {}", zone.day(at), zone.minute(at)), style)),
                (16, Span::new(how, dim)),
                (HOURS_X + 4, Span::new(words, Style::new())),
            ]);
        }
        doc.blank();
    }

    fn hand_off(&self, hand_off: &HandOff) -> (&'static str, String) {
        let session = &self.app.session;
        match hand_off {
            HandOff::Shift { rota, from, to, .. } => {
                let names = |ids: &[PersonId]| {
                    let names: Vec<String> = ids.iter().map(|id| self.name(id)).collect();
                    if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
                };
                ("shift", format!("{rota}: {} to {}", names(from), names(to)))
            }
            HandOff::Tagged(_, target) => {
                let evidence = crate::timeline::evidence_of(session.project(), &session.archive, target);
                let words = evidence.map_or_else(
                    || target.to_string(),
                    |evidence| format!("{}: {}", evidence.short_who().tty_line(), evidence.headline().tty_line()),
                );
                ("tagged", words)
            }
            HandOff::Words(_, ix) => {
                let who = session.archive.message(*ix).map(|message| message.author_label().tty_line().into_owned());
                ("words", format!("{}: {}", who.unwrap_or_default(), notation::first_line(&session.archive, *ix)))
            }
        }
    }
}

impl Layer for Participation {
    fn dock(&self, _: &App, _: Rect) -> Dock {
        Dock::Full
    }

    fn draw(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        let doc = self.doc(app, area.width);
        let (row, height) = (doc.cursor().unwrap_or(0), usize::from(area.height));
        let mut top = self.top.get().min(row.saturating_sub(2));
        if row + 2 > top + height {
            top = row + 2 - height;
        }
        let is_last = self.cursor + 1 >= self.rows().len();
        top = doc.top(if is_last { usize::MAX } else { top }, area.height);
        self.top.set(top);
        doc.draw(painter, area, top);
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        self.read(ctx.app);
        let last = self.rows().len().saturating_sub(1);
        match (key.code(), key.typed()) {
            (Code::Esc, _) | (_, Some('q')) => return Ok(Flow::Close),
            (Code::Down, _) | (_, Some('j')) => self.cursor = (self.cursor + 1).min(last),
            (Code::Up, _) | (_, Some('k')) => self.cursor = self.cursor.saturating_sub(1),
            (Code::PageDown, _) => self.cursor = (self.cursor + 10).min(last),
            (Code::PageUp, _) => self.cursor = self.cursor.saturating_sub(10),
            (Code::Home, _) => self.cursor = 0,
            (Code::End, _) | (_, Some('G')) => self.cursor = last,
            (Code::Enter, _) => return self.open(ctx),
            (_, Some('w')) => people::ask_hours(ctx),
            _ => return Ok(Flow::Pass),
        }
        Ok(Flow::Used)
    }

    fn hints(&self, _: &App) -> Vec<Hint> {
        vec![
            Hint::new("j k", "row"),
            Hint::new("Enter", "show it"),
            Hint::new("w", "working hours"),
            Hint::new("Esc", "back"),
        ]
    }

    fn name(&self) -> &'static str {
        "participation"
    }
}
