//! The shape of the source: who imports whom, how long files are, what stands at their top.
//!
//! It reads the text of `src` and `tests` and holds what the compiler cannot. A failure names the
//! file, the line and the rule.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// Each layer and the layers it may name. A layer may always name itself.
const LAYERS: [(&str, &[&str]); 14] = [
    ("base", &[]),
    ("archive", &["base"]),
    ("project", &["base"]),
    ("config", &["base"]),
    ("import", &["base", "archive"]),
    ("search", &["base", "archive", "project"]),
    ("timeline", &["base", "archive", "project"]),
    ("analysis", &["base", "archive", "project", "timeline"]),
    ("report", &["base", "archive", "project", "timeline", "search", "analysis"]),
    ("export", &["base", "archive", "project", "timeline", "search", "analysis", "report"]),
    ("jobs", &["base", "archive", "project", "config", "import", "search", "timeline", "analysis", "report", "export"]),
    (
        "tui",
        &[
            "base", "archive", "project", "config", "import", "search", "timeline", "analysis", "report", "export",
            "jobs",
        ],
    ),
    (
        "cli",
        &[
            "base", "archive", "project", "config", "import", "search", "timeline", "analysis", "report", "export",
            "jobs", "tui",
        ],
    ),
    // A panic's words may hold foreign text, so `main` names the sanitiser beside the command line.
    ("main", &["base", "cli"]),
];

/// Most lines of a file.
const MOST_LINES: usize = 800;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The Rust files below `folder`, by their path from the root with `/` between its parts.
fn rust_files(folder: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.insert(from_root(&path), fs::read_to_string(&path).unwrap());
            }
        }
    }
    assert!(!found.is_empty(), "{folder} holds no Rust file");
    found
}

fn from_root(path: &Path) -> String {
    let path = path.strip_prefix(root()).unwrap();
    path.components().map(|part| part.as_os_str().to_str().unwrap()).collect::<Vec<_>>().join("/")
}

/// The modules above what a file holds: `src/tui/key.rs` gives `tui` and `key`.
fn module_path(file: &str) -> Vec<&str> {
    file.trim_start_matches("src/").trim_end_matches(".rs").split('/').collect()
}

/// The text with comments emptied, line for line. Strings keep their text: none names a crate path.
fn without_comments(text: &str) -> String {
    let comment = Regex::new(r"(?m)(^|[^:\x22])//.*$").unwrap();
    comment.replace_all(text, "$1").into_owned()
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// The first words of the paths in `{a::b, c, d::{e, f}}`, given what stands behind the brace.
fn heads(group: &str) -> Vec<String> {
    let mut heads = Vec::new();
    let mut depth = 0;
    let mut word = String::new();
    let mut is_head = true;
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                heads.push(std::mem::take(&mut word));
                is_head = true;
            }
            _ if depth > 0 || !is_head => {}
            c if c.is_alphanumeric() || c == '_' => word.push(c),
            _ => is_head = word.is_empty(),
        }
    }
    heads.push(word);
    heads.retain(|head| !head.is_empty());
    heads
}

/// The layers that a source text names, with the lines where it does.
fn named_layers(file: &str, text: &str) -> Vec<(usize, String)> {
    let code = without_comments(text);
    let mut named = Vec::new();
    let crate_path = Regex::new(r"\b(?:crate|meanwhile)::(\{|[A-Za-z_]+)").unwrap();
    for found in crate_path.captures_iter(&code) {
        let head = found.get(1).unwrap();
        let line = line_of(&code, head.start());
        if head.as_str() == "{" {
            named.extend(heads(&code[head.end()..]).into_iter().map(|head| (line, head)));
        } else {
            named.push((line, head.as_str().to_owned()));
        }
    }
    // `super` from the top of `depth` modules reaches the crate; modules inside a file are one more.
    let inner = code.find("\nmod tests {").unwrap_or(code.len());
    let depth = if file == "src/main.rs" || file == "src/lib.rs" { 0 } else { module_path(file).len() };
    let super_path = Regex::new(r"\b((?:super::)+)([A-Za-z_]+)").unwrap();
    for found in super_path.captures_iter(&code) {
        let at = found.get(0).unwrap().start();
        let depth = depth + usize::from(at > inner);
        if found[1].matches("super").count() >= depth {
            named.push((line_of(&code, at), found[2].to_owned()));
        }
    }
    named
}

