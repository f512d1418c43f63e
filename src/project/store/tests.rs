use tempfile::TempDir;

use super::*;
use crate::project::testing::{at, author};
use crate::project::{Author, Edit};

struct Place {
    _folder: TempDir,
    path: PathBuf,
}

fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("incident.json");
    Place { _folder: folder, path }
}

fn title(text: &str) -> Edit {
    serde_json::from_value(serde_json::json!({"edit": "fact", "name": "title", "value": text})).unwrap()
}

/// Edits and saves.
fn save(opened: &mut Opened, author: &Author, text: &str) {
    let applied = opened.document.apply(title(text), author, at(0)).unwrap();
    opened.store.append(&applied.entries).unwrap();
}

fn open(path: &Path, number: u64) -> Opened {
    Store::open(path, &author(number), &StoreOptions::default()).unwrap()
}

fn create(path: &Path, number: u64) -> Opened {
    Store::create(path, &author(number), &StoreOptions::default()).unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_new_project_is_made_with_the_first_edit() {
    let place = place();
    let mut opened = create(&place.path, 1);
    opened.store.close(&mut opened.document).unwrap();
    assert!(!place.path.exists(), "nobody edited anything");
    save(&mut opened, &author(1), "one");
    assert!(place.path.exists());
    assert_eq!(open(&place.path, 2).document.project().title(), "one", "from the journal");
}

#[test]
fn closing_leaves_one_file_and_a_quiet_folder() {
    let place = place();
    let mut opened = create(&place.path, 1);
    save(&mut opened, &author(1), "one");
    assert!(opened.store.close(&mut opened.document).unwrap().written);
    let left = names(&sidecar(&place.path));
    assert_eq!(left, ["bak", "history.jsonl", "lock", "reserve"], "the journal went into the file");
    let mut again = open(&place.path, 2);
    assert_eq!(again.document, opened.document);
    assert_eq!(again.store.past().len(), 1);
    assert!(!again.store.fold(&mut again.document).unwrap().written, "nothing is written where nothing changed");
}
