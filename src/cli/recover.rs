//! `recover`: brings a damaged project back from its newest earlier copy and its journals.

use std::path::PathBuf;

use clap::Args;

use crate::project::document::Author;
use crate::project::store::{Access, Recovery};

use super::{Outcome, Session, opened, output};

/// Arguments of `recover`.
#[derive(Debug, Args)]
pub(super) struct RecoverArgs {
    /// The project that cannot be read
    project: PathBuf,
    /// Only say what would come back
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(session: &Session, args: &RecoverArgs) -> anyhow::Result<Outcome> {
    let access = if session.global.read_only { Access::ReadOnly } else { Access::ReadWrite };
    let author = Author::new(session.config.investigator_id());
    let found = Recovery::of(&args.project, &author, &opened::store_options(session, access))?;
    let mut words = format!("{} cannot be read: {}\n", args.project.display(), found.why);
    for line in found.lines() {
        words.push_str(&line);
        words.push('\n');
    }
    if args.dry_run {
        words.push_str("Nothing was changed\n");
    } else {
        let aside = found.keep()?;
        words.push_str("It is back; the damaged file is ");
        words.push_str(&aside.to_string_lossy());
        words.push('\n');
    }
    let lines = words.lines().map(|line| output::printable(line).into_owned() + "\n");
    output::data(&lines.collect::<String>())?;
    Ok(Outcome::Done)
}
