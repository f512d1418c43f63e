//! Searching the sample incident, with a project over it: what people tagged, noted and put in order.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use meanwhile::archive::{Archive, MsgIx};
use meanwhile::base::id::{InvestigatorId, MessageId, Target};
use meanwhile::base::time::Instant;
use meanwhile::import::{self, LoadOptions};
use meanwhile::project::document::{Author, Document};
use meanwhile::project::edit::Edit;
use meanwhile::search::{Context, Filter, Hits, Query, once};
use serde_json::{Value, json};

fn archive() -> &'static Arc<Archive> {
    static ARCHIVE: OnceLock<Arc<Archive>> = OnceLock::new();
    ARCHIVE.get_or_init(|| {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("sample-data/slack-export");
        import::load(&[path], &LoadOptions::default(), &AtomicBool::new(false), &|_| ()).unwrap().archive
    })
}

fn id_of(ix: MsgIx) -> MessageId {
    archive().message(ix).unwrap().id()
}

/// The first message that holds all of these words, in a channel.
fn message(query: &str) -> MessageId {
    let hits = search(&Document::empty(), query);
    id_of(hits.exact.get(0).unwrap_or_else(|| panic!("the sample has no {query}")))
}

fn search(document: &Document, query: &str) -> Hits {
    once(&Query::parse(query).unwrap(), &Context::new(archive(), document.project()), None)
}

fn found(document: &Document, query: &str) -> Vec<MessageId> {
    search(document, query).exact.iter().map(id_of).collect()
}

struct Desk {
    document: Document,
    author: Author,
}

impl Desk {
    fn new() -> Self {
        let author = Author::new(InvestigatorId::from_name("Ida Holm"));
        Self { document: Document::empty(), author }
    }

    fn apply(&mut self, edit: Value) -> Option<String> {
        let edit: Edit = serde_json::from_value(edit).unwrap();
        let now = Instant::parse_rfc3339("2024-12-09T09:00:00Z").unwrap();
        self.document.apply(edit, &self.author, now).unwrap().made
    }

    fn found(&self, query: &str) -> Vec<MessageId> {
        found(&self.document, query)
    }

    fn is_shown(&self, query: &str, target: &Target) -> bool {
        let context = Context::new(archive(), self.document.project());
        let filter = Filter::new(&Query::parse(query).unwrap(), &context);
        filter.matches_target(target, archive(), self.document.project())
    }
}

#[test]
fn tags_are_found_by_group_label_and_name_also_after_a_merge() {
    let mut desk = Desk::new();
    let (broker, drain) = (message("in:#sev-search broker-3 stuck"), message("in:#sev-search \"Ruled out\""));
    desk.apply(json!({"edit": "tag", "target": broker, "tag": "Hypothesis - Raised", "on": true}));
    desk.apply(json!({"edit": "tag", "target": drain, "tag": "Hypothesis - Disproved", "on": true}));
    desk.apply(json!({"edit": "tag", "target": drain, "tag": "vendor", "on": true}));
    assert_eq!(desk.found("tag:hypothesis"), [broker.clone(), drain.clone()]);
    for query in ["tag:RAISED", "tag:hypothesis-raised", "tag:\"Hypothesis - Raised\"", "tag:rais"] {
        assert_eq!(desk.found(query), std::slice::from_ref(&broker), "{query}");
    }
    assert_eq!(desk.found("has:tag"), desk.found("is:tagged"));
    assert_eq!(desk.found("has:tag -tag:raised"), std::slice::from_ref(&drain));
    desk.apply(json!({"edit": "merge-tag", "tag": "vendor", "into": "Hypothesis - Raised"}));
    assert_eq!(desk.found("tag:raised"), [broker, drain]);
}

#[test]
fn notes_and_questions_are_found_by_their_state() {
    let mut desk = Desk::new();
    let (broker, drain) = (message("in:#sev-search broker-3 stuck"), message("in:#sev-search \"Ruled out\""));
    desk.apply(json!({"edit": "note", "target": broker, "text": "why the broker first?"}));
    let note = desk.apply(json!({"edit": "note", "target": drain, "text": "who knew of the drain?", "question": {}}));
    assert_eq!(desk.found("has:note"), [broker, drain.clone()]);
    for query in ["is:question", "has:question", "is:open", "state:open"] {
        assert_eq!(desk.found(query), std::slice::from_ref(&drain), "{query}");
    }
    desk.apply(json!({"edit": "note", "note": note, "question": {"state": "asked"}}));
    assert_eq!(
        (desk.found("state:open").len(), desk.found("state:asked").len(), desk.found("is:open").len()),
        (0, 1, 1)
    );
    desk.apply(json!({"edit": "note", "note": note, "question": {"state": "answered"}}));
    assert_eq!((desk.found("state:answered").len(), desk.found("is:open").len()), (1, 0));
    assert!(desk.found("\"who knew of\"").is_empty(), "only what was said is searched for words");
}

