//! `interview`: whom to ask what, a sheet to ask it with, and the answers back into the project.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use crate::analysis::presence::Participant;
use crate::archive::Archive;
use crate::base::id::PersonId;
use crate::base::time::Instant;
use crate::export::interview::{Marks, render};
use crate::export::{json as export_json, write_like};
use crate::project::Project;
use crate::project::model::{Note, QuestionState};
use crate::report::interview::answers::NotFiled;
use crate::report::interview::{Sheet, answers, queue};
use crate::timeline::copy::with_copies;

use super::output::{Align, Table};
use super::writing::Writing;
use super::{Outcome, Session, opened, output};

/// Arguments of `interview`.
#[derive(Debug, Args)]
pub(super) struct InterviewArgs {
    /// The project
    project: PathBuf,
    /// Whom to interview, by name, handle or id; without it, the questions there are, by person
    who: Option<String>,
    /// How the sheet is written
    #[arg(long, value_name = "FORMAT", default_value = "md")]
    format: SheetFormat,
    /// Write the sheet to this file instead of stdout
    #[arg(short, long, value_name = "OUT", requires = "who")]
    out: Option<PathBuf>,
    /// File the answers and notes of a filled sheet; what stands between [off] and [/off] stays out
    #[arg(long, value_name = "SHEET", requires = "who", conflicts_with = "out")]
    answers: Option<PathBuf>,
    /// Print the questions as JSON
    #[arg(long, conflicts_with = "who")]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SheetFormat {
    /// Markdown
    #[value(alias = "markdown")]
    Md,
    /// Plain text
    #[value(alias = "text")]
    Txt,
}

pub(super) fn run(session: &Session, args: &InterviewArgs) -> anyhow::Result<Outcome> {
    let Some(who) = &args.who else { return questions(session, args) };
    if let Some(sheet) = &args.answers {
        return file(session, args, who, sheet);
    }
    let opened = opened::project(session, &args.project)?;
    let project = opened.document.project();
    let person = find(project, &opened.archive, who)?;
    let sheet = Sheet::of(project, &opened.archive, &person);
    let marks = if args.format == SheetFormat::Md { Marks::Markdown } else { Marks::Text };
    let content = render(&sheet, marks);
    match &args.out {
        Some(path) => write_like(path, content.as_bytes(), Some(&args.project))?,
        None => output::data(&content)?,
    }
    Ok(Outcome::Done)
}

/// Somebody by id, handle or name; a part of a name is enough where only one fits.
fn find(project: &Project, archive: &Archive, who: &str) -> anyhow::Result<PersonId> {
    let wanted = who.trim().trim_start_matches('@').to_lowercase();
    let listed = archive.people().iter().filter(|(_, person)| !person.is_bot).map(|(_, person)| &person.id);
    let ids: std::collections::BTreeSet<PersonId> =
        listed.chain(project.people().keys()).map(|id| project.same_person(id).clone()).collect();
    let people: Vec<Participant> = ids.iter().map(|id| Participant::find(project, archive, id)).collect();
    let is_exact = |person: &&Participant| {
        person.identities.iter().any(|id| id.as_str().to_lowercase() == wanted)
            || person.name.unsanitised().to_lowercase() == wanted
            || person.handles.iter().any(|handle| handle.unsanitised().to_lowercase() == wanted)
    };
    let is_part = |person: &&Participant| person.name.unsanitised().to_lowercase().contains(&wanted);
    let mut found: Vec<&Participant> = people.iter().filter(is_exact).collect();
    if found.is_empty() {
        found = people.iter().filter(is_part).collect();
    }
    match found.as_slice() {
        [one] => one.id().cloned().context("they have no id"),
        [] => bail!("nobody here is called “{who}”; `meanwhile interview PROJECT` lists whom there are questions for"),
        several => {
            let names: Vec<String> = several.iter().map(|person| person.name.tty_line().into_owned()).collect();
            bail!("“{who}” may be {}; write more of the name", names.join(" or "))
        }
    }
}

fn state_word(note: &Note) -> &'static str {
    match note.question.as_ref().map(|question| question.state).unwrap_or_default() {
        _ if note.off_record => "off the record",
        QuestionState::Open => "open",
        QuestionState::Asked => "asked",
        QuestionState::Answered => "answered",
    }
}

fn questions(session: &Session, args: &InterviewArgs) -> anyhow::Result<Outcome> {
    let opened = opened::project(session, &args.project)?;
    let project = opened.document.project();
    let groups = queue(project);
    let name = |id: &Option<PersonId>| {
        id.as_ref().map(|id| Participant::find(project, &opened.archive, id).name.tty_line().into_owned())
    };
    if args.json {
        let mut list: Vec<Value> = Vec::new();
        for (to, notes) in &groups {
            list.extend(notes.iter().map(|(id, note)| {
                let (state, on) = (state_word(note), &note.on);
                json!({ "id": id, "to": to, "name": name(to), "state": state, "on": on, "text": note.text })
            }));
        }
        output::data(&export_json::pretty(&Value::from(list)))?;
    } else {
        let mut table =
            Table::new(&[("to", Align::Left), ("state", Align::Left), ("question", Align::Left), ("on", Align::Left)]);
        for (to, notes) in &groups {
            for (_, note) in notes {
                table.push(vec![
                    name(to).unwrap_or_else(|| "nobody yet".to_owned()),
                    state_word(note).to_owned(),
                    output::printable(&note.text).into_owned(),
                    output::printable(note.on.as_str()).into_owned(),
                ]);
            }
        }
        output::data(&table.render())?;
    }
    Ok(if groups.is_empty() { Outcome::Nothing } else { Outcome::Done })
}

fn file(session: &Session, args: &InterviewArgs, who: &str, sheet: &std::path::Path) -> anyhow::Result<Outcome> {
    let text = std::fs::read_to_string(sheet).with_context(|| format!("{} cannot be read", sheet.display()))?;
    let mut writing = Writing::open(session, &args.project)?;
    let archive = writing.archive(session);
    let project = writing.document.project();
    let person = Participant::find(project, &archive, &find(project, &archive, who)?);
    let filed = answers::file(project, &person, &text, Instant::now());
    match filed.check() {
        Ok(()) => {}
        Err(nothing @ NotFiled::Nothing) => {
            output::note(session, &nothing.to_string());
            return Ok(Outcome::Nothing);
        }
        Err(unknown) => bail!(unknown),
    }
    let words = filed.words();
    let edits = filed.edits.into_iter().flat_map(|edit| with_copies(edit, project, &archive)).collect::<Vec<_>>();
    writing.apply_all(edits)?;
    output::note(session, &format!("filed {words}"));
    Ok(Outcome::Done)
}
