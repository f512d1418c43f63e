//! `inspect`: what exports hold, what is missing, what could not be read.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;

use crate::base::reading::is_standard_input;
use crate::base::text::{Raw, count_words, size_words, thousands};
use crate::base::time::{Instant, Zone};
use crate::export::json;
use crate::import::SourceReport;
use crate::import::report::{Counts, SourceZone};

use super::output::{Align, Table};
use super::sources::{WindowArgs, load, with_input};
use super::{Outcome, Session, output};

/// Arguments of `inspect`.
#[derive(Debug, Args)]
pub(super) struct InspectArgs {
    /// Exports: zip files or folders
    #[arg(required = true, value_name = "EXPORT")]
    exports: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    window: WindowArgs,
}

pub(super) fn run(session: &Session, args: &InspectArgs) -> anyhow::Result<Outcome> {
    let zone = session.zone();
    let window = with_input(args.window.window(zone, &session.config)?, &args.exports)?;
    let mut sources = Vec::new();
    for export in &args.exports {
        sources.extend(load(std::slice::from_ref(export), &window)?.report.sources);
    }
    if args.json {
        let mut values: Vec<_> = sources.iter().map(SourceReport::to_json).collect();
        let value = if values.len() == 1 { values.remove(0) } else { values.into() };
        output::data(&json::pretty(&value))?;
    } else {
        let pages: Vec<String> = sources.iter().map(|source| page(source, zone)).collect();
        output::data(&pages.join("\n"))?;
    }
    Ok(Outcome::Done)
}

/// What a person wants to know of one source.
pub(super) fn page(source: &SourceReport, zone: Zone) -> String {
    let totals = &source.totals;
    let path = if is_standard_input(&source.path) { "standard input".into() } else { source.path.to_string_lossy() };
    let mut page = format!("{}, {}, {}\n", Raw::new(&path).tty_line(), source.format_name, size_words(source.bytes));
    // Writing to a String cannot fail.
    let _ = writeln!(
        page,
        "{} by {} in {}, {}",
        count_words(totals.messages, "message", "messages"),
        count_words(totals.people.len(), "person", "people"),
        count_words(source.channels.len(), "channel", "channels"),
        span(totals, source.zone, zone),
    );
    let _ = writeln!(page, "{}", kinds(totals));
    if source.people_told > 0 || source.shifts > 0 {
        let people = count_words(source.people_told, "person", "people");
        let _ =
            writeln!(page, "it tells of {people} and {}", count_words(source.shifts, "time on call", "times on call"));
    }
    page.push('\n');
    page.push_str(&channels(source, zone).render());
    page.push_str("\nRead as:\n");
    for line in read_as(source) {
        let _ = writeln!(page, "  {line}");
    }
    if !source.guessed.is_empty() {
        page.push_str("\nGuessed:\n");
        page.extend(source.guessed.iter().map(|guess| format!("  {guess}\n")));
    }
    if !source.missing.is_empty() {
        page.push_str("\nNot in it:\n");
        page.extend(source.missing.iter().map(|gap| format!("  {gap}\n")));
    }
    if !source.warnings.is_empty() {
        page.push_str("\nNot as it should be:\n");
        for (trouble, problem) in source.warnings.iter() {
            let _ = writeln!(page, "  {}: {}", trouble.title(problem.count), trouble.outcome());
            page.extend(problem.places.iter().take(3).map(|place| format!("    {}\n", place.words())));
        }
    }
    page
}

fn span(counts: &Counts, told: SourceZone, zone: Zone) -> String {
    let (zone, of) = if told == SourceZone::Unknown { (Zone::UTC, "zone unknown") } else { (zone, zone.name()) };
    match (counts.first, counts.last) {
        (Some(first), Some(last)) => format!("{} to {}, {of}", zone.long_day(first), zone.long_day(last)),
        _ => "no time is known".to_owned(),
    }
}

/// How a source was read and what of that was guessed.
fn read_as(source: &SourceReport) -> Vec<String> {
    let mut lines = vec![format!("{} ({}): {}", source.format_name, source.format, source.why)];
    lines.push(format!("zone: {}", source.zone.words()));
    if source.tokens > 0 {
        let tokens = count_words(source.tokens, "download token", "download tokens");
        lines.push(format!("{tokens} in links: stripped from everything that is written"));
    }
    lines
}

fn kinds(counts: &Counts) -> String {
    [
        count_words(counts.threads, "thread", "threads"),
        count_words(counts.replies, "reply", "replies"),
        count_words(counts.reactions, "reaction", "reactions"),
        count_words(counts.joins, "join", "joins"),
        count_words(counts.bots, "message of a bot", "messages of bots"),
        count_words(counts.files, "file", "files"),
        format!("{} edited", thousands(counts.edited)),
        format!("{} deleted", thousands(counts.deleted)),
    ]
    .join(", ")
}

fn channels(source: &SourceReport, zone: Zone) -> Table {
    let mut table = Table::new(&[
        ("channel", Align::Left),
        ("messages", Align::Right),
        ("people", Align::Right),
        ("threads", Align::Right),
        ("first", Align::Left),
        ("last", Align::Left),
    ]);
    let zone = if source.zone == SourceZone::Unknown { Zone::UTC } else { zone };
    let time = |at: Option<Instant>| at.map_or(String::new(), |at| format!("{} {}", zone.day(at), zone.minute(at)));
    for channel in &source.channels {
        let counts = &channel.counts;
        let private = if channel.kind.is_private() { " (private)" } else { "" };
        table.push(vec![
            format!("{}{private}", channel.name.tty_line()),
            thousands(counts.messages),
            thousands(counts.people.len()),
            thousands(counts.threads),
            time(counts.first),
            time(counts.last),
        ]);
    }
    table
}
