//! Walks an archive with a query, a slice at a time, and gathers what it finds.
//!
//! A scan owns all it needs and can go to another thread; whoever holds it decides how long a slice
//! lasts and when to give up. It looks on all cores, at what was said first first, so that the first
//! page of results stands early and stays. What it has found in the end does not hang on how it was
//! sliced: exact hits stand in time order, close ones by score and then the newest first.

mod crew;
mod hits;
mod part;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::sync::Arc;
use std::time::Duration;

use rayon::prelude::*;

use super::Match;
use super::filter::{Context, Corrected, Filter, Words};
use super::in_time::InTime;
use super::query::{Query, Sign, Term};
use super::vocabulary::{FEW, Vocabulary, is_correctable};
use super::word::{Verdict, Word};
use crate::archive::builder::letter_mask;
use crate::archive::{Archive, ChannelIx, MsgIx};
use crate::base::id::{MessageId, Target};
use crate::base::time::Instant;
use crate::project::model::MessageCopy;

use crew::{Crew, Task};
pub use hits::{Hit, Hits, KeptHit, Suggestion};
use part::{Part, Stretch};

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

/// How much a scan had to do: what its speed hangs on, without a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Effort {
    /// Messages whose letters were looked at.
    pub looked: usize,
    /// Messages whose text was read.
    pub read: usize,
    /// Windows that the matcher scored; windows of the same letters are scored once.
    pub scored: usize,
}

/// A search under way.
pub struct Scan {
    archive: Arc<Archive>,
    query: Query,
    filter: Arc<Filter>,
    vocabulary: Option<Arc<Vocabulary>>,
    scope: Scope,
    /// An earlier search that found all that this one can find.
    wider: Option<Hits>,
    corrections: Vec<Corrected>,
    correction_counts: Vec<usize>,
    /// Who looks; since the first slice.
    crew: Option<Crew>,
    /// What was found in each stretch.
    parts: Vec<Part>,
    /// The best of the close ones so far, and some more; in no order.
    best: Vec<Rank>,
    /// What is not before this one is none of the best.
    floor: Option<Rank>,
    total: usize,
    looked: usize,
    /// Copies still to be looked at; they wait for the corrections.
    kept: Vec<(MessageId, MessageCopy)>,
    hits: Hits,
    is_told: bool,
}

/// Close hits that are listed while a scan runs.
const BEST: usize = 200;

impl Scan {
    /// Prepares a search. Of the project only what the query asks for is taken; all else waits for
    /// the first slice, because it takes longer than a frame may.
    pub fn new(query: &Query, context: &Context, scope: Scope) -> Self {
        let filter = Filter::new(query, context);
        let archive = Arc::clone(context.archive);
        let events = matching_events(&filter, context, &scope);
        let kept = kept_in(context, &scope);
        let total = match &scope {
            Scope::All => archive.message_count(),
            Scope::Channel(ix) => archive.log(*ix).map_or(0, |log| log.len()),
            Scope::Rows(rows) => rows.len(),
        };
        Self {
            archive,
            query: query.clone(),
            filter: Arc::new(filter),
            vocabulary: context.vocabulary.clone(),
            scope,
            wider: None,
            corrections: Vec::new(),
            correction_counts: Vec::new(),
            crew: None,
            parts: Vec::new(),
            best: Vec::new(),
            floor: None,
            total,
            looked: 0,
            kept,
            hits: Hits { events, ..Hits::default() },
            is_told: false,
        }
    }

    /// What is asked for.
    pub const fn query(&self) -> &Query {
        &self.query
    }

    /// The words against which mistyped ones are held.
    pub const fn vocabulary(&self) -> Option<&Arc<Vocabulary>> {
        self.vocabulary.as_ref()
    }

    /// What the query names and nobody knows, in sentences.
    pub fn misses(&self) -> &[String] {
        self.filter.misses()
    }

    /// Looks only among what an earlier scan of the same archive, scope and project found, all of it
    /// done. Only for a query that asks for all that the earlier one asked for, word by word:
    /// [`Query::narrows`].
    pub fn narrow(&mut self, wider: Hits) {
        self.wider = Some(wider);
    }

    /// Looks at messages until `budget` is used up; at least at some, so that it always gets on.
    pub fn step(&mut self, budget: Duration) -> ScanState {
        self.prepare();
        let Some(crew) = &mut self.crew else { return ScanState::Done };
        for (place, part) in crew.step(budget) {
            self.looked += crew.task().stretches.get(place).map_or(0, Stretch::len);
            for (sum, count) in self.correction_counts.iter_mut().zip(&part.corrections) {
                *sum += count;
            }
            self.hits.exact_total += part.exact.len();
            self.hits.fuzzy_total += part.close.len();
            let floor = self.floor;
            self.best.extend(ranks(&self.archive, &part).filter(|rank| floor.is_none_or(|floor| *rank < floor)));
            if self.best.len() > 8 * BEST {
                keep_best(&mut self.best);
                self.floor = self.best.iter().max().copied();
            }
            if let Some(slot) = self.parts.get_mut(place) {
                *slot = part;
            }
        }
        let state = self.state();
        if state == ScanState::Done {
            self.publish();
        }
        state
    }

    /// Looks at all that is left.
    pub fn finish(&mut self) -> &Hits {
        while self.step(Duration::MAX) != ScanState::Done {}
        &self.hits
    }

    /// How far it is.
    pub fn state(&self) -> ScanState {
        if self.crew.as_ref().is_some_and(Crew::is_done) {
            ScanState::Done
        } else {
            ScanState::Running { looked: self.looked, total: self.total }
        }
    }

