//! Citations: a mark at the end of the claim, and the evidence beside it, which opens in place.
//!
//! Without a script: the link of the claim leads to a place inside the closed `<details>`, and a
//! browser opens what a link leads into. The first link inside leads back to the claim.

use std::collections::BTreeMap;

use maud::{Markup, html};

use crate::base::text::RawString;
use crate::base::time::Instant;
use crate::project::model::interview_of;
use crate::report::surroundings::{Around, Said, Since};
use crate::timeline::{RowKind, ToldZone};

use super::exhibit::Exhibit;
use super::{Page, text, when};

/// A claim that cites something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claim {
    /// The id of the place in the text.
    pub(super) anchor: String,
    /// The number of its paragraph.
    pub(super) paragraph: usize,
}

/// Running numbers of the page, and who cites what.
#[derive(Debug)]
pub(super) struct Cites {
    paragraph: usize,
    cite: usize,
    transcripts: usize,
    claims: BTreeMap<String, Vec<Claim>>,
    cards: BTreeMap<char, usize>,
}

impl Cites {
    /// None yet; at most so many transcripts an exhibit.
    pub(super) const fn new(transcripts: usize) -> Self {
        Self { paragraph: 0, cite: 0, transcripts, claims: BTreeMap::new(), cards: BTreeMap::new() }
    }

    /// Begins a paragraph and gives its number.
    pub(super) const fn begin_paragraph(&mut self) -> usize {
        self.paragraph += 1;
        self.paragraph
    }

    /// Begins a card and gives its name: `C1`.
    pub(super) fn begin_card(&mut self, letter: char) -> String {
        let count = self.cards.entry(letter).or_default();
        *count += 1;
        format!("{letter}{count}")
    }

    /// The claims that cite an exhibit, in order.
    pub(super) fn claims_on(&self, mark: &str) -> &[Claim] {
        self.claims.get(mark).map_or(&[], Vec::as_slice)
    }

    fn claim(&mut self, mark: &str) -> Claim {
        self.cite += 1;
        let claim = Claim { anchor: format!("r{mark}-{}", self.cite), paragraph: self.paragraph };
        self.claims.entry(mark.to_owned()).or_default().push(claim.clone());
        claim
    }
}

/// A citation: the mark in the text, and the evidence to be put behind it where there is room.
pub(super) struct Cited {
    pub(super) mark: Markup,
    pub(super) evidence: Markup,
}

/// Cites an exhibit in prose.
pub(super) fn cite(page: &Page<'_>, cites: &mut Cites, exhibit: &Exhibit<'_>) -> Cited {
    let claim = cites.claim(&exhibit.mark);
    let evidence_id = claim.anchor.replacen('r', "x", 1);
    let is_whole = cites.claims_on(&exhibit.mark).len() <= cites.transcripts;
    let (mark, glyph) = (&exhibit.mark, exhibit.glyph);
    let class = glyph.group.class();
    Cited {
        mark: html! {
            span id=(claim.anchor) {
                a.c.(class) href={ "#" (evidence_id) } aria-label={ "Evidence " (mark) } { (glyph.inline()) (mark) }
            }
        },
        evidence: html! {
            details.ev {
                summary.(class) {
                    span.mk { (glyph.inline()) " " (mark) }
                    span.snip { " " (snippet(page, exhibit)) }
                }
                div.ctx.(class) id=(evidence_id) {
                    div.txt { @if is_whole { (transcript(page, exhibit)) } @else { (excerpt(page, exhibit)) } }
                    div.back {
                        a href={ "#" (claim.anchor) } { "↩ the claim, ¶" (claim.paragraph) }
                        a href={ "#" (exhibit.anchor()) } { "in the timeline →" }
                    }
                }
            }
        },
    }
}

/// Cites an exhibit where there is no room for its words: in a table.
pub(super) fn cite_short(cites: &mut Cites, exhibit: &Exhibit<'_>) -> Markup {
    let claim = cites.claim(&exhibit.mark);
    html! {
        span id=(claim.anchor) {
            a.c1.(exhibit.glyph.group.class()) href={ "#" (exhibit.anchor()) } aria-label={ "Evidence " (exhibit.mark) } {
                (exhibit.glyph.inline()) (exhibit.mark)
            }
        }
    }
}

/// Time, who, where and the first words: two lines beside a claim.
fn snippet(page: &Page<'_>, exhibit: &Exhibit<'_>) -> Markup {
    html! {
        (time_or_day(page, exhibit)) ", " (who_where(page, exhibit)) " "
        @if let Some(note) = exhibit.note {
            span.quo { "Note: " bdi { (text::visible(&text::snippet(note))) } }
        } @else if exhibit.kind == RowKind::Event {
            span.quo { bdi { (text::visible(&text::snippet(exhibit.text))) } }
        } @else {
            // Of a beat only the first who speaks is named, so only their words stand here.
            @let said = members(page, exhibit).first().map_or(exhibit.text, |first| first.text.unsanitised());
            bdi.quo { "“" (text::visible(&text::snippet(said))) "”" }
        }
    }
}

