//! What drawing remembers: where each pane is scrolled to and what it shows. The only state that
//! drawing may write.

use super::pane::sheet::Laid;

/// Scroll state of one pane.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PaneScroll {
    /// The cursor's row when it was last drawn.
    pub cursor: usize,
    /// The line of the pane's body on which that row began.
    pub y: usize,
    /// Which row was drawn in which cells.
    pub drawn: Vec<(usize, ratatui::layout::Rect)>,
}

/// What drawing remembers.
#[derive(Debug, Default)]
pub struct ViewState {
    panes: std::collections::BTreeMap<usize, PaneScroll>,
    laid: std::collections::BTreeMap<usize, Laid>,
    lists: std::collections::BTreeMap<&'static str, usize>,
}

impl ViewState {
    /// The scroll state of a pane.
    pub fn pane_mut(&mut self, pane: usize) -> &mut PaneScroll {
        self.panes.entry(pane).or_insert_with(|| PaneScroll { cursor: usize::MAX, ..PaneScroll::default() })
    }

    /// Lets the cursor of a pane stay in its line though its row has another place now.
    pub fn stay(&mut self, pane: usize, before: usize, now: usize) {
        if let Some(scroll) = self.panes.get_mut(&pane).filter(|scroll| scroll.cursor == before) {
            scroll.cursor = now;
        }
    }

    /// What was laid out of a pane; it is to be given back.
    pub fn take_laid(&mut self, pane: usize) -> Laid {
        self.laid.remove(&pane).unwrap_or_default()
    }

    /// What was laid out of a pane.
    pub fn laid(&self, pane: usize) -> Option<&Laid> {
        self.laid.get(&pane)
    }

    /// Keeps what was laid out of a pane.
    pub fn keep_laid(&mut self, pane: usize, laid: Laid) {
        self.laid.insert(pane, laid);
    }

    /// Lets go of what was laid out of panes that are closed: the first `panes` are open.
    pub fn keep_panes(&mut self, panes: usize) {
        self.laid.retain(|&pane, _| pane < panes);
    }

    /// Lets go of all that was laid out: the next draw makes it anew.
    pub fn forget_laid(&mut self) {
        self.laid.clear();
    }

    /// Which rows of a pane were drawn in which cells.
    pub fn drawn(&self, pane: usize) -> &[(usize, ratatui::layout::Rect)] {
        self.panes.get(&pane).map_or(&[], |scroll| &scroll.drawn)
    }

    /// Forgets scroll positions: the next draw centres the cursor.
    pub fn forget(&mut self) {
        self.panes.clear();
        self.lists.clear();
    }

    /// The first row of a plain list that shows `cursor` within `height` rows, moved as little as
    /// possible since the list was last drawn; at first the cursor is in the middle.
    pub fn list_top(&mut self, list: &'static str, cursor: usize, count: usize, height: usize) -> usize {
        let height = height.max(1);
        let top = self.lists.entry(list).or_insert_with(|| cursor.saturating_sub(height / 2));
        let off = (height / 5).min(3);
        let most = count.saturating_sub(height);
        *top = (*top).min(most);
        if cursor < *top + off {
            *top = cursor.saturating_sub(off);
        }
        if cursor + off + 1 > *top + height {
            *top = (cursor + off + 1 - height).min(most.max(cursor.saturating_sub(height - 1)));
        }
        *top
    }

    /// The same for a list whose pieces take several rows each: the first piece. Only pieces near the
    /// cursor and at the end are measured, however many there are.
    pub fn tall_list_top(
        &mut self,
        list: &'static str,
        cursor: usize,
        count: usize,
        height: usize,
        rows_of: impl Fn(usize) -> usize,
    ) -> usize {
        let end = count.saturating_sub(1);
        // The first piece with which all up to another one fit into so many rows, that one at least.
        let first_with = |to: usize, height: usize| {
            let mut room = height.saturating_sub(rows_of(to));
            (0..to)
                .rev()
                .take_while(|&piece| {
                    let rows = rows_of(piece);
                    let fits = rows <= room;
                    room = room.saturating_sub(rows);
                    fits
                })
                .last()
                .unwrap_or(to)
        };
        if count == 0 {
            return 0;
        }
        let top = self.lists.entry(list).or_insert_with(|| first_with(cursor.min(end), height / 2));
        // One piece beyond the cursor stays in sight on either side.
        let least = first_with((cursor + 1).min(end), height).min(cursor);
        *top = (*top).min(cursor.saturating_sub(1)).min(first_with(end, height)).max(least);
        *top
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_tall_pieces_shows_the_cursor_and_measures_few() {
        let measured = std::cell::Cell::new(0);
        let rows_of = |piece: usize| {
            measured.set(measured.get() + 1);
            2 + piece % 3
        };
        let mut view = ViewState::default();
        let mut top = |cursor, count| view.tall_list_top("evidence", cursor, count, 12, rows_of);
        assert_eq!((top(0, 0), top(0, 1), top(3, 4)), (0, 0, 0), "what fits is not moved");
        for cursor in (0..20_000).chain((0..20_000).rev()).step_by(7) {
            let top = top(cursor, 20_000);
            let through: usize = (top..=cursor).map(|piece| 2 + piece % 3).sum();
            assert!(top <= cursor && through <= 12, "{cursor} below {top}");
        }
        assert_eq!(top(19_999, 20_000), 19_996, "the end stands at the end");
        assert!(measured.get() < 20 * 40_000 / 7, "{}", measured.get());
    }

    #[test]
    fn a_list_moves_only_as_far_as_it_must() {
        let mut view = ViewState::default();
        assert_eq!(view.list_top("people", 0, 100, 10), 0);
        assert_eq!(view.list_top("people", 5, 100, 10), 0);
        assert_eq!(view.list_top("people", 9, 100, 10), 2);
        assert_eq!(view.list_top("people", 99, 100, 10), 90);
        assert_eq!(view.list_top("people", 97, 100, 10), 90);
        assert_eq!(view.list_top("people", 0, 100, 10), 0);
        assert_eq!(view.list_top("people", 3, 4, 10), 0);
        view.list_top("people", 50, 100, 10);
        view.forget();
        assert_eq!(view.list_top("people", 50, 100, 10), 45);
        assert_eq!(view.list_top("tags", 99, 100, 10), 90);
    }
}
