//! The Stats screen as a page of rows.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::super::doc::{self, Doc};
use super::super::notation;
use super::{BARS_X, Part, Row, StatsScreen};
use crate::analysis::activity::{Lens, Series, Subject, Window, heights, read_by};
use crate::analysis::presence::TookPart;
use crate::archive::ChannelIx;
use crate::base::text::{count_words, thousands};
use crate::base::time::{HOUR, duration_words};
use crate::report::compare::at_work;
use crate::tui::app::App;
use crate::tui::paint::{Fact, Heading, Span};
use crate::tui::popup::facts::minutes_of;
use crate::tui::theme::{Glyph, Role};

/// Bars between two times in the header.
const EVERY: usize = 30;

/// Puts the page together for a place.
pub(super) fn page(app: &App, main: Rect) -> Doc {
    let page = Page { app, stats: &app.stats };
    // Air between the rows goes first when the screen is short.
    let rows = 12 + app.stats.rows.len();
    let air = rows + app.stats.series.len() < usize::from(main.height);
    let mut doc = Doc::new(app.settings.theme, main.width);
    page.activity(&mut doc, air);
    page.reading(&mut doc);
    page.took_part(&mut doc);
    page.investigation(&mut doc);
    doc
}

struct Page<'a> {
    app: &'a App,
    stats: &'a StatsScreen,
}

