//! Reads exports for the verbs that need messages.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use anyhow::Context as _;
use clap::Args;

use crate::base::reading::ReadAs;
use crate::base::time::{Instant, PhraseContext, Zone, parse_phrase};
use crate::config::Window;
use crate::import::{self, ImportReport, LoadOptions, Loaded, SourceReport};
use crate::jobs::load::options;
use crate::jobs::sources;
use crate::project::model::Source;
use crate::project::{Edit, Project};

/// Which part of the sources is read.
#[derive(Debug, Args, Default, PartialEq, Eq)]
pub(super) struct WindowArgs {
    /// Read only this channel; may be given again
    #[arg(long, value_name = "CHANNEL")]
    pub channel: Vec<String>,
    /// Read nothing before this time
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Read nothing after this time
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// Read the exports as this format, instead of finding out
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<String>,
    /// Most bytes that a source may hold, unpacked
    #[arg(long, value_name = "BYTES")]
    pub max_bytes: Option<u64>,
    /// Most times that a packed file may grow
    #[arg(long, value_name = "TIMES")]
    pub max_ratio: Option<u64>,
}

impl WindowArgs {
    /// The window, with its times read in `zone`.
    pub(super) fn window(&self, zone: Zone) -> anyhow::Result<Window> {
        Ok(Window {
            channels: self.channel.clone(),
            since: self.since.as_deref().map(|time| moment(time, zone)).transpose()?,
            until: self.until.as_deref().map(|time| moment(time, zone)).transpose()?,
            read_as: ReadAs { format: self.format.clone(), ..ReadAs::default() },
            max_bytes: self.max_bytes,
            max_ratio: self.max_ratio,
        })
    }
}

/// A time on the command line: RFC 3339, or a day and clock in `zone`.
pub(super) fn moment(phrase: &str, zone: Zone) -> anyhow::Result<Instant> {
    let context = PhraseContext { zone, cursor: Instant::UNDATED, start: None, end: None };
    Ok(parse_phrase(phrase, &context)?)
}

/// Reads exports to the end.
pub(super) fn load(paths: &[PathBuf], window: &Window) -> anyhow::Result<Loaded> {
    load_each(paths, window, BTreeMap::new())
}

/// Reads exports to the end, some of them as their project says.
pub(super) fn load_each(
    paths: &[PathBuf],
    window: &Window,
    read_each_as: BTreeMap<PathBuf, ReadAs>,
) -> anyhow::Result<Loaded> {
    let never = AtomicBool::new(false);
    let options = LoadOptions { read_each_as, ..options(window) };
    Ok(import::load(paths, &options, &never, &|_| {})?)
}

/// Sources that a project knows: their ids by their remembered paths.
pub(super) fn known_sources(project: &Project) -> BTreeMap<String, String> {
    project.sources().iter().map(|(id, source)| (source.path.clone(), id.clone())).collect()
}

/// The edits that make a project remember what was read; a source it knows by its path is
/// brought up to date. What was said of how to read them is remembered with them.
pub(super) fn source_edits(
    report: &ImportReport,
    project_path: &Path,
    known: &BTreeMap<String, String>,
    said: &ReadAs,
) -> anyhow::Result<Vec<Edit>> {
    let edit = |source: &SourceReport| {
        let record = sources::record(source, project_path, Instant::now())
            .with_context(|| format!("{} cannot be read again", source.path.display()))?;
        let record = Source { read_as: said.clone(), ..record };
        Ok(Edit::Source {
            id: known.get(&record.path).cloned(),
            source: Box::new(record),
            reading: Box::default(),
            on: true,
        })
    };
    report.sources.iter().map(edit).collect()
}
