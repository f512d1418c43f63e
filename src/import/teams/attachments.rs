//! What hangs on a message: files, cards of programs, messages that are quoted or forwarded.
//!
//! The content of a card is JSON inside a string, of any depth and written by anybody: walked no
//! deeper than a reader could follow.

use super::Fields;
use crate::archive::FileEntry;
use crate::archive::builder::Record;
use crate::base::text::RawString;
use crate::import::json::Piece;
use crate::import::{chat, html, markup};

/// Cards nest containers and columns; nothing readable is deeper.
const DEEPEST: usize = 24;

/// Adds one attachment to a message.
pub(super) fn add(record: &mut Record, attachment: &Fields<'_>) {
    let kind = attachment.text("contentType");
    let content = attachment.text("content");
    match kind.as_str() {
        "messageReference" => quote(record, &content, ["messageSender", "messagePreview"]),
        "forwardedMessageReference" => quote(record, &content, ["originalMessageSender", "originalMessageContent"]),
        _ if kind.starts_with("application/vnd.microsoft.") || kind.ends_with("connector") => {
            card(record, &content, &attachment.text("name"));
        }
        _ => file(record, attachment),
    }
}

fn file(record: &mut Record, attachment: &Fields<'_>) {
    let (name, link) = (attachment.text("name"), attachment.text("contentUrl"));
    let name = [name, link.clone(), attachment.text("id")].into_iter().find(|name| !name.is_empty());
    let Some(name) = name else { return };
    let file = FileEntry { name: RawString::new(name), link: RawString::new(link), ..FileEntry::default() };
    record.extras().files.push(file);
}

fn quote(record: &mut Record, content: &str, [sender, text]: [&str; 2]) {
    let quoted = Fields::of(Piece::new(content));
    let sender = quoted.object(sender);
    let names = ["user", "application", "device"].map(|kind| sender.object(kind).text("displayName"));
    let author = names.into_iter().find(|name| !name.is_empty()).unwrap_or_default();
    let shown = html::plain(&quoted.text(text));
    if shown.text.is_empty() && author.is_empty() {
        return;
    }
    chat::add_quote(record, &author, &shown.text);
}

fn card(record: &mut Record, content: &str, name: &str) {
    let mut lines = Vec::new();
    walk(Piece::new(content), record, &mut lines, 0);
    if lines.is_empty() && !name.is_empty() {
        lines.push(name.to_owned());
    }
    chat::add_below(record, &lines.join("\n"));
}

/// The parts of a card whose own parts are read.
fn holds_parts(key: &str) -> bool {
    matches!(
        key,
        "body" | "items" | "columns" | "rows" | "cells" | "inlines" | "sections" | "card" | "content" | "header"
    ) || matches!(key, "facts" | "actions" | "buttons" | "potentialAction" | "targets" | "images" | "tap")
}

fn walk(piece: Piece<'_>, record: &mut Record, lines: &mut Vec<String>, depth: usize) {
    if depth > DEEPEST {
        return;
    }
    if piece.is_list() {
        piece.each(|part| walk(part, record, lines, depth + 1));
        return;
    }
    if let Some(text) = piece.text() {
        // Inlines of a text may be bare strings.
        return add_line(lines, &text);
    }
    let part = Fields::of(piece);
    let link = [part.text("url"), part.text("uri")].into_iter().find(|link| link.starts_with("http"));
    if let Some(link) = &link {
        markup::note_link(link, &mut record.extras().links);
    }
    if !pair(&part, lines) {
        for key in ["activityTitle", "activitySubtitle", "title", "subtitle", "text", "name"] {
            let mut said = part.text(key);
            if matches!(key, "title" | "name")
                && let Some(link) = link.as_ref().filter(|_| !said.is_empty())
            {
                said = format!("{said} ({link})");
            }
            add_line(lines, &said);
        }
    }
    for (key, value) in part.0.iter() {
        if holds_parts(key) && (value.is_list() || value.is_object()) {
            walk(value, record, lines, depth + 1);
        }
    }
}

/// A fact: `title: value` or `name: value` in one line.
fn pair(part: &Fields<'_>, lines: &mut Vec<String>) -> bool {
    let value = part.text("value");
    let label = [part.text("title"), part.text("name")].into_iter().find(|label| !label.is_empty());
    let Some(label) = label.filter(|_| !value.is_empty()) else { return false };
    add_line(lines, &format!("{}: {value}", label.trim_end_matches(':')));
    true
}

fn add_line(lines: &mut Vec<String>, line: &str) {
    let line = line.trim();
    if !line.is_empty() {
        lines.push(line.to_owned());
    }
}
