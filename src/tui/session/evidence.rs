//! The evidence of a sitting: the archive as it grows, the ids under which its messages are annotated,
//! and where it differs from what the project keeps.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Session;
use crate::archive::Archive;
use crate::base::id::{MessageId, Target};
use crate::base::time::Instant;
use crate::import::LoadOptions;
use crate::project::cell::Kind;
use crate::project::document::Touched;
use crate::project::model::MessageCopy;
use crate::timeline::anchored;
use crate::timeline::drift::{self, Drift, may_hold};

impl Session {
    /// A larger archive than the one before.
    pub fn grow(&mut self, archive: Arc<Archive>) {
        self.archive = archive;
        self.archive_revision += 1;
        self.anchor();
        self.compare();
    }

    /// Annotated messages that the sources tell otherwise than they are kept, in time order; none
    /// while a load runs.
    pub fn drift(&self) -> &[Drift] {
        &self.drift
    }

    /// How a message differs from its kept copy.
    pub fn drift_of(&self, target: &Target) -> Option<&Drift> {
        self.drift.iter().find(|drift| drift.id.as_str() == target.as_str())
    }

    pub(super) fn compare(&mut self) {
        let project = self.document.project();
        let is_complete = self.archive.is_complete();
        let all = || drift::drift(project, &self.archive, |id, copy| self.is_expected(id, copy));
        self.drift = if is_complete { all() } else { Vec::new() };
    }

    /// The same after an edit: of all else nothing can differ now that did not before.
    pub(super) fn compare_touched(&mut self, touched: &Touched) {
        if touched.iter().any(|(kind, _)| *kind == Kind::Sources) {
            return self.compare();
        }
        if !self.archive.is_complete() {
            return;
        }
        let ids: BTreeSet<&str> = messages_in(touched).collect();
        self.drift.retain(|drift| !ids.contains(drift.id.as_str()));
        let project = self.document.project();
        let kept = ids.into_iter().filter_map(|id| project.messages().get_key_value(id));
        let differs = |(id, copy)| drift::drift_of(&self.archive, id, copy, |id, copy| self.is_expected(id, copy));
        let found: Vec<Drift> = kept.filter_map(differs).collect();
        if !found.is_empty() {
            self.drift.extend(found);
            drift::sort(&mut self.drift);
        }
    }

    /// Whether the sources that are at hand should hold a message that is not there.
    fn is_expected(&self, id: &MessageId, copy: &MessageCopy) -> bool {
        let LoadOptions { since, until, .. } = self.load_options;
        let is_read = |at: Instant| since.is_none_or(|since| at >= since) && until.is_none_or(|until| at <= until);
        let mut absent = self.missing.iter().filter_map(|(id, _)| self.project().sources().get(id));
        copy.time.is_none_or(is_read) && !absent.any(|source| may_hold(source, id, copy))
    }

    /// Lets messages be known by the ids under which they are annotated.
    pub(super) fn anchor(&mut self) {
        let project = self.document.project();
        self.archive = anchored(project, &self.archive);
        self.anchored = project.messages().keys().cloned().collect();
        let lost = project.messages().iter().filter(|(id, copy)| !self.is_told(id, copy));
        self.lost = lost.map(|(_, copy)| copy.text.clone()).collect();
    }

    /// The same, once the project holds messages that it did not hold before, or holds some no more.
    /// All are looked for again only when one of those may be told otherwise, or may be what another
    /// one was looked for in vain.
    pub(super) fn anchor_touched(&mut self, touched: &Touched) {
        let mut is_open = false;
        for id in messages_in(touched).map(MessageId::from_text) {
            match self.document.project().message(&id) {
                Some(copy) if !self.anchored.contains(&id) => {
                    is_open |= !self.is_told(&id, copy);
                    self.anchored.insert(id);
                }
                None if self.anchored.remove(&id) => {
                    let message = self.archive.find(&id).and_then(|place| self.archive.message(place));
                    is_open |= message.is_none_or(|message| self.lost.contains(message.text().unsanitised()));
                }
                _ => {}
            }
        }
        if is_open {
            let before = Arc::clone(&self.archive);
            self.anchor();
            self.archive_revision += u64::from(!Arc::ptr_eq(&before, &self.archive));
        }
    }

    /// Whether the archive tells a kept message by its own id, with its words at its time.
    fn is_told(&self, id: &MessageId, copy: &MessageCopy) -> bool {
        let place = self.archive.find_told(id).filter(|place| self.archive.find(id) == Some(*place));
        place.and_then(|place| self.archive.message(place)).is_some_and(|message| {
            let is_then = copy.time == Some(message.time()).filter(|at| at.is_dated());
            message.id() == *id && is_then && message.text().unsanitised() == copy.text
        })
    }
}

/// The messages among what an edit touched.
fn messages_in(touched: &Touched) -> impl Iterator<Item = &str> {
    touched.iter().filter(|(kind, _)| *kind == Kind::Messages).map(|(_, id)| id.as_str())
}
