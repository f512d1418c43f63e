//! The one gate between text written by strangers and anything that prints.
//!
//! [`Raw`] has no `Display`: only the sanitisers here make something printable of it. What they
//! neutralise stays visible as a mark, because it is evidence.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

/// Text with letters and their marks in one: `o` and `¨` become `ö`. Names of files differ in it from
/// system to system, so whatever two systems may name is compared in this form.
pub fn composed(text: &str) -> Cow<'_, str> {
    use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.nfc().collect())
}

/// Text as an export says it, decoded and otherwise untouched. It cannot be printed by accident:
///
/// ```compile_fail,E0277
/// let said = meanwhile::base::text::Raw::new("\u{1b}[2J");
/// println!("{said}");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Raw<'a>(&'a str);

impl<'a> Raw<'a> {
    /// Marks text as foreign.
    pub const fn new(text: &'a str) -> Self {
        Self(text)
    }

    /// The text itself, to compare, search or hash; never to print.
    pub const fn unsanitised(self) -> &'a str {
        self.0
    }

    /// Whether there is no text.
    pub const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// As much of it as a screen draws, which looks at a text anew for every frame.
    #[must_use]
    pub fn shown(self) -> Self {
        Self(shown(self.0).0)
    }

    /// Printable on a terminal, line breaks kept.
    pub fn tty(self) -> Cow<'a, str> {
        sanitize_tty(self.0, LineBreaks::Keep)
    }

    /// Printable on a terminal in one line.
    pub fn tty_line(self) -> Cow<'a, str> {
        sanitize_tty(self.0, LineBreaks::Mark)
    }
}

impl std::fmt::Debug for Raw<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Raw({} bytes)", self.0.len())
    }
}

/// [`Raw`] that owns its text: names of people, channels and files in an export.
///
/// ```compile_fail,E0277
/// let name = meanwhile::base::text::RawString::new("\u{1b}[2J");
/// println!("{name}");
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RawString(String);

impl RawString {
    /// Marks text as foreign.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Borrows it.
    pub fn raw(&self) -> Raw<'_> {
        Raw(&self.0)
    }

    /// Whether there is no text.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text itself, to compare, search or hash; never to print.
    pub fn unsanitised(&self) -> &str {
        &self.0
    }

    /// Printable on a terminal in one line.
    pub fn tty_line(&self) -> Cow<'_, str> {
        self.raw().tty_line()
    }
}

impl std::fmt::Debug for RawString {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.raw().fmt(f)
    }
}

impl From<&str> for RawString {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for RawString {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// What becomes of line feeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineBreaks {
    /// They stay, for text that is wrapped line by line.
    Keep,
    /// They become `␊`, for text that must stay in one line.
    Mark,
}

/// Most bytes of one text that a screen draws: more than anybody reads there, and no more than can be
/// measured between two frames.
const SHOWN_BYTES: usize = 64 << 10;

/// The beginning of a text that a screen draws, and how many bytes that leaves out.
pub fn shown(text: &str) -> (&str, usize) {
    let shown = if text.len() > SHOWN_BYTES { fit_bytes(text, SHOWN_BYTES) } else { text };
    (shown, text.len() - shown.len())
}

/// Characters that print nothing or reorder what is printed: bidi controls, zero width, tags, line
/// and paragraph separators, soft hyphen, byte order mark. ZWJ and variation selectors are judged
/// in their cluster, not here.
pub const fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Most combining marks kept on one cell.
/// What a reader takes for one letter each, with where it begins: extended grapheme clusters (Unicode
/// annex 29). Between two characters of ASCII there is always a boundary, but for `\r\n`; so most
/// text is cut without a look into the tables.
pub fn clusters(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let is_alone = match (bytes.get(at)?, bytes.get(at + 1)) {
            (b'\r', Some(b'\n')) => false,
            (first, next) => first.is_ascii() && next.is_none_or(u8::is_ascii),
        };
        let rest = text.get(at..)?;
        let cluster = if is_alone { rest.get(..1)? } else { rest.graphemes(true).next()? };
        let from = at;
        at += cluster.len();
        Some((from, cluster))
    })
}

