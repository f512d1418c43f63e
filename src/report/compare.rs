//! Investigations side by side: what each took, found and led to, and where a value comes from.
//!
//! Values are words that a person reads; nothing is weighed and nothing called better. What a project
//! does not tell is said to be not known.

use crate::analysis::activity::reading;
use crate::analysis::calendar::WorkTime;
use crate::analysis::participation::participations;
use crate::analysis::stats::names;
use crate::archive::Archive;
use crate::base::text::{count_words, thousands};
use crate::base::time::duration_words;
use crate::project::Project;
use crate::project::model::{Milestone, QuestionState};
use crate::timeline::assemble;

use super::template::Template;

/// The fact by which somebody says how long the investigation took.
pub const TIME_FACT: &str = "time_to_investigate";

/// One value of a project, and what in the project it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// What is compared.
    pub measure: &'static str,
    /// The value in words; as the project wrote it, where it is a fact.
    pub words: String,
    /// Where it comes from.
    pub from: String,
}

/// Everything that is compared of one project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The project's title.
    pub title: String,
    /// Values in the order of the rows; each project has the same measures.
    pub values: Vec<Value>,
}

/// One row over all projects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<'a> {
    /// What is compared.
    pub measure: &'static str,
    /// A value a project.
    pub values: Vec<&'a Value>,
}

/// The rows over some projects.
pub fn rows(columns: &[Column]) -> Vec<Row<'_>> {
    let Some(first) = columns.first() else { return Vec::new() };
    let row = |(place, value): (usize, &Value)| Row {
        measure: value.measure,
        values: columns.iter().filter_map(|column| column.values.get(place)).collect(),
    };
    first.values.iter().enumerate().map(row).collect()
}

const UNKNOWN: &str = "not known";

impl Column {
    /// Reads what is compared of a project and as much of its sources as is at hand.
    pub fn of(project: &Project, archive: &Archive) -> Self {
        let read = Reader { project, archive };
        let values = vec![
            read.time_to_investigate(),
            read.time_of_incident(),
            read.reach(),
            read.contributing_factors(),
            read.action_items(),
            read.action_items_completed(),
            read.people(),
            read.difficulties(),
            read.impact(),
            read.readers(),
            read.attendees(),
            read.channels_read(),
            read.messages_read(),
            read.entries(),
            read.events(),
            read.questions(),
        ];
        Self { title: project.title().to_owned(), values }
    }
}

struct Reader<'a> {
    project: &'a Project,
    archive: &'a Archive,
}

