//! Whole exports through the public door: what is read, what is told about it, what damage costs.

mod damage;
mod fixture;
mod formats;
#[path = "../bench/generate.rs"]
mod generate;
mod loading;
mod shapes;

use std::path::Path;

use meanwhile::import::{ImportError, LoadOptions};
use serde_json::Value;

use fixture::load;

/// Compares with counts made by another program, where `MEANWHILE_CORPORA` names a folder of
/// exports with `<name>.expected.json` beside each.
#[test]
fn real_exports_give_exactly_the_counts_made_by_another_program() {
    let Some(corpora) = std::env::var_os("MEANWHILE_CORPORA") else { return };
    let mut compared = 0;
    for entry in std::fs::read_dir(&corpora).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let Some(name) = name.strip_suffix(".expected.json") else { continue };
        let expected: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let mut source = path.with_file_name(name);
        let zip = std::fs::read_dir(&source).unwrap().map(|entry| entry.unwrap().path());
        if let Some(zip) = zip.filter(|path| path.extension().is_some_and(|extension| extension == "zip")).last() {
            source = zip;
        }
        compare(&source, &expected);
        compared += 1;
    }
    assert!(compared > 0, "no corpus in {}", Path::new(&corpora).display());
}

fn compare(source: &Path, expected: &Value) {
    let loaded = load(&[source.to_owned()], &LoadOptions::default()).unwrap();
    let found = loaded.report.to_json();
    compare_counts(&source.display().to_string(), &found, &expected["totals"]);
    for (name, expected) in expected["channels"].as_object().unwrap() {
        let channels = found["channels"].as_array().unwrap();
        let channel = channels.iter().find(|channel| channel["name"] == name.as_str());
        compare_counts(name, channel.unwrap_or_else(|| panic!("{name} is missing")), expected);
    }
}

fn compare_counts(place: &str, found: &Value, expected: &Value) {
    for (ours, theirs) in [
        ("messages", "messages"),
        ("people", "authors_user_ids"),
        ("replies", "replies"),
        ("threads", "distinct_threads_with_replies_present"),
        ("reactions", "reaction_entries"),
        ("votes", "reaction_votes"),
        ("joins", "joins"),
        ("edited", "edited"),
        ("deleted", "tombstones"),
        ("bots", "with_bot_id"),
        ("files", "file_entries"),
        ("first", "first_utc"),
        ("last", "last_utc"),
    ] {
        assert_eq!(found[ours], expected[theirs], "{ours} of {place}");
    }
}

#[test]
fn what_is_no_export_is_refused_with_what_to_do_next() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "minutes of a meeting\n").unwrap();
    let error = load(&[text], &LoadOptions::default()).unwrap_err().to_string();
    assert!(error.contains("notes.txt") && error.contains("text file") && error.contains("channels.json"), "{error}");
    let gone = load(&[folder.path().join("gone")], &LoadOptions::default()).unwrap_err();
    assert!(matches!(gone, ImportError::NotFound { .. }), "{gone}");
    let empty = load(&[folder.path().to_owned()], &LoadOptions::default()).unwrap_err();
    assert!(matches!(empty, ImportError::NotAnExport { .. }), "{empty}");
}
