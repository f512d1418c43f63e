//! The other ways in which Slack's conversations are handed on, and how each file of them is known.
//!
//! slackdump writes dumps (one JSON a channel or thread), archives (chunks, one a line) and a
//! database; Slack's API gives pages; its event interface a stream of events. All carry the same
//! messages, so [`super::feed`] reads any mixture of them, with lists of users and channels beside.
//! Facts are from slackdump 2 to 4, from Slack's API reference and from real files; of databases
//! only the schema was seen, so their rows are synthetic only.

use std::path::Path;

use super::feed;
use super::layout::day_of;
use crate::import::format::{Claim, Detect, Format};
use crate::import::sample::{Root, Sample};
use crate::import::source::{Entry, Source, SourceKind};

/// The row of slackdump's dumps, archives and databases.
pub(crate) const SLACKDUMP: Format = Format {
    key: "slackdump",
    name: "slackdump",
    detect: Detect::TreeOrFile(
        |source| claim_tree(source, Kind::is_slackdump),
        |sample| claim(sample, Kind::is_slackdump),
    ),
    open: feed::open,
};

/// The row of pages of Slack's API.
pub(crate) const PAGES: Format = Format {
    key: "slack-api",
    name: "Slack API pages",
    detect: Detect::TreeOrFile(|source| claim_tree(source, Kind::is_page), |sample| claim(sample, Kind::is_page)),
    open: feed::open,
};

/// The row of streams of Slack's events.
pub(crate) const EVENTS: Format = Format {
    key: "slack-events",
    name: "Slack events",
    detect: Detect::TreeOrFile(|source| claim_tree(source, Kind::is_events), |sample| claim(sample, Kind::is_events)),
    open: feed::open,
};

/// Files of a folder that are looked at to tell whether all of it is of this family.
const MOST_LOOKED_AT: usize = 300;

/// What a file of this family holds; the earlier one names a folder that holds several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// slackdump's database.
    Database,
    /// Lines of slackdump's archive.
    Chunks,
    /// One channel or thread, dumped.
    Dump,
    /// A page of `conversations.history` or `conversations.replies`.
    Page,
    /// Events, one a line.
    Events,
    /// A list of users.
    Users,
    /// A list of channels.
    Channels,
}

impl Kind {
    /// What a file holds, by its beginning.
    pub(super) fn of(sample: &Sample) -> Option<Self> {
        if sample.bytes.starts_with(b"SQLite format 3\0") {
            let has = |word: &[u8]| memchr::memmem::find(&sample.bytes, word).is_some();
            return (has(b"S_USER") && has(b"CHUNK")).then_some(Self::Database);
        }
        match sample.root {
            Root::Object | Root::Lines => Self::of_object(sample),
            // The messages of a page alone; a day file of a workspace export is better read with the rest of it.
            Root::List if is_message(sample, "[].") => (!is_day_file(&sample.name)).then_some(Self::Page),
            Root::List => Self::of_list(sample, "[]"),
            Root::Empty | Root::Text | Root::Binary => None,
        }
    }

    fn of_object(sample: &Sample) -> Option<Self> {
        let told_by = |keys: &[&str]| keys.iter().any(|key| sample.has(key));
        let has_messages = sample.has("messages") && (sample.has("messages[].ts") || sample.is_whole);
        let is_chunk = sample.value("t").is_some_and(|kind| kind.parse::<u8>().is_ok_and(|kind| kind < 32))
            && sample.value("ts").is_some_and(|at| at.len() >= 16 && is_number(at));
        if is_chunk {
            Some(Self::Chunks)
        } else if has_messages && sample.has("channel_id") {
            Some(Self::Dump)
        } else if has_messages
            && (told_by(&["ok", "has_more", "response_metadata"]) || is_message(sample, "messages[]."))
        {
            Some(Self::Page)
        } else if is_stream(sample) {
            Some(Self::Events)
        } else if sample.has("ok") {
            Self::of_list(sample, "members[]").or_else(|| Self::of_list(sample, "channels[]"))
        } else {
            None
        }
    }

