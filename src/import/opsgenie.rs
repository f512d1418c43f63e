//! Opsgenie, as its API answers: alerts and their logs as one lane, timelines of schedules as times
//! on call.
//!
//! Synthetic only: written after the vendor's description. Logs come newest first. Its list of who
//! is on call does not say when, so it names people and no times.

use super::ImportError;
use super::format::{Claim, Detect, Format};
use super::json::{Object, Piece, list_of};
use super::lane::{self, by, event, lasting, moment_of};
use super::sample::Sample;
use super::whole::{self, Reading, Transcript};
use crate::archive::{ChannelMeta, Person, PersonIx, Shift};
use crate::base::id::PersonId;
use crate::base::text::RawString;
use crate::base::time::Instant;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    key: "opsgenie",
    name: "Opsgenie",
    detect: Detect::File(claim),
    open: |source, setting| whole::open(source, setting, read),
};

const PLATFORM: &str = "opsgenie";

fn claim(sample: &Sample) -> Option<Claim> {
    let told = [
        ("data[].tinyId", "alerts"),
        ("data.tinyId", "an alert"),
        ("data[].onCallParticipants", "people on call"),
        ("data.onCallParticipants", "people on call"),
        ("data[].onCallRecipients", "people on call"),
        ("data.onCallRecipients", "people on call"),
        ("data.finalTimeline", "the timeline of a schedule"),
    ];
    let found = told.iter().find(|(path, _)| sample.has(path)).map(|(_, what)| *what);
    let is_log = sample.has_all(&["data[].log", "data[].createdAt"]);
    let what = found.or(is_log.then_some("logs of an alert"))?;
    Some(Claim::sure(format!("it holds {what} as Opsgenie writes them")))
}

fn read(reading: &Reading<'_>, transcript: &mut Transcript) -> Result<(), ImportError> {
    let limits = reading.source.limits();
    reading.each_text(transcript, |transcript, _, text| {
        lane::each_object(transcript, text, limits, &["data"], |transcript, _, piece| take(transcript, piece));
        Ok(())
    })
}

fn take(transcript: &mut Transcript, piece: Piece<'_>) {
    let object = Object::of(piece);
    if object.get("finalTimeline").is_some() {
        timeline(transcript, &object);
    } else if object.get("onCallParticipants").or_else(|| object.get("onCallRecipients")).is_some() {
        on_call(transcript, &object);
    } else if object.get("log").is_some() {
        log(transcript, &object, piece);
    } else if object.get("createdAt").or_else(|| object.get("message")).is_some() {
        alert(transcript, &object, piece);
    } else {
        transcript.bad_record("it is no record of Opsgenie that is known");
    }
}

/// Somebody by the name that Opsgenie gives: mostly an e-mail address.
fn actor(transcript: &mut Transcript, name: &str) -> Option<PersonIx> {
    let name = name.trim();
    if name.is_empty() {
        return None;
    }
    let id = if name.contains('@') {
        PersonId::new(PLATFORM, &name.to_lowercase())
    } else {
        PersonId::from_name(PLATFORM, name)
    };
    let mut person = Person::unlisted(id, RawString::from(name));
    person.is_bot = name.eq_ignore_ascii_case("system");
    if name.contains('@') {
        person.email = RawString::from(name);
    }
    Some(transcript.person(person))
}

