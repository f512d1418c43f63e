//! Writing in a section: keys go to the text. The text is the Report screen's; this layer hears for
//! it and shows in the row above the keys what stands wrong in it.

use ratatui::layout::Rect;

use super::draw::{broken_words, counts_words, mark_words};
use super::preview::Preview;
use crate::base::text::Raw;
use crate::tui::app::App;
use crate::tui::ctx::{Ctx, Effect};
use crate::tui::key::{Code, Key, Mods};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::paint::{Hint, Painter};
use crate::tui::popup::cite_picker::CitePicker;
use crate::tui::theme::Role;
use crate::tui::widget::line_editor::Pressed;

/// The name of the layer.
pub const NAME: &str = "writing";

/// Hears keys for the text under edit.
#[derive(Debug, Clone, Copy)]
pub struct WritingLayer;

impl Layer for WritingLayer {
    fn dock(&self, _: &App, _: Rect) -> Dock {
        Dock::Line
    }

    fn draw(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        let cells = area.width.saturating_sub(4);
        let (words, role) = match (broken_words(app), mark_words(app)) {
            (Some(words), _) => {
                (format!("{} {words}", painter.theme.glyph(crate::tui::theme::Glyph::Broken)), Role::Danger)
            }
            (None, Some(words)) => (words, Role::Warning),
            (None, None) => (counts_words(app), Role::Dim),
        };
        painter.put_cut(area.x + 2, area.y, cells, &Raw::new(&words).tty_line(), painter.style(role));
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        if ctx.app.report.writing.is_none() {
            return Ok(Flow::CloseAndPass);
        }
        match (key.code(), key.mods()) {
            (Code::Esc, _) => {
                super::leave(ctx)?;
                return Ok(Flow::Close);
            }
            (Code::Char('s'), Mods::CTRL) => super::save(ctx)?,
            (Code::Char('@'), Mods::NONE) => ctx.open(CitePicker::new(ctx.app)),
            (Code::Char('e'), Mods::ALT) => {
                let text = ctx.app.report.writing.as_ref().map(|writing| writing.text.text()).unwrap_or_default();
                ctx.ask(Effect::Editor { text });
            }
            (Code::Char('p'), Mods::ALT) => {
                super::save(ctx)?;
                let preview = Preview::new(ctx.app);
                ctx.open(preview);
            }
            (Code::Char('s'), Mods::ALT) => {
                super::save(ctx)?;
                crate::tui::command::report::turn_status(ctx)?;
            }
            (Code::Char('c' | 'z' | 'l'), Mods::CTRL) => return Ok(Flow::Pass),
            _ => press(ctx.app, key),
        }
        Ok(Flow::Used)
    }

    fn paste(&mut self, ctx: &mut Ctx<'_>, text: &str) -> anyhow::Result<Flow> {
        if let Some(writing) = &mut ctx.app.report.writing {
            writing.text.paste(text);
        }
        super::typed(ctx.app);
        Ok(Flow::Used)
    }

    fn hints(&self, _: &App) -> Vec<Hint> {
        vec![
            Hint::new("Esc", "done"),
            Hint::new("@", "cite"),
            Hint::new("Alt-e", "$EDITOR"),
            Hint::new("Alt-u", "undo"),
            Hint::new("Alt-p", "preview"),
            Hint::new("Alt-s", "status"),
        ]
    }

    fn mode(&self) -> Option<&'static str> {
        Some("EDIT")
    }

    fn name(&self) -> &'static str {
        NAME
    }
}

fn press(app: &mut App, key: Key) {
    let labels = super::draw::Labels::of(app);
    let Some(writing) = &mut app.report.writing else { return };
    let shown = writing.text.shown(|id| labels.label(id).text);
    if writing.text.press(key, &shown) == Pressed::Changed {
        super::typed(app);
    }
}
