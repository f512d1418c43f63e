//! Names of things: readable, stable over re-exports, and safe to print.
//!
//! Every id is a newtype over text, so that a person's id can never be handed where a message's
//! is meant. Ids hold no control characters: what an export says is percent-encoded first.

use std::fmt::{self, Write as _};

use serde::{Deserialize, Serialize};

macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the text as it stands in a project file or on a command line.
            pub fn from_text(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

id_type! {
    /// One message: `slack/C04INC/1670337111.100015`.
    MessageId
}
id_type! {
    /// A person: `slack/U024BE7LH`, or `slack/name:<slug>` where the platform gives no id.
    PersonId
}
id_type! {
    /// A channel as its platform knows it, with the platform: `slack/C04INC`.
    ChannelId
}
id_type! {
    /// A tag: the slug of its label when it was made, `detection-weak-signals`.
    TagId
}
id_type! {
    /// Anything that can be tagged, noted, cited or put on the timeline: a message's id,
    /// `event/<uuid>` or `beat/<uuid>`.
    Target
}
id_type! {
    /// A note: `note/<uuid>`.
    NoteId
}
id_type! {
    /// A phase of the timeline: `phase/<uuid>`.
    PhaseId
}
id_type! {
    /// Who investigates: the slug of the configured name.
    InvestigatorId
}

impl MessageId {
    /// Joins platform, the channel's own id and the platform's message id.
    pub fn new(platform: &str, channel: &str, native: &str) -> Self {
        Self(format!("{platform}/{}/{}", encode_segment(channel), encode_segment(native)))
    }

    /// The same id as something that can be annotated.
    pub fn target(&self) -> Target {
        Target(self.0.clone())
    }

    /// The `platform/channel` part, decoded no further.
    pub fn channel(&self) -> Option<ChannelId> {
        self.parts().map(|(channel, _)| ChannelId::from_text(channel))
    }

    /// The text of its channel's id, and what a log calls the message.
    pub fn parts(&self) -> Option<(&str, &str)> {
        let (second, _) = self.0.match_indices('/').nth(1)?;
        Some((self.0.get(..second)?, self.0.get(second + 1..)?))
    }
}

impl ChannelId {
    /// The platform that it is a channel of.
    pub fn platform(&self) -> &str {
        self.0.split('/').next().unwrap_or_default()
    }

    /// Joins platform and the channel's own id.
    pub fn new(platform: &str, channel: &str) -> Self {
        Self(format!("{platform}/{}", encode_segment(channel)))
    }

    /// The id of a message of this channel, by what a log calls it: encoded already.
    pub fn message(&self, native: &str) -> MessageId {
        MessageId(format!("{}/{native}", self.0))
    }
}

impl PersonId {
    /// Joins platform and the platform's user id.
    pub fn new(platform: &str, user: &str) -> Self {
        Self(format!("{platform}/{}", encode_segment(user)))
    }

    /// The id of somebody the platform knows only by a name.
    pub fn from_name(platform: &str, name: &str) -> Self {
        Self(format!("{platform}/name:{}", slug(name)))
    }

    /// The part after the platform: what an export calls this person.
    pub fn native(&self) -> &str {
        self.0.split_once('/').map_or(self.0.as_str(), |(_, native)| native)
    }
}

/// What a [`Target`] points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetKind {
    /// A message of an export.
    Message,
    /// A supplemental event.
    Event,
    /// Several messages joined into one entry.
    Beat,
}

impl Target {
    /// A fresh `event/<uuid v7>`.
    pub fn new_event() -> Self {
        Self(fresh("event"))
    }

    /// A fresh `beat/<uuid v7>`.
    pub fn new_beat() -> Self {
        Self(fresh("beat"))
    }

    /// What kind of thing this is, told by its first segment.
    pub fn kind(&self) -> TargetKind {
        match self.0.split_once('/') {
            Some(("event", _)) => TargetKind::Event,
            Some(("beat", _)) => TargetKind::Beat,
            _ => TargetKind::Message,
        }
    }

    /// The message meant, when it is one.
    pub fn message(&self) -> Option<MessageId> {
        (self.kind() == TargetKind::Message).then(|| MessageId(self.0.clone()))
    }
}

impl NoteId {
    /// A fresh `note/<uuid v7>`.
    pub fn fresh() -> Self {
        Self(fresh("note"))
    }
}

impl PhaseId {
    /// A fresh `phase/<uuid v7>`.
    pub fn fresh() -> Self {
        Self(fresh("phase"))
    }
}

impl TagId {
    /// The id that a label gets when its tag is made.
    pub fn from_label(label: &str) -> Self {
        Self(slug(label))
    }
}

impl InvestigatorId {
    /// The id of an investigator's configured name.
    pub fn from_name(name: &str) -> Self {
        let slug = slug(name);
        Self(if slug.is_empty() { "investigator".to_owned() } else { slug })
    }
}

fn fresh(kind: &str) -> String {
    format!("{kind}/{}", uuid::Uuid::now_v7())
}

/// Lower case, every run of other characters one hyphen; letters of all scripts stay.
///
/// ```
/// assert_eq!(meanwhile::base::id::slug("Action - Rollback or change"), "action-rollback-or-change");
/// ```
pub fn slug(label: &str) -> String {
    let label = super::text::composed(label);
    let mut slug = String::with_capacity(label.len());
    for c in label.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// Percent-encodes what would break an id apart or hide in it: space, `/`, `]`, `~`, `%`, control
/// and format characters. Letters and their marks become one, so that the same name is the same id
/// from every system.
pub fn encode_segment(segment: &str) -> String {
    let segment = super::text::composed(segment);
    let mut encoded = String::with_capacity(segment.len());
    for c in segment.chars() {
        let breaks = matches!(c, '/' | ']' | '~' | '%') || c.is_whitespace() || c.is_control();
        if breaks || super::text::is_hidden(c) {
            let mut utf8 = [0_u8; 4];
            for byte in c.encode_utf8(&mut utf8).bytes() {
                // Writing to a String cannot fail.
                let _ = write!(encoded, "%{byte:02X}");
            }
        } else {
            encoded.push(c);
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_keeps_platform_channel_and_the_message_of_the_platform() {
        let id = MessageId::new("slack", "C04INC", "1670337111.100015");
        assert_eq!(id.as_str(), "slack/C04INC/1670337111.100015");
        assert_eq!(id.channel(), Some(ChannelId::new("slack", "C04INC")));
        assert_eq!(id.target().kind(), TargetKind::Message);
    }

    #[test]
    fn what_would_break_an_id_is_percent_encoded() {
        assert_eq!(encode_segment("a b/c]d~e%"), "a%20b%2Fc%5Dd%7Ee%25");
        assert_eq!(encode_segment("a\u{1b}[2J\u{202e}"), "a%1B[2J%E2%80%AE");
        assert_eq!(encode_segment("#suche-größe"), "#suche-größe");
        assert_eq!(encode_segment("#suche-gro\u{308}ße"), "#suche-größe");
    }

    #[test]
    fn a_slug_is_lower_case_with_one_hyphen_a_gap() {
        assert_eq!(slug("Impact"), "impact");
        assert_eq!(slug("Detection - Weak Signals"), "detection-weak-signals");
        assert_eq!(slug("  !?  "), "");
    }

    #[test]
    fn events_and_beats_are_told_from_messages() {
        assert_eq!(Target::new_event().kind(), TargetKind::Event);
        assert_eq!(Target::new_beat().kind(), TargetKind::Beat);
        assert_eq!(Target::new_event().message(), None);
    }
}