#[test]
fn the_timeline_holds_entries_and_the_members_of_beats() {
    let mut desk = Desk::new();
    let (broker, drain) = (message("in:#sev-search broker-3 stuck"), message("in:#sev-search \"Ruled out\""));
    desk.apply(json!({"edit": "timeline", "target": broker, "on": true}));
    assert_eq!(desk.found("is:timeline"), std::slice::from_ref(&broker));
    let beat = desk.apply(json!({"edit": "beat", "members": [broker, drain]})).map(Target::from_text).unwrap();
    desk.apply(json!({"edit": "timeline", "target": beat, "on": true}));
    assert_eq!(desk.found("is:timeline"), [broker.clone(), drain]);
    assert!(desk.is_shown("\"ruled out\"", &beat) && !desk.is_shown("nowhere-said", &beat));
    assert!(desk.is_shown("broker-3", &broker.target()));
}

#[test]
fn events_are_found_beside_messages() {
    let mut desk = Desk::new();
    let made = desk.apply(json!({
        "edit": "event", "at": "2024-12-04T19:50:00Z", "text": "the collection of the 6th is made", "channel": "#sev-search"
    }));
    let event = Target::from_text(made.unwrap());
    desk.apply(json!({"edit": "tag", "target": event, "tag": "Trigger - Earlier change", "on": true}));
    for query in ["type:event", "\"collection of the 6th\"", "tag:trigger", "from:ida type:event", "in:sev type:event"]
    {
        assert_eq!(search(&desk.document, query).events, std::slice::from_ref(&event), "{query}");
        assert!(desk.is_shown(query, &event), "{query}");
    }
    assert!(search(&desk.document, "type:event after:2024-12-05").events.is_empty());
}

#[test]
fn joined_people_are_one() {
    let mut desk = Desk::new();
    let (oskar, runa) = (desk.found("from:oskar"), desk.found("from:runa"));
    assert!(!oskar.is_empty() && !runa.is_empty());
    let author = |id: &MessageId| archive().message(archive().find(id).unwrap()).unwrap().author().unwrap().id.clone();
    desk.apply(json!({"edit": "same-person", "person": author(&oskar[0]), "as": author(&runa[0])}));
    assert_eq!(desk.found("from:oskar").len(), oskar.len() + runa.len());
    assert_eq!(desk.found("from:runa"), desk.found("from:oskar"));
}

#[test]
fn clocks_mean_the_day_of_the_milestone_start() {
    let mut desk = Desk::new();
    desk.apply(json!({"edit": "milestone", "name": "start", "at": "2024-12-04T14:00:00Z"}));
    let day_of = |id: &MessageId| archive().message(archive().find(id).unwrap()).unwrap().time().rfc3339();
    let morning = desk.found("after:06:00 before:12:00");
    assert!(!morning.is_empty() && morning.iter().all(|id| day_of(id).starts_with("2024-12-04")));
    assert_eq!(desk.found("after:start-2h before:start"), desk.found("after:12:00 before:14:00"));
}

#[test]
fn a_mistyped_word_finds_the_message() {
    let document = Document::empty();
    let meant: Vec<MessageId> = found(&document, "alias");
    assert!(!meant.is_empty());
    for typed in ["alais", "allias", "alas", "aluas"] {
        let hits = search(&document, typed);
        let close: Vec<MessageId> =
            hits.fuzzy.iter().map(|hit| id_of(hit.ix)).chain(hits.exact.iter().map(id_of)).collect();
        assert!(meant.iter().any(|id| close.contains(id)), "{typed}");
    }
    let suggestion = search(&document, "alais").suggestions.remove(0);
    assert_eq!((suggestion.query.as_str(), suggestion.count), ("alias", meant.len()));
}
