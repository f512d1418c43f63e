//! Grafana annotations, as its API answers: one lane of points and spans.
//!
//! Synthetic only: written after the vendor's description. Times are milliseconds; an end equal to
//! the start makes a point. Texts are HTML.

use super::format::{Claim, Detect, Format};
use super::json::{Object, Piece};
use super::lane::{self, by, event, lasting, linked, moment_of};
use super::sample::Sample;
use super::whole::{self, Reading, Transcript};
use super::{ImportError, html};
use crate::archive::{ChannelMeta, Person};
use crate::base::id::PersonId;
use crate::base::text::RawString;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    key: "grafana",
    name: "Grafana annotations",
    detect: Detect::File(claim),
    open: |source, setting| whole::open(source, setting, read),
};

const PLATFORM: &str = "grafana";

fn claim(sample: &Sample) -> Option<Claim> {
    let is_annotation = |prefix: &str| {
        let has = |key: &str| sample.has(&format!("{prefix}{key}"));
        let is_from_a_dashboard = ["dashboardUID", "dashboardId", "panelId", "alertId"].into_iter().any(has);
        has("time") && has("text") && (has("timeEnd") || has("tags")) && is_from_a_dashboard
    };
    ["[].", ""].into_iter().any(is_annotation).then(|| Claim::sure("its records are annotations of dashboards"))
}

fn read(reading: &Reading<'_>, transcript: &mut Transcript) -> Result<(), ImportError> {
    let limits = reading.source.limits();
    reading.each_text(transcript, |transcript, _, text| {
        lane::each_object(transcript, text, limits, &[], |transcript, _, piece| take(transcript, piece));
        Ok(())
    })
}

fn take(transcript: &mut Transcript, piece: Piece<'_>) {
    let note = Object::of(piece);
    let told = note.text("time");
    if told.is_empty() {
        return transcript.bad_record("it has no time");
    }
    let at = moment_of(transcript, &told);
    let author = Some(note.text("login")).filter(|login| !login.is_empty()).map(|login| {
        let mut person = Person::unlisted(PersonId::new(PLATFORM, &login), RawString::from(&*login));
        person.handle = RawString::from(&*login);
        person.email = RawString::from(&*note.text("email"));
        transcript.person(person)
    });
    let tags: Vec<_> = note.list("tags").into_iter().filter_map(Piece::text).collect();
    let tags = if tags.is_empty() { String::new() } else { format!("[{}]", tags.join(", ")) };
    let (before, after) = (note.text("prevState"), note.text("newState"));
    let state = match (before.is_empty(), after.is_empty()) {
        (_, true) => String::new(),
        (true, false) => format!("now {after}"),
        (false, false) => format!("{before} to {after}"),
    };
    let alert = note.text("alertName");
    let text = lane::words([&*alert, &html::plain(&note.text("text")).text, &*state, &*tags]);
    let id =
        Some(note.text("id")).filter(|id| !id.is_empty()).map_or_else(|| lane::fingerprint(piece.raw()), Into::into);
    let is_alert = note.count("alertId").is_some_and(|id| id > 0) || !after.is_empty();
    let mut record = by(event(id, at, if is_alert { "alert" } else { "annotation" }, text), author);
    if let Some((end, _)) = lane::moment(transcript, &note.text("timeEnd")) {
        record = lasting(record, end);
    }
    let record = linked(record, &note.object("data").text("url"));
    let room = transcript.room(ChannelMeta::lane(PLATFORM, "annotations", "Grafana"));
    transcript.push(room, record, piece.raw());
}
