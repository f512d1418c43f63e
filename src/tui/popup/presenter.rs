//! The presenter view: the timeline beat by beat, large enough for a room, with a question below.
//!
//! What people say is typed against the beat and lands in the project: remarks on the entry, fixes in
//! the parking lot among the follow-ups. What is off the record or private is not shown to a room.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::prompt::Prompt;
use crate::base::id::Target;
use crate::base::text::{count_words, cut};
use crate::base::time::{Instant, MINUTE, Zone, duration_words};
use crate::project::Edit;
use crate::project::model::Milestone;
use crate::report::meeting::{HANDS, Length, REMARK, hands, meeting, park, parked, questions_for, remark};
use crate::timeline::Row;
use crate::tui::app::App;
use crate::tui::ctx::Ctx;
use crate::tui::key::{Code, Key};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::paint::{Fact, Heading, Hint, Painter, Span};
use crate::tui::pane::doc::Doc;
use crate::tui::pane::timeline;
use crate::tui::theme::Role;

/// The widest line that is read from the back of a room.
const MEASURE: u16 = 64;
/// Rows from which the clock is drawn large.
const TALL: u16 = 26;
/// About sixty words are read aloud in twenty seconds; more is not read at all.
const MOST_CELLS: usize = 420;

/// Digits and the colon, three cells wide and five high.
const DIGITS: [(char, [&str; 5]); 11] = [
    ('0', ["###", "# #", "# #", "# #", "###"]),
    ('1', [" # ", "## ", " # ", " # ", "###"]),
    ('2', ["###", "  #", "###", "#  ", "###"]),
    ('3', ["###", "  #", "###", "  #", "###"]),
    ('4', ["# #", "# #", "###", "  #", "  #"]),
    ('5', ["###", "#  ", "###", "  #", "###"]),
    ('6', ["###", "#  ", "###", "# #", "###"]),
    ('7', ["###", "  #", "  #", "  #", "  #"]),
    ('8', ["###", "# #", "###", "# #", "###"]),
    ('9', ["###", "# #", "###", "  #", "###"]),
    (':', ["   ", " # ", "   ", " # ", "   "]),
];

/// The timeline beat by beat.
#[derive(Debug)]
pub struct Presenter {
    beat: usize,
    /// Which of the beat's questions is shown.
    question: usize,
    /// Whether what a facilitator keeps in mind is shown.
    reminds: bool,
    /// When it was opened: there the timeline's part of the meeting begins.
    began: Instant,
    /// Which of the lengths of a meeting it is.
    length: usize,
}

impl Presenter {
    /// Begins at the entry under the cursor of the Timeline.
    pub fn new(app: &mut App) -> Self {
        timeline::ready(app);
        let current = app.timeline.row().map(|row| row.target.clone());
        let beat = beats(app).iter().position(|row| Some(&row.target) == current.as_ref()).unwrap_or(0);
        Self { beat, question: 0, reminds: false, began: app.now, length: 0 }
    }

    fn target(&self, app: &App) -> Option<Target> {
        beats(app).get(self.beat).map(|row| row.target.clone())
    }

    fn go(&mut self, app: &App, by: isize) {
        let last = beats(app).len().saturating_sub(1);
        self.beat = self.beat.saturating_add_signed(by).min(last);
        self.question = 0;
        self.reminds = false;
    }

