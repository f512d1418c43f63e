//! A query made ready for one archive and project: says yes or no to a message or an event.
//!
//! Everything it needs of the project is taken when it is made, so it can go to another thread and
//! does not see later edits. In a filter a word must stand in the text as typed (smart case); only
//! `~word` and a [`super::scan::Scan`] look for what is close.

mod names;
mod subject;
#[cfg(test)]
mod tests;
use std::collections::HashSet;
use std::sync::Arc;

use regex::Regex;

use super::exact::{Needle, pattern};
use super::query::{HasWord, IsWord, Node, Query, Term, TypeWord};
use super::vocabulary::Vocabulary;
use super::word::{Found, Verdict, Word};
use crate::archive::{Archive, Flags, Message, MessageType, MsgIx};
use crate::base::id::{MessageId, Target, TargetKind};
use crate::base::time::{Instant, PhraseContext, Zone, parse_phrase};
use crate::project::Project;
use crate::project::model::{Event, MessageCopy, Milestone, Note, QuestionState};

use names::{Authors, Channels};
use subject::Subject;

/// What a query leans on.
#[derive(Clone)]
pub struct Context<'a> {
    /// Where messages are.
    pub archive: &'a Arc<Archive>,
    /// What people think about them.
    pub project: &'a Project,
    /// The zone of clocks.
    pub zone: Zone,
    /// The day of a clock without a day, and what `+15m` is counted from.
    pub cursor: Instant,
    /// What `start+20m` is counted from.
    pub start: Option<Instant>,
    /// What `end-5m` is counted from.
    pub end: Option<Instant>,
    /// The words of the archive, for what was mistyped.
    pub vocabulary: Option<Arc<Vocabulary>>,
    /// Messages of which only the project's copies are at hand, to be searched too.
    pub kept: Vec<MessageId>,
}

impl<'a> Context<'a> {
    /// Zone and milestones of the project; clocks mean the day of its start, else the last day.
    pub fn new(archive: &'a Arc<Archive>, project: &'a Project) -> Self {
        let start = project.milestone(Milestone::Start);
        let last = archive.span().map(|(_, last)| last);
        Self {
            archive,
            project,
            zone: project.zone(),
            cursor: start.or(last).unwrap_or(Instant::UNDATED),
            start,
            end: project.milestone(Milestone::End),
            vocabulary: None,
            kept: Vec::new(),
        }
    }

    /// The same with clocks of the day of `cursor`.
    #[must_use]
    pub const fn at(mut self, cursor: Instant) -> Self {
        self.cursor = cursor;
        self
    }

    /// The same with clocks of another zone.
    #[must_use]
    pub const fn in_zone(mut self, zone: Zone) -> Self {
        self.zone = zone;
        self
    }

    /// The same with the words of the archive.
    #[must_use]
    pub fn with_vocabulary(mut self, vocabulary: Option<Arc<Vocabulary>>) -> Self {
        self.vocabulary = vocabulary;
        self
    }

    /// The same with messages of which only the project's copies are at hand.
    #[must_use]
    pub fn with_kept(mut self, kept: Vec<MessageId>) -> Self {
        self.kept = kept;
        self
    }

    /// The copies of what is only kept.
    pub(super) fn kept_copies(&self) -> impl Iterator<Item = (&MessageId, &'a MessageCopy)> {
        self.kept.iter().filter_map(|id| Some((id, self.project.message(id)?)))
    }

    const fn phrases(&self) -> PhraseContext {
        PhraseContext { zone: self.zone, cursor: self.cursor, start: self.start, end: self.end }
    }
}

/// A query made ready.
pub struct Filter {
    root: Rule,
    misses: Vec<String>,
}

enum Rule {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Test(Test),
}

enum Test {
    Never,
    After(Instant),
    Before(Instant),
    Type(TypeWord),
    Flag(Flags),
    Thread,
    Private,
    In(Channels),
    From(Authors),
    Marked(Marks),
    Phrase(Needle),
    Word(Box<Word>),
    Close(Box<Word>),
    Pattern(Regex),
}

/// Targets with something on them.
struct Marks {
    rows: HashSet<MsgIx>,
    targets: HashSet<Target>,
}

