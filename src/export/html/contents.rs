//! The table of contents, the numbers of sections, and the ids that links lead to.

use maud::{Markup, html};

use crate::base::id::slug;

use super::text;

/// What stands in the contents, in order.
#[derive(Debug, Default)]
pub(super) struct Contents {
    lines: Vec<Line>,
    sections: usize,
    figures: usize,
}

#[derive(Debug)]
struct Line {
    id: String,
    number: Option<usize>,
    title: String,
}

impl Contents {
    /// Adds a section by its id and gives its number.
    pub(super) fn section(&mut self, id: &str, title: &str) -> usize {
        self.sections += 1;
        self.lines.push(Line { id: id.to_owned(), number: Some(self.sections), title: title.to_owned() });
        self.sections
    }

    /// Adds a figure of the section before.
    pub(super) fn figure(&mut self, id: &str, title: &str) {
        self.figures += 1;
        let title = format!("Figure {}, {title}", self.figures);
        self.lines.push(Line { id: id.to_owned(), number: None, title });
    }

    /// The id of the first section.
    pub(super) fn first(&self) -> Option<&str> {
        self.lines.first().map(|line| line.id.as_str())
    }

    /// The contents themselves: a bar on narrow screens, a column on wide ones.
    pub(super) fn nav(&self) -> Markup {
        html! {
            nav.toc aria-label="Contents" {
                details {
                    summary { "Contents" }
                    ol {
                        @for line in &self.lines {
                            li { a href={ "#" (line.id) } {
                                span.i { @if let Some(number) = line.number { (number) } }
                                (text::visible(&line.title))
                            } }
                        }
                    }
                }
            }
        }
    }
}

/// The id of a section: its key, which a team may have made up.
pub(super) fn anchor(key: &str) -> String {
    const OURS: [&str; 8] = ["top", "read", "method", "drawing", "meanwhile", "heat", "evidence", ""];
    let slug = slug(key);
    // `p7`, `e12`, `r3`, `x3`, `z1` are ids of paragraphs, entries, claims, evidence and zones.
    let is_numbered =
        slug.get(1..).is_some_and(|rest| rest.len() < 8 && rest.chars().all(|c| c.is_ascii_alphanumeric()))
            && slug.starts_with(['p', 'e', 'r', 'x', 'z', 'l', 'g'])
            && slug.len() < 4;
    if is_numbered || OURS.contains(&slug.as_str()) { format!("section-{slug}") } else { slug }
}
