//! Ids under which messages are known beside, or instead of, those that the sources tell now.
//!
//! A message that was annotated under an id of an older export keeps that one id: it is found by
//! it, and it is what it calls itself. Made by `timeline::anchor`; empty in most archives.

use std::collections::HashMap;

use super::MsgIx;
use crate::base::id::MessageId;

/// Where ids point that the sources alone would not lead to, and what those messages call
/// themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Anchors {
    places: HashMap<MessageId, Option<MsgIx>>,
    ids: HashMap<MsgIx, MessageId>,
}

impl Anchors {
    /// Lets an id lead to a place, or nowhere, whatever the sources say of it.
    pub fn lead(&mut self, id: MessageId, place: Option<MsgIx>) {
        self.places.insert(id, place);
    }

    /// Gives a message the id that it calls itself.
    pub fn call(&mut self, place: MsgIx, id: MessageId) {
        self.ids.insert(place, id);
    }

    /// Whether every message is known by the id that its source tells, and by no other.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty() && self.ids.is_empty()
    }

    /// Where an id leads; `None` when the sources alone tell, `Some(None)` when it leads nowhere.
    pub fn place(&self, id: &MessageId) -> Option<Option<MsgIx>> {
        if self.places.is_empty() { None } else { self.places.get(id).copied() }
    }

    /// What a message calls itself, where that is not what its source tells.
    pub fn id(&self, place: MsgIx) -> Option<&MessageId> {
        if self.ids.is_empty() { None } else { self.ids.get(&place) }
    }
}
