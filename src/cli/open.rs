//! Without a verb: opens a project or exports on the screen, or the start page.

use std::io::{self, IsTerminal as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use clap::{Args, ValueEnum};

use crate::base::reading::is_standard_input;
use crate::config::{OpenRequest, Screen, Window};
use crate::import::detect::{Sniffed, sniff, sniff_bytes};
use crate::search::Query;

use super::sources::{WindowArgs, with_input};
use super::{Session, opened};

/// Arguments of the bare command.
#[derive(Debug, Args, Default, PartialEq, Eq)]
pub(super) struct OpenArgs {
    /// A project, or one or more exports; nothing opens the start page
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Where the project of an export is to be
    #[arg(long, value_name = "PATH")]
    project: Option<PathBuf>,
    /// Show only what this query finds
    #[arg(long, value_name = "EXPR")]
    filter: Option<String>,
    /// Put the cursor at this time
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Begin with this screen
    #[arg(long, value_name = "SCREEN")]
    screen: Option<ScreenName>,
    /// Open a pane with this channel; may be given again
    #[arg(long, value_name = "NAME")]
    pane: Vec<String>,
    #[command(flatten)]
    window: WindowArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ScreenName {
    Chat,
    Timeline,
    Report,
    People,
    Tags,
    Stats,
}

impl From<ScreenName> for Screen {
    fn from(name: ScreenName) -> Self {
        match name {
            ScreenName::Chat => Self::Chat,
            ScreenName::Timeline => Self::Timeline,
            ScreenName::Report => Self::Report,
            ScreenName::People => Self::People,
            ScreenName::Tags => Self::Tags,
            ScreenName::Stats => Self::Stats,
        }
    }
}

pub(super) fn run(session: Session, args: &OpenArgs) -> anyhow::Result<ExitCode> {
    let window = with_input(args.window.window(session.zone(), &session.config)?, &args.paths)?;
    check_paths(&args.paths, &window)?;
    if let Some(filter) = &args.filter {
        Query::parse(filter)?;
    }
    if let Err(error) = require_terminal_for(&args.paths) {
        // Whoever could not see the screen anyway is told of damage first.
        args.paths
            .iter()
            .filter(|path| sniff(path) == Sniffed::Project)
            .try_for_each(|path| opened::document(&session, path).map(drop))?;
        return Err(error);
    }
    let mut request = request(session, args.paths.clone(), window);
    request.project.clone_from(&args.project);
    request.filter.clone_from(&args.filter);
    request.at.clone_from(&args.at);
    request.screen = args.screen.map(Screen::from);
    request.panes.clone_from(&args.pane);
    crate::tui::run(&request)
}

/// What the screen is asked for, with all that is the same for every way to open it.
pub(super) fn request(session: Session, paths: Vec<PathBuf>, window: Window) -> OpenRequest {
    OpenRequest {
        paths,
        project: None,
        filter: None,
        at: None,
        screen: None,
        panes: Vec::new(),
        zone: session.global.zone,
        window,
        slow: session.global.slow,
        ascii: session.global.ascii || session.config.ascii.unwrap_or_else(|| !is_utf8_locale()),
        color: session.global.color.into(),
        read_only: session.global.read_only,
        is_demo: false,
        config: session.config,
        folders: session.folders,
    }
}

/// Whether the locale says that the terminal shows more than ASCII; where it says nothing at all,
/// nothing speaks against it.
fn is_utf8_locale() -> bool {
    let named = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(|name| std::env::var(name).ok());
    let locale = named.map(|locale| locale.to_lowercase()).find(|locale| !locale.is_empty());
    locale.is_none_or(|locale| locale.contains("utf-8") || locale.contains("utf8"))
}

/// Says what is wrong with a path before the terminal is taken.
fn check_paths(paths: &[PathBuf], window: &Window) -> anyhow::Result<()> {
    let mut projects = 0;
    for path in paths {
        let sniffed = match &window.piped {
            Some((name, bytes)) if name == path => sniff_bytes(name, bytes),
            _ => sniff(path),
        };
        match sniffed {
            Sniffed::Project if is_standard_input(path) => bail!("a project cannot be piped in; give its path"),
            Sniffed::Project => projects += 1,
            Sniffed::Export { .. } => {}
            // Asked for as a format, anything may be it.
            Sniffed::Unknown { .. } if window.read_as.format.is_some() => {}
            Sniffed::Unknown { reason } => bail!("{} cannot be opened: {reason}", path.display()),
        }
    }
    if projects > 0 && paths.len() > 1 {
        bail!("a project is opened alone; add exports to it with: meanwhile add PROJECT EXPORT");
    }
    Ok(())
}

/// The same where standard input is what is read: the keys then come from the terminal itself.
fn require_terminal_for(paths: &[PathBuf]) -> anyhow::Result<()> {
    if paths.iter().any(|path| is_standard_input(path)) && io::stdout().is_terminal() {
        return Ok(());
    }
    require_terminal()
}

/// Refuses to go on where there is no screen.
pub(super) fn require_terminal() -> anyhow::Result<()> {
    if io::stdin().is_terminal() && io::stdout().is_terminal() {
        return Ok(());
    }
    bail!("the screen needs a terminal; without one use search, show, edit or export (meanwhile --help lists all)")
}
