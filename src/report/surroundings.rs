//! What stands around the evidence of a report: what was said just before and after, how lively
//! each channel was, what was read.
//!
//! It passes the same gate as the report itself: what is off the record or private and not asked for
//! by name is not in it. Without an archive it is empty, and a report reads well without it.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::activity::reading;
use crate::analysis::presence::is_written;
use crate::archive::{Archive, ChannelIx, ChannelLog, Flags, Message, MessageType};
use crate::base::id::{Target, TargetKind};
use crate::base::text::RawString;
use crate::base::time::{DAY, Instant, MINUTE, Micros};
use crate::base::token;
use crate::project::Project;
use crate::project::model::Milestone;
use crate::timeline::assemble::beat_members;
use crate::timeline::copy::{channel_name, is_off_record};
use crate::timeline::{Evidence, ToldZone, evidence_of};

use super::{Policy, Report};

/// How far a message may lie from another and still be said around it.
const NEAR: Micros = 30 * MINUTE;
/// A cell of a heat strip.
pub const HEAT_CELL: Micros = 10 * MINUTE;
/// Steps of a heat strip above silence.
pub const HEAT_STEPS: u8 = 5;
/// Cells before the first and after the last milestone.
const HEAT_MARGIN: i64 = 6;
/// Most cells of a strip: six hours.
const HEAT_CELLS: i64 = 36;

/// What became of a message after it was posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// Its author changed it, and when, where that is told; the last text shows.
    Edited(Option<Instant>),
    /// It was deleted before the export.
    Deleted,
}

impl Since {
    /// What the sources tell of a message; `None` for one that is as it was posted.
    fn of(project: &Project, archive: &Archive, target: &Target) -> Option<Self> {
        let Some(message) = target.message().and_then(|id| archive.message(archive.find(&id)?)) else {
            let kept = project.message(&target.message()?)?;
            return (kept.kind == MessageType::Deleted.word()).then_some(Self::Deleted);
        };
        if message.kind() == MessageType::Deleted {
            return Some(Self::Deleted);
        }
        let at = message.extras().and_then(|extras| extras.edited);
        message.flags().has(Flags::EDITED).then_some(Self::Edited(at.filter(|at| at.is_dated())))
    }
}

/// Something said beside a piece of evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// When.
    pub at: Instant,
    /// Whether the zone of that time is known.
    pub told_zone: ToldZone,
    /// Full name of who said it; foreign.
    pub author: RawString,
    /// What was said; foreign.
    pub text: RawString,
    /// What became of it.
    pub since: Option<Since>,
}

impl Said {
    fn of(project: &Project, archive: &Archive, evidence: Evidence) -> Self {
        let text = RawString::from(token::stripped(evidence.text.unsanitised()).into_owned());
        let since = Since::of(project, archive, &evidence.target);
        Self { at: evidence.at, told_zone: evidence.told_zone, author: evidence.author, text, since }
    }
}

/// What was said just before and after, in the same channel or thread.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Around {
    /// The message before.
    pub before: Option<Said>,
    /// The message after.
    pub after: Option<Said>,
}

/// How lively a channel was, against its own usual day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strip {
    /// The channel as people write it; foreign.
    pub channel: RawString,
    /// A step for each cell, 0 for silence.
    pub cells: Vec<u8>,
}

/// Strips of all channels of the timeline over the same time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heat {
    /// The beginning of the first cell.
    pub from: Instant,
    /// One a channel, in order of first entry.
    pub strips: Vec<Strip>,
}

/// A channel that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadChannel {
    /// The channel as people write it; foreign.
    pub channel: RawString,
    /// Its first and last dated message.
    pub span: Option<(Instant, Instant)>,
    /// Messages in it.
    pub messages: usize,
    /// How many of them somebody read.
    pub read: usize,
    /// Whether it is private, and leaves because it was named.
    pub private: bool,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Surroundings {
    /// What was said around each message that leaves.
    pub around: BTreeMap<Target, Around>,
    /// What became of messages that leave, where they are not as they were posted.
    pub since: BTreeMap<Target, Since>,
    /// The messages of each beat that leaves, in time order: several people may speak in one.
    pub members: BTreeMap<Target, Vec<Said>>,
    /// How lively the channels were; `None` where nothing can be told.
    pub heat: Option<Heat>,
    /// Channels that were read, by name.
    pub read: Vec<ReadChannel>,
}

