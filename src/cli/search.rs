//! `search`: messages and events by the query language of the screen.

use std::cmp::Reverse;
use std::ffi::OsString;
use std::ops::Range;
use std::path::PathBuf;
use std::time::Instant as Clock;

use clap::Args;
use serde_json::{Value, json};

use crate::archive::Archive;
use crate::base::id::Target;
use crate::base::text::count_words;
use crate::base::time::Zone;
use crate::export::json as export_json;
use crate::project::Project;
use crate::report::build::tag_labels;
use crate::search::{Context, Highlighter, Hits, Match, Query, once, vocabulary_for};
use crate::timeline::{Evidence, evidence_of};

use super::sources::WindowArgs;
use super::{Outcome, Session, opened, output};

/// Arguments of `search`.
#[derive(Debug, Args)]
pub(super) struct SearchArgs {
    /// A project, or one or more exports
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// What to look for: words, "a phrase", `re:/a pattern/`, from:name, in:#channel, tag:name
    query: String,
    /// Print one JSON object
    #[arg(long, conflicts_with_all = ["jsonl", "count"])]
    json: bool,
    /// Print one JSON object a hit
    #[arg(long, conflicts_with = "count")]
    jsonl: bool,
    /// List at most this many
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Print only how many there are
    #[arg(long)]
    count: bool,
    #[command(flatten)]
    window: WindowArgs,
}

/// Puts a query that begins with a minus, as `-is:bot`, behind `--`, where it is no option.
pub(super) fn shield_query(mut args: Vec<OsString>) -> Vec<OsString> {
    let is = |arg: &OsString, word: &str| arg.as_os_str() == word;
    let verb = args.iter().position(|arg| is(arg, "search"));
    let looks_negated = |arg: &OsString| {
        let text = arg.to_string_lossy();
        let rest = text.strip_prefix('-').unwrap_or_default();
        rest.chars().count() > 1 && !rest.starts_with('-') && rest.chars().any(|c| !matches!(c, 'q' | 'v' | 'h' | 'V'))
    };
    if let Some(verb) = verb
        && !args.iter().any(|arg| is(arg, "--"))
        && let Some(query) = args.iter().skip(verb).position(looks_negated)
    {
        let query = args.remove(verb + query);
        args.extend([OsString::from("--"), query]);
    }
    args
}

struct Found {
    evidence: Evidence,
    how: Match,
}

pub(super) fn run(session: &Session, args: &SearchArgs) -> anyhow::Result<Outcome> {
    let query = Query::parse(&args.query)?;
    let begun = Clock::now();
    let evidence = opened::evidence(session, &args.paths, &args.window)?;
    let loaded = begun.elapsed();
    let project = evidence.document.project();
    let zone = session.global.zone.unwrap_or_else(|| project.zone());
    let kept = evidence.kept_only();
    if !evidence.gone.is_empty() {
        let messages = count_words(kept.len(), "message", "messages");
        output::note(
            session,
            &format!("of what is not at hand, only the {messages} that the project keeps are searched"),
        );
    }
    let context = Context::new(&evidence.archive, project).in_zone(zone).with_kept(kept);
    let vocabulary = vocabulary_for(&query, &context);
    let context = context.with_vocabulary(vocabulary.clone());
    let begun = Clock::now();
    let hits = once(&query, &context, args.limit);
    if session.global.verbose {
        output::warn(&format!(
            "{} exact, {} fuzzy; {} ms to load, {} ms to search",
            hits.total() - hits.close_total(),
            hits.close_total(),
            loaded.as_millis(),
            begun.elapsed().as_millis()
        ));
    }
    let total = hits.total();
    let highlighter = Highlighter::new(&query, vocabulary.as_deref());
    let found = found(&hits, project, &evidence.archive, args.limit);
    if args.count {
        output::data(&format!("{total}\n"))?;
    } else if args.json {
        let list: Vec<Value> = found.iter().map(|hit| hit_json(hit, project, &highlighter)).collect();
        let value = json!({ "query": args.query, "total": total, "hits": list });
        output::data(&export_json::pretty(&value))?;
    } else if args.jsonl {
        let lines = found.iter().map(|hit| export_json::compact(&hit_json(hit, project, &highlighter)) + "\n");
        output::data(&lines.collect::<String>())?;
    } else {
        output::data(&found.iter().map(|hit| line(hit, zone)).collect::<String>())?;
        if found.is_empty() {
            suggest(session, &hits);
        }
    }
    Ok(if total == 0 { Outcome::Nothing } else { Outcome::Done })
}

