//! HTML of chat bodies as the plain text that a reader sees.
//!
//! One pass over the source, in time linear in its length and without recursion, whatever a stranger
//! wrote. Tags that mean nothing here are dropped and their text is kept; scripts and styles are
//! dropped whole. Formatting leaves no marks, but quotes, lists, tables and links keep theirs.

mod entities;
mod tokens;

use crate::base::text::RawString;
use crate::import::markup;
pub(crate) use entities::decoded;
use tokens::{Tag, Token, Tokens};

/// Levels of quotes and lists that are shown; deeper ones look like the deepest.
const DEEPEST_SHOWN: usize = 8;
/// Most people that one text is noted to mention.
const MOST_MENTIONS: usize = 1_000;

/// What a reader sees of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Shown {
    /// The text, without empty lines around it.
    pub(crate) text: String,
    /// Links in the order of the text.
    pub(crate) links: Vec<RawString>,
    /// Who is mentioned, in order.
    pub(crate) mentions: Vec<Mention>,
}

/// Somebody mentioned in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mention {
    /// Who it is, as the source says it beside the name.
    pub(crate) id: String,
    /// The name as it stands in the text, without `@`.
    pub(crate) label: String,
}

/// The plain text of HTML.
pub(crate) fn plain(html: &str) -> Shown {
    plain_with_people(html, str::to_owned)
}

/// The plain text of HTML; `person` says who stands behind the id of an `<at>`. Neighbouring parts
/// of one person's name become one mention.
pub(crate) fn plain_with_people(html: &str, person: impl Fn(&str) -> String) -> Shown {
    let mut page = Page::new(person);
    for token in Tokens::new(html) {
        match token {
            Token::Text(text) => page.text(&decoded(text)),
            Token::Open(tag) => page.open(&tag),
            Token::Close(name) => page.close(&name),
        }
    }
    page.finish()
}

/// One list that is open.
#[derive(Debug, Clone, Copy)]
struct List {
    is_ordered: bool,
    number: u32,
}

/// A link whose label is being read.
#[derive(Debug)]
struct OpenLink {
    target: String,
    from: usize,
}

/// A mention whose name is being read.
#[derive(Debug)]
struct OpenMention {
    id: String,
    from: usize,
    /// Whether it goes on with the name of the mention before.
    goes_on: bool,
}

/// The text written so far, and where in the page the reader is.
struct Page<P> {
    person: P,
    shown: Shown,
    /// Nothing stands in the current line yet.
    line_is_empty: bool,
    space_is_due: bool,
    quotes: usize,
    lists: Vec<List>,
    /// What stands before the next line of a list entry.
    marker: Option<String>,
    preformatted: usize,
    in_cell: bool,
    row_has_cell: bool,
    link: Option<OpenLink>,
    mention: Option<OpenMention>,
    /// Where the last mention ended.
    mention_end: usize,
    /// An element that is left out with all that is in it, and how often it is open.
    left_out: Option<(String, usize)>,
}

impl<P: Fn(&str) -> String> Page<P> {
    fn new(person: P) -> Self {
        Self {
            person,
            shown: Shown::default(),
            line_is_empty: true,
            space_is_due: false,
            quotes: 0,
            lists: Vec::new(),
            marker: None,
            preformatted: 0,
            in_cell: false,
            row_has_cell: false,
            link: None,
            mention: None,
            mention_end: 0,
            left_out: None,
        }
    }

    fn finish(mut self) -> Shown {
        self.end_mention();
        self.end_link();
        let text = &mut self.shown.text;
        text.truncate(text.trim_end().len());
        let empty = text.len() - text.trim_start_matches('\n').len();
        text.drain(..empty);
        self.shown
    }

    fn text(&mut self, text: &str) {
        if self.left_out.is_some() {
            return;
        }
        for c in text.chars() {
            match c {
                '\n' if self.preformatted > 0 => self.new_line(),
                '\u{a0}' => self.push(' '),
                _ if self.preformatted > 0 => self.push(c),
                ' ' | '\t' | '\n' | '\r' | '\u{c}' => self.space_is_due = true,
                _ => self.push(c),
            }
        }
    }