const MARKS_A_CELL: usize = 8;

fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~' | '\n')
}

/// Makes text safe and exact on a terminal: controls become pictures (`␛`), C1 and hidden
/// characters become `‹202E›`, emoji sequences fold to their base, a tab is one space, and a cell
/// holds at most eight combining marks.
pub fn sanitize_tty(text: &str, breaks: LineBreaks) -> Cow<'_, str> {
    let untouched = text.chars().all(|c| is_plain(c) && (c != '\n' || breaks == LineBreaks::Keep));
    if untouched {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len() + 16);
    for (_, cluster) in clusters(text) {
        push_cluster(&mut clean, cluster, breaks);
    }
    Cow::Owned(clean)
}

/// Makes text safe and exact on a page, whose writer escapes markup: as on a terminal, but emoji
/// stay as they were said, since a browser knows how wide they are.
pub fn sanitize_html(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len() + 16);
    for (_, cluster) in clusters(text) {
        if cluster.len() <= 64 && is_emoji_sequence(cluster) {
            clean.push_str(cluster);
        } else {
            push_cluster(&mut clean, cluster, LineBreaks::Keep);
        }
    }
    Cow::Owned(clean)
}

/// Whether a cluster is an emoji, or several that are joined: a joiner stands between two, never alone.
fn is_emoji_sequence(cluster: &str) -> bool {
    let is_picture = |c: char| is_emoji(c) && !c.is_ascii();
    let mut before = '\u{200d}';
    for c in cluster.chars() {
        let fits = match c {
            '\u{200d}' | '\u{fe0e}' | '\u{fe0f}' => before != '\u{200d}',
            c => is_picture(c),
        };
        if !fits {
            return false;
        }
        before = c;
    }
    before != '\u{200d}'
}

fn push_cluster(clean: &mut String, cluster: &str, breaks: LineBreaks) {
    let mut chars = cluster.chars();
    let Some(first) = chars.next() else { return };
    if cluster == "\r\n" {
        push_char(clean, '\n', breaks);
        return;
    }
    push_char(clean, first, breaks);
    let emoji = is_emoji(first);
    let mut joined = false;
    for (count, c) in chars.enumerate() {
        match c {
            // Emoji sequences: the terminal and the width table disagree about all of these.
            '\u{fe0e}' | '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' => {}
            '\u{200d}' if emoji => joined = true,
            // ZWJ and ZWNJ shape Arabic and Indic letters; elsewhere they only hide.
            '\u{200c}' | '\u{200d}' if is_joining_script(first) => clean.push(c),
            '\u{200c}' | '\u{200d}' => push_code(clean, c),
            _ if joined => {}
            _ if count >= MARKS_A_CELL && c.len_utf8() > 1 => {}
            _ => push_char(clean, c, breaks),
        }
    }
}

const fn is_emoji(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' | '\u{a9}' | '\u{ae}' | '#' | '*' | '0'..='9')
}

const fn is_joining_script(c: char) -> bool {
    matches!(c, '\u{0600}'..='\u{08ff}' | '\u{0900}'..='\u{0dff}' | '\u{1000}'..='\u{109f}')
}

fn push_char(clean: &mut String, c: char, breaks: LineBreaks) {
    match c {
        '\n' if breaks == LineBreaks::Keep => clean.push('\n'),
        '\t' => clean.push(' '),
        '\u{00}'..='\u{1f}' => clean.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}')),
        '\u{7f}' => clean.push('\u{2421}'),
        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => {}
        '\u{80}'..='\u{9f}' | '\u{200c}' | '\u{200d}' => push_code(clean, c),
        _ if is_hidden(c) => push_code(clean, c),
        _ => clean.push(c),
    }
}

