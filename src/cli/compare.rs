//! `compare`: investigations side by side.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use anyhow::{Context as _, bail};
use clap::Args;

use crate::export::compare as export_compare;
use crate::jobs::projects;
use crate::project::document::Author;
use crate::project::store::Access;
use crate::report::compare::{Column, rows};

use super::output::{Align, Table};
use super::{Outcome, Session, agreement, opened, output};

/// Arguments of `compare`.
#[derive(Debug, Args)]
pub(super) struct CompareArgs {
    /// The projects, or folders of projects
    #[arg(required = true, value_name = "PROJECT")]
    projects: Vec<PathBuf>,
    /// How far the tags of two projects agree: percentage and Cohen's kappa, tag by tag
    #[arg(long)]
    annotations: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(session: &Session, args: &CompareArgs) -> anyhow::Result<Outcome> {
    if args.annotations {
        return agreement::run(session, &args.projects, args.json);
    }
    let columns = columns(session, &args.projects)?;
    if args.json {
        output::data(&export_compare::render_json(&columns))?;
    } else {
        output::data(&table(&columns, session.global.verbose))?;
    }
    Ok(Outcome::Done)
}

fn columns(session: &Session, paths: &[PathBuf]) -> anyhow::Result<Vec<Column>> {
    let paths = projects::find(paths).context("a folder cannot be read")?;
    if paths.len() < 2 {
        bail!(
            "two projects or more are compared; {} given",
            if paths.is_empty() { "none was" } else { "only one was" }
        );
    }
    let author = Author::new(session.config.investigator_id());
    let options = opened::store_options(session, Access::ReadOnly);
    let never = AtomicBool::new(false);
    let column = |path: &PathBuf| {
        let whole = projects::open(path, &author, &options, &never, |_| true)?;
        let whole = whole.with_context(|| format!("{} cannot be read", path.display()))?;
        whole.notices.iter().for_each(|notice| output::note(session, notice));
        Ok(projects::column(&whole))
    };
    paths.iter().map(column).collect()
}

/// A measure a line, a project a column; asked for more, below each the places its values come from.
fn table(columns: &[Column], says_where: bool) -> String {
    let titles: Vec<String> = columns.iter().map(|column| output::printable(&column.title).into_owned()).collect();
    let mut heading = vec![("", Align::Left)];
    heading.extend(titles.iter().map(|title| (title.as_str(), Align::Left)));
    let mut table = Table::new(&heading);
    let printable = |words: &str| output::printable(words).into_owned();
    for row in rows(columns) {
        let values = row.values.iter().map(|value| printable(&value.words));
        table.push(std::iter::once(row.measure.to_owned()).chain(values).collect());
        if says_where {
            let from = row.values.iter().map(|value| printable(&format!("  ({})", value.from)));
            table.push(std::iter::once(String::new()).chain(from).collect());
        }
    }
    table.render()
}
