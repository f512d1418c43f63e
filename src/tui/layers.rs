//! What lies over a screen: sheets docked to the bottom, drawers docked to the right, prompts.
//!
//! The top layer hears keys first. It is taken off the stack while it acts, so that it may open and
//! close others; what it does not use falls through.

use ratatui::layout::Rect;

use super::app::App;
use super::ctx::Ctx;
use super::key::Key;
use super::paint::{Hint, Painter};
use crate::base::time::Instant;

/// What became of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// It was used.
    Used,
    /// It was used and the layer closes.
    Close,
    /// It was not used: the next layer or the screen may have it.
    Pass,
    /// The layer closes and the key goes on to what lies below.
    CloseAndPass,
}

/// Where a layer lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dock {
    /// At the bottom edge, over this many rows, the last row of keys not counted.
    Bottom(u16),
    /// At the right edge, over whole panes.
    Right,
    /// Over everything but the title bar and the last row.
    Full,
    /// On the line above the keys only.
    Line,
}

/// Something over a screen.
pub trait Layer {
    /// Where it lies on a screen of this size.
    fn dock(&self, app: &App, screen: Rect) -> Dock;

    /// Draws it; `area` is all of its place.
    fn draw(&self, app: &App, painter: &mut Painter<'_>, area: Rect);

    /// Hears a key.
    fn key(&mut self, ctx: &mut Ctx<'_>, key: Key) -> anyhow::Result<Flow>;

    /// Hears a paste; by default it is dropped, never run as keys.
    fn paste(&mut self, _ctx: &mut Ctx<'_>, _text: &str) -> anyhow::Result<Flow> {
        Ok(Flow::Pass)
    }

    /// Keys shown in the last row.
    fn hints(&self, app: &App) -> Vec<Hint>;

    /// The word of a mode other than moving: `FIND`, `EDIT`, `EVENT`.
    fn mode(&self) -> Option<&'static str> {
        None
    }

    /// Whether what it acts on stays bright while all else recedes.
    fn keeps_targets_bright(&self) -> bool {
        false
    }

    /// Text typed and not saved yet: form name and text, to keep as a draft.
    fn draft(&self) -> Option<(String, String)> {
        None
    }

    /// Takes text that came back from `$EDITOR`; true when it was for this layer.
    fn edited(&mut self, _text: &str) -> bool {
        false
    }

    /// When it will look otherwise by itself; a layer that shows no clock never does.
    fn changes_at(&self, _now: Instant) -> Option<Instant> {
        None
    }

    /// What a search or another job found for it.
    fn job_done(&mut self, _app: &mut App) {}

    /// The project was changed, by this layer, by a command or by an undo.
    fn project_changed(&mut self, _app: &App) {}

    /// A name for tests and for finding it again.
    fn name(&self) -> &'static str;
}

/// The stack, the top one last.
#[derive(Default)]
pub struct Layers {
    stack: Vec<Box<dyn Layer>>,
}

impl Layers {
    /// Puts a layer on top.
    pub fn push(&mut self, layer: Box<dyn Layer>) {
        self.stack.push(layer);
    }

    /// All layers, the top one last.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &dyn Layer> {
        self.stack.iter().map(|layer| &**layer)
    }

    /// The top layer.
    pub fn top(&self) -> Option<&dyn Layer> {
        self.stack.last().map(|layer| &**layer)
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.stack.is_empty()
    }

    /// Closes all.
    pub fn clear(&mut self) {
        self.stack.clear();
    }

    /// Takes the layer at a place off, to act on it; see [`Layers::put_back`].
    pub fn take(&mut self, place: usize) -> Option<Box<dyn Layer>> {
        (place < self.stack.len()).then(|| self.stack.remove(place))
    }

    /// Puts a layer back where it was, below what was opened since.
    pub fn put_back(&mut self, place: usize, layer: Box<dyn Layer>) {
        self.stack.insert(place.min(self.stack.len()), layer);
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.stack.len()
    }
}

impl std::fmt::Debug for Layers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter().map(Layer::name)).finish()
    }
}
