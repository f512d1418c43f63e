//! The timeline as text: phases, entries with what was said around them, silences, milestones, and
//! who cites what.

use maud::{Markup, html};

use crate::base::text::RawString;
use crate::base::time::{DAY, HOUR, MINUTE, Micros};
use crate::report::build::ReportPerson;
use crate::timeline::spacing::{Line, Spacing, lines};
use crate::timeline::{Row, RowKind, ToldZone};

use super::cite::{self, Cites};
use super::drawing::{self, Lane};
use super::exhibit::Exhibit;
use super::{Page, text, when};

/// Silences from which on they have a line.
const SILENCE: Micros = HOUR;

/// What the section is, in one line.
pub(super) fn about(page: &Page<'_>) -> &'static str {
    if page.report.shows_timeline {
        "What happened when, with what was said around it"
    } else {
        "What the claims rest on"
    }
}

/// Everything with a number or letter.
pub(super) fn list(page: &Page<'_>, cites: &Cites) -> Markup {
    let lanes = drawing::lanes(page);
    let folded = page.is_long();
    html! {
        @if lanes.len() > 1 && page.report.timeline.rows.len() > 5 { (filter(&lanes)) }
        @for part in &parts(page) {
            @let body = list_of(page, cites, &lanes, part);
            @if let Some(title) = part.title.as_deref().filter(|_| folded) {
                details.phase { summary { (phase_title(page, title, part)) } (body) }
            } @else {
                @if let Some(title) = &part.title { (phase_title(page, title, part)) }
                @else { div.daybar.wide { span.ui.meta { (page.zones.chosen()) } } }
                (body)
            }
        }
        (others(page, cites, &lanes))
    }
}

/// The choice of one lane, here and in the drawing.
fn filter(lanes: &[Lane]) -> Markup {
    html! {
        fieldset.ui.wide {
            legend { "Show one lane, here and in the drawing" }
            label.chip { input type="radio" name="lane" id="l-all" checked; span { "All" } }
            @for (nth, lane) in lanes.iter().enumerate() {
                label.chip { input type="radio" name="lane" id={ "l" (nth) }; span { (lane.title) } }
            }
        }
    }
}

/// What stands under one heading.
struct Part<'a> {
    title: Option<String>,
    items: Vec<Item<'a>>,
}

enum Item<'a> {
    Entry(&'a Exhibit<'a>, &'a Row),
    Silence(Micros),
    Milestone(String),
}

fn parts<'a>(page: &'a Page<'a>) -> Vec<Part<'a>> {
    let timeline = &page.report.timeline;
    let exhibits: Vec<&Exhibit<'_>> = page.exhibits.entries().collect();
    let mut parts: Vec<Part<'a>> = Vec::new();
    let mut before: Option<&Row> = None;
    for line in lines(timeline, &Spacing { zone: page.report.zone, gap: Micros::MAX }) {
        match line {
            Line::Phase { title, .. } => parts.push(Part { title: Some(title), items: Vec::new() }),
            Line::Day { .. } | Line::Gap { .. } => {}
            Line::Milestone { milestone, .. } => push(&mut parts, Item::Milestone(milestone.label())),
            Line::Row { ix, .. } => {
                let Some((exhibit, row)) = exhibits.get(ix).zip(timeline.rows.get(ix)) else { continue };
                let length = before.and_then(|before| silence(before, row));
                if let Some(length) = length {
                    push(&mut parts, Item::Silence(length));
                }
                push(&mut parts, Item::Entry(exhibit, row));
                before = Some(row);
            }
        }
    }
    parts
}

/// Adds to the last part; a first one without a heading where none is there.
fn push<'a>(parts: &mut Vec<Part<'a>>, item: Item<'a>) {
    match parts.last_mut() {
        Some(part) => part.items.push(item),
        None => parts.push(Part { title: None, items: vec![item] }),
    }
}

/// How long nothing was on the timeline before a row, when that is an hour or more.
fn silence(before: &Row, row: &Row) -> Option<Micros> {
    if before.zone_of_time() != row.zone_of_time() {
        return None;
    }
    let ended = before.until.filter(|_| before.kind == RowKind::Beat).unwrap_or(before.at);
    row.at.since(ended).filter(|&length| length >= SILENCE)
}

