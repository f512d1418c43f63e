//! `edit`: applies edits, one JSON object a line; all of them or none.

use std::io::Read as _;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;
use serde_json::{Value, json};

use crate::archive::Archive;
use crate::base::id::{Target, TargetKind};
use crate::base::time::Instant;
use crate::export::json as export_json;
use crate::project::document::{Applied, Author, Document};
use crate::project::{Edit, Project};
use crate::timeline::copy::with_copies;
use crate::timeline::evidence_of;

use super::writing::Writing;
use super::{Outcome, Session, output};

/// Arguments of `edit`.
#[derive(Debug, Args)]
pub(super) struct EditArgs {
    /// The project
    project: PathBuf,
    /// A file of edits, one JSON object a line; `-` or nothing reads stdin
    file: Option<PathBuf>,
    /// Print one JSON array, with the ids of what was made
    #[arg(long)]
    json: bool,
}

/// An edit and the line that it stands on, from 1.
struct Numbered {
    line: usize,
    edit: Edit,
}

pub(super) fn run(session: &Session, args: &EditArgs) -> anyhow::Result<Outcome> {
    let edits = parse(&read(args)?)?;
    let mut writing = Writing::open(session, &args.project)?;
    let archive = writing.archive(session);
    let mut done = Vec::new();
    for numbered in edits {
        let applied = apply(&mut writing.document, &archive, &writing.author, numbered.edit);
        match applied {
            Ok(applied) => done.push((numbered.line, applied)),
            Err(reason) => bail!("line {}: {reason}; nothing was applied", numbered.line),
        }
    }
    let entries: Vec<_> = done.iter().flat_map(|(_, steps)| steps).flat_map(|step| step.entries.clone()).collect();
    writing.save(&entries)?;
    tell(args, &done)?;
    Ok(Outcome::Done)
}

fn read(args: &EditArgs) -> anyhow::Result<String> {
    if let Some(file) = args.file.as_deref().filter(|file| file.as_os_str() != "-") {
        return std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()));
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).context("stdin cannot be read")?;
    Ok(text)
}

fn parse(text: &str) -> anyhow::Result<Vec<Numbered>> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(ix, line)| match serde_json::from_str(line) {
            Ok(edit) => Ok(Numbered { line: ix + 1, edit }),
            Err(error) => bail!("line {}: {}; nothing was applied", ix + 1, reason(&error)),
        })
        .collect()
}

/// What is wrong with a line; the place within it only where it says more than the line does.
fn reason(error: &serde_json::Error) -> String {
    let words = error.to_string();
    let words = words.split(" at line ").next().unwrap_or(&words).to_owned();
    if error.is_data() { words } else { format!("this is no JSON object: {words}, character {}", error.column()) }
}

/// Applies one edit with the copies it needs; each step that was made of it, the edit itself last.
fn apply(document: &mut Document, archive: &Archive, author: &Author, edit: Edit) -> Result<Vec<Applied>, String> {
    if let Some(target) = unknown_message(&edit, document.project(), archive) {
        return Err(format!("no source at hand and no kept copy holds the message {target}"));
    }
    let steps = with_copies(edit, document.project(), archive);
    steps
        .into_iter()
        .map(|step| document.apply(step, author, Instant::now()).map_err(|error| error.to_string()))
        .collect()
}

/// A message that an edit puts something on, when nobody knows it: what is said of it would hang in
/// the air. What takes something away is always possible.
fn unknown_message(edit: &Edit, project: &Project, archive: &Archive) -> Option<Target> {
    let targets: Vec<Target> = match edit {
        Edit::Tag { target, on: true, copy: None, .. }
        | Edit::Copy { target, copy: None }
        | Edit::Timeline { target, on: true, copy: None }
        | Edit::Note { target: Some(target), copy: None, .. }
        | Edit::Entry { target, copy: None, .. } => vec![target.clone()],
        Edit::OffRecord { target, on: true, copy: None } if !target.starts_with("note/") => {
            vec![Target::from_text(target.as_str())]
        }
        Edit::Beat { members, .. } => members.clone(),
        _ => Vec::new(),
    };
    let is_unknown =
        |target: &Target| target.kind() == TargetKind::Message && evidence_of(project, archive, target).is_none();
    targets.into_iter().find(is_unknown)
}

fn tell(args: &EditArgs, done: &[(usize, Vec<Applied>)]) -> anyhow::Result<()> {
    let mains = done.iter().filter_map(|(line, steps)| Some((line, steps.last()?)));
    if args.json {
        let list: Vec<Value> = mains
            .map(|(line, applied)| match &applied.made {
                Some(id) => json!({ "line": line, "id": id, "changed": applied.changed }),
                None => json!({ "line": line, "changed": applied.changed }),
            })
            .collect();
        output::data(&export_json::pretty(&Value::from(list)))?;
    } else {
        let words = mains.map(|(_, applied)| {
            let nothing = if applied.changed { "" } else { " (nothing changed)" };
            format!("{}{nothing}\n", output::printable(&applied.label))
        });
        output::data(&words.collect::<String>())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_no_edit_is_named_with_its_reason() {
        let wrong = |text: &str| parse(text).err().unwrap().to_string();
        let unknown = wrong("{\"edit\": \"fact\", \"name\": \"title\", \"value\": 1}\n\n{\"edit\": \"shout\"}\n");
        assert!(unknown.starts_with("line 3: unknown variant `shout`"), "{unknown}");
        assert!(wrong("{oops").starts_with("line 1: this is no JSON object"), "{}", wrong("{oops"));
        let extra = wrong(r#"{"edit": "waive", "section": "impact", "lint": "x", "reason": null, "why": 1}"#);
        assert!(extra.contains("unknown field `why`"), "{extra}");
    }
}