    /// What it has found so far, when it was last published. While it runs the totals may be ahead.
    pub const fn hits(&self) -> &Hits {
        &self.hits
    }

    /// What it has found, without a copy.
    pub fn into_hits(self) -> Hits {
        self.hits
    }

    /// What it did so far.
    pub fn effort(&self) -> Effort {
        let read = self.parts.iter().map(|part| part.read).sum();
        Effort { looked: self.looked, read, scored: self.filter.scored_count() }
    }

    fn prepare(&mut self) {
        if self.crew.is_some() {
            return;
        }
        // Nobody else holds the filter before the crew does.
        let corrections = match (&self.vocabulary, Arc::get_mut(&mut self.filter)) {
            (Some(words), Some(filter)) => filter.correct(words),
            _ => Vec::new(),
        };
        self.correction_counts = vec![0; corrections.len()];
        self.corrections = corrections;
        self.look_at_kept();
        let stretches = match self.wider.take() {
            Some(wider) => part::stretches_of(&wider.exact, &wider.close),
            None => part::stretches(&self.archive, &self.scope),
        };
        self.total = stretches.iter().map(Stretch::len).sum();
        self.parts = vec![Part::default(); stretches.len()];
        self.crew = Some(Crew::new(self.task(stretches)));
    }

    /// What was said first is looked at first.
    fn task(&self, stretches: Vec<Stretch>) -> Task {
        let began = |place: &usize| {
            let first = stretches.get(*place).map(Stretch::first);
            first.and_then(|ix| Some((self.archive.log(ix.channel)?.time(ix.row), ix)))
        };
        let mut order: Vec<usize> = (0..stretches.len()).collect();
        order.sort_by_cached_key(began);
        let (archive, filter) = (Arc::clone(&self.archive), Arc::clone(&self.filter));
        Task { archive, filter, stretches, order, correction_count: self.correction_counts.len() }
    }

    fn look_at_kept(&mut self) {
        for (id, copy) in std::mem::take(&mut self.kept) {
            let (how, found) = match self.filter.judge_copy(&id, &copy, Words::AlsoClose) {
                Verdict::No => continue,
                Verdict::Exact(found) => (Match::Exact, found),
                Verdict::Close(found) => (Match::Close, found),
            };
            part::count(&mut self.correction_counts, found.corrections);
            let at = copy.time.unwrap_or(Instant::UNDATED);
            self.hits.kept.push(KeptHit { id, at, how, score: found.score });
        }
        self.hits.kept.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    }

    /// Brings the lists up to date with what was found. Of close hits only the best are put in order
    /// before all are known.
    pub fn publish(&mut self) {
        let is_done = self.state() == ScanState::Done;
        if std::mem::replace(&mut self.is_told, is_done) {
            return;
        }
        self.hits.exact = self.in_time(|part| &part.exact, |row| *row);
        self.hits.close = self.in_time(|part| &part.close, |(row, _)| *row);
        let ranked = if is_done {
            self.hits.suggestions = self.suggestions();
            self.best = Vec::new();
            self.all_ranked()
        } else {
            keep_best(&mut self.best);
            self.best.sort_unstable();
            self.best.clone()
        };
        self.hits.fuzzy = ranked.into_iter().map(|(score, _, ix)| Hit { ix: ix.0, score: score.0 }).collect();
    }

    /// Stretches stand by channel and row, and so does what was found in them.
    fn in_time<T>(&self, rows: impl Fn(&Part) -> &Vec<T>, row: impl Fn(&T) -> u32) -> InTime {
        let mut runs: Vec<(ChannelIx, Vec<u32>)> = Vec::new();
        for part in &self.parts {
            let Some(channel) = part.channel.filter(|_| !rows(part).is_empty()) else { continue };
            if runs.last().is_none_or(|run| run.0 != channel) {
                runs.push((channel, Vec::new()));
            }
            if let Some((_, run)) = runs.last_mut() {
                run.extend(rows(part).iter().map(&row));
            }
        }
        InTime::new(&self.archive, runs)
    }

    fn all_ranked(&self) -> Vec<Rank> {
        let mut ranked: Vec<Rank> = self.parts.par_iter().flat_map_iter(|part| ranks(&self.archive, part)).collect();
        // No two are equal, so threads put them into the same order as one would.
        ranked.par_sort_unstable();
        ranked
    }

    fn suggestions(&self) -> Vec<Suggestion> {
        let typed = self.query.to_string();
        let corrections = self.corrections.iter().zip(&self.correction_counts);
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

/// What puts close hits in order: the best first, of equals the newest.
type Rank = (Reverse<i64>, Reverse<Instant>, Reverse<MsgIx>);

fn ranks<'a>(archive: &'a Archive, part: &'a Part) -> impl Iterator<Item = Rank> {
    let found = part.channel.and_then(|channel| Some((channel, archive.log(channel)?)));
    found.into_iter().flat_map(|(channel, log)| {
        let rank =
            move |&(row, score): &(u32, i64)| (Reverse(score), Reverse(log.time(row)), Reverse(MsgIx { channel, row }));
        part.close.iter().map(rank)
    })
}

/// Drops all but the best [`BEST`].
fn keep_best(ranked: &mut Vec<Rank>) {
    if ranked.len() > BEST {
        ranked.select_nth_unstable(BEST - 1);
        ranked.truncate(BEST);
    }
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
        hits.exact = hits.exact.cut_to(limit);
        hits.fuzzy = hits.fuzzy.iter().copied().take(limit - hits.exact.len()).collect();
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
