//! How a load runs: what comes first, what is joined, what is left out, how it is cancelled.

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use meanwhile::archive::{Archive, Flags, Message};
use meanwhile::base::reading::ReadAs;
use meanwhile::base::time::Instant;
use meanwhile::import::{self, ImportError, LoadEvent, LoadOptions};

use super::fixture::{Fixture, load, messages, texts};
use super::generate;

/// Everything an archive says, as text.
fn dump(archive: &Archive) -> Vec<String> {
    let mut lines = Vec::new();
    for (ix, log) in archive.channels() {
        lines.push(format!("{} {}", log.meta().id, log.len()));
        for message in archive.messages(ix) {
            let author = message.author().map_or("", |person| person.id.as_str());
            lines.push(format!(
                "{} {} {:?} {:?} {author} {} {:?}",
                message.id(),
                message.time(),
                message.kind(),
                message.flags(),
                message.text().unsanitised(),
                message.replies(),
            ));
        }
    }
    lines
}

fn generated(messages: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    generate::write_export(folder.path(), messages, 7).unwrap();
    folder
}

/// The bytes of all benches depend on it: whoever changes what is generated changes this too, and
/// measures before and after on the same export.
#[test]
fn the_same_arguments_generate_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let shape = generate::write_export(folder.path(), 1_500, 7).unwrap();
    let hash = meanwhile::jobs::sources::fingerprint(folder.path(), &AtomicBool::new(false)).unwrap();
    assert_eq!((shape.messages, shape.channels, shape.files, shape.bytes), (1_500, 5, 53, 2_438_296));
    assert_eq!(hash, "326018845ce3aa08d0300e2d023ca993fec0c55f365ace4a98c3b20cb04ea73c");
}

