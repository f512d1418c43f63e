//! Counts of one channel or of many, each message once; the rules are those of `inspect --json`.

use std::collections::BTreeSet;

use crate::archive::{ChannelLog, Extras, Flags, MessageType, People, PersonIx};
use crate::base::time::Instant;

/// What a channel or a source holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Every record a person would see: joins, bots, tombstones and files too.
    pub messages: usize,
    /// Distinct user ids that wrote.
    pub people: BTreeSet<PersonIx>,
    /// Distinct programs without a user id that wrote.
    pub programs: BTreeSet<PersonIx>,
    /// Threads with at least one reply present.
    pub threads: usize,
    /// Messages that answer in a thread.
    pub replies: usize,
    /// Pairs of a message and an emoji.
    pub reactions: usize,
    /// The people behind the reactions.
    pub votes: usize,
    /// Messages that tell of somebody joining.
    pub joins: usize,
    /// Messages marked as edited.
    pub edited: usize,
    /// Messages marked as deleted.
    pub deleted: usize,
    /// Messages with the id of a bot.
    pub bots: usize,
    /// File entries.
    pub files: usize,
    /// Answers that the platform counts and that are not there.
    pub lacking: usize,
    /// The earliest dated message.
    pub first: Option<Instant>,
    /// The latest dated message.
    pub last: Option<Instant>,
}

impl Counts {
    /// Counts one channel.
    pub fn of(log: &ChannelLog, people: &People) -> Self {
        let mut counts = Self {
            messages: log.len(),
            threads: log.threads().iter().filter(|thread| !thread.replies.is_empty()).count(),
            first: log.span().map(|(first, _)| first),
            last: log.span().map(|(_, last)| last),
            ..Self::default()
        };
        for thread in log.threads() {
            let declared = thread.declared.map_or(0, |declared| declared as usize);
            counts.lacking = counts.lacking.saturating_add(declared.saturating_sub(thread.replies.len()));
        }
        let mut wrote = vec![false; people.len()];
        for row in 0..log.len() as u32 {
            counts.add_row(log, row);
            if let Some(wrote) = log.author(row).and_then(|author| wrote.get_mut(author.0 as usize)) {
                *wrote = true;
            }
        }
        for (author, person) in people.iter().filter(|(ix, _)| wrote.get(ix.0 as usize) == Some(&true)) {
            let kind = if person.has_user_id { &mut counts.people } else { &mut counts.programs };
            kind.insert(author);
        }
        for (_, extras) in log.all_extras() {
            counts.add_extras(extras);
        }
        counts
    }

    fn add_row(&mut self, log: &ChannelLog, row: u32) {
        let flags = log.flags(row);
        let kind = log.kind(row);
        self.replies += usize::from(flags.has(Flags::REPLY));
        self.edited += usize::from(flags.has(Flags::EDITED));
        self.bots += usize::from(flags.has(Flags::BOT_ID));
        self.joins += usize::from(kind == MessageType::Join);
        self.deleted += usize::from(kind == MessageType::Deleted);
    }

    fn add_extras(&mut self, extras: &Extras) {
        self.reactions += extras.reactions.len();
        let votes = extras.reactions.iter().map(|reaction| reaction.count as usize).fold(0, usize::saturating_add);
        self.votes = self.votes.saturating_add(votes);
        self.files += extras.files.len();
    }

    /// Adds another channel's counts.
    pub fn add(&mut self, other: &Self) {
        self.messages += other.messages;
        self.people.extend(&other.people);
        self.programs.extend(&other.programs);
        self.threads += other.threads;
        self.replies += other.replies;
        self.reactions += other.reactions;
        self.votes = self.votes.saturating_add(other.votes);
        self.joins += other.joins;
        self.edited += other.edited;
        self.deleted += other.deleted;
        self.bots += other.bots;
        self.files += other.files;
        self.lacking = self.lacking.saturating_add(other.lacking);
        self.first = [self.first, other.first].into_iter().flatten().min();
        self.last = self.last.max(other.last);
    }
}
