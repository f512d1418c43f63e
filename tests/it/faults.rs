//! A disk that is really full: what found no room lands when there is some.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use meanwhile::base::id::InvestigatorId;
use meanwhile::base::time::Instant;
use meanwhile::jobs::save::{Saver, SaverTimes};
use meanwhile::project::store::{Opened, SaveState, Store, StoreOptions};
use meanwhile::project::{Author, Edit};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The folder in which a child works, and whether a limit of the process stands in for a full disk.
const FOLDER: &str = "MEANWHILE_TEST_FULL";
const LIMITED: &str = "MEANWHILE_TEST_LIMITED";
const LONG: Duration = Duration::from_secs(60);
/// More than fits.
const MOST: usize = 4_000;

fn note(n: usize) -> Edit {
    let text = format!("{n} {}", "x".repeat(4_000));
    let line = serde_json::json!({"edit": "note", "note": format!("note/{n}"), "target": "slack/C1/1", "text": text});
    serde_json::from_value(line).unwrap()
}

fn limit(bytes: Option<u64>) {
    let maximum = getrlimit(Resource::Fsize).maximum;
    setrlimit(Resource::Fsize, Rlimit { current: bytes.or(maximum), maximum }).unwrap();
}

/// Writes until there is no room, sees that this is told, makes room, and waits until all has landed.
/// Runs only as a child.
#[test]
#[ignore = "a part of the test below, which starts it as a process of its own"]
fn child_on_a_full_disk() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let is_limited = std::env::var_os(LIMITED).is_some();
    signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::new(AtomicBool::new(false))).unwrap();
    let path = folder.join("incident.json");
    let me = Author::new(InvestigatorId::from_name("Ida"));
    let Opened { mut document, store, .. } = Store::create(&path, &me, &StoreOptions::default()).unwrap();
    let times = SaverTimes { retry: Duration::from_millis(20), ..SaverTimes::default() };
    let saver = Saver::start_with(store, document.clone(), Box::new(|| {}), times);
    saver.send(document.apply(note(0), &me, Instant::now()).unwrap().entries);
    saver.fold();
    assert!(saver.flush(LONG));
    std::fs::write(folder.join("filler"), vec![0; 900_000]).unwrap();
    if is_limited {
        limit(Some(1_500_000));
    }
    let mut acknowledged = 1;
    let mut n = 1;
    while n < MOST && acknowledged == n {
        saver.send(document.apply(note(n), &me, Instant::now()).unwrap().entries);
        acknowledged += usize::from(saver.flush(LONG));
        n += 1;
    }
    assert!(n < MOST, "the disk was never full");
    let SaveState::NotSaved(why) = saver.state() else { panic!("{:?}", saver.state()) };
    for more in n..n + 5 {
        saver.send(document.apply(note(more), &me, Instant::now()).unwrap().entries);
    }
    // The file itself is whole all the while.
    meanwhile::project::file::parse(&std::fs::read(&path).unwrap()).unwrap();
    std::fs::remove_file(folder.join("filler")).unwrap();
    if is_limited {
        limit(None);
    }
    while saver.state() != SaveState::Saved {
        std::thread::sleep(Duration::from_millis(5));
    }
    // Killed here: the journal alone must do.
    let recovered = Store::open(&path, &me, &StoreOptions::default()).unwrap().document;
    assert!(recovered == document);
    println!("\nfull: {why}");
    println!(
        "\ntold {acknowledged} acknowledged before, {} after there was room, {} recovered",
        n + 5,
        recovered.project().notes().len()
    );
}

fn child(program: &mut Command, folder: &Path) -> Option<String> {
    let output = program.env(FOLDER, folder).stdin(Stdio::null()).output().ok()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    output.status.success().then_some(said).filter(|said| said.contains("told "))
}

#[test]
fn on_a_really_full_disk_everything_lands_once_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let test = std::env::current_exe().unwrap();
    let args = ["faults::child_on_a_full_disk", "--exact", "--ignored", "--nocapture"];
    let mount = format!("mount -t tmpfs -o size=3m none \"${FOLDER}\" && exec \"$0\" \"$@\"");
    let mut on_tmpfs = Command::new("unshare");
    on_tmpfs.args(["-Urm", "sh", "-c", &mount]).arg(&test).args(args);
    let mut limited = Command::new(&test);
    limited.args(args).env(LIMITED, "1");
    // Where no small disk may be made, a limit on files stands in for it.
    let on_tmpfs = child(&mut on_tmpfs, folder.path());
    let limited = child(&mut limited, folder.path());
    for (what, said) in [("a small disk", &on_tmpfs), ("a limit on files", &limited)] {
        for line in
            said.iter().flat_map(|said| said.lines()).filter(|line| line.contains("full: ") || line.contains("told "))
        {
            println!("{what}: {line}");
        }
    }
    assert!(limited.is_some(), "with a limit on files");
}
