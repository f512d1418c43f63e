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
use serde::{Deserialize, Serialize};

/// Most panes that are open at once.
pub const MOST_PANES: usize = 4;
/// Fewest columns for panes side by side.
pub const SIDE_BY_SIDE: u16 = 100;
/// Fewest columns of one pane.
pub const PANE_COLUMNS: u16 = 38;
/// Fewest cells that a pane beside others keeps, however narrow it is made.
const LEAST_COLUMNS: u16 = 20;
/// Fewest rows of a pane among others one above the other: its heading and some of its body.
const LEAST_ROWS: u16 = 6;
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

/// How panes lie to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arrangement {
    /// One above the other.
    Stacked,
    /// Side by side; also what a newer program kept and this one does not know.
    #[default]
    #[serde(other)]
    Beside,
}

/// How large a pane is among others: parts of a whole that is the sum of all shares shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "u16", into = "u16")]
pub struct Share(u16);

impl Share {
    const LEAST: u16 = 4;
    const MOST: u16 = 40;
    const STEP: u16 = 2;

    /// A step larger; `None` when it is as large as it gets.
    pub fn larger(self) -> Option<Self> {
        (self.0 < Self::MOST).then(|| Self::from(self.0 + Self::STEP))
    }

    /// A step smaller; `None` when it is as small as it gets.
    pub fn smaller(self) -> Option<Self> {
        (self.0 > Self::LEAST).then(|| Self::from(self.0 - Self::STEP))
    }
}

impl Default for Share {
    fn default() -> Self {
        Self(12)
    }
}

impl From<u16> for Share {
    fn from(parts: u16) -> Self {
        Self(parts.clamp(Self::LEAST, Self::MOST))
    }
}

impl From<Share> for u16 {
    fn from(share: Share) -> Self {
        share.0
    }
}

/// What decides the areas of Chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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
    /// How panes lie to each other.
    pub arrangement: Arrangement,
    /// How large each pane is among the others.
    pub shares: [Share; MOST_PANES],
}

/// Splits the main area of Chat.
pub fn chat(size: Rect, plan: ChatPlan) -> ChatAreas {
    let main = frame(size).main;
    let heat = plan.heat && size.height >= SHORT;
    if plan.drawer && size.width >= SIDE_BY_SIDE {
        let beside = Rect { width: drawer(size).x.saturating_sub(main.x), ..main };
        return ChatAreas { panes: vec![pane_areas(beside, plan.focus, heat)], strip: None, detail: None };
    }
    let detail_rows = match size.height {
        0..SHORT => 0,
        SHORT..TALL => 2,
        _ => 3,
    };
    let air = u16::from(size.height >= TALL && detail_rows > 0);
    let room = main.height.saturating_sub(detail_rows + air);
    let shown = shown_panes(size, room, plan);
    let strip_rows = if plan.zoomed { 0 } else { strip_rows(size, plan.panes.saturating_sub(shown)) };
    let body_height = room.saturating_sub(strip_rows);
    let upper = Rect { height: body_height, ..main };
    let below = |from: u16, rows: u16| Rect::new(main.x, main.y + from, main.width, rows).intersection(main);
    let strip = (strip_rows > 0).then(|| below(body_height, strip_rows));
    let detail = (detail_rows > 0).then(|| below(body_height + strip_rows + air, detail_rows));
    let first = if shown < plan.panes { plan.focus.saturating_sub(shown - 1) } else { 0 };
    let places = first..first + shown;
    let panes = pane_places(upper, &places, plan)
        .into_iter()
        .zip(places)
        .map(|(area, pane)| pane_areas(area, pane, heat && (shown == 1 || area.height > LEAST_ROWS)))
        .collect();
    ChatAreas { panes, strip, detail }
}

/// Rows for what the panes without room say: their heading, and one each of two.
fn strip_rows(size: Rect, hidden: usize) -> u16 {
    if hidden > 0 && size.height >= SHORT { hidden.min(2) as u16 + 1 } else { 0 }
}

/// How many panes have room, where `room` rows are left for them and the strip of the others.
fn shown_panes(size: Rect, room: u16, plan: ChatPlan) -> usize {
    if plan.zoomed {
        return 1;
    }
    let fits = |panes: usize| match plan.arrangement {
        Arrangement::Beside => size.width >= SIDE_BY_SIDE && panes <= usize::from(size.width / PANE_COLUMNS),
        Arrangement::Stacked => {
            let left = room.saturating_sub(strip_rows(size, plan.panes - panes));
            panes <= usize::from(left / LEAST_ROWS)
        }
    };
    (2..=plan.panes.min(MOST_PANES)).rev().find(|&panes| fits(panes)).unwrap_or(1)
}

