//! What a record is read by: who is listed where, what channels are called, what is wanted.
//!
//! It says nothing of how the records lie on the disk, so that a message is read alike from an
//! export, a dump, a page of the API or a stream of events.

use std::collections::HashMap;

use super::PLATFORM;
use crate::archive::{ChannelMeta, PersonIx};
use crate::base::time::{Instant, Micros};
use crate::import::Limits;
use crate::import::window::Window;

/// The names and limits by which the records of a workspace are read.
#[derive(Debug)]
pub(super) struct Workspace {
    places: HashMap<String, PersonIx>,
    channel_names: HashMap<String, String>,
    /// The span of time that is wanted.
    pub(super) window: Window,
    /// How far the clock of the export is ahead.
    skew: Micros,
    /// Deepest nesting of JSON.
    pub(super) depth: usize,
    /// Most bytes of one record.
    pub(super) message_bytes: usize,
}

impl Workspace {
    /// A workspace of which nothing is known, whose clock is `skew` ahead.
    pub(super) fn new(window: Window, skew: Micros, limits: &Limits) -> Self {
        let (depth, message_bytes) = (limits.depth, limits.message_bytes);
        Self { places: HashMap::new(), channel_names: HashMap::new(), window, skew, depth, message_bytes }
    }

    /// An instant that the export tells, put right by how far its clock is ahead.
    pub(super) fn skewed(&self, told: Instant) -> Instant {
        if self.skew == 0 || !told.is_dated() { told } else { told.plus(-self.skew) }
    }

    /// Tells the place of a listed user; the first one told stays.
    pub(super) fn place(&mut self, user: String, ix: PersonIx) {
        self.places.entry(user).or_insert(ix);
    }

    /// Tells what a channel is called.
    pub(super) fn name_channel(&mut self, meta: &ChannelMeta) {
        let id = meta.id.as_str().strip_prefix(PLATFORM).map_or("", |id| id.trim_start_matches('/'));
        self.channel_names.insert(id.to_owned(), meta.name.unsanitised().to_owned());
    }

    /// The place of a listed user. Some tools write ids in lower case inside texts.
    pub(super) fn user(&self, id: &str) -> Option<PersonIx> {
        self.places.get(id).or_else(|| self.places.get(&id.to_ascii_uppercase())).copied()
    }

    /// What a channel is called, where that is known.
    pub(super) fn channel_name(&self, id: &str) -> Option<&str> {
        self.channel_names.get(id).map(String::as_str)
    }
}
