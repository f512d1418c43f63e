//! `compare --annotations`: how far two people agree who tagged the same messages apart.

use std::path::PathBuf;

use anyhow::bail;
use serde_json::{Value, json};

use crate::analysis::agreement::{Agreement, By, Decisions, agreement, common};
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
    let (project_a, project_b) = (one.document.project(), other.document.project());
    let common = common((project_a, &one.archive), (project_b, &other.archive));
    if !common.is_whole {
        output::note(session, "not all sources are at hand: only messages that somebody annotated are compared");
    }
    let found = agreement(project_a, project_b, &common.messages);
    let names = [a, b].map(|path| path.display().to_string());
    if as_json {
        output::data(&export_json::pretty(&to_json(&found, &names, &one)))?;
    } else {
        output::data(&words(&found, &names, &one, session.global.verbose))?;
    }
    Ok(Outcome::Done)
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
    let differences = found.differences().map(|difference| {
        let only = if difference.by == By::OnlyA { "a" } else { "b" };
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
            decisions.agreement_words(),
            decisions.kappa_words(),
        ]);
    }
    let mut text = table.render();
    if verbose {
        for difference in found.differences() {
            let whose = if difference.by == By::OnlyA { &a } else { &b };
            let said = self::text(one, &difference.message).unwrap_or_default();
            let line = format!("{whose}: {} on {} {said}", difference.tag, difference.message);
            text.push_str(&output::printable(&line));
            text.push('\n');
        }
    }
    let count = count_words(usize::try_from(found.messages).unwrap_or(usize::MAX), "message", "messages");
    text + &format!("{count} that both could have tagged\n")
}
