//! Paints the screen: title, the current screen, layers, status and keys. Changes nothing but
//! [`ViewState`].

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::app::{App, ScreenId, Status};
use super::layers::{Dock, Layer};
use super::layout::{self, Frame};
use super::paint::{Hint, Painter};
use super::theme::{Glyph, Role, Theme};
use super::view::ViewState;
use super::{keymap, pane, partner, popup, tour};
use crate::base::text::{cut, width};
use crate::base::time::{MINUTE, duration_short};
use crate::project::model::Milestone;
use crate::project::store::SaveState;

/// Below this there is one plain line and nothing else.
const LEAST: (u16, u16) = (20, 5);

/// Paints the whole screen.
pub fn draw(app: &App, view: &mut ViewState, buffer: &mut Buffer) {
    let size = buffer.area;
    if size.is_empty() {
        return;
    }
    let mut painter = Painter::new(buffer, app.settings.theme);
    if size.width < LEAST.0 || size.height < LEAST.1 {
        painter.put(size.x, size.y, size.width, "meanwhile: too small", Style::new().add_modifier(Modifier::REVERSED));
        return;
    }
    let frame = layout::frame(size);
    title(app, &mut painter, frame.title);
    screen(app, view, &mut painter);
    layers(app, view, &mut painter, &frame);
    status(app, &mut painter, &frame);
    keys(app, &mut painter, frame.keys, &frame);
}

/// Paints words alone, where the screen itself could not be painted: nothing of what failed.
pub fn failed(theme: Theme, words: &str, buffer: &mut Buffer) {
    let area = buffer.area;
    let mut painter = Painter::new(buffer, theme);
    let inner = Rect {
        x: area.x + 2.min(area.width),
        y: area.y + 1.min(area.height),
        width: area.width.saturating_sub(4),
        height: area.height.saturating_sub(1),
    };
    painter.paragraph(inner, words, Style::new());
}

fn screen(app: &App, view: &mut ViewState, painter: &mut Painter<'_>) {
    match app.screen {
        ScreenId::Chat if app.chat.meanwhile => pane::meanwhile::draw(app, view, painter),
        ScreenId::Chat => pane::chat_view::draw(app, view, painter),
        ScreenId::People => pane::people::draw(app, view, painter),
        ScreenId::Tags => pane::tags::draw(app, view, painter),
        ScreenId::Stats => pane::stats::draw(app, view, painter),
        ScreenId::Timeline => pane::timeline::draw::draw(app, view, painter),
        ScreenId::Report => pane::report::draw::draw(app, view, painter),
    }
}

fn title(app: &App, painter: &mut Painter<'_>, area: Rect) {
    let narrow = area.width < layout::SIDE_BY_SIDE;
    let saving = saving_words(app);
    let saving_cells = width(&saving.1) as u16 + 2;
    let right = area.right().saturating_sub(2);
    let x = right.saturating_sub(saving_cells);
    painter.put(x, area.y, 1, painter.theme.glyph(saving.0), painter.style(saving.2));
    let word_style = if saving.2 == Role::Saved { painter.style(Role::Dim) } else { painter.style(saving.2) };
    painter.put(x + 2, area.y, saving_cells, &saving.1, word_style);
    let bold = painter.theme.bold(Role::Text);
    let name_room = x.saturating_sub(area.x + 4).min(if narrow { 20 } else { 24 });
    let mut at = painter.put_cut(area.x + 2, area.y, name_room, app.session.title(), bold);
    at += if narrow { 2 } else { 3 };
    for screen in ScreenId::ALL {
        let digit = screen as usize + 1;
        let current = screen == app.screen;
        let text = match (current, narrow) {
            (true, _) => format!("[{digit} {}]", screen.title()),
            (false, true) => digit.to_string(),
            (false, false) => format!(" {digit} {} ", screen.title()),
        };
        let style = if current { painter.theme.bold(Role::Accent) } else { painter.style(Role::Dim) };
        if at + width(&text) as u16 + 1 > x {
            break;
        }
        at = painter.put(at, area.y, x.saturating_sub(at), &text, style) + 1;
    }
    let end = with_partners(app, painter, area.y, at + 1, x.saturating_sub(2));
    clock(app, painter, area.y, at + 1, end);
}

/// Who else is here, before the saving state; gives where it begins.
fn with_partners(app: &App, painter: &mut Painter<'_>, y: u16, from: u16, to: u16) -> u16 {
    let Some(words) = app.together.words() else { return to };
    let words = format!("{} {words}", painter.theme.glyph(Glyph::Partner));
    let cells = width(&words) as u16;
    if from + cells > to {
        return to;
    }
    let style = painter.style(Role::Saved);
    painter.put(to - cells, y, cells, &words, style);
    (to - cells).saturating_sub(2)
}

