//! Slack workspace exports, folder or zip, standard or with all conversations.
//!
//! The lists (users, channels) are read when the export is opened; day files are read on any
//! thread, each into a [`Part`]. The date in a day file's name is never used for a message's time:
//! Slack names files by the day in Los Angeles, other tools by the day in UTC.

mod blocks;
mod day;
mod fields;
mod layout;
mod lists;
mod message;

use std::collections::HashMap;

use super::format::{ChannelParts, Detect, Export, Format, Part, PartFile, Setting};
use super::report::{SourceReport, Warnings};
use super::source::Source;
use super::window::Window;
use super::{ImportError, json};
use crate::archive::{People, Person, PersonIx};

/// The row of this format.
pub(super) const FORMAT: Format =
    Format { key: "slack-export", name: "Slack export", detect: Detect::Tree(layout::claim), open };

/// The platform part of ids.
const PLATFORM: &str = "slack";

/// Somebody as a list of users tells of them; `None` without an id.
pub(super) fn person(record: json::Piece<'_>) -> Option<Person> {
    lists::user(record).map(|(_, person)| person)
}

/// A Slack export with its lists read.
struct Slack {
    source: Source,
    users: Vec<(String, Person)>,
    places: HashMap<String, PersonIx>,
    channels: Vec<ChannelParts>,
    channel_names: HashMap<String, String>,
    window: Window,
    warnings: Warnings,
    missing: Vec<String>,
}

fn open(source: Source, setting: Setting<'_>) -> Result<Box<dyn Export>, ImportError> {
    let Some(mut layout) = layout::find(&source) else {
        let reason = "it holds no folder with files like 2024-12-06.json; give the folder or zip that Slack made";
        return Err(ImportError::NotAnExport { path: source.path().to_owned(), reason: reason.to_owned() });
    };
    let window = Window::of(setting.options);
    let mut warnings = source.warnings().clone();
    let users = lists::read_users(&source, &layout, &mut warnings);
    let listed = lists::read_channels(&source, &layout, &users, &mut warnings);
    let mut channels = layout::join(&source, &mut layout, listed, &mut warnings);
    let missing = layout::missing(&layout, &channels, window);
    for channel in &mut channels {
        channel.parts.retain(|part| window.may_hold(part.span));
    }
    let channel_names = channels
        .iter()
        .map(|channel| {
            let id = channel.meta.id.as_str().trim_start_matches("slack/").to_owned();
            (id, channel.meta.name.unsanitised().to_owned())
        })
        .collect();
    let slack = Slack { source, users, places: HashMap::new(), channels, channel_names, window, warnings, missing };
    Ok(Box::new(slack))
}

impl Slack {
    /// The place of a listed user. Some tools write ids in lower case inside texts.
    fn user(&self, id: &str) -> Option<PersonIx> {
        self.places.get(id).or_else(|| self.places.get(&id.to_ascii_uppercase())).copied()
    }
}

impl Export for Slack {
    fn source(&self) -> &Source {
        &self.source
    }

    fn channels(&self) -> &[ChannelParts] {
        &self.channels
    }

    fn register(&mut self, people: &mut People) {
        for (id, person) in std::mem::take(&mut self.users) {
            let ix = people.insert(person);
            self.places.entry(id).or_insert(ix);
        }
    }

    fn read(&self, part: &PartFile, people: &People) -> Part {
        day::read(self, part, people)
    }

    fn warnings(&self) -> &Warnings {
        &self.warnings
    }

    fn missing(&self, report: &SourceReport) -> Vec<String> {
        let mut missing = self.missing.clone();
        missing.extend(layout::missing_of(report));
        missing
    }

    fn record(&self, file: &str, record: u32) -> Option<String> {
        let mut bytes = Vec::new();
        self.source.read(self.source.entry(file)?, &mut bytes).ok()?;
        let (text, _) = json::decode(&bytes);
        day::record_text(&text, record, self.source.limits().depth)
    }
}
