//! The story as the record tells it: what is tagged and stands nowhere, what has no end, where
//! nothing is told and what nobody has read.

use std::collections::BTreeSet;

use crate::analysis::presence::channels_of_timeline;
use crate::archive::{Archive, ChannelIx};
use crate::base::id::Target;
use crate::base::text::count_words;
use crate::base::time::{HOUR, Instant, Micros, duration_words};
use crate::project::Project;
use crate::project::model::{Milestone, QuestionState};
use crate::report::tagged::Tagged;
use crate::timeline::{Timeline, time_of};

use super::Finding;
use super::gaps::of_section;

/// A stretch without an entry from which on it is a hole.
const HOLE: Micros = HOUR / 2;
/// The part of the messages between the first sign and relief that should be read, in percent.
const READ: usize = 80;
/// The milestones without which a story has no frame.
const FRAME: [Milestone; 4] = [Milestone::Start, Milestone::Detected, Milestone::Mitigated, Milestone::End];
const MOMENTS: [&str; 2] = ["Investigation - Key moment", "Investigation - Narrative"];
const RAISED: &str = "Hypothesis - Raised";
/// What may become of an explanation.
const BECAME: [&str; 5] = [
    "Hypothesis - Tested",
    "Hypothesis - Proved",
    "Hypothesis - Disproved",
    "Hypothesis - Abandoned",
    "Hypothesis - Red herring",
];
const IMPACT: [&str; 4] = ["Impact", "Impact - Customer", "Impact - Employee", "Impact - Change"];
const IMPACT_ENDS: &str = "Impact - Ends";

/// All gaps of the record, said beside the section that tells the story.
pub(super) fn findings(
    project: &Project,
    archive: &Archive,
    timeline: &Timeline,
    key: &str,
    tagged: &Tagged<'_>,
) -> Vec<Finding> {
    let found = [
        moments_off(project, tagged, key),
        ideas_open(project, archive, tagged, key),
        questions_open(project, key),
        frame_missing(project, timeline, key),
        impact_open(tagged, key),
        holes(project, archive, timeline, key),
        unread(project, archive, key),
    ];
    found.into_iter().flatten().collect()
}

fn moments_off(project: &Project, tagged: &Tagged<'_>, key: &str) -> Option<Finding> {
    let beats = || project.beats().iter().filter(|(beat, _)| project.entry(beat).is_some());
    let is_off =
        |target: &&Target| project.entry(target).is_none() && !beats().any(|(_, members)| members.contains(*target));
    let count = tagged.with(&MOMENTS).filter(is_off).count();
    let beside = format!("{}: ", count_words(count, "message", "messages"));
    (count > 0).then(|| of_section("moment-off", key, &beside))
}

/// Explanations that were raised after the last of which anything tells what became of it: which
/// belongs to which cannot be told from tags.
fn ideas_open(project: &Project, archive: &Archive, tagged: &Tagged<'_>, key: &str) -> Option<Finding> {
    let time = |target: &Target| {
        let occurred = project.entry(target).and_then(|entry| entry.occurred_at);
        occurred.or_else(|| time_of(project, archive, target))
    };
    let last = tagged.with(&BECAME).filter_map(time).max();
    let open = |target: &&Target| time(target).is_some_and(|at| last.is_none_or(|last| last < at));
    let count = tagged.with(&[RAISED]).filter(open).count();
    let beside = format!("{}: ", count_words(count, "explanation", "explanations"));
    (count > 0).then(|| of_section("idea-open", key, &beside))
}

fn questions_open(project: &Project, key: &str) -> Option<Finding> {
    let is_open = |state: QuestionState| state != QuestionState::Answered;
    let questions = project.notes().values().filter(|note| !note.off_record).filter_map(|note| note.question.as_ref());
    let count = questions.filter(|question| is_open(question.state)).count();
    let beside = format!("{}: ", count_words(count, "question", "questions"));
    (count > 0).then(|| of_section("question-open", key, &beside))
}

fn frame_missing(project: &Project, timeline: &Timeline, key: &str) -> Option<Finding> {
    let missing = FRAME.into_iter().filter(|milestone| project.milestone(*milestone).is_none());
    let missing: Vec<String> = missing.map(Milestone::label).collect();
    let is_told = !timeline.rows.is_empty();
    (is_told && !missing.is_empty()).then(|| of_section("milestone-missing", key, &format!("{}: ", missing.join(", "))))
}

fn impact_open(tagged: &Tagged<'_>, key: &str) -> Option<Finding> {
    let is_open = tagged.with(&IMPACT).next().is_some() && tagged.with(&[IMPACT_ENDS]).next().is_none();
    is_open.then(|| of_section("impact-open", key, ""))
}

/// Stretches between detection and end without an entry, while people wrote.
fn holes(project: &Project, archive: &Archive, timeline: &Timeline, key: &str) -> Option<Finding> {
    let from = project.milestone(Milestone::Detected)?;
    let to = project.milestone(Milestone::End)?;
    let within = timeline.rows.iter().map(|row| row.at).filter(|at| *at > from && *at < to);
    let moments: BTreeSet<Instant> = within.chain([from, to]).collect();
    let channels = channels_of_timeline(project, archive);
    let pairs = moments.iter().zip(moments.iter().skip(1));
    let holes: Vec<(Micros, usize, Instant)> = pairs
        .filter_map(|(&start, &end)| {
            let length = end.since(start).filter(|length| *length > HOLE)?;
            let count = written(archive, &channels, (start, end)).count();
            (count > 0).then_some((length, count, start))
        })
        .collect();
    let (length, messages, start) = *holes.iter().max()?;
    let messages = count_words(messages, "message", "messages");
    let (zone, length) = (project.zone(), duration_words(length));
    let longest = format!("{length} from {} {}, {messages}", zone.day(start), zone.minute(start));
    let beside = if holes.len() == 1 { longest } else { format!("{} holes, the longest {longest}", holes.len()) };
    Some(of_section("story-hole", key, &format!("{beside}: ")))
}

/// What people wrote in channels strictly between two moments.
fn written<'a>(
    archive: &'a Archive,
    channels: &'a BTreeSet<ChannelIx>,
    (from, to): (Instant, Instant),
) -> impl Iterator<Item = (&'a str, Instant)> {
    channels.iter().filter_map(|&channel| archive.log(channel)).flat_map(move |log| {
        let rows = log.first_at(from)..log.first_at(to);
        let is_written = move |row: &u32| log.time(*row) > from && !log.kind(*row).is_system();
        rows.filter(is_written).map(|row| (log.meta().id.as_str(), log.time(row)))
    })
}

/// Messages between the first sign and relief that nobody has read, where the project knows what was read.
fn unread(project: &Project, archive: &Archive, key: &str) -> Option<Finding> {
    if project.coverage().is_empty() {
        return None;
    }
    let sign =
        [Milestone::Start, Milestone::Detected].into_iter().find_map(|milestone| project.milestone(milestone))?;
    let relief =
        [Milestone::Mitigated, Milestone::End].into_iter().find_map(|milestone| project.milestone(milestone))?;
    let channels = channels_of_timeline(project, archive);
    let is_read = |(channel, at): &(&str, Instant)| {
        let spans = project.coverage().values().filter_map(|read| read.get(*channel)).flatten();
        spans.into_iter().any(|(from, to)| from <= at && at <= to)
    };
    let all = written(archive, &channels, (sign, relief)).count();
    let read = written(archive, &channels, (sign, relief)).filter(is_read).count();
    let beside = format!("{}: ", count_words(all - read, "message", "messages"));
    (read * 100 < all * READ).then(|| of_section("unread", key, &beside))
}
