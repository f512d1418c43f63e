//! Which part of the screen is whose: pure, from a size and a few facts to areas.
//!
//! ```text
//! title                                   row 0, always
//! (blank)                                 40 rows and more
//! heading of each pane
//! heat strip                              16 rows and more
//! body
//! what the other panes say                one pane of several, 16 rows and more
//! the cursor's message                    16 rows and more
//! status: selection, toast, reasons       16 rows and more, else over the keys
//! keys                                    always, below the title
//! ```

use ratatui::layout::Rect;

/// Fewest columns for panes side by side.
pub const SIDE_BY_SIDE: u16 = 100;
/// Fewest columns of one pane.
pub const PANE_COLUMNS: u16 = 38;
/// Fewer rows leave only title, heading, body and keys.
const SHORT: u16 = 16;
/// Rows from which there is room for blank ones.
const TALL: u16 = 34;

/// Areas that every screen has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// The first row.
    pub title: Rect,
    /// All between title and status.
    pub main: Rect,
    /// Selection, toast, reasons.
    pub status: Rect,
    /// Keys.
    pub keys: Rect,
}

/// Splits the screen.
pub fn frame(size: Rect) -> Frame {
    let row = |y: u16| Rect::new(size.x, size.y.saturating_add(y), size.width, 1).intersection(size);
    let last = size.height.saturating_sub(1);
    let title = row(0);
    if size.height < 3 {
        let empty = Rect::new(size.x, size.bottom(), 0, 0);
        return Frame { title, main: empty, status: row(last), keys: if size.height > 1 { row(last) } else { empty } };
    }
    let top = if size.height >= TALL { 2 } else { 1 };
    // A short screen shows its status in place of the keys.
    let status_rows = u16::from(size.height >= SHORT);
    let air = u16::from(size.height >= TALL);
    let bottom = last - status_rows - air;
    let main = Rect::new(size.x, size.y + top, size.width, bottom.saturating_sub(top)).intersection(size);
    Frame { title, main, status: row(last - status_rows), keys: row(last) }
}

/// Areas of the Chat screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatAreas {
    /// Whole panes: heading, heat strip, body.
    pub panes: Vec<PaneAreas>,
    /// What the panes that have no room say at that moment.
    pub strip: Option<Rect>,
    /// The cursor's message.
    pub detail: Option<Rect>,
}

/// Areas of one pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaneAreas {
    /// Which pane.
    pub pane: usize,
    /// Its heading.
    pub heading: Rect,
    /// Its heat strip.
    pub heat: Option<Rect>,
    /// Its rows, the scroll map at the right edge included.
    pub body: Rect,
}

/// What decides the areas of Chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChatPlan {
    /// How many panes are open.
    pub panes: usize,
    /// Which has the focus.
    pub focus: usize,
    /// Whether it is alone on the screen.
    pub zoomed: bool,
    /// Whether heat strips are wanted.
    pub heat: bool,
    /// Whether a drawer lies at the right: the focused pane alone stays beside it.
    pub drawer: bool,
}

/// Splits the main area of Chat.
pub fn chat(size: Rect, plan: ChatPlan) -> ChatAreas {
    let main = frame(size).main;
    if plan.drawer && size.width >= SIDE_BY_SIDE {
        let beside = Rect { width: drawer(size).x.saturating_sub(main.x), ..main };
        let pane = pane_areas(beside, plan.focus, 0, 1, plan.heat && size.height >= SHORT);
        return ChatAreas { panes: vec![pane], strip: None, detail: None };
    }
    let fit = if size.width < SIDE_BY_SIDE { 1 } else { usize::from(size.width / PANE_COLUMNS) };
    let shown = if plan.zoomed { 1 } else { plan.panes.min(fit).max(1) };
    let short = size.height < SHORT;
    let hidden = plan.panes.saturating_sub(shown).min(2) as u16;
    let strip_rows = if hidden > 0 && !short && !plan.zoomed { hidden + 1 } else { 0 };
    let detail_rows = match size.height {
        0..SHORT => 0,
        SHORT..TALL => 2,
        _ => 3,
    };
    let air = u16::from(size.height >= TALL && detail_rows > 0);
    let body_height = main.height.saturating_sub(strip_rows + detail_rows + air);
    let upper = Rect { height: body_height, ..main };
    let below = |from: u16, rows: u16| Rect::new(main.x, main.y + from, main.width, rows).intersection(main);
    let strip = (strip_rows > 0).then(|| below(body_height, strip_rows));
    let detail = (detail_rows > 0).then(|| below(body_height + strip_rows + air, detail_rows));
    let first = if shown < plan.panes { plan.focus.saturating_sub(shown - 1) } else { 0 };
    let panes = (0..shown).map(|place| pane_areas(upper, first + place, place, shown, plan.heat && !short)).collect();
    ChatAreas { panes, strip, detail }
}