fn push_code(clean: &mut String, c: char) {
    // Writing to a String cannot fail.
    let _ = write!(clean, "\u{2039}{:02X}\u{203a}", u32::from(c));
}

/// The words of a bug without what they quote: the standard library quotes the text that was at hand,
/// which may be what somebody said.
pub fn without_quoted(words: &str) -> String {
    let mut kept = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(at) = rest.find(['`', '"', '\u{27}']) {
        let (before, quoted) = rest.split_at(at);
        let mark = quoted.get(..1).unwrap_or_default();
        kept.push_str(before);
        kept.push('…');
        // The text may hold the mark too, so that only the last one surely ends it.
        rest = quoted.rsplit_once(mark).map_or("", |(_, rest)| rest);
    }
    kept.push_str(rest);
    kept
}

/// Cells that `text` takes on a terminal; the text must have passed [`sanitize_tty`].
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

/// The longest beginning of `text` that fits into `cells`, never splitting a cluster.
pub fn fit(text: &str, cells: usize) -> &str {
    let mut used = 0;
    for (at, cluster) in clusters(text) {
        used += width(cluster);
        if used > cells {
            return text.get(..at).unwrap_or("");
        }
    }
    text
}

/// `text` in at most `cells`, with `…` at the end where it was cut.
pub fn cut(text: &str, cells: usize) -> Cow<'_, str> {
    if width(text) <= cells {
        return Cow::Borrowed(text);
    }
    if cells == 0 {
        return Cow::Borrowed("");
    }
    Cow::Owned(format!("{}…", fit(text, cells - 1).trim_end()))
}

/// `text` in at most `cells`, with `…` in the middle where it was cut: for names of files and
/// paths, whose ends tell them apart.
pub fn cut_middle(text: &str, cells: usize) -> Cow<'_, str> {
    if width(text) <= cells {
        return Cow::Borrowed(text);
    }
    if cells < 4 {
        return cut(text, cells);
    }
    let tail_cells = (cells - 1) / 3;
    let head = fit(text, cells - 1 - tail_cells);
    let mut tail = "";
    for (at, _) in text.grapheme_indices(true).rev() {
        let candidate = text.get(at..).unwrap_or("");
        if width(candidate) > tail_cells {
            break;
        }
        tail = candidate;
    }
    Cow::Owned(format!("{head}…{tail}"))
}

/// The longest beginning of `text` of at most `bytes` bytes.
pub fn fit_bytes(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    text.get(..end).unwrap_or(text)
}

/// `count noun`, with an `s` unless there is one: `3 replies` needs its own plural.
pub fn count_words(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", thousands(count), if count == 1 { one } else { many })
}

/// Digits in groups of three: `1,402`.
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A size as people say it: `212 kB`, `4.1 MB`.
pub fn size_words(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        1_000_000..1_000_000_000 => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
        _ => format!("{}.{} GB", bytes / 1_000_000_000, bytes / 100_000_000 % 10),
    }
}

/// Makes a cell of a CSV file neutral for spreadsheet programs: `'` before what they would take
/// for a formula, controls as pictures. Quoting is the writer's.
///
/// Programs that part cells by semicolons do not see the quotes of a cell that follows a comma, so
/// that a semicolon or a line feed inside it begins another one.
pub fn sanitize_csv(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let mut clean = String::with_capacity(text.len() + 2);
    for part in text.split_inclusive(['\n', ';']) {
        let words = part.trim_start_matches([' ', '\u{a0}', '\t', '\r']);
        let formula = words.starts_with(['=', '+', '-', '@', '|', '%', '＝', '＋', '－', '＠']);
        // Some programs drop blanks at the start of a cell before they look at it.
        if formula || (clean.is_empty() && part.trim_start_matches([' ', '\u{a0}']).starts_with(['\t', '\r', '\n'])) {
            clean.push('\'');
        }
        clean.push_str(&sanitize_tty(part, LineBreaks::Keep));
    }
    clean
}