impl Reader<'_> {
    fn value(measure: &'static str, words: impl Into<String>, from: impl Into<String>) -> Value {
        Value { measure, words: words.into(), from: from.into() }
    }

    fn unknown(measure: &'static str, lacks: &str) -> Value {
        Self::value(measure, UNKNOWN, lacks)
    }

    fn time_to_investigate(&self) -> Value {
        const MEASURE: &str = "Time to investigate";
        if let Some(said) = fact_words(self.project, TIME_FACT) {
            return Self::value(MEASURE, said, format!("fact {TIME_FACT}"));
        }
        let who = self.project.investigators().values().filter(|who| who.active_minutes > 0);
        let minutes: u64 = who.clone().map(|who| who.active_minutes).sum();
        if minutes == 0 {
            return Self::unknown(MEASURE, &format!("no fact {TIME_FACT}, no minutes counted"));
        }
        let names: Vec<&str> = who.map(|who| who.initials.as_str()).collect();
        Self::value(MEASURE, at_work(minutes), format!("active minutes of {}, idle left out", names.join(", ")))
    }

    fn time_of_incident(&self) -> Value {
        const MEASURE: &str = "Time of incident";
        let milestone = |milestone| self.project.milestone(milestone);
        let (Some(start), Some(end)) = (milestone(Milestone::Start), milestone(Milestone::End)) else {
            return Self::unknown(MEASURE, "no milestones start and end");
        };
        let zone = self.project.zone();
        let length = end.since(start).map_or_else(String::new, |length| format!(", {}", duration_words(length)));
        let ending = if zone.date(start) == zone.date(end) {
            zone.minute(end)
        } else {
            format!("{} {}", zone.long_day(end), zone.minute(end))
        };
        let words =
            format!("{} {} to {ending} {}{length}", zone.long_day(start), zone.minute(start), zone.offset_label(start));
        Self::value(MEASURE, words, "milestones start and end")
    }

    fn reach(&self) -> Value {
        const MEASURE: &str = "Timeline before the event";
        let first = assemble(self.project, self.archive).span().map(|(first, _)| first);
        match (first, self.project.milestone(Milestone::Start)) {
            (Some(first), Some(start)) if first < start => {
                let back = start.since(first).unwrap_or(0);
                Self::value(MEASURE, duration_words(back), "first entry of the timeline, milestone start")
            }
            (Some(_), Some(_)) => Self::value(MEASURE, "none", "first entry of the timeline, milestone start"),
            (None, _) => Self::unknown(MEASURE, "no entry on the timeline"),
            (_, None) => Self::unknown(MEASURE, "no milestone start"),
        }
    }

    /// A section's text by any of its names; that of the project's template goes before kept text.
    fn section(&self, keys: &[&'static str]) -> Option<(&'static str, &str)> {
        let template = Template::of(self.project);
        let mut keys = keys.to_vec();
        keys.sort_by_key(|key| template.section(key).is_none());
        keys.into_iter().find_map(|key| {
            let text = self.project.section(key)?.text.as_str();
            (!text.trim().is_empty()).then_some((key, text))
        })
    }

    fn contributing_factors(&self) -> Value {
        const MEASURE: &str = "Contributing factors";
        let keys = ["contributors", "contributing-factors"];
        self.section(&keys).map_or_else(
            || Self::value(MEASURE, "0", "no section contributors or contributing-factors"),
            |(key, text)| {
                let headings = outline(text).filter(|line| matches!(line, Outline::Heading)).count();
                let items = outline(text).filter(|line| matches!(line, Outline::Item(_))).count();
                let (count, what) = if headings > 0 { (headings, "headings") } else { (items, "list items") };
                Self::value(MEASURE, count.to_string(), format!("{what} of section {key}"))
            },
        )
    }

    fn items(&self, measure: &'static str, counts: impl Fn(bool) -> bool, what: &str) -> Value {
        let keys = ["follow-ups", "action-items"];
        self.section(&keys).map_or_else(
            || Self::value(measure, "0", "no section follow-ups or action-items"),
            |(key, text)| {
                let count = outline(text).filter(|line| matches!(line, Outline::Item(done) if counts(*done))).count();
                Self::value(measure, count.to_string(), format!("{what} of section {key}"))
            },
        )
    }

    fn action_items(&self) -> Value {
        self.items("Action items", |_| true, "list items")
    }

    fn action_items_completed(&self) -> Value {
        self.items("Action items completed", |done| done, "list items `- [x]`")
    }

    fn people(&self) -> Value {
        const MEASURE: &str = "People involved";
        let time = WorkTime::of(self.project, self.archive, None);
        let count = participations(self.project, self.archive, &time).len();
        if count == 0 {
            return Self::unknown(MEASURE, "nobody is known to have written between start and end");
        }
        let told =
            if self.archive.message_count() > 0 { "the sources" } else { "what the project kept of its sources" };
        Self::value(MEASURE, count.to_string(), format!("who wrote between start and end, by {told}"))
    }

    fn difficulties(&self) -> Value {
        const MEASURE: &str = "Difficulties during handling";
        self.section(&["difficulties"]).map_or_else(
            || Self::value(MEASURE, "none told", "section difficulties has no text"),
            |(key, text)| {
                let words = count_words(text.split_whitespace().count(), "word", "words");
                Self::value(MEASURE, format!("a section, {words}"), format!("section {key}"))
            },
        )
    }

    fn impact(&self) -> Value {
        const MEASURE: &str = "Impact";
        let told = names(self.project.fact("impact"));
        if told.is_empty() {
            return Self::unknown(MEASURE, "no fact impact");
        }
        Self::value(MEASURE, told.join(", "), "fact impact")
    }

    fn fact(&self, measure: &'static str, name: &str) -> Value {
        fact_words(self.project, name).map_or_else(
            || Self::unknown(measure, &format!("no fact {name}")),
            |words| Self::value(measure, words, format!("fact {name}")),
        )
    }

    fn readers(&self) -> Value {
        self.fact("Readers", "readers")
    }

    fn attendees(&self) -> Value {
        self.fact("Attendees of the review", "attendees")
    }

    fn channels_read(&self) -> Value {
        let spans = self.project.coverage().values().flatten().filter(|(_, spans)| !spans.is_empty());
        let channels: std::collections::BTreeSet<&String> = spans.map(|(channel, _)| channel).collect();
        Self::value("Channels read", channels.len().to_string(), "spans that investigators read")
    }

    fn messages_read(&self) -> Value {
        const MEASURE: &str = "Messages read";
        if self.archive.message_count() == 0 {
            return Self::unknown(MEASURE, "no source is at hand");
        }
        let (read, whole) = reading(self.archive, self.project)
            .into_iter()
            .fold((0, 0), |(read, whole), channel| (read + channel.read, whole + channel.whole));
        let words = format!("{} of {}", thousands(read), thousands(whole));
        Self::value(MEASURE, words, "spans that investigators read, over the sources")
    }

    fn entries(&self) -> Value {
        Self::value("Timeline entries", self.project.timeline().len().to_string(), "the timeline")
    }

    fn events(&self) -> Value {
        Self::value("Supplemental events", self.project.events().len().to_string(), "events that no channel recorded")
    }

    fn questions(&self) -> Value {
        let asked = self.project.notes().values().filter_map(|note| note.question.as_ref());
        let open = asked.filter(|question| question.state != QuestionState::Answered).count();
        Self::value("Questions open", open.to_string(), "questions open or asked")
    }
}

