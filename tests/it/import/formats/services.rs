//! Lanes of services that were written after their vendors' descriptions: Opsgenie, Grafana,
//! Statuspage, Kubernetes.

use super::{golden, load_file, load_folder};

pub const FIXTURES: &[(&str, &[u8])] = &[
    ("alerts.json", OPSGENIE_ALERTS.as_bytes()),
    ("logs.json", OPSGENIE_LOGS.as_bytes()),
    ("on-calls.json", OPSGENIE_ON_CALLS.as_bytes()),
    ("timeline.json", OPSGENIE_TIMELINE.as_bytes()),
    ("annotations.json", GRAFANA.as_bytes()),
    ("status.json", STATUSPAGE.as_bytes()),
    ("events.json", KUBERNETES.as_bytes()),
    ("compact.json", KUBERNETES_COMPACT.as_bytes()),
];

const OPSGENIE_ALERTS: &str = r#"{"data": [{"id": "70413a06", "tinyId": "1791", "alias": "disk", "message": "disk is full", "status": "closed", "acknowledged": true,
  "createdAt": "2024-12-06T14:10:00.123Z", "lastOccurredAt": "2024-12-06T14:16:00.123Z", "count": 4, "owner": "teo@tolvane.example", "priority": "P2",
  "tags": ["search"], "report": {"ackTime": 60000, "closeTime": 3600000, "acknowledgedBy": "teo@tolvane.example", "closedBy": "System"}},
  {"id": "x", "message": "without a time"}], "took": 0.1, "requestId": "r"}"#;

const OPSGENIE_LOGS: &str = r#"{"data": [
  {"log": "Alert acknowledged", "type": "acknowledge", "owner": "teo@tolvane.example", "createdAt": "2024-12-06T14:11:00.200Z", "offset": "1733494260200_1"},
  {"log": "Alert created via API", "type": "system", "owner": "System", "createdAt": "2024-12-06T14:10:00.123Z"}]}"#;

const OPSGENIE_ON_CALLS: &str = r#"{"data": [{"_parent": {"name": "search"}, "onCallParticipants": [{"name": "ines@tolvane.example", "type": "user"}, {"name": "Search", "type": "team"}]}]}"#;

const OPSGENIE_TIMELINE: &str = r#"{"data": {"_parent": {"id": "s", "name": "search"}, "startDate": "2024-12-02T00:00:00Z", "finalTimeline": {"rotations": [
  {"name": "day", "periods": [{"startDate": "2024-12-06T08:00:00Z", "endDate": "2024-12-06T20:00:00Z", "type": "historical", "recipient": {"type": "user", "name": "ines@tolvane.example"}},
   {"startDate": "never", "endDate": "2024-12-06T20:00:00Z", "recipient": {"type": "user", "name": "teo@tolvane.example"}}]},
  {"name": "night", "periods": null}]}}}"#;

const GRAFANA: &str = r#"[
  {"id": 11, "time": 1733494680000, "timeEnd": 1733494980000, "text": "<b>Deploy</b> of search &amp; index", "tags": ["deploy", "search"], "dashboardUID": "d", "panelId": 2, "login": "teo"},
  {"id": 12, "alertId": 5, "alertName": "p99", "time": 1733494690123, "timeEnd": 1733494690123, "text": "", "tags": null, "panelId": 2, "prevState": "ok", "newState": "alerting"},
  {"id": 13, "text": "no time", "panelId": 1}]"#;

const STATUSPAGE: &str = r#"{"page": {"id": "p"}, "incidents": [{"id": "i1", "name": "Search is slow", "status": "resolved", "impact": "major",
  "created_at": "2024-12-06T14:40:00.000Z", "resolved_at": "2024-12-06T15:20:00.000Z", "shortlink": "https://status.example/i1", "incident_updates": [
   {"id": "u2", "status": "resolved", "body": "All is well.", "created_at": "2024-12-06T15:20:00.000Z", "display_at": "2024-12-06T15:05:00.000Z", "affected_components": null},
   {"id": "u1", "status": "investigating", "body": "We look into it.", "created_at": "2024-12-06T14:40:00.000Z", "display_at": "2024-12-06T14:40:00.000Z",
    "affected_components": [{"name": "Search", "new_status": "partial_outage"}]}]}]}"#;

const KUBERNETES: &str = r#"{"kind": "List", "apiVersion": "v1", "items": [
  {"kind": "Event", "metadata": {"name": "a", "namespace": "search", "uid": "u-1", "creationTimestamp": "2024-12-06T14:12:00Z"},
   "involvedObject": {"kind": "Pod", "name": "index-7", "namespace": "search"}, "reason": "BackOff", "message": "restarting failed container", "type": "Warning",
   "count": 12, "firstTimestamp": "2024-12-06T14:12:00Z", "lastTimestamp": "2024-12-06T14:31:30Z", "eventTime": null, "source": {"component": "kubelet"}},
  {"apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": {"uid": "u-2", "namespace": "search"}, "regarding": {"kind": "Deployment", "name": "index"},
   "reason": "Scaled", "note": "scaled up", "type": "Normal", "eventTime": "2024-12-06T14:33:00.123456Z", "deprecatedCount": 1, "reportingController": "deployment-controller"},
  {"kind": "Event", "metadata": {"uid": "u-3", "creationTimestamp": null}, "involvedObject": {}, "reason": "Lost", "message": "no time at all", "firstTimestamp": null, "lastTimestamp": null},
  {"kind": "Pod"}]}"#;

const KUBERNETES_COMPACT: &str = r#"{"items":[{"namespace":"machines","lastTimestamp":"2024-12-06T16:40:44+02:00","reason":"FailedUpdate","message":"requeue in: 20s","type":"Warning"}]}"#;

#[test]
fn opsgenie_alerts_and_logs_are_one_lane_and_its_timeline_fills_the_times_on_call() {
    insta::assert_snapshot!(golden(&load_folder(&FIXTURES[..4])));
}

#[test]
fn grafana_annotations_are_points_and_spans_in_plain_words() {
    insta::assert_snapshot!(golden(&load_file("g.json", GRAFANA.as_bytes())));
}

#[test]
fn statuspage_updates_tell_when_they_were_written_and_what_customers_saw() {
    insta::assert_snapshot!(golden(&load_file("s.json", STATUSPAGE.as_bytes())));
}

#[test]
fn kubernetes_events_take_the_time_they_have_and_repeated_ones_span_it() {
    insta::assert_snapshot!(golden(&load_folder(&FIXTURES[6..])));
}
