//! `new`: a project over exports, at exactly the path given.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::Args;
use serde_json::Value;

use crate::base::time::Zone;
use crate::jobs::templates;
use crate::project::Edit;
use crate::report::Template;

use super::sources::{WindowArgs, load, source_edits, with_input};
use super::writing::Writing;
use super::{Outcome, Session, inspect, output};

/// Arguments of `new`.
#[derive(Debug, Args)]
pub(super) struct NewArgs {
    /// Where the project is to be
    project: PathBuf,
    /// An export; may be given again
    #[arg(long, required = true, value_name = "EXPORT", num_args = 1..)]
    source: Vec<PathBuf>,
    /// Its title; the name of the file unless given
    #[arg(long)]
    title: Option<String>,
    /// The kind of report: howie, postmortem, one of your own by its key, or a JSON file, which is kept
    /// with the settings
    #[arg(long, value_name = "NAME|FILE")]
    template: Option<String>,
    /// Say what would come in, and write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    window: WindowArgs,
}

pub(super) fn run(session: &Session, args: &NewArgs) -> anyhow::Result<Outcome> {
    let path = &args.project;
    if path.symlink_metadata().is_ok() {
        bail!("{} is there already; open it, or choose another name", path.display());
    }
    let template = args.template.as_deref().map(|name| template_key(session, name)).transpose()?;
    let window = with_input(args.window.window(session.zone(), &session.config)?, &args.source)?;
    let loaded = load(&args.source, &window)?;
    if args.dry_run {
        let zone = session.zone();
        let pages: Vec<String> = loaded.report.sources.iter().map(|source| inspect::page(source, zone)).collect();
        output::data(&pages.join("\n"))?;
        output::note(session, &format!("{} was not made: this was a dry run", path.display()));
        return Ok(Outcome::Done);
    }
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let title = args.title.clone().or(stem).unwrap_or_default();
    let mut edits = vec![fact("title", Value::from(title))];
    edits.extend(session.global.zone.map(|zone: Zone| fact("zone", Value::from(zone.name()))));
    edits.extend(template.map(|template| fact("template", Value::from(template))));
    edits.extend(window.to_fact().map(|window| fact("window", window)));
    edits.extend(source_edits(&loaded.report, path, &BTreeMap::new(), &window.read_as)?);
    let mut writing = Writing::create(session, path)?;
    writing.apply_all(edits)?;
    output::note(session, &format!("{} is made; open it with: meanwhile {}", path.display(), path.display()));
    Ok(Outcome::Done)
}

/// The key of a template by its name, or of one in a file, which is kept where it is found again.
fn template_key(session: &Session, name: &str) -> anyhow::Result<String> {
    if Template::by_key(name).is_some() {
        return Ok(name.to_owned());
    }
    if Path::new(name).is_file() {
        return Ok(templates::keep(&session.folders.templates(), Path::new(name))?.key);
    }
    let known: Vec<&str> = Template::all().iter().map(|template| template.key.as_str()).collect();
    bail!("there is no template `{name}`; known are: {}", known.join(", "))
}

fn fact(name: &str, value: Value) -> Edit {
    Edit::Fact { name: name.to_owned(), value }
}
