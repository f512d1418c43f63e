//! Who may read what is written: those who may read the project, and nobody else.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::pty::Program;

const EDITS: &str = r#"{"edit": "fact", "name": "title", "value": "x"}
{"edit": "event", "id": "event/0193a1b2-0000-7000-8000-000000000001", "at": "2024-12-06T10:00:00Z", "text": "so"}
{"edit": "timeline", "target": "event/0193a1b2-0000-7000-8000-000000000001", "on": true}
"#;

/// A folder with a project that only those of `rights` may read.
struct Home(tempfile::TempDir);

impl Home {
    fn new(rights: u32) -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        let export = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/slack-export.zip");
        fs::copy(export, home.path("slack-export.zip")).unwrap();
        fs::write(home.path("edits"), EDITS).unwrap();
        home.run(&["new", "incident.json", "--source", "slack-export.zip"]);
        fs::set_permissions(home.path("incident.json"), fs::Permissions::from_mode(rights)).unwrap();
        home.run(&["edit", "incident.json", "edits"]);
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, args: &[&str]) {
        let ran = Command::new(env!("CARGO_BIN_EXE_meanwhile"))
            .args(args)
            .env("HOME", self.0.path())
            .env("MEANWHILE_STATE_DIR", self.path("state"))
            .current_dir(self.0.path())
            .output()
            .unwrap();
        assert!(ran.status.success(), "{args:?}: {}", String::from_utf8_lossy(&ran.stderr));
    }

    fn mode(&self, name: &str) -> u32 {
        fs::metadata(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}")).permissions().mode() & 0o777
    }
}

/// A folder is entered by those who may read it, and its owner may always work in it.
fn as_a_folder(rights: u32) -> u32 {
    rights | (rights & 0o444) >> 2 | 0o700
}

#[test]
fn what_is_written_of_a_project_may_be_read_by_those_who_may_read_it() {
    for rights in [0o600, 0o640, 0o664] {
        let home = Home::new(rights);
        assert_eq!(home.mode("incident.json"), rights);
        assert_eq!(home.mode("incident.json.d"), as_a_folder(rights));
        for beside in ["lock", "history.jsonl"] {
            assert_eq!(home.mode(&format!("incident.json.d/{beside}")), rights, "{beside}");
        }
        home.run(&["export", "incident.json", "--format", "md", "-o", "report.md"]);
        home.run(&["export", "incident.json", "--format", "csv", "-o", "timeline.csv"]);
        home.run(&["interview", "incident.json", "Priya", "-o", "sheet.md"]);
        fs::copy(home.path("incident.json"), home.path("other.json")).unwrap();
        fs::set_permissions(home.path("other.json"), fs::Permissions::from_mode(0o664)).unwrap();
        home.run(&["merge", "other.json", "incident.json", "-o", "joined.json"]);
        for written in ["report.md", "timeline.csv", "sheet.md", "joined.json"] {
            assert_eq!(home.mode(written), rights, "{written} of a project {rights:o}");
        }
    }
}

#[test]
fn what_the_screen_writes_may_be_read_by_those_who_may_read_the_project() {
    for rights in [0o600, 0o640] {
        let home = Home::new(rights);
        let open = Program::meanwhile(home.0.path()).arg("incident.json").arg("--pane").arg("#sev-search");
        let mut pty = open.env("MEANWHILE_STATE_DIR", home.path("state")).start();
        pty.wait_for("Archiving this room on Friday");
        for (keys, name) in [("X m", "report.md"), ("X c", "timeline.csv"), ("y f", "copy.txt"), ("6 X", "stats.csv")] {
            pty.press(keys);
            pty.wait_for("to which file?");
            pty.press("Ctrl-u");
            pty.type_text(name);
            pty.press("Enter");
            pty.wait_for(&format!("wrote {name}"));
            assert_eq!(home.mode(name), rights, "{name}");
        }
        pty.press(":");
        pty.type_text("w copy.json");
        pty.press("Enter");
        pty.wait_for("wrote a copy to copy.json");
        assert_eq!(home.mode("copy.json"), rights);
        // Its own journal, while it is open.
        let beside = fs::read_dir(home.path("incident.json.d")).unwrap().map(|entry| entry.unwrap().path());
        for path in beside.filter(|path| path.extension().is_some_and(|end| end == "jsonl")) {
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, rights, "{}", path.display());
        }
        pty.press("q q");
        assert_eq!(pty.wait_end(), 0);
        for kept in fs::read_dir(home.path("state")).unwrap().map(|entry| entry.unwrap().path()) {
            let others = fs::metadata(&kept).unwrap().permissions().mode() & 0o077;
            assert!(kept.is_dir() || others == 0, "{} is for its owner", kept.display());
        }
    }
}

#[test]
fn a_new_project_keeps_to_the_mask_of_the_process() {
    let home = tempfile::tempdir().unwrap();
    let export = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/slack-export.zip");
    fs::copy(export, home.path().join("slack-export.zip")).unwrap();
    let new = "umask 077; exec \"$0\" new incident.json --source slack-export.zip";
    let made = Command::new("sh")
        .args(["-c", new, env!("CARGO_BIN_EXE_meanwhile")])
        .env("HOME", home.path())
        .current_dir(home.path())
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let rights = fs::metadata(home.path().join("incident.json")).unwrap().permissions().mode();
    assert_eq!(rights & 0o777, 0o600);
}
