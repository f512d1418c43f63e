//! Runs a load: opens the sources, reads what is wanted first, then the rest on all cores.
//!
//! Parts are read in parallel in chunks and joined in the order of the plan, so the result depends
//! on the sources and the options alone, never on which thread was faster.

mod gather;
mod plan;
mod summary;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant as Moment};

use rayon::prelude::*;

use super::detect::{self};
use super::format::{Export, Part, Places, Setting};
use super::{FoundChannel, FoundSource, ImportError, LoadEvent, LoadOptions, Loaded, Progress};
use crate::archive::{Archive, People, Shift};
use gather::Gatherer;
use plan::{Job, Plan};

/// Files read in parallel before their records are joined.
const CHUNK: usize = 64;
/// Files of a channel read at once until it can be shown.
const PREVIEW_CHUNK: usize = 4;
/// Messages of a channel after which it is shown while the rest is read.
const PREVIEW_MESSAGES: usize = 400;
/// Archives are published at most this often.
const PUBLISH_EACH: Duration = Duration::from_millis(100);

/// One source with its lists read.
pub(super) struct Opened {
    pub(super) path: PathBuf,
    pub(super) key: &'static str,
    pub(super) name: String,
    pub(super) why: String,
    pub(super) export: Box<dyn Export>,
}

/// Reads exports and joins them into one archive; blocks until all is read.
///
/// `on_event` is called from the calling thread. The complete archive is the one returned; those
/// handed to `on_event` may still grow. Channels in
/// `options.first` come first, their newest days before all others.
pub fn load(
    paths: &[PathBuf],
    options: &LoadOptions,
    cancel: &AtomicBool,
    on_event: &(dyn Fn(LoadEvent) + Sync),
) -> Result<Loaded, ImportError> {
    let started = Moment::now();
    let mut opened = open_all(paths, options, cancel)?;
    let mut people = People::default();
    for source in &mut opened {
        source.export.register(&mut people);
    }
    let shifts: Arc<[Shift]> = opened.iter().flat_map(|source| source.export.shifts().to_vec()).collect();
    let plan = Plan::new(&opened, options)?;
    on_event(LoadEvent::Found(found(&opened, &plan)));
    let mut run = Run {
        listed: people.clone(),
        gatherer: Gatherer::new(&plan, people, shifts, opened.len()),
        opened: &opened,
        plan: &plan,
        cancel,
        on_event,
        published: started,
    };
    run.read_everything()?;
    run.gatherer.settle_names(&run.listed);
    let archive = Arc::new(run.gatherer.archive(true));
    let report = summary::report(&opened, &plan, &run.gatherer, &archive, started.elapsed());
    summary::check_readable(&report, options)?;
    Ok(Loaded { archive, report })
}

fn open_all(paths: &[PathBuf], options: &LoadOptions, cancel: &AtomicBool) -> Result<Vec<Opened>, ImportError> {
    let mut found = Vec::with_capacity(paths.len());
    for (at, path) in paths.iter().enumerate() {
        let read_as = options.read_as(path);
        let source = options.source(path)?;
        let how = detect::detect(&source, read_as.format.as_deref())?;
        found.push((at, path, read_as, source, how));
    }
    found.sort_by_key(|(at, .., how)| (how.waits(), *at));
    let mut opened: Vec<(usize, Opened)> = Vec::with_capacity(found.len());
    for (at, path, read_as, source, how) in found {
        let span = detect::span_of_chats(None, opened.iter().map(|(_, opened)| &opened.export));
        let (key, name, why) = (how.key(), how.name(), how.why());
        let setting = Setting { options, read_as: &read_as, cancel, span, places: Places::Dropped };
        let export = how.open(source, setting)?;
        opened.push((at, Opened { path: path.clone(), key, name, why, export }));
    }
    opened.sort_by_key(|(at, _)| *at);
    Ok(opened.into_iter().map(|(_, opened)| opened).collect())
}

