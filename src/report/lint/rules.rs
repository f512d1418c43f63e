//! The rules as data: what words to look at and what to ask, and what is said of each gap.

use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::Level;

const RULES: &str = include_str!("../../../assets/lint.json");

#[derive(Debug, Deserialize)]
struct Assets {
    wording: Vec<Told>,
    gaps: Vec<Gap>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Weight {
    Problem,
    Shown,
    Quiet,
}

impl Weight {
    const fn level(self) -> Level {
        match self {
            Self::Problem => Level::Problem,
            Self::Shown => Level::Advice,
            Self::Quiet => Level::Hint,
        }
    }
}

#[derive(Debug, Deserialize)]
struct Told {
    id: String,
    level: Weight,
    pattern: String,
    hides: String,
    ask: String,
}

#[derive(Debug, Deserialize)]
struct Gap {
    code: String,
    level: Weight,
    message: String,
}

/// A rule about words.
#[derive(Debug)]
pub(super) struct Rule {
    /// `F01`.
    pub(super) id: String,
    pub(super) level: Level,
    /// What finds the words; a group `person` has to be the name of somebody.
    pub(super) words: Regex,
    /// What such words hide.
    pub(super) hides: String,
    /// The question to ask instead.
    pub(super) ask: String,
}

// The asset is held readable by a test below, so nothing is left out in a program that passed it.
static ASSETS: LazyLock<Assets> =
    LazyLock::new(|| serde_json::from_str(RULES).unwrap_or(Assets { wording: Vec::new(), gaps: Vec::new() }));

static WORDING: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let rule = |told: &Told| {
        Some(Rule {
            id: told.id.clone(),
            level: told.level.level(),
            words: Regex::new(&expression(&told.pattern)).ok()?,
            hides: told.hides.clone(),
            ask: told.ask.clone(),
        })
    };
    ASSETS.wording.iter().filter_map(rule).collect()
});

/// All rules about words.
pub(super) fn wording() -> &'static [Rule] {
    &WORDING
}

/// The level of a gap and what is said of it.
pub(super) fn gap(code: &str) -> (Level, &'static str) {
    let found = ASSETS.gaps.iter().find(|gap| gap.code == code);
    found.map_or((Level::Advice, ""), |gap| (gap.level.level(), gap.message.as_str()))
}

/// The expression of a pattern: `(a|b)` either, `[not]` optional, `~` any ending, `…` up to three
/// words, `PERSON` somebody's name; `n't` and `'ve` count as `not` and `have`.
fn expression(pattern: &str) -> String {
    let mut first_person = true;
    let mut expression = pattern
        .replace(" … ", r"(?:\s+\S+){0,3}?\s+")
        .replace(" [not]", r"(?:\s+not|n['’]t)?")
        .replace(" not ", r"(?:\s+not|n['’]t) ")
        .replace(" not|", r"(?:\s+not|n['’]t)|")
        .replace(" not)", r"(?:\s+not|n['’]t))")
        .replace(" have", r"(?:\s+have|['’]ve)")
        .replace('~', r"\w*")
        .replace(' ', r"\s+");
    while let Some(at) = expression.find("PERSON") {
        // A group has one name, so the second one is taken for any word with a capital.
        let group = if std::mem::take(&mut first_person) { "(?P<person>" } else { "(?:" };
        expression.replace_range(at..at + "PERSON".len(), &format!(r"{group}(?-i:@?\p{{Lu}}[\p{{L}}'’-]+))"));
    }
    format!(r"(?i)\b(?:{expression})\b")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_read_and_finds_something() {
        let told: Assets = serde_json::from_str(RULES).unwrap();
        assert_eq!((told.wording.len(), wording().len()), (78, 78));
        for rule in wording() {
            assert!(!rule.ask.is_empty() && !rule.hides.is_empty() && rule.ask.ends_with('?'), "{}", rule.id);
            assert!(!rule.words.is_match(""), "{} finds nothing at all", rule.id);
        }
        assert_eq!(told.gaps.len(), 30);
    }

    #[test]
    fn the_signs_of_patterns_mean_what_they_say() {
        let finds = |pattern: &str, text: &str| Regex::new(&expression(pattern)).unwrap().is_match(text);
        for text in ["should have", "Should not have", "shouldn't have", "should've", "shouldn’t’ve", "should  have"]
        {
            assert!(finds("should [not] have", text), "{text}");
        }
        assert!(!finds("should [not] have", "shoulder have"));
        assert!(finds("(did not|never) (check|see)", "they didn't see it") && finds("fail~ to", "failing to"));
        assert!(finds("(could|might) … been (prevented|avoided)", "might have easily been avoided"));
    }
}
