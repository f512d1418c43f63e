//! The lines by which a copied chat tells who wrote when: name and clock in the order of each program.

use chrono::Weekday;

use crate::archive::Quality;
use crate::import::stamp::{self, Written};

/// Longest name, in characters.
const LONGEST_NAME: usize = 60;

/// What a line of a copied chat is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line<'a> {
    Blank,
    /// The day of what follows.
    Day(DayWord),
    /// A message begins.
    Head(Head<'a>),
    /// A part of a message, or the name above a clock.
    Words,
}

/// A day as a window names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DayWord {
    /// With its number and month.
    Written(Written),
    /// So many days from the day on which the text was copied.
    Relative(i64),
    Weekday(Weekday),
}

/// The beginning of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head<'a> {
    /// Who wrote it, where the same line tells.
    pub(super) author: Option<&'a str>,
    /// The time as it stands there.
    pub(super) stamp: &'a str,
    /// The time without a word for its day.
    pub(super) clock: &'a str,
    /// The word for its day.
    pub(super) day: Option<DayWord>,
    /// What was written on the same line.
    pub(super) text: Option<&'a str>,
}

impl Head<'_> {
    /// Whether the name stands on the line above.
    pub(super) fn wants_name(&self) -> bool {
        self.author.is_none() || self.is_badge()
    }

    /// Whether a mark of a program stands where the name would.
    pub(super) fn is_badge(&self) -> bool {
        matches!(self.author, Some("APP" | "BOT" | "WORKFLOW"))
    }
}

impl<'a> Line<'a> {
    pub(super) fn of(line: &'a str) -> Self {
        let line = line.trim();
        if line.is_empty() {
            return Self::Blank;
        }
        if line.len() > 400 {
            return bracketed(line).map_or(Self::Words, Self::Head);
        }
        if let Some(day) = day_word(line.trim_matches(['-', '—', '–', '─', ' '])) {
            return Self::Day(day);
        }
        bracketed(line)
            .or_else(|| bracketed_behind(line))
            .or_else(|| divided(line))
            .or_else(|| alone(line))
            .map_or(Self::Words, Self::Head)
    }
}

/// Whether a line may be a name that stands above its clock.
pub(super) fn is_name(line: &str) -> bool {
    let line = line.trim();
    let words = line.split_whitespace().count();
    (1..=6).contains(&words)
        && line.chars().count() <= LONGEST_NAME
        && line.chars().any(char::is_alphabetic)
        && !line.ends_with(['.', '!', '?', ':', ',', ';'])
        && !line.contains("://")
}

fn day_word(line: &str) -> Option<DayWord> {
    match line.to_ascii_lowercase().as_str() {
        "today" => return Some(DayWord::Relative(0)),
        "yesterday" => return Some(DayWord::Relative(-1)),
        lower if lower.ends_with("day") => {
            if let Ok(weekday) = line.parse() {
                return Some(DayWord::Weekday(weekday));
            }
        }
        _ => {}
    }
    // Three short numbers are a version.
    let is_dated = line.chars().any(char::is_alphabetic) || line.len() >= "1/2/2022".len();
    let written = if is_dated { stamp::read(line)? } else { return None };
    let is_day = matches!(written, Written::Wall(_, _, quality) if quality == Quality::INFERRED);
    is_day.then_some(DayWord::Written(written))
}

/// A time with a clock, perhaps with a word for its day before it: `Today at 10:42 AM`.
fn time(text: &str) -> Option<(&str, Option<DayWord>)> {
    let text = text.trim();
    if !text.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let tells = |clock: &str| match stamp::read(clock) {
        Some(Written::Clock(..) | Written::Offset(..)) => true,
        Some(Written::Wall(_, _, quality)) => quality != Quality::INFERRED,
        Some(Written::At(..)) | None => false,
    };
    if let Some((word, clock)) = text.split_once([' ', ','])
        && let Some(day @ (DayWord::Relative(_) | DayWord::Weekday(_))) = day_word(word)
    {
        let clock = clock.trim_start_matches([' ', ',']);
        let clock = clock.strip_prefix("at ").unwrap_or(clock).trim();
        return tells(clock).then_some((clock, Some(day)));
    }
    tells(text).then_some((text, None))
}

