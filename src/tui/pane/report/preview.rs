//! The report as it will leave: numbered citations in the text, their sources below. Drawn from the
//! one built report, so what stays behind is not in it either.

use std::cell::Cell;
use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::base::text::{LineBreaks, count_words, sanitize_tty, width};
use crate::base::time::Zone;
use crate::project::model::SectionStatus;
use crate::report::build::{CiteTo, LeftOut, ReportSection, ReportSource};
use crate::report::lint::{Finding, Level};
use crate::report::template::TIMELINE_KEY;
use crate::report::{Policy, Report, build};
use crate::timeline::RowKind;
use crate::timeline::spacing::{WithDay, time_words};
use crate::tui::app::App;
use crate::tui::ctx::Ctx;
use crate::tui::key::{Code, Key, Mods};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::layout;
use crate::tui::paint::{Fact, Heading, Hint, Painter};
use crate::tui::theme::{Glyph, Role};
use crate::tui::widget::wrap::wrap;

/// The widest prose.
const MEASURE: u16 = 72;
/// Characters that stand for citations while text is laid out.
const FIRST: u32 = 0xF_0000;

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Title,
    Rule,
    Text,
    Bold,
    Quiet,
}

/// One line of the laid-out report.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    kind: Kind,
    indent: u16,
    bullet: bool,
    text: String,
    /// Citations in it: where, and which of [`Preview::cites`].
    cites: Vec<(Range<usize>, usize)>,
    section: usize,
}

/// A citation, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Cited {
    section: usize,
    /// Where it stands in the section's text.
    at: usize,
    to: CiteTo,
}

/// The report as it will leave.
pub struct Preview {
    report: Report,
    cites: Vec<Cited>,
    current: Option<usize>,
    top: Cell<usize>,
}

impl Preview {
    /// Builds the report as it would leave now, and opens it at the section of the screen.
    pub fn new(app: &App) -> Self {
        let project = app.session.project();
        let report = build(project, &app.session.archive, &Policy::default());
        let cites = report
            .sections
            .iter()
            .enumerate()
            .flat_map(|(section, text)| {
                text.cites.iter().map(move |cite| Cited { section, at: cite.range.start, to: cite.to.clone() })
            })
            .collect();
        let preview = Self { report, cites, current: None, top: Cell::new(0) };
        let here = preview.report.sections.iter().position(|section| section.key == app.report.key());
        let lines = preview.lines(app.size.width, app.zone(), app.settings.theme.glyph(Glyph::Broken));
        let line = lines.iter().position(|line| Some(line.section) == here);
        preview.top.set(line.unwrap_or(0));
        preview
    }

    fn source(&self) -> Option<&ReportSource> {
        let CiteTo::Source(number) = self.cites.get(self.current?)?.to else { return None };
        self.report.sources.iter().find(|source| source.number == number)
    }

    fn lines(&self, screen: u16, zone: Zone, broken: &str) -> Vec<Line> {
        let cells = measure(screen);
        let mut lines = Vec::new();
        let mut first_cite = 0;
        for (ix, section) in self.report.sections.iter().enumerate() {
            let mut layout = Layout { lines: &mut lines, cells, section: ix };
            layout.push(Kind::Title, 0, &section.title);
            layout.push(Kind::Rule, 0, &section.title);
            layout.blank();
            let cites = self.cites.get(first_cite..first_cite + section.cites.len()).unwrap_or_default();
            let labels: Vec<String> = cites.iter().map(|cite| label(&cite.to, broken)).collect();
            layout.blocks(&with_stand_ins(section), &labels, first_cite);
            first_cite += section.cites.len();
            if section.key == TIMELINE_KEY && self.report.shows_timeline && !section.has_table() {
                self.entries(&mut layout, zone);
            } else if section.text.trim().is_empty() {
                let words = if section.status == SectionStatus::Done {
                    "Left empty on purpose."
                } else {
                    "Nothing is written yet."
                };
                layout.push(Kind::Quiet, 0, words);
            }
            layout.blank();
        }
        lines
    }

