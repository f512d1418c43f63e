//! GitHub: its events, and the JSON of `gh` or its API for pull requests, issues, runs, deployments
//! and releases, as one lane.
//!
//! One object may tell several events: a pull request was opened, merged and closed, a run started
//! and ended. A field may be written as `gh` writes it or as the API does. Logins of apps are
//! programs.

mod activity;

use std::borrow::Cow;

use super::ImportError;
use super::format::{Claim, Detect, Format};
use super::json::{Object, Piece};
use super::lane::{self, by, event, linked, moment_of};
use super::sample::Sample;
use super::whole::{self, Reading, Room, Transcript};
use crate::archive::builder::Record;
use crate::archive::{ChannelMeta, Person, PersonIx};
use crate::base::id::PersonId;
use crate::base::text::RawString;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    key: "github",
    name: "GitHub",
    detect: Detect::File(claim),
    open: |source, setting| whole::open(source, setting, read),
};

const PLATFORM: &str = "github";
const LISTS: [&str; 3] = ["workflow_runs", "deployments", "items"];

fn claim(sample: &Sample) -> Option<Claim> {
    for prefix in ["[].", "", "workflow_runs[].", "deployments[].", "items[]."] {
        let has = |key: &str| sample.has(&format!("{prefix}{key}"));
        let any = |keys: &[&str]| keys.iter().any(|key| has(key));
        let types = sample.values(&format!("{prefix}type"));
        if has("actor.login") && has("repo.name") && types.iter().any(|kind| kind.ends_with("Event")) {
            return Some(Claim::sure("its records are events of GitHub"));
        }
        let what = if has("number") && has("title") && any(&["createdAt", "created_at", "mergedAt", "merged_at"]) {
            "pull requests or issues"
        } else if any(&["databaseId", "run_number"]) && any(&["conclusion", "status"]) {
            "workflow runs"
        } else if any(&["tagName", "tag_name"]) && any(&["publishedAt", "published_at", "createdAt", "created_at"]) {
            "releases"
        } else if has("environment") && has("sha") && has("created_at") {
            "deployments"
        } else {
            continue;
        };
        return Some(Claim::sure(format!("its records are {what} of GitHub")));
    }
    None
}

fn read(reading: &Reading<'_>, transcript: &mut Transcript) -> Result<(), ImportError> {
    let limits = reading.source.limits();
    reading.each_text(transcript, |transcript, _, text| {
        lane::each_object(transcript, text, limits, &LISTS, |transcript, _, piece| take(transcript, piece));
        Ok(())
    })
}

fn take(transcript: &mut Transcript, piece: Piece<'_>) {
    let thing = Thing(Object::of(piece));
    let records = if thing.0.get("payload").is_some() || thing.0.text("type").ends_with("Event") {
        activity::events(transcript, &thing)
    } else if thing.has(&["tagName", "tag_name"]) {
        release(transcript, &thing)
    } else if thing.has(&["environment"]) && thing.has(&["sha", "ref"]) {
        deployment(transcript, &thing)
    } else if thing.has(&["databaseId", "run_number", "workflowName"]) && thing.has(&["status", "conclusion"]) {
        run(transcript, &thing)
    } else if thing.has(&["number"]) {
        request(transcript, &thing)
    } else {
        Vec::new()
    };
    if records.is_empty() {
        return transcript.bad_record("it is no record of GitHub that is known");
    }
    let room = room(transcript);
    transcript.push_all(room, records, piece.raw());
}

fn room(transcript: &mut Transcript) -> Room {
    transcript.room(ChannelMeta::lane(PLATFORM, "events", "GitHub"))
}

/// An object whose keys are written as `gh` or as the API writes them.
struct Thing<'a>(Object<'a>);

impl<'a> Thing<'a> {
    /// The first of several fields that says something.
    fn text(&self, keys: &[&str]) -> Cow<'a, str> {
        keys.iter().map(|key| self.0.text(key)).find(|text| !text.is_empty()).unwrap_or_default()
    }

    fn has(&self, keys: &[&str]) -> bool {
        keys.iter().any(|key| self.0.get(key).is_some())
    }

    /// Where a person looks at it.
    fn link(&self) -> Cow<'a, str> {
        self.text(&["html_url", "url"])
    }

    /// `owner/name`, as the link tells it; empty where it does not.
    fn repository(&self) -> String {
        let named = self.0.object("repository");
        let full = Self(named).text(&["full_name", "nameWithOwner"]);
        if !full.is_empty() {
            return full.into_owned();
        }
        let link = self.link();
        let path = link.split_once("github.com/").map_or("", |(_, path)| path);
        let path = path.strip_prefix("repos/").unwrap_or(path);
        path.split('/').take(2).collect::<Vec<_>>().join("/")
    }

    /// Whoever the first of several fields names.
    fn actor(&self, transcript: &mut Transcript, keys: &[&str]) -> Option<PersonIx> {
        let login = keys.iter().map(|key| self.0.object(key).text("login")).find(|login| !login.is_empty())?;
        Some(actor(transcript, &login))
    }
}

/// Somebody by login; apps are programs.
fn actor(transcript: &mut Transcript, login: &str) -> PersonIx {
    let plain = login.strip_prefix("app/").or_else(|| login.strip_suffix("[bot]"));
    let mut person = Person::unlisted(PersonId::new(PLATFORM, plain.unwrap_or(login)), RawString::from(login));
    person.handle = RawString::from(login);
    person.is_bot = plain.is_some();
    transcript.person(person)
}