/// Rules broken, one a line; the assertion shows them all at once.
fn expect_none(broken: &[String]) {
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

#[test]
fn each_layer_names_only_the_layers_below_it() {
    let known: BTreeSet<&str> = LAYERS.iter().map(|&(layer, _)| layer).collect();
    let mut broken = Vec::new();
    for (file, text) in rust_files("src") {
        let layer = module_path(&file)[0].to_owned();
        if layer == "lib" {
            continue;
        }
        let Some((_, may)) = LAYERS.iter().find(|&&(name, _)| name == layer) else {
            broken.push(format!("{file}: `{layer}` is no layer; the table in this test says which there are"));
            continue;
        };
        for (line, named) in named_layers(&file, &text) {
            if known.contains(&*named) && named != layer && !may.contains(&&*named) {
                broken.push(format!("{file}:{line}: `{layer}` may not name `{named}`"));
            }
        }
    }
    expect_none(&broken);
}

#[test]
fn imports_are_read_in_every_form_in_which_they_can_be_written() {
    let text = "//! About `crate::tui`.\nuse crate::base::id;\nuse crate::{\n    archive::{Archive, log::X},\n    project,\n};\n\
                fn f() { crate::search::go(); } // crate::jobs\nuse super::timeline;\n\n\
                mod tests {\n    use super::*;\n    use super::super::report;\n    use super::inner;\n}\n";
    let named: Vec<_> = named_layers("src/export.rs", text);
    let expected = [(2, "base"), (3, "archive"), (3, "project"), (7, "search"), (8, "timeline"), (12, "report")];
    assert_eq!(named, expected.map(|(line, layer)| (line, layer.to_owned())));
}

fn named_outside(pattern: &str, rule: &str, allowed: impl Fn(&str) -> bool) {
    let pattern = Regex::new(pattern).unwrap();
    let mut broken = Vec::new();
    let mut allowed_count = 0;
    for (file, text) in rust_files("src") {
        let code = without_comments(&text);
        let shipped = code.split("\nmod tests {").next().unwrap_or(&code);
        for found in pattern.find_iter(shipped) {
            if allowed(&file) {
                allowed_count += 1;
            } else {
                broken.push(format!("{file}:{}: {rule}", line_of(shipped, found.start())));
            }
        }
    }
    expect_none(&broken);
    assert!(allowed_count > 0, "`{pattern}` is found nowhere: the rule holds nothing");
}

#[test]
fn only_what_passes_a_sanitiser_is_printed() {
    named_outside(r"\be?print(ln)?!", "print through cli/output.rs, which sanitises", |file| {
        file == "src/main.rs" || file.contains("/tests/")
    });
}

#[test]
fn only_the_screen_names_the_terminal_crates() {
    named_outside(r"\b(ratatui|crossterm)\b", "only src/tui names ratatui and crossterm", |file| {
        file == "src/tui.rs" || file.starts_with("src/tui/")
    });
}

#[test]
fn there_is_one_crossterm() {
    named_outside(r"\bratatui::crossterm\b", "", |_| true);
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    assert_eq!(lock.matches("\nname = \"crossterm\"\n").count(), 1, "two would each think that the terminal is theirs");
}

#[test]
fn only_one_file_names_the_fuzzy_matcher() {
    named_outside(r"\bfuzzy_matcher\b", "only src/search/fuzzy.rs names fuzzy_matcher", |file| {
        file == "src/search/fuzzy.rs"
    });
}

#[test]
fn a_project_is_changed_through_few_doors() {
    // The verb `edit` tries all edits on a copy before it hands them to `writing`.
    const DOORS: [&str; 3] = ["src/tui/session.rs", "src/cli/writing.rs", "src/cli/edit.rs"];
    named_outside(
        r"\b[Dd]ocument(::|(\(\))?\.)apply\b",
        "edits go through the session or the verbs that write",
        |file| DOORS.contains(&file) || file.starts_with("src/project") || file.ends_with("/tests.rs"),
    );
}

#[test]
fn no_file_is_longer_than_a_person_reads() {
    let files = rust_files("src").into_iter().chain(rust_files("tests"));
    let long = files.map(|(file, text)| (file, text.lines().count())).filter(|&(_, lines)| lines > MOST_LINES);
    expect_none(&long.map(|(file, lines)| format!("{file}: {lines} lines, at most {MOST_LINES}")).collect::<Vec<_>>());
}

#[test]
fn every_file_says_at_its_top_what_it_is_for() {
    let files = rust_files("src").into_iter().chain(rust_files("tests"));
    let silent = files.filter(|(_, text)| !text.starts_with("//! "));
    expect_none(&silent.map(|(file, _)| format!("{file}: begins without `//!`")).collect::<Vec<_>>());
}

#[test]
fn modules_lie_beside_their_folders() {
    let files = rust_files("src").into_keys().chain(rust_files("tests").into_keys());
    let inside = files.filter(|file| file.ends_with("/mod.rs"));
    expect_none(&inside.map(|file| format!("{file}: foo.rs beside foo/, never mod.rs")).collect::<Vec<_>>());
}

#[test]
fn no_file_knows_where_it_was_written() {
    let here = root();
    // A checkout right below the root, such as `/src`, has a name that any text may hold.
    if here.components().count() < 4 {
        return;
    }
    let here = here.to_str().unwrap();
    let files = rust_files("src").into_iter().chain(rust_files("tests"));
    let knowing = files.filter(|(_, text)| text.contains(here));
    expect_none(&knowing.map(|(file, _)| format!("{file}: holds {here}")).collect::<Vec<_>>());
}

/// The text between two marks.
fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let rest = text.split_once(from).unwrap_or_else(|| panic!("{from} is missing")).1;
    rest.split_once(to).unwrap_or_else(|| panic!("{to} is missing")).0
}

