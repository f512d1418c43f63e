//! `PagerDuty`, as its API answers: log entries, incidents, notes, alerts and changes as one lane;
//! on-calls and schedules as times on call.
//!
//! Checked against the vendor's example answers; synthetic beyond them. A page may be one of many:
//! one that says `more` is told as incomplete. Services and rules that act are programs.

use super::ImportError;
use super::format::{Claim, Detect, Format};
use super::json::{Object, Piece};
use super::lane::{self, by, event, linked, moment_of};
use super::sample::Sample;
use super::whole::{self, Reading, Room, Transcript};
use crate::archive::{ChannelMeta, Person, PersonIx, Shift};
use crate::base::id::PersonId;
use crate::base::text::RawString;
use crate::base::time::Instant;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    key: "pagerduty",
    name: "PagerDuty",
    detect: Detect::File(claim),
    open: |source, setting| whole::open(source, setting, read),
};

const PLATFORM: &str = "pagerduty";

const LISTS: [&str; 9] =
    ["log_entries", "incidents", "incident", "notes", "alerts", "change_events", "oncalls", "schedule", "schedules"];

fn claim(sample: &Sample) -> Option<Claim> {
    let told = [
        ("log_entries", "log_entries[].agent"),
        ("log_entries", "log_entries[].type"),
        ("incidents", "incidents[].incident_number"),
        ("incident", "incident.incident_number"),
        ("notes", "notes[].content"),
        ("alerts", "alerts[].alert_key"),
        ("alerts", "alerts[].html_url"),
        ("change_events", "change_events[].summary"),
        ("oncalls", "oncalls[].escalation_policy"),
        ("oncalls", "oncalls[].escalation_level"),
        ("schedule", "schedule.final_schedule"),
        ("schedule", "schedule.schedule_layers"),
        ("schedules", "schedules[].schedule_layers"),
    ];
    if let Some((list, _)) = told.iter().find(|(_, path)| sample.has(path)) {
        return Some(Claim::sure(format!("it holds {list} as PagerDuty writes them")));
    }
    if sample.values("[].type").iter().chain(sample.values("type")).any(|kind| kind.ends_with("_log_entry")) {
        return Some(Claim::sure("its records are log entries of PagerDuty"));
    }
    let is_page = sample.has("more") && sample.has("limit");
    let list = LISTS.iter().find(|list| is_page && sample.has(list))?;
    Some(Claim::likely(format!("it is a page with {list}")))
}

fn read(reading: &Reading<'_>, transcript: &mut Transcript) -> Result<(), ImportError> {
    let limits = reading.source.limits();
    let mut incomplete = 0;
    reading.each_text(transcript, |transcript, _, text| {
        incomplete += usize::from(lane::says_more(text));
        lane::each_object(transcript, text, limits, &LISTS, |transcript, list, piece| take(transcript, list, piece));
        Ok(())
    })?;
    if incomplete > 0 {
        let pages = crate::base::text::count_words(incomplete, "page of PagerDuty says", "pages of PagerDuty say");
        transcript.missing.push(format!("{pages} that there is more; ask for the next pages with offset"));
    }
    Ok(())
}

fn take(transcript: &mut Transcript, list: &str, piece: Piece<'_>) {
    let object = Object::of(piece);
    match list {
        "incidents" | "incident" => incident(transcript, &object, piece),
        "notes" => note(transcript, &object, piece),
        "alerts" => alert(transcript, &object, piece),
        "change_events" => change(transcript, &object, piece),
        "oncalls" => on_call(transcript, &object),
        "schedule" | "schedules" => schedule(transcript, &object),
        _ if object.text("type").ends_with("log_entry") || list == "log_entries" => {
            log_entry(transcript, &object, piece);
        }
        _ => transcript.bad_record("it is no record of PagerDuty that is known"),
    }
}

fn lane_of(transcript: &mut Transcript) -> Room {
    transcript.room(ChannelMeta::lane(PLATFORM, "events", "PagerDuty"))
}