    /// Asks for words and lets them land at this beat.
    fn write(&self, ctx: &mut Ctx<'_>, question: &str, done: &'static str, edit: fn(&App, &Target, &str) -> Edit) {
        let Some(target) = self.target(ctx.app) else { return };
        let answer = Box::new(move |ctx: &mut Ctx<'_>, text: &str| {
            anyhow::ensure!(!text.trim().is_empty(), "Nothing was typed; Esc goes back");
            let edit = edit(ctx.app, &target, text);
            ctx.edit(done, vec![edit])?;
            ctx.toast(format!("{done}, u undoes"));
            Ok(())
        });
        ctx.open(Prompt::new(ctx.app, question, "", answer));
    }

    fn doc(&self, app: &App, area: Rect) -> Doc {
        let mut doc = Doc::new(app.settings.theme, area.width);
        let beats = beats(app);
        let Some(row) = beats.get(self.beat) else {
            let title = "Nothing to present".to_owned();
            doc.heading(Heading { title, focused: true, ..Heading::default() });
            doc.text(3, "No entry is on the timeline yet; a on a message puts it there.", doc.style(Role::Dim));
            return doc;
        };
        let before = self.beat.checked_sub(1).and_then(|beat| beats.get(beat)).copied();
        self.heading(app, &mut doc, row, beats.len());
        let x = area.width.saturating_sub(MEASURE) / 2;
        when(app, &mut doc, row, x, area.height >= TALL);
        words(&mut doc, row, x, if area.height >= TALL { MOST_CELLS } else { MOST_CELLS / 2 });
        self.ask(app, &mut doc, row, before, x);
        landed(app, &mut doc, row, x);
        doc
    }

    fn heading(&self, app: &App, doc: &mut Doc, row: &Row, whole: usize) {
        let hidden = app.timeline.timeline.rows.len() - whole;
        let phase = row.phase.as_ref().and_then(|id| app.timeline.timeline.phase(id)).map(|phase| phase.title.clone());
        let mut facts: Vec<Fact> = Vec::new();
        facts.extend(phase.map(Fact::quiet));
        facts.extend(self.left(app, whole));
        if hidden > 0 {
            facts.push(Fact::quiet(format!("{hidden} not shown to a room")));
        }
        facts.push(Fact::quiet(format!("beat {} of {whole}", self.beat + 1)));
        let title = app.session.project().fact_text("headline").unwrap_or_else(|| app.session.project().title());
        doc.heading(Heading { title: title.to_owned(), facts, focused: true, danger: false });
    }

    fn length(&self) -> Option<Length> {
        let lengths = &meeting().lengths;
        lengths.get(self.length % lengths.len().max(1)).copied()
    }

    /// What is left of the time for the timeline, and what that gives each beat from this one on.
    fn left(&self, app: &App, whole: usize) -> Option<Fact> {
        let length = self.length()?;
        let (left, each) = length.left(app.now.since(self.began).unwrap_or(0), whole - self.beat);
        Some(match (left, each) {
            (0, _) => Fact::bold(format!("the {} min for the timeline are over", length.timeline)),
            (left, 0) => Fact::quiet(format!("{left} min left, under 1 a beat")),
            (left, each) => Fact::quiet(format!("{left} min left, {each} a beat")),
        })
    }

    /// One question for the room, or what a facilitator keeps in mind.
    fn ask(&self, app: &App, doc: &mut Doc, row: &Row, before: Option<&Row>, x: u16) {
        let questions = questions_for(app.session.project(), row, before);
        let place = self.question % questions.len().max(1);
        let dim = doc.style(Role::Dim);
        if self.reminds {
            doc.heading_at(
                x.saturating_sub(2),
                Heading { title: "For the facilitator".to_owned(), ..Heading::default() },
            );
            meeting().facilitator.iter().for_each(|line| doc.text(x, line, dim));
            doc.blank();
            return;
        }
        let facts =
            vec![Fact::quiet(format!("{} of {}", place + 1, count_words(questions.len(), "question", "questions")))];
        doc.heading_at(x.saturating_sub(2), Heading { title: "Ask the room".to_owned(), facts, ..Heading::default() });
        if let Some(question) = questions.get(place) {
            let bold = doc.theme().bold(Role::Accent);
            doc.text(x, question, bold);
        }
        doc.blank();
    }
}

/// The beats that may be shown to a room.
fn beats(app: &App) -> Vec<&Row> {
    app.timeline.timeline.rows.iter().filter(|row| !row.off_record && !row.private).collect()
}

/// The clock, large where there is room, with day, zone and distance from the start.
fn when(app: &App, doc: &mut Doc, row: &Row, x: u16, large: bool) {
    let zone = row.zone_of_time().shown_in(app.zone());
    let dim = doc.style(Role::Dim);
    doc.blank();
    if large {
        let bold = doc.theme().bold(Role::Text);
        for line in big(&zone.minute(row.at), doc.theme().block(7)) {
            doc.cells(vec![(x, Span::new(line, bold))]);
        }
        doc.blank();
    }
    let start = app.session.project().milestone(Milestone::Start).and_then(|start| row.at.since(start));
    let since = start.map_or_else(String::new, |since| {
        let side = if since < 0 { "before" } else { "after" };
        format!(", {} {side} the start", duration_words(since))
    });
    doc.text(x, &format!("{} {} {}{since}", zone.long_day(row.at), zone.clock(row.at), place(zone, row)), dim);
    doc.blank();
}

fn place(zone: Zone, row: &Row) -> String {
    zone.offset_label(row.at)
}

/// A clock in rows of blocks.
fn big(clock: &str, block: &str) -> Vec<String> {
    let shape = |c: char| DIGITS.iter().find(|(digit, _)| *digit == c).map(|(_, rows)| rows);
    let row = |nth: usize| {
        let cells: Vec<String> = clock
            .chars()
            .filter_map(shape)
            .filter_map(|rows| rows.get(nth))
            .map(|row| {
                // A cell is about twice as high as wide.
                row.chars().map(|c| if c == '#' { block } else { " " }.repeat(2)).collect()
            })
            .collect();
        cells.join("  ")
    };
    (0..5).map(row).collect()
}

