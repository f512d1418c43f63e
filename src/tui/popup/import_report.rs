//! What came in, what is not in it, what could not be read, with the record as it stands in the
//! file, and what had to be guessed, with keys that put it right.

mod page;

use std::path::{Path, PathBuf};

use ratatui::layout::Rect;

use super::prompt::Prompt;
use super::sources::{Sources, ask_zone};
use crate::analysis::busiest::busiest_hour;
use crate::analysis::identity::{self, Suggestion};
use crate::analysis::presence::{self, Traces};
use crate::base::id::{MessageId, PersonId};
use crate::base::text::{Raw, count_words};
use crate::base::time::Instant;
use crate::import::report::Place;
use crate::jobs::record::WantedRecord;
use crate::project::model::Milestone;
use crate::project::{Edit, Set};
use crate::tui::app::App;
use crate::tui::ctx::{Ctx, Effect};
use crate::tui::key::{Code, Key};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::paint::{Fact, Heading, Hint, Painter};
use crate::tui::widget::completion::Completion;
use page::{Guess, Page, Parts, Stop};

/// Most suggestions on the page; the People screen has all.
const MOST_ALIKE: usize = 8;

/// The report of the last load.
pub struct ImportReportView {
    cursor: usize,
    top: usize,
    record: Option<Record>,
    compared: Option<MessageId>,
    busiest: Option<(Instant, Instant)>,
    alike: Vec<(Suggestion, String)>,
}

/// A record that was opened; what stands there is read off this thread.
struct Record {
    nth: usize,
    of: usize,
    place: String,
    wanted: WantedRecord,
}

impl Record {
    /// What stands there, or why it cannot be read; `None` until it was looked for.
    fn text<'a>(&self, app: &'a App) -> Option<&'a Result<String, String>> {
        app.raw_record.as_ref().filter(|record| record.wanted == self.wanted).map(|record| &record.text)
    }
}

impl ImportReportView {
    /// The report, once there is one.
    pub fn new(app: &App) -> Option<Self> {
        let busiest = busiest_hour(&app.session.archive);
        app.session.report.as_ref()?;
        Some(Self { cursor: 0, top: 0, record: None, compared: None, busiest, alike: alike(app) })
    }

    fn body(area: Rect) -> Rect {
        let lead = 1 + u16::from(area.height > 20);
        Rect { y: area.y + lead, height: area.height.saturating_sub(lead), ..area }
    }

    fn page(&self, app: &App, body: Rect) -> Page {
        let Some(report) = &app.session.report else { return Page::default() };
        let parts = Parts {
            report,
            project: app.session.project(),
            zone: app.zone(),
            busiest: self.busiest,
            alike: &self.alike,
            record: self.record.as_ref().map(|record| (record, record.text(app))),
            drift: app.session.drift(),
            compared: self.compared.as_ref(),
        };
        Page::new(&parts, body)
    }

    /// Does what is done about what is under the cursor: opens the record of a trouble, again the one
    /// after it, or asks for what is right instead of a guess.
    fn enter(&mut self, ctx: &mut Ctx<'_>, stop: Option<Stop>) -> anyhow::Result<()> {
        match stop {
            Some(Stop::Problem { source, places }) => self.open_record(ctx, &source, &places),
            Some(Stop::Drift(id)) => {
                self.compared = Some(id).filter(|id| self.compared.as_ref() != Some(id));
                Ok(())
            }
            Some(Stop::Guess(Guess::Zone(path))) => {
                ctx.open(ask_zone(ctx.app, &path));
                Ok(())
            }
            Some(Stop::Guess(Guess::Reading(path))) => {
                ctx.open(Sources::on(ctx.app, &path));
                Ok(())
            }
            Some(Stop::Guess(Guess::Incident(from, to))) => set_incident(ctx, from, to),
            Some(Stop::Guess(Guess::Person(pair))) => Self::join(ctx, &pair, true),
            None => anyhow::bail!("Everything was read; there is no record to open"),
        }
    }

    /// Says that two names are one person, or that they are two.
    fn join(ctx: &mut Ctx<'_>, pair: &Suggestion, is_one: bool) -> anyhow::Result<()> {
        let (edit, words) = if is_one {
            let edit = Edit::SamePerson { person: pair.goes.clone(), same_as: Set::To(pair.stays.clone()) };
            (edit, "two names are one person")
        } else {
            (Edit::Fact { name: pair.fact(), value: true.into() }, "two names are two people")
        };
        ctx.edit(words, vec![edit])?;
        ctx.toast(format!("{words}, u undoes"));
        Ok(())
    }

