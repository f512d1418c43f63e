//! The table of contents, the numbers of sections, and the ids that links lead to.

use maud::{Markup, html};

use crate::base::id::slug;

use super::{Page, text};

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

    /// The contents themselves: a bar on narrow screens, unless the report is short, and a column on
    /// wide ones.
    pub(super) fn nav(&self, page: &Page<'_>) -> Markup {
        html! {
            nav.toc.few[page.is_short()] aria-label="Contents" {
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

/// The id of a section: its key. A team may have made one up that is short or has digits, as the ids
/// of paragraphs, entries and choices are.
pub(super) fn anchor(key: &str) -> String {
    const OURS: [&str; 6] = ["method", "drawing", "meanwhile", "evidence", "l-all", "read"];
    let slug = slug(key);
    let may_be_ours = slug.len() <= 4 || slug.contains(|c: char| c.is_ascii_digit()) || OURS.contains(&slug.as_str());
    if may_be_ours { format!("section-{slug}") } else { slug }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_found_by_their_keys_and_cover_no_other_id() {
        assert_eq!(anchor("executive-summary"), "executive-summary");
        assert_eq!(
            ["p7", "read", "r16-1", "l-all"].map(anchor),
            ["p7", "read", "r16-1", "l-all"].map(|id| format!("section-{id}"))
        );
    }
}
