//! What came in, what is not in it, and what could not be read, with the record as it stands in the
//! file. Reads the report of the load; changes nothing.

use std::path::Path;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::prompt::Prompt;
use crate::base::text::{Raw, count_words, cut_middle, size_words, thousands};
use crate::base::time::Zone;
use crate::import::report::{Place, Problem, SourceReport, Trouble};
use crate::import::{self, ImportReport, LoadOptions};
use crate::tui::app::App;
use crate::tui::ctx::{Ctx, Effect};
use crate::tui::key::{Code, Key};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::paint::{Fact, Heading, Hint, Painter};
use crate::tui::theme::{Glyph, Role};
use crate::tui::widget::completion::Completion;
use crate::tui::widget::picker::cursor_row;

/// Where the second column begins.
const FACTS: u16 = 16;

/// The report of the last load.
pub struct ImportReportView {
    cursor: usize,
    record: Option<Record>,
}

/// A record that was opened.
struct Record {
    nth: usize,
    of: usize,
    place: String,
    text: String,
}

/// One kind of trouble of one source.
struct Row<'a> {
    source: &'a SourceReport,
    trouble: Trouble,
    problem: &'a Problem,
}

fn rows(report: &ImportReport) -> Vec<Row<'_>> {
    let of = |source| move |(trouble, problem)| Row { source, trouble, problem };
    report.sources.iter().flat_map(|source| source.warnings.iter().map(of(source))).collect()
}

impl ImportReportView {
    /// The report, once there is one.
    pub fn new(app: &App) -> Option<Self> {
        app.session.report.as_ref().map(|_| Self { cursor: 0, record: None })
    }

    /// Opens the record of the trouble under the cursor; again, the one after it.
    fn open_record(&mut self, app: &App) -> anyhow::Result<()> {
        let report = app.session.report.as_ref();
        let rows = report.map(rows).unwrap_or_default();
        let Some(row) = rows.get(self.cursor) else { anyhow::bail!("Everything was read; there is no record to open") };
        let nth = self.record.as_ref().map_or(0, |record| (record.nth + 1) % record.of.max(1));
        let Some(place) = row.problem.places.iter().nth(nth) else { anyhow::bail!("No place is known for it") };
        let text = record_text(&row.source.path, place, &app.session.load_options)?;
        self.record = Some(Record { nth, of: row.problem.places.len(), place: place.words(), text });
        Ok(())
    }
}

fn record_text(path: &Path, place: &Place, options: &LoadOptions) -> anyhow::Result<String> {
    let Some(record) = place.record else { anyhow::bail!("It is the whole file that is meant: {}", place.words()) };
    Ok(import::raw_at(path, place.file.unsanitised(), record, options)?)
}

impl Layer for ImportReportView {
    fn dock(&self, _: &App, _: Rect) -> Dock {
        Dock::Full
    }

    fn draw(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        let Some(report) = &app.session.report else { return };
        let facts = vec![Fact::quiet(source_words(report))];
        painter.heading(area, &Heading { title: "Import report".to_owned(), facts, focused: true, danger: false });
        let air = u16::from(area.height > 20);
        let mut page = Page { painter, area, y: area.y + 1 + air };
        for source in &report.sources {
            page.source(source, app.zone());
        }
        page.y += air;
        self.draw_problems(report, &mut page);
        page.y += air;
        if let Some(record) = &self.record {
            page.record(record);
        }
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        let last = ctx.app.session.report.as_ref().map_or(0, |report| rows(report).len()).saturating_sub(1);
        let before = self.cursor;
        match (key.code(), key.typed()) {
            (Code::Esc, _) | (_, Some('q')) => return Ok(Flow::Close),
            (Code::Down, _) | (_, Some('j')) => self.cursor = (self.cursor + 1).min(last),
            (Code::Up, _) | (_, Some('k')) => self.cursor = self.cursor.saturating_sub(1),
            (Code::Enter, _) => self.open_record(ctx.app)?,
            (_, Some('g')) => ctx.open(super::guide::Guide::asking()),
            (_, Some('y')) => {
                let text = as_text(ctx.app);
                ctx.ask(Effect::Copy { text, what: "the import report".to_owned() });
            }
            (_, Some('w')) => ctx.open(ask_file(ctx.app)),
            _ => return Ok(Flow::Pass),
        }
        if before != self.cursor {
            self.record = None;
        }
        Ok(Flow::Used)
    }

