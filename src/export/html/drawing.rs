//! Figure 1: the story drawn, lying on wide screens and upright on narrow ones.
//!
//! Both drawings are made of the same plain layout: lanes, segments of time with their own scale, and
//! what is drawn in them. By ear and by keyboard the timeline as text is the equal of the drawing,
//! so its links are out of the order of tabs.

mod lying;
mod segments;
mod upright;

use std::collections::BTreeSet;

use maud::{Markup, html};

use crate::base::text::{RawString, cut_middle};
use crate::base::time::{Instant, MINUTE};
use crate::project::model::Milestone;
use crate::timeline::RowKind;

use super::exhibit::Exhibit;
use super::glyph::{Glyph, Group};
use super::{Page, text};

pub(super) use segments::words_for;

/// The id of the figure.
pub(super) const ID: &str = "drawing";
/// Most lanes of channels; what is beyond shares one.
const MOST_LANES: usize = 7;
/// Most entries with glyph and number; the rest are ticks.
const MOST_DRAWN: usize = 60;
/// Cells of a lane's label.
const LABEL: usize = 16;

/// A lane: a channel, what the others share, or what no channel recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lane {
    pub(super) label: String,
    pub(super) title: String,
    /// Whether it stands for what no channel recorded.
    pub(super) silent: bool,
    channels: Vec<RawString>,
}

/// The lanes of the timeline, in order of their first entry; what no channel recorded last.
pub(super) fn lanes(page: &Page<'_>) -> Vec<Lane> {
    let mut channels: Vec<&RawString> = Vec::new();
    for exhibit in page.exhibits.entries().filter(|exhibit| !is_silent(exhibit)) {
        if !channels.contains(&exhibit.channel) {
            channels.push(exhibit.channel);
        }
    }
    let shared = channels.split_off(channels.len().min(MOST_LANES));
    let lane = |channel: &&RawString| {
        let title = text::visible(&channel.unsanitised().replace('\n', " ")).into_owned();
        Lane { label: cut_middle(&title, LABEL).into_owned(), title, silent: false, channels: vec![(*channel).clone()] }
    };
    let mut lanes: Vec<Lane> = channels.iter().map(lane).collect();
    if !shared.is_empty() {
        let channels = shared.into_iter().cloned().collect();
        lanes.push(Lane { label: "other".to_owned(), title: "other channels".to_owned(), silent: false, channels });
    }
    if page.exhibits.entries().any(is_silent) {
        let words = || "no channel".to_owned();
        lanes.push(Lane { label: words(), title: words(), silent: true, channels: Vec::new() });
    }
    lanes
}

fn is_silent(exhibit: &Exhibit<'_>) -> bool {
    exhibit.kind == RowKind::Event || exhibit.channel.is_empty()
}

/// The place of an exhibit's lane.
pub(super) fn lane_of(lanes: &[Lane], exhibit: &Exhibit<'_>) -> usize {
    let found = lanes
        .iter()
        .position(|lane| if is_silent(exhibit) { lane.silent } else { lane.channels.contains(exhibit.channel) });
    found.unwrap_or(0)
}

/// An entry as it is drawn.
struct Drawn<'a> {
    exhibit: &'a Exhibit<'a>,
    lane: usize,
    /// Whether it has its glyph and number, or is a tick.
    whole: bool,
}

/// A phase from its beginning to that of the next.
struct Phase<'a> {
    title: &'a str,
    from: Instant,
    to: Option<Instant>,
}

/// All that is drawn.
struct Story<'a> {
    page: &'a Page<'a>,
    lanes: Vec<Lane>,
    drawn: Vec<Drawn<'a>>,
    phases: Vec<Phase<'a>>,
    milestones: Vec<(Milestone, Instant)>,
}

/// The figure; `None` below three entries or two lanes.
pub(super) fn figure(page: &Page<'_>) -> Option<Markup> {
    let story = story(page);
    if story.drawn.len() < 3 || story.lanes.len() < 2 {
        return None;
    }
    let count = story.lanes.len();
    let ticks = story.drawn.iter().any(|drawn| !drawn.whole);
    Some(html! {
        figure.wide id=(ID) {
            (lying::draw(&story))
            (upright::draw(&story))
            (key(&story))
            figcaption {
                b { "Figure 1. One story, " (in_words(count)) " lanes." }
                " Numbers are the entries of the timeline; red lines are milestones; a jagged line is where time was folded, and each part has its own scale, written below it. Times are in " (page.report.zone.name()) "."
                @if ticks { " Small ticks are the other entries; the timeline has them all." }
            }
        }
    })
}