    fn of_list(sample: &Sample, list: &str) -> Option<Self> {
        let starts = |letters: &[char]| sample.value(&format!("{list}.id")).is_some_and(|id| id.starts_with(letters));
        let has = |key: &str| sample.has(&format!("{list}.{key}"));
        if starts(&['U', 'W']) && (has("profile") || has("real_name") || has("is_bot")) {
            Some(Self::Users)
        } else if starts(&['C', 'D', 'G']) && (has("name") || has("user") || has("members")) {
            Some(Self::Channels)
        } else {
            None
        }
    }

    const fn is_slackdump(self) -> bool {
        matches!(self, Self::Database | Self::Chunks | Self::Dump)
    }

    const fn is_page(self) -> bool {
        matches!(self, Self::Page)
    }

    const fn is_events(self) -> bool {
        matches!(self, Self::Events)
    }

    /// Whether it holds messages, not only names.
    const fn has_messages(self) -> bool {
        !matches!(self, Self::Users | Self::Channels)
    }

    const fn why(self) -> &'static str {
        match self {
            Self::Database => "it is the database of slackdump",
            Self::Chunks => "it holds the chunks of slackdump's archive",
            Self::Dump => "it holds a channel id and its messages, as slackdump dumps them",
            Self::Page => "it holds messages as Slack's API gives them",
            Self::Events => "its lines are events of Slack",
            Self::Users => "it lists users",
            Self::Channels => "it lists channels",
        }
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text is a `ts` of Slack: seconds, a dot, six digits.
fn is_ts(text: &str) -> bool {
    text.split_once('.').is_some_and(|(seconds, rest)| is_number(seconds) && seconds.len() >= 9 && is_number(rest))
}

fn is_day_file(name: &str) -> bool {
    day_of(name.rsplit('/').next().unwrap_or(name)).is_some()
}

/// Whether there are messages at a path.
fn is_message(sample: &Sample, path: &str) -> bool {
    let is_typed = sample.values(&format!("{path}type")).iter().any(|kind| kind == "message");
    is_typed && sample.value(&format!("{path}ts")).is_some_and(is_ts)
}

fn is_stream(sample: &Sample) -> bool {
    let is_one_of = |kinds: &[&str]| sample.values("type").iter().any(|kind| kinds.contains(&kind.as_str()));
    (is_one_of(&["event_callback"]) && sample.has("event.type"))
        || (is_one_of(&["events_api"]) && sample.has("payload.event.type"))
        || (is_message(sample, "") && (sample.has("channel") || id_in_name(&sample.name).is_some()))
        || (is_one_of(&["hello", "reaction_added", "user_typing"]) && sample.has("channel") && sample.has("event_ts"))
}

fn claim(sample: &Sample, wanted: fn(Kind) -> bool) -> Option<Claim> {
    Kind::of(sample).filter(|kind| wanted(*kind)).map(|kind| Claim::sure(kind.why()))
}

/// Claims a folder or zip all of whose files are of this family, so that lists of users beside
/// messages name the people in them and what was uploaded is not taken for a chat.
fn claim_tree(source: &Source, wanted: fn(Kind) -> bool) -> Option<Claim> {
    if source.kind() == SourceKind::File {
        return None;
    }
    let mut main: Option<Kind> = None;
    let mut looked_at = 0;
    for entry in source.entries().iter().filter(|entry| is_read(source, entry)) {
        match Kind::of(&Sample::of(source, entry)) {
            Some(kind) if kind.has_messages() => main = Some(main.map_or(kind, |known| known.min(kind))),
            Some(_) => {}
            None => return None,
        }
        looked_at += 1;
        if looked_at >= MOST_LOOKED_AT {
            break;
        }
    }
    main.filter(|kind| wanted(*kind)).map(|kind| Claim::sure(kind.why()))
}

fn ending(name: &str) -> String {
    let file = Path::new(name);
    file.extension().map_or_else(String::new, |ending| ending.to_string_lossy().to_ascii_lowercase())
}

/// Whether an entry can be of this family: by the end of its name, and because it is nothing that
/// was uploaded. The text that slackdump writes beside a dump says the same again, for people.
pub(super) fn is_read(source: &Source, entry: &Entry) -> bool {
    let ending = ending(&entry.name);
    let is_twin = || {
        let stem = entry.name.strip_suffix(".txt");
        stem.is_some_and(|stem| source.entry(&format!("{stem}.json")).is_some())
    };
    match ending.as_str() {
        "json" | "jsonl" | "ndjson" | "gz" | "sqlite" | "sqlite3" | "db" | "log" => !is_attachment(source, entry),
        "txt" => !is_attachment(source, entry) && !is_twin(),
        _ => false,
    }
}

/// Whether an entry is something that was uploaded: what lies in the folder of a dump's name, or in
/// one of those that slackdump makes for files.
fn is_attachment(source: &Source, entry: &Entry) -> bool {
    let folders = entry.name.match_indices('/').filter_map(|(at, _)| entry.name.get(..at));
    folders.into_iter().any(|folder| {
        let own = folder.rsplit('/').next().unwrap_or(folder);
        matches!(own, "__uploads" | "__avatars" | "attachments") || source.entry(&format!("{folder}.json")).is_some()
    })
}

/// The id of a channel in the name of a file or of the folder it lies in: `C024BE91L-page2.json`.
pub(super) fn id_in_name(name: &str) -> Option<&str> {
    let mut parts = name.rsplit('/');
    let (file, folder) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    [file, folder].into_iter().find_map(|text| {
        let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
        // Short ids, as forged files have them, only where the name begins with one.
        let first = words.next().filter(|word| is_channel_id(word));
        first.or_else(|| words.find(|word| word.len() >= 9 && is_channel_id(word)))
    })
}

/// Whether a text is the id of a conversation: `C024BE91L`, `D03…`, `G01…`.
fn is_channel_id(word: &str) -> bool {
    word.starts_with(['C', 'D', 'G'])
        && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && word.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_a_channel_is_found_in_the_names_of_files_and_folders() {
        let names = [
            ("C024BE91L.json", Some("C024BE91L")),
            ("history_C024BE91L-page2.json", Some("C024BE91L")),
            ("D03KQ71AB/2024-12-06.json", Some("D03KQ71AB")),
            ("C7-1733495772.100015.json", Some("C7")),
            ("page2.json", None),
            ("CHANNELS.json", None),
        ];
        for (name, id) in names {
            assert_eq!(id_in_name(name), id, "{name}");
        }
    }

    #[test]
    fn each_kind_of_file_is_told_by_what_it_holds() {
        let kinds = [
            (r#"{"t":0,"ts":1733495772100015000,"id":"C1","m":[]}"#, Some(Kind::Chunks)),
            (r#"{"channel_id":"C1","name":"ops","messages":[{"ts":"1733495772.100015"}]}"#, Some(Kind::Dump)),
            (r#"{"ok":true,"messages":[],"has_more":false}"#, Some(Kind::Page)),
            (r#"{"type":"message","channel":"C1","ts":"1733495772.100015"}"#, Some(Kind::Events)),
            (r#"{"type":"event_callback","event":{"type":"message"}}"#, Some(Kind::Events)),
            (r#"[{"id":"U1","name":"runa","profile":{}}]"#, Some(Kind::Users)),
            (r#"{"ok":true,"members":[{"id":"U1","profile":{}}]}"#, Some(Kind::Users)),
            (r#"[{"id":"C1","name":"ops"}]"#, Some(Kind::Channels)),
            (r#"[{"type":"message","ts":"1733495772.100015"}]"#, Some(Kind::Page)),
            (r#"{"messages":[{"id":"7","content":"x"}],"guild":{}}"#, None),
        ];
        let day = Sample::new("ops/2024-12-06.json", br#"[{"type":"message","ts":"1733495772.100015"}]"#.to_vec());
        assert_eq!(Kind::of(&day), None);
        for (text, kind) in kinds {
            let name = if kind.is_none() { "day.json" } else { "a.json" };
            assert_eq!(Kind::of(&Sample::new(name, text.as_bytes().to_vec())), kind, "{text}");
        }
    }
}
