//! A borrowed view of one message; made on the fly, never stored.

use std::sync::Arc;

use super::{Anchors, ChannelLog, Extras, MsgIx, People, Person, PersonIx, Quality};
use crate::base::id::MessageId;
use crate::base::text::Raw;
use crate::base::time::Instant;

/// What kind of record a message is: the first that fits, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum MessageType {
    /// A trace of a message that was taken away.
    Deleted,
    /// Somebody came into the channel.
    Join,
    /// Somebody left it.
    Leave,
    /// Topic, purpose, name or another setting of the channel changed.
    Topic,
    /// A huddle or call.
    Call,
    /// A file without more than its caption.
    File,
    /// Written by a program.
    Bot,
    /// An answer in a thread.
    Reply,
    /// Plain words of a person.
    Message,
    /// A record of a source that is no chat: an alert, a deploy, a commit.
    Event,
}

impl MessageType {
    /// The word used in queries, exports and project files.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Deleted => "deleted",
            Self::Join => "join",
            Self::Leave => "leave",
            Self::Topic => "topic",
            Self::Call => "call",
            Self::File => "file",
            Self::Bot => "bot",
            Self::Reply => "reply",
            Self::Message => "message",
            Self::Event => "event",
        }
    }

    /// Joins, leaves and topics: one dim line, folded with its neighbours.
    pub const fn is_system(self) -> bool {
        matches!(self, Self::Join | Self::Leave | Self::Topic)
    }
}

/// Marks that go beside the type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flags(pub u16);

impl Flags {
    /// Its text was changed after it was posted.
    pub const EDITED: Self = Self(1);
    /// A program wrote it.
    pub const BOT: Self = Self(1 << 1);
    /// It carries files.
    pub const FILE: Self = Self(1 << 2);
    /// It answers in a thread.
    pub const REPLY: Self = Self(1 << 3);
    /// An answer also shown in the channel.
    pub const BROADCAST: Self = Self(1 << 4);
    /// It holds a link.
    pub const LINK: Self = Self(1 << 5);
    /// People reacted to it.
    pub const REACTION: Self = Self(1 << 6);
    /// The platform hides it in its own view (tombstones).
    pub const HIDDEN: Self = Self(1 << 7);
    /// Other text and no edit mark under the same id as another record.
    pub const DRIFT: Self = Self(1 << 8);
    /// The platform names a bot's id with it (also where a person added that bot).
    pub const BOT_ID: Self = Self(1 << 9);

    /// Whether all of `other` is set.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// These and those of `other`.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// One message, borrowed from its log.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    log: &'a Arc<ChannelLog>,
    people: &'a People,
    anchors: &'a Anchors,
    ix: MsgIx,
}

impl<'a> Message<'a> {
    pub(super) const fn new(log: &'a Arc<ChannelLog>, people: &'a People, anchors: &'a Anchors, ix: MsgIx) -> Self {
        Self { log, people, anchors, ix }
    }

    /// Its place in the archive.
    pub const fn ix(&self) -> MsgIx {
        self.ix
    }

    /// Its readable, stable id: the one under which it was annotated, else the one its source tells.
    pub fn id(&self) -> MessageId {
        self.anchors.id(self.ix).cloned().unwrap_or_else(|| self.told_id())
    }

    /// The id that its source tells.
    pub fn told_id(&self) -> MessageId {
        self.log.meta().id.message(self.native_id())
    }

    /// What the platform calls it within its channel.
    pub fn native_id(&self) -> &'a str {
        self.log.native_id(self.ix.row)
    }

    /// The channel's log.
    pub const fn log(&self) -> &'a Arc<ChannelLog> {
        self.log
    }

    /// When it was posted.
    pub fn time(&self) -> Instant {
        self.log.time(self.ix.row)
    }

    /// How exactly that time is known.
    pub fn quality(&self) -> Quality {
        self.log.quality(self.ix.row)
    }

    /// Its text with mentions and channels resolved, attachments below; foreign.
    pub fn text(&self) -> Raw<'a> {
        Raw::new(self.log.text(self.ix.row))
    }

    /// The part of the text that its author wrote, without attachments.
    pub fn body(&self) -> Raw<'a> {
        let text = self.log.text(self.ix.row);
        let cut = self.extras().and_then(|extras| extras.attachment_from).map_or(text.len(), |from| from as usize);
        Raw::new(text.get(..cut).unwrap_or(text).trim_end_matches('\n'))
    }

    /// The part of the text that stands in attachments.
    pub fn attachment_text(&self) -> Option<Raw<'a>> {
        let from = self.extras()?.attachment_from? as usize;
        self.log.text(self.ix.row).get(from..).map(Raw::new)
    }

    /// What kind of record it is.
    pub fn kind(&self) -> MessageType {
        self.log.kind(self.ix.row)
    }

    /// Marks beside its type.
    pub fn flags(&self) -> Flags {
        self.log.flags(self.ix.row)
    }

    /// The place of who wrote it; `None` where nobody is named.
    pub fn author_ix(&self) -> Option<PersonIx> {
        self.log.author(self.ix.row)
    }

    /// Who wrote it; `None` where nobody is named.
    pub fn author(&self) -> Option<&'a Person> {
        self.people.get(self.author_ix()?)
    }

    /// The short name shown beside it; foreign, may be empty.
    pub fn author_label(&self) -> Raw<'a> {
        self.author().map_or(Raw::new(""), |person| person.short().raw())
    }

    /// The full name of who wrote it; foreign, may be empty.
    pub fn author_name(&self) -> Raw<'a> {
        self.author().map_or(Raw::new(""), |person| person.name.raw())
    }

    /// Reactions, files, edits and what else only some messages have.
    pub fn extras(&self) -> Option<&'a Extras> {
        self.log.extras(self.ix.row)
    }

    /// The place of the message it answers; `None` when it answers none or that one is missing.
    pub fn parent(&self) -> Option<MsgIx> {
        let thread = self.log.thread_of(self.ix.row)?;
        let root = thread.root?;
        (root != self.ix.row).then_some(MsgIx { channel: self.ix.channel, row: root })
    }

    /// The thread it begins or stands in.
    pub fn thread(&self) -> Option<&'a super::Thread> {
        self.log.thread_of(self.ix.row)
    }

    /// Answers below it, in time order; empty unless it begins a thread.
    pub fn replies(&self) -> &'a [u32] {
        self.thread().filter(|thread| thread.root == Some(self.ix.row)).map_or(&[], |thread| &thread.replies)
    }
}
