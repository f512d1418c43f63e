//! The report as one HTML file: no script, nothing remote, everything foreign escaped.
//!
//! Structure and looks: executive summary first with the drawn story, evidence beside each claim,
//! the timeline as text, people with their own clocks. What a click opens on a screen is printed on
//! paper. All markup is made by maud, which escapes whatever is put into it; foreign text passes
//! [`text`] before.

mod cite;
mod contents;
mod drawing;
mod exhibit;
mod glyph;
mod head;
mod heat;
mod meanwhile;
mod people;
mod prose;
mod read;
mod text;
mod timeline;
pub mod walk;
mod when;

use maud::{Markup, PreEscaped, html};

use crate::project::Project;
use crate::project::model::Milestone;
use crate::report::build::ReportSection;
use crate::report::surroundings::Surroundings;
use crate::report::template::{RESPONDERS_KEY, TIMELINE_KEY};
use crate::report::{Report, Template};

use self::cite::Cites;
use self::contents::Contents;
use self::exhibit::Exhibits;
use self::when::Zones;

/// Bytes above which an entry carries its transcript once and no more.
const LARGE: usize = 1_500_000;
/// Sections that tell the whole in short, and stand first.
const SUMMARIES: [&str; 2] = ["executive-summary", "summary"];
/// Where the second figure stands, the first of these that is there.
const BESIDE_MEANWHILE: [&str; 3] = ["difficulties", "went-wrong", TIMELINE_KEY];

/// All that the parts of a page look things up in.
struct Page<'a> {
    project: &'a Project,
    report: &'a Report,
    surroundings: &'a Surroundings,
    zones: Zones,
    exhibits: Exhibits<'a>,
}

impl Page<'_> {
    /// Whether there are so many entries that phases are folded and zones few.
    const fn is_long(&self) -> bool {
        self.report.timeline.rows.len() > 120
    }
}

/// The report.
pub fn render(project: &Project, report: &Report, surroundings: &Surroundings) -> String {
    let exhibits = Exhibits::of(project, report);
    let zones = Zones::of(report);
    let page = Page { project, report, surroundings, zones, exhibits };
    let whole = document(&page, Cites::new(3)).into_string();
    if whole.len() < LARGE { whole } else { document(&page, Cites::new(1)).into_string() }
}

fn document(page: &Page<'_>, mut cites: Cites) -> Markup {
    let mut contents = Contents::default();
    let body = main(page, &mut cites, &mut contents);
    let summary = contents.first().unwrap_or("top").to_owned();
    html! {
        (head::doctype_and_head(page, &contents))
        body id="top" {
            a.skip.ui href={ "#" (summary) } { "To the " (if summary == "top" { "top" } else { "report" }) }
            (glyph::symbols())
            div.wrap {
                (head::header(page, &cites))
                (contents.nav())
                (body)
            }
        }
        (PreEscaped("</html>\n"))
    }
}

fn main(page: &Page<'_>, cites: &mut Cites, contents: &mut Contents) -> Markup {
    let mut sections: Vec<&ReportSection> = page.report.sections.iter().collect();
    // The sort is stable: the summary first, all others in their order.
    sections.sort_by_key(|section| !SUMMARIES.contains(&section.key.as_str()));
    let meanwhile_at = BESIDE_MEANWHILE.into_iter().find(|key| {
        sections.iter().any(|section| section.key == *key && (*key == TIMELINE_KEY || !section.text.trim().is_empty()))
    });
    let drawing = drawing::figure(page);
    let has_summary = sections
        .first()
        .is_some_and(|section| SUMMARIES.contains(&section.key.as_str()) && !section.text.trim().is_empty());
    let mut parts = Vec::new();
    // The list of entries tells who cites each, so it is made when all prose is.
    let mut timeline_at = None;
    for section in sections {
        let shows_drawing = SUMMARIES.contains(&section.key.as_str()) || (!has_summary && section.key == TIMELINE_KEY);
        let is_timeline = section.key == TIMELINE_KEY;
        let written = prose::section(page, cites, section);
        let people = if section.key == RESPONDERS_KEY { people::list(page) } else { None };
        if written.is_none() && people.is_none() && !(is_timeline && !page.exhibits.is_empty()) {
            continue;
        }
        let number = contents.section(&section.key, &section.title);
        let drawn = drawing.clone().filter(|_| shows_drawing);
        if drawn.is_some() {
            contents.figure(drawing::ID, "the drawing");
        }
        let meanwhile = if meanwhile_at == Some(section.key.as_str()) { meanwhile::figure(page) } else { None };
        if meanwhile.is_some() {
            contents.figure(meanwhile::ID, "meanwhile");
        }
        let (heading, id) = (heading(page, section, number), contents::anchor(&section.key));
        let rest = html! { @if let Some(people) = people { (people) } @if let Some(figure) = meanwhile { (figure) } };
        let before =
            html! { (heading) @if let Some(written) = written { (written) } @if let Some(figure) = drawn { (figure) } };
        if is_timeline {
            timeline_at = Some((parts.len(), id, before, rest));
            parts.push(html! {});
        } else {
            parts.push(html! { section id=(id) { (before) (rest) } });
        }
    }
    if timeline_at.is_none() && !page.exhibits.is_empty() {
        let (key, title) =
            if page.report.shows_timeline { (TIMELINE_KEY, "Timeline") } else { ("evidence", "Evidence") };
        let number = contents.section(key, title);
        let before = html! { (plain_heading(number, title, timeline::about(page))) @if let Some(figure) = drawing.filter(|_| !has_summary) { (figure) } };
        timeline_at = Some((parts.len(), key.to_owned(), before, html! {}));
        parts.push(html! {});
    }
    if let Some((place, id, before, rest)) = timeline_at
        && let Some(part) = parts.get_mut(place)
    {
        *part = html! { section id=(id) { (before) (rest) (timeline::list(page, cites)) } };
    }
    let read = read::table(page);
    let read = read.map(|read| (contents.section("read", "What was read"), read));
    let how = contents.section("method", "How this was made");
    html! {
        main {
            @for part in parts { (part) }
            @if let Some((number, read)) = read {
                section #read { (plain_heading(number, "What was read", "And what was not")) (read) }
            }
            section #method { (plain_heading(how, "How this was made", "")) (read::method()) }
            footer.ui.meta {
                p { "Made with meanwhile from the project file of this investigation. The file is whole: it asks nothing of the network and runs no program." }
            }
        }
    }
}

fn heading(page: &Page<'_>, section: &ReportSection, number: usize) -> Markup {
    let question = if section.key == TIMELINE_KEY { timeline::about(page) } else { &section.answers };
    plain_heading(number, &section.title, question)
}

fn plain_heading(number: usize, title: &str, question: &str) -> Markup {
    html! {
        h2 { span.no { (number) } (text::visible(title)) }
        @if !question.is_empty() { p.q { (text::visible(question)) } }
    }
}

/// The moment at which clocks of people are shown: when people were called, else the earliest known.
fn moment(page: &Page<'_>) -> Option<crate::base::time::Instant> {
    let milestones = [Milestone::ResponseBegan, Milestone::Detected, Milestone::Start];
    let told = milestones.into_iter().find_map(|milestone| page.project.milestone(milestone));
    told.or_else(|| page.report.timeline.span().map(|(first, _)| first)).filter(|at| at.is_dated())
}

/// The name of the kind of report: above its title.
fn kind_of_report(page: &Page<'_>) -> &'static str {
    match Template::of(page.project).key.as_str() {
        "postmortem" => "Postmortem",
        _ => "How we got here",
    }
}
