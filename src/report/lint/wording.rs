//! Words that judge from the end, blame, or blur: each with what it hides and a question to ask
//! instead.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::project::Project;

use super::rules::{Rule, wording};
use super::{Finding, Level, sentence};

#[expect(clippy::unwrap_used, reason = "a constant expression, used by a test")]
static CLOCK: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b\d{1,2}:\d{2}\b").unwrap());

/// Findings about the wording of a section; where two overlap, the longer stands.
pub(super) fn findings(project: &Project, (key, text): (&str, &str), prose: &str) -> Vec<Finding> {
    let names = LazyLock::new(|| names(project));
    let mut found: Vec<Finding> = Vec::new();
    for rule in wording() {
        for words in rule.words.captures_iter(prose) {
            let Some(whole) = words.get(0) else { continue };
            let inside = sentence::around(prose, &whole.range());
            if is_nobody(&words, &names) || is_fine(rule, key, inside) {
                continue;
            }
            let message = format!("“{}” {}. {}", whole.as_str(), rule.hides, rule.ask);
            found.push(Finding::at(level(rule, key), &rule.id, (key, text), message, whole.range()));
        }
    }
    longest(found)
}

/// Whether a name was asked for and the word is nobody's.
fn is_nobody(words: &Captures<'_>, names: &LazyLock<BTreeSet<String>, impl FnOnce() -> BTreeSet<String>>) -> bool {
    let person = words.name("person");
    person.is_some_and(|word| !names.contains(&word.as_str().trim_start_matches('@').to_lowercase()))
}

/// Words of the names and handles of everybody known, in small letters.
pub(super) fn names(project: &Project) -> BTreeSet<String> {
    let people = project.people().values();
    let cards = people.flat_map(|card| card.name.iter().chain(&card.handles));
    let investigators = project.investigators().values().map(|investigator| &investigator.name);
    let words = cards.chain(investigators).flat_map(|name| name.split(|c: char| !c.is_alphanumeric()));
    words.filter(|word| word.chars().count() > 1).map(str::to_lowercase).collect()
}

/// Where the words are fine: follow-ups aim, luck is what nearly was, a passive may name its agent,
/// and a time or belief may name its clock.
fn is_fine(rule: &Rule, key: &str, sentence: &str) -> bool {
    let is_follow_up = matches!(key, "follow-ups" | "action-items");
    match rule.id.as_str() {
        "N05" | "R09" | "F08" => is_follow_up,
        "P01" | "P02" | "P03" | "P04" | "P05" => sentence.contains(" by "),
        "V05" | "V09" | "V10" => CLOCK.is_match(sentence),
        _ => false,
    }
}

fn level(rule: &Rule, key: &str) -> Level {
    let is_luck = key == "lucky" && matches!(rule.id.as_str(), "F02" | "F03" | "F09");
    if is_luck { Level::Hint } else { rule.level }
}

fn longest(mut found: Vec<Finding>) -> Vec<Finding> {
    let span = |finding: &Finding| finding.range.clone().unwrap_or(0..0);
    found.sort_by_key(|finding| std::cmp::Reverse(span(finding).len()));
    let mut kept: Vec<Finding> = Vec::new();
    for finding in found {
        let range = span(&finding);
        let covered = |other: &Finding| span(other).start < range.end && range.start < span(other).end;
        if !kept.iter().any(covered) {
            kept.push(finding);
        }
    }
    kept
}