/// `2 d 6 h`, `5 h 10 min`.
fn length_words(length: Micros) -> String {
    let (days, hours, minutes) = (length / DAY, length % DAY / HOUR, length % HOUR / MINUTE);
    match (days, hours, minutes) {
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, 0, _) => format!("{days} d"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

fn phase_title(page: &Page<'_>, title: &str, part: &Part<'_>) -> Markup {
    let rows: Vec<&Row> =
        part.items.iter().filter_map(|item| if let Item::Entry(_, row) = item { Some(*row) } else { None }).collect();
    let zone = page.report.zone;
    let days = rows.first().zip(rows.last()).map(|(first, last)| {
        let (from, to) =
            (when::day(zone, first.at, first.zone_of_time()), when::day(zone, last.at, last.zone_of_time()));
        if from == to { from } else { format!("{from} to {to}") }
    });
    html! {
        div.daybar.wide {
            h3 { (text::visible(title)) }
            span.ui.meta { @if let Some(days) = days { (days) " · " } (page.zones.chosen()) }
        }
    }
}

fn list_of(page: &Page<'_>, cites: &Cites, lanes: &[Lane], part: &Part<'_>) -> Markup {
    html! {
        ol.tl.wide {
            @for item in &part.items {
                @match item {
                    Item::Entry(exhibit, row) => (entry(page, cites, lanes, exhibit, row)),
                    Item::Silence(length) => li.gapl.ui { (length_words(*length)) " with nothing on the timeline" },
                    Item::Milestone(name) => li.msli { div.msl { (name) } },
                }
            }
        }
    }
}

fn entry(page: &Page<'_>, cites: &Cites, lanes: &[Lane], exhibit: &Exhibit<'_>, row: &Row) -> Markup {
    let lane = drawing::lane_of(lanes, exhibit);
    let (glyph, zone) = (exhibit.glyph, page.zones.own());
    let class = glyph.group.class();
    html! {
        li.en.{ "l" (lane) } id=(exhibit.anchor()) value=(exhibit.mark) {
            div.tc.ui {
                (page.zones.time_about(row.at, row.zone_of_time(), row.plus_minus))
                div.meta { (when::day(zone, row.at, row.zone_of_time())) (until(page, row)) }
            }
            div.bc {
                div.line.ui {
                    b.(class) { (glyph.inline()) " " (exhibit.mark) }
                    b { (cite::channel(exhibit)) }
                    (tags(exhibit))
                }
                div.h { (headline(row)) }
                @if let Some(told) = &row.description { p.d { (text::visible(told)) } }
                (who(page, exhibit, row))
                details {
                    summary { @if row.kind == RowKind::Event { "How this is known" } @else { "What was said around it" } }
                    div.ctx.(class) { div.txt { (cite::transcript(page, exhibit)) p.lnk { (text::visible(exhibit.target.as_str())) } } }
                }
                (notes(page, row))
                (cited_in(cites, exhibit))
            }
        }
    }
}

fn headline(row: &Row) -> Markup {
    html! { bdi { (text::visible(&row.headline.unsanitised().replace('\n', " "))) } }
}

fn tags(exhibit: &Exhibit<'_>) -> Markup {
    html! {
        @for (nth, tag) in exhibit.tags.iter().enumerate() {
            @if nth == 0 { span.(exhibit.glyph.group.class()) { (text::visible(tag)) } } @else { span { (text::visible(tag)) } }
        }
    }
}

/// The end of what lasted.
fn until(page: &Page<'_>, row: &Row) -> Markup {
    let zone = page.zones.own();
    html! {
        @if let Some(until) = row.until.filter(|until| until.is_dated() && row.kind == RowKind::Event) {
            " to " @if zone.date(until) == zone.date(row.at) { (zone.minute(until)) } @else { (zone.day(until)) }
        }
    }
}

/// Who, and their own clock then; when it was posted, where that is not when it happened.
fn who(page: &Page<'_>, exhibit: &Exhibit<'_>, row: &Row) -> Markup {
    let id = row.author_id.as_ref().map(|id| page.project.same_person(id).as_str());
    let person = page.report.people.iter().find(|person: &&ReportPerson| Some(person.id.as_str()) == id);
    let clock = person.and_then(|person| {
        let zone = person.zone.filter(|_| row.zone_of_time() == ToldZone::Known && row.at.is_dated())?;
        Some((zone.minute(row.at), when::place(person.location.as_deref(), person.zone)?))
    });
    html! {
        div.line.ui {
            @if row.kind == RowKind::Event {
                span { (cite::told_by(exhibit)) }
            } @else {
                span {
                    (text::name(exhibit.author))
                    @if let Some((clock, place)) = clock { ", " (clock) " in " bdi { (place) } }
                    @for other in others_in(page, exhibit) { ", " (text::name(other)) }
                }
            }
            @if let Some(posted) = row.posted_at.filter(|_| row.is_moved()) {
                span { "posted " (page.zones.time(posted, row.told_zone)) ", " (when::day(page.zones.own(), posted, row.told_zone)) }
            }
            @if row.missing { span.gone { "no source at hand has this message" } }
        }
    }
}

/// Who else speaks in a beat, in order of their first word there.
fn others_in<'p>(page: &'p Page<'_>, exhibit: &Exhibit<'_>) -> Vec<&'p RawString> {
    let mut others: Vec<&RawString> = Vec::new();
    for said in page.surroundings.members.get(exhibit.target).into_iter().flatten() {
        if said.author != *exhibit.author && !others.contains(&&said.author) {
            others.push(&said.author);
        }
    }
    others
}

