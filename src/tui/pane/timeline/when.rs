//! Reads when something happened, as people write it into a field: a time phrase, how uncertain it
//! is, or both.

use anyhow::bail;

use crate::base::time::{Instant, Micros, PhraseContext, duration_short, parse_duration, parse_phrase};

/// When something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct When {
    /// The time; `None` when only the uncertainty was written.
    pub at: Option<Instant>,
    /// How uncertain it is, both ways.
    pub plus_minus: Option<Micros>,
}

/// What may stand for `±`, which few keyboards have.
const SIGNS: [&str; 4] = ["±", "+/-", "+-", "~"];

/// Reads `14:20`, `14:20 ± 5m`, `about 10 min before this +- 2m`, `± 5m`.
pub fn parse_when(text: &str, phrases: &PhraseContext) -> anyhow::Result<When> {
    let sign = SIGNS.iter().find_map(|sign| Some((text.find(sign)?, sign.len())));
    let (time, margin) = match sign {
        Some((at, length)) => (text.get(..at).unwrap_or(""), text.get(at + length..)),
        None => (text, None),
    };
    let time = time.trim().trim_start_matches("about ").trim();
    let at = if time.is_empty() { None } else { Some(parse_phrase(time, phrases)?) };
    let Some(margin) = margin.map(str::trim) else { return Ok(When { at, plus_minus: None }) };
    let Some(plus_minus) = parse_duration(margin) else { bail!("`{margin}` is no length; write ± 5m or ± 90s") };
    Ok(When { at, plus_minus: Some(plus_minus).filter(|&margin| margin != 0) })
}

/// Writes a time so that [`parse_when`] reads it back on the same day.
pub fn when_words(at: Instant, plus_minus: Option<Micros>, zone: crate::base::time::Zone) -> String {
    let clock = zone.clock(at);
    let clock = clock.strip_suffix(":00").unwrap_or(&clock);
    plus_minus.map_or_else(|| clock.to_owned(), |margin| format!("{clock} ± {}", duration_short(margin)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::{MINUTE, Zone};

    fn read(text: &str) -> When {
        let cursor = Instant::parse_rfc3339("2024-12-06T14:36:12Z").unwrap();
        parse_when(text, &PhraseContext { zone: Zone::UTC, cursor, start: None, end: None }).unwrap()
    }

    #[test]
    fn a_time_may_carry_its_doubt() {
        let about = read("about 14:20 ± 5m");
        assert_eq!(about.at.unwrap().rfc3339(), "2024-12-06T14:20:00Z");
        assert_eq!(about.plus_minus, Some(5 * MINUTE));
        assert_eq!(read("14:20 +-5m"), about);
        assert_eq!(read("14:20 ~ 5"), about);
        assert_eq!(read("10 min before this").plus_minus, None);
        assert_eq!(read("± 2m"), When { at: None, plus_minus: Some(2 * MINUTE) });
    }

    #[test]
    fn what_is_no_length_is_refused_with_an_example() {
        let phrases = PhraseContext { zone: Zone::UTC, cursor: Instant::UNDATED, start: None, end: None };
        assert!(parse_when("± soon", &phrases).unwrap_err().to_string().contains("± 5m"));
    }

    #[test]
    fn what_is_written_reads_back() {
        let at = Instant::parse_rfc3339("2024-12-06T14:20:30Z").unwrap();
        let words = when_words(at, Some(MINUTE), Zone::UTC);
        assert_eq!(words, "14:20:30 ± 1m");
        assert_eq!(read(&words), When { at: Some(at), plus_minus: Some(MINUTE) });
    }
}
