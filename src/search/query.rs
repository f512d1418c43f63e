//! What somebody asks for, as a tree: read by [`Query::parse`], printed back by `Display`.
//!
//! Printing and reading again gives the same query. A query leans on no archive and no clock, so it
//! can be kept in a project; [`super::filter::Filter`] gives it its meaning. `-` binds closest, then
//! side by side (and), then `OR`.

mod error;
mod parse;
#[cfg(test)]
mod tests;

use std::fmt::{self, Write as _};

use crate::archive::MessageType;
use crate::project::model::QuestionState;

pub use error::{Problem, QueryError};

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    root: Node,
}

/// A query or a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// All of these; everything when there are none.
    All(Vec<Self>),
    /// At least one of these.
    Any(Vec<Self>),
    /// Whatever this does not ask for.
    Not(Box<Self>),
    /// One condition.
    Term(Term),
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// A word, anywhere in the text; lower case finds capitals too. A scan also finds what is close.
    Word(String),
    /// `"words side by side"`, anywhere in the text, also inside words.
    Phrase(String),
    /// `re:/pattern/`.
    Pattern(String),
    /// `~word`: only what is close to the word, not the word itself.
    Fuzzy(String),
    /// `from:natalie`: handle, name or id of the author.
    From(String),
    /// `in:#sev-search`: name or id of the channel.
    In(String),
    /// `tag:detection`: a tag or a whole group.
    Tag(String),
    /// `type:join`.
    Type(TypeWord),
    /// `has:note`.
    Has(HasWord),
    /// `is:timeline`.
    Is(IsWord),
    /// `after:14:00`: at that time or later.
    After(String),
    /// `before:14:31`: earlier than that time.
    Before(String),
    /// `state:open`: carries a question in that state.
    State(QuestionState),
}

/// What `type:` takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypeWord {
    /// A type of message; `bot`, `file` and `reply` also where another type came first.
    Message(MessageType),
    /// Its text was changed after it was posted.
    Edited,
    /// An event that no channel recorded.
    Event,
}

/// What `has:` takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HasWord {
    /// Somebody noted something on it.
    Note,
    /// It is tagged.
    Tag,
    /// Answers stand below it.
    Thread,
    /// People reacted to it.
    Reaction,
    /// It carries files.
    File,
    /// It holds a link.
    Link,
    /// Somebody asks something on it.
    Question,
}

/// What `is:` takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IsWord {
    /// On the timeline, also as part of a beat.
    Timeline,
    /// Somebody noted something on it.
    Noted,
    /// It is tagged.
    Tagged,
    /// Somebody asks something on it.
    Question,
    /// Somebody asks something on it that nobody answered yet.
    Open,
    /// A program wrote it.
    Bot,
    /// Its text was changed after it was posted.
    Edited,
    /// It stands in a private channel or a direct message.
    Private,
}

/// A fixed word of the language and what it stands for.
type Keyword<T> = (&'static str, T);

const TYPES: &[Keyword<TypeWord>] = &[
    ("message", TypeWord::Message(MessageType::Message)),
    ("reply", TypeWord::Message(MessageType::Reply)),
    ("join", TypeWord::Message(MessageType::Join)),
    ("leave", TypeWord::Message(MessageType::Leave)),
    ("topic", TypeWord::Message(MessageType::Topic)),
    ("call", TypeWord::Message(MessageType::Call)),
    ("file", TypeWord::Message(MessageType::File)),
    ("bot", TypeWord::Message(MessageType::Bot)),
    ("deleted", TypeWord::Message(MessageType::Deleted)),
    ("edited", TypeWord::Edited),
    ("event", TypeWord::Event),
    ("msg", TypeWord::Message(MessageType::Message)),
];

const HAS: &[Keyword<HasWord>] = &[
    ("note", HasWord::Note),
    ("tag", HasWord::Tag),
    ("thread", HasWord::Thread),
    ("reaction", HasWord::Reaction),
    ("file", HasWord::File),
    ("link", HasWord::Link),
    ("question", HasWord::Question),
];

const IS: &[Keyword<IsWord>] = &[
    ("timeline", IsWord::Timeline),
    ("noted", IsWord::Noted),
    ("tagged", IsWord::Tagged),
    ("question", IsWord::Question),
    ("open", IsWord::Open),
    ("bot", IsWord::Bot),
    ("edited", IsWord::Edited),
    ("private", IsWord::Private),
];

const STATES: &[Keyword<QuestionState>] =
    &[("open", QuestionState::Open), ("asked", QuestionState::Asked), ("answered", QuestionState::Answered)];

/// The fields with what to write after them, for completion and help.
pub const FIELDS: &[Field] = &[
    Field { name: "from", example: "from:natalie" },
    Field { name: "in", example: "in:#search-incident" },
    Field { name: "tag", example: "tag:impact" },
    Field { name: "type", example: "type:join" },
    Field { name: "has", example: "has:note" },
    Field { name: "is", example: "is:timeline" },
    Field { name: "state", example: "state:open" },
    Field { name: "after", example: "after:14:00" },
    Field { name: "before", example: "before:14:31" },
    Field { name: "re", example: "re:/time ?out/" },
];

/// A word before a colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The word.
    pub name: &'static str,
    /// How it is used.
    pub example: &'static str,
}

