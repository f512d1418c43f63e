//! Kubernetes events: `kubectl get events -o json` of either API, and the compact lists of operators.
//!
//! A time may stand in any of five fields and any of them may be null. An event that occurred more
//! than once is a span of time. Clusters keep events for an hour, so their absence proves nothing.

use super::ImportError;
use super::format::{Claim, Detect, Format};
use super::json::{Object, Piece};
use super::lane::{self, by, event, lasting};
use super::sample::Sample;
use super::whole::{self, Reading, Transcript};
use crate::archive::{ChannelMeta, Person, PersonIx};
use crate::base::id::PersonId;
use crate::base::text::RawString;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    key: "kubernetes",
    name: "Kubernetes events",
    detect: Detect::File(claim),
    open: |source, setting| whole::open(source, setting, read),
};

const PLATFORM: &str = "kubernetes";

fn claim(sample: &Sample) -> Option<Claim> {
    let is_event = |prefix: &str| {
        let has = |key: &str| sample.has(&format!("{prefix}{key}"));
        let is_of_kind = sample.values(&format!("{prefix}kind")).iter().any(|kind| kind == "Event");
        (is_of_kind && (has("involvedObject") || has("regarding") || has("reason")))
            || (has("involvedObject") && has("reason"))
            || (has("regarding") && has("reason") && has("note"))
            || (has("lastTimestamp") && has("reason"))
    };
    let prefix = ["items[].", "[].", "", "object."].into_iter().find(|prefix| is_event(prefix));
    if prefix.is_some() {
        return Some(Claim::sure("its records have a reason as events of Kubernetes have"));
    }
    sample.values("kind").iter().any(|kind| kind == "EventList").then(|| Claim::sure("it is an EventList"))
}

fn read(reading: &Reading<'_>, transcript: &mut Transcript) -> Result<(), ImportError> {
    let limits = reading.source.limits();
    reading.each_text(transcript, |transcript, _, text| {
        lane::each_object(transcript, text, limits, &["items"], |transcript, _, piece| take(transcript, piece));
        Ok(())
    })?;
    let gap = "a cluster keeps events for an hour unless told otherwise: what is not here may still have happened";
    transcript.missing.push(gap.to_owned());
    Ok(())
}

fn take(transcript: &mut Transcript, piece: Piece<'_>) {
    let object = Object::of(piece);
    // A watch wraps each event: {"type": "ADDED", "object": {...}}.
    let watched = object.object("object");
    let fields = if watched.is_empty() { object } else { watched };
    let reason = fields.text("reason").into_owned();
    let message = first(&fields, &["message", "note"]);
    if reason.is_empty() && message.is_empty() {
        return transcript.bad_record("it has neither a reason nor a message");
    }
    let meta = fields.object("metadata");
    let about = first_object(&fields, &["involvedObject", "regarding"]);
    let told = Told::of(&fields, &meta);
    let at = lane::moment_of(transcript, &told.start);
    let kind = fields.text("type");
    let kind = if kind == "Normal" { "" } else { &*kind };
    let what = [about.text("kind"), about.text("name")].into_iter().filter(|part| !part.is_empty());
    let namespace = [about.text("namespace"), meta.text("namespace"), fields.text("namespace")];
    let namespace = namespace.into_iter().find(|name| !name.is_empty()).unwrap_or_default().into_owned();
    let what = std::iter::once(namespace.clone().into())
        .filter(|name: &std::borrow::Cow<'_, str>| !name.is_empty())
        .chain(what);
    let what = what.collect::<Vec<_>>().join("/");
    let times = if told.count > 1 { format!("({} times)", told.count) } else { String::new() };
    let subject = if what.is_empty() { String::new() } else { format!("{what}:") };
    let text = lane::words([kind, &*reason, &*subject, &*message, &*times]);
    let id = Some(meta.text("uid").into_owned()).filter(|uid| !uid.is_empty());
    let id = id
        .unwrap_or_else(|| format!("{}.{reason}.{}", told.start, lane::fingerprint(&format!("{namespace} {message}"))));
    let author = reporter(transcript, &fields);
    let mut record = by(event(id, at, &reason, text), author);
    if told.count > 1
        && let Some((end, _)) = lane::moment(transcript, &told.end)
    {
        record = lasting(record, end);
    }
    let room = transcript.room(ChannelMeta::lane(PLATFORM, "events", "Kubernetes"));
    transcript.push(room, record, piece.raw());
}

/// What an event tells of its time.
struct Told {
    start: String,
    end: String,
    count: u64,
}

impl Told {
    fn of(fields: &Object<'_>, meta: &Object<'_>) -> Self {
        let series = fields.object("series");
        let count = [fields.count("count"), fields.count("deprecatedCount"), series.count("count")];
        let count = count.into_iter().flatten().max().unwrap_or(1);
        let started = [first(fields, &["firstTimestamp", "deprecatedFirstTimestamp"]), first(fields, &["eventTime"])];
        let last = first(fields, &["lastTimestamp", "deprecatedLastTimestamp"]);
        let observed = series.text("lastObservedTime").into_owned();
        let created = meta.text("creationTimestamp").into_owned();
        let [first_time, event_time] = started;
        let pick = |times: [&String; 5]| times.into_iter().find(|time| !time.is_empty()).cloned().unwrap_or_default();
        let start = if count > 1 {
            pick([&first_time, &event_time, &created, &observed, &last])
        } else {
            pick([&event_time, &observed, &last, &first_time, &created])
        };
        Self { start, end: pick([&observed, &last, &event_time, &first_time, &created]), count }
    }
}

fn first(fields: &Object<'_>, keys: &[&str]) -> String {
    keys.iter().map(|key| fields.text(key)).find(|text| !text.is_empty()).unwrap_or_default().into_owned()
}

fn first_object<'a>(fields: &Object<'a>, keys: &[&str]) -> Object<'a> {
    keys.iter().map(|key| fields.object(key)).find(|object| !object.is_empty()).unwrap_or_default()
}

/// The part of the cluster that tells of it.
fn reporter(transcript: &mut Transcript, fields: &Object<'_>) -> Option<PersonIx> {
    let source = first_object(fields, &["source", "deprecatedSource"]);
    let name = first(fields, &["reportingComponent", "reportingController"]);
    let name = if name.is_empty() { source.text("component").into_owned() } else { name };
    if name.is_empty() {
        return None;
    }
    let mut person = Person::unlisted(PersonId::from_name(PLATFORM, &name), RawString::from(name.as_str()));
    person.is_bot = true;
    Some(transcript.person(person))
}
