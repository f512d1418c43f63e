//! The drawing for wide screens and paper: time to the right.

use maud::{Markup, html};

use super::segments::{self, Segment, place, short_words, ticks, words_for};
use super::{Drawn, Story, entry_link, units};
use crate::base::time::{HOUR, Instant, MINUTE, Micros};

use super::super::text;

const WIDTH: f64 = 880.0;
/// Where lanes begin, right of their labels.
const LEFT: f64 = 118.0;
/// Units between two segments.
const FOLD: f64 = 8.0;
/// Where lanes begin, below the names of milestones and phases.
const TOP: f64 = 56.0;
/// From one lane to the next.
const LANE: f64 = 46.0;
/// Entries of one lane that lie closer are stacked.
const CLOSE: f64 = 14.0;
/// The same below and above, where the number stands at the right of its glyph.
const CLOSE_BESIDE: f64 = 28.0;
/// About the width of a letter of 11 units.
const LETTER: f64 = 5.9;

pub(super) fn draw(story: &Story<'_>) -> Markup {
    let times: Vec<Instant> = story.drawn.iter().map(|drawn| drawn.exhibit.at).collect();
    let segments = segments::cut(&times, LEFT, WIDTH, FOLD);
    let bottom = TOP + 8.0 + LANE * story.lanes.len() as f64;
    let height = bottom + 38.0;
    html! {
        svg.fig-h viewBox={ "0 0 " (units(WIDTH)) " " (units(height)) } role="img" aria-labelledby="fh-t fh-d" {
            title #fh-t { "The incident drawn: " (super::in_words(story.lanes.len())) " lanes, time from left to right" }
            desc #fh-d { (story.drawn.len()) " entries on " (segments.len()) " stretches of time. The same entries follow as text in the section Timeline." }
            (grounds(story, &segments, bottom))
            (lanes(story, &segments))
            (phase_names(story, &segments))
            (milestones(story, &segments, bottom))
            (folds(&segments, bottom))
            (scales(story, &segments, bottom))
            (entries(story, &segments))
        }
    }
}

/// The ground of each segment, and the tints of phases on it.
fn grounds(story: &Story<'_>, segments: &[Segment], bottom: f64) -> Markup {
    let mut rects = Vec::new();
    for segment in segments {
        rects.push(("ph2", segment.from, segment.to));
        for (nth, phase) in story.phases.iter().enumerate().filter(|(nth, _)| nth % 2 == 1) {
            let from = if phase.from <= segment.first { segment.from } else { place(segments, phase.from) };
            let to = phase.to.filter(|&to| to <= segment.last).map_or(segment.to, |to| place(segments, to));
            let outside = phase.from > segment.last || phase.to.is_some_and(|to| to <= segment.first);
            let (from, to) = (from.max(segment.from), to.min(segment.to));
            if !outside && to > from {
                rects.push((if nth % 2 == 1 { "ph" } else { "ph2" }, from, to));
            }
        }
    }
    html! {
        @for (class, from, to) in rects {
            rect.(class) x=(units(from)) y=(units(TOP)) width=(units(to - from)) height=(units(bottom - TOP)) {}
        }
    }
}

fn lane_y(lane: usize) -> f64 {
    TOP + 32.0 + LANE * lane as f64
}

fn lanes(story: &Story<'_>, segments: &[Segment]) -> Markup {
    html! {
        @for (nth, lane) in story.lanes.iter().enumerate() {
            text x="0" y=(units(lane_y(nth) + 4.0)) font-size="12" font-weight="600" .mu[lane.silent] {
                (lane.label)
                @if lane.label != lane.title { title { (lane.title) } }
            }
            @for segment in segments {
                line.(if lane.silent { "sil" } else { "ln" }) x1=(units(segment.from)) x2=(units(segment.to)) y1=(units(lane_y(nth))) y2=(units(lane_y(nth))) {}
            }
        }
    }
}

/// Names of phases where each is first seen, as far as there is room before the next.
fn phase_names(story: &Story<'_>, segments: &[Segment]) -> Markup {
    let starts: Vec<(f64, &str)> = story
        .phases
        .iter()
        .filter(|phase| {
            story
                .drawn
                .iter()
                .any(|drawn| drawn.exhibit.at >= phase.from && phase.to.is_none_or(|to| drawn.exhibit.at < to))
        })
        .map(|phase| (place(segments, phase.from), phase.title))
        .collect();
    let ends = starts.iter().skip(1).map(|&(x, _)| x).chain([WIDTH]);
    let fitting: Vec<(f64, String)> = starts
        .iter()
        .zip(ends)
        .map(|(&(x, title), end)| {
            let cells = ((end - x - 8.0) / 6.4).max(0.0) as usize;
            (x, crate::base::text::cut(&text::visible(title), cells).into_owned())
        })
        .filter(|(_, title)| title.chars().count() > 3)
        .collect();
    html! {
        @for (x, title) in fitting {
            text.mu.halo x=(units(x + 2.0)) y=(units(TOP - 5.0)) font-size="11.5" font-weight="600" { (title) }
        }
    }
}

