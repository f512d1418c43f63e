//! Which hot letter a tag gets.
//!
//! One letter a tag: the first letter of its name that is free, then any, then digits, then capitals.
//! Letters that move the cursor or undo are never given.

use std::collections::BTreeSet;

const NEVER: &str = "jkqtuGJKU";

/// Whether a tag may have this letter.
pub fn is_allowed(key: char) -> bool {
    key.is_ascii_alphanumeric() && !NEVER.contains(key)
}

/// The letter for a tag called `name` when those in `taken` are gone; `None` when all are.
pub fn free_key(name: &str, taken: &BTreeSet<char>) -> Option<char> {
    let of_name = name.chars().map(|c| c.to_ascii_lowercase()).filter(char::is_ascii_lowercase);
    let any = ('a'..='z').chain('0'..='9').chain('A'..='Z');
    of_name.chain(any).find(|key| is_allowed(*key) && !taken.contains(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_free_letter_of_the_name_is_taken() {
        let taken = BTreeSet::from(['v', 'e']);
        assert_eq!(free_key("Vendor", &taken), Some('n'));
        assert_eq!(free_key("jkq", &BTreeSet::new()), Some('a'));
    }

    #[test]
    fn after_the_small_letters_come_digits_then_capitals_then_none() {
        let mut taken: BTreeSet<char> = ('a'..='z').collect();
        assert_eq!(free_key("x", &taken), Some('0'));
        taken.extend('0'..='9');
        assert_eq!(free_key("x", &taken), Some('A'));
        taken.extend('A'..='Z');
        assert_eq!(free_key("x", &taken), None);
    }
}
