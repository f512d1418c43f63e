//! What reaches the terminal for a fixed script of keys, in bytes: what counts over a slow link.

use std::cell::Cell;
use std::io::{self, Write};
use std::rc::Rc;

use meanwhile::tui::frames::Frames;
use meanwhile::tui::gate::Gate;
use meanwhile::tui::harness::Harness;

use crate::support::stage::file_of;

/// Most bytes, in the middle, of a key that moves the cursor, in one pane of 120 columns and 40 rows.
/// Aimed at are 400; but the message at the cursor is shown whole below the pane, which is most of it.
const CURSOR_MOVE: usize = 800;
/// Most bytes of half a page there.
const HALF_PAGE: usize = 4_000;

/// A terminal that counts.
#[derive(Clone, Default)]
struct Counter(Rc<Cell<usize>>);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.set(self.0.get() + bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A person at a terminal.
struct Seat {
    stage: Harness,
    frames: Frames<Counter>,
    counter: Counter,
}

impl Seat {
    fn new(panes: &[&str]) -> Self {
        let export = file_of("sample-data/slack-export.zip");
        let mut stage = Harness::open(&export, None, panes, (120, 40)).unwrap();
        let counter = Counter::default();
        let area = stage.buffer().area;
        let frames = Frames::new(Gate::new(counter.clone()), area);
        let mut seat = Self { stage, frames, counter };
        seat.draw();
        seat
    }

    /// Bytes of a frame.
    fn draw(&mut self) -> usize {
        let buffer = self.stage.buffer();
        let before = self.counter.0.get();
        self.frames.paint(buffer.area, |next| next.clone_from(&buffer));
        self.frames.write().unwrap();
        self.counter.0.get() - before
    }

    /// Bytes of each key.
    fn press(&mut self, keys: &str) -> Vec<usize> {
        let mut pressed = |key| {
            self.stage.press(key);
            self.draw()
        };
        keys.split(' ').map(&mut pressed).collect()
    }
}

fn median(mut bytes: Vec<usize>) -> usize {
    bytes.sort_unstable();
    bytes[bytes.len() / 2]
}

#[test]
fn a_cursor_move_and_half_a_page_fit_a_slow_link() {
    let mut seat = Seat::new(&["#sev-search"]);
    seat.press("g g");
    let down = seat.press(&["j"; 60].join(" "));
    let up = seat.press(&["k"; 40].join(" "));
    let half = seat.press(&["Ctrl-d"; 6].join(" "));
    println!("down {}, up {}, half page {half:?}", median(down.clone()), median(up.clone()));
    assert!(median(down.clone()) <= CURSOR_MOVE, "{down:?}");
    assert!(median(up.clone()) <= CURSOR_MOVE, "{up:?}");
    assert!(half.iter().all(|bytes| *bytes <= HALF_PAGE), "{half:?}");
}

#[test]
fn a_key_that_changes_nothing_and_no_key_write_nothing() {
    let mut seat = Seat::new(&["#sev-search"]);
    seat.press("G");
    assert_eq!(seat.press("G j"), [0, 0]);
    assert_eq!(seat.draw(), 0);
}