/// Whoever a reference names; services, rules and integrations are programs.
fn actor(transcript: &mut Transcript, reference: &Object<'_>) -> Option<PersonIx> {
    let (id, name) = (reference.text("id"), reference.text("summary"));
    let name = if name.is_empty() { reference.text("name") } else { name };
    if id.is_empty() && name.is_empty() {
        return None;
    }
    let kind = reference.text("type");
    let is_person = kind.is_empty() || matches!(&*kind, "user" | "user_reference");
    // The same user id stands for a person and for a rule that acts in their name.
    let id = if is_person || kind.starts_with("service") { id } else { format!("{kind}:{name}").into() };
    let id = if id.is_empty() { PersonId::from_name(PLATFORM, &name) } else { PersonId::new(PLATFORM, &id) };
    let label = if name.is_empty() { id.native().to_owned() } else { name.into_owned() };
    let mut person = Person::unlisted(id, RawString::from(label));
    person.is_bot = !is_person;
    person.email = RawString::from(&*reference.text("email"));
    Some(transcript.person(person))
}

fn id_of(object: &Object<'_>, transcript: &mut Transcript) -> Option<String> {
    let id = object.text("id");
    if id.is_empty() {
        transcript.bad_record("it has no id");
        return None;
    }
    Some(id.into_owned())
}

fn log_entry(transcript: &mut Transcript, entry: &Object<'_>, piece: Piece<'_>) {
    let Some(id) = id_of(entry, transcript) else { return };
    let at = moment_of(transcript, &entry.text("created_at"));
    let author = actor(transcript, &entry.object("agent"));
    let kind = entry.text("type");
    let kind = kind.trim_end_matches("_reference").trim_end_matches("_log_entry");
    let mut text = lane::words([&*entry.object("incident").text("summary"), &*entry.text("summary")]);
    let (channel, details) = (entry.object("channel"), entry.object("event_details"));
    for more in [channel.text("summary"), channel.text("content"), details.text("description")] {
        if !more.is_empty() && !text.contains(&*more) {
            text.push('\n');
            text.push_str(&more);
        }
    }
    let record = linked(by(event(id, at, kind, text), author), &entry.text("html_url"));
    let room = lane_of(transcript);
    transcript.push(room, record, piece.raw());
}

fn incident(transcript: &mut Transcript, incident: &Object<'_>, piece: Piece<'_>) {
    let Some(id) = id_of(incident, transcript) else { return };
    let summary = incident.text("summary");
    let summary = if summary.is_empty() { incident.text("title") } else { summary };
    let link = incident.text("html_url");
    let urgency = Some(incident.text("urgency")).filter(|urgency| !urgency.is_empty());
    let triggered = urgency.map_or_else(|| "triggered".to_owned(), |urgency| format!("triggered ({urgency} urgency)"));
    let mut steps =
        vec![Step::new(&id, "triggered", incident.text("created_at"), incident.object("service"), triggered)];
    for (place, step) in objects(incident, "assignments") {
        let said = format!("assigned to {}", step.object("assignee").text("summary"));
        steps.push(Step::new(&format!("{id}.assigned.{place}"), "assigned", step.text("at"), Object::default(), said));
    }
    for (place, step) in objects(incident, "acknowledgements") {
        let (id, who) = (format!("{id}.acknowledged.{place}"), step.object("acknowledger"));
        steps.push(Step::new(&id, "acknowledged", step.text("at"), who, "acknowledged".to_owned()));
    }
    for (place, step) in objects(incident, "responder_requests") {
        let (id, who) = (format!("{id}.requested.{place}"), step.object("requester"));
        let said = format!("responders asked for: {}", step.text("message"));
        steps.push(Step::new(&id, "responder_request", step.text("requested_at"), who, said));
    }
    if incident.get("resolved_at").is_some() {
        let (id, who) = (format!("{id}.resolved"), incident.object("last_status_change_by"));
        steps.push(Step::new(&id, "resolved", incident.text("resolved_at"), who, "resolved".to_owned()));
    }
    let room = lane_of(transcript);
    let mut records = Vec::with_capacity(steps.len());
    for step in steps {
        let at = moment_of(transcript, &step.at);
        let author = actor(transcript, &step.who);
        let text = lane::words([&*summary, &*step.said]);
        records.push(linked(by(event(step.id, at, step.kind, text), author), &link));
    }
    transcript.push_all(room, records, piece.raw());
}

/// One thing that happened to an incident.
struct Step<'a> {
    id: String,
    kind: &'static str,
    at: String,
    who: Object<'a>,
    said: String,
}

