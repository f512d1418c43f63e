//! An event that no channel recorded: when, what, who says so. The cursor begins in the text; the
//! time is the cursor's unless another phrase is typed.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::prompt::draw_rows;
use crate::base::id::Target;
use crate::base::time::{Instant, Micros, parse_duration, parse_phrase};
use crate::project::document::Looked;
use crate::project::{Edit, Set};
use crate::tui::app::{App, ScreenId};
use crate::tui::ctx::Ctx;
use crate::tui::key::{Code, Key, Mods};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::paint::{Fact, Heading, Hint, Painter};
use crate::tui::theme::{Glyph, Role};
use crate::tui::widget::line_editor::{LineEditor, Lines};

/// The field that takes keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    When,
    What,
    Source,
}

/// An event that no channel recorded.
pub struct EventForm {
    event: Option<Target>,
    when: LineEditor,
    what: LineEditor,
    source: LineEditor,
    channel: Option<String>,
    off_record: bool,
    field: Field,
    form: String,
    /// What the event said when the form was opened.
    saved: String,
    looked: Looked,
}

impl EventForm {
    /// A new event at the cursor's time, beside the channel of the focused pane.
    pub fn new(app: &App) -> Self {
        let form = "event".to_owned();
        let at = app.cursor_time();
        let zone = app.zone();
        let when =
            at.map(|at| format!("{} {}", zone.date(at).map(|day| day.to_string()).unwrap_or_default(), zone.clock(at)));
        let kept = app.memory.drafts.get(&form).map_or("", String::as_str);
        let channel = app.chat.focused().filter(|_| app.screen == ScreenId::Chat).and_then(|pane| match &pane.view {
            crate::tui::pane::rows::View::Channel(_) => Some(pane.title(&app.session.archive)),
            _ => None,
        });
        Self {
            event: None,
            when: LineEditor::new(Lines::One, &when.unwrap_or_default()),
            what: LineEditor::new(Lines::Growing, kept),
            source: LineEditor::new(Lines::One, ""),
            channel,
            off_record: false,
            field: Field::What,
            form,
            saved: String::new(),
            looked: app.session.looked(),
        }
    }

    /// An event that is there, to change it.
    pub fn change(app: &App, target: &Target) -> Option<Self> {
        let event = app.session.project().events().get(target)?;
        let zone = app.zone();
        let at = event.at?;
        let plus = event
            .plus_minus
            .map(|length| format!(" ± {}", crate::base::time::duration_short(length)))
            .unwrap_or_default();
        let when = format!("{} {}{plus}", zone.date(at).map(|day| day.to_string()).unwrap_or_default(), zone.clock(at));
        Some(Self {
            event: Some(target.clone()),
            when: LineEditor::new(Lines::One, &when),
            what: LineEditor::new(
                Lines::Growing,
                app.memory.drafts.get(&format!("event {target}")).unwrap_or(&event.text),
            ),
            source: LineEditor::new(Lines::One, event.source.as_deref().unwrap_or("")),
            channel: event.channel.clone(),
            off_record: event.off_record,
            field: Field::What,
            form: format!("event {target}"),
            saved: event.text.clone(),
            looked: app.session.looked(),
        })
    }

    fn time(&self, app: &App) -> anyhow::Result<(Instant, Option<Micros>)> {
        parse_about(app, self.when.text())
    }

    fn save(&self, ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
        let text = self.what.text().trim().to_owned();
        anyhow::ensure!(!text.is_empty(), "Say what happened, or Esc keeps the draft");
        let (at, plus_minus) = self.time(ctx.app)?;
        let source = Some(self.source.text().trim().to_owned()).filter(|source| !source.is_empty());
        // On the timeline an event is written for the timeline.
        let entered = (self.event.is_none() && ctx.app.screen == ScreenId::Timeline).then(Target::new_event);
        let edit = Edit::Event {
            id: self.event.clone().or_else(|| entered.clone()),
            at: Some(at),
            until: Set::Keep,
            plus_minus: Set::from_option(plus_minus.map(crate::base::time::duration_short)),
            text: Set::To(text),
            channel: Set::from_option(self.channel.clone()),
            source: Set::from_option(source),
            off_record: (self.off_record || self.event.is_some()).then_some(self.off_record),
            by: None,
        };
        ctx.app.memory.draft(&self.form, "");
        let entry = entered.clone().map(|target| Edit::Timeline { target, on: true, copy: None });
        let edits = std::iter::once(edit).chain(entry).collect();
        let label = if self.event.is_some() { "event changed" } else { "event" };
        let made = ctx.edit_after(&self.looked, label, edits)?;
        if let Some(target) = entered {
            ctx.app.timeline.show(&ctx.app.session, &target);
            ctx.toast("event written, u undoes");
            return Ok(());
        }
        ctx.toast("event written, u undoes; a puts it on the timeline");
        crate::tui::tour::did(ctx.app, crate::tui::tour::Step::Event);
        if let Some(target) = made.map(Target::from_text) {
            // The event may stand in a pane that a filter narrows; then the cursor stays.
            if let Some((pane, row)) =
                ctx.app.chat.focused().and_then(|pane| Some((ctx.app.chat.focus, pane.rows.find_event(&target)?)))
            {
                let archive = ctx.app.session.archive.clone();
                if let Some(pane) = ctx.app.chat.panes.get_mut(pane) {
                    pane.go(&archive, row);
                }
            }
        }
        Ok(())
    }

