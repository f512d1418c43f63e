//! Brings a damaged project back: the newest earlier snapshot joined with every journal, and with
//! both sides of a merge that was left unfinished. The damaged file is kept under another name.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::Utc;

use super::open::{Found, find_journals, read_snapshot};
use super::{Access, SavePlace, Store, StoreError, StoreOptions, Tried, backup, sidecar};
use crate::base::text::count_words;
use crate::project::document::{Author, Document, JournalEntry};
use crate::project::file::{self, FileError, VERSION};
use crate::project::fs::Fs;
use crate::project::hand::Known;

/// What can be brought back of a damaged project.
#[derive(Debug)]
pub struct Recovery {
    /// What it holds.
    pub document: Document,
    /// What is wrong with the file.
    pub why: FileError,
    /// The earlier snapshot it begins from; none where there was no other.
    pub backup: Option<PathBuf>,
    /// How many edits the journals add to it.
    pub edits: usize,
    /// How many sides of an unfinished merge it holds.
    pub sides: usize,
    path: PathBuf,
    fs: Arc<dyn Fs>,
    author: Author,
    options: StoreOptions,
}

impl Recovery {
    /// Looks what can be brought back of a file that cannot be read; changes nothing.
    ///
    /// # Errors
    ///
    /// When the file can be read after all, or a later version wrote it, or nothing is left of it.
    pub fn of(path: &Path, author: &Author, options: &StoreOptions) -> Result<Self, StoreError> {
        let fs = Arc::clone(&options.fs);
        let path = fs.resolve(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => StoreError::Missing(path.to_owned()),
            _ => StoreError::Io { act: "open", path: path.to_owned(), source: error },
        })?;
        let why = match read_snapshot(&*fs, &path) {
            Ok(_) => return Err(StoreError::NotDamaged(path)),
            Err(StoreError::Damaged { why, .. }) if !matches!(why, FileError::Newer(_)) => why,
            Err(error) => return Err(error),
        };
        let bytes = fs.read(&path).tried("read", &path)?;
        let backup = backup::newest_readable(&*fs, &sidecar(&path));
        let mut journals = find_journals(&*fs, &sidecar(&path))?;
        let base = backup.as_ref().and_then(|backup| file::parse(&fs.read(backup).ok()?).ok());
        let base = base.map(|parsed| parsed.document);
        let mut sides = sides(&bytes, base.as_ref());
        let sides_count = sides.len();
        let begun = base.or_else(|| sides.pop()).or_else(|| begun_with(&journals));
        let Some(mut document) = begun else {
            return Err(StoreError::Damaged { path, why, backup: None });
        };
        if let Some(state) = state_journals(options, document.project().id()) {
            journals.extend(find_journals(&*fs, &state)?);
        }
        for side in &sides {
            document.join(side);
        }
        let before = document.rev();
        let entries: Vec<JournalEntry> = journals.into_iter().flat_map(|found| found.journal.entries).collect();
        for entry in document.replay_all(entries) {
            document.replay(&entry);
        }
        let edits = usize::try_from(document.rev() - before).unwrap_or(usize::MAX);
        let (author, options) = (author.clone(), options.clone());
        Ok(Self { document, why, backup, edits, sides: sides_count, path, fs, author, options })
    }

    /// What comes back and where it comes from, a sentence each.
    pub fn lines(&self) -> Vec<String> {
        let merge = || format!("{} of the unfinished merge", count_words(self.sides, "side", "sides"));
        let from = match &self.backup {
            Some(backup) if self.sides == 0 => format!("What comes back begins with the copy {}", backup.display()),
            Some(backup) => format!("What comes back joins the copy {} and {}", backup.display(), merge()),
            None if self.sides == 0 => {
                "There is no earlier copy; what comes back is made of the journals alone".to_owned()
            }
            None => format!("What comes back joins {}", merge()),
        };
        let edits = format!("The journals add {}", count_words(self.edits, "edit", "edits"));
        vec![from, edits, format!("It holds {}", self.holds())]
    }

    fn holds(&self) -> String {
        let project = self.document.project();
        let tagged = project.messages().values().filter(|copy| !copy.tags.is_empty()).count();
        let written = project.report().values().filter(|section| !section.text.is_empty()).count();
        let parts = [
            count_words(tagged, "tagged message", "tagged messages"),
            count_words(project.notes().len(), "note", "notes"),
            count_words(project.events().len(), "event", "events"),
            count_words(project.timeline().len(), "timeline entry", "timeline entries"),
            count_words(written, "written section", "written sections"),
        ];
        parts.join(", ")
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts what was brought back in the place of the damaged file; gives the name that the damaged
    /// one has now.
    pub fn keep(&self) -> Result<PathBuf, StoreError> {
        if self.options.access == Access::ReadOnly {
            return Err(StoreError::ReadOnly { path: self.path.clone(), why: "as --read-only asks".to_owned() });
        }
        let mut aside = self.path.as_os_str().to_owned();
        aside.push(Utc::now().format(".damaged-%Y%m%dT%H%M%SZ").to_string());
        let aside = PathBuf::from(aside);
        let mut store = Store::around(self.path.clone(), &self.author, &self.options, self.document.project().id());
        let mode = self.fs.stat(&self.path).map_or(0o644, |stat| stat.mode);
        let temp = store.write_aside(&self.document, mode)?;
        // A second name first: whatever happens, the damaged file has one.
        if self.fs.link(&self.path, &aside).is_err() {
            let bytes = self.fs.read(&self.path).tried("read", &self.path)?;
            let copied = self.fs.create(&aside, mode).and_then(|mut handle| {
                self.fs.copy_access(&self.path, &aside, 0);
                handle.write(&bytes)?;
                handle.sync()
            });
            copied.tried("write", &aside)?;
        }
        self.fs.sync_folder(store.folder()).tried("save", store.folder())?;
        self.fs.rename(&temp, &self.path).tried("write", &self.path)?;
        self.fs.sync_folder(store.folder()).tried("save", store.folder())?;
        Ok(aside)
    }
}

