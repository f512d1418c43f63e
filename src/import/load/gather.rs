//! Joins parts into logs in the order of the plan, and people of all parts into one table.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use super::super::Progress;
use super::super::format::{Part, Stranger};
use super::super::report::{Counts, Warnings};
use super::plan::{Job, Plan};
use crate::archive::builder::LogBuilder;
use crate::archive::log::SourceFile;
use crate::archive::{Archive, ChannelIx, ChannelLog, People, Person, PersonIx, Shift};
use crate::base::id::ChannelId;
use crate::base::text::RawString;
use crate::base::time::Instant;

/// What one source gave so far.
#[derive(Debug, Default)]
pub(super) struct SourceTally {
    pub(super) warnings: Warnings,
    pub(super) skipped: usize,
    pub(super) tokens: usize,
}

/// Everything that was joined so far.
pub(super) struct Gatherer<'a> {
    plan: &'a Plan,
    pub(super) people: Arc<People>,
    listed: usize,
    named_at: HashMap<PersonIx, Instant>,
    builders: Vec<Option<LogBuilder>>,
    /// Channels of which all parts are there and no log yet.
    whole: Vec<(usize, LogBuilder)>,
    left: Vec<usize>,
    unnamed: Vec<bool>,
    logs: Vec<Arc<ChannelLog>>,
    pub(super) tallies: Vec<SourceTally>,
    /// Counts of channels that several sources hold, by channel and source.
    pub(super) shared: BTreeMap<(usize, usize), Counts>,
    shifts: Arc<[Shift]>,
    progress: Progress,
    grown: bool,
}

impl<'a> Gatherer<'a> {
    pub(super) fn new(plan: &'a Plan, people: People, shifts: Arc<[Shift]>, sources: usize) -> Self {
        let empty = |channel: &super::plan::PlannedChannel| LogBuilder::new(channel.meta.clone());
        Self {
            plan,
            listed: people.len(),
            people: Arc::new(people),
            named_at: HashMap::new(),
            builders: plan.channels.iter().map(|channel| Some(empty(channel))).collect(),
            whole: Vec::new(),
            left: plan.channels.iter().map(|channel| channel.parts.len()).collect(),
            unnamed: vec![false; plan.channels.len()],
            logs: plan.channels.iter().map(|channel| Arc::new(empty(channel).finish())).collect(),
            tallies: (0..sources).map(|_| SourceTally::default()).collect(),
            shared: BTreeMap::new(),
            shifts,
            progress: super::progress_of(plan),
            grown: false,
        }
    }

    pub(super) const fn progress(&self) -> Progress {
        self.progress
    }

    pub(super) const fn has_grown(&self) -> bool {
        self.grown
    }

    /// How many records of a channel were joined and not yet made into its log.
    pub(super) fn length_of(&self, channel: usize) -> usize {
        let waiting = self.builders.get(channel).and_then(Option::as_ref).map_or(0, LogBuilder::len);
        waiting.max(self.logs.get(channel).map_or(0, |log| log.len()))
    }

    /// Takes the parts of `jobs`, in order; what is whole then is made into logs, on all threads.
    pub(super) fn take_all(&mut self, jobs: &[Job], parts: Vec<Part>) {
        for (job, part) in jobs.iter().zip(parts) {
            self.take(*job, part);
        }
        self.finish_whole();
    }

    fn take(&mut self, job: Job, part: Part) {
        let Some(planned) = self.plan.part(job) else { return };
        let places = self.places_of(part.strangers);
        if let Some(tally) = self.tallies.get_mut(planned.source) {
            tally.warnings.join(part.warnings);
            tally.skipped += part.skipped;
            tally.tokens += part.tokens;
        }
        if let Some(unnamed) = self.unnamed.get_mut(job.channel) {
            *unnamed |= part.has_unnamed;
        }
        self.progress.files += 1;
        self.progress.bytes += planned.file.bytes;
        self.progress.messages += part.records.len() + part.packed.len();
        if let Some(Some(builder)) = self.builders.get_mut(job.channel) {
            let name = RawString::from(planned.file.name.as_str());
            let file = builder.add_file(SourceFile { source: planned.source as u32, name });
            let mut packed = part.packed;
            packed.extend(part.records);
            if !places.is_empty() {
                packed.move_people(|ix| moved(ix, self.listed, &places));
            }
            builder.append(packed, file);
        }
        self.count_down(job.channel);
    }

    /// The places in the table of the load for the strangers of a part.
    fn places_of(&mut self, strangers: Vec<Stranger>) -> Vec<PersonIx> {
        let mut places = Vec::with_capacity(strangers.len());
        for stranger in strangers {
            let known = self.people.find(&stranger.person.id);
            // Only who is not known yet makes a table that is shared be copied.
            let ix = known.unwrap_or_else(|| Arc::make_mut(&mut self.people).insert(stranger.person.clone()));
            if let Some(at) = stranger.named_at
                && self.is_better_name(ix, at, &stranger.person.name)
            {
                self.named_at.insert(ix, at);
                self.rename(ix, stranger.person);
            }
            places.push(ix);
        }
        places
    }

