//! Sequences that begin with `ESC [`: keys with names and modifiers, the kitty keyboard protocol,
//! the mouse, the focus, pastes and answers. Called by the parser of input only.

use super::{Input, Mouse, MouseAct, SEQUENCE_MAX, Unit};
use crate::tui::key::{Code, Key, Mods};
use crate::tui::probe::Answer;

/// Bytes of `ESC [` before the body.
const START: usize = 2;

/// What `body`, the bytes after `ESC [`, begins with.
pub(super) fn parse(body: &[u8]) -> Unit {
    let end = body.iter().position(|byte| !(0x20..=0x3f).contains(byte));
    let Some(end) = end else {
        return if body.len() > SEQUENCE_MAX { Unit::Whole(START + body.len(), None) } else { Unit::Part };
    };
    let parameters = body.get(..end).unwrap_or_default();
    let Some(&last) = body.get(end) else { return Unit::Part };
    if !(0x40..=0x7e).contains(&last) {
        // Broken off: what broke it is read on its own.
        return Unit::Whole(START + end, None);
    }
    let len = START + end + 1;
    match (parameters, last) {
        // The Linux console's F1 to F5.
        ([], b'[') => match body.get(1) {
            None => Unit::Part,
            Some(letter) => Unit::Whole(len + 1, console_key(*letter)),
        },
        // A click in the oldest form, which we do not ask for.
        ([], b'M') => match body.len() {
            0..4 => Unit::Part,
            _ => Unit::Whole(len + 3, None),
        },
        (b"200", b'~') => Unit::PasteStart(len),
        _ => Unit::Whole(len, meaning(parameters, last)),
    }
}

fn console_key(letter: u8) -> Option<Input> {
    matches!(letter, b'A'..=b'E').then(|| Input::Key(Key::plain(Code::F(letter - b'A' + 1))))
}

/// The key of `ESC O` and a letter.
pub(super) fn ss3(letter: u8) -> Option<Key> {
    let code = match letter {
        b'M' => Code::Enter,
        _ => letter_code(letter)?,
    };
    Some(Key::plain(code))
}

fn letter_code(letter: u8) -> Option<Code> {
    Some(match letter {
        b'A' => Code::Up,
        b'B' => Code::Down,
        b'C' => Code::Right,
        b'D' => Code::Left,
        b'F' => Code::End,
        b'H' => Code::Home,
        b'P'..=b'S' => Code::F(letter - b'P' + 1),
        _ => return None,
    })
}

fn meaning(parameters: &[u8], last: u8) -> Option<Input> {
    let text = std::str::from_utf8(parameters).ok()?;
    if let Some(mouse) = text.strip_prefix('<') {
        return matches!(last, b'M' | b'm').then(|| mouse_input(mouse, last))?;
    }
    if text.starts_with('?') {
        return match last {
            b'u' => Some(Input::Answer(Answer::Kitty)),
            b'c' => Some(Input::Answer(Answer::Last)),
            _ => None,
        };
    }
    let numbers = Numbers(text);
    match last {
        b'I' => Some(Input::Focus(true)),
        b'O' => Some(Input::Focus(false)),
        b'R' if numbers.at(0).is_some_and(|row| row > 1) => {
            Some(Input::Answer(Answer::Column(u16::try_from(numbers.at(1)?).ok()?)))
        }
        b'Z' => Some(Input::Key(Key::new(Code::Tab, numbers.mods()?.with(Mods::SHIFT)))),
        b'~' => numbered_key(numbers),
        b'u' => kitty_key(numbers),
        _ => Some(Input::Key(Key::new(letter_code(last)?, numbers.mods()?))),
    }
}

/// Parameters between semicolons, each with parts between colons.
#[derive(Clone, Copy)]
struct Numbers<'t>(&'t str);

impl Numbers<'_> {
    fn part(self, at: usize, part: usize) -> Option<u32> {
        self.0.split(';').nth(at)?.split(':').nth(part)?.parse().ok()
    }

    fn at(self, at: usize) -> Option<u32> {
        self.part(at, 0)
    }

    /// The modifiers of the second parameter; none for a release, or when a key is held that
    /// belongs to the window manager.
    fn mods(self) -> Option<Mods> {
        if self.part(1, 1) == Some(3) {
            return None;
        }
        mods(self.at(1).unwrap_or(1))
    }
}

