//! Participation over many incidents: figures, each of which opens the list of what it counts.
//!
//! People stand by name. Counts serve to find people to relieve and expertise to spread; nothing here
//! puts anybody before anybody else.

use std::cell::Cell;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::prompt::Prompt;
use crate::analysis::participation::Participation;
use crate::analysis::stats::{Figure, Incident, PersonLine, Split};
use crate::base::text::count_words;
use crate::base::time::Zone;
use crate::export::stats::render_csv;
use crate::tui::app::App;
use crate::tui::ctx::{Ctx, Effect};
use crate::tui::key::{Code, Key};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::many::{paths_of, usual_place, words_of};
use crate::tui::paint::{Fact, Heading, Hint, Painter, Span};
use crate::tui::pane::doc::{self, Doc};
use crate::tui::pane::notation::column;
use crate::tui::theme::Role;
use crate::tui::widget::completion::Completion;

/// The question for the projects, under which former answers are found.
const WHICH: &str = "Which projects? A folder gives all in it; a comma and a space part several";

/// Participation over many incidents.
pub struct ManyIncidents {
    cursor: usize,
    /// What is listed, when a figure was opened, and the row of the list.
    list: Option<(Figure, usize)>,
    top: Cell<usize>,
}

/// Shows the counts; asks for projects, when none were read.
pub fn open(ctx: &mut Ctx<'_>) {
    ctx.open(ManyIncidents { cursor: 0, list: None, top: Cell::new(0) });
    ask_first(ctx);
}

/// Asks for projects when none were asked for yet; those beside the open one are proposed.
pub(super) fn ask_first(ctx: &mut Ctx<'_>) {
    if ctx.app.many.paths.is_empty() {
        ask_projects(ctx);
    }
}

/// What is said while nothing is read.
pub(super) fn reading(app: &App) -> String {
    if app.many.paths.is_empty() {
        "No projects were named yet. o asks which.".to_owned()
    } else {
        format!("reading {}", words_of(&app.many.paths))
    }
}

/// Begins to read projects.
fn gather(ctx: &mut Ctx<'_>, paths: Vec<std::path::PathBuf>) {
    let generation = ctx.app.many.ask(paths.clone());
    ctx.ask(Effect::Gather { generation, paths });
}

/// Asks which projects are to be read.
pub(super) fn ask_projects(ctx: &mut Ctx<'_>) {
    let known = &ctx.app.many.paths;
    let before = if known.is_empty() { usual_place(&ctx.app.session) } else { words_of(known) };
    let answer = Box::new(|ctx: &mut Ctx<'_>, text: &str| {
        let paths = paths_of(text);
        anyhow::ensure!(!paths.is_empty(), "Name a folder or projects: incidents/, may.json");
        gather(ctx, paths);
        Ok(())
    });
    ctx.open(Prompt::new(ctx.app, WHICH, &before, answer).completing(Completion::Path));
}

fn ask_filter(ctx: &mut Ctx<'_>) {
    let before = ctx.app.many.filter.clone();
    let question = "Only which? service:search technology:cache team:Platform last:6months; empty takes all";
    let answer = Box::new(|ctx: &mut Ctx<'_>, text: &str| {
        let now = ctx.app.now;
        ctx.app.many.filter_by(text, now).map_err(anyhow::Error::msg)
    });
    ctx.open(Prompt::new(ctx.app, question, &before, answer).completing(names(ctx.app)));
}

/// What may be typed into the filter.
fn names(app: &App) -> Completion {
    let quoted = |field: &str, name: &str| {
        if name.contains(' ') { format!("{field}:\"{name}\"") } else { format!("{field}:{name}") }
    };
    let gathered = app.many.gathered.clone().unwrap_or_default();
    let mut words = vec!["last:6months".to_owned()];
    for incident in &gathered.incidents {
        words.extend(incident.services.iter().map(|name| quoted("service", name)));
        words.extend(incident.technologies.iter().map(|name| quoted("technology", name)));
        words.extend(incident.people.iter().map(|one| quoted("team", one.person.team.unsanitised())));
    }
    words.sort();
    words.dedup();
    Completion::Words(words)
}

impl ManyIncidents {
    fn figure(&self, app: &App) -> Option<Figure> {
        figures(app).into_iter().nth(self.cursor)
    }

    fn doc(&self, app: &App, width: u16) -> Doc {
        let mut doc = Doc::new(app.settings.theme, width);
        let page = Page { app, cursor: self.cursor, row: Cell::new(0) };
        match (&app.many.gathered, &self.list) {
            (None, _) => {
                page.heading(&mut doc);
                doc.text(3, &reading(app), doc.style(Role::Dim));
            }
            (Some(_), Some((figure, row))) => page.list(&mut doc, figure, *row),
            (Some(_), None) => page.figures(&mut doc),
        }
        doc
    }

