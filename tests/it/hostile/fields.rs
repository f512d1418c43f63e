//! Hostile text in every other field that somebody can write: of a project, of lists of people and of
//! shifts, of templates and settings, and in the names of files.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use meanwhile::project::edit::Edit;
use meanwhile::tui::harness::Harness;
use serde_json::{Value, json};

use super::bytes;
use super::place::Place;
use super::seen::{Screen, exports};

/// What strangers may write where a name or a sentence is meant.
const ATTACKS: [(&str, &str); 9] = [
    ("escapes", "\u{1b}]52;c;eA==\u{7}\u{9b}2J\u{1b}[6n\u{1b}P$qm\u{1b}\\x"),
    ("hidden and turned", "a\u{202e}b\u{2066}c\u{200b}d\u{ad}e\u{feff}f\u{e0041}g\u{2028}h\u{85}i\u{fff9}j\u{3164}k"),
    ("formula", "=HYPERLINK(\"http://evil.example\")"),
    ("formulas behind blanks", "\t@SUM(1)\r\n+1+1\n-2+3;=4\u{a0}＝5"),
    ("page", "</style></title><script>alert(1)</script><img src=x onerror=alert(1)>\"'`--><svg/onload=x>"),
    ("markdown", "\n# forged\n\n```\nx\n|a|b|\n|-|-|\n[l](javascript:x) ![i](http://e.example/x) <b>b</b>\n> q\n1. n"),
    ("template of a report", "[@slack/C1/1733496000.000000] [@event/x] {{title}} %s $(id) `id` ${HOME}"),
    (
        "marks and joiners",
        "z\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}👩\u{200d}\u{200d}\u{200d}x",
    ),
    (
        "long",
        "longlonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglong",
    ),
];

/// What investigators may write as Markdown: headings of the report's own.
fn prose(attack: &str) -> Vec<Value> {
    vec![
        json!({ "edit": "phase", "title": attack, "at": "2024-12-06T14:00:00Z" }),
        json!({ "edit": "section", "section": "takeaways", "text": format!("It was said {attack} [@{MESSAGE}].") }),
        json!({ "edit": "section", "section": format!("odd {attack}"), "text": attack }),
    ]
}

const MESSAGE: &str = "slack/C1/1733496000.000000";
const EVENT: &str = "event/0193a1b2-0000-7000-8000-00000000000a";

/// Every edit that holds words, with an attack in each of them.
fn edits(attack: &str) -> Vec<Value> {
    let with = |words: &str| format!("{words} {attack}");
    vec![
        json!({ "edit": "fact", "name": "title", "value": with("title") }),
        json!({ "edit": "fact", "name": "headline", "value": with("headline") }),
        json!({ "edit": "fact", "name": "impact", "value": [with("customer"), attack] }),
        json!({ "edit": "fact", "name": "services", "value": [with("search")] }),
        json!({ "edit": "fact", "name": "technologies", "value": [attack] }),
        json!({ "edit": "fact", "name": "attendees", "value": [with("ada")] }),
        json!({ "edit": "fact", "name": "readers", "value": with("many") }),
        json!({ "edit": "fact", "name": "time_to_investigate", "value": with("7 days") }),
        json!({ "edit": "fact", "name": with("odd"), "value": { "deep": [attack] } }),
        json!({ "edit": "investigator", "investigator": "ida-holm", "name": with("Ida"), "initials": attack }),
        json!({ "edit": "investigator", "investigator": "bo", "name": attack, "initials": with("B") }),
        json!({ "edit": "person", "person": "slack/U1", "name": with("Runa"), "title": with("Engineer"),
                "team": attack, "location": attack, "role": with("lead"), "manager": attack, "email": attack,
                "handles": [attack, with("runa")], "interview": "planned" }),
        json!({ "edit": "shift", "person": "slack/U1", "start": "2024-12-06T10:00:00Z",
                "end": "2024-12-06T20:00:00Z", "rota": with("rota") }),
        json!({ "edit": "define-tag", "tag": format!("Ours - Vendor {attack}"), "definition": attack, "key": "V" }),
        json!({ "edit": "define-tag", "tag": "Impact", "definition": with("felt"), "section": attack }),
        json!({ "edit": "tag", "target": MESSAGE, "tag": format!("Ours - Vendor {attack}"), "on": true }),
        json!({ "edit": "tag", "target": MESSAGE, "tag": "Impact", "on": true }),
        json!({ "edit": "note", "target": MESSAGE, "text": with("note"),
                "question": { "to": "slack/U1", "state": "open" } }),
        json!({ "edit": "note", "target": MESSAGE, "text": attack }),
        json!({ "edit": "event", "id": EVENT, "at": "2024-12-06T14:40:00Z", "text": with("event"),
                "source": attack, "channel": attack }),
        json!({ "edit": "timeline", "target": EVENT, "on": true }),
        json!({ "edit": "entry", "target": MESSAGE, "headline": attack, "text": with("told") }),
        json!({ "edit": "milestone", "name": "start", "at": "2024-12-06T14:30:00Z" }),
        json!({ "edit": "filter", "name": with("mine"), "query": "has:note", "key": "m" }),
        json!({ "edit": "section", "section": "impact", "text": format!("It was said [@{MESSAGE}] and [@{EVENT}].") }),
        json!({ "edit": "waive", "section": "impact", "lint": "counterfactual", "reason": attack }),
        json!({ "edit": "source", "path": format!("gone{attack}.zip"), "format": "slack-export" }),
    ]
}

