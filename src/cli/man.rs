//! `man`: the manual, made of the same definitions as the help.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Command};

use super::{Outcome, output};

/// Arguments of `man`.
#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// Write one page a command into this folder
    dir: Option<PathBuf>,
}

pub(super) fn run(args: &ManArgs, mut command: Command) -> anyhow::Result<Outcome> {
    command.build();
    let Some(dir) = &args.dir else {
        output::data(&page(command)?)?;
        return Ok(Outcome::Done);
    };
    fs::create_dir_all(dir).with_context(|| format!("{} cannot be made", dir.display()))?;
    for verb in command.get_subcommands().filter(|verb| verb.get_name() != "help") {
        let name = format!("meanwhile-{}", verb.get_name());
        write_page(dir, &name, verb.clone())?;
    }
    write_page(dir, "meanwhile", command)?;
    Ok(Outcome::Done)
}

fn write_page(dir: &Path, name: &str, command: Command) -> anyhow::Result<()> {
    let path = dir.join(format!("{name}.1"));
    Ok(crate::export::write_whole(&path, page(command)?.as_bytes())?)
}

fn page(command: Command) -> anyhow::Result<String> {
    let mut text = Vec::new();
    clap_mangen::Man::new(command).render(&mut text)?;
    Ok(String::from_utf8(text)?)
}