    fn hints(&self, _: &App) -> Vec<Hint> {
        vec![
            Hint::new("Enter", "open record"),
            Hint::new("y", "copy report"),
            Hint::new("w", "write to file"),
            Hint::new("g", "how to ask for more"),
            Hint::new("q", "go on"),
        ]
    }

    fn name(&self) -> &'static str {
        "import report"
    }
}

impl ImportReportView {
    fn draw_problems(&self, report: &ImportReport, page: &mut Page<'_, '_>) {
        let count = report.problem_count();
        let lost: usize = report.sources.iter().map(|source| source.skipped).sum();
        let title = if count == 0 {
            "No problems: everything was read".to_owned()
        } else if lost == 0 {
            format!("{}, nothing dropped", count_words(count, "problem", "problems"))
        } else {
            format!("{}, {} left out", count_words(count, "problem", "problems"), thousands(lost))
        };
        page.heading(title, "each is kept and can be opened");
        let rows = rows(report);
        let room = usize::from(page.area.bottom().saturating_sub(page.y) / 2).max(1);
        let first = (self.cursor + 1).saturating_sub(room);
        for (nth, row) in rows.iter().enumerate().skip(first).take(room) {
            page.problem(row, nth == self.cursor);
        }
    }
}

/// The page while it is drawn.
struct Page<'p, 'b> {
    painter: &'p mut Painter<'b>,
    area: Rect,
    y: u16,
}

impl Page<'_, '_> {
    const fn is_full(&self) -> bool {
        self.y >= self.area.y + self.area.height
    }

    fn heading(&mut self, title: String, fact: &str) {
        if !self.is_full() {
            let facts = vec![Fact::quiet(fact)];
            let row = Rect { y: self.y, height: 1, ..self.area };
            self.painter.heading(row, &Heading { title, facts, ..Heading::default() });
            self.y += 1;
        }
    }

    /// A label, a number, and what is to be said about it.
    fn fact(&mut self, label: &str, words: &str, about: &str) {
        if self.is_full() {
            return;
        }
        let dim = self.painter.style(Role::Dim);
        let (x, right) = (self.area.x, self.area.right().saturating_sub(2));
        self.painter.put(x + 2, self.y, FACTS - 3, label, dim);
        let cells = 20.min(right.saturating_sub(x + FACTS));
        self.painter.put(x + FACTS, self.y, cells, words, self.painter.theme.bold(Role::Text));
        let from = x + FACTS + 22;
        self.painter.put_cut(from, self.y, right.saturating_sub(from), about, dim);
        self.y += 1;
    }

    fn source(&mut self, source: &SourceReport, zone: Zone) {
        let totals = &source.totals;
        let channels = count_words(source.channels.len(), "channel", "channels");
        let span = match (totals.first, totals.last) {
            (Some(first), Some(last)) => {
                let words = |at| format!("{} {}", zone.day(at), zone.minute(at));
                format!("in {channels}: {} to {} {}", words(first), words(last), zone.offset_label(first))
            }
            _ => format!("in {channels}"),
        };
        self.fact("read", &count_words(totals.messages, "message", "messages"), &span);
        let threads = format!("in {}", count_words(totals.threads, "thread", "threads"));
        self.fact("", &count_words(totals.replies, "reply", "replies"), &threads);
        let nameless = match source.nameless.len() {
            0 => "all known by name".to_owned(),
            count => format!("{} known only by their id", thousands(count)),
        };
        let people = count_words(totals.people.len(), "person", "people");
        let bots = count_words(source.programs, "bot", "bots");
        self.fact("", &format!("{people}, {bots}"), &nameless);
        if totals.files > 0 {
            let words = count_words(totals.files, "file", "files");
            self.fact("", &words, "names and sizes only: a standard export does not carry them");
        }
        for (nth, sentence) in source.missing.iter().enumerate() {
            if self.is_full() {
                return;
            }
            let dim = self.painter.style(Role::Dim);
            self.painter.put(self.area.x + 2, self.y, FACTS - 3, if nth == 0 { "not in it" } else { "" }, dim);
            let cells = self.area.width.saturating_sub(FACTS + 2);
            if self.area.height < 30 {
                // On a short screen the problems must stay in sight.
                if self.y + 5 < self.area.bottom() {
                    self.painter.put_cut(self.area.x + FACTS, self.y, cells, sentence, Style::new());
                    self.y += 1;
                }
                continue;
            }
            let room = Rect::new(self.area.x + FACTS, self.y, cells, self.area.bottom().saturating_sub(self.y).min(3));
            self.y = self.painter.paragraph(room, sentence, Style::new());
        }
    }