fn alert(transcript: &mut Transcript, alert: &Object<'_>, piece: Piece<'_>) {
    let id = Some(alert.text("id")).filter(|id| !id.is_empty()).unwrap_or_else(|| alert.text("tinyId"));
    let created = moment_of(transcript, &alert.text("createdAt"));
    let owner = actor(transcript, &alert.text("owner"));
    let message = alert.text("message").into_owned();
    let number = Some(alert.text("tinyId")).filter(|id| !id.is_empty()).map(|id| format!("#{id}")).unwrap_or_default();
    let priority = alert.text("priority").into_owned();
    let count = alert.count("count").filter(|count| *count > 1);
    let times = count.map(|count| format!("({count} times)")).unwrap_or_default();
    let text = lane::words([&*number, &*message, &*priority, &*times]);
    let mut first = by(event(id.clone(), created, "alert", text), owner);
    if count.is_some()
        && let Some((last, _)) = lane::moment(transcript, &alert.text("lastOccurredAt"))
    {
        first = lasting(first, last);
    }
    let mut records = vec![first];
    let report = alert.object("report");
    for (kind, after, who) in [("acknowledged", "ackTime", "acknowledgedBy"), ("closed", "closeTime", "closedBy")] {
        // The report counts milliseconds from the creation on.
        let Some(after) = report.count(after).and_then(|after| i64::try_from(after).ok()?.checked_mul(1_000)) else {
            continue;
        };
        let author = actor(transcript, &report.text(who));
        let text = lane::words([&*number, kind, &*message]);
        records.push(by(event(format!("{id}.{kind}"), (created.0.plus(after), created.1), kind, text), author));
    }
    let room = transcript.room(ChannelMeta::lane(PLATFORM, "alerts", "Opsgenie"));
    transcript.push_all(room, records, piece.raw());
}

fn log(transcript: &mut Transcript, log: &Object<'_>, piece: Piece<'_>) {
    let at = moment_of(transcript, &log.text("createdAt"));
    let author = actor(transcript, &log.text("owner"));
    let (text, kind) = (log.text("log"), log.text("type"));
    let id = Some(log.text("offset")).filter(|offset| !offset.is_empty());
    let id = id.map_or_else(
        || format!("log.{}.{}", log.text("createdAt"), lane::fingerprint(&text)),
        |id| format!("log.{id}"),
    );
    let kind = if kind.is_empty() { "log" } else { &*kind };
    let record = by(event(id, at, kind, &*text), author);
    let room = transcript.room(ChannelMeta::lane(PLATFORM, "alerts", "Opsgenie"));
    transcript.push(room, record, piece.raw());
}

fn on_call(transcript: &mut Transcript, list: &Object<'_>) {
    for participant in list.list("onCallParticipants").into_iter().map(Object::of) {
        if matches!(&*participant.text("type"), "" | "user") {
            actor(transcript, &participant.text("name"));
        }
    }
    for name in list.list("onCallRecipients").into_iter().filter_map(Piece::text) {
        actor(transcript, &name);
    }
    let gap = "Opsgenie's list of who is on call does not say when; ask for the timeline of the schedule";
    if !transcript.missing.iter().any(|known| known == gap) {
        transcript.missing.push(gap.to_owned());
    }
}

fn timeline(transcript: &mut Transcript, schedule: &Object<'_>) {
    let name = schedule.object("_parent").text("name").into_owned();
    for rotation in schedule.object("finalTimeline").list("rotations").into_iter().map(Object::of) {
        let rotation_name = rotation.text("name");
        let rota = [&*name, &*rotation_name].into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(", ");
        for period in rotation.get("periods").map(list_of).unwrap_or_default().into_iter().map(Object::of) {
            add_shifts(transcript, &period, &rota);
        }
    }
}

fn add_shifts(transcript: &mut Transcript, period: &Object<'_>, rota: &str) {
    let mut time = |key: &str| lane::moment(transcript, &period.text(key)).map(|(at, _)| at);
    let (start, end): (Option<Instant>, Option<Instant>) = (time("startDate"), time("endDate"));
    let (Some(start), Some(end)) = (start, end) else {
        return transcript.bad_record("a time on call has no readable start or end");
    };
    let mut named = vec![period.object("recipient")];
    named.extend(period.list("flattenedRecipients").into_iter().map(Object::of));
    for recipient in named.iter().filter(|recipient| matches!(&*recipient.text("type"), "" | "user")) {
        if let Some(person) = actor(transcript, &recipient.text("name")) {
            let (start, end) = (Some(start), Some(end));
            transcript.shifts.push(Shift { person, start, end, rota: RawString::from(rota), level: None });
        }
    }
}