/// Whether a word may be found where only something close to it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Words {
    /// No: filters, and what is negated.
    AsTyped,
    /// Yes.
    AlsoClose,
}

/// A word that may have been mistyped, and one that may have been meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Corrected {
    pub typed: String,
    pub meant: String,
}

impl Filter {
    /// Makes a query ready. What it names and nobody knows finds nothing and is told by
    /// [`Filter::misses`].
    pub fn new(query: &Query, context: &Context) -> Self {
        let mut compiler = Compiler { context, misses: Vec::new() };
        let mut root = compiler.rule(query.node());
        if let Some(vocabulary) = &context.vocabulary {
            let mut bit = 0;
            root.each_word(&mut |word, kind| {
                if kind == WordKind::CloseOnly {
                    bit += word.add_neighbours(vocabulary, bit).len();
                }
            });
        }
        Self { root, misses: compiler.misses }
    }

    /// What the query names and nobody knows, in sentences: `nobody is called »natlie«`.
    pub fn misses(&self) -> &[String] {
        &self.misses
    }

    /// Whether it lets a message through.
    pub fn matches(&self, message: &Message) -> bool {
        self.judge(&Subject::Message(*message), Words::AsTyped) != Verdict::No
    }

    /// Whether it lets an event through that no channel recorded.
    pub fn matches_event(&self, target: &Target, event: &Event) -> bool {
        self.judge(&Subject::Event(target, event), Words::AsTyped) != Verdict::No
    }

    /// Whether it lets a message through of which only the project's copy is left. Reactions, links,
    /// threads and edits are not known of copies.
    pub fn matches_copy(&self, id: &MessageId, copy: &MessageCopy) -> bool {
        self.judge(&Subject::Copy(id, copy), Words::AsTyped) != Verdict::No
    }

    /// Whether it lets an entry of the timeline through: a message in the archive or as a copy, an
    /// event, or a beat of which any member gets through.
    pub fn matches_target(&self, target: &Target, archive: &Archive, project: &Project) -> bool {
        match target.kind() {
            TargetKind::Event => project.events().get(target).is_some_and(|event| self.matches_event(target, event)),
            TargetKind::Beat => {
                let mut members = project.beats().get(target).into_iter().flatten();
                // A beat in a beat can only come of a damaged file; one level is looked at.
                members.any(|member| member.kind() != TargetKind::Beat && self.matches_target(member, archive, project))
            }
            TargetKind::Message => target.message().is_some_and(|id| {
                let message = archive.find(&id).and_then(|ix| archive.message(ix));
                message.map_or_else(
                    || project.message(&id).is_some_and(|copy| self.matches_copy(&id, copy)),
                    |message| self.matches(&message),
                )
            }),
        }
    }

    /// Judges a message that has the letters asked for.
    pub(super) fn judge_lettered(&self, message: Message) -> Verdict {
        self.root.judge(&Subject::Message(message), Words::AlsoClose)
    }

    /// Whether a message with these letters may match.
    pub(super) fn may_match(&self, mask: u64) -> bool {
        self.root.may_match(mask)
    }

    pub(super) fn judge_copy(&self, id: &MessageId, copy: &MessageCopy, words: Words) -> Verdict {
        self.judge(&Subject::Copy(id, copy), words)
    }

    fn judge(&self, subject: &Subject, words: Words) -> Verdict {
        // Most messages lack a letter of some word, and are done before any text is read.
        if !self.root.may_match(subject.mask()) {
            return Verdict::No;
        }
        self.root.judge(subject, words)
    }

    /// Letters without which no message matches.
    pub(super) fn required_letters(&self) -> u64 {
        self.root.required_letters()
    }

    /// Whether messages with those letters may all match, so that there is nothing more to ask of letters.
    pub(super) fn asks_only_for_required_letters(&self) -> bool {
        self.root.asks_only_for_required_letters()
    }

    /// How many windows were scored so far.
    pub(super) fn scored_count(&self) -> usize {
        self.root.scored_count()
    }

