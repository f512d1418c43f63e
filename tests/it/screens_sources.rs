//! How sources are read, on the screen: the zone is asked for once, what is changed is an act and is
//! read again, and the import report says what was guessed.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use meanwhile::archive::{Archive, Quality};
use meanwhile::base::id::Target;
use meanwhile::base::time::Instant;
use meanwhile::export::{self, Format};
use meanwhile::jobs::sources::record;
use meanwhile::project::model::Milestone;
use meanwhile::project::{Edit, ReadAsEdit};
use meanwhile::report::draft::draft;
use meanwhile::report::{Policy, Template};
use meanwhile::timeline::assemble;
use meanwhile::tui::ctx::Effect;
use meanwhile::tui::harness::Harness;
use tempfile::TempDir;

const LOG: &str = "\
[10:41:12] <bako> which primary do you mean?
[10:42:07] <ines> stop, roll it back
[10:43:15] <bako> rolling back
[14:02:00] <ines> all is well
";

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("#ops_20240704.log"), LOG).unwrap();
        Self(folder)
    }

    fn log(&self) -> PathBuf {
        self.0.path().join("#ops_20240704.log")
    }

    fn open(&self) -> Harness {
        Harness::open(&self.log(), None, &["ops"], (120, 40)).unwrap()
    }
}

fn cursor(harness: &Harness) -> (Option<Target>, String, Quality) {
    let archive = &harness.app.session.archive;
    let pane = harness.app.chat.focused().unwrap();
    let message = pane.message(archive).unwrap();
    (pane.target(archive), message.time().rfc3339(), message.quality())
}

#[test]
fn a_zone_that_is_not_told_is_asked_for_once_and_escape_leaves_times_as_written() {
    let place = Place::new();
    let mut harness = place.open();
    assert!(harness.screen().contains("does not tell its zone"), "{}", harness.screen());
    harness.press("Esc g g j");
    let screen = harness.screen();
    assert!(screen.contains("10:42:07") && screen.contains("zone?"), "{screen}");
    assert!(cursor(&harness).2.has(Quality::NO_ZONE));
    harness.press("Enter");
    assert!(harness.screen().contains("zone unknown"), "{}", harness.screen());
}

#[test]
fn a_clock_without_a_zone_says_so_wherever_its_time_is_written_with_the_export_and_without() {
    let place = Place::new();
    let mut harness = place.open();
    harness.press("Esc g g j a 2");
    let screen = harness.screen();
    assert!(screen.contains("10:42:07 zone?  "), "the row: {screen}");
    assert!(screen.contains("said 10:42:07 zone? by ines"), "what is told of it: {screen}");
    assert!(screen.contains("4 Jul 10:42 to 10:42 zone?"), "the span in the heading: {screen}");
    harness.press("4");
    let people = harness.screen();
    assert!(people.contains("4 Jul 10:41 zone?"), "first and last words: {people}");
    assert!(people.lines().next().unwrap().contains("10:42:07 zone?"), "the title: {people}");
    harness.press("z").type_text("Europe/Oslo").press("Enter");
    let people = harness.screen();
    assert!(people.matches("zone?").count() > 3 && !people.contains("12:42"), "no clock of theirs: {people}");
    harness.press("2");
    let session = &harness.app.session;
    let project = session.project();
    for archive in [&session.archive, &Archive::default()] {
        let leaves = |format| export::render(project, archive, &Policy::default(), format);
        let (table, text) = (leaves(Format::Csv), leaves(Format::Json));
        assert!(table.contains("\"2024-07-04T10:42:07\",\"2024-07-04T10:42:07\""), "{table}");
        assert!(text.contains("\"at\": \"2024-07-04T10:42:07\""), "{text}");
        for format in [Format::Markdown, Format::Text] {
            assert_eq!(leaves(format).matches("zone unknown").count(), 1, "{}", leaves(format));
        }
        let timeline = assemble(project, archive);
        let section = Template::of(project).section("timeline").cloned().unwrap();
        let draft = draft(project, archive, &timeline, &section);
        assert!(draft.contains("4 Jul 10:42 (zone unknown)"), "{draft}");
    }
}

#[test]
fn the_background_says_of_a_source_that_nobody_knows_its_zone() {
    let place = Place::new();
    let mut harness = place.open();
    let report = harness.app.session.report.as_ref().unwrap().sources[0].clone();
    let source =
        record(&report, &place.0.path().join("p.json"), Instant::from_seconds(0), &AtomicBool::new(false)).unwrap();
    let reading = Box::new(ReadAsEdit::default());
    let edit = Edit::Source { id: None, source: Box::new(source), reading, on: true };
    harness.app.session.act_unseen(vec![edit]).unwrap();
    let background = |harness: &Harness| {
        let (project, archive) = (harness.app.session.project(), &harness.app.session.archive);
        let section = Template::of(project).section("background").cloned().unwrap();
        draft(project, archive, &assemble(project, archive), &section)
    };
    assert!(background(&harness).contains("4 Jul 2024 (zone unknown): #ops"), "{}", background(&harness));
    harness.press("Esc :").type_text("source.list").press("Enter z").type_text("Europe/Dublin").press("Enter");
    assert!(!background(&harness).contains("zone unknown"), "{}", background(&harness));
}