fn found(opened: &[Opened], plan: &Plan) -> Vec<FoundSource> {
    let channels_of = |source: usize| {
        let channels = plan.channels.iter().filter(|channel| channel.sources.contains(&source));
        channels
            .map(|channel| {
                let own = channel.parts.iter().filter(|part| part.source == source);
                FoundChannel {
                    id: channel.meta.id.clone(),
                    name: channel.meta.name.clone(),
                    kind: channel.meta.kind,
                    files: own.clone().count(),
                    bytes: own.map(|part| part.file.bytes).sum(),
                    listed: channel.meta.listed,
                }
            })
            .collect()
    };
    let describe = |(at, source): (usize, &Opened)| FoundSource {
        path: source.path.clone(),
        format: source.key,
        format_name: source.name.clone(),
        channels: channels_of(at),
    };
    opened.iter().enumerate().map(describe).collect()
}

/// A load that is running.
struct Run<'a> {
    opened: &'a [Opened],
    plan: &'a Plan,
    /// The people of the lists: all that a part may depend on.
    listed: People,
    gatherer: Gatherer<'a>,
    cancel: &'a AtomicBool,
    on_event: &'a (dyn Fn(LoadEvent) + Sync),
    published: Moment,
}

impl Run<'_> {
    fn read_everything(&mut self) -> Result<(), ImportError> {
        let mut read_ahead = vec![0; self.plan.channels.len()];
        for &channel in &self.plan.first {
            let ahead = self.preview(channel)?;
            if let Some(slot) = read_ahead.get_mut(channel) {
                *slot = ahead;
            }
        }
        let rest = self.plan.jobs_after(&read_ahead);
        let mut read: (&[Job], Vec<Part>) = (&[], Vec::new());
        for chunk in rest.chunks(CHUNK) {
            let (jobs, parts) = read;
            let (opened, plan, cancel) = (self.opened, self.plan, self.cancel);
            let (listed, gatherer) = (&self.listed, &mut self.gatherer);
            let (next, ()) =
                rayon::join(|| read_parts(opened, plan, listed, cancel, chunk), || gatherer.take_all(jobs, parts));
            read = (chunk, next?);
            self.tell();
        }
        let (jobs, parts) = read;
        self.gatherer.take_all(jobs, parts);
        (self.on_event)(LoadEvent::Progress(self.gatherer.progress()));
        Ok(())
    }

    /// Reads a channel's newest files until there is something to show; gives how many were read.
    fn preview(&mut self, channel: usize) -> Result<usize, ImportError> {
        let jobs = self.plan.jobs_of(channel);
        let mut read = 0;
        for chunk in jobs.chunks(PREVIEW_CHUNK) {
            let parts = read_parts(self.opened, self.plan, &self.listed, self.cancel, chunk)?;
            self.gatherer.take_all(chunk, parts);
            read += chunk.len();
            if self.gatherer.length_of(channel) >= PREVIEW_MESSAGES {
                break;
            }
        }
        if read > 0 {
            self.gatherer.show(channel);
            self.publish();
        }
        Ok(read)
    }

    fn tell(&mut self) {
        (self.on_event)(LoadEvent::Progress(self.gatherer.progress()));
        if self.published.elapsed() >= PUBLISH_EACH && self.gatherer.has_grown() {
            self.publish();
        }
    }

    fn publish(&mut self) {
        self.published = Moment::now();
        let archive: Archive = self.gatherer.archive(false);
        (self.on_event)(LoadEvent::Archive(Arc::new(archive)));
    }
}

fn read_parts(
    opened: &[Opened],
    plan: &Plan,
    listed: &People,
    cancel: &AtomicBool,
    jobs: &[Job],
) -> Result<Vec<Part>, ImportError> {
    let read = |job: &Job| {
        if cancel.load(Ordering::Relaxed) {
            return Err(ImportError::Cancelled);
        }
        let part = plan.part(*job);
        let read = part.and_then(|part| Some(opened.get(part.source)?.export.read(&part.file, listed)));
        Ok(read.unwrap_or_default())
    };
    jobs.par_iter().map(read).collect()
}

/// How far a load is, told by what was joined.
fn progress_of(plan: &Plan) -> Progress {
    let parts = plan.channels.iter().flat_map(|channel| &channel.parts);
    Progress {
        files_total: parts.clone().count(),
        bytes_total: parts.map(|part| part.file.bytes).sum(),
        ..Progress::default()
    }
}