impl Field {
    /// The fixed words this field takes; empty where any text may follow.
    pub fn values(self) -> Vec<&'static str> {
        match self.name {
            "type" => words(TYPES),
            "has" => words(HAS),
            "is" => words(IS),
            "state" => words(STATES),
            _ => Vec::new(),
        }
    }
}

fn words<T>(keywords: &[Keyword<T>]) -> Vec<&'static str> {
    keywords.iter().map(|(word, _)| *word).collect()
}

fn word_of<T: PartialEq>(keywords: &[Keyword<T>], value: &T) -> &'static str {
    keywords.iter().find(|(_, known)| known == value).map_or("", |(word, _)| word)
}

impl Default for Query {
    /// Asks for everything.
    fn default() -> Self {
        Self { root: Node::All(Vec::new()) }
    }
}

impl From<Term> for Query {
    fn from(term: Term) -> Self {
        Self { root: Node::Term(term) }
    }
}

impl std::str::FromStr for Query {
    type Err = QueryError;

    fn from_str(text: &str) -> Result<Self, QueryError> {
        Self::parse(text)
    }
}

impl Query {
    /// Reads a query; an empty one asks for everything.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        parse::query(text).map(|root| Self { root })
    }

    /// Its tree.
    pub const fn node(&self) -> &Node {
        &self.root
    }

    /// Whether it asks for everything.
    pub fn is_empty(&self) -> bool {
        matches!(&self.root, Node::All(nodes) if nodes.is_empty())
    }

    /// Asks for what both ask for.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { root: Node::all(vec![self.root, other.root]) }
    }

    /// Asks for what this one does not; nothing is left of a query for everything, so that stays.
    #[must_use]
    pub fn inverted(self) -> Self {
        match self.root {
            Node::Not(inner) => Self { root: *inner },
            _ if self.is_empty() => self,
            root => Self { root: Node::Not(Box::new(root)) },
        }
    }

    /// Its conditions that must all hold, each a query of its own: the chips of a filter.
    pub fn parts(&self) -> Vec<Self> {
        match &self.root {
            Node::All(nodes) => nodes.iter().map(|node| Self { root: node.clone() }).collect(),
            node => vec![Self { root: node.clone() }],
        }
    }

    /// Whether it asks for all that `other` asks for, part by part: then it finds nothing that
    /// `other` does not find.
    pub fn narrows(&self, other: &Self) -> bool {
        let own = self.parts();
        other.parts().iter().all(|part| own.contains(part))
    }

    /// Whether what it finds hangs on what people think about messages, not on messages alone.
    pub fn hangs_on_project(&self) -> bool {
        self.terms().iter().any(|(term, _)| match term {
            Term::Word(_) | Term::Phrase(_) | Term::Pattern(_) | Term::Fuzzy(_) | Term::In(_) | Term::Type(_) => false,
            Term::Has(word) => matches!(word, HasWord::Note | HasWord::Tag | HasWord::Question),
            Term::Is(word) => !matches!(word, IsWord::Bot | IsWord::Edited | IsWord::Private),
            // People are called as their cards call them, and times may be counted from milestones.
            Term::From(_) | Term::After(_) | Term::Before(_) | Term::Tag(_) | Term::State(_) => true,
        })
    }

    /// The query without its part at `ix` of [`Query::parts`].
    #[must_use]
    pub fn without_part(&self, ix: usize) -> Self {
        let left = self.parts().into_iter().enumerate().filter(|(at, _)| *at != ix);
        Self { root: Node::all(left.map(|(_, part)| part.root).collect()) }
    }

    /// All its conditions, in the order in which they stand, with whether one is negated.
    pub fn terms(&self) -> Vec<(&Term, Sign)> {
        let mut terms = Vec::new();
        self.root.collect(Sign::Plain, &mut terms);
        terms
    }

    /// The query with a word replaced wherever it must stand; for did-you-mean.
    #[must_use]
    pub fn with_word(&self, word: &str, replacement: &str) -> Self {
        Self { root: self.root.with_word(word, replacement) }
    }
}

/// Whether a condition must hold or must not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// It must hold.
    Plain,
    /// It must not.
    Negated,
}

