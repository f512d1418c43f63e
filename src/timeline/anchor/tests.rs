//! Messages that a newer export names otherwise, and those that only look so.

use serde_json::json;

use super::*;
use crate::archive::builder::{LogBuilder, Record};
use crate::archive::{ChannelMeta, Ids, People, Person};
use crate::base::id::{InvestigatorId, PersonId};
use crate::base::time::Instant;
use crate::project::Edit;
use crate::project::document::{Author, Document};
use crate::timeline::copy::with_copies;
use crate::timeline::evidence_of;

const T: i64 = 1_733_495_000;

/// A channel of one person: `(native id, seconds after T, text)` a message.
fn archive(platform: &str, channel: &str, name: &str, said: &[(&str, i64, &str)]) -> Archive {
    let mut people = People::default();
    let mirel = people.insert(Person::unlisted(PersonId::new(platform, "U1"), "Mirel Ostad".into()));
    let ids = if platform == "slack" { Ids::Own } else { Ids::Counted };
    let mut log = LogBuilder::new(ChannelMeta { ids, ..ChannelMeta::named(platform, channel, name) });
    for (native, seconds, text) in said {
        let mut record = Record::new(*native, Instant::from_seconds(T + seconds));
        record.author = Some(mirel);
        record.text = (*text).to_owned();
        log.push(record);
    }
    Archive::new(vec![Arc::new(log.finish())], Arc::new(people), true)
}

/// A project in which messages were tagged while `archive` was open.
fn tagged(archive: &Archive, ids: &[&str]) -> Document {
    let author = Author::new(InvestigatorId::from_text("ih"));
    let mut document = Document::new(&author);
    for id in ids {
        let edit = json!({"edit": "tag", "target": id, "tag": "Impact", "on": true});
        let edit: Edit = serde_json::from_value(edit).unwrap();
        for edit in with_copies(edit, document.project(), archive) {
            document.apply(edit, &author, Instant::from_seconds(T)).unwrap();
        }
    }
    document
}

fn names(archive: &Archive) -> Vec<String> {
    let (channel, _) = archive.channels().next().unwrap();
    archive.messages(channel).map(|message| message.id().to_string()).collect()
}

fn told_under(document: &Document, archive: &Archive, id: &str) -> Option<String> {
    let evidence = evidence_of(document.project(), archive, &Target::from_text(id))?;
    let place = archive.find(&MessageId::from_text(id))?;
    assert_eq!(archive.message(place)?.id().as_str(), id, "it calls itself as it was annotated");
    Some(evidence.text.unsanitised().to_owned())
}

#[test]
fn a_message_annotated_under_the_name_of_its_channel_keeps_that_id() {
    let said: [(&str, i64, &str); 2] = [("1733495001.000100", 1, "pages are slow"), ("1733495002.000100", 2, "why")];
    let by_name = archive("slack", "general", "general", &said);
    let document = tagged(&by_name, &["slack/general/1733495001.000100"]);
    let mut listed = archive("slack", "C1", "general", &said);
    listed.add_alias(crate::base::id::ChannelId::new("slack", "general"), ChannelIx(0));
    let now = anchored(document.project(), &Arc::new(listed));
    assert_eq!(names(&now), ["slack/general/1733495001.000100", "slack/C1/1733495002.000100"]);
    let text = told_under(&document, &now, "slack/general/1733495001.000100");
    assert_eq!(text.as_deref(), Some("pages are slow"));
    let new_id = MessageId::from_text("slack/C1/1733495001.000100");
    assert_eq!(now.find(&new_id), Some(MsgIx { channel: ChannelIx(0), row: 0 }), "both ids lead to it");
}

#[test]
fn a_channel_with_another_id_and_name_is_known_by_its_messages() {
    let said = [("1733495001.000100", 1, "pages are slow")];
    let document = tagged(&archive("slack", "war-room", "war-room", &said), &["slack/war-room/1733495001.000100"]);
    let now = anchored(document.project(), &Arc::new(archive("slack", "C7", "sev-search", &said)));
    assert_eq!(names(&now), ["slack/war-room/1733495001.000100"]);
    let other = [("1733495001.000100", 1, "something else")];
    let other = Arc::new(archive("slack", "C7", "sev-search", &other));
    assert!(Arc::ptr_eq(&anchored(document.project(), &other), &other), "other words at that time are not it");
}

