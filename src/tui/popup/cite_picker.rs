//! Picks what the text cites: entries of the timeline and everything annotated, found by any letters
//! in order. What is tagged for the section and not cited yet stands first.

use std::collections::BTreeSet;

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::prompt::draw_line;
use crate::base::id::Target;
use crate::base::time::Instant;
use crate::project::Project;
use crate::search::fuzzy;
use crate::timeline::evidence_of;
use crate::tui::app::App;
use crate::tui::ctx::Ctx;
use crate::tui::key::{Code, Key, Mods};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::layout;
use crate::tui::paint::{Fact, Heading, Hint, Painter, counted};
use crate::tui::pane::message::tag_spans;
use crate::tui::pane::report;
use crate::tui::theme::{Glyph, Role};
use crate::tui::widget::line_editor::{LineEditor, Lines, Pressed};

/// Most rows of the list.
const MOST_ROWS: u16 = 12;

/// Something that can be cited.
struct Candidate {
    target: Target,
    at: Instant,
    who: String,
    says: String,
    /// What letters are looked for in.
    found_by: String,
    cited: bool,
}

/// Picks what the text cites.
pub struct CitePicker {
    line: LineEditor,
    candidates: Vec<Candidate>,
    shown: Vec<usize>,
    cursor: usize,
}

impl CitePicker {
    /// Opens over all that can be cited.
    pub fn new(app: &App) -> Self {
        let candidates = candidates(app);
        let shown = (0..candidates.len()).collect();
        Self { line: LineEditor::new(Lines::One, ""), candidates, shown, cursor: 0 }
    }

    fn narrow(&mut self) {
        self.cursor = 0;
        let pattern = self.line.text().trim();
        if pattern.is_empty() {
            self.shown = (0..self.candidates.len()).collect();
            return;
        }
        let texts: Vec<&str> = self.candidates.iter().map(|candidate| candidate.found_by.as_str()).collect();
        self.shown = fuzzy::rank(pattern, &texts).into_iter().map(|ranked| ranked.ix).collect();
    }

    fn chosen(&self) -> Option<&Candidate> {
        self.candidates.get(*self.shown.get(self.cursor)?)
    }

    fn step(&mut self, by: isize) {
        self.cursor = self.cursor.saturating_add_signed(by).min(self.shown.len().saturating_sub(1));
    }

    fn cite(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let Some(id) = self.chosen().map(|candidate| candidate.target.to_string()) else { return false };
        report::cite(ctx.app, &id);
        true
    }
}

fn candidates(app: &App) -> Vec<Candidate> {
    let project = app.session.project();
    let (cited, first): (Vec<_>, Vec<_>) = app.report.evidence().iter().partition(|piece| piece.cited);
    let [cited, first] =
        [cited, first].map(|pieces| pieces.into_iter().map(|piece| &piece.target).collect::<BTreeSet<_>>());
    let mut found: Vec<(bool, Candidate)> = project
        .annotated()
        .into_iter()
        .filter(|target| !project.is_off_record(target))
        .filter_map(|target| {
            Some((!first.contains(&target), candidate(app, project, &target, cited.contains(&target))?))
        })
        .collect();
    found.sort_by(|(a_later, a), (b_later, b)| (a_later, a.at, &a.target).cmp(&(b_later, b.at, &b.target)));
    found.into_iter().map(|(_, candidate)| candidate).collect()
}

fn candidate(app: &App, project: &Project, target: &Target, cited: bool) -> Option<Candidate> {
    let evidence = evidence_of(project, &app.session.archive, target)?;
    let entry = project.entry(target);
    let headline = entry.and_then(|entry| entry.headline.clone()).unwrap_or_default();
    let headline = if headline.trim().is_empty() { evidence.headline().tty_line().into_owned() } else { headline };
    let says = headline.split_whitespace().collect::<Vec<_>>().join(" ");
    let at = entry.and_then(|entry| entry.occurred_at).unwrap_or(evidence.at);
    let zone = app.zone();
    let tags: Vec<String> =
        project.tags_of(target).iter().filter_map(|id| project.tag(id)).map(|(_, tag)| tag.label()).collect();
    let found_by = format!(
        "{} {} {} {} {says} {} {}",
        zone.day(at),
        zone.clock(at),
        evidence.author.tty_line(),
        evidence.channel.tty_line(),
        tags.join(" "),
        evidence.text.tty_line(),
    );
    let who = evidence.short_who().tty_line().into_owned();
    Some(Candidate { target: target.clone(), at, who, says, found_by, cited })
}

impl Layer for CitePicker {
    fn dock(&self, _: &App, screen: Rect) -> Dock {
        let rows = (self.candidates.len() as u16).clamp(1, MOST_ROWS) + 2;
        Dock::Bottom(rows.min((screen.height / 2).max(4)))
    }

