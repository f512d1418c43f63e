//! What the inside of a JSON string says.

/// The text that `inner` stands for; `None` where it is no string as JSON has them.
pub(super) fn unescaped(inner: &str) -> Option<String> {
    let mut text = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = memchr::memchr2(b'"', b'\\', rest.as_bytes()) {
        text.push_str(rest.get(..at)?);
        let escape = rest.get(at..)?.strip_prefix('\\')?;
        let (c, length) = match escape.as_bytes() {
            [c @ (b'"' | b'\\' | b'/'), ..] => (char::from(*c), 1),
            [b'n', ..] => ('\n', 1),
            [b't', ..] => ('\t', 1),
            [b'r', ..] => ('\r', 1),
            [b'b', ..] => ('\u{8}', 1),
            [b'f', ..] => ('\u{c}', 1),
            [b'u', digits @ ..] => coded(digits)?,
            _ => return None,
        };
        text.push(c);
        rest = escape.get(length..)?;
    }
    text.push_str(rest);
    Some(text)
}

/// The character whose code begins after `\u`, and the length of all after its backslash; those
/// beyond 16 bits are written as two.
fn coded(digits: &[u8]) -> Option<(char, usize)> {
    let first = unit(digits)?;
    if let Some(c) = char::from_u32(first) {
        return Some((c, 5));
    }
    let second = digits.get(4..)?.strip_prefix(b"\\u")?;
    let pair = [first, unit(second)?].map(|unit| u16::try_from(unit).unwrap_or(0));
    char::decode_utf16(pair).next()?.ok().map(|c| (c, 11))
}

fn unit(digits: &[u8]) -> Option<u32> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    digits.first_chunk::<4>()?.iter().try_fold(0, |unit, byte| Some(unit << 4 | digit(byte)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_says_what_serde_json_says(inner in "([ -~é日😀]|\\\\[\"\\\\/bfnrtux]|\\\\u(00e9|2028|[0-9a-fA-F]{4}|d83d\\\\ude00)){0,12}") {
            let expected: Option<String> = serde_json::from_str(&format!("\"{inner}\"")).ok();
            prop_assert_eq!(unescaped(&inner), expected);
        }
    }
}
