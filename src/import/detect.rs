//! Which format a source has, told by its content; names only help.
//!
//! Each format is one row of `FORMATS`. Formats of whole folders are asked first; else each file is
//! asked for by itself, so that a folder may hold files of several formats. The surest claim wins,
//! the earlier row among equals. A new format is one file and one row.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::format::{Claim, Confidence, Detect, Export, Format, Setting};
use super::mixed::Mixed;
use super::report::{Trouble, Warnings};
use super::sample::{Root, Sample};
use super::source::{Entry, Source, SourceKind};
use super::{
    ImportError, Limits, discord, generic, git_log, github, google_chat, grafana, icalendar, irc, kubernetes, mail,
    matrix, mattermost, opsgenie, pagerduty, paste, pattern, people_list, rocket_chat, shift_list, slack, slack_users,
    statuspage, teams, telegram, whatsapp, zulip,
};
use crate::archive::ChannelKind;
use crate::base::text::count_words;
use crate::base::time::Instant;

/// Every format that can be read; among equally sure ones the earlier row wins.
pub(crate) const FORMATS: &[&Format] = &[
    &slack::SLACKDUMP,
    &slack::PAGES,
    &slack::EVENTS,
    &slack::SLACKDUMP_EXPORT,
    &slack::FORMAT,
    &slack_users::FORMAT,
    &pagerduty::FORMAT,
    &opsgenie::FORMAT,
    &statuspage::FORMAT,
    &github::FORMAT,
    &kubernetes::FORMAT,
    &grafana::FORMAT,
    &icalendar::FORMAT,
    &git_log::FORMAT,
    &people_list::FORMAT,
    &shift_list::FORMAT,
    &discord::FORMAT,
    &discord::text::FORMAT,
    &mattermost::FORMAT,
    &telegram::FORMAT,
    &teams::FORMAT,
    &zulip::ARCHIVE,
    &zulip::EXPORT,
    &zulip::API,
    &rocket_chat::FORMAT,
    &google_chat::FORMAT,
    &matrix::FORMAT,
    &irc::ZNC,
    &irc::EGGDROP,
    &irc::UBUNTU,
    &irc::IRSSI,
    &irc::WEECHAT,
    &irc::HEXCHAT,
    &irc::SUPYBOT,
    &whatsapp::FORMAT,
    &paste::FORMAT,
    &mail::MBOX,
    &mail::EML,
    &generic::FORMAT,
    &pattern::FORMAT,
];

/// Keys of formats that are opened after all others: what they give depends on the time of the chats.
const AFTER_OTHERS: [&str; 1] = [icalendar::FORMAT.key];

/// Most files of a folder whose beginnings are looked at, when the folder as a whole tells nothing.
const MOST_LOOKED_AT: usize = 5_000;

/// What lies at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sniffed {
    /// A project of meanwhile.
    Project,
    /// An export that can be read.
    Export {
        /// The key of its format.
        format: &'static str,
    },
    /// Something else.
    Unknown {
        /// What it looks like and what to do next, printable.
        reason: String,
    },
}

/// Tells what lies at a path by looking at its beginning or its list of files.
pub fn sniff(path: &Path) -> Sniffed {
    // What lies at the top mostly tells; going through all of a large export takes long.
    if let Some((format, claim)) = Source::top(path).as_ref().and_then(by_tree)
        && claim.confidence == Confidence::Sure
    {
        return Sniffed::Export { format: format.key };
    }
    let source = match Source::open(path, &Limits::default(), &AtomicBool::new(false)) {
        Ok(source) => source,
        Err(error) => return Sniffed::Unknown { reason: error.to_string() },
    };
    sniffed(&source)
}

/// Tells what was piped in.
pub fn sniff_bytes(name: &Path, bytes: &Arc<[u8]>) -> Sniffed {
    sniffed(&Source::from_bytes(name, Arc::clone(bytes), &Limits::default()))
}

fn sniffed(source: &Source) -> Sniffed {
    match detect(source, None) {
        Ok(found) => Sniffed::Export { format: found.key() },
        Err(ImportError::IsProject { .. }) => Sniffed::Project,
        Err(ImportError::NotAnExport { reason, .. }) => Sniffed::Unknown { reason },
        Err(error) => Sniffed::Unknown { reason: error.to_string() },
    }
}

/// Key and name of every format.
pub fn formats() -> impl Iterator<Item = (&'static str, &'static str)> {
    FORMATS.iter().map(|format| (format.key, format.name))
}

