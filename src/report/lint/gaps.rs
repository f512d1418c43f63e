//! Gaps a machine can see: claims without evidence, evidence without a claim, times without a zone,
//! follow-ups without an owner.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::archive::Archive;
use crate::base::id::{Target, TargetKind};
use crate::base::text::count_words;
use crate::project::Project;
use crate::report::cite::{Standing, citations, resolve};
use crate::report::draft::MARK;
use crate::report::tagged::Tagged;
use crate::report::template::TemplateSection;
use crate::timeline::copy::is_off_record;
use crate::timeline::time_of;

use super::rules::gap;
use super::wording::names;
use super::{Finding, sentence};

/// Sections that tell how the report came to be or what is to come, and rest on no message.
const WITHOUT_EVIDENCE: [&str; 6] =
    ["background", "investigators", "follow-ups", "action-items", "responders", "timeline"];
/// Sections whose lines are promises.
const FOLLOW_UPS: [&str; 2] = ["follow-ups", "action-items"];

#[expect(clippy::unwrap_used, reason = "constant expressions, each used by a test")]
pub(super) static CLOCK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?\b").unwrap());
#[expect(clippy::unwrap_used, reason = "constant expressions, each used by a test")]
pub(super) static ZONE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(?:UTC|GMT|Z|[A-Z]{2,4}T|[A-Z][a-z]+/[A-Z][A-Za-z_]+)\b|\blocal\b|UTC[+-]\d").unwrap()
});
#[expect(clippy::unwrap_used, reason = "constant expressions, each used by a test")]
static FIXED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\btimes\b[^.\n]{0,40}\b(?:are|is|in)\b[^.\n]*?\b(?:UTC|GMT|[A-Z]{2,4}T|[A-Z][a-z]+/[A-Z]|time)")
        .unwrap()
});
#[expect(clippy::unwrap_used, reason = "constant expressions, each used by a test")]
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\s+\d{1,2}\b").unwrap()
});
#[expect(clippy::unwrap_used, reason = "constant expressions, each used by a test")]
static CLAIM: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"\b\d[\d,.:]*\b|“[^”\n]*\s[^”\n]*”|"[^"\n]*\s[^"\n]*""#).unwrap());
#[expect(clippy::unwrap_used, reason = "constant expressions, each used by a test")]
static LEFT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b(?:TODO|TBD|FIXME|XXX)\b").unwrap());

/// A gap of a whole section, with what is to be said beside its message.
pub(super) fn of_section(code: &'static str, key: &str, beside: &str) -> Finding {
    let (level, message) = gap(code);
    Finding::of_section(level, code, key, format!("{beside}{message}"))
}

/// A gap in some words, with what is to be said behind its message.
pub(super) fn of_words(code: &'static str, place: (&str, &str), after: &str, range: Range<usize>) -> Finding {
    let (level, message) = gap(code);
    Finding::at(level, code, place, format!("{message}{after}"), range)
}

/// What is cited and not on the timeline, as one finding a section: it is no error, and often many.
pub(super) fn off_timeline(project: &Project, archive: &Archive, key: &str, text: &str) -> Option<Finding> {
    let cited: BTreeSet<String> = citations(text).into_iter().map(|citation| citation.id).collect();
    let is_off = |id: &&String| resolve(project, archive, id).standing == Standing::OffTimeline;
    let count = cited.iter().filter(is_off).count();
    let beside = format!("{}: ", count_words(count, "piece of evidence", "pieces of evidence"));
    (count > 0).then(|| of_section("off-timeline", key, &beside))
}

/// What is wrong with citations: they lead nowhere, or must not leave.
pub(super) fn citations_of(project: &Project, archive: &Archive, key: &str, text: &str) -> Vec<Finding> {
    let of = |citation: super::super::Citation| {
        let resolved = resolve(project, archive, &citation.id);
        let is_private = resolved.evidence.as_ref().is_some_and(|evidence| evidence.private);
        let code = match resolved.standing {
            Standing::Broken => "broken-citation",
            Standing::OffRecord => "off-record-cited",
            _ if is_private => "private-cited",
            Standing::OffTimeline | Standing::OnTimeline => return None,
        };
        Some(of_words(code, (key, text), &format!(": {}", citation.id), citation.range))
    };
    citations(text).into_iter().filter_map(of).collect()
}

