//! Figure 2: what was said at the same moments in other channels, silence included.
//!
//! It shows the stretch between two milestones in which most channels speak. A real table: rows are
//! moments, columns channels.

use std::collections::BTreeSet;

use maud::{Markup, html};

use crate::base::text::RawString;
use crate::base::time::{Instant, MINUTE};
use crate::timeline::{RowKind, ToldZone};

use super::exhibit::Exhibit;
use super::{Page, text};

/// The id of the figure.
pub(super) const ID: &str = "meanwhile";
/// Most columns.
const MOST_CHANNELS: usize = 5;
/// Most rows.
const MOST_MOMENTS: usize = 14;
/// Silences from which on a row says how long.
const SILENCE: i64 = 3 * MINUTE;

/// Entries of one minute.
struct Moment<'a> {
    at: Instant,
    said: Vec<&'a Exhibit<'a>>,
}

/// The figure; `None` where no stretch has two channels that speak.
pub(super) fn figure(page: &Page<'_>) -> Option<Markup> {
    let entries: Vec<&Exhibit<'_>> = page
        .exhibits
        .entries()
        .filter(|exhibit| exhibit.at.is_dated() && exhibit.told_zone == ToldZone::Known)
        .collect();
    let stretch = stretch(page, &entries)?;
    let channels = channels(&stretch);
    let moments = moments(&stretch);
    let (first, last) = (moments.first()?.at, moments.last()?.at);
    let zone = page.report.zone;
    let span = format!("{} to {} {}", zone.minute(first), zone.minute(last), zone.name());
    Some(html! {
        figure.wide id=(ID) {
            h3 { "Meanwhile, in the other channels" }
            table.mw.wide role="table" {
                caption.vh { "What was said in " (channels.len()) " channels at the same moments, " (span) }
                thead role="rowgroup" {
                    tr role="row" {
                        th role="columnheader" scope="col" { "Time" }
                        @for channel in &channels { th role="columnheader" scope="col" { (column(channel)) } }
                    }
                }
                tbody role="rowgroup" {
                    @for (nth, moment) in moments.iter().enumerate() {
                        @if let Some(before) = nth.checked_sub(1).and_then(|nth| moments.get(nth)) { (gap(page, before, moment, channels.len())) }
                        (row(page, moment, &channels))
                    }
                }
            }
            figcaption {
                b { "Figure 2. " (span) "." } " Entries of the timeline by the minute. A line down an empty field is silence on the timeline; a row with a red line holds a milestone."
            }
        }
    })
}

/// The entries between two milestones, with a margin, in which most channels speak.
fn stretch<'a>(page: &Page<'_>, entries: &[&'a Exhibit<'a>]) -> Option<Vec<&'a Exhibit<'a>>> {
    let milestones: Vec<Instant> = page.report.timeline.milestones.iter().map(|&(_, at)| at).collect();
    let mut best: Option<Vec<&Exhibit<'_>>> = None;
    for pair in milestones.windows(2) {
        let [from, to] = pair else { continue };
        let (from, to) = (from.plus(-5 * MINUTE), to.plus(2 * MINUTE));
        let within: Vec<&Exhibit<'_>> =
            entries.iter().copied().filter(|exhibit| exhibit.at >= from && exhibit.at <= to).collect();
        let worth = (channels(&within).len(), within.len().min(MOST_MOMENTS));
        let is_better = best.as_ref().is_none_or(|best| worth > (channels(best).len(), best.len().min(MOST_MOMENTS)));
        // A day of a few entries is told by the drawing.
        let is_dense = within
            .first()
            .zip(within.last())
            .and_then(|(a, b)| b.at.since(a.at))
            .is_some_and(|length| length < 90 * MINUTE);
        if worth.0 >= 2 && is_dense && is_better {
            best = Some(within);
        }
    }
    best
}

