//! A first look at the channels that are wanted on the screen first, before the rest of a large
//! export is even listed.
//!
//! Only exports in which each channel has a folder of its own allow it. What it shows is read again
//! by the load that follows, which also tells of everything that is wrong: here nothing is told.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::super::format::{Places, Setting};
use super::super::source::Source;
use super::super::window::is_called;
use super::super::{LoadEvent, LoadOptions, detect, slack};
use super::plan::Plan;
use super::{Opened, Run, people_of};

/// Shows the newest messages of all channels in `options.first`; nothing where one of them is not
/// found at once.
pub(super) fn show(
    paths: &[PathBuf],
    options: &LoadOptions,
    cancel: &AtomicBool,
    on_event: &(dyn Fn(LoadEvent) + Sync),
) {
    if options.first.is_empty() {
        return;
    }
    let mut opened: Vec<Opened> = paths.iter().filter_map(|path| open(path, options, cancel)).collect();
    let people = people_of(&mut opened);
    let Ok(plan) = Plan::new(&opened, options) else { return };
    let is_there = |name: &String| {
        let called = |place: &usize| plan.channels.get(*place).is_some_and(|channel| is_called(&channel.meta, name));
        plan.first.iter().any(called)
    };
    if !options.first.iter().all(is_there) {
        return;
    }
    let mut run = Run::new(&opened, &plan, people, Arc::default(), cancel, on_event);
    for &channel in &plan.first {
        if run.preview(channel).is_err() {
            return;
        }
    }
}

/// Opens what holds the wanted channels of an export, and no more of it.
fn open(path: &Path, options: &LoadOptions, cancel: &AtomicBool) -> Option<Opened> {
    let read_as = options.read_as(path);
    let is_slack = |source: &Source| {
        let found = detect::detect(source, read_as.format.as_deref());
        found.is_ok_and(|found| found.key() == slack::FORMAT.key)
    };
    if !is_slack(&Source::top(path)?) {
        return None;
    }
    let wanted = |top: &Source| slack::folders_of(top, &options.first);
    let source = Source::of_folders(path, &options.limits, cancel, wanted).ok()??;
    let how = detect::detect(&source, read_as.format.as_deref()).ok()?;
    let (key, name, why) = (how.key(), how.name(), how.why());
    let setting = Setting { options, read_as: &read_as, cancel, span: None, places: Places::Dropped };
    let export = how.open(source, setting).ok()?;
    Some(Opened { path: path.to_owned(), key, name, why, export })
}
