//! Texts that several people wrote at once: both versions side by side, and what would come of both.
//! One key settles which holds; what was not shown is never replaced.

use std::collections::BTreeSet;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::choose::Choose;
use super::prompt::draw_rows;
use crate::base::id::{NoteId, Target};
use crate::base::text::{Raw, count_words};
use crate::project::cell::Kind;
use crate::project::clock::Stamp;
use crate::project::document::{Conflict, Looked};
use crate::project::{Edit, Set};
use crate::report::template::section_title;
use crate::tui::app::App;
use crate::tui::ctx::{Ctx, Effect};
use crate::tui::key::{Code, Key, Mods};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::paint::{Fact, Heading, Hint, Painter};
use crate::tui::theme::{Glyph, Role};
use crate::tui::widget::line_editor::{LineEditor, Lines};
use crate::tui::widget::picker::Choice;
use crate::tui::widget::side_by_side::{Row, both, side_by_side};

/// Opens the only conflict, or the list of all.
pub fn open(ctx: &mut Ctx<'_>) {
    let conflicts = ctx.app.session.document().conflicts();
    if conflicts.len() == 1 {
        show(ctx, 0);
        return;
    }
    let choices = conflicts.iter().enumerate().map(|(nth, conflict)| {
        let first = conflict.versions.first().map_or("", |(_, text)| text.lines().next().unwrap_or_default());
        Choice::new(&place(ctx.app, conflict), first, nth.to_string())
    });
    let choose = Choose::new(
        "Texts with more than one version",
        choices.collect(),
        Box::new(|ctx, value| {
            show(ctx, value.parse().unwrap_or(0));
            Ok(())
        }),
    );
    ctx.open(choose);
}

fn show(ctx: &mut Ctx<'_>, nth: usize) {
    if let Some(conflict) = Versions::new(ctx.app, nth) {
        ctx.open(conflict);
    }
}

/// What a text belongs to, in words.
fn place(app: &App, conflict: &Conflict) -> String {
    let on = |target: &Target| {
        let evidence = crate::timeline::evidence_of(app.session.project(), &app.session.archive, target);
        evidence.map_or_else(|| target.to_string(), |evidence| app.zone().clock(evidence.at))
    };
    match conflict.kind {
        Kind::Report => section_title(&conflict.id).to_owned(),
        Kind::Notes => {
            let note = app.session.project().notes().get(&NoteId::from_text(conflict.id.as_str()));
            note.map_or_else(|| "a note".to_owned(), |note| format!("note on {}", on(&note.on)))
        }
        Kind::Events => format!("event {}", on(&Target::from_text(conflict.id.as_str()))),
        _ => format!("entry {}", on(&Target::from_text(conflict.id.as_str()))),
    }
}

/// Two versions of one text.
pub struct Versions {
    conflict: Conflict,
    /// The place among all conflicts, from 0, and their count.
    nth: usize,
    count: usize,
    left: usize,
    right: usize,
    /// The result while it is edited.
    result: Option<LineEditor>,
}

impl Versions {
    fn new(app: &App, nth: usize) -> Option<Self> {
        let mut conflicts = app.session.document().conflicts();
        let count = conflicts.len();
        let conflict = (nth < count).then(|| conflicts.swap_remove(nth))?;
        let is_mine = |(stamp, _): &(Stamp, String)| {
            app.session.document().author(stamp.dot.actor) == Some(app.session.investigator())
        };
        let left = conflict.versions.iter().position(is_mine).unwrap_or(0);
        let right = (0..conflict.versions.len()).find(|right| *right != left)?;
        Some(Self { conflict, nth, count, left, right, result: None })
    }

    fn version(&self, at: usize) -> (Option<Stamp>, &str) {
        self.conflict.versions.get(at).map_or((None, ""), |(stamp, text)| (Some(*stamp), text))
    }

    /// The name of the draft of its result.
    fn form(&self) -> String {
        format!("both versions of {} {}", self.conflict.kind.key(), self.conflict.id)
    }

    fn both(&self) -> String {
        both(self.version(self.left).1, self.version(self.right).1)
    }

