//! The README says what is: its keys are the table of commands, its files and verbs exist.
//!
//! `MEANWHILE_UPDATE=1 cargo test docs` writes the key table anew.

use std::fs;
use std::process::Command;

use meanwhile::cli::keys;
use regex::Regex;

use crate::pictures::is_updating;
use crate::support::stage::{file_of, sample};

const BEGIN: &str = "<!-- keys -->\n";
const END: &str = "<!-- /keys -->";

fn readme() -> String {
    fs::read_to_string(file_of("README.md")).unwrap()
}

/// What stands before, between and behind the marks of the key table.
fn parts(readme: &str) -> (&str, &str, &str) {
    let (before, rest) = readme.split_once(BEGIN).expect("the README marks where its keys begin");
    let (table, after) = rest.split_once(END).expect("the README marks where its keys end");
    (before, table, after)
}

#[test]
fn the_key_table_is_the_table_of_commands() {
    let readme = readme();
    let (before, table, after) = parts(&readme);
    let wanted = format!("\n{}\n", keys::markdown());
    if is_updating() {
        fs::write(file_of("README.md"), format!("{before}{BEGIN}{wanted}{END}{after}")).unwrap();
    } else {
        assert!(table == wanted, "keys changed; MEANWHILE_UPDATE=1 cargo test docs writes the table");
    }
}

#[test]
fn every_file_that_the_readme_links_is_there() {
    let readme = readme();
    let links = Regex::new(r#"(?:\]\(|(?:src|href)=")([^)"]+)"#).unwrap();
    let linked: Vec<&str> = links.captures_iter(&readme).map(|found| found.get(1).unwrap().as_str()).collect();
    let mut files = 0;
    for link in linked {
        if link.starts_with("https://") {
            continue;
        }
        if let Some(heading) = link.strip_prefix('#') {
            let slugs: Vec<String> = readme.lines().filter_map(|line| line.strip_prefix("## ")).map(slug).collect();
            assert!(slugs.iter().any(|slug| slug == heading), "{link} leads nowhere: {slugs:?}");
            continue;
        }
        assert!(file_of(link).exists(), "{link} is not there");
        files += 1;
    }
    assert!(files > 3, "the README shows pictures and links licences");
}

/// The name by which a heading is linked.
fn slug(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

#[test]
fn every_picture_is_shown() {
    let readme = readme();
    for entry in fs::read_dir(file_of("assets/pictures")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(readme.contains(&format!("assets/pictures/{name}")), "{name} is shown nowhere");
    }
}

#[test]
fn the_readme_and_the_program_name_the_same_verbs() {
    let help = Command::new(env!("CARGO_BIN_EXE_meanwhile")).arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let list = help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap();
    let verbs: Vec<&str> = list.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next()).collect();
    let verbs: Vec<&str> = verbs.into_iter().filter(|verb| !verb.is_empty() && *verb != "help").collect();
    let readme = readme();
    let blocks: String = readme.split("```").skip(1).step_by(2).collect();
    let named = Regex::new(r"(?m)^meanwhile ([a-z]+)\b").unwrap();
    let named: Vec<&str> = named.captures_iter(&blocks).map(|found| found.get(1).unwrap().as_str()).collect();
    for verb in &verbs {
        assert!(named.contains(verb), "the README leaves out {verb}");
    }
    for verb in named {
        assert!(verbs.contains(&verb), "there is no verb {verb}");
    }
}

#[test]
fn the_readme_lists_every_format_by_its_key() {
    let readme = readme();
    let keys = meanwhile::import::detect::format_keys();
    let lacking: Vec<_> = keys.into_iter().filter(|key| !readme.contains(&format!("`{key}`"))).collect();
    assert_eq!(lacking, Vec::<&str>::new(), "the README's \"What it reads\" lacks them");
}

#[test]
fn the_first_two_minutes_go_as_the_readme_tells_them() {
    let mut stage = sample((120, 40));
    let entries = stage.app.session.project().timeline().len();
    let before = stage.app.targets();
    stage.press("j");
    let target = stage.app.targets();
    assert_ne!(before, target, "j goes on");
    let tags = stage.app.session.project().tags_of(&target[0]).len();
    stage.press("t d Esc");
    assert_ne!(stage.app.session.project().tags_of(&target[0]).len(), tags, "t and a letter tag");
    stage.press("a");
    assert_ne!(stage.app.session.project().timeline().len(), entries, "a is the timeline");
    stage.press("u u");
    assert_eq!(stage.app.session.project().timeline().len(), entries);
    assert_eq!(stage.app.session.project().tags_of(&target[0]).len(), tags, "u takes both back");
    let events = stage.app.session.project().events().len();
    stage.press("i").type_text("The broker was replaced").press("Enter");
    assert_eq!(stage.app.session.project().events().len(), events + 1, "i writes an event");
    for (key, title) in [("2", "[2 Timeline]"), ("3", "[3 Report]"), ("1", "[1 Chat]")] {
        assert!(stage.press(key).rows()[0].contains(title), "{key} leads to {title}");
    }
}
