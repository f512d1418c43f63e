//! How rows of Chat are shown: the choices behind the keys of `z`.
//!
//! They are kept by project and user. What a newer program kept and this one does not know reads as
//! the usual choice, never as damage.

use serde::{Deserialize, Serialize};

use crate::base::text::{LineBreaks, sanitize_tty};

/// How much of notes is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoteDisplay {
    /// As a sign in the mark column.
    Mark,
    /// Not at all.
    Off,
    /// Below their message.
    #[default]
    #[serde(other)]
    Inline,
}

/// How much room a message takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Density {
    /// One line a message, cut.
    Compact,
    /// A blank line where the speaker changes.
    Airy,
    /// Wrapped.
    #[default]
    #[serde(other)]
    Normal,
}

/// How times are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimeDisplay {
    /// In UTC.
    Utc,
    /// As the clock of each author stood, where their zone is known.
    Person,
    /// As distance from the milestone start.
    SinceStart,
    /// In the project's zone.
    #[default]
    #[serde(other)]
    Project,
}

/// What becomes of a line that is longer than its pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LongLines {
    /// It is cut at the edge; the text uses all of the pane.
    Cut,
    /// It goes on in the next line.
    #[default]
    #[serde(other)]
    Wrap,
}

/// How reactions are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EmojiDisplay {
    /// As pictures where there is one, never in ASCII.
    Pictures,
    /// By their names: exact in width, and what a search finds.
    #[default]
    #[serde(other)]
    Names,
}

impl EmojiDisplay {
    /// A reaction as it is written: `:eyes:`, or its picture. Skin tones are left out of pictures, so
    /// that each is one sign of two cells; what only the workspace knows keeps its name.
    pub fn write(self, name: &str) -> String {
        let named = || format!(":{name}:");
        match self {
            Self::Names => named(),
            Self::Pictures => {
                picture(name).map_or_else(named, |sign| sanitize_tty(sign, LineBreaks::Mark).into_owned())
            }
        }
    }
}

fn picture(name: &str) -> Option<&'static str> {
    let base = name.split("::").next().unwrap_or(name);
    let known = emojis::get_by_shortcode(base).or_else(|| {
        // Platforms call many by the words of their Unicode names.
        let words = base.replace(['_', '-'], " ");
        emojis::iter().find(|emoji| emoji.name() == words)
    });
    known.map(emojis::Emoji::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reaction_is_a_picture_where_there_is_one() {
        for (name, expected) in [
            ("eyes", "👀"),
            ("+1::skin-tone-4", "👍"),
            ("thinking_face", "🤔"),
            ("white_check_mark", "✅"),
            ("heart", "❤"),
            ("our-parrot", ":our-parrot:"),
        ] {
            assert_eq!(EmojiDisplay::Pictures.write(name), expected);
        }
        assert_eq!(EmojiDisplay::Names.write("eyes"), ":eyes:");
    }

    #[test]
    fn what_a_newer_program_kept_reads_as_the_usual() {
        assert_eq!(serde_json::from_str::<TimeDisplay>("\"lunar\"").unwrap(), TimeDisplay::Project);
        assert_eq!(serde_json::from_str::<TimeDisplay>("\"since-start\"").unwrap(), TimeDisplay::SinceStart);
    }
}
