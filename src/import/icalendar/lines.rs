//! The lines of a calendar: unfolded, with their parameters, grouped into entries.

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
    /// Its entries in the order of the file.
    pub(super) entries: Vec<Component<'t>>,
    /// The zones that it describes.
    pub(super) zones: Vec<Component<'t>>,
    /// How many lines say nothing that can be read.
    pub(super) odd_lines: usize,
}

impl<'t> Calendar<'t> {
    /// Reads a file, also one that is cut.
    pub(super) fn parse(text: &'t str) -> Self {
        let mut calendar = Self::default();
        let mut open: Vec<(String, usize, Component<'t>)> = Vec::new();
        for (at, end, line) in unfolded(text) {
            let Some(property) = Property::parse(&line) else {
                calendar.odd_lines += usize::from(!line.trim().is_empty());
                continue;
            };
            let value = property.value.trim().to_ascii_uppercase();
            match property.name.as_str() {
                "BEGIN" if open.len() < 16 => open.push((value, at, Component::default())),
                "END" => {
                    let Some(place) = open.iter().rposition(|(name, ..)| *name == value) else { continue };
                    open.truncate(place + 1);
                    if let Some(closed) = open.pop() {
                        calendar.close(closed, text.get(..end).unwrap_or(text), true);
                    }
                }
                _ => match open.last_mut() {
                    Some((_, _, component)) => component.properties.push(property),
                    None => calendar.own.properties.push(property),
                },
            }
        }
        while let Some(cut) = open.pop() {
            calendar.close(cut, text, false);
        }
        calendar
    }

    fn close(&mut self, (name, from, mut component): (String, usize, Component<'t>), text: &'t str, is_whole: bool) {
        component.raw = text.get(from..).unwrap_or_default();
        component.is_whole = is_whole;
        match name.as_str() {
            "VEVENT" => self.entries.push(component),
            "VTIMEZONE" => self.zones.push(component),
            "VCALENDAR" => self.own.properties.extend(component.properties),
            _ => {}
        }
    }
}

/// Lines with those that continue them, each with its place in the text.
fn unfolded(text: &str) -> Vec<(usize, usize, String)> {
    let mut lines: Vec<(usize, usize, String)> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let (from, to) = (at, at + line.len());
        at = to;
        let line = line.trim_end_matches(['\r', '\n']);
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(more), Some((_, end, known))) => {
                known.push_str(more);
                *end = to;
            }
            _ => lines.push((from, to, line.to_owned())),
        }
    }
    lines
}
