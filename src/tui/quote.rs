//! Messages and events as text to copy out: with time, author, tags and notes.

use super::app::App;
use crate::base::id::{Target, TargetKind};
use crate::base::text::{LineBreaks, sanitize_md, sanitize_tty};
use crate::timeline::assemble::evidence_of;

/// The form in which something is copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Plain text.
    Text,
    /// A Markdown quote.
    Markdown,
    /// Ids, one a line.
    Id,
    /// Instants in UTC, one a line.
    Time,
    /// JSON.
    Json,
}

/// The targets in a form, in time order.
pub fn quote(app: &App, targets: &[Target], form: Form) -> String {
    let project = app.session.project();
    let mut found: Vec<_> =
        targets.iter().filter_map(|target| evidence_of(project, &app.session.archive, target)).collect();
    found.sort_by_key(|evidence| evidence.at);
    if form == Form::Json {
        let messages: Vec<_> = found.iter().map(|evidence| json(app, evidence)).collect();
        return serde_json::to_string_pretty(&messages).unwrap_or_default();
    }
    let lines: Vec<String> = found.iter().map(|evidence| line(app, evidence, form)).collect();
    lines.join("\n")
}

fn line(app: &App, evidence: &crate::timeline::assemble::Evidence, form: Form) -> String {
    let zone = app.zone();
    let clean = |text: &str| sanitize_tty(text, LineBreaks::Keep).into_owned();
    let when = format!("{} {} {}", zone.day(evidence.at), zone.clock(evidence.at), zone.offset_label(evidence.at));
    let who = if evidence.target.kind() == TargetKind::Event {
        "event".to_owned()
    } else {
        clean(evidence.author.unsanitised())
    };
    let channel = clean(evidence.channel.unsanitised());
    let tags: Vec<String> = tag_labels(app, &evidence.target);
    let notes: Vec<String> =
        app.session.project().notes_on(&evidence.target).iter().map(|(_, note)| note.text.clone()).collect();
    match form {
        Form::Id => evidence.target.to_string(),
        Form::Time => evidence.at.rfc3339_micros(),
        Form::Markdown => {
            let mut quote = format!("> **{when}** {} {}  \n", sanitize_md(&who), sanitize_md(&channel));
            quote.extend(evidence.text.unsanitised().lines().map(|line| format!("> {}  \n", sanitize_md(line))));
            quote.extend(tags.iter().chain(&notes).map(|extra| format!("> *{}*  \n", sanitize_md(extra))));
            quote
        }
        Form::Text | Form::Json => {
            let mut text = format!("{when}  {channel}  {who}: {}", clean(evidence.text.unsanitised()));
            if !tags.is_empty() {
                text.extend(["\n    tags: ", &tags.join(", ")]);
            }
            for note in notes {
                text.extend(["\n    note: ", &clean(&note)]);
            }
            text
        }
    }
}

fn tag_labels(app: &App, target: &Target) -> Vec<String> {
    let project = app.session.project();
    project.tags_of(target).iter().filter_map(|id| project.tag(id)).map(|(_, tag)| tag.label()).collect()
}

fn json(app: &App, evidence: &crate::timeline::assemble::Evidence) -> serde_json::Value {
    let project = app.session.project();
    serde_json::json!({
        "id": evidence.target,
        "time": evidence.at,
        "channel": evidence.channel.unsanitised(),
        "author": evidence.author.unsanitised(),
        "type": evidence.type_word,
        "text": evidence.text.unsanitised(),
        "tags": tag_labels(app, &evidence.target),
        "notes": project.notes_on(&evidence.target).iter().map(|(_, note)| note.text.clone()).collect::<Vec<_>>(),
        "timeline": project.entry(&evidence.target).is_some(),
    })
}
