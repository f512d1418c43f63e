//! A note on what was chosen: one line that grows. What is typed and not saved is kept as a draft.

use ratatui::layout::Rect;

use super::prompt::draw_rows;
use super::questions::ask_whom;
use crate::base::id::{NoteId, Target};
use crate::project::document::Looked;
use crate::project::model::Question;
use crate::project::{Edit, Set};
use crate::tui::app::{App, Repeat};
use crate::tui::ctx::Ctx;
use crate::tui::key::{Code, Key, Mods};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::paint::{Fact, Heading, Hint, Painter};
use crate::tui::theme::{Glyph, Role};
use crate::tui::widget::line_editor::{LineEditor, Lines};

/// A note on what was chosen.
pub struct NoteForm {
    targets: Vec<Target>,
    note: Option<NoteId>,
    line: LineEditor,
    /// What the note said when the form was opened.
    saved: String,
    question: bool,
    /// Whether the note was a question when the form was opened.
    was_question: bool,
    off_record: bool,
    /// Whether the note was off the record when the form was opened.
    was_off_record: bool,
    form: String,
    looked: Looked,
}

impl NoteForm {
    /// Opens on the selection or the cursor's message: my last note there, else an empty one.
    pub fn new(app: &App) -> Self {
        Self::on(app, app.targets())
    }

    /// Opens on given targets.
    pub fn on(app: &App, targets: Vec<Target>) -> Self {
        let project = app.session.project();
        let mine = match targets.as_slice() {
            [target] => project
                .notes_on(target)
                .into_iter()
                .rev()
                .find(|(_, note)| note.by.as_ref() == Some(app.session.investigator())),
            _ => None,
        };
        let form = format!("note on {}", targets.first().map_or("nothing", Target::as_str));
        let kept = app.memory.drafts.get(&form).map(String::as_str);
        let text = kept.or(mine.map(|(_, note)| note.text.as_str())).unwrap_or("");
        Self {
            line: LineEditor::new(Lines::Growing, text),
            saved: mine.map(|(_, note)| note.text.clone()).unwrap_or_default(),
            note: mine.map(|(id, _)| id.clone()),
            question: mine.is_some_and(|(_, note)| note.question.is_some()),
            was_question: mine.is_some_and(|(_, note)| note.question.is_some()),
            off_record: mine.is_some_and(|(_, note)| note.off_record),
            was_off_record: mine.is_some_and(|(_, note)| note.off_record),
            targets,
            form,
            looked: app.session.looked(),
        }
    }

    /// What is typed.
    pub fn text(&self) -> &str {
        self.line.text()
    }

    /// Writes what was changed in the form and nothing else, for somebody else may have changed the
    /// rest meanwhile.
    fn edits(&self, text: &str) -> Vec<Edit> {
        // A question that stays one keeps whom it is to and how far it is.
        let question = match (self.question, self.was_question) {
            (true, false) => Set::To(Question::default()),
            (false, true) => Set::Remove,
            _ => Set::Keep,
        };
        let off_record = (self.off_record != self.was_off_record).then_some(self.off_record);
        match &self.note {
            Some(_) if text == self.saved.trim() && question.is_keep() && off_record.is_none() => Vec::new(),
            Some(note) => vec![Edit::Note {
                target: None,
                note: Some(note.clone()),
                text: match text {
                    "" => Set::Remove,
                    text if text == self.saved.trim() => Set::Keep,
                    text => Set::To(text.to_owned()),
                },
                question,
                off_record,
                by: None,
                at: None,
                copy: None,
            }],
            None if text.is_empty() => Vec::new(),
            None => self.targets.iter().map(|target| self.fresh(target, text)).collect(),
        }
    }

    fn fresh(&self, target: &Target, text: &str) -> Edit {
        let mut edit = add(target.clone(), text);
        if let Edit::Note { question, off_record, .. } = &mut edit {
            if self.question {
                *question = Set::To(Question::default());
            }
            *off_record = self.off_record.then_some(true);
        }
        edit
    }

