//! `compare --annotations`: how far two people agree who tagged the same messages apart.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::bail;
use serde_json::{Value, json};

use crate::analysis::agreement::{Agreement, Decisions, Only, agreement};
use crate::base::id::{MessageId, Target};
use crate::base::text::count_words;
use crate::export::json as export_json;
use crate::timeline::evidence_of;

use super::opened::{self, Opened};
use super::output::{Align, Table};
use super::{Outcome, Session, output};

pub(super) fn run(session: &Session, projects: &[PathBuf], as_json: bool) -> anyhow::Result<Outcome> {
    let [a, b] = projects else { bail!("--annotations compares two projects; {} were given", projects.len()) };
    let (one, other) = (opened::project(session, a)?, opened::project(session, b)?);
    let messages = both_could_have_tagged(session, &one, &other);
    let found = agreement(one.document.project(), other.document.project(), &messages);
    let names = [a, b].map(|path| path.display().to_string());
    if as_json {
        output::data(&export_json::pretty(&to_json(&found, &names, &one)))?;
    } else {
        output::data(&words(&found, &names, &one, session.global.verbose))?;
    }
    Ok(Outcome::Done)
}

/// The messages that the sources of both hold, without joins and the like. Where the sources of one
/// are not at hand, those that either has annotated: then the two agree on more than can be counted.
fn both_could_have_tagged(session: &Session, a: &Opened, b: &Opened) -> Vec<MessageId> {
    if a.archive.message_count() > 0 && b.archive.message_count() > 0 {
        let channels = a.archive.channels().map(|(channel, _)| channel);
        let messages = channels.flat_map(|channel| a.archive.messages(channel));
        let ids = messages.filter(|message| !message.kind().is_system()).map(|message| message.id());
        return ids.filter(|id| b.archive.find(id).is_some()).collect();
    }
    output::note(session, "not all sources are at hand: only messages that somebody annotated are compared");
    let annotated = [a, b].map(|opened| opened.document.project().messages().keys().cloned());
    annotated.into_iter().flatten().collect::<BTreeSet<_>>().into_iter().collect()
}

fn to_json(found: &Agreement, names: &[String; 2], one: &Opened) -> Value {
    let counted = |decisions: &Decisions| {
        json!({
            "both": decisions.both, "only_a": decisions.only_a, "only_b": decisions.only_b,
            "neither": decisions.neither, "agreement": decisions.agreement(), "kappa": decisions.kappa(),
        })
    };
    let tags = found.tags.iter().map(|(tag, decisions)| {
        let mut tag_json = json!({ "tag": tag });
        if let (Some(all), Value::Object(counts)) = (tag_json.as_object_mut(), counted(decisions)) {
            all.extend(counts);
        }
        tag_json
    });
    let differences = found.differences.iter().map(|difference| {
        let only = if difference.only == Only::A { "a" } else { "b" };
        json!({ "id": difference.message, "tag": difference.tag, "only": only, "text": text(one, &difference.message) })
    });
    json!({
        "projects": names,
        "messages": found.messages,
        "all": counted(&found.all),
        "tags": tags.collect::<Vec<_>>(),
        "differences": differences.collect::<Vec<_>>(),
    })
}

fn text(one: &Opened, message: &MessageId) -> Option<String> {
    let target = Target::from_text(message.as_str());
    let evidence = evidence_of(one.document.project(), &one.archive, &target)?;
    Some(evidence.headline().unsanitised().to_owned())
}

fn words(found: &Agreement, names: &[String; 2], one: &Opened, verbose: bool) -> String {
    let number = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.2}"));
    let percent = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{:.1} %", value * 100.0));
    let [a, b] = names.each_ref().map(|name| output::printable(&format!("only {name}")).into_owned());
    let mut table = Table::new(&[
        ("tag", Align::Left),
        ("both", Align::Right),
        (&a, Align::Right),
        (&b, Align::Right),
        ("agreement", Align::Right),
        ("kappa", Align::Right),
    ]);
    let all = ("all tags".to_owned(), found.all);
    for (tag, decisions) in found.tags.iter().map(|(tag, decisions)| (tag.clone(), *decisions)).chain([all]) {
        table.push(vec![
            output::printable(&tag).into_owned(),
            decisions.both.to_string(),
            decisions.only_a.to_string(),
            decisions.only_b.to_string(),
            percent(decisions.agreement()),
            number(decisions.kappa()),
        ]);
    }
    let mut text = table.render();
    if verbose {
        for difference in &found.differences {
            let whose = if difference.only == Only::A { &a } else { &b };
            let said = self::text(one, &difference.message).unwrap_or_default();
            let line = format!("{whose}: {} on {} {said}", difference.tag, difference.message);
            text.push_str(&output::printable(&line));
            text.push('\n');
        }
    }
    let count = count_words(usize::try_from(found.messages).unwrap_or(usize::MAX), "message", "messages");
    text + &format!("{count} that both could have tagged\n")
}
