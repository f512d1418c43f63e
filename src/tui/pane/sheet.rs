//! The rows of a pane as lines: laid out when they are asked for and kept while they stay the same.
//!
//! A [`Sheet`] is made for one frame or one movement. What it laid out goes on in [`Laid`], which
//! [`ViewState`] keeps: drawn rows until anything that they show may have changed, and how many lines
//! each row takes, which an edit changes only for the rows that it touches.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::chat::Pane;
use super::heights::Heights;
use super::message::{Before, Look, RowLines, Shape, Typesetting};
use super::rows::RowWhat;
use crate::tui::app::{App, ScreenId};
use crate::tui::view::ViewState;

/// Rows that are kept at most: several screens.
const MOST_KEPT: usize = 1024;
/// Rows laid out at a time while nothing else is to be done.
const AT_A_TIME: usize = 32;

/// How rows of a pane of so many cells look.
pub fn look(app: &App, width: u16) -> Look<'_> {
    let settings = &app.settings;
    let set = Typesetting {
        theme: settings.theme,
        shape: Shape::of(width),
        zone: app.zone(),
        density: settings.density,
        notes: settings.notes,
        times: settings.times,
        reactions: settings.reactions,
        emoji: settings.emoji,
        long_lines: settings.long_lines,
    };
    Look { archive: &app.session.archive, project: app.session.project(), set, highlight: app.find.highlighter() }
}

/// What was laid out of a pane.
#[derive(Debug, Default)]
pub struct Laid {
    /// What the heights are of: rows, and how they are set.
    of: Option<(u64, Typesetting)>,
    heights: Heights,
    /// The row from which on one is looked for that is not laid out.
    next: usize,
    /// How many of the places that edits touched are taken over.
    taken: usize,
    /// Rows by their place and whether nothing above them is seen.
    rows: HashMap<(usize, bool), Rc<RowLines>>,
    /// The revisions of project and archive that the rows show; none while something is highlighted.
    shows: Option<(u64, u64)>,
}

impl Laid {
    /// How many lines all rows take, as far as that is known.
    pub fn lines(&self) -> usize {
        self.heights.total()
    }

    /// Gives up what may be otherwise.
    fn bring_up_to_date(&mut self, app: &App, pane: &Pane, set: Typesetting) {
        let of = Some((pane.rows.edition, set));
        let shows = (app.session.project_revision(), app.session.archive_revision());
        let shows = Some(shows).filter(|_| app.find.highlighter().is_none());
        if self.of != of || self.shows != shows || shows.is_none() {
            self.rows.clear();
            self.shows = shows;
        }
        if self.of != of {
            (self.of, self.heights) = (of, Heights::new(pane.rows.list.len()));
            (self.next, self.taken) = (pane.cursor, 0);
        }
        for &place in pane.rows.touched.get(self.taken..).unwrap_or_default() {
            self.heights.forget(place);
        }
        self.taken = pane.rows.touched.len();
    }
}

/// The rows of a pane, each laid out once, and only when it is asked for.
pub struct Sheet<'a> {
    /// The pane.
    pub pane: &'a Pane,
    look: Look<'a>,
    laid: RefCell<Laid>,
}

impl<'a> Sheet<'a> {
    /// The rows of a pane of so many cells, its scroll map not counted.
    pub fn new(app: &'a App, pane: &'a Pane, width: u16, mut laid: Laid) -> Self {
        let look = look(app, width);
        laid.bring_up_to_date(app, pane, look.set);
        Self { pane, look, laid: RefCell::new(laid) }
    }

    /// What was laid out, for the next one.
    pub fn into_laid(self) -> Laid {
        self.laid.into_inner()
    }

