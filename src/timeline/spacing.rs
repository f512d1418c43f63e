//! The lines of a drawn timeline as plain data: headings, rulers, silences and rows with their
//! distance from the row before.
//!
//! Silence is drawn because silence is evidence; it is measured from the latest end of the row
//! before to the earliest beginning of the next, so a doubtful time never makes a silence.

use crate::base::id::PhaseId;
use crate::base::time::{Instant, MINUTE, Micros, Zone, duration_short};
use crate::project::model::Milestone;

use super::assemble::{Row, RowKind, Timeline};

/// How lines are made.
#[derive(Debug, Clone, Copy)]
pub struct Spacing {
    /// The zone whose midnight parts the days.
    pub zone: Zone,
    /// The shortest silence that gets a line.
    pub gap: Micros,
}

impl Spacing {
    /// Silences of five minutes and more.
    pub const fn in_zone(zone: Zone) -> Self {
        Self { zone, gap: 5 * MINUTE }
    }
}

/// One line of the drawn timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A phase begins.
    Phase {
        /// Which one; `None` above rows before the first phase.
        id: PhaseId,
        /// Its title.
        title: String,
    },
    /// The day changes.
    Day {
        /// A moment of the day that begins.
        at: Instant,
        /// The zone in which it is that day.
        zone: Zone,
    },
    /// A milestone, drawn as a ruler.
    Milestone {
        /// Which one.
        milestone: Milestone,
        /// Its moment.
        at: Instant,
    },
    /// Nothing was recorded for a while.
    Gap {
        /// How long.
        length: Micros,
    },
    /// A row.
    Row {
        /// Its place in [`Timeline::rows`].
        ix: usize,
        /// Time since the row before, on the same day and in the same phase.
        delta: Option<Micros>,
    },
}

/// The lines of the whole timeline.
pub fn lines(timeline: &Timeline, spacing: &Spacing) -> Vec<Line> {
    let all: Vec<usize> = (0..timeline.rows.len()).collect();
    lines_of(timeline, &all, spacing)
}

/// The lines of some rows, given by their places in ascending order.
pub fn lines_of(timeline: &Timeline, shown: &[usize], spacing: &Spacing) -> Vec<Line> {
    let mut milestones = timeline.milestones.iter().copied().peekable();
    let mut lines = Vec::with_capacity(shown.len() * 2);
    let mut before: Option<&Row> = None;
    for (ix, row) in shown.iter().filter_map(|&ix| timeline.rows.get(ix).map(|row| (ix, row))) {
        let phase_begins = row.phase != before.and_then(|before| before.phase.clone());
        let date = |row: &Row| row.zone_of_time().shown_in(spacing.zone).date(row.at);
        let day_begins = before.is_some_and(|before| date(before) != date(row));
        if !phase_begins && !day_begins {
            lines.extend(before.and_then(|before| gap_between(before, row, spacing.gap)));
        }
        if let Some(phase) = row.phase.as_ref().filter(|_| phase_begins).and_then(|id| timeline.phase(id)) {
            lines.push(Line::Phase { id: phase.id.clone(), title: phase.title.clone() });
        }
        if before.is_none() || day_begins {
            lines.push(Line::Day { at: row.at, zone: row.zone_of_time().shown_in(spacing.zone) });
        }
        while let Some((milestone, at)) = milestones.next_if(|(milestone, at)| is_above(*milestone, *at, row)) {
            lines.push(Line::Milestone { milestone, at });
        }
        let near = before.filter(|before| !phase_begins && !day_begins && is_one_clock(before, row));
        lines.push(Line::Row { ix, delta: near.and_then(|before| row.at.since(before.at)) });
        before = Some(row);
    }
    lines.extend(milestones.map(|(milestone, at)| Line::Milestone { milestone, at }));
    lines
}

/// Whether a ruler stands above a row. At the same instant a beginning stands above what began it,
/// an end below what brought it.
fn is_above(milestone: Milestone, at: Instant, row: &Row) -> bool {
    match milestone {
        Milestone::Start | Milestone::Detected | Milestone::ResponseBegan => at <= row.at,
        Milestone::CauseUnderstood | Milestone::Mitigated | Milestone::End => at < row.at,
    }
}

/// Whether the length between two rows is known: not between a time and a clock without a zone.
fn is_one_clock(before: &Row, row: &Row) -> bool {
    before.zone_of_time() == row.zone_of_time()
}

fn gap_between(before: &Row, row: &Row, shortest: Micros) -> Option<Line> {
    let ended = before.until.unwrap_or(before.at).plus(before.plus_minus.unwrap_or(0));
    let began = row.at.plus(-row.plus_minus.unwrap_or(0));
    let length = began.since(ended).filter(|&length| length >= shortest && is_one_clock(before, row))?;
    Some(Line::Gap { length })
}

/// How long a silence lasted, as people say it: rounded to minutes, from two hours to half hours.
pub fn gap_words(length: Micros) -> String {
    let minutes = (length + MINUTE / 2) / MINUTE;
    match minutes {
        0..=119 => format!("{minutes} min"),
        120..=2_879 if minutes % 60 < 15 => format!("{} h", minutes / 60),
        120..=2_879 => format!("{} h {} min", minutes / 60, minutes % 60),
        _ => format!("{} d", minutes / 1_440),
    }
}

/// Whether a time carries its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithDay {
    /// `6 Dec 14:36`.
    Shown,
    /// `14:36:12`.
    Hidden,
}

