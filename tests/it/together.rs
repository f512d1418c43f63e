//! Several people on one project: what comes in from others, where they are, and texts that two
//! wrote at once.

use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant as Clock};

use meanwhile::base::id::{InvestigatorId, Target};
use meanwhile::base::time::Instant;
use meanwhile::project::store::{Arrival, Partner, Presence, Store, StoreOptions};
use meanwhile::project::{Actor, Author, Document, Edit};
use meanwhile::tui::app::ScreenId;
use meanwhile::tui::harness::Harness;

use crate::support::investigation::investigation;
use crate::support::pty::{Program, Pty};

mod agreement;
mod earlier;
mod forms;

/// Somebody else with a copy of what the screen shows.
struct Bako {
    me: Author,
    document: Document,
}

impl Bako {
    fn beside(stage: &Harness) -> Self {
        let me = Author::new(InvestigatorId::from_name("Bako"));
        Self { me, document: stage.app.session.document().clone() }
    }

    /// What he does, as it comes in.
    fn does(&mut self, line: &serde_json::Value) -> Vec<Arrival> {
        let edit: Edit = serde_json::from_value(line.clone()).unwrap();
        let applied = self.document.apply(edit, &self.me, Instant::from_seconds(1_733_911_300)).unwrap();
        vec![Arrival::Edits(applied.entries)]
    }

    fn presence(&self, target: &str) -> Partner {
        let presence = Presence {
            by: self.me.investigator.clone(),
            name: "Bako".to_owned(),
            initials: "BO".to_owned(),
            screen: "chat".to_owned(),
            channel: None,
            target: Some(target.to_owned()),
            at: None,
            beat: 0,
        };
        Partner { actor: Actor::random(), presence }
    }
}

fn section(text: &str) -> serde_json::Value {
    serde_json::json!({"edit": "section", "section": "background", "text": text})
}

fn background(stage: &Harness) -> String {
    stage.app.session.project().section("background").map_or(String::new(), |section| section.text.clone())
}

fn has(stage: &mut Harness, words: &str) -> bool {
    stage.screen().contains(words)
}

/// The row on which the cursor's bar begins.
fn cursor_row(stage: &mut Harness) -> (usize, String) {
    let rows = stage.rows();
    let row = rows.iter().position(|row| row.starts_with('▌')).unwrap();
    (row, rows[row].chars().take(30).collect())
}

#[test]
fn what_a_partner_does_is_shown_and_the_cursor_stays_where_it_is() {
    let mut stage = investigation(120, 40);
    let mut bako = Bako::beside(&stage);
    let target = stage.app.targets()[0].clone();
    let before = cursor_row(&mut stage);
    let pane = stage.app.chat.focused().unwrap();
    let row = pane.cursor;
    let event = |id: &str, at: Instant| serde_json::json!({"edit": "event", "id": format!("event/{id}"), "at": at.to_string(), "text": "somebody called", "channel": pane.title(&stage.app.session.archive)});
    let at = pane.time().unwrap();
    let lines = [event("b1", at.plus(-90_000_000)), event("b2", at.plus(-30_000_000))];
    for line in &lines {
        stage.arrive(bako.does(line));
    }
    assert!(stage.app.chat.focused().unwrap().cursor > row, "rows came in above it");
    assert_eq!(cursor_row(&mut stage), before);
    assert_eq!(stage.app.targets()[0], target);
    assert!(has(&mut stage, "somebody called"));
    let tag = serde_json::json!({"edit": "tag", "target": target, "tag": "Detection - Surprise", "on": true});
    stage.arrive(bako.does(&tag));
    assert!(has(&mut stage, "▐ bako: tag Detection - Surprise on"), "{}", stage.screen());
    assert!(has(&mut stage, "g b goes there"));
}

