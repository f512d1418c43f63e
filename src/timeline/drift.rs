//! What the sources tell otherwise than they did when it was annotated.
//!
//! A kept copy stays as it was until somebody looks, so whatever differs from it shows here, and
//! nowhere is decided a second time what counts as a change. The archive is one that went through
//! [`super::anchored`].

use crate::archive::{Archive, MessageType};
use crate::base::id::{ChannelId, MessageId};
use crate::base::text::count_words;
use crate::base::time::Instant;
use crate::project::Project;
use crate::project::model::{MessageCopy, Source};

use super::copy::copy_of;

/// How a message differs from its kept copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It says something else.
    Edited,
    /// It was taken away, and a trace of it is left.
    Deleted,
    /// It was answered.
    Answered {
        /// How many answers there were.
        before: u32,
        /// How many there are.
        now: u32,
    },
    /// The export holds its channel, and not the message.
    Gone,
}

impl Change {
    /// What happened to the message, after its name: `was edited`.
    pub fn words(self) -> String {
        match self {
            Self::Edited => "was edited".to_owned(),
            Self::Deleted => "was deleted".to_owned(),
            Self::Answered { before: 0, now } => {
                format!("has a thread now: {}", count_words(now as usize, "reply", "replies"))
            }
            Self::Answered { before, now } => {
                format!("has {}", count_words((now - before) as usize, "new reply", "new replies"))
            }
            Self::Gone => "is no longer in the export".to_owned(),
        }
    }

    /// The word for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Edited => "evidence-changed",
            Self::Deleted => "evidence-deleted",
            Self::Answered { .. } => "evidence-answered",
            Self::Gone => "evidence-gone",
        }
    }
}

/// A message that differs from its kept copy.
#[derive(Debug, Clone, PartialEq)]
pub struct Drift {
    /// The id under which it was annotated.
    pub id: MessageId,
    /// How it differs, the gravest first; never empty.
    pub changes: Vec<Change>,
    /// As it was annotated.
    pub before: MessageCopy,
    /// As it is told now; `None` when it is gone.
    pub now: Option<MessageCopy>,
}

impl Drift {
    /// What happened to it, in words: `was edited, has 2 new replies`.
    pub fn words(&self) -> String {
        self.changes.iter().map(|change| change.words()).collect::<Vec<_>>().join(", ")
    }

    /// The gravest change.
    pub fn worst(&self) -> Change {
        self.changes.first().copied().unwrap_or(Change::Edited)
    }

    /// Whether there are other words to be taken in place of those that are kept.
    pub fn can_be_taken(&self) -> bool {
        self.now.is_some()
    }
}

/// All kept messages that the sources tell otherwise, in time order. `is_expected` says of one that
/// is not there whether the sources that are at hand should hold it.
pub fn drift(
    project: &Project,
    archive: &Archive,
    is_expected: impl Fn(&MessageId, &MessageCopy) -> bool,
) -> Vec<Drift> {
    let kept = project.messages().iter();
    let mut drifted: Vec<Drift> = kept.filter_map(|(id, copy)| drift_of(archive, id, copy, &is_expected)).collect();
    sort(&mut drifted);
    drifted
}

/// Puts what differs in time order.
pub fn sort(drifted: &mut [Drift]) {
    drifted.sort_by(|a, b| (a.before.time, &a.id).cmp(&(b.before.time, &b.id)));
}

/// How one kept message differs from what the sources tell; `None` when it does not.
pub fn drift_of(
    archive: &Archive,
    id: &MessageId,
    before: &MessageCopy,
    is_expected: impl Fn(&MessageId, &MessageCopy) -> bool,
) -> Option<Drift> {
    if before.hash.is_empty() {
        return None;
    }
    let now = archive.find(id).and_then(|place| archive.message(place)).map(|message| copy_of(&message));
    let changes = match &now {
        Some(now) => changes(before, now),
        None if archive.is_complete() && is_channel_here(archive, id) && is_expected(id, before) => vec![Change::Gone],
        None => Vec::new(),
    };
    (!changes.is_empty()).then(|| Drift { id: id.clone(), changes, before: before.clone(), now })
}

fn is_channel_here(archive: &Archive, id: &MessageId) -> bool {
    id.channel().and_then(|channel| archive.channel(&channel)).is_some()
}

fn changes(before: &MessageCopy, now: &MessageCopy) -> Vec<Change> {
    let is_deleted = |copy: &MessageCopy| copy.kind == MessageType::Deleted.word();
    let mut changes = Vec::new();
    match (is_deleted(before), is_deleted(now)) {
        (false, true) => changes.push(Change::Deleted),
        // An older export may still tell the words of which only a trace was kept.
        (true, true) => {}
        _ if before.hash != now.hash => changes.push(Change::Edited),
        _ => {}
    }
    if let (Some(before), Some(now)) = (before.replies, now.replies)
        && now > before
    {
        changes.push(Change::Answered { before, now });
    }
    changes
}

