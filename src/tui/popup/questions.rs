//! Questions by whom they are to be put to: ask, hear the answer, and file it where it belongs.

use std::cell::Cell;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::choose::Choose;
use super::many::ask_file;
use super::prompt::Prompt;
use crate::analysis::presence::Participant;
use crate::base::id::{NoteId, PersonId};
use crate::base::text::count_words;
use crate::export::interview::{Marks, render};
use crate::project::model::{Note, Question, QuestionState};
use crate::project::{Edit, Project, Set};
use crate::report::interview::answers::{self, answer_edits};
use crate::report::interview::{Kind, Sheet, probes, queue};
use crate::timeline::copy::with_copies;
use crate::timeline::evidence_of;
use crate::tui::app::{App, ScreenId};
use crate::tui::ctx::{Ctx, Effect};
use crate::tui::key::{Code, Key};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::paint::{Fact, Heading, Hint, Painter, Span};
use crate::tui::pane::doc::{self, Doc};
use crate::tui::pane::{notation, people};
use crate::tui::theme::{Glyph, Role};
use crate::tui::widget::completion::Completion;
use crate::tui::widget::picker::Choice;

/// Questions by whom they are to be put to.
#[derive(Debug, Default)]
pub struct Questions {
    cursor: usize,
    top: Cell<usize>,
}

/// The edit that changes what makes a note a question.
fn set_question(id: &NoteId, question: Set<Question>) -> Edit {
    Edit::Note {
        target: None,
        note: Some(id.clone()),
        text: Set::Keep,
        question,
        off_record: None,
        by: None,
        at: None,
        copy: None,
    }
}

fn name(app: &App, id: &PersonId) -> String {
    Participant::find(app.session.project(), &app.session.archive, id).name.tty_line().into_owned()
}

/// Asks to whom a question is to be put; who wrote what it stands on comes first.
pub fn ask_whom(ctx: &mut Ctx<'_>, id: &NoteId) {
    people::ready(ctx.app);
    let (project, archive) = (ctx.app.session.project(), &ctx.app.session.archive);
    let Some(note) = project.notes().get(id) else { return };
    let author = evidence_of(project, archive, &note.on).and_then(|told| told.author_id);
    let author = author.map(|author| project.same_person(&author).clone());
    let mut people: Vec<&Participant> = ctx.app.people.people().iter().filter(|person| !person.is_bot).collect();
    let is_author = |person: &Participant| author.as_ref().is_some_and(|author| person.identities.contains(author));
    people.sort_by_key(|person| !is_author(person));
    let choice = |person: &&Participant| {
        let about = if is_author(person) { "wrote it".to_owned() } else { person.title.tty_line().into_owned() };
        Some(Choice::new(&person.name.tty_line(), &about, person.id()?.to_string()))
    };
    let nobody = Choice::new("nobody yet", "", String::new());
    let choices: Vec<Choice> = people.iter().filter_map(choice).chain([nobody]).collect();
    let id = id.clone();
    let answer = Box::new(move |ctx: &mut Ctx<'_>, to: &str| {
        let to = Some(to).filter(|to| !to.is_empty()).map(PersonId::from_text);
        let words = to.as_ref().map_or_else(|| "nobody yet".to_owned(), |to| name(ctx.app, to));
        // How far it is by now, not when it was asked.
        let question = ctx.app.session.project().notes().get(&id).and_then(|note| note.question.clone());
        let question = Question { to, ..question.unwrap_or_default() };
        ctx.edit(format!("question to {words}"), vec![set_question(&id, Set::To(question))])?;
        ctx.toast(format!("a question to {words}, u undoes"));
        Ok(())
    });
    ctx.open(Choose::new("To whom is this question?", choices, answer));
}

/// Asks for a file and writes somebody's interview sheet there.
pub fn write_sheet(ctx: &mut Ctx<'_>, id: &PersonId) {
    let sheet = Sheet::of(ctx.app.session.project(), &ctx.app.session.archive, id);
    let text = render(&sheet, Marks::Markdown);
    let name = usual_sheet(ctx.app, id);
    ask_file(ctx, &name, text);
}