/// Whether panes have neighbours whose share can be taken or given.
pub fn shares_count(size: Rect, plan: ChatPlan) -> bool {
    chat(size, ChatPlan { drawer: false, ..plan }).panes.len() > 1
}

/// The place of each of the panes shown: cut by their shares, none below its least size.
fn pane_places(area: Rect, panes: &std::ops::Range<usize>, plan: ChatPlan) -> Vec<Rect> {
    let shares: Vec<u32> = panes.clone().map(|pane| plan.shares.get(pane).map_or(0, |share| share.0.into())).collect();
    let (whole, least) = match plan.arrangement {
        Arrangement::Beside => (area.width, LEAST_COLUMNS),
        Arrangement::Stacked => (area.height, LEAST_ROWS),
    };
    let mut from = 0;
    divided(whole, least, &shares)
        .into_iter()
        .map(|size| {
            let place = match plan.arrangement {
                Arrangement::Beside => Rect { x: area.x + from, width: size, ..area },
                Arrangement::Stacked => Rect { y: area.y + from, height: size, ..area },
            };
            from += size;
            place
        })
        .collect()
}

/// Cuts a length into parts: each the least size, where all can have it, and of the rest by its
/// share.
fn divided(whole: u16, least: u16, shares: &[u32]) -> Vec<u16> {
    let count = shares.len() as u32;
    let least = u32::from(least).min(u32::from(whole) / count.max(1));
    let free = u32::from(whole) - least * count;
    let sum = shares.iter().sum::<u32>().max(1);
    // Edges are rounded, not sizes, so that nothing is left over.
    let (mut edge, mut before) = (0, 0);
    let sizes = shares.iter().map(|share| {
        before += share;
        let size = least + free * before / sum - edge;
        edge = free * before / sum;
        size as u16
    });
    sizes.collect()
}

fn pane_areas(area: Rect, pane: usize, heat: bool) -> PaneAreas {
    let rows = |from: u16, height: u16| Rect::new(area.x, area.y + from, area.width, height).intersection(area);
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

/// All but the title bar and the keys.
pub fn full(size: Rect) -> Rect {
    let frame = frame(size);
    frame.main.union(frame.status)
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
        let shares = [Share(12); MOST_PANES];
        let arrangement = Arrangement::Beside;
        ChatPlan { panes, focus: 0, zoomed: false, heat: true, drawer: false, arrangement, shares }
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
    fn a_larger_share_widens_a_pane_and_leaves_the_others_their_least() {
        let large = ChatPlan { shares: [Share(40), Share(4), Share(4), Share(4)], ..plan(3) };
        let widths: Vec<u16> = chat(Rect::new(0, 0, 120, 40), large).panes.iter().map(|pane| pane.body.width).collect();
        assert_eq!(widths, [70, 25, 25]);
        assert_eq!(Share(40).larger(), None);
        assert_eq!(Share(4).smaller(), None);
    }

    #[test]
    fn stacked_panes_share_the_rows_also_where_there_is_no_room_side_by_side() {
        let stacked = ChatPlan { arrangement: Arrangement::Stacked, ..plan(3) };
        let areas = chat(Rect::new(0, 0, 80, 24), stacked);
        let places: Vec<(u16, u16)> = areas.panes.iter().map(|pane| (pane.heading.y, pane.body.bottom())).collect();
        assert_eq!(places, [(1, 7), (7, 13), (13, 20)]);
        assert!(areas.panes.iter().all(|pane| pane.body.width == 80));
        let small = chat(Rect::new(0, 0, 80, 18), stacked);
        assert_eq!((small.panes.len(), small.strip.map(|strip| strip.height)), (1, Some(3)));
    }

    #[test]
    fn every_size_down_to_nothing_has_areas_inside_it() {
        for width in 0..130 {
            for height in 0..45 {
                let size = Rect::new(0, 0, width, height);
                let inside = |area: Rect| area.is_empty() || size.intersection(area) == area;
                assert!(inside(drawer(size)) && inside(sheet(size, 9)));
                for (panes, arrangement) in (0..5).flat_map(|n| [(n, Arrangement::Beside), (n, Arrangement::Stacked)]) {
                    let areas = chat(size, ChatPlan { arrangement, ..plan(panes) });
                    assert!(
                        areas.panes.iter().all(|pane| inside(pane.body) && inside(pane.heading)),
                        "{width}x{height}"
                    );
                    assert!(!areas.panes.is_empty());
                }
            }
        }
    }
}
