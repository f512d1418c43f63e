//! People, by when they first spoke: who, where, since when, on call or not, and the hour of their
//! own day at the moment that mattered.

use maud::{Markup, html};

use crate::analysis::calendar::{WorkingHours, hour_words};
use crate::analysis::presence::tenure;
use crate::base::time::{Instant, Zone, minutes_of_day};
use crate::project::model::Milestone;
use crate::report::build::ReportPerson;

use super::{Page, moment, text, when};

/// Minutes at which a night ends and begins, as everywhere in the program.
const AWAKE: (u32, u32) = (6 * 60, 22 * 60);
/// Units of the drawn day, ten an hour.
const DAY: f64 = 240.0;

/// The list; `None` where nobody is known.
pub(super) fn list(page: &Page<'_>) -> Option<Markup> {
    let mut people: Vec<&ReportPerson> = page.report.people.iter().filter(|person| !person.is_program).collect();
    if people.is_empty() {
        return None;
    }
    let start = page.project.milestone(Milestone::Start).unwrap_or(Instant::UNDATED);
    people.sort_by_key(|person| person.first_at.map(|at| (at < start, at)));
    let at = moment(page);
    Some(html! {
        p.how.ui.meta {
            "Listed by when they first speak during the incident, as far as this report shows it; who only spoke before it stands last."
            @if let Some(at) = at {
                " The red mark is " (page.report.zone.minute(at)) " " (page.report.zone.name()) " on each person’s own clock; working hours are the light field."
            }
        }
        ol.ppl.ui.wide { @for person in people { (line(page, person, at)) } }
    })
}

fn line(page: &Page<'_>, person: &ReportPerson, at: Option<Instant>) -> Markup {
    let zone = person.zone;
    let place = when::place(person.location.as_deref(), zone);
    let job: Vec<&str> = [person.title.as_deref(), person.team.as_deref()].into_iter().flatten().collect();
    let offset = zone.zip(at).map(|(zone, at)| zone.offset_label(at));
    let place: Vec<String> = place.into_iter().chain(offset).collect();
    html! {
        li {
            div.a {
                p.nm { (text::name(&person.name)) }
                @if !job.is_empty() || !place.is_empty() {
                    p { bdi { (text::visible(&job.join(", "))) } @if !job.is_empty() && !place.is_empty() { " · " } (place.join(", ")) }
                }
                @if let Some(facts) = facts(person, at) { p.meta { (text::visible(&facts)) } }
                @if let Some(role) = &person.role { p.role { (text::visible(role)) (first_word(page, person)) } }
                @else { p.role { (first_word(page, person)) } }
            }
            @if let Some((zone, at)) = zone.zip(at) { div.b { (clock(person, zone, at, WorkingHours::of(page.project))) } }
        }
    }
}

fn facts(person: &ReportPerson, at: Option<Instant>) -> Option<String> {
    let since = person.started_on.as_deref().and_then(|day| tenure(day, at.unwrap_or(Instant::UNDATED)));
    let on_call = match (&person.rotas[..], person.on_call) {
        ([], Some(true)) => Some("on call".to_owned()),
        ([], Some(false)) => Some("not on call".to_owned()),
        ([], None) => None,
        (rotas, _) => Some(format!("on call: {}", rotas.join(", "))),
    };
    let facts: Vec<String> = since.into_iter().chain(on_call).collect();
    (!facts.is_empty()).then(|| facts.join(" · "))
}

fn first_word(page: &Page<'_>, person: &ReportPerson) -> Markup {
    html! {
        @if let Some(first) = person.first_at.filter(|at| at.is_dated()) {
            span.meta { " (" (page.zones.time(first, crate::timeline::ToldZone::Known)) ", " (page.zones.own().day(first)) ")" }
        }
    }
}

/// Their day in three tints, and where in it the moment falls.
fn clock(person: &ReportPerson, zone: Zone, at: Instant, hours: WorkingHours) -> Markup {
    let x = |minutes: u32| f64::from(minutes) / 6.0;
    let mark = minutes_of_day(zone, at).map(x);
    let words = format!("{} by their own clock, working hours {} marked", zone.minute(at), hours.words());
    let labels = hours_shown(hours);
    html! {
        p { b { (zone.minute(at)) } " " (when::weekday(zone, at)) @if let Some(place) = when::place(person.location.as_deref(), Some(zone)) { ", " bdi { (place) } } }
        svg viewBox="0 0 240 30" role="img" aria-label=(words) {
            rect.night x="0" y="4" width=(DAY) height="10" {}
            rect.ph x=(x(AWAKE.0)) y="4" width=(x(AWAKE.1 - AWAKE.0)) height="10" {}
            @for (from, to) in hours.within_a_day() { rect.work x=(x(from)) y="4" width=(x(to - from)) height="10" {} }
            @if let Some(mark) = mark { line.ms.here x1=(format!("{mark:.1}")) x2=(format!("{mark:.1}")) y1="0" y2="18" {} }
            @for (minutes, anchor) in labels {
                text.mu x=(x(minutes)) y="27" font-size="9" text-anchor=(anchor) { (hour_words(minutes)) }
            }
        }
    }
}

/// What stands below a day: its ends, and those of work where there is room for them.
fn hours_shown(hours: WorkingHours) -> Vec<(u32, &'static str)> {
    let mut shown = vec![(0, "start")];
    let inside = [hours.from.min(hours.to), hours.from.max(hours.to)];
    shown.extend(
        inside.into_iter().filter(|minutes| (90..=22 * 60).contains(minutes)).map(|minutes| (minutes, "middle")),
    );
    shown.push((24 * 60, "end"));
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hours_of_work_are_those_of_the_project_and_may_pass_midnight() {
        let drawn = |hours: &str| {
            let person = ReportPerson {
                id: "slack/U1".to_owned(),
                name: "Runa".into(),
                title: None,
                team: None,
                location: None,
                zone: None,
                started_on: None,
                role: None,
                on_call: None,
                rotas: Vec::new(),
                first_at: None,
                is_program: false,
                messages: 0,
            };
            clock(&person, Zone::UTC, Instant::from_seconds(0), WorkingHours::parse(hours).unwrap()).into_string()
        };
        let day = drawn("8:30-16");
        assert!(day.contains(r#"class="work" x="85" y="4" width="75""#), "{day}");
        assert!(day.contains("working hours 8:30 to 16 marked") && day.contains(">8:30<"), "{day}");
        let night = drawn("22-6");
        assert_eq!(night.matches("class=\"work\"").count(), 2, "{night}");
        assert!(
            night.contains(r#"x="0" y="4" width="60""#) && night.contains(r#"x="220" y="4" width="20""#),
            "{night}"
        );
        let all = drawn("0-24");
        assert!(all.contains(r#"class="work" x="0" y="4" width="240""#), "{all}");
    }
}