/// The time on the day of the incident, the date on any other day.
fn time_or_day(page: &Page<'_>, exhibit: &Exhibit<'_>) -> Markup {
    let zone = page.zones.own();
    let main = super::moment(page).and_then(|at| zone.date(at));
    if exhibit.at.is_dated() && main.is_some() && exhibit.told_zone.shown_in(zone).date(exhibit.at) != main {
        return html! { (when::day(zone, exhibit.at, exhibit.told_zone)) };
    }
    page.zones.time(exhibit.at, exhibit.told_zone)
}

/// `Ilse in #support`, or that no channel has it.
fn who_where(page: &Page<'_>, exhibit: &Exhibit<'_>) -> Markup {
    if exhibit.kind == RowKind::Event {
        return told_by(exhibit);
    }
    html! { (text::short_name(exhibit.author, &page.exhibits)) " in " (channel(exhibit)) }
}

/// Who tells of an event: an interview, which is a source of its own, else the investigators.
pub(super) fn told_by(exhibit: &Exhibit<'_>) -> Markup {
    html! {
        @if let Some(interview) = interview_of(exhibit.source) { bdi { (text::visible(interview)) } }
        @else { "added by the investigators" }
    }
}

/// The channel of an exhibit, with a word where it is private.
pub(super) fn channel(exhibit: &Exhibit<'_>) -> Markup {
    html! {
        @if exhibit.channel.is_empty() { "no channel" } @else { (text::name(exhibit.channel)) }
        @if exhibit.private { " (private)" }
    }
}

/// The message with what was said before and after.
pub(super) fn transcript(page: &Page<'_>, exhibit: &Exhibit<'_>) -> Markup {
    let around = page.surroundings.around.get(exhibit.target);
    html! {
        p.where { (place(page, exhibit)) }
        @if let Some(before) = around.and_then(|around: &Around| around.before.as_ref()) { (said(page, before)) }
        (hit(page, exhibit))
        @if let Some(after) = around.and_then(|around: &Around| around.after.as_ref()) { (said(page, after)) }
    }
}

fn place(page: &Page<'_>, exhibit: &Exhibit<'_>) -> Markup {
    if exhibit.kind == RowKind::Event {
        if let Some(interview) = interview_of(exhibit.source) {
            return html! { "Told in the " bdi { (text::visible(interview)) } "." };
        }
        return html! {
            "No channel recorded this."
            @if let Some(source) = exhibit.source { " Source: " bdi { (text::visible(source)) } "." }
        };
    }
    html! {
        (channel(exhibit))
        @if exhibit.at.is_dated() { ", " (when::day(page.zones.own(), exhibit.at, exhibit.told_zone)) }
    }
}

/// What was said; in a beat by everybody who speaks in it.
fn hit(page: &Page<'_>, exhibit: &Exhibit<'_>) -> Markup {
    let members = members(page, exhibit);
    html! {
        @if exhibit.kind == RowKind::Event {
            div.hit { (text::message(exhibit.text)) (note(exhibit)) }
        } @else if members.is_empty() {
            @let since = page.surroundings.since.get(exhibit.target).copied();
            div.hit { (words(page, exhibit.at, exhibit.told_zone, exhibit.author, exhibit.text)) (mark(page, since, exhibit.told_zone)) (note(exhibit)) }
        } @else {
            @for said in members {
                div.hit { (words(page, said.at, said.told_zone, &said.author, said.text.unsanitised())) (mark(page, said.since, said.told_zone)) }
            }
            (note(exhibit))
        }
    }
}

fn note(exhibit: &Exhibit<'_>) -> Markup {
    html! { @if let Some(note) = exhibit.note { p.note { "Note: " bdi { (text::visible(note)) } } } }
}

/// The messages of a beat; none of anything else.
fn members<'p>(page: &'p Page<'_>, exhibit: &Exhibit<'_>) -> &'p [Said] {
    page.surroundings.members.get(exhibit.target).map_or(&[], Vec::as_slice)
}

fn words(page: &Page<'_>, at: Instant, told: ToldZone, author: &RawString, said: &str) -> Markup {
    html! {
        (page.zones.time(at, told)) " " b { (text::short_name(author, &page.exhibits)) } " " (text::message(said))
    }
}

fn excerpt(page: &Page<'_>, exhibit: &Exhibit<'_>) -> Markup {
    html! { p.where { (place(page, exhibit)) } div.hit { bdi { (text::visible(&text::snippet(exhibit.text))) } } }
}

fn said(page: &Page<'_>, said: &Said) -> Markup {
    let snippet =
        if said.text.unsanitised().len() > 600 { text::snippet(said.text.unsanitised()) } else { String::new() };
    html! {
        div.m {
            (page.zones.time(said.at, said.told_zone)) " "
            b { (text::short_name(&said.author, &page.exhibits)) } " "
            @if snippet.is_empty() { (text::message(said.text.unsanitised())) } @else { bdi { (text::visible(&snippet)) } }
            (mark(page, said.since, said.told_zone))
        }
    }
}

/// What became of a message after it was posted: `edited 14:39`.
fn mark(page: &Page<'_>, since: Option<Since>, told: ToldZone) -> Markup {
    html! {
        @match since {
            Some(Since::Edited(Some(at))) => { " " span.meta { "(edited " (page.zones.time(at, told)) ")" } }
            Some(Since::Edited(None)) => { " " span.meta { "(edited)" } }
            Some(Since::Deleted) => { " " span.meta { "(deleted before the export)" } }
            None => {}
        }
    }
}