#[test]
fn a_zone_that_is_said_moves_the_times_keeps_the_cursor_and_can_be_undone() {
    let place = Place::new();
    let mut harness = place.open();
    harness.press("Esc g g j");
    let (before, written, _) = cursor(&harness);
    assert_eq!(written, "2024-07-04T10:42:07Z");
    harness.press(":").type_text("source.list").press("Enter z").type_text("Europe/Dub").press("Tab");
    assert!(harness.screen().contains("Europe/Dublin"), "{}", harness.screen());
    harness.press("Enter q");
    let (after, told, quality) = cursor(&harness);
    assert_eq!((after, told.as_str()), (before.clone(), "2024-07-04T09:42:07Z"));
    assert!(!quality.has(Quality::NO_ZONE));
    assert!(harness.screen().contains("Europe/Dublin"), "the pane says which zone was given");
    let remembered = harness.app.session.project().sources().values().next().unwrap().read_as.clone();
    assert_eq!(remembered.zone.map(meanwhile::base::time::Zone::name), Some("Europe/Dublin"));
    harness.press("u");
    let (again, written, _) = cursor(&harness);
    assert_eq!((again, written.as_str()), (before, "2024-07-04T10:42:07Z"));
    assert_eq!(harness.app.layers.len(), 0, "nobody is asked a second time");
}

#[test]
fn a_clock_that_is_ahead_is_put_back_and_the_pane_says_so() {
    let place = Place::new();
    let mut harness = place.open();
    harness.press("Esc g g j :").type_text("source.list").press("Enter c").type_text("5m").press("Enter");
    assert!(harness.screen().contains("+5m"), "{}", harness.screen());
    harness.press("q");
    assert_eq!(cursor(&harness).1, "2024-07-04T10:37:07Z");
    assert!(harness.screen().contains("zone? +5m"), "{}", harness.screen());
    harness.press(":").type_text("source.list").press("Enter c").type_text("soon").press("Enter");
    assert!(harness.screen().contains("is no length"), "{}", harness.screen());
}

#[test]
fn what_is_no_zone_is_refused_with_an_example() {
    let place = Place::new();
    let mut harness = place.open();
    harness.type_text("Atlantis").press("Enter");
    assert!(harness.screen().contains("Atlantis is no zone"), "{}", harness.screen());
    harness.press("Ctrl-u").type_text("UTC").press("Enter");
    assert_eq!(harness.app.layers.len(), 0);
    assert!(!cursor(&harness).2.has(Quality::NO_ZONE));
}

#[test]
fn the_import_report_says_what_was_guessed_and_sets_the_incident() {
    let place = Place::new();
    let mut harness = place.open();
    harness.press("Esc :").type_text("problems").press("Enter");
    let screen = harness.screen();
    for words in ["Guessed", "not told: times are shown as they are written", "the busiest hour", "format", "Channels"]
    {
        assert!(screen.contains(words), "{words}\n{screen}");
    }
    harness.press("=");
    let milestone = |harness: &Harness, name| harness.app.session.project().milestone(name).unwrap().rfc3339();
    assert_eq!(milestone(&harness, Milestone::Start), "2024-07-04T10:41:00Z");
    assert_eq!(milestone(&harness, Milestone::End), "2024-07-04T10:44:00Z");
    assert!(!harness.screen().contains("the busiest hour"));
    harness.press("u");
    assert_eq!(harness.app.session.project().milestone(Milestone::Start), None);
    harness.press("y");
    let copied = harness.asked.iter().find_map(|effect| match effect {
        Effect::Copy { text, .. } => Some(text.clone()),
        _ => None,
    });
    let copied = copied.unwrap();
    assert!(copied.contains("Zone: not told") && copied.contains("Channel ops: 4 messages"), "{copied}");
    harness.press("z").type_text("Europe/Oslo").press("Enter");
    assert!(harness.screen().contains("Europe/Oslo, as somebody said"), "{}", harness.screen());
}

