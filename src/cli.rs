//! The command line: one file a verb, exit codes and JSON as promised to scripts.
//!
//! Data goes to stdout, words go to stderr. Everything foreign passes a sanitiser before it is
//! printed. Exit codes: 0 done or found, 1 nothing found or problems, 2 the user's mistake or
//! unreadable input, 70 a bug, 128 + n for a signal.

mod add;
mod agreement;
mod check;
mod compare;
mod completions;
mod demo;
mod edit;
mod export;
mod inspect;
mod interview;
pub mod keys;
mod man;
mod merge;
mod new;
mod open;
mod opened;
mod output;
mod recover;
mod search;
mod show;
mod sources;
mod stats;
mod writing;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};

use crate::base::time::Zone;
use crate::config::{ColorChoice, Config, Folders};
use crate::jobs::templates;
use crate::report::Template;
use crate::tui::panics::Failure;

use open::OpenArgs;
use output::{complain, is_closed_pipe};

/// Reads chat exports side by side, marks what matters, and writes how an incident came about.
///
/// Without a command, opens a project or exports on the screen.
#[derive(Debug, Parser)]
#[command(name = "meanwhile", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    verb: Option<Verb>,
    #[command(flatten)]
    open: OpenArgs,
    #[command(flatten)]
    global: Global,
}

#[derive(Debug, Args)]
struct Global {
    /// Show times in this zone, as `Europe/Dublin`
    #[arg(long, global = true, value_name = "ZONE", value_parser = zone)]
    zone: Option<Zone>,
    /// Use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: When,
    /// Read settings from this file
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Refuse every edit
    #[arg(long, global = true)]
    read_only: bool,
    /// Draw less often, for a slow link
    #[arg(long, global = true)]
    slow: bool,
    /// Draw with ASCII only
    #[arg(long, global = true)]
    ascii: bool,
    /// Say nothing but errors
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Say more
    #[arg(short, long, global = true)]
    verbose: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

impl From<When> for ColorChoice {
    fn from(when: When) -> Self {
        match when {
            When::Auto => Self::Auto,
            When::Always => Self::Always,
            When::Never => Self::Never,
        }
    }
}

fn zone(name: &str) -> Result<Zone, String> {
    Zone::parse(name).ok_or_else(|| "no time zone has that name; write Europe/Dublin or UTC".to_owned())
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Opens a copy of the sample incident
    Demo(demo::DemoArgs),
    /// Makes a project over exports
    New(new::NewArgs),
    /// Adds exports to a project
    Add(add::AddArgs),
    /// Tells what exports hold, what is missing and what could not be read
    Inspect(inspect::InspectArgs),
    /// Finds messages and events
    Search(search::SearchArgs),
    /// Applies edits, one JSON object a line, all or none
    Edit(edit::EditArgs),
    /// Shows one message whole, with its thread, tags and notes
    Show(show::ShowArgs),
    /// Writes the report as Markdown, JSON, CSV or text
    Export(export::ExportArgs),
    /// Counts who took part in one or many incidents, on call or not, in working hours or not
    Stats(stats::StatsArgs),
    /// Puts investigations side by side
    Compare(compare::CompareArgs),
    /// Lists whom to ask what, writes a sheet to ask it with, files the answers
    Interview(interview::InterviewArgs),
    /// Joins two copies of a project, also for git
    Merge(merge::MergeArgs),
    /// Brings a damaged project back from its newest copy and its journals
    Recover(recover::RecoverArgs),
    /// Lists problems, and what to look at before the report goes out
    Check(check::CheckArgs),
    /// Lists every command of the screen with its keys
    Keys(keys::KeysArgs),
    /// Prints completions for a shell
    Completions(completions::CompletionsArgs),
    /// Prints the manual page, or writes one a command into a folder
    Man(man::ManArgs),
}

/// What the shell is told of a bug.
pub const BUG: u8 = 70;

/// How a command ended when nothing went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Done, found, clean.
    Done,
    /// Nothing found, differs, has problems.
    Nothing,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::SUCCESS,
            Outcome::Nothing => Self::from(1),
        }
    }
}

/// What every verb may lean on.
#[derive(Debug)]
struct Session {
    global: Global,
    folders: Folders,
    config: Config,
}

impl Session {
    fn new(global: Global) -> anyhow::Result<Self> {
        let folders = Folders::find()?;
        let config = Config::load(global.config.as_deref(), &folders)?;
        let (own, problems) = templates::own(&folders.templates());
        for problem in &problems {
            output::warn(problem);
        }
        // The templates are asked for by what runs from here on, never before.
        Template::install(own);
        Ok(Self { global, folders, config })
    }

    /// The zone asked for, else UTC: for verbs without a project.
    fn zone(&self) -> Zone {
        self.global.zone.unwrap_or(Zone::UTC)
    }
}

/// Runs the program with the arguments of the process, the program's name first.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args = search::shield_query(args.into_iter().collect());
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => {
            let error = if error.use_stderr() { without_controls(&args).unwrap_or(error) } else { error };
            // Help and version come this way too; a closed pipe behind them is no error.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match act(cli) {
        Ok(code) => code,
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) if error.is::<Failure>() => {
            complain(&error);
            ExitCode::from(BUG)
        }
        Err(error) => {
            complain(&error);
            ExitCode::from(2)
        }
    }
}

/// The same mistake in arguments that may be shown: a message quotes them, and a script may have taken
/// them from anywhere.
fn without_controls(args: &[OsString]) -> Option<clap::Error> {
    let shown = |arg: &OsString| OsString::from(output::printable(&arg.to_string_lossy()).into_owned());
    Cli::try_parse_from(args.iter().map(shown)).err()
}

fn act(cli: Cli) -> anyhow::Result<ExitCode> {
    let session = Session::new(cli.global)?;
    if cli.verb.is_some() && cli.open != OpenArgs::default() {
        anyhow::bail!("what opens the screen stands before a command here; leave one of the two out");
    }
    let outcome = match cli.verb {
        None => return open::run(session, &cli.open),
        Some(Verb::Demo(args)) => return demo::run(session, &args),
        Some(Verb::New(args)) => new::run(&session, &args)?,
        Some(Verb::Add(args)) => add::run(&session, &args)?,
        Some(Verb::Inspect(args)) => inspect::run(&session, &args)?,
        Some(Verb::Search(args)) => search::run(&session, &args)?,
        Some(Verb::Edit(args)) => edit::run(&session, &args)?,
        Some(Verb::Show(args)) => show::run(&session, &args)?,
        Some(Verb::Export(args)) => export::run(&session, &args)?,
        Some(Verb::Stats(args)) => stats::run(&session, &args)?,
        Some(Verb::Compare(args)) => compare::run(&session, &args)?,
        Some(Verb::Interview(args)) => interview::run(&session, &args)?,
        Some(Verb::Check(args)) => check::run(&session, &args)?,
        Some(Verb::Merge(args)) => merge::run(&session, &args)?,
        Some(Verb::Recover(args)) => recover::run(&session, &args)?,
        Some(Verb::Keys(args)) => keys::run(&args)?,
        Some(Verb::Completions(args)) => completions::run(&args, &mut Cli::command())?,
        Some(Verb::Man(args)) => man::run(&args, Cli::command())?,
    };
    Ok(outcome.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_of_all_commands_holds_together() {
        Cli::command().debug_assert();
    }
}
