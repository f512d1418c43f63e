//! The last writer before the terminal: each frame passes an allowlist, whatever wrote it.
//!
//! Foreign text is sanitised where it becomes printable; this is the second lock on the same door.
//! A frame may hold printable text, colours and attributes, cursor moves, erasing, lines that move,
//! and the two modes that frame a drawing. Anything else, above all a control sequence that came as text, is
//! replaced by `?` and counted. Nothing is written before the frame is complete, then all at once.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use crate::base::text::is_hidden;

const ESC: char = '\u{1b}';
const BEGIN_UPDATE: &[u8] = b"\x1b[?2026h";
const END_UPDATE: &[u8] = b"\x1b[?2026l";

/// Longest parameters of a sequence that a frame may hold; ours take a dozen bytes.
const PARAMETERS_MAX: usize = 40;

/// A handle on the one gate to a terminal; ratatui's backend holds another.
#[derive(Debug)]
pub struct Gate<W: Write>(Rc<RefCell<Inner<W>>>);

#[derive(Debug)]
struct Inner<W> {
    tty: W,
    frame: Vec<u8>,
    open: bool,
    shut: bool,
    replaced: u64,
    cursor: Cursor,
    /// Whether what may not pass is a bug that ends the program, where one is looked for.
    strict: bool,
}

/// What the terminal was last told about its cursor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Cursor {
    visible: Option<bool>,
    place: Option<String>,
}

impl<W: Write> Clone for Gate<W> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<W: Write> Gate<W> {
    /// A gate before `tty`.
    pub fn new(tty: W) -> Self {
        let cursor = Cursor::default();
        let frame = Vec::new();
        Self(Rc::new(RefCell::new(Inner { tty, frame, open: false, shut: false, replaced: 0, cursor, strict: false })))
    }

    /// The same, but in a debug build a frame that holds what may not pass is a panic, so that tests
    /// find what wrote it.
    pub fn strict(tty: W) -> Self {
        let gate = Self::new(tty);
        gate.0.borrow_mut().strict = true;
        gate
    }

    /// Begins a frame: until [`Self::end_frame`] nothing reaches the terminal.
    pub fn begin_frame(&self) {
        let mut inner = self.0.borrow_mut();
        inner.frame.clear();
        inner.open = true;
    }

    /// Writes the frame in one piece; a frame that changes nothing writes nothing.
    pub fn end_frame(&self) -> io::Result<()> {
        let mut inner = self.0.borrow_mut();
        inner.open = false;
        inner.release()
    }

    /// Forgets the frame under work.
    pub fn drop_frame(&self) {
        let mut inner = self.0.borrow_mut();
        inner.open = false;
        inner.frame.clear();
    }

    /// Lets nothing through any more: the terminal is somebody else's.
    pub fn shut(&self) {
        self.0.borrow_mut().shut = true;
    }

    /// Writes a sequence of our own past the allowlist: modes of the terminal, questions to it, a
    /// copy the user asked for. Never call it with text from elsewhere.
    pub fn send_own(&self, sequence: &[u8]) -> io::Result<()> {
        let mut inner = self.0.borrow_mut();
        if inner.shut {
            return Ok(());
        }
        inner.cursor = Cursor::default();
        inner.tty.write_all(sequence)?;
        inner.tty.flush()
    }

    /// Looks at what was written.
    #[cfg(test)]
    pub(super) fn with_written<T>(&self, look: impl FnOnce(&W) -> T) -> T {
        look(&self.0.borrow().tty)
    }

    /// How many pieces were replaced so far; a frame of ours has none.
    pub fn replaced_count(&self) -> u64 {
        self.0.borrow().replaced
    }
}

impl<W: Write> Write for Gate<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().frame.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let mut inner = self.0.borrow_mut();
        if inner.open { Ok(()) } else { inner.release() }
    }
}

impl<W: Write> Inner<W> {
    fn release(&mut self) -> io::Result<()> {
        let frame = std::mem::take(&mut self.frame);
        let mut filter = Filter::new(self.cursor.clone());
        filter.take(&frame);
        debug_assert!(
            !self.strict || filter.replaced == 0,
            "a frame held {} that may not reach a terminal",
            filter.refused.as_deref().unwrap_or_default()
        );
        self.replaced += filter.replaced;
        if self.shut || (!filter.draws && filter.cursor == self.cursor) {
            return Ok(());
        }
        self.cursor = filter.cursor;
        filter.out.extend_from_slice(END_UPDATE);
        self.tty.write_all(&filter.out)?;
        self.tty.flush()
    }
}

/// One frame on its way through the allowlist.
struct Filter {
    out: Vec<u8>,
    replaced: u64,
    /// The first that was replaced, by its number.
    refused: Option<String>,
    /// Whether the frame changes a cell.
    draws: bool,
    cursor: Cursor,
}

impl Filter {
    fn new(cursor: Cursor) -> Self {
        Self { out: BEGIN_UPDATE.to_vec(), replaced: 0, refused: None, draws: false, cursor }
    }