    fn open_row(&mut self, ctx: &mut Ctx<'_>) -> anyhow::Result<Flow> {
        match &self.list {
            None => {
                let figure = self.figure(ctx.app);
                anyhow::ensure!(figure.is_some(), "Nothing is counted here");
                self.list = figure.map(|figure| (figure, 0));
                self.top.set(0);
                Ok(Flow::Used)
            }
            Some((figure, row)) => {
                let path = ctx.app.many.stats.counted_in(figure).get(*row).map(|(incident, _)| incident.path.clone());
                let Some(path) = path else { anyhow::bail!("Nothing is listed here") };
                if ctx.app.session.path.as_ref() == Some(&path) {
                    anyhow::bail!("This project is the one that is open");
                }
                ctx.ask(Effect::Open(path));
                Ok(Flow::Close)
            }
        }
    }

    fn go(&mut self, app: &App, by: isize) {
        let count = self
            .list
            .as_ref()
            .map_or_else(|| figures(app).len(), |(figure, _)| app.many.stats.counted_in(figure).len());
        let row = self.list.as_mut().map_or(&mut self.cursor, |(_, row)| row);
        *row = row.saturating_add_signed(by).min(count.saturating_sub(1));
    }
}

/// Everything that can be opened, in the order of the page.
fn figures(app: &App) -> Vec<Figure> {
    let stats = &app.many.stats;
    let mut figures: Vec<Figure> = [Some(true), Some(false), None].map(Figure::Started).to_vec();
    figures.extend([Some(true), Some(false), None].map(Figure::OnCall));
    figures.extend([Some(true), Some(false), None].map(Figure::WorkHours));
    figures.retain(|figure| {
        count(app, figure) > 0
            || !matches!(figure, Figure::Started(None) | Figure::OnCall(None) | Figure::WorkHours(None))
    });
    figures.extend(stats.people.iter().map(|person| Figure::Person(person.id.clone())));
    figures.extend(stats.months().into_keys().map(Figure::Month));
    figures.extend(stats.services().into_keys().map(Figure::Service));
    figures.extend(stats.technologies().into_keys().map(Figure::Technology));
    figures
}

fn count(app: &App, figure: &Figure) -> usize {
    let stats = &app.many.stats;
    match figure {
        Figure::OnCall(_) | Figure::WorkHours(_) => stats.counted_in(figure).len(),
        _ => stats.incidents_in(figure).len(),
    }
}

struct Page<'a> {
    app: &'a App,
    cursor: usize,
    /// The figure that is drawn next.
    row: Cell<usize>,
}