/// A pull request or issue: opened, merged or closed.
fn request(transcript: &mut Transcript, thing: &Thing<'_>) -> Vec<Record> {
    let (number, title, link) = (thing.text(&["number"]), thing.text(&["title"]), thing.link());
    let is_request = link.contains("/pull/")
        || thing.has(&["mergedAt", "merged_at", "mergeCommit", "merge_commit_sha", "pull_request"]);
    let what = if is_request { "pull request" } else { "issue" };
    let slug = if is_request { "pr" } else { "issue" };
    let repository = thing.repository();
    let name = format!("{repository}#{number}");
    let mut records = Vec::new();
    let mut add = |transcript: &mut Transcript, step: &str, told: &str, author: Option<PersonIx>| {
        let at = moment_of(transcript, told);
        let text = lane::words([what, &name, step, &format!(": {title}")]).replace(" :", ":");
        let record = event(format!("{name}.{step}"), at, &format!("{slug}-{step}"), text);
        records.push(linked(by(record, author), &link));
    };
    let author = thing.actor(transcript, &["author", "user"]);
    add(transcript, "opened", &thing.text(&["createdAt", "created_at"]), author);
    let (merged, closed) = (thing.text(&["mergedAt", "merged_at"]), thing.text(&["closedAt", "closed_at"]));
    if !merged.is_empty() {
        let author = thing.actor(transcript, &["mergedBy", "merged_by"]);
        add(transcript, "merged", &merged, author);
    } else if !closed.is_empty() {
        let author = thing.actor(transcript, &["closedBy", "closed_by"]);
        add(transcript, "closed", &closed, author);
    }
    records
}

/// A workflow run: started, and ended as it did.
fn run(transcript: &mut Transcript, thing: &Thing<'_>) -> Vec<Record> {
    let id = thing.text(&["databaseId", "id"]);
    let name = lane::words([
        &*thing.text(&["workflowName", "name"]),
        &*thing.text(&["displayTitle", "display_title"]),
        &*thing.text(&["headBranch", "head_branch"]),
        thing.text(&["headSha", "head_sha"]).get(..7).unwrap_or_default(),
    ]);
    let repository = thing.repository();
    let link = thing.link();
    let author = thing.actor(transcript, &["actor", "triggering_actor"]);
    let started = thing.text(&["startedAt", "run_started_at", "createdAt", "created_at"]);
    let mut steps = vec![("started".to_owned(), "run-started".to_owned(), started)];
    let ended = thing.text(&["updatedAt", "updated_at"]);
    if thing.text(&["status"]) == "completed" && !ended.is_empty() {
        let conclusion = thing.text(&["conclusion"]);
        let conclusion = if conclusion.is_empty() { "completed".into() } else { conclusion };
        steps.push((format!("ended: {conclusion}"), format!("run-{conclusion}"), ended));
    }
    let mut records = Vec::new();
    for (place, (said, kind, told)) in steps.into_iter().enumerate() {
        let at = moment_of(transcript, &told);
        let text = lane::words(["run", &*repository, &*name, &*said]);
        let step = if place == 0 { "started" } else { "ended" };
        records.push(linked(by(event(format!("run-{id}.{step}"), at, &kind, text), author), &link));
    }
    records
}

/// A deployment: made, and each state that it came to.
fn deployment(transcript: &mut Transcript, thing: &Thing<'_>) -> Vec<Record> {
    let id = thing.text(&["id", "databaseId"]);
    let environment = thing.text(&["environment"]);
    let sha = thing.text(&["sha"]);
    let what = [&*thing.repository(), &*thing.text(&["ref"]), sha.get(..7).unwrap_or(&sha)].map(str::to_owned);
    let mut seen = std::collections::BTreeSet::new();
    let what: Vec<String> = what.into_iter().filter(|part| seen.insert(part.clone())).collect();
    let what = lane::words(what.iter().map(String::as_str));
    let author = thing.actor(transcript, &["creator"]);
    let at = moment_of(transcript, &thing.text(&["created_at", "createdAt"]));
    let text = lane::words(["deployment of", &*what, "to", &*environment, "asked for"]);
    let mut records =
        vec![linked(by(event(format!("deployment-{id}"), at, "deployment", text), author), &thing.link())];
    for (place, status) in thing.0.list("statuses").into_iter().map(|status| Thing(Object::of(status))).enumerate() {
        let state = status.text(&["state"]);
        let at = moment_of(transcript, &status.text(&["created_at", "createdAt"]));
        let author = status.actor(transcript, &["creator"]);
        let text =
            lane::words(["deployment of", &*what, "to", &*environment, &*state, &*status.text(&["description"])]);
        let own = status.text(&["id"]);
        let own = if own.is_empty() { place.to_string().into() } else { own };
        let record = event(format!("deployment-{id}.{own}"), at, &format!("deployment-{state}"), text);
        records.push(linked(by(record, author), &status.text(&["log_url", "environment_url", "target_url"])));
    }
    records
}

fn release(transcript: &mut Transcript, thing: &Thing<'_>) -> Vec<Record> {
    let tag = thing.text(&["tagName", "tag_name"]);
    let at = moment_of(transcript, &thing.text(&["publishedAt", "published_at", "createdAt", "created_at"]));
    let name = Some(thing.text(&["name"])).filter(|name| *name != tag).unwrap_or_default();
    let is_draft = thing.0.is_true("isDraft") || thing.0.is_true("draft");
    let repository = thing.repository();
    let text = lane::words(["release", &*repository, &*tag, &*name, if is_draft { "(draft)" } else { "" }]);
    let author = thing.actor(transcript, &["author"]);
    vec![linked(by(event(format!("{repository}@{tag}"), at, "release", text), author), &thing.link())]
}
