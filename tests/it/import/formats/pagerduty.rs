//! `PagerDuty`: each list of its API, pages that are not the last, times on call of two kinds.

use super::{golden, load_file, load_folder};

pub const FIXTURES: &[(&str, &[u8])] = &[
    ("log_entries.json", LOG_ENTRIES.as_bytes()),
    ("incidents.json", INCIDENTS.as_bytes()),
    ("notes.json", NOTES.as_bytes()),
    ("alerts.json", ALERTS.as_bytes()),
    ("changes.json", CHANGES.as_bytes()),
    ("oncalls.json", ONCALLS.as_bytes()),
    ("schedule.json", SCHEDULE.as_bytes()),
];

const LOG_ENTRIES: &str = r#"{
  "log_entries": [
    {"id": "R2", "type": "acknowledge_log_entry", "summary": "Acknowledged by Dov Kestrelin.", "created_at": "2024-12-06T15:20:03+01:00",
     "agent": {"id": "PDOV", "type": "user_reference", "summary": "Dov Kestrelin"}, "channel": {"type": "mobile"},
     "incident": {"id": "Q1", "summary": "[#77] Search answers nothing"}, "html_url": "https://pager.example/i/Q1"},
    {"id": "R1", "type": "trigger_log_entry", "summary": "Triggered through the API", "created_at": "2024-12-06T14:18:00Z",
     "agent": {"id": "PSRV", "type": "service_reference", "summary": "Search"}, "channel": {"type": "api"},
     "incident": {"id": "Q1", "summary": "[#77] Search answers nothing"}, "event_details": {"description": "error rate 40 %"}},
    {"id": "R3", "type": "annotate_log_entry", "summary": "Note added by Dov Kestrelin.", "created_at": "2024-12-06T14:25:00Z",
     "agent": {"id": "PDOV", "type": "user_reference", "summary": "Dov Kestrelin"}, "channel": {"type": "note", "summary": "alias points at nothing"}},
    {"id": "R4", "type": "resolve_log_entry", "summary": "Resolved", "created_at": null, "agent": null}, 7, {"type": "notify_log_entry"}
  ],
  "limit": 25, "offset": 0, "more": true
}"#;

const INCIDENTS: &str = r#"{"incidents": [{"id": "Q1", "type": "incident", "incident_number": 77, "summary": "[#77] Search answers nothing",
  "created_at": "2024-12-06T14:18:00Z", "status": "resolved", "urgency": "high", "resolved_at": "2024-12-06T15:01:00Z",
  "service": {"id": "PSRV", "type": "service_reference", "summary": "Search"}, "html_url": "https://pager.example/i/Q1",
  "assignments": [{"at": "2024-12-06T14:18:01Z", "assignee": {"id": "PDOV", "type": "user_reference", "summary": "Dov Kestrelin"}}],
  "acknowledgements": [{"at": "2024-12-06T14:20:03Z", "acknowledger": {"id": "PDOV", "type": "user_reference", "summary": "Dov Kestrelin"}}],
  "last_status_change_by": {"id": "PDOV", "type": "user_reference", "summary": "Dov Kestrelin"},
  "responder_requests": [{"requester": {"id": "PDOV", "type": "user_reference", "summary": "Dov Kestrelin"}, "requested_at": "2024-12-06T14:30:00Z", "message": "please look at search"}]
}], "limit": 1, "offset": 0, "more": false}"#;

const NOTES: &str = r#"{"notes": [
  {"id": "N1", "user": {"id": "PDOV", "type": "user_reference", "summary": "Dov Kestrelin"}, "content": "paged the index team", "created_at": "2024-12-06T09:22:00-05:00"},
  {"id": "N2", "user": {"id": "PDOV", "type": "bot_user_reference", "summary": "Night rule"}, "content": "one of four alerts", "created_at": "2024-12-06T09:18:02-05:00"}
]}"#;

const ALERTS: &str = r#"{"alerts": [{"id": "A1", "type": "alert", "summary": "p99 over 2 s", "severity": "critical", "status": "resolved", "alert_key": "p99",
  "created_at": "2024-12-06T14:17:58Z", "html_url": "https://pager.example/a/A1", "service": {"id": "PSRV", "type": "service_reference", "summary": "Search"}}], "more": false}"#;

const CHANGES: &str = r#"{"change_events": [{"id": "01C", "type": "change_event", "summary": "index 2024-12 built", "timestamp": "2024-12-06T13:58:40Z",
  "source": "index-builder", "links": [{"href": "https://build.example/91", "text": "build"}]}], "more": null}"#;

const ONCALLS: &str = r#"{"oncalls": [
  {"user": {"id": "PDOV", "type": "user_reference", "summary": "Dov Kestrelin"}, "schedule": {"summary": "platform"}, "escalation_policy": {"summary": "Platform"},
   "escalation_level": 1, "start": "2024-12-02T12:00:00+01:00", "end": "2024-12-09T12:00:00+01:00"},
  {"user": {"id": "PSEF", "type": "user_reference", "summary": "Sefa Tanumai"}, "schedule": null, "escalation_policy": {"summary": "Platform"},
   "escalation_level": 3, "start": null, "end": null},
  {"user": {"id": "PDOV", "type": "user_reference", "summary": "Dov Kestrelin"}, "schedule": {"summary": "platform"}, "escalation_level": 2, "start": "soon", "end": null},
  {"user": null, "escalation_level": 1, "start": null, "end": null}
], "limit": 25, "more": false}"#;

const SCHEDULE: &str = r#"{"schedule": {"id": "PS1", "type": "schedule", "name": "search", "time_zone": "Europe/Lisbon",
  "schedule_layers": [{"rendered_schedule_entries": [{"start": "2024-12-01T00:00:00Z", "end": "2024-12-31T00:00:00Z", "user": {"id": "PDOV", "summary": "Dov Kestrelin"}}]}],
  "final_schedule": {"rendered_schedule_entries": [{"start": "2024-12-06T08:00:00Z", "end": "2024-12-06T17:00:00Z", "user": {"id": "PTEO", "type": "user_reference", "summary": "Teo Marquand"}}]}}}"#;

#[test]
fn log_entries_are_events_with_actor_type_and_link_and_a_page_says_that_it_is_one_of_many() {
    insta::assert_snapshot!(golden(&load_file("a.json", LOG_ENTRIES.as_bytes())));
}

#[test]
fn all_lists_of_one_folder_stand_in_one_lane_and_fill_the_times_on_call() {
    insta::assert_snapshot!(golden(&load_folder(FIXTURES)));
}

#[test]
fn a_cut_page_gives_all_whole_entries() {
    let cut = &LOG_ENTRIES.as_bytes()[..LOG_ENTRIES.find("\"R3\"").unwrap()];
    let loaded = load_file("cut.json", cut);
    assert_eq!(loaded.report.sources[0].totals.messages, 2);
    assert_eq!(loaded.report.sources[0].warnings.count(), 1);
}