/// The name that a sheet of somebody has when no other is given.
fn usual_sheet(app: &App, id: &PersonId) -> String {
    format!("interview-{}.md", crate::base::id::slug(&name(app, id)))
}

/// Asks for a filled sheet of somebody, to be read and filed.
pub fn ask_sheet(ctx: &mut Ctx<'_>, id: &PersonId) {
    let question = format!("Which filled sheet of {}? Its answers land on their messages", name(ctx.app, id));
    let before = usual_sheet(ctx.app, id);
    let person = id.clone();
    let answer = Box::new(move |ctx: &mut Ctx<'_>, path: &str| {
        anyhow::ensure!(!path.trim().is_empty(), "A sheet needs a file name, or Esc");
        ctx.ask(Effect::ReadSheet { person: person.clone(), path: path.trim().into() });
        Ok(())
    });
    ctx.open(Prompt::new(ctx.app, &question, &before, answer).completing(Completion::Path));
}

/// Files what stands in a filled sheet, as one act.
pub fn file_sheet(ctx: &mut Ctx<'_>, id: &PersonId, text: &str) -> anyhow::Result<()> {
    let (project, archive) = (ctx.app.session.project(), &ctx.app.session.archive);
    let person = Participant::find(project, archive, id);
    let filed = answers::file(project, &person, text, ctx.app.now);
    filed.check()?;
    let words = filed.words();
    let who = person.name.tty_line().into_owned();
    let edits = filed.edits.into_iter().flat_map(|edit| with_copies(edit, project, archive)).collect();
    ctx.edit(format!("answers of {who}"), edits)?;
    ctx.toast(format!("filed {words}, u undoes"));
    Ok(())
}

/// A row: a question, and to whom it is.
type Row<'a> = (Option<PersonId>, &'a NoteId, &'a Note);

fn rows(project: &Project) -> Vec<Row<'_>> {
    let groups = queue(project).into_iter();
    groups.flat_map(|(to, notes)| notes.into_iter().map(move |(id, note)| (to.clone(), id, note))).collect()
}

impl Questions {
    fn current(&self, app: &App) -> anyhow::Result<(Option<PersonId>, NoteId)> {
        let rows = rows(app.session.project());
        let row = rows.get(self.cursor).map(|(to, id, _)| (to.clone(), (*id).clone()));
        row.ok_or_else(|| anyhow::anyhow!("No question is here; c on a message writes a note, Alt-q makes it one"))
    }

    fn doc(&self, app: &App, width: u16) -> Doc {
        let mut doc = Doc::new(app.settings.theme, width);
        let project = app.session.project();
        let rows = rows(project);
        let open = rows.iter().filter(|(_, _, note)| state_of(note) != QuestionState::Answered).count();
        let facts =
            vec![Fact::quiet(format!("{open} open")), Fact::quiet(count_words(rows.len(), "question", "questions"))];
        doc.heading(Heading { title: "Questions".to_owned(), facts, focused: true, danger: false });
        if rows.is_empty() {
            let words = "None yet. c on a message writes a note; Alt-q makes it a question and asks to whom it is.";
            doc.text(3, words, doc.style(Role::Dim));
        }
        let mut last: Option<&Option<PersonId>> = None;
        for (nth, (to, _, note)) in rows.iter().enumerate() {
            if last != Some(to) {
                last = Some(to);
                Self::group(app, &mut doc, to.as_ref());
            }
            Self::question(app, &mut doc, note, nth == self.cursor);
        }
        doc
    }

    fn group(app: &App, doc: &mut Doc, to: Option<&PersonId>) {
        doc.blank();
        let (title, facts) = match to {
            None => ("To nobody yet".to_owned(), Vec::new()),
            Some(id) => {
                let somebody = Participant::find(app.session.project(), &app.session.archive, id);
                let interview = somebody.interview.clone().unwrap_or_else(|| "no interview planned".to_owned());
                (somebody.name.tty_line().into_owned(), vec![Fact::quiet(interview)])
            }
        };
        doc.heading(Heading { title, facts, ..Heading::default() });
    }

