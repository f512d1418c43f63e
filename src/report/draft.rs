//! Drafts of sections from what the project knows: quoted and cited, never explained.
//!
//! A draft is handed to whoever asks and changes nothing by itself. Each of its lines carries
//! [`MARK`] until somebody edits it, and its citation; order is time, and nobody's messages are
//! counted.

pub mod responders;

use crate::archive::Archive;
use crate::base::id::{ChannelId, Target};
use crate::base::text::{cut, sanitize_md};
use crate::base::time::{Zone, duration_words};
use crate::project::Project;
use crate::project::model::{Milestone, QuestionState, Source, interview_of};
use crate::timeline::spacing::{WithDay, time_words};
use crate::timeline::{Row, RowKind, Timeline, ToldZone};

use super::cite::citation_text;
use super::evidence::{Said, SectionEvidence, evidence_beside};
use super::tagged::Tagged;
use super::template::{TIMELINE_KEY, TemplateSection};

/// What marks a line as a draft.
pub const MARK: &str = "[draft]";

/// Most lines of the short story at the top.
const SUMMARY_LINES: usize = 8;
/// Most cells of a quotation.
const QUOTE_CELLS: usize = 160;

/// A piece of evidence and what it says.
type Piece = (SectionEvidence, Said);

/// A draft of one section, as Markdown that ends in a line feed.
pub fn draft(project: &Project, archive: &Archive, timeline: &Timeline, section: &TemplateSection) -> String {
    let pieces: Vec<Piece> = evidence_beside(&Tagged::of(project), archive, section, "")
        .into_iter()
        .filter_map(|piece| Some((piece.said(project, archive)?, piece)))
        .filter(|(said, _)| may_be_quoted(&said.evidence))
        .map(|(said, piece)| (piece, said))
        .collect();
    let zone = project.zone();
    let lines = match section.key.as_str() {
        "responders" => responders::draft(project, archive, timeline),
        TIMELINE_KEY => timeline_draft(project, timeline, zone),
        "investigators" => investigators(project),
        "background" => sources(project, archive, zone).into_iter().chain(evidence_lines(&pieces, zone)).collect(),
        "executive-summary" | "summary" => short_story(timeline, &pieces, zone),
        "contributors" | "contributing-factors" | "mitigators" => headed(project, &pieces, zone),
        "follow-ups" | "action-items" => candidates(project, &pieces, zone),
        _ => evidence_lines(&pieces, zone),
    };
    if lines.is_empty() {
        return format!("{MARK} Nothing in the project is tagged for this section.\n");
    }
    lines.join("\n") + "\n"
}

fn may_be_quoted(evidence: &crate::timeline::Evidence) -> bool {
    !evidence.off_record && !evidence.private
}

fn evidence_lines(pieces: &[Piece], zone: Zone) -> Vec<String> {
    pieces.iter().map(|piece| format!("- {MARK} {}", quoted(piece, zone))).collect()
}

/// `6 Dec 14:36 Teo in #sev-search: "alias fixed by hand" [@ID]`.
fn quoted((piece, said): &Piece, zone: Zone) -> String {
    let evidence = &said.evidence;
    let text = evidence.text.tty_line().replace('␊', " ");
    let quote = sanitize_md(&cut(text.trim(), QUOTE_CELLS));
    let cite = citation_text(piece.target.as_str());
    let told = piece.told_zone(said);
    let zone = told.shown_in(zone);
    let time = format!("{} {}{}", zone.day(piece.at), zone.minute(piece.at), told.words());
    if evidence.kind == RowKind::Event {
        let interview = interview_of(evidence.source.as_deref()).map(sanitize_md);
        let told = interview.as_deref().unwrap_or("recorded by no channel");
        return format!("{time}, {told}: {quote} {cite}");
    }
    let channel = sanitize_md(evidence.channel.unsanitised());
    format!("{time} {} in {channel}: \"{quote}\" {cite}", sanitize_md(evidence.author.unsanitised()))
}

fn headed(project: &Project, pieces: &[Piece], zone: Zone) -> Vec<String> {
    pieces
        .iter()
        .flat_map(|piece| {
            let (SectionEvidence { target, .. }, Said { headline, .. }) = piece;
            let mut lines = vec![
                format!("### {MARK} {} {}", sanitize_md(headline.unsanitised()), citation_text(target.as_str())),
                String::new(),
                format!("- {MARK} {}", quoted(piece, zone)),
            ];
            for (id, note) in super::build::notes_on_record(project, target) {
                lines.push(format!("- {MARK} Note: {} {}", sanitize_md(&note.text), citation_text(id.as_str())));
            }
            lines.push(String::new());
            lines
        })
        .collect()
}

fn candidates(project: &Project, pieces: &[Piece], zone: Zone) -> Vec<String> {
    let deferred = pieces.iter().map(|piece| format!("- [ ] {MARK} {}", quoted(piece, zone)));
    let open = project.notes().iter().filter(|(_, note)| {
        let unanswered = note.question.as_ref().is_some_and(|question| question.state != QuestionState::Answered);
        unanswered && !note.off_record
    });
    let questions = open.map(|(id, note)| {
        format!("- [ ] {MARK} Open question: {} {}", sanitize_md(&note.text), citation_text(id.as_str()))
    });
    deferred.chain(questions).collect()
}

fn investigators(project: &Project) -> Vec<String> {
    project
        .investigators()
        .values()
        .map(|investigator| {
            let minutes = i64::try_from(investigator.active_minutes).unwrap_or(i64::MAX);
            let worked = duration_words(minutes.saturating_mul(crate::base::time::MINUTE));
            format!("- {MARK} {}, {worked} with the records.", sanitize_md(&investigator.name))
        })
        .collect()
}

