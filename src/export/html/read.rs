//! What was read and what was not, and how the report was made.

use std::collections::BTreeMap;

use maud::{Markup, html};
use serde_json::Value;

use crate::base::text::{count_words, thousands};
use crate::project::model::interview_of;
use crate::timeline::copy::is_off_record;

use super::{Page, heat, text};

/// The table and what is missing; `None` where nothing is known of either.
pub(super) fn table(page: &Page<'_>) -> Option<Markup> {
    let read = &page.surroundings.read;
    let missing: Vec<&str> =
        page.project.sources().values().flat_map(|source| &source.missing).map(String::as_str).collect();
    let left = left_out(page);
    let interviews = interviews(page);
    if read.is_empty() && interviews.is_empty() && missing.is_empty() && left.is_none() {
        return None;
    }
    let zone = page.report.zone;
    let any_read = read.iter().any(|channel| channel.read > 0);
    Some(html! {
        @if !read.is_empty() || !interviews.is_empty() {
            div.tw {
                table.t {
                    thead { tr {
                        th scope="col" { "Source" } th scope="col" { "From – to" } th.num scope="col" { "In it" }
                        @if any_read { th.num scope="col" { "Read" } }
                    } }
                    tbody {
                        @for channel in read {
                            tr {
                                td { (text::name(&channel.channel)) @if channel.private { " (private, named for this report)" } }
                                td { @if let Some((from, to)) = channel.span { (zone.day(from)) @if zone.day(from) != zone.day(to) { " – " (zone.day(to)) } } }
                                td.num { (thousands(channel.messages)) }
                                @if any_read { td.num { (thousands(channel.read)) } }
                            }
                        }
                        @for (interview, notes) in interviews {
                            tr {
                                td { bdi { (text::visible(interview)) } }
                                td { "told afterwards" }
                                td.num { (count_words(notes, "note", "notes")) }
                                @if any_read { td.num {} }
                            }
                        }
                    }
                }
            }
        }
        @if !missing.is_empty() {
            div.p role="paragraph" { "What the sources do not hold:" }
            ul.missing { @for gap in missing { li { (text::visible(gap)) } } }
        }
        @if let Some(left) = left { div.p role="paragraph" { (left) } }
        @if let Some(figure) = heat::figure(page) { (figure) }
    })
}

/// Interviews with what is on record of them: each is a source of its own.
fn interviews<'p>(page: &Page<'p>) -> BTreeMap<&'p str, usize> {
    let mut interviews = BTreeMap::new();
    let on_record = page.project.events().iter().filter(|(target, _)| !is_off_record(page.project, target));
    for interview in on_record.filter_map(|(_, event)| interview_of(event.source.as_deref())) {
        *interviews.entry(interview).or_default() += 1;
    }
    interviews
}

/// What stays behind, as sums; what was said off the record only where the investigators agreed to
/// name it, by the fact `tell_off_record`.
fn left_out(page: &Page<'_>) -> Option<String> {
    let mut sums = page.report.left_out;
    if page.project.fact("tell_off_record").and_then(Value::as_bool) != Some(true) {
        (sums.notes, sums.off_record) = (0, 0);
    }
    let parts: Vec<String> = [
        (sums.notes + sums.off_record, "remark made off the record", "remarks made off the record"),
        (sums.private, "message of a private channel", "messages of private channels"),
    ]
    .into_iter()
    .filter(|(count, ..)| *count > 0)
    .map(|(count, one, many)| count_words(count, one, many))
    .collect();
    (!parts.is_empty()).then(|| format!("Not in this file in any form: {}.", parts.join(", ")))
}

/// The method in two sentences.
pub(super) fn method() -> Markup {
    html! {
        div.p role="paragraph" {
            "We tagged what was said, put what mattered on one timeline, asked the people who were there why it made sense, and let them correct the draft. "
            "A claim here carries the number of its evidence; where there is none, it is ours."
        }
    }
}