impl Store {
    /// Brings the file of the open project back, which something has damaged since it was opened: what
    /// is open, with all that else can be found. Gives the name that the damaged file has now.
    pub fn recover(&mut self, document: &mut Document) -> Result<PathBuf, StoreError> {
        if let SavePlace::Nowhere(why) = &self.place {
            return Err(StoreError::ReadOnly { path: self.path.clone(), why: why.clone() });
        }
        let (fs, author) = (Arc::clone(&self.fs), self.author.clone());
        let options = StoreOptions { state_folder: self.state_folder.clone(), access: Access::ReadWrite, fs };
        let recovery = match Recovery::of(&self.path, &author, &options) {
            Ok(mut found) => {
                found.document.join(document);
                found
            }
            // Nothing else is left of it than what is open.
            Err(StoreError::Damaged { path, why, .. }) if !matches!(why, FileError::Newer(_)) => {
                let (document, fs) = (document.clone(), Arc::clone(&self.fs));
                Recovery { document, why, backup: None, edits: 0, sides: 0, path, fs, author, options }
            }
            Err(error) => return Err(error),
        };
        let aside = recovery.keep()?;
        *document = recovery.document;
        Ok(aside)
    }
}

fn state_journals(options: &StoreOptions, project_id: &str) -> Option<PathBuf> {
    Some(options.state_folder.as_ref()?.join("journals").join(project_id))
}

/// What a project began with of which only journals are left.
fn begun_with(journals: &[Found]) -> Option<Document> {
    let id = &journals.first()?.journal.header.project;
    Some(Document::begun(id.clone()))
}

/// Both sides of a file in which git left its marks, as far as they can be read.
fn sides(bytes: &[u8], base: Option<&Document>) -> Vec<Document> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Vec::new() };
    if !text.lines().any(|line| line.starts_with("<<<<<<< ")) {
        return Vec::new();
    }
    let read = |side: Side| {
        let mut parsed = file::parse(side.of(text).as_bytes()).ok()?;
        if parsed.version > VERSION {
            return None;
        }
        parsed.take_changes_by_hand(&Known::of(base, &[]));
        Some(parsed.document)
    };
    [Side::Ours, Side::Theirs].into_iter().filter_map(read).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Ours,
    Theirs,
}

