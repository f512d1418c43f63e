//! The shape of a report for those who read it: what it puts first, how it is weighted, and short
//! forms that another team does not know.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::project::Project;
use crate::report::template::Template;

use super::gaps::{ZONE, of_section, of_words};
use super::{Finding, sentence};

/// Sections that a reader reads first.
const FIRST: [&str; 2] = ["executive-summary", "summary"];
/// What made it possible, and what kept it from being worse.
const SIDES: [(&str, &str); 2] = [("contributors", "mitigators"), ("contributing-factors", "went-well")];
/// How many times the words of one side may be those of the other.
const WEIGHT: usize = 4;
/// Short forms that every reader of such a report knows.
const COMMON: [&str; 40] = [
    "AM", "API", "CD", "CEO", "CI", "CPU", "CSV", "CTO", "DNS", "EU", "FAQ", "GB", "GMT", "HTML", "HTTP", "HTTPS",
    "ID", "IO", "IP", "IT", "JSON", "KB", "MB", "OK", "OS", "PDF", "PM", "PR", "RAM", "SQL", "SSH", "SSL", "TB", "TLS",
    "UI", "UK", "URL", "US", "UTC", "VM",
];

#[expect(clippy::unwrap_used, reason = "constant expressions, each used by a test")]
static DURATION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\bMTT[A-Z]\b|\bmean time\b|\b\d+(?:[.,]\d+)?[ -]?(?:min(?:ute)?s?|h|hours?)\b").unwrap()
});
#[expect(clippy::unwrap_used, reason = "constant expressions, each used by a test")]
static SHORT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b[A-Z]{2,6}\b").unwrap());

/// A duration in the first sentence that a reader reads.
pub(super) fn duration_first(place: (&str, &str), prose: &str) -> Option<Finding> {
    let (key, text) = place;
    if !FIRST.contains(&key) {
        return None;
    }
    let is_told =
        |range: &Range<usize>| prose.get(range.clone()).is_some_and(|words| words.contains(char::is_alphabetic));
    let first = sentence::sentences(text).into_iter().find(is_told)?;
    let found = DURATION.find(prose.get(first.clone())?)?;
    Some(of_words("duration-headline", place, "", first.start + found.start()..first.start + found.end()))
}

/// A duration in the title.
pub(super) fn duration_in_title(project: &Project, key: &str) -> Option<Finding> {
    let is_headline = FIRST.contains(&key) && DURATION.is_match(project.title());
    is_headline.then(|| of_section("duration-headline", key, "In the title: "))
}

/// What kept it from being worse takes less than a quarter of the words of what made it possible.
pub(super) fn one_sided(project: &Project, key: &str) -> Option<Finding> {
    let (against, _) = SIDES.into_iter().find(|(_, other)| *other == key)?;
    let words = |key: &str| {
        let text = project.section(key).map_or("", |section| section.text.as_str());
        text.split_whitespace().filter(|word| !word.starts_with("[@")).count()
    };
    let (more, less) = (words(against), words(key));
    // An empty section is asked about already.
    (less > 0 && more > less * WEIGHT).then(|| of_section("one-sided", key, ""))
}

/// Short forms that stand twice in the report and are spelled out nowhere, asked about where they
/// stand first.
pub(super) fn short_forms(project: &Project, place: (&str, &str), prose: &str) -> Vec<Finding> {
    let (key, _) = place;
    let is_known = |word: &str| COMMON.contains(&word) || ZONE.is_match(word);
    // The rest of the report is looked at only where something is to be asked.
    if SHORT.find_iter(prose).all(|form| is_known(form.as_str())) {
        return Vec::new();
    }
    let template = Template::of(project);
    let text_of = |key: &str| project.section(key).map_or("", |section| section.text.as_str());
    let order: Vec<&str> = template.sections.iter().map(|section| section.key.as_str()).collect();
    let at = order.iter().position(|other| *other == key).unwrap_or(order.len());
    let prose_of = |keys: &[&str]| keys.iter().map(|key| sentence::prose(text_of(key))).collect::<Vec<_>>().join("\n");
    let before = prose_of(order.get(..at).unwrap_or_default());
    let after = prose_of(order.get(at + 1..).unwrap_or_default());
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for form in SHORT.find_iter(prose) {
        let word = form.as_str();
        if is_known(word) || !seen.insert(word) || has_word(&before, word) {
            continue;
        }
        let uses = count(prose, word) + count(&after, word);
        let is_spelled_out = [prose, &after].into_iter().any(|prose| is_spelled_out(prose, word));
        if uses > 1 && !is_spelled_out {
            found.push(of_words("short-form", place, &format!(": {word}"), form.range()));
        }
    }
    found
}

fn count(prose: &str, word: &str) -> usize {
    SHORT.find_iter(prose).filter(|found| found.as_str() == word).count()
}

fn has_word(prose: &str, word: &str) -> bool {
    count(prose, word) > 0
}

/// `dead letter queue (DLQ)`, `DLQ (dead letter queue)` or `DLQ stands for …`.
fn is_spelled_out(prose: &str, word: &str) -> bool {
    prose.match_indices(word).any(|(at, _)| {
        let before = prose.get(..at).unwrap_or_default();
        let after = prose.get(at + word.len()..).unwrap_or_default();
        let in_brackets = before.ends_with('(') && after.starts_with(')');
        let words = after.trim_start();
        let told = words.strip_prefix('(').and_then(|inside| inside.split(')').next());
        in_brackets
            || told.is_some_and(|told| told.split_whitespace().count() > 1)
            || ["stands for", "means", "is short for"].iter().any(|verb| words.starts_with(verb))
    })
}
