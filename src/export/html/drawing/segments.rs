//! Time cut into segments, each with a linear scale of its own, so that a day of silence takes no
//! more room than it tells.

use crate::base::time::{DAY, HOUR, Instant, MINUTE, Micros, Zone};

/// Most segments; the smallest gaps are not cut first.
const MOST: usize = 5;
/// A gap is a fold when it is so many times as long as is usual around it.
const TIMES_USUAL: i64 = 8;
/// And at least so long.
const SHORTEST: Micros = 20 * MINUTE;
/// Units that every segment has.
const LEAST_WIDTH: f64 = 60.0;
/// Units between the edge of a segment and its first or last entry.
const INSET: f64 = 9.0;

/// A stretch of time on its own scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Segment {
    pub(super) first: Instant,
    pub(super) last: Instant,
    pub(super) from: f64,
    pub(super) to: f64,
}

impl Segment {
    /// How long it is.
    pub(super) fn length(&self) -> Micros {
        self.last.since(self.first).unwrap_or(0)
    }

    /// The place of an instant, kept inside.
    pub(super) fn place(&self, at: Instant) -> f64 {
        let (from, to) = (self.from + INSET, self.to - INSET);
        if self.length() == 0 {
            return f64::midpoint(from, to);
        }
        let share = at.since(self.first).unwrap_or(0) as f64 / self.length() as f64;
        from + share.clamp(0.0, 1.0) * (to - from)
    }
}

/// Cuts instants in time order into segments over `from..to`, with `fold` units between two.
pub(super) fn cut(times: &[Instant], from: f64, to: f64, fold: f64) -> Vec<Segment> {
    let gaps: Vec<Micros> = times.windows(2).map(gap).collect();
    let mut folds: Vec<usize> = (0..gaps.len()).filter(|&place| is_fold(&gaps, place)).collect();
    folds.sort_by_key(|&place| std::cmp::Reverse(gaps.get(place).copied().unwrap_or(0)));
    folds.truncate(MOST - 1);
    folds.sort_unstable();
    let mut parts = Vec::new();
    let mut begin = 0;
    for end in folds.into_iter().map(|place| place + 1).chain([times.len()]) {
        parts.extend(times.get(begin..end));
        begin = end;
    }
    let count = parts.len() as f64;
    let room = to - from - fold * (count - 1.0) - LEAST_WIDTH * count;
    let mut left = from;
    parts
        .into_iter()
        .filter_map(|part| {
            let width = LEAST_WIDTH + room.max(0.0) * part.len() as f64 / times.len() as f64;
            let segment = Segment { first: *part.first()?, last: *part.last()?, from: left, to: left + width };
            left += width + fold;
            Some(segment)
        })
        .collect()
}

fn gap(pair: &[Instant]) -> Micros {
    match pair {
        [before, after] => after.since(*before).unwrap_or(0),
        _ => 0,
    }
}

/// Whether a gap is long against what is usual on either side of it.
fn is_fold(gaps: &[Micros], place: usize) -> bool {
    let usual = |near: &[Micros]| {
        let mut near = near.to_vec();
        near.sort_unstable();
        near.get(near.len() / 2).copied()
    };
    let before = usual(gaps.get(place.saturating_sub(3)..place).unwrap_or_default());
    let after = usual(gaps.get(place + 1..gaps.len().min(place + 4)).unwrap_or_default());
    let usual = before.into_iter().chain(after).min().unwrap_or(0);
    gaps.get(place).is_some_and(|&gap| gap >= SHORTEST && gap > usual.saturating_mul(TIMES_USUAL))
}

/// The place of any instant: inside its segment, or at the edge nearest to it.
pub(super) fn place(segments: &[Segment], at: Instant) -> f64 {
    let inside = segments.iter().find(|segment| segment.first <= at && at <= segment.last);
    if let Some(segment) = inside {
        return segment.place(at);
    }
    let next = segments.iter().position(|segment| segment.first > at);
    match next {
        Some(0) => segments.first().map_or(0.0, |segment| segment.from),
        Some(next) => {
            let (before, after) = (segments.get(next - 1), segments.get(next));
            let nearer = |after: &&Segment| {
                let gone = before.and_then(|before| at.since(before.last)).unwrap_or(Micros::MAX);
                after.first.since(at).is_some_and(|ahead| ahead <= gone)
            };
            after.filter(nearer).map_or_else(|| before.map_or(0.0, |before| before.to), |after| after.from)
        }
        None => segments.last().map_or(0.0, |segment| segment.to),
    }
}

