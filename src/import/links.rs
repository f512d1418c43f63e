//! The links in plain text, for formats that do not mark them.

use crate::archive::Flags;
use crate::archive::builder::Record;
use crate::base::text::RawString;

/// Most links noted of one message.
const MOST: usize = 1_000;

/// Notes the links in the text of a record.
pub(super) fn note(record: &mut Record) {
    let links: Vec<RawString> = links(&record.text).take(MOST).map(RawString::from).collect();
    if !links.is_empty() {
        record.extras().links.extend(links);
        record.mark(Flags::LINK);
    }
}

/// The links of a text in order, without the signs that a sentence puts behind them.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"')).filter_map(|word| {
        let start = word.find("http://").or_else(|| word.find("https://"))?;
        let link = word.get(start..)?.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'']);
        (link.len() > "https://".len()).then_some(link)
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn links_end_before_the_signs_of_the_sentence() {
        let text = "see (https://a.example/x?y=1), http://b.example. https:// nothttp";
        let found: Vec<&str> = super::links(text).collect();
        assert_eq!(found, ["https://a.example/x?y=1", "http://b.example"]);
    }
}
