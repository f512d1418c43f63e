//! The lines of a calendar: unfolded, with their parameters, grouped into entries.
//!
//! An entry is held as a piece of the text and its lines are read when they are asked for, as a
//! calendar may hold a hundred thousand entries.

use std::borrow::Cow;

/// Components that may stand inside each other.
const MOST_OPEN: usize = 16;

/// One line: `DTSTART;TZID=Europe/Oslo:20241206T120000`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Property {
    /// Its name in capitals.
    pub(super) name: String,
    params: Vec<(String, String)>,
    /// Its value as written, escapes and all.
    pub(super) value: String,
}

impl Property {
    /// Reads an unfolded line; `None` where it has no colon.
    fn parse(line: &str) -> Option<Self> {
        let mut is_quoted = false;
        let is_colon = |(_, c): &(usize, char)| {
            is_quoted ^= *c == '"';
            *c == ':' && !is_quoted
        };
        let (colon, _) = line.char_indices().find(is_colon)?;
        let (head, value) = (line.get(..colon)?, line.get(colon + 1..)?);
        let mut parts = split_unquoted(head, ';').into_iter();
        let name = parts.next()?.trim().to_ascii_uppercase();
        let params = parts.filter_map(|part| part.split_once('='));
        let params = params.map(|(key, value)| (key.to_ascii_uppercase(), value.trim_matches('"').to_owned()));
        Some(Self { name, params: params.collect(), value: value.to_owned() })
    }

    /// A parameter by its name in capitals.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// What the value says, without escapes.
    pub(super) fn text(&self) -> String {
        let mut said = String::with_capacity(self.value.len());
        let mut chars = self.value.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    Some('n' | 'N') => said.push('\n'),
                    Some(other) => said.push(other),
                    None => said.push('\\'),
                },
                _ => said.push(c),
            }
        }
        said
    }
}

fn split_unquoted(text: &str, at: char) -> Vec<&str> {
    let mut is_quoted = false;
    text.split(|c: char| {
        is_quoted ^= c == '"';
        c == at && !is_quoted
    })
    .collect()
}

/// A part of a calendar: an entry, a zone, or the calendar itself.
#[derive(Debug, Clone, Default)]
pub(super) struct Component<'t> {
    properties: Vec<Property>,
    /// As it stands in the file.
    pub(super) raw: &'t str,
    /// Whether its end is there.
    pub(super) is_whole: bool,
}

impl Component<'_> {
    /// The first property of a name.
    pub(super) fn get(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.name == name)
    }

    /// All properties of a name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Property> {
        self.properties.iter().filter(move |property| property.name == name)
    }

    /// What the first property of a name says; empty without one.
    pub(super) fn text(&self, name: &str) -> String {
        self.get(name).map(Property::text).unwrap_or_default().trim().to_owned()
    }
}

/// What a calendar file holds.
#[derive(Debug, Default)]
pub(super) struct Calendar<'t> {
    /// The properties of the calendar itself.
    pub(super) own: Component<'t>,
    entries: Vec<&'t str>,
    /// Those whose end is missing.
    cut: Vec<Component<'t>>,
    /// The zones that it describes.
    pub(super) zones: Vec<Component<'t>>,
    /// How many lines say nothing that can be read.
    pub(super) odd_lines: usize,
}

impl<'t> Calendar<'t> {
    /// Reads a file, also one that is cut.
    pub(super) fn parse(text: &'t str) -> Self {
        let mut calendar = Self::default();
        let (loose, odd_lines) = components(text, |name, component| match name {
            "VEVENT" if component.is_whole => calendar.entries.push(component.raw),
            "VEVENT" => calendar.cut.push(component),
            "VTIMEZONE" => calendar.zones.push(component),
            "VCALENDAR" => calendar.own.properties.extend(component.properties),
            _ => {}
        });
        calendar.own.properties.extend(loose);
        calendar.odd_lines = odd_lines;
        calendar
    }

    /// Its entries in the order of the file.
    pub(super) fn entries(&self) -> impl Iterator<Item = Component<'t>> {
        self.entries.iter().map(|raw| entry_of(raw)).chain(self.cut.iter().cloned())
    }
}

/// Reads again what stands from the beginning of an entry to its end.
fn entry_of(raw: &str) -> Component<'_> {
    let mut entry = Component::default();
    components(raw, |_, component| {
        // What lies inside an entry ends before it does.
        if component.raw.len() == raw.len() {
            entry = component;
        }
    });
    entry
}

/// Hands over each component of a text with its name when it ends, those that are cut at the end of
/// the text; gives the properties that stand in none, and how many lines say nothing that can be read.
fn components<'t>(text: &'t str, mut close: impl FnMut(&str, Component<'t>)) -> (Vec<Property>, usize) {
    let mut open: Vec<(String, usize, Component<'t>)> = Vec::new();
    let (mut loose, mut odd_lines) = (Vec::new(), 0);
    let mut end_at = |(name, from, mut component): (String, usize, Component<'t>), end: usize, is_whole| {
        component.raw = text.get(from..end).unwrap_or_default();
        component.is_whole = is_whole;
        close(&name, component);
    };
    for (at, end, line) in unfolded(text) {
        let Some(property) = Property::parse(&line) else {
            odd_lines += usize::from(!line.trim().is_empty());
            continue;
        };
        let value = property.value.trim().to_ascii_uppercase();
        match property.name.as_str() {
            "BEGIN" if open.len() < MOST_OPEN => open.push((value, at, Component::default())),
            "END" => {
                let Some(place) = open.iter().rposition(|(name, ..)| *name == value) else { continue };
                open.truncate(place + 1);
                if let Some(closed) = open.pop() {
                    end_at(closed, end, true);
                }
            }
            _ => match open.last_mut() {
                Some((_, _, component)) => component.properties.push(property),
                None => loose.push(property),
            },
        }
    }
    while let Some(cut) = open.pop() {
        end_at(cut, text.len(), false);
    }
    (loose, odd_lines)
}

/// Lines with those that continue them, each with where it begins and ends in the text.
fn unfolded(text: &str) -> impl Iterator<Item = (usize, usize, Cow<'_, str>)> {
    let mut lines = text.split_inclusive('\n').peekable();
    let mut end = 0;
    std::iter::from_fn(move || {
        let line = lines.next()?;
        let from = end;
        end += line.len();
        let mut whole = Cow::Borrowed(line.trim_end_matches(['\r', '\n']));
        while let Some(more) = lines.next_if(|next| next.starts_with([' ', '\t'])) {
            end += more.len();
            whole.to_mut().push_str(more.get(1..).unwrap_or_default().trim_end_matches(['\r', '\n']));
        }
        Some((from, end, whole))
    })
}
