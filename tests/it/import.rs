//! Whole exports through the public door: what is read, what is told about it, what damage costs.

mod corpora;
mod damage;
mod fixture;
mod formats;
#[path = "../bench/generate.rs"]
mod generate;
mod limits;
mod loading;
mod mutated;
mod one_bad;
mod shapes;
mod wanted;

use meanwhile::import::{ImportError, LoadOptions};

use fixture::load;

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