    fn save(&mut self, ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
        // Somebody else removed the note meanwhile: what is typed is one of its own.
        self.note = self.note.take().filter(|note| ctx.app.session.project().notes().contains_key(note));
        let text = self.line.text().trim().to_owned();
        let edits = self.edits(&text);
        let label = if self.note.is_some() { "note changed" } else { "note" };
        let mut whom = None;
        if !edits.is_empty() {
            let made = ctx.edit_after(&self.looked, label, edits)?;
            let id = self.note.clone().or_else(|| made.map(NoteId::from_text));
            whom = id.filter(|_| self.question && !self.was_question && !text.is_empty() && self.targets.len() == 1);
            ctx.toast(if text.is_empty() { "note removed, u undoes" } else { "noted, u undoes" });
        } else if self.note.is_some() {
            ctx.toast("nothing of the note was changed");
        }
        if !text.is_empty() {
            ctx.app.repeat = Some(Repeat::Note(text));
        }
        ctx.app.memory.draft(&self.form, "");
        ctx.app.chat.selection.clear();
        if let Some(id) = whom {
            ask_whom(ctx, &id);
        }
        Ok(())
    }
}

/// The edit that adds a note.
pub fn add(target: Target, text: &str) -> Edit {
    Edit::Note {
        target: Some(target),
        note: None,
        text: Set::To(text.to_owned()),
        question: Set::Keep,
        off_record: None,
        by: None,
        at: None,
        copy: None,
    }
}

impl Layer for NoteForm {
    fn dock(&self, _: &App, screen: Rect) -> Dock {
        let rows = self.line.rows(usize::from(screen.width.saturating_sub(6).clamp(2, 72))).len() as u16;
        Dock::Bottom((rows + 1).min(screen.height / 2))
    }

    fn draw(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        let what = match self.targets.len() {
            1 if self.note.is_some() => "Your note".to_owned(),
            1 => "Note".to_owned(),
            count => format!("Note on {count} messages"),
        };
        let mut facts = Vec::new();
        if self.note.is_some()
            && let Some(who) = self.edits("x").first().and_then(|edit| app.session.also_edited(edit, &self.looked))
        {
            facts.push(Fact::bold(format!("also edited by {who}")));
        }
        if self.question {
            facts.push(Fact::bold(format!("{} question", painter.theme.glyph(Glyph::Question))));
        }
        if self.off_record {
            facts.push(Fact::bold("off the record"));
        }
        facts.push(Fact::quiet(if app.memory.drafts.contains_key(&self.form) { "draft kept" } else { "" }));
        facts.retain(|fact| !fact.text.is_empty());
        painter.heading(area, &Heading { title: what, facts, focused: true, danger: false });
        painter.glyph(area.x, area.y + 1, Glyph::Cursor, painter.style(Role::Accent));
        let inner =
            Rect::new(area.x + 2, area.y + 1, area.width.saturating_sub(6).clamp(2, 72), area.height.saturating_sub(1));
        draw_rows(painter, inner, &self.line, true);
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        match (key.code(), key.mods()) {
            (Code::Esc, _) => return Ok(Flow::Close),
            (Code::Enter, mods) if mods == Mods::NONE => {
                self.save(ctx)?;
                return Ok(Flow::Close);
            }
            (Code::Char('q'), Mods::ALT) => self.question = !self.question,
            (Code::Char('o'), Mods::ALT) => self.off_record = !self.off_record,
            (Code::Char('e'), Mods::ALT) => {
                ctx.ask(crate::tui::ctx::Effect::Editor { text: self.line.text().to_owned() });
            }
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
        vec![
            Hint::new("Enter", "save"),
            Hint::new("Alt-Enter", "new line"),
            Hint::new("Alt-q", "question"),
            Hint::new("Alt-o", "off the record"),
            Hint::new("Esc", "keep as draft"),
        ]
    }

    fn mode(&self) -> Option<&'static str> {
        Some("NOTE")
    }

    fn keeps_targets_bright(&self) -> bool {
        true
    }

    fn draft(&self) -> Option<(String, String)> {
        let unsaved = if self.line.text() == self.saved { "" } else { self.line.text() };
        Some((self.form.clone(), unsaved.to_owned()))
    }

    fn name(&self) -> &'static str {
        "note"
    }
}
