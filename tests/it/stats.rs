//! `stats` and `compare` over the sample, as scripts call them, and the screens that show the same.

use std::fs;
use std::process::{Command, Output};

use meanwhile::project::Author;
use meanwhile::project::store::{Store, StoreOptions};
use meanwhile::tui::harness::Harness;
use serde_json::Value;

use crate::support::stage::{file_of, sample};

fn meanwhile(args: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    Command::new(env!("CARGO_BIN_EXE_meanwhile"))
        .args(args)
        .current_dir(file_of("sample-data"))
        .env("MEANWHILE_STATE_DIR", folder.path())
        .env("MEANWHILE_CONFIG_DIR", folder.path())
        .output()
        .unwrap()
}

fn printed(args: &[&str]) -> String {
    let output = meanwhile(args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn json(args: &[&str]) -> Value {
    serde_json::from_str(&printed(args)).unwrap()
}

/// The counts that the separate script made of the raw files.
fn counts() -> Value {
    serde_json::from_slice(&fs::read(file_of("tests/sample/counts.json")).unwrap()).unwrap()
}

fn incident_files() -> Vec<String> {
    let mut files: Vec<String> = fs::read_dir(file_of("sample-data/incidents"))
        .unwrap()
        .map(|entry| entry.unwrap().path().to_str().unwrap().to_owned())
        .filter(|path| std::path::Path::new(path).extension().is_some_and(|ending| ending == "json"))
        .collect();
    files.sort();
    files
}

#[test]
fn every_count_is_the_one_that_a_separate_script_makes_of_the_raw_files() {
    let (told, counted) = (json(&["stats", ".", "--json"]), counts());
    for (name, value) in counted.as_object().unwrap() {
        if name == "people" {
            let lines = told[name].as_array().unwrap();
            assert_eq!(lines.len(), value.as_array().unwrap().len());
            for (line, expected) in lines.iter().zip(value.as_array().unwrap()) {
                for (field, expected) in expected.as_object().unwrap() {
                    assert_eq!(&line[field], expected, "{field} of {}", line["id"]);
                }
            }
        } else {
            assert_eq!(&told[name], value, "{name}");
        }
    }
}

#[test]
fn the_counts_are_those_that_the_script_makes_today() {
    let mut files = vec![file_of("sample-data/howie.json"), file_of("sample-data/postmortem.json")];
    files.extend(incident_files().into_iter().map(Into::into));
    let output = Command::new("python3").arg(file_of("tests/sample/count.py")).args(files).output();
    let Ok(output) = output.inspect_err(|error| eprintln!("the script was not run: {error}")) else { return };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let made: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(made, counts(), "run tests/sample/count.py and keep what it prints in counts.json");
}

#[test]
fn every_figure_is_as_long_as_the_list_behind_it() {
    let told = json(&["stats", ".", "--json"]);
    let list = |name: &str| told[name].as_array().unwrap().clone();
    let with = |rows: &[Value], field: &str, value: &Value| rows.iter().filter(|row| &row[field] == value).count();
    let people = list("participations");
    let incidents = list("incidents");
    let figures = &told["participation"];
    for (figure, field, value) in [
        ("on_call", "on_call", Value::Bool(true)),
        ("off_call", "on_call", Value::Bool(false)),
        ("on_call_unknown", "on_call", Value::Null),
        ("work_hours", "work_hours", Value::Bool(true)),
        ("off_hours", "work_hours", Value::Bool(false)),
        ("hours_unknown", "work_hours", Value::Null),
    ] {
        assert_eq!(figures[figure], with(&people, field, &value), "{figure}");
        let listed = printed(&["stats", ".", "--list", &figure.replace('_', "-")]);
        assert_eq!(figures[figure], listed.lines().count() - 1, "{figure}");
    }
    for month in list("months") {
        assert_eq!(month["incidents"], with(&incidents, "month", &month["month"]), "{month}");
    }
    for person in list("people") {
        assert_eq!(person["incidents"], with(&people, "id", &person["id"]), "{person}");
    }
}

#[test]
fn half_past_eleven_at_night_is_working_time_on_the_other_side_of_the_world() {
    let listed = printed(&["stats", "incidents/tokens-0919.json", "--list", "2024-09"]);
    let row =
        |name: &str| listed.lines().find(|line| line.contains(name)).unwrap_or_else(|| panic!("{listed}")).to_owned();
    assert!(row("Yuki").contains("2024-09-19 23:58 UTC-4\tFri 12:58\tno\tyes"), "{}", row("Yuki"));
    assert!(row("Dov").contains("2024-09-20 00:10 UTC-4\tFri 00:10\tyes\tno"), "{}", row("Dov"));
    // New York left summer time two days after these nine o'clocks, and came back a day before those.
    let listed = printed(&["stats", "incidents", "--list", "Ines Ostavia"]);
    assert!(listed.contains("Fri 09:25\tyes\tyes") && listed.contains("Mon 09:15\tno\tyes"), "{listed}");
    // Half an hour's worth of zone.
    assert!(printed(&["stats", "incidents", "--list", "Priya Vantaran"]).contains("Fri 09:05\tno\tyes"));
}

#[test]
fn hours_holidays_and_filters_change_what_is_counted() {
    let usual = json(&["stats", "incidents", "--json"]);
    let early = json(&["stats", "incidents", "--json", "--work-hours", "7:30-16"]);
    assert!(early["participation"]["work_hours"].as_u64() > usual["participation"]["work_hours"].as_u64());
    let folder = tempfile::tempdir().unwrap();
    let calendar = folder.path().join("days.ics");
    let event = "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20241101\r\nSUMMARY:All Saints\r\nEND:VEVENT\r\n";
    let text = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:Holidays\r\n{event}END:VCALENDAR\r\n");
    fs::write(&calendar, text).unwrap();
    let path = calendar.to_str().unwrap();
    let off = |holidays: &str| {
        let told = json(&["stats", "incidents/images-1101.json", "--json", "--holidays", holidays]);
        told["participation"]["off_hours"].as_u64().unwrap()
    };
    assert_eq!((off(path), off(&format!("America/New_York={path}"))), (5, 3));
    assert_eq!(json(&["stats", ".", "--json", "--service", "Search"])["projects"], 2);
    assert_eq!(json(&["stats", ".", "--json", "--technology", "ledger"])["projects"], 1);
    let team = json(&["stats", ".", "--json", "--team", "platform"]);
    let names: Vec<&str> = team["people"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Bako Adeyoru", "Dov Kestrelin", "Mei Tarrowan"]);
    let none = meanwhile(&["stats", ".", "--json", "--last", "1day"]);
    assert_eq!(none.status.code(), Some(1));
    for wrong in [["--last", "soon"], ["--work-hours", "nine"], ["--list", "nothing"], ["--holidays", "oncall.txt"]] {
        let output = meanwhile(&[&["stats", "."], &wrong[..]].concat());
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
    }
    assert_eq!(meanwhile(&["stats", "slack-export.zip"]).status.code(), Some(2), "no project");
    assert_eq!(meanwhile(&["stats", "slack-export"]).status.code(), Some(2), "no project in that folder");
    assert_eq!(meanwhile(&["stats", "postmortem.json"]).status.code(), Some(1), "it retells another one");
}

#[test]
fn a_person_is_a_row_for_spreadsheets() {
    let told = printed(&["stats", ".", "--csv"]);
    assert!(told.starts_with("\"id\",\"name\",\"title\",\"team\",\"started_on\",\"incidents\",\"share\""), "{told}");
    assert_eq!(told.lines().count(), 1 + counts()["people"].as_array().unwrap().len());
}

#[test]
fn two_investigations_stand_side_by_side_with_where_each_value_comes_from() {
    let told = json(&["compare", "howie.json", "postmortem.json", "--json"]);
    assert_eq!(told["projects"], serde_json::json!(["search-1206", "search-1206-short"]));
    let row = |measure: &str| {
        let rows = told["rows"].as_array().unwrap();
        let row = rows.iter().find(|row| row["measure"] == measure).unwrap_or_else(|| panic!("{measure}"));
        assert!(row["from"].as_array().unwrap().iter().all(|from| !from.as_str().unwrap().is_empty()));
        row["values"].clone()
    };
    assert_eq!(row("Time to investigate"), serde_json::json!(["7 days", "45 minutes"]));
    assert_eq!(row("Contributing factors"), serde_json::json!(["7", "2"]));
    assert_eq!(row("Action items"), serde_json::json!(["7", "4"]));
    assert_eq!(row("Action items completed"), serde_json::json!(["2", "2"]));
    assert_eq!(row("People involved"), serde_json::json!(["13", "13"]));
    assert_eq!(row("Impact"), serde_json::json!(["customer, employee", "customer"]));
    assert_eq!(row("Readers"), serde_json::json!(["140", "10"]));
    assert_eq!(row("Timeline entries"), serde_json::json!(["32", "9"]));
    assert!(row("Time of incident")[0].as_str().unwrap().ends_with("15 h 10 min"));
    assert!(row("Difficulties during handling")[0].as_str().unwrap().starts_with("a section"));
    for measure in
        ["Timeline before the event", "Channels read", "Messages read", "Supplemental events", "Questions open"]
    {
        assert_eq!(row(measure).as_array().unwrap().len(), 2, "{measure}");
    }
    assert_eq!(meanwhile(&["compare", "howie.json"]).status.code(), Some(2));
    assert_eq!(meanwhile(&["compare", "howie.json", "people.csv"]).status.code(), Some(2));
    assert!(
        printed(&["compare", "incidents"]).contains("10 h 10 min"),
        "minutes at work stand in for what nobody said"
    );
}

#[test]
fn the_small_incidents_are_small_and_whole() {
    let mut bytes = 0;
    for path in incident_files() {
        bytes += fs::metadata(&path).unwrap().len();
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("copy.json");
        fs::copy(&path, &copy).unwrap();
        let author = Author::new(meanwhile::base::id::InvestigatorId::from_name("reader"));
        let opened = Store::open(&copy, &author, &StoreOptions::default()).unwrap();
        assert!(opened.notices.is_empty(), "{path}: {:?}", opened.notices);
        let project = opened.document.project();
        assert!(!project.timeline().is_empty() && !project.people().is_empty(), "{path}");
        assert!(["services", "technologies", "impact", "readers"].iter().all(|fact| project.fact(fact).is_some()));
    }
    assert!(bytes < 150_000, "{bytes} bytes");
}

fn over_the_incidents(size: (u16, u16)) -> Harness {
    let mut stage = sample(size);
    stage.press("6 m").type_text(file_of("sample-data/incidents").to_str().unwrap()).press("Enter");
    stage
}

#[test]
fn a_figure_on_the_screen_opens_the_list_of_what_it_counts() {
    let mut stage = over_the_incidents((120, 40));
    let screen = stage.screen();
    assert!(screen.contains("8 incidents") && screen.contains("not on call"), "{screen}");
    // Began in and outside hours, took part on call: the fourth figure is those not on call.
    stage.press("j j j Enter");
    let listed = stage.screen();
    let told = json(&["stats", "incidents", "--json"]);
    assert!(listed.contains("Took part while not on call"), "{listed}");
    assert!(listed.contains(&format!("{} counted", told["participation"]["off_call"])), "{listed}");
    assert!(listed.contains("Fri 12:58"), "the clock of whoever wrote: {listed}");
    stage.press("Esc f").type_text("service:mail").press("Enter");
    assert!(stage.screen().contains("1 incident"), "{}", stage.screen());
    stage.press("f Ctrl-u").type_text("colour:red").press("Enter");
    assert!(stage.screen().contains("is not understood"), "{}", stage.screen());
}

#[test]
fn projects_are_compared_on_the_screen_and_a_value_tells_where_it_is_from() {
    for size in [(120, 40), (80, 24)] {
        let mut stage = over_the_incidents(size);
        stage.press("=");
        let screen = stage.screen();
        assert!(screen.contains("Side by side") && screen.contains("of 8"), "{screen}");
        assert!(screen.contains("10 h 10 min"), "{screen}");
        stage.press("l j k G");
        assert!(stage.screen().contains("questions open or asked"), "{}", stage.screen());
    }
}

#[test]
fn what_only_people_know_is_written_by_hand_and_counted_minutes_are_corrected() {
    let mut stage = sample((120, 40));
    stage.press("6 e").type_text("readers").press("Enter Ctrl-u").type_text("150").press("Enter");
    assert_eq!(stage.app.session.project().fact("readers"), Some(&Value::from(150)));
    stage.press("e").type_text("services").press("Enter Ctrl-u").type_text("search, mail").press("Enter");
    assert_eq!(stage.app.session.project().fact("services"), Some(&serde_json::json!(["mail", "search"])));
    let minutes = |stage: &Harness| -> Vec<u64> {
        stage.app.session.project().investigators().values().map(|who| who.active_minutes).collect()
    };
    let before = minutes(&stage);
    stage.press("G Enter Ctrl-u").type_text("600").press("Enter");
    let after = minutes(&stage);
    assert_eq!(after.last(), Some(&600), "{before:?} to {after:?}");
    stage.press("u");
    assert_eq!(minutes(&stage), before);
}
