//! A project of any size over made-up messages.

use meanwhile::archive::{Archive, MsgIx};
use meanwhile::base::time::Instant;
use meanwhile::project::{Author, Document, Edit};
use meanwhile::timeline::message_copy;

/// A project with a tag on each of the first messages, and so many of them, evenly, on the timeline.
pub fn annotated(archive: &Archive, author: &Author, annotations: usize, entries: usize) -> Document {
    let mut document = Document::new(author);
    let rows =
        archive.channels().flat_map(|(channel, log)| (0..log.len() as u32).map(move |row| MsgIx { channel, row }));
    let now = Instant::from_seconds(1_733_911_200);
    for (nth, ix) in rows.take(annotations).enumerate() {
        let Some(message) = archive.message(ix) else { continue };
        let (target, copy) = (message.id().target(), message_copy(archive, ix).map(Box::new));
        let tag = if nth % 3 == 0 { "Impact" } else { "Hypothesis - Raised" };
        let edits = [
            Some(Edit::Tag { target: target.clone(), tag: tag.into(), on: true, copy }),
            (nth % (annotations / entries) == 0).then(|| Edit::Timeline { target, on: true, copy: None }),
        ];
        for edit in edits.into_iter().flatten() {
            drop(document.apply(edit, author, now));
        }
    }
    document
}