/// `[10:42 AM] Name: text`, `[10:42 AM] Name`, `[10:42]Name: text`.
fn bracketed(line: &str) -> Option<Head<'_>> {
    let (stamp, rest) = line.strip_prefix('[')?.split_once(']')?;
    let (clock, day) = time(stamp)?;
    let rest = rest.trim();
    let (author, text) = match rest.split_once(": ").or_else(|| rest.strip_suffix(':').map(|name| (name, ""))) {
        Some((name, text)) if is_short(name) => (name.trim(), Some(text)),
        _ if is_short(rest) => (rest, None),
        _ => return None,
    };
    // The sharp brackets around a nick are of IRC.
    (!author.is_empty() && !author.starts_with('<')).then_some(Head { author: Some(author), stamp, clock, day, text })
}

/// `Name [10:42 AM]`.
fn bracketed_behind(line: &str) -> Option<Head<'_>> {
    let (name, stamp) = line.strip_suffix(']')?.rsplit_once('[')?;
    let (clock, day) = time(stamp)?;
    let name = name.trim();
    (!name.is_empty() && is_short(name)).then_some(Head { author: Some(name), stamp, clock, day, text: None })
}

/// `Name  10:42 AM`, `Name — Today at 10:42 AM`.
fn divided(line: &str) -> Option<Head<'_>> {
    let signs = [" — ", " – ", " - ", "  ", "\u{a0}\u{a0}", " \u{a0}", "\u{a0} "];
    signs.iter().find_map(|sign| {
        let (name, stamp) = line.rsplit_once(sign)?;
        let (name, stamp) = (name.trim(), stamp.trim());
        let (clock, day) = time(stamp)?;
        let is_named = is_name(name) && is_short(name);
        is_named.then_some(Head { author: Some(name), stamp, clock, day, text: None })
    })
}

/// A clock alone on its line: of the name above, or one more message of the same person.
fn alone(line: &str) -> Option<Head<'_>> {
    let stamp = line.trim_start_matches(['—', '–', ' ']).trim_matches(['[', ']']);
    let (clock, day) = time(stamp)?;
    Some(Head { author: None, stamp, clock, day, text: None })
}

fn is_short(name: &str) -> bool {
    name.chars().count() <= LONGEST_NAME
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_program_has_its_own_order_of_name_and_clock() {
        for (line, author, clock, text) in [
            ("Mara Lind  10:42 AM", Some("Mara Lind"), "10:42 AM", None),
            ("Mara Lind — Today at 10:42 AM", Some("Mara Lind"), "10:42 AM", None),
            ("Mara Lind — 12/06/2022 10:42 AM", Some("Mara Lind"), "12/06/2022 10:42 AM", None),
            ("[10:42 AM] Mara Lind", Some("Mara Lind"), "10:42 AM", None),
            ("[Yesterday 10:42] Lind, Mara: db-2 is full", Some("Lind, Mara"), "10:42", Some("db-2 is full")),
            ("mara [10:42 AM]", Some("mara"), "10:42 AM", None),
            ("APP  10:42 AM", Some("APP"), "10:42 AM", None),
            ("10:43", None, "10:43", None),
        ] {
            match Line::of(line) {
                Line::Head(head) => assert_eq!((head.author, head.clock, head.text), (author, clock, text), "{line}"),
                other => panic!("{line}: {other:?}"),
            }
        }
    }

    #[test]
    fn days_between_messages_are_told_from_words() {
        assert_eq!(Line::of("Today"), Line::Day(DayWord::Relative(0)));
        assert_eq!(Line::of("Tuesday"), Line::Day(DayWord::Weekday(Weekday::Tue)));
        assert!(matches!(Line::of("—— Tuesday, December 6th ——"), Line::Day(DayWord::Written(_))));
        for line in ["db-2 is full", "we meet at 10:42 AM", "1.2.3", "12", "holiday", "at 10"] {
            assert_eq!(Line::of(line), Line::Words, "{line}");
        }
    }
}