    /// The question, what it stands on, and under the cursor the probes that fit.
    fn question(app: &App, doc: &mut Doc, note: &Note, is_cursor: bool) {
        let (dim, plain) = (doc.style(Role::Dim), Style::new());
        let (sign, role, word) = match state_of(note) {
            QuestionState::Open => (Glyph::Question, Role::Warning, "open"),
            QuestionState::Asked => (Glyph::Bullet, Role::Dim, "asked"),
            QuestionState::Answered => (Glyph::Done, Role::Dim, "answered"),
        };
        let word = if note.off_record { "off the record" } else { word };
        if is_cursor {
            doc.cursor_here();
        }
        let first = doc.len();
        doc.text(20, &note.text, if state_of(note) == QuestionState::Answered { dim } else { plain });
        let known_by = if is_cursor { doc::cursor_cell(doc.theme()) } else { dim };
        doc.mark(first, 5, Span::new(word, known_by));
        doc.mark(first, 3, Span::new(doc.theme().glyph(sign), doc.style(role)));
        let Some(told) = evidence_of(app.session.project(), &app.session.archive, &note.on) else { return };
        let when = notation::moment(app.zone(), told.at, None);
        let quote = format!("{when} {}: {}", told.short_who().tty_line(), told.headline().tty_line());
        doc.cells(vec![(20, Span::new(quote, dim))]);
        if is_cursor {
            let kind = probes().kind_for(note.question.as_ref(), Some(told.text.unsanitised()));
            let is_said = note.question.as_ref().is_some_and(|question| question.kind.is_some());
            let known_by = if is_said { "as said" } else { "as its words tell" };
            let kind_words = kind
                .map_or_else(|| "no kind that its words tell".to_owned(), |kind| format!("{}, {known_by}", kind.name));
            doc.cells(vec![(20, Span::new(format!("probes for: {kind_words}"), dim))]);
            for probe in kind.map_or(&probes().spare, |kind| &kind.probes) {
                doc.labelled(20, doc.theme().glyph(Glyph::Bullet), 22, probe, dim);
            }
        }
    }

    fn answer(&self, ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
        let (to, id) = self.current(ctx.app)?;
        let who = to.as_ref().map_or_else(|| "somebody".to_owned(), |to| name(ctx.app, to));
        let question = format!("What did {who} answer? Empty: answered off the record");
        let answer = Box::new(move |ctx: &mut Ctx<'_>, text: &str| {
            let said = Some(text.trim()).filter(|text| !text.is_empty());
            let edits = answer_edits(ctx.app.session.project(), &id, said, &who, false);
            anyhow::ensure!(!edits.is_empty(), "This answer stands there already");
            ctx.edit(format!("answer of {who}"), edits)?;
            let words =
                if said.is_some() { "filed on the same message" } else { "answered off the record, nothing is kept" };
            ctx.toast(format!("{words}, u undoes"));
            Ok(())
        });
        ctx.open(Prompt::new(ctx.app, &question, "", answer));
        Ok(())
    }

    fn next_state(&self, ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
        let (_, id) = self.current(ctx.app)?;
        let Some(note) = ctx.app.session.project().notes().get(&id) else { return Ok(()) };
        let question = note.question.clone().unwrap_or_default();
        let (state, word) = match question.state {
            QuestionState::Open => (QuestionState::Asked, "asked"),
            QuestionState::Asked => (QuestionState::Answered, "answered"),
            QuestionState::Answered => (QuestionState::Open, "open again"),
        };
        ctx.edit(format!("question {word}"), vec![set_question(&id, Set::To(Question { state, ..question }))])?;
        ctx.toast(format!("{word}, u undoes"));
        Ok(())
    }

    fn toggle_off_record(&self, ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
        let (_, id) = self.current(ctx.app)?;
        let is_off = ctx.app.session.project().notes().get(&id).is_some_and(|note| note.off_record);
        let edit = Edit::OffRecord { target: id.to_string(), on: !is_off, copy: None };
        ctx.edit("off the record", vec![edit])?;
        ctx.toast(if is_off {
            "back on the record, u undoes"
        } else {
            "off the record: it leaves in no export, u undoes"
        });
        Ok(())
    }

    /// Asks of which kind the utterance is that a question is about: that decides the probes.
    fn say_kind(&self, ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
        let (_, id) = self.current(ctx.app)?;
        let Some(note) = ctx.app.session.project().notes().get(&id) else { return Ok(()) };
        let question = note.question.clone().unwrap_or_default();
        let kind =
            |kind: &Kind| Choice::new(&kind.name, kind.probes.first().map_or("", String::as_str), kind.name.clone());
        let guessed = Choice::new("as its words tell", "", String::new());
        let choices: Vec<Choice> = probes().kinds.iter().map(kind).chain([guessed]).collect();
        let said = question.kind.clone().unwrap_or_default();
        let answer = Box::new(move |ctx: &mut Ctx<'_>, name: &str| {
            let kind = Some(name.to_owned()).filter(|name| !name.is_empty());
            let question = Question { kind, ..question.clone() };
            ctx.edit("kind of utterance", vec![set_question(&id, Set::To(question))])?;
            let words =
                if name.is_empty() { "probes as its words tell".to_owned() } else { format!("probes for: {name}") };
            ctx.toast(format!("{words}, u undoes"));
            Ok(())
        });
        ctx.open(Choose::new("What kind of utterance is this question about?", choices, answer).with_cursor_on(&said));
        Ok(())
    }

    fn show(&self, ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
        let (_, id) = self.current(ctx.app)?;
        let target = ctx.app.session.project().notes().get(&id).map(|note| note.on.clone());
        let Some(target) = target else { return Ok(()) };
        ctx.app.leave_trail();
        ctx.app.screen = ScreenId::Chat;
        ctx.app.go_to(&target).map_err(anyhow::Error::msg)
    }
}

