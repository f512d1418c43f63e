//! How far two people who tagged the same messages apart agree, tag by tag and over all.
//!
//! One decision is one tag on one message: on or off. Counted are the messages that both could have
//! tagged and the tags that either used. With `both`, `only_a`, `only_b` and `neither` the numbers of
//! decisions and `n` their sum:
//!
//! ```text
//! agreement  = (both + neither) / n
//! by chance  = pA pB + (1 - pA) (1 - pB)       pA = (both + only_a) / n, pB = (both + only_b) / n
//! kappa      = (agreement - by chance) / (1 - by chance)
//! ```
//!
//! Cohen, J.: A coefficient of agreement for nominal scales, 1960. Where both did the same everywhere
//! by chance already, as where a tag is on every message, kappa is not defined.

use std::collections::{BTreeMap, BTreeSet};

use crate::archive::Archive;
use crate::base::id::{MessageId, TagId, Target};
use crate::project::Project;

/// Decisions of two people, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Decisions {
    /// Tagged by both.
    pub both: u64,
    /// Tagged by the first only.
    pub only_a: u64,
    /// Tagged by the second only.
    pub only_b: u64,
    /// Tagged by neither.
    pub neither: u64,
}

impl Decisions {
    fn count(self) -> f64 {
        (self.both + self.only_a + self.only_b + self.neither) as f64
    }

    /// The share of decisions in which both did the same, 0 to 1; `None` where there was none.
    pub fn agreement(self) -> Option<f64> {
        let count = self.count();
        (count > 0.0).then(|| (self.both + self.neither) as f64 / count)
    }

    /// The agreement as it is written: `99.9 %`, never 100 where one decision differs; `-` where there
    /// was none.
    pub fn agreement_words(self) -> String {
        self.agreement().map_or_else(|| "-".to_owned(), |share| format!("{:.1} %", (share * 1_000.0).floor() / 10.0))
    }

    /// Kappa as it is written: `0.72`, never 1 where one decision differs; `-` where it is not defined.
    pub fn kappa_words(self) -> String {
        let most = if self.only_a + self.only_b == 0 { 1.0 } else { 0.99 };
        self.kappa().map_or_else(|| "-".to_owned(), |kappa| format!("{:.2}", kappa.min(most)))
    }

    /// Cohen's kappa, -1 to 1; `None` where it is not defined.
    pub fn kappa(self) -> Option<f64> {
        let agreement = self.agreement()?;
        let share = |ones: u64| ones as f64 / self.count();
        let (a, b) = (share(self.both + self.only_a), share(self.both + self.only_b));
        let by_chance = a.mul_add(b, (1.0 - a) * (1.0 - b));
        (by_chance < 1.0).then(|| (agreement - by_chance) / (1.0 - by_chance))
    }

    const fn add(&mut self, other: Self) {
        self.both += other.both;
        self.only_a += other.only_a;
        self.only_b += other.only_b;
        self.neither += other.neither;
    }
}

/// Who gave a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// The first only.
    OnlyA,
    /// The second only.
    OnlyB,
    /// Both.
    Both,
}

/// A tag on a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// On which message.
    pub message: MessageId,
    /// Which tag, by its label.
    pub tag: String,
    /// Whose.
    pub by: By,
}

/// How far two people agree.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Agreement {
    /// Messages that both could have tagged.
    pub messages: u64,
    /// All decisions.
    pub all: Decisions,
    /// The same by tag, by label.
    pub tags: BTreeMap<String, Decisions>,
    /// All tags that were given, in the order of the messages.
    pub given: Vec<Given>,
}

impl Agreement {
    /// Tags that only one gave.
    pub fn differences(&self) -> impl Iterator<Item = &Given> {
        self.given.iter().filter(|given| given.by != By::Both)
    }
}

/// The messages that two people could both have tagged.
#[derive(Debug, Clone, Default)]
pub struct Common {
    /// Their ids.
    pub messages: Vec<MessageId>,
    /// Whether the sources of both were looked at. Where those of one are not at hand, they are the
    /// messages that either has annotated: then the two agree on more than can be counted.
    pub is_whole: bool,
}

/// The messages that the sources of both hold, without joins and the like.
pub fn common(a: (&Project, &Archive), b: (&Project, &Archive)) -> Common {
    if a.1.message_count() > 0 && b.1.message_count() > 0 {
        let channels = a.1.channels().map(|(channel, _)| channel);
        let messages = channels.flat_map(|channel| a.1.messages(channel));
        let ids = messages.filter(|message| !message.kind().is_system()).map(|message| message.id());
        return Common { messages: ids.filter(|id| b.1.find(id).is_some()).collect(), is_whole: true };
    }
    let annotated = [a, b].map(|(project, _)| project.messages().keys().cloned());
    let annotated: BTreeSet<MessageId> = annotated.into_iter().flatten().collect();
    Common { messages: annotated.into_iter().collect(), is_whole: false }
}

