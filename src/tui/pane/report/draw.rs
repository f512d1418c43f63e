//! Draws the Report screen: sections at the left, prose in the middle, evidence at the right; on
//! narrow screens the prose with its uncited evidence below, or one of the lists.

use std::collections::BTreeMap;

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::cited::Shown;
use super::{Focus, SectionLine, beside, sections};
use crate::base::text::{count_words, thousands};
use crate::project::cell::Kind;
use crate::project::model::SectionStatus;
use crate::report::citations;
use crate::report::cite::{Standing, resolve};
use crate::report::lint::{Finding, Level};
use crate::report::template::{TIMELINE_KEY, Template};
use crate::tui::app::App;
use crate::tui::layout;
use crate::tui::paint::{Fact, Heading, Painter};
use crate::tui::theme::{Glyph, Role, Theme};
use crate::tui::view::ViewState;
use crate::tui::widget::wrap::Rows;

/// The widest prose.
const MEASURE: u16 = 72;
/// The widest prose on narrow screens, where the eye has no list beside it.
const NARROW_MEASURE: u16 = 66;

/// Areas of the screen; each with its heading as the first row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Areas {
    /// The list of sections, with the edge at its right.
    pub sections: Option<Rect>,
    /// The prose.
    pub prose: Option<Rect>,
    /// The evidence.
    pub evidence: Option<Rect>,
}

/// Whether the three regions stand side by side.
const fn is_wide(size: Rect) -> bool {
    size.width >= layout::SIDE_BY_SIDE
}

fn areas(size: Rect, focus: Focus) -> Areas {
    let main = layout::frame(size).main;
    let none = Areas { sections: None, prose: None, evidence: None };
    if !is_wide(size) {
        return match focus {
            Focus::Sections => Areas { sections: Some(main), ..none },
            Focus::Evidence => Areas { evidence: Some(main), ..none },
            Focus::Prose => {
                // Three rows of evidence below, and a blank one, when the prose keeps ten.
                let below = if main.height >= 14 { 3 } else { 0 };
                let prose = Rect { height: main.height - if below > 0 { below + 1 } else { 0 }, ..main };
                let evidence = Rect { y: main.bottom() - below, height: below, ..main };
                Areas { prose: Some(prose), evidence: Some(evidence).filter(|_| below > 0), ..none }
            }
        };
    }
    let (list, beside) = match size.width {
        0..120 => (27, 29),
        120..150 => (31, 34),
        _ => (37, 46),
    };
    let prose = main.width - list - beside;
    Areas {
        sections: Some(Rect { width: list, ..main }),
        prose: Some(Rect { x: main.x + list, width: prose, ..main }),
        evidence: Some(Rect { x: main.x + list + prose, width: beside, ..main }),
    }
}

/// Rows of prose in sight.
pub fn prose_rows(size: Rect) -> u16 {
    areas(size, Focus::Prose).prose.map_or(1, |area| text_area(area, size).height)
}

/// Cells of a row of prose.
pub fn prose_cells(size: Rect) -> usize {
    usize::from(areas(size, Focus::Prose).prose.map_or(1, |area| text_area(area, size).width))
}

/// Where the words of the prose go: below heading and air, above the counts.
fn text_area(area: Rect, size: Rect) -> Rect {
    let wide = is_wide(size);
    let air = u16::from(wide && area.height > 10);
    let measure = if wide { MEASURE } else { NARROW_MEASURE };
    let counts = u16::from(wide && area.height > 6);
    let edge = u16::from(wide);
    Rect::new(
        area.x + 2,
        area.y + 1 + air,
        area.width.saturating_sub(4 + edge).min(measure).max(2),
        area.height.saturating_sub(1 + air + counts),
    )
}

/// Draws the screen.
pub fn draw(app: &App, view: &mut ViewState, painter: &mut Painter<'_>) {
    let size = painter.area();
    let areas = areas(size, app.report.focus);
    if let Some(area) = areas.sections {
        sections::draw(app, view, painter, area, is_wide(size));
        if is_wide(size) {
            edge(painter, area);
        }
    }
    if let Some(area) = areas.prose {
        prose(app, view, painter, area);
        if is_wide(size) {
            edge(painter, area);
        }
    }
    if let Some(area) = areas.evidence {
        if is_wide(size) || app.report.focus == Focus::Evidence {
            beside::draw(app, view, painter, area);
        } else {
            beside::draw_uncited(app, painter, area);
        }
    }
}

fn edge(painter: &mut Painter<'_>, area: Rect) {
    let dim = painter.style(Role::Dim);
    for y in area.y + 1..area.bottom() {
        painter.glyph(area.right().saturating_sub(1), y, Glyph::Track, dim);
    }
}