    fn open_record(&mut self, ctx: &mut Ctx<'_>, source: &Path, places: &[Place]) -> anyhow::Result<()> {
        let nth = self.record.as_ref().map_or(0, |record| (record.nth + 1) % record.of.max(1));
        let Some(place) = places.get(nth) else { anyhow::bail!("No place is known for it") };
        let Some(record) = place.record else { anyhow::bail!("It is the whole file that is meant: {}", place.words()) };
        let wanted = WantedRecord::At { source: source.to_owned(), file: place.file.clone(), record };
        self.record = Some(Record { nth, of: places.len(), place: place.words(), wanted: wanted.clone() });
        ctx.ask(Effect::RawRecord(wanted));
        Ok(())
    }

    /// Moves the cursor or the page; false when the key does neither.
    fn moved(&mut self, page: &Page, body: Rect, key: Key) -> bool {
        let (before, last) = (self.cursor, page.stop_count().saturating_sub(1));
        let half = usize::from(body.height / 2).max(1);
        let ctrl = |letter| key == Key::ctrl(letter);
        match (key.code(), key.typed()) {
            (Code::PageDown, _) => self.top = page.clamped(self.top + half),
            (Code::PageUp, _) => self.top = self.top.saturating_sub(half),
            _ if ctrl('d') || ctrl('f') => self.top = page.clamped(self.top + half),
            _ if ctrl('u') || ctrl('b') => self.top = self.top.saturating_sub(half),
            (Code::Down, _) | (_, Some('j')) => self.cursor = (self.cursor + 1).min(last),
            (Code::Up, _) | (_, Some('k')) => self.cursor = self.cursor.saturating_sub(1),
            _ => return false,
        }
        if before != self.cursor {
            self.record = None;
            self.top = page.top_for(self.cursor, self.top);
        }
        true
    }
}

/// Names that may be one person, as many as a page can hold.
fn alike(app: &App) -> Vec<(Suggestion, String)> {
    let (project, archive) = (app.session.project(), &app.session.archive);
    let roster = presence::roster(project, archive, &Traces::collect(archive, None, 0));
    let name = |id: &PersonId| {
        let card = project.person(id).and_then(|card| card.name.clone());
        let listed = || archive.people().iter().find(|(_, person)| person.id == *id);
        let name = card.or_else(|| listed().map(|(_, person)| person.name.unsanitised().to_owned()));
        Raw::new(&name.unwrap_or_else(|| id.to_string())).tty_line().into_owned()
    };
    let pairs = identity::suggestions(project, archive, &roster).into_iter().take(MOST_ALIKE);
    pairs
        .map(|pair| {
            let side = |id| format!("{} ({})", name(id), identity::platform(id));
            let words = format!("{} = {}, {}", side(&pair.goes), side(&pair.stays), pair.reason.words());
            (pair, words)
        })
        .collect()
}

fn set_incident(ctx: &mut Ctx<'_>, from: Instant, to: Instant) -> anyhow::Result<()> {
    let edit = |name: Milestone, at: Instant| Edit::Milestone { name: name.key().to_owned(), at: Set::To(at) };
    ctx.edit("start and end of the incident", vec![edit(Milestone::Start, from), edit(Milestone::End, to)])?;
    ctx.toast("start and end of the incident set, u undoes");
    Ok(())
}

/// Takes one message, or all that drifted, as they are told now in place of their kept copies.
fn take(ctx: &mut Ctx<'_>, only: Option<&MessageId>) -> anyhow::Result<()> {
    let drifted = ctx.app.session.drift().iter().filter(|drift| only.is_none_or(|id| drift.id == *id));
    let edits: Vec<Edit> = drifted
        .filter(|drift| drift.can_be_taken())
        .map(|drift| Edit::Copy { target: drift.id.target(), copy: None })
        .collect();
    if edits.is_empty() {
        anyhow::bail!("It is gone from the export; its copy stays in the project");
    }
    let words = count_words(edits.len(), "message", "messages");
    ctx.edit(format!("take {words} as told now"), edits)?;
    ctx.toast(format!("{words} taken as told now, u undoes"));
    Ok(())
}

/// The source that the cursor's row is about, else the first.
fn source_of(app: &App, stop: Option<&Stop>) -> Option<PathBuf> {
    match stop {
        Some(Stop::Problem { source, .. }) => Some(source.clone()),
        Some(Stop::Guess(Guess::Zone(path) | Guess::Reading(path))) => Some(path.clone()),
        _ => app.session.sources.first().cloned(),
    }
}

