//! Finds where annotated messages are now, when a newer export names them otherwise than the one in
//! which they were annotated.
//!
//! Uses are never rewritten: the message keeps the one id under which it was annotated, and calls
//! itself by it ([`Anchors`]). A place is looked for by id, by the channel's older id, by channel,
//! time, author and text, and, where the platform gives its messages no ids, by text and author at
//! the nearest time. An id that by now tells quite another record leads nowhere rather than to it.
//! Whoever shows an archive beside a project passes it through [`anchored`] first.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::archive::{Anchors, Archive, ChannelIx, Ids, Message, MsgIx};
use crate::base::id::{MessageId, Target};
use crate::base::time::{HOUR, Micros};
use crate::project::Project;
use crate::project::model::MessageCopy;

/// How far clocks without a zone can be apart: from the first zone of the world to the last.
const FARTHEST: Micros = 26 * HOUR;
/// A text of so many bytes that stands once in a channel is that message, whatever its clock says.
const TELLING: usize = 24;

/// The archive with each annotated message known by the id under which it was annotated; the same
/// one where nothing has changed its name.
pub fn anchored(project: &Project, archive: &Arc<Archive>) -> Arc<Archive> {
    let anchors = anchors(project, archive);
    if anchors == *archive.anchors() { Arc::clone(archive) } else { Arc::new(archive.with_anchors(anchors)) }
}

/// The ids that messages were annotated under, where the sources tell others by now.
pub fn anchors(project: &Project, archive: &Archive) -> Anchors {
    let mut seats = Seats { archive, found: Vec::new(), taken: HashSet::new(), texts: HashMap::new() };
    let mut lost: Vec<(&MessageCopy, MessageId)> = Vec::new();
    for id in annotated(project) {
        let copy = project.message(&id);
        let told = archive.find_told(&id);
        match (told.and_then(|place| archive.message(place)), copy) {
            (Some(message), None) => seats.take(id, message.ix()),
            (Some(message), Some(copy)) => match seats.believe(copy, &message) {
                Some(place) => seats.take(id, place),
                None => lost.push((copy, id)),
            },
            (None, Some(copy)) => lost.push((copy, id)),
            (None, None) => {}
        }
    }
    lost.sort_by(|(a, a_id), (b, b_id)| (a.time, a_id).cmp(&(b.time, b_id)));
    let mut nowhere = Vec::new();
    for (copy, id) in lost {
        // What is not there yet may still come, and the best match with it.
        match archive.is_complete().then(|| seats.look_for(&id, copy)).flatten() {
            Some(place) => seats.take(id, place),
            None => nowhere.push(id),
        }
    }
    seats.anchors(nowhere)
}

/// The ids of all messages that somebody touched or cited.
fn annotated(project: &Project) -> BTreeSet<MessageId> {
    let entries = project.timeline().keys();
    let noted = project.notes().values().map(|note| &note.on);
    let members = project.beats().values().flatten();
    let targets = entries.chain(noted).chain(members).filter_map(Target::message);
    project.messages().keys().cloned().chain(targets).collect()
}

fn says(copy: &MessageCopy, message: &Message<'_>) -> bool {
    copy.text == message.text().unsanitised()
}

fn is_by(copy: &MessageCopy, message: &Message<'_>) -> bool {
    let by_id = copy.author_id.is_some() && copy.author_id.as_ref() == message.author().map(|person| &person.id);
    by_id || copy.author == message.author_name().unsanitised()
}

/// Messages that were found, each by as many ids as were used for it.
struct Seats<'a> {
    archive: &'a Archive,
    found: Vec<(MessageId, MsgIx)>,
    taken: HashSet<MsgIx>,
    /// Rows by text, of channels in which one was looked for.
    texts: HashMap<ChannelIx, HashMap<&'a str, Vec<u32>>>,
}

