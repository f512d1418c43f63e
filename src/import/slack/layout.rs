//! Where things lie in a Slack export: the root, the lists, the folders with day files.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;

use super::lists::ListedChannel;
use super::{PLATFORM, Window};
use crate::archive::{ChannelKind, ChannelMeta};
use crate::base::id::ChannelId;
use crate::base::text::{Raw, RawString, composed, count_words};
use crate::base::time::{DAY, Instant};
use crate::import::format::{ChannelParts, Claim, PartFile};
use crate::import::report::{SourceReport, Trouble, Warnings};
use crate::import::source::{Entry, Source, SourceKind};

/// Lists of channels, with what kind of conversation each holds.
pub(super) const CHANNEL_LISTS: [(&str, ChannelKind); 4] = [
    ("channels.json", ChannelKind::Public),
    ("groups.json", ChannelKind::Private),
    ("mpims.json", ChannelKind::GroupDm),
    ("dms.json", ChannelKind::Dm),
];

/// Lists of users; the second is that of an Enterprise Grid.
pub(super) const USER_LISTS: [&str; 2] = ["users.json", "org_users.json"];

/// Files at the root that hold no messages.
const OTHER_FILES: [&str; 6] = [
    "integration_logs.json",
    "canvases.json",
    "file_conversations.json",
    "huddle_transcripts.json",
    "lists.json",
    "content_flags.json",
];

/// A file is a day in Los Angeles or in UTC; with a day to spare on either side.
const DAY_BEFORE: i64 = DAY;
const DAY_AFTER: i64 = 3 * DAY;

/// What lies where.
#[derive(Debug)]
pub(super) struct Layout {
    /// The path before every name, with its `/`; empty without a wrapping folder.
    pub(super) root: String,
    /// Day files by the name of their folder, oldest first.
    folders: BTreeMap<String, Vec<PartFile>>,
    /// Names of root files that are there.
    lists: HashSet<String>,
    /// Files that nothing is known about.
    others: Vec<String>,
}

impl Layout {
    /// A file at the root, when it is there.
    pub(super) fn list<'s>(&self, source: &'s Source, name: &str) -> Option<&'s Entry> {
        self.lists.contains(name).then(|| source.entry(&format!("{}{name}", self.root)))?
    }
}

/// Whether a source is a Slack export, and why.
pub(super) fn claim(source: &Source) -> Option<Claim> {
    if source.kind() == SourceKind::File {
        return None;
    }
    match root(source)? {
        (_, true) => Some(Claim::sure("it holds lists of channels or users beside folders of days")),
        (_, false) => Some(Claim::likely("it holds folders with files like 2024-12-06.json")),
    }
}

/// Finds the root and sorts everything below it.
pub(super) fn find(source: &Source) -> Option<Layout> {
    let (root, _) = root(source)?;
    let mut layout = Layout { root, folders: BTreeMap::new(), lists: HashSet::new(), others: Vec::new() };
    for entry in source.entries() {
        if let Some(name) = entry.name.strip_prefix(&layout.root) {
            place(&mut layout.folders, &mut layout.lists, &mut layout.others, entry, name);
        }
    }
    Some(layout)
}

fn place(
    folders: &mut BTreeMap<String, Vec<PartFile>>,
    lists: &mut HashSet<String>,
    others: &mut Vec<String>,
    entry: &Entry,
    name: &str,
) {
    match name.split_once('/') {
        None => {
            let known = is_list(name) || OTHER_FILES.contains(&name);
            if known {
                lists.insert(name.to_owned());
            } else {
                others.push(name.to_owned());
            }
        }
        Some((folder, file)) => match day_of(file) {
            Some(day) => {
                let midnight =
                    Instant::from_seconds(day.and_hms_opt(0, 0, 0).map_or(0, |day| day.and_utc().timestamp()));
                let span = Some((midnight.plus(-DAY_BEFORE), midnight.plus(DAY_AFTER)));
                let part = PartFile { name: entry.name.clone(), bytes: entry.bytes, span, place: 0 };
                folders.entry(composed(folder).into_owned()).or_default().push(part);
            }
            None => others.push(name.to_owned()),
        },
    }
}

fn is_list(name: &str) -> bool {
    USER_LISTS.contains(&name) || CHANNEL_LISTS.iter().any(|(list, _)| *list == name)
}

