//! Whom and which schedule an entry of an on-call calendar names.
//!
//! Calendars say it in their summaries as they like: `search: Runa Halvorik`, `Runa Halvorik
//! (search)`, `Runa on call`, `On Call - Search - Runa Halvorik`. An attendee, where there is one, is
//! surer than any of it.

use super::lines::{Component, Property};

/// Words that say that a calendar tells who is on call.
const DUTY: [&str; 9] =
    ["on call", "on-call", "oncall", "pager", "rota", "rotation", "shift", "bereitschaft", "standby"];

/// Words of a summary that name neither somebody nor a schedule.
const NOISE: [&str; 10] =
    ["on call", "on-call", "oncall", "is on", "shift", "shifts", "schedule", "rotation", "rota", "pager"];

/// Levels that are said beside a schedule.
const LEVELS: [(&str, u32); 4] = [("primary", 1), ("secondary", 2), ("backup", 2), ("tertiary", 3)];

/// Whether a text speaks of being on call.
pub(super) fn tells_of_duty(text: &str) -> bool {
    let text = text.to_lowercase();
    DUTY.iter().any(|word| text.contains(word))
}

/// What an entry says about being on call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Duty {
    /// Names and e-mail addresses; either may be empty.
    pub(super) people: Vec<(String, String)>,
    /// The name of the schedule; empty where the entry names none.
    pub(super) rota: String,
    /// The level, where a word tells it.
    pub(super) level: Option<u32>,
}

/// Reads an entry of a calendar of shifts.
pub(super) fn duty(entry: &Component<'_>) -> Duty {
    let summary = entry.text("SUMMARY");
    let attendees: Vec<(String, String)> = entry.all("ATTENDEE").map(attendee).collect();
    let (name, rota) = name_and_rota(&summary, &attendees);
    let category = entry.text("CATEGORIES");
    let lower = summary.to_lowercase();
    let level = LEVELS.iter().find(|(word, _)| lower.contains(word)).map(|(_, level)| *level);
    let people = if attendees.is_empty() { vec![(name, String::new())] } else { attendees };
    let people = people.into_iter().filter(|(name, email)| !name.is_empty() || !email.is_empty()).collect();
    Duty { people, rota: if category.is_empty() { rota } else { category }, level }
}

fn attendee(property: &Property) -> (String, String) {
    let text = property.text();
    let is_mail = text.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("mailto:"));
    let email = if is_mail { text.get(7..).unwrap_or_default().trim() } else { "" };
    let name = property.param("CN").unwrap_or_default();
    let name = if name.contains('@') { "" } else { name };
    (name.to_owned(), email.to_owned())
}

/// The parts of a summary that name somebody, and a schedule.
fn name_and_rota(summary: &str, attendees: &[(String, String)]) -> (String, String) {
    let (start, inside) = match summary.split_once('(') {
        Some((start, rest)) => (start, rest.split(')').next().unwrap_or_default()),
        None => (summary, ""),
    };
    let parts: Vec<String> =
        start.split([':', '|', '–', '—']).flat_map(|part| part.split(" - ")).map(without_noise).collect();
    let mut parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let is_known = |part: &String| attendees.iter().any(|(name, _)| name.eq_ignore_ascii_case(part));
    let place = parts.iter().position(is_known).or_else(|| parts.len().checked_sub(1));
    let name = place.map(|place| parts.remove(place)).unwrap_or_default();
    let rota = if inside.trim().is_empty() { parts.join(", ") } else { without_noise(inside) };
    // `Runa for search` names both.
    match name.split_once(" for ") {
        Some((name, of)) if rota.is_empty() => {
            let name = name.trim();
            (name.strip_suffix(" is").unwrap_or(name).to_owned(), of.trim().to_owned())
        }
        _ => (name, rota),
    }
}

/// A part of a summary without the words that name nobody.
fn without_noise(part: &str) -> String {
    let mut words = part.split_whitespace().collect::<Vec<_>>().join(" ");
    for noise in NOISE.iter().copied().chain(LEVELS.iter().map(|(word, _)| *word)) {
        while let Some(at) = words.to_ascii_lowercase().find(noise) {
            let is_word = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
            let before = words.get(..at).and_then(|start| start.chars().last());
            let after = words.get(at + noise.len()..).and_then(|end| end.chars().next());
            if !is_word(before) || !is_word(after) {
                break;
            }
            words.replace_range(at..at + noise.len(), " ");
        }
    }
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = words.strip_suffix(" is").unwrap_or(&words);
    words.trim_matches(|c: char| c.is_whitespace() || matches!(c, '-' | ',' | '/' | '.')).to_owned()
}

#[cfg(test)]
mod tests {
    use super::name_and_rota;

    #[test]
    fn a_summary_names_somebody_and_a_schedule_in_many_ways() {
        for (summary, name, rota) in [
            ("search: Runa Halvorik", "Runa Halvorik", "search"),
            ("Runa Halvorik (search)", "Runa Halvorik", "search"),
            ("Runa Halvorik on call", "Runa Halvorik", ""),
            ("Runa Halvorik is on call for search", "Runa Halvorik", "search"),
            ("On Call - Search - Runa Halvorik", "Runa Halvorik", "Search"),
            ("On-call primary: Dov Kestrelin", "Dov Kestrelin", ""),
            ("Rota Shiftlin", "Shiftlin", ""),
            ("", "", ""),
        ] {
            assert_eq!(name_and_rota(summary, &[]), (name.to_owned(), rota.to_owned()), "{summary}");
        }
        let attendees = [("Runa Halvorik".to_owned(), String::new())];
        assert_eq!(name_and_rota("Runa Halvorik - Search", &attendees).1, "Search");
    }
}
