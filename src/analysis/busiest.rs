//! The hour in which most was said: a first guess of when an incident was.

use crate::archive::{Archive, ChannelKind, MessageType};
use crate::base::time::{HOUR, Instant, MINUTE};

/// From the minute of the first message to the one after the last within the hour in which most was
/// said; `None` where nothing has a time. Who joined or left said nothing, and lanes of events are no
/// talk.
pub fn busiest_hour(archive: &Archive) -> Option<(Instant, Instant)> {
    let mut times: Vec<i64> = Vec::new();
    for (_, log) in archive.channels().filter(|(_, log)| log.meta().kind != ChannelKind::Lane) {
        let rows = (0..log.len() as u32).zip(log.times());
        let spoken = rows.filter(|(row, at)| {
            at.is_dated() && !matches!(log.kind(*row), MessageType::Join | MessageType::Leave | MessageType::Bot)
        });
        times.extend(spoken.map(|(_, at)| at.micros()));
    }
    times.sort_unstable();
    let (mut best, mut span) = (0, None);
    let mut from = 0;
    for (to, last) in times.iter().enumerate() {
        while times.get(from).is_some_and(|first| last - first >= HOUR) {
            from += 1;
        }
        if to + 1 - from > best {
            best = to + 1 - from;
            span = times.get(from).map(|first| (*first, *last));
        }
    }
    let (first, last) = span?;
    let minute = |micros: i64| Instant::from_micros(micros.div_euclid(MINUTE) * MINUTE);
    Some((minute(first), minute(last + MINUTE)))
}