impl Seats<'_> {
    fn take(&mut self, id: MessageId, place: MsgIx) {
        self.taken.insert(place);
        self.found.push((id, place));
    }

    /// The place of a kept message whose id the archive has. Where ids count lines or records,
    /// another one may have moved to its place: then one with its words at its time is better, and
    /// one with neither is not it.
    fn believe(&self, copy: &MessageCopy, message: &Message<'_>) -> Option<MsgIx> {
        let is_then = copy.time == Some(message.time()).filter(|at| at.is_dated());
        let is_own = self.ids_in(message.ix().channel) == Some(Ids::Own);
        let is_sure = copy.text.is_empty() || is_own || (is_then && says(copy, message));
        let better = || self.at_its_time(message.ix().channel, copy);
        let is_likely = || says(copy, message) || (is_then && is_by(copy, message));
        if is_sure { Some(message.ix()) } else { better().or_else(|| is_likely().then(|| message.ix())) }
    }

    fn look_for(&mut self, id: &MessageId, copy: &MessageCopy) -> Option<MsgIx> {
        if copy.text.is_empty() {
            return None;
        }
        let channels = self.channels(id, copy);
        channels.iter().find_map(|&channel| self.at_its_time(channel, copy)).or_else(|| {
            let ids = self.ids_of(id);
            if ids == Some(Ids::Own) {
                return self.in_any_channel(id, copy);
            }
            // Where nothing is left of the platform, the channel it may be in tells.
            let is_counted = |&channel: &ChannelIx| ids.or(self.ids_in(channel)) == Some(Ids::Counted);
            let channels: Vec<ChannelIx> = channels.into_iter().filter(is_counted).collect();
            channels.into_iter().find_map(|channel| self.at_another_time(channel, copy))
        })
    }

    /// What the ids of a channel's messages are worth, as its source tells.
    fn ids_in(&self, channel: ChannelIx) -> Option<Ids> {
        Some(self.archive.log(channel)?.meta().ids)
    }

    /// What an id is worth that leads nowhere by itself: as those of its channel, else as the best of
    /// its platform, as a channel may have got another id.
    fn ids_of(&self, id: &MessageId) -> Option<Ids> {
        let channel = id.channel()?;
        let known = self.archive.channel(&channel).and_then(|channel| self.ids_in(channel));
        known.or_else(|| {
            let metas = self.archive.channels().map(|(_, log)| log.meta());
            metas.filter(|meta| meta.id.platform() == channel.platform()).map(|meta| meta.ids).min()
        })
    }

    /// The channel of its id, and those called as its channel was.
    fn channels(&self, id: &MessageId, copy: &MessageCopy) -> Vec<ChannelIx> {
        let mut channels: Vec<ChannelIx> = id.channel().and_then(|id| self.archive.channel(&id)).into_iter().collect();
        for channel in self.archive.channels_named(&copy.channel) {
            if !channels.contains(&channel) {
                channels.push(channel);
            }
        }
        channels
    }

    fn is_it(&self, place: MsgIx, copy: &MessageCopy) -> bool {
        let message = self.archive.message(place).filter(|_| !self.taken.contains(&place));
        message.is_some_and(|message| says(copy, &message) && is_by(copy, &message))
    }

    fn at_its_time(&self, channel: ChannelIx, copy: &MessageCopy) -> Option<MsgIx> {
        let (log, at) = (self.archive.log(channel)?, copy.time?);
        let rows = (log.first_at(at)..log.len() as u32).take_while(|&row| log.time(row) == at);
        rows.map(|row| MsgIx { channel, row }).find(|&place| self.is_it(place, copy))
    }

    /// A channel that got another id, and perhaps another name, keeps the ids of its messages.
    fn in_any_channel(&self, id: &MessageId, copy: &MessageCopy) -> Option<MsgIx> {
        let (_, native) = id.as_str().rsplit_once('/')?;
        let rows = self.archive.channels().filter_map(|(channel, log)| Some(MsgIx { channel, row: log.find(native)? }));
        rows.filter(|place| self.archive.log(place.channel).map(|log| log.time(place.row)) == copy.time)
            .find(|&place| self.is_it(place, copy))
    }

    fn at_another_time(&mut self, channel: ChannelIx, copy: &MessageCopy) -> Option<MsgIx> {
        let archive = self.archive;
        let log = archive.log(channel)?;
        let by_text = self.texts.entry(channel).or_insert_with(|| {
            let mut rows: HashMap<&str, Vec<u32>> = HashMap::new();
            (0..log.len() as u32).for_each(|row| rows.entry(log.text(row)).or_default().push(row));
            rows
        });
        let rows = by_text.get(copy.text.as_str()).cloned().unwrap_or_default();
        let places = rows.into_iter().map(|row| MsgIx { channel, row });
        let places: Vec<MsgIx> = places.filter(|&place| self.is_it(place, copy)).collect();
        let apart = |place: &MsgIx| copy.time.and_then(|at| log.time(place.row).since(at)).map(Micros::abs);
        match places.as_slice() {
            [only] if copy.text.len() >= TELLING => Some(*only),
            _ => {
                let near = places.iter().filter_map(|place| Some((apart(place)?, *place)));
                near.filter(|(apart, _)| *apart <= FARTHEST).min().map(|(_, place)| place)
            }
        }
    }

    /// What differs from what the sources tell: most often nothing.
    fn anchors(self, nowhere: Vec<MessageId>) -> Anchors {
        let archive = self.archive;
        let mut anchors = Anchors::default();
        let mut ids_of: BTreeMap<MsgIx, Vec<&MessageId>> = BTreeMap::new();
        let mut moved: Vec<(MessageId, Option<MsgIx>)> = Vec::new();
        for (id, place) in &self.found {
            ids_of.entry(*place).or_default().push(id);
            if archive.find_told(id) != Some(*place) {
                moved.push((id.clone(), Some(*place)));
            }
        }
        for (place, ids) in ids_of {
            let told = archive.message(place).map(|message| message.told_id());
            if let Some(id) = ids.iter().min().filter(|_| !ids.iter().any(|id| Some(*id) == told.as_ref())) {
                anchors.call(place, (*id).clone());
            }
        }
        moved.extend(nowhere.into_iter().filter(|id| archive.find_told(id).is_some()).map(|id| (id, None)));
        for (id, place) in moved {
            if let Some(holder) = archive.find_told(&id).filter(|holder| anchors.id(*holder).is_none()) {
                let other = free_id(archive, &anchors, &id);
                anchors.call(holder, other.clone());
                anchors.lead(other, Some(holder));
            }
            anchors.lead(id, place);
        }
        anchors
    }
}

/// An id for the record that holds one which an annotated message has: as for two records of one id.
fn free_id(archive: &Archive, anchors: &Anchors, id: &MessageId) -> MessageId {
    let others = (2_u32..).map(|nth| MessageId::from_text(format!("{id}~{nth}")));
    let mut free = others.filter(|other| archive.find_told(other).is_none() && anchors.place(other).is_none());
    free.next().unwrap_or_else(|| id.clone())
}

#[cfg(test)]
mod tests;
