//! The shape and colour of each group of tags: shape first, colour second.
//!
//! Shapes are paths of the file itself, so that none depends on a font; the name of the group always
//! stands in words beside them.

use maud::{Markup, PreEscaped, html};

use crate::base::id::TagId;
use crate::project::Project;

pub(super) use crate::export::group::Group;

/// The shape of a group, as paths.
const fn shape(group: Group) -> &'static str {
    match group {
        Group::Trigger => r#"<path d="M6 1 11.5 11H.5z"/>"#,
        Group::Impact => r#"<circle cx="6" cy="6" r="5"/>"#,
        Group::Detection => {
            r#"<path d="M6 1a5 5 0 0 0 0 10z"/><circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" stroke-width="1.3"/>"#
        }
        Group::Hypothesis => r#"<path d="M6 1 11 6 6 11 1 6z" fill="none" stroke="currentColor" stroke-width="1.6"/>"#,
        Group::Diagnosis => {
            r#"<circle cx="6" cy="6" r="4.3" fill="none" stroke="currentColor" stroke-width="1.6"/><circle cx="6" cy="6" r="1.6"/>"#
        }
        Group::Action => r#"<path d="M1.2 1.2h9.6v9.6H1.2z"/>"#,
        Group::Decision => r#"<path d="M6 .8 11.4 4.8 9.3 11.2H2.7L.6 4.8z"/>"#,
        Group::Communication => r#"<path d="M.5 2.2h11v2.6H.5zM.5 7.2h11v2.6H.5z"/>"#,
        Group::Responder => r#"<path d="M4.5.8h3v3.7h3.7v3H7.5v3.7h-3V7.5H.8v-3h3.7z"/>"#,
        Group::System => r#"<path d="M1.8 1.8h8.4v8.4H1.8z" fill="none" stroke="currentColor" stroke-width="1.6"/>"#,
        Group::Condition => r#"<path d="M6 0 7.6 4.4 12 6 7.6 7.6 6 12 4.4 7.6 0 6 4.4 4.4z"/>"#,
        Group::Investigation => {
            r#"<path d="M1.3 2.2h9.4L6 10.6z" fill="none" stroke="currentColor" stroke-width="1.4"/>"#
        }
    }
}

/// How an entry or citation is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Glyph {
    pub(super) group: Group,
    /// Whether it is an idea that did not hold.
    pub(super) ruled_out: bool,
}

impl Glyph {
    /// The glyph of the first tag that says what something is; the investigators' own marks come last.
    pub(super) fn of(project: &Project, tags: &[TagId]) -> Self {
        let group = Group::of(project, tags).unwrap_or(Group::Investigation);
        let is_over = |id: &TagId| {
            ["hypothesis-disproved", "hypothesis-abandoned", "hypothesis-red-herring"].contains(&id.as_str())
        };
        Self { group, ruled_out: group == Group::Hypothesis && tags.iter().any(is_over) }
    }

    /// The id of its symbol.
    pub(super) const fn symbol(self) -> &'static str {
        if self.ruled_out { "hx" } else { self.group.class() }
    }

    /// Small, in a line of text.
    pub(super) fn inline(self) -> Markup {
        html! {
            svg.g.(self.group.class()) width="9" height="9" aria-hidden="true" { use href={ "#g-" (self.symbol()) } {} }
        }
    }
}

/// All shapes, once a file.
pub(super) fn symbols() -> Markup {
    let slash = r#"<path d="M6 1 11 6 6 11 1 6z" fill="none" stroke="currentColor" stroke-width="1.6"/><path d="M0 12 12 0" stroke="currentColor" stroke-width="1.6"/>"#;
    let all = Group::ALL.into_iter().map(|group| (group.class(), shape(group))).chain([("hx", slash)]);
    html! {
        svg.defs width="0" height="0" aria-hidden="true" {
            defs {
                @for (id, shape) in all {
                    symbol id={ "g-" (id) } viewBox="0 0 12 12" overflow="visible" fill="currentColor" { (PreEscaped(shape)) }
                }
            }
        }
    }
}