    /// The lines of a row; `first` when nothing above it is seen.
    pub fn lines(&self, place: usize, first: bool) -> Rc<RowLines> {
        if let Some(kept) = self.laid.borrow().rows.get(&(place, first)) {
            return Rc::clone(kept);
        }
        let made = Rc::new(self.made(place, first));
        let mut laid = self.laid.borrow_mut();
        if laid.rows.len() >= MOST_KEPT {
            laid.rows.clear();
        }
        laid.rows.insert((place, first), Rc::clone(&made));
        if !first {
            laid.heights.know(place, made.lines.len());
        }
        made
    }

    fn made(&self, place: usize, first: bool) -> RowLines {
        let rows = &self.pane.rows;
        let Some(row) = rows.list.get(place) else { return RowLines::default() };
        let before = place.checked_sub(1).and_then(|place| rows.list.get(place));
        let event = match row.what {
            RowWhat::Event(ix) => rows.events.get(ix as usize),
            RowWhat::Message(_) => None,
        };
        self.look.row(row, event, before.map(|row| Before { row, in_view: !first }))
    }

    /// How many lines a row takes, whatever is seen above it.
    pub fn height(&self, place: usize) -> usize {
        self.lines(place, false).lines.len()
    }

    /// Lines from one row's first own line to that of a row after it.
    pub fn lines_between(&self, from: usize, to: usize) -> usize {
        let step = |place: usize| {
            let (here, next) = (self.lines(place, false), self.lines(place + 1, false));
            here.lines.len() - here.lead + next.lead
        };
        (from..to).map(step).sum()
    }

    /// The row that the cursor comes to when it goes so many lines up or down: the last one that ends within
    /// them, so that none is passed over unseen, and another one than before where there is one.
    pub fn row_beyond(&self, lines: isize) -> usize {
        let last = self.pane.rows.list.len().saturating_sub(1);
        let cursor = self.pane.cursor.min(last);
        let (mut place, mut gone) = (cursor, 0);
        loop {
            // Down from last line to last line, up from first to first: as the edges hold a row.
            let next = if lines > 0 { (place + 1).min(last) } else { place.saturating_sub(1) };
            gone += if lines > 0 { self.height(next) } else { self.lines_between(next, place) };
            if next == place || (gone > lines.unsigned_abs() && place != cursor) {
                return place;
            }
            place = next;
        }
    }

    /// How many lines the rows take, as far as that is known.
    pub fn with_heights<T>(&self, ask: impl FnOnce(&Heights) -> T) -> T {
        ask(&self.laid.borrow().heights)
    }

    /// Lays out some rows that nobody has seen; false when all are known.
    fn lay_out_more(&self) -> bool {
        let mut laid = self.laid.borrow_mut();
        for _ in 0..AT_A_TIME {
            let Some(place) = laid.heights.unknown(laid.next) else { return false };
            laid.heights.know(place, self.made(place, false).lines.len());
            laid.next = place + 1;
        }
        true
    }
}

/// The row to which the cursor of the focused pane goes by so many lines.
pub fn row_beyond(app: &App, lines: isize) -> Option<usize> {
    let look = look(app, app.focused_body()?.width.saturating_sub(1));
    // A few rows are laid out and nothing is kept, so that a long pane costs no more than a short one.
    let sheet = Sheet { pane: app.chat.focused()?, look, laid: RefCell::default() };
    Some(sheet.row_beyond(lines))
}

/// Lays out some rows that nobody has seen, of the panes as they were drawn last; false when no more is
/// to be done. What a load still brings would be laid out in vain.
pub fn lay_out_more(app: &App, view: &mut ViewState) -> bool {
    if app.screen != ScreenId::Chat || app.chat.meanwhile || !app.session.archive.is_complete() {
        return false;
    }
    for (place, pane) in app.chat.panes.iter().enumerate() {
        let laid = view.take_laid(place);
        let Some((_, set)) = laid.of else { continue };
        let sheet = Sheet::new(app, pane, set.shape.width, laid);
        let more = sheet.lay_out_more();
        view.keep_laid(place, sheet.into_laid());
        if more {
            return true;
        }
    }
    false
}