    fn edit(&self, text: &str) -> Edit {
        let (id, text) = (self.conflict.id.as_str(), Set::To(text.to_owned()));
        match self.conflict.kind {
            Kind::Report => crate::tui::pane::report::section_edit(id, text),
            Kind::Notes => Edit::Note {
                target: None,
                note: Some(NoteId::from_text(id)),
                text,
                question: Set::Keep,
                off_record: None,
                by: None,
                at: None,
                copy: None,
            },
            Kind::Events => Edit::Event {
                id: Some(Target::from_text(id)),
                at: None,
                until: Set::Keep,
                plus_minus: Set::Keep,
                text,
                channel: Set::Keep,
                source: Set::Keep,
                off_record: None,
                by: None,
            },
            _ => Edit::Entry {
                target: Target::from_text(id),
                headline: Set::Keep,
                text,
                occurred_at: Set::Keep,
                plus_minus: Set::Keep,
                phase: Set::Keep,
                after: Set::Keep,
                order: None,
                copy: None,
            },
        }
    }

    /// Lets a text hold in place of the two versions shown, and of no other.
    fn settle(&self, ctx: &mut Ctx<'_>, text: &str, words: &str) -> anyhow::Result<Flow> {
        let now = ctx.app.session.document().conflicts();
        let now = now.into_iter().find(|now| now.kind == self.conflict.kind && now.id == self.conflict.id);
        let shown = [self.version(self.left).0, self.version(self.right).0];
        let versions = now.into_iter().flat_map(|now| now.versions).map(|(stamp, _)| stamp);
        let beside: BTreeSet<_> =
            versions.filter(|stamp| !shown.contains(&Some(*stamp))).map(|stamp| stamp.dot).collect();
        let looked = Looked::without(ctx.app.session.document(), beside);
        ctx.edit_after(&looked, words, vec![self.edit(text)])?;
        ctx.app.memory.draft(&self.form(), "");
        let left = ctx.app.session.document().conflicts().len();
        let more = if left == 0 { "none is left".to_owned() } else { format!("{left} left, g c") };
        ctx.toast(format!("{words}, u undoes; {more}"));
        Ok(Flow::Close)
    }

    fn who(&self, app: &App, at: usize) -> (String, String) {
        let (stamp, text) = self.version(at);
        let by = stamp.and_then(|stamp| app.session.document().author(stamp.dot.actor));
        let name = match by {
            Some(by) if by == app.session.investigator() => "yours".to_owned(),
            Some(by) => app.session.name_of(by.as_str()),
            None => "by hand".to_owned(),
        };
        let when = stamp
            .map(|stamp| stamp.hlc.instant())
            .and_then(|at| Some(format!("{} {}", app.zone().date(at)?.format("%-d %b"), app.zone().minute(at))));
        let words = count_words(text.split_whitespace().count(), "word", "words");
        (name, format!("{}{words}", when.map(|when| format!("{when}, ")).unwrap_or_default()))
    }

    fn draw_versions(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        let half = area.width / 2;
        let columns = [Rect { width: half, ..area }, Rect { x: area.x + half, width: area.width - half, ..area }];
        for (at, column) in [self.left, self.right].into_iter().zip(columns) {
            let (title, fact) = self.who(app, at);
            painter.heading(column, &Heading { title, facts: vec![Fact::quiet(fact)], focused: false, danger: false });
        }
        let cells = usize::from(half.saturating_sub(5).max(8));
        let rows = side_by_side(self.version(self.left).1, self.version(self.right).1, cells);
        let dim = painter.style(Role::Dim);
        for (nth, row) in rows.iter().enumerate().take(usize::from(area.height.saturating_sub(1))) {
            let y = area.y + 1 + nth as u16;
            painter.glyph(columns[1].x.saturating_sub(1), y, Glyph::Track, dim);
            let Row { left, right, differs } = row;
            for (text, column) in [(left, columns[0]), (right, columns[1])] {
                let Some(text) = text else { continue };
                let style = if *differs { Style::new() } else { dim };
                if *differs {
                    painter.put(column.x + 1, y, 1, "+", Style::new());
                }
                let text = Raw::new(text).tty_line().to_string();
                painter.put(column.x + 3, y, column.width.saturating_sub(5), &text, style);
            }
        }
    }
}

impl Layer for Versions {
    fn dock(&self, _: &App, _: Rect) -> Dock {
        Dock::Full
    }

