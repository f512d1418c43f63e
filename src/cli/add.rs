//! `add`: one more export into a project, without the screen.

use std::path::PathBuf;

use clap::Args;

use crate::base::text::count_words;

use super::sources::{ReadingArgs, known_sources, load, source_edits};
use super::writing::Writing;
use super::{Outcome, Session, output};
use crate::config::Window;

/// Arguments of `add`.
#[derive(Debug, Args)]
pub(super) struct AddArgs {
    /// The project
    project: PathBuf,
    /// Exports: zip files or folders
    #[arg(required = true, value_name = "EXPORT")]
    exports: Vec<PathBuf>,
    #[command(flatten)]
    reading: ReadingArgs,
}

pub(super) fn run(session: &Session, args: &AddArgs) -> anyhow::Result<Outcome> {
    let mut writing = Writing::open(session, &args.project)?;
    let window = Window { read_as: args.reading.read_as(&session.config)?, ..Window::default() };
    let loaded = load(&args.exports, &window)?;
    let known = known_sources(writing.document.project());
    let edits = source_edits(&loaded.report, &args.project, &known, &window.read_as)?;
    writing.apply_all(edits)?;
    for source in &loaded.report.sources {
        let messages = count_words(source.totals.messages, "message", "messages");
        output::data(&format!("{}: {messages}\n", output::printable(&source.path.to_string_lossy())))?;
    }
    Ok(Outcome::Done)
}
