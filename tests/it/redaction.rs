//! Redacted exports of the sample tell nobody: every form of every name is looked for in every
//! format.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;

use crate::support::report::sample_bench;
use crate::support::stage::file_of;

const FORMATS: [&str; 6] = ["html", "walk", "md", "txt", "csv", "json"];

/// Every form of everybody whom the sources list, in small letters; programs have no name to hide.
fn forms() -> BTreeSet<String> {
    let users: Value =
        serde_json::from_slice(&fs::read(file_of("sample-data/slack-export/users.json")).unwrap()).unwrap();
    let mut forms = BTreeSet::new();
    for user in users.as_array().unwrap().iter().filter(|user| user["is_bot"] != true) {
        let profile = &user["profile"];
        let told = [
            &user["id"],
            &user["name"],
            &user["real_name"],
            &profile["real_name"],
            &profile["display_name"],
            &profile["email"],
        ];
        for text in told.into_iter().filter_map(Value::as_str).filter(|text| !text.is_empty()) {
            forms.insert(text.to_lowercase());
            forms.insert(text.to_lowercase().replace(' ', ""));
            // The host of an address is the company's, and tells no person.
            let own = text.split('@').next().unwrap();
            forms
                .extend(own.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).filter(|word| word.len() > 2));
        }
    }
    // A program that the list does not mark as one.
    for word in ["slackbot", "uslackbot"] {
        forms.remove(word);
    }
    assert!(forms.len() > 40, "{forms:?}");
    forms
}

/// Whether a form stands in a text as a word of its own.
fn stands_in(text: &str, form: &str) -> bool {
    text.match_indices(form).any(|(at, found)| {
        let before = text[..at].chars().next_back();
        let after = text[at + found.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

#[test]
fn no_form_of_any_name_is_in_any_format() {
    let bench = sample_bench();
    let forms = forms();
    for format in FORMATS {
        let export =
            bench.run(&["export", "howie.json", "--format", format, "--annotations", "--redact"]).exits(0).stdout();
        let small = export.to_lowercase();
        let told: Vec<_> = forms.iter().filter(|form| stands_in(&small, form)).collect();
        assert!(told.is_empty(), "{format} tells {told:?}");
        assert!(export.contains("Responder 1"), "{format}");
    }
}

#[test]
fn a_person_has_one_pseudonym_in_every_format_and_the_key_tells_who() {
    let bench = sample_bench();
    let args = ["export", "howie.json", "--redact", "--redact-key", "key.json", "--format"];
    let json = bench.run(&[&args[..], &["json"]].concat()).exits(0).json();
    let key: Value = serde_json::from_slice(&fs::read(bench.path("key.json")).unwrap()).unwrap();
    let teo = key["people"].as_object().unwrap().iter().find(|(_, who)| who["ids"][0] == "slack/U01TEO").unwrap().0;
    let open = bench.run(&["export", "howie.json", "--format", "json"]).exits(0).json();
    let by_id = |export: &Value| -> BTreeMap<String, String> {
        let entries = export["timeline"].as_array().unwrap().iter();
        entries
            .map(|entry| (entry["id"].as_str().unwrap().to_owned(), entry["author"].as_str().unwrap().to_owned()))
            .collect()
    };
    let (named, hidden) = (by_id(&open), by_id(&json));
    let of_teo: Vec<_> = named.iter().filter(|(_, author)| *author == "Teo Marquand").map(|(id, _)| id).collect();
    assert!(of_teo.len() > 1 && of_teo.iter().all(|id| hidden[*id] == *teo), "{teo}: {hidden:?}");
    let table = bench.run(&[&args[..], &["csv"]].concat()).exits(0).stdout();
    let mut rows = csv::Reader::from_reader(table.as_bytes());
    for row in rows.records().map(Result::unwrap) {
        assert_eq!(row[5], hidden[&row[0]], "{}", &row[0]);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(bench.path("key.json")).unwrap().permissions().mode() & 0o777, 0o600);
    }
    bench.run(&["export", "howie.json", "--format", "json", "--redact-key", "key.json"]).exits(2);
}

#[test]
fn titles_and_places_go_with_the_names() {
    let bench = sample_bench();
    let json = bench.run(&["export", "howie.json", "--redact", "--format", "json"]).exits(0).json();
    for person in json["people"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|person| person["name"].as_str().unwrap().starts_with("Responder"))
    {
        for field in ["title", "team", "location", "zone", "started_on"] {
            assert_eq!(person[field], Value::Null, "{field} of {}", person["name"]);
        }
    }
    let page = bench.run(&["export", "howie.json", "--redact", "--format", "html"]).exits(0).stdout();
    assert!(page.contains("withheld"));
}

/// Every place where somebody of the sample works, and the zones of those who are listed.
fn places() -> BTreeSet<String> {
    let mut list = csv::Reader::from_path(file_of("sample-data/people.csv")).unwrap();
    let column = list.headers().unwrap().iter().position(|name| name == "location").unwrap();
    let rows: Vec<String> = list.records().map(|row| row.unwrap()[column].to_owned()).collect();
    let parts = rows.iter().flat_map(|place| place.split(',')).map(|part| part.trim().to_owned());
    let users: Value =
        serde_json::from_slice(&fs::read(file_of("sample-data/slack-export/users.json")).unwrap()).unwrap();
    let users = users.as_array().unwrap().iter().filter(|user| user["is_bot"] != true);
    let zones = users.filter_map(|user| user["tz"].as_str()).filter(|zone| zone.contains('/')).map(str::to_owned);
    let zones: Vec<String> = zones.collect();
    let cities: Vec<String> = zones.iter().map(|zone| zone.rsplit('/').next().unwrap().replace('_', " ")).collect();
    let places: BTreeSet<String> = parts.chain(zones).chain(cities).filter(|place| !place.is_empty()).collect();
    assert!(places.len() > 12, "{places:?}");
    places
}

#[test]
fn no_place_where_anybody_works_is_in_any_format() {
    let bench = sample_bench();
    let places = places();
    let open = bench.run(&["export", "howie.json", "--format", "html"]).exits(0).stdout();
    assert!(places.iter().filter(|place| open.contains(*place)).count() > 6, "with names, the places are told");
    for format in FORMATS {
        let export =
            bench.run(&["export", "howie.json", "--format", format, "--annotations", "--redact"]).exits(0).stdout();
        let small = export.to_lowercase();
        let told: Vec<_> = places.iter().filter(|place| stands_in(&small, &place.to_lowercase())).collect();
        assert!(told.is_empty(), "{format} tells {told:?}");
    }
    let args = ["export", "howie.json", "--redact", "--redact-key", "key.json", "--format", "md"];
    let page = bench.run(&args).exits(0).stdout();
    let key: Value = serde_json::from_slice(&fs::read(bench.path("key.json")).unwrap()).unwrap();
    let (label, _) = key["places"]
        .as_object()
        .unwrap()
        .iter()
        .find(|(_, names)| names.as_array().unwrap().contains(&Value::from("Oslo")))
        .unwrap();
    assert!(page.contains(&format!("{label}, 15:16")), "in prose one place has one pseudonym: {label}");
}
