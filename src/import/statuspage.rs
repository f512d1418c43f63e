//! Statuspage incidents and maintenances, as its API answers: each update one event of a lane.
//!
//! Synthetic only: written after the vendor's description. `display_at` is what customers saw and can
//! be changed; `created_at` is when it was written. An update stands at the second, and where they
//! differ the text tells the first.

use super::format::{Claim, Detect, Format};
use super::json::{Object, Piece};
use super::lane::{self, event, linked, moment_of};
use super::sample::Sample;
use super::whole::{self, Reading, Transcript};
use super::{ImportError, html};
use crate::archive::ChannelMeta;
use crate::archive::builder::Record;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    key: "statuspage",
    name: "Statuspage",
    detect: Detect::File(claim),
    open: |source, setting| whole::open(source, setting, read),
};

const PLATFORM: &str = "statuspage";
const LISTS: [&str; 3] = ["incidents", "incident", "scheduled_maintenances"];

fn claim(sample: &Sample) -> Option<Claim> {
    let prefixes = ["incidents[].", "incident.", "scheduled_maintenances[].", "[].", ""];
    let is_page = prefixes.iter().any(|prefix| sample.has(&format!("{prefix}incident_updates")));
    is_page.then(|| Claim::sure("its incidents have updates as Statuspage writes them"))
}

fn read(reading: &Reading<'_>, transcript: &mut Transcript) -> Result<(), ImportError> {
    let limits = reading.source.limits();
    reading.each_text(transcript, |transcript, _, text| {
        lane::each_object(transcript, text, limits, &LISTS, |transcript, _, piece| take(transcript, piece));
        Ok(())
    })
}

fn take(transcript: &mut Transcript, piece: Piece<'_>) {
    let incident = Object::of(piece);
    let (id, name) = (incident.text("id"), incident.text("name"));
    if id.is_empty() && name.is_empty() {
        return transcript.bad_record("it is no incident");
    }
    let link = incident.text("shortlink");
    let impact = Some(incident.text("impact")).filter(|impact| !impact.is_empty());
    let impact = impact.map(|impact| format!("(impact {impact})")).unwrap_or_default();
    let at = moment_of(transcript, &incident.text("created_at"));
    let opened = lane::words([&*name, "opened", &*impact]);
    let opened = linked(event(id.clone(), at, "opened", opened), &link);
    let updates = incident.list("incident_updates").into_iter().map(Object::of);
    let mut records = vec![opened];
    for (place, update) in updates.enumerate() {
        records.push(linked(update_of(transcript, &update, &id, &name, place), &link));
    }
    let room = transcript.room(ChannelMeta::lane(PLATFORM, "incidents", "Statuspage"));
    transcript.push_all(room, records, piece.raw());
}

fn update_of(transcript: &mut Transcript, update: &Object<'_>, id: &str, name: &str, place: usize) -> Record {
    let (written, shown) = (update.text("created_at"), update.text("display_at"));
    let at = moment_of(transcript, if written.is_empty() { &shown } else { &written });
    let status = update.text("status");
    let seen = lane::moment(transcript, &shown).filter(|(seen, _)| *seen != at.0);
    let seen = seen.map(|(seen, _)| format!("(shown to customers as of {})", seen.rfc3339())).unwrap_or_default();
    let components = update.list("affected_components").into_iter().map(Object::of);
    let components =
        components.map(|component| lane::words([&*component.text("name"), &*component.text("new_status")]));
    let components: Vec<String> = components.filter(|words| !words.is_empty()).collect();
    let components = if components.is_empty() { String::new() } else { format!("[{}]", components.join(", ")) };
    let subject = format!("{name}: {status}:");
    let text = lane::words([&*subject, &html::plain(&update.text("body")).text, &*components, &*seen]);
    let own = update.text("id");
    let own = if own.is_empty() { format!("{id}.{place}") } else { own.into_owned() };
    event(own, at, if status.is_empty() { "update" } else { &status }, text)
}
