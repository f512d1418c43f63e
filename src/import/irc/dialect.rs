//! How each client begins its lines: the stamp, the lines that tell a day, and what is told apart by.
//!
//! What stands behind the stamp is the same for all and read by [`super::body`].

use chrono::NaiveDate;

use super::body::Stars;
use crate::import::stamp::{self, Decision, Written};

/// How one client writes.
pub(super) struct Dialect {
    /// What its lines are, as the rest of a sentence.
    pub(super) shape: &'static str,
    /// Takes the beginning of a line apart; `None` for a line that has none of its shapes.
    pub(super) line: fn(&str) -> Option<Line<'_>>,
    /// Whether only this client writes such a line.
    pub(super) is_told_by: fn(&str) -> bool,
    /// What a star before a line means.
    pub(super) stars: Stars,
}

/// A line without its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// It tells the day of the lines that follow.
    Day(NaiveDate),
    /// Somebody or the network said something.
    Said {
        /// When, where the line tells it.
        stamp: Option<Written>,
        /// What follows the stamp.
        body: &'a str,
    },
}

pub(super) const ZNC: Dialect = Dialect {
    shape: "lines of an IRC log as ZNC and energymech write it",
    line: bracketed,
    is_told_by: |line| bracket(line).is_some_and(|(clock, _)| clock.len() > 5),
    stars: Stars::Act,
};

pub(super) const EGGDROP: Dialect = Dialect {
    shape: "lines of an IRC log as eggdrop writes it",
    line: bracketed,
    is_told_by: |line| bracket(line).is_some_and(|(clock, body)| clock.len() <= 5 && is_eggdrop(body)),
    stars: Stars::Act,
};

pub(super) const UBUNTU: Dialect = Dialect {
    shape: "lines of an IRC log as Ubuntu's channels are kept",
    line: bracketed,
    is_told_by: |line| bracket(line).is_some_and(|(clock, _)| clock.len() <= 5),
    stars: Stars::Act,
};

pub(super) const IRSSI: Dialect = Dialect {
    shape: "lines of an IRC log as irssi writes it",
    line: irssi,
    is_told_by: |line| matches!(irssi(line), Some(Line::Day(_) | Line::Said { stamp: Some(_), .. })),
    stars: Stars::Act,
};

pub(super) const WEECHAT: Dialect = Dialect {
    shape: "lines of an IRC log as WeeChat writes it",
    line: weechat,
    is_told_by: |line| weechat(line).is_some(),
    stars: Stars::Act,
};

pub(super) const HEXCHAT: Dialect = Dialect {
    shape: "lines of an IRC log as HexChat writes it",
    line: hexchat,
    is_told_by: |line| hexchat(line).is_some(),
    stars: Stars::Tell,
};

pub(super) const SUPYBOT: Dialect = Dialect {
    shape: "lines of an IRC log as supybot writes it",
    line: supybot,
    is_told_by: |line| supybot(line).is_some(),
    stars: Stars::Act,
};

/// The clock in the brackets at the start of a line, and what follows.
fn bracket(line: &str) -> Option<(&str, &str)> {
    let (clock, body) = line.strip_prefix('[')?.split_once(']')?;
    let is_clock = clock.len() <= 24 && clock.contains(':') && clock.starts_with(|c: char| c.is_ascii_digit());
    is_clock.then(|| (clock, body.strip_prefix(' ').unwrap_or(body)))
}

fn bracketed(line: &str) -> Option<Line<'_>> {
    if let Some((clock, body)) = bracket(line) {
        return Some(Line::Said { stamp: Some(stamp::read(clock)?), body });
    }
    if line.starts_with("Session ") || line.starts_with("--- ") {
        return day_in(line).map(Line::Day);
    }
    let is_told = line.starts_with("=== ") || line.starts_with("*** ") || line.starts_with("-!- ");
    is_told.then_some(Line::Said { stamp: None, body: line })
}

/// What only eggdrop says: `ann (a@b) joined #ops.`
fn is_eggdrop(body: &str) -> bool {
    ["Action: ", "Nick change: "].iter().any(|start| body.starts_with(start))
        || [") joined #", ") left #", ") left irc:", ": mode change '"].iter().any(|part| body.contains(part))
}

fn irssi(line: &str) -> Option<Line<'_>> {
    if let Some(told) = line.strip_prefix("--- ") {
        return day_in(told).map(Line::Day);
    }
    let (clock, body) = line.split_once(' ')?;
    let is_clock = clock.len() >= 5 && clock.starts_with(|c: char| c.is_ascii_digit());
    let stamp = if is_clock { stamp::read(clock) } else { None };
    if let Some(stamp @ Written::Clock(..)) = stamp {
        return Some(Line::Said { stamp: Some(stamp), body });
    }
    stamp?;
    // The day may stand before the clock.
    let (clock, body) = body.split_once(' ')?;
    let whole = line.get(..line.len() - body.len() - 1)?;
    let stamp = clock.contains(':').then(|| stamp::read(whole)).flatten()?;
    Some(Line::Said { stamp: Some(stamp), body })
}

fn weechat(line: &str) -> Option<Line<'_>> {
    let (stamp, body) = line.split_once('\t')?;
    body.contains('\t').then_some(())?;
    Some(Line::Said { stamp: Some(dated(stamp)?), body })
}

fn hexchat(line: &str) -> Option<Line<'_>> {
    if let Some(told) = line.strip_prefix("**** ") {
        return day_in(told).map(Line::Day);
    }
    // Month, day and clock.
    let end = line.match_indices(' ').nth(2).map(|(at, _)| at).filter(|end| *end <= 24)?;
    let (stamp, body) = line.split_at_checked(end)?;
    let stamp = dated(stamp)?;
    let body = body.strip_prefix(' ').unwrap_or(body);
    body.contains('\t').then_some(Line::Said { stamp: Some(stamp), body })
}

fn supybot(line: &str) -> Option<Line<'_>> {
    let (stamp, body) = line.split_once("  ")?;
    stamp.contains('T').then_some(())?;
    Some(Line::Said { stamp: Some(dated(stamp)?), body })
}

/// A stamp that tells day and clock.
fn dated(text: &str) -> Option<Written> {
    let starts_well = text.len() <= 40 && text.contains(':');
    let written = if starts_well { stamp::read(text) } else { None };
    written.filter(|written| !matches!(written, Written::Clock(..)))
}

/// The day that a line such as `Log opened Tue Apr 06 10:00:00 2021` tells; the words before it are
/// in the language of the client.
fn day_in(line: &str) -> Option<NaiveDate> {
    let mut rest = line.trim();
    for _ in 0..6 {
        if let Some(day) = stamp::read(rest).and_then(|written| written.day()?.date(&Decision::default(), 0)) {
            return Some(day);
        }
        rest = rest.split_once(' ')?.1.trim_start();
    }
    None
}