/// The place of the layer on the screen: all but the title bar and the last row.
fn area_of(app: &App) -> Rect {
    crate::tui::layout::full(app.size)
}

impl Layer for ImportReportView {
    fn dock(&self, _: &App, _: Rect) -> Dock {
        Dock::Full
    }

    fn draw(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        let Some(report) = &app.session.report else { return };
        let facts = vec![Fact::quiet(page::title_words(report))];
        painter.heading(area, &Heading { title: "Import report".to_owned(), facts, focused: true, danger: false });
        let body = Self::body(area);
        let page = self.page(app, body);
        page.draw(painter, body, page.clamped(self.top), self.cursor);
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        let body = Self::body(area_of(ctx.app));
        let page = self.page(ctx.app, body);
        if self.moved(&page, body, key) {
            return Ok(Flow::Used);
        }
        let stop = page.stop(self.cursor).cloned();
        let source = source_of(ctx.app, stop.as_ref());
        match (key.code(), key.typed()) {
            (Code::Esc, _) | (_, Some('q')) => return Ok(Flow::Close),
            (Code::Enter, _) => {
                self.enter(ctx, stop)?;
                let page = self.page(ctx.app, body);
                self.top = page.top_for(self.cursor, self.top);
            }
            (_, Some('=')) => {
                let incident = page.guesses().find_map(|guess| match guess {
                    Guess::Incident(from, to) => Some((*from, *to)),
                    _ => None,
                });
                let Some((from, to)) = incident else {
                    anyhow::bail!("The incident has its start and end; P changes them on the timeline")
                };
                set_incident(ctx, from, to)?;
            }
            (_, Some(letter @ ('J' | 'x'))) => {
                let Some(Stop::Guess(Guess::Person(pair))) = &stop else {
                    anyhow::bail!("J and x answer for two names that may be one person");
                };
                Self::join(ctx, pair, letter == 'J')?;
            }
            (_, Some('z')) => {
                if let Some(path) = source {
                    ctx.open(ask_zone(ctx.app, &path));
                }
            }
            (_, Some('s')) => {
                if let Some(path) = source {
                    ctx.open(Sources::on(ctx.app, &path));
                }
            }
            (_, Some('a')) => match &stop {
                Some(Stop::Drift(id)) => take(ctx, Some(id))?,
                _ => return Ok(Flow::Pass),
            },
            (_, Some('A')) if !ctx.app.session.drift().is_empty() => take(ctx, None)?,
            (_, Some('g')) => ctx.open(super::guide::Guide::asking()),
            (_, Some('y')) => {
                let text = as_text(ctx.app);
                ctx.ask(Effect::Copy { text, what: "the import report".to_owned() });
            }
            (_, Some('w')) => ctx.open(ask_file(ctx.app)),
            _ => return Ok(Flow::Pass),
        }
        Ok(Flow::Used)
    }

    fn hints(&self, app: &App) -> Vec<Hint> {
        let mut hints = vec![
            Hint::new("Enter", "open, change"),
            Hint::new("y", "copy report"),
            Hint::new("w", "write to file"),
            Hint::new("z", "zone"),
            Hint::new("s", "sources"),
            Hint::new("g", "how to ask for more"),
            Hint::new("q", "go on"),
        ];
        if !app.session.drift().is_empty() {
            hints.insert(1, Hint::new("a A", "take this, all as told now"));
        }
        hints
    }

    fn job_done(&mut self, app: &mut App) {
        // What was read again may have other places.
        self.record = None;
        self.busiest = busiest_hour(&app.session.archive);
        self.alike = alike(app);
    }

    fn project_changed(&mut self, app: &App) {
        self.alike = alike(app);
    }

    fn name(&self) -> &'static str {
        "import report"
    }
}

/// The report as plain text, printable.
fn as_text(app: &App) -> String {
    let mut text = app.session.report.as_ref().map_or_else(String::new, |report| page::as_text(report, app.zone()));
    text.extend(app.session.drift().iter().map(|drift| format!("Changed: {} {}\n", drift.id, drift.words())));
    text
}

fn ask_file(app: &App) -> Prompt {
    let text = as_text(app);
    let write = move |ctx: &mut Ctx<'_>, path: &str| {
        ctx.ask(Effect::Write { path: path.into(), text: text.clone() });
        Ok(())
    };
    Prompt::new(app, "Write the report to which file?", "import-report.txt", Box::new(write))
        .completing(Completion::Path)
}
