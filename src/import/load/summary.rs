//! The report of a finished load.

use std::time::Duration;

use rayon::prelude::*;

use super::super::report::{ChannelReport, Counts, ImportReport, Place, SourceReport, Trouble, Warnings};
use super::super::{ImportError, LoadOptions};
use super::Opened;
use super::gather::Gatherer;
use super::plan::Plan;
use crate::archive::log::slack_instant;
use crate::archive::{Archive, ChannelIx, ChannelLog, Thread};
use crate::base::time::Instant;

/// Reports on each source by itself.
pub(super) fn report(
    opened: &[Opened],
    plan: &Plan,
    gatherer: &Gatherer<'_>,
    archive: &Archive,
    read_time: Duration,
) -> ImportReport {
    let describe = |(source, opened)| source_report(source, opened, plan, gatherer, archive, read_time);
    ImportReport { sources: opened.iter().enumerate().map(describe).collect() }
}

fn source_report(
    source: usize,
    opened: &Opened,
    plan: &Plan,
    gatherer: &Gatherer<'_>,
    archive: &Archive,
    read_time: Duration,
) -> SourceReport {
    let mut report = SourceReport {
        path: opened.path.clone(),
        format: opened.key,
        format_name: opened.name.clone(),
        why: opened.why.clone(),
        guessed: opened.export.guessed(),
        zone: opened.export.zone(),
        skipped: opened.export.skipped(),
        tokens: opened.export.tokens(),
        shifts: opened.export.shifts().len(),
        people_told: opened.export.people_told(),
        bytes: opened.export.source().bytes(),
        read_time,
        warnings: opened.export.warnings().clone(),
        ..SourceReport::default()
    };
    if let Some(tally) = gatherer.tallies.get(source) {
        report.warnings.join(tally.warnings.clone());
        report.skipped += tally.skipped;
        report.tokens += tally.tokens;
    }
    let counted = counts_of(source, plan, gatherer, archive);
    for (place, (channel, counts)) in plan.channels.iter().zip(counted).enumerate() {
        let Some((log, counts)) = archive.log(ChannelIx(place as u32)).zip(counts) else { continue };
        report.totals.add(&counts);
        add_orphans(&mut report.warnings, log, source as u32, plan.since);
        let (id, name, kind) = (channel.meta.id.clone(), channel.meta.name.clone(), channel.meta.kind);
        report.channels.push(ChannelReport { id, name, kind, counts });
    }
    let people = archive.people();
    let authors = report.totals.people.iter().filter_map(|&ix| people.get(ix));
    let nameless =
        authors.filter(|person| !person.is_listed && !person.is_bot && person.name.unsanitised() == person.id.native());
    report.nameless = nameless.map(|person| person.id.clone()).collect();
    let programs = report.totals.people.iter().filter(|&&ix| people.get(ix).is_some_and(|person| person.is_bot));
    report.programs = programs.count() + report.totals.programs.len();
    report.missing = opened.export.missing(&report);
    report
}

/// What each channel holds of a source; `None` where the source does not tell of it.
fn counts_of(source: usize, plan: &Plan, gatherer: &Gatherer<'_>, archive: &Archive) -> Vec<Option<Counts>> {
    let places = plan.channels.par_iter().enumerate();
    let counts = places.map(|(place, channel)| {
        let log = archive.log(ChannelIx(place as u32)).filter(|_| channel.sources.contains(&source))?;
        let shared = gatherer.shared.get(&(place, source)).cloned();
        Some(shared.unwrap_or_else(|| Counts::of(log, archive.people())))
    });
    counts.collect()
}

/// Replies whose first message is not in the export, each where it stands.
fn add_orphans(warnings: &mut Warnings, log: &ChannelLog, source: u32, since: Option<Instant>) {
    // An id that tells no instant may be one of those that were left out.
    let is_left_out = |root: &str| since.is_some_and(|since| slack_instant(root).is_none_or(|at| at < since));
    let orphaned = |thread: &&Thread| thread.root.is_none() && !is_left_out(&thread.root_id);
    for thread in log.threads().iter().filter(orphaned) {
        for &row in &thread.replies {
            let place = log.provenance(row);
            let Some(file) = log.files().get(place.file as usize).filter(|file| file.source == source) else {
                continue;
            };
            let reason = format!("it answers {}, which is not in the export", thread.root_id);
            warnings.add(Trouble::MissingRoot, file.name.unsanitised(), Some(place.record), &reason);
        }
    }
}

/// An export of which nothing at all could be read is an error, not an empty archive.
pub(super) fn check_readable(report: &ImportReport, options: &LoadOptions) -> Result<(), ImportError> {
    let has_window = options.since.is_some() || options.until.is_some() || !options.channels.is_empty();
    for source in report.sources.iter().filter(|_| !has_window) {
        let is_empty = source.totals.messages == 0 && source.shifts == 0 && source.people_told == 0;
        if is_empty && source.skipped > 0 {
            let first = source.warnings.iter().find(|(trouble, _)| trouble.loses());
            let reason = first.and_then(|(_, problem)| problem.places.first()).map(Place::words);
            let reason = reason.unwrap_or_else(|| "none of its files holds a message".to_owned());
            return Err(ImportError::NothingReadable { path: source.path.clone(), reason });
        }
    }
    Ok(())
}
