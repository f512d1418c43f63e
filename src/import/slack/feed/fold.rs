//! Joins what several files tell of one message, and puts reactions told by events onto messages.
//!
//! A trace of a deletion is left beside what it deletes: the log joins the two.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::super::collect::{Reacted, Role};
use super::super::message::stranger_of;
use super::super::workspace::Workspace;
use super::FeedPart;
use crate::archive::builder::Record;
use crate::archive::{Extras, Flags, MessageType, PersonIx, Reaction};
use crate::base::text::RawString;
use crate::base::time::Instant;
use crate::import::format::{Part, Stranger};

/// Most people named for one reaction, and most reactions that events put onto one message.
const MOST_OF_A_MESSAGE: usize = 1_000;
/// Versions of one message that are compared with each other.
const MOST_COMPARED: usize = 100;

/// How two records of one message stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pair {
    /// One is only a copy.
    Copy,
    /// They are not known to be of different times.
    OneTime,
    /// One was recorded later than the other: what it does not have is gone.
    Later,
}

/// Where a record stands: the place of its part, and its place in it.
type Place = (usize, usize);

/// What decides between two records of one message: whether it is no copy, when it was edited, when
/// it was recorded.
type Weight = (bool, Option<Instant>, u64);

/// Joins the records of all parts by channel and id, and applies reactions in their order. Gives
/// how many reactions are of messages that are not there. `listed` people come before strangers.
pub(super) fn fold(
    parts: &[FeedPart],
    read: &mut [Part],
    reacted: &[Reacted],
    workspace: &Workspace,
    listed: usize,
) -> usize {
    let mut kept: HashMap<(usize, String), (Place, Weight)> = HashMap::new();
    let mut lost: Vec<Vec<usize>> = read.iter().map(|_| Vec::new()).collect();
    for (at, part) in parts.iter().enumerate() {
        let roles: HashMap<u32, (Role, u64)> =
            part.found.iter().map(|found| (found.number, (found.role, found.recorded))).collect();
        for row in 0..read.get(at).map_or(0, |part| part.records.len()) {
            let Some(record) = read.get(at).and_then(|part| part.records.get(row)) else { continue };
            if record.kind == MessageType::Deleted || !record.time.is_dated() {
                continue;
            }
            let (role, recorded) = roles.get(&record.provenance.record).copied().unwrap_or((Role::Own, 0));
            let edited = record.extras.as_ref().and_then(|extras| extras.edited);
            let weight = (role == Role::Own, edited, recorded);
            let id = (part.channel, record.native_id.clone());
            let Some((place, known)) = kept.get_mut(&id) else {
                kept.insert(id, ((at, row), weight));
                continue;
            };
            let (winner, loser) = if weight >= *known { ((at, row), *place) } else { (*place, (at, row)) };
            let pair = match (known.0 && weight.0, known.2 == weight.2) {
                (false, _) => Pair::Copy,
                (true, true) => Pair::OneTime,
                (true, false) => Pair::Later,
            };
            (*place, *known) = (winner, weight.max(*known));
            join(read, winner, loser, pair);
            if let Some(lost) = lost.get_mut(loser.0) {
                lost.push(loser.1);
            }
        }
    }
    let unmet = react(read, &kept, reacted, workspace, listed);
    for (part, lost) in read.iter_mut().zip(lost) {
        drop_rows(&mut part.records, lost);
    }
    unmet
}

fn drop_rows(records: &mut Vec<Record>, mut rows: Vec<usize>) {
    rows.sort_unstable();
    let mut rows = rows.into_iter().peekable();
    let mut at = 0;
    records.retain(|_| {
        let is_lost = rows.next_if_eq(&at).is_some();
        at += 1;
        !is_lost
    });
}

/// Keeps what the losing record says beyond the winning one.
fn join(read: &mut [Part], winner: Place, loser: Place, pair: Pair) {
    let lost = read.get_mut(loser.0).and_then(|part| part.records.get_mut(loser.1));
    let Some(mut lost) = lost.map(|lost| std::mem::replace(lost, Record::new("", Instant::UNDATED))) else { return };
    let Some(kept) = read.get_mut(winner.0).and_then(|part| part.records.get_mut(winner.1)) else { return };
    if kept.thread.is_none() && lost.thread.is_some() {
        kept.thread = lost.thread.take();
        kept.mark(Flags(lost.flags.0 & (Flags::REPLY.0 | Flags::BROADCAST.0)));
    }
    kept.declared_replies = kept.declared_replies.max(lost.declared_replies);
    if pair == Pair::OneTime {
        keep_marks(kept, &mut lost);
    }
    if pair != Pair::Copy {
        keep_words(kept, lost);
    }
}

