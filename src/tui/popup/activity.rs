//! Who changed what and when, over all sittings; each row leads to its place.

use ratatui::layout::Rect;

use super::prompt::draw_line;
use crate::project::activity::Deed;
use crate::tui::app::App;
use crate::tui::ctx::Ctx;
use crate::tui::key::{Code, Key};
use crate::tui::layers::{Dock, Flow, Layer};
use crate::tui::paint::{Fact, Heading, Hint, Painter};
use crate::tui::partner;
use crate::tui::widget::picker::{Choice, Picker};

/// Cells of what was done.
const LABEL: u16 = 60;

/// The list of deeds.
#[derive(Default)]
pub struct Activity {
    /// Missing until the list has come.
    picker: Option<Picker>,
    deeds: Vec<Deed>,
}

impl Activity {
    fn take(&mut self, app: &App) {
        let Some(deeds) = &app.together.deeds else { return };
        let choices = deeds.iter().enumerate().map(|(nth, deed)| {
            let name = app.session.name_of(deed.by.as_str());
            let day = app.zone().date(deed.at).map(|day| day.format("%-d %b").to_string()).unwrap_or_default();
            let when = format!("{day} {}", app.zone().minute(deed.at));
            Choice::new(&format!("{name}: {}", deed.words), &when, nth.to_string())
        });
        self.picker = Some(Picker::new(choices.collect()));
        self.deeds.clone_from(deeds);
    }
}

impl Layer for Activity {
    fn dock(&self, _: &App, screen: Rect) -> Dock {
        Dock::Bottom((screen.height * 2 / 3).max(5))
    }

    fn draw(&self, _: &App, painter: &mut Painter<'_>, area: Rect) {
        let count = self.picker.as_ref().map(|picker| format!("{} of {}", picker.found_count(), picker.count()));
        let facts = vec![Fact::quiet(count.unwrap_or_else(|| "reading".to_owned()))];
        painter.heading(area, &Heading { title: "Activity".to_owned(), facts, focused: true, danger: false });
        let Some(picker) = &self.picker else { return };
        draw_line(painter, Rect { y: area.y + 1, height: 1, ..area }, picker.line());
        let list = Rect::new(area.x, area.y + 2, area.width, area.height.saturating_sub(2));
        if picker.count() == 0 {
            painter.paragraph(list, "  Nothing was done yet in this project.", ratatui::style::Style::new());
            return;
        }
        picker.draw(painter, list, LABEL.min(area.width.saturating_sub(20)));
    }

    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow> {
        match (key.code(), &mut self.picker) {
            (Code::Esc, _) => Ok(Flow::Close),
            (Code::Enter, Some(picker)) => {
                let deed = picker.current().and_then(|choice| self.deeds.get(choice.value.parse::<usize>().ok()?));
                let Some(deed) = deed else {
                    anyhow::bail!("Nothing fits what is typed; Backspace takes letters away")
                };
                partner::go_to_deed(ctx.app, &deed.about).map_err(anyhow::Error::msg)?;
                Ok(Flow::Close)
            }
            (_, Some(picker)) => {
                picker.press(key);
                Ok(Flow::Used)
            }
            (_, None) => Ok(Flow::Used),
        }
    }

    fn paste(&mut self, _: &mut Ctx<'_>, text: &str) -> anyhow::Result<Flow> {
        if let Some(picker) = &mut self.picker {
            picker.paste(text);
        }
        Ok(Flow::Used)
    }

    fn job_done(&mut self, app: &mut App) {
        if self.picker.is_none() {
            self.take(app);
        }
    }

    fn hints(&self, _: &App) -> Vec<Hint> {
        vec![Hint::new("type", "to narrow"), Hint::new("Enter", "show the place"), Hint::new("Esc", "back")]
    }

    fn name(&self) -> &'static str {
        "activity"
    }
}
