//! Dates written out for readers: `Tuesday, April 6, 2021 at 9:19:36 PM UTC`.
//!
//! The parts may stand in any order and between any words; a month that is not known by its name
//! makes the whole date unknown, since a guessed one would be worse than none.

use chrono::{NaiveDate, NaiveTime};

use crate::base::time::{Instant, Zone};
use crate::import::stamp;

/// Days of the week that begin like a month.
const DAYS: &[&str] = &["mardi", "martes", "martedì", "martedi", "maandag", "maanantai"];

/// The instant of a written date, and whether it says that it is UTC.
pub(super) fn instant(text: &str) -> Option<(Instant, bool)> {
    let (mut year, mut month, mut day, mut clock) = (None, None, None, None);
    let (mut half, mut is_utc) = (None, false);
    let is_between = |c: char| c.is_whitespace() || matches!(c, ',' | '\u{202f}' | '\u{a0}' | '(' | ')');
    for word in text.split(is_between).filter(|word| !word.is_empty()).take(24) {
        let lower = word.to_lowercase();
        let number: Option<u32> = word.trim_end_matches('.').parse().ok();
        match number {
            Some(number) if number >= 1000 => year = Some(i32::try_from(number).ok()?),
            Some(number) => day = Some(number),
            None if word.contains(':') => clock = Some(clock_of(word)?),
            None => match lower.replace('.', "").as_str() {
                "am" => half = Some(0),
                "pm" => half = Some(12),
                "utc" | "gmt" => is_utc = true,
                name => month = month.or_else(|| stamp::month(name).filter(|_| !DAYS.contains(&name))),
            },
        }
    }
    let (hour, minute, second) = clock?;
    let hour = half.map_or(hour, |half| hour % 12 + half);
    let date = NaiveDate::from_ymd_opt(year?, month?, day?)?;
    let at = Zone::UTC.instant(date.and_time(NaiveTime::from_hms_opt(hour, minute, second)?));
    at.is_dated().then_some((at, is_utc))
}

fn clock_of(word: &str) -> Option<(u32, u32, u32)> {
    let mut parts = word.split(':').map(str::parse);
    let clock = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next().unwrap_or(Ok(0)).ok()?);
    parts.next().is_none().then_some(clock)
}

#[cfg(test)]
mod tests {
    use super::instant;

    fn told(text: &str) -> Option<String> {
        instant(text).map(|(at, is_utc)| format!("{at}{}", if is_utc { "" } else { " without a zone" }))
    }

    #[test]
    fn written_dates_are_read_in_several_languages() {
        for text in [
            "Tuesday, April 6, 2021 at 9:19:36 PM UTC",
            "Tuesday, 6 April 2021 at 21:19:36 UTC",
            "Tuesday, April 6, 2021 at 9:19:36\u{202f}PM UTC",
            "Dienstag, 6. April 2021 um 21:19:36 UTC",
            "mardi 6 avril 2021 à 21:19:36 UTC",
            "martes, 6 de abril de 2021, 21:19:36 UTC",
            "вторник, 6 апреля 2021 г., 21:19:36 UTC",
        ] {
            assert_eq!(told(text).as_deref(), Some("2021-04-06T21:19:36Z"), "{text}");
        }
        assert_eq!(told("Monday, June 7, 2021 at 12:00:05 AM UTC").as_deref(), Some("2021-06-07T00:00:05Z"));
        assert_eq!(told("jeudi 8 juillet 2021 à 07:01:00 UTC").as_deref(), Some("2021-07-08T07:01:00Z"));
        assert_eq!(told("March 3, 2021 at 1:02:03 PM").as_deref(), Some("2021-03-03T13:02:03Z without a zone"));
    }

    #[test]
    fn what_is_no_known_date_is_none() {
        for text in
            ["", "2021年4月6日 21:19:36 UTC", "Aanyiliya 6, 2021 at 21:19:36 UTC", "April 31, 2021 at 1:00:00 UTC"]
        {
            assert_eq!(told(text), None, "{text}");
        }
    }
}