    fn rename(&mut self, ix: PersonIx, as_told: Person) {
        let is_called_so = |known: &Person| known.name == as_told.name && known.handle == as_told.handle;
        if !self.people.get(ix).is_some_and(is_called_so) {
            Arc::make_mut(&mut self.people).rename(ix, as_told.name, as_told.handle);
        }
    }

    /// The newest name holds; of two of one instant the one that sorts first, so that the order of
    /// reading does not matter.
    fn is_better_name(&self, ix: PersonIx, at: Instant, name: &RawString) -> bool {
        self.named_at.get(&ix).is_none_or(|&known| {
            at > known || (at == known && self.people.get(ix).is_some_and(|person| *name < person.name))
        })
    }

    fn count_down(&mut self, channel: usize) {
        let Some(left) = self.left.get_mut(channel) else { return };
        *left = left.saturating_sub(1);
        if *left > 0 {
            return;
        }
        let Some(builder) = self.builders.get_mut(channel).and_then(Option::take) else { return };
        let sources = self.plan.channels.get(channel).map(|planned| &planned.sources);
        if let Some(sources) = sources.filter(|sources| sources.len() > 1) {
            for &source in sources {
                let alone = builder.only_source(source as u32).finish();
                self.shared.insert((channel, source), Counts::of(&alone, &self.people));
            }
        }
        self.whole.push((channel, builder));
    }

    fn finish_whole(&mut self) {
        let whole = std::mem::take(&mut self.whole);
        let logs: Vec<_> = whole.into_par_iter().map(|(channel, builder)| (channel, builder.finish())).collect();
        for (channel, log) in logs {
            self.put(channel, log);
        }
    }

    fn put(&mut self, channel: usize, log: ChannelLog) {
        if let Some(slot) = self.logs.get_mut(channel) {
            *slot = Arc::new(log);
            self.grown = true;
        }
    }

    /// Makes what was read of a channel visible before the rest is there.
    pub(super) fn show(&mut self, channel: usize) {
        if let Some(Some(builder)) = self.builders.get(channel) {
            let log = builder.clone().finish();
            self.put(channel, log);
        }
    }

    /// Puts names into texts that mention people whose names were met only later, so that a text
    /// never depends on which file was read first.
    pub(super) fn settle_names(&mut self, listed: &People) {
        let names: HashMap<&str, &str> = self
            .people
            .iter()
            .skip(listed.len())
            .filter(|(ix, _)| self.named_at.contains_key(ix))
            .map(|(_, person)| (person.id.native(), person.name.unsanitised()))
            .collect();
        if names.is_empty() {
            return;
        }
        for (log, _) in self.logs.iter_mut().zip(&self.unnamed).filter(|(_, unnamed)| **unnamed) {
            *log = Arc::new(log.map_texts(|text| with_names(text, &names)));
        }
    }

    /// An archive of what is there.
    pub(super) fn archive(&mut self, complete: bool) -> Archive {
        self.grown = false;
        let mut archive = Archive::new(self.logs.clone(), Arc::clone(&self.people), complete);
        archive.set_shifts(Arc::clone(&self.shifts));
        for (place, channel) in self.plan.channels.iter().enumerate() {
            let platform = channel.meta.id.as_str().split('/').next().unwrap_or_default();
            // The id it had in an export without a list of channels.
            let by_name = ChannelId::new(platform, channel.meta.name.unsanitised());
            archive.add_alias(by_name, ChannelIx(place as u32));
        }
        archive
    }
}

/// Where a person of a part stands in the table of the load.
fn moved(ix: PersonIx, listed: usize, places: &[PersonIx]) -> PersonIx {
    let place = (ix.0 as usize).checked_sub(listed).and_then(|place| places.get(place));
    place.copied().unwrap_or(ix)
}

/// `@U024` becomes `@Runa Halvorik`; `None` when nothing changes.
fn with_names(text: &str, names: &HashMap<&str, &str>) -> Option<String> {
    let mut changed = String::new();
    let mut copied = 0;
    for at in memchr::memchr_iter(b'@', text.as_bytes()) {
        let after = text.get(at + 1..)?;
        let end = after.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(after.len());
        if let Some(name) = after.get(..end).and_then(|id| names.get(id)) {
            changed.push_str(text.get(copied..=at)?);
            changed.push_str(name);
            copied = at + 1 + end;
        }
    }
    if copied == 0 {
        return None;
    }
    changed.push_str(text.get(copied..)?);
    Some(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_in_a_text_become_names_where_a_name_was_met() {
        let names = HashMap::from([("U9", "Teo Marquand"), ("U1", "Ines")]);
        assert_eq!(with_names("@U9: see @U1, @U7 and a@U", &names).unwrap(), "@Teo Marquand: see @Ines, @U7 and a@U");
        assert_eq!(with_names("mail a@b.example", &names), None);
    }
}