    fn entries(&self, layout: &mut Layout<'_>, zone: Zone) {
        for row in &self.report.timeline.rows {
            let from = if row.kind == RowKind::Event { "event".into() } else { row.channel.tty_line() };
            let time = time_words(row, zone, WithDay::Shown);
            layout.push(Kind::Text, 0, &format!("{time}  {from}  {}", row.headline.tty_line().replace('␊', " ")));
        }
    }

    fn go_to_cite(&mut self, app: &App, forward: bool) {
        if self.cites.is_empty() {
            return;
        }
        let lines = self.lines(app.size.width, app.zone(), app.settings.theme.glyph(Glyph::Broken));
        let line_of = |cite: usize| lines.iter().position(|line| line.cites.iter().any(|(_, ix)| *ix == cite));
        let last = self.cites.len() - 1;
        let next = match self.current {
            Some(here) if forward => (here + 1).min(last),
            Some(here) => here.saturating_sub(1),
            None => (0..=last).find(|&cite| line_of(cite).is_some_and(|line| line >= self.top.get())).unwrap_or(last),
        };
        self.current = Some(next);
        let rows = usize::from(split(full_area(app.size)).text.height).max(1);
        if let Some(line) = line_of(next).filter(|line| !(self.top.get()..self.top.get() + rows).contains(line)) {
            self.top.set(line.saturating_sub(rows / 3));
        }
    }

    fn scroll(&self, app: &App, by: isize) {
        let lines = self.lines(app.size.width, app.zone(), "").len();
        let rows = usize::from(split(full_area(app.size)).text.height).max(1);
        self.top.set(self.top.get().saturating_add_signed(by).min(lines.saturating_sub(rows)));
    }

    /// Writes on at the citation, else in the section that is seen.
    fn edit(&self, ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
        let cited = self.current.and_then(|current| self.cites.get(current)).cloned();
        let lines = self.lines(ctx.app.size.width, ctx.app.zone(), "");
        let seen = lines.get(self.top.get()).map_or(0, |line| line.section);
        let section = cited.as_ref().map_or(seen, |cited| cited.section);
        let Some(key) = self.report.sections.get(section).map(|section| section.key.clone()) else { return Ok(()) };
        super::leave(ctx)?;
        ctx.app.report.go_to_section(&ctx.app.session, &key);
        super::write(ctx);
        if let (Some(cited), Some(writing)) = (cited, &mut ctx.app.report.writing) {
            writing.text.move_to(cited.at);
        }
        Ok(())
    }

    fn draw_lines(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        let broken = painter.theme.glyph(Glyph::Broken);
        let lines = self.lines(painter.area().width, app.zone(), broken);
        let cells = measure(painter.area().width);
        let x = area.x + if area.width >= layout::SIDE_BY_SIDE { (area.width - cells) / 2 } else { 2 };
        for (nth, line) in lines.iter().skip(self.top.get()).take(usize::from(area.height)).enumerate() {
            self.draw_line(painter, Rect::new(x, area.y + nth as u16, cells, 1), line);
        }
    }

    fn draw_line(&self, painter: &mut Painter<'_>, area: Rect, line: &Line) {
        let dim = painter.style(Role::Dim);
        if line.kind == Kind::Rule {
            let rule = painter.theme.glyph(Glyph::Heavy).repeat(width(&line.text).min(usize::from(area.width)));
            painter.put(area.x, area.y, area.width, &rule, dim);
            return;
        }
        if line.bullet {
            painter.glyph(area.x + line.indent.saturating_sub(2), area.y, Glyph::Bullet, dim);
        }
        let style = match line.kind {
            Kind::Title | Kind::Bold => painter.theme.bold(Role::Text),
            Kind::Quiet => dim,
            Kind::Text | Kind::Rule => Style::new(),
        };
        let mut x = area.x + line.indent;
        let mut from = 0;
        for (range, cite) in &line.cites {
            x = painter.put(
                x,
                area.y,
                area.right().saturating_sub(x),
                line.text.get(from..range.start).unwrap_or(""),
                style,
            );
            let role = match self.cites.get(*cite).map(|cited| &cited.to) {
                Some(CiteTo::Source(_)) => Role::Accent,
                _ => Role::Danger,
            };
            let mut style = painter.style(role);
            if self.current == Some(*cite) {
                style = style.add_modifier(Modifier::BOLD | Modifier::UNDERLINED);
            }
            let label = line.text.get(range.clone()).unwrap_or("").replace('\u{a0}', " ");
            x = painter.put(x, area.y, area.right().saturating_sub(x), &label, style);
            from = range.end;
        }
        painter.put_cut(x, area.y, area.right().saturating_sub(x), line.text.get(from..).unwrap_or(""), style);
    }