/// Gaps in the words of a section.
pub(super) fn in_text(project: &Project, (key, text): (&str, &str), prose: &str) -> Vec<Finding> {
    let mut found = drafts((key, text), prose);
    if !WITHOUT_EVIDENCE.contains(&key) {
        found.extend(claims((key, text), prose));
    }
    if !is_zone_fixed(project, text) {
        let without = CLOCK.find_iter(prose).filter(|clock| !ZONE.is_match(sentence::around(text, &clock.range())));
        found.extend(without.map(|clock| of_words("no-zone", (key, text), "", clock.range())));
    }
    if FOLLOW_UPS.contains(&key) {
        found.extend(promises(project, (key, text)));
    }
    found
}

fn drafts(place: (&str, &str), prose: &str) -> Vec<Finding> {
    let marked = place.1.match_indices(MARK).map(|(at, mark)| at..at + mark.len());
    let left = LEFT.find_iter(prose).map(|found| found.range());
    marked.chain(left).map(|range| of_words("draft-left", place, "", range)).collect()
}

/// Paragraphs that tell a number, a time or somebody's words and cite nothing.
fn claims((key, text): (&str, &str), prose: &str) -> Vec<Finding> {
    let is_bare = |paragraph: &Range<usize>| {
        let words = text.get(paragraph.clone()).unwrap_or_default();
        citations(words).is_empty() && !words.trim_start().starts_with(['#', '|', '`', '~', '>'])
    };
    let first_claim = |paragraph: Range<usize>| {
        // Somebody's words are hidden from the prose, and are a claim all the same.
        let seen = prose.get(paragraph.clone()).and_then(|words| CLAIM.find(words));
        let quoted = text
            .get(paragraph.clone())
            .and_then(|words| CLAIM.find(words).filter(|found| found.as_str().starts_with(['“', '"'])));
        let found = seen.or(quoted)?;
        Some(paragraph.start + found.start()..paragraph.start + found.end())
    };
    let bare = sentence::paragraphs(text).into_iter().filter(is_bare);
    bare.filter_map(first_claim).map(|range| of_words("no-citation", (key, text), "", range)).collect()
}

/// Whether the report says once for all in which zone its times are.
fn is_zone_fixed(project: &Project, text: &str) -> bool {
    let background = project.section("background").map_or("", |section| section.text.as_str());
    FIXED.is_match(background) || FIXED.is_match(text)
}

/// Follow-ups without somebody who said yes, or without a day to look again.
fn promises(project: &Project, (key, text): (&str, &str)) -> Vec<Finding> {
    let known = names(project);
    let teams: BTreeSet<String> =
        project.people().values().filter_map(|card| card.team.as_deref()).map(str::to_lowercase).collect();
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let range = at..at + line.trim_end().len();
        at += line.len();
        let Some(item) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) else { continue };
        let lower = item.to_lowercase();
        let has_name = lower.split(|c: char| !c.is_alphanumeric()).any(|word| known.contains(word));
        if !has_name && !teams.iter().any(|team| lower.contains(team)) {
            found.push(of_words("no-owner", (key, text), "", range.clone()));
        }
        if !lower.starts_with("[x]") && !DATE.is_match(item) {
            found.push(of_words("no-date", (key, text), "", range));
        }
    }
    found
}

/// What is tagged for a section and cited in none.
pub(super) fn unused_evidence(project: &Project, section: &TemplateSection, tagged: &Tagged<'_>) -> Option<Finding> {
    let cited: BTreeSet<Target> = project
        .report()
        .values()
        .flat_map(|section| citations(&section.text))
        .map(|citation| Target::from_text(citation.id))
        .collect();
    let fed = tagged.with_any(section.feeding(project));
    let count = fed.filter(|target| !cited.contains(*target) && !is_off_record(project, target)).count();
    let beside = format!("{}: ", count_words(count, "piece of evidence", "pieces of evidence"));
    (count > 0).then(|| of_section("unused-evidence", &section.key, &beside))
}

/// Tagged messages in stretches that nobody has read, where the project knows what was read.
pub(super) fn tagged_unread(project: &Project, archive: &Archive, key: &str, tagged: &Tagged<'_>) -> Option<Finding> {
    if project.coverage().is_empty() {
        return None;
    }
    let is_unread = |target: &&Target| {
        let channel = target.message().and_then(|id| id.channel());
        channel.zip(time_of(project, archive, target)).is_some_and(|(channel, at)| {
            let spans = project.coverage().values().filter_map(|read| read.get(channel.as_str())).flatten();
            !spans.into_iter().any(|(from, to)| *from <= at && at <= *to)
        })
    };
    let messages = tagged.targets().filter(|target| target.kind() == TargetKind::Message);
    let count = messages.filter(is_unread).count();
    let beside = format!("{}: ", count_words(count, "message", "messages"));
    (count > 0).then(|| of_section("tagged-unread", key, &beside))
}
