//! What only some messages have: reactions, files, edits, calls. Kept beside the columns, so that
//! a plain message costs nothing.

use std::sync::Arc;

use super::PersonIx;
use crate::base::text::RawString;
use crate::base::time::Instant;

/// What only some messages have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extras {
    /// Reactions in the order of the export.
    pub reactions: Vec<Reaction>,
    /// Files: names and sizes; a standard export does not carry them.
    pub files: Vec<FileEntry>,
    /// When its text was last changed.
    pub edited: Option<Instant>,
    /// Texts it had before, oldest first, where the source keeps them.
    pub versions: Vec<Version>,
    /// Where in the text the attachments begin, in bytes; a whole channel has fewer than four gigabytes.
    pub attachment_from: Option<u32>,
    /// The huddle or call it tells of; few do, so that the others have no room for it.
    pub huddle: Option<Box<Huddle>>,
    /// When it ended, for a record that spans a time.
    pub until: Option<Instant>,
    /// When it was deleted, where told.
    pub deleted_at: Option<Instant>,
    /// The platform's own word for an unusual record (`channel_convert_to_private`).
    pub subtype: Option<RawString>,
    /// Links in the text, in order.
    pub links: Vec<RawString>,
    /// Who invited the one that joined.
    pub inviter: Option<PersonIx>,
    /// People mentioned, in order, each once.
    pub mentions: Vec<PersonIx>,
}

impl Extras {
    /// Whether anybody is named.
    fn names_people(&self) -> bool {
        self.inviter.is_some()
            || !self.mentions.is_empty()
            || self.huddle.as_ref().is_some_and(|huddle| !huddle.people.is_empty())
            || self.reactions.iter().any(|reaction| !reaction.people.is_empty())
    }

    /// Puts other places for everybody who is named; what names nobody stays shared.
    pub fn move_people(shared: &mut Arc<Self>, moved: impl Fn(PersonIx) -> PersonIx) {
        if shared.names_people() {
            Arc::make_mut(shared).put_people(moved);
        }
    }

    fn put_people(&mut self, moved: impl Fn(PersonIx) -> PersonIx) {
        self.inviter = self.inviter.map(&moved);
        let reacted = self.reactions.iter_mut().flat_map(|reaction| &mut reaction.people);
        let took_part = self.huddle.iter_mut().flat_map(|huddle| &mut huddle.people);
        for ix in reacted.chain(took_part).chain(&mut self.mentions) {
            *ix = moved(*ix);
        }
    }
}

/// One emoji under a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    /// Its name without colons.
    pub name: RawString,
    /// Who reacted, as far as told.
    pub people: Vec<PersonIx>,
    /// How many reacted; may be more than are named.
    pub count: u32,
}

/// One file, by what the export says of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileEntry {
    /// Its name or title.
    pub name: RawString,
    /// Its size in bytes, where told.
    pub size: Option<u64>,
    /// Its link without the download token.
    pub link: RawString,
    /// Why it cannot be there: `hidden_by_limit`, `tombstone`.
    pub gone: Option<RawString>,
}

/// A text that a message had before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// When it was written.
    pub at: Instant,
    /// What it said; foreign.
    pub text: RawString,
}

/// A huddle or call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Huddle {
    /// When it began.
    pub start: Instant,
    /// When it ended; `None` while it ran.
    pub end: Option<Instant>,
    /// Who took part.
    pub people: Vec<PersonIx>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_with_a_reaction_has_no_room_for_a_huddle() {
        // Nearly half of all messages of a busy workspace have extras.
        assert!(size_of::<Extras>() <= 216, "{} bytes", size_of::<Extras>());
    }
}