    fn words(&mut self, words: &str) {
        words.chars().for_each(|c| self.push(c));
    }

    fn push(&mut self, c: char) {
        if self.line_is_empty {
            self.begin_line();
        } else if self.space_is_due {
            self.shown.text.push(' ');
        }
        self.space_is_due = false;
        self.shown.text.push(c);
    }

    fn begin_line(&mut self) {
        self.line_is_empty = false;
        for _ in 0..self.quotes.min(DEEPEST_SHOWN) {
            self.shown.text.push_str("> ");
        }
        for _ in 1..self.lists.len().min(DEEPEST_SHOWN) {
            self.shown.text.push_str("  ");
        }
        match self.marker.take() {
            Some(marker) => self.shown.text.push_str(&marker),
            None if self.lists.is_empty() => {}
            None => self.shown.text.push_str("  "),
        }
    }

    /// Ends the line, also an empty one.
    fn new_line(&mut self) {
        if self.in_cell {
            self.space_is_due = true;
            return;
        }
        let text = &mut self.shown.text;
        text.truncate(text.trim_end_matches(' ').len());
        text.push('\n');
        self.line_is_empty = true;
        self.space_is_due = false;
    }

    /// Lets what follows begin on a line of its own.
    fn begin_block(&mut self) {
        if !self.line_is_empty {
            self.new_line();
        }
        self.space_is_due &= self.in_cell;
    }

