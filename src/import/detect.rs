//! Which format a source has, told by its content; names only help.
//!
//! Each format is one row of `FORMATS` and says how sure it is; the surest wins, the earlier row
//! among equals. A new format is one file and one row.

use std::path::Path;

use super::format::{Confidence, Format};
use super::source::{Source, SourceKind};
use super::{ImportError, Limits, slack};

/// Every format that can be read.
pub(crate) const FORMATS: [&Format; 1] = [&slack::FORMAT];

/// Bytes of a file that are looked at.
const HEAD_BYTES: usize = 64 << 10;

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
    // What lies at the top of a folder mostly tells; walking through all of a large one takes long.
    let at_top = path.is_dir().then(|| Source::top(path).ok()).flatten();
    if let Some((Confidence::Sure, format)) = at_top.as_ref().and_then(surest) {
        return Sniffed::Export { format: format.key };
    }
    match Source::open(path, &Limits::default()) {
        Ok(source) if is_project(&source) => Sniffed::Project,
        Ok(source) => surest(&source).map_or_else(
            || Sniffed::Unknown { reason: looks_like(&source) },
            |(_, format)| Sniffed::Export { format: format.key },
        ),
        Err(error) => Sniffed::Unknown { reason: error.to_string() },
    }
}

/// The keys of all formats, for help texts.
pub fn format_keys() -> Vec<&'static str> {
    FORMATS.iter().map(|format| format.key).collect()
}

/// The format of a source: the one asked for by key, else the surest.
pub(crate) fn format_of(source: &Source, key: Option<&str>) -> Result<&'static Format, ImportError> {
    if let Some(key) = key {
        let asked = FORMATS.into_iter().find(|format| format.key == key);
        return asked
            .ok_or_else(|| ImportError::UnknownFormat { key: key.to_owned(), known: format_keys().join(", ") });
    }
    if is_project(source) {
        return Err(ImportError::IsProject { path: source.path().to_owned() });
    }
    surest(source)
        .map(|(_, format)| format)
        .ok_or_else(|| ImportError::NotAnExport { path: source.path().to_owned(), reason: looks_like(source) })
}

fn surest(source: &Source) -> Option<(Confidence, &'static Format)> {
    let mut best = None;
    for format in FORMATS {
        let confidence = (format.confidence)(source);
        if confidence > best.map_or(Confidence::No, |(known, _)| known) {
            best = Some((confidence, format));
        }
    }
    best
}

/// A project is known by its content: an object with the key `format` that names meanwhile.
fn is_project(source: &Source) -> bool {
    source.kind() == SourceKind::File && {
        let head = head(source);
        let text = String::from_utf8_lossy(&head);
        let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        compact.trim_start_matches('\u{feff}').starts_with('{') && compact.contains(r#""format":"meanwhile/"#)
    }
}

/// The beginning of a source that is a single file.
fn head(source: &Source) -> Vec<u8> {
    source.entries().first().and_then(|entry| source.head(entry, HEAD_BYTES).ok()).unwrap_or_default()
}

/// What a source looks like that no format takes, and what to do next.
fn looks_like(source: &Source) -> String {
    let advice = "give the folder or the zip that Slack made, the one that holds channels.json";
    if source.kind() == SourceKind::File {
        return looks_like_file(&head(source), advice);
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

fn looks_like_file(head: &[u8], advice: &str) -> String {
    let text = String::from_utf8_lossy(head);
    let start = text.trim_start_matches(['\u{feff}', '\0']).trim_start();
    if start.is_empty() {
        return format!("the file is empty; {advice}");
    }
    if start.starts_with('[') && start.contains("\"ts\"") {
        return format!("it looks like one day of one channel of a Slack export; {advice}");
    }
    if start.starts_with(['{', '[']) {
        return format!("it is JSON of an unknown kind; {advice}");
    }
    let text_file = !head.contains(&0) && std::str::from_utf8(head).is_ok_and(|text| !text.is_empty());
    if text_file {
        format!("it is a text file; {advice}")
    } else {
        format!("its content is of no known kind; {advice}")
    }
}