impl Side {
    /// The text without marks and without the other side.
    fn of(self, text: &str) -> String {
        let mut within: Option<Option<Self>> = None;
        let mut kept = String::with_capacity(text.len());
        for line in text.split_inclusive('\n') {
            match line.get(..7) {
                Some("<<<<<<<") => within = Some(Some(Self::Ours)),
                // The common ancestor, where git writes it.
                Some("|||||||") if within.is_some() => within = Some(None),
                Some("=======") if within.is_some() => within = Some(Some(Self::Theirs)),
                Some(">>>>>>>") => within = None,
                _ if within.is_none_or(|side| side == Some(self)) => kept.push_str(line),
                _ => {}
            }
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{create, names, open, place, save};
    use super::*;
    use crate::project::testing::author;

    fn recovery(path: &Path) -> Result<Recovery, StoreError> {
        Recovery::of(path, &author(9), &StoreOptions::default())
    }

    /// A project of which "one" is in a backup and "two" only in a journal.
    fn project(path: &Path) -> Vec<u8> {
        let mut opened = create(path, 1);
        for text in ["zero", "one"] {
            save(&mut opened, &author(1), text);
            opened.store.fold(&mut opened.document).unwrap();
        }
        save(&mut opened, &author(1), "two");
        std::fs::read(path).unwrap()
    }

    #[test]
    fn every_kind_of_damage_is_undone_by_backup_and_journals_and_the_file_is_kept() {
        let place = place();
        let whole = project(&place.path);
        let foreign = b"{\"a\": 1}".to_vec();
        for damaged in [whole[..whole.len() / 2].to_vec(), vec![], [&whole[..90], &[0; 50]].concat(), foreign] {
            std::fs::write(&place.path, &damaged).unwrap();
            let found = recovery(&place.path).unwrap();
            assert_eq!(found.document.project().title(), "two");
            assert!(found.edits > 0 && found.backup.is_some());
            assert_eq!(std::fs::read(&place.path).unwrap(), damaged, "looking changes nothing");
            let aside = found.keep().unwrap();
            assert!(aside.to_string_lossy().contains("incident.json.damaged-2"));
            assert_eq!(std::fs::read(&aside).unwrap(), damaged);
            assert_eq!(open(&place.path, 3).document.project().title(), "two");
            std::fs::remove_file(&aside).unwrap();
        }
    }

    #[test]
    fn an_unfinished_merge_gives_both_sides() {
        let place = place();
        let mut opened = create(&place.path, 1);
        save(&mut opened, &author(1), "base");
        opened.store.close(&mut opened.document).unwrap();
        let note = |document: &mut Document, number: u64| {
            let note = serde_json::json!({"edit": "note", "note": format!("note/{number}"), "target": "slack/C1/1",
                "text": format!("of {number}")});
            document
                .apply(serde_json::from_value(note).unwrap(), &author(number), crate::project::testing::at(5))
                .unwrap();
        };
        let (mut ours, mut theirs) = (opened.document.clone(), opened.document.clone());
        note(&mut ours, 7);
        note(&mut theirs, 8);
        let (ours, theirs) = (file::print(&ours), file::print(&theirs));
        let (head, ours) = ours.split_once("  \"notes\"").unwrap();
        let (_, theirs) = theirs.split_once("  \"notes\"").unwrap();
        let marked =
            format!("{head}<<<<<<< HEAD\n  \"notes\"{ours}||||||| base\n=======\n  \"notes\"{theirs}>>>>>>> them\n");
        std::fs::write(&place.path, marked).unwrap();
        let found = recovery(&place.path).unwrap();
        assert!(matches!(found.why, FileError::GitMarkers(_)));
        assert_eq!((found.sides, found.document.project().notes().len()), (2, 2));
        found.keep().unwrap();
        assert_eq!(open(&place.path, 3).document.project().notes().len(), 2);
    }

    #[test]
    fn a_project_without_an_earlier_copy_is_made_of_its_journals() {
        let place = place();
        let mut opened = create(&place.path, 1);
        save(&mut opened, &author(1), "one");
        std::fs::write(&place.path, "").unwrap();
        let found = recovery(&place.path).unwrap();
        assert_eq!(found.backup, None);
        assert_eq!(found.document.project(), opened.document.project(), "id and codebook, too");
    }

    #[test]
    fn what_is_whole_or_newer_or_gone_for_good_is_left_alone() {
        let place = place();
        std::fs::write(&place.path, r#"{"format":"meanwhile/1","id":"x"}"#).unwrap();
        assert!(matches!(recovery(&place.path), Err(StoreError::NotDamaged(_))));
        std::fs::write(&place.path, r#"{"format":"meanwhile/7","id":"x","notes":[]}"#).unwrap();
        assert!(matches!(recovery(&place.path), Err(StoreError::Damaged { why: FileError::Newer(7), .. })));
        std::fs::write(&place.path, "").unwrap();
        assert!(matches!(recovery(&place.path), Err(StoreError::Damaged { backup: None, .. })));
        assert_eq!(names(place.path.parent().unwrap()), ["incident.json"]);
    }
}
