//! `export`: the report in a format to be read or worked on.

use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, ValueEnum};

use crate::base::text::count_words;
use crate::export::{Format, Signs, json as export_json, redact, render_report, write_like, write_private};
use crate::project::Project;
use crate::report::{Policy, Report, Surroundings, Template, Versions, build_with};

use super::{Outcome, Session, opened, output};

/// Arguments of `export`.
#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    /// The project
    project: PathBuf,
    /// How the report is written
    #[arg(long, value_name = "FORMAT")]
    format: FormatName,
    /// Write to this file instead of stdout; it is replaced in one step
    #[arg(short, long, value_name = "OUT")]
    out: Option<PathBuf>,
    /// Only this section, by its key; may be given again
    #[arg(long, value_name = "KEY")]
    section: Vec<String>,
    /// Everything that is tagged or noted, not only what is on the timeline or cited
    #[arg(long)]
    annotations: bool,
    /// A private channel whose messages may leave; may be given again
    #[arg(long, value_name = "NAME")]
    include_private: Vec<String>,
    /// Nobody's name, handle, address, id or place; each person has one pseudonym
    #[arg(long)]
    redact: bool,
    /// Write who is who to this file, which only you may read
    #[arg(long, value_name = "FILE", requires = "redact")]
    redact_key: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormatName {
    /// One page with drawings and evidence, to be read in any browser and on paper
    Html,
    /// A page a beat with its question, for the review meeting
    Walk,
    /// Markdown, to be read
    #[value(alias = "markdown")]
    Md,
    /// Everything, for programs
    Json,
    /// The timeline, for spreadsheets
    Csv,
    /// Plain text, to be read
    #[value(alias = "text")]
    Txt,
}

impl From<FormatName> for Format {
    fn from(name: FormatName) -> Self {
        match name {
            FormatName::Html => Self::Html,
            FormatName::Walk => Self::Walk,
            FormatName::Md => Self::Markdown,
            FormatName::Json => Self::Json,
            FormatName::Csv => Self::Csv,
            FormatName::Txt => Self::Text,
        }
    }
}

pub(super) fn run(session: &Session, args: &ExportArgs) -> anyhow::Result<Outcome> {
    let opened = opened::project(session, &args.project)?;
    check_sections(opened.document.project(), &args.section)?;
    let redacted = args.redact.then(|| redact(&opened.document, &opened.archive)).transpose()?;
    let (document, archive) = match &redacted {
        Some(redacted) => (&redacted.document, &redacted.archive),
        None => (&opened.document, &*opened.archive),
    };
    let project = document.project();
    let policy =
        Policy { private: args.include_private.clone(), annotations: args.annotations, sections: args.section.clone() };
    let versions = redacted.as_ref().map_or_else(|| Versions::of(document), |redacted| redacted.versions.clone());
    let mut report = build_with(project, archive, &policy, &versions);
    report.names_withheld = redacted.is_some();
    if let Some(zone) = session.global.zone {
        report.zone = zone;
    }
    let surroundings = Surroundings::of(project, archive, &policy, &report);
    let signs = if session.global.ascii { Signs::Ascii } else { Signs::Shapes };
    let content = render_report(project, &report, &surroundings, args.format.into(), signs);
    if let Some((path, redacted)) = args.redact_key.as_ref().zip(redacted.as_ref()) {
        write_private(path, export_json::pretty(&redacted.key(&content)).as_bytes())?;
    }
    match &args.out {
        Some(path) => write_like(path, content.as_bytes(), Some(&args.project))?,
        None => output::data(&content)?,
    }
    tell_left_out(session, &report);
    if redacted.is_some() {
        output::note(session, "names are withheld; read the prose once more, it may tell people by what they did");
    }
    Ok(Outcome::Done)
}

fn check_sections(project: &Project, wanted: &[String]) -> anyhow::Result<()> {
    let template = Template::of(project);
    let keys: Vec<&str> = template.sections.iter().map(|section| section.key.as_str()).collect();
    for key in wanted {
        if !keys.contains(&key.as_str()) && project.section(key).is_none() {
            bail!("no section is called `{key}`; there are: {}", keys.join(", "));
        }
    }
    Ok(())
}

fn tell_left_out(session: &Session, report: &Report) {
    let sums = report.left_out;
    let parts: Vec<String> = [
        (sums.notes, "note off the record", "notes off the record"),
        (sums.off_record, "message off the record", "messages off the record"),
        (sums.private, "message of a private channel", "messages of private channels"),
    ]
    .into_iter()
    .filter(|(count, ..)| *count > 0)
    .map(|(count, one, many)| count_words(count, one, many))
    .collect();
    if !parts.is_empty() {
        output::note(session, &format!("left out: {}", parts.join(", ")));
    }
}