/// The keys of all formats, for help texts.
pub fn format_keys() -> Vec<&'static str> {
    FORMATS.iter().map(|format| format.key).collect()
}

/// How a source can be read.
#[derive(Debug)]
pub(crate) enum Found {
    /// All of it as one format.
    Whole(&'static Format, Claim),
    /// Each file by itself, by the places of the formats in `FORMATS`.
    Files(BTreeMap<usize, (Claim, Vec<Entry>)>, Vec<Entry>),
}

impl Found {
    /// The key of the format; `mixed` for several.
    pub(crate) fn key(&self) -> &'static str {
        match self.formats().as_slice() {
            [only] => only.key,
            _ => "mixed",
        }
    }

    /// The name of the format, or of each.
    pub(crate) fn name(&self) -> String {
        let names: Vec<&str> = self.formats().iter().map(|format| format.name).collect();
        names.join(", ")
    }

    /// Why that format was chosen, printable.
    pub(crate) fn why(&self) -> String {
        match self {
            Self::Whole(_, claim) => claim.why.clone(),
            Self::Files(files, _) => {
                let told = files.iter().filter_map(|(place, (claim, entries))| {
                    let format = FORMATS.get(*place)?;
                    Some((format.name, entries.len(), claim.why.as_str()))
                });
                let told: Vec<_> = told.collect();
                match told.as_slice() {
                    [(_, _, why)] => (*why).to_owned(),
                    several => {
                        let words = several.iter().map(|(name, count, why)| {
                            format!("{} {name} ({why})", count_words(*count, "file is", "files are"))
                        });
                        words.collect::<Vec<_>>().join("; ")
                    }
                }
            }
        }
    }

    fn formats(&self) -> Vec<&'static Format> {
        match self {
            Self::Whole(format, _) => vec![format],
            Self::Files(files, _) => files.keys().filter_map(|place| FORMATS.get(*place).copied()).collect(),
        }
    }

    /// Whether what it gives depends on the time of the chats, so that others are opened before it.
    pub(crate) fn waits(&self) -> bool {
        self.formats().iter().all(|format| AFTER_OTHERS.contains(&format.key))
    }

    /// Opens the source as what it was found to be.
    pub(crate) fn open(self, source: Source, setting: Setting<'_>) -> Result<Box<dyn Export>, ImportError> {
        let (files, others) = match self {
            Self::Whole(format, _) => return (format.open)(source, setting),
            Self::Files(files, others) => (files, others),
        };
        let mut warnings = source.warnings().clone();
        note_others(&mut warnings, &others);
        let mut exports = Vec::with_capacity(files.len());
        let mut files: Vec<_> =
            files.into_iter().filter_map(|(place, (_, entries))| Some((FORMATS.get(place)?, entries))).collect();
        files.sort_by_key(|(format, _)| AFTER_OTHERS.contains(&format.key));
        for (format, entries) in files {
            let span = span_of_chats(setting.span, exports.as_slice());
            exports.push((format.open)(source.only(entries), Setting { span, ..setting })?);
        }
        Ok(Box::new(Mixed::new(source, exports, warnings)))
    }
}

/// The span of the chats among some exports, and of those known before.
pub(crate) fn span_of_chats<'a>(
    known: Option<(Instant, Instant)>,
    exports: impl IntoIterator<Item = &'a Box<dyn Export>>,
) -> Option<(Instant, Instant)> {
    let channels = exports.into_iter().flat_map(|export| export.channels());
    let chats = channels.filter(|channel| channel.meta.kind != ChannelKind::Lane);
    let spans = chats.flat_map(|channel| &channel.parts).filter_map(|part| part.span);
    known.into_iter().chain(spans).reduce(|(first, last), (from, to)| (first.min(from), last.max(to)))
}

/// Files of no format are counted and named, never silently left out.
fn note_others(warnings: &mut Warnings, others: &[Entry]) {
    for entry in others {
        warnings.add(Trouble::SkippedEntry, &entry.name, None, "no format takes it for its own");
    }
}

/// How a source can be read: as the format asked for by key, else as the surest.
pub(crate) fn detect(source: &Source, key: Option<&str>) -> Result<Found, ImportError> {
    if let Some(key) = key {
        let asked = FORMATS.iter().find(|format| format.key == key);
        return asked
            .map(|format| Found::Whole(format, Claim::sure("it was asked for")))
            .ok_or_else(|| ImportError::UnknownFormat { key: key.to_owned(), known: format_keys().join(", ") });
    }
    match by_tree(source) {
        Some((format, claim)) => Ok(Found::Whole(format, claim)),
        None => by_file(source),
    }
}

