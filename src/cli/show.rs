//! `show`: one message, whole, with its thread, tags and notes.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use crate::archive::{Archive, Message};
use crate::base::id::Target;
use crate::base::time::Zone;
use crate::export::json as export_json;
use crate::project::Project;
use crate::report::build::{Annotation, annotation};
use crate::report::template::section_title;
use crate::timeline::copy::copy_of;
use crate::timeline::{ToldZone, evidence_of};

use super::sources::WindowArgs;
use super::{Outcome, Session, opened, output};

/// Arguments of `show`.
#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// A project or an export
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// The id, as `search --json` prints it
    #[arg(value_name = "MESSAGE-ID")]
    id: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    window: WindowArgs,
}

pub(super) fn run(session: &Session, args: &ShowArgs) -> anyhow::Result<Outcome> {
    let opened = opened::evidence(session, std::slice::from_ref(&args.path), &args.window)?;
    let project = opened.document.project();
    let target = Target::from_text(args.id.trim_start_matches("[@").trim_end_matches(']'));
    let Some(evidence) = evidence_of(project, &opened.archive, &target) else {
        output::note(session, &format!("no message or event is called {}", args.id));
        return Ok(Outcome::Nothing);
    };
    let told = annotation(project, evidence);
    let found = target.message().and_then(|id| opened.archive.find(&id));
    let thread = found.and_then(|ix| opened.archive.message(ix)).map(|message| thread_of(&opened.archive, &message));
    let thread = thread.unwrap_or_default();
    if args.json {
        let mut value = export_json::annotation(&told);
        if let Some(fields) = value.as_object_mut() {
            fields.insert("thread".to_owned(), thread.iter().map(thread_json).collect());
        }
        output::data(&export_json::pretty(&value))?;
    } else {
        let zone = session.global.zone.unwrap_or_else(|| project.zone());
        output::data(&page(project, &told, &thread, zone))?;
    }
    Ok(Outcome::Done)
}

/// The other messages of a message's thread, in time order.
fn thread_of<'a>(archive: &'a Archive, message: &Message<'a>) -> Vec<Message<'a>> {
    let Some(thread) = message.thread() else { return Vec::new() };
    let rows = thread.root.into_iter().chain(thread.replies.iter().copied()).filter(|&row| row != message.ix().row);
    let place = |row| crate::archive::MsgIx { channel: message.ix().channel, row };
    let mut others: Vec<_> = rows.filter_map(|row| archive.message(place(row))).collect();
    others.sort_by_key(|other| (other.time(), other.ix()));
    others
}

fn thread_json(message: &Message<'_>) -> Value {
    let copy = copy_of(message);
    json!({
        "id": message.id().as_str(),
        "time": export_json::time(message.time(), ToldZone::of_message(message)),
        "channel": copy.channel,
        "author": copy.author,
        "type": copy.kind,
        "text": copy.text,
    })
}

fn page(project: &Project, told: &Annotation, thread: &[Message<'_>], zone: Zone) -> String {
    let evidence = &told.evidence;
    let who = if evidence.author.is_empty() { "event".into() } else { evidence.author.tty_line() };
    let mut page =
        format!("{}  {}  {who}", output::time(evidence.at, evidence.told_zone, zone), evidence.channel.tty_line());
    // Writing to a String cannot fail.
    let _ = writeln!(page, "  ({})\n{}\n", evidence.type_word, evidence.target);
    let _ = writeln!(page, "{}", evidence.text.raw().tty());
    let line = |name: &str, words: &str| format!("{name:<10}{}\n", output::printable(words));
    page.push('\n');
    for tag in &told.tags {
        page.push_str(&line("tag", tag));
    }
    for note in &told.notes {
        page.push_str(&line("note", note));
    }
    if let Some(entry) = project.entry(&evidence.target) {
        page.push_str(&line("timeline", entry.headline.as_deref().unwrap_or("yes")));
    }
    for key in crate::report::cite::cited_in(project, &evidence.target) {
        page.push_str(&line("cited in", section_title(key)));
    }
    for message in thread {
        let text = message.text().tty_line().replace('␊', " ");
        let author = message.author_name().tty_line();
        let time = output::time(message.time(), ToldZone::of_message(message), zone);
        let _ = writeln!(page, "thread    {time}  {author}: {text}");
    }
    page
}