/// The day that a day file is named after; other files hold no messages.
fn day_of(file: &str) -> Option<NaiveDate> {
    let stem = file.strip_suffix(".json")?;
    let shaped = stem.len() == 10
        && stem
            .bytes()
            .enumerate()
            .all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() });
    let number = |at: std::ops::Range<usize>| stem.get(at)?.parse::<u16>().ok();
    let day = || NaiveDate::from_ymd_opt(number(0..4)?.into(), number(5..7)?.into(), number(8..10)?.into());
    // A date that no calendar has is still a day file; it only tells nothing about its span.
    shaped.then(|| day().unwrap_or_default())
}

/// The shallowest folder that holds a list of channels, or a list of users beside folders with day
/// files; else the shallowest that holds such folders. Also whether a list says so.
fn root(source: &Source) -> Option<(String, bool)> {
    // Nothing is shallower, so nothing else has to be looked at.
    if CHANNEL_LISTS.iter().any(|(list, _)| source.entry(list).is_some()) {
        return Some((String::new(), true));
    }
    let mut best: Option<(u8, usize, &str)> = None;
    let mut dated: Vec<&str> = Vec::new();
    let mut with_users: Vec<&str> = Vec::new();
    for entry in source.entries() {
        let (parent, file) =
            entry.name.rsplit_once('/').map_or(("", entry.name.as_str()), |(parent, file)| (parent, file));
        if CHANNEL_LISTS.iter().any(|(list, _)| *list == file) {
            best = best.into_iter().chain([(0, depth(parent), parent)]).min();
        } else if USER_LISTS.contains(&file) {
            with_users.push(parent);
        } else if day_of(file).is_some() && !parent.is_empty() {
            let above = parent.rsplit_once('/').map_or("", |(above, _)| above);
            if dated.last() != Some(&above) {
                dated.push(above);
            }
        }
    }
    if best.is_none() {
        let users =
            with_users.into_iter().filter(|parent| dated.contains(parent)).map(|parent| (1, depth(parent), parent));
        let bare = dated.iter().map(|parent| (2, depth(parent), *parent));
        best = users.chain(bare).min();
    }
    best.map(|(rank, _, parent)| {
        let root = if parent.is_empty() { String::new() } else { format!("{parent}/") };
        (root, rank < 2)
    })
}

fn depth(parent: &str) -> usize {
    if parent.is_empty() { 0 } else { parent.matches('/').count() + 1 }
}

/// Joins the lists with the folders: every listed channel, with or without a folder, and every
/// folder, listed or not. Takes the folders out of the layout.
pub(super) fn join(
    source: &Source,
    layout: &mut Layout,
    listed: Vec<ListedChannel>,
    warnings: &mut Warnings,
) -> Vec<ChannelParts> {
    let mut folders: HashMap<String, Vec<PartFile>> = std::mem::take(&mut layout.folders).into_iter().collect();
    let mut ids = HashSet::new();
    let mut channels = Vec::with_capacity(listed.len());
    for channel in listed {
        let by_name = folders.remove(composed(&channel.folder).as_ref());
        let parts = by_name.or_else(|| folders.remove(channel.id.as_str())).unwrap_or_default();
        channels.push(listed_channel(channel, parts, &mut ids, warnings));
    }
    let mut unlisted: Vec<_> = folders.into_iter().collect();
    unlisted.sort_by(|a, b| a.0.cmp(&b.0));
    let has_lists = CHANNEL_LISTS.iter().any(|(list, _)| layout.list(source, list).is_some());
    for (name, parts) in unlisted {
        if has_lists {
            warnings.add(
                Trouble::UnlistedFolder,
                &format!("{name}/"),
                None,
                "renamed, merged or private channels look so",
            );
        }
        channels.push(ChannelParts { meta: unlisted_meta(&name, &mut ids), parts });
    }
    channels
}

fn listed_channel(
    channel: ListedChannel,
    parts: Vec<PartFile>,
    ids: &mut HashSet<String>,
    warnings: &mut Warnings,
) -> ChannelParts {
    let own = if channel.id.is_empty() { channel.folder.clone() } else { channel.id.clone() };
    let id = unique(&own, ids);
    if id != own {
        let reason = format!("{own} stands twice, also as {}", Raw::new(&channel.folder).tty_line());
        warnings.add(Trouble::DuplicateId, channel.list, None, &reason);
    }
    let meta = ChannelMeta {
        id: ChannelId::new(PLATFORM, &id),
        name: RawString::new(channel.name),
        kind: channel.kind,
        topic: RawString::new(channel.topic),
        purpose: RawString::new(channel.purpose),
        listed: true,
    };
    ChannelParts { meta, parts }
}

