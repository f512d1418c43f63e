//! Download tokens that exports carry in the links of their files: whoever has one can fetch the
//! files, so they are stripped from everything that is written, copied or printed.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

/// How the value of a token begins, as a part of a link's query.
const BEGINS: &[u8] = b"t=xoxe-";

static FINDER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(BEGINS));

/// How many tokens a text holds.
pub fn count(text: &str) -> usize {
    found(text).count()
}

/// The text without tokens; everything else of a link stays.
pub fn stripped(text: &str) -> Cow<'_, str> {
    let mut rest = 0;
    let mut clean = String::new();
    for mut token in found(text) {
        // The sign before the token goes with it, unless more of the query follows it.
        if text.as_bytes().get(token.end) == Some(&b'&') {
            token.end += 1;
        } else {
            token.start -= 1;
        }
        clean.push_str(text.get(rest..token.start).unwrap_or_default());
        rest = token.end;
    }
    if rest == 0 {
        return Cow::Borrowed(text);
    }
    clean.push_str(text.get(rest..).unwrap_or_default());
    Cow::Owned(clean)
}

fn found(text: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let is_of_query =
        move |at: &usize| at.checked_sub(1).is_some_and(|sign| matches!(bytes.get(sign), Some(b'?' | b'&')));
    FINDER.find_iter(bytes).filter(is_of_query).map(move |start| {
        let value = bytes.get(start + BEGINS.len()..).unwrap_or_default();
        let length =
            value.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')).count();
        start..start + BEGINS.len() + length
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_token_of_a_link_goes() {
        for (text, clean) in [
            ("see https://f.example/a.png?t=xoxe-1-2-abc, then", "see https://f.example/a.png, then"),
            ("a?t=xoxe-9&pub=1 b?pub=1&t=xoxe-9", "a?pub=1 b?pub=1"),
            ("a?x=1&t=xoxe-9&y=2", "a?x=1&y=2"),
            (r#"{"url":"https:\/\/f\/a?t=xoxe-1"}"#, r#"{"url":"https:\/\/f\/a"}"#),
        ] {
            assert_eq!(stripped(text), clean, "{text}");
            assert!(count(text) > 0 && count(&stripped(text)) == 0, "{text}");
        }
        for text in ["t=xoxe-1", "xoxe-1", "https://f/?t=10m", ""] {
            assert_eq!((stripped(text).as_ref(), count(text)), (text, 0));
        }
    }
}