fn notes(page: &Page<'_>, row: &Row) -> Markup {
    let notes: Vec<&str> =
        row.notes.iter().filter_map(|id| page.project.notes().get(id)).map(|note| note.text.as_str()).collect();
    html! {
        @for note in notes { p.note.ui { "Note: " bdi { (text::visible(note)) } } }
    }
}

fn cited_in(cites: &Cites, exhibit: &Exhibit<'_>) -> Markup {
    let claims = cites.claims_on(&exhibit.mark);
    html! {
        @if !claims.is_empty() {
            div.back.ui.meta {
                span {
                    "Cited in "
                    @for (nth, claim) in claims.iter().enumerate() {
                        @if nth > 0 { ", " }
                        a href={ "#" (claim.anchor) } { "¶" (claim.paragraph) }
                    }
                }
            }
        }
    }
}

/// What is cited and not on the timeline, by its letters.
fn others(page: &Page<'_>, cites: &Cites, lanes: &[Lane]) -> Markup {
    if page.exhibits.others().next().is_none() {
        return html! {};
    }
    let others = html! {
        ol.tl.wide.off {
            @for exhibit in page.exhibits.others() { (other(page, cites, lanes, exhibit)) }
        }
    };
    html! {
        @if page.report.shows_timeline {
            div.daybar.wide { h3 { "Cited, and not on the timeline" } span.ui.meta { (page.zones.chosen()) } }
        } @else {
            div.daybar.wide { span.ui.meta { (page.zones.chosen()) } }
        }
        (others)
    }
}

fn other(page: &Page<'_>, cites: &Cites, lanes: &[Lane], exhibit: &Exhibit<'_>) -> Markup {
    let class = exhibit.glyph.group.class();
    html! {
        li.en.{ "l" (drawing::lane_of(lanes, exhibit)) } id=(exhibit.anchor()) {
            div.tc.ui {
                (page.zones.time_about(exhibit.at, exhibit.told_zone, exhibit.plus_minus))
                div.meta { (when::day(page.zones.own(), exhibit.at, exhibit.told_zone)) }
            }
            div.bc {
                div.line.ui { b.(class) { (exhibit.glyph.inline()) " " (exhibit.mark) } b { (cite::channel(exhibit)) } (tags(exhibit)) }
                div.h { bdi { (text::visible(&crate::timeline::assemble::first_sentence(exhibit.text))) } }
                @if exhibit.kind != RowKind::Event { div.line.ui { span { (text::name(exhibit.author)) } } }
                details {
                    summary { "What was said around it" }
                    div.ctx.(class) { div.txt { (cite::transcript(page, exhibit)) p.lnk { (text::visible(exhibit.target.as_str())) } } }
                }
                (cited_in(cites, exhibit))
            }
        }
    }
}
