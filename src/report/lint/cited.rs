//! What a sentence says beside what it cites: words that are not theirs, other times, times told
//! from memory, and what should not leave.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::analysis::presence::Participant;
use crate::archive::Archive;
use crate::base::text::composed;
use crate::base::time::{Instant, MINUTE, Zone, minutes_of_day};
use crate::project::Project;
use crate::report::cite::{Citation, Resolved, Standing, citations, resolve};
use crate::timeline::{RowKind, ToldZone};

use super::gaps::{CLOCK, ZONE, of_words};
use super::{Finding, sentence};

/// Words in quotation marks from which on somebody is quoted; fewer are a word under discussion.
const QUOTED_WORDS: usize = 3;
/// Minutes by which a time may differ from its source.
const NEAR: u32 = 2;
const MINUTES_OF_DAY: u32 = 24 * 60;

#[expect(clippy::unwrap_used, reason = "constant expressions, each used by a test")]
static QUOTED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"“([^”\n]*)”|"([^"\n]*)""#).unwrap());
#[expect(clippy::unwrap_used, reason = "constant expressions, each used by a test")]
static LEFT_OUT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"…|\.{3}|\[[^\]]*\]").unwrap());
#[expect(clippy::unwrap_used, reason = "constant expressions, each used by a test")]
static REMEMBERED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:about|around|roughly|towards|some time|remember\w*|recall\w*|from memory)\b|[~≈±]").unwrap()
});
#[expect(clippy::unwrap_used, reason = "constant expressions, each used by a test")]
static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\b(?:\w+|a few|couple of) (?:min(?:ute)?s?|hours?|days?|weeks?) ago\b|\bearlier\b|\byesterday\b|\blast (?:night|week)\b|\bthis morning\b",
    )
    .unwrap()
});

/// What must not stand in a report, and how it is told.
#[expect(clippy::unwrap_used, reason = "constant expressions, each used by a test")]
static PERSONAL: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    [
        (r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+", "a mail address"),
        (r"\+\d{1,3}(?:[ ./()-]*\d){7,12}\b", "a telephone number"),
        (r"\b(?:xox[abeprs]-[\w-]{8,}|gh[pousr]_\w{20,}|glpat-[\w-]{16,}|AKIA[0-9A-Z]{16})", "a token"),
        (r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*", "a token"),
        (r"-----BEGIN [A-Z ]*PRIVATE KEY", "a private key"),
        (r"(?i)\b(?:password|passwd|secret|api[_-]?key|token)\s*[:=]\s*[^\s,;]{6,}", "a secret"),
    ]
    .into_iter()
    .map(|(pattern, told)| (Regex::new(pattern).unwrap(), told))
    .collect()
});

/// All gaps between the words of a section and what they cite.
pub(super) fn findings(project: &Project, archive: &Archive, place: (&str, &str), prose: &str) -> Vec<Finding> {
    let known: BTreeMap<String, Resolved> = citations(place.1)
        .into_iter()
        .map(|citation| (citation.id.clone(), resolve(project, archive, &citation.id)))
        .collect();
    let sentences = sentence::sentences(place.1);
    let told = Told { project, archive, place, prose, known: &known, sentences: &sentences };
    let mut found = told.quotations();
    found.extend(told.times());
    found.extend(told.posted());
    found.extend(told.personal());
    found
}

struct Told<'a> {
    project: &'a Project,
    archive: &'a Archive,
    place: (&'a str, &'a str),
    prose: &'a str,
    known: &'a BTreeMap<String, Resolved>,
    sentences: &'a [Range<usize>],
}

