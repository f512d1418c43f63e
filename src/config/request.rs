//! What the screen is asked to open: the command line's wishes, already checked, in one value.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Config, Folders};
use crate::base::reading::ReadAs;
use crate::base::time::{Instant, Zone};

/// A screen of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Screen {
    /// Channels side by side.
    #[default]
    Chat,
    /// Entries in time order.
    Timeline,
    /// Sections of the report.
    Report,
    /// Everybody who took part.
    People,
    /// The codebook.
    Tags,
    /// Counts over time.
    Stats,
}

impl Screen {
    /// All screens, in the order of their digits.
    pub const ALL: [Self; 6] = [Self::Chat, Self::Timeline, Self::Report, Self::People, Self::Tags, Self::Stats];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Timeline => "timeline",
            Self::Report => "report",
            Self::People => "people",
            Self::Tags => "tags",
            Self::Stats => "stats",
        }
    }
}

/// When colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The part of the sources that is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Window {
    /// Channels by name or id; all when empty.
    pub channels: Vec<String>,
    /// Nothing before it.
    pub since: Option<Instant>,
    /// Nothing after it.
    pub until: Option<Instant>,
    /// How the sources are to be read, where their content does not tell.
    pub read_as: ReadAs,
    /// What was piped in, with the path that stands for it; never remembered.
    pub piped: Option<(PathBuf, Arc<[u8]>)>,
    /// Most bytes of a source, where the usual limit is raised.
    pub max_bytes: Option<u64>,
    /// Most times that a packed file may grow, where the usual limit is raised.
    pub max_ratio: Option<u64>,
}

impl Window {
    /// This window, and what `other` says where this one says nothing.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            channels: if self.channels.is_empty() { other.channels } else { self.channels },
            since: self.since.or(other.since),
            until: self.until.or(other.until),
            read_as: self.read_as.or(&other.read_as),
            piped: self.piped.or(other.piped),
            max_bytes: self.max_bytes.or(other.max_bytes),
            max_ratio: self.max_ratio.or(other.max_ratio),
        }
    }

    /// The narrowest window that holds this one and `other`; sources are read as this one says.
    #[must_use]
    pub fn and(self, other: &Self) -> Self {
        let is_whole = self.channels.is_empty() || other.channels.is_empty();
        let mut channels = if is_whole { Vec::new() } else { self.channels };
        if !is_whole {
            let new: Vec<String> = other.channels.iter().filter(|name| !channels.contains(name)).cloned().collect();
            channels.extend(new);
        }
        Self {
            channels,
            since: self.since.zip(other.since).map(|(a, b)| a.min(b)),
            until: self.until.zip(other.until).map(|(a, b)| a.max(b)),
            read_as: self.read_as,
            piped: self.piped,
            max_bytes: self.max_bytes.max(other.max_bytes),
            max_ratio: self.max_ratio.max(other.max_ratio),
        }
    }

    /// The window that a project remembers, by its fact `window`; everything where it has none.
    pub fn from_fact(fact: Option<&Value>) -> Self {
        let field = |name: &str| fact.and_then(|fact| fact.get(name));
        let text = |name: &str| field(name).and_then(Value::as_str);
        let number = |name: &str| field(name).and_then(Value::as_u64);
        let names = field("channels").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        Self {
            channels: names.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            since: text("since").and_then(Instant::parse_rfc3339),
            until: text("until").and_then(Instant::parse_rfc3339),
            read_as: ReadAs::default(),
            piped: None,
            max_bytes: number("max_bytes"),
            max_ratio: number("max_ratio"),
        }
    }

    /// The window as a fact for a project to remember; `None` for everything. How a source is read is
    /// remembered with the source.
    pub fn to_fact(&self) -> Option<Value> {
        let mut fact = Map::new();
        if !self.channels.is_empty() {
            fact.insert("channels".to_owned(), self.channels.clone().into());
        }
        let texts = [("since", self.since.map(Instant::rfc3339)), ("until", self.until.map(Instant::rfc3339))];
        for (name, value) in texts {
            fact.extend(value.map(|value| (name.to_owned(), Value::from(value))));
        }
        for (name, value) in [("max_bytes", self.max_bytes), ("max_ratio", self.max_ratio)] {
            fact.extend(value.map(|value| (name.to_owned(), Value::from(value))));
        }
        (!fact.is_empty()).then_some(Value::Object(fact))
    }
}

/// What the screen is asked to open.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenRequest {
    /// One project, or one or more exports; none for the start page.
    pub paths: Vec<PathBuf>,
    /// Where the project of an export is to be.
    pub project: Option<PathBuf>,
    /// A query that filters the panes.
    pub filter: Option<String>,
    /// A time phrase for the cursor, read in the project's zone.
    pub at: Option<String>,
    /// The screen shown first.
    pub screen: Option<Screen>,
    /// Channels shown side by side.
    pub panes: Vec<String>,
    /// The zone of all times, where the project's is not wanted.
    pub zone: Option<Zone>,
    /// The part of the sources that is read.
    pub window: Window,
    /// Whether the link is slow.
    pub slow: bool,
    /// Whether only ASCII is drawn.
    pub ascii: bool,
    /// When colours are used.
    pub color: ColorChoice,
    /// Whether edits are refused.
    pub read_only: bool,
    /// Whether it is the sample incident, with its tour.
    pub is_demo: bool,
    /// What the person prefers.
    pub config: Config,
    /// The folders of this machine.
    pub folders: Folders,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_survives_as_a_fact() {
        let window = Window {
            channels: vec!["sev-search".to_owned()],
            since: Some(Instant::from_seconds(5)),
            max_ratio: Some(400),
            ..Window::default()
        };
        assert_eq!(Window::from_fact(window.to_fact().as_ref()), window);
        assert_eq!(Window::default().to_fact(), None);
        assert_eq!(Window::from_fact(Some(&Value::from("odd"))), Window::default());
        assert_eq!(Window::default().or(window.clone()), window);
    }

    #[test]
    fn two_windows_are_both_seen_through_the_one_that_holds_them() {
        let window = |channels: &[&str], since| Window {
            channels: channels.iter().map(|&name| name.to_owned()).collect(),
            since: Some(Instant::from_seconds(since)),
            ..Window::default()
        };
        assert_eq!(window(&["ops", "sev"], 9).and(&window(&["sev", "db"], 5)), window(&["ops", "sev", "db"], 5));
        assert_eq!(window(&["ops"], 9).and(&Window::default()), Window::default());
    }
}
