//! Slack's mrkdwn as plain text: `<...>` tokens become what a reader sees, entities are decoded
//! once, formatting marks stay as they were typed.
//!
//! Tokens are taken apart first and `&amp; &lt; &gt;` decoded last, so `&amp;lt;` is the text
//! `&lt;`. An unterminated or unknown `<` stays text.

use crate::base::text::RawString;
use crate::base::time::Instant;

/// Looks up who and what is mentioned.
pub(crate) trait Names {
    /// The name of a person without `@`, and notes that they are mentioned; `label` is what the
    /// token itself says, often empty.
    fn person(&mut self, id: &str, label: &str) -> String;
    /// The name of a channel without `#`.
    fn channel(&self, id: &str) -> Option<&str>;
}

/// Appends `text` as a reader sees it to `plain`, and its links to `links`.
pub(crate) fn push_plain(text: &str, names: &mut impl Names, plain: &mut String, links: &mut Vec<RawString>) {
    let mut rest = text;
    while let Some(open) = memchr::memchr(b'<', rest.as_bytes()) {
        push_decoded(rest.get(..open).unwrap_or(""), plain);
        let after = rest.get(open + 1..).unwrap_or("");
        rest = match token_end(after).and_then(|end| Some((after.get(..end)?, after.get(end + 1..)?))) {
            Some((token, following)) if push_token(token, names, plain, links) => following,
            _ => {
                plain.push('<');
                after
            }
        };
    }
    push_decoded(rest, plain);
}

/// A token ends at `>` in the same line and holds no other `<`.
fn token_end(after: &str) -> Option<usize> {
    let end = memchr::memchr3(b'>', b'<', b'\n', after.as_bytes())?;
    (end > 0 && after.as_bytes().get(end) == Some(&b'>')).then_some(end)
}

fn push_decoded(text: &str, plain: &mut String) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        plain.push_str(rest.get(..at).unwrap_or(""));
        let entity = rest.get(at..).unwrap_or("");
        let known = [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>')];
        let found = known.iter().find(|(name, _)| entity.starts_with(name));
        let (taken, c) = found.map_or((1, '&'), |(name, c)| (name.len(), *c));
        plain.push(c);
        rest = entity.get(taken..).unwrap_or("");
    }
    plain.push_str(rest);
}

/// The text of `token` with entities decoded.
fn decoded(token: &str) -> String {
    let mut text = String::with_capacity(token.len());
    push_decoded(token, &mut text);
    text
}

/// Appends what a token stands for; false when it is none.
fn push_token(token: &str, names: &mut impl Names, plain: &mut String, links: &mut Vec<RawString>) -> bool {
    let (target, label) = token.split_once('|').unwrap_or((token, ""));
    if let Some(id) = target.strip_prefix('@') {
        push_person(id, &decoded(label), names, plain)
    } else if let Some(id) = target.strip_prefix('#') {
        push_channel(id, &decoded(label), names, plain)
    } else if let Some(command) = target.strip_prefix('!') {
        push_command(command, &decoded(label), plain, links)
    } else {
        push_link(&decoded(target), &decoded(label), plain, links)
    }
}

