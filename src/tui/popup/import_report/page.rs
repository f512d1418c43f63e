//! The import report as rows, each one cell high, so that any part of it can be scrolled to.

use std::path::{Path, PathBuf};

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::Record;
use crate::analysis::identity::Suggestion;
use crate::base::id::MessageId;
use crate::base::text::{count_words, cut_middle, shown, size_words, thousands};
use crate::base::time::{Instant, Zone};
use crate::import::report::{Place, Problem, SourceZone, Trouble};
use crate::import::{ImportReport, SourceReport};
use crate::project::Project;
use crate::project::model::Milestone;
use crate::timeline::drift::{Change, Drift};
use crate::tui::paint::{Fact, Heading, Painter};
use crate::tui::popup::sources::file_name;
use crate::tui::theme::{Glyph, Role};
use crate::tui::widget::picker::cursor_row;
use crate::tui::widget::wrap::wrap;

/// Where the second column begins.
const FACTS: u16 = 16;
/// Below so many rows, sentences are cut so that the problems stay in sight.
const SHORT: u16 = 30;
/// Most rows of one sentence.
const SENTENCE: usize = 3;

/// What may be wrong and how it is changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guess {
    /// The zone of a source's clocks.
    Zone(PathBuf),
    /// How a source was read.
    Reading(PathBuf),
    /// When the incident was.
    Incident(Instant, Instant),
    /// Two names that may be one person.
    Person(Suggestion),
}

/// One thing on the page that the cursor can stand on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// A kind of trouble of a source, with its places.
    Problem { source: PathBuf, places: Vec<Place> },
    /// An annotated message that is told otherwise now.
    Drift(MessageId),
    /// Something guessed.
    Guess(Guess),
}