/// Exact hits with the events among them in time order, then fuzzy ones, the best first.
fn found(hits: &Hits, project: &Project, archive: &Archive, limit: Option<usize>) -> Vec<Found> {
    let target_of = |ix| archive.message(ix).map(|message| message.id().target());
    let kept = |how| hits.kept.iter().filter(move |hit| hit.how == how).map(|hit| (hit.score, hit.id.target()));
    let look_up = |target: Target, how| Some(Found { evidence: evidence_of(project, archive, &target)?, how });
    let exact = hits.exact.iter().filter_map(target_of).chain(hits.events.iter().cloned());
    let exact = exact.chain(kept(Match::Exact).map(|(_, target)| target));
    let mut found: Vec<Found> = exact.filter_map(|target| look_up(target, Match::Exact)).collect();
    found.sort_by_key(|hit| hit.evidence.at);
    let close = hits.fuzzy.iter().filter_map(|hit| Some((hit.score, target_of(hit.ix)?)));
    let close = close.chain(kept(Match::Close));
    let mut close: Vec<(i64, Found)> =
        close.filter_map(|(score, target)| Some((score, look_up(target, Match::Close)?))).collect();
    close.sort_by_key(|(score, hit)| (Reverse(*score), Reverse(hit.evidence.at)));
    found.extend(close.into_iter().map(|(_, hit)| hit));
    found.truncate(limit.unwrap_or(usize::MAX));
    found
}

fn hit_json(hit: &Found, project: &Project, highlighter: &Highlighter) -> Value {
    let evidence = &hit.evidence;
    let text = evidence.text.unsanitised();
    let ranges: Vec<[usize; 2]> =
        highlighter.ranges(text).into_iter().map(|highlight| characters(text, &highlight.range)).collect();
    json!({
        "id": evidence.target.as_str(),
        "time": export_json::time(evidence.at, evidence.told_zone),
        "channel": evidence.channel.unsanitised(),
        "author": evidence.author.unsanitised(),
        "type": evidence.type_word,
        "text": text,
        "match": hit.how.word(),
        "ranges": ranges,
        "tags": tag_labels(project, &evidence.target),
        "timeline": project.entry(&evidence.target).is_some(),
    })
}

/// A range of bytes as a range of characters.
fn characters(text: &str, range: &Range<usize>) -> [usize; 2] {
    let count = |part: Option<&str>| part.map_or(0, |part| part.chars().count());
    let start = count(text.get(..range.start));
    [start, start + count(text.get(range.clone()))]
}

/// `TIME  #channel  author: text`, with `~` before what was found by likeness.
fn line(hit: &Found, zone: Zone) -> String {
    let evidence = &hit.evidence;
    let time = output::time(evidence.at, evidence.told_zone, zone);
    let mark = if hit.how == Match::Close { "~ " } else { "" };
    let who = if evidence.author.is_empty() { evidence.short_who() } else { evidence.author.clone() };
    format!(
        "{mark}{time}  {}  {}: {}\n",
        evidence.channel.tty_line(),
        who.tty_line(),
        evidence.text.tty_line().replace('␊', " ")
    )
}

fn suggest(session: &Session, hits: &Hits) {
    for suggestion in hits.suggestions.iter().take(3) {
        output::note(session, &format!("did you mean {}? ({} messages)", suggestion.word, suggestion.count));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_that_begins_with_a_minus_is_no_option() {
        let shielded = |line: &str| {
            let args = shield_query(line.split(' ').map(OsString::from).collect());
            args.iter().map(|arg| arg.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(shielded("meanwhile search a.zip -is:bot --json"), "meanwhile search a.zip --json -- -is:bot");
        assert_eq!(shielded("meanwhile -v search a.zip word -qv"), "meanwhile -v search a.zip word -qv");
        assert_eq!(shielded("meanwhile export a.json -o out.md"), "meanwhile export a.json -o out.md");
    }

    #[test]
    fn ranges_count_characters_not_bytes() {
        assert_eq!(characters("größe fehlt", &(8..13)), [6, 11]);
    }
}