    fn take(&mut self, frame: &[u8]) {
        for chunk in frame.utf8_chunks() {
            self.take_text(chunk.valid());
            if let Some(byte) = chunk.invalid().first() {
                self.replace(u32::from(*byte));
            }
        }
    }

    fn take_text(&mut self, text: &str) {
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let plain = rest.find(|c: char| c.is_control() || is_hidden(c)).unwrap_or(rest.len());
            if plain > 0 {
                self.draws = true;
                self.out.extend_from_slice(rest.as_bytes().get(..plain).unwrap_or_default());
                rest = rest.get(plain..).unwrap_or("");
            } else if let Some(sequence) = Sequence::parse(rest) {
                self.take_sequence(&sequence);
                rest = rest.get(sequence.len..).unwrap_or("");
            } else {
                self.replace(u32::from(c));
                rest = rest.get(c.len_utf8()..).unwrap_or("");
            }
        }
    }

    fn replace(&mut self, refused: u32) {
        self.replaced += 1;
        self.refused.get_or_insert_with(|| format!("U+{refused:04X}"));
        self.draws = true;
        self.out.push(b'?');
    }

    fn take_sequence(&mut self, sequence: &Sequence<'_>) {
        match sequence.act {
            Act::Colour => return self.push_colours(sequence.parameters),
            // The gate frames every frame itself.
            Act::Update => return,
            Act::Cursor(visible) => self.cursor.visible = Some(visible),
            Act::Place => self.cursor.place = Some(sequence.parameters.to_owned()),
            Act::Draw => self.draws = true,
        }
        self.out.extend_from_slice(sequence.text.as_bytes());
    }

    /// Writes colours and attributes, the sixteen colours in their short form, which every terminal
    /// knows and which saves a third of a frame: `38;5;12` becomes `94`.
    fn push_colours(&mut self, parameters: &str) {
        self.out.extend_from_slice(b"\x1b[");
        let mut numbers = parameters.split(';').peekable();
        let mut separator = "";
        while let Some(number) = numbers.next() {
            self.out.extend_from_slice(separator.as_bytes());
            separator = ";";
            let indexed = matches!(number, "38" | "48") && numbers.next_if_eq(&"5").is_some();
            if !indexed {
                self.out.extend_from_slice(number.as_bytes());
                continue;
            }
            let colour = numbers.next().unwrap_or("0");
            let base = if number == "38" { 30 } else { 40 };
            let short = match colour.parse::<u16>() {
                Ok(colour @ 0..8) => (base + colour).to_string(),
                Ok(colour @ 8..16) => (base + 60 + colour - 8).to_string(),
                _ => format!("{number};5;{colour}"),
            };
            self.out.extend_from_slice(short.as_bytes());
        }
        self.out.push(b'm');
    }
}

/// What an allowed sequence does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    /// Sets colours and attributes.
    Colour,
    /// Puts the cursor at a place.
    Place,
    /// Moves the cursor from where it is, or erases.
    Draw,
    /// Shows or hides the cursor.
    Cursor(bool),
    /// Begins or ends a synchronised update.
    Update,
}

/// An allowed sequence at the start of a text.
struct Sequence<'t> {
    text: &'t str,
    parameters: &'t str,
    len: usize,
    act: Act,
}

impl<'t> Sequence<'t> {
    fn parse(text: &'t str) -> Option<Self> {
        let body = text.strip_prefix(ESC)?.strip_prefix('[')?;
        let end = body.bytes().position(|byte| (0x40..=0x7e).contains(&byte))?;
        let (parameters, last) = (body.get(..end)?, *body.as_bytes().get(end)?);
        let len = 2 + end + 1;
        let act = allowed(parameters, last)?;
        (end <= PARAMETERS_MAX).then_some(Self { text: text.get(..len)?, parameters, len, act })
    }
}