#[test]
fn where_ids_count_lines_a_message_is_followed_to_its_new_line() {
    let old = [("day.log:1", 60, "disk is full on db-3"), ("day.log:2", 120, "ok"), ("day.log:3", 180, "ok")];
    let new = [
        ("day.log:1", 0, "morning"),
        ("day.log:2", 60, "disk is full on db-3"),
        ("day.log:3", 120, "ok"),
        ("day.log:4", 180, "ok"),
    ];
    let before = archive("irc", "#ops", "ops", &old);
    let document = tagged(&before, &["irc/#ops/day.log:1", "irc/#ops/day.log:3"]);
    let now = anchored(document.project(), &Arc::new(archive("irc", "#ops", "ops", &new)));
    assert_eq!(told_under(&document, &now, "irc/#ops/day.log:1").as_deref(), Some("disk is full on db-3"));
    assert_eq!(now.find(&MessageId::from_text("irc/#ops/day.log:3")).map(|place| place.row), Some(3));
    let names = names(&now);
    let distinct: BTreeSet<&String> = names.iter().collect();
    assert_eq!(distinct.len(), 4, "two messages share an id: {names:?}");
    for name in &names {
        let place = now.find(&MessageId::from_text(name.as_str())).unwrap();
        assert_eq!(now.message(place).unwrap().id().as_str(), name);
    }
}

#[test]
fn clocks_in_another_zone_lose_nothing_where_ids_are_stamps() {
    let old = [("T60", 60, "ok"), ("T120", 120, "failing over to the second site now"), ("T4000", 4000, "ok")];
    let hour = [("T3660", 3660, "ok"), ("T3720", 3720, "failing over to the second site now"), ("T7600", 7600, "ok")];
    let document = tagged(&archive("whatsapp", "Ops", "Ops", &old), &["whatsapp/Ops/T60", "whatsapp/Ops/T120"]);
    let now = anchored(document.project(), &Arc::new(archive("whatsapp", "Ops", "Ops", &hour)));
    assert_eq!(names(&now), ["whatsapp/Ops/T60", "whatsapp/Ops/T120", "whatsapp/Ops/T7600"]);
}

#[test]
fn an_id_that_tells_quite_another_record_leads_nowhere_rather_than_to_it() {
    let document =
        tagged(&archive("irc", "#ops", "ops", &[("day.log:1", 60, "disk is full")]), &["irc/#ops/day.log:1"]);
    let mut people = People::default();
    let other = people.insert(Person::unlisted(PersonId::new("irc", "U2"), "Sanne Bloem".into()));
    let mut log = LogBuilder::new(ChannelMeta { ids: Ids::Counted, ..ChannelMeta::named("irc", "#ops", "ops") });
    let mut record = Record::new("day.log:1", Instant::from_seconds(T + 900));
    (record.author, record.text) = (Some(other), "lunch?".to_owned());
    log.push(record);
    let now = Archive::new(vec![Arc::new(log.finish())], Arc::new(people), true);
    let now = anchored(document.project(), &Arc::new(now));
    assert_eq!(now.find(&MessageId::from_text("irc/#ops/day.log:1")), None);
    let kept = evidence_of(document.project(), &now, &Target::from_text("irc/#ops/day.log:1")).unwrap();
    assert_eq!(kept.text.unsanitised(), "disk is full", "the copy stands in");
    assert_eq!(names(&now), ["irc/#ops/day.log:1~2"]);
}

#[test]
fn a_project_whose_ids_are_all_there_leaves_the_archive_as_it_is() {
    let many: Vec<(String, String)> = (0..3000).map(|n| (format!("{}.000100", T + n), format!("word {n}"))).collect();
    let said: Vec<(&str, i64, &str)> =
        many.iter().enumerate().map(|(n, (id, text))| (id.as_str(), n as i64, text.as_str())).collect();
    let archive = archive("slack", "C1", "sev", &said);
    let ids: Vec<String> = many.iter().step_by(100).map(|(id, _)| format!("slack/C1/{id}")).collect();
    let document = tagged(&archive, &ids.iter().map(String::as_str).collect::<Vec<_>>());
    let archive = Arc::new(archive);
    assert!(Arc::ptr_eq(&anchored(document.project(), &archive), &archive));
    assert!(anchors(document.project(), &archive).is_empty());
}

#[test]
fn words_at_another_time_are_the_message_only_where_ids_count() {
    let said = [("1", 0, "the oven of bakery two is cold")];
    let document = tagged(&archive("slack", "C1", "ops", &said), &["slack/C1/1"]);
    let later = [("9", 3_600, "the oven of bakery two is cold")];
    let place = |now: &Archive| anchors(document.project(), now).place(&MessageId::from_text("slack/C1/1"));
    let counted = archive("irc", "#ops", "ops", &later);
    assert!(place(&counted).flatten().is_some(), "no export of its platform is there to know better");
    assert_eq!(place(&archive("slack", "C2", "ops", &later)).flatten(), None);
}

#[test]
fn while_it_grows_only_ids_are_followed() {
    let document = tagged(&archive("irc", "#ops", "ops", &[("day.log:1", 60, "ok")]), &["irc/#ops/day.log:1"]);
    let grown = archive("irc", "#ops", "ops", &[("day.log:9", 90, "ok")]);
    let (_, log) = grown.channels().next().unwrap();
    let growing = Archive::new(vec![Arc::clone(log)], Arc::clone(grown.people()), false);
    assert!(anchors(document.project(), &growing).is_empty());
    assert!(!anchors(document.project(), &grown).is_empty());
}