    fn draw(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        let title = match self.conflict.versions.len() {
            2 => "Two versions of one text".to_owned(),
            count => format!("{count} versions of one text"),
        };
        let facts = vec![Fact::bold(place(app, &self.conflict)), Fact::quiet("all are kept until you choose")];
        painter.heading(area, &Heading { title, facts, focused: true, danger: false });
        let result_rows = (area.height / 3).max(4);
        let top = Rect { y: area.y + 2, height: area.height.saturating_sub(result_rows + 4), ..area };
        self.draw_versions(app, painter, top);
        let below = Rect { y: area.bottom().saturating_sub(result_rows + 1), height: result_rows, ..area };
        let fact = if self.result.is_some() { "Enter keeps it" } else { "what Enter keeps" };
        painter.heading(
            below,
            &Heading { title: "of both".to_owned(), facts: vec![Fact::quiet(fact)], focused: false, danger: false },
        );
        let room =
            Rect::new(below.x + 2, below.y + 1, below.width.saturating_sub(4).min(72), below.height.saturating_sub(1));
        match &self.result {
            Some(line) => _ = draw_rows(painter, room, line, true),
            None => _ = painter.paragraph(room, &Raw::new(&self.both()).tty(), Style::new()),
        }
        let words = format!("{} of {}", self.nth + 1, count_words(self.count, "text", "texts"));
        painter.put(area.x + 2, area.bottom().saturating_sub(1), area.width, &words, painter.style(Role::Dim));
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        if let Some(line) = &mut self.result {
            match (key.code(), key.mods()) {
                (Code::Esc, _) => self.result = None,
                (Code::Enter, mods) if mods == Mods::NONE => {
                    let text = line.text().trim_end().to_owned();
                    return self.settle(ctx, &text, "one text made of both");
                }
                (Code::Char('e'), Mods::ALT) => ctx.ask(Effect::Editor { text: line.text().to_owned() }),
                _ => _ = line.press(key),
            }
            return Ok(Flow::Used);
        }
        match (key.code(), key.typed()) {
            (Code::Esc, _) | (_, Some('q')) => return Ok(Flow::Close),
            (Code::Enter, _) => return self.settle(ctx, &self.both(), "both kept"),
            (Code::Left, _) | (_, Some('h')) => {
                return self.settle(ctx, self.version(self.left).1, "the left one kept");
            }
            (Code::Right, _) | (_, Some('l')) => {
                return self.settle(ctx, self.version(self.right).1, "the right one kept");
            }
            (_, Some('e')) => {
                let text = ctx.app.memory.drafts.get(&self.form()).cloned().unwrap_or_else(|| self.both());
                self.result = Some(LineEditor::new(Lines::Growing, &text));
            }
            (Code::Tab, _) => {
                let count = self.conflict.versions.len();
                let others = (1..count).map(|step| (self.right + step) % count);
                self.right = others.into_iter().find(|right| *right != self.left).unwrap_or(self.right);
            }
            (_, Some('n')) => {
                if let Some(next) = Self::new(ctx.app, (self.nth + 1) % self.count.max(1)) {
                    *self = next;
                }
            }
            _ => return Ok(Flow::Pass),
        }
        Ok(Flow::Used)
    }

    fn paste(&mut self, _: &mut Ctx<'_>, text: &str) -> anyhow::Result<Flow> {
        if let Some(line) = &mut self.result {
            line.paste(text);
        }
        Ok(Flow::Used)
    }

    fn edited(&mut self, text: &str) -> bool {
        let is_edited = self.result.is_some();
        if let Some(line) = &mut self.result {
            line.set_text(text.trim_end());
        }
        is_edited
    }

    fn draft(&self) -> Option<(String, String)> {
        let text = self.result.as_ref().map(|line| line.text().to_owned())?;
        let unsaved = if text == self.both() { String::new() } else { text };
        Some((self.form(), unsaved))
    }

    fn mode(&self) -> Option<&'static str> {
        self.result.as_ref().map(|_| "EDIT")
    }

    fn hints(&self, _: &App) -> Vec<Hint> {
        if self.result.is_some() {
            return vec![
                Hint::new("Enter", "keep it"),
                Hint::new("Alt-Enter", "new line"),
                Hint::new("Alt-e", "editor"),
                Hint::new("Esc", "back"),
            ];
        }
        let mut hints = vec![
            Hint::new("Enter", "keep both"),
            Hint::new("h", "left"),
            Hint::new("l", "right"),
            Hint::new("e", "edit the result"),
        ];
        if self.conflict.versions.len() > 2 {
            hints.push(Hint::new("Tab", "another version"));
        }
        if self.count > 1 {
            hints.push(Hint::new("n", "next text"));
        }
        hints.push(Hint::new("Esc", "later"));
        hints
    }

    fn name(&self) -> &'static str {
        "conflict"
    }
}