impl Page<'_> {
    /// The style of the cell by which a row is known, and whether it is the cursor's.
    fn known_by(&self, doc: &mut Doc, row: Row) -> (Style, bool) {
        let is_cursor = self.stats.row() == Some(row);
        if is_cursor {
            doc.cursor_here();
        }
        (if is_cursor { doc::cursor_cell(doc.theme()) } else { Style::new() }, is_cursor)
    }

    fn activity(&self, doc: &mut Doc, air: bool) {
        let mut facts = Vec::new();
        if let Some(window) = self.stats.window {
            facts.push(Fact::quiet(self.span_words(&window)));
            facts.push(Fact::quiet(format!("a bar is {}", duration_words(window.bucket))));
        }
        facts.push(Fact::bold(format!("by {}", self.stats.lens.word())));
        doc.heading(Heading { title: "Stats".to_owned(), facts, focused: true, danger: false });
        let Some(window) = self.stats.window else {
            doc.text(3, "Nothing is dated here: no export is open. meanwhile add EXPORT brings one in.", Style::new());
            doc.blank();
            return;
        };
        self.header(doc, &window);
        let most = self.stats.series.iter().flat_map(|series| series.bars.iter().copied()).max().unwrap_or(0);
        for (place, series) in self.stats.series.iter().enumerate() {
            self.series_row(doc, place, series, most);
            if air {
                doc.blank();
            }
        }
        self.silent(doc);
        self.time_cursor(doc, &window);
        doc.blank();
    }

    fn span_words(&self, window: &Window) -> String {
        let zone = self.app.zone();
        let (from, to) = (window.from, window.to());
        let offset = zone.offset_label(from);
        if zone.date(from) == zone.date(to) {
            format!("{}, {} to {} {offset}", zone.day(from), zone.minute(from), zone.minute(to))
        } else {
            format!("{} {} to {} {} {offset}", zone.day(from), zone.minute(from), zone.day(to), zone.minute(to))
        }
    }

    fn header(&self, doc: &mut Doc, window: &Window) {
        let zone = self.app.zone();
        let dim = doc.style(Role::Dim);
        let mut cells = vec![(3, Span::new(self.stats.lens.word(), dim))];
        for bar in (0..window.bars).step_by(EVERY) {
            let at = window.start_of(bar);
            let words =
                if window.bucket >= HOUR { format!("{} {}", zone.day(at), zone.minute(at)) } else { zone.minute(at) };
            if bar + words.len() < window.bars {
                cells.push((BARS_X + bar as u16, Span::new(words, dim)));
            }
        }
        let title = if self.stats.lens == Lens::Tag { "tagged" } else { "messages" };
        cells.push((doc.right().saturating_sub(title.len() as u16 + 1), Span::new(title, dim)));
        doc.cells(cells);
    }

    fn series_row(&self, doc: &mut Doc, place: usize, series: &Series, most: u32) {
        let (known_by, is_cursor) = self.known_by(doc, Row::Series(place));
        let dim = doc.style(Role::Dim);
        let (label, own) = self.subject(doc, &series.subject);
        let label_style = if is_cursor { known_by } else { own };
        let bars = doc::bars(doc.theme(), &heights(&series.bars, most), false);
        let bar_style = if is_cursor { doc.style(Role::Accent) } else { dim };
        let total = doc::right_aligned(series.total(), 7);
        let sum_style = if is_cursor { Style::new().add_modifier(Modifier::BOLD) } else { dim };
        doc.cells(vec![
            (3, Span::new(notation::column(&label, usize::from(BARS_X) - 4), label_style)),
            (BARS_X, Span::new(bars, bar_style)),
            (doc.right().saturating_sub(8), Span::new(total, sum_style)),
        ]);
    }

    fn subject(&self, doc: &Doc, subject: &Subject) -> (String, Style) {
        match subject {
            Subject::Channel(ix) => (self.channel(*ix), Style::new()),
            Subject::Person(id) => {
                let name = self
                    .app
                    .people
                    .find(id)
                    .map_or_else(|| id.to_string(), |person| person.name.tty_line().into_owned());
                (name, doc.style(doc.theme().hue(id.as_str())))
            }
            Subject::Tag(id) => {
                let span = self
                    .app
                    .session
                    .project()
                    .tag(id)
                    .map(|(_, tag)| super::super::message::tag_span(doc.theme(), tag));
                span.map_or_else(|| (id.to_string(), Style::new()), |span| (span.text, span.style))
            }
        }
    }

    fn channel(&self, ix: ChannelIx) -> String {
        self.app.session.archive.log(ix).map_or_else(String::new, |log| log.meta().label())
    }

    fn silent(&self, doc: &mut Doc) {
        let silent: Vec<String> = self.stats.silent.iter().map(|series| self.subject(doc, &series.subject).0).collect();
        if self.stats.series.is_empty() {
            doc.text(3, "Nothing was said in this time. h l move in time, b takes longer bars.", Style::new());
        } else if !silent.is_empty() {
            let shown: Vec<&str> = silent.iter().take(8).map(String::as_str).collect();
            let more = silent.len().saturating_sub(shown.len());
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            doc.cells(vec![(3, Span::new(format!("silent then: {}{more}", shown.join(", ")), doc.style(Role::Dim)))]);
        }
    }

    fn time_cursor(&self, doc: &mut Doc, window: &Window) {
        let Some((at, bar)) = self.stats.at.and_then(|at| Some((at, window.bar_of(at)?))) else { return };
        let words = format!("{}, the cursor", self.app.zone().minute(at));
        let sign = doc.theme().glyph(Glyph::Track);
        let x = BARS_X + bar as u16;
        let style = doc.style(Role::Accent);
        // Near the right edge the words stand before the sign.
        if x + words.len() as u16 + 3 < doc.right() {
            doc.cells(vec![(x, Span::new(format!("{sign} {words}"), style))]);
        } else {
            doc.cells(vec![(x.saturating_sub(words.len() as u16 + 1), Span::new(format!("{words} {sign}"), style))]);
        }
    }

    fn section(doc: &mut Doc, title: &str, fact: String) {
        doc.heading(Heading { title: title.to_owned(), facts: vec![Fact::quiet(fact)], ..Heading::default() });
    }

    fn reading(&self, doc: &mut Doc) {
        Self::section(doc, "Reading", "how much of it somebody has seen".to_owned());
        let dim = doc.style(Role::Dim);
        let bar_x = 39_u16;
        let cells = doc.right().saturating_sub(bar_x + 8).min(50);
        for (place, reading) in self.stats.reading.iter().enumerate() {
            let (known_by, is_cursor) = self.known_by(doc, Row::Reading(place));
            let counts = format!("{} of {}", thousands(reading.read), thousands(reading.whole));
            let filled =
                (usize::from(cells) * reading.read).div_ceil(reading.whole.max(1)).min(usize::from(cells)) as u16;
            let heavy = doc.theme().glyph(Glyph::Heavy).repeat(usize::from(filled));
            let light = doc.theme().glyph(Glyph::Light).repeat(usize::from(cells - filled));
            let percent = reading.read * 100 / reading.whole.max(1);
            let bar_style = if is_cursor { doc.style(Role::Accent) } else { Style::new() };
            doc.cells(vec![
                (3, Span::new(notation::column(&self.channel(reading.channel), 17), known_by)),
                (21, Span::new(format!("{counts:>15}"), dim)),
                (bar_x, Span::new(heavy, bar_style)),
                (bar_x + filled, Span::new(light, dim)),
                (bar_x + cells + 1, Span::new(format!("{percent:>4} %"), dim)),
            ]);
        }
        doc.blank();
    }

    fn took_part(&self, doc: &mut Doc) {
        let people = &self.stats.took_part;
        let zones: std::collections::BTreeSet<&str> =
            people.iter().filter_map(|person| person.zone).map(crate::base::time::Zone::name).collect();
        let fact = format!(
            "{}, {}: to find whom to relieve and whom to ask",
            count_words(people.len(), "person", "people"),
            count_words(zones.len(), "zone", "zones")
        );
        Self::section(doc, "Who took part", fact);
        if people.is_empty() {
            doc.text(3, "Nobody wrote between start and end in a channel of the timeline.", doc.style(Role::Dim));
        }
        for row in self.stats.rows.iter().copied() {
            if let Row::Part(part) = row {
                self.part(doc, part);
            }
        }
        let unknown =
            people.iter().filter(|person| !Part::OnCall.holds(person) && !Part::OffCall.holds(person)).count();
        if unknown > 0 && unknown == people.len() {
            doc.text(3, "Who was on call is not known: meanwhile add CALENDAR.ics tells.", doc.style(Role::Dim));
        }
        doc.blank();
    }

    fn part(&self, doc: &mut Doc, part: Part) {
        let (known_by, _) = self.known_by(doc, Row::Part(part));
        let people: Vec<&TookPart> = self.stats.took_part.iter().filter(|person| part.holds(person)).collect();
        let label = match part {
            Part::OnCall => "while on call",
            Part::OffCall => "not on call",
            Part::Working => "in their working hours",
            Part::Outside => "outside them",
        };
        let name = |person: &TookPart| {
            let short = person.short.tty_line().into_owned();
            match person.zone.filter(|_| part == Part::Outside) {
                Some(zone) => format!("{short} {}", zone.minute(person.at)),
                None => short,
            }
        };
        let words = if part == Part::Working {
            "9 to 17, in each own zone".to_owned()
        } else {
            people.iter().map(|person| name(person)).collect::<Vec<_>>().join(", ")
        };
        let bar = doc::part(doc.theme(), 18, people.len(), self.stats.took_part.len());
        let dim = doc.style(Role::Dim);
        doc.cells(vec![
            (3, Span::new(label, known_by)),
            (27, Span::new(format!("{:>3}", people.len()), doc.theme().bold(Role::Text))),
            (33, Span::new(bar, dim)),
            (53, Span::new(words, dim)),
        ]);
    }

    fn investigation(&self, doc: &mut Doc) {
        Self::section(doc, "The investigation", "counted here, idle left out, sent nowhere".to_owned());
        let session = &self.app.session;
        let project = session.project();
        let dim = doc.style(Role::Dim);
        let alone = self.stats.investigators.len() == 1;
        for (place, id) in self.stats.investigators.iter().enumerate() {
            let (known_by, _) = self.known_by(doc, Row::Investigator(place));
            let who = project.investigators().get(id).cloned().unwrap_or_default();
            let minutes = minutes_of(self.app, id);
            let notes = project.notes().values().filter(|note| note.by.as_ref() == Some(id)).count();
            let events = project.events().values().filter(|event| event.by.as_ref() == Some(id)).count();
            let mut parts =
                vec![format!("{} read", count_words(read_by(&session.archive, project, id), "message", "messages"))];
            parts.push(count_words(notes, "note", "notes"));
            parts.push(count_words(events, "event", "events"));
            if alone {
                parts.extend(self.together());
            }
            doc.cells(vec![
                (3, Span::new(notation::column(&who.initials, 15), known_by)),
                (BARS_X, Span::new(at_work(u64::try_from(minutes).unwrap_or(0)), doc.theme().bold(Role::Text))),
                (33, Span::new(parts.join(", "), dim)),
            ]);
        }
        if !alone {
            doc.cells(vec![(3, Span::new("together", dim)), (33, Span::new(self.together().join(", "), dim))]);
        }
        doc.blank();
        doc.sentence(3, "Time to detect and time to repair are on the timeline, beside what made them so.", dim);
    }

    /// What no single investigator is told of.
    fn together(&self) -> Vec<String> {
        let project = self.app.session.project();
        let messages = project.messages().values().map(|copy| copy.tags.len());
        let tags: usize = messages.chain(project.events().values().map(|event| event.tags.len())).sum();
        let sections = project.report().values().filter(|section| !section.text.trim().is_empty()).count();
        vec![
            count_words(tags, "tag put", "tags put"),
            count_words(project.timeline().len(), "entry", "entries"),
            count_words(sections, "section", "sections"),
        ]
    }
}
