//! The drawing for narrow screens: lanes as columns, entries as rows, time downwards.

use maud::{Markup, html};

use super::segments::short_words;
use super::{Drawn, Story, entry_link, units};
use crate::base::time::{HOUR, Instant};

const WIDTH: f64 = 360.0;
const LEFT: f64 = 62.0;
const RIGHT: f64 = 318.0;
/// Where rows begin, below the labels of the lanes.
const TOP: f64 = 84.0;
const ROW: f64 = 20.0;
/// A row for time that was folded.
const FOLD: f64 = 17.0;
/// Room for the names on a ruler, so that they lie over no entry.
const RULER: f64 = 12.0;

/// One row of the drawing.
struct Row<'s, 'a> {
    drawn: &'s Drawn<'a>,
    y: f64,
    label: String,
    /// Time folded before it, and where that is written.
    fold: Option<(f64, String)>,
}

pub(super) fn draw(story: &Story<'_>) -> Markup {
    let rows = rows(story);
    let (last, bottom) = ends(story, &rows);
    let step = if story.lanes.len() > 1 { (RIGHT - LEFT - 44.0) / (story.lanes.len() as f64 - 1.0) } else { 0.0 };
    let x = |lane: usize| LEFT + 22.0 + step * lane as f64;
    html! {
        svg.fig-v viewBox={ "0 -30 " (units(WIDTH)) " " (units(bottom + 34.0)) } role="img" aria-labelledby="fv-t" {
            title #fv-t { "The incident drawn: " (super::in_words(story.lanes.len())) " lanes side by side, time downwards. The same entries follow as text." }
            (grounds(story, &rows, bottom))
            @for (nth, lane) in story.lanes.iter().enumerate() {
                line.(if lane.silent { "sil" } else { "ln" }) x1=(units(x(nth))) x2=(units(x(nth))) y1=(units(TOP - 18.0)) y2=(units(bottom)) {}
                text x=(units(x(nth))) y=(units(TOP - 26.0)) font-weight="600" transform={ "rotate(-58 " (units(x(nth))) " " (units(TOP - 26.0)) ")" } { (lane.label) }
            }
            (milestones(story, &rows, last))
            @for row in &rows {
                text.mu x="0" y=(units(row.y + 4.0)) { (row.label) }
                @if let Some((y, words)) = &row.fold {
                    text.mu x="0" y=(units(y + 4.0)) { "⋮ " (words) }
                    line.sil x1=(units(LEFT)) x2=(units(RIGHT)) y1=(units(*y)) y2=(units(*y)) {}
                }
                (entry_link(row.drawn, &mark(row.drawn, x(row.drawn.lane), row.y)))
            }
        }
    }
}

fn rows<'s, 'a>(story: &'s Story<'a>) -> Vec<Row<'s, 'a>> {
    let zone = story.page.report.zone;
    let mut rows: Vec<Row<'s, 'a>> = Vec::new();
    let mut y = TOP;
    let mut before: Option<Instant> = None;
    for drawn in story.drawn.iter().filter(|drawn| drawn.whole) {
        let at = drawn.exhibit.at;
        let gap = before.and_then(|before| at.since(before)).unwrap_or(0);
        let fold = (gap >= HOUR).then(|| {
            y += FOLD;
            (y - ROW + 4.0, short_words(gap))
        });
        let is_passed = |milestone: Instant| milestone <= at && before.is_none_or(|before| before < milestone);
        if story.milestones.iter().any(|&(_, milestone)| is_passed(milestone)) {
            y += RULER;
        }
        let same_day = before.is_some_and(|before| zone.date(before) == zone.date(at));
        let label = if same_day { zone.minute(at) } else { zone.day(at) };
        rows.push(Row { drawn, y, label, fold });
        y += ROW;
        before = Some(at);
    }
    rows
}

/// Where a ruler below all rows lies, and where the lanes end.
fn ends(story: &Story<'_>, rows: &[Row<'_, '_>]) -> (f64, f64) {
    let Some(row) = rows.last() else { return (TOP, TOP) };
    let is_below = story.milestones.iter().any(|&(_, at)| at > row.drawn.exhibit.at);
    let last = row.y + ROW / 2.0 + if is_below { RULER } else { 0.0 };
    (last, last + 2.0)
}

fn grounds(story: &Story<'_>, rows: &[Row<'_, '_>], bottom: f64) -> Markup {
    let begin = |at: Instant| rows.iter().find(|row| row.drawn.exhibit.at >= at).map(|row| row.y - ROW / 2.0);
    let bands: Vec<(usize, f64, f64)> = story
        .phases
        .iter()
        .enumerate()
        .filter_map(|(nth, phase)| {
            let from = begin(phase.from)?;
            Some((nth, from, phase.to.and_then(begin).unwrap_or(bottom)))
        })
        .filter(|(_, from, to)| to > from)
        .collect();
    html! {
        rect.ph2 x=(units(LEFT)) y=(units(TOP - ROW / 2.0)) width=(units(RIGHT - LEFT)) height=(units(bottom - TOP + ROW / 2.0)) {}
        @for (_, from, to) in bands.into_iter().filter(|(nth, ..)| nth % 2 == 1) {
            rect.ph x=(units(LEFT)) y=(units(from)) width=(units(RIGHT - LEFT)) height=(units(to - from)) {}
        }
    }
}

/// Red rulers between rows; where several stand at one place, their names share it.
fn milestones(story: &Story<'_>, rows: &[Row<'_, '_>], last: f64) -> Markup {
    let mut rulers: Vec<(f64, String)> = Vec::new();
    for &(milestone, at) in &story.milestones {
        let y = rows.iter().find(|row| row.drawn.exhibit.at >= at).map_or(last, |row| row.y - ROW / 2.0);
        match rulers.last_mut().filter(|(other, _)| (*other - y).abs() < 1.0) {
            Some((_, names)) => {
                names.push_str(", ");
                names.push_str(&milestone.label());
            }
            None => rulers.push((y, milestone.label())),
        }
    }
    html! {
        @for (y, names) in rulers {
            line.ms x1="36" x2=(units(RIGHT)) y1=(units(y)) y2=(units(y)) {}
            text.msn-t.halo2 x=(units(LEFT + 2.0)) y=(units(y - 2.0)) { (names) }
        }
    }
}

fn mark(drawn: &Drawn<'_>, x: f64, y: f64) -> Markup {
    let exhibit = drawn.exhibit;
    html! {
        use.(exhibit.glyph.group.class()) href={ "#g-" (exhibit.glyph.symbol()) } x=(units(x - 6.5)) y=(units(y - 6.5)) width="13" height="13" {}
        text.l9.halo2 x=(units(x + 8.5)) y=(units(y + 4.0)) { (exhibit.mark) }
    }
}
