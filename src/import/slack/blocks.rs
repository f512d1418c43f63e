//! Blocks and attachments as lines of text: where alerts carry what they say.

use crate::archive::Extras;
use crate::base::text::RawString;
use crate::import::chat;
use crate::import::json::Piece;
use crate::import::markup::{self, Names};

/// Blocks nest lists and tables; nothing readable is deeper.
const DEEPEST: usize = 24;

/// Gathers lines, and the links in them.
struct Lines<'r, N> {
    names: &'r mut N,
    links: &'r mut Vec<RawString>,
    text: String,
}

/// The text of a list of blocks.
pub(super) fn of_blocks(blocks: Piece<'_>, names: &mut impl Names, links: &mut Vec<RawString>) -> String {
    let mut shown = Lines { names, links, text: String::new() };
    shown.blocks(blocks, 0);
    shown.text
}

/// The text of a list of attachments.
pub(super) fn of_attachments(attachments: Piece<'_>, names: &mut impl Names, links: &mut Vec<RawString>) -> String {
    let mut shown = Lines { names, links, text: String::new() };
    attachments.each(|attachment| shown.attachment(attachment, 0));
    shown.text
}

/// Letters and digits only, to tell whether one text says what another says.
fn gist(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Joins what the blocks show with the text beside them. For programs the text is often only what
/// a notification says: the longer of the two is the message.
pub(super) fn merge_body(text: &mut String, shown: &str, extras: &mut Extras) {
    if shown.is_empty() {
        return;
    }
    let (said, seen) = (gist(text), gist(shown));
    if seen.contains(&said) && seen != said {
        shown.clone_into(text);
    } else if !said.contains(&seen) {
        chat::attach(text, shown, extras);
    }
}

impl<N: Names> Lines<'_, N> {
    fn line(&mut self, line: &str) {
        let line = line.trim_end();
        if line.trim().is_empty() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(line);
    }

    /// Marked-up text as plain text.
    fn plain(&mut self, text: &str) -> String {
        let mut plain = String::with_capacity(text.len());
        markup::push_plain(text, self.names, &mut plain, self.links);
        plain
    }

    fn link(&mut self, target: &str) {
        if target.starts_with("http") && !self.links.iter().any(|link| link.unsanitised() == target) {
            markup::note_link(target, self.links);
        }
    }

    fn blocks(&mut self, blocks: Piece<'_>, depth: usize) {
        if depth < DEEPEST {
            blocks.each(|block| self.block(&Parts::of(block), depth + 1));
        }
    }

    fn block(&mut self, block: &Parts<'_>, depth: usize) {
        match block.kind.as_str() {
            "rich_text" => self.rich_text(block.elements, depth),
            "section" | "header" | "markdown" | "call" => {
                let text = self.text_of(block.text);
                self.line(&text);
                if let Some(fields) = block.fields {
                    fields.each(|field| {
                        let text = self.text_of(Some(field));
                        self.line(&text);
                    });
                }
            }
            "context" => self.context(block.elements),
            "actions" => self.buttons(block.elements),
            "image" | "video" => {
                let title = self.text_of(block.title);
                let alt = block.alt_text.and_then(Piece::text).unwrap_or_default().into_owned();
                self.line(if title.is_empty() { &alt } else { &title });
            }
            "input" => {
                let label = self.text_of(block.label);
                self.line(&label);
            }
            "table" => self.table(block.rows, depth),
            _ => {}
        }
    }

    /// A text object (`mrkdwn` or `plain_text`) or a bare string.
    fn text_of(&mut self, piece: Option<Piece<'_>>) -> String {
        let Some(piece) = piece else { return String::new() };
        if let Some(text) = piece.text() {
            return self.plain(&text);
        }
        let parts = Parts::of(piece);
        let text = parts.text.and_then(Piece::text).unwrap_or_default();
        // Plain text escapes the same three characters, and holds no tokens.
        self.plain(&text)
    }

    fn context(&mut self, elements: Option<Piece<'_>>) {
        let mut words = Vec::new();
        if let Some(elements) = elements {
            elements.each(|element| words.push(self.text_of(Some(element))));
        }
        words.retain(|word| !word.is_empty());
        self.line(&words.join("  "));
    }

    fn buttons(&mut self, elements: Option<Piece<'_>>) {
        let mut words = Vec::new();
        if let Some(elements) = elements {
            elements.each(|element| {
                let parts = Parts::of(element);
                let label = self.text_of(parts.text);
                if let Some(url) = parts.url.and_then(Piece::text) {
                    self.link(&url);
                }
                if !label.is_empty() {
                    words.push(format!("[{label}]"));
                }
            });
        }
        self.line(&words.join(" "));
    }

    fn table(&mut self, rows: Option<Piece<'_>>, depth: usize) {
        let Some(rows) = rows else { return };
        rows.each(|row| {
            let mut cells = Vec::new();
            row.each(|cell| {
                let outer = std::mem::take(&mut self.text);
                let parts = Parts::of(cell);
                if parts.kind == "rich_text" && depth < DEEPEST {
                    self.rich_text(parts.elements, depth + 1);
                } else {
                    let text = self.text_of(Some(cell));
                    self.line(&text);
                }
                cells.push(std::mem::replace(&mut self.text, outer).replace('\n', " "));
            });
            self.line(&cells.join(" | "));
        });
    }

    fn rich_text(&mut self, elements: Option<Piece<'_>>, depth: usize) {
        let Some(elements) = elements.filter(|_| depth < DEEPEST) else { return };
        elements.each(|element| {
            let parts = Parts::of(element);
            match parts.kind.as_str() {
                "rich_text_list" => self.list(&parts),
                "rich_text_quote" => {
                    let text = self.leaves(parts.elements);
                    text.lines().for_each(|line| self.line(&format!("> {line}")));
                }
                _ => {
                    let text = self.leaves(parts.elements);
                    text.lines().for_each(|line| self.line(line));
                }
            }
        });
    }

    fn list(&mut self, list: &Parts<'_>) {
        let indent = list.indent.and_then(Piece::count).unwrap_or(0).min(8) as usize;
        let ordered = list.style.and_then(Piece::text).as_deref() == Some("ordered");
        let mut number = 0;
        if let Some(items) = list.elements {
            items.each(|item| {
                number += 1;
                let text = self.leaves(Parts::of(item).elements);
                let mark = if ordered { format!("{number}.") } else { "•".to_owned() };
                self.line(&format!("{}{mark} {text}", "  ".repeat(indent)));
            });
        }
    }

    fn leaves(&mut self, leaves: Option<Piece<'_>>) -> String {
        let mut text = String::new();
        if let Some(leaves) = leaves {
            leaves.each(|leaf| self.leaf(&Parts::of(leaf), &mut text));
        }
        text
    }

    fn leaf(&mut self, leaf: &Parts<'_>, text: &mut String) {
        let said = |piece: Option<Piece<'_>>| piece.and_then(Piece::text).unwrap_or_default().into_owned();
        match leaf.kind.as_str() {
            "link" => {
                let url = said(leaf.url);
                self.link(&url);
                markup::push_labelled(&url, &said(leaf.text), text);
            }
            "user" => {
                text.push('@');
                text.push_str(&self.names.person(&said(leaf.user_id), ""));
            }
            "usergroup" => {
                text.push('@');
                text.push_str(&said(leaf.usergroup_id));
            }
            "channel" => {
                let id = said(leaf.channel_id);
                text.push('#');
                text.push_str(self.names.channel(&id).unwrap_or(&id));
            }
            "emoji" => {
                text.push(':');
                text.push_str(&said(leaf.name));
                text.push(':');
            }
            "broadcast" => {
                text.push('@');
                text.push_str(&said(leaf.range));
            }
            "date" => text.push_str(&said(leaf.fallback)),
            "color" => text.push_str(&said(leaf.value)),
            _ => text.push_str(&said(leaf.text)),
        }
    }

    fn attachment(&mut self, attachment: Piece<'_>, depth: usize) {
        let parts = Parts::of(attachment);
        let before = self.text.len();
        let author = self.string_of(parts.author_name);
        let (pretext, text) = (self.string_of(parts.pretext), self.string_of(parts.text));
        self.line(&pretext);
        self.line(&author);
        self.title(&parts);
        self.line(&text);
        if let Some(fields) = parts.fields {
            fields.each(|field| self.field(&Parts::of(field)));
        }
        if let Some(blocks) = parts.blocks.filter(|_| depth < DEEPEST) {
            self.blocks(blocks, depth + 1);
        }
        if self.text.len() == before {
            let fallback = self.string_of(parts.fallback);
            self.line(&fallback);
        }
        let footer = self.string_of(parts.footer);
        self.line(&footer);
    }

    fn string_of(&mut self, piece: Option<Piece<'_>>) -> String {
        let text = piece.and_then(Piece::text).unwrap_or_default();
        self.plain(&text)
    }

    fn title(&mut self, parts: &Parts<'_>) {
        let title = self.string_of(parts.title);
        let link = parts.title_link.and_then(Piece::text).unwrap_or_default();
        let known = self.links.iter().any(|known| known.unsanitised() == link);
        self.link(&link);
        if link.is_empty() || known {
            return self.line(&title);
        }
        let mut labelled = String::new();
        markup::push_labelled(&link, &title, &mut labelled);
        self.line(&labelled);
    }

    fn field(&mut self, field: &Parts<'_>) {
        let (title, value) = (self.string_of(field.title), self.string_of(field.value));
        match (title.is_empty(), value.is_empty()) {
            (false, false) => self.line(&format!("{title}: {value}")),
            _ => self.line(&format!("{title}{value}")),
        }
    }
}

macro_rules! parts {
    ($($field:ident),* $(,)?) => {
        /// The members of a block, an element or an attachment, each as raw text.
        #[derive(Default)]
        struct Parts<'a> {
            kind: String,
            $($field: Option<Piece<'a>>,)*
        }

        impl<'a> Parts<'a> {
            fn of(piece: Piece<'a>) -> Self {
                let mut parts = Self::default();
                piece.fields(|key, value| match key {
                    "type" => parts.kind = value.text().unwrap_or_default().into_owned(),
                    $(stringify!($field) => parts.$field = Some(value),)*
                    _ => {}
                });
                parts
            }
        }
    };
}

parts!(
    alt_text,
    author_name,
    blocks,
    channel_id,
    elements,
    fallback,
    fields,
    footer,
    indent,
    label,
    name,
    pretext,
    range,
    rows,
    style,
    text,
    title,
    title_link,
    url,
    user_id,
    usergroup_id,
    value,
);
