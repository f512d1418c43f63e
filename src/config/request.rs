//! What the screen is asked to open: the command line's wishes, already checked, in one value.

use std::path::PathBuf;

use super::{Config, Folders};
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
    /// The key of the sources' format; told by their content unless set.
    pub format: Option<String>,
    /// Most bytes of a source, where the usual limit is raised.
    pub max_bytes: Option<u64>,
    /// Most times that a packed file may grow, where the usual limit is raised.
    pub max_ratio: Option<u64>,
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