impl Page<'_> {
    /// The style by which a row is known; the rows are drawn in the order of [`figures`].
    fn known_by(&self, doc: &mut Doc) -> Style {
        let is_cursor = self.row.replace(self.row.get() + 1) == self.cursor;
        if is_cursor {
            doc.cursor_here();
            return doc::cursor_cell(doc.theme());
        }
        Style::new()
    }

    fn heading(&self, doc: &mut Doc) {
        let many = &self.app.many;
        let mut facts = vec![Fact::quiet(words_of(&many.paths))];
        if !many.filter.is_empty() {
            facts.push(Fact::bold(many.filter.clone()));
        }
        facts.push(Fact::quiet(count_words(many.stats.incidents.len(), "incident", "incidents")));
        doc.heading(Heading { title: "Over many incidents".to_owned(), facts, focused: true, danger: false });
    }

    fn figures(&self, doc: &mut Doc) {
        self.heading(doc);
        let dim = doc.style(Role::Dim);
        let stats = &self.app.many.stats;
        if stats.incidents.is_empty() {
            let words = if self.app.many.filter.is_empty() {
                "No project is there. o names another folder."
            } else {
                "Nothing fits the filter. f changes it."
            };
            doc.text(3, words, dim);
            return;
        }
        self.split(doc, "incidents began", stats.started(), ["in working hours", "outside them"]);
        self.split(doc, "took part", stats.on_call(), ["while on call", "not on call"]);
        self.split(doc, "took part", stats.work_hours(), ["in working hours", "outside them"]);
        doc.blank();
        self.people(doc);
        self.named(doc, "by month", stats.months());
        self.named(doc, "by service", stats.services());
        self.named(doc, "by technology", stats.technologies());
        for notice in self.app.many.gathered.iter().flat_map(|gathered| &gathered.notices) {
            doc.text(3, notice, dim);
        }
        doc.sentence(3, "Counts serve to find people to relieve and to learn from. There is no ranking here.", dim);
    }

    fn split(&self, doc: &mut Doc, label: &str, split: Split, words: [&str; 2]) {
        let dim = doc.style(Role::Dim);
        let whole = split.total();
        let mut rows = vec![(words[0], split.yes), (words[1], split.no)];
        if split.unknown > 0 {
            rows.push(("not known", split.unknown));
        }
        for (nth, (words, count)) in rows.into_iter().enumerate() {
            let style = self.known_by(doc);
            let bar = doc::part(doc.theme(), 30, count, whole);
            doc.cells(vec![
                (3, Span::new(if nth == 0 { label } else { "" }, dim)),
                (20, Span::new(words, style)),
                (38, Span::new(format!("{count:>4}"), doc.theme().bold(Role::Text))),
                (45, Span::new(bar, dim)),
            ]);
        }
    }

    fn people(&self, doc: &mut Doc) {
        let wide = doc.width() >= 100;
        let dim = doc.style(Role::Dim);
        let whole = self.app.many.stats.incidents.len();
        let heads: &[(u16, &str)] = if wide {
            &[
                (3, "person"),
                (25, "title"),
                (47, "hired"),
                (58, " took part"),
                (74, "on call"),
                (83, "not"),
                (90, "in hours"),
                (100, "outside"),
            ]
        } else {
            &[(3, "person"), (25, " took part"), (40, "on call"), (49, "not"), (56, "in hours"), (66, "outside")]
        };
        doc.cells(heads.iter().map(|(x, word)| (*x, Span::new(*word, dim))).collect());
        for person in &self.app.many.stats.people {
            let style = self.known_by(doc);
            doc.cells(person_cells(person, whole, wide, style, dim));
        }
        doc.blank();
    }

    fn named(&self, doc: &mut Doc, label: &str, counts: std::collections::BTreeMap<String, usize>) {
        let dim = doc.style(Role::Dim);
        let most = counts.values().copied().max().unwrap_or(0);
        for (nth, (name, count)) in counts.into_iter().enumerate() {
            let style = self.known_by(doc);
            let bar = doc::part(doc.theme(), 30, count, most.max(10));
            doc.cells(vec![
                (3, Span::new(if nth == 0 { label } else { "" }, dim)),
                (20, Span::new(column(&name, 19), style)),
                (40, Span::new(format!("{count:>2}"), doc.theme().bold(Role::Text))),
                (45, Span::new(bar, dim)),
            ]);
        }
        doc.blank();
    }

    fn list(&self, doc: &mut Doc, figure: &Figure, row: usize) {
        let stats = &self.app.many.stats;
        let found = stats.counted_in(figure);
        let facts = vec![Fact::quiet(match figure {
            Figure::OnCall(_) | Figure::WorkHours(_) => format!("{} counted", found.len()),
            _ => count_words(stats.incidents_in(figure).len(), "incident", "incidents"),
        })];
        doc.heading(Heading { title: self.title(figure), facts, focused: true, danger: false });
        let dim = doc.style(Role::Dim);
        let heads =
            [(3, "incident"), (20, "began"), (33, "person"), (53, "first word"), (67, "on call"), (76, "hours")];
        doc.cells(heads.iter().map(|(x, word)| (*x, Span::new(*word, dim))).collect());
        for (nth, (incident, one)) in found.into_iter().enumerate() {
            let style = if nth == row {
                doc.cursor_here();
                doc::cursor_cell(doc.theme())
            } else {
                Style::new()
            };
            doc.cells(counted_cells(incident, one, style, dim));
        }
        doc.blank();
        let words = "The first word is told by the clock of whoever wrote it. What nothing tells is a question mark.";
        doc.sentence(3, words, dim);
    }

    fn title(&self, figure: &Figure) -> String {
        let answer = |answer: &Option<bool>, yes: &str, no: &str, unknown: &str| {
            answer.map_or_else(|| unknown.to_owned(), |is| if is { yes.to_owned() } else { no.to_owned() })
        };
        match figure {
            Figure::OnCall(is) => {
                answer(is, "Took part while on call", "Took part while not on call", "Not known whether on call")
            }
            Figure::WorkHours(is) => {
                answer(is, "Took part in working hours", "Took part outside working hours", "Hours not known")
            }
            Figure::Started(is) => {
                answer(is, "Began in working hours", "Began outside working hours", "Start not known")
            }
            Figure::Month(name) | Figure::Service(name) | Figure::Technology(name) => name.clone(),
            Figure::Person(id) => {
                let person = self.app.many.stats.people.iter().find(|person| person.id == *id);
                person.map_or_else(|| id.to_string(), |person| person.name.tty_line().into_owned())
            }
        }
    }
}

