//! Roles and signs: the only place that knows a colour or a glyph.
//!
//! Colours are those of the sixteen that hold on dark and light palettes alike; no background is
//! ever set. Every sign is one cell and has a twin of one cell in ASCII, so nothing moves when the
//! twins are used.

use ratatui::style::{Color, Modifier, Style};

/// What a piece of the screen means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// What people wrote.
    Text,
    /// Repetition, hints, facts that stand elsewhere too.
    Dim,
    /// Where you are: cursor, focus, keys, now-line, links.
    Accent,
    /// Authors; tags of what happened.
    HueA,
    /// Authors; tags of how it was understood.
    HueB,
    /// Authors; tags of what was done.
    HueC,
    /// Authors; tags of what it means.
    HueD,
    /// Look at this; never without a sign.
    Warning,
    /// Data at risk or a broken citation; never without a sign.
    Danger,
    /// Saved.
    Saved,
}

/// The list of colours in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Palette {
    /// For a dark background.
    #[default]
    Dark,
    /// For a light background.
    Light,
    /// No colour at all.
    Mono,
}

/// How dim text is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DimStyle {
    /// SGR 2.
    #[default]
    Faint,
    /// As plain text: on palettes whose text is low in contrast already.
    Plain,
}

/// A sign that the program itself draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Glyph {
    /// Bar of the cursor.
    Cursor,
    /// Bar of a partner's cursor.
    Partner,
    /// In the selection.
    Selected,
    /// On the timeline.
    OnTimeline,
    /// An event that no channel recorded.
    Event,
    /// A note.
    Note,
    /// An open question.
    Question,
    /// All, done.
    Done,
    /// Some, draft.
    Draft,
    /// None, empty.
    Empty,
    /// Not saved, broken.
    Broken,
    /// Look at this.
    Look,
    /// Scroll map: track.
    Track,
    /// Scroll map: the part in view.
    View,
    /// Scroll map: tagged, out of view.
    TrackTagged,
    /// Scroll map: tagged, in view.
    ViewTagged,
    /// Now-line, share of a bar.
    Heavy,
    /// Rest of a bar, rule.
    Light,
    /// Silence.
    Silence,
    /// Replies, a reply.
    Reply,
    /// Joined.
    Joined,
    /// Left.
    Left,
    /// A file.
    File,
    /// A quoted attachment.
    Quote,
    /// Cut.
    Cut,
    /// About.
    PlusMinus,
    /// A point of a list.
    Bullet,
    /// The key that goes up, or back in a list of what was typed.
    Up,
    /// The key that goes down.
    Down,
}

impl Glyph {
    /// Every sign, for tests.
    pub const ALL: [Self; 29] = [
        Self::Cursor,
        Self::Partner,
        Self::Selected,
        Self::OnTimeline,
        Self::Event,
        Self::Note,
        Self::Question,
        Self::Done,
        Self::Draft,
        Self::Empty,
        Self::Broken,
        Self::Look,
        Self::Track,
        Self::View,
        Self::TrackTagged,
        Self::ViewTagged,
        Self::Heavy,
        Self::Light,
        Self::Silence,
        Self::Reply,
        Self::Joined,
        Self::Left,
        Self::File,
        Self::Quote,
        Self::Cut,
        Self::PlusMinus,
        Self::Bullet,
        Self::Up,
        Self::Down,
    ];

    /// The sign and its twin in ASCII.
    pub const fn pair(self) -> (&'static str, &'static str) {
        match self {
            Self::Cursor => ("▌", ">"),
            Self::Partner => ("▐", ":"),
            Self::Selected => ("◆", "#"),
            Self::OnTimeline => ("●", "*"),
            Self::Event => ("○", "o"),
            Self::Note => ("✎", "n"),
            Self::Question => ("?", "?"),
            Self::Done => ("✓", "+"),
            Self::Draft => ("~", "~"),
            Self::Empty | Self::Bullet => ("·", "."),
            Self::Broken => ("✗", "!"),
            Self::Look => ("!", "!"),
            Self::Track => ("│", "|"),
            Self::View => ("┃", ":"),
            Self::TrackTagged => ("┤", "+"),
            Self::ViewTagged => ("┨", "+"),
            Self::Heavy => ("━", "="),
            Self::Light => ("─", "-"),
            Self::Silence => ("┄", "-"),
            Self::Reply => ("↳", "L"),
            Self::Joined => ("→", ">"),
            Self::Left => ("←", "<"),
            Self::File => ("▤", "="),
            Self::Quote => ("▏", "|"),
            Self::Cut => ("…", ">"),
            Self::PlusMinus => ("±", "~"),
            Self::Up => ("↑", "^"),
            Self::Down => ("↓", "v"),
        }
    }
}

/// Densities over time, from little to much, with their twins.
const BLOCKS: [(&str, &str); 8] =
    [("▁", "_"), ("▂", "."), ("▃", "-"), ("▄", "="), ("▅", "+"), ("▆", "*"), ("▇", "%"), ("█", "#")];