fn state_of(note: &Note) -> QuestionState {
    note.question.as_ref().map(|question| question.state).unwrap_or_default()
}

impl Layer for Questions {
    fn dock(&self, _: &App, _: Rect) -> Dock {
        Dock::Full
    }

    fn draw(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        let doc = self.doc(app, area.width);
        // The probes below the cursor are in sight too.
        let below = 7;
        self.top.set(doc.follow(self.top.get(), area.height, below));
        doc.draw(painter, area, self.top.get());
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        let last = rows(ctx.app.session.project()).len().saturating_sub(1);
        self.cursor = self.cursor.min(last);
        match (key.code(), key.typed()) {
            (Code::Esc, _) | (_, Some('q' | 'Q')) => return Ok(Flow::Close),
            (Code::Down, _) | (_, Some('j')) => self.cursor = (self.cursor + 1).min(last),
            (Code::Up, _) | (_, Some('k')) => self.cursor = self.cursor.saturating_sub(1),
            (Code::Home, _) => self.cursor = 0,
            (Code::End, _) | (_, Some('G')) => self.cursor = last,
            (Code::Enter, _) => {
                self.show(ctx)?;
                return Ok(Flow::Close);
            }
            (_, Some('w')) => {
                let (_, id) = self.current(ctx.app)?;
                ask_whom(ctx, &id);
            }
            (_, Some('a')) => self.answer(ctx)?,
            (_, Some('s')) => self.next_state(ctx)?,
            (_, Some('o')) => self.toggle_off_record(ctx)?,
            (_, Some('p')) => self.say_kind(ctx)?,
            (_, Some('f')) => {
                let (to, _) = self.current(ctx.app)?;
                let to = to.ok_or_else(|| anyhow::anyhow!("This question is to nobody yet; w says to whom"))?;
                ask_sheet(ctx, &to);
            }
            (_, Some('I')) => {
                let (to, _) = self.current(ctx.app)?;
                let to = to.ok_or_else(|| anyhow::anyhow!("This question is to nobody yet; w says to whom"))?;
                write_sheet(ctx, &to);
            }
            _ => return Ok(Flow::Pass),
        }
        Ok(Flow::Used)
    }

    fn hints(&self, _: &App) -> Vec<Hint> {
        vec![
            Hint::new("a", "answer"),
            Hint::new("s", "asked"),
            Hint::new("w", "to whom"),
            Hint::new("o", "off the record"),
            Hint::new("p", "probes"),
            Hint::new("I", "interview sheet"),
            Hint::new("f", "file it back"),
            Hint::new("Enter", "show it"),
            Hint::new("Esc", "back"),
        ]
    }

    fn name(&self) -> &'static str {
        "questions"
    }
}
