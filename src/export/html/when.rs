//! Times in up to four zones at once: the reader chooses, the style sheet shows one.

use maud::{Markup, html};

use crate::base::text::{RawString, sanitize_html};
use crate::base::time::{Instant, Zone, duration_words};
use crate::report::Report;
use crate::report::build::ReportPerson;
use crate::timeline::ToldZone;

/// Most zones of a report.
const MOST: usize = 4;
/// Most zones where there are so many entries that each counts.
const MOST_OF_LONG: usize = 2;

/// The zones in which every time of a report is written, the report's own first.
#[derive(Debug)]
pub(super) struct Zones(Vec<Named>);

#[derive(Debug)]
struct Named {
    zone: Zone,
    label: String,
}

impl Zones {
    /// The report's zone, then those of most people; zones whose clocks agree then are one.
    pub(super) fn of(report: &Report) -> Self {
        let then = report.timeline.span().map_or(Instant::UNDATED, |(_, last)| last);
        let mut zones: Vec<(Zone, Vec<String>, usize)> = vec![(report.zone, vec![city(report.zone)], usize::MAX)];
        for zone in report.people.iter().filter_map(|person: &ReportPerson| person.zone) {
            let agrees = |other: &&mut (Zone, _, _)| other.0.offset_seconds(then) == zone.offset_seconds(then);
            if let Some((_, cities, count)) = zones.iter_mut().find(agrees) {
                *count = count.saturating_add(1);
                if !cities.contains(&city(zone)) && cities.len() < 2 {
                    cities.push(city(zone));
                }
            } else {
                zones.push((zone, vec![city(zone)], 1));
            }
        }
        zones.sort_by_key(|(_, _, count)| std::cmp::Reverse(*count));
        zones.truncate(if report.timeline.rows.len() > 120 { MOST_OF_LONG } else { MOST });
        Self(zones.into_iter().map(|(zone, cities, _)| Named { zone, label: cities.join(", ") }).collect())
    }

    /// The zone of the report.
    pub(super) fn own(&self) -> Zone {
        self.0.first().map_or(Zone::UTC, |named| named.zone)
    }

    /// How many there are.
    pub(super) const fn count(&self) -> usize {
        self.0.len()
    }

    /// The clock of an instant in every zone, the report's own shown.
    pub(super) fn time(&self, at: Instant, told: ToldZone) -> Markup {
        if !at.is_dated() {
            return html! { span { "undated" } };
        }
        if told == ToldZone::Unknown {
            return html! { span.when { (told.shown_in(self.own()).minute(at)) (told.words()) } };
        }
        html! {
            time datetime=(at.rfc3339()) {
                @for (place, named) in self.0.iter().enumerate() {
                    i hidden[place > 0] { (named.zone.minute(at)) (self.shift(named.zone, at)) }
                }
            }
        }
    }

    /// The same with its doubt.
    pub(super) fn time_about(&self, at: Instant, told: ToldZone, plus_minus: Option<i64>) -> Markup {
        html! {
            (self.time(at, told))
            @if let Some(margin) = plus_minus { span.doubt { " ± " (duration_words(margin)) } }
        }
    }

    /// How many days a zone's calendar is ahead of the report's.
    fn shift(&self, zone: Zone, at: Instant) -> Markup {
        let days = zone.date(at).zip(self.own().date(at)).map_or(0, |(there, here)| (there - here).num_days());
        html! { @if days != 0 { sup { @if days > 0 { "+" } @else { "−" } (days.abs()) } } }
    }

    /// The chooser; none where there is nothing to choose.
    pub(super) fn chooser(&self) -> Markup {
        html! {
            @if self.count() > 1 {
                fieldset.ui {
                    legend { "Show every time as in" }
                    @for (place, named) in self.0.iter().enumerate() {
                        label.chip {
                            input type="radio" name="zone" id={ "z" (place) } checked[place == 0];
                            span { (named.label) }
                        }
                    }
                }
            }
        }
    }

    /// `all times in UTC`, following the choice.
    pub(super) fn chosen(&self) -> Markup {
        html! {
            "all times in "
            @for (place, named) in self.0.iter().enumerate() {
                b.z.{ "z" (place) } hidden[place > 0] { (named.label) @if named.zone != Zone::UTC { " time" } }
            }
        }
    }

    /// The rules that show the zone that is chosen.
    pub(super) fn style(&self) -> String {
        let rule = |place: usize| {
            let nth = place + 1;
            format!(
                "body:has(#z{place}:checked) :is(.z0,time i:first-child){{display:none}}\
                 body:has(#z{place}:checked) :is(.z{place},time i:nth-child({nth})){{display:inline}}"
            )
        };
        (1..self.count()).map(rule).collect()
    }
}

fn city(zone: Zone) -> String {
    if zone == Zone::UTC { "UTC".to_owned() } else { zone.city() }
}

/// `6 Dec`, in the zone that is known for it.
pub(super) fn day(zone: Zone, at: Instant, told: ToldZone) -> String {
    told.shown_in(zone).day(at)
}

/// A day of the week and a place, for somebody's clock: `Friday, Oslo`.
pub(super) fn weekday(zone: Zone, at: Instant) -> String {
    zone.wall(at).map_or_else(String::new, |wall| wall.format("%A").to_string())
}

/// Where somebody is, else the city of their zone; printable.
pub(super) fn place(location: Option<&str>, zone: Option<Zone>) -> Option<String> {
    let told = location.map(str::trim).filter(|location| !location.is_empty());
    told.map(|location| sanitize_html(RawString::from(location).unsanitised()).into_owned()).or_else(|| zone.map(city))
}
