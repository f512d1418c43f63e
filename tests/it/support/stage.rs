//! The screens of the program over the sample incident, for pictures and for checks of their looks.
//!
//! Each scene begins from the finished project with the same three channels open and presses keys;
//! what it shows depends on nothing but the sample.

use std::fs;
use std::path::{Path, PathBuf};

use meanwhile::project::file;
use meanwhile::tui::harness::Harness;
use meanwhile::tui::theme::Theme;

/// The channels of the three panes.
const PANES: [&str; 3] = ["#sev-search", "#search-dev", "#support-desk"];

/// Something to look at.
#[derive(Debug, Clone, Copy)]
pub struct Scene {
    /// Its name, and the name of its picture.
    pub name: &'static str,
    /// What it shows, for readers who cannot see the picture.
    pub shows: &'static str,
    /// Keys that lead there from Chat, where the alias is being fixed.
    pub keys: &'static str,
    /// Text typed after the keys.
    pub text: &'static str,
}

const fn scene(name: &'static str, shows: &'static str, keys: &'static str) -> Scene {
    Scene { name, shows, keys, text: "" }
}

/// Everything worth a look.
pub const SCENES: &[Scene] = &[
    scene("chat", "Three channels side by side, the other two at the moment of the cursor", ""),
    Scene { text: "aliass", ..scene("find", "A mistyped word found in the pane while it is typed", "/") },
    Scene { text: "promo", ..scene("find-all", "A word found in all channels, with a preview", "F") },
    scene("tags-sheet", "The tag sheet: a letter puts a tag on the message", "t"),
    scene("note", "A note being written", "c"),
    scene("event", "An event that no channel recorded, at the cursor's time", "i"),
    scene("selection", "Three messages selected", "Space Space Space"),
    scene("meanwhile", "Moments as rows, channels as columns", "M"),
    scene("zoom", "One pane alone", "Z"),
    scene("message", "A message whole", "Enter"),
    scene("person", "A person as the project knows them", "K"),
    scene("timeline", "What happened when, with silences and milestones", "2 Ctrl-d Ctrl-d"),
    scene("entry", "The headline of an entry being written", "2 Enter"),
    scene("report", "The sections of the report and the evidence of one of them", "3 j j j"),
    scene("writing", "A section being written", "3 j j j Enter"),
    scene("preview", "The report as it will be read", "3 p"),
    scene("cite", "An entry being looked for, to be cited", "3 j j j Enter @"),
    scene("people", "Who was there", "4"),
    scene("participation", "One incident by channel and hour, arrivals and hand-offs", "4 p"),
    scene("questions", "Questions by whom they are to be put to", "4 Q"),
    scene("walk", "The timeline beat by beat, for a meeting", "2 W"),
    scene("tags", "The codebook", "5"),
    scene("stats", "Counts over time", "6"),
    scene("help", "Every key that works here", "?"),
    scene("palette", "Every command by name", ":"),
    scene("history", "What was done, to be taken back", "a u U"),
    scene("filter", "Filters by tag, person, kind and time", "f"),
    scene("channels", "The channels there are, to open panes on them", "w a"),
    scene("anything", "People, channels, tags and messages by name", "Ctrl-p"),
    scene("which-key", "What may follow a key", "z"),
    scene("import", "What came in and what could not be read", ": i m p o r t . r e p o r t Enter"),
    scene("sources", "What the project is read from, and how", ": s o u r c e . l i s t Enter"),
    scene("pattern", "A pattern for a text, and what it would give", ": s o u r c e . l i s t Enter p"),
    scene("guide", "How to get an export", ": h e l p . e x p o r t Enter"),
    scene("cannot", "Why something cannot be done", "g g o"),
];

/// A file of the repository.
pub fn file_of(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Chat over the finished project, the cursor where the alias is being fixed.
pub fn sample(size: (u16, u16)) -> Harness {
    let project = fs::read(file_of("sample-data/howie.json")).unwrap();
    let document = file::parse(&project).unwrap().document;
    let mut stage = Harness::open(&file_of("sample-data/slack-export.zip"), Some(document), &PANES, size).unwrap();
    stage.press("g t").type_text("6 Dec 14:36").press("Enter");
    stage
}

/// The columns of a table, in which one time cannot be read, as they are asked about when it is opened.
pub fn columns_of_a_table(size: (u16, u16), theme: Theme) -> Harness {
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("calls.csv");
    let rows = "when,who,what,room\n2024-12-06 14:31:02,Ines Ostavia,search is empty,bridge\n\
        2024-12-06 14:33:40,Bako Lind,the alias is old,bridge\nthen,Bako Lind,fixed by hand,bridge\n";
    fs::write(&table, rows).unwrap();
    let mut stage = Harness::open(&table, None, &[], size).unwrap();
    stage.app.settings.theme = theme;
    stage.press("Esc :").type_text("source.list").press("Enter m j");
    stage
}

/// A scene at a size, in the usual theme.
pub fn staged(scene: &Scene, size: (u16, u16)) -> Harness {
    dressed(scene, size, Theme::default())
}

/// A scene at a size in a theme.
pub fn dressed(scene: &Scene, size: (u16, u16), theme: Theme) -> Harness {
    let mut stage = sample(size);
    stage.app.settings.theme = theme;
    stage.press(scene.keys).type_text(scene.text);
    stage
}
