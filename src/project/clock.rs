//! Who changed what, and in which order: actors, dots, clocks and hybrid times.
//!
//! A dot names one edit for ever. A clock covers a gap-free beginning of each actor's edits, so that
//! "never seen" and "seen and since removed" can be told apart.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::base::time::Instant;

/// One run of one editor: 64 random bits; also the stem of its journal's name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Actor(u64);

impl Actor {
    /// A fresh one.
    pub fn random() -> Self {
        // A v7 uuid holds 74 random bits; hashing spreads them over all 64 of ours.
        let seeds = [uuid::Uuid::now_v7(), uuid::Uuid::now_v7()];
        let mut hasher = blake3::Hasher::new();
        for seed in seeds {
            hasher.update(seed.as_bytes());
        }
        hasher.update(&std::process::id().to_le_bytes());
        Self::from_hash(&hasher.finalize())
    }

    /// The actor that stands for a text: what everybody who reads the same text takes as its author.
    pub fn of_text(text: &[u8]) -> Self {
        Self::from_hash(&blake3::hash(text))
    }

    /// One with a number of the caller's choice, for tests and replays.
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }

    fn from_hash(hash: &blake3::Hash) -> Self {
        let mut number = 0;
        for byte in hash.as_bytes().iter().take(8) {
            number = number << 8 | u64::from(*byte);
        }
        Self(number)
    }

    /// Four hex digits, enough to keep two people's order keys apart.
    pub fn suffix(self) -> String {
        format!("{:04x}", self.0 & 0xffff)
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a dot, an actor or a time of the `sync` block was not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no dot; a dot is written actor:number:time")]
pub struct DotError(String);

impl FromStr for Actor {
    type Err = DotError;

    fn from_str(text: &str) -> Result<Self, DotError> {
        let number = (text.len() == 16).then(|| u64::from_str_radix(text, 16).ok()).flatten();
        number.map(Self).ok_or_else(|| DotError(text.to_owned()))
    }
}

/// The name of one edit: whose, and the how manieth of theirs, from 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dot {
    /// Whose edit.
    pub actor: Actor,
    /// Its number.
    pub n: u64,
}

impl fmt::Display for Dot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.actor, self.n)
    }
}

impl fmt::Debug for Dot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Dot {
    type Err = DotError;

    fn from_str(text: &str) -> Result<Self, DotError> {
        let parsed = text.split_once(':').and_then(|(actor, n)| {
            let (actor, n) = (actor.parse().ok()?, n.parse().ok()?);
            (n > 0).then_some(Self { actor, n })
        });
        parsed.ok_or_else(|| DotError(text.to_owned()))
    }
}

/// A hybrid time in microseconds: the wall's, moved on where it would not grow.
///
/// It decides which of two concurrent values shows, never whether a value survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Hlc(u64);

impl Hlc {
    /// The time of an edit made when the wall showed `now` and `self` was the last time seen.
    #[must_use]
    pub fn next(self, now: Instant) -> Self {
        let wall = if now.is_dated() { u64::try_from(now.micros()).unwrap_or(0) } else { 0 };
        Self(wall.max(self.0.saturating_add(1)))
    }

    /// The least time that is later.
    #[must_use]
    pub const fn after(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// A time with a number of the caller's choice.
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// The wall's time, as near as it is known.
    pub fn instant(self) -> Instant {
        i64::try_from(self.0).map_or(Instant::UNDATED, Instant::from_micros)
    }
}

impl fmt::Display for Hlc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}", self.0)
    }
}

impl FromStr for Hlc {
    type Err = DotError;

    fn from_str(text: &str) -> Result<Self, DotError> {
        u64::from_str_radix(text, 16).map(Self).map_err(|_| DotError(text.to_owned()))
    }
}

/// A dot with its time, as a cell carries it: `actor:n:hlc`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp {
    /// Which edit.
    pub dot: Dot,
    /// When, by the hybrid clock.
    pub hlc: Hlc,
}

impl Stamp {
    /// What decides which of several concurrent values shows: the greatest.
    pub const fn rank(self) -> (Hlc, Actor, u64) {
        (self.hlc, self.dot.actor, self.dot.n)
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.dot, self.hlc)
    }
}

impl FromStr for Stamp {
    type Err = DotError;

    fn from_str(text: &str) -> Result<Self, DotError> {
        let (dot, hlc) = text.rsplit_once(':').ok_or_else(|| DotError(text.to_owned()))?;
        Ok(Self { dot: dot.parse()?, hlc: hlc.parse()? })
    }
}

macro_rules! as_text {
    ($($name:ident),*) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }
    )*};
}

as_text!(Actor, Dot, Hlc, Stamp);

/// How many edits of each actor a document holds, without gaps.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Clock(BTreeMap<Actor, u64>);

impl Clock {
    /// Whether it holds the edit of this name.
    pub fn covers(&self, dot: Dot) -> bool {
        self.seen(dot.actor) >= dot.n
    }

    /// Whether it holds every edit that `other` holds.
    pub fn covers_all(&self, other: &Self) -> bool {
        other.0.iter().all(|(actor, n)| self.seen(*actor) >= *n)
    }

    /// How many edits of an actor it holds.
    pub fn seen(&self, actor: Actor) -> u64 {
        self.0.get(&actor).copied().unwrap_or(0)
    }

    /// How many edits it holds in all.
    pub fn count(&self) -> u64 {
        self.0.values().fold(0, |sum, n| sum.saturating_add(*n))
    }

    /// The name of the next edit of an actor.
    pub fn next(&self, actor: Actor) -> Dot {
        Dot { actor, n: self.seen(actor) + 1 }
    }

    /// Takes an edit in; the caller keeps each actor's edits free of gaps.
    pub fn take(&mut self, dot: Dot) {
        let seen = self.0.entry(dot.actor).or_insert(0);
        *seen = dot.n.max(*seen);
    }

    /// Takes in everything that `other` holds.
    pub fn join(&mut self, other: &Self) {
        for (actor, n) in &other.0 {
            self.take(Dot { actor: *actor, n: *n });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_read_as_it_was_written() {
        let stamp = Stamp { dot: Dot { actor: Actor::random(), n: 17 }, hlc: Hlc::from_number(0x5f3) };
        assert_eq!(stamp.to_string().parse(), Ok(stamp));
        assert!("x:1:2".parse::<Stamp>().is_err());
        assert!("00000000000000ff:0:2".parse::<Stamp>().is_err(), "edits count from 1");
    }

    #[test]
    fn a_time_grows_even_when_the_wall_clock_goes_back() {
        let first = Hlc::default().next(Instant::from_seconds(100));
        let second = first.next(Instant::from_seconds(50));
        assert!(second > first);
        assert_eq!(first.instant(), Instant::from_seconds(100));
    }

    #[test]
    fn two_runs_are_two_actors() {
        assert_ne!(Actor::random(), Actor::random());
        assert_eq!(Actor::of_text(b"x"), Actor::of_text(b"x"));
    }

    #[test]
    fn a_clock_covers_what_it_took() {
        let (mut clock, actor) = (Clock::default(), Actor::from_number(7));
        clock.take(clock.next(actor));
        assert!(clock.covers(Dot { actor, n: 1 }) && !clock.covers(Dot { actor, n: 2 }));
    }
}
