//! The walk: a page a beat with its question, for the review meeting. Scrolls page by page on a
//! screen and prints one beat a sheet.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::base::time::MINUTE;
use crate::project::Project;
use crate::project::model::Milestone;
use crate::report::Report;
use crate::report::meeting::meeting;
use crate::report::surroundings::Surroundings;
use crate::timeline::Row;
use crate::timeline::spacing::{Line, Spacing, lines};

use super::exhibit::{Exhibit, Exhibits};
use super::when::{self, Zones};
use super::{Page, cite, drawing, glyph, head, text};

const STYLE: &str = include_str!("style.css");
const WALK: &str = include_str!("walk.css");
/// Silences of the incident that are a beat of their own.
const SILENCE: i64 = 20 * MINUTE;

/// A page of the walk.
enum Beat<'a> {
    Entry(&'a Exhibit<'a>, &'a Row, String),
    Silence(i64),
}

/// The walk through a report's timeline.
pub fn render(project: &Project, report: &Report, surroundings: &Surroundings) -> String {
    let exhibits = Exhibits::of(project, report);
    let page = Page { project, report, surroundings, zones: Zones::of(report), exhibits };
    let beats = beats(&page);
    let count = beats.len();
    let markup = html! {
        (DOCTYPE)
        (PreEscaped("<html lang=\"en\">\n"))
        head {
            (head::meta(&head::title(&page)))
            style { (PreEscaped(STYLE)) (PreEscaped(WALK)) (PreEscaped(format!("@supports selector(:has(a)){{{}}}", page.zones.style()))) }
        }
        body.walk {
            (glyph::symbols())
            main { (cover(&page, count)) @for (nth, beat) in beats.iter().enumerate() { (sheet(&page, beat, nth + 1, count)) } (last()) }
        }
        (PreEscaped("</html>\n"))
    };
    markup.into_string()
}

fn beats<'a>(page: &'a Page<'a>) -> Vec<Beat<'a>> {
    let exhibits: Vec<&Exhibit<'_>> = page.exhibits.entries().collect();
    let mut beats = Vec::new();
    let mut passed: Vec<String> = Vec::new();
    let mut before: Option<&Row> = None;
    for line in lines(&page.report.timeline, &Spacing::in_zone(page.report.zone)) {
        match line {
            Line::Milestone { milestone, .. } => passed.push(milestone.label()),
            Line::Row { ix, .. } => {
                let Some((exhibit, row)) = exhibits.get(ix).zip(page.report.timeline.rows.get(ix)) else { continue };
                beats.extend(before.and_then(|before| silence(page, before, row)).map(Beat::Silence));
                beats.push(Beat::Entry(exhibit, row, std::mem::take(&mut passed).join(", ")));
                before = Some(row);
            }
            _ => {}
        }
    }
    beats
}

/// A silence inside the incident; before it and after it nobody was at work on it.
fn silence(page: &Page<'_>, before: &Row, row: &Row) -> Option<i64> {
    let begun = page.project.milestone(Milestone::Detected).is_none_or(|at| before.at >= at);
    let over = page.project.milestone(Milestone::End).is_some_and(|at| row.at > at);
    row.at.since(before.at).filter(|&length| length >= SILENCE && begun && !over)
}

fn cover(page: &Page<'_>, count: usize) -> Markup {
    let title = head::title(page);
    html! {
        section.sheet {
            p.kick { b { "The walk" } " · " (count) " beats" }
            h1 { (text::visible(&title)) }
            p.stand { "We go through what happened as it unfolded. At each beat: what did you see, and what made it the sensible thing to do? What is not there yet, say it; what needs longer is parked with its beat." }
            (page.zones.chooser())
        }
    }
}

fn last() -> Markup {
    html! {
        section.sheet {
            p.kick { b { "The end of the walk" } }
            h2 { "What surprised you?" }
            p.stand { "What did each of us learn about how this is done? What was parked, and who would like to look into it?" }
        }
    }
}

fn sheet(page: &Page<'_>, beat: &Beat<'_>, number: usize, count: usize) -> Markup {
    match beat {
        Beat::Silence(length) => html! {
            section.sheet {
                p.kick { b { (number) } " of " (count) }
                h2 { (drawing::words_for(*length)) " with nothing on the timeline" }
                p.ask { (meeting().silence.join(" ")) }
            }
        },
        Beat::Entry(exhibit, row, milestones) => entry(page, exhibit, row, milestones, (number, count)),
    }
}

fn entry(
    page: &Page<'_>,
    exhibit: &Exhibit<'_>,
    row: &Row,
    milestones: &str,
    (number, count): (usize, usize),
) -> Markup {
    let glyph = exhibit.glyph;
    let phase = row.phase.as_ref().and_then(|id| page.report.timeline.phase(id)).map(|phase| phase.title.as_str());
    html! {
        section.sheet id={ "b" (exhibit.mark) } {
            p.kick {
                b { (number) } " of " (count)
                @if let Some(phase) = phase { " · " (text::visible(phase)) }
                @if !milestones.is_empty() { " · " span.at { (milestones) } }
            }
            p.clock.ui { b { (page.zones.time_about(row.at, row.zone_of_time(), row.plus_minus)) } " " (when::day(page.zones.own(), row.at, row.zone_of_time())) " · " (cite::channel(exhibit)) }
            h2 { bdi { (text::visible(&row.headline.unsanitised().replace('\n', " "))) } }
            @if let Some(told) = &row.description { p.d { (text::visible(told)) } }
            blockquote.ctx.(glyph.group.class()) { div.txt { (cite::transcript(page, exhibit)) } }
            p.line.ui {
                @for (nth, tag) in exhibit.tags.iter().enumerate() {
                    @if nth == 0 { span.(glyph.group.class()) { (glyph.inline()) " " (text::visible(tag)) } } @else { " · " (text::visible(tag)) }
                }
            }
            p.ask { (question(exhibit)) }
        }
    }
}

/// What to ask the room, by the group of the first tag.
fn question(exhibit: &Exhibit<'_>) -> String {
    let meeting = meeting();
    let group = exhibit.glyph.group.name();
    let of_group = meeting.prompts.iter().find(|prompts| prompts.groups.iter().any(|name| name == group));
    of_group.filter(|_| !exhibit.tags.is_empty()).map_or(&meeting.untagged, |prompts| &prompts.ask).join(" ")
}
