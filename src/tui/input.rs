//! From the bytes a terminal sends to keys, pastes, clicks and answers.
//!
//! Pure: bytes go in as they arrive, whole units come out, the rest waits. It takes the place of
//! crossterm's reader, which waits in its own way for the answers of the start-up questions, takes
//! late ones for typing, splits a sequence that arrives in two packets into keys that then run as
//! commands, and does not end when the terminal is gone (crossterm#793).

use std::time::Duration;

use crate::tui::key::{Code, Key, Mods};
use crate::tui::probe::{Answer, Rgb};

mod csi;
#[cfg(test)]
mod tests;

/// One unit of input.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// A key press.
    Key(Key),
    /// Pasted text, in one piece.
    Paste(String),
    /// A click, a drag or a turn of the wheel.
    Mouse(Mouse),
    /// The terminal's window got the focus, or lost it.
    Focus(bool),
    /// An answer to one of our questions.
    Answer(Answer),
}

/// What the mouse did, and in which cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mouse {
    /// What it did.
    pub act: MouseAct,
    /// The column, from 0.
    pub column: u16,
    /// The row, from 0.
    pub row: u16,
    /// Keys held with it.
    pub mods: Mods,
}

/// What a mouse does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MouseAct {
    /// A button went down: 0 left, 1 middle, 2 right.
    Down(u8),
    /// A button went up.
    Up(u8),
    /// The mouse moved with a button down.
    Drag(u8),
    /// The wheel turned up.
    WheelUp,
    /// The wheel turned down.
    WheelDown,
}

/// A lone Esc is a key when nothing follows for so long; what follows is at most a packet behind.
const ESC_WAIT: Duration = Duration::from_millis(40);
/// An unfinished sequence is given up after so long.
const SEQUENCE_WAIT: Duration = Duration::from_millis(400);
/// A paste without an end is taken as it is after so long.
const PASTE_WAIT: Duration = Duration::from_secs(2);
/// Longest sequence that is waited for; only a paste may be longer.
const SEQUENCE_MAX: usize = 512;

const ESC: u8 = 0x1b;
const PASTE_END: &[u8] = b"\x1b[201~";

/// What the bytes at the start of the buffer are.
enum Unit {
    /// A whole unit of so many bytes, which may mean nothing to us.
    Whole(usize, Option<Input>),
    /// The start of a paste, so many bytes long.
    PasteStart(usize),
    /// The start of something.
    Part,
}

/// Takes bytes and gives units; what is not complete waits inside.
#[derive(Debug, Default)]
pub struct InputParser {
    pending: Vec<u8>,
    /// Bytes of a paste that has begun.
    paste: Option<Vec<u8>>,
}

impl InputParser {
    /// Takes bytes as they came and appends the units they complete to `units`.
    pub fn feed(&mut self, bytes: &[u8], units: &mut Vec<Input>) {
        self.pending.extend_from_slice(bytes);
        loop {
            if self.paste.is_some() {
                if !self.take_paste(units) {
                    return;
                }
                continue;
            }
            match parse(&self.pending) {
                Unit::Whole(len, input) => {
                    self.pending.drain(..len.min(self.pending.len()));
                    units.extend(input);
                }
                Unit::PasteStart(len) => {
                    self.pending.drain(..len.min(self.pending.len()));
                    self.paste = Some(Vec::new());
                }
                Unit::Part => return,
            }
        }
    }

    /// How long to wait for more before calling [`Self::time_out`]; none when nothing is begun.
    pub fn wait(&self) -> Option<Duration> {
        match (&self.paste, self.pending.as_slice()) {
            (Some(_), _) => Some(PASTE_WAIT),
            (None, []) => None,
            (None, [ESC] | [ESC, _]) => Some(ESC_WAIT),
            (None, _) => Some(SEQUENCE_WAIT),
        }
    }

    /// Takes what is begun as it is, because nothing followed.
    pub fn time_out(&mut self, units: &mut Vec<Input>) {
        let pending = std::mem::take(&mut self.pending);
        if let Some(mut paste) = self.paste.take() {
            paste.extend_from_slice(&pending);
            units.push(Input::Paste(text(&paste)));
            return;
        }
        match pending.as_slice() {
            [ESC] => units.push(Input::Key(Key::plain(Code::Esc))),
            [ESC, ESC] => units.extend([Key::plain(Code::Esc); 2].map(Input::Key)),
            [ESC, byte] => units.extend(byte_key(*byte).map(|key| Input::Key(with_alt(key)))),
            // Half a sequence is no typing.
            _ => {}
        }
    }