/// Channels in order of first word; what no channel recorded has a column too.
fn channels<'a>(entries: &[&'a Exhibit<'a>]) -> Vec<&'a RawString> {
    let mut seen = BTreeSet::new();
    let channels = entries.iter().filter(|exhibit| exhibit.kind != RowKind::Event).map(|exhibit| exhibit.channel);
    channels.filter(|channel| seen.insert(*channel)).take(MOST_CHANNELS).collect()
}

fn column(channel: &RawString) -> Markup {
    html! { bdi { (label(channel)) } }
}

fn label(channel: &RawString) -> String {
    text::visible(&channel.unsanitised().replace('\n', " ")).into_owned()
}

fn moments<'a>(stretch: &[&'a Exhibit<'a>]) -> Vec<Moment<'a>> {
    let mut moments: Vec<Moment<'a>> = Vec::new();
    let minute = |at: Instant| at.micros().div_euclid(MINUTE);
    let mut sorted = stretch.to_vec();
    sorted.sort_by_key(|exhibit| exhibit.at);
    for exhibit in sorted {
        let is_same = moments.last().is_some_and(|moment| minute(moment.at) == minute(exhibit.at));
        if !is_same && moments.len() == MOST_MOMENTS {
            break;
        }
        if !is_same {
            moments.push(Moment { at: exhibit.at, said: Vec::new() });
        }
        if let Some(moment) = moments.last_mut() {
            moment.said.push(exhibit);
        }
    }
    moments
}

fn row(page: &Page<'_>, moment: &Moment<'_>, channels: &[&RawString]) -> Markup {
    let minute = |at: Instant| at.micros().div_euclid(MINUTE);
    let is_milestone = page.report.timeline.milestones.iter().any(|&(_, at)| minute(at) == minute(moment.at));
    let events: Vec<&&Exhibit<'_>> = moment.said.iter().filter(|exhibit| exhibit.kind == RowKind::Event).collect();
    let cell = |channel: &RawString| -> Vec<&Exhibit<'_>> {
        moment
            .said
            .iter()
            .copied()
            .filter(|exhibit| exhibit.kind != RowKind::Event && exhibit.channel == channel)
            .collect()
    };
    html! {
        @for event in events {
            tr.gapr role="row" {
                th role="rowheader" scope="row" { (page.zones.time(event.at, event.told_zone)) }
                td role="cell" colspan=(channels.len()) { (said(page, event)) }
            }
        }
        @if moment.said.iter().any(|exhibit| exhibit.kind != RowKind::Event) {
            tr.now[is_milestone] role="row" {
                th role="rowheader" scope="row" { (page.zones.time(moment.at, ToldZone::Known)) }
                @for channel in channels {
                    @let spoken = cell(channel);
                    @if spoken.is_empty() {
                        td.no role="cell" { span.vh { "silent" } }
                    } @else {
                        td role="cell" data-c=(label(channel)) { @for exhibit in spoken { div { (said(page, exhibit)) } } }
                    }
                }
            }
        }
    }
}

fn said(page: &Page<'_>, exhibit: &Exhibit<'_>) -> Markup {
    let (glyph, mark) = (exhibit.glyph, &exhibit.mark);
    let words = exhibit.row.map_or(exhibit.text, |row| {
        if exhibit.kind == RowKind::Message { exhibit.text } else { row.headline.unsanitised() }
    });
    html! {
        a.(glyph.group.class()) href={ "#" (exhibit.anchor()) } aria-label={ "Entry " (mark) } { (glyph.inline()) " " (mark) } " "
        @if exhibit.kind == RowKind::Event { "no channel has this: " } @else { b { (text::short_name(exhibit.author, &page.exhibits)) } " " }
        bdi { (text::visible(&text::snippet(words))) }
    }
}

fn gap(page: &Page<'_>, before: &Moment<'_>, moment: &Moment<'_>, columns: usize) -> Markup {
    let length = moment.at.since(before.at).unwrap_or(0);
    let _ = page;
    html! {
        @if length >= SILENCE {
            tr.gapr role="row" {
                th role="rowheader" scope="row" { "⋮" }
                td role="cell" colspan=(columns) { (super::drawing::words_for(length)) " with nothing on the timeline" }
            }
        }
    }
}