fn person_cells(person: &PersonLine, whole: usize, wide: bool, style: Style, dim: Style) -> Vec<(u16, Span)> {
    let count = |count: usize| Span::new(format!("{count:>3}"), if count == 0 { dim } else { Style::new() });
    let took = person.took_part.len();
    let share = format!("{took:>3} of {whole} {:>3} %", (took * 200 + whole) / (2 * whole.max(1)));
    let mut cells = vec![(3, Span::new(column(&person.name.tty_line(), 20), style))];
    if wide {
        cells.push((25, Span::new(column(&person.title.tty_line(), 21), Style::new())));
        cells.push((47, Span::new(person.started_on.clone().unwrap_or_default(), dim)));
    }
    let xs: [u16; 5] = if wide { [58, 76, 83, 93, 103] } else { [25, 42, 49, 59, 69] };
    let spans = [
        Span::new(share, Style::new()),
        count(person.on_call.yes),
        count(person.on_call.no),
        count(person.work_hours.yes),
        count(person.work_hours.no),
    ];
    cells.extend(xs.into_iter().zip(spans));
    cells
}

fn counted_cells(incident: &Incident, one: &Participation, style: Style, dim: Style) -> Vec<(u16, Span)> {
    let answer = |is: Option<bool>, yes: &str, no: &str| is.map_or("?", |is| if is { yes } else { no }).to_owned();
    let clock = |zone: Zone, at| zone.wall(at).map(|wall| wall.format("%a %H:%M").to_string());
    let began = incident
        .start
        .map_or_else(|| "?".to_owned(), |at| format!("{} {}", incident.zone.day(at), incident.zone.minute(at)));
    let first = one.person.zone.zip(one.first).and_then(|(zone, at)| clock(zone, at));
    vec![
        (3, Span::new(column(&incident.title, 16), style)),
        (20, Span::new(began, dim)),
        (33, Span::new(column(&one.person.name.tty_line(), 19), Style::new())),
        (53, Span::new(first.unwrap_or_else(|| "?".to_owned()), Style::new())),
        (67, Span::new(answer(one.on_call, "yes", "no"), Style::new())),
        (76, Span::new(answer(one.work_hours, "in", "out"), Style::new())),
    ]
}

impl Layer for ManyIncidents {
    fn dock(&self, _: &App, _: Rect) -> Dock {
        Dock::Full
    }

    fn draw(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        let doc = self.doc(app, area.width);
        // At the last figure the closing words are in sight too.
        let is_last = self.list.is_none() && self.cursor + 1 >= figures(app).len();
        let below = if is_last { usize::MAX } else { 2 };
        self.top.set(doc.follow(self.top.get(), area.height, below));
        doc.draw(painter, area, self.top.get());
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        match (key.code(), key.typed()) {
            (Code::Esc, _) | (_, Some('q')) => {
                self.top.set(0);
                return Ok(if self.list.take().is_some() { Flow::Used } else { Flow::Close });
            }
            (Code::Down, _) | (_, Some('j')) => self.go(ctx.app, 1),
            (Code::Up, _) | (_, Some('k')) => self.go(ctx.app, -1),
            (Code::PageDown, _) => self.go(ctx.app, 15),
            (Code::PageUp, _) => self.go(ctx.app, -15),
            (Code::Home, _) => self.go(ctx.app, isize::MIN),
            (Code::End, _) | (_, Some('G')) => self.go(ctx.app, isize::MAX),
            (Code::Enter, _) => return self.open_row(ctx),
            (_, Some('f')) => {
                self.list = None;
                self.cursor = 0;
                ask_filter(ctx);
            }
            (_, Some('o')) => {
                self.list = None;
                self.cursor = 0;
                ask_projects(ctx);
            }
            (_, Some('=')) => {
                super::compare::open(ctx);
                return Ok(Flow::Close);
            }
            (_, Some('X')) => {
                let text = render_csv(&ctx.app.many.stats);
                ask_file(ctx, "participation.csv", text);
            }
            _ => return Ok(Flow::Pass),
        }
        Ok(Flow::Used)
    }

    fn hints(&self, _: &App) -> Vec<Hint> {
        if self.list.is_some() {
            return vec![Hint::new("j k", "row"), Hint::new("Enter", "open this project"), Hint::new("Esc", "back")];
        }
        vec![
            Hint::new("j k", "figure"),
            Hint::new("Enter", "what it counts"),
            Hint::new("f", "filter"),
            Hint::new("o", "projects"),
            Hint::new("=", "compare"),
            Hint::new("X", "export"),
            Hint::new("Esc", "back"),
        ]
    }

    fn name(&self) -> &'static str {
        "many incidents"
    }
}

/// Asks for a file and writes a text there.
pub(super) fn ask_file(ctx: &mut Ctx<'_>, name: &str, text: String) {
    let answer = Box::new(move |ctx: &mut Ctx<'_>, path: &str| {
        let path = path.trim();
        anyhow::ensure!(!path.is_empty(), "A file needs a name");
        ctx.ask(Effect::Write { path: path.into(), text: text.clone() });
        Ok(())
    });
    ctx.open(Prompt::new(ctx.app, "Write this to which file?", name, answer).completing(Completion::Path));
}
