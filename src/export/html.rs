//! The report as one HTML file: no script, nothing remote, everything foreign escaped.
//!
//! Structure and looks: executive summary first with the drawn story, evidence beside each claim,
//! the timeline as text, people with their own clocks. What a click opens on a screen is printed on
//! paper. All markup is made by maud, which escapes whatever is put into it; foreign text passes
//! `text` before.

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
    /// Whether there are so few entries that a bar with the contents helps nobody on a phone.
    const fn is_short(&self) -> bool {
        self.report.timeline.rows.len() <= 5
    }

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
        (head::doctype_and_head(page))
        body id="top" {
            a.skip.ui href={ "#" (summary) } { "To the " (if summary == "top" { "top" } else { "report" }) }
            (glyph::symbols())
            div.wrap {
                (head::header(page))
                (contents.nav(page))
                (body)
            }
        }
        (PreEscaped("</html>\n"))
    }
}

/// A section of the page.
enum Part {
    Whole(Markup),
    /// The list of entries tells who cites each, so it is added when all prose is made.
    Timeline {
        id: String,
        before: Markup,
    },
}

impl Part {
    fn finished(self, page: &Page<'_>, cites: &Cites) -> Markup {
        match self {
            Self::Whole(markup) => markup,
            Self::Timeline { id, before } => html! { section id=(id) { (before) (timeline::list(page, cites)) } },
        }
    }
}

/// The sections of the report: the summary first, all others in their order.
fn ordered<'r>(page: &Page<'r>) -> Vec<&'r ReportSection> {
    let mut sections: Vec<&ReportSection> = page.report.sections.iter().collect();
    sections.sort_by_key(|section| !is_summary(section));
    sections
}

fn is_summary(section: &ReportSection) -> bool {
    SUMMARIES.contains(&section.key.as_str())
}

/// The key of the section in which each figure stands.
struct Figures {
    drawing: String,
    meanwhile: Option<String>,
}

impl Figures {
    fn of(sections: &[&ReportSection]) -> Self {
        let summary = sections.iter().find(|section| is_summary(section) && section.is_written());
        let has = |key: &str| {
            let mut found = sections.iter().filter(|section| section.key == key);
            found.any(|section| key == TIMELINE_KEY || section.is_written())
        };
        Self {
            drawing: summary.map_or(TIMELINE_KEY, |section| &section.key).to_owned(),
            meanwhile: BESIDE_MEANWHILE.iter().find(|key| has(key)).map(|key| (*key).to_owned()),
        }
    }
}

fn main(page: &Page<'_>, cites: &mut Cites, contents: &mut Contents) -> Markup {
    let sections = ordered(page);
    let figures = Figures::of(&sections);
    let mut parts: Vec<Part> =
        sections.into_iter().filter_map(|section| part(page, cites, contents, &figures, section)).collect();
    if !page.exhibits.is_empty() && !parts.iter().any(|part| matches!(part, Part::Timeline { .. })) {
        parts.push(entries_alone(page, contents, &figures));
    }
    let read = read::table(page).map(|read| (contents.section("read", "What was read"), read));
    let how = contents.section("method", "How this was made");
    html! {
        main {
            @for part in parts { (part.finished(page, cites)) }
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

/// A section with its figures; `None` where there is nothing in it.
fn part(
    page: &Page<'_>,
    cites: &mut Cites,
    contents: &mut Contents,
    figures: &Figures,
    section: &ReportSection,
) -> Option<Part> {
    let is_timeline = section.key == TIMELINE_KEY;
    let written = prose::section(page, cites, section);
    let people = if section.key == RESPONDERS_KEY { people::list(page) } else { None };
    let has_entries = is_timeline && !page.exhibits.is_empty();
    if written.is_none() && people.is_none() && !has_entries {
        return None;
    }
    let id = contents::anchor(&section.key);
    let number = contents.section(&id, &section.title);
    let drawing = if figures.drawing == section.key { drawing::figure(page) } else { None };
    if drawing.is_some() {
        contents.figure(drawing::ID, "the drawing");
    }
    let is_beside = figures.meanwhile.as_deref() == Some(section.key.as_str());
    let meanwhile = if is_beside { meanwhile::figure(page) } else { None };
    if meanwhile.is_some() {
        contents.figure(meanwhile::ID, "meanwhile");
    }
    let parts = [written, drawing, people, meanwhile].into_iter().flatten();
    let inside = html! { (heading(page, section, number)) @for part in parts { (part) } };
    if has_entries {
        return Some(Part::Timeline { id, before: inside });
    }
    Some(Part::Whole(html! { section id=(id) { (inside) } }))
}

/// The entries where no section of the report is for them.
fn entries_alone(page: &Page<'_>, contents: &mut Contents, figures: &Figures) -> Part {
    let (key, title) = if page.report.shows_timeline { (TIMELINE_KEY, "Timeline") } else { ("evidence", "Evidence") };
    let number = contents.section(key, title);
    let drawing = if figures.drawing == TIMELINE_KEY { drawing::figure(page) } else { None };
    if drawing.is_some() {
        contents.figure(drawing::ID, "the drawing");
    }
    let before =
        html! { (plain_heading(number, title, timeline::about(page))) @if let Some(figure) = drawing { (figure) } };
    Part::Timeline { id: key.to_owned(), before }
}

fn heading(page: &Page<'_>, section: &ReportSection, number: usize) -> Markup {
    let question = if section.key == TIMELINE_KEY { timeline::about(page) } else { &section.answers };
    plain_heading(number, &section.title, question)
}

fn plain_heading(number: usize, title: &str, question: &str) -> Markup {
    html! {
        h2 { span.no { (number) } (text::visible(title)) }
        @if !question.is_empty() { p.q { (text::visible(&capital(question))) } }
    }
}

/// The same with a capital at its beginning and no stop at its end.
fn capital(line: &str) -> String {
    let line = line.trim().trim_end_matches('.');
    let mut chars = line.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
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