/// A project over a small export in which every field attacks.
fn attacked(place: &Place, attack: &str, broken: &mut Vec<String>) -> Harness {
    let mut stage = Harness::open(place.source(), None, &["general"], (110, 36)).unwrap();
    act(&mut stage, edits(attack), broken);
    stage
}

/// What is refused is refused in words that may be shown.
fn act(stage: &mut Harness, edits: Vec<Value>, broken: &mut Vec<String>) {
    for edit in edits {
        let done = serde_json::from_value::<Edit>(edit.clone()).map_err(|error| error.to_string()).and_then(|edit| {
            stage.app.session.act("an act".to_owned(), vec![edit]).map_err(|error| format!("{error:#}"))
        });
        broken.extend(done.err().and_then(|words| bytes::plain(&words, &[]).err()));
    }
    stage.app.refresh();
}

const WALK: [&str; 43] = [
    "G", "g g", "Enter", "Esc", "K", "Esc", "t", "Esc", "f", "Esc", "c", "Esc", "M", "M", "2", "j", "Enter", "Esc",
    "e", "Esc", "W", "j", "Esc", "3", "j", "j", "n", "p", "Esc", "4", "Enter", "Esc", "e", "Esc", "5", "j", "Tab",
    "Tab", "6", "c", "c", "1", "U",
];

const MORE: [&str; 14] = [
    "Esc",
    "g a",
    "Esc",
    "?",
    "Esc",
    ": p r o b l e m s Enter",
    "Esc",
    ": q u e s t i o n s Enter",
    "Esc",
    ": f a c t s Enter",
    "Esc",
    "Ctrl-p i m p a c t",
    "Esc",
    "6 e",
];

