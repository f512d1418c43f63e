//! How mails pack letters: base64, quoted-printable, words of headers, and old sets of letters.
//!
//! Nothing here fails: what is damaged is taken as it stands.

/// Bytes of base64; signs that do not belong to it are passed over.
pub(super) fn base64(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for &sign in text {
        let value = match sign {
            b'A'..=b'Z' => sign - b'A',
            b'a'..=b'z' => sign - b'a' + 26,
            b'0'..=b'9' => sign - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => break,
            _ => continue,
        };
        held = (held << 6 | u32::from(value)) & 0x00ff_ffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
        }
    }
    bytes
}

/// Bytes of quoted-printable; in a header `_` is a space.
pub(super) fn quoted(text: &[u8], is_header: bool) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [sign, after @ ..] = rest {
        rest = after;
        match (sign, after) {
            (b'=', [b'\r', b'\n', after @ ..] | [b'\n', after @ ..]) => rest = after,
            (b'=', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                bytes.push(hex(*high) << 4 | hex(*low));
                rest = after;
            }
            (b'_', _) if is_header => bytes.push(b' '),
            (sign, _) => bytes.push(*sign),
        }
    }
    bytes
}

const fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20) - b'a' + 10,
    }
}

/// Letters above 127 of Windows' western set that Latin-1 does not have.
const WINDOWS: [char; 32] = [
    '€', '\u{fffd}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{fffd}', 'Ž', '\u{fffd}', '\u{fffd}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{fffd}', 'ž', 'Ÿ',
];

/// Text of bytes in a set of letters: UTF-8 where they are that, else the western sets.
pub(super) fn letters(bytes: &[u8], charset: &str) -> String {
    let charset = charset.to_ascii_lowercase();
    let is_western = ["iso-8859", "latin", "windows-125", "cp125"].iter().any(|name| charset.starts_with(name));
    match std::str::from_utf8(bytes) {
        Ok(text) if !is_western || text.is_ascii() => text.to_owned(),
        Err(_) if charset.starts_with("utf") => String::from_utf8_lossy(bytes).into_owned(),
        _ => bytes.iter().map(|&byte| western(byte)).collect(),
    }
}

fn western(byte: u8) -> char {
    let at = usize::from(byte.wrapping_sub(0x80));
    if (0x80..0xa0).contains(&byte) { WINDOWS.get(at).copied().unwrap_or('\u{fffd}') } else { char::from(byte) }
}

/// A header's text with its packed words unpacked: `=?utf-8?q?gr=C3=BC=C3=9Fe?=`.
pub(super) fn words(text: &str) -> String {
    let mut unpacked = String::with_capacity(text.len());
    let mut rest = text;
    let mut was_word = false;
    while let Some(start) = rest.find("=?") {
        let (before, from) = rest.split_at_checked(start).unwrap_or((rest, ""));
        // White space between two packed words is only there to fold the line.
        if !(was_word && before.trim().is_empty()) {
            unpacked.push_str(before);
        }
        if let Some((text, after)) = word(from) {
            unpacked.push_str(&text);
            (rest, was_word) = (after, true);
        } else {
            unpacked.push_str("=?");
            (rest, was_word) = (from.get(2..).unwrap_or_default(), false);
        }
    }
    unpacked.push_str(rest);
    unpacked
}

fn word(text: &str) -> Option<(String, &str)> {
    let (charset, rest) = text.strip_prefix("=?")?.split_once('?')?;
    let (way, rest) = rest.split_once('?')?;
    let (packed, after) = rest.split_once("?=")?;
    let bytes = match way {
        "q" | "Q" => quoted(packed.as_bytes(), true),
        "b" | "B" => base64(packed.as_bytes()),
        _ => return None,
    };
    let charset = charset.split('*').next().unwrap_or(charset);
    Some((letters(&bytes, charset), after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_words_are_unpacked_and_others_stay() {
        assert_eq!(words("=?utf-8?q?gr=C3=BC=C3=9Fe?= an alle"), "grüße an alle");
        assert_eq!(words("=?UTF-8?B?ZGItMg==?=\n =?UTF-8?B?IGZ1bGw=?="), "db-2 full");
        assert_eq!(words("=?iso-8859-1?Q?caf=E9_now?="), "café now");
        assert_eq!(words("a =? b =?x?y?z?="), "a =? b =?x?y?z?=");
    }

    #[test]
    fn lines_broken_for_the_way_are_joined() {
        assert_eq!(quoted(b"a=\r\nb=3D=zz_", false), b"ab==zz_");
        assert_eq!(letters(&[0x93, 0xe9, 0x94], "windows-1252"), "“é”");
    }
}