/// Where the name of a milestone stands.
struct Name {
    x: f64,
    row: usize,
    anchor: &'static str,
}

/// Red rulers, their names on rows above, each on the side and row where it covers no other.
fn milestones(story: &Story<'_>, segments: &[Segment], bottom: f64) -> Markup {
    let rulers: Vec<(f64, String)> =
        story.milestones.iter().map(|&(milestone, at)| (place(segments, at), milestone.label())).collect();
    let mut taken: Vec<(usize, f64, f64)> = Vec::new();
    let mut drawn = Vec::new();
    for (nth, (x, label)) in rulers.iter().enumerate() {
        let width = label.chars().count() as f64 * LETTER;
        let next = rulers.get(nth + 1).map_or(f64::MAX, |(next, _)| *next);
        let name = name_place(*x, width, next, &taken);
        let from = if name.anchor == "end" { name.x - width } else { name.x };
        taken.push((name.row, from, from + width));
        drawn.push((*x, label, name));
    }
    html! {
        @for (x, label, name) in drawn {
            line.ms x1=(units(x)) x2=(units(x)) y1=(units(22.0 - 16.0 * name.row as f64)) y2=(units(bottom)) {}
            text.msn-t.halo x=(units(name.x)) y=(units(30.0 - 16.0 * name.row as f64)) font-size="11" text-anchor=(name.anchor) { (label) }
        }
    }
}

fn name_place(x: f64, width: f64, next: f64, taken: &[(usize, f64, f64)]) -> Name {
    let right = |row| Name { x: x + 3.0, row, anchor: "start" };
    let left = |row| Name { x: x - 3.0, row, anchor: "end" };
    let is_free = |name: &Name| {
        let from = if name.anchor == "end" { name.x - width } else { name.x };
        let inside = from >= 0.0 && from + width <= WIDTH;
        let crosses_next = name.anchor == "start" && from + width > next - 3.0;
        let covers = taken.iter().any(|&(row, a, b)| row == name.row && from < b + 6.0 && a < from + width + 6.0);
        inside && !crosses_next && !covers
    };
    let places = [right(0), left(0), right(1), left(1)];
    let free = places.into_iter().find(is_free);
    free.unwrap_or_else(|| if x > WIDTH / 2.0 { left(1) } else { right(1) })
}

fn folds(segments: &[Segment], bottom: f64) -> Markup {
    let folds: Vec<(f64, Micros)> = segments
        .windows(2)
        .filter_map(|pair| match pair {
            [before, after] => Some((f64::midpoint(before.to, after.from), after.first.since(before.last)?)),
            _ => None,
        })
        .collect();
    let jag = |x: f64| {
        let count = 24;
        let step = (bottom - TOP) / f64::from(count);
        let point = |nth: i32| {
            let side = if nth % 2 == 0 { -3.0 } else { 3.0 };
            format!("{},{}", units(x + side), units(TOP + step * f64::from(nth)))
        };
        (0..=count).map(point).collect::<Vec<_>>().join(" ")
    };
    html! {
        @for (x, length) in folds {
            polyline.msn points=(jag(x)) fill="none" {}
            text.mu x=(units(x)) y=(units(bottom + 35.0)) font-size="10.5" text-anchor="middle" { "⋮ " (short_words(length)) }
        }
    }
}

fn scales(story: &Story<'_>, segments: &[Segment], bottom: f64) -> Markup {
    let zone = story.page.report.zone;
    html! {
        @for segment in segments {
            @for (at, label) in ticks(segment, zone) {
                text.mu x=(units(segment.place(at))) y=(units(bottom + 13.0)) font-size="10.5" text-anchor="middle" { (label) }
            }
            line.msn x1=(units(segment.from)) x2=(units(segment.to)) y1=(units(bottom + 19.0)) y2=(units(bottom + 19.0)) {}
            text.mu x=(units(f64::midpoint(segment.from, segment.to))) y=(units(bottom + 31.0)) font-size="10.5" text-anchor="middle" { (scale(segment, zone)) }
        }
    }
}

