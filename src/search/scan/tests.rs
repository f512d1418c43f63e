//! What a scan finds, in which order, and that slicing changes nothing.

use std::collections::HashSet;

use proptest::prelude::*;

use super::super::testing::{Sample, clocks, outage, said};
use super::*;
use crate::archive::ChannelKind;
use crate::project::Project;

fn search(archive: &Arc<Archive>, query: &str) -> Hits {
    once(&Query::parse(query).unwrap(), &Context::new(archive, &Project::default()), None)
}

fn exact(archive: &Archive, hits: &Hits) -> Vec<String> {
    clocks(archive, hits.exact.iter())
}

fn close(archive: &Archive, hits: &Hits) -> Vec<String> {
    clocks(archive, hits.fuzzy.iter().map(|hit| hit.ix))
}

/// A channel whose messages come a second apart from 14:00:00.
fn channel_of(texts: &[&str]) -> Arc<Archive> {
    let clocks: Vec<String> = (0..texts.len()).map(|ix| format!("14:{:02}:{:02}", ix / 60, ix % 60)).collect();
    let messages: Vec<_> = clocks.iter().zip(texts).map(|(clock, text)| said(clock, "ines", text)).collect();
    Sample::default().person("U1", "ines", "Ines").channel("C1", "a", ChannelKind::Public, &messages).build()
}

#[test]
fn all_words_in_any_order_over_all_channels_in_time_order() {
    let archive = outage();
    let hits = search(&archive, "alias read");
    assert_eq!(exact(&archive, &hits), ["14:35:07", "14:35:29"]);
    assert_eq!(exact(&archive, &search(&archive, "alias")), ["14:35:07", "14:35:20", "14:35:29", "14:38:50"]);
    assert_eq!(hits.exact_total, 2);
}

#[test]
fn a_word_with_a_letter_too_many_in_the_message_is_close() {
    let archive = outage();
    let hits = search(&archive, "alias read");
    assert_eq!(close(&archive, &hits), ["14:36:12"]);
    assert_eq!((hits.exact_total, hits.fuzzy_total, hits.total()), (2, 1, 3));
}

#[test]
fn a_mistyped_word_finds_what_was_meant() {
    let archive = outage();
    for (typed, meant) in [("alais", "14:35:07"), ("allias", "14:35:07"), ("alian", "14:35:07"), ("serch", "14:41:00")]
    {
        let hits = search(&archive, typed);
        let found: Vec<String> = exact(&archive, &hits).into_iter().chain(close(&archive, &hits)).collect();
        assert!(found.contains(&meant.to_owned()), "{typed} found {found:?}");
    }
    assert_eq!(exact(&archive, &search(&archive, "allias")), ["14:36:12"], "the one mistyped alike is exact");
    assert_eq!(search(&archive, "zzzz").total(), 0);
}

#[test]
fn suggestions_tell_the_query_and_how_many_it_finds() {
    let archive = outage();
    let hits = search(&archive, "alais -from:teo");
    let suggestion = &hits.suggestions[0];
    assert_eq!((suggestion.typed.as_str(), suggestion.word.as_str()), ("alais", "alias"));
    assert_eq!(suggestion.query, "alias -from:teo");
    assert_eq!(suggestion.count, search(&archive, &suggestion.query).exact_total);
    assert!(search(&archive, "alias").suggestions.is_empty(), "a word that is said often is meant");
}

#[test]
fn a_tilde_finds_only_what_is_close() {
    let archive = outage();
    let hits = search(&archive, "~alias");
    assert_eq!(hits.exact_total, 0);
    assert_eq!(close(&archive, &hits), ["14:36:12"]);
    assert_eq!(close(&archive, &search(&archive, "~search")), ["14:40:00"], "swapped letters, in a word often said");
}

#[test]
fn what_must_not_be_there_is_taken_as_typed() {
    let archive = outage();
    let hits = search(&archive, "read -alias");
    assert_eq!(exact(&archive, &hits), ["14:36:12"], "»allias« is not »alias«");
}

#[test]
fn either_word_is_enough_after_or() {
    let archive = outage();
    assert_eq!(exact(&archive, &search(&archive, "joined OR migration")), ["14:31:00", "14:35:20"]);
    assert_eq!(exact(&archive, &search(&archive, "(joined OR migration) from:ines")), ["14:35:20"]);
}