    fn draw(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        let (shown, all) = (self.shown.len(), self.candidates.len());
        let count = if shown == all { counted(all, "piece", "pieces") } else { format!("{shown} of {all}") };
        let facts = vec![Fact::quiet(count)];
        painter.heading(area, &Heading { title: "Cite".to_owned(), facts, focused: true, danger: false });
        draw_line(painter, Rect { y: area.y + 1, height: 1, ..area }, &self.line);
        let rows = usize::from(area.height.saturating_sub(2));
        let top = (self.cursor + 1).saturating_sub(rows);
        if self.shown.is_empty() {
            let words = if all == 0 {
                "Nothing is annotated yet: tag a message or put it on the timeline first."
            } else {
                "Nothing has these letters in this order."
            };
            painter.put_cut(area.x + 3, area.y + 2, area.width.saturating_sub(5), words, painter.style(Role::Dim));
        }
        for (nth, ix) in self.shown.iter().enumerate().skip(top).take(rows) {
            let y = area.y + 2 + (nth - top) as u16;
            if let Some(candidate) = self.candidates.get(*ix) {
                draw_row(app, painter, Rect { y, height: 1, ..area }, candidate, nth == self.cursor);
            }
        }
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        match (key.code(), key.mods()) {
            (Code::Esc, _) => return Ok(Flow::Close),
            (Code::Enter, Mods::ALT) => {
                self.cite(ctx);
                self.step(1);
            }
            (Code::Enter, _) => {
                return Ok(if self.cite(ctx) { Flow::Close } else { Flow::Used });
            }
            (Code::Char('@'), Mods::NONE) if self.line.is_empty() => {
                if let Some(writing) = &mut ctx.app.report.writing {
                    writing.text.paste("@");
                }
                report::typed(ctx.app);
                return Ok(Flow::Close);
            }
            (Code::Down, _) | (Code::Char('n'), Mods::CTRL) | (Code::Tab, Mods::NONE) => self.step(1),
            (Code::Up, _) | (Code::Char('p'), Mods::CTRL) | (Code::Tab, Mods::SHIFT) => self.step(-1),
            (Code::PageDown, _) => self.step(10),
            (Code::PageUp, _) => self.step(-10),
            _ => {
                if self.line.press(key) == Pressed::Changed {
                    self.narrow();
                }
            }
        }
        Ok(Flow::Used)
    }

    fn paste(&mut self, _: &mut Ctx<'_>, text: &str) -> anyhow::Result<Flow> {
        self.line.paste(text);
        self.narrow();
        Ok(Flow::Used)
    }

    fn hints(&self, _: &App) -> Vec<Hint> {
        vec![
            Hint::new("Enter", "cite"),
            Hint::new("Alt-Enter", "cite, stay"),
            Hint::new("↓", "↑ choose"),
            Hint::new("@", "an @"),
            Hint::new("Esc", "back"),
        ]
    }

    fn mode(&self) -> Option<&'static str> {
        Some("CITE")
    }

    fn name(&self) -> &'static str {
        "cite"
    }
}

fn draw_row(app: &App, painter: &mut Painter<'_>, area: Rect, candidate: &Candidate, here: bool) {
    let zone = app.zone();
    let accent = painter.style(Role::Accent);
    let time = format!("{} {}", zone.day(candidate.at), zone.minute(candidate.at));
    let style = if here { painter.theme.bold(Role::Accent).add_modifier(Modifier::REVERSED) } else { Style::new() };
    if here {
        painter.glyph(area.x, area.y, Glyph::Cursor, accent);
    }
    if candidate.cited {
        painter.glyph(area.x + 1, area.y, Glyph::Done, painter.style(Role::Saved));
    }
    painter.put(area.x + 3, area.y, area.width.saturating_sub(5), &time, style);
    let plain = if here { painter.theme.bold(Role::Text) } else { Style::new() };
    painter.put_cut(
        area.x + 17,
        area.y,
        8.min(area.width.saturating_sub(19)),
        &candidate.who,
        painter.style(Role::Dim),
    );
    let tags = if area.width >= layout::SIDE_BY_SIDE { 26 } else { 0 };
    let x = area.x + 27;
    let right = area.right().saturating_sub(2 + tags);
    painter.put_cut(x, area.y, right.saturating_sub(x), &candidate.says, plain);
    if tags > 0 {
        let spans = tag_spans(app.session.project(), painter.theme, &candidate.target);
        let x = right + 2;
        if let Some(first) = spans.first() {
            painter.put_cut(x, area.y, area.right().saturating_sub(x + 2), &first.text, first.style);
        }
    }
}