fn story<'a>(page: &'a Page<'a>) -> Story<'a> {
    let lanes = lanes(page);
    let mut dated: Vec<&Exhibit<'_>> = page.exhibits.entries().filter(|exhibit| exhibit.at.is_dated()).collect();
    dated.sort_by_key(|exhibit| exhibit.at);
    let whole = worth_a_number(page, &dated);
    let drawn: Vec<Drawn<'_>> = dated
        .into_iter()
        .map(|exhibit| Drawn {
            exhibit,
            lane: lane_of(&lanes, exhibit),
            whole: whole.contains(exhibit.target.as_str()),
        })
        .collect();
    // Few entries need no parts.
    let all = if drawn.len() < 6 { &[][..] } else { &page.report.timeline.phases[..] };
    let phases = all
        .iter()
        .enumerate()
        .map(|(nth, phase)| Phase { title: &phase.title, from: phase.at, to: all.get(nth + 1).map(|next| next.at) })
        .collect();
    let milestones = page.report.timeline.milestones.iter().copied().filter(|(_, at)| at.is_dated()).collect();
    Story { page, lanes, drawn, phases, milestones }
}

/// Which entries carry glyph and number where there are too many: those at milestones, key moments,
/// then what is cited, in time order.
fn worth_a_number<'a>(page: &Page<'_>, dated: &[&'a Exhibit<'a>]) -> BTreeSet<&'a str> {
    if dated.len() <= MOST_DRAWN {
        return dated.iter().map(|exhibit| exhibit.target.as_str()).collect();
    }
    let at_milestone = |exhibit: &&&Exhibit<'_>| {
        let near = |at: Instant| exhibit.at.since(at).is_some_and(|length| length.abs() < MINUTE);
        page.report.timeline.milestones.iter().any(|&(_, at)| near(at))
    };
    let is_key = |exhibit: &&&Exhibit<'_>| exhibit.tags.iter().any(|tag| tag.ends_with("Key moment"));
    let is_cited =
        |exhibit: &&&Exhibit<'_>| page.report.sources.iter().any(|source| source.id == exhibit.target.as_str());
    let ranked =
        dated.iter().filter(at_milestone).chain(dated.iter().filter(is_key)).chain(dated.iter().filter(is_cited));
    let mut worth = BTreeSet::new();
    for exhibit in ranked {
        if worth.len() < MOST_DRAWN {
            worth.insert(exhibit.target.as_str());
        }
    }
    worth
}

/// Only groups in use, in the order of groups; ideas that were ruled out apart.
fn key(story: &Story<'_>) -> Markup {
    let used: BTreeSet<Glyph> =
        story.drawn.iter().filter(|drawn| drawn.whole).map(|drawn| drawn.exhibit.glyph).collect();
    let name = |glyph: &Glyph| {
        if glyph.ruled_out { "Hypothesis ruled out" } else { glyph.group.name() }
    };
    html! {
        ul.key.ui aria-label="Shapes" {
            @for group in Group::ALL {
                @for glyph in used.iter().filter(|glyph| glyph.group == group) {
                    li { (glyph.inline()) " " (name(glyph)) }
                }
            }
        }
    }
}

/// A link to an entry, out of the order of tabs.
fn entry_link(drawn: &Drawn<'_>, inside: &Markup) -> Markup {
    let exhibit = drawn.exhibit;
    let tag = exhibit.tags.first().map_or("", String::as_str);
    let headline = exhibit.row.map_or(exhibit.text, |row| row.headline.unsanitised());
    html! {
        a.en.{ "l" (drawn.lane) } href={ "#" (exhibit.anchor()) } tabindex="-1" {
            title { (exhibit.mark) @if !tag.is_empty() { ", " (text::visible(tag)) } ": " (text::visible(&text::snippet(headline))) }
            (inside)
        }
    }
}

/// Small counts as words.
fn in_words(count: usize) -> String {
    const WORDS: [&str; 10] = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    WORDS.get(count).map_or_else(|| count.to_string(), |word| (*word).to_owned())
}

/// A number for a drawing: one decimal, none where it is whole.
fn units(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}