impl Told<'_> {
    fn cited_in(&self, range: &Range<usize>) -> Vec<&Resolved> {
        let cites = citations(self.place.1.get(range.clone()).unwrap_or_default());
        cites.iter().filter_map(|cite| self.known.get(&cite.id)).collect()
    }

    /// What a quotation rests on: what its sentence cites, else what its paragraph cites next.
    fn beside_quotation(&self, sentence: &Range<usize>) -> Vec<&Resolved> {
        let own = self.cited_in(sentence);
        if !own.is_empty() {
            return own;
        }
        let paragraph = sentence::paragraphs(self.place.1).into_iter().find(|range| range.contains(&sentence.start));
        let later = |range: &&Range<usize>| {
            range.start >= sentence.end && paragraph.as_ref().is_some_and(|paragraph| paragraph.contains(&range.start))
        };
        let next = self.sentences.iter().filter(later).map(|range| self.cited_in(range));
        next.into_iter().find(|cited| !cited.is_empty()).unwrap_or_default()
    }

    fn quotations(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        for sentence in self.sentences {
            let words_here = self.place.1.get(sentence.clone()).unwrap_or_default();
            for quoted in QUOTED.captures_iter(words_here) {
                let Some((whole, inner)) = quoted.get(0).zip(quoted.get(1).or_else(|| quoted.get(2))) else { continue };
                if inner.as_str().split_whitespace().count() < QUOTED_WORDS {
                    continue;
                }
                let cited = self.beside_quotation(sentence);
                let texts: Option<Vec<String>> = cited.iter().map(|resolved| self.said(resolved)).collect();
                // Where a citation leads nowhere that is told already, and its words are not known.
                let Some(texts) = texts.filter(|texts| !texts.is_empty()) else { continue };
                if !is_said(inner.as_str(), &texts) {
                    let range = sentence.start + whole.start()..sentence.start + whole.end();
                    found.push(of_words("quotation-differs", self.place, "", range));
                }
            }
        }
        found
    }

    /// Clock times that are more than two minutes off from all that their sentence cites.
    fn times(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        for range in self.sentences {
            let words = self.prose.get(range.clone()).unwrap_or_default();
            let clocks: Vec<_> = CLOCK.find_iter(words).collect();
            let [clock] = clocks.as_slice() else { continue };
            let Some(zones) = self.zones(words).filter(|_| !REMEMBERED.is_match(words)) else { continue };
            let cited = self.cited_in(range);
            let is_sure = |resolved: &&&Resolved| resolved.at.is_dated() && resolved.told_zone() == ToldZone::Known;
            let sure: Vec<&Resolved> = cited.iter().filter(is_sure).copied().collect();
            let Some(first) = sure.first().filter(|_| sure.len() == cited.len()) else { continue };
            let is_told = |resolved: &&Resolved| {
                let own = self.own_zone(resolved);
                self.said(resolved).is_some_and(|text| text.contains(clock.as_str()))
                    || zones.iter().chain(&own).any(|&zone| is_near(clock.as_str(), zone, resolved))
            };
            if !sure.iter().any(is_told) {
                let zone = zones.first().copied().unwrap_or(Zone::UTC);
                let at = format!(" {}", zone.minute(first.at));
                found.push(of_words(
                    "time-differs",
                    self.place,
                    &at,
                    range.start + clock.start()..range.start + clock.end(),
                ));
            }
        }
        found
    }

    /// What is said where a citation leads, and what was filed there: answers of an interview stand as
    /// notes on the message they belong to. `None` where it leads nowhere.
    fn said(&self, resolved: &Resolved) -> Option<String> {
        let evidence = resolved.evidence.as_ref()?;
        let notes = self.project.notes_on(&evidence.target).into_iter().map(|(_, note)| note.text.as_str());
        Some([evidence.text.unsanitised()].into_iter().chain(notes).collect::<Vec<_>>().join("\n"))
    }

    /// The zone of who said it: a table of people tells their own time.
    fn own_zone(&self, resolved: &Resolved) -> Option<Zone> {
        let id = resolved.evidence.as_ref()?.author_id.as_ref()?;
        Participant::find(self.project, self.archive, id).zone
    }

    /// The zones in which a sentence may mean its time; `None` where it names one by letters that
    /// more than one zone has.
    fn zones(&self, words: &str) -> Option<Vec<Zone>> {
        let Some(named) = ZONE.find(words) else { return Some(vec![self.project.zone(), Zone::UTC]) };
        match named.as_str() {
            "UTC" | "GMT" | "Z" => Some(vec![Zone::UTC]),
            name if name.contains('/') => Zone::parse(name).map(|zone| vec![zone]),
            _ => None,
        }
    }

    /// Entries whose words speak of a time before them and which stand where they were posted.
    fn posted(&self) -> Vec<Finding> {
        let speaks_of_before = |resolved: &Resolved| {
            let message = resolved.evidence.as_ref().filter(|evidence| evidence.kind != RowKind::Event);
            resolved.standing == Standing::OnTimeline
                && message
                    .is_some_and(|evidence| resolved.at == evidence.at && BEFORE.is_match(evidence.text.unsanitised()))
        };
        self.once_each(|resolved| speaks_of_before(resolved).then_some("posted-as-occurred"))
            .into_iter()
            .map(|(code, citation)| of_words(code, self.place, &format!(": {}", citation.id), citation.range))
            .collect()
    }

    fn personal(&self) -> Vec<Finding> {
        let text = self.place.1;
        let cites = citations(text);
        let is_cite = |range: &Range<usize>| {
            cites.iter().any(|cite| cite.range.start < range.end && range.start < cite.range.end)
        };
        let written = PERSONAL
            .iter()
            .flat_map(|(pattern, told)| pattern.find_iter(text).map(move |found| (found.range(), format!(": {told}"))));
        let mut found: Vec<Finding> = written
            .filter(|(range, _)| !is_cite(range))
            .map(|(range, after)| of_words("personal-data", self.place, &after, range))
            .collect();
        let of_cited = self.once_each(|resolved| {
            resolved.evidence.as_ref().and_then(|evidence| personal_in(evidence.text.unsanitised()))
        });
        let told = |(told, citation): (&str, Citation)| {
            of_words("personal-data", self.place, &format!(": {told} in {}", citation.id), citation.range)
        };
        found.extend(of_cited.into_iter().map(told));
        found
    }

    /// The first citation of each id of which something is to be said.
    fn once_each<'t>(&self, what: impl Fn(&Resolved) -> Option<&'t str>) -> Vec<(&'t str, Citation)> {
        let mut seen = std::collections::BTreeSet::new();
        let first = citations(self.place.1).into_iter().filter(|citation| seen.insert(citation.id.clone()));
        first.filter_map(|citation| Some((what(self.known.get(&citation.id)?)?, citation))).collect()
    }
}