    fn draw_sources(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        if area.height < 2 {
            return;
        }
        let facts = vec![Fact::quiet(if area.width >= 60 { "each opens its message with Enter" } else { "" })];
        painter.heading(area, &Heading { title: "Sources".to_owned(), facts, ..Heading::default() });
        let rows = usize::from(area.height) - 1;
        let here = self.source().map(|source| source.number);
        let place = here.map_or_else(|| self.first_seen(app), |number| number.saturating_sub(1));
        let top = place.saturating_sub(1).min(self.report.sources.len().saturating_sub(rows));
        for (nth, source) in self.report.sources.iter().skip(top).take(rows).enumerate() {
            let row = Rect { y: area.y + 1 + nth as u16, height: 1, ..area };
            draw_source(app, painter, row, source, here == Some(source.number));
        }
        if self.report.sources.is_empty() {
            painter.put(area.x + 2, area.y + 1, area.width, "Nothing is cited yet.", painter.style(Role::Dim));
        }
    }

    /// The place of the first source cited in what is seen.
    fn first_seen(&self, app: &App) -> usize {
        let lines = self.lines(app.size.width, app.zone(), "");
        let cites = lines.iter().skip(self.top.get()).flat_map(|line| &line.cites);
        let mut numbers = cites.filter_map(|(_, cite)| match self.cites.get(*cite)?.to {
            CiteTo::Source(number) => Some(number),
            _ => None,
        });
        numbers.next().map_or(0, |number| number.saturating_sub(1))
    }
}

fn draw_source(app: &App, painter: &mut Painter<'_>, area: Rect, source: &ReportSource, here: bool) {
    let zone = app.zone();
    let evidence = &source.evidence;
    let event = evidence.kind == RowKind::Event;
    let told = evidence.told_zone_at(source.at);
    let zone = told.shown_in(zone);
    let (dim, accent) = (painter.style(Role::Dim), painter.style(Role::Accent));
    let plain = if here { painter.theme.bold(Role::Text) } else { Style::new() };
    let number = format!("[{}]", source.number);
    if here {
        painter.glyph(area.x, area.y, Glyph::Cursor, accent);
    }
    let style = if here { accent.add_modifier(Modifier::BOLD | Modifier::REVERSED) } else { accent };
    painter.put(area.x + 2, area.y, 6, &number, style);
    let who = if event { "event".into() } else { evidence.author.tty_line() };
    let says = source.note.clone().unwrap_or_else(|| evidence.text.unsanitised().to_owned());
    let says = sanitize_tty(&says.split_whitespace().collect::<Vec<_>>().join(" "), LineBreaks::Mark).into_owned();
    let right = area.right().saturating_sub(2);
    if area.width < layout::SIDE_BY_SIDE {
        let time = format!("{}{}", zone.minute(source.at), told.mark());
        let x = painter.put(area.x + 8, area.y, 11, &time, dim) + 1;
        painter.put_cut(x, area.y, (area.x + 24).min(right).saturating_sub(x), &who, plain);
        painter.put_cut(area.x + 25, area.y, right.saturating_sub(area.x + 25), &says, plain);
        return;
    }
    let time = format!("{} {}{}", zone.day(source.at), zone.clock(source.at), told.mark());
    let x = (painter.put(area.x + 8, area.y, 21, &time, dim) + 1).max(area.x + 24);
    painter.put_cut(x, area.y, (area.x + 39).saturating_sub(x), &who, plain);
    let by = evidence.by.as_ref().and_then(|by| app.session.project().investigators().get(by));
    let channel = match by.filter(|_| event) {
        Some(investigator) => format!("by {}", investigator.initials),
        None => evidence.channel.tty_line().into_owned(),
    };
    painter.put_cut(area.x + 40, area.y, 14, &channel, dim);
    painter.put_cut(area.x + 55, area.y, right.saturating_sub(area.x + 55), &says, plain);
}

