//! Runs a load: opens the sources, reads what is wanted first, then the rest on all cores.
//!
//! Parts are read in parallel in chunks and joined in the order of the plan, so the result depends
//! on the sources and the options alone, never on which thread was faster.

mod gather;
mod glimpse;
mod plan;
mod summary;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant as Moment};

use rayon::prelude::*;

use super::detect::{self};
use super::format::{Export, Part, PartFile, Places, Setting};
use super::report::Trouble;
use super::{FAILED, FoundChannel, FoundSource, ImportError, LoadEvent, LoadOptions, Loaded, Progress, guarded};
use crate::archive::{Archive, People, Shift};
use crate::base::mishap;
use gather::Gatherer;
use plan::{Job, Plan};

/// Files read in parallel while those before them are joined.
const CHUNK: usize = 384;
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
    glimpse::show(paths, options, cancel, on_event);
    let mut opened = open_all(paths, options, cancel)?;
    let people = people_of(&mut opened);
    let shifts: Arc<[Shift]> = opened.iter().flat_map(|source| source.export.shifts().to_vec()).collect();
    let plan = Plan::new(&opened, options)?;
    on_event(LoadEvent::Found(found(&opened, &plan)));
    let mut run = Run::new(&opened, &plan, people, shifts, cancel, on_event);
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
        let source = options.source(path, cancel)?;
        let how = detect::detect(&source, read_as.format.as_deref())?;
        found.push((at, path, read_as, source, how));
    }
    found.sort_by_key(|(at, .., how)| (how.waits(), *at));
    let mut opened: Vec<(usize, Opened)> = Vec::with_capacity(found.len());
    for (at, path, read_as, source, how) in found {
        let span = detect::span_of_chats(None, opened.iter().map(|(_, opened)| &opened.export));
        let (key, name, why) = (how.key(), how.name(), how.why());
        let setting = Setting { options, read_as: &read_as, cancel, span, places: Places::Dropped };
        let open = || {
            mishap::point(|| "open".to_owned());
            how.open(source, setting)
        };
        let export = guarded(open).unwrap_or_else(|| Err(ImportError::Failed { path: path.clone() }))?;
        opened.push((at, Opened { path: path.clone(), key, name, why, export }));
    }
    opened.sort_by_key(|(at, _)| *at);
    Ok(opened.into_iter().map(|(_, opened)| opened).collect())
}

/// The people of the lists of all sources.
fn people_of(opened: &mut [Opened]) -> People {
    let mut people = People::default();
    for source in opened {
        source.export.register(&mut people);
    }
    people
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

impl<'a> Run<'a> {
    fn new(
        opened: &'a [Opened],
        plan: &'a Plan,
        people: People,
        shifts: Arc<[Shift]>,
        cancel: &'a AtomicBool,
        on_event: &'a (dyn Fn(LoadEvent) + Sync),
    ) -> Self {
        let gatherer = Gatherer::new(plan, people.clone(), shifts, opened.len());
        Self { opened, plan, listed: people, gatherer, cancel, on_event, published: Moment::now() }
    }

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
        let read = part.and_then(|part| Some(read_file(&*opened.get(part.source)?.export, &part.file, listed)));
        Ok(read.unwrap_or_default())
    };
    // A file is little work for a thread to be woken for.
    jobs.par_iter().with_min_len(4).map(read).collect()
}

/// Reads one file; a bug of ours costs that file alone.
fn read_file(export: &dyn Export, file: &PartFile, listed: &People) -> Part {
    let read = || {
        mishap::point(|| format!("read {}", file.name));
        export.read(file, listed)
    };
    guarded(read).unwrap_or_else(|| Part::refused(Trouble::Failed, &file.name, FAILED))
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

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::atomic::AtomicUsize;

    use super::*;
    use crate::archive::ChannelMeta;
    use crate::import::Limits;
    use crate::import::format::{ChannelParts, PartFile};
    use crate::import::report::{SourceReport, Warnings};
    use crate::import::source::Source;

    /// An export that counts what is read of it, and is cancelled on the way.
    struct Counting {
        source: Source,
        channels: Vec<ChannelParts>,
        warnings: Warnings,
        cancel: Arc<AtomicBool>,
        cancel_at: usize,
        read: Arc<AtomicUsize>,
    }

    impl Export for Counting {
        fn source(&self) -> &Source {
            &self.source
        }
        fn channels(&self) -> &[ChannelParts] {
            &self.channels
        }
        fn register(&mut self, _: &mut People) {}
        fn read(&self, _: &PartFile, _: &People) -> Part {
            if self.read.fetch_add(1, Ordering::SeqCst) + 1 >= self.cancel_at {
                self.cancel.store(true, Ordering::SeqCst);
            }
            Part::default()
        }
        fn warnings(&self) -> &Warnings {
            &self.warnings
        }
        fn missing(&self, _: &SourceReport) -> Vec<String> {
            Vec::new()
        }
        fn record(&self, _: &str, _: u32) -> Option<String> {
            None
        }
    }

    #[test]
    fn after_a_cancel_each_thread_ends_the_file_it_is_at_and_reads_no_other() {
        let part = |place: usize| PartFile { name: place.to_string(), bytes: 1, span: None, place };
        let parts: Vec<PartFile> = (0..10_000).map(part).collect();
        for cancel_at in [1, 50, 1_000] {
            let (cancel, read) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
            let export = Counting {
                source: Source::from_bytes(Path::new("memory"), Arc::from([]), &Limits::default()),
                channels: vec![ChannelParts { meta: ChannelMeta::named("x", "C", "c"), parts: parts.clone() }],
                warnings: Warnings::default(),
                cancel: Arc::clone(&cancel),
                cancel_at,
                read: Arc::clone(&read),
            };
            let (key, name, why) = ("x", String::new(), String::new());
            let opened = [Opened { path: PathBuf::new(), key, name, why, export: Box::new(export) }];
            let plan = Plan::new(&opened, &LoadOptions::default()).unwrap();
            let mut run = Run::new(&opened, &plan, People::default(), Arc::default(), &cancel, &|_| {});
            assert!(matches!(run.read_everything(), Err(ImportError::Cancelled)));
            let (read, threads) = (read.load(Ordering::SeqCst), rayon::current_num_threads() + 1);
            assert!(read <= cancel_at + threads, "{read} files were read, {cancel_at} before the cancel");
        }
    }
}