/// The name that an `@` at this place would call where Markdown is a page of GitHub or GitLab, the
/// sign included: not one within a mail address or a link.
pub fn mention(text: &str, at: usize) -> Option<&str> {
    let before = text.get(..at)?;
    if before.ends_with(|c: char| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    let name = text.get(at..)?.strip_prefix('@')?;
    let end = name.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'))).unwrap_or(name.len());
    let name = name.get(..end)?.trim_end_matches(['.', '-', '/']);
    let is_name = name.starts_with(|c: char| c.is_alphanumeric() || c == '_') && !word.contains("://");
    is_name.then(|| text.get(at..=at + name.len())).flatten()
}

/// Makes foreign text inert in a paragraph of Markdown: inline markers and line starts escaped,
/// controls as pictures, line breaks as spaces, names that would call somebody as code.
pub fn sanitize_md(text: &str) -> String {
    let flat = sanitize_tty(text, LineBreaks::Keep).replace('\n', " ");
    let mut escaped = String::with_capacity(flat.len() + 8);
    let mut skip_to = 0;
    for (at, c) in flat.char_indices() {
        if at < skip_to {
            continue;
        }
        if let Some(name) = (c == '@').then(|| mention(&flat, at)).flatten() {
            // Neither an escape nor an entity keeps a page from calling; code does, and reads well.
            escaped.extend(["`", name, "`"]);
            skip_to = at + name.len();
            continue;
        }
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '#' | '&' | '$') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    let ordered = escaped
        .find(|c: char| !c.is_ascii_digit())
        .filter(|&at| at > 0 && escaped.get(at..).is_some_and(|rest| rest.starts_with(['.', ')'])));
    if let Some(at) = ordered {
        escaped.insert(at, '\\');
    } else if escaped.trim_start().starts_with(['-', '+', '=']) {
        let at = escaped.len() - escaped.trim_start().len();
        escaped.insert(at, '\\');
    }
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_in_markdown_calls_nobody() {
        for (text, expected) in [
            ("ask @dov.", "ask `@dov`."),
            ("(@dov_k and @org/team-a)", "(`@dov_k` and `@org/team-a`)"),
            ("@José", "`@José`"),
            ("\\@dov", "\\\\`@dov`"),
            ("dov@shop.example, at @ noon", "dov@shop.example, at @ noon"),
            ("https://x.example/@dov", "https://x.example/@dov"),
        ] {
            assert_eq!(sanitize_md(text), expected, "{text}");
        }
    }

    #[test]
    fn control_characters_become_pictures_and_stay_visible() {
        assert_eq!(Raw::new("\u{1b}[2J x\u{7f}").tty(), "␛[2J x␡");
        assert_eq!(Raw::new("a\u{9b}b").tty(), "a‹9B›b");
        assert_eq!(Raw::new("a\u{202e}b").tty(), "a‹202E›b");
        assert_eq!(Raw::new("a\nb").tty_line(), "a␊b");
        assert_eq!(Raw::new("a\r\nb").tty(), "a\nb");
    }

    #[test]
    fn plain_text_is_not_copied() {
        assert!(matches!(Raw::new("plain\ntext").tty(), Cow::Borrowed(_)));
    }

    #[test]
    fn emoji_sequences_fold_to_their_base() {
        assert_eq!(Raw::new("❤\u{fe0f}").tty(), "❤");
        assert_eq!(Raw::new("👩\u{200d}👩\u{200d}👧").tty(), "👩");
        assert_eq!(Raw::new("👍🏽 ok").tty(), "👍 ok");
        assert_eq!(Raw::new("日本 שלום").tty(), "日本 שלום");
    }

    #[test]
    fn a_page_shows_emoji_as_they_were_said_and_marks_what_hides() {
        assert_eq!(sanitize_html("👩\u{200d}👧 👍🏽 ❤\u{fe0f}"), "👩\u{200d}👧 👍🏽 ❤\u{fe0f}");
        assert_eq!(sanitize_html("a\u{200d}b\u{202e}c\u{1b}\n"), "a‹200D›b‹202E›c␛\n");
        assert!(sanitize_html(&"👩\u{200d}".repeat(1_000)).len() < 64);
        for hides in ["👩\u{200d}\u{200d}\u{200d}x", "👩\u{200d}", "👩\u{fe0f}\u{200d}\u{fe0f}x"] {
            assert!(!sanitize_html(hides).contains('\u{200d}'), "{hides:?}");
        }
    }

    #[test]
    fn a_flood_of_combining_marks_stays_in_its_cell() {
        let flood = format!("e{}x", "\u{301}".repeat(100_000));
        let clean = Raw::new(&flood).tty().into_owned();
        assert_eq!(clean.chars().count(), 1 + MARKS_A_CELL + 1);
    }

    #[test]
    fn cutting_marks_the_cut_and_never_overflows() {
        assert_eq!(cut("abcdef", 4), "abc…");
        assert_eq!(cut("日本語", 4), "日…");
        assert_eq!(cut_middle("search-empty.png", 13), "search-e….png");
        assert!(width(&cut_middle("日本語日本語日本語.png", 9)) <= 9);
    }

    #[test]
    fn cells_of_a_table_cannot_become_formulas() {
        assert_eq!(sanitize_csv("=1+1"), "'=1+1");
        assert_eq!(sanitize_csv(" ＝1"), "' ＝1");
        assert_eq!(sanitize_csv("a=1"), "a=1");
        assert_eq!(sanitize_csv("a;=1\n@b"), "a;'=1\n'@b");
        assert_eq!(sanitize_csv("\t=1"), "' =1");
        assert_eq!(sanitize_csv("safe\rforged\r\nb"), "safe␍forged\nb");
    }

    #[test]
    fn markdown_of_strangers_is_text() {
        assert_eq!(sanitize_md("# not *a* heading"), "\\# not \\*a\\* heading");
        assert_eq!(sanitize_md("1. x"), "1\\. x");
        assert_eq!(sanitize_md("- x\n- y"), "\\- x - y");
    }

    #[test]
    #[expect(clippy::string_slice, reason = "it has to be a bug")]
    fn the_words_of_a_bug_hold_nothing_that_was_said() {
        let said = "the `beta` customer is \"Fjord\"";
        let cut = std::panic::catch_unwind(|| said.get(5..).map(|_| "é`x"[1..].to_owned())).unwrap_err();
        let words = cut.downcast_ref::<String>().cloned().unwrap_or_default();
        assert!(words.contains('é') && !without_quoted(&words).contains('é'), "{words}");
        for words in [format!("index of `{said}`"), format!("{said:?} is wrong"), format!("no end: `{said}")] {
            let kept = without_quoted(&words);
            assert!(!kept.contains("beta") && !kept.contains("Fjord"), "{kept}");
        }
        assert_eq!(without_quoted("index out of bounds: the len is 3"), "index out of bounds: the len is 3");
    }

    #[test]
    fn a_screen_draws_the_beginning_of_an_endless_text() {
        assert_eq!(shown("short"), ("short", 0));
        let long = "é".repeat(40_000);
        let (head, rest) = shown(&long);
        assert_eq!((head.len(), rest), (SHOWN_BYTES, 80_000 - SHOWN_BYTES));
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(thousands(1_402), "1,402");
        assert_eq!(thousands(12), "12");
        assert_eq!(size_words(212_000), "212 kB");
    }

    proptest! {
        #[test]
        fn clusters_are_those_of_the_tables(
            text in "([a-c1# \\r\\n\\t]|\\PC|[\u{301}\u{600}\u{200d}\u{fe0f}\u{20e3}\u{1f1e6}-\u{1f1ff}👩🏽देक्षि한각]){0,40}"
        ) {
            let expected: Vec<_> = text.grapheme_indices(true).collect();
            prop_assert_eq!(clusters(&text).collect::<Vec<_>>(), expected);
        }
    }
}