    const fn field_mut(&mut self) -> &mut LineEditor {
        match self.field {
            Field::When => &mut self.when,
            Field::What => &mut self.what,
            Field::Source => &mut self.source,
        }
    }
}

/// Reads `14:36 ± 1m`: a time phrase with an optional uncertainty.
pub fn parse_about(app: &App, text: &str) -> anyhow::Result<(Instant, Option<Micros>)> {
    let (phrase, plus) = text
        .split_once('±')
        .or_else(|| text.split_once("+-"))
        .map_or((text, None), |(phrase, plus)| (phrase, Some(plus)));
    let about = phrase.trim().trim_start_matches("about ").trim();
    let at = parse_phrase(about, &app.phrases())?;
    let Some(plus) = plus else { return Ok((at, None)) };
    let length = parse_duration(plus).ok_or_else(|| anyhow::anyhow!("`{}` is no length; write ± 5m", plus.trim()))?;
    Ok((at, Some(length)))
}

impl Layer for EventForm {
    fn dock(&self, _: &App, screen: Rect) -> Dock {
        let rows = self.what.rows(usize::from(text_cells(screen))).len() as u16;
        Dock::Bottom((rows + 4).min(screen.height.saturating_sub(4)))
    }

    fn draw(&self, app: &App, painter: &mut Painter<'_>, area: Rect) {
        let facts = vec![Fact::quiet(
            self.channel
                .as_ref()
                .map_or_else(|| "beside all channels".to_owned(), |channel| format!("beside {channel}")),
        )];
        painter.heading(
            area,
            &Heading { title: "Event that no channel recorded".to_owned(), facts, focused: true, danger: false },
        );
        let x = area.x + 14.min(area.width);
        let cells = text_cells(area);
        let (dim, accent) = (painter.style(Role::Dim), painter.style(Role::Accent));
        let mut y = area.y + 1;
        for (field, label, line) in [
            (Field::When, "when", &self.when),
            (Field::What, "what", &self.what),
            (Field::Source, "source", &self.source),
        ] {
            if y >= area.bottom() {
                return;
            }
            let room = Rect::new(
                x,
                y,
                cells,
                if field == Field::What { area.bottom().saturating_sub(y + 2).max(1) } else { 1 },
            );
            painter.put(area.x + 2, y, 10, label, dim);
            let rows = draw_rows(painter, room, line, field == self.field).max(1);
            if field == self.field {
                for row in y..y + rows {
                    painter.glyph(area.x, row, Glyph::Cursor, accent);
                }
            }
            if field == Field::When {
                let words = match self.time(app) {
                    Ok((at, _)) => {
                        format!("{} {} {}", app.zone().long_day(at), app.zone().clock(at), app.zone().offset_label(at))
                    }
                    Err(error) => format!("{} {error}", painter.theme.glyph(Glyph::Look)),
                };
                painter.put_right(area.right().saturating_sub(2), y, &words, dim);
            }
            y += rows;
        }
        let words = if self.off_record { "off the record: it stays out of every export" } else { "on the record" };
        painter.put(area.x + 2, y, 10, "record", dim);
        painter.put_cut(x, y, cells, words, Style::new());
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        let step = |field: Field, forward: bool| match (field, forward) {
            (Field::When, true) | (Field::Source, false) => Field::What,
            (Field::What, true) | (Field::When, false) => Field::Source,
            (Field::What, false) | (Field::Source, true) => Field::When,
        };
        match (key.code(), key.mods()) {
            (Code::Esc, _) => return Ok(Flow::Close),
            (Code::Enter, mods) if mods == Mods::NONE => {
                self.save(ctx)?;
                return Ok(Flow::Close);
            }
            (Code::Tab, mods) => self.field = step(self.field, !mods.has(Mods::SHIFT)),
            (Code::Char('o'), Mods::ALT) => self.off_record = !self.off_record,
            _ => {
                self.field_mut().press(key);
            }
        }
        Ok(Flow::Used)
    }

    fn paste(&mut self, _: &mut Ctx<'_>, text: &str) -> anyhow::Result<Flow> {
        self.field_mut().paste(text);
        Ok(Flow::Used)
    }

    fn hints(&self, _: &App) -> Vec<Hint> {
        vec![
            Hint::new("Enter", "save"),
            Hint::new("S-Tab", "time"),
            Hint::new("Tab", "source"),
            Hint::new("Alt-Enter", "new line"),
            Hint::new("Alt-o", "off the record"),
            Hint::new("Esc", "keep as draft"),
        ]
    }

    fn mode(&self) -> Option<&'static str> {
        Some("EVENT")
    }

    fn keeps_targets_bright(&self) -> bool {
        true
    }

    fn draft(&self) -> Option<(String, String)> {
        let unsaved = if self.what.text() == self.saved { "" } else { self.what.text() };
        Some((self.form.clone(), unsaved.to_owned()))
    }

    fn name(&self) -> &'static str {
        "event"
    }
}

const fn text_cells(area: Rect) -> u16 {
    let cells = area.width.saturating_sub(18);
    if cells > 72 {
        72
    } else if cells < 2 {
        2
    } else {
        cells
    }
}