    fn problem(&mut self, row: &Row<'_>, is_cursor: bool) {
        if self.is_full() {
            return;
        }
        let style = cursor_row(self.painter, self.area.x, self.y, is_cursor);
        let warning = self.painter.style(Role::Warning);
        let (glyph, mark) = if row.trouble.loses() { (Glyph::Look, warning) } else { (Glyph::Bullet, Style::new()) };
        self.painter.glyph(self.area.x + 1, self.y, glyph, mark);
        let right = self.area.right().saturating_sub(2);
        let column = self.area.x + 36.min(self.area.width / 2);
        let title = row.trouble.title(row.problem.count);
        self.painter.put_cut(self.area.x + 3, self.y, column.saturating_sub(self.area.x + 4), &title, style);
        let place = row.problem.places.first().map(Place::words).unwrap_or_default();
        self.painter.put_cut(column, self.y, right.saturating_sub(column), &place, Style::new());
        if self.y + 1 < self.area.bottom() {
            let dim = self.painter.style(Role::Dim);
            self.painter.put_cut(column, self.y + 1, right.saturating_sub(column), row.trouble.outcome(), dim);
        }
        self.y += 2;
    }

    fn record(&mut self, record: &Record) {
        self.heading(format!("Record {} of {}", record.nth + 1, record.of), "as it stands in the file");
        let inner = |y: u16, area: Rect| {
            Rect::new(area.x + 3, y, area.width.saturating_sub(5), area.bottom().saturating_sub(y))
        };
        let dim = self.painter.style(Role::Dim);
        let y = self.painter.paragraph(inner(self.y, self.area), &record.place, dim);
        self.y = self.painter.paragraph(inner(y, self.area), &record.text, Style::new());
    }
}

/// `acme.zip, 4.1 MB, Slack export, read in 0.8 s`.
fn source_words(report: &ImportReport) -> String {
    let [source] = report.sources.as_slice() else {
        return count_words(report.sources.len(), "source", "sources");
    };
    let name = source.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let name = Raw::new(&name).tty_line().into_owned();
    let seconds = source.read_time.as_secs_f32();
    let size = size_words(source.bytes);
    format!("{}, {size}, {}, read in {seconds:.1} s", cut_middle(&name, 40), source.format_name)
}

/// The report as plain text, printable.
fn as_text(app: &App) -> String {
    let Some(report) = &app.session.report else { return String::new() };
    let mut lines = vec![format!("Import report: {}", source_words(report))];
    for source in &report.sources {
        let totals = &source.totals;
        let counted = [
            count_words(totals.messages, "message", "messages"),
            count_words(source.channels.len(), "channel", "channels"),
            count_words(totals.replies, "reply", "replies"),
            count_words(totals.threads, "thread", "threads"),
            count_words(totals.people.len(), "person", "people"),
            count_words(totals.files, "file", "files"),
        ];
        lines.push(counted.join(", "));
        lines.extend(source.missing.iter().map(|sentence| format!("Not in it: {sentence}")));
        for (trouble, problem) in source.warnings.iter() {
            lines.push(format!("{}: {}", trouble.title(problem.count), trouble.outcome()));
            lines.extend(problem.places.iter().map(|place| format!("  {}", place.words())));
        }
    }
    lines.join("\n") + "\n"
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