/// Instants to be written below a segment, at round times of a zone, and their labels.
pub(super) fn ticks(segment: &Segment, zone: Zone) -> Vec<(Instant, String)> {
    const STEPS: [Micros; 17] = [
        MINUTE,
        2 * MINUTE,
        5 * MINUTE,
        10 * MINUTE,
        15 * MINUTE,
        30 * MINUTE,
        HOUR,
        2 * HOUR,
        3 * HOUR,
        6 * HOUR,
        12 * HOUR,
        DAY,
        2 * DAY,
        4 * DAY,
        7 * DAY,
        14 * DAY,
        30 * DAY,
    ];
    let length = segment.length();
    // Over more than a day, midnight is where the day is written.
    let label = |at: Instant, in_days: bool| {
        let is_midnight = length > 20 * HOUR && zone.minute(at) == "00:00";
        if in_days || is_midnight { zone.day(at) } else { zone.minute(at) }
    };
    if length < MINUTE {
        return vec![(segment.first, zone.day(segment.first))];
    }
    let most = ((segment.to - segment.from) / 52.0).max(1.0);
    let step = STEPS.into_iter().find(|&step| length as f64 / step as f64 <= most).unwrap_or(60 * DAY);
    let shift = i64::from(zone.offset_seconds(segment.first)) * 1_000_000;
    let mut at = (segment.first.micros() + shift).div_euclid(step) * step - shift;
    let mut ticks = Vec::new();
    while at <= segment.last.micros() {
        if at >= segment.first.micros() {
            let instant = Instant::from_micros(at);
            ticks.push((instant, label(instant, step >= DAY)));
        }
        at += step;
    }
    if ticks.is_empty() {
        ticks.push((segment.first, label(segment.first, length >= DAY)));
    }
    ticks
}

/// How long something is, in words: `28 minutes`, `5 hours`, `9 days`.
pub(in crate::export::html) fn words_for(length: Micros) -> String {
    let words = |count: i64, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    match length {
        ..MINUTE => "one moment".to_owned(),
        MINUTE..5_400_000_000 => words((length + MINUTE / 2) / MINUTE, "minute"),
        _ if length < 36 * HOUR => words((length + HOUR / 2) / HOUR, "hour"),
        _ => words((length + DAY / 2) / DAY, "day"),
    }
}

/// The same where there is little room: `28 min`, `5 h`, `9 d`.
pub(super) fn short_words(length: Micros) -> String {
    match length {
        ..5_400_000_000 => format!("{} min", (length + MINUTE / 2) / MINUTE),
        _ if length < 36 * HOUR => format!("{} h", (length + HOUR / 2) / HOUR),
        _ => format!("{} d", (length + DAY / 2) / DAY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(minutes: &[i64]) -> Vec<Instant> {
        minutes.iter().map(|&minute| Instant::from_micros(minute * MINUTE)).collect()
    }

    #[test]
    fn a_long_silence_is_folded_and_a_steady_rhythm_is_not() {
        let segments = cut(&times(&[0, 2, 4, 600, 602, 604]), 0.0, 200.0, 8.0);
        assert_eq!(segments.len(), 2);
        assert_eq!((segments[0].from, segments[1].to), (0.0, 200.0));
        assert_eq!(cut(&times(&[0, 600, 1_200, 1_800]), 0.0, 200.0, 8.0).len(), 1);
    }

    #[test]
    fn there_are_at_most_five_segments_and_the_longest_silences_are_the_folds() {
        let many: Vec<i64> = (0..9).flat_map(|part: i64| (0..4).map(move |nth| part * part * 10_000 + nth)).collect();
        let segments = cut(&times(&many), 0.0, 800.0, 8.0);
        assert_eq!(segments.len(), MOST);
        assert!(segments.windows(2).all(|pair| pair[0].to < pair[1].from));
    }

    #[test]
    fn what_lies_in_a_fold_stands_at_the_nearer_edge() {
        let segments = cut(&times(&[0, 2, 4, 600, 602, 604]), 0.0, 200.0, 8.0);
        let at = |minute: i64| place(&segments, Instant::from_micros(minute * MINUTE));
        assert_eq!((at(10), at(590)), (segments[0].to, segments[1].from));
        assert_eq!((at(-5), at(9_000)), (0.0, 200.0));
    }

    #[test]
    fn lengths_are_said_roundly() {
        assert_eq!(words_for(28 * MINUTE), "28 minutes");
        assert_eq!(words_for(5 * HOUR + 10 * MINUTE), "5 hours");
        assert_eq!(words_for(9 * DAY), "9 days");
        assert_eq!([28 * MINUTE, 5 * HOUR, 9 * DAY].map(short_words), ["28 min", "5 h", "9 d"]);
    }
}