/// `28 minutes`, and the day where the ticks show only clocks and there is room.
fn scale(segment: &Segment, zone: crate::base::time::Zone) -> String {
    let length = words_for(segment.length());
    let is_wide = segment.to - segment.from > 110.0;
    if segment.length() < MINUTE {
        return String::new();
    }
    if is_wide && segment.length() < 20 * HOUR { format!("{length}, {}", zone.day(segment.first)) } else { length }
}

/// An entry's place in its stack.
struct Placed<'s, 'a> {
    drawn: &'s Drawn<'a>,
    x: f64,
    level: usize,
    /// How many more share the place.
    more: usize,
}

fn entries(story: &Story<'_>, segments: &[Segment]) -> Markup {
    let placed = stacked(story, segments);
    html! {
        @for drawn in story.drawn.iter().filter(|drawn| !drawn.whole) {
            (entry_link(drawn, &tick(place(segments, drawn.exhibit.at), lane_y(drawn.lane))))
        }
        @for entry in &placed { (entry_link(entry.drawn, &mark(entry, segments))) }
    }
}

fn tick(x: f64, y: f64) -> Markup {
    html! { line.tick x1=(units(x)) x2=(units(x)) y1=(units(y - 3.0)) y2=(units(y + 3.0)) {} }
}

/// Entries that lie too close stand below, then above; a fourth is only counted.
fn stacked<'s, 'a>(story: &'s Story<'a>, segments: &[Segment]) -> Vec<Placed<'s, 'a>> {
    let mut placed: Vec<Placed<'s, 'a>> = Vec::new();
    for drawn in story.drawn.iter().filter(|drawn| drawn.whole) {
        let x = place(segments, drawn.exhibit.at);
        let close = |level: usize| if level == 0 { CLOSE } else { CLOSE_BESIDE };
        let is_taken = |level: usize| {
            let same = |entry: &&Placed<'_, '_>| entry.drawn.lane == drawn.lane && entry.level == level;
            placed.iter().filter(same).any(|entry| x - entry.x < close(level))
        };
        let level = (0..3).find(|&level| !is_taken(level));
        if let Some(level) = level {
            placed.push(Placed { drawn, x, level, more: 0 });
            continue;
        }
        // Only beside a glyph is there room for how many more there are.
        let beside = |entry: &&mut Placed<'_, '_>| entry.drawn.lane == drawn.lane && entry.level > 0;
        if let Some(last) = placed.iter_mut().rev().find(beside) {
            last.more += 1;
        }
    }
    placed
}

fn mark(entry: &Placed<'_, '_>, segments: &[Segment]) -> Markup {
    let exhibit = entry.drawn.exhibit;
    let y = lane_y(entry.drawn.lane);
    let glyph_y = match entry.level {
        0 => y,
        1 => y + 14.0,
        _ => y - 22.0,
    };
    let number_at =
        if entry.level == 0 { (entry.x, y - 9.5, "c9") } else { (entry.x + 8.0, glyph_y + 4.0, "l9 halo2") };
    html! {
        (whisker(entry, segments, glyph_y))
        use.(exhibit.glyph.group.class()) href={ "#g-" (exhibit.glyph.symbol()) } x=(units(entry.x - 5.5)) y=(units(glyph_y - 5.5)) width="11" height="11" {}
        text x=(units(number_at.0)) y=(units(number_at.1)) class=(number_at.2) {
            (exhibit.mark) @if entry.more > 0 { " +" (entry.more) }
        }
    }
}

/// The doubt of a time, where a segment is of minutes.
fn whisker(entry: &Placed<'_, '_>, segments: &[Segment], y: f64) -> Markup {
    let at = entry.drawn.exhibit.at;
    let segment =
        segments.iter().find(|segment| segment.first <= at && at <= segment.last && segment.length() < 6 * HOUR);
    let span = entry
        .drawn
        .exhibit
        .plus_minus
        .zip(segment)
        .map(|(margin, segment)| (segment.place(at.plus(-margin)), segment.place(at.plus(margin))));
    html! {
        @if let Some((from, to)) = span { line.msn x1=(units(from)) x2=(units(to)) y1=(units(y)) y2=(units(y)) {} }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_near_milestones_cover_neither_each_other_nor_the_edge() {
        let first = name_place(400.0, 60.0, 410.0, &[]);
        assert_eq!((first.anchor, first.row), ("end", 0), "the next ruler is too near at the right");
        let second = name_place(410.0, 60.0, f64::MAX, &[(0, 337.0, 397.0)]);
        assert_eq!((second.anchor, second.row), ("start", 0));
        assert_eq!(name_place(875.0, 30.0, f64::MAX, &[]).anchor, "end");
    }
}