fn pane_areas(area: Rect, pane: usize, place: usize, shown: usize, heat: bool) -> PaneAreas {
    let each = area.width / shown as u16;
    let x = area.x + each * place as u16;
    let width = if place + 1 == shown { area.right().saturating_sub(x) } else { each };
    let rows = |from: u16, height: u16| Rect::new(x, area.y + from, width, height).intersection(area);
    let heat_rows = u16::from(heat && area.height > 4);
    PaneAreas {
        pane,
        heading: rows(0, 1),
        heat: (heat_rows > 0).then(|| rows(1, 1)),
        body: rows(1 + heat_rows, area.height.saturating_sub(1 + heat_rows)),
    }
}

/// The right part of the main area for a drawer: two thirds, all of it on a narrow screen.
pub fn drawer(size: Rect) -> Rect {
    let main = frame(size).main;
    if size.width < SIDE_BY_SIDE {
        return main;
    }
    let split = main.x + main.width / 3;
    Rect::new(split, main.y, main.right().saturating_sub(split), main.height)
}

/// The rows of a sheet docked to the bottom, above the keys.
pub fn sheet(size: Rect, rows: u16) -> Rect {
    let frame = frame(size);
    let bottom = frame.keys.y;
    let rows = rows.min(bottom.saturating_sub(frame.main.y));
    Rect::new(size.x, bottom.saturating_sub(rows), size.width, rows).intersection(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn plan(panes: usize) -> ChatPlan {
        ChatPlan { panes, focus: 0, zoomed: false, heat: true, drawer: false }
    }

    #[test]
    fn the_grid_of_the_large_screen_is_the_one_people_know() {
        let areas = chat(Rect::new(0, 0, 120, 40), plan(3));
        let first = areas.panes[0];
        assert_eq!((first.heading.y, first.heat.unwrap().y, first.body.y, first.body.bottom()), (2, 3, 4, 33));
        assert_eq!((first.body.width, areas.panes[2].body.x), (40, 80));
        assert_eq!(areas.detail.unwrap().y, 34);
        let frame = frame(Rect::new(0, 0, 120, 40));
        assert_eq!((frame.status.y, frame.keys.y), (38, 39));
    }

    #[test]
    fn the_grid_of_the_small_screen_has_a_strip_for_the_other_panes() {
        let areas = chat(Rect::new(0, 0, 80, 24), plan(3));
        assert_eq!(areas.panes.len(), 1);
        assert_eq!((areas.panes[0].heading.y, areas.panes[0].body.y, areas.panes[0].body.bottom()), (1, 3, 17));
        assert_eq!(areas.strip.unwrap(), Rect::new(0, 17, 80, 3));
        assert_eq!(areas.detail.unwrap().y, 20);
    }

    #[test]
    fn every_size_down_to_nothing_has_areas_inside_it() {
        for width in 0..130 {
            for height in 0..45 {
                let size = Rect::new(0, 0, width, height);
                for panes in 0..5 {
                    let areas = chat(size, plan(panes));
                    let inside = |area: Rect| area.is_empty() || size.intersection(area) == area;
                    assert!(
                        areas.panes.iter().all(|pane| inside(pane.body) && inside(pane.heading)),
                        "{width}x{height}"
                    );
                    assert!(inside(drawer(size)) && inside(sheet(size, 9)));
                }
            }
        }
    }
}
