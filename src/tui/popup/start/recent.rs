//! The recent projects of the start page as a table: how much each holds, how far its report is, when
//! it was edited. Knows only the list of recent projects and the age of their files; opens none.

use std::path::PathBuf;

use super::Page;
use crate::base::text::{Raw, count_words, cut_middle, width};
use crate::base::time::{DAY, HOUR, Instant, MINUTE, Zone};
use crate::config::{Extent, Folders, Recent, RecentProject};
use crate::tui::theme::Role;

/// Most recent projects listed.
const MOST: usize = 8;
/// Most cells of a name.
const NAME: u16 = 24;
/// Cells between two columns.
const GAP: u16 = 3;

/// A recent project, ready to be drawn.
pub(super) struct Known {
    /// Where it lies.
    pub path: PathBuf,
    /// The same as text, short.
    pub place: String,
    /// Whether no file is there any more.
    pub is_gone: bool,
    name: String,
    columns: [String; COLUMNS],
}

/// Channels, messages, entries, report, edited.
const COLUMNS: usize = 5;
/// The column of the report: the one that begins where the others end, so that its words align.
const REPORT: usize = 3;
/// Columns that are left out where there is no room, the first one first; what is left tells the age.
const LEFT_OUT: [usize; 4] = [REPORT, 0, 1, 2];

/// What was open lately, the latest first.
pub(super) fn known(folders: &Folders, now: Instant, zone: Zone) -> Vec<Known> {
    Recent::load(folders).projects().iter().take(MOST).map(|project| of_project(project, now, zone)).collect()
}

fn of_project(project: &RecentProject, now: Instant, zone: Zone) -> Known {
    let edited_at = project.edited_at();
    let [channels, messages, entries, report] = project.extent.map(words).unwrap_or_default();
    let edited = edited_at.map(|at| format!("edited {}", ago(at, now, zone))).unwrap_or_default();
    Known {
        path: project.path.clone(),
        place: cut_middle(&Raw::new(&project.path.to_string_lossy()).tty_line(), 48).into_owned(),
        is_gone: edited_at.is_none(),
        name: Raw::new(&project.title).tty_line().into_owned(),
        columns: [channels, messages, entries, report, edited],
    }
}

fn words(extent: Extent) -> [String; REPORT + 1] {
    let report = if extent.sections > 0 && extent.sections_done == extent.sections {
        "report done".to_owned()
    } else {
        format!("report {} of {} sections", extent.sections_done, extent.sections)
    };
    [
        count_words(extent.channels, "channel", "channels"),
        count_words(extent.messages, "message", "messages"),
        count_words(extent.entries, "entry", "entries"),
        report,
    ]
}

impl Known {
    /// That no file is there any more, in words.
    pub(super) fn gone_words(&self) -> String {
        format!("gone: no file at {} any more", self.place)
    }
}

impl Page<'_, '_> {
    /// Draws the recent projects, a line each.
    pub(super) fn recent(&mut self, recent: &[Known]) {
        let right = self.area.right().saturating_sub(2);
        let longest = recent.iter().map(|known| width(&known.name) as u16).max().unwrap_or(0);
        let name_cells = longest.clamp(14, NAME).min(self.area.width / 2);
        let from = self.area.x + 2 + name_cells + GAP;
        let cells = columns_in(recent, right.saturating_sub(from));
        for known in recent {
            let Some((y, style)) = self.row() else { continue };
            self.painter.put_cut(self.area.x + 2, y, name_cells, &known.name, style);
            let dim = self.painter.style(Role::Dim);
            if known.is_gone {
                let words = format!("{}   x forget", known.gone_words());
                self.painter.put_cut(from, y, right.saturating_sub(from), &words, dim);
                continue;
            }
            let mut x = from;
            for (column, (words, &cells)) in
                known.columns.iter().zip(&cells).enumerate().filter(|(_, (_, cells))| **cells > 0)
            {
                let indent = if column < REPORT { cells.saturating_sub(width(words) as u16) } else { 0 };
                self.painter.put_cut(x + indent, y, right.saturating_sub(x + indent), words, dim);
                x += cells + GAP;
            }
        }
    }
}

/// The cells of each column in so much room; zero for one that is left out.
fn columns_in(recent: &[Known], room: u16) -> [u16; COLUMNS] {
    let mut cells = [0; COLUMNS];
    for known in recent.iter().filter(|known| !known.is_gone) {
        for (cells, words) in cells.iter_mut().zip(&known.columns) {
            *cells = (*cells).max(width(words) as u16);
        }
    }
    for column in LEFT_OUT {
        let needed: u16 = cells.iter().filter(|&&cells| cells > 0).map(|cells| cells + GAP).sum();
        if needed.saturating_sub(GAP) <= room {
            break;
        }
        if let Some(cells) = cells.get_mut(column) {
            *cells = 0;
        }
    }
    cells
}

/// `20 min ago`, `11 days ago`, then the day.
fn ago(at: Instant, now: Instant, zone: Zone) -> String {
    match now.since(at) {
        Some(gap) if gap < 2 * MINUTE => "just now".to_owned(),
        Some(gap) if gap < HOUR => format!("{} min ago", gap / MINUTE),
        Some(gap) if gap < 2 * DAY => format!("{} h ago", gap / HOUR),
        Some(gap) if gap < 31 * DAY => format!("{} days ago", gap / DAY),
        _ => zone.long_day(at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_as_people_tell_them() {
        let now = Instant::from_seconds(100 * 86_400);
        assert_eq!(ago(now.plus(-MINUTE), now, Zone::UTC), "just now");
        assert_eq!(ago(now.plus(-20 * MINUTE), now, Zone::UTC), "20 min ago");
        assert_eq!(ago(now.plus(-11 * DAY), now, Zone::UTC), "11 days ago");
        assert_eq!(ago(now.plus(-60 * DAY), now, Zone::UTC), Zone::UTC.long_day(now.plus(-60 * DAY)));
    }

    #[test]
    fn a_report_is_counted_until_it_is_done() {
        let extent = Extent { channels: 1, messages: 1402, entries: 31, sections_done: 9, sections: 12 };
        assert_eq!(words(extent), ["1 channel", "1,402 messages", "31 entries", "report 9 of 12 sections"]);
        assert_eq!(words(Extent { sections_done: 12, ..extent })[REPORT], "report done");
    }

    #[test]
    fn where_there_is_no_room_the_age_stays_last() {
        let columns =
            ["6 channels", "1,402 messages", "31 entries", "report done", "edited 2 h ago"].map(str::to_owned);
        let known = Known { path: PathBuf::new(), place: String::new(), is_gone: false, name: String::new(), columns };
        let recent = [known];
        assert_eq!(columns_in(&recent, 100), [10, 14, 10, 11, 14]);
        assert_eq!(columns_in(&recent, 60), [10, 14, 10, 0, 14]);
        assert_eq!(columns_in(&recent, 30), [0, 0, 10, 0, 14]);
        assert_eq!(columns_in(&recent, 5), [0, 0, 0, 0, 14]);
    }
}
