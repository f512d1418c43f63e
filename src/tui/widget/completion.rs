//! What Tab completes in a line: names of files, or words of a query. As far as all that fits agrees,
//! and no further: nothing is chosen for anybody.

use std::path::{Path, PathBuf};

use crate::search::query::FIELDS;
use crate::tui::app::App;
use crate::tui::pane::notation::chip;

/// What Tab completes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Completion {
    /// Nothing.
    #[default]
    Nothing,
    /// The name of a file or folder.
    Path,
    /// The last word, by these.
    Words(Vec<String>),
}

impl Completion {
    /// Conditions of the query language, with the tags, channels and people there are.
    pub fn of_query(app: &App) -> Self {
        let (archive, project) = (&app.session.archive, app.session.project());
        let fields = FIELDS.iter().map(|field| format!("{}:", field.name));
        let tags = project.tags().values().filter(|tag| tag.merged_into.is_none()).map(|tag| chip("tag", &tag.name));
        let channels = archive.channels().map(|(_, log)| format!("in:{}", log.meta().label()));
        let people = archive.people().iter().map(|(_, person)| chip("from", &person.short().tty_line()));
        Self::Words(fields.chain(tags).chain(channels).chain(people).collect())
    }

    /// The line after Tab, the caret at its end; `None` when nothing fits.
    pub fn complete(&self, line: &str) -> Option<String> {
        match self {
            Self::Nothing => None,
            Self::Path => Some(common(&files(line))).filter(|found| !found.is_empty()),
            Self::Words(words) => {
                let from = line.rfind(' ').map_or(0, |space| space + 1);
                let (before, typed) = line.split_at(from);
                let typed = typed.to_lowercase();
                let fitting: Vec<String> =
                    words.iter().filter(|word| word.to_lowercase().starts_with(&typed)).cloned().collect();
                Some(common(&fitting))
                    .filter(|found| found.len() >= typed.len() && !found.is_empty())
                    .map(|found| format!("{before}{found}"))
            }
        }
    }
}

/// Files and folders whose names begin with what is typed, folders with a slash behind them.
fn files(typed: &str) -> Vec<String> {
    let (folder, name) = typed.rfind('/').map_or(("", typed), |slash| typed.split_at(slash + 1));
    let place = if folder.is_empty() { PathBuf::from(".") } else { PathBuf::from(folder) };
    let Ok(entries) = std::fs::read_dir(Path::new(&place)) else { return Vec::new() };
    let mut found: Vec<String> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let entry_name = entry.file_name().into_string().ok()?;
            let is_meant = entry_name.starts_with(name) && (!entry_name.starts_with('.') || name.starts_with('.'));
            let slash = if entry.path().is_dir() { "/" } else { "" };
            is_meant.then(|| format!("{folder}{entry_name}{slash}"))
        })
        .collect();
    found.sort();
    found
}

/// The beginning that all have in common.
fn common(texts: &[String]) -> String {
    let Some((first, rest)) = texts.split_first() else { return String::new() };
    let mut end = first.len();
    for text in rest {
        let same = first.char_indices().zip(text.chars()).take_while(|((_, a), b)| a == b).last();
        end = end.min(same.map_or(0, |((at, c), _)| at + c.len_utf8()));
    }
    first.get(..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_completed_as_far_as_all_agree() {
        let words = ["tag:Decision", "tag:Detection", "from:", "in:#sev-search"].map(str::to_owned).to_vec();
        let completion = Completion::Words(words);
        for (line, expected) in [
            ("fr", Some("from:")),
            ("-x tag:d", Some("-x tag:De")),
            ("tag:dec", Some("tag:Decision")),
            ("in:#SEV", Some("in:#sev-search")),
            ("tag:zzz", None),
        ] {
            assert_eq!(completion.complete(line).as_deref(), expected, "{line}");
        }
        assert_eq!(Completion::Nothing.complete("fr"), None);
    }

    #[test]
    fn a_path_is_completed_into_folders() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("exports")).unwrap();
        for name in ["exports/may.zip", "exports/may.json", "report.md", ".hidden"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let here = folder.path().to_str().unwrap();
        let complete = |typed: &str| Completion::Path.complete(&format!("{here}/{typed}"));
        assert_eq!(complete("ex"), Some(format!("{here}/exports/")));
        assert_eq!(complete("exports/m"), Some(format!("{here}/exports/may.")));
        assert_eq!(complete("exports/may.z"), Some(format!("{here}/exports/may.zip")));
        assert_eq!(complete("nothing"), None);
        assert_eq!(complete(".h"), Some(format!("{here}/.hidden")));
    }
}