    /// Lets each word that may be found close by be corrected; gives the corrections in the order of
    /// their bits.
    pub(super) fn correct(&mut self, vocabulary: &Vocabulary) -> Vec<Corrected> {
        let mut corrections = Vec::new();
        self.root.each_word(&mut |word, kind| {
            let meant = match kind {
                WordKind::Plain => word.correct(vocabulary, corrections.len()),
                WordKind::CloseOnly => word.add_neighbours(vocabulary, corrections.len()),
            };
            let typed = word.typed().to_owned();
            corrections.extend(meant.into_iter().map(|meant| Corrected { typed: typed.clone(), meant }));
        });
        corrections
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WordKind {
    Plain,
    CloseOnly,
}

impl Rule {
    fn judge(&self, subject: &Subject, words: Words) -> Verdict {
        match self {
            Self::All(rules) => judge_all(rules, subject, words),
            Self::Any(rules) => judge_any(rules, subject, words),
            Self::Not(rule) => Verdict::from_bool(rule.judge(subject, Words::AsTyped) == Verdict::No),
            Self::Test(test) => test.judge(subject, words),
        }
    }

    /// Whether a text with these letters may match.
    fn may_match(&self, mask: u64) -> bool {
        match self {
            Self::All(rules) => rules.iter().all(|rule| rule.may_match(mask)),
            Self::Any(rules) => rules.iter().any(|rule| rule.may_match(mask)),
            Self::Test(Test::Phrase(needle)) => needle.may_be_in(mask),
            Self::Test(Test::Word(word) | Test::Close(word)) => word.may_be_in(mask),
            Self::Not(_) | Self::Test(_) => true,
        }
    }

    fn required_letters(&self) -> u64 {
        match self {
            Self::All(rules) => rules.iter().fold(0, |required, rule| required | rule.required_letters()),
            Self::Any(rules) => rules.iter().map(Self::required_letters).reduce(|one, other| one & other).unwrap_or(0),
            Self::Test(Test::Phrase(needle)) => needle.mask(),
            Self::Test(Test::Word(word) | Test::Close(word)) => word.required_letters(),
            Self::Not(_) | Self::Test(_) => 0,
        }
    }

    fn asks_only_for_required_letters(&self) -> bool {
        match self {
            Self::All(rules) => rules.iter().all(Self::asks_only_for_required_letters),
            Self::Any(_) => false,
            Self::Test(Test::Word(word) | Test::Close(word)) => !word.is_corrected(),
            Self::Not(_) | Self::Test(_) => true,
        }
    }

    fn scored_count(&self) -> usize {
        match self {
            Self::All(rules) | Self::Any(rules) => rules.iter().map(Self::scored_count).sum(),
            Self::Test(Test::Word(word) | Test::Close(word)) => word.scored_count(),
            Self::Not(_) | Self::Test(_) => 0,
        }
    }

    /// Calls `visit` with each word that is not negated.
    fn each_word(&mut self, visit: &mut dyn FnMut(&mut Word, WordKind)) {
        match self {
            Self::All(rules) | Self::Any(rules) => rules.iter_mut().for_each(|rule| rule.each_word(visit)),
            Self::Test(Test::Word(word)) => visit(word, WordKind::Plain),
            Self::Test(Test::Close(word)) => visit(word, WordKind::CloseOnly),
            Self::Not(_) | Self::Test(_) => {}
        }
    }

    /// Longer words stand in fewer messages, so of equally dear tests they go first.
    fn length(&self) -> usize {
        match self {
            Self::Test(Test::Word(word) | Test::Close(word)) => word.typed().len(),
            _ => 0,
        }
    }

    /// Cheap tests go first, so that few messages reach the dear ones.
    fn cost(&self) -> u8 {
        match self {
            Self::Test(Test::Never) => 0,
            Self::Test(Test::After(_) | Test::Before(_) | Test::Type(_) | Test::Flag(_) | Test::Private) => 1,
            Self::Test(Test::In(_) | Test::From(_) | Test::Thread) => 2,
            Self::Test(Test::Marked(_)) => 3,
            Self::Test(Test::Phrase(_)) => 4,
            Self::Test(Test::Word(_)) => 5,
            Self::Test(Test::Close(_)) => 6,
            Self::Test(Test::Pattern(_)) => 7,
            Self::Not(rule) => rule.cost(),
            Self::All(rules) | Self::Any(rules) => rules.iter().map(Self::cost).max().unwrap_or(0),
        }
    }
}

fn judge_all(rules: &[Rule], subject: &Subject, words: Words) -> Verdict {
    let (mut score, mut close_count, mut corrections) = (0, 0, 0);
    for rule in rules {
        match rule.judge(subject, words) {
            Verdict::No => return Verdict::No,
            Verdict::Exact(found) => {
                score += found.score;
                if close_count == 0 {
                    corrections |= found.corrections;
                }
            }
            Verdict::Close(found) => {
                score += found.score;
                close_count += 1;
                // Putting one word right makes an exact hit only when all others stand as typed.
                corrections = if close_count == 1 { found.corrections } else { 0 };
            }
        }
    }
    let found = Found { score, corrections };
    if close_count == 0 { Verdict::Exact(found) } else { Verdict::Close(found) }
}

fn judge_any(rules: &[Rule], subject: &Subject, words: Words) -> Verdict {
    let mut best = Verdict::No;
    for rule in rules {
        match (rule.judge(subject, words), best) {
            (exact @ Verdict::Exact(_), _) => return exact,
            (Verdict::Close(found), Verdict::Close(known)) if found.score <= known.score => {}
            (close @ Verdict::Close(_), _) => best = close,
            (Verdict::No, _) => {}
        }
    }
    best
}

impl Test {
    fn judge(&self, subject: &Subject, words: Words) -> Verdict {
        let yes = match self {
            Self::Word(word) if word.is_told_by_letters() => word.may_be_in(subject.mask()),
            Self::Word(word) if words == Words::AlsoClose => return word.judge(subject.text(), subject.mask()),
            Self::Close(word) => return word.judge_close_only(subject.text(), subject.mask()),
            Self::Word(word) => word.is_in(subject.text(), subject.mask()),
            Self::Phrase(needle) => needle.may_be_in(subject.mask()) && needle.is_in(subject.text()),
            Self::Pattern(pattern) => pattern.is_match(subject.text()),
            Self::Never => false,
            Self::After(at) => subject.time().is_dated() && subject.time() >= *at,
            Self::Before(at) => subject.time().is_dated() && subject.time() < *at,
            Self::Type(word) => subject.is_type(*word),
            Self::Flag(flag) => subject.has_flag(*flag),
            Self::Thread => subject.has_thread(),
            Self::Private => subject.is_private(),
            Self::In(channels) => subject.is_in(channels),
            Self::From(authors) => subject.is_from(authors),
            Self::Marked(marks) => subject.is_marked(marks),
        };
        Verdict::from_bool(yes)
    }
}

/// Turns a query into rules, noting what it names and nobody knows.
struct Compiler<'a> {
    context: &'a Context<'a>,
    misses: Vec<String>,
}

impl Compiler<'_> {
    fn rule(&mut self, node: &Node) -> Rule {
        match node {
            Node::All(nodes) => {
                let mut rules: Vec<Rule> = nodes.iter().map(|node| self.rule(node)).collect();
                rules.sort_by_key(|rule| (rule.cost(), std::cmp::Reverse(rule.length())));
                Rule::All(rules)
            }
            Node::Any(nodes) => Rule::Any(nodes.iter().map(|node| self.rule(node)).collect()),
            Node::Not(node) => Rule::Not(Box::new(self.rule(node))),
            Node::Term(term) => Rule::Test(self.test(term)),
        }
    }