/// Whether each part of a quotation stands in one of the texts; case, marks and spaces do not count.
fn is_said(quotation: &str, texts: &[String]) -> bool {
    let texts: Vec<String> = texts.iter().map(|text| words(text)).collect();
    LEFT_OUT
        .split(quotation)
        .map(words)
        .filter(|part| part != " ")
        .all(|part| texts.iter().any(|text| text.contains(&part)))
}

/// Words in small letters, a space before and after each.
fn words(text: &str) -> String {
    let mut words = String::from(" ");
    let text = composed(text).to_lowercase();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        words.push_str(word);
        words.push(' ');
    }
    words
}

fn is_near(clock: &str, zone: Zone, resolved: &Resolved) -> bool {
    let mut parts = clock.split(':').filter_map(|part| part.parse::<u32>().ok());
    let Some((hour, minute)) = parts.next().zip(parts.next()) else { return true };
    let evidence = resolved.evidence.as_ref();
    let margin = evidence.and_then(|evidence| evidence.plus_minus).map_or(0, |margin| margin / MINUTE);
    let margin = NEAR + u32::try_from(margin).unwrap_or(0);
    let off = |at: Instant| {
        let told = minutes_of_day(zone, at)?;
        let off = told.abs_diff(hour * 60 + minute);
        Some(off.min(MINUTES_OF_DAY - off))
    };
    let until = evidence.and_then(|evidence| evidence.until);
    [Some(resolved.at), until].into_iter().flatten().filter_map(off).any(|off| off <= margin)
}

/// What stands in a text that should not leave.
fn personal_in(text: &str) -> Option<&'static str> {
    PERSONAL.iter().find(|(pattern, _)| pattern.is_match(text)).map(|(_, told)| *told)
}
