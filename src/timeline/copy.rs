//! The copy of a message that a project keeps, made from the archive.
//!
//! The copy holds the text as the archive holds it, foreign and unchanged but for download tokens,
//! and the hash of the whole: that is how a later, different export is noticed.

use crate::archive::{Archive, ChannelKind, ChannelMeta, Message, MsgIx};
use crate::base::id::{Target, TargetKind};
use crate::base::token;
use crate::project::model::MessageCopy;
use crate::project::{Edit, OFF_RECORD_TAG, Project, Set, citation};

use super::told_zone::ToldZone;

/// The copy of the message at `ix`; `None` for a place of another archive.
pub fn message_copy(archive: &Archive, ix: MsgIx) -> Option<MessageCopy> {
    archive.message(ix).map(|message| copy_of(&message))
}

/// The copy of a message; tags and marks of the project are not the archive's to tell.
pub fn copy_of(message: &Message<'_>) -> MessageCopy {
    let hash = text_hash(message.text().unsanitised());
    MessageCopy { hash, ..to_show(message) }
}

/// The same without the hash, which takes longest and is only for what is kept.
pub(super) fn to_show(message: &Message<'_>) -> MessageCopy {
    let text = message.text().unsanitised();
    let meta = message.log().meta();
    MessageCopy {
        channel: channel_name(meta),
        author: message.author_name().unsanitised().to_owned(),
        author_id: message.author().map(|person| person.id.clone()),
        time: Some(message.time()).filter(|at| at.is_dated()),
        zone_unknown: ToldZone::of_message(message) == ToldZone::Unknown,
        kind: message.kind().word().to_owned(),
        text: token::stripped(text).into_owned(),
        replies: Some(message.replies().len() as u32),
        private: meta.kind.is_private(),
        ..MessageCopy::default()
    }
}

/// The name of a channel as people write it, foreign: `#sev-search`, a direct message without sign.
pub fn channel_name(meta: &ChannelMeta) -> String {
    let sign = if matches!(meta.kind, ChannelKind::Public | ChannelKind::Private) { "#" } else { "" };
    format!("{sign}{}", meta.name.unsanitised())
}

/// blake3 of a text, in hex.
pub fn text_hash(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

/// The copy that an edit on `target` must bring along: none for events, nor for messages that the
/// project holds already. A kept copy stays as it is, so that drift shows until somebody looks.
pub fn copy_for(project: &Project, archive: &Archive, target: &Target) -> Option<MessageCopy> {
    let id = target.message()?;
    let is_kept = project.message(&id).is_some_and(|kept| !kept.hash.is_empty());
    if is_kept { None } else { message_copy(archive, archive.find(&id)?) }
}

/// An edit with the copies of all messages that it touches or cites. A beat has no place for those
/// of its members, so edits that bring them, and change nothing else, stand before it.
pub fn with_copies(edit: Edit, project: &Project, archive: &Archive) -> Vec<Edit> {
    let fresh = |target: &Target| copy_for(project, archive, target).map(Box::new);
    let mut edit = edit;
    match &mut edit {
        Edit::Tag { target, copy, .. } | Edit::Timeline { target, copy, .. } | Edit::Entry { target, copy, .. } => {
            *copy = copy.take().or_else(|| fresh(target));
        }
        Edit::Copy { target, copy } => {
            let fresh = || message_copy(archive, archive.find(&target.message()?)?).map(Box::new);
            *copy = copy.take().or_else(fresh);
        }
        Edit::Note { target: Some(target), copy, .. } => *copy = copy.take().or_else(|| fresh(target)),
        Edit::OffRecord { target, copy, .. } => {
            *copy = copy.take().or_else(|| fresh(&Target::from_text(target.as_str())));
        }
        Edit::Section { text: Set::To(text), copies, .. } => {
            for target in citation::ids(text).map(Target::from_text) {
                if let Some(copy) = copy_for(project, archive, &target) {
                    copies.entry(target.as_str().to_owned()).or_insert(copy);
                }
            }
        }
        Edit::Beat { members, .. } => {
            let brought = members.iter().filter_map(|member| {
                let copy = fresh(member)?;
                Some(Edit::OffRecord { target: member.as_str().to_owned(), on: copy.off_record, copy: Some(copy) })
            });
            let mut edits: Vec<Edit> = brought.collect();
            edits.push(edit);
            return edits;
        }
        _ => {}
    }
    vec![edit]
}

/// Whether the message of a copy stays out of every export: by its own mark, or by the tag for it.
pub(super) fn is_copy_off_record(project: &Project, copy: &MessageCopy) -> bool {
    copy.off_record || project.shown_tags(&copy.tags).any(|tag| tag.as_str() == OFF_RECORD_TAG)
}

/// Whether a target stays out of every export: by its own mark, by the tag for it, or, for a beat,
/// by any of its members.
pub fn is_off_record(project: &Project, target: &Target) -> bool {
    if target.kind() == TargetKind::Message {
        return project.messages().get(target.as_str()).is_some_and(|copy| is_copy_off_record(project, copy));
    }
    let tagged = || project.has_tag(target, OFF_RECORD_TAG);
    let by_member = || {
        target.kind() == TargetKind::Beat
            && project.beats().get(target).into_iter().flatten().any(|member| project.is_off_record(member))
    };
    project.is_off_record(target) || tagged() || by_member()
}

#[cfg(test)]
mod tests {
    use crate::base::id::MessageId;

    use super::super::assemble::tests::archive;
    use super::*;

    #[test]
    fn an_edit_brings_the_messages_that_it_touches_or_cites() {
        let project = Project::default();
        let edit = |json: &str| serde_json::from_str::<Edit>(json).unwrap();
        let tag = edit(r#"{"edit": "tag", "target": "slack/C1/100.000000", "tag": "Impact", "on": true}"#);
        let edits = with_copies(tag, &project, &archive());
        let [Edit::Tag { copy: Some(copy), .. }] = edits.as_slice() else { panic!("{edits:?}") };
        assert_eq!(copy.author, "Bako Lind");
        let section = edit(r#"{"edit": "section", "section": "impact", "text": "[@slack/C1/100.000000] [@event/1]"}"#);
        let edits = with_copies(section, &project, &archive());
        let [Edit::Section { copies, .. }] = edits.as_slice() else { panic!("{edits:?}") };
        assert_eq!(copies.keys().collect::<Vec<_>>(), ["slack/C1/100.000000"]);
        let beat = edit(r#"{"edit": "beat", "members": ["slack/C1/100.000000", "event/1"]}"#);
        assert_eq!(with_copies(beat, &project, &archive()).len(), 2);
    }

    #[test]
    fn a_copy_holds_the_words_their_author_and_a_hash() {
        let archive = archive();
        let ix = archive.find(&MessageId::from_text("slack/C1/100.000000")).unwrap();
        let copy = message_copy(&archive, ix).unwrap();
        assert_eq!((copy.channel.as_str(), copy.author.as_str(), copy.kind.as_str()), ("#sev", "Bako Lind", "message"));
        assert_eq!(copy.hash, text_hash("Nine pages were empty. Why?"));
    }
}
