//! The sources of a sitting: what is to be read, how, and what the project remembers of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::Session;
use crate::base::id::ChannelId;
use crate::base::reading::ReadAs;
use crate::base::time::{Micros, duration_short};
use crate::import::SourceReport;
use crate::import::report::SourceZone;
use crate::jobs::sources::remembered_path;
use crate::project::model::Source;
use crate::project::{Edit, ReadAsEdit};

impl Session {
    /// Sources that are about to be read. Whoever acts and leaves before the load is done still has
    /// them in the project, by their paths.
    pub fn expect(&mut self, paths: impl IntoIterator<Item = String>) {
        let read_as = &self.said;
        let arrival = |path| Source { path, read_as: read_as.clone(), ..Source::default() };
        self.arrivals = paths.into_iter().map(arrival).collect();
    }

    /// Sources that were read: recorded with the first act, at once where the project is there and
    /// does not know one of them. Looking alone changes no project.
    pub fn arrived(&mut self, sources: Vec<Source>) -> anyhow::Result<()> {
        let known: Vec<Source> = self.project().sources().values().cloned().collect();
        let is_new = |source: &Source| known.iter().all(|known| known.fingerprint != source.fingerprint);
        let arrived = |source: Source| {
            // How a known source is read may have been changed since the load began.
            let is_known = known.iter().any(|known| known.path == source.path);
            if is_known { Source { read_as: ReadAs::default(), ..source } } else { source }
        };
        self.arrivals = sources.into_iter().filter(is_new).map(arrived).collect();
        if self.exists() && !self.arrivals.is_empty() { self.greet((self.clock)()) } else { Ok(()) }
    }

    /// A source's path as the project keeps it.
    pub(super) fn kept_path(&mut self, path: &Path) -> String {
        if let Some(kept) = self.kept_paths.get(path) {
            return kept.clone();
        }
        let project = self.path.clone().unwrap_or_default();
        // A source that is gone keeps the path by which it is known.
        let kept = remembered_path(path, &project).unwrap_or_else(|_| path.to_string_lossy().into_owned());
        self.kept_paths.insert(path.to_owned(), kept.clone());
        kept
    }

    /// Says as which source the project knows what lies at a path.
    pub fn is_kept_as(&mut self, path: &Path, kept: &str) {
        self.kept_paths.insert(path.to_owned(), kept.to_owned());
    }

    /// The edit that changes how the source at `path` is read.
    pub fn reading_edit(&mut self, path: &Path, reading: ReadAsEdit) -> Edit {
        self.overruled.insert(path.to_owned());
        let source = Source { path: self.kept_path(path), ..Source::default() };
        Edit::Source { id: None, source: Box::new(source), reading: Box::new(reading), on: true }
    }

    /// Brings how the sources are to be read up to date with the project; true when one of them must
    /// be read again.
    pub fn reading_changed(&mut self) -> bool {
        if self.reading_seen == self.project_revision {
            return false;
        }
        self.reading_seen = self.project_revision;
        let mut wanted = BTreeMap::new();
        for path in self.sources.clone() {
            let kept = self.kept_path(&path);
            let known = self.project().sources().values().find(|source| source.path == kept);
            let remembered = known.map(|source| source.read_as.clone()).unwrap_or_default();
            let overruled = self.overruled.contains(&path);
            let read_as = if overruled { remembered.or(&self.said) } else { self.said.clone().or(&remembered) };
            if !read_as.is_silent() {
                wanted.insert(path, read_as);
            }
        }
        let changed = wanted != self.load_options.read_each_as;
        self.load_options.read_each_as = wanted;
        changed
    }

    /// What is to be known of the clocks of a channel: `zone?`, the zone that was said, how far they
    /// are put back; nothing where its sources tell all.
    pub fn clock_words(&self, channel: &ChannelId) -> Option<String> {
        let report = self.report.as_ref()?;
        let marks: Vec<Option<String>> = report.sources.iter().map(|source| self.clock_of(source)).collect();
        if marks.iter().all(Option::is_none) {
            return None;
        }
        let log = self.archive.log(self.archive.channel(channel)?)?;
        let sources: BTreeSet<u32> = log.files().iter().map(|file| file.source).collect();
        let words: BTreeSet<&String> =
            sources.into_iter().filter_map(|source| marks.get(source as usize)?.as_ref()).collect();
        let words: Vec<&str> = words.into_iter().map(String::as_str).collect();
        (!words.is_empty()).then(|| words.join(", "))
    }

    fn clock_of(&self, source: &SourceReport) -> Option<String> {
        let zone = match source.zone {
            SourceZone::Told => None,
            SourceZone::Unknown => Some("zone?".to_owned()),
            SourceZone::Given(zone) => Some(zone.name().to_owned()),
        };
        let skew = Some(self.load_options.read_as(&source.path).skew).filter(|skew| *skew != 0).map(skew_words);
        let words: Vec<String> = zone.into_iter().chain(skew).collect();
        (!words.is_empty()).then(|| words.join(" "))
    }
}

/// How far a clock is ahead: `+5m`.
pub fn skew_words(skew: Micros) -> String {
    format!("{}{}", if skew < 0 { "-" } else { "+" }, duration_short(skew.abs()))
}