#[test]
fn a_format_is_one_file_one_row_and_a_golden() {
    let detect = fs::read_to_string(root().join("src/import/detect.rs")).unwrap();
    let table = between(&detect, "const FORMATS: &[&Format] = &[", "];");
    let mut rows: Vec<&str> = table.split(',').map(|row| row.trim().trim_start_matches('&')).collect();
    rows.retain(|row| !row.is_empty());
    let made = Regex::new(r"\bconst ([A-Z_]+): Format\s*=").unwrap();
    let mut broken = Vec::new();
    for (file, text) in rust_files("src/import") {
        for found in made.captures_iter(&text) {
            let (modules, name) = (&module_path(&file)[1..], &found[1]);
            // A format may stand in a file of its own folder and be named by the file above it.
            let row = [format!("{}::{name}", modules.join("::")), format!("{}::{name}", modules[0])]
                .into_iter()
                .find(|row| rows.contains(&row.as_str()))
                .unwrap_or_default();
            if rows.iter().filter(|known| **known == row).count() != 1 {
                broken.push(format!("{file}: {name} has to stand in FORMATS once"));
            }
            rows.retain(|known| *known != row);
        }
    }
    broken.extend(rows.iter().map(|row| format!("src/import/detect.rs: {row} is no format of its own file")));
    let snapshots = fs::read_dir(root().join("tests/it/import/formats/snapshots")).unwrap();
    let goldens: String = snapshots.map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap()).collect();
    // The quirks of Slack's own exports, which slackdump writes too, are told one by one in tests/it/import/shapes.rs.
    let is_told = |key: &&str| !matches!(*key, "slack-export" | "slackdump-export");
    for key in meanwhile::import::detect::format_keys().into_iter().filter(is_told) {
        if !goldens.contains(&format!("({key}): ")) {
            broken.push(format!("tests/it/import/formats: no golden shows the format {key}"));
        }
    }
    expect_none(&broken);
}

#[test]
fn every_fixture_of_a_format_is_among_all() {
    let formats = fs::read_to_string(root().join("tests/it/import/formats.rs")).unwrap();
    let all = between(&formats, "const ALL: &[Fixtures] = &[", "];");
    let files = rust_files("tests/it/import/formats").into_keys();
    let names = files.map(|file| file.rsplit('/').next().unwrap().trim_end_matches(".rs").to_owned());
    let missing = names.filter(|name| !all.contains(&format!("{name}::FIXTURES")));
    expect_none(&missing.map(|name| format!("{name}::FIXTURES is not in ALL")).collect::<Vec<_>>());
}

#[test]
fn formats_that_nobody_has_real_data_of_say_so() {
    const SYNTHETIC: [&str; 8] =
        ["google_chat", "grafana", "icalendar", "mail", "matrix", "opsgenie", "rocket_chat", "statuspage"];
    let files = rust_files("src/import");
    let says = |name: &&str| {
        let text = &files[&format!("src/import/{name}.rs")];
        let docs: String = text.lines().take_while(|line| line.starts_with("//!")).collect();
        docs.to_lowercase().contains("synthetic")
    };
    let silent = SYNTHETIC.iter().filter(|name| !says(name));
    expect_none(
        &silent.map(|name| format!("src/import/{name}.rs: say `synthetic only` at its top")).collect::<Vec<_>>(),
    );
}