/// The label of a citation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// What it says, brackets included.
    pub text: String,
    /// What the citation stands on.
    pub standing: Standing,
}

/// The labels of all citations in the text of the section.
#[derive(Debug, Clone, Default)]
pub struct Labels(BTreeMap<String, Label>);

impl Labels {
    /// Looks up what the text cites, as it is typed.
    pub fn of(app: &App) -> Self {
        let project = app.session.project();
        let cited = citations(&app.report.text(project)).into_iter().map(|citation| citation.id);
        Self(cited.map(|id| (id.clone(), label_of(app, &id))).collect())
    }

    /// The label of an id.
    pub fn label(&self, id: &str) -> Label {
        self.0.get(id).cloned().unwrap_or_else(|| Label { text: format!("[@{id}]"), standing: Standing::Broken })
    }

    fn broken(&self) -> impl Iterator<Item = &Label> {
        self.0.values().filter(|label| matches!(label.standing, Standing::Broken | Standing::OffRecord))
    }
}

fn label_of(app: &App, id: &str) -> Label {
    let resolved = resolve(app.session.project(), &app.session.archive, id);
    let sign = app.settings.theme.glyph(Glyph::Broken);
    let told = resolved.told_zone();
    let minute = told.shown_in(app.zone()).minute(resolved.at);
    let clock = if resolved.at.is_dated() { format!("{minute}{} ", told.mark()) } else { String::new() };
    let words = match resolved.standing {
        Standing::Broken => format!("{clock}{sign} gone"),
        Standing::OffRecord => format!("{clock}{sign} off the record"),
        Standing::OnTimeline | Standing::OffTimeline => resolved.label(app.zone()),
    };
    Label { text: format!("[{words}]"), standing: resolved.standing }
}

fn label_style(theme: Theme, standing: Standing) -> Style {
    match standing {
        Standing::Broken | Standing::OffRecord => theme.style(Role::Danger),
        Standing::OnTimeline | Standing::OffTimeline => theme.style(Role::Accent),
    }
}

/// What is wrong with the citations of the section, and what to do.
pub fn broken_words(app: &App) -> Option<String> {
    let labels = Labels::of(app);
    let mut broken = labels.broken();
    let first = broken.next()?;
    let more = broken.count();
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    let time = first.text.trim_matches(['[', ']']).split(' ').next().unwrap_or("").to_owned();
    let words = match first.standing {
        Standing::OffRecord => "is off the record and will not leave",
        _ => "points to nothing that is here",
    };
    Some(format!("[{time}] {words}{more}. Backspace takes it out, @ cites another"))
}

/// `128 words   3 citations` of the section.
pub fn counts_words(app: &App) -> String {
    let shown = shown(app, &Labels::of(app));
    let words = count_words(shown.words(), "word", "words");
    format!("{words}   {}", count_words(shown.citations(), "citation", "citations"))
}

fn shown(app: &App, labels: &Labels) -> Shown {
    app.report.cited_text(app.session.project()).shown(|id| labels.label(id).text)
}

/// The sign of a status and its style.
pub fn status_sign(theme: Theme, status: SectionStatus) -> (&'static str, Style) {
    match status {
        SectionStatus::Done => (theme.glyph(Glyph::Done), theme.style(Role::Saved)),
        SectionStatus::Draft => (theme.glyph(Glyph::Draft), theme.style(Role::Warning)),
        SectionStatus::Empty => (theme.glyph(Glyph::Empty), theme.style(Role::Dim)),
    }
}

/// The word of a status.
pub const fn status_word(status: SectionStatus) -> &'static str {
    match status {
        SectionStatus::Done => "done",
        SectionStatus::Draft => "draft",
        SectionStatus::Empty => "empty",
    }
}

fn prose(app: &App, view: &mut ViewState, painter: &mut Painter<'_>, area: Rect) {
    let size = painter.area();
    let Some(section) = app.report.section() else { return };
    heading(app, painter, area, section);
    let labels = Labels::of(app);
    let shown = shown(app, &labels);
    let text = text_area(area, size);
    if app.report.writing.is_some() {
        written(app, view, painter, text, &shown, &labels);
    } else if shown.text.trim().is_empty() {
        prompts(app, painter, text, section);
    } else {
        let rows = Rows::new(&shown.text, usize::from(text.width) + 1);
        let top = app.report.scroll().min(rows.len().saturating_sub(1));
        paint_rows(painter, text, &rows, top, &shown, &labels);
        let cited = app.report.cited_text(app.session.project());
        marks(app, painter, text, &rows, top, |at| cited.shown_place(&shown, at));
    }
    counts(app, painter, area, text);
}

