//! What each condition lets through.

use super::super::testing::{at, clocks, native, outage};
use super::*;
use crate::base::id::ChannelId;

fn shown_in(archive: &Arc<Archive>, project: &Project, query: &str) -> Vec<String> {
    let filter = Filter::new(&Query::parse(query).unwrap(), &Context::new(archive, project));
    let messages = archive.channels().flat_map(|(ix, _)| archive.messages(ix));
    let mut rows: Vec<_> = messages.filter(|message| filter.matches(message)).map(|m| (m.time(), m.ix())).collect();
    rows.sort();
    clocks(archive, rows.into_iter().map(|(_, ix)| ix))
}

fn shown(query: &str) -> Vec<String> {
    shown_in(&outage(), &Project::default(), query)
}

#[test]
fn each_condition_on_the_message_itself() {
    for (query, expected) in [
        ("alias -read", vec!["14:35:20", "14:38:50"]),
        ("Alias", vec!["14:38:50"]),
        ("\"read alias\"", vec!["14:35:07"]),
        ("re:/al{2}ias|serach/", vec!["14:36:12", "14:40:00"]),
        ("~alias", vec!["14:36:12"]),
        ("type:join", vec!["14:31:00"]),
        ("type:bot", vec!["14:30:00"]),
        ("is:bot", vec!["14:30:00"]),
        ("type:reply", vec!["14:35:40"]),
        ("type:file", vec!["14:42:00"]),
        ("type:edited", vec!["14:38:50"]),
        ("is:edited", vec!["14:38:50"]),
        ("type:event", vec![]),
        ("has:thread", vec!["14:35:29"]),
        ("has:reaction", vec!["14:42:00"]),
        ("has:file", vec!["14:42:00"]),
        ("has:link", vec!["14:38:50"]),
        ("is:private type:msg", vec!["14:35:20", "14:40:00", "14:41:00"]),
        ("in:#ines-teo has:file", vec!["14:42:00"]),
        ("in:c1 from:ines", vec!["14:35:07", "14:38:50"]),
        ("after:14:41", vec!["14:41:00", "14:42:00"]),
        ("before:14:31", vec!["14:30:00"]),
        ("after:14:31 before:14:35:08", vec!["14:31:00", "14:35:07"]),
        ("before:\"2024-12-06 14:31\"", vec!["14:30:00"]),
        ("(type:join OR is:bot)", vec!["14:30:00", "14:31:00"]),
        ("-(type:msg OR type:reply) -is:bot", vec!["14:31:00", "14:42:00"]),
    ] {
        assert_eq!(shown(query), expected, "{query}");
    }
}

#[test]
fn a_swapped_letter_is_close_only_with_a_vocabulary() {
    let archive = outage();
    let project = Project::default();
    let query = Query::parse("~search").unwrap();
    let count = |context: &Context| {
        let filter = Filter::new(&query, context);
        archive.channels().flat_map(|(ix, _)| archive.messages(ix)).filter(|m| filter.matches(m)).count()
    };
    let context = Context::new(&archive, &project);
    assert_eq!(count(&context), 0);
    let words = Arc::new(Vocabulary::build(&archive));
    assert_eq!(count(&context.with_vocabulary(Some(words))), 1, "»serach«");
}

#[test]
fn the_best_way_in_which_a_name_fits_decides() {
    let teo = ["14:31:00", "14:35:40", "14:36:12", "14:40:00", "14:42:00"];
    assert_eq!(shown("from:teo"), teo, "the handle, not the other Teo");
    assert_eq!(shown("from:@TEO"), teo);
    assert_eq!(shown("from:\"teo marquand\""), teo);
    assert_eq!(shown("from:marquand"), teo, "a whole word of the name");
    assert_eq!(shown("from:U2"), teo);
    assert_eq!(shown("from:slack/U2"), teo);
    assert_eq!(shown("from:lin"), ["14:35:29"], "letters inside, when nothing fits better");
    assert_eq!(shown("from:zoe"), [""; 0]);
}

#[test]
fn a_channel_is_found_by_a_part_of_its_name_when_nothing_fits_better() {
    assert_eq!(shown("in:sev is:bot"), ["14:30:00"]);
    assert_eq!(shown("in:#SEV-SEARCH is:bot"), ["14:30:00"]);
    assert_eq!(shown("in:nowhere"), [""; 0]);
}

#[test]
fn clocks_are_read_in_the_zone_and_on_the_day_of_the_cursor() {
    let archive = outage();
    let project = Project::default();
    let context = Context::new(&archive, &project);
    let count = |context: &Context, query: &str| {
        let filter = Filter::new(&Query::parse(query).unwrap(), context);
        archive.channels().flat_map(|(ix, _)| archive.messages(ix)).filter(|m| filter.matches(m)).count()
    };
    assert_eq!(count(&context, "after:14:41"), 2, "the last day");
    let oslo = context.clone().in_zone(Zone::parse("Europe/Oslo").unwrap());
    assert_eq!(count(&oslo, "after:15:41"), 2);
    let next_day = context.at(at("14:00:00").plus(crate::base::time::DAY));
    assert_eq!(count(&next_day, "after:14:41"), 0);
}

#[test]
fn what_leans_on_a_milestone_that_is_not_set_finds_nothing_and_says_so() {
    let archive = outage();
    let project = Project::default();
    let filter = Filter::new(&Query::parse("after:T+20m").unwrap(), &Context::new(&archive, &project));
    assert_eq!(filter.misses().len(), 1);
    assert!(filter.misses()[0].contains("milestone start"), "{:?}", filter.misses());
}

#[test]
fn a_copy_is_judged_by_what_is_known_of_it() {
    let archive = Arc::new(Archive::default());
    let project = Project::default();
    let id = ChannelId::new("slack", "C1").message(&native("14:35:07"));
    let copy = MessageCopy {
        channel: "#sev-search".to_owned(),
        author: "Ines".to_owned(),
        time: Some(at("14:35:07")),
        kind: "message".to_owned(),
        text: "the read alias does not name it!".to_owned(),
        ..MessageCopy::default()
    };
    for (query, expected) in [
        ("alias", true),
        ("alais", false),
        ("type:msg", true),
        ("type:join", false),
        ("after:2024-12-06", true),
        ("has:reaction", false),
        ("is:private", false),
    ] {
        let filter = Filter::new(&Query::parse(query).unwrap(), &Context::new(&archive, &project));
        assert_eq!(filter.matches_copy(&id, &copy), expected, "{query}");
    }
}

#[test]
fn an_event_is_judged_like_a_message() {
    let archive = outage();
    let project = Project::default();
    let target = Target::new_event();
    let event = Event {
        at: Some(at("14:20:00")),
        text: "the partition for the 7th is made".to_owned(),
        channel: Some("#sev-search".to_owned()),
        ..Event::default()
    };
    for (query, expected) in [
        ("partition", true),
        ("type:event", true),
        ("type:msg", false),
        ("in:#sev-search before:14:31", true),
        ("in:#ines-teo", false),
        ("has:tag", false),
    ] {
        let filter = Filter::new(&Query::parse(query).unwrap(), &Context::new(&archive, &project));
        assert_eq!(filter.matches_event(&target, &event), expected, "{query}");
    }
}
