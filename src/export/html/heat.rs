//! How lively each channel was, in steps of ten minutes against its own usual day: no totals, and
//! never by person.

use std::fmt::Write as _;

use maud::{Markup, html};

use crate::base::text::cut_middle;
use crate::base::time::Zone;
use crate::report::surroundings::{HEAT_CELL, HEAT_STEPS, Heat, Strip};

use super::{Page, text};

/// The figure; `None` where the sources are not at hand or one channel alone is drawn.
pub(super) fn figure(page: &Page<'_>) -> Option<Markup> {
    let heat = page.surroundings.heat.as_ref()?;
    let zone = page.report.zone;
    let (from, to) = span(heat);
    let words = format!("{} to {}, {}", zone.minute(from), zone.minute(to), zone.day(from));
    Some(html! {
        figure.wide #heat {
            (drawn(heat, zone, &Shape::LYING, &words))
            (drawn(heat, zone, &Shape::UPRIGHT, &words))
            figcaption {
                b { "How lively each channel was." }
                " Ten minutes a field, " (words) " " (zone.name()) "; the darker, the more was said than on that channel’s other days. An empty field is silence."
            }
        }
    })
}

fn span(heat: &Heat) -> (crate::base::time::Instant, crate::base::time::Instant) {
    let cells = heat.strips.first().map_or(0, |strip| strip.cells.len());
    (heat.from, heat.from.plus(cells as i64 * HEAT_CELL))
}

/// How the strips lie on a screen.
struct Shape {
    class: &'static str,
    width: f64,
    /// Where cells begin.
    left: f64,
    /// From one strip to the next.
    step: f64,
    /// From the top of a strip's place to its cells.
    drop: f64,
    /// Between two hours that are written.
    hours: usize,
}

impl Shape {
    const LYING: Self = Self { class: "fig-h", width: 880.0, left: 118.0, step: 24.0, drop: 0.0, hours: 6 };
    const UPRIGHT: Self = Self { class: "fig-v", width: 346.0, left: 0.0, step: 40.0, drop: 16.0, hours: 12 };
}

fn drawn(heat: &Heat, zone: Zone, shape: &Shape, words: &str) -> Markup {
    let count = heat.strips.first().map_or(1, |strip| strip.cells.len()).max(1);
    let cell = (shape.width - shape.left) / count as f64;
    let bottom = 6.0 + shape.step * heat.strips.len() as f64;
    let hours = (0..count).filter(|nth| {
        let at = heat.from.plus(*nth as i64 * HEAT_CELL);
        zone.minute(at).ends_with(":00")
    });
    let hours: Vec<usize> = hours.step_by(shape.hours / 6).collect();
    html! {
        svg.(shape.class) viewBox={ "0 0 " (shape.width) " " (bottom + 20.0) } role="img" aria-label={ "How lively each channel was, " (words) } {
            @for (nth, strip) in heat.strips.iter().enumerate() {
                @let top = 6.0 + shape.step * nth as f64;
                text x="0" y=(top + if shape.drop > 0.0 { 10.0 } else { 14.0 }) font-size="12" font-weight="600" {
                    (cut_middle(&text::visible(strip.channel.unsanitised()), if shape.drop > 0.0 { 40 } else { 16 }))
                }
                @for level in 0..=HEAT_STEPS {
                    @let path = cells(strip, level, shape.left, top + shape.drop, cell);
                    @if !path.is_empty() { path.{ "h" (level) } d=(path) {} }
                }
            }
            @for nth in hours {
                text.mu x=(format!("{:.1}", shape.left + cell * nth as f64)) y=(bottom + 12.0) font-size="10.5" {
                    (zone.minute(heat.from.plus(nth as i64 * HEAT_CELL)))
                }
            }
        }
    }
}

/// All cells of one step as one path.
fn cells(strip: &Strip, level: u8, left: f64, top: f64, cell: f64) -> String {
    let at_level = strip.cells.iter().enumerate().filter(|&(_, &step)| step == level);
    let width = (cell - 1.5).max(1.0);
    let mut path = String::new();
    for (nth, _) in at_level {
        // Writing to a String cannot fail.
        let _ = write!(path, "M{:.1} {top:.1}h{width:.1}v18h-{width:.1}z", left + cell * nth as f64);
    }
    path
}