/// Reactions and files, which not every shape of a record carries.
fn keep_marks(kept: &mut Record, lost: &mut Record) {
    let Some(theirs) = lost.extras.as_mut().map(Arc::make_mut) else { return };
    let has = |wanted: fn(&Extras) -> bool| kept.extras.as_deref().is_some_and(wanted);
    let (has_reactions, has_files) = (has(|own| !own.reactions.is_empty()), has(|own| !own.files.is_empty()));
    if !has_reactions && !theirs.reactions.is_empty() {
        kept.extras().reactions = std::mem::take(&mut theirs.reactions);
        kept.mark(Flags::REACTION);
    }
    if !has_files && !theirs.files.is_empty() {
        kept.extras().files = std::mem::take(&mut theirs.files);
        kept.mark(Flags::FILE);
    }
}

/// Earlier words as versions. A forged file may hold a million of one message: then none of them
/// is compared with all others.
fn keep_words(kept: &mut Record, mut lost: Record) {
    let mut versions =
        lost.extras.as_mut().map(Arc::make_mut).map(|extras| std::mem::take(&mut extras.versions)).unwrap_or_default();
    let words = (lost.text != kept.text).then(|| lost.into_version());
    let own =
        kept.extras.as_mut().map(Arc::make_mut).map(|extras| std::mem::take(&mut extras.versions)).unwrap_or_default();
    for version in own.into_iter().chain(words) {
        if versions.len() > MOST_COMPARED || !versions.contains(&version) {
            versions.push(version);
        }
    }
    if versions.len() <= MOST_COMPARED {
        versions.retain(|version| version.text.unsanitised() != kept.text);
    }
    if !versions.is_empty() {
        kept.extras().versions = versions;
    }
}

fn react(
    read: &mut [Part],
    kept: &HashMap<(usize, String), (Place, Weight)>,
    reacted: &[Reacted],
    workspace: &Workspace,
    listed: usize,
) -> usize {
    let mut unmet = 0;
    let mut strangers: BTreeMap<usize, HashMap<String, PersonIx>> = BTreeMap::new();
    for reaction in reacted {
        let id = (reaction.channel, reaction.ts.clone());
        let Some(((at, row), part)) = kept.get(&id).and_then(|(place, _)| Some((*place, read.get_mut(place.0)?)))
        else {
            unmet += 1;
            continue;
        };
        let person = workspace.user(&reaction.user).unwrap_or_else(|| {
            let known = strangers.entry(at).or_insert_with(|| by_id(&part.strangers, listed));
            *known.entry(reaction.user.clone()).or_insert_with(|| {
                part.strangers.push(Stranger { person: stranger_of(&reaction.user), named_at: None });
                PersonIx((listed + part.strangers.len() - 1) as u32)
            })
        });
        let is_applied = part.records.get_mut(row).is_some_and(|record| apply(record, reaction, person));
        unmet += usize::from(!is_applied);
    }
    unmet
}

fn by_id(strangers: &[Stranger], listed: usize) -> HashMap<String, PersonIx> {
    let places = strangers.iter().enumerate();
    places.map(|(at, stranger)| (stranger.person.id.native().to_owned(), PersonIx((listed + at) as u32))).collect()
}

/// False when the message has more reactions already than anybody reads.
fn apply(record: &mut Record, told: &Reacted, person: PersonIx) -> bool {
    let reactions = &mut record.extras().reactions;
    if reactions.len() >= MOST_OF_A_MESSAGE {
        return false;
    }
    let known = reactions.iter_mut().find(|reaction| reaction.name.unsanitised() == told.name);
    match known {
        None if told.is_added => {
            reactions.push(Reaction { name: RawString::from(told.name.as_str()), people: vec![person], count: 1 });
        }
        Some(known) if told.is_added && !known.people.contains(&person) => {
            known.count = known.count.saturating_add(1);
            if known.people.len() < MOST_OF_A_MESSAGE {
                known.people.push(person);
            }
        }
        Some(known) if !told.is_added && known.people.contains(&person) => {
            known.people.retain(|&ix| ix != person);
            known.count = known.count.saturating_sub(1);
        }
        _ => {}
    }
    reactions.retain(|reaction| reaction.count > 0);
    if reactions.is_empty() {
        record.flags = Flags(record.flags.0 & !Flags::REACTION.0);
    } else {
        record.mark(Flags::REACTION);
    }
    true
}
