//! Tests of counts over many incidents.

use super::*;
use crate::base::id::InvestigatorId;
use crate::project::{Author, Document};

fn incident(title: &str, lines: &[&str]) -> Incident {
    let author = Author::new(InvestigatorId::from_name("Ida Holm"));
    let mut document = Document::new(&author);
    let title = format!(r#"{{"edit":"fact","name":"title","value":"{title}"}}"#);
    for line in std::iter::once(title.as_str()).chain(lines.iter().copied()) {
        document.apply(serde_json::from_str(line).unwrap(), &author, Instant::from_seconds(9)).unwrap();
    }
    let time = WorkTime::default();
    Incident::of(document.project(), &Archive::default(), std::path::Path::new("x.json"), &time)
}

fn two() -> [Incident; 2] {
    [
        incident(
            "late",
            &[
                r#"{"edit":"milestone","name":"start","at":"2024-12-31T23:30:00Z"}"#,
                r#"{"edit":"fact","name":"zone","value":"Europe/Oslo"}"#,
                r#"{"edit":"fact","name":"services","value":["search","Mail"]}"#,
                r#"{"edit":"person","person":"slack/U1","name":"runa","team":"Search","zone":"Europe/Oslo","presence":{"first":"2024-12-31T23:40:00Z","last":"2024-12-31T23:50:00Z","messages":2,"on_call":false}}"#,
            ],
        ),
        incident(
            "early",
            &[
                r#"{"edit":"milestone","name":"start","at":"2024-12-06T10:00:00Z"}"#,
                r#"{"edit":"fact","name":"services","value":"search"}"#,
                r#"{"edit":"person","person":"irc/runa","name":"Runa","started_on":"2020-01-01","presence":{"first":"2024-12-06T10:40:00Z","last":"2024-12-06T10:40:00Z","messages":1}}"#,
                r#"{"edit":"same-person","person":"irc/runa","as":"slack/U1"}"#,
                r#"{"edit":"person","person":"slack/U2","name":"Ines","zone":"UTC","presence":{"first":"2024-12-06T10:41:00Z","last":"2024-12-06T10:41:00Z","messages":1,"on_call":true}}"#,
            ],
        ),
    ]
}

#[test]
fn every_figure_is_the_length_of_its_list() {
    let stats = Stats::over(two(), &Filter::default());
    assert_eq!(stats.on_call(), Split { yes: 1, no: 1, unknown: 1 });
    assert_eq!(stats.work_hours(), Split { yes: 1, no: 1, unknown: 1 });
    assert_eq!(stats.started(), Split { yes: 1, no: 1, unknown: 0 });
    for answer in [Some(true), Some(false), None] {
        assert_eq!(stats.counted_in(&Figure::OnCall(answer)).len(), 1);
        assert_eq!(stats.counted_in(&Figure::WorkHours(answer)).len(), 1);
    }
    let months: Vec<(String, usize)> = stats.months().into_iter().collect();
    assert_eq!(months, [("2024-12".to_owned(), 1), ("2025-01".to_owned(), 1)], "it was the next year in Oslo");
    for (service, count) in stats.services() {
        assert_eq!(stats.incidents_in(&Figure::Service(service)).len(), count);
    }
}

#[test]
fn who_shares_an_identity_is_one_person_and_the_latest_name_holds() {
    let stats = Stats::over(two(), &Filter::default());
    let names: Vec<&str> = stats.people.iter().map(|person| person.name.unsanitised()).collect();
    assert_eq!(names, ["Ines", "runa"]);
    let runa = stats.people.last().unwrap();
    assert_eq!((runa.took_part.len(), runa.started_on.as_deref()), (2, Some("2020-01-01")));
    assert!((stats.share(runa) - 1.0).abs() < f64::EPSILON);
    assert_eq!(stats.incidents_in(&Figure::Person(runa.id.clone())).len(), 2);
    assert_eq!(stats.counted_in(&Figure::Person(runa.id.clone())).len(), 2);
}

#[test]
fn filters_take_names_in_any_case_and_teams_take_people() {
    let kept = |filter: Filter| {
        let stats = Stats::over(two(), &filter);
        (stats.incidents.len(), stats.participations().count())
    };
    assert_eq!(kept(Filter { services: vec!["mail".to_owned()], ..Filter::default() }), (1, 1));
    assert_eq!(kept(Filter { technologies: vec!["mail".to_owned()], ..Filter::default() }), (0, 0));
    assert_eq!(kept(Filter { teams: vec!["search".to_owned()], ..Filter::default() }), (2, 1));
    let since = Instant::parse_rfc3339("2024-12-07T00:00:00Z");
    assert_eq!(kept(Filter { since, ..Filter::default() }), (1, 1));
}

#[test]
fn a_length_of_time_back_is_counted_by_the_calendar() {
    let now = Instant::parse_rfc3339("2025-08-31T12:00:00Z").unwrap();
    for (text, expected) in [
        ("6months", "2025-02-28T12:00:00Z"),
        ("6 months", "2025-02-28T12:00:00Z"),
        ("1year", "2024-08-31T12:00:00Z"),
        ("90days", "2025-06-02T12:00:00Z"),
        ("1 week", "2025-08-24T12:00:00Z"),
    ] {
        assert_eq!(before(text, now).unwrap().rfc3339(), expected, "{text}");
    }
    for bad in ["", "6", "months", "6 fortnights", "999999999999 days"] {
        assert_eq!(before(bad, now), None, "{bad}");
    }
}

#[test]
fn a_filter_is_read_as_it_is_typed() {
    let now = Instant::parse_rfc3339("2025-08-31T12:00:00Z").unwrap();
    let filter = Filter::parse("service:search technology:\"read alias\" team:Data last:6months", now).unwrap();
    assert_eq!(filter.technologies, ["read alias"]);
    assert_eq!(filter.since, before("6months", now));
    assert_eq!(Filter::parse("  ", now), Ok(Filter::default()));
    for bad in ["search", "last:soon", "colour:red"] {
        assert!(Filter::parse(bad, now).unwrap_err().contains(bad), "{bad}");
    }
}
