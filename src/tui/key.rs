//! Keys as the program knows them, however the terminal says them, and sequences of keys in words.
//!
//! A [`Key`] is always normalised, so that one press has one value: shift is folded into the
//! character, Ctrl with a letter is lower case, and the three Ctrl letters that older terminals send
//! as Tab, Enter and Esc are those keys everywhere. Parsing and printing are inverse.

use std::fmt;
use std::str::FromStr;

/// Which key, without its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// A character as it would be typed.
    Char(char),
    /// Return.
    Enter,
    /// Tab; with [`Mods::SHIFT`] the way back.
    Tab,
    /// Deletes to the left.
    Backspace,
    /// Escape.
    Esc,
    /// Deletes to the right.
    Delete,
    /// Insert.
    Insert,
    /// To the start.
    Home,
    /// To the end.
    End,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// A function key.
    F(u8),
}

/// Names of keys that are no character, as they are written; the first name of a code is printed.
const NAMES: [(&str, Code); 19] = [
    ("Space", Code::Char(' ')),
    ("Enter", Code::Enter),
    ("Tab", Code::Tab),
    ("Backspace", Code::Backspace),
    ("Esc", Code::Esc),
    ("Del", Code::Delete),
    ("Delete", Code::Delete),
    ("Ins", Code::Insert),
    ("Home", Code::Home),
    ("End", Code::End),
    ("PgUp", Code::PageUp),
    ("PgDn", Code::PageDown),
    ("Up", Code::Up),
    ("Down", Code::Down),
    ("Left", Code::Left),
    ("Right", Code::Right),
    ("PageUp", Code::PageUp),
    ("PageDown", Code::PageDown),
    ("Escape", Code::Esc),
];

/// Modifiers held with a key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Mods(u8);

impl Mods {
    /// None.
    pub const NONE: Self = Self(0);
    /// Shift, only with keys that are no character.
    pub const SHIFT: Self = Self(1);
    /// Alt.
    pub const ALT: Self = Self(2);
    /// Ctrl.
    pub const CTRL: Self = Self(4);

    /// Whether all of `other` are held.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// These without `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl fmt::Debug for Mods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mods({:#05b})", self.0)
    }
}

/// The written modifiers, in the order they are printed.
const PREFIXES: [(&str, Mods); 3] = [("Ctrl-", Mods::CTRL), ("Alt-", Mods::ALT), ("S-", Mods::SHIFT)];

/// One key press.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    code: Code,
    mods: Mods,
}

impl Key {
    /// A key press, normalised.
    pub fn new(code: Code, mods: Mods) -> Self {
        let Code::Char(c) = code else { return Self { code, mods } };
        let ctrl = mods.has(Mods::CTRL);
        let c = match (ctrl, mods.has(Mods::SHIFT)) {
            (true, _) => c.to_ascii_lowercase(),
            (false, true) => upper(c),
            (false, false) => c,
        };
        let mods = mods.without(Mods::SHIFT);
        match c {
            'i' if ctrl => Self { code: Code::Tab, mods: mods.without(Mods::CTRL) },
            'm' if ctrl => Self { code: Code::Enter, mods: mods.without(Mods::CTRL) },
            '[' if ctrl => Self { code: Code::Esc, mods: mods.without(Mods::CTRL) },
            _ => Self { code: Code::Char(c), mods },
        }
    }

    /// A character typed without Ctrl or Alt.
    pub fn char(c: char) -> Self {
        Self::new(Code::Char(c), Mods::NONE)
    }

    /// A character with Ctrl.
    pub fn ctrl(c: char) -> Self {
        Self::new(Code::Char(c), Mods::CTRL)
    }

    /// A character with Alt.
    pub fn alt(c: char) -> Self {
        Self::new(Code::Char(c), Mods::ALT)
    }

    /// A key that is no character, alone.
    pub fn plain(code: Code) -> Self {
        Self::new(code, Mods::NONE)
    }

    /// Which key.
    pub const fn code(self) -> Code {
        self.code
    }

    /// What was held with it.
    pub const fn mods(self) -> Mods {
        self.mods
    }

    /// The character that a text field takes from it: none with Ctrl or Alt.
    pub const fn typed(self) -> Option<char> {
        match (self.code, self.mods) {
            (Code::Char(c), Mods::NONE) => Some(c),
            _ => None,
        }
    }
}

/// The character that shift makes, when it is one.
fn upper(c: char) -> char {
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (prefix, held) in PREFIXES {
            if self.mods.has(held) {
                f.write_str(prefix)?;
            }
        }
        if let Some((name, _)) = NAMES.iter().find(|(_, code)| *code == self.code) {
            return f.write_str(name);
        }
        match self.code {
            Code::Char(c) => write!(f, "{c}"),
            Code::F(number) => write!(f, "F{number}"),
            other => write!(f, "{other:?}"),
        }
    }
}

/// Text that names no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("»{0}« names no key; write one like g, Ctrl-d, Alt-e, S-Tab, Space or PgDn")]
pub struct KeyParseError(String);

impl FromStr for Key {
    type Err = KeyParseError;

    fn from_str(text: &str) -> Result<Self, KeyParseError> {
        let mut rest = text;
        let mut mods = Mods::NONE;
        while let Some((shorter, held)) = strip_prefix(rest) {
            rest = shorter;
            mods = mods.with(held);
        }
        let code = parse_code(rest).ok_or_else(|| KeyParseError(text.to_owned()))?;
        Ok(Self::new(code, mods))
    }
}

