//! Whether a time was told with its zone, and how one without is shown and written.
//!
//! A clock without a zone is held as if it were UTC. Whoever shows or writes it shows it as it was
//! written and says that nobody knows its zone; it never looks sharper than it is.

use crate::archive::{Message, Quality};
use crate::base::time::{Instant, Zone};
use crate::project::model::MessageCopy;

/// Whether the zone of a time is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ToldZone {
    /// The instant is known.
    #[default]
    Known,
    /// The clock is known, its zone is not.
    Unknown,
}

impl ToldZone {
    /// What a copy tells of its time.
    pub const fn of(copy: &MessageCopy) -> Self {
        if copy.zone_unknown { Self::Unknown } else { Self::Known }
    }

    /// What a message tells of its time.
    pub fn of_message(message: &Message<'_>) -> Self {
        if message.quality().has(Quality::NO_ZONE) { Self::Unknown } else { Self::Known }
    }

    /// The zone in which its time is shown where all others are in `zone`.
    pub const fn shown_in(self, zone: Zone) -> Zone {
        match self {
            Self::Known => zone,
            Self::Unknown => Zone::UTC,
        }
    }

    /// What stands after its time in prose: ` (zone unknown)`, or nothing.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Known => "",
            Self::Unknown => " (zone unknown)",
        }
    }

    /// What stands after its time where there is little room: ` zone?`, or nothing.
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Known => "",
            Self::Unknown => " zone?",
        }
    }

    /// The offset that stands behind its clock: `UTC+1`, or `zone?`.
    pub fn offset_label(self, zone: Zone, at: Instant) -> String {
        match self {
            Self::Known => zone.offset_label(at),
            Self::Unknown => self.mark().trim_start().to_owned(),
        }
    }

    /// Its time for programs: without an offset where nobody knows which one it has.
    pub fn rfc3339(self, at: Instant) -> String {
        let told = at.rfc3339();
        match self {
            Self::Known => told,
            Self::Unknown => told.trim_end_matches('Z').to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_without_a_zone_is_shown_and_written_as_it_was_told() {
        let at = Instant::parse_rfc3339("2024-12-06T14:20:00Z").unwrap();
        let oslo = Zone::parse("Europe/Oslo").unwrap();
        let shown = |told: ToldZone| format!("{}{}", told.shown_in(oslo).minute(at), told.words());
        assert_eq!(shown(ToldZone::Known), "15:20");
        assert_eq!(shown(ToldZone::Unknown), "14:20 (zone unknown)");
        assert_eq!(ToldZone::Known.rfc3339(at), "2024-12-06T14:20:00Z");
        assert_eq!(ToldZone::Unknown.rfc3339(at), "2024-12-06T14:20:00");
    }
}
