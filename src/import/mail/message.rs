//! One mail: its headers unfolded, its parts found, its text in letters.

use super::decode;

/// Deepest nesting of parts.
const DEEPEST: usize = 12;
/// Most parts that are looked at.
const MOST_PARTS: usize = 500;

/// One mail, taken apart as far as it is shown.
#[derive(Debug, Default)]
pub(super) struct Mail {
    headers: Vec<(String, String)>,
    plain: Option<String>,
    html: Option<String>,
    files: Vec<String>,
    parts: usize,
}

impl Mail {
    /// Takes a mail apart; a line `From ` before its headers is passed over.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let (first, rest) = split_line(bytes);
        let is_boxed = first.starts_with(b"From ");
        let (head, body) = split_head(if is_boxed { rest } else { bytes });
        let mut mail = Self { headers: headers(head), ..Self::default() };
        let unescaped = if is_boxed { unescape(body) } else { body.to_vec() };
        let headers = mail.headers.clone();
        mail.part(&headers, &unescaped, 0);
        mail
    }

    /// Whether it has no headers at all.
    pub(super) const fn is_empty(&self) -> bool {
        self.headers.is_empty()
    }

    /// A header with its packed words unpacked.
    pub(super) fn header(&self, name: &str) -> Option<String> {
        header(&self.headers, name).map(decode::words)
    }

    /// Its own id, without the brackets.
    pub(super) fn id(&self) -> Option<String> {
        ids(header(&self.headers, "message-id")?).next()
    }

    /// The id of the message that began its thread, as far as it tells.
    pub(super) fn root(&self) -> Option<String> {
        let told = |name: &str| ids(header(&self.headers, name)?).next();
        told("references").or_else(|| told("in-reply-to"))
    }

    /// What it says: its plain text, else its HTML without the marks.
    pub(super) fn text(&self) -> String {
        match (&self.plain, &self.html) {
            (Some(plain), _) => plain.replace("\r\n", "\n"),
            (None, Some(html)) => crate::import::html::plain(html).text,
            (None, None) => String::new(),
        }
    }

    /// The names of what is attached.
    pub(super) fn files(&self) -> &[String] {
        &self.files
    }

    fn part(&mut self, headers: &[(String, String)], body: &[u8], depth: usize) {
        self.parts += 1;
        if depth > DEEPEST || self.parts > MOST_PARTS {
            return;
        }
        let kind = header(headers, "content-type").unwrap_or("text/plain");
        let lower = kind.to_ascii_lowercase();
        if lower.trim_start().starts_with("multipart/") {
            if let Some(boundary) = parameter(kind, "boundary") {
                for part in parts_of(body, &boundary) {
                    let (head, body) = split_head(part);
                    self.part(&self::headers(head), body, depth + 1);
                }
            }
            return;
        }
        let disposition = header(headers, "content-disposition").unwrap_or_default();
        let name = parameter(disposition, "filename").or_else(|| parameter(kind, "name"));
        if let Some(name) = name {
            self.files.push(decode::words(&name));
            return;
        }
        let is_html = lower.trim_start().starts_with("text/html");
        if !is_html && !lower.trim_start().starts_with("text/") {
            return;
        }
        let way = header(headers, "content-transfer-encoding").unwrap_or_default().trim().to_ascii_lowercase();
        let bytes = match way.as_str() {
            "base64" => decode::base64(body),
            "quoted-printable" => decode::quoted(body, false),
            _ => body.to_vec(),
        };
        let text = decode::letters(&bytes, &parameter(kind, "charset").unwrap_or_default());
        let place = if is_html { &mut self.html } else { &mut self.plain };
        place.get_or_insert(text);
    }
}

fn split_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |end| end + 1);
    bytes.split_at_checked(end).unwrap_or((bytes, &[]))
}

/// The headers and what follows the first empty line.
fn split_head(bytes: &[u8]) -> (&[u8], &[u8]) {
    let mut rest = bytes;
    while !rest.is_empty() {
        let (line, after) = split_line(rest);
        if line.trim_ascii().is_empty() {
            let head = bytes.get(..bytes.len() - rest.len()).unwrap_or_default();
            return (head, after);
        }
        rest = after;
    }
    (bytes, &[])
}

/// Headers by name in lower case, long ones joined again.
fn headers(head: &[u8]) -> Vec<(String, String)> {
    let text = decode::letters(head, "");
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = headers.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    headers
}

fn header<'h>(headers: &'h [(String, String)], name: &str) -> Option<&'h str> {
    headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// A parameter of a header: `boundary` of `multipart/mixed; boundary="x"`.
fn parameter(value: &str, name: &str) -> Option<String> {
    value.split(';').skip(1).find_map(|part| {
        let (key, value) = part.split_once('=')?;
        let key = key.trim().to_ascii_lowercase();
        let value = value.trim().trim_matches('"');
        if key == name {
            return Some(value.to_owned());
        }
        // RFC 2231: the set of letters, the language, and the value percent-encoded.
        let is_long = key.strip_prefix(name).is_some_and(|rest| rest == "*");
        is_long.then(|| {
            let packed = value.rsplit('\'').next().unwrap_or(value);
            decode::letters(&decode::quoted(packed.replace('%', "=").as_bytes(), false), "utf-8")
        })
    })
}

/// Ids in sharp brackets.
fn ids(value: &str) -> impl Iterator<Item = String> {
    let bracketed = value.contains('<');
    let ids = value.split(if bracketed { '<' } else { ' ' }).skip(usize::from(bracketed));
    ids.map(|id| id.split(['>', ' ']).next().unwrap_or(id).trim().to_owned()).filter(|id| !id.is_empty())
}

/// The parts between the boundaries.
fn parts_of<'b>(body: &'b [u8], boundary: &str) -> Vec<&'b [u8]> {
    let mark = format!("--{boundary}");
    let mut parts = Vec::new();
    let (mut at, mut start) = (0, None);
    for line in body.split_inclusive(|&byte| byte == b'\n') {
        let bare = line.trim_ascii_end();
        let is_end = bare.strip_suffix(b"--").is_some_and(|bare| bare == mark.as_bytes());
        if bare == mark.as_bytes() || is_end {
            parts.extend(start.and_then(|start| body.get(start..at)));
            start = (!is_end).then_some(at + line.len());
        }
        at += line.len();
    }
    // A cut mail gives what stands before the cut.
    parts.extend(start.and_then(|start| body.get(start..)));
    parts
}

/// Takes off the sign by which an mbox hides lines that begin with `From `.
fn unescape(body: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(body.len());
    for line in body.split_inclusive(|&byte| byte == b'\n') {
        let quotes = line.iter().take_while(|&&byte| byte == b'>').count();
        let is_hidden = quotes > 0 && line.get(quotes..).is_some_and(|rest| rest.starts_with(b"From "));
        plain.extend_from_slice(if is_hidden { line.get(1..).unwrap_or_default() } else { line });
    }
    plain
}