/// Group of tags, its sign, the twin, and the role of its colour.
const GROUPS: [(&str, &str, &str, Role); 12] = [
    ("Trigger", "!", "!", Role::HueA),
    ("Impact", "▼", "^", Role::HueA),
    ("System", "%", "%", Role::HueA),
    ("Detection", "◎", "@", Role::HueB),
    ("Hypothesis", "?", "?", Role::HueB),
    ("Diagnosis", "=", "=", Role::HueB),
    ("Action", "»", ">", Role::HueC),
    ("Decision", "◇", "<", Role::HueC),
    ("Communication", "¶", "\"", Role::HueC),
    ("Responder", "+", "+", Role::HueC),
    ("Condition", "&", "&", Role::HueD),
    ("Investigation", "§", "$", Role::HueD),
];

/// How the screen looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Theme {
    /// The list of colours.
    pub palette: Palette,
    /// How dim text is drawn.
    pub dim: DimStyle,
    /// Whether the twins in ASCII are used.
    pub ascii: bool,
}

impl Theme {
    /// The style of a role.
    pub fn style(&self, role: Role) -> Style {
        let style = Style::new();
        if role == Role::Dim {
            return match self.dim {
                DimStyle::Faint => style.add_modifier(Modifier::DIM),
                DimStyle::Plain => style,
            };
        }
        let coloured = |dark, light| match self.palette {
            Palette::Dark => style.fg(dark),
            Palette::Light => style.fg(light),
            Palette::Mono => style,
        };
        match role {
            Role::Text | Role::HueD | Role::Dim => style,
            Role::Accent | Role::Danger if self.palette == Palette::Mono => style.add_modifier(Modifier::BOLD),
            Role::Accent => coloured(Color::LightBlue, Color::Blue),
            Role::HueA => coloured(Color::Yellow, Color::Green),
            Role::HueB => coloured(Color::Cyan, Color::Cyan),
            Role::HueC => coloured(Color::LightMagenta, Color::Magenta),
            Role::Warning if self.palette != Palette::Dark => style.add_modifier(Modifier::BOLD),
            Role::Warning => coloured(Color::Yellow, Color::Yellow),
            Role::Danger => coloured(Color::LightRed, Color::Red),
            Role::Saved => coloured(Color::Green, Color::Green),
        }
    }

    /// The style of a role, bold.
    pub fn bold(&self, role: Role) -> Style {
        self.style(role).add_modifier(Modifier::BOLD)
    }

    /// A sign, or its twin.
    pub const fn glyph(&self, glyph: Glyph) -> &'static str {
        let (sign, twin) = glyph.pair();
        if self.ascii { twin } else { sign }
    }

    /// Words of our own with their signs replaced by the twins where those are used.
    pub fn own_words(&self, words: &str) -> String {
        if !self.ascii {
            return words.to_owned();
        }
        Glyph::ALL.into_iter().map(Glyph::pair).fold(words.to_owned(), |words, (sign, twin)| words.replace(sign, twin))
    }

    /// The block for a density of 0 (least) to 7.
    pub fn block(&self, level: usize) -> &'static str {
        let (sign, twin) = BLOCKS.get(level.min(7)).copied().unwrap_or((" ", " "));
        if self.ascii { twin } else { sign }
    }

    /// The sign of a group of tags and the role of its colour; `:` for a team's own.
    pub fn group(&self, group: Option<&str>, name: &str) -> (&'static str, Role) {
        // A bare tag that is named like a group (`Impact`) wears its sign.
        let wanted = group.unwrap_or(name);
        GROUPS
            .iter()
            .find(|(group, ..)| group.eq_ignore_ascii_case(wanted))
            .map_or((":", Role::HueD), |&(_, sign, twin, role)| (if self.ascii { twin } else { sign }, role))
    }

    /// The colour of a person: by the id, so that it is the same on every machine.
    pub fn hue(&self, id: &str) -> Role {
        let hash = blake3::hash(id.as_bytes());
        match hash.as_bytes().first().copied().unwrap_or(0) % 4 {
            0 => Role::HueA,
            1 => Role::HueB,
            2 => Role::HueC,
            _ => Role::HueD,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::text::width;

    #[test]
    fn every_sign_and_its_twin_take_one_cell() {
        let blocks = BLOCKS.iter().copied();
        let groups = GROUPS.iter().map(|&(_, sign, twin, _)| (sign, twin));
        for (sign, twin) in Glyph::ALL.into_iter().map(Glyph::pair).chain(blocks).chain(groups) {
            assert_eq!(width(sign), 1, "{sign}");
            assert!(twin.len() == 1 && twin.is_ascii(), "{twin}");
        }
    }

    #[test]
    fn mono_sets_no_colour() {
        let mono = Theme { palette: Palette::Mono, ..Theme::default() };
        for role in [Role::Accent, Role::HueA, Role::Warning, Role::Danger, Role::Saved] {
            assert_eq!(mono.style(role).fg, None, "{role:?}");
        }
    }

    #[test]
    fn a_team_group_wears_a_colon() {
        assert_eq!(Theme::default().group(Some("Vendor"), "late"), (":", Role::HueD));
        assert_eq!(Theme::default().group(None, "Impact").0, "▼");
    }
}