#[test]
fn where_a_partner_is_stands_in_the_title_and_on_the_row_and_one_key_goes_there() {
    let mut stage = investigation(120, 40);
    let bako = Bako::beside(&stage);
    stage.press("g b");
    assert!(has(&mut stage, "nobody else has this project open"));
    let here = stage.app.targets()[0].clone();
    stage.press("k k k");
    let there = stage.app.targets()[0].clone();
    stage.press("j j j");
    stage.app.together.here = vec![bako.presence(there.as_str())];
    let screen = stage.rows();
    assert!(screen[0].contains("▐ with BO  ✓ saved"), "{}", screen[0]);
    let row = screen.iter().position(|row| row.starts_with('▐')).unwrap();
    assert!(screen[row..].iter().take(4).any(|row| row.contains(" BO ")), "{}", screen[row..row + 3].join("\n"));
    stage.press("g b");
    assert_eq!(stage.app.targets()[0], there);
    stage.press("' '");
    assert_eq!(stage.app.targets()[0], here, "and one key comes back");
    stage.press("w f");
    assert_eq!(stage.app.targets()[0], there);
    stage.app.together.here[0].presence.target = Some(here.to_string());
    stage.arrive(vec![]);
    assert_eq!(stage.app.targets()[0], here, "the cursor follows");
    stage.press("j");
    let mine = stage.app.targets()[0].clone();
    stage.app.together.here[0].presence.target = Some(there.to_string());
    stage.arrive(vec![]);
    assert_eq!(stage.app.targets()[0], mine, "a key ends it");
}

#[test]
fn undo_takes_back_what_is_mine_and_never_what_a_partner_wrote_after() {
    let mut stage = investigation(120, 40);
    let mut bako = Bako::beside(&stage);
    let mine = serde_json::from_value(section("mine")).unwrap();
    stage.app.session.act("mine".to_owned(), vec![mine]).unwrap();
    bako.document = stage.app.session.document().clone();
    stage.arrive(bako.does(&section("mine, and Bako's")));
    stage.press("u");
    assert_eq!(background(&stage), "mine, and Bako's");
    assert!(has(&mut stage, "but for what bako changed since"), "{}", stage.screen());
    stage.press("Ctrl-r");
    assert_eq!(background(&stage), "mine, and Bako's");
    // A note of mine that he went on with stays, too.
    let target = stage.app.targets()[0].clone();
    stage.press("c").type_text("who saw it").press("Enter");
    let note = stage.app.session.project().notes_on(&target).last().unwrap().0.clone();
    bako.document = stage.app.session.document().clone();
    stage.arrive(bako.does(&serde_json::json!({"edit": "note", "note": note, "text": "who saw it? Teo did"})));
    stage.press("u");
    assert_eq!(stage.app.session.project().notes().get(&note).unwrap().text, "who saw it? Teo did");
}

#[test]
fn open_text_does_not_move_and_neither_text_replaces_the_other() {
    let mut stage = investigation(120, 40);
    let mut bako = Bako::beside(&stage);
    stage.press("3 g g i").type_text("Mine. ");
    let typed = stage.app.report.writing.as_ref().unwrap().text.text();
    stage.arrive(bako.does(&section("Bako's own words")));
    assert_eq!(stage.app.report.writing.as_ref().unwrap().text.text(), typed);
    assert!(has(&mut stage, "also edited by bako"), "{}", stage.screen());
    stage.press("Esc");
    assert!(has(&mut stage, "2 versions, g c"), "{}", stage.screen());
    let versions = stage.app.session.document().conflicts().remove(0).versions;
    assert_eq!(versions.len(), 2);
    assert!(versions.iter().any(|(_, text)| text == "Bako's own words"));
    assert!(versions.iter().any(|(_, text)| *text == typed));
    // Writing on in the one that shows does not silently do away with the other.
    stage.press("i").type_text("More. ").press("Esc");
    assert_eq!(stage.app.session.document().conflicts().remove(0).versions.len(), 2);
}

/// Two versions of one section, mine and Bako's, and the sheet open on them.
fn conflicted(columns: u16, rows: u16) -> Harness {
    let mut stage = investigation(columns, rows);
    let mut bako = Bako::beside(&stage);
    let arrivals = bako.does(&section("Runa tested.\nBako's line.\nYuki knew."));
    let mine = serde_json::from_value(section("Runa tested.\nMy line.\nYuki knew.")).unwrap();
    stage.app.session.act("mine".to_owned(), vec![mine]).unwrap();
    stage.arrive(arrivals);
    stage.press("g c");
    stage
}