impl Surroundings {
    /// Gathers what stands around the evidence of a report.
    pub fn of(project: &Project, archive: &Archive, policy: &Policy, report: &Report) -> Self {
        let rows = report.timeline.rows.iter().map(|row| &row.target);
        let sources = report.sources.iter().map(|source| &source.evidence.target);
        let targets: BTreeSet<&Target> = rows.chain(sources).collect();
        let near = |target: &&Target| Some(((*target).clone(), around(project, archive, target)?));
        let beats = targets.iter().filter(|target| target.kind() == TargetKind::Beat);
        let members = |target: &&Target| {
            let members = beat_members(project, archive, target).into_iter();
            members.map(|member| Said::of(project, archive, member)).collect()
        };
        let since = |target: &&Target| Some(((*target).clone(), Since::of(project, archive, target)?));
        Self {
            around: targets.iter().filter_map(near).collect(),
            since: targets.iter().filter_map(since).collect(),
            members: beats.map(|target| ((*target).clone(), members(target))).collect(),
            heat: heat(project, archive, policy, report),
            read: read(project, archive, policy, report),
        }
    }
}

fn around(project: &Project, archive: &Archive, target: &Target) -> Option<Around> {
    let first = project.beats().get(target).and_then(|members| members.first()).unwrap_or(target);
    let last = project.beats().get(target).and_then(|members| members.last()).unwrap_or(target);
    let (first, last) = (archive.find(&first.message()?)?, archive.find(&last.message()?)?);
    let first = archive.message(first)?;
    let log = first.log();
    let channel = first.ix().channel;
    let rows = rows_around(log, first.ix().row);
    let place = |row: u32| rows.iter().position(|&other| other == row);
    let (from, to) = (place(first.ix().row)?, place(last.row).unwrap_or(place(first.ix().row)?));
    let (time, end) = (log.time(*rows.get(from)?), log.time(*rows.get(to)?));
    let before = rows.get(..from)?.iter().rev();
    let after = rows.get(to + 1..)?.iter();
    let pick = |row: &u32| said(project, archive, channel, *row);
    Some(Around {
        before: before
            .take_while(|&&row| time.since(log.time(row)).is_some_and(|length| length <= NEAR))
            .find_map(pick),
        after: after.take_while(|&&row| log.time(row).since(end).is_some_and(|length| length <= NEAR)).find_map(pick),
    })
}

/// The rows among which a message is read: its thread, else its channel without answers, as far as
/// is near.
fn rows_around(log: &ChannelLog, row: u32) -> Vec<u32> {
    if let Some(thread) = log.thread_of(row) {
        return thread.root.into_iter().chain(thread.replies.iter().copied()).collect();
    }
    let time = log.time(row);
    let last = log.last_at(time.plus(NEAR)).unwrap_or(row).max(row);
    let near = log.first_at(time.plus(-NEAR)).min(row)..=last;
    let is_answer = |other: u32| {
        let thread = log.thread_of(other);
        thread.is_some_and(|thread| thread.root != Some(other))
    };
    near.filter(|&other| other == row || !is_answer(other)).collect()
}

fn said(project: &Project, archive: &Archive, channel: ChannelIx, row: u32) -> Option<Said> {
    let message = archive.message(crate::archive::MsgIx { channel, row })?;
    let target = message.id().target();
    if !is_written(message.kind()) || is_off_record(project, &target) {
        return None;
    }
    let evidence = evidence_of(project, archive, &target)?;
    Some(Said::of(project, archive, evidence))
}

fn heat(project: &Project, archive: &Archive, policy: &Policy, report: &Report) -> Option<Heat> {
    let moments = report.timeline.milestones.iter().filter(|(milestone, _)| *milestone != Milestone::Start);
    let moments: Vec<Instant> = moments.map(|&(_, at)| at).filter(|at| at.is_dated()).collect();
    let (first, last) = (moments.iter().min()?, moments.iter().max()?);
    let first = first.micros().div_euclid(HEAT_CELL) - HEAT_MARGIN;
    let count = (last.micros().div_euclid(HEAT_CELL) + 1 + HEAT_MARGIN - first).min(HEAT_CELLS);
    let from = Instant::from_micros(first * HEAT_CELL);
    let mut channels: Vec<&RawString> = Vec::new();
    for row in report.timeline.rows.iter().filter(|row| !row.channel.is_empty()) {
        if !channels.contains(&&row.channel) {
            channels.push(&row.channel);
        }
    }
    let strips: Vec<Strip> = channels
        .into_iter()
        .filter_map(|channel| strip(project, archive, policy, channel, from, usize::try_from(count).ok()?))
        .collect();
    (strips.len() > 1).then_some(Heat { from, strips })
}

