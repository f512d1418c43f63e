//! What the Timeline screen draws, line by line: headings, rulers, silences, rows.
//!
//! Made of [`spacing::lines_of`]. A day with few entries has no line of its own: its entries say the
//! day beside their time, so that a prologue over weeks does not fall apart into headings.

use crate::base::time::{Instant, Micros, Zone};
use crate::project::model::Milestone;
use crate::timeline::Timeline;
use crate::timeline::spacing::{self, Spacing, WithDay};

/// From so many entries a day has a line of its own.
const FULL_DAY: usize = 3;

/// One line of the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Drawn {
    /// A phase or a day begins, or both.
    Heading {
        /// The phase's title, when one begins.
        title: Option<String>,
        /// The day that the entries below do not say themselves, and the zone in which it is that day.
        day: Option<(Instant, Zone)>,
    },
    /// A ruler.
    Milestone {
        /// Which one.
        milestone: Milestone,
        /// Its moment.
        at: Instant,
    },
    /// Nothing was recorded for a while.
    Gap(Micros),
    /// An entry.
    Row {
        /// Its place in [`Timeline::rows`].
        ix: usize,
        /// Time since the row before, on the same day and in the same phase.
        delta: Option<Micros>,
        /// Whether its time carries the day.
        day: WithDay,
    },
}

impl Drawn {
    /// The place of its row, when it is one.
    pub const fn row(&self) -> Option<usize> {
        match self {
            Self::Row { ix, .. } => Some(*ix),
            _ => None,
        }
    }
}

/// The lines of some rows, given by their places in ascending order.
pub fn drawn(timeline: &Timeline, shown: &[usize], zone: Zone) -> Vec<Drawn> {
    let lines = spacing::lines_of(timeline, shown, &Spacing::in_zone(zone));
    let single_day = one_day(timeline, shown, zone);
    let mut drawn = Vec::with_capacity(lines.len());
    let mut day = WithDay::Hidden;
    for (place, line) in lines.iter().enumerate() {
        match line {
            spacing::Line::Phase { title, .. } => {
                drawn.push(Drawn::Heading { title: Some(title.clone()), day: None });
            }
            spacing::Line::Day { at, zone } => {
                let full = single_day || rows_of_day(lines.get(place + 1..).unwrap_or_default()) >= FULL_DAY;
                day = if full { WithDay::Hidden } else { WithDay::Shown };
                if full {
                    push_day(&mut drawn, *at, *zone);
                }
            }
            spacing::Line::Milestone { milestone, at } => {
                drawn.push(Drawn::Milestone { milestone: *milestone, at: *at });
            }
            spacing::Line::Gap { length } => drawn.push(Drawn::Gap(*length)),
            spacing::Line::Row { ix, delta } => drawn.push(Drawn::Row { ix: *ix, delta: *delta, day }),
        }
    }
    drawn
}

fn push_day(drawn: &mut Vec<Drawn>, at: Instant, zone: Zone) {
    match drawn.last_mut() {
        Some(Drawn::Heading { day, .. }) => *day = Some((at, zone)),
        _ => drawn.push(Drawn::Heading { title: None, day: Some((at, zone)) }),
    }
}

fn one_day(timeline: &Timeline, shown: &[usize], zone: Zone) -> bool {
    let mut days =
        shown.iter().filter_map(|&ix| timeline.rows.get(ix)).map(|row| row.zone_of_time().shown_in(zone).date(row.at));
    let first = days.next();
    days.all(|day| Some(day) == first)
}

fn rows_of_day(lines: &[spacing::Line]) -> usize {
    let day = lines.iter().take_while(|line| !matches!(line, spacing::Line::Day { .. }));
    day.filter(|line| matches!(line, spacing::Line::Row { .. })).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::PhaseId;
    use crate::timeline::PhaseLine;
    use crate::timeline::testing::{at, row};

    fn shape(timeline: &Timeline) -> Vec<String> {
        let all: Vec<usize> = (0..timeline.rows.len()).collect();
        let words = |line: Drawn| match line {
            Drawn::Heading { title, day } => {
                format!("= {} {}", title.unwrap_or_default(), day.map_or(String::new(), |(day, zone)| zone.day(day)))
            }
            Drawn::Milestone { milestone, .. } => format!("━ {}", milestone.label()),
            Drawn::Gap(length) => format!("┄ {}", spacing::gap_words(length)),
            Drawn::Row { ix, day, .. } => format!("{ix}{}", if day == WithDay::Shown { " with its day" } else { "" }),
        };
        drawn(timeline, &all, Zone::UTC).into_iter().map(words).collect()
    }

    #[test]
    fn days_with_few_entries_are_said_beside_their_times() {
        let phase = PhaseLine { id: PhaseId::from_text("p"), title: "The day".to_owned(), at: at("06T14:00:00") };
        let of_phase = |time| crate::timeline::Row { phase: Some(PhaseId::from_text("p")), ..row(time) };
        let rows = vec![
            row("03T16:02:00"),
            row("04T09:40:00"),
            of_phase("06T14:16:00"),
            of_phase("06T14:17:00"),
            of_phase("06T14:26:00"),
        ];
        let timeline = Timeline { rows, phases: vec![phase], ..Timeline::default() };
        assert_eq!(shape(&timeline), ["0 with its day", "1 with its day", "= The day 6 Dec", "2", "3", "┄ 9 min", "4"]);
    }

    #[test]
    fn a_timeline_of_one_day_says_it_once_however_short_it_is() {
        let timeline = Timeline { rows: vec![row("06T14:16:00")], ..Timeline::default() };
        assert_eq!(shape(&timeline), ["=  6 Dec", "0"]);
        assert_eq!(shape(&Timeline::default()), Vec::<String>::new());
    }
}