    fn test(&mut self, term: &Term) -> Test {
        match term {
            Term::Word(word) => Test::Word(Box::new(Word::new(word))),
            Term::Fuzzy(word) => Test::Close(Box::new(Word::new(word))),
            Term::Phrase(phrase) => Test::Phrase(Needle::smart(phrase)),
            Term::Pattern(typed) => pattern(typed).map_or_else(
                |reason| {
                    self.misses.push(format!("`{typed}` is no pattern: {reason}"));
                    Test::Never
                },
                Test::Pattern,
            ),
            Term::From(who) => self.authors(who),
            Term::In(channel) => self.channels(channel),
            Term::Tag(tag) => self.tagged(tag),
            Term::Type(word) => Test::Type(*word),
            Term::Has(word) => self.has(*word),
            Term::Is(word) => self.is(*word),
            Term::After(time) => self.time("after", time, Test::After),
            Term::Before(time) => self.time("before", time, Test::Before),
            Term::State(state) => self.questions(|known| known == *state),
        }
    }

    fn time(&mut self, field: &str, phrase: &str, test: fn(Instant) -> Test) -> Test {
        match parse_phrase(phrase, &self.context.phrases()) {
            Ok(at) => test(at),
            Err(error) => {
                let lower = phrase.to_lowercase();
                let milestone = ["start", "t+", "end"].into_iter().find(|anchor| lower.contains(anchor));
                self.misses.push(match milestone {
                    Some("end") => format!("`{field}:{phrase}` needs the milestone end, which is not set"),
                    Some(_) => format!("`{field}:{phrase}` needs the milestone start, which is not set"),
                    None => format!("{field}: {error}"),
                });
                Test::Never
            }
        }
    }