fn heading(app: &App, painter: &mut Painter<'_>, area: Rect, section: &SectionLine) {
    let wide = is_wide(painter.area());
    let mut facts = Vec::new();
    if !wide {
        let all = app.report.sections.len();
        facts.push(Fact::quiet(format!("section {} of {all}", app.report.place() + 1)));
    }
    if let Some(template) = section.kept_from {
        facts.push(Fact::quiet(format!("kept from {template}")));
    }
    if let Some(who) = app.report.writing.as_ref().and_then(|writing| writing.also_edited(&app.session)) {
        facts.push(Fact::bold(format!("also edited by {who}")));
    } else if let Some(conflict) = app.session.document().conflict(Kind::Report, &section.key) {
        facts.push(Fact::bold(format!("{} versions, g c", conflict.versions.len())));
    } else {
        facts.push(Fact::quiet(status_word(section.status)));
    }
    if !wide && app.report.writing.is_none() {
        facts.push(Fact::quiet("Tab list"));
    }
    let focused = app.report.writing.is_some() || !wide;
    painter.heading(area, &Heading { title: section.title.clone(), facts, focused, danger: false });
}

fn written(app: &App, view: &mut ViewState, painter: &mut Painter<'_>, area: Rect, shown: &Shown, labels: &Labels) {
    let Some(writing) = &app.report.writing else { return };
    let (width, height) = (usize::from(area.width) + 1, usize::from(area.height));
    let (rows, (x, row)) = writing.text.wrap(shown, width, height);
    let top = view.list_top("report.prose", row, rows.len(), height);
    paint_rows(painter, area, &rows, top, shown, labels);
    marks(app, painter, area, &rows, top, |at| writing.text.shown_place(shown, at));
    let y = row.saturating_sub(top) as u16;
    if y < area.height {
        painter.restyle(area.x + x as u16, area.y + y, 1, Style::new().add_modifier(Modifier::REVERSED));
    }
}

fn paint_rows(painter: &mut Painter<'_>, area: Rect, rows: &Rows, top: usize, shown: &Shown, labels: &Labels) {
    for (nth, row) in rows.ranges().iter().skip(top).take(usize::from(area.height)).enumerate() {
        let y = area.y + nth as u16;
        let mut x = area.x;
        for piece in shown.pieces.iter().filter(|piece| piece.shown.start < row.end && piece.shown.end > row.start) {
            let part = piece.shown.start.max(row.start)..piece.shown.end.min(row.end);
            let words = shown.text.get(part).unwrap_or("");
            let room = area.right().saturating_sub(x);
            x = match &piece.cites {
                Some(id) => {
                    let style = label_style(painter.theme, labels.label(id).standing);
                    painter.put(x, y, room, &words.replace('\u{a0}', " "), style)
                }
                None => painter.put(x, y, room, words, Style::new()),
            };
        }
    }
}

/// Left of each row the gravest of what is to be looked at in it.
fn marks(app: &App, painter: &mut Painter<'_>, area: Rect, rows: &Rows, top: usize, place: impl Fn(usize) -> usize) {
    let spans: Vec<(usize, usize, Level)> = app
        .report
        .marks
        .iter()
        .filter_map(|finding| {
            let range = finding.range.as_ref()?;
            Some((place(range.start), place(range.end), finding.level))
        })
        .collect();
    for (nth, row) in rows.ranges().iter().skip(top).take(usize::from(area.height)).enumerate() {
        let touching = spans.iter().filter(|(from, to, _)| *from < row.end && *to > row.start);
        let Some((.., level)) = touching.min_by_key(|(.., level)| *level) else { continue };
        let (sign, style) = match level {
            Level::Problem => (painter.theme.glyph(Glyph::Broken), painter.style(Role::Danger)),
            Level::Advice => (painter.theme.glyph(Glyph::Look), painter.style(Role::Warning)),
            Level::Hint => ("?", painter.style(Role::Dim)),
        };
        painter.put(area.x.saturating_sub(2), area.y + nth as u16, 1, sign, style);
    }
}

/// The row of the prose, as it is wrapped at its usual measure, in which a place of the text stands.
pub fn row_of(text: &super::CitedText, at: usize) -> usize {
    let shown = text.shown(|_| "[00:00 somebody]".to_owned());
    let place = text.shown_place(&shown, at);
    let rows = Rows::new(&shown.text, usize::from(MEASURE));
    rows.ranges().iter().position(|row| row.end > place).unwrap_or(0).saturating_sub(2)
}

