//! The sample incident is whole: the export in both forms, the scripts of edits, the projects over it.
//!
//! It is read as it lies in the repository; the scripts that made it are not run here.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use meanwhile::archive::Archive;
use meanwhile::base::id::InvestigatorId;
use meanwhile::import::{self, LoadOptions, Loaded};
use meanwhile::project::document::{Author, Document};
use meanwhile::project::edit::{Edit, Set};
use meanwhile::project::model::{MessageCopy, SectionStatus};
use meanwhile::project::store::{Store, StoreOptions};
use meanwhile::report::cite::{broken, citations};
use meanwhile::report::template::Template;
use meanwhile::search::query::Query;
use meanwhile::timeline::{assemble, message_copy};
use serde_json::Value;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn folder_files(dir: &Path, below: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            folder_files(&path, below, found);
        } else {
            let name = path.strip_prefix(below).unwrap().components().map(|part| part.as_os_str().to_str().unwrap());
            found.insert(name.collect::<Vec<_>>().join("/"), fs::read(&path).unwrap());
        }
    }
}

fn folder() -> BTreeMap<String, Vec<u8>> {
    let dir = root().join("sample-data/slack-export");
    let mut found = BTreeMap::new();
    folder_files(&dir, &dir, &mut found);
    found
}

fn zipped() -> BTreeMap<String, Vec<u8>> {
    let file = fs::File::open(root().join("sample-data/slack-export.zip")).unwrap();
    let mut archive = zip::ZipArchive::new(file).unwrap();
    let mut found = BTreeMap::new();
    for ix in 0..archive.len() {
        let mut member = archive.by_index(ix).unwrap();
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes).unwrap();
        found.insert(member.name().unwrap().into_owned(), bytes);
    }
    found
}

/// All message ids, as `slack/<channel id>/<ts>`.
fn message_ids(files: &BTreeMap<String, Vec<u8>>) -> BTreeSet<String> {
    let channels: Value = serde_json::from_slice(&files["channels.json"]).unwrap();
    let mut found = BTreeSet::new();
    for channel in channels.as_array().unwrap() {
        let folder = format!("{}/", channel["name"].as_str().unwrap());
        for (_, bytes) in files.iter().filter(|(name, _)| name.starts_with(&folder)) {
            let day: Value = serde_json::from_slice(bytes).unwrap();
            for message in day.as_array().unwrap() {
                let id = format!("slack/{}/{}", channel["id"].as_str().unwrap(), message["ts"].as_str().unwrap());
                assert!(found.insert(id.clone()), "{id} is there twice");
            }
        }
    }
    found
}

fn script(name: &str) -> Vec<Edit> {
    let text = fs::read_to_string(root().join("tests/sample").join(name)).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{name}: {line}: {e}")));
    lines.collect()
}

fn ids_in(edits: &[Edit]) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut made = BTreeSet::new();
    let mut used = BTreeSet::new();
    for edit in edits {
        match edit {
            Edit::Event { id: Some(id), .. } => drop(made.insert(id.as_str().to_owned())),
            Edit::Beat { id: Some(id), members } => {
                made.insert(id.as_str().to_owned());
                used.extend(members.iter().map(|member| member.as_str().to_owned()));
            }
            Edit::Tag { target, .. } | Edit::Timeline { target, .. } | Edit::Entry { target, .. } => {
                used.insert(target.as_str().to_owned());
            }
            Edit::Note { target: Some(target), .. } => drop(used.insert(target.as_str().to_owned())),
            Edit::Section { text: Set::To(text), .. } => {
                used.extend(citations(text).into_iter().map(|citation| citation.id));
            }
            _ => {}
        }
    }
    (made, used)
}

fn loaded(name: &str) -> Loaded {
    let path = root().join("sample-data").join(name);
    import::load(&[path], &LoadOptions::default(), &AtomicBool::new(false), &|_| ()).unwrap()
}

#[test]
fn zip_and_folder_load_to_the_same_counts() {
    let mut counted = ["slack-export", "slack-export.zip"].map(|name| loaded(name).report.to_json());
    for counts in &mut counted {
        assert!(counts["messages"].as_u64() >= Some(300), "{counts:#}");
        counts["source"].take();
    }
    let [from_folder, from_zip] = counted;
    assert_eq!(from_folder, from_zip);
}

#[test]
fn the_zip_holds_the_same_files_as_the_folder() {
    assert_eq!(folder(), zipped());
}