#[test]
fn two_versions_stand_side_by_side_and_a_key_settles_which_holds() {
    for (keys, holds) in [
        ("h", "Runa tested.\nMy line.\nYuki knew."),
        ("l", "Runa tested.\nBako's line.\nYuki knew."),
        ("Enter", "Runa tested.\nMy line.\nBako's line.\nYuki knew."),
        ("e Ctrl-End ! Enter", "Runa tested.\nMy line.\nBako's line.\nYuki knew.!"),
    ] {
        let mut stage = conflicted(120, 40);
        for words in ["Two versions of one text", "yours", "bako", "+ My line.", "+ Bako's line.", "1 of 1 text"] {
            assert!(has(&mut stage, words), "{words}: {}", stage.screen());
        }
        stage.press(keys);
        assert_eq!(background(&stage), holds, "{keys}");
        assert!(stage.app.session.document().conflicts().is_empty(), "{keys}");
        stage.press("u");
        assert_ne!(background(&stage), "", "undo leaves one of them: {keys}");
    }
    let mut stage = conflicted(120, 40);
    stage.press("Esc");
    assert_eq!(stage.app.session.document().conflicts().len(), 1, "later");
    for (columns, rows) in [(80, 24), (60, 15), (40, 9), (20, 5)] {
        let mut stage = conflicted(columns, rows);
        assert_eq!(stage.rows().len(), usize::from(rows));
        stage.press("e x Esc Esc");
    }
}

#[test]
fn of_three_versions_only_the_two_looked_at_are_settled() {
    let mut stage = investigation(120, 40);
    let (mut bako, mut chen) = (Bako::beside(&stage), Bako::beside(&stage));
    chen.me = Author::new(InvestigatorId::from_name("Chen"));
    let arrivals = [bako.does(&section("of Bako")), chen.does(&section("of Chen"))];
    let mine = serde_json::from_value(section("of mine")).unwrap();
    stage.app.session.act("mine".to_owned(), vec![mine]).unwrap();
    for arrival in arrivals {
        stage.arrive(arrival);
    }
    stage.press("g c");
    assert!(has(&mut stage, "3 versions of one text"));
    stage.press("Tab Enter");
    let versions = stage.app.session.document().conflicts().remove(0).versions;
    let mut texts: Vec<_> = versions.into_iter().map(|(_, text)| text).collect();
    texts.sort();
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(texts.iter().any(|text| text.starts_with("of mine\nof ")), "{texts:?}");
    stage.press("g c h");
    assert!(stage.app.session.document().conflicts().is_empty());
}

#[test]
fn the_activity_list_says_who_did_what_and_leads_there() {
    let mut stage = investigation(120, 40);
    let mut bako = Bako::beside(&stage);
    stage.press("k k k k");
    let there = stage.app.targets()[0].clone();
    stage.press("G");
    stage.arrive(bako.does(&serde_json::json!({"edit": "tag", "target": there, "tag": "Impact", "on": true})));
    stage.arrive(bako.does(&section("written")));
    stage.press("g a");
    assert!(has(&mut stage, "Activity") && has(&mut stage, "bako: tag Impact on"), "{}", stage.screen());
    stage.type_text("impact").press("Enter");
    assert_eq!((stage.app.screen, stage.app.targets()[0].clone()), (ScreenId::Chat, there));
    stage.press("g a").type_text("background").press("Enter");
    assert_eq!(stage.app.screen, ScreenId::Report);
    assert_eq!(stage.app.report.key(), "background");
}

