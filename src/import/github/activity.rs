//! Events as GitHub's API and its public archive tell them: one object, one event.

use super::{Thing, actor};
use crate::archive::builder::Record;
use crate::base::text::count_words;
use crate::import::json::{Object, Piece};
use crate::import::lane::{self, by, event, linked, moment_of};
use crate::import::whole::Transcript;

/// Subjects of pushed commits that are told.
const SUBJECTS: usize = 3;

/// The event that an object tells.
pub(super) fn events(transcript: &mut Transcript, thing: &Thing<'_>) -> Vec<Record> {
    let kind = thing.text(&["type"]);
    let id = thing.text(&["id"]);
    let payload = thing.0.object("payload");
    let at = moment_of(transcript, &thing.text(&["created_at"]));
    let login = thing.0.object("actor").text("login");
    let author = (!login.is_empty()).then(|| actor(transcript, &login));
    let repository = thing.0.object("repo").text("name");
    let said = said(&kind, &payload);
    let text = lane::words([&*repository, &*said.words]);
    let id = if id.is_empty() { lane::fingerprint(&text) } else { id.into_owned() };
    let link = if said.link.is_empty() { format!("https://github.com/{repository}") } else { said.link };
    let record = by(event(id, at, &kind, text), author);
    vec![if repository.is_empty() { record } else { linked(record, &link) }]
}

struct Said {
    words: String,
    link: String,
}

fn said(kind: &str, payload: &Object<'_>) -> Said {
    let action = payload.text("action").into_owned();
    let about = |key: &str, what: &str| {
        let subject = payload.object(key);
        let merged = key == "pull_request" && action == "closed" && subject.get("merged_at").is_some();
        let action = if merged { "merged" } else { action.as_str() };
        let number = Some(subject.text("number")).filter(|number| !number.is_empty());
        let number = number.map(|number| format!("#{number}")).unwrap_or_default();
        let words = lane::words([what, &*number, action]);
        Said { words: with_title(words, &subject.text("title")), link: subject.text("html_url").into_owned() }
    };
    match kind {
        "PushEvent" => pushed(payload),
        "PullRequestEvent" => about("pull_request", "pull request"),
        "IssuesEvent" => about("issue", "issue"),
        "PullRequestReviewEvent" => on(payload, "pull_request", "review", "review"),
        "PullRequestReviewCommentEvent" => on(payload, "pull_request", "comment", "comment in review"),
        "IssueCommentEvent" => on(payload, "issue", "comment", "comment"),
        "CommitCommentEvent" => on(payload, "", "comment", "comment on a commit"),
        "ReleaseEvent" => {
            let release = payload.object("release");
            let words = lane::words(["release", &*release.text("tag_name"), &*action]);
            Said { words: with_title(words, &release.text("name")), link: release.text("html_url").into_owned() }
        }
        "CreateEvent" | "DeleteEvent" => {
            let done = if kind == "CreateEvent" { "created" } else { "deleted" };
            let words = lane::words([&*payload.text("ref_type"), &*payload.text("ref"), done]);
            Said { words, link: String::new() }
        }
        "ForkEvent" => {
            let forkee = payload.object("forkee");
            let words = format!("forked to {}", forkee.text("full_name"));
            Said { words, link: forkee.text("html_url").into_owned() }
        }
        "MemberEvent" => {
            let words = lane::words(["member", &*payload.object("member").text("login"), &*action]);
            Said { words, link: String::new() }
        }
        "WatchEvent" => Said { words: "starred".to_owned(), link: String::new() },
        other => Said { words: lane::words([other, &action]), link: String::new() },
    }
}

fn with_title(words: String, title: &str) -> String {
    if title.is_empty() { words } else { format!("{words}: {title}") }
}

/// A review or comment, and what it is on.
fn on(payload: &Object<'_>, subject: &str, own: &str, what: &str) -> Said {
    let (subject, own) = (payload.object(subject), payload.object(own));
    let number = Some(subject.text("number")).filter(|number| !number.is_empty());
    let number = number.map(|number| format!("on #{number}")).unwrap_or_default();
    let mut words = lane::words([what, &*own.text("state"), &*number]);
    words = with_title(words, &subject.text("title"));
    let body = own.text("body");
    if !body.is_empty() {
        words = format!("{words}\n{body}");
    }
    Said { words, link: own.text("html_url").into_owned() }
}

fn pushed(payload: &Object<'_>) -> Said {
    let commits: Vec<Object<'_>> = payload.list("commits").into_iter().map(Object::of).collect();
    let size = payload.count("size").and_then(|size| usize::try_from(size).ok()).unwrap_or(commits.len());
    let reference = payload.text("ref");
    let branch = reference.strip_prefix("refs/heads/").unwrap_or(&reference);
    let mut words = format!("{} pushed to {branch}", count_words(size, "commit", "commits"));
    for commit in commits.iter().take(SUBJECTS) {
        let message = commit.get("message").and_then(Piece::text).unwrap_or_default();
        let sha = commit.text("sha");
        let subject = message.lines().next().unwrap_or_default();
        words = format!("{words}\n{}", lane::words([sha.get(..7).unwrap_or(&sha), subject]));
    }
    if size > SUBJECTS {
        words = format!("{words}\nand {} more", size - SUBJECTS);
    }
    Said { words, link: String::new() }
}