/// Clock of the cursor, distance from the start, `sync`: what has no room goes, `sync` first.
fn clock(app: &App, painter: &mut Painter<'_>, y: u16, from: u16, to: u16) {
    if matches!(app.screen, ScreenId::Report) {
        return;
    }
    let Some(at) = app.cursor_time() else { return };
    let narrow = painter.area().width < layout::SIDE_BY_SIDE;
    let told = app.cursor_zone();
    let clock = told.shown_in(app.zone()).clock(at);
    let zone = told.offset_label(app.zone(), at);
    let clock = if narrow { clock } else { format!("{clock} {zone}") };
    let start = app.session.project().milestone(Milestone::Start);
    let since = start.and_then(|start| at.since(start)).map(|length| {
        let sign = if length < 0 { '-' } else { '+' };
        let minutes = length.abs() / MINUTE;
        match minutes {
            0..120 => format!("T{sign}{minutes}m"),
            120..2880 => format!("T{sign}{}h", minutes / 60),
            _ => format!("T{sign}{}d", minutes / 1440),
        }
    });
    let sync = app.screen == ScreenId::Chat && !app.chat.unsynced && app.chat.panes.len() > 1 && !narrow;
    let mut parts = vec![clock];
    parts.extend(since);
    // Where `sync ±2s` has no room, the word alone may have it.
    let within = (app.chat.tolerance > 0)
        .then(|| format!("sync {}{}", painter.theme.glyph(Glyph::PlusMinus), duration_short(app.chat.tolerance)));
    let mut words = within.into_iter().chain(["sync".to_owned()]).filter(|_| sync);
    let room = usize::from(to.saturating_sub(from));
    let cells = |parts: &[String]| parts.iter().map(|part| width(part) + 2).sum::<usize>().saturating_sub(2);
    parts.extend(words.find(|word| cells(&parts) + 2 + width(word) <= room));
    while cells(&parts) > room {
        parts.pop();
    }
    let mut x = to.saturating_sub(cells(&parts) as u16);
    for (nth, part) in parts.iter().enumerate() {
        let style = if nth == 0 { Style::new() } else { painter.style(Role::Dim) };
        x = painter.put(x, y, to.saturating_sub(x), part, style) + 2;
    }
}

fn saving_words(app: &App) -> (Glyph, String, Role) {
    match app.session.save_state() {
        SaveState::Saved => match &app.session.elsewhere {
            Some(folder) => {
                (Glyph::Look, cut(&format!("saved in {}", folder.display()), 40).into_owned(), Role::Warning)
            }
            None => (Glyph::Done, "saved".to_owned(), Role::Saved),
        },
        SaveState::Saving => (Glyph::OnTimeline, "saving".to_owned(), Role::Text),
        SaveState::NotSaved(reason) => {
            (Glyph::Broken, cut(&format!("not saved: {reason}"), 40).into_owned(), Role::Danger)
        }
        SaveState::ReadOnly(reason) => {
            (Glyph::Look, cut(&format!("read-only: {reason}"), 40).into_owned(), Role::Warning)
        }
    }
}

fn layers(app: &App, view: &mut ViewState, painter: &mut Painter<'_>, frame: &Frame) {
    for layer in app.layers.iter() {
        let area = layer_area(app, painter.area(), frame, layer);
        recede(app, view, painter, frame, layer);
        painter.clear(area);
        layer.draw(app, painter, area);
    }
}

/// Where a layer lies.
pub fn layer_area(app: &App, size: Rect, frame: &Frame, layer: &dyn Layer) -> Rect {
    match layer.dock(app, size) {
        Dock::Bottom(rows) => layout::sheet(size, rows),
        Dock::Right => layout::drawer(size),
        Dock::Full => layout::full(size),
        Dock::Line => frame.status,
    }
}

/// All but the layer goes dim; what a sheet acts on is drawn again, bright.
fn recede(app: &App, view: &mut ViewState, painter: &mut Painter<'_>, frame: &Frame, layer: &dyn Layer) {
    let size = painter.area();
    match layer.dock(app, size) {
        Dock::Line | Dock::Right => {}
        Dock::Full => painter.fade(frame.title),
        Dock::Bottom(_) => {
            let bright = if layer.keeps_targets_bright() && app.screen == ScreenId::Chat {
                pane::chat_view::bright_rows(app, view, size)
            } else {
                Vec::new()
            };
            for y in frame.main.top()..frame.status.bottom() {
                let mut x = size.x;
                for area in bright.iter().filter(|area| area.y == y) {
                    painter.fade(Rect::new(x, y, area.x.saturating_sub(x), 1));
                    x = area.right();
                }
                painter.fade(Rect::new(x, y, size.right().saturating_sub(x), 1));
            }
        }
    }
}

