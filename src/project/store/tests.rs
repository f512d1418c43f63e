//! Tests of the store: what is acknowledged is there after any end.

mod crash;
mod memory;
mod pairing;

use tempfile::TempDir;

use super::*;
use crate::project::testing::{OddDisk, at, author};
use crate::project::{Author, Edit};

pub(super) struct Place {
    _folder: TempDir,
    pub(super) path: PathBuf,
}

pub(super) fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("incident.json");
    Place { _folder: folder, path }
}

fn title(text: &str) -> Edit {
    serde_json::from_value(serde_json::json!({"edit": "fact", "name": "title", "value": text})).unwrap()
}

/// Edits and saves.
pub(super) fn save(opened: &mut Opened, author: &Author, text: &str) {
    let applied = opened.document.apply(title(text), author, at(0)).unwrap();
    opened.store.append(&applied.entries).unwrap();
}

pub(super) fn open(path: &Path, number: u64) -> Opened {
    Store::open(path, &author(number), &StoreOptions::default()).unwrap()
}

pub(super) fn create(path: &Path, number: u64) -> Opened {
    Store::create(path, &author(number), &StoreOptions::default()).unwrap()
}

pub(super) fn names(folder: &Path) -> Vec<String> {
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

#[test]
fn two_runs_at_once_lose_nothing_of_each_other() {
    let place = place();
    let mut first = create(&place.path, 1);
    save(&mut first, &author(1), "start");
    let mut second = open(&place.path, 2);
    let fact = |name: &str| -> Edit {
        serde_json::from_value(serde_json::json!({"edit": "fact", "name": name, "value": 1})).unwrap()
    };
    for round in 0..12 {
        for (opened, author, name) in [(&mut first, author(1), "one"), (&mut second, author(2), "two")] {
            let applied = opened.document.apply(fact(&format!("{name}-{round}")), &author, at(round)).unwrap();
            opened.store.append(&applied.entries).unwrap();
            if round % 3 == 0 {
                opened.store.fold(&mut opened.document).unwrap();
            }
        }
    }
    first.store.close(&mut first.document).unwrap();
    second.store.close(&mut second.document).unwrap();
    first.store.fold(&mut first.document).unwrap();
    assert_eq!(first.document, second.document);
    assert_eq!(open(&place.path, 3).document.project().facts().len(), 25);
    assert!(!names(&sidecar(&place.path)).iter().any(|name| name.starts_with('0')), "no journal is left");
}

#[test]
fn a_damaged_file_is_never_written_over_and_its_newest_copy_is_named() {
    let place = place();
    let mut opened = create(&place.path, 1);
    save(&mut opened, &author(1), "one");
    opened.store.fold(&mut opened.document).unwrap();
    save(&mut opened, &author(1), "two");
    let whole = std::fs::read(&place.path).unwrap();
    for damaged in [&whole[..whole.len() / 2], b"", &[&whole[..90], &[0; 50]].concat(), b"<<<<<<< HEAD\n{}\n"] {
        std::fs::write(&place.path, damaged).unwrap();
        let error = Store::open(&place.path, &author(2), &StoreOptions::default()).unwrap_err().to_string();
        assert!(error.contains("Nothing was changed") && error.contains("incident.json.d/bak/"), "{error}");
        let folded = opened.store.fold(&mut opened.document).unwrap_err();
        assert!(matches!(folded, StoreError::Damaged { .. }), "{folded}");
        assert_eq!(std::fs::read(&place.path).unwrap(), damaged);
    }
    std::fs::copy(sidecar(&place.path).join("bak").join(&names(&sidecar(&place.path).join("bak"))[0]), &place.path)
        .unwrap();
    assert_eq!(open(&place.path, 3).document.project().title(), "two", "the journals bring the rest back");
}

#[test]
fn what_is_no_project_is_refused_in_one_sentence() {
    let place = place();
    std::fs::write(&place.path, "{\"a\": 1}").unwrap();
    let error = Store::open(&place.path, &author(1), &StoreOptions::default()).unwrap_err().to_string();
    assert!(error.ends_with("is missing. Nothing was changed"), "{error}");
    let missing = place.path.with_file_name("none.json");
    let error = Store::open(&missing, &author(1), &StoreOptions::default()).unwrap_err();
    assert!(matches!(error, StoreError::Missing(_)));
    assert_eq!(names(place.path.parent().unwrap()), ["incident.json"], "nothing was written");
}

#[test]
fn a_later_version_opens_read_only() {
    let place = place();
    std::fs::write(&place.path, r#"{"format":"meanwhile/2","id":"x","facts":{"title":"later"}}"#).unwrap();
    let mut opened = open(&place.path, 1);
    assert_eq!(opened.document.project().title(), "later");
    assert!(opened.notices[0].contains("read-only"), "{:?}", opened.notices);
    let applied = opened.document.apply(title("x"), &author(1), at(0)).unwrap();
    let refused = opened.store.append(&applied.entries).unwrap_err();
    assert!(matches!(refused, StoreError::ReadOnly { .. }));
    assert!(!opened.store.fold(&mut opened.document).unwrap().written);
}

#[test]
fn a_torn_line_is_put_aside_and_told_of_once() {
    let place = place();
    let mut opened = create(&place.path, 1);
    save(&mut opened, &author(1), "one");
    save(&mut opened, &author(1), "two");
    let journal = sidecar(&place.path).join(format!("{}.jsonl", author(1).actor));
    drop(opened);
    let bytes = std::fs::read(&journal).unwrap();
    std::fs::write(&journal, &bytes[..bytes.len() - 7]).unwrap();
    let first = open(&place.path, 2);
    assert_eq!(first.document.project().title(), "one");
    assert_eq!(first.notices.len(), 1, "{:?}", first.notices);
    assert!(journal.with_extension("jsonl.torn").exists());
    assert_eq!(open(&place.path, 3).notices, Vec::<String>::new());
}

#[test]
fn a_journal_that_cannot_be_read_in_the_middle_is_kept_and_named() {
    let place = place();
    let mut opened = create(&place.path, 1);
    for text in ["one", "two", "three"] {
        save(&mut opened, &author(1), text);
    }
    drop(opened);
    let journal = sidecar(&place.path).join(format!("{}.jsonl", author(1).actor));
    let damaged = std::fs::read_to_string(&journal).unwrap().replace("two", "owt");
    std::fs::write(&journal, &damaged).unwrap();
    let mut again = open(&place.path, 2);
    assert_eq!(again.document.project().title(), "one");
    assert!(again.notices[0].contains("beyond edit 1"), "{:?}", again.notices);
    save(&mut again, &author(2), "four");
    again.store.close(&mut again.document).unwrap();
    assert_eq!(std::fs::read_to_string(&journal).unwrap(), damaged);
}

#[test]
fn a_link_stays_a_link_and_the_mode_of_the_file_is_kept() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = place();
    let mut opened = create(&place.path, 1);
    save(&mut opened, &author(1), "one");
    opened.store.close(&mut opened.document).unwrap();
    std::fs::set_permissions(&place.path, std::fs::Permissions::from_mode(0o664)).unwrap();
    let link = place.path.with_file_name("link.json");
    std::os::unix::fs::symlink(&place.path, &link).unwrap();
    let mut opened = open(&link, 2);
    save(&mut opened, &author(2), "two");
    opened.store.close(&mut opened.document).unwrap();
    assert!(link.symlink_metadata().unwrap().is_symlink());
    let mode = place.path.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o664);
    assert_eq!(open(&place.path, 3).document.project().title(), "two");
}