fn demo(home: &Path) {
    let made = Command::new(env!("CARGO_BIN_EXE_meanwhile"))
        .args(["new", "incident.json", "--source", "slack-export.zip"])
        .env("HOME", home)
        .current_dir(home)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

/// A sitting of somebody on the project in a folder.
fn sit(home: &Path, user: &str) -> Pty {
    let program = Program::meanwhile(home).arg("incident.json").arg("--pane").arg("#sev-search");
    let mut pty = program.env("USER", user).env("MEANWHILE_STATE_DIR", home.join(format!("state-{user}"))).start();
    pty.wait_for(LAST);
    pty.press("k");
    pty
}

const LAST: &str = "Archiving this room on Friday";

#[test]
fn in_two_terminals_a_tag_of_one_is_on_the_screen_of_the_other_without_a_key() {
    let home = tempfile::tempdir().unwrap();
    let export = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/slack-export.zip");
    std::fs::copy(export, home.path().join("slack-export.zip")).unwrap();
    demo(home.path());
    let (mut ines, mut bako) = (sit(home.path(), "ines"), sit(home.path(), "bako"));
    ines.wait_for("with B");
    bako.wait_for("with I");
    let mut longest = Duration::ZERO;
    for round in 0..3 {
        let words = format!("seen by both {round}");
        bako.press("c");
        bako.type_text(&words);
        let begun = Clock::now();
        bako.press("Enter");
        ines.wait_for(&words);
        longest = longest.max(begun.elapsed());
        bako.press("k");
    }
    println!("a note of a partner was on the other screen within {} ms", longest.as_millis());
    ines.press("c");
    ines.type_text("an answer");
    ines.press("Enter");
    bako.wait_for("an answer");
    for pty in [&mut ines, &mut bako] {
        pty.press("q q");
        assert_eq!(pty.wait_end(), 0);
    }
    let sidecar = home.path().join("incident.json.d");
    assert!(!sidecar.join("presence").exists(), "presence leaves nothing behind");
    let left: Vec<_> = std::fs::read_dir(&sidecar).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 4, "{left:?}");
    let me = Author::new(InvestigatorId::from_name("Ida"));
    let opened = Store::open(&home.path().join("incident.json"), &me, &StoreOptions::default()).unwrap();
    assert_eq!(opened.document.project().notes().len(), 4);
    let target: Target = opened.document.project().notes().values().next().unwrap().on.clone();
    assert!(target.message().is_some());
}

/// Edits of one of two processes, with looks and folds in between; runs only as a child.
#[test]
#[ignore = "a part of the tests below, which start it as a process of its own"]
fn child_that_edits_beside_another() {
    let variable = |name: &str| std::env::var(format!("MEANWHILE_TEST_{name}"));
    let (Ok(path), Ok(run), Ok(count)) = (variable("PAIRED"), variable("RUN"), variable("COUNT")) else { return };
    let me = Author::new(InvestigatorId::from_name(&run));
    let mut opened = Store::open(Path::new(&path), &me, &StoreOptions::default()).unwrap();
    let seed = run
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    let mut bits = seed | 1;
    let mut random = |below: u64| {
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        (bits >> 20) % below
    };
    let count: u64 = count.parse().unwrap();
    for n in 0..count {
        let target = format!("slack/C1/{}", random(40));
        let line = match random(4) {
            0 => serde_json::json!({"edit": "tag", "target": target, "tag": "Impact", "on": random(2) == 0}),
            1 => serde_json::json!({"edit": "section", "section": "impact", "text": format!("{n} of {run}")}),
            _ => serde_json::json!({"edit": "entry", "target": target, "headline": format!("{n} of {run}")}),
        };
        let note =
            serde_json::json!({"edit": "note", "note": format!("note/{run}-{n}"), "target": target, "text": "x"});
        for line in [line, note] {
            let applied = opened.document.apply(serde_json::from_value(line).unwrap(), &me, Instant::now()).unwrap();
            opened.store.append(&applied.entries).unwrap();
        }
        if random(20) == 0 {
            opened.store.look(&mut opened.document).unwrap();
        }
        if random(count / 4 + 20) == 0 {
            opened.store.fold(&mut opened.document).unwrap();
        }
    }
    opened.store.close(&mut opened.document).unwrap();
    // Both have written all: what each sees now is all there is.
    std::fs::write(format!("{path}.{run}.done"), "").unwrap();
    let other = format!("{path}.{}.done", if run == "one" { "two" } else { "one" });
    while !Path::new(&other).exists() {
        thread::sleep(Duration::from_millis(5));
    }
    opened.store.look(&mut opened.document).unwrap();
    opened.store.fold(&mut opened.document).unwrap();
    std::fs::write(format!("{path}.{run}.view"), meanwhile::project::file::print(&opened.document)).unwrap();
}

