//! The built program as scripts see it: exit codes, JSON, and files that are whole or untouched.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder with the sample's zip, a small export, and a place for settings of its own.
pub(crate) struct Bench {
    folder: TempDir,
}

pub(crate) const CHANNEL: &str = "slack/C0SEV";

impl Bench {
    pub(crate) fn new() -> Self {
        let bench = Self { folder: tempfile::tempdir().unwrap() };
        bench.write_export();
        bench
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Two people and a bot in a public channel, one of them in a private one.
    fn write_export(&self) {
        let users = json!([
            { "id": "U0BAKO", "name": "bako", "profile": { "real_name": "Bako Lind", "title": "SRE" }, "tz": "Europe/Oslo" },
            { "id": "U0INES", "name": "ines", "profile": { "real_name": "Ines Ostavia" }, "tz": "Europe/Lisbon" },
        ]);
        let message =
            |ts: &str, user: &str, text: &str| json!({ "type": "message", "ts": ts, "user": user, "text": text });
        let mut reply = message("1733495700.000300", "U0BAKO", "the alias, I think");
        reply["thread_ts"] = json!("1733495640.000200");
        let day = json!([
            { "type": "message", "subtype": "channel_join", "ts": "1733495580.000100", "user": "U0BAKO",
              "text": "<@U0BAKO> has joined the channel" },
            message("1733495640.000200", "U0INES", "Nine pages were empty. Why did all five rotas go off?"),
            reply,
            message("1733495772.004500", "U0BAKO", "=alias fixed by hand <script> \u{1b}[2J"),
            message("1733496300.000600", "U0INES", "status page is green, restarted nothing"),
        ]);
        let secret = json!([message("1733495800.000100", "U0INES", "between us: the beta customer is Fjord Foods")]);
        let folder = self.path("export");
        let channel = |id: &str, name: &str| json!([{ "id": id, "name": name, "members": ["U0BAKO", "U0INES"] }]);
        for (name, content) in [
            ("users.json", users),
            ("channels.json", channel("C0SEV", "sev-search")),
            ("groups.json", channel("G0PRIV", "beta-customers")),
            ("sev-search/2024-12-06.json", day),
            ("beta-customers/2024-12-06.json", secret),
        ] {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content.to_string()).unwrap();
        }
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_meanwhile"));
        command
            .args(args)
            .current_dir(self.folder.path())
            .env("MEANWHILE_STATE_DIR", self.path("state"))
            .env("MEANWHILE_CONFIG_DIR", self.path("config"))
            .env("USER", "ines")
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        Ran(self.command(args).output().unwrap())
    }

    pub(crate) fn run_with(&self, args: &[&str], stdin: &str) -> Ran {
        let mut command = self.command(args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
        Ran(child.wait_with_output().unwrap())
    }

    /// A project over the small export, in Oslo's zone.
    pub(crate) fn project(&self) -> PathBuf {
        let args = ["new", "incident.json", "--source", "export", "--title", "Search outage", "--zone", "Europe/Oslo"];
        self.run(&args).exits(0);
        self.path("incident.json")
    }

    pub(crate) fn edit(&self, edits: &[Value]) -> Ran {
        let lines: String = edits.iter().map(|edit| format!("{edit}\n")).collect();
        self.run_with(&["edit", "incident.json", "--json"], &lines)
    }

    /// Names of everything in the folder, to see that nothing was written.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// What a run of the program left.
pub(crate) struct Ran(Output);

impl Ran {
    pub(crate) fn stdout(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).unwrap()
    }

    pub(crate) fn stderr(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).unwrap()
    }

    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.0.status.code(), Some(code), "stdout: {}\nstderr: {}", self.stdout(), self.stderr());
        self
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout()).unwrap()
    }

    /// The one sentence on stderr.
    #[track_caller]
    fn sentence(&self) -> String {
        let words = self.stderr();
        assert_eq!(words.lines().count(), 1, "{words}");
        assert!(!words.contains('\u{1b}'), "{words:?}");
        words
    }
}

pub(crate) fn message(ts: &str) -> String {
    format!("{CHANNEL}/{ts}")
}

fn sample_zip() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/slack-export.zip")
}

#[test]
fn inspect_tells_a_person_and_a_program_the_same() {
    let bench = Bench::new();
    let told = bench.run(&["inspect", "export", "--json"]).exits(0).json();
    assert_eq!(told["format"], "slack-export");
    assert_eq!((&told["messages"], &told["joins"], &told["threads"]), (&json!(6), &json!(1), &json!(1)));
    let two = bench.run(&["inspect", "export", "export", "--json"]).exits(0).json();
    assert_eq!(two.as_array().unwrap().len(), 2);
    let page = bench.run(&["inspect", "export"]).exits(0).stdout();
    assert!(page.contains("6 messages by 2 people in 2 channels"), "{page}");
}

