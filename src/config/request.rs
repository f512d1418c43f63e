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
    /// How much a source may hold, where the usual limits are raised.
    pub raised: Raised,
}

/// Limits on what is read that somebody has set, each in place of the usual one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Raised {
    /// Most bytes of a source, unpacked.
    pub bytes: Option<u64>,
    /// Most times that a packed file may grow.
    pub ratio: Option<u64>,
    /// Most files of a source.
    pub entries: Option<u64>,
    /// Most levels of lists and objects within each other.
    pub depth: Option<u64>,
    /// Most bytes of one message.
    pub message: Option<u64>,
}

impl Raised {
    /// Most levels that may be asked for: what reads them takes some of the stack for each.
    pub const DEEPEST: u64 = 1_000;

    /// What a project remembers them by.
    const NAMES: [&str; 5] = ["max_bytes", "max_ratio", "max_entries", "max_depth", "max_message"];

    const fn all(self) -> [Option<u64>; 5] {
        [self.bytes, self.ratio, self.entries, self.depth, self.message]
    }

    /// A project's file may say anything, so the depth is held to what the stack can take.
    fn from_all([bytes, ratio, entries, depth, message]: [Option<u64>; 5]) -> Self {
        Self { bytes, ratio, entries, depth: depth.map(|depth| depth.min(Self::DEEPEST)), message }
    }

    /// Each as `join` makes it of both.
    fn with(self, other: Self, join: fn(Option<u64>, Option<u64>) -> Option<u64>) -> Self {
        let mut all = self.all();
        for (own, other) in all.iter_mut().zip(other.all()) {
            *own = join(*own, other);
        }
        Self::from_all(all)
    }
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
            raised: self.raised.with(other.raised, Option::or),
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
            raised: self.raised.with(other.raised, Option::max),
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
            raised: Raised::from_all(Raised::NAMES.map(number)),
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
        for (name, value) in Raised::NAMES.into_iter().zip(self.raised.all()) {
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
            raised: Raised { ratio: Some(400), depth: Some(500), message: Some(1), ..Raised::default() },
            ..Window::default()
        };
        assert_eq!(Window::from_fact(window.to_fact().as_ref()), window);
        assert_eq!(Window::default().to_fact(), None);
        assert_eq!(Window::from_fact(Some(&Value::from("odd"))), Window::default());
        assert_eq!(Window::default().or(window.clone()), window);
    }

    #[test]
    fn a_project_cannot_ask_for_more_levels_than_the_stack_takes() {
        let fact = serde_json::json!({"max_depth": 1_000_000_000, "max_entries": 7, "max_bytes": "many"});
        let raised = Window::from_fact(Some(&fact)).raised;
        assert_eq!(raised, Raised { depth: Some(Raised::DEEPEST), entries: Some(7), ..Raised::default() });
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
