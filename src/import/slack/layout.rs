//! Where things lie in a Slack export: the root, the lists, the folders with day files.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;

use super::lists::ListedChannel;
use super::{PLATFORM, Window};
use crate::archive::{ChannelKind, ChannelMeta, Ids};
use crate::base::id::ChannelId;
use crate::base::text::{Raw, RawString, composed, count_words};
use crate::base::time::{DAY, Instant};
use crate::import::format::{ChannelParts, Claim, Confidence, PartFile};
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

/// Most exports in one folder.
const MOST_ROOTS: usize = 100;

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
    /// Lists of users above the root, which tell of all workspaces of an organisation.
    above: Vec<String>,
    /// Files that nothing is known about.
    others: Vec<String>,
}

/// Who made an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Maker {
    /// Slack itself: files are only named.
    Slack,
    /// slackdump, which carries the files along.
    Slackdump,
}

impl Layout {
    /// A file at the root, when it is there.
    pub(super) fn list<'s>(&self, source: &'s Source, name: &str) -> Option<&'s Entry> {
        self.lists.contains(name).then(|| source.entry(&format!("{}{name}", self.root)))?
    }

    /// The lists of users called `name`: that of the workspace, then those above it.
    pub(super) fn user_lists<'s>(&self, source: &'s Source, name: &str) -> Vec<&'s Entry> {
        let above = self.above.iter().filter(|path| file_of(path) == name).filter_map(|path| source.entry(path));
        self.list(source, name).into_iter().chain(above).collect()
    }

    /// Who made it. slackdump lists what it found none of as `[]`, keeps no log of integrations, and
    /// puts files beside the days.
    pub(super) fn maker(&self, source: &Source) -> Maker {
        let is_upload = |name: &String| name.starts_with("__uploads/") || name.contains("/attachments/");
        let is_empty = |(list, _): &(&str, ChannelKind)| {
            self.list(source, list).is_some_and(|entry| (2..=3).contains(&entry.bytes))
        };
        let is_slackdump = !self.lists.contains("integration_logs.json")
            && (self.others.iter().any(is_upload) || CHANNEL_LISTS.iter().skip(1).any(is_empty));
        if is_slackdump { Maker::Slackdump } else { Maker::Slack }
    }
}

fn file_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether a source is an export that slackdump made, and why.
pub(super) fn claim_slackdump(source: &Source) -> Option<Claim> {
    // Most exports are Slack's own, and to tell that must not take long.
    if source.entry("integration_logs.json").is_some() {
        return None;
    }
    let is_hint = |entry: &Entry| {
        entry.name.contains("__uploads/") || entry.name.contains("/attachments/") || (2..=3).contains(&entry.bytes)
    };
    if !source.entries().iter().any(is_hint) {
        return None;
    }
    claim(source).filter(|claim| claim.confidence == Confidence::Sure)?;
    let root = roots(source).into_iter().next()?;
    let is_slackdump = find(source, &root).maker(source) == Maker::Slackdump;
    is_slackdump
        .then(|| Claim::sure("it is laid out as slackdump lays out exports, with files or empty lists beside the days"))
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

/// Sorts everything below a root.
pub(super) fn find(source: &Source, root: &str) -> Layout {
    let (root, lists) = (root.to_owned(), HashSet::new());
    let mut layout = Layout { root, folders: BTreeMap::new(), lists, above: Vec::new(), others: Vec::new() };
    for entry in source.entries() {
        match entry.name.strip_prefix(&layout.root) {
            Some(name) => place(&mut layout.folders, &mut layout.lists, &mut layout.others, entry, name),
            None if is_above(&entry.name, &layout.root) => layout.above.push(entry.name.clone()),
            None => {}
        }
    }
    layout
}

/// Whether a path is that of a list of users in a folder that holds the root.
fn is_above(path: &str, root: &str) -> bool {
    let file = file_of(path);
    let folder = path.get(..path.len() - file.len()).unwrap_or_default();
    USER_LISTS.contains(&file) && folder.len() < root.len() && root.starts_with(folder)
}

/// The entries of one root among several: what lies below it, and the lists of users above it.
pub(super) fn entries_of(source: &Source, root: &str) -> Vec<Entry> {
    let entries = source.entries().iter().filter(|entry| entry.name.starts_with(root) || is_above(&entry.name, root));
    entries.cloned().collect()
}

/// Where exports begin, each with its `/` at the end: mostly one folder, several where each holds a
/// list of channels and days. What lies below one of them belongs to it.
pub(super) fn roots(source: &Source) -> Vec<String> {
    let Some((first, is_listed)) = root(source) else { return Vec::new() };
    if first.is_empty() || !is_listed {
        return vec![first];
    }
    let holders = source.entries().iter().filter_map(|entry| {
        let file = file_of(&entry.name);
        let is_list = CHANNEL_LISTS.iter().any(|(list, _)| *list == file);
        entry.name.get(..entry.name.len() - file.len()).filter(|_| is_list)
    });
    let mut roots: Vec<&str> = holders.collect();
    roots.sort_unstable();
    let mut kept: Vec<&str> = Vec::new();
    for root in roots {
        if kept.len() < MOST_ROOTS && kept.last().is_none_or(|outer| !root.starts_with(outer)) {
            kept.push(root);
        }
    }
    if kept.len() > 1 {
        let has_days = |root: &&str| {
            let below = source.entries().iter().filter_map(|entry| entry.name.strip_prefix(*root));
            below.into_iter().any(|name| name.split_once('/').is_some_and(|(_, file)| day_of(file).is_some()))
        };
        kept.retain(has_days);
    }
    if kept.is_empty() { vec![first] } else { kept.into_iter().map(str::to_owned).collect() }
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
pub(super) fn day_of(file: &str) -> Option<NaiveDate> {
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
        ids: Ids::Own,
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
        ids: Ids::Own,
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
    missing.extend(left_out(window));
    missing
}

/// What was left out as asked for.
pub(super) fn left_out(window: Window) -> Vec<String> {
    let before = window.since.map(|since| format!("What was posted before {since} was left out as asked for."));
    let after = window.until.map(|until| format!("What was posted after {until} was left out as asked for."));
    [before, after].into_iter().flatten().collect()
}

/// What the messages that are there show to be missing.
pub(super) fn missing_of(report: &SourceReport, maker: Maker) -> Vec<String> {
    let mut missing = Vec::new();
    let totals = &report.totals;
    if totals.files > 0 && maker == Maker::Slack {
        let count = count_words(totals.files, "file is", "files are");
        missing.push(format!("{count} there by name and size only: a Slack export does not carry them."));
    }
    if totals.edited > 0 {
        let count = count_words(totals.edited, "message was", "messages were");
        missing.push(format!("{count} edited: a standard export keeps only the last text."));
    }
    missing.extend(gaps(report));
    missing
}

/// Threads and names of which only a part is there.
pub(super) fn gaps(report: &SourceReport) -> Vec<String> {
    let mut missing = Vec::new();
    let totals = &report.totals;
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
pub(super) fn some_of(names: &[String]) -> String {
    let first: Vec<&str> = names.iter().take(5).map(String::as_str).collect();
    let more = names.len() - first.len();
    if more == 0 { first.join(", ") } else { format!("{} and {more} more", first.join(", ")) }
}
