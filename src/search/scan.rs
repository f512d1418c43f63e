//! Walks an archive with a query, a slice at a time, and gathers what it finds.
//!
//! A scan owns all it needs and can go to another thread; whoever holds it decides how long a slice
//! lasts and when to give up. What it has found in the end does not hang on how it was sliced: exact
//! hits stand in time order, close ones by score and then the newest first.

#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::sync::Arc;
use std::time::Duration;

use super::Match;
use super::filter::{Context, Corrected, Filter, Words};
use super::query::{Query, Sign, Term};
use super::vocabulary::{FEW, Vocabulary, is_correctable};
use super::word::{Verdict, Word};
use crate::archive::builder::letter_mask;
use crate::archive::{Archive, ChannelIx, MsgIx};
use crate::base::id::{MessageId, Target};
use crate::base::time::Instant;
use crate::project::model::MessageCopy;

/// Where to look.
#[derive(Debug, Clone)]
pub enum Scope {
    /// In all channels.
    All,
    /// In one channel.
    Channel(ChannelIx),
    /// In these messages: what a pane shows.
    Rows(Arc<[MsgIx]>),
}

/// How far a scan is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScanState {
    /// Some messages are still to be looked at.
    Running {
        /// Messages looked at.
        looked: usize,
        /// Messages in scope.
        total: usize,
    },
    /// All were looked at.
    Done,
}

/// A message in which every word was found, at least one of them only close by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// The message.
    pub ix: MsgIx,
    /// How close; the higher the better.
    pub score: i64,
}

/// A message that was found by the copy that the project keeps of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptHit {
    /// The message.
    pub id: MessageId,
    /// When it was posted.
    pub at: Instant,
    /// As asked or close by.
    pub how: Match,
    /// How close; the higher the better.
    pub score: i64,
}

/// A word that may have been meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The word as typed.
    pub typed: String,
    /// The word that may have been meant.
    pub word: String,
    /// The whole query with that word put in.
    pub query: String,
    /// How many messages that query finds exactly.
    pub count: usize,
}

/// What a scan has found so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hits {
    /// Messages that answer as asked, in time order.
    pub exact: Vec<MsgIx>,
    /// Messages that are close, the best first, of equals the newest.
    pub fuzzy: Vec<Hit>,
    /// Supplemental events that answer as asked, in time order; none when certain rows are searched.
    pub events: Vec<Target>,
    /// Messages that only the project keeps, in time order; none unless the context names them.
    pub kept: Vec<KeptHit>,
    /// How many messages answer as asked.
    pub exact_total: usize,
    /// How many are close.
    pub fuzzy_total: usize,
    /// Words that may have been meant, the most said first; complete when the scan is done.
    pub suggestions: Vec<Suggestion>,
}

impl Hits {
    /// Exact and close messages, kept ones too, and events together.
    pub const fn total(&self) -> usize {
        self.exact_total + self.fuzzy_total + self.events.len() + self.kept.len()
    }

    /// How many of them are only close.
    pub fn close_total(&self) -> usize {
        self.fuzzy_total + self.kept.iter().filter(|hit| hit.how == Match::Close).count()
    }
}

/// A search under way.
pub struct Scan {
    archive: Arc<Archive>,
    query: Query,
    filter: Filter,
    vocabulary: Option<Arc<Vocabulary>>,
    corrections: Option<Vec<Corrected>>,
    correction_counts: Vec<usize>,
    spans: Vec<Span>,
    total: usize,
    looked: usize,
    exact: Vec<(Instant, MsgIx)>,
    close: Vec<(Reverse<i64>, Reverse<Instant>, Reverse<MsgIx>)>,
    /// Copies still to be looked at; they wait for the corrections.
    kept: Vec<(MessageId, MessageCopy)>,
    hits: Hits,
}

/// A stretch of messages to look at.
struct Span {
    /// How many messages lie before it.
    before: usize,
    rows: Rows,
}

enum Rows {
    Channel(ChannelIx),
    Listed(Arc<[MsgIx]>),
}

/// Messages between two looks at the clock.
const BLOCK: usize = 256;

impl Scan {
    /// Prepares a search. Of the project only what the query asks for is taken; corrections wait for
    /// the first slice, because they take longer than a frame may.
    pub fn new(query: &Query, context: &Context, scope: Scope) -> Self {
        let filter = Filter::new(query, context);
        let archive = Arc::clone(context.archive);
        let events = matching_events(&filter, context, &scope);
        let kept = kept_in(context, &scope);
        let (spans, total) = spans_of(&archive, scope);
        Self {
            archive,
            query: query.clone(),
            filter,
            vocabulary: context.vocabulary.clone(),
            corrections: None,
            correction_counts: Vec::new(),
            spans,
            total,
            looked: 0,
            exact: Vec::new(),
            close: Vec::new(),
            kept,
            hits: Hits { events, ..Hits::default() },
        }
    }