impl<'a> Step<'a> {
    fn new(id: &str, kind: &'static str, at: impl Into<String>, who: Object<'a>, said: String) -> Self {
        Self { id: id.to_owned(), kind, at: at.into(), who, said }
    }
}

fn objects<'a>(object: &Object<'a>, list: &str) -> impl Iterator<Item = (usize, Object<'a>)> {
    object.list(list).into_iter().map(Object::of).enumerate()
}

fn note(transcript: &mut Transcript, note: &Object<'_>, piece: Piece<'_>) {
    let Some(id) = id_of(note, transcript) else { return };
    let at = moment_of(transcript, &note.text("created_at"));
    let author = actor(transcript, &note.object("user"));
    let record = by(event(id, at, "note", note.text("content")), author);
    let room = lane_of(transcript);
    transcript.push(room, record, piece.raw());
}

fn alert(transcript: &mut Transcript, alert: &Object<'_>, piece: Piece<'_>) {
    let Some(id) = id_of(alert, transcript) else { return };
    let at = moment_of(transcript, &alert.text("created_at"));
    let author = actor(transcript, &alert.object("service"));
    let severity = alert.text("severity");
    let severity = if severity.is_empty() { String::new() } else { format!("({severity})") };
    let status = alert.text("status");
    let status = if status.is_empty() { String::new() } else { format!("now {status}") };
    let text = lane::words([&*alert.text("summary"), &severity, &status]);
    let record = linked(by(event(id, at, "alert", text), author), &alert.text("html_url"));
    let room = lane_of(transcript);
    transcript.push(room, record, piece.raw());
}

fn change(transcript: &mut Transcript, change: &Object<'_>, piece: Piece<'_>) {
    let Some(id) = id_of(change, transcript) else { return };
    let at = moment_of(transcript, &change.text("timestamp"));
    let source = change.text("source");
    let author = (!source.is_empty()).then(|| {
        let mut person = Person::unlisted(PersonId::from_name(PLATFORM, &source), RawString::from(&*source));
        person.is_bot = true;
        transcript.person(person)
    });
    let mut record = by(event(id, at, "change", change.text("summary")), author);
    for link in change.list("links").into_iter().map(Object::of) {
        record = linked(record, &link.text("href"));
    }
    let room = lane_of(transcript);
    transcript.push(room, record, piece.raw());
}

fn on_call(transcript: &mut Transcript, duty: &Object<'_>) {
    let rota =
        [duty.object("schedule"), duty.object("escalation_policy")].map(|named| named.text("summary").into_owned());
    let rota = rota.into_iter().find(|name| !name.is_empty()).unwrap_or_default();
    let level = duty.count("escalation_level").and_then(|level| u32::try_from(level).ok());
    add_shift(transcript, &duty.object("user"), duty, &rota, level);
}

fn schedule(transcript: &mut Transcript, schedule: &Object<'_>) {
    let name = schedule.text("name");
    let name = if name.is_empty() { schedule.text("summary") } else { name };
    let Some(last) = schedule.get("final_schedule") else {
        let gap = "a schedule of PagerDuty holds no final_schedule; ask for it with since and until";
        return transcript.missing.push(gap.to_owned());
    };
    for entry in Object::of(last).list("rendered_schedule_entries").into_iter().map(Object::of) {
        add_shift(transcript, &entry.object("user"), &entry, &name, None);
    }
}

/// One time on call; without start and end somebody always is.
fn add_shift(transcript: &mut Transcript, user: &Object<'_>, span: &Object<'_>, rota: &str, level: Option<u32>) {
    let Some(person) = actor(transcript, user) else {
        return transcript.bad_record("a time on call names nobody");
    };
    let mut end = |key: &str| -> Result<Option<Instant>, ()> {
        let told = span.text(key);
        if told.is_empty() {
            return Ok(None);
        }
        lane::moment(transcript, &told).map(|(at, _)| Some(at)).ok_or(())
    };
    let (Ok(start), Ok(end)) = (end("start"), end("end")) else {
        return transcript.bad_record("a time on call has no readable start or end");
    };
    transcript.pass_record();
    transcript.shifts.push(Shift { person, start, end, rota: RawString::from(rota), level });
}
