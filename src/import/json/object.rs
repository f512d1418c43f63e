//! Objects and lists of records as importers want them: asked by key, every field optional.

use std::borrow::Cow;

use super::Piece;

/// The fields of one object; empty for anything else. Of a key that occurs twice, the last holds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Object<'a>(Vec<(String, Piece<'a>)>);

impl<'a> Object<'a> {
    /// The fields of a value.
    pub(crate) fn of(piece: Piece<'a>) -> Self {
        let mut fields = Vec::new();
        piece.fields(|key, value| fields.push((key.to_owned(), value)));
        Self(fields)
    }

    /// Whether it has no field.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All fields in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, Piece<'a>)> {
        self.0.iter().map(|(key, value)| (key.as_str(), *value))
    }

    /// A field that is there and not null.
    pub(crate) fn get(&self, key: &str) -> Option<Piece<'a>> {
        let found = self.0.iter().rev().find(|(known, _)| known == key);
        found.map(|(_, value)| *value).filter(|value| !value.is_null())
    }

    /// A field whose letters may differ in case.
    pub(crate) fn get_in_any_case(&self, key: &str) -> Option<Piece<'a>> {
        let found = self.0.iter().rev().find(|(known, _)| known.eq_ignore_ascii_case(key));
        found.map(|(_, value)| *value).filter(|value| !value.is_null())
    }

    /// What a text field says or how a number is written; empty where it is missing or neither.
    pub(crate) fn text(&self, key: &str) -> Cow<'a, str> {
        self.get(key).and_then(Piece::text_or_number).unwrap_or_default()
    }

    /// A whole number.
    pub(crate) fn count(&self, key: &str) -> Option<u64> {
        self.get(key).and_then(Piece::count)
    }

    /// Whether a field is `true`.
    pub(crate) fn is_true(&self, key: &str) -> bool {
        self.get(key).and_then(Piece::truth) == Some(true)
    }

    /// The fields of an object inside; empty where there is none.
    pub(crate) fn object(&self, key: &str) -> Self {
        self.get(key).map(Self::of).unwrap_or_default()
    }

    /// The values of a list inside; empty where there is none.
    pub(crate) fn list(&self, key: &str) -> Vec<Piece<'a>> {
        self.get(key).map(list_of).unwrap_or_default()
    }
}

/// The values of a list; empty for anything else.
pub(crate) fn list_of(piece: Piece<'_>) -> Vec<Piece<'_>> {
    let mut values = Vec::new();
    piece.each(|value| values.push(value));
    values
}

/// The text from the value of a key of the outermost object on, also where the object is cut.
pub(crate) fn from_key<'t>(text: &'t str, wanted: &str) -> Option<&'t str> {
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                let end = end_of_string(bytes, at)?;
                let after = text.get(end..)?.trim_start();
                let is_wanted = depth == 1 && Piece::new(text.get(at..end)?).text().as_deref() == Some(wanted);
                if let Some(value) = after.strip_prefix(':').filter(|_| is_wanted) {
                    return Some(value.trim_start());
                }
                at = end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

fn end_of_string(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from + 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_asked_by_key_and_missing_ones_are_empty() {
        let object = Object::of(Piece::new(r#"{"id": 7, "a": null, "who": {"name": "Ru\u006ea"}, "l": [1, 2]}"#));
        assert_eq!(
            (object.text("id"), object.text("a"), object.object("who").text("name")),
            ("7".into(), "".into(), "Runa".into())
        );
        assert_eq!((object.list("l").len(), object.list("id").len(), object.get("a")), (2, 0, None));
    }

    #[test]
    fn the_value_of_a_key_is_found_in_a_cut_file() {
        let text = r#"{"x": {"messages": 1}, "name": "messages", "messages" : [{"id": 1}, {"id"#;
        assert_eq!(from_key(text, "messages"), Some(r#"[{"id": 1}, {"id"#));
        assert_eq!(from_key(text, "other"), None);
        assert_eq!(from_key("[\"messages\": 3]", "messages"), Some("3]"));
    }
}