#[test]
fn the_record_of_a_trouble_is_read_by_a_job_and_shown_when_it_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("ops.csv");
    fs::write(&table, "time,author,text\n2024-12-06T10:00:00Z,ines,a\n2024-12-06T10:01:00Z,ines,b\n2024-12-06T10:02:00Z,ines,c\nnever,bako,lost its time\n").unwrap();
    let mut harness = Harness::open(&table, None, &[], (120, 40)).unwrap();
    harness.press("Esc :").type_text("problems").press("Enter Enter");
    let screen = harness.screen();
    assert!(screen.contains("Record 1 of 1") && screen.contains("never,bako,lost its time"), "{screen}");
    let record = harness.app.raw_record.take();
    assert!(record.is_some(), "it came as what a job read");
    let screen = harness.screen();
    assert!(screen.contains("reading the export") && !screen.contains("never,bako,lost"), "{screen}");
    harness.app.raw_record = record;
    assert!(harness.screen().contains("never,bako,lost its time"), "{}", harness.screen());
    fs::remove_file(&table).unwrap();
    harness.press("Enter");
    assert!(harness.screen().contains("is not there"), "{}", harness.screen());
}

#[test]
fn a_download_token_is_neither_copied_nor_kept() {
    let folder = tempfile::tempdir().unwrap();
    let day = r#"[{"type":"message","user":"U1","ts":"1733493600.000100","text":"see https://f.example/a.png?t=xoxe-1-2-3 now"}]"#;
    for (name, content) in
        [("users.json", "[]"), ("channels.json", r#"[{"id":"C1","name":"ops"}]"#), ("ops/2024-12-06.json", day)]
    {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    let mut harness = Harness::open(folder.path(), None, &["ops"], (120, 40)).unwrap();
    assert_eq!(harness.app.session.report.as_ref().unwrap().sources[0].tokens, 1);
    harness.press("a y y y j");
    let copies = harness.app.session.project().messages().values().map(|copy| copy.text.clone());
    assert_eq!(copies.collect::<Vec<_>>(), ["see https://f.example/a.png now"]);
    let taken: Vec<&Effect> = harness.asked.iter().filter(|effect| matches!(effect, Effect::Copy { .. })).collect();
    assert_eq!(taken.len(), 2);
    assert!(!format!("{taken:?}").contains("xoxe"), "{taken:?}");
    harness.press(":").type_text("problems").press("Enter");
    assert!(harness.screen().contains("1 download token"), "{}", harness.screen());
}

#[test]
fn columns_of_a_table_are_shown_changed_by_a_letter_and_read_so() {
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("ops.csv");
    fs::write(
        &table,
        "created,who,note,extra\n2024-12-06T10:00:00Z,ines,first words,other words\n2024-12-06T10:05:00Z,bako,more words,others\n",
    )
    .unwrap();
    let mut harness = Harness::open(&table, None, &[], (120, 40)).unwrap();
    let screen = harness.screen();
    for words in ["Columns of ops.csv", "As it would be read", "06 Dec 2024 10:00:00", "first words"] {
        assert!(screen.contains(words), "{words}\n{screen}");
    }
    harness.press("j j j x");
    assert!(harness.screen().contains("other words"), "{}", harness.screen());
    harness.press("Enter");
    assert_eq!(harness.app.layers.len(), 0, "{}", harness.screen());
    let remembered = harness.app.session.project().sources().values().next().unwrap().read_as.clone();
    assert_eq!(remembered.columns.get("text").map(String::as_str), Some("extra"));
    let archive = &harness.app.session.archive;
    let texts: Vec<String> = archive
        .channels()
        .flat_map(|(channel, _)| archive.messages(channel).map(|message| message.text().unsanitised().to_owned()))
        .collect();
    assert!(texts.iter().any(|text| text.contains("other words")), "{texts:?}");
}

#[test]
fn a_pattern_is_tried_while_it_is_typed_and_read_when_it_fits() {
    let place = Place::new();
    let mut harness = place.open();
    harness.press("Esc :").type_text("source.list").press("Enter p");
    assert!(harness.screen().contains("? [10:41:12]"), "a time that is none is marked: {}", harness.screen());
    harness.press("Ctrl-u").type_text("(");
    assert!(harness.screen().contains("no regular expression"), "{}", harness.screen());
    harness.press("Enter");
    assert!(harness.screen().contains("Pattern for"), "what cannot be used is not accepted");
    harness.press("Ctrl-u").type_text(r"^\[(?P<time>\S+)\] <(?P<author>\w+)> (?P<text>.*)$");
    let screen = harness.screen();
    assert!(screen.contains("4 records so far") && screen.contains("ines"), "{screen}");
    harness.press("Enter");
    let remembered = harness.app.session.project().sources().values().next().unwrap().read_as.clone();
    assert_eq!(remembered.format.as_deref(), Some("pattern"));
    assert_eq!(harness.app.session.report.as_ref().unwrap().sources[0].format, "pattern");
}