/// Whether a source that is not at hand may be the one that holds a message.
pub fn may_hold(source: &Source, id: &MessageId, copy: &MessageCopy) -> bool {
    let channel = id.channel();
    let name = copy.channel.trim_start_matches('#');
    let is_its = source
        .channels
        .iter()
        .any(|known| Some(known.id.as_str()) == channel.as_ref().map(ChannelId::as_str) || known.name == name);
    let within =
        |at: Instant| source.first.is_none_or(|first| first <= at) && source.last.is_none_or(|last| at <= last);
    is_its && copy.time.is_none_or(within)
}

#[cfg(test)]
mod tests {
    use super::super::assemble::tests::archive;
    use super::*;
    use crate::base::id::{InvestigatorId, Target};
    use crate::project::Edit;
    use crate::project::document::{Author, Document};
    use crate::project::model::SourceChannel;
    use crate::timeline::copy::with_copies;

    const ID: &str = "slack/C1/100.000000";

    fn document(change: impl Fn(&mut MessageCopy)) -> (Document, Author) {
        let author = Author::new(InvestigatorId::from_text("ih"));
        let mut document = Document::new(&author);
        let id = MessageId::from_text(ID);
        let mut copy =
            archive().find(&id).and_then(|ix| archive().message(ix).map(|message| copy_of(&message))).unwrap();
        change(&mut copy);
        let edit = Edit::Timeline { target: id.target(), on: true, copy: Some(Box::new(copy)) };
        document.apply(edit, &author, Instant::from_seconds(5)).unwrap();
        (document, author)
    }

    fn words(document: &Document, archive: &Archive) -> Vec<String> {
        drift(document.project(), archive, |_, _| true).iter().map(Drift::words).collect()
    }

    #[test]
    fn a_message_as_it_was_has_not_drifted() {
        assert!(words(&document(|_| {}).0, &archive()).is_empty());
        let uncounted = document(|copy| copy.replies = None).0;
        assert!(words(&uncounted, &archive()).is_empty(), "nothing is claimed of what nobody counted");
    }

    #[test]
    fn other_words_a_deletion_and_an_absence_are_told_apart() {
        let other = document(|copy| copy.hash = "0".to_owned()).0;
        assert_eq!(words(&other, &archive()), ["was edited"]);
        let mut gone = archive();
        gone = Archive::new(
            gone.channels()
                .map(|(_, log)| {
                    std::sync::Arc::new(crate::archive::builder::LogBuilder::new(log.meta().clone()).finish())
                })
                .collect(),
            std::sync::Arc::clone(gone.people()),
            true,
        );
        assert_eq!(words(&document(|_| {}).0, &gone), ["is no longer in the export"]);
        assert!(words(&document(|_| {}).0, &Archive::default()).is_empty(), "its channel is not at hand at all");
        let deleted = MessageCopy { kind: "deleted".to_owned(), replies: Some(3), ..MessageCopy::default() };
        let before = MessageCopy { kind: "message".to_owned(), replies: Some(1), ..MessageCopy::default() };
        let told = changes(&before, &deleted);
        assert_eq!(told, [Change::Deleted, Change::Answered { before: 1, now: 3 }]);
        assert_eq!(told[1].words(), "has 2 new replies");
    }

    #[test]
    fn taking_what_is_told_now_settles_it_and_can_be_taken_back() {
        let (mut document, author) = document(|copy| (copy.text, copy.hash) = ("Nine?".to_owned(), "0".to_owned()));
        let edit = Edit::Copy { target: Target::from_text(ID), copy: None };
        let edits = with_copies(edit, document.project(), &archive());
        let applied: Vec<_> =
            edits.into_iter().map(|edit| document.apply(edit, &author, Instant::from_seconds(6)).unwrap()).collect();
        assert!(words(&document, &archive()).is_empty());
        assert_eq!(document.project().message(&MessageId::from_text(ID)).unwrap().text, "Nine pages were empty. Why?");
        for inverse in applied.into_iter().flat_map(|applied| applied.inverse) {
            document.apply(inverse, &author, Instant::from_seconds(7)).unwrap();
        }
        assert_eq!(words(&document, &archive()), ["was edited"]);
        assert_eq!(document.project().message(&MessageId::from_text(ID)).unwrap().text, "Nine?");
    }

    #[test]
    fn a_source_may_hold_what_was_said_in_its_channels_in_its_time() {
        let source = Source {
            first: Some(Instant::from_seconds(50)),
            last: Some(Instant::from_seconds(150)),
            channels: vec![SourceChannel { id: "slack/C1".to_owned(), name: "sev".to_owned(), private: false }],
            ..Source::default()
        };
        let copy = |seconds| MessageCopy { time: Some(Instant::from_seconds(seconds)), ..MessageCopy::default() };
        assert!(may_hold(&source, &MessageId::from_text(ID), &copy(100)));
        assert!(!may_hold(&source, &MessageId::from_text(ID), &copy(200)));
        assert!(!may_hold(&source, &MessageId::from_text("slack/C2/1.0"), &copy(100)));
    }
}