#[test]
fn a_folder_that_cannot_be_written_sends_the_journal_to_the_state_folder() {
    let place = place();
    let mut opened = create(&place.path, 1);
    save(&mut opened, &author(1), "one");
    opened.store.close(&mut opened.document).unwrap();
    let before = std::fs::read(&place.path).unwrap();
    let state = tempfile::tempdir().unwrap();
    // A file system that says so, because the super user may write into any folder.
    let fs = Arc::new(OddDisk { is_sealed: true, ..OddDisk::default() });
    let options = StoreOptions { state_folder: Some(state.path().to_owned()), fs, ..StoreOptions::default() };
    let mut opened = Store::open(&place.path, &author(2), &options).unwrap();
    assert!(matches!(opened.store.save_place(), SavePlace::StateFolder(_)));
    assert!(opened.notices[0].contains("cannot be written"), "{:?}", opened.notices);
    save(&mut opened, &author(2), "two");
    opened.store.close(&mut opened.document).unwrap();
    assert_eq!(std::fs::read(&place.path).unwrap(), before);
    drop(opened);
    let writable = StoreOptions { state_folder: Some(state.path().to_owned()), ..StoreOptions::default() };
    let mut opened = Store::open(&place.path, &author(3), &writable).unwrap();
    assert_eq!(opened.document.project().title(), "two", "it joins where it can");
    opened.store.close(&mut opened.document).unwrap();
    assert_eq!(open(&place.path, 4).document.project().title(), "two");
}
