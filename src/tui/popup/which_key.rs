//! The keys that may follow what was typed, docked above the last row.

use ratatui::layout::Rect;

use crate::tui::app::App;
use crate::tui::key::Key;
use crate::tui::keymap::{self, Lookup};
use crate::tui::layout;
use crate::tui::paint::{Heading, Painter};
use crate::tui::theme::Role;

/// Cells of one key with its title.
const COLUMN: u16 = 38;

/// Draws the sheet for the keys typed so far.
pub fn draw(app: &App, painter: &mut Painter<'_>) {
    let Lookup::Prefix(next) = keymap::lookup(&keymap::scopes(app), &app.pending) else { return };
    let size = painter.area();
    let columns = (size.width.saturating_sub(2) / COLUMN).max(1);
    let rows = (next.len() as u16).div_ceil(columns);
    let area = layout::sheet(size, rows + 1);
    painter.clear(area);
    let typed: Vec<String> = app.pending.iter().map(ToString::to_string).collect();
    painter.heading(area, &Heading { title: typed.join(" "), focused: true, ..Heading::default() });
    for (place, (keys, command)) in next.iter().enumerate() {
        let (column, row) = (place as u16 / rows, place as u16 % rows);
        let cell = Rect::new(area.x + 2 + column * COLUMN, area.y + 1 + row, COLUMN - 2, 1);
        if cell.y >= area.bottom() {
            break;
        }
        let keys: Vec<String> = keys.iter().map(Key::to_string).collect();
        let x = painter.put(cell.x, cell.y, 10, &keys.join(" "), painter.style(Role::Accent)).max(cell.x + 2) + 1;
        let style = if (command.enabled)(app).is_ok() { painter.style(Role::Text) } else { painter.style(Role::Dim) };
        painter.put_cut(x, cell.y, cell.right().saturating_sub(x), command.title, style);
    }
    painter.hints(layout::frame(size).keys, None, &[crate::tui::paint::Hint::new("Esc", "back")], false);
}