fn label(to: &CiteTo, broken: &str) -> String {
    match to {
        CiteTo::Source(number) => format!("[{number}]"),
        CiteTo::Withheld => format!("[{broken}\u{a0}withheld]"),
        CiteTo::Broken => format!("[{broken}\u{a0}gone]"),
    }
}

const fn measure(screen: u16) -> u16 {
    let cells = screen.saturating_sub(4);
    if cells > MEASURE {
        MEASURE
    } else if cells < 2 {
        2
    } else {
        cells
    }
}

fn full_area(size: Rect) -> Rect {
    let frame = layout::frame(size);
    frame.main.union(frame.status)
}

struct Split {
    text: Rect,
    sources: Rect,
    left_out: Option<Rect>,
}

fn split(area: Rect) -> Split {
    let sources = match area.height {
        0..12 => 0,
        12..26 => 4,
        _ => 8,
    };
    let left_out = u16::from(sources > 0);
    let air = u16::from(area.height >= 26);
    let text = area.height.saturating_sub(1 + air + sources + left_out + air);
    let text = Rect { y: area.y + 1 + air, height: text, ..area }.intersection(area);
    let below = text.bottom() + air;
    Split {
        text,
        sources: Rect { y: below, height: sources, ..area }.intersection(area),
        left_out: (left_out > 0).then(|| Rect { y: below + sources, height: 1, ..area }.intersection(area)),
    }
}

/// The text of a section with one private character for each citation.
fn with_stand_ins(section: &ReportSection) -> String {
    let stands_for = |at: usize| {
        let nth = section.cites.iter().position(|cite| cite.range.start == at)?;
        char::from_u32(FIRST + u32::try_from(nth).ok()?)
    };
    section.text_with(|cite| stands_for(cite.range.start).map(String::from).unwrap_or_default())
}

/// Lines as they are laid out.
struct Layout<'a> {
    lines: &'a mut Vec<Line>,
    cells: u16,
    section: usize,
}

impl Layout<'_> {
    fn push(&mut self, kind: Kind, indent: u16, text: &str) {
        let line =
            Line { kind, indent, bullet: false, text: text.to_owned(), cites: Vec::new(), section: self.section };
        self.lines.push(line);
    }

    fn blank(&mut self) {
        if self.lines.last().is_some_and(|line| !line.text.is_empty()) {
            self.push(Kind::Text, 0, "");
        }
    }

    /// Lays out Markdown block by block.
    fn blocks(&mut self, text: &str, labels: &[String], first: usize) {
        let mut paragraph = String::new();
        for line in text.lines() {
            let trimmed = line.trim();
            let item = trimmed.strip_prefix("- ").or_else(|| trimmed.strip_prefix("* "));
            let title = trimmed.strip_prefix('#').map(|rest| rest.trim_start_matches('#').trim());
            if item.is_none() && title.is_none() && !trimmed.is_empty() && !trimmed.starts_with('|') {
                if !paragraph.is_empty() {
                    paragraph.push(' ');
                }
                paragraph.push_str(trimmed);
                continue;
            }
            self.flow(Kind::Text, 0, &std::mem::take(&mut paragraph), (labels, first));
            if let Some(item) = item {
                let depth = (line.len() - line.trim_start().len()) as u16;
                let before = self.lines.len();
                self.flow(Kind::Text, depth.min(8) + 2, item, (labels, first));
                if let Some(line) = self.lines.get_mut(before) {
                    line.bullet = true;
                }
            } else if let Some(title) = title {
                self.blank();
                self.flow(Kind::Bold, 0, title, (labels, first));
            } else if trimmed.is_empty() {
                self.blank();
            } else {
                self.table_row(trimmed, labels, first);
            }
        }
        self.flow(Kind::Text, 0, &paragraph, (labels, first));
    }

    fn table_row(&mut self, row: &str, labels: &[String], first: usize) {
        if row.chars().all(|c| matches!(c, '|' | '-' | ':' | ' ')) {
            return;
        }
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let (text, cites) = inline(&cells.join("  "), labels, first);
        self.lines.push(Line { kind: Kind::Text, indent: 0, bullet: false, text, cites, section: self.section });
    }

    fn flow(&mut self, kind: Kind, indent: u16, text: &str, (labels, first): (&[String], usize)) {
        if text.is_empty() {
            return;
        }
        let (text, cites) = inline(text, labels, first);
        for row in wrap(&text, usize::from(self.cells.saturating_sub(indent).max(1))) {
            let within = cites.iter().filter(|(range, _)| range.start >= row.start && range.end <= row.end);
            let cites = within.map(|(range, cite)| (range.start - row.start..range.end - row.start, *cite)).collect();
            let text = text.get(row).unwrap_or("").to_owned();
            self.lines.push(Line { kind, indent, bullet: false, text, cites, section: self.section });
        }
    }
}