#[test]
fn in_every_field_of_a_project() {
    let mut broken = Vec::new();
    for (what, attack) in ATTACKS {
        let mut place = Place::new();
        place.text("a needle");
        let mut rules = Vec::new();
        let mut screen = Screen::new(attacked(&place, attack, &mut rules));
        for keys in WALK.into_iter().chain(MORE) {
            screen.press(keys);
        }
        exports(&screen.stage, &mut rules);
        // Their own prose may hold headings and code in Markdown, and acts in no other format.
        act(&mut screen.stage, prose(attack), &mut rules);
        for keys in ["Esc", "Esc", "2", "G", "k", "3", "j", "j", "p", "Esc"] {
            screen.press(keys);
        }
        let mut with_prose = Vec::new();
        let written = exports(&screen.stage, &mut with_prose);
        rules.extend(with_prose.into_iter().filter(|rule| !rule.starts_with("md: ")));
        rules.extend(bytes::plain(&written["md"], &['\n']).err().map(|error| format!("md: {error}")));
        rules.extend(screen.verdict());
        println!("fields: {what:<28} {}", if rules.is_empty() { "holds" } else { "BROKEN" });
        broken.extend(rules.into_iter().map(|rule| format!("{what}: {rule}")));
    }
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

/// Runs the program; what is said must be fit to be shown, and no panic.
fn run(home: &Path, args: &[&str], broken: &mut Vec<String>) -> Option<i32> {
    let output = Command::new(env!("CARGO_BIN_EXE_meanwhile"))
        .args(args)
        .current_dir(home)
        .env("HOME", home)
        .env("USER", "runa")
        .env("MEANWHILE_CONFIG_DIR", home.join("config"))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let words: String = args.join(" ").chars().filter(|c| !c.is_control()).take(60).collect();
    for (name, said) in [("stdout", output.stdout), ("stderr", output.stderr)] {
        let verdict = String::from_utf8(said).map_err(|error| error.to_string());
        let verdict = verdict.and_then(|said| bytes::harmless(&said, &['\n', '\t']));
        broken.extend(verdict.err().map(|error| format!("{words}: {name}: {error}")));
    }
    let code = output.status.code();
    if !matches!(code, Some(0..=2)) {
        broken.push(format!("{words}: ended with {code:?}"));
    }
    code
}

#[test]
fn in_every_field_of_a_project_that_a_command_reads() {
    let mut broken = Vec::new();
    for (what, attack) in ATTACKS {
        let mut place = Place::new();
        place.text("a needle");
        let mut stage = attacked(&place, attack, &mut broken);
        act(&mut stage, prose(attack), &mut broken);
        let home = place.home();
        fs::write(home.join("p.json"), meanwhile::project::file::print(stage.app.session.document())).unwrap();
        fs::write(home.join("q.json"), meanwhile::project::file::print(stage.app.session.document())).unwrap();
        let before = broken.len();
        for args in [
            vec!["show", "p.json", MESSAGE],
            vec!["show", "p.json", MESSAGE, "--json"],
            vec!["show", "p.json", EVENT],
            vec!["search", "p.json", "needle"],
            vec!["search", "p.json", "needle", "--json"],
            vec!["check", "p.json"],
            vec!["check", "p.json", "--json"],
            vec!["stats", "p.json"],
            vec!["stats", "p.json", "--json"],
            vec!["stats", "p.json", "--csv"],
            vec!["compare", "p.json", "q.json"],
            vec!["compare", "p.json", "q.json", "--json"],
            vec!["compare", "p.json", "q.json", "--annotations"],
            vec!["compare", "p.json", "q.json", "--annotations", "-v"],
            vec!["interview", "p.json"],
            vec!["interview", "p.json", "--json"],
            vec!["interview", "p.json", "slack/U1"],
            vec!["interview", "p.json", attack],
            vec!["export", "p.json", "--format", "html", "--annotations"],
            vec!["export", "p.json", "--format", "md", "--annotations", "--redact"],
            vec!["export", "p.json", "--format", "txt", "--section", attack],
            vec!["merge", "p.json", "q.json"],
            vec!["search", "p.json", attack],
            vec!["search", "p.json", &format!("from:{attack}")],
            vec!["show", "p.json", attack],
        ] {
            run(home, &args, &mut broken);
        }
        // A project read as text steers no terminal either.
        let text = fs::read_to_string(home.join("p.json")).unwrap();
        broken.extend(bytes::harmless(&text, &['\n']).err().map(|error| format!("the file: {error}")));
        println!("commands: {what:<26} {}", if broken.len() == before { "holds" } else { "BROKEN" });
    }
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

#[test]
fn in_lists_of_people_and_shifts() {
    let mut broken = Vec::new();
    for (what, attack) in ATTACKS {
        let mut place = Place::new();
        place.text("a needle");
        let cell = format!("\"{}\"", attack.replace('"', "\"\""));
        let people = format!(
            "name,email,location,title,team,manager,startDate\nRuna Halvorik,{cell},{cell},{cell},{cell},{cell},{cell}\n{cell},x@y.example,,,,,2016-07-11\n"
        );
        let line = attack.replace(['\r', '\n'], "\\n");
        let calendar = format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:{line}\r\nBEGIN:VEVENT\r\nUID:{line}\r\nDTSTART:20241206T100000Z\r\nDTEND:20241206T200000Z\r\nSUMMARY:{line}\r\nATTENDEE;CN=\"{line}\":mailto:{line}\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:2\r\nDTSTART:{line}\r\nRRULE:FREQ={line}\r\nSUMMARY:Runa Halvorik\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        );
        let shifts = format!(
            "who,start,end,rota\n{cell},2024-12-06T10:00:00Z,2024-12-06T20:00:00Z,{cell}\nRuna Halvorik,{cell},{cell},{cell}\n"
        );
        let home = place.home().to_owned();
        for (name, content) in [("people.csv", people), ("oncall.ics", calendar), ("shifts.csv", shifts)] {
            fs::write(home.join(name), content).unwrap();
        }
        let before = broken.len();
        run(&home, &["new", "p.json", "--source", "export"], &mut broken);
        for list in ["people.csv", "oncall.ics", "shifts.csv"] {
            run(&home, &["inspect", list], &mut broken);
            run(&home, &["add", "p.json", list], &mut broken);
        }
        for verb in [vec!["stats", "p.json"], vec!["check", "p.json"], vec!["export", "p.json", "--format", "json"]] {
            run(&home, &verb, &mut broken);
        }
        let mut rules = Vec::new();
        let sources = ["export", "people.csv", "oncall.ics", "shifts.csv"].map(|name| home.join(name));
        // What is refused as a whole was refused above in clean words.
        if let Ok(stage) = Harness::open_all(&sources, None, &["general"], (110, 36)) {
            let mut screen = Screen::new(stage);
            for keys in
                ["Esc", "Esc", "K", "Esc", "4", "j", "k", "Enter", "PgDn", "Esc", ": p r o b l e m s Enter", "Esc"]
            {
                screen.press(keys);
            }
            exports(&screen.stage, &mut rules);
            rules.extend(screen.verdict());
        }
        broken.extend(rules.into_iter().map(|rule| format!("{what}: {rule}")));
        println!("lists: {what:<29} {}", if broken.len() == before { "holds" } else { "BROKEN" });
    }
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

#[test]
fn in_templates_settings_patterns_and_names_of_files() {
    let mut broken = Vec::new();
    for (what, attack) in ATTACKS {
        let mut place = Place::new();
        place.text("a needle");
        let home = place.home().to_owned();
        let before = broken.len();
        fs::create_dir_all(home.join("config/templates")).unwrap();
        let section = json!({ "key": "summary", "title": attack, "answers": attack, "length": attack,
            "prompts": [attack], "good": [attack], "traps": [attack], "tags": [attack], "facts": attack, "draft": attack });
        let template = json!({ "key": "evil", "title": attack, "sections": [section] });
        fs::write(home.join("config/templates/evil.json"), template.to_string()).unwrap();
        let odd = json!({ "key": attack, "title": "x", "sections": [{ "key": attack, "title": "x" }] });
        fs::write(home.join("config/templates/odd.json"), odd.to_string()).unwrap();
        run(&home, &["new", "p.json", "--source", "export", "--template", "evil"], &mut broken);
        for format in ["md", "html", "txt", "json", "walk"] {
            run(&home, &["export", "p.json", "--format", format], &mut broken);
        }
        run(&home, &["check", "p.json"], &mut broken);
        run(&home, &["new", "r.json", "--source", "export", "--template", attack], &mut broken);
        // Settings: a pattern whose name and shape attack, and one that is none.
        let settings = toml_of(&[("name", attack), ("initials", attack)], attack);
        fs::write(home.join("config/config.toml"), settings).unwrap();
        fs::write(home.join("notes.txt"), "14:20 ada: so it goes\n").unwrap();
        run(&home, &["inspect", "notes.txt", "--pattern", attack], &mut broken);
        run(&home, &["inspect", "notes.txt", "--pattern", &format!("(?P<time>{attack}")], &mut broken);
        run(&home, &["inspect", "notes.txt", "--column", &format!("{attack}={attack}")], &mut broken);
        run(&home, &["inspect", "notes.txt", "--format", attack], &mut broken);
        run(&home, &["inspect", "export", "--channel", attack], &mut broken);
        run(&home, &["inspect", "export", "--since", attack], &mut broken);
        run(&home, &["--zone", attack, "inspect", "export"], &mut broken);
        fs::write(home.join("edits"), format!("{}\n", json!({ "edit": "fact", "name": "title", "value": "x" })))
            .unwrap();
        run(&home, &["edit", "p.json", "edits"], &mut broken);
        fs::write(home.join("edits"), format!("{{\"edit\": \"{}\"}}\n", attack.escape_default())).unwrap();
        run(&home, &["edit", "p.json", "edits"], &mut broken);
        // Names of files, also of those that are not there.
        let name: String = attack.chars().filter(|c| !matches!(c, '/' | '\0')).take(60).collect();
        let named = home.join(&name);
        fs::copy(home.join("p.json"), &named).unwrap();
        for args in [
            vec!["check", "--", &name],
            vec!["export", "--format", "txt", "--", &name],
            vec!["inspect", "--", &name],
            vec!["recover", "--", &name],
            vec!["stats", "--", &name],
            vec!["merge", "-o", "joined.json", "--", &name, "p.json"],
        ] {
            run(&home, &args, &mut broken);
        }
        fs::remove_file(&named).unwrap();
        for verb in ["check", "inspect", "recover", "stats", "show"] {
            run(&home, &[verb, "--", &name, MESSAGE], &mut broken);
        }
        let gone = format!("none/{name}.md");
        run(&home, &["export", "p.json", "--format", "md", "-o", &gone], &mut broken);
        println!("names: {what:<29} {}", if broken.len() == before { "holds" } else { "BROKEN" });
    }
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

/// Settings with these values, and a pattern of that name.
fn toml_of(values: &[(&str, &str)], pattern: &str) -> String {
    let quoted = |text: &str| {
        let escaped: String = text.chars().map(|c| format!("\\U{:08x}", u32::from(c))).collect();
        format!("\"{escaped}\"")
    };
    let text: String = values.iter().map(|(name, value)| format!("{name} = {}\n", quoted(value))).collect();
    format!("{text}[patterns]\n{} = {}\n", quoted(pattern), quoted("(?P<time>\\S+) (?P<text>.*)"))
}

#[test]
fn in_names_of_a_zip() {
    let mut broken = Vec::new();
    let names = [
        "\u{1b}]0;x\u{7}/2024-12-07.json",
        "general/..%2f..%2fetc/passwd",
        "general/\u{202e}nosj.70-21-4202",
        "general/2024-12-07.json\u{0}.exe",
        "C:general/2024-12-07.json",
        "\\\\host\\share\\2024-12-07.json",
        "~/.ssh/2024-12-07.json",
        "general//2024-12-07.json",
        "./general/2024-12-07.json",
        "general/CON/2024-12-07.json",
        "=1+1/2024-12-07.json",
        "<b>x</b>/2024-12-07.json",
    ];
    for name in names {
        let mut place = Place::new();
        let good = br#"[{"type":"message","user":"U1","ts":"1733496000.000000","text":"needle"}]"#;
        place.zip(&[
            ("users.json", b"[{\"id\":\"U1\",\"name\":\"runa\"}]"),
            ("channels.json", b"[{\"id\":\"C1\",\"name\":\"general\"}]"),
            ("general/2024-12-06.json", good),
            (name, good),
        ]);
        let before: Vec<String> = place.others();
        let mut rules = Vec::new();
        run(place.home(), &["inspect", "export.zip"], &mut rules);
        run(place.home(), &["inspect", "export.zip", "--json"], &mut rules);
        run(place.home(), &["search", "export.zip", "needle"], &mut rules);
        let written: Vec<String> = place.others().into_iter().filter(|name| !before.contains(name)).collect();
        if !written.is_empty() {
            rules.push(format!("{written:?} was written"));
        }
        match Harness::open(place.source(), None, &["general"], (110, 36)) {
            Ok(stage) => {
                let mut screen = Screen::new(stage);
                for keys in ["G", "w a", "Esc", ": p r o b l e m s Enter", "Enter", "Esc", "Esc"] {
                    screen.press(keys);
                }
                exports(&screen.stage, &mut rules);
                rules.extend(screen.verdict());
            }
            Err(error) => rules.push(format!("refused: {error}")),
        }
        broken.extend(rules.into_iter().map(|rule| format!("{name:?}: {rule}")));
    }
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}
