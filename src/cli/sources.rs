//! Reads exports for the verbs that need messages.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use anyhow::{Context as _, bail};
use chrono::NaiveDate;
use clap::{Args, ValueEnum};

use crate::base::reading::{DayOrder, ReadAs, STANDARD_INPUT, is_standard_input};
use crate::base::text::size_words;
use crate::base::time::{Instant, Micros, PhraseContext, Zone, parse_duration, parse_phrase};
use crate::config::{Config, Raised, Window};
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
    #[command(flatten)]
    pub reading: ReadingArgs,
    #[command(flatten)]
    pub limits: LimitArgs,
}

/// How much a source may hold, where the usual is too little. What is over a limit is left out and
/// named in the import report.
#[derive(Debug, Args, Default, PartialEq, Eq)]
pub(super) struct LimitArgs {
    /// Most bytes that a source may hold, unpacked (16 GiB, and 256 MiB a file)
    #[arg(long = "max-bytes", value_name = "BYTES")]
    pub bytes: Option<u64>,
    /// Most times that a packed file may grow (200)
    #[arg(long = "max-ratio", value_name = "TIMES")]
    pub ratio: Option<u64>,
    /// Most files of a source (100000 in a zip, 2000000 in a folder)
    #[arg(long = "max-entries", value_name = "COUNT")]
    pub entries: Option<u64>,
    /// Most levels of JSON within each other (128; at most 1000)
    #[arg(long = "max-depth", value_name = "LEVELS", value_parser = clap::value_parser!(u64).range(1..=Raised::DEEPEST))]
    pub depth: Option<u64>,
    /// Most bytes of one message (16 MiB)
    #[arg(long = "max-message", value_name = "BYTES")]
    pub message: Option<u64>,
}

impl LimitArgs {
    const fn raised(&self) -> Raised {
        let Self { bytes, ratio, entries, depth, message } = *self;
        Raised { bytes, ratio, entries, depth, message }
    }
}

/// How the sources are to be read, where their content does not tell.
#[derive(Debug, Args, Default, PartialEq, Eq)]
pub(super) struct ReadingArgs {
    /// Read the exports as this format, instead of finding out
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<String>,
    /// Read text by this regular expression with the groups `time`, `text`, and where there are any
    /// `author` and `channel`; or by the one of this name among the settings
    #[arg(long, value_name = "REGEX")]
    pub pattern: Option<String>,
    /// The day of the first clock, where the source tells none
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub day: Option<NaiveDate>,
    /// Whether `3/4` is the third of April or the fourth of March, where no date tells
    #[arg(long, value_name = "ORDER")]
    pub day_order: Option<DayOrderName>,
    /// The zone of clocks that do not tell theirs, as `Europe/Dublin`
    #[arg(long, value_name = "ZONE", value_parser = super::zone)]
    pub source_zone: Option<Zone>,
    /// How far the clock of the source is ahead: `5m`, `-90s`
    #[arg(long, value_name = "LENGTH", value_parser = skew, allow_hyphen_values = true)]
    pub skew: Option<Micros>,
    /// Which column or key holds what, as `time=created`; roles are time, author, text, channel,
    /// thread, id; may be given again
    #[arg(long, value_name = "ROLE=NAME", value_parser = column)]
    pub column: Vec<(String, String)>,
}

/// Which of two numbers of a date is the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum DayOrderName {
    /// `3/4` is the third of April
    DayFirst,
    /// `3/4` is the fourth of March
    MonthFirst,
}

impl From<DayOrderName> for DayOrder {
    fn from(name: DayOrderName) -> Self {
        match name {
            DayOrderName::DayFirst => Self::DayFirst,
            DayOrderName::MonthFirst => Self::MonthFirst,
        }
    }
}

fn skew(text: &str) -> Result<Micros, String> {
    let (sign, length) = text.strip_prefix('-').map_or((1, text.trim_start_matches('+')), |length| (-1, length));
    parse_duration(length).map(|length| sign * length).ok_or_else(|| "it is no length; write 5m or -90s".to_owned())
}

fn column(text: &str) -> Result<(String, String), String> {
    let (role, name) = text.split_once('=').ok_or("write the role, `=` and the name: time=created")?;
    Ok((role.trim().to_lowercase(), name.trim().to_owned()))
}

impl ReadingArgs {
    /// What was said. A pattern by its name is looked up among the settings.
    pub(super) fn read_as(&self, config: &Config) -> anyhow::Result<ReadAs> {
        let known = |pattern: &String| config.patterns.get(pattern).unwrap_or(pattern).clone();
        let pattern = self.pattern.as_ref().map(known);
        pattern.as_deref().map(import::pattern::check).transpose()?;
        let by_pattern = pattern.as_ref().map(|_| "pattern".to_owned());
        Ok(ReadAs {
            format: self.format.clone().or(by_pattern),
            zone: self.source_zone,
            skew: self.skew.unwrap_or(0),
            day: self.day,
            day_order: self.day_order.map(DayOrder::from),
            pattern,
            columns: self.column.iter().cloned().collect(),
        })
    }
}

impl WindowArgs {
    /// The window, with its times read in `zone`.
    pub(super) fn window(&self, zone: Zone, config: &Config) -> anyhow::Result<Window> {
        Ok(Window {
            channels: self.channel.clone(),
            since: self.since.as_deref().map(|time| moment(time, zone)).transpose()?,
            until: self.until.as_deref().map(|time| moment(time, zone)).transpose()?,
            read_as: self.reading.read_as(config)?,
            piped: None,
            raised: self.limits.raised(),
        })
    }
}

/// Reads what is piped in, once, when one of the paths stands for it.
pub(super) fn with_input(window: Window, paths: &[PathBuf]) -> anyhow::Result<Window> {
    if !paths.iter().any(|path| is_standard_input(path)) {
        return Ok(window);
    }
    let input = std::io::stdin();
    if input.is_terminal() {
        bail!("`-` stands for what is piped in, and nothing is; write: pbpaste | meanwhile -");
    }
    let most = options(&window).limits.file_bytes;
    let mut bytes = Vec::new();
    input.take(most + 1).read_to_end(&mut bytes).context("what is piped in cannot be read")?;
    if bytes.len() as u64 > most {
        bail!("more than {} are piped in; --max-bytes raises the limit", size_words(most));
    }
    Ok(Window { piped: Some((PathBuf::from(STANDARD_INPUT), bytes.into())), ..window })
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
        let record = sources::record(source, project_path, Instant::now(), &AtomicBool::new(false))
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
