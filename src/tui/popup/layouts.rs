//! Layouts: panes with their sizes and filters, kept under names by project and user, and brought
//! back. The moment stays: a layout says where panes lie, never where their cursors stand.

use ratatui::layout::Rect;

use super::confirm::Confirm;
use super::prompt::Prompt;
use crate::base::text::{cut, width};
use crate::tui::app::{App, pane_memory};
use crate::tui::ctx::Ctx;
use crate::tui::key::{Code, Key};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::layout::{Arrangement, MOST_PANES};
use crate::tui::memory::{LayoutMemory, PaneMemory};
use crate::tui::open::left_pane;
use crate::tui::paint::{Fact, Heading, Hint, Painter};
use crate::tui::pane::chat::Pane;
use crate::tui::theme::{Glyph, Role};
use crate::tui::widget::picker::cursor_row;

/// Most cells of a name.
const NAME: usize = 24;

/// The layouts kept.
pub struct Layouts {
    cursor: usize,
}

impl Layouts {
    /// Lists them; the cursor is on the one that is shown now.
    pub fn new(app: &App) -> Self {
        let now = layout_now(app);
        Self { cursor: app.memory.layouts.values().position(|layout| *layout == now).unwrap_or(0) }
    }

    fn name(&self, app: &App) -> anyhow::Result<String> {
        let name = app.memory.layouts.keys().nth(self.cursor).cloned();
        name.ok_or_else(|| anyhow::anyhow!("No layout is kept yet; s keeps this one"))
    }

    fn ask_removal(&self, ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
        let name = self.name(ctx.app)?;
        ctx.open(Confirm::new(
            format!("Forget the layout {name}?"),
            "Its panes stay open, and nothing of the project is lost.",
            Box::new(move |ctx| {
                ctx.app.memory.layouts.remove(&name);
                ctx.toast(format!("layout {name} forgotten"));
                Ok(())
            }),
        ));
        Ok(())
    }
}

impl Layer for Layouts {
    fn dock(&self, app: &App, screen: Rect) -> Dock {
        let rows = app.memory.layouts.len().max(2) as u16 + 1;
        Dock::Bottom(rows.clamp(3, (screen.height / 2).max(3)))
    }

    fn draw(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        let kept = &app.memory.layouts;
        let facts = vec![Fact::quiet(format!("{} kept", kept.len()))];
        painter.heading(area, &Heading { title: "Layouts".to_owned(), facts, focused: true, danger: false });
        let rows = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        if kept.is_empty() {
            let text = "No layout is kept yet.\ns keeps channels, sizes and filters of these panes under a name.";
            let area = Rect { x: rows.x + 3, width: rows.width.saturating_sub(5), ..rows };
            painter.paragraph(area, text, painter.style(Role::Text));
            return;
        }
        let now = layout_now(app);
        let name_cells = kept.keys().map(|name| width(name)).max().unwrap_or(0).min(NAME) as u16;
        let height = usize::from(rows.height);
        let first = (self.cursor + 1).saturating_sub(height);
        for (nth, (name, layout)) in kept.iter().enumerate().skip(first).take(height) {
            let y = rows.y + (nth - first) as u16;
            let style = cursor_row(painter, rows.x, y, nth == self.cursor);
            if *layout == now {
                painter.glyph(rows.x + 1, y, Glyph::Done, painter.style(Role::Accent));
            }
            painter.put_cut(rows.x + 3, y, name_cells, name, style);
            let x = rows.x + name_cells + 6;
            let words = words(app, layout);
            painter.put_cut(x, y, rows.right().saturating_sub(x + 2), &words, painter.style(Role::Dim));
        }
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        let last = ctx.app.memory.layouts.len().saturating_sub(1);
        self.cursor = self.cursor.min(last);
        match (key.code(), key.typed()) {
            (Code::Esc, _) | (_, Some('q')) => return Ok(Flow::Close),
            (Code::Down, _) | (_, Some('j')) => self.cursor = (self.cursor + 1).min(last),
            (Code::Up, _) | (_, Some('k')) => self.cursor = self.cursor.saturating_sub(1),
            (Code::Enter, _) => {
                let name = self.name(ctx.app)?;
                bring_back(ctx, &name)?;
                return Ok(Flow::Close);
            }
            (_, Some('s')) => {
                let prompt = Prompt::new(ctx.app, "Keep this layout under which name?", "", Box::new(keep));
                ctx.open(prompt);
            }
            (_, Some('d')) => self.ask_removal(ctx)?,
            (_, Some('?' | ':')) => return Ok(Flow::CloseAndPass),
            _ => {}
        }
        Ok(Flow::Used)
    }