fn allowed(parameters: &str, last: u8) -> Option<Act> {
    let made_of = |set: &str| parameters.chars().all(|c| c.is_ascii_digit() || set.contains(c));
    match (last, parameters) {
        (b'm', _) if made_of(";:") => Some(Act::Colour),
        (b'H', _) if made_of(";") => Some(Act::Place),
        // Moves; lines put in and taken out, cells blanked, and the margin within which that is done.
        (b'A'..=b'G' | b'd' | b'L' | b'M' | b'X', _) if made_of("") => Some(Act::Draw),
        (b'r', _) if made_of(";") => Some(Act::Draw),
        // Not 3: it would erase what the terminal remembers from before us.
        (b'J' | b'K', "" | "0" | "1" | "2") => Some(Act::Draw),
        (b'h', "?25") => Some(Act::Cursor(true)),
        (b'l', "?25") => Some(Act::Cursor(false)),
        (b'h' | b'l', "?2026") => Some(Act::Update),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What reaches the terminal of `frame`, without the framing, and how much was replaced.
    fn through(frame: &[u8]) -> (String, u64) {
        let gate = Gate::new(Vec::new());
        gate.begin_frame();
        gate.clone().write_all(frame).unwrap();
        gate.end_frame().unwrap();
        let inner = gate.0.borrow();
        let out = String::from_utf8(inner.tty.clone()).unwrap();
        let out = out.strip_prefix("\u{1b}[?2026h").map_or("", |out| out.strip_suffix("\u{1b}[?2026l").unwrap());
        (out.to_owned(), inner.replaced)
    }

    #[test]
    fn what_a_drawing_needs_passes_unchanged() {
        let frame = "\u{1b}[3;7H\u{1b}[1mtiré 検索\u{1b}[22;39;49m\u{1b}[2J\u{1b}[K\u{1b}[?25l";
        assert_eq!(through(frame.as_bytes()), (frame.to_owned(), 0));
    }

    #[test]
    fn sequences_of_strangers_lose_their_escape() {
        for hostile in [
            "\u{1b}[1;2 r",
            "\u{1b}[?1r",
            "\u{1b}]0;title\u{7}",
            "\u{1b}]52;c;aGk=\u{1b}\\",
            "\u{1b}]8;;file:///x\u{1b}\\",
            "\u{1b}Pq#0\u{1b}\\",
            "\u{1b}_Ga=T\u{1b}\\",
            "\u{1b}[6n",
            "\u{1b}[c",
            "\u{1b}Z",
            "\u{1b}c",
            "\u{1b}#8",
            "\u{1b}(0",
            "\u{1b}%@",
            "\u{1b}[3J",
            "\u{1b}[?1049l",
            "\u{1b}[?1003h",
            "\u{1b}[8;1;1t",
            "\u{1b}[>4;2m",
            "\u{1b}[4 q",
            "\u{1b}[1;2",
            "a\u{9b}2J",
            "\u{e}\u{f}\u{5}\r\n\t\u{8}\u{7f}\0",
            "a\u{202e}b\u{2028}",
        ] {
            let (out, replaced) = through(hostile.as_bytes());
            assert!(replaced > 0, "{hostile:?}");
            assert!(!out.chars().any(char::is_control), "{hostile:?} gave {out:?}");
        }
    }

    #[test]
    #[cfg(debug_assertions)]
    fn where_bugs_are_looked_for_what_may_not_pass_is_one() {
        let written = |frame: &'static [u8]| {
            let gate = Gate::strict(Vec::new());
            gate.begin_frame();
            gate.clone().write_all(frame).unwrap();
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| gate.end_frame().unwrap()))
        };
        assert!(written(b"\x1b[1mplain").is_ok());
        for frame in [b"\x1b]0;x\x07".as_slice(), b"\xff", "a\u{202e}b".as_bytes()] {
            let words = *written(frame).unwrap_err().downcast::<String>().unwrap();
            assert!(words.starts_with("a frame held U+") && !words.contains('\u{1b}'), "{words}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced() {
        assert_eq!(through(b"a\x9b2J\xff"), ("a?2J?".to_owned(), 2));
    }

    #[test]
    fn the_sixteen_colours_take_their_short_form() {
        assert_eq!(through(b"\x1b[38;5;12;49mx").0, "\u{1b}[94;49mx");
        assert_eq!(through(b"\x1b[39;48;5;3mx").0, "\u{1b}[39;43mx");
        assert_eq!(through(b"\x1b[38;5;200mx").0, "\u{1b}[38;5;200mx");
        assert_eq!(through(b"\x1b[38;2;1;2;3mx").0, "\u{1b}[38;2;1;2;3mx");
    }

    #[test]
    fn a_frame_that_changes_nothing_writes_nothing() {
        let gate = Gate::new(Vec::new());
        for _ in 0..3 {
            gate.begin_frame();
            gate.clone().write_all(b"\x1b[39m\x1b[49m\x1b[0m\x1b[?25l").unwrap();
            gate.end_frame().unwrap();
        }
        let written = gate.0.borrow().tty.clone();
        let written = String::from_utf8(written).unwrap();
        assert_eq!(written.matches("\u{1b}[?25l").count(), 1);
        assert_eq!(written.matches("\u{1b}[?2026l").count(), 1);
    }

    #[test]
    fn nothing_is_written_before_the_frame_ends() {
        let gate = Gate::new(Vec::new());
        gate.begin_frame();
        let mut writer = gate.clone();
        writer.write_all(b"half").unwrap();
        writer.flush().unwrap();
        assert!(gate.0.borrow().tty.is_empty());
        gate.drop_frame();
        writer.flush().unwrap();
        assert!(gate.0.borrow().tty.is_empty());
    }

    proptest! {
        #[test]
        fn only_allowed_sequences_come_out(frame in proptest::collection::vec(
            prop_oneof![any::<u8>(), Just(0x1b), Just(b'['), Just(b';'), Just(b'?'), b'0'..=b'9', Just(b'm'), Just(b'h')],
            0..80,
        )) {
            let (out, _) = through(&frame);
            let mut rest = out.as_str();
            while let Some(at) = rest.find(char::is_control) {
                let sequence = Sequence::parse(rest.get(at..).unwrap());
                prop_assert!(sequence.is_some(), "{out:?}");
                rest = rest.get(at + sequence.map_or(1, |sequence| sequence.len)..).unwrap();
            }
        }
    }
}
