//! The one table of everything the program can do.
//!
//! It feeds the key map, the which-key sheet, the help, the palette, the last row, `meanwhile keys`
//! and the README. What has no entry here does not exist.

pub mod app;
pub mod chat;
pub mod export;
pub mod filter;
pub mod help;
pub mod pane;
pub mod panes;
pub mod people;
pub mod report;
pub mod stats;
pub mod tags;
pub mod timeline;
pub mod together;
pub mod view;

use super::app::App;
use super::ctx::Ctx;

/// Where a command's keys are heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Everywhere.
    Global,
    /// Wherever there are rows to move over.
    Move,
    /// On Chat.
    Chat,
    /// On Timeline.
    Timeline,
    /// On Report.
    Report,
    /// On People.
    People,
    /// On Tags.
    Tags,
    /// On Stats.
    Stats,
}

impl Scope {
    /// All scopes, in the order in which help lists them.
    pub const ALL: [Self; 8] =
        [Self::Global, Self::Move, Self::Chat, Self::Timeline, Self::Report, Self::People, Self::Tags, Self::Stats];

    /// The word in lists and in `keys --json`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Global => "everywhere",
            Self::Move => "move",
            Self::Chat => "chat",
            Self::Timeline => "timeline",
            Self::Report => "report",
            Self::People => "people",
            Self::Tags => "tags",
            Self::Stats => "stats",
        }
    }
}

/// Why a command cannot run: a clause that follows "cannot now:".
pub type Why = String;

/// What a command was given beside its name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Args {
    /// Text typed after the name in the palette.
    pub text: Option<String>,
}

/// One thing the program can do.
#[derive(Clone, Copy)]
pub struct Command {
    /// `noun.verb`.
    pub id: &'static str,
    /// What lists call it.
    pub title: &'static str,
    /// One or two sentences.
    pub help: &'static str,
    /// Where its keys are heard.
    pub scope: Scope,
    /// Key sequences, the first one shown.
    pub keys: &'static [&'static str],
    /// Its word in the last row, when it stands there.
    pub hint: Option<&'static str>,
    /// Whether it can run, else why not.
    pub enabled: fn(&App) -> Result<(), Why>,
    /// What it does.
    pub run: fn(&mut Ctx<'_>, &Args) -> anyhow::Result<()>,
}

impl Command {
    /// A command that can always run and stands in no last row.
    pub const fn new(
        id: &'static str,
        scope: Scope,
        keys: &'static [&'static str],
        title: &'static str,
        help: &'static str,
        run: fn(&mut Ctx<'_>, &Args) -> anyhow::Result<()>,
    ) -> Self {
        Self { id, title, help, scope, keys, hint: None, enabled: always, run }
    }

    /// The same with a condition.
    #[must_use]
    pub const fn when(mut self, enabled: fn(&App) -> Result<(), Why>) -> Self {
        self.enabled = enabled;
        self
    }

    /// The same with a word in the last row.
    #[must_use]
    pub const fn hint(mut self, word: &'static str) -> Self {
        self.hint = Some(word);
        self
    }
}

impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Command({})", self.id)
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of every condition")]
const fn always(_: &App) -> Result<(), Why> {
    Ok(())
}

/// The parts of the table, by what they are about.
const PARTS: &[&[Command]] = &[
    app::COMMANDS,
    pane::COMMANDS,
    chat::COMMANDS,
    view::COMMANDS,
    people::COMMANDS,
    tags::COMMANDS,
    stats::COMMANDS,
    filter::COMMANDS,
    panes::COMMANDS,
    help::COMMANDS,
    timeline::COMMANDS,
    report::COMMANDS,
    export::COMMANDS,
    together::COMMANDS,
];

/// The whole table.
pub fn all() -> impl Iterator<Item = &'static Command> {
    PARTS.iter().copied().flatten()
}

/// A command by its id.
pub fn find(id: &str) -> Option<&'static Command> {
    all().find(|command| command.id == id)
}
