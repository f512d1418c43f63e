//! Participation in one incident: which channel was busy in which hour, who came when by whose clock,
//! how long they read before they spoke, and how work was handed on.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::person_card::PersonCard;
use crate::analysis::activity::{Lens, Series, Subject, Window, heights, series};
use crate::analysis::calendar::{PartOfDay, WorkTime};
use crate::analysis::duty::OnCall;
use crate::analysis::participation::{SLACK, incident_bounds};
use crate::analysis::presence::{self, Participant};
use crate::analysis::response::{Arrival, HandOff, arrivals, hand_offs};
use crate::archive::ChannelIx;
use crate::base::id::PersonId;
use crate::base::text::count_words;
use crate::base::time::{DAY, HOUR, Instant, Micros, duration_words};
use crate::timeline::ToldZone;
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
/// Fewest and most cells of a bar of the strip.
const CELLS: (usize, usize) = (2, 4);

/// Participation in one incident.
#[derive(Debug, Default)]
pub struct Participation {
    told: RefCell<Rc<Told>>,
    cursor: usize,
    top: Cell<usize>,
}

/// What the incident tells.
#[derive(Debug, Default)]
struct Told {
    window: Option<Window>,
    heat: Vec<(ChannelIx, Series)>,
    arrivals: Vec<Arrival>,
    hand_offs: Vec<HandOff>,
    time: WorkTime,
    /// Cells of a bar.
    cells: usize,
    /// The project, archive and width of which it was made.
    made_of: Option<(u64, u64, u16)>,
}

/// Where the cursor may stand.
enum Row<'a> {
    Channel(ChannelIx),
    Person(&'a Arrival),
    HandOff(&'a HandOff),
}

impl Told {
    fn read(app: &App, made_of: (u64, u64, u16)) -> Self {
        let (project, archive) = (app.session.project(), &app.session.archive);
        let people: &[Participant] = app.people.people();
        let time = app.people.work_time().clone();
        let took_part = presence::took_part(project, archive, people, &time);
        let room = usize::from(app.size.width.saturating_sub(HOURS_X + 10)).max(CELLS.0);
        let around = |(from, to): (Instant, Instant)| (from.plus(-SLACK), to.plus(SLACK));
        let span = incident_bounds(project, archive).map(around).or_else(|| presence::told_span(project, archive));
        let window = span.map(|span| window(span, room / CELLS.0, app.zone()));
        let all = window.map(|window| series(archive, project, people, Lens::Channel, &window)).unwrap_or_default();
        let heat = all.into_iter().filter(|series| series.total() > 0).filter_map(|series| match series.subject {
            Subject::Channel(channel) => Some((channel, series)),
            _ => None,
        });
        Self {
            window,
            heat: heat.collect(),
            arrivals: arrivals(project, archive, people, took_part),
            hand_offs: hand_offs(project, archive),
            time,
            cells: window.map_or(CELLS.0, |window| (room / window.bars.max(1)).clamp(CELLS.0, CELLS.1)),
            made_of: Some(made_of),
        }
    }

    fn rows(&self) -> Vec<Row<'_>> {
        let channels = self.heat.iter().map(|(channel, _)| Row::Channel(*channel));
        let people = self.arrivals.iter().map(Row::Person);
        channels.chain(people).chain(self.hand_offs.iter().map(Row::HandOff)).collect()
    }
}

impl Participation {
    /// What the incident tells by now; read anew when something changed.
    fn told(&self, app: &App) -> Rc<Told> {
        let now = (app.session.project_revision(), app.session.archive_revision(), app.size.width);
        if self.told.borrow().made_of != Some(now) {
            *self.told.borrow_mut() = Rc::new(Told::read(app, now));
        }
        Rc::clone(&self.told.borrow())
    }

    fn doc(&self, app: &App, width: u16) -> Doc {
        let told = self.told(app);
        let page = Page { app, told: &told, cursor: self.cursor, row: Cell::new(0) };
        let mut doc = Doc::new(app.settings.theme, width);
        page.heat(&mut doc);
        page.people(&mut doc);
        page.hand_offs(&mut doc);
        let words = "In order of arrival; a first word is told from joining on. Counts serve to find people to relieve. No ranking here.";
        doc.sentence(3, words, doc.style(Role::Dim));
        doc
    }

