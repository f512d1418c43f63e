//! Finds the citations in prose and what each one stands on.
//!
//! A citation is `[@ID]`, where the id is that of a message, event, beat or note. What it leads to
//! is looked up each time, so a citation is marked as broken at once when its evidence goes.

use std::ops::Range;

use crate::archive::Archive;
use crate::archive::log::slack_instant;
use crate::base::id::{Target, TargetKind};
use crate::base::text::RawString;
use crate::base::time::{Instant, Zone};
use crate::project::Project;
use crate::timeline::{Evidence, ToldZone, evidence_of};

/// A citation as it stands in prose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// The id that is cited.
    pub id: String,
    /// Where it stands, brackets included, in bytes.
    pub range: Range<usize>,
}

/// All citations of a text, in order.
///
/// ```
/// let found = meanwhile::report::citations("Seen at noon [@slack/C1/5.0] and later.");
/// assert_eq!(found[0].id, "slack/C1/5.0");
/// ```
pub fn citations(text: &str) -> Vec<Citation> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = text.get(from..).and_then(|rest| rest.find("[@")).map(|at| from + at) {
        from = start + 2;
        let Some(rest) = text.get(from..) else { break };
        let end = rest.find(|c: char| c == ']' || c == '[' || c.is_whitespace());
        if let Some(end) = end.filter(|&end| end > 0 && rest.get(end..).is_some_and(|tail| tail.starts_with(']'))) {
            let id = rest.get(..end).unwrap_or_default().to_owned();
            from += end + 1;
            found.push(Citation { id, range: start..from });
        }
    }
    found
}

/// The citation of an id, as it is written into prose.
pub fn citation_text(id: &str) -> String {
    format!("[@{id}]")
}

/// What a citation leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// An entry of the timeline.
    OnTimeline,
    /// Evidence that has no entry.
    OffTimeline,
    /// Evidence that stays out of every export.
    OffRecord,
    /// Nothing that project or sources know.
    Broken,
}

/// A citation and what it leads to.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolved {
    /// The id that is cited.
    pub id: String,
    /// What it leads to; for a note what the note stands on.
    pub target: Option<Target>,
    /// Whether it leads anywhere.
    pub standing: Standing,
    /// When that was; undated where it is not known.
    pub at: Instant,
    /// Whom the label names: the first word of the author's name, `event`, or `gone`. Foreign.
    pub who: RawString,
    /// What is said there.
    pub evidence: Option<Evidence>,
    /// What an investigator noted there, when a note is cited.
    pub note: Option<String>,
}

impl Resolved {
    /// Whether the zone of its time is known.
    pub fn told_zone(&self) -> ToldZone {
        self.evidence.as_ref().map_or(ToldZone::Known, |evidence| evidence.told_zone_at(self.at))
    }

    /// The words between the brackets of a label: `14:32 Bako`, `14:20 event`, `14:38 gone`.
    /// Printable.
    pub fn label(&self, zone: Zone) -> String {
        let who = self.who.tty_line();
        let told = self.told_zone();
        let time = told.shown_in(zone).minute(self.at);
        if self.at.is_dated() { format!("{time}{} {who}", told.mark()) } else { who.into_owned() }
    }
}

/// Finds what an id leads to; `archive` may be empty.
pub fn resolve(project: &Project, archive: &Archive, id: &str) -> Resolved {
    if let Some((_, note)) = project.notes().iter().find(|(note, _)| note.as_str() == id) {
        let under = resolve_target(project, archive, id, &note.on);
        let standing = if note.off_record { Standing::OffRecord } else { under.standing };
        return Resolved { standing, note: Some(note.text.clone()), ..under };
    }
    resolve_target(project, archive, id, &Target::from_text(id))
}