/// A fact in words: a text, a number, or a list of them.
fn fact_words(project: &Project, name: &str) -> Option<String> {
    use serde_json::Value as Json;
    let words = |value: &Json| match value {
        Json::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    };
    match project.fact(name)? {
        Json::Array(items) => {
            let items: Vec<String> = items.iter().filter_map(words).collect();
            (!items.is_empty()).then(|| items.join(", "))
        }
        other => words(other),
    }
}

/// Time at work in hours and minutes, however long: days would be read as days of work.
pub fn at_work(minutes: u64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes:02} min"),
    }
}

/// What counts in a section's Markdown.
enum Outline {
    /// A heading of the third level.
    Heading,
    /// An item of a list that is no part of another item; whether it is ticked.
    Item(bool),
}

fn outline(text: &str) -> impl Iterator<Item = Outline> + '_ {
    let mut fenced = false;
    text.lines().filter_map(move |line| {
        if line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~") {
            fenced = !fenced;
            return None;
        }
        if fenced {
            return None;
        }
        if line.starts_with("### ") {
            return Some(Outline::Heading);
        }
        let item = item_text(line)?.trim_start();
        let is_done = item.starts_with("[x]") || item.starts_with("[X]");
        Some(Outline::Item(is_done))
    })
}

/// What stands behind the mark of a list item at the beginning of a line.
fn item_text(line: &str) -> Option<&str> {
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = (digits.len() < line.len()).then(|| digits.strip_prefix(". ").or_else(|| digits.strip_prefix(") ")));
    ["- ", "* ", "+ "].iter().find_map(|mark| line.strip_prefix(mark)).or_else(|| numbered.flatten())
}

#[cfg(test)]
mod tests;