/// What happened, in an investigator's words and then in those of whoever was there.
fn words(doc: &mut Doc, row: &Row, x: u16, most: usize) {
    let bold = doc.theme().bold(Role::Text);
    doc.text(x, row.headline.unsanitised(), bold.add_modifier(Modifier::UNDERLINED));
    doc.blank();
    let who: Vec<String> = [&row.author, &row.channel]
        .into_iter()
        .filter(|text| !text.is_empty())
        .map(|text| text.tty_line().into_owned())
        .collect();
    if !who.is_empty() {
        doc.text(x, &who.join(" in "), doc.style(Role::Dim));
    }
    if row.told() != row.headline.unsanitised() {
        doc.text(x, &cut(row.told(), most), Style::new());
    }
    doc.blank();
}

/// What was said and parked at this beat.
fn landed(app: &App, doc: &mut Doc, row: &Row, x: u16) {
    let project = app.session.project();
    let notes = row.notes.iter().filter_map(|id| project.notes().get(id)).filter(|note| !note.off_record);
    let dim = doc.style(Role::Dim);
    for note in notes {
        for (label, start) in [("remark", REMARK), ("hands", HANDS)] {
            if let Some(text) = note.text.strip_prefix(start) {
                doc.labelled(x, label, x + 9, text, dim);
            }
        }
    }
    for text in parked(project, &row.target) {
        doc.labelled(x, "parked", x + 9, &text, dim);
    }
}

impl Layer for Presenter {
    fn dock(&self, _: &App, _: Rect) -> Dock {
        Dock::Full
    }

    fn draw(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        let doc = self.doc(app, area);
        // Where all has no room, the question and what landed stay in sight.
        doc.draw(painter, area, doc.top(usize::MAX, area.height));
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        timeline::ready(ctx.app);
        match (key.code(), key.typed()) {
            (Code::Esc, _) | (_, Some('q')) => {
                if let Some(target) = self.target(ctx.app) {
                    crate::tui::pane::show_entry(ctx, &target);
                }
                return Ok(Flow::Close);
            }
            (Code::Down | Code::Right | Code::PageDown, _) | (_, Some(' ' | 'j' | 'l')) => self.go(ctx.app, 1),
            (Code::Up | Code::Left | Code::PageUp, _) | (_, Some('k' | 'h')) => self.go(ctx.app, -1),
            (Code::Home, _) => self.go(ctx.app, isize::MIN),
            (Code::End, _) | (_, Some('G')) => self.go(ctx.app, isize::MAX),
            (Code::Tab, _) | (_, Some('n')) => {
                self.question += 1;
                self.reminds = false;
            }
            (_, Some('f')) => self.reminds = !self.reminds,
            (_, Some('t')) => {
                self.length += 1;
                if let Some(length) = self.length() {
                    let (whole, timeline) = (length.whole, length.timeline);
                    ctx.toast(format!(
                        "a meeting of {whole} minutes: {timeline} for the timeline, from when this was opened"
                    ));
                }
            }
            (_, Some('m')) => self.write(
                ctx,
                "What was said, and by which role? It is no evidence until it is confirmed",
                "remark on this beat",
                |_, target, text| remark(target, text),
            ),
            (_, Some('c')) => self.write(
                ctx,
                "How many hands went up: who did not know this? A number, no names",
                "hands counted at this beat",
                |_, target, text| hands(target, text),
            ),
            (_, Some('p')) => self.write(
                ctx,
                "What is parked? It becomes a follow-up without an owner",
                "parked with this beat",
                |app, target, text| park(app.session.project(), target, text),
            ),
            _ => return Ok(Flow::Pass),
        }
        Ok(Flow::Used)
    }

    fn hints(&self, _: &App) -> Vec<Hint> {
        vec![
            Hint::new("j k", "beat"),
            Hint::new("n", "next question"),
            Hint::new("m", "remark"),
            Hint::new("p", "park"),
            Hint::new("c", "count hands"),
            Hint::new("f", "for the facilitator"),
            Hint::new("t", "length"),
            Hint::new("Esc", "back"),
        ]
    }

    fn changes_at(&self, now: Instant) -> Option<Instant> {
        let passed = now.since(self.began).unwrap_or(0).max(0);
        let is_over = self.length().is_none_or(|length| passed >= i64::from(length.timeline) * MINUTE);
        (!is_over).then(|| self.began.plus((passed / MINUTE + 1) * MINUTE))
    }

    fn name(&self) -> &'static str {
        "presenter"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_clock_has_five_rows_of_one_width() {
        let rows = big("14:36", "#");
        assert_eq!(rows.len(), 5);
        assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{rows:?}");
        assert_eq!(rows[0], "  ##    ##  ##          ######  ######");
    }
}