fn resolve_target(project: &Project, archive: &Archive, id: &str, target: &Target) -> Resolved {
    let evidence = evidence_of(project, archive, target);
    let entry = project.entry(target);
    let standing = match &evidence {
        None => Standing::Broken,
        Some(evidence) if evidence.off_record => Standing::OffRecord,
        Some(_) if entry.is_some() => Standing::OnTimeline,
        Some(_) => Standing::OffTimeline,
    };
    let posted = evidence.as_ref().map_or_else(|| told_by_id(target), |evidence| evidence.at);
    Resolved {
        id: id.to_owned(),
        target: evidence.is_some().then(|| target.clone()),
        standing,
        at: entry.and_then(|entry| entry.occurred_at).unwrap_or(posted),
        who: evidence.as_ref().map_or_else(|| RawString::from("gone"), Evidence::short_who),
        evidence,
        note: None,
    }
}

/// The instant that the id of a message tells by itself: Slack's does.
fn told_by_id(target: &Target) -> Instant {
    let message = target.kind() == TargetKind::Message && target.as_str().starts_with("slack/");
    let native = target.as_str().rsplit('/').next().filter(|_| message);
    native.and_then(|native| slack_instant(native.split('~').next()?)).unwrap_or(Instant::UNDATED)
}

/// The citations of a text that lead nowhere.
pub fn broken(project: &Project, archive: &Archive, text: &str) -> Vec<Citation> {
    let leads_nowhere = |citation: &Citation| resolve(project, archive, &citation.id).standing == Standing::Broken;
    citations(text).into_iter().filter(leads_nowhere).collect()
}

/// Every section that cites a target, by key: shown beside an entry as "cited in".
pub fn cited_in<'a>(project: &'a Project, target: &Target) -> Vec<&'a str> {
    let cites = |text: &str| citations(text).iter().any(|citation| citation.id == target.as_str());
    project.report().iter().filter(|(_, section)| cites(&section.text)).map(|(key, _)| key.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::assemble::tests::archive;

    fn ids(text: &str) -> Vec<String> {
        citations(text).into_iter().map(|citation| citation.id).collect()
    }

    #[test]
    fn citations_are_found_wherever_they_stand() {
        assert_eq!(ids("[@a/b/1][@event/2], [@irc/#ops/1:2]."), ["a/b/1", "event/2", "irc/#ops/1:2"]);
        let text = "é [@a/b/1]";
        assert_eq!(text.get(citations(text)[0].range.clone()), Some("[@a/b/1]"));
    }

    #[test]
    fn what_only_looks_like_a_citation_is_text() {
        assert_eq!(ids("[@] [@ a] [@a b] [@open [link](x) mail@x.y [@last"), Vec::<String>::new());
        assert_eq!(ids("[@[@a/b/1]"), ["a/b/1"]);
    }

    #[test]
    fn a_label_names_the_minute_and_the_first_name() {
        let resolved = resolve(&Project::default(), &archive(), "slack/C1/160.000000");
        assert_eq!(resolved.standing, Standing::OffTimeline);
        assert_eq!(resolved.label(Zone::UTC), "00:02 Ines");
    }

    #[test]
    fn an_event_told_in_an_interview_is_cited_as_that() {
        let author = crate::project::Author::new(crate::base::id::InvestigatorId::from_name("Ida Holm"));
        let mut document = crate::project::Document::new(&author);
        for (id, source) in [("event/a", "interview with Runa"), ("event/b", "the pager")] {
            let edit = serde_json::json!({ "edit": "event", "id": id, "at": "1970-01-01T00:02:00Z", "text": "x", "source": source });
            document.apply(serde_json::from_value(edit).unwrap(), &author, Instant::from_seconds(1)).unwrap();
        }
        let label = |id| resolve(document.project(), &Archive::default(), id).label(Zone::UTC);
        assert_eq!((label("event/a"), label("event/b")), ("00:02 interview".to_owned(), "00:02 event".to_owned()));
    }

    #[test]
    fn a_citation_of_nothing_is_broken_and_keeps_its_time() {
        let resolved = resolve(&Project::default(), &Archive::default(), "slack/C1/160.000000");
        assert_eq!(resolved.standing, Standing::Broken);
        assert_eq!(resolved.label(Zone::UTC), "00:02 gone");
        assert_eq!(resolve(&Project::default(), &Archive::default(), "event/none").label(Zone::UTC), "gone");
        assert_eq!(broken(&Project::default(), &archive(), "[@event/none] [@slack/C1/100.000000]").len(), 1);
    }
}