    fn hints(&self, app: &App) -> Vec<Hint> {
        let mut hints = vec![Hint::new("s", "keep this one"), Hint::new("Esc", "back")];
        if !app.memory.layouts.is_empty() {
            hints.insert(0, Hint::new("Enter", "bring it back"));
            hints.insert(2, Hint::new("d", "forget it"));
        }
        hints
    }

    fn name(&self) -> &'static str {
        "layouts"
    }
}

/// The panes as they lie now, without their moment.
fn layout_now(app: &App) -> LayoutMemory {
    let place = |pane: &Pane| Some(PaneMemory { cursor: None, at: None, ..pane_memory(pane)? });
    LayoutMemory { arrangement: app.chat.arrangement, panes: app.chat.panes.iter().filter_map(place).collect() }
}

/// `3 side by side: #sev-search, #search-dev type:bot, all channels`.
fn words(app: &App, layout: &LayoutMemory) -> String {
    let titles: Vec<String> = layout
        .panes
        .iter()
        .map(|pane| {
            let title = left_pane(app, pane).map(|pane| pane.title(&app.session.archive));
            let title = title.unwrap_or_else(|| format!("{} (not here)", pane.channel));
            [title].into_iter().chain(pane.chips.iter().cloned()).collect::<Vec<_>>().join(" ")
        })
        .collect();
    let how = match (layout.panes.len(), layout.arrangement) {
        (1, _) => "alone",
        (_, Arrangement::Beside) => "side by side",
        (_, Arrangement::Stacked) => "stacked",
    };
    format!("{} {how}: {}", layout.panes.len(), titles.join(", "))
}

fn keep(ctx: &mut Ctx<'_>, name: &str) -> anyhow::Result<()> {
    let name = cut(name.trim(), 60).into_owned();
    anyhow::ensure!(!name.is_empty(), "A layout needs a name, or Esc");
    let layout = layout_now(ctx.app);
    anyhow::ensure!(!layout.panes.is_empty(), "No channel is open to keep; threads are not kept");
    let before = ctx.app.memory.layouts.insert(name.clone(), layout);
    let words = if before.is_some() { "replaced" } else { "kept" };
    ctx.toast(format!("layout {name} {words}; w w brings it back"));
    Ok(())
}

/// Opens the panes of a layout at the moment of the cursor; the focus stays on what is looked at, when
/// the layout has it.
fn bring_back(ctx: &mut Ctx<'_>, name: &str) -> anyhow::Result<()> {
    let Some(layout) = ctx.app.memory.layouts.get(name).cloned() else { return Ok(()) };
    let app = &mut *ctx.app;
    let mut panes: Vec<Pane> = layout.panes.iter().take(MOST_PANES).filter_map(|pane| left_pane(app, pane)).collect();
    anyhow::ensure!(!panes.is_empty(), "None of the channels of {name} is in what is open");
    let missing = layout.panes.len() - panes.len();
    let archive = app.session.archive.clone();
    let looked_at = app.chat.focused().map(|pane| pane.view.clone());
    let moment = app.chat.focused().and_then(|pane| pane.target(&archive).zip(pane.time()));
    for pane in &mut panes {
        let open = app.chat.panes.iter().find(|open| open.view == pane.view);
        pane.anchor = open.and_then(|open| open.anchor.clone()).or_else(|| moment.clone());
        pane.rebuild(&archive, app.session.project(), app.settings.shown, app.zone());
    }
    app.chat.focus = panes.iter().position(|pane| Some(&pane.view) == looked_at.as_ref()).unwrap_or(0);
    app.chat.panes = panes;
    app.chat.arrangement = layout.arrangement;
    app.chat.zoomed = false;
    app.chat.meanwhile = false;
    app.chat.follow(&archive);
    if missing > 0 {
        ctx.cannot(format!("{missing} of its channels are not in what is open"));
    } else {
        ctx.toast(format!("layout {name}"));
    }
    Ok(())
}
