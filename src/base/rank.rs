//! Order keys: text that sorts like the timeline, with room between any two neighbours.
//!
//! A key that nobody chose is the time in 16 hex digits, so that text order is time order. A key
//! chosen by hand is longer and ends in a digit other than `0`, so that there is always room on
//! both sides of it. Equal keys are told apart by the id beside them.

use super::time::Instant;

/// Digits of a key; `0` never ends one that was chosen by hand.
const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// Past this length a key is worth spacing anew.
pub const LONGEST_KEY: usize = 64;

/// The key of something at `at` that nobody moved; undated sorts last.
///
/// ```
/// use meanwhile::base::{rank::time_key, time::Instant};
/// assert_eq!(time_key(Instant::from_seconds(0)), "8000000000000000");
/// ```
pub fn time_key(at: Instant) -> String {
    format!("{:016x}", at.micros().cast_unsigned() ^ (1 << 63))
}

/// Whether a key is a [`time_key`], which nobody chose.
pub fn is_time_key(key: &str) -> bool {
    key.len() == 16 && key.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// A key after `lo` and before `hi` (without `hi`: after `lo`), ending in `suffix` so that two
/// people who choose at once choose differently; `None` when there is no room between the two.
pub fn between(lo: &str, hi: Option<&str>, suffix: &str) -> Option<String> {
    if hi.is_some_and(|hi| lo >= hi) {
        return None;
    }
    let mut lo_digits = lo.bytes().map(digit);
    let mut hi_digits = hi.map(|hi| hi.bytes().map(digit));
    let mut key = String::with_capacity(lo.len() + suffix.len() + 4);
    loop {
        let low = match lo_digits.next() {
            Some(low) => low?,
            None => 0,
        };
        let high = match &mut hi_digits {
            // Every digit of `hi` was 0 or that of `lo`: nothing fits in front of it.
            Some(digits) => digits.next()??,
            None => DIGITS.len(),
        };
        if high - low > 1 {
            push_digit(&mut key, usize::midpoint(low, high));
            break;
        }
        push_digit(&mut key, low);
        if high > low {
            hi_digits = None;
        }
    }
    key.extend(suffix.bytes().filter(|byte| digit(*byte).is_some()).map(char::from));
    // A key that ended in 0 would have no room in front of it.
    if key.ends_with('0') {
        key.push('1');
    }
    Some(key)
}

fn digit(byte: u8) -> Option<usize> {
    DIGITS.iter().position(|known| *known == byte)
}

fn push_digit(key: &mut String, digit: usize) {
    key.extend(DIGITS.get(digit).copied().map(char::from));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_of_times_sort_as_the_times_do() {
        let micros = [-62_167_219_200_000_000, -1, 0, 1, 1_700_000_000_000_000, i64::MAX];
        let keys = micros.map(|micros| time_key(Instant::from_micros(micros)));
        assert!(keys.is_sorted(), "{keys:?}");
        assert!(keys.iter().all(|key| is_time_key(key)));
    }

    #[test]
    fn a_chosen_key_is_never_taken_for_a_time() {
        let at = Instant::from_seconds(1_700_000_000);
        let key = between(&time_key(at), Some(&time_key(at.plus(1))), "7f3a").unwrap();
        assert!(!is_time_key(&key), "{key}");
    }

    #[test]
    fn nothing_fits_between_equal_or_turned_keys() {
        assert_eq!(between("a", Some("a"), "x"), None);
        assert_eq!(between("b", Some("a"), "x"), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn there_is_room_beside_every_chosen_key(
            places in prop::collection::vec(any::<prop::sample::Index>(), 1..60),
            suffixes in prop::collection::vec("[0-9a-f]{0,4}", 60),
        ) {
            let mut keys = vec![time_key(Instant::from_seconds(5)), time_key(Instant::from_seconds(6))];
            for (place, suffix) in places.iter().zip(&suffixes) {
                let at = place.index(keys.len());
                let hi = keys.get(at + 1).cloned();
                let key = between(&keys[at], hi.as_deref(), suffix).unwrap();
                prop_assert!(keys[at] < key && hi.as_ref().is_none_or(|hi| key < *hi), "{} {key} {hi:?}", keys[at]);
                keys.insert(at + 1, key);
            }
        }

        #[test]
        fn a_key_lies_strictly_between_any_two(lo in "[0-9a-z]{0,6}[1-9a-z]", hi in "[0-9a-z]{0,6}[1-9a-z]", suffix in "[0-9a-f]{0,4}") {
            prop_assume!(lo < hi);
            let key = between(&lo, Some(&hi), &suffix).unwrap();
            prop_assert!(lo < key && key < hi, "{lo} {key} {hi}");
        }
    }
}