fn sources(project: &Project, archive: &Archive, zone: Zone) -> Vec<String> {
    let mut lines = vec![format!("- {MARK} All times are in {zone} unless another zone is named.")];
    for source in project.sources().values() {
        let open = source.channels.iter().filter(|channel| !channel.private);
        let names: Vec<String> = open.map(|channel| format!("#{}", sanitize_md(&channel.name))).collect();
        let told = told_zone_of(source, project, archive);
        let (zone, words) = (told.shown_in(zone), told.words());
        let span = source.first.zip(source.last).map_or(String::new(), |(first, last)| {
            format!(", {} to {}{words}", zone.long_day(first), zone.long_day(last))
        });
        lines.push(format!("- {MARK} {}{span}: {}.", sanitize_md(&source.format), names.join(", ")));
        lines.extend(source.missing.iter().map(|gap| format!("- {MARK} Not in the record: {}.", sanitize_md(gap))));
    }
    lines
}

/// Whether the times of a source tell their zone, by what was read of its channels, else by what the
/// project kept of them.
fn told_zone_of(source: &Source, project: &Project, archive: &Archive) -> ToldZone {
    let is_of = |channel: &ChannelId| source.channels.iter().any(|own| own.id == channel.as_str());
    let read = archive.channels().filter(|(_, log)| is_of(&log.meta().id));
    let mut read = read.flat_map(|(channel, _)| archive.messages(channel));
    let mut kept = project.messages().iter().filter(|(id, _)| id.channel().is_some_and(|channel| is_of(&channel)));
    let is_unknown = source.read_as.zone.is_none()
        && (read.any(|message| ToldZone::of_message(&message) == ToldZone::Unknown)
            || kept.any(|(_, copy)| ToldZone::of(copy) == ToldZone::Unknown));
    if is_unknown { ToldZone::Unknown } else { ToldZone::Known }
}

fn short_story(timeline: &Timeline, pieces: &[Piece], zone: Zone) -> Vec<String> {
    let mut told: Vec<(crate::base::time::Instant, String)> =
        pieces.iter().map(|piece| (piece.0.at, format!("- {MARK} {}", quoted(piece, zone)))).collect();
    let used: Vec<&Target> = pieces.iter().map(|(piece, _)| &piece.target).collect();
    for (milestone, row) in milestone_rows(timeline) {
        if !used.contains(&&row.target) {
            let headline = sanitize_md(row.headline.unsanitised());
            let cite = citation_text(row.target.as_str());
            let told_zone = row.zone_of_time();
            let zone = told_zone.shown_in(zone);
            let time = format!("{} {}{}", zone.day(row.at), zone.minute(row.at), told_zone.words());
            told.push((row.at, format!("- {MARK} {time}, {}: {headline} {cite}", milestone.label())));
        }
    }
    told.sort();
    told.dedup_by(|a, b| a.1 == b.1);
    told.truncate(SUMMARY_LINES);
    told.into_iter().map(|(_, line)| line).collect()
}

/// For each milestone the entry nearest to it, within ten minutes: what shows that moment.
fn milestone_rows(timeline: &Timeline) -> Vec<(Milestone, &Row)> {
    let near = |at: crate::base::time::Instant| {
        let rows = timeline.rows.iter().filter(|row| !row.off_record && !row.private);
        let distance = |row: &&Row| row.at.since(at).map_or(i64::MAX, i64::abs);
        rows.min_by_key(distance).filter(|row| distance(row) <= 10 * crate::base::time::MINUTE)
    };
    timeline.milestones.iter().filter_map(|&(milestone, at)| Some((milestone, near(at)?))).collect()
}

fn timeline_draft(project: &Project, timeline: &Timeline, zone: Zone) -> Vec<String> {
    let rows: Vec<&Row> = timeline.rows.iter().filter(|row| !row.off_record && !row.private).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let mut lines = Vec::new();
    for phase in &timeline.phases {
        let mut within = rows.iter().filter(|row| row.phase.as_ref() == Some(&phase.id));
        let Some(first) = within.next() else { continue };
        let last = within.next_back().unwrap_or(first);
        lines.push(format!(
            "{MARK} {}: from {} {} to {} {}.\n",
            sanitize_md(&phase.title),
            time_words(first, zone, WithDay::Shown),
            citation_text(first.target.as_str()),
            time_words(last, zone, WithDay::Shown),
            citation_text(last.target.as_str()),
        ));
    }
    lines.push(format!("{MARK} Times are in {zone}.\n"));
    lines.push("| Time | From | What | Tags | Evidence |".to_owned());
    lines.push("|---|---|---|---|---|".to_owned());
    lines.extend(rows.into_iter().map(|row| table_row(project, row, zone)));
    lines
}

fn table_row(project: &Project, row: &Row, zone: Zone) -> String {
    let from = if row.kind == RowKind::Event { "event".to_owned() } else { sanitize_md(row.channel.unsanitised()) };
    let tags: Vec<String> =
        row.tags.iter().filter_map(|id| project.tag(id)).map(|(_, tag)| sanitize_md(&tag.label())).collect();
    format!(
        "| {} | {from} | {} | {} | {} |",
        time_words(row, zone, WithDay::Shown),
        sanitize_md(row.headline.unsanitised()),
        tags.join(", "),
        citation_text(row.target.as_str()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Template;
    use crate::timeline::assemble;

    #[test]
    fn a_section_without_evidence_says_so_instead_of_inventing() {
        let project = Project::default();
        let timeline = assemble(&project, &Archive::default());
        let template = Template::of(&project);
        for key in ["impact", "responders", "timeline", "contributors", "follow-ups"] {
            let text = draft(&project, &Archive::default(), &timeline, template.section(key).unwrap());
            assert_eq!(text, "[draft] Nothing in the project is tagged for this section.\n", "{key}");
        }
    }
}
