//! Headline or description of a timeline entry: one field that grows. What is typed and not saved is
//! kept as a draft.

use ratatui::layout::Rect;

use super::prompt::draw_rows;
use crate::base::id::Target;
use crate::project::document::Looked;
use crate::project::{Edit, Set};
use crate::timeline::evidence_of;
use crate::tui::app::App;
use crate::tui::ctx::{Ctx, Effect};
use crate::tui::key::{Code, Key, Mods};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::paint::{Fact, Heading, Hint, Painter};
use crate::tui::theme::{Glyph, Role};
use crate::tui::widget::line_editor::{LineEditor, Lines};

/// What of the entry is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Headline,
    Text,
}

/// Headline or description of an entry.
pub struct EntryForm {
    target: Target,
    part: Part,
    line: LineEditor,
    /// What the entry would be called without a headline of its own.
    otherwise: String,
    saved: String,
    form: String,
    looked: Looked,
}

impl EntryForm {
    /// Asks for the headline, prefilled with the one that shows.
    pub fn headline(app: &App, target: Target) -> Self {
        Self::new(app, target, Part::Headline)
    }

    /// Asks for the description.
    pub fn text(app: &App, target: Target) -> Self {
        Self::new(app, target, Part::Text)
    }

    fn new(app: &App, target: Target, part: Part) -> Self {
        let project = app.session.project();
        let entry = project.entry(&target);
        let said = evidence_of(project, &app.session.archive, &target);
        let otherwise = said.map(|evidence| evidence.headline().unsanitised().to_owned()).unwrap_or_default();
        let (form, lines, saved) = match part {
            Part::Headline => {
                let own = entry.and_then(|entry| entry.headline.clone());
                (format!("headline of {target}"), Lines::One, own.unwrap_or_else(|| otherwise.clone()))
            }
            Part::Text => {
                let own = entry.and_then(|entry| entry.text.clone());
                (format!("description of {target}"), Lines::Growing, own.unwrap_or_default())
            }
        };
        let kept = app.memory.drafts.get(&form).map_or(saved.as_str(), String::as_str);
        Self { line: LineEditor::new(lines, kept), target, part, otherwise, saved, form, looked: app.session.looked() }
    }

    /// What is typed.
    pub fn typed(&self) -> &str {
        self.line.text()
    }

    fn edit(&self, headline: Set<String>, text: Set<String>) -> Edit {
        Edit::Entry {
            target: self.target.clone(),
            headline,
            text,
            occurred_at: Set::Keep,
            plus_minus: Set::Keep,
            phase: Set::Keep,
            after: Set::Keep,
            order: None,
            copy: None,
        }
    }

    fn set(&self, text: String) -> Edit {
        match self.part {
            Part::Headline => self.edit(Set::To(text), Set::Keep),
            Part::Text => self.edit(Set::Keep, Set::To(text)),
        }
    }

    fn save(&self, ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
        let text = self.line.text().trim();
        let is_there = ctx.app.session.project().entry(&self.target).is_some();
        if is_there && text == self.saved.trim() {
            // What stands there may be somebody else's by now.
            ctx.app.memory.draft(&self.form, "");
            ctx.toast("nothing was changed");
            return Ok(());
        }
        // The first sentence is what an entry is called anyway: kept as such, it follows its source.
        let own = !text.is_empty() && (self.part == Part::Text || text != self.otherwise);
        let set = if own { Set::To(text.to_owned()) } else { Set::Remove };
        let (headline, text) = match self.part {
            Part::Headline => (set, Set::Keep),
            Part::Text => (Set::Keep, set),
        };
        let edit = self.edit(headline, text);
        let words = match self.part {
            Part::Headline => "headline",
            Part::Text => "description",
        };
        ctx.edit_after(&self.looked, words, vec![edit])?;
        ctx.app.memory.draft(&self.form, "");
        ctx.toast(format!("{words} written, u undoes"));
        Ok(())
    }
}

impl Layer for EntryForm {
    fn dock(&self, _: &App, screen: Rect) -> Dock {
        let rows = self.line.rows(usize::from(cells(screen))).len() as u16;
        Dock::Bottom((rows + 1).min(screen.height / 2).max(2))
    }

    fn draw(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        let title = match self.part {
            Part::Headline => "Headline",
            Part::Text => "Description",
        };
        let mut facts = Vec::new();
        if let Some(who) = app.session.also_edited(&self.set(String::new()), &self.looked) {
            facts.push(Fact::bold(format!("also edited by {who}")));
        }
        if app.memory.drafts.contains_key(&self.form) {
            facts.push(Fact::quiet("draft kept"));
        }
        if self.part == Part::Headline {
            facts.push(Fact::quiet("empty: its first sentence"));
        }
        painter.heading(area, &Heading { title: title.to_owned(), facts, focused: true, danger: false });
        let inner = Rect::new(area.x + 2, area.y + 1, cells(area), area.height.saturating_sub(1));
        painter.glyph(area.x, area.y + 1, Glyph::Cursor, painter.style(Role::Accent));
        draw_rows(painter, inner, &self.line, true);
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        match (key.code(), key.mods()) {
            (Code::Esc, _) => return Ok(Flow::Close),
            (Code::Enter, mods) if mods == Mods::NONE => {
                self.save(ctx)?;
                return Ok(Flow::Close);
            }
            (Code::Char('e'), Mods::ALT) => ctx.ask(Effect::Editor { text: self.line.text().to_owned() }),
            _ => {
                self.line.press(key);
            }
        }
        Ok(Flow::Used)
    }

    fn paste(&mut self, _: &mut Ctx<'_>, text: &str) -> anyhow::Result<Flow> {
        self.line.paste(text);
        Ok(Flow::Used)
    }

    fn edited(&mut self, text: &str) -> bool {
        self.line.set_text(text.trim_end());
        true
    }

    fn hints(&self, _: &App) -> Vec<Hint> {
        let mut hints = vec![Hint::new("Enter", "save")];
        if self.part == Part::Text {
            hints.push(Hint::new("Alt-Enter", "new line"));
        }
        hints.push(Hint::new("Alt-e", "$EDITOR"));
        hints.push(Hint::new("Esc", "keep as draft"));
        hints
    }

    fn mode(&self) -> Option<&'static str> {
        Some("ENTRY")
    }

    fn keeps_targets_bright(&self) -> bool {
        true
    }

    fn draft(&self) -> Option<(String, String)> {
        let text = self.line.text();
        let unsaved = if text == self.saved { "" } else { text };
        Some((self.form.clone(), unsaved.to_owned()))
    }

    fn name(&self) -> &'static str {
        "entry"
    }
}

const fn cells(area: Rect) -> u16 {
    let cells = area.width.saturating_sub(6);
    if cells > 72 {
        72
    } else if cells < 2 {
        2
    } else {
        cells
    }
}
