//! Slack: workspace exports, and what other programs and Slack's API hand on.
//!
//! A workspace export is a folder or zip, standard or with all conversations; slackdump writes one
//! very like it. All else is read by [`feed`], with the same reader of messages.
//!
//! The lists (users, channels) are read when the export is opened; day files are read on any
//! thread, each into a [`Part`]. The date in a day file's name is never used for a message's time:
//! Slack names files by the day in Los Angeles, other tools by the day in UTC.

mod blocks;
mod collect;
mod database;
mod day;
mod family;
mod feed;
mod fields;
mod layout;
mod lists;
mod message;
mod workspace;

use layout::Maker;

use super::format::{ChannelParts, Detect, Export, Format, Part, PartFile, Setting};
use super::mixed::Mixed;
use super::report::{SourceReport, Warnings};
use super::source::{Buffers, Source};
use super::window::{Window, is_called};
use super::{ImportError, json};
use crate::archive::{ChannelMeta, People, Person};
use workspace::Workspace;

/// The row of this format.
pub(super) const FORMAT: Format =
    Format { key: "slack-export", name: "Slack export", detect: Detect::Tree(layout::claim), open };

/// The row of the export that slackdump makes.
pub(super) const SLACKDUMP_EXPORT: Format =
    Format { key: "slackdump-export", name: "slackdump export", detect: Detect::Tree(layout::claim_slackdump), open };

pub(super) use family::{EVENTS, PAGES, SLACKDUMP};

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
    workspace: Workspace,
    channels: Vec<ChannelParts>,
    warnings: Warnings,
    missing: Vec<String>,
    maker: Maker,
    buffers: Buffers,
}

/// A folder may hold the exports of several workspaces; each is read by itself.
fn open(source: Source, setting: Setting<'_>) -> Result<Box<dyn Export>, ImportError> {
    let roots = layout::roots(&source);
    match roots.as_slice() {
        [] => {
            let reason = "it holds no folder with files like 2024-12-06.json; give the folder or zip that Slack made";
            Err(ImportError::NotAnExport { path: source.path().to_owned(), reason: reason.to_owned() })
        }
        [root] => Ok(Box::new(open_at(source, root, setting))),
        roots => {
            let warnings = source.warnings().clone();
            let exports = roots.iter().map(|root| -> Box<dyn Export> {
                Box::new(open_at(source.only(layout::entries_of(&source, root)), root, setting))
            });
            let exports = exports.collect();
            Ok(Box::new(Mixed::new(source, exports, warnings)))
        }
    }
}

fn open_at(source: Source, root: &str, setting: Setting<'_>) -> Slack {
    let mut layout = layout::find(&source, root);
    let window = Window::of(setting.options);
    let mut warnings = source.warnings().clone();
    let users = lists::read_users(&source, &layout, &mut warnings);
    let listed = lists::read_channels(&source, &layout, &users, &mut warnings);
    let mut channels = layout::join(&source, &mut layout, listed, &mut warnings);
    // The days in the names of the files are those of the export's own clock.
    let told = window.plus(setting.read_as.skew);
    let missing = layout::missing(&layout, &channels, told);
    for channel in &mut channels {
        channel.parts.retain(|part| told.may_hold(part.span));
    }
    let mut workspace = Workspace::new(window, setting.read_as.skew, source.limits());
    for channel in &channels {
        workspace.name_channel(&channel.meta);
    }
    let maker = layout.maker(&source);
    Slack { source, users, workspace, channels, warnings, missing, maker, buffers: Buffers::default() }
}

/// Where the channels lie that people would call by one of `names`, as far as the lists at the top of
/// an export tell: folders that may be there.
pub(super) fn folders_of(top: &Source, names: &[String]) -> Vec<String> {
    let mut layout = layout::find(top, "");
    // What is wrong with the lists is told when all is read.
    let mut untold = Warnings::default();
    let listed = lists::read_channels(top, &layout, &[], &mut untold);
    let places: Vec<[String; 2]> = listed.iter().map(|channel| [channel.folder.clone(), channel.id.clone()]).collect();
    let channels = layout::join(top, &mut layout, listed, &mut untold);
    let is_wanted = |meta: &ChannelMeta| names.iter().any(|name| is_called(meta, name));
    let wanted = channels.iter().zip(places).filter(|(channel, _)| is_wanted(&channel.meta));
    let unlisted = names.iter().map(|name| name.trim().trim_start_matches('#').to_owned());
    wanted.flat_map(|(_, places)| places).chain(unlisted).collect()
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
            self.workspace.place(id, ix);
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
        missing.extend(layout::missing_of(report, self.maker));
        missing
    }

    fn record(&self, file: &str, record: u32) -> Option<String> {
        let mut bytes = Vec::new();
        self.source.read(self.source.entry(file)?, &mut bytes).ok()?;
        let (text, _) = json::decode(&bytes);
        day::record_text(&text, record, self.source.limits().depth)
    }
}
