//! GitHub: events a line or in a list, and what `gh` and the API tell of requests, runs, deployments.

use super::{golden, load_file, load_folder};

pub const FIXTURES: &[(&str, &[u8])] = &[
    ("events.jsonl", EVENTS.as_bytes()),
    ("requests.json", REQUESTS.as_bytes()),
    ("runs.json", RUNS.as_bytes()),
    ("deployments.json", DEPLOYMENTS.as_bytes()),
    ("releases.json", RELEASES.as_bytes()),
];

const EVENTS: &str = r#"{"id": "1", "type": "PushEvent", "actor": {"login": "teo-m"}, "repo": {"name": "tolvane/search"}, "payload": {"size": 2, "ref": "refs/heads/main", "commits": [{"sha": "aaaaaaaaaa", "message": "Point the alias at the new index\n\nmore"}, {"sha": "bbbbbbbbbb", "message": "Typo"}]}, "created_at": "2024-12-06T14:05:00Z"}
{"id": "2", "type": "PullRequestEvent", "actor": {"login": "release[bot]"}, "repo": {"name": "tolvane/search"}, "payload": {"action": "closed", "number": 41, "pull_request": {"number": 41, "title": "New index", "merged_at": "2024-12-06T14:04:58Z", "html_url": "https://github.com/tolvane/search/pull/41"}}, "created_at": "2024-12-06T14:05:01Z"}
{"id": "3", "type": "PullRequestReviewEvent", "actor": {"login": "ines-o"}, "repo": {"name": "tolvane/search"}, "payload": {"action": "created", "review": {"state": "approved", "body": null, "html_url": "https://github.com/tolvane/search/pull/41#r1"}, "pull_request": {"number": 41, "title": "New index"}}, "created_at": "2024-12-06T13:59:00Z"}
{"id": "4", "type": "CreateEvent", "actor": {"login": "teo-m"}, "repo": {"name": "tolvane/search"}, "payload": {"ref": null, "ref_type": "repository"}, "created_at": "2024-12-06T10:00:00Z"}
{"id": "5", "type": "SponsorshipEvent", "actor": {"login": "teo-m"}, "repo": {"name": "tolvane/search"}, "payload": {"action": "created"}, "created_at": "2024-12-06T10:00:01Z"}
{"id": "6", "type": "PushEvent", "actor": {"login": "teo-m"}, "repo"
"#;

const REQUESTS: &str = r#"[
  {"number": 41, "title": "New index", "author": {"login": "teo-m"}, "createdAt": "2024-12-05T09:00:00Z", "mergedAt": "2024-12-06T14:04:58Z", "closedAt": "2024-12-06T14:04:58Z", "mergedBy": {"login": "app/release"}, "state": "MERGED", "url": "https://github.com/tolvane/search/pull/41"},
  {"number": 42, "title": "Never mind", "author": {"login": "ines-o"}, "createdAt": "2024-12-06T15:00:00Z", "mergedAt": null, "closedAt": "2024-12-06T15:30:00Z", "mergedBy": null, "state": "CLOSED", "url": "https://github.com/tolvane/search/pull/42"},
  {"number": 43, "title": "Still open", "author": null, "createdAt": "2024-12-06T16:00:00Z", "mergedAt": null, "closedAt": null, "url": "https://github.com/tolvane/search/pull/43"}]"#;

const RUNS: &str = r#"[{"databaseId": 900, "workflowName": "deploy", "displayTitle": "New index", "status": "completed", "conclusion": "failure", "createdAt": "2024-12-06T14:06:00Z", "updatedAt": "2024-12-06T14:09:00Z", "headSha": "aaaaaaaaaabbbb", "headBranch": "main", "url": "https://github.com/tolvane/search/actions/runs/900"},
  {"databaseId": 901, "workflowName": "deploy", "status": "in_progress", "conclusion": "", "createdAt": "2024-12-06T14:20:00Z", "updatedAt": "2024-12-06T14:21:00Z", "headSha": "c", "url": "https://github.com/tolvane/search/actions/runs/901"}]"#;

const DEPLOYMENTS: &str = r#"[{"id": 7, "sha": "aaaaaaaaaabbbb", "ref": "main", "environment": "production", "creator": {"login": "release[bot]"}, "created_at": "2024-12-06T14:07:00Z", "updated_at": "2024-12-06T14:09:00Z", "url": "https://api.github.com/repos/tolvane/search/deployments/7",
  "statuses": [{"id": 71, "state": "success", "created_at": "2024-12-06T14:09:00Z", "creator": {"login": "release[bot]"}}]}]"#;

const RELEASES: &str = r#"[{"tagName": "v9", "name": "Nine", "isDraft": false, "createdAt": "2024-12-06T14:00:00Z", "publishedAt": "2024-12-06T14:03:00Z"}]"#;

#[test]
fn events_a_line_are_told_by_their_own_words_and_a_cut_line_costs_only_itself() {
    insta::assert_snapshot!(golden(&load_file("e.jsonl", EVENTS.as_bytes())));
}

#[test]
fn one_object_gives_an_event_for_each_thing_that_happened_to_it() {
    insta::assert_snapshot!(golden(&load_folder(&FIXTURES[1..])));
}

#[test]
fn all_events_of_one_object_lead_to_its_record() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs.json");
    std::fs::write(&path, RUNS).unwrap();
    let paths = [path];
    let options = meanwhile::import::LoadOptions::default();
    let loaded = super::super::fixture::load(&paths, &options).unwrap();
    let (channel, _) = loaded.archive.channels().next().unwrap();
    let ids: Vec<String> = loaded
        .archive
        .messages(channel)
        .map(|message| meanwhile::import::raw_record(&loaded.archive, message.ix(), &paths, &options).unwrap())
        .map(|record| if record.contains("900,") { "900".to_owned() } else { "901".to_owned() })
        .collect();
    assert_eq!(ids, ["900", "900", "901"]);
}
