//! What a filter looks at: a message, an event, or the copy of a message.

use super::names::{Authors, Channels};
use super::{Marks, TypeWord};
use crate::archive::builder::letter_mask;
use crate::archive::{Flags, Message, MessageType};
use crate::base::id::{MessageId, Target};
use crate::base::time::Instant;
use crate::project::model::{Event, MessageCopy};

pub(super) enum Subject<'a> {
    Message(Message<'a>),
    Event(&'a Target, &'a Event),
    Copy(&'a MessageId, &'a MessageCopy),
}

impl<'a> Subject<'a> {
    pub(super) fn text(&self) -> &'a str {
        match self {
            Self::Message(message) => message.text().unsanitised(),
            Self::Event(_, event) => &event.text,
            Self::Copy(_, copy) => &copy.text,
        }
    }

    pub(super) fn mask(&self) -> u64 {
        match self {
            Self::Message(message) => message.log().masks().get(message.ix().row as usize).copied().unwrap_or(u64::MAX),
            Self::Event(..) | Self::Copy(..) => letter_mask(self.text()),
        }
    }

    pub(super) fn time(&self) -> Instant {
        match self {
            Self::Message(message) => message.time(),
            Self::Event(_, event) => event.at.unwrap_or(Instant::UNDATED),
            Self::Copy(_, copy) => copy.time.unwrap_or(Instant::UNDATED),
        }
    }

    pub(super) fn is_type(&self, word: TypeWord) -> bool {
        match (self, word) {
            (Self::Message(message), TypeWord::Message(kind)) => {
                message.kind() == kind || flag_of(kind).is_some_and(|flag| message.flags().has(flag))
            }
            (Self::Message(message), TypeWord::Edited) => message.flags().has(Flags::EDITED),
            (Self::Event(..), TypeWord::Event) => true,
            (Self::Copy(_, copy), TypeWord::Message(kind)) => copy.kind == kind.word(),
            _ => false,
        }
    }

    pub(super) fn has_flag(&self, flag: Flags) -> bool {
        match self {
            Self::Message(message) => message.flags().has(flag),
            Self::Event(..) => false,
            Self::Copy(_, copy) => flag == Flags::FILE && copy.kind == MessageType::File.word(),
        }
    }

    pub(super) fn has_thread(&self) -> bool {
        matches!(self, Self::Message(message) if !message.replies().is_empty())
    }

    pub(super) fn is_private(&self) -> bool {
        match self {
            Self::Message(message) => message.log().meta().kind.is_private(),
            Self::Event(..) => false,
            Self::Copy(_, copy) => copy.private,
        }
    }

    pub(super) fn is_in(&self, channels: &Channels) -> bool {
        match self {
            Self::Message(message) => channels.has(message.ix().channel),
            Self::Event(_, event) => event.channel.as_deref().is_some_and(|label| channels.has_label(label)),
            Self::Copy(_, copy) => channels.has_label(&copy.channel),
        }
    }

    pub(super) fn is_from(&self, authors: &Authors) -> bool {
        match self {
            Self::Message(message) => message.author_ix().is_some_and(|ix| authors.has(ix)),
            Self::Event(_, event) => event.by.as_ref().is_some_and(|by| authors.has_investigator(by)),
            Self::Copy(_, copy) => authors.has_author(copy),
        }
    }

    pub(super) fn is_marked(&self, marks: &Marks) -> bool {
        match self {
            Self::Message(message) => marks.rows.contains(&message.ix()),
            Self::Event(target, _) => marks.targets.contains(*target),
            Self::Copy(id, _) => marks.targets.contains(&id.target()),
        }
    }
}

/// The flag that says of a message what its type may hide.
const fn flag_of(kind: MessageType) -> Option<Flags> {
    match kind {
        MessageType::Bot => Some(Flags::BOT),
        MessageType::File => Some(Flags::FILE),
        MessageType::Reply => Some(Flags::REPLY),
        _ => None,
    }
}