fn status(app: &App, painter: &mut Painter<'_>, frame: &Frame) {
    if app.layers.top().is_some_and(|layer| covers_status(app, painter.area(), layer))
        && matches!(app.status, Status::Quiet)
    {
        return;
    }
    let area = frame.status;
    let text_area = |painter: &mut Painter<'_>| {
        painter.clear(area);
        (area.x + 2, area.width.saturating_sub(4))
    };
    match &app.status {
        Status::Toast(text, _) => {
            let (x, room) = text_area(painter);
            painter.put_cut(x, area.y, room, text, Style::new());
        }
        Status::Cannot(text) => {
            let (x, room) = text_area(painter);
            let warning = painter.style(Role::Warning);
            painter.glyph(x, area.y, Glyph::Look, warning);
            painter.put_cut(x + 2, area.y, room.saturating_sub(2), text, warning);
        }
        Status::Quiet => quiet_status(app, painter, frame),
    }
}

fn covers_status(app: &App, size: Rect, layer: &dyn Layer) -> bool {
    matches!(layer.dock(app, size), Dock::Bottom(_) | Dock::Full | Dock::Line)
}

fn quiet_status(app: &App, painter: &mut Painter<'_>, frame: &Frame) {
    if frame.status == frame.keys {
        return;
    }
    let area = frame.status;
    let (x, room) = (area.x + 2, area.width.saturating_sub(4));
    let selected = app.chat.selection.len();
    if app.screen == ScreenId::Chat && selected > 0 {
        let text = format!("{} {selected} selected", painter.theme.glyph(Glyph::Selected));
        painter.put(x, area.y, room, &text, Style::new());
        partner_act(app, painter, frame, 2 + width(&text) as u16 + 4);
    } else if partner_act(app, painter, frame, 2) {
    } else if let Some((next, done)) = tour::line(app) {
        let style = painter.theme.bold(Role::Text);
        let x = painter.put_cut(x, area.y, room, &next, style);
        let left = area.right().saturating_sub(x + 4);
        if left >= width(&done) as u16 {
            painter.put_right(area.right().saturating_sub(2), area.y, &done, painter.style(Role::Dim));
        }
    } else if let Some(words) = app.session.notice() {
        painter.put_cut(x, area.y, room, words, painter.style(Role::Dim));
    }
}

/// The last act of somebody else; `false` when there is none to tell.
fn partner_act(app: &App, painter: &mut Painter<'_>, frame: &Frame, indent: u16) -> bool {
    let Some((name, act)) = partner::last_words(app) else { return false };
    let area = frame.status;
    let style = painter.style(Role::Saved);
    painter.glyph(area.x + indent, area.y, Glyph::Partner, style);
    let room = area.width.saturating_sub(indent + 4);
    let x = painter.put_cut(area.x + indent + 2, area.y, room, &format!("{name}: {act}"), Style::new());
    let hint = "g b goes there  g a all";
    if area.right().saturating_sub(x + 4) >= width(hint) as u16 {
        painter.put_right(area.right().saturating_sub(2), area.y, hint, painter.style(Role::Dim));
    }
    true
}

fn keys(app: &App, painter: &mut Painter<'_>, area: Rect, frame: &Frame) {
    if frame.status == frame.keys && !matches!(app.status, Status::Quiet) {
        return;
    }
    painter.clear(area);
    if let Some(layer) = app.layers.top() {
        painter.hints(area, layer.mode(), &layer.hints(app), true);
        return;
    }
    if !app.pending.is_empty() {
        popup::which_key::draw(app, painter);
        return;
    }
    painter.hints(area, mode(app), &screen_hints(app), true);
}

fn mode(app: &App) -> Option<&'static str> {
    let selects = match app.screen {
        ScreenId::Chat => app.chat.focused_range(),
        ScreenId::Timeline => app.timeline.has_range(),
        _ => false,
    };
    selects.then_some("SELECT")
}

fn screen_hints(app: &App) -> Vec<Hint> {
    let mut hints = Vec::new();
    for scope in keymap::scopes(app) {
        let here = super::command::all().filter(|command| command.scope == scope);
        for command in here {
            if let (Some(word), Some(keys)) = (command.hint, command.keys.first())
                && (command.enabled)(app).is_ok()
            {
                hints.push(Hint::new(keys.replace(' ', ""), word));
            }
        }
    }
    hints
}