    /// Moves bytes into the paste; whether it ended.
    fn take_paste(&mut self, units: &mut Vec<Input>) -> bool {
        let Some(paste) = &mut self.paste else { return false };
        // The end may be split between the two.
        let seen = paste.len().saturating_sub(PASTE_END.len());
        paste.append(&mut self.pending);
        let tail = paste.get(seen..).unwrap_or_default();
        let Some(end) = tail.windows(PASTE_END.len()).position(|window| window == PASTE_END) else { return false };
        self.pending = paste.split_off(seen + end + PASTE_END.len());
        paste.truncate(seen + end);
        units.push(Input::Paste(text(paste)));
        self.paste = None;
        true
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn with_alt(key: Key) -> Key {
    Key::new(key.code(), key.mods().with(Mods::ALT))
}

fn parse(bytes: &[u8]) -> Unit {
    match bytes {
        [] | [ESC] => Unit::Part,
        [ESC, rest @ ..] => parse_escape(rest),
        _ => parse_typed(bytes),
    }
}

/// What follows an Esc; `rest` is not empty.
fn parse_escape(rest: &[u8]) -> Unit {
    match rest {
        [b'[' | b'O' | b']' | ESC] => Unit::Part,
        [b'[', body @ ..] => csi::parse(body),
        [b'O', last, ..] => match csi::ss3(*last) {
            Some(key) => Unit::Whole(3, Some(Input::Key(key))),
            None => Unit::Whole(2, Some(Input::Key(Key::alt('O')))),
        },
        [b']', b'0'..=b'9', ..] => parse_osc(rest),
        [ESC, b'[' | b'O', ..] => match parse(rest) {
            // Some terminals send Alt with an arrow so.
            Unit::Whole(len, Some(Input::Key(key))) => Unit::Whole(1 + len, Some(Input::Key(with_alt(key)))),
            Unit::Whole(..) | Unit::PasteStart(_) => Unit::Whole(1, Some(Input::Key(Key::plain(Code::Esc)))),
            Unit::Part => Unit::Part,
        },
        [ESC, ..] => Unit::Whole(1, Some(Input::Key(Key::plain(Code::Esc)))),
        _ => match parse_typed(rest) {
            Unit::Whole(len, Some(Input::Key(key))) => Unit::Whole(1 + len, Some(Input::Key(with_alt(key)))),
            Unit::Whole(len, _) => Unit::Whole(1 + len, None),
            Unit::PasteStart(_) | Unit::Part => Unit::Part,
        },
    }
}

/// An answer of the form `ESC ] number ; text` up to BEL or `ESC \`.
fn parse_osc(rest: &[u8]) -> Unit {
    let end = rest.iter().position(|&byte| byte == 0x07 || byte == ESC);
    let Some(end) = end else {
        return if rest.len() > SEQUENCE_MAX { Unit::Whole(1 + rest.len(), None) } else { Unit::Part };
    };
    let terminator = match (rest.get(end), rest.get(end + 1)) {
        (Some(0x07), _) => 1,
        (_, Some(b'\\')) => 2,
        (_, None) => return Unit::Part,
        // Another sequence begins: the answer was cut.
        _ => 0,
    };
    let body = text(rest.get(1..end).unwrap_or_default());
    let answer = body.split_once(';').and_then(|(number, colour)| {
        let colour = Rgb::parse(colour)?;
        match number {
            "10" => Some(Answer::Text(colour)),
            "11" => Some(Answer::Background(colour)),
            _ => None,
        }
    });
    Unit::Whole(1 + end + terminator, answer.map(Input::Answer))
}

/// A byte or character as it is typed.
fn parse_typed(bytes: &[u8]) -> Unit {
    let Some(&first) = bytes.first() else { return Unit::Part };
    if first < 0x80 {
        return Unit::Whole(1, byte_key(first).map(Input::Key));
    }
    let len = match first {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return Unit::Whole(1, None),
    };
    let candidate = bytes.get(..len.min(bytes.len())).unwrap_or_default();
    match std::str::from_utf8(candidate) {
        Ok(character) => {
            let key = character.chars().next().filter(|c| !c.is_control()).map(Key::char);
            Unit::Whole(len, key.map(Input::Key))
        }
        Err(error) if error.error_len().is_none() => Unit::Part,
        Err(error) => Unit::Whole(error.error_len().unwrap_or(1), None),
    }
}

/// The key that sends one byte.
fn byte_key(byte: u8) -> Option<Key> {
    Some(match byte {
        0x00 => Key::ctrl(' '),
        b'\t' => Key::plain(Code::Tab),
        b'\r' => Key::plain(Code::Enter),
        ESC => Key::plain(Code::Esc),
        0x7f => Key::plain(Code::Backspace),
        0x01..=0x1a => Key::ctrl(char::from(byte - 1 + b'a')),
        0x1c..=0x1f => Key::ctrl(char::from(byte - 0x1c + b'\\')),
        0x20..=0x7e => Key::char(char::from(byte)),
        _ => return None,
    })
}