    /// What the query names and nobody knows, in sentences.
    pub fn misses(&self) -> &[String] {
        self.filter.misses()
    }

    /// Looks at messages until `budget` is used up; at least at some, so that it always gets on.
    pub fn step(&mut self, budget: Duration) -> ScanState {
        let begun = std::time::Instant::now();
        self.prepare();
        while self.looked < self.total {
            self.look_at_block();
            if begun.elapsed() >= budget {
                break;
            }
        }
        self.publish();
        self.state()
    }

    /// Looks at all that is left.
    pub fn finish(&mut self) -> &Hits {
        while self.step(Duration::MAX) != ScanState::Done {}
        &self.hits
    }

    /// How far it is.
    pub const fn state(&self) -> ScanState {
        if self.looked < self.total {
            ScanState::Running { looked: self.looked, total: self.total }
        } else {
            ScanState::Done
        }
    }

    /// What it has found so far. While it runs the totals may be ahead of the lists.
    pub const fn hits(&self) -> &Hits {
        &self.hits
    }

    /// What it has found, without a copy.
    pub fn into_hits(self) -> Hits {
        self.hits
    }

    fn prepare(&mut self) {
        if self.corrections.is_some() {
            return;
        }
        let corrections = self.vocabulary.as_ref().map(|words| self.filter.correct(words)).unwrap_or_default();
        self.correction_counts = vec![0; corrections.len()];
        self.corrections = Some(corrections);
        self.look_at_kept();
    }

    fn look_at_kept(&mut self) {
        for (id, copy) in std::mem::take(&mut self.kept) {
            let (how, found) = match self.filter.judge_copy(&id, &copy, Words::AlsoClose) {
                Verdict::No => continue,
                Verdict::Exact(found) => (Match::Exact, found),
                Verdict::Close(found) => (Match::Close, found),
            };
            self.count_corrections(found.corrections);
            let at = copy.time.unwrap_or(Instant::UNDATED);
            self.hits.kept.push(KeptHit { id, at, how, score: found.score });
        }
        self.hits.kept.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    }

    fn look_at_block(&mut self) {
        let at = self.spans.partition_point(|span| span.before <= self.looked).saturating_sub(1);
        let Some(span) = self.spans.get(at) else {
            self.looked = self.total;
            return;
        };
        let end = self.spans.get(at + 1).map_or(self.total, |next| next.before);
        let until = end.min(self.looked + BLOCK);
        let (from, to) = (self.looked - span.before, until - span.before);
        match &span.rows {
            Rows::Channel(channel) => {
                let channel = *channel;
                for row in from..to {
                    self.look_at(MsgIx { channel, row: row as u32 });
                }
            }
            Rows::Listed(rows) => {
                let rows = Arc::clone(rows);
                for ix in rows.get(from..to).unwrap_or_default() {
                    self.look_at(*ix);
                }
            }
        }
        self.looked = until;
    }

    fn look_at(&mut self, ix: MsgIx) {
        let Some(message) = self.archive.message(ix) else { return };
        let corrections = match self.filter.judge_message(message, Words::AlsoClose) {
            Verdict::No => return,
            Verdict::Exact(found) => {
                self.exact.push((message.time(), ix));
                found.corrections
            }
            Verdict::Close(found) => {
                self.close.push((Reverse(found.score), Reverse(message.time()), Reverse(ix)));
                found.corrections
            }
        };
        self.count_corrections(corrections);
    }

    fn count_corrections(&mut self, corrections: u64) {
        if corrections != 0 {
            for (bit, count) in self.correction_counts.iter_mut().enumerate() {
                *count += usize::from(corrections >> bit.min(63) & 1 == 1);
            }
        }
    }

    /// Brings the lists up to date, unless there is little that they lack: sorting must not cost
    /// more than looking.
    fn publish(&mut self) {
        let is_done = self.looked == self.total;
        self.hits.exact_total = self.exact.len();
        self.hits.fuzzy_total = self.close.len();
        if is_done || self.exact.len() >= self.hits.exact.len() + self.hits.exact.len() / 4 {
            self.exact.sort();
            self.hits.exact.clear();
            self.hits.exact.extend(self.exact.iter().map(|(_, ix)| *ix));
        }
        if is_done || self.close.len() >= self.hits.fuzzy.len() + self.hits.fuzzy.len() / 4 {
            self.close.sort();
            self.hits.fuzzy.clear();
            self.hits.fuzzy.extend(self.close.iter().map(|(score, _, ix)| Hit { ix: ix.0, score: score.0 }));
        }
        if is_done {
            self.hits.suggestions = self.suggestions();
        }
    }