/// A block with labels in place of its stand-ins, and where they stand.
fn inline(block: &str, labels: &[String], first: usize) -> (String, Vec<(Range<usize>, usize)>) {
    let mut text = String::with_capacity(block.len());
    let mut cites = Vec::new();
    for c in block.chars() {
        let nth = u32::from(c).checked_sub(FIRST).map(|nth| nth as usize);
        match nth.and_then(|nth| Some((nth, labels.get(nth)?))) {
            Some((nth, label)) => {
                let from = text.len();
                text.push_str(label);
                cites.push((from..text.len(), first + nth));
            }
            None => text.push(c),
        }
    }
    (text, cites)
}

/// `2 notes off the record, 1 entry of a private channel`.
fn left_out_words(left_out: &LeftOut) -> Option<String> {
    let mut parts = Vec::new();
    let mut add = |count: usize, one: &str, many: &str| {
        if count > 0 {
            parts.push(count_words(count, one, many));
        }
    };
    add(left_out.notes, "note off the record", "notes off the record");
    add(left_out.off_record, "message or event off the record", "messages and events off the record");
    add(left_out.private, "entry of a private channel", "entries of private channels");
    (!parts.is_empty()).then(|| format!("{}. They stay out of every export.", parts.join(", ")))
}

impl Layer for Preview {
    fn dock(&self, _: &App, _: Rect) -> Dock {
        Dock::Full
    }

    fn draw(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        let split = split(area);
        let lines = self.lines(painter.area().width, app.zone(), "").len();
        let rows = usize::from(split.text.height).max(1);
        let pages = lines.div_ceil(rows).max(1);
        let mut facts = vec![
            Fact::quiet("as Markdown will read"),
            Fact::quiet(format!("page {} of {pages}", (self.top.get() / rows + 1).min(pages))),
        ];
        let is_loud = |finding: &&Finding| finding.code != "empty-section" && finding.level != Level::Hint;
        let findings = app.report.checks.findings().iter().filter(is_loud).count();
        if findings > 0 {
            facts.push(Fact::bold(count_words(findings, "thing to look at", "things to look at")));
        }
        painter.heading(area, &Heading { title: "Preview".to_owned(), facts, focused: true, danger: false });
        self.draw_lines(app, painter, split.text);
        self.draw_sources(app, painter, split.sources);
        if let (Some(row), Some(words)) = (split.left_out, left_out_words(&self.report.left_out)) {
            let x = painter.put(row.x + 2, row.y, row.width, "Left out: ", painter.theme.bold(Role::Text));
            painter.put_cut(x, row.y, row.right().saturating_sub(x + 2), &words, painter.style(Role::Dim));
        }
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        if !ctx.app.pending.is_empty() {
            return Ok(Flow::Pass);
        }
        let page = isize::try_from(split(full_area(ctx.app.size)).text.height).unwrap_or(1).max(2);
        match (key.code(), key.mods()) {
            (Code::Esc, _) | (Code::Char('q' | 'p'), Mods::NONE) | (Code::Char('p'), Mods::ALT) => {
                return Ok(Flow::Close);
            }
            (Code::Char('j'), Mods::NONE) | (Code::Down, _) => self.scroll(ctx.app, 1),
            (Code::Char('k'), Mods::NONE) | (Code::Up, _) => self.scroll(ctx.app, -1),
            (Code::Char('d'), Mods::CTRL) => self.scroll(ctx.app, page / 2),
            (Code::Char('u'), Mods::CTRL) => self.scroll(ctx.app, -page / 2),
            (Code::PageDown, _) | (Code::Char(' '), Mods::NONE) | (Code::Char('f'), Mods::CTRL) => {
                self.scroll(ctx.app, page - 1);
            }
            (Code::PageUp, _) | (Code::Char('b'), Mods::CTRL) => self.scroll(ctx.app, 1 - page),
            (Code::Char('g'), Mods::NONE) | (Code::Home, _) => self.scroll(ctx.app, isize::MIN / 2),
            (Code::Char('G'), Mods::NONE) | (Code::End, _) => self.scroll(ctx.app, isize::MAX / 2),
            (Code::Char('n'), Mods::NONE) => self.go_to_cite(ctx.app, true),
            (Code::Char('N'), Mods::NONE) => self.go_to_cite(ctx.app, false),
            (Code::Enter, _) => return self.open_source(ctx),
            (Code::Char('e' | 'i'), Mods::NONE) => {
                self.edit(ctx)?;
                return Ok(Flow::Close);
            }
            (Code::Char('c' | 'z' | 'l'), Mods::CTRL) | (Code::Char('X' | '?' | ':'), Mods::NONE) => {
                return Ok(Flow::Pass);
            }
            _ => {}
        }
        Ok(Flow::Used)
    }