impl Node {
    /// Joins nodes of which all must hold, nested ones taken apart.
    pub(super) fn all(nodes: Vec<Self>) -> Self {
        let mut flat = Vec::with_capacity(nodes.len());
        for node in nodes {
            match node {
                Self::All(inner) => flat.extend(inner),
                node => flat.push(node),
            }
        }
        Self::single(flat, Self::All)
    }

    /// Joins nodes of which one must hold, nested ones taken apart.
    fn any(nodes: Vec<Self>) -> Self {
        let mut flat = Vec::with_capacity(nodes.len());
        for node in nodes {
            match node {
                Self::Any(inner) => flat.extend(inner),
                node => flat.push(node),
            }
        }
        Self::single(flat, Self::Any)
    }

    fn single(mut nodes: Vec<Self>, join: fn(Vec<Self>) -> Self) -> Self {
        match nodes.pop() {
            Some(only) if nodes.is_empty() => only,
            Some(last) => {
                nodes.push(last);
                join(nodes)
            }
            None => join(nodes),
        }
    }

    fn collect<'a>(&'a self, sign: Sign, terms: &mut Vec<(&'a Term, Sign)>) {
        match self {
            Self::All(nodes) | Self::Any(nodes) => nodes.iter().for_each(|node| node.collect(sign, terms)),
            Self::Not(node) => {
                let turned = if sign == Sign::Plain { Sign::Negated } else { Sign::Plain };
                node.collect(turned, terms);
            }
            Self::Term(term) => terms.push((term, sign)),
        }
    }

    fn with_word(&self, word: &str, replacement: &str) -> Self {
        let over = |nodes: &[Self]| nodes.iter().map(|node| node.with_word(word, replacement)).collect();
        match self {
            Self::All(nodes) => Self::All(over(nodes)),
            Self::Any(nodes) => Self::Any(over(nodes)),
            Self::Not(node) => Self::Not(node.clone()),
            Self::Term(Term::Word(known)) if known == word => Self::Term(Term::Word(replacement.to_owned())),
            Self::Term(term) => Self::Term(term.clone()),
        }
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.root.fmt(f)
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(nodes) => write_joined(f, nodes, " ", |node| matches!(node, Self::Any(_))),
            Self::Any(nodes) => write_joined(f, nodes, " OR ", |_| false),
            Self::Not(node) if matches!(**node, Self::Term(_)) => write!(f, "-{node}"),
            Self::Not(node) => write!(f, "-({node})"),
            Self::Term(term) => term.fmt(f),
        }
    }
}

fn write_joined(
    f: &mut fmt::Formatter<'_>,
    nodes: &[Node],
    between: &str,
    needs_parens: impl Fn(&Node) -> bool,
) -> fmt::Result {
    for (ix, node) in nodes.iter().enumerate() {
        if ix > 0 {
            f.write_str(between)?;
        }
        if needs_parens(node) {
            write!(f, "({node})")?;
        } else {
            fmt::Display::fmt(node, f)?;
        }
    }
    Ok(())
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) if parse::is_plain_word(word) => f.write_str(word),
            Self::Word(text) | Self::Phrase(text) => write_quoted(f, text),
            Self::Pattern(pattern) => write_pattern(f, pattern),
            Self::Fuzzy(word) => write_value(f, "~", word),
            Self::From(who) => write_value(f, "from:", who),
            Self::In(channel) => write_value(f, "in:", channel),
            Self::Tag(tag) => write_value(f, "tag:", tag),
            Self::Type(word) => write!(f, "type:{}", word_of(TYPES, word)),
            Self::Has(word) => write!(f, "has:{}", word_of(HAS, word)),
            Self::Is(word) => write!(f, "is:{}", word_of(IS, word)),
            Self::After(time) => write_value(f, "after:", time),
            Self::Before(time) => write_value(f, "before:", time),
            Self::State(state) => write!(f, "state:{}", word_of(STATES, state)),
        }
    }
}

fn write_value(f: &mut fmt::Formatter<'_>, field: &str, value: &str) -> fmt::Result {
    f.write_str(field)?;
    if parse::is_plain_value(value) { f.write_str(value) } else { write_quoted(f, value) }
}

fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            f.write_char('\\')?;
        }
        f.write_char(c)?;
    }
    f.write_char('"')
}

fn write_pattern(f: &mut fmt::Formatter<'_>, pattern: &str) -> fmt::Result {
    f.write_str("re:/")?;
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '/' => f.write_str("\\/")?,
            '\\' => {
                f.write_char('\\')?;
                if let Some(escaped) = chars.next() {
                    f.write_char(escaped)?;
                }
            }
            c => f.write_char(c)?,
        }
    }
    f.write_char('/')
}