/// Two processes that edit at once, `count` times each; nothing is lost and both see the same.
fn two_processes(count: usize) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("incident.json");
    let me = Author::new(InvestigatorId::from_name("Ida"));
    let mut begun = Store::create(&path, &me, &StoreOptions::default()).unwrap();
    let title = serde_json::from_value(serde_json::json!({"edit": "fact", "name": "title", "value": "x"})).unwrap();
    let applied = begun.document.apply(title, &me, Instant::now()).unwrap();
    begun.store.append(&applied.entries).unwrap();
    begun.store.close(&mut begun.document).unwrap();
    let children = ["one", "two"].map(|run| {
        Command::new(std::env::current_exe().unwrap())
            .args(["together::child_that_edits_beside_another", "--exact", "--ignored"])
            .env("MEANWHILE_TEST_PAIRED", &path)
            .env("MEANWHILE_TEST_RUN", run)
            .env("MEANWHILE_TEST_COUNT", count.to_string())
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap()
    });
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let opened = Store::open(&path, &me, &StoreOptions::default()).unwrap().document;
    assert_eq!(opened.project().notes().len(), 2 * count, "every note is there");
    for run in ["one", "two"] {
        for n in 0..count {
            assert!(opened.project().notes().contains_key(format!("note/{run}-{n}").as_str()), "{run} {n}");
        }
        let view = std::fs::read_to_string(format!("{}.{run}.view", path.display())).unwrap();
        assert!(view == std::fs::read_to_string(&path).unwrap(), "what {run} sees is what the file holds");
    }
    println!(
        "{} interleaved edits of two processes: {} acknowledged, {} recovered",
        4 * count,
        2 * count,
        opened.project().notes().len()
    );
}

#[test]
fn two_processes_that_edit_at_once_lose_nothing_and_see_the_same() {
    two_processes(120);
}

#[test]
#[ignore = "long: two processes of 5,000 edits each"]
fn two_processes_of_five_thousand_edits_lose_nothing_and_see_the_same() {
    two_processes(2_500);
}

/// Runs the program and gives its exit code with what it said.
fn told(home: &Path, args: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_meanwhile"))
        .args(args)
        .env("HOME", home)
        .env("MEANWHILE_STATE_DIR", home.join("state"))
        .current_dir(home)
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

/// A project with a note, closed, and its bytes.
fn noted(home: &Path) -> Vec<u8> {
    let export = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/slack-export.zip");
    std::fs::copy(export, home.join("slack-export.zip")).unwrap();
    demo(home);
    for text in ["first", "second"] {
        let event = format!(r#"{{"edit":"event","at":"2024-12-06T10:00:00Z","text":"{text}"}}"#);
        std::fs::write(home.join("edits"), event).unwrap();
        let (code, said) = told(home, &["edit", "incident.json", "edits"]);
        assert_eq!(code, Some(0), "{said}");
    }
    std::fs::read(home.join("incident.json")).unwrap()
}

#[test]
fn a_damaged_project_is_offered_back_on_the_screen_and_never_written_over() {
    let home = tempfile::tempdir().unwrap();
    let whole = noted(home.path());
    let path = home.path().join("incident.json");
    let cut = &whole[..whole.len() / 2];
    std::fs::write(&path, cut).unwrap();
    let open = || Program::meanwhile(home.path()).arg("incident.json").start();
    let mut pty = open();
    pty.wait_for("The project cannot be read");
    pty.wait_for("It holds");
    pty.press("a t i Esc");
    assert_eq!(pty.wait_end(), 0);
    assert_eq!(std::fs::read(&path).unwrap(), cut, "Esc leaves it as it is");
    let mut pty = open();
    pty.wait_for("r brings it back");
    pty.press("r");
    pty.wait_for("#sev-search");
    pty.press("Esc q");
    assert!(meanwhile::project::file::parse(&std::fs::read(&path).unwrap()).is_ok());
    let kept = std::fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().path());
    let kept: Vec<_> = kept.filter(|path| path.to_string_lossy().contains(".damaged-")).collect();
    assert_eq!(std::fs::read(&kept[0]).unwrap(), cut);
}

#[test]
fn a_damaged_project_is_brought_back_by_a_command() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let whole = noted(home);
    let path = home.join("incident.json");
    assert_eq!(told(home, &["recover", "incident.json"]).0, Some(2), "it can be read");
    for damaged in [&whole[..whole.len() / 2], b"", b"[]", b"{\"a\":1}", &[&whole[..200], &[0; 20]].concat()] {
        std::fs::write(&path, damaged).unwrap();
        let (code, said) = told(home, &["export", "incident.json", "--format", "md"]);
        assert!(code == Some(2) && said.contains("meanwhile recover"), "{said}");
        let (code, said) = told(home, &["recover", "incident.json", "--dry-run"]);
        assert!(code == Some(0) && said.contains("Nothing was changed") && said.contains("event"), "{said}");
        assert_eq!(std::fs::read(&path).unwrap(), damaged);
        assert_eq!(told(home, &["recover", "incident.json", "--read-only"]).0, Some(2));
        let (code, said) = told(home, &["recover", "incident.json"]);
        assert!(code == Some(0) && said.contains("incident.json.damaged-"), "{said}");
        assert!(std::fs::read_to_string(&path).unwrap().contains("\"first\""), "{said}");
        for entry in std::fs::read_dir(home).unwrap() {
            let path = entry.unwrap().path();
            if path.to_string_lossy().contains(".damaged-") {
                std::fs::remove_file(path).unwrap();
            }
        }
    }
}