#[test]
fn what_cannot_be_read_is_one_sentence_and_nothing_is_written() {
    let bench = Bench::new();
    let zip = fs::read(sample_zip()).unwrap();
    fs::write(bench.path("notes.txt"), "only words").unwrap();
    fs::write(bench.path("cut.zip"), zip.get(..20).unwrap()).unwrap();
    fs::write(bench.path("nothing.zip"), b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0").unwrap();
    fs::write(bench.path("damaged.json"), "{\n  \"format\": \"meanwhile/1\",\n  \"id\": ").unwrap();
    let before = bench.names();
    for path in ["notes.txt", "cut.zip", "nothing.zip", "gone.zip", "damaged.json"] {
        for args in [vec![path], vec!["search", path, "alias"], vec!["show", path, "slack/C/1.0"]] {
            let sentence = bench.run(&args).exits(2).sentence();
            assert!(sentence.contains(path), "{args:?}: {sentence}");
        }
    }
    for path in ["notes.txt", "gone.json", "damaged.json"] {
        for args in [vec!["export", path, "--format", "md"], vec!["check", path], vec!["edit", path]] {
            let sentence = bench.run(&args).exits(2).sentence();
            assert!(sentence.contains(path), "{args:?}: {sentence}");
        }
    }
    assert_eq!(bench.names(), before);
}

#[test]
fn a_hostile_name_cannot_reach_the_terminal() {
    let bench = Bench::new();
    fs::write(bench.path("\u{1b}]0;x\u{7}.zip"), "no zip").unwrap();
    let sentence = bench.run(&["inspect", "\u{1b}]0;x\u{7}.zip"]).exits(2).sentence();
    assert!(sentence.contains("␛]0;x␇"), "{sentence}");
}

#[test]
fn the_screen_wants_a_terminal_and_says_what_to_do_without() {
    let bench = Bench::new();
    let sentence = bench.run(&["export"]).exits(2).stderr();
    assert!(sentence.contains("--format"), "`export` alone is the verb: {sentence}");
    let sentence = bench.run(&["./export"]).exits(2).sentence();
    assert!(sentence.contains("terminal"), "{sentence}");
}

#[test]
fn a_mistake_in_the_arguments_exits_two_and_help_exits_zero() {
    let bench = Bench::new();
    bench.run(&["search"]).exits(2);
    bench.run(&["--zone", "Mars/Base", "inspect", "export"]).exits(2);
    assert!(bench.run(&["--help"]).exits(0).stdout().contains("inspect"));
    bench.run(&["--version"]).exits(0);
}

#[test]
fn search_finds_exactly_then_by_likeness_then_nothing() {
    let bench = Bench::new();
    let found = bench.run(&["search", "export", "alias", "--json"]).exits(0).json();
    assert_eq!((&found["query"], &found["total"]), (&json!("alias"), &json!(2)));
    let hit = &found["hits"][0];
    assert_eq!(hit["id"], message("1733495700.000300"));
    assert_eq!((&hit["time"], &hit["channel"]), (&json!("2024-12-06T14:35:00.000300Z"), &json!("#sev-search")));
    assert_eq!((&hit["author"], &hit["type"], &hit["match"]), (&json!("Bako Lind"), &json!("reply"), &json!("exact")));
    assert_eq!((&hit["ranges"], &hit["tags"], &hit["timeline"]), (&json!([[4, 9]]), &json!([]), &json!(false)));
    let mistyped = bench.run(&["search", "export", "restrated", "--json"]).exits(0).json();
    assert_eq!(mistyped["hits"][0]["match"], "fuzzy");
    assert_eq!(bench.run(&["search", "export", "alias", "--count"]).exits(0).stdout(), "2\n");
    let lines = bench.run(&["search", "export", "alias", "--jsonl", "--limit", "1"]).exits(0).stdout();
    assert_eq!(lines.lines().count(), 1);
    assert_eq!(bench.run(&["search", "export", "zeppelin", "--count"]).exits(1).stdout(), "0\n");
    let line = bench.run(&["search", "export", "fixed", "--zone", "Europe/Oslo"]).exits(0).stdout();
    assert_eq!(line, "2024-12-06 15:36:12  #sev-search  Bako Lind: =alias fixed by hand <script> ␛[2J\n");
    bench.run(&["search", "export", "("]).exits(2).sentence();
    bench.run(&["search", "export", "-from:bako is:edited"]).exits(1);
}

#[test]
fn search_without_the_export_finds_what_the_project_keeps_and_says_so() {
    let bench = Bench::new();
    bench.run(&["new", "incident.json", "--source", "export"]).exits(0);
    let on = |ts: &str| json!({ "edit": "timeline", "target": message(ts), "on": true }).to_string() + "\n";
    bench.run_with(&["edit", "incident.json"], &(on("1733495700.000300") + &on("1733496300.000600"))).exits(0);
    let whole = bench.run(&["search", "incident.json", "alias", "--json"]).exits(0);
    assert_eq!(whole.json()["total"], 2);
    assert!(!whole.stderr().contains("at hand"), "{}", whole.stderr());
    fs::rename(bench.path("export"), bench.path("elsewhere")).unwrap();
    let kept = bench.run(&["search", "incident.json", "alias", "--json"]).exits(0);
    assert!(kept.stderr().contains("only the 2 messages that the project keeps are searched"), "{}", kept.stderr());
    let kept = kept.json();
    assert_eq!(
        (&kept["total"], &kept["hits"][0]),
        (&json!(1), &{
            let mut hit = whole.json()["hits"][0].clone();
            hit["timeline"] = json!(true);
            hit
        })
    );
    let mistyped = bench.run(&["search", "incident.json", "restrated", "--json"]).exits(0).json();
    assert_eq!((&mistyped["total"], &mistyped["hits"][0]["match"]), (&json!(1), &json!("fuzzy")));
    let count = |args: &[&str]| bench.run(&[&["search", "incident.json"], args, &["--count"]].concat()).stdout();
    assert_eq!(count(&["from:bako"]), "1\n");
    assert_eq!(count(&["alias", "--channel", "sev-search"]), "1\n");
    assert_eq!(count(&["alias", "--channel", "beta-customers"]), "0\n");
    assert_eq!(count(&["in:#sev-search", "--until", "2024-12-06T14:36:00Z"]), "1\n");
}

#[test]
fn a_new_project_is_exactly_where_it_was_asked_for() {
    let bench = Bench::new();
    bench.run(&["new", "any.name", "--source", "export", "--title", "Search outage"]).exits(0);
    let file: Value = serde_json::from_slice(&fs::read(bench.path("any.name")).unwrap()).unwrap();
    assert_eq!((&file["format"], &file["facts"]["title"]), (&json!("meanwhile/1"), &json!("Search outage")));
    let source = file["sources"].as_object().unwrap().values().next().unwrap();
    assert_eq!((&source["path"], &source["messages"]), (&json!("export"), &json!(6)));
    let sentence = bench.run(&["new", "any.name", "--source", "export"]).exits(2).sentence();
    assert!(sentence.contains("is there already"), "{sentence}");
    bench.run(&["new", "other.json", "--source", "gone.zip"]).exits(2);
    assert!(!bench.path("other.json").exists(), "nothing is made of nothing");
}

#[test]
fn add_brings_one_more_source() {
    let bench = Bench::new();
    bench.project();
    fs::copy(sample_zip(), bench.path("more.zip")).unwrap();
    bench.run(&["add", "incident.json", "more.zip"]).exits(0);
    bench.run(&["add", "incident.json", "more.zip"]).exits(0);
    let file: Value = serde_json::from_slice(&fs::read(bench.path("incident.json")).unwrap()).unwrap();
    assert_eq!(file["sources"].as_object().unwrap().len(), 2, "the same source twice is one");
}

#[test]
fn edits_are_applied_together_or_not_at_all() {
    let bench = Bench::new();
    let project = bench.project();
    let before = fs::read(&project).unwrap();
    let good = json!({ "edit": "tag", "target": message("1733495772.004500"), "tag": "Action - Mitigate", "on": true });
    for (bad, word) in [
        (json!({ "edit": "tag", "target": "slack/C0SEV/9.9", "tag": "Impact", "on": true }), "slack/C0SEV/9.9"),
        (json!({ "edit": "shout" }), "shout"),
        (json!({ "edit": "milestone", "name": "lunch", "at": "2024-12-06T12:00:00Z" }), "lunch"),
    ] {
        let sentence = bench.edit(&[good.clone(), bad]).exits(2).sentence();
        assert!(sentence.contains("line 2") && sentence.contains(word), "{sentence}");
        assert_eq!(fs::read(&project).unwrap(), before);
        assert!(!bench.run(&["search", "incident.json", "tag:mitigate", "--count"]).stdout().starts_with('1'));
    }
    let done =
        bench.edit(&[good.clone(), json!({ "edit": "note", "target": message("1733495772.004500"), "text": "who?" })]);
    let done = done.exits(0).json();
    assert_eq!((&done[0]["line"], &done[0]["changed"]), (&json!(1), &json!(true)));
    assert!(done[1]["id"].as_str().unwrap().starts_with("note/"), "{done}");
    assert_eq!(bench.edit(&[good]).exits(0).json()[0]["changed"], json!(false));
    assert_eq!(bench.run(&["search", "incident.json", "tag:mitigate", "--count"]).exits(0).stdout(), "1\n");
}

#[test]
fn a_read_only_run_refuses_to_edit() {
    let bench = Bench::new();
    let project = bench.project();
    let before = fs::read(&project).unwrap();
    let line = "{\"edit\": \"fact\", \"name\": \"title\", \"value\": \"x\"}\n";
    let sentence = bench.run_with(&["--read-only", "edit", "incident.json"], line).exits(2).sentence();
    assert!(sentence.contains("read-only"), "{sentence}");
    assert_eq!(fs::read(&project).unwrap(), before);
}

#[test]
fn show_tells_a_message_with_its_thread_tags_and_notes() {
    let bench = Bench::new();
    bench.project();
    let root = message("1733495640.000200");
    bench
        .edit(&[
            json!({ "edit": "tag", "target": root, "tag": "Communication - Issue", "on": true }),
            json!({ "edit": "note", "target": root, "text": "ask Ines" }),
        ])
        .exits(0);
    let told = bench.run(&["show", "incident.json", &root, "--json"]).exits(0).json();
    assert_eq!((&told["id"], &told["tags"]), (&json!(root), &json!(["Communication - Issue"])));
    assert_eq!((&told["notes"], &told["timeline"]), (&json!(["ask Ines"]), &json!(false)));
    assert_eq!(told["thread"][0]["text"], "the alias, I think");
    let page = bench.run(&["show", "export", &message("1733495772.004500")]).exits(0).stdout();
    assert!(page.contains("=alias fixed by hand <script> ␛[2J"), "{page}");
    bench.run(&["show", "export", "slack/C0SEV/9.9"]).exits(1);
}

#[test]
fn check_tells_problems_from_advice() {
    let bench = Bench::new();
    bench.project();
    let told = message("1733495772.004500");
    bench.run(&["check", "incident.json"]).exits(0);
    bench.run(&["check", "incident.json", "--strict"]).exits(1);
    bench
        .edit(&[json!({ "edit": "section", "section": "mitigators", "text": format!("By hand [@{told}].") })])
        .exits(0);
    bench.run(&["check", "incident.json"]).exits(0);
    bench
        .edit(&[json!({ "edit": "section", "section": "trigger", "text": "Lost [@event/0198f3aa-0000-7000-8000-000000000000]." })])
        .exits(0);
    let remarks = bench.run(&["check", "incident.json", "--json"]).exits(1).json();
    assert_eq!((&remarks[0]["level"], &remarks[0]["code"]), (&json!("problem"), &json!("broken-citation")));
    assert_eq!(remarks[0]["where"], "report/trigger");
    let day = bench.path("export/sev-search/2024-12-06.json");
    let changed = fs::read_to_string(&day).unwrap().replace("fixed by hand", "fixed by magic");
    fs::write(&day, changed).unwrap();
    let remarks = bench.run(&["check", "incident.json", "--json"]).exits(1).json();
    assert!(remarks.as_array().unwrap().iter().any(|remark| remark["code"] == "evidence-changed"), "{remarks}");
}

#[test]
fn a_reader_who_goes_away_is_no_error() {
    let bench = Bench::new();
    let mut child =
        bench.command(&["completions", "bash"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let ran = Ran(child.wait_with_output().unwrap()).exits(0);
    assert_eq!(ran.stderr(), "");
}

#[test]
fn keys_are_listed_for_people_readmes_and_programs() {
    let bench = Bench::new();
    let list = bench.run(&["keys", "--json"]).exits(0).json();
    let back = list.as_array().unwrap().iter().find(|command| command["id"] == "app.back").unwrap().clone();
    let fields: Vec<_> = back.as_object().unwrap().keys().cloned().collect();
    assert_eq!(fields, ["id", "title", "help", "scope", "keys"]);
    assert!(bench.run(&["keys", "--markdown"]).exits(0).stdout().contains("| `app.back` |"));
    assert!(bench.run(&["keys"]).exits(0).stdout().contains("app.back"));
}

#[test]
fn the_demo_needs_a_terminal_and_writes_nothing_without() {
    let bench = Bench::new();
    bench.run(&["demo", "--dir", "sample"]).exits(2).sentence();
    assert!(!bench.path("sample").exists());
}

#[test]
fn the_manual_and_the_completions_name_every_verb() {
    let bench = Bench::new();
    bench.run(&["man", "pages"]).exits(0);
    let script = bench.run(&["completions", "fish"]).exits(0).stdout();
    for verb in
        ["demo", "keys", "new", "add", "inspect", "search", "edit", "show", "export", "check", "completions", "man"]
    {
        let page = fs::read_to_string(bench.path("pages").join(format!("meanwhile-{verb}.1"))).unwrap();
        assert!(page.contains(verb), "{page}");
        assert!(script.contains(verb), "{verb}");
    }
}
