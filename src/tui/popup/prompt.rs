//! A question with one line to answer it in.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::tui::app::App;
use crate::tui::ctx::Ctx;
use crate::tui::key::{Code, Key};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::paint::{Heading, Hint, Painter};
use crate::tui::theme::Role;
use crate::tui::widget::completion::Completion;
use crate::tui::widget::line_editor::{LineEditor, Lines};

/// What is done with the answer; an error keeps the prompt open and is shown.
pub type Answer = Box<dyn FnMut(&mut Ctx<'_>, &str) -> anyhow::Result<()>>;

/// A question with one line to answer it in.
pub struct Prompt {
    question: String,
    line: LineEditor,
    answer: Answer,
    behind: Behind,
    completion: Completion,
    /// What stood there when it was asked; the same for an answer changes nothing.
    stood: Option<String>,
}

/// What of the screen behind stays bright.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Behind {
    Nothing,
    Targets,
}

impl Prompt {
    /// Asks, with a text to begin with; what was answered before comes back with the arrow up.
    pub fn new(app: &App, question: &str, initial: &str, answer: Answer) -> Self {
        let mut history = app.memory.typed_before(question);
        history.reverse();
        let kept = app.memory.drafts.get(question).map(String::as_str);
        let line = LineEditor::new(Lines::One, kept.unwrap_or(initial)).with_history(history);
        let (behind, completion) = (Behind::Nothing, Completion::Nothing);
        Self { question: question.to_owned(), line, answer, behind, completion, stood: None }
    }

    /// Asks for another text than the one that stands in the project. One that is left as it was is
    /// not written: somebody else may have changed it meanwhile.
    pub fn changing(app: &App, question: &str, stands: &str, answer: Answer) -> Self {
        Self { stood: Some(stands.to_owned()), ..Self::new(app, question, stands, answer) }
    }

    /// The same with what Tab completes.
    #[must_use]
    pub fn completing(mut self, completion: Completion) -> Self {
        self.completion = completion;
        self
    }

    /// The same with what the answer will hit bright behind it.
    #[must_use]
    pub const fn over_targets(mut self) -> Self {
        self.behind = Behind::Targets;
        self
    }
}

impl Layer for Prompt {
    fn dock(&self, _: &App, _: Rect) -> Dock {
        Dock::Bottom(2)
    }

    fn draw(&self, _: &App, painter: &mut Painter<'_>, area: Rect) {
        painter.heading(area, &Heading { title: self.question.clone(), focused: true, ..Heading::default() });
        draw_line(painter, Rect { y: area.y + 1, height: 1, ..area }, &self.line);
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        match key.code() {
            Code::Esc => Ok(Flow::Close),
            Code::Enter => {
                let text = self.line.text().to_owned();
                if self.stood.as_ref() == Some(&text) {
                    ctx.app.memory.draft(&self.question, "");
                    ctx.toast("nothing was changed");
                    return Ok(Flow::Close);
                }
                ctx.app.memory.typed(&self.question, &text);
                (self.answer)(ctx, &text)?;
                ctx.app.memory.draft(&self.question, "");
                Ok(Flow::Close)
            }
            Code::Tab if self.completion != Completion::Nothing => {
                let Some(text) = self.completion.complete(self.line.text()) else {
                    anyhow::bail!("Nothing begins with these letters");
                };
                self.line.set_text(&text);
                Ok(Flow::Used)
            }
            _ => {
                self.line.press(key);
                Ok(Flow::Used)
            }
        }
    }

    fn paste(&mut self, _: &mut Ctx<'_>, text: &str) -> anyhow::Result<Flow> {
        self.line.paste(text);
        Ok(Flow::Used)
    }

    fn hints(&self, _: &App) -> Vec<Hint> {
        let mut hints = vec![Hint::new("Enter", "done"), Hint::new("↑", "history"), Hint::new("Esc", "back")];
        if self.completion != Completion::Nothing {
            hints.insert(1, Hint::new("Tab", "complete"));
        }
        hints
    }

    fn keeps_targets_bright(&self) -> bool {
        self.behind == Behind::Targets
    }

    fn name(&self) -> &'static str {
        "prompt"
    }
}

/// Draws an editor of one line with its caret as a reversed cell, text at column 2.
pub fn draw_line(painter: &mut Painter<'_>, area: Rect, line: &LineEditor) {
    let cells = area.width.saturating_sub(4);
    let (text, caret) = line.window(usize::from(cells.max(2)));
    let x = area.x + 2.min(area.width);
    painter.put(x, area.y, cells, text, painter.theme.bold(Role::Text));
    painter.restyle(x + caret as u16, area.y, 1, Style::new().add_modifier(Modifier::REVERSED));
}

/// Draws an editor that grows over several rows, with its caret; gives the rows used.
pub fn draw_rows(painter: &mut Painter<'_>, area: Rect, line: &LineEditor, caret: bool) -> u16 {
    let cells = usize::from(area.width.max(2));
    let rows = line.rows(cells);
    let (caret_x, caret_y) = line.cursor_cell(cells);
    let first = (caret_y + 1).saturating_sub(usize::from(area.height));
    let mut y = area.y;
    for row in rows.iter().skip(first).take(usize::from(area.height)) {
        painter.put(area.x, y, area.width, row, painter.theme.bold(Role::Text));
        y += 1;
    }
    if caret {
        let at = area.y + (caret_y - first) as u16;
        painter.restyle(area.x + caret_x as u16, at, 1, Style::new().add_modifier(Modifier::REVERSED));
    }
    y - area.y
}
