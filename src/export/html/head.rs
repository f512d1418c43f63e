//! The head of the file and the header of the page.

use std::collections::BTreeSet;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::Value;

use crate::base::text::{RawString, count_words};
use crate::project::model::SectionStatus;

use super::{Page, kind_of_report, text};

const STYLE: &str = include_str!("style.css");
/// What a browser may load and run: nothing but the styles of the file itself.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
/// What stands above a report with a section that is not done.
const DRAFT: &str = "Draft, not yet corrected by those who were there";
/// The same above every sheet of paper.
const DRAFT_ON_PAPER: &str =
    "@page{@top-left{content:\"Draft, not yet corrected by those who were there\";font:8pt sans-serif}}";
/// Words a minute, for the time to read.
const PACE: usize = 220;

pub(super) fn doctype_and_head(page: &Page<'_>) -> Markup {
    html! {
        (DOCTYPE)
        (PreEscaped("<html lang=\"en\">\n"))
        head {
            (meta(&title(page)))
            style { (PreEscaped(STYLE)) (PreEscaped(choices(page))) }
        }
    }
}

/// Charset and policy first, before anything that is foreign.
pub(super) fn meta(title: &str) -> Markup {
    html! {
        meta charset="utf-8";
        meta http-equiv="Content-Security-Policy" content=(POLICY);
        meta name="viewport" content="width=device-width, initial-scale=1";
        meta name="color-scheme" content="light dark";
        meta name="referrer" content="no-referrer";
        title { (text::visible(title)) }
        link rel="icon" href="data:,";
    }
}

/// The rules that zone and lane choosers need; they hold numbers of ours only.
fn choices(page: &Page<'_>) -> String {
    let lanes = super::drawing::lanes(page).len();
    let lane = |nth: usize| {
        format!(
            "body:has(#l{nth}:checked) .tl>li:not(.l{nth}){{display:none!important}}\
             body:has(#l{nth}:checked) figure .en:not(.l{nth}){{opacity:.18}}"
        )
    };
    let lanes: String = (0..lanes).map(lane).collect();
    let draft = if is_draft(page) { DRAFT_ON_PAPER } else { "" };
    format!("{draft}@supports selector(:has(a)){{{}{lanes}}}", page.zones.style())
}

/// The headline that somebody wrote, else the name of the project.
pub(super) fn title(page: &Page<'_>) -> String {
    let headline = page.project.fact_text("headline").map(str::trim).filter(|headline| !headline.is_empty());
    headline.unwrap_or(&page.report.title).to_owned()
}

pub(super) fn header(page: &Page<'_>) -> Markup {
    let title = title(page);
    html! {
        header.wide {
            div.hd {
                @if is_draft(page) { p.draft.ui { (DRAFT) } }
                p.kick { b { (kind_of_report(page)) } @if page.report.title != title { " · " (text::visible(&page.report.title)) } }
                h1 { (text::visible(&title)) }
                @if let Some(standfirst) = page.project.fact_text("standfirst") { p.stand { (text::visible(standfirst)) } }
            }
            div.hm {
                dl.facts.ui {
                    @for (name, value) in facts(page) { dt { (name) } dd { (text::visible(&value)) } }
                }
                (page.zones.chooser())
            }
        }
    }
}

/// Whether a section with text is not done.
fn is_draft(page: &Page<'_>) -> bool {
    let mut written = page.report.sections.iter().filter(|section| !section.text.trim().is_empty());
    written.any(|section| section.status != SectionStatus::Done)
}

fn facts(page: &Page<'_>) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    let names: Vec<&str> = page.project.investigators().values().map(|by| by.name.as_str()).collect();
    if !names.is_empty() {
        facts.push(("Written by", names.join(", ")));
    }
    if let Some(version) = page.project.fact_text("version") {
        facts.push(("Version", version.to_owned()));
    }
    facts.push(("To read", reading_time(page)));
    facts.push(("Drawn from", drawn_from(page)));
    if let Some(told) = page.report.versions_told() {
        facts.push(("Open", told));
    }
    if page.report.names_withheld {
        facts.push(("Names", "withheld: each person has one number in this report".to_owned()));
    }
    facts
}

fn reading_time(page: &Page<'_>) -> String {
    let minutes = |words: usize| count_words(words.div_ceil(PACE).max(1), "minute", "minutes");
    let words = |text: &str| text.split_whitespace().count();
    let all: usize = page.report.sections.iter().map(|section| words(&section.text)).sum();
    let entries: usize =
        page.report.timeline.rows.iter().map(|row| words(row.headline.unsanitised()) + words(row.told())).sum();
    let mut summary = page.report.sections.iter().filter(|section| super::SUMMARIES.contains(&section.key.as_str()));
    match summary.find(|section| !section.text.trim().is_empty()) {
        Some(section) => format!("{} the summary, {} all of it", minutes(words(&section.text)), minutes(all + entries)),
        None => minutes(all + entries),
    }
}

fn drawn_from(page: &Page<'_>) -> String {
    let rows = &page.report.timeline.rows;
    let sources = page.report.sources.iter().map(|source| &source.evidence.channel);
    let channels: BTreeSet<&RawString> =
        rows.iter().map(|row| &row.channel).chain(sources).filter(|name| !name.is_empty()).collect();
    let mut parts = vec![count_words(channels.len(), "channel", "channels")];
    let interviews = page.project.fact("interviews").and_then(Value::as_u64).filter(|&count| count > 0);
    parts.extend(interviews.map(|count| count_words(usize::try_from(count).unwrap_or(0), "interview", "interviews")));
    if !rows.is_empty() {
        parts.push(count_words(rows.len(), "moment", "moments"));
    }
    let people = &page.report.people;
    let zones: BTreeSet<&str> =
        people.iter().filter_map(|person| person.zone).map(crate::base::time::Zone::name).collect();
    let within = if zones.len() > 1 { format!(" in {} time zones", zones.len()) } else { String::new() };
    parts.push(format!("{}{within}", count_words(people.len(), "person", "people")));
    parts.join(", ")
}
