//! A folder or zip whose files have several formats: each is read as what it is, all as one source.

use super::format::{ChannelParts, Export, Part, PartFile};
use super::report::{SourceReport, SourceZone, Warnings};
use super::source::Source;
use crate::archive::{People, Shift};

/// Several exports that lie in one folder or zip.
pub(super) struct Mixed {
    source: Source,
    exports: Vec<Box<dyn Export>>,
    channels: Vec<ChannelParts>,
    /// Which export a part belongs to, and the part as that export knows it.
    parts: Vec<(usize, PartFile)>,
    shifts: Vec<Shift>,
    warnings: Warnings,
}

impl Mixed {
    /// Joins the exports found in a source; `warnings` are those of the source itself.
    pub(super) fn new(source: Source, exports: Vec<Box<dyn Export>>, mut warnings: Warnings) -> Self {
        let (mut channels, mut parts) = (Vec::new(), Vec::new());
        for (place, export) in exports.iter().enumerate() {
            warnings.join(export.warnings().clone());
            for channel in export.channels() {
                let mut channel = channel.clone();
                for part in &mut channel.parts {
                    parts.push((place, part.clone()));
                    part.place = parts.len() - 1;
                }
                channels.push(channel);
            }
        }
        Self { source, exports, channels, parts, shifts: Vec::new(), warnings }
    }
}

impl Export for Mixed {
    fn source(&self) -> &Source {
        &self.source
    }

    fn channels(&self) -> &[ChannelParts] {
        &self.channels
    }

    fn register(&mut self, people: &mut People) {
        for export in &mut self.exports {
            export.register(people);
        }
        self.shifts = self.exports.iter().flat_map(|export| export.shifts().to_vec()).collect();
    }

    fn read(&self, part: &PartFile, people: &People) -> Part {
        let found = self.parts.get(part.place);
        let read = found.and_then(|(place, own)| Some(self.exports.get(*place)?.read(own, people)));
        read.unwrap_or_default()
    }

    fn warnings(&self) -> &Warnings {
        &self.warnings
    }

    fn missing(&self, report: &SourceReport) -> Vec<String> {
        self.exports.iter().flat_map(|export| export.missing(report)).collect()
    }

    fn guessed(&self) -> Vec<String> {
        self.exports.iter().flat_map(|export| export.guessed()).collect()
    }

    fn skipped(&self) -> usize {
        self.exports.iter().map(|export| export.skipped()).sum()
    }

    fn tokens(&self) -> usize {
        self.exports.iter().map(|export| export.tokens()).sum()
    }

    fn zone(&self) -> SourceZone {
        let mut zones = self.exports.iter().map(|export| export.zone());
        zones.find(|zone| *zone != SourceZone::Told).unwrap_or(SourceZone::Told)
    }

    fn shifts(&self) -> &[Shift] {
        &self.shifts
    }

    fn people_told(&self) -> usize {
        self.exports.iter().map(|export| export.people_told()).sum()
    }

    fn record(&self, file: &str, record: u32) -> Option<String> {
        self.exports.iter().find_map(|export| export.record(file, record))
    }
}
