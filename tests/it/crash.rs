//! Runs that are killed while they edit: nothing that was acknowledged is lost.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use meanwhile::base::id::InvestigatorId;
use meanwhile::base::time::Instant;
use meanwhile::jobs::save::{Saver, SaverTimes};
use meanwhile::project::store::{Opened, Store, StoreOptions};
use meanwhile::project::{Author, Document, Edit};

/// The project that a child edits, and the name of its run.
const PROJECT: &str = "MEANWHILE_TEST_PROJECT";
const RUN: &str = "MEANWHILE_TEST_RUN";
const EDITS: usize = 50;

fn author() -> Author {
    Author::new(InvestigatorId::from_name("Ida Holt"))
}

/// Several kinds of edit, so that a kill meets each; the note carries the mark that is looked for.
fn edits(mark: &str, n: usize) -> Vec<Edit> {
    let target = format!("slack/C1/{}", n % 7);
    let tag = serde_json::json!({"edit": "tag", "target": target, "tag": "Impact", "on": n.is_multiple_of(2)});
    let entry = serde_json::json!({"edit": "entry", "target": target, "headline": mark});
    let note = serde_json::json!({"edit": "note", "target": target, "text": mark});
    [tag, entry, note].into_iter().map(|edit| serde_json::from_value(edit).unwrap()).collect()
}

fn opened(path: &Path, me: &Author) -> Opened {
    let options = StoreOptions::default();
    if path.exists() { Store::open(path, me, &options) } else { Store::create(path, me, &options) }.unwrap()
}

/// Edits until it is killed; says after each edit that it is saved. Runs only as a child.
#[test]
#[ignore = "a part of the tests below, which start it as a process of its own"]
fn child_that_edits() {
    let (Some(path), Ok(run)) = (std::env::var_os(PROJECT), std::env::var(RUN)) else { return };
    let me = author();
    let Opened { mut document, store, .. } = opened(Path::new(&path), &me);
    // Folding all the time, so that many a kill falls into a fold.
    let times = SaverTimes { fold: Duration::from_millis(1), ..SaverTimes::default() };
    let saver = Saver::start_with(store, document.clone(), Box::new(|| {}), times);
    for n in 0..EDITS {
        let mark = format!("{run}-{n}");
        for edit in edits(&mark, n) {
            saver.send(document.apply(edit, &me, Instant::now()).unwrap().entries);
        }
        if saver.flush(Duration::from_secs(60)) {
            println!("\nack {mark}");
        }
    }
    saver.close(Duration::from_secs(60));
    println!("\nack done");
}

/// Starts a run and kills it `microseconds` after its `acks`th acknowledgement; gives all of them.
fn killed_run(path: &Path, run: &str, acks: usize, microseconds: u64) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["crash::child_that_edits", "--exact", "--ignored", "--nocapture"])
        .env(PROJECT, path)
        .env(RUN, run)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut acknowledged = Vec::new();
    let mut note = |line: std::io::Result<String>| {
        acknowledged.extend(line.ok().and_then(|line| line.strip_prefix("ack ").map(str::to_owned)));
        acknowledged.len()
    };
    if acks > 0 {
        for line in lines.by_ref() {
            if note(line) >= acks {
                break;
            }
        }
    }
    std::thread::sleep(Duration::from_micros(microseconds));
    child.kill().unwrap();
    child.wait().unwrap();
    // What it had said before it was killed counts too.
    for line in lines {
        note(line);
    }
    acknowledged.retain(|mark| mark != "done");
    acknowledged
}

fn check(path: &Path, acknowledged: &[String], run: &str) {
    if !path.exists() {
        assert!(acknowledged.is_empty(), "{run}: there is no file");
        return;
    }
    meanwhile::project::file::parse(&std::fs::read(path).unwrap()).unwrap_or_else(|error| panic!("{run}: {error}"));
    let Opened { document, .. } = opened(path, &author());
    let texts: Vec<&str> = notes(&document);
    for mark in acknowledged {
        assert!(texts.contains(&mark.as_str()), "{run}: {mark} was acknowledged and is lost");
    }
}

fn notes(document: &Document) -> Vec<&str> {
    document.project().notes().values().map(|note| note.text.as_str()).collect()
}

/// Kills `runs` runs at random places, ten to a project; gives how many edits were acknowledged.
fn kill(runs: u64) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: u64| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random % below
    };
    let mut count = 0;
    let mut acknowledged = Vec::new();
    for run in 0..runs {
        let path: PathBuf = folder.path().join(format!("incident-{}.json", run / 10));
        if run.is_multiple_of(10) {
            acknowledged.clear();
        }
        let name = format!("run{run}");
        let acks = next(12) as usize;
        acknowledged.extend(killed_run(&path, &name, acks, next(6_000)));
        check(&path, &acknowledged, &name);
        count += if run % 10 == 9 { acknowledged.len() } else { 0 };
    }
    count
}

#[test]
fn two_hundred_killed_runs_lose_no_acknowledged_edit() {
    let count = kill(200);
    println!("{count} edits were acknowledged");
    assert!(count > 400, "only {count} edits were acknowledged, so little was tried");
}

#[test]
#[ignore = "long: a thousand runs"]
fn a_thousand_killed_runs_lose_no_acknowledged_edit() {
    let count = kill(1_000);
    println!("{count} edits were acknowledged");
    assert!(count > 2_000, "only {count} edits were acknowledged, so little was tried");
}