fn strip_prefix(text: &str) -> Option<(&str, Mods)> {
    PREFIXES.iter().find_map(|&(prefix, held)| {
        let rest = text.strip_prefix(prefix)?;
        (!rest.is_empty()).then_some((rest, held))
    })
}

fn parse_code(text: &str) -> Option<Code> {
    if let Some((_, code)) = NAMES.iter().find(|(name, _)| *name == text) {
        return Some(*code);
    }
    let mut chars = text.chars();
    match (chars.next()?, chars.as_str()) {
        (c, "") if !c.is_control() && c != ' ' => Some(Code::Char(c)),
        ('F', number) if number.bytes().all(|digit| digit.is_ascii_digit()) => {
            number.parse().ok().filter(|number| (1..=35).contains(number)).map(Code::F)
        }
        _ => None,
    }
}

/// Keys pressed one after the other, as a key map writes them: `g g`, `] t`, `Ctrl-d`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct KeySeq(Vec<Key>);

impl KeySeq {
    /// A sequence of these keys.
    pub const fn new(keys: Vec<Key>) -> Self {
        Self(keys)
    }

    /// The keys in order.
    pub fn keys(&self) -> &[Key] {
        &self.0
    }
}

impl From<Vec<Key>> for KeySeq {
    fn from(keys: Vec<Key>) -> Self {
        Self(keys)
    }
}

impl IntoIterator for KeySeq {
    type Item = Key;
    type IntoIter = std::vec::IntoIter<Key>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Display for KeySeq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (count, key) in self.0.iter().enumerate() {
            if count > 0 {
                f.write_str(" ")?;
            }
            write!(f, "{key}")?;
        }
        Ok(())
    }
}

impl FromStr for KeySeq {
    type Err = KeyParseError;

    /// Reads keys with spaces between; characters may also stand together, as in `]t`.
    fn from_str(text: &str) -> Result<Self, KeyParseError> {
        let mut keys = Vec::new();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            match word.parse() {
                Ok(key) => keys.push(key),
                Err(error) if is_misspelt(word) => return Err(error),
                Err(_) => keys.extend(word.chars().map(Key::char)),
            }
        }
        Ok(Self(keys))
    }
}

/// Whether a word that is no key was meant as one key: it has a modifier, or a control in it.
fn is_misspelt(word: &str) -> bool {
    strip_prefix(word).is_some() || word.chars().any(char::is_control) || word.chars().count() > 3
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seq(text: &str) -> Vec<Key> {
        text.parse::<KeySeq>().unwrap().0
    }

    #[test]
    fn a_key_map_reads_as_people_write_it() {
        assert_eq!(seq("g g"), [Key::char('g'), Key::char('g')]);
        assert_eq!(seq("]t"), [Key::char(']'), Key::char('t')]);
        assert_eq!(seq("Ctrl-d"), [Key::ctrl('d')]);
        assert_eq!(seq("m Space"), [Key::char('m'), Key::char(' ')]);
        assert_eq!(seq("S-Tab"), [Key::new(Code::Tab, Mods::SHIFT)]);
        assert_eq!(seq("Alt-e - F12"), [Key::alt('e'), Key::char('-'), Key::plain(Code::F(12))]);
        assert_eq!(seq("Ctrl--"), [Key::ctrl('-')]);
    }

    #[test]
    fn a_misspelt_key_is_an_error_and_no_run_of_letters() {
        for wrong in ["Ctrl-foo", "Sapce", "Alt-\u{1b}"] {
            assert!(wrong.parse::<KeySeq>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn shift_is_folded_into_the_character() {
        let shifted = Key::new(Code::Char('g'), Mods::SHIFT);
        assert_eq!(shifted, Key::char('G'));
        assert_eq!(Key::new(Code::Char('?'), Mods::SHIFT), Key::char('?'));
        assert_eq!(Key::new(Code::Char('ß'), Mods::SHIFT), Key::char('ß'));
    }

    #[test]
    fn keys_that_older_terminals_cannot_tell_apart_are_one() {
        assert_eq!(Key::ctrl('i'), Key::plain(Code::Tab));
        assert_eq!(Key::ctrl('M'), Key::plain(Code::Enter));
        assert_eq!(Key::ctrl('['), Key::plain(Code::Esc));
        assert_eq!(Key::ctrl('A'), Key::ctrl('a'));
    }

    fn any_key() -> impl Strategy<Value = Key> {
        let code = prop_oneof![
            "[^\\p{C}]".prop_map(|text| Code::Char(text.chars().next().unwrap_or('x'))),
            proptest::sample::select(NAMES.to_vec()).prop_map(|(_, code)| code),
            (1_u8..=35).prop_map(Code::F),
        ];
        (code, 0_u8..8).prop_map(|(code, mods)| Key::new(code, Mods(mods)))
    }

    proptest! {
        #[test]
        fn what_is_printed_parses_to_the_same_keys(keys in proptest::collection::vec(any_key(), 0..5)) {
            let keys = KeySeq(keys);
            prop_assert_eq!(keys.to_string().parse::<KeySeq>().unwrap(), keys);
        }

        #[test]
        fn normalising_twice_changes_nothing(key in any_key()) {
            prop_assert_eq!(Key::new(key.code, key.mods), key);
        }
    }
}
