//! A newer export beside an older one: what was annotated stays in its place, and what changed is
//! said.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use meanwhile::tui::harness::Harness;
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;

use crate::cli::{Bench, Ran};

const ROOT: &str = "1733495640.000200";
const FIXED: &str = "1733495772.004500";
const WRONG: &str = "1733495900.000700";
const LAST: &str = "1733496300.000600";

fn message(ts: &str, user: &str, text: &str) -> Value {
    json!({ "type": "message", "ts": ts, "user": user, "text": text })
}

/// The first export: a channel, and another whose folder no list names.
fn old_files() -> Vec<(String, Value)> {
    let users = json!([
        { "id": "U0SANNE", "name": "sanne", "profile": { "real_name": "Sanne Bloem" } },
        { "id": "U0TARIK", "name": "tarik", "profile": { "real_name": "Tarik Oyelaran" } },
    ]);
    let day = json!([
        message(ROOT, "U0SANNE", "checkout answers 502 in every zone"),
        message(FIXED, "U0TARIK", "rolled the gateway back"),
        message(WRONG, "U0TARIK", "it was the cache, I am sure"),
        message(LAST, "U0SANNE", "orders are back to normal"),
    ]);
    let side = json!([message("1733495700.000100", "U0TARIK", "größe des Pools verdoppelt")]);
    vec![
        ("users.json".to_owned(), users),
        ("channels.json".to_owned(), json!([{ "id": "C0PAY", "name": "payments" }])),
        ("payments/2024-12-06.json".to_owned(), day),
        ("zahlungs-größe/2024-12-06.json".to_owned(), side),
    ]
}

/// The same a week later: one message edited, one taken away, one answered; both channels listed, and
/// a day more.
fn new_files() -> Vec<(String, Value)> {
    let mut edited = message(FIXED, "U0TARIK", "rolled the gateway back to 4.1");
    edited["edited"] = json!({ "user": "U0TARIK", "ts": "1733499000.000000" });
    let mut reply = message("1733495800.000100", "U0TARIK", "in two of three, it turned out");
    reply["thread_ts"] = json!(ROOT);
    let deleted = json!({ "type": "message", "subtype": "tombstone", "hidden": true, "ts": WRONG, "user": "USLACKBOT",
                          "text": "This message was deleted." });
    let day = json!([
        message(ROOT, "U0SANNE", "checkout answers 502 in every zone"),
        reply,
        edited,
        deleted,
        message(LAST, "U0SANNE", "orders are back to normal")
    ]);
    let mut files = old_files();
    files[1].1 = json!([{ "id": "C0PAY", "name": "payments" }, { "id": "C0SIZE", "name": "zahlungs-größe" }]);
    files[2].1 = day;
    files.push((
        "payments/2024-12-07.json".to_owned(),
        json!([message("1733582000.000100", "U0SANNE", "review at ten")]),
    ));
    files
}

fn write_folder(folder: &Path, files: &[(String, Value)]) {
    for (name, content) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content.to_string()).unwrap();
    }
}

fn write_zip(path: &Path, files: &[(String, Value)]) {
    let mut zip = zip::ZipWriter::new(fs::File::create(path).unwrap());
    for (name, content) in files {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        zip.write_all(content.to_string().as_bytes()).unwrap();
    }
    zip.finish().unwrap();
}

/// The letters of umlauts apart, as some systems write names of files.
fn decomposed(files: Vec<(String, Value)>) -> Vec<(String, Value)> {
    files.into_iter().map(|(name, content)| (name.replace('ö', "o\u{308}"), content)).collect()
}

fn id(ts: &str) -> String {
    format!("slack/C0PAY/{ts}")
}

/// A project over `first` in which four messages are annotated, each in another way, and one of the
/// channel without a list under the id that `first` gives it.
fn annotate(bench: &Bench, first: &str, side: &str) {
    bench.run(&["new", "incident.json", "--source", first]).exits(0);
    bench
        .edit(&[
            json!({ "edit": "tag", "target": id(FIXED), "tag": "Action - Mitigate", "on": true }),
            json!({ "edit": "note", "target": id(ROOT), "text": "who saw it first?" }),
            json!({ "edit": "timeline", "target": id(WRONG), "on": true }),
            json!({ "edit": "section", "section": "mitigators", "text": format!("By hand [@{}].", id(LAST)) }),
            json!({ "edit": "tag", "target": side, "tag": "Impact", "on": true }),
            json!({ "edit": "timeline", "target": side, "on": true }),
        ])
        .exits(0);
}