#[test]
fn a_project_that_is_damaged_while_it_is_open_is_brought_back_from_the_screen() {
    let home = tempfile::tempdir().unwrap();
    let whole = noted(home.path());
    let path = home.path().join("incident.json");
    let (ours, theirs) = (String::from_utf8(whole.clone()).unwrap(), String::from_utf8(whole.clone()).unwrap());
    let merge = format!("<<<<<<< ours\n{ours}=======\n{theirs}>>>>>>> theirs\n");
    for damaged in [&whole[..whole.len() / 2], b"", &[&whole[..300], &[0; 50]].concat(), merge.as_bytes()] {
        std::fs::write(&path, &whole).unwrap();
        let program = Program::meanwhile(home.path()).arg("incident.json").arg("--pane").arg("#sev-search");
        let mut pty = program.env("USER", "ines").env("MEANWHILE_STATE_DIR", home.path().join("state")).start();
        pty.wait_for("1 #sev-search");
        pty.press("G c");
        pty.type_text("before it");
        pty.press("Enter");
        pty.wait_for("✓ saved");
        std::fs::write(&path, damaged).unwrap();
        pty.wait_for("cannot be read any more");
        pty.press("k c");
        pty.type_text("and while it is");
        pty.press("Enter");
        pty.wait_for("✓ saved");
        assert_eq!(std::fs::read(&path).unwrap(), damaged, "it is not written over");
        pty.press(":");
        pty.type_text("recover");
        pty.press("Enter");
        pty.wait_for("Bring the project file back");
        pty.press("y");
        pty.wait_for("the project file is back");
        let parsed = meanwhile::project::file::parse(&std::fs::read(&path).unwrap()).unwrap();
        let notes: Vec<String> = parsed.document.project().notes().values().map(|note| note.text.clone()).collect();
        assert!(notes.contains(&"before it".to_owned()) && notes.contains(&"and while it is".to_owned()), "{notes:?}");
        assert_eq!(parsed.document.project().events().len(), 2);
        // It goes on, and again there is nothing to bring back.
        pty.press("k c");
        pty.type_text("and after it");
        pty.press("Enter");
        pty.wait_for("✓ saved");
        pty.press(":");
        pty.type_text("recover");
        pty.press("Enter y");
        pty.wait_for("nothing was brought back");
        pty.press("q q");
        assert_eq!(pty.wait_end(), 0);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains("and after it"), "{text}");
        let kept = std::fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().path());
        let kept: Vec<_> = kept.filter(|path| path.to_string_lossy().contains(".damaged-")).collect();
        assert_eq!(std::fs::read(&kept[0]).unwrap(), damaged);
        for path in &kept {
            std::fs::remove_file(path).unwrap();
        }
        std::fs::remove_dir_all(home.path().join("incident.json.d")).unwrap();
    }
}
