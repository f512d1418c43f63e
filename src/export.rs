//! What leaves the project: HTML, Markdown, JSON, CSV and text, each through its sanitiser.
//!
//! Every format is drawn from a [`Report`], which holds nothing that must stay behind; a format
//! only lays out and makes foreign text harmless for its reader.

pub mod compare;
pub mod csv;
pub mod file;
mod group;
pub mod html;
pub mod interview;
pub mod json;
pub mod markdown;
pub mod redact;
pub mod stats;
pub mod text;

use crate::archive::Archive;
use crate::base::time::{MINUTE, Zone, duration_short};
use crate::project::Project;
use crate::report::build::ReportSource;
use crate::report::{Policy, Report, Surroundings, Versions, build_with};
use crate::timeline::RowKind;

pub use group::Signs;

pub use file::{WriteError, write_like, write_private, write_whole};
pub use redact::{Redacted, redact};

/// A file format that a report leaves in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// To be read in any browser, on paper and by ear.
    Html,
    /// A page a beat, for the review meeting.
    Walk,
    /// To be read, and pasted where Markdown is.
    Markdown,
    /// All of it, for programs.
    Json,
    /// The timeline, for spreadsheets.
    Csv,
    /// To be read anywhere.
    Text,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 6] = [Self::Html, Self::Walk, Self::Markdown, Self::Json, Self::Csv, Self::Text];

    /// Its name on the command line: `md`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Walk => "walk",
            Self::Markdown => "md",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Text => "txt",
        }
    }

    /// The end of its files: `md`.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Walk => "walk.html",
            _ => self.name(),
        }
    }

    /// Reads a name: `md`, `markdown`, `json`, `csv`, `txt`, `text`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "markdown" => Some(Self::Markdown),
            "text" => Some(Self::Text),
            _ => Self::ALL.into_iter().find(|format| format.name() == name),
        }
    }
}

/// The content of an export, ending in a line feed; `archive` may be empty.
pub fn render(project: &Project, archive: &Archive, policy: &Policy, format: Format) -> String {
    render_with(project, archive, policy, &Versions::default(), format)
}

/// The same of a project of which some texts have several versions.
pub fn render_with(
    project: &Project,
    archive: &Archive,
    policy: &Policy,
    versions: &Versions,
    format: Format,
) -> String {
    let report = build_with(project, archive, policy, versions);
    let surroundings = match format {
        Format::Html | Format::Walk => Surroundings::of(project, archive, policy, &report),
        _ => Surroundings::default(),
    };
    render_report(project, &report, &surroundings, format, Signs::Shapes)
}

/// The content of an export of a report that was built already; what stands around its evidence is
/// shown by pages alone, and signs are chosen for text alone.
pub fn render_report(
    project: &Project,
    report: &Report,
    surroundings: &Surroundings,
    format: Format,
    signs: Signs,
) -> String {
    match format {
        Format::Html => html::render(project, report, surroundings),
        Format::Walk => html::walk::render(project, report, surroundings),
        Format::Markdown => markdown::render(project, report),
        Format::Json => json::render(project, report),
        Format::Csv => csv::render(project, report),
        Format::Text => text::render(project, report, signs),
    }
}

/// When a source was said or happened: day and clock, an event's without seconds that nobody gave,
/// and its doubt.
fn source_time(source: &ReportSource, zone: Zone) -> String {
    let evidence = &source.evidence;
    let told = evidence.told_zone_at(source.at);
    let zone = told.shown_in(zone);
    let is_minute = evidence.kind == RowKind::Event && source.at.micros().rem_euclid(MINUTE) == 0;
    let clock = if is_minute { zone.minute(source.at) } else { zone.clock(source.at) };
    let doubt = evidence.plus_minus.map_or(String::new(), |margin| format!(" ±{}", duration_short(margin)));
    format!("{} {clock}{doubt}{}", zone.long_day(source.at), told.words())
}
