//! `add`: one more export into a project, without the screen.
//!
//! It says what came in and what of the annotated messages is told otherwise now; a dry run says the
//! same and writes nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use serde_json::{Value, json};

use super::opened::is_within;
use super::sources::{WindowArgs, known_sources, load_each, source_edits, with_input};
use super::writing::Writing;
use super::{Outcome, Session, inspect, opened, output};
use crate::archive::Archive;
use crate::base::reading::ReadAs;
use crate::base::text::{count_words, cut};
use crate::base::time::Zone;
use crate::config::Window;
use crate::export::json as export_json;
use crate::import::{ImportReport, SourceReport};
use crate::jobs::sources;
use crate::project::model::{MessageCopy, Source};
use crate::project::{Edit, Project};
use crate::timeline::anchored;
use crate::timeline::drift::{Change, Drift, drift, may_hold};

/// Arguments of `add`.
#[derive(Debug, Args)]
pub(super) struct AddArgs {
    /// The project
    project: PathBuf,
    /// Exports: zip files or folders
    #[arg(required = true, value_name = "EXPORT")]
    exports: Vec<PathBuf>,
    /// Say what would come in and what changes, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    window: WindowArgs,
}

pub(super) fn run(session: &Session, args: &AddArgs) -> anyhow::Result<Outcome> {
    if args.dry_run {
        let document = opened::document(session, &args.project)?;
        Arrival::read(session, document.project(), args)?.tell(args)?;
        output::note(session, &format!("{} was not changed: this was a dry run", args.project.display()));
        return Ok(Outcome::Done);
    }
    let mut writing = Writing::open(session, &args.project)?;
    let arrival = Arrival::read(session, writing.document.project(), args)?;
    let known = known_sources(writing.document.project());
    let mut edits = source_edits(&arrival.report, &args.project, &known, &arrival.window.read_as)?;
    edits.extend(arrival.window_edit(session, writing.document.project()));
    writing.apply_all(edits)?;
    arrival.tell(args)?;
    Ok(Outcome::Done)
}

/// What exports bring into a project.
struct Arrival {
    report: ImportReport,
    /// The part of the exports that was read.
    window: Window,
    /// Annotated messages that are told otherwise now.
    drift: Vec<Drift>,
    /// How many messages the project keeps copies of.
    kept: usize,
    zone: Zone,
}

impl Arrival {
    fn read(session: &Session, project: &Project, args: &AddArgs) -> anyhow::Result<Self> {
        let zone = session.global.zone.unwrap_or_else(|| project.zone());
        let said = args.window.window(zone, &session.config)?;
        let window = with_input(said.or(Window::from_fact(project.fact("window"))), &args.exports)?;
        let loaded = load_each(&args.exports, &window, BTreeMap::new())?;
        let kept = project.messages().values().filter(|copy| !copy.hash.is_empty()).count();
        let drift = if kept == 0 { Vec::new() } else { drift_by(session, project, args, &window, &loaded.archive) };
        Ok(Self { report: loaded.report, window, drift, kept, zone })
    }

    /// A project that reads a part of its sources reads the part asked for here too, from now on.
    fn window_edit(&self, session: &Session, project: &Project) -> Option<Edit> {
        let Some(fact) = project.fact("window") else {
            let Window { channels, since, until, .. } = &self.window;
            if !channels.is_empty() || since.is_some() || until.is_some() {
                let words = "the project reads its sources whole when it is opened, whatever was asked for here";
                output::note(session, words);
            }
            return None;
        };
        let wider = Window::from_fact(Some(fact)).and(&self.window).to_fact().unwrap_or(Value::Null);
        (wider != *fact).then(|| Edit::Fact { name: "window".to_owned(), value: wider })
    }