    fn authors(&mut self, who: &str) -> Test {
        let authors = Authors::called(who, self.context);
        if authors.is_empty() {
            self.misses.push(format!("nobody is called `{who}`"));
        }
        Test::From(authors)
    }

    fn channels(&mut self, name: &str) -> Test {
        let channels = Channels::called(name, self.context);
        if channels.is_empty() {
            self.misses.push(format!("no channel is called `{name}`"));
        }
        Test::In(channels)
    }

    fn tagged(&mut self, name: &str) -> Test {
        let project = self.context.project;
        let tags = names::tags_called(name, project);
        if tags.is_empty() {
            self.misses.push(format!("no tag and no group of tags is called `{name}`"));
        }
        let is_used = |uses: &std::collections::BTreeSet<_>| {
            uses.iter().filter_map(|id| project.tag(id)).any(|(id, _)| tags.contains(id))
        };
        let messages = project.messages().iter().filter(|(_, copy)| is_used(&copy.tags)).map(|(id, _)| id.target());
        let events = project.events().iter().filter(|(_, event)| is_used(&event.tags)).map(|(id, _)| id.clone());
        self.marked(messages.chain(events))
    }

    fn has(&self, word: HasWord) -> Test {
        match word {
            HasWord::Note => self.notes(|_| true),
            HasWord::Question => self.notes(|note| note.question.is_some()),
            HasWord::Tag => self.any_tag(),
            HasWord::Thread => Test::Thread,
            HasWord::Reaction => Test::Flag(Flags::REACTION),
            HasWord::File => Test::Flag(Flags::FILE),
            HasWord::Link => Test::Flag(Flags::LINK),
        }
    }

    fn is(&self, word: IsWord) -> Test {
        match word {
            IsWord::Timeline => self.on_timeline(),
            IsWord::Noted => self.has(HasWord::Note),
            IsWord::Tagged => self.has(HasWord::Tag),
            IsWord::Question => self.has(HasWord::Question),
            IsWord::Open => self.questions(|state| state != QuestionState::Answered),
            IsWord::Bot => Test::Type(TypeWord::Message(MessageType::Bot)),
            IsWord::Edited => Test::Type(TypeWord::Edited),
            IsWord::Private => Test::Private,
        }
    }

    fn questions(&self, wanted: impl Fn(QuestionState) -> bool) -> Test {
        self.notes(|note| note.question.as_ref().is_some_and(|question| wanted(question.state)))
    }

    fn notes(&self, wanted: impl Fn(&Note) -> bool) -> Test {
        self.marked(self.context.project.notes().values().filter(|note| wanted(note)).map(|note| note.on.clone()))
    }

    fn any_tag(&self) -> Test {
        let project = self.context.project;
        let messages = project.messages().iter().filter(|(_, copy)| !copy.tags.is_empty()).map(|(id, _)| id.target());
        let events = project.events().iter().filter(|(_, event)| !event.tags.is_empty()).map(|(id, _)| id.clone());
        self.marked(messages.chain(events))
    }

    fn on_timeline(&self) -> Test {
        let project = self.context.project;
        let entries = project.timeline().keys();
        let members = entries.clone().filter_map(|target| project.beats().get(target)).flatten();
        self.marked(entries.chain(members).cloned())
    }

    fn marked(&self, targets: impl Iterator<Item = Target>) -> Test {
        let targets: HashSet<Target> = targets.collect();
        let messages = targets.iter().filter_map(Target::message);
        let rows = messages.filter_map(|id| self.context.archive.find(&id)).collect();
        Test::Marked(Marks { rows, targets })
    }
}