fn unlisted_meta(folder: &str, ids: &mut HashSet<String>) -> ChannelMeta {
    // Direct messages have no name; their folders are named by id. Group ones by their members.
    let is_dm_id = folder.len() > 7
        && folder.starts_with('D')
        && folder.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let kind = if folder.starts_with("mpdm-") {
        ChannelKind::GroupDm
    } else if is_dm_id {
        ChannelKind::Dm
    } else {
        ChannelKind::Public
    };
    ChannelMeta {
        id: ChannelId::new(PLATFORM, &unique(folder, ids)),
        name: RawString::from(folder),
        kind,
        topic: RawString::default(),
        purpose: RawString::default(),
        listed: false,
    }
}

fn unique(id: &str, ids: &mut HashSet<String>) -> String {
    let mut own = id.to_owned();
    let mut count = 1;
    while !ids.insert(own.clone()) {
        count += 1;
        own = format!("{id}~{count}");
    }
    own
}

/// What this export does not hold, as far as its layout tells.
pub(super) fn missing(layout: &Layout, channels: &[ChannelParts], window: Window) -> Vec<String> {
    let mut missing = Vec::new();
    let private = CHANNEL_LISTS.iter().skip(1).any(|(list, _)| layout.lists.contains(*list));
    if !private {
        missing.push(
            "Only public channels are present: private channels and direct messages come only with an export of all \
             conversations, which a workspace owner has to ask Slack for."
                .to_owned(),
        );
    }
    let without: Vec<String> = channels
        .iter()
        .filter(|channel| channel.meta.listed && channel.parts.is_empty())
        .map(|channel| channel.meta.label())
        .collect();
    if !without.is_empty() {
        let listed = channels.iter().filter(|channel| channel.meta.listed).count();
        missing.push(format!(
            "{} of {listed} listed channels have no messages in it, {}: nobody wrote there, or they were left out of this copy.",
            without.len(),
            some_of(&without)
        ));
    }
    if !layout.others.is_empty() {
        let names: Vec<String> = layout.others.iter().map(|name| Raw::new(name).tty_line().into_owned()).collect();
        let count = count_words(names.len(), "file holds", "files hold");
        missing.push(format!("{count} no messages and stay unread: {}.", some_of(&names)));
    }
    if let Some(since) = window.since {
        missing.push(format!("What was posted before {since} was left out as asked for."));
    }
    if let Some(until) = window.until {
        missing.push(format!("What was posted after {until} was left out as asked for."));
    }
    missing
}

/// What the messages that are there show to be missing.
pub(super) fn missing_of(report: &SourceReport) -> Vec<String> {
    let mut missing = Vec::new();
    let totals = &report.totals;
    if totals.files > 0 {
        let count = count_words(totals.files, "file is", "files are");
        missing.push(format!("{count} there by name and size only: a Slack export does not carry them."));
    }
    if totals.edited > 0 {
        let count = count_words(totals.edited, "message was", "messages were");
        missing.push(format!("{count} edited: a standard export keeps only the last text."));
    }
    let orphans = report.warnings.count_of(Trouble::MissingRoot);
    if orphans > 0 {
        let count = count_words(orphans, "reply has", "replies have");
        missing.push(format!(
            "{count} no first message in it: the thread began before the export, or its root was deleted."
        ));
    }
    if totals.lacking > 0 {
        let count = count_words(totals.lacking, "reply that Slack counts is", "replies that Slack counts are");
        missing.push(format!("{count} not in it: deleted since, or outside of the span."));
    }
    if !report.nameless.is_empty() {
        let count = count_words(report.nameless.len(), "person is", "people are");
        missing.push(format!("{count} known only by their id: no list and no message tells a name."));
    }
    missing
}

/// The first few names, and how many more there are.
fn some_of(names: &[String]) -> String {
    let first: Vec<&str> = names.iter().take(5).map(String::as_str).collect();
    let more = names.len() - first.len();
    if more == 0 { first.join(", ") } else { format!("{} and {more} more", first.join(", ")) }
}