#[test]
fn close_hits_stand_by_score_and_equal_ones_newest_first() {
    let archive = channel_of(&["k a f k a", "kafxka", "see kafxka", "ka fka"]);
    let hits = search(&archive, "kafka");
    assert!(hits.exact.is_empty());
    assert_eq!(close(&archive, &hits).last().unwrap(), "14:00:00", "most gaps, last");
    let scores: Vec<i64> = hits.fuzzy.iter().map(|hit| hit.score).collect();
    assert!(scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
    let equal: Vec<String> = close(&archive, &hits).into_iter().filter(|clock| clock != "14:00:00").collect();
    let place = |clock: &str| equal.iter().position(|known| known == clock);
    assert!(place("14:00:02") < place("14:00:01"));
}

#[test]
fn a_scope_is_kept() {
    let archive = outage();
    let project = Project::default();
    let context = Context::new(&archive, &project);
    let query = Query::parse("alias").unwrap();
    let mut scan = Scan::new(&query, &context, Scope::Channel(ChannelIx(1)));
    assert_eq!(exact(&archive, scan.finish()), ["14:35:20"]);
    let rows: Arc<[MsgIx]> = [6, 2, 0].map(|row| MsgIx { channel: ChannelIx(0), row }).into();
    let mut scan = Scan::new(&query, &context, Scope::Rows(rows));
    assert_eq!(exact(&archive, scan.finish()), ["14:35:07", "14:38:50"]);
}

#[test]
fn an_empty_query_finds_everything_and_an_empty_archive_nothing() {
    let archive = outage();
    assert_eq!(search(&archive, "").exact_total, archive.message_count());
    assert_eq!(search(&Arc::new(Archive::default()), "alias").total(), 0);
}

#[test]
fn a_limit_cuts_the_lists_but_not_the_counts() {
    let archive = outage();
    let context_project = Project::default();
    let context = Context::new(&archive, &context_project);
    let hits = once(&Query::parse("alias read").unwrap(), &context, Some(1));
    assert_eq!((hits.exact.len(), hits.fuzzy.len()), (1, 0));
    assert_eq!((hits.exact_total, hits.fuzzy_total), (2, 1));
}

#[test]
fn what_nobody_knows_is_told() {
    let archive = outage();
    let project = Project::default();
    let context = Context::new(&archive, &project);
    let scan = Scan::new(&Query::parse("from:nobody in:#nowhere tag:none after:start").unwrap(), &context, Scope::All);
    assert_eq!(scan.misses().len(), 4, "{:?}", scan.misses());
}

#[test]
fn a_scan_can_go_to_another_thread() {
    fn is_send<T: Send + Sync>() {}
    is_send::<Scan>();
    is_send::<Filter>();
    is_send::<super::super::Highlighter>();
}

#[test]
fn only_what_may_match_is_read_and_equal_windows_are_scored_once() {
    let texts: Vec<String> = (0..3_000)
        .map(|n| match n % 3 {
            0 => format!("the search {n}"),
            1 => format!("sea arch of {n}"),
            _ => "nothing here".to_owned(),
        })
        .collect();
    let archive = archive_of(&texts);
    let project = Project::default();
    let effort = |query: &str| {
        let query = Query::parse(query).unwrap();
        let mut scan = Scan::new(&query, &Context::new(&archive, &project), Scope::All);
        scan.finish();
        scan.effort()
    };
    assert_eq!(effort("search"), Effort { looked: 3_000, read: 2_000, scored: 1 });
    assert_eq!(effort("serch"), Effort { looked: 3_000, read: 2_000, scored: 2 });
    assert_eq!(effort("serch the"), Effort { looked: 3_000, read: 1_000, scored: 1 });
    assert_eq!(effort("zebra"), Effort { looked: 3_000, read: 0, scored: 0 });
}

/// Several channels with the words of `texts`, and a vocabulary.
fn archive_of(texts: &[String]) -> Arc<Archive> {
    let mut sample = Sample::default().person("U1", "ines", "Ines");
    for (channel, texts) in texts.chunks(300).enumerate() {
        // The same clocks in each channel, so that only the order of channels tells messages apart.
        let clocks: Vec<String> = (0..texts.len()).map(|ix| format!("14:{:02}:{:02}", ix / 60, ix % 60)).collect();
        let messages: Vec<_> = clocks.iter().zip(texts).map(|(clock, text)| said(clock, "ines", text)).collect();
        sample = sample.channel(&format!("C{channel}"), &format!("c{channel}"), ChannelKind::Public, &messages);
    }
    sample.build()
}

fn words() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec("(alias|allias|a l ias|read|raed|reaad|thing){1}( (alias|read|x)){0,2}", 1..1200)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn slicing_changes_nothing(texts in words(), query in prop::sample::select(vec!["alias", "alais read", "~read", "rea", "-x"])) {
        let archive = archive_of(&texts);
        let project = Project::default();
        let vocabulary = Arc::new(Vocabulary::build(&archive));
        let context = Context::new(&archive, &project).with_vocabulary(Some(vocabulary));
        let query = Query::parse(query).unwrap();
        let mut whole = Scan::new(&query, &context, Scope::All);
        whole.finish();
        let mut sliced = Scan::new(&query, &context, Scope::All);
        let mut known = 0;
        while sliced.step(Duration::ZERO) != ScanState::Done {
            let hits = sliced.hits();
            prop_assert!(hits.exact.len() <= hits.exact_total && hits.exact_total >= known);
            known = hits.exact_total;
        }
        prop_assert_eq!(whole.hits(), sliced.hits());
    }

    #[test]
    fn narrowing_what_was_found_finds_what_a_full_scan_finds(
        texts in words(),
        queries in prop::sample::select(vec![
            ("alias", "alias read"), ("read", "rea read"), ("alais", "alais re"), ("alias -x", "re alias -x"),
            ("~read", "al ~read"), ("alias OR thing", "read (alias OR thing)"), ("re", "re alias read"),
        ]),
    ) {
        let archive = archive_of(&texts);
        let project = Project::default();
        let vocabulary = Arc::new(Vocabulary::build(&archive));
        let context = Context::new(&archive, &project).with_vocabulary(Some(vocabulary));
        let [wide, narrow] = [queries.0, queries.1].map(|query| Query::parse(query).unwrap());
        prop_assert!(narrow.narrows(&wide) && !wide.narrows(&narrow));
        let scan = |query| Scan::new(query, &context, Scope::All);
        let mut wider = scan(&wide);
        wider.finish();
        let (mut full, mut narrowed) = (scan(&narrow), scan(&narrow));
        narrowed.narrow(wider.into_hits());
        full.finish();
        narrowed.finish();
        prop_assert_eq!(full.hits(), narrowed.hits());
        prop_assert!(narrowed.effort().looked <= full.effort().looked);
    }

    #[test]
    fn what_is_told_on_the_way_is_the_best_of_what_was_found(texts in words()) {
        let archive = archive_of(&texts);
        let project = Project::default();
        let mut scan = Scan::new(&Query::parse("alias").unwrap(), &Context::new(&archive, &project), Scope::All);
        while scan.step(Duration::ZERO) != ScanState::Done {
            scan.publish();
            let hits = scan.hits();
            prop_assert_eq!((hits.exact.len(), hits.close.len()), (hits.exact_total, hits.fuzzy_total));
            prop_assert_eq!(hits.fuzzy.len(), hits.fuzzy_total.min(BEST));
            prop_assert!(hits.fuzzy.is_sorted_by(|a, b| a.score >= b.score));
        }
        prop_assert_eq!(scan.hits().fuzzy.len(), scan.hits().fuzzy_total);
    }

    #[test]
    fn of_very_many_the_best_are_told_before_all_are_known(
        texts in proptest::collection::vec("(allias|al ias|a l ias|alia s|aliias)( x)?", 4_000..5_000),
    ) {
        let archive = archive_of(&texts);
        let project = Project::default();
        let scan = || Scan::new(&Query::parse("alias").unwrap(), &Context::new(&archive, &project), Scope::All);
        let all = scan().finish().fuzzy.clone();
        let mut scan = scan();
        while scan.step(Duration::ZERO) != ScanState::Done {
            scan.publish();
            let found: HashSet<MsgIx> = scan.hits().close.iter().collect();
            let best: Vec<Hit> = all.iter().filter(|hit| found.contains(&hit.ix)).take(BEST).copied().collect();
            prop_assert_eq!(&*scan.hits().fuzzy, &*best);
        }
    }

    #[test]
    fn a_further_word_only_narrows(texts in words()) {
        let archive = archive_of(&texts);
        let found = |query| -> HashSet<MsgIx> {
            let hits = search(&archive, query);
            hits.exact.iter().chain(hits.fuzzy.iter().map(|hit| hit.ix)).collect()
        };
        prop_assert!(found("alias read").is_subset(&found("alias")));
        prop_assert!(found("alias read -x").is_subset(&found("alias read")));
    }

    #[test]
    fn a_further_letter_only_narrows_exact_hits(texts in words()) {
        let archive = archive_of(&texts);
        let found = |query| -> HashSet<MsgIx> { search(&archive, query).exact.iter().collect() };
        for (longer, shorter) in [("al", "a"), ("ali", "al"), ("alias", "ali"), ("alias r", "alias")] {
            prop_assert!(found(longer).is_subset(&found(shorter)));
        }
    }

    #[test]
    fn exact_hits_are_those_that_hold_every_word(texts in words()) {
        let archive = archive_of(&texts);
        let hits = search(&archive, "read alias");
        let holding = texts.iter().filter(|text| text.contains("read") && text.contains("alias")).count();
        prop_assert_eq!(hits.exact_total, holding);
        let times: Vec<_> = hits.exact.iter().map(|ix| (archive.message(ix).unwrap().time(), ix)).collect();
        prop_assert!(times.is_sorted());
    }
}