fn ids(ran: &Ran) -> Vec<String> {
    ran.json()["hits"].as_array().unwrap().iter().map(|hit| hit["id"].as_str().unwrap().to_owned()).collect()
}

#[track_caller]
fn everything_is_in_its_place(bench: &Bench, side: &str) {
    assert_eq!(ids(&bench.run(&["search", "incident.json", "tag:mitigate", "--json"]).exits(0)), [id(FIXED)]);
    assert_eq!(ids(&bench.run(&["search", "incident.json", "has:note", "--json"]).exits(0)), [id(ROOT)]);
    assert_eq!(
        ids(&bench.run(&["search", "incident.json", "is:timeline", "--json"]).exits(0)),
        [side.to_owned(), id(WRONG)]
    );
    let tagged = bench.run(&["search", "incident.json", "tag:impact", "--json"]).exits(0).json();
    assert_eq!(tagged["hits"][0]["id"], side, "it keeps the id under which it was annotated");
    assert_eq!(tagged["hits"][0]["tags"], json!(["Impact"]));
    let shown = bench.run(&["show", "incident.json", side, "--json"]).exits(0).json();
    assert_eq!((&shown["text"], &shown["timeline"]), (&json!("größe des Pools verdoppelt"), &json!(true)));
    let export = bench.run(&["export", "incident.json", "--format", "json"]).exits(0).json();
    let entries: Vec<&str> =
        export["timeline"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(entries, [side, id(WRONG).as_str()]);
    let cited = export["sections"].as_array().unwrap().iter().find(|section| section["key"] == "mitigators").unwrap();
    assert_eq!(cited["cites"], json!([id(LAST)]));
    let remarks = bench.run(&["check", "incident.json", "--json"]).json();
    let broken = remarks.as_array().unwrap().iter().filter(|remark| {
        let code = remark["code"].as_str().unwrap();
        code.starts_with("broken") || code == "evidence-gone"
    });
    assert_eq!(broken.count(), 0, "{remarks}");
}

fn changes(told: &Value) -> Vec<(String, String)> {
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    let drift = told["drift"].as_array().unwrap();
    drift.iter().map(|drift| (word(&drift["id"]), word(&drift["words"]))).collect()
}

fn expected_changes() -> Vec<(String, String)> {
    [(ROOT, "has a thread now: 1 reply"), (FIXED, "was edited"), (WRONG, "was deleted")]
        .map(|(ts, words)| (id(ts), words.to_owned()))
        .to_vec()
}

#[test]
fn a_newer_export_leaves_every_annotation_in_its_place_and_tells_what_changed() {
    for (zipped_old, zipped_new) in [(false, false), (true, false), (false, true), (true, true)] {
        let bench = Bench::new();
        let write = |zipped: bool, name: &str, files: &[(String, Value)]| {
            if zipped { write_zip(&bench.path(name), files) } else { write_folder(&bench.path(name), files) }
        };
        write(zipped_old, "old", &old_files());
        write(zipped_new, "new", &new_files());
        let side = "slack/zahlungs-größe/1733495700.000100";
        annotate(&bench, "old", side);
        let told = bench.run(&["add", "incident.json", "new", "--json"]).exits(0).json();
        assert_eq!(changes(&told), expected_changes());
        assert_eq!(told["drift"][1]["before"], "rolled the gateway back");
        assert_eq!(told["drift"][1]["now"], "rolled the gateway back to 4.1");
        everything_is_in_its_place(&bench, side);
        assert_eq!(
            bench.run(&["search", "incident.json", "after:2000-01-01", "--count"]).exits(0).stdout().trim(),
            "7"
        );
        fs::rename(bench.path("old"), bench.path("taken-away")).unwrap();
        everything_is_in_its_place(&bench, side);
    }
}

#[test]
fn an_older_export_added_later_changes_nothing() {
    for (zipped_old, zipped_new) in [(false, true), (true, false)] {
        let bench = Bench::new();
        let write = |zipped: bool, name: &str, files: &[(String, Value)]| {
            if zipped { write_zip(&bench.path(name), files) } else { write_folder(&bench.path(name), files) }
        };
        write(zipped_old, "old", &old_files());
        write(zipped_new, "new", &new_files());
        let side = "slack/C0SIZE/1733495700.000100";
        annotate(&bench, "new", side);
        let told = bench.run(&["add", "incident.json", "old", "--json"]).exits(0).json();
        assert_eq!(changes(&told), []);
        everything_is_in_its_place(&bench, side);
        assert_eq!(
            bench.run(&["search", "incident.json", "after:2000-01-01", "--count"]).exits(0).stdout().trim(),
            "7"
        );
        let later = bench.run(&["show", "incident.json", &id(FIXED), "--json"]).exits(0).json();
        assert_eq!(later["text"], "rolled the gateway back to 4.1", "the newest edit shows");
    }
}

#[test]
fn names_of_folders_may_be_composed_or_not() {
    for (old, new) in [(old_files(), decomposed(new_files())), (decomposed(old_files()), new_files())] {
        let bench = Bench::new();
        write_zip(&bench.path("old.zip"), &old);
        write_folder(&bench.path("new"), &new);
        bench.run(&["new", "incident.json", "--source", "old.zip"]).exits(0);
        let hits = bench.run(&["search", "incident.json", "Pools", "--json"]).exits(0).json();
        let side = hits["hits"][0]["id"].as_str().unwrap().to_owned();
        bench.edit(&[json!({ "edit": "tag", "target": side, "tag": "Impact", "on": true })]).exits(0);
        bench.run(&["add", "incident.json", "new"]).exits(0);
        let tagged = bench.run(&["search", "incident.json", "tag:impact", "--json"]).exits(0);
        assert_eq!(ids(&tagged), [side]);
        assert_eq!(
            bench.run(&["search", "incident.json", "after:2000-01-01", "--count"]).exits(0).stdout().trim(),
            "7"
        );
    }
}

#[test]
fn what_is_left_out_of_a_newer_export_is_said_and_its_copy_stays() {
    let bench = Bench::new();
    let mut files = old_files();
    write_folder(&bench.path("old"), &files);
    annotate(&bench, "old", "slack/zahlungs-größe/1733495700.000100");
    files[2].1.as_array_mut().unwrap().retain(|message| message["ts"] != FIXED);
    write_folder(&bench.path("new"), &files);
    let page = bench.run(&["add", "incident.json", "new"]).exits(0).stdout();
    let line = format!("{} in #payments by Tarik Oyelaran is no longer in the export", id(FIXED));
    assert!(page.contains("Changed since they were annotated:") && page.contains(&line), "{page}");
    assert!(page.contains("5 messages") || page.contains("4 messages by"), "{page}");
    bench.run(&["check", "incident.json"]).exits(0);
    fs::remove_dir_all(bench.path("old")).unwrap();
    let shown = bench.run(&["show", "incident.json", &id(FIXED), "--json"]).exits(0).json();
    assert_eq!(shown["text"], "rolled the gateway back");
}

#[test]
fn a_dry_run_says_the_same_and_writes_nothing() {
    let bench = Bench::new();
    write_folder(&bench.path("old"), &old_files());
    write_zip(&bench.path("new.zip"), &new_files());
    let page = bench.run(&["new", "never.json", "--source", "old", "--dry-run"]).exits(0).stdout();
    assert!(page.contains("5 messages by 2 people in 2 channels"), "{page}");
    assert!(!bench.path("never.json").exists() && !bench.path("never.json.d").exists());
    annotate(&bench, "old", "slack/zahlungs-größe/1733495700.000100");
    let before = fs::read(bench.path("incident.json")).unwrap();
    let told = bench.run(&["add", "incident.json", "new.zip", "--dry-run", "--json"]).exits(0).json();
    assert_eq!((changes(&told), &told["written"]), (expected_changes(), &json!(false)));
    assert_eq!(fs::read(bench.path("incident.json")).unwrap(), before);
    let told = bench.run(&["add", "incident.json", "new.zip", "--json"]).exits(0).json();
    assert_eq!((changes(&told), &told["written"]), (expected_changes(), &json!(true)));
    assert_ne!(fs::read(bench.path("incident.json")).unwrap(), before);
}

#[test]
fn what_changed_is_a_problem_until_somebody_takes_it() {
    let bench = Bench::new();
    write_folder(&bench.path("old"), &old_files());
    write_folder(&bench.path("new"), &new_files());
    annotate(&bench, "old", "slack/zahlungs-größe/1733495700.000100");
    bench.run(&["check", "incident.json"]).exits(0);
    bench.run(&["add", "incident.json", "new"]).exits(0);
    let remarks = bench.run(&["check", "incident.json", "--json"]).exits(1).json();
    let problems = remarks.as_array().unwrap().iter().filter(|remark| remark["level"] == "problem");
    let codes: Vec<&str> = problems.map(|remark| remark["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["evidence-answered", "evidence-changed", "evidence-deleted"]);
    let take: Vec<Value> = [ROOT, FIXED, WRONG].iter().map(|ts| json!({ "edit": "copy", "target": id(ts) })).collect();
    bench.edit(&take).exits(0);
    bench.run(&["check", "incident.json"]).exits(0);
    fs::remove_dir_all(bench.path("old")).unwrap();
    fs::remove_dir_all(bench.path("new")).unwrap();
    let shown = bench.run(&["show", "incident.json", &id(FIXED), "--json"]).exits(0).json();
    assert_eq!(shown["text"], "rolled the gateway back to 4.1");
}

#[test]
fn a_part_of_an_export_is_added_by_channel_and_time() {
    let bench = Bench::new();
    write_folder(&bench.path("old"), &old_files());
    write_folder(&bench.path("new"), &new_files());
    bench.run(&["new", "incident.json", "--source", "old", "--channel", "payments"]).exits(0);
    assert_eq!(bench.run(&["search", "incident.json", "after:2000-01-01", "--count"]).exits(0).stdout().trim(), "4");
    let told = bench.run(&["add", "incident.json", "new", "--channel", "zahlungs-größe", "--json"]).exits(0).json();
    assert_eq!(told["sources"][0]["messages"], 1);
    let count = bench.run(&["search", "incident.json", "after:2000-01-01", "--count"]).exits(0).stdout();
    assert_eq!(count.trim(), "7", "both channels are read from now on");
    bench.run(&["add", "incident.json", "new", "--channel", "no-such"]).exits(2);
    bench.run(&["add", "incident.json", "gone.zip"]).exits(2);
}

#[test]
fn the_screen_shows_both_texts_and_takes_the_new_one_on_a_key() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    write_folder(folders[0].path(), &old_files());
    write_folder(folders[1].path(), &new_files());
    let mut before = Harness::open(folders[0].path(), None, &["payments"], (120, 60)).unwrap();
    let edit = |ts: &str| serde_json::from_value(json!({ "edit": "timeline", "target": id(ts), "on": true })).unwrap();
    before.app.session.act("put on the timeline".to_owned(), vec![edit(FIXED), edit(WRONG)]).unwrap();
    assert!(before.app.session.drift().is_empty());
    let document = before.app.session.document().clone();
    let mut now = Harness::open(folders[1].path(), Some(document), &["payments"], (120, 60)).unwrap();
    let screen = now.press(": p r o b l e m s Enter").screen();
    assert!(screen.contains("Changed since they were annotated") && screen.contains("was edited"), "{screen}");
    let screen = now.press("Enter").screen();
    assert!(screen.contains("rolled the gateway back to 4.1"), "{screen}");
    now.press("a");
    let left: Vec<String> = now.app.session.drift().iter().map(|drift| drift.id.to_string()).collect();
    assert_eq!(left, [id(WRONG)]);
    now.app.session.undo().unwrap();
    assert_eq!(now.app.session.drift().len(), 2);
    now.press("A");
    assert!(now.app.session.drift().is_empty());
}
