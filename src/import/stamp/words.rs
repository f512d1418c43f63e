//! Names of months, weekdays and zones in the languages in which logs are written.
//!
//! Only the beginning of a word is compared, so that short and long forms are one row.

/// The beginnings of the months' names; where two fit, the longer one holds.
const MONTHS: [&[&str]; 12] = [
    &["jan", "ene", "gen", "tammi", "янв", "sty"],
    &["feb", "fév", "fev", "helmi", "фев", "lut"],
    &["mar", "mär", "mae", "maa", "mrz", "мар"],
    &["apr", "avr", "abr", "huhti", "апр", "kwi"],
    &["may", "mai", "maj", "mei", "mag", "touko", "мая", "май"],
    &["jun", "juin", "giu", "kesä", "июн", "cze"],
    &["jul", "juil", "lug", "heinä", "июл", "lip"],
    &["aug", "aoû", "aou", "ago", "elo", "авг", "sie"],
    &["sep", "set", "syys", "сен", "wrz"],
    &["oct", "okt", "out", "ott", "loka", "окт", "paź"],
    &["nov", "marras", "ноя", "lis"],
    &["dec", "dez", "déc", "dic", "des", "joulu", "дек", "gru"],
];

const WEEKDAYS: &[&str] = &[
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "sonntag",
    "mo",
    "di",
    "mi",
    "do",
    "fr",
    "sa",
    "so",
    "lun",
    "mer",
    "jeu",
    "ven",
    "sam",
    "dim",
    "mié",
    "jue",
    "vie",
    "sáb",
    "dom",
    "ma",
    "wo",
    "za",
    "zo",
];

/// Zones that mails and logs name by letters, in hours; all others are ambiguous.
const OFFSETS: &[(&str, i32)] = &[
    ("Z", 0),
    ("UTC", 0),
    ("GMT", 0),
    ("UT", 0),
    ("EST", -5),
    ("EDT", -4),
    ("CST", -6),
    ("CDT", -5),
    ("MST", -7),
    ("MDT", -6),
    ("PST", -8),
    ("PDT", -7),
    ("CET", 1),
    ("CEST", 2),
];

/// The month that a word names, from 1.
pub(crate) fn month(word: &str) -> Option<u32> {
    let word = word.to_lowercase();
    let fits = MONTHS.iter().zip(1..).filter_map(|(stems, month)| {
        let longest = stems.iter().filter(|stem| word.starts_with(*stem)).map(|stem| stem.len()).max()?;
        Some((longest, month))
    });
    fits.max_by_key(|(length, _)| *length).map(|(_, month)| month)
}

/// Whether a word names a day of the week, long or short.
pub(super) fn is_weekday(word: &str) -> bool {
    let word = word.to_lowercase();
    let is_english = word.ends_with("day") && WEEKDAYS.iter().take(7).any(|day| word.starts_with(day));
    is_english || WEEKDAYS.contains(&word.as_str())
}

/// Whether a word joins a day and a clock.
pub(super) fn is_at(word: &str) -> bool {
    ["at", "um", "à", "a", "om", "kl", "klo", "às", "alle", "t"].contains(&word)
}

/// The seconds by which a zone named by letters is ahead of UTC.
pub(super) fn offset(name: &str) -> Option<i32> {
    OFFSETS.iter().find(|(known, _)| *known == name).map(|(_, hours)| hours * 3600)
}