/// Modifiers as terminals count them: one more than the sum of shift 1, alt 2, ctrl 4, super 8,
/// hyper 16, meta 32; above that are the locks.
fn mods(number: u32) -> Option<Mods> {
    let bits = number.saturating_sub(1);
    if bits & 0b11_1000 != 0 {
        return None;
    }
    let held = [(1, Mods::SHIFT), (2, Mods::ALT), (4, Mods::CTRL)];
    Some(held.into_iter().filter(|(bit, _)| bits & bit != 0).fold(Mods::NONE, |mods, (_, held)| mods.with(held)))
}

fn numbered_key(numbers: Numbers<'_>) -> Option<Input> {
    let code = match numbers.at(0)? {
        1 | 7 => Code::Home,
        2 => Code::Insert,
        3 => Code::Delete,
        4 | 8 => Code::End,
        5 => Code::PageUp,
        6 => Code::PageDown,
        number @ 11..=15 => Code::F(number as u8 - 10),
        number @ 17..=21 => Code::F(number as u8 - 11),
        number @ 23..=24 => Code::F(number as u8 - 12),
        // xterm's modifyOtherKeys: 27;modifiers;character.
        27 => return other_key(numbers.at(2)?, numbers.mods()?),
        _ => return None,
    };
    Some(Input::Key(Key::new(code, numbers.mods()?)))
}

fn other_key(number: u32, mods: Mods) -> Option<Input> {
    let code = match number {
        9 => Code::Tab,
        13 => Code::Enter,
        27 => Code::Esc,
        8 | 127 => Code::Backspace,
        _ => Code::Char(char::from_u32(number).filter(|c| !c.is_control())?),
    };
    Some(Input::Key(Key::new(code, mods)))
}

/// A key of the kitty protocol: `code:shifted ; modifiers:event u`.
fn kitty_key(numbers: Numbers<'_>) -> Option<Input> {
    let mods = numbers.mods()?;
    let plain = numbers.at(0)?;
    if let Some(code) = keypad_code(plain) {
        return Some(Input::Key(Key::new(code, mods)));
    }
    if (0xe000..=0xf8ff).contains(&plain) {
        // Media keys, locks and modifiers by themselves.
        return None;
    }
    let shifted = numbers.part(0, 1).filter(|_| mods.has(Mods::SHIFT) && !mods.has(Mods::CTRL));
    match shifted {
        Some(shifted) => other_key(shifted, mods.without(Mods::SHIFT)),
        None => other_key(plain, mods),
    }
}

fn keypad_code(number: u32) -> Option<Code> {
    Some(match number {
        57399..=57408 => Code::Char(char::from_digit(number - 57399, 10)?),
        57409 => Code::Char('.'),
        57410 => Code::Char('/'),
        57411 => Code::Char('*'),
        57412 => Code::Char('-'),
        57413 => Code::Char('+'),
        57414 => Code::Enter,
        57415 => Code::Char('='),
        57417 => Code::Left,
        57418 => Code::Right,
        57419 => Code::Up,
        57420 => Code::Down,
        57421 => Code::PageUp,
        57422 => Code::PageDown,
        57423 => Code::Home,
        57424 => Code::End,
        57425 => Code::Insert,
        57426 => Code::Delete,
        _ => return None,
    })
}

/// A click as `button;column;row`, with `M` for down and `m` for up.
fn mouse_input(text: &str, last: u8) -> Option<Input> {
    let numbers = Numbers(text);
    let button = numbers.at(0)?;
    let number = (button & 0b11) as u8;
    let act = match (button & 0b110_0000, last) {
        (0b100_0000, _) if number == 0 => MouseAct::WheelUp,
        (0b100_0000, _) if number == 1 => MouseAct::WheelDown,
        (0b010_0000, _) if number < 3 => MouseAct::Drag(number),
        (0, b'M') if number < 3 => MouseAct::Down(number),
        (0, _) if number < 3 => MouseAct::Up(number),
        _ => return None,
    };
    let held = [(4, Mods::SHIFT), (8, Mods::ALT), (16, Mods::CTRL)];
    let mods =
        held.into_iter().filter(|(bit, _)| button & bit != 0).fold(Mods::NONE, |mods, (_, held)| mods.with(held));
    let cell = |at| u16::try_from(numbers.at(at)?.checked_sub(1)?).ok();
    Some(Input::Mouse(Mouse { act, column: cell(1)?, row: cell(2)?, mods }))
}