#[test]
fn a_folder_a_zip_and_a_wrapped_zip_give_the_same_archive() {
    let fixture = Fixture::new()
        .day(r#"[{"user":"U1","text":"a","ts":"1.0"}]"#)
        .file("quiet/2024-12-07.json", r#"[{"user":"U2","text":"b","ts":"2.0"}]"#)
        .file("general/canvas_in_the_conversation.json", "[{}]")
        .file(".DS_Store", "x");
    let folder = dump(&fixture.load().archive);
    assert_eq!(folder.len(), 4);
    for prefix in ["", "Acme export Dec 2024/"] {
        let zip = fixture.zip(prefix);
        assert_eq!(dump(&load(&[zip.path()], &LoadOptions::default()).unwrap().archive), folder);
    }
}

#[test]
fn a_generated_export_gives_the_same_whatever_is_read_first_and_however_it_is_packed() {
    let folder = generated(1_500);
    let whole = load(&[folder.path().to_owned()], &LoadOptions::default()).unwrap();
    assert_eq!(whole.archive.message_count(), 1_500);
    assert_eq!(whole.report.problem_count(), 0, "{:?}", whole.report.sources[0].warnings);
    let expected = dump(&whole.archive);
    let options = LoadOptions { first: vec!["#support".to_owned(), "data".to_owned()], ..LoadOptions::default() };
    assert_eq!(dump(&load(&[folder.path().to_owned()], &options).unwrap().archive), expected);
    let zip = folder.path().join("packed.zip");
    generate::pack(folder.path(), &zip).unwrap();
    assert_eq!(dump(&load(&[zip], &LoadOptions::default()).unwrap().archive), expected);
}

/// A load with everything that it told.
fn told(paths: &[PathBuf], first: &[&str]) -> (Archive, Vec<LoadEvent>) {
    let seen: Mutex<Vec<LoadEvent>> = Mutex::new(Vec::new());
    let first = first.iter().map(|name| (*name).to_owned()).collect();
    let options = LoadOptions { first, ..LoadOptions::default() };
    let stop = AtomicBool::new(false);
    let loaded = import::load(paths, &options, &stop, &|event| seen.lock().unwrap().push(event)).unwrap();
    (Archive::clone(&loaded.archive), seen.into_inner().unwrap())
}

fn shown(archive: &Archive) -> Vec<&str> {
    archive.channels().filter(|(_, log)| !log.is_empty()).map(|(_, log)| log.meta().name.unsanitised()).collect()
}

#[test]
fn the_channel_asked_for_comes_first_then_the_list_then_the_rest() {
    let folder = generated(4_000);
    let zip = folder.path().with_extension("zip");
    generate::pack(folder.path(), &zip).unwrap();
    for path in [folder.path().to_owned(), zip.clone()] {
        for asked in ["search", "#Search"] {
            let (archive, events) = told(std::slice::from_ref(&path), &[asked]);
            let LoadEvent::Archive(first) = &events[0] else { panic!("first a look, not {:?}", events[0]) };
            assert_eq!(shown(first), ["search"]);
            let newest = |archive: &Archive| {
                let ix = archive.channels_named("search")[0];
                archive.messages(ix).last().map(|message| message.id().to_string())
            };
            assert_eq!(newest(first), newest(&archive));
            let LoadEvent::Found(found) = &events[1] else { panic!("then the list, not {:?}", events[1]) };
            assert_eq!((found[0].format, found[0].channels.len()), ("slack-export", 20));
            assert!(found[0].channels.iter().all(|channel| channel.files > 0 && channel.bytes > 0));
            let LoadEvent::Archive(first) = &events[2] else { panic!("then the channel, not {:?}", events[2]) };
            assert_eq!((shown(first), first.channel_count()), (vec!["search"], 20));
            assert!(!first.is_complete() && archive.is_complete());
            let progress = |event| if let LoadEvent::Progress(progress) = event { Some(progress) } else { None };
            let last = events.into_iter().filter_map(progress).max_by_key(|progress| progress.files).unwrap();
            assert!(last.files <= last.files_total && last.messages <= 4_000 && last.percent() <= 100);
        }
    }
    std::fs::remove_file(zip).unwrap();
}

#[test]
fn what_cannot_all_be_shown_at_once_waits_for_the_list() {
    let folder = generated(1_500);
    let other = Fixture::new().day(r#"[{"user":"U1","text":"a","ts":"1.0"}]"#);
    let text = other.path().join("#ops_20241206.log");
    std::fs::write(&text, "[10:00:00] <runa> x\n").unwrap();
    let paths = [folder.path().to_owned(), text];
    for first in [vec!["search", "nowhere"], vec!["search", "ops"], vec![]] {
        let (_, events) = told(&paths, &first);
        assert!(matches!(events[0], LoadEvent::Found(_)), "{first:?}: {:?}", events[0]);
    }
    let (_, events) = told(&paths, &["search"]);
    assert!(matches!(events[0], LoadEvent::Archive(_)), "the other source waits: {:?}", events[0]);
}

#[test]
fn a_channel_that_no_list_names_is_shown_at_once_as_well() {
    let fixture = Fixture::new()
        .day(r#"[{"user":"U1","text":"a","ts":"1.0"}]"#)
        .file("renamed/2024-12-07.json", r#"[{"user":"U2","text":"b","ts":"2.0"}]"#);
    let (archive, events) = told(&[fixture.path().to_owned()], &["renamed"]);
    let LoadEvent::Archive(first) = &events[0] else { panic!("first a look, not {:?}", events[0]) };
    assert_eq!(shown(first), ["renamed"]);
    assert_eq!(shown(&archive), ["general", "renamed"]);
}

#[test]
fn a_cancelled_load_stops() {
    let folder = generated(1_500);
    let stop = AtomicBool::new(false);
    let result = import::load(&[folder.path().to_owned()], &LoadOptions::default(), &stop, &|event| {
        if matches!(event, LoadEvent::Found(_)) {
            stop.store(true, Ordering::Relaxed);
        }
    });
    assert!(matches!(result, Err(ImportError::Cancelled)));
}

#[test]
fn a_load_that_is_cancelled_before_its_sources_are_listed_says_so() {
    let fixture = Fixture::new().day(r#"[{"user":"U1","text":"a","ts":"1.0"}]"#);
    let zip = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("sample-data/slack-export.zip");
    let stop = AtomicBool::new(true);
    for path in [fixture.path().to_owned(), zip] {
        let result = import::load(&[path], &LoadOptions::default(), &stop, &|event| panic!("{event:?}"));
        assert!(matches!(result, Err(ImportError::Cancelled)));
    }
    // The first look at a channel comes before the list of everything.
    let (stop, told) = (AtomicBool::new(false), Mutex::new(Vec::new()));
    let options = LoadOptions { first: vec!["general".to_owned()], ..LoadOptions::default() };
    let result = import::load(&[fixture.path().to_owned()], &options, &stop, &|event| {
        stop.store(true, Ordering::Relaxed);
        told.lock().unwrap().push(event);
    });
    assert!(matches!(result, Err(ImportError::Cancelled)));
    assert!(matches!(told.into_inner().unwrap().as_slice(), [LoadEvent::Archive(_)]));
}

#[test]
fn only_the_channels_and_the_span_asked_for_are_read() {
    let fixture = Fixture::new()
        .day(r#"[{"user":"U1","text":"before","ts":"1733475600.0"},{"user":"U1","text":"in","ts":"1733479200.0"},{"user":"U1","text":"after","ts":"1733482800.0"}]"#)
        .file("quiet/2024-12-06.json", r#"[{"user":"U1","text":"q","ts":"1733479200.0"}]"#)
        .file("general/2024-01-01.json", "not even json");
    let options = LoadOptions {
        channels: vec!["#General".to_owned()],
        since: Instant::parse_rfc3339("2024-12-06T09:30:00Z"),
        until: Instant::parse_rfc3339("2024-12-06T10:30:00Z"),
        ..LoadOptions::default()
    };
    let loaded = load(&[fixture.path().to_owned()], &options).unwrap();
    assert_eq!(texts(&loaded.archive), ["in"]);
    assert_eq!((loaded.archive.channel_count(), loaded.report.problem_count()), (1, 0));
    let unknown = LoadOptions { channels: vec!["#nowhere".to_owned()], ..LoadOptions::default() };
    let error = load(&[fixture.path().to_owned()], &unknown).unwrap_err().to_string();
    assert!(error.contains("#nowhere") && error.contains("#general"), "{error}");
}

#[test]
fn two_exports_of_one_workspace_are_one_archive_and_two_reports() {
    let old = Fixture::new().day(
        r#"[{"user":"U1","text":"first words","ts":"1.000001"},{"user":"U1","text":"same","ts":"2.000001"},{"user":"U2","text":"taken away","ts":"3.000001"}]"#,
    );
    let new = Fixture::new().day(
        r#"[{"user":"U1","text":"better words","ts":"1.000001","edited":{"user":"U1","ts":"9.000000"}},{"user":"U1","text":"same","ts":"2.000001"},
            {"user":"USLACKBOT","subtype":"tombstone","text":"This message was deleted.","ts":"3.000001"},{"user":"U2","text":"later","ts":"4.000001"}]"#,
    );
    let bare = Fixture::bare().day(r#"[{"user":"U1","text":"same, but changed by hand","ts":"2.000001"}]"#);
    let paths: Vec<PathBuf> = [&old, &new, &bare].map(|fixture| fixture.path().to_owned()).to_vec();
    let loaded = load(&paths, &LoadOptions::default()).unwrap();
    assert_eq!(texts(&loaded.archive), ["better words", "same", "taken away", "later"]);
    let shown = messages(&loaded.archive, "slack/C1");
    assert_eq!(shown[0].extras().unwrap().versions[0].text.unsanitised(), "first words");
    assert!(shown[1].flags().has(Flags::DRIFT));
    assert_eq!((shown[2].kind().word(), shown[2].author_label().unsanitised()), ("deleted", "teo"));
    let counts: Vec<usize> = loaded.report.sources.iter().map(|source| source.totals.messages).collect();
    assert_eq!(counts, [3, 4, 1]);
    let json = loaded.report.to_json();
    assert_eq!((json.as_array().unwrap().len(), &json[1]["deleted"]), (3, &1.into()));
}

#[test]
fn the_record_behind_a_message_can_be_shown_as_it_stands() {
    let fixture = Fixture::new()
        .day(r#"[{"user":"U1","text":"a","ts":"1.0"},{"zebra":1,"user":"U1","text":"b","ts":"2.0","apple":[1]}]"#);
    let zip = fixture.zip("wrap/");
    for path in [fixture.path().to_owned(), zip.path()] {
        let loaded = load(std::slice::from_ref(&path), &LoadOptions::default()).unwrap();
        let message = messages(&loaded.archive, "slack/C1")[1].ix();
        let record =
            import::raw_record(&loaded.archive, message, std::slice::from_ref(&path), &LoadOptions::default()).unwrap();
        assert!(record.starts_with("{\n  \"zebra\": 1,\n  \"user\": \"U1\""), "{record}");
        let place = loaded.archive.log(message.channel).unwrap().files()[0].name.clone();
        assert!(import::raw_at(&path, place.unsanitised(), 7, &LoadOptions::default()).is_err());
    }
}

/// How many files a load reads, as it tells while it runs.
fn files_read(path: &std::path::Path, options: &LoadOptions) -> (usize, usize, Vec<String>) {
    let last = Mutex::new(import::Progress::default());
    let loaded = import::load(&[path.to_owned()], options, &AtomicBool::new(false), &|event| {
        if let LoadEvent::Progress(progress) = event {
            *last.lock().unwrap() = progress;
        }
    });
    let progress = *last.lock().unwrap();
    let archive = loaded.unwrap().archive;
    let of = |(ix, _)| archive.messages(ix).map(|message| message.text().unsanitised().to_owned()).collect::<Vec<_>>();
    let texts = archive.channels().flat_map(of).collect();
    (progress.files, progress.files_total, texts)
}

#[test]
fn a_window_opens_only_the_files_that_may_hold_what_is_wanted() {
    let mut fixture = Fixture::new();
    for day in 1..=28 {
        let noon = 1_733_054_400 + (day - 1) * 86_400;
        for channel in ["general", "quiet"] {
            let day_file = format!(r#"[{{"user":"U1","text":"{channel} {day}","ts":"{noon}.000100"}}]"#);
            fixture = fixture.file(&format!("{channel}/2024-12-{day:02}.json"), &day_file);
        }
    }
    let zip = fixture.zip("");
    for path in [fixture.path().to_owned(), zip.path()] {
        let all = files_read(&path, &LoadOptions::default());
        assert_eq!((all.0, all.1, all.2.len()), (56, 56, 56));
        let channel = LoadOptions { channels: vec!["quiet".to_owned()], ..LoadOptions::default() };
        assert_eq!(files_read(&path, &channel).0, 28);
        let day = LoadOptions {
            since: Instant::parse_rfc3339("2024-12-15T00:00:00Z"),
            until: Instant::parse_rfc3339("2024-12-15T23:59:59Z"),
            ..channel
        };
        let (files, total, texts) = files_read(&path, &day);
        assert_eq!(texts, ["quiet 15"]);
        assert!(files == total && (1..=5).contains(&files), "{files} of {total}: a day and what is near it");
    }
}

#[test]
fn what_lies_before_the_window_is_not_said_to_be_missing() {
    let fixture = Fixture::new().day(
        r#"[{"user":"U1","text":"root","ts":"1733475600.000000","reply_count":1},
            {"user":"U1","text":"answer","ts":"1733479200.000000","thread_ts":"1733475600.000000"},
            {"user":"U1","text":"of another","ts":"1733479300.000000","thread_ts":"1733479250.000000"}]"#,
    );
    let since = Instant::parse_rfc3339("2024-12-06T09:30:00Z");
    let loaded = load(&[fixture.path().to_owned()], &LoadOptions { since, ..LoadOptions::default() }).unwrap();
    assert_eq!(texts(&loaded.archive), ["answer", "of another"]);
    assert_eq!(loaded.report.problem_count(), 1, "only the root that should be there is missing");
}

#[test]
fn a_slack_clock_that_is_ahead_moves_every_time_and_no_id() {
    const HOUR: i64 = 3_600_000_000;
    let fixture = Fixture::new().day(
        r#"[{"user":"U1","text":"a","ts":"1733443200.000100","edited":{"user":"U1","ts":"1733443260.000000"}},
        {"user":"U1","subtype":"huddle_thread","ts":"1733446800.000200",
         "room":{"date_start":1733446800,"date_end":1733448600,"participant_history":["U1"]}}]"#,
    );
    let until = Some(Instant::from_seconds(1_733_440_000));
    let read_as = ReadAs { skew: HOUR, ..ReadAs::default() };
    let options = LoadOptions { read_as, ..LoadOptions::default() };
    let (told, right) = (fixture.load(), load(&[fixture.path().to_owned()], &options).unwrap());
    let ids = |archive: &Archive| messages(archive, "slack/C1").iter().map(Message::id).collect::<Vec<_>>();
    assert_eq!(ids(&told.archive), ids(&right.archive));
    for (told, right) in messages(&told.archive, "slack/C1").iter().zip(messages(&right.archive, "slack/C1")) {
        assert_eq!(told.time().since(right.time()), Some(HOUR));
        let (told, right) = (told.extras().unwrap(), right.extras().unwrap());
        let apart = told.edited.zip(right.edited).and_then(|(told, right)| told.since(right));
        assert_eq!(apart, told.edited.map(|_| HOUR));
        for (told, right) in told.huddle.iter().zip(&right.huddle) {
            assert_eq!(told.start.since(right.start), Some(HOUR));
            assert_eq!(told.end.unwrap().since(right.end.unwrap()), Some(HOUR));
        }
    }
    let window = LoadOptions { until, ..options };
    let early = load(&[fixture.path().to_owned()], &window).unwrap();
    assert_eq!(early.archive.message_count(), 1, "what is wanted is judged by the right clock");
}