/// The format that takes a whole folder or zip for its own.
fn by_tree(source: &Source) -> Option<(&'static Format, Claim)> {
    let claims = FORMATS.iter().filter_map(|format| match format.detect {
        Detect::Tree(claim) | Detect::TreeOrFile(claim, _) => Some((*format, claim(source)?)),
        Detect::File(_) => None,
    });
    surest(claims)
}

fn by_file(source: &Source) -> Result<Found, ImportError> {
    let mut files: BTreeMap<usize, (Claim, Vec<Entry>)> = BTreeMap::new();
    let mut others = Vec::new();
    for (at, entry) in source.entries().iter().enumerate() {
        if at >= MOST_LOOKED_AT {
            others.push(entry.clone());
            continue;
        }
        let sample = Sample::of(source, entry);
        if source.kind() == SourceKind::File && is_project(&sample) {
            return Err(ImportError::IsProject { path: source.path().to_owned() });
        }
        match format_of(&sample) {
            Some((place, claim)) => {
                let (known, entries) = files.entry(place).or_insert_with(|| (claim.clone(), Vec::new()));
                // The reason shown is that of the surest of its files.
                if claim.confidence > known.confidence {
                    *known = claim;
                }
                entries.push(entry.clone());
            }
            None => others.push(entry.clone()),
        }
    }
    if files.is_empty() {
        return Err(ImportError::NotAnExport { path: source.path().to_owned(), reason: looks_like(source) });
    }
    Ok(Found::Files(files, others))
}

/// The place of the format that takes a file for its own.
fn format_of(sample: &Sample) -> Option<(usize, Claim)> {
    let claims = FORMATS.iter().enumerate().filter_map(|(place, format)| match format.detect {
        Detect::File(claim) | Detect::TreeOrFile(_, claim) => Some((place, claim(sample)?)),
        Detect::Tree(_) => None,
    });
    surest(claims)
}

fn surest<T>(claims: impl Iterator<Item = (T, Claim)>) -> Option<(T, Claim)> {
    let mut best: Option<(T, Claim)> = None;
    for (format, claim) in claims {
        if best.as_ref().is_none_or(|(_, known)| claim.confidence > known.confidence) {
            best = Some((format, claim));
        }
    }
    best
}

/// A project is known by its content: an object with the key `format` that names meanwhile.
fn is_project(sample: &Sample) -> bool {
    let compact: String = sample.text.chars().filter(|c| !c.is_whitespace()).collect();
    compact.starts_with('{') && compact.contains(r#""format":"meanwhile/"#)
}

/// What a source looks like that no format takes, and what to do next.
fn looks_like(source: &Source) -> String {
    let advice = "give the folder or file of an export as it was made, of Slack what holds channels.json; `meanwhile inspect \
                  --help` tells how to read other files";
    if source.kind() == SourceKind::File {
        return source
            .entries()
            .first()
            .map_or_else(String::new, |entry| looks_like_file(&Sample::of(source, entry), advice));
    }
    let entries = source.entries();
    let what = super::format::kind_words(source.kind());
    if entries.is_empty() {
        return format!("the {what} holds no files; {advice}");
    }
    let name_is = |wanted: fn(&str) -> bool| entries.iter().any(|entry| wanted(&entry.name));
    if name_is(|name| has_ending(name, "txt") && (name.contains("channels/") || name.contains("dms/"))) {
        return "it looks like Slack's text export for a single person, which holds no ids and no exact times; ask a \
                workspace owner for a JSON export"
            .to_owned();
    }
    if name_is(|name| name.len() == 15 && has_ending(name, "json") && name.as_bytes().get(4) == Some(&b'-')) {
        return format!("it looks like one channel of a Slack export; {advice}");
    }
    format!("none of its {} files tells a format; {advice}", entries.len())
}

fn has_ending(name: &str, ending: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case(ending))
}

fn looks_like_file(sample: &Sample, advice: &str) -> String {
    let start = sample.text.trim_start_matches(['\u{feff}', '\0']).trim_start();
    match sample.root {
        Root::Empty => format!("the file is empty; {advice}"),
        _ if start.starts_with('[') && start.contains("\"ts\"") => {
            format!("it looks like one day of one channel of a Slack export; {advice}")
        }
        Root::Object | Root::List | Root::Lines => format!("it is JSON of an unknown kind; {advice}"),
        Root::Text => {
            format!("it is a text file; {advice}, or say how its lines are read: --format pattern shows them as read")
        }
        Root::Binary => format!("its content is of no known kind; {advice}"),
    }
}