    fn hints(&self, _: &App) -> Vec<Hint> {
        vec![
            Hint::new("j", "k scroll"),
            Hint::new("n", "N citation"),
            Hint::new("Enter", "source"),
            Hint::new("e", "edit here"),
            Hint::new("X", "export"),
            Hint::new("Esc", "back"),
        ]
    }

    fn name(&self) -> &'static str {
        "preview"
    }
}

impl Preview {
    fn open_source(&self, ctx: &mut Ctx<'_>) -> anyhow::Result<Flow> {
        let Some(target) = self.source().map(|source| source.evidence.target.clone()) else {
            ctx.cannot("No citation is chosen; n goes to the next one");
            return Ok(Flow::Used);
        };
        super::leave(ctx)?;
        ctx.app.go_to(&target).map_err(anyhow::Error::msg)?;
        Ok(Flow::Close)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laid(text: &str, labels: &[&str]) -> Vec<(u16, String)> {
        let labels: Vec<String> = labels.iter().map(|&label| label.to_owned()).collect();
        let mut lines = Vec::new();
        Layout { lines: &mut lines, cells: 24, section: 0 }.blocks(text, &labels, 0);
        lines.into_iter().map(|line| (line.indent, line.text)).collect()
    }

    #[test]
    fn paragraphs_flow_and_items_hang_under_their_bullet() {
        let text = "One line\ngoes on here, and on.\n\n- an item of more than one row\n### Why";
        let expected = [
            (0, "One line goes on here,"),
            (0, "and on."),
            (0, ""),
            (2, "an item of more than"),
            (2, "one row"),
            (0, ""),
            (0, "Why"),
        ];
        assert_eq!(laid(text, &[]), expected.map(|(indent, line)| (indent, line.to_owned())));
    }

    #[test]
    fn labels_stand_where_citations_stood_and_know_their_number() {
        let (text, cites) = inline("seen \u{f0000} then \u{f0001}", &["[1]".to_owned(), "[12]".to_owned()], 5);
        assert_eq!(text, "seen [1] then [12]");
        assert_eq!(cites, [(5..8, 5), (14..18, 6)]);
    }

    #[test]
    fn tables_are_rows_without_bars() {
        assert_eq!(laid("| a | b |\n|---|---|\n| c | d |", &[]), [(0, "a  b".to_owned()), (0, "c  d".to_owned())]);
    }

    #[test]
    fn every_height_is_split_inside_its_area() {
        for height in 0..60 {
            let area = Rect::new(0, 1, 80, height);
            let split = split(area);
            assert!(
                split.text.bottom() <= area.bottom().max(2) && split.sources.bottom() <= area.bottom().max(2),
                "{height}"
            );
        }
    }
}