/// Compares the tags of two projects on these messages.
pub fn agreement(a: &Project, b: &Project, messages: &[MessageId]) -> Agreement {
    let labels = |project: &Project, target: &Target| -> Vec<String> {
        project.tags_of(target).into_iter().map(|tag| label(project, &tag)).collect()
    };
    let mut result = Agreement { messages: messages.len() as u64, ..Agreement::default() };
    for message in messages {
        let target = Target::from_text(message.as_str());
        let (of_a, of_b) = (labels(a, &target), labels(b, &target));
        for tag in &of_a {
            let counted = result.tags.entry(tag.clone()).or_default();
            let by = if of_b.contains(tag) { By::Both } else { By::OnlyA };
            if by == By::Both {
                counted.both += 1;
            } else {
                counted.only_a += 1;
            }
            result.given.push(Given { message: message.clone(), tag: tag.clone(), by });
        }
        for tag in of_b.into_iter().filter(|tag| !of_a.contains(tag)) {
            result.tags.entry(tag.clone()).or_default().only_b += 1;
            result.given.push(Given { message: message.clone(), tag, by: By::OnlyB });
        }
    }
    for counted in result.tags.values_mut() {
        counted.neither = result.messages - counted.both - counted.only_a - counted.only_b;
        result.all.add(*counted);
    }
    result
}

fn label(project: &Project, tag: &TagId) -> String {
    project.tags().get(tag).map_or_else(|| tag.to_string(), crate::project::model::Tag::label)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::InvestigatorId;
    use crate::base::time::Instant;
    use crate::project::{Author, Document};

    fn tagged(tags: &[(u32, &str)]) -> Document {
        let me = Author::new(InvestigatorId::from_name("Ida"));
        let mut document = Document::new(&me);
        for (message, tag) in tags {
            let line =
                serde_json::json!({"edit": "tag", "target": format!("slack/C1/{message}"), "tag": tag, "on": true});
            document.apply(serde_json::from_value(line).unwrap(), &me, Instant::from_seconds(1)).unwrap();
        }
        document
    }

    fn messages(count: u32) -> Vec<MessageId> {
        (0..count).map(|n| Target::from_text(format!("slack/C1/{n}")).message().unwrap()).collect()
    }

    #[test]
    fn kappa_is_as_in_the_textbook() {
        // 20 both, 5 only A, 10 only B, 15 neither: agreement 0.7, by chance 0.5, kappa 0.4.
        let decisions = Decisions { both: 20, only_a: 5, only_b: 10, neither: 15 };
        assert_eq!(decisions.agreement(), Some(0.7));
        assert!((decisions.kappa().unwrap() - 0.4).abs() < 1e-12);
        assert_eq!((decisions.agreement_words().as_str(), decisions.kappa_words().as_str()), ("70.0 %", "0.40"));
        let nearly = Decisions { both: 99_999, only_a: 1, ..Decisions::default() };
        assert_eq!(nearly.agreement_words(), "99.9 %");
        let nearly = Decisions { neither: 99_999, ..nearly };
        assert_eq!(nearly.kappa_words(), "0.99");
        assert_eq!(Decisions { both: 9, ..Decisions::default() }.agreement_words(), "100.0 %");
    }

    #[test]
    fn where_chance_explains_all_kappa_is_not_defined() {
        assert_eq!(Decisions { both: 9, ..Decisions::default() }.kappa(), None);
        assert_eq!(Decisions::default().agreement(), None);
        let opposite = Decisions { only_a: 5, only_b: 5, ..Decisions::default() };
        assert_eq!((opposite.agreement(), opposite.kappa()), (Some(0.0), Some(-1.0)));
    }

    #[test]
    fn every_decision_is_counted_once_and_differences_are_named() {
        let a = tagged(&[(0, "Impact"), (1, "Impact"), (2, "Ours - Vendor")]);
        let b = tagged(&[(0, "Impact"), (2, "Ours - Vendor"), (3, "Ours - Vendor"), (99, "Impact")]);
        let found = agreement(a.project(), b.project(), &messages(10));
        assert_eq!(found.messages, 10);
        assert_eq!(found.tags["Impact"], Decisions { both: 1, only_a: 1, only_b: 0, neither: 8 });
        assert_eq!(found.tags["Ours - Vendor"], Decisions { both: 1, only_a: 0, only_b: 1, neither: 8 });
        assert_eq!(found.all, Decisions { both: 2, only_a: 1, only_b: 1, neither: 16 });
        let differences: Vec<_> = found.differences().map(|one| (one.message.as_str(), one.by)).collect();
        assert_eq!(differences, [("slack/C1/1", By::OnlyA), ("slack/C1/3", By::OnlyB)]);
        assert_eq!(found.given.iter().filter(|given| given.by == By::Both).count(), 2);
    }
}