/// A row's time as people read it: `14:36:12`, `14:20 ±5m`, `3 Dec 16:02`, `4 Dec to 6 Dec`.
/// Seconds show where the time has them.
/// A clock without a zone stands as it is written; what says so is for the caller to add.
pub fn time_label(row: &Row, zone: Zone, day: WithDay) -> String {
    let zone = row.zone_of_time().shown_in(zone);
    if !row.at.is_dated() {
        return "undated".to_owned();
    }
    if let Some(until) = row.until.filter(|_| row.kind == RowKind::Event) {
        return span_label(row.at, until, zone, day);
    }
    let whole_minute = row.at.micros().rem_euclid(MINUTE) == 0 && row.kind == RowKind::Event;
    let clock = if whole_minute || day == WithDay::Shown { zone.minute(row.at) } else { zone.clock(row.at) };
    let doubt = row.plus_minus.map_or(String::new(), |margin| format!(" ±{}", duration_short(margin)));
    match day {
        WithDay::Shown => format!("{} {clock}{doubt}", zone.day(row.at)),
        WithDay::Hidden => format!("{clock}{doubt}"),
    }
}

/// The same for prose, where a clock without a zone says so: `14:36:12 (zone unknown)`.
pub fn time_words(row: &Row, zone: Zone, day: WithDay) -> String {
    let label = time_label(row, zone, day);
    if row.at.is_dated() { label + row.zone_of_time().words() } else { label }
}

fn span_label(at: Instant, until: Instant, zone: Zone, day: WithDay) -> String {
    if zone.date(at) != zone.date(until) {
        return format!("{} to {}", zone.day(at), zone.day(until));
    }
    let clocks = format!("{} to {}", zone.minute(at), zone.minute(until));
    if day == WithDay::Shown { format!("{} {clocks}", zone.day(at)) } else { clocks }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::{HOUR, SECOND};
    use crate::timeline::ToldZone;
    use crate::timeline::assemble::PhaseLine;
    use crate::timeline::testing::{at, row};

    fn shape(timeline: &Timeline) -> Vec<String> {
        lines(timeline, &Spacing::in_zone(Zone::UTC))
            .into_iter()
            .map(|line| match line {
                Line::Phase { title, .. } => format!("= {title}"),
                Line::Day { at, .. } => format!("day {}", Zone::UTC.day(at)),
                Line::Milestone { milestone, .. } => format!("━ {}", milestone.label()),
                Line::Gap { length } => format!("┄ {}", gap_words(length)),
                Line::Row { ix, delta } => {
                    format!("{ix} {}", delta.map(crate::base::time::delta_words).unwrap_or_default())
                }
            })
            .collect()
    }

    #[test]
    fn silence_is_drawn_within_a_day_and_counted_without_doubtful_time() {
        let mut doubtful = row("06T14:20:00");
        doubtful.plus_minus = Some(5 * MINUTE);
        let rows = vec![row("04T09:00:00"), doubtful, row("06T14:26:15"), row("06T14:38:20"), row("06T14:44:00")];
        let timeline = Timeline { rows, ..Timeline::default() };
        assert_eq!(
            shape(&timeline),
            ["day 4 Dec", "0 ", "day 6 Dec", "1 ", "2 +6:15", "┄ 12 min", "3 +12:05", "┄ 6 min", "4 +5:40"]
        );
    }

    #[test]
    fn a_beginning_stands_above_its_row_and_an_end_below() {
        let timeline = Timeline {
            rows: vec![row("06T14:16:08"), row("06T14:17:00")],
            milestones: vec![(Milestone::Start, at("06T14:16:08")), (Milestone::End, at("06T14:17:00"))],
            ..Timeline::default()
        };
        assert_eq!(shape(&timeline), ["day 6 Dec", "━ start", "0 ", "1 +0:52", "━ end"]);
    }

    #[test]
    fn a_phase_has_one_heading_and_no_delta_across_it() {
        let phase =
            PhaseLine { id: PhaseId::from_text("phase/1"), title: "The day".to_owned(), at: row("06T14:16:10").at };
        let mut later = row("06T14:30:00");
        later.phase = Some(phase.id.clone());
        let timeline = Timeline { rows: vec![row("06T14:16:08"), later], phases: vec![phase], ..Timeline::default() };
        assert_eq!(shape(&timeline), ["day 6 Dec", "0 ", "= The day", "1 "]);
    }

    #[test]
    fn no_length_is_told_between_a_time_and_a_clock_without_a_zone() {
        let mut clock = row("06T14:20:00");
        (clock.told_zone, clock.posted_at) = (ToldZone::Unknown, Some(clock.at));
        let oslo = Zone::parse("Europe/Oslo").unwrap();
        assert_eq!(time_words(&clock, oslo, WithDay::Hidden), "14:20:00 (zone unknown)");
        let moved = Row { at: clock.at.plus(HOUR), ..clock.clone() };
        assert_eq!(time_words(&moved, oslo, WithDay::Hidden), "16:20:00", "a time that was given is known");
        let timeline = Timeline { rows: vec![row("06T14:00:00"), clock], ..Timeline::default() };
        assert_eq!(shape(&timeline), ["day 6 Dec", "0 ", "1 "]);
    }

    #[test]
    fn times_are_said_with_their_doubt_and_their_end() {
        let mut event = row("06T14:20:00");
        event.kind = RowKind::Event;
        event.plus_minus = Some(5 * MINUTE);
        assert_eq!(time_label(&event, Zone::UTC, WithDay::Hidden), "14:20 ±5m");
        event.until = Some(event.at.plus(50 * HOUR));
        assert_eq!(time_label(&event, Zone::UTC, WithDay::Hidden), "6 Dec to 8 Dec");
        assert_eq!(time_label(&row("06T14:36:12"), Zone::UTC, WithDay::Hidden), "14:36:12");
        assert_eq!(time_label(&row("03T16:02:40"), Zone::UTC, WithDay::Shown), "3 Dec 16:02");
        assert_eq!(gap_words(5 * MINUTE + 40 * SECOND), "6 min");
    }
}