/// What is to be asked about the words at the caret, in one line.
pub fn mark_words(app: &App) -> Option<String> {
    let writing = app.report.writing.as_ref()?;
    let (text, caret) = (writing.text.text(), writing.text.caret());
    let line_start = text.get(..caret)?.rfind('\n').map_or(0, |at| at + 1);
    let line_end = text.get(caret..)?.find('\n').map_or(text.len(), |at| caret + at);
    let in_line = |finding: &&Finding| {
        finding.range.as_ref().is_some_and(|range| range.start < line_end.max(line_start + 1) && range.end > line_start)
    };
    // The one at the caret first, else the nearest before it in its line.
    let distance = |finding: &&Finding| finding.range.as_ref().map_or(usize::MAX, |range| caret.abs_diff(range.end));
    let finding = app.report.marks.iter().filter(in_line).min_by_key(distance)?;
    Some(finding.message.clone())
}

/// What an empty section asks, and how to begin.
fn prompts(app: &App, painter: &mut Painter<'_>, area: Rect, section: &SectionLine) {
    let Some(asks) = Template::of(app.session.project()).section(&section.key) else { return };
    let dim = painter.style(Role::Dim);
    let below = |y: u16| Rect { y, height: area.bottom().saturating_sub(y), ..area };
    let mut y = painter.paragraph(area, &format!("Tells {}", asks.answers), Style::new());
    y = painter.paragraph(below(y + 1), "Enter writes, D puts a draft from the project in.", dim);
    if section.key == TIMELINE_KEY {
        y = painter.paragraph(below(y), "The table of entries is added to every export by itself.", dim);
    }
    y += 1;
    for prompt in &asks.prompts {
        if y >= area.bottom() {
            return;
        }
        painter.glyph(area.x, y, Glyph::Bullet, dim);
        let inner = Rect { x: area.x + 2, width: area.width.saturating_sub(2).max(1), ..below(y) };
        y = painter.paragraph(inner, prompt, dim);
    }
}

/// Words and citations below the prose, and what is broken below them.
fn counts(app: &App, painter: &mut Painter<'_>, area: Rect, text: Rect) {
    let writing = app.report.writing.is_some();
    if text.bottom() < area.bottom() {
        let mut words = counts_words(app);
        if let Some(asked) = Template::of(app.session.project()).section(app.report.key()) {
            words = format!("{words}   about {} words", asked.length.trim_end_matches(" words"));
        }
        painter.put_cut(area.x + 2, area.bottom() - 1, area.width.saturating_sub(4), &words, painter.style(Role::Dim));
    }
    // While somebody writes, the layer that hears the keys says it in the row above them.
    let air = area.bottom() < layout::frame(painter.area()).status.y;
    if let Some(words) = broken_words(app).filter(|_| !writing && air) {
        let words = format!("{} {words}", painter.theme.glyph(Glyph::Broken));
        painter.put_cut(
            area.x + 2,
            area.bottom(),
            painter.area().right().saturating_sub(area.x + 4),
            &words,
            painter.style(Role::Danger),
        );
    }
}

/// `4 of 6 cited`, for the heading of the evidence; nothing before it is known how many there are.
pub fn cited_share(app: &App) -> Vec<Fact> {
    let all = app.report.evidence();
    let cited = all.iter().filter(|piece| piece.cited).count();
    let share = format!("{} of {} cited", thousands(cited), thousands(all.len()));
    app.report.checks.is_known().then(|| Fact::quiet(share)).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_regions_stand_where_the_eye_knows_them() {
        let size = Rect::new(0, 0, 120, 40);
        let areas = areas(size, Focus::Prose);
        assert_eq!(areas.sections.map(|area| (area.x, area.width)), Some((0, 31)));
        assert_eq!(areas.prose.map(|area| (area.x, area.width)), Some((31, 55)));
        assert_eq!(areas.evidence.map(|area| (area.x, area.width)), Some((86, 34)));
        assert_eq!(text_area(areas.prose.unwrap(), size), Rect::new(33, 4, 50, 32));
    }

    #[test]
    fn every_size_has_areas_inside_it() {
        for width in 20..200 {
            for height in 5..50 {
                let size = Rect::new(0, 0, width, height);
                for focus in [Focus::Prose, Focus::Sections, Focus::Evidence] {
                    let areas = areas(size, focus);
                    for area in [areas.sections, areas.prose, areas.evidence].into_iter().flatten() {
                        assert_eq!(size.intersection(area), area, "{width}x{height} {focus:?}");
                        assert!(text_area(area, size).width >= 2);
                    }
                }
            }
        }
    }
}