#[test]
fn the_story_is_long_enough_and_spread_over_the_world() {
    let files = folder();
    assert!(message_ids(&files).len() >= 300);
    let folders: BTreeSet<&str> = files.keys().filter_map(|name| Some(name.split_once('/')?.0)).collect();
    assert!(folders.len() >= 6, "{folders:?}");
    let users: Value = serde_json::from_slice(&files["users.json"]).unwrap();
    let people: Vec<&Value> = users.as_array().unwrap().iter().filter(|user| user["is_bot"] == false).collect();
    assert_eq!(people.len(), 12);
    let zones: BTreeSet<&str> = people.iter().filter_map(|user| user["tz"].as_str()).collect();
    assert!(zones.len() >= 4, "{zones:?}");
}

#[test]
fn the_binary_stays_small_with_the_sample_in_it() {
    let size = fs::metadata(root().join("sample-data/slack-export.zip")).unwrap().len();
    assert!(size < 200_000, "{size} bytes");
}

#[test]
fn every_edit_and_citation_of_the_scripts_points_at_something_there_is() {
    let messages = message_ids(&folder());
    for name in ["howie.jsonl", "postmortem.jsonl"] {
        let (made, used) = ids_in(&script(name));
        let lost: Vec<_> = used.iter().filter(|id| !messages.contains(*id) && !made.contains(*id)).collect();
        assert!(lost.is_empty(), "{name}: {lost:?}");
        assert!(!used.is_empty());
    }
}

#[test]
fn the_saved_filters_are_queries_that_can_be_read() {
    let mut read = 0;
    for edit in script("howie.jsonl") {
        if let Edit::Filter { name, query: Set::To(query), .. } = edit {
            Query::parse(&query).unwrap_or_else(|e| panic!("{name}: {e}"));
            read += 1;
        }
    }
    assert_eq!(read, 4);
}

/// The project as somebody opens it who copied it elsewhere.
fn opened(name: &str) -> Document {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::copy(root().join("sample-data").join(name), &path).unwrap();
    let author = Author::new(InvestigatorId::from_name("reader"));
    let opened = Store::open(&path, &author, &StoreOptions::default()).unwrap();
    assert!(opened.notices.is_empty(), "{:?}", opened.notices);
    opened.document
}

/// Everything that a finished project shows must be in it, with the export there and without.
fn is_whole_over(document: &Document, archive: &Archive) {
    let project = document.project();
    for (key, section) in project.report() {
        let lost = broken(project, archive, &section.text);
        assert!(lost.is_empty(), "{key}: {lost:?}");
    }
    let timeline = assemble(project, archive);
    assert_eq!(timeline.rows.len(), project.timeline().len());
    assert!(timeline.rows.is_sorted_by_key(|row| row.at), "the timeline is out of order");
    assert!(timeline.rows.iter().all(|row| !row.headline.is_empty() && !row.text.is_empty()));
    let template = Template::of(project);
    for section in &template.sections {
        assert_eq!(section.status(project), SectionStatus::Done, "{}", section.key);
    }
}

#[test]
fn both_projects_are_whole_with_the_export_and_without() {
    let export = loaded("slack-export.zip");
    for name in ["howie.json", "postmortem.json"] {
        let document = opened(name);
        is_whole_over(&document, &export.archive);
        is_whole_over(&document, &Archive::default());
    }
}

#[test]
fn both_projects_keep_copies_as_the_program_makes_them_today() {
    let export = loaded("slack-export.zip");
    for name in ["howie.json", "postmortem.json"] {
        let document = opened(name);
        for (id, copy) in document.project().messages() {
            let ix = export.archive.find(id).unwrap_or_else(|| panic!("{name}: {id} is not in the export"));
            let told = message_copy(&export.archive, ix).unwrap();
            let said = |copy: &MessageCopy| {
                let author = (copy.author.clone(), copy.author_id.clone());
                (copy.channel.clone(), author, copy.time, copy.kind.clone(), copy.text.clone(), copy.replies)
            };
            assert_eq!(said(copy), said(&told), "{name}: {id}; tests/sample/retell.py makes it anew");
        }
    }
}

#[test]
fn the_full_project_has_something_for_every_screen() {
    let document = opened("howie.json");
    let project = document.project();
    assert_eq!(Template::of(project).sections.len(), 12);
    assert!((28..=34).contains(&project.timeline().len()), "{}", project.timeline().len());
    assert_eq!(project.events().len(), 8);
    assert_eq!(project.people().len(), 12);
    assert_eq!(project.milestones().len(), 6);
    assert_eq!(project.filters().len(), 4);
    assert!(project.notes().values().filter(|note| note.question.is_some()).count() >= 5);
    assert!(project.messages().values().filter(|copy| !copy.tags.is_empty()).count() >= 80);
}

#[test]
fn the_short_project_says_which_one_it_retells() {
    let [full, short] = ["howie.json", "postmortem.json"].map(opened);
    assert_eq!(Template::of(short.project()).sections.len(), 11);
    assert_eq!(short.project().fact("retells").and_then(Value::as_str), Some(full.project().id()));
}