fn is_id(id: &str) -> bool {
    !id.is_empty()
        && id.len() <= 64
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

fn push_person(id: &str, label: &str, names: &mut impl Names, plain: &mut String) -> bool {
    if !is_id(id) {
        return false;
    }
    plain.push('@');
    plain.push_str(&names.person(id, label.trim_start_matches('@')));
    true
}

fn push_channel(id: &str, label: &str, names: &impl Names, plain: &mut String) -> bool {
    if !is_id(id) {
        return false;
    }
    plain.push('#');
    let label = label.trim_start_matches('#');
    plain.push_str(if label.is_empty() { names.channel(id).unwrap_or(id) } else { label });
    true
}

fn push_command(command: &str, label: &str, plain: &mut String, links: &mut Vec<RawString>) -> bool {
    if let Some(date) = command.strip_prefix("date^") {
        return push_date(date, label, plain, links);
    }
    let (name, argument) = command.split_once('^').unwrap_or((command, ""));
    let shown = match name {
        "here" | "channel" | "everyone" | "group" => name,
        "subteam" if label.is_empty() => argument,
        _ if label.is_empty() => return false,
        _ => label,
    };
    if shown.is_empty() {
        return false;
    }
    if !shown.starts_with('@') && matches!(name, "here" | "channel" | "everyone" | "group" | "subteam") {
        plain.push('@');
    }
    plain.push_str(shown);
    true
}

/// `1392734382^{date} at {time}^link`: the sender's fallback, which was written for readers without
/// a clock of their own; else the instant in UTC.
fn push_date(date: &str, fallback: &str, plain: &mut String, links: &mut Vec<RawString>) -> bool {
    let mut parts = date.splitn(3, '^');
    let seconds: Option<i64> = parts.next().and_then(|seconds| seconds.parse().ok());
    if let Some(link) = parts.nth(1).filter(|link| is_web(link)) {
        note_link(&decoded(link), links);
    }
    if !fallback.is_empty() {
        plain.push_str(fallback);
        return true;
    }
    let at = seconds.and_then(|seconds| Instant::from_seconds(seconds).to_utc());
    at.is_some_and(|at| {
        plain.push_str(&at.format("%Y-%m-%d %H:%M UTC").to_string());
        true
    })
}

fn is_web(target: &str) -> bool {
    target.starts_with("https://") || target.starts_with("http://")
}

fn push_link(target: &str, label: &str, plain: &mut String, links: &mut Vec<RawString>) -> bool {
    let Some((scheme, rest)) = target.split_once(':') else { return false };
    let is_scheme =
        !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    if !is_scheme || rest.is_empty() {
        return false;
    }
    if is_web(target) {
        note_link(target, links);
        push_labelled(target, label, plain);
    } else if matches!(scheme, "mailto" | "tel") {
        plain.push_str(if label.is_empty() { rest } else { label });
    } else {
        push_labelled(target, label, plain);
    }
    true
}

/// Most links that are noted of one message.
const MOST_LINKS: usize = 300;

/// Notes a link of a message.
pub(crate) fn note_link(target: &str, links: &mut Vec<RawString>) {
    if links.len() < MOST_LINKS {
        links.push(RawString::from(target));
    }
}

/// `label (target)`, or the target alone where the label says nothing else.
pub(crate) fn push_labelled(target: &str, label: &str, plain: &mut String) {
    let bare = |text: &str| {
        let text = text.trim().trim_start_matches("https://").trim_start_matches("http://");
        text.trim_end_matches('/').to_lowercase()
    };
    if label.trim().is_empty() || bare(label) == bare(target) {
        plain.push_str(target);
    } else {
        plain.push_str(label);
        plain.push_str(" (");
        plain.push_str(target);
        plain.push(')');
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct Known(Vec<String>);

    impl Names for Known {
        fn person(&mut self, id: &str, label: &str) -> String {
            self.0.push(id.to_owned());
            match id {
                "U1" => "Runa Halvorik".to_owned(),
                _ if label.is_empty() => id.to_owned(),
                _ => label.to_owned(),
            }
        }

        fn channel(&self, id: &str) -> Option<&str> {
            (id == "C1").then_some("sev-search")
        }
    }

    fn plain(text: &str) -> String {
        let (mut plain, mut links) = (String::new(), Vec::new());
        push_plain(text, &mut Known(Vec::new()), &mut plain, &mut links);
        plain
    }

    #[test]
    fn tokens_become_what_a_reader_sees() {
        for (text, expected) in [
            ("<@U1> and <@U9|oskar> and <@W7>", "@Runa Halvorik and @oskar and @W7"),
            ("<#C1> <#C1|> <#C9|old-name> <#C9>", "#sev-search #sev-search #old-name #C9"),
            ("<!here> <!channel|channel> <!everyone>", "@here @channel @everyone"),
            ("<!subteam^S1|@search-crew> <!subteam^S2>", "@search-crew @S2"),
            ("<!date^1392734382^{date} at {time}|18 Feb 2014> ok", "18 Feb 2014 ok"),
            ("<!date^1392734382^{date}>", "2014-02-18 14:39 UTC"),
            ("<https://a.example/x|the graph>", "the graph (https://a.example/x)"),
            ("<https://a.example/x> <https://a.example|a.example>", "https://a.example/x https://a.example"),
            ("<mailto:a@b.example|a@b.example> <tel:123|call>", "a@b.example call"),
            ("<https://a.example/?a=1&amp;b=2>", "https://a.example/?a=1&b=2"),
        ] {
            assert_eq!(plain(text), expected, "{text}");
        }
    }

    #[test]
    fn entities_are_decoded_once_and_last() {
        assert_eq!(plain("a &lt;b&gt; &amp;lt; &amp;amp; &#27; &nbsp;"), "a <b> &lt; &amp; &#27; &nbsp;");
        assert_eq!(plain("&lt;@U1&gt;"), "<@U1>");
    }

    #[test]
    fn what_is_no_token_stays_text() {
        for text in ["a < b", "<unknown>", "<", "<>", "<@>", "x <https://a", "<!unknown>", "10:30:45 *b* _i_ `c`"] {
            assert_eq!(plain(text), text);
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[<>@#!|&;:^/a-zA-Z0-9 \\n{}é]{0,120}") {
            plain(&text);
        }
    }
}
