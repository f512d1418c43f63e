//! Groups of tags as exports mark them: a sign first, the name always beside it in words.

use crate::base::id::TagId;
use crate::project::Project;

/// A group of tags as it is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    Trigger,
    Impact,
    Detection,
    Hypothesis,
    Diagnosis,
    Action,
    Decision,
    Communication,
    Responder,
    /// Also every group that a team made.
    System,
    Condition,
    /// Also what has no tag.
    Investigation,
}

impl Group {
    pub(super) const ALL: [Self; 12] = [
        Self::Trigger,
        Self::Impact,
        Self::Detection,
        Self::Hypothesis,
        Self::Diagnosis,
        Self::Action,
        Self::Decision,
        Self::Communication,
        Self::Responder,
        Self::System,
        Self::Condition,
        Self::Investigation,
    ];

    /// The group of the first tag that says what something is; the investigators' own marks come
    /// last. `None` without a tag.
    pub(super) fn of(project: &Project, tags: &[TagId]) -> Option<Self> {
        let named = tags.iter().filter_map(|id| project.tag(id)).map(|(_, tag)| {
            let name = tag.group.as_deref().unwrap_or(&tag.name);
            Self::ALL.into_iter().find(|group| group.name() == name).unwrap_or(Self::System)
        });
        named.min_by_key(|group| *group == Self::Investigation)
    }

    /// Its name, as tags write it.
    pub(super) const fn name(self) -> &'static str {
        self.told().0
    }

    /// Its class on a page, which gives the colour.
    pub(super) const fn class(self) -> &'static str {
        self.told().1
    }

    /// Its sign in plain text.
    pub(super) const fn sign(self, signs: Signs) -> char {
        match signs {
            Signs::Shapes => self.told().2,
            Signs::Ascii => self.told().3,
        }
    }

    const fn told(self) -> (&'static str, &'static str, char, char) {
        match self {
            Self::Trigger => ("Trigger", "tr", '▲', '^'),
            Self::Impact => ("Impact", "im", '●', '@'),
            Self::Detection => ("Detection", "de", '◐', '('),
            Self::Hypothesis => ("Hypothesis", "hy", '◇', '?'),
            Self::Diagnosis => ("Diagnosis", "di", '○', 'o'),
            Self::Action => ("Action", "ac", '■', '#'),
            Self::Decision => ("Decision", "dc", '⬟', '!'),
            Self::Communication => ("Communication", "co", '≈', '~'),
            Self::Responder => ("Responder", "re", '✚', '+'),
            Self::System => ("System", "sy", '□', '='),
            Self::Condition => ("Condition", "cn", '✦', '*'),
            Self::Investigation => ("Investigation", "iv", '▽', 'v'),
        }
    }
}

/// Which signs a reader's program can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Signs {
    /// Shapes.
    #[default]
    Shapes,
    /// ASCII alone.
    Ascii,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_group_has_a_sign_of_its_own() {
        for signs in [Signs::Shapes, Signs::Ascii] {
            let all: BTreeSet<char> = Group::ALL.into_iter().map(|group| group.sign(signs)).collect();
            assert_eq!(all.len(), Group::ALL.len());
            assert!(signs == Signs::Shapes || all.iter().all(char::is_ascii));
        }
    }
}
