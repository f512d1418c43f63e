//! `check`: problems that must be settled, and advice that only asks.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use crate::archive::Archive;
use crate::base::id::Target;
use crate::export::json as export_json;
use crate::project::Project;
use crate::report::lint::{Level, lint};
use crate::timeline::drift::Drift;
use crate::timeline::evidence_of;

use super::opened::Opened;
use super::{Outcome, Session, opened, output};

/// Arguments of `check`.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// The project
    project: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Exit 1 for advice too
    #[arg(long)]
    strict: bool,
}

/// One line of the result.
struct Remark {
    level: Level,
    code: &'static str,
    place: String,
    message: String,
}

pub(super) fn run(session: &Session, args: &CheckArgs) -> anyhow::Result<Outcome> {
    let opened = opened::project(session, &args.project)?;
    let mut remarks = remarks(&opened);
    remarks.sort_by_key(|remark| remark.level);
    if args.json {
        let list: Vec<Value> = remarks.iter().map(remark_json).collect();
        output::data(&export_json::pretty(&Value::from(list)))?;
    } else {
        let line = |remark: &Remark| {
            format!(
                "{}: {}: {}\n",
                remark.level.word(),
                output::printable(&remark.place),
                output::printable(&remark.message)
            )
        };
        output::data(&remarks.iter().map(line).collect::<String>())?;
    }
    let counts = |remark: &Remark| args.strict || remark.level == Level::Problem;
    Ok(if remarks.iter().any(counts) { Outcome::Nothing } else { Outcome::Done })
}

fn remark_json(remark: &Remark) -> Value {
    json!({
        "level": remark.level.word(),
        "code": remark.code,
        "where": remark.place,
        "message": remark.message,
    })
}

fn remarks(opened: &Opened) -> Vec<Remark> {
    let project = opened.document.project();
    let gone = opened.gone.iter().map(|source| Remark {
        level: Level::Advice,
        code: "source-gone",
        place: source.clone(),
        message: "This source is not at hand, so what it said cannot be compared. Put it beside the project".to_owned(),
    });
    let findings = lint(project, &opened.archive).into_iter().map(|finding| Remark {
        level: finding.level,
        code: finding.code,
        place: format!("report/{}", finding.section),
        message: finding.message,
    });
    let broken = references(project, &opened.archive);
    broken.into_iter().chain(drift(opened)).chain(findings).chain(gone).collect()
}

/// Entries, notes and beats that point at nothing.
fn references(project: &Project, archive: &Archive) -> Vec<Remark> {
    let known = |target: &Target| evidence_of(project, archive, target).is_some();
    let missing = |place: String, target: &Target| Remark {
        level: Level::Problem,
        code: "broken-reference",
        place,
        message: format!("No such message or event: {target}"),
    };
    let entries = project.timeline().keys().map(|target| (format!("timeline/{target}"), target));
    let notes = project.notes().iter().map(|(id, note)| (id.to_string(), &note.on));
    let beats = project.beats().iter();
    let members = beats.flat_map(|(beat, members)| members.iter().map(move |member| (beat.to_string(), member)));
    entries
        .chain(notes)
        .chain(members)
        .filter(|(_, target)| !known(target))
        .map(|(place, target)| missing(place, target))
        .collect()
}

/// Kept messages that the sources tell differently, or no longer.
fn drift(opened: &Opened) -> Vec<Remark> {
    let remark = |drift: Drift| Remark {
        level: Level::Problem,
        code: drift.worst().code(),
        place: drift.id.to_string(),
        message: format!(
            "The message {} since it was annotated. Keep the copy, or take it as it is now?",
            drift.words()
        ),
    };
    opened.drift().into_iter().map(remark).collect()
}