    fn tell(&self, args: &AddArgs) -> anyhow::Result<()> {
        if args.json {
            let sources: Vec<Value> = self.report.sources.iter().map(SourceReport::to_json).collect();
            let drift: Vec<Value> = self.drift.iter().map(drift_json).collect();
            let told = json!({ "sources": sources, "drift": drift, "written": !args.dry_run });
            return Ok(output::data(&export_json::pretty(&told))?);
        }
        let pages: Vec<String> = self.report.sources.iter().map(|source| inspect::page(source, self.zone)).collect();
        let mut page = pages.join("\n");
        if !self.drift.is_empty() {
            page.push_str("\nChanged since they were annotated:\n");
            page.extend(self.drift.iter().map(|drift| format!("  {}\n", line(drift))));
        } else if self.kept > 0 {
            let words = count_words(self.kept, "annotated message says", "annotated messages say");
            page.extend(["\n", &words, " what was said before.\n"]);
        }
        Ok(output::data(&page)?)
    }
}

/// What all sources together tell otherwise than the project keeps it, and what the new ones should
/// hold by their channels and times, and do not.
fn drift_by(session: &Session, project: &Project, args: &AddArgs, window: &Window, fresh: &Arc<Archive>) -> Vec<Drift> {
    let located = sources::locate(project, &args.project);
    let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let new: Vec<PathBuf> = args.exports.iter().map(|path| real(path)).collect();
    let others: Vec<_> = located.found.iter().filter(|(_, path)| !new.contains(&real(path))).cloned().collect();
    let whole = if others.is_empty() {
        Arc::clone(fresh)
    } else {
        let mut read_each_as = sources::read_each_as(project, &others, &ReadAs::default());
        read_each_as.extend(args.exports.iter().map(|path| (path.clone(), window.read_as.clone())));
        let paths: Vec<PathBuf> =
            others.into_iter().map(|(_, path)| path).chain(args.exports.iter().cloned()).collect();
        let window = Window { read_as: ReadAs::default(), ..window.clone() };
        load_each(&paths, &window, read_each_as).map_or_else(
            |error| {
                output::note(session, &format!("{error}; compared with the new exports alone"));
                Arc::clone(fresh)
            },
            |loaded| loaded.archive,
        )
    };
    let (whole, fresh) = (anchored(project, &whole), anchored(project, fresh));
    let absent: Vec<&Source> = located.gone.iter().filter_map(|(id, _)| project.sources().get(id)).collect();
    let mut drifted = drift(project, &whole, |id, copy| {
        is_within(window, id, copy) && !absent.iter().any(|source| may_hold(source, id, copy))
    });
    let is_told = |told: &Drift| drifted.iter().any(|known| known.id == told.id);
    let left_out = drift(project, &fresh, |_, copy| is_inside(&fresh, copy)).into_iter();
    let left_out: Vec<Drift> = left_out.filter(|drift| drift.changes == [Change::Gone] && !is_told(drift)).collect();
    drifted.extend(left_out);
    drifted.sort_by(|a, b| (a.before.time, &a.id).cmp(&(b.before.time, &b.id)));
    drifted
}

/// Whether an archive tells what was said in a message's channel both before and after it.
fn is_inside(archive: &Archive, copy: &MessageCopy) -> bool {
    let channels = archive.channels_named(&copy.channel);
    let mut spans = channels.into_iter().filter_map(|channel| archive.log(channel)?.span());
    copy.time.is_some_and(|at| spans.any(|(first, last)| first <= at && at <= last))
}

/// `slack/C1/12.3 in #sev by Bako Lind was edited: "…", now "…"`.
fn line(drift: &Drift) -> String {
    let quoted = |copy: &MessageCopy| format!("\"{}\"", cut(&output::printable(&copy.text), 60));
    let mut words = format!(
        "{} in {} by {} {}: {}",
        drift.id,
        output::printable(&drift.before.channel),
        output::printable(&drift.before.author),
        drift.words(),
        quoted(&drift.before),
    );
    if let Some(now) = drift.now.as_ref().filter(|now| now.hash != drift.before.hash) {
        words.extend([", now ", &quoted(now)]);
    }
    words
}

fn drift_json(drift: &Drift) -> Value {
    json!({
        "id": drift.id.as_str(),
        "changes": drift.changes.iter().map(|change| change.code()).collect::<Vec<_>>(),
        "words": drift.words(),
        "before": drift.before.text,
        "now": drift.now.as_ref().map(|now| &now.text),
    })
}