    fn open(&mut self, tag: &Tag<'_>) {
        if let Some((name, depth)) = &mut self.left_out {
            *depth += usize::from(*name == tag.name && !tag.closes_itself);
            return;
        }
        let is_void = matches!(tag.name.as_str(), "br" | "hr" | "img" | "input" | "meta" | "link");
        let is_hidden = matches!(tag.name.as_str(), "script" | "style" | "mrow")
            || tag.attribute("aria-hidden").as_deref() == Some("true");
        if is_hidden && !tag.closes_itself && !is_void {
            self.left_out = Some((tag.name.clone(), 1));
            return;
        }
        match tag.name.as_str() {
            "br" => self.new_line(),
            "ul" => self.open_list(false, 1),
            "ol" => self.open_list(true, tag.attribute("start").and_then(|start| start.parse().ok()).unwrap_or(1)),
            "li" => self.open_entry(),
            "blockquote" => {
                self.begin_block();
                self.quotes += 1;
            }
            "pre" | "codeblock" => {
                self.begin_block();
                self.preformatted += 1;
            }
            "tr" => self.open_row(),
            "td" | "th" => self.open_cell(),
            "a" => self.open_link(tag),
            "img" => self.image(tag),
            "emoji" | "customemoji" => self.words(&tag.first_of(&["alt", "title"])),
            "at" => self.open_mention(&tag.attribute("id").unwrap_or_default()),
            "span" if tag.attribute("data-user-id").is_some() => self.note_person(tag),
            name if is_block(name) => self.begin_block(),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if let Some((left_out, depth)) = &mut self.left_out {
            *depth -= usize::from(left_out == name);
            if *depth == 0 {
                self.left_out = None;
            }
            return;
        }
        match name {
            "ul" | "ol" => {
                self.begin_block();
                self.lists.pop();
                self.marker = None;
            }
            "blockquote" => {
                self.begin_block();
                self.quotes = self.quotes.saturating_sub(1);
            }
            "pre" | "codeblock" => {
                self.preformatted = self.preformatted.saturating_sub(1);
                self.begin_block();
            }
            "td" | "th" => self.in_cell = false,
            "tr" | "table" => self.end_row(),
            "a" => self.end_link(),
            // A span may mention somebody; the end of any other changes nothing.
            "at" | "span" => self.end_mention(),
            name if is_block(name) => self.begin_block(),
            _ => {}
        }
    }

    fn open_list(&mut self, is_ordered: bool, number: u32) {
        self.begin_block();
        self.lists.push(List { is_ordered, number });
    }

    fn open_entry(&mut self) {
        self.begin_block();
        self.marker = Some("• ".to_owned());
        if let Some(list) = self.lists.last_mut().filter(|list| list.is_ordered) {
            self.marker = Some(format!("{}. ", list.number));
            list.number = list.number.saturating_add(1);
        }
    }

    fn open_row(&mut self) {
        self.end_row();
        self.row_has_cell = false;
    }

    fn end_row(&mut self) {
        self.in_cell = false;
        self.begin_block();
    }

    fn open_cell(&mut self) {
        self.in_cell = false;
        if self.row_has_cell {
            self.space_is_due = true;
            self.push('|');
            self.space_is_due = true;
        }
        (self.in_cell, self.row_has_cell) = (true, true);
    }

    fn open_link(&mut self, tag: &Tag<'_>) {
        self.end_link();
        let Some(target) = tag.attribute("href") else { return };
        if std::mem::take(&mut self.space_is_due) && !self.line_is_empty {
            self.push(' ');
        }
        self.link = Some(OpenLink { target: target.trim().to_owned(), from: self.shown.text.len() });
    }

    fn end_link(&mut self) {
        let Some(link) = self.link.take() else { return };
        let is_web = link.target.starts_with("https://") || link.target.starts_with("http://");
        if !is_web {
            return;
        }
        let is_known = self.shown.links.iter().rev().take(8).any(|known| known.unsanitised() == link.target);
        let label = self.shown.text.get(link.from..).unwrap_or_default().trim().to_owned();
        if label.is_empty() {
            if !is_known {
                self.words(&link.target);
                markup::note_link(&link.target, &mut self.shown.links);
            }
            return;
        }
        let mut labelled = String::new();
        markup::push_labelled(&link.target, &label, &mut labelled);
        if let Some(after) = labelled.strip_prefix(&label) {
            self.words(after);
        } else {
            // Where the label says the same in fewer letters, the whole address is shown.
            self.shown.text.truncate(link.from);
            self.words(&labelled);
        }
        markup::note_link(&link.target, &mut self.shown.links);
    }

    fn image(&mut self, tag: &Tag<'_>) {
        let alt = tag.first_of(&["alt", "title"]);
        let is_emoji = alt.starts_with(':') || !alt.is_ascii() && alt.chars().count() <= 8;
        if is_emoji {
            self.words(&alt);
        } else if !alt.trim().is_empty() {
            self.words(&format!("[{}]", alt.trim()));
        } else if self.link.is_none() {
            self.words("[image]");
        }
    }

    fn open_mention(&mut self, part: &str) {
        self.end_mention();
        let id = (self.person)(part);
        let text = &self.shown.text;
        let goes_on = text.trim_end_matches(' ').len() == self.mention_end
            && self.shown.mentions.last().is_some_and(|last| last.id == id);
        if goes_on && !text.ends_with(' ') {
            self.space_is_due = true;
        }
        if !goes_on {
            self.push('@');
        } else if std::mem::take(&mut self.space_is_due) {
            self.shown.text.push(' ');
        }
        self.mention = Some(OpenMention { id, from: self.shown.text.len(), goes_on });
    }

    /// A mention whose text has its own `@`.
    fn note_person(&mut self, tag: &Tag<'_>) {
        self.end_mention();
        let id = tag.attribute("data-user-id").unwrap_or_default().into_owned();
        self.mention = Some(OpenMention { id, from: self.shown.text.len(), goes_on: false });
    }

    fn end_mention(&mut self) {
        let Some(mention) = self.mention.take() else { return };
        let label = self.shown.text.get(mention.from..).unwrap_or_default().trim();
        let label = label.trim_start_matches('@').to_owned();
        self.mention_end = self.shown.text.len();
        if mention.goes_on {
            if let Some(last) = self.shown.mentions.last_mut() {
                last.label.push(' ');
                last.label.push_str(&label);
            }
        } else if self.shown.mentions.len() < MOST_MENTIONS {
            self.shown.mentions.push(Mention { id: mention.id, label });
        }
    }
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "hr" | "li" | "dl" | "dt" | "dd" | "table" | "caption"
    ) || matches!(name, "section" | "article" | "header" | "footer" | "main" | "aside" | "nav" | "body" | "details")
        || matches!(name, "summary" | "figure" | "figcaption" | "form" | "fieldset" | "title" | "address" | "center")
}

#[cfg(test)]
mod tests;