    fn suggestions(&self) -> Vec<Suggestion> {
        let typed = self.query.to_string();
        let corrections = self.corrections.iter().flatten().zip(&self.correction_counts);
        let mut suggestions: Vec<Suggestion> = corrections
            .map(|(corrected, &count)| Suggestion {
                query: self.query.with_word(&corrected.typed, &corrected.meant).to_string(),
                typed: corrected.typed.clone(),
                word: corrected.meant.clone(),
                count,
            })
            // After `~` the neighbours of a word are what is asked for, not what is meant instead.
            .filter(|suggestion| suggestion.count > 0 && suggestion.query != typed)
            .collect();
        suggestions.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.query.cmp(&b.query)));
        suggestions.dedup_by(|a, b| a.query == b.query);
        suggestions
    }
}

fn spans_of(archive: &Archive, scope: Scope) -> (Vec<Span>, usize) {
    let mut total = 0;
    let mut spans = Vec::new();
    let mut add = |rows: Rows, count: usize| {
        if count > 0 {
            spans.push(Span { before: total, rows });
            total += count;
        }
    };
    match scope {
        Scope::All => archive.channels().for_each(|(ix, log)| add(Rows::Channel(ix), log.len())),
        Scope::Channel(ix) => add(Rows::Channel(ix), archive.log(ix).map_or(0, |log| log.len())),
        Scope::Rows(rows) => {
            let count = rows.len();
            add(Rows::Listed(rows), count);
        }
    }
    (spans, total)
}

/// Copies that are searched too: what certain rows or one channel of the archive hold is not kept only.
fn kept_in(context: &Context, scope: &Scope) -> Vec<(MessageId, MessageCopy)> {
    match scope {
        Scope::All => context.kept_copies().map(|(id, copy)| (id.clone(), copy.clone())).collect(),
        Scope::Channel(_) | Scope::Rows(_) => Vec::new(),
    }
}

fn matching_events(filter: &Filter, context: &Context, scope: &Scope) -> Vec<Target> {
    let label = match scope {
        Scope::All => None,
        Scope::Channel(ix) => context.archive.log(*ix).map(|log| log.meta().name.unsanitised().to_lowercase()),
        Scope::Rows(_) => return Vec::new(),
    };
    let is_beside = |channel: Option<&str>| match &label {
        Some(label) => channel.is_some_and(|channel| channel.trim_start_matches('#').to_lowercase() == *label),
        None => true,
    };
    let events = context.project.events().iter();
    let mut found: Vec<_> = events
        .filter(|(target, event)| is_beside(event.channel.as_deref()) && filter.matches_event(target, event))
        .map(|(target, event)| (event.at.unwrap_or(Instant::UNDATED), target.clone()))
        .collect();
    found.sort();
    found.into_iter().map(|(_, target)| target).collect()
}

/// Searches everything at once, for the command line. At most `limit` messages are listed, exact
/// ones first; the totals count all. A vocabulary is built when the query has a word that may be
/// mistyped and the context brings none.
pub fn once(query: &Query, context: &Context, limit: Option<usize>) -> Hits {
    let vocabulary = context.vocabulary.clone().or_else(|| vocabulary_for(query, context));
    let context = context.clone().with_vocabulary(vocabulary);
    let mut scan = Scan::new(query, &context, Scope::All);
    scan.finish();
    let mut hits = scan.into_hits();
    if let Some(limit) = limit {
        hits.exact.truncate(limit);
        hits.fuzzy.truncate(limit - hits.exact.len());
    }
    hits
}

/// The words of the archive and of what is only kept, when a word of the query may be mistyped: when
/// it stands in next to no message, or only what is close is wanted. Building takes longer than
/// looking, so it is not done without need.
pub fn vocabulary_for(query: &Query, context: &Context) -> Option<Arc<Vocabulary>> {
    let terms = query.terms().into_iter().filter(|(_, sign)| *sign == Sign::Plain);
    let is_needed = |term: &Term| match term {
        Term::Word(word) => is_correctable(word) && is_rare(word, context),
        Term::Fuzzy(word) => is_correctable(word),
        _ => false,
    };
    let kept = || context.kept_copies().map(|(_, copy)| copy.text.as_str());
    terms.into_iter().any(|(term, _)| is_needed(term)).then(|| Arc::new(Vocabulary::with_kept(context.archive, kept())))
}

fn is_rare(typed: &str, context: &Context) -> bool {
    // Case is no reason for a correction, so it is folded here as in the vocabulary.
    let word = Word::new(&typed.to_lowercase());
    let archive = context.archive;
    let messages = archive.channels().flat_map(|(ix, _)| archive.messages(ix)).map(|message| {
        let mask = message.log().masks().get(message.ix().row as usize).copied().unwrap_or(u64::MAX);
        (message.text().unsanitised(), mask)
    });
    let kept = context.kept_copies().map(|(_, copy)| (copy.text.as_str(), letter_mask(&copy.text)));
    let holding = messages.chain(kept).filter(|(text, mask)| word.is_in(text, *mask));
    holding.take(FEW as usize + 1).count() <= FEW as usize
}
