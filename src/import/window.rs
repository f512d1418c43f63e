//! What is wanted of the sources: which span of time, and which channels.

use super::LoadOptions;
use crate::archive::ChannelMeta;
use crate::base::text::composed;
use crate::base::time::{Instant, Micros};

/// The span of time that is wanted; both ends belong to it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Window {
    pub(crate) since: Option<Instant>,
    pub(crate) until: Option<Instant>,
}

impl Window {
    /// The window that a load asks for.
    pub(crate) const fn of(options: &LoadOptions) -> Self {
        Self { since: options.since, until: options.until }
    }

    /// The same span as a clock tells it that is `skew` ahead.
    pub(crate) fn plus(self, skew: Micros) -> Self {
        let moved = |at: Instant| at.plus(skew);
        Self { since: self.since.map(moved), until: self.until.map(moved) }
    }

    /// Whether a message posted at `at` is wanted; undated ones always are.
    pub(crate) fn holds(self, at: Instant) -> bool {
        !at.is_dated() || (self.since.is_none_or(|since| at >= since) && self.until.is_none_or(|until| at <= until))
    }

    /// Whether what lies between two instants may hold wanted messages.
    pub(crate) fn may_hold(self, span: Option<(Instant, Instant)>) -> bool {
        let Some((first, last)) = span else { return true };
        self.since.is_none_or(|since| last >= since) && self.until.is_none_or(|until| first <= until)
    }
}

/// The channels that are wanted; all of them where none is named.
#[derive(Debug, Clone, Default)]
pub(crate) struct WantedChannels(Vec<String>);

impl WantedChannels {
    /// Those that a load asks for.
    pub(crate) fn of(options: &LoadOptions) -> Self {
        Self(options.channels.clone())
    }

    /// Whether a channel is wanted.
    pub(crate) fn hold(&self, meta: &ChannelMeta) -> bool {
        self.0.is_empty() || self.0.iter().any(|name| is_called(meta, name))
    }
}

/// Whether a person would mean this channel by `name`: its name with or without `#`, or its id.
pub(crate) fn is_called(meta: &ChannelMeta, name: &str) -> bool {
    let plain = name.trim().trim_start_matches('#');
    let id = meta.id.as_str();
    composed(meta.name.unsanitised()).to_lowercase() == composed(plain).to_lowercase()
        || id == name.trim()
        || id.split_once('/').is_some_and(|(_, native)| native.eq_ignore_ascii_case(plain))
}