    /// Goes where the row of the cursor points.
    fn open(&self, ctx: &mut Ctx<'_>) -> anyhow::Result<Flow> {
        let told = self.told(ctx.app);
        let rows = told.rows();
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
                if let Some(window) = told.window {
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
    told: &'a Told,
    cursor: usize,
    row: Cell<usize>,
}

impl Page<'_> {
    fn known_by(&self, doc: &mut Doc) -> Style {
        if self.row.replace(self.row.get() + 1) == self.cursor {
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
                .map(|height| height.map_or(" ", |level| doc.theme().block(level)).repeat(self.told.cells))
                .collect();
            let end = HOURS_X + (window.bars * self.told.cells) as u16 + 1;
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
        // A time takes five cells and a day six; one blank parts them.
        let every = 7_usize.div_ceil(self.told.cells);
        let mut cells = vec![(3, Span::new("channel", dim))];
        for bar in (0..window.bars).step_by(every) {
            let at = window.start_of(bar);
            let words = if window.bucket >= DAY { zone.day(at) } else { zone.minute(at) };
            cells.push((HOURS_X + (bar * self.told.cells) as u16, Span::new(words, dim)));
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
        let heads = [(3, "person"), (20, "came"), (33, "their clock"), (58, "on call"), (68, "first word")];
        doc.cells(heads.iter().map(|(x, word)| (*x, Span::new(*word, dim))).collect());
        for arrival in &self.told.arrivals {
            let style = self.known_by(doc);
            let cells = self.person(doc, arrival, style);
            doc.cells(cells);
        }
        doc.blank();
    }

    fn person(&self, doc: &Doc, arrival: &Arrival, style: Style) -> Vec<(u16, Span)> {
        let who = &arrival.who;
        let (zone, dim) = (who.told_zone.shown_in(self.app.zone()), doc.style(Role::Dim));
        let known = who.zone.filter(|_| who.told_zone == ToldZone::Known);
        let clock = known.and_then(|zone| zone.wall(who.at)).map(|wall| wall.format("%a %H:%M").to_string());
        let (part, loud) = match who.part {
            Some(PartOfDay::Working) => ("in hours", false),
            Some(PartOfDay::Free) => ("outside hours", true),
            Some(PartOfDay::DayOff) => ("day off", true),
            Some(PartOfDay::Night) => ("night", true),
            None => ("not known", false),
        };
        let on_call = match &who.on_call {
            OnCall::Unknown => "not known".to_owned(),
            OnCall::No => "no".to_owned(),
            OnCall::Yes => "yes".to_owned(),
            OnCall::Rotas(rotas) => rotas.join(", "),
        };
        let wait = arrival.join_to_word.map_or_else(String::new, |wait| format!("+{}", duration_words(wait)));
        let plain = Style::new();
        vec![
            (3, Span::new(notation::column(&self.name(&who.id), 16), style)),
            (20, Span::new(format!("{} {}", zone.day(who.at), zone.minute(who.at)), dim)),
            (33, Span::new(clock.unwrap_or_else(|| "zone?".to_owned()), plain)),
            (42, Span::new(if loud { doc.theme().glyph(Glyph::Look) } else { "" }, doc.style(Role::Warning))),
            (44, Span::new(part, if loud { plain } else { dim })),
            (58, Span::new(notation::column(&on_call, 9), if who.on_call.is_on() { plain } else { dim })),
            (68, Span::new(wait, plain)),
        ]
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
        let is_last = self.cursor + 1 >= self.told(app).rows().len();
        let below = if is_last { usize::MAX } else { 2 };
        self.top.set(doc.follow(self.top.get(), area.height, below));
        doc.draw(painter, area, self.top.get());
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        let last = self.told(ctx.app).rows().len().saturating_sub(1);
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
