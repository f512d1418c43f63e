//! An event that no channel recorded: when, what, who says so. The cursor begins in the text; the
//! time is the cursor's unless another phrase is typed.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::prompt::draw_rows;
use crate::base::id::Target;
use crate::base::time::{Instant, Micros, duration_short, parse_duration, parse_phrase};
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
    /// What the form showed of the event when it was opened; what still says so is not written, for
    /// somebody else may have changed it meanwhile.
    opened: Opened,
    looked: Looked,
}

/// The fields of an event as a form opened with them.
#[derive(Debug, Default)]
struct Opened {
    when: String,
    what: String,
    source: String,
    off_record: bool,
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
            opened: Opened::default(),
            looked: app.session.looked(),
        }
    }

    /// An event that is there, to change it.
    pub fn change(app: &App, target: &Target) -> Option<Self> {
        let event = app.session.project().events().get(target)?;
        let zone = app.zone();
        let at = event.at?;
        let plus = event.plus_minus.map(|length| format!(" ± {}", duration_short(length))).unwrap_or_default();
        let when = format!("{} {}{plus}", zone.date(at).map(|day| day.to_string()).unwrap_or_default(), zone.clock(at));
        let source = event.source.clone().unwrap_or_default();
        Some(Self {
            event: Some(target.clone()),
            when: LineEditor::new(Lines::One, &when),
            what: LineEditor::new(
                Lines::Growing,
                app.memory.drafts.get(&format!("event {target}")).unwrap_or(&event.text),
            ),
            source: LineEditor::new(Lines::One, &source),
            channel: event.channel.clone(),
            off_record: event.off_record,
            field: Field::What,
            form: format!("event {target}"),
            opened: Opened { when, what: event.text.clone(), source, off_record: event.off_record },
            looked: app.session.looked(),
        })
    }

    fn time(&self, app: &App) -> anyhow::Result<(Instant, Option<Micros>)> {
        parse_about(app, self.when.text())
    }

    fn save(&self, ctx: &mut Ctx<'_>) -> anyhow::Result<()> {
        let text = self.what.text().trim().to_owned();
        anyhow::ensure!(!text.is_empty(), "Say what happened, or Esc keeps the draft");
        // On the timeline an event is written for the timeline.
        let entered = (self.event.is_none() && ctx.app.screen == ScreenId::Timeline).then(Target::new_event);
        let edit = match &self.event {
            // What somebody else removed meanwhile comes back whole.
            Some(event) if ctx.app.session.project().events().contains_key(event) => {
                let Some(edit) = self.changes(ctx.app, event, text)? else {
                    ctx.app.memory.draft(&self.form, "");
                    ctx.toast("nothing of the event was changed");
                    return Ok(());
                };
                edit
            }
            event => self.whole(ctx.app, event.clone().or_else(|| entered.clone()), text)?,
        };
        let entry = entered.clone().map(|target| Edit::Timeline { target, on: true, copy: None });
        let edits = std::iter::once(edit).chain(entry).collect();
        let label = if self.event.is_some() { "event changed" } else { "event" };
        let made = ctx.edit_after(&self.looked, label, edits)?;
        ctx.app.memory.draft(&self.form, "");
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

    /// All that the form holds.
    fn whole(&self, app: &App, id: Option<Target>, text: String) -> anyhow::Result<Edit> {
        let (at, plus_minus) = self.time(app)?;
        Ok(Edit::Event {
            id,
            at: Some(at),
            until: Set::Keep,
            plus_minus: Set::from_option(plus_minus.map(duration_short)),
            text: Set::To(text),
            channel: Set::from_option(self.channel.clone()),
            source: filled(self.source.text()),
            off_record: (self.off_record || self.event.is_some()).then_some(self.off_record),
            by: None,
        })
    }

    /// Who has changed a field of the event since the form was opened.
    fn also_edited(&self, app: &App) -> Option<String> {
        let event = self.event.clone()?;
        let all = Edit::Event {
            id: Some(event),
            at: Some(app.now),
            until: Set::Keep,
            plus_minus: Set::Remove,
            text: Set::To(String::new()),
            channel: Set::Keep,
            source: Set::Remove,
            off_record: Some(true),
            by: None,
        };
        app.session.also_edited(&all, &self.looked)
    }

    /// What was changed in the form, and nothing else; `None` when nothing was.
    fn changes(&self, app: &App, event: &Target, text: String) -> anyhow::Result<Option<Edit>> {
        let (mut at, mut plus_minus) = (None, Set::Keep);
        if self.when.text() != self.opened.when {
            let (before, margin_before) = parse_about(app, &self.opened.when)?;
            let (after, margin) = self.time(app)?;
            // A margin alone leaves the moment as it is, to the microsecond.
            at = Some(after).filter(|after| *after != before);
            if margin != margin_before {
                plus_minus = Set::from_option(margin.map(duration_short));
            }
        }
        let text = if text == self.opened.what.trim() { Set::Keep } else { Set::To(text) };
        let is_same_source = self.source.text().trim() == self.opened.source.trim();
        let source = if is_same_source { Set::Keep } else { filled(self.source.text()) };
        let off_record = (self.off_record != self.opened.off_record).then_some(self.off_record);
        let keeps = at.is_none() && plus_minus.is_keep() && text.is_keep() && source.is_keep() && off_record.is_none();
        let (until, channel) = (Set::Keep, Set::Keep);
        let id = Some(event.clone());
        let edit = Edit::Event { id, at, until, plus_minus, text, channel, source, off_record, by: None };
        Ok((!keeps).then_some(edit))
    }

    const fn field_mut(&mut self) -> &mut LineEditor {
        match self.field {
            Field::When => &mut self.when,
            Field::What => &mut self.what,
            Field::Source => &mut self.source,
        }
    }
}

/// Words that say nothing remove a field.
fn filled(text: &str) -> Set<String> {
    Set::from_option(Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
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
        let beside = |channel: &String| format!("beside {channel}");
        let mut facts =
            vec![Fact::quiet(self.channel.as_ref().map_or_else(|| "beside all channels".to_owned(), beside))];
        if let Some(who) = self.also_edited(app) {
            facts.insert(0, Fact::bold(format!("also edited by {who}")));
        }
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
        let unsaved = if self.what.text() == self.opened.what { "" } else { self.what.text() };
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