/// One row.
#[derive(Debug, Clone)]
enum Row {
    Blank,
    Heading { title: String, fact: String },
    Fact { label: &'static str, words: String, about: String },
    Sentence { label: &'static str, text: String },
    Text { text: String, role: Role },
    Problem { loses: bool, title: String, place: String },
    Outcome(&'static str),
    Guess { label: &'static str, words: String, keys: &'static str },
}

/// The rows of a report, and what the cursor can stand on among them.
#[derive(Debug, Default)]
pub struct Page {
    rows: Vec<Row>,
    /// What the cursor can stand on, with its row.
    stops: Vec<(usize, Stop)>,
    width: u16,
    height: u16,
}

/// What a page is made of.
pub struct Parts<'a> {
    pub report: &'a ImportReport,
    pub project: &'a Project,
    pub zone: Zone,
    pub busiest: Option<(Instant, Instant)>,
    /// Names that may be one person, with the words that say so.
    pub alike: &'a [(Suggestion, String)],
    /// The record that was opened, and what stands there once it was read.
    pub record: Option<(&'a Record, Option<&'a Result<String, String>>)>,
    pub drift: &'a [Drift],
    /// The message of which both texts are shown.
    pub compared: Option<&'a MessageId>,
}

impl Page {
    /// Lays the report out for an area.
    pub fn new(parts: &Parts<'_>, area: Rect) -> Self {
        let mut page = Self { width: area.width, height: area.height, ..Self::default() };
        let several = parts.report.sources.len() > 1;
        for source in &parts.report.sources {
            if several {
                page.heading(file_name(&source.path), &source_words(source));
            }
            page.source(source, parts.zone);
            page.air();
        }
        page.problems(parts.report);
        page.air();
        if let Some((record, text)) = parts.record {
            page.record(record, text);
            page.air();
        }
        page.changed(parts);
        page.guessed(parts);
        page.air();
        for source in &parts.report.sources {
            page.channels(source, parts.zone, several);
        }
        page
    }

    /// How many things the cursor can stand on.
    pub fn stop_count(&self) -> usize {
        self.stops.len()
    }

    /// What the cursor stands on.
    pub fn stop(&self, cursor: usize) -> Option<&Stop> {
        self.stops.get(cursor).map(|(_, stop)| stop)
    }

    /// All that can be guessed wrong.
    pub fn guesses(&self) -> impl Iterator<Item = &Guess> {
        self.stops.iter().filter_map(|(_, stop)| match stop {
            Stop::Guess(guess) => Some(guess),
            Stop::Problem { .. } | Stop::Drift(_) => None,
        })
    }

    /// The first row to draw so that the one of the cursor is in sight.
    pub fn top_for(&self, cursor: usize, top: usize) -> usize {
        let height = usize::from(self.height).max(1);
        let Some((row, _)) = self.stops.get(cursor) else { return self.clamped(top) };
        let lowest = (row + 2).saturating_sub(height);
        self.clamped(top.clamp(lowest, (*row).max(lowest)))
    }

    /// A first row beyond which nothing would be left to see.
    pub fn clamped(&self, top: usize) -> usize {
        top.min(self.rows.len().saturating_sub(usize::from(self.height)))
    }

    fn is_short(&self) -> bool {
        self.height < SHORT
    }

    fn air(&mut self) {
        if self.height > 20 && !matches!(self.rows.last(), None | Some(Row::Blank)) {
            self.rows.push(Row::Blank);
        }
    }

    fn heading(&mut self, title: impl Into<String>, fact: &str) {
        self.rows.push(Row::Heading { title: title.into(), fact: fact.to_owned() });
    }

    fn fact(&mut self, label: &'static str, words: impl Into<String>, about: impl Into<String>) {
        self.rows.push(Row::Fact { label, words: words.into(), about: about.into() });
    }

    fn source(&mut self, source: &SourceReport, zone: Zone) {
        if source.totals.messages == 0 && source.people_told + source.shifts > 0 {
            self.told(source, "read");
        } else {
            self.said(source, zone);
            self.told(source, "");
        }
        if source.tokens > 0 {
            let tokens = count_words(source.tokens, "download token", "download tokens");
            self.fact("", tokens, "in links: whoever has them can fetch files; stripped from all that is written");
        }
        self.fact("format", source.format_name.clone(), source.why.clone());
        for (nth, sentence) in source.missing.iter().enumerate() {
            self.sentence(if nth == 0 { "not in it" } else { "" }, sentence);
        }
    }

    /// What was said in the channels of a source.
    fn said(&mut self, source: &SourceReport, zone: Zone) {
        let totals = &source.totals;
        let channels = count_words(source.channels.len(), "channel", "channels");
        let span = span_words(source, zone).map_or_else(String::new, |span| format!(": {span}"));
        self.fact("read", count_words(totals.messages, "message", "messages"), format!("in {channels}{span}"));
        let threads = format!("in {}", count_words(totals.threads, "thread", "threads"));
        self.fact("", count_words(totals.replies, "reply", "replies"), threads);
        let nameless = match source.nameless.len() {
            0 => "all known by name".to_owned(),
            count => format!("{} known only by their id", thousands(count)),
        };
        let people = count_words(totals.people.len(), "person", "people");
        let bots = count_words(source.programs, "bot", "bots");
        self.fact("", format!("{people}, {bots}"), nameless);
        if totals.files > 0 {
            let files = count_words(totals.files, "file", "files");
            self.fact("", files, "names and sizes only: an export does not carry them");
        }
    }

    /// What a list or calendar tells of people.
    fn told(&mut self, source: &SourceReport, label: &'static str) {
        let is_list = source.totals.messages == 0 && source.people_told > 0;
        if is_list {
            let people = count_words(source.people_told, "person", "people");
            self.fact(label, people, "names, titles, places and the like");
        }
        if source.shifts > 0 {
            let label = if is_list { "" } else { label };
            self.fact(label, count_words(source.shifts, "time on call", "times on call"), "who was on call when");
        }
    }

    fn sentence(&mut self, label: &'static str, text: &str) {
        let cells = usize::from(self.width.saturating_sub(FACTS + 2)).max(1);
        let most = if self.is_short() { 1 } else { SENTENCE };
        if most == 1 {
            self.rows.push(Row::Sentence { label, text: text.to_owned() });
            return;
        }
        for (nth, line) in wrap(text, cells).into_iter().take(most).enumerate() {
            let text = text.get(line).unwrap_or_default().to_owned();
            self.rows.push(Row::Sentence { label: if nth == 0 { label } else { "" }, text });
        }
    }

    fn problems(&mut self, report: &ImportReport) {
        let count = report.problem_count();
        let lost: usize = report.sources.iter().map(|source| source.skipped).sum();
        let problems = count_words(count, "problem", "problems");
        let title = match (count, lost) {
            (0, _) => "No problems: everything was read".to_owned(),
            (_, 0) => format!("{problems}, nothing dropped"),
            _ => format!("{problems}, {} left out", thousands(lost)),
        };
        self.heading(title, "each is kept and can be opened");
        for source in &report.sources {
            for (trouble, problem) in source.warnings.iter() {
                self.problem(&source.path, trouble, problem);
            }
        }
    }

    fn problem(&mut self, source: &Path, trouble: Trouble, problem: &Problem) {
        let places: Vec<Place> = problem.places.iter().cloned().collect();
        let place = places.first().map(Place::words).unwrap_or_default();
        self.stops.push((self.rows.len(), Stop::Problem { source: source.to_owned(), places }));
        let title = trouble.title(problem.count);
        self.rows.push(Row::Problem { loses: trouble.loses(), title, place });
        self.rows.push(Row::Outcome(trouble.outcome()));
    }

    fn record(&mut self, record: &Record, text: Option<&Result<String, String>>) {
        self.heading(format!("Record {} of {}", record.nth + 1, record.of), "as it stands in the file");
        let cells = usize::from(self.width.saturating_sub(5)).max(1);
        let (text, role) = match text {
            Some(Ok(text)) => (text.as_str(), Role::Text),
            Some(Err(why)) => (why.as_str(), Role::Warning),
            None => ("reading the export", Role::Dim),
        };
        for (text, role) in [(record.place.as_str(), Role::Dim), (text, role)] {
            let clean = crate::base::text::sanitize_tty(shown(text).0, crate::base::text::LineBreaks::Keep);
            for line in wrap(&clean, cells) {
                self.rows.push(Row::Text { text: clean.get(line).unwrap_or_default().to_owned(), role });
            }
        }
    }

    fn changed(&mut self, parts: &Parts<'_>) {
        if parts.drift.is_empty() {
            return;
        }
        self.heading("Changed since they were annotated", "the copies stay until a takes what is told now");
        for drift in parts.drift {
            self.stops.push((self.rows.len(), Stop::Drift(drift.id.clone())));
            let before = &drift.before;
            let place = format!("{} {}: {}", before.channel, before.author, before.text.replace('\n', " "));
            let loses = matches!(drift.worst(), Change::Deleted | Change::Gone);
            self.rows.push(Row::Problem { loses, title: drift.words(), place });
            if parts.compared == Some(&drift.id) {
                self.text("before", &before.text);
                self.text("now", drift.now.as_ref().map_or("nothing", |now| &now.text));
            }
        }
        self.air();
    }

    /// A dim word and a whole text below it.
    fn text(&mut self, label: &str, text: &str) {
        self.rows.push(Row::Text { text: label.to_owned(), role: Role::Dim });
        let clean = crate::base::text::sanitize_tty(shown(text).0, crate::base::text::LineBreaks::Keep);
        for line in wrap(&clean, usize::from(self.width.saturating_sub(5)).max(1)) {
            self.rows.push(Row::Text { text: clean.get(line).unwrap_or_default().to_owned(), role: Role::Text });
        }
    }

    fn guessed(&mut self, parts: &Parts<'_>) {
        self.heading("Guessed", "change what is wrong");
        let several = parts.report.sources.len() > 1;
        for source in &parts.report.sources {
            let of = if several { format!("{}: ", file_name(&source.path)) } else { String::new() };
            let zone = match source.zone {
                SourceZone::Told => "UTC, from the times".to_owned(),
                other => other.words(),
            };
            self.guess("zone", format!("{of}{zone}"), "z change", Guess::Zone(source.path.clone()));
            for sentence in &source.guessed {
                self.guess("read", format!("{of}{sentence}"), "Enter change", Guess::Reading(source.path.clone()));
            }
        }
        let is_set = [Milestone::Start, Milestone::End].iter().all(|name| parts.project.milestone(*name).is_some());
        if let Some((from, to)) = parts.busiest.filter(|_| !is_set) {
            let zone = parts.zone;
            let words = format!("{} {} to {}, the busiest hour", zone.day(from), zone.minute(from), zone.minute(to));
            self.guess("incident", words, "= set", Guess::Incident(from, to));
        }
        for (pair, words) in parts.alike {
            self.guess("one person", words.clone(), "J,x yes,no", Guess::Person(pair.clone()));
        }
    }

    fn guess(&mut self, label: &'static str, words: String, keys: &'static str, guess: Guess) {
        self.stops.push((self.rows.len(), Stop::Guess(guess)));
        self.rows.push(Row::Guess { label, words, keys });
    }

    fn channels(&mut self, source: &SourceReport, zone: Zone, several: bool) {
        let title = if several { format!("Channels of {}", file_name(&source.path)) } else { "Channels".to_owned() };
        self.heading(title, "PgDn goes on");
        let zone = if source.zone == SourceZone::Unknown { Zone::UTC } else { zone };
        let most = source.channels.iter().map(|channel| channel.counts.messages).max().unwrap_or(0);
        let digits = thousands(most).len();
        for channel in &source.channels {
            let counts = &channel.counts;
            let time = |at: Instant| format!("{} {}", zone.day(at), zone.minute(at));
            let span = counts.first.zip(counts.last).map(|(first, last)| format!("{} to {}", time(first), time(last)));
            let people = count_words(counts.people.len(), "person", "people");
            let text = format!(
                "{:>digits$}  {}{}  {people}  {}",
                thousands(counts.messages),
                cut_middle(&channel.name.tty_line(), 32),
                if channel.kind.is_private() { ", private" } else { "" },
                span.unwrap_or_default()
            );
            self.rows.push(Row::Text { text, role: Role::Text });
        }
    }

    /// Draws the rows from `top` on.
    pub fn draw(&self, painter: &mut Painter<'_>, area: Rect, top: usize, cursor: usize) {
        let here = self.stops.get(cursor).map(|(row, _)| *row);
        for ((nth, row), y) in self.rows.iter().enumerate().skip(top).zip(area.y..area.bottom()) {
            let style = cursor_row(painter, area.x, y, here == Some(nth));
            draw_row(painter, Rect { y, height: 1, ..area }, row, style);
        }
    }
}

fn draw_row(painter: &mut Painter<'_>, area: Rect, row: &Row, style: Style) {
    let (x, y, right) = (area.x, area.y, area.right().saturating_sub(2));
    let dim = painter.style(Role::Dim);
    let column = x + 36.min(area.width / 2);
    match row {
        Row::Blank => {}
        Row::Heading { title, fact } => {
            let facts = vec![Fact::quiet(fact.clone())];
            painter.heading(area, &Heading { title: title.clone(), facts, ..Heading::default() });
        }
        Row::Fact { label, words, about } => {
            painter.put(x + 2, y, FACTS - 3, label, dim);
            let cells = 20.min(right.saturating_sub(x + FACTS));
            painter.put_cut(x + FACTS, y, cells, words, painter.theme.bold(Role::Text));
            let from = x + FACTS + 22;
            painter.put_cut(from, y, right.saturating_sub(from), about, dim);
        }
        Row::Sentence { label, text } => {
            painter.put(x + 2, y, FACTS - 3, label, dim);
            painter.put_cut(x + FACTS, y, right.saturating_sub(x + FACTS), text, Style::new());
        }
        Row::Text { text, role } => {
            painter.put_cut(x + 3, y, right.saturating_sub(x + 3), text, painter.style(*role));
        }
        Row::Problem { loses, title, place } => {
            let warning = painter.style(Role::Warning);
            let (glyph, mark) = if *loses { (Glyph::Look, warning) } else { (Glyph::Bullet, Style::new()) };
            painter.glyph(x + 1, y, glyph, mark);
            painter.put_cut(x + 3, y, column.saturating_sub(x + 4), title, style);
            painter.put_cut(column, y, right.saturating_sub(column), place, Style::new());
        }
        Row::Outcome(words) => {
            painter.put_cut(column, y, right.saturating_sub(column), words, dim);
        }
        Row::Guess { label, words, keys } => {
            painter.put(x + 3, y, FACTS - 4, label, style);
            let cells = right.saturating_sub(x + FACTS + keys.len() as u16 + 2);
            painter.put_cut(x + FACTS, y, cells, words, Style::new());
            let (key, word) = keys.split_once(' ').unwrap_or((keys, ""));
            let from = right.saturating_sub(keys.len() as u16);
            let from = painter.put(from, y, key.len() as u16, key, painter.style(Role::Accent));
            painter.put(from + 1, y, word.len() as u16, word, dim);
        }
    }
}

/// `6 Dec 07:12 to 9 Dec 17:40 UTC`.
fn span_words(source: &SourceReport, zone: Zone) -> Option<String> {
    let (first, last) = source.totals.first.zip(source.totals.last)?;
    let is_unknown = source.zone == SourceZone::Unknown;
    let zone = if is_unknown { Zone::UTC } else { zone };
    let words = |at| format!("{} {}", zone.day(at), zone.minute(at));
    let offset = if is_unknown { "zone?".to_owned() } else { zone.offset_label(first) };
    Some(format!("{} to {} {offset}", words(first), words(last)))
}

/// `4.1 MB, Slack export, read in 0.8 s`.
fn source_words(source: &SourceReport) -> String {
    let seconds = source.read_time.as_secs_f32();
    format!("{}, {}, read in {seconds:.1} s", size_words(source.bytes), source.format_name)
}

/// `acme.zip, 4.1 MB, Slack export, read in 0.8 s`, or how many sources there are.
pub fn title_words(report: &ImportReport) -> String {
    match report.sources.as_slice() {
        [source] => format!("{}, {}", cut_middle(&file_name(&source.path), 40), source_words(source)),
        sources => count_words(sources.len(), "source", "sources"),
    }
}

/// The report as plain text, printable.
pub fn as_text(report: &ImportReport, zone: Zone) -> String {
    let mut lines = vec![format!("Import report: {}", title_words(report))];
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
        lines.push(format!("{}: {}", file_name(&source.path), counted.join(", ")));
        lines.extend(span_words(source, zone).map(|span| format!("Span: {span}")));
        lines.push(format!("Format: {}, {}", source.format_name, source.why));
        lines.push(format!("Zone: {}", source.zone.words()));
        if source.tokens > 0 {
            let tokens = count_words(source.tokens, "download token", "download tokens");
            lines.push(format!("{tokens} in links, stripped from everything that is written"));
        }
        lines.extend(source.guessed.iter().map(|sentence| format!("Guessed: {sentence}")));
        lines.extend(source.missing.iter().map(|sentence| format!("Not in it: {sentence}")));
        for channel in &source.channels {
            let messages = count_words(channel.counts.messages, "message", "messages");
            lines.push(format!("Channel {}: {messages}", channel.name.tty_line()));
        }
        for (trouble, problem) in source.warnings.iter() {
            lines.push(format!("{}: {}", trouble.title(problem.count), trouble.outcome()));
            lines.extend(problem.places.iter().map(|place| format!("  {}", place.words())));
        }
    }
    lines.join("\n") + "\n"
}
