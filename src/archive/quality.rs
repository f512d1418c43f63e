//! How exactly the time of a message is known: evidence must not look sharper than it is.

/// What is known of a time beside the instant itself; the marks can be combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Quality(u8);

impl Quality {
    /// The source tells the instant, with a fraction of a second.
    pub const EXACT: Self = Self(0);
    /// The source tells whole seconds.
    pub const SECOND: Self = Self(1);
    /// The source tells whole minutes.
    pub const MINUTE: Self = Self(1 << 1);
    /// The source tells a clock without saying in which zone.
    pub const NO_ZONE: Self = Self(1 << 2);
    /// The source tells no day, or none of its own; it was taken from what stands around.
    pub const INFERRED: Self = Self(1 << 3);
    /// The record spans a time and stands at one end of it.
    pub const RANGE: Self = Self(1 << 4);

    /// Whether all marks of `other` are set; always so for [`Quality::EXACT`].
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// These marks and those of `other`.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// These marks without those of `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// `to the minute, zone unknown`; nothing for an exact time.
    pub fn words(self) -> Option<String> {
        let marks = [
            (Self::MINUTE, "to the minute"),
            (Self::SECOND, "to the second"),
            (Self::NO_ZONE, "zone unknown"),
            (Self::INFERRED, "day inferred"),
            (Self::RANGE, "a span of time"),
        ];
        let said: Vec<&str> = marks.iter().filter(|(mark, _)| self.has(*mark)).map(|(_, words)| *words).collect();
        (!said.is_empty()).then(|| said.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::Quality;

    #[test]
    fn marks_are_said_together_and_an_exact_time_says_nothing() {
        let clock = Quality::MINUTE.with(Quality::NO_ZONE);
        assert_eq!(clock.words().unwrap(), "to the minute, zone unknown");
        assert_eq!(clock.without(Quality::NO_ZONE).words().unwrap(), "to the minute");
        assert_eq!(Quality::EXACT.words(), None);
    }
}
