//! Foreign text on a page: visible controls, its own direction, links only where they are safe.

use std::borrow::Cow;

use maud::{Markup, html};

use crate::base::text::{RawString, fit_bytes, sanitize_html, thousands};

use super::exhibit::Exhibits;

/// Longer messages are folded.
const WHOLE: usize = 1_200;
/// What is shown of a folded message.
const SHOWN: usize = 600;
/// What paper shows of a folded message.
const ON_PAPER: usize = 6_000;

/// Text with controls and hidden characters as visible marks; maud escapes it.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    sanitize_html(text)
}

/// A foreign name in one line, isolated from the direction of what stands around it.
pub(super) fn name(name: &RawString) -> Markup {
    html! { bdi { (visible(&name.unsanitised().replace('\n', " "))) } }
}

/// The first word of a name.
pub(super) fn first_word(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or("?")
}

/// The first word of a name, or two when others of the report share it.
pub(super) fn short_name(full: &RawString, exhibits: &Exhibits<'_>) -> Markup {
    let word = first_word(full.unsanitised());
    let words: Vec<&str> = full.unsanitised().split_whitespace().take(2).collect();
    html! { bdi { @if exhibits.is_shared(word) { (visible(&words.join(" "))) } @else { (visible(word)) } } }
}

/// What somebody said, whole or folded, with links.
pub(super) fn message(text: &str) -> Markup {
    let text = text.trim_end();
    let count = text.chars().count();
    if count <= WHOLE {
        return html! { bdi { (linked(text)) } };
    }
    let paper = text.char_indices().nth(ON_PAPER).map(|(at, _)| at);
    let (on_paper, beyond) = text.split_at_checked(paper.unwrap_or(text.len())).unwrap_or((text, ""));
    let shown = text.char_indices().nth(SHOWN).map_or(text, |(at, _)| text.get(..at).unwrap_or(text));
    let rest = on_paper.get(shown.len()..).unwrap_or_default();
    html! {
        bdi { (linked(shown)) "…" }
        details.long {
            summary { "all " (thousands(count)) " characters" }
            bdi { (linked(rest)) }
            @if !beyond.is_empty() {
                span.beyond { bdi { (linked(beyond)) } }
                span.cut { "… cut on paper" }
            }
        }
    }
}

/// The first words of something said, for two lines of a note.
pub(super) fn snippet(text: &str) -> String {
    const BYTES: usize = 130;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.len() <= BYTES {
        return line;
    }
    let cut = fit_bytes(&line, BYTES);
    format!("{} …", cut.rsplit_once(' ').map_or(cut, |(head, _)| head))
}

/// Text in which addresses that are what they look like are links.
pub(super) fn linked(text: &str) -> Markup {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = ["https://", "http://"].iter().filter_map(|scheme| rest.find(scheme)).min() {
        let (before, from) = rest.split_at(at);
        let end = from.find(|c: char| c.is_whitespace() || "<>\"'`|()[]{}".contains(c)).unwrap_or(from.len());
        let url = from.get(..end).unwrap_or(from).trim_end_matches(['.', ',', ';', ':', '!', '?', '…', '*', '_']);
        pieces.push((before, safe_url(url).is_some().then_some(url)));
        if safe_url(url).is_none() {
            pieces.push((url, None));
        }
        rest = from.get(url.len().max(1)..).unwrap_or_default();
        if url.is_empty() {
            break;
        }
    }
    html! {
        @for (before, url) in pieces {
            (visible(before))
            @if let Some(url) = url { (link(url, &html! { (visible(url)) })) }
        }
        (visible(rest))
    }
}

/// A link that gives nothing away to where it leads.
pub(super) fn link(url: &str, words: &Markup) -> Markup {
    html! { a href=(url) rel="noopener noreferrer nofollow" { (words) } }
}

/// The host of an address that may be a link: http, https or mailto, in plain letters, without a name
/// before the host and without anything hidden.
pub(super) fn safe_url(url: &str) -> Option<&str> {
    let is_plain = url.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '"' | '\'' | '<' | '>' | '`' | '\\'));
    if !is_plain {
        return None;
    }
    if let Some(address) = url.strip_prefix("mailto:") {
        return address.split(['?', '&']).next().filter(|address| address.contains('@'));
    }
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_host = host.contains(|c: char| c.is_ascii_alphanumeric())
        && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':'))
        && !host.contains("xn--");
    is_host.then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_are_what_they_look_like_are_links() {
        assert_eq!(safe_url("https://wiki.example/x?y=1#z"), Some("wiki.example"));
        assert_eq!(safe_url("mailto:a@b.example"), Some("a@b.example"));
        for url in [
            "javascript:alert(1)",
            "data:text/html,x",
            "java\tscript:x",
            "//host/x",
            "https://good.example@bad.example",
            "https://ex\u{430}mple.org",
            "https://xn--exmple-cua.org",
            "https://a\"b",
            "https://",
            "file:///etc/passwd",
        ] {
            assert_eq!(safe_url(url), None, "{url}");
        }
    }

    #[test]
    fn addresses_in_messages_are_links_and_all_else_is_text() {
        let page = message("see https://a.example/x, not javascript:x <b>").into_string();
        assert!(page.contains("<a href=\"https://a.example/x\" rel=\"noopener noreferrer nofollow\">"), "{page}");
        assert!(page.contains(", not javascript:x &lt;b&gt;"), "{page}");
        assert!(!message("http://user@host").into_string().contains("<a"));
    }

    #[test]
    fn a_very_long_message_is_folded_and_whole() {
        let page = message(&"word ".repeat(2_000)).into_string();
        assert!(page.contains("all 9,999 characters") && page.contains("cut on paper"));
        assert_eq!(page.matches("word").count(), 2_000);
    }
}
