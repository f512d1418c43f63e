//! `completions`: what a shell offers on Tab.

use clap::{Args, Command};
use clap_complete::Shell;

use super::{Outcome, output};

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

pub(super) fn run(args: &CompletionsArgs, command: &mut Command) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, command, "meanwhile", &mut script);
    output::data(&String::from_utf8(script)?)?;
    Ok(Outcome::Done)
}
