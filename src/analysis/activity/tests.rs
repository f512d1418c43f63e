//! Tests of the counts over time.

use super::*;
use crate::analysis::presence::tests::{archive, at, project};
use crate::analysis::presence::{Traces, roster};
use crate::project::Project;

#[test]
fn a_window_holds_its_moment_and_begins_on_a_round_time() {
    let zone = Zone::parse("Europe/Oslo").unwrap();
    for bucket in BUCKETS {
        for bars in [1, 20, 50, 90] {
            let window = Window::around(at("14:36:12"), bucket, bars, zone);
            assert!(window.bar_of(at("14:36:12")).is_some(), "{bucket} {bars}");
        }
    }
    let window = Window::around(at("14:36:12"), MINUTE, 90, zone);
    assert_eq!(zone.minute(window.from), "15:00");
    assert_eq!(window.bar_of(window.to()), None);
}

#[test]
fn silence_keeps_its_bar_and_the_highest_bar_is_full() {
    assert_eq!(heights(&[0, 1, 8, 4], 8), [None, Some(0), Some(7), Some(3)]);
    assert_eq!(heights(&[1], 1), [Some(7)]);
}

#[test]
fn messages_are_counted_by_channel_and_by_person() {
    let (archive, project) = (archive(), project());
    let people = roster(&project, &archive, &Traces::collect(&archive, None, 0));
    let window = Window { from: at("14:00:00"), bucket: HOUR, bars: 2 };
    let channels = series(&archive, &project, &people, Lens::Channel, &window);
    let totals: Vec<usize> = channels.iter().map(Series::total).collect();
    assert_eq!(totals, [3, 2]);
    let people = series(&archive, &project, &people, Lens::Person, &window);
    assert_eq!(people.iter().map(Series::total).sum::<usize>(), 4, "a join is no message");
}

#[test]
fn what_two_read_together_counts_once_and_the_first_gap_is_told() {
    let archive = archive();
    let log = archive.log(ChannelIx(0)).unwrap();
    let spans = [(at("14:16:08"), at("14:16:08")), (at("14:16:00"), at("14:20:00"))];
    assert_eq!(covered(log, spans.iter()), (2, Some(2)));
    assert_eq!(covered(log, [].iter()), (0, Some(0)));
    let all = [(at("14:00:00"), at("15:00:00"))];
    assert_eq!(covered(log, all.iter()), (3, None));
    assert_eq!(reading(&archive, &Project::default()).len(), 2);
}