fn strip(
    project: &Project,
    archive: &Archive,
    policy: &Policy,
    channel: &RawString,
    from: Instant,
    count: usize,
) -> Option<Strip> {
    let is_it = |log: &ChannelLog| channel_name(log.meta()) == channel.unsanitised() && leaves(policy, log);
    let (channel_ix, log) = archive.channels().find(|(_, log)| is_it(log))?;
    let mut counts = vec![0_u32; count];
    let to = from.plus(count as i64 * HEAT_CELL);
    let (mut elsewhere, mut rows) = (0_u32, 0..0);
    if !log.is_empty() {
        rows = 0..log.len() as u32;
    }
    for row in rows.filter(|&row| is_written(log.kind(row))) {
        let at = log.time(row);
        if at < from || at >= to {
            elsewhere += u32::from(at.is_dated());
        } else if !is_hidden(project, archive, channel_ix, row)
            && let Some(cell) = counts.get_mut((at.since(from)? / HEAT_CELL) as usize)
        {
            *cell += 1;
        }
    }
    // Most of a day is silent, so that the usual cell is taken of the ten hours in which people write.
    let (first, last) = log.span()?;
    let days = (last.since(first)? / DAY + 1) as f64;
    let usual = (f64::from(elsewhere) / (days * 60.0)).max(0.2);
    Some(Strip { channel: channel.clone(), cells: counts.into_iter().map(|count| step(count, usual)).collect() })
}

fn is_hidden(project: &Project, archive: &Archive, channel: ChannelIx, row: u32) -> bool {
    let message = archive.message(crate::archive::MsgIx { channel, row });
    message.is_none_or(|message: Message<'_>| is_off_record(project, &message.id().target()))
}

/// How far a count stands above what is usual: each step is twice the one before.
fn step(count: u32, usual: f64) -> u8 {
    let times = f64::from(count) / usual;
    match times {
        _ if count == 0 => 0,
        ..=1.5 => 1,
        ..=3.0 => 2,
        ..=6.0 => 3,
        ..=12.0 => 4,
        _ => HEAT_STEPS,
    }
}

fn leaves(policy: &Policy, log: &ChannelLog) -> bool {
    !log.meta().kind.is_private() || policy.names_private(&channel_name(log.meta()))
}

/// Channels of which anybody read something, or that the report draws on; a workspace may have
/// hundreds of others.
fn read(project: &Project, archive: &Archive, policy: &Policy, report: &Report) -> Vec<ReadChannel> {
    let rows = report.timeline.rows.iter().map(|row| &row.channel);
    let drawn_on: BTreeSet<&str> =
        rows.chain(report.sources.iter().map(|source| &source.evidence.channel)).map(RawString::unsanitised).collect();
    let mut channels: Vec<ReadChannel> = reading(archive, project)
        .into_iter()
        .filter_map(|reading| {
            let log = archive.log(reading.channel)?;
            let name = channel_name(log.meta());
            let is_part = reading.read > 0 || drawn_on.contains(name.as_str());
            (is_part && leaves(policy, log)).then(|| ReadChannel {
                channel: RawString::from(name),
                span: log.span(),
                messages: log.len(),
                read: reading.read,
                private: log.meta().kind.is_private(),
            })
        })
        .collect();
    channels.sort_by(|a, b| a.channel.cmp(&b.channel));
    channels
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::assemble::tests::archive;

    #[test]
    fn the_messages_next_to_one_are_said_around_it_and_a_join_is_not() {
        let target = Target::from_text("slack/C1/100.000000");
        let around = around(&Project::default(), &archive(), &target).unwrap();
        assert_eq!(around.before, None, "the join is no word");
        assert_eq!(around.after.unwrap().author.unsanitised(), "Ines Ostavia");
    }

    #[test]
    fn what_became_of_a_message_is_told() {
        use crate::archive::builder::{LogBuilder, Record};
        use crate::archive::{ChannelMeta, Extras};
        let mut log = LogBuilder::new(ChannelMeta::named("slack", "C1", "sev"));
        let at = Instant::from_seconds(600);
        let extras = Extras { edited: Some(at), ..Extras::default() };
        for (id, kind, flags, extras) in [
            ("1.0", MessageType::Message, Flags::EDITED, Some(extras)),
            ("2.0", MessageType::Reply, Flags::EDITED, None),
            ("3.0", MessageType::Deleted, Flags::default(), None),
            ("4.0", MessageType::Message, Flags::default(), None),
        ] {
            let extras = extras.map(std::sync::Arc::new);
            log.push(Record { kind, flags, extras, ..Record::new(id, Instant::from_seconds(1)) });
        }
        let archive = Archive::new(vec![std::sync::Arc::new(log.finish())], std::sync::Arc::default(), true);
        let since = |id: &str| Since::of(&Project::default(), &archive, &Target::from_text(format!("slack/C1/{id}")));
        assert_eq!(since("1.0"), Some(Since::Edited(Some(at))));
        assert_eq!(since("2.0"), Some(Since::Edited(None)));
        assert_eq!(since("3.0"), Some(Since::Deleted));
        assert_eq!((since("4.0"), since("5.0")), (None, None));
    }

    #[test]
    fn steps_follow_what_is_usual_and_end_at_the_fifth() {
        assert_eq!([0, 1, 2, 5, 10, 100].map(|count| step(count, 1.0)), [0, 1, 2, 3, 4, 5]);
    }
}
